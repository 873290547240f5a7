//! Survival of populations: registries by stage and subtype, trials by era, factors of prognosis. Data with sources, no
//! model: none of these figures is about one person.

use crate::{Support, tables};

/// 5-year relative survival in percent, that is against people of the same age without the disease.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RegistrySurvival {
    /// `HR+/HER2+` …, `unknown`, `all`.
    pub subtype: &'static str,
    /// `localized`, `regional`, `distant` at diagnosis, or `all`.
    pub stage: &'static str,
    /// Percent.
    pub relative_survival_5y_pct: f64,
    /// Years of diagnosis.
    pub diagnosed: &'static str,
    /// Registry.
    pub registry: &'static str,
    /// Source.
    pub citation: &'static str,
    /// How well it is supported.
    pub support: Support,
}

/// Median overall survival in one trial.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TrialOverallSurvival {
    /// Trial.
    pub trial: &'static str,
    /// Line of treatment.
    pub setting: &'static str,
    /// Treatment.
    pub arm: &'static str,
    /// Its median in months.
    pub median_os_months: f64,
    /// Comparator, empty for a single arm.
    pub comparator: &'static str,
    /// Its median in months.
    pub comparator_median_os_months: Option<f64>,
    /// What else to know.
    pub remark: &'static str,
    /// Source.
    pub citation: &'static str,
    /// How well it is supported.
    pub support: Support,
}

/// A hazard ratio of death.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PrognosticFactor {
    /// In whom.
    pub population: &'static str,
    /// With the factor.
    pub factor: &'static str,
    /// Without it.
    pub compared_with: &'static str,
    /// Hazard ratio.
    pub hazard_ratio: f64,
    /// Lower end of the 95 % interval.
    pub low: Option<f64>,
    /// Upper end of the 95 % interval.
    pub high: Option<f64>,
    /// Source.
    pub citation: &'static str,
    /// How well it is supported.
    pub support: Support,
}

/// Registry survival. `distant` is disease that was metastatic at diagnosis, not disease that came back, and mostly
/// treated before trastuzumab deruxtecan.
#[must_use]
pub fn registry_survival() -> &'static [RegistrySurvival] {
    &tables::REGISTRY_SURVIVAL
}

/// Medians by trial, oldest first within a line.
#[must_use]
pub fn trial_overall_survival() -> &'static [TrialOverallSurvival] {
    &tables::TRIAL_OVERALL_SURVIVAL
}

/// Factors of prognosis.
#[must_use]
pub fn prognostic_factors() -> &'static [PrognosticFactor] {
    &tables::PROGNOSTIC_FACTORS
}
