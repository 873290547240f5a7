//! Published risk and prognosis models of breast cancer as pure functions.
//!
//! ```
//! use her2path_models::Exclusions;
//! use her2path_models::bcrat::{self, FirstBirth, Hyperplasia, Profile, Race};
//!
//! let woman = Profile {
//!     age: 50.0,
//!     until_age: 55.0,
//!     biopsies: Some(1),
//!     hyperplasia: Hyperplasia::Absent,
//!     menarche: Some(11.0),
//!     first_birth: FirstBirth::AtAge(32.0),
//!     relatives: Some(1),
//!     race: Race::White,
//! };
//! let risk = bcrat::absolute_risk(&woman.codes(), &Exclusions::default())?;
//! assert_eq!(format!("{:.2} % against {:.2} %", 100.0 * risk.absolute, 100.0 * risk.average), "2.53 % against 1.29 %");
//! # Ok::<(), bcrat::Refused>(())
//! ```
//!
//! Picture: **plain inputs → validated by the model's own rules → a number with its limits, or a refusal with every reason**.
//! A model never answers outside the people it was made for, and an input that is missing is named, not filled in.
//!
//! | module | question | for whom |
//! |---|---|---|
//! | [`bcrat`] | absolute risk of breast cancer (Gail model 2) | women without breast cancer, 20 to 90 |
//! | [`icare_lit`] | absolute risk of breast cancer, two age groups | women without breast cancer, 18 to 80 |
//! | [`genes`], [`risk_factors`] | penetrance by age, effect sizes | education, relatives |
//! | [`predict`] | overall survival and benefit of adjuvant treatment | early breast cancer after surgery, never metastatic |
//! | [`breast_gpa`] | median survival with brain metastases | breast cancer with brain metastases |
//! | [`mirels`] | risk of fracture of a long bone with a metastasis | bone metastasis in a long bone |
//! | [`conditional`], [`population`] | survival of those who have lived some years; registry and trial figures | metastatic breast cancer |
//! | [`trial_curves`] | follow-up of trial participants, reconstructed from printed curves | HER2-positive metastatic breast cancer |
//!
//! Not here, because no complete published table was seen: BCSC v2 and v3, Tyrer-Cuzick, BOADICEA, the modified
//! Breast-GPA of 2015, the staging of de novo disease of 2023, nomograms. Not here by design: FHIR, guidelines, wording
//! for patients, input and output. The tables and their sources are listed in `data/README.md`.

pub mod bcrat;
pub mod breast_gpa;
pub mod conditional;
mod exclusions;
pub mod genes;
pub mod icare_lit;
pub mod mirels;
mod natural_frequency;
pub mod population;
pub mod predict;
pub mod risk_factors;
pub mod trial_curves;

pub use exclusions::{Exclusion, Exclusions};
pub use natural_frequency::NaturalFrequency;

/// What every output of a model has to say with it.
pub const NOTICE: &str = "This informs, it does not decide; not a medical device.";

/// How well a tabulated figure is supported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Support {
    /// The figure was read in the source or in a copy of it.
    Seen,
    /// The figure was written from memory; information only until someone has checked it.
    FromMemory,
}

impl Support {
    /// The word used in the tables: `seen` or `from-memory`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Seen => "seen",
            Self::FromMemory => "from-memory",
        }
    }
}

/// What a reader must know before using a model: its version, for whom it was made, and when it must not be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ModelCard {
    /// Name as the field says it.
    pub name: &'static str,
    /// Version or year of the published model.
    pub version: &'static str,
    /// The people it was made from and for.
    pub population: &'static str,
    /// When it does not hold, one limit each.
    pub limits: &'static [&'static str],
    /// The papers.
    pub citations: &'static [&'static str],
}

/// The compiled tables of facts (see `build.rs`).
#[expect(clippy::approx_constant, reason = "3.14 % is the published 5-year risk of ATM carriers, not pi")]
mod tables {
    include!(concat!(env!("OUT_DIR"), "/tables.rs"));
}
