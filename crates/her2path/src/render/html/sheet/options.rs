//! The options as a table: what, how it stands, dose, who says so side by side, the trial behind it, and why or what is missing.

use her2path_knowledge::drug::DrugGroup;
use her2path_knowledge::medicine::Trial;
use maud::{Markup, html};

use super::super::super::option as words;
use super::super::super::{criterion_text, preference_name, printable};
use crate::assessment::{Assessment, ChapterAssessment, JudgedRecommendation, LabelStatus, Outcome};
use crate::truth::Truth;

/// More missing facts than these are counted, not named: they stand under "What is missing".
const MOST_MISSING: usize = 4;

/// An option: one combination of drugs that came out in one way, with every statement that says so.
struct OptionRow<'a, 'k> {
    items: Vec<&'a JudgedRecommendation<'k>>,
}

/// The table, or a sentence where no option with cancer drugs is in question.
pub(super) fn table(assessment: &Assessment<'_>, chapter: &ChapterAssessment<'_>) -> Markup {
    let mut rows: Vec<OptionRow<'_, '_>> = Vec::new();
    for outcome in [Outcome::Recommended, Outcome::NeedsData, Outcome::Contraindicated] {
        let mut items: Vec<&JudgedRecommendation<'_>> = chapter
            .recommendations
            .iter()
            .filter(|item| item.judgement.outcome == outcome && treats_cancer(assessment, item))
            .collect();
        items.sort_by_key(|item| item.recommendation.preference);
        let from = rows.len();
        for item in items {
            let same = |row: &&mut OptionRow<'_, '_>| {
                row.items.first().is_some_and(|first| {
                    first.recommendation.regimen == item.recommendation.regimen
                        && (outcome != Outcome::Recommended
                            || first.recommendation.preference == item.recommendation.preference)
                })
            };
            match rows.iter_mut().skip(from).find(same) {
                Some(row) => row.items.push(item),
                None => rows.push(OptionRow { items: vec![item] }),
            }
        }
    }
    if rows.is_empty() {
        return html! { p { "No option with cancer drugs is in question on this day." } };
    }
    html! {
        // What scrolls must be within reach of the keyboard.
        div.wide tabindex="0" role="region" aria-label="Options" {
            table.options {
                thead { tr { th scope="col" { "Option" } th scope="col" { "Stands" } th scope="col" { "Dose and label" } th scope="col" { "Who says so" } th scope="col" { "Evidence" } } }
                tbody {
                    @for option in &rows {
                        @if let Some(item) = closest(option) { (row(assessment, item, option)) }
                    }
                }
            }
        }
    }
}

/// The statement that lacks least speaks for the option.
fn closest<'a, 'k>(option: &OptionRow<'a, 'k>) -> Option<&'a JudgedRecommendation<'k>> {
    option.items.iter().min_by_key(|item| item.missing.first().map_or(0, Vec::len)).copied()
}

/// Whether a statement is an option with cancer drugs, as opposed to a test, a hold or a supportive drug.
pub(super) fn treats_cancer(assessment: &Assessment<'_>, item: &JudgedRecommendation<'_>) -> bool {
    let drugs = item.recommendation.regimen.iter().filter_map(|id| assessment.knowledge.drug(id));
    drugs.into_iter().any(|drug| drug.class.group() != DrugGroup::Supportive)
}

fn row(assessment: &Assessment<'_>, item: &JudgedRecommendation<'_>, option: &OptionRow<'_, '_>) -> Markup {
    let recommendation = item.recommendation;
    let (word, class) = match item.judgement.outcome {
        Outcome::Recommended => (recommendation.preference.map_or("fits", preference_name), "fits"),
        Outcome::NeedsData => ("needs data", "open"),
        Outcome::Contraindicated => ("contraindicated", "forbidden"),
        Outcome::NotApplicable => ("not applicable", "open"),
    };
    html! {
        tr class=(class) {
            th scope="row" { (recommendation.regimen.join(" + ")) @for item in &option.items { br; code { (item.recommendation.id.trim_start_matches("treatment/")) } } }
            td { strong { (word) } @if let Some(why) = why(assessment, item) { br; (printable(&why)) } }
            td {
                @if let Some(schedule) = &recommendation.schedule { (schedule) br; }
                @for reading in &item.labels {
                    span.label {
                        (words::agency(reading)) ": "
                        @if reading.status == LabelStatus::OffLabel { strong { "off-label" } } @else { (label(assessment, reading)) }
                    } " "
                }
            }
            td {
                @for (body, says) in recommendation.bodies.iter().filter(|(body, _)| body != "fda" && body != "ema") {
                    (body.to_uppercase()) ": " (says) br;
                }
                @if let Some(conflict) = &recommendation.conflict { strong { "They differ: " } (conflict) }
            }
            td {
                @if let Some(trial) = trial_of(assessment, item) {
                    strong { (trial.name) } ": "
                    (words::times_words("median PFS", &trial.pfs).unwrap_or_else(|| "no PFS on record".to_owned()))
                    @if let Some(os) = words::times_words("OS", &trial.os) { "; " (os) }
                    br;
                }
            }
        }
    }
}

fn label(assessment: &Assessment<'_>, reading: &crate::assessment::LabelReading<'_>) -> String {
    words::label_words(assessment, reading)
}

/// What is missing, or what forbids.
fn why(assessment: &Assessment<'_>, item: &JudgedRecommendation<'_>) -> Option<String> {
    match item.judgement.outcome {
        Outcome::NeedsData => {
            let title =
                |fact| assessment.knowledge.fact_definition(fact).map(|definition| definition.title.to_string());
            let missing: Vec<String> = item.missing.first()?.iter().filter_map(|fact| title(*fact)).collect();
            let more = match missing.len().saturating_sub(MOST_MISSING) {
                0 => String::new(),
                more => format!("; and {more} more"),
            };
            let named: Vec<String> = missing.into_iter().take(MOST_MISSING).collect();
            Some(format!("missing: {}{more}", named.join("; ")))
        }
        Outcome::Contraindicated => {
            let held = item.judgement.contraindicated_if.iter().filter(|judged| judged.outcome == Truth::Met);
            Some(held.map(|judged| criterion_text(judged.criterion)).collect::<Vec<_>>().join("; "))
        }
        Outcome::Recommended | Outcome::NotApplicable => None,
    }
}

/// The trial that says most of the option: the first that names its first drug in the experimental arm, else the first.
fn trial_of<'k>(assessment: &Assessment<'k>, item: &JudgedRecommendation<'k>) -> Option<&'k Trial> {
    let drug = item.recommendation.regimen.first().and_then(|id| assessment.knowledge.drug(id))?;
    // The short form of a conjugate stands in parentheses behind its title.
    let short = drug.title.split_once('(').map(|(_, rest)| rest.trim_end_matches(')').to_lowercase());
    let names = |trial: &&Trial| {
        let arm = trial.arm.to_lowercase();
        arm.contains(drug.id.as_ref()) || short.as_ref().is_some_and(|short| arm.contains(short.as_str()))
    };
    let mut trials = assessment.knowledge.trials_of(item.recommendation);
    let first = assessment.knowledge.trials_of(item.recommendation).next();
    trials.find(names).or(first)
}
