//! Answers about the person's history that each state one fact: reproductive history, body, habits, density, and the two
//! pathology counts that only the outlook asks for.
//!
//! Which question states which fact is one table. Units are brought to those of the data dictionary here; an answer in
//! another unit, or outside what can be, makes an issue and no fact. Deliberately absent: what no record codes with
//! certainty (age at first birth, hormone therapy and contraceptives as answers), which a clinician states.

use her2path_knowledge::model::ValueSetIndex;
use rust_decimal::Decimal;

use super::Reader;
use super::coding::{self, meaning, said};
use super::verification::{Verification, verification};
use super::visible::{Standing, recorded_by, standing};
use crate::chart::value::Because;
use crate::date::PartialDate;
use crate::fhir::{CodeableConcept, Located, Observation, Quantity, Value, When};
use crate::guideline::{Fact, value_set};
use crate::issue::Issue;

/// One fact as one entry of the record states it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct HistoryStatement {
    pub(crate) fact: Fact,
    pub(crate) answer: HistoryAnswer,
    pub(crate) date: Option<PartialDate>,
    pub(crate) because: Because,
}

/// The answer, in the type and unit of the data dictionary.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum HistoryAnswer {
    Boolean(bool),
    Integer(i64),
    Decimal(Decimal),
    Code(String),
}

/// How an answer is read.
#[derive(Debug, Clone, Copy)]
enum Reading {
    /// Whole years, within these.
    Years(i64, i64),
    /// A count up to this.
    Count(i64),
    /// A number that this brings to the unit of the dictionary.
    Amount(fn(Decimal, &str) -> Option<Decimal>),
    /// One of a value set's meanings.
    Answer(ValueSetIndex),
}

/// Which question states which fact.
const QUESTIONS: [(ValueSetIndex, Fact, Reading); 10] = [
    (value_set::MENARCHE_AGE_TEST, Fact::RiskMenarcheAge, Reading::Years(5, 25)),
    (value_set::MENOPAUSE_AGE_TEST, Fact::RiskMenopauseAge, Reading::Years(20, 70)),
    (value_set::BIRTHS_TEST, Fact::RiskBirths, Reading::Count(25)),
    (value_set::BODY_MASS_INDEX_TEST, Fact::RiskBmi, Reading::Amount(kilograms_per_square_metre)),
    (value_set::BODY_HEIGHT_TEST, Fact::RiskHeight, Reading::Amount(centimetres)),
    (value_set::ALCOHOL_INTAKE_TEST, Fact::RiskAlcohol, Reading::Amount(grams_a_day)),
    (value_set::BREAST_DENSITY_TEST, Fact::RiskDensity, Reading::Answer(value_set::BREAST_DENSITY)),
    (value_set::TOBACCO_USE_TEST, Fact::SmokingStatus, Reading::Answer(value_set::TOBACCO_USE)),
    (value_set::POSITIVE_NODES_TEST, Fact::StagePositiveNodes, Reading::Count(100)),
    (value_set::KI67_PERCENT, Fact::TumorKi67, Reading::Amount(percent)),
];

/// Reads an observation or a component of one whose code is among the questions. A preliminary answer settles nothing.
pub(super) fn observe(
    reader: &mut Reader<'_, '_>,
    observation: &Located<'_, Observation<'_>>,
    found: &[(ValueSetIndex, Option<&str>)],
    value: Option<&Value<'_>>,
    element: &'static str,
) {
    if standing(observation.status.as_deref()) != Standing::Final {
        return;
    }
    let statement = |fact, answer, words: String| HistoryStatement {
        fact,
        answer,
        date: observation.effective.as_ref().and_then(When::start).or(observation.issued),
        because: Because::source(observation.place.name.clone()).element(element).note(words),
    };
    for (set, coded) in found {
        // Some guides give the density as the code of the observation and leave the value out.
        if let (true, Some(density)) = (*set == value_set::BREAST_DENSITY, coded) {
            let words = observation.code.as_ref().map(said).unwrap_or_default();
            let answer = HistoryAnswer::Code((*density).to_owned());
            reader.asserted.history.push(statement(Fact::RiskDensity, answer, words));
        }
        let Some((_, fact, reading)) = QUESTIONS.iter().find(|(question, ..)| question == set) else { continue };
        let Some(value) = value else { continue };
        match read(reader, *reading, value) {
            Ok((answer, words)) => reader.asserted.history.push(statement(*fact, answer, words)),
            Err(words) => reader.issues.push(
                Issue::warning(
                    "unreadable-value",
                    format!("`{words}` is not an answer that can be read with certainty; it was not used"),
                )
                .at(format!("{}.{element}", observation.place.name)),
            ),
        }
    }
}

