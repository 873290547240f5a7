//! `her2path survival logrank`.

use her2path_survival::log_rank::{Weight, log_rank};

use super::input::{Input, Source};
use super::report::{Cell, Report, Section};
use super::{Invalid, guards};

#[derive(clap::Args)]
#[command(after_help = "Examples:
  her2path survival logrank cohort.csv --time months --event died --by arm --strata site
  her2path survival logrank cohort.csv --time months --event died --by grade --trend
  her2path survival logrank cohort.csv --time months --event died --by arm \\
      --fleming-harrington 0,1")]
pub(super) struct Args {
    #[command(flatten)]
    source: Source,
    /// Column of the groups to compare.
    #[arg(long, value_name = "COL")]
    by: String,
    /// Column of strata within which to compare.
    #[arg(long, value_name = "COL")]
    strata: Option<String>,
    /// Which times count.
    #[arg(long, value_enum, default_value_t)]
    weight: TimeWeight,
    /// Powers p,q of the Fleming-Harrington weight `S^p (1-S)^q`.
    #[arg(long, value_name = "P,Q", value_parser = powers, conflicts_with = "weight")]
    fleming_harrington: Option<(f64, f64)>,
    /// Also test for trend over the groups, in their order or with the scores given.
    #[arg(long, value_name = "SCORES", value_delimiter = ',', num_args = 0..)]
    trend: Option<Vec<f64>>,
}

/// The family of weights.
#[derive(Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
enum TimeWeight {
    /// All times alike.
    #[default]
    Logrank,
    /// By the number at risk.
    Gehan,
    /// By its root.
    TaroneWare,
    /// By survival.
    Peto,
    /// By survival, modified.
    ModifiedPeto,
}

/// Two powers that are not negative, joined by a comma.
fn powers(text: &str) -> Result<(f64, f64), String> {
    let power = |text: &str| text.trim().parse::<f64>().ok().filter(|power| power.is_finite() && *power >= 0.0);
    text.split_once(',')
        .and_then(|(p, q)| Some((power(p)?, power(q)?)))
        .ok_or_else(|| "write two numbers that are not negative, such as 0,1 for late differences".to_owned())
}

pub(super) fn run(args: &Args) -> anyhow::Result<()> {
    let source = &args.source;
    let more: Vec<&str> = std::iter::once(args.by.as_str()).chain(args.strata.as_deref()).collect();
    let input = Input::read(source, &more)?;
    let labels = input.labels(Some(&args.by))?;
    let groups = input.groups(&labels)?;
    let strata = args.strata.as_deref().map(|column| input.labels(Some(column))).transpose()?;
    let strata = strata.as_ref().map(|labels| input.groups(labels)).transpose()?;
    let observations = input.observations()?;
    let weight = match args.fleming_harrington {
        Some((p, q)) => Weight::FlemingHarrington { p, q },
        None => match args.weight {
            TimeWeight::Logrank => Weight::LogRank,
            TimeWeight::Gehan => Weight::Gehan,
            TimeWeight::TaroneWare => Weight::TaroneWare,
            TimeWeight::Peto => Weight::PetoPeto,
            TimeWeight::ModifiedPeto => Weight::ModifiedPeto,
        },
    };
    let test = log_rank(&observations, &groups, strata.as_ref(), weight).map_err(Invalid::from)?;

    let mut report = Report::new("logrank");
    report.fact("n", input.time.len());
    report.fact("left_out", input.left_out);
    report.fact("chi_square", test.chi_square);
    report.fact("df", test.df);
    report.fact("p", Cell::P(test.p));
    if let Some(scores) = &args.trend {
        let scores: Vec<f64> =
            if scores.is_empty() { (0..labels.names.len()).map(|code| code as f64).collect() } else { scores.clone() };
        let trend = test.trend(&scores).map_err(Invalid::from)?;
        report.fact("trend_z", trend.z);
        report.fact("trend_p", Cell::P(trend.p));
    }
    let mut section = Section::new("groups", "Observed and expected events", &["group", "n", "observed", "expected"]);
    for (i, name) in labels.names.iter().enumerate() {
        section.push(vec![
            name.into(),
            test.rows.get(i).copied().into(),
            test.observed.get(i).copied().into(),
            test.expected.get(i).copied().into(),
        ]);
    }
    report.section(section);
    let curves = her2path_survival::kaplan_meier::KaplanMeier::fit_groups(&observations, &groups);
    report.notes(guards::of_curves(source, &input, &labels, &curves));
    report.notes(guards::crossing_hazards(&observations, &groups).into_iter().collect());
    report.print(source.format)
}
