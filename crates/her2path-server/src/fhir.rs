//! FHIR R4 operations: what the server can do, and `$assess`.
//!
//! `POST /fhir/$assess` takes a Bundle, any resource, NDJSON, or Parameters (`resource` any number of times, `asOf` a date,
//! `chapter` any number of times) and answers with a Bundle; several patients give a Bundle of Bundles. Errors are
//! OperationOutcomes.

use axum::Router;
use axum::body::Bytes;
use axum::extract::State as Extract;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use axum::routing::{get, post};
use her2path::chapters::{self, Chapters};
use her2path::fhir::Input;
use her2path::knowledge::model::Chapter;
use her2path::render::{chapter_name, fhir};
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value as Json, json};

use crate::apart;
use crate::error::{Refusal, fhir_json};
use crate::state::{Shared, State, today};

pub(crate) fn routes() -> Router<Shared> {
    Router::new().route("/fhir/metadata", get(metadata)).route("/fhir/$assess", post(assess))
}

async fn metadata(Extract(state): Extract<Shared>) -> Response {
    let guideline = &state.knowledge.guideline;
    let statement = json!({
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": guideline.reviewed.on.map(|date| date.to_string()),
        "kind": "instance",
        "software": {"name": "her2path", "version": env!("CARGO_PKG_VERSION")},
        "implementation": {"description": format!("{}, version {}. {}", guideline.title, guideline.version, guideline.notice)},
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json"],
        "rest": [{
            "mode": "server",
            "documentation": "Records sent here are assessed in memory and kept nowhere.",
            "resource": crate::definitions::KINDS.map(|kind| json!({
                "type": kind, "interaction": [{"code": "read"}, {"code": "search-type"}],
            })),
            "operation": [{
                "name": "assess",
                "definition": "urn:her2path:operation:assess",
                "documentation": "Bundle, resource, NDJSON or Parameters in; Bundle of GuidanceResponse, RequestGroup, DetectedIssue, Observation, Provenance and OperationOutcome out.",
            }],
        }],
    });
    fhir_json(StatusCode::OK, &statement)
}

/// What is asked for.
struct Asked<'r> {
    resources: Vec<&'r [u8]>,
    as_of: Date,
    chapters: Chapters,
}

#[derive(Deserialize)]
struct Parameters<'r> {
    #[serde(rename = "resourceType")]
    resource_type: String,
    #[serde(borrow, default)]
    parameter: Vec<Parameter<'r>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Parameter<'r> {
    name: String,
    #[serde(borrow, default)]
    resource: Option<&'r RawValue>,
    value_date: Option<String>,
    value_code: Option<String>,
}

async fn assess(Extract(state): Extract<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    let client = match state.keys.client(&headers, &format!("{}/fhir/$assess", state.config.links())).await {
        Ok(client) => client,
        Err(refusal) => return refusal.as_outcome(),
    };
    let shared = state.clone();
    let worked = apart::work(&state, body.len(), move || bundle(&shared, &body)).await;
    match worked.and_then(|worked| worked) {
        Ok((answer, patients)) => {
            state.metrics.assessments.inc_by(patients);
            state.audit(client.as_deref(), "$assess", String::new());
            fhir_json(StatusCode::OK, &answer)
        }
        Err(refusal) => refusal.as_outcome(),
    }
}

fn bundle(state: &State, body: &[u8]) -> Result<(Json, u64), Refusal> {
    let asked = asked(body)?;
    let question = state.question(asked.as_of, asked.chapters).without_retrospect();
    let inputs = || asked.resources.iter().map(|bytes| Input { bytes, name: "body" });
    apart::within_limit(inputs())?;
    let (assessments, issues) = her2path::assess(inputs(), &question);
    // What was wrong with the input as a whole belongs to no patient's assessment.
    let of_input = (!issues.is_empty()).then(|| json!({"resource": fhir::outcome(&issues)}));
    if let [one] = assessments.as_slice() {
        let mut bundle = fhir::bundle(one);
        if let Some(entries) = bundle.get_mut("entry").and_then(Json::as_array_mut) {
            entries.extend(of_input);
        }
        return Ok((bundle, 1));
    }
    if assessments.is_empty() {
        let said: Vec<String> = issues.iter().map(|issue| issue.message.clone()).collect();
        let why = if said.is_empty() { "no resource names a patient".to_owned() } else { said.join("; ") };
        return Err(Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, format!("nothing could be assessed: {why}")));
    }
    let bundles = assessments.iter().map(|assessment| json!({"resource": fhir::bundle(assessment)}));
    let entries: Vec<Json> = bundles.chain(of_input).collect();
    let patients = u64::try_from(assessments.len()).unwrap_or(u64::MAX);
    Ok((json!({"resourceType": "Bundle", "type": "collection", "entry": entries}), patients))
}

fn asked(body: &[u8]) -> Result<Asked<'_>, Refusal> {
    let mut asked = Asked { resources: vec![body], as_of: today(), chapters: chapters::DEFAULT };
    let Ok(parameters) = serde_json::from_slice::<Parameters<'_>>(body) else { return Ok(asked) };
    if parameters.resource_type != "Parameters" {
        return Ok(asked);
    }
    asked.resources.clear();
    let mut named: Vec<Chapter> = Vec::new();
    for parameter in parameters.parameter {
        match (parameter.name.as_str(), parameter.resource, parameter.value_date, parameter.value_code) {
            ("resource", Some(resource), _, _) => asked.resources.push(resource.get().as_bytes()),
            ("asOf", _, Some(date), _) => {
                asked.as_of = date
                    .parse()
                    .map_err(|_| Refusal::bad_request(format!("`asOf` must be a day (`2026-11-23`), not `{date}`")))?;
            }
            ("chapter", _, _, Some(code)) => {
                let chapter = chapters::ORDER.into_iter().find(|chapter| chapter_name(*chapter) == code);
                named.push(chapter.ok_or_else(|| Refusal::bad_request(format!("there is no chapter `{code}`")))?);
            }
            (name, ..) => {
                return Err(Refusal::bad_request(format!(
                    "the parameter `{name}` is not known or has no value; send `resource`, `asOf` (valueDate) or `chapter` (valueCode)"
                )));
            }
        }
    }
    if !named.is_empty() {
        asked.chapters = named.into_iter().collect();
    }
    Ok(asked)
}
