//! Fine and Gray's regression on the subdistribution hazard (JASA 1999;94:496).
//!
//! People who had a competing event stay in the risk set, with a weight that falls as the probability `G` of not being
//! censored: `G(t-) / G(T-)`. The coefficients say how covariates change the cumulative incidence, not the rate among those
//! still at risk: report the cause-specific Cox models beside them.
//!
//! Two estimators. [`FineGray::fit`] solves the paper's estimating equation with Breslow's ties and the paper's variance,
//! which includes the estimation of `G` (R's `crr`). [`expand`] writes the weights out as rows `(entry, exit]` for
//! [`crate::cox::Cox`], which then takes strata, Efron's ties and robust variances (Geskus, Biometrics 2011;67:39; R's
//! `finegray`). Both are linear in the number of rows but for the sort and the expansion.
//!
//! With delayed entry the weight is `G(t-) H(t-) / (G(T-) H(T-))`, where `H(t-)` estimates the probability of having entered
//! before `t`, by the product limit in reversed time: someone who had a competing event early stands for those who would
//! have entered later (Geskus, section 3). The model then is fitted to the expanded rows, with the robust variance, which
//! takes the weights as known.
//!
//! Deliberately absent: case weights, strata.

use crate::aalen_johansen::CompetingRisks;
use crate::at::{At, gather};
use crate::cox::{ChiSquare, Cox, Ties};
use crate::error::Error;
use crate::fit_warning::{FitWarning, may_be_infinite};
use crate::linalg::{Matrix, dot};
use crate::observations::{Groups, Observations, check_finite, check_length};
use crate::order::{merge_ties, sort_rows, tolerance};

pub use expand::{ExpandedRows, expand};

mod expand;

const TOLERANCE: f64 = 1e-12;
const MAX_ITERATIONS: usize = 50;

/// A fitted model of the subdistribution hazard of one cause.
#[derive(Debug, Clone, PartialEq)]
pub struct FineGray {
    /// Log subdistribution hazard ratios.
    pub coefficients: Vec<f64>,
    /// Their variance by the paper's sandwich; with delayed entry by the robust one of the expanded rows.
    pub variance: Matrix,
    /// Weighted log partial likelihood with all coefficients zero.
    pub log_likelihood_null: f64,
    /// The same at the estimate.
    pub log_likelihood: f64,
    /// Number of rows.
    pub rows: usize,
    /// Events of the cause.
    pub events: usize,
    /// What a reader has to know.
    pub warnings: Vec<FitWarning>,
}

/// Rows sorted by time, ties merged.
struct Sorted {
    time: Vec<f64>,
    cause: Vec<usize>,
    x: Matrix,
    /// Probability of not being censored just before each row's time.
    uncensored: Vec<f64>,
    interest: usize,
}

impl Sorted {
    fn is_interest(&self, row: usize) -> bool {
        self.cause.get(row) == Some(&self.interest)
    }

    fn is_competing(&self, row: usize) -> bool {
        self.cause.get(row).is_some_and(|&cause| cause != 0 && cause != self.interest)
    }

    fn is_censored(&self, row: usize) -> bool {
        self.cause.get(row) == Some(&0)
    }
}

/// One distinct time of exit: its rows and, at events of interest, the weighted risk set.
struct Block {
    rows: std::ops::Range<usize>,
    events: f64,
    /// `G(t-)`.
    uncensored: f64,
    total: f64,
    mean: Vec<f64>,
    spread: Matrix,
}

