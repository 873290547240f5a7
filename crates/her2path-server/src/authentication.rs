//! Who asks: CDS Hooks clients sign a JWT (ES384 or RS384) for each request, when any client is configured.
//!
//! Checked are the signature against the keys at the client's own `jku`, which must be the one configured for its `iss`,
//! the audience (the address called), the times, and that no `jti` comes twice. Without configured clients nobody needs a
//! token, and the server listens on loopback only unless told otherwise.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use axum::http::{HeaderMap, StatusCode};
use jsonwebtoken::jwk::JwkSet;
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde::Deserialize;

use crate::config::{Client, Config};
use crate::error::{Refusal, StartError};

/// How long keys are kept before they are asked for again.
const KEYS_LIVE: Duration = Duration::from_secs(600);

/// The longest a token may live: replays are remembered for as long.
const TOKEN_LIVES: u64 = 300;

/// How far two clocks may differ, in seconds.
const LEEWAY: u64 = 30;

/// The most keys' bytes that are read.
const KEYS_LIMIT: usize = 64 * 1024;

/// The clients, their keys, and the tokens already used.
#[derive(Debug)]
pub(crate) struct Keys {
    clients: Vec<Client>,
    http: reqwest::Client,
    sets: Mutex<HashMap<String, (Instant, JwkSet)>>,
    used: Mutex<HashMap<String, Instant>>,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    jti: String,
    exp: u64,
    iat: u64,
}

impl Keys {
    pub(crate) fn new(config: &Config) -> Result<Self, StartError> {
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(Duration::from_secs(5))
            .build()
            .map_err(StartError::Client)?;
        Ok(Self { clients: config.clients.clone(), http, sets: Mutex::default(), used: Mutex::default() })
    }

    /// The client that signed, or `None` where no clients are configured.
    pub(crate) async fn client(&self, headers: &HeaderMap, audience: &str) -> Result<Option<String>, Refusal> {
        if self.clients.is_empty() {
            return Ok(None);
        }
        let refused = |why: &str| Refusal::new(StatusCode::UNAUTHORIZED, format!("the token was not accepted: {why}"));
        let token = headers
            .get("authorization")
            .and_then(|value| value.to_str().ok()?.strip_prefix("Bearer "))
            .ok_or_else(|| refused("send `Authorization: Bearer JWT`"))?;
        let header = decode_header(token).map_err(|_| refused("it is not a JWT"))?;
        if !matches!(header.alg, Algorithm::ES384 | Algorithm::RS384) {
            return Err(refused("sign with ES384 or RS384"));
        }
        let address = header.jku.as_deref().ok_or_else(|| refused("its header has no `jku`"))?;
        let client = self
            .clients
            .iter()
            .find(|client| client.keys == address)
            .ok_or_else(|| refused("its `jku` is not on the list of trusted clients"))?;
        let id = header.kid.as_deref().ok_or_else(|| refused("its header has no `kid`"))?;
        let key = self.key(&client.keys, id).await.ok_or_else(|| refused("its key is not among the client's keys"))?;
        let mut validation = Validation::new(header.alg);
        validation.set_audience(&[audience]);
        validation.set_issuer(&[&client.issuer]);
        validation.set_required_spec_claims(&["aud", "exp", "iss"]);
        validation.leeway = LEEWAY;
        let claims = decode::<Claims>(token, &key, &validation).map_err(|error| refused(&error.to_string()))?.claims;
        if claims.iat > jsonwebtoken::get_current_timestamp().saturating_add(LEEWAY) {
            return Err(refused("it was issued in the future"));
        }
        if claims.exp.saturating_sub(claims.iat) > TOKEN_LIVES {
            return Err(refused("it lives longer than five minutes"));
        }
        if !self.first_use(&claims) {
            return Err(refused("it was used before"));
        }
        Ok(Some(claims.iss))
    }

    /// Remembers a token; false where it was seen before.
    fn first_use(&self, claims: &Claims) -> bool {
        let now = Instant::now();
        let until = now + Duration::from_secs(TOKEN_LIVES + 60);
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        used.retain(|_, until| *until > now);
        used.insert(format!("{} {}", claims.iss, claims.jti), until).is_none()
    }

    /// A key of a client: from memory, else asked for once more, since clients change their keys.
    async fn key(&self, address: &str, id: &str) -> Option<DecodingKey> {
        let known = self.known_key(address, id);
        if known.is_some() {
            return known;
        }
        let set = self.fetch(address).await?;
        self.sets.lock().unwrap_or_else(PoisonError::into_inner).insert(address.to_owned(), (Instant::now(), set));
        self.known_key(address, id)
    }

    fn known_key(&self, address: &str, id: &str) -> Option<DecodingKey> {
        let sets = self.sets.lock().unwrap_or_else(PoisonError::into_inner);
        let (fetched, set) = sets.get(address)?;
        let fresh = fetched.elapsed() < KEYS_LIVE;
        fresh.then(|| set.find(id)).flatten().and_then(|key| DecodingKey::from_jwk(key).ok())
    }

    async fn fetch(&self, address: &str) -> Option<JwkSet> {
        let response = self.http.get(address).send().await.ok()?.error_for_status().ok()?;
        let bytes = crate::fhir_client::read_limited(response, KEYS_LIMIT).await.ok()?;
        serde_json::from_slice(&bytes).ok()
    }
}
