//! Baseline hazard and predicted survival.
//!
//! The increment of the cumulative baseline hazard at a death time is one over the risk set's sum of `e^eta` for each
//! death, with Efron's shares where ties were taken that way. The variance of a predicted hazard adds the uncertainty of
//! the coefficients (Tsiatis, Ann Stat 1981;9:93; Link, Biometrics 1984;40:601).

use crate::at::At;
use crate::confidence::{Limits, Scale, critical_value};
use crate::cox::CoxFit;
use crate::error::Error;
use crate::linalg::{Matrix, dot};

/// A cumulative hazard at every distinct time of exit of one stratum.
#[derive(Debug, Clone, PartialEq)]
pub struct BaselineHazard {
    /// Code of the stratum; 0 where there are none.
    pub stratum: usize,
    /// Times.
    pub time: Vec<f64>,
    /// Cumulative hazard.
    pub hazard: Vec<f64>,
}

/// Predicted survival of one person.
#[derive(Debug, Clone, PartialEq)]
pub struct PredictedCurve {
    /// Distinct times of exit in the person's stratum.
    pub time: Vec<f64>,
    /// Probability of surviving beyond each time.
    pub survival: Vec<f64>,
    /// Standard error of its logarithm, which is that of the cumulative hazard.
    pub std_error_log: Vec<f64>,
}

impl CoxFit {
    /// The cumulative hazard of a person with the given covariates, per stratum.
    ///
    /// `fit.means` gives the reference person (R's `basehaz(centered = TRUE)`), zeros give covariates zero.
    ///
    /// # Errors
    /// Another number of covariates than the model has.
    pub fn baseline_hazard(&self, covariates: &[f64]) -> Result<Vec<BaselineHazard>, Error> {
        crate::observations::check_length("covariates", covariates.len(), self.coefficients.len())?;
        let risk = self.risk_against_centre(covariates);
        let deaths = self.death_times();
        let data = &self.prepared;
        Ok(data
            .strata
            .iter()
            .enumerate()
            .map(|(stratum, range)| {
                let mut time: Vec<f64> = data.time.get(range.clone()).unwrap_or(&[]).to_vec();
                time.dedup();
                let mut deaths = deaths.iter().filter(|death| death.stratum == stratum).peekable();
                let mut sum = 0.0;
                let hazard = time
                    .iter()
                    .map(|&time| {
                        while let Some(death) = deaths.next_if(|death| death.time <= time) {
                            sum += death.hazard;
                        }
                        risk * sum
                    })
                    .collect();
                BaselineHazard { stratum, time, hazard }
            })
            .collect())
    }

    /// The predicted survival of a person with the given covariates in the given stratum (0 where there are none).
    ///
    /// # Errors
    /// Another number of covariates than the model has, a stratum that does not exist.
    pub fn predict(&self, covariates: &[f64], stratum: usize) -> Result<PredictedCurve, Error> {
        crate::observations::check_length("covariates", covariates.len(), self.coefficients.len())?;
        let data = &self.prepared;
        let strata = data.strata.len();
        let range =
            data.strata.get(stratum).cloned().ok_or(Error::UnknownGroup { row: 1, group: stratum, groups: strata })?;
        let risk = self.risk_against_centre(covariates);
        let distance: Vec<f64> = covariates.iter().zip(&data.centre).map(|(x, centre)| x - centre).collect();
        let mut time: Vec<f64> = data.time.get(range).unwrap_or(&[]).to_vec();
        time.dedup();
        let deaths = self.death_times();
        let mut deaths = deaths.iter().filter(|death| death.stratum == stratum).peekable();
        let (mut hazard, mut variance) = (0.0, 0.0);
        let mut mean_hazard = vec![0.0; distance.len()];
        let (mut survival, mut std_error_log) = (Vec::new(), Vec::new());
        for &time in &time {
            while let Some(death) = deaths.next_if(|death| death.time <= time) {
                hazard += death.hazard;
                variance += death.hazard_variance;
                mean_hazard.iter_mut().zip(&death.mean_hazard).for_each(|(sum, add)| *sum += add);
            }
            let gradient: Vec<f64> =
                distance.iter().zip(&mean_hazard).map(|(distance, mean)| distance * hazard - mean).collect();
            survival.push((-risk * hazard).exp());
            std_error_log.push(risk * (variance + self.variance().quadratic(&gradient)).sqrt());
        }
        Ok(PredictedCurve { time, survival, std_error_log })
    }

    /// Standard errors of the linear predictors of rows with the given covariates, relative to the reference person.
    #[must_use]
    pub fn linear_predictor_std_errors(&self, covariates: &Matrix) -> Vec<f64> {
        let distance = |row: &[f64]| -> Vec<f64> { row.iter().zip(&self.means).map(|(x, mean)| x - mean).collect() };
        covariates.iter_rows().map(|row| self.variance().quadratic(&distance(row)).sqrt()).collect()
    }

    /// The hazard ratio against the centre of the covariates, at which the death times are kept.
    fn risk_against_centre(&self, covariates: &[f64]) -> f64 {
        (dot(covariates, &self.coefficients) - dot(&self.prepared.centre, &self.coefficients)).exp()
    }
}

impl PredictedCurve {
    /// Confidence limits; `None` where the scale gives none.
    ///
    /// # Errors
    /// A level outside the open interval from 0 to 1.
    pub fn limits(&self, scale: Scale, level: f64) -> Result<Vec<Option<Limits>>, Error> {
        let critical = critical_value(level)?;
        let points = self.survival.iter().zip(&self.std_error_log);
        Ok(points.map(|(&survival, &error)| scale.limits(survival, error, critical)).collect())
    }

    /// The survival just after `time` and the standard error of its logarithm.
    #[must_use]
    pub fn at(&self, time: f64) -> (f64, f64) {
        match self.time.partition_point(|&t| t <= time) {
            0 => (1.0, 0.0),
            after => (self.survival.at(after - 1), self.std_error_log.at(after - 1)),
        }
    }

    /// The first time at which survival is at most `1 - probability`.
    #[must_use]
    pub fn quantile(&self, probability: f64) -> Option<f64> {
        let first = self.survival.partition_point(|&survival| survival > 1.0 - probability);
        self.time.get(first).copied()
    }
}
