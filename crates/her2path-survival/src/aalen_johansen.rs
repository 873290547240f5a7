//! Competing risks: the cumulative incidence of each cause (Aalen and Johansen, Scand J Stat 1978;5:141).
//!
//! `F_k(t)` is the sum of `S(t-) d_k/n` over event times, `S` the Kaplan-Meier curve of any event. One minus the
//! Kaplan-Meier curve of one cause, with the others as censorings, is not a probability of anything that happens to
//! people, and is deliberately absent.
//!
//! Two variances are given. The *infinitesimal jackknife* (R's `survfit`): the sum over people of the squared influence of
//! each on the estimate. A person's influence is a constant plus a constant times `F_k` once the person has left, and the
//! same for all while at risk, so the sum of squares follows from a few running sums: one pass instead of people times
//! times. *Aalen's* variance (Ann Stat 1978;6:534; R's `cuminc`) comes from the counts alone and needs no weights.

use crate::at::{At, gather};
use crate::confidence::{Limits, Scale, critical_value};
use crate::error::Error;
use crate::observations::Observations;
use crate::order::{on_one_grid, sort_rows};

/// Follow-up that ends by one of several causes.
#[derive(Debug, Clone, Copy)]
pub struct CompetingRisks<'a> {
    /// Exit, entry and weight; its event is ignored.
    pub(crate) observations: Observations<'a>,
    /// 0 for censored, else the cause.
    pub(crate) cause: &'a [usize],
    /// Number of causes.
    pub(crate) causes: usize,
}

impl<'a> CompetingRisks<'a> {
    /// Adds causes `1..=causes` to observations; 0 is censored. The observations' own events are not looked at.
    ///
    /// # Errors
    /// Another length, a cause above `causes`.
    pub fn new(observations: Observations<'a>, cause: &'a [usize], causes: usize) -> Result<Self, Error> {
        crate::observations::check_length("cause", cause.len(), observations.len())?;
        if let Some((index, &found)) = cause.iter().enumerate().find(|&(_, &cause)| cause > causes) {
            return Err(Error::UnknownGroup { row: index + 1, group: found, groups: causes + 1 });
        }
        Ok(Self { observations, cause, causes })
    }

    pub(crate) fn cause_of(&self, row: usize) -> usize {
        self.cause.get(row).copied().unwrap_or(0)
    }
}

/// The cumulative incidence of one cause.
#[derive(Debug, Clone, PartialEq)]
pub struct CumulativeIncidence {
    /// The probability that the cause has ended follow-up by each time.
    pub probability: Vec<f64>,
    /// Standard error by the infinitesimal jackknife.
    pub std_error: Vec<f64>,
    /// Aalen's variance; empty when there are weights.
    pub aalen_variance: Vec<f64>,
    /// Events at each time.
    pub events: Vec<f64>,
}

/// State probabilities at each distinct time of exit.
#[derive(Debug, Clone, PartialEq)]
pub struct AalenJohansen {
    /// Distinct times of exit.
    pub time: Vec<f64>,
    /// At risk just before each time.
    pub at_risk: Vec<f64>,
    /// The probability that nothing has happened yet.
    pub event_free: Vec<f64>,
    /// Its standard error.
    pub event_free_std_error: Vec<f64>,
    /// One per cause.
    pub incidence: Vec<CumulativeIncidence>,
}

/// Running sums of one cause.
#[derive(Debug, Clone, Default)]
struct Cause {
    events: f64,
    probability: f64,
    /// Influence of everyone at risk since time zero, but for what entered late.
    shared: f64,
    /// Those who have left: sums of squared weight times a², ab, with influence a + b F.
    aa: f64,
    ab: f64,
    /// Those at risk who entered late: sums of squared weight times α, α², αβ, with influence shared + α + β F.
    late: f64,
    late_square: f64,
    late_cross: f64,
    aalen: Aalen,
}

/// Aalen's variance as sums over event times; see [`Aalen::variance`].
#[derive(Debug, Clone, Default)]
struct Aalen {
    spread: f64,
    spread_f: f64,
    spread_ff: f64,
    own: f64,
    cross: f64,
    cross_f: f64,
}

impl Aalen {
    /// The sum of `(F - F_j)² g_j + h_j - 2 (F - F_j) c_j`, multiplied out.
    fn variance(&self, f: f64) -> f64 {
        f * f * self.spread - 2.0 * f * self.spread_f + self.spread_ff + self.own
            - 2.0 * (f * self.cross - self.cross_f)
    }
}

