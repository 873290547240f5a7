//! HTML: one self-contained document for the screen of a desk, a phone, and paper.
//!
//! A document holds no script, loads nothing, and works from a file: its style stands in its head, its pictures are inline
//! SVG. The layout is dark on light, one column, readable at any width; what is told by colour is told in words as well.
//! Everything that comes from a record or a guideline is escaped by `maud`, whose markup is checked when it is compiled, and
//! goes through [`printable`](super::printable) first, so that no control character turns a line around.
//!
//! [`document`] is the shell that every page shares: language, style, the pages as `<article>`s one after the other, and the
//! notice at the foot. Several patients stand in one document, each on a new sheet of paper.
//!
//! Deliberately absent: links that lead out of the document without being asked for, fonts and pictures from elsewhere, and
//! any page that only works on a screen.

mod clinician;
mod patient;
mod sheet;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::patient::Page;
use crate::assessment::Assessment;

/// The style of every document, for screen and paper.
pub const STYLE: &str = include_str!("style.css");

/// The assessments for a clinician, as one document. `all` shows also what does not apply.
#[must_use]
pub fn clinician(assessments: &[Assessment<'_>], all: bool) -> String {
    document("Assessment", &articles(assessments, all), notice(assessments)).into_string()
}

/// The assessments for a clinician, each an `<article>`, for a page that has a shell of its own with [`STYLE`].
#[must_use]
pub fn articles(assessments: &[Assessment<'_>], all: bool) -> Vec<Markup> {
    assessments.iter().enumerate().map(|(number, assessment)| clinician::page(assessment, number, all)).collect()
}

/// The patients' pages, each beside the assessment that it was made from, as one document.
#[must_use]
pub fn patient(pages: &[(Page, &Assessment<'_>)]) -> String {
    let notice = pages.first().map_or("", |(_, assessment)| &assessment.knowledge.guideline.notice);
    let title = pages.first().map_or("", |(page, _)| &page.title);
    document(title, &patient_articles(pages), notice).into_string()
}

/// The patients' pages, each an `<article>`, for a page that has a shell of its own with [`STYLE`].
#[must_use]
pub fn patient_articles(pages: &[(Page, &Assessment<'_>)]) -> Vec<Markup> {
    pages.iter().enumerate().map(|(number, (page, assessment))| patient::page(page, assessment, number)).collect()
}

/// The shell: a document of pages, each an `<article>`, with the notice at the foot.
fn document(title: &str, pages: &[Markup], notice: &str) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                // The style is ours and holds nothing to escape.
                style { (PreEscaped(STYLE)) }
            }
            body {
                main {
                    @for page in pages { (page) }
                }
                @if !notice.is_empty() {
                    footer { p.notice { (notice) } }
                }
            }
        }
    }
}

/// The guideline's notice; assessments of one document share their guideline.
fn notice<'a>(assessments: &[Assessment<'a>]) -> &'a str {
    assessments.first().map_or("", |assessment| &assessment.knowledge.guideline.notice)
}
