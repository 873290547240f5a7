//! The guideline as FHIR definitions, and the description of the interface.

use std::collections::BTreeSet;

use axum::http::StatusCode;
use her2path::guideline::KNOWLEDGE;
use her2path_server::config::Config;
use serde_json::Value as Json;

use super::schema::Schema;
use super::support::{get, post, server, text};

const KINDS: [&str; 4] = ["PlanDefinition", "ActivityDefinition", "Library", "ValueSet"];

fn entries(bundle: &Json) -> Vec<&Json> {
    bundle
        .get("entry")
        .and_then(Json::as_array)
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.get("resource"))
        .collect()
}

#[tokio::test]
async fn every_definition_is_fhir_and_can_be_read_alone() {
    let mut schema = Schema::new();
    let router = server(Config::default()).await;
    let mut addresses = BTreeSet::new();
    for kind in KINDS {
        let (status, bundle) = get(&router, &format!("/fhir/{kind}")).await;
        assert_eq!((status, text(&bundle, "type")), (StatusCode::OK, "searchset"));
        assert_eq!(schema.faults(&bundle), Vec::<String>::new());
        let resources = entries(&bundle);
        assert!(!resources.is_empty(), "{kind}");
        let ids: BTreeSet<&str> = resources.iter().map(|resource| text(resource, "id")).collect();
        assert_eq!(ids.len(), resources.len(), "ids of {kind} are there once");
        addresses.extend(resources.iter().map(|resource| text(resource, "url").to_owned()));
        let first = resources.first().expect("a resource");
        let (status, alone) = get(&router, &format!("/fhir/{kind}/{}", text(first, "id"))).await;
        assert_eq!((status, &alone), (StatusCode::OK, *first));
    }
    let (_, library) = get(&router, "/fhir/Library").await;
    let parts =
        entries(&library).into_iter().flat_map(|one| one.get("relatedArtifact").and_then(Json::as_array)).flatten();
    let parts: Vec<&str> = parts.filter_map(|part| part.get("resource")?.as_str()).collect();
    assert!(parts.len() > KNOWLEDGE.recommendations.len());
    assert!(parts.iter().all(|part| addresses.contains(*part)), "the library names what is there");
}

/// Every criterion of the files stands in its PlanDefinition, as it is written.
#[tokio::test]
async fn a_plan_says_what_the_guideline_says() {
    let router = server(Config::default()).await;
    let (_, bundle) = get(&router, "/fhir/PlanDefinition").await;
    let plans = entries(&bundle);
    assert_eq!(plans.len(), KNOWLEDGE.recommendations.len());
    for (plan, one) in plans.into_iter().zip(KNOWLEDGE.recommendations.iter()) {
        assert_eq!(plan.pointer("/identifier/0/value").and_then(Json::as_str), Some(one.id.as_ref()));
        assert_eq!(text(plan, "title"), one.statement);
        let conditions = plan.pointer("/action/0/condition").and_then(Json::as_array).map_or(0, Vec::len);
        let extension = plan.pointer("/action/0/condition/0/extension/0/valueString").and_then(Json::as_str);
        let first = one.when.first().map(her2path::render::criterion_text);
        assert!(first.is_none() || extension == first.as_deref(), "{}", one.id);
        assert_eq!(conditions, one.when.len() + usize::from(!one.contraindicated_if.is_empty()), "{}", one.id);
        assert_eq!(text(plan, "status") == "active", !one.reviewed.by.is_empty(), "{}", one.id);
    }
}

#[tokio::test]
async fn what_is_not_served_is_said_to_be() {
    let router = server(Config::default()).await;
    for path in ["/fhir/Patient", "/fhir/PlanDefinition/none", "/fhir/Patient/1"] {
        let (status, answer) = get(&router, path).await;
        assert_eq!((status, text(&answer, "resourceType")), (StatusCode::NOT_FOUND, "OperationOutcome"), "{path}");
    }
}

/// Each path of the document is a route: it answers with a status that the document names.
#[tokio::test]
async fn the_openapi_document_names_routes_and_their_statuses() {
    let router = server(Config::default()).await;
    let (_, document) = get(&router, "/openapi.json").await;
    let paths = document.get("paths").and_then(Json::as_object).expect("paths");
    assert!(paths.len() >= 10);
    for (path, methods) in paths {
        let asked = path.replace("{type}", "ValueSet").replace("{id}", "her2path-patient-view");
        for (method, operation) in methods.as_object().expect("methods") {
            let (status, _) = match method.as_str() {
                "get" => get(&router, &asked).await,
                _ => post(&router, &asked, &Json::Null).await,
            };
            assert_ne!(status, StatusCode::METHOD_NOT_ALLOWED, "{method} {path}");
            let named = operation.pointer(&format!("/responses/{}", status.as_u16()));
            assert!(named.is_some(), "{method} {path} answers with {status}");
        }
    }
}
