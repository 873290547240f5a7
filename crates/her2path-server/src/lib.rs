//! `her2path serve`: CDS Hooks for the EHR, FHIR operations for integrators, pages for clinicians and patients.
//!
//! One router, and nothing behind it that a library user could not call: every answer is an assessment of the core,
//! rendered. Records are worked on in memory and written nowhere, neither to disk nor to logs. Deliberately absent: any
//! clinical rule, users and passwords, and pages that load something from elsewhere.

mod apart;
mod authentication;
pub mod config;
mod definitions;
pub mod error;
mod fhir;
mod fhir_client;
mod guard;
mod hooks;
mod metrics;
mod openapi;
mod pages;
mod secret;
mod smart;
mod state;
mod store;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::State as Extract;
use axum::http::StatusCode;
use axum::routing::get;
use tokio::net::TcpListener;

use config::Config;
use error::StartError;
use state::{Shared, State};

/// How long requests in flight may take to end when the server is told to stop.
const GRACE: Duration = Duration::from_secs(20);

/// Every route, guarded.
///
/// # Errors
/// When the database or the client for FHIR servers cannot be set up.
pub async fn router(config: Config) -> Result<Router, StartError> {
    let state = Arc::new(State::new(config).await?);
    let routes = Router::new()
        .route("/health", get(|| async { "ok" }))
        .route("/ready", get(ready))
        .route("/metrics", get(metrics))
        .merge(hooks::routes())
        .merge(fhir::routes())
        .merge(definitions::routes())
        .route("/openapi.json", get(openapi::document))
        .merge(pages::routes())
        .merge(smart::routes());
    Ok(guard::layers(routes, &state).with_state(state))
}

/// Serves until the process is told to stop; requests in flight are answered first. `started` is called with the address.
///
/// # Errors
/// When the address cannot be listened on, or the database cannot be set up.
pub async fn serve(mut config: Config, started: impl FnOnce(SocketAddr)) -> Result<(), StartError> {
    let address = config.listen;
    let listen = |error| StartError::Listen { address, error };
    let listener = TcpListener::bind(address).await.map_err(listen)?;
    // Port 0 is any free one; links name the one that it became.
    config.listen = listener.local_addr().map_err(listen)?;
    let address = config.listen;
    let router = router(config).await?;
    started(address);
    guard::serve(listener, router, stop_signal(), GRACE).await
}

/// Ends when the process is interrupted or told to terminate.
async fn stop_signal() {
    let interrupt = async { tokio::signal::ctrl_c().await.unwrap_or_default() };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        () = interrupt => {}
        () = terminate => {}
    }
}

/// Whether the database answers.
async fn ready(Extract(state): Extract<Shared>) -> (StatusCode, &'static str) {
    if state.store.ready().await {
        (StatusCode::OK, "ready")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer")
    }
}

async fn metrics(Extract(state): Extract<Shared>) -> ([(&'static str, &'static str); 1], String) {
    ([("content-type", "application/openmetrics-text; version=1.0.0; charset=utf-8")], state.metrics.text())
}
