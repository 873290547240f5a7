//! Kleene's logic by plain recursion. `None` is unknown.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

use super::civil::{Number, days};
use super::guideline::{Criterion, Guideline, Recommendation, Sentence};

/// A value as a person would write it down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// One of the numbers from the first to the second.
    Between(i64, i64),
    /// A bound (`<`, `<=`, `>`, `>=` or nothing) and a number.
    Decimal(&'static str, String),
    Code(String),
    Codes(BTreeSet<String>),
    /// `2024`, `2024-03` or `2024-03-07`.
    Date(String),
}

pub(crate) type Chart = BTreeMap<String, Value>;

pub(crate) type Kleene = Option<bool>;

fn not(a: Kleene) -> Kleene {
    a.map(|a| !a)
}

fn and(a: Kleene, b: Kleene) -> Kleene {
    match (a, b) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

fn or(a: Kleene, b: Kleene) -> Kleene {
    not(and(not(a), not(b)))
}

/// A criterion with the outcomes of all its parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tree {
    pub(crate) outcome: Kleene,
    pub(crate) members: Vec<Tree>,
}

/// Judges a criterion; `leaf` says what becomes of a sentence.
pub(crate) fn tree(criterion: &Criterion, leaf: &mut dyn FnMut(&Sentence) -> Kleene) -> Tree {
    let mut trees = |members: &[Criterion]| -> Vec<Tree> { members.iter().map(|member| tree(member, leaf)).collect() };
    match criterion {
        Criterion::Sentence(sentence) => Tree { outcome: leaf(sentence), members: Vec::new() },
        Criterion::All(members) => {
            let members = trees(members);
            Tree { outcome: all(&members), members }
        }
        Criterion::Any(members) => {
            let members = trees(members);
            Tree { outcome: any(&members), members }
        }
        Criterion::None(members) => {
            let members = trees(members);
            Tree { outcome: not(any(&members)), members }
        }
    }
}

fn all(trees: &[Tree]) -> Kleene {
    let mut so_far = Some(true);
    for tree in trees {
        so_far = and(so_far, tree.outcome);
    }
    so_far
}

fn any(trees: &[Tree]) -> Kleene {
    let mut so_far = Some(false);
    for tree in trees {
        so_far = or(so_far, tree.outcome);
    }
    so_far
}

/// The outcome of a recommendation, in the words of the output.
pub(crate) fn outcome(when: Kleene, contraindicated: Kleene) -> &'static str {
    if when == Some(false) {
        "not-applicable"
    } else if contraindicated == Some(true) {
        "contraindicated"
    } else if when == Some(true) && contraindicated == Some(false) {
        "recommended"
    } else {
        "needs-data"
    }
}

/// A recommendation judged.
pub(crate) struct Judged {
    pub(crate) outcome: &'static str,
    pub(crate) when: Vec<Tree>,
    pub(crate) contraindicated_if: Vec<Tree>,
}

pub(crate) fn judge(recommendation: &Recommendation, leaf: &mut dyn FnMut(&Sentence) -> Kleene) -> Judged {
    let when: Vec<Tree> = recommendation.when.iter().map(|criterion| tree(criterion, leaf)).collect();
    let contraindicated_if: Vec<Tree> =
        recommendation.contraindicated_if.iter().map(|criterion| tree(criterion, leaf)).collect();
    Judged { outcome: outcome(all(&when), any(&contraindicated_if)), when, contraindicated_if }
}

