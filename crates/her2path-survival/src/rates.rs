//! Events per person-time with exact Poisson limits.
//!
//! The limits are those of Garwood (Biometrika 1936;28:437), written with chi-square quantiles.

use crate::confidence::{Limits, critical_value};
use crate::error::Error;
use crate::observations::Observations;
use crate::special::{chi_square_quantile, two_sided_p};

/// A rate: events over the time people were under observation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    /// Number of events.
    pub events: f64,
    /// Person-time, in the unit of the times given.
    pub person_time: f64,
}

/// The ratio of two rates.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RateRatio {
    /// The ratio.
    pub ratio: f64,
    /// Confidence limits on the log scale.
    pub limits: Limits,
    /// Two-sided p-value for a ratio of one.
    pub p: f64,
}

impl Rate {
    /// Events and person-time of the given rows.
    #[must_use]
    pub fn of_rows(observations: &Observations<'_>, rows: &[usize]) -> Self {
        let weights = observations.weights_or_one();
        let (mut events, mut person_time) = (0.0, 0.0);
        for &row in rows {
            let entry = observations.entry().and_then(|entry| entry.get(row)).copied().unwrap_or(0.0);
            if let (Some(&time), Some(&event), Some(&weight)) =
                (observations.time().get(row), observations.event().get(row), weights.get(row))
            {
                person_time += weight * (time - entry);
                events += if event { weight } else { 0.0 };
            }
        }
        Self { events, person_time }
    }

    /// Events per unit of person-time.
    #[must_use]
    pub fn value(&self) -> f64 {
        self.events / self.person_time
    }

    /// Exact confidence limits of the rate.
    ///
    /// # Errors
    /// A level outside the open interval from 0 to 1.
    pub fn limits(&self, level: f64) -> Result<Limits, Error> {
        critical_value(level)?;
        let tail = 0.5 * (1.0 - level);
        let lower = if self.events == 0.0 { 0.0 } else { 0.5 * chi_square_quantile(tail, 2.0 * self.events) };
        let upper = 0.5 * chi_square_quantile(1.0 - tail, 2.0 * (self.events + 1.0));
        Ok(Limits { lower: lower / self.person_time, upper: upper / self.person_time })
    }

    /// The ratio of this rate to another, with Wald's limits on the log scale.
    ///
    /// # Errors
    /// A level outside the open interval from 0 to 1; a rate without events.
    pub fn ratio(&self, other: &Rate, level: f64) -> Result<RateRatio, Error> {
        if self.events == 0.0 || other.events == 0.0 {
            return Err(Error::NoEvents);
        }
        let log = (self.value() / other.value()).ln();
        let std_error = (1.0 / self.events + 1.0 / other.events).sqrt();
        let half = critical_value(level)? * std_error;
        Ok(RateRatio {
            ratio: log.exp(),
            limits: Limits { lower: (log - half).exp(), upper: (log + half).exp() },
            p: two_sided_p(log / std_error),
        })
    }
}
