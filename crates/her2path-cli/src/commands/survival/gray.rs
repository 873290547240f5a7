//! `her2path survival gray`.

use her2path_survival::gray::gray;

use super::input::{Causes, Input, Source};
use super::report::{Cell, Report, Section};
use super::{Invalid, guards};
use crate::arguments::number;

#[derive(clap::Args)]
#[command(after_help = "Example:
  her2path survival gray cohort.csv --time months --event status --censored alive --by arm \\
      --strata site")]
pub(super) struct Args {
    #[command(flatten)]
    source: Source,
    #[command(flatten)]
    causes: Causes,
    /// Column of the groups to compare.
    #[arg(long, value_name = "COL")]
    by: String,
    /// Column of strata within which to compare.
    #[arg(long, value_name = "COL")]
    strata: Option<String>,
    /// Power of one minus incidence by which times are weighted.
    #[arg(long, default_value_t = 0.0, value_parser = number)]
    rho: f64,
}

pub(super) fn run(args: &Args) -> anyhow::Result<()> {
    let source = &args.source;
    let more: Vec<&str> = std::iter::once(args.by.as_str()).chain(args.strata.as_deref()).collect();
    let (input, causes) = Input::read_causes(source, &args.causes, &more)?;
    let labels = input.labels(Some(&args.by))?;
    let groups = input.groups(&labels)?;
    let strata = args.strata.as_deref().map(|column| input.labels(Some(column))).transpose()?;
    let strata = strata.as_ref().map(|labels| input.groups(labels)).transpose()?;
    let risks = input.risks(&causes)?;
    let mut report = Report::new("gray");
    report.fact("n", input.time.len());
    report.fact("left_out", input.left_out);
    let mut section = Section::new("tests", "Gray's test of cumulative incidence", &["cause", "chi square", "df", "p"]);
    for (code, cause) in causes.names.iter().enumerate().skip(1) {
        let test = gray(&risks, &groups, strata.as_ref(), code, args.rho).map_err(Invalid::from)?.test;
        section.push(vec![cause.into(), test.statistic.into(), test.df.into(), Cell::P(test.p)]);
    }
    report.section(section);
    report.notes(guards::delayed_entry(source, &input));
    report.print(source.format)
}
