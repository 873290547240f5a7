//! `gates.toml`: what forbids a drug in any regimen.

use crate::model::Evidence;
use crate::read::citations::EVIDENCE;
use crate::read::recommendations::{RawCriterion, criteria};
use crate::source::{Located, Location, Sink};
use crate::table::Section;

pub(crate) struct RawGate {
    pub(crate) id: Located<String>,
    pub(crate) drugs: Vec<Located<String>>,
    pub(crate) only_when: Vec<RawCriterion>,
    pub(crate) unless_when: Vec<RawCriterion>,
    pub(crate) statement: Located<String>,
    pub(crate) remedy: Option<Located<String>>,
    pub(crate) rules: Vec<Located<String>>,
    pub(crate) contraindicated_if: Vec<RawCriterion>,
    pub(crate) ask_first: Vec<Located<String>>,
    pub(crate) evidence: Option<Evidence>,
    pub(crate) cites: Vec<Located<String>>,
    pub(crate) at: Location,
}

pub(crate) fn read(file: Section<'_>, sink: &Sink<'_>) -> Vec<RawGate> {
    file.text("title");
    let gates = file.sections("gate").into_iter().map(|section| read_gate(section, sink)).collect();
    file.finish();
    gates
}

fn read_gate(section: Section<'_>, sink: &Sink<'_>) -> RawGate {
    let gate = RawGate {
        id: section.text("id"),
        drugs: section.texts("drugs"),
        only_when: criteria(&section, "only-when", sink),
        unless_when: criteria(&section, "unless-when", sink),
        statement: section.text("statement"),
        remedy: section.optional_text("remedy"),
        rules: section.texts("rules"),
        contraindicated_if: criteria(&section, "contraindicated-if", sink),
        ask_first: section.texts("ask-first"),
        evidence: section.choice("evidence", EVIDENCE),
        cites: section.texts("cites"),
        at: section.at().clone(),
    };
    section.finish();
    gate
}
