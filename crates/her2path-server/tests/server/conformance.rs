//! CDS Hooks 2.0: the examples of the specification are answered or refused, and answers keep its rules.
//!
//! The rules are those of the logical model CDSHooksResponse and of <https://cds-hooks.hl7.org/2.0/#cds-service-response>.

use std::path::Path;

use axum::http::StatusCode;
use her2path_server::config::Config;
use serde_json::{Value as Json, json};

use super::support::{cards, get, metastatic, post, prefetch, request, server, service, text};

/// Every way in which an answer breaks the rules of a CDS Hooks response.
pub(crate) fn faults(answer: &Json) -> Vec<String> {
    let mut faults = Vec::new();
    let mut must = |holds: bool, rule: &str| {
        if !holds {
            faults.push(rule.to_owned());
        }
    };
    let Some(cards) = answer.get("cards").and_then(Json::as_array) else { return vec!["cards is an array".to_owned()] };
    let known = |object: &Json, keys: &[&str]| {
        object.as_object().is_some_and(|object| object.keys().all(|key| keys.contains(&key.as_str())))
    };
    must(known(answer, &["cards", "systemActions", "extension"]), "no other keys in an answer");
    for card in cards {
        let keys = [
            "uuid",
            "summary",
            "detail",
            "indicator",
            "source",
            "suggestions",
            "selectionBehavior",
            "overrideReasons",
            "links",
            "extension",
        ];
        must(known(card, &keys), "no other keys in a card");
        let summary = text(card, "summary").chars().count();
        must((1..140).contains(&summary), "a summary has less than 140 characters");
        must(is_uuid(text(card, "uuid")), "a card has a UUID");
        must(matches!(text(card, "indicator"), "info" | "warning" | "critical"), "an indicator is of the value set");
        must(card.get("detail").is_none_or(Json::is_string), "a detail is Markdown");
        let source = card.get("source").cloned().unwrap_or_default();
        must(!text(&source, "label").is_empty(), "a source has a label");
        must(source.get("url").is_none_or(is_address), "the address of a source is one");
        let suggestions = card.get("suggestions").and_then(Json::as_array);
        must(
            card.get("suggestions").is_none() || suggestions.is_some_and(|s| !s.is_empty()),
            "suggestions are not empty",
        );
        let behaviour = card.get("selectionBehavior").and_then(Json::as_str);
        must(suggestions.is_none() || behaviour.is_some(), "suggestions come with a selectionBehavior");
        must(behaviour.is_none_or(|b| matches!(b, "any" | "at-most-one")), "a selectionBehavior is of the value set");
        for suggestion in suggestions.into_iter().flatten() {
            must(!text(suggestion, "label").is_empty(), "a suggestion has a label");
            must(is_uuid(text(suggestion, "uuid")), "a suggestion has a UUID");
            for action in suggestion.get("actions").and_then(Json::as_array).into_iter().flatten() {
                let kind = text(action, "type");
                must(matches!(kind, "create" | "update" | "delete"), "an action has a type");
                must(!text(action, "description").is_empty(), "an action has a description");
                must(kind == "delete" || action.get("resource").is_some(), "what is created is there");
                must(kind != "delete" || action.get("resourceId").is_some(), "what is deleted is named");
            }
        }
        for reason in card.get("overrideReasons").and_then(Json::as_array).into_iter().flatten() {
            let whole = ["code", "system", "display"].iter().all(|key| !text(reason, key).is_empty());
            must(whole, "an override reason has a code, a system and a display");
        }
        for link in card.get("links").and_then(Json::as_array).into_iter().flatten() {
            must(!text(link, "label").is_empty(), "a link has a label");
            must(link.get("url").is_some_and(is_address), "a link has an address");
            must(matches!(text(link, "type"), "absolute" | "smart"), "a link has a type");
            must(text(link, "type") == "smart" || link.get("appContext").is_none(), "only SMART links have a context");
        }
    }
    faults
}

fn is_uuid(text: &str) -> bool {
    let lengths: Vec<usize> = text.split('-').map(str::len).collect();
    lengths == [8, 4, 4, 4, 12] && text.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-')
}

fn is_address(json: &Json) -> bool {
    json.as_str().is_some_and(|text| text.starts_with("http://") || text.starts_with("https://"))
}

fn example(name: &str) -> Json {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/cds_hooks").join(name);
    serde_json::from_slice(&std::fs::read(path).expect("an example")).expect("JSON")
}

/// The examples whose name ends so, in order.
fn examples(kind: &str) -> Vec<(String, Json)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/cds_hooks");
    let entries = std::fs::read_dir(folder).expect("a folder");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.retain(|name| name.ends_with(&format!(".{kind}.json")));
    names.sort();
    names.into_iter().map(|name| (name.clone(), example(&name))).collect()
}

#[test]
fn the_rules_accept_the_answers_of_the_specification_and_refuse_broken_ones() {
    let answers = examples("response");
    assert_eq!(answers.len(), 6);
    for (name, answer) in answers {
        // What is optional and sent all the same: the UUID, and the indicator, which the logical model lets cards leave
        // out. Suggestions without a selectionBehavior are from before version 2.0.
        let old = |fault: &String| ["selectionBehavior", "UUID", "indicator"].iter().any(|word| fault.contains(word));
        let found: Vec<String> = faults(&answer).into_iter().filter(|fault| !old(fault)).collect();
        assert_eq!(found, Vec::<String>::new(), "{name}");
    }
    let card = json!({"uuid": "4e0a3a1e-3283-4575-ab82-028d55fe2719", "summary": "s", "indicator": "info",
        "source": {"label": "l"}});
    let with = |key: &str, value: Json| {
        let mut card = card.clone();
        card.as_object_mut().expect("an object").insert(key.to_owned(), value);
        faults(&json!({"cards": [card]})).len()
    };
    assert_eq!(with("indicator", json!("info")), 0);
    assert_eq!(with("indicator", json!("hard-stop")), 1);
    assert_eq!(with("summary", json!("x".repeat(140))), 1);
    assert_eq!(with("uuid", json!("1")), 1);
    assert_eq!(with("source", json!({})), 1);
    assert_eq!(with("suggestions", json!([{"label": "l", "uuid": "4e0a3a1e-3283-4575-ab82-028d55fe2719"}])), 1);
    assert_eq!(with("links", json!([{"label": "l", "url": "javascript:alert(1)", "type": "absolute"}])), 1);
    assert_eq!(with("surprise", json!(1)), 1);
    assert_eq!(faults(&json!({})).len(), 1);
}

