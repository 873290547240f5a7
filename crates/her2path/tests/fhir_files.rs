//! The reader on records that others wrote: nothing is lost, nothing is read twice.

#![cfg(test)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use her2path::fhir::{self, Input, Record};
use her2path::issue::{Issue, Severity};
use serde_json::Value;

/// Types that the reader reads; a MedicationOrder of DSTU2 is one of them.
const USED: [&str; 16] = [
    "Patient",
    "Condition",
    "Observation",
    "DiagnosticReport",
    "Specimen",
    "BodyStructure",
    "Procedure",
    "MedicationRequest",
    "MedicationOrder",
    "MedicationAdministration",
    "MedicationStatement",
    "Medication",
    "AllergyIntolerance",
    "Encounter",
    "FamilyMemberHistory",
    "QuestionnaireResponse",
];

fn files() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/fhir");
    let folders = ["mcode_ig_stu4", "mcode_ig_stu4_invariants", "mcode_pathways", "mcode_coverage_checker"];
    let mut files: Vec<PathBuf> = folders
        .iter()
        .flat_map(|folder| std::fs::read_dir(root.join(folder)).unwrap())
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    files
}

/// Resources by type, found by walking the JSON: every object with a `resourceType`, except within a resource of a type
/// that is not used, which is skipped as a whole.
fn count(value: &Value, counts: &mut BTreeMap<String, usize>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| count(item, counts)),
        Value::Object(fields) => {
            let kind = fields.get("resourceType").and_then(Value::as_str);
            if let Some(kind) = kind.filter(|kind| !matches!(*kind, "Bundle" | "Parameters")) {
                *counts.entry(kind.to_owned()).or_default() += 1;
                if !USED.contains(&kind) {
                    return;
                }
            }
            fields.values().for_each(|field| count(field, counts));
        }
        _ => {}
    }
}

/// Resources by type as the reader has them: in records, left out with an issue, or counted as not used.
fn read_counts(records: &[Record<'_>], issues: &[Issue]) -> BTreeMap<String, usize> {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for resource in records.iter().flat_map(Record::resources) {
        let kind = resource.place().name.split(['/', ' ']).next().unwrap().to_owned();
        *counts.entry(kind).or_default() += 1;
    }
    for issue in issues {
        if issue.code == "resource-type-not-used" {
            let count: usize = issue.message.split(' ').next().unwrap().parse().unwrap();
            let kind = issue.message.split('`').nth(1).unwrap();
            *counts.entry(kind.to_owned()).or_default() += count;
        }
        if matches!(&*issue.code, "no-subject" | "subject-not-a-patient") {
            let kind = issue.source.as_ref().unwrap().split('/').next().unwrap();
            *counts.entry(kind.to_owned()).or_default() += 1;
        }
    }
    counts
}

#[test]
fn every_resource_of_every_file_is_accounted_for() {
    let files = files();
    assert_eq!(files.len(), 179 + 3 + 5 + 7, "the examples have changed");
    for file in files {
        let bytes = std::fs::read(&file).unwrap();
        let (records, issues) = fhir::read(&bytes, "file");
        let mut expected = BTreeMap::new();
        count(&serde_json::from_slice(&bytes).unwrap(), &mut expected);
        if file.ends_with("fullBundle.json") {
            // The mammogram of this bundle is in it twice, word for word; once is enough.
            *expected.get_mut("Procedure").unwrap() -= 1;
        }
        assert_eq!(read_counts(&records, &issues), expected, "{}", file.display());
        assert!(issues.iter().all(|issue| issue.severity != Severity::Fatal), "{}", file.display());
    }
}

/// What is wrong with the examples, found by looking at them; everything else in them must be read without complaint.
#[test]
fn only_the_defects_that_are_there_are_reported() {
    let mut found: BTreeMap<String, usize> = BTreeMap::new();
    for file in files() {
        let bytes = std::fs::read(&file).unwrap();
        let name = file.file_name().unwrap().to_str().unwrap();
        for issue in fhir::read(&bytes, name).1 {
            if issue.severity != Severity::Information {
                *found.entry(format!("{name} {}", issue.code)).or_default() += 1;
            }
        }
    }
    let expected = [
        // Templates without a subject beside resources of two patients, and a date that is a template's placeholder.
        ("assessmentBundle.json no-subject", 3),
        ("diseaseBundle.json invalid-date", 1),
        ("diseaseBundle.json no-subject", 7),
        ("outcomeBundle.json no-subject", 4),
        // A Range whose ends are bare numbers.
        ("genomicsBundle.json wrong-type-read", 2),
    ];
    assert_eq!(found, expected.map(|(key, count)| (key.to_owned(), count)).into());
}

