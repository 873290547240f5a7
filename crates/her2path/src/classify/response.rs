//! Tumour response: RECIST 1.1 (Eisenhauer EA et al., Eur J Cancer 2009;45:228-247).
//!
//! Sums are millimetres: longest diameters of non-nodal and short axes of nodal target lesions. Progression is judged
//! against the nadir, partial response against the baseline.

use rust_decimal::Decimal;

/// A response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Response {
    /// Complete response.
    Cr,
    /// Partial response.
    Pr,
    /// Stable disease.
    Sd,
    /// Progressive disease.
    Pd,
    /// Neither complete response nor progression, for non-target disease.
    NonCrNonPd,
    /// Not evaluable.
    Ne,
}

impl Response {
    /// The response as in the decision tables.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cr => "CR",
            Self::Pr => "PR",
            Self::Sd => "SD",
            Self::Pd => "PD",
            Self::NonCrNonPd => "NONCR_NONPD",
            Self::Ne => "NE",
        }
    }

    /// Reads a response as in the decision tables.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Cr, Self::Pr, Self::Sd, Self::Pd, Self::NonCrNonPd, Self::Ne].into_iter().find(|r| r.as_str() == text)
    }
}

/// Sums of the target lesions, in millimetres.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TargetSums {
    /// At baseline.
    pub baseline: Decimal,
    /// Smallest earlier sum, the baseline included.
    pub nadir: Decimal,
    /// Now.
    pub current: Decimal,
    /// All target lesions are gone and all target nodes below 10 mm in short axis.
    pub all_gone: bool,
}

/// Response of the target lesions; `None` for negative sums.
#[must_use]
pub fn target(sums: &TargetSums) -> Option<Response> {
    let TargetSums { baseline, nadir, current, all_gone } = *sums;
    if [baseline, nadir, current].iter().any(|sum| *sum < Decimal::ZERO) {
        return None;
    }
    let at_least_five_mm = current.checked_sub(nadir)? >= Decimal::from(5);
    let at_least_a_fifth = current >= nadir.checked_mul(Decimal::new(12, 1))?;
    let at_most_seven_tenths = current <= baseline.checked_mul(Decimal::new(7, 1))?;
    Some(if all_gone {
        Response::Cr
    } else if at_least_five_mm && at_least_a_fifth {
        Response::Pd
    } else if at_most_seven_tenths {
        Response::Pr
    } else {
        Response::Sd
    })
}

/// Overall response at one time. `None` stands for "no lesions of this kind".
#[must_use]
pub fn overall(target: Option<Response>, non_target: Option<Response>, new_lesion: bool) -> Response {
    use Response::{Cr, Ne, NonCrNonPd, Pd, Pr, Sd};
    if new_lesion || target == Some(Pd) || non_target == Some(Pd) {
        return Pd;
    }
    match (target, non_target) {
        (Some(Cr), None | Some(Cr)) => Cr,
        (Some(Cr), Some(_)) => Pr,
        (Some(Pr), _) => Pr,
        (Some(Sd), _) => Sd,
        (Some(Ne | NonCrNonPd | Pd), _) => Ne,
        (None, Some(Cr)) => Cr,
        (None, Some(NonCrNonPd)) => NonCrNonPd,
        (None, _) => Ne,
    }
}
