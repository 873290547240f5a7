//! Cox's proportional hazards regression (JRSS B 1972;34:187).
//!
//! The partial likelihood is maximised by Newton's method from zero. Tied deaths are taken by Efron's approximation
//! (JASA 1977;72:557; the default), Breslow's, or the exact discrete likelihood. Strata have baseline hazards of their own;
//! delayed entry and time-dependent covariates come as several rows `(entry, time]` of one person; clusters (one person's
//! rows, one hospital's patients) give the robust variance of Lin and Wei (JASA 1989;84:1074).
//!
//! A fit keeps its sorted data, so that residuals, baseline hazard, the test of proportional hazards and concordance can
//! be asked for afterwards at the cost of one more pass.
//!
//! Deliberately absent: frailty, penalties, time-transform terms, missing values (leave the rows out before).

mod baseline;
mod exact;
mod partial_likelihood;
mod prepared;
mod proportional_hazards;
mod residuals;
mod risk_sets;

pub use baseline::{BaselineHazard, PredictedCurve};
pub use proportional_hazards::{ProportionalHazardsTest, TermTest, TimeTransform};
pub use residuals::Residuals;

use crate::at::gather;
use crate::concordance::{Concordance, PairWeight, concordance};
use crate::confidence::{Limits, critical_value};
use crate::error::Error;
use crate::fit_warning::{FitWarning, may_be_infinite};
use crate::linalg::{Matrix, dot};
use crate::observations::{Groups, Observations, check_finite, check_length};
use crate::special::{chi_square_sf, two_sided_p};
use partial_likelihood::Likelihood;
use prepared::Prepared;

/// Relative change of the log likelihood at which the iterations stop.
const TOLERANCE: f64 = 1e-9;
/// Most Newton steps tried.
const MAX_ITERATIONS: usize = 20;

/// How deaths at the same time enter the partial likelihood.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Ties {
    /// Efron's approximation: close to exact at no cost.
    #[default]
    Efron,
    /// Breslow's approximation: all tied deaths against the whole risk set.
    Breslow,
    /// The exact discrete (conditional logistic) likelihood, by the recursion of Gail, Lubin and Rubinstein (Biometrika
    /// 1981;68:703). Takes no case weights, and time proportional to people times deaths at each tied time.
    Exact,
}

/// A model to be fitted.
#[derive(Debug, Clone, Copy)]
pub struct Cox<'a> {
    observations: Observations<'a>,
    covariates: &'a Matrix,
    strata: Option<Groups<'a>>,
    offset: Option<&'a [f64]>,
    cluster: Option<Groups<'a>>,
    robust: bool,
    ties: Ties,
}

impl<'a> Cox<'a> {
    /// A model of the given covariates: one row per observation, one column per covariate.
    ///
    /// # Errors
    /// No covariate, another number of rows, a value that is not finite, no event.
    pub fn new(observations: Observations<'a>, covariates: &'a Matrix) -> Result<Self, Error> {
        if covariates.columns() == 0 {
            return Err(Error::NoCovariates);
        }
        check_length("covariates", covariates.rows(), observations.len())?;
        for row in 0..covariates.rows() {
            if check_finite("covariates", covariates.row(row)).is_err() {
                return Err(Error::NotFinite { column: "covariates", row: row + 1 });
            }
        }
        if !observations.event().contains(&true) {
            return Err(Error::NoEvents);
        }
        Ok(Self {
            observations,
            covariates,
            strata: None,
            offset: None,
            cluster: None,
            robust: false,
            ties: Ties::default(),
        })
    }

    /// Gives each stratum a baseline hazard of its own.
    #[must_use]
    pub fn strata(self, strata: Groups<'a>) -> Self {
        Self { strata: Some(strata), ..self }
    }

    /// Adds a term with coefficient one to the linear predictor.
    ///
    /// # Errors
    /// Another length, a value that is not finite.
    pub fn offset(self, offset: &'a [f64]) -> Result<Self, Error> {
        check_length("offset", offset.len(), self.observations.len())?;
        check_finite("offset", offset)?;
        Ok(Self { offset: Some(offset), ..self })
    }

    /// Asks for the robust variance, rows of one cluster taken together.
    #[must_use]
    pub fn cluster(self, cluster: Groups<'a>) -> Self {
        Self { cluster: Some(cluster), robust: true, ..self }
    }

    /// Asks for the robust variance, each row by itself.
    #[must_use]
    pub fn robust(self) -> Self {
        Self { robust: true, ..self }
    }

    /// Chooses how ties are taken.
    #[must_use]
    pub fn ties(self, ties: Ties) -> Self {
        Self { ties, ..self }
    }

