//! The dose of a drug as an entry gives it: a quantity, else what its instruction says in words.
//!
//! Words are read only where they hold one single amount for body weight, or one single amount: "8 mg/kg, then 6 mg/kg"
//! is no dose of one administration. Deliberately absent: ranges, rates, and the schedule.

use rust_decimal::Decimal;

use crate::fhir::Dosage;

/// An amount as recorded, its unit in lower case where it is one that is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Dose {
    pub(crate) number: Decimal,
    pub(crate) unit: String,
}

/// Units that say how much for how heavy a body, or how much, as they are written.
const UNITS: [(&str, &[&str]); 2] = [
    ("mg/kg", &["mg/kg", "mg/kilogram", "mg/kg/dose", "mg/kgbw", "milligrams/kg"]),
    ("mg", &["mg", "milligram", "milligrams"]),
];

/// The dose of one instruction.
pub(super) fn dose(dosage: &Dosage<'_>) -> Option<Dose> {
    let of_rates = dosage.dose_and_rate.iter().filter_map(|dose| dose.dose_quantity.as_ref());
    let mut quantities = dosage.dose.iter().chain(&dosage.dose_quantity).chain(of_rates);
    let quantity = quantities.find_map(|quantity| {
        let written = quantity.code.as_deref().or(quantity.unit.as_deref()).unwrap_or_default().trim();
        let unit = unit(written).map_or_else(|| written.to_owned(), str::to_owned);
        Some(Dose { number: quantity.value.as_ref()?.value(), unit })
    });
    quantity.or_else(|| in_words(dosage.text.as_deref()?))
}

/// The unit that is compared, if this is one of its spellings.
fn unit(written: &str) -> Option<&'static str> {
    let compact: String = written.chars().filter(|letter| !letter.is_whitespace()).collect::<String>().to_lowercase();
    UNITS.iter().find(|(_, spellings)| spellings.contains(&compact.as_str())).map(|(unit, _)| *unit)
}

/// The only amount for body weight in a text, else its only amount.
fn in_words(text: &str) -> Option<Dose> {
    let amounts = amounts(&text.to_lowercase().replace(" per ", "/"));
    let only = |wanted: &str| {
        let mut of_unit = amounts.iter().filter(|dose| dose.unit == wanted);
        let first = of_unit.next();
        first.filter(|first| of_unit.all(|other| other.number == first.number)).cloned()
    };
    if amounts.iter().any(|dose| dose.unit == "mg/kg") { only("mg/kg") } else { only("mg") }
}

/// Every number that is followed by a unit.
fn amounts(text: &str) -> Vec<Dose> {
    let is_number = |letter: char| letter.is_ascii_digit() || letter == '.';
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((before, from)) = rest.find(|letter: char| letter.is_ascii_digit()).map(|at| rest.split_at(at)) {
        let end = from.find(|letter| !is_number(letter)).unwrap_or(from.len());
        let (number, after) = from.split_at(end);
        let is_word = before.ends_with(|letter: char| letter.is_alphanumeric() || letter == ',');
        let after_space = after.trim_start();
        let ends = |letter: char| !(letter.is_alphanumeric() || letter == '/');
        let (word, _) = after_space.split_at(after_space.find(ends).unwrap_or(after_space.len()));
        // "600 mg/600 mg" are two amounts.
        let word = match word.split_once('/') {
            Some((first, second)) if second.starts_with(is_number) => first,
            _ => word,
        };
        if let (false, Ok(number), Some(unit)) = (is_word, number.trim_end_matches('.').parse(), unit(word)) {
            found.push(Dose { number, unit: unit.to_owned() });
        }
        rest = after;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::in_words;

    #[test]
    fn one_amount_is_read_and_several_are_not() {
        let read = |text: &str| in_words(text).map(|dose| format!("{} {}", dose.number, dose.unit));
        for (text, dose) in [
            ("3.6 mg/kg IV every 3 weeks", Some("3.6 mg/kg")),
            ("3.6mg/kg (252 mg) q3w", Some("3.6 mg/kg")),
            ("Give 5.4 mg per kg on day 1 of 21", Some("5.4 mg/kg")),
            ("600 mg SC q3w", Some("600 mg")),
            ("8 mg/kg, then 6 mg/kg every 21 days", None),
            ("600 mg/600 mg", Some("600 mg")),
            ("1200 mg/600 mg", None),
            ("1,200 mg once", None),
            ("every 21 days", None),
            ("75 mg/m2", None),
        ] {
            assert_eq!(read(text).as_deref(), dose, "{text}");
        }
    }
}
