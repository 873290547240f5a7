//! `report.html`: the cohort on a few pages, self-contained and printable.
//!
//! The [census](census) is taken while the tables are written, in the order of patients; the page shows it: who is in
//! the cohort and who fell out where, receptors, sites, lines of therapy, survival with bands and numbers at risk, time
//! to next treatment, lines against the options of their day, checks that are due, measures of quality, what is missing, and which codes were not recognised. Pictures are inline SVG; what colour says is
//! also said in words. Deliberately absent: scripts, anything loaded from elsewhere, and single patients.

mod care;
mod census;
mod curves;
mod flows;

use her2path::Question;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::run::Summary;
pub(crate) use census::Census;
use census::Follow;

const STYLE: &str = include_str!("style.css");

/// The page.
pub(crate) fn page(census: &Census, summary: &Summary, question: &Question<'_>) -> String {
    let guideline = &question.knowledge.guideline;
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { "Cohort report" }
                // The style is ours and holds nothing to escape.
                style { (PreEscaped(STYLE)) }
            }
            body {
                main {
                    h1 { "Cohort report" }
                    p.about {
                        "As of " (question.as_of) " · guideline " (guideline.version) " · her2path " (env!("CARGO_PKG_VERSION")) " · "
                        (summary.patients) " patients, " (thousands(summary.kept.values().sum())) " resources that could matter, "
                        (thousands(summary.skipped.values().sum())) " that could not"
                    }
                    (who(census))
                    (disease(census))
                    (lines(census))
                    (survival(census))
                    (next_treatment(census))
                    (census.care.section(question.knowledge))
                    (missing(census))
                    (quality_of_data(census, summary))
                }
                footer { p { (guideline.notice) } }
            }
        }
    }
    .into_string()
}

/// A number with spaces between thousands.
fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push('\u{202F}');
        }
        text.push(digit);
    }
    text
}

fn share(part: u64, whole: u64) -> String {
    if whole == 0 {
        return "–".to_owned();
    }
    let tenths = (part * 1000 + whole / 2) / whole;
    format!("{}.{} %", tenths / 10, tenths % 10)
}

/// A table of counts with bars.
fn bars(head: &str, counts: &[(String, u64)], whole: u64) -> Markup {
    html! {
        table.bars {
            thead { tr { th { (head) } th.number { "patients" } th.number { "share" } th aria-hidden="true" {} } }
            tbody {
                @for (name, count) in counts {
                    tr {
                        td { (name) }
                        td.number { (thousands(*count)) }
                        td.number { (share(*count, whole)) }
                        td aria-hidden="true" { (bar(*count, whole)) }
                    }
                }
            }
        }
    }
}

fn bar(part: u64, whole: u64) -> Markup {
    let width = (part * 160).checked_div(whole).unwrap_or_default();
    html! { svg width="160" height="12" viewBox="0 0 160 12" { rect width=(width) height="12" fill="#0b4f8a" {} } }
}

fn who(census: &Census) -> Markup {
    html! {
        section {
            h2 { "Who is in the cohort" }
            (flows::flow(&census.steps()))
            p.about { "A patient of whom the record does not say is counted as not recorded, never as not having it." }
        }
    }
}

fn disease(census: &Census) -> Markup {
    let whole = census.cohort;
    html! {
        section {
            h2 { "Receptors, stage and sites" }
            p.about { "Of the " (thousands(whole)) " patients with HER2-positive metastatic disease; subtypes and HER2 of all with metastatic disease." }
            div.columns {
                (bars("HER2 status, metastatic disease", &census.her2.sorted(), census.metastatic))
                (bars("Subtype, metastatic disease", &census.subtype.sorted(), census.metastatic))
                (bars("Hormone receptors", &census.hormone.sorted(), whole))
                (bars("Origin of metastases", &census.origin.sorted(), whole))
                (bars("Sites of metastases (several may apply)", &census.sites.sorted(), whole))
                (bars("Brain metastases", &census.brain.sorted(), whole))
            }
        }
    }
}

fn lines(census: &Census) -> Markup {
    html! {
        section {
            h2 { "Lines of therapy" }
            @if census.paths.is_empty() {
                p { "No line of therapy for metastatic disease is on record." }
            } @else {
                (flows::alluvial(&census.paths))
                (bars("First line, by drugs", &census.first_line.top(15), census.cohort))
            }
        }
    }
}

fn survival(census: &Census) -> Markup {
    let panel = |title: &str, note: &str, groups: &[(String, Follow)]| curves::panel(title, note, groups);
    html! {
        section {
            h2 { "Survival" }
            p.about {
                "Kaplan-Meier with pointwise 95 % bands (log-log scale), in months. Patients without a recorded death are followed until the last day "
                "on which the record shows them in care. Where deaths are missing from the records the curves are too high; where survivors leave no later entry they are too low."
            }
            (panel("Overall survival from metastatic disease, by subtype", "All with metastatic disease.", &census.by_subtype()))
            (panel("Overall survival from metastatic disease, by period", "HER2-positive metastatic disease, by the year in which it was found.", &census.by_period()))
            (panel("Overall survival from the start of a line", "HER2-positive metastatic disease.", &census.by_line()))
        }
    }
}

fn next_treatment(census: &Census) -> Markup {
    html! {
        section {
            h2 { "Time to next treatment" }
            (curves::panel(
                "Months from the start of a line to the next line or death",
                "HER2-positive metastatic disease. Patients still on a line are followed until the last day in care.",
                &census.next_treatment(),
            ))
        }
    }
}

fn missing(census: &Census) -> Markup {
    html! {
        section {
            h2 { "What is missing" }
            p.about { "Of the " (thousands(census.cohort)) " patients with HER2-positive metastatic disease, so many have no value on record." }
            (bars("Element", &census.missing.sorted(), census.cohort))
        }
    }
}

fn quality_of_data(census: &Census, summary: &Summary) -> Markup {
    html! {
        section {
            h2 { "Codes that were not recognised" }
            p.about { "Codings of clinical terminologies that are in none of the guideline's value sets, by the number of resources in which they stand. Most are about other things; one that is not belongs into a value set." }
            @if summary.codings.is_empty() { p { "None." } } @else {
                table {
                    thead { tr { th { "system" } th { "code" } th.number { "resources" } } }
                    tbody {
                        @for (system, code, count) in summary.codings.iter().take(40) {
                            tr { td { (system) } td { code { (code) } } td.number { (thousands(*count)) } }
                        }
                    }
                }
            }
            h2 { "Issues" }
            table {
                thead { tr { th { "what" } th { "example" } th.number { "times" } } }
                tbody {
                    @for ((severity, code), (count, example)) in &census.issues {
                        tr { td { (severity) " " code { (code) } } td { (example) } td.number { (thousands(*count)) } }
                    }
                }
            }
            h2 { "Drugs that were not recognised" }
            @if census.drugs.is_empty() { p { "None." } } @else {
                table {
                    thead { tr { th { "as recorded" } th.number { "patients" } } }
                    tbody {
                        @for (name, count) in census.drugs.top(40) { tr { td { (name) } td.number { (thousands(count)) } } }
                    }
                }
            }
        }
    }
}
