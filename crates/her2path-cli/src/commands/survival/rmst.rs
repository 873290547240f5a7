//! `her2path survival rmst`.

use her2path_survival::kaplan_meier::KaplanMeier;
use her2path_survival::rmst::{largest_common_tau, rmst};

use super::input::{Input, Source};
use super::report::{Cell, Report, Section};
use super::{Invalid, guards};
use crate::arguments::number;

#[derive(clap::Args)]
#[command(after_help = "Example:
  her2path survival rmst cohort.csv --time months --event died --by arm --tau 36")]
pub(super) struct Args {
    #[command(flatten)]
    source: Source,
    /// Column of groups; the first is the reference of the contrasts.
    #[arg(long, value_name = "COL")]
    by: Option<String>,
    /// The restriction time; the smallest of the groups' last times where it is not given.
    #[arg(long, value_name = "TIME", value_parser = number)]
    tau: Option<f64>,
}

pub(super) fn run(args: &Args) -> anyhow::Result<()> {
    let source = &args.source;
    let more: Vec<&str> = args.by.as_deref().into_iter().collect();
    let input = Input::read(source, &more)?;
    let labels = input.labels(args.by.as_deref())?;
    let observations = input.observations()?;
    let curves = KaplanMeier::fit_groups(&observations, &input.groups(&labels)?);
    let largest = largest_common_tau(&curves);
    let tau = args.tau.unwrap_or(largest);
    let mut report = Report::new("rmst");
    report.fact("n", input.time.len());
    report.fact("left_out", input.left_out);
    report.fact("tau", tau);
    report.fact("level", source.level);
    if tau > largest {
        report.note(format!(
            "follow-up ends at {largest} in one group: beyond that its curve is taken to stay where it is; choose a smaller --tau"
        ));
    }
    let mut means = Vec::new();
    let mut section = Section::new(
        "groups",
        format!("Mean time survived up to {tau}"),
        &["group", "n", "rmst", "std err", "lower", "upper", "time lost"],
    );
    for (name, curve) in labels.names.iter().zip(&curves) {
        let mean = rmst(curve, tau).map_err(Invalid::from)?;
        let limits = mean.limits(source.level).map_err(Invalid::from)?;
        section.push(vec![
            name.into(),
            curve.table.rows.into(),
            mean.mean.into(),
            mean.std_error.into(),
            limits.lower.into(),
            limits.upper.into(),
            mean.lost().into(),
        ]);
        means.push(mean);
    }
    report.section(section);
    let mut contrasts =
        Section::new("contrasts", "Against the first group", &["group", "contrast", "estimate", "lower", "upper", "p"]);
    if let Some((reference, others)) = means.split_first() {
        for (name, mean) in labels.names.iter().skip(1).zip(others) {
            for (contrast, found) in [
                ("difference", mean.difference(reference, source.level)),
                ("ratio", mean.ratio(reference, source.level)),
                ("ratio of time lost", mean.lost_ratio(reference, source.level)),
            ] {
                let found = found.map_err(Invalid::from)?;
                contrasts.push(vec![
                    name.into(),
                    contrast.into(),
                    found.estimate.into(),
                    found.limits.lower.into(),
                    found.limits.upper.into(),
                    Cell::P(found.p),
                ]);
            }
        }
    }
    if means.len() > 1 {
        report.section(contrasts);
    }
    report.notes(guards::of_curves(source, &input, &labels, &curves));
    report.print(source.format)
}
