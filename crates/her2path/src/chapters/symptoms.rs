//! Symptoms: what could they mean, how urgent are they, what examination follows?
//!
//! The rules are recommendations with an urgency. Here their outcomes are combined (see [`crate::classify::urgency`]).
//! A red flag counts in three ways: met, it counts with its own urgency; with its symptom there and only the context (a
//! drug, a known metastasis) missing, it counts as E1, or as its own urgency where that is less, because somebody who
//! knows the record must decide; with its questions unanswered, its area counts as one amber.
//!
//! Deliberately absent: any word that all is well. The lowest level says what to do next, and a record without symptoms
//! says nothing at all.

mod warnings;

pub use warnings::warning_signs;

use std::collections::BTreeSet;

use her2path_knowledge::model::{FactIndex, Knowledge, Urgency};

use super::Opening;
use crate::assessment::{Finding, JudgedRecommendation, Outcome, Triage, TriageReason, spoken, urgency_name};
use crate::chart::Chart;
use crate::chart::inferred::code_of;
use crate::chart::value::Value;
use crate::classify::urgency::{Signals, combine};
use crate::guideline::Fact;

/// A questionnaire's grade and the floor for any new symptom repeat a symptom that may have an area of its own; they are an
/// amber, one together, only where nothing else is.
const REPEATING_AREAS: [&str; 2] = ["pro-ctcae", FLOOR];

/// The floor is a reason only where no other rule asks for as much.
const FLOOR: &str = "new-symptom";

/// What raises the level by one.
const RAISING: [Fact; 2] = [Fact::SymptomGettingWorseFast, Fact::SymptomVeryWorried];

