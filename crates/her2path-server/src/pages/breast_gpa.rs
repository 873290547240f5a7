//! Median survival with brain metastases by the Breast-GPA of 2020.

use axum::response::Html;
use her2path_models::NaturalFrequency;
use her2path_models::breast_gpa::{self, Known, Kps, Outlook};
use maud::{Markup, html};

use super::controls::{Control, YES_NO, number, refusal, whole, yes_no};
use super::fields::Fields;
use super::layout;
use super::risk::card;

const TITLE: &str = "Outlook with brain metastases (Breast-GPA)";

const CONTROLS: [Control; 6] = [
    Control::written("kps", "Karnofsky performance status: 0, 10 … 100"),
    Control::written("age", "Age in years"),
    Control::chosen("hormone_receptor", "Hormone receptor (ER or PR) positive?", YES_NO),
    Control::chosen("her2", "HER2-positive?", YES_NO),
    Control::written("brain_metastases", "Number of brain metastases"),
    Control::chosen("extracranial", "Metastases outside the brain?", YES_NO),
];

pub(super) async fn ask() -> Html<String> {
    layout::page(TITLE, &form(&Fields::default()))
}

pub(super) async fn show(fields: Fields) -> Html<String> {
    let said = match known(&fields) {
        Ok(known) => outlook(&known),
        Err(reason) => refusal(&[reason]),
    };
    layout::page(TITLE, &html! { (said) (form(&fields)) })
}

fn form(fields: &Fields) -> Markup {
    html! {
        p { "For people who have brain metastases. The answer is a figure of how long people like this lived; it says nothing certain about one person. What is not known widens the answer." }
        form method="post" action="/calculators/breast-gpa" {
            @for control in &CONTROLS { (control.show(&fields.text(control.name))) }
            button { "Work out" }
        }
    }
}

fn known(fields: &Fields) -> Result<Known, String> {
    let kps = match whole("Karnofsky performance status", &fields.text("kps"))? {
        None => None,
        Some(percent) => Some(
            Kps::of_percent(percent).ok_or_else(|| format!("the Karnofsky status `{percent}` is not 0, 10 … 100"))?,
        ),
    };
    let age = number("Age in years", &fields.text("age"))?;
    if age.is_some_and(|age| age > 130.0) {
        return Err("this age cannot be".to_owned());
    }
    let metastases = whole("Number of brain metastases", &fields.text("brain_metastases"))?;
    if metastases == Some(0) {
        return Err("there are no brain metastases: the score is for people who have some".to_owned());
    }
    Ok(Known {
        kps,
        hormone_receptor: yes_no(&fields.text("hormone_receptor")),
        her2: yes_no(&fields.text("her2")),
        from_60: age.map(|age| age >= 60.0),
        several: metastases.map(|number| number > 1),
        extracranial: yes_no(&fields.text("extracranial")),
    })
}

fn outlook(known: &Known) -> Markup {
    let (worst, best) = known.bounds();
    let unknown = known.unknown();
    html! {
        section.answer role="status" aria-labelledby="answer" {
            @if worst == best {
                h2 id="answer" { "Breast-GPA " (points(&worst)) " of 4" }
                (figures(&worst))
            } @else {
                h2 id="answer" { "Breast-GPA between " (points(&worst)) " and " (points(&best)) " of 4" }
                p { "Not known: " (unknown.join(", ")) "." }
                h3 { "At " (points(&worst)) }
                (figures(&worst))
                h3 { "At " (points(&best)) }
                (figures(&best))
            }
        }
        (card(&breast_gpa::CARD))
    }
}

fn points(outlook: &Outlook) -> String {
    format!("{:.1}", outlook.gpa)
}

fn figures(outlook: &Outlook) -> Markup {
    let quarter = NaturalFrequency::out_of(0.25, 100);
    html! {
        p { "Median survival " strong { (outlook.median_survival_months) " months" } ": half lived longer." }
        p { "Middle half: " (outlook.iqr_low) " to " (outlook.iqr_high) " months; " (quarter) " lived less, " (quarter) " more." }
    }
}
