//! `her2path knowledge show`: one entry as a page.

use std::process::ExitCode;

use her2path::knowledge::model::Knowledge;
use her2path::render::{entry_page, recommendation_page};

use super::evidence;
use crate::{exit, output};

pub(super) fn run(knowledge: &Knowledge, id: &str) -> anyhow::Result<ExitCode> {
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
            let words = if value.words == value.code { String::new() } else { format!(": {}", value.words) };
            writeln!(out, "  {}{words}{}", value.code, if value.open { " (open: settles nothing)" } else { "" })?;
        }
    } else if let Some(page) = entry_page(id, knowledge) {
        write!(out, "{page}")?;
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
