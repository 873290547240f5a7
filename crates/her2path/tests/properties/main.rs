//! What must hold for every record and every chart.
//!
//! Random, and the same in every run: the generator starts from a fixed state. `PROPTEST_CASES=10000` tries more.

#![cfg(test)]
#![expect(clippy::string_slice, reason = "a test may stop at the first thing that is not as it should be")]

mod charts;
mod forms;
mod records;

use std::collections::BTreeMap;

use charts::{draws, less_and_more};
use her2path::criteria::{Outcome, judge, judge_criterion};
use her2path::fhir::Input;
use her2path::guideline::KNOWLEDGE;
use her2path::knowledge::model::{Criterion, Operation, Test, ValueIndex};
use her2path::render::json;
use her2path::truth::Truth;
use her2path::{Question, assess, chapters};
use jiff::civil::{Date, date};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseResult, TestError, TestRng, TestRunner};
use serde_json::{Value, json};

const AS_OF: Date = date(2026, 11, 23);

/// Tries a property on so many cases.
fn holds<S: Strategy>(cases: u32, strategy: &S, property: impl Fn(S::Value) -> TestCaseResult) {
    let cases = std::env::var("PROPTEST_CASES").ok().and_then(|count| count.parse().ok()).unwrap_or(cases);
    let config = Config { cases, failure_persistence: None, max_shrink_iters: 400, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    match runner.run(strategy, property) {
        Ok(()) => {}
        Err(TestError::Fail(reason, case)) => panic!("{reason}\n{case:?}"),
        Err(TestError::Abort(reason)) => panic!("{reason}"),
    }
}

/// The assessments of a text, by patient, as JSON.
fn assessed(text: &str, as_of: Date) -> BTreeMap<String, String> {
    let question = Question::new(&KNOWLEDGE, as_of).chapters(chapters::ALL);
    let (assessments, _) = assess([Input { bytes: text.as_bytes(), name: "record.json" }], &question);
    let of = |assessment: &her2path::assessment::Assessment<'_>| {
        let patient = assessment.patient.clone().unwrap_or_default();
        (patient, json::to_string(assessment).expect("an assessment is JSON"))
    };
    let by_patient: BTreeMap<String, String> = assessments.iter().map(of).collect();
    assert_eq!(by_patient.len(), assessments.len(), "each patient has one assessment");
    by_patient
}

fn array(entries: &[Value]) -> String {
    Value::from(entries.to_vec()).to_string()
}

/// Compact JSON with its keys in their order, a value a line: numbers and texts stay as they are.
fn indented(json: &str) -> String {
    json.replace(",\"", ",\n\"").replace(['{', '['], "\n")
}

/// Equal, or the first lines that differ.
fn same(a: &BTreeMap<String, String>, b: &BTreeMap<String, String>, what: &str) -> TestCaseResult {
    if a == b {
        return Ok(());
    }
    prop_assert_eq!(a.keys().collect::<Vec<_>>(), b.keys().collect::<Vec<_>>(), "{}: patients", what);
    for (one, other) in a.values().zip(b.values()) {
        let (one, other) = (indented(one), indented(other));
        let lines = || one.lines().zip(other.lines());
        if let Some(at) = lines().position(|(one, other)| one != other) {
            let around = |text: &str| text.lines().skip(at.saturating_sub(12)).take(18).collect::<Vec<_>>().join("\n");
            return Err(TestCaseError::fail(format!(
                "{what} changes line {at}:\n{}\n--- and ---\n{}",
                around(&one),
                around(&other)
            )));
        }
    }
    Err(TestCaseError::fail(format!("{what} changes the length of the output")))
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    holds(12, &records::record(), |entries| {
        let text = array(&entries);
        same(&assessed(&text, AS_OF), &assessed(&text, AS_OF), "doing it again")
    });
}

