//! What a reader wants to know of an option besides its reasons: whose label covers it, which trials stand behind it, what
//! its drugs ask for. In words and as JSON.

use std::collections::BTreeMap;

use her2path_knowledge::medicine::{Endpoint, Monograph, Trial};
use her2path_knowledge::model::Knowledge;
use serde::Serialize;

use super::json::{CitationView, CriterionView, OrderedMap, citation, criterion_view};
use super::{criterion_text, evidence_name, jurisdiction_name};
use crate::assessment::{Assessment, JudgedRecommendation, LabelReading, LabelReason, LabelStatus, Outcome};
use crate::truth::Truth;

/// Who grants the labels of a place.
pub(super) fn agency(reading: &LabelReading<'_>) -> &'static str {
    match reading.jurisdiction {
        her2path_knowledge::model::Jurisdiction::Us => "US (FDA)",
        her2path_knowledge::model::Jurisdiction::Eu => "EU (EMA)",
    }
}

/// The reading of a label in a sentence.
pub(super) fn label_words(assessment: &Assessment<'_>, reading: &LabelReading<'_>) -> String {
    let day = reading.label.and_then(|label| label.granted);
    let since = day.map_or_else(String::new, |day| format!(" since {day}"));
    let titles = |facts: &[her2path_knowledge::model::FactIndex]| {
        let title = |fact: &her2path_knowledge::model::FactIndex| {
            assessment.knowledge.fact_definition(*fact).map(|definition| definition.title.to_string())
        };
        facts.iter().filter_map(title).collect::<Vec<_>>().join(", ")
    };
    let mut words = match reading.reason {
        LabelReason::Met => format!("labelled{since}"),
        LabelReason::Unknown => {
            format!("cannot be said: labelled{since} for some; missing {}", titles(&reading.missing))
        }
        LabelReason::Conditions => {
            let conditions = reading.label.map_or_else(String::new, |label| label.conditions.join("; "));
            format!("labelled{since} only if a clinician finds: {conditions}")
        }
        LabelReason::Pending => {
            let since = reading.label.and_then(|label| label.pending_since);
            let since = since.map_or_else(String::new, |day| format!(" (asked for {day})"));
            format!("cannot be said: no verified decision{since}")
        }
        LabelReason::NotMet => {
            let failed: Vec<String> = reading
                .when
                .iter()
                .filter(|judged| judged.outcome == Truth::NotMet)
                .map(|judged| criterion_text(judged.criterion))
                .collect();
            format!("off-label: the label{since} asks for {}", failed.join("; "))
        }
        LabelReason::Later(day) => format!("off-label on this day: labelled from {day}"),
        LabelReason::NotNamed => "off-label: no label on record names this combination".to_owned(),
    };
    if let Some(until) = reading.covered_until.filter(|_| reading.status != LabelStatus::Labelled) {
        words += &format!(" (decisions after {until} were not followed)");
    }
    words
}

/// A trial with its main numbers, in a line.
pub(super) fn trial_words(trial: &Trial) -> String {
    let arms = match &trial.control {
        Some(control) => format!("{} against {control}", trial.arm),
        None => trial.arm.to_string(),
    };
    let patients = match (&trial.patients, &trial.control_patients) {
        (Some(one), Some(other)) => format!(", n {one} against {other}"),
        (Some(one), None) => format!(", n {one}"),
        _ => String::new(),
    };
    let mut parts = vec![format!("{} ({arms}{patients})", trial.name)];
    parts.extend(times_words("median PFS", &trial.pfs));
    parts.extend(times_words("median OS", &trial.os));
    parts.extend(match &trial.response {
        (Some(one), Some(other)) => Some(format!("response {one} against {other} %")),
        (Some(one), None) => Some(format!("response {one} %")),
        _ => None,
    });
    parts.extend(trial.brain.as_ref().map(|brain| format!("brain: {brain}")));
    parts.extend(trial.harms.as_ref().map(|harms| format!("grade 3 and more: {harms}")));
    parts.extend(trial.note.as_ref().map(ToString::to_string));
    parts.push(format!("how known: {}", trial.verification));
    parts.join("; ")
}

/// A time to an event, in words; nothing where no figure is known.
pub(super) fn times_words(name: &str, times: &Endpoint) -> Option<String> {
    let with = |median: &Option<her2path_knowledge::model::Str>, interval: &Option<her2path_knowledge::model::Str>| {
        let median = median.as_ref()?;
        Some(interval.as_ref().map_or_else(|| median.to_string(), |interval| format!("{median} ({interval})")))
    };
    let one = with(&times.median, &times.interval);
    let other = with(&times.control, &times.control_interval);
    let ratio = with(&times.ratio, &times.ratio_interval);
    let mut words = match (one, other) {
        (Some(one), Some(other)) => format!("{name} {one} against {other} months"),
        (Some(one), None) => format!("{name} {one} months"),
        _ => return ratio.map(|ratio| format!("{name} HR {ratio}")),
    };
    if let Some(ratio) = ratio {
        words += &format!(", HR {ratio}");
    }
    Some(words)
}

/// The monographs of a regimen's drugs, each once.
pub(super) fn monographs<'k>(knowledge: &'k Knowledge, item: &JudgedRecommendation<'k>) -> Vec<&'k Monograph> {
    let mut found: Vec<&Monograph> = Vec::new();
    for monograph in item.recommendation.regimen.iter().filter_map(|drug| knowledge.monograph(drug)) {
        if !found.iter().any(|known| known.drug == monograph.drug) {
            found.push(monograph);
        }
    }
    found
}

/// Name and words of pairs, one after the other.
pub(super) fn pair_words(pairs: &[(her2path_knowledge::model::Str, her2path_knowledge::model::Str)]) -> String {
    pairs.iter().map(|(name, words)| format!("{name}: {words}")).collect::<Vec<_>>().join("; ")
}

/// Whether the chapter's detail is worth its room: an option that is out of the question needs no numbers.
pub(super) fn is_in_question(item: &JudgedRecommendation<'_>) -> bool {
    item.judgement.outcome != Outcome::NotApplicable
}

/// Labels, trials and monographs as JSON.
#[derive(Serialize)]
pub(super) struct LabelView<'a> {
    jurisdiction: &'static str,
    status: &'static str,
    words: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    statement: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    granted: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    covered_until: Option<String>,
    criteria: Vec<CriterionView<'a>>,
    missing: Vec<&'a str>,
    citations: Vec<CitationView<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
}

