//! What is too large, too slow or too much is refused, and others are answered meanwhile.

use std::time::Duration;

use axum::http::StatusCode;
use her2path_server::config::Config;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use super::support::{get, listen, metastatic, post, post_text, request, server, service};

#[tokio::test]
async fn a_body_that_is_too_large_is_refused() {
    let router = server(Config { body_limit: 10_000, ..Config::default() }).await;
    let (status, _) = post_text(&router, "/fhir/$assess", " ".repeat(10_001)).await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
    let (status, _) = post(&router, &service("patient-view"), &request("patient-view", &metastatic(), &[])).await;
    assert_eq!(status, StatusCode::OK);
}

/// Whole records are large: only the limit that was set counts.
#[tokio::test]
async fn a_record_of_three_megabytes_is_read() {
    let router = server(Config::default()).await;
    let body = format!("{}{}", super::support::bundle("collection", &metastatic()), " ".repeat(3_000_000));
    let (status, answer) = post_text(&router, "/fhir/$assess", body).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
}

/// The head of a request whose body of `length` bytes is still to come.
fn head(length: usize) -> String {
    format!(
        "POST /fhir/$assess HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{{"
    )
}

async fn answer(stream: &mut TcpStream) -> String {
    let mut bytes = vec![0; 4096];
    let read = tokio::time::timeout(Duration::from_secs(10), stream.read(&mut bytes)).await.expect("an answer in time");
    bytes.truncate(read.expect("an answer"));
    String::from_utf8_lossy(&bytes).into_owned()
}

#[tokio::test]
async fn a_slow_body_is_given_up_while_others_are_answered() {
    let config = Config { timeout: Duration::from_millis(500), concurrency: 1, ..Config::default() };
    let router = server(config).await;
    let address = listen(router.clone()).await.trim_start_matches("http://").to_owned();
    let mut slow = TcpStream::connect(&address).await.expect("a connection");
    slow.write_all(head(1000).as_bytes()).await.expect("sent");
    tokio::time::sleep(Duration::from_millis(100)).await;
    // One request at a time is worked on, and the slow one does not count as work.
    let (status, _) = post(&router, &service("patient-view"), &request("patient-view", &metastatic(), &[])).await;
    assert_eq!(status, StatusCode::OK);
    let answer = answer(&mut slow).await;
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
}

/// Sixteen of the largest bodies at once fill the memory that is set aside; the next is told when to come back.
#[tokio::test]
async fn a_flood_of_large_bodies_is_told_to_come_back() {
    let router = server(Config { body_limit: 1024 * 1024, ..Config::default() }).await;
    let address = listen(router.clone()).await.trim_start_matches("http://").to_owned();
    let mut held = Vec::new();
    for _ in 0..16 {
        let mut stream = TcpStream::connect(&address).await.expect("a connection");
        stream.write_all(head(1024 * 1024).as_bytes()).await.expect("sent");
        held.push(stream);
    }
    tokio::time::sleep(Duration::from_millis(300)).await;
    let mut next = TcpStream::connect(&address).await.expect("a connection");
    next.write_all(head(1024 * 1024).as_bytes()).await.expect("sent");
    let refused = answer(&mut next).await.to_lowercase();
    assert!(refused.starts_with("http/1.1 503") && refused.contains("retry-after"), "{refused}");
    let (status, _) = get(&router, "/cds-services").await;
    assert_eq!(status, StatusCode::OK);
    drop(held);
    tokio::time::sleep(Duration::from_millis(300)).await;
    let (status, _) = post(&router, &service("patient-view"), &request("patient-view", &metastatic(), &[])).await;
    assert_eq!(status, StatusCode::OK, "memory is given back");
}

#[tokio::test]
async fn health_and_numbers_are_there() {
    let router = server(Config::default()).await;
    let (status, _) = get(&router, "/ready").await;
    assert_eq!(status, StatusCode::OK);
    post(&router, &service("patient-view"), &request("patient-view", &metastatic(), &[])).await;
    let numbers = super::support::send(&router, axum::http::Request::get("/metrics"), String::new()).await.1;
    assert!(numbers.contains("her2path_assessments_total 1"), "{numbers}");
    assert!(!numbers.contains("/cds-services/her2path-patient-view\""), "routes are named by their pattern: {numbers}");
}

/// Somebody with so many metastases to the liver on record, each valid.
fn long_record(conditions: usize) -> String {
    let mut record = metastatic();
    let liver = record.get(2).cloned().expect("a metastasis");
    record.extend((0..conditions).map(|number| {
        let mut one = liver.clone();
        if let Some(object) = one.as_object_mut() {
            object.insert("id".to_owned(), format!("m{number}").into());
        }
        one
    }));
    super::support::bundle("collection", &record).to_string()
}

#[tokio::test]
async fn a_record_that_no_care_makes_is_refused_with_its_reason() {
    let router = server(Config::default()).await;
    let (status, answer) = post_text(&router, "/fhir/$assess", long_record(20_000)).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{answer}");
    assert!(answer.contains("OperationOutcome") && answer.contains("20000 are assessed"), "{answer}");
}

/// Large records that can be read take long: others are answered meanwhile, and what was given up still counts as work.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_of_long_records_leaves_others_answered() {
    let config = Config { timeout: Duration::from_millis(300), ..Config::default() };
    let router = server(config).await;
    let long = long_record(3_000);
    assert!(long.len() > 600_000, "{}", long.len());
    let flood: Vec<_> = (0..8)
        .map(|_| {
            let (router, long) = (router.clone(), long.clone());
            tokio::spawn(async move { post_text(&router, "/fhir/$assess", long).await.0 })
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(100)).await;
    for _ in 0..5 {
        let asked = std::time::Instant::now();
        let (status, _) = get(&router, "/health").await;
        assert_eq!(status, StatusCode::OK);
        assert!(asked.elapsed() < Duration::from_secs(2), "{:?}", asked.elapsed());
    }
    let mut statuses = Vec::new();
    for one in flood {
        statuses.push(one.await.expect("an answer").as_u16());
    }
    let processors = std::thread::available_parallelism().expect("processors").get();
    let refused = statuses.iter().filter(|status| **status == 503).count();
    assert!(refused >= 8_usize.saturating_sub(2 * processors), "{statuses:?}");
    assert!(statuses.iter().all(|status| [200, 408, 503].contains(status)), "{statuses:?}");
}
