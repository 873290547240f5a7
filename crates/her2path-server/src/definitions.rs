//! The guideline as FHIR R4 definitions: each statement a PlanDefinition, each examination that is suggested an
//! ActivityDefinition, the value sets, and one Library that holds them together with their sources.
//!
//! Criteria stand in the guideline's own language in an extension, since an expression may only be CQL, FHIRPath or a
//! query: a client reads them, only this program judges by them. Deliberately absent: search parameters, versions of single resources, and writing.

use axum::Router;
use axum::extract::{Path, State as Extract};
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use her2path::knowledge::model::{Citation, Criterion, Knowledge, Recommendation, ValueSet};
use her2path::render::{citation_url, criterion_text};
use serde_json::{Map, Value as Json, json};

use crate::error::{Refusal, fhir_json};
use crate::state::{Shared, State};

/// The types that are served.
pub(crate) const KINDS: [&str; 4] = ["PlanDefinition", "ActivityDefinition", "Library", "ValueSet"];

/// The longest id that FHIR knows.
const ID: usize = 64;

/// The extension of a condition with a criterion as the guideline writes it.
const CRITERION: &str = "urn:her2path:criterion";

pub(crate) fn routes() -> Router<Shared> {
    Router::new().route("/fhir/{kind}", get(search)).route("/fhir/{kind}/{id}", get(read))
}

async fn search(Extract(state): Extract<Shared>, Path(kind): Path<String>) -> Response {
    let Some(resources) = all(&state, &kind) else { return unknown(&format!("the type `{kind}`")) };
    let links = state.config.links();
    let entries: Vec<Json> = resources
        .iter()
        .map(|resource| {
            let id = resource.get("id").and_then(Json::as_str).unwrap_or_default();
            json!({"fullUrl": format!("{links}/fhir/{kind}/{id}"), "resource": resource, "search": {"mode": "match"}})
        })
        .collect();
    let bundle = json!({
        "resourceType": "Bundle",
        "type": "searchset",
        "total": entries.len(),
        "link": [{"relation": "self", "url": format!("{links}/fhir/{kind}")}],
        "entry": entries,
    });
    fhir_json(StatusCode::OK, &bundle)
}

async fn read(Extract(state): Extract<Shared>, Path((kind, id)): Path<(String, String)>) -> Response {
    let found = all(&state, &kind).into_iter().flatten();
    let mut found = found.filter(|resource| resource.get("id").and_then(Json::as_str) == Some(&id));
    match found.next() {
        Some(resource) => fhir_json(StatusCode::OK, &resource),
        None => unknown(&format!("`{kind}/{id}`")),
    }
}

fn unknown(what: &str) -> Response {
    let message = format!("{what} is not served; GET /fhir/metadata lists what is");
    Refusal::new(StatusCode::NOT_FOUND, message).as_outcome()
}

/// Every resource of a type, in the order of the guideline.
fn all(state: &State, kind: &str) -> Option<Vec<Json>> {
    let definitions = Definitions { knowledge: state.knowledge, links: state.config.links() };
    let resources = match kind {
        "PlanDefinition" => definitions.knowledge.recommendations.iter().map(|one| definitions.plan(one)).collect(),
        "ActivityDefinition" => definitions.orders().into_iter().map(|order| definitions.activity(order)).collect(),
        "ValueSet" => definitions.knowledge.value_sets.iter().map(|one| definitions.value_set(one)).collect(),
        "Library" => vec![definitions.library()],
        _ => return None,
    };
    Some(resources)
}

struct Definitions<'k> {
    knowledge: &'k Knowledge,
    links: String,
}

impl<'k> Definitions<'k> {
    /// What all definitions begin with. None is active before somebody has reviewed it clinically.
    fn head(&self, kind: &str, id: &str, title: &str, reviewed: bool) -> Map<String, Json> {
        let guideline = &self.knowledge.guideline;
        let head = json!({
            "resourceType": kind,
            "id": id,
            "url": self.url(kind, id),
            "version": guideline.version,
            "title": title,
            "status": if reviewed { "active" } else { "draft" },
            "copyright": guideline.notice,
        });
        match head {
            Json::Object(head) => head,
            _ => Map::new(),
        }
    }

    fn url(&self, kind: &str, id: &str) -> String {
        format!("{}/fhir/{kind}/{id}", self.links)
    }

