//! What a caller is told when something cannot be done: an OperationOutcome for FHIR, one sentence for everybody else.

use axum::Json;
use axum::http::StatusCode;
use axum::http::header::{HeaderValue, RETRY_AFTER};
use axum::response::{IntoResponse, Response};
use her2path::issue::Issue;
use her2path::render::fhir;
use serde_json::json;

/// Why the server could not be started.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The address is taken or not ours.
    #[error("could not listen on `{address}`: {error}; choose another with --listen")]
    Listen {
        /// The address.
        address: std::net::SocketAddr,
        /// What the system says.
        error: std::io::Error,
    },
    /// The database could not be opened.
    #[error("could not open the database `{database}`: {error}")]
    Database {
        /// As named by the user.
        database: String,
        /// What the driver says.
        error: sqlx::Error,
    },
    /// The database could not be brought to the newest form.
    #[error("could not bring the database `{database}` to the newest form: {error}")]
    Migration {
        /// As named by the user.
        database: String,
        /// What the migration says.
        error: sqlx::migrate::MigrateError,
    },
    /// The FHIR client could not be made.
    #[error("could not make the client for FHIR servers: {0}")]
    Client(reqwest::Error),
    /// A FHIR server of the allow-list is no address.
    #[error("`{0}` is not an http or https address; give the base of a FHIR server")]
    Address(String),
    /// Serving ended with an error.
    #[error("the server stopped: {0}")]
    Serve(std::io::Error),
}

/// An answer that is not the one asked for.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    pub(crate) message: String,
}

impl Refusal {
    pub(crate) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self { status, message: message.into() }
    }

    pub(crate) fn bad_request(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    /// The refusal as FHIR wants it.
    pub(crate) fn as_outcome(&self) -> Response {
        let issue = Issue::error("invalid-request", self.message.clone());
        self.with_retry(fhir_json(self.status, &fhir::outcome(&[issue])))
    }

    /// Says when to come back, where it is only too much at once.
    fn with_retry(&self, mut response: Response) -> Response {
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        self.with_retry((self.status, Json(json!({"error": self.message}))).into_response())
    }
}

/// JSON with the content type of FHIR.
pub(crate) fn fhir_json(status: StatusCode, resource: &serde_json::Value) -> Response {
    (status, [("content-type", "application/fhir+json; charset=utf-8")], resource.to_string()).into_response()
}
