//! `cargo xtask bench survival`: a million people through her2path-survival, R `survival` and PyPI `lifelines`.
//!
//! Draws the data, runs every program on the same file in its own process, each task once to warm up and then three times,
//! and writes the median seconds and the raw output to `benches/survival/`. Reading the file is not counted anywhere.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail};

const ROWS: usize = 1_000_000;

/// What each task is, and how many times as fast as R it is meant to be.
const TASKS: [(&str, &str, Option<f64>); 8] = [
    ("km_ties", "Kaplan-Meier, whole days", Some(15.0)),
    ("km_continuous", "Kaplan-Meier, continuous times", Some(15.0)),
    ("logrank_ties", "log-rank, two groups", None),
    ("cox_ties", "Cox, 5 covariates, Efron, whole days", Some(10.0)),
    ("cox_continuous", "Cox, 5 covariates, continuous times", Some(10.0)),
    ("cox_concordance", "the same with concordance and its standard error, as R's call includes", None),
    ("zph_ties", "test of proportional hazards", None),
    ("aj_ties", "Aalen-Johansen, two causes, with standard errors", Some(100.0)),
];

/// Runs the benchmark.
pub(crate) fn run() -> anyhow::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("the workshop lies in the project")?;
    let folder = root.join("benches/survival");
    let scratch = std::env::temp_dir().join(format!("her2path-bench-{}", std::process::id()));
    std::fs::create_dir_all(&scratch)?;
    let data = scratch.join("data.bin");

    let build = ["build", "--release", "--package", "her2path-survival", "--example", "bench"];
    if !Command::new(env!("CARGO")).args(build).current_dir(root).status()?.success() {
        bail!("the benchmark program does not build");
    }
    let program = target(root).join("release/examples/bench");
    let before = load();
    let ours = output(Command::new(&program).arg(&data).arg(ROWS.to_string()))?;
    let mut raw = format!("# her2path-survival (load {before})\n{ours}");
    let mut columns = vec![("her2path", seconds(&ours))];
    let programs: [(&str, &str, &str); 2] =
        [("R survival", "Rscript", "bench.R"), ("lifelines", "python3", "bench_lifelines.py")];
    for (name, command, script) in programs {
        let command = match command {
            "python3" => python(root)?,
            other => other.into(),
        };
        let before = load();
        match output(Command::new(command).arg(folder.join(script)).arg(&data).arg(ROWS.to_string())) {
            Ok(text) => {
                write!(raw, "\n# {name} (load {before})\n{text}")?;
                columns.push((name, seconds(&text)));
            }
            Err(error) => eprintln!("xtask: {name} is left out: {error:#}"),
        }
    }
    std::fs::remove_dir_all(&scratch)?;

    let table = render(&columns);
    print!("{table}");
    std::fs::write(folder.join("raw.txt"), raw)?;
    std::fs::write(folder.join("results.md"), format!("{}\n{table}", header()))?;
    Ok(())
}

fn header() -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    let model = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = model
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .unwrap_or("")
        .trim_start_matches([' ', '\t', ':']);
    format!(
        "# Survival statistics at {ROWS} rows\n\nSeconds, reading the data not counted: median of three runs after one to warm up, but one run for R's Aalen-Johansen (not warmed up) and lifelines' Cox (not warmed up) and continuous Kaplan-Meier. The programs run one after the other; the load of the machine before each stands in `raw.txt`. {cores} cores, {model}.\n\
         `cargo xtask bench survival` draws the data, runs everything and writes this file and `raw.txt`.\n"
    )
}

/// A Python with lifelines: the one named by `HER2PATH_BENCH_PYTHON`, the one of the machine if it has it, else one of its
/// own below the target folder, made from PyPI.
fn python(root: &Path) -> anyhow::Result<PathBuf> {
    if let Some(named) = std::env::var_os("HER2PATH_BENCH_PYTHON") {
        return Ok(named.into());
    }
    let has = |program: &Path| {
        Command::new(program).args(["-c", "import lifelines, numpy"]).output().is_ok_and(|done| done.status.success())
    };
    let own = target(root).join("bench-python");
    let python = own.join("bin/python");
    if let Some(found) = [PathBuf::from("python3"), python.clone()].into_iter().find(|program| has(program)) {
        return Ok(found);
    }
    eprintln!("xtask: installing lifelines from PyPI into `{}`", own.display());
    output(Command::new("python3").args(["-m", "venv"]).arg(&own)).context("`python3 -m venv` is needed")?;
    output(Command::new(&python).args(["-m", "pip", "install", "--quiet", "lifelines"]))?;
    Ok(python)
}

/// The load of the machine over the last minutes: a busy machine makes a poor benchmark.
fn load() -> String {
    std::fs::read_to_string("/proc/loadavg").map_or_else(|_| "unknown".to_owned(), |text| text.trim().to_owned())
}

/// Where cargo puts what it builds.
fn target(root: &Path) -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from)
}

fn output(command: &mut Command) -> anyhow::Result<String> {
    let done = command.output().with_context(|| format!("could not run {:?}", command.get_program()))?;
    if !done.status.success() {
        bail!("{}", String::from_utf8_lossy(&done.stderr).trim().to_owned());
    }
    Ok(String::from_utf8(done.stdout)?)
}

/// Lines `task seconds`.
fn seconds(text: &str) -> BTreeMap<String, f64> {
    let pairs = text.lines().filter_map(|line| {
        let (task, seconds) = line.split_once(' ')?;
        Some((task.to_owned(), seconds.trim().parse().ok()?))
    });
    pairs.collect()
}

fn render(columns: &[(&str, BTreeMap<String, f64>)]) -> String {
    let mut table = String::from("| task |");
    for (name, _) in columns {
        table.push_str(&format!(" {name} |"));
    }
    table.push_str(" times R | meant |\n|---|");
    table.push_str(&"---:|".repeat(columns.len() + 2));
    table.push('\n');
    for (task, title, meant) in TASKS {
        table.push_str(&format!("| {title} |"));
        let of =
            |column: &str| columns.iter().find(|(name, _)| *name == column).and_then(|(_, values)| values.get(task));
        for (name, _) in columns {
            table.push_str(&of(name).map_or_else(|| " - |".to_owned(), |seconds| format!(" {seconds:.3} |")));
        }
        let ratio = of("R survival").zip(of("her2path")).map(|(r, ours)| r / ours);
        table.push_str(&ratio.map_or_else(|| " - |".to_owned(), |ratio| format!(" {ratio:.0} |")));
        table.push_str(&meant.map_or_else(|| " |\n".to_owned(), |meant| format!(" {meant:.0} |\n")));
    }
    table
}
