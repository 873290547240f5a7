//! A recommendation as a page: what it says, when, who says so, how it is known, and where it stands.

use std::fmt::Write as _;

use her2path_knowledge::model::{Criterion, Knowledge, Recommendation};

use super::{
    certainty_name, criterion_text, evidence_name, jurisdiction_name, preference_name, strength_name, urgency_name,
};

/// The page as text.
#[must_use]
pub fn recommendation_page(recommendation: &Recommendation, knowledge: &Knowledge) -> String {
    let mut page = String::new();
    // Writing to a string cannot fail.
    let _ = write(&mut page, recommendation, knowledge);
    page
}

fn write(page: &mut String, recommendation: &Recommendation, knowledge: &Knowledge) -> std::fmt::Result {
    writeln!(page, "{}\n\n{}\n", recommendation.id, recommendation.statement)?;
    writeln!(page, "question     {}", recommendation.question)?;
    if let Some(option) = &recommendation.option {
        writeln!(page, "option       {option}")?;
    }
    if let Some(preference) = recommendation.preference {
        writeln!(page, "preference   {}", preference_name(preference))?;
    }
    if let Some(urgency) = recommendation.urgency {
        writeln!(page, "urgency      {}", urgency_name(urgency))?;
    }
    if !recommendation.suspects.is_empty() {
        writeln!(page, "may mean     {}", recommendation.suspects.join("; "))?;
    }
    if !recommendation.rules.is_empty() {
        writeln!(page, "rules        {}", recommendation.rules.join(", "))?;
    }
    if !recommendation.regimen.is_empty() {
        writeln!(page, "regimen      {}", recommendation.regimen.join(" + "))?;
    }
    if !recommendation.variants.is_empty() {
        writeln!(page, "also         {}", recommendation.variants.join("; "))?;
    }
    if let Some(schedule) = &recommendation.schedule {
        writeln!(page, "schedule     {schedule}")?;
    }
    if !recommendation.monitor.is_empty() {
        writeln!(page, "watch        {}", recommendation.monitor.join("; "))?;
    }
    if let Some(jurisdiction) = recommendation.jurisdiction {
        writeln!(page, "label of     {}", jurisdiction_name(jurisdiction))?;
    }
    if let Some(strength) = recommendation.strength {
        writeln!(page, "strength     {}", strength_name(strength))?;
    }
    if let Some(certainty) = recommendation.certainty {
        writeln!(page, "certainty    {}", certainty_name(certainty))?;
    }
    writeln!(page, "known        {}", evidence_name(recommendation.evidence))?;
    writeln!(page, "effective    {}", recommendation.effective)?;
    if let Some(by) = &recommendation.superseded_by {
        writeln!(page, "replaced by  {by}")?;
    }
    let reviewed = match recommendation.reviewed.by.as_ref() {
        [] => "not clinically reviewed".to_owned(),
        by => by.join(", "),
    };
    writeln!(page, "reviewed     {reviewed}")?;
    writeln!(page, "file         knowledge/{}:{}", recommendation.place.file, recommendation.place.line)?;
    criteria(page, "\nEvery one of these must hold:", &recommendation.when)?;
    criteria(page, "\nAny of these forbids:", &recommendation.contraindicated_if)?;
    if !recommendation.gates.is_empty() {
        writeln!(page, "\nGates of its drugs, in knowledge/gates.toml: {}", recommendation.gates.join(", "))?;
    }
    for (gate, reason) in recommendation.lifts.iter() {
        writeln!(page, "\nWithout the gate {gate}: {reason}")?;
    }
    if !recommendation.bodies.is_empty() {
        writeln!(page, "\nWho says so:")?;
        for (body, says) in recommendation.bodies.iter() {
            writeln!(page, "  {}: {says}", body.to_uppercase())?;
        }
    }
    if let Some(conflict) = &recommendation.conflict {
        writeln!(page, "\nThey differ: {conflict}")?;
    }
    writeln!(page, "\nWhy: {}", recommendation.rationale)?;
    writeln!(page, "\nIn plain words: {}", recommendation.plain)?;
    let trials: Vec<_> = knowledge.trials_of(recommendation).collect();
    if !trials.is_empty() {
        writeln!(page, "\nTrials:")?;
        for trial in trials {
            writeln!(page, "  {} [{}]", super::option::trial_words(trial), trial.id)?;
        }
    }
    let monographs: Vec<&str> = recommendation
        .regimen
        .iter()
        .filter_map(|drug| knowledge.monograph(drug))
        .map(|monograph| monograph.drug.as_ref())
        .collect();
    if !monographs.is_empty() {
        writeln!(page, "\nDoses, tests, holds and interactions: her2path knowledge show {}", monographs.join(" | "))?;
    }
    writeln!(page, "\nSources:")?;
    for citation in recommendation.cites.iter().filter_map(|key| knowledge.citation(key)) {
        let address = citation
            .doi
            .as_ref()
            .map(|doi| format!(" https://doi.org/{doi}"))
            .or_else(|| citation.url.as_ref().map(|url| format!(" {url}")))
            .unwrap_or_default();
        writeln!(page, "  {} ({}){address}", citation.text, evidence_name(citation.status))?;
    }
    writeln!(page, "\n{}", knowledge.guideline.notice)
}

fn criteria(page: &mut String, title: &str, criteria: &[Criterion]) -> std::fmt::Result {
    if criteria.is_empty() {
        return Ok(());
    }
    writeln!(page, "{title}")?;
    for criterion in criteria {
        writeln!(page, "  - {}", criterion_text(criterion))?;
    }
    Ok(())
}
