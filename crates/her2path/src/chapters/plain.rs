//! Chapters whose whole content is their recommendations.

use her2path_knowledge::model::{Chapter, Knowledge};

use super::Opening;
use crate::assessment::{JudgedRecommendation, Outcome};
use crate::chart::Chart;

pub(super) fn open(
    _chart: &Chart,
    _knowledge: &Knowledge,
    _chapter: Chapter,
    recommendations: &[JudgedRecommendation<'_>],
) -> Opening {
    let count = |outcome| recommendations.iter().filter(|item| item.judgement.outcome == outcome).count();
    let (recommended, needs_data) = (count(Outcome::Recommended), count(Outcome::NeedsData));
    let summary = if recommendations.is_empty() {
        "this guideline makes no statement in this chapter".to_owned()
    } else {
        format!("{recommended} of {} statements apply, {needs_data} need data", recommendations.len())
    };
    let applicable = recommendations.iter().any(|item| item.judgement.outcome != Outcome::NotApplicable);
    Opening { applicable, summary, findings: Vec::new() }
}
