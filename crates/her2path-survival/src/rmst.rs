//! Restricted mean survival time: the area under the survival curve up to a time `tau`.
//!
//! Its variance is the sum over event times of the squared area still to come times Greenwood's term
//! (Irwin 1949; Royston and Parmar, Stat Med 2011;30:2409). Two arms are compared by difference, by ratio, and by the ratio
//! of the time lost, the ratios on the log scale (Uno and others, JCO 2014;32:2380). An hour is an hour in both arms,
//! whether or not the hazards are proportional: this is the contrast to report when curves cross.

use crate::confidence::{Limits, critical_value};
use crate::error::Error;
use crate::kaplan_meier::KaplanMeier;
use crate::special::two_sided_p;

/// A restricted mean and its standard error.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rmst {
    /// The restriction time.
    pub tau: f64,
    /// Mean time survived up to `tau`.
    pub mean: f64,
    /// Its standard error.
    pub std_error: f64,
}

/// A contrast between two arms.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Contrast {
    /// Difference or ratio, the first arm against the second.
    pub estimate: f64,
    /// Confidence limits.
    pub limits: Limits,
    /// Two-sided p-value for no difference.
    pub p: f64,
}

/// The restricted mean of one curve. Beyond the last exit the curve is taken to stay where it is.
///
/// # Errors
/// A restriction time that is not positive and finite.
pub fn rmst(curve: &KaplanMeier, tau: f64) -> Result<Rmst, Error> {
    if !tau.is_finite() || tau <= 0.0 {
        return Err(Error::Tau { tau, largest: curve.table.last_time() });
    }
    // Backwards, the area still to come grows piece by piece.
    let (mut area, mut variance, mut right) = (0.0, 0.0, tau);
    let counts = curve.table.at_risk.iter().zip(&curve.table.events);
    for ((&time, &survival), (&n, &d)) in curve.table.time.iter().zip(&curve.survival).zip(counts).rev() {
        if time > tau {
            continue;
        }
        area += survival * (right - time);
        right = time;
        // Where everyone at risk dies the curve is zero and no area is left to vary.
        if d > 0.0 && n > d {
            variance += area * area * d / (n * (n - d));
        }
    }
    Ok(Rmst { tau, mean: area + right, std_error: variance.sqrt() })
}

impl Rmst {
    /// The time lost up to `tau`; its standard error is that of the mean.
    #[must_use]
    pub fn lost(&self) -> f64 {
        self.tau - self.mean
    }

    /// Confidence limits of the mean on its own scale.
    ///
    /// # Errors
    /// A level outside the open interval from 0 to 1.
    pub fn limits(&self, level: f64) -> Result<Limits, Error> {
        let half = critical_value(level)? * self.std_error;
        Ok(Limits { lower: self.mean - half, upper: self.mean + half })
    }

    /// The difference of two restricted means.
    ///
    /// # Errors
    /// A level outside the open interval from 0 to 1.
    pub fn difference(&self, other: &Rmst, level: f64) -> Result<Contrast, Error> {
        let estimate = self.mean - other.mean;
        let std_error = self.std_error.hypot(other.std_error);
        let half = critical_value(level)? * std_error;
        let limits = Limits { lower: estimate - half, upper: estimate + half };
        Ok(Contrast { estimate, limits, p: two_sided_p(estimate / std_error) })
    }

    /// The ratio of two restricted means.
    ///
    /// # Errors
    /// A level outside the open interval from 0 to 1.
    pub fn ratio(&self, other: &Rmst, level: f64) -> Result<Contrast, Error> {
        log_ratio((self.mean, self.std_error), (other.mean, other.std_error), level)
    }

    /// The ratio of the times lost.
    ///
    /// # Errors
    /// A level outside the open interval from 0 to 1.
    pub fn lost_ratio(&self, other: &Rmst, level: f64) -> Result<Contrast, Error> {
        log_ratio((self.lost(), self.std_error), (other.lost(), other.std_error), level)
    }
}

fn log_ratio(first: (f64, f64), second: (f64, f64), level: f64) -> Result<Contrast, Error> {
    let log = (first.0 / second.0).ln();
    let std_error = (first.1 / first.0).hypot(second.1 / second.0);
    let half = critical_value(level)? * std_error;
    Ok(Contrast {
        estimate: log.exp(),
        limits: Limits { lower: (log - half).exp(), upper: (log + half).exp() },
        p: two_sided_p(log / std_error),
    })
}

/// The largest restriction time at which every curve is still supported by follow-up: the smallest of their last times.
#[must_use]
pub fn largest_common_tau(curves: &[KaplanMeier]) -> f64 {
    curves.iter().map(|curve| curve.table.last_time()).fold(f64::INFINITY, f64::min)
}
