//! "Understanding the report": what stands in a pathology report, said in plain words, and what to ask about it.
//!
//! The answers become a typed-in case; its patient's page gives the sentences, so that this page can say nothing that the
//! assessment does not.

use axum::response::Html;
use her2path::guideline::KNOWLEDGE;
use her2path::knowledge::model::{Chapter, GlossaryTerm};
use her2path::render::html::patient_articles;
use her2path::render::patient;
use her2path::{Question, assess_chart};
use maud::{Markup, html};

use super::case::{self, Typed};
use super::controls::Control;
use super::fields::Fields;
use super::{layout, record, symptoms};
use crate::state::today;

const TITLE: &str = "Understanding the report";

/// Fields are named by the facts that they state.
const CONTROLS: [Control; 9] = [
    Control::chosen(
        "disease.breast-cancer",
        "What does the report call it?",
        &[
            ("", "I cannot find it"),
            ("invasive", "invasive (or infiltrating) cancer"),
            ("in-situ-only", "carcinoma in situ (DCIS) only"),
        ],
    ),
    Control::chosen(
        "disease.setting",
        "Has the cancer spread to other parts of the body?",
        &[("", "I do not know"), ("metastatic", "yes: metastatic, M1 or stage IV"), ("not-metastatic", "no: M0")],
    ),
    Control::chosen(
        "her2.ihc",
        "HER2, the stain (IHC)",
        &[("", "I cannot find it"), ("0", "0"), ("1+", "1+"), ("2+", "2+"), ("3+", "3+")],
    ),
    Control::chosen(
        "her2.ish",
        "HER2, the gene test (ISH, FISH, CISH)",
        &[
            ("", "I cannot find it"),
            ("amplified", "amplified, or positive"),
            ("not-amplified", "not amplified, or negative"),
        ],
    ),
    Control::chosen(
        "her2.status",
        "HER2, in one word",
        &[("", "I cannot find it"), ("positive", "positive"), ("negative", "negative"), ("equivocal", "equivocal")],
    ),
    Control::written("er.percent", "ER (estrogen receptor): how many percent of the cells?"),
    Control::chosen("er.status", "ER in one word", RECEPTOR),
    Control::written("pr.percent", "PR or PgR (progesterone receptor): how many percent of the cells?"),
    Control::chosen("pr.status", "PR in one word", RECEPTOR),
];

const RECEPTOR: &[(&str, &str)] = &[("", "I cannot find it"), ("positive", "positive"), ("negative", "negative")];

/// Words of the glossary that stand in most reports.
const WORDS: [&str; 9] = [
    "Biopsy",
    "Estrogen receptor",
    "Grade",
    "HER2",
    "IHC test",
    "ISH test",
    "Progesterone receptor",
    "Stage",
    "Carcinoma in situ",
];

pub(super) async fn ask() -> Html<String> {
    layout::page(TITLE, &html! { (form(&Fields::default())) (words()) })
}

pub(super) async fn show(fields: Fields) -> Html<String> {
    let mut typed = Typed::new();
    for control in &CONTROLS {
        let value = fields.text(control.name).replace(',', ".");
        let value = value.trim_end_matches('%').trim();
        if !value.is_empty() {
            typed.insert(control.name.to_owned(), vec![value.to_owned()]);
        }
    }
    let said = if typed.is_empty() {
        html! { p.urgent role="alert" { "Choose at least one answer. What you cannot find stays open." } }
    } else {
        meaning(&typed)
    };
    layout::page(TITLE, &html! { (said) (form(&fields)) (words()) })
}

fn meaning(typed: &Typed) -> Markup {
    let (chart, issues) = case::chart(&case::chart_file(typed));
    let chapters = [Chapter::Diagnosis, Chapter::Support].into_iter().collect();
    let assessment = assess_chart(chart, Vec::new(), &Question::new(&KNOWLEDGE, today()).chapters(chapters));
    let mut page = patient::page(&assessment, &[], symptoms::CONTACTS);
    page.sections.retain(|section| ["found", "ask"].contains(&section.id));
    page.title = "What it means".to_owned();
    html! {
        (record::wrong(&issues))
        div role="status" { @for article in patient_articles(&[(page, &assessment)]) { (article) } }
        p { a href="/questions" { "Make a list of questions to take along" } }
        h2 { "Change an answer" }
    }
}

fn form(fields: &Fields) -> Markup {
    html! {
        div.patient {
            p { "Take the report of the lab (pathology report) and fill in what you can find. What you cannot find stays open. Nothing is kept." }
            form method="post" action="/report" {
                @for control in &CONTROLS { (control.show(&fields.text(control.name))) }
                button { "What does it mean?" }
            }
        }
    }
}

fn words() -> Markup {
    let found = |name: &str| {
        let named = |term: &&GlossaryTerm| term.term == name;
        KNOWLEDGE.glossary.iter().find(named)
    };
    html! {
        div.patient {
            h2 { "Words in the report" }
            dl.words {
                @for term in WORDS.into_iter().filter_map(found) {
                    dt { dfn { (term.term) } }
                    dd { (term.plain) }
                }
            }
            p { a href="/words" { "All words explained" } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_question_states_a_fact_of_the_dictionary_with_its_values() {
        for control in &CONTROLS {
            let definition = KNOWLEDGE.facts.iter().find(|fact| fact.id == control.name).expect(control.name);
            for (code, _) in control.answers.iter().filter(|(code, _)| !code.is_empty()) {
                assert!(definition.value(code).is_some(), "{} {code}", control.name);
            }
        }
    }

    #[test]
    fn every_word_is_in_the_glossary() {
        let shown = words().into_string();
        assert_eq!(shown.matches("<dfn>").count(), WORDS.len(), "{shown}");
    }
}
