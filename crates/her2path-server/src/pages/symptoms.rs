//! The symptom questions, one screen at a time, red flags first.
//!
//! The answers so far stand in the form as `SCREEN.FACT = VALUE` and the interview is held again from its beginning with each
//! request, so nothing is stored and the way back is the browser's. They are sent in the body, never in the address.
//! A question without an answer stays without one: it is never taken for "no".

use std::collections::BTreeMap;

use axum::Form;
use axum::response::Html;
use her2path::assessment::Value;
use her2path::chart::stated;
use her2path::guideline::{Fact, KNOWLEDGE};
use her2path::knowledge::model::{FactDefinition, FactType};
use her2path::render::patient::Contacts;
use her2path::render::triage::{Numbers, to_text};
use her2path::triage::{Interview, Screen, celsius, temperature_band};
use maud::{Markup, html};

use super::layout;
use crate::state::today;

/// The field that says how many screens were answered.
const ANSWERED: &str = "answered";

/// More screens than an interview has.
const MOST: usize = 200;

/// Who is called, where the pages do not know the country.
const NUMBERS: Numbers<'static> = Numbers {
    emergency: "112 in Europe, 999 in the UK, 911 in the US",
    cancer_line: "the number on your treatment card",
};

/// The same for the pages of patients.
pub(super) const CONTACTS: Contacts<'static> =
    Contacts { emergency: NUMBERS.emergency, cancer_line: NUMBERS.cancer_line };

/// Answers by their field.
type Answers = BTreeMap<String, Vec<String>>;

pub(super) async fn begin() -> Html<String> {
    step(&Answers::new(), 0)
}

pub(super) async fn go_on(Form(fields): Form<Vec<(String, String)>>) -> Html<String> {
    let mut answers = Answers::new();
    let mut answered = 0;
    for (name, value) in fields {
        if name == ANSWERED {
            answered = value.parse::<usize>().unwrap_or_default().min(MOST);
        } else if !value.trim().is_empty() {
            answers.entry(name).or_default().push(value.trim().to_owned());
        }
    }
    step(&answers, answered)
}

/// The next screen after so many, or the result.
fn step(answers: &Answers, answered: usize) -> Html<String> {
    let mut interview = Interview::new(&KNOWLEDGE, today(), None);
    for number in 0..=answered {
        let Some(screen) = interview.next_screen() else { break };
        if number == answered {
            return layout::page("How soon do I need help?", &questions(&screen, number, answers));
        }
        for definition in screen.facts.iter().filter_map(|fact| KNOWLEDGE.fact_definition(*fact)) {
            let Some(fact) = Fact::from_id(&definition.id) else { continue };
            if let Some(value) =
                answers.get(&field(number, definition)).and_then(|given| value(fact, definition, given))
            {
                interview.answer(fact, value);
            }
        }
    }
    let result = to_text(&interview.assess(), NUMBERS, 80);
    let content = html! {
        div.patient role="status" { pre { (result) } }
        p { a href="/symptoms" { "Begin again" } " · " a href="/help" { "Who helps" } }
    };
    layout::page("How soon do I need help?", &content)
}

fn field(number: usize, definition: &FactDefinition) -> String {
    format!("{number}.{}", definition.id)
}

/// The value that was given; `None` where there is none or it cannot be read.
fn value(fact: Fact, definition: &FactDefinition, given: &[String]) -> Option<Value> {
    let first = given.first()?;
    if fact == Fact::SymptomTemperatureBand {
        let degrees = first.replace(',', ".");
        let degrees = degrees.trim_end_matches(|c: char| !c.is_ascii_digit()).parse().ok()?;
        // Nobody lives at 80 °C, and nobody has a fever of 80 °F.
        let celsius = celsius(degrees, degrees > rust_decimal::Decimal::from(80))?;
        return definition.value(temperature_band(celsius)).map(Value::Code);
    }
    let quoted = |text: &String| serde_json::Value::from(text.as_str()).to_string();
    let text = match definition.kind_of_value {
        FactType::Boolean | FactType::Integer => first.clone(),
        FactType::Codes if first == "none" => "[]".to_owned(),
        FactType::Codes => format!("[{}]", given.iter().map(quoted).collect::<Vec<_>>().join(", ")),
        _ => quoted(first),
    };
    let (chart, issues) = stated::read(&format!("{:?} = {text}", definition.id), "answers", &KNOWLEDGE, today());
    chart.facts.get(fact).filter(|_| issues.is_empty()).map(|statement| statement.value.clone())
}

fn questions(screen: &Screen, number: usize, answers: &Answers) -> Markup {
    let definitions = || screen.facts.iter().filter_map(|fact| KNOWLEDGE.fact_definition(*fact));
    html! {
        div.patient {
            @if number == 0 {
                p.urgent { strong { "If somebody is in danger, call the emergency number now: " (NUMBERS.emergency) "." } }
                p { "Answer for how you are now. Nothing is stored. What you leave out is not taken for no." }
            }
            @if screen.again { p { "This one matters, so here it is again." } }
            form method="post" action="/symptoms" {
                input type="hidden" name=(ANSWERED) value=(number.saturating_add(1));
                @for (name, values) in answers {
                    @for value in values { input type="hidden" name=(name) value=(value); }
                }
                @for definition in definitions() { (question(definition, &field(number, definition))) }
                button { "Go on" }
            }
        }
    }
}

fn question(definition: &FactDefinition, name: &str) -> Markup {
    match definition.kind_of_value {
        FactType::Boolean => choice("radio", definition, name, &[("true", "Yes"), ("false", "No"), ("", "Not sure")]),
        FactType::Codes => {
            let values = definition.values.iter().map(|value| (value.code.as_ref(), value.words.as_ref()));
            let values: Vec<(&str, &str)> = values.chain([("none", "none of these")]).collect();
            choice("checkbox", definition, name, &values)
        }
        FactType::Code if definition.id != Fact::SymptomTemperatureBand.id() => {
            let values = definition.values.iter().map(|value| (value.code.as_ref(), value.words.as_ref()));
            let values: Vec<(&str, &str)> = values.chain([("", "Not sure")]).collect();
            choice("radio", definition, name, &values)
        }
        _ => html! {
            div.field {
                label for=(name) { (definition.ask) " Leave it empty if you do not know." }
                input id=(name) name=(name) inputmode="decimal" autocomplete="off";
            }
        },
    }
}

fn choice(kind: &str, definition: &FactDefinition, name: &str, values: &[(&str, &str)]) -> Markup {
    html! {
        fieldset {
            legend { (definition.ask) }
            @for (value, words) in values {
                label { input type=(kind) name=(name) value=(value); " " (words) }
            }
        }
    }
}
