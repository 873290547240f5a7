//! Conditions, metastases and the course of the disease as records really carry them: FHIR in, facts out. What the record
//! does not settle must stay open, with its reason.

#![cfg(test)]

use her2path::assessment::{Assessment, Value, display};
use her2path::fhir::Input;
use her2path::guideline::{Fact, KNOWLEDGE};
use her2path::{Question, assess, chapters};
use serde_json::{Value as Json, json};

const LOINC: &str = "http://loinc.org";
const SNOMED: &str = "http://snomed.info/sct";
const ICD_10_CM: &str = "http://hl7.org/fhir/sid/icd-10-cm";
const ICD_10: &str = "http://hl7.org/fhir/sid/icd-10";
const ICD_9_CM: &str = "http://hl7.org/fhir/sid/icd-9-cm";
const ICD_O_3: &str = "http://terminology.hl7.org/CodeSystem/icd-o-3";

fn assessed(resources: Vec<Json>) -> Assessment<'static> {
    let entries: Vec<Json> = resources.into_iter().map(|resource| json!({"resource": resource})).collect();
    let bundle = json!({"resourceType": "Bundle", "type": "collection", "entry": entries}).to_string();
    let question = Question::new(&KNOWLEDGE, jiff::civil::date(2026, 11, 23)).chapters(chapters::ALL);
    let (mut assessments, issues) = assess([Input { bytes: bundle.as_bytes(), name: "bundle" }], &question);
    assert!(issues.is_empty(), "{issues:?}");
    assert_eq!(assessments.len(), 1);
    assessments.remove(0)
}

/// The value of a fact as the data dictionary names it, `-` where it is not stated.
fn fact(assessment: &Assessment<'_>, fact: Fact) -> String {
    let definition = KNOWLEDGE.fact_definition(fact.index()).expect("a fact");
    let name =
        |index: &her2path::knowledge::model::ValueIndex| definition.values[usize::from(index.0)].code.to_string();
    match assessment.facts.get(fact).map(|statement| &statement.value) {
        Some(Value::Code(index)) => name(index),
        Some(Value::Codes(codes)) => codes.iter().map(name).collect::<Vec<_>>().join(","),
        Some(value) => display(&KNOWLEDGE, fact.index(), value),
        None => "-".to_owned(),
    }
}

fn because(assessment: &Assessment<'_>, fact: Fact) -> String {
    let statement = assessment.facts.get(fact).expect("a stated fact");
    let one = |because: &her2path::assessment::Because| {
        format!(
            "{}.{}: {}",
            because.source,
            because.element.unwrap_or_default(),
            because.note.as_deref().unwrap_or_default()
        )
    };
    statement.because.iter().map(one).collect::<Vec<_>>().join("; ")
}

fn has_issue(assessment: &Assessment<'_>, code: &str) -> bool {
    assessment.issues.iter().any(|issue| issue.code == code)
}

fn condition(id: &str, system: &str, code: &str) -> Json {
    json!({"resourceType": "Condition", "id": id, "subject": {"reference": "Patient/p"},
        "code": {"coding": [{"system": system, "code": code}]}})
}

fn in_words(id: &str, words: &str) -> Json {
    json!({"resourceType": "Condition", "id": id, "subject": {"reference": "Patient/p"}, "code": {"text": words}})
}

fn breast_cancer() -> Json {
    condition("c", SNOMED, "254837009")
}

fn liver_metastasis() -> Json {
    condition("m", SNOMED, "94381002")
}

fn with(mut resource: Json, key: &str, value: Json) -> Json {
    resource[key] = value;
    resource
}

fn linked(metastasis: Json, to: &str) -> Json {
    with(
        metastasis,
        "extension",
        json!([{"url": "http://hl7.org/fhir/StructureDefinition/condition-related", "valueReference": {"reference": to}}]),
    )
}

fn observation(id: &str, code: &str, value: Json) -> Json {
    let mut observation = json!({"resourceType": "Observation", "id": id, "status": "final",
        "subject": {"reference": "Patient/p"}, "code": {"coding": [{"system": LOINC, "code": code}]}});
    for (key, value) in value.as_object().expect("an object") {
        observation[key] = value.clone();
    }
    observation
}

fn words(words: &str) -> Json {
    json!({"valueCodeableConcept": {"text": words}})
}

fn on(observation: Json, day: &str) -> Json {
    with(observation, "effectiveDateTime", json!(day))
}

fn worsened(day: &str) -> Json {
    let value = json!({"valueCodeableConcept": {"coding": [{"system": SNOMED, "code": "271299001"}]}});
    on(observation("status", "97509-4", value), day)
}

fn m0(day: &str) -> Json {
    on(observation("m0", "21907-1", words("cM0")), day)
}

fn her2_positive() -> Json {
    observation(
        "her2",
        "85319-2",
        json!({"valueCodeableConcept": {"coding": [{"system": LOINC, "code": "LA11843-2"}]}}),
    )
}

