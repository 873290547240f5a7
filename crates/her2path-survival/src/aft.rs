//! Accelerated failure time models: `ln T = x' beta + sigma W`, with `W` extreme value (Weibull), standard normal
//! (log-normal) or logistic (log-logistic); the exponential is the Weibull with `sigma = 1`.
//!
//! `exp(beta)` multiplies survival time: 1.5 means half as long again. Kalbfleisch and Prentice, *The Statistical Analysis
//! of Failure Time Data* (2002), chapter 3. Newton's method on the coefficients and `ln sigma`; standard errors from the
//! observed information. With delayed entry a row counts given survival until its entry: `S(entry)` divides its likelihood.
//!
//! Deliberately absent: interval censoring, strata.

use crate::at::At;
use crate::error::Error;
use crate::fit_warning::{FitWarning, may_be_infinite};
use crate::linalg::{Matrix, dot};
use crate::observations::{Observations, check_finite, check_length};
use crate::special::{normal_pdf, normal_quantile, normal_sf};

const TOLERANCE: f64 = 1e-13;
const MAX_ITERATIONS: usize = 100;

/// The distribution of survival time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Distribution {
    /// Constant hazard.
    Exponential,
    /// Hazard a power of time; also a proportional hazards model.
    Weibull,
    /// Normal logarithm.
    LogNormal,
    /// Logistic logarithm; also a proportional odds model.
    LogLogistic,
}

/// Log density or log survival at `z`, with its first two derivatives.
struct Term {
    value: f64,
    first: f64,
    second: f64,
}

impl Distribution {
    fn log_density(self, z: f64) -> Term {
        match self {
            Self::Exponential | Self::Weibull => {
                let e = z.exp();
                Term { value: z - e, first: 1.0 - e, second: -e }
            }
            Self::LogNormal => {
                Term { value: -0.5 * z * z - 0.5 * (2.0 * std::f64::consts::PI).ln(), first: -z, second: -1.0 }
            }
            Self::LogLogistic => {
                let p = 1.0 / (1.0 + (-z).exp());
                Term { value: z - 2.0 * softplus(z), first: 1.0 - 2.0 * p, second: -2.0 * p * (1.0 - p) }
            }
        }
    }

    fn log_survival(self, z: f64) -> Term {
        match self {
            Self::Exponential | Self::Weibull => {
                let e = z.exp();
                Term { value: -e, first: -e, second: -e }
            }
            Self::LogNormal => {
                let tail = normal_sf(z);
                let hazard = normal_pdf(z) / tail;
                Term { value: tail.ln(), first: -hazard, second: -hazard * (hazard - z) }
            }
            Self::LogLogistic => {
                let p = 1.0 / (1.0 + (-z).exp());
                Term { value: -softplus(z), first: -p, second: -p * (1.0 - p) }
            }
        }
    }

    /// The value of `W` that is not exceeded with probability `p`.
    fn quantile(self, p: f64) -> f64 {
        match self {
            Self::Exponential | Self::Weibull => (-f64::ln_1p(-p)).ln(),
            Self::LogNormal => normal_quantile(p),
            Self::LogLogistic => (p / (1.0 - p)).ln(),
        }
    }
}

/// `ln(1 + e^z)` without overflow.
fn softplus(z: f64) -> f64 {
    z.max(0.0) + (-z.abs()).exp().ln_1p()
}

/// A fitted model. The intercept is the first coefficient.
#[derive(Debug, Clone, PartialEq)]
pub struct Aft {
    /// The distribution.
    pub distribution: Distribution,
    /// Intercept and log time ratios.
    pub coefficients: Vec<f64>,
    /// `sigma`.
    pub scale: f64,
    /// Variance of the coefficients and, unless the scale is fixed, of `ln sigma` in the last row.
    pub variance: Matrix,
    /// Log likelihood of the model with the intercept alone.
    pub log_likelihood_null: f64,
    /// Log likelihood.
    pub log_likelihood: f64,
    /// Number of rows.
    pub rows: usize,
    /// Number of events.
    pub events: usize,
    /// What a reader has to know; covariates are counted without the intercept.
    pub warnings: Vec<FitWarning>,
}

