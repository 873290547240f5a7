//! Pages for people: the sheet of a record or a typed-in case for clinicians, the symptom questions and the words explained
//! for patients and families, and the guideline for both.
//!
//! They work without a script, load nothing from elsewhere, and keep nothing: what a page has to remember stands in its own
//! form and comes back with the next answer. Since no request changes anything here, there is nothing that a forged one
//! could change.

mod case;
mod guideline;
mod layout;
mod record;
mod symptoms;
mod words;

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::response::Html;
use axum::routing::get;
use maud::html;

use crate::state::Shared;

pub(crate) fn routes() -> Router<Shared> {
    Router::new()
        .route("/", get(home))
        .route("/style.css", get(async || ([(CONTENT_TYPE, "text/css; charset=utf-8")], layout::style())))
        .route("/clinician", get(record::ask).post(record::show))
        .route("/clinician/case", get(case::ask).post(case::show))
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
                        li { a href="/words" { "What do these words mean?" } }
                        li { a href="/help" { "Who helps?" } }
                    }
                }
                section aria-labelledby="clinicians" {
                    h2 id="clinicians" { "For clinicians" }
                    ul {
                        li { a href="/clinician" { "Open a record" } }
                        li { a href="/clinician/case" { "Type in a case, and change a fact to see what changes" } }
                        li { a href="/guideline" { "Read and search the guideline" } }
                    }
                }
            }
        },
    )
}
