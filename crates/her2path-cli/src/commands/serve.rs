//! `her2path serve`: one binary, embedded defaults, no set-up.

use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;

use her2path_server::config::{Client, Config, SmartServer};
use tracing_subscriber::EnvFilter;

use crate::output;

/// Settings; each default works without set-up.
#[derive(clap::Args)]
#[command(
    after_help = "Examples:\n  her2path serve\n  her2path serve --listen 0.0.0.0:8080 --base https://cds.example.org --database /var/lib/her2path/her2path.sqlite\n  her2path serve --fhir-server https://ehr.example.org/fhir --client https://ehr.example.org=https://ehr.example.org/jwks.json\n\nLogs are JSON lines on stderr and hold no patient data; HER2PATH_LOG sets the level (debug, info, warn)."
)]
pub(crate) struct Args {
    /// Address to listen on; by default only this machine can reach it.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8321")]
    listen: SocketAddr,
    /// The address under which clients reach the server, for links in cards and the audience of tokens.
    #[arg(long, value_name = "URL")]
    base: Option<String>,
    /// Where feedback and the audit trail are kept: a SQLite file, or a `postgres://` address. In memory, if left out.
    #[arg(long, value_name = "FILE|URL")]
    database: Option<String>,
    /// A FHIR server that may be asked where prefetch is missing; may be given several times. No other is asked.
    #[arg(long, value_name = "URL")]
    fhir_server: Vec<String>,
    /// A FHIR server that this one may be launched from (SMART on FHIR), and what it is registered as there: a public client
    /// whose redirect address is BASE/smart/callback. May be given several times.
    #[arg(long, value_name = "ISSUER=CLIENT_ID", value_parser = smart)]
    smart: Vec<SmartServer>,
    /// Allow FHIR servers at private addresses.
    #[arg(long)]
    private_addresses: bool,
    /// A CDS Hooks client that signs its requests: the `iss` of its tokens and the address of its keys. May be given
    /// several times; with any, unsigned requests are refused.
    #[arg(long, value_name = "ISSUER=KEYS_URL", value_parser = client)]
    client: Vec<Client>,
    /// The largest body, in MB.
    #[arg(long, value_name = "MB", default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..=1024))]
    body_limit: u16,
    /// Requests worked on at the same time; more are answered with 503.
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = clap::value_parser!(u16).range(1..))]
    concurrency: u16,
    /// The longest time for one request, in seconds.
    #[arg(long, value_name = "SECONDS", default_value_t = 10, value_parser = clap::value_parser!(u16).range(1..=600))]
    timeout: u16,
    /// Requests a minute from one address that is not this machine; 0 for no limit.
    #[arg(long, value_name = "N", default_value_t = 600)]
    rate: u32,
}

fn client(text: &str) -> Result<Client, String> {
    match text.split_once("=http") {
        Some((issuer, keys)) if !issuer.is_empty() => {
            Ok(Client { issuer: issuer.to_owned(), keys: format!("http{keys}") })
        }
        _ => Err(
            "give the issuer and the address of its keys: https://ehr.example.org=https://ehr.example.org/jwks.json"
                .to_owned(),
        ),
    }
}

fn smart(text: &str) -> Result<SmartServer, String> {
    match text.rsplit_once('=') {
        Some((issuer, client)) if issuer.starts_with("http") && !client.is_empty() => {
            Ok(SmartServer { issuer: issuer.to_owned(), client: client.to_owned() })
        }
        _ => {
            Err("give the server and the id that it knows this client by: https://ehr.example.org/fhir=her2path"
                .to_owned())
        }
    }
}

pub(crate) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let filter = EnvFilter::try_from_env("HER2PATH_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().json().with_env_filter(filter).with_writer(std::io::stderr).init();
    let config = Config {
        listen: args.listen,
        base: args.base.clone(),
        database: args.database.clone(),
        fhir_servers: args.fhir_server.clone(),
        smart: args.smart.clone(),
        private_addresses: args.private_addresses,
        clients: args.client.clone(),
        body_limit: usize::from(args.body_limit).saturating_mul(1024 * 1024),
        concurrency: usize::from(args.concurrency),
        timeout: Duration::from_secs(args.timeout.into()),
        rate: args.rate,
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(her2path_server::serve(config, |address| {
        output::say(format!("listening on http://{address} (stop with Ctrl-C)"));
    }))?;
    Ok(ExitCode::SUCCESS)
}