pub(super) fn label_view<'a>(assessment: &'a Assessment<'_>, reading: &'a LabelReading<'_>) -> LabelView<'a> {
    let label = reading.label;
    let cites = label.map_or(&[][..], |label| label.cites.as_ref());
    LabelView {
        jurisdiction: jurisdiction_name(reading.jurisdiction),
        status: reading.status.as_str(),
        words: label_words(assessment, reading),
        label: label.map(|label| label.id.as_ref()),
        statement: label.map(|label| label.statement.as_ref()),
        granted: label.and_then(|label| label.granted).map(|day| day.to_string()),
        covered_until: reading.covered_until.map(|day| day.to_string()),
        criteria: reading.when.iter().map(|judged| criterion_view(assessment, judged)).collect(),
        missing: reading.missing.iter().map(|fact| super::json::fact_id(assessment, *fact)).collect(),
        citations: cites.iter().filter_map(|key| assessment.knowledge.citation(key)).map(citation).collect(),
        source: label.map(|label| format!("{}:{}", label.place.file, label.place.line)),
    }
}

/// A trial as JSON: figures are texts as published, several readings of one figure side by side.
#[derive(Serialize)]
pub(super) struct TrialView<'a> {
    name: &'a str,
    registry: Option<&'a str>,
    phase: &'a str,
    setting: &'a str,
    population: &'a str,
    arm: &'a str,
    control: Option<&'a str>,
    patients: Option<&'a str>,
    control_patients: Option<&'a str>,
    endpoint: Option<&'a str>,
    pfs: EndpointView<'a>,
    os: EndpointView<'a>,
    response: Option<&'a str>,
    control_response: Option<&'a str>,
    brain: Option<&'a str>,
    grade_3_and_more: Option<&'a str>,
    note: Option<&'a str>,
    verification: &'a str,
    evidence: &'static str,
    citations: Vec<CitationView<'a>>,
    source: String,
}

#[derive(Serialize)]
struct EndpointView<'a> {
    median: Option<&'a str>,
    interval: Option<&'a str>,
    control: Option<&'a str>,
    control_interval: Option<&'a str>,
    hazard_ratio: Option<&'a str>,
    hazard_ratio_interval: Option<&'a str>,
}

