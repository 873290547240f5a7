//! Confidence limits for a survival probability, from the standard error of its logarithm.
//!
//! The five transformations and their behaviour at the ends are those of R's `survfit` (`conf.type`); Kalbfleisch and
//! Prentice (2002) section 1.4 for the log and log-log scale, Thomas and Grunkemeier (JASA 1975;70:865) for the arcsine,
//! each by the delta method.

use crate::error::Error;
use crate::special::normal_quantile;

/// The scale on which an interval is symmetric.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Scale {
    /// The probability itself.
    Plain,
    /// Its logarithm (the default of R).
    #[default]
    Log,
    /// The logarithm of the cumulative hazard; never leaves the range from 0 to 1.
    LogLog,
    /// The log odds.
    Logit,
    /// The arcsine of the square root.
    Arcsin,
}

/// A lower and an upper limit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// The lower limit.
    pub lower: f64,
    /// The upper limit.
    pub upper: f64,
}

/// The number of standard errors to either side at a confidence level such as 0.95.
///
/// # Errors
/// A level outside the open interval from 0 to 1.
pub fn critical_value(level: f64) -> Result<f64, Error> {
    if level > 0.0 && level < 1.0 {
        Ok(normal_quantile(0.5 + 0.5 * level))
    } else {
        Err(Error::Probability { name: "confidence level", value: level })
    }
}

impl Scale {
    /// The limits for the probability `survival` whose logarithm has the standard error `std_error_log`.
    ///
    /// `None` where the scale gives no interval: at probability zero, and at one on the log-log, logit and arcsine scale.
    #[must_use]
    pub fn limits(self, survival: f64, std_error_log: f64, critical: f64) -> Option<Limits> {
        let (s, half) = (survival, critical * std_error_log);
        let (lower, upper) = match self {
            Self::Plain => (s - half * s, s + half * s),
            Self::Log => (s * (-half).exp(), s * half.exp()),
            Self::LogLog => {
                let log_hazard = (-s.ln()).ln();
                let shift = half / s.ln();
                ((-(log_hazard - shift).exp()).exp(), (-(log_hazard + shift).exp()).exp())
            }
            Self::Logit => {
                let (odds, shift) = ((s / (1.0 - s)).ln(), half / (1.0 - s));
                (1.0 - 1.0 / (1.0 + (odds - shift).exp()), 1.0 - 1.0 / (1.0 + (odds + shift).exp()))
            }
            Self::Arcsin => {
                let (angle, shift) = (s.sqrt().asin(), 0.5 * half * (s / (1.0 - s)).sqrt());
                let quarter = std::f64::consts::FRAC_PI_2;
                // `max` and `min` would turn an undefined shift into a limit.
                if shift.is_nan() {
                    return None;
                }
                ((angle - shift).max(0.0).sin().powi(2), (angle + shift).min(quarter).sin().powi(2))
            }
        };
        (!lower.is_nan() && !upper.is_nan()).then(|| Limits { lower: lower.max(0.0), upper: upper.min(1.0) })
    }
}
