//! A case typed in: a form made from the data dictionary, the sheet, and what differs from the answer before.
//!
//! The case before stands in the form as a chart file, so that both are judged anew and nothing is kept; a case is saved
//! only where that is asked for.

use std::collections::BTreeMap;

use axum::Form;
use axum::response::Html;
use her2path::assessment::{Assessment, Outcome};
use her2path::chart::{Chart, stated};
use her2path::guideline::KNOWLEDGE;
use her2path::issue::Issue;
use her2path::knowledge::model::{FactDefinition, FactType, Recommendation};
use her2path::render::{html as sheet, printable};
use her2path::{Question, assess_chart};
use maud::{Markup, html};

use super::{layout, record, saved};
use crate::state::today;

/// The field with the chart file of the case before.
const BEFORE: &str = "before";

/// What was typed in, by fact; several values where several were chosen.
pub(super) type Typed = BTreeMap<String, Vec<String>>;

pub(super) async fn ask() -> Html<String> {
    layout::page(
        "Type in a case",
        &html! { (form(&Typed::new(), "")) p { a href="/clinician/cases" { "Saved cases" } } },
    )
}

pub(super) async fn show(Form(fields): Form<Vec<(String, String)>>) -> Html<String> {
    let mut typed = Typed::new();
    let mut before = String::new();
    for (name, value) in fields {
        if name == BEFORE {
            before = value;
        } else if !value.trim().is_empty() {
            typed.entry(name).or_default().push(value.trim().to_owned());
        }
    }
    page(&typed, &before)
}

/// The sheet of a case, and what differs from the one before.
pub(super) fn page(typed: &Typed, before: &str) -> Html<String> {
    let now = chart_file(typed);
    let (assessment, issues) = assessed(&now);
    let content = html! {
        h1 { "The case" }
        (record::wrong(&issues))
        @if !before.is_empty() { (changed(&assessed(before).0, &assessment, before, &now)) }
        (form(typed, &now))
        @if !typed.is_empty() { (saved::offer(typed)) }
        @for article in sheet::articles(std::slice::from_ref(&assessment), false) { (article) }
    };
    layout::shell("The case", &content)
}

fn assessed(chart: &str) -> (Assessment<'static>, Vec<Issue>) {
    let (chart, issues) = self::chart(chart);
    let question = Question::new(&KNOWLEDGE, chart.as_of);
    (assess_chart(chart, Vec::new(), &question), issues)
}

/// The chart of what was typed in.
pub(super) fn chart(file: &str) -> (Chart, Vec<Issue>) {
    stated::read(file, "form", &KNOWLEDGE, today())
}

/// What was typed as a chart file; a number that is none is left as text, so that reading it says what is wrong.
pub(super) fn chart_file(typed: &Typed) -> String {
    let quoted = |text: &String| serde_json::Value::from(text.as_str()).to_string();
    let line = |definition: &FactDefinition| {
        let values = typed.get(definition.id.as_ref())?;
        let first = values.first()?;
        let value = match definition.kind_of_value {
            FactType::Boolean if first == "true" || first == "false" => first.clone(),
            FactType::Integer if first.parse::<i64>().is_ok() => first.clone(),
            FactType::Codes if first == "none" => "[]".to_owned(),
            FactType::Codes => format!("[{}]", values.iter().map(quoted).collect::<Vec<_>>().join(", ")),
            _ => quoted(first),
        };
        Some(format!("{:?} = {value}\n", definition.id))
    };
    KNOWLEDGE.facts.iter().filter_map(line).collect()
}

fn outcomes<'a>(assessment: &'a Assessment<'static>) -> BTreeMap<&'static str, (&'a Recommendation, Outcome)> {
    let items = assessment.chapters.iter().flat_map(|chapter| &chapter.recommendations);
    items.map(|item| (item.recommendation.id.as_ref(), (item.recommendation, item.judgement.outcome))).collect()
}

