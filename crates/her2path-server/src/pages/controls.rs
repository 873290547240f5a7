//! The controls that forms are made of, each with its label.

use maud::{Markup, html};

/// One question of a form.
pub(super) struct Control {
    /// Name of the field.
    pub(super) name: &'static str,
    /// What is asked.
    pub(super) label: &'static str,
    /// The answers to choose from, each with its words; empty where it is written.
    pub(super) answers: &'static [(&'static str, &'static str)],
}

impl Control {
    pub(super) const fn written(name: &'static str, label: &'static str) -> Self {
        Self { name, label, answers: &[] }
    }

    pub(super) const fn chosen(
        name: &'static str,
        label: &'static str,
        answers: &'static [(&'static str, &'static str)],
    ) -> Self {
        Self { name, label, answers }
    }

    /// The control with the value that it has.
    pub(super) fn show(&self, value: &str) -> Markup {
        html! {
            div.field {
                label for=(self.name) { (self.label) }
                @if self.answers.is_empty() {
                    input id=(self.name) name=(self.name) value=(value) autocomplete="off";
                } @else {
                    select id=(self.name) name=(self.name) {
                        @for (code, words) in self.answers { option value=(code) selected[*code == value] { (words) } }
                    }
                }
            }
        }
    }
}

/// Yes, no, or not known.
pub(super) const YES_NO: &[(&str, &str)] = &[("", "not known"), ("yes", "yes"), ("no", "no")];

/// What [`YES_NO`] says.
pub(super) fn yes_no(answer: &str) -> Option<bool> {
    match answer {
        "yes" => Some(true),
        "no" => Some(false),
        _ => None,
    }
}

/// A number that was written, none where nothing was.
///
/// # Errors
/// What is wrong with it, for the person who wrote it.
pub(super) fn number(label: &str, text: &str) -> Result<Option<f64>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    let number = text.replace(',', ".").parse::<f64>().ok().filter(|number| number.is_finite() && *number >= 0.0);
    number.map(Some).ok_or_else(|| format!("“{label}” must be a number, not `{text}`"))
}

/// A whole number that was written, none where nothing was.
///
/// # Errors
/// What is wrong with it, for the person who wrote it.
pub(super) fn whole(label: &str, text: &str) -> Result<Option<u32>, String> {
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| format!("“{label}” must be a whole number, not `{text}`"))
}

/// Why there is no answer.
pub(super) fn refusal(reasons: &[String]) -> Markup {
    html! {
        div.urgent role="alert" {
            p { strong { "No answer." } }
            @for reason in reasons { p { (her2path::render::printable(reason)) } }
        }
    }
}
