//! Clients that sign: one good token, and every reason for which one is refused.

use axum::http::{Request, StatusCode};
use axum::{Json as Answer, Router, routing};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use her2path_server::config::{Client, Config};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P384_SHA384_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _, RSA_PKCS1_SHA384, RsaKeyPair};
use serde_json::{Value as Json, json};

use super::support::{listen, metastatic, request, send, server, service};

const ISSUER: &str = "https://ehr.example.org";
const BASE: &str = "https://cds.example.org";

fn base64(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// A client with one key, whose set of keys lies at an address.
struct Ehr {
    key: EcdsaKeyPair,
    address: String,
}

impl Ehr {
    async fn new() -> Self {
        let random = SystemRandom::new();
        let document = EcdsaKeyPair::generate_pkcs8(&ECDSA_P384_SHA384_FIXED_SIGNING, &random).expect("a key");
        let key =
            EcdsaKeyPair::from_pkcs8(&ECDSA_P384_SHA384_FIXED_SIGNING, document.as_ref(), &random).expect("a key");
        // The uncompressed point: 4, then both coordinates.
        let (x, y) = key.public_key().as_ref().get(1..).expect("a point").split_at(48);
        let keys = json!({"keys": [{"kty": "EC", "crv": "P-384", "use": "sig", "alg": "ES384", "kid": "k", "x": base64(x), "y": base64(y)}]});
        let router = Router::new().route("/jwks.json", routing::get(async move || Answer(keys)));
        let address = format!("{}/jwks.json", listen(router).await);
        Self { key, address }
    }

    fn header(&self) -> Json {
        json!({"alg": "ES384", "typ": "JWT", "kid": "k", "jku": self.address})
    }

    fn token(&self, header: &Json, claims: &Json) -> String {
        let signed = format!("{}.{}", base64(header.to_string().as_bytes()), base64(claims.to_string().as_bytes()));
        let signature = self.key.sign(&SystemRandom::new(), signed.as_bytes()).expect("a signature");
        format!("{signed}.{}", base64(signature.as_ref()))
    }
}

fn claims(id: &str) -> Json {
    let now = jiff::Timestamp::now().as_second();
    json!({"iss": ISSUER, "aud": format!("{BASE}/cds-services/her2path-patient-view"), "iat": now, "exp": now + 300, "jti": id})
}

fn with(mut object: Json, key: &str, value: Json) -> Json {
    if let Some(map) = object.as_object_mut() {
        if value.is_null() {
            map.remove(key)
        } else {
            map.insert(key.to_owned(), value)
        };
    }
    object
}

async fn guarded(ehr: &Ehr) -> Router {
    guarded_by(&ehr.address).await
}

async fn guarded_by(keys: &str) -> Router {
    let client = Client { issuer: ISSUER.to_owned(), keys: keys.to_owned() };
    server(Config { base: Some(BASE.to_owned()), clients: vec![client], ..Config::default() }).await
}

async fn ask(router: &Router, token: Option<&str>) -> (StatusCode, String) {
    let mut head = Request::post(service("patient-view")).header("content-type", "application/json");
    if let Some(token) = token {
        head = head.header("authorization", format!("Bearer {token}"));
    }
    send(router, head, request("patient-view", &metastatic(), &[]).to_string()).await
}

#[tokio::test]
async fn a_good_token_is_accepted_once() {
    let ehr = Ehr::new().await;
    let router = guarded(&ehr).await;
    let token = ehr.token(&ehr.header(), &claims("1"));
    let (status, answer) = ask(&router, Some(&token)).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    let (status, answer) = ask(&router, Some(&token)).await;
    assert_eq!((status, answer.contains("used before")), (StatusCode::UNAUTHORIZED, true), "{answer}");
    let (status, answer) = ask(&router, Some(&ehr.token(&ehr.header(), &claims("2")))).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
}

/// The other algorithm: the same token signed with RSA, and not by what the client's keys do not say.
#[tokio::test]
async fn an_rsa_signature_is_accepted_and_held_against_its_own_key() {
    let key = RsaKeyPair::from_der(include_bytes!("../data/rs384.der")).expect("a key");
    let public: &ring::rsa::PublicKey = key.public();
    let components = ring::rsa::PublicKeyComponents::<Vec<u8>>::from(public);
    let keys = json!({"keys": [{"kty": "RSA", "use": "sig", "alg": "RS384", "kid": "r", "n": base64(&components.n), "e": base64(&components.e)}]});
    let router = Router::new().route("/jwks.json", routing::get(async move || Answer(keys)));
    let address = format!("{}/jwks.json", listen(router).await);
    let router = guarded_by(&address).await;
    let token = |algorithm: &str, id: &str| {
        let header = json!({"alg": algorithm, "typ": "JWT", "kid": "r", "jku": address});
        let signed = format!("{}.{}", base64(header.to_string().as_bytes()), base64(claims(id).to_string().as_bytes()));
        let mut signature = vec![0; key.public().modulus_len()];
        key.sign(&RSA_PKCS1_SHA384, &SystemRandom::new(), signed.as_bytes(), &mut signature).expect("a signature");
        format!("{signed}.{}", base64(&signature))
    };
    let good = token("RS384", "1");
    let (status, answer) = ask(&router, Some(&good)).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    let (head, signature) = good.rsplit_once('.').expect("three parts");
    let altered =
        format!("{head}.{}{}", if signature.starts_with('A') { 'B' } else { 'A' }, signature.get(1..).expect("more"));
    for token in [altered, token("ES384", "2"), token("RS256", "3"), token("PS384", "4")] {
        let (status, answer) = ask(&router, Some(&token)).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{answer}");
    }
}

/// `$assess` answers signed requests alone, too, and a token for the hooks does not open it.
#[tokio::test]
async fn assess_is_guarded_as_the_hooks_are() {
    let ehr = Ehr::new().await;
    let router = guarded(&ehr).await;
    let assess = |token: Option<String>| {
        let mut head = Request::post("/fhir/$assess").header("content-type", "application/fhir+json");
        if let Some(token) = token {
            head = head.header("authorization", format!("Bearer {token}"));
        }
        let router = &router;
        async move { send(router, head, super::support::bundle("collection", &metastatic()).to_string()).await }
    };
    let audience = with(claims("a"), "aud", json!(format!("{BASE}/fhir/$assess")));
    let (status, answer) = assess(Some(ehr.token(&ehr.header(), &audience))).await;
    assert_eq!(status, StatusCode::OK, "{answer}");
    for token in [None, Some(ehr.token(&ehr.header(), &claims("b"))), Some(ehr.token(&ehr.header(), &audience))] {
        let (status, answer) = assess(token).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{answer}");
        assert!(answer.contains("OperationOutcome") && !answer.contains("GuidanceResponse"), "{answer}");
    }
}

#[tokio::test]
async fn every_other_token_is_refused() {
    let ehr = Ehr::new().await;
    let other = Ehr::new().await;
    let router = guarded(&ehr).await;
    let now = jiff::Timestamp::now().as_second();
    let header = |key: &str, value: Json| ehr.token(&with(ehr.header(), key, value), &claims("h"));
    let claim = |key: &str, value: Json| ehr.token(&ehr.header(), &with(claims("c"), key, value));
    let good = ehr.token(&ehr.header(), &claims("t"));
    let (unsigned, signature) = good.rsplit_once('.').expect("three parts");
    let refused = [
        ("no JWT", "x.y.z".to_owned()),
        ("another algorithm", header("alg", json!("HS384"))),
        ("none", format!("{}.{}.", base64(br#"{"alg":"none"}"#), base64(claims("n").to_string().as_bytes()))),
        ("no jku", header("jku", Json::Null)),
        ("a foreign jku", header("jku", json!(other.address))),
        ("no kid", header("kid", Json::Null)),
        ("an unknown kid", header("kid", json!("z"))),
        ("signed by another", other.token(&ehr.header(), &claims("o"))),
        (
            "changed",
            format!(
                "{}.{}.{signature}",
                base64(ehr.header().to_string().as_bytes()),
                base64(claims("changed").to_string().as_bytes())
            ),
        ),
        ("without signature", format!("{unsigned}.")),
        ("another issuer", claim("iss", json!("https://evil.example"))),
        ("another audience", claim("aud", json!(format!("{BASE}/cds-services/her2path-order-sign")))),
        ("expired", claim("exp", json!(now - 120))),
        ("without end", claim("exp", Json::Null)),
        ("living too long", claim("exp", json!(now + 3600))),
        ("without id", claim("jti", Json::Null)),
        ("without issue time", claim("iat", Json::Null)),
        ("issued in the future", with_times(&ehr, now + 86_400)),
    ];
    for (why, token) in &refused {
        let (status, answer) = ask(&router, Some(token)).await;
        assert_eq!(status, StatusCode::UNAUTHORIZED, "{why}: {answer}");
        assert!(!answer.contains("cards"), "{why}: {answer}");
    }
    let (status, _) = ask(&router, None).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
}

/// A token whose life of five minutes begins later.
fn with_times(ehr: &Ehr, begins: i64) -> String {
    let claims = with(with(claims("f"), "iat", json!(begins)), "exp", json!(begins + 300));
    ehr.token(&ehr.header(), &claims)
}
