//! Anatomic TNM stage group of breast cancer.
//!
//! Categories to group as NCI's PDQ and SEER publish them; it is deliberately not called an AJCC stage, and prognostic
//! stage is deliberately absent. `M` not recorded gives no group, only a provisional one: M0 is never assumed.

use std::fmt;

/// T class: substages are folded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum T {
    /// Primary cannot be assessed.
    X,
    /// No evidence of a primary.
    T0,
    /// In situ.
    Tis,
    /// At most 20 mm.
    T1,
    /// More than 20 and at most 50 mm.
    T2,
    /// More than 50 mm.
    T3,
    /// Chest wall, skin, or inflammatory.
    T4,
}

/// N class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum N {
    /// Nodes cannot be assessed.
    X,
    /// None, isolated tumour cells included.
    N0,
    /// Micrometastases.
    N1mi,
    /// N1.
    N1,
    /// N2.
    N2,
    /// N3.
    N3,
}

/// M class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum M {
    /// No distant metastasis, deposits of at most 0.2 mm without other signs included.
    M0,
    /// Distant metastasis.
    M1,
    /// Not recorded, or MX.
    Unknown,
}

/// A stage group, or why there is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    /// 0
    Zero,
    /// IA
    IA,
    /// IB
    IB,
    /// IIA
    IIA,
    /// IIB
    IIB,
    /// III, not otherwise specified.
    III,
    /// IIIA
    IIIA,
    /// IIIB
    IIIB,
    /// IIIC
    IIIC,
    /// IV
    IV,
    /// T0 N0 M0: nothing to stage.
    NoStage,
    /// Tis with involved nodes: the T must be assigned anew.
    TisWithNodes,
    /// T or N does not settle it.
    Unknown,
    /// M is not recorded.
    UnknownM,
    /// A category that does not exist.
    InvalidInput,
}

impl Group {
    /// The group as in the decision tables.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Zero => "0",
            Self::IA => "IA",
            Self::IB => "IB",
            Self::IIA => "IIA",
            Self::IIB => "IIB",
            Self::III => "III",
            Self::IIIA => "IIIA",
            Self::IIIB => "IIIB",
            Self::IIIC => "IIIC",
            Self::IV => "IV",
            Self::NoStage => "NO_STAGE:T0N0",
            Self::TisWithNodes => "INVALID:TIS_NODES",
            Self::Unknown => "UNKNOWN",
            Self::UnknownM => "UNKNOWN_M",
            Self::InvalidInput => "INVALID_INPUT",
        }
    }
}

impl Group {
    /// Whether it is a stage group, and not the lack of one.
    #[must_use]
    pub fn is_settled(self) -> bool {
        !matches!(self, Self::NoStage | Self::TisWithNodes | Self::Unknown | Self::UnknownM | Self::InvalidInput)
    }
}

/// A remark on a stage group; project rules.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Flag {
    /// pM0 is not a valid category; read as M0.
    Pm0NotValid,
    /// M1 without a primary found.
    T0N0M1,
    /// Tis with M1: stage IV, and the T is doubtful.
    TisWithM1,
    /// Tis with nodes not assessed: stage 0.
    TisNx,
}

impl fmt::Display for Flag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pm0NotValid => "PM0_NOT_VALID",
            Self::T0N0M1 => "T0N0M1_NO_PRIMARY_FOUND",
            Self::TisWithM1 => "TIS_WITH_M1",
            Self::TisNx => "TIS_NX",
        })
    }
}

/// The outcome of staging.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The group.
    pub group: Group,
    /// Where M is not recorded: the group if there is no distant metastasis.
    pub provisional: Option<Group>,
    /// Remarks, sorted.
    pub flags: Vec<Flag>,
}

/// The group of three categories as written (`cT1c`, `pN1mi(sn)`, `cM0(i+)`, `ypT0`, `T2`); an empty M is not recorded.
#[must_use]
pub fn group_of_text(t: &str, n: &str, m: &str) -> Outcome {
    let m_is_p_zero = m.trim() == "pM0" || m.trim() == "ypM0";
    let (Some(t), Some(n), Some(m)) = (parse_t(t), parse_n(n), parse_m(m)) else {
        return Outcome { group: Group::InvalidInput, provisional: None, flags: Vec::new() };
    };
    let mut outcome = group(t, n, m);
    if m_is_p_zero {
        outcome.flags.push(Flag::Pm0NotValid);
        outcome.flags.sort_unstable();
    }
    outcome
}

