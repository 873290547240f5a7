//! Conditional survival: the chance of being event-free at a later time, given that someone has come this far.
//!
//! `S(t) / S(s)`; the variance of its logarithm is Greenwood's sum over the event times in `(s, t]`.

use crate::confidence::{Limits, Scale, critical_value};
use crate::error::Error;
use crate::kaplan_meier::KaplanMeier;

/// The chance of being event-free at a later time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ConditionalSurvival {
    /// The time already survived.
    pub given: f64,
    /// The later time, from the same origin.
    pub until: f64,
    /// The probability.
    pub survival: f64,
    /// Standard error of its logarithm.
    pub std_error_log: f64,
    /// Confidence limits, where the scale gives any.
    pub limits: Option<Limits>,
}

/// The chance of surviving beyond `until`, given survival beyond `given`.
///
/// `None` when follow-up does not reach that far, nobody survives to `given`, or `until` lies before it.
///
/// # Errors
/// A level outside the open interval from 0 to 1.
pub fn conditional_survival(
    curve: &KaplanMeier,
    given: f64,
    until: f64,
    scale: Scale,
    level: f64,
) -> Result<Option<ConditionalSurvival>, Error> {
    let critical = critical_value(level)?;
    let (Some(start), Some(end)) = (curve.at(given), curve.at(until)) else {
        return Ok(None);
    };
    if start.survival <= 0.0 || until < given {
        return Ok(None);
    }
    let survival = end.survival / start.survival;
    let std_error_log = if end.survival > 0.0 {
        (end.std_error_log.powi(2) - start.std_error_log.powi(2)).max(0.0).sqrt()
    } else {
        f64::INFINITY
    };
    let limits = scale.limits(survival, std_error_log, critical);
    Ok(Some(ConditionalSurvival { given, until, survival, std_error_log, limits }))
}
