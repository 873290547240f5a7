//! Random charts, and charts that say the same and more.

use her2path::assessment::{Facts, Quantity, Statement, Value};
use her2path::chart::value::Comparator;
use her2path::date::PartialDate;
use her2path::guideline::{Fact, KNOWLEDGE};
use her2path::knowledge::model::{Comparison, Criterion, FactType, Operation, ValueIndex};
use jiff::civil::date;
use proptest::prelude::*;
use rust_decimal::Decimal;

/// How one fact is drawn twice: first as little may be known, then as more is.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Draw {
    known_first: u8,
    known_then: bool,
    which: u16,
    detail: u16,
}

pub(crate) fn draws() -> impl Strategy<Value = Vec<Draw>> {
    let draw = (0u8..4, any::<bool>(), any::<u16>(), any::<u16>())
        .prop_map(|(known_first, known_then, which, detail)| Draw { known_first, known_then, which, detail });
    prop::collection::vec(draw, Fact::ALL.len())
}

/// Two charts: whatever the first says settles, the second says too, and it says more.
pub(crate) fn less_and_more(draws: &[Draw]) -> (Facts, Facts) {
    let (mut less, mut more) = (Facts::new(), Facts::new());
    for (fact, draw) in Fact::ALL.iter().zip(draws) {
        let Some((vague, exact)) = values(*fact, *draw) else { continue };
        let statement = |value: Value| Statement { value, date: None, because: Vec::new() };
        match draw.known_first {
            0 => {
                if draw.known_then {
                    more.state(*fact, statement(exact));
                }
            }
            1 => {
                less.state(*fact, statement(vague.clone()));
                more.state(*fact, statement(if draw.known_then { exact } else { vague }));
            }
            _ => {
                less.state(*fact, statement(exact.clone()));
                more.state(*fact, statement(exact));
            }
        }
    }
    (less, more)
}

/// A value that leaves something open, and one of those that it leaves possible.
fn values(fact: Fact, draw: Draw) -> Option<(Value, Value)> {
    let definition = KNOWLEDGE.fact_definition(fact.index())?;
    let count = definition.values.len().max(1);
    let index = |number: usize| ValueIndex(u16::try_from(number % count).unwrap_or_default());
    let limits = limits(fact);
    let near = |scale: u32| -> Decimal {
        let limit = limits.get(usize::from(draw.which) % limits.len().max(1)).copied().unwrap_or(Decimal::TEN);
        limit + Decimal::new(i64::from(draw.detail % 5) - 2, scale)
    };
    Some(match definition.kind_of_value {
        FactType::Boolean => {
            (Value::Boolean(draw.which.is_multiple_of(2)), Value::Boolean(draw.which.is_multiple_of(2)))
        }
        FactType::Code => {
            let settled = index(usize::from(draw.which));
            let open = definition.values.iter().position(|value| value.open);
            // An open value may settle at any other; a settled one stays.
            (Value::Code(open.map_or(settled, index)), Value::Code(settled))
        }
        FactType::Codes => {
            let mut codes: Vec<ValueIndex> =
                (0..draw.which % 4).map(|n| index(usize::from(draw.detail) + usize::from(n) * 3)).collect();
            codes.sort_unstable();
            codes.dedup();
            (Value::Codes(codes.clone()), Value::Codes(codes))
        }
        FactType::Integer => {
            let number = i64::try_from(near(0).trunc().mantissa()).unwrap_or_default();
            (Value::Integer(number), Value::Integer(number))
        }
        FactType::Decimal => {
            let exact = near(1);
            let by = Decimal::new(i64::from(draw.which % 3), 1);
            let (comparator, number) = match draw.detail % 4 {
                0 => (Comparator::Less, exact + by + Decimal::new(1, 2)),
                1 => (Comparator::LessOrEqual, exact + by),
                2 => (Comparator::Greater, exact - by - Decimal::new(1, 2)),
                _ => (Comparator::GreaterOrEqual, exact - by),
            };
            (Value::Decimal(Quantity { number, comparator }), Value::Decimal(exact.into()))
        }
        FactType::Date => {
            let back = jiff::Span::new().days(i64::from(draw.which % 800));
            let day = date(2026, 11, 23).checked_sub(back).ok()?;
            let text = day.to_string();
            let coarse = text.get(..if draw.detail.is_multiple_of(2) { 4 } else { 7 })?;
            (Value::Date(PartialDate::parse(coarse).ok()?), Value::Date(PartialDate::day(day)))
        }
        FactType::Text => (Value::Text("x".to_owned()), Value::Text("x".to_owned())),
    })
}

/// The numbers that criteria compare a fact with.
fn limits(fact: Fact) -> Vec<Decimal> {
    fn collect(criterion: &Criterion, fact: Fact, limits: &mut Vec<Decimal>) {
        match criterion {
            Criterion::Test(test) => match &test.operation {
                Operation::Compare(
                    Comparison::Equal
                    | Comparison::Less
                    | Comparison::LessOrEqual
                    | Comparison::Greater
                    | Comparison::GreaterOrEqual,
                    limit,
                ) if test.fact == fact.index() => limits.push(*limit),
                _ => {}
            },
            Criterion::All(members) | Criterion::Any(members) | Criterion::None(members) => {
                members.iter().for_each(|member| collect(member, fact, limits));
            }
        }
    }
    let mut limits = Vec::new();
    for recommendation in KNOWLEDGE.recommendations.iter() {
        for criterion in recommendation.when.iter().chain(recommendation.contraindicated_if.iter()) {
            collect(criterion, fact, &mut limits);
        }
    }
    limits
}
