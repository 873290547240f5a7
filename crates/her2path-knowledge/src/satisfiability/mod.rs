//! Whether any patient at all could meet a set of criteria.
//!
//! Every fact has infinitely many recordings but only a few that its tests can tell apart: those are enumerated as
//! [`state::State`]s, and a search with three-valued pruning looks for one assignment in which all criteria hold.
//!
//! INVARIANT: the answer "no" is a proof. Wherever the outcome of a test depends on a reading that is not settled here, all
//! outcomes are taken as possible; and a search that grows too long ends with "yes".
//!
//! Deliberately absent: what the values mean. That an ejection fraction is at most 100 %, or that two facts are inferred
//! from the same record, is not known here.

mod distance;
mod outcomes;
#[cfg(test)]
mod reference;
mod state;

use std::collections::BTreeMap;

use crate::model::{Criterion, FactDefinition, FactIndex, Operation, Test};
use outcomes::Outcomes;
use state::State;

/// How many assignments a search may try: far more than any hand-written recommendation needs.
const SEARCH_LIMIT: u32 = 200_000;

/// A criterion over numbered tests.
#[derive(Debug, Clone)]
pub(crate) enum Formula {
    /// The test with this number.
    Test(usize),
    /// Every one holds.
    All(Vec<Formula>),
    /// At least one holds.
    Any(Vec<Formula>),
    /// It does not hold, and that is known.
    Not(Box<Formula>),
}

/// Something that takes one of several states: a fact, or the distance of two dates.
struct Variable {
    states: Vec<State>,
}

/// Which variables settle a test.
struct Leaf {
    /// The fact, and for a distance the other date.
    facts: Vec<usize>,
    /// The distance, for `within`.
    distance: Option<usize>,
    /// The number of the test among those of its fact, or of its distance.
    test: usize,
}

/// The tests of one recommendation, and what they can tell apart.
pub(crate) struct Space {
    variables: Vec<Variable>,
    leaves: Vec<Leaf>,
    tests: Vec<Test>,
}

impl Space {
    /// The space of all tests in these criteria.
    pub(crate) fn new<'c>(facts: &[FactDefinition], criteria: impl Iterator<Item = &'c Criterion>) -> Self {
        let mut tests = Vec::new();
        for criterion in criteria {
            collect(criterion, &mut tests);
        }
        let mut space = Self { variables: Vec::new(), leaves: Vec::new(), tests };
        let mut by_fact: BTreeMap<FactIndex, Vec<&Operation>> = BTreeMap::new();
        let mut by_pair: BTreeMap<(FactIndex, FactIndex), Vec<&Operation>> = BTreeMap::new();
        for test in &space.tests {
            let operations = by_fact.entry(test.fact).or_default();
            if let Operation::Within(_, of) = test.operation {
                by_fact.entry(of).or_default();
                by_pair.entry((test.fact.min(of), test.fact.max(of))).or_default().push(&test.operation);
            } else {
                operations.push(&test.operation);
            }
        }
        let position = |list: Option<&Vec<&Operation>>, operation| {
            list.and_then(|list| list.iter().position(|known| *known == operation)).unwrap_or(0)
        };
        for test in &space.tests {
            let number = |fact| by_fact.keys().position(|known| *known == fact).unwrap_or(0);
            let leaf = if let Operation::Within(_, of) = test.operation {
                let pair = (test.fact.min(of), test.fact.max(of));
                let distance = by_fact.len() + by_pair.keys().position(|known| *known == pair).unwrap_or(0);
                let test_number = position(by_pair.get(&pair), &test.operation);
                Leaf { facts: vec![number(test.fact), number(of)], distance: Some(distance), test: test_number }
            } else {
                let test_number = position(by_fact.get(&test.fact), &test.operation);
                Leaf { facts: vec![number(test.fact)], distance: None, test: test_number }
            };
            space.leaves.push(leaf);
        }
        for (fact, operations) in &by_fact {
            let definition = facts.get(usize::from(fact.0));
            let states = definition.map_or(Vec::new(), |definition| state::states(definition, operations));
            space.variables.push(Variable { states });
        }
        for operations in by_pair.values() {
            space.variables.push(Variable { states: distance::states(operations) });
        }
        space
    }

    /// A criterion of this space as a formula.
    pub(crate) fn formula(&self, criterion: &Criterion) -> Formula {
        let all = |members: &[Criterion]| members.iter().map(|member| self.formula(member)).collect();
        match criterion {
            Criterion::Test(test) => {
                let same = |known: &Test| known.fact == test.fact && known.operation == test.operation;
                Formula::Test(self.tests.iter().position(same).unwrap_or(usize::MAX))
            }
            Criterion::All(members) => Formula::All(all(members)),
            Criterion::Any(members) => Formula::Any(all(members)),
            Criterion::None(members) => Formula::Not(Box::new(Formula::Any(all(members)))),
        }
    }

    /// Whether some recording lets all formulas hold. `false` is certain.
    pub(crate) fn can_hold(&self, formulas: &[&Formula]) -> bool {
        // What a short formula settles prunes the search for the long ones.
        let mut formulas = formulas.to_vec();
        formulas.sort_by_key(|formula| size(formula));
        let mut order = Vec::new();
        for formula in &formulas {
            self.variables_of(formula, &mut order);
        }
        let mut search = Search { space: self, formulas, order, assigned: vec![None; self.variables.len()], tried: 0 };
        search.run(0)
    }

    fn variables_of(&self, formula: &Formula, order: &mut Vec<usize>) {
        match formula {
            Formula::Test(test) => {
                let leaf = self.leaves.get(*test);
                for variable in leaf.into_iter().flat_map(|leaf| leaf.facts.iter().chain(&leaf.distance)) {
                    if !order.contains(variable) {
                        order.push(*variable);
                    }
                }
            }
            Formula::All(members) | Formula::Any(members) => {
                members.iter().for_each(|member| self.variables_of(member, order));
            }
            Formula::Not(member) => self.variables_of(member, order),
        }
    }
}

