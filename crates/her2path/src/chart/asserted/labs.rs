//! Tests of organ function: liver, blood counts, kidneys, electrolytes, QTc, oxygen, DPYD, weeks of pregnancy.
//!
//! A number is kept with its unit and the reference range that its own report names: "times the upper limit" is never
//! worked out against a limit from elsewhere.

use rust_decimal::Decimal;

use super::Reader;
use super::coding::{concepts_in, meaning, said};
use super::visible::{Standing, recorded_by, standing};
use crate::chart::value::Quantity as Number;
use crate::classify::hormone_receptors::Comparator;
use crate::date::PartialDate;
use crate::fhir::{CodeableConcept, Located, Observation, Quantity, ReferenceRange, Value, When};
use crate::guideline::value_set;
use crate::issue::Issue;

/// One final result.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Lab {
    /// The meaning within the value set `organ-function-test`, or `marker` and the tumour marker's name.
    pub(crate) test: String,
    pub(crate) result: LabResult,
    pub(crate) date: Option<PartialDate>,
    pub(crate) source: String,
    pub(crate) said: String,
}

/// What it said.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum LabResult {
    Number {
        number: Number,
        unit: String,
        /// Limits of normal of the report, in the same unit.
        low: Option<Decimal>,
        high: Option<Decimal>,
        /// The report calls it low, or not low; absent where it does not say.
        flagged_low: Option<bool>,
    },
    /// A coded answer (DPYD), by its meaning.
    Answer(String),
}

pub(super) fn read(reader: &mut Reader<'_, '_>) {
    for observation in &reader.record.observations {
        let effective = observation.effective.as_ref().and_then(When::start);
        if standing(observation.status.as_deref()) != Standing::Final
            || !recorded_by(effective.or(observation.issued), reader.as_of)
        {
            continue;
        }
        let whole = (&observation.code, &observation.value, &observation.interpretation, &observation.reference_range);
        one(reader, observation, whole);
        for part in &observation.component {
            one(reader, observation, (&part.code, &part.value, &part.interpretation, &part.reference_range));
        }
    }
}

type Asked<'o, 'a> =
    (&'o Option<CodeableConcept<'a>>, &'o Option<Value<'a>>, &'o Vec<CodeableConcept<'a>>, &'o Vec<ReferenceRange<'a>>);

fn one<'a>(reader: &mut Reader<'_, 'a>, observation: &Located<'_, Observation<'_>>, asked: Asked<'_, 'a>) {
    let (Some(code), Some(value), interpretation, ranges) = asked else { return };
    let marker = || meaning(reader.knowledge, code, value_set::TUMOR_MARKER_SERUM).map(|name| format!("marker {name}"));
    let test = meaning(reader.knowledge, code, value_set::ORGAN_FUNCTION_TEST).map(str::to_owned).or_else(marker);
    let Some(test) = test else { return };
    let result = match value {
        Value::Quantity(quantity) => number(quantity, interpretation, ranges).map(|result| (result, words(quantity))),
        Value::CodeableConcept(concept) => {
            let found = concepts_in(reader.knowledge, concept, value_set::DPYD_RESULT).find_map(|c| c.meaning.clone());
            found.map(|answer| (LabResult::Answer(answer.into_owned()), said(concept)))
        }
        _ => return,
    };
    let Some((result, said)) = result else {
        let message = format!("the result of `{}` cannot be read with certainty; it was not used", said(code));
        reader.issues.push(Issue::warning("unreadable-value", message).at(observation.place.name.clone()));
        return;
    };
    reader.asserted.labs.push(Lab {
        test,
        result,
        date: observation.effective.as_ref().and_then(When::start).or(observation.issued),
        source: observation.place.name.clone(),
        said,
    });
}

fn number(
    quantity: &Quantity<'_>,
    interpretation: &[CodeableConcept<'_>],
    ranges: &[ReferenceRange<'_>],
) -> Option<LabResult> {
    let number = quantity.value.as_ref()?.value();
    let comparator = Comparator::parse(quantity.comparator.as_deref().unwrap_or_default())?;
    let unit = unit_of(quantity);
    let limit = |limit: &Option<Quantity<'_>>| {
        let limit = limit.as_ref().filter(|limit| unit_of(limit) == unit)?;
        Some(limit.value.as_ref()?.value())
    };
    let flags = interpretation.iter().flat_map(|concept| &concept.coding).filter_map(|coding| coding.code.as_deref());
    let mut flagged_low = None;
    for flag in flags {
        match flag {
            "L" | "LL" | "LU" => flagged_low = Some(true),
            "N" | "H" | "HH" | "HU" => flagged_low = flagged_low.or(Some(false)),
            _ => {}
        }
    }
    Some(LabResult::Number {
        number: Number { number, comparator },
        low: ranges.iter().find_map(|range| limit(&range.low)),
        high: ranges.iter().find_map(|range| limit(&range.high)),
        unit,
        flagged_low,
    })
}

fn unit_of(quantity: &Quantity<'_>) -> String {
    quantity.code.as_deref().or(quantity.unit.as_deref()).unwrap_or_default().trim().to_owned()
}

fn words(quantity: &Quantity<'_>) -> String {
    let number = quantity.value.as_ref().map_or("", |value| value.text());
    let unit = quantity.unit.as_deref().or(quantity.code.as_deref()).unwrap_or_default();
    format!("{}{number} {unit}", quantity.comparator.as_deref().unwrap_or_default()).trim().to_owned()
}