/// What changed since the answer before, and the facts that did it.
fn changed(before: &Assessment<'static>, after: &Assessment<'static>, old: &str, new: &str) -> Markup {
    let (before, after) = (outcomes(before), outcomes(after));
    let differing: Vec<_> = after
        .iter()
        .filter_map(|(id, (recommendation, now))| {
            let then = before.get(id).map(|(_, outcome)| *outcome);
            (then != Some(*now)).then_some((recommendation, then, *now))
        })
        .collect();
    let gone = old.lines().filter(|line| !new.lines().any(|other| other == *line));
    let come = new.lines().filter(|line| !old.lines().any(|other| other == *line));
    let facts: Vec<String> =
        gone.map(|line| format!("no longer: {line}")).chain(come.map(|line| format!("now: {line}"))).collect();
    html! {
        section.changed aria-labelledby="changed" role="status" {
            h2 id="changed" { "What changed" }
            @if facts.is_empty() { p { "No fact was changed." } }
            ul { @for fact in &facts { li { code { (printable(fact)) } } } }
            @if differing.is_empty() {
                p { "No statement of the guideline is judged otherwise." }
            } @else {
                table {
                    thead { tr { th scope="col" { "Statement" } th scope="col" { "Before" } th scope="col" { "Now" } } }
                    tbody {
                        @for (recommendation, then, now) in &differing {
                            tr {
                                td { a href={ "/guideline/" (recommendation.id) } { (recommendation.statement) } }
                                td { (then.map_or("not judged", Outcome::as_str)) }
                                td { strong { (now.as_str()) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn form(typed: &Typed, before: &str) -> Markup {
    let mut groups: BTreeMap<&str, Vec<&FactDefinition>> = BTreeMap::new();
    for definition in KNOWLEDGE.facts.iter() {
        let group = definition.id.split('.').next().unwrap_or_default();
        groups.entry(group).or_default().push(definition);
    }
    html! {
        form method="post" action="/clinician/case" {
            input type="hidden" name=(BEFORE) value=(before);
            p { "Fill in what is known. What is left out is unknown, never no. Nothing is kept." }
            @for (group, definitions) in &groups {
                details open[definitions.iter().any(|definition| typed.contains_key(definition.id.as_ref()))] {
                    summary { (group) " (" (definitions.len()) ")" }
                    @for definition in definitions { (field(definition, typed.get(definition.id.as_ref()))) }
                }
            }
            button { "Assess" }
        }
    }
}

fn field(definition: &FactDefinition, values: Option<&Vec<String>>) -> Markup {
    let id = definition.id.as_ref();
    let chosen = |value: &str| values.is_some_and(|values| values.iter().any(|other| other == value));
    let several = definition.kind_of_value == FactType::Codes;
    let options: Vec<(&str, &str)> = match definition.kind_of_value {
        FactType::Boolean => vec![("true", "yes"), ("false", "no")],
        FactType::Code => definition.values.iter().map(|value| (value.code.as_ref(), value.words.as_ref())).collect(),
        FactType::Codes => std::iter::once(("none", "none of these"))
            .chain(definition.values.iter().map(|value| (value.code.as_ref(), value.words.as_ref())))
            .collect(),
        FactType::Integer | FactType::Decimal | FactType::Date | FactType::Text => Vec::new(),
    };
    let first = values.and_then(|values| values.first()).map_or("", String::as_str);
    let hint = match definition.kind_of_value {
        FactType::Date => "2026-11-23, or 2026-11, or 2026",
        _ => definition.unit.as_deref().unwrap_or_default(),
    };
    html! {
        div.field {
            label for=(id) { (definition.title) @if !hint.is_empty() { " (" (hint) ")" } }
            @if options.is_empty() {
                input id=(id) name=(id) value=(first) autocomplete="off";
            } @else {
                select id=(id) name=(id) multiple[several] {
                    @if !several { option value="" { "not known" } }
                    @for (value, words) in &options { option value=(value) selected[chosen(value)] { (words) } }
                }
            }
        }
    }
}
