//! PREDICT Breast: overall survival after surgery for early breast cancer, and what adjuvant treatment adds.
//!
//! Three published versions. All add the yearly hazard of death from breast cancer, raised or lowered by prognosis and
//! treatment, to that of other causes:
//!
//! ```text
//! S(t) = exp(- sum of dH_breast e^(pi + rx)) × exp(- sum of dH_other e^(mi + rx_other)),  t = 1 … 15 years
//! ```
//!
//! Sources: Candido dos Reis 2017, Breast Cancer Res 19:58 (2.x); Grootes 2024, npj Breast Cancer, doi 10.1038/s41523-024-00612-y (3.x); coefficients as
//! published by the Winton Centre (MIT), with which every number is compared. 3.1 is the version with external validation
//! (Vreven 2025; Verheul 2026) and the default; 3.2 is the newest in that repository and differs strongly from it.
//!
//! One fault of the published 2.2 is kept, because its numbers are what people compare with: it counts the longer
//! hormone therapy of years 11 to 15 in oestrogen-receptor-negative disease too, see [`Treatment::hormone`].
//!
//! Deliberately absent: metastatic disease, for which the model must not be used, men, and neoadjuvant treatment.

mod survival;
mod v2;
mod v3;

use crate::ModelCard;
use survival::{Hazards, YEARS};

/// What to know before using a version.
#[must_use]
pub const fn card(version: Version) -> ModelCard {
    ModelCard {
        name: "PREDICT Breast",
        version: match version {
            Version::V2_2 => "2.2 (2020)",
            Version::V3_1 => "3.1 (2023)",
            Version::V3_2 => "3.2 (April 2025)",
        },
        population: "women in England with early invasive breast cancer after surgery, not metastatic; ages 25 to 85",
        limits: &[
            "never for metastatic disease, at diagnosis or later",
            "not for men, not for DCIS or LCIS alone, not after neoadjuvant treatment",
            "trastuzumab is the only anti-HER2 treatment it knows: pertuzumab, T-DM1 and neratinib are not in it",
            "versions differ: 10-year survival of one example is 67.9 % (2.2), 87.2 % (3.1) and 79.8 % (3.2)",
            "2.2 has no radiotherapy; 3.x asks for the mean heart dose (2 Gy is usual)",
            "2.2 counts extended hormone therapy in ER-negative disease too, a fault of the published code",
        ],
        citations: &[
            "Candido dos Reis 2017, Breast Cancer Res 19:58",
            "Grootes 2024, npj Breast Cancer, doi 10.1038/s41523-024-00612-y",
            "Winton Centre, predict-v30-r (MIT)",
            "Vreven 2025 and Verheul 2026 (external validation of 3.1)",
        ],
    }
}

/// A published version.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Version {
    /// 2.2.
    V2_2,
    /// 3.1.
    #[default]
    V3_1,
    /// 3.2.
    V3_2,
}

impl Version {
    /// `2.2`, `3.1` or `3.2`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::V2_2 => "2.2",
            Self::V3_1 => "3.1",
            Self::V3_2 => "3.2",
        }
    }
}

/// How the tumour was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detection {
    /// By symptoms.
    Clinical,
    /// By screening.
    Screening,
    /// Not known: the published average 0.204.
    Unknown,
}

impl Detection {
    pub(in crate::predict) const fn value(self) -> f64 {
        match self {
            Self::Clinical => 0.0,
            Self::Screening => 1.0,
            Self::Unknown => survival::tables::v2::SCREEN_UNKNOWN,
        }
    }
}

/// Histological grade.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grade {
    /// 1.
    One,
    /// 2.
    Two,
    /// 3.
    Three,
    /// Not known: the published average 2.13.
    Unknown,
}

impl Grade {
    pub(in crate::predict) const fn value(self) -> f64 {
        match self {
            Self::One => 1.0,
            Self::Two => 2.0,
            Self::Three => 3.0,
            Self::Unknown => survival::tables::v2::GRADE_UNKNOWN,
        }
    }
}

/// Generation of chemotherapy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Chemotherapy {
    /// Second generation: anthracyclines.
    Second,
    /// Third generation: taxanes.
    Third,
}

/// One woman with early breast cancer. `None` is not known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Patient {
    /// Age at diagnosis in years, 25 to 85.
    pub age: f64,
    /// How it was found.
    pub detection: Detection,
    /// Size of the invasive tumour in mm, over 0 to 500.
    pub size_mm: f64,
    /// Grade.
    pub grade: Grade,
    /// Positive axillary nodes, 0 to 100.
    pub nodes: u32,
    /// Oestrogen receptor positive; the model needs it.
    pub er: bool,
    /// HER2-positive.
    pub her2: Option<bool>,
    /// Ki-67 positive: over 10 % of tumour cells stain (Wishart 2014, BMC Cancer 14:908).
    pub ki67: Option<bool>,
    /// Progesterone receptor positive (3.x only).
    pub pr: Option<bool>,
    /// Smokes now (3.x only; never and former smokers count alike).
    pub smoker: Option<bool>,
}

/// Hormone therapy.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Hormone {
    /// None.
    #[default]
    None,
    /// Five years.
    FiveYears,
    /// Ten years.
    TenYears,
}

/// Adjuvant treatment after surgery; the default is surgery alone.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Treatment {
    /// Radiotherapy with its mean heart dose in Gy (3.x only).
    pub radiotherapy_heart_gy: Option<f64>,
    /// Hormone therapy; no effect in ER-negative disease, except that 2.2 wrongly counts years 11 to 15 of ten.
    pub hormone: Hormone,
    /// Chemotherapy.
    pub chemotherapy: Option<Chemotherapy>,
    /// Trastuzumab; no effect unless HER2-positive.
    pub trastuzumab: bool,
    /// Bisphosphonate (after the menopause).
    pub bisphosphonate: bool,
}

