//! The sheet for the tumour board: one patient on one page.
//!
//! Header facts, the course as a picture with what is missing beside it, the options side by side, what to do, what is due, how
//! the lines came about, and the sources. On paper an ordinary case fills one page; of a rich one the first page holds everything
//! down to the options. Every statement bears its id, which `her2path knowledge show ID` opens with its file, line and source.
//! Deliberately absent: any order but the guideline's, and any number that the guideline does not hold.

mod options;
mod timeline;

use std::collections::BTreeSet;

use her2path_knowledge::model::{Chapter, FactIndex, Preference};
use maud::{Markup, html};

use super::super::{course, evidence_name, printable, therapy};
use crate::assessment::{Assessment, ChapterAssessment, Due, Outcome, spoken};
use crate::guideline::Fact;
use crate::truth::Truth;

/// The facts of the head, in the order in which a board asks for them, some with a word before them.
const HEAD: [(&str, &[(&str, Fact)]); 9] = [
    ("HER2", &[("", Fact::Her2Status), ("", Fact::Her2Category), ("", Fact::Her2Date)]),
    ("Hormone receptors", &[("", Fact::HormoneReceptorStatus), ("ER", Fact::ErStatus), ("PR", Fact::PrStatus)]),
    ("Setting", &[("", Fact::DiseaseSetting), ("since", Fact::MetastasisFirstDate)]),
    ("Sites", &[("", Fact::MetastasisSites)]),
    ("Brain metastases", &[("", Fact::BrainMetastasesStatus)]),
    ("Line", &[("", Fact::TherapyLine), ("", Fact::TherapyDecision), ("", Fact::TherapyCurrentPhase)]),
    ("ECOG", &[("", Fact::Ecog), ("", Fact::EcogDate)]),
    ("LVEF", &[("", Fact::LvefLatest), ("", Fact::LvefDate), ("baseline", Fact::LvefBaseline)]),
    ("Stage", &[("", Fact::StageGroup)]),
];

/// The sheet; nothing where the chapter on treatment was not asked for.
pub(super) fn sheet(assessment: &Assessment<'_>, id: &str) -> Option<Markup> {
    let chapter = assessment.chapters.iter().find(|chapter| chapter.chapter == Chapter::Treatment)?;
    let treatment = chapter.treatment.as_ref()?;
    if !chapter.applicable && assessment.therapy.exposures.is_empty() {
        return None;
    }
    Some(html! {
        section.sheet aria-labelledby=(format!("{id}-sheet")) {
            h2 id=(format!("{id}-sheet")) { "Sheet for the tumour board" }
            p.summary { (printable(&chapter.summary)) }
            (head(assessment))
            h3 { "Course" }
            div.course-row {
                (timeline::picture(assessment, id))
                div {
                    @if !assessment.therapy.lines.is_empty() {
                        h3 { "Lines of therapy" }
                        ul.tight {
                            @for line in &assessment.therapy.lines { li { (printable(&therapy::sentence(assessment, line))) } }
                        }
                    }
                    (missing(assessment, chapter))
                }
            }
            h3 {
                "Options "
                span.why { "Each id opens with its criteria, file and source: " code { "her2path knowledge show treatment/ID" } }
            }
            (options::table(assessment, chapter))
            div.columns {
                (to_do(assessment, chapter))
                @if !treatment.monitoring.items.is_empty() {
                    div {
                        h3 { "Due on the treatment given" }
                        ul.tight {
                            @for item in &treatment.monitoring.items {
                                li {
                                    @if matches!(item.status, Due::Critical | Due::Overdue | Due::NeverDone | Due::DueNow) { strong { (item.check.test) } }
                                    @else { (item.check.test) }
                                    " (" (item.drugs.join(", ")) "): " (printable(&course::due_words(assessment, item)))
                                    " " code { (item.check.id) }
                                }
                            }
                        }
                    }
                }
                @if !treatment.retrospect.is_empty() {
                    div {
                        h3 { "Lines against the options of their day" }
                        ul.tight {
                            @for item in &treatment.retrospect { li { (printable(&course::retrospect_words(assessment, item))) } }
                        }
                    }
                }
                @if treatment.quality.iter().any(|item| item.denominator == Truth::Met) {
                    div {
                        h3 { "Measures of quality" }
                        ul.tight {
                            @for item in treatment.quality.iter().filter(|item| item.denominator == Truth::Met) {
                                li { (printable(&course::quality_words(item))) }
                            }
                        }
                    }
                }
            }
            (sources(assessment, chapter))
        }
    })
}

