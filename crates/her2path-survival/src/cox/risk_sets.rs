//! What happened at each death time, at the final estimate: the one table that baseline hazard, residuals and the test of
//! proportional hazards are read from.

use std::ops::Range;

use crate::at::At;
use crate::cox::partial_likelihood::{Sums, TiedTerms, exponents};
use crate::cox::prepared::Prepared;
use crate::cox::{CoxFit, Ties};
use crate::linalg::Matrix;

/// One distinct death time of one stratum.
#[derive(Debug, Clone)]
pub(crate) struct DeathTime {
    pub time: f64,
    pub stratum: usize,
    /// Sorted rows that leave at this time.
    pub rows: Range<usize>,
    /// Number of deaths.
    pub deaths: u32,
    /// Baseline hazard of someone who survives the time.
    pub hazard: f64,
    /// Baseline hazard of those who die at the time; smaller by Efron's share.
    pub hazard_of_dying: f64,
    /// Variance of the hazard increment.
    pub hazard_variance: f64,
    /// Mean covariate of the risk set times the hazard.
    pub mean_hazard: Vec<f64>,
    /// The same for those who die at the time.
    pub mean_hazard_of_dying: Vec<f64>,
    /// Mean covariate of the risk set, averaged over the deaths.
    pub mean: Vec<f64>,
    /// This time's part of the information.
    pub information: Matrix,
}

impl CoxFit {
    /// The death times, by stratum and increasing time. Exact ties take Breslow's risk sets, as no approximation of the
    /// hazard belongs to them.
    pub(crate) fn death_times(&self) -> Vec<DeathTime> {
        let ties = if self.ties == Ties::Efron { Ties::Efron } else { Ties::Breslow };
        death_times(&self.prepared, &self.coefficients, ties)
    }
}

/// The death times at `beta`. Hazards are those of a person at the centre of the covariates.
pub(crate) fn death_times(data: &Prepared, beta: &[f64], ties: Ties) -> Vec<DeathTime> {
    let p = data.columns;
    let mut times = Vec::new();
    let mut risk = Sums::new(p);
    let mut tied = Sums::new(p);
    let (_, hazard) = exponents(data, beta);
    for (stratum, range) in data.strata.iter().enumerate() {
        let first_of_stratum = times.len();
        risk.clear();
        let (mut next, mut leaving) = (range.end, range.start);
        while next > range.start {
            let (time, end) = (data.time.at(next - 1), next);
            let (mut deaths, mut weight) = (0, 0.0);
            tied.clear();
            while next > range.start && data.time.at(next - 1) == time {
                next -= 1;
                if data.event.get(next).copied().unwrap_or(false) {
                    deaths += 1;
                    weight += data.weight_at(next);
                    tied.add(data.covariates(next), hazard.at(next));
                } else {
                    risk.add(data.covariates(next), hazard.at(next));
                }
            }
            if let (Some(entry), Some(by_entry)) = (&data.entry, &data.by_entry) {
                while let Some(&position) = by_entry.get(leaving).filter(|_| leaving < range.end) {
                    if entry.at(position) < time {
                        break;
                    }
                    risk.add(data.covariates(position), -hazard.at(position));
                    leaving += 1;
                }
            }
            if deaths > 0 {
                risk.merge(&tied);
                let mut row = summary(&risk, &tied, deaths, weight, ties);
                (row.time, row.stratum, row.rows) = (time, stratum, next..end);
                times.push(row);
            }
        }
        if let Some(stratum) = times.get_mut(first_of_stratum..) {
            stratum.reverse();
        }
    }
    times
}

fn summary(risk: &Sums, tied: &Sums, deaths: u32, weight: f64, ties: Ties) -> DeathTime {
    let p = risk.first.len();
    let each = weight / f64::from(deaths);
    let terms = TiedTerms::new(risk, tied, deaths, each, ties);
    // Efron's terms weigh the tied deaths' own covariates less and less: the k-th leaves out the share k/d.
    let means = |inverse: f64, share_inverse: f64| -> Vec<f64> {
        risk.first.iter().zip(&tied.first).map(|(r, t)| r * inverse - t * share_inverse).collect()
    };
    let mut information = Matrix::zeros(p, p);
    terms.add_information(&mut information, risk, tied);
    let mean = means(terms.inverse, terms.share_inverse).into_iter().map(|value| value / weight).collect();
    DeathTime {
        time: 0.0,
        stratum: 0,
        rows: 0..0,
        deaths,
        hazard: terms.inverse,
        hazard_of_dying: terms.inverse - terms.share_inverse,
        hazard_variance: terms.square,
        mean_hazard: means(terms.square, terms.share_square),
        mean_hazard_of_dying: means(terms.square - terms.share_square, terms.share_square - terms.share2_square),
        mean,
        information,
    }
}
