//! Values that cannot be: each with the reason. What is impossible is a slip of the pen, and never becomes a fact.

use her2path_knowledge::model::FactDefinition;
use rust_decimal::Decimal;

use super::value::Value;
use crate::guideline::Fact;

/// Whether a value can be; `Err` says between which limits of the data dictionary it had to lie.
pub(crate) fn possible(fact: Fact, definition: &FactDefinition, value: &Value) -> Result<(), String> {
    let number = match value {
        Value::Integer(number) | Value::Between(_, number) => Decimal::from(*number),
        Value::Decimal(quantity) => quantity.number,
        _ => return Ok(()),
    };
    let Some(range) = definition.range else {
        return Ok(());
    };
    let fits = range.holds(number);
    if fact == Fact::Karnofsky && fits && !(number % Decimal::TEN).is_zero() {
        return Err("it is a multiple of 10".to_owned());
    }
    match range.most {
        _ if fits => Ok(()),
        Some(most) => Err(format!("it lies between {} and {most}", range.least)),
        None => Err(format!("it is not below {}", range.least)),
    }
}
