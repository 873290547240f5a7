//! What cannot be read costs only itself, and is named with file, line and reason.

use her2path_cohort::CohortError;

use crate::runs::{Scratch, options, outcome, try_run};
use crate::same_bytes::hard_lines;

fn issue<'r>(rows: &'r [serde_json::Value], code: &str, place: &str) -> Option<&'r serde_json::Value> {
    rows.iter().find(|row| row["code"] == code && row["source"].as_str().is_some_and(|source| source.ends_with(place)))
}

#[test]
fn a_bad_line_is_named_counted_and_passed_over() {
    let scratch = Scratch::new();
    let lines = hard_lines();
    let number = |begin: &str| lines.iter().position(|line| line.starts_with(begin)).unwrap() + 1;
    let run = outcome(&[scratch.file("lines.ndjson", lines.join("\n"))], |_| {});
    let issues = run.rows("issues");
    let broken = number("{\"resourceType\":\"Observation\",\"id\":\"broken\"");
    for (code, line) in [
        ("invalid-json", broken),
        ("invalid-json", broken + 1),
        ("invalid-json", number("garbage")),
        ("not-fhir", number("{\"hello\"")),
        ("not-fhir", number("17")),
    ] {
        let place = format!("lines.ndjson:{line}");
        assert!(issue(&issues, code, &place).is_some(), "{code} at {place} in {issues:#?}");
    }
    assert_eq!(run.summary.broken, 5);
    // What stands on the other lines was read.
    let patients: Vec<_> =
        run.rows("assessments").iter().map(|row| row["patient_id"].as_str().unwrap().to_owned()).collect();
    assert_eq!(patients, ["hard", "named", "stranger"].map(str::to_owned));
}

#[test]
fn codes_that_cannot_be_are_reported_even_where_nothing_else_matters() {
    let scratch = Scratch::new();
    let issues = outcome(&[scratch.file("lines.ndjson", hard_lines().join("\n"))], |_| {}).rows("issues");
    assert!(issue(&issues, "bad-check-digit", "Observation/bad-check-digit.code").is_some(), "{issues:#?}");
    assert!(issue(&issues, "wrong-code-system", "Observation/damaged.code").is_some());
    assert!(issue(&issues, "wrong-code-system", "Observation/wrong-system.code").is_some());
    assert!(
        issues.iter().any(|row| row["source"].as_str().is_some_and(|source| source.starts_with("Condition/words")))
    );
}

#[test]
fn who_a_resource_is_about_is_never_guessed() {
    let scratch = Scratch::new();
    let run = outcome(&[scratch.file("lines.ndjson", hard_lines().join("\n"))], |_| {});
    let issues = run.rows("issues");
    assert!(issue(&issues, "no-subject", "Observation/of-nobody").is_some());
    assert!(issue(&issues, "subject-not-a-patient", "Observation/of-a-group").is_some());
    let facts = run.rows("facts");
    let sources = |patient: &str| -> String {
        let of = facts.iter().filter(|row| row["patient_id"] == patient);
        of.filter_map(|row| row["sources"].as_str()).collect::<Vec<_>>().join(" ")
    };
    assert!(sources("named").contains("Observation/by-identifier"));
    assert!(!sources("hard").contains("Observation/of-nobody"));
}

#[test]
fn a_version_that_says_something_else_is_seen() {
    let scratch = Scratch::new();
    let lines: Vec<String> = hard_lines()
        .into_iter()
        .filter(|line| line.ends_with('}') && (line.contains("\"id\":\"her2\"") || line.contains("\"id\":\"hard\"")))
        .collect();
    assert_eq!(lines.len(), 3, "a patient, a HER2 result, and its second version with another code");
    let run = outcome(&[scratch.file("lines.ndjson", lines.join("\n"))], |_| {});
    let facts = run.rows("facts");
    assert!(!facts.iter().any(|row| row["fact_id"] == "her2.status" && row["value"] == "positive"), "{facts:#?}");
    assert!(
        issue(&run.rows("issues"), "superseded-resource", "Observation/her2").is_some()
            || issue(&run.rows("issues"), "duplicate-resource", "Observation/her2").is_some()
    );
}

