//! The search compared with trying out every recording of a small world, by an evaluator that knows nothing of it.

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use rust_decimal::Decimal;

use crate::model::{
    Comparison, Criterion, FactDefinition, FactIndex, FactKind, FactType, FactValue, Operation, Span, Test, ValueIndex,
};
use crate::satisfiability::Space;

/// Kleene's values as numbers: "and" is the minimum, "or" the maximum.
const NOT_MET: u8 = 0;
const UNKNOWN: u8 = 1;
const MET: u8 = 2;

const CODE: u16 = 0;
const BOOLEAN: u16 = 1;
const INTEGER: u16 = 2;
const CODES: u16 = 3;
const FIRST_DATE: u16 = 4;
const SECOND_DATE: u16 = 5;

/// `Code`: two settled values and two open ones. `Codes`: two values.
fn facts() -> Vec<FactDefinition> {
    let fact = |kind_of_value, values: &[(&'static str, bool)]| FactDefinition {
        id: "x".into(),
        title: "x".into(),
        kind: FactKind::Asserted,
        kind_of_value,
        unit: None,
        range: None,
        values: values
            .iter()
            .map(|(code, open)| FactValue { code: (*code).into(), words: (*code).into(), open: *open })
            .collect(),
        source: "x".into(),
        ask: "x".into(),
        order: None,
        plain: "x".into(),
        cites: Vec::new().into(),
        rests_on: Vec::new().into(),
    };
    vec![
        fact(FactType::Code, &[("a", false), ("b", false), ("o", true), ("p", true)]),
        fact(FactType::Boolean, &[("false", false), ("true", false)]),
        fact(FactType::Integer, &[]),
        fact(FactType::Codes, &[("x", false), ("y", false)]),
        fact(FactType::Date, &[]),
        fact(FactType::Date, &[]),
    ]
}

/// One recording: for every fact what is recorded, if anything.
#[derive(Debug, Clone, Default)]
struct Recording {
    code: Option<u16>,
    boolean: Option<u16>,
    integer: Option<i64>,
    codes: Option<BTreeSet<u16>>,
    dates: [Option<i64>; 2],
}

fn recordings() -> Vec<Recording> {
    fn vary<T: Clone>(all: Vec<Recording>, choices: &[T], set: fn(&mut Recording, T)) -> Vec<Recording> {
        let with = |recording: &Recording, choice: &T| {
            let mut recording = recording.clone();
            set(&mut recording, choice.clone());
            recording
        };
        all.iter().flat_map(|recording| choices.iter().map(move |choice| with(recording, choice))).collect()
    }
    let days = [None, Some(0), Some(1), Some(3), Some(6)];
    let lists = [None, Some([].into()), Some([0].into()), Some([1].into()), Some([0, 1].into())];
    let numbers: Vec<_> = [None].into_iter().chain((-1..=4).map(Some)).collect();
    let all = vec![Recording::default()];
    let all = vary(all, &[None, Some(0), Some(1), Some(2), Some(3)], |recording, code| recording.code = code);
    let all = vary(all, &[None, Some(0), Some(1)], |recording, boolean| recording.boolean = boolean);
    let all = vary(all, &numbers, |recording, integer| recording.integer = integer);
    let all = vary(all, &lists, |recording, codes| recording.codes = codes);
    let all = vary(all, &days, |recording, day| recording.dates[0] = day);
    vary(all, &days, |recording, day| recording.dates[1] = day)
}

/// Kleene's logic over one recording, written as the definitions stand.
fn evaluate(criterion: &Criterion, recording: &Recording) -> u8 {
    match criterion {
        Criterion::All(members) => members.iter().map(|member| evaluate(member, recording)).min().unwrap(),
        Criterion::Any(members) => members.iter().map(|member| evaluate(member, recording)).max().unwrap(),
        Criterion::None(members) => MET - members.iter().map(|member| evaluate(member, recording)).max().unwrap(),
        Criterion::Test(test) => evaluate_test(test.fact.0, &test.operation, recording),
    }
}

fn evaluate_test(fact: u16, operation: &Operation, recording: &Recording) -> u8 {
    let truth = |met: bool| if met { MET } else { NOT_MET };
    let asked: Vec<u16> = match operation {
        Operation::Is(value) | Operation::IsNot(value) => vec![value.0],
        Operation::In(values) => values.iter().map(|value| value.0).collect(),
        _ => Vec::new(),
    };
    let positive = match fact {
        CODE | BOOLEAN => {
            let recorded = if fact == CODE { recording.code } else { recording.boolean };
            let is_open = |value: u16| fact == CODE && value >= 2;
            match (recorded, operation) {
                (value, Operation::Known) => return truth(value.is_some_and(|value| !is_open(value))),
                (None, _) => UNKNOWN,
                (Some(value), _) if asked.contains(&value) => MET,
                (Some(value), _) if is_open(value) && asked.iter().any(|asked| !is_open(*asked)) => UNKNOWN,
                _ => NOT_MET,
            }
        }
        INTEGER => match (recording.integer, operation) {
            (value, Operation::Known) => return truth(value.is_some()),
            (Some(value), Operation::Compare(comparison, limit)) => {
                let value = Decimal::from(value);
                truth(match comparison {
                    Comparison::Equal => value == *limit,
                    Comparison::Less => value < *limit,
                    Comparison::LessOrEqual => value <= *limit,
                    Comparison::Greater => value > *limit,
                    Comparison::GreaterOrEqual => value >= *limit,
                })
            }
            _ => UNKNOWN,
        },
        CODES => match &recording.codes {
            None => UNKNOWN,
            Some(present) => truth(asked.iter().any(|value| present.contains(value))),
        },
        _ => match operation {
            Operation::Known => return truth(recording.dates[usize::from(fact - FIRST_DATE)].is_some()),
            Operation::Within(Span::Days(days), _) => match recording.dates {
                [Some(first), Some(second)] => truth(first.abs_diff(second) <= u64::from(*days)),
                _ => UNKNOWN,
            },
            _ => panic!("{operation:?}"),
        },
    };
    if matches!(operation, Operation::IsNot(_)) { MET - positive } else { positive }
}

fn test() -> impl Strategy<Value = Criterion> {
    let value = |count: u16| (0..count).prop_map(ValueIndex);
    let values = |count: u16| prop::collection::btree_set(value(count), 1..=usize::from(count));
    let coded = move |fact: u16, count: u16| {
        prop_oneof![
            value(count).prop_map(Operation::Is),
            value(count).prop_map(Operation::IsNot),
            values(count).prop_map(|values| Operation::In(values.into_iter().collect())),
        ]
        .prop_map(move |operation| (fact, operation))
    };
    let comparison = prop::sample::select(vec![
        Comparison::Equal,
        Comparison::Less,
        Comparison::LessOrEqual,
        Comparison::Greater,
        Comparison::GreaterOrEqual,
    ]);
    let compare = (comparison, 0..=3_i64)
        .prop_map(|(comparison, limit)| (INTEGER, Operation::Compare(comparison, Decimal::from(limit))));
    let within = (any::<bool>(), prop::sample::select(vec![0, 1, 2, 3, 5])).prop_map(|(forward, days)| {
        let (from, of) = if forward { (FIRST_DATE, SECOND_DATE) } else { (SECOND_DATE, FIRST_DATE) };
        (from, Operation::Within(Span::Days(days), FactIndex(of)))
    });
    let known = prop::sample::select(vec![CODE, BOOLEAN, INTEGER, FIRST_DATE, SECOND_DATE])
        .prop_map(|fact| (fact, Operation::Known));
    prop_oneof![2 => coded(CODE, 4), 1 => coded(BOOLEAN, 2), 2 => compare, 1 => coded(CODES, 2), 2 => within, 1 => known]
        .prop_map(|(fact, operation)| Criterion::Test(Test { text: "x".into(), fact: FactIndex(fact), operation }))
}

fn criterion() -> impl Strategy<Value = Criterion> {
    test().prop_recursive(3, 12, 4, |inner| {
        let members = prop::collection::vec(inner, 1..4);
        prop_oneof![
            members.clone().prop_map(|members| Criterion::All(members.into())),
            members.clone().prop_map(|members| Criterion::Any(members.into())),
            members.prop_map(|members| Criterion::None(members.into())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    /// The search says "yes" if and only if some recording meets all criteria. The days of the small world are
    /// 0, 1, 2, 3, 5 or 6 apart: every distance that its tests can tell apart.
    #[test]
    fn search_agrees_with_trying_everything(criteria in prop::collection::vec(criterion(), 1..5)) {
        let space = Space::new(&facts(), criteria.iter());
        let formulas: Vec<_> = criteria.iter().map(|criterion| space.formula(criterion)).collect();
        let found = space.can_hold(&formulas.iter().collect::<Vec<_>>());
        let all_met = |recording: &Recording| criteria.iter().all(|criterion| evaluate(criterion, recording) == MET);
        prop_assert_eq!(found, recordings().iter().any(all_met));
    }
}

/// The property above compares nothing if nearly all random criteria can hold, or nearly none.
#[test]
fn both_answers_occur() {
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let strategy = prop::collection::vec(criterion(), 1..5);
    let satisfiable = (0..200).filter(|_| {
        let criteria = strategy.new_tree(&mut runner).unwrap().current();
        let space = Space::new(&facts(), criteria.iter());
        let formulas: Vec<_> = criteria.iter().map(|criterion| space.formula(criterion)).collect();
        space.can_hold(&formulas.iter().collect::<Vec<_>>())
    });
    let count = satisfiable.count();
    assert!((20..=180).contains(&count), "{count} of 200 can hold");
}
