//! An assessment as FHIR R4: a collection Bundle of GuidanceResponse, RequestGroup, DetectedIssue, derived Observations
//! with their Provenance, and an OperationOutcome.
//!
//! What fits becomes an action of the RequestGroup, what is forbidden a DetectedIssue, what is missing a data requirement
//! of the GuidanceResponse, each inferred fact an Observation, and what was wrong with the record the OperationOutcome.
//! Every identifier follows from the content, so the same assessment gives the same bytes. Deliberately absent: facts
//! that merely repeat an entry of the record, and orders: a proposal is not an order.

mod observations;
mod recommendations;

use serde_json::{Value as Json, json};

use super::identifier::uuid;
use crate::assessment::{Assessment, Outcome};
use crate::issue::Issue;

/// System of the fact ids of the data dictionary.
pub const FACT_SYSTEM: &str = "urn:her2path:fact";

/// System of the ids of recommendations.
pub const RECOMMENDATION_SYSTEM: &str = "urn:her2path:recommendation";

/// The assessment as one Bundle.
#[must_use]
pub fn bundle(assessment: &Assessment<'_>) -> Json {
    let names = Names::of(assessment);
    let mut entries = vec![guidance_response(assessment, &names)];
    entries.push(operation_outcome(&names, &assessment.issues));
    entries.extend(recommendations::request_group(assessment, &names));
    entries.extend(recommendations::detected_issues(assessment, &names));
    entries.extend(observations::derived(assessment, &names));
    json!({
        "resourceType": "Bundle",
        "id": names.id("Bundle", ""),
        "type": "collection",
        "timestamp": names.instant,
        "entry": entries.into_iter().map(|resource| {
            let url = format!("urn:uuid:{}", resource.get("id").and_then(Json::as_str).unwrap_or_default());
            json!({"fullUrl": url, "resource": resource})
        }).collect::<Vec<_>>(),
    })
}

/// Names that all resources of one Bundle share.
pub(crate) struct Names<'a> {
    patient: &'a str,
    /// Guideline and its version, as a canonical.
    pub(crate) module: String,
    guideline: String,
    as_of: String,
    /// Midnight UTC of the day that the assessment is as of: the core has no clock.
    pub(crate) instant: String,
}

impl<'a> Names<'a> {
    pub(crate) fn of(assessment: &'a Assessment<'_>) -> Self {
        let guideline = &assessment.knowledge.guideline;
        Self {
            patient: assessment.patient.as_deref().unwrap_or_default(),
            module: format!("urn:her2path:guideline:{}|{}", guideline.id, guideline.version),
            guideline: format!("{} {} {}", guideline.id, guideline.version, guideline.hash),
            as_of: assessment.as_of.to_string(),
            instant: format!("{}T00:00:00Z", assessment.as_of),
        }
    }

    /// The id of a resource of this Bundle.
    pub(crate) fn id(&self, resource: &str, what: &str) -> String {
        uuid(&[self.patient, &self.guideline, &self.as_of, resource, what])
    }

    /// A reference to a resource of this Bundle.
    pub(crate) fn reference(&self, resource: &str, what: &str) -> Json {
        json!({"reference": format!("urn:uuid:{}", self.id(resource, what))})
    }

    /// The patient: by reference where the record's id can be one, by display otherwise.
    pub(crate) fn subject(&self) -> Json {
        if is_fhir_id(self.patient) {
            json!({"reference": format!("Patient/{}", self.patient)})
        } else if self.patient.is_empty() {
            json!({"display": "patient without an identifier"})
        } else {
            json!({"display": self.patient})
        }
    }
}

/// `[A-Za-z0-9\-\.]{1,64}` (FHIR R4, data type id).
fn is_fhir_id(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.')
}

/// The resource type and id of a record entry (`Observation/x`), if it is a reference that FHIR can hold.
pub(crate) fn record_entry(source: &str) -> Option<(&str, &str)> {
    let (kind, id) = source.split_once('/')?;
    let named = kind.starts_with(|c: char| c.is_ascii_uppercase()) && kind.bytes().all(|b| b.is_ascii_alphabetic());
    (named && is_fhir_id(id)).then_some((kind, id))
}

fn guidance_response(assessment: &Assessment<'_>, names: &Names<'_>) -> Json {
    let mut missing: Vec<&str> = Vec::new();
    let recommendations = || assessment.chapters.iter().flat_map(|chapter| &chapter.recommendations);
    for set in recommendations().filter(|item| item.judgement.outcome == Outcome::NeedsData).flat_map(|i| &i.missing) {
        for index in set {
            let id = assessment.knowledge.facts.get(usize::from(index.0)).map_or("", |definition| &definition.id);
            if !missing.contains(&id) {
                missing.push(id);
            }
        }
    }
    let mut response = json!({
        "resourceType": "GuidanceResponse",
        "id": names.id("GuidanceResponse", ""),
        "moduleCanonical": names.module,
        "status": if missing.is_empty() { "success" } else { "data-required" },
        "subject": names.subject(),
        "occurrenceDateTime": names.as_of,
        "performer": {"display": format!("her2path {}", env!("CARGO_PKG_VERSION"))},
        "note": [{"text": assessment.knowledge.guideline.notice}],
        "evaluationMessage": [names.reference("OperationOutcome", "")],
    });
    let mut put = |key: &str, value: Json| {
        if let Some(object) = response.as_object_mut() {
            object.insert(key.to_owned(), value);
        }
    };
    if !missing.is_empty() {
        let requirement = |id: &str| {
            json!({
                "type": "Observation",
                "codeFilter": [{"path": "code", "code": [{"system": FACT_SYSTEM, "code": id}]}],
            })
        };
        put("dataRequirement", missing.into_iter().map(requirement).collect());
    }
    if recommendations().any(|item| item.judgement.outcome == Outcome::Recommended) {
        put("result", names.reference("RequestGroup", ""));
    }
    response
}

fn operation_outcome(names: &Names<'_>, issues: &[Issue]) -> Json {
    let mut outcome = outcome(issues);
    if let Some(object) = outcome.as_object_mut() {
        object.insert("id".to_owned(), Json::String(names.id("OperationOutcome", "")));
    }
    outcome
}

/// Issues as an OperationOutcome; where there are none it says so, because FHIR wants at least one.
#[must_use]
pub fn outcome(issues: &[Issue]) -> Json {
    let issue = |issue: &Issue| {
        let mut json = json!({
            "severity": issue.severity.as_str(),
            "code": issue_type(&issue.code),
            "details": {"text": issue.code},
            "diagnostics": issue.message,
        });
        if let (Some(source), Some(object)) = (&issue.source, json.as_object_mut()) {
            object.insert("expression".to_owned(), json!([source]));
        }
        json
    };
    let none = || {
        vec![
            json!({"severity": "information", "code": "informational", "diagnostics": "nothing was wrong with the record"}),
        ]
    };
    let issues: Vec<Json> = issues.iter().map(issue).collect();
    json!({"resourceType": "OperationOutcome", "issue": if issues.is_empty() { none() } else { issues }})
}

/// The FHIR issue type of one of our codes (value set `issue-type`).
fn issue_type(code: &str) -> &'static str {
    match code {
        code if code.contains("json") || code.contains("syntax") => "structure",
        code if code.contains("code") || code.contains("display") => "code-invalid",
        code if code.contains("conflict") || code.contains("contradict") => "conflict",
        code if code.contains("unsupported") || code.contains("unknown") => "not-supported",
        code if code.starts_with("invalid") => "value",
        _ => "business-rule",
    }
}
