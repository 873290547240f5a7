//! CDS Hooks 2.0: discovery, the three services, and feedback.
//!
//! A request becomes a record (prefetch, or what the FHIR server answers), the record an assessment, the assessment cards.
//! Nothing of the record is kept. The specification: <https://cds-hooks.hl7.org/2.0/>.

mod feedback;
mod request;
pub(crate) mod services;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State as Extract};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use her2path::assessment::{Assessment, Outcome};
use her2path::chapters::Chapters;
use her2path::fhir::Input;
use her2path::issue::Severity;
use her2path::knowledge::model::Chapter;
use her2path::render::cards;
use serde_json::{Value as Json, json};
use tower_http::cors::CorsLayer;

use crate::apart;
use crate::error::Refusal;
use crate::state::{Shared, State, today};
use request::{Hook, Prefetch, Request};

/// The chapters that cards speak of.
const CHAPTERS: Chapters = Chapters::of(&[Chapter::Symptoms, Chapter::Diagnosis, Chapter::Treatment]);

pub(crate) fn routes() -> Router<Shared> {
    // EHRs in a browser ask from their own origin; answers hold nothing but what the request brought.
    let cors = CorsLayer::new()
        .allow_origin(tower_http::cors::Any)
        .allow_methods([axum::http::Method::GET, axum::http::Method::POST])
        .allow_headers([header::AUTHORIZATION, header::CONTENT_TYPE]);
    Router::new()
        .route("/cds-services", get(async || axum::Json(services::discovery())))
        .route("/cds-services/{id}", post(call))
        .route("/cds-services/{id}/feedback", post(feedback::receive))
        .layer(cors)
}

/// The client that asks, where clients are configured.
async fn client(state: &State, headers: &HeaderMap, path: &str) -> Result<Option<String>, Refusal> {
    state.keys.client(headers, &format!("{}{path}", state.config.links())).await
}

async fn call(
    Extract(state): Extract<Shared>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refusal> {
    let service = services::find(&id)
        .ok_or_else(|| Refusal::new(StatusCode::NOT_FOUND, "no such service; GET /cds-services lists them"))?;
    let client = client(&state, &headers, &format!("/cds-services/{id}")).await?;
    let request = Request::parse(&body, service.hook)?;
    let record = record(&state, &request, &body).await?;
    let bytes = record.iter().map(|(_, part)| part.len()).sum();
    let asked = Asked {
        hook: request.hook,
        meant: request.meant(),
        drafts: request.drafts().map(|drafts| body.slice_ref(drafts.as_bytes())),
        patient: request.patient,
        record,
    };
    let shared = state.clone();
    let (answer, outcomes) = apart::work(&state, bytes, move || answer(&shared, &asked)).await??;
    state.metrics.assessments.inc();
    state.audit(client.as_deref(), service.id, outcomes);
    Ok(axum::Json(answer).into_response())
}

/// The parts of the record: prefetch by key, and what had to be asked for.
async fn record(state: &State, request: &Request<'_>, body: &Bytes) -> Result<Vec<(&'static str, Bytes)>, Refusal> {
    let mut parts = Vec::new();
    for (key, template) in services::PREFETCH {
        let lacking = match request.prefetch(key) {
            Prefetch::Whole(found) => {
                parts.push((key, body.slice_ref(found.as_bytes())));
                continue;
            }
            Prefetch::Empty => continue,
            Prefetch::Partial => "has more pages",
            Prefetch::Missing => "is missing",
        };
        let Some(server) = &request.fhir_server else {
            return Err(Refusal::new(
                StatusCode::PRECONDITION_FAILED,
                format!(
                    "prefetch `{key}` {lacking} and there is no `fhirServer` to ask; send all of it, `null` where there is none"
                ),
            ));
        };
        let query = template.replace("{{context.patientId}}", &request.patient);
        let pages = state.fhir_client.search(server, &query, request.token()).await?;
        parts.extend(pages.into_iter().map(|page| (key, Bytes::from(page))));
    }
    Ok(parts)
}

/// A request with all that it needs, to be worked on wherever there is room.
struct Asked {
    hook: Hook,
    patient: String,
    meant: Vec<String>,
    drafts: Option<Bytes>,
    record: Vec<(&'static str, Bytes)>,
}

fn answer(state: &State, asked: &Asked) -> Result<(Json, String), Refusal> {
    let question = state.question(today(), CHAPTERS).without_retrospect();
    let record = asked.record.iter().map(|(name, bytes)| (*name, bytes));
    let drafts = asked.drafts.iter().map(|drafts| ("draftOrders", drafts));
    let inputs: Vec<Input<'_>> = record.chain(drafts).map(|(name, bytes)| Input { bytes, name }).collect();
    apart::within_limit(inputs.iter().copied())?;
    let (assessments, issues) = her2path::assess(inputs, &question);
    if let Some(issue) = issues.iter().find(|issue| issue.severity == Severity::Fatal) {
        // A part that cannot be read may hold what forbids a drug.
        return Err(Refusal::new(StatusCode::PRECONDITION_FAILED, format!("the record could not be read: {issue}")));
    }
    let Some(assessment) = assessments.iter().find(|found| found.patient.as_deref() == Some(asked.patient.as_str()))
    else {
        return Ok((json!({"cards": []}), String::new()));
    };
    let links = state.config.links();
    let cards = match asked.hook {
        Hook::PatientView => cards::cards(assessment, Some(&links)),
        Hook::OrderSelect | Hook::OrderSign => cards::order_cards(assessment, &asked.meant, Some(&links)),
    };
    Ok((json!({"cards": cards}), outcomes(assessment)))
}

/// Ids of what stands, for the audit trail.
fn outcomes(assessment: &Assessment<'_>) -> String {
    let standing = assessment
        .chapters
        .iter()
        .flat_map(|chapter| &chapter.recommendations)
        .filter(|item| item.judgement.outcome == Outcome::Recommended)
        .map(|item| item.recommendation.id.as_ref());
    standing.collect::<Vec<&str>>().join(",")
}
