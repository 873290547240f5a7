//! `her2path knowledge prove`: what can be proven of a guideline as a whole.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use her2path::knowledge::model::Knowledge;
use her2path::knowledge::proof::{Proof, outcomes_to_show, prove};
use serde_json::json;

use crate::{exit, guideline, output};

#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  her2path knowledge prove\n  her2path knowledge prove knowledge/ --vignettes vignettes/"
)]
pub(crate) struct Args {
    /// A folder; the built-in guideline if left out.
    folder: Option<PathBuf>,
    /// The folder with the cases that show the guideline; `vignettes` beside the folder of the guideline, if left out.
    #[arg(long, value_name = "DIR")]
    vignettes: Option<PathBuf>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Text,
    Json,
}

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let Some(knowledge) = guideline::load_any(args.folder.as_deref())? else { return Ok(exit::INVALID.into()) };
    let beside =
        || Some(args.folder.as_ref()?.canonicalize().ok()?.parent()?.join("vignettes")).filter(|at| at.is_dir());
    let mut proofs = prove(&knowledge);
    match args.vignettes.clone().or_else(beside) {
        Some(folder) => proofs.push(shown(&knowledge, &folder)?),
        None => output::say("vignettes were not looked at; name their folder with --vignettes"),
    }
    let holds = proofs.iter().all(|proof| proof.failures.is_empty());
    output::print(|out| {
        match args.format {
            Format::Text => {
                let guideline = &knowledge.guideline;
                writeln!(out, "{} {} (hash {})", guideline.id, guideline.version, guideline.hash)?;
                for proof in &proofs {
                    let word = if proof.failures.is_empty() { "proven" } else { "not proven" };
                    let of = proof.checked.saturating_sub(proof.failures.len());
                    writeln!(out, "{word:<10}  {}: {} ({of} of {})", proof.id, proof.claim, proof.checked)?;
                    for failure in &proof.failures {
                        writeln!(out, "              {failure}")?;
                    }
                }
            }
            Format::Json => {
                let proof = |proof: &Proof| json!({ "id": proof.id, "claim": proof.claim, "checked": proof.checked, "failures": proof.failures });
                let guideline = json!({ "version": knowledge.guideline.version, "hash": knowledge.guideline.hash });
                let list: Vec<_> = proofs.iter().map(proof).collect();
                writeln!(out, "{}", json!({ "guideline": guideline, "proven": holds, "proofs": list }))?;
            }
        }
        Ok(())
    })?;
    Ok(if holds { ExitCode::SUCCESS } else { exit::INVALID.into() })
}

/// Each recommendation has a case for every outcome that it can have. That the cases hold is for the tests, which run them.
fn shown(knowledge: &Knowledge, folder: &Path) -> anyhow::Result<Proof> {
    let mut seen = BTreeSet::new();
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        let context = || format!("could not read the folder `{}`", folder.display());
        for entry in std::fs::read_dir(&folder).with_context(context)? {
            let path = entry.with_context(context)?.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                let text =
                    std::fs::read_to_string(&path).with_context(|| format!("could not read `{}`", path.display()))?;
                expected(&text, &mut seen);
            }
        }
    }
    let mut checked = 0_usize;
    let mut failures = Vec::new();
    for recommendation in knowledge.recommendations.iter() {
        for outcome in outcomes_to_show(knowledge, recommendation) {
            checked = checked.saturating_add(1);
            if !seen.contains(&(recommendation.id.to_string(), outcome.to_owned())) {
                failures.push(format!("{}: {outcome}", recommendation.id));
            }
        }
    }
    let claim = "a vignette shows the recommendation with this outcome";
    Ok(Proof { id: "vignettes", claim, checked, failures })
}

/// The lines `ID: OUTCOME` of the blocks of what is expected.
fn expected(text: &str, seen: &mut BTreeSet<(String, String)>) {
    let mut inside = false;
    for line in text.lines() {
        if line.starts_with("```") {
            inside = line.trim_end() == "```expect";
        } else if let Some((id, outcome)) = line.split_once(':').filter(|_| inside && !line.starts_with(' ')) {
            seen.insert((id.trim().to_owned(), outcome.trim().to_owned()));
        }
    }
}