/// What a chart says of a sentence.
pub(crate) fn sentence(guideline: &Guideline, chart: &Chart, sentence: &Sentence) -> Kleene {
    let value = chart.get(sentence.fact());
    let definition = &guideline.facts[sentence.fact()];
    let is_open = |code: &str| definition.open.iter().any(|open| open == code);
    let is = |expected: &str| -> Kleene {
        match value? {
            Value::Boolean(value) => Some(value.to_string() == expected),
            // Recorded as open: it is what it is, and whether it will settle at a settled value is not known.
            Value::Code(code) if code != expected && is_open(code) && !is_open(expected) => None,
            Value::Code(code) => Some(code == expected),
            Value::Codes(codes) if codes.contains(expected) => Some(true),
            // Of what is not named nobody knows whether it is the one asked for.
            Value::Codes(codes) if !is_open(expected) && codes.iter().any(|code| is_open(code)) => None,
            Value::Codes(_) => Some(false),
            Value::Integer(_) | Value::Between(..) | Value::Decimal(..) | Value::Date(_) => None,
        }
    };
    match sentence {
        Sentence::Known { .. } => match value {
            None => Some(false),
            Some(Value::Code(code)) => Some(!is_open(code)),
            Some(Value::Codes(codes)) => Some(codes.is_empty() || codes.iter().any(|code| !is_open(code))),
            Some(_) => Some(true),
        },
        Sentence::Is { value, .. } => is(value),
        Sentence::IsNot { value, .. } => not(is(value)),
        Sentence::In { set, .. } => {
            let mut so_far = Some(false);
            for value in &guideline.value_sets[set] {
                so_far = or(so_far, is(value));
            }
            so_far
        }
        Sentence::Compare { sign, number, .. } => {
            let limit = Number::parse(number);
            match value? {
                Value::Integer(value) => compare("", Number::parse(&value.to_string()), sign, limit),
                Value::Between(low, high) => {
                    let each = (*low..=*high).map(|value| compare("", Number::parse(&value.to_string()), sign, limit));
                    only(&each.map(|answer| answer.expect("a number is known")).collect())
                }
                Value::Decimal(bound, value) => compare(bound, Number::parse(value), sign, limit),
                _ => None,
            }
        }
        Sentence::Within { count, unit, of, .. } => match (value?, chart.get(of)?) {
            (Value::Date(one), Value::Date(other)) => within(one, other, *count, unit),
            _ => None,
        },
    }
}

/// Tries numbers around the value and around the limit, as far as the bound allows them.
fn compare(bound: &str, value: Number, sign: &str, limit: Number) -> Kleene {
    let mut answers = BTreeSet::new();
    let finer = |number: Number| [-9, -1, 0, 1, 9].map(|by| number.nudged(by).nudged(0).nudged(0));
    for candidate in finer(value).into_iter().chain(finer(limit)) {
        let against = candidate.compare(value);
        let possible = match bound {
            "" => against == Ordering::Equal,
            "<" => against == Ordering::Less,
            "<=" => against != Ordering::Greater,
            ">" => against == Ordering::Greater,
            ">=" => against != Ordering::Less,
            _ => panic!("`{bound}` is not a bound"),
        };
        if possible {
            let against = candidate.compare(limit);
            answers.insert(match sign {
                "<" => against == Ordering::Less,
                "<=" => against != Ordering::Greater,
                "=" => against == Ordering::Equal,
                ">=" => against != Ordering::Less,
                ">" => against == Ordering::Greater,
                _ => panic!("`{sign}` is not a comparison"),
            });
        }
    }
    only(&answers)
}

/// Tries every pair of days that the two dates can be.
fn within(one: &str, other: &str, count: i64, unit: &str) -> Kleene {
    let mut answers = BTreeSet::new();
    for a in days(one) {
        for b in days(other) {
            let (first, last) = if a <= b { (a, b) } else { (b, a) };
            answers.insert(match unit {
                "days" => last.number() - first.number() <= count,
                "months" => last <= first.months_later(count),
                _ => panic!("`{unit}` is not a unit of time"),
            });
            if answers.len() == 2 {
                return None;
            }
        }
    }
    only(&answers)
}

fn only(answers: &BTreeSet<bool>) -> Kleene {
    match answers.iter().collect::<Vec<_>>()[..] {
        [answer] => Some(*answer),
        _ => None,
    }
}