#[test]
fn the_order_of_entries_changes_nothing() {
    let shuffled = records::record().prop_flat_map(|entries| (Just(entries.clone()), Just(entries).prop_shuffle()));
    holds(64, &shuffled, |(entries, shuffled)| {
        same(&assessed(&array(&entries), AS_OF), &assessed(&array(&shuffled), AS_OF), "the order of entries")
    });
}

#[test]
fn the_order_of_keys_changes_nothing() {
    holds(24, &(records::record(), any::<u64>()), |(entries, seed)| {
        let record = forms::bundle(&entries);
        let shuffled = forms::with_keys_shuffled(&record, seed);
        same(&assessed(&record.to_string(), AS_OF), &assessed(&shuffled, AS_OF), "the order of keys")
    });
}

#[test]
fn the_wrapping_changes_nothing() {
    holds(16, &(records::record(), 0..4usize), |(entries, cut)| {
        let cut = entries.len() * cut / 4;
        let (front, back) = entries.split_at(cut);
        let nested = forms::bundle(&[forms::bundle(front), forms::bundle(back)]);
        let lines: Vec<String> = entries.iter().map(Value::to_string).collect();
        let plain = assessed(&array(&entries), AS_OF);
        same(&plain, &assessed(&forms::bundle(&entries).to_string(), AS_OF), "a bundle")?;
        same(&plain, &assessed(&nested.to_string(), AS_OF), "a bundle of bundles")?;
        same(&plain, &assessed(&lines.join("\n"), AS_OF), "one entry a line")
    });
}

#[test]
fn other_patients_change_nothing() {
    let both = (records::record(), records::drawn_record(), any::<prop::sample::Index>());
    holds(24, &both, |(entries, others, at)| {
        let alone = assessed(&array(&entries), AS_OF);
        prop_assume!(alone.len() == 1);
        let other = json!(others).to_string().replace(records::PATIENT, "somebody-else").replace("drawn-", "other-");
        let other = other.replace("-core", "-tissue");
        let others: Vec<Value> = serde_json::from_str(&other).expect("JSON");
        let mut together = entries.clone();
        let at = at.index(together.len() + 1);
        together.splice(at..at, others);
        let mut found = assessed(&array(&together), AS_OF);
        prop_assert!(found.remove("somebody-else").is_some(), "the other patient is assessed");
        same(&alone, &found, "another patient in the input")
    });
}

/// What an assessment says, without what belongs to the guideline: its dates do not move with the patient's.
fn said(text: &str) -> String {
    let mut value: Value = serde_json::from_str(text).expect("JSON");
    value["guideline"] = Value::Null;
    for (_, fact) in value["facts"].as_object_mut().expect("facts") {
        fact.as_object_mut().expect("a fact").remove("citations");
    }
    for (_, chapter) in value["chapters"].as_object_mut().expect("chapters") {
        // Trials, monographs and labels are the guideline's, and in retrospect each line meets the guideline of its own day.
        for guideline in ["trials", "monographs", "retrospect"] {
            chapter.as_object_mut().expect("a chapter").remove(guideline);
        }
        // What is due, and whether it was done in time, is the patient's; only the sources are the guideline's.
        for place in ["/monitoring/items", "/quality"] {
            for item in chapter.pointer_mut(place).and_then(Value::as_array_mut).into_iter().flatten() {
                item.as_object_mut().expect("an item").remove("citations");
            }
        }
        for recommendation in chapter["recommendations"].as_array_mut().expect("recommendations") {
            let fields = recommendation.as_object_mut().expect("a recommendation");
            fields.retain(|key, _| {
                matches!(key.as_str(), "id" | "outcome" | "criteria" | "contraindications" | "missing")
            });
        }
    }
    serde_json::to_string_pretty(&value).expect("JSON")
}

