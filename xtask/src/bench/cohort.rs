//! `cargo xtask bench cohort`: synthetic records of many patients from files to tables, beside other tools.
//!
//! First what the machine can do (copying memory, finding line ends), then the whole assessment on one and two threads, then
//! DuckDB, Polars and `jq` on a smaller question, "which patients have a HER2-positive result", of the Observations alone.
//! Processor seconds stand beside the clock, because on a shared machine the clock measures the others too. The table and
//! the raw output go to `benches/cohort/`; no test asserts a time. Deliberately absent: Spark and a CQL engine, which need
//! a Java machine and a translator.

use std::fmt::Write as _;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};

/// What to run.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Patients, of about 200 kB each.
    #[arg(long, value_name = "N", default_value_t = 3600)]
    patients: u64,
    /// Only our own program, whose peak of memory is then comparable between sizes; nothing is written.
    #[arg(long)]
    ours: bool,
}

/// What a run took.
struct Run {
    wall: f64,
    processor: f64,
    /// The most memory at any time, in bytes.
    peak: u64,
    output: String,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("the workshop lies in the project")?;
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    start(Command::new(env!("CARGO")).args(["build", "-q", "--release", "-p", "her2path-cli"]).current_dir(root))?;
    let program = target.join("release/her2path");
    let scratch = target.join(format!("bench-cohort-{}", std::process::id()));
    let (data, out) = (scratch.join("data"), scratch.join("out"));
    let patients = args.patients.to_string();
    start(Command::new(&program).args(["synth", "--patients", &patients, "--seed", "1", "--out"]).arg(&data))?;
    std::fs::remove_file(data.join("truth.ndjson"))?;
    let measured = measure(args, root, &program, &data, &out, &target);
    std::fs::remove_dir_all(&scratch)?;
    let (table, raw) = measured?;
    print!("{table}\n{raw}");
    if !args.ours {
        let folder = root.join("benches/cohort");
        std::fs::write(folder.join("results.md"), table)?;
        std::fs::write(folder.join("raw.txt"), raw)?;
    }
    Ok(())
}

fn measure(
    args: &Args,
    root: &Path,
    program: &Path,
    data: &Path,
    out: &Path,
    target: &Path,
) -> anyhow::Result<(String, String)> {
    let all: u64 = std::fs::read_dir(data)?.map(|entry| Ok(entry?.metadata()?.len())).sum::<std::io::Result<u64>>()?;
    let observations = data.join("Observation.ndjson");
    let asked = std::fs::metadata(&observations)?.len();
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let mut raw = format!("{} patients, {all} bytes; load before: {load}", args.patients);
    let mut table = format!(
        "# Cohorts: {} patients, {:.2} GB of NDJSON by type\n\n{}\n\n| what | bytes read | threads | wall, s | processor, s | MB a processor-second | peak memory, MB |\n|---|---:|---:|---:|---:|---:|---:|\n",
        args.patients,
        all as f64 / 1e9,
        machine()
    );
    let mut row = |what: &str, bytes: u64, threads: &str, run: &Run| {
        let (megabytes, peak) = (bytes as f64 / 1e6, run.peak as f64 / 1e6);
        let rate = megabytes / run.processor.max(1e-3);
        let peak = if run.peak == 0 { "-".to_owned() } else { format!("{peak:.0}") };
        let line = format!(
            "| {what} | {megabytes:.0} MB | {threads} | {:.2} | {:.2} | {rate:.0} | {peak} |\n",
            run.wall, run.processor
        );
        table.push_str(&line);
        line
    };
    let bytes = std::fs::read(&observations)?;
    let mut copy = vec![0; bytes.len()];
    let copied = in_process(|| copy.copy_from_slice(black_box(&bytes)))?;
    row("copying memory", asked, "1", &copied);
    let searched = in_process(|| {
        black_box(memchr::memchr_iter(b'\n', black_box(&bytes)).count());
    })?;
    row("finding line ends", asked, "1", &searched);
    drop((bytes, copy));
    for threads in ["1", "2"] {
        let mut command = Command::new(program);
        command
            .args(["cohort", "--as-of", "2026-11-01", "--overwrite", "--threads", threads, "--out"])
            .arg(out)
            .arg(data);
        let run = start(&mut command)?;
        write!(raw, "\n$ her2path cohort --threads {threads}\n{}", run.output)?;
        raw += &row("her2path cohort: the whole assessment, all tables", all, threads, &run);
    }
    if !args.ours {
        for (tool, threads) in [("duckdb", "1"), ("duckdb", "2"), ("polars", "1"), ("polars", "2")] {
            let script = root.join("benches/cohort/peers.py");
            let mut command = Command::new(python(target)?);
            let mut run = start(command.arg(script).arg(tool).arg(&observations).arg(threads))?;
            let words: Vec<&str> = run.output.split_whitespace().collect();
            let [_, wall, processor, version] = words[..] else { bail!("`{tool}` said `{}`", run.output) };
            (run.wall, run.processor) = (wall.parse()?, processor.parse()?);
            write!(raw, "\n$ peers.py {tool}, {threads} threads: patients, wall, processor, version\n{}", run.output)?;
            row(&format!("{tool} {version}: who has a HER2-positive result"), asked, threads, &run);
        }
        let mut command = Command::new("jq");
        let run =
            start(command.args(["-r", "-f"]).arg(root.join("benches/cohort/her2_positive.jq")).arg(&observations))?;
        let mut found: Vec<&str> = run.output.lines().collect();
        found.sort_unstable();
        found.dedup();
        writeln!(raw, "\n$ jq: patients\n{}", found.len())?;
        row("jq: who has a HER2-positive result", asked, "1", &run);
    }
    Ok((table, raw))
}