impl Aft {
    /// Fits the model to covariates without an intercept column, which is added.
    ///
    /// # Errors
    /// A time of zero; wrong shapes or values that are not finite; no event; collinear covariates; no
    /// convergence.
    pub fn fit(
        observations: &Observations<'_>,
        covariates: &Matrix,
        distribution: Distribution,
    ) -> Result<Self, Error> {
        check_length("covariates", covariates.rows(), observations.len())?;
        for row in covariates.iter_rows() {
            check_finite("covariates", row)?;
        }
        if let Some(row) = observations.time().iter().position(|&time| time <= 0.0) {
            return Err(Error::ZeroTime { row: row + 1 });
        }
        let events = observations.event().iter().filter(|&&event| event).count();
        if events == 0 {
            return Err(Error::NoEvents);
        }
        let data = Data {
            log_time: observations.time().iter().map(|time| time.ln()).collect(),
            log_entry: observations.entry().map(|entry| entry.iter().map(|entry| entry.ln()).collect()),
            event: observations.event(),
            weight: observations.weights_or_one(),
            distribution,
        };
        let intercept = Matrix::from_rows(observations.len(), 1, vec![1.0; observations.len()])
            .unwrap_or_else(|| Matrix::zeros(0, 1));
        let mean = data.log_time.iter().sum::<f64>() / observations.len() as f64;
        let spread = data.log_time.iter().map(|y| (y - mean).powi(2)).sum::<f64>() / observations.len() as f64;
        let mut start = vec![mean];
        if distribution != Distribution::Exponential {
            start.push(0.5 * spread.max(1e-8).ln());
        }
        let null = data.maximise(&intercept, start)?;

        let mut design = Matrix::zeros(observations.len(), covariates.columns() + 1);
        for row in 0..covariates.rows() {
            for (slot, value) in design.row_mut(row).iter_mut().zip([1.0].iter().chain(covariates.row(row))) {
                *slot = *value;
            }
        }
        let mut start = vec![0.0; design.columns()];
        start.put(0, null.parameters.at(0));
        start.extend(null.parameters.get(1));
        let best = if covariates.columns() == 0 { null.clone() } else { data.maximise(&design, start)? };
        let variance = best.information.cholesky().map_err(|column| Error::Collinear { column })?.inverse();
        let warnings = may_be_infinite(&variance, &best.score, &best.parameters).into_iter().filter_map(|warning| {
            // The first coefficient is the intercept, the last ln sigma: neither is a covariate.
            match warning {
                FitWarning::MayBeInfinite { column } if (2..=covariates.columns() + 1).contains(&column) => {
                    Some(FitWarning::MayBeInfinite { column: column - 1 })
                }
                _ => None,
            }
        });
        let warnings = warnings.collect();
        let mut coefficients = best.parameters;
        let scale =
            if distribution == Distribution::Exponential { 1.0 } else { coefficients.pop().map_or(f64::NAN, f64::exp) };
        Ok(Self {
            distribution,
            coefficients,
            scale,
            variance,
            log_likelihood_null: null.log_likelihood,
            log_likelihood: best.log_likelihood,
            rows: observations.len(),
            events,
            warnings,
        })
    }

    /// Standard errors of the coefficients and, unless the scale is fixed, of `ln sigma`.
    #[must_use]
    pub fn std_errors(&self) -> Vec<f64> {
        self.variance.diagonal().into_iter().map(f64::sqrt).collect()
    }

    /// Akaike's criterion, by which the distributions can be compared.
    #[must_use]
    pub fn aic(&self) -> f64 {
        2.0 * self.variance.rows() as f64 - 2.0 * self.log_likelihood
    }

    /// The probability that a person with the given covariates (without intercept) survives beyond `time`.
    #[must_use]
    pub fn survival(&self, covariates: &[f64], time: f64) -> f64 {
        if time <= 0.0 {
            return 1.0;
        }
        let z = (time.ln() - self.location(covariates)) / self.scale;
        self.distribution.log_survival(z).value.exp()
    }

    /// The time by which a person with the given covariates has had the event with probability `p`.
    #[must_use]
    pub fn quantile(&self, covariates: &[f64], p: f64) -> f64 {
        (self.location(covariates) + self.scale * self.distribution.quantile(p)).exp()
    }

    fn location(&self, covariates: &[f64]) -> f64 {
        self.coefficients.split_first().map_or(f64::NAN, |(intercept, slopes)| intercept + dot(slopes, covariates))
    }
}

struct Data<'a> {
    log_time: Vec<f64>,
    /// The logarithm of the entry, minus infinity for entry at zero.
    log_entry: Option<Vec<f64>>,
    event: &'a [bool],
    weight: Vec<f64>,
    distribution: Distribution,
}

#[derive(Clone)]
struct Maximum {
    parameters: Vec<f64>,
    log_likelihood: f64,
    score: Vec<f64>,
    information: Matrix,
}

