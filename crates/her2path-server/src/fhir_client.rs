//! Asks a FHIR server for what prefetch left out, or for the record of a SMART launch: only servers on the list, only what the services use, and not for long.
//!
//! The server's own token is sent to that server alone. Redirects are not followed, and an address that
//! resolves to this machine or a private network is refused unless the configuration allows it: a request must not be able
//! to make this server ask others in its name.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::config::Config;
use crate::error::{Refusal, StartError};

/// How long one search may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// The most bytes of one answer.
const ANSWER_LIMIT: usize = 10 * 1024 * 1024;

/// The most bytes of a description or a token.
const DOCUMENT_LIMIT: usize = 256 * 1024;

/// The most pages of one search.
const PAGES: usize = 20;

#[derive(Debug)]
pub(crate) struct FhirClient {
    http: reqwest::Client,
    servers: Vec<reqwest::Url>,
    private_addresses: bool,
}

impl FhirClient {
    pub(crate) fn new(config: &Config) -> Result<Self, StartError> {
        let launching = config.smart.iter().map(|server| &server.issuer);
        let servers = config.fhir_servers.iter().chain(launching).map(|text| base(text)).collect::<Result<_, _>>()?;
        let mut http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(PATIENCE)
            .user_agent(concat!("her2path/", env!("CARGO_PKG_VERSION")));
        if !config.private_addresses {
            http = http.dns_resolver(Arc::new(PublicOnly));
        }
        let http = http.build().map_err(StartError::Client)?;
        Ok(Self { http, servers, private_addresses: config.private_addresses })
    }

    /// The answers to one query below a server's base, page after page, each a JSON document.
    pub(crate) async fn search(&self, server: &str, query: &str, token: Option<&str>) -> Result<Vec<Vec<u8>>, Unread> {
        let base = self.allowed(server)?;
        let mut next = Some(base.join(query).map_err(|_| failed("the query is no address"))?);
        let mut pages = Vec::new();
        while let Some(url) = next.take() {
            if pages.len() == PAGES {
                return Err(failed(&format!("one search has more than {PAGES} pages")));
            }
            if !is_below(&base, &url) {
                return Err(failed("the next page of a search lies elsewhere"));
            }
            let mut request = self.http.get(url).header("accept", "application/fhir+json");
            if let Some(token) = token {
                request = request.bearer_auth(token);
            }
            let response = request.send().await.map_err(|error| failed(&error.without_url().to_string()))?;
            if !response.status().is_success() {
                let why = format!("it answered with {}", response.status());
                return Err(Unread { status: Some(response.status().as_u16()), ..failed(&why) });
            }
            let page = read_limited(response, ANSWER_LIMIT).await?;
            let link = next_page(&page).map(|link| base.join(&link));
            next = link.transpose().map_err(|_| failed("the next page of a search is no address"))?;
            pages.push(page);
        }
        Ok(pages)
    }

    /// The server's base, if it is on the list.
    fn allowed(&self, server: &str) -> Result<reqwest::Url, Unread> {
        let url = base(server).map_err(|_| Unread::because("`fhirServer` is no address"))?;
        if !self.servers.contains(&url) {
            return Err(Unread::because("`fhirServer` is not on this service's list of servers (--fhir-server)"));
        }
        if self.is_private(&url) {
            return Err(Unread::because("`fhirServer` is a private address (--private-addresses allows them)"));
        }
        Ok(url)
    }

    /// Whether an address names a private one that must not be asked; names are looked at when they are resolved.
    fn is_private(&self, url: &reqwest::Url) -> bool {
        let literal = url.host_str().and_then(|host| host.trim_matches(['[', ']']).parse::<IpAddr>().ok());
        !self.private_addresses && literal.is_some_and(|address| !is_public(address))
    }

    /// A small document that a trusted server names, as the description of itself.
    pub(crate) async fn document(&self, address: &str) -> Result<Vec<u8>, Unread> {
        let url = self.trusted(address)?;
        let sent = self.http.get(url).header("accept", "application/json").send().await;
        let response = sent.and_then(reqwest::Response::error_for_status);
        let response = response.map_err(|error| failed(&error.without_url().to_string()))?;
        read_limited(response, DOCUMENT_LIMIT).await
    }

    /// Sends a request as it is; the status and the answer.
    pub(crate) async fn send(&self, request: reqwest::Request) -> Result<(reqwest::StatusCode, Vec<u8>), Unread> {
        self.trusted(request.url().as_str())?;
        let response = self.http.execute(request).await.map_err(|error| failed(&error.without_url().to_string()))?;
        let status = response.status();
        Ok((status, read_limited(response, DOCUMENT_LIMIT).await?))
    }