/// The answer with its words; `Err` with the words when it cannot be read.
fn read(reader: &Reader<'_, '_>, reading: Reading, value: &Value<'_>) -> Result<(HistoryAnswer, String), String> {
    let whole = |low: i64, high: i64| {
        let (number, words) = match value {
            Value::Integer(number) => (Some(*number), number.to_string()),
            Value::Quantity(quantity) => (whole_number(quantity), words_of(quantity)),
            other => (None, words_of_other(other)),
        };
        match number.filter(|number| (low..=high).contains(number)) {
            Some(number) => Ok((HistoryAnswer::Integer(number), words)),
            None => Err(words),
        }
    };
    match (reading, value) {
        (Reading::Years(low, high), Value::Quantity(quantity)) if !is_years(quantity) => {
            Err(format!("{} (not from {low} to {high} years)", words_of(quantity)))
        }
        (Reading::Years(low, high), _) => whole(low, high),
        (Reading::Count(most), _) => whole(0, most),
        (Reading::Amount(convert), Value::Quantity(quantity)) => {
            let number = quantity.value.as_ref().filter(|_| quantity.comparator.is_none());
            let amount = number.and_then(|number| convert(number.value(), unit_of(quantity)));
            amount.map(|amount| (HistoryAnswer::Decimal(amount), words_of(quantity))).ok_or_else(|| words_of(quantity))
        }
        (Reading::Answer(answers), Value::CodeableConcept(concept)) => {
            match meaning(reader.knowledge, concept, answers) {
                Some(answer) => Ok((HistoryAnswer::Code(answer.to_owned()), said(concept))),
                None => Err(said(concept)),
            }
        }
        (Reading::Amount(_) | Reading::Answer(_), other) => Err(words_of_other(other)),
    }
}

/// Conditions that state a fact of the history: atypical hyperplasia, and breast cancer in the family as a finding.
pub(super) fn read_conditions(reader: &mut Reader<'_, '_>) {
    for condition in &reader.record.conditions {
        let Some(code) = &condition.code else { continue };
        let hyperplasia = coding::is_in(reader.knowledge, code, value_set::ATYPICAL_HYPERPLASIA);
        let family = meaning(reader.knowledge, code, value_set::FAMILY_HISTORY_BREAST);
        let (fact, answer) = match (hyperplasia, family) {
            (true, _) => (Fact::RiskAtypicalHyperplasia, HistoryAnswer::Boolean(true)),
            (false, Some("first-degree")) => (Fact::RiskRelatives, HistoryAnswer::Integer(1)),
            (false, Some(_)) => {
                let words =
                    format!("`{}` does not say which relatives; record each as a FamilyMemberHistory", said(code));
                reader.issues.push(Issue::warning("family-history", words).at(condition.place.name.clone()));
                continue;
            }
            (false, None) => continue,
        };
        let date = condition.onset.as_ref().and_then(When::start).or(condition.recorded_date);
        if !recorded_by(condition.recorded_date, reader.as_of)
            || !recorded_by(date, reader.as_of)
            || !is_confirmed(condition.verification_status.as_ref())
        {
            continue;
        }
        let note = match fact {
            Fact::RiskRelatives => format!("{}: at least one", said(code)),
            _ => said(code),
        };
        let because = Because::source(condition.place.name.clone()).element("code").note(note);
        reader.asserted.history.push(HistoryStatement { fact, answer, date, because });
    }
}

