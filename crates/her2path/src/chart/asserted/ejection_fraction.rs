//! Left ventricular ejection fraction in per cent, as numbers, ranges and words give it.
//!
//! A range ("55-60 %") becomes the one bound that rules on LVEF can use: the lower one where the whole range is at or above
//! 45 %, else the upper one. So "55-60 %" answers "at least 50 %" and "30-35 %" answers "below 40 %"; what a bound cannot
//! answer stays unknown. Without a unit nothing is read, because a fraction of 0.55 and 55 % look alike to a program.

use rust_decimal::Decimal;

use super::amount::{number_of, percent, unit_of, words_of};
use crate::chart::value::Quantity as Number;
use crate::classify::hormone_receptors::Comparator;
use crate::fhir::Value;

/// No heart beats outside these; such a value is a slip of the pen or of the unit (project rule).
const POSSIBLE: (i64, i64) = (5, 95);

/// The fraction, or `None` where the value cannot be read with certainty.
pub(super) fn read(value: &Value<'_>) -> Option<Number> {
    match value {
        Value::Quantity(quantity) => possible(percent(number_of(quantity)?, unit_of(quantity))?),
        Value::Range(range) => {
            let (low, high) = (range.low.as_ref()?, range.high.as_ref()?);
            let exact = |quantity| {
                let number = possible(percent(number_of(quantity)?, unit_of(quantity))?)?;
                (number.comparator == Comparator::Exact).then_some(number.number)
            };
            band(exact(low)?, exact(high)?)
        }
        Value::String(text) => in_words(text),
        _ => None,
    }
}

/// What a value says, for a reader.
pub(super) fn words(value: &Value<'_>) -> String {
    match value {
        Value::Quantity(quantity) => words_of(quantity),
        Value::Range(range) => {
            let end = |quantity: Option<&_>| quantity.map(words_of).unwrap_or_default();
            format!("{} to {}", end(range.low.as_ref()), end(range.high.as_ref()))
        }
        Value::String(text) => text.to_string(),
        Value::Integer(number) => format!("{number} without a unit"),
        _ => "a value of another type".to_owned(),
    }
}

fn possible(number: Number) -> Option<Number> {
    let (low, high) = POSSIBLE;
    (number.number >= Decimal::from(low) && number.number <= Decimal::from(high)).then_some(number)
}

fn band(low: Decimal, high: Decimal) -> Option<Number> {
    if low > high {
        return None;
    }
    Some(if low == high {
        low.into()
    } else if low >= Decimal::from(45) {
        Number { number: low, comparator: Comparator::GreaterOrEqual }
    } else {
        Number { number: high, comparator: Comparator::LessOrEqual }
    })
}

/// `60 %`, `55-60%`, `55 to 60 percent`, `>55 %`, with or without "LVEF" before it: the whole text, nothing else.
fn in_words(text: &str) -> Option<Number> {
    let text = text.trim().to_lowercase();
    let text = ["lvef", "ef", ":", "="]
        .iter()
        .fold(text.as_str(), |rest, word| rest.strip_prefix(word).unwrap_or(rest).trim_start());
    let text = text.strip_suffix('%').or_else(|| text.strip_suffix("percent"))?.trim_end();
    let number = |text: &str| possible(text.trim().trim_end_matches('%').trim_end().parse::<Decimal>().ok()?.into());
    for (sign, comparator) in [
        (">=", Comparator::GreaterOrEqual),
        ("≥", Comparator::GreaterOrEqual),
        ("<=", Comparator::LessOrEqual),
        ("≤", Comparator::LessOrEqual),
        (">", Comparator::Greater),
        ("<", Comparator::Less),
    ] {
        if let Some(rest) = text.strip_prefix(sign) {
            return Some(Number { comparator, ..number(rest)? });
        }
    }
    for between in ["-", "–", " to "] {
        if let Some((low, high)) = text.split_once(between) {
            return band(number(low)?.number, number(high)?.number);
        }
    }
    number(text)
}
