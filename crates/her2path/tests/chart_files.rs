//! Facts typed in: every fact and every value can be stated, what follows is worked out as for a record, and what cannot
//! be or contradicts itself is said.

#![cfg(test)]

use her2path::chart::facts::display;
use her2path::chart::{Chart, stated};
use her2path::fhir::{Input, read_all};
use her2path::guideline::{Fact, KNOWLEDGE};
use her2path::issue::{Issue, Severity};
use her2path::knowledge::model::{Chapter, FactKind, FactType};
use jiff::civil::{Date, date};
use serde_json::{Value as Json, json};

const DAY: Date = date(2026, 11, 23);

fn read(text: &str) -> (Chart, Vec<Issue>) {
    stated::read(text, "case.toml", &KNOWLEDGE, DAY)
}

fn fact(chart: &Chart, fact: Fact) -> String {
    let statement = chart.facts.get(fact);
    statement.map_or_else(|| "-".to_owned(), |statement| display(&KNOWLEDGE, fact.index(), &statement.value))
}

/// No fact is out of reach, and no value of one: each can be typed, and then it is what was typed.
#[test]
fn every_fact_and_value_can_be_stated() {
    for fact_of in Fact::ALL {
        let definition = KNOWLEDGE.fact_definition(fact_of.index()).expect("a definition");
        let lines: Vec<(String, String)> = match definition.kind_of_value {
            FactType::Boolean => vec![("true".into(), "yes".into()), ("false".into(), "no".into())],
            FactType::Integer if fact_of == Fact::Karnofsky => vec![("70".into(), "70".into())],
            FactType::Code => {
                definition.values.iter().map(|value| (format!("\"{}\"", value.code), value.code.to_string())).collect()
            }
            FactType::Codes => definition
                .values
                .iter()
                .map(|value| (format!("[\"{}\"]", value.code), value.code.to_string()))
                .collect(),
            FactType::Date => vec![("\"2026-03\"".into(), "2026-03".into())],
            FactType::Text => vec![("\"T2\"".into(), "T2".into())],
            FactType::Integer | FactType::Decimal => Vec::new(),
        };
        for (typed, shown) in lines {
            if fact_of == Fact::AsOf {
                continue;
            }
            let (chart, issues) = read(&format!("\"{}\" = {typed}", fact_of.id()));
            assert!(issues.is_empty(), "{} = {typed}: {issues:?}", fact_of.id());
            let found = fact(&chart, fact_of);
            // Remarks that follow from the value itself may stand beside it.
            assert!(
                found == shown || found.split(", ").any(|one| one == shown),
                "{}: {found} not {shown}",
                fact_of.id()
            );
        }
    }
}

/// What a clinician can judge can also be stated in a record, value by value, under the fact's own id.
#[test]
fn every_asserted_value_can_be_stated_in_a_record() {
    for fact_of in Fact::ALL {
        let definition = KNOWLEDGE.fact_definition(fact_of.index()).expect("a definition");
        if definition.kind != FactKind::Asserted {
            continue;
        }
        let rows: Vec<(Json, String)> = match definition.kind_of_value {
            FactType::Boolean => {
                vec![(json!({"valueBoolean": true}), "yes".into()), (json!({"valueBoolean": false}), "no".into())]
            }
            FactType::Code | FactType::Codes => {
                definition.values.iter().map(|v| (json!({"valueString": v.code}), v.code.to_string())).collect()
            }
            _ => Vec::new(),
        };
        for (value, shown) in rows {
            let mut observation = json!({"resourceType": "Observation", "id": "o", "status": "final",
                "subject": {"reference": "Patient/p"}, "effectiveDateTime": "2026-11-20",
                "code": {"coding": [{"system": "urn:her2path:fact", "code": fact_of.id()}]}});
            for (key, value) in value.as_object().expect("an object") {
                observation[key] = value.clone();
            }
            let bytes = json!([breast_cancer(), observation]).to_string();
            let (records, _) = read_all([Input { bytes: bytes.as_bytes(), name: "record" }]);
            let (chart, _) = Chart::of_record(&records[0], &KNOWLEDGE, DAY);
            let statement = chart.facts.get(fact_of);
            let found = statement.map(|statement| display(&KNOWLEDGE, fact_of.index(), &statement.value));
            assert_eq!(found.as_deref(), Some(shown.as_str()), "{} {value}", fact_of.id());
        }
    }
}

fn breast_cancer() -> Json {
    json!({"resourceType": "Condition", "id": "c", "subject": {"reference": "Patient/p"},
        "code": {"coding": [{"system": "http://snomed.info/sct", "code": "254837009", "display": "Malignant neoplasm of breast"}]}})
}