/// Estimates all causes at once, from the rows given.
///
/// # Errors
/// No rows.
pub fn aalen_johansen(data: &CompetingRisks<'_>, rows: &[usize]) -> Result<AalenJohansen, Error> {
    if rows.is_empty() {
        return Err(Error::Empty);
    }
    let exits = gather(data.observations.time(), rows);
    let entries = data.observations.entry().map(|entry| gather(entry, rows));
    let (time, entry) = on_one_grid(&exits, entries.as_deref());
    let weight = data.observations.weight().map(|weight| gather(weight, rows));
    let cause: Vec<usize> = rows.iter().map(|&row| data.cause_of(row)).collect();
    let order = sort_rows(&time, 0..time.len());
    let by_entry = entry.as_ref().map(|entry| (entry, sort_rows(entry, 0..entry.len())));
    let weight_of = |i: usize| weight.as_ref().map_or(1.0, |weight| weight.at(i));

    let mut result = AalenJohansen {
        time: Vec::new(),
        at_risk: Vec::new(),
        event_free: Vec::new(),
        event_free_std_error: Vec::new(),
        incidence: vec![
            CumulativeIncidence {
                probability: Vec::new(),
                std_error: Vec::new(),
                aalen_variance: Vec::new(),
                events: Vec::new(),
            };
            data.causes
        ],
    };
    let mut causes = vec![Cause::default(); data.causes];
    let mut waiting = by_entry.as_ref().map_or(&[][..], |(_, order)| order.as_slice());
    // What each late entrant found on entry: the hazard sum, and per cause the α of its influence.
    let mut found: Vec<(f64, Vec<f64>)> =
        if entry.is_some() { vec![(0.0, vec![0.0; data.causes]); time.len()] } else { Vec::new() };
    let mut survival = 1.0;
    // A: the sum of d / (n (n - d)), which is minus the influence on ln S of being at risk.
    let mut hazard_sum = 0.0;
    let (mut at_risk, mut at_risk_square) = match &entry {
        Some(_) => (0.0, 0.0),
        None => order.iter().map(|&i| weight_of(i)).fold((0.0, 0.0), |(sum, square), w| (sum + w, square + w * w)),
    };
    // Those who have left: sum of w² b². Those who entered late: sums of w² β and w² β².
    let (mut left_square, mut late_beta, mut late_beta_square) = (0.0, 0.0, 0.0);

    for block in order.chunk_by(|&a, &b| time.at(a) == time.at(b)) {
        let now = block.first().map_or(f64::NAN, |&i| time.at(i));
        if let Some((entry, _)) = &by_entry {
            while let Some((&i, rest)) = waiting.split_first().filter(|(i, _)| entry.at(**i) < now) {
                let w2 = weight_of(i) * weight_of(i);
                at_risk += weight_of(i);
                at_risk_square += w2;
                let beta = -hazard_sum;
                late_beta += w2 * beta;
                late_beta_square += w2 * beta * beta;
                let mut alphas = Vec::with_capacity(causes.len());
                for cause in &mut causes {
                    let alpha = hazard_sum * cause.probability - cause.shared;
                    cause.late += w2 * alpha;
                    cause.late_square += w2 * alpha * alpha;
                    cause.late_cross += w2 * alpha * beta;
                    alphas.push(alpha);
                }
                if let Some(slot) = found.get_mut(i) {
                    *slot = (hazard_sum, alphas);
                }
                waiting = rest;
            }
        }

        let n = at_risk;
        causes.iter_mut().for_each(|cause| cause.events = 0.0);
        for &i in block {
            if let Some(cause) = cause.get(i).and_then(|code| code.checked_sub(1)).and_then(|k| causes.get_mut(k)) {
                cause.events += weight_of(i);
            }
        }
        let d: f64 = causes.iter().map(|cause| cause.events).sum();
        // With weights the rest may be rounding error where everyone leaves by an event.
        let survivors = if block.len() == 1 && d == n { 0.0 } else { n - d };
        let all_die = survivors <= 1e-12 * n;
        // Aalen's variance takes the causes as separate counting processes, also where they fall on the same day.
        let spread: f64 = causes.iter().map(|cause| cause.events * (n - cause.events)).sum::<f64>()
            / ((n - 1.0) * survivors * survivors);
        for cause in &mut causes {
            let share = survival * cause.events / n;
            if d > 0.0 && !all_die && n > 1.0 {
                let f = cause.probability + share;
                cause.aalen.spread += spread;
                cause.aalen.spread_f += spread * f;
                cause.aalen.spread_ff += spread * f * f;
                let cross = survival * cause.events * (n - cause.events) / (n * survivors * (n - 1.0));
                cause.aalen.cross += cross;
                cause.aalen.cross_f += cross * f;
            }
            if n > 1.0 {
                let own = survival * survival * cause.events * (n - cause.events) / (n * n * (n - 1.0));
                cause.aalen.own += own;
            }
            cause.shared += share * (hazard_sum - 1.0 / n);
            cause.probability += share;
        }
        let survival_before = survival;
        if d > 0.0 {
            survival = if all_die { 0.0 } else { survival * survivors / n };
            if !all_die {
                hazard_sum += d / (n * survivors);
            }
        }

        // Who leaves now keeps an influence a + b F for good.
        for &i in block {
            let w2 = weight_of(i) * weight_of(i);
            let own = cause.get(i).copied().unwrap_or(0);
            let (entered_at, alphas) = found.get(i).map_or((0.0, &[][..]), |(sum, alphas)| (*sum, alphas.as_slice()));
            let beta = -entered_at;
            let b = if all_die { 0.0 } else { hazard_sum - entered_at - if own > 0 { 1.0 / survivors } else { 0.0 } };
            left_square += w2 * b * b;
            for (k, cause) in causes.iter_mut().enumerate() {
                let alpha = alphas.get(k).copied().unwrap_or(0.0);
                let jump = if own == k + 1 { survival_before / n } else { 0.0 };
                let influence = cause.shared + alpha + beta * cause.probability + jump;
                let a = influence - b * cause.probability;
                cause.aa += w2 * a * a;
                cause.ab += w2 * a * b;
                if entry.is_some() {
                    cause.late -= w2 * alpha;
                    cause.late_square -= w2 * alpha * alpha;
                    cause.late_cross -= w2 * alpha * beta;
                }
            }
            at_risk -= weight_of(i);
            at_risk_square -= w2;
            late_beta -= w2 * beta;
            late_beta_square -= w2 * beta * beta;
        }

        let square =
            left_square + at_risk_square * hazard_sum * hazard_sum + 2.0 * hazard_sum * late_beta + late_beta_square;
        result.time.push(now);
        result.at_risk.push(n);
        result.event_free.push(survival);
        result.event_free_std_error.push(survival * square.max(0.0).sqrt());
        for (cause, incidence) in causes.iter().zip(&mut result.incidence) {
            let (f, g) = (cause.probability, cause.shared);
            let left = cause.aa + 2.0 * f * cause.ab + f * f * left_square;
            let staying = at_risk_square * g * g
                + 2.0 * g * (cause.late + f * late_beta)
                + cause.late_square
                + 2.0 * f * cause.late_cross
                + f * f * late_beta_square;
            incidence.probability.push(f);
            incidence.std_error.push((left + staying).max(0.0).sqrt());
            incidence.events.push(cause.events);
            if weight.is_none() {
                incidence.aalen_variance.push(cause.aalen.variance(f).max(0.0));
            }
        }
    }
    Ok(result)
}

