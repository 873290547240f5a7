//! `her2path synth`: synthetic patients as FHIR R4, with the truth beside them.

use std::io::{IsTerminal as _, Write as _};
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use anyhow::bail;
use her2path_synth::{Day, Layout, Mess, Mix, Plan};

use crate::arguments::number;
use crate::exit;
use crate::output::{self, Talk};

#[derive(clap::Args)]
#[command(after_help = "Examples:\n  her2path synth --patients 1000 --seed 1 --out cohort\n  \
                        her2path synth --patients 200 --seed 7 --layout bundles --mess heavy --out messy\n  \
                        her2path synth --patients 500 --seed 3 --her2-metastatic 1 --her2-early 0 --other-breast 0 --others 0 --out treated\n\n\
                        The folder then holds one NDJSON file for each type of resource (or bundles.ndjson) and truth.ndjson.\n\
                        The people are invented; nothing about real ones can be learned from them.")]
pub(crate) struct Args {
    /// How many patients.
    #[arg(long, value_name = "N")]
    patients: u64,
    /// The seed: the same seed and options give the same bytes, whatever the number of threads.
    #[arg(long, value_name = "S")]
    seed: u64,
    /// The folder to write into; it is made if it is not there.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// One file for each type of resource, or one with a Bundle for each patient.
    #[arg(long, value_enum, default_value_t = LayoutName::Bulk)]
    layout: LayoutName,
    /// How badly records are damaged: about 0, 1, 3 or 8 defects in each record of a cancer.
    #[arg(long, value_enum, default_value_t = MessLevel::None, value_name = "LEVEL")]
    mess: MessLevel,
    /// The first day on which a disease may be found (metastatic, where it is).
    #[arg(long, value_name = "DATE", default_value = "2013-01-01")]
    from: Day,
    /// The day on which the data end.
    #[arg(long, value_name = "DATE", default_value = "2026-11-01")]
    until: Day,
    /// The share of patients with HER2-positive metastatic breast cancer; the four shares are weights.
    #[arg(long, value_name = "SHARE", default_value_t = Mix::default().her2_metastatic, value_parser = number)]
    her2_metastatic: f64,
    /// The share with HER2-positive breast cancer that has not spread.
    #[arg(long, value_name = "SHARE", default_value_t = Mix::default().her2_early, value_parser = number)]
    her2_early: f64,
    /// The share with HER2-negative breast cancer, early or metastatic.
    #[arg(long, value_name = "SHARE", default_value_t = Mix::default().other_breast, value_parser = number)]
    other_breast: f64,
    /// The share without breast cancer.
    #[arg(long, value_name = "SHARE", default_value_t = Mix::default().other, value_parser = number)]
    others: f64,
    /// Threads; as many as there are processors if left out.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=1024))]
    threads: Option<u64>,
    /// Replace what an earlier run left in the folder.
    #[arg(long)]
    overwrite: bool,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum LayoutName {
    Bulk,
    Bundles,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum MessLevel {
    None,
    Light,
    Moderate,
    Heavy,
}

pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let mix = Mix {
        her2_metastatic: args.her2_metastatic,
        her2_early: args.her2_early,
        other_breast: args.other_breast,
        other: args.others,
    };
    let shares = [mix.her2_metastatic, mix.her2_early, mix.other_breast, mix.other];
    if shares.iter().any(|share| !share.is_finite() || *share < 0.0) || shares.iter().sum::<f64>() <= 0.0 {
        output::say("the shares are weights from 0, and not all of them 0");
        return Ok(exit::USAGE.into());
    }
    if args.until.since(args.from) < 365 {
        output::say("`--until` must be at least a year after `--from`");
        return Ok(exit::USAGE.into());
    }
    let (year, ..) = args.from.parts();
    if year < 2001 {
        output::say(
            "`--from` must not be before 2001-01-01: the options that treatment is chosen from begin in August 2000",
        );
        return Ok(exit::USAGE.into());
    }
    if !args.overwrite && her2path_synth::is_written(&args.out) {
        bail!("`{}` holds patients of an earlier run; add `--overwrite` to replace them", args.out.display());
    }
    let plan = Plan {
        patients: args.patients,
        seed: args.seed,
        from: args.from,
        until: args.until,
        mix,
        mess: match args.mess {
            MessLevel::None => Mess::None,
            MessLevel::Light => Mess::Light,
            MessLevel::Moderate => Mess::Moderate,
            MessLevel::Heavy => Mess::Heavy,
        },
        layout: match args.layout {
            LayoutName::Bulk => Layout::Bulk,
            LayoutName::Bundles => Layout::Bundles,
        },
    };
    let threads = args.threads.and_then(|threads| usize::try_from(threads).ok());
    let threads =
        threads.or_else(|| std::thread::available_parallelism().ok().map(std::num::NonZero::get)).unwrap_or(1);
    let stop = Arc::new(AtomicBool::new(false));
    let on_interrupt = Arc::clone(&stop);
    ctrlc::set_handler(move || on_interrupt.store(true, Ordering::Relaxed))?;
    let watched = std::io::stderr().is_terminal();
    let started = Instant::now();
    let summary = her2path_synth::write(&plan, &args.out, threads, |patients| {
        if watched {
            let mut out = std::io::stderr().lock();
            // A lost line of progress is no reason to stop.
            let _ = write!(out, "\r{patients} of {} patients", plan.patients);
        }
        if stop.load(Ordering::Relaxed) { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    })?;
    let seconds = started.elapsed().as_secs_f64();
    let megabytes = summary.bytes as f64 / 1e6;
    if watched {
        let _ = Talk.write_all(b"\r");
    }
    output::say(format!(
        "{} patients, {} resources, {megabytes:.1} MB in {seconds:.2} s ({:.0} MB/s) in `{}`",
        summary.patients,
        summary.resources,
        megabytes / seconds.max(1e-9),
        args.out.display()
    ));
    Ok(ExitCode::SUCCESS)
}
