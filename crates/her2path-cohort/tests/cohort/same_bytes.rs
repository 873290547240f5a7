//! The same bytes for any number of threads, any limit of memory, and whether or not bytes may decide.

use std::path::PathBuf;

use her2path_cohort::Format;

use crate::runs::{Outcome, Scratch, bulk, outcome, repository};

/// Every record that the repository holds, a bulk export, and lines that are hard to read.
fn everything(scratch: &Scratch) -> Vec<PathBuf> {
    let data = repository().join("crates/her2path/tests/data/fhir");
    let maureen = repository().join("examples/maureen.json");
    let mut inputs = vec![
        data.join("mcode_ig_stu4"),
        data.join("mcode_ig_stu4_invariants"),
        data.join("mcode_coverage_checker"),
        data.join("mcode_pathways/Maryam.json"),
        bulk(scratch, &maureen, "126040", 3),
    ];
    inputs.push(scratch.file("hard/lines.ndjson", hard_lines().join("\n")));
    inputs.push(scratch.file("hard/page.json", bundle_of_two()));
    inputs
}

/// A HER2 result as most servers write it.
const HER2: &str = r#"{"resourceType":"Observation","id":"her2","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"85319-2"}]},"subject":{"reference":"Patient/hard"},"valueCodeableConcept":{"coding":[{"system":"http://loinc.org","code":"LA6576-8","display":"Positive"}]}}"#;
/// A heart rate, which no chapter asks about.
const HEART: &str = r#"{"resourceType":"Observation","id":"heart","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"8867-4","display":"Heart rate"}]},"subject":{"reference":"Patient/hard"},"effectiveDateTime":"2024-02-30","valueQuantity":{"value":72,"unit":"/min","system":"http://unitsofmeasure.org","code":"/min"}}"#;

