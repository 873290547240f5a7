//! Treatment: which options fit now, which wait for data, which must not be given, and what else is to be done?
//!
//! The options come grouped as the guidelines group them, preferred before acceptable; inside a group they keep the order
//! of the guideline, and no score decides. What a contraindication forbids is named also where the option is not due, so
//! that nobody falls back on it.

use her2path_knowledge::drug::DrugGroup;
use her2path_knowledge::model::{Criterion, FactIndex, Jurisdiction, Knowledge, Preference, Recommendation};

mod labels;
mod monitoring;
mod quality;
mod retrospect;

use super::Opening;
use crate::assessment::{Course, Finding, JudgedRecommendation, Outcome};
use crate::chart::Chart;
use crate::chart::inferred::code_of;
use crate::chart::value::Value;
use crate::guideline::Fact;
use crate::truth::Truth;

pub(super) fn open(chart: &Chart, knowledge: &Knowledge, judged: &[JudgedRecommendation<'_>]) -> Opening {
    // Of a record without breast cancer nothing is open: no fact about it is worth asking for.
    if code_of(&chart.facts, Fact::DiseaseBreastCancer) == Some("not-recorded") {
        let summary = "no breast cancer is on record".to_owned();
        return Opening { applicable: false, summary, findings: Vec::new() };
    }
    let applicable = judged.iter().any(|item| item.judgement.outcome != Outcome::NotApplicable);
    let findings = if applicable { findings(chart, knowledge, judged) } else { Vec::new() };
    Opening { applicable, summary: summary(chart, knowledge, judged, applicable), findings }
}

/// Reads the labels of every option that names drugs.
pub(super) fn read_labels<'k>(
    judged: &mut [JudgedRecommendation<'k>],
    chart: &Chart,
    knowledge: &'k Knowledge,
    jurisdiction: Option<Jurisdiction>,
) {
    for item in judged {
        item.labels = labels::read(&item.recommendation.regimen, chart, knowledge, jurisdiction);
    }
}

/// What is due, how the lines came about, and the measures of quality.
pub(super) fn course<'k>(chart: &Chart, knowledge: &'k Knowledge) -> Course<'k> {
    Course {
        monitoring: monitoring::of(chart, knowledge),
        retrospect: retrospect::of(chart, knowledge),
        quality: quality::of(chart, knowledge),
    }
}

/// A statement about cancer drugs that are given, as opposed to tests, holds, local therapy and supportive drugs.
fn is_regimen(knowledge: &Knowledge, item: &JudgedRecommendation<'_>) -> bool {
    let drugs = item.recommendation.regimen.iter().filter_map(|id| knowledge.drug(id));
    drugs.into_iter().any(|drug| drug.class.group() != DrugGroup::Supportive)
}

fn of<'i, 'k>(
    knowledge: &'i Knowledge,
    judged: &'i [JudgedRecommendation<'k>],
    outcome: Outcome,
    preference: Preference,
) -> impl Iterator<Item = &'i JudgedRecommendation<'k>> {
    judged.iter().filter(move |item| {
        is_regimen(knowledge, item)
            && item.judgement.outcome == outcome
            && item.recommendation.preference == Some(preference)
    })
}

/// Drugs of the regimen, each option once.
fn names<'i>(items: impl Iterator<Item = &'i JudgedRecommendation<'i>>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for item in items {
        let name = name(item.recommendation);
        if !names.contains(&name) {
            names.push(name);
        }
    }
    names
}

fn name(recommendation: &Recommendation) -> String {
    recommendation.regimen.iter().map(AsRef::as_ref).collect::<Vec<&str>>().join(" + ")
}

