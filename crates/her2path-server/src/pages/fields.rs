//! What a form sent, with files or without: a browser without scripts sends both kinds.

use axum::Form;
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse as _, Response};
use maud::html;

use super::layout;

/// Names and values in the order in which they were sent. A value is what was sent, text or not.
#[derive(Debug, Default)]
pub(super) struct Fields(Vec<(String, Vec<u8>)>);

impl Fields {
    /// The first value of a field as text without blanks around it; empty where there is none.
    pub(super) fn text(&self, name: &str) -> String {
        let found = self.0.iter().find(|(other, _)| other == name);
        found.map(|(_, value)| String::from_utf8_lossy(value).trim().to_owned()).unwrap_or_default()
    }

    /// How much was sent.
    pub(super) fn bytes(&self) -> usize {
        self.0.iter().map(|(_, value)| value.len()).sum()
    }

    /// Every value of a field that holds something.
    pub(super) fn all(&self, name: &str) -> impl Iterator<Item = &[u8]> {
        let named = self.0.iter().filter(move |(other, _)| other == name);
        named.map(|(_, value)| value.as_slice()).filter(|value| !value.trim_ascii().is_empty())
    }
}

impl<S: Send + Sync> FromRequest<S> for Fields {
    type Rejection = Response;

    async fn from_request(request: Request, state: &S) -> Result<Self, Self::Rejection> {
        let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if !kind.starts_with("multipart/form-data") {
            let sent = Form::<Vec<(String, String)>>::from_request(request, state).await.map_err(|_| unreadable())?;
            return Ok(Self(sent.0.into_iter().map(|(name, value)| (name, value.into_bytes())).collect()));
        }
        let mut parts = Multipart::from_request(request, state).await.map_err(|_| unreadable())?;
        let mut fields = Vec::new();
        while let Some(part) = parts.next_field().await.map_err(|_| unreadable())? {
            let name = part.name().unwrap_or_default().to_owned();
            fields.push((name, part.bytes().await.map_err(|_| unreadable())?.to_vec()));
        }
        Ok(Self(fields))
    }
}

fn unreadable() -> Response {
    let content = html! { p.urgent role="alert" { "What was sent is not a form of these pages." } };
    (StatusCode::BAD_REQUEST, layout::page("Not a form", &content)).into_response()
}
