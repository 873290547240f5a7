//! One damaged patient: what is decidable is equal, the rest is open or right, and what is to be reported is reported.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::compare::{assessment, line_of, sites};

/// How much was compared.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    pub(crate) decidable: usize,
    pub(crate) undecidable: usize,
    pub(crate) reported: usize,
    pub(crate) defects: BTreeSet<String>,
}

/// Values that settle nothing.
const OPEN: [&str; 7] =
    ["unknown", "conflict", "equivocal", "indeterminate", "invalid", "not-assessed", "metastatic-unclassified"];

/// Whatever is not as the truth says, each in a sentence.
pub(crate) fn patient(record: &[u8], truth: &Value, counts: &mut Counts) -> Vec<String> {
    let name = truth["patient"].as_str().unwrap();
    let found = assessment(record, truth["as_of"].as_str().unwrap());
    let damages = truth["mess"].as_array().unwrap();
    assert!(!damages.is_empty(), "{name} has no damage");
    let undecidable: BTreeSet<&str> =
        damages.iter().flat_map(|damage| damage["undecidable"].as_array().unwrap()).filter_map(Value::as_str).collect();
    let fact = |id: &str| found["facts"][id]["value"].clone();
    let mut wrong = Vec::new();
    let mut check = |what: &str, found: &Value, expected: &Value, may_be: bool| {
        let open = found.is_null() || found.as_str().is_some_and(|found| OPEN.contains(&found));
        if undecidable.contains(what) {
            counts.undecidable += 1;
            if !open && !may_be && found != expected {
                wrong.push(format!(
                    "{name} {what}: found {found} though it cannot be told, true is {expected}: {damages:?}"
                ));
            }
        } else {
            counts.decidable += 1;
            if found != expected {
                wrong.push(format!("{name} {what}: found {found}, true is {expected}: {damages:?}"));
            }
        }
    };
    for (id, key) in [("her2.status", "her2"), ("er.status", "er"), ("pr.status", "pr")] {
        check(id, &fact(id), &truth["receptors"][key], false);
    }
    check("disease.setting", &fact("disease.setting"), &truth["setting"], false);
    if truth["setting"] == "metastatic" {
        let (given, expected) = (sites(&fact("metastasis.sites")), sites(&truth["sites"]));
        let among =
            given.as_array().is_none_or(|given| given.iter().all(|site| expected.as_array().unwrap().contains(site)));
        check("metastasis.sites", &given, &expected, among);
        // A first metastasis that cannot be read is no wrong date of another one: the date is then a later one.
        check("metastasis.first-date", &fact("metastasis.first-date"), &truth["first_metastasis"], true);
        check("disease.presentation", &fact("disease.presentation"), &truth["presentation"], true);
        if !undecidable.contains("lines") {
            let none = Vec::new();
            let lines = found["chapters"]["treatment"]["lines"].as_array().unwrap_or(&none);
            let given: Value = lines.iter().map(|line| line_of(line, |drug| drug)).collect();
            let expected: Value =
                truth["lines"].as_array().unwrap().iter().map(|line| line_of(line, |drug| &drug["id"])).collect();
            check("lines", &given, &expected, false);
        }
    }
    for damage in damages {
        counts.defects.insert(damage["defect"].as_str().unwrap().to_owned());
        if damage["reported"] == true {
            counts.reported += 1;
            let resource = damage["resource"].as_str().unwrap();
            let at = |issue: &Value| {
                let source = issue["source"].as_str().unwrap_or_default();
                source == resource || source.strip_prefix(resource).is_some_and(|rest| rest.starts_with('.'))
            };
            if !found["issues"].as_array().unwrap().iter().any(at) {
                wrong.push(format!("{name} says nothing of {damage}"));
            }
        }
    }
    wrong
}
