//! Measurements, germline results, breast imaging and response: FHIR in, facts and issues out. One line a case; expected
//! values are worked out by hand.

#![cfg(test)]

use her2path::assessment::Assessment;
use her2path::chart::facts::display;
use her2path::fhir::Input;
use her2path::guideline::{Fact, KNOWLEDGE};
use her2path::{Question, assess, chapters};
use serde_json::{Value as Json, json};

const LOINC: &str = "http://loinc.org";
const SNOMED: &str = "http://snomed.info/sct";
const UCUM: &str = "http://unitsofmeasure.org";

fn assessment(resources: Vec<Json>) -> Assessment<'static> {
    let patient = json!({"resourceType": "Patient", "id": "p"});
    let entries: Vec<Json> =
        std::iter::once(patient).chain(resources).map(|resource| json!({"resource": resource})).collect();
    let bundle = json!({"resourceType": "Bundle", "type": "collection", "entry": entries}).to_string();
    let question = Question::new(&KNOWLEDGE, jiff::civil::date(2026, 11, 23)).chapters(chapters::ALL);
    let (mut assessments, issues) = assess([Input { bytes: bundle.as_bytes(), name: "bundle" }], &question);
    assert!(issues.is_empty(), "{issues:?}");
    assessments.remove(0)
}

fn breast_cancer() -> Json {
    json!({"resourceType": "Condition", "id": "c", "subject": {"reference": "Patient/p"},
        "code": {"coding": [{"system": SNOMED, "code": "254837009", "display": "Malignant neoplasm of breast"}]}})
}

/// An observation: id, code, day, and the fields of its value.
fn observed(id: &str, system: &str, code: &str, day: &str, value: Json) -> Json {
    let mut observation = json!({"resourceType": "Observation", "id": id, "status": "final",
        "subject": {"reference": "Patient/p"}, "code": {"coding": [{"system": system, "code": code}]}});
    if !day.is_empty() {
        observation["effectiveDateTime"] = json!(day);
    }
    for (key, value) in value.as_object().expect("an object") {
        observation[key] = value.clone();
    }
    observation
}

/// A number as people write it: without a decimal point where it is whole.
fn number(value: f64) -> Json {
    format!("{value}").parse().expect("a number")
}

fn quantity(value: f64, unit: &str) -> Json {
    json!({"valueQuantity": {"value": number(value), "unit": unit, "system": UCUM, "code": unit}})
}

fn coded(system: &str, code: &str) -> Json {
    json!({"valueCodeableConcept": {"coding": [{"system": system, "code": code}]}})
}

fn text(text: &str) -> Json {
    json!({"valueString": text})
}

/// A fact as output prints it, `-` where it is not known.
fn fact(assessment: &Assessment<'_>, fact: Fact) -> String {
    let statement = assessment.facts.get(fact);
    statement.map_or_else(|| "-".to_owned(), |statement| display(&KNOWLEDGE, fact.index(), &statement.value))
}

fn has_issue(assessment: &Assessment<'_>, code: &str) -> bool {
    assessment.issues.iter().any(|issue| issue.code == code)
}

#[track_caller]
fn holds(assessment: &Assessment<'_>, expected: &str, of: Fact, issue: &str, case: &dyn std::fmt::Debug) {
    assert_eq!(fact(assessment, of), expected, "{case:?}: {:?}", assessment.issues);
    if issue.is_empty() {
        assert!(assessment.issues.is_empty(), "{case:?}: {:?}", assessment.issues);
    } else {
        assert!(has_issue(assessment, issue), "{case:?}: {issue} is not in {:?}", assessment.issues);
    }
}