fn head(assessment: &Assessment<'_>) -> Markup {
    let value = |fact: Fact| Some(spoken(assessment.knowledge, fact.index(), &assessment.facts.get(fact)?.value));
    let entry = |facts: &[(&str, Fact)]| {
        let mut said: Vec<String> = Vec::new();
        for (word, fact) in facts {
            let Some(value) = value(*fact).map(|value| format!("{word} {value}").trim().to_owned()) else { continue };
            // A category that is no more than the status is not said twice.
            if !said.contains(&value) {
                said.push(value);
            }
        }
        if said.is_empty() { "not recorded".to_owned() } else { said.join(" · ") }
    };
    let age = value(Fact::PatientAge).unwrap_or_else(|| "age not recorded".to_owned());
    let sex = value(Fact::PatientSex).unwrap_or_else(|| "sex not recorded".to_owned());
    html! {
        dl.head {
            div { dt { "Patient" } dd { (printable(&format!("{sex}, {age}"))) } }
            @for (name, facts) in HEAD {
                div {
                    dt { (name) }
                    dd { (printable(&entry(facts))) }
                }
            }
        }
    }
}

/// What fits and is no option with cancer drugs: tests, holds, local therapy, drugs for the bones. What is preferred comes first.
fn to_do(assessment: &Assessment<'_>, chapter: &ChapterAssessment<'_>) -> Markup {
    let mut items: Vec<_> = chapter
        .recommendations
        .iter()
        .filter(|item| item.judgement.outcome == Outcome::Recommended && !options::treats_cancer(assessment, item))
        .collect();
    items.sort_by_key(|item| {
        item.recommendation.preference.map_or(2, |preference| match preference {
            Preference::Preferred => 0,
            Preference::Acceptable => 1,
        })
    });
    html! {
        @if !items.is_empty() {
            div {
                h3 { "To do" }
                ul.tight {
                    @for item in items {
                        li { (item.recommendation.statement) " " code { (item.recommendation.id.trim_start_matches("treatment/")) } }
                    }
                }
            }
        }
    }
}

/// The questions whose answers would settle most, with how many statements wait for each.
fn missing(assessment: &Assessment<'_>, chapter: &ChapterAssessment<'_>) -> Markup {
    const MOST: usize = 10;
    let mut counted: Vec<(FactIndex, usize)> = Vec::new();
    for item in chapter.recommendations.iter().filter(|item| item.judgement.outcome == Outcome::NeedsData) {
        for fact in item.missing.first().into_iter().flatten() {
            match counted.iter_mut().find(|(known, _)| known == fact) {
                Some((_, count)) => *count = count.saturating_add(1),
                None => counted.push((*fact, 1)),
            }
        }
    }
    counted.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let more = counted.len().saturating_sub(MOST);
    html! {
        @if !counted.is_empty() {
            h3 { "What is missing" span.why { " (for how many statements)" } }
            ul.tight {
                @for (fact, count) in counted.iter().take(MOST) {
                    @if let Some(definition) = assessment.knowledge.fact_definition(*fact) {
                        li { (definition.ask) " (" (count) ") " code { (definition.id) } }
                    }
                }
                @if more > 0 { li { (more) " more questions stand below." } }
            }
        }
    }
}

/// The sources of the options in the table, once each, with how they are known.
fn sources(assessment: &Assessment<'_>, chapter: &ChapterAssessment<'_>) -> Markup {
    let keys: BTreeSet<&str> = chapter
        .recommendations
        .iter()
        .filter(|item| item.judgement.outcome != Outcome::NotApplicable && !item.recommendation.regimen.is_empty())
        .flat_map(|item| item.recommendation.cites.iter().map(AsRef::as_ref))
        .collect();
    html! {
        @if !keys.is_empty() {
            h3 { "Sources of the options" }
            p.sources {
                @for citation in keys.iter().filter_map(|key| assessment.knowledge.citation(key)) {
                    (citation.text) " (" (evidence_name(citation.status)) "). "
                }
            }
        }
    }
}
