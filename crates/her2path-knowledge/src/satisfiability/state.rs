//! The recordings of a fact that a set of tests can tell apart.

use rust_decimal::Decimal;

use crate::model::{Comparison, FactDefinition, FactType, Operation, Range, ValueIndex};
use crate::satisfiability::outcomes::Outcomes;

/// Up to this many groups of values the subsets of a list of codes are enumerated: 2^10 of them.
const MAX_GROUPS: usize = 10;

/// One way in which a fact is recorded, by what its tests make of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct State {
    recorded: bool,
    /// By the number of the test.
    outcomes: Vec<Outcomes>,
}

impl State {
    pub(crate) fn new(recorded: bool, outcomes: Vec<Outcomes>) -> Self {
        Self { recorded, outcomes }
    }

    /// Whether anything is recorded at all.
    pub(crate) fn is_recorded(&self) -> bool {
        self.recorded
    }

    /// What the test with this number can come out as.
    pub(crate) fn outcome(&self, test: usize) -> Outcomes {
        self.outcomes.get(test).copied().unwrap_or(Outcomes::ANY)
    }
}

/// Whether "is it known?" is not met or itself unknown where nothing settled is recorded is left to the evaluator.
const NOT_KNOWN: Outcomes = Outcomes::NOT_MET.or_else(Outcomes::UNKNOWN);

/// All states that these tests of a fact can tell apart, nothing recorded included.
pub(crate) fn states(fact: &FactDefinition, operations: &[&Operation]) -> Vec<State> {
    let by_each = |recorded, outcome: &dyn Fn(&Operation) -> Outcomes| {
        State::new(recorded, operations.iter().map(|operation| outcome(operation)).collect())
    };
    let mut states = vec![by_each(false, &|operation| match operation {
        Operation::Known => NOT_KNOWN,
        _ => Outcomes::UNKNOWN,
    })];
    match fact.kind_of_value {
        FactType::Boolean | FactType::Code => {
            for (index, _) in (0..).zip(fact.values.iter()) {
                states.push(by_each(true, &|operation| code(fact, ValueIndex(index), operation)));
            }
        }
        FactType::Codes => states.extend(subsets(fact, operations).iter().map(|groups| {
            by_each(true, &|operation| match groups {
                Some(present) => codes(present, operation),
                None => Outcomes::ANY,
            })
        })),
        FactType::Integer | FactType::Decimal => {
            for number in samples(fact, operations) {
                states.push(by_each(true, &|operation| compare(number, operation)));
            }
        }
        FactType::Date | FactType::Text => states.push(by_each(true, &|_| Outcomes::MET)),
    }
    let mut distinct: Vec<State> = Vec::new();
    for state in states {
        if !distinct.contains(&state) {
            distinct.push(state);
        }
    }
    distinct
}

/// What a recorded value makes of a test. An open value, tested against a settled one, leaves it unknown; tested against
/// another open value it is different or unknown.
fn code(fact: &FactDefinition, value: ValueIndex, operation: &Operation) -> Outcomes {
    let is_open = |value: &ValueIndex| fact.values.get(usize::from(value.0)).is_some_and(|value| value.open);
    let equal = |asked: &[ValueIndex]| {
        if asked.contains(&value) {
            Outcomes::MET
        } else if !is_open(&value) {
            Outcomes::NOT_MET
        } else if asked.iter().all(is_open) {
            NOT_KNOWN
        } else {
            Outcomes::UNKNOWN
        }
    };
    match operation {
        Operation::Is(asked) => equal(&[*asked]),
        Operation::IsNot(asked) => equal(&[*asked]).not(),
        Operation::In(asked) => equal(asked),
        Operation::Known if is_open(&value) => NOT_KNOWN,
        Operation::Known => Outcomes::MET,
        Operation::Compare(..) | Operation::Within(..) => Outcomes::ANY,
    }
}

