//! Residuals of a Cox fit, and the robust variance that is made of them.
//!
//! Martingale: events observed minus expected. Deviance: the same, made symmetric (Therneau, Grambsch and Fleming,
//! Biometrika 1990;77:147). Score: each row's part of the score. Dfbeta: the change of the coefficients when the row is
//! left out, to first order: score times variance. Schoenfeld: the covariates of who died less their mean in the risk set
//! (Biometrika 1982;69:239).

use std::ops::Range;

use crate::at::At;
use crate::cox::prepared::Prepared;
use crate::cox::risk_sets::{DeathTime, death_times};
use crate::cox::{ChiSquare, CoxFit, Ties};
use crate::linalg::{Matrix, dot};

/// Residuals, one row per row of the caller's table; weighted only where that is said.
#[derive(Debug, Clone)]
pub struct Residuals {
    /// Events observed minus expected.
    pub martingale: Vec<f64>,
    /// Deviance residuals.
    pub deviance: Vec<f64>,
    /// Score residuals: a column per covariate.
    pub score: Matrix,
    /// Approximate change of each coefficient when the row, with its weight, is left out.
    pub dfbeta: Matrix,
    /// Positions of the rows with an event: by stratum, then time, then order of the table.
    pub schoenfeld_rows: Vec<usize>,
    /// Schoenfeld residuals of those rows.
    pub schoenfeld: Matrix,
}

/// What a row went through: hazard, and mean covariates times hazard, between entry and exit.
struct Exposure {
    hazard: f64,
    mean_hazard: Vec<f64>,
    mean_at_death: Option<Vec<f64>>,
}

impl CoxFit {
    /// All residuals.
    #[must_use]
    pub fn residuals(&self) -> Residuals {
        let data = &self.prepared;
        let p = data.columns;
        let times = self.death_times();
        let exposures = exposures(data, &times);
        let mut martingale = vec![0.0; data.len()];
        let mut deviance = vec![0.0; data.len()];
        let mut score = Matrix::zeros(data.len(), p);
        let mut dfbeta = Matrix::zeros(data.len(), p);
        for (position, (&row, exposure)) in data.rows.iter().zip(&exposures).enumerate() {
            let expected = data.exponent(position, &self.coefficients).exp() * exposure.hazard;
            let event = f64::from(data.event.get(position).copied().unwrap_or(false));
            let residual = event - expected;
            martingale.put(row, residual);
            let spread = residual + if event > 0.0 { expected.ln() } else { 0.0 };
            deviance.put(row, residual.signum() * (-2.0 * spread).max(0.0).sqrt());
            let values = score_residual(data, position, &self.coefficients, exposure);
            for (slot, value) in dfbeta.row_mut(row).iter_mut().zip(self.naive_variance.times(&values)) {
                *slot = data.weight_at(position) * value;
            }
            score.row_mut(row).copy_from_slice(&values);
        }
        let mut schoenfeld_rows = Vec::new();
        let mut schoenfeld = Vec::new();
        for time in &times {
            for position in deaths(data, time.rows.clone()) {
                schoenfeld_rows.extend(data.rows.get(position));
                schoenfeld.extend(data.covariates(position).iter().zip(&time.mean).map(|(x, mean)| x - mean));
            }
        }
        let schoenfeld = Matrix::from_rows(schoenfeld_rows.len(), p, schoenfeld).unwrap_or_else(|| Matrix::zeros(0, p));
        Residuals { martingale, deviance, score, dfbeta, schoenfeld_rows, schoenfeld }
    }

    /// The robust variance `D'D`, with `D` the weighted dfbeta of each cluster (Lin and Wei, JASA 1989;84:1074).
    pub(crate) fn sandwich(&self) -> Matrix {
        let summed = self.clustered_scores(&self.coefficients);
        summed.product(&self.naive_variance).gram()
    }

    /// The score test with the empirical variance of the clusters' scores; `None` where that is singular.
    pub(crate) fn robust_score(&self, score: &[f64]) -> Option<ChiSquare> {
        let summed = self.clustered_scores(&vec![0.0; self.coefficients.len()]);
        let factor = summed.gram().cholesky().ok()?;
        Some(ChiSquare::new(dot(&factor.solve(score), score), score.len()))
    }

