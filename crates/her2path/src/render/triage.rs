//! What a triage says: to the person in plain words, to the clinician what is suspected and which examination follows.
//!
//! Every output is "at least this urgent" and ends with the numbers to call. None says that nothing is wrong.

use std::fmt::Write as _;

use her2path_knowledge::model::Recommendation;
use serde_json::{Value, json};

use super::evidence_name;
use super::text::{citation_words, evidence_words, wrap};
use crate::assessment::{Assessment, Outcome, Triage, TriageReason, urgency_name};
use crate::guideline::Fact;

/// The numbers with which every guidance ends.
#[derive(Debug, Clone, Copy)]
pub struct Numbers<'n> {
    /// The emergency number.
    pub emergency: &'n str,
    /// The 24-hour line of the cancer centre.
    pub cancer_line: &'n str,
}

/// The sentence under every result.
pub const LOWER_BOUND: &str =
    "This is the least that should be done. If you are worried or it gets worse, call sooner.";

/// The sentence for answers from which nothing can be said.
pub const NOTHING_ANSWERED: &str =
    "No question was answered, so nothing can be said. If you are worried, call your 24-hour cancer line.";

/// What is said where no rule is met.
pub const NO_RULE: &str = "No warning sign that is known here fits your answers. That does not rule one out.";

/// What is said first where only the temperature, not taken, makes the level as high as it is.
pub const OPEN_TEMPERATURE: &str =
    "The level is this high only because your temperature is not known. Measure it now, and ask again.";

/// What is said first where open questions make the level as high as it is.
pub const OPEN_QUESTIONS: &str = "The level is this high because some questions have no answer. Answer them if you can. \
                                  Until then it stands.";

/// What made the level more urgent than the answers alone.
#[must_use]
pub fn because_open(triage: &Triage) -> Option<&'static str> {
    let temperature = Fact::SymptomTemperatureBand.index();
    let only_temperature = !triage.unanswered.is_empty() && triage.unanswered.iter().all(|fact| *fact == temperature);
    (triage.urgency > triage.by_answers).then_some(if only_temperature { OPEN_TEMPERATURE } else { OPEN_QUESTIONS })
}

/// The sentences for the person, each once, most urgent first: under its condition what is only not ruled out.
#[must_use]
pub fn sentences<'a>(assessment: &Assessment<'a>, triage: &'a Triage) -> Vec<&'a str> {
    let mut said: Vec<&str> = Vec::new();
    for (reason, recommendation) in named(assessment, triage) {
        let sentence = sentence(reason, recommendation);
        if !said.contains(&sentence) {
            said.push(sentence);
        }
    }
    said
}

fn sentence<'a>(reason: &TriageReason, recommendation: &'a Recommendation) -> &'a str {
    let under_condition = recommendation.plain_if.as_deref().filter(|_| !reason.met);
    under_condition.unwrap_or(&recommendation.plain)
}

/// The triage as text, wrapped at `width` columns.
#[must_use]
pub fn to_text(assessment: &Assessment<'_>, numbers: Numbers<'_>, width: usize) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = write_text(&mut out, assessment, numbers, width);
    out
}

fn write_text(out: &mut String, assessment: &Assessment<'_>, numbers: Numbers<'_>, width: usize) -> std::fmt::Result {
    let Some(triage) = triage_of(assessment) else {
        out.push_str(&wrap("", "", NOTHING_ANSWERED, width));
        return footer(out, assessment, numbers, width);
    };
    out.push_str(&wrap("", "", &format!("AT LEAST {}: {}", urgency_name(triage.urgency), triage.words()), width));
    writeln!(out)?;
    if let Some(open) = because_open(triage) {
        out.push_str(&wrap("  • ", "    ", open, width));
    }
    let named = named(assessment, triage);
    if named.is_empty() {
        out.push_str(&wrap("  • ", "    ", NO_RULE, width));
    }
    for sentence in sentences(assessment, triage) {
        out.push_str(&wrap("  • ", "    ", sentence, width));
    }
    if !triage.raised_by.is_empty() {
        out.push_str(&wrap(
            "  • ",
            "    ",
            "Because of your worry, or because it gets worse fast, this is one step more urgent.",
            width,
        ));
    }
    if !triage.unanswered.is_empty() {
        writeln!(out, "\nNot answered, and so counted as if it might be there:")?;
        for fact in &triage.unanswered {
            let plain = assessment.knowledge.fact_definition(*fact).map_or("", |definition| &definition.plain);
            out.push_str(&wrap("  ? ", "    ", plain, width));
        }
    }
    if !named.is_empty() {
        writeln!(out, "\nFor the clinician")?;
        for (reason, recommendation) in &named {
            let rules = match recommendation.rules.join(", ") {
                rules if rules.is_empty() => "own rule".to_owned(),
                rules => rules,
            };
            let met = if reason.met { "" } else { ", not ruled out: treatment or diagnoses not known" };
            let head = format!(
                "{} {} ({rules}{met}): {}",
                urgency_name(reason.urgency),
                reason.area,
                recommendation.suspects.join("; ")
            );
            out.push_str(&wrap("  • ", "    ", &head, width));
            out.push_str(&wrap("    do   ", "         ", &recommendation.statement, width));
            let cites: Vec<String> = recommendation
                .cites
                .iter()
                .filter_map(|key| assessment.knowledge.citation(key))
                .map(citation_words)
                .collect();
            let known = evidence_words(recommendation.evidence);
            let from = format!("{} (known: {known}) [{}]", cites.join("; "), reason.id);
            out.push_str(&wrap("    from ", "         ", &from, width));
        }
    }
    footer(out, assessment, numbers, width)
}