/// A metastasis is the breast cancer's only where no other entry can be a cancer that seeded it.
#[test]
fn another_cancer_leaves_the_primary_of_a_metastasis_open() {
    let rows: Vec<(Json, &str)> = vec![
        // Malignancies outside the value sets, by the range of their code.
        (condition("x", ICD_10_CM, "C18.9"), "unknown"),
        (condition("x", ICD_10_CM, "C189"), "unknown"),
        (condition("x", ICD_10, "C43.5"), "unknown"),
        (condition("x", ICD_10, "C44.9"), "unknown"),
        (condition("x", ICD_10_CM, "C44.319x"), "metastatic"),
        (condition("x", ICD_10_CM, "C44.320"), "unknown"),
        (condition("x", ICD_10_CM, "C4A.9"), "unknown"),
        (condition("x", ICD_10_CM, "C80.1"), "unknown"),
        (condition("x", ICD_10_CM, "D37.6"), "unknown"),
        (condition("x", ICD_10_CM, "Z85.038"), "unknown"),
        (condition("x", ICD_9_CM, "153.9"), "unknown"),
        (condition("x", ICD_9_CM, "1539"), "unknown"),
        (condition("x", ICD_9_CM, "173.31"), "metastatic"),
        (condition("x", ICD_9_CM, "202.80"), "unknown"),
        (condition("x", ICD_9_CM, "V10.05"), "unknown"),
        (condition("x", ICD_O_3, "8140/3"), "unknown"),
        (condition("x", ICD_O_3, "C18.7"), "unknown"),
        (condition("x", ICD_O_3, "8090/3"), "metastatic"),
        // Words, where there is no code or none that is read.
        (in_words("x", "Colon carcinoma 2019"), "unknown"),
        (in_words("x", "Non-Hodgkin lymphoma"), "unknown"),
        (in_words("x", "Magenkarzinom"), "unknown"),
        (
            json!({"resourceType": "Condition", "id": "x", "subject": {"reference": "Patient/p"}, "code": {"coding":
                [{"system": SNOMED, "code": "363406005", "display": "Malignant neoplasm of colon"}]}}),
            "unknown",
        ),
        // No cancer, or none of the patient's, or none that seeds.
        (condition("x", ICD_10_CM, "I10"), "metastatic"),
        (condition("x", ICD_10_CM, "D12.6"), "metastatic"),
        (condition("x", ICD_10_CM, "D06.9"), "metastatic"),
        (condition("x", ICD_10_CM, "Z85.3"), "metastatic"),
        (condition("x", ICD_10_CM, "Z80.0"), "metastatic"),
        (condition("x", ICD_10_CM, "G89.3"), "metastatic"),
        (condition("x", SNOMED, "254701007"), "metastatic"),
        (in_words("x", "Family history of colon cancer"), "metastatic"),
        (in_words("x", "Basal cell carcinoma of nose"), "metastatic"),
        (in_words("x", "Benign neoplasm of thyroid"), "metastatic"),
        (in_words("x", "Breast cancer, left"), "metastatic"),
    ];
    for (other, setting) in rows {
        let assessment = assessed(vec![breast_cancer(), liver_metastasis(), other.clone()]);
        assert_eq!(fact(&assessment, Fact::DiseaseSetting), setting, "{other}: {:?}", assessment.issues);
        let open = setting == "unknown";
        assert_eq!(has_issue(&assessment, "metastasis-of-unclear-primary"), open, "{other}: {:?}", assessment.issues);
    }
    // A provisional other cancer leaves it open as well; a refuted one does not.
    for (status, setting) in [("provisional", "unknown"), ("differential", "unknown"), ("refuted", "metastatic")] {
        let other =
            with(condition("x", ICD_10_CM, "C34.90"), "verificationStatus", json!({"coding": [{"code": status}]}));
        let assessment = assessed(vec![breast_cancer(), liver_metastasis(), other]);
        assert_eq!(fact(&assessment, Fact::DiseaseSetting), setting, "{status}");
    }
}

/// A link decides, and a link that leads nowhere decides nothing.
#[test]
fn links_of_a_metastasis() {
    let breast = || breast_cancer();
    let colon = || condition("x", ICD_10_CM, "C18.9");
    let rows: Vec<(Vec<Json>, &str, &str)> = vec![
        (vec![breast(), colon(), linked(liver_metastasis(), "Condition/c")], "metastatic", "breast"),
        (vec![breast(), colon(), linked(liver_metastasis(), "Condition/x")], "unknown", "other-primary"),
        (vec![breast(), linked(liver_metastasis(), "Condition/lost")], "unknown", "unclear"),
        (
            vec![breast(), in_words("x", "Colon cancer"), linked(liver_metastasis(), "Condition/x")],
            "unknown",
            "unclear",
        ),
        (
            vec![breast(), condition("x", ICD_10_CM, "I10"), linked(liver_metastasis(), "Condition/x")],
            "unknown",
            "unclear",
        ),
        (
            vec![
                breast(),
                colon(),
                with(liver_metastasis(), "evidence", json!([{"detail": [{"reference": "Condition/x"}]}])),
            ],
            "unknown",
            "other-primary",
        ),
    ];
    for (resources, setting, origin) in rows {
        let assessment = assessed(resources.clone());
        assert_eq!(fact(&assessment, Fact::DiseaseSetting), setting, "{resources:?}: {:?}", assessment.issues);
        assert_eq!(fact(&assessment, Fact::MetastasisOrigin), origin, "{resources:?}");
    }
    // An observation about an entry that is no breast cancer is not used.
    let about = |to: &str| with(m0("2024-01-01"), "focus", json!([{"reference": to}]));
    let assessment = assessed(vec![breast(), in_words("x", "Colon cancer"), about("Condition/x")]);
    assert_eq!(fact(&assessment, Fact::DiseaseSetting), "unknown");
    assert!(has_issue(&assessment, "primary-not-said"), "{:?}", assessment.issues);
    let assessment = assessed(vec![breast(), in_words("x", "Colon cancer"), about("Condition/c")]);
    assert_eq!(fact(&assessment, Fact::DiseaseSetting), "not-metastatic");
}

