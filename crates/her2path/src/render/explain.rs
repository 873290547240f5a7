//! Why a recommendation came out as it did, in a sentence: shared by every renderer.

use her2path_knowledge::model::Criterion;

use crate::assessment::{Assessment, Judged, JudgedRecommendation, Outcome, display};
use crate::truth::Truth;

use super::criterion_text;

/// Why, and for the outcomes that forbid what would have to differ.
pub(crate) fn why(assessment: &Assessment<'_>, item: &JudgedRecommendation<'_>) -> String {
    let with = |judged: &[Judged<'_>], wanted: Truth| -> Vec<String> {
        judged.iter().filter(|one| one.outcome == wanted).map(|one| with_value(assessment, one.criterion)).collect()
    };
    let when = |wanted| with(&item.judgement.when, wanted);
    let contra = |wanted| with(&item.judgement.contraindicated_if, wanted);
    match item.judgement.outcome {
        Outcome::Recommended => {
            let forbids = if item.recommendation.contraindicated_if.is_empty() {
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
