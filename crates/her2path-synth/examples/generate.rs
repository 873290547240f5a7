//! Writes synthetic patients and says how fast: folder, patients, seed, threads, `bulk` or `bundles`, mess 0 to 3.
//!
//! `cargo run --release -p her2path-synth --example generate -- cohort 2000 1 1 bulk 0`

use std::path::Path;
use std::time::Instant;

use her2path_synth::{Layout, Mess, Mix, Plan};

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, patients, seed, threads, layout, mess] = arguments.as_slice() else {
        return Err("six arguments: folder, patients, seed, threads, bulk or bundles, mess 0 to 3".into());
    };
    let plan = Plan {
        patients: patients.parse()?,
        seed: seed.parse()?,
        from: "2013-01-01".parse()?,
        until: "2026-11-01".parse()?,
        mix: Mix::default(),
        mess: *[Mess::None, Mess::Light, Mess::Moderate, Mess::Heavy]
            .get(mess.parse::<usize>()?)
            .ok_or("mess 0 to 3")?,
        layout: if layout == "bundles" { Layout::Bundles } else { Layout::Bulk },
    };
    let started = Instant::now();
    let summary =
        her2path_synth::write(&plan, Path::new(folder), threads.parse()?, |_| std::ops::ControlFlow::Continue(()))?;
    let seconds = started.elapsed().as_secs_f64();
    println!(
        "{} patients, {} resources ({:.0} each), {:.1} MB in {seconds:.2} s: {:.0} MB/s",
        summary.patients,
        summary.resources,
        summary.resources as f64 / summary.patients as f64,
        summary.bytes as f64 / 1e6,
        summary.bytes as f64 / 1e6 / seconds
    );
    Ok(())
}
