//! Small random records: some of the entries of a real example patient, and entries drawn around what the pathway asks.

use std::path::Path;

use proptest::prelude::*;
use serde_json::{Value, json};

/// The patient whom every drawn entry is about: the example patient of mCODE (see `tests/data/fhir/README.md`).
pub(crate) const PATIENT: &str = "cancer-patient-jenny-m";

/// Every entry of the example patient that lies in a file of its own.
pub(crate) fn real() -> Vec<Value> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/fhir/mcode_ig_stu4");
    let mut paths: Vec<_> = std::fs::read_dir(folder)
        .expect("the examples can be read")
        .map(|entry| entry.expect("an entry of a folder can be read").path())
        .filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            name.contains("jenny-m") && !name.starts_with("Bundle")
        })
        .collect();
    paths.sort();
    let read = |path| serde_json::from_slice(&std::fs::read(path).expect("an example can be read")).expect("JSON");
    let real: Vec<Value> = paths.into_iter().map(read).collect();
    assert!(real.len() > 40, "the example patient was not found");
    real
}

/// A random record: each entry has its own id, in no particular order.
pub(crate) fn record() -> impl Strategy<Value = Vec<Value>> {
    let real = real();
    let count = real.len();
    (prop::sample::subsequence(real, 0..count), prop::collection::vec(entry(), 1..12)).prop_map(|(mut real, drawn)| {
        let numbered = drawn.into_iter().enumerate().map(|(number, mut entry)| {
            entry["id"] = json!(format!("drawn-{number}"));
            entry
        });
        real.extend(numbered);
        real
    })
}

/// A record of drawn entries alone.
pub(crate) fn drawn_record() -> impl Strategy<Value = Vec<Value>> {
    prop::collection::vec(entry(), 1..14).prop_map(|drawn| {
        let numbered = drawn.into_iter().enumerate().map(|(number, mut entry)| {
            entry["id"] = json!(format!("drawn-{number}"));
            entry
        });
        let fixed = [
            json!({"resourceType": "Patient", "id": PATIENT, "gender": "female", "birthDate": "1961-02-28"}),
            specimen("primary-core", "2019-03-02", "76752008", "Breast structure"),
            specimen("liver-core", "2024-05-10", "10200004", "Liver structure"),
        ];
        fixed.into_iter().chain(numbered).collect()
    })
}

fn specimen(id: &str, day: &str, site: &str, display: &str) -> Value {
    let site = json!({"coding": [{"system": "http://snomed.info/sct", "code": site, "display": display}]});
    json!({"resourceType": "Specimen", "id": id, "subject": subject(),
           "collection": {"collectedDateTime": day, "bodySite": site}})
}

fn subject() -> Value {
    json!({"reference": format!("Patient/{PATIENT}")})
}

fn loinc(code: &str) -> Value {
    json!({"coding": [{"system": "http://loinc.org", "code": code}]})
}

fn snomed(code: &str) -> Value {
    json!({"coding": [{"system": "http://snomed.info/sct", "code": code}]})
}

/// A date of the last years, mostly to the day. Few different ones, so that entries often share a day.
fn date() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => (2015..2027i32, 1..13u8, 1..4u8).prop_map(|(y, m, d)| format!("{y}-{m:02}-{:02}", d * 9)),
        2 => prop::sample::select(vec!["2024-02-29".to_owned(), "2024-05-10".to_owned(), "2026-10-05".to_owned()]),
        1 => (2015..2027i32, 1..13u8).prop_map(|(y, m)| format!("{y}-{m:02}")),
    ]
}

/// Two tissue samples that drawn results may share, or none.
fn tissue() -> impl Strategy<Value = Option<&'static str>> {
    prop::sample::select(vec![None, Some("primary-core"), Some("liver-core")])
}

fn observation(code: Value, value: (&str, Value), day: String, tissue: Option<&str>) -> Value {
    let mut observation = json!({"resourceType": "Observation", "status": "final", "subject": subject(),
                                 "code": code, "effectiveDateTime": day});
    observation[value.0] = value.1;
    if let Some(tissue) = tissue {
        observation["specimen"] = json!({"reference": format!("Specimen/{tissue}")});
    }
    observation
}

