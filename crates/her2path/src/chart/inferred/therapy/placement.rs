//! Which exposures belong to early and which to metastatic disease (LOT-1, LOT-2, LOT-9).
//!
//! A recorded intent or line decides; otherwise the start against the first metastasis, with the look-back. A treatment
//! for early disease that the record still shows well after the metastasis, with nothing else begun, has become the
//! treatment of the metastatic disease (project rule). An exposure without dates stays open, and with it the line.

use std::collections::BTreeSet;

use her2path_knowledge::drug::{Drugs, LineParameters};
use jiff::civil::Date;

use super::exposures::{Exposure, day, days_between};
use super::lines::makes_lines;
use crate::chart::facts::Facts;
use crate::chart::inferred::code_of;
use crate::date::PartialDate;
use crate::guideline::Fact;

/// Where an exposure belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Placement {
    /// (Neo)adjuvant, or before any metastasis.
    Early,
    /// For metastatic disease.
    Metastatic,
    /// Begun for early disease, or long before the metastasis was recorded, and continued for metastatic disease from
    /// this day.
    Continued(Date),
    /// Supportive: it belongs nowhere.
    Supportive,
    /// The record does not settle it.
    Open,
}

/// The placement of each exposure, in their order.
pub(crate) fn place(
    exposures: &[Exposure],
    facts: &Facts,
    index: Option<Date>,
    drugs: &Drugs,
    parameters: &LineParameters,
) -> Vec<Placement> {
    let setting = code_of(facts, Fact::DiseaseSetting);
    let de_novo = code_of(facts, Fact::DiseasePresentation) == Some("de-novo");
    let mut placements: Vec<Placement> = exposures
        .iter()
        .map(|exposure| {
            if exposure.group(drugs) == her2path_knowledge::drug::DrugGroup::Supportive {
                return Placement::Supportive;
            }
            match (exposure.intent, exposure.stated_line, setting) {
                (Some("neoadjuvant" | "adjuvant"), ..) | (_, None, Some("not-metastatic")) => Placement::Early,
                (Some("palliative"), ..) | (_, Some(_), _) => Placement::Metastatic,
                _ if de_novo => Placement::Metastatic,
                _ => by_date(exposure, index, parameters),
            }
        })
        .collect();
    let Some(index) = index else { return placements };
    let gap = i64::from(parameters.gap_days);
    let first = exposures
        .iter()
        .zip(&placements)
        .filter(|(exposure, placement)| **placement == Placement::Metastatic && makes_lines(exposure.class(drugs)));
    let first = first.filter_map(|(exposure, _)| day(exposure.start.or(exposure.last))).min();
    if first.is_some_and(|first| days_between(index, first) <= gap) {
        return placements;
    }
    let window = i64::from(parameters.regimen_window_days);
    for (exposure, placement) in exposures.iter().zip(&mut placements) {
        let seen_later = exposure.last.is_some_and(|last| days_between(index, last.earliest()) > window);
        if *placement == Placement::Early && makes_lines(exposure.class(drugs)) {
            let Some(start) = day(exposure.start) else { continue };
            // Begun within the staging window before the recorded date it was begun for what was found.
            let recent = days_between(start, index) <= i64::from(parameters.staging_days);
            if recent && (exposure.open || seen_later) && exposure.intent.is_none() {
                *placement = Placement::Continued(start);
            } else if seen_later && exposure.intent.is_none() {
                *placement = Placement::Continued(index);
            }
        }
    }
    placements
}

fn by_date(exposure: &Exposure, index: Option<Date>, parameters: &LineParameters) -> Placement {
    let Some(index) = index else { return Placement::Open };
    let look_back = i64::from(parameters.look_back_days);
    match (exposure.start, exposure.last.map(PartialDate::latest)) {
        (Some(start), _) if days_between(start.latest(), index) > look_back => Placement::Early,
        (Some(start), _) if days_between(start.earliest(), index) <= look_back => Placement::Metastatic,
        // Known to have ended before: whenever it began, it was earlier still.
        (None, Some(last)) if days_between(last, index) > 0 => Placement::Early,
        _ => Placement::Open,
    }
}

/// The positions of the exposures that make lines.
pub(crate) fn metastatic(placements: &[Placement]) -> BTreeSet<usize> {
    let counts = |placement: &Placement| matches!(placement, Placement::Metastatic | Placement::Continued(_));
    placements.iter().enumerate().filter(|(_, placement)| counts(placement)).map(|(position, _)| position).collect()
}
