//! Which outcomes of which recommendations the vignettes show.
//!
//! Every recommendation is to be shown *recommended*; *contraindicated* where it has contraindications; and *needs data*
//! where it can come to that. It cannot where every fact that it tests must be known for it to apply at all: then a
//! missing fact makes it not applicable.

use std::collections::{BTreeMap, BTreeSet};

use her2path::guideline::{Fact, KNOWLEDGE};
use her2path::knowledge::model::{Chapter, Criterion, FactIndex, Operation, Recommendation};

use super::format::{ExpectedOutcome, Vignette};

/// What no vignette shows, by chapter: a line for each recommendation and outcome.
pub(crate) fn gaps<'v>(vignettes: impl IntoIterator<Item = &'v Vignette>) -> BTreeMap<Chapter, Vec<String>> {
    let mut shown: BTreeSet<(String, &'static str)> = BTreeSet::new();
    for case in vignettes.into_iter().flat_map(|vignette| &vignette.cases) {
        for expected in &case.recommendations {
            shown.insert((expected.id.clone(), word(expected.outcome)));
        }
    }
    let mut gaps: BTreeMap<Chapter, Vec<String>> = BTreeMap::new();
    for recommendation in KNOWLEDGE.recommendations.iter() {
        for outcome in wanted(recommendation) {
            if !shown.contains(&(recommendation.id.to_string(), word(outcome))) {
                gaps.entry(recommendation.chapter).or_default().push(format!("{}: {outcome}", recommendation.id));
            }
        }
    }
    gaps
}

fn word(outcome: ExpectedOutcome) -> &'static str {
    ExpectedOutcome::WORDS.iter().find(|(_, other)| *other == outcome).map_or("", |(word, _)| word)
}

/// The outcomes that have to be shown.
pub(crate) fn wanted(recommendation: &Recommendation) -> Vec<ExpectedOutcome> {
    let mut wanted = vec![ExpectedOutcome::Recommended];
    if !recommendation.contraindicated_if.is_empty() {
        wanted.push(ExpectedOutcome::Contraindicated);
    }
    if can_need_data(recommendation) {
        wanted.push(ExpectedOutcome::NeedsData);
    }
    wanted
}

fn can_need_data(recommendation: &Recommendation) -> bool {
    let mut tested = BTreeSet::new();
    for criterion in recommendation.when.iter().chain(recommendation.contraindicated_if.iter()) {
        collect(criterion, &mut tested);
    }
    // The day is always given.
    tested.remove(&Fact::AsOf.index());
    for criterion in recommendation.when.iter() {
        if let Criterion::Test(test) = criterion
            && test.operation == Operation::Known
        {
            tested.remove(&test.fact);
        }
    }
    !tested.is_empty()
}

/// The facts of all tests that can be unknown: all but `is known`.
fn collect(criterion: &Criterion, tested: &mut BTreeSet<FactIndex>) {
    match criterion {
        Criterion::Test(test) => {
            if test.operation != Operation::Known {
                tested.insert(test.fact);
            }
            if let Operation::Within(_, other) = test.operation {
                tested.insert(other);
            }
        }
        Criterion::All(members) | Criterion::Any(members) | Criterion::None(members) => {
            members.iter().for_each(|member| collect(member, tested));
        }
    }
}
