//! The signs for which this person should call: the triage rules asked one symptom at a time.
//!
//! What is known of the person (drugs, metastases) stays, what was reported is left out, and each symptom in turn is stated
//! alone. Its urgency is that of the most urgent rule which then is met, or which only something about the record keeps from
//! being met. So a cough counts more on trastuzumab deruxtecan than off it, and nobody writes a second list by hand.

use her2path_knowledge::model::{Chapter, Criterion, FactIndex, FactKind, FactType, Urgency, ValueIndex};

use super::is_symptom;
use crate::assessment::{Assessment, Outcome, WarningSign};
use crate::chapters::{judged_by, stands};
use crate::chart::facts::Facts;
use crate::chart::inferred::code_of;
use crate::chart::value::{Statement, Value};
use crate::guideline::Fact;

/// A temperature that calls for help: the one answer among the symptoms that is neither yes nor no.
const FEVER: &str = "38-or-more";

/// Worked out from other answers, so that nobody can look for them.
const WORKED_OUT: [Fact; 4] =
    [Fact::SymptomNeurological, Fact::SymptomCordCompression, Fact::SymptomDistant, Fact::SymptomAnyNew];

/// Areas whose rules are about what treatment does.
const OF_TREATMENT: [&str; 2] = ["infection", "allergy"];

/// Every symptom that alone would be as urgent as the day itself or more, most urgent first, otherwise in the order of the
/// dictionary.
#[must_use]
pub fn warning_signs(assessment: &Assessment<'_>) -> Vec<WarningSign> {
    let knowledge = assessment.knowledge;
    // Without invasive cancer nobody has the treatments that make a fever or a reaction to a drip an emergency, unless the
    // record says so; with it, what is not known counts.
    let holds = |fact: Fact| match assessment.facts.get(fact).map(|statement| &statement.value) {
        Some(Value::Boolean(holds)) => Some(*holds),
        _ => None,
    };
    let has_cancer = matches!(code_of(&assessment.facts, Fact::DiseaseBreastCancer), Some("invasive" | "unclear"));
    let in_treatment = [Fact::TherapyMyelosuppressionRisk, Fact::TherapySystemic6Weeks]
        .into_iter()
        .any(|fact| holds(fact).unwrap_or(has_cancer));
    let mut context = Facts::new();
    for (fact, statement) in assessment.facts.iter() {
        if !is_symptom(knowledge, fact.index()) {
            context.state(fact, statement.clone());
        }
    }
    let rules: Vec<_> = knowledge
        .recommendations
        .iter()
        .filter(|rule| rule.chapter == Chapter::Symptoms && stands(rule, knowledge, assessment.as_of))
        .filter(|rule| in_treatment || !OF_TREATMENT.contains(&super::area(&rule.id)))
        .filter_map(|rule| Some((rule, rule.urgency.filter(|urgency| *urgency >= Urgency::E1)?)))
        .collect();
    let mut signs: Vec<WarningSign> = Vec::new();
    let may_be = |fact: &Fact| in_treatment || *fact != Fact::SymptomTemperatureBand;
    for fact in Fact::ALL.iter().copied().filter(|fact| !WORKED_OUT.contains(fact)).filter(may_be) {
        let Some(value) = sign(assessment, fact) else { continue };
        let mut facts = context.clone();
        facts.state(fact, Statement { value, date: None, because: Vec::new() });
        let urgency = rules
            .iter()
            .filter(|(rule, _)| rule.when.iter().any(|criterion| names(criterion, fact.index())))
            .filter_map(|(rule, own)| {
                let item = judged_by(rule, &facts, knowledge);
                match item.judgement.outcome {
                    Outcome::Recommended => Some(*own),
                    Outcome::NeedsData if super::only_context_missing(knowledge, &item) => Some(Urgency::E1),
                    _ => None,
                }
            })
            .max();
        signs.extend(urgency.map(|urgency| WarningSign { fact: fact.index(), urgency }));
    }
    signs.sort_by_key(|sign| std::cmp::Reverse(sign.urgency));
    signs
}

/// Whether a criterion tests the fact.
fn names(criterion: &Criterion, fact: FactIndex) -> bool {
    match criterion {
        Criterion::Test(test) => test.fact == fact,
        Criterion::All(members) | Criterion::Any(members) | Criterion::None(members) => {
            members.iter().any(|member| names(member, fact))
        }
    }
}

/// The answer that makes a symptom a sign; `None` for facts that a person cannot look for.
fn sign(assessment: &Assessment<'_>, fact: Fact) -> Option<Value> {
    let definition = assessment.knowledge.fact_definition(fact.index())?;
    if fact == Fact::SymptomTemperatureBand {
        let at = definition.values.iter().position(|value| value.code == FEVER)?;
        return Some(Value::Code(ValueIndex(u16::try_from(at).ok()?)));
    }
    let asked = definition.id.starts_with("symptom.")
        && definition.kind == FactKind::Asserted
        && definition.kind_of_value == FactType::Boolean;
    asked.then_some(Value::Boolean(true))
}
