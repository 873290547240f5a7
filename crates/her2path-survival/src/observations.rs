//! The input of every estimator: checked columns, borrowed from the caller.

use crate::error::Error;

/// Follow-up of people, one row each: time of exit, whether the event happened then, optionally time of entry and weight.
///
/// Times are in any one unit, from the origin the caller chose (diagnosis, start of a line of therapy). A person is at
/// risk at `t` when `entry < t <= time`: someone censored at `t` still counts at `t`, someone who enters at `t` does not
/// yet. A person who had to survive until something happened (a genomic test, a referral) enters at that moment and not at
/// zero.
#[derive(Debug, Clone, Copy)]
pub struct Observations<'a> {
    time: &'a [f64],
    event: &'a [bool],
    entry: Option<&'a [f64]>,
    weight: Option<&'a [f64]>,
}

impl<'a> Observations<'a> {
    /// Right-censored follow-up from time zero.
    ///
    /// # Errors
    /// No rows, columns of different length, a time that is negative or not finite.
    pub fn new(time: &'a [f64], event: &'a [bool]) -> Result<Self, Error> {
        if time.is_empty() {
            return Err(Error::Empty);
        }
        check_length("event", event.len(), time.len())?;
        check_times("time", time)?;
        Ok(Self { time, event, entry: None, weight: None })
    }

    /// Adds delayed entry (left truncation).
    ///
    /// # Errors
    /// Another length, a value that is negative or not finite, an entry that is not before the exit.
    pub fn with_entry(self, entry: &'a [f64]) -> Result<Self, Error> {
        check_length("entry", entry.len(), self.time.len())?;
        check_times("entry", entry)?;
        for (index, (&entry, &time)) in entry.iter().zip(self.time).enumerate() {
            if entry >= time {
                return Err(Error::EntryNotBeforeExit { row: index + 1, entry, time });
            }
        }
        Ok(Self { entry: Some(entry), ..self })
    }

    /// Adds case weights: a row of weight 2 stands for two rows.
    ///
    /// # Errors
    /// Another length, a value that is not finite or not positive.
    pub fn with_weight(self, weight: &'a [f64]) -> Result<Self, Error> {
        check_length("weight", weight.len(), self.time.len())?;
        check_finite("weight", weight)?;
        if let Some(index) = weight.iter().position(|&weight| weight <= 0.0) {
            return Err(Error::WeightNotPositive { row: index + 1 });
        }
        Ok(Self { weight: Some(weight), ..self })
    }

    /// Number of rows.
    #[must_use]
    pub fn len(&self) -> usize {
        self.time.len()
    }

    /// Always false: observations are checked not to be empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.time.is_empty()
    }

    /// Times of exit.
    #[must_use]
    pub fn time(&self) -> &'a [f64] {
        self.time
    }

    /// Whether the event happened at the time of exit.
    #[must_use]
    pub fn event(&self) -> &'a [bool] {
        self.event
    }

    /// Times of entry, where entry is delayed.
    #[must_use]
    pub fn entry(&self) -> Option<&'a [f64]> {
        self.entry
    }

    /// Case weights, where there are any.
    #[must_use]
    pub fn weight(&self) -> Option<&'a [f64]> {
        self.weight
    }

    /// The weight of every row, 1 where there are none.
    pub(crate) fn weights_or_one(&self) -> Vec<f64> {
        self.weight.map_or_else(|| vec![1.0; self.len()], <[f64]>::to_vec)
    }

    /// The entry of every row, before all times where there is none.
    pub(crate) fn entries_or_start(&self) -> Vec<f64> {
        self.entry.map_or_else(|| vec![f64::NEG_INFINITY; self.len()], <[f64]>::to_vec)
    }
}

/// Group membership of rows, coded `0..groups`.
#[derive(Debug, Clone, Copy)]
pub struct Groups<'a> {
    codes: &'a [usize],
    count: usize,
}

impl<'a> Groups<'a> {
    /// Checks that every code is below `count`.
    ///
    /// # Errors
    /// Another length than `rows`, a code outside.
    pub fn new(codes: &'a [usize], count: usize, rows: usize) -> Result<Self, Error> {
        check_length("group", codes.len(), rows)?;
        if let Some((index, &group)) = codes.iter().enumerate().find(|&(_, &code)| code >= count) {
            return Err(Error::UnknownGroup { row: index + 1, group, groups: count });
        }
        Ok(Self { codes, count })
    }

    /// The code of every row.
    #[must_use]
    pub fn codes(&self) -> &'a [usize] {
        self.codes
    }

    /// Number of groups.
    #[must_use]
    pub fn count(&self) -> usize {
        self.count
    }

    /// The rows of each group, in the order of the table.
    #[must_use]
    pub fn rows(&self) -> Vec<Vec<usize>> {
        let mut rows = vec![Vec::new(); self.count];
        for (row, &code) in self.codes.iter().enumerate() {
            if let Some(group) = rows.get_mut(code) {
                group.push(row);
            }
        }
        rows
    }
}

pub(crate) fn check_length(column: &'static str, found: usize, expected: usize) -> Result<(), Error> {
    if found == expected { Ok(()) } else { Err(Error::Length { column, found, expected }) }
}

pub(crate) fn check_finite(column: &'static str, values: &[f64]) -> Result<(), Error> {
    match values.iter().position(|value| !value.is_finite()) {
        Some(index) => Err(Error::NotFinite { column, row: index + 1 }),
        None => Ok(()),
    }
}

fn check_times(column: &'static str, values: &[f64]) -> Result<(), Error> {
    check_finite(column, values)?;
    match values.iter().position(|&value| value < 0.0) {
        Some(index) => Err(Error::Negative { column, row: index + 1 }),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_defect_has_its_error() {
        assert_eq!(Observations::new(&[], &[]).err(), Some(Error::Empty));
        assert_eq!(
            Observations::new(&[1.0], &[]).err(),
            Some(Error::Length { column: "event", found: 0, expected: 1 })
        );
        assert_eq!(
            Observations::new(&[1.0, f64::NAN], &[true, true]).err(),
            Some(Error::NotFinite { column: "time", row: 2 })
        );
        assert_eq!(Observations::new(&[-1.0], &[true]).err(), Some(Error::Negative { column: "time", row: 1 }));
        let observations = Observations::new(&[1.0, 2.0], &[true, false]).unwrap();
        assert_eq!(
            observations.with_entry(&[0.0, 2.0]).err(),
            Some(Error::EntryNotBeforeExit { row: 2, entry: 2.0, time: 2.0 })
        );
        assert_eq!(observations.with_weight(&[0.0, 2.0]).err(), Some(Error::WeightNotPositive { row: 1 }));
        assert_eq!(Groups::new(&[0, 2], 2, 2).err(), Some(Error::UnknownGroup { row: 2, group: 2, groups: 2 }));
    }
}
