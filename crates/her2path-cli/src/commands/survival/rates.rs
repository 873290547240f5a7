//! `her2path survival rates`.

use her2path_survival::rates::Rate;

use super::input::{Input, Source};
use super::report::{Cell, Report, Section};
use super::{Invalid, guards};
use crate::arguments::number;

#[derive(clap::Args)]
#[command(after_help = "Example:
  her2path survival rates cohort.csv --time months --event died --by arm --per 1200")]
pub(super) struct Args {
    #[command(flatten)]
    source: Source,
    /// Column of groups; the first is the reference of the ratios.
    #[arg(long, value_name = "COL")]
    by: Option<String>,
    /// Report the rate per so many units of person-time.
    #[arg(long, default_value_t = 1.0, value_parser = number)]
    per: f64,
}

pub(super) fn run(args: &Args) -> anyhow::Result<()> {
    let source = &args.source;
    let more: Vec<&str> = args.by.as_deref().into_iter().collect();
    let input = Input::read(source, &more)?;
    let labels = input.labels(args.by.as_deref())?;
    let observations = input.observations()?;
    let mut report = Report::new("rates");
    report.fact("n", input.time.len());
    report.fact("left_out", input.left_out);
    report.fact("per", args.per);
    report.fact("level", source.level);
    let mut section = Section::new(
        "groups",
        "Events per person-time, exact limits",
        &["group", "n", "events", "person-time", "rate", "lower", "upper"],
    );
    let mut rates = Vec::new();
    for (name, rows) in labels.names.iter().zip(input.groups(&labels)?.rows()) {
        let rate = Rate::of_rows(&observations, &rows);
        let limits = rate.limits(source.level).map_err(Invalid::from)?;
        section.push(vec![
            name.into(),
            rows.len().into(),
            rate.events.into(),
            rate.person_time.into(),
            (args.per * rate.value()).into(),
            (args.per * limits.lower).into(),
            (args.per * limits.upper).into(),
        ]);
        rates.push(rate);
    }
    report.section(section);
    let mut ratios = Section::new("ratios", "Against the first group", &["group", "rate ratio", "lower", "upper", "p"]);
    if let Some((reference, others)) = rates.split_first() {
        for (name, rate) in labels.names.iter().skip(1).zip(others) {
            match rate.ratio(reference, source.level) {
                Ok(ratio) => ratios.push(vec![
                    name.into(),
                    ratio.ratio.into(),
                    ratio.limits.lower.into(),
                    ratio.limits.upper.into(),
                    Cell::P(ratio.p),
                ]),
                Err(_) => ratios.push(vec![name.into(), Cell::Missing, Cell::Missing, Cell::Missing, Cell::Missing]),
            }
        }
    }
    if rates.len() > 1 {
        report.section(ratios);
    }
    report.notes(guards::delayed_entry(source, &input));
    report.print(source.format)
}
