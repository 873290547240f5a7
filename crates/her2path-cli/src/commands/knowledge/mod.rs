//! `her2path knowledge`: the guideline itself.

mod diff;
mod export;
mod list;
mod prove;
mod show;

use std::path::PathBuf;
use std::process::ExitCode;

use her2path::knowledge::load_folder;
use her2path::knowledge::model::{Evidence, Knowledge};

use crate::{exit, guideline, output};

#[derive(clap::Subcommand)]
pub(crate) enum Action {
    /// Check a guideline folder, or the built-in guideline: every error with file, line and hint.
    #[command(after_help = "Examples:\n  her2path knowledge check\n  her2path knowledge check knowledge/")]
    Check {
        /// A folder; the built-in guideline if left out.
        folder: Option<PathBuf>,
    },
    /// List recommendations, or with a flag facts, citations, value sets, words or organisations.
    #[command(after_help = "Examples:\n  her2path knowledge list\n  her2path knowledge list --facts")]
    List {
        /// The data dictionary.
        #[arg(long, group = "what")]
        facts: bool,
        /// The sources.
        #[arg(long, group = "what")]
        citations: bool,
        /// The code lists.
        #[arg(long, group = "what")]
        value_sets: bool,
        /// Words explained in plain words.
        #[arg(long, group = "what")]
        glossary: bool,
        /// Groups and lines that help, with the day on which each entry was looked at.
        #[arg(long, group = "what")]
        organisations: bool,
        /// A folder with a guideline to use instead of the one that is built in.
        #[arg(long, value_name = "DIR")]
        guideline: Option<PathBuf>,
    },
    /// Show one recommendation, fact, citation, value set or word of the glossary as a page.
    #[command(
        after_help = "Examples:\n  her2path knowledge show her2.status\n  her2path knowledge show diagnosis/reflex-testing/ihc-2-equivocal"
    )]
    Show {
        /// Its id.
        id: String,
        /// A folder with a guideline to use instead of the one that is built in.
        #[arg(long, value_name = "DIR")]
        guideline: Option<PathBuf>,
    },
    /// What differs between two guidelines, or between two days of the built-in one, and whom the difference touches.
    Diff(diff::Args),
    /// Prove what can be proven of a guideline as a whole, and say of how many things it was shown.
    Prove(prove::Args),
    /// Print the whole guideline as one JSON document.
    Export(export::Args),
}

pub(crate) fn run(action: &Action) -> anyhow::Result<ExitCode> {
    match action {
        Action::Check { folder } => check(folder.as_deref()),
        Action::List { facts, citations, value_sets, glossary, organisations, guideline } => {
            let Some(knowledge) = guideline::load(guideline.as_deref())? else { return Ok(exit::INVALID.into()) };
            output::print(|out| {
                match (facts, citations, value_sets, glossary, organisations) {
                    (true, ..) => list::facts(&knowledge, out)?,
                    (_, true, ..) => list::citations(&knowledge, out)?,
                    (_, _, true, ..) => list::value_sets(&knowledge, out)?,
                    (_, _, _, true, _) => list::glossary(&knowledge, out)?,
                    (.., true) => list::organisations(&knowledge, out)?,
                    _ => list::recommendations(&knowledge, out)?,
                }
                Ok(())
            })?;
            Ok(ExitCode::SUCCESS)
        }
        Action::Show { id, guideline } => {
            let Some(knowledge) = guideline::load(guideline.as_deref())? else { return Ok(exit::INVALID.into()) };
            show::run(&knowledge, id)
        }
        Action::Diff(args) => diff::run(args),
        Action::Prove(args) => prove::run(args),
        Action::Export(args) => export::run(args),
    }
}

fn check(folder: Option<&std::path::Path>) -> anyhow::Result<ExitCode> {
    let Some(folder) = folder else {
        // The built-in guideline was checked when the program was built, or there would be no program.
        let knowledge = &her2path::guideline::KNOWLEDGE;
        let text = format!("{}: checked when the program was built\n", summary(knowledge));
        output::print(|out| Ok(out.write_all(text.as_bytes())?))?;
        return Ok(ExitCode::SUCCESS);
    };
    match load_folder(folder) {
        Ok((knowledge, warnings)) => {
            warnings.iter().for_each(output::say_lines);
            let warned = match warnings.len() {
                0 => "no warning".to_owned(),
                1 => "1 warning".to_owned(),
                several => format!("{several} warnings"),
            };
            let text = format!("{}: no error, {warned}\n", summary(&knowledge));
            output::print(|out| Ok(out.write_all(text.as_bytes())?))?;
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => guideline::invalid(error).map(|()| exit::INVALID.into()),
    }
}

fn summary(knowledge: &Knowledge) -> String {
    format!(
        "{} {} (hash {}), {} recommendations, {} facts, {} value sets, {} citations",
        knowledge.guideline.id,
        knowledge.guideline.version,
        knowledge.guideline.hash,
        knowledge.recommendations.len(),
        knowledge.facts.len(),
        knowledge.value_sets.len(),
        knowledge.citations.len()
    )
}

fn evidence(evidence: Evidence) -> &'static str {
    match evidence {
        Evidence::Seen => "seen",
        Evidence::FromMemory => "from memory",
        Evidence::ProjectRule => "project rule",
    }
}