#[test]
fn ejection_fractions_in_numbers_ranges_and_words() {
    let rows = [
        (quantity(55.0, "%"), "55 %", ""),
        (quantity(0.55, "1"), "55 %", ""),
        (text("60 %"), "60 %", ""),
        (text("LVEF 60%"), "60 %", ""),
        (text("55-60 %"), ">=55 %", ""),
        (text("55 to 60 percent"), ">=55 %", ""),
        (text("30-35 %"), "<=35 %", ""),
        (text("40-45 %"), "<=45 %", ""),
        (text(">55 %"), ">55 %", ""),
        (json!({"valueRange": {"low": {"value": 55, "code": "%"}, "high": {"value": 60, "code": "%"}}}), ">=55 %", ""),
        // A unit that is missing or another one, a word, an impossible value: no fact, and said.
        (quantity(0.55, "%"), "-", "unreadable-value"),
        (quantity(550.0, "%"), "-", "unreadable-value"),
        (quantity(-3.0, "%"), "-", "unreadable-value"),
        (quantity(55.0, "mL"), "-", "unreadable-value"),
        (json!({"valueQuantity": {"value": 55}}), "-", "unreadable-value"),
        (json!({"valueInteger": 55}), "-", "unreadable-value"),
        (text("55"), "-", "unreadable-value"),
        (text("normal"), "-", "unreadable-value"),
        (text("60-55 %"), "-", "unreadable-value"),
        (text("55 %, earlier 35 %"), "-", "unreadable-value"),
    ];
    for (value, expected, issue) in rows {
        let found = assessment(vec![observed("o", LOINC, "10230-1", "2026-11-01", value.clone())]);
        holds(&found, expected, Fact::LvefLatest, issue, &value);
    }
}

#[test]
fn performance_status_in_every_form() {
    let rows = [
        (json!({"valueInteger": 1}), "1", ""),
        (quantity(2.0, "{score}"), "2", ""),
        (text("1"), "1", ""),
        (text("ECOG 1"), "1", ""),
        (text("ECOG: 0"), "0", ""),
        (json!({"valueInteger": 7}), "-", "unreadable-value"),
        (json!({"valueInteger": -1}), "-", "unreadable-value"),
        (text("0-1"), "-", "unreadable-value"),
        (text("good"), "-", "unreadable-value"),
        (json!({"valueBoolean": true}), "-", "unreadable-value"),
        (json!({"valueQuantity": {"value": 1, "comparator": "<"}}), "-", "unreadable-value"),
    ];
    for (value, expected, issue) in rows {
        let found = assessment(vec![observed("o", LOINC, "89247-1", "2026-11-01", value.clone())]);
        holds(&found, expected, Fact::Ecog, issue, &value);
    }
    let karnofsky = assessment(vec![observed("o", LOINC, "89243-0", "2026-11-01", json!({"valueInteger": 85}))]);
    holds(&karnofsky, "-", Fact::Karnofsky, "unreadable-value", &"85");
}

/// Of several values none is chosen by its place or its id.
#[test]
fn values_of_one_day_that_differ_are_no_value() {
    let lvef = |id: &str, value: f64, day: &str| observed(id, LOINC, "10230-1", day, quantity(value, "%"));
    let ecog = |id: &str, value: i64, day: &str| observed(id, LOINC, "89247-1", day, json!({"valueInteger": value}));
    let rows: Vec<(Vec<Json>, Fact, &str, &str)> = vec![
        (
            vec![lvef("a", 60.0, "2026-11-01"), lvef("b", 35.0, "2026-11-01")],
            Fact::LvefLatest,
            "-",
            "conflicting-values",
        ),
        (
            vec![lvef("b", 60.0, "2026-11-01"), lvef("a", 35.0, "2026-11-01")],
            Fact::LvefLatest,
            "-",
            "conflicting-values",
        ),
        (vec![lvef("a", 60.0, "2026-11-01"), lvef("b", 60.0, "2026-11-01")], Fact::LvefLatest, "60 %", ""),
        (vec![lvef("a", 60.0, "2026-11-01"), lvef("b", 35.0, "2026-11-02")], Fact::LvefLatest, "35 %", ""),
        // "2026" may be after the first of November.
        (vec![lvef("a", 60.0, "2026"), lvef("b", 35.0, "2026-11-01")], Fact::LvefLatest, "-", "conflicting-values"),
        (vec![lvef("a", 35.0, "2026"), lvef("b", 35.0, "2026-11-01")], Fact::LvefLatest, "35 %", ""),
        (vec![lvef("a", 60.0, "2025"), lvef("b", 35.0, "2026-11-01")], Fact::LvefLatest, "35 %", ""),
        (vec![ecog("a", 0, "2026-11-01"), ecog("b", 3, "2026-11-01")], Fact::Ecog, "-", "conflicting-values"),
        (vec![ecog("a", 0, "2026-11"), ecog("b", 3, "2026-11-20")], Fact::Ecog, "-", "conflicting-values"),
        (vec![ecog("a", 0, "2026-10"), ecog("b", 3, "2026-11-20")], Fact::Ecog, "3", ""),
    ];
    for (resources, of, expected, issue) in rows {
        let case = format!("{resources:?}");
        let mut turned = resources.clone();
        turned.reverse();
        for resources in [resources, turned] {
            holds(&assessment(resources), expected, of, issue, &case);
        }
    }
    // A baseline, too, is not chosen by id.
    let both = vec![lvef("a", 60.0, "2024-01-01"), lvef("b", 45.0, "2024-01-01"), lvef("c", 50.0, "2026-11-01")];
    assert_eq!(fact(&assessment(both), Fact::LvefBaseline), "-");
}

