//! Lines of therapy and exposures, as JSON and in words.

use serde::Serialize;

use super::json::{BecauseView, because};
use crate::assessment::{Assessment, Basis, Counters, EndReason, Exposure, Line};

/// What the chapter on treatment says besides its recommendations.
#[derive(Serialize)]
pub(super) struct TherapyView<'a> {
    lines: Vec<LineView<'a>>,
    /// `null` where the record does not hold every line.
    counters: Option<CountersView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    saini_twelves: Option<&'a str>,
    /// The number of lines by the gap in days of rule LOT-7.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    lines_at_gap: Vec<GapView>,
    exposures: Vec<ExposureView<'a>>,
}

#[derive(Serialize)]
struct LineView<'a> {
    number: u16,
    setting: &'static str,
    drugs: Vec<&'a str>,
    start: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    maintenance_from: Option<String>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    maintenance_intensification: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    switch_reason: Option<&'static str>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    unknown_agent: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_reason: Option<&'static str>,
    because: Vec<BecauseView<'a>>,
}

#[derive(Serialize)]
struct CountersView {
    her2: u16,
    chemo: u16,
    endocrine: u16,
    any: u16,
}

#[derive(Serialize)]
struct GapView {
    gap_days: u16,
    lines: usize,
}

#[derive(Serialize)]
struct ExposureView<'a> {
    drug: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    start: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end: Option<String>,
    ongoing: bool,
    basis: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    intent: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stopped_for: Option<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    doses: Vec<&'a str>,
    sources: Vec<&'a str>,
}

/// The view of an assessment's treatment so far.
pub(super) fn view<'a>(assessment: &'a Assessment<'_>) -> TherapyView<'a> {
    let therapy = &assessment.therapy;
    let counters =
        therapy.counters.map(|Counters { her2, chemo, endocrine, any }| CountersView { her2, chemo, endocrine, any });
    TherapyView {
        lines: therapy.lines.iter().map(|line| line_view(assessment, line)).collect(),
        counters,
        saini_twelves: therapy.saini_twelves.as_deref(),
        lines_at_gap: therapy
            .gap_sensitivity
            .iter()
            .map(|(gap_days, lines)| GapView { gap_days: *gap_days, lines: *lines })
            .collect(),
        exposures: therapy.exposures.iter().map(|exposure| exposure_view(assessment, exposure)).collect(),
    }
}

fn line_view<'a>(assessment: &'a Assessment<'_>, line: &'a Line) -> LineView<'a> {
    LineView {
        number: line.number,
        setting: "metastatic",
        drugs: line.drugs.iter().map(|drug| drug_id(assessment, *drug)).collect(),
        start: line.start.map(|day| day.to_string()),
        end: line.end.map(|day| day.to_string()),
        maintenance_from: line.maintenance_from.map(|day| day.to_string()),
        maintenance_intensification: line.maintenance_intensification,
        switch_reason: match (line.toxicity_switch, line.within_class_switch) {
            (true, _) => Some("toxicity"),
            (false, true) => Some("within-class"),
            (false, false) => None,
        },
        unknown_agent: line.unknown_agent,
        end_reason: line.end_reason.map(EndReason::name),
        because: because(&line.because),
    }
}

fn exposure_view<'a>(assessment: &'a Assessment<'_>, exposure: &'a Exposure) -> ExposureView<'a> {
    ExposureView {
        drug: drug_id(assessment, exposure.drug),
        start: exposure.start.map(|date| date.to_string()),
        last: exposure.last.map(|date| date.to_string()),
        end: exposure.end.map(|date| date.to_string()),
        ongoing: exposure.ongoing,
        basis: match exposure.basis {
            Basis::Ordered => "ordered",
            Basis::Stated => "stated",
            Basis::Administered => "administered",
        },
        intent: exposure.intent,
        stopped_for: exposure.stopped_for.map(EndReason::name),
        doses: exposure.doses.iter().map(String::as_str).collect(),
        sources: exposure.sources.iter().map(String::as_str).collect(),
    }
}

fn drug_id<'a>(assessment: &'a Assessment<'_>, drug: u16) -> &'a str {
    assessment.knowledge.drugs.get(drug).map_or("", |drug| drug.id.as_ref())
}

/// A line in a sentence.
pub(super) fn sentence(assessment: &Assessment<'_>, line: &Line) -> String {
    let drugs: Vec<&str> = line.drugs.iter().map(|drug| drug_id(assessment, *drug)).collect();
    let dates = match (line.start, line.end) {
        (Some(start), Some(end)) => format!("{start} to {end}"),
        (Some(start), None) => format!("since {start}"),
        (None, Some(end)) => format!("until {end}"),
        (None, None) => "no dates".to_owned(),
    };
    let mut text = format!("Line {}: {} ({dates})", line.number, drugs.join(" + "));
    for (drug, end) in assessment.therapy.ended_parts(line) {
        text += &format!("; {} ended {end}", drug_id(assessment, drug));
    }
    if let Some(from) = line.maintenance_from {
        text += &format!("; maintenance from {from}");
    }
    if line.maintenance_intensification {
        text += ", intensified without progression";
    }
    if line.toxicity_switch {
        text += "; a drug was exchanged for toxicity";
    }
    if line.unknown_agent {
        text += "; it holds a drug that is not known";
    }
    match (line.end_reason, line.ongoing) {
        (Some(reason), false) => text += &format!("; ended: {}", reason.name()),
        (Some(reason), true) => text += &format!("; to be ended: {}", reason.name()),
        (None, _) => {}
    }
    text
}

/// The counters in a sentence.
pub(super) fn counters_sentence(counters: Counters) -> String {
    let Counters { her2, chemo, endocrine, any } = counters;
    format!(
        "Lines for metastatic disease: {any}, of them HER2-directed {her2}, chemotherapy {chemo}, endocrine {endocrine}"
    )
}