impl Data<'_> {
    /// Newton's method; the last parameter is `ln sigma` unless the distribution fixes it.
    fn maximise(&self, design: &Matrix, start: Vec<f64>) -> Result<Maximum, Error> {
        let mut parameters = start;
        let (mut log_likelihood, mut score, mut information) = self.evaluate(design, &parameters);
        for _ in 0..MAX_ITERATIONS {
            // Far from the maximum the observed information need not be positive definite; a ridge turns the step towards
            // the gradient.
            let mut ridge = 0.0;
            let factor = loop {
                let mut lifted = information.clone();
                for i in 0..lifted.rows() {
                    lifted.add(i, i, ridge * information.at(i, i).abs().max(1e-8));
                }
                match lifted.cholesky() {
                    Ok(factor) => break factor,
                    Err(column) if ridge > 1e6 => return Err(Error::Collinear { column }),
                    Err(_) => ridge = if ridge == 0.0 { 1e-3 } else { 10.0 * ridge },
                }
            };
            let mut step = factor.solve(&score);
            let gain = dot(&step, &score);
            if gain.abs() <= TOLERANCE * (1.0 + log_likelihood.abs()) && ridge == 0.0 {
                let next: Vec<f64> = parameters.iter().zip(&step).map(|(value, step)| value + step).collect();
                let (log_likelihood, score, information) = self.evaluate(design, &next);
                return Ok(Maximum { parameters: next, log_likelihood, score, information });
            }
            let mut improved = false;
            for _ in 0..40 {
                let next: Vec<f64> = parameters.iter().zip(&step).map(|(value, step)| value + step).collect();
                let result = self.evaluate(design, &next);
                if result.0.is_finite() && result.0 > log_likelihood {
                    (parameters, log_likelihood, score, information) = (next, result.0, result.1, result.2);
                    improved = true;
                    break;
                }
                step.iter_mut().for_each(|step| *step *= 0.5);
            }
            if !improved {
                // Rounding keeps the likelihood from rising further, or there is no maximum to be found.
                if gain.abs() > 1e-8 * (1.0 + log_likelihood.abs()) {
                    break;
                }
                return Ok(Maximum { parameters, log_likelihood, score, information });
            }
        }
        Err(Error::NoConvergence { iterations: MAX_ITERATIONS })
    }

    fn evaluate(&self, design: &Matrix, parameters: &[f64]) -> (f64, Vec<f64>, Matrix) {
        let size = parameters.len();
        let mut sums = Sums {
            log_scale: if self.distribution == Distribution::Exponential { None } else { parameters.last().copied() },
            log_likelihood: 0.0,
            score: vec![0.0; size],
            information: Matrix::zeros(size, size),
            gradient: vec![0.0; size],
        };
        let rows = self.log_time.iter().zip(self.event).zip(&self.weight).zip(design.iter_rows());
        for (row, (((&y, &event), &weight), x)) in rows.enumerate() {
            let location = dot(x, parameters);
            let z = sums.standardised(y, location);
            if event {
                sums.add(x, z, weight, &self.distribution.log_density(z));
                // The density of time is that of z over sigma T.
                sums.log_likelihood -= weight * (sums.log_scale.unwrap_or(0.0) + y);
                if sums.log_scale.is_some() {
                    sums.score.add(design.columns(), -weight);
                }
            } else {
                sums.add(x, z, weight, &self.distribution.log_survival(z));
            }
            // Who came under observation late did so given survival until then.
            if let Some(entry) = self.log_entry.as_ref().map(|entry| entry.at(row)).filter(|entry| entry.is_finite()) {
                let z = sums.standardised(entry, location);
                sums.add(x, z, -weight, &self.distribution.log_survival(z));
            }
        }
        (sums.log_likelihood, sums.score, sums.information)
    }
}

/// The log likelihood with its derivatives, row by row.
struct Sums {
    /// `ln sigma`; `None` where the distribution fixes it at zero.
    log_scale: Option<f64>,
    log_likelihood: f64,
    score: Vec<f64>,
    information: Matrix,
    gradient: Vec<f64>,
}

impl Sums {
    fn scale(&self) -> f64 {
        self.log_scale.map_or(1.0, f64::exp)
    }

    fn standardised(&self, log_time: f64, location: f64) -> f64 {
        (log_time - location) / self.scale()
    }

    /// Adds `weight` times a term at `z`, for the covariates `x`.
    fn add(&mut self, x: &[f64], z: f64, weight: f64, term: &Term) {
        let (scale, columns) = (self.scale(), x.len());
        self.log_likelihood += weight * term.value;
        // z moves by -x/sigma with the coefficients and by -z with ln sigma.
        self.gradient.iter_mut().zip(x).for_each(|(slot, x)| *slot = -x / scale);
        if self.log_scale.is_some() {
            self.gradient.put(columns, -z);
        }
        self.score.iter_mut().zip(&self.gradient).for_each(|(score, dz)| *score += weight * term.first * dz);
        self.information.add_outer(&self.gradient, &self.gradient, -weight * term.second);
        if self.log_scale.is_some() {
            // z's own second derivatives: x/sigma across, z for ln sigma.
            for (i, x) in x.iter().enumerate() {
                self.information.add(i, columns, -weight * term.first * x / scale);
                self.information.add(columns, i, -weight * term.first * x / scale);
            }
            self.information.add(columns, columns, -weight * term.first * z);
        }
    }
}