/// The same things said in unusual ways, and what is no resource at all.
pub(crate) fn hard_lines() -> Vec<String> {
    let id = |text: &str, id: &str| {
        text.replace("\"her2\"", &format!("\"{id}\"")).replace("\"heart\"", &format!("\"{id}\""))
    };
    vec![
        r#"{"resourceType":"Patient","id":"hard","gender":"female","birthDate":"1960"}"#.to_owned(),
        HER2.to_owned(),
        HEART.to_owned(),
        // Escapes hide the code, the key and the subject.
        id(&HER2.replace("85319-2", "8531\\u0039-2"), "escaped-code"),
        id(&HER2.replace("\"code\":\"85319-2\"", "\"c\\u006fde\":\"85319-2\""), "escaped-key"),
        id(&HER2.replace("Patient/hard", "Patient\\/hard"), "escaped-subject"),
        // Keys in another order, white space, a key twice: the last counts.
        id(&HER2.replace(r#"{"system":"http://loinc.org","code":"85319-2"}"#, r#"{"code":"85319-2","system":"http://loinc.org"}"#), "reordered"),
        id(&HER2.replace(":", " : ").replace("http : //", "http://"), "spaced"),
        id(&HEART.replace(r#""code":{"coding""#, r#""code":{"coding":[]},"code":{"coding""#), "code-twice"),
        id(&HEART.replace(r#"{"system":"http://loinc.org","code":"8867-4","#, r#"{"system":"http://example.org","code":"8867-4","system":"http://loinc.org","code":"85319-2","#), "system-twice"),
        id(&HEART.replace(r#""subject":{"reference":"Patient/hard"}"#, r#""subject":{"reference":"Patient/other"},"subject":{"reference":"Patient/hard"}"#), "subject-twice"),
        id(&HEART.replace(r#"{"reference":"Patient/hard"}"#, r#"{"reference":"Patient/other","reference":"Patient/hard"}"#), "reference-twice"),
        HEART.replace("\"id\":\"heart\"", "\"id\":\"first\",\"id\":\"second\""),
        // The type last, and a resource within another.
        r#"{"id":"type-last","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"85318-4"}]},"subject":{"reference":"Patient/hard"},"valueString":"3+","resourceType":"Observation"}"#.to_owned(),
        id(&HEART.replace(r#""status":"final""#, r#""contained":[{"resourceType":"Specimen","id":"s","type":{"coding":[{"system":"http://snomed.info/sct","code":"254837009"}]}}],"status":"final""#), "container"),
        // A version that says something else: both have to be seen.
        HER2.replace("85319-2", "8867-4").replace("\"id\":\"her2\"", "\"id\":\"her2\",\"meta\":{\"versionId\":\"2\"}"),
        // A code with a wrong check digit, a damaged one, and one of another system.
        id(&HEART.replace("8867-4", "8867-5"), "bad-check-digit"),
        id(&HEART.replace("8867-4", "4.8676E+04"), "damaged"),
        id(&HEART.replace("http://loinc.org", "http://snomed.info/sct"), "wrong-system"),
        // A stage dated by an Observation that says nothing else.
        r#"{"resourceType":"Condition","id":"stage","subject":{"reference":"Patient/hard"},"code":{"coding":[{"system":"http://snomed.info/sct","code":"254837009"}]},"stage":[{"summary":{"text":"Stage IV"},"assessment":[{"reference":"Observation/heart-2"}]}]}"#.to_owned(),
        id(HEART, "heart-2").replace("2024-02-30", "2024-02-29"),
        // A diagnosis in words only, a bundle, an array, two values on a line.
        r#"{"resourceType":"Condition","id":"words","subject":{"reference":"Patient/hard"},"code":{"text":"Metastatic CARCINOMA of breast"}}"#.to_owned(),
        r#"{"resourceType":"Condition","id":"cold","subject":{"reference":"Patient/hard"},"code":{"coding":[{"system":"http://snomed.info/sct","code":"82272006"}],"text":"Common cold"}}"#.to_owned(),
        format!(r#"{{"resourceType":"Bundle","type":"searchset","entry":[{{"resource":{}}},{{"resource":{{"resourceType":"Bundle","entry":[{{"resource":{}}}]}}}}]}}"#, id(HER2, "in-bundle"), id(HEART, "in-inner-bundle")),
        format!("[{},{}]", id(HER2, "in-array"), id(HEART, "in-array-too")),
        format!("{} {}", id(HER2, "one-of-two"), id(HEART, "two-of-two")),
        // A panel that says nothing but what it holds, a report of it that was taken back, a result with a focus.
        r#"{"resourceType":"Observation","id":"panel","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"8867-4"}]},"subject":{"reference":"Patient/hard"},"hasMember":[{"reference":"Observation/in-panel"}]}"#.to_owned(),
        id(HER2, "in-panel"),
        r#"{"resourceType":"DiagnosticReport","id":"report","status":"entered-in-error","subject":{"reference":"Patient/hard"},"result":[{"reference":"Observation/panel"}]}"#.to_owned(),
        id(HER2, "focused").replace(r#""status":"final""#, r#""status":"final","focus":[{"reference":"Observation/heart"}]"#),
        // Prescriptions, a Medication that is about nobody, one by identifier, one about nobody, one about a group.
        r#"{"resourceType":"Medication","id":"m","code":{"coding":[{"system":"http://www.nlm.nih.gov/research/umls/rxnorm","code":"224905","display":"trastuzumab"}]}}"#.to_owned(),
        r#"{"resourceType":"MedicationRequest","id":"r","status":"active","intent":"order","subject":{"reference":"Patient/hard"},"authoredOn":"2024-01-01","medicationReference":{"reference":"Medication/m"}}"#.to_owned(),
        r#"{"resourceType":"Patient","id":"named","identifier":[{"system":"urn:mrn","value":"7"}]}"#.to_owned(),
        id(HER2, "by-identifier").replace(r#"{"reference":"Patient/hard"}"#, r#"{"identifier":{"system":"urn:mrn","value":"7"}}"#),
        id(HER2, "of-nobody").replace(r#","subject":{"reference":"Patient/hard"}"#, ""),
        id(HER2, "of-a-group").replace("Patient/hard", "Group/g"),
        // Somebody of whom nothing matters.
        id(HEART, "of-a-stranger").replace("Patient/hard", "Patient/stranger"),
        // What is no FHIR, or no JSON.
        "{\"resourceType\":\"Observation\",\"id\":\"broken\",".to_owned(),
        HER2.chars().take(150).collect(),
        "garbage".to_owned(),
        "{\"hello\": 1}".to_owned(),
        "17".to_owned(),
        String::new(),
        r#"{"resourceType":"Claim","id":"claim","patient":{"reference":"Patient/hard"}}"#.to_owned(),
    ]
}

/// A page of two patients, one of them known by the address of the entry alone.
pub(crate) fn bundle_of_two() -> String {
    format!(
        r#"{{"resourceType":"Bundle","type":"searchset","entry":[
  {{"fullUrl":"urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0","resource":{{"resourceType":"Patient","gender":"female"}}}},
  {{"resource":{{"resourceType":"Patient","id":"second"}}}},
  {{"fullUrl":"urn:uuid:1c3151bd-1cbf-4d64-b04d-cd9187a4c6e0","resource":{}}},
  {{"resource":{}}}]}}"#,
        HER2.replace("Patient/hard", "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0"),
        HER2.replace("Patient/hard", "Patient/second").replace("\"her2\"", "\"second-her2\"")
    )
}

fn assert_same(one: &Outcome, other: &Outcome, what: &str) {
    for (name, bytes) in &one.files {
        let found = &other.files[name];
        if name.ends_with("ndjson") {
            let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).lines().map(str::to_owned).collect::<Vec<_>>();
            let (a, b) = (text(bytes), text(found));
            for (a, b) in a.iter().zip(&b) {
                assert_eq!(a, b, "{name} differs {what}");
            }
            assert_eq!(a.len(), b.len(), "{name} differs {what}");
        }
        assert_eq!(bytes, found, "{name} differs {what}");
    }
    assert_eq!(one.files.len(), other.files.len());
}

#[test]
fn bytes_may_decide_without_changing_anything() {
    let scratch = Scratch::new();
    let inputs = everything(&scratch);
    let with = outcome(&inputs, |_| {});
    let without = outcome(&inputs, |options| options.prefilter = false);
    assert_same(&with, &without, "without the prefilter");
    assert_eq!(with.summary.kept, without.summary.kept);
    assert_eq!(with.summary.skipped, without.summary.skipped);
    assert_eq!(with.summary.codings, without.summary.codings);
    assert_eq!(with.summary.broken, without.summary.broken);
}

#[test]
fn threads_and_memory_change_nothing() {
    let scratch = Scratch::new();
    let inputs = everything(&scratch);
    let one = outcome(&inputs, |options| options.threads = 1);
    for (threads, memory) in [(2, 0), (7, 1 << 30), (3, 4096)] {
        let other = outcome(&inputs, |options| {
            options.threads = threads;
            options.memory = memory;
        });
        assert_same(&one, &other, &format!("with {threads} threads and {memory} bytes"));
    }
}

#[test]
fn parquet_is_the_same_on_any_number_of_threads() {
    let inputs = [repository().join("examples")];
    let run = |threads| {
        outcome(&inputs, |options| {
            options.format = Format::Parquet;
            options.threads = threads;
        })
    };
    assert_same(&run(1), &run(3), "with 3 threads");
}

#[test]
fn how_files_are_cut_and_packed_changes_only_names() {
    let scratch = Scratch::new();
    let lines = hard_lines().join("\n");
    let whole = outcome(&[scratch.file("one/lines.ndjson", &lines)], |_| {});
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut gzip, lines.as_bytes()).unwrap();
    let packed = outcome(&[scratch.file("two/lines.ndjson.gz", gzip.finish().unwrap())], |_| {});
    let zstd = zstd::encode_all(lines.as_bytes(), 1).unwrap();
    let packed_too = outcome(&[scratch.file("three/lines.ndjson.zst", zstd)], |_| {});
    for table in ["assessments", "facts", "lines", "recommendations"] {
        assert_eq!(whole.rows(table), packed.rows(table), "{table} of .gz");
        assert_eq!(whole.rows(table), packed_too.rows(table), "{table} of .zst");
    }
}
