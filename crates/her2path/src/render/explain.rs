//! Why a recommendation came out as it did, in a sentence: shared by every renderer.

use crate::assessment::{Assessment, Judged, JudgedRecommendation, Outcome, display};
use crate::truth::Truth;
use her2path_knowledge::model::Criterion;

use super::criterion_text;

/// Why, and for the outcomes that forbid what would have to differ.
pub(crate) fn why(assessment: &Assessment<'_>, item: &JudgedRecommendation<'_>) -> String {
    let recommendation = item.recommendation;
    let with = |criteria: &[Criterion], judged: &[Judged], wanted: Truth| -> Vec<String> {
        criteria
            .iter()
            .zip(judged)
            .filter(|(_, judged)| judged.outcome == wanted)
            .map(|(criterion, _)| with_value(assessment, criterion))
            .collect()
    };
    let when = |wanted| with(&recommendation.when, &item.judgement.when, wanted);
    let contra = |wanted| with(&recommendation.contraindicated_if, &item.judgement.contraindicated_if, wanted);
    match item.judgement.outcome {
        Outcome::Recommended => {
            let forbids = if recommendation.contraindicated_if.is_empty() {
                String::new()
            } else {
                "; no contraindication of the guideline is met".to_owned()
            };
            format!("every criterion is met: {}{forbids}", when(Truth::Met).join("; "))
        }
        Outcome::NotApplicable => {
            format!("would apply only if this differed: {}", when(Truth::NotMet).join("; "))
        }
        Outcome::Contraindicated => {
            format!("forbidden by: {}; this would have to differ", contra(Truth::Met).join("; "))
        }
        Outcome::NeedsData => {
            let mut open = when(Truth::Unknown);
            open.extend(contra(Truth::Unknown).into_iter().map(|text| format!("whether {text}")));
            format!("not settled: {}", open.join("; "))
        }
    }
}

/// A criterion with the value that it was judged by.
fn with_value(assessment: &Assessment<'_>, criterion: &Criterion) -> String {
    let text = criterion_text(criterion);
    let Criterion::Test(test) = criterion else { return text };
    match assessment.facts.at(test.fact) {
        Some(statement) => format!("{text} (is {})", display(assessment.knowledge, test.fact, &statement.value)),
        None => format!("{text} (not recorded)"),
    }
}
