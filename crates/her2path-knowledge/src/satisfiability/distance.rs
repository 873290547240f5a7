//! The distances between two dates that a set of `within` tests can tell apart.

use crate::model::{Operation, Span};
use crate::satisfiability::outcomes::Outcomes;
use crate::satisfiability::state::State;

/// Up to this many tests of the same two dates their joint outcomes are enumerated: 2^8 of them.
const MAX_TESTS: usize = 8;

/// All joint outcomes of these tests of the same two recorded dates.
pub(crate) fn states(operations: &[&Operation]) -> Vec<State> {
    let spans: Vec<Span> = operations
        .iter()
        .filter_map(|operation| match operation {
            Operation::Within(span, _) => Some(*span),
            _ => None,
        })
        .collect();
    if spans.len() > MAX_TESTS {
        return vec![State::new(true, vec![Outcomes::ANY; spans.len()])];
    }
    let mut rows: Vec<Vec<bool>> = vec![Vec::new()];
    for _ in &spans {
        rows = rows.iter().flat_map(|row| [true, false].map(|next| [row.as_slice(), &[next]].concat())).collect();
    }
    rows.retain(|row| is_consistent(&spans, row));
    rows.into_iter().map(|row| State::new(true, row.into_iter().map(Outcomes::known).collect())).collect()
}

/// Whoever is within a span is within every longer one.
fn is_consistent(spans: &[Span], row: &[bool]) -> bool {
    let pairs = || spans.iter().zip(row);
    pairs().all(|(short, within)| !within || pairs().all(|(long, within)| *within || !implies(*short, *long)))
}

/// Whether being within `short` surely means being within `long`.
fn implies(short: Span, long: Span) -> bool {
    match (short, long) {
        (Span::Days(short), Span::Days(long)) | (Span::Months(short), Span::Months(long)) => short <= long,
        (Span::Days(days), Span::Months(months)) => u64::from(days) <= min_days(months),
        (Span::Months(months), Span::Days(days)) => max_days(months) <= u64::from(days),
    }
}

/// No more days than any run of so many months has: 30.4 days a month (365 a year), less the most that short months at
/// either end can take away.
fn min_days(months: u32) -> u64 {
    (u64::from(months) * 365 / 12).saturating_sub(3)
}

/// No fewer days than any run of so many months has: a leap year's 366 days in every year, and long months at either end.
fn max_days(months: u32) -> u64 {
    u64::from(months) * 366 / 12 + 3
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;
    use jiff::civil::date;

    use super::*;

    /// By jiff's calendar: every run of up to five years of months, begun on any day of two leap cycles.
    #[test]
    fn months_in_days() {
        let mut start = date(2019, 1, 1);
        while start < date(2027, 1, 1) {
            for months in 0..=60_u32 {
                let end = start.checked_add(i64::from(months).months()).unwrap();
                let days = u64::try_from(start.until(end).unwrap().get_days()).unwrap();
                assert!(min_days(months) <= days && days <= max_days(months), "{start} {months}: {days}");
            }
            start = start.tomorrow().unwrap();
        }
    }

    #[test]
    fn longer_spans_contain_shorter_ones() {
        let cases = [
            (Span::Days(30), Span::Days(30), true),
            (Span::Days(31), Span::Days(30), false),
            (Span::Days(20), Span::Months(1), true),
            (Span::Days(30), Span::Months(1), false),
            (Span::Months(1), Span::Days(30), false),
            (Span::Months(1), Span::Days(60), true),
            (Span::Months(12), Span::Months(6), false),
        ];
        for (short, long, expected) in cases {
            assert_eq!(implies(short, long), expected, "{short:?} {long:?}");
        }
    }
}