/// What went on after the staging is stronger than the staging.
#[test]
fn an_old_m0_does_not_outlive_the_disease() {
    let relapsed = || with(breast_cancer(), "clinicalStatus", json!({"coding": [{"code": "relapse"}]}));
    let provisional = |day: &str| {
        let bone = with(condition("m", SNOMED, "94222008"), "onsetDateTime", json!(day));
        with(bone, "verificationStatus", json!({"coding": [{"code": "provisional"}]}))
    };
    let spread = || with(in_words("m", "Metastatic disease to bone"), "onsetDateTime", json!("2025-02-01"));
    let recurrence = |day: &str| with(condition("r", SNOMED, "314955001"), "onsetDateTime", json!(day));
    let rows: Vec<(Vec<Json>, &str)> = vec![
        (vec![breast_cancer(), m0("2019-03-01")], "not-metastatic"),
        (vec![relapsed(), m0("2019-03-01")], "unknown"),
        (vec![breast_cancer(), m0("2019-03-01"), worsened("2024-05-01")], "unknown"),
        (vec![breast_cancer(), m0("2024-06-01"), worsened("2024-05-01")], "not-metastatic"),
        (vec![breast_cancer(), m0("2019-03-01"), worsened("2019")], "unknown"),
        (vec![breast_cancer(), m0("2019-03-01"), provisional("2025-01-10")], "unknown"),
        (vec![breast_cancer(), m0("2025-03-01"), provisional("2025-01-10")], "not-metastatic"),
        (vec![breast_cancer(), m0("2019-03-01"), spread()], "unknown"),
        (vec![breast_cancer(), m0("2019-03-01"), recurrence("2023-01-01")], "unknown"),
        (vec![breast_cancer(), m0("2023-02-01"), recurrence("2023-01-01")], "not-metastatic"),
    ];
    for (resources, setting) in rows {
        let assessment = assessed(resources.clone());
        assert_eq!(fact(&assessment, Fact::DiseaseSetting), setting, "{resources:?}: {:?}", assessment.issues);
    }
    // Both sides are named, with the day of the staging.
    let assessment = assessed(vec![breast_cancer(), m0("2019-03-01"), worsened("2024-05-01")]);
    let reasons = because(&assessment, Fact::DiseaseSetting);
    assert!(reasons.contains("Observation/m0.value: cM0, 2019-03-01"), "{reasons}");
    assert!(reasons.contains("the disease worsened"), "{reasons}");
    let assessment = assessed(vec![breast_cancer(), m0("2019-03-01")]);
    let statement = assessment.facts.get(Fact::DiseaseSetting).expect("a setting");
    assert_eq!(statement.date.expect("the day of the staging").to_string(), "2019-03-01");
}

/// Stage IV and M0 of one time contradict each other.
#[test]
fn stage_iv_beside_m0() {
    let stage = on(observation("g", "21908-9", words("IV")), "2024-01-01");
    let assessment = assessed(vec![breast_cancer(), stage.clone(), m0("2024-01-01")]);
    assert_eq!(fact(&assessment, Fact::DiseaseSetting), "unknown");
    assert!(has_issue(&assessment, "stage-differs"), "{:?}", assessment.issues);
    let assessment = assessed(vec![breast_cancer(), stage, m0("2020-01-01")]);
    assert_eq!(fact(&assessment, Fact::DiseaseSetting), "metastatic");
}

/// Only imaging of the brain, or a statement on it, says that it is free; with its day.
#[test]
fn the_brain_is_free_only_where_the_record_says_so() {
    let none = on(observation("none", "44667-4", words("None")), "2024-01-01");
    let absent = || json!({"valueCodeableConcept": {"coding": [{"system": SNOMED, "code": "261985008"}]}});
    let mri = || on(observation("mri", "24590-2", absent()), "2025-06-01");
    let refuted =
        with(condition("b", SNOMED, "94225005"), "verificationStatus", json!({"coding": [{"code": "refuted"}]}));
    let refuted = with(refuted, "onsetDateTime", json!("2025-07-01"));
    let of_brain = with(none.clone(), "bodySite", json!({"coding": [{"system": SNOMED, "code": "12738006"}]}));
    let rows = [
        (vec![breast_cancer(), none], "unknown", ""),
        (vec![breast_cancer(), m0("2024-01-01")], "unknown", ""),
        (vec![breast_cancer(), of_brain], "absent", "2024-01-01"),
        (vec![breast_cancer(), mri()], "absent", "2025-06-01"),
        (vec![breast_cancer(), liver_metastasis(), mri()], "absent", "2025-06-01"),
        (vec![breast_cancer(), liver_metastasis(), refuted], "absent", "2025-07-01"),
        (vec![breast_cancer(), condition("b", SNOMED, "94225005"), mri()], "present", ""),
    ];
    for (resources, status, day) in rows {
        let assessment = assessed(resources.clone());
        assert_eq!(fact(&assessment, Fact::BrainMetastasesStatus), status, "{resources:?}: {:?}", assessment.issues);
        let statement = assessment.facts.get(Fact::BrainMetastasesStatus).expect("a status");
        assert_eq!(statement.date.map(|date| date.to_string()).unwrap_or_default(), day, "{resources:?}");
        // An MRI that found no brain metastases says nothing about the rest of the body.
        assert_ne!(fact(&assessment, Fact::DiseaseSetting), if day == "2025-06-01" { "not-metastatic" } else { "" });
    }
}