/// Chances at the end of one year, each 0 to 1; the three add up to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Year {
    /// Years since surgery, 1 to 15.
    pub year: u8,
    /// Alive.
    pub alive: f64,
    /// Died of breast cancer.
    pub breast_cancer_death: f64,
    /// Died of something else.
    pub other_death: f64,
}

/// Why the model does not answer.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum Refusal {
    /// The model is not for this disease.
    #[error("the disease is metastatic: PREDICT is for early breast cancer after surgery only")]
    Metastatic,
    /// Age.
    #[error("the age `{0}` is not between 25 and 85")]
    Age(f64),
    /// Size.
    #[error("the tumour size `{0}` is not over 0 and at most 500 mm")]
    Size(f64),
    /// Nodes.
    #[error("the number of positive nodes `{0}` is over 100")]
    Nodes(u32),
    /// Heart dose.
    #[error("the heart dose `{0}` is not between 0 and 50 Gy")]
    HeartDose(f64),
    /// Smoking is not known.
    #[error("`smoker` is missing: version {0} needs it (0 never or former, 1 current)")]
    Smoker(&'static str),
    /// 2.2 has no radiotherapy.
    #[error("version 2.2 has no radiotherapy: leave it out or use 3.1")]
    Radiotherapy,
}

/// Survival and deaths by year under one treatment.
///
/// # Errors
/// The first input that is out of the model's range.
pub fn survival(version: Version, patient: &Patient, treatment: &Treatment) -> Result<[Year; YEARS], Refusal> {
    check(version, patient, treatment)?;
    let hazards = match version {
        Version::V2_2 => v2::hazards(patient, treatment),
        Version::V3_1 => v3::hazards(v3::Base::of_3_1(), patient, treatment),
        Version::V3_2 => v3::hazards(v3::Base::of_3_2(patient.er), patient, treatment),
    };
    Ok(hazards.years())
}

/// Whether a treatment can do anything for this tumour; one that cannot should not be shown as an option.
#[must_use]
pub fn is_effective(patient: &Patient, treatment: &Treatment) -> bool {
    (treatment.hormone == Hormone::None || patient.er) && (!treatment.trastuzumab || patient.her2 == Some(true))
}

fn check(version: Version, patient: &Patient, treatment: &Treatment) -> Result<(), Refusal> {
    if !(25.0..=85.0).contains(&patient.age) {
        return Err(Refusal::Age(patient.age));
    }
    if !(patient.size_mm > 0.0 && patient.size_mm <= 500.0) {
        return Err(Refusal::Size(patient.size_mm));
    }
    if patient.nodes > 100 {
        return Err(Refusal::Nodes(patient.nodes));
    }
    if version == Version::V2_2 {
        return if treatment.radiotherapy_heart_gy.is_some() { Err(Refusal::Radiotherapy) } else { Ok(()) };
    }
    if patient.smoker.is_none() {
        return Err(Refusal::Smoker(version.as_str()));
    }
    match treatment.radiotherapy_heart_gy {
        Some(dose) if !(0.0..=50.0).contains(&dose) => Err(Refusal::HeartDose(dose)),
        _ => Ok(()),
    }
}

/// The log hazard ratios that all versions share, besides radiotherapy, in one year (1 to 15) of follow-up.
fn treatment_effect(patient: &Patient, treatment: &Treatment, year: u8, extended: f64, extended_needs_er: bool) -> f64 {
    use survival::tables::v2;
    let hormone = if treatment.hormone != Hormone::None && patient.er { v2::RX_HORM } else { 0.0 };
    let counts = treatment.hormone == Hormone::TenYears && year > 10 && (patient.er || !extended_needs_er);
    let chemotherapy = match treatment.chemotherapy {
        None => 0.0,
        Some(Chemotherapy::Second) => v2::RX_CHEMO_GEN2,
        Some(Chemotherapy::Third) => v2::RX_CHEMO_GEN3,
    };
    let trastuzumab = if treatment.trastuzumab && patient.her2 == Some(true) { v2::RX_TRAZ } else { 0.0 };
    let bisphosphonate = if treatment.bisphosphonate { v2::RX_BIS } else { 0.0 };
    hormone + if counts { extended } else { 0.0 } + chemotherapy + trastuzumab + bisphosphonate
}

/// The effect of Ki-67, the same in all versions; known only in ER-positive disease.
fn ki67_effect(patient: &Patient) -> f64 {
    use survival::tables::v2;
    match (patient.er, patient.ki67) {
        (true, Some(true)) => v2::KI67_POS_ER1,
        (true, Some(false)) => v2::KI67_NEG_ER1,
        _ => 0.0,
    }
}

/// Yearly hazards from the two cumulative baselines and what multiplies them in each year.
fn hazards(
    breast: impl Fn(f64) -> f64,
    other: impl Fn(f64) -> f64,
    ln_breast: impl Fn(u8) -> f64,
    ln_other: f64,
) -> Hazards {
    let mut hazards = Hazards::default();
    let (mut breast_before, mut other_before) = (0.0, 0.0);
    for (year, slot) in (1_u8..).zip(hazards.0.iter_mut()) {
        let (breast_now, other_now) = (breast(f64::from(year)), other(f64::from(year)));
        *slot = ((breast_now - breast_before) * ln_breast(year).exp(), (other_now - other_before) * ln_other.exp());
        (breast_before, other_before) = (breast_now, other_now);
    }
    hazards
}
