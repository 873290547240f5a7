//! `guideline.toml`, and the review that guideline and recommendations share.

use jiff::civil::Date;

use crate::model::{Guideline, Review};
use crate::source::{Located, Location};
use crate::table::Section;

/// FHIR PublicationStatus, without `unknown`: we know.
const STATUSES: &[(&str, &str)] = &[("draft", "draft"), ("active", "active"), ("retired", "retired")];

/// Reads `guideline.toml`; `hash` is that of all files.
pub(crate) fn read(section: Section<'_>, hash: String) -> RawGuideline {
    let reviewed = review(&section);
    let names = section.text_map("bodies");
    let bodies: Vec<_> = names.into_iter().map(|(body, name)| (body.value.into(), name.value.into())).collect();
    let rules = section.has("rules").then(|| section.section("rules")).flatten().map(|chapters| {
        let series = RawRules { treatment: chapters.texts("treatment"), symptoms: chapters.texts("symptoms") };
        chapters.finish();
        series
    });
    let guideline = Guideline {
        id: section.text("id").value.into(),
        title: section.text("title").value.into(),
        version: section.text("version").value.into(),
        status: section.choice("status", STATUSES).unwrap_or("draft").into(),
        scope: section.text("scope").value.into(),
        notice: section.text("notice").value.into(),
        bodies: bodies.into(),
        reviewed: reviewed.review.clone(),
        hash: hash.into(),
    };
    section.finish();
    RawGuideline { guideline, reviewed, rules: rules.unwrap_or_default() }
}

/// The guideline and what the checks of other files hold against it.
pub(crate) struct RawGuideline {
    pub(crate) guideline: Guideline,
    pub(crate) reviewed: RawReview,
    pub(crate) rules: RawRules,
}

/// The last number of each series in the source tables of rules (`G22`: the rules G01 to G22).
#[derive(Default)]
pub(crate) struct RawRules {
    pub(crate) treatment: Vec<Located<String>>,
    pub(crate) symptoms: Vec<Located<String>>,
}

/// A review and the places that its checks point at.
pub(crate) struct RawReview {
    pub(crate) review: Review,
    pub(crate) on: Option<Located<Date>>,
    pub(crate) next: Option<Located<Date>>,
    pub(crate) at: Location,
}

/// Reads `reviewed = { on, by, next }`.
pub(crate) fn review(section: &Section<'_>) -> RawReview {
    let Some(table) = section.section("reviewed") else {
        let review = Review { on: None, by: Vec::new().into(), next: None };
        return RawReview { review, on: None, next: None, at: section.at().clone() };
    };
    let on = table.date("on");
    let next = table.date("next");
    let by = table.texts("by").into_iter().map(|name| name.value.into()).collect::<Vec<_>>().into();
    let review = Review { on: on.as_ref().map(|on| on.value), by, next: next.as_ref().map(|next| next.value) };
    let at = table.at().clone();
    table.finish();
    RawReview { review, on, next, at }
}
