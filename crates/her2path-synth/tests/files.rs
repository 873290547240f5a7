//! The files: the same bytes on any number of threads, complete under their names, and valid FHIR R4 as far as it requires
//! something of what is written.

#![cfg(test)]

use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::path::PathBuf;

use her2path_synth::{Error, Layout, Mess, Mix, Plan, block, write};
use serde_json::Value;

fn plan(patients: u64, mess: Mess, layout: Layout) -> Plan {
    let mix = Mix::default();
    Plan {
        patients,
        seed: 42,
        from: "2013-01-01".parse().unwrap(),
        until: "2026-11-01".parse().unwrap(),
        mix,
        mess,
        layout,
    }
}

/// A folder of its own for each test, away from earlier runs.
fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("her2path-synth-{}-{name}", std::process::id()));
    if folder.exists() {
        std::fs::remove_dir_all(&folder).unwrap();
    }
    folder
}

fn contents(folder: &PathBuf) -> BTreeMap<String, Vec<u8>> {
    let files = std::fs::read_dir(folder).unwrap().map(|file| file.unwrap());
    files.map(|file| (file.file_name().into_string().unwrap(), std::fs::read(file.path()).unwrap())).collect()
}

#[test]
fn any_number_of_threads_writes_the_same_bytes() {
    for (layout, mess) in [(Layout::Bulk, Mess::Heavy), (Layout::Bundles, Mess::None)] {
        // Neither a multiple of a block nor of the threads.
        let plan = plan(203, mess, layout);
        let mut written = Vec::new();
        for threads in [1, 2, 7] {
            let folder = folder(&format!("{threads}"));
            let mut seen = Vec::new();
            let summary = write(&plan, &folder, threads, |patients| {
                seen.push(patients);
                ControlFlow::Continue(())
            })
            .unwrap();
            assert_eq!((summary.patients, seen.last()), (203, Some(&203)));
            written.push(contents(&folder));
            std::fs::remove_dir_all(&folder).unwrap();
        }
        assert!(written[0].keys().all(|name| !name.starts_with('.')), "{:?}", written[0].keys());
        assert!(written[0]["truth.ndjson"].len() > 100_000);
        assert!(written[0] == written[1] && written[0] == written[2]);
        // And what is made in memory is what is written.
        let made = block(&plan, 0..203);
        for (name, bytes) in made.files(layout) {
            assert!(written[0][&name] == bytes, "{name}");
        }
    }
}

#[test]
fn another_seed_gives_other_patients_and_mess_leaves_the_truth_alone() {
    let truth = |plan: &Plan| -> Vec<Value> {
        let made = block(plan, 0..40);
        let lines = made.files(plan.layout).last().unwrap().1.to_vec();
        lines
            .split(|byte| *byte == b'\n')
            .filter(|line| !line.is_empty())
            .map(|line| serde_json::from_slice(line).unwrap())
            .collect()
    };
    let clean = truth(&plan(40, Mess::None, Layout::Bulk));
    let other = truth(&Plan { seed: 43, ..plan(40, Mess::None, Layout::Bulk) });
    assert!(clean.iter().zip(&other).all(|(a, b)| a["birth_date"] != b["birth_date"]));
    let mut messy = truth(&plan(40, Mess::Heavy, Layout::Bulk));
    assert!(messy.iter().any(|truth| !truth["mess"].as_array().unwrap().is_empty()));
    for truth in &mut messy {
        truth["mess"] = Value::Array(Vec::new());
    }
    assert_eq!(clean, messy);
}

#[test]
fn a_folder_that_cannot_be_written_is_an_error_and_leaves_nothing() {
    let path = folder("no-folder");
    std::fs::write(&path, b"a file stands here").unwrap();
    let error = write(&plan(1, Mess::None, Layout::Bulk), &path, 1, |_| ControlFlow::Continue(())).unwrap_err();
    assert!(error.to_string().starts_with("could not write `"), "{error}");
    std::fs::remove_file(&path).unwrap();
}

#[test]
fn stopped_it_leaves_nothing() {
    let path = folder("stopped");
    let error = write(&plan(100, Mess::None, Layout::Bulk), &path, 2, |_| ControlFlow::Break(())).unwrap_err();
    assert!(matches!(error, Error::Stopped), "{error}");
    assert_eq!(std::fs::read_dir(&path).unwrap().count(), 0);
    std::fs::remove_dir_all(&path).unwrap();
}

