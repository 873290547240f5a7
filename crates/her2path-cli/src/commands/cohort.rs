//! `her2path cohort`: the records of many patients in, tables and a report out.

use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use her2path::Question;
use her2path::issue::Severity;
use her2path_cohort::{CohortError, Format, Options, Progress, Stage, Summary, files, run as run_cohort};
use jiff::civil::Date;

use crate::arguments::day;
use crate::input::tell_passed_over;
use crate::{exit, guideline, output};

#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  her2path cohort export/ --out results\n  her2path cohort 'export/*.ndjson.gz' --out results --as-of 2025-12-31 --threads 8\n  zcat bundles.ndjson.gz | her2path cohort - --out results --format csv\n\nWrites assessments, facts, lines, recommendations and issues (columns: docs/cohort.md), and report.html."
)]
pub(crate) struct Args {
    /// Folders, files or patterns: NDJSON by type or of bundles, FHIR JSON, chart files; also as `.gz` and `.zst`; or `-`.
    #[arg(required = true, value_name = "INPUT")]
    inputs: Vec<PathBuf>,
    /// The folder for the tables and the report.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// As of which day; nothing recorded later is seen, and the guideline is that of the day. Today, if left out.
    #[arg(long, value_name = "DATE", value_parser = day)]
    as_of: Option<Date>,
    /// Threads to work with; as many as the machine has, if left out.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=1024))]
    threads: Option<u64>,
    /// Memory for what waits for its patient's turn (`512M`, `2G`); beyond, it goes to temporary files in DIR.
    #[arg(long, value_name = "SIZE", default_value = "384M", value_parser = size)]
    memory: usize,
    /// The form of the tables.
    #[arg(long, value_enum, default_value_t = TableFormat::Parquet)]
    format: TableFormat,
    /// Keep results that are there, if they are whole and answer the same question about the same files.
    #[arg(long, conflicts_with = "overwrite")]
    resume: bool,
    /// Replace results that are there.
    #[arg(long)]
    overwrite: bool,
    /// A folder with a guideline to use instead of the one that is built in.
    #[arg(long, value_name = "DIR")]
    guideline: Option<PathBuf>,
    /// End with status 4 where some input was skipped because it could not be read.
    #[arg(long)]
    strict: bool,
    /// Outline every line with the parser instead of deciding from its bytes: slower, and the same results.
    #[arg(long, hide = true)]
    no_prefilter: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum TableFormat {
    Parquet,
    Arrow,
    Csv,
    Ndjson,
}

impl From<TableFormat> for Format {
    fn from(format: TableFormat) -> Self {
        match format {
            TableFormat::Parquet => Self::Parquet,
            TableFormat::Arrow => Self::Arrow,
            TableFormat::Csv => Self::Csv,
            TableFormat::Ndjson => Self::Ndjson,
        }
    }
}

/// `512M`, `2G`, `100000`: a number of bytes, with K, M, G for powers of 1024.
fn size(text: &str) -> Result<usize, String> {
    let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    let factor = match text.get(digits.len()..).unwrap_or_default().to_ascii_uppercase().trim_end_matches(['B', 'I']) {
        "" => 1,
        "K" => 1 << 10,
        "M" => 1 << 20,
        "G" => 1 << 30,
        _ => return Err("write it as `512M` or `2G`".to_owned()),
    };
    let number: usize = digits.parse().map_err(|_| "write it as `512M` or `2G`".to_owned())?;
    number.checked_mul(factor).ok_or_else(|| "that is more than this machine can address".to_owned())
}

pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let Some(guideline) = guideline::load(args.guideline.as_deref())? else { return Ok(exit::INVALID.into()) };
    let as_of = args.as_of.unwrap_or_else(|| jiff::Zoned::now().date());
    let question = Question::new(&guideline, as_of);
    let listing = match files::find(&args.inputs) {
        Err(error @ CohortError::NoFile { .. }) => {
            output::say(&error);
            return Ok(exit::INVALID.into());
        }
        found => found?,
    };
    let threads = args.threads.and_then(|threads| usize::try_from(threads).ok());
    let options = Options {
        out: args.out.clone(),
        format: args.format.into(),
        threads: threads.or_else(|| std::thread::available_parallelism().ok().map(usize::from)).unwrap_or(1),
        memory: args.memory,
        overwrite: args.overwrite,
        resume: args.resume,
        prefilter: !args.no_prefilter,
    };
    let progress = Arc::new(Progress::default());
    let on_interrupt = Arc::clone(&progress);
    ctrlc::set_handler(move || on_interrupt.stop.store(true, Ordering::Relaxed))?;
    let started = Instant::now();
    let done = AtomicBool::new(false);
    let summary = std::thread::scope(|scope| {
        if std::io::stderr().is_terminal() {
            scope.spawn(|| show(&progress, &done, started));
        }
        let summary = run_cohort(&listing.sources, &question, &options, &progress);
        done.store(true, Ordering::Relaxed);
        summary
    })?;
    if summary.resumed {
        output::say(format!(
            "`{}` holds whole results for the same question and files; nothing was done",
            args.out.display()
        ));
        return Ok(ExitCode::SUCCESS);
    }
    tell(&summary, args, started);
    tell_passed_over(&listing.passed_over);
    let count = |severity| summary.issues.get(&severity).copied().unwrap_or_default();
    if summary.patients == 0 || count(Severity::Fatal) > 0 {
        return Ok(exit::INVALID.into());
    }
    let skipped = summary.broken > 0 || count(Severity::Error) > 0 || !listing.passed_over.is_empty();
    Ok(if args.strict && skipped { exit::INCOMPLETE.into() } else { ExitCode::SUCCESS })
}

