//! What can be asked, as an OpenAPI document.

use axum::Json as Answer;
use axum::extract::State as Extract;
use serde_json::{Value as Json, json};

use crate::state::Shared;

pub(crate) async fn document(Extract(state): Extract<Shared>) -> Answer<Json> {
    let guideline = &state.knowledge.guideline;
    Answer(json!({
        "openapi": "3.1.0",
        "info": {
            "title": "her2path",
            "version": env!("CARGO_PKG_VERSION"),
            "description": format!("{}. {}", guideline.title, guideline.notice),
        },
        "servers": [{"url": state.config.links()}],
        "paths": {
            "/health": {"get": plain("Whether the process answers", &["200"])},
            "/ready": {"get": plain("Whether the database answers", &["200", "503"])},
            "/metrics": {"get": answer("Numbers", "application/openmetrics-text", &["200"])},
            "/cds-services": {"get": answer("Services of CDS Hooks 2.0", JSON, &["200"])},
            "/cds-services/{id}": {"post": {
                "summary": "Cards for a hook",
                "parameters": [service()],
                "requestBody": body(JSON, hook()),
                "responses": responses(JSON, &["200", "400", "401", "404", "408", "412", "413", "422", "429", "503"]),
            }},
            "/cds-services/{id}/feedback": {"post": {
                "summary": "What became of cards; kept before it is acknowledged",
                "parameters": [service()],
                "requestBody": body(JSON, feedback()),
                "responses": acknowledged(JSON, &["200", "400", "401", "404", "408", "413", "429", "503"]),
            }},
            "/fhir/metadata": {"get": answer("CapabilityStatement", FHIR, &["200"])},
            "/fhir/$assess": {"post": {
                "summary": "The assessment of a record",
                "requestBody": body(FHIR, resource()),
                "responses": responses(FHIR, &["200", "400", "401", "408", "413", "422", "429", "503"]),
            }},
            "/fhir/{type}": {"get": {
                "summary": "The guideline's definitions of a type",
                "parameters": [kind()],
                "responses": responses(FHIR, &["200", "404"]),
            }},
            "/fhir/{type}/{id}": {"get": {
                "summary": "One definition",
                "parameters": [kind(), path("id", "Which one")],
                "responses": responses(FHIR, &["200", "404"]),
            }},
        },
    }))
}

const JSON: &str = "application/json";
const FHIR: &str = "application/fhir+json";

fn plain(summary: &str, statuses: &[&str]) -> Json {
    answer(summary, "text/plain", statuses)
}

fn answer(summary: &str, content: &str, statuses: &[&str]) -> Json {
    json!({"summary": summary, "responses": responses(content, statuses)})
}

fn body(content: &str, schema: Json) -> Json {
    json!({"required": true, "content": {content: {"schema": schema}}})
}

fn service() -> Json {
    json!({"name": "id", "in": "path", "required": true, "description": "Which service",
        "schema": {"type": "string", "enum": crate::hooks::services::ids()}})
}

/// A resource as far as OpenAPI needs to know it: the rest is FHIR's.
fn resource() -> Json {
    json!({"type": "object", "required": ["resourceType"], "properties": {"resourceType": {"type": "string"}}})
}

/// A request of CDS Hooks 2.0. Which hook a service answers, discovery says.
fn hook() -> Json {
    json!({
        "type": "object",
        "required": ["hook", "hookInstance", "context"],
        "properties": {
            "hook": {"type": "string", "enum": ["patient-view", "order-select", "order-sign"]},
            "hookInstance": {"type": "string", "format": "uuid"},
            "fhirServer": {"type": "string", "format": "uri"},
            "fhirAuthorization": {
                "type": "object",
                "required": ["access_token"],
                "properties": {"access_token": {"type": "string"}},
            },
            "context": {
                "type": "object",
                "required": ["patientId"],
                "properties": {
                    "userId": {"type": "string"},
                    "patientId": {"type": "string", "pattern": "^[A-Za-z0-9.-]{1,64}$"},
                    "draftOrders": resource(),
                    "selections": {"type": "array", "items": {"type": "string"}},
                },
            },
            "prefetch": {
                "type": "object",
                "properties": crate::hooks::services::PREFETCH
                    .map(|(key, _)| (key.to_owned(), json!({"anyOf": [{"type": "null"}, resource()]})))
                    .into_iter()
                    .collect::<serde_json::Map<_, _>>(),
            },
        },
    })
}

fn feedback() -> Json {
    json!({
        "type": "object",
        "required": ["feedback"],
        "properties": {"feedback": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["card", "outcome", "outcomeTimestamp"],
                "properties": {
                    "card": {"type": "string", "minLength": 1},
                    "outcome": {"type": "string", "enum": ["accepted", "overridden"]},
                    "outcomeTimestamp": {"type": "string", "format": "date-time"},
                },
            },
        }},
    })
}

fn responses(content: &str, statuses: &[&str]) -> Json {
    let response = |status: &&str| {
        let description = match *status {
            "200" => "Answered",
            "400" => "Not a request of this kind",
            "401" => "The token was not accepted",
            "404" => "Not there",
            "408" => "Took too long",
            "412" => "A part of the record is missing and could not be asked for",
            "413" => "Too large",
            "422" => "Nothing could be assessed",
            "429" => "Too many requests from one address",
            _ => "Too much at once; try again",
        };
        ((*status).to_owned(), json!({"description": description, "content": {content: {}}}))
    };
    Json::Object(statuses.iter().map(response).collect())
}

/// As [`responses`], where being answered is all that is said.
fn acknowledged(content: &str, statuses: &[&str]) -> Json {
    let mut all = responses(content, statuses);
    if let Some(all) = all.as_object_mut() {
        all.insert("200".to_owned(), json!({"description": "Kept"}));
    }
    all
}

fn path(name: &str, description: &str) -> Json {
    json!({"name": name, "in": "path", "required": true, "description": description, "schema": {"type": "string"}})
}

fn kind() -> Json {
    json!({"name": "type", "in": "path", "required": true, "description": "Which type",
        "schema": {"type": "string", "enum": crate::definitions::KINDS}})
}
