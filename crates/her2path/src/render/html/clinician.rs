//! The clinician's page: the sheet for the tumour board where there is treatment to discuss, then the chapters one after the other, each with its summary, findings and judged statements.

use maud::{Markup, PreEscaped, html};

use super::super::{chapter_name, curves, explain, printable, risk_picture, urgency_name};
use super::sheet;
use crate::assessment::{Assessment, ChapterAssessment, JudgedRecommendation, Outcome, Triage};
use her2path_knowledge::model::Urgency;

/// One patient. `number` counts the patients of the document and keeps the anchors apart.
pub(super) fn page(assessment: &Assessment<'_>, number: usize, all: bool) -> Markup {
    let patient = assessment.patient.as_deref().unwrap_or("without id");
    let guideline = &assessment.knowledge.guideline;
    let id = format!("patient-{}", number.saturating_add(1));
    let red = |part: &&ChapterAssessment<'_>| part.triage.as_ref().is_some_and(|triage| triage.urgency >= Urgency::E1);
    let urgent = assessment.chapters.iter().find(red);
    html! {
        article id=(id) {
            header {
                h1 { "Patient " (printable(patient)) }
                @if let Some(part) = urgent {
                    p.urgent { "Symptoms: " (printable(&part.summary)) }
                }
                p.about { "as of " (assessment.as_of) " · guideline " (guideline.id) " " (guideline.version) }
            }
            @if let Some(sheet) = sheet::sheet(assessment, &id) { (sheet) }
            @for part in assessment.chapters.iter().filter(|c| c.applicable || !c.findings.is_empty()) {
                (chapter(assessment, part, &id, all))
            }
            @if !assessment.issues.is_empty() {
                section {
                    h2 { "In the record" }
                    ul {
                        @for issue in &assessment.issues {
                            li { (printable(&issue.to_string())) }
                        }
                    }
                }
            }
        }
    }
}

fn chapter(assessment: &Assessment<'_>, chapter: &ChapterAssessment<'_>, patient: &str, all: bool) -> Markup {
    let name = chapter_name(chapter.chapter);
    let heading = format!("{patient}-{name}");
    let groups = [
        ("What fits", Outcome::Recommended),
        ("What is forbidden", Outcome::Contraindicated),
        ("What needs data", Outcome::NeedsData),
    ];
    let rest = all.then_some(("What does not apply", Outcome::NotApplicable));
    html! {
        section aria-labelledby=(heading) {
            h2 id=(heading) { (capital(name)) }
            p.summary { (printable(&chapter.summary)) }
            @if !chapter.findings.is_empty() {
                dl {
                    @for finding in &chapter.findings {
                        dt { (printable(&finding.title)) }
                        dd { (printable(&finding.text)) }
                    }
                }
            }
            // Our own markup; its texts were escaped when it was drawn.
            @for svg in chapter.outlook.iter().flat_map(|o| &o.arms).filter_map(|(arm, _)| curves::figure(arm)) {
                figure { (PreEscaped(svg)) }
            }
            @if let Some(course) = &chapter.risk {
                figure { (PreEscaped(risk_picture::svg(course, &format!("{patient}-risk")))) }
            }
            // What fits is said even where the chapter is not about this patient: a suspicious image without a diagnosis.
            @for (title, outcome) in groups.into_iter().chain(rest) {
                @if chapter.applicable || outcome == Outcome::Recommended {
                    (group(assessment, chapter, title, outcome, all))
                }
            }
        }
    }
}

fn group(
    assessment: &Assessment<'_>,
    chapter: &ChapterAssessment<'_>,
    title: &str,
    outcome: Outcome,
    all: bool,
) -> Markup {
    let mut items: Vec<&JudgedRecommendation<'_>> =
        chapter.recommendations.iter().filter(|item| item.judgement.outcome == outcome).collect();
    if let Some(triage) = chapter.triage.as_ref().filter(|_| outcome != Outcome::NotApplicable) {
        // Of symptoms nobody has asked for only what counts is printed, most urgent first.
        let place = |item: &&JudgedRecommendation<'_>| {
            triage.reasons.iter().position(|reason| reason.id == item.recommendation.id.as_ref())
        };
        items.retain(|item| place(item).is_some());
        items.sort_by_key(place);
    }
    let title = match (&chapter.triage, outcome) {
        (Some(_), Outcome::NeedsData) => "What cannot be ruled out",
        _ => title,
    };
    html! {
        @if !items.is_empty() {
            h3 { (title) }
            ul {
                @for item in items {
                    li {
                        @if let Some(urgency) = item.recommendation.urgency {
                            strong { "at least " (urgency_name(urgency)) " (" (Triage::timing_of(urgency)) "): " }
                        }
                        (explain::stated(assessment, item))
                        @if all || !is_for_talk(item) {
                            p.why { (printable(&explain::why(assessment, item))) }
                            p.why { code { (item.recommendation.id) } }
                        }
                    }
                }
            }
        }
    }
}

/// What is worth talking about: its reason is the situation, which the page has said.
fn is_for_talk(item: &JudgedRecommendation<'_>) -> bool {
    let id = &item.recommendation.id;
    item.judgement.outcome == Outcome::Recommended
        && id.starts_with("support/")
        && !id.starts_with("support/screening/")
}

/// The word with a capital letter.
fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}
