//! `support/glossary.toml` and `support/organisations.toml`: words explained, and whom to turn to.

use jiff::civil::Date;

use super::citations::EVIDENCE;
use crate::model::Evidence;
use crate::source::Located;
use crate::table::Section;

pub(crate) struct RawTerm {
    pub(crate) term: Located<String>,
    pub(crate) also: Vec<Located<String>>,
    pub(crate) plain: Located<String>,
}

pub(crate) struct RawOrganisation {
    pub(crate) name: Located<String>,
    pub(crate) offers: Located<String>,
    pub(crate) region: Located<String>,
    pub(crate) metastatic_only: bool,
    pub(crate) url: Option<Located<String>>,
    pub(crate) phone: Option<Located<String>>,
    pub(crate) status: Option<Evidence>,
    pub(crate) checked: Option<Located<Date>>,
}

pub(crate) fn glossary(file: Section<'_>) -> Vec<RawTerm> {
    let terms = file.sections("term").into_iter().map(read_term).collect();
    file.finish();
    terms
}

fn read_term(section: Section<'_>) -> RawTerm {
    let term = RawTerm { term: section.text("term"), also: section.texts("also"), plain: section.text("plain") };
    section.finish();
    term
}

pub(crate) fn organisations(file: Section<'_>) -> Vec<RawOrganisation> {
    let organisations = file.sections("organisation").into_iter().map(read_organisation).collect();
    file.finish();
    organisations
}

fn read_organisation(section: Section<'_>) -> RawOrganisation {
    let organisation = RawOrganisation {
        name: section.text("name"),
        offers: section.text("offers"),
        region: section.text("region"),
        metastatic_only: section.optional_choice("for", &[("metastatic", true)]).unwrap_or(false),
        url: section.optional_text("url"),
        phone: section.optional_text("phone"),
        status: section.choice("status", EVIDENCE),
        checked: section.date("checked"),
    };
    section.finish();
    organisation
}
