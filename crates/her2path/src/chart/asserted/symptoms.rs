//! Symptoms, emergencies and vital signs that bear on them: coded Conditions and Observations.
//!
//! A symptom counts as long as it is current: not ended, and recorded in the last four weeks or without a date. What is
//! older is named in an issue, because nobody knows whether it is still there. A symptom that is only suspected counts:
//! nothing here may make anything look less urgent.

use her2path_knowledge::model::ValueSetIndex;
use rust_decimal::Decimal;

use super::Reader;
use super::coding::{self, meaning, roles, said};
use super::verification::{Course, Verification, course, verification};
use super::visible::{Standing, recorded_by, standing};
use crate::date::PartialDate;
use crate::fhir::{CodeableConcept, Condition, Located, Observation, Quantity, Value, When};
use crate::guideline::value_set;
use crate::issue::Issue;

/// A symptom counts as current for so many days (project rule).
pub(crate) const CURRENT_DAYS: i64 = 28;

/// Something that bears on urgency.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct SymptomMention {
    pub(crate) what: What,
    pub(crate) source: String,
    pub(crate) element: &'static str,
    pub(crate) said: String,
    pub(crate) date: Option<PartialDate>,
}

/// What was recorded.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum What {
    /// A symptom by its meaning in the value set `symptom`, present or said to be absent.
    Symptom { name: String, present: bool },
    /// An emergency by its meaning in the value set `emergency`.
    Emergency(String),
    /// A metastasis of the spine.
    SpineMetastasis,
    /// Body temperature in degrees Celsius.
    Temperature(Decimal),
    /// Oxygen saturation in percent.
    OxygenSaturation(Decimal),
}

pub(super) fn read(reader: &mut Reader<'_, '_>) {
    for condition in &reader.record.conditions {
        of_condition(reader, condition);
    }
    for observation in &reader.record.observations {
        of_observation(reader, observation);
    }
}

fn of_condition(reader: &mut Reader<'_, '_>, condition: &Located<'_, Condition<'_>>) {
    let Some(code) = &condition.code else { return };
    let onset = condition.onset.as_ref().and_then(When::start);
    if !recorded_by(condition.recorded_date, reader.as_of) || !recorded_by(onset, reader.as_of) {
        return;
    }
    let (verified, _) = verification(condition.verification_status.as_ref());
    if matches!(verified, Verification::EnteredInError | Verification::Refuted) {
        return;
    }
    let mut push = |what, date| {
        reader.asserted.symptoms.push(SymptomMention {
            what,
            source: condition.place.name.clone(),
            element: "code",
            said: said(code),
            date,
        });
    };
    let recorded = latest(onset, condition.recorded_date);
    if coding::is_in(reader.knowledge, code, value_set::SPINE_METASTASIS) {
        push(What::SpineMetastasis, recorded);
        return;
    }
    let symptom = meaning(reader.knowledge, code, value_set::SYMPTOM)
        .map(|name| What::Symptom { name: name.to_owned(), present: true });
    let emergency =
        || meaning(reader.knowledge, code, value_set::EMERGENCY).map(|name| What::Emergency(name.to_owned()));
    let what = symptom.or_else(emergency);
    let ended = course(condition.clinical_status.as_ref()).0 == Course::Over
        || match &condition.abatement {
            None | Some(When::Boolean(false)) => false,
            Some(when) => when.start().is_none_or(|end| end.earliest() <= reader.as_of),
        };
    if ended {
        return;
    }
    let Some(what) = what else {
        let elsewhere = roles(reader.knowledge, code).next().is_some() || is_read_as_cancer(reader, condition);
        if !elsewhere && is_current(recorded, reader.as_of) {
            reader.issues.push(not_read(&said(code), recorded, &condition.place.name));
        }
        return;
    };
    if is_current(recorded, reader.as_of) {
        push(what, recorded);
    } else {
        reader.issues.push(not_recent(&said(code), recorded, &condition.place.name));
    }
}

fn of_observation(reader: &mut Reader<'_, '_>, observation: &Located<'_, Observation<'_>>) {
    let Some(code) = &observation.code else { return };
    let effective = observation.effective.as_ref().and_then(When::start);
    let hidden = !recorded_by(observation.issued.or(effective), reader.as_of) || !recorded_by(effective, reader.as_of);
    if hidden || standing(observation.status.as_deref()) == Standing::Void {
        return;
    }
    let sets: Vec<ValueSetIndex> = roles(reader.knowledge, code).map(|(set, _)| set).collect();
    let date = effective.or(observation.issued);
    let Some((what, words)) = what_of(reader, observation, code, &sets) else { return };
    if !is_current(date, reader.as_of) {
        // Old vital signs are no news; an old symptom may still be there.
        if matches!(what, What::Symptom { present: true, .. }) {
            reader.issues.push(not_recent(&words, date, &observation.place.name));
        }
        return;
    }
    let source = observation.place.name.clone();
    reader.asserted.symptoms.push(SymptomMention { what, source, element: "value", said: words, date });
}

