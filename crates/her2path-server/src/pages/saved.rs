//! Cases that are kept because somebody asked for it: saved, opened again, deleted.
//!
//! A browser that saves gets a key in a cookie, which scripts cannot read and other sites cannot send (`SameSite=Strict`);
//! the store knows only its hash. Every request that changes something carries a token that is derived from the key. A
//! request without both changes nothing and leads to a page that asks first.

use axum::extract::{Path, State as Extract};
use axum::http::header::{LOCATION, SET_COOKIE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use her2path::render::printable;
use maud::{Markup, html};

use super::case::{self, Typed};
use super::fields::Fields;
use super::layout;
use crate::secret;
use crate::state::{Shared, State, now};
use crate::store::cases::SavedCase;

/// The cookie with the key.
const COOKIE: &str = "her2path-keeper";

/// Where the cases are.
const PATH: &str = "/clinician/cases";

/// How long a browser keeps the key, in seconds: a year.
const YEAR: u32 = 365 * 24 * 60 * 60;

/// The longest name of a case, in characters.
const NAME: usize = 100;

/// The largest case, in bytes.
const LARGEST: usize = 64 * 1024;

/// A browser that keeps cases.
struct Keeper {
    key: String,
}

impl Keeper {
    fn of(headers: &HeaderMap) -> Option<Self> {
        secret::cookie(headers, COOKIE).map(|key| Self { key })
    }

    /// What the store knows it by.
    fn name(&self) -> String {
        secret::derived("keeper", &self.key)
    }

    /// What its forms carry.
    fn token(&self) -> String {
        secret::derived("form", &self.key)
    }

    /// The browser that sent a form, where the form is its own.
    fn confirmed(headers: &HeaderMap, fields: &Fields) -> Option<Self> {
        Self::of(headers).filter(|keeper| secret::same(&keeper.token(), &fields.text("token")))
    }

    fn cookie(&self, state: &State) -> String {
        cookie(state, &self.key, YEAR)
    }
}

fn cookie(state: &State, value: &str, age: u32) -> String {
    let secure = if state.config.links().starts_with("https://") { "; Secure" } else { "" };
    format!("{COOKIE}={value}; Path=/clinician; Max-Age={age}; HttpOnly; SameSite=Strict{secure}")
}

/// The form that saves a case.
pub(super) fn offer(typed: &Typed) -> Markup {
    html! {
        form method="post" action=(PATH) {
            input type="hidden" name="case" value=(content(typed));
            div.field {
                label for="name" { "Keep this case under a name (no names of people)" }
                input id="name" name="name" maxlength=(NAME) autocomplete="off";
            }
            button.quiet { "Save" }
            " " a href=(PATH) { "Saved cases" }
        }
    }
}

fn content(typed: &Typed) -> String {
    serde_json::to_string(typed).unwrap_or_default()
}

pub(super) async fn list(Extract(state): Extract<Shared>, headers: HeaderMap) -> Response {
    let Some(keeper) = Keeper::of(&headers) else {
        return layout::page("Saved cases", &html! { p { "This browser has saved no case." } }).into_response();
    };
    let cases = match state.store.cases(&keeper.name()).await {
        Ok(cases) => cases,
        Err(error) => return failed(&error),
    };
    let until = if state.config.database.is_some() { "until you delete them" } else { "until the server stops" };
    layout::page(
        "Saved cases",
        &html! {
            p { "Kept on this server " (until) "; only this browser can open them." }
            @if cases.is_empty() { p { "There is none." } }
            ul.cases {
                @for case in &cases {
                    li {
                        a href={ (PATH) "/" (case.id) } { (printable(&case.name)) } " "
                        span.why { (case.saved) }
                        (button(&format!("{PATH}/{}/delete", case.id), &keeper, &format!("Delete {}", case.name), "Delete"))
                    }
                }
            }
            (button(&format!("{PATH}/forget"), &keeper, "Delete all and forget this browser", "Delete all and forget this browser"))
        },
    )
    .into_response()
}

fn button(action: &str, keeper: &Keeper, name: &str, words: &str) -> Markup {
    html! {
        form method="post" action=(action) {
            input type="hidden" name="token" value=(keeper.token());
            button.quiet aria-label=(printable(name)) { (words) }
        }
    }
}

pub(super) async fn save(Extract(state): Extract<Shared>, headers: HeaderMap, fields: Fields) -> Response {
    let content = fields.text("case");
    let typed: Option<Typed> = serde_json::from_str(&content).ok().filter(|_| content.len() <= LARGEST);
    let Some(typed) = typed.filter(|typed: &Typed| !typed.is_empty()) else {
        return refused(StatusCode::BAD_REQUEST, "There is no case to keep: fill in a fact first.");
    };
    let name: String = printable(&fields.text("name")).chars().take(NAME).collect();
    let name = if name.trim().is_empty() { "Case".to_owned() } else { name };
    let Some(keeper) = Keeper::confirmed(&headers, &fields) else {
        return confirm(&state, &headers, &typed, &name);
    };
    let Some(id) = secret::new() else {
        return refused(StatusCode::INTERNAL_SERVER_ERROR, "The server has no randomness.");
    };
    let case = SavedCase { id, name, content: self::content(&typed), saved: now() };
    match state.store.save_case(&keeper.name(), &case).await {
        Ok(true) => to_list(&keeper.cookie(&state)),
        Ok(false) => refused(StatusCode::CONFLICT, "There are a hundred saved cases; delete one first."),
        Err(error) => failed(&error),
    }
}

/// Asks before anything is kept, and gives the browser its key.
fn confirm(state: &State, headers: &HeaderMap, typed: &Typed, name: &str) -> Response {
    let key = Keeper::of(headers).map(|keeper| keeper.key).or_else(secret::new);
    let Some(key) = key else { return refused(StatusCode::INTERNAL_SERVER_ERROR, "The server has no randomness.") };
    let keeper = Keeper { key };
    let content = html! {
        p { "“" (name) "” will be kept on this server with what was typed in, and a cookie in this browser is the key to it. Nobody else can open it; you can delete it at any time." }
        form method="post" action=(PATH) {
            input type="hidden" name="token" value=(keeper.token());
            input type="hidden" name="case" value=(self::content(typed));
            input type="hidden" name="name" value=(name);
            button { "Keep it" }
            " " a href="/clinician/case" { "Do not keep it" }
        }
    };
    ([(SET_COOKIE, keeper.cookie(state))], layout::page("Keep this case?", &content)).into_response()
}

pub(super) async fn open(Extract(state): Extract<Shared>, headers: HeaderMap, Path(id): Path<String>) -> Response {
    let Some(keeper) = Keeper::of(&headers) else { return gone() };
    let cases = match state.store.cases(&keeper.name()).await {
        Ok(cases) => cases,
        Err(error) => return failed(&error),
    };
    let found = cases.iter().find(|case| case.id == id);
    match found.and_then(|case| serde_json::from_str::<Typed>(&case.content).ok()) {
        Some(typed) => case::page(&typed, "").into_response(),
        None => gone(),
    }
}

pub(super) async fn delete(
    Extract(state): Extract<Shared>,
    headers: HeaderMap,
    Path(id): Path<String>,
    fields: Fields,
) -> Response {
    let Some(keeper) = Keeper::confirmed(&headers, &fields) else { return forged() };
    match state.store.delete_case(&keeper.name(), &id).await {
        Ok(()) => to_list(&keeper.cookie(&state)),
        Err(error) => failed(&error),
    }
}

pub(super) async fn forget(Extract(state): Extract<Shared>, headers: HeaderMap, fields: Fields) -> Response {
    let Some(keeper) = Keeper::confirmed(&headers, &fields) else { return forged() };
    match state.store.delete_cases(&keeper.name()).await {
        Ok(()) => to_list(&cookie(&state, "", 0)),
        Err(error) => failed(&error),
    }
}

fn to_list(cookie: &str) -> Response {
    (StatusCode::SEE_OTHER, [(LOCATION, PATH), (SET_COOKIE, cookie)]).into_response()
}

fn refused(status: StatusCode, why: &str) -> Response {
    let content = html! { p.urgent role="alert" { (why) } p { a href=(PATH) { "Saved cases" } } };
    (status, layout::page("Not done", &content)).into_response()
}

fn forged() -> Response {
    refused(StatusCode::FORBIDDEN, "This was not sent from the page of saved cases; nothing was deleted.")
}

fn gone() -> Response {
    refused(StatusCode::NOT_FOUND, "This browser has no such case.")
}

fn failed(error: &sqlx::Error) -> Response {
    tracing::error!(%error, "saved cases are out of reach");
    refused(StatusCode::SERVICE_UNAVAILABLE, "The database does not answer; try again later.")
}
