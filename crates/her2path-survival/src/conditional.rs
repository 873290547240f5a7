//! Conditional survival: the chance of a further time, given that someone has come this far.
//!
//! `S(s + t) / S(s)`; the variance of its logarithm is Greenwood's sum over the event times in `(s, s + t]`.

use crate::confidence::{Limits, Scale, critical_value};
use crate::error::Error;
use crate::kaplan_meier::KaplanMeier;

/// The chance of surviving a further time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ConditionalSurvival {
    /// The time already survived.
    pub given: f64,
    /// The further time.
    pub further: f64,
    /// The probability.
    pub survival: f64,
    /// Standard error of its logarithm.
    pub std_error_log: f64,
    /// Confidence limits, where the scale gives any.
    pub limits: Option<Limits>,
}

/// The chance of surviving `further` beyond `given`.
///
/// `None` when follow-up does not reach that far, or nobody survives to `given`.
///
/// # Errors
/// A level outside the open interval from 0 to 1.
pub fn conditional_survival(
    curve: &KaplanMeier,
    given: f64,
    further: f64,
    scale: Scale,
    level: f64,
) -> Result<Option<ConditionalSurvival>, Error> {
    let critical = critical_value(level)?;
    let (Some(start), Some(end)) = (curve.at(given), curve.at(given + further)) else {
        return Ok(None);
    };
    if start.survival <= 0.0 {
        return Ok(None);
    }
    let survival = end.survival / start.survival;
    let std_error_log = if end.survival > 0.0 {
        (end.std_error_log.powi(2) - start.std_error_log.powi(2)).max(0.0).sqrt()
    } else {
        f64::INFINITY
    };
    let limits = scale.limits(survival, std_error_log, critical);
    Ok(Some(ConditionalSurvival { given, further, survival, std_error_log, limits }))
}