/// Typed lines, a fact, its value, and an issue ("" for none).
#[test]
fn what_follows_and_what_contradicts() {
    let rows: &[(&str, Fact, &str, &str)] = &[
        // What follows.
        ("\"er.percent\" = 0", Fact::ErStatus, "negative", ""),
        ("\"er.percent\" = 5", Fact::ErStatus, "low-positive", ""),
        ("\"er.percent\" = 90", Fact::ErStatus, "positive", ""),
        ("\"er.percent\" = \"<10\"", Fact::ErStatus, "-", ""),
        ("\"er.percent\" = \">=1\"", Fact::ErStatus, "positive-unspecified", ""),
        ("\"pr.percent\" = 1", Fact::PrStatus, "positive", ""),
        ("\"er.percent\" = 90", Fact::HormoneReceptorStatus, "positive", ""),
        ("\"her2.ihc\" = \"3+\"", Fact::Her2Status, "positive", ""),
        ("\"her2.ihc\" = \"2+\"", Fact::Her2Status, "equivocal", ""),
        ("\"her2.ihc\" = \"2+\"\n\"her2.ish\" = \"g5\"", Fact::Her2Status, "negative", ""),
        ("\"her2.ihc\" = \"2+\"\n\"her2.ish\" = \"g2\"", Fact::Her2Status, "pending", ""),
        ("\"her2.ihc\" = \"2+\"\n\"her2.ish\" = \"g2\"", Fact::Her2Detail, "pending-recount", ""),
        ("\"her2.ihc\" = \"1+\"\n\"her2.ish\" = \"g3\"", Fact::Her2Detail, "negative-with-comment-g3", ""),
        ("\"her2.ish\" = \"g1\"", Fact::Her2Status, "positive", ""),
        ("\"her2.ish\" = \"partial\"", Fact::Her2Detail, "incomplete-ish", ""),
        ("\"her2.ihc\" = \"1+\"", Fact::Her2Category, "low", ""),
        ("\"her2.status\" = \"negative\"\n\"her2.ihc\" = \"2+\"", Fact::Her2Category, "low", ""),
        ("\"stage.m\" = \"cM1\"", Fact::DiseaseSetting, "metastatic", ""),
        ("\"stage.m\" = \"M0\"", Fact::DiseaseSetting, "not-metastatic", ""),
        ("\"stage.m\" = \"MX\"", Fact::DiseaseSetting, "-", ""),
        ("\"stage.group\" = \"IIA\"", Fact::DiseaseSetting, "not-metastatic", ""),
        ("\"metastasis.sites\" = [\"bone\"]", Fact::DiseaseSetting, "metastatic", ""),
        ("\"stage.m\" = \"M0\"\n\"metastasis.sites\" = [\"bone\"]", Fact::DiseaseSetting, "metastatic", ""),
        ("\"her2.histologic-discordance\" = true", Fact::Her2Flags, "histologic-discordance", ""),
        (
            "\"her2.preanalytic-deviation\" = true\n\"her2.flags\" = [\"discordant\"]",
            Fact::Her2Flags,
            "preanalytic-deviation, discordant",
            "",
        ),
        // A year of birth leaves two ages; neither is chosen.
        ("\"patient.birth-date\" = \"1960\"", Fact::PatientAge, "65 or 66 years", ""),
        ("\"patient.birth-date\" = \"1960-11\"", Fact::PatientAge, "65 or 66 years", ""),
        ("\"patient.birth-date\" = \"1960-10\"", Fact::PatientAge, "66 years", ""),
        ("\"germline.brca1\" = \"negative\"", Fact::GermlineBrca, "incomplete", ""),
        // What contradicts itself.
        ("\"er.percent\" = 0\n\"er.status\" = \"positive\"", Fact::ErStatus, "negative", "contradiction"),
        ("\"er.percent\" = 60\n\"er.status\" = \"negative\"", Fact::ErStatus, "positive", "contradiction"),
        (
            "\"er.percent\" = 60\n\"er.status\" = \"negative\"",
            Fact::HormoneReceptorFlags,
            "er-qualitative-conflict",
            "contradiction",
        ),
        ("\"her2.ihc\" = \"3+\"\n\"her2.status\" = \"negative\"", Fact::Her2Status, "conflict", "contradiction"),
        ("\"her2.ihc\" = \"0\"\n\"her2.status\" = \"positive\"", Fact::Her2Status, "conflict", "contradiction"),
        (
            "\"her2.ihc\" = \"0\"\n\"her2.ish\" = \"g1\"\n\"her2.status\" = \"positive\"",
            Fact::Her2Status,
            "positive",
            "",
        ),
        ("\"her2.ish\" = \"g5\"\n\"her2.status\" = \"positive\"", Fact::Her2Status, "conflict", "contradiction"),
        (
            "\"stage.m\" = \"M1\"\n\"disease.setting\" = \"not-metastatic\"",
            Fact::DiseaseSetting,
            "unknown",
            "contradiction",
        ),
        (
            "\"patient.birth-date\" = \"1974-03-01\"\n\"patient.age\" = 40",
            Fact::PatientAge,
            "40 years",
            "contradiction",
        ),
        (
            "\"er.status\" = \"positive\"\n\"hormone-receptor.status\" = \"negative\"",
            Fact::HormoneReceptorStatus,
            "negative",
            "contradiction",
        ),
        (
            "\"response.recorded\" = \"PR\"\n\"response.target\" = \"PD\"",
            Fact::ResponseRecist,
            "-",
            "response-contradiction",
        ),
        // What cannot be.
        ("\"er.percent\" = 550", Fact::ErPercent, "-", "unreadable-value"),
        ("\"er.percent\" = -1", Fact::ErPercent, "-", "unreadable-value"),
        ("\"lvef.latest\" = 550", Fact::LvefLatest, "-", "unreadable-value"),
        ("\"lvef.latest\" = 0.55", Fact::LvefLatest, "-", "unreadable-value"),
        ("\"ecog\" = 7", Fact::Ecog, "-", "unreadable-value"),
        ("\"karnofsky\" = 85", Fact::Karnofsky, "-", "unreadable-value"),
        ("\"tumor.size\" = -3", Fact::TumorSize, "-", "unreadable-value"),
        ("\"patient.age\" = 200", Fact::PatientAge, "-", "unreadable-value"),
        ("\"her2.status\" = \"postive\"", Fact::Her2Status, "-", "unreadable-value"),
    ];
    for (text, of, expected, issue) in rows {
        let (chart, issues) = read(text);
        assert_eq!(fact(&chart, *of), *expected, "{text}: {issues:?}");
        let codes: Vec<&str> = issues.iter().map(|issue| issue.code.as_ref()).collect();
        if issue.is_empty() {
            assert!(codes.is_empty(), "{text}: {issues:?}");
        } else {
            assert_eq!(codes, [*issue], "{text}: {issues:?}");
        }
    }
}

