//! `her2path knowledge list`: one part of the guideline, an entry at a time.

use her2path::knowledge::model::{Evidence, Knowledge, Recommendation};
use her2path::render::chapter_name;

use super::evidence;

pub(super) fn recommendations(knowledge: &Knowledge, out: &mut dyn std::io::Write) -> std::io::Result<()> {
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

pub(super) fn facts(knowledge: &Knowledge, out: &mut dyn std::io::Write) -> std::io::Result<()> {
    for fact in knowledge.facts.iter() {
        let values: Vec<&str> = fact.values.iter().map(|value| value.code.as_ref()).collect();
        let values = if values.is_empty() { String::new() } else { format!(": {}", values.join(" | ")) };
        let unit = fact.unit.as_deref().map(|unit| format!(" [{unit}]")).unwrap_or_default();
        writeln!(out, "{}{unit}{values}\n      {}", fact.id, fact.title)?;
    }
    Ok(())
}

pub(super) fn citations(knowledge: &Knowledge, out: &mut dyn std::io::Write) -> std::io::Result<()> {
    for citation in knowledge.citations.iter() {
        writeln!(out, "{} ({})\n      {}", citation.key, evidence(citation.status), citation.text)?;
    }
    Ok(())
}

pub(super) fn value_sets(knowledge: &Knowledge, out: &mut dyn std::io::Write) -> std::io::Result<()> {
    for set in knowledge.value_sets.iter() {
        let size = set.concepts.len().max(set.values.len());
        writeln!(out, "{} ({size})\n      {}", set.id, set.title)?;
    }
    Ok(())
}

pub(super) fn glossary(knowledge: &Knowledge, out: &mut dyn std::io::Write) -> std::io::Result<()> {
    for entry in knowledge.glossary.iter() {
        writeln!(out, "{}\n      {}", entry.term, entry.plain)?;
    }
    Ok(())
}

pub(super) fn organisations(knowledge: &Knowledge, out: &mut dyn std::io::Write) -> std::io::Result<()> {
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
