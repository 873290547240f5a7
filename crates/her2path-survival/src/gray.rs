//! Gray's test: do groups differ in the cumulative incidence of a cause? (Ann Stat 1988;16:1141.)
//!
//! Like a log-rank test on the subdistribution hazard: events of the cause in each group against those expected, with the
//! risk set `R_g = Y_g G_g(t-) / S_g(t-)`, `G_g` one minus the group's cumulative incidence, `S_g` its probability of being
//! event-free. The variance is the one of section 3 of the paper: with `h_g = Y_g / S_g(t-)`, the pooled incidence
//! `dF = dN / sum h`, and `c_kg(t)` the integral of `(1{k = g} - h_k / sum h) h_g / G dF` over later times, group `g`
//! contributes squares of `1{k = g} - h_k / sum h + (1 - G/S_g) c_kg / h_g` at events of the cause and of
//! `-(G/S_g) c_kg / h_g` at competing events. Which of these are taken just before and which at an event time, and the
//! correction for ties, were settled by what R's `cmprsk` answers on small data sets, not by the paper. Tied events reduce it by
//! the hypergeometric factor `1 - (d - 1)/(m - 1)`, with `m` the sample's size seen from the group, `S_g(t-) sum h`, for
//! the cause, and `Y_g` for competing events.
//!
//! Deliberately absent: delayed entry and weights, for which the paper has no variance.

use crate::aalen_johansen::CompetingRisks;
use crate::at::{At, gather};
use crate::cox::ChiSquare;
use crate::error::Error;
use crate::linalg::{Matrix, dot};
use crate::observations::Groups;
use crate::order::{merge_ties, sort_rows, tolerance};

/// Gray's test of one cause.
#[derive(Debug, Clone, PartialEq)]
pub struct Gray {
    /// Events of the cause less those expected, per group, weighted by `(1 - F)^rho`.
    pub score: Vec<f64>,
    /// Its covariance matrix.
    pub variance: Matrix,
    /// The test.
    pub test: ChiSquare,
}

/// One event time: counts of each group.
struct EventTime {
    at_risk: Vec<f64>,
    events: Vec<f64>,
    competing: Vec<f64>,
}

/// Tests `cause` between groups, within strata if there are any; `rho = 0` weighs all times alike.
///
/// # Errors
/// Delayed entry or weights; fewer than two groups with people at risk at an event of the cause.
pub fn gray(
    data: &CompetingRisks<'_>,
    groups: &Groups<'_>,
    strata: Option<&Groups<'_>>,
    cause: usize,
    rho: f64,
) -> Result<Gray, Error> {
    let unsupported = |what, why| Err(Error::Unsupported { what, method: "Gray's test", why });
    if data.observations.entry().is_some() {
        return unsupported(
            "delayed entry",
            "its variance (Ann Stat 1988;16:1141) is for people followed from time zero; fit Fine and Gray's model to the groups, whose weights allow for late entry",
        );
    }
    if data.observations.weight().is_some() {
        return unsupported("a case weight", "its variance counts whole people; repeat the rows instead");
    }
    let count = groups.count();
    let mut score = vec![0.0; count];
    let mut variance = Matrix::zeros(count, count);
    let parts = strata.map_or_else(|| vec![(0..data.observations.len()).collect()], Groups::rows);
    for rows in parts {
        let times = event_times(data, groups, &rows, cause);
        add_stratum(&times, count, rho, &mut score, &mut variance);
    }
    let tested: Vec<usize> = (0..count).filter(|&group| variance.at(group, group) > 0.0).collect();
    if tested.len() < 2 {
        return Err(Error::TooFewGroups { found: tested.len() });
    }
    let df = tested.len() - 1;
    let kept: Vec<usize> = tested.into_iter().take(df).collect();
    let kept_score = gather(&score, &kept);
    let factor = variance.select(&kept).cholesky().map_err(|_| Error::TooFewGroups { found: df })?;
    let statistic = dot(&factor.solve(&kept_score), &kept_score);
    Ok(Gray { score, variance, test: ChiSquare::new(statistic, df) })
}

