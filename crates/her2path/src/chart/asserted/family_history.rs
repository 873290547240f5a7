//! Relatives with breast or ovarian cancer, from FamilyMemberHistory.
//!
//! Only what is there is read: a relative without an entry, or with one that names no cancer, says nothing about the
//! others. A relative whose history is unknown, or whose entry is from after the day, is left out.

use super::Reader;
use super::coding::{is_in, meaning, said};
use super::history::{is_years, whole_number};
use super::visible::recorded_by;
use crate::fhir::{CodeableConcept, FamilyMemberHistory, Located, When};
use crate::guideline::value_set;
use crate::issue::Issue;

/// A relative with a cancer that matters for the risk of breast cancer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Relative {
    /// Parent, brother or sister, child; others are more distant blood relatives.
    pub(crate) first_degree: bool,
    /// `None` where neither the relationship nor the entry says.
    pub(crate) female: Option<bool>,
    /// Breast cancer, with the age in years at onset if it is recorded.
    pub(crate) breast_cancer: Option<Option<i64>>,
    /// Ovarian cancer.
    pub(crate) ovarian_cancer: bool,
    /// The entry.
    pub(crate) source: String,
    /// The relationship and what the relative had.
    pub(crate) said: String,
}

pub(super) fn read(reader: &mut Reader<'_, '_>) {
    for entry in &reader.record.family_member_histories {
        if matches!(entry.status.as_deref(), Some("entered-in-error" | "health-unknown"))
            || !recorded_by(entry.date, reader.as_of)
        {
            continue;
        }
        relative(reader, entry);
    }
}

fn relative(reader: &mut Reader<'_, '_>, entry: &Located<'_, FamilyMemberHistory<'_>>) {
    let source = &entry.place.name;
    let knowledge = reader.knowledge;
    let mut breast_cancer: Option<Option<i64>> = None;
    let mut ovarian_cancer = false;
    let mut words = Vec::new();
    for condition in &entry.condition {
        let Some(code) = &condition.code else { continue };
        reader.check_codes(code, source, "condition.code");
        if is_in(knowledge, code, value_set::BREAST_CANCER) {
            let age = condition.onset.as_ref().and_then(age_at);
            // Of two breast cancers the earlier counts.
            let known = breast_cancer.flatten();
            breast_cancer = Some(known.into_iter().chain(age).min());
            words.push(age.map_or_else(|| said(code), |age| format!("{} at {age}", said(code))));
        } else if is_in(knowledge, code, value_set::OVARIAN_CANCER) {
            ovarian_cancer = true;
            words.push(said(code));
        }
    }
    if breast_cancer.is_none() && !ovarian_cancer {
        return;
    }
    let Some(relationship) = &entry.relationship else {
        ignored(reader, source, "the relationship is not recorded");
        return;
    };
    let degree = meaning(knowledge, relationship, value_set::FIRST_DEGREE_RELATIVE);
    if degree.is_none() && !is_in(knowledge, relationship, value_set::OTHER_BLOOD_RELATIVE) {
        ignored(reader, source, &format!("`{}` is not known as a blood relative", said(relationship)));
        return;
    }
    let female = match degree {
        Some("mother" | "sister" | "daughter") => Some(true),
        Some("father" | "brother" | "son") => Some(false),
        _ => entry.sex.as_ref().and_then(sex),
    };
    reader.asserted.relatives.push(Relative {
        first_degree: degree.is_some(),
        female,
        breast_cancer,
        ovarian_cancer,
        source: source.clone(),
        said: format!("{}: {}", said(relationship), words.join(", ")),
    });
}

fn ignored(reader: &mut Reader<'_, '_>, source: &str, why: &str) {
    let remark = format!("{why}, so the cancer of this relative was not counted; give the relationship as a code");
    reader.issues.push(Issue::warning("unknown-relationship", remark).at(format!("{source}.relationship")));
}

/// Whole years at onset; the upper end of a range.
fn age_at(onset: &When<'_>) -> Option<i64> {
    let quantity = match onset {
        When::Age(quantity) => quantity,
        When::Range(range) => range.high.as_ref()?,
        _ => return None,
    };
    whole_number(quantity).filter(|age| is_years(quantity) && (0..=120).contains(age))
}

fn sex(concept: &CodeableConcept<'_>) -> Option<bool> {
    let code = concept.coding.iter().find_map(|coding| coding.code.as_deref()).or(concept.text.as_deref())?;
    match code {
        "female" | "F" => Some(true),
        "male" | "M" => Some(false),
        _ => None,
    }
}