/// The best of three.
fn in_process(mut task: impl FnMut()) -> anyhow::Result<Run> {
    let mut best = Duration::MAX;
    for _ in 0..3 {
        let started = Instant::now();
        task();
        best = best.min(started.elapsed());
    }
    let seconds = best.as_secs_f64();
    Ok(Run { wall: seconds, processor: seconds, peak: 0, output: String::new() })
}

/// Runs a program to its end; its output is what it prints, and its peak what `/proc` says shortly before the end.
fn start(command: &mut Command) -> anyhow::Result<Run> {
    let name = command.get_program().to_owned();
    let before = super::children_seconds();
    let started = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("could not run {name:?}"))?;
    let status = PathBuf::from(format!("/proc/{}/status", child.id()));
    let watch = std::thread::spawn(move || {
        let mut peak = 0;
        while let Some(now) = std::fs::read_to_string(&status).ok().as_deref().and_then(high_water) {
            peak = now;
            std::thread::sleep(Duration::from_millis(5));
        }
        peak
    });
    let errors = child.stderr.take();
    let read_errors = std::thread::spawn(move || {
        let mut text = String::new();
        if let Some(mut errors) = errors {
            // What cannot be read is not shown.
            let _ = std::io::Read::read_to_string(&mut errors, &mut text);
        }
        text
    });
    let mut output = String::new();
    if let Some(mut stdout) = child.stdout.take() {
        std::io::Read::read_to_string(&mut stdout, &mut output)?;
    }
    let ended = child.wait()?;
    let wall = started.elapsed().as_secs_f64();
    let errors = read_errors.join().unwrap_or_default();
    if !ended.success() {
        bail!("{name:?} failed: {}", errors.trim());
    }
    let processor = before.zip(super::children_seconds()).map_or(0.0, |(before, after)| after - before);
    let output = if output.is_empty() { errors } else { output };
    Ok(Run { wall, processor, peak: watch.join().unwrap_or_default(), output })
}

/// `VmHWM`, which is gone once a process has ended.
fn high_water(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse::<u64>().ok().map(|kib| kib * 1024)
}

/// A Python with DuckDB and Polars: the one of the machine if it has them, else one of its own below the target folder.
fn python(target: &Path) -> anyhow::Result<PathBuf> {
    let has = |program: &Path| {
        Command::new(program).args(["-c", "import duckdb, polars"]).output().is_ok_and(|done| done.status.success())
    };
    let own = target.join("bench-python");
    let python = own.join("bin/python");
    if let Some(found) = [PathBuf::from("python3"), python.clone()].into_iter().find(|program| has(program)) {
        return Ok(found);
    }
    eprintln!("xtask: installing duckdb and polars from PyPI into `{}`", own.display());
    start(Command::new("python3").args(["-m", "venv"]).arg(&own)).context("`python3 -m venv` is needed")?;
    start(Command::new(&python).args(["-m", "pip", "install", "--quiet", "duckdb", "polars"]))?;
    Ok(python)
}

fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let model = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = model.lines().find_map(|line| line.strip_prefix("model name")).unwrap_or_default();
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    format!(
        "{cores} cores, {}; load of the machine before: {}. From the page cache. `cargo xtask bench cohort` draws the data, runs everything and writes this file and `raw.txt`.",
        model.trim_start_matches([' ', '\t', ':']),
        load.trim()
    )
}
