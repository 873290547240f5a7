//! Orders: the wrong product, what must not be given, and what is not due.

use axum::http::StatusCode;
use her2path_server::config::Config;
use serde_json::Value as Json;

use super::support::{cards, lvef, metastatic, order, post, request, server, service, text};

async fn answered(hook: &str, record: &[Json], drafts: &[Json]) -> Vec<Json> {
    let router = server(Config::default()).await;
    let (status, answer) = post(&router, &service(hook), &request(hook, record, drafts)).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    cards(&answer)
}

/// T-DM1 is dosed at 3.6 mg/kg and trastuzumab at 6 or 8 mg/kg (their labels); the mix-up has killed.
#[tokio::test]
async fn the_dose_of_t_dm1_on_an_order_of_trastuzumab_is_critical() {
    let mut record = metastatic();
    record.push(order("plan", "active", "plan", "trastuzumab emtansine", 3.6));
    let wrong = answered("order-sign", &record, &[order("new", "draft", "order", "trastuzumab", 3.6)]).await;
    let first = wrong.first().expect("a card");
    assert_eq!(text(first, "indicator"), "critical", "{wrong:#?}");
    assert!(text(first, "summary").contains("stop and check"), "{first:#}");
    assert!(text(first, "detail").contains("emtansine"), "{first:#}");

    // A plan of T-DM1 makes any order of trastuzumab doubtful; without one its own dose is right.
    let planned = answered("order-sign", &record, &[order("new", "draft", "order", "trastuzumab", 6.0)]).await;
    assert!(planned.iter().any(|card| text(card, "detail").contains("not interchangeable")), "{planned:#?}");
    let own = [order("new", "draft", "order", "trastuzumab", 6.0)];
    let right = answered("order-sign", &metastatic(), &own).await;
    assert!(right.iter().all(|card| text(card, "indicator") != "critical"), "{right:#?}");
}

#[tokio::test]
async fn only_the_drafts_that_are_meant_are_spoken_of() {
    let mut record = metastatic();
    record.push(order("plan", "active", "plan", "trastuzumab emtansine", 3.6));
    let drafts = [order("one", "draft", "order", "trastuzumab", 0.0), order("two", "draft", "order", "tucatinib", 0.0)];
    let all = answered("order-sign", &record, &drafts).await;
    let about =
        |cards: &[Json], drug: &str| cards.iter().any(|card| text(card, "summary").to_lowercase().starts_with(drug));
    assert!(about(&all, "trastuzumab, intravenous:") && about(&all, "tucatinib:"), "{all:#?}");
    assert!(!about(&all, "trastuzumab emtansine"), "the plan on record is not being ordered: {all:#?}");

    let router = server(Config::default()).await;
    let mut select = request("order-select", &record, &drafts);
    if let Some(selections) = select.pointer_mut("/context/selections") {
        *selections = serde_json::json!(["MedicationRequest/two"]);
    }
    let (_, answer) = post(&router, &service("order-select"), &select).await;
    let selected = cards(&answer);
    assert!(about(&selected, "tucatinib:") && !about(&selected, "trastuzumab, intravenous:"), "{selected:#?}");
}

/// An ejection fraction below 40 % forbids trastuzumab and its conjugates (labels: do not treat, or stop).
#[tokio::test]
async fn what_a_failing_heart_forbids_is_warned_of() {
    let mut record = metastatic();
    record.push(lvef(30));
    let cards = answered("order-sign", &record, &[order("new", "draft", "order", "trastuzumab deruxtecan", 0.0)]).await;
    let warned = cards.iter().any(|card| {
        text(card, "indicator") == "warning"
            && text(card, "summary").contains("must not be given")
            && text(card, "detail").contains("30 %")
    });
    assert!(warned, "{cards:#?}");
}

/// Without metastases nothing of the guideline's metastatic options is due.
#[tokio::test]
async fn a_drug_that_is_not_due_is_said_not_to_be() {
    let record: Vec<Json> = metastatic().into_iter().filter(|one| text(one, "id") != "liver").collect();
    let cards = answered("order-sign", &record, &[order("new", "draft", "order", "tucatinib", 0.0)]).await;
    assert!(!cards.is_empty());
    let fits = cards.iter().any(|card| {
        text(card, "summary").contains("among the guideline's options now")
            && !text(card, "summary").contains("not among")
    });
    assert!(!fits, "{cards:#?}");
    assert!(cards.iter().any(|card| text(card, "indicator") == "warning"), "{cards:#?}");
}