/// Carcinoma in situ is staged and tested for receptors too; a metastasis or an invasive stage contradicts it.
#[test]
fn carcinoma_in_situ() {
    let dcis = || condition("c", ICD_10_CM, "D05.11");
    let tis = || observation("t", "21905-5", words("pTis(DCIS)"));
    let er = || {
        observation(
            "er",
            "85337-4",
            json!({"valueCodeableConcept": {"coding": [{"system": LOINC, "code": "LA6576-8"}]}}),
        )
    };
    let group = |value: &str| observation("g", "21908-9", words(value));
    let n = |value: &str| observation("n", "21906-3", words(value));
    let m = |value: &str| observation("m", "21907-1", words(value));
    let rows: Vec<(Vec<Json>, &str)> = vec![
        (vec![dcis()], "in-situ-only"),
        (vec![dcis(), tis(), n("pN0"), m("cM0"), group("0"), er()], "in-situ-only"),
        (vec![dcis(), er()], "in-situ-only"),
        (vec![dcis(), m("cM1")], "unclear"),
        (vec![dcis(), tis(), n("pN1a")], "unclear"),
        (vec![dcis(), group("IIA")], "unclear"),
        (vec![dcis(), liver_metastasis()], "unclear"),
        (vec![dcis(), with(breast_cancer(), "id", json!("c2")), m("cM0")], "invasive"),
    ];
    for (resources, expected) in rows {
        let assessment = assessed(resources.clone());
        assert_eq!(fact(&assessment, Fact::DiseaseBreastCancer), expected, "{resources:?}: {:?}", assessment.issues);
        assert_eq!(has_issue(&assessment, "in-situ-contradicted"), expected == "unclear", "{resources:?}");
        assert_ne!(fact(&assessment, Fact::DiseaseSetting), "metastatic", "{resources:?}");
    }
}

/// Cancer in words or unconfirmed is neither a diagnosis nor its absence.
#[test]
fn a_possible_breast_cancer_is_unclear() {
    let provisional = with(breast_cancer(), "verificationStatus", json!({"coding": [{"code": "provisional"}]}));
    // mCODE's way to write a cancer in two parts: the code names no organ, the body site does.
    let at_the_breast = with(
        condition("c", SNOMED, "363346000"),
        "bodySite",
        json!([{"coding": [{"system": SNOMED, "code": "80248007"}]}]),
    );
    let at_the_breast = with(
        at_the_breast,
        "code",
        json!({"coding": [{"system": SNOMED, "code": "363346000", "display": "Malignant neoplastic disease"}]}),
    );
    for condition in [in_words("c", "Invasive breast carcinoma"), provisional, at_the_breast] {
        let assessment = assessed(vec![condition.clone()]);
        assert_eq!(fact(&assessment, Fact::DiseaseBreastCancer), "unclear", "{condition}");
        assert!(has_issue(&assessment, "no-primary-on-record"), "{condition}");
    }
}

/// The status of an entry is read from every coding, whatever stands first.
#[test]
fn verification_from_every_coding() {
    let status = |codes: &[&str]| json!({"coding": codes.iter().map(|code| json!({"code": code})).collect::<Vec<_>>()});
    let rows: [(&[&str], &str); 8] = [
        (&["confirmed"], "invasive"),
        (&["refuted"], "not-recorded"),
        (&["local-7", "refuted"], "not-recorded"),
        (&["local-7", "entered-in-error"], "not-recorded"),
        (&["confirmed", "entered-in-error"], "not-recorded"),
        (&["410516002"], "not-recorded"),
        (&["local-7", "provisional"], "unclear"),
        (&["Refuted"], "not-recorded"),
    ];
    for (codes, expected) in rows {
        let assessment = assessed(vec![
            json!({"resourceType": "Patient", "id": "p"}),
            with(breast_cancer(), "verificationStatus", status(codes)),
        ]);
        assert_eq!(fact(&assessment, Fact::DiseaseBreastCancer), expected, "{codes:?}");
    }
    let assessment = assessed(vec![with(breast_cancer(), "verificationStatus", status(&["local-7"]))]);
    assert_eq!(fact(&assessment, Fact::DiseaseBreastCancer), "invasive");
    assert!(has_issue(&assessment, "unread-status"));
}

/// A day of recording is the last on which a cancer can have been found.
#[test]
fn days_of_recording_are_bounds() {
    let dated = |resource: Json, key: &str, day: &str| with(resource, key, json!(day));
    let rows = [
        ("onsetDateTime", "2019-01-01", "onsetDateTime", "2024-01-01", "recurrent-probable"),
        ("recordedDate", "2019-01-01", "onsetDateTime", "2024-01-01", "recurrent-probable"),
        ("onsetDateTime", "2019-01-01", "recordedDate", "2024-01-01", "metastatic-unclassified"),
        ("onsetDateTime", "2024-01-01", "recordedDate", "2024-02-01", "de-novo-probable"),
        ("recordedDate", "2024-01-01", "onsetDateTime", "2024-02-01", "metastatic-unclassified"),
        ("recordedDate", "2024-01-01", "recordedDate", "2024-02-01", "metastatic-unclassified"),
    ];
    for (primary_by, primary, metastasis_by, metastasis, expected) in rows {
        let assessment = assessed(vec![
            dated(breast_cancer(), primary_by, primary),
            dated(liver_metastasis(), metastasis_by, metastasis),
        ]);
        let row = format!("{primary_by} {primary} {metastasis_by} {metastasis}");
        assert_eq!(fact(&assessment, Fact::DiseasePresentation), expected, "{row}");
        let (known, bound) = match primary_by {
            "onsetDateTime" => (primary, "-"),
            _ => ("-", primary),
        };
        assert_eq!(fact(&assessment, Fact::DiseasePrimaryDate), known, "{row}");
        assert_eq!(fact(&assessment, Fact::DiseasePrimaryRecorded), bound, "{row}");
        let element = if known == "-" { Fact::DiseasePrimaryRecorded } else { Fact::DiseasePrimaryDate };
        let said = if known == "-" { "Condition/c.recordedDate" } else { "Condition/c.onset" };
        assert!(because(&assessment, element).starts_with(said), "{row}: {}", because(&assessment, element));
        let (known, bound) = match metastasis_by {
            "onsetDateTime" => (metastasis, "-"),
            _ => ("-", metastasis),
        };
        assert_eq!(fact(&assessment, Fact::MetastasisFirstDate), known, "{row}");
        assert_eq!(fact(&assessment, Fact::MetastasisRecorded), bound, "{row}");
    }
}