/// Biopsies of the breast: as many as there are days with one; procedures without a date count one each.
pub(super) fn read_biopsies(reader: &mut Reader<'_, '_>) {
    let mut days: Vec<PartialDate> = Vec::new();
    let mut count: i64 = 0;
    let mut latest: Option<(PartialDate, String)> = None;
    let mut sources = Vec::new();
    for procedure in &reader.record.procedures {
        let Some(code) = &procedure.code else { continue };
        let date = procedure.performed.as_ref().and_then(When::start);
        if meaning(reader.knowledge, code, value_set::BIOPSY) != Some("breast")
            || standing(procedure.status.as_deref()) != Standing::Final
            || procedure.not_done == Some(true)
            || !recorded_by(date, reader.as_of)
            || date.is_some_and(|date| days.contains(&date))
        {
            continue;
        }
        count = count.saturating_add(1);
        sources.push(procedure.place.name.clone());
        if let Some(date) = date {
            days.push(date);
            if latest.as_ref().is_none_or(|(last, _)| last.cmp_sort(&date).is_lt()) {
                latest = Some((date, procedure.place.name.clone()));
            }
        }
    }
    let Some(first) = sources.first() else { return };
    let source = latest.as_ref().map_or(first, |(_, source)| source).clone();
    let note = format!("biopsies of the breast on record: {}", sources.join(", "));
    reader.asserted.history.push(HistoryStatement {
        fact: Fact::RiskBiopsies,
        answer: HistoryAnswer::Integer(count),
        date: latest.map(|(date, _)| date),
        because: Because::source(source).note(note),
    });
}

/// Whether a verification status lets a condition count. One without a status counts.
pub(super) fn is_confirmed(status: Option<&CodeableConcept<'_>>) -> bool {
    verification(status).0 == Verification::Confirmed
}

/// Whether an amount is in years; one without a unit is taken to be, as ages are asked in years.
pub(super) fn is_years(quantity: &Quantity<'_>) -> bool {
    let unit = unit_of(quantity);
    quantity.comparator.is_none()
        && (unit.is_empty()
            || ["a", "year", "years", "yr", "yrs", "{age}", "age"].iter().any(|known| unit.eq_ignore_ascii_case(known)))
}

/// The amount as a whole number, if it is one.
pub(super) fn whole_number(quantity: &Quantity<'_>) -> Option<i64> {
    let number = quantity.value.as_ref().filter(|_| quantity.comparator.is_none())?.value();
    if number.fract().is_zero() { i64::try_from(number).ok() } else { None }
}

fn unit_of<'q>(quantity: &'q Quantity<'_>) -> &'q str {
    quantity.code.as_deref().or(quantity.unit.as_deref()).unwrap_or_default().trim()
}

fn words_of(quantity: &Quantity<'_>) -> String {
    let number = quantity.value.as_ref().map_or("", |value| value.text());
    let unit = quantity.unit.as_deref().or(quantity.code.as_deref()).unwrap_or_default();
    format!("{}{number} {unit}", quantity.comparator.as_deref().unwrap_or_default()).trim().to_owned()
}

fn words_of_other(value: &Value<'_>) -> String {
    match value {
        Value::CodeableConcept(concept) => said(concept),
        Value::String(text) => text.to_string(),
        Value::Boolean(answer) => answer.to_string(),
        Value::Integer(number) => number.to_string(),
        _ => "a value of another type".to_owned(),
    }
}

/// From 8 to 150 kg/m², outside of which it is a slip of the pen.
fn kilograms_per_square_metre(number: Decimal, unit: &str) -> Option<Decimal> {
    let known = ["kg/m2", "kg/m²", "kg/m^2"].iter().any(|known| unit.eq_ignore_ascii_case(known));
    (known && number >= Decimal::from(8) && number <= Decimal::from(150)).then_some(number)
}

/// From 50 to 250 cm. An inch is 2.54 cm.
fn centimetres(number: Decimal, unit: &str) -> Option<Decimal> {
    let value = match unit {
        "cm" => number,
        "m" => number.checked_mul(Decimal::ONE_HUNDRED)?.normalize(),
        "[in_i]" | "[in_us]" | "in" => number.checked_mul(Decimal::new(254, 2))?.normalize(),
        _ => return None,
    };
    (value >= Decimal::from(50) && value <= Decimal::from(250)).then_some(value)
}

/// Up to 1,000 g a day. A weekly amount is shared among seven days and rounded to 0.01 g.
fn grams_a_day(number: Decimal, unit: &str) -> Option<Decimal> {
    let value = match unit {
        "g/d" => number,
        "g/wk" => number.checked_div(Decimal::from(7))?.round_dp(2).normalize(),
        _ => return None,
    };
    (value >= Decimal::ZERO && value <= Decimal::ONE_THOUSAND).then_some(value)
}

fn percent(number: Decimal, unit: &str) -> Option<Decimal> {
    (unit == "%" && number >= Decimal::ZERO && number <= Decimal::ONE_HUNDRED).then_some(number)
}
