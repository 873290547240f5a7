//! Inferred facts as Observations, each with a Provenance that names the record entries and facts behind it.

use her2path_knowledge::model::{FactDefinition, FactKind, ValueIndex};
use serde_json::{Map, Value as Json, json};

use super::{FACT_SYSTEM, Names, record_entry};
use crate::assessment::{Assessment, Because, Comparator, Quantity, Statement, Value, spoken};

/// Two resources for each inferred fact, in the order of the dictionary.
pub(super) fn derived(assessment: &Assessment<'_>, names: &Names<'_>) -> Vec<Json> {
    let inferred = assessment.facts.iter().filter_map(|(fact, statement)| {
        let definition = assessment.knowledge.facts.get(usize::from(fact.index().0))?;
        (definition.kind == FactKind::Inferred).then_some((fact, definition, statement))
    });
    inferred
        .flat_map(|(fact, definition, statement)| {
            let said = spoken(assessment.knowledge, fact.index(), &statement.value);
            [observation(assessment, names, definition, statement, &said), provenance(names, definition, statement)]
        })
        .collect()
}

fn observation(
    assessment: &Assessment<'_>,
    names: &Names<'_>,
    definition: &FactDefinition,
    statement: &Statement,
    said: &str,
) -> Json {
    let mut resource = Map::new();
    let mut put = |key: &str, value: Json| resource.insert(key.to_owned(), value);
    put("resourceType", json!("Observation"));
    put("id", json!(names.id("Observation", &definition.id)));
    put("status", json!("final"));
    put(
        "category",
        json!([{"coding": [{"system": "http://terminology.hl7.org/CodeSystem/observation-category", "code": "survey"}],
            "text": "inferred by a rule"}]),
    );
    put("code", json!({"coding": [{"system": FACT_SYSTEM, "code": definition.id}], "text": definition.title}));
    put("subject", names.subject());
    if let Some(date) = statement.date {
        put("effectiveDateTime", json!(date.to_string()));
    }
    put("issued", json!(names.instant));
    let (key, value) = value(definition, &statement.value, said);
    put(key, value);
    let notes: Vec<Json> = statement.because.iter().filter_map(note).collect();
    if !notes.is_empty() {
        put("note", Json::Array(notes));
    }
    let from = derived_from(assessment, names, &statement.because);
    if !from.is_empty() {
        put("derivedFrom", Json::Array(from));
    }
    Json::Object(resource)
}

/// The value in the FHIR type that fits, with the element's name.
fn value(definition: &FactDefinition, value: &Value, said: &str) -> (&'static str, Json) {
    match value {
        Value::Boolean(value) => ("valueBoolean", json!(value)),
        Value::Integer(number) => match i32::try_from(*number) {
            Ok(number) if definition.unit.is_none() => ("valueInteger", json!(number)),
            _ => ("valueQuantity", quantity(definition, &number.to_string(), Comparator::Exact)),
        },
        Value::Between(low, high) => {
            let end = |number: &i64| quantity(definition, &number.to_string(), Comparator::Exact);
            ("valueRange", json!({"low": end(low), "high": end(high)}))
        }
        Value::Decimal(Quantity { number, comparator }) => {
            ("valueQuantity", quantity(definition, &number.to_string(), *comparator))
        }
        Value::Code(index) => ("valueCodeableConcept", concept(definition, &[*index], said)),
        Value::Codes(codes) => ("valueCodeableConcept", concept(definition, codes, said)),
        Value::Date(date) => ("valueDateTime", json!(date.to_string())),
        Value::Text(text) if text.trim().is_empty() => ("valueString", json!("(empty)")),
        Value::Text(text) => ("valueString", json!(text)),
    }
}

/// Codes of one fact; an empty list keeps its word (`none`) as text.
fn concept(definition: &FactDefinition, codes: &[ValueIndex], said: &str) -> Json {
    let coding = |index: &ValueIndex| {
        let value = definition.values.get(usize::from(index.0))?;
        Some(json!({"system": format!("{FACT_SYSTEM}:{}", definition.id), "code": value.code}))
    };
    let codings: Vec<Json> = codes.iter().filter_map(coding).collect();
    if codings.is_empty() { json!({"text": said}) } else { json!({"coding": codings, "text": said}) }
}

fn quantity(definition: &FactDefinition, number: &str, comparator: Comparator) -> Json {
    let mut quantity = Map::new();
    let number = number.parse::<serde_json::Number>().map_or(Json::Null, Json::Number);
    quantity.insert("value".to_owned(), number);
    if comparator != Comparator::Exact {
        quantity.insert("comparator".to_owned(), json!(comparator.as_str()));
    }
    if let Some(unit) = &definition.unit {
        quantity.insert("unit".to_owned(), json!(unit));
        quantity.insert("system".to_owned(), json!("http://unitsofmeasure.org"));
        quantity.insert("code".to_owned(), json!(unit));
    }
    Json::Object(quantity)
}

fn note(because: &Because) -> Option<Json> {
    let note = because.note.as_deref().filter(|note| !note.trim().is_empty())?;
    Some(json!({"text": format!("{}: {note}", because.source)}))
}

/// Observations behind the fact: entries of the record, and facts that are themselves in this Bundle.
fn derived_from(assessment: &Assessment<'_>, names: &Names<'_>, because: &[Because]) -> Vec<Json> {
    let reference = |because: &Because| match record_entry(&because.source) {
        Some((kind @ ("Observation" | "QuestionnaireResponse"), id)) => {
            Some(json!({"reference": format!("{kind}/{id}")}))
        }
        Some(_) => None,
        None => is_inferred(assessment, &because.source).then(|| names.reference("Observation", &because.source)),
    };
    let mut references: Vec<Json> = because.iter().filter_map(reference).collect();
    references.dedup();
    references
}

fn is_inferred(assessment: &Assessment<'_>, id: &str) -> bool {
    assessment.facts.iter().any(|(fact, _)| {
        let definition = assessment.knowledge.facts.get(usize::from(fact.index().0));
        definition.is_some_and(|definition| definition.kind == FactKind::Inferred && definition.id == id)
    })
}

fn provenance(names: &Names<'_>, definition: &FactDefinition, statement: &Statement) -> Json {
    let entity = |because: &Because| {
        let what = match record_entry(&because.source) {
            Some(_) => json!({"reference": because.source}),
            None => json!({"display": because.source}),
        };
        json!({"role": "source", "what": what})
    };
    let mut resource = json!({
        "resourceType": "Provenance",
        "id": names.id("Provenance", &definition.id),
        "target": [names.reference("Observation", &definition.id)],
        "recorded": names.instant,
        "agent": [{
            "type": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/provenance-participant-type", "code": "assembler"}]},
            "who": {"display": format!("her2path {}, {}", env!("CARGO_PKG_VERSION"), names.module)},
        }],
    });
    let entities: Vec<Json> = statement.because.iter().map(entity).collect();
    if let (false, Some(object)) = (entities.is_empty(), resource.as_object_mut()) {
        object.insert("entity".to_owned(), Json::Array(entities));
    }
    resource
}
