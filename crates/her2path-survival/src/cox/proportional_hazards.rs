//! Are the hazards proportional? The score test of Grambsch and Therneau (Biometrika 1994;81:515) in its exact form.
//!
//! Each coefficient is allowed to change with a function `g` of time, `beta + theta g(t)`, and `theta = 0` is tested by
//! the score: `sum g(t) r(t)` over the Schoenfeld residuals `r`, with the variance taken from the full information of
//! `beta` and `theta` (not the older approximation that treats the covariates' variance as constant over time).

use crate::at::At;
use crate::cox::residuals::deaths;
use crate::cox::risk_sets::DeathTime;
use crate::cox::{ChiSquare, CoxFit};
use crate::error::Error;
use crate::kaplan_meier::KaplanMeier;
use crate::linalg::{Matrix, dot};
use crate::observations::Observations;

/// The function of time in which a coefficient may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TimeTransform {
    /// One minus the Kaplan-Meier curve just before the time (R's default): robust against long tails.
    #[default]
    KaplanMeier,
    /// The rank among all times of exit, tied times sharing the mean of their ranks.
    Rank,
    /// Time itself.
    Identity,
    /// Its logarithm.
    Log,
}

/// The test of one term.
#[derive(Debug, Clone, PartialEq)]
pub struct TermTest {
    /// The columns of the term, from 0.
    pub columns: Vec<usize>,
    /// The test.
    pub test: ChiSquare,
}

/// The tests of all terms.
#[derive(Debug, Clone, PartialEq)]
pub struct ProportionalHazardsTest {
    /// One per term.
    pub terms: Vec<TermTest>,
    /// All terms together.
    pub global: ChiSquare,
}

impl CoxFit {
    /// Tests each term, given as the columns that belong together (the indicators of one factor).
    ///
    /// # Errors
    /// Exact ties; time zero with the logarithm; no variation of `g` (a single event time).
    pub fn proportional_hazards(
        &self,
        transform: TimeTransform,
        terms: &[Vec<usize>],
    ) -> Result<ProportionalHazardsTest, Error> {
        let p = self.coefficients.len();
        let times = self.death_times();
        let g = self.transformed(&times, transform)?;
        let mut score = vec![0.0; p];
        let (mut cross, mut changing) = (Matrix::zeros(p, p), Matrix::zeros(p, p));
        let mut constant = Matrix::zeros(p, p);
        for (time, &g) in times.iter().zip(&g) {
            for position in deaths(&self.prepared, time.rows.clone()) {
                let weight = self.prepared.weight_at(position);
                for ((slot, x), mean) in score.iter_mut().zip(self.prepared.covariates(position)).zip(&time.mean) {
                    *slot += weight * g * (x - mean);
                }
            }
            constant.add_scaled(&time.information, 1.0);
            cross.add_scaled(&time.information, g);
            changing.add_scaled(&time.information, g * g);
        }
        // What is left of the information of theta once beta is fitted.
        let factor = constant.cholesky().map_err(|column| Error::Collinear { column: column + 1 })?;
        let mut remaining = changing;
        remaining.add_scaled(&cross.product(&factor.inverse()).product(&cross), -1.0);
        let test = |columns: &[usize]| -> Result<ChiSquare, Error> {
            let part: Vec<f64> = columns.iter().map(|&column| score.at(column)).collect();
            let factor =
                remaining.select(columns).cholesky().map_err(|column| Error::Collinear { column: column + 1 })?;
            Ok(ChiSquare::new(dot(&factor.solve(&part), &part), columns.len()))
        };
        let all: Vec<usize> = (0..p).collect();
        Ok(ProportionalHazardsTest {
            terms: terms
                .iter()
                .map(|columns| Ok(TermTest { columns: columns.clone(), test: test(columns)? }))
                .collect::<Result<_, Error>>()?,
            global: test(&all)?,
        })
    }

    /// `g` at each death time, centred at its mean over the deaths so that the information keeps its digits.
    fn transformed(&self, times: &[DeathTime], transform: TimeTransform) -> Result<Vec<f64>, Error> {
        let data = &self.prepared;
        let values: Vec<f64> = match transform {
            TimeTransform::Identity => times.iter().map(|time| time.time).collect(),
            TimeTransform::Log => {
                if let Some(row) = times.iter().find(|time| time.time <= 0.0) {
                    return Err(Error::ZeroTime { row: data.rows.get(row.rows.start).map_or(1, |row| row + 1) });
                }
                times.iter().map(|time| time.time.ln()).collect()
            }
            TimeTransform::Rank => {
                let mut sorted = data.time.clone();
                sorted.sort_unstable_by(f64::total_cmp);
                let rank = |time: f64| {
                    let before = sorted.partition_point(|&other| other < time);
                    let until = sorted.partition_point(|&other| other <= time);
                    0.5 * (before + until + 1) as f64
                };
                times.iter().map(|time| rank(time.time)).collect()
            }
            TimeTransform::KaplanMeier => {
                let mut pooled = Observations::new(&data.time, &data.event)?;
                if let Some(entry) = &data.entry {
                    pooled = pooled.with_entry(entry)?;
                }
                let curve = KaplanMeier::fit(&pooled);
                let before = |time: f64| match curve.table.time.partition_point(|&other| other < time) {
                    0 => 0.0,
                    n => 1.0 - curve.survival.at(n - 1),
                };
                times.iter().map(|time| before(time.time)).collect()
            }
        };
        let deaths: f64 = times.iter().map(|time| f64::from(time.deaths)).sum();
        let sum: f64 = values.iter().zip(times).map(|(value, time)| value * f64::from(time.deaths)).sum();
        Ok(values.into_iter().map(|value| value - sum / deaths).collect())
    }
}