impl FineGray {
    /// Fits the model to cause `interest`.
    ///
    /// # Errors
    /// Weights; no covariate, wrong shapes, values that are not finite; no event of the cause; collinear covariates; no
    /// convergence; with delayed entry a time at which everyone at risk has just entered.
    pub fn fit(data: &CompetingRisks<'_>, covariates: &Matrix, interest: usize) -> Result<Self, Error> {
        refuse_weights(data)?;
        let p = covariates.columns();
        if p == 0 {
            return Err(Error::NoCovariates);
        }
        check_length("covariates", covariates.rows(), data.observations.len())?;
        for row in covariates.iter_rows() {
            check_finite("covariates", row)?;
        }
        let events = data.cause.iter().filter(|&&cause| cause == interest).count();
        if events == 0 || interest == 0 {
            return Err(Error::NoEvents);
        }
        if data.observations.entry().is_some() {
            return Self::fit_expanded(data, covariates, interest, events);
        }
        let sorted = sort(data, covariates, interest);

        let mut beta = vec![0.0; p];
        let (mut log_likelihood, mut score, mut information, _) = evaluate(&sorted, &beta);
        let null = log_likelihood;
        let mut converged = false;
        for _ in 0..MAX_ITERATIONS {
            let factor = information.cholesky().map_err(|column| Error::Collinear { column: column + 1 })?;
            let mut step = factor.solve(&score);
            if dot(&step, &score).abs() <= TOLERANCE * (1.0 + log_likelihood.abs()) {
                converged = true;
            }
            // A step that lowers the likelihood is halved; near the maximum rounding may lower it in the last digit.
            for _ in 0..30 {
                let next: Vec<f64> = beta.iter().zip(&step).map(|(beta, step)| beta + step).collect();
                let result = evaluate(&sorted, &next);
                if result.0 >= log_likelihood - 1e-10 * log_likelihood.abs() {
                    (beta, log_likelihood, score, information) = (next, result.0, result.1, result.2);
                    break;
                }
                step.iter_mut().for_each(|step| *step *= 0.5);
            }
            if converged {
                break;
            }
        }
        if !converged {
            return Err(Error::NoConvergence { iterations: MAX_ITERATIONS });
        }
        let (_, score, information, blocks) = evaluate(&sorted, &beta);
        let inverse = information.cholesky().map_err(|column| Error::Collinear { column: column + 1 })?.inverse();
        let influence = influences(&sorted, &beta, &blocks);
        let variance = influence.product(&inverse).gram();
        Ok(Self {
            warnings: may_be_infinite(&inverse, &score, &beta),
            coefficients: beta,
            variance,
            log_likelihood_null: null,
            log_likelihood,
            rows: data.observations.len(),
            events,
        })
    }

    /// With delayed entry: the weighted partial likelihood of the expanded rows.
    fn fit_expanded(
        data: &CompetingRisks<'_>,
        covariates: &Matrix,
        interest: usize,
        events: usize,
    ) -> Result<Self, Error> {
        let rows = expand(data, interest)?;
        let values = rows.row.iter().flat_map(|&row| covariates.row(row)).copied().collect();
        let design = Matrix::from_rows(rows.row.len(), covariates.columns(), values).ok_or(Error::Empty)?;
        let observations =
            Observations::new(&rows.exit, &rows.event)?.with_entry(&rows.entry)?.with_weight(&rows.weight)?;
        let people = data.observations.len();
        let cluster = Groups::new(&rows.row, people, rows.row.len())?;
        let fit = Cox::new(observations, &design)?.ties(Ties::Breslow).cluster(cluster).fit()?;
        if let Some(FitWarning::NotConverged { iterations }) =
            fit.warnings.iter().find(|warning| matches!(warning, FitWarning::NotConverged { .. }))
        {
            return Err(Error::NoConvergence { iterations: *iterations });
        }
        Ok(Self {
            variance: fit.variance().clone(),
            log_likelihood_null: fit.log_likelihood_null,
            log_likelihood: fit.log_likelihood,
            rows: people,
            events,
            coefficients: fit.coefficients,
            warnings: fit.warnings,
        })
    }

    /// Standard errors of the coefficients.
    #[must_use]
    pub fn std_errors(&self) -> Vec<f64> {
        self.variance.diagonal().into_iter().map(f64::sqrt).collect()
    }

    /// Wald's test of all coefficients zero.
    ///
    /// # Errors
    /// A singular variance.
    pub fn wald_test(&self) -> Result<ChiSquare, Error> {
        let factor = self.variance.cholesky().map_err(|column| Error::Collinear { column: column + 1 })?;
        let solved = factor.solve(&self.coefficients);
        Ok(ChiSquare::new(dot(&solved, &self.coefficients), self.coefficients.len()))
    }
}