    /// An address that tokens may be sent to: encrypted and public, unless the settings allow private ones.
    pub(crate) fn trusted(&self, address: &str) -> Result<reqwest::Url, Unread> {
        let url = reqwest::Url::parse(address).map_err(|_| failed("an address that it names is none"))?;
        let safe = url.scheme() == "https" || (self.private_addresses && url.scheme() == "http");
        if !safe || self.is_private(&url) {
            return Err(failed("an address that it names is not https, or private (--private-addresses allows them)"));
        }
        Ok(url)
    }
}

/// Why a server was not read.
#[derive(Debug)]
pub(crate) struct Unread {
    /// What the server answered with, where it did.
    pub(crate) status: Option<u16>,
    /// In words.
    pub(crate) why: String,
}

impl Unread {
    fn because(why: &str) -> Self {
        Self { status: None, why: why.to_owned() }
    }
}

impl From<Unread> for Refusal {
    fn from(unread: Unread) -> Self {
        Self::new(StatusCode::PRECONDITION_FAILED, format!("prefetch is missing, and {}", unread.why))
    }
}

/// A base address with a slash at the end, so that queries join below it.
fn base(text: &str) -> Result<reqwest::Url, StartError> {
    let invalid = || StartError::Address(text.to_owned());
    let url = reqwest::Url::parse(&format!("{}/", text.trim_end_matches('/'))).map_err(|_| invalid())?;
    if matches!(url.scheme(), "http" | "https") { Ok(url) } else { Err(invalid()) }
}

fn is_below(base: &reqwest::Url, url: &reqwest::Url) -> bool {
    let itself = url.path() == base.path().trim_end_matches('/');
    base.origin() == url.origin() && (itself || url.path().starts_with(base.path()))
}

fn failed(why: &str) -> Unread {
    Unread { status: None, why: format!("the FHIR server could not be read: {why}") }
}

/// The address of the next page of a searchset.
pub(crate) fn next_page(page: &[u8]) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Page {
        #[serde(default)]
        link: Vec<Link>,
    }
    #[derive(serde::Deserialize)]
    struct Link {
        relation: String,
        url: String,
    }
    let page: Page = serde_json::from_slice(page).ok()?;
    page.link.into_iter().find(|link| link.relation == "next").map(|link| link.url)
}

/// A body of at most so many bytes.
pub(crate) async fn read_limited(mut response: reqwest::Response, limit: usize) -> Result<Vec<u8>, Unread> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| failed(&error.without_url().to_string()))? {
        if bytes.len().saturating_add(chunk.len()) > limit {
            return Err(failed("its answer is too large"));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

/// Resolves names, and leaves out every address that is not public.
struct PublicOnly;

impl Resolve for PublicOnly {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let public: Vec<SocketAddr> = found.filter(|address| is_public(address.ip())).collect();
            if public.is_empty() {
                return Err(
                    format!("`{}` has no public address (--private-addresses allows others)", name.as_str()).into()
                );
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}

/// Whether an address lies on the public internet (RFC 6890 and its updates).
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => {
            let [first, second, third, _] = v4.octets();
            let shared = first == 100 && (64..128).contains(&second);
            let protocols = first == 192 && second == 0 && third == 0;
            let benchmark = first == 198 && (second == 18 || second == 19);
            !(v4.is_private()
                || v4.is_loopback()
                || v4.is_link_local()
                || v4.is_unspecified()
                || v4.is_broadcast()
                || v4.is_documentation()
                || v4.is_multicast()
                || shared
                || protocols
                || benchmark
                || first == 0
                || first >= 240)
        }
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => is_public(IpAddr::V4(v4)),
            // Only global unicast (2000::/3) without the documentation prefix and the transition mechanisms that hide IPv4.
            None => {
                let [first, second, ..] = v6.segments();
                (0x2000..0x4000).contains(&first)
                    && !(first == 0x2001 && (second == 0xdb8 || second == 0))
                    && first != 0x2002
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use super::{base, is_below, is_public};

    #[test]
    fn private_and_special_addresses_are_not_public() {
        for address in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "::1",
            "fe80::1",
            "fc00::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "2002:7f00:1::",
            "2001:db8::1",
            "::",
        ] {
            assert!(!is_public(address.parse().unwrap()), "{address}");
        }
        for address in ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111"] {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
    }

    #[test]
    fn pages_of_other_servers_are_not_followed() {
        let server = base("https://ehr.example/fhir").unwrap();
        assert!(is_below(&server, &server.join("Condition?page=2").unwrap()));
        assert!(!is_below(&server, &server.join("https://evil.example/fhir/Condition").unwrap()));
        assert!(!is_below(&server, &server.join("/admin").unwrap()));
        assert!(!is_below(&server, &server.join("/fhir-of-others/Condition").unwrap()));
        assert!(!is_below(&server, &server.join("../admin").unwrap()));
        assert!(is_below(&server, &server.join("/fhir?_getpages=1").unwrap()));
    }
}
