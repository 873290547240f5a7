//! `her2path survival km`.

use std::path::PathBuf;

use her2path_survival::confidence::Scale;
use her2path_survival::kaplan_meier::KaplanMeier;
use her2path_survival::plot::{Plot, Series};
use her2path_survival::risk_table::numbers_at_risk;

use super::guards;
use super::input::{Input, Source};
use super::report::{Report, Section};

#[derive(clap::Args)]
#[command(after_help = "Examples:
  her2path survival km cohort.csv --time months --event died --by arm --at 12,24 \\
      --unit months --plot survival.svg
  her2path survival km cohort.csv --time months --event died --reverse --by arm
  her2path survival km cohort.csv --time months --event died --entry entered --weight weight \\
      --cluster hospital")]
pub(super) struct Args {
    #[command(flatten)]
    source: Source,
    /// Column of groups.
    #[arg(long, value_name = "COL")]
    by: Option<String>,
    /// Column of case weights.
    #[arg(long, value_name = "COL")]
    weight: Option<String>,
    /// Robust standard errors, for sampling weights: each row by itself.
    #[arg(long)]
    robust: bool,
    /// Column of clusters whose rows are taken together in robust standard errors.
    #[arg(long, value_name = "COL")]
    cluster: Option<String>,
    /// Scale of the confidence intervals.
    #[arg(long, value_enum, default_value_t)]
    interval: Interval,
    /// Times at which to report survival.
    #[arg(long, value_name = "TIME", value_delimiter = ',')]
    at: Vec<f64>,
    /// Shares of people by whose event to report times, beside the median: 0.25 is the time by which a quarter had it.
    #[arg(long, value_name = "SHARE", value_delimiter = ',')]
    quantiles: Vec<f64>,
    /// Exchange events and censorings: the median is the median follow-up.
    #[arg(long)]
    reverse: bool,
    /// Also print every step of the curves (always there in JSON).
    #[arg(long)]
    curve: bool,
    /// Draw the curves into this SVG file.
    #[arg(long, value_name = "FILE.svg")]
    plot: Option<PathBuf>,
}

/// The scales of R's `conf.type`.
#[derive(Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Interval {
    /// The probability itself.
    Plain,
    /// Its logarithm.
    #[default]
    Log,
    /// The logarithm of the cumulative hazard.
    LogLog,
    /// The log odds.
    Logit,
    /// The arcsine of the root.
    Arcsin,
}

impl From<Interval> for Scale {
    fn from(interval: Interval) -> Self {
        match interval {
            Interval::Plain => Self::Plain,
            Interval::Log => Self::Log,
            Interval::LogLog => Self::LogLog,
            Interval::Logit => Self::Logit,
            Interval::Arcsin => Self::Arcsin,
        }
    }
}

