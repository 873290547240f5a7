//! The smallest sets of missing facts that would let a recommendation stand.
//!
//! A set is enough when some answers to the facts in it would make the recommendation "recommended", whatever stays
//! unknown; the smallest such sets are listed, in the order in which a clinician would ask. Facts whose answer could
//! only forbid are in every set, because an unknown contraindication is never taken for absent. An answer also makes its
//! fact known, so a test `is known` that is not met now can be met by asking.
//!
//! A set names what somebody can supply: of two dates the one that is absent, and for a fact that is worked out (where
//! the dictionary says from what) those of its grounds that are not known.

use std::collections::BTreeSet;

use her2path_knowledge::model::{Criterion, FactIndex, Knowledge, Operation, Recommendation, Test};

use super::{Judged, Judgement};
use crate::chart::facts::{Facts, is_open};
use crate::chart::value::{Statement, Value};
use crate::truth::Truth;

type Set = BTreeSet<FactIndex>;

/// More alternatives than a reader could take in are not listed.
const MOST_SETS: usize = 8;

/// More alternatives than this are not followed while they are combined; the smallest are kept.
const MOST_FOLLOWED: usize = 256;

/// What would have to be found out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Missing {
    /// The smallest sets, each in the order of `ask-first`, then of the dictionary. Empty where nothing is missing, or
    /// where no answer could help.
    pub sets: Vec<Vec<FactIndex>>,
    /// Whether there are more sets than are listed.
    pub capped: bool,
}

/// What would have to be found out for a recommendation to stand.
#[must_use]
pub fn missing_facts(
    recommendation: &Recommendation,
    judgement: &Judgement<'_>,
    facts: &Facts,
    knowledge: &Knowledge,
) -> Missing {
    let mut search = Search { facts, knowledge, capped: false };
    let mut sets = vec![Set::new()];
    for judged in &judgement.when {
        let more = search.enough(judged, true);
        sets = search.both(&sets, &more);
    }
    for judged in &judgement.contraindicated_if {
        let more = search.enough(judged, false);
        sets = search.both(&sets, &more);
    }
    let order: Vec<FactIndex> = recommendation.ask_first.iter().flat_map(|asked| search.grounds(*asked)).collect();
    let rank = |fact: &FactIndex| {
        let position = order.iter().position(|asked| asked == fact);
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
    let capped = search.capped || lists.len() > MOST_SETS;
    lists.truncate(MOST_SETS);
    Missing { sets: lists, capped }
}

struct Search<'a> {
    facts: &'a Facts,
    knowledge: &'a Knowledge,
    capped: bool,
}

impl Search<'_> {
    /// The smallest sets whose answers can make a criterion met (`wanted`) or not met.
    fn enough(&mut self, judged: &Judged<'_>, wanted: bool) -> Vec<Set> {
        if judged.outcome == Truth::from(wanted) {
            return vec![Set::new()];
        }
        let (wanted_of_member, every) = match judged.criterion {
            Criterion::Test(test) => {
                let open = judged.outcome == Truth::Unknown || (wanted && test.operation == Operation::Known);
                return if open { vec![self.asked(test)] } else { Vec::new() };
            }
            Criterion::All(_) => (wanted, wanted),
            Criterion::Any(_) => (wanted, !wanted),
            Criterion::None(_) => (!wanted, wanted),
        };
        let of_members: Vec<Vec<Set>> =
            judged.members.iter().map(|member| self.enough(member, wanted_of_member)).collect();
        if every {
            of_members.iter().fold(vec![Set::new()], |sets, more| self.both(&sets, more))
        } else {
            self.smallest(of_members.concat())
        }
    }

    /// What to ask for where a test is open: of two dates those that are absent, else those known only in part.
    fn asked(&self, test: &Test) -> Set {
        let Operation::Within(_, other) = test.operation else { return self.grounds(test.fact).into_iter().collect() };
        let which = |wanted: fn(Option<&Statement>) -> bool| -> Vec<FactIndex> {
            [test.fact, other].into_iter().filter(|fact| wanted(self.facts.at(*fact))).collect()
        };
        let absent = which(|statement| statement.is_none());
        let in_part = || which(|statement| statement.is_some_and(|statement| !is_day(&statement.value)));
        let dates = if absent.is_empty() { in_part() } else { absent };
        dates.into_iter().flat_map(|fact| self.grounds(fact)).collect()
    }

    /// A fact, or where it is worked out and not stated, those of its grounds that are not known.
    fn grounds(&self, fact: FactIndex) -> Vec<FactIndex> {
        let definition = self.knowledge.fact_definition(fact);
        let rests_on = definition.map_or(&[][..], |definition| &definition.rests_on);
        if self.facts.at(fact).is_some() {
            return vec![fact];
        }
        // The check of the guideline sees to it that nothing rests on itself.
        let open: Vec<FactIndex> = rests_on
            .iter()
            .filter(|ground| !self.is_known(**ground))
            .flat_map(|ground| self.grounds(*ground))
            .collect();
        if open.is_empty() { vec![fact] } else { open }
    }

    fn is_known(&self, fact: FactIndex) -> bool {
        let definition = self.knowledge.fact_definition(fact);
        let statement = self.facts.at(fact);
        definition.zip(statement).is_some_and(|(definition, statement)| !is_open(definition, &statement.value))
    }

    /// Every union of a set of the one and a set of the other, without those that contain another.
    fn both(&mut self, one: &[Set], other: &[Set]) -> Vec<Set> {
        self.smallest(one.iter().flat_map(|a| other.iter().map(move |b| a | b)).collect())
    }

    fn smallest(&mut self, mut sets: Vec<Set>) -> Vec<Set> {
        sets.sort_by(|a, b| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
        let mut kept: Vec<Set> = Vec::new();
        for set in sets {
            if kept.iter().any(|smaller| smaller.is_subset(&set)) {
                continue;
            }
            if kept.len() == MOST_FOLLOWED {
                self.capped = true;
                break;
            }
            kept.push(set);
        }
        kept
    }
}

fn is_day(value: &Value) -> bool {
    match value {
        Value::Date(date) => date.earliest() == date.latest(),
        _ => true,
    }
}
