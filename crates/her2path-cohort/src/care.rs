//! What the report counts of the course of treatment, as compact bytes: checks that are due, and measures of quality.

use her2path::assessment::{Course, Due};
use her2path::knowledge::model::Knowledge;
use her2path::truth::Truth;

use crate::codec::{Put as _, Take};
use crate::row::put_number;

/// Checks and measures of one patient, by their positions in the guideline.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct CareRow {
    /// What the drugs of the day ask for, and how it stands.
    pub(crate) checks: Vec<(u16, Due)>,
    /// Whether the patient counts for a measure, and whether it was met.
    pub(crate) measures: Vec<(u16, Truth, Truth)>,
}

const DUE: [Due; 6] = [Due::Critical, Due::Overdue, Due::NeverDone, Due::DueNow, Due::CannotBeSaid, Due::NotYetDue];
const TRUTH: [Truth; 3] = [Truth::NotMet, Truth::Unknown, Truth::Met];

fn code<T: PartialEq>(all: &[T], value: &T) -> u8 {
    all.iter().zip(0..).find(|(known, _)| *known == value).map_or(u8::MAX, |(_, code)| code)
}

fn decode<T: Copy>(all: &[T], take: &mut Take<'_>) -> Option<T> {
    all.get(usize::from(take.u8()?)).copied()
}

/// Appends what a course says; nothing where the chapter on treatment says nothing.
pub(crate) fn put(bytes: &mut Vec<u8>, course: Option<&Course<'_>>, knowledge: &Knowledge) {
    let position = |at: Option<usize>| at.and_then(|at| u16::try_from(at).ok()).unwrap_or(u16::MAX);
    let checks = course.map(|course| course.monitoring.items.as_slice()).unwrap_or_default();
    put_number(bytes, checks.len());
    for item in checks {
        let at = knowledge.medicine.checks.iter().position(|check| check.id == item.check.id);
        bytes.u32(u32::from(position(at)));
        bytes.u8(code(&DUE, &item.status));
    }
    let measures = course.map(|course| course.quality.as_slice()).unwrap_or_default();
    put_number(bytes, measures.len());
    for item in measures {
        let at = knowledge.medicine.measures.iter().position(|measure| measure.id == item.measure.id);
        bytes.u32(u32::from(position(at)));
        bytes.u8(code(&TRUTH, &item.denominator));
        bytes.u8(code(&TRUTH, &item.numerator));
    }
}

/// Reads it back.
pub(crate) fn take(take: &mut Take<'_>) -> Option<CareRow> {
    let mut row = CareRow::default();
    for _ in 0..take.u32()? {
        row.checks.push((u16::try_from(take.u32()?).ok()?, decode(&DUE, take)?));
    }
    for _ in 0..take.u32()? {
        row.measures.push((u16::try_from(take.u32()?).ok()?, decode(&TRUTH, take)?, decode(&TRUTH, take)?));
    }
    Some(row)
}