    /// Weighted score residuals at `beta`, summed within clusters.
    fn clustered_scores(&self, beta: &[f64]) -> Matrix {
        let data = &self.prepared;
        let ties = if self.ties == Ties::Efron { Ties::Efron } else { Ties::Breslow };
        let exposures = exposures(data, &death_times(data, beta, ties));
        let clusters = self.cluster.as_ref().map_or(data.len(), |(_, count)| *count);
        let mut summed = Matrix::zeros(clusters, data.columns);
        for (position, (&row, exposure)) in data.rows.iter().zip(&exposures).enumerate() {
            let cluster = self.cluster.as_ref().and_then(|(codes, _)| codes.get(row)).copied().unwrap_or(row);
            let values = score_residual(data, position, beta, exposure);
            let weight = data.weight_at(position);
            summed.row_mut(cluster).iter_mut().zip(values).for_each(|(slot, value)| *slot += weight * value);
        }
        summed
    }
}

/// Positions of the deaths among the rows of one time, in the order of the caller's table.
pub(crate) fn deaths(data: &Prepared, rows: Range<usize>) -> impl Iterator<Item = usize> {
    rows.filter(|&position| data.event.get(position).copied().unwrap_or(false))
}

fn score_residual(data: &Prepared, position: usize, beta: &[f64], exposure: &Exposure) -> Vec<f64> {
    let x = data.covariates(position);
    let risk = data.exponent(position, beta).exp();
    let mut values: Vec<f64> =
        x.iter().zip(&exposure.mean_hazard).map(|(x, mean)| -risk * (x * exposure.hazard - mean)).collect();
    if let Some(mean) = &exposure.mean_at_death {
        values.iter_mut().zip(x.iter().zip(mean)).for_each(|(slot, (x, mean))| *slot += x - mean);
    }
    values
}

/// The exposure of every sorted row.
fn exposures(data: &Prepared, times: &[DeathTime]) -> Vec<Exposure> {
    let p = data.columns;
    let mut exposures = Vec::with_capacity(data.len());
    for (stratum, range) in data.strata.iter().enumerate() {
        let first = times.partition_point(|time| time.stratum < stratum);
        let last = times.partition_point(|time| time.stratum <= stratum);
        let times = times.get(first..last).unwrap_or(&[]);
        // Sums over the death times before each death time.
        let mut hazard = vec![0.0];
        let mut mean_hazard = Matrix::zeros(times.len() + 1, p);
        for (i, time) in times.iter().enumerate() {
            hazard.push(hazard.at(i) + time.hazard);
            let sum: Vec<f64> = mean_hazard.row(i).iter().zip(&time.mean_hazard).map(|(sum, add)| sum + add).collect();
            mean_hazard.row_mut(i + 1).copy_from_slice(&sum);
        }
        for position in range.clone() {
            let exit = data.time.at(position);
            let until = times.partition_point(|time| time.time <= exit);
            let since =
                data.entry.as_ref().map_or(0, |entry| times.partition_point(|time| time.time <= entry.at(position)));
            let mut exposure = Exposure {
                hazard: hazard.at(until) - hazard.at(since),
                mean_hazard: mean_hazard.row(until).iter().zip(mean_hazard.row(since)).map(|(a, b)| a - b).collect(),
                mean_at_death: None,
            };
            if data.event.get(position).copied().unwrap_or(false)
                && let Some(own) = until.checked_sub(1).and_then(|own| times.get(own))
            {
                exposure.hazard += own.hazard_of_dying - own.hazard;
                for ((slot, dying), all) in
                    exposure.mean_hazard.iter_mut().zip(&own.mean_hazard_of_dying).zip(&own.mean_hazard)
                {
                    *slot += dying - all;
                }
                exposure.mean_at_death = Some(own.mean.clone());
            }
            exposures.push(exposure);
        }
    }
    exposures
}
