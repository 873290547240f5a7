//! `her2path survival finegray`.

use her2path_survival::confidence::critical_value;
use her2path_survival::fine_gray::FineGray;
use her2path_survival::special::two_sided_p;

use super::formula::Formula;
use super::input::{Causes, Input, Source};
use super::report::{Cell, Report, Section};
use super::{Invalid, guards};

#[derive(clap::Args)]
#[command(after_help = "Examples:
  her2path survival finegray cohort.csv --time months --event status --censored alive \\
      --cause relapse --covariates 'arm + age'
  her2path survival finegray cohort.csv --time months --event status --censored alive \\
      --cause relapse --entry entered --covariates arm")]
pub(super) struct Args {
    #[command(flatten)]
    source: Source,
    #[command(flatten)]
    causes: Causes,
    /// The value of the event column whose incidence is modelled.
    #[arg(long, value_name = "VALUE")]
    cause: String,
    /// Covariates: `age + arm*factor(grade)`.
    #[arg(long, value_name = "FORMULA")]
    covariates: String,
}

pub(super) fn run(args: &Args) -> anyhow::Result<()> {
    let source = &args.source;
    let formula = Formula::parse(&args.covariates)?;
    if formula.strata.is_some() || formula.cluster.is_some() || formula.offset.is_some() {
        return Err(Invalid::Input(
            "strata, cluster and offset are not defined for finegray; leave them out".to_owned(),
        )
        .into());
    }
    let (input, causes) = Input::read_causes(source, &args.causes, &formula.columns())?;
    let interest =
        causes.names.iter().skip(1).position(|name| *name == args.cause).ok_or_else(|| {
            Invalid::Input(format!("no row has the cause `{}` in column `{}`", args.cause, source.event))
        })? + 1;
    let design = formula.design(&input)?;
    let fit = FineGray::fit(&input.risks(&causes)?, &design.matrix, interest)
        .map_err(|error| super::cox::name_column(error, &design.names))?;
    let critical = critical_value(source.level).map_err(Invalid::from)?;
    let mut report = Report::new("finegray");
    report.fact("n", fit.rows);
    report.fact("left_out", input.left_out);
    report.fact("events", fit.events);
    report.fact("log_likelihood_null", fit.log_likelihood_null);
    report.fact("log_likelihood", fit.log_likelihood);
    let mut section = Section::new(
        "coefficients",
        format!("Subdistribution hazard ratios of `{}`", args.cause),
        &["covariate", "coef", "std err", "shr", "lower", "upper", "z", "p"],
    );
    for ((name, &coefficient), error) in design.names.iter().zip(&fit.coefficients).zip(fit.std_errors()) {
        let z = coefficient / error;
        section.push(vec![
            name.into(),
            coefficient.into(),
            error.into(),
            coefficient.exp().into(),
            (coefficient - critical * error).exp().into(),
            (coefficient + critical * error).exp().into(),
            z.into(),
            Cell::P(two_sided_p(z)),
        ]);
    }
    report.section(section);
    report.note("these ratios order cumulative incidences, they are not rates among those at risk; report cause-specific Cox models beside them");
    for warning in &fit.warnings {
        report.note(super::cox::warning_text(warning, &design.names));
    }
    if source.entry.is_some() {
        report.note("with delayed entry the standard errors take the weights as known");
    }
    report.notes(guards::events_per_variable(fit.events, design.names.len()).into_iter().collect());
    report.notes(guards::delayed_entry(source, &input));
    report.print(source.format)
}
