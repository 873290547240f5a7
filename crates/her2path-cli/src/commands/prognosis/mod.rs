//! `her2path prognosis`: published models and figures of survival, one person by flags or many by `--csv`.
//!
//! PREDICT is for early disease only: it needs `--setting early` and refuses metastatic disease. Every answer says its
//! population, its age and what it does not know about the person.

mod breast_gpa;
mod mirels;
mod outlook;
mod predict;

use std::path::PathBuf;
use std::process::ExitCode;

use super::risk::report;
use super::table;
use crate::arguments::number;
use report::YesNo;

/// Flags of `her2path prognosis`.
#[derive(clap::Args)]
#[command(after_help = "Examples:
  her2path prognosis --model breast-gpa --kps 80 --age 52 --hormone-receptor yes --her2 yes --brain-metastases 1 --extracranial no
  her2path prognosis --model predict --setting early --age 50 --size-mm 20 --grade 2 --nodes 2 --er yes --her2 yes --smoker no
  her2path prognosis --model predict --model-version 2.2 --csv patients.csv > survival.csv
  her2path prognosis --model mirels --site 'lower limb' --pain functional --lesion lytic --lesion-size '>2/3'
  her2path prognosis --model scenarios --median 57.1
  her2path prognosis --model trials --trial CLEOPATRA --plot cleopatra.svg

Exit status: 0 done; 1 could not be done; 2 usage; 3 nobody could be answered; 4 with --strict, somebody could not.")]
pub(crate) struct Args {
    /// The model, or what to look up.
    #[arg(long, value_enum)]
    model: Model,
    /// Version of PREDICT.
    #[arg(long, value_enum, default_value_t)]
    model_version: predict::VersionName,
    /// Many people: a CSV file with the columns of the matching file under `oracles/prognosis`; `-` is standard input.
    /// Other columns are ignored.
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
    /// How to print: `text` (CSV for --csv) or `json` (one object, or one a row).
    #[arg(long, value_enum, default_value_t)]
    format: report::Format,
    /// Exit with 4 when a row of the CSV file could not be answered.
    #[arg(long)]
    strict: bool,
    #[command(flatten)]
    person: Person,
    #[command(flatten)]
    brain: breast_gpa::Flags,
    #[command(flatten)]
    early: predict::Flags,
    #[command(flatten)]
    bone: mirels::Flags,
    #[command(flatten)]
    outlook: outlook::Flags,
}

/// What to ask.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Model {
    /// Median survival with brain metastases, 2020.
    BreastGpa,
    /// PREDICT Breast: early disease only.
    Predict,
    /// Risk of fracture of a long bone with a metastasis.
    Mirels,
    /// Worst case, typical and best case of a median.
    Scenarios,
    /// Chances of those who have already lived some years with metastatic disease.
    Conditional,
    /// Registry survival by stage and subtype.
    Registry,
    /// Median overall survival in trials of HER2-positive metastatic disease.
    Trials,
}

/// What several models ask of a person. What is not given is unknown.
#[derive(clap::Args)]
#[command(next_help_heading = "The person (what is not given is unknown)")]
struct Person {
    /// Age in years.
    #[arg(long, value_parser = number)]
    age: Option<f64>,
    /// HER2-positive.
    #[arg(long, value_enum)]
    her2: Option<YesNo>,
}

/// Answers one person or a file of them.
pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    if let Some(path) = &args.csv {
        let options = table::Options { json: args.format == report::Format::Json, strict: args.strict };
        let version = args.model_version.version();
        return match args.model {
            Model::BreastGpa => table::run(path, options, breast_gpa::form),
            Model::Predict => table::run(path, options, |columns| predict::form(columns, version)),
            Model::Mirels => table::run(path, options, mirels::form),
            Model::Scenarios | Model::Conditional | Model::Registry | Model::Trials => {
                report::usage("`--csv` goes with `--model breast-gpa`, `--model predict` or `--model mirels`")
            }
        };
    }
    let answer = match args.model {
        Model::BreastGpa => breast_gpa::answer(&args.person, &args.brain),
        Model::Predict => predict::answer(args.model_version.version(), &args.person, &args.early),
        Model::Mirels => mirels::answer(&args.bone),
        Model::Scenarios => outlook::scenarios(&args.outlook),
        Model::Conditional => outlook::conditional(&args.outlook),
        Model::Registry => outlook::registry(),
        Model::Trials => match outlook::draw(&args.outlook)? {
            Ok(()) => outlook::trials(),
            Err(refused) => refused,
        },
    };
    report::print(args.format, answer)
}

/// The names of these that have no value.
fn missing(all: &[(&'static str, bool)]) -> Result<(), String> {
    let names: Vec<_> = all.iter().filter(|(_, known)| !known).map(|(name, _)| format!("`{name}`")).collect();
    if names.is_empty() { Ok(()) } else { Err(format!("missing: {}", names.join(", "))) }
}
