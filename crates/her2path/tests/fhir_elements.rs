//! What elements are read into: every type of a value, and the same element in the versions of FHIR.

#![cfg(test)]

use her2path::date::PartialDate;
use her2path::fhir::{
    self, CodeableConcept, Coding, Decimal, Extensions, Observation, Period, Quantity, Range, Ratio, Record, Reference,
    Resource, Value, When,
};

/// The resource's record, when nothing is wrong with it. The resource is about `Patient/p` unless it says otherwise.
fn read<'a>(input: &'a str) -> Record<'a> {
    let (mut records, issues) = fhir::read(input.as_bytes(), "input");
    assert!(issues.iter().all(|issue| issue.code == "no-patient"), "{input}: {issues:?}");
    assert_eq!(records.len(), 1, "{input}");
    records.remove(0)
}

fn date(text: &str) -> PartialDate {
    PartialDate::parse(text).unwrap()
}

fn quantity(value: &'static str, unit: &'static str) -> Quantity<'static> {
    Quantity { value: Decimal::parse(value), unit: Some(unit.into()), ..Quantity::default() }
}

#[test]
#[rustfmt::skip]
fn values() {
    let low = Some(quantity("1", "mm"));
    let high = Some(quantity("2.50", "mm"));
    let cases = [
        (r#""valueQuantity":{"value":2.50,"unit":"mm","system":"http://unitsofmeasure.org","code":"mm","comparator":"<="}"#, Value::Quantity(Quantity {
            comparator: Some("<=".into()), system: Some("http://unitsofmeasure.org".into()), code: Some("mm".into()), ..quantity("2.50", "mm")
        })),
        (r#""valueCodeableConcept":{"coding":[{"system":"http://loinc.org","version":"2.8","code":"LA6576-8","display":"Positive"}],"text":"pos"}"#, Value::CodeableConcept(CodeableConcept {
            coding: vec![Coding { system: Some("http://loinc.org".into()), version: Some("2.8".into()), code: Some("LA6576-8".into()), display: Some("Positive".into()) }],
            text: Some("pos".into()),
            ..CodeableConcept::default()
        })),
        (r#""valueString":"less than 1.8""#, Value::String("less than 1.8".into())),
        (r#""valueString":"""#, Value::String("".into())),
        (r#""valueBoolean":false"#, Value::Boolean(false)),
        (r#""valueInteger":-3"#, Value::Integer(-3)),
        (r#""valueRange":{"low":{"value":1,"unit":"mm"},"high":{"value":2.50,"unit":"mm"}}"#, Value::Range(Box::new(Range { low: low.clone(), high: high.clone() }))),
        (r#""valueRatio":{"numerator":{"value":1,"unit":"mm"},"denominator":{"value":2.50,"unit":"mm"}}"#, Value::Ratio(Box::new(Ratio { numerator: low, denominator: high }))),
        (r#""valueDateTime":"2024-03""#, Value::DateTime(date("2024-03"))),
        (r#""valuePeriod":{"start":"2024","end":"2024-05-01T10:00:00Z"}"#, Value::Period(Period { start: Some(date("2024")), end: Some(date("2024-05-01")) })),
        // There is a value, so it is never as if there were none.
        (r#""valueTime":"12:00:00""#, Value::NotRead("Time".into())),
        (r#""valueSampledData":{"period":1}"#, Value::NotRead("SampledData".into())),
        (r#""valueAttachment":{}"#, Value::NotRead("Attachment".into())),
    ];
    for (elements, expected) in cases {
        let input = format!(r#"{{"resourceType":"Observation",{elements}}}"#);
        assert_eq!(read(&input).observations[0].value, Some(expected.clone()), "{elements}");
        let input = format!(r#"{{"resourceType":"Observation","component":[{{{elements}}}]}}"#);
        assert_eq!(read(&input).observations[0].component[0].value, Some(expected), "{elements}");
    }
    let without = r#"{"resourceType":"Observation","valueQuantity":null,"_valueString":{"id":"x"}}"#;
    assert_eq!(read(without).observations[0].value, None);
    // A value that is not what its key says is a value all the same.
    let (records, issues) = fhir::read(br#"{"resourceType":"Observation","valueQuantity":"2.5"}"#, "input");
    assert_eq!(records[0].observations[0].value, Some(Value::NotRead("Quantity".into())));
    assert_eq!(issues[0].code, "wrong-type");
    // Of two values neither counts, in whichever order they stand.
    for both in [r#""valueString":"3+","valueInteger":0"#, r#""valueInteger":0,"valueString":"3+""#] {
        let input = format!(r#"{{"resourceType":"Observation",{both}}}"#);
        let (records, _) = fhir::read(input.as_bytes(), "input");
        assert_eq!(records[0].observations[0].value, Some(Value::NotRead("several values".into())), "{both}");
    }
}

#[test]
fn decimals_keep_the_precision_recorded() {
    let [a, b] = ["1.0", "1.00"].map(|text| Decimal::parse(text).unwrap());
    assert_eq!(a.value(), b.value());
    assert_ne!(a, b);
    assert_eq!(b.to_string(), "1.00");
    for text in ["", "-", ".", "e5", "one", "1e40", "1e-40", "99999999999999999999999999999999", "1,5", "½"] {
        assert!(Decimal::parse(text).is_none(), "{text}");
    }
}

#[test]
#[rustfmt::skip]
fn times() {
    let cases = [
        (r#""onsetDateTime":"2018-03-16""#, When::DateTime(date("2018-03-16")), Some("2018-03-16"), Some("2018-03-16")),
        (r#""onsetPeriod":{"start":"2018"}"#, When::Period(Period { start: Some(date("2018")), end: None }), Some("2018"), None),
        (r#""onsetAge":{"value":53,"unit":"a"}"#, When::Age(quantity("53", "a")), None, None),
        (r#""onsetString":"in her fifties""#, When::String("in her fifties".into()), None, None),
        (r#""onsetBoolean":true"#, When::Boolean(true), None, None),
        (r#""onsetTiming":{}"#, When::NotRead("Timing".into()), None, None),
    ];
    for (elements, expected, start, end) in cases {
        let input = format!(r#"{{"resourceType":"Condition",{elements}}}"#);
        let record = read(&input);
        let onset = record.conditions[0].onset.clone().unwrap();
        assert_eq!(onset, expected, "{elements}");
        assert_eq!((onset.start(), onset.end()), (start.map(date), end.map(date)), "{elements}");
    }
}

/// The same in R4 and in another version, or as some senders write it.
#[test]
#[rustfmt::skip]
fn versions_of_fhir() {
    let cases = [
        ("Condition", r#""subject":{"reference":"Patient/p"}"#, r#""patient":{"reference":"Patient/p"}"#),
        ("Condition", r#""recordedDate":"2018""#, r#""dateRecorded":"2018""#),
        ("Condition", r#""recordedDate":"2018""#, r#""assertedDate":"2018""#),
        ("Condition", r#""clinicalStatus":{"coding":[{"code":"active"}]}"#, r#""clinicalStatus":"active""#),
        ("Condition", r#""verificationStatus":{"coding":[{"code":"refuted"}]}"#, r#""verificationStatus":"refuted""#),
        ("Condition", r#""category":[{"text":"a"}]"#, r#""category":{"text":"a"}"#),
        ("Condition", r#""code":{"coding":[{"code":"a"}]}"#, r#""code":[{"coding":{"code":"a"}}]"#),
        ("Condition", r#""code":{"coding":[{"system":"s","code":"a"}]}"#, r#""code":{"system":"s","code":"a"}"#),
        ("Observation", r#""note":[{"text":"a"}]"#, r#""comment":"a""#),
        ("Observation", r#""note":[{"text":"a"}]"#, r#""comments":"a""#),
        ("Observation", r#""interpretation":[{"text":"H"}]"#, r#""interpretation":{"text":"H"}"#),
        ("Specimen", r#""collection":{"bodySite":{"text":"breast"}}"#, r#""collection":{"bodySite":{"concept":{"text":"breast"}}}"#),
        ("Procedure", r#""performedPeriod":{"start":"2018"}"#, r#""occurrencePeriod":{"start":"2018"}"#),
        ("Procedure", r#""notDone":true"#, r#""notPerformed":true"#),
        ("Procedure", r#""reasonCode":[{"text":"a"}]"#, r#""reason":[{"concept":{"text":"a"}}]"#),
        ("Procedure", r#""reasonReference":[{"reference":"Condition/1"}]"#, r#""reasonReference":{"reference":"Condition/1"}"#),
        ("Encounter", r#""reasonCode":[{"text":"a"}]"#, r#""reason":[{"text":"a"}]"#),
        ("Encounter", r#""class":{"code":"AMB"}"#, r#""class":"AMB""#),
        ("Encounter", r#""class":{"code":"AMB"}"#, r#""class":[{"coding":[{"code":"AMB"}]}]"#),
        ("Encounter", r#""period":{"start":"2018"}"#, r#""actualPeriod":{"start":"2018"}"#),
        ("MedicationRequest", r#""medicationCodeableConcept":{"text":"a"}"#, r#""medication":{"concept":{"text":"a"}}"#),
        ("MedicationRequest", r#""medicationReference":{"reference":"Medication/1"}"#, r#""medication":{"reference":{"reference":"Medication/1"}}"#),
        ("MedicationRequest", r#""authoredOn":"2018""#, r#""dateWritten":"2018""#),
        ("MedicationAdministration", r#""effectivePeriod":{"start":"2018"}"#, r#""effectiveTimePeriod":{"start":"2018"}"#),
        ("MedicationAdministration", r#""effectiveDateTime":"2018""#, r#""occurrenceDateTime":"2018""#),
        ("MedicationAdministration", r#""notGiven":true"#, r#""wasNotGiven":true"#),
        ("MedicationStatement", r#""reasonCode":[{"text":"a"}],"reasonReference":[{"reference":"Condition/1"}]"#, r#""reason":[{"concept":{"text":"a"}},{"reference":{"reference":"Condition/1"}}]"#),
        ("AllergyIntolerance", r#""code":{"text":"a"}"#, r#""substance":{"text":"a"}"#),
        ("AllergyIntolerance", r#""type":{"coding":[{"code":"allergy"}]}"#, r#""type":"allergy""#),
        ("QuestionnaireResponse", r#""questionnaire":"http://q""#, r#""questionnaire":{"reference":"http://q"}"#),
        ("DiagnosticReport", r#""conclusionCode":[{"text":"a"}]"#, r#""codedDiagnosis":[{"text":"a"}]"#),
    ];
    for (kind, r4, other) in cases {
        let inputs = [r4, other].map(|elements| format!(r#"{{"resourceType":"{kind}",{elements}}}"#));
        let empty = format!(r#"{{"resourceType":"{kind}"}}"#);
        let [r4_record, other_record, empty_record] = [&inputs[0], &inputs[1], &empty].map(|input| read(input).resources().map(without_place).collect::<String>());
        assert_eq!(r4_record, other_record, "{kind} {other}");
        assert_ne!(r4_record, empty_record, "{kind} {r4} is not read");
    }
}

fn without_place(resource: fhir::Target<'_, '_>) -> String {
    format!("{resource:?}").split(", place: Place").next().unwrap().to_owned()
}

#[test]
fn members_and_sources_of_an_observation() {
    let inputs = [
        r#"{"resourceType":"Observation","hasMember":[{"reference":"a"}],"derivedFrom":[{"reference":"b"}]}"#,
        r#"{"resourceType":"Observation","related":[{"type":"has-member","target":{"reference":"a"}},{"type":"derived-from","target":{"reference":"b"}},{"type":"replaces","target":{"reference":"c"}}]}"#,
    ];
    for input in inputs {
        let record = read(input);
        let observation: &Observation<'_> = &record.observations[0];
        let text = |reference: &Reference<'_>| reference.reference.as_deref().unwrap().to_owned();
        assert_eq!(observation.members().map(text).collect::<Vec<_>>(), ["a"]);
        assert_eq!(observation.sources().map(text).collect::<Vec<_>>(), ["b"]);
    }
}

#[test]
fn extensions_are_found_by_the_last_segment_of_their_address() {
    let record = read(
        r#"{"resourceType":"Observation","extension":[
            {"url":"http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-related-condition-absent","valueReference":{"reference":"Condition/no"}},
            {"url":"http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-related-condition","valueReference":{"reference":"Condition/1"}},
            {"url":"mcode-related-condition","valueReference":{"reference":"Condition/2"}},
            {"url":"http://a/evidence","valueCodeableConcept":{"text":"imaging"}},
            {"url":"http://a/nested","extension":[{"url":"volume","valueDecimal":1.50}]},
            {"valueString":"without an address"}]}"#,
    );
    let extensions = record.observations[0].extension();
    let references: Vec<_> =
        extensions.references("mcode-related-condition").map(|r| r.reference.as_deref().unwrap()).collect();
    assert_eq!(references, ["Condition/1", "Condition/2"]);
    assert_eq!(extensions.concepts("evidence").next().unwrap().text.as_deref(), Some("imaging"));
    assert_eq!(extensions.concepts("nested").count(), 0);
    let volume = extensions.first_named("nested").unwrap().extension.first_named("volume").unwrap();
    assert_eq!(volume.value, Some(Value::Decimal(Decimal::parse("1.50").unwrap())));
    assert!(extensions.first_named("related-condition").is_none());
}

#[test]
fn places_say_where_a_resource_stood() {
    let input = "{\"resourceType\":\"Bundle\",\n\"entry\":[\n{\"resource\":\n {\"resourceType\":\"Observation\",\"id\":\"o\",\n\"contained\":[\n{\"resourceType\":\"Specimen\",\"id\":\"s\"}]},\n\"fullUrl\":\"urn:uuid:1\"},\n{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"p\"}}]}";
    let record = read(input);
    let place = &record.observations[0].place;
    assert_eq!((place.name.as_str(), place.line, place.source), ("Observation/o", 4, "input"));
    assert_eq!((place.full_url.as_deref(), place.container.as_deref()), (Some("urn:uuid:1"), None));
    let place = &record.specimens[0].place;
    assert_eq!((place.name.as_str(), place.line), ("Observation/o#s", 6));
    assert_eq!((place.full_url.as_deref(), place.container.as_deref()), (None, Some("Observation/o")));
    assert_eq!(record.patient.unwrap().place.line, 8);
}
