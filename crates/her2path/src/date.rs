//! Calendar dates with the precision recorded.
//!
//! A record says "2024", "2024-03" or "2024-03-07"; each is a span of days, and comparing two spans may be unknown.
//! Forms follow FHIR R4, data types `date`, `dateTime` and `instant`
//! (<https://hl7.org/fhir/R4/datatypes.html#dateTime>). Of a `dateTime` the civil date is kept as written, on the
//! clock of the place where it was recorded; time of day and offset are checked for form and dropped. Nothing in the
//! pathway depends on the hour, and shifting a date to another zone would change the day that the clinician wrote.
//!
//! Deliberately absent: the current date. What is "today" is always a parameter.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use jiff::Span;
use jiff::civil::Date;
use serde::{Serialize, Serializer};
use thiserror::Error;

/// How much of a date was recorded. Coarser is less.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Precision {
    /// `2024`.
    Year,
    /// `2024-03`.
    Month,
    /// `2024-03-07`, with or without a time of day.
    Day,
}

/// A calendar date as recorded: a year, a month of a year, or a day.
///
/// Equality is that of what was recorded: `2024-01` and `2024` are different dates.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct PartialDate {
    // INVARIANT: the first day of the span that `precision` names.
    first: Date,
    precision: Precision,
}

/// Why a text is not a date.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DateError {
    /// The text has none of the forms of a FHIR date.
    #[error("`{text}` is not a date; write it as `2024`, `2024-03`, `2024-03-07` or `2024-03-07T09:30:00+01:00`")]
    Form {
        /// What was written.
        text: String,
    },
    /// The form is right, but the calendar has no such day.
    #[error("`{text}` is not in the calendar; correct the year, month or day")]
    NoSuchDay {
        /// What was written.
        text: String,
    },
    /// The day exists, but the clock has no such time.
    #[error("the time of `{text}` is not on the clock; correct it, or leave it out")]
    NoSuchTime {
        /// What was written.
        text: String,
    },
}

impl PartialDate {
    /// A date known to the day.
    pub fn day(date: Date) -> PartialDate {
        PartialDate { first: date, precision: Precision::Day }
    }

    /// Reads a FHIR `date`, `dateTime` or `instant`.
    ///
    /// Strict about the calendar. A time may lack its seconds (FHIR R5 allows it) and its zone (R4 does not, records
    /// often do), because both are dropped anyway.
    ///
    /// # Errors
    /// The form is another one, or there is no such day or time.
    pub fn parse(text: &str) -> Result<PartialDate, DateError> {
        let form = || DateError::Form { text: text.into() };
        let (date, time) = match text.split_once('T') {
            Some((date, time)) => (date, Some(time)),
            None => (text, None),
        };
        let mut parts = date.split('-');
        let year = digits(parts.next(), 4).ok_or_else(form)?;
        let month = parts.next().map(|part| digits(Some(part), 2).ok_or_else(form)).transpose()?;
        let day = parts.next().map(|part| digits(Some(part), 2).ok_or_else(form)).transpose()?;
        if parts.next().is_some() {
            return Err(form());
        }
        let precision = match (month, day) {
            (None, _) => Precision::Year,
            (Some(_), None) => Precision::Month,
            (Some(_), Some(_)) => Precision::Day,
        };
        if let Some(time) = time {
            if precision != Precision::Day {
                return Err(form());
            }
            match check_time(time) {
                Some(true) => {}
                Some(false) => return Err(DateError::NoSuchTime { text: text.into() }),
                None => return Err(form()),
            }
        }
        let no_such_day = || DateError::NoSuchDay { text: text.into() };
        if year == 0 {
            return Err(no_such_day());
        }
        let small = |part: Option<i16>| i8::try_from(part.unwrap_or(1)).map_err(|_| no_such_day());
        let first = Date::new(year, small(month)?, small(day)?).map_err(|_| no_such_day())?;
        Ok(PartialDate { first, precision })
    }

    /// How much was recorded.
    pub fn precision(self) -> Precision {
        self.precision
    }

    /// The first day it can be.
    pub fn earliest(self) -> Date {
        self.first
    }

    /// The last day it can be.
    pub fn latest(self) -> Date {
        match self.precision {
            Precision::Year => self.first.last_of_year(),
            Precision::Month => self.first.last_of_month(),
            Precision::Day => self.first,
        }
    }

    /// Whether this is before `other`; `None` when the precision does not settle it.
    pub fn before(self, other: PartialDate) -> Option<bool> {
        if self.latest() < other.earliest() {
            Some(true)
        } else if self.earliest() >= other.latest() {
            Some(false)
        } else {
            None
        }
    }

