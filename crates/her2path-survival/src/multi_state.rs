//! Multi-state models: the probability of being in each state (Aalen and Johansen, Scand J Stat 1978;5:141).
//!
//! People move between states in rows `(entry, exit]`; at each time of a transition the state probabilities are multiplied
//! by the matrix of observed transition proportions. The standard error is the infinitesimal jackknife over people: each
//! person's influence on all state probabilities is carried along, which costs people times transition times. For
//! competing risks [`crate::aalen_johansen`] gives the same in one pass.

use crate::at::At;
use crate::error::Error;
use crate::linalg::Matrix;
use crate::observations::{Observations, check_length};
use crate::order::{on_one_grid, tolerance};

/// Rows of people moving between states.
#[derive(Debug, Clone)]
pub struct StateHistory {
    subject: Vec<usize>,
    subjects: usize,
    entry: Vec<f64>,
    exit: Vec<f64>,
    from: Vec<usize>,
    to: Vec<Option<usize>>,
    states: usize,
    initial: usize,
    /// Whether the row is the person's last.
    last: Vec<bool>,
}

/// State probabilities at each time of a transition.
#[derive(Debug, Clone, PartialEq)]
pub struct StateProbabilities {
    /// Times of a transition.
    pub time: Vec<f64>,
    /// One row per time, one column per state.
    pub probability: Matrix,
    /// Standard errors.
    pub std_error: Matrix,
    /// Transitions counted: from the row's state to the column's; the last column counts people last seen in the state.
    pub transitions: Matrix,
}

impl StateHistory {
    /// Rows of people who all start in state `initial`; `to` is the state moved to at the exit, `None` for no move.
    ///
    /// # Errors
    /// Columns of different length, times that are negative or not finite, an entry not before its exit, a state outside,
    /// rows of one person that overlap.
    pub fn new(
        subject: &[usize],
        entry: &[f64],
        exit: &[f64],
        to: &[Option<usize>],
        states: usize,
        initial: usize,
    ) -> Result<Self, Error> {
        check_length("subject", subject.len(), exit.len())?;
        check_length("to", to.len(), exit.len())?;
        let moved: Vec<bool> = to.iter().map(Option::is_some).collect();
        Observations::new(exit, &moved)?.with_entry(entry)?;
        for (row, state) in to.iter().enumerate() {
            if let Some(group) = state.filter(|&state| state >= states) {
                return Err(Error::UnknownGroup { row: row + 1, group, groups: states });
            }
        }
        if initial >= states {
            return Err(Error::UnknownGroup { row: 1, group: initial, groups: states });
        }
        let (exit, entry) = on_one_grid(exit, Some(entry));
        let entry = entry.unwrap_or_default();
        let mut order: Vec<usize> = (0..exit.len()).collect();
        order.sort_by(|&a, &b| {
            let key = |row: usize| subject.get(row).copied().unwrap_or(0);
            key(a).cmp(&key(b)).then(exit.at(a).total_cmp(&exit.at(b)))
        });
        let mut from = vec![initial; exit.len()];
        let mut last = vec![true; exit.len()];
        let mut codes = vec![0; exit.len()];
        let mut subjects = 0;
        for person in order.chunk_by(|&a, &b| subject.get(a) == subject.get(b)) {
            let (mut state, mut until, mut previous) = (initial, f64::NEG_INFINITY, None);
            for &row in person {
                if entry.at(row) < until {
                    return Err(Error::Overlap { row: row + 1 });
                }
                set(&mut from, row, state);
                set(&mut codes, row, subjects);
                if let Some(previous) = previous {
                    set(&mut last, previous, false);
                }
                state = to.get(row).copied().flatten().unwrap_or(state);
                (until, previous) = (exit.at(row), Some(row));
            }
            subjects += 1;
        }
        Ok(Self { subject: codes, subjects, entry, exit, from, to: to.to_vec(), states, initial, last })
    }

    /// People under observation in each state at each time: one list per state, one number per time.
    ///
    /// Whoever leaves a state at a time still counts there; at time zero everyone counts who is observed from zero on.
    #[must_use]
    pub fn numbers_at_risk(&self, times: &[f64]) -> Vec<Vec<f64>> {
        let tolerance = tolerance(&self.exit);
        let mut counts = vec![vec![0.0; times.len()]; self.states];
        for ((&from, &entry), &exit) in self.from.iter().zip(&self.entry).zip(&self.exit) {
            for (slot, &time) in counts.get_mut(from).into_iter().flatten().zip(times) {
                let entered = entry < time - tolerance || (time <= 0.0 && entry <= 0.0);
                if entered && exit >= time - tolerance {
                    *slot += 1.0;
                }
            }
        }
        counts
    }

