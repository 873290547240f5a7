//! What the reader makes of shapes, references and defects: one table each, one checker each.

#![cfg(test)]

use her2path::fhir::{self, Record, Target};
use her2path::issue::Issue;

/// What was read, in short: a line for each record with its id and its resources, then a line for each issue that is
/// more than an information, with its severity and code.
fn summary(input: &[u8]) -> String {
    let (records, issues) = fhir::read(input, "input");
    let mut lines: Vec<String> = records.iter().map(record_line).collect();
    lines.extend(issues.iter().filter(|issue| issue.code != "resource-type-not-used").map(issue_line));
    lines.join("\n")
}

fn record_line(record: &Record<'_>) -> String {
    let names: Vec<&str> = record.resources().map(|resource| resource.place().name.as_str()).collect();
    format!("{}: {}", record.id, names.join(" "))
}

fn issue_line(issue: &Issue) -> String {
    format!("{} {} at {}", issue.severity, issue.code, issue.source.as_deref().unwrap_or("-"))
}

fn check(cases: &[(&str, &str, &str)]) {
    for (what, input, expected) in cases {
        let expected: Vec<&str> = expected.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        assert_eq!(summary(input.as_bytes()), expected.join("\n"), "{what}");
    }
}

#[test]
#[rustfmt::skip]
fn shapes() {
    check(&[
        ("a patient alone", r#"{"resourceType":"Patient","id":"p"}"#, "p: Patient/p"),
        ("the type need not come first", r#"{"id":"p","contact":[{"a":{"resourceType":"Condition"}}],"resourceType":"Patient"}"#, "p: Patient/p"),
        ("a resource whose patient is elsewhere", r#"{"resourceType":"Condition","id":"c","subject":{"reference":"Patient/p"}}"#, "p: Condition/c"),
        ("a resource about nobody", r#"{"resourceType":"Condition","id":"c"}"#, "unknown: Condition/c
            warning no-patient at -"),
        ("a collection", r#"{"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Patient","id":"p"}},{"resource":{"resourceType":"Condition","id":"c","subject":{"reference":"Patient/p"}}}]}"#, "p: Patient/p Condition/c"),
        ("a search set", r#"{"resourceType":"Bundle","type":"searchset","total":1,"link":[{"relation":"self","url":"x"}],"entry":[{"fullUrl":"http://s/fhir/Patient/p","resource":{"resourceType":"Patient","id":"p"},"search":{"mode":"match"}}]}"#, "p: Patient/p"),
        ("one page of a search set", r#"{"resourceType":"Bundle","type":"searchset","link":[{"relation":"next","url":"x"}],"entry":[{"resource":{"resourceType":"Patient","id":"p"}}]}"#, "p: Patient/p
            warning incomplete-bundle at input:1"),
        ("a transaction", r#"{"resourceType":"Bundle","type":"transaction","entry":[{"fullUrl":"urn:uuid:1","resource":{"resourceType":"Patient"},"request":{"method":"POST","url":"Patient"}},{"resource":{"resourceType":"Condition","subject":{"reference":"urn:uuid:1"}},"request":{"method":"POST","url":"Condition"}}]}"#, "Bundle.entry[0]: Bundle.entry[0] Bundle.entry[1]"),
        ("a deletion in a transaction", r#"{"resourceType":"Bundle","type":"transaction","entry":[{"resource":{"resourceType":"Patient","id":"p"},"request":{"method":"PUT","url":"Patient/p"}},{"resource":{"resourceType":"Condition","id":"c"},"request":{"method":"DELETE","url":"Condition/c"}}]}"#, "p: Patient/p"),
        ("a bundle of responses", r#"{"resourceType":"Bundle","type":"batch-response","entry":[{"resource":{"resourceType":"Bundle","type":"searchset","entry":[{"resource":{"resourceType":"Patient","id":"p"}}]},"response":{"status":"200 OK"}},{"response":{"status":"404 Not Found"}}]}"#, "p: Patient/p
            warning failed-entry at input:1"),
        ("bundles in bundles", r#"{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Condition"}},{"resource":{"resourceType":"Patient","id":"p"}}]}}]}"#, "p: Patient/p Bundle.entry[0].entry[0]"),
        ("an array", r#"[{"resourceType":"Patient","id":"p"},{"resourceType":"Condition"}]"#, "p: Patient/p [1]"),
        ("an array of bundles", r#"[{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"Patient","id":"p"}}]}]"#, "p: Patient/p"),
        ("parameters", r#"{"resourceType":"Parameters","parameter":[{"name":"a","resource":{"resourceType":"Patient","id":"p"}},{"name":"b","part":[{"name":"c","resource":{"resourceType":"Condition"}}]}]}"#, "p: Patient/p Parameters.parameter[1].part[0]"),
        ("NDJSON", "{\"resourceType\":\"Patient\",\"id\":\"p\"}\n{\"resourceType\":\"Condition\",\"id\":\"c\"}\n", "p: Patient/p Condition/c"),
        ("NDJSON with blank lines and CR LF", "\r\n{\"resourceType\":\"Patient\",\"id\":\"p\"}\r\n\r\n{\"resourceType\":\"Condition\",\"id\":\"c\"}", "p: Patient/p Condition/c"),
        ("NDJSON of bundles", "{\"resourceType\":\"Bundle\",\"entry\":[{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"p\"}}]}\n{\"resourceType\":\"Bundle\",\"entry\":[{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"q\"}}]}", "p: Patient/p
            q: Patient/q"),
        ("documents one after the other", "{\n\"resourceType\":\"Patient\",\"id\":\"p\"\n}\n{\n\"resourceType\":\"Condition\"\n}", "p: Patient/p Condition (line 4)"),
        ("a contained resource", r##"{"resourceType":"MedicationRequest","id":"m","subject":{"reference":"Patient/p"},"contained":[{"resourceType":"Medication","id":"d"}],"medicationReference":{"reference":"#d"}}"##, "p: MedicationRequest/m MedicationRequest/m#d"),
        ("a contained list without brackets", r##"{"resourceType":"MedicationRequest","id":"m","subject":{"reference":"Patient/p"},"contained":{"resourceType":"Medication","id":"d"}}"##, "p: MedicationRequest/m MedicationRequest/m#d"),
        ("an entry without brackets", r#"{"resourceType":"Bundle","entry":{"resource":{"resourceType":"Patient","id":"p"}}}"#, "p: Patient/p"),
        ("a byte order mark", "\u{feff}{\"resourceType\":\"Patient\",\"id\":\"p\"}", "p: Patient/p"),
        ("an order of DSTU2", r#"{"resourceType":"MedicationOrder","id":"m","patient":{"reference":"Patient/p"}}"#, "p: MedicationOrder/m"),
        ("an empty bundle", r#"{"resourceType":"Bundle","type":"searchset","total":0}"#, "warning no-resource at -"),
        ("a type that is not used", r#"{"resourceType":"Claim","id":"c"}"#, ""),
    ]);
}

#[test]
#[rustfmt::skip]
fn what_is_not_fhir_is_refused() {
    check(&[
        ("nothing", "", "fatal empty-input at input"),
        ("blanks", " \r\n\t", "fatal empty-input at input"),
        ("a byte order mark alone", "\u{feff}", "fatal empty-input at input"),
        ("text", "Dear colleague", "fatal not-fhir at input"),
        ("CSV", "id,her2\n1,positive\n", "fatal not-fhir at input"),
        ("XML", "<Patient xmlns=\"http://hl7.org/fhir\"/>", "fatal xml at input"),
        ("UTF-16", "\0{\0}", "fatal utf-16 at input"),
        ("gzip", "\u{1f}\u{8b}", "fatal not-fhir at input"),
        ("JSON that is not FHIR", r#"{"patient":{"resourceType":"Patient"}}"#, "fatal not-fhir at input:1"),
        ("an array that is not FHIR", "[1,\n{}]", "fatal not-fhir at input:1
            fatal not-fhir at input:2"),
        ("an entry that is not FHIR", r#"{"resourceType":"Bundle","entry":[{"resource":{"id":"x"}},{"resource":{"resourceType":"Patient","id":"p"}},7]}"#, "p: Patient/p
            error not-fhir at input:1
            error not-fhir at input:1"),
        ("a document that breaks off", "{\"resourceType\":\"Bundle\",\"entry\":[\n{\"resource\":{\"resourceType\":\"Patient\",\"id\":\"p\"}},\n", "fatal invalid-json at input:3"),
        ("an array that breaks off", "[\n{\"resourceType\":\"Patient\",\"id\":\"p\"},\n{\"resourceType\":\"Patient\",\"id\":\"q\"}\n", "fatal invalid-json at input:4"),
        ("a bad line", "{\"resourceType\":\"Patient\",\"id\":\"p\"}\n{\"resourceType\":\n{\"resourceType\":\"Condition\",\"id\":\"c\"}", "p: Patient/p Condition/c
            error invalid-json at input:3"),
        ("a bad first line", "{\"resourceType\":\n{\"resourceType\":\"Patient\",\"id\":\"p\"}\n{\"resourceType\":\"Condition\",\"id\":\"c\"}", "p: Patient/p Condition/c
            error invalid-json at input:1"),
        ("words before NDJSON", "Export of 2024\n{\"resourceType\":\"Patient\",\"id\":\"p\"}\n{\"resourceType\":\"Condition\",\"id\":\"c\"}", "p: Patient/p Condition/c
            error invalid-json at input:1"),
        ("words behind a document", "{\n\"resourceType\":\"Patient\",\"id\":\"p\"\n}\nthank you", "p: Patient/p
            error invalid-json at input:4"),
    ]);
    for (what, input, expected) in [
        ("gzip", b"\x1f\x8b\x08\x00".as_slice(), "fatal compressed at input"),
        ("zstd", b"\x28\xb5\x2f\xfd\x00", "fatal compressed at input"),
        ("UTF-16 little endian", b"\xff\xfe{\0}\0", "fatal utf-16 at input"),
        ("UTF-16 big endian", b"\xfe\xff\0{\0}", "fatal utf-16 at input"),
        ("Latin-1", b"{\"resourceType\":\"Patient\",\n\"id\":\"M\xfcller\"}", "fatal not-utf-8 at input:2"),
        ("one line in Latin-1", b"{\"resourceType\":\"Patient\",\"id\":\"p\"}\n{\"resourceType\":\"Patient\",\"id\":\"M\xfcller\"}\n{\"resourceType\":\"Condition\"}", "p: Patient/p Condition (line 3)\nerror not-utf-8 at input:2"),
    ] {
        assert_eq!(summary(input), expected, "{what}");
    }
}

#[test]
#[rustfmt::skip]
fn whose_is_what() {
    let two = r#"{"resourceType":"Patient","id":"p"},{"resourceType":"Patient","id":"q"}"#;
    check(&[
        ("resources go to their subjects", &format!(r#"[{two},{{"resourceType":"Condition","id":"a","subject":{{"reference":"Patient/q"}}}},{{"resourceType":"Condition","id":"b","subject":{{"reference":"Patient/p"}}}}]"#), "p: Patient/p Condition/b
            q: Patient/q Condition/a"),
        ("patient in place of subject", &format!(r#"[{two},{{"resourceType":"AllergyIntolerance","id":"a","patient":{{"reference":"Patient/q"}}}}]"#), "p: Patient/p
            q: Patient/q AllergyIntolerance/a"),
        ("with two patients nothing is guessed", &format!(r#"[{two},{{"resourceType":"Condition","id":"a"}},{{"resourceType":"Condition","id":"b","subject":{{"display":"Ms P"}}}}]"#), "p: Patient/p
            q: Patient/q
            error no-subject at Condition/a
            error no-subject at Condition/b"),
        ("a subject that is nobody's Patient resource", r#"[{"resourceType":"Patient","id":"p"},{"resourceType":"Condition","id":"a","subject":{"reference":"Patient/r"}},{"resourceType":"Condition","id":"b"}]"#, "p: Patient/p
            r: Condition/a
            error no-subject at Condition/b"),
        ("a group is not a patient", r#"[{"resourceType":"Patient","id":"p"},{"resourceType":"Condition","id":"a","subject":{"reference":"Group/g"}}]"#, "p: Patient/p
            information subject-not-a-patient at Condition/a"),
        ("Bulk Data: one type a file", "{\"resourceType\":\"Condition\",\"id\":\"a\",\"subject\":{\"reference\":\"Patient/p\"}}\n{\"resourceType\":\"Condition\",\"id\":\"b\",\"subject\":{\"reference\":\"Patient/q\"}}\n{\"resourceType\":\"Condition\",\"id\":\"c\",\"subject\":{\"reference\":\"Patient/p\"}}", "p: Condition/a Condition/c
            q: Condition/b"),
        ("a medication serves all who refer to it", &format!(r#"[{two},{{"resourceType":"Medication","id":"d"}},{{"resourceType":"Medication","id":"e"}},{{"resourceType":"MedicationRequest","id":"a","subject":{{"reference":"Patient/p"}},"medicationReference":{{"reference":"Medication/d"}}}},{{"resourceType":"MedicationStatement","id":"b","subject":{{"reference":"Patient/q"}},"medicationReference":{{"reference":"Medication/d"}}}}]"#), "p: Patient/p MedicationRequest/a Medication/d
            q: Patient/q MedicationStatement/b Medication/d"),
        ("what is contained goes with its container", &format!(r#"[{two},{{"resourceType":"DiagnosticReport","id":"r","subject":{{"reference":"Patient/q"}},"contained":[{{"resourceType":"Observation","id":"o"}}]}}]"#), "p: Patient/p
            q: Patient/q DiagnosticReport/r#o DiagnosticReport/r"),
        ("copies of one contained patient", r##"[{"resourceType":"Condition","id":"a","contained":[{"resourceType":"Patient","id":"x","identifier":[{"system":"s","value":"7"}]}],"subject":{"reference":"#x"}},{"resourceType":"Condition","id":"b","contained":[{"resourceType":"Patient","id":"y","identifier":[{"system":"s","value":"7"}]}],"subject":{"reference":"#y"}}]"##, "x: Condition/a#x Condition/a Condition/b"),
        ("contained patients with different identifiers", r##"[{"resourceType":"Condition","id":"a","contained":[{"resourceType":"Patient","id":"x","identifier":[{"system":"s","value":"7"}]}],"subject":{"reference":"#x"}},{"resourceType":"Condition","id":"b","contained":[{"resourceType":"Patient","id":"x","identifier":[{"system":"s","value":"8"},{"system":"t","value":"7"}]}],"subject":{"reference":"#x"}}]"##, "x: Condition/a#x Condition/a
            x: Condition/b#x Condition/b"),
        ("contained patients that nothing says are one", r##"[{"resourceType":"Condition","id":"a","contained":[{"resourceType":"Patient","id":"x"}],"subject":{"reference":"#x"}},{"resourceType":"Condition","id":"b","contained":[{"resourceType":"Patient","id":"x"}],"subject":{"reference":"#x"}}]"##, "x: Condition/a#x Condition/a
            x: Condition/b#x Condition/b"),
        ("the same id on two servers", r#"{"resourceType":"Bundle","entry":[{"fullUrl":"http://a/Patient/1","resource":{"resourceType":"Patient","id":"1"}},{"fullUrl":"http://b/Patient/1","resource":{"resourceType":"Patient","id":"1"}},{"fullUrl":"http://b/Condition/2","resource":{"resourceType":"Condition","id":"2","subject":{"reference":"Patient/1"}}},{"resource":{"resourceType":"Condition","id":"3","subject":{"reference":"http://a/Patient/1"}}},{"resource":{"resourceType":"Condition","id":"4","subject":{"reference":"Patient/1"}}}]}"#, "1: Patient/1 Condition/3
            1: Patient/1 Condition/2
            error ambiguous-subject at Condition/4"),
        ("a subject on another server", r#"{"resourceType":"Bundle","entry":[{"fullUrl":"http://a/Patient/1","resource":{"resourceType":"Patient","id":"1"}},{"resource":{"resourceType":"Condition","id":"2","subject":{"reference":"http://b/Patient/1"}}}]}"#, "1: Patient/1
            1: Condition/2
            warning other-server at Patient/1"),
    ]);
}

#[test]
#[rustfmt::skip]
fn versions() {
    check(&[
        ("the same twice", r#"[{"resourceType":"Patient","id":"p"},{"resourceType":"Condition","id":"a"},{"id":"a","resourceType":"Condition"}]"#, "p: Patient/p Condition/a"),
        ("two contents, no version", r#"[{"resourceType":"Patient","id":"p","gender":"male"},{"resourceType":"Patient","id":"p","gender":"female"}]"#, "p: Patient/p
            warning duplicate-resource at Patient/p"),
        ("two versions", r#"[{"resourceType":"Patient","id":"p","gender":"male","meta":{"versionId":"10"}},{"resourceType":"Patient","id":"p","gender":"female","meta":{"versionId":"9"}}]"#, "p: Patient/p
            information superseded-resource at Patient/p"),
        ("what is contained in a superseded version goes with it", r#"[{"resourceType":"Condition","id":"a","meta":{"versionId":"1"},"contained":[{"resourceType":"Observation","id":"x"}]},{"resourceType":"Condition","id":"a","meta":{"versionId":"2"}}]"#, "unknown: Condition/a
            warning no-patient at -"),
        ("a history has the newest first", r#"{"resourceType":"Bundle","type":"history","entry":[{"resource":{"resourceType":"Patient","id":"p","gender":"female"},"request":{"method":"PUT","url":"Patient/p"}},{"resource":{"resourceType":"Patient","id":"p","gender":"male"},"request":{"method":"POST","url":"Patient"}}]}"#, "p: Patient/p
            information superseded-resource at Patient/p"),
        ("deleted in the end", r#"{"resourceType":"Bundle","type":"history","entry":[{"resource":{"resourceType":"Patient","id":"p"}},{"request":{"method":"DELETE","url":"Condition/a"}},{"resource":{"resourceType":"Condition","id":"a"},"request":{"method":"POST","url":"Condition"}}]}"#, "p: Patient/p"),
        ("deleted and made again", r#"{"resourceType":"Bundle","type":"history","entry":[{"resource":{"resourceType":"Condition","id":"a"},"request":{"method":"PUT","url":"Condition/a"}},{"request":{"method":"DELETE","url":"Condition/a"}},{"resource":{"resourceType":"Condition","id":"a"},"request":{"method":"POST","url":"Condition"}},{"resource":{"resourceType":"Patient","id":"p"}}]}"#, "p: Patient/p Condition/a"),
    ]);
    for (what, first, second, expected) in [
        ("the higher version", r#""meta":{"versionId":"10"}"#, r#""meta":{"versionId":"9"}"#, "male"),
        ("the later update", r#""meta":{"lastUpdated":"2024-01-02T00:30:00+02:00"}"#, r#""meta":{"lastUpdated":"2024-01-01T23:00:00Z"}"#, "female"),
        ("neither", r#""active":true"#, r#""meta":{"versionId":"1"}"#, "female"),
    ] {
        let input = format!(r#"[{{"resourceType":"Patient","id":"p","gender":"male",{first}}},{{"resourceType":"Patient","id":"p","gender":"female",{second}}}]"#);
        let (records, _) = fhir::read(input.as_bytes(), "input");
        assert_eq!(records[0].patient.as_ref().unwrap().gender.as_deref(), Some(expected), "{what}");
    }
    let history = r#"{"entry":[{"resource":{"resourceType":"Patient","id":"p","gender":"female"}},{"resource":{"resourceType":"Patient","id":"p","gender":"male"}}],"type":"history","resourceType":"Bundle"}"#;
    let (records, _) = fhir::read(history.as_bytes(), "input");
    assert_eq!(records[0].patient.as_ref().unwrap().gender.as_deref(), Some("female"), "a history has the newest first");
}

/// A condition's `recorder`-like reference in every form, against resources that could be meant.
#[test]
#[rustfmt::skip]
fn references() {
    let cases = [
        ("relative", r#"{"reference":"Specimen/1"}"#, Some("Specimen/1")),
        ("relative with a version", r#"{"reference":"Specimen/1/_history/3"}"#, Some("Specimen/1")),
        ("with blanks around", r#"{"reference":" Specimen/1 "}"#, Some("Specimen/1")),
        ("absolute, as the full URL", r#"{"reference":"http://s/fhir/Specimen/1"}"#, Some("Specimen/1")),
        ("absolute with a version", r#"{"reference":"http://s/fhir/Specimen/1/_history/2"}"#, Some("Specimen/1")),
        ("absolute, to what has no full URL", r#"{"reference":"https://s/fhir/Specimen/4"}"#, Some("Specimen/4")),
        ("a UUID that is a full URL", r#"{"reference":"urn:uuid:c757873d-ec9a-4326-a141-556f43239520"}"#, Some("Specimen/2")),
        ("a UUID that is an id", r#"{"reference":"urn:uuid:d757873d-ec9a-4326-a141-556f43239520"}"#, Some("Specimen/d757873d-ec9a-4326-a141-556f43239520")),
        ("an OID", r#"{"reference":"urn:oid:1.2.3"}"#, Some("Specimen/3")),
        ("contained", r##"{"reference":"#in"}"##, Some("Observation/o#in")),
        ("by an identifier", r#"{"identifier":{"system":"http://lab","value":"S24-1"}}"#, Some("Specimen/3")),
        ("by a search", r#"{"reference":"Specimen?identifier=http://lab|S24-1"}"#, Some("Specimen/3")),
        ("by an identifier that two have", r#"{"identifier":{"value":"twice"}}"#, None),
        ("by an identifier of another laboratory", r#"{"identifier":{"system":"http://other","value":"S24-1"}}"#, None),
        ("another type", r#"{"reference":"Procedure/1"}"#, None),
        ("not there", r#"{"reference":"Specimen/9"}"#, None),
        ("the contained of another resource", r##"{"reference":"#out"}"##, None),
        ("only words", r#"{"display":"Specimen/1"}"#, None),
        ("nothing", r#"{"reference":""}"#, None),
        ("only a slash", r#"{"reference":"/"}"#, None),
    ];
    for (what, reference, expected) in cases {
        let input = format!(r#"{{"resourceType":"Bundle","entry":[
            {{"fullUrl":"http://s/fhir/Specimen/1","resource":{{"resourceType":"Specimen","id":"1","identifier":[{{"value":"twice"}}]}}}},
            {{"fullUrl":"urn:uuid:c757873d-ec9a-4326-a141-556f43239520","resource":{{"resourceType":"Specimen","id":"2","identifier":[{{"value":"twice"}}]}}}},
            {{"fullUrl":"urn:oid:1.2.3","resource":{{"resourceType":"Specimen","id":"3","identifier":[{{"system":"http://lab","value":"S24-1"}}]}}}},
            {{"resource":{{"resourceType":"Specimen","id":"4"}}}},
            {{"resource":{{"resourceType":"Specimen","id":"d757873d-ec9a-4326-a141-556f43239520"}}}},
            {{"resource":{{"resourceType":"Observation","id":"x","contained":[{{"resourceType":"Specimen","id":"out"}}]}}}},
            {{"resource":{{"resourceType":"Observation","id":"o","subject":{{"reference":"Patient/p"}},"contained":[{{"resourceType":"Specimen","id":"in"}}],"specimen":{reference}}}}}
        ]}}"#);
        let (records, issues) = fhir::read(input.as_bytes(), "input");
        assert!(issues.is_empty(), "{what}: {issues:?}");
        let [record] = records.as_slice() else { panic!("{what}") };
        let observation = record.observations.iter().find(|observation| observation.id.as_deref() == Some("o")).unwrap();
        let target = record.resolve(&observation.place, observation.specimen.as_ref().unwrap());
        assert_eq!(target.map(|target| target.place().name.as_str()), expected, "{what}");
        assert!(target.is_none_or(|target| matches!(target, Target::Specimen(_))), "{what}");
    }
}

/// A defect costs what it concerns and says where it is; the rest is read.
#[test]
#[rustfmt::skip]
fn defects() {
    let cases = [
        // elements of an observation, issue, where
        (r#""effectiveDateTime":"2024-02-30""#, "error[invalid-date]", "`effectiveDateTime` (input:3)"),
        (r#""issued":7"#, "error[wrong-type]", "`issued` (input:3)"),
        (r#""subject":"Patient/p""#, "error[wrong-type]", "`subject` (input:3)"),
        (r#""component":[{"code":{"text":"a"}},{"code":7}]"#, "error[wrong-type]", "`component[1].code` (input:3)"),
        ("\"component\":[{\n\"valueQuantity\":{\n\"value\":\"many\"}}]", "error[invalid-number]", "`component[0].valueQuantity.value` (input:5)"),
        (r#""valueQuantity":{"value":1e400}"#, "error[invalid-number]", "`valueQuantity.value` (input:3)"),
        (r#""valueQuantity":{"value":"1.9"}"#, "warning[wrong-type-read]", "`valueQuantity.value` (input:3)"),
        (r#""valueQuantity":{"value":{"a":[1,{"b":[]}]}}"#, "error[wrong-type]", "`valueQuantity.value` (input:3)"),
        (r#""valueString":"a","valueInteger":3"#, "error[several-values]", "`valueInteger` (input:3)"),
        (r#""specimen":[{"reference":"Specimen/1"},{"reference":"Specimen/2"}]"#, "error[several-values]", "`specimen` (input:3)"),
        (r#""method":{"text":"a"},"method":{"text":"b"}"#, "warning[duplicate-element]", "`method` (input:3)"),
        (r#""bodySite":"breast""#, "warning[wrong-type-read]", "`bodySite` (input:3)"),
        (r#""code":{"coding":[{"code":85318}]}"#, "warning[wrong-type-read]", "`code.coding[0].code` (input:3)"),
        (r#""category":{"coding":{"code":true}}"#, "error[wrong-type]", "`category.coding.code` (input:3)"),
        (r#""component":[{"modifierExtension":[{"url":"x"}]}]"#, "error[modifier-extension]", "`component[0].modifierExtension` (input:3)"),
        (r#""implicitRules":"http://x""#, "error[modifier-extension]", "`implicitRules` (input:3)"),
    ];
    for (elements, issue, place) in cases {
        let input = format!("[{{\"resourceType\":\"Patient\",\"id\":\"p\"}},\n{{\"resourceType\":\"Observation\",\"id\":\"o\",\n{elements},\"status\":\"final\"}},\n{{\"resourceType\":\"Condition\",\"id\":\"c\"}}]");
        let (records, issues) = fhir::read(input.as_bytes(), "input");
        let [found] = issues.as_slice() else { panic!("{elements}: {issues:?}") };
        let text = found.to_string();
        assert!(text.starts_with(&format!("{issue} Observation/o: {place}")), "{elements}: {text}");
        assert_eq!(records.len(), 1, "{elements}");
        assert_eq!(records[0].conditions.len(), 1, "{elements}");
        if issue == "error[modifier-extension]" {
            assert!(records[0].observations.is_empty(), "{elements}");
        } else {
            assert_eq!(records[0].observations[0].status.as_deref(), Some("final"), "{elements}");
        }
    }
    // What FHIR forbids but leaves no doubt, and what it allows though it is not read, costs nothing.
    for elements in [
        r#""note":null"#, r#""_effectiveDateTime":{"extension":[{"url":"http://hl7.org/fhir/StructureDefinition/data-absent-reason","valueCode":"unknown"}]}"#,
        r#""component":[]"#, r#""valueTime":"12:00:00""#, r#""modifierExtension":[]"#, r#""made-up":{"by":["us"]}"#,
    ] {
        let input = format!(r#"{{"resourceType":"Observation","id":"o",{elements},"subject":{{"reference":"Patient/p"}}}}"#);
        assert_eq!(summary(input.as_bytes()), "p: Observation/o", "{elements}");
    }
}
