//! Hormone-receptor status and receptor subtype: section 2.3 of ASCO/CAP 2020 with the HER2 status beside it.
//!
//! Triple negative needs all three conclusively negative. Deliberately absent: intrinsic subtypes ("luminal A/B").

use super::hormone_receptors::Status;

/// Hormone-receptor status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HormoneReceptor {
    /// ER positive in any degree, or PgR positive.
    Positive,
    /// ER and PgR negative.
    Negative,
    /// One negative and the other unknown, or both unknown.
    Unknown,
    /// One of them is invalid.
    InvalidInput,
}

impl HormoneReceptor {
    /// The status as in the decision tables.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Positive => "HR_POSITIVE",
            Self::Negative => "HR_NEGATIVE",
            Self::Unknown => "HR_UNKNOWN",
            Self::InvalidInput => "INVALID_INPUT",
        }
    }

    /// From both receptors.
    #[must_use]
    pub fn of(er: Status, pr: Status) -> Self {
        match (er, pr) {
            (Status::InvalidInput, _) | (_, Status::InvalidInput) => Self::InvalidInput,
            (er, pr) if er.is_positive() || pr.is_positive() => Self::Positive,
            (Status::Negative, Status::Negative) => Self::Negative,
            _ => Self::Unknown,
        }
    }
}

/// HER2 as far as the subtype needs it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Her2 {
    /// Positive.
    Positive,
    /// Negative, with or without comment.
    Negative,
    /// Not settled.
    Open,
}

/// The subtype as in the decision tables (`HR+/HER2+`, `TNBC`, `HR?/HER2-`, `UNDETERMINED`).
#[must_use]
pub fn subtype(hormone_receptor: HormoneReceptor, her2: Her2) -> &'static str {
    match (hormone_receptor, her2) {
        (HormoneReceptor::Positive, Her2::Positive) => "HR+/HER2+",
        (HormoneReceptor::Positive, Her2::Negative) => "HR+/HER2-",
        (HormoneReceptor::Positive, Her2::Open) => "HR+/HER2?",
        (HormoneReceptor::Negative, Her2::Positive) => "HR-/HER2+",
        (HormoneReceptor::Negative, Her2::Negative) => "TNBC",
        (HormoneReceptor::Negative, Her2::Open) => "HR-/HER2?",
        (HormoneReceptor::Unknown, Her2::Positive) => "HR?/HER2+",
        (HormoneReceptor::Unknown, Her2::Negative) => "HR?/HER2-",
        (HormoneReceptor::Unknown, Her2::Open) => "UNDETERMINED",
        (HormoneReceptor::InvalidInput, _) => "INVALID_INPUT",
    }
}

/// Remarks on the pair of receptors: `ER_LOW`, `ER_NEG_PR_POS`.
#[must_use]
pub fn pair_flags(er: Status, pr: Status) -> Vec<&'static str> {
    let flags = [(er == Status::LowPositive, "ER_LOW"), (er == Status::Negative && pr.is_positive(), "ER_NEG_PR_POS")];
    flags.into_iter().filter_map(|(holds, flag)| holds.then_some(flag)).collect()
}