/// What a list that holds exactly the values in `present`, of those that any test asks for, makes of a test. The list may
/// hold an open value beside them, which can leave "does not contain" unknown.
fn codes(present: &[ValueIndex], operation: &Operation) -> Outcomes {
    let contains = |asked: &[ValueIndex]| {
        if asked.iter().any(|value| present.contains(value)) { Outcomes::MET } else { NOT_KNOWN }
    };
    match operation {
        Operation::Is(asked) => contains(&[*asked]),
        Operation::IsNot(asked) => contains(&[*asked]).not(),
        Operation::In(asked) => contains(asked),
        Operation::Known if present.is_empty() => Outcomes::ANY,
        Operation::Known => Outcomes::MET.or_else(NOT_KNOWN),
        Operation::Compare(..) | Operation::Within(..) => Outcomes::ANY,
    }
}

/// The subsets of the values that the tests ask for, where values that no test tells apart count as one. `None` stands for
/// "any": the subsets are too many.
fn subsets(fact: &FactDefinition, operations: &[&Operation]) -> Vec<Option<Vec<ValueIndex>>> {
    let asks = |operation: &Operation, value: ValueIndex| match operation {
        Operation::Is(asked) | Operation::IsNot(asked) => *asked == value,
        Operation::In(asked) => asked.contains(&value),
        _ => false,
    };
    let mut groups: Vec<(Vec<bool>, ValueIndex)> = Vec::new();
    for (index, _) in (0..).zip(fact.values.iter()) {
        let value = ValueIndex(index);
        let asked: Vec<bool> = operations.iter().map(|operation| asks(operation, value)).collect();
        if asked.contains(&true) && !groups.iter().any(|(known, _)| *known == asked) {
            groups.push((asked, value));
        }
    }
    if groups.len() > MAX_GROUPS {
        return vec![None];
    }
    let mut subsets = vec![Vec::new()];
    for (_, value) in groups {
        let with: Vec<Vec<ValueIndex>> = subsets.iter().map(|subset| [subset.as_slice(), &[value]].concat()).collect();
        subsets.extend(with);
    }
    subsets.into_iter().map(Some).collect()
}

/// A number in every region that the limits of the tests cut out of what the fact can be: each limit, and one number
/// between and beyond them.
fn samples(fact: &FactDefinition, operations: &[&Operation]) -> Vec<Decimal> {
    let mut limits: Vec<Decimal> = operations
        .iter()
        .filter_map(|operation| match operation {
            Operation::Compare(_, limit) => Some(*limit),
            _ => None,
        })
        .collect();
    let ends =
        fact.range.into_iter().flat_map(|Range { least, most }| [Some(least), most]).flatten().map(Decimal::from);
    limits.extend(ends);
    limits.sort_unstable();
    limits.dedup();
    let mut samples = limits.clone();
    let beside = |limit: &Decimal| [limit.checked_sub(Decimal::ONE), limit.checked_add(Decimal::ONE)];
    if fact.kind_of_value == FactType::Integer {
        samples.extend(limits.iter().flat_map(beside).flatten());
    } else {
        samples.extend(limits.first().into_iter().chain(limits.last()).flat_map(beside).flatten());
        let gaps = limits.iter().zip(limits.iter().skip(1));
        samples.extend(gaps.filter_map(|(low, high)| low.checked_add(*high)?.checked_div(Decimal::TWO)));
    }
    if samples.is_empty() {
        samples.push(Decimal::ZERO);
    }
    samples.retain(|number| fact.range.is_none_or(|range| range.holds(*number)));
    samples
}

fn compare(number: Decimal, operation: &Operation) -> Outcomes {
    match operation {
        Operation::Compare(comparison, limit) => Outcomes::known(match comparison {
            Comparison::Equal => number == *limit,
            Comparison::Less => number < *limit,
            Comparison::LessOrEqual => number <= *limit,
            Comparison::Greater => number > *limit,
            Comparison::GreaterOrEqual => number >= *limit,
        }),
        Operation::Known => Outcomes::MET,
        _ => Outcomes::ANY,
    }
}
