//! Facts that a clinician states, where FHIR has no coded carrier: an Observation whose code is the fact's own id in the
//! system `urn:her2path:fact`.
//!
//! ```json
//! {"resourceType": "Observation", "status": "final", "effectiveDateTime": "2026-11-02",
//!  "code": {"coding": [{"system": "urn:her2path:fact", "code": "brain.mass-effect"}]}, "valueBoolean": true}
//! ```
//!
//! The value is a boolean, an integer, a Quantity in the unit of the data dictionary, a date, or for coded facts the
//! value's name as a string or as the codes of a CodeableConcept (`none` for an empty list). Only facts that a person can
//! judge are read: the asserted ones, and the inferred ones named below; a line of therapy or a HER2 status cannot be
//! stated in this way, because their coded carriers exist. A coded entry of the record goes before a statement.

use her2path_knowledge::model::{FactDefinition, FactKind, FactType, ValueIndex};

use super::Reader;
use super::coding::said;
use super::visible::{Standing, recorded_by, standing};
use crate::chart::possible::possible;
use crate::chart::value::{Because, Quantity, Value};
use crate::date::PartialDate;
use crate::fhir::{self, Located, Observation, When};
use crate::guideline::Fact;
use crate::issue::Issue;

/// The system in which the ids of facts are codes.
const SYSTEM: &str = "urn:her2path:fact";

/// Inferred facts that a clinician may also state.
const ALSO: [Fact; 14] = [
    Fact::BrainExtent,
    Fact::BrainOnlySite,
    Fact::BrainPrognosis,
    Fact::HeartFailureSymptomatic,
    Fact::Interactions,
    Fact::LabsHypocalcaemia,
    Fact::LabsHypokalaemia,
    Fact::LabsHypomagnesaemia,
    Fact::PatientChildbearingPotential,
    Fact::PatientFrail,
    Fact::TaxaneObstacle,
    Fact::TherapyEndocrineProgression,
    Fact::TumorMarkerRising,
    Fact::DiseaseProgressionSign,
];

/// One stated fact.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct FactStatement {
    pub(crate) fact: Fact,
    pub(crate) value: Value,
    pub(crate) date: Option<PartialDate>,
    pub(crate) because: Because,
}

pub(super) fn read(reader: &mut Reader<'_, '_>) {
    for observation in &reader.record.observations {
        one(reader, observation);
    }
}

fn one(reader: &mut Reader<'_, '_>, observation: &Located<'_, Observation<'_>>) {
    let codings = observation.code.iter().flat_map(|code| &code.coding);
    let mut ids = codings.filter(|coding| coding.system.as_deref() == Some(SYSTEM)).filter_map(|c| c.code.as_deref());
    let Some(id) = ids.next() else { return };
    let date = observation.effective.as_ref().and_then(When::start).or(observation.issued);
    if standing(observation.status.as_deref()) != Standing::Final || !recorded_by(date, reader.as_of) {
        return;
    }
    let source = &observation.place.name;
    let Some((fact, definition)) = stateable(reader, id) else {
        let message = format!("`{id}` is not a fact that can be stated; `her2path knowledge list --facts` names them");
        reader.issues.push(Issue::warning("unknown-fact", message).at(format!("{source}.code")));
        return;
    };
    let Some((value, words)) = observation.value.as_ref().and_then(|value| value_of(definition, value)) else {
        let message = format!("what stands for `{id}` is not a value of it; it was not used");
        reader.issues.push(Issue::warning("unreadable-value", message).at(format!("{source}.value")));
        return;
    };
    if let Err(limits) = possible(fact, definition, &value) {
        let message = format!("`{words}` cannot be `{id}`: {limits}; it was not used");
        reader.issues.push(Issue::warning("impossible-value", message).at(format!("{source}.value")));
        return;
    }
    let because = Because::source(source.clone()).element("value").note(words);
    reader.asserted.statements.push(FactStatement { fact, value, date, because });
}

fn stateable<'k>(reader: &Reader<'k, '_>, id: &str) -> Option<(Fact, &'k FactDefinition)> {
    let fact = Fact::from_id(id)?;
    let definition = reader.knowledge.fact_definition(fact.index())?;
    (definition.kind == FactKind::Asserted || ALSO.contains(&fact)).then_some((fact, definition))
}

/// The value in the type of the dictionary, and its words.
fn value_of(definition: &FactDefinition, value: &fhir::Value<'_>) -> Option<(Value, String)> {
    let code = |name: &str| {
        let position = definition.values.iter().position(|value| value.code == name)?;
        u16::try_from(position).ok().map(ValueIndex)
    };
    let number = |quantity: &fhir::Quantity<'_>| {
        let unit = quantity.code.as_deref().or(quantity.unit.as_deref());
        let expected = definition.unit.as_deref().unwrap_or("1");
        let annotation = expected.starts_with('{');
        let fits = unit == Some(expected) || (annotation && matches!(unit, None | Some("1")));
        let comparator =
            crate::classify::hormone_receptors::Comparator::parse(quantity.comparator.as_deref().unwrap_or_default())?;
        let number = quantity.value.as_ref()?.value();
        fits.then_some(Quantity { number, comparator })
    };
    let words = match value {
        fhir::Value::Boolean(true) => "yes".to_owned(),
        fhir::Value::Boolean(false) => "no".to_owned(),
        fhir::Value::Integer(number) => number.to_string(),
        fhir::Value::String(text) => text.to_string(),
        fhir::Value::CodeableConcept(concept) => said(concept),
        fhir::Value::Quantity(quantity) => quantity.value.as_ref().map_or("", |value| value.text()).to_owned(),
        fhir::Value::DateTime(date) => date.to_string(),
        _ => return None,
    };
    let read = match (definition.kind_of_value, value) {
        (FactType::Boolean, fhir::Value::Boolean(value)) => Value::Boolean(*value),
        (FactType::Integer, fhir::Value::Integer(number)) => Value::Integer(*number),
        (FactType::Integer, fhir::Value::Quantity(quantity)) => {
            let whole =
                number(quantity).filter(|found| found.comparator.as_str().is_empty() && found.number.fract().is_zero());
            Value::Integer(i64::try_from(whole?.number).ok()?)
        }
        (FactType::Decimal, fhir::Value::Quantity(quantity)) => Value::Decimal(number(quantity)?),
        (FactType::Code, fhir::Value::String(text)) => Value::Code(code(text)?),
        (FactType::Code, fhir::Value::CodeableConcept(concept)) => {
            Value::Code(concept.coding.iter().find_map(|coding| code(coding.code.as_deref()?))?)
        }
        (FactType::Codes, fhir::Value::String(text)) if text == "none" => Value::Codes(Vec::new()),
        (FactType::Codes, fhir::Value::String(text)) => Value::Codes(vec![code(text)?]),
        (FactType::Codes, fhir::Value::CodeableConcept(concept)) => {
            let named: Option<Vec<ValueIndex>> =
                concept.coding.iter().map(|coding| code(coding.code.as_deref()?)).collect();
            let mut codes = named.filter(|codes| !codes.is_empty())?;
            codes.sort_unstable();
            codes.dedup();
            Value::Codes(codes)
        }
        (FactType::Date, fhir::Value::DateTime(date)) => Value::Date(*date),
        _ => return None,
    };
    Some((read, words))
}
