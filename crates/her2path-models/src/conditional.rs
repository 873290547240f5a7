//! Survival of those who have already lived some time, and the ranges that a median stands for.
//!
//! Conditional survival is CS(t | s) = S(s + t) / S(s). The ranges are those of Kiely 2011 (J Clin Oncol 29:456): about
//! 10 % live less than a quarter of the median or more than three times as long, and the middle half lives from half to
//! twice the median. Deliberately absent: estimating S from data, which `her2path-survival` does.

use crate::{Support, tables};

/// Published conditional survival.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PublishedConditionalSurvival {
    /// Years already lived since diagnosis.
    pub survived_years: f64,
    /// Chance to reach 5 years from diagnosis, percent.
    pub chance_of_reaching_5_years_pct: f64,
    /// `cause-specific` or `overall`.
    pub kind: &'static str,
    /// In whom.
    pub population: &'static str,
    /// Source.
    pub citation: &'static str,
    /// How well it is supported.
    pub support: Support,
}

/// What a median means for a group of people, in the unit of the median (Kiely 2011, from memory).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scenarios {
    /// Worst case: about 1 of 10 lives less than this.
    pub worst_case: f64,
    /// Typical: about half live from the first to the second.
    pub typical: (f64, f64),
    /// Best case: about 1 of 10 lives longer than this.
    pub best_case: f64,
}

/// Deaths among those at risk at one time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Step {
    /// Time of death.
    pub time: f64,
    /// At risk just before.
    pub at_risk: u32,
    /// Deaths at this time.
    pub deaths: u32,
}

/// Conditional survival with its standard error on the log scale.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ConditionalSurvival {
    /// CS(t | s), 0 to 1.
    pub probability: f64,
    /// sqrt(Var(log CS)), from the sum of d / (n (n − d)) over s < time <= s + t.
    pub log_standard_error: f64,
    /// At risk after `s`: few make the figure worthless.
    pub at_risk: u32,
}

/// Why there is no conditional survival.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Division by nothing.
    #[error("nobody survives to the time already lived: the survival there is 0")]
    NobodyLeft,
    /// Not probabilities of one survival curve.
    #[error("the survivals are not probabilities that fall with time")]
    NotASurvivalCurve,
    /// Not a time.
    #[error("the times are not over 0 and finite, or the number of deaths exceeds those at risk")]
    Times,
}

/// CS(t | s) from S(s) and S(s + t).
///
/// # Errors
/// S(s) is 0, or the two are not of one curve.
pub fn conditional_survival(at_s: f64, at_s_plus_t: f64) -> Result<f64, Refusal> {
    if at_s == 0.0 {
        return Err(Refusal::NobodyLeft);
    }
    if !(0.0..=1.0).contains(&at_s) || !(0.0..=at_s).contains(&at_s_plus_t) {
        return Err(Refusal::NotASurvivalCurve);
    }
    Ok(at_s_plus_t / at_s)
}

/// CS(t | s) from the steps of a Kaplan-Meier curve in order of time. Where all at risk die the error is infinite.
///
/// # Errors
/// Times that are not finite or steps that cannot be.
pub fn of_steps(steps: &[Step], s: f64, t: f64) -> Result<ConditionalSurvival, Refusal> {
    let sound = |step: &Step| step.time.is_finite() && step.deaths <= step.at_risk && step.at_risk > 0;
    let possible = s >= 0.0 && t > 0.0 && (s + t).is_finite() && steps.iter().all(sound);
    if !possible {
        return Err(Refusal::Times);
    }
    if steps.iter().any(|step| step.time <= s && step.deaths == step.at_risk) {
        return Err(Refusal::NobodyLeft);
    }
    let window = || steps.iter().filter(|step| step.time > s && step.time <= s + t);
    let (probability, variance) = window().fold((1.0, 0.0), |(probability, variance), step| {
        let (at_risk, deaths) = (f64::from(step.at_risk), f64::from(step.deaths));
        (probability * (1.0 - deaths / at_risk), variance + deaths / (at_risk * (at_risk - deaths)))
    });
    let at_risk = steps.iter().find(|step| step.time > s).map_or(0, |step| step.at_risk);
    Ok(ConditionalSurvival { probability, log_standard_error: f64::sqrt(variance), at_risk })
}

/// The ranges of a median.
///
/// # Errors
/// The median is not over 0 and finite.
pub fn scenarios(median: f64) -> Result<Scenarios, Refusal> {
    if !(median > 0.0 && median.is_finite()) {
        return Err(Refusal::Times);
    }
    Ok(Scenarios { worst_case: median / 4.0, typical: (median / 2.0, median * 2.0), best_case: median * 3.0 })
}

/// Published figures of metastatic breast cancer.
#[must_use]
pub fn published() -> &'static [PublishedConditionalSurvival] {
    &tables::CONDITIONAL_SURVIVAL
}