fn summary(chart: &Chart, knowledge: &Knowledge, judged: &[JudgedRecommendation<'_>], applicable: bool) -> String {
    if !applicable {
        return match code_of(&chart.facts, Fact::DiseaseSetting) {
            Some("metastatic") => "no statement of this chapter applies".to_owned(),
            _ => "this chapter is about metastatic disease, which is not on record".to_owned(),
        };
    }
    let line = match chart.facts.get(Fact::TherapyLine).map(|statement| &statement.value) {
        Some(Value::Integer(line)) => match code_of(&chart.facts, Fact::TherapyDecision) {
            Some("running") => format!("line {line} is running"),
            _ => format!("line {line} is being decided"),
        },
        _ => "the line of therapy is not known".to_owned(),
    };
    let preferred = names(of(knowledge, judged, Outcome::Recommended, Preference::Preferred));
    let acceptable = names(of(knowledge, judged, Outcome::Recommended, Preference::Acceptable)).len();
    let waiting =
        judged.iter().filter(|item| is_regimen(knowledge, item) && item.judgement.outcome == Outcome::NeedsData);
    let waiting = names(waiting).len();
    if preferred.is_empty() && acceptable == 0 && waiting == 0 {
        return format!("{line}; no option with cancer drugs is in question");
    }
    let fits = if preferred.is_empty() {
        "no preferred regimen stands yet".to_owned()
    } else {
        format!("preferred: {}", preferred.join("; "))
    };
    format!("{line}; {fits}; {acceptable} acceptable, {waiting} waiting for data")
}

fn findings(chart: &Chart, knowledge: &Knowledge, judged: &[JudgedRecommendation<'_>]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let line: Vec<FactIndex> = [Fact::TherapyLine, Fact::TherapyDecision, Fact::TherapyCurrentPhase]
        .into_iter()
        .filter(|fact| chart.facts.get(*fact).is_some())
        .map(Fact::index)
        .collect();
    if !line.is_empty() {
        let parts: Vec<String> = line
            .iter()
            .filter_map(|fact| {
                let statement = chart.facts.at(*fact)?;
                let title = &knowledge.fact_definition(*fact)?.title;
                Some(format!("{title}: {}", crate::assessment::spoken(knowledge, *fact, &statement.value)))
            })
            .collect();
        findings.push(Finding { title: "Decision".to_owned(), text: parts.join("; "), facts: line });
    }
    let mut add = |title: &str, lines: Vec<String>, facts: Vec<FactIndex>| {
        if !lines.is_empty() {
            findings.push(Finding { title: title.to_owned(), text: lines.join("; "), facts });
        }
    };
    let do_now: Vec<String> = judged
        .iter()
        .filter(|item| !is_regimen(knowledge, item) && item.judgement.outcome == Outcome::Recommended)
        .filter(|item| item.recommendation.preference == Some(Preference::Preferred))
        .map(|item| item.recommendation.statement.to_string())
        .collect();
    add("Preferred", names(of(knowledge, judged, Outcome::Recommended, Preference::Preferred)), Vec::new());
    add("Acceptable", names(of(knowledge, judged, Outcome::Recommended, Preference::Acceptable)), Vec::new());
    let (waiting, missing) = waiting(knowledge, judged);
    add("Waiting for data", waiting, missing);
    let Forbidden { not_to_be_given, change_first, facts } = forbidden(knowledge, judged);
    add("Not to be given", not_to_be_given, facts.clone());
    add("Only after a change of another medicine", change_first, facts);
    add("To do", do_now, Vec::new());
    findings
}

/// Each regimen that needs data, with the first of its smallest missing sets.
fn waiting(knowledge: &Knowledge, judged: &[JudgedRecommendation<'_>]) -> (Vec<String>, Vec<FactIndex>) {
    let mut lines = Vec::new();
    let mut facts = Vec::new();
    for item in judged.iter().filter(|item| is_regimen(knowledge, item) && item.judgement.outcome == Outcome::NeedsData)
    {
        let missing = item.missing.first().map_or(&[][..], Vec::as_slice);
        let titles: Vec<&str> =
            missing.iter().filter_map(|fact| Some(knowledge.fact_definition(*fact)?.title.as_ref())).collect();
        let line = format!("{} ({})", name(item.recommendation), titles.join(", "));
        if !lines.contains(&line) {
            lines.push(line);
        }
        facts.extend(missing.iter().copied());
    }
    facts.sort_unstable();
    facts.dedup();
    (lines, facts)
}

/// Regimens that contraindications forbid.
#[derive(Default)]
struct Forbidden {
    /// With the criteria that hold.
    not_to_be_given: Vec<String>,
    /// Those forbidden by nothing but what can be changed first, with what to change.
    change_first: Vec<String>,
    facts: Vec<FactIndex>,
}

/// Each regimen that a contraindication forbids, whether or not it would be due, with the criterion that holds.
fn forbidden(knowledge: &Knowledge, judged: &[JudgedRecommendation<'_>]) -> Forbidden {
    let mut found = Forbidden::default();
    for item in judged.iter().filter(|item| !item.recommendation.regimen.is_empty()) {
        let forbids = item.judgement.contraindicated_if.iter();
        let held: Vec<&Criterion> = forbids.filter(|one| one.outcome == Truth::Met).map(|one| one.criterion).collect();
        if held.is_empty() {
            continue;
        }
        let mut words = Vec::new();
        for criterion in &held {
            tests(criterion, &mut words, &mut found.facts);
        }
        let remedies: Option<Vec<&str>> =
            held.iter().map(|criterion| knowledge.remedy(item.recommendation, criterion)).collect();
        let (lines, line) = match remedies.as_deref() {
            Some([remedy, ..]) => {
                (&mut found.change_first, format!("{} ({}: {remedy})", name(item.recommendation), words.join(", ")))
            }
            _ => (&mut found.not_to_be_given, format!("{} ({})", name(item.recommendation), words.join(", "))),
        };
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    found.facts.sort_unstable();
    found.facts.dedup();
    found
}

fn tests(criterion: &Criterion, words: &mut Vec<String>, facts: &mut Vec<FactIndex>) {
    match criterion {
        Criterion::Test(test) => {
            words.push(test.text.to_string());
            facts.push(test.fact);
        }
        Criterion::All(members) | Criterion::Any(members) | Criterion::None(members) => {
            members.iter().for_each(|member| tests(member, words, facts));
        }
    }
}
