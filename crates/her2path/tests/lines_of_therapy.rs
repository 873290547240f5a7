//! Exposures and lines of therapy from records: what entries fold into, and what must not change them.

#![cfg(test)]

use her2path::assessment::{Assessment, Basis, Value as FactValue};
use her2path::chapters::Chapters;
use her2path::guideline::{Fact, KNOWLEDGE};
use her2path::{Question, assess};
use proptest::prelude::*;
use serde_json::{Value, json};

fn assessed(resources: &[Value]) -> Assessment<'static> {
    let entries: Vec<Value> = resources.iter().map(|resource| json!({"resource": resource})).collect();
    let bundle = json!({"resourceType": "Bundle", "type": "collection", "entry": entries}).to_string();
    let question = Question::new(&KNOWLEDGE, jiff::civil::date(2026, 11, 23)).chapters(Chapters::NONE);
    let (mut assessments, _) = assess([her2path::fhir::Input { bytes: bundle.as_bytes(), name: "test" }], &question);
    assessments.remove(0)
}

fn condition(id: &str, code: &str, onset: &str) -> Value {
    let mut condition = json!({"resourceType": "Condition", "id": id, "subject": {"reference": "Patient/p"},
        "code": {"coding": [{"system": "http://snomed.info/sct", "code": code}]}});
    if !onset.is_empty() {
        condition.as_object_mut().expect("an object").insert("onsetDateTime".to_owned(), json!(onset));
    }
    condition
}

/// Metastatic breast cancer since a day.
fn metastatic(since: &str) -> Vec<Value> {
    vec![condition("primary", "254837009", ""), condition("secondary", "128462008", since)]
}

fn given(id: &str, drug: &str, date: &str) -> Value {
    json!({"resourceType": "MedicationAdministration", "id": id, "status": "completed", "subject": {"reference": "Patient/p"},
        "effectiveDateTime": date, "medicationCodeableConcept": {"text": drug}})
}

fn taken(id: &str, drug: &str, start: &str, end: &str) -> Value {
    let status = if end.is_empty() { "active" } else { "completed" };
    let mut period = json!({"start": start});
    if !end.is_empty() {
        period.as_object_mut().expect("an object").insert("end".to_owned(), json!(end));
    }
    json!({"resourceType": "MedicationStatement", "id": id, "status": status, "subject": {"reference": "Patient/p"},
        "effectivePeriod": period, "medicationCodeableConcept": {"text": drug}})
}

fn worsened(id: &str, date: &str) -> Value {
    json!({"resourceType": "Observation", "id": id, "status": "final", "subject": {"reference": "Patient/p"},
        "effectiveDateTime": date, "code": {"coding": [{"system": "http://loinc.org", "code": "97509-4"}]},
        "valueCodeableConcept": {"coding": [{"system": "http://snomed.info/sct", "code": "271299001"}]}})
}

fn integer(assessment: &Assessment<'_>, fact: Fact) -> Option<i64> {
    match assessment.facts.get(fact)?.value {
        FactValue::Integer(number) => Some(number),
        _ => None,
    }
}

#[test]
fn order_administrations_and_statement_of_one_drug_are_one_exposure() {
    let order = json!({"resourceType": "MedicationRequest", "id": "o", "status": "active", "intent": "order",
        "subject": {"reference": "Patient/p"}, "authoredOn": "2026-06-01", "medicationCodeableConcept": {"text": "Herceptin"},
        "dosageInstruction": [{"doseAndRate": [{"doseQuantity": {"value": 6, "unit": "mg/kg"}}]}]});
    let mut record = metastatic("2026-05-20");
    record.extend([order.clone(), given("a1", "trastuzumab", "2026-06-02"), given("a2", "trastuzumab", "2026-06-23")]);
    let assessment = assessed(&record);
    let [exposure] = assessment.therapy.exposures.as_slice() else { panic!("{:?}", assessment.therapy.exposures) };
    assert_eq!(exposure.basis, Basis::Administered);
    assert_eq!(exposure.sources.len(), 3);
    assert_eq!(exposure.doses, ["6 mg/kg"]);
    assert_eq!(exposure.start.map(|date| date.to_string()).as_deref(), Some("2026-06-01"));
    assert!(exposure.ongoing);
    // An order alone counts, and says that it is one.
    let mut record = metastatic("2026-05-20");
    record.push(order);
    let assessment = assessed(&record);
    assert_eq!(assessment.therapy.exposures[0].basis, Basis::Ordered);
    assert!(assessment.therapy.exposures[0].because()[0].note.as_deref().unwrap_or_default().contains("ordered"));
}