fn what_of(
    reader: &mut Reader<'_, '_>,
    observation: &Located<'_, Observation<'_>>,
    code: &CodeableConcept<'_>,
    sets: &[ValueSetIndex],
) -> Option<(What, String)> {
    let knowledge = reader.knowledge;
    if sets.contains(&value_set::SYMPTOM_TEST) {
        let known = match &observation.value {
            Some(Value::CodeableConcept(value)) => {
                meaning(knowledge, value, value_set::SYMPTOM).map(|name| (name, said(value)))
            }
            _ => None,
        };
        let Some((name, words)) = known else {
            let words = match &observation.value {
                Some(Value::CodeableConcept(value)) => said(value),
                Some(Value::String(text)) => text.to_string(),
                _ => return None,
            };
            let date = observation.effective.as_ref().and_then(When::start).or(observation.issued);
            if is_current(date, reader.as_of) {
                reader.issues.push(not_read(&words, date, &observation.place.name));
            }
            return None;
        };
        return Some((What::Symptom { name: name.to_owned(), present: true }, words));
    }
    if sets.contains(&value_set::SYMPTOM) {
        let name = meaning(knowledge, code, value_set::SYMPTOM)?.to_owned();
        let present = match &observation.value {
            Some(Value::Boolean(present)) => *present,
            Some(Value::CodeableConcept(value)) => meaning(knowledge, value, value_set::YES_NO) != Some("no"),
            None if observation.data_absent_reason.is_some() => return None,
            // A finding without a value, or with a value that qualifies it, is a finding.
            _ => true,
        };
        return Some((What::Symptom { name, present }, said(code)));
    }
    let quantity = match &observation.value {
        Some(Value::Quantity(quantity)) => quantity,
        _ => return None,
    };
    let (number, words) = number_and_words(quantity)?;
    let unit = quantity.code.as_deref().or(quantity.unit.as_deref()).unwrap_or_default().trim();
    let read = if sets.contains(&value_set::TEMPERATURE_TEST) {
        celsius(number, unit).map(What::Temperature)
    } else if sets.contains(&value_set::OXYGEN_SATURATION_TEST) {
        let percent = unit == "%" && number > Decimal::ZERO && number <= Decimal::ONE_HUNDRED;
        percent.then_some(What::OxygenSaturation(number))
    } else {
        return None;
    };
    if read.is_none() {
        reader.issues.push(
            Issue::warning("unreadable-value", format!("`{words}` cannot be read with certainty; it was not used"))
                .at(format!("{}.value", observation.place.name)),
        );
    }
    read.map(|what| (what, words))
}

fn number_and_words(quantity: &Quantity<'_>) -> Option<(Decimal, String)> {
    let value = quantity.value.as_ref()?;
    let unit = quantity.unit.as_deref().or(quantity.code.as_deref()).unwrap_or_default();
    quantity.comparator.is_none().then(|| (value.value(), format!("{} {unit}", value.text()).trim().to_owned()))
}

/// Degrees Celsius; `None` for another unit and for what no living person has.
pub(crate) fn celsius(number: Decimal, unit: &str) -> Option<Decimal> {
    let value = match unit {
        "Cel" | "°C" | "C" | "degC" | "degrees C" => number,
        "[degF]" | "°F" | "F" | "degF" | "degrees F" => number
            .checked_sub(Decimal::from(32))?
            .checked_mul(Decimal::from(5))?
            .checked_div(Decimal::from(9))?
            .round_dp(2),
        _ => return None,
    };
    (value >= Decimal::from(25) && value <= Decimal::from(45)).then_some(value)
}

/// Whether something recorded then may be there still: undated entries may.
pub(crate) fn is_current(date: Option<PartialDate>, as_of: jiff::civil::Date) -> bool {
    date.is_none_or(|date| date.days_until(PartialDate::day(as_of)).0 <= CURRENT_DAYS)
}

fn latest(one: Option<PartialDate>, other: Option<PartialDate>) -> Option<PartialDate> {
    match (one, other) {
        (Some(a), Some(b)) => Some(if a.cmp_sort(&b).is_lt() { b } else { a }),
        (a, b) => a.or(b),
    }
}

/// Whether the reader of cancers took something from the entry, be it from its text.
fn is_read_as_cancer(reader: &Reader<'_, '_>, condition: &Located<'_, Condition<'_>>) -> bool {
    let source = &condition.place.name;
    let asserted = &reader.asserted;
    asserted.diagnoses.iter().any(|diagnosis| diagnosis.source == *source)
        || asserted.metastasis_mentions.iter().any(|mention| mention.source == *source)
}

/// A finding of these weeks that no value set knows: nobody has judged it, and it must not vanish.
fn not_read(said: &str, date: Option<PartialDate>, source: &str) -> Issue {
    let when = date.map_or_else(String::new, |date| format!(" of {date}"));
    Issue::warning(
        "finding-not-read",
        format!("`{said}`{when} is no symptom or diagnosis that is read here, so its urgency was not judged; judge it yourself"),
    )
    .at(source.to_owned())
}

fn not_recent(said: &str, date: Option<PartialDate>, source: &str) -> Issue {
    let when = date.map_or_else(String::new, |date| format!(" of {date}"));
    Issue::warning(
        "symptom-not-recent",
        format!("`{said}`{when} is older than {CURRENT_DAYS} days and was not counted as a current symptom; ask whether it is still there"),
    )
    .at(source.to_owned())
}
