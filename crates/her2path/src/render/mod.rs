//! From an assessment to something to read. Renderers see only the assessment.

pub mod cards;
mod course;
pub mod curves;
mod entry;
pub(crate) mod explain;
pub mod fhir;
pub mod html;
mod identifier;
pub mod json;
mod option;
mod page;
pub mod patient;
pub mod risk_picture;
pub mod text;
mod therapy;
pub mod triage;

pub(crate) use crate::assessment::urgency_name;
pub use entry::entry_page;
pub use page::recommendation_page;

use her2path_knowledge::model::{
    Certainty, Chapter, Citation, Criterion, Evidence, FactKind, Jurisdiction, Preference, Strength,
};

/// A criterion in one line; groups as "any of (…; …)".
#[must_use]
pub fn criterion_text(criterion: &Criterion) -> String {
    let joined = |members: &[Criterion]| members.iter().map(criterion_text).collect::<Vec<_>>().join("; ");
    match criterion {
        Criterion::Test(test) => test.text.to_string(),
        Criterion::All(members) => format!("all of ({})", joined(members)),
        Criterion::Any(members) => format!("any of ({})", joined(members)),
        Criterion::None(members) => format!("none of ({})", joined(members)),
    }
}

/// Where a source is found: its official address, else its DOI, else PubMed.
#[must_use]
pub fn citation_url(citation: &Citation) -> Option<String> {
    let doi = || citation.doi.as_ref().map(|doi| format!("https://doi.org/{doi}"));
    let pubmed = || citation.pmid.as_ref().map(|pmid| format!("https://pubmed.ncbi.nlm.nih.gov/{pmid}/"));
    citation.url.as_ref().map(ToString::to_string).or_else(doi).or_else(pubmed)
}

/// The chapter's word in output.
#[must_use]
pub fn chapter_name(chapter: Chapter) -> &'static str {
    match chapter {
        Chapter::Symptoms => "symptoms",
        Chapter::Risk => "risk",
        Chapter::Diagnosis => "diagnosis",
        Chapter::Treatment => "treatment",
        Chapter::Prognosis => "prognosis",
        Chapter::Support => "support",
    }
}

pub(crate) fn evidence_name(evidence: Evidence) -> &'static str {
    match evidence {
        Evidence::Seen => "seen",
        Evidence::FromMemory => "from-memory",
        Evidence::ProjectRule => "project-rule",
    }
}

pub(crate) fn strength_name(strength: Strength) -> &'static str {
    match strength {
        Strength::Strong => "strong",
        Strength::Conditional => "conditional",
    }
}

pub(crate) fn jurisdiction_name(jurisdiction: Jurisdiction) -> &'static str {
    match jurisdiction {
        Jurisdiction::Us => "us",
        Jurisdiction::Eu => "eu",
    }
}

pub(crate) fn certainty_name(certainty: Certainty) -> &'static str {
    match certainty {
        Certainty::High => "high",
        Certainty::Moderate => "moderate",
        Certainty::Low => "low",
        Certainty::VeryLow => "very-low",
    }
}

pub(crate) fn preference_name(preference: Preference) -> &'static str {
    match preference {
        Preference::Preferred => "preferred",
        Preference::Acceptable => "acceptable",
    }
}

pub(crate) fn kind_name(kind: FactKind) -> &'static str {
    match kind {
        FactKind::Asserted => "asserted",
        FactKind::Inferred => "inferred",
    }
}

/// Text from a record without control characters, and without the marks that turn the direction of writing around: so
/// that it can neither steer a terminal nor make a page read otherwise than it is written.
#[must_use]
pub fn printable(text: &str) -> String {
    let steers = |c: char| {
        c.is_control() || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.chars().map(|c| if steers(c) { ' ' } else { c }).collect()
}
