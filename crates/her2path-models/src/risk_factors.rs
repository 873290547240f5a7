//! Effect sizes of the risk factors of breast cancer, each with its interval and source.
//!
//! They act mostly on getting breast cancer at all; none is known to cause the amplification of HER2, which arises in the
//! tumour and is not inherited. Deliberately absent: multiplying factors together, which the models do where it was
//! shown to hold.

use crate::{NaturalFrequency, Support, tables};

/// One comparison.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RiskFactor {
    /// Name in the tables.
    pub id: &'static str,
    /// The factor.
    pub factor: &'static str,
    /// Who has the effect.
    pub category: &'static str,
    /// Against whom.
    pub compared_with: &'static str,
    /// `RR`, `OR`, `SIR`, or `fold` where the source does not say which.
    pub measure: &'static str,
    /// The effect; `None` where only a range of studies is given.
    pub estimate: Option<f64>,
    /// Lower end of the interval.
    pub low: Option<f64>,
    /// Upper end of the interval.
    pub high: Option<f64>,
    /// What the interval is.
    pub interval: &'static str,
    /// Whether one can change it.
    pub changeable: bool,
    /// The effect as counts of people, where the source gives it; else empty.
    pub natural_frequency: &'static str,
    /// Source.
    pub citation: &'static str,
    /// How well it is supported.
    pub support: Support,
}

/// Every comparison, grouped by factor.
#[must_use]
pub fn all() -> &'static [RiskFactor] {
    &tables::RISK_FACTORS
}

impl RiskFactor {
    /// The effect as counts of 1,000: of people of whom `baseline` (0 to 1) would get breast cancer without the factor, how many
    /// would and how many do. A ratio r turns a probability p into 1 − (1 − p)^r, which is exact for a hazard ratio and
    /// close to it for the others as long as p is small.
    #[must_use]
    pub fn natural_frequency(&self, baseline: f64) -> Option<[NaturalFrequency; 2]> {
        let estimate = self.estimate?;
        Some([baseline, 1.0 - (1.0 - baseline).powf(estimate)].map(|risk| NaturalFrequency::out_of(risk, 1_000)))
    }
}
