//! `her2path survival landmark`.

use std::path::PathBuf;

use her2path_survival::Error;
use her2path_survival::confidence::Scale;
use her2path_survival::kaplan_meier::KaplanMeier;
use her2path_survival::landmark::landmark;
use her2path_survival::log_rank::{Weight, log_rank};
use her2path_survival::observations::{Groups, Observations};
use her2path_survival::plot::{Plot, Series};
use her2path_survival::risk_table::numbers_at_risk;

use super::input::{Input, Source};
use super::km::time_label;
use super::report::{Cell, Format, Report, Section, significant};
use super::table::{Labels, is_missing};
use super::{Invalid, guards};
use crate::arguments::number;

#[derive(clap::Args)]
#[command(after_help = "Example:
  her2path survival landmark cohort.csv --time months --event died --response response \\
      --landmark 6 --unit months --plot landmark.svg")]
pub(super) struct Args {
    #[command(flatten)]
    source: Source,
    /// Column of the time at which the response was seen; empty for people who never had one.
    #[arg(long, value_name = "COL")]
    response: String,
    /// The landmark, on the scale of the times.
    #[arg(long, value_name = "TIME", value_parser = number)]
    landmark: f64,
    /// Draw the curves from the landmark on into this SVG file.
    #[arg(long, value_name = "FILE.svg")]
    plot: Option<PathBuf>,
}

pub(super) fn run(args: &Args) -> anyhow::Result<()> {
    let source = &args.source;
    let input = Input::read(source, &[])?;
    let response = responses(&input, &args.response)?;
    let everyone = input.observations()?;
    let kept = landmark(&everyone, &response, args.landmark).map_err(Invalid::from)?;
    let at = significant(args.landmark);
    let labels = Labels {
        codes: kept.responded.iter().map(|&responded| usize::from(responded)).collect(),
        names: vec![format!("no response by {at}"), format!("response by {at}")],
    };
    let groups = Groups::new(&labels.codes, labels.names.len(), kept.rows.len()).map_err(Invalid::from)?;
    let observations = Observations::new(&kept.exit, &kept.event).map_err(Invalid::from)?;
    let curves = KaplanMeier::fit_groups(&observations, &groups);
    let left_with_event =
        input.time.iter().zip(&input.event).filter(|&(&time, &event)| event && time <= args.landmark).count();
    let later = kept.rows.iter().filter(|&&row| response.get(row).copied().flatten().is_some()).count()
        - kept.responded.iter().filter(|&&responded| responded).count();

    let mut report = Report::new("landmark");
    report.fact("n", input.time.len());
    report.fact("left_out", input.left_out);
    report.fact("landmark", args.landmark);
    report.fact("n_at_landmark", kept.rows.len());
    report.fact("left_before", kept.left_before);
    report.fact("left_before_with_event", left_with_event);
    report.fact("entered_after", kept.entered_after);
    report.fact("responded_after", later);
    report.fact("level", source.level);
    let test = match log_rank(&observations, &groups, None, Weight::LogRank) {
        Ok(test) => Some(test),
        // Without both groups there are curves still, and no comparison.
        Err(error @ Error::TooFewGroups { .. }) => {
            report.note(error.to_string());
            None
        }
        Err(error) => return Err(Invalid::from(error).into()),
    };
    if let Some(test) = &test {
        report.fact("chi_square", test.chi_square);
        report.fact("df", test.df);
        report.fact("p", Cell::P(test.p));
    }

    let mut summary = Section::new(
        "groups",
        format!("From the landmark {at} on"),
        &["group", "n", "events", "expected", "median", "lower", "upper"],
    );
    let mut steps = Section::new(
        "curve",
        "Curves",
        &["group", "time", "n risk", "n event", "n censor", "survival", "std err", "lower", "upper"],
    );
    let mut series = Vec::new();
    for (group, (name, curve)) in labels.names.iter().zip(&curves).enumerate() {
        let median = curve.median(Scale::Log, source.level).map_err(Invalid::from)?;
        let limits = curve.limits(Scale::Log, source.level).map_err(Invalid::from)?;
        summary.push(vec![
            name.into(),
            curve.table.rows.into(),
            curve.table.total_events().into(),
            test.as_ref().and_then(|test| test.expected.get(group).copied()).into(),
            median.time.into(),
            median.lower.into(),
            median.upper.into(),
        ]);
        for (i, &time) in curve.table.time.iter().enumerate() {
            let get = |values: &[f64]| values.get(i).copied();
            let limit = limits.get(i).copied().flatten();
            steps.push(vec![
                name.into(),
                time.into(),
                get(&curve.table.at_risk).into(),
                get(&curve.table.events).into(),
                get(&curve.table.censored).into(),
                get(&curve.survival).into(),
                get(&curve.survival).zip(get(&curve.std_error_log)).map(|(survival, error)| survival * error).into(),
                limit.map(|limit| limit.lower).into(),
                limit.map(|limit| limit.upper).into(),
            ]);
        }
        series.push(Series::of_curve(name.clone(), curve, limits, median.time));
    }
    report.section(summary);
    if source.format == Format::Json {
        report.section(steps);
    }
    let left_out = left_out(&kept, left_with_event, &at);
    report.note(left_out.clone());
    report.note(format!(
        "groups are fixed at the landmark, {later} who responded later count as not; times count from the landmark and hold \
         for people who reached it. From time zero responders would be credited with the time they had to survive to respond \
         (immortal time; Anderson, Cain and Gelber 1983)"
    ));
    report.notes(guards::of_curves(source, &input, &labels, &curves));
    report.notes(guards::crossing_hazards(&observations, &groups).into_iter().collect());
    report.print(source.format)?;
    if let Some(path) = &args.plot {
        let plot = Plot {
            title: format!("Survival from the landmark {at} on"),
            notes: vec![left_out],
            start: 1.0,
            time_label: format!("{}, from the landmark {at} on", time_label(source)),
            series,
        };
        let rows = groups.rows();
        super::write_picture(
            path,
            &plot.svg(&|times| rows.iter().map(|rows| numbers_at_risk(&observations, rows, times)).collect()),
        )?;
    }
    Ok(())
}

/// Who does not count, and why.
fn left_out(kept: &her2path_survival::landmark::Landmark, with_event: usize, at: &str) -> String {
    let late = match kept.entered_after {
        0 => String::new(),
        count => format!(", and {count} who came under observation after it"),
    };
    format!(
        "left out: {} whose follow-up ended at or before {at} ({with_event} with the event, {} without){late}",
        kept.left_before,
        kept.left_before - with_event,
    )
}

/// The times of response; an empty cell is nobody's omission here, it says never.
fn responses(input: &Input, column: &str) -> Result<Vec<Option<f64>>, Invalid> {
    let parse = |(row, cell): (usize, &String)| {
        if is_missing(cell) {
            return Ok(None);
        }
        cell.parse::<f64>().ok().filter(|time| time.is_finite() && *time >= 0.0).map(Some).ok_or_else(|| {
            Invalid::Input(format!(
                "`{cell}` in column `{column}`, {}, is not a time from zero on; leave the cell empty for no response",
                input.table.place(row)
            ))
        })
    };
    input.table.column(column)?.iter().enumerate().map(parse).collect()
}
