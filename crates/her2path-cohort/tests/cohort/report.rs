//! What the report counts of care is what each patient's assessment says.

use her2path::assess;
use her2path::assessment::Verdict;
use her2path::fhir::Input;
use her2path::truth::Truth;

use crate::runs::{Scratch, outcome, question};

const COPIES: usize = 3;

/// HER2-positive metastatic disease, a first line that goes on, and no ejection fraction.
fn resources(patient: &str) -> Vec<String> {
    let coded = |system: &str, code: &str| format!(r#"{{"coding":[{{"system":"{system}","code":"{code}"}}]}}"#);
    let (loinc, snomed, rxnorm) =
        ("http://loinc.org", "http://snomed.info/sct", "http://www.nlm.nih.gov/research/umls/rxnorm");
    let about = format!(r#""subject":{{"reference":"Patient/{patient}"}}"#);
    let mut all = vec![
        format!(r#"{{"resourceType":"Patient","id":"{patient}","gender":"female","birthDate":"1970-05-01"}}"#),
        format!(
            r#"{{"resourceType":"Condition","id":"{patient}-c","code":{},"onsetDateTime":"2026-01-05",{about}}}"#,
            coded(snomed, "254837009")
        ),
        format!(
            r#"{{"resourceType":"Condition","id":"{patient}-m","code":{},"onsetDateTime":"2026-01-05",{about}}}"#,
            coded(snomed, "94381002")
        ),
        format!(
            r#"{{"resourceType":"Observation","id":"{patient}-h","status":"final","code":{},"valueCodeableConcept":{},"effectiveDateTime":"2026-01-06",{about}}}"#,
            coded(loinc, "85319-2"),
            coded(loinc, "LA6576-8")
        ),
    ];
    for (name, code) in [("trastuzumab", "224905"), ("pertuzumab", "1298944"), ("docetaxel", "72962")] {
        for day in ["2026-09-07", "2026-09-28", "2026-10-19", "2026-11-09"] {
            all.push(format!(
                r#"{{"resourceType":"MedicationAdministration","id":"{patient}-{name}-{day}","status":"completed","medicationCodeableConcept":{},"effectiveDateTime":"{day}",{about}}}"#,
                coded(rxnorm, code)
            ));
        }
    }
    all
}

/// The texts of the cells of the first row whose first cell begins so.
fn row(page: &str, section: &str, name: &str) -> Vec<String> {
    let (_, rest) = page.split_once(&format!("<h2>{section}</h2>")).expect("the page has the section");
    let rest = rest.split("<h2>").next().unwrap_or_default();
    let rows = rest.split("<tr>").map(|row| row.split("</tr>").next().unwrap_or_default());
    let cells = |row: &str| -> Vec<String> {
        let cells = row.split("<td").skip(1);
        cells.filter_map(|cell| Some(cell.split_once('>')?.1.split("</td>").next()?.to_owned())).collect()
    };
    rows.map(cells)
        .find(|cells| cells.first().is_some_and(|first| first.starts_with(name)))
        .unwrap_or_else(|| panic!("`{section}` has a row `{name}`"))
}

#[test]
fn care_is_counted_as_each_assessment_says() {
    let scratch = Scratch::new();
    let bytes = resources("p0").join("\n");
    let (assessments, _) = assess([Input { bytes: bytes.as_bytes(), name: "record" }], &question());
    let course = assessments[0].chapters.iter().find_map(|chapter| chapter.treatment.as_ref()).unwrap();
    let lines: Vec<String> = (0..COPIES).flat_map(|copy| resources(&format!("p{copy}"))).collect();
    let run = outcome(&[scratch.file("patients.ndjson", lines.join("\n"))], |_| {});
    let page = String::from_utf8(run.files["report.html"].clone()).unwrap();

    assert!(!course.quality.is_empty());
    for item in course.quality.iter().filter(|item| item.measure.unanswerable.is_none()) {
        let cells = row(&page, "Measures of quality", &format!("{} ", item.measure.id));
        let column = match (item.denominator, item.numerator) {
            (Truth::Met, Truth::Met) => 1,
            (Truth::Met, Truth::NotMet) => 2,
            (Truth::Met, Truth::Unknown) => 4,
            (Truth::NotMet, _) => 5,
            (Truth::Unknown, _) => 6,
        };
        for (position, cell) in cells.iter().enumerate().skip(1).filter(|(position, _)| *position != 3) {
            let expected = if position == column { COPIES } else { 0 };
            assert_eq!(*cell, expected.to_string(), "column {position} of {}", item.measure.id);
        }
    }

    assert_eq!(course.retrospect.len(), 1);
    for verdict in [Verdict::Concordant, Verdict::NotAmongOptions, Verdict::CannotBeSaid] {
        let first = course.retrospect.iter().filter(|found| found.line == 1 && found.verdict == verdict).count();
        let column = match verdict {
            Verdict::Concordant => 1,
            Verdict::NotAmongOptions => 2,
            Verdict::CannotBeSaid => 4,
        };
        assert_eq!(
            row(&page, "Lines against the options of their day", "1")[column],
            (first * COPIES).to_string(),
            "{verdict:?}"
        );
    }

    assert!(!course.monitoring.items.is_empty());
    for item in &course.monitoring.items {
        let cells = row(&page, "Checks that are due", &item.check.test);
        let counted: usize = cells[1..].iter().map(|cell| cell.parse::<usize>().unwrap()).sum();
        assert_eq!(counted % COPIES, 0, "{}", item.check.id);
        assert!(counted >= COPIES, "{}", item.check.id);
    }
}