/// Codes by the build of their classification, with and without their dot, to any depth.
#[test]
fn breast_cancer_and_metastases_by_code() {
    let primaries = [
        (ICD_10, "C50", "invasive"),
        (ICD_10, "C50.9", "invasive"),
        (ICD_10, "C509", "invasive"),
        (ICD_10_CM, "C50.911", "invasive"),
        (ICD_10_CM, "C50.A11", "invasive"),
        (ICD_O_3, "C50.4", "invasive"),
        (ICD_9_CM, "174", "invasive"),
        (ICD_9_CM, "174.4", "invasive"),
        (ICD_9_CM, "1749", "invasive"),
        (ICD_9_CM, "175.9", "invasive"),
        (ICD_10, "D05.9", "in-situ-only"),
        (ICD_10_CM, "D0512", "in-situ-only"),
        (ICD_9_CM, "233.0", "in-situ-only"),
        (SNOMED, "408643008", "invasive"),
        (ICD_10, "C18.9", "not-recorded"),
        (ICD_9_CM, "172.5", "not-recorded"),
    ];
    for (system, code, expected) in primaries {
        let assessment = assessed(vec![json!({"resourceType": "Patient", "id": "p"}), condition("c", system, code)]);
        assert_eq!(fact(&assessment, Fact::DiseaseBreastCancer), expected, "{code}: {:?}", assessment.issues);
    }
    let morphology = |behaviour: &str| {
        json!({"resourceType": "Condition", "id": "c", "subject": {"reference": "Patient/p"}, "code": {"coding": [
            {"system": ICD_O_3, "code": "C50.9"}, {"system": ICD_O_3, "code": behaviour}]}})
    };
    for (code, expected) in [("8500/3", "invasive"), ("8500/2", "in-situ-only"), ("9680/3", "not-recorded")] {
        let assessment = assessed(vec![morphology(code)]);
        assert_eq!(fact(&assessment, Fact::DiseaseBreastCancer), expected, "{code}");
    }
    let metastases = [
        (ICD_10, "C78.7", "liver"),
        (ICD_10_CM, "C78.01", "lung"),
        (ICD_10_CM, "C7801", "lung"),
        (ICD_10_CM, "C79.31", "brain"),
        (ICD_10_CM, "C79.51", "bone"),
        (ICD_10_CM, "C79.519", "bone"),
        (ICD_10_CM, "C79.2", "skin"),
        (ICD_10_CM, "C77.2", "distant-lymph-node"),
        (ICD_9_CM, "197.7", "liver"),
        (ICD_9_CM, "1970", "lung"),
        (ICD_9_CM, "198.3", "brain"),
        (ICD_9_CM, "198.5", "bone"),
        // Regional nodes are not distant, and the breast as a metastatic site is not metastatic breast cancer.
        (ICD_10_CM, "C77.3", "-"),
        (ICD_9_CM, "196.3", "-"),
        (ICD_10_CM, "C79.81", "-"),
        (ICD_9_CM, "198.81", "-"),
    ];
    for (system, code, sites) in metastases {
        let assessment = assessed(vec![breast_cancer(), condition("m", system, code)]);
        assert_eq!(fact(&assessment, Fact::MetastasisSites), sites, "{code}: {:?}", assessment.issues);
        let setting = if sites == "-" { "unknown" } else { "metastatic" };
        assert_eq!(fact(&assessment, Fact::DiseaseSetting), setting, "{code}");
    }
}

/// Cancer of both breasts is two primaries, and is said.
#[test]
fn both_breasts() {
    let (left, right) = (condition("l", ICD_10_CM, "C50.912"), condition("r", ICD_10_CM, "C50.911"));
    let sites = json!([{"coding": [{"system": SNOMED, "code": "80248007"}]}, {"coding": [{"system": SNOMED, "code": "73056007"}]}]);
    let one_entry = with(breast_cancer(), "bodySite", sites);
    for resources in [vec![left.clone(), right], vec![one_entry]] {
        let assessment = assessed(resources.clone());
        assert_eq!(fact(&assessment, Fact::DiseaseLaterality), "both", "{resources:?}");
        assert!(has_issue(&assessment, "two-primaries"), "{resources:?}");
    }
    let assessment = assessed(vec![left]);
    assert_eq!(fact(&assessment, Fact::DiseaseLaterality), "left");
    assert!(!has_issue(&assessment, "two-primaries"));
}

/// Every body site of the general code is read; one that cannot be read is a metastasis at a site that is not named.
#[test]
fn body_sites_of_the_general_code() {
    let at = |sites: Json| with(condition("m", SNOMED, "128462008"), "bodySite", sites);
    let site = |code: &str| json!({"coding": [{"system": SNOMED, "code": code}]});
    let rows = [
        (json!([site("10200004"), site("12738006")]), "brain,liver", false),
        (json!([site("10200004"), {"text": "left humerus"}]), "liver,other", true),
        (json!([{"text": "left humerus"}]), "other", true),
    ];
    for (sites, expected, reported) in rows {
        let assessment = assessed(vec![breast_cancer(), at(sites.clone())]);
        assert_eq!(fact(&assessment, Fact::MetastasisSites), expected, "{sites}");
        let words = assessment.issues.iter().find(|issue| issue.code == "unread-body-site");
        assert_eq!(words.is_some_and(|issue| issue.message.contains("left humerus")), reported, "{sites}");
    }
    let assessment = assessed(vec![breast_cancer(), condition("m", SNOMED, "128462008")]);
    assert_eq!(fact(&assessment, Fact::MetastasisSites), "unspecified");
}