/// The complete table of T, N and M classes.
#[must_use]
pub fn group(t: T, n: N, m: M) -> Outcome {
    match m {
        M::M1 => {
            let flag = match (t, n) {
                (T::T0, N::N0) => Some(Flag::T0N0M1),
                (T::Tis, _) => Some(Flag::TisWithM1),
                _ => None,
            };
            Outcome { group: Group::IV, provisional: None, flags: flag.into_iter().collect() }
        }
        M::M0 => {
            let flag = (t == T::Tis && n == N::X).then_some(Flag::TisNx);
            Outcome { group: without_metastasis(t, n), provisional: None, flags: flag.into_iter().collect() }
        }
        M::Unknown => {
            let flag = (t == T::Tis && n == N::X).then_some(Flag::TisNx);
            Outcome {
                group: Group::UnknownM,
                provisional: Some(without_metastasis(t, n)),
                flags: flag.into_iter().collect(),
            }
        }
    }
}

fn without_metastasis(t: T, n: N) -> Group {
    match (t, n) {
        (T::Tis, N::N0 | N::X) => Group::Zero,
        (T::Tis, _) => Group::TisWithNodes,
        (_, N::N3) => Group::IIIC,
        (T::T4, N::X) | (T::X, N::N2) => Group::III,
        (T::X, _) | (_, N::X) => Group::Unknown,
        (T::T4, _) => Group::IIIB,
        (T::T0, N::N0) => Group::NoStage,
        (T::T1, N::N0) => Group::IA,
        (T::T0 | T::T1, N::N1mi) => Group::IB,
        (T::T0 | T::T1, N::N1) | (T::T2, N::N0) => Group::IIA,
        (T::T2, N::N1mi | N::N1) | (T::T3, N::N0) => Group::IIB,
        (_, N::N2) | (T::T3, N::N1mi | N::N1) => Group::IIIA,
    }
}

/// A T category as written; `None` if there is no such category.
#[must_use]
pub fn parse_t(text: &str) -> Option<T> {
    Some(match without_prefix(text, 'T')?.to_ascii_lowercase().as_str() {
        "x" => T::X,
        "0" => T::T0,
        "is" | "is(dcis)" | "is(paget)" | "is (dcis)" | "is (paget)" => T::Tis,
        "1" | "1mi" | "1a" | "1b" | "1c" => T::T1,
        "2" => T::T2,
        "3" => T::T3,
        "4" | "4a" | "4b" | "4c" | "4d" => T::T4,
        _ => return None,
    })
}

/// An N category as written; `None` if there is no such category.
#[must_use]
pub fn parse_n(text: &str) -> Option<N> {
    let lower = without_prefix(text, 'N')?.to_ascii_lowercase();
    let class = lower.trim_end_matches("(sn)").trim_end_matches("(f)").trim_end();
    Some(match class {
        "x" => N::X,
        "0" | "0(i+)" | "0(i-)" | "0(mol+)" | "0(mol-)" => N::N0,
        "1mi" => N::N1mi,
        "1" | "1a" | "1b" | "1c" => N::N1,
        "2" | "2a" | "2b" => N::N2,
        "3" | "3a" | "3b" | "3c" => N::N3,
        _ => return None,
    })
}

/// An M category as written; empty and MX are [`M::Unknown`], `None` if there is no such category.
#[must_use]
pub fn parse_m(text: &str) -> Option<M> {
    if text.trim().is_empty() {
        return Some(M::Unknown);
    }
    Some(match without_prefix(text, 'M')?.to_ascii_lowercase().as_str() {
        "x" => M::Unknown,
        "0" | "0(i+)" => M::M0,
        "1" => M::M1,
        _ => return None,
    })
}

/// What follows the letter, with any of the prefixes c, p, yc, yp, r, rc, rp and a before it.
fn without_prefix(text: &str, letter: char) -> Option<&str> {
    let (prefix, rest) = text.trim().split_once(letter)?;
    matches!(prefix, "" | "c" | "p" | "yc" | "yp" | "y" | "r" | "rc" | "rp" | "a").then(|| rest.trim())
}
