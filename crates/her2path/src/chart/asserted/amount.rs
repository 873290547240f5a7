//! Amounts with their unit, brought to those of the data dictionary.

use rust_decimal::Decimal;

use crate::chart::value::Quantity as Number;
use crate::classify::hormone_receptors::Comparator;
use crate::fhir::Quantity;

pub(super) fn number_of(quantity: &Quantity<'_>) -> Option<Number> {
    let number = quantity.value.as_ref()?.value();
    let comparator = Comparator::parse(quantity.comparator.as_deref().unwrap_or_default())?;
    Some(Number { number, comparator })
}

pub(super) fn unit_of<'q>(quantity: &'q Quantity<'_>) -> &'q str {
    quantity.code.as_deref().or(quantity.unit.as_deref()).unwrap_or_default().trim()
}

pub(super) fn words_of(quantity: &Quantity<'_>) -> String {
    let number = quantity.value.as_ref().map_or("", |value| value.text());
    let unit = quantity.unit.as_deref().or(quantity.code.as_deref()).unwrap_or_default();
    format!("{}{number} {unit}", quantity.comparator.as_deref().unwrap_or_default()).trim().to_owned()
}

/// Percent as recorded, or a fraction of 1. Outside 0 to 100 it is no percentage.
pub(super) fn percent(number: Number, unit: &str) -> Option<Number> {
    let value = match unit {
        "%" | "percent" => number.number,
        "1" | "{ratio}" if number.number <= Decimal::ONE => {
            number.number.checked_mul(Decimal::ONE_HUNDRED)?.normalize()
        }
        _ => return None,
    };
    let possible = value >= Decimal::ZERO && value <= Decimal::ONE_HUNDRED;
    possible.then_some(Number { number: value, ..number })
}

pub(super) fn millimetres(number: Number, unit: &str) -> Option<Number> {
    let value = match unit {
        "mm" => number.number,
        "cm" => number.number.checked_mul(Decimal::TEN)?.normalize(),
        _ => return None,
    };
    (value >= Decimal::ZERO).then_some(Number { number: value, ..number })
}
