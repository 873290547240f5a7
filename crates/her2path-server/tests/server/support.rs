//! Asking a router, and records to ask about.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use her2path_server::config::Config;
use serde_json::{Map, Value as Json, json};
use tower::ServiceExt as _;

/// Keys of the prefetch, each with the types that go there.
const KEYS: [(&str, &str); 11] = [
    ("patient", "Patient"),
    ("conditions", "Condition"),
    ("observations", "Observation"),
    ("reports", "DiagnosticReport"),
    ("specimens", "Specimen"),
    ("procedures", "Procedure"),
    ("medicationRequests", "MedicationRequest"),
    ("medicationAdministrations", "MedicationAdministration"),
    ("medicationStatements", "MedicationStatement"),
    ("allergies", "AllergyIntolerance"),
    ("questionnaires", "QuestionnaireResponse"),
];

pub(crate) async fn server(config: Config) -> Router {
    her2path_server::router(config).await.expect("the server can be set up")
}

/// The status and the body, as text, of a request without authentication.
pub(crate) async fn post_text(router: &Router, path: &str, body: String) -> (StatusCode, String) {
    send(router, Request::post(path).header("content-type", "application/json"), body).await
}

pub(crate) async fn post(router: &Router, path: &str, body: &Json) -> (StatusCode, Json) {
    let (status, text) = post_text(router, path, body.to_string()).await;
    (status, serde_json::from_str(&text).unwrap_or(Json::Null))
}

pub(crate) async fn get(router: &Router, path: &str) -> (StatusCode, Json) {
    let (status, text) = send(router, Request::get(path), String::new()).await;
    (status, serde_json::from_str(&text).unwrap_or(Json::Null))
}

pub(crate) async fn send(router: &Router, request: axum::http::request::Builder, body: String) -> (StatusCode, String) {
    let request = request.body(Body::from(body)).expect("a request");
    let response = router.clone().oneshot(request).await.expect("a router always answers");
    let status = response.status();
    let bytes = to_bytes(response.into_body(), usize::MAX).await.expect("a body");
    (status, String::from_utf8(bytes.to_vec()).expect("UTF-8"))
}

/// A server on a free port of this machine, for others to ask; its address without a slash at the end.
pub(crate) async fn listen(router: Router) -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

/// The day before today, so that what is recorded on it is recent and not in the future.
pub(crate) fn yesterday() -> String {
    jiff::Zoned::now().yesterday().expect("a day").date().to_string()
}

/// Somebody with HER2-positive breast cancer that spread to the liver.
pub(crate) fn metastatic() -> Vec<Json> {
    let day = yesterday();
    let condition = |id: &str, code: &str, display: &str| {
        json!({"resourceType": "Condition", "id": id, "subject": {"reference": "Patient/p"}, "onsetDateTime": day,
            "code": {"coding": [{"system": "http://snomed.info/sct", "code": code, "display": display}]}})
    };
    vec![
        json!({"resourceType": "Patient", "id": "p", "gender": "female", "birthDate": "1970-02-03"}),
        condition("primary", "254837009", "Malignant neoplasm of breast"),
        condition("liver", "94381002", "Secondary malignant neoplasm of liver"),
        json!({"resourceType": "Observation", "id": "her2", "status": "final", "subject": {"reference": "Patient/p"},
            "effectiveDateTime": day,
            "code": {"coding": [{"system": "http://loinc.org", "code": "48676-1"}], "text": "HER2 status"},
            "valueCodeableConcept": {"coding": [{"system": "http://snomed.info/sct", "code": "10828004"}], "text": "Positive"}}),
    ]
}

/// A left ventricular ejection fraction in percent.
pub(crate) fn lvef(percent: u8) -> Json {
    json!({"resourceType": "Observation", "id": "lvef", "status": "final", "subject": {"reference": "Patient/p"},
        "effectiveDateTime": yesterday(), "code": {"coding": [{"system": "http://loinc.org", "code": "10230-1"}]},
        "valueQuantity": {"value": percent, "unit": "%", "system": "http://unitsofmeasure.org", "code": "%"}})
}

/// An order of a drug; a dose of 0 is none.
pub(crate) fn order(id: &str, status: &str, intent: &str, drug: &str, mg_per_kg: f64) -> Json {
    let mut order = json!({"resourceType": "MedicationRequest", "id": id, "status": status, "intent": intent,
        "subject": {"reference": "Patient/p"}, "authoredOn": yesterday(), "medicationCodeableConcept": {"text": drug}});
    if mg_per_kg > 0.0
        && let Some(object) = order.as_object_mut()
    {
        let dose = json!([{"doseAndRate": [{"doseQuantity": {"value": mg_per_kg, "unit": "mg/kg"}}]}]);
        object.insert("dosageInstruction".to_owned(), dose);
    }
    order
}

pub(crate) fn bundle(kind: &str, resources: &[Json]) -> Json {
    let entries: Vec<Json> = resources.iter().map(|resource| json!({"resource": resource})).collect();
    json!({"resourceType": "Bundle", "type": kind, "entry": entries})
}

/// A record as prefetch: every key is there, null where the record has nothing.
pub(crate) fn prefetch(record: &[Json]) -> Json {
    let of = |kind: &str| {
        let found: Vec<Json> =
            record.iter().filter(|r| r.get("resourceType").and_then(Json::as_str) == Some(kind)).cloned().collect();
        match found.as_slice() {
            [] => Json::Null,
            [patient] if kind == "Patient" => patient.clone(),
            many => bundle("searchset", many),
        }
    };
    Json::Object(KEYS.iter().map(|(key, kind)| ((*key).to_owned(), of(kind))).collect::<Map<_, _>>())
}

/// A request of a hook about the patient `p`.
pub(crate) fn request(hook: &str, record: &[Json], drafts: &[Json]) -> Json {
    let selected: Vec<String> =
        drafts.iter().filter_map(|draft| Some(format!("MedicationRequest/{}", draft.get("id")?.as_str()?))).collect();
    let mut context = json!({"userId": "Practitioner/dr", "patientId": "p"});
    if let (false, Some(object)) = (hook == "patient-view", context.as_object_mut()) {
        object.insert("draftOrders".to_owned(), bundle("collection", drafts));
        if hook == "order-select" {
            object.insert("selections".to_owned(), json!(selected));
        }
    }
    json!({"hook": hook, "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea", "context": context,
        "prefetch": prefetch(record)})
}

/// Where a hook is answered.
pub(crate) fn service(hook: &str) -> String {
    format!("/cds-services/her2path-{hook}")
}

/// The cards of an answer, each held against the rules of CDS Hooks.
pub(crate) fn cards(answer: &Json) -> Vec<Json> {
    assert_eq!(super::conformance::faults(answer), Vec::<String>::new(), "{answer:#}");
    answer.get("cards").and_then(Json::as_array).cloned().unwrap_or_default()
}

pub(crate) fn text<'j>(json: &'j Json, key: &str) -> &'j str {
    json.get(key).and_then(Json::as_str).unwrap_or_default()
}
