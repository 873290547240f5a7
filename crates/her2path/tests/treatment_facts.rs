//! From FHIR to the facts that treatment rules ask for. Expected values are worked out by hand.

#![cfg(test)]

use her2path::assessment::display;
use her2path::guideline::{Fact, KNOWLEDGE};
use her2path::{Question, assess, chapters, fhir::Input};
use jiff::civil::date;
use serde_json::{Value, json};

/// The facts of a record on 2026-11-23, by id as output prints them.
fn facts(resources: &[Value]) -> impl Fn(Fact) -> Option<String> + use<> {
    let mut entries = vec![
        json!({"resource": {"resourceType": "Patient", "id": "p", "gender": "female", "birthDate": "1970-05-01"}}),
    ];
    for (number, resource) in resources.iter().enumerate() {
        let mut resource = resource.clone();
        let object = resource.as_object_mut().unwrap();
        object.entry("id").or_insert(json!(format!("r{number}")));
        let key = if object["resourceType"] == "AllergyIntolerance" { "patient" } else { "subject" };
        object.insert(key.to_owned(), json!({"reference": "Patient/p"}));
        entries.push(json!({"resource": resource}));
    }
    let bundle = json!({"resourceType": "Bundle", "type": "collection", "entry": entries}).to_string();
    let question = Question::new(&KNOWLEDGE, date(2026, 11, 23)).chapters(chapters::ALL);
    let (mut assessments, _) = assess([Input { bytes: bundle.as_bytes(), name: "record" }], &question);
    let assessment = assessments.remove(0);
    move |fact| {
        let statement = assessment.facts.get(fact)?;
        Some(display(&KNOWLEDGE, fact.index(), &statement.value))
    }
}

/// Decimals keep the digits recorded, so whole numbers are written without a point.
fn lab(code: &str, value: f64, unit: &str, high: Option<f64>) -> Value {
    let value: Value = serde_json::from_str(&value.to_string()).unwrap();
    let mut lab = json!({"resourceType": "Observation", "status": "final", "effectiveDateTime": "2026-11-20",
        "code": {"coding": [{"system": "http://loinc.org", "code": code}]},
        "valueQuantity": {"value": value, "unit": unit, "code": unit}});
    if let Some(high) = high {
        lab["referenceRange"] = json!([{"high": {"value": high, "unit": unit, "code": unit}}]);
    }
    lab
}

fn condition(code: &str, status: Option<&str>, verification: Option<&str>) -> Value {
    let mut condition = json!({"resourceType": "Condition", "recordedDate": "2026-10-01",
        "code": {"coding": [{"system": "http://snomed.info/sct", "code": code}]}});
    if let Some(status) = status {
        condition["clinicalStatus"] = json!({"coding": [{"code": status}]});
    }
    if let Some(verification) = verification {
        condition["verificationStatus"] = json!({"coding": [{"code": verification}]});
    }
    condition
}

fn stated(fact: &str, key: &str, value: Value) -> Value {
    let mut observation = json!({"resourceType": "Observation", "status": "final", "effectiveDateTime": "2026-11-20",
        "code": {"coding": [{"system": "urn:her2path:fact", "code": fact}]}});
    observation[key] = value;
    observation
}

#[test]
fn multiples_of_the_upper_limit_need_the_limit_of_the_report() {
    // 1.8 / 1.2 is 1.5, which is not above 1.5; 1.81 / 1.2 is 1.508, which is.
    let at = facts(&[lab("1975-2", 1.8, "mg/dL", Some(1.2))]);
    assert_eq!(at(Fact::LabsBilirubin).as_deref(), Some("1.5"));
    let above = facts(&[lab("1975-2", 1.81, "mg/dL", Some(1.2))]);
    assert_eq!(above(Fact::LabsBilirubin).as_deref(), Some("1.51"));
    let without = facts(&[lab("1975-2", 1.8, "mg/dL", None)]);
    assert_eq!(without(Fact::LabsBilirubin), None);
}

#[test]
fn the_oldest_of_the_three_liver_tests_dates_them_and_all_three_are_needed() {
    let mut alt = lab("1742-6", 30.0, "U/L", Some(40.0));
    alt["effectiveDateTime"] = json!("2026-10-02");
    let two = [lab("1975-2", 0.5, "mg/dL", Some(1.2)), alt.clone()];
    assert_eq!(facts(&two)(Fact::LabsLiverDate), None);
    let three = [lab("1975-2", 0.5, "mg/dL", Some(1.2)), alt, lab("1920-8", 20.0, "U/L", Some(40.0))];
    let three = facts(&three);
    assert_eq!(three(Fact::LabsLiverDate).as_deref(), Some("2026-10-02"));
    assert_eq!(three(Fact::LabsAst).as_deref(), Some("0.5"));
}