pub(super) fn open(
    chart: &Chart,
    knowledge: &Knowledge,
    judged: &[JudgedRecommendation<'_>],
) -> (Opening, Option<Triage>) {
    // A rule that is met speaks even where nobody has reported a symptom: very few neutrophils.
    let is_met = |item: &JudgedRecommendation<'_>| item.judgement.outcome == Outcome::Recommended;
    if !is_reported(chart, knowledge) && !judged.iter().any(is_met) {
        let summary =
            "no current symptom is on record and none was asked for: this says nothing about how the person is; \
                       `her2path triage` asks"
                .to_owned();
        return (Opening { applicable: false, summary, findings: Vec::new() }, None);
    }
    let triage = triage(chart, knowledge, judged);
    let met = triage.reasons.iter().filter(|reason| reason.met).count();
    let open = match triage.unanswered.len() {
        0 => String::new(),
        1 => "; one red-flag question has no answer, which counts".to_owned(),
        count => format!("; {count} red-flag questions have no answer, which counts"),
    };
    let rules = if met == 1 { "rule is met" } else { "rules are met" };
    let first = triage.reasons.first().and_then(|reason| knowledge.recommendation(&reason.id));
    let suspects = first.map(|rule| format!("; first to rule out: {}", rule.suspects.join(", "))).unwrap_or_default();
    let summary =
        format!("at least {} ({}){suspects}; {met} {rules}{open}", urgency_name(triage.urgency), triage.timing());
    let findings = findings(chart, knowledge, &triage);
    (Opening { applicable: true, summary, findings }, Some(triage))
}

/// Whether any symptom is there, or any answer was given by a person. Normal vital signs of a record report nothing.
fn is_reported(chart: &Chart, knowledge: &Knowledge) -> bool {
    chart.facts.iter().any(|(fact, statement)| {
        if !is_symptom(knowledge, fact.index()) || is_empty(&statement.value) {
            return false;
        }
        let by_a_person = statement.because.iter().any(|because| because.source == "stated");
        let there = match &statement.value {
            Value::Boolean(there) => *there,
            Value::Codes(codes) => !codes.is_empty(),
            Value::Code(_) => code_of(&chart.facts, fact) != Some("under-37-5"),
            Value::Integer(number) => *number > 0,
            _ => false,
        };
        by_a_person || there
    })
}

fn is_empty(value: &Value) -> bool {
    matches!(value, Value::Codes(codes) if codes.is_empty())
}

/// Facts about how the person is, as against the context (drugs, diagnoses) that a record knows.
pub(super) fn is_symptom(knowledge: &Knowledge, index: FactIndex) -> bool {
    knowledge.fact_definition(index).is_some_and(|definition| {
        ["symptom.", "pro-ctcae.", "phq9.item-9"].iter().any(|prefix| definition.id.starts_with(prefix))
    })
}

fn triage(chart: &Chart, knowledge: &Knowledge, judged: &[JudgedRecommendation<'_>]) -> Triage {
    let mut reasons = Vec::new();
    let mut ambers = BTreeSet::new();
    let mut open_areas = BTreeSet::new();
    let mut unanswered: Vec<(Urgency, FactIndex)> = Vec::new();
    let mut other_unanswered = false;
    for item in judged {
        let Some(own) = item.recommendation.urgency else { continue };
        let area = area(&item.recommendation.id);
        let counts = match item.judgement.outcome {
            Outcome::Recommended => Some((own, true)),
            Outcome::NeedsData if own > Urgency::E3 && only_context_missing(knowledge, item) => {
                Some((own.min(Urgency::E1), false))
            }
            Outcome::NeedsData if own >= Urgency::E1 => {
                open_areas.insert(area);
                let asked = item.missing.iter().flatten().filter(|fact| is_symptom(knowledge, **fact));
                unanswered.extend(asked.map(|fact| (own, *fact)));
                None
            }
            Outcome::NeedsData => {
                other_unanswered |= own == Urgency::E2;
                None
            }
            Outcome::Contraindicated | Outcome::NotApplicable => None,
        };
        if let Some((urgency, met)) = counts {
            if urgency == Urgency::E2 {
                ambers.insert(area);
            }
            let id = item.recommendation.id.to_string();
            reasons.push(TriageReason { id, area: area.to_owned(), urgency, met });
        }
    }
    let has_own =
        reasons.iter().any(|reason| reason.urgency >= Urgency::E2 && !REPEATING_AREAS.contains(&reason.area.as_str()));
    let repeating = REPEATING_AREAS.into_iter().filter(|area| ambers.remove(area)).count();
    let amber_areas = if has_own { ambers.len() } else { ambers.len().saturating_add(repeating.min(1)) };
    if reasons.iter().any(|reason| reason.urgency >= Urgency::E2 && reason.area != FLOOR) {
        reasons.retain(|reason| reason.area != FLOOR);
    }
    reasons.sort_by(|a, b| b.urgency.cmp(&a.urgency).then_with(|| b.met.cmp(&a.met)).then_with(|| a.id.cmp(&b.id)));
    unanswered.sort_by_key(|(urgency, _)| std::cmp::Reverse(*urgency));
    let mut seen = BTreeSet::new();
    let unanswered = unanswered.into_iter().map(|(_, fact)| fact).filter(|fact| seen.insert(*fact)).collect();
    let raised_by: Vec<FactIndex> = RAISING
        .into_iter()
        .filter(|fact| matches!(chart.facts.get(*fact).map(|s| &s.value), Some(Value::Boolean(true))))
        .map(Fact::index)
        .collect();
    let by_answers = Signals {
        governing: reasons.first().map(|reason| reason.urgency),
        amber_areas,
        unanswered_areas: 0,
        other_unanswered: false,
        raise: !raised_by.is_empty(),
    };
    let urgency = combine(Signals { unanswered_areas: open_areas.len(), other_unanswered, ..by_answers });
    Triage { urgency, reasons, unanswered, by_answers: combine(by_answers), raised_by }
}

/// The symptom is there, and only something about the record would settle the rule.
fn only_context_missing(knowledge: &Knowledge, item: &JudgedRecommendation<'_>) -> bool {
    item.missing.iter().any(|set| set.iter().all(|fact| !is_symptom(knowledge, *fact)))
}

/// The part of the body: the file that the rule stands in.
fn area(id: &str) -> &str {
    id.split('/').nth(1).unwrap_or(id)
}

fn findings(chart: &Chart, knowledge: &Knowledge, triage: &Triage) -> Vec<Finding> {
    let mut findings = Vec::new();
    let (mut there, mut facts) = (Vec::new(), Vec::new());
    for (fact, statement) in chart.facts.iter() {
        let index = fact.index();
        let shown = is_symptom(knowledge, index)
            && fact != Fact::SymptomAnyNew
            && !matches!(&statement.value, Value::Boolean(false))
            && !is_empty(&statement.value);
        let Some(definition) = knowledge.fact_definition(index).filter(|_| shown) else { continue };
        there.push(match &statement.value {
            Value::Boolean(_) => definition.title.to_string(),
            value => format!("{}: {}", definition.title, spoken(knowledge, index, value)),
        });
        facts.push(index);
    }
    if !there.is_empty() {
        findings.push(Finding { title: "Reported".to_owned(), text: there.join("; "), facts });
    }
    let possible: Vec<&str> =
        triage.reasons.iter().filter(|reason| !reason.met).map(|reason| reason.id.as_str()).collect();
    if !possible.is_empty() {
        let text = format!(
            "counted as if they applied, because what would rule them out is not known: {}",
            possible.join(", ")
        );
        findings.push(Finding { title: "Cannot be ruled out".to_owned(), text, facts: Vec::new() });
    }
    findings
}