fn footer(out: &mut String, assessment: &Assessment<'_>, numbers: Numbers<'_>, width: usize) -> std::fmt::Result {
    writeln!(out)?;
    out.push_str(&wrap("", "", LOWER_BOUND, width));
    out.push_str(&wrap(
        "",
        "",
        &format!("Emergency number: {}. 24-hour cancer line: {}.", numbers.emergency, numbers.cancer_line),
        width,
    ));
    out.push_str(&wrap("", "", &assessment.knowledge.guideline.notice, width));
    Ok(())
}

/// The triage as `her2path/triage/1`.
#[must_use]
pub fn to_json(assessment: &Assessment<'_>, numbers: Numbers<'_>) -> Value {
    let triage = triage_of(assessment);
    let named = triage.map(|triage| named(assessment, triage)).unwrap_or_default();
    let mut suspects: Vec<&str> = Vec::new();
    let mut sites: Vec<&str> = Vec::new();
    for (reason, recommendation) in &named {
        if !sites.contains(&reason.area.as_str()) {
            sites.push(&reason.area);
        }
        for suspect in recommendation.suspects.iter() {
            if !suspects.contains(&suspect.as_ref()) {
                suspects.push(suspect);
            }
        }
    }
    let fact = |index: &her2path_knowledge::model::FactIndex| {
        assessment.knowledge.fact_definition(*index).map(|d| json!({ "fact": d.id, "ask": d.ask }))
    };
    let facts = |list: &[her2path_knowledge::model::FactIndex]| list.iter().filter_map(fact).collect::<Vec<_>>();
    let rules: Vec<Value> =
        named.iter().map(|(reason, recommendation)| rule(assessment, reason, recommendation)).collect();
    json!({
        "schema": "her2path/triage/1",
        "as_of": assessment.as_of.to_string(),
        "guideline": { "id": assessment.knowledge.guideline.id, "version": assessment.knowledge.guideline.version, "hash": assessment.knowledge.guideline.hash },
        "urgency": triage.map(|triage| urgency_name(triage.urgency)),
        "by_answers": triage.map(|triage| urgency_name(triage.by_answers)),
        "because_open": triage.and_then(because_open),
        "at_least": true,
        "words": triage.map_or(NOTHING_ANSWERED, Triage::words),
        "timing": triage.map(Triage::timing),
        "sites": sites,
        "suspects": suspects,
        "rules": rules,
        "unanswered": triage.map(|triage| facts(&triage.unanswered)).unwrap_or_default(),
        "raised_by": triage.map(|triage| facts(&triage.raised_by)).unwrap_or_default(),
        "lower_bound": LOWER_BOUND,
        "numbers": { "emergency": numbers.emergency, "cancer_line": numbers.cancer_line },
        "notice": assessment.knowledge.guideline.notice,
    })
}

fn rule(assessment: &Assessment<'_>, reason: &TriageReason, recommendation: &Recommendation) -> Value {
    let citations: Vec<Value> = recommendation
        .cites
        .iter()
        .filter_map(|key| assessment.knowledge.citation(key))
        .map(|citation| json!({ "key": citation.key, "text": citation.text, "status": evidence_name(citation.status) }))
        .collect();
    json!({
        "id": reason.id,
        "rules": recommendation.rules,
        "area": reason.area,
        "urgency": urgency_name(reason.urgency),
        "outcome": if reason.met { Outcome::Recommended.as_str() } else { Outcome::NeedsData.as_str() },
        "suspects": recommendation.suspects,
        "work_up": recommendation.statement,
        "plain": sentence(reason, recommendation),
        "evidence": evidence_name(recommendation.evidence),
        "citations": citations,
    })
}

fn triage_of<'a>(assessment: &'a Assessment<'_>) -> Option<&'a Triage> {
    assessment.chapters.iter().find_map(|chapter| chapter.triage.as_ref())
}

/// The reasons with their recommendations.
fn named<'a>(assessment: &Assessment<'a>, triage: &'a Triage) -> Vec<(&'a TriageReason, &'a Recommendation)> {
    let find = |reason: &'a TriageReason| Some((reason, assessment.knowledge.recommendation(&reason.id)?));
    triage.reasons.iter().filter_map(find).collect()
}