#[test]
fn patients_are_told_apart() {
    #[rustfmt::skip]
    let cases = [
        ("mcode_pathways/Maryam.json", vec![("598550c1-da7b-4a27-a2a9-e45415910ca3", Some("1959-02-16"))]),
        ("mcode_pathways/Maureen.json", vec![("126040", Some("1968-10-30"))]),
        ("mcode_pathways/T0_patient.json", vec![("83e3ea53-34bf-46c3-94c1-6b3ad9addb3b", Some("1970-11-17"))]),
        ("mcode_ig_stu4/Bundle-mcode-patient-bundle-jenny-m.json", vec![("cancer-patient-jenny-m", Some("1965-01-01"))]),
        // One body structure of the bundle is Eve's, whose Patient resource is elsewhere.
        ("mcode_coverage_checker/fullBundle.json", vec![("cancer-patient-jenny-m", Some("1965-01-01")), ("cancer-patient-eve-anyperson", None)]),
    ];
    for (file, expected) in cases {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/fhir").join(file);
        let bytes = std::fs::read(path).unwrap();
        let (records, _) = fhir::read(&bytes, file);
        let birth_date = |record: &Record<'_>| Some(record.patient.as_ref()?.birth_date?.to_string());
        let found: Vec<_> = records.iter().map(|record| (record.id.as_str(), birth_date(record))).collect();
        let expected: Vec<_> = expected.into_iter().map(|(id, date)| (id, date.map(str::to_owned))).collect();
        assert_eq!(found, expected, "{file}");
    }
}

/// Jenny M. file by file and in one bundle is the same person with the same resources.
#[test]
fn a_folder_is_read_as_one_set() {
    let files: Vec<PathBuf> =
        files().into_iter().filter(|file| file.parent().unwrap().ends_with("mcode_ig_stu4")).collect();
    let contents: Vec<Vec<u8>> = files.iter().map(|file| std::fs::read(file).unwrap()).collect();
    let read = |keep: &dyn Fn(&str) -> bool| {
        let inputs = files.iter().zip(&contents).filter_map(|(file, bytes)| {
            let name = file.file_name()?.to_str()?;
            keep(name).then_some(Input { bytes, name })
        });
        let (records, issues) = fhir::read_all(inputs);
        let mut names: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for record in &records {
            let resources = record.resources().map(|resource| resource.place().name.clone());
            names.insert(record.id.clone(), resources.collect());
            names.get_mut(&record.id).unwrap().sort();
        }
        (names, issues)
    };
    let (all, issues) = read(&|_| true);
    let (single, _) = read(&|name| !name.starts_with("Bundle"));
    assert_eq!(all, single, "the bundles hold nothing that the single files do not");
    assert!(all.len() > 3 && all["cancer-patient-jenny-m"].len() > 35, "{all:?}");
    for names in all.values() {
        let mut unique = names.clone();
        unique.dedup();
        assert_eq!(&unique, names, "a resource was read twice");
    }
    assert!(!issues.iter().any(|issue| issue.code == "duplicate-resource"), "{issues:?}");
}

/// References of the records lead to resources of the same patient.
#[test]
fn references_between_resources_of_a_record_are_resolved() {
    // Results of the reports in each file, and those of them that are not in the file.
    for (file, results, absent) in [
        ("mcode_pathways/Maryam.json", 44, vec![]),
        ("mcode_pathways/Maureen.json", 4, vec![]),
        (
            "mcode_ig_stu4/Bundle-mcode-patient-bundle-jenny-m.json",
            11,
            vec!["Observation/us-core-observation-lab-tumor-grade-jenny-m"],
        ),
    ] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/fhir").join(file);
        let bytes = std::fs::read(path).unwrap();
        let (records, _) = fhir::read(&bytes, file);
        let [record] = records.as_slice() else { panic!("{file}: {} records", records.len()) };
        let mut resolved = 0;
        let mut missing = Vec::new();
        for report in &record.diagnostic_reports {
            for reference in &report.result {
                let text = reference.reference.as_deref().unwrap();
                match record.resolve_as::<fhir::Observation<'_>>(&report.place, reference) {
                    Some(target) => assert!(text.ends_with(target.id.as_deref().unwrap()), "{file}: {text}"),
                    None => missing.push(text),
                }
                resolved += 1;
            }
        }
        assert_eq!((resolved, missing), (results, absent), "{file}");
        for observation in &record.observations {
            if let Some(subject) = &observation.subject {
                assert!(matches!(record.resolve(&observation.place, subject), Some(fhir::Target::Patient(_))));
            }
        }
    }
}
