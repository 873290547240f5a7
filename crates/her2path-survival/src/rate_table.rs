//! Population mortality: hazards by sex, age and calendar time, and what they mean for one person.
//!
//! A person moves diagonally through the table, one day of age for each day of calendar. Ages beyond the last band and
//! calendar times outside the periods take the nearest band.

use crate::at::At;
use crate::error::Error;

/// A birthday computed in floating point may fall this share of an age band short of itself.
const SLACK: f64 = 1e-9;

/// Hazards per unit of time, constant within cells of sex, age and calendar.
#[derive(Debug, Clone, PartialEq)]
pub struct RateTable {
    sexes: usize,
    ages: usize,
    age_width: f64,
    periods: Vec<f64>,
    hazard: Vec<f64>,
}

/// What the table asks about a person, at time zero of follow-up.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Person {
    /// Code of the sex, from 0.
    pub sex: usize,
    /// Age, in the unit of the follow-up.
    pub age: f64,
    /// Calendar time, in the unit of the follow-up and from the origin of the table's periods.
    pub calendar: f64,
}

impl RateTable {
    /// A table of `sexes` times `ages` bands of `age_width` each times periods that begin at `periods`, in increasing
    /// order; `hazard` holds them with the age running fastest, then the period, then the sex.
    ///
    /// # Errors
    /// Another number of hazards than cells, a hazard that is negative or not finite, periods out of order.
    pub fn new(sexes: usize, ages: usize, age_width: f64, periods: Vec<f64>, hazard: Vec<f64>) -> Result<Self, Error> {
        let cells = sexes * ages * periods.len();
        if cells == 0 || !age_width.is_finite() || age_width <= 0.0 {
            return Err(Error::Empty);
        }
        crate::observations::check_length("hazard", hazard.len(), cells)?;
        crate::observations::check_finite("hazard", &hazard)?;
        crate::observations::check_finite("period", &periods)?;
        if let Some(index) = hazard.iter().position(|&hazard| hazard < 0.0) {
            return Err(Error::Negative { column: "hazard", row: index + 1 });
        }
        if let Some(index) = periods.windows(2).position(|pair| pair.first() >= pair.last()) {
            return Err(Error::Overlap { row: index + 2 });
        }
        Ok(Self { sexes, ages, age_width, periods, hazard })
    }

    /// Number of sexes.
    #[must_use]
    pub fn sexes(&self) -> usize {
        self.sexes
    }

    /// The hazard of a person after a time of follow-up.
    #[must_use]
    pub fn hazard(&self, person: &Person, time: f64) -> f64 {
        let slack = SLACK * self.age_width;
        let age = ((person.age + time + slack) / self.age_width).floor().max(0.0) as usize;
        let period = self.periods.partition_point(|&start| start <= person.calendar + time + slack).saturating_sub(1);
        self.hazard.at((person.sex * self.periods.len() + period) * self.ages + age.min(self.ages - 1))
    }

    /// The cumulative hazard of a person between two times of follow-up, exactly.
    #[must_use]
    pub fn cumulative_hazard(&self, person: &Person, from: f64, to: f64) -> f64 {
        self.walk(person, from).advance(to)
    }

    /// A person's way through the table from a time of follow-up on.
    pub(crate) fn walk<'a>(&'a self, person: &'a Person, from: f64) -> Walk<'a> {
        let (hazard, until) = self.cell(person, from);
        Walk { table: self, person, now: from, hazard, until }
    }

    /// The hazard of a person after a time of follow-up, and until when it holds.
    fn cell(&self, person: &Person, time: f64) -> (f64, f64) {
        let slack = SLACK * self.age_width;
        let birthday = (((person.age + time + slack) / self.age_width).floor() + 1.0) * self.age_width - person.age;
        let next = self.periods.partition_point(|&start| start <= person.calendar + time + slack);
        let new_period = self.periods.get(next).map_or(f64::INFINITY, |start| start - person.calendar);
        (self.hazard(person, time), birthday.min(new_period).max(time + slack))
    }

    /// The probability that a person of the population survives a time of follow-up.
    #[must_use]
    pub fn expected_survival(&self, person: &Person, time: f64) -> f64 {
        (-self.cumulative_hazard(person, 0.0, time)).exp()
    }
}

/// A person on the way through the table, cell by cell.
#[derive(Debug)]
pub(crate) struct Walk<'a> {
    table: &'a RateTable,
    person: &'a Person,
    now: f64,
    hazard: f64,
    until: f64,
}

impl Walk<'_> {
    /// Goes on to a later time; returns the cumulative hazard on the way.
    pub(crate) fn advance(&mut self, to: f64) -> f64 {
        let mut sum = 0.0;
        while self.until < to {
            sum += self.hazard * (self.until - self.now);
            self.now = self.until;
            (self.hazard, self.until) = self.table.cell(self.person, self.now);
        }
        if to > self.now {
            sum += self.hazard * (to - self.now);
            self.now = to;
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_moves_diagonally() {
        // Two ages of one year each, two periods from 0 and 10: hazards 1, 2 (first period), 3, 4 (second).
        let table = RateTable::new(1, 2, 1.0, vec![0.0, 10.0], vec![1.0, 2.0, 3.0, 4.0]).unwrap();
        let person = Person { sex: 0, age: 0.5, calendar: 9.0 };
        // Half a year at 1, half a year at 2, then the second period at 4 for good.
        assert!((table.cumulative_hazard(&person, 0.0, 2.0) - (0.5 + 1.0 + 4.0)).abs() < 1e-8);
        assert!((table.expected_survival(&person, 0.5) - (-0.5_f64).exp()).abs() < 1e-9);
        assert_eq!(RateTable::new(1, 1, 1.0, vec![1.0, 0.0], vec![1.0, 1.0]).err(), Some(Error::Overlap { row: 2 }));
    }
}
