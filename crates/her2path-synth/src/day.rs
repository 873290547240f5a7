//! Calendar days as whole numbers, and their ISO 8601 form written straight into bytes.
//!
//! The conversion counts days in the proleptic Gregorian calendar with years that begin in March, so that the leap day
//! comes last (Richards, Explanatory Supplement to the Astronomical Almanac, 3rd edition, section 15.11).

/// A day; 0 is 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i32);

/// Mean length of a month in days.
pub(crate) const MONTH: f64 = 365.2425 / 12.0;

impl Day {
    /// The day of a date; `None` where there is no such date.
    #[must_use]
    pub fn new(year: i32, month: u8, day: u8) -> Option<Self> {
        let found = Self::civil(year, month, day);
        (found.parts() == (year, month, day)).then_some(found)
    }

    /// The day of a date that is known to exist, or of the day so many days after the first of its month.
    pub(crate) const fn civil(year: i32, month: u8, day: u8) -> Self {
        let month = month as i32;
        let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
        let era = year.div_euclid(400);
        let of_era = year.rem_euclid(400);
        let of_year = (153 * month + 2) / 5 + day as i32 - 1;
        Self(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
    }

    /// Year, month and day.
    #[must_use]
    pub const fn parts(self) -> (i32, u8, u8) {
        let days = self.0 + 719_468;
        let era = days.div_euclid(146_097);
        let of_era = days.rem_euclid(146_097);
        let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month + 2) / 5 + 1;
        let (year, month) = if month < 10 { (year_of_era, month + 3) } else { (year_of_era + 1, month - 9) };
        (era * 400 + year, month as u8, day as u8)
    }

    /// So many days later.
    #[must_use]
    pub const fn plus(self, days: i32) -> Self {
        Self(self.0 + days)
    }

    /// So many months later, rounded to whole days.
    pub(crate) fn plus_months(self, months: f64) -> Self {
        Self(self.0 + (months * MONTH).round() as i32)
    }

    /// Days from an earlier day to this one.
    #[must_use]
    pub const fn since(self, earlier: Self) -> i32 {
        self.0 - earlier.0
    }

    /// Completed years since a birth.
    pub(crate) fn years_since(self, birth: Self) -> i32 {
        let (year, month, day) = self.parts();
        let (born, month_born, day_born) = birth.parts();
        year - born - i32::from((month, day) < (month_born, day_born))
    }

    /// Appends `2024-03-09`, or as much of it as the precision says.
    pub(crate) fn write(self, precision: Precision, out: &mut Vec<u8>) {
        let (year, month, day) = self.parts();
        let digit = |number: i32| b'0' + (number % 10) as u8;
        out.extend_from_slice(&[digit(year / 1000), digit(year / 100), digit(year / 10), digit(year)]);
        out.extend_from_slice(&[b'-', b'0' + month / 10, b'0' + month % 10]);
        if precision >= Precision::Day {
            out.extend_from_slice(&[b'-', b'0' + day / 10, b'0' + day % 10]);
        }
    }
}

impl std::fmt::Display for Day {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (year, month, day) = self.parts();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

impl std::str::FromStr for Day {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parsed = || {
            let mut parts = text.splitn(3, '-');
            let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
            Self::new(
                year.parse().ok().filter(|year| (1900..=2200).contains(year))?,
                month.parse().ok()?,
                day.parse().ok()?,
            )
        };
        parsed().ok_or_else(|| format!("`{text}` is not a date; write it as 2026-11-23"))
    }
}

/// How much of a date the record holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Precision {
    Month,
    Day,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_agree_with_another_calendar() {
        for number in (-40_000..60_000).step_by(37) {
            let day = Day(number);
            let (year, month, dom) = day.parts();
            let epoch = jiff::civil::date(1970, 1, 1);
            let expected = epoch.checked_add(jiff::Span::new().days(number)).unwrap();
            assert_eq!((i32::from(expected.year()), expected.month() as u8, expected.day() as u8), (year, month, dom));
            assert_eq!(Day::new(year, month, dom), Some(day));
            assert_eq!(day.to_string(), expected.to_string());
        }
        assert_eq!(Day::new(2023, 2, 29), None);
        assert!("2023-02-29".parse::<Day>().is_err());
        assert_eq!("2024-02-29".parse::<Day>(), Ok(Day::civil(2024, 2, 29)));
    }

    #[test]
    fn ages_are_completed_years() {
        let birth = Day::civil(1960, 6, 15);
        assert_eq!(Day::civil(2020, 6, 14).years_since(birth), 59);
        assert_eq!(Day::civil(2020, 6, 15).years_since(birth), 60);
    }
}
