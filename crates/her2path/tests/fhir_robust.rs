//! What must hold for every input: no panic, the same JSON as `serde_json` reads, and nothing that depends on the order
//! of keys, on white space, or on what else is in the file.

#![cfg(test)]
#![expect(clippy::string_slice, reason = "a test may stop at the first thing that is not as it should be")]

use std::collections::BTreeMap;
use std::path::Path;

use her2path::fhir::{self, Record, Value as FhirValue};
use her2path::issue::{Issue, Severity};
use proptest::prelude::*;
use serde_json::Value;
use serde_json::value::RawValue;

const JENNY: &str = include_str!("data/fhir/mcode_ig_stu4/Bundle-mcode-patient-bundle-jenny-m.json");

/// A small record that has a bit of everything.
const SMALL: &str = r##"{"resourceType":"Bundle","type":"collection","entry":[
 {"fullUrl":"urn:uuid:1","resource":{"resourceType":"Patient","id":"p","birthDate":"1965-01-01","deceasedBoolean":false}},
 {"fullUrl":"urn:uuid:2","resource":{"resourceType":"Observation","id":"o","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"85318-4","display":"HER2 \u00e9\n"}]},
  "subject":{"reference":"urn:uuid:1"},"effectiveDateTime":"2018-04-01","valueQuantity":{"value":1.90,"comparator":"<","unit":"ratio"},
  "contained":[{"resourceType":"Specimen","id":"s"}],"specimen":{"reference":"#s"},"component":[{"code":{"text":"x"},"valueInteger":-3}],
  "extension":[{"url":"http://a/b","extension":[{"url":"c","valueBoolean":true}]}]}},
 {"resource":{"resourceType":"MedicationRequest","id":"m","medicationCodeableConcept":{"text":"trastuzumab"},"authoredOn":"2018-05","subject":{"identifier":{"value":"7"}}}},
 {"resource":{"resourceType":"Claim","id":"c","total":{"value":1e2}}}]}"##;

/// A record without what says where in which file it stood.
fn content(record: &Record<'_>) -> String {
    let mut text = format!("{record:?}");
    for field in ["line: ", "serial: ", "source: "] {
        let mut parts = text.split(field);
        let mut rest = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let value_ends = part.find([',', ' ', '}']).unwrap_or(part.len());
            rest.push_str(&part[value_ends..]);
        }
        text = rest;
    }
    text
}

