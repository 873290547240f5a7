//! The smallest sets of missing facts that would let a recommendation stand.
//!
//! A set is enough when some answers to the facts in it would make the recommendation "recommended", whatever stays
//! unknown; the smallest such sets are listed, in the order in which a clinician would ask. Facts whose answer could
//! only forbid are in every set, because an unknown contraindication is never taken for absent. An answer also makes its
//! fact known, so a test `is known` that is not met now can be met by asking.

use std::collections::BTreeSet;

use her2path_knowledge::model::{Criterion, FactIndex, Operation, Recommendation};

use super::{Judged, Judgement};
use crate::truth::Truth;

type Set = BTreeSet<FactIndex>;

/// More alternatives than a reader could take in are not listed.
const MOST_SETS: usize = 8;

/// The smallest sets, each in the order of `ask-first`, then of the dictionary. Empty where nothing is missing, or where
/// no answer could help.
#[must_use]
pub fn missing_facts(recommendation: &Recommendation, judgement: &Judgement) -> Vec<Vec<FactIndex>> {
    let mut sets = vec![Set::new()];
    for (criterion, judged) in recommendation.when.iter().zip(&judgement.when) {
        sets = both(&sets, &enough(criterion, judged, true));
    }
    for (criterion, judged) in recommendation.contraindicated_if.iter().zip(&judgement.contraindicated_if) {
        sets = both(&sets, &enough(criterion, judged, false));
    }
    let rank = |fact: &FactIndex| {
        let position = recommendation.ask_first.iter().position(|asked| asked == fact);
        (position.unwrap_or(usize::MAX), *fact)
    };
    let mut lists: Vec<Vec<FactIndex>> = sets
        .into_iter()
        .filter(|set| !set.is_empty())
        .map(|set| {
            let mut list: Vec<FactIndex> = set.into_iter().collect();
            list.sort_by_key(rank);
            list
        })
        .collect();
    lists.sort_by_key(|list| (list.len(), list.iter().map(rank).collect::<Vec<_>>()));
    lists.truncate(MOST_SETS);
    lists
}

/// The smallest sets whose answers can make a criterion met (`wanted`) or not met.
fn enough(criterion: &Criterion, judged: &Judged, wanted: bool) -> Vec<Set> {
    if judged.outcome == Truth::from(wanted) {
        return vec![Set::new()];
    }
    let (members, wanted_of_member, every) = match criterion {
        Criterion::Test(test) => {
            let open = judged.outcome == Truth::Unknown || (wanted && test.operation == Operation::Known);
            return if open { vec![Set::from([test.fact])] } else { Vec::new() };
        }
        Criterion::All(members) => (members, wanted, wanted),
        Criterion::Any(members) => (members, wanted, !wanted),
        Criterion::None(members) => (members, !wanted, wanted),
    };
    let of_members =
        members.iter().zip(&judged.members).map(|(member, judged)| enough(member, judged, wanted_of_member));
    if every {
        of_members.fold(vec![Set::new()], |sets, more| both(&sets, &more))
    } else {
        smallest(of_members.flatten().collect())
    }
}

/// Every union of a set of the one and a set of the other, without those that contain another.
fn both(one: &[Set], other: &[Set]) -> Vec<Set> {
    smallest(one.iter().flat_map(|a| other.iter().map(move |b| a | b)).collect())
}

fn smallest(mut sets: Vec<Set>) -> Vec<Set> {
    sets.sort_by_key(BTreeSet::len);
    let mut kept: Vec<Set> = Vec::new();
    for set in sets {
        if !kept.iter().any(|smaller| smaller.is_subset(&set)) {
            kept.push(set);
        }
    }
    kept
}
