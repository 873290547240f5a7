//! PREDICT 3.1 and 3.2, which differ only in the two adjustments of the baseline.

use super::survival::{Hazards, tables::v3 as c};
use super::{Patient, Treatment, hazards as yearly, ki67_effect, treatment_effect};

/// Year of diagnosis that the published tool fixes, counted from 2000.
const YEAR: f64 = 17.0;

/// Hazard ratio of death from breast cancer with radiotherapy (EBCTCG 2011).
const RADIOTHERAPY: f64 = 0.82;

/// Hazard ratio of other death for each Gy of heart dose (Taylor 2017).
const OTHER_PER_GY: f64 = 1.02;

/// Hazard ratio of other death with chemotherapy (Kerr 2022).
const OTHER_CHEMOTHERAPY: f64 = 1.2;

/// Share of the population that had radiotherapy.
const IRRADIATED: f64 = 0.69;

/// Log hazard ratio of extended hormone therapy in years 11 to 15.
const EXTENDED_HORMONE: f64 = -0.301;

/// HER2 in ER-positive disease loses its effect with the years.
const HER2_POSITIVE_BY_YEAR: [f64; 9] = [0.608, 0.532, 0.457, 0.382, 0.307, 0.231, 0.156, 0.081, 0.006];
const HER2_NEGATIVE_BY_YEAR: [f64; 8] = [-0.053, -0.046, -0.040, -0.033, -0.027, -0.020, -0.014, -0.007];

/// Log adjustments of the baseline of a population of which part was irradiated.
pub(super) struct Base {
    breast: f64,
    other: f64,
}

impl Base {
    /// From the share irradiated, at 2 Gy of heart dose.
    pub(super) fn of_3_1() -> Self {
        let of = |ratio: f64| -((1.0 - IRRADIATED) + IRRADIATED * ratio).ln();
        Self { breast: of(RADIOTHERAPY), other: of(OTHER_PER_GY.powi(2)) }
    }

    /// Set by the authors to correct underestimated benefits.
    pub(super) const fn of_3_2(er: bool) -> Self {
        Self { breast: if er { 0.7 } else { 0.55 }, other: -0.062 }
    }
}

pub(super) fn hazards(base: Base, patient: &Patient, treatment: &Treatment) -> Hazards {
    let prognosis = breast_index(patient) + base.breast;
    let radiotherapy = if treatment.radiotherapy_heart_gy.is_some() { RADIOTHERAPY.ln() } else { 0.0 };
    let other = other_index(patient)
        + base.other
        + OTHER_PER_GY.ln() * treatment.radiotherapy_heart_gy.unwrap_or(0.0)
        + if treatment.chemotherapy.is_some() { OTHER_CHEMOTHERAPY.ln() } else { 0.0 };
    let effect = |year| radiotherapy + treatment_effect(patient, treatment, year, EXTENDED_HORMONE, true);
    yearly(
        |t| {
            let u: f64 = t / 10.0;
            if patient.er {
                (c::H1_BR_I + c::H1_BR_T1 * u.powf(-0.5) + c::H1_BR_T2 * u.powf(-0.5) * u.ln()).exp()
            } else {
                (c::H0_BR_I + c::H0_BR_T1 / u + c::H0_BR_T2 / u * u.ln()).exp()
            }
        },
        |t| {
            let u: f64 = t / 10.0;
            (c::H_OT_I + c::H_OT_T1 * u.ln() + c::H_OT_T2 * u).exp()
        },
        |year| prognosis + her2_effect(patient, year) + effect(year),
        other,
    )
}

fn breast_index(patient: &Patient) -> f64 {
    let age = (patient.age - 24.0) / 100.0;
    let nodes = (f64::from(patient.nodes) + 1.0).ln();
    let (grade, screening) = (patient.grade.value(), patient.detection.value());
    let rest = if patient.er {
        c::AG1_ER1 * age.powf(-0.5)
            + c::AG2_ER1 * age.powi(2)
            + c::SZ1_ER1 * -(-patient.size_mm / 20.0).exp_m1()
            + c::ND1_ER1 * nodes
            + c::GR1_ER1 * grade
            + c::SC1_ER1 * screening
            + c::YR1_ER1 * YEAR
    } else {
        c::AG1_ER0 * age
            + c::AG2_ER0 * age * age.ln()
            + c::SZ1_ER0 * patient.size_mm.ln()
            + c::ND1_ER0 * nodes
            + c::GR1_ER0 * grade
            + c::SC1_ER0 * screening
            + c::YR1_ER0 * YEAR
    };
    rest + ki67_effect(patient) + pr_effect(patient)
}

fn her2_effect(patient: &Patient, year: u8) -> f64 {
    let in_year = |table: &[f64]| table.get(usize::from(year) - 1).copied().unwrap_or(0.0);
    match (patient.er, patient.her2) {
        (true, Some(true)) => in_year(&HER2_POSITIVE_BY_YEAR),
        (true, Some(false)) => in_year(&HER2_NEGATIVE_BY_YEAR),
        (false, Some(true)) => 0.2316,
        (false, Some(false)) => -0.08589,
        (_, None) => 0.0,
    }
}

fn pr_effect(patient: &Patient) -> f64 {
    match (patient.er, patient.pr) {
        (true, Some(true)) => -0.0619,
        (true, Some(false)) => 0.2624,
        (false, Some(true)) => -0.2231,
        (false, Some(false)) => 0.0296,
        (_, None) => 0.0,
    }
}

/// Smoking doubles the quarter of other deaths that it can cause; one in ten of the population smokes.
fn other_index(patient: &Patient) -> f64 {
    let age = (patient.age - 24.0) / 100.0;
    let ratio = 0.25 * 2.0 + 0.75;
    let population = 0.9 + 0.1 * ratio;
    let smoking: f64 = if patient.smoker == Some(true) { ratio / population } else { 1.0 / population };
    c::AG_OT_EA_BETA_1 * age.powi(3)
        + c::AG_OT_EA_BETA_2 * age.powi(3) * age.ln()
        + c::YR_OT_EA_BETA * YEAR
        + smoking.ln()
}
