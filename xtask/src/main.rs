//! The project's own workshop: `cargo xtask test`, and what belongs to building rather than to using her2path.

mod bench;
mod browser;
mod cases;
mod fuzz_server;
mod load;
mod npm;
mod pypi;
mod readers;
mod served;
mod smart;
mod test;

use std::process::ExitCode;

use clap::Parser as _;

#[derive(clap::Parser)]
#[command(name = "cargo xtask", about = "The workshop of her2path.", disable_help_subcommand = true)]
enum Task {
    /// Set up whatever the tests need and run them all: format, lints, tests, documentation tests.
    Test(test::Args),
    /// Run cases of treatment or of lines of therapy through FHIR, print each disagreement and last `N of M agree`.
    Cases(cases::Args),
    /// Walk through every page in a browser (Debian's chromium, `playwright-core` and `axe-core` from npm); part of `test`.
    Browser,
    /// Launch from an EHR of others (`@medplum/fhir-router` and `fhirclient` from npm); part of `test`.
    Smart,
    /// Ask the server what its OpenAPI document lets one make up (`schemathesis` from PyPI); part of `test`.
    FuzzServer,
    /// Read the tables of a cohort with DuckDB and Polars of PyPI; part of `test`.
    Readers,
    /// Measure, beside peers, and write the results with their raw output.
    #[command(subcommand)]
    Bench(bench::Bench),
}

fn main() -> ExitCode {
    let done = match Task::parse() {
        Task::Test(args) => test::run(&args),
        Task::Cases(args) => cases::run(&args),
        Task::Browser => browser::run(),
        Task::Smart => smart::run(),
        Task::FuzzServer => fuzz_server::run(),
        Task::Readers => readers::run(),
        Task::Bench(bench) => bench::run(&bench),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}
