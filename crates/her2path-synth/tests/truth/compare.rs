//! One patient: assessment against truth.

use std::collections::BTreeSet;

use her2path::fhir::Input;
use her2path::{Question, assess, guideline, render};
use serde_json::Value;

/// The systemic options for a new line that the truth speaks of.
const SYSTEMIC: [&str; 18] = [
    "THP_DOC",
    "THP_PAC",
    "TDXD_P",
    "HP_VINO_CAPE",
    "TRAS_CHEMO",
    "HP_ET",
    "LAPA_ET",
    "ET_ALONE",
    "TDM1",
    "HP_METRO",
    "TDXD",
    "TUC_TRIPLET",
    "NERA_CAPE",
    "MARG_CHEMO",
    "LAPA_CAPE",
    "LAPA_TRAS",
    "ABEMA_FULV_TRAS",
    "CHANGE_ET",
];

/// Options that belong to other decisions than that of a new line.
const ELSEWHERE: [&str; 3] = [
    "treatment/endocrine-track/another-endocrine",
    "treatment/endocrine-track/another-endocrine-trastuzumab",
    "treatment/endocrine-track/another-endocrine-trastuzumab-pertuzumab",
];

/// How much was compared.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    pub(crate) patients: usize,
    pub(crate) lines: usize,
    pub(crate) decisions: usize,
    pub(crate) options: usize,
}

/// The assessment of a record on a day, in the form of the contract.
pub(crate) fn assessment(record: &[u8], day: &str) -> Value {
    let question = Question::new(&guideline::KNOWLEDGE, day.parse().unwrap());
    let (found, issues) = assess([Input { bytes: record, name: "bundle" }], &question);
    assert!(issues.is_empty(), "{issues:?}");
    assert_eq!(found.len(), 1);
    serde_json::from_str(&render::json::to_string(&found[0]).unwrap()).unwrap()
}

fn fact<'v>(assessment: &'v Value, id: &str) -> &'v Value {
    &assessment["facts"][id]["value"]
}

/// Whatever is not as the truth says, each in a sentence.
pub(crate) fn patient(record: &[u8], truth: &Value, counts: &mut Counts) -> Vec<String> {
    counts.patients += 1;
    let name = truth["patient"].as_str().unwrap();
    let found = assessment(record, truth["as_of"].as_str().unwrap());
    let mut wrong = Vec::new();
    let mut same = |what: &str, found: &Value, expected: &Value| {
        if found != expected {
            wrong.push(format!("{name} {what}: found {found}, true is {expected}"));
        }
    };
    same("id", &found["patient"]["id"], &truth["patient"]);
    same("sex", &found["patient"]["sex"], &truth["sex"]);
    if truth["setting"] == "no-breast-cancer" {
        same("disease", fact(&found, "disease.breast-cancer"), &Value::from("not-recorded"));
        same("HER2", fact(&found, "her2.status"), &Value::Null);
        return wrong;
    }
    same("setting", fact(&found, "disease.setting"), &truth["setting"]);
    for (id, key) in [("her2.status", "her2"), ("er.status", "er"), ("pr.status", "pr")] {
        same(id, fact(&found, id), &truth["receptors"][key]);
    }
    same("hormone receptors", fact(&found, "hormone-receptor.status"), &truth["receptors"]["hormone_receptor"]);
    if truth["setting"] != "metastatic" {
        return wrong;
    }
    same("sites", &sites(fact(&found, "metastasis.sites")), &sites(&truth["sites"]));
    same("first metastasis", fact(&found, "metastasis.first-date"), &truth["first_metastasis"]);
    same("presentation", fact(&found, "disease.presentation"), &truth["presentation"]);
    let lines = found["chapters"]["treatment"]["lines"].as_array().cloned().unwrap_or_default();
    let expected = truth["lines"].as_array().unwrap();
    same("number of lines", &Value::from(lines.len()), &Value::from(expected.len()));
    for (line, expected) in lines.iter().zip(expected) {
        counts.lines += 1;
        let what = format!("line {}", expected["number"]);
        same(&what, &line_of(line, |drug| drug), &line_of(expected, |drug| &drug["id"]));
    }
    for decision in truth["decisions"].as_array().unwrap() {
        counts.decisions += 1;
        wrong.extend(options(name, record, decision, counts));
    }
    wrong
}

/// The options of the day of a decision.
fn options(name: &str, record: &[u8], decision: &Value, counts: &mut Counts) -> Vec<String> {
    let day = decision["as_of"].as_str().unwrap();
    let found = assessment(record, day);
    let judged = found["chapters"]["treatment"]["recommendations"].as_array().unwrap();
    let of = |outcome: &str| -> BTreeSet<&str> {
        let with =
            judged.iter().filter(|one| one["outcome"] == outcome && !ELSEWHERE.contains(&one["id"].as_str().unwrap()));
        with.filter(|one| of_a_new_line(one))
            .filter_map(|one| one["option"].as_str())
            .filter(|option| SYSTEMIC.contains(option))
            .collect()
    };
    let recommended = of("recommended");
    let needs_data: BTreeSet<&str> = of("needs-data").difference(&recommended).copied().collect();
    let expected = |key: &str| -> BTreeSet<&str> {
        decision[key].as_array().unwrap().iter().map(|option| option.as_str().unwrap()).collect()
    };
    let mut wrong = Vec::new();
    for (what, found, expected) in
        [("recommended", recommended, expected("recommended")), ("needs data", needs_data, expected("needs_data"))]
    {
        counts.options += expected.len();
        if found != expected {
            let more: Vec<_> = found.difference(&expected).collect();
            let fewer: Vec<_> = expected.difference(&found).collect();
            wrong.push(format!("{name} {day} line {}: {what}: too many {more:?}, missing {fewer:?}", decision["line"]));
        }
    }
    wrong
}

/// Whether a recommendation is about choosing a new line.
fn of_a_new_line(recommendation: &Value) -> bool {
    recommendation["criteria"]
        .as_array()
        .unwrap()
        .iter()
        .any(|criterion| criterion["text"].as_str().is_some_and(|text| text.contains("therapy.decision is new-line")))
}

/// A line as both sides tell it; drugs are a set.
pub(crate) fn line_of(line: &Value, id: fn(&Value) -> &Value) -> Value {
    let drugs: BTreeSet<&str> = line["drugs"].as_array().unwrap().iter().filter_map(|drug| id(drug).as_str()).collect();
    let mut parts: Vec<Value> = ["number", "setting", "start", "end", "end_reason", "maintenance_from"]
        .iter()
        .map(|key| line[*key].clone())
        .collect();
    parts.extend(drugs.into_iter().map(Value::from));
    parts.into()
}

/// A list as a set: the assessment gives it in the order of the data dictionary.
pub(crate) fn sites(list: &Value) -> Value {
    let Some(sites) = list.as_array() else { return Value::Null };
    sites.iter().filter_map(Value::as_str).collect::<BTreeSet<_>>().into_iter().collect()
}
