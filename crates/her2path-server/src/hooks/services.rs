//! The services and what they need: the answer to discovery.

use serde_json::{Map, Value as Json, json};

use super::request::Hook;

/// What is asked for, by key: every type that the pathway reads and an EHR is likely to hold, for this patient only.
pub(crate) const PREFETCH: [(&str, &str); 11] = [
    ("patient", "Patient/{{context.patientId}}"),
    ("conditions", "Condition?patient={{context.patientId}}"),
    ("observations", "Observation?patient={{context.patientId}}"),
    ("reports", "DiagnosticReport?patient={{context.patientId}}"),
    ("specimens", "Specimen?patient={{context.patientId}}"),
    ("procedures", "Procedure?patient={{context.patientId}}"),
    ("medicationRequests", "MedicationRequest?patient={{context.patientId}}&_include=MedicationRequest:medication"),
    (
        "medicationAdministrations",
        "MedicationAdministration?patient={{context.patientId}}&_include=MedicationAdministration:medication",
    ),
    (
        "medicationStatements",
        "MedicationStatement?patient={{context.patientId}}&_include=MedicationStatement:medication",
    ),
    ("allergies", "AllergyIntolerance?patient={{context.patientId}}"),
    ("questionnaires", "QuestionnaireResponse?patient={{context.patientId}}"),
];

/// One service.
pub(super) struct Service {
    pub(super) id: &'static str,
    pub(super) hook: Hook,
    title: &'static str,
    description: &'static str,
}

const SERVICES: [Service; 3] = [
    Service {
        id: "her2path-patient-view",
        hook: Hook::PatientView,
        title: "HER2 pathway: the patient now",
        description: "What fits now for HER2-positive metastatic breast cancer, what does not and why, what is missing and what would settle it. Informs; does not decide.",
    },
    Service {
        id: "her2path-order-select",
        hook: Hook::OrderSelect,
        title: "HER2 pathway: a drug being chosen",
        description: "Holds selected drug orders against the guideline: whether the drug is among the options of now, what forbids it, and what has to be known first. Informs; does not decide.",
    },
    Service {
        id: "her2path-order-sign",
        hook: Hook::OrderSign,
        title: "HER2 pathway: an order being signed",
        description: "Holds all drafted drug orders against the guideline and each other: wrong product or dose, what forbids it, missing baseline tests. Informs; does not decide.",
    },
];

/// The ids of the services.
pub(crate) fn ids() -> [&'static str; 3] {
    SERVICES.map(|service| service.id)
}

pub(super) fn find(id: &str) -> Option<&'static Service> {
    SERVICES.iter().find(|service| service.id == id)
}

/// The answer to `GET /cds-services`.
pub(super) fn discovery() -> Json {
    let prefetch: Map<String, Json> =
        PREFETCH.iter().map(|(key, template)| ((*key).to_owned(), json!(template))).collect();
    let service = |service: &Service| {
        json!({
            "hook": service.hook.name(),
            "id": service.id,
            "title": service.title,
            "description": service.description,
            "prefetch": prefetch,
            "usageRequirements": "Where a prefetch key is left out, `fhirServer` must be on this service's list of servers.",
        })
    };
    json!({"services": SERVICES.iter().map(service).collect::<Vec<_>>()})
}