    /// Fits the model.
    ///
    /// # Errors
    /// A constant or collinear covariate, a likelihood that is not finite, case weights or the robust variance with exact
    /// ties. Separation and slow convergence are no errors: see [`CoxFit::warnings`].
    pub fn fit(self) -> Result<CoxFit, Error> {
        if self.ties == Ties::Exact && (self.observations.weight().is_some() || self.robust) {
            let what = if self.robust { "the robust variance" } else { "a case weight" };
            return Err(Error::Unsupported {
                what,
                method: "the exact partial likelihood",
                why: "it counts whole people in each set of tied deaths; take Efron's ties",
            });
        }
        let prepared = Prepared::new(&self.observations, self.covariates, self.strata, self.offset)?;
        let p = prepared.columns;
        let evaluate = |beta: &[f64]| match self.ties {
            Ties::Exact => exact::evaluate(&prepared, beta),
            ties => partial_likelihood::evaluate(&prepared, beta, ties),
        };

        let mut beta = vec![0.0; p];
        let null = evaluate(&beta);
        let mut current = null.clone();
        let mut step = newton_step(&null)?;
        let score_test = ChiSquare::new(dot(&step, &null.score), p);
        let mut warnings = Vec::new();
        let (mut iterations, mut converged, mut halving) = (0, false, false);
        let mut proposal: Vec<f64> = beta.iter().zip(&step).map(|(beta, step)| beta + step).collect();
        while iterations < MAX_ITERATIONS {
            iterations += 1;
            let next = evaluate(&proposal);
            let close = (1.0 - current.log_likelihood / next.log_likelihood).abs() <= TOLERANCE;
            if next.is_finite() && close && !halving {
                (beta, current, converged) = (proposal.clone(), next, true);
                break;
            }
            if !next.is_finite() || next.log_likelihood < current.log_likelihood {
                halving = true;
                for (proposal, beta) in proposal.iter_mut().zip(&beta) {
                    *proposal = 0.5 * (*proposal + beta);
                }
            } else {
                halving = false;
                (beta, current) = (proposal.clone(), next);
                step = newton_step(&current)?;
                proposal = beta.iter().zip(&step).map(|(beta, step)| beta + step).collect();
            }
        }
        if !current.is_finite() {
            return Err(Error::NotFiniteLikelihood);
        }
        if !converged {
            warnings.push(FitWarning::NotConverged { iterations });
        }

        let variance = factor(&current.information)?.inverse();
        warnings.extend(may_be_infinite(&variance, &current.score, &beta));

        let cluster = self.cluster.map(|cluster| (cluster.codes().to_vec(), cluster.count()));
        let mut fit = CoxFit {
            ties: self.ties,
            linear_predictor: prepared.linear_predictor(&beta),
            means: prepared.reference.clone(),
            rows: prepared.len(),
            events: prepared.event.iter().filter(|&&event| event).count(),
            coefficients: beta,
            naive_variance: variance,
            robust_variance: None,
            log_likelihood_null: null.log_likelihood,
            log_likelihood: current.log_likelihood,
            score_test,
            robust_score_test: None,
            iterations,
            warnings,
            cluster,
            prepared,
        };
        if self.robust {
            fit.robust_variance = Some(fit.sandwich());
            fit.robust_score_test = fit.robust_score(&null.score);
        }
        Ok(fit)
    }
}

fn factor(information: &Matrix) -> Result<crate::linalg::Cholesky, Error> {
    information.cholesky().map_err(|column| Error::Collinear { column: column + 1 })
}

fn newton_step(likelihood: &Likelihood) -> Result<Vec<f64>, Error> {
    if !likelihood.is_finite() {
        return Err(Error::NotFiniteLikelihood);
    }
    Ok(factor(&likelihood.information)?.solve(&likelihood.score))
}

/// A chi-square statistic.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ChiSquare {
    /// The statistic.
    pub statistic: f64,
    /// Degrees of freedom.
    pub df: usize,
    /// Upper tail probability.
    pub p: f64,
}

impl ChiSquare {
    pub(crate) fn new(statistic: f64, df: usize) -> Self {
        Self { statistic, df, p: chi_square_sf(statistic.max(0.0), df as f64) }
    }
}

/// One coefficient as it is reported.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Coefficient {
    /// The log hazard ratio.
    pub coefficient: f64,
    /// Its standard error, robust if that was asked for.
    pub std_error: f64,
    /// The hazard ratio.
    pub hazard_ratio: f64,
    /// Confidence limits of the hazard ratio.
    pub limits: Limits,
    /// Wald's statistic.
    pub z: f64,
    /// Two-sided p-value.
    pub p: f64,
}

