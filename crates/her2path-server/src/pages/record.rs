//! The sheet of a record that is pasted in.

use axum::Form;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse as _, Response};
use her2path::Question;
use her2path::fhir::Input;
use her2path::guideline::KNOWLEDGE;
use her2path::issue::Issue;
use her2path::render::{html as sheet, printable};
use jiff::civil::Date;
use maud::{Markup, html};
use serde::Deserialize;

use super::layout;
use crate::state::today;

/// What the form sends.
#[derive(Deserialize)]
pub(super) struct Pasted {
    record: String,
    #[serde(default)]
    as_of: String,
    #[serde(default)]
    all: Option<String>,
}

pub(super) async fn ask() -> Html<String> {
    layout::page("Open a record", &form(&html! {}))
}

fn form(above: &Markup) -> Markup {
    html! {
        (above)
        p { "The record is read once, in memory, and kept nowhere." }
        form method="post" action="/clinician" {
            div.field {
                label for="record" { "FHIR R4 as JSON: a Bundle, a list of resources, or one resource a line" }
                textarea id="record" name="record" required spellcheck="false" autocomplete="off" {}
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

pub(super) async fn show(Form(pasted): Form<Pasted>) -> Response {
    let day = match pasted.as_of.trim() {
        "" => Ok(today()),
        text => text.parse::<Date>(),
    };
    let Ok(as_of) = day else {
        let said = html! { p.urgent role="alert" { "The day is not one; write it as 2026-11-23." } };
        return (StatusCode::BAD_REQUEST, layout::page("Open a record", &form(&said))).into_response();
    };
    let input = Input { bytes: pasted.record.as_bytes(), name: "record" };
    let (assessments, issues) = her2path::assess([input], &Question::new(&KNOWLEDGE, as_of));
    if assessments.is_empty() {
        let said = html! { p.urgent role="alert" { "No patient was found in what was pasted." } (wrong(&issues)) };
        return (StatusCode::UNPROCESSABLE_ENTITY, layout::page("Open a record", &form(&said))).into_response();
    }
    let articles = sheet::articles(&assessments, pasted.all.is_some());
    layout::shell("Assessment", &html! { (wrong(&issues)) @for article in &articles { (article) } }).into_response()
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