fn sort(data: &CompetingRisks<'_>, covariates: &Matrix, interest: usize) -> Sorted {
    let order = sort_rows(data.observations.time(), 0..data.observations.len());
    let mut time = gather(data.observations.time(), &order);
    let tolerance = tolerance(&time);
    merge_ties(&mut time, tolerance);
    let p = covariates.columns();
    let mut centre = vec![0.0; p];
    for row in covariates.iter_rows() {
        centre.iter_mut().zip(row).for_each(|(sum, value)| *sum += value / order.len() as f64);
    }
    let mut x = Matrix::zeros(order.len(), p);
    for (position, &row) in order.iter().enumerate() {
        for ((slot, value), centre) in x.row_mut(position).iter_mut().zip(covariates.row(row)).zip(&centre) {
            *slot = value - centre;
        }
    }
    let cause = gather(data.cause, &order);
    // The Kaplan-Meier curve of censoring, just before each time; people with an event at a time are at risk of being
    // censored at it.
    let mut uncensored = Vec::with_capacity(order.len());
    let (mut curve, n) = (1.0, order.len());
    for block in blocks_of(&time) {
        uncensored.resize(block.end, curve);
        let censored = cause.get(block.clone()).unwrap_or(&[]).iter().filter(|&&cause| cause == 0).count();
        curve *= 1.0 - censored as f64 / (n - block.start) as f64;
    }
    Sorted { time, cause, x, uncensored, interest }
}

fn blocks_of(time: &[f64]) -> impl DoubleEndedIterator<Item = std::ops::Range<usize>> {
    let mut start = 0;
    let ranges: Vec<_> = time
        .chunk_by(|a, b| a == b)
        .map(|block| {
            let range = start..start + block.len();
            start = range.end;
            range
        })
        .collect();
    ranges.into_iter()
}

/// Log likelihood, score, information and the blocks of all times, in increasing order.
fn evaluate(data: &Sorted, beta: &[f64]) -> (f64, Vec<f64>, Matrix, Vec<Block>) {
    let p = beta.len();
    let risk: Vec<f64> = data.x.iter_rows().map(|x| dot(x, beta).exp()).collect();
    let mut blocks: Vec<Block> = blocks_of(&data.time)
        .map(|rows| Block {
            events: rows.clone().filter(|&row| data.is_interest(row)).count() as f64,
            uncensored: data.uncensored.at(rows.start),
            rows,
            total: 0.0,
            mean: vec![0.0; p],
            spread: Matrix::zeros(p, p),
        })
        .collect();
    // Those still under observation, from the last time back.
    let (mut total, mut first, mut second) = (0.0, vec![0.0; p], Matrix::zeros(p, p));
    for block in blocks.iter_mut().rev() {
        for row in block.rows.clone() {
            add(&mut total, &mut first, &mut second, data.x.row(row), risk.at(row));
        }
        if block.events > 0.0 {
            (block.total, block.mean, block.spread) = (total, first.clone(), second.clone());
        }
    }
    // Those who had a competing event, from the first time on.
    (total, first, second) = (0.0, vec![0.0; p], Matrix::zeros(p, p));
    let (mut log_likelihood, mut score, mut information) = (0.0, vec![0.0; p], Matrix::zeros(p, p));
    for block in &mut blocks {
        if block.events > 0.0 {
            block.total += block.uncensored * total;
            block.mean.iter_mut().zip(&first).for_each(|(sum, past)| *sum += block.uncensored * past);
            block.spread.add_scaled(&second, block.uncensored);
            for row in block.rows.clone().filter(|&row| data.is_interest(row)) {
                log_likelihood += dot(data.x.row(row), beta);
                score.iter_mut().zip(data.x.row(row)).for_each(|(score, x)| *score += x);
            }
            log_likelihood -= block.events * block.total.ln();
            block.mean.iter_mut().for_each(|sum| *sum /= block.total);
            score.iter_mut().zip(&block.mean).for_each(|(score, mean)| *score -= block.events * mean);
            information.add_scaled(&block.spread, block.events / block.total);
            information.add_outer(&block.mean, &block.mean, -block.events);
        }
        for row in block.rows.clone().filter(|&row| data.is_competing(row)) {
            let weight = risk.at(row) / data.uncensored.at(row);
            add(&mut total, &mut first, &mut second, data.x.row(row), weight);
        }
    }
    (log_likelihood, score, information, blocks)
}

