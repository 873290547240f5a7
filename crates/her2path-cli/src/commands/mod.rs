//! The sub-commands, one file each, and the one place that lists them.

mod interpret;

use std::process::ExitCode;

/// What to do.
#[derive(clap::Subcommand)]
pub(crate) enum Command {
    /// Calculate: HER2, receptors, stage or response, from values or a CSV file.
    #[command(subcommand)]
    Interpret(interpret::Calculator),
}

/// Does it.
pub(crate) fn run(command: &Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Interpret(calculator) => interpret::run(calculator),
    }
}
