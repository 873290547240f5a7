//! Nelson-Aalen: the cumulative hazard, and the survival curves that come from it.
//!
//! Nelson (Technometrics 1972;14:945) and Aalen (Ann Stat 1978;6:701): the sum of `d/n` with variance the sum of `d/n²`.
//! Fleming and Harrington (Commun Stat 1984;13:2469) let tied deaths happen one after the other: `1/n + 1/(n-1) + …`.

use crate::observations::Observations;
use crate::risk_table::RiskTable;

/// How deaths at the same time are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum HazardTies {
    /// All at once: `d/n`.
    #[default]
    Together,
    /// One after the other: `1/n + 1/(n-1) + …` (Fleming and Harrington).
    OneByOne,
}

/// A cumulative hazard: one element per distinct time of exit.
#[derive(Debug, Clone, PartialEq)]
pub struct NelsonAalen {
    /// Times, numbers at risk, events, censored.
    pub table: RiskTable,
    /// The cumulative hazard.
    pub hazard: Vec<f64>,
    /// Its standard error; also the standard error of `ln S` of [`NelsonAalen::survival`].
    pub std_error: Vec<f64>,
}

impl NelsonAalen {
    /// The cumulative hazard of all observations.
    #[must_use]
    pub fn fit(observations: &Observations<'_>, ties: HazardTies) -> Self {
        Self::from_table(RiskTable::new(observations), ties)
    }

    /// The cumulative hazard of counts that were made elsewhere.
    #[must_use]
    pub fn from_table(table: RiskTable, ties: HazardTies) -> Self {
        let (mut hazard, mut variance) = (0.0, 0.0);
        let (mut hazards, mut std_error) = (Vec::with_capacity(table.len()), Vec::with_capacity(table.len()));
        for ((&n, &d), &rows) in table.at_risk.iter().zip(&table.events).zip(&table.event_rows) {
            if d > 0.0 {
                match ties {
                    HazardTies::Together => {
                        hazard += d / n;
                        variance += d / (n * n);
                    }
                    HazardTies::OneByOne => {
                        // With weights each tied row takes the mean weight of the tied rows.
                        let each = d / f64::from(rows);
                        for before in 0..rows {
                            let left = n - f64::from(before) * each;
                            hazard += each / left;
                            variance += each / (left * left);
                        }
                    }
                }
            }
            hazards.push(hazard);
            std_error.push(f64::sqrt(variance));
        }
        Self { table, hazard: hazards, std_error }
    }

    /// The survival curve `exp(-H)` (Breslow's, or Fleming and Harrington's when ties are taken one by one).
    #[must_use]
    pub fn survival(&self) -> Vec<f64> {
        self.hazard.iter().map(|hazard| (-hazard).exp()).collect()
    }
}
