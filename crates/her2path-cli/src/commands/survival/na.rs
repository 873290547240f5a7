//! `her2path survival na`.

use std::path::PathBuf;

use her2path_survival::confidence::{Limits, critical_value};
use her2path_survival::nelson_aalen::{HazardTies, NelsonAalen};
use her2path_survival::plot::{Plot, Series};
use her2path_survival::risk_table::{RiskTable, numbers_at_risk};

use super::guards;
use super::input::{Input, Source};
use super::km::time_label;
use super::report::{Report, Section};

#[derive(clap::Args)]
#[command(after_help = "Example:
  her2path survival na cohort.csv --time months --event died --by arm --plot hazard.svg")]
pub(super) struct Args {
    #[command(flatten)]
    source: Source,
    /// Column of groups.
    #[arg(long, value_name = "COL")]
    by: Option<String>,
    /// Take deaths at the same time one after the other (Fleming and Harrington).
    #[arg(long)]
    one_by_one: bool,
    /// Draw the curves into this SVG file.
    #[arg(long, value_name = "FILE.svg")]
    plot: Option<PathBuf>,
}

pub(super) fn run(args: &Args) -> anyhow::Result<()> {
    let source = &args.source;
    let more: Vec<&str> = args.by.as_deref().into_iter().collect();
    let input = Input::read(source, &more)?;
    let labels = input.labels(args.by.as_deref())?;
    let rows = input.groups(&labels)?.rows();
    let observations = input.observations()?;
    let critical = critical_value(source.level).map_err(super::Invalid::from)?;
    let ties = if args.one_by_one { HazardTies::OneByOne } else { HazardTies::Together };
    let mut report = Report::new("na");
    report.fact("n", input.time.len());
    report.fact("left_out", input.left_out);
    report.fact("level", source.level);
    let mut section = Section::new(
        "curve",
        "Cumulative hazard",
        &["group", "time", "n risk", "n event", "hazard", "std err", "lower", "upper"],
    );
    let mut series = Vec::new();
    for (name, rows) in labels.names.iter().zip(&rows) {
        let curve = NelsonAalen::from_table(RiskTable::of_rows(&observations, rows.clone()), ties);
        let mut limits = Vec::new();
        let columns = curve.hazard.iter().zip(&curve.std_error);
        for (i, ((&hazard, &error), &time)) in columns.zip(&curve.table.time).enumerate() {
            // On the log scale, so that a hazard stays positive.
            let limit = (hazard > 0.0).then(|| {
                let factor = (critical * error / hazard).exp();
                Limits { lower: hazard / factor, upper: hazard * factor }
            });
            limits.push(limit);
            if curve.table.events.get(i).is_some_and(|&events| events > 0.0) {
                section.push(vec![
                    name.into(),
                    time.into(),
                    curve.table.at_risk.get(i).copied().into(),
                    curve.table.events.get(i).copied().into(),
                    hazard.into(),
                    error.into(),
                    limit.map(|limit| limit.lower).into(),
                    limit.map(|limit| limit.upper).into(),
                ]);
            }
        }
        series.push(Series {
            name: name.clone(),
            start: None,
            time: curve.table.time.clone(),
            value: curve.hazard.clone(),
            limits,
            marks: Vec::new(),
            median: None,
        });
    }
    report.section(section);
    report.notes(guards::delayed_entry(source, &input));
    report.print(source.format)?;
    if let Some(path) = &args.plot {
        let plot = Plot {
            title: "Cumulative hazard".to_owned(),
            notes: Vec::new(),
            start: 0.0,
            time_label: time_label(source),
            series,
        };
        super::write_picture(
            path,
            &plot.svg(&|times| rows.iter().map(|rows| numbers_at_risk(&observations, rows, times)).collect()),
        )?;
    }
    Ok(())
}
