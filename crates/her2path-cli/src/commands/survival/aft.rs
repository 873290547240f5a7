//! `her2path survival aft`.

use her2path_survival::aft::{Aft, Distribution};
use her2path_survival::confidence::critical_value;
use her2path_survival::linalg::Matrix;
use her2path_survival::special::two_sided_p;

use super::formula::Formula;
use super::input::{Input, Source};
use super::report::{Cell, Report, Section};
use super::{Invalid, guards};

#[derive(clap::Args)]
#[command(after_help = "Example:
  her2path survival aft cohort.csv --time months --event died --covariates 'arm + age' \\
      --distribution loglogistic")]
pub(super) struct Args {
    #[command(flatten)]
    source: Source,
    /// Covariates: `age + arm*factor(grade)`; none fits the distribution alone.
    #[arg(long, value_name = "FORMULA")]
    covariates: Option<String>,
    /// The distribution of survival time.
    #[arg(long, value_enum, default_value_t)]
    distribution: DistributionChoice,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
enum DistributionChoice {
    Exponential,
    #[default]
    Weibull,
    Lognormal,
    Loglogistic,
}

pub(super) fn run(args: &Args) -> anyhow::Result<()> {
    let source = &args.source;
    let formula = args.covariates.as_deref().map(Formula::parse).transpose()?.unwrap_or_default();
    if formula.strata.is_some() || formula.cluster.is_some() || formula.offset.is_some() {
        return Err(
            Invalid::Input("strata, cluster and offset are not defined for aft; leave them out".to_owned()).into()
        );
    }
    let input = Input::read(source, &formula.columns())?;
    let design = formula.design(&input)?;
    let distribution = match args.distribution {
        DistributionChoice::Exponential => Distribution::Exponential,
        DistributionChoice::Weibull => Distribution::Weibull,
        DistributionChoice::Lognormal => Distribution::LogNormal,
        DistributionChoice::Loglogistic => Distribution::LogLogistic,
    };
    let covariates = if design.names.is_empty() { Matrix::zeros(input.time.len(), 0) } else { design.matrix };
    let fit = Aft::fit(&input.observations()?, &covariates, distribution).map_err(|error| match error {
        her2path_survival::Error::ZeroTime { .. } => input.in_file(error),
        other => super::cox::name_column(other, &design.names),
    })?;
    let critical = critical_value(source.level).map_err(Invalid::from)?;
    let mut report = Report::new("aft");
    report.fact("n", fit.rows);
    report.fact("left_out", input.left_out);
    report.fact("events", fit.events);
    report.fact("scale", fit.scale);
    report.fact("log_likelihood_null", fit.log_likelihood_null);
    report.fact("log_likelihood", fit.log_likelihood);
    report.fact("aic", fit.aic());
    let mut section = Section::new(
        "coefficients",
        "Time ratios (1.5: half as long again)",
        &["covariate", "coef", "std err", "time ratio", "lower", "upper", "z", "p"],
    );
    let names = std::iter::once("(intercept)").chain(design.names.iter().map(String::as_str));
    for ((name, &coefficient), error) in names.zip(&fit.coefficients).zip(fit.std_errors()) {
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
    for warning in &fit.warnings {
        report.note(super::cox::warning_text(warning, &design.names));
    }
    report.notes(guards::events_per_variable(fit.events, fit.coefficients.len()).into_iter().collect());
    report.notes(guards::delayed_entry(source, &input));
    report.print(source.format)
}
