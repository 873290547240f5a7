//! The `her2path` command: one file per sub-command, and this `match`.
//!
//! Data goes to standard output, talk to standard error. Exit status: 0 done; 1 could not be done; 2 usage; 3 input or
//! knowledge invalid; 4 with `--strict`, done but some input was skipped or some data is required.

#![deny(clippy::print_stdout, clippy::print_stderr)]

mod arguments;
mod commands;
mod exit;
mod guideline;
mod input;
mod output;
mod terminal;

use std::process::ExitCode;

use anyhow::Context as _;
use clap::Parser as _;

use commands::Command;

#[derive(clap::Parser)]
#[command(
    name = "her2path",
    version,
    about = "The care pathway of HER2-positive metastatic breast cancer as a program: a record in, an explained assessment out.",
    after_help = "her2path informs, it does not decide; it is not a medical device.\n\nExamples:\n  her2path assess examples/jenny-m.json\n  her2path assess record.ndjson --as-of 2024-06-30 --format json\n  her2path interpret her2 --ihc 2+ --ratio 2.4 --copies 5.1\n  her2path knowledge list",
    disable_help_subcommand = true
)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

fn main() -> ExitCode {
    let done = match Cli::try_parse() {
        Ok(cli) => commands::run(&cli.command),
        Err(message) => usage(&message),
    };
    match done {
        Ok(status) => status,
        Err(error) if exit::is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            output::say(format_args!("{error:#}"));
            exit::FAILED.into()
        }
    }
}

/// Help and version are data; what was typed wrongly is talk, and ends with status 2.
fn usage(message: &clap::Error) -> anyhow::Result<ExitCode> {
    message.print().and_then(|()| std::io::Write::flush(&mut std::io::stdout())).context("could not write")?;
    Ok(if message.use_stderr() { ExitCode::from(2) } else { ExitCode::SUCCESS })
}
