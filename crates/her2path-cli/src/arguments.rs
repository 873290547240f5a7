//! Days and numbers on the command line, refused with words that say what was expected.

use jiff::civil::Date;

/// A day, `2026-11-01`.
pub(crate) fn day(text: &str) -> Result<Date, &'static str> {
    text.parse().map_err(|_| "not a day; use a date such as 2026-11-01")
}

/// A finite number.
pub(crate) fn number(text: &str) -> Result<f64, &'static str> {
    let number: Option<f64> = text.trim().parse().ok();
    number.filter(|number| number.is_finite()).ok_or("not a number; use digits, with a point before decimals: 1.5")
}
