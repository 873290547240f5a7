//! The latest of several measurements, where it can be told.
//!
//! Dates may be partial, and one day may hold several values. Whatever may be the latest is a candidate; where the
//! candidates agree their answer stands, where they differ none does: neither the order of entries nor their ids decide.

use crate::chart::asserted::Measure;
use crate::date::PartialDate;
use crate::issue::Issue;

/// What a series comes to.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Latest<'a> {
    /// Nothing was measured.
    Nothing,
    /// The candidates agree; the one with the latest date comes first.
    Agreed(Vec<&'a Measure>),
    /// The candidates differ.
    Differ(Vec<&'a Measure>),
}

/// Those that may be the latest: all that do not end before the last begins. One without a date is a candidate only where
/// none has a date.
pub(super) fn may_be_latest<'a, T>(series: &[&'a T], date: impl Fn(&T) -> Option<PartialDate>) -> Vec<&'a T> {
    let last = series.iter().filter_map(|one| date(one)).map(PartialDate::earliest).max();
    let is_candidate = |one: &T| match (date(one), last) {
        (Some(date), Some(last)) => date.latest() >= last,
        (None, Some(_)) => false,
        (_, None) => true,
    };
    series.iter().copied().filter(|one| is_candidate(one)).collect()
}

/// The measures that may be the latest, the one with the latest date first.
pub(super) fn candidates<'a>(series: &[&'a Measure]) -> Vec<&'a Measure> {
    let mut found = may_be_latest(series, |measure| measure.date);
    found.sort_by(|a, b| super::measures::by_date(b.date, a.date).then_with(|| a.source.cmp(&b.source)));
    found
}

/// The latest of a series.
pub(super) fn latest<'a>(series: &[&'a Measure]) -> Latest<'a> {
    let found = candidates(series);
    match found.first() {
        None => Latest::Nothing,
        Some(first) if found.iter().all(|measure| measure.answer == first.answer) => Latest::Agreed(found),
        Some(_) => Latest::Differ(found),
    }
}

/// Says that values differ, at each of them.
pub(super) fn report(differing: &[&Measure], what: &str, issues: &mut Vec<Issue>) {
    let all: Vec<String> = differing
        .iter()
        .map(|measure| {
            let day = measure.date.map(|date| format!(" ({date})")).unwrap_or_default();
            format!("`{}`{day}", measure.said)
        })
        .collect();
    for measure in differing {
        let message = format!("{what}: {} differ and none is certainly the latest; none was used", all.join(" and "));
        issues.push(Issue::warning("conflicting-values", message).at(measure.source.clone()));
    }
}
