//! What a FHIR server says of itself at `.well-known/smart-configuration`.

use serde::Deserialize;

use crate::fhir_client::{FhirClient, Unread};

/// Where to sign in, where to get tokens, and which scopes are understood.
#[derive(Debug, Clone)]
pub(super) struct Endpoints {
    pub(super) authorization: String,
    pub(super) token: String,
    /// Whether scopes are those of version 2 (`patient/*.rs`).
    pub(super) scopes_of_version_2: bool,
    /// Whether leave can be renewed.
    pub(super) refresh: bool,
}

#[derive(Deserialize)]
struct Configuration {
    authorization_endpoint: String,
    token_endpoint: String,
    #[serde(default)]
    capabilities: Vec<String>,
    #[serde(default)]
    scopes_supported: Vec<String>,
    #[serde(default)]
    code_challenge_methods_supported: Vec<String>,
}

/// Asks a server for its endpoints.
///
/// # Errors
/// When it does not answer, or does not offer PKCE with SHA-256, without which it is not signed in to.
pub(super) async fn endpoints(client: &FhirClient, issuer: &str) -> Result<Endpoints, Unread> {
    let address = format!("{}/.well-known/smart-configuration", issuer.trim_end_matches('/'));
    let document = client.document(&address).await?;
    let refused = |why: &str| Unread { status: None, why: format!("the EHR cannot be signed in to: {why}") };
    let found: Configuration =
        serde_json::from_slice(&document).map_err(|_| refused("its `.well-known/smart-configuration` is not one"))?;
    if !found.code_challenge_methods_supported.iter().any(|method| method == "S256") {
        return Err(refused("it does not offer PKCE with `S256`"));
    }
    client.trusted(&found.authorization_endpoint)?;
    client.trusted(&found.token_endpoint)?;
    let has = |list: &[String], name: &str| list.iter().any(|other| other == name);
    Ok(Endpoints {
        scopes_of_version_2: has(&found.capabilities, "permission-v2"),
        refresh: has(&found.capabilities, "permission-offline") || has(&found.scopes_supported, "offline_access"),
        authorization: found.authorization_endpoint,
        token: found.token_endpoint,
    })
}
