//! What is said of the treatment that is given now: that it goes on only where a check since its start speaks for that and
//! nothing on the page speaks against it.
//!
//! Against it speak a statement that a drug is to be held, stopped or checked first, a course of drugs that is not safe now,
//! symptoms that must be seen the same day, and cancer in the brain that was found during the treatment.

use her2path_knowledge::model::Chapter;

use super::super::{Block, Kind, boolean, chapter, code, codes, found, is_red, judged, kind, value};
use super::is_regimen;
use crate::assessment::{Assessment, JudgedRecommendation, Outcome, Value};
use crate::date::PartialDate;
use crate::guideline::Fact;

/// Options that take a drug away for now or for good, or ask for a word before it is given.
const PAUSING: [&str; 3] = ["HOLD_DRUG", "STOP_DRUG", "BLOCK_ORDER"];

/// Options that say that treatment goes on.
const GOING_ON: [&str; 3] = ["CONTINUE_MAINT", "CONTINUE_SYSTEMIC", "HP_MAINT"];

/// Care for comfort in place of treatment, or beside it.
const COMFORT: &str = "BSC";

/// Treatment with HER2-directed drugs waits during pregnancy.
const PREGNANCY: &str = "treatment/pregnancy/defer";

/// A sentence on the treatment that is given now; `None` where none is, or the chapter was not asked for.
pub(super) fn words(assessment: &Assessment<'_>) -> Option<Block> {
    let applies = chapter(assessment, Chapter::Treatment).is_some_and(|chapter| chapter.applicable);
    let running = code(assessment, Fact::TherapyDecision) == Some("running");
    if kind(assessment) != Kind::Invasive || !applies || !running {
        return None;
    }
    let urgent = assessment.chapters.iter().find_map(|chapter| chapter.triage.as_ref());
    Some(if pauses(assessment) {
        Block::Urgent(
            "By the record, a medicine that you have now should pause, stop or be checked first. Ask your team before the next \
             dose."
                .to_owned(),
        )
    } else if urgent.is_some_and(|triage| is_red(triage.urgency)) {
        Block::Urgent(
            "The signs at the top of this page must be looked at first. Ask your team before the next dose.".to_owned(),
        )
    } else if is_brain_new(assessment) {
        Block::Paragraph(format!(
            "Cancer was found in {}. The treatment that you have now may go on or change. Your team decides that with you.",
            found::place_in_head(assessment)
        ))
    } else if offers_comfort(assessment) {
        Block::Paragraph("Talk with your team about the goal of the treatment that you have now.".to_owned())
    } else if is_confirmed(assessment) {
        Block::Paragraph("By the record, the treatment that you have now goes on.".to_owned())
    } else {
        Block::Paragraph(
            "By the record, you are on treatment now. The record does not say how well it works. Ask when that is checked."
                .to_owned(),
        )
    })
}

/// Whether the page says that a drug of now is to be held, stopped or checked first.
pub(super) fn pauses(assessment: &Assessment<'_>) -> bool {
    let option = |item: &&JudgedRecommendation<'_>, wanted: &[&str]| {
        item.recommendation.option.as_deref().is_some_and(|option| wanted.contains(&option))
    };
    let current = codes(assessment, Fact::TherapyCurrentDrugs);
    let is_current = |item: &&JudgedRecommendation<'_>| {
        item.recommendation.regimen.iter().all(|drug| current.contains(&drug.as_ref()))
    };
    judged(assessment, Chapter::Treatment, Outcome::Recommended)
        .iter()
        .any(|item| option(item, &PAUSING) || item.recommendation.id.starts_with(PREGNANCY))
        || judged(assessment, Chapter::Treatment, Outcome::Contraindicated)
            .iter()
            .any(|item| is_regimen(item) && is_current(item))
}

/// Whether a statement says that treatment goes on.
pub(super) fn goes_on(item: &JudgedRecommendation<'_>) -> bool {
    item.recommendation.option.as_deref().is_some_and(|option| GOING_ON.contains(&option))
}

fn offers_comfort(assessment: &Assessment<'_>) -> bool {
    judged(assessment, Chapter::Treatment, Outcome::Recommended)
        .iter()
        .any(|item| item.recommendation.option.as_deref() == Some(COMFORT))
}

/// Whether a check since the treatment began shows that the cancer has not grown.
fn is_confirmed(assessment: &Assessment<'_>) -> bool {
    let good = matches!(
        code(assessment, Fact::DiseaseStatus),
        Some("improved" | "stable" | "full-remission" | "partial-remission")
    );
    good && status_is_of_now(assessment) == Some(true)
}

/// Whether the last check was done after the treatment of now began; `None` where no treatment runs or the days do not
/// settle it.
pub(in crate::render::patient) fn status_is_of_now(assessment: &Assessment<'_>) -> Option<bool> {
    let running = assessment.therapy.lines.iter().any(|line| line.ongoing);
    let started = date(assessment, Fact::TherapyLineStart).filter(|_| running)?;
    started.before(date(assessment, Fact::DiseaseStatusDate)?)
}

/// Cancer in the brain that was found after the treatment of now began, or on a day that is not known, without any local
/// treatment or stable course on record.
fn is_brain_new(assessment: &Assessment<'_>) -> bool {
    let treated =
        !codes(assessment, Fact::BrainPriorLocal).is_empty() || code(assessment, Fact::BrainActivity) == Some("stable");
    let before = date(assessment, Fact::BrainFirstDate)
        .zip(date(assessment, Fact::TherapyLineStart))
        .and_then(|(found, started)| found.before(started));
    code(assessment, Fact::BrainMetastasesStatus) == Some("present")
        && (!treated || boolean(assessment, Fact::BrainMassEffect) == Some(true))
        && before != Some(true)
}

fn date(assessment: &Assessment<'_>, fact: Fact) -> Option<PartialDate> {
    match value(assessment, fact)? {
        Value::Date(date) => Some(*date),
        _ => None,
    }
}