/// Elements that R4 requires, and the codes that a required binding of `status` allows (FHIR R4, pages of the resources).
fn required(kind: &str) -> (&'static [&'static str], &'static [&'static str]) {
    match kind {
        "AllergyIntolerance" => (&["patient"], &[]),
        "Condition" => (&["subject"], &[]),
        "DiagnosticReport" => (
            &["status", "code"],
            &[
                "registered",
                "partial",
                "preliminary",
                "final",
                "amended",
                "corrected",
                "appended",
                "cancelled",
                "entered-in-error",
                "unknown",
            ],
        ),
        "Encounter" => (
            &["status", "class"],
            &[
                "planned",
                "arrived",
                "triaged",
                "in-progress",
                "onleave",
                "finished",
                "cancelled",
                "entered-in-error",
                "unknown",
            ],
        ),
        "MedicationAdministration" => (
            &["status", "medicationCodeableConcept", "subject", "effectiveDateTime"],
            &["in-progress", "not-done", "on-hold", "completed", "entered-in-error", "stopped", "unknown"],
        ),
        "MedicationRequest" => (
            &["status", "intent", "medicationCodeableConcept", "subject"],
            &["active", "on-hold", "cancelled", "completed", "entered-in-error", "stopped", "draft", "unknown"],
        ),
        "MedicationStatement" => (
            &["status", "medicationCodeableConcept", "subject"],
            &["active", "completed", "entered-in-error", "intended", "stopped", "on-hold", "unknown", "not-taken"],
        ),
        "Observation" => (
            &["status", "code"],
            &["registered", "preliminary", "final", "amended", "corrected", "cancelled", "entered-in-error", "unknown"],
        ),
        "Patient" => (&[], &[]),
        "Procedure" => (
            &["status", "subject"],
            &[
                "preparation",
                "in-progress",
                "not-done",
                "on-hold",
                "stopped",
                "completed",
                "entered-in-error",
                "unknown",
            ],
        ),
        "Specimen" => (&[], &["available", "unavailable", "unsatisfactory", "entered-in-error"]),
        other => panic!("{other} is not expected"),
    }
}

/// Every reference and every date within a resource.
fn walk(value: &Value, key: &str, references: &mut Vec<String>, dates: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            assert!(!object.is_empty(), "an object of FHIR is never empty ({key})");
            for (key, value) in object {
                walk(value, key, references, dates);
            }
        }
        Value::Array(items) => {
            assert!(!items.is_empty(), "a list of FHIR is never empty ({key})");
            items.iter().for_each(|item| walk(item, key, references, dates));
        }
        Value::String(text) => {
            assert!(!text.is_empty(), "a text of FHIR is never empty ({key})");
            match key {
                "reference" => references.push(text.clone()),
                "birthDate" | "start" | "end" | "authoredOn" | "recordedDate" => dates.push(text.clone()),
                _ if key.ends_with("DateTime") => dates.push(text.clone()),
                _ => {}
            }
        }
        Value::Null => panic!("no null in FHIR ({key})"),
        Value::Bool(_) | Value::Number(_) => {}
    }
}

#[test]
fn every_resource_is_what_r4_requires() {
    for mess in [Mess::None, Mess::Heavy] {
        let plan = plan(120, mess, Layout::Bulk);
        let made = block(&plan, 0..plan.patients);
        let mut ids = BTreeSet::new();
        let mut all = Vec::new();
        for (name, bytes) in made.files(Layout::Bulk).filter(|(name, _)| name != "truth.ndjson") {
            for line in bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
                let resource: Value = serde_json::from_slice(line).unwrap();
                let kind = resource["resourceType"].as_str().unwrap().to_owned();
                assert_eq!(format!("{kind}.ndjson"), name);
                let id = resource["id"].as_str().unwrap();
                assert!(
                    id.len() <= 64 && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.'),
                    "{id}"
                );
                assert!(ids.insert(format!("{kind}/{id}")), "{kind}/{id} twice");
                all.push(resource);
            }
        }
        // About 200 resources each, with the noise of an ordinary record.
        assert!((150..400).contains(&(all.len() / 120)), "{}", all.len() / 120);
        for resource in &all {
            let kind = resource["resourceType"].as_str().unwrap();
            let (elements, statuses) = required(kind);
            for element in elements {
                assert!(!resource[element].is_null(), "{element} is missing: {resource}");
            }
            if let Some(status) = resource["status"].as_str() {
                assert!(statuses.contains(&status), "{kind} {status}");
            }
            let (mut references, mut dates) = (Vec::new(), Vec::new());
            walk(resource, "", &mut references, &mut dates);
            for reference in references {
                assert!(ids.contains(&reference), "{reference} is not there: {resource}");
            }
            for date in dates {
                let day = date.split('T').next().unwrap();
                let whole = if day.len() == 7 { format!("{day}-01") } else { day.to_owned() };
                let parsed: jiff::civil::Date = whole.parse().unwrap();
                assert!(parsed <= jiff::civil::date(2026, 11, 1), "{date}: {resource}");
                assert!(!date.contains('T') || date.ends_with('Z'), "{date}");
            }
        }
    }
}
