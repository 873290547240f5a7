//! Breast-GPA 2020: median survival with brain metastases from breast cancer, by points.
//!
//! Source: Sperduto 2020, Int J Radiat Oncol Biol Phys 107:334, as in the source of brainmetgpa.com (2020-09-16). Points
//! are counted in halves, so that sums are exact. Deliberately absent: the Breast-GPA of 2012, whose survival times are
//! out of date, and the modified Breast-GPA of 2015, whose point table was not seen.

use crate::ModelCard;

/// What to know before using the score.
pub const CARD: ModelCard = ModelCard {
    name: "Breast-GPA",
    version: "2020",
    population: "people with breast cancer and newly found brain metastases, 2006 to 2017, n = 2,473",
    limits: &[
        "the cohort was treated before tucatinib and trastuzumab deruxtecan: expect the medians to be too low today",
        "a median is not a forecast for one person: the range given is that of the middle half",
        "not for leptomeningeal disease alone",
    ],
    citations: &["Sperduto 2020, Int J Radiat Oncol Biol Phys 107:334"],
};

/// Karnofsky performance status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kps {
    /// 60 or less.
    UpTo60,
    /// 70 or 80.
    From70To80,
    /// 90 or 100.
    From90To100,
}

impl Kps {
    /// The band of a Karnofsky status: 0, 10 … 100.
    #[must_use]
    pub const fn of_percent(percent: u32) -> Option<Self> {
        match percent {
            0 | 10 | 20 | 30 | 40 | 50 | 60 => Some(Self::UpTo60),
            70 | 80 => Some(Self::From70To80),
            90 | 100 => Some(Self::From90To100),
            _ => None,
        }
    }
}

/// Subtype by receptors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Subtype {
    /// Hormone receptor (ER or PR) positive.
    pub hormone_receptor: bool,
    /// HER2-positive.
    pub her2: bool,
}

/// One person with brain metastases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patient {
    /// Karnofsky performance status.
    pub kps: Kps,
    /// Subtype.
    pub subtype: Subtype,
    /// 60 years or older.
    pub from_60: bool,
    /// More than one brain metastasis.
    pub several_brain_metastases: bool,
    /// Metastases outside the brain.
    pub extracranial_metastases: bool,
}

/// The score and what it says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outlook {
    /// Points, 0 to 4 by halves.
    pub gpa: f64,
    /// Median survival in months.
    pub median_survival_months: f64,
    /// Lower end of the middle half, in months.
    pub iqr_low: f64,
    /// Upper end of the middle half, in months.
    pub iqr_high: f64,
}

/// Points and median survival.
#[must_use]
pub fn outlook(patient: &Patient) -> Outlook {
    let kps = match patient.kps {
        Kps::UpTo60 => 0,
        Kps::From70To80 => 1,
        Kps::From90To100 => 2,
    };
    let subtype = match (patient.subtype.hormone_receptor, patient.subtype.her2) {
        (false, false) => 0,
        (true, false) => 1,
        (_, true) => 3,
    };
    let halves = kps
        + subtype
        + u8::from(!patient.from_60)
        + u8::from(!patient.several_brain_metastases)
        + u8::from(!patient.extracranial_metastases);
    let (median_survival_months, iqr_low, iqr_high) = match halves {
        0..=2 => (6.0, 2.5, 12.3),
        3..=4 => (12.9, 5.6, 27.0),
        5..=6 => (23.5, 11.1, 47.0),
        _ => (36.3, 18.5, 78.1),
    };
    Outlook { gpa: f64::from(halves) / 2.0, median_survival_months, iqr_low, iqr_high }
}

/// What is known of a person; what is `None` is not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// Karnofsky performance status.
    pub kps: Option<Kps>,
    /// Hormone receptor (ER or PR) positive.
    pub hormone_receptor: Option<bool>,
    /// HER2-positive.
    pub her2: Option<bool>,
    /// 60 years or older.
    pub from_60: Option<bool>,
    /// More than one brain metastasis.
    pub several: Option<bool>,
    /// Metastases outside the brain.
    pub extracranial: Option<bool>,
}

impl Known {
    /// The outlook with the fewest and with the most points that the unknown factors leave open.
    #[must_use]
    pub fn bounds(&self) -> (Outlook, Outlook) {
        let of = |kps: Kps, positive: bool, better: bool| {
            outlook(&Patient {
                kps: self.kps.unwrap_or(kps),
                subtype: Subtype {
                    hormone_receptor: self.hormone_receptor.unwrap_or(positive),
                    her2: self.her2.unwrap_or(positive),
                },
                from_60: self.from_60.unwrap_or(!better),
                several_brain_metastases: self.several.unwrap_or(!better),
                extracranial_metastases: self.extracranial.unwrap_or(!better),
            })
        };
        (of(Kps::UpTo60, false, false), of(Kps::From90To100, true, true))
    }

    /// The unknown factors that matter: a hormone receptor does not beside positive HER2.
    #[must_use]
    pub fn unknown(&self) -> Vec<&'static str> {
        let all = [
            ("performance status", self.kps.is_some()),
            ("hormone receptor", self.hormone_receptor.is_some() || self.her2 == Some(true)),
            ("HER2", self.her2.is_some()),
            ("age", self.from_60.is_some()),
            ("number of brain metastases", self.several.is_some()),
            ("metastases outside the brain", self.extracranial.is_some()),
        ];
        all.into_iter().filter(|(_, known)| !known).map(|(name, _)| name).collect()
    }
}
