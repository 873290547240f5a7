//! Who is at risk, has the event or is censored at each distinct time: the table under every non-parametric estimator.

use crate::at::{At, gather};
use crate::observations::Observations;
use crate::order::{sort_rows, time_key, tolerance};

/// Counts at each distinct time of exit, in increasing order; sums of weights where there are weights.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RiskTable {
    /// Distinct times at which anyone leaves.
    pub time: Vec<f64>,
    /// At risk just before the time: `entry < t <= exit`.
    pub at_risk: Vec<f64>,
    /// Events at the time.
    pub events: Vec<f64>,
    /// Censored at the time.
    pub censored: Vec<f64>,
    /// Rows with an event, not weighted.
    pub event_rows: Vec<u32>,
    /// Rows in all.
    pub rows: usize,
}

impl RiskTable {
    /// The table of all rows.
    #[must_use]
    pub fn new(observations: &Observations<'_>) -> Self {
        if observations.entry().is_none() && observations.weight().is_none() {
            return Self::counted(observations.time(), observations.event());
        }
        Self::of_rows(observations, (0..observations.len()).collect())
    }

    /// The table of some rows, given by position.
    #[must_use]
    pub fn of_rows(observations: &Observations<'_>, rows: Vec<usize>) -> Self {
        if observations.entry().is_none() && observations.weight().is_none() {
            return Self::counted(&gather(observations.time(), &rows), &gather(observations.event(), &rows));
        }
        let order = sort_rows(observations.time(), rows.iter().copied());
        let time = gather(observations.time(), &order);
        let event = gather(observations.event(), &order);
        let weight = observations.weight().map(|weight| gather(weight, &order));
        let tolerance = tolerance(&time);
        let exits = time.iter().zip(&event).enumerate();
        let mut table = Self::of_sorted(
            exits.map(|(i, (&time, &event))| (time, event, weight.as_ref().map_or(1.0, |weight| weight.at(i)))),
            tolerance,
        );
        if let Some(entry) = observations.entry() {
            let order = sort_rows(entry, rows.into_iter());
            let entry = gather(entry, &order);
            let weight = observations.weight().map(|weight| gather(weight, &order));
            // From the last time backwards: whoever has not yet entered is not at risk.
            let (mut next, mut waiting) = (entry.len(), 0.0);
            for (&time, at_risk) in table.time.iter().zip(&mut table.at_risk).rev() {
                while next > 0 && entry.at(next - 1) >= time - tolerance {
                    next -= 1;
                    waiting += weight.as_ref().map_or(1.0, |weight| weight.at(next));
                }
                *at_risk -= waiting;
            }
        }
        table
    }

    /// Without weights and entry a row is a single integer: the time's bits and, lowest, whether it is censored.
    fn counted(time: &[f64], event: &[bool]) -> Self {
        let mut keys: Vec<u64> =
            time.iter().zip(event).map(|(&time, &event)| (time_key(time) << 1) | u64::from(!event)).collect();
        keys.sort_unstable();
        let tolerance = tolerance(time);
        Self::of_sorted(keys.into_iter().map(|key| (f64::from_bits(key >> 1), key & 1 == 0, 1.0)), tolerance)
    }

    /// The table of exits sorted by time.
    fn of_sorted(exits: impl Iterator<Item = (f64, bool, f64)>, tolerance: f64) -> Self {
        let mut table = Self::default();
        let (mut previous, mut started) = (f64::NEG_INFINITY, f64::NAN);
        let (mut events, mut censored, mut event_rows) = (0.0, 0.0, 0);
        for (time, event, weight) in exits {
            if time - previous > tolerance {
                table.push(started, events, censored, event_rows);
                (started, events, censored, event_rows) = (time, 0.0, 0.0, 0);
            }
            previous = time;
            table.rows += 1;
            if event {
                events += weight;
                event_rows += 1;
            } else {
                censored += weight;
            }
        }
        table.push(started, events, censored, event_rows);
        // Summed from the last time backwards: the counts stay exact where the risk set is small.
        let mut at_risk = 0.0;
        table.at_risk = vec![0.0; table.time.len()];
        for ((slot, events), censored) in table.at_risk.iter_mut().zip(&table.events).zip(&table.censored).rev() {
            at_risk += events + censored;
            *slot = at_risk;
        }
        table
    }

    fn push(&mut self, time: f64, events: f64, censored: f64, event_rows: u32) {
        if !time.is_nan() {
            self.time.push(time);
            self.events.push(events);
            self.censored.push(censored);
            self.event_rows.push(event_rows);
        }
    }

    /// Number of distinct times.
    #[must_use]
    pub fn len(&self) -> usize {
        self.time.len()
    }

    /// Whether there is no time at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.time.is_empty()
    }

    /// Total number of events, or their weight.
    #[must_use]
    pub fn total_events(&self) -> f64 {
        self.events.iter().sum()
    }

    /// The last time of exit; zero when there is none.
    #[must_use]
    pub fn last_time(&self) -> f64 {
        self.time.last().copied().unwrap_or(0.0)
    }
}

/// The number at risk at each of the given times, the line of numbers under a survival plot.
///
/// At time zero this counts everyone who is under observation from zero on.
#[must_use]
pub fn numbers_at_risk(observations: &Observations<'_>, rows: &[usize], times: &[f64]) -> Vec<f64> {
    let exit = gather(observations.time(), rows);
    let weight = gather(&observations.weights_or_one(), rows);
    let entry = gather(&observations.entries_or_start(), rows);
    let tolerance = tolerance(&exit);
    let under_observation = |time: f64, exit: f64, entry: f64| {
        exit >= time - tolerance && (entry < time - tolerance || (time <= 0.0 && entry <= 0.0))
    };
    times
        .iter()
        .map(|&time| {
            let people = exit.iter().zip(&entry).zip(&weight);
            people
                .filter(|((exit, entry), _)| under_observation(time, **exit, **entry))
                .fold(0.0, |sum, (_, weight)| sum + weight)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn censored_people_count_at_their_own_time() {
        let observations = Observations::new(&[1.0, 2.0, 2.0, 3.0], &[true, true, false, false]).unwrap();
        let table = RiskTable::new(&observations);
        assert_eq!(table.time, [1.0, 2.0, 3.0]);
        assert_eq!(table.at_risk, [4.0, 3.0, 1.0]);
        assert_eq!(table.events, [1.0, 1.0, 0.0]);
        assert_eq!(table.censored, [0.0, 1.0, 1.0]);
    }

    #[test]
    fn who_enters_at_a_time_is_not_yet_at_risk() {
        let observations =
            Observations::new(&[2.0, 4.0, 5.0], &[true; 3]).unwrap().with_entry(&[0.0, 2.0, 1.0]).unwrap();
        assert_eq!(RiskTable::new(&observations).at_risk, [2.0, 2.0, 1.0]);
    }
}
