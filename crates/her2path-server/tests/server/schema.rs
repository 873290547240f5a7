//! What is FHIR validates against the schema of R4.
//!
//! Each resource of a Bundle is held against its own definition, so that a fault is named where it is.

use std::collections::BTreeMap;
use std::path::Path;

use axum::http::StatusCode;
use her2path::chart::stated;
use her2path::guideline::{Fact, KNOWLEDGE};
use her2path::knowledge::model::{FactDefinition, FactType};
use her2path::{Question, assess_chart, chapters};
use her2path_server::config::Config;
use jsonschema::Validator;
use serde_json::{Value as Json, json};

use super::support::{bundle, get, lvef, metastatic, order, post, post_text, request, server, service, text};

pub(crate) struct Schema {
    document: Json,
    validators: BTreeMap<String, Validator>,
}

impl Schema {
    pub(crate) fn new() -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/fhir.schema.r4.json");
        let document = serde_json::from_slice(&std::fs::read(path).expect("the schema")).expect("JSON");
        Self { document, validators: BTreeMap::new() }
    }

    /// The faults of a resource and of all that a Bundle holds.
    pub(crate) fn faults(&mut self, resource: &Json) -> Vec<String> {
        let kind = text(resource, "resourceType").to_owned();
        if self.document.pointer(&format!("/definitions/{kind}")).is_none() {
            return vec![format!("the type `{kind}` is not among those that are returned")];
        }
        let document = &self.document;
        let validator = self.validators.entry(kind.clone()).or_insert_with(|| {
            let mut document = document.clone();
            let root = document.as_object_mut().expect("an object");
            root.remove("id");
            root.insert("allOf".to_owned(), json!([{"$ref": format!("#/definitions/{kind}")}]));
            jsonschema::validator_for(&document).expect("a schema")
        });
        let mut faults: Vec<String> =
            validator.iter_errors(resource).map(|error| format!("{kind}{}: {error}", error.instance_path())).collect();
        for entry in resource.get("entry").and_then(Json::as_array).into_iter().flatten() {
            faults.extend(entry.get("resource").into_iter().flat_map(|resource| self.faults(resource)));
        }
        faults
    }
}

fn root() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn the_schema_refuses_what_is_not_fhir() {
    let mut schema = Schema::new();
    let good = json!({"resourceType": "Observation", "status": "final", "code": {"text": "x"}});
    assert_eq!(schema.faults(&good), Vec::<String>::new());
    for bad in [
        json!({"resourceType": "Observation", "status": "final"}),
        json!({"resourceType": "Observation", "status": "final", "code": {"text": "x"}, "surprise": 1}),
        json!({"resourceType": "Observation", "status": "final", "code": {"text": "x"}, "effectiveDateTime": "yesterday"}),
        json!({"resourceType": "Surprise"}),
        bundle("collection", &[json!({"resourceType": "Observation", "status": "final"})]),
    ] {
        assert!(!schema.faults(&bad).is_empty(), "{bad}");
    }
}

#[tokio::test]
async fn what_assess_answers_is_fhir() {
    let mut schema = Schema::new();
    let router = server(Config::default()).await;
    let mut forbidden = metastatic();
    forbidden.push(lvef(30));
    let mut hostile = metastatic();
    hostile.push(order("o", "active", "order", "<script>alert(1)</script>", 3.6));
    let mut two = metastatic();
    two.push(json!({"resourceType": "Patient", "id": "q"}));
    let mut bodies = vec![
        bundle("collection", &metastatic()),
        bundle("collection", &forbidden),
        bundle("collection", &hostile),
        bundle("collection", &two),
        json!({"resourceType": "Parameters", "parameter": [
            {"name": "resource", "resource": bundle("collection", &metastatic())}, {"name": "asOf", "valueDate": "2026-11-01"},
            {"name": "chapter", "valueCode": "treatment"}]}),
    ];
    for name in ["jenny-m.json", "maureen.json"] {
        let text = std::fs::read(root().join("examples").join(name)).expect("an example");
        bodies.push(serde_json::from_slice(&text).expect("JSON"));
    }
    for body in &bodies {
        let (status, answer) = post(&router, "/fhir/$assess", body).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        assert_eq!(schema.faults(&answer), Vec::<String>::new());
        let answer = answer.to_string();
        assert!(answer.contains("GuidanceResponse"), "{answer}");
    }
    let (_, capability) = get(&router, "/fhir/metadata").await;
    assert_eq!(schema.faults(&capability), Vec::<String>::new());
}

