//! The project's own workshop: `cargo xtask test`, and what belongs to building rather than to using her2path.

mod test;

use std::process::ExitCode;

use clap::Parser as _;

#[derive(clap::Parser)]
#[command(name = "cargo xtask", about = "The workshop of her2path.", disable_help_subcommand = true)]
enum Task {
    /// Set up whatever the tests need and run them all: format, lints, tests, documentation tests.
    Test(test::Args),
}

fn main() -> ExitCode {
    let done = match Task::parse() {
        Task::Test(args) => test::run(&args),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