impl CumulativeIncidence {
    /// Confidence limits at every time; `None` while the probability is zero.
    ///
    /// # Errors
    /// A level outside the open interval from 0 to 1.
    pub fn limits(&self, scale: Scale, level: f64) -> Result<Vec<Option<Limits>>, Error> {
        probability_limits(&self.probability, &self.std_error, scale, level)
    }
}

/// Limits of probabilities with standard errors on their own scale.
///
/// # Errors
/// A level outside the open interval from 0 to 1.
pub fn probability_limits(
    probability: &[f64],
    std_error: &[f64],
    scale: Scale,
    level: f64,
) -> Result<Vec<Option<Limits>>, Error> {
    let critical = critical_value(level)?;
    let points = probability.iter().zip(std_error);
    Ok(points.map(|(&p, &error)| scale.limits(p, error / p, critical)).collect())
}

impl AalenJohansen {
    /// Position of the last time at or before `time`; `None` before the first.
    #[must_use]
    pub fn position(&self, time: f64) -> Option<usize> {
        self.time.partition_point(|&t| t <= time).checked_sub(1)
    }

    /// The mean time spent in a state up to `tau`: the area under its probability (0 event-free, then the causes).
    #[must_use]
    pub fn mean_time_in_state(&self, state: usize, tau: f64) -> Option<f64> {
        let (start, curve) = match state.checked_sub(1) {
            None => (1.0, &self.event_free),
            Some(cause) => (0.0, &self.incidence.get(cause)?.probability),
        };
        let (mut area, mut since, mut level) = (0.0, 0.0, start);
        for (&time, &next) in self.time.iter().zip(curve) {
            if time >= tau {
                break;
            }
            area += level * (time - since);
            (since, level) = (time, next);
        }
        Some(area + level * (tau - since))
    }
}