/// A fitted model.
#[derive(Debug, Clone)]
pub struct CoxFit {
    /// How ties were taken.
    pub ties: Ties,
    /// Log hazard ratios.
    pub coefficients: Vec<f64>,
    /// Inverse of the information.
    pub naive_variance: Matrix,
    /// The robust variance, where it was asked for.
    pub robust_variance: Option<Matrix>,
    /// Log partial likelihood with all coefficients zero.
    pub log_likelihood_null: f64,
    /// Log partial likelihood at the estimate.
    pub log_likelihood: f64,
    /// The score test of all coefficients zero.
    pub score_test: ChiSquare,
    /// The robust score test, where the robust variance was asked for and the scores allow it.
    pub robust_score_test: Option<ChiSquare>,
    /// Newton steps taken.
    pub iterations: usize,
    /// Number of rows.
    pub rows: usize,
    /// Number of rows with an event.
    pub events: usize,
    /// The reference covariates: means, and zero for covariates that only take the values -1, 0 and 1 (as R has it), so
    /// that the reference is a person.
    pub means: Vec<f64>,
    /// The linear predictor of each row, relative to the reference covariates.
    pub linear_predictor: Vec<f64>,
    /// What a reader has to know.
    pub warnings: Vec<FitWarning>,
    cluster: Option<(Vec<usize>, usize)>,
    prepared: Prepared,
}

impl CoxFit {
    /// The variance that inference rests on: the robust one where there is one.
    #[must_use]
    pub fn variance(&self) -> &Matrix {
        self.robust_variance.as_ref().unwrap_or(&self.naive_variance)
    }

    /// Standard errors of the coefficients.
    #[must_use]
    pub fn std_errors(&self) -> Vec<f64> {
        self.variance().diagonal().into_iter().map(f64::sqrt).collect()
    }

    /// The table of coefficients.
    ///
    /// # Errors
    /// A level outside the open interval from 0 to 1.
    pub fn table(&self, level: f64) -> Result<Vec<Coefficient>, Error> {
        let critical = critical_value(level)?;
        let rows = self.coefficients.iter().zip(self.std_errors());
        Ok(rows
            .map(|(&coefficient, std_error)| {
                let (half, z) = (critical * std_error, coefficient / std_error);
                let limits = Limits { lower: (coefficient - half).exp(), upper: (coefficient + half).exp() };
                Coefficient { coefficient, std_error, hazard_ratio: coefficient.exp(), limits, z, p: two_sided_p(z) }
            })
            .collect())
    }

    /// The likelihood ratio test of all coefficients zero.
    #[must_use]
    pub fn likelihood_ratio_test(&self) -> ChiSquare {
        ChiSquare::new(2.0 * (self.log_likelihood - self.log_likelihood_null), self.coefficients.len())
    }

    /// Wald's test of all coefficients zero, with the robust variance where there is one.
    ///
    /// # Errors
    /// A singular variance.
    pub fn wald_test(&self) -> Result<ChiSquare, Error> {
        let solved = factor(self.variance())?.solve(&self.coefficients);
        Ok(ChiSquare::new(dot(&solved, &self.coefficients), self.coefficients.len()))
    }

    /// Akaike's criterion.
    #[must_use]
    pub fn aic(&self) -> f64 {
        2.0 * self.coefficients.len() as f64 - 2.0 * self.log_likelihood
    }

    /// Schwarz's criterion, with the number of events as sample size.
    #[must_use]
    pub fn bic(&self) -> f64 {
        (self.events as f64).ln() * self.coefficients.len() as f64 - 2.0 * self.log_likelihood
    }

    /// The share of comparable pairs that the linear predictor orders rightly, within strata.
    ///
    /// # Errors
    /// A linear predictor that is not finite.
    pub fn concordance(&self, weight: PairWeight) -> Result<Concordance, Error> {
        let data = &self.prepared;
        let mut observations = Observations::new(&data.time, &data.event)?;
        if let Some(entry) = &data.entry {
            observations = observations.with_entry(entry)?;
        }
        if let Some(weight) = &data.weight {
            observations = observations.with_weight(weight)?;
        }
        let score = gather(&self.linear_predictor, &data.rows);
        let codes: Vec<usize> =
            data.strata.iter().enumerate().flat_map(|(code, range)| range.clone().map(move |_| code)).collect();
        let strata = Groups::new(&codes, data.strata.len(), data.len())?;
        let cluster = self.cluster.as_ref().map(|(codes, count)| (gather(codes, &data.rows), *count));
        let cluster = match &cluster {
            Some((codes, count)) => Some(Groups::new(codes, *count, data.len())?),
            None => None,
        };
        concordance(&observations, &score, Some(&strata), cluster.as_ref(), weight)
    }
}
