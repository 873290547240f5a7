//! One test of one fact.
//!
//! A fact that is not stated is unknown. An open value (`equivocal`) is known to be what it is, and unknown when it is
//! tested against a settled value: an equivocal HER2 is not "not positive". A list with an open member (a metastatic site
//! that is not named) contains what it names; whether it contains another settled value is unknown. Bounds and partial dates answer only where
//! every value they allow gives the same answer.

use her2path_knowledge::model::{Comparison, FactDefinition, Knowledge, Operation, Span, Test, ValueIndex};
use rust_decimal::Decimal;

use crate::chart::facts::{Facts, is_open, is_open_member};
use crate::chart::value::{Comparator, Quantity, Statement, Value};
use crate::date::PartialDate;
use crate::truth::Truth;

pub(super) fn judge(test: &Test, facts: &Facts, knowledge: &Knowledge) -> Truth {
    let statement = facts.at(test.fact);
    let Some(definition) = knowledge.facts.get(usize::from(test.fact.0)) else { return Truth::Unknown };
    if test.operation == Operation::Known {
        return Truth::from(statement.is_some_and(|statement| !is_open(definition, &statement.value)));
    }
    let Some(Statement { value, .. }) = statement else { return Truth::Unknown };
    match &test.operation {
        Operation::Known => Truth::Unknown,
        Operation::Is(expected) => is(definition, value, *expected),
        Operation::IsNot(expected) => !is(definition, value, *expected),
        Operation::In(expected) => Truth::any(expected.iter().map(|expected| is(definition, value, *expected))),
        Operation::Compare(comparison, number) => compare(value, *comparison, *number),
        Operation::Within(span, other) => match (value, facts.at(*other).map(|other| &other.value)) {
            (Value::Date(date), Some(Value::Date(other))) => within(*date, *other, *span),
            _ => Truth::Unknown,
        },
    }
}

fn is(definition: &FactDefinition, value: &Value, expected: ValueIndex) -> Truth {
    match value {
        Value::Boolean(value) => Truth::from(usize::from(*value) == usize::from(expected.0)),
        Value::Code(code) if *code == expected => Truth::Met,
        Value::Code(_) if is_open(definition, value) && !is_open(definition, &Value::Code(expected)) => Truth::Unknown,
        Value::Code(_) => Truth::NotMet,
        Value::Codes(codes) if codes.contains(&expected) => Truth::Met,
        // An open member ("a site that is not named") may be any of the settled ones.
        Value::Codes(codes)
            if !is_open_member(definition, expected) && codes.iter().any(|code| is_open_member(definition, *code)) =>
        {
            Truth::Unknown
        }
        Value::Codes(_) => Truth::NotMet,
        Value::Integer(_) | Value::Between(..) | Value::Decimal(_) | Value::Date(_) | Value::Text(_) => Truth::Unknown,
    }
}

fn compare(value: &Value, comparison: Comparison, limit: Decimal) -> Truth {
    match value {
        Value::Integer(number) => compare_quantity(Decimal::from(*number).into(), comparison, limit),
        Value::Between(low, high) => {
            let (low, high) = (Decimal::from(*low), Decimal::from(*high));
            let at = low <= limit && limit <= high && limit.is_integer();
            agree_on(low < limit, at, high > limit, comparison)
        }
        Value::Decimal(quantity) => compare_quantity(*quantity, comparison, limit),
        _ => Truth::Unknown,
    }
}

fn compare_quantity(quantity: Quantity, comparison: Comparison, limit: Decimal) -> Truth {
    let Quantity { number, comparator } = quantity;
    // Where the number is a bound, which of "below, at, above the limit" are still possible?
    let (below, at, above) = match comparator {
        Comparator::Exact => (number < limit, number == limit, number > limit),
        Comparator::Less => (true, number > limit, number > limit),
        Comparator::LessOrEqual => (true, number >= limit, number > limit),
        Comparator::Greater => (number < limit, number < limit, true),
        Comparator::GreaterOrEqual => (number < limit, number <= limit, true),
    };
    agree_on(below, at, above, comparison)
}

/// The common answer of a comparison where the number may lie below, at or above the limit.
fn agree_on(below: bool, at: bool, above: bool, comparison: Comparison) -> Truth {
    let holds = match comparison {
        Comparison::Less => [true, false, false],
        Comparison::LessOrEqual => [true, true, false],
        Comparison::Equal => [false, true, false],
        Comparison::GreaterOrEqual => [false, true, true],
        Comparison::Greater => [false, false, true],
    };
    agree([below, at, above].into_iter().zip(holds).filter_map(|(possible, holds)| possible.then_some(holds)))
}

/// At most so far before or after, for every pair of days that the two dates allow.
fn within(date: PartialDate, other: PartialDate, span: Span) -> Truth {
    let day_within = |date: jiff::civil::Date, other: jiff::civil::Date| {
        let span = match span {
            Span::Days(days) => jiff::Span::new().try_days(i64::from(days)),
            Span::Months(months) => jiff::Span::new().try_months(i64::from(months)),
        };
        let Ok(span) = span else { return false };
        let (first, second) = if date <= other { (date, other) } else { (other, date) };
        first.checked_add(span).map_or(true, |limit| second <= limit)
    };
    // The distance is convex in both days, so its extremes lie at the ends, or are zero where the intervals overlap.
    let ends = [
        day_within(date.earliest(), other.earliest()),
        day_within(date.earliest(), other.latest()),
        day_within(date.latest(), other.earliest()),
        day_within(date.latest(), other.latest()),
    ];
    let overlap = date.earliest() <= other.latest() && other.earliest() <= date.latest();
    agree(ends.into_iter().chain(overlap.then_some(true)))
}

/// The common answer of all possibilities.
fn agree(mut answers: impl Iterator<Item = bool>) -> Truth {
    let Some(first) = answers.next() else { return Truth::Unknown };
    if answers.all(|answer| answer == first) { Truth::from(first) } else { Truth::Unknown }
}
