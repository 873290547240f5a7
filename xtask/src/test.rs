//! `cargo xtask test`: everything that has to pass, in one command.
//!
//! Components that some tests need beside Rust are installed first, from their registries. Where one cannot be had, a
//! user is told what stays untested and how to install it; in CI (`CI=true`) that is a failure.

use std::process::Command;
use std::time::Instant;

use anyhow::{Context as _, bail};

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Leave out the check of formatting and lints.
    #[arg(long)]
    no_lints: bool,
}

/// A component from a Debian package: how to see that it is there, and what it is for.
struct Component {
    name: &'static str,
    probe: (&'static str, &'static [&'static str]),
    packages: &'static [&'static str],
    purpose: &'static str,
}

const COMPONENTS: [Component; 4] = [
    Component {
        name: "R with survival, cmprsk and jsonlite",
        probe: ("Rscript", &["-e", "library(survival); library(cmprsk); library(jsonlite)"]),
        packages: &["r-base-core", "r-cran-survival", "r-cran-cmprsk", "r-cran-jsonlite"],
        purpose: "the comparison of the survival statistics with R on fresh data",
    },
    Component {
        name: "PostgreSQL",
        probe: ("sh", &["-c", "ls /usr/lib/postgresql/*/bin/initdb && command -v setpriv"]),
        packages: &["postgresql", "util-linux"],
        purpose: "the test of the server's store on PostgreSQL",
    },
    BROWSER,
    PYTHON,
];

const PYTHON: Component = Component {
    name: "python with venv",
    probe: ("python3", &["-c", "import venv, ensurepip"]),
    packages: &["python3", "python3-venv"],
    purpose: "the test of the server with made-up requests and that of the tables with DuckDB and Polars",
};

const BROWSER: Component = Component {
    name: "a browser with node and npm",
    probe: ("sh", &["-c", "chromium --version && node --version && npm --version"]),
    packages: &["chromium", "nodejs", "npm"],
    purpose: "the walk through every page in a browser",
};

pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let started = Instant::now();
    for component in &COMPONENTS {
        provide(component)?;
    }
    if !args.no_lints {
        step("formatting", cargo(&["fmt", "--all", "--check"]))?;
        step("lints", cargo(&["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"]))?;
    }
    if succeeds("cargo", &["nextest", "--version"]) {
        step("tests", cargo(&["nextest", "run", "--workspace", "--no-fail-fast"]))?;
    } else {
        step("tests", cargo(&["test", "--workspace", "--all-targets", "--no-fail-fast"]))?;
    }
    step("documentation tests", cargo(&["test", "--workspace", "--doc", "--quiet"]))?;
    if present(&BROWSER) {
        // The walk opens the program as it was built for the tests.
        step("build", cargo(&["build", "--quiet", "-p", "her2path-cli"]))?;
        timed("browser", crate::browser::run)?;
        timed("launches", crate::smart::run)?;
    }
    if present(&PYTHON) {
        step("build", cargo(&["build", "--quiet", "-p", "her2path-cli"]))?;
        timed("made-up requests", crate::fuzz_server::run)?;
        timed("tables in DuckDB and Polars", crate::readers::run)?;
    }
    println!("all passed in {} s", started.elapsed().as_secs());
    Ok(())
}

fn present(component: &Component) -> bool {
    let (program, arguments) = component.probe;
    succeeds(program, arguments)
}

fn provide(component: &Component) -> anyhow::Result<()> {
    let Component { name, packages, purpose, .. } = component;
    if present(component) {
        return Ok(());
    }
    println!("installing {name}: {}", packages.join(" "));
    let install = [&["install", "--yes", "--no-install-recommends"][..], packages].concat();
    let installed = succeeds("apt-get", &["update"]) && succeeds("apt-get", &install) && present(component);
    if installed {
        return Ok(());
    }
    if in_ci() {
        bail!("{name} could not be installed, and {purpose} needs it");
    }
    eprintln!(
        "xtask: {name} is not here, so {purpose} is left out; install it with: apt-get install {}",
        packages.join(" ")
    );
    Ok(())
}

/// Whether this run must not leave anything out.
fn in_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| value == "true")
}

fn succeeds(program: &str, arguments: &[&str]) -> bool {
    let mut command = Command::new(program);
    command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
    command.output().is_ok_and(|output| output.status.success())
}

fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments);
    command
}

fn step(name: &str, mut command: Command) -> anyhow::Result<()> {
    timed(name, || {
        let status = command.status().with_context(|| format!("could not start the step `{name}`"))?;
        if !status.success() {
            bail!("`{name}` failed");
        }
        Ok(())
    })
}

fn timed(name: &str, run: impl FnOnce() -> anyhow::Result<()>) -> anyhow::Result<()> {
    let started = Instant::now();
    println!("── {name}");
    run()?;
    println!("── {name}: {} s", started.elapsed().as_secs());
    Ok(())
}