#[tokio::test]
async fn discovery_lists_services_whose_prefetch_is_complete() {
    let router = server(Config::default()).await;
    let (status, answer) = get(&router, "/cds-services").await;
    assert_eq!(status, StatusCode::OK);
    let services = answer.get("services").and_then(Json::as_array).expect("services");
    assert_eq!(services.len(), 3);
    for service in services {
        let hook = text(service, "hook");
        assert!(["patient-view", "order-select", "order-sign"].contains(&hook), "{hook}");
        assert!(!text(service, "description").is_empty());
        // The tests send exactly what discovery asks for.
        let asked: Vec<&String> =
            service.get("prefetch").and_then(Json::as_object).expect("templates").keys().collect();
        let sent = prefetch(&metastatic());
        assert_eq!(asked, sent.as_object().expect("an object").keys().collect::<Vec<_>>());
        let (status, _) = post(&router, &format!("/cds-services/{}", text(service, "id")), &json!({})).await;
        assert_eq!(status, StatusCode::BAD_REQUEST);
    }
    let (status, _) = post(&router, "/cds-services/other", &request("patient-view", &[], &[])).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
}

/// Requests of the specification lack our prefetch, and their FHIR servers are not on the list: each is refused, for the
/// reason that comes first.
#[tokio::test]
async fn requests_of_the_specification_are_refused_for_what_they_lack() {
    let router = server(Config::default()).await;
    let requests = examples("request");
    assert_eq!(requests.len(), 6);
    for (name, request) in requests {
        let (status, answer) = post(&router, &service(text(&request, "hook")), &request).await;
        let why = text(&answer, "error");
        let context = request.get("context").cloned().unwrap_or_default();
        if context.get("patientId").is_none() {
            assert_eq!((status, why.contains("patientId")), (StatusCode::BAD_REQUEST, true), "{name}: {why}");
        } else if text(&request, "hook") != "patient-view" && context.get("draftOrders").is_none() {
            assert_eq!((status, why.contains("draftOrders")), (StatusCode::BAD_REQUEST, true), "{name}: {why}");
        } else {
            assert_eq!(status, StatusCode::PRECONDITION_FAILED, "{name}: {why}");
            assert!(why.contains("list of servers"), "{name}: {why}");
        }
    }
}

/// The same requests with the prefetch that discovery asks for are answered.
#[tokio::test]
async fn requests_of_the_specification_are_answered_with_our_prefetch() {
    let router = server(Config::default()).await;
    let mut answered = 0;
    for (name, mut request) in examples("request") {
        let context = request.get("context").cloned().unwrap_or_default();
        let hook = text(&request, "hook").to_owned();
        if context.get("patientId").is_none() || (hook != "patient-view" && context.get("draftOrders").is_none()) {
            continue;
        }
        request.as_object_mut().expect("an object").insert("prefetch".to_owned(), prefetch(&[]));
        let (status, answer) = post(&router, &service(&hook), &request).await;
        assert_eq!(status, StatusCode::OK, "{name}: {answer}");
        cards(&answer);
        answered += 1;
    }
    assert_eq!(answered, 4);
}

/// Contexts of our hooks that version 2.0 defines are answered; those of other hooks and older versions are refused.
#[tokio::test]
async fn contexts_of_the_specification_are_answered_or_refused() {
    let router = server(Config::default()).await;
    let (mut answered, mut refused) = (0, 0);
    for (name, example) in examples("context") {
        let context = example.get("context").cloned().expect("a context");
        for hook in ["patient-view", "order-select", "order-sign"] {
            let has = |key: &str| context.get(key).is_some();
            let fits = has("patientId")
                && match hook {
                    "patient-view" => true,
                    "order-select" => has("draftOrders") && has("selections"),
                    _ => has("draftOrders"),
                };
            let request = json!({"hook": hook, "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
                "context": context, "prefetch": prefetch(&[])});
            let (status, answer) = post(&router, &service(hook), &request).await;
            if fits {
                assert_eq!(status, StatusCode::OK, "{name} as {hook}: {answer}");
                cards(&answer);
                answered += 1;
            } else {
                assert_eq!(status, StatusCode::BAD_REQUEST, "{name} as {hook}: {answer}");
                refused += 1;
            }
        }
    }
    assert!(answered > 20 && refused > 20, "{answered} answered, {refused} refused");
}

#[tokio::test]
async fn a_record_is_answered_with_what_fits_and_what_is_missing() {
    let router = server(Config::default()).await;
    let (status, answer) = post(&router, &service("patient-view"), &request("patient-view", &metastatic(), &[])).await;
    assert_eq!(status, StatusCode::OK);
    let cards = cards(&answer);
    let missing = cards.iter().find(|card| text(card, "summary").contains("missing")).expect("a card on gaps");
    assert!(missing.get("suggestions").and_then(Json::as_array).is_some_and(|orders| !orders.is_empty()));
    assert!(cards.iter().any(|card| text(card, "summary").starts_with("Treatment:")), "{cards:#?}");
}
