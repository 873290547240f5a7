//! PREDICT 2.2 (Candido dos Reis 2017, Breast Cancer Res 19:58, with bisphosphonates and extended hormone therapy).

use super::survival::{Hazards, tables::v2 as c};
use super::{Grade, Patient, Treatment, hazards as yearly, ki67_effect, treatment_effect};

pub(super) fn hazards(patient: &Patient, treatment: &Treatment) -> Hazards {
    let prognosis = breast_index(patient);
    let other = c::OTH_AGE * ((patient.age / 10.0).powi(2) - c::OTH_AGEC);
    // The published code adds the longer hormone therapy without asking for the receptor.
    let effect = |year| treatment_effect(patient, treatment, year, c::RX_HORM10_EXTRA_YR11_15, false);
    yearly(
        |t| {
            if patient.er {
                (c::BR_ER1_H0 + c::BR_ER1_H1 / t.sqrt() + c::BR_ER1_H2 * t.ln() / t.sqrt()).exp()
            } else {
                (c::BR_ER0_H0 + c::BR_ER0_H1 / (t * t) + c::BR_ER0_H2 / t).exp()
            }
        },
        |t| (c::OTH_H0 + c::OTH_H1 * t.ln() + c::OTH_H2 * t.sqrt()).exp(),
        |year| prognosis + effect(year),
        other,
    )
}

fn breast_index(patient: &Patient) -> f64 {
    let size = patient.size_mm / 100.0;
    let nodes = ((f64::from(patient.nodes) + 1.0) / 10.0).ln();
    let her2 = match patient.her2 {
        Some(true) => c::HER2_POS,
        Some(false) => c::HER2_NEG,
        None => 0.0,
    };
    let rest = if patient.er {
        let age = (patient.age / 10.0).powi(-2);
        c::AG1_ER1 * (age - c::AG1C_ER1)
            + c::AG2_ER1 * (age * (patient.age / 10.0).ln() - c::AG2C_ER1)
            + c::SZ_ER1 * (size.ln() + c::SZC_ER1)
            + c::ND_ER1 * (nodes + c::NDC_ER1)
            + c::GR_ER1 * patient.grade.value()
            + c::SC_ER1 * patient.detection.value()
    } else {
        let high_grade = if matches!(patient.grade, Grade::Two | Grade::Three) { c::GR_ER0 } else { 0.0 };
        c::AG1_ER0 * (patient.age - c::AG1C_ER0)
            + c::SZ_ER0 * (size.sqrt() - c::SZC_ER0)
            + c::ND_ER0 * (nodes + c::NDC_ER0)
            + high_grade
            + c::SC_ER0 * patient.detection.value()
    };
    rest + her2 + ki67_effect(patient)
}
