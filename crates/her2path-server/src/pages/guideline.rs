//! The guideline: all of it, one statement a page, search, and what differs between two days.

use axum::extract::{Path, Query};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse as _, Response};
use her2path::change::{ChangeKind, Side, recommendations};
use her2path::chapters::{ORDER, stands};
use her2path::guideline::KNOWLEDGE;
use her2path::knowledge::model::Recommendation;
use her2path::render::{chapter_name, entry_page, printable, recommendation_page};
use jiff::civil::Date;
use maud::{Markup, html};
use serde::Deserialize;

use super::layout;
use crate::state::today;

#[derive(Deserialize)]
pub(super) struct Search {
    #[serde(default)]
    q: String,
}

/// Everything, or what holds every word that is searched for.
pub(super) async fn list(Query(search): Query<Search>) -> Html<String> {
    let words: Vec<String> = search.q.to_lowercase().split_whitespace().map(str::to_owned).collect();
    let found = |one: &&Recommendation| {
        let text = [&one.id, &one.statement, &one.question, &one.rationale, &one.plain].map(|text| text.to_lowercase());
        let text = format!("{} {}", text.join(" "), one.regimen.join(" ").to_lowercase());
        words.iter().all(|word| text.contains(word.as_str()))
    };
    let all: Vec<&Recommendation> = KNOWLEDGE.recommendations.iter().filter(found).collect();
    layout::page(
        "The guideline",
        &html! {
            form method="get" action="/guideline" role="search" {
                div.field {
                    label for="q" { "Search: a drug, a finding, an id" }
                    input id="q" name="q" value=(search.q) autocomplete="off";
                }
                button { "Search" }
            }
            p role="status" { (all.len()) " statements" @if !words.is_empty() { " with “" (printable(&search.q)) "”" } ". "
                a href="/guideline/changes" { "What changed between two days" } }
            @for chapter in ORDER {
                @let of_chapter: Vec<_> = all.iter().filter(|one| one.chapter == chapter).collect();
                @if !of_chapter.is_empty() {
                    h2 { (chapter_name(chapter)) }
                    ul { @for one in of_chapter { li { (line(one)) } } }
                }
            }
        },
    )
}

fn line(one: &Recommendation) -> Markup {
    html! {
        a href={ "/guideline/" (one.id) } { (one.statement) }
        @if !stands(one, &KNOWLEDGE, today()) { " (does not stand today)" }
    }
}

/// One statement, or an entry that statements name: a label, trial, monograph, check or measure.
pub(super) async fn page(Path(id): Path<String>) -> Response {
    let (title, text) = match KNOWLEDGE.recommendation(&id) {
        Some(one) => (one.statement.to_string(), recommendation_page(one, &KNOWLEDGE)),
        None => match entry_page(&id, &KNOWLEDGE) {
            Some(text) => (id, text),
            None => {
                let content =
                    html! { p { "The guideline has no entry with this id. " a href="/guideline" { "All of it" } } };
                return (StatusCode::NOT_FOUND, layout::page("Not found", &content)).into_response();
            }
        },
    };
    let content = html! { pre { (printable_lines(&text)) } p { a href="/guideline" { "All of the guideline" } } };
    layout::page(&title, &content).into_response()
}

fn printable_lines(text: &str) -> String {
    text.lines().map(printable).collect::<Vec<_>>().join("\n")
}

#[derive(Deserialize)]
pub(super) struct Days {
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
}

pub(super) async fn changes(Query(days): Query<Days>) -> Response {
    let day = |text: &str, otherwise: Date| if text.is_empty() { Ok(otherwise) } else { text.parse::<Date>() };
    let year_ago = today().checked_sub(jiff::Span::new().years(1)).unwrap_or_else(|_| today());
    let (Ok(from), Ok(to)) = (day(&days.from, year_ago), day(&days.to, today())) else {
        let content = html! { p.urgent role="alert" { "A day is not one; write it as 2026-11-23." } (between("", "")) };
        return (StatusCode::BAD_REQUEST, layout::page("What changed", &content)).into_response();
    };
    let side = |day: Date| Side { knowledge: &KNOWLEDGE, day };
    let found = recommendations(side(from), side(to));
    let content = html! {
        (between(&from.to_string(), &to.to_string()))
        p role="status" { (found.len()) " statements differ between " (from) " and " (to) "." }
        ul {
            @for change in &found {
                li {
                    strong { (change.kind.as_str()) } ": "
                    a href={ "/guideline/" (change.id) } { (change.statement) }
                    @if let ChangeKind::Superseded { by } = &change.kind {
                        ", replaced by " a href={ "/guideline/" (by) } { (by) }
                    }
                }
            }
        }
    };
    layout::page("What changed", &content).into_response()
}

fn between(from: &str, to: &str) -> Markup {
    html! {
        form method="get" action="/guideline/changes" {
            div.field { label for="from" { "From (2025-11-23)" } input id="from" name="from" value=(from) autocomplete="off"; }
            div.field { label for="to" { "To" } input id="to" name="to" value=(to) autocomplete="off"; }
            button { "Compare" }
        }
    }
}
