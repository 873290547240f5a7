//! Inferred facts: what follows from several asserted ones.
//!
//! First what needs the statements themselves (specimens, staging, metastases), one file for each question; then
//! [`derive`], which works on facts alone and serves typed-in cases just as well. An inference never replaces a fact
//! that is already stated, and every inferred fact names what it rests on.

mod birads;
pub(crate) mod derive;
pub(crate) mod disease;
mod germline;
pub mod her2;
mod her2_ish;
mod her2_names;
mod her2_specimen;
mod history;
mod hormone_receptors;
mod latest;
mod measures;
mod metastases;
mod organ_function;
pub(crate) mod prognosis;
pub(crate) mod response;
pub(crate) mod risk;
mod screening;
mod specimens;
mod stage;
mod staleness;
pub(crate) mod symptom_logic;
mod symptoms;
pub mod therapy;
mod timeline;
pub(crate) mod treatment_logic;
pub(crate) mod typed;
mod visceral_crisis;

use her2path_knowledge::model::{Knowledge, ValueIndex};
use jiff::civil::Date;

use super::Chart;
use super::asserted::Asserted;
use super::facts::Facts;
use super::value::{Because, Statement, Value};
use crate::date::PartialDate;
use crate::guideline::{Fact, KNOWLEDGE};
use crate::issue::Issue;

/// The chart of what a record asserts.
pub(crate) fn infer(asserted: Asserted, knowledge: &Knowledge, as_of: Date, issues: &mut Vec<Issue>) -> Chart {
    chart(asserted, knowledge, as_of, None, issues)
}

/// The chart on the day on which a line began, without the drugs begun on it: the line is what is being decided.
pub(crate) fn infer_before_line(mut asserted: Asserted, knowledge: &Knowledge, on: Date, line: u16) -> Chart {
    let before = |date: Option<PartialDate>| date.is_none_or(|date| date.earliest() < on);
    let medications = &mut asserted.medications;
    medications.entries.retain(|entry| before(entry.start.or(entry.last)));
    medications.unnamed.retain(|(_, date, _)| before(*date));
    // The record holds cancer drugs from this day on, so that it names none before is an answer.
    medications.none_taken.push(Because::source("therapy.line-start").note("no other cancer drug on record before"));
    chart(asserted, knowledge, on, Some(line), &mut Vec::new())
}

fn chart(
    asserted: Asserted,
    knowledge: &Knowledge,
    as_of: Date,
    begins: Option<u16>,
    issues: &mut Vec<Issue>,
) -> Chart {
    let mut facts = Facts::new();
    measures::state(&asserted, &mut facts, issues);
    germline::state(&asserted, &mut facts, issues);
    birads::state(&asserted, &mut facts, issues);
    disease::state(&asserted, &mut facts, issues);
    // Stage, status and lesions of whatever else the record is about say nothing about breast cancer.
    let mut her2_specimens = Vec::new();
    if code_of(&facts, Fact::DiseaseBreastCancer) != Some("not-recorded") {
        measures::state_tumour(&asserted, &mut facts, issues);
        response::state(&asserted, &mut facts, issues);
        stage::state(&asserted, &mut facts, issues);
        metastases::state(&asserted, &mut facts, issues);
        her2_specimens = her2::state(&asserted, &mut facts, issues);
        hormone_receptors::state(&asserted, &mut facts, issues);
    }
    symptoms::state(&asserted, &mut facts, as_of);
    screening::state(&asserted, &mut facts, as_of);
    history::state(&asserted, &mut facts);
    organ_function::state(&asserted, &mut facts, issues);
    let exposures = therapy::state_exposures(&asserted, knowledge, &mut facts, as_of, issues);
    symptom_logic::recent_therapy(&exposures, &knowledge.drugs, &mut facts, as_of);
    derive::derive(&mut facts, knowledge, as_of);
    response::report(&facts, issues);
    let therapy = therapy::state_lines(&asserted, knowledge, exposures, &mut facts, as_of, issues);
    if let Some(line) = begins {
        therapy::decide(line, &therapy, &mut facts);
    }
    organ_function::after_lines(&asserted, &mut facts);
    treatment_logic::derive(&mut facts, as_of);
    let timeline = timeline::of(&asserted, &her2_specimens, knowledge);
    Chart { as_of, patient: asserted.patient.id, facts, her2_specimens, therapy, line_starts: None, timeline }
}

/// A statement without date.
pub(crate) fn statement(value: Value, because: Vec<Because>) -> Statement {
    Statement { value, date: None, because }
}

/// A statement with its clinically relevant date.
pub(crate) fn dated(value: Value, date: Option<PartialDate>, because: Vec<Because>) -> Statement {
    Statement { value, date, because }
}

/// A value of a coded fact by its name in the dictionary; `None` for a name that is not in it.
pub(crate) fn code(fact: Fact, name: &str) -> Option<ValueIndex> {
    let values = &KNOWLEDGE.facts.get(usize::from(fact.index().0))?.values;
    let position = values.iter().position(|value| value.code == name)?;
    Some(ValueIndex(u16::try_from(position).ok()?))
}

/// The name of a coded fact's value, if it is stated.
pub(crate) fn code_of(facts: &Facts, fact: Fact) -> Option<&'static str> {
    let Value::Code(index) = facts.get(fact)?.value else { return None };
    let values = &KNOWLEDGE.facts.get(usize::from(fact.index().0))?.values;
    values.get(usize::from(index.0)).map(|value| value.code.as_ref())
}

/// The names of a fact that is a list, if it is stated.
pub(crate) fn codes_of(facts: &Facts, fact: Fact) -> Option<Vec<&'static str>> {
    let Value::Codes(codes) = &facts.get(fact)?.value else { return None };
    let values = &KNOWLEDGE.facts.get(usize::from(fact.index().0))?.values;
    codes.iter().map(|index| values.get(usize::from(index.0)).map(|value| value.code.as_ref())).collect()
}

/// States a coded fact by the name of its value.
pub(crate) fn state_code(facts: &mut Facts, fact: Fact, name: &str, date: Option<PartialDate>, because: Vec<Because>) {
    if let Some(index) = code(fact, name) {
        facts.state(fact, dated(Value::Code(index), date, because));
    }
}

/// States a list of values, in the order of the dictionary, each once.
pub(crate) fn state_codes<'n>(
    facts: &mut Facts,
    fact: Fact,
    names: impl IntoIterator<Item = &'n str>,
    because: Vec<Because>,
) {
    let mut codes: Vec<ValueIndex> = names.into_iter().filter_map(|name| code(fact, name)).collect();
    codes.sort_unstable();
    codes.dedup();
    facts.state(fact, statement(Value::Codes(codes), because));
}
