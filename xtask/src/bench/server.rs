//! `cargo xtask bench server`: `patient-view` with the prefetch of one long record, beside a service on `cql-execution`.
//!
//! The load generator shares the machine with what it measures. Everything goes to `benches/server/raw.txt` with the machine
//! and its load; no test asserts a time.

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, bail};
use serde_json::{Map, Value as Json, json};

use crate::load::{Answered, Asked, ask};
use crate::npm;
use crate::served::{Served, free_port};

/// Resources of the prefetch.
const RESOURCES: usize = 200;

/// Connections that ask.
const CONNECTIONS: usize = 32;

/// How long each measurement goes on.
const LASTS: Duration = Duration::from_secs(10);

/// The rate that the server must reach, requests a second; the 99th percentile is taken at half of it.
const RATE: f64 = 1500.0;

/// Connections that are held open while others are answered.
const HELD: usize = 10_000;

/// Keys of the prefetch, each with its type.
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

pub(super) fn run() -> anyhow::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("the workshop lies in the project")?;
    let built = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--release", "-p", "her2path-cli"])
        .current_dir(root)
        .status()
        .context("could not start cargo")?;
    if !built.success() {
        bail!("the program could not be built");
    }
    let body = request(&root.join("crates/her2path/benches/treated.json"))?;
    let load = || std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let mut raw = format!(
        "$ cargo xtask bench server\n{cores} cores, shared with the load generator; load before: {}request: patient-view, {RESOURCES} resources at most, {} bytes, {CONNECTIONS} connections, {} s each\n\n",
        load(),
        body.len(),
        LASTS.as_secs()
    );
    her2path(&body, &mut raw)?;
    cql(root, &body, &mut raw)?;
    writeln!(raw, "\nload after: {}", load())?;
    print!("{raw}");
    let folder = root.join("benches/server");
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("raw.txt"), raw).context("could not write the results")
}

fn her2path(body: &str, raw: &mut String) -> anyhow::Result<()> {
    let program = npm::target()?.join("release/her2path");
    let server = Served::of(&program, "127.0.0.1:0", &[])?;
    let address = server.address.trim_start_matches("http://");
    let asked = Asked { address, path: "/cds-services/her2path-patient-view", body };
    let measure = |rate, lasts| ask(&asked, CONNECTIONS, rate, lasts);
    measure(None, Duration::from_secs(2))?;
    let memory = server.memory();
    writeln!(raw, "her2path, as fast as it goes: {}", said(&measure(None, LASTS)?))?;
    writeln!(raw, "her2path, {} a second asked for: {}", RATE / 2.0, said(&measure(Some(RATE / 2.0), LASTS)?))?;
    let held: Vec<TcpStream> = (0..HELD).map_while(|_| TcpStream::connect(address).ok()).collect();
    let beside = measure(Some(RATE / 10.0), LASTS)?;
    writeln!(raw, "her2path, {} a second beside {} idle connections: {}", RATE / 10.0, held.len(), said(&beside))?;
    drop(held);
    writeln!(
        raw,
        "her2path, memory after the first two seconds {}, at the end {}",
        shown(memory),
        shown(server.memory())
    )?;
    Ok(())
}

fn shown(kib: Option<u64>) -> String {
    kib.map_or_else(|| "not known here".to_owned(), |kib| format!("{} MiB", kib / 1024))
}

fn said(answered: &Answered) -> String {
    format!(
        "{:.0} requests a second, median {:.1} ms, 99th percentile {:.1} ms, {} failed",
        answered.rate(),
        answered.within(0.5),
        answered.within(0.99),
        answered.failed
    )
}

fn cql(root: &Path, body: &str, raw: &mut String) -> anyhow::Result<()> {
    let packages = npm::packages("cql")?;
    let port = free_port()?;
    let service = Service::start(root, &packages, port)?;
    let address = format!("127.0.0.1:{port}");
    let asked = Asked { address: &address, path: "/", body };
    ask(&asked, CONNECTIONS, None, Duration::from_secs(2))?;
    writeln!(
        raw,
        "cql-execution, one question, as fast as it goes: {}",
        said(&ask(&asked, CONNECTIONS, None, LASTS)?)
    )?;
    drop(service);
    Ok(())
}

/// The service of others, ended with the measurement.
struct Service(Child);

impl Service {
    fn start(root: &Path, packages: &Path, port: u16) -> anyhow::Result<Self> {
        let mut process = Command::new("node")
            .arg(root.join("xtask/cql/service.mjs"))
            .arg(packages)
            .arg(port.to_string())
            .stdout(Stdio::piped())
            .spawn()
            .context("could not start `node`; install it with: apt-get install nodejs npm")?;
        let talk = process.stdout.take().context("the service has no output")?;
        let service = Self(process);
        if BufReader::new(talk).lines().map_while(Result::ok).any(|line| line == "ready") {
            return Ok(service);
        }
        bail!("the service on `cql-execution` did not start")
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to end.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// `patient-view` with the first resources of a record as prefetch.
fn request(record: &Path) -> anyhow::Result<String> {
    let text = std::fs::read_to_string(record).with_context(|| format!("could not read `{}`", record.display()))?;
    let bundle: Json = serde_json::from_str(&text).context("the record is no JSON")?;
    let entries = bundle.get("entry").and_then(Json::as_array).context("the record is no Bundle")?;
    let resources = || entries.iter().filter_map(|entry| entry.get("resource"));
    let kind = |resource: &Json| resource.get("resourceType").and_then(Json::as_str).unwrap_or_default().to_owned();
    let patient = resources().find(|resource| kind(resource) == "Patient").context("the record has no patient")?;
    let taken: Vec<&Json> =
        resources().filter(|one| KEYS.iter().any(|(_, of)| *of == kind(one))).take(RESOURCES).collect();
    let prefetch: Map<String, Json> = KEYS
        .iter()
        .map(|(key, of)| {
            let found: Vec<Json> =
                taken.iter().filter(|one| kind(one) == *of).map(|one| json!({"resource": one})).collect();
            let part = match found.as_slice() {
                _ if *of == "Patient" => patient.clone(),
                [] => Json::Null,
                _ => json!({"resourceType": "Bundle", "type": "searchset", "entry": found}),
            };
            ((*key).to_owned(), part)
        })
        .collect();
    let request = json!({
        "hook": "patient-view",
        "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
        "context": {"userId": "Practitioner/dr", "patientId": patient.get("id")},
        "prefetch": prefetch,
    });
    Ok(request.to_string())
}
