//! The sheet of a record that is uploaded or pasted in.

use axum::extract::State as Extract;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse as _, Response};
use her2path::Question;
use her2path::assessment::Assessment;
use her2path::fhir::Input;
use her2path::guideline::KNOWLEDGE;
use her2path::issue::Issue;
use her2path::render::{html as sheets, printable};
use jiff::civil::Date;
use maud::{Markup, html};

use super::fields::Fields;
use super::layout;
use crate::apart;
use crate::error::Refusal;
use crate::state::{Shared, today};

pub(super) async fn ask() -> Html<String> {
    layout::page("Open a record", &form(&html! {}))
}

fn form(above: &Markup) -> Markup {
    html! {
        (above)
        p { "The record is read once, in memory, and kept nowhere." }
        form method="post" action="/clinician" enctype="multipart/form-data" {
            div.field {
                label for="file" { "FHIR R4 as JSON, one file or several: a Bundle, a list of resources, or one resource a line" }
                input id="file" name="file" type="file" multiple accept=".json,.ndjson,application/json,application/fhir+json";
            }
            div.field {
                label for="record" { "or the text of it" }
                textarea id="record" name="record" spellcheck="false" autocomplete="off" {}
            }
            div.field {
                label for="as_of" { "As of which day (2026-11-23); today if left out" }
                input id="as_of" name="as_of" inputmode="numeric" autocomplete="off";
            }
            div.field { label { input type="checkbox" name="all" value="yes"; " Show also what does not apply" } }
            button { "Show the sheet" }
        }
    }
}

pub(super) async fn show(Extract(state): Extract<Shared>, fields: Fields) -> Response {
    let day = match fields.text("as_of").as_str() {
        "" => Ok(today()),
        text => text.parse::<Date>(),
    };
    let Ok(as_of) = day else {
        let said = html! { p.urgent role="alert" { "The day is not one; write it as 2026-11-23." } };
        return (StatusCode::BAD_REQUEST, layout::page("Open a record", &form(&said))).into_response();
    };
    let worked = apart::work(&state, fields.bytes(), move || sheet(&fields, as_of)).await;
    worked.unwrap_or_else(|refusal| refused(&refusal))
}

/// A refusal as a page.
pub(crate) fn refused(refusal: &Refusal) -> Response {
    let said = html! { p.urgent role="alert" { (printable(&refusal.message)) } };
    (refusal.status, layout::page("Not done", &said)).into_response()
}

fn sheet(fields: &Fields, as_of: Date) -> Response {
    let inputs = || fields.all("file").chain(fields.all("record")).map(|bytes| Input { bytes, name: "record" });
    if let Err(refusal) = apart::within_limit(inputs()) {
        return refused(&refusal);
    }
    let (assessments, issues) = her2path::assess(inputs(), &Question::new(&KNOWLEDGE, as_of));
    if assessments.is_empty() {
        let said = html! { p.urgent role="alert" { "No patient was found in what was sent." } (wrong(&issues)) };
        return (StatusCode::UNPROCESSABLE_ENTITY, layout::page("Open a record", &form(&said))).into_response();
    }
    shown(&assessments, &issues, !fields.text("all").is_empty(), &html! {})
}

/// The page of assessments, and of what could not be used; below, what else is to be said.
pub(crate) fn shown(assessments: &[Assessment<'_>], issues: &[Issue], all: bool, below: &Markup) -> Response {
    let articles = sheets::articles(assessments, all);
    layout::shell("Assessment", &html! { (wrong(issues)) @for article in &articles { (article) } (below) })
        .into_response()
}

/// What could not be used, if anything.
pub(super) fn wrong(issues: &[Issue]) -> Markup {
    html! {
        @if !issues.is_empty() {
            section aria-labelledby="wrong" {
                h2 id="wrong" { "Could not be used" }
                ul { @for issue in issues { li { (printable(&issue.to_string())) } } }
            }
        }
    }
}
