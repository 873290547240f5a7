//! `her2path survival cif`.

use std::path::PathBuf;

use her2path_survival::aalen_johansen::aalen_johansen;
use her2path_survival::confidence::Scale;
use her2path_survival::kaplan_meier::KaplanMeier;
use her2path_survival::plot::{Plot, Series};
use her2path_survival::risk_table::numbers_at_risk;

use super::input::{Causes, Input, Source};
use super::km::time_label;
use super::report::{Report, Section};
use super::{Invalid, guards};

#[derive(clap::Args)]
#[command(after_help = "Example:
  her2path survival cif cohort.csv --time months --event status --censored alive --by arm \\
      --at 24 --plot incidence.svg")]
pub(super) struct Args {
    #[command(flatten)]
    source: Source,
    #[command(flatten)]
    causes: Causes,
    /// Column of groups.
    #[arg(long, value_name = "COL")]
    by: Option<String>,
    /// Times at which to report; all event times in JSON.
    #[arg(long, value_name = "TIME", value_delimiter = ',')]
    at: Vec<f64>,
    /// Draw the cumulative incidences into this SVG file.
    #[arg(long, value_name = "FILE.svg")]
    plot: Option<PathBuf>,
}

pub(super) fn run(args: &Args) -> anyhow::Result<()> {
    let source = &args.source;
    let more: Vec<&str> = args.by.as_deref().into_iter().collect();
    let (input, causes) = Input::read_causes(source, &args.causes, &more)?;
    let labels = input.labels(args.by.as_deref())?;
    let rows = input.groups(&labels)?.rows();
    let risks = input.risks(&causes)?;
    let mut report = Report::new("cif");
    report.fact("n", input.time.len());
    report.fact("left_out", input.left_out);
    report.fact("level", source.level);
    let columns = ["group", "cause", "time", "n risk", "n event", "incidence", "std err", "lower", "upper"];
    let mut at = Section::new("at", "Cumulative incidence", &columns);
    let mut curve = Section::new("curve", "Curves", &columns);
    let mut last = Section::new(
        "summary",
        "At the last event",
        &["group", "cause", "events", "time", "incidence", "std err", "lower", "upper"],
    );
    let (mut series, mut series_rows) = (Vec::new(), Vec::new());
    for (name, rows) in labels.names.iter().zip(&rows) {
        let found = aalen_johansen(&risks, rows).map_err(Invalid::from)?;
        for (cause, incidence) in causes.names.iter().skip(1).zip(&found.incidence) {
            let limits = incidence.limits(Scale::Log, source.level).map_err(Invalid::from)?;
            let cells = |i: usize| {
                let get = |values: &[f64]| values.get(i).copied();
                let limit = limits.get(i).copied().flatten();
                vec![
                    get(&incidence.probability).into(),
                    get(&incidence.std_error).into(),
                    limit.map(|limit| limit.lower).into(),
                    limit.map(|limit| limit.upper).into(),
                ]
            };
            let row = |i: usize, time: f64| {
                let mut row = vec![
                    name.into(),
                    cause.into(),
                    time.into(),
                    found.at_risk.get(i).copied().into(),
                    incidence.events.get(i).copied().into(),
                ];
                row.extend(cells(i));
                row
            };
            for &time in &args.at {
                if let Some(i) = found.position(time) {
                    at.push(row(i, time));
                }
            }
            for (i, &time) in found.time.iter().enumerate() {
                if incidence.events.get(i).is_some_and(|&events| events > 0.0) {
                    curve.push(row(i, time));
                }
            }
            if let Some(i) = incidence.events.iter().rposition(|&events| events > 0.0) {
                let mut row = vec![
                    name.into(),
                    cause.into(),
                    incidence.events.iter().sum::<f64>().into(),
                    found.time.get(i).copied().into(),
                ];
                row.extend(cells(i));
                last.push(row);
            }
            series.push(Series {
                name: if labels.names.len() > 1 { format!("{name}: {cause}") } else { cause.clone() },
                start: None,
                time: found.time.clone(),
                value: incidence.probability.clone(),
                limits,
                marks: Vec::new(),
                median: None,
            });
            series_rows.push(rows.clone());
        }
    }
    report.section(last);
    if !args.at.is_empty() {
        report.section(at);
    }
    if source.format == super::report::Format::Json {
        report.section(curve);
    }
    report.note("standard errors are those of the infinitesimal jackknife, limits on the log scale");
    let curves = KaplanMeier::fit_groups(&input.observations()?, &input.groups(&labels)?);
    report.notes(guards::of_curves(source, &input, &labels, &curves));
    report.print(source.format)?;
    if let Some(path) = &args.plot {
        let observations = input.observations()?;
        let plot = Plot {
            title: "Cumulative incidence".to_owned(),
            notes: Vec::new(),
            start: 0.0,
            time_label: time_label(source),
            series,
        };
        super::write_picture(
            path,
            &plot.svg(&|times| series_rows.iter().map(|rows| numbers_at_risk(&observations, rows, times)).collect()),
        )?;
    }
    Ok(())
}
