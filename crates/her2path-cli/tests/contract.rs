//! The JSON of `assess` against the command-line contract, and every record of the repository through the program.
//!
//! The lists of keys are written from the contract, not from the output.

#![cfg(test)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn assess(arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_her2path"))
        .args(["assess", "--format", "json", "--as-of", "2026-11-23"])
        .args(arguments)
        .current_dir(root())
        .output()
        .expect("the program runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

/// Names the keys that an object must have and may have; an object with others, or without these, is not the contract's.
fn keys(value: &Value, place: &str, must: &[&str], may: &[&str]) {
    let object = value.as_object().unwrap_or_else(|| panic!("{place} is an object, not {value}"));
    for key in must {
        assert!(object.contains_key(*key), "{place} has no `{key}`: {value}");
    }
    for key in object.keys() {
        let known = must.contains(&key.as_str()) || may.contains(&key.as_str());
        assert!(known, "{place} has a key `{key}` that this list does not know");
    }
}

fn one_of(value: &Value, place: &str, words: &[&str]) {
    assert!(value.as_str().is_some_and(|word| words.contains(&word)), "{place} is {value}, not one of {words:?}");
}

fn list<'v>(value: &'v Value, place: &str) -> &'v Vec<Value> {
    value.as_array().unwrap_or_else(|| panic!("{place} is a list, not {value}"))
}

fn text(value: &Value, place: &str) {
    assert!(value.is_string(), "{place} is a text, not {value}");
}

fn check(assessment: &Value) {
    keys(
        assessment,
        "the assessment",
        &["schema", "engine", "guideline", "as_of", "notice", "patient", "facts", "issues", "chapters"],
        &["jurisdiction"],
    );
    assert_eq!(assessment["schema"], "her2path/assessment/1");
    keys(&assessment["engine"], "engine", &["version"], &["name"]);
    keys(&assessment["guideline"], "guideline", &["version", "hash", "reviewed"], &["id"]);
    assert_eq!(assessment["as_of"], "2026-11-23");
    assert!(assessment["notice"].as_str().is_some_and(|notice| notice.to_lowercase().contains("not a medical device")));
    keys(&assessment["patient"], "patient", &["id", "birth_date", "age", "sex", "deceased"], &[]);
    for (id, fact) in assessment["facts"].as_object().expect("facts are an object") {
        keys(fact, id, &["value", "kind", "because"], &["unit", "date", "citations"]);
        one_of(&fact["kind"], id, &["asserted", "inferred"]);
        because(&fact["because"], id);
    }
    for issue in list(&assessment["issues"], "issues") {
        keys(issue, "an issue", &["severity", "code", "message"], &["source"]);
        one_of(&issue["severity"], "severity", &["fatal", "error", "warning", "information"]);
    }
    for (name, chapter) in assessment["chapters"].as_object().expect("chapters are an object") {
        assert!(["symptoms", "risk", "diagnosis", "treatment", "prognosis", "support"].contains(&name.as_str()));
        for key in ["applicable", "summary", "findings", "recommendations"] {
            assert!(chapter.get(key).is_some(), "{name} has no `{key}`");
        }
        list(&chapter["findings"], name);
        for recommendation in list(&chapter["recommendations"], name) {
            self::recommendation(recommendation);
        }
        if name == "treatment" {
            for line in list(&chapter["lines"], "lines") {
                for key in ["number", "setting", "drugs", "start", "because"] {
                    assert!(line.get(key).is_some(), "a line has no `{key}`: {line}");
                }
            }
            let counters = chapter.get("counters").expect("counters");
            if !counters.is_null() {
                keys(counters, "counters", &["her2", "chemo", "endocrine", "any"], &[]);
            }
        }
    }
}

fn because(value: &Value, place: &str) {
    for reason in list(value, place) {
        keys(reason, place, &["source"], &["element", "note"]);
    }
}

fn recommendation(one: &Value) {
    let id = one["id"].as_str().expect("an id");
    for key in [
        "id",
        "option",
        "statement",
        "outcome",
        "bodies",
        "criteria",
        "missing",
        "why",
        "plain",
        "citations",
        "effective",
    ] {
        assert!(one.get(key).is_some(), "{id} has no `{key}`");
    }
    one_of(&one["outcome"], id, &["recommended", "needs-data", "contraindicated", "not-applicable"]);
    for (key, words) in [
        ("preference", &["preferred", "acceptable"][..]),
        ("strength", &["strong", "conditional"][..]),
        ("certainty", &["high", "moderate", "low", "very-low"][..]),
    ] {
        if let Some(value) = one.get(key) {
            one_of(value, id, words);
        }
    }
    for body in one["bodies"].as_object().expect("bodies are an object").values() {
        text(body, id);
    }
    for key in ["criteria", "contraindications"] {
        list(&one[key], id).iter().for_each(|one| criterion(one, id));
    }
    let missing = list(&one["missing"], id);
    assert_eq!(!missing.is_empty(), one["outcome"] == "needs-data", "{id}: what needs data names what is missing");
    for set in missing {
        assert!(!list(set, id).is_empty(), "{id}");
    }
    for key in ["statement", "why", "plain", "effective"] {
        text(&one[key], id);
    }
    for citation in list(&one["citations"], id) {
        keys(citation, id, &["key", "text", "status"], &["url"]);
        one_of(&citation["status"], id, &["seen", "from-memory", "project-rule"]);
    }
}

