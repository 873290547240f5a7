//! BCRAT, the Breast Cancer Risk Assessment Tool of the NCI (Gail model 2): the probability that a woman without breast
//! cancer gets invasive breast cancer between two ages, and the same of the average woman of her age and race.
//!
//! Relative risk by race from four case-control studies; hazards constant within 5-year bands; death of other causes
//! competes:
//!
//! ```text
//! LP(<50)  = NB b1 + AM b2 + AF b3 + NR b4 + AF NR b6 + ln R_hyp          LP(>=50) = LP(<50) + NB b5
//! h1(a)    = incidence(a) (1 - AR) exp(LP)                               h2(a) = competing mortality(a)
//! risk     = sum over pieces of h1/(h1+h2) exp(-hazard so far) (1 - exp(-(h1+h2) length))
//! ```
//!
//! Sources: Gail 1989, JNCI 81:1879; Costantino 1999, JNCI 91:1541; Gail 2007 (CARE), JNCI 99:1782; Matsuno 2011 (AABCS),
//! JNCI 103:951; Banegas 2017 (SFBCS), JNCI 109(2). Compared with R BCRA 2.1.2.
//!
//! Deliberately absent: the rounding to 0.1 % of the web tool, and a risk for men.

mod codes;
mod hazard;

pub use codes::{Category, Codes, FirstBirth, Hyperplasia, HyperplasiaFactor, Profile, Race, Recoded};

use crate::{Exclusion, Exclusions, ModelCard};

/// What to know before using the model.
pub const CARD: ModelCard = ModelCard {
    name: "BCRAT (Gail model 2)",
    version: "constants of the algorithm of the NCI, version 4.1 (December 2017), as in BCRA 2.1.2",
    population: "women in the United States without breast cancer; the tool of the NCI takes ages 35 to 85, the model 20 to 90",
    limits: &[
        "not for a woman who has or had breast cancer, DCIS or LCIS",
        "not after radiation of the chest for Hodgkin lymphoma",
        "not for a known carrier of BRCA1, BRCA2 or another hereditary syndrome: CanRisk or a genetics service instead",
        "only first-degree relatives count, and not their ages: the risk of a strong family history is underestimated",
        "may underestimate the risk of Black women with previous biopsies and of Hispanic women born outside the United States",
        "American Indian and Alaska Native women and women of unknown race get the figures of White women",
        "was not made for choosing screening by MRI (models of family history are used for that)",
    ],
    citations: &[
        "Gail 1989, JNCI 81:1879",
        "Costantino 1999, JNCI 91:1541",
        "Gail 2007 (CARE), JNCI 99:1782",
        "Matsuno 2011 (AABCS), JNCI 103:951",
        "Banegas 2017 (SFBCS), JNCI 109(2)",
    ],
};

/// Ages at which the NCI offers the tool; outside of it the model answers with a warning.
pub const TOOL_AGES: std::ops::RangeInclusive<f64> = 35.0..=85.0;

/// Why the model does not answer.
#[derive(Clone, Copy, Debug, PartialEq, thiserror::Error)]
pub enum Refusal {
    /// The model is not for her.
    #[error(transparent)]
    Excluded(#[from] Exclusion),
    /// Current age.
    #[error("the current age `{0}` is not between 20 and 90")]
    Age(f64),
    /// Projection age.
    #[error("the age to project to `{0}` is over 90")]
    UntilAge(f64),
    /// Ages not in order.
    #[error("the age to project to `{until}` is not after the current age `{age}`")]
    AgeOrder {
        /// Current age.
        age: f64,
        /// Age to project to.
        until: f64,
    },
    /// Requirement (A) of BCRA.
    #[error("no biopsy is recorded but hyperplasia is `{0}`: without a biopsy it must be 99 (unknown)")]
    HyperplasiaWithoutBiopsy(f64),
    /// Requirement (B) of BCRA.
    #[error("hyperplasia `{0}` is none of 0 (no), 1 (yes) and 99 (unknown)")]
    Hyperplasia(f64),
    /// Number of biopsies.
    #[error("the number of biopsies `{0}` is not a count (99 for unknown)")]
    Biopsies(f64),
    /// Age at menarche.
    #[error("the age at menarche `{0}` is not over 0 and at most the current age (99 for unknown)")]
    Menarche(f64),
    /// Age at first live birth.
    #[error(
        "the age at first live birth `{0}` is not between menarche and the current age (98 for no birth, 99 for unknown)"
    )]
    FirstBirth(f64),
    /// Number of relatives.
    #[error("the number of affected first-degree relatives `{0}` is not a count (99 for unknown)")]
    Relatives(f64),
    /// Race code.
    #[error("the race code `{0}` is not a whole number from 1 to 11")]
    Race(f64),
    /// A value is missing altogether.
    #[error("`{0}` is missing: give its value, or its code for unknown if it has one")]
    Missing(&'static str),
}

/// Every reason for which the model does not answer.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
pub struct Refused(pub Vec<Refusal>);

/// The answer.
#[derive(Clone, Debug, PartialEq)]
pub struct AbsoluteRisk {
    /// Probability (0 to 1) of invasive breast cancer between the two ages.
    pub absolute: f64,
    /// The same for the average woman of her age and race.
    pub average: f64,
    /// Relative risk before 50 and from 50, against a woman with the lowest category of every factor.
    pub relative: [f64; 2],
    /// The categories she fell into.
    pub recoded: Recoded,
}

/// The probability of invasive breast cancer between `t1` and `t2`.
///
/// # Errors
/// Every reason for which the model does not hold or an input is invalid.
pub fn absolute_risk(codes: &Codes, exclusions: &Exclusions) -> Result<AbsoluteRisk, Refused> {
    let recoded = codes.recode();
    let mut refusals: Vec<Refusal> = exclusions.present().into_iter().map(Refusal::from).collect();
    refusals.extend(recoded.refusals.iter().copied());
    let (Some(race), Some(t1), Some(t2), Some(relative), true) =
        (Race::of_code(codes.race), codes.t1, codes.t2, recoded.relative_risk(codes), refusals.is_empty())
    else {
        return Err(Refused(refusals));
    };
    Ok(AbsoluteRisk {
        absolute: hazard::projected(race.constants(), relative, t1, t2),
        average: hazard::average(race.constants(), t1, t2),
        relative,
        recoded,
    })
}

/// Her risk and the average woman's from `t1` to each whole age up to `until` (at most 90), for a picture.
///
/// # Errors
/// As [`absolute_risk`].
pub fn course(codes: &Codes, exclusions: &Exclusions, until: f64) -> Result<Vec<(f64, f64, f64)>, Refused> {
    let relative = absolute_risk(codes, exclusions)?.relative;
    let (Some(race), Some(t1)) = (Race::of_code(codes.race), codes.t1) else {
        return Ok(Vec::new());
    };
    let constants = race.constants();
    let ages = (21_u8..=90).map(f64::from).filter(|age| *age > t1 && *age <= until);
    Ok(ages
        .map(|age| (age, hazard::projected(constants, relative, t1, age), hazard::average(constants, t1, age)))
        .collect())
}
