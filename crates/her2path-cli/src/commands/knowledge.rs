//! `her2path knowledge`: the guideline itself.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context as _;
use her2path::knowledge::model::{Evidence, Knowledge, Recommendation};
use her2path::knowledge::{LoadError, load_folder};
use her2path::render::{chapter_name, recommendation_page};

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
    #[command(after_help = "Example:\n  her2path knowledge show her2.status")]
    Show {
        /// Its id.
        id: String,
        /// A folder with a guideline to use instead of the one that is built in.
        #[arg(long, value_name = "DIR")]
        guideline: Option<PathBuf>,
    },
}

pub(crate) fn run(action: &Action) -> anyhow::Result<ExitCode> {
    match action {
        Action::Check { folder } => check(folder.as_deref()),
        Action::List { facts, citations, value_sets, glossary, organisations, guideline } => {
            let Some(knowledge) = guideline::load(guideline.as_deref())? else { return Ok(exit::INVALID.into()) };
            output::print(|out| {
                Ok(match (facts, citations, value_sets, glossary, organisations) {
                    (true, ..) => list_facts(&knowledge, out)?,
                    (_, true, ..) => list_citations(&knowledge, out)?,
                    (_, _, true, ..) => list_value_sets(&knowledge, out)?,
                    (_, _, _, true, _) => list_glossary(&knowledge, out)?,
                    (.., true) => list_organisations(&knowledge, out)?,
                    _ => list_recommendations(&knowledge, out)?,
                })
            })?;
            Ok(ExitCode::SUCCESS)
        }
        Action::Show { id, guideline } => {
            let Some(knowledge) = guideline::load(guideline.as_deref())? else { return Ok(exit::INVALID.into()) };
            show(&knowledge, id)
        }
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
            let text = format!("{}: no error, {} warnings\n", summary(&knowledge), warnings.len());
            output::print(|out| Ok(out.write_all(text.as_bytes())?))?;
            Ok(ExitCode::SUCCESS)
        }
        Err(LoadError::Invalid { diagnostics }) => {
            diagnostics.iter().for_each(output::say_lines);
            Ok(exit::INVALID.into())
        }
        Err(error) => Err(error).with_context(|| format!("could not check `{}`", folder.display())),
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

fn list_recommendations(knowledge: &Knowledge, out: &mut dyn std::io::Write) -> std::io::Result<()> {
    let mut chapter = None;
    for Recommendation { id, chapter: of, statement, .. } in knowledge.recommendations.iter() {
        if chapter != Some(*of) {
            chapter = Some(*of);
            writeln!(out, "{}", chapter_name(*of))?;
        }
        writeln!(out, "  {id}\n      {statement}")?;
    }
    Ok(())
}

fn list_facts(knowledge: &Knowledge, out: &mut dyn std::io::Write) -> std::io::Result<()> {
    for fact in knowledge.facts.iter() {
        let values: Vec<&str> = fact.values.iter().map(|value| value.code.as_ref()).collect();
        let values = if values.is_empty() { String::new() } else { format!(": {}", values.join(" | ")) };
        let unit = fact.unit.as_deref().map(|unit| format!(" [{unit}]")).unwrap_or_default();
        writeln!(out, "{}{unit}{values}\n      {}", fact.id, fact.title)?;
    }
    Ok(())
}

fn list_citations(knowledge: &Knowledge, out: &mut dyn std::io::Write) -> std::io::Result<()> {
    for citation in knowledge.citations.iter() {
        writeln!(out, "{} ({})\n      {}", citation.key, evidence(citation.status), citation.text)?;
    }
    Ok(())
}

fn list_value_sets(knowledge: &Knowledge, out: &mut dyn std::io::Write) -> std::io::Result<()> {
    for set in knowledge.value_sets.iter() {
        let size = set.concepts.len().max(set.values.len());
        writeln!(out, "{} ({size})\n      {}", set.id, set.title)?;
    }
    Ok(())
}

fn list_glossary(knowledge: &Knowledge, out: &mut dyn std::io::Write) -> std::io::Result<()> {
    for entry in knowledge.glossary.iter() {
        writeln!(out, "{}\n      {}", entry.term, entry.plain)?;
    }
    Ok(())
}

fn list_organisations(knowledge: &Knowledge, out: &mut dyn std::io::Write) -> std::io::Result<()> {
    for organisation in knowledge.organisations.iter() {
        let how =
            [&organisation.phone, &organisation.url].into_iter().flatten().map(AsRef::as_ref).collect::<Vec<&str>>();
        let known = match organisation.status {
            Evidence::Seen => "looked at on",
            Evidence::FromMemory | Evidence::ProjectRule => "not checked, written down on",
        };
        writeln!(
            out,
            "{} ({}): {}\n      {} ({known} {})",
            organisation.name,
            organisation.region,
            how.join(", "),
            organisation.offers,
            organisation.checked
        )?;
    }
    Ok(())
}

fn evidence(evidence: Evidence) -> &'static str {
    match evidence {
        Evidence::Seen => "seen",
        Evidence::FromMemory => "from memory",
        Evidence::ProjectRule => "project rule",
    }
}

