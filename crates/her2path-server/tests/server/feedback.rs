//! Feedback is kept, whole, and found after the database is opened again.

use axum::http::StatusCode;
use her2path_server::config::Config;
use serde_json::{Value as Json, json};
use sqlx::{Connection as _, Row as _};

use super::support::{post, server};

const PATH: &str = "/cds-services/her2path-patient-view/feedback";

/// The feedback of the specification's own examples.
fn examples() -> Vec<Json> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/cds_hooks");
    let name = |number: u8| format!("HL7_cds-hooks__input_pagecontent_index__{number}.feedback.json");
    (21..=23)
        .map(|number| {
            serde_json::from_slice(&std::fs::read(folder.join(name(number))).expect("an example")).expect("JSON")
        })
        .collect()
}

async fn kept(file: &std::path::Path) -> Vec<(String, String, Json)> {
    sqlx::any::install_default_drivers();
    let mut connection =
        sqlx::AnyConnection::connect(&format!("sqlite://{}", file.display())).await.expect("a database");
    let rows =
        sqlx::query("SELECT card, outcome, content FROM feedback ORDER BY rowid").fetch_all(&mut connection).await;
    let row = |row: &sqlx::any::AnyRow| {
        (row.get("card"), row.get("outcome"), serde_json::from_str(row.get("content")).expect("JSON"))
    };
    rows.expect("rows").iter().map(row).collect()
}

#[tokio::test]
async fn feedback_of_the_specification_is_kept_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("kept.sqlite");
    let config = Config { database: Some(file.display().to_string()), ..Config::default() };
    let mut sent = Vec::new();
    for example in examples() {
        // Each time another server: what is found was on disk.
        let router = server(config.clone()).await;
        let (status, _) = post(&router, PATH, &example).await;
        assert_eq!(status, StatusCode::OK);
        sent.extend(example.get("feedback").and_then(Json::as_array).cloned().expect("pieces"));
    }
    let kept = kept(&file).await;
    assert_eq!(kept.iter().map(|(_, _, content)| content).collect::<Vec<_>>(), sent.iter().collect::<Vec<_>>());
    let (card, outcome, _) = kept.last().expect("a row");
    assert_eq!((card.as_str(), outcome.as_str()), ("9368d37b-283f-44a0-93ea-547cebab93ed", "overridden"));
}

#[tokio::test]
async fn feedback_that_is_not_whole_is_refused_and_none_of_it_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("kept.sqlite");
    let router = server(Config { database: Some(file.display().to_string()), ..Config::default() }).await;
    let good = json!({"card": "c", "outcome": "overridden", "outcomeTimestamp": "2026-11-23T10:00:00Z"});
    for bad in [
        json!({"outcome": "accepted", "outcomeTimestamp": "2026-11-23T10:00:00Z"}),
        json!({"card": "c", "outcome": "ignored", "outcomeTimestamp": "2026-11-23T10:00:00Z"}),
        json!({"card": "c", "outcome": "accepted", "outcomeTimestamp": "yesterday"}),
        json!({"card": "c", "outcome": "accepted", "outcomeTimestamp": "2026-11-23T10:00:00Z", "acceptedSuggestions": []}),
    ] {
        let (status, answer) = post(&router, PATH, &json!({"feedback": [good, bad]})).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{answer}");
    }
    let (status, _) = post(&router, PATH, &json!({"feedback": []})).await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    let (status, _) = post(&router, "/cds-services/other/feedback", &json!({"feedback": [good]})).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    assert!(kept(&file).await.is_empty());
}
