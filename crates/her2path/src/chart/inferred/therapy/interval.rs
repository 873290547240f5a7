//! From the completion of (neo)adjuvant therapy to recurrence (LOT-9): the numbers and flags of rules T01 to T04.

use jiff::Span;
use jiff::civil::Date;

use super::exposures::{Exposure, days_between};
use crate::date::PartialDate;

/// The interval, as far as the precision of the dates settles it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Interval {
    /// Completion; absent where therapy was running at recurrence.
    pub(crate) end: Option<PartialDate>,
    pub(crate) days: Option<i64>,
    pub(crate) months: Option<i64>,
    pub(crate) within_6: Option<bool>,
    pub(crate) within_12: Option<bool>,
}

/// The interval from the end of the latest of these exposures to the recurrence; `None` where an end is not on record.
pub(crate) fn interval<'e>(exposures: impl Iterator<Item = &'e Exposure>, recurrence: PartialDate) -> Option<Interval> {
    let exposures: Vec<&Exposure> = exposures.collect();
    let during = exposures.iter().any(|exposure| {
        let began_before = exposure.start.is_none_or(|start| start.earliest() <= recurrence.latest());
        let last = exposure.end.or(exposure.last);
        began_before && (exposure.open || last.is_some_and(|last| last.earliest() >= recurrence.latest()))
    });
    if during {
        return Some(Interval {
            end: None,
            days: Some(0),
            months: Some(0),
            within_6: Some(true),
            within_12: Some(true),
        });
    }
    let ends: Vec<PartialDate> =
        exposures.iter().map(|exposure| exposure.end.or(exposure.last)).collect::<Option<_>>()?;
    let end = ends.into_iter().max_by_key(|end| (end.latest(), end.earliest()))?;
    // Both ways in which partial dates can be read must give the same answer.
    let agreed = |shortest: i64, longest: i64| (shortest == longest).then_some(shortest.max(0));
    let (shortest, longest) = end.days_until(recurrence);
    let months = agreed(
        months_between(end.latest(), recurrence.earliest()),
        months_between(end.earliest(), recurrence.latest()),
    );
    let within = |months: i64| {
        let late = is_within(end.earliest(), recurrence.latest(), months);
        let soon = is_within(end.latest(), recurrence.earliest(), months);
        (late == soon).then_some(soon)
    };
    Some(Interval {
        end: Some(end),
        days: agreed(shortest, longest),
        months,
        within_6: within(6),
        within_12: within(12),
    })
}

/// Whether a day is no later than the same day so many calendar months after another; at the end of a shorter month the
/// last day of it.
fn is_within(from: Date, to: Date, months: i64) -> bool {
    from.checked_add(Span::new().months(months)).is_ok_and(|limit| to <= limit)
}

/// Completed calendar months from one day to a later one, negative for an earlier one.
fn months_between(from: Date, to: Date) -> i64 {
    if days_between(from, to) < 0 {
        return -months_between(to, from);
    }
    let whole = (i64::from(to.year()) - i64::from(from.year())) * 12 + i64::from(to.month()) - i64::from(from.month());
    let reached = from.checked_add(Span::new().months(whole)).is_ok_and(|day| day <= to);
    whole - i64::from(!reached)
}