    /// Whether this is on `day` or earlier; `None` when the precision does not settle it.
    pub fn on_or_before(self, day: Date) -> Option<bool> {
        if self.latest() <= day {
            Some(true)
        } else if self.earliest() > day {
            Some(false)
        } else {
            None
        }
    }

    /// Days from this to `other`: the fewest and the most that the two precisions allow, negative when `other` is
    /// earlier. Both are the same when both dates are known to the day.
    pub fn days_until(self, other: PartialDate) -> (i64, i64) {
        (days_between(self.latest(), other.earliest()), days_between(self.earliest(), other.latest()))
    }

    /// A total order for sorting: by the last day it can be, then the coarser first. Says nothing about which of two
    /// overlapping dates came first; for that ask [`before`](PartialDate::before).
    pub fn cmp_sort(&self, other: &PartialDate) -> Ordering {
        self.latest().cmp(&other.latest()).then(self.precision.cmp(&other.precision))
    }

    /// The date so many days later (earlier when negative), at the same precision; `None` outside the calendar (years
    /// 1 to 9999). A month or year becomes the one that holds its shifted first day.
    pub fn shift(self, days: i64) -> Option<PartialDate> {
        let span = Span::new().try_days(days).ok()?;
        let moved = self.first.checked_add(span).ok()?;
        if moved.year() < 1 {
            return None;
        }
        let first = match self.precision {
            Precision::Year => moved.first_of_year(),
            Precision::Month => moved.first_of_month(),
            Precision::Day => moved,
        };
        Some(PartialDate { first, precision: self.precision })
    }
}

/// As recorded, without a time of day: `2024`, `2024-03` or `2024-03-07`.
impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.first.year())?;
        if self.precision >= Precision::Month {
            write!(f, "-{:02}", self.first.month())?;
        }
        if self.precision >= Precision::Day {
            write!(f, "-{:02}", self.first.day())?;
        }
        Ok(())
    }
}

impl fmt::Debug for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for PartialDate {
    type Err = DateError;

    fn from_str(text: &str) -> Result<PartialDate, DateError> {
        PartialDate::parse(text)
    }
}

impl From<Date> for PartialDate {
    fn from(date: Date) -> PartialDate {
        PartialDate::day(date)
    }
}

impl Serialize for PartialDate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Whole days from one day to another.
fn days_between(from: Date, to: Date) -> i64 {
    // Both dates are within the calendar, whose days fit an `i32`, so the span in days always exists.
    to.since(from).map_or(0, |span| i64::from(span.get_days()))
}

/// Exactly so many ASCII digits.
fn digits(part: Option<&str>, count: usize) -> Option<i16> {
    let part = part?;
    if part.len() == count && part.bytes().all(|byte| byte.is_ascii_digit()) { part.parse().ok() } else { None }
}

/// `hh:mm[:ss[.f…]][Z|±hh:mm]`: `None` for another form, `Some(false)` for a time that no clock shows.
fn check_time(text: &str) -> Option<bool> {
    let zone_at = text.find(['Z', '+', '-']).unwrap_or(text.len());
    let (clock, zone) = text.split_at_checked(zone_at)?;
    let (hour_minute, seconds) = match clock.match_indices(':').nth(1) {
        Some((at, _)) => {
            let (front, back) = clock.split_at_checked(at)?;
            (front, back.strip_prefix(':'))
        }
        None => (clock, None),
    };
    let (hour, minute) = hour_minute.split_once(':')?;
    let (hour, minute) = (digits(Some(hour), 2)?, digits(Some(minute), 2)?);
    let second = match seconds {
        None => 0,
        Some(seconds) => {
            let (whole, fraction) = match seconds.split_once('.') {
                Some((whole, fraction)) => (whole, Some(fraction)),
                None => (seconds, None),
            };
            if fraction.is_some_and(|f| f.is_empty() || !f.bytes().all(|byte| byte.is_ascii_digit())) {
                return None;
            }
            digits(Some(whole), 2)?
        }
    };
    let offset_fits = match zone.strip_prefix(['+', '-']) {
        None if zone.is_empty() || zone == "Z" => true,
        None => return None,
        Some(offset) => {
            let (hours, minutes) = offset.split_once(':')?;
            let (hours, minutes) = (digits(Some(hours), 2)?, digits(Some(minutes), 2)?);
            hours <= 14 && minutes <= 59
        }
    };
    // A leap second is written as 60.
    Some(hour <= 23 && minute <= 59 && second <= 60 && offset_fits)
}