#[test]
fn answers_that_are_not_known_are_said() {
    let rows = [
        ("161712005", SNOMED, coded(SNOMED, "76498008"), Fact::MenopausalStatus, "postmenopausal", ""),
        ("161712005", SNOMED, coded(SNOMED, "260385009"), Fact::MenopausalStatus, "-", "unreadable-value"),
        ("161712005", SNOMED, text("post"), Fact::MenopausalStatus, "-", "unreadable-value"),
        ("161712005", SNOMED, quantity(51.0, "a"), Fact::MenopausalStatus, "-", "unreadable-value"),
        ("82810-3", LOINC, coded(LOINC, "LA26683-5"), Fact::PregnancyStatus, "not-pregnant", ""),
        ("82810-3", LOINC, coded(SNOMED, "22636003"), Fact::PregnancyStatus, "-", "unreadable-value"),
        ("82810-3", LOINC, json!({"valueBoolean": false}), Fact::PregnancyStatus, "-", "unreadable-value"),
        ("21889-1", LOINC, quantity(-4.0, "mm"), Fact::TumorSize, "-", ""),
    ];
    for (code, system, value, of, expected, issue) in rows {
        let found = assessment(vec![breast_cancer(), observed("o", system, code, "2026-11-01", value.clone())]);
        holds(&found, expected, of, issue, &(code, value));
    }
    let size = |millimetres: f64| {
        let component = json!([{"code": {"coding": [{"system": LOINC, "code": "33728-7"}]},
            "valueQuantity": {"value": number(millimetres), "unit": "mm", "system": UCUM, "code": "mm"}}]);
        observed("o", LOINC, "21889-1", "2026-11-01", json!({"component": component}))
    };
    holds(&assessment(vec![breast_cancer(), size(21.0)]), "21 mm", Fact::TumorSize, "", &"21 mm");
    holds(&assessment(vec![breast_cancer(), size(-4.0)]), "-", Fact::TumorSize, "unreadable-value", &"-4 mm");
}

