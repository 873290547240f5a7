//! The patient's page: the same assessment in plain words.
//!
//! A [`Page`] is built once and shown as text or HTML. It says what was found and what that means, what was done so far, what
//! usually comes next, which checks are due, what the record does not say, when to call and whom, what to ask, and who helps. The sentences are
//! written for grades 6 to 8 (`tests/readability.rs`) and speak to the person. They repeat the assessment and add nothing:
//! what it leaves open is said as open.
//!
//! Words of the glossary are explained where they first appear. Figures of survival stand in a section of their own, which
//! exists only where the chapter on prognosis was asked for. A person who has died, one without breast cancer on record, and
//! one whose diagnosis is not established each get a page of their own kind.
//!
//! Deliberately absent: comfort that the record does not bear, metaphors of war, and any number that nobody asked for.

mod call;
mod found;
mod glossary;
mod help;
mod next;
mod outlook;
mod risk;
mod text;

use her2path_knowledge::model::{Chapter, Urgency};

use super::printable;
use crate::assessment::{
    Assessment, ChapterAssessment, JudgedRecommendation, Outcome, Value, WarningSign, display, is_open,
};
use crate::date::{PartialDate, Precision};
use crate::guideline::Fact;

pub use glossary::{Explained, Glossary};
pub use text::to_text;

/// A page before it is shown: headed sections of plain sentences.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The heading of the page.
    pub title: String,
    /// Sections in reading order.
    pub sections: Vec<Section>,
}

/// A headed part of a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Stable name, for anchors.
    pub id: &'static str,
    /// Heading.
    pub title: String,
    /// Shown closed where a page can be opened by hand: what nobody has to see.
    pub folded: bool,
    /// What it says.
    pub blocks: Vec<Block>,
}

/// A piece of a section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A paragraph.
    Paragraph(String),
    /// A paragraph that must not be overlooked.
    Urgent(String),
    /// A list, behind a line that says of what.
    List {
        /// What is listed; may be empty.
        lead: String,
        /// The entries.
        items: Vec<String>,
    },
    /// A picture, where pictures can be shown, and what it shows.
    Figure {
        /// The picture, as SVG.
        svg: String,
        /// What it shows.
        caption: String,
    },
    /// Whom to turn to. Names stay as they are: no word in them is explained.
    Contacts {
        /// What they are for.
        lead: String,
        /// One for each.
        entries: Vec<Contact>,
    },
    /// A name beside what is said about it.
    Named {
        /// The name.
        name: String,
        /// What is said about it.
        text: String,
    },
}

/// A group or line that helps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contact {
    /// Its name, with the country where it works.
    pub name: String,
    /// What it gives.
    pub offers: String,
    /// Telephone number.
    pub phone: Option<String>,
    /// Web address.
    pub url: Option<String>,
    /// Whether somebody has compared the entry with its source.
    pub checked: bool,
}

impl Block {
    fn list(lead: &str, items: Vec<String>) -> Option<Self> {
        (!items.is_empty()).then(|| Self::List { lead: lead.to_owned(), items })
    }
}

impl Page {
    /// Every text of the page, in reading order.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        let blocks = self.sections.iter().flat_map(|section| {
            let texts: Vec<&str> = section
                .blocks
                .iter()
                .flat_map(|block| match block {
                    Block::Paragraph(text) | Block::Urgent(text) => vec![text.as_str()],
                    Block::List { lead, items } => {
                        std::iter::once(lead.as_str()).chain(items.iter().map(String::as_str)).collect()
                    }
                    Block::Figure { caption, .. } => vec![caption.as_str()],
                    Block::Contacts { lead, entries } => std::iter::once(lead.as_str())
                        .chain(entries.iter().map(|entry| entry.offers.as_str()))
                        .collect(),
                    Block::Named { name, text } => vec![name.as_str(), text.as_str()],
                })
                .collect();
            std::iter::once(section.title.as_str()).chain(texts)
        });
        std::iter::once(self.title.as_str()).chain(blocks).filter(|text| !text.is_empty())
    }
}

/// The numbers to call, as printed on the page.
#[derive(Debug, Clone, Copy)]
pub struct Contacts<'c> {
    /// The emergency number.
    pub emergency: &'c str,
    /// The 24-hour line of the cancer centre.
    pub cancer_line: &'c str,
}

/// The page of one person. `signs` are those of [`crate::chapters`]'s `warning_signs` for the same assessment.
#[must_use]
pub fn page(assessment: &Assessment<'_>, signs: &[WarningSign], contacts: Contacts<'_>) -> Page {
    if boolean(assessment, Fact::PatientDeceased) == Some(true) {
        return after_death(assessment);
    }
    let mut sections = vec![opening(assessment)];
    sections.extend(call::reported(assessment, contacts));
    sections.push(found::section(assessment));
    sections.extend(next::so_far(assessment));
    sections.extend(next::section(assessment));
    sections.extend(next::checks(assessment));
    sections.extend(next::unknown(assessment));
    sections.push(call::section(assessment, signs, contacts));
    sections.extend(help::questions(assessment));
    sections.push(help::section(assessment));
    sections.extend(next::in_its_time(assessment));
    sections.extend(risk::section(assessment));
    sections.extend(outlook::section(assessment));
    Page { title: "Your record in plain words".to_owned(), sections }
}