#[test]
fn blood_counts_come_in_several_units() {
    for (value, unit) in [(40.0, "10*9/L"), (40.0, "10*3/uL"), (40000.0, "/uL")] {
        let found = facts(&[lab("777-3", value, unit, None)]);
        assert_eq!(found(Fact::LabsPlatelets).as_deref(), Some("40 10*9/L"), "{value} {unit}");
    }
    assert_eq!(facts(&[lab("777-3", 40.0, "apples", None)])(Fact::LabsPlatelets), None);
}

#[test]
fn clearance_goes_before_the_estimate_which_stands_in_for_it() {
    let estimate = lab("98979-8", 28.0, "mL/min/{1.73_m2}", None);
    assert_eq!(facts(std::slice::from_ref(&estimate))(Fact::LabsCreatinineClearance).as_deref(), Some("28 mL/min"));
    let both = facts(&[estimate, lab("2164-2", 35.0, "mL/min", None)]);
    assert_eq!(both(Fact::LabsCreatinineClearance).as_deref(), Some("35 mL/min"));
}

#[test]
fn electrolytes_are_low_by_their_report_or_by_the_usual_limit() {
    assert_eq!(facts(&[lab("2601-3", 0.55, "mmol/L", None)])(Fact::LabsHypomagnesaemia).as_deref(), Some("yes"));
    assert_eq!(facts(&[lab("2823-3", 3.5, "mmol/L", None)])(Fact::LabsHypokalaemia).as_deref(), Some("no"));
    // No usual limit is taken for calcium, because albumin is not known.
    assert_eq!(facts(&[lab("2000-8", 1.9, "mmol/L", None)])(Fact::LabsHypocalcaemia), None);
    let mut flagged = lab("2000-8", 1.9, "mmol/L", None);
    flagged["interpretation"] = json!([{"coding": [{"code": "L"}]}]);
    assert_eq!(facts(&[flagged])(Fact::LabsHypocalcaemia).as_deref(), Some("yes"));
}

#[test]
fn lung_disease_is_active_resolved_ruled_out_or_unknown() {
    const ILD: &str = "233703007";
    assert_eq!(facts(&[])(Fact::IldStatus), None);
    assert_eq!(facts(&[condition(ILD, Some("active"), None)])(Fact::IldStatus).as_deref(), Some("active"));
    assert_eq!(facts(&[condition(ILD, Some("resolved"), None)])(Fact::IldStatus).as_deref(), Some("resolved"));
    assert_eq!(facts(&[condition(ILD, None, Some("refuted"))])(Fact::IldStatus).as_deref(), Some("none"));
    assert_eq!(facts(&[condition(ILD, None, Some("unconfirmed"))])(Fact::IldStatus), None);
    let once_denied = [condition(ILD, None, Some("refuted")), condition(ILD, Some("active"), None)];
    assert_eq!(facts(&once_denied)(Fact::IldStatus).as_deref(), Some("active"));
    let mut cleared = condition(ILD, Some("resolved"), None);
    cleared["onsetDateTime"] = json!("2026-09-01");
    cleared["abatementDateTime"] = json!("2026-09-29");
    assert_eq!(facts(&[cleared])(Fact::IldResolutionDays).as_deref(), Some("28 days"));
}

#[test]
fn a_stale_lvef_is_no_current_one() {
    let lvef = |day: &str| {
        let mut lvef = lab("10230-1", 60.0, "%", None);
        lvef["effectiveDateTime"] = json!(day);
        lvef
    };
    // 2026-11-23 less 90 days is 2026-08-25.
    assert_eq!(facts(&[lvef("2026-08-25")])(Fact::LvefRecent).as_deref(), Some("60 %"));
    assert_eq!(facts(&[lvef("2026-08-24")])(Fact::LvefRecent), None);
    assert_eq!(facts(&[lvef("2026-08")])(Fact::LvefRecent), None);
    assert_eq!(facts(&[lvef("2026-10-26")])(Fact::LvefRecent28Days).as_deref(), Some("60 %"));
    assert_eq!(facts(&[lvef("2026-10-25")])(Fact::LvefRecent28Days), None);
}

#[test]
fn childbearing_potential_and_pregnancy_follow_from_age_only_at_the_ends() {
    let of = |birth: &str, gender: &str| {
        let record = json!({"resourceType": "Patient", "id": "p", "gender": gender, "birthDate": birth}).to_string();
        let question = Question::new(&KNOWLEDGE, date(2026, 11, 23)).chapters(chapters::ALL);
        let (assessments, _) = assess([Input { bytes: record.as_bytes(), name: "p" }], &question);
        let show =
            |fact: Fact| assessments[0].facts.get(fact).map(|found| display(&KNOWLEDGE, fact.index(), &found.value));
        (show(Fact::PatientChildbearingPotential), show(Fact::PregnancyStatus))
    };
    let text = |able: &str, status: Option<&str>| (Some(able.to_owned()), status.map(str::to_owned));
    assert_eq!(of("1994-01-01", "female"), text("yes", None));
    assert_eq!(of("1972-01-01", "female"), (None, None));
    assert_eq!(of("1950-01-01", "female"), text("no", Some("not-pregnant")));
    assert_eq!(of("1994-01-01", "male"), text("no", Some("not-pregnant")));
}

