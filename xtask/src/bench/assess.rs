//! `cargo xtask bench assess`: a record from bytes to assessment, and the whole command on it.
//!
//! The benchmark of the crate compares medians in one process; the command is started a hundred times, and the least
//! wall-clock time and the processor time are told apart, because on a shared machine the clock measures the others too.
//! Everything goes to `benches/assess/raw.txt` with the machine and its load; no test asserts a time.

use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};

/// How many times the command is started.
const STARTS: usize = 100;

/// Runs the benchmark.
pub(crate) fn run() -> anyhow::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("the workshop lies in the project")?;
    let load = || std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let mut raw = format!("$ cargo bench -p her2path --bench assess\nload before: {}", load());
    raw += &output(
        Command::new(env!("CARGO")).args(["bench", "-q", "-p", "her2path", "--bench", "assess"]).current_dir(root),
    )?;
    writeln!(raw, "load after: {}", load())?;

    output(Command::new(env!("CARGO")).args(["build", "-q", "--release", "-p", "her2path-cli"]).current_dir(root))?;
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), Into::into);
    let program = target.join("release/her2path");
    for format in ["text", "json"] {
        let call = ["assess", "examples/maureen.json", "--as-of", "2026-11-23", "--format", format];
        let (mut wall, before) = (Vec::new(), super::children_seconds());
        for _ in 0..STARTS {
            let started = Instant::now();
            let status = Command::new(&program)
                .args(call)
                .current_dir(root)
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status()?;
            wall.push(started.elapsed());
            if !status.success() {
                bail!("`her2path {}` failed", call.join(" "));
            }
        }
        wall.sort();
        let cpu =
            before.zip(super::children_seconds()).map(|(before, after)| (after - before) / STARTS as f64 * 1000.0);
        let of = |share: usize| wall.get(STARTS * share / 100).copied().unwrap_or(Duration::MAX).as_secs_f64() * 1000.0;
        writeln!(raw, "\n$ her2path {}  ({STARTS} starts)", call.join(" "))?;
        writeln!(raw, "wall clock: least {:.1} ms, median {:.1} ms, 90th centile {:.1} ms", of(0), of(50), of(90))?;
        let cpu = cpu.map_or_else(|| "not known here".to_owned(), |cpu| format!("{cpu:.1} ms"));
        writeln!(raw, "processor time of one start, mean: {cpu}")?;
    }
    print!("{raw}");
    let folder = root.join("benches/assess");
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("raw.txt"), raw)?;
    Ok(())
}

fn output(command: &mut Command) -> anyhow::Result<String> {
    let done = command.output().with_context(|| format!("could not run {:?}", command.get_program()))?;
    if !done.status.success() {
        bail!("{}", String::from_utf8_lossy(&done.stderr).trim().to_owned());
    }
    Ok(String::from_utf8(done.stdout)?)
}
