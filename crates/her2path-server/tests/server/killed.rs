//! A server that is killed under load loses no feedback that it acknowledged.
//!
//! The server is this test program started once more, so that it is a process of its own and can be killed.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use her2path_server::config::Config;
use sqlx::{Connection as _, Row as _};

use super::postgres::Postgres;

/// Names the database for the process that is to be killed.
const DATABASE: &str = "HER2PATH_TEST_DATABASE";

/// What the process says before its address.
const LISTENS: &str = "listens on ";

/// The process that is killed: it serves until then. Without a database it is no such process and has nothing to do.
#[tokio::test]
async fn the_server_that_is_killed() {
    let Ok(database) = std::env::var(DATABASE) else { return };
    let config =
        Config { listen: "127.0.0.1:0".parse().expect("an address"), database: Some(database), ..Config::default() };
    her2path_server::serve(config, |address| println!("\n{LISTENS}{address}")).await.expect("it serves");
}

fn start(database: &str) -> (Child, String) {
    let mut child = Command::new(std::env::current_exe().expect("this program"))
        .args(["--exact", "killed::the_server_that_is_killed", "--nocapture"])
        .env(DATABASE, database)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("a process");
    let lines = BufReader::new(child.stdout.take().expect("its output")).lines();
    let mut addresses = lines.map_while(Result::ok).filter_map(|line| Some(line.split_once(LISTENS)?.1.to_owned()));
    let address = addresses.next().expect("an address");
    (child, address)
}

#[tokio::test]
async fn no_acknowledged_feedback_is_lost_in_twenty_kills() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = folder.path().join("kept.sqlite").display().to_string();
    kill_and_count(&database, &format!("sqlite://{database}")).await;
}

#[tokio::test]
async fn no_acknowledged_feedback_is_lost_in_twenty_kills_on_postgresql() {
    let Some(postgres) = Postgres::start() else { return };
    kill_and_count(&postgres.url, &postgres.url).await;
}

/// Kills the server twenty times under load; what was acknowledged must be in the database at that address.
async fn kill_and_count(database: &str, address_of_database: &str) {
    let acknowledged = Arc::new(Mutex::new(BTreeSet::new()));
    for round in 0..20_u64 {
        let (mut child, address) = start(database);
        let clients: Vec<_> = (0..4)
            .map(|client| tokio::spawn(send(address.clone(), format!("{round}-{client}"), acknowledged.clone())))
            .collect();
        // In the middle of the work however quick the machine is: after so many acknowledgements, and a moment more.
        let wanted = acknowledged.lock().expect("no panic").len() + 6 + (round as usize * 7) % 17;
        let patience = tokio::time::Instant::now() + Duration::from_secs(30);
        while acknowledged.lock().expect("no panic").len() < wanted {
            assert!(tokio::time::Instant::now() < patience, "the server acknowledges");
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        tokio::time::sleep(Duration::from_millis(round * 13 % 11)).await;
        child.kill().expect("killed");
        child.wait().expect("ended");
        for client in clients {
            client.await.expect("a client ends with its server");
        }
    }
    sqlx::any::install_default_drivers();
    let mut connection = sqlx::AnyConnection::connect(address_of_database).await.expect("a database");
    let rows = sqlx::query("SELECT card FROM feedback").fetch_all(&mut connection).await.expect("rows");
    let kept: BTreeSet<String> = rows.iter().map(|row| row.get("card")).collect();
    let acknowledged = acknowledged.lock().expect("no panic").clone();
    assert!(acknowledged.len() > 100, "there was a load: {}", acknowledged.len());
    assert_eq!(acknowledged.difference(&kept).collect::<Vec<_>>(), Vec::<&String>::new());
}

/// Sends one piece of feedback after the other until the server is gone.
async fn send(address: String, name: String, acknowledged: Arc<Mutex<BTreeSet<String>>>) {
    let http = reqwest::Client::new();
    for number in 0_u32.. {
        let card = format!("{name}-{number}");
        let body = serde_json::json!({"feedback": [
            {"card": card, "outcome": "overridden", "outcomeTimestamp": "2026-11-23T10:00:00Z"}]});
        let request = http
            .post(format!("http://{address}/cds-services/her2path-order-sign/feedback"))
            .header("content-type", "application/json")
            .body(body.to_string());
        match request.send().await {
            Ok(response) if response.status().is_success() => {
                acknowledged.lock().expect("no panic").insert(card);
            }
            Ok(response) => assert_eq!(response.status().as_u16(), 503, "it is busy, or it is kept"),
            Err(_) => return,
        }
    }
}
