//! Questions to ask at the next visit: choose, add one's own, and take the list along on paper or as a text file.

use std::fmt::Write as _;

use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{Html, IntoResponse as _, Response};
use her2path::guideline::KNOWLEDGE;
use her2path::knowledge::model::Recommendation;
use her2path::render::printable;
use maud::{Markup, html};

use super::fields::Fields;
use super::layout;

const TITLE: &str = "Questions to ask";

/// Where the guideline keeps them.
const QUESTIONS: &str = "support/questions/";

/// The most characters of a question of one's own; more is cut off.
const OWN: usize = 500;

fn all() -> impl Iterator<Item = &'static Recommendation> {
    KNOWLEDGE.recommendations.iter().filter(|one| one.id.starts_with(QUESTIONS))
}

/// The question without the words that call for it: `Ask: who helps?` is `Who helps?`.
fn question(one: &Recommendation) -> String {
    let text = match one.plain.split_once(": ") {
        Some((call, question)) if call.starts_with("Ask") => question,
        _ => &one.plain,
    };
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn name(one: &'static Recommendation) -> &'static str {
    one.id.strip_prefix(QUESTIONS).unwrap_or_default()
}

pub(super) async fn choose() -> Html<String> {
    layout::page(
        TITLE,
        &html! {
            div.patient {
                p { "Pick what matters to you and add your own. You get a list to print or keep. Nothing is kept here." }
                form method="post" action="/questions" {
                    fieldset.list {
                        legend { "Questions" }
                        @for one in all() {
                            label { input type="checkbox" name="q" value=(name(one)); span { (question(one)) } }
                        }
                    }
                    div.field {
                        label for="own" { "Your own questions, one a line" }
                        textarea.short id="own" name="own" autocomplete="off" {}
                    }
                    button { "Make my list" }
                }
            }
        },
    )
}

pub(super) async fn list(fields: Fields) -> Response {
    let picked: Vec<&str> = fields.all("q").filter_map(|value| std::str::from_utf8(value).ok()).collect();
    let chosen: Vec<&'static Recommendation> = all().filter(|one| picked.contains(&name(one))).collect();
    let own: Vec<String> = fields
        .text("own")
        .lines()
        .map(|line| printable(line.trim()).chars().take(OWN).collect::<String>())
        .filter(|line| !line.is_empty())
        .collect();
    let questions: Vec<String> = chosen.iter().copied().map(question).chain(own.iter().cloned()).collect();
    if fields.text("as") == "text" {
        return file(&questions);
    }
    let content = html! {
        div.patient {
            @if questions.is_empty() {
                p { "No question was chosen. " a href="/questions" { "Back to the questions" } }
            } @else {
                p { "Print this page, or keep it as a file. Ask first what matters most. Somebody may come with you and write down the answers." }
                ol.to-ask { @for question in &questions { li { (question) } } }
                (again(&chosen, &own))
            }
        }
    };
    layout::page("My questions", &content).into_response()
}

/// The same list once more, as a file.
fn again(chosen: &[&'static Recommendation], own: &[String]) -> Markup {
    html! {
        form.screen method="post" action="/questions" {
            @for one in chosen { input type="hidden" name="q" value=(name(one)); }
            input type="hidden" name="own" value=(own.join("\n"));
            input type="hidden" name="as" value="text";
            button { "Keep as a text file" }
            " " a href="/questions" { "Choose again" }
        }
    }
}

fn file(questions: &[String]) -> Response {
    let mut text = "Questions to ask\n\n".to_owned();
    for (question, number) in questions.iter().zip(1_u32..) {
        // Writing to a string cannot fail.
        let _ = write!(text, "{number}. {question}\n   ______________________________________________\n\n");
    }
    let _ = writeln!(text, "{}", KNOWLEDGE.guideline.notice);
    let head =
        [(CONTENT_TYPE, "text/plain; charset=utf-8"), (CONTENT_DISPOSITION, "attachment; filename=\"questions.txt\"")];
    (head, text).into_response()
}