/// What was tested, what was answered, then BRCA1, BRCA2 and both together.
#[test]
fn germline_results_are_as_wide_as_their_test() {
    let variant = |gene: &str, presence: &str, significance: &str, origin: &str| {
        let part = |code: &str, system: &str, value: &str| {
            json!({"code": {"coding": [{"system": LOINC, "code": code}]},
                "valueCodeableConcept": {"coding": [{"system": system, "code": value}]}})
        };
        let mut parts = vec![part("48018-6", "http://www.genenames.org/geneId", gene)];
        if !significance.is_empty() {
            parts.push(part("53037-8", LOINC, significance));
        }
        if !origin.is_empty() {
            parts.push(part("48002-0", LOINC, origin));
        }
        let mut value = coded(LOINC, presence);
        value["component"] = json!(parts);
        observed("v", LOINC, "69548-6", "2026-11-01", value)
    };
    let test = |id: &str, code: &str, value: Json, day: &str| observed(id, LOINC, code, day, value);
    let negative = || coded(LOINC, "LA6577-6");
    let day = "2026-11-01";
    let condition = |code: &str| {
        json!({"resourceType": "Condition", "id": "k", "subject": {"reference": "Patient/p"}, "recordedDate": "2025-01-01",
            "code": {"coding": [{"system": SNOMED, "code": code}]}})
    };
    let (germline, somatic) = ("LA6683-2", "LA6684-0");
    let rows: Vec<(Vec<Json>, [&str; 3], &str)> = vec![
        (vec![test("a", "21636-6", negative(), day)], ["negative", "-", "incomplete"], ""),
        (vec![test("a", "38530-2", negative(), day)], ["-", "negative", "incomplete"], ""),
        (
            vec![test("a", "21636-6", negative(), day), test("b", "38530-2", negative(), day)],
            ["negative", "negative", "negative"],
            "",
        ),
        // A panel of both genes.
        (
            vec![observed("a", SNOMED, "55446002", day, coded(SNOMED, "445180002"))],
            ["negative", "negative", "negative"],
            "",
        ),
        (
            vec![observed("a", SNOMED, "55446002", day, coded(SNOMED, "412734009"))],
            ["pathogenic", "-", "pathogenic"],
            "",
        ),
        (vec![observed("a", SNOMED, "55446002", day, coded(SNOMED, "10828004"))], ["-", "-", "unclassified"], ""),
        // One variant.
        (vec![test("a", "21637-4", negative(), day)], ["incomplete", "-", "incomplete"], ""),
        (vec![test("a", "79208-5", negative(), day)], ["-", "incomplete", "incomplete"], ""),
        (vec![test("a", "21640-8", coded(LOINC, "LA9633-4"), day)], ["-", "unclassified", "unclassified"], ""),
        (vec![variant("HGNC:1100", "LA9634-2", "", germline)], ["incomplete", "-", "incomplete"], ""),
        (vec![variant("HGNC:1100", "LA9633-4", "LA6675-8", germline)], ["incomplete", "-", "incomplete"], ""),
        (vec![variant("HGNC:1101", "LA9633-4", "LA6668-3", germline)], ["-", "pathogenic", "pathogenic"], ""),
        (vec![variant("HGNC:1101", "LA9633-4", "LA26332-9", germline)], ["-", "pathogenic", "pathogenic"], ""),
        (vec![variant("HGNC:1101", "LA9633-4", "LA26333-7", germline)], ["-", "uncertain", "uncertain"], ""),
        (vec![variant("HGNC:1101", "LA9633-4", "", germline)], ["-", "unclassified", "unclassified"], ""),
        (vec![variant("HGNC:1101", "LA9633-4", "LA6668-3", "")], ["-", "unclassified", "unclassified"], ""),
        (vec![variant("HGNC:1101", "LA9633-4", "LA6668-3", somatic)], ["-", "-", "-"], ""),
        (vec![variant("HGNC:1101", "LA11884-6", "", germline)], ["-", "-", "-"], "unreadable-value"),
        // Words, and answers that are none.
        (vec![test("a", "21636-6", text("Not detected"), day)], ["negative", "-", "incomplete"], ""),
        (
            vec![test("a", "21636-6", text("variant of uncertain significance"), day)],
            ["uncertain", "-", "uncertain"],
            "",
        ),
        (vec![test("a", "21636-6", text("see report"), day)], ["-", "-", "-"], "unreadable-value"),
        (vec![test("a", "21636-6", coded(SNOMED, "412738007"), day)], ["-", "-", "-"], "unreadable-value"),
        // A variant once found is not taken back, and the disagreement is said.
        (
            vec![condition("412734009"), test("b", "21636-6", negative(), day)],
            ["pathogenic", "-", "pathogenic"],
            "germline-conflict",
        ),
        (
            vec![test("a", "21636-6", coded(LOINC, "LA6576-8"), "2020-01-01"), test("b", "21636-6", negative(), day)],
            ["unclassified", "-", "unclassified"],
            "germline-conflict",
        ),
        // Which genes were examined is not said.
        (vec![condition("445180002")], ["incomplete", "incomplete", "incomplete"], "germline-scope"),
        (vec![condition("718220008")], ["-", "-", "unclassified"], ""),
    ];
    for (resources, expected, issue) in rows {
        let case = format!("{resources:?}");
        let found = assessment(resources);
        let genes = [Fact::GermlineBrca1, Fact::GermlineBrca2, Fact::GermlineBrca].map(|of| fact(&found, of));
        assert_eq!(genes, expected, "{case}: {:?}", found.issues);
        holds(&found, expected[2], Fact::GermlineBrca, issue, &case);
    }
}

fn lesion(id: &str, lesion: &str, millimetres: f64, day: &str) -> Json {
    observed(
        id,
        LOINC,
        "21889-1",
        day,
        json!({"focus": [{"reference": format!("BodyStructure/{lesion}")}],
            "component": [{"code": {"coding": [{"system": LOINC, "code": "33728-7"}]},
                "valueQuantity": {"value": number(millimetres), "unit": "mm", "system": UCUM, "code": "mm"}}]}),
    )
}