#[test]
fn a_medication_of_another_file_is_found() {
    let scratch = Scratch::new();
    let run = outcome(&[scratch.file("lines.ndjson", hard_lines().join("\n"))], |_| {});
    let found = run.rows("issues").iter().any(|row| row["code"] == "medication-not-found");
    assert!(!found, "the Medication is in the input");
}

#[test]
fn results_are_replaced_or_kept_only_when_asked() {
    let scratch = Scratch::new();
    let input = [scratch.file("lines.ndjson", hard_lines().join("\n"))];
    let options = options(scratch.0.join("out"));
    let first = try_run(&input, &options).unwrap();
    assert!(!first.resumed);
    assert!(matches!(try_run(&input, &options), Err(CohortError::Exists { .. })));
    let mut again = options.clone();
    again.resume = true;
    assert!(try_run(&input, &again).unwrap().resumed);
    std::fs::write(&input[0], hard_lines().join("\n") + "\n").unwrap();
    assert!(!try_run(&input, &again).unwrap().resumed, "the input changed, so the results are not those of it");
    again.resume = false;
    again.overwrite = true;
    assert!(!try_run(&input, &again).unwrap().resumed);
}

#[test]
fn a_file_that_breaks_off_is_fatal_and_costs_only_what_is_missing() {
    let scratch = Scratch::new();
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    std::io::Write::write_all(&mut gzip, hard_lines().join("\n").as_bytes()).unwrap();
    let mut bytes = gzip.finish().unwrap();
    bytes.truncate(bytes.len() - 20);
    let broken = scratch.file("a.ndjson.gz", bytes);
    let whole = scratch.file("b.ndjson", r#"{"resourceType":"Patient","id":"b"}"#);
    let run = outcome(&[broken, whole], |_| {});
    assert!(issue(&run.rows("issues"), "unreadable-file", "a.ndjson.gz").is_some());
    assert!(run.rows("assessments").iter().any(|row| row["patient_id"] == "b"));
}

#[test]
fn a_byte_order_mark_costs_nobody() {
    let scratch = Scratch::new();
    let lines = "\u{FEFF}{\"resourceType\":\"Patient\",\"id\":\"a\"}\n{\"resourceType\":\"Patient\",\"id\":\"b\"}\n";
    for name in ["lines.ndjson", "lines.json"] {
        let run = outcome(&[scratch.file(name, lines)], |_| {});
        let patients: Vec<_> = run.rows("assessments").iter().map(|row| row["patient_id"].clone()).collect();
        assert_eq!(patients, ["a", "b"], "{name}");
        assert_eq!(run.rows("issues"), Vec::<serde_json::Value>::new(), "{name}");
    }
}

#[test]
fn text_after_a_document_costs_itself() {
    let scratch = Scratch::new();
    let whole = crate::same_bytes::bundle_of_two();
    let expected = outcome(&[scratch.file("whole.json", &whole)], |_| {});
    let run = outcome(&[scratch.file("more.json", format!("{whole}}}}}]"))], |_| {});
    assert_eq!(run.rows("assessments").len(), 2);
    assert_eq!(run.rows("facts").len(), expected.rows("facts").len());
    assert_eq!(run.summary.broken, expected.summary.broken + 1);
    assert!(issue(&run.rows("issues"), "invalid-json", "more.json:5").is_some(), "{:#?}", run.rows("issues"));
}

#[test]
fn links_that_lead_in_circles_are_not_followed() {
    let scratch = Scratch::new();
    scratch.file("folder/patient.json", "{\"resourceType\":\"Patient\",\"id\":\"a\"}");
    let folder = scratch.0.join("folder");
    for name in ["self", "other"] {
        std::os::unix::fs::symlink(&folder, folder.join(name)).unwrap();
    }
    let run = outcome(&[folder], |_| {});
    assert_eq!(run.rows("assessments").len(), 1);
}