/// Days that cannot be are reported with their place and not used.
#[test]
fn impossible_days() {
    let patient =
        json!({"resourceType": "Patient", "id": "p", "birthDate": "1960-05-01", "deceasedDateTime": "2024-03-01"});
    let rows = [
        ("onsetDateTime", "1950-01-01", "Condition/c.onset"),
        ("onsetDateTime", "2025-01-01", "Condition/c.onset"),
        ("recordedDate", "1950-01-01", "Condition/c.recordedDate"),
    ];
    for (key, day, place) in rows {
        let assessment = assessed(vec![patient.clone(), with(breast_cancer(), key, json!(day))]);
        assert_eq!(fact(&assessment, Fact::DiseaseBreastCancer), "invasive", "{day}");
        assert_eq!(fact(&assessment, Fact::DiseasePrimaryDate), "-", "{day}");
        let issue = assessment.issues.iter().find(|issue| issue.code == "impossible-date");
        assert_eq!(issue.and_then(|issue| issue.source.as_deref()), Some(place), "{day}");
    }
    let future = with(with(breast_cancer(), "recordedDate", json!("2024-01-01")), "onsetDateTime", json!("2030-01-01"));
    let assessment = assessed(vec![future]);
    assert_eq!(fact(&assessment, Fact::DiseasePrimaryDate), "-");
    assert_eq!(fact(&assessment, Fact::DiseasePrimaryRecorded), "2024-01-01");
    assert!(has_issue(&assessment, "impossible-date"));
    let over = with(with(breast_cancer(), "onsetDateTime", json!("2020")), "abatementDateTime", json!("2019-01-01"));
    assert!(has_issue(&assessed(vec![over]), "impossible-date"));
    assert!(!has_issue(
        &assessed(vec![with(breast_cancer(), "onsetDateTime", json!("2020")), her2_positive()]),
        "impossible-date"
    ));
}

fn headline(assessment: &Assessment<'_>) -> String {
    let diagnosis =
        assessment.chapters.iter().find(|chapter| chapter.chapter == her2path::knowledge::model::Chapter::Diagnosis);
    diagnosis.expect("the chapter").summary.clone()
}

fn her2(id: &str, answer: &str, site: &str, day: &str) -> Vec<Json> {
    let specimen = json!({"resourceType": "Specimen", "id": format!("s-{id}"), "subject": {"reference": "Patient/p"},
        "collection": {"collectedDateTime": day, "bodySite": {"coding": [{"system": SNOMED, "code": site}]}}});
    let result = observation(id, "85319-2", json!({"valueString": answer}));
    let result = with(on(result, day), "specimen", json!({"reference": format!("Specimen/s-{id}")}));
    vec![specimen, result]
}

const BREAST: &str = "76752008";
const LIVER: &str = "10200004";

/// The first line never excludes the pathway while a specimen points the other way.
#[test]
fn headline_with_specimens_that_differ() {
    let metastatic = || vec![breast_cancer(), liver_metastasis()];
    let plainly = "does not apply, because HER2 is negative";
    let rows: Vec<(Vec<Vec<Json>>, bool, &str)> = vec![
        (vec![her2("a", "1+", BREAST, "2020-01-01")], true, plainly),
        (vec![her2("a", "1+", BREAST, "2020-01-01"), her2("b", "0", LIVER, "2024-01-01")], true, plainly),
        (
            vec![her2("a", "3+", BREAST, "2020-01-01"), her2("b", "1+", LIVER, "2024-01-01")],
            false,
            "for a clinician to decide",
        ),
        (
            vec![her2("a", "1+", BREAST, "2020-01-01"), her2("b", "2+", LIVER, "2024-01-01")],
            false,
            "depends on the open result of the metastasis",
        ),
        (
            vec![her2("a", "1+", BREAST, "2020-01-01"), her2("b", "3+", LIVER, "2024-01-01")],
            false,
            "the pathway of HER2-positive metastatic disease applies",
        ),
    ];
    for (results, excluded, expected) in rows {
        let said = headline(&assessed(metastatic().into_iter().chain(results.concat()).collect()));
        assert!(said.contains(expected), "{said}");
        assert_eq!(said.contains("does not apply"), excluded, "{said}");
        assert_eq!(said.starts_with("HER2-negative"), excluded, "{said}");
    }
    // Two primaries: the result of one is not that of the other.
    let mut both = vec![condition("l", ICD_10_CM, "C50.912"), condition("r", ICD_10_CM, "C50.911"), liver_metastasis()];
    both.extend(her2("a", "1+", BREAST, "2020-01-01"));
    let said = headline(&assessed(both));
    assert!(said.contains("of both breasts") && said.contains("two primaries"), "{said}");
    assert!(!said.contains("does not apply"), "{said}");
}