fn quantity(value: &str, unit: &str) -> Value {
    let value: Value = serde_json::from_str(value).expect("a number");
    json!({"value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit})
}

fn condition(code: Value, day: String, status: &str) -> Value {
    json!({"resourceType": "Condition", "subject": subject(), "code": code, "onsetDateTime": day,
           "clinicalStatus": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": status}]}})
}

/// One entry: diagnoses, metastases, receptors, stage, heart, performance, course.
fn entry() -> impl Strategy<Value = Value> {
    let one_of = |codes: &'static [&'static str]| prop::sample::select(codes);
    let answer = |test: &'static str, answers: &'static [&'static str]| {
        (one_of(answers), date(), tissue()).prop_map(move |(answer, day, tissue)| {
            observation(loinc(test), ("valueCodeableConcept", loinc(answer)), day, tissue)
        })
    };
    let number = |test: &'static str, unit: &'static str, numbers: &'static [&'static str]| {
        (one_of(numbers), date(), tissue()).prop_map(move |(number, day, tissue)| {
            observation(loinc(test), ("valueQuantity", quantity(number, unit)), day, tissue)
        })
    };
    let diagnosis = |codes: &'static [&'static str]| {
        (one_of(codes), date(), one_of(&["active", "recurrence"]))
            .prop_map(|(code, day, status)| condition(snomed(code), day, status))
    };
    prop_oneof![
        // Breast cancer, of the left breast, in situ; a melanoma.
        4 => diagnosis(&["254837009", "353431000119107", "109889007", "372244006"]),
        // Metastasis to bone, brain, liver, lung.
        3 => diagnosis(&["94222008", "94225005", "94381002", "94391008"]),
        4 => answer("85319-2", &["LA6111-4", "LA11841-6", "LA11842-4", "LA11843-2"]),
        2 => answer("48676-1", &["LA6576-8", "LA6577-6"]),
        2 => answer("85337-4", &["LA6576-8", "LA6577-6"]),
        2 => number("49683-6", "{ratio}", &["1.2", "1.99", "2.0", "2.4"]),
        2 => number("74860-8", "1", &["2.4", "3.99", "4.0", "5.99", "6.0"]),
        2 => number("85329-1", "%", &["0", "0.5", "1", "10", "80"]),
        2 => number("85325-9", "%", &["0", "1", "40"]),
        2 => number("10230-1", "%", &["35", "45", "55", "62.5"]),
        1 => number("21889-1", "mm", &["4", "19", "23.5"]),
        1 => (0..5i64, date()).prop_map(|(score, day)| observation(loinc("89247-1"), ("valueInteger", json!(score)), day, None)),
        2 => (one_of(&["268910001", "359746009", "271299001"]), date()).prop_map(|(status, day)| {
            observation(loinc("97509-4"), ("valueCodeableConcept", snomed(status)), day, None)
        }),
        2 => (one_of(&["1229901006", "1229903009"]), date()).prop_map(|(m, day)| {
            observation(loinc("21907-1"), ("valueCodeableConcept", snomed(m)), day, None)
        }),
        1 => (one_of(&["1222766008", "1222769001", "1222837003"]), date()).prop_map(|(stage, day)| {
            observation(loinc("21908-9"), ("valueCodeableConcept", snomed(stage)), day, None)
        }),
        1 => (one_of(&["2.4", "1.8", "0.6"]), date()).prop_map(|(value, day)| {
            let mut bilirubin = observation(loinc("1975-2"), ("valueQuantity", quantity(value, "mg/dL")), day, None);
            bilirubin["referenceRange"] = json!([{"high": quantity("1.2", "mg/dL")}]);
            bilirubin
        }),
        1 => (one_of(&["224905", "2119714", "12574"]), date()).prop_map(|(drug, day)| json!({
            "resourceType": "MedicationAdministration", "status": "completed", "subject": subject(),
            "effectiveDateTime": day, "medicationCodeableConcept":
                {"coding": [{"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": drug}]}})),
    ]
}
