//! Drugs as records write them: texts and codes, each through FHIR and the whole path.
//!
//! `drug_names.csv` lists texts with the drugs they name (`none`: not a drug that is known, or not certainly one;
//! `local`: a form that treats no cancer). `drug_codings.csv` lists the codings that were met in public records and
//! guides, with what their collectors called the drug and the drug that the code really is.

#![cfg(test)]

use std::collections::{BTreeMap, BTreeSet};

use her2path::assessment::Assessment;
use her2path::chapters::Chapters;
use her2path::guideline::{Fact, KNOWLEDGE};
use her2path::{Question, assess};
use her2path_knowledge::code_system::CodeSystem;
use her2path_knowledge::drug::DrugGroup;
use serde_json::{Value, json};

fn assessed(resources: &[Value]) -> Assessment<'static> {
    let entries: Vec<Value> = resources.iter().map(|resource| json!({"resource": resource})).collect();
    let bundle = json!({"resourceType": "Bundle", "type": "collection", "entry": entries}).to_string();
    let question = Question::new(&KNOWLEDGE, jiff::civil::date(2026, 11, 23)).chapters(Chapters::NONE);
    let (mut assessments, _) = assess([her2path::fhir::Input { bytes: bundle.as_bytes(), name: "test" }], &question);
    assert_eq!(assessments.len(), 1, "{bundle}");
    assessments.remove(0)
}

fn statement(medication: Value) -> Value {
    json!({"resourceType": "MedicationStatement", "id": "m", "subject": {"reference": "Patient/p"}, "status": "completed",
        "effectivePeriod": {"start": "2026-01-01", "end": "2026-02-01"}, "medicationCodeableConcept": medication})
}

/// The drugs of the exposures, joined.
fn found(assessment: &Assessment<'_>) -> String {
    let ids: BTreeSet<&str> = assessment
        .therapy
        .exposures
        .iter()
        .map(|exposure| KNOWLEDGE.drugs.get(exposure.drug).expect("a drug").id.as_ref())
        .collect();
    if !ids.is_empty() {
        return ids.into_iter().collect::<Vec<_>>().join("+");
    }
    let local = assessment.issues.iter().any(|issue| issue.code == "not-cancer-therapy");
    if local { "local".to_owned() } else { "none".to_owned() }
}

fn table(text: &str) -> Vec<Vec<String>> {
    text.lines().skip(1).map(fields).collect()
}

/// The fields of a line; a quoted one may hold commas and doubled quotes.
fn fields(line: &str) -> Vec<String> {
    let (mut fields, mut quoted) = (vec![String::new()], false);
    let mut chars = line.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => {
                chars.next();
                fields.last_mut().expect("a field").push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => fields.push(String::new()),
            c => fields.last_mut().expect("a field").push(c),
        }
    }
    fields
}

