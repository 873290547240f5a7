//! OAuth 2.1 by the crate `oauth2`: the address to sign in at, and tokens for a code or for another token.

use std::pin::Pin;
use std::time::{Duration, Instant};

use oauth2::basic::{
    BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse, BasicTokenType,
};
use oauth2::{
    AsyncHttpClient, AuthUrl, AuthorizationCode, Client, ClientId, CsrfToken, EndpointNotSet, EndpointSet,
    ExtraTokenFields, HttpRequest, HttpResponse, PkceCodeChallenge, RedirectUrl, RequestTokenError, Scope,
    StandardRevocableToken, StandardTokenResponse, TokenResponse as _, TokenUrl,
};
use serde::{Deserialize, Serialize};

use super::discovery::Endpoints;
use super::launches::{Begun, Granted};
use crate::config::SmartServer;
use crate::fhir_client::{FhirClient, Unread};

/// What SMART adds to the answer of OAuth: the patient in context.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Context {
    patient: Option<String>,
}

impl ExtraTokenFields for Context {}

type Answer = StandardTokenResponse<Context, BasicTokenType>;

type Registered = Client<
    BasicErrorResponse,
    Answer,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

fn refused(why: &str) -> Unread {
    Unread { status: None, why: format!("the EHR did not grant it: {why}") }
}

fn registered(client: &str, endpoints: &Endpoints, redirect: &str) -> Result<Registered, Unread> {
    let no_address = |_| refused("an address is none");
    Ok(Client::new(ClientId::new(client.to_owned()))
        .set_auth_uri(AuthUrl::new(endpoints.authorization.clone()).map_err(no_address)?)
        .set_token_uri(TokenUrl::new(endpoints.token.clone()).map_err(no_address)?)
        .set_redirect_uri(RedirectUrl::new(redirect.to_owned()).map_err(no_address)?))
}

/// The address to sign in at, and what has to be remembered until the browser is back.
///
/// # Errors
/// When an address is none.
pub(super) fn begin(
    server: &SmartServer,
    endpoints: Endpoints,
    redirect: &str,
    launch: Option<&str>,
) -> Result<(String, Begun), Unread> {
    let client = registered(&server.client, &endpoints, redirect)?;
    let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
    let read = if endpoints.scopes_of_version_2 { "patient/*.rs" } else { "patient/*.read" };
    let context = if launch.is_some() { "launch" } else { "launch/patient" };
    let mut request = client
        .authorize_url(CsrfToken::new_random)
        .add_scope(Scope::new(context.to_owned()))
        .add_scope(Scope::new(read.to_owned()))
        .add_extra_param("aud", server.issuer.trim_end_matches('/'))
        .set_pkce_challenge(challenge);
    if endpoints.refresh {
        request = request.add_scope(Scope::new("offline_access".to_owned()));
    }
    if let Some(launch) = launch {
        request = request.add_extra_param("launch", launch.to_owned());
    }
    let (address, state) = request.url();
    let begun = Begun {
        key: String::new(),
        issuer: server.issuer.clone(),
        client: server.client.clone(),
        endpoints,
        state: state.into_secret(),
        verifier,
        at: Instant::now(),
    };
    Ok((address.to_string(), begun))
}

/// Leave to read for the code that the browser brought.
///
/// # Errors
/// When the EHR refuses, does not answer, or names no patient.
pub(super) async fn exchange(http: &FhirClient, begun: Begun, redirect: &str, code: String) -> Result<Granted, Unread> {
    let Begun { issuer, client, endpoints, verifier, .. } = begun;
    let registered = registered(&client, &endpoints, redirect)?;
    let request = registered.exchange_code(AuthorizationCode::new(code)).set_pkce_verifier(verifier);
    let answer = request.request_async(http).await.map_err(|error| why(&error))?;
    let patient = answer.extra_fields().patient.clone().ok_or_else(|| refused("it names no patient"))?;
    let is_id = (1..=64).contains(&patient.len())
        && patient.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.');
    if !is_id {
        return Err(refused("what it names as the patient is no FHIR id"));
    }
    Ok(granted(issuer, client, endpoints, patient, &answer, None))
}

/// The same leave with a new token.
///
/// # Errors
/// When there is no leave to renew, or the EHR refuses.
pub(super) async fn refresh(http: &FhirClient, old: &Granted, redirect: &str) -> Result<Granted, Unread> {
    let token = old.refresh.as_ref().ok_or_else(|| refused("it gave no leave to renew"))?;
    let registered = registered(&old.client, &old.endpoints, redirect)?;
    let answer = registered.exchange_refresh_token(token).request_async(http).await.map_err(|error| why(&error))?;
    let Granted { issuer, client, endpoints, patient, refresh, .. } = old.clone();
    Ok(Granted { at: old.at, ..granted(issuer, client, endpoints, patient, &answer, refresh) })
}

fn granted(
    issuer: String,
    client: String,
    endpoints: Endpoints,
    patient: String,
    answer: &Answer,
    refresh: Option<oauth2::RefreshToken>,
) -> Granted {
    let now = Instant::now();
    Granted {
        issuer,
        client,
        endpoints,
        patient,
        token: answer.access_token().secret().clone(),
        refresh: answer.refresh_token().cloned().or(refresh),
        ends: answer.expires_in().and_then(|lives: Duration| now.checked_add(lives)),
        at: now,
    }
}

/// What `oauth2` asks for is sent by the client that reads FHIR servers, with its limits.
impl<'c> AsyncHttpClient<'c> for FhirClient {
    type Error = SendError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, SendError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move {
            let request =
                reqwest::Request::try_from(request).map_err(|_| SendError("the request is none".to_owned()))?;
            let (status, body) = self.send(request).await.map_err(|unread| SendError(unread.why))?;
            // Without a type the crate takes the answer for the JSON that it must be.
            let mut response = HttpResponse::new(body);
            *response.status_mut() = status;
            Ok(response)
        })
    }
}

/// Why a request for a token was not answered.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub(crate) struct SendError(String);

fn why(error: &RequestTokenError<SendError, BasicErrorResponse>) -> Unread {
    match error {
        RequestTokenError::ServerResponse(said) => refused(said.error().as_ref()),
        RequestTokenError::Request(error) => refused(&error.0),
        RequestTokenError::Parse(..) | RequestTokenError::Other(_) => refused("its answer is no token"),
    }
}
