//! `cargo xtask bench`: the measurements whose results are published with their raw output.

mod assess;
mod cohort;
mod server;
mod survival;

/// What to measure.
#[derive(clap::Subcommand)]
pub(crate) enum Bench {
    /// Survival statistics on a million people, beside R `survival` and PyPI `lifelines`.
    Survival,
    /// Bytes to assessment, beside the time in which `serde_json` parses the same bytes; and the whole command, cold.
    Assess,
    /// Records of many patients from files to tables, beside DuckDB, Polars and jq on a smaller question.
    Cohort(cohort::Args),
    /// Requests that the server answers, beside a service on npm `cql-execution`.
    Server,
}

/// Measures.
pub(crate) fn run(bench: &Bench) -> anyhow::Result<()> {
    match bench {
        Bench::Survival => survival::run(),
        Bench::Assess => assess::run(),
        Bench::Cohort(args) => cohort::run(args),
        Bench::Server => server::run(),
    }
}

/// Processor time of all children that have ended, in seconds: fields 16 and 17 of `/proc/self/stat`, at 100 ticks a second.
fn children_seconds() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let mut after_name = stat.rsplit_once(')')?.1.split_whitespace().skip(13);
    let user: f64 = after_name.next()?.parse().ok()?;
    let system: f64 = after_name.next()?.parse().ok()?;
    Some((user + system) / 100.0)
}
