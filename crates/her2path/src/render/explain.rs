//! Why a recommendation came out as it did, in a sentence: shared by every renderer.

use her2path_knowledge::model::{Criterion, FactIndex, Operation};

use crate::assessment::{Assessment, Judged, JudgedRecommendation, Outcome, Value, spoken};
use crate::truth::Truth;

use super::criterion_text;

/// Why, and for the outcomes that forbid what would have to differ.
pub(crate) fn why(assessment: &Assessment<'_>, item: &JudgedRecommendation<'_>) -> String {
    let mut said = Vec::new();
    let mut with = |judged: &[Judged<'_>], wanted: Truth| -> Vec<String> {
        let those = judged.iter().filter(|one| one.outcome == wanted);
        those.map(|one| with_value(assessment, one.criterion, &mut said)).collect()
    };
    let (when, contra) = (&item.judgement.when, &item.judgement.contraindicated_if);
    match item.judgement.outcome {
        Outcome::Recommended => {
            let forbids = if item.recommendation.contraindicated_if.is_empty() {
                String::new()
            } else {
                "; no contraindication of the guideline is met".to_owned()
            };
            format!("every criterion is met: {}{forbids}", with(when, Truth::Met).join("; "))
        }
        Outcome::NotApplicable => {
            format!("would apply only if this differed: {}", with(when, Truth::NotMet).join("; "))
        }
        Outcome::Contraindicated => {
            format!("forbidden by: {}; this would have to differ", with(contra, Truth::Met).join("; "))
        }
        Outcome::NeedsData => {
            let mut open = with(when, Truth::Unknown);
            open.extend(with(contra, Truth::Unknown).into_iter().map(|text| format!("whether {text}")));
            format!("not settled: {}", open.join("; "))
        }
    }
}

/// The statement as it may be read: one that needs data begins with "If", so that nobody takes its condition for a finding.
pub(crate) fn stated(assessment: &Assessment<'_>, item: &JudgedRecommendation<'_>) -> String {
    let statement = &item.recommendation.statement;
    if item.judgement.outcome != Outcome::NeedsData {
        return statement.to_string();
    }
    let missing = item.missing.first().map_or(&[][..], |facts| facts.as_slice());
    let titles = missing.iter().filter_map(|fact| assessment.knowledge.fact_definition(*fact)).map(|fact| &fact.title);
    let named: Vec<&str> = titles.take(NAMED).map(AsRef::as_ref).collect();
    let more = missing.len().saturating_sub(NAMED);
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    let unknown = if named.is_empty() { String::new() } else { format!(" (not known: {}{more})", named.join(", ")) };
    format!("If this applies{unknown}: {statement}")
}

/// How many missing facts are named before a statement; all of them follow it.
const NAMED: usize = 3;

/// A criterion with the value that it was judged by: each fact's value once, and not where the criterion names it itself.
fn with_value(assessment: &Assessment<'_>, criterion: &Criterion, said: &mut Vec<FactIndex>) -> String {
    let text = criterion_text(criterion);
    let Criterion::Test(test) = criterion else { return text };
    if said.contains(&test.fact) {
        return text;
    }
    said.push(test.fact);
    let Some(statement) = assessment.facts.at(test.fact) else { return format!("{text} (not recorded)") };
    let value = spoken(assessment.knowledge, test.fact, &statement.value);
    let names_it = match (&test.operation, &statement.value) {
        (Operation::Is(expected), Value::Code(found)) => expected == found,
        (Operation::Is(expected), Value::Codes(found)) => found.as_slice() == [*expected],
        (Operation::Is(expected), Value::Boolean(found)) => expected.0 == u16::from(*found),
        _ => false,
    };
    if names_it { text } else { format!("{text} (is {value})") }
}
