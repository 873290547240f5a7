//! A record that means harm: what it says stays text.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use her2path_server::config::Config;
use serde_json::json;
use tower::ServiceExt as _;

use super::support::{cards, metastatic, order, post, request, server, service, text};

const SCRIPT: &str = "<script>alert(1)</script>";
const LINK: &str = "[sign here](https://evil.example/) ![x](https://evil.example/x.png)";

#[tokio::test]
async fn names_and_displays_stay_text_in_cards() {
    let mut record = metastatic();
    for one in &mut record {
        if let Some(object) = one.as_object_mut() {
            match object.get("resourceType").and_then(|kind| kind.as_str()) {
                Some("Patient") => object.insert("name".to_owned(), json!([{"text": SCRIPT, "family": LINK}])),
                Some("Condition") => object.insert("note".to_owned(), json!([{"text": SCRIPT}])),
                _ => object.insert(
                    "valueCodeableConcept".to_owned(),
                    json!({"coding": [{"system": "http://snomed.info/sct", "code": "10828004", "display": SCRIPT}], "text": LINK}),
                ),
            };
        }
    }
    record.push(order("o", "active", "order", &format!("trastuzumab {SCRIPT} {LINK}"), 3.6));
    let router = server(Config::default()).await;
    let draft = order("d", "draft", "order", &format!("trastuzumab {LINK}"), 3.6);
    for hook in ["patient-view", "order-select", "order-sign"] {
        let (status, answer) =
            post(&router, &service(hook), &request(hook, &record, std::slice::from_ref(&draft))).await;
        assert_eq!(status, StatusCode::OK, "{answer}");
        for card in cards(&answer) {
            let detail = text(&card, "detail");
            assert!(!detail.contains("<script"), "{hook}: {detail}");
            assert!(!detail.contains("](http") && !detail.contains("![x]"), "{hook}: {detail}");
            assert!(!detail.contains("https://evil"), "{hook}: {detail}");
            assert!(!text(&card, "summary").contains("<script"), "{hook}: {card}");
        }
    }
}

/// Ids are the one thing of a record that goes into references; what is no id is refused.
#[tokio::test]
async fn an_id_that_leads_elsewhere_is_refused() {
    let router = server(Config::default()).await;
    for id in ["../../admin", "p?x=1", "p&_count=1", "", "p%2f..", &"p".repeat(65)] {
        let mut body = request("patient-view", &metastatic(), &[]);
        if let Some(patient) = body.pointer_mut("/context/patientId") {
            *patient = json!(id);
        }
        let (status, answer) = post(&router, &service("patient-view"), &body).await;
        assert_eq!(status, StatusCode::BAD_REQUEST, "{id}: {answer}");
    }
}

#[tokio::test]
async fn every_answer_forbids_foreign_scripts_and_frames() {
    let router = server(Config::default()).await;
    for path in ["/health", "/cds-services", "/fhir/metadata", "/nowhere"] {
        let response = router.clone().oneshot(Request::get(path).body(Body::empty()).unwrap()).await.unwrap();
        let header =
            |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let policy = header("content-security-policy");
        assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(header("cache-control"), "no-store", "{path}");
    }
}
