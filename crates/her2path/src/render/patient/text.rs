//! The patient's page as text: a word of the glossary is followed by its meaning where it first appears, `word (meaning)`.

use super::super::text::wrap;
use super::{Block, Explained, Glossary, Page};
use crate::assessment::Assessment;

/// The page as text, wrapped at `width` columns.
#[must_use]
pub fn to_text(page: &Page, assessment: &Assessment<'_>, width: usize) -> String {
    let mut glossary = Glossary::new(assessment.knowledge);
    let mut text = format!("{}\n{}\n", page.title.to_uppercase(), "=".repeat(page.title.chars().count()));
    for section in &page.sections {
        text = text + "\n" + &section.title.to_uppercase() + "\n\n";
        for block in &section.blocks {
            match block {
                Block::Paragraph(paragraph) => {
                    text += &wrap("", "", &explained(&mut glossary, paragraph), width);
                    text.push('\n');
                }
                Block::Urgent(paragraph) => {
                    text += &wrap("!! ", "!! ", &explained(&mut glossary, paragraph), width);
                    text.push('\n');
                }
                Block::List { lead, items } => {
                    if !lead.is_empty() {
                        text += &wrap("", "", &explained(&mut glossary, lead), width);
                    }
                    for item in items {
                        text += &wrap("  - ", "    ", &explained(&mut glossary, item), width);
                    }
                    text.push('\n');
                }
                // A terminal shows what the picture says in words.
                Block::Figure { .. } => {}
                Block::Contacts { lead, entries } => {
                    text += &wrap("", "", lead, width);
                    for entry in entries {
                        let phone = entry.phone.as_deref().map(|phone| format!(" Call {phone}.")).unwrap_or_default();
                        let url = entry.url.as_deref().map(|url| format!(" {url}")).unwrap_or_default();
                        let checked = if entry.checked { "" } else { " (not checked yet)" };
                        let said = format!("{}. {}{phone}{url}{checked}", entry.name, entry.offers);
                        text += &wrap("  - ", "    ", &said, width);
                    }
                    text.push('\n');
                }
                Block::Named { name, text: said } => {
                    text += &wrap("", "  ", &format!("{name}: {}", explained(&mut glossary, said)), width);
                    text.push('\n');
                }
            }
        }
    }
    let used = glossary.used();
    if !used.is_empty() {
        text += "WORDS EXPLAINED\n\n";
        for term in used {
            text += &wrap("  ", "      ", &format!("{}: {}", term.term, term.plain), width);
        }
        text.push('\n');
    }
    text += &wrap("", "", &assessment.knowledge.guideline.notice, width);
    text
}

/// The text with the first sentence of each meaning in brackets; the whole meaning stands at the end of the page.
fn explained(glossary: &mut Glossary<'_>, text: &str) -> String {
    glossary
        .explain(text)
        .into_iter()
        .map(|piece| match piece {
            Explained::Text(text) => text.to_owned(),
            Explained::First(word, term) => format!("{word} ({})", short(&term.plain)),
        })
        .collect()
}

/// The first sentence without its full stop, so that it can stand in brackets.
fn short(meaning: &str) -> String {
    let first = meaning.split_once(". ").map_or(meaning, |(first, _)| first).trim_end_matches('.');
    let mut letters = first.chars();
    let second_is_small = first.chars().nth(1).is_none_or(|c| !c.is_uppercase());
    match letters.next() {
        Some(head) if second_is_small => head.to_lowercase().chain(letters).collect(),
        _ => first.to_owned(),
    }
}