fn contents(records: &[Record<'_>]) -> Vec<String> {
    records.iter().map(content).collect()
}

/// Issues without their lines and files.
fn codes(issues: &[Issue]) -> Vec<(Severity, String, String)> {
    let mut codes: Vec<_> = issues
        .iter()
        .filter(|issue| issue.code != "resource-type-not-used")
        .map(|issue| {
            let place = issue.source.as_deref().unwrap_or_default();
            (issue.severity, issue.code.to_string(), place.split(':').next().unwrap_or_default().to_owned())
        })
        .collect();
    codes.sort();
    codes
}

fn example(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/fhir").join(file);
    std::fs::read_to_string(path).unwrap()
}

/// The same JSON with the keys of every object in reverse alphabetical or alphabetical order, and other white space. Numbers and
/// strings stay as written.
fn rewritten(text: &str, reverse: bool, gap: &str) -> String {
    let text = text.trim();
    if text.starts_with('{') {
        let fields: BTreeMap<String, &RawValue> = serde_json::from_str(text).unwrap();
        let mut parts: Vec<String> = fields
            .into_iter()
            .map(|(key, value)| format!("{}{gap}:{gap}{}", Value::from(key), rewritten(value.get(), reverse, gap)))
            .collect();
        if reverse {
            parts.reverse();
        }
        format!("{{{gap}{}{gap}}}", parts.join(&format!("{gap},{gap}")))
    } else if text.starts_with('[') {
        let items: Vec<&RawValue> = serde_json::from_str(text).unwrap();
        let parts: Vec<String> = items.into_iter().map(|item| rewritten(item.get(), reverse, gap)).collect();
        format!("[{gap}{}{gap}]", parts.join(&format!("{gap},{gap}")))
    } else {
        text.to_owned()
    }
}

/// Whether `serde_json` reads the text as JSON values one after the other. `None` where it refuses what is JSON: numbers
/// beyond `f64`, half surrogate pairs, nesting that is deep but within our limit.
fn is_json(text: &str) -> Option<bool> {
    for value in serde_json::Deserializer::from_str(text).into_iter::<Value>() {
        if let Err(error) = value {
            let message = error.to_string();
            let ours = ["number out of range", "surrogate", "recursion limit", "unexpected end of hex escape"];
            return if ours.iter().any(|part| message.contains(part)) { None } else { Some(false) };
        }
    }
    Some(true)
}

fn reports_syntax(issues: &[Issue]) -> bool {
    issues.iter().any(|issue| issue.code == "invalid-json")
}

#[test]
fn key_order_and_white_space_do_not_matter() {
    for file in [
        "mcode_ig_stu4/Bundle-mcode-patient-bundle-jenny-m.json",
        "mcode_ig_stu4/Bundle-gx-genomic-bundle-adam-anyperson.json",
        "mcode_coverage_checker/diseaseBundle.json",
        "mcode_coverage_checker/fullBundle.json",
        "mcode_pathways/Maureen.json",
    ] {
        let text = example(file);
        let (records, issues) = fhir::read(text.as_bytes(), "a");
        for (reverse, gap) in [(false, ""), (true, ""), (true, "\n\t"), (false, " \r\n  ")] {
            let other = rewritten(&text, reverse, gap);
            let (other_records, other_issues) = fhir::read(other.as_bytes(), "b");
            assert_eq!(contents(&records), contents(&other_records), "{file}");
            assert_eq!(codes(&issues).len(), codes(&other_issues).len(), "{file}");
        }
    }
}

#[test]
fn records_of_several_patients_do_not_touch_each_other() {
    let files = [
        "mcode_ig_stu4/Bundle-mcode-patient-bundle-jenny-m.json",
        "mcode_pathways/Maryam.json",
        "mcode_ig_stu4/Bundle-gx-genomic-bundle-adam-anyperson.json",
        "mcode_pathways/Maureen.json",
    ];
    let texts = files.map(example);
    let mut each = Vec::new();
    for text in &texts {
        each.extend(contents(&fhir::read(text.as_bytes(), "a").0));
    }
    let by_line: Vec<String> = texts.iter().map(|text| rewritten(text, false, "")).collect();
    assert_eq!(contents(&fhir::read(by_line.join("\n").as_bytes(), "b").0), each, "NDJSON");
    assert_eq!(contents(&fhir::read(texts.join("\n").as_bytes(), "c").0), each, "documents one after the other");
    let bundle: Vec<String> =
        by_line.iter().filter(|text| text.starts_with('{')).map(|text| format!(r#"{{"resource":{text}}}"#)).collect();
    let bundle = format!(r#"{{"resourceType":"Bundle","entry":[{}]}}"#, bundle.join(","));
    assert_eq!(contents(&fhir::read(bundle.as_bytes(), "d").0), [each[0].clone(), each[2].clone()], "bundle");
}

#[test]
fn deep_nesting_is_refused_and_does_not_exhaust_the_stack() {
    let nest = |open: &str, inner: &str, close: &str, depth: usize| {
        format!("{}{inner}{}", open.repeat(depth), close.repeat(depth))
    };
    let patient = r#"{"resourceType":"Patient","id":"p"}"#;
    let bundles = |depth| nest(r#"{"resourceType":"Bundle","entry":[{"resource":"#, patient, "}]}", depth);
    let observation = |inner: String| {
        format!(r#"{{"resourceType":"Observation","id":"o","subject":{{"reference":"Patient/p"}},{inner}}}"#)
    };
    let extensions =
        |depth| observation(format!(r#""extension":[{}]"#, nest(r#"{"url":"a","extension":["#, "", "]}", depth)));
    let contained = |depth| nest(r#"{"resourceType":"Observation","contained":["#, patient, "]}", depth);
    let items = |depth| {
        format!(
            r#"{{"resourceType":"QuestionnaireResponse","item":[{}]}}"#,
            nest(r#"{"answer":[{"item":["#, "", "]}]}", depth)
        )
    };
    let skipped = |depth| format!(r#"{{"resourceType":"Patient","id":"p","x":{}}}"#, nest("[", "", "]", depth));
    // Deepest that is read: 128 levels of arrays and objects.
    for (text, depth) in [
        (bundles(42), 1 + 3 * 42),
        (extensions(63), 2 + 2 * 63),
        (contained(63), 1 + 2 * 63),
        (items(31), 2 + 4 * 31),
        (skipped(127), 1 + 127),
    ] {
        assert!(depth <= 128);
        let (records, issues) = fhir::read(text.as_bytes(), "a");
        assert!(!records.is_empty() && !reports_syntax(&issues), "{}: {issues:?}", &text[..60]);
    }
    for text in [
        bundles(43),
        extensions(64),
        contained(64),
        items(32),
        skipped(128),
        nest("[", "", "]", 129),
        nest("[", "", "]", 200_000),
        "[".repeat(1_000_000),
        "{\"a\":".repeat(300_000),
        bundles(20_000),
        extensions(20_000),
        contained(20_000),
    ] {
        let (records, issues) = fhir::read(text.as_bytes(), "a");
        assert!(records.is_empty() && reports_syntax(&issues), "{}", &text[..40.min(text.len())]);
        assert!(issues[0].message.contains("128 levels"), "{issues:?}");
    }
}

/// The grammar of JSON (RFC 8259) at the edges, where it is skipped and where it is read.
#[test]
#[rustfmt::skip]
fn json_at_the_edges() {
    let right = [
        "[]", "{}", "[[],{}]", "{\"\":{}}", "[ ]", "{ }", "[1 , 2]", "\t[\r\n1]", "0", "-0", "-0.0", "1e5", "1E+05", "1.5e-3", "\"\"",
        r#""\"\\\/\b\f\n\r\t\u00e9\uD83D\ude00""#, "\"\u{7f}\u{80}\u{10ffff}\"", "\"12345678\"", "\"1234567\"", "true", "false", "null", "[null]",
        r#"{"a":1,"a":2}"#, r#""\uD83D""#, r#""\uDE00\uD83D""#, r#""\uD83Dx\u0041""#,
    ];
    let wrong = [
        "[1,]", "[,1]", "[1 2]", "[1,,2]", "[", "]", "[1}", "{1}", "[{]}", "[[}", "{\"a\":[}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{,}", "{a:1}",
        "{'a':1}", "{\"a\" 1}", "{\"a\":1 \"b\":2}", "{\"a\":1]", "01", "-", "+1", ".5", "1.", "1.e5", "1e", "1e+", "-.5", "0x10", "NaN", "Infinity",
        "\"", "\"\\", "\"\\\"", r#""\a""#, r#""\u12""#, r#""\u12g4""#, "\"\t\"", "\"\n\"", "\"\0\"", "\"\u{1f}\"", "\"1234567\u{1f}12345678\"",
        "\"\\n\u{1f}\"", "\"\\n12345678\u{10}\"", "tru", "trues", "True", "nul", "nulll", "fals", "// x\n1", "/**/1", ",", ":", "\u{a0}1", "\u{feff}1",
    ];
    // In the place of a value that is skipped, in a list that is, and where strings, lists, objects and numbers are read.
    let places = [
        "\"x\":@", "\"x\":[0,@]", "\"x\":{\"y\":@}", "\"valueString\":@", "\"component\":[@]", "\"component\":@", "\"code\":{\"coding\":@}",
        "\"valueQuantity\":{\"value\":@}", "\"valueBoolean\":@", "\"issued\":@",
    ];
    for place in places {
        for (cases, is_json) in [(right.as_slice(), true), (&wrong, false)] {
            for value in cases {
                let text = format!(r#"{{"resourceType":"Observation","id":"o",{}}}"#, place.replace('@', value));
                let (_, issues) = fhir::read(text.as_bytes(), "a");
                assert_eq!(!reports_syntax(&issues), is_json, "{text}: {issues:?}");
                if let Some(oracle) = self::is_json(&text) {
                    assert_eq!(oracle, is_json, "{text}");
                }
            }
        }
    }
}

/// Any JSON value, for the place of another.
fn any_json() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        ".{0,6}".prop_map(Value::from),
        Just(serde_json::json!([])),
        Just(serde_json::json!({})),
        Just(serde_json::json!([null, [1], {"a": "b"}])),
        Just(serde_json::json!({"coding": [{"code": 1}], "reference": [], "value": {}, "start": 1, "url": null})),
        Just(serde_json::json!([{"coding": {"code": "x"}}, {"coding": "x"}])),
    ]
}

/// All values within a value, by path, the value itself first.
fn pointers(value: &Value, path: &str, found: &mut Vec<String>) {
    found.push(path.to_owned());
    match value {
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(at, item)| pointers(item, &format!("{path}/{at}"), found))
        }
        Value::Object(fields) => {
            fields.iter().for_each(|(key, field)| pointers(field, &format!("{path}/{key}"), found))
        }
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let _ = fhir::read(&bytes, "a");
    }

    /// Bytes of a record changed, cut out and put in at random: no panic, and JSON exactly where `serde_json` says so.
    #[test]
    fn damaged_records_are_read_or_refused(
        damage in prop::collection::vec((any::<prop::sample::Index>(), 0usize..4, "[\\[\\]{}\",:0-9eE+.tfn \\\\u\n-]{0,3}"), 1..5),
    ) {
        let mut text = SMALL.to_owned();
        for (at, remove, insert) in damage {
            let mut start = at.index(text.len());
            while !text.is_char_boundary(start) { start -= 1; }
            let mut end = (start + remove).min(text.len());
            while !text.is_char_boundary(end) { end += 1; }
            text.replace_range(start..end, &insert);
        }
        let (_, issues) = fhir::read(text.as_bytes(), "a");
        if let Some(is_json) = is_json(&text) {
            prop_assert_eq!(!is_json, reports_syntax(&issues) || issues.iter().any(|issue| issue.code == "empty-input" || (issue.code == "not-fhir" && !text.trim_start().starts_with(['{', '[']))), "{}: {:?}", text, issues);
        }
    }

    /// The grammar of JSON, tried at the place of one value.
    #[test]
    fn json_is_what_serde_json_says_it_is(value in "[\\[\\]{}\",:0-9eE+.truefalsn\\\\u \n-]{0,12}|-?[0-9]{0,3}(\\.[0-9]{0,2})?([eE][+-]?[0-9]{0,2})?|\"(\\\\.|[^\\\\]|\\\\u[0-9a-fA-F]{0,5}){0,6}\"?|(true|false|null)[a-z]?") {
        let text = format!(r#"{{"resourceType":"Patient","id":"p","x":{value}}}"#);
        let (_, issues) = fhir::read(text.as_bytes(), "a");
        if let Some(is_json) = is_json(&text) {
            prop_assert_eq!(is_json, !reports_syntax(&issues), "{}: {:?}", text, issues);
        }
    }

    /// Strings, with whatever escapes, mean what `serde_json` says they mean.
    #[test]
    fn strings_are_decoded(plain in ".{0,20}", escapes in prop::collection::vec("\\\\[\"\\\\/bfnrt]|\\\\u00[0-9a-f]{2}|\\\\u[0-9A-C][0-9A-F]{3}|\\\\uD83D\\\\uDE00|[a-z é]{1,9}", 0..6)) {
        for quoted in [serde_json::to_string(&plain).unwrap(), format!("\"{}\"", escapes.concat())] {
            let text = format!(r#"{{"resourceType":"Observation","valueString":{quoted}}}"#);
            let (records, _) = fhir::read(text.as_bytes(), "a");
            let expected: String = serde_json::from_str(&quoted).unwrap();
            prop_assert_eq!(&records[0].observations[0].value, &Some(FhirValue::String(expected.into())));
        }
    }

    /// Decimals keep their text and have its value.
    #[test]
    fn decimals_are_exact(whole in -99_999i64..99_999, fraction in prop::option::of("[0-9]{1,9}"), exponent in prop::option::of(-6i32..7)) {
        let mut number = whole.to_string();
        if let Some(fraction) = &fraction { number.push_str(&format!(".{fraction}")); }
        if let Some(exponent) = exponent { number.push_str(&format!("e{exponent}")); }
        let text = format!(r#"{{"resourceType":"Observation","valueQuantity":{{"value":{number}}}}}"#);
        let (records, _) = fhir::read(text.as_bytes(), "a");
        let Some(FhirValue::Quantity(quantity)) = &records[0].observations[0].value else { panic!("{text}") };
        let read = quantity.value.unwrap();
        prop_assert_eq!(read.text(), &number);
        // The value by integer arithmetic: all digits as a whole number, scaled.
        let digits: i128 = format!("{whole}{}", fraction.as_deref().unwrap_or_default()).parse().unwrap();
        let scale = exponent.unwrap_or(0) - i32::try_from(fraction.map_or(0, |fraction| fraction.len())).unwrap();
        let expected = if scale >= 0 {
            rust_decimal::Decimal::from_i128_with_scale(digits * 10i128.pow(scale.unsigned_abs()), 0)
        } else {
            rust_decimal::Decimal::from_i128_with_scale(digits, scale.unsigned_abs())
        };
        prop_assert_eq!(read.value(), expected);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// One value of one resource replaced by any other: all other resources are read as before.
    #[test]
    fn a_defect_stays_in_its_resource(entry in 1usize..38, at in any::<prop::sample::Index>(), value in any_json()) {
        let mut bundle: Value = serde_json::from_str(JENNY).unwrap();
        let resource = &mut bundle["entry"][entry]["resource"];
        prop_assume!(resource.is_object());
        let name = format!("{}/{}", resource["resourceType"].as_str().unwrap(), resource["id"].as_str().unwrap());
        let mut paths = Vec::new();
        pointers(resource, "", &mut paths);
        *resource.pointer_mut(&paths[at.index(paths.len())]).unwrap() = value;
        let damaged = serde_json::to_string(&bundle).unwrap();
        let (records, _) = fhir::read(damaged.as_bytes(), "a");
        let (whole, _) = fhir::read(JENNY.as_bytes(), "b");
        let others = |records: &[Record<'_>]| -> BTreeMap<String, String> {
            let jenny = records.iter().find(|record| record.id == "cancer-patient-jenny-m").unwrap();
            jenny
                .resources()
                .filter(|resource| resource.place().name != name && !resource.place().name.contains("Bundle.entry"))
                .map(|resource| {
                    let text = format!("{resource:?}");
                    (resource.place().name.clone(), text.split("place: Place").next().unwrap().to_owned())
                })
                .collect()
        };
        let (after, before) = (others(&records), others(&whole));
        for (name, text) in &before {
            prop_assert_eq!(after.get(name), Some(text), "{}", name);
        }
    }
}
