//! Days and decimals, the slow and simple way: days are counted, numbers compared by their digits.

use std::cmp::Ordering;

/// A day of the Gregorian calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Day {
    pub(crate) year: i64,
    pub(crate) month: i64,
    pub(crate) day: i64,
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if is_leap(year) => 29,
        2 => 28,
        _ => 31,
    }
}

impl Day {
    /// Days since the first of January of year 1, counted year by year and month by month.
    pub(crate) fn number(self) -> i64 {
        let before = self.year - 1;
        let leap_days = before / 4 - before / 100 + before / 400;
        let months: i64 = (1..self.month).map(|month| days_in_month(self.year, month)).sum();
        before * 365 + leap_days + months + self.day - 1
    }

    /// The same day of a later month, or the last of that month where it has no such day.
    pub(crate) fn months_later(self, months: i64) -> Day {
        let total = self.year * 12 + (self.month - 1) + months;
        let (year, month) = (total.div_euclid(12), total.rem_euclid(12) + 1);
        Day { year, month, day: self.day.min(days_in_month(year, month)) }
    }

    pub(crate) fn next(self) -> Day {
        if self.day < days_in_month(self.year, self.month) {
            Day { day: self.day + 1, ..self }
        } else if self.month < 12 {
            Day { month: self.month + 1, day: 1, ..self }
        } else {
            Day { year: self.year + 1, month: 1, day: 1 }
        }
    }

    /// So many days later, or earlier when negative.
    pub(crate) fn shifted(self, days: i64) -> Day {
        let wanted = self.number() + days;
        let mut day = Day { year: self.year + days.div_euclid(366) - 1, month: 1, day: 1 };
        while day.number() < wanted {
            day = day.next();
        }
        day
    }
}

/// Every day that a recorded date can be: `2024`, `2024-03` or `2024-03-07`.
pub(crate) fn days(text: &str) -> Vec<Day> {
    let parts: Vec<i64> = text.split('-').map(|part| part.parse().expect("a date is made of numbers")).collect();
    let (year, months) = match parts[..] {
        [year] => (year, 1..=12),
        [year, month, ..] => (year, month..=month),
        [] => panic!("a date has a year"),
    };
    let mut days = Vec::new();
    for month in months {
        for day in 1..=days_in_month(year, month) {
            if parts.get(2).is_none_or(|wanted| *wanted == day) {
                days.push(Day { year, month, day });
            }
        }
    }
    days
}

/// A decimal: digits and how many of them stand behind the point.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Number {
    digits: i128,
    places: u32,
}

impl Number {
    pub(crate) fn parse(text: &str) -> Number {
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let digits = format!("{whole}{fraction}").parse().expect("a number is made of digits");
        Number { digits, places: u32::try_from(fraction.len()).expect("few places") }
    }

    pub(crate) fn compare(self, other: Number) -> Ordering {
        let places = self.places.max(other.places);
        let scaled = |number: Number| number.digits * 10i128.pow(places - number.places);
        scaled(self).cmp(&scaled(other))
    }

    /// A little more or less: one unit behind the last place.
    pub(crate) fn nudged(self, by: i128) -> Number {
        Number { digits: self.digits * 10 + by, places: self.places + 1 }
    }
}

#[test]
fn days_are_those_of_the_calendar() {
    let day = |year, month, day| Day { year, month, day };
    // 2000-01-01 was day 730119 after 0001-01-01 (Rata Die 730120 counts from 1; Reingold and Dershowitz).
    assert_eq!(day(2000, 1, 1).number(), 730_119);
    assert_eq!(day(2024, 3, 1).number() - day(2024, 2, 1).number(), 29);
    assert_eq!(day(1900, 3, 1).number() - day(1900, 2, 1).number(), 28);
    assert_eq!(day(2024, 1, 31).months_later(1), day(2024, 2, 29));
    assert_eq!(day(2023, 11, 30).months_later(3), day(2024, 2, 29));
    assert_eq!(day(2024, 2, 29).months_later(12), day(2025, 2, 28));
    assert_eq!(day(2024, 12, 31).next(), day(2025, 1, 1));
    assert_eq!(day(2024, 3, 1).shifted(-1), day(2024, 2, 29));
    assert_eq!(day(2024, 3, 1).shifted(366), day(2025, 3, 2));
    assert_eq!(days("2024").len(), 366);
    assert_eq!(days("2023-02").len(), 28);
    assert_eq!(days("2023-02-07"), [day(2023, 2, 7)]);
}

#[test]
fn numbers_are_compared_as_written() {
    let compare = |a, b| Number::parse(a).compare(Number::parse(b));
    assert_eq!(compare("1.99", "2.0"), Ordering::Less);
    assert_eq!(compare("2.00", "2"), Ordering::Equal);
    assert_eq!(compare("-1", "0.5"), Ordering::Less);
    assert_eq!(Number::parse("2.0").nudged(-1).compare(Number::parse("1.99")), Ordering::Equal);
}