#[test]
fn spellings() {
    let rows = table(include_str!("drug_names.csv"));
    assert!(rows.len() >= 500);
    let mut wrong = Vec::new();
    for row in &rows {
        let [text, expected] = row.as_slice() else { panic!("{row:?}") };
        let assessment = assessed(&[statement(json!({"text": text}))]);
        let found = found(&assessment);
        if found != *expected {
            wrong.push(format!("`{text}`: expected {expected}, found {found}"));
        }
        let said = assessment.issues.iter().any(|issue| issue.code == "drug-not-recognised");
        assert_eq!(said, found == "none" && !text.trim().is_empty(), "`{text}` is listed where it is not read");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn codings() {
    let rows = table(include_str!("drug_codings.csv"));
    assert!(rows.len() >= 632);
    let mut wrong = Vec::new();
    for row in &rows {
        let [system, code, display, meaning, expected] = row.as_slice() else { panic!("{row:?}") };
        let uri = CodeSystem::ALL.into_iter().find(|known| known.alias() == system).expect("a system").uri();
        let expected = if expected == "not-cancer-therapy" { "none" } else { expected };
        // The code alone, and the code with the display it was met with.
        for coding in [json!({"system": uri, "code": code}), json!({"system": uri, "code": code, "display": display})] {
            let found = found(&assessed(&[statement(json!({"coding": [coding]}))]));
            // A code that is not listed may still have a display that names the drug.
            let by_display =
                expected == "none" && coding.get("display").is_some() && found.starts_with(meaning.as_str());
            if found != expected && !by_display {
                wrong.push(format!("{coding}: expected {expected} ({meaning}), found {found}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What the collectors of the codings called a drug is what the code means here, but for the traps of the table.
#[test]
fn codings_agree_with_their_collectors() {
    let same: BTreeMap<&str, &[&str]> = BTreeMap::from([
        ("T-DM1", ["trastuzumab-emtansine"].as_slice()),
        ("T-DXd", &["trastuzumab-deruxtecan"]),
        ("pertuzumab+trastuzumab SC", &["pertuzumab-trastuzumab-hyaluronidase"]),
        ("zoledronic acid", &["zoledronic-acid"]),
        ("sacituzumab govitecan", &["sacituzumab-govitecan"]),
        // Collectors filed every product with trastuzumab under trastuzumab.
        (
            "trastuzumab",
            &[
                "trastuzumab",
                "trastuzumab-hyaluronidase",
                "pertuzumab-trastuzumab-hyaluronidase",
                "trastuzumab-duocarmazine",
            ],
        ),
        ("pertuzumab", &["pertuzumab", "pertuzumab-trastuzumab-hyaluronidase"]),
        ("doxorubicin", &["doxorubicin", "liposomal-doxorubicin"]),
        // One code of zoledronic acid was filed under paclitaxel.
        ("paclitaxel", &["paclitaxel", "nab-paclitaxel", "zoledronic-acid"]),
        ("fluorouracil", &["fluorouracil", "not-cancer-therapy"]),
        ("methotrexate", &["methotrexate", "not-cancer-therapy"]),
        ("everolimus", &["everolimus", "not-cancer-therapy"]),
    ]);
    for row in table(include_str!("drug_codings.csv")) {
        let [_, code, _, meaning, expected] = row.as_slice() else { panic!("{row:?}") };
        if expected != "none" {
            let plain = [meaning.as_str()];
            let allowed = same.get(meaning.as_str()).copied().unwrap_or(&plain);
            assert!(allowed.contains(&expected.as_str()), "{code}: {meaning} against {expected}");
        }
    }
}

/// Whatever names or codes a conjugate is never the antibody.
#[test]
fn conjugates_are_never_the_antibody() {
    let names = table(include_str!("drug_names.csv"));
    let conjugates = ["kadcyla", "t-dm1", "tdm1", "emtansine", "enhertu", "t-dxd", "deruxtecan", "ds-8201", "ds8201"];
    let mut count = 0;
    for row in &names {
        let lower = row[0].to_lowercase();
        if conjugates.iter().any(|word| lower.contains(word)) {
            count += 1;
            let drugs = found(&assessed(&[statement(json!({"text": row[0]}))]));
            assert!(!drugs.split('+').any(|drug| drug == "trastuzumab"), "`{}` was read as {drugs}", row[0]);
        }
    }
    assert!(count > 50);
    // The antibody's code with the conjugate's name, and the other way round, are read as the conjugate and reported.
    for (code, display, expected) in [
        ("224905", "Kadcyla 100 MG Injection", "trastuzumab-emtansine"),
        ("224905", "Enhertu", "trastuzumab-deruxtecan"),
        ("1371041", "trastuzumab", "trastuzumab-emtansine"),
        ("2267574", "Herceptin", "trastuzumab-deruxtecan"),
    ] {
        let coding = json!({"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": code, "display": display});
        let assessment = assessed(&[statement(json!({"coding": [coding]}))]);
        assert_eq!(found(&assessment), expected, "{code} {display}");
    }
}

#[test]
fn codes_that_contradict_each_other_are_no_drug() {
    let coding = |code: &str| json!({"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": code});
    let assessment = assessed(&[statement(json!({"coding": [coding("224905"), coding("72962")]}))]);
    assert_eq!(found(&assessment), "none");
    assert!(assessment.issues.iter().any(|issue| issue.code == "codes-name-different-drugs"));
}

/// Medications by reference, contained, by ingredient, and each kind of status that means that nothing was given.
#[test]
fn ways_to_name_a_drug_and_not_to_give_it() {
    let about = |mut resource: Value, medication: Value| {
        let object = resource.as_object_mut().expect("an object");
        object.insert("id".to_owned(), json!("m"));
        object.insert("subject".to_owned(), json!({"reference": "Patient/p"}));
        object.extend(medication.as_object().expect("an object").clone());
        resource
    };
    let herceptin = json!({"medicationCodeableConcept": {"text": "Herceptin"}});
    let given = |resource: Value| found(&assessed(&[about(resource, herceptin.clone())]));
    assert_eq!(
        given(
            json!({"resourceType": "MedicationRequest", "status": "active", "intent": "order", "authoredOn": "2026-01-01"})
        ),
        "trastuzumab"
    );
    assert_eq!(
        given(
            json!({"resourceType": "MedicationAdministration", "status": "completed", "effectiveDateTime": "2026-01-01"})
        ),
        "trastuzumab"
    );
    for (kind, status) in [
        ("MedicationRequest", "entered-in-error"),
        ("MedicationRequest", "cancelled"),
        ("MedicationRequest", "draft"),
        ("MedicationAdministration", "not-done"),
        ("MedicationAdministration", "entered-in-error"),
        ("MedicationStatement", "not-taken"),
        ("MedicationStatement", "intended"),
        ("MedicationStatement", "entered-in-error"),
    ] {
        assert_eq!(
            given(json!({"resourceType": kind, "status": status, "authoredOn": "2026-01-01"})),
            "none",
            "{kind} {status}"
        );
    }
    for intent in ["proposal", "plan", "option"] {
        assert_eq!(
            given(
                json!({"resourceType": "MedicationRequest", "status": "active", "intent": intent, "authoredOn": "2026-01-01"})
            ),
            "none"
        );
    }
    assert_eq!(
        given(
            json!({"resourceType": "MedicationRequest", "status": "active", "doNotPerform": true, "intent": "order"})
        ),
        "none"
    );
    // Recorded later than the day: not yet seen.
    assert_eq!(
        given(
            json!({"resourceType": "MedicationStatement", "status": "active", "effectivePeriod": {"start": "2027-01-01"}})
        ),
        "none"
    );

    let contained = json!({"resourceType": "MedicationAdministration", "id": "a", "status": "completed", "effectiveDateTime": "2026-01-01",
        "subject": {"reference": "Patient/p"}, "medicationReference": {"reference": "#k"},
        "contained": [{"resourceType": "Medication", "id": "k", "code": {"coding": [
            {"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "1371046", "display": "KADCYLA"}]}}]});
    assert_eq!(found(&assessed(&[contained])), "trastuzumab-emtansine");
    let by_ingredient = [
        json!({"resourceType": "Medication", "id": "x", "ingredient": [
            {"itemCodeableConcept": {"text": "docetaxel"}}, {"itemCodeableConcept": {"text": "sodium water"}, "isActive": false}]}),
        about(
            json!({"resourceType": "MedicationRequest", "status": "active", "intent": "order", "authoredOn": "2026-01-01"}),
            json!({"medicationReference": {"reference": "Medication/x"}}),
        ),
    ];
    assert_eq!(found(&assessed(&by_ingredient)), "docetaxel");
    let eye = about(
        json!({"resourceType": "MedicationAdministration", "status": "completed", "effectiveDateTime": "2026-01-01",
            "dosage": {"route": {"coding": [{"system": "http://snomed.info/sct", "code": "418401004"}]}}}),
        json!({"medicationCodeableConcept": {"text": "bevacizumab"}}),
    );
    assert_eq!(found(&assessed(&[eye])), "local");
}

/// The lists of drugs in the facts are the drugs of the guideline, neither more nor fewer.
#[test]
fn facts_list_the_drugs_of_the_guideline() {
    let of = |wanted: fn(DrugGroup) -> bool| -> BTreeSet<&str> {
        KNOWLEDGE.drugs.list.iter().filter(|drug| wanted(drug.class.group())).map(|drug| drug.id.as_ref()).collect()
    };
    let values = |fact: Fact| -> BTreeSet<&str> {
        let definition = KNOWLEDGE.fact_definition(fact.index()).expect("a fact");
        definition.values.iter().map(|value| value.code.as_ref()).collect()
    };
    let cancer = of(|group| group != DrugGroup::Supportive);
    for fact in [
        Fact::TherapyCurrentDrugs,
        Fact::TherapyPriorDrugs,
        Fact::TherapyPriorMetastaticDrugs,
        Fact::TherapyEarlyDrugs,
        Fact::TherapyProgressedOn,
    ] {
        assert_eq!(values(fact), cancer, "{}", fact.id());
    }
    assert_eq!(values(Fact::TherapySupportiveDrugs), of(|group| group == DrugGroup::Supportive));
    let classes: BTreeSet<&str> = KNOWLEDGE
        .drugs
        .list
        .iter()
        .filter(|drug| drug.class.group() != DrugGroup::Supportive)
        .flat_map(|drug| [drug.class.name(), drug.class.group().name()])
        .collect();
    assert!(values(Fact::TherapyPriorClasses).is_superset(&classes));
    // Every code of the value set is one of a drug.
    let set = KNOWLEDGE.value_set("drug-code").and_then(|set| KNOWLEDGE.value_set_definition(set)).expect("drug codes");
    for concept in set.concepts.iter() {
        let meaning = concept.meaning.as_deref().expect("a meaning");
        assert!(meaning == "not-cancer-therapy" || KNOWLEDGE.drug(meaning).is_some(), "{}: {meaning}", concept.code);
    }
}
