//! `her2path interpret`: the calculators.
//!
//! Each reads one row of named columns, from flags or from a CSV file, and answers with one row of result columns. A row
//! that cannot be read gets its reason in the column `error`; the others are answered all the same.

mod her2;
mod receptors;
mod response;
mod stage;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;

use crate::exit;

/// Which calculator.
#[derive(clap::Subcommand)]
pub(crate) enum Calculator {
    /// HER2 status of one specimen: ASCO/CAP 2018, affirmed 2023.
    #[command(
        after_help = "Examples:\n  her2path interpret her2 --ihc 2+ --dual-ratio 2.1 --dual-her2-copies 3.9\n  her2path interpret her2 --csv results.csv"
    )]
    Her2(her2::Args),
    /// ER, PgR, hormone-receptor status and subtype: ASCO/CAP 2020.
    #[command(
        after_help = "Examples:\n  her2path interpret receptors --er-percent 5 --pr-percent 0 --her2-status POSITIVE\n  her2path interpret receptors --csv results.csv"
    )]
    Receptors(receptors::Args),
    /// Anatomic TNM stage group.
    #[command(
        after_help = "Examples:\n  her2path interpret stage -t cT2 -n cN1 -m cM0\n  her2path interpret stage --csv stages.csv"
    )]
    Stage(stage::Args),
    /// Response: RECIST 1.1, target lesions and overall.
    #[command(
        after_help = "Examples:\n  her2path interpret response --baseline-sum-mm 100 --nadir-sum-mm 50 --current-sum-mm 60\n  her2path interpret response --csv sums.csv"
    )]
    Response(response::Args),
}

/// Flags that every calculator has.
#[derive(clap::Args)]
pub(crate) struct Common {
    /// A CSV file with an `id` and the input columns; `-` is standard input. Unknown columns are ignored.
    #[arg(long, value_name = "FILE")]
    csv: Option<PathBuf>,
    /// How to print a single result.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    Text,
    Json,
}

/// One calculator: the names of its columns, and what it makes of one row.
pub(crate) trait Table {
    /// Input columns, in the order of [`Self::calculate`]'s argument.
    const INPUT: &'static [&'static str];
    /// At least one set of these columns must be in a CSV file.
    const REQUIRED: &'static [&'static [&'static str]];
    /// Result columns, in the order of the answer.
    const OUTPUT: &'static [&'static str];

    /// Answers one row; the input has one text per name in [`Self::INPUT`], empty where absent.
    fn calculate(input: &[&str]) -> Result<Vec<String>, String>;

    /// The sentence that a person reads for a single result.
    fn explain(output: &[String]) -> String;
}

/// Runs a calculator.
pub(crate) fn run(calculator: &Calculator) -> anyhow::Result<ExitCode> {
    match calculator {
        Calculator::Her2(args) => calculate::<her2::Her2>(&args.common, &args.row()),
        Calculator::Receptors(args) => calculate::<receptors::Receptors>(&args.common, &args.row()),
        Calculator::Stage(args) => calculate::<stage::Stage>(&args.common, &args.row()),
        Calculator::Response(args) => calculate::<response::Response>(&args.common, &args.row()),
    }
}

fn calculate<T: Table>(common: &Common, row: &[&str]) -> anyhow::Result<ExitCode> {
    match &common.csv {
        Some(path) => csv::<T>(path),
        None => single::<T>(common.format, row),
    }
}

fn single<T: Table>(format: Format, row: &[&str]) -> anyhow::Result<ExitCode> {
    let output = match T::calculate(row) {
        Ok(output) => output,
        Err(reason) => {
            eprintln!("her2path: {reason}");
            return Ok(exit::INVALID.into());
        }
    };
    let mut out = std::io::stdout().lock();
    match format {
        Format::Text => {
            writeln!(out, "{}", T::explain(&output))?;
            writeln!(out, "\nher2path informs, it does not decide; not a medical device.")?;
        }
        Format::Json => {
            let object: serde_json::Map<String, serde_json::Value> = T::OUTPUT
                .iter()
                .zip(output)
                .map(|(name, value)| ((*name).to_owned(), serde_json::Value::String(value)))
                .collect();
            writeln!(out, "{}", serde_json::Value::Object(object))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn csv<T: Table>(path: &Path) -> anyhow::Result<ExitCode> {
    let shown = path.display();
    let input: Box<dyn std::io::Read> = if path == Path::new("-") {
        Box::new(std::io::stdin().lock())
    } else {
        Box::new(std::fs::File::open(path).with_context(|| format!("could not open `{shown}`"))?)
    };
    let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(input);
    let headers = reader.headers().with_context(|| format!("`{shown}` is not CSV"))?.clone();
    let position = |name: &str| headers.iter().position(|header| header.trim_start_matches('\u{feff}') == name);
    let complete = |set: &&[&str]| set.iter().all(|name| position(name).is_some());
    if !T::REQUIRED.iter().any(|set| complete(&set)) {
        let sets: Vec<String> = T::REQUIRED.iter().map(|set| set.join(", ")).collect();
        eprintln!("her2path: `{shown}` has none of the columns it takes; it needs {}", sets.join("; or "));
        return Ok(exit::INVALID.into());
    }
    let columns: Vec<Option<usize>> = T::INPUT.iter().map(|name| position(name)).collect();
    let id = position("id").or_else(|| position("case_id"));

    let mut writer = csv::Writer::from_writer(std::io::stdout().lock());
    writer.write_record(std::iter::once("id").chain(T::OUTPUT.iter().copied()).chain(["error"]))?;
    let mut failed = false;
    for (number, record) in reader.records().enumerate() {
        let line = number.saturating_add(2);
        let (name, answer) = match &record {
            Ok(record) => {
                let cell = |column: Option<usize>| column.and_then(|column| record.get(column)).unwrap_or("");
                let input: Vec<&str> = columns.iter().map(|column| cell(*column)).collect();
                let name = Some(cell(id)).filter(|id| !id.is_empty()).map_or_else(|| line.to_string(), str::to_owned);
                (name, T::calculate(&input))
            }
            Err(error) => (line.to_string(), Err(error.to_string())),
        };
        let (output, reason) = match answer {
            Ok(output) => (output, String::new()),
            Err(reason) => {
                eprintln!("her2path: {shown}, row {line}: {reason}");
                failed = true;
                (vec![String::new(); T::OUTPUT.len()], reason)
            }
        };
        writer.write_record(std::iter::once(name).chain(output).chain([reason]))?;
    }
    writer.flush()?;
    Ok(if failed { exit::INVALID.into() } else { ExitCode::SUCCESS })
}
