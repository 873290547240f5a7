//! `cargo xtask bench`: the measurements whose results are published with their raw output.

mod assess;
mod server;
mod survival;

/// What to measure.
#[derive(clap::Subcommand)]
pub(crate) enum Bench {
    /// Survival statistics on a million people, beside R `survival` and PyPI `lifelines`.
    Survival,
    /// Bytes to assessment, beside the time in which `serde_json` parses the same bytes; and the whole command, cold.
    Assess,
    /// Requests that the server answers, beside a service on npm `cql-execution`.
    Server,
}

/// Measures.
pub(crate) fn run(bench: &Bench) -> anyhow::Result<()> {
    match bench {
        Bench::Survival => survival::run(),
        Bench::Assess => assess::run(),
        Bench::Server => server::run(),
    }
}
