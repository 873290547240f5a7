//! The smallest sets of missing facts that would let a recommendation stand.
//!
//! A set is enough when some answers to the facts in it would make the recommendation "recommended", whatever stays
//! unknown; the smallest such sets are listed, in the order in which a clinician would ask. Facts whose answer could
//! only forbid are in every set, because an unknown contraindication is never taken for absent. An answer also makes its
//! fact known, so a test `is known` that is not met now can be met by asking.
//!
//! A set names what somebody can supply: of two dates the one that is absent, and for a fact that is worked out (where
//! the dictionary says from what) those of its grounds that are not known.

use her2path_knowledge::model::{Criterion, FactIndex, Knowledge, Operation, Recommendation, Test};

use super::{Judged, Judgement};
use crate::chart::facts::{self, Facts, is_open};
use crate::chart::value::{Statement, Value};
use crate::truth::Truth;

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
    let mut sets = vec![Set::EMPTY];
    for judged in &judgement.when {
        let more = search.enough(judged, true);
        sets = search.both(sets, more);
    }
    for judged in &judgement.contraindicated_if {
        let more = search.enough(judged, false);
        sets = search.both(sets, more);
    }
    let order: Vec<FactIndex> = recommendation.ask_first.iter().flat_map(|asked| search.grounds(*asked)).collect();
    let rank = |fact: &FactIndex| {
        let position = order.iter().position(|asked| asked == fact);
        (position.unwrap_or(usize::MAX), *fact)
    };
    let ranked = |set: Set| {
        let mut facts: Vec<(usize, FactIndex)> = set.facts().map(|fact| rank(&fact)).collect();
        facts.sort_unstable();
        (facts.len(), facts)
    };
    let mut lists: Vec<_> = sets.into_iter().filter(|set| *set != Set::EMPTY).map(ranked).collect();
    lists.sort_unstable();
    let capped = search.capped || lists.len() > MOST_SETS;
    lists.truncate(MOST_SETS);
    let facts = |(_, list): (usize, Vec<(usize, FactIndex)>)| list.into_iter().map(|(_, fact)| fact).collect();
    Missing { sets: lists.into_iter().map(facts).collect(), capped }
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
            return vec![Set::EMPTY];
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
            of_members.into_iter().fold(vec![Set::EMPTY], |sets, more| self.both(sets, more))
        } else {
            self.smallest(of_members.concat())
        }
    }

    /// What to ask for where a test is open: of two dates those that are absent, else those known only in part.
    fn asked(&self, test: &Test) -> Set {
        let Operation::Within(_, other) = test.operation else { return Set::of(self.grounds(test.fact)) };
        let which = |wanted: fn(Option<&Statement>) -> bool| -> Vec<FactIndex> {
            [test.fact, other].into_iter().filter(|fact| wanted(self.facts.at(*fact))).collect()
        };
        let absent = which(|statement| statement.is_none());
        let in_part = || which(|statement| statement.is_some_and(|statement| !is_day(&statement.value)));
        let dates = if absent.is_empty() { in_part() } else { absent };
        Set::of(dates.into_iter().flat_map(|fact| self.grounds(fact)))
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
    fn both(&mut self, one: Vec<Set>, other: Vec<Set>) -> Vec<Set> {
        // Most criteria are settled and ask for nothing.
        if one == [Set::EMPTY] {
            return other;
        } else if other == [Set::EMPTY] {
            return one;
        }
        self.smallest(one.iter().flat_map(|a| other.iter().map(move |b| a.with(b))).collect())
    }

    fn smallest(&mut self, mut sets: Vec<Set>) -> Vec<Set> {
        sets.sort_unstable_by_key(Set::order);
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

/// A set of facts: a bit for each fact of the dictionary, the first fact in the highest bit of the first word. Sets are
/// joined and compared by the thousand, which trees on the heap make the dearest part of an assessment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Set([u64; WORDS]);

const WORDS: usize = facts::COUNT.div_ceil(64);

impl Set {
    const EMPTY: Self = Self([0; WORDS]);

    fn of(facts: impl IntoIterator<Item = FactIndex>) -> Self {
        let mut set = Self::EMPTY;
        for FactIndex(fact) in facts {
            if let Some(word) = set.0.get_mut(usize::from(fact / 64)) {
                *word |= 1 << (63 - fact % 64);
            }
        }
        set
    }

    /// Its facts, in the order of the dictionary.
    fn facts(self) -> impl Iterator<Item = FactIndex> {
        let of_word = |(first, mut word): (u16, u64)| {
            std::iter::from_fn(move || {
                let bit = u16::try_from(word.leading_zeros()).ok().filter(|_| word != 0)?;
                word &= !(1 << (63 - bit));
                Some(FactIndex(first + bit))
            })
        };
        (0..).step_by(64).zip(self.0).flat_map(of_word)
    }

    fn with(mut self, other: &Self) -> Self {
        self.0.iter_mut().zip(other.0).for_each(|(word, other)| *word |= other);
        self
    }

    fn is_subset(&self, other: &Self) -> bool {
        self.0.iter().zip(other.0).all(|(word, other)| word & !other == 0)
    }

    /// Small sets first; of one size those whose facts come earlier in the dictionary, which have the higher bits.
    fn order(&self) -> (u32, std::cmp::Reverse<[u64; WORDS]>) {
        (self.0.iter().map(|word| word.count_ones()).sum(), std::cmp::Reverse(self.0))
    }
}