#[test]
fn nothing_on_record_is_not_line_1() {
    let nothing = assessed(&metastatic("2026-05-20"));
    for fact in [Fact::TherapyLine, Fact::TherapyHer2Lines, Fact::TherapyPriorDrugs, Fact::TherapyRelapseWithin6Months]
    {
        assert!(nothing.facts.get(fact).is_none(), "{}", fact.id());
    }
    assert_eq!(nothing.therapy.counters, None);
    // Neither is a drug that treats something else, or one that is planned.
    let mut planned = taken("s", "T-DXd", "2026-06-01", "");
    planned["status"] = json!("intended");
    for entry in [
        taken("s", "denosumab", "2026-06-01", ""),
        taken("s", "Simvastatin 10 MG Oral Tablet", "2020-01-01", ""),
        planned,
    ] {
        let mut record = metastatic("2026-05-20");
        record.push(entry);
        assert_eq!(integer(&assessed(&record), Fact::TherapyLine), None);
    }
    // A statement that no cancer drug was taken settles it, and so does adjuvant therapy alone.
    let none = json!({"resourceType": "MedicationStatement", "id": "n", "status": "not-taken", "subject": {"reference": "Patient/p"},
        "medicationCodeableConcept": {"coding": [{"system": "http://www.whocc.no/atc", "code": "L01"}]}});
    for entry in [none, taken("s", "trastuzumab", "2020-01-01", "2021-01-01")] {
        let mut record = metastatic("2026-05-20");
        record.push(entry);
        let assessment = assessed(&record);
        assert_eq!(integer(&assessment, Fact::TherapyLine), Some(1));
        assert_eq!(integer(&assessment, Fact::TherapyHer2Lines), Some(0));
    }
}

