//! `cargo xtask readers`: the tables of a cohort read by DuckDB and Polars, as `docs/cohort.md` shows it.
//!
//! The page's own Python is run on a cohort of the examples and of synthetic patients; then both readers must find what
//! the same run wrote as CSV.

use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, bail};

use crate::served::program;
use crate::{npm, pypi};

/// What is installed. The versions are fixed, so that a new release of a reader is met on purpose.
const PACKAGES: [&str; 2] = ["duckdb==2.0.0", "polars==2.1.0"];
const CHECK: &str = include_str!("readers/check.py");
const PAGE: &str = include_str!("../../docs/cohort.md");

pub(crate) fn run() -> anyhow::Result<()> {
    let python = pypi::environment("readers", &PACKAGES)?.join("bin/python");
    let folder = npm::target()?.join("readers");
    if folder.exists() {
        std::fs::remove_dir_all(&folder).with_context(|| format!("could not delete `{}`", folder.display()))?;
    }
    std::fs::create_dir_all(&folder).with_context(|| format!("could not make `{}`", folder.display()))?;
    let (patients, tables, plain) = (folder.join("patients"), folder.join("results"), folder.join("csv"));
    must(Command::new(program()?).args(["synth", "--patients", "60", "--seed", "5", "--out"]).arg(&patients))?;
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples");
    for (out, format) in [(&tables, "parquet"), (&plain, "csv")] {
        let mut command = Command::new(program()?);
        command.arg("cohort").args([&examples, &patients]).args(["--as-of", "2026-11-01", "--format", format]);
        must(command.arg("--out").arg(out))?;
    }
    let (_, rest) = PAGE.split_once("```python\n").context("docs/cohort.md has no Python")?;
    let (example, _) = rest.split_once("```").context("the Python of docs/cohort.md has no end")?;
    for script in [example, CHECK] {
        must(Command::new(&python).args(["-c", script]).current_dir(&folder))?;
    }
    Ok(())
}

fn must(command: &mut Command) -> anyhow::Result<()> {
    let output = command.output().with_context(|| format!("could not start {command:?}"))?;
    if !output.status.success() {
        bail!("{command:?} failed:\n{}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(())
}