    /// The last time at which anyone is under observation.
    #[must_use]
    pub fn last_time(&self) -> f64 {
        self.exit.iter().copied().fold(0.0, f64::max)
    }

    /// The state probabilities.
    ///
    /// # Errors
    /// No transition at all.
    pub fn probabilities(&self) -> Result<StateProbabilities, Error> {
        let mut transitions = Matrix::zeros(self.states, self.states + 1);
        for (row, &from) in self.from.iter().enumerate() {
            match self.to.get(row).copied().flatten() {
                Some(to) if to != from => transitions.add(from, to, 1.0),
                _ if self.last.get(row).copied().unwrap_or(false) => transitions.add(from, self.states, 1.0),
                _ => {}
            }
        }
        let moves = |row: usize| self.to.get(row).copied().flatten().filter(|to| Some(to) != self.from.get(row));
        let mut times: Vec<f64> =
            (0..self.exit.len()).filter(|&row| moves(row).is_some()).map(|row| self.exit.at(row)).collect();
        times.sort_by(f64::total_cmp);
        times.dedup();
        if times.is_empty() {
            return Err(Error::NoEvents);
        }

        let mut current = vec![0.0; self.states];
        current.put(self.initial, 1.0);
        let mut influence = Matrix::zeros(self.subjects, self.states);
        let (mut probability, mut std_error) = (Vec::new(), Vec::new());
        for &time in &times {
            let mut at_risk = vec![0.0; self.states];
            let mut counts = Matrix::zeros(self.states, self.states);
            let here: Vec<usize> =
                (0..self.exit.len()).filter(|&row| self.entry.at(row) < time && self.exit.at(row) >= time).collect();
            for &row in &here {
                let from = self.from.get(row).copied().unwrap_or(0);
                at_risk.add(from, 1.0);
                if let Some(to) = moves(row).filter(|_| self.exit.at(row) == time) {
                    counts.add(from, to, 1.0);
                }
            }
            // dA: proportions off the diagonal, minus their sum on it.
            let mut step = Matrix::zeros(self.states, self.states);
            for (from, &n) in at_risk.iter().enumerate().filter(|&(_, &n)| n > 0.0) {
                for to in 0..self.states {
                    let share = counts.at(from, to) / n;
                    step.add(from, to, share);
                    step.add(from, from, -share);
                }
            }
            for person in 0..self.subjects {
                let moved = step_row(influence.row(person), &step);
                influence.row_mut(person).copy_from_slice(&moved);
            }
            for &row in &here {
                let from = self.from.get(row).copied().unwrap_or(0);
                let person = self.subject.get(row).copied().unwrap_or(0);
                let scale = current.at(from) / at_risk.at(from);
                for (slot, share) in influence.row_mut(person).iter_mut().zip(step.row(from)) {
                    *slot -= scale * share;
                }
                if let Some(to) = moves(row).filter(|_| self.exit.at(row) == time) {
                    influence.add(person, to, scale);
                    influence.add(person, from, -scale);
                }
            }
            current = step_row(&current, &step);
            probability.extend(&current);
            let squares = influence.iter_rows().fold(vec![0.0; self.states], |mut sums: Vec<f64>, row| {
                sums.iter_mut().zip(row).for_each(|(sum, value)| *sum += value * value);
                sums
            });
            std_error.extend(squares.into_iter().map(f64::sqrt));
        }
        let table = |values| {
            Matrix::from_rows(times.len(), self.states, values).unwrap_or_else(|| Matrix::zeros(0, self.states))
        };
        Ok(StateProbabilities {
            probability: table(probability),
            std_error: table(std_error),
            time: times,
            transitions,
        })
    }
}

impl StateProbabilities {
    /// Probabilities and standard errors just after `time`; `None` before the first transition.
    #[must_use]
    pub fn at(&self, time: f64) -> Option<(&[f64], &[f64])> {
        let row = self.time.partition_point(|&t| t <= time).checked_sub(1)?;
        Some((self.probability.row(row), self.std_error.row(row)))
    }
}

/// `row * (I + step)`.
fn step_row(row: &[f64], step: &Matrix) -> Vec<f64> {
    let mut result = row.to_vec();
    for (value, shares) in row.iter().zip(step.iter_rows()) {
        result.iter_mut().zip(shares).for_each(|(slot, share)| *slot += value * share);
    }
    result
}

fn set<T>(values: &mut [T], index: usize, value: T) {
    if let Some(slot) = values.get_mut(index) {
        *slot = value;
    }
}