#[test]
fn a_drug_without_dates_leaves_the_line_open_unless_the_record_names_it() {
    let undated = |line: Option<u16>| {
        let mut statement = json!({"resourceType": "MedicationStatement", "id": "u", "status": "completed",
            "subject": {"reference": "Patient/p"}, "medicationCodeableConcept": {"text": "THP"},
            "statusReason": [{"text": "progression"}]});
        if let Some(line) = line {
            statement["extension"] = json!([{"url": "line-of-therapy", "valueInteger": line}]);
        }
        let mut record = metastatic("2024-05-20");
        record.extend([statement, taken("s", "Enhertu", "2025-06-01", "")]);
        record
    };
    let open = assessed(&undated(None));
    assert_eq!(integer(&open, Fact::TherapyLine), None);
    assert!(open.issues.iter().any(|issue| issue.code == "exposure-without-place"));
    let named = assessed(&undated(Some(1)));
    assert_eq!(named.therapy.lines.iter().map(|line| line.number).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(integer(&named, Fact::TherapyLine), Some(2));
    assert_eq!(integer(&named, Fact::TherapyHer2LinesBefore), Some(1));
    // Line 2 alone: the line is known, how many there were with HER2-directed drugs is not.
    let later = assessed(&undated(Some(2)));
    assert_eq!(integer(&later, Fact::TherapyLine), Some(3));
    assert_eq!(integer(&later, Fact::TherapyHer2Lines), None);
}

fn stopped(id: &str, drug: &str, start: &str, end: &str, reason: &str) -> Value {
    let mut statement = taken(id, drug, start, end);
    statement["status"] = json!("stopped");
    statement["statusReason"] = json!([{"text": reason}]);
    statement
}

/// Start and end of each course of a drug as text, `…` where it goes on.
fn courses(assessment: &Assessment<'_>, drug: &str) -> Vec<String> {
    let of_drug = |exposure: &&her2path::assessment::Exposure| {
        KNOWLEDGE.drugs.get(exposure.drug).is_some_and(|known| known.id == drug)
    };
    let text = |exposure: &her2path::assessment::Exposure| {
        let day = |date: Option<her2path::date::PartialDate>| date.map_or("…".to_owned(), |date| date.to_string());
        format!("{} to {}", day(exposure.start), day(exposure.end))
    };
    assessment.therapy.exposures.iter().filter(of_drug).map(text).collect()
}

#[test]
fn a_stated_stop_ends_a_course() {
    // Adjuvant trastuzumab ended; the metastasis was found 41 days later, and 16 days after that it was begun again.
    let mut record = metastatic("2025-02-20");
    record.push(taken("adjuvant", "trastuzumab", "2024-01-15", "2025-01-10"));
    record.push(taken("again", "trastuzumab", "2025-03-08", ""));
    record.push(taken("taxane", "docetaxel", "2025-03-08", ""));
    let assessment = assessed(&record);
    assert_eq!(courses(&assessment, "trastuzumab"), ["2024-01-15 to 2025-01-10", "2025-03-08 to …"]);
    let [line] = assessment.therapy.lines.as_slice() else { panic!("{:?}", assessment.therapy.lines) };
    assert_eq!(line.start, Some(jiff::civil::date(2025, 3, 8)));
    assert_eq!(assessment.therapy.saini_twelves.as_deref(), Some("LoT 2 (CLoT 1 + PLoT 1)"));
    // The interval to the recurrence is that from the adjuvant course: one month and ten days.
    assert_eq!(integer(&assessment, Fact::TherapyAdjuvantHer2IntervalDays), Some(41));
    let within = assessment.facts.get(Fact::TherapyRelapseWithin6Months).map(|statement| &statement.value);
    assert_eq!(within, Some(&FactValue::Boolean(true)));
}

#[test]
fn a_drug_that_failed_and_is_given_again_begins_a_line() {
    let mut record = metastatic("2024-01-10");
    record.push(stopped("t1", "trastuzumab", "2024-01-20", "2024-10-01", "disease progression"));
    record.push(taken("d", "docetaxel", "2024-01-20", "2024-06-01"));
    record.push(stopped("k", "T-DM1", "2024-10-10", "2024-12-20", "disease progression"));
    record.push(taken("t2", "trastuzumab", "2025-01-05", ""));
    record.push(taken("v", "vinorelbine", "2025-01-05", ""));
    let assessment = assessed(&record);
    assert_eq!(courses(&assessment, "trastuzumab"), ["2024-01-20 to 2024-10-01", "2025-01-05 to …"]);
    let starts: Vec<String> =
        assessment.therapy.lines.iter().map(|line| line.start.expect("dated").to_string()).collect();
    assert_eq!(starts, ["2024-01-20", "2024-10-10", "2025-01-05"]);
    assert_eq!(integer(&assessment, Fact::TherapyLine), Some(3));
}

#[test]
fn infusions_closed_one_by_one_are_one_course() {
    let mut record = metastatic("2026-01-10");
    let days = ["2026-02-01", "2026-02-22", "2026-03-15", "2026-04-07", "2026-05-02"];
    for (number, day) in days.iter().enumerate() {
        record.push(taken(&format!("t{number}"), "trastuzumab", day, day));
    }
    assert_eq!(courses(&assessed(&record), "trastuzumab"), ["2026-02-01 to 2026-05-02"]);
}

#[test]
fn administrations_every_three_weeks_make_one_line_and_its_maintenance() {
    let mut record = metastatic("2024-01-10");
    let days = |from: jiff::civil::Date, count: i64, step: i64| {
        (0..count).map(move |number| from.checked_add(jiff::Span::new().days(number * step)).expect("a day"))
    };
    let start = jiff::civil::date(2024, 1, 20);
    for (number, day) in days(start, 6, 21).enumerate() {
        record.push(given(&format!("d{number}"), "docetaxel", &day.to_string()));
    }
    for (number, day) in days(start, 49, 21).enumerate() {
        record.push(given(&format!("h{number}"), "trastuzumab", &day.to_string()));
        record.push(given(&format!("p{number}"), "pertuzumab", &day.to_string()));
    }
    let assessment = assessed(&record);
    let [line] = assessment.therapy.lines.as_slice() else { panic!("{:?}", assessment.therapy.lines) };
    assert_eq!(line.drugs.len(), 3);
    // The sixth docetaxel was given on day 105; the cycle ends on day 126, 2024-05-25.
    assert_eq!(line.maintenance_from.map(|day| day.to_string()).as_deref(), Some("2024-05-25"));
    assert!(line.ongoing);
    assert_eq!(integer(&assessment, Fact::TherapyLine), Some(1));
    // A progression ends it: the next line is being decided.
    record.push(worsened("w", "2026-11-10"));
    assert_eq!(integer(&assessed(&record), Fact::TherapyLine), Some(2));
    // One in the brain alone does not (rule B07).
    record.pop();
    record.push(condition("brain", "94225005", "2026-11-10"));
    assert_eq!(integer(&assessed(&record), Fact::TherapyLine), Some(1));
}

#[test]
fn a_taxane_stopped_before_maintenance_is_not_what_failed() {
    let mut record = metastatic("2024-01-10");
    record.extend([taken("d", "docetaxel", "2024-01-20", "2024-06-20"), taken("h", "HP", "2024-01-20", "2025-05-01")]);
    record.push(worsened("w", "2025-05-01"));
    let assessment = assessed(&record);
    let failed = assessment.facts.get(Fact::TherapyProgressedOn).expect("what failed");
    let failed = her2path::assessment::display(&KNOWLEDGE, Fact::TherapyProgressedOn.index(), &failed.value);
    assert_eq!(failed, "trastuzumab, pertuzumab");
}

#[test]
fn lvef_before_the_first_her2_directed_drug_is_the_baseline() {
    let lvef = |id: &str, date: &str, value: i64| {
        json!({"resourceType": "Observation", "id": id, "status": "final", "subject": {"reference": "Patient/p"},
            "effectiveDateTime": date, "code": {"coding": [{"system": "http://loinc.org", "code": "10230-1"}]},
            "valueQuantity": {"value": value, "unit": "%", "code": "%"}})
    };
    let mut record = metastatic("2024-01-10");
    record.extend([lvef("a", "2019-01-01", 70), lvef("b", "2024-01-15", 64), lvef("c", "2024-04-15", 55)]);
    let baseline = |record: &[Value]| {
        let assessment = assessed(record);
        her2path::assessment::display(
            &KNOWLEDGE,
            Fact::LvefBaseline.index(),
            &assessment.facts.get(Fact::LvefBaseline).expect("a baseline").value,
        )
    };
    assert_eq!(baseline(&record), "70 %");
    record.push(taken("h", "trastuzumab", "2024-01-20", ""));
    assert_eq!(baseline(&record), "64 %");
}

#[test]
fn the_dose_of_another_product_is_an_error() {
    let order = |drug: &str, dose: &str, unit: &str| {
        let mut record = metastatic("2024-01-10");
        let dose: Value = serde_json::from_str(dose).expect("a number");
        record.push(json!({"resourceType": "MedicationRequest", "id": "o", "status": "active", "intent": "order",
            "subject": {"reference": "Patient/p"}, "authoredOn": "2026-11-20", "medicationCodeableConcept": {"text": drug},
            "dosageInstruction": [{"doseAndRate": [{"doseQuantity": {"value": dose, "unit": unit}}]}]}));
        let assessment = assessed(&record);
        assessment.facts.get(Fact::TherapyOrderMismatch).map(|statement| statement.value.clone())
    };
    let mismatch = Some(FactValue::Boolean(true));
    let fits = Some(FactValue::Boolean(false));
    assert_eq!(order("trastuzumab", "3.6", "mg/kg"), mismatch);
    assert_eq!(order("trastuzumab", "5.4", "mg/kg"), mismatch);
    assert_eq!(order("T-DM1", "6", "mg/kg"), mismatch);
    assert_eq!(order("T-DXd", "3.6", "mg/kg"), mismatch);
    assert_eq!(order("trastuzumab", "6.0", "mg/kg"), fits);
    assert_eq!(order("T-DM1", "3.6", "mg/kg"), fits);
    assert_eq!(order("trastuzumab", "408", "mg"), fits);
}

/// Whether the lock closes, and the codes of its issues, for requests of `(id, drug, status, intent, day, dosage)`.
fn lock(requests: &[(&str, &str, &str, &str, &str, Value)]) -> (bool, Vec<&'static str>) {
    let mut record = metastatic("2024-01-10");
    for (id, drug, status, intent, day, dosage) in requests {
        record.push(json!({"resourceType": "MedicationRequest", "id": id, "status": status, "intent": intent,
            "subject": {"reference": "Patient/p"}, "authoredOn": day, "medicationCodeableConcept": {"text": drug},
            "dosageInstruction": dosage}));
    }
    let assessment = assessed(&record);
    let closes = assessment.facts.get(Fact::TherapyOrderMismatch).map(|statement| statement.value.clone());
    let codes = ["dose-of-another-product", "order-against-plan", "dose-not-labelled"];
    let issues = assessment.issues.iter().filter_map(|issue| codes.into_iter().find(|code| *code == issue.code));
    let mut found: Vec<&str> = issues.collect();
    found.dedup();
    (closes == Some(FactValue::Boolean(true)), found)
}

#[test]
fn a_draft_against_a_plan_of_another_product_is_an_error() {
    let no_dose = json!([]);
    let words = |text: &str| json!([{"text": text}]);
    // The plan is T-DM1, itself drafted or planned; a draft of trastuzumab has no dose, its own, or that of T-DM1.
    for (status, intent) in [("draft", "order"), ("active", "plan"), ("active", "proposal")] {
        let plan = ("plan", "trastuzumab emtansine", status, intent, "2026-11-10", words("3.6 mg/kg every 3 weeks"));
        for (dosage, codes) in [
            (no_dose.clone(), vec!["order-against-plan"]),
            (words("6 mg/kg every 3 weeks"), vec!["order-against-plan"]),
            (words("3.6 mg/kg IV every 3 weeks"), vec!["dose-of-another-product", "order-against-plan"]),
        ] {
            for (status, intent) in [("draft", "order"), ("active", "order")] {
                let order = ("order", "trastuzumab", status, intent, "2026-11-20", dosage.clone());
                let (closes, mut found) = lock(&[plan.clone(), order]);
                found.sort_unstable();
                found.dedup();
                assert!(closes);
                assert_eq!(found, codes, "{status} {intent} {dosage}");
            }
        }
    }
}

#[test]
fn a_plan_that_follows_a_treatment_is_no_error() {
    let no_dose = || json!([]);
    let t_dm1 = ("now", "T-DM1", "active", "order", "2026-08-01", no_dose());
    let t_dxd = ("next", "T-DXd", "draft", "order", "2026-11-20", no_dose());
    assert_eq!(lock(&[t_dm1, t_dxd.clone()]), (false, vec![]));
    // A plan of half a year ago is no plan any more; one product ordered twice is one plan.
    let old = ("old", "T-DM1", "draft", "order", "2026-05-01", no_dose());
    assert_eq!(lock(&[old, t_dxd.clone()]), (false, vec![]));
    let again = ("again", "Enhertu", "active", "order", "2026-11-21", no_dose());
    assert_eq!(lock(&[t_dxd, again]), (false, vec![]));
}

#[test]
fn doses_are_held_against_the_label() {
    let one = |drug: &str, text: &str| lock(&[("o", drug, "active", "order", "2026-11-20", json!([{"text": text}]))]);
    assert_eq!(one("Phesgo", "6 mg/kg"), (true, vec!["dose-of-another-product"]));
    assert_eq!(one("T-DM1", "5 mg/kg"), (false, vec!["dose-not-labelled"]));
    assert_eq!(one("T-DXd", "5.38 mg/kg"), (false, vec![]));
    assert_eq!(one("trastuzumab", "408 mg"), (false, vec![]));
}

#[test]
fn an_order_for_tomorrow_is_seen_today_as_a_plan() {
    let mut record = metastatic("2024-01-10");
    record.push(json!({"resourceType": "MedicationRequest", "id": "o", "status": "active", "intent": "order",
        "subject": {"reference": "Patient/p"}, "authoredOn": "2026-11-22", "medicationCodeableConcept": {"text": "trastuzumab"},
        "dispenseRequest": {"validityPeriod": {"start": "2026-11-30"}},
        "dosageInstruction": [{"doseAndRate": [{"doseQuantity": {"value": 3.6, "unit": "mg/kg"}}]}]}));
    let assessment = assessed(&record);
    assert_eq!(
        assessment.facts.get(Fact::TherapyOrderMismatch).map(|statement| &statement.value),
        Some(&FactValue::Boolean(true))
    );
    assert!(assessment.therapy.exposures.is_empty(), "it is not given yet");
}

/// Entries of a record that may be given in any order: drugs, progressions.
fn entries() -> impl Strategy<Value = Vec<Value>> {
    let drugs = prop::sample::select(vec![
        "docetaxel",
        "paclitaxel",
        "trastuzumab",
        "pertuzumab",
        "T-DM1",
        "T-DXd",
        "capecitabine",
        "tucatinib",
        "letrozole",
        "palbociclib",
        "Phesgo",
        "denosumab",
        "goserelin",
        "study drug",
    ]);
    let day = |number: i32| {
        jiff::civil::date(2022, 1, 1).checked_add(jiff::Span::new().days(number)).expect("a day").to_string()
    };
    let entry = (drugs, 0..1500_i32, prop::option::of(0..400_i32), 0..4_u8);
    prop::collection::vec(entry, 1..14).prop_map(move |drafts| {
        drafts
            .into_iter()
            .enumerate()
            .map(|(number, (drug, start, length, kind))| match kind {
                0 => given(&format!("g{number}"), drug, &day(start)),
                1 => worsened(&format!("w{number}"), &day(start)),
                _ => taken(
                    &format!("t{number}"),
                    drug,
                    &day(start),
                    &length.map(|length| day(start + length)).unwrap_or_default(),
                ),
            })
            .collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn the_order_of_entries_changes_nothing((first, second) in entries().prop_flat_map(|entries| (Just(entries.clone()), Just(entries).prop_shuffle()))) {
        let with = |entries: &[Value]| assessed(&[&metastatic("2023-01-10")[..], entries].concat());
        let (a, b) = (with(&first), with(&second));
        prop_assert_eq!(&a.therapy.lines, &b.therapy.lines);
        prop_assert_eq!(&a.therapy.exposures, &b.therapy.exposures);
        prop_assert_eq!(integer(&a, Fact::TherapyLine), integer(&b, Fact::TherapyLine));
    }

    #[test]
    fn lines_follow_one_another(entries in entries()) {
        let assessment = assessed(&[&metastatic("2023-01-10")[..], &entries].concat());
        let lines = &assessment.therapy.lines;
        for (line, number) in lines.iter().zip(1..) {
            prop_assert_eq!(i32::from(line.number), number);
            prop_assert!(!line.drugs.is_empty());
            prop_assert!(!line.because.is_empty());
            if let (Some(start), Some(end)) = (line.start, line.end) {
                prop_assert!(start <= end, "{} {}", start, end);
            }
            if let (Some(from), Some(start)) = (line.maintenance_from, line.start) {
                prop_assert!(from >= start);
            }
        }
        for (line, next) in lines.iter().zip(lines.iter().skip(1)) {
            prop_assert!(line.start < next.start);
            prop_assert!(line.end < next.start);
            prop_assert!(line.end_reason.is_some() && !line.ongoing);
        }
        if let Some(number) = integer(&assessment, Fact::TherapyLine) {
            prop_assert!(number >= i64::try_from(lines.len()).expect("few").max(1));
        }
    }

    /// The same entry twice, under another id, is the same treatment.
    #[test]
    fn an_entry_repeated_changes_no_line(entries in entries(), which in any::<prop::sample::Index>()) {
        let mut repeated = entries.clone();
        let mut copy = which.get(&entries).clone();
        copy["id"] = json!("copy");
        repeated.push(copy);
        let with = |entries: &[Value]| assessed(&[&metastatic("2023-01-10")[..], entries].concat());
        let summary = |assessment: &Assessment<'_>| {
            assessment.therapy.lines.iter().map(|line| (line.number, line.drugs.clone(), line.start, line.end, line.end_reason)).collect::<Vec<_>>()
        };
        prop_assert_eq!(summary(&with(&entries)), summary(&with(&repeated)));
    }
}
