//! What a user may set. Every default works without set-up: loopback only, nothing kept, no other server asked.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

/// Settings of the server.
#[derive(Debug, Clone)]
pub struct Config {
    /// Address to listen on.
    pub listen: SocketAddr,
    /// The address under which clients reach the server (`https://cds.example.org`), for links in cards.
    pub base: Option<String>,
    /// A SQLite file or a `postgres://` address. Without it, feedback is kept until the server stops.
    pub database: Option<String>,
    /// Base addresses of FHIR servers that may be asked where prefetch is missing. No other is.
    pub fhir_servers: Vec<String>,
    /// FHIR servers that this server may be launched from (SMART on FHIR).
    pub smart: Vec<SmartServer>,
    /// Whether those may lie at private addresses.
    pub private_addresses: bool,
    /// CDS Hooks clients that are trusted; without any, requests need no token.
    pub clients: Vec<Client>,
    /// The largest body, in bytes.
    pub body_limit: usize,
    /// Requests that are worked on at the same time; more are answered with 503.
    pub concurrency: usize,
    /// The longest time for one request.
    pub timeout: Duration,
    /// Requests a minute from one address.
    pub rate: u32,
}

/// A CDS Hooks client that signs its requests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// `iss` of its tokens.
    pub issuer: String,
    /// The address of its keys (`jku`).
    pub keys: String,
}

/// A FHIR server that launches this one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SmartServer {
    /// Its base address (`iss`).
    pub issuer: String,
    /// What this server is registered as there: a public client.
    pub client: String,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8321)),
            base: None,
            database: None,
            fhir_servers: Vec::new(),
            smart: Vec::new(),
            private_addresses: false,
            clients: Vec::new(),
            body_limit: 10 * 1024 * 1024,
            concurrency: 64,
            timeout: Duration::from_secs(10),
            rate: 600,
        }
    }
}

impl Config {
    /// The address for links, without a slash at the end.
    #[must_use]
    pub fn links(&self) -> String {
        match &self.base {
            Some(base) => base.trim_end_matches('/').to_owned(),
            None => format!("http://{}", self.listen),
        }
    }
}
