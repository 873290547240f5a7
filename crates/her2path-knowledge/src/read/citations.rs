//! `citations.toml`: every source once.

use jiff::civil::Date;

use crate::model::Evidence;
use crate::source::Located;
use crate::table::Section;

pub(crate) struct RawCitation {
    pub(crate) key: Located<String>,
    pub(crate) text: Located<String>,
    pub(crate) year: Option<Located<i64>>,
    pub(crate) doi: Option<Located<String>>,
    pub(crate) pmid: Option<Located<String>>,
    pub(crate) url: Option<Located<String>>,
    pub(crate) status: Option<Evidence>,
    pub(crate) checked: Option<Located<Date>>,
}

/// How a statement is known, here and in recommendations.
pub(crate) const EVIDENCE: &[(&str, Evidence)] =
    &[("seen", Evidence::Seen), ("from-memory", Evidence::FromMemory), ("project-rule", Evidence::ProjectRule)];

pub(crate) fn read(file: Section<'_>) -> Vec<RawCitation> {
    let citations = file.sections("citation").into_iter().map(read_citation).collect();
    file.finish();
    citations
}

fn read_citation(section: Section<'_>) -> RawCitation {
    let citation = RawCitation {
        key: section.text("key"),
        text: section.text("text"),
        year: section.integer("year"),
        doi: section.optional_text("doi"),
        pmid: section.optional_text("pmid"),
        url: section.optional_text("url"),
        status: section.choice("status", EVIDENCE),
        checked: section.optional_date("checked"),
    };
    section.finish();
    citation
}