fn show(knowledge: &Knowledge, id: &str) -> anyhow::Result<ExitCode> {
    let mut page = Vec::new();
    if !write_page(knowledge, id, &mut page)? {
        output::say(format_args!(
            "nothing in the guideline is called `{id}`; `her2path knowledge list` names what there is"
        ));
        return Ok(exit::INVALID.into());
    }
    output::print(|out| Ok(out.write_all(&page)?))?;
    Ok(ExitCode::SUCCESS)
}

/// The page of whatever has this id; `false` where nothing has.
fn write_page(knowledge: &Knowledge, id: &str, out: &mut dyn std::io::Write) -> std::io::Result<bool> {
    if let Some(recommendation) = knowledge.recommendation(id) {
        write!(out, "{}", recommendation_page(recommendation, knowledge))?;
    } else if let Some(fact) = knowledge.fact(id).and_then(|index| knowledge.fact_definition(index)) {
        writeln!(
            out,
            "{}\n{}\n\nsource: {}\nasked as: {}\nin plain words: {}",
            fact.id, fact.title, fact.source, fact.ask, fact.plain
        )?;
        for citation in fact.cites.iter().filter_map(|key| knowledge.citation(key)) {
            writeln!(out, "by: {} ({})", citation.text, evidence(citation.status))?;
        }
        for value in fact.values.iter() {
            writeln!(out, "  {}{}", value.code, if value.open { " (open: settles nothing)" } else { "" })?;
        }
    } else if let Some(citation) = knowledge.citation(id) {
        writeln!(out, "{}\n{}\nstatus: {}", citation.key, citation.text, evidence(citation.status))?;
        for (name, value) in [("doi", &citation.doi), ("pmid", &citation.pmid), ("url", &citation.url)] {
            if let Some(value) = value {
                writeln!(out, "{name}: {value}")?;
            }
        }
    } else if let Some(set) = knowledge.value_set(id).and_then(|index| knowledge.value_set_definition(index)) {
        writeln!(out, "{}\n{}\n{}\n", set.id, set.title, set.description)?;
        for concept in set.concepts.iter() {
            let meaning = concept.meaning.as_deref().map(|meaning| format!(" → {meaning}")).unwrap_or_default();
            writeln!(out, "{} {} {}{meaning}", concept.system.name(), concept.code, concept.display)?;
        }
        for value in set.values.iter() {
            writeln!(out, "{value}")?;
        }
    } else if let Some(entry) = knowledge.glossary_term(id) {
        writeln!(out, "{}\n{}", entry.term, entry.plain)?;
        if !entry.also.is_empty() {
            writeln!(out, "also: {}", entry.also.join(", "))?;
        }
    } else {
        return Ok(false);
    }
    Ok(true)
}