fn collect(criterion: &Criterion, tests: &mut Vec<Test>) {
    match criterion {
        Criterion::Test(test) => {
            if !tests.iter().any(|known| known.fact == test.fact && known.operation == test.operation) {
                tests.push(test.clone());
            }
        }
        Criterion::All(members) | Criterion::Any(members) | Criterion::None(members) => {
            members.iter().for_each(|member| collect(member, tests));
        }
    }
}

fn size(formula: &Formula) -> usize {
    match formula {
        Formula::Test(_) => 1,
        Formula::All(members) | Formula::Any(members) => members.iter().map(size).sum(),
        Formula::Not(member) => size(member),
    }
}

/// A search in depth, one variable after the other.
struct Search<'s> {
    space: &'s Space,
    formulas: Vec<&'s Formula>,
    order: Vec<usize>,
    assigned: Vec<Option<&'s State>>,
    tried: u32,
}

impl Search<'_> {
    fn run(&mut self, depth: usize) -> bool {
        self.tried += 1;
        if self.tried > SEARCH_LIMIT {
            return true;
        }
        if !self.formulas.iter().all(|formula| self.outcomes(formula).can_be_met()) {
            return false;
        }
        let Some(&number) = self.order.get(depth) else {
            return true;
        };
        let Some(variable) = self.space.variables.get(number) else {
            return true;
        };
        for state in &variable.states {
            if let Some(slot) = self.assigned.get_mut(number) {
                *slot = Some(state);
            }
            if self.run(depth + 1) {
                return true;
            }
        }
        if let Some(slot) = self.assigned.get_mut(number) {
            *slot = None;
        }
        false
    }

    /// Everything that a formula can still come out as.
    fn outcomes(&self, formula: &Formula) -> Outcomes {
        match formula {
            Formula::Test(test) => self.space.leaves.get(*test).map_or(Outcomes::ANY, |leaf| self.leaf(leaf)),
            Formula::All(members) => {
                members.iter().map(|member| self.outcomes(member)).fold(Outcomes::MET, Outcomes::and)
            }
            Formula::Any(members) => {
                members.iter().map(|member| self.outcomes(member)).fold(Outcomes::NOT_MET, Outcomes::or)
            }
            Formula::Not(member) => self.outcomes(member).not(),
        }
    }

    fn leaf(&self, leaf: &Leaf) -> Outcomes {
        let Some(distance) = leaf.distance else {
            return leaf.facts.first().map_or(Outcomes::ANY, |fact| self.variable(*fact, leaf.test));
        };
        // A distance is unknown unless both dates are recorded.
        let dates = leaf.facts.iter().map(|fact| self.recorded(*fact)).fold(Outcomes::MET, Outcomes::and);
        let within = self.variable(distance, leaf.test);
        let known = if dates.can_be_met() { within } else { Outcomes::NEVER };
        let unknown = if dates.can_be_not_met() { Outcomes::UNKNOWN } else { Outcomes::NEVER };
        known.or_else(unknown)
    }

    fn variable(&self, number: usize, test: usize) -> Outcomes {
        self.possible(number).map(|state| state.outcome(test)).fold(Outcomes::NEVER, Outcomes::or_else)
    }

    fn recorded(&self, number: usize) -> Outcomes {
        let outcome = |state: &State| if state.is_recorded() { Outcomes::MET } else { Outcomes::NOT_MET };
        self.possible(number).map(outcome).fold(Outcomes::NEVER, Outcomes::or_else)
    }

    fn possible(&self, number: usize) -> impl Iterator<Item = &State> {
        let assigned = self.assigned.get(number).copied().flatten();
        let all = self.space.variables.get(number).map_or(&[][..], |variable| &variable.states);
        assigned.into_iter().chain(if assigned.is_some() { [].iter() } else { all.iter() })
    }
}
