//! What prefetch left out is asked for at a FHIR server, if that is allowed.

use std::sync::{Arc, Mutex};

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use axum::{Json as Answer, Router};
use her2path_server::config::Config;
use serde_json::{Value as Json, json};

use super::support::{bundle, cards, listen, metastatic, post, request, server, service, text};

/// A small FHIR server: what it was asked, with the token; its searches have two pages where there is enough.
#[derive(Clone, Default)]
struct Ehr {
    asked: Arc<Mutex<Vec<(String, String)>>>,
    /// Where the next pages lie.
    next: Option<String>,
}

async fn answer(State(ehr): State<Ehr>, request: Request) -> Response {
    let path = request.uri().path_and_query().map(|path| path.as_str().to_owned()).unwrap_or_default();
    let token = request.headers().get("authorization").and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
    ehr.asked.lock().expect("no panic").push((path.clone(), token));
    let kind = path.trim_start_matches("/fhir/").split(['?', '/']).next().unwrap_or_default().to_owned();
    let found: Vec<Json> = metastatic().into_iter().filter(|one| text(one, "resourceType") == kind).collect();
    if kind == "Patient" {
        return Answer(found.first().cloned()).into_response();
    }
    let mut page = bundle("searchset", &found);
    if found.len() > 1 {
        let second = path.contains("page=2");
        let (first, rest) = found.split_at(1);
        page = bundle("searchset", if second { rest } else { first });
        if let (false, Some(object)) = (second, page.as_object_mut()) {
            let next = ehr.next.clone().unwrap_or_else(|| format!("{kind}?patient=p&page=2"));
            object.insert("link".to_owned(), json!([{"relation": "next", "url": next}]));
        }
    }
    Answer(page).into_response()
}

async fn ehr(next: Option<&str>) -> (String, Ehr) {
    let ehr = Ehr { next: next.map(str::to_owned), ..Ehr::default() };
    let router = Router::new().fallback(answer).with_state(ehr.clone());
    (format!("{}/fhir", listen(router).await), ehr)
}

fn without_prefetch(server: &str) -> Json {
    let mut body = request("patient-view", &[], &[]);
    let object = body.as_object_mut().expect("an object");
    object.remove("prefetch");
    object.insert("fhirServer".to_owned(), json!(server));
    object.insert(
        "fhirAuthorization".to_owned(),
        json!({"access_token": "secret", "token_type": "Bearer", "expires_in": 300, "scope": "user/*.read", "subject": "cds"}),
    );
    body
}

fn allowing(servers: &[&str], private_addresses: bool) -> Config {
    let fhir_servers = servers.iter().map(|server| (*server).to_owned()).collect();
    Config { fhir_servers, private_addresses, ..Config::default() }
}

#[tokio::test]
async fn an_allowed_server_gives_the_same_cards_as_prefetch() {
    let (address, ehr) = ehr(None).await;
    let router = server(allowing(&[&address], true)).await;
    let (status, fetched) = post(&router, &service("patient-view"), &without_prefetch(&address)).await;
    assert_eq!(status, StatusCode::OK, "{fetched}");
    let (_, sent) = post(&router, &service("patient-view"), &request("patient-view", &metastatic(), &[])).await;
    assert!(!cards(&sent).is_empty());
    assert_eq!(cards(&fetched), cards(&sent));
    let asked = ehr.asked.lock().unwrap();
    // Eleven queries, and the second page of the conditions.
    assert_eq!(asked.len(), 12, "{asked:#?}");
    assert!(asked.iter().all(|(_, token)| token == "Bearer secret"), "{asked:#?}");
    assert!(asked.iter().all(|(path, _)| path.contains("patient=p") || path == "/fhir/Patient/p"), "{asked:#?}");
}

#[tokio::test]
async fn a_server_that_is_not_on_the_list_is_not_asked() {
    let (address, ehr) = ehr(None).await;
    let router = server(allowing(&["https://other.example/fhir"], true)).await;
    for named in [address.clone(), format!("{address}/../fhir2"), "file:///etc/passwd".to_owned(), "x".to_owned()] {
        let (status, answer) = post(&router, &service("patient-view"), &without_prefetch(&named)).await;
        assert_eq!(status, StatusCode::PRECONDITION_FAILED, "{named}: {answer}");
    }
    assert!(ehr.asked.lock().unwrap().is_empty());
}

#[tokio::test]
async fn private_addresses_are_refused_even_when_listed() {
    let (address, ehr) = ehr(None).await;
    let port = address.trim_end_matches("/fhir").rsplit(':').next().unwrap_or_default().to_owned();
    let by_name = format!("http://localhost:{port}/fhir");
    let decimal = format!("http://2130706433:{port}/fhir");
    let mapped = format!("http://[::ffff:127.0.0.1]:{port}/fhir");
    let router = server(allowing(&[&address, &by_name, &decimal, &mapped], false)).await;
    for named in [&address, &by_name, &decimal, &mapped] {
        let (status, answer) = post(&router, &service("patient-view"), &without_prefetch(named)).await;
        assert_eq!(status, StatusCode::PRECONDITION_FAILED, "{named}: {answer}");
    }
    assert!(ehr.asked.lock().unwrap().is_empty());
}

/// A page that cannot be followed may hold what forbids a drug, so it is never left out in silence.
#[tokio::test]
async fn pages_that_lie_elsewhere_are_a_failure() {
    let (elsewhere, other) = ehr(None).await;
    let (address, _) = ehr(Some(&format!("{elsewhere}/Condition?page=2"))).await;
    let router = server(allowing(&[&address], true)).await;
    let (status, answer) = post(&router, &service("patient-view"), &without_prefetch(&address)).await;
    assert_eq!(status, StatusCode::PRECONDITION_FAILED, "{answer}");
    assert!(other.asked.lock().unwrap().is_empty());
    let (endless, _) = ehr(Some("Condition?patient=p&again=1")).await;
    let router = server(allowing(&[&endless], true)).await;
    let (status, answer) = post(&router, &service("patient-view"), &without_prefetch(&endless)).await;
    assert_eq!(status, StatusCode::PRECONDITION_FAILED);
    assert!(text(&answer, "error").contains("pages"), "{answer}");
}

#[tokio::test]
async fn parts_that_are_missing_failed_or_have_more_pages_are_asked_for_or_refused() {
    let (address, _) = ehr(None).await;
    let router = server(allowing(&[&address], true)).await;
    let failed = json!({"resourceType": "OperationOutcome", "issue": [{"severity": "error", "code": "exception"}]});
    let mut partial = bundle("searchset", &metastatic()[1..2]);
    if let Some(object) = partial.as_object_mut() {
        object.insert("link".to_owned(), json!([{"relation": "next", "url": "https://ehr.example/x"}]));
    }
    let (_, whole) = post(&router, &service("patient-view"), &request("patient-view", &metastatic(), &[])).await;
    for value in [None, Some(failed), Some(partial)] {
        let mut body = request("patient-view", &metastatic(), &[]);
        let prefetch = body.get_mut("prefetch").and_then(Json::as_object_mut).expect("an object");
        prefetch.remove("conditions");
        prefetch.extend(value.map(|value| ("conditions".to_owned(), value)));
        let (status, answer) = post(&router, &service("patient-view"), &body).await;
        assert_eq!(status, StatusCode::PRECONDITION_FAILED, "{answer}");
        assert!(text(&answer, "error").contains("`conditions`"), "{answer}");
        body.as_object_mut().expect("an object").insert("fhirServer".to_owned(), json!(address));
        let (status, answer) = post(&router, &service("patient-view"), &body).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        assert_eq!(cards(&answer), cards(&whole));
    }
}