/// Who it is about is in the first line.
#[test]
fn headline_of_everybody() {
    let man = || json!({"resourceType": "Patient", "id": "p", "gender": "male"});
    let woman = || json!({"resourceType": "Patient", "id": "p", "gender": "female"});
    let rows: Vec<(Vec<Json>, &[&str])> = vec![
        (vec![woman()], &["no breast cancer on record: the pathway does not apply"]),
        (
            vec![woman(), condition("x", ICD_10_CM, "C34.90")],
            &["no breast cancer", "another primary cancer is on record"],
        ),
        (vec![woman(), in_words("x", "lymphoma")], &["no breast cancer", "may be another cancer"]),
        (
            vec![woman(), condition("c", ICD_10_CM, "D05.11")],
            &["carcinoma in situ", "no invasive cancer", "does not apply"],
        ),
        (vec![man(), breast_cancer()], &["breast cancer in a man"]),
        (vec![woman(), breast_cancer(), condition("x", ICD_10_CM, "C18.9")], &["another primary cancer is on record"]),
        (
            vec![woman(), breast_cancer(), m0("2019-03-01")],
            &["without distant metastasis on record (last staged 2019-03-01)"],
        ),
        (
            vec![woman(), in_words("c", "breast cancer")],
            &["without a confirmed diagnosis", "establish the primary first"],
        ),
    ];
    for (resources, expected) in rows {
        let said = headline(&assessed(resources.clone()));
        for words in expected {
            assert!(said.contains(words), "`{words}` is not in `{said}`: {resources:?}");
        }
    }
}

/// A person who has died: said first, with the age at death, and nothing is recommended; the facts stay.
#[test]
fn deceased() {
    let died = |key: &str, value: Json| {
        with(json!({"resourceType": "Patient", "id": "p", "gender": "female", "birthDate": "1960-05-01"}), key, value)
    };
    let rows = [
        ("deceasedDateTime", json!("2024-03-01"), "died on 2024-03-01 at the age of 63; recommendations do not apply"),
        ("deceasedDateTime", json!("2024"), "died on 2024 at the age of 63 or 64; recommendations do not apply"),
        ("deceasedBoolean", json!(true), "died; recommendations do not apply"),
    ];
    for (key, value, expected) in rows {
        let assessment = assessed(vec![died(key, value), breast_cancer(), liver_metastasis(), her2_positive()]);
        for chapter in &assessment.chapters {
            assert!(chapter.summary.starts_with(expected), "{}", chapter.summary);
        }
        assert!(headline(&assessment).contains("HER2-positive"), "{}", headline(&assessment));
        assert_eq!(fact(&assessment, Fact::DiseaseSetting), "metastatic");
    }
    let alive = assessed(vec![died("deceasedBoolean", json!(false)), breast_cancer()]);
    assert!(!headline(&alive).contains("died"), "{}", headline(&alive));
    assert_eq!(fact(&alive, Fact::PatientAge), "66 years");
}

/// A site that is not named may be any: what it would settle stays open.
#[test]
fn sites_that_are_not_named() {
    let at = |words: &str| with(condition("u", SNOMED, "128462008"), "bodySite", json!([{"text": words}]));
    let bone = || condition("b", SNOMED, "94222008");
    let unnamed = || condition("u", SNOMED, "128462008");
    let rows: Vec<(Vec<Json>, &str, &str, bool)> = vec![
        (vec![bone()], "no", "yes", false),
        (vec![liver_metastasis()], "yes", "no", false),
        (vec![unnamed()], "-", "-", true),
        (vec![at("left humerus")], "-", "-", true),
        (vec![bone(), at("left humerus")], "-", "-", true),
        (vec![liver_metastasis(), at("left humerus")], "yes", "no", true),
    ];
    for (metastases, visceral, bone_only, open) in rows {
        let assessment = assessed(std::iter::once(breast_cancer()).chain(metastases.clone()).collect());
        assert_eq!(fact(&assessment, Fact::MetastasisVisceral), visceral, "{metastases:?}");
        assert_eq!(fact(&assessment, Fact::MetastasisBoneOnly), bone_only, "{metastases:?}");
        assert_eq!(has_issue(&assessment, "metastatic-site-open"), open, "{metastases:?}");
    }
}

/// The size of a metastasis is not that of the primary, and two lesions that cannot be told apart are not one.
#[test]
fn sizes_of_lesions() {
    let size = |id: &str, day: &str, millimetres: i64| {
        let size = json!({"component": [{"code": {"coding": [{"system": LOINC, "code": "33728-7"}]},
            "valueQuantity": {"value": millimetres, "unit": "mm", "system": "http://unitsofmeasure.org", "code": "mm"}}]});
        on(observation(id, "21889-1", size), day)
    };
    let structure = |id: &str, code: &str| {
        json!({"resourceType": "BodyStructure", "id": id, "patient": {"reference": "Patient/p"},
            "location": {"coding": [{"system": SNOMED, "code": code}]}})
    };
    let about = |resource: Json, reference: Json| with(resource, "focus", json!([reference]));
    let to = |address: &str| json!({"reference": address});
    let rows: Vec<(Vec<Json>, &str)> = vec![
        (vec![size("o", "2024-01-01", 31)], "31 mm"),
        (vec![about(size("o", "2024-01-01", 31), to("Condition/c"))], "31 mm"),
        (vec![structure("t", BREAST), about(size("o", "2024-01-01", 31), to("BodyStructure/t"))], "31 mm"),
        (vec![structure("t", LIVER), about(size("o", "2024-01-01", 31), to("BodyStructure/t"))], "-"),
        (vec![liver_metastasis(), about(size("o", "2024-01-01", 31), to("Condition/m"))], "-"),
        (vec![about(size("o", "2024-01-01", 31), to("BodyStructure/lost"))], "-"),
    ];
    for (resources, expected) in rows {
        let assessment = assessed(std::iter::once(breast_cancer()).chain(resources.clone()).collect());
        assert_eq!(fact(&assessment, Fact::TumorSize), expected, "{resources:?}: {:?}", assessment.issues);
    }
    // Two lesions on two days give no response of one: 40 mm is not shrunk to 10 mm.
    let identified = |value: &str| json!({"identifier": {"system": "urn:lesions", "value": value}});
    let response = |first: Json, second: Json| {
        let sizes = vec![
            breast_cancer(),
            about(size("a", "2024-01-01", 40), first),
            about(size("b", "2024-03-01", 10), second),
        ];
        fact(&assessed(sizes), Fact::ResponseTarget)
    };
    assert_eq!(response(identified("1"), identified("1")), "PR");
    assert_eq!(response(identified("1"), identified("2")), "-");
    assert_eq!(response(to("BodyStructure/1"), to("BodyStructure/2")), "-");
    assert_eq!(response(to("#tumour"), to("#tumour")), "-");
    assert_eq!(response(json!({"display": "tumour"}), json!({"display": "tumour"})), "-");
}