#[test]
fn other_medicines_are_known_only_where_the_record_lists_any() {
    assert_eq!(facts(&[])(Fact::Interactions), None);
    let medicine = |code: &str| {
        json!({"resourceType": "MedicationStatement", "status": "active", "medicationCodeableConcept": {"coding": [
            {"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": code}]}})
    };
    assert_eq!(facts(&[medicine("4719")])(Fact::Interactions).as_deref(), Some("strong-cyp2c8-inhibitor"));
    // Acetaminophen matters to none of the drugs, and shows that there is a list.
    assert_eq!(facts(&[medicine("161")])(Fact::Interactions).as_deref(), Some("none"));
    // A cancer drug alone is no list of the other medicines.
    assert_eq!(facts(&[medicine("224905")])(Fact::Interactions), None);
}

#[test]
fn clinicians_state_what_has_no_code_and_only_that() {
    let found = facts(&[stated("brain.mass-effect", "valueBoolean", json!(true))]);
    assert_eq!(found(Fact::BrainMassEffect).as_deref(), Some("yes"));
    let size = json!({"value": 1.5, "unit": "cm", "code": "cm"});
    assert_eq!(
        facts(&[stated("brain.largest-lesion", "valueQuantity", size)])(Fact::BrainLargestLesion).as_deref(),
        Some("1.5 cm")
    );
    let inches = json!({"value": 1.5, "unit": "[in_i]", "code": "[in_i]"});
    assert_eq!(facts(&[stated("brain.largest-lesion", "valueQuantity", inches)])(Fact::BrainLargestLesion), None);
    // A line of therapy and a HER2 status are worked out, not stated.
    assert_eq!(facts(&[stated("therapy.line", "valueInteger", json!(3))])(Fact::TherapyLine), None);
    assert_ne!(
        facts(&[stated("her2.status", "valueString", json!("positive"))])(Fact::Her2Status).as_deref(),
        Some("positive")
    );
    // A coded entry goes before a statement.
    let both = [condition("248279007", Some("active"), None), stated("patient.frail", "valueBoolean", json!(false))];
    assert_eq!(facts(&both)(Fact::PatientFrail).as_deref(), Some("yes"));
    // The later statement of two stands.
    let mut later = stated("dpyd.status", "valueString", json!("normal"));
    later["effectiveDateTime"] = json!("2026-11-22");
    let two = facts(&[later, stated("dpyd.status", "valueString", json!("pending"))]);
    assert_eq!(two(Fact::DpydStatus).as_deref(), Some("normal"));
}

#[test]
fn brain_metastases_that_were_ruled_out_are_absent() {
    let cancer = condition("254837009", None, None);
    let found =
        facts(&[cancer.clone(), condition("94381002", None, None), condition("94225005", None, Some("refuted"))]);
    assert_eq!(found(Fact::BrainMetastasesStatus).as_deref(), Some("absent"));
    let found = facts(&[cancer, condition("94381002", None, None)]);
    assert_eq!(found(Fact::BrainMetastasesStatus).as_deref(), Some("unknown"));
}

#[test]
fn a_marker_rises_when_the_latest_value_is_higher_in_the_same_unit() {
    let marker = |day: &str, value: f64, unit: &str| {
        let mut marker = lab("2007-3", value, unit, None);
        marker["effectiveDateTime"] = json!(day);
        marker
    };
    let rising = facts(&[marker("2026-08-01", 30.0, "U/mL"), marker("2026-11-01", 60.0, "U/mL")]);
    assert_eq!(rising(Fact::TumorMarkerRising).as_deref(), Some("yes"));
    let falling = facts(&[marker("2026-08-01", 60.0, "U/mL"), marker("2026-11-01", 30.0, "U/mL")]);
    assert_eq!(falling(Fact::TumorMarkerRising).as_deref(), Some("no"));
    assert_eq!(facts(&[marker("2026-11-01", 60.0, "U/mL")])(Fact::TumorMarkerRising), None);
    let units = facts(&[marker("2026-08-01", 30.0, "U/mL"), marker("2026-11-01", 60.0, "kU/L")]);
    assert_eq!(units(Fact::TumorMarkerRising), None);
}

#[test]
fn a_medicine_begun_after_the_day_is_no_list_of_medicines() {
    let begun = |day: &str| {
        json!({"resourceType": "MedicationStatement", "status": "active", "effectivePeriod": {"start": day},
            "medicationCodeableConcept": {"coding": [
                {"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "7646", "display": "omeprazole"}]}})
    };
    assert_eq!(facts(&[begun("2026-11-24")])(Fact::Interactions), None);
    assert_eq!(facts(&[begun("2026-11-23")])(Fact::Interactions).as_deref(), Some("proton-pump-inhibitor"));
}