/// Years are moved by multiples of four between 1901 and 2099, where the calendar repeats with its leap days; by other
/// distances "twelve months" is not the same number of days. Forward, so that every recommendation still stands.
#[test]
fn shifting_every_date_changes_only_the_dates() {
    holds(32, &(records::drawn_record(), 1..18i16), |(entries, fours)| {
        let years = fours * 4;
        let now = assessed(&array(&entries), AS_OF);
        let later = date(AS_OF.year() + years, AS_OF.month(), AS_OF.day());
        let moved = assessed(&forms::shifted(&array(&entries), i32::from(years)), later);
        let said = |assessments: &BTreeMap<String, String>, back: i32| -> BTreeMap<String, String> {
            let back = |text: &String| forms::shifted(&said(text), back);
            assessments.iter().map(|(patient, text)| (patient.clone(), back(text))).collect()
        };
        same(&said(&now, 0), &said(&moved, -i32::from(years)), "a shift of all dates")
    });
}

/// The facts and outcomes of an assessment with numbers as numbers: what is left when units no longer matter.
fn meant(text: &str) -> String {
    let value: Value = serde_json::from_str(text).expect("JSON");
    let number = |value: &Value| match value {
        // A bound is a text: `<=55.0` and `<=55` mean the same.
        Value::String(text) if text.starts_with(['<', '>']) => {
            let digits = text.trim_start_matches(['<', '>', '=']);
            let bound = text.strip_suffix(digits).unwrap_or_default();
            json!([bound, digits.parse::<f64>().expect("a number")])
        }
        value => value.as_f64().map_or_else(|| value.clone(), |number| json!(number)),
    };
    let facts: BTreeMap<&String, (Value, &Value)> = value["facts"]
        .as_object()
        .expect("facts")
        .iter()
        .map(|(id, fact)| (id, (number(&fact["value"]), &fact["unit"])))
        .collect();
    let outcomes: Vec<(&Value, &Value, &Value)> = value["chapters"]
        .as_object()
        .expect("chapters")
        .values()
        .flat_map(|chapter| chapter["recommendations"].as_array().expect("recommendations"))
        .map(|recommendation| (&recommendation["id"], &recommendation["outcome"], &recommendation["missing"]))
        .collect();
    // What is wrong with a value is said with the unit that it came in.
    let issues: Vec<(&Value, &Value, &Value)> = value["issues"]
        .as_array()
        .expect("issues")
        .iter()
        .map(|issue| (&issue["severity"], &issue["code"], &issue["source"]))
        .collect();
    serde_json::to_string_pretty(&json!([facts, outcomes, issues])).expect("JSON")
}