/// The trials behind the options in question, by id.
pub(super) fn trials_view<'a>(
    assessment: &'a Assessment<'_>,
    items: &[JudgedRecommendation<'a>],
) -> BTreeMap<&'a str, TrialView<'a>> {
    let knowledge = assessment.knowledge;
    let of = items.iter().filter(|item| is_in_question(item)).flat_map(|item| knowledge.trials_of(item.recommendation));
    of.map(|trial| (trial.id.as_ref(), trial_view(knowledge, trial))).collect()
}

fn trial_view<'a>(knowledge: &'a Knowledge, trial: &'a Trial) -> TrialView<'a> {
    let times = |times: &'a Endpoint| EndpointView {
        median: times.median.as_deref(),
        interval: times.interval.as_deref(),
        control: times.control.as_deref(),
        control_interval: times.control_interval.as_deref(),
        hazard_ratio: times.ratio.as_deref(),
        hazard_ratio_interval: times.ratio_interval.as_deref(),
    };
    TrialView {
        name: &trial.name,
        registry: trial.registry.as_deref(),
        phase: &trial.phase,
        setting: &trial.setting,
        population: &trial.population,
        arm: &trial.arm,
        control: trial.control.as_deref(),
        patients: trial.patients.as_deref(),
        control_patients: trial.control_patients.as_deref(),
        endpoint: trial.endpoint.as_deref(),
        pfs: times(&trial.pfs),
        os: times(&trial.os),
        response: trial.response.0.as_deref(),
        control_response: trial.response.1.as_deref(),
        brain: trial.brain.as_deref(),
        grade_3_and_more: trial.harms.as_deref(),
        note: trial.note.as_deref(),
        verification: &trial.verification,
        evidence: evidence_name(trial.evidence),
        citations: trial.cites.iter().filter_map(|key| knowledge.citation(key)).map(citation).collect(),
        source: format!("{}:{}", trial.place.file, trial.place.line),
    }
}

/// A monograph as JSON.
#[derive(Serialize)]
pub(super) struct MonographView<'a> {
    doses: OrderedMap<'a, &'a str>,
    tests_before: &'a [her2path_knowledge::model::Str],
    monitor: OrderedMap<'a, &'a str>,
    hold_or_stop: OrderedMap<'a, &'a str>,
    levels: &'a [her2path_knowledge::model::Str],
    warnings: &'a [her2path_knowledge::model::Str],
    contraindications: &'a [her2path_knowledge::model::Str],
    interactions: &'a [her2path_knowledge::model::Str],
    notes: &'a [her2path_knowledge::model::Str],
    verification: &'a str,
    evidence: &'static str,
    citations: Vec<CitationView<'a>>,
    source: String,
}

/// The monographs of the drugs in question, by drug.
pub(super) fn monographs_view<'a>(
    assessment: &'a Assessment<'_>,
    items: &[JudgedRecommendation<'a>],
) -> BTreeMap<&'a str, MonographView<'a>> {
    let knowledge = assessment.knowledge;
    let of = items.iter().filter(|item| is_in_question(item)).flat_map(|item| monographs(knowledge, item));
    of.map(|monograph| (monograph.drug.as_ref(), monograph_view(knowledge, monograph))).collect()
}

fn monograph_view<'a>(knowledge: &'a Knowledge, monograph: &'a Monograph) -> MonographView<'a> {
    let pairs = |pairs: &'a [(her2path_knowledge::model::Str, her2path_knowledge::model::Str)]| {
        pairs.iter().map(|(name, words)| (name.as_ref(), words.as_ref())).collect()
    };
    MonographView {
        doses: pairs(&monograph.doses),
        tests_before: &monograph.before,
        monitor: pairs(&monograph.monitor),
        hold_or_stop: pairs(&monograph.hold),
        levels: &monograph.levels,
        warnings: &monograph.warnings,
        contraindications: &monograph.contraindications,
        interactions: &monograph.interactions,
        notes: &monograph.notes,
        verification: &monograph.verification,
        evidence: evidence_name(monograph.evidence),
        citations: monograph.cites.iter().filter_map(|key| knowledge.citation(key)).map(citation).collect(),
        source: format!("{}:{}", monograph.place.file, monograph.place.line),
    }
}
