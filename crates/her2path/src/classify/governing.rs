//! Which of several receptor results governs: the newest conclusive metastatic one, else any positive primary one.
//!
//! ASCO (Henry NL et al., J Clin Oncol 2022;40:3205-3221) prefers the metastasis' receptors to direct therapy if the
//! clinical picture supports it; ABC (Cardoso F et al., Ann Oncol 2018;29:1634-1657) allows anti-HER2 therapy when any
//! biopsy is positive. The order in which results govern is a project rule; the flags keep every other result visible.
//! Where dates leave the order open and the results differ, none governs. Deliberately absent: any guess at the order.

/// Where a specimen was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Site {
    /// The breast.
    Primary,
    /// A regional lymph node; counts with the primary.
    RegionalNode,
    /// A distant site.
    Metastasis,
}

/// Which way one specimen's result points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Conclusively positive.
    Positive,
    /// Conclusively negative.
    Negative,
    /// Anything that settles nothing, contradictions among it.
    Open,
}

/// One specimen's result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Candidate {
    /// Where it was taken. A specimen of unknown site counts with the primary, but never behind a metastasis that may
    /// be older.
    pub site: Option<Site>,
    /// Its result.
    pub outcome: Outcome,
}

/// A remark on several results taken together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Flag {
    /// Some result is positive.
    AnyPositive,
    /// A positive and a negative conclusive result exist.
    Discordant,
    /// A metastatic specimen without conclusive result could still change the status.
    MetastaticResultPending,
    /// Another specimen without conclusive result is not known to be older than the governing one.
    LaterResultOpen,
    /// Results differ, and the dates do not say which is the newest.
    OrderUndecided,
}

impl Flag {
    /// The flag as in the data dictionary.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AnyPositive => "any-positive",
            Self::Discordant => "discordant",
            Self::MetastaticResultPending => "metastatic-result-pending",
            Self::LaterResultOpen => "later-result-open",
            Self::OrderUndecided => "order-undecided",
        }
    }
}

/// Which result governs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// No result is conclusive.
    Unresolved,
    /// The one at this position.
    One(usize),
    /// These differ, and none can be said to be the newest.
    Undecided(Vec<usize>),
}

/// The governing result and remarks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Governing {
    /// What governs.
    pub choice: Choice,
    /// Remarks, sorted.
    pub flags: Vec<Flag>,
}

/// Chooses among results.
///
/// `before(a, b)` says whether the specimen at `a` was taken before the one at `b`, `None` where that is not known. Of
/// results that are equally good the last one is chosen, so the order given is that of display, not of judgement.
pub fn govern(candidates: &[Candidate], before: impl Fn(usize, usize) -> Option<bool>) -> Governing {
    let positions = |wanted: &dyn Fn(&Candidate) -> bool| -> Vec<usize> {
        candidates.iter().enumerate().filter(|(_, c)| wanted(c)).map(|(position, _)| position).collect()
    };
    // The order given is that of display, by date: a later one is soonest found among the last.
    let newest = |of: &[usize]| -> Vec<usize> {
        of.iter().copied().filter(|a| !of.iter().rev().any(|b| before(*a, *b) == Some(true))).collect()
    };
    let outcome = |position: usize| candidates.get(position).map(|candidate| candidate.outcome);
    let metastatic = newest(&positions(&|c| c.site == Some(Site::Metastasis) && c.outcome != Outcome::Open));
    let choice = if metastatic.is_empty() {
        let positive = newest(&positions(&|c| c.outcome == Outcome::Positive));
        let negative = newest(&positions(&|c| c.outcome == Outcome::Negative));
        positive.last().or(negative.last()).map_or(Choice::Unresolved, |last| Choice::One(*last))
    } else {
        // A specimen of unknown site may be a metastasis that is newer.
        let unsited = positions(&|c| c.site.is_none() && c.outcome != Outcome::Open);
        let maybe: Vec<usize> =
            unsited.into_iter().filter(|u| metastatic.iter().any(|m| before(*u, *m) != Some(true))).collect();
        let all: Vec<usize> = metastatic.iter().chain(&maybe).copied().collect();
        let alike = all.iter().all(|a| all.first().is_some_and(|b| outcome(*a) == outcome(*b)));
        let same_day = |a: usize, b: usize| before(a, b) == Some(false) && before(b, a) == Some(false);
        let one_day = maybe.is_empty() && metastatic.iter().all(|a| metastatic.iter().all(|b| same_day(*a, *b)));
        let positive = metastatic.iter().rev().find(|m| outcome(**m) == Some(Outcome::Positive));
        match (alike, one_day, positive, metastatic.last()) {
            (true, _, _, Some(last)) => Choice::One(*last),
            (false, true, Some(positive), _) => Choice::One(*positive),
            _ => Choice::Undecided(all),
        }
    };
    let flags = flags(candidates, &choice, before);
    Governing { choice, flags }
}

fn flags(candidates: &[Candidate], choice: &Choice, before: impl Fn(usize, usize) -> Option<bool>) -> Vec<Flag> {
    let any = |outcome| candidates.iter().any(|candidate| candidate.outcome == outcome);
    let governing = match choice {
        Choice::One(position) => candidates.get(*position).map(|candidate| (*position, candidate.site)),
        Choice::Unresolved | Choice::Undecided(_) => None,
    };
    let of_metastasis = governing.is_some_and(|(_, site)| site == Some(Site::Metastasis));
    let open = |wanted: &dyn Fn(Option<Site>, bool) -> bool| {
        candidates.iter().enumerate().any(|(position, candidate)| {
            let maybe_newer = governing.is_none_or(|(governs, _)| before(position, governs) != Some(true));
            candidate.outcome == Outcome::Open && wanted(candidate.site, maybe_newer)
        })
    };
    let settled = *choice != Choice::Unresolved;
    let metastasis_pending =
        settled && open(&|site, newer| site == Some(Site::Metastasis) && (!of_metastasis || newer));
    let later_open =
        settled && open(&|site, newer| newer && site != Some(Site::Metastasis) && (site.is_none() || !of_metastasis));
    let flags = [
        (any(Outcome::Positive), Flag::AnyPositive),
        (any(Outcome::Positive) && any(Outcome::Negative), Flag::Discordant),
        (metastasis_pending, Flag::MetastaticResultPending),
        (later_open, Flag::LaterResultOpen),
        (matches!(choice, Choice::Undecided(_)), Flag::OrderUndecided),
    ];
    flags.into_iter().filter_map(|(holds, flag)| holds.then_some(flag)).collect()
}
