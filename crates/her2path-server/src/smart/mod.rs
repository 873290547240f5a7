//! SMART on FHIR: launched by an EHR, or on its own, a browser is sent to the EHR to sign in and comes back with leave to
//! read one patient. <https://hl7.org/fhir/smart-app-launch/> 2.2, OAuth 2.1 with PKCE, public client.
//!
//! A browser gets a random key in a cookie. What was begun and what was granted is kept in memory under that key, for as
//! long as a working day at most, and is gone when the server stops; tokens never reach the browser. Only servers of the
//! settings can launch. The record is read anew for each view and kept nowhere.
//!
//! Deliberately absent: confidential clients, writing to the EHR, being shown inside a frame of another page.

mod discovery;
mod launches;
mod tokens;

use axum::Router;
use axum::extract::{Query, State as Extract};
use axum::http::header::{LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use her2path::Question;
use her2path::assessment::Assessment;
use her2path::fhir::Input;
use her2path::guideline::KNOWLEDGE;
use her2path::issue::{Issue, Severity};
use her2path::render::printable;
use maud::html;
use serde::Deserialize;

use crate::apart;
use crate::config::SmartServer;
use crate::fhir_client::Unread;
use crate::hooks::services::PREFETCH;
use crate::pages::{layout, record};
use crate::secret;
use crate::state::{Shared, State, today};
pub(crate) use launches::Launches;
use launches::{Begun, Granted};

/// The cookie with the key. `Lax`, because the EHR sends the browser back.
const COOKIE: &str = "her2path-launch";

pub(crate) fn routes() -> Router<Shared> {
    Router::new()
        .route("/smart", get(choose))
        .route("/smart/launch", get(launch))
        .route("/smart/callback", get(callback))
        .route("/smart/patient", get(patient))
        .route("/smart/end", post(end))
}

/// What an EHR, or the page of servers, opens.
#[derive(Deserialize)]
struct Launch {
    iss: String,
    launch: Option<String>,
}

/// What the EHR sends the browser back with.
#[derive(Deserialize)]
struct Callback {
    code: Option<String>,
    state: Option<String>,
    error: Option<String>,
}

fn redirect_address(state: &State) -> String {
    format!("{}/smart/callback", state.config.links())
}

fn cookie(state: &State, value: &str, age: u32) -> String {
    let secure = if state.config.links().starts_with("https://") { "; Secure" } else { "" };
    format!("{COOKIE}={value}; Path=/smart; Max-Age={age}; HttpOnly; SameSite=Lax{secure}")
}

/// The servers that can be signed in to.
async fn choose(Extract(state): Extract<Shared>) -> Response {
    let servers = &state.config.smart;
    layout::page(
        "Open a record of an EHR",
        &html! {
            @if servers.is_empty() {
                p { "This server knows no EHR. Whoever runs it names one with " code { "--smart ISSUER=CLIENT_ID" } "." }
            }
            ul {
                @for server in servers {
                    li { a href={ "/smart/launch?iss=" (percent_encoded(&server.issuer)) } { "Sign in at " (printable(&server.issuer)) } }
                }
            }
        },
    )
    .into_response()
}

fn percent_encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

fn server<'s>(state: &'s State, issuer: &str) -> Option<&'s SmartServer> {
    let same = |server: &&SmartServer| server.issuer.trim_end_matches('/') == issuer.trim_end_matches('/');
    state.config.smart.iter().find(same)
}

/// Sends the browser to the EHR to sign in.
async fn launch(Extract(state): Extract<Shared>, headers: HeaderMap, Query(asked): Query<Launch>) -> Response {
    let Some(server) = server(&state, &asked.iss) else {
        return said(StatusCode::FORBIDDEN, "This EHR is not on the list of this server (--smart).");
    };
    let Some(key) = secret::cookie(&headers, COOKIE).or_else(secret::new) else {
        return said(StatusCode::INTERNAL_SERVER_ERROR, "The server has no randomness.");
    };
    let endpoints = match discovery::endpoints(&state.fhir_client, &server.issuer).await {
        Ok(endpoints) => endpoints,
        Err(unread) => return said(StatusCode::BAD_GATEWAY, &unread.why),
    };
    let begun = tokens::begin(server, endpoints, &redirect_address(&state), asked.launch.as_deref());
    let (address, begun) = match begun {
        Ok(begun) => begun,
        Err(unread) => return said(StatusCode::BAD_GATEWAY, &unread.why),
    };
    state.launches.begin(&key, begun);
    let head = [(LOCATION, address), (SET_COOKIE, cookie(&state, &key, launches::LIVES_SECONDS))];
    (StatusCode::SEE_OTHER, head).into_response()
}