/// Target response, recorded, worked out, and the response that stands.
#[test]
fn recorded_and_computed_responses_stand_side_by_side() {
    let recorded = |id: &str, code: &str, day: &str| observed(id, LOINC, "88040-1", day, coded(LOINC, code));
    let (complete, partial, stable, progression) = ("LA28366-5", "LA28369-9", "LA28371-5", "LA28370-7");
    let sizes = |now: f64| vec![lesion("a", "t1", 100.0, "2026-03-01"), lesion("b", "t1", now, "2026-09-01")];
    let with = |mut lesions: Vec<Json>, more: Json| {
        lesions.push(more);
        lesions
    };
    let rows: Vec<(Vec<Json>, [&str; 4], &str)> = vec![
        (vec![recorded("r", partial, "2026-09-01")], ["-", "PR", "-", "PR"], ""),
        // What was recorded does not keep the sizes from being read.
        (with(sizes(70.0), recorded("r", partial, "2026-09-01")), ["PR", "PR", "-", "PR"], ""),
        (with(sizes(120.0), recorded("r", progression, "2026-09-01")), ["PD", "PD", "PD", "PD"], ""),
        // New lesions may be the reason.
        (with(sizes(70.0), recorded("r", progression, "2026-09-01")), ["PR", "PD", "-", "PD"], ""),
        // Contradictions of one day.
        (with(sizes(120.0), recorded("r", partial, "2026-09-01")), ["PD", "PR", "PD", "-"], "response-contradiction"),
        (with(sizes(71.0), recorded("r", partial, "2026-09-01")), ["SD", "PR", "-", "-"], "response-contradiction"),
        (with(sizes(70.0), recorded("r", complete, "2026-09-01")), ["PR", "CR", "-", "-"], "response-contradiction"),
        (with(sizes(70.0), recorded("r", stable, "2026-09-01")), ["PR", "SD", "-", "-"], "response-contradiction"),
        // The later of the two stands.
        (with(sizes(120.0), recorded("r", partial, "2026-06-01")), ["PD", "PR", "PD", "PD"], ""),
        (with(sizes(120.0), recorded("r", partial, "2026-11-01")), ["PD", "PR", "PD", "PR"], ""),
        // Two recorded answers of one day.
        (
            vec![recorded("r", partial, "2026-09-01"), recorded("s", progression, "2026-09-01")],
            ["-", "-", "-", "-"],
            "conflicting-values",
        ),
        // A lesion with two sizes of one day has none.
        (with(sizes(70.0), lesion("c", "t1", 130.0, "2026-09-01")), ["SD", "-", "-", "-"], "conflicting-values"),
    ];
    for (resources, expected, issue) in rows {
        let case = format!("{resources:?}");
        let found = assessment(std::iter::once(breast_cancer()).chain(resources).collect());
        let facts = [Fact::ResponseTarget, Fact::ResponseRecorded, Fact::ResponseComputed, Fact::ResponseRecist];
        let mut all = facts.map(|of| fact(&found, of));
        if issue == "conflicting-values" {
            // With the later day gone only the baseline is left; it responds to nothing.
            all[0] = expected[0].to_owned();
        }
        assert_eq!(all, expected, "{case}: {:?}", found.issues);
        assert_eq!(
            fact(&found, Fact::ResponseFlags) == "recorded-differs",
            issue == "response-contradiction",
            "{case}"
        );
        if !issue.is_empty() {
            assert!(has_issue(&found, issue), "{case}: {:?}", found.issues);
        }
    }
}

/// A day before the editions that the tables follow.
#[test]
fn a_day_before_the_guideline_is_said() {
    let record =
        json!([breast_cancer(), observed("o", LOINC, "85319-2", "2016-02-01", coded(LOINC, "LA11843-2"))]).to_string();
    let issues = |day| {
        let question = Question::new(&KNOWLEDGE, day).chapters(chapters::ALL);
        let (mut found, _) = assess([Input { bytes: record.as_bytes(), name: "record" }], &question);
        has_issue(&found.remove(0), "before-guideline")
    };
    assert!(issues(jiff::civil::date(2017, 6, 1)));
    assert!(issues(jiff::civil::date(2018, 5, 29)));
    assert!(!issues(jiff::civil::date(2018, 5, 30)));
}
