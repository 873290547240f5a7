//! `her2path interpret`: the calculators.
//!
//! Each reads one row of named columns, from flags or from a CSV file, and answers with one row of result columns. A row
//! that cannot be read gets its reason in the column `reason`; the others are answered all the same.

mod her2;
mod receptors;
mod response;
mod stage;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use her2path::interpret::{Her2, Receptors, Response, Stage, Table};

use super::table;
use crate::{exit, output};

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
    /// With `--csv`: end with status 4 where a row could not be answered.
    #[arg(long, requires = "csv")]
    strict: bool,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    Text,
    Json,
}

/// Runs a calculator.
pub(crate) fn run(calculator: &Calculator) -> anyhow::Result<ExitCode> {
    match calculator {
        Calculator::Her2(args) => calculate::<Her2>(&args.common, &args.row()),
        Calculator::Receptors(args) => calculate::<Receptors>(&args.common, &args.row()),
        Calculator::Stage(args) => calculate::<Stage>(&args.common, &args.row()),
        Calculator::Response(args) => calculate::<Response>(&args.common, &args.row()),
    }
}

fn calculate<T: Table + 'static>(common: &Common, row: &[&str]) -> anyhow::Result<ExitCode> {
    match &common.csv {
        Some(path) => csv::<T>(path, common),
        None if row.iter().all(|value| value.trim().is_empty()) => {
            output::say("nothing to calculate with: give values by flags, or a file with --csv; --help shows examples");
            Ok(exit::USAGE.into())
        }
        None => single::<T>(common.format, row),
    }
}

fn single<T: Table>(format: Format, row: &[&str]) -> anyhow::Result<ExitCode> {
    let result = match T::calculate(row) {
        Ok(result) => result,
        Err(reason) => {
            output::say(reason);
            return Ok(exit::INVALID.into());
        }
    };
    let refused = T::refused(&result);
    output::print(|out| {
        match format {
            Format::Text => {
                writeln!(out, "{}", T::explain(&result))?;
                writeln!(out, "\nher2path informs, it does not decide; not a medical device.")?;
            }
            Format::Json => {
                let object: serde_json::Map<String, serde_json::Value> = T::OUTPUT
                    .iter()
                    .zip(result)
                    .map(|(name, value)| ((*name).to_owned(), serde_json::Value::String(value)))
                    .collect();
                writeln!(out, "{}", serde_json::Value::Object(object))?;
            }
        }
        Ok(())
    })?;
    if let Some(reason) = refused {
        output::say(reason);
        return Ok(exit::INVALID.into());
    }
    Ok(ExitCode::SUCCESS)
}

fn csv<T: Table + 'static>(path: &Path, common: &Common) -> anyhow::Result<ExitCode> {
    let options = table::Options { json: common.format == Format::Json, strict: common.strict };
    table::run(path, options, |columns| {
        if !T::REQUIRED.iter().any(|set| columns.has(set)) {
            let sets: Vec<String> = T::REQUIRED.iter().map(|set| set.join(" and ")).collect();
            return Err(format!("it needs the columns {}", sets.join(", or ")));
        }
        let answer = |row: &table::Row<'_>| {
            let input: Vec<&str> = T::INPUT.iter().map(|column| row.cell(column)).collect();
            let (cells, refused) = match T::calculate(&input) {
                Ok(result) => {
                    let refused = T::refused(&result);
                    (result.into_iter().map(table::Cell::Text).collect(), refused)
                }
                Err(reason) => (vec![table::Cell::None; T::OUTPUT.len()], Some(reason)),
            };
            vec![table::Answered { cells, refused }]
        };
        Ok(table::Form { output: T::OUTPUT.to_vec(), answer: Box::new(answer) })
    })
}