/// Counts at each time with an event of any cause, in increasing order.
fn event_times(data: &CompetingRisks<'_>, groups: &Groups<'_>, rows: &[usize], cause: usize) -> Vec<EventTime> {
    let order = sort_rows(data.observations.time(), rows.iter().copied());
    let mut time = gather(data.observations.time(), &order);
    let tolerance = tolerance(&time);
    merge_ties(&mut time, tolerance);
    let mut at_risk = vec![0.0; groups.count()];
    let group_of = |row: usize| groups.codes().get(row).copied().unwrap_or(0);
    order.iter().for_each(|&row| at_risk.add(group_of(row), 1.0));
    let mut times = Vec::new();
    let exits: Vec<(f64, usize)> = time.into_iter().zip(order).collect();
    for block in exits.chunk_by(|a, b| a.0 == b.0) {
        let mut now = EventTime {
            at_risk: at_risk.clone(),
            events: vec![0.0; groups.count()],
            competing: vec![0.0; groups.count()],
        };
        for &(_, row) in block {
            at_risk.add(group_of(row), -1.0);
            match data.cause_of(row) {
                0 => {}
                own if own == cause => now.events.add(group_of(row), 1.0),
                _ => now.competing.add(group_of(row), 1.0),
            }
        }
        if now.events.iter().chain(&now.competing).any(|&count| count > 0.0) {
            times.push(now);
        }
    }
    times
}

/// What the backward pass needs of one event time.
struct Step<'a> {
    counts: &'a EventTime,
    /// `h_g`.
    weight: Vec<f64>,
    /// `S_g(t-)` and `S_g(t)`.
    survival_before: Vec<f64>,
    survival: Vec<f64>,
    /// Pooled one minus incidence, before and at the time, and the pooled increment of incidence.
    free_before: f64,
    free: f64,
    increment: f64,
}

fn add_stratum(times: &[EventTime], count: usize, rho: f64, score: &mut [f64], variance: &mut Matrix) {
    let mut survival = vec![1.0; count];
    let mut incidence = vec![0.0; count];
    let mut free = 1.0;
    let mut steps = Vec::with_capacity(times.len());
    for counts in times {
        let ratio = |values: &[f64], g: usize| if survival.at(g) > 0.0 { values.at(g) / survival.at(g) } else { 0.0 };
        let weight: Vec<f64> = (0..count).map(|g| ratio(&counts.at_risk, g)).collect();
        let risk: Vec<f64> = (0..count).map(|g| weight.at(g) * (1.0 - incidence.at(g))).collect();
        let (all_risk, all_weight): (f64, f64) = (risk.iter().sum(), weight.iter().sum());
        let events: f64 = counts.events.iter().sum();
        let (free_before, survival_before) = (free, survival.clone());
        let increment = if events > 0.0 { events / all_weight } else { 0.0 };
        if events > 0.0 {
            for g in 0..count {
                score.add(g, f64::powf(free, rho) * (counts.events.at(g) - events * risk.at(g) / all_risk));
            }
        }
        for g in 0..count {
            let n = counts.at_risk.at(g);
            if n > 0.0 {
                incidence.add(g, survival.at(g) * counts.events.at(g) / n);
                let left = 1.0 - (counts.events.at(g) + counts.competing.at(g)) / n;
                let next = survival.at(g) * left;
                survival.put(g, next);
            }
        }
        free -= increment;
        steps.push(Step { counts, weight, survival_before, survival: survival.clone(), free_before, free, increment });
    }

    // `later` holds c_kg: row k, column g.
    let mut later = Matrix::zeros(count, count);
    for step in steps.iter().rev() {
        let all_weight: f64 = step.weight.iter().sum();
        let events: f64 = step.counts.events.iter().sum();
        let emphasis = f64::powf(step.free_before, rho);
        let own = |k: usize, g: usize| emphasis * (f64::from(u8::from(k == g)) - step.weight.at(k) / all_weight);
        for g in 0..count {
            let (h, n) = (step.weight.at(g), step.counts.at_risk.at(g));
            if h <= 0.0 {
                continue;
            }
            // Once nobody of the group is event-free there is nothing later to vary.
            let ratio = if step.survival.at(g) > 0.0 { step.free / step.survival.at(g) } else { 0.0 };
            if events > 0.0 {
                let a: Vec<f64> = (0..count).map(|k| own(k, g) + (1.0 - ratio) * later.at(k, g) / h).collect();
                let seen = all_weight * step.survival_before.at(g);
                variance.add_outer(&a, &a, tie_factor(events, seen) * h * step.increment);
            }
            let competing = step.counts.competing.at(g);
            if competing > 0.0 {
                let b: Vec<f64> = (0..count).map(|k| -ratio * later.at(k, g) / h).collect();
                variance.add_outer(&b, &b, tie_factor(competing, n) * competing);
            }
        }
        if events > 0.0 {
            for k in 0..count {
                for g in 0..count {
                    later.add(k, g, own(k, g) * step.weight.at(g) * step.increment / step.free_before);
                }
            }
        }
    }
}

/// The hypergeometric correction for `tied` events among `size`.
fn tie_factor(tied: f64, size: f64) -> f64 {
    if tied > 1.0 && size > 1.0 { 1.0 - (tied - 1.0) / (size - 1.0) } else { 1.0 }
}