/// One line that is written over, until the run is done.
fn show(progress: &Progress, done: &AtomicBool, started: Instant) {
    let mut stderr = std::io::stderr();
    while !done.load(Ordering::Relaxed) {
        std::thread::sleep(Duration::from_millis(200));
        let seconds = started.elapsed().as_secs_f64();
        let line = match progress.stage() {
            Stage::Reading => {
                let (read, all) = (progress.read.load(Ordering::Relaxed), progress.to_read.load(Ordering::Relaxed));
                let rate = read as f64 / seconds;
                let left = all.saturating_sub(read) as f64 / rate.max(1.0);
                format!("reading: {} of {}, {}/s, about {left:.0} s left", bytes(read), bytes(all), bytes(rate as u64))
            }
            Stage::Assessing => {
                let assessed = progress.assessed.load(Ordering::Relaxed);
                format!("assessing: {assessed} of {} patients", progress.patients.load(Ordering::Relaxed))
            }
            Stage::Writing => "writing tables".to_owned(),
        };
        // Progress that cannot be shown is no reason to stop.
        let _ = write!(stderr, "\r\x1b[K{line}");
    }
    let _ = write!(stderr, "\r\x1b[K");
}

fn bytes(count: u64) -> String {
    let count = count as f64;
    match count {
        c if c >= 1e9 => format!("{:.2} GB", c / 1e9),
        c if c >= 1e6 => format!("{:.1} MB", c / 1e6),
        c => format!("{:.0} kB", c / 1e3),
    }
}

/// What was done, for a person.
fn tell(summary: &Summary, args: &Args, started: Instant) {
    let seconds = started.elapsed().as_secs_f64();
    let (kept, skipped): (u64, u64) = (summary.kept.values().sum(), summary.skipped.values().sum());
    output::say(format!(
        "{} patients from {} in {seconds:.1} s ({}/s); {kept} resources could matter, {skipped} could not; results in `{}`",
        summary.patients,
        bytes(summary.bytes),
        bytes((summary.bytes as f64 / seconds.max(1e-9)) as u64),
        args.out.display()
    ));
    if summary.issues.is_empty() {
        return;
    }
    let counts: Vec<String> = summary.issues.iter().map(|(severity, count)| format!("{count} {severity}")).collect();
    output::say(format!("issues: {} (all of them in the table `issues`)", counts.join(", ")));
    for issue in &summary.first_issues {
        output::say(issue);
    }
}
