//! `her2path knowledge export`: the guideline as one JSON document.

use std::path::PathBuf;
use std::process::ExitCode;

use her2path::document::document;

use crate::{exit, guideline, output};

#[derive(clap::Args)]
#[command(
    after_help = "Its keys are described in docs/knowledge.md.\n\nExamples:\n  her2path knowledge export > guideline.json\n  her2path knowledge export --guideline knowledge/ --pretty"
)]
pub(crate) struct Args {
    /// A folder with a guideline to use instead of the one that is built in.
    #[arg(long, value_name = "DIR")]
    guideline: Option<PathBuf>,
    /// Indented, to be read by people.
    #[arg(long)]
    pretty: bool,
}

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    // Nothing is inferred here, so the guideline may have a dictionary of its own.
    let Some(knowledge) = guideline::load_any(args.guideline.as_deref())? else { return Ok(exit::INVALID.into()) };
    let document = document(&knowledge);
    let text = if args.pretty { format!("{document:#}\n") } else { format!("{document}\n") };
    output::print(|out| Ok(out.write_all(text.as_bytes())?))?;
    Ok(ExitCode::SUCCESS)
}
