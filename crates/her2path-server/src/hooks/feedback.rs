//! Feedback: which card was followed and which was overridden and why. It is on disk before it is acknowledged.

use axum::body::Bytes;
use axum::extract::{Path, State as Extract};
use axum::http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{client, services};
use crate::error::Refusal;
use crate::state::{Shared, now};
use crate::store::Feedback;

/// The most pieces of feedback in one request.
const MOST: usize = 1000;

#[derive(Deserialize)]
struct Body<'r> {
    #[serde(borrow)]
    feedback: Vec<&'r RawValue>,
}

/// The parts that must be there (CDS Hooks 2.0, "Feedback").
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Piece {
    card: String,
    outcome: String,
    outcome_timestamp: String,
    #[serde(default)]
    accepted_suggestions: Option<Vec<Suggestion>>,
}

#[derive(Deserialize)]
struct Suggestion {
    #[serde(rename = "id")]
    _id: String,
}

pub(super) async fn receive(
    Extract(state): Extract<Shared>,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, Refusal> {
    services::find(&id)
        .ok_or_else(|| Refusal::new(StatusCode::NOT_FOUND, "no such service; GET /cds-services lists them"))?;
    let client = client(&state, &headers, &format!("/cds-services/{id}/feedback")).await?;
    let body: Body<'_> = serde_json::from_slice(&body)
        .map_err(|error| Refusal::bad_request(format!("this is not feedback: {error}")))?;
    if body.feedback.is_empty() || body.feedback.len() > MOST {
        return Err(Refusal::bad_request(format!("`feedback` must have 1 to {MOST} pieces")));
    }
    let received = now();
    let pieces = body.feedback.iter().map(|raw| {
        let piece: Piece = serde_json::from_str(raw.get())
            .map_err(|error| Refusal::bad_request(format!("a piece of feedback is not complete: {error}")))?;
        if !matches!(piece.outcome.as_str(), "accepted" | "overridden") {
            return Err(Refusal::bad_request("`outcome` must be `accepted` or `overridden`"));
        }
        if piece.outcome_timestamp.parse::<jiff::Timestamp>().is_err() {
            return Err(Refusal::bad_request("`outcomeTimestamp` must be a time in UTC (`2026-11-23T10:05:31Z`)"));
        }
        if piece.accepted_suggestions.as_ref().is_some_and(Vec::is_empty) {
            return Err(Refusal::bad_request("`acceptedSuggestions` must not be empty"));
        }
        Ok(Feedback {
            received: received.clone(),
            service: id.clone(),
            client: client.clone(),
            card: piece.card,
            outcome: piece.outcome,
            content: raw.get().to_owned(),
        })
    });
    let pieces: Vec<Feedback> = pieces.collect::<Result<_, _>>()?;
    state.store.keep(&pieces).await.map_err(|error| {
        tracing::error!(%error, "feedback could not be kept");
        Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "the feedback could not be kept; send it again")
    })?;
    Ok(StatusCode::OK)
}
