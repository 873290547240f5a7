//! Which of several HER2 results governs: the newest conclusive metastatic one, else any positive primary one.
//!
//! ASCO (Henry NL et al., J Clin Oncol 2022;40:3205-3221) prefers the metastasis' receptors to direct therapy if the
//! clinical picture supports it; ABC (Cardoso F et al., Ann Oncol 2018;29:1634-1657) allows anti-HER2 therapy when any
//! biopsy is positive. The order in which results govern is a project rule; the flags keep every other result visible.

use super::her2::{Category, Status};

/// Where a specimen was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Site {
    /// The breast, or not said: receptor tests are of the primary unless a record says otherwise.
    Primary,
    /// A regional lymph node; counts with the primary.
    RegionalNode,
    /// A distant site.
    Metastasis,
}

/// One specimen's result. `D` is whatever orders the collection dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Result<D> {
    /// Where it was taken.
    pub site: Site,
    /// When it was taken.
    pub date: D,
    /// Its status.
    pub status: Status,
    /// Its category.
    pub category: Category,
}

/// A remark on several results taken together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Flag {
    /// Some result is HER2-low.
    AnyLow,
    /// Some result is positive.
    AnyPositive,
    /// A positive and a negative conclusive result exist.
    Discordant,
    /// A metastatic specimen without conclusive result could still change the status.
    MetastaticResultPending,
}

impl Flag {
    /// The flag as in the decision tables.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AnyLow => "ANY_LOW",
            Self::AnyPositive => "ANY_POSITIVE",
            Self::Discordant => "DISCORDANT",
            Self::MetastaticResultPending => "METASTATIC_RESULT_PENDING",
        }
    }
}

/// The governing result, if any is conclusive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Governing {
    /// Position of the governing result; `None` is "unresolved".
    pub index: Option<usize>,
    /// Remarks, sorted.
    pub flags: Vec<Flag>,
}

/// Chooses among results. The order in which they are given does not matter, except to break exact ties.
pub fn govern<D: Ord>(results: &[Result<D>]) -> Governing {
    let conclusive = || results.iter().enumerate().filter(|(_, result)| result.status.is_conclusive());
    let metastatic =
        conclusive().filter(|(_, r)| r.site == Site::Metastasis).max_by_key(|(_, r)| (&r.date, r.status.is_positive()));
    let governing = metastatic.or_else(|| conclusive().max_by_key(|(_, r)| (r.status.is_positive(), &r.date)));

    let any = |test: fn(&Result<D>) -> bool| results.iter().any(test);
    let any_positive = any(|r| r.status.is_positive());
    let pending = results.iter().any(|r| {
        r.site == Site::Metastasis
            && !r.status.is_conclusive()
            && governing.is_some_and(|(_, g)| g.site != Site::Metastasis || r.date > g.date)
    });
    let flags = [
        (any(|r| r.category == Category::Low), Flag::AnyLow),
        (any_positive, Flag::AnyPositive),
        (any_positive && any(|r| r.status.is_negative()), Flag::Discordant),
        (pending, Flag::MetastaticResultPending),
    ];
    Governing {
        index: governing.map(|(index, _)| index),
        flags: flags.into_iter().filter_map(|(holds, flag)| holds.then_some(flag)).collect(),
    }
}