/// Categories that cannot stand together, or that come of different stagings, are said.
#[test]
fn impossible_and_mixed_stages() {
    let t = |value: &str| on(observation("t", "21905-5", words(value)), "2024-01-01");
    let n = |value: &str, day: &str| on(observation("n", "21906-3", words(value)), day);
    let m = |value: &str| on(observation("m", "21907-1", words(value)), "2024-01-01");
    let group = |value: &str| on(observation("g", "21908-9", words(value)), "2024-01-01");
    let same = "2024-01-01";
    let rows: Vec<(Vec<Json>, &str)> = vec![
        (vec![t("cT2"), n("cN1", same), m("cM0"), group("IIB")], ""),
        (vec![t("cTis"), n("cN1", same), m("cM0")], "stage-impossible"),
        (vec![t("cT0"), n("cN0", same), m("cM0")], "stage-impossible"),
        (vec![t("cTis"), n("cN0", same), m("cM1")], "stage-impossible"),
        (vec![group("IC")], "stage-impossible"),
        (vec![t("cT2"), n("cN1", same), m("cM0"), group("IA")], "stage-differs"),
        (vec![t("cT2"), n("pN1a", same), m("cM0")], "stage-prefixes-mixed"),
        (vec![t("ypT1c"), n("cN1", same), m("cM0")], "stage-prefixes-mixed"),
        (vec![t("cT2"), n("cN1", "2025-01-01"), m("cM0")], "stage-days-apart"),
    ];
    for (stages, expected) in rows {
        let assessment = assessed(std::iter::once(breast_cancer()).chain(stages.clone()).collect());
        let found: Vec<&str> = assessment
            .issues
            .iter()
            .map(|issue| issue.code.as_ref())
            .filter(|code| code.starts_with("stage-"))
            .collect();
        assert_eq!(found.is_empty(), expected.is_empty(), "{stages:?}: {found:?}");
        assert!(expected.is_empty() || found.contains(&expected), "{stages:?}: {found:?}");
    }
}

/// Stage II without subdivision may be IIA or IIB: neither rule on staging work-up is settled by it.
#[test]
fn stage_two_without_subdivision() {
    use her2path::assessment::Outcome::{NeedsData, NotApplicable, Recommended};
    let rows = [
        ("IA", NeedsData, NotApplicable),
        ("II", NeedsData, NeedsData),
        ("IIB", NotApplicable, Recommended),
        ("III", NotApplicable, Recommended),
    ];
    for (stage, early, advanced) in rows {
        let assessment = assessed(vec![breast_cancer(), observation("g", "21908-9", words(stage))]);
        let outcome = |name: &str| {
            let id = format!("diagnosis/staging-work-up/{name}");
            let mut all = assessment.chapters.iter().flat_map(|chapter| &chapter.recommendations);
            all.find(|item| item.recommendation.id == id).map(|item| item.judgement.outcome)
        };
        assert_eq!(fact(&assessment, Fact::StageGroup), stage);
        assert_eq!(outcome("early-no-distant-imaging"), Some(early), "{stage}");
        assert_eq!(outcome("locally-advanced-consider"), Some(advanced), "{stage}");
    }
}

/// A suspicious image without a diagnosis of cancer is shown, and so is what follows from it.
#[test]
fn suspicious_image_without_cancer() {
    let image = json!({"resourceType": "Observation", "id": "b", "status": "final", "effectiveDateTime": "2026-10-01",
        "subject": {"reference": "Patient/p"},
        "code": {"coding": [{"system": SNOMED, "code": "146611000146107"}]},
        "valueCodeableConcept": {"coding": [{"system": SNOMED, "code": "397145000"}]}});
    let assessment = assessed(vec![json!({"resourceType": "Patient", "id": "p", "gender": "female"}), image]);
    assert!(headline(&assessment).starts_with("no breast cancer on record"), "{}", headline(&assessment));
    let text = her2path::render::text::to_string(&assessment, her2path::render::text::Style::default());
    assert!(text.contains("BI-RADS 5 (2026-10-01)"), "{text}");
    assert!(text.contains("What fits"), "{text}");
    assert!(text.contains("diagnosis/birads-follow-up/"), "{text}");
}

/// Sentences for people carry words, not the codes of the dictionary.
#[test]
fn sentences_carry_words() {
    let assessment = assessed(vec![breast_cancer(), m0("2019-03-01"), her2_positive()]);
    let text = her2path::render::text::to_string(&assessment, her2path::render::text::Style::default());
    assert!(text.contains("Setting: not metastatic (2019-03-01)"), "{text}");
    assert!(!text.contains("Setting: not-metastatic"), "{text}");
    let json = her2path::render::json::to_string(&assessment).expect("JSON");
    assert!(json.contains("\"not-metastatic\""), "codes stay codes for programs: {json}");
}
