//! iCARE-Lit: absolute risk of breast cancer from factors of the literature, one model before 50 and one from 50.
//!
//! ```text
//! risk(a0, a1) = sum over a in a0 .. a1-1 of  h0(a) e^lp exp(- sum over u in a0 .. a-1 of (h0(u) e^lp + m(u)))
//! crossing 50:  r = r1 + (1 - r1) r2
//! ```
//!
//! `h0` is the tabulated baseline hazard at each year of age, `m` the death rate of all causes, `lp` the sum of the log
//! relative risks. At 50 the rule is iCARE's own; it leaves out death of other causes between the two parts.
//!
//! Source: Pal Choudhury 2020, JNCI 112:278; constants as published with Py-iCARE. Compared with Py-iCARE 1.3.0 and
//! R iCARE 1.38.0.
//!
//! Deliberately absent: iCARE's imputation of missing factors, which averages over people of its reference population
//! that resemble the observed part. Here a missing factor is named and [`Covariates::bounds`] gives the least and the
//! greatest risk it leaves open. Height has no bounds and is always needed.

mod covariates;
mod levels;

pub use covariates::{Contradiction, Covariates, Unanswered};
pub use levels::{AgeAtMenarche, AgeAtMenopause, AgeFirstBirth, Alcohol, Bmi, Hrt, HrtType, Parity};

use crate::{Exclusion, Exclusions, ModelCard};

/// What to know before using the model.
pub const CARD: ModelCard = ModelCard {
    name: "iCARE-Lit",
    version: "Pal Choudhury 2020, models before 50 and from 50, without a polygenic score",
    population: "White non-Hispanic women in the United States without breast cancer; ages 18 to 80 here",
    limits: &[
        "not for a woman who has or had breast cancer, DCIS or LCIS",
        "not for a known carrier of BRCA1, BRCA2 or another hereditary syndrome: CanRisk or a genetics service instead",
        "not after radiation of the chest when young",
        "breast density and a polygenic score are not in it",
        "family history is yes or no: several or young relatives are underestimated",
        "calibrated to the rates of one country and one population; other populations have other rates",
    ],
    citations: &["Pal Choudhury 2020, JNCI 112:278", "Balasubramanian 2024, JAMIA Open 7(2) (Py-iCARE)"],
};

/// Which of the two models.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Model {
    /// Before 50.
    Under50,
    /// From 50.
    From50,
}

impl Model {
    /// `lt50` or `ge50`, as the published files say it.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Under50 => "lt50",
            Self::From50 => "ge50",
        }
    }

    fn baseline(self) -> &'static [f64; 85] {
        match self {
            Self::Under50 => &tables::BASELINE_LT50,
            Self::From50 => &tables::BASELINE_GE50,
        }
    }
}

/// Whole years of age: from `start`, `years` long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Interval {
    /// First year of age that counts.
    pub start: u8,
    /// Number of years of age that count.
    pub years: u8,
}

/// First and last age at which the models answer: adults; the death rates end with age 80.
pub const AGES: std::ops::RangeInclusive<u8> = 18..=81;

/// Why the model does not answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The models are not for her.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    Excluded(Vec<Exclusion>),
    /// Before 18 or beyond the death rates.
    #[error("the interval from `{0}` to `{1}` is not within 18 to 81 years of age")]
    Ages(u16, u16),
    /// No year at all.
    #[error("the interval has no years: give at least 1")]
    Empty,
    /// One model cannot answer for ages of the other.
    #[error(
        "the model `{model}` does not hold from `{from}` to `{to}`: before 50 it is `lt50`, from 50 `ge50`, across 50 both"
    )]
    WrongModel {
        /// Model asked for.
        model: &'static str,
        /// First age.
        from: u16,
        /// Age at the end.
        to: u16,
    },
    /// Factors are missing or contradict each other.
    #[error(transparent)]
    Covariates(#[from] Unanswered),
}

impl Interval {
    fn end(self) -> u16 {
        u16::from(self.start) + u16::from(self.years)
    }