#[tokio::test]
async fn refusals_are_operation_outcomes() {
    let mut schema = Schema::new();
    let router = server(Config::default()).await;
    for (body, expected) in [
        ("", StatusCode::UNPROCESSABLE_ENTITY),
        ("{", StatusCode::UNPROCESSABLE_ENTITY),
        ("[]", StatusCode::UNPROCESSABLE_ENTITY),
        (
            r#"{"resourceType": "Parameters", "parameter": [{"name": "asOf", "valueDate": "tomorrow"}]}"#,
            StatusCode::BAD_REQUEST,
        ),
        (
            r#"{"resourceType": "Parameters", "parameter": [{"name": "chapter", "valueCode": "x"}]}"#,
            StatusCode::BAD_REQUEST,
        ),
        (r#"{"resourceType": "Parameters", "parameter": [{"name": "surprise"}]}"#, StatusCode::BAD_REQUEST),
    ] {
        let (status, answer) = post_text(&router, "/fhir/$assess", body.to_owned()).await;
        assert_eq!(status, expected, "{body}: {answer}");
        let answer: Json = serde_json::from_str(&answer).expect("JSON");
        assert_eq!(text(&answer, "resourceType"), "OperationOutcome", "{body}");
        assert_eq!(schema.faults(&answer), Vec::<String>::new(), "{body}");
    }
}

/// What could not be read is named beside the patient whose record could.
#[tokio::test]
async fn a_broken_line_beside_a_record_is_named() {
    let router = server(Config::default()).await;
    let body = format!("{}\n{{\"resourceType\": \n", bundle("collection", &metastatic()));
    let (status, answer) = post_text(&router, "/fhir/$assess", body).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    let answer: Json = serde_json::from_str(&answer).expect("JSON");
    let fatal = answer.get("entry").and_then(Json::as_array).into_iter().flatten().any(|entry| {
        entry
            .pointer("/resource/issue")
            .and_then(Json::as_array)
            .into_iter()
            .flatten()
            .any(|issue| matches!(text(issue, "severity"), "fatal" | "error"))
    });
    assert!(fatal, "{answer:#}");
}

#[tokio::test]
async fn suggested_orders_are_fhir() {
    let mut schema = Schema::new();
    let router = server(Config::default()).await;
    let (_, answer) = post(&router, &service("patient-view"), &request("patient-view", &metastatic(), &[])).await;
    let mut suggested = 0;
    for card in super::support::cards(&answer) {
        for suggestion in card.get("suggestions").and_then(Json::as_array).into_iter().flatten() {
            let resource = suggestion.pointer("/actions/0/resource").expect("an order");
            assert_eq!(schema.faults(resource), Vec::<String>::new());
            suggested += 1;
        }
    }
    assert!(suggested > 0);
}

/// The charts of every vignette, as `assess --format fhir` prints them.
#[test]
fn the_assessments_of_all_vignettes_are_fhir() {
    let mut schema = Schema::new();
    let mut faults: BTreeMap<String, usize> = BTreeMap::new();
    let mut charts = 0;
    for text in vignettes(&root().join("vignettes")) {
        for block in text.split("```chart\n").skip(1) {
            let block = block.split("```").next().unwrap_or_default();
            let (chart, issues) =
                stated::read(&chart_file(block), "chart", &KNOWLEDGE, jiff::civil::date(2026, 11, 23));
            assert!(issues.is_empty(), "{block}: {issues:?}");
            let question = Question::new(&KNOWLEDGE, chart.as_of).chapters(chapters::ALL);
            let assessment = assess_chart(chart, issues, &question);
            for fault in schema.faults(&her2path::render::fhir::bundle(&assessment)) {
                *faults.entry(fault).or_default() += 1;
            }
            charts += 1;
        }
    }
    assert!(charts > 300, "{charts}");
    assert!(faults.is_empty(), "{faults:#?}");
}

fn vignettes(folder: &Path) -> Vec<String> {
    let mut texts = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            texts.extend(vignettes(&path));
        } else if !path.ends_with("README.md") {
            texts.push(std::fs::read_to_string(&path).expect("a vignette"));
        }
    }
    texts
}

/// Lines `fact  value  # comment` as a chart file, quoted as the data dictionary demands.
fn chart_file(block: &str) -> String {
    let lines = block.lines().map(|line| line.split(" #").next().unwrap_or_default().trim());
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let (fact, value) = line.split_once(char::is_whitespace).expect("a fact and its value");
            let definition = Fact::from_id(fact).and_then(|fact| KNOWLEDGE.fact_definition(fact.index()));
            format!("{fact:?} = {}\n", toml(definition.expect("a fact of the dictionary"), value.trim()))
        })
        .collect()
}

fn toml(definition: &FactDefinition, value: &str) -> String {
    let quoted = |text: &str| format!("{:?}", text.trim().trim_matches('"'));
    match definition.kind_of_value {
        FactType::Boolean | FactType::Integer => value.to_owned(),
        FactType::Codes => match value.trim_matches(['[', ']']).trim() {
            "" | "none" => "[]".to_owned(),
            inner => format!("[{}]", inner.split(',').map(quoted).collect::<Vec<_>>().join(", ")),
        },
        FactType::Decimal | FactType::Code | FactType::Date | FactType::Text => quoted(value),
    }
}
