//! Criteria against a chart, in three-valued logic.
//!
//! One pass over a recommendation gives the outcome of every criterion, nested as the criteria are. Nothing is cut
//! short: the reader is to see every criterion, not only the first that decided.

mod missing;
mod test;
mod unknown;

use her2path_knowledge::model::{Criterion, Knowledge, Recommendation};

pub use missing::{Missing, missing_facts};
pub use unknown::unknown_facts;

use crate::chart::facts::Facts;
use crate::truth::Truth;

/// A criterion and what came of it, and for a group of each of its members in order.
#[derive(Debug, Clone, PartialEq)]
pub struct Judged<'k> {
    /// The criterion.
    pub criterion: &'k Criterion,
    /// The outcome.
    pub outcome: Truth,
    /// The members; empty for a single test.
    pub members: Vec<Judged<'k>>,
}

/// What came of a recommendation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// Every criterion is met and no contraindication can apply.
    Recommended,
    /// Something that would decide is not known.
    NeedsData,
    /// A contraindication is met.
    Contraindicated,
    /// A criterion is not met.
    NotApplicable,
}

impl Outcome {
    /// The word of the output.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Recommended => "recommended",
            Self::NeedsData => "needs-data",
            Self::Contraindicated => "contraindicated",
            Self::NotApplicable => "not-applicable",
        }
    }

    /// The table of outcomes: `when` in rows, `contraindicated-if` in columns.
    #[must_use]
    pub fn of(when: Truth, contraindicated: Truth) -> Self {
        match (when, contraindicated) {
            (Truth::NotMet, _) => Self::NotApplicable,
            (_, Truth::Met) => Self::Contraindicated,
            (Truth::Met, Truth::NotMet) => Self::Recommended,
            (Truth::Unknown, _) | (Truth::Met, Truth::Unknown) => Self::NeedsData,
        }
    }
}

/// A recommendation judged: its outcome and those of its criteria.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement<'k> {
    /// The outcome.
    pub outcome: Outcome,
    /// The criteria of `when`.
    pub when: Vec<Judged<'k>>,
    /// The criteria of `contraindicated-if`.
    pub contraindicated_if: Vec<Judged<'k>>,
}

/// Judges a recommendation.
#[must_use]
pub fn judge<'k>(recommendation: &'k Recommendation, facts: &Facts, knowledge: &Knowledge) -> Judgement<'k> {
    let judge_all = |criteria: &'k [Criterion]| -> Vec<Judged<'k>> {
        criteria.iter().map(|criterion| judge_criterion(criterion, facts, knowledge)).collect()
    };
    let when = judge_all(&recommendation.when);
    let contraindicated_if = judge_all(&recommendation.contraindicated_if);
    let outcome = Outcome::of(
        Truth::all(when.iter().map(|judged| judged.outcome)),
        Truth::any(contraindicated_if.iter().map(|judged| judged.outcome)),
    );
    Judgement { outcome, when, contraindicated_if }
}

/// Judges one criterion with all its members.
#[must_use]
pub fn judge_criterion<'k>(criterion: &'k Criterion, facts: &Facts, knowledge: &Knowledge) -> Judged<'k> {
    let (members, combine): (_, fn(&[Judged<'_>]) -> Truth) = match criterion {
        Criterion::Test(test) => {
            return Judged { criterion, outcome: test::judge(test, facts, knowledge), members: Vec::new() };
        }
        Criterion::All(members) => (members, |judged| Truth::all(outcomes(judged))),
        Criterion::Any(members) => (members, |judged| Truth::any(outcomes(judged))),
        Criterion::None(members) => (members, |judged| !Truth::any(outcomes(judged))),
    };
    let members: Vec<Judged<'k>> = members.iter().map(|member| judge_criterion(member, facts, knowledge)).collect();
    Judged { criterion, outcome: combine(&members), members }
}

fn outcomes(judged: &[Judged<'_>]) -> impl Iterator<Item = Truth> {
    judged.iter().map(|judged| judged.outcome)
}