    /// The parts of the interval before 50 and from 50, with their models.
    ///
    /// # Errors
    /// No years, or ages the models have no rates for.
    pub fn parts(self) -> Result<Vec<(Model, Self)>, Refusal> {
        if self.years == 0 {
            return Err(Refusal::Empty);
        }
        if self.start < *AGES.start() || self.end() > u16::from(*AGES.end()) {
            return Err(Refusal::Ages(self.start.into(), self.end()));
        }
        let before = 50_u8.saturating_sub(self.start).min(self.years);
        let (start, years) = (self.start + before, self.years - before);
        let parts = [(Model::Under50, Self { years: before, ..self }), (Model::From50, Self { start, years })];
        Ok(parts.into_iter().filter(|(_, part)| part.years > 0).collect())
    }

    /// The same interval, if one model answers all of it and it is this one.
    ///
    /// # Errors
    /// As [`Interval::parts`], or the interval is not the model's.
    pub fn of_model(self, model: Model) -> Result<Self, Refusal> {
        if self.parts()?.iter().all(|(needed, _)| *needed == model) {
            Ok(self)
        } else {
            Err(Refusal::WrongModel { model: model.code(), from: self.start.into(), to: self.end() })
        }
    }
}

/// The probability (0 to 1) of breast cancer in the interval, under one model and a linear predictor.
///
/// # Errors
/// She is excluded, or the interval is empty, out of range, or not the model's.
pub fn absolute_risk(
    model: Model,
    linear_predictor: f64,
    interval: Interval,
    exclusions: &Exclusions,
) -> Result<f64, Refusal> {
    refuse(exclusions)?;
    let interval = interval.of_model(model)?;
    let relative = linear_predictor.exp();
    Ok(accumulated(model.baseline().iter().map(|hazard| hazard * relative), interval))
}

/// The probability across 50: before it by one model, from it by the other, joined by iCARE's rule.
///
/// # Errors
/// She is excluded, the interval is empty or out of range, or a factor of a model that is needed is missing or
/// contradictory.
pub fn absolute_risk_split(
    under_50: &Covariates,
    from_50: &Covariates,
    interval: Interval,
    exclusions: &Exclusions,
) -> Result<f64, Refusal> {
    refuse(exclusions)?;
    let mut risk = 0.0;
    for (model, part) in interval.parts()? {
        let covariates = match model {
            Model::Under50 => under_50,
            Model::From50 => from_50,
        };
        let later = absolute_risk(model, covariates.linear_predictor(model)?, part, exclusions)?;
        risk += (1.0 - risk) * later;
    }
    Ok(risk)
}

/// The probability of the average woman of the population in the interval: the incidence as it is.
///
/// # Errors
/// The interval is empty or out of range.
pub fn average_risk(interval: Interval) -> Result<f64, Refusal> {
    interval.parts()?;
    Ok(accumulated(tables::INCIDENCE.iter().copied(), interval))
}

/// How many hundredths of the reference population of a model have a lower linear predictor, 0 to 100.
#[must_use]
pub fn percentile(model: Model, linear_predictor: f64) -> usize {
    let quantiles = match model {
        Model::Under50 => &tables::QUANTILES_LT50,
        Model::From50 => &tables::QUANTILES_GE50,
    };
    quantiles.iter().filter(|quantile| **quantile < linear_predictor).count().saturating_sub(1)
}

fn refuse(exclusions: &Exclusions) -> Result<(), Refusal> {
    let present = exclusions.present();
    if present.is_empty() { Ok(()) } else { Err(Refusal::Excluded(present)) }
}

/// `hazards` from age 0; deaths of all causes from age 1, the first age with a rate.
fn accumulated(hazards: impl Iterator<Item = f64>, interval: Interval) -> f64 {
    let deaths = std::iter::once(0.0).chain(tables::MORTALITY_FROM_AGE_1);
    let years = hazards.zip(deaths).skip(interval.start.into()).take(interval.years.into());
    let (risk, _) = years.fold((0.0, 0.0_f64), |(risk, so_far), (hazard, death)| {
        (risk + hazard * (-so_far).exp(), so_far + hazard + death)
    });
    risk
}

mod tables {
    use super::covariates::Coefficients;
    include!(concat!(env!("OUT_DIR"), "/icare_lit.rs"));
}