    fn plan(&self, one: &Recommendation) -> Json {
        let mut plan = self.head("PlanDefinition", &id(&one.id), &one.statement, !one.reviewed.by.is_empty());
        let mut put = |key: &str, value: Json| plan.insert(key.to_owned(), value);
        put("identifier", json!([{"system": her2path::render::fhir::RECOMMENDATION_SYSTEM, "value": one.id}]));
        put("purpose", json!(one.question));
        put("description", json!(one.rationale));
        put("usage", json!(one.plain));
        put("library", json!([self.url("Library", &self.library_id())]));
        put("effectivePeriod", json!({"start": one.effective.to_string()}));
        if let Some(on) = one.reviewed.on {
            put("lastReviewDate", json!(on.to_string()));
        }
        let cited: Vec<Json> = one.cites.iter().filter_map(|key| self.knowledge.citation(key)).map(citation).collect();
        if !cited.is_empty() {
            put("relatedArtifact", Json::Array(cited));
        }
        let holds = one.when.iter().map(criterion_text);
        let forbids = Criterion::None(one.contraindicated_if.clone());
        let forbids = (!one.contraindicated_if.is_empty()).then(|| criterion_text(&forbids));
        let conditions: Vec<Json> = holds.chain(forbids).map(|text| condition(&text)).collect();
        let mut action = json!({"title": one.statement, "textEquivalent": one.plain});
        if let (false, Some(action)) = (conditions.is_empty(), action.as_object_mut()) {
            action.insert("condition".to_owned(), Json::Array(conditions));
        }
        put("action", json!([action]));
        Json::Object(plan)
    }

    /// The examinations that settle missing facts, each once.
    fn orders(&self) -> Vec<&'k str> {
        let mut orders: Vec<&str> = self.knowledge.facts.iter().filter_map(|fact| fact.order.as_deref()).collect();
        orders.sort_unstable();
        orders.dedup();
        orders
    }

    fn activity(&self, order: &str) -> Json {
        let mut activity = self.head("ActivityDefinition", &id(order), order, false);
        let settles = self.knowledge.facts.iter().filter(|fact| fact.order.as_deref() == Some(order));
        let settles: Vec<&str> = settles.map(|fact| fact.title.as_ref()).collect();
        activity.insert("description".to_owned(), json!(format!("Settles: {}.", settles.join("; "))));
        activity.insert("kind".to_owned(), json!("ServiceRequest"));
        activity.insert("intent".to_owned(), json!("proposal"));
        activity.insert("code".to_owned(), json!({"text": order}));
        Json::Object(activity)
    }

    fn value_set(&self, one: &ValueSet) -> Json {
        let mut set = self.head("ValueSet", &id(&one.id), &one.title, false);
        set.insert("description".to_owned(), json!(one.description));
        let mut systems: Vec<(&str, Vec<Json>)> = Vec::new();
        for concept in one.concepts.iter() {
            let coded = json!({"code": concept.code, "display": concept.display});
            match systems.iter_mut().find(|(system, _)| *system == concept.system.uri()) {
                Some((_, concepts)) => concepts.push(coded),
                None => systems.push((concept.system.uri(), vec![coded])),
            }
        }
        let mut include: Vec<Json> =
            systems.into_iter().map(|(system, concepts)| json!({"system": system, "concept": concepts})).collect();
        if !one.values.is_empty() {
            let values: Vec<Json> = one.values.iter().map(|value| json!({"code": value})).collect();
            include.push(json!({"system": her2path::render::fhir::FACT_SYSTEM, "concept": values}));
        }
        if !include.is_empty() {
            set.insert("compose".to_owned(), json!({"include": include}));
        }
        Json::Object(set)
    }

    fn library_id(&self) -> String {
        id(&self.knowledge.guideline.id)
    }

    fn library(&self) -> Json {
        let guideline = &self.knowledge.guideline;
        let reviewed = !guideline.reviewed.by.is_empty();
        let mut library = self.head("Library", &self.library_id(), &guideline.title, reviewed);
        library.insert("description".to_owned(), json!(guideline.scope));
        library.insert(
            "type".to_owned(),
            json!({"coding": [{"system": "http://terminology.hl7.org/CodeSystem/library-type", "code": "asset-collection"}]}),
        );
        let part = |kind: &str, name: &str| json!({"type": "composed-of", "resource": self.url(kind, &id(name))});
        let plans = self.knowledge.recommendations.iter().map(|one| part("PlanDefinition", &one.id));
        let orders = self.orders().into_iter().map(|order| part("ActivityDefinition", order));
        let sets = self.knowledge.value_sets.iter().map(|one| part("ValueSet", &one.id));
        let sources = self.knowledge.citations.iter().map(citation);
        library.insert("relatedArtifact".to_owned(), plans.chain(orders).chain(sets).chain(sources).collect());
        Json::Object(library)
    }
}

fn condition(text: &str) -> Json {
    json!({"kind": "applicability", "extension": [{"url": CRITERION, "valueString": text}]})
}

fn citation(citation: &Citation) -> Json {
    let mut artifact = json!({"type": "citation", "label": citation.key, "citation": citation.text});
    if let (Some(url), Some(object)) = (citation_url(citation), artifact.as_object_mut()) {
        object.insert("url".to_owned(), Json::String(url));
    }
    artifact
}

/// A name as a FHIR id. Where it is too long its beginning is left out: names end in what tells them apart.
fn id(name: &str) -> String {
    let plain: String = name.chars().map(|c| if c.is_ascii_alphanumeric() || c == '-' { c } else { '.' }).collect();
    let skipped = plain.len().saturating_sub(ID);
    plain.get(skipped..).unwrap_or_default().to_owned()
}
