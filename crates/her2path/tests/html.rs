//! Pages hold nothing that a record could smuggle in, and nothing that reaches out.

#![cfg(test)]

use her2path::assessment::Assessment;
use her2path::fhir::Input;
use her2path::guideline::KNOWLEDGE;
use her2path::render::html;
use her2path::{Question, assess, chapters};

/// Written for this test: every text that a record can bring into a page holds markup, quotes and a mark that turns the
/// direction of writing around.
const HOSTILE: &str = r#"{"resourceType": "Bundle", "type": "collection", "entry": [
    {"resource": {"resourceType": "Patient", "id": "p<script>alert(1)</script>", "gender": "female", "birthDate": "1970-<b>"}},
    {"resource": {"resourceType": "Condition", "id": "c\"><img src=x onerror=alert(2)>",
      "subject": {"reference": "Patient/p<script>alert(1)</script>"},
      "code": {"text": "</title><script>alert(3)</script>", "coding": [
        {"system": "http://snomed.info/sct", "code": "254837009", "display": "Malignant neoplasm of breast"}]}}},
    {"resource": {"resourceType": "Observation", "id": "o", "status": "final",
      "subject": {"reference": "Patient/p<script>alert(1)</script>"},
      "code": {"coding": [{"system": "http://loinc.org", "code": "85319-2", "display": "HER2 \u202e<style>"}]},
      "valueString": "<svg onload=alert(4)> \u202e positive & 'more'"}}]}"#;

fn assessed(records: &[&str]) -> Vec<Assessment<'static>> {
    let question = Question::new(&KNOWLEDGE, jiff::civil::date(2026, 11, 23)).chapters(chapters::ALL);
    assess(records.iter().map(|record| Input { bytes: record.as_bytes(), name: "record.json" }), &question).0
}

#[test]
fn nothing_of_a_record_becomes_markup() {
    let assessments = assessed(&[HOSTILE]);
    assert_eq!(assessments.len(), 1);
    for page in [html::clinician(&assessments, true), html::clinician(&assessments, false)] {
        assert!(page.contains("p&lt;script&gt;alert(1)&lt;/script&gt;"), "the patient's id is shown, escaped");
        for markup in ["<script", "<img", "<svg onload", "</title><script", "\u{202e}"] {
            assert!(!page.contains(markup), "{markup} came through");
        }
        assert_eq!(page.matches("<style>").count(), 1, "only our own style");
    }
}

#[test]
fn a_document_stands_alone() {
    let page = html::clinician(&assessed(&[HOSTILE]), false);
    assert!(page.starts_with("<!DOCTYPE html><html lang=\"en\">"));
    assert!(page.contains("@media print"));
    assert!(page.contains(KNOWLEDGE.guideline.notice.as_ref()));
    for outward in ["<link", " src=", "@import", "url(", "<script", "<iframe", "javascript:"] {
        assert!(!page.contains(outward), "{outward}");
    }
}

#[test]
fn every_patient_has_a_page_of_their_own() {
    let two = r#"[{"resourceType": "Patient", "id": "one"}, {"resourceType": "Patient", "id": "two"}]"#;
    let page = html::clinician(&assessed(&[two]), false);
    assert_eq!(page.matches("<article").count(), 2);
    assert!(page.contains("id=\"patient-1\"") && page.contains("id=\"patient-2\""));
    assert!(page.contains("Patient one") && page.contains("Patient two"));
}

/// Ids must be unique in a document, or links lead astray and screen readers misname sections.
#[test]
fn ids_are_unique() {
    let page = html::clinician(&assessed(&[HOSTILE, r#"{"resourceType": "Patient", "id": "q"}"#]), true);
    let mut ids: Vec<&str> = page.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let count = ids.len();
    assert!(count > 2);
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count);
}

/// What a picture of a trial must say: that it was reconstructed, how many were at risk, and the median that the report gives.
#[test]
fn trial_curves_say_what_they_are() {
    use her2path::render::curves;
    use her2path_models::trial_curves::arms;
    let mut drawn = 0;
    for arm in arms() {
        let svg = curves::figure(arm).expect("every reconstructed arm gives a curve");
        for said in ["(reconstructed)", "not the trial's own data", "At risk", "95 % intervals", "<title>", "<desc>"] {
            assert!(svg.contains(said), "{}: {said}", arm.id);
        }
        // At the start everybody is at risk.
        let first = svg.split("At risk</text>").nth(1).and_then(|rest| rest.split("middle\">").nth(1)).expect("counts");
        let count = arm.follow_up().months.len().to_string();
        assert_eq!(first.split('<').next(), Some(count.as_str()), "{}", arm.id);
        drawn += 1;
    }
    assert!(drawn > 10, "{drawn}");
    let cleopatra =
        arms().iter().find(|arm| arm.trial == "CLEOPATRA" && arm.outcome == "overall survival").expect("it is there");
    assert!(curves::figure(cleopatra).expect("a curve").contains("The trial reports a median of 56.5 months"));
}
