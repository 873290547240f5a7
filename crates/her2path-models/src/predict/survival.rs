//! From yearly hazards of the two causes to survival and to deaths by cause.

use super::Year;

/// Years of follow-up.
pub(super) const YEARS: usize = 15;

/// Hazard of death of breast cancer and of other causes in each year.
#[derive(Default)]
pub(super) struct Hazards(pub(super) [(f64, f64); YEARS]);

impl Hazards {
    /// The deaths of a year are shared by cause as the yearly differences of 1 − exp(−H) of each cause alone, which is the
    /// published rule.
    pub(super) fn years(&self) -> [Year; YEARS] {
        let (mut breast, mut other) = (0.0_f64, 0.0_f64);
        let (mut breast_deaths, mut other_deaths) = (0.0, 0.0);
        let mut year = 0;
        self.0.map(|(breast_hazard, other_hazard)| {
            let alive_before = (-(breast + other)).exp();
            let alone = [(breast, breast_hazard), (other, other_hazard)]
                .map(|(so_far, hazard)| -(-so_far).exp() * (-hazard).exp_m1());
            breast += breast_hazard;
            other += other_hazard;
            let alive = (-(breast + other)).exp();
            let deaths = alive_before - alive;
            breast_deaths += deaths * alone[0] / (alone[0] + alone[1]);
            other_deaths += deaths * alone[1] / (alone[0] + alone[1]);
            year += 1;
            Year { year, alive, breast_cancer_death: breast_deaths, other_death: other_deaths }
        })
    }
}

/// The compiled coefficients, one module a version, under their published names.
pub(super) mod tables {
    include!(concat!(env!("OUT_DIR"), "/predict.rs"));
}
