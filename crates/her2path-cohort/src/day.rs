//! Days as numbers from 1970-01-01, as Arrow's `date32` counts them.

use jiff::civil::{Date, date};

/// Days since 1970-01-01, negative before.
pub(crate) fn number(day: Date) -> i32 {
    (day - date(1970, 1, 1)).get_days()
}

/// The day of a number.
pub(crate) fn of_number(days: i32) -> Option<Date> {
    date(1970, 1, 1).checked_add(jiff::Span::new().try_days(days).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_count_from_1970() {
        assert_eq!(number(date(1970, 1, 1)), 0);
        assert_eq!(number(date(1969, 12, 31)), -1);
        // 30 years with 7 leap days (1972 to 1996).
        assert_eq!(number(date(2000, 1, 1)), 30 * 365 + 7);
        assert_eq!(of_number(10_957), Some(date(2000, 1, 1)));
    }
}