fn add(total: &mut f64, first: &mut [f64], second: &mut Matrix, x: &[f64], weight: f64) {
    *total += weight;
    first.iter_mut().zip(x).for_each(|(sum, x)| *sum += weight * x);
    second.add_outer(x, x, weight);
}

/// Each row's part of the score, with the part that comes from estimating `G` (the paper's `eta` and `psi`).
fn influences(data: &Sorted, beta: &[f64], blocks: &[Block]) -> Matrix {
    let p = beta.len();
    let n = data.time.len();
    let risk: Vec<f64> = data.x.iter_rows().map(|x| dot(x, beta).exp()).collect();
    let mut influence = Matrix::zeros(n, p);
    // Up to and including each time: hazard, and mean covariate times hazard.
    let (mut hazard, mut mean_hazard) = (0.0, vec![0.0; p]);
    for block in blocks {
        let increment = if block.events > 0.0 { block.events / block.total } else { 0.0 };
        hazard += increment;
        mean_hazard.iter_mut().zip(&block.mean).for_each(|(sum, mean)| *sum += mean * increment);
        for row in block.rows.clone() {
            let interest = f64::from(u8::from(data.is_interest(row)));
            let (x, risk) = (data.x.row(row), risk.at(row));
            for (((slot, x), mean), sum) in influence.row_mut(row).iter_mut().zip(x).zip(&block.mean).zip(&mean_hazard)
            {
                *slot += interest * (x - mean) - risk * (x * hazard - sum);
            }
        }
    }
    // After each time, times `G`: what weighs on those who had a competing event. From each time on, that time included:
    // what a censoring at the time bears on (the paper's `u <= s`).
    let (mut hazard, mut mean_hazard) = (0.0, vec![0.0; p]);
    let mut from: Vec<(f64, Vec<f64>)> = Vec::with_capacity(blocks.len());
    for block in blocks.iter().rev() {
        for row in block.rows.clone().filter(|&row| data.is_competing(row)) {
            let weight = risk.at(row) / data.uncensored.at(row);
            for ((slot, x), sum) in influence.row_mut(row).iter_mut().zip(data.x.row(row)).zip(&mean_hazard) {
                *slot -= weight * (x * hazard - sum);
            }
        }
        if block.events > 0.0 {
            let increment = block.uncensored * block.events / block.total;
            hazard += increment;
            mean_hazard.iter_mut().zip(&block.mean).for_each(|(sum, mean)| *sum += mean * increment);
        }
        from.push((hazard, mean_hazard.clone()));
    }
    from.reverse();
    // Each censoring changes `G` for all who had a competing event before it.
    let (mut total, mut first) = (0.0, vec![0.0; p]);
    let mut drift = vec![0.0; p];
    for (block, (hazard, mean_hazard)) in blocks.iter().zip(&from) {
        let censored = block.rows.clone().filter(|&row| data.is_censored(row)).count() as f64;
        let at_risk = (n - block.rows.start) as f64;
        let q: Vec<f64> = first.iter().zip(mean_hazard).map(|(first, mean)| first * hazard - total * mean).collect();
        drift.iter_mut().zip(&q).for_each(|(sum, q)| *sum += q / at_risk * censored / at_risk);
        for row in block.rows.clone() {
            let own = if data.is_censored(row) { 1.0 / at_risk } else { 0.0 };
            for ((slot, q), drift) in influence.row_mut(row).iter_mut().zip(&q).zip(&drift) {
                *slot += q * own - drift;
            }
        }
        for row in block.rows.clone().filter(|&row| data.is_competing(row)) {
            let weight = risk.at(row) / data.uncensored.at(row);
            total += weight;
            first.iter_mut().zip(data.x.row(row)).for_each(|(sum, x)| *sum += weight * x);
        }
    }
    influence
}

fn refuse_weights(data: &CompetingRisks<'_>) -> Result<(), Error> {
    if data.observations.weight().is_none() {
        return Ok(());
    }
    Err(Error::Unsupported {
        what: "a case weight",
        method: "Fine and Gray's model",
        why: "its variance counts whole people; repeat the rows instead",
    })
}