fn opening(assessment: &Assessment<'_>) -> Section {
    let mut blocks = vec![
        Block::Paragraph(format!(
            "This page says what your record shows, as of {}. It says what often comes next, and what you can ask.",
            spoken(PartialDate::day(assessment.as_of))
        )),
        Block::Paragraph(
            "A program made it. It has not met you, and where the record is wrong, it is wrong too. It does not decide. You \
             and your team do. So read it with them."
                .to_owned(),
        ),
    ];
    if assessment.knowledge.guideline.reviewed.by.is_empty() {
        blocks.push(Block::Paragraph("No doctor has yet checked the rules behind it.".to_owned()));
    }
    let title = match assessment.patient.as_deref() {
        Some(patient) => format!("For {}", printable(patient)),
        None => "For you".to_owned(),
    };
    Section { id: "about", title, folded: false, blocks }
}

/// Where the record says that the person has died: no advice, and a word for those who are left.
fn after_death(assessment: &Assessment<'_>) -> Page {
    let when = match value(assessment, Fact::PatientDeathDate) {
        Some(Value::Date(date)) => format!(" It gives this day: {}.", spoken(*date)),
        _ => String::new(),
    };
    let paragraphs = [
        format!("The record says that this person has died.{when} We are sorry."),
        "So this page holds no advice on treatment, and nothing on what comes next.".to_owned(),
        "If you were close to them: grief takes time, and you do not have to bear it alone. The team that cared for them, or \
         your own doctor, can tell you who helps near you."
            .to_owned(),
        "If the record is wrong, please tell the team, so that it can be put right.".to_owned(),
    ];
    let mut blocks: Vec<Block> = paragraphs.into_iter().map(Block::Paragraph).collect();
    blocks.extend(help::crisis_lines(assessment));
    let section = Section { id: "about", title: "A word to those who read this".to_owned(), folded: false, blocks };
    Page { title: "About this record".to_owned(), sections: vec![section] }
}

/// What is known of the cancer itself, as far as the page differs by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Invasive,
    InSitu,
    Unclear,
    None,
}

fn kind(assessment: &Assessment<'_>) -> Kind {
    match code(assessment, Fact::DiseaseBreastCancer) {
        Some("invasive") => Kind::Invasive,
        Some("in-situ-only") => Kind::InSitu,
        Some("unclear") => Kind::Unclear,
        _ => Kind::None,
    }
}

fn value<'a>(assessment: &'a Assessment<'_>, fact: Fact) -> Option<&'a Value> {
    assessment.facts.get(fact).map(|statement| &statement.value)
}

/// The name of a coded value.
fn code<'a>(assessment: &'a Assessment<'_>, fact: Fact) -> Option<&'a str> {
    let Value::Code(index) = value(assessment, fact)? else { return None };
    let definition = assessment.knowledge.fact_definition(fact.index())?;
    definition.values.get(usize::from(index.0)).map(|value| value.code.as_ref())
}

/// The names of a list of coded values; empty where nothing is known.
fn codes<'a>(assessment: &'a Assessment<'_>, fact: Fact) -> Vec<&'a str> {
    let Some(Value::Codes(list)) = value(assessment, fact) else { return Vec::new() };
    let Some(definition) = assessment.knowledge.fact_definition(fact.index()) else { return Vec::new() };
    list.iter().filter_map(|index| definition.values.get(usize::from(index.0))).map(|v| v.code.as_ref()).collect()
}

fn boolean(assessment: &Assessment<'_>, fact: Fact) -> Option<bool> {
    match value(assessment, fact)? {
        Value::Boolean(yes) => Some(*yes),
        _ => None,
    }
}

/// A value as it is printed, escaped of control characters.
fn shown(assessment: &Assessment<'_>, fact: Fact) -> Option<String> {
    Some(printable(&display(assessment.knowledge, fact.index(), value(assessment, fact)?)))
}

fn chapter<'a, 'k>(assessment: &'a Assessment<'k>, chapter: Chapter) -> Option<&'a ChapterAssessment<'k>> {
    assessment.chapters.iter().find(|part| part.chapter == chapter)
}

/// The recommendations of a chapter with an outcome.
fn judged<'a, 'k>(
    assessment: &'a Assessment<'k>,
    which: Chapter,
    outcome: Outcome,
) -> Vec<&'a JudgedRecommendation<'k>> {
    chapter(assessment, which)
        // What fits is said even where the chapter is not about this person: a suspicious image without a diagnosis.
        .filter(|part| part.applicable || outcome == Outcome::Recommended)
        .map(|part| part.recommendations.iter().filter(|item| item.judgement.outcome == outcome).collect())
        .unwrap_or_default()
}

/// Whether the fact has no value that settles anything.
fn is_unsettled(assessment: &Assessment<'_>, fact: her2path_knowledge::model::FactIndex) -> bool {
    match (assessment.facts.at(fact), assessment.knowledge.fact_definition(fact)) {
        (Some(statement), Some(definition)) => is_open(definition, &statement.value),
        _ => true,
    }
}

/// The day in words, as exact as it was recorded: `7 March 2024`, `March 2024`, `2024`.
fn spoken(date: PartialDate) -> String {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let day = date.earliest();
    let month =
        usize::try_from(day.month()).ok().and_then(|at| MONTHS.get(at.checked_sub(1)?)).copied().unwrap_or_default();
    match date.precision() {
        Precision::Year => day.year().to_string(),
        Precision::Month => format!("{month} {}", day.year()),
        Precision::Day => format!("{} {month} {}", day.day(), day.year()),
    }
}

/// `one, two and three`.
fn joined(words: &[String]) -> String {
    match words {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// Levels that call for help by day and night.
fn is_red(urgency: Urgency) -> bool {
    urgency >= Urgency::E1
}

/// The text with a capital letter.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
