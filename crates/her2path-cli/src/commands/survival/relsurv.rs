//! `her2path survival relsurv`.
//!
//! The population table is a CSV file with the columns `age` (whole years), `year`, `sex` and `hazard`, the hazard per unit
//! of the follow-up time; every age from 0 on, in every year given, for every sex.

use std::collections::BTreeMap;
use std::path::PathBuf;

use her2path_survival::kaplan_meier::KaplanMeier;
use her2path_survival::plot::{Plot, Series};
use her2path_survival::rate_table::{Person, RateTable};
use her2path_survival::relative_survival::{Integration, Matched, Method};
use her2path_survival::risk_table::numbers_at_risk;

use super::input::{Input, Source};
use super::km::time_label;
use super::report::{Cell, Report, Section};
use super::table::Table;
use super::{Invalid, guards};
use crate::arguments::number;

#[derive(clap::Args)]
#[command(after_help = "Examples, with follow-up in months:
  her2path survival relsurv cohort.csv --time months --event died --plot net.svg \\
      --population population.csv --age age --sex sex --year year --year-length 12 --at 12,24
  her2path survival relsurv cohort.csv --time months --event died --entry entered \\
      --population population.csv --age age --sex sex --year year --year-length 12 --at 24 --by arm")]
pub(super) struct Args {
    #[command(flatten)]
    source: Source,
    /// Population table: CSV with `age`, `year`, `sex`, `hazard` (per unit of the follow-up time).
    #[arg(long, value_name = "FILE")]
    population: PathBuf,
    /// Column of the age at time zero, in years.
    #[arg(long, value_name = "COL")]
    age: String,
    /// Column of the sex, as the population table writes it.
    #[arg(long, value_name = "COL")]
    sex: String,
    /// Column of the calendar year at time zero, with fraction.
    #[arg(long, value_name = "COL")]
    year: String,
    /// How long a year is, in the unit of the follow-up time.
    #[arg(long, default_value_t = 365.2425, value_parser = number)]
    year_length: f64,
    /// How observed and expected survival are set against each other.
    #[arg(long, value_enum, default_value_t)]
    method: MethodChoice,
    /// How the population's hazard is integrated: exactly, or as R's `relsurv` 2.2-9 approximates it, to compare with it.
    #[arg(long, value_enum, default_value_t)]
    integration: IntegrationChoice,
    /// Column of the potential follow-up, for Hakulinen's method.
    #[arg(long, value_name = "COL")]
    potential: Option<String>,
    /// Column of groups.
    #[arg(long, value_name = "COL")]
    by: Option<String>,
    /// Times at which to report.
    #[arg(long, value_name = "TIME", value_delimiter = ',', required = true)]
    at: Vec<f64>,
    /// Draw the curves into this SVG file.
    #[arg(long, value_name = "FILE.svg")]
    plot: Option<PathBuf>,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
enum MethodChoice {
    #[default]
    PoharPerme,
    Ederer1,
    Ederer2,
    Hakulinen,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
enum IntegrationChoice {
    #[default]
    Exact,
    Relsurv,
}

pub(super) fn run(args: &Args) -> anyhow::Result<()> {
    let source = &args.source;
    let (table, sexes) = population(args)?;
    let mut more: Vec<&str> = vec![&args.age, &args.sex, &args.year];
    more.extend(args.by.as_deref());
    more.extend(args.potential.as_deref());
    let input = Input::read(source, &more)?;
    let (age, year) = (input.numbers(&args.age)?, input.numbers(&args.year)?);
    let mut people = Vec::with_capacity(age.len());
    for (row, ((sex, age), year)) in input.table.column(&args.sex)?.iter().zip(&age).zip(&year).enumerate() {
        let sex = *sexes.get(sex.as_str()).ok_or_else(|| {
            Invalid::Input(format!(
                "{} has sex `{sex}`, which the population table does not have",
                input.table.place(row)
            ))
        })?;
        people.push(Person { sex, age: age * args.year_length, calendar: year * args.year_length });
    }
    let labels = input.labels(args.by.as_deref())?;
    let groups = input.groups(&labels)?;
    let matched =
        Matched::new(input.observations()?, &people, &table, args.year_length / 365.2425).map_err(Invalid::from)?;
    let matched = matched.integration(match args.integration {
        IntegrationChoice::Exact => Integration::Exact,
        IntegrationChoice::Relsurv => Integration::AsRelsurv,
    });
    let method = match args.method {
        MethodChoice::PoharPerme => Method::PoharPerme,
        MethodChoice::Ederer1 => Method::Ederer1,
        MethodChoice::Ederer2 => Method::Ederer2,
        MethodChoice::Hakulinen => Method::Hakulinen,
    };
    let potential = args.potential.as_deref().map(|column| input.numbers(column)).transpose()?;
    let mut report = Report::new("relsurv");
    report.fact("n", input.time.len());
    report.fact("left_out", input.left_out);
    report.fact("level", source.level);
    let mut section = Section::new(
        "at",
        if method == Method::PoharPerme { "Net survival" } else { "Relative survival" },
        &["group", "time", "n risk", "survival", "std err log", "lower", "upper"],
    );
    let mut steps =
        Section::new("curve", "Curves", &["group", "time", "n risk", "survival", "std err log", "lower", "upper"]);
    let mut series = Vec::new();
    for (name, rows) in labels.names.iter().zip(groups.rows()) {
        let curve = matched.estimate(method, &rows, &args.at, potential.as_deref()).map_err(Invalid::from)?;
        let limits = curve.limits(source.level).map_err(Invalid::from)?;
        for &time in &args.at {
            let at = curve.position(time).filter(|_| curve.time.last().is_some_and(|&last| time <= last));
            let get = |values: &[f64]| at.and_then(|at| values.get(at).copied());
            section.push(vec![
                name.into(),
                time.into(),
                get(&curve.at_risk).into(),
                get(&curve.survival).into(),
                get(&curve.std_error_log).into(),
                at.and_then(|at| limits.get(at)).map(|limit| limit.lower).into(),
                at.and_then(|at| limits.get(at)).map(|limit| limit.upper).into(),
            ]);
        }
        for (i, (&time, limit)) in curve.time.iter().zip(&limits).enumerate() {
            let get = |values: &[f64]| values.get(i).copied();
            steps.push(vec![
                name.into(),
                time.into(),
                get(&curve.at_risk).into(),
                get(&curve.survival).into(),
                get(&curve.std_error_log).into(),
                limit.lower.into(),
                limit.upper.into(),
            ]);
        }
        let median = curve.survival.iter().position(|&survival| survival <= 0.5);
        series.push(Series {
            name: name.clone(),
            start: None,
            median: median.and_then(|at| curve.time.get(at).copied()),
            time: curve.time,
            value: curve.survival,
            limits: limits.into_iter().map(Some).collect(),
            marks: Vec::new(),
        });
    }
    report.section(section);
    if source.format == super::report::Format::Json {
        report.section(steps);
    }
    if labels.names.len() > 1 {
        let test = matched.compare(&groups).map_err(Invalid::from)?;
        report.fact("chi_square", test.statistic);
        report.fact("df", test.df);
        report.fact("p", Cell::P(test.p));
    }
    if method != Method::PoharPerme {
        report.note("only Pohar Perme's method estimates net survival; this one is for comparison with older reports");
    }
    let curves = KaplanMeier::fit_groups(&input.observations()?, &groups);
    report.notes(guards::of_curves(source, &input, &labels, &curves));
    report.print(source.format)?;
    if let Some(path) = &args.plot {
        let (observations, rows) = (input.observations()?, groups.rows());
        let plot = Plot {
            title: if method == Method::PoharPerme { "Net survival" } else { "Relative survival" }.to_owned(),
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

/// The population table, and the code of each sex.
fn population(args: &Args) -> anyhow::Result<(RateTable, BTreeMap<String, usize>)> {
    let table = Table::read(&args.population)?;
    let column = |name: &str| -> Result<Vec<f64>, Invalid> { table.numbers(name) };
    let (age, year, hazard) = (column("age")?, column("year")?, column("hazard")?);
    let mut sexes: BTreeMap<String, usize> = table.column("sex")?.iter().map(|sex| (sex.clone(), 0)).collect();
    for (code, value) in sexes.values_mut().enumerate() {
        *value = code;
    }
    let mut cells: BTreeMap<(usize, i64, i64), f64> = BTreeMap::new();
    for (((sex, age), year), hazard) in table.column("sex")?.iter().zip(&age).zip(&year).zip(&hazard) {
        let key = (sexes.get(sex).copied().unwrap_or(0), *year as i64, *age as i64);
        if cells.insert(key, *hazard).is_some() {
            return Err(
                Invalid::Input(format!("the population table has age {age}, year {year}, sex {sex} twice")).into()
            );
        }
    }
    let years: std::collections::BTreeSet<i64> = year.iter().map(|&year| year as i64).collect();
    let ages = age.iter().map(|&age| age as i64 + 1).max().unwrap_or(0);
    let mut values = Vec::with_capacity(cells.len());
    for (name, &sex) in &sexes {
        for &year in &years {
            for age in 0..ages {
                values.push(*cells.get(&(sex, year, age)).ok_or_else(|| {
                    Invalid::Input(format!("the population table has no hazard for sex {name}, year {year}, age {age}"))
                })?);
            }
        }
    }
    let periods = years.iter().map(|&year| year as f64 * args.year_length).collect();
    let built = RateTable::new(sexes.len(), usize::try_from(ages).unwrap_or(0), args.year_length, periods, values);
    Ok((built.map_err(Invalid::from)?, sexes))
}
