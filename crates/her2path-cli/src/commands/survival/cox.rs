//! `her2path survival cox`.

use std::path::PathBuf;

use her2path_survival::concordance::PairWeight;
use her2path_survival::confidence::Scale;
use her2path_survival::cox::{Cox, Ties, TimeTransform};
use her2path_survival::fit_warning::FitWarning;
use her2path_survival::plot::{Plot, Series};
use her2path_survival::risk_table::numbers_at_risk;

use super::formula::Formula;
use super::input::{Input, Source};
use super::km::time_label;
use super::report::{Cell, Report, Section};
use super::{Invalid, guards};

#[derive(clap::Args)]
#[command(after_help = "Examples:
  her2path survival cox cohort.csv --time months --event died \\
      --covariates 'arm*grade + age + strata(site)'
  her2path survival cox cohort.csv --time months --event died --entry entered \\
      --covariates 'factor(grade, 2) + cluster(hospital)' --plot predicted.svg")]
pub(super) struct Args {
    #[command(flatten)]
    source: Source,
    /// Covariates: `age + arm*factor(grade) + strata(site) + cluster(hospital) + offset(x)`.
    #[arg(long, value_name = "FORMULA")]
    covariates: String,
    /// Column of case weights.
    #[arg(long, value_name = "COL")]
    weight: Option<String>,
    /// How deaths at the same time are taken.
    #[arg(long, value_enum, default_value_t)]
    ties: TiesChoice,
    /// Robust standard errors, each row by itself; `cluster(…)` in the formula takes rows together.
    #[arg(long)]
    robust: bool,
    /// The function of time in the test of proportional hazards.
    #[arg(long, value_enum, default_value_t)]
    transform: Transform,
    /// Draw the survival of the reference person, by stratum, into this SVG file.
    #[arg(long, value_name = "FILE.svg")]
    plot: Option<PathBuf>,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
enum TiesChoice {
    #[default]
    Efron,
    Breslow,
    Exact,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
enum Transform {
    #[default]
    Km,
    Rank,
    Identity,
    Log,
}

pub(super) fn run(args: &Args) -> anyhow::Result<()> {
    let source = &args.source;
    let formula = Formula::parse(&args.covariates)?;
    let more: Vec<&str> = formula.columns().into_iter().chain(args.weight.as_deref()).collect();
    let input = Input::read(source, &more)?;
    let design = formula.design(&input)?;
    let weights = args.weight.as_deref().map(|column| input.numbers(column)).transpose()?;
    let offset = formula.offset.as_deref().map(|column| input.numbers(column)).transpose()?;
    let strata = formula.strata.as_deref().map(|column| input.labels(Some(column))).transpose()?;
    let cluster = formula.cluster.as_deref().map(|column| input.labels(Some(column))).transpose()?;
    let mut observations = input.observations()?;
    if let Some(weights) = &weights {
        observations = observations.with_weight(weights).map_err(|error| input.in_file(error))?;
    }
    let ties = match args.ties {
        TiesChoice::Efron => Ties::Efron,
        TiesChoice::Breslow => Ties::Breslow,
        TiesChoice::Exact => Ties::Exact,
    };
    let mut model = Cox::new(observations, &design.matrix).map_err(Invalid::from)?.ties(ties);
    if let Some(strata) = &strata {
        model = model.strata(input.groups(strata)?);
    }
    if let Some(cluster) = &cluster {
        model = model.cluster(input.groups(cluster)?);
    }
    if let Some(offset) = &offset {
        model = model.offset(offset).map_err(Invalid::from)?;
    }
    if args.robust {
        model = model.robust();
    }
    let fit = model.fit().map_err(|error| name_column(error, &design.names))?;

    let mut report = Report::new("cox");
    report.fact("n", fit.rows);
    report.fact("left_out", input.left_out);
    report.fact("events", fit.events);
    report.fact("log_likelihood_null", fit.log_likelihood_null);
    report.fact("log_likelihood", fit.log_likelihood);
    let concordance = fit.concordance(PairWeight::Equal).map_err(Invalid::from)?;
    report.fact("concordance", concordance.concordance);
    report.fact("concordance_std_err", concordance.std_error);
    let mut table = Section::new(
        "coefficients",
        format!(
            "Hazard ratios ({})",
            if fit.robust_variance.is_some() { "robust standard errors" } else { "per unit" }
        ),
        &["covariate", "coef", "std err", "hr", "lower", "upper", "z", "p"],
    );
    for (name, row) in design.names.iter().zip(fit.table(source.level).map_err(Invalid::from)?) {
        table.push(vec![
            name.into(),
            row.coefficient.into(),
            row.std_error.into(),
            row.hazard_ratio.into(),
            row.limits.lower.into(),
            row.limits.upper.into(),
            row.z.into(),
            Cell::P(row.p),
        ]);
    }
    report.section(table);
    let mut tests = Section::new("tests", "All covariates together", &["test", "chi square", "df", "p"]);
    // With fewer clusters than coefficients the robust variance has no inverse.
    let wald = fit.wald_test().ok();
    let named =
        [("likelihood ratio", Some(fit.likelihood_ratio_test())), ("Wald", wald), ("score", Some(fit.score_test))];
    for (name, test) in named.into_iter().chain([("robust score", fit.robust_score_test)]) {
        if let Some(test) = test {
            tests.push(vec![name.into(), test.statistic.into(), test.df.into(), Cell::P(test.p)]);
        }
    }
    report.section(tests);
    let transform = match args.transform {
        Transform::Km => TimeTransform::KaplanMeier,
        Transform::Rank => TimeTransform::Rank,
        Transform::Identity => TimeTransform::Identity,
        Transform::Log => TimeTransform::Log,
    };
    let terms: Vec<Vec<usize>> = design.terms.iter().map(|(_, columns)| columns.clone()).collect();
    match fit.proportional_hazards(transform, &terms) {
        Ok(found) => {
            let mut section = Section::new(
                "proportional_hazards",
                "Proportional hazards (small p: they are not)",
                &["term", "chi square", "df", "p"],
            );
            let named =
                design.terms.iter().map(|(name, _)| name.as_str()).zip(found.terms.iter().map(|term| term.test));
            for (name, test) in named.chain([("all", found.global)]) {
                section.push(vec![name.into(), test.statistic.into(), test.df.into(), Cell::P(test.p)]);
            }
            report.section(section);
        }
        Err(error) => report.note(format!("proportional hazards could not be tested: {error}")),
    }
    if let Some(cluster) = &cluster {
        report.notes(guards::few_clusters(cluster.names.len(), design.names.len()).into_iter().collect());
    }
    for warning in &fit.warnings {
        report.note(warning_text(warning, &design.names));
    }
    report.notes(guards::events_per_variable(fit.events, design.names.len()).into_iter().collect());
    report.notes(guards::delayed_entry(source, &input));
    report.print(source.format)?;

    if let Some(path) = &args.plot {
        let names = strata.as_ref().map_or_else(|| vec!["reference person".to_owned()], |strata| strata.names.clone());
        let mut series = Vec::new();
        for (code, name) in names.iter().enumerate() {
            let curve = fit.predict(&fit.means, code).map_err(Invalid::from)?;
            series.push(Series {
                name: name.clone(),
                start: None,
                limits: curve.limits(Scale::Log, source.level).map_err(Invalid::from)?,
                median: curve.quantile(0.5),
                time: curve.time,
                value: curve.survival,
                marks: Vec::new(),
            });
        }
        let labels = match strata {
            Some(strata) => strata,
            None => input.labels(None)?,
        };
        let rows = input.groups(&labels)?.rows();
        let plot = Plot {
            title: "Predicted survival".to_owned(),
            notes: Vec::new(),
            start: 1.0,
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

/// The estimator counts covariates; a person knows them by name.
pub(super) fn name_column(error: her2path_survival::Error, names: &[String]) -> Invalid {
    match error {
        her2path_survival::Error::Collinear { column } => Invalid::Input(format!(
            "covariate `{}` is constant or a linear combination of the ones before it; leave it out",
            names.get(column.saturating_sub(1)).map_or("?", String::as_str)
        )),
        other => other.into(),
    }
}

pub(super) fn warning_text(warning: &FitWarning, names: &[String]) -> String {
    match warning {
        FitWarning::MayBeInfinite { column } => {
            let name = names.get(column.saturating_sub(1)).map_or("?", String::as_str);
            warning.to_string().replace(&format!("covariate {column}"), &format!("covariate `{name}`"))
        }
        other @ FitWarning::NotConverged { .. } => other.to_string(),
    }
}