#[test]
fn units_change_nothing() {
    let tenths = (0..1001i64, 1..800i64, any::<bool>(), records::drawn_record());
    let read = std::cell::Cell::new(0u32);
    holds(32, &tenths, |(lvef, size, comparator, entries)| {
        let record = |lvef: (String, &str), size: (String, &str)| {
            let mut entries = entries.clone();
            for (id, code, (value, unit)) in [("lvef", "10230-1", lvef), ("size", "33728-7", size)] {
                let value: Value = serde_json::from_str(&value).expect("a number");
                let mut quantity =
                    json!({"value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit});
                if comparator {
                    quantity["comparator"] = json!("<=");
                }
                entries.push(json!({"resourceType": "Observation", "id": id, "status": "final",
                    "subject": {"reference": format!("Patient/{}", records::PATIENT)},
                    "effectiveDateTime": "2026-11-20", "valueQuantity": quantity,
                    "code": {"coding": [{"system": "http://loinc.org", "code": code}]}}));
            }
            let meant = |(patient, text): (String, String)| (patient, meant(&text));
            assessed(&array(&entries), AS_OF).into_iter().map(meant).collect::<BTreeMap<_, _>>()
        };
        let tenths = |number: i64| format!("{}.{}", number / 10, number % 10);
        let one = record((tenths(lvef), "%"), (tenths(size), "mm"));
        let fraction = format!("{}.{:03}", lvef / 1000, lvef % 1000);
        let centimetres = format!("{}.{:02}", size / 100, size % 100);
        let other = record((fraction, "1"), (centimetres, "cm"));
        let both = |text: &String| text.contains("lvef.latest") && text.contains("tumor.size");
        read.set(read.get() + u32::from(one.values().all(both)));
        same(&one, &other, "another unit")
    });
    // Where another cancer is on record the size may be that of the other cancer, and is not used.
    assert!(read.get() > 5, "LVEF and size were both read in only {} records", read.get());
}

/// Every criterion of the guideline with all its members, but those in which a test about the record plays a part: `is
/// known`, and tests for an open value (`pending`), which more data turns.
fn lasting_criteria() -> Vec<&'static Criterion> {
    fn is_open(test: &Test, index: &ValueIndex) -> bool {
        let definition = KNOWLEDGE.fact_definition(test.fact);
        definition.and_then(|definition| definition.values.get(usize::from(index.0))).is_some_and(|value| value.open)
    }
    fn is_lasting(test: &Test) -> bool {
        match &test.operation {
            Operation::Known => false,
            Operation::Is(value) | Operation::IsNot(value) => !is_open(test, value),
            Operation::In(values) => !values.iter().any(|value| is_open(test, value)),
            Operation::Compare(..) | Operation::Within(..) => true,
        }
    }
    fn collect<'c>(criterion: &'c Criterion, found: &mut Vec<&'c Criterion>) -> bool {
        let lasting = match criterion {
            Criterion::Test(test) => is_lasting(test),
            Criterion::All(members) | Criterion::Any(members) | Criterion::None(members) => {
                // Every member is looked at, also behind one that does not last.
                let lasting: Vec<bool> = members.iter().map(|member| collect(member, found)).collect();
                lasting.into_iter().all(|lasting| lasting)
            }
        };
        if lasting {
            found.push(criterion);
        }
        lasting
    }
    let knowledge: &'static her2path::knowledge::model::Knowledge = &KNOWLEDGE;
    let mut found = Vec::new();
    for recommendation in knowledge.recommendations.iter() {
        for criterion in recommendation.when.iter().chain(recommendation.contraindicated_if.iter()) {
            collect(criterion, &mut found);
        }
    }
    found
}

#[test]
fn more_data_never_turns_what_was_settled() {
    let criteria = lasting_criteria();
    assert!(criteria.len() > 100, "the guideline has criteria");
    let settled = std::cell::Cell::new(0u32);
    holds(160, &draws(), |draws| {
        let (less, more) = less_and_more(&draws);
        for criterion in &criteria {
            let before = judge_criterion(criterion, &less, &KNOWLEDGE).outcome;
            let after = judge_criterion(criterion, &more, &KNOWLEDGE).outcome;
            if before == Truth::Unknown && after != Truth::Unknown {
                settled.set(settled.get() + 1);
            }
            prop_assert!(
                before == Truth::Unknown || before == after,
                "{:?}: {:?}, then {:?}",
                criterion,
                before,
                after
            );
        }
        Ok(())
    });
    assert!(settled.get() > 1000, "more data settled only {} criteria", settled.get());
}

#[test]
fn what_forbids_wins() {
    let forbidding = KNOWLEDGE.recommendations.iter().filter(|item| !item.contraindicated_if.is_empty());
    let forbidding: Vec<_> = forbidding.collect();
    assert!(!forbidding.is_empty(), "some recommendation has contraindications");
    holds(160, &draws(), |draws| {
        let (facts, _) = less_and_more(&draws);
        for recommendation in &forbidding {
            let judged = judge(recommendation, &facts, &KNOWLEDGE);
            let when: Vec<Truth> = judged.when.iter().map(|judged| judged.outcome).collect();
            let forbids: Vec<Truth> = judged.contraindicated_if.iter().map(|judged| judged.outcome).collect();
            let applicable = !when.contains(&Truth::NotMet);
            if applicable && forbids.contains(&Truth::Met) {
                prop_assert_eq!(judged.outcome, Outcome::Contraindicated, "{}", recommendation.id);
            } else if forbids.contains(&Truth::Unknown) {
                prop_assert_ne!(judged.outcome, Outcome::Recommended, "{}", recommendation.id);
            }
        }
        Ok(())
    });
}
