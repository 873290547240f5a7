//! Pages for people: the sheet of a record or a typed-in case for clinicians, the symptom questions and the words explained
//! for patients and families, and the guideline for both.
//!
//! They work without a script, load nothing from elsewhere, and keep nothing unless somebody saves a case: what a page has to
//! remember stands in its own form and comes back with the next answer. Only [`saved`] changes anything here, and guards it
//! against forged requests.

mod breast_gpa;
mod calculators;
mod case;
mod controls;
mod fields;
mod guideline;
pub(crate) mod layout;
mod questions;
pub(crate) mod record;
mod risk;
mod saved;
mod survival;
mod symptoms;
mod tables;
mod understand;
mod words;

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::response::Html;
use axum::routing::{get, post};
use maud::html;

use crate::state::Shared;

pub(crate) fn routes() -> Router<Shared> {
    Router::new()
        .route("/", get(home))
        .route("/style.css", get(async || ([(CONTENT_TYPE, "text/css; charset=utf-8")], layout::style())))
        .route("/clinician", get(record::ask).post(record::show))
        .route("/clinician/case", get(case::ask).post(case::show))
        .route("/clinician/cases", get(saved::list).post(saved::save))
        .route("/clinician/cases/forget", post(saved::forget))
        .route("/clinician/cases/{id}", get(saved::open))
        .route("/clinician/cases/{id}/delete", post(saved::delete))
        .route("/calculators", get(calculators::index))
        .route("/calculators/her2", get(calculators::her2).post(calculators::her2_answer))
        .route("/calculators/receptors", get(calculators::receptors).post(calculators::receptors_answer))
        .route("/calculators/stage", get(calculators::stage).post(calculators::stage_answer))
        .route("/calculators/response", get(calculators::response).post(calculators::response_answer))
        .route("/calculators/risk", get(risk::ask).post(risk::show))
        .route("/calculators/breast-gpa", get(breast_gpa::ask).post(breast_gpa::show))
        .route("/calculators/survival", get(survival::ask).post(survival::show))
        .route("/tables/her2", get(tables::her2))
        .route("/tables/stage", get(tables::stage))
        .route("/report", get(understand::ask).post(understand::show))
        .route("/questions", get(questions::choose).post(questions::list))
        .route("/symptoms", get(symptoms::begin).post(symptoms::go_on))
        .route("/words", get(words::glossary))
        .route("/help", get(words::help))
        .route("/guideline", get(guideline::list))
        .route("/guideline/changes", get(guideline::changes))
        .route("/guideline/{*id}", get(guideline::page))
}

async fn home() -> Html<String> {
    layout::page(
        "The care pathway of HER2-positive metastatic breast cancer",
        &html! {
            div.doors {
                section aria-labelledby="patients" {
                    h2 id="patients" { "For patients and families" }
                    ul {
                        li { a href="/symptoms" { "A symptom worries me: how soon do I need help?" } }
                        li { a href="/report" { "What does the report of the lab mean?" } }
                        li { a href="/questions" { "What can I ask? A list to take along" } }
                        li { a href="/words" { "What do these words mean?" } }
                        li { a href="/help" { "Who helps?" } }
                    }
                }
                section aria-labelledby="clinicians" {
                    h2 id="clinicians" { "For clinicians" }
                    ul {
                        li { a href="/clinician" { "Open a record" } }
                        li { a href="/smart" { "Open a record of an EHR (SMART on FHIR)" } }
                        li { a href="/clinician/case" { "Type in a case, and change a fact to see what changes" } }
                        li { a href="/clinician/cases" { "Saved cases" } }
                        li { a href="/calculators" { "Calculators and decision tables" } }
                        li { a href="/guideline" { "Read and search the guideline" } }
                    }
                }
            }
        },
    )
}