/// Turns what the EHR sent the browser back with into leave to read.
async fn callback(Extract(state): Extract<Shared>, headers: HeaderMap, Query(back): Query<Callback>) -> Response {
    let begun: Option<Begun> = match (secret::cookie(&headers, COOKIE), back.state.as_deref()) {
        (Some(key), Some(sent)) => state.launches.take(&key, sent),
        _ => None,
    };
    let Some(begun) = begun else {
        return said(StatusCode::FORBIDDEN, "This browser has not begun this launch, or long ago; launch anew.");
    };
    let Some(code) = back.code.filter(|_| back.error.is_none()) else {
        let error: String = printable(&back.error.unwrap_or_default()).chars().take(100).collect();
        return said(StatusCode::FORBIDDEN, &format!("The EHR did not grant it: {error}"));
    };
    let key = begun.key.clone();
    match tokens::exchange(&state.fhir_client, begun, &redirect_address(&state), code).await {
        Ok(granted) => {
            state.launches.grant(&key, granted);
            (StatusCode::SEE_OTHER, [(LOCATION, "/smart/patient")]).into_response()
        }
        Err(unread) => said(StatusCode::BAD_GATEWAY, &unread.why),
    }
}

/// The sheet of the patient that was chosen in the EHR.
async fn patient(Extract(state): Extract<Shared>, headers: HeaderMap) -> Response {
    let found = secret::cookie(&headers, COOKIE).and_then(|key| Some((state.launches.granted(&key)?, key)));
    let Some((mut granted, key)) = found else {
        return said(StatusCode::FORBIDDEN, "This browser has no leave to read a record; launch from the EHR.");
    };
    let mut parts = Err(Unread { status: Some(401), why: String::new() });
    if !granted.is_over() {
        parts = read(&state, &granted).await;
    }
    // Leave that ran out, or that the EHR took back, is asked for once more.
    if matches!(&parts, Err(Unread { status: Some(401), .. })) {
        granted = match tokens::refresh(&state.fhir_client, &granted, &redirect_address(&state)).await {
            Ok(granted) => granted,
            Err(unread) => {
                state.launches.end(&key);
                return said(
                    StatusCode::FORBIDDEN,
                    &format!("The leave to read has ended; launch anew. {}", unread.why),
                );
            }
        };
        state.launches.grant(&key, granted.clone());
        parts = read(&state, &granted).await;
    }
    let parts = match parts {
        Ok(parts) => parts,
        Err(unread) => return said(StatusCode::BAD_GATEWAY, &unread.why),
    };
    state.audit(Some(&granted.issuer), "smart", String::new());
    let token = secret::derived("end", &key);
    let bytes = parts.iter().map(Vec::len).sum();
    let worked = apart::work(&state, bytes, move || sheet(&parts, &granted, &token)).await;
    worked.unwrap_or_else(|refusal| record::refused(&refusal))
}

/// Every part of the record, as the hooks ask for it.
async fn read(state: &State, granted: &Granted) -> Result<Vec<Vec<u8>>, Unread> {
    let mut parts = Vec::new();
    for (_, template) in PREFETCH {
        let query = template.replace("{{context.patientId}}", &granted.patient);
        parts.extend(state.fhir_client.search(&granted.issuer, &query, Some(&granted.token)).await?);
    }
    Ok(parts)
}

fn sheet(parts: &[Vec<u8>], granted: &Granted, token: &str) -> Response {
    let inputs = || parts.iter().map(|bytes| Input { bytes, name: "record" });
    if let Err(refusal) = apart::within_limit(inputs()) {
        return record::refused(&refusal);
    }
    let (assessments, issues) = her2path::assess(inputs(), &Question::new(&KNOWLEDGE, today()));
    if let Some(issue) = issues.iter().find(|issue| issue.severity == Severity::Fatal) {
        // A part that cannot be read may hold what forbids a drug.
        return said(StatusCode::BAD_GATEWAY, &format!("The record could not be read: {issue}"));
    }
    let own: Vec<Assessment<'_>> =
        assessments.into_iter().filter(|found| found.patient.as_deref() == Some(granted.patient.as_str())).collect();
    if own.is_empty() {
        return said(StatusCode::BAD_GATEWAY, "The EHR sent no record of the patient that was chosen.");
    }
    let issues: Vec<Issue> = issues;
    let end = html! {
        p.why { "Read from " (printable(&granted.issuer)) " just now; kept nowhere. Open this page again to read anew." }
        form.screen method="post" action="/smart/end" {
            input type="hidden" name="token" value=(token);
            button.quiet { "End the access to this record" }
        }
    };
    record::shown(&own, &issues, false, &end)
}

/// What the button that ends the access sends.
#[derive(Deserialize)]
struct End {
    #[serde(default)]
    token: String,
}

async fn end(Extract(state): Extract<Shared>, headers: HeaderMap, axum::Form(sent): axum::Form<End>) -> Response {
    let key = secret::cookie(&headers, COOKIE);
    let Some(key) = key.filter(|key| secret::same(&secret::derived("end", key), &sent.token)) else {
        return said(StatusCode::FORBIDDEN, "This was not sent from the page of the record; nothing has changed.");
    };
    state.launches.end(&key);
    let content = html! { p { "The access has ended, and its tokens are forgotten." } };
    ([(SET_COOKIE, cookie(&state, "", 0))], layout::page("Ended", &content)).into_response()
}

fn said(status: StatusCode, why: &str) -> Response {
    let content =
        html! { p.urgent role="alert" { (printable(why)) } p { a href="/smart" { "The EHRs of this server" } } };
    (status, layout::page("Not opened", &content)).into_response()
}
