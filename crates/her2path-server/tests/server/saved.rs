//! Saved cases: kept only for the browser that asked, never by a request that another site made it send.

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode};
use her2path_server::config::Config;
use tower::ServiceExt as _;

use super::pages::{attributes, faults, hidden};
use super::postgres::Postgres;
use super::support::server;

struct Answer {
    status: StatusCode,
    cookie: Option<String>,
    text: String,
}

/// A request as a browser with this cookie sends it.
async fn ask(router: &Router, cookie: &str, path: &str, fields: Option<&[(String, String)]>) -> Answer {
    let escaped = |text: &str| text.bytes().map(|byte| format!("%{byte:02x}")).collect::<String>();
    let body: Vec<String> =
        fields.into_iter().flatten().map(|(name, value)| format!("{}={}", escaped(name), escaped(value))).collect();
    let request = if fields.is_some() { Request::post(path) } else { Request::get(path) };
    let request = request.header("content-type", "application/x-www-form-urlencoded").header("cookie", cookie);
    let request = request.body(Body::from(body.join("&"))).expect("a request");
    let response = router.clone().oneshot(request).await.expect("a router always answers");
    let cookie = response.headers().get("set-cookie").map(|value| value.to_str().expect("text").to_owned());
    let status = response.status();
    let bytes = to_bytes(response.into_body(), usize::MAX).await.expect("a body");
    Answer { status, cookie, text: String::from_utf8(bytes.to_vec()).expect("UTF-8") }
}

fn case(name: &str) -> Vec<(String, String)> {
    let field = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    vec![field("name", name), field("case", r#"{"her2.status": ["positive"], "disease.setting": ["metastatic"]}"#)]
}

/// The key without what is said about it.
fn key(cookie: &str) -> String {
    cookie.split(';').next().expect("a pair").to_owned()
}

/// Saves as a person does: asked, confirmed. The browser's cookie.
async fn save(router: &Router, name: &str, cookie: &str) -> String {
    let asked = ask(router, cookie, "/clinician/cases", Some(&case(name))).await;
    assert_eq!((asked.status, faults(&asked.text)), (StatusCode::OK, Vec::new()));
    let cookie = asked.cookie.expect("a key for the browser");
    for rule in ["HttpOnly", "SameSite=Strict", "Path=/clinician"] {
        assert!(cookie.contains(rule), "{cookie}");
    }
    let kept = ask(router, &key(&cookie), "/clinician/cases", Some(&hidden(&asked.text))).await;
    assert_eq!(kept.status, StatusCode::SEE_OTHER, "{}", kept.text);
    key(&cookie)
}

async fn list(router: &Router, cookie: &str) -> String {
    let answer = ask(router, cookie, "/clinician/cases", None).await;
    assert_eq!((answer.status, faults(&answer.text)), (StatusCode::OK, Vec::new()));
    answer.text
}

#[tokio::test]
async fn a_case_is_saved_opened_and_deleted_by_the_browser_that_saved_it() {
    cases_of_two_browsers(&server(Config::default()).await).await;
}

#[tokio::test]
async fn postgresql_keeps_cases_as_sqlite_does() {
    let Some(postgres) = Postgres::start() else { return };
    let config = || Config { database: Some(postgres.url.clone()), ..Config::default() };
    cases_of_two_browsers(&server(config()).await).await;
    // A server that starts anew finds its tables as they are, and what was kept.
    let cookie = save(&server(config()).await, "kept", "").await;
    assert!(list(&server(config()).await, &cookie).await.contains("kept"));
}

async fn cases_of_two_browsers(router: &Router) {
    let cookie = save(router, "<script>first</script>", "").await;
    save(router, "second", &cookie).await;
    let text = list(router, &cookie).await;
    let links: Vec<&str> =
        attributes(&text, "href").into_iter().filter(|link| link.starts_with("/clinician/cases/")).collect();
    assert_eq!(links.len(), 2, "{text}");
    let opened = ask(router, &cookie, links[0], None).await;
    assert_eq!((opened.status, faults(&opened.text)), (StatusCode::OK, Vec::new()));
    assert!(opened.text.contains("<option value=\"positive\" selected>"), "{}", opened.text);

    let others = save(router, "another's", "").await;
    assert_ne!(others, cookie);
    assert_eq!(ask(router, &others, links[0], None).await.status, StatusCode::NOT_FOUND);
    assert!(!list(router, &others).await.contains("second"));
    let own_token = hidden(&list(router, &others).await);
    let token: Vec<_> = own_token.into_iter().filter(|(name, _)| name == "token").take(1).collect();
    let path = format!("{}/delete", links[0]);
    assert_eq!(ask(router, &others, &path, Some(&token)).await.status, StatusCode::SEE_OTHER);
    assert!(list(router, &cookie).await.contains("second"), "nobody deletes what others keep");

    let token: Vec<_> = hidden(&text).into_iter().filter(|(name, _)| name == "token").take(1).collect();
    assert_eq!(ask(router, &cookie, &path, Some(&token)).await.status, StatusCode::SEE_OTHER);
    assert_eq!(list(router, &cookie).await.matches("href=\"/clinician/cases/").count(), 1);
    let forgotten = ask(router, &cookie, "/clinician/cases/forget", Some(&token)).await;
    assert!(forgotten.cookie.expect("the key is taken back").contains("Max-Age=0"));
    assert!(list(router, &cookie).await.contains("There is none"));
    assert!(list(router, &others).await.contains("another"));
}

#[tokio::test]
async fn a_forged_request_changes_nothing() {
    let router = server(Config::default()).await;
    let cookie = save(&router, "mine", "").await;
    let mut forged = case("forged");
    for token in ["", "0000"] {
        forged.push(("token".to_owned(), token.to_owned()));
        for cookie in [cookie.as_str(), "", "her2path-keeper=short", "her2path-keeper=<script>"] {
            let answer = ask(&router, cookie, "/clinician/cases", Some(&forged)).await;
            assert_eq!(answer.status, StatusCode::OK, "it is asked about");
            for path in ["/clinician/cases/forget", "/clinician/cases/x/delete"] {
                assert_eq!(ask(&router, cookie, path, Some(&forged)).await.status, StatusCode::FORBIDDEN);
            }
        }
    }
    let text = list(&router, &cookie).await;
    assert!(text.contains("mine") && !text.contains("forged"), "{text}");
    for nothing in ["", "{}", "[]", "null", "{\"a\": 1}"] {
        let fields = vec![("case".to_owned(), nothing.to_owned())];
        assert_eq!(ask(&router, &cookie, "/clinician/cases", Some(&fields)).await.status, StatusCode::BAD_REQUEST);
    }
}