#[test]
fn a_slip_in_the_name_of_a_fact_is_fatal_and_named() {
    let (_, issues) = read("\"her2.statu\" = \"positive\"");
    assert_eq!(issues.len(), 1);
    assert_eq!(issues[0].severity, Severity::Fatal);
    assert!(issues[0].message.contains("`her2.status`"), "{issues:?}");
}

#[test]
fn the_day_asked_for_goes_before_that_of_the_file() {
    let text = "as-of = 2024-01-31\n\"ecog\" = 1";
    let (chart, issues) = read(text);
    assert_eq!((chart.as_of, issues.len()), (date(2024, 1, 31), 0));
    let (chart, issues) = stated::read_as_of(text, "case.toml", &KNOWLEDGE, DAY);
    assert_eq!(chart.as_of, DAY);
    assert_eq!(issues.iter().map(|issue| issue.code.as_ref()).collect::<Vec<_>>(), ["as-of"]);
    let (_, issues) = stated::read_as_of("as-of = 2026-11-23", "case.toml", &KNOWLEDGE, DAY);
    assert!(issues.is_empty());
}

/// What was not typed is not stated: neither that there is no cancer, nor that an entry may be another one.
#[test]
fn the_first_line_speaks_of_what_was_typed_alone() {
    let first_line = |text: &str| {
        let (chart, issues) = read(text);
        let assessment = her2path::assess_chart(chart, issues, &her2path::Question::new(&KNOWLEDGE, DAY));
        let diagnosis = assessment.chapters.iter().find(|chapter| chapter.chapter == Chapter::Diagnosis);
        diagnosis.map(|chapter| chapter.summary.clone()).expect("a chapter on diagnosis")
    };
    let not_stated = "whether there is a breast cancer is not stated: the pathway cannot be said to apply";
    assert_eq!(first_line(""), not_stated);
    let derived = first_line("\"her2.status\" = \"positive\"\n\"disease.setting\" = \"metastatic\"\n");
    assert!(derived.starts_with("HER2-positive, metastatic breast cancer"), "{derived}");
    assert!(!derived.contains("another"), "{derived}");
    let invasive = "\"disease.breast-cancer\" = \"invasive\"\n\"her2.status\" = \"positive\"\n\"disease.setting\" = \"metastatic\"\n";
    let line = first_line(invasive);
    assert!(line.starts_with("HER2-positive, metastatic breast cancer"), "{line}");
    assert!(!line.contains("another"), "{line}");
    let none = first_line("\"disease.breast-cancer\" = \"not-recorded\"\n");
    assert_eq!(none, "no breast cancer on record: the pathway does not apply");
    let other = first_line(&format!("{invasive}\"disease.other-primary\" = true\n"));
    assert!(other.contains("another primary cancer is on record"), "{other}");
}
