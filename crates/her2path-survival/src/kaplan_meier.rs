//! Kaplan-Meier: the product-limit estimate of survival (JASA 1958;53:457).
//!
//! `S(t)` is the product over event times of `1 - d/n`; Greenwood's variance of `ln S` is the sum of `d / (n (n - d))`.
//! With weights, `d` and `n` are sums of weights (case weights: the variance is that of the repeated rows). Delayed entry
//! only changes who is at risk. Quantiles follow the rule of R: the first time the curve is at or below `1 - p`; where the
//! curve runs exactly at `1 - p`, the middle of that stretch; their limits from the limit curves (Brookmeyer and Crowley,
//! Biometrics 1982;38:29).
//!
//! [`KaplanMeier::fit_robust`] gives the variance for sampling weights and for clusters instead of Greenwood's.
//!
//! Deliberately absent: interval censoring.

mod robust;

use crate::at::At;
use crate::confidence::{Limits, Scale, critical_value};
use crate::error::Error;
use crate::observations::{Groups, Observations};
use crate::risk_table::RiskTable;

/// A survival curve: one element per distinct time of exit.
#[derive(Debug, Clone, PartialEq)]
pub struct KaplanMeier {
    /// Times, numbers at risk, events, censored.
    pub table: RiskTable,
    /// The probability of surviving beyond each time.
    pub survival: Vec<f64>,
    /// Standard error of `ln S`, Greenwood's unless asked otherwise; infinite once the curve is zero.
    pub std_error_log: Vec<f64>,
}

/// A quantile of the survival time with its limits; `None` where the curve never gets there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Quantile {
    /// The share of people who have had the event by then.
    pub probability: f64,
    /// The time.
    pub time: Option<f64>,
    /// Lower confidence limit.
    pub lower: Option<f64>,
    /// Upper confidence limit.
    pub upper: Option<f64>,
}

/// One point of a survival curve.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SurvivalAt {
    /// The probability of surviving beyond the time.
    pub survival: f64,
    /// Standard error of its logarithm.
    pub std_error_log: f64,
}

impl KaplanMeier {
    /// The curve of all observations.
    #[must_use]
    pub fn fit(observations: &Observations<'_>) -> Self {
        Self::from_table(RiskTable::new(observations))
    }

    /// One curve per group. A group without rows has an empty curve.
    #[must_use]
    pub fn fit_groups(observations: &Observations<'_>, groups: &Groups<'_>) -> Vec<Self> {
        groups.rows().into_iter().map(|rows| Self::from_table(RiskTable::of_rows(observations, rows))).collect()
    }

    /// The curve of censoring, as weights by the inverse of the probability of being censored need it: whoever has an
    /// event at a time is no longer at risk of being censored at it. For the median follow-up (Schemper and Smith,
    /// Control Clin Trials 1996;17:343) fit the observations with events and censorings exchanged.
    #[must_use]
    pub fn fit_reverse(observations: &Observations<'_>) -> Self {
        let mut table = RiskTable::new(observations);
        // Events come before censorings at the same time, so they are no longer at risk of being censored.
        for ((at_risk, events), censored) in table.at_risk.iter_mut().zip(&mut table.events).zip(&mut table.censored) {
            *at_risk -= *events;
            std::mem::swap(events, censored);
        }
        Self::from_table(table)
    }

    /// The curve of counts that were made elsewhere.
    #[must_use]
    pub fn from_table(table: RiskTable) -> Self {
        let mut survival = Vec::with_capacity(table.len());
        let mut std_error_log = Vec::with_capacity(table.len());
        let (mut product, mut variance, mut std_error) = (1.0, 0.0, 0.0);
        for (&n, &d) in table.at_risk.iter().zip(&table.events) {
            if d > 0.0 {
                product *= (n - d) / n;
                // Once the curve is zero it has no logarithm to vary; later entrants cannot bring it back.
                variance += d / (n * (n - d));
                std_error = f64::sqrt(variance);
            }
            survival.push(product);
            std_error_log.push(std_error);
        }
        Self { table, survival, std_error_log }
    }

    /// Confidence limits at every time; `None` where the scale gives none.
    ///
    /// # Errors
    /// A level outside the open interval from 0 to 1.
    pub fn limits(&self, scale: Scale, level: f64) -> Result<Vec<Option<Limits>>, Error> {
        let critical = critical_value(level)?;
        let points = self.survival.iter().zip(&self.std_error_log);
        Ok(points.map(|(&survival, &error)| scale.limits(survival, error, critical)).collect())
    }

    /// The curve just after `time`; one before the first exit, `None` beyond the last.
    #[must_use]
    pub fn at(&self, time: f64) -> Option<SurvivalAt> {
        if time > self.table.last_time() {
            return None;
        }
        match self.table.time.partition_point(|&t| t <= time) {
            0 => Some(SurvivalAt { survival: 1.0, std_error_log: 0.0 }),
            after => Some(SurvivalAt {
                survival: self.survival.at(after - 1),
                std_error_log: self.std_error_log.at(after - 1),
            }),
        }
    }

    /// The time by which the share `probability` has had the event, with limits.
    ///
    /// # Errors
    /// A probability or level outside the open interval from 0 to 1.
    pub fn quantile(&self, probability: f64, scale: Scale, level: f64) -> Result<Quantile, Error> {
        if probability.is_nan() || probability <= 0.0 || probability >= 1.0 {
            return Err(Error::Probability { name: "quantile", value: probability });
        }
        let limits = self.limits(scale, level)?;
        let target = 1.0 - probability;
        let lower = limits.iter().map(|limits| limits.map(|limits| limits.lower));
        let upper = limits.iter().map(|limits| limits.map(|limits| limits.upper));
        Ok(Quantile {
            probability,
            time: self.crossing(self.survival.iter().copied().map(Some), target),
            lower: self.crossing(lower, target),
            upper: self.crossing(upper, target),
        })
    }

    /// The median survival time with limits.
    ///
    /// # Errors
    /// A level outside the open interval from 0 to 1.
    pub fn median(&self, scale: Scale, level: f64) -> Result<Quantile, Error> {
        self.quantile(0.5, scale, level)
    }

    /// Where a falling curve first is at or below `target`; the middle of the stretch where it equals it.
    fn crossing(&self, curve: impl Iterator<Item = Option<f64>>, target: f64) -> Option<f64> {
        let tolerance = crate::order::TIE_TOLERANCE;
        let mut reached = None;
        for (&time, value) in self.table.time.iter().zip(curve) {
            let Some(value) = value else { continue };
            match reached {
                None if value < target - tolerance => return Some(time),
                None if value <= target + tolerance => reached = Some(time),
                Some(first) if value < target - tolerance => return Some(0.5 * (first + time)),
                _ => {}
            }
        }
        reached.map(|first| 0.5 * (first + self.table.last_time()))
    }
}