pub(super) fn run(args: &Args) -> anyhow::Result<()> {
    let source = &args.source;
    let more: Vec<&str> = [&args.by, &args.weight, &args.cluster].into_iter().filter_map(Option::as_deref).collect();
    let mut input = Input::read(source, &more)?;
    if args.reverse {
        input.event.iter_mut().for_each(|event| *event = !*event);
    }
    let labels = input.labels(args.by.as_deref())?;
    let groups = input.groups(&labels)?;
    let weights = args.weight.as_deref().map(|column| input.numbers(column)).transpose()?;
    let mut observations = input.observations()?;
    if let Some(weights) = &weights {
        observations = observations.with_weight(weights).map_err(|error| input.in_file(error))?;
    }
    let robust = args.robust || args.cluster.is_some();
    let cluster = args.cluster.as_deref().map(|column| input.labels(Some(column))).transpose()?;
    let few_clusters = cluster.as_ref().and_then(|labels| guards::few_clusters(labels.names.len(), 0));
    let cluster = cluster.as_ref().map(|labels| input.groups(labels)).transpose()?;
    let rows = groups.rows();
    let curves = if robust {
        let fits = rows.iter().map(|rows| KaplanMeier::fit_robust(&observations, rows, cluster.as_ref()));
        fits.collect::<Result<Vec<_>, _>>().map_err(super::Invalid::from)?
    } else {
        KaplanMeier::fit_groups(&observations, &groups)
    };
    let scale = Scale::from(args.interval);

    let mut report = Report::new("km");
    report.fact("n", input.time.len());
    report.fact("left_out", input.left_out);
    report.fact("level", source.level);
    let mut summary = Section::new("summary", "Median survival", &["group", "n", "events", "median", "lower", "upper"]);
    let mut at = Section::new("at", "Survival", &["group", "time", "n risk", "survival", "std err", "lower", "upper"]);
    let mut quantiles = Section::new("quantiles", "Quantiles", &["group", "share", "time", "lower", "upper"]);
    let mut steps = Section::new(
        "curve",
        "Curves",
        &["group", "time", "n risk", "n event", "n censor", "survival", "std err", "lower", "upper"],
    );
    let mut series = Vec::new();
    for ((name, curve), rows) in labels.names.iter().zip(&curves).zip(&rows) {
        let median = curve.median(scale, source.level).map_err(super::Invalid::from)?;
        let limits = curve.limits(scale, source.level).map_err(super::Invalid::from)?;
        summary.push(vec![
            name.into(),
            curve.table.rows.into(),
            curve.table.total_events().into(),
            median.time.into(),
            median.lower.into(),
            median.upper.into(),
        ]);
        for &share in &args.quantiles {
            let found = curve.quantile(share, scale, source.level).map_err(super::Invalid::from)?;
            quantiles.push(vec![name.into(), share.into(), found.time.into(), found.lower.into(), found.upper.into()]);
        }
        for (&time, at_risk) in args.at.iter().zip(numbers_at_risk(&observations, rows, &args.at)) {
            let point = curve.at(time);
            let limit = point.and_then(|point| {
                let critical = her2path_survival::confidence::critical_value(source.level).ok()?;
                scale.limits(point.survival, point.std_error_log, critical)
            });
            at.push(vec![
                name.into(),
                time.into(),
                at_risk.into(),
                point.map(|point| point.survival).into(),
                point.map(|point| point.survival * point.std_error_log).into(),
                limit.map(|limit| limit.lower).into(),
                limit.map(|limit| limit.upper).into(),
            ]);
        }
        let table = &curve.table;
        for (i, &time) in table.time.iter().enumerate() {
            let get = |values: &[f64]| values.get(i).copied();
            let survival = get(&curve.survival).unwrap_or(f64::NAN);
            let limit = limits.get(i).copied().flatten();
            steps.push(vec![
                name.into(),
                time.into(),
                get(&table.at_risk).into(),
                get(&table.events).into(),
                get(&table.censored).into(),
                survival.into(),
                get(&curve.std_error_log).map(|error| survival * error).into(),
                limit.map(|limit| limit.lower).into(),
                limit.map(|limit| limit.upper).into(),
            ]);
        }
        series.push(Series::of_curve(name.clone(), curve, limits, median.time));
    }
    report.section(summary);
    if !args.quantiles.is_empty() {
        report.section(quantiles);
    }
    if !args.at.is_empty() {
        report.section(at);
    }
    if args.curve || source.format == super::report::Format::Json {
        report.section(steps);
    }
    if weights.is_some() && !robust {
        report.note("a weight of 2 counts as two people; if the weights are of another kind (sampling, inverse probability), give --robust");
    }
    if robust {
        report.note("standard errors are robust (infinitesimal jackknife)");
    }
    report.notes(few_clusters.into_iter().collect());
    report.notes(guards::of_curves(source, &input, &labels, &curves));
    report.print(source.format)?;
    if let Some(path) = &args.plot {
        let plot = Plot {
            title: if args.reverse { "Still followed" } else { "Survival" }.to_owned(),
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

/// The label of the time axis.
pub(super) fn time_label(source: &Source) -> String {
    source.unit.as_ref().map_or_else(|| source.time.clone(), |unit| format!("Time ({unit})"))
}