fn criterion(one: &Value, id: &str) {
    keys(one, id, &["text", "outcome", "because"], &["value", "members"]);
    one_of(&one["outcome"], id, &["met", "not-met", "unknown"]);
    because(&one["because"], id);
    for member in one.get("members").and_then(Value::as_array).into_iter().flatten() {
        criterion(member, id);
    }
}

/// Every record of the repository: a status of the contract, no panic, the same bytes twice, and the contract's keys.
#[test]
fn every_record_keeps_the_contract() {
    let mut files = Vec::new();
    let mut open = vec![root().join("examples"), root().join("crates/her2path/tests/data/fhir")];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "json" || extension == "ndjson") {
                files.push(path.display().to_string());
            }
        }
    }
    files.sort();
    assert!(files.len() > 100, "only {} records were found", files.len());
    let mut statuses: BTreeMap<i32, usize> = BTreeMap::new();
    let mut assessments = 0;
    for file in &files {
        let (status, text, said) = assess(&[file]);
        let (again, same, _) = assess(&[file]);
        assert!(!said.contains("panicked"), "{file}: {said}");
        assert_eq!((status, &text), (again, &same), "{file} gives the same bytes twice");
        let status = status.expect("a status");
        *statuses.entry(status).or_default() += 1;
        assert!(status == 0 || (status == 3 && !said.is_empty()), "{file}: status {status}: {said}");
        assert_eq!(status == 0, !text.is_empty(), "{file}: an assessment if and only if the record could be read");
        for line in text.lines() {
            check(&serde_json::from_str(line).unwrap_or_else(|error| panic!("{file}: {error}")));
            assessments += 1;
        }
    }
    assert!(statuses.get(&0) >= Some(&50) && assessments >= 50, "{statuses:?}, {assessments} assessments");
}

/// Lines, counters and chapters of somebody who was treated.
#[test]
fn a_treated_patient_has_lines_and_counters() {
    let folder = std::env::temp_dir().join(format!("her2path-contract-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let file = folder.join("record.ndjson");
    let subject = r#""subject":{"reference":"Patient/p"}"#;
    let record = [
        r#"{"resourceType":"Patient","id":"p","gender":"female","birthDate":"1970-02-03"}"#.to_owned(),
        format!(
            r#"{{"resourceType":"Condition","id":"c",{subject},"onsetDateTime":"2024-01-10","code":{{"coding":[{{"system":"http://snomed.info/sct","code":"254837009"}}]}}}}"#
        ),
        format!(
            r#"{{"resourceType":"Condition","id":"m",{subject},"onsetDateTime":"2024-01-20","code":{{"coding":[{{"system":"http://hl7.org/fhir/sid/icd-10-cm","code":"C78.7"}}]}}}}"#
        ),
        format!(
            r#"{{"resourceType":"MedicationAdministration","id":"t","status":"completed",{subject},"effectiveDateTime":"2024-02-01","medicationCodeableConcept":{{"text":"trastuzumab"}}}}"#
        ),
    ];
    std::fs::write(&file, record.join("\n")).expect("a file");
    let (status, text, said) = assess(&[&file.display().to_string(), "--chapter", "treatment"]);
    let _ = std::fs::remove_dir_all(&folder);
    assert_eq!(status, Some(0), "{said}");
    let value: Value = serde_json::from_str(&text).expect("JSON");
    check(&value);
    let lines = value["chapters"]["treatment"]["lines"].as_array().expect("lines");
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert_eq!(lines[0]["number"], 1);
    assert_eq!(lines[0]["drugs"], serde_json::json!(["trastuzumab"]));
    assert_eq!(lines[0]["start"], "2024-02-01");
    assert_eq!(value["patient"]["birth_date"], "1970-02-03");
}

/// The facts that the contract names exist, with its values.
#[test]
fn the_facts_of_the_contract_exist() {
    let output =
        Command::new(env!("CARGO_BIN_EXE_her2path")).args(["knowledge", "export"]).output().expect("the program runs");
    let document: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let facts: BTreeMap<&str, Vec<&str>> = document["facts"]
        .as_array()
        .expect("facts")
        .iter()
        .map(|fact| {
            let values = fact["values"].as_array().expect("values");
            (fact["id"].as_str().expect("an id"), values.iter().filter_map(|value| value["code"].as_str()).collect())
        })
        .collect();
    let her2 = "positive negative equivocal pending indeterminate conflict invalid not-assessed";
    let contract: [(&str, &str); 14] = [
        ("disease.setting", "metastatic not-metastatic unknown"),
        ("metastasis.sites", ""),
        ("metastasis.origin", ""),
        ("her2.status", her2),
        ("her2.category", ""),
        ("er.status", ""),
        ("pr.status", ""),
        ("hormone-receptor.status", ""),
        ("subtype", ""),
        ("stage.group", ""),
        ("brain-metastases.status", ""),
        ("therapy.line", ""),
        ("lvef.latest", ""),
        ("ecog", ""),
    ];
    for (id, values) in contract {
        let known = facts.get(id).unwrap_or_else(|| panic!("no fact `{id}`"));
        for value in values.split_whitespace() {
            assert!(known.contains(&value), "`{id}` cannot be `{value}`");
        }
    }
}
