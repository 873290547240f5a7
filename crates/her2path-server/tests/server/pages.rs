//! Pages as a browser without scripts sees them.

use std::collections::{BTreeSet, VecDeque};

use axum::Router;
use axum::http::{Request, StatusCode};
use her2path_server::config::Config;

use super::support::{bundle, metastatic, order, send, server};

pub(crate) async fn page(router: &Router, path: &str) -> (StatusCode, String) {
    send(router, Request::get(path), String::new()).await
}

/// What a browser sends of a form.
pub(crate) async fn submit(router: &Router, path: &str, fields: &[(String, String)]) -> (StatusCode, String) {
    let escaped = |text: &str| text.bytes().map(|byte| format!("%{byte:02x}")).collect::<String>();
    let body: Vec<String> =
        fields.iter().map(|(name, value)| format!("{}={}", escaped(name), escaped(value))).collect();
    let head = Request::post(path).header("content-type", "application/x-www-form-urlencoded");
    send(router, head, body.join("&")).await
}

pub(crate) fn fields(fields: &[(&str, &str)]) -> Vec<(String, String)> {
    fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// The values of an attribute in a page.
pub(crate) fn attributes<'p>(page: &'p str, attribute: &str) -> Vec<&'p str> {
    let start = format!(" {attribute}=\"");
    page.split(start.as_str()).skip(1).filter_map(|rest| rest.split('"').next()).collect()
}

pub(crate) fn unescape(text: &str) -> String {
    text.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

/// The name and value of each hidden field.
pub(crate) fn hidden(page: &str) -> Vec<(String, String)> {
    let inputs = page.split("<input type=\"hidden\"").skip(1).filter_map(|rest| rest.split('>').next());
    let value = |input: &str, name: &str| attributes(input, name).first().map(|value| unescape(value));
    inputs.filter_map(|input| Some((value(input, "name")?, value(input, "value")?))).collect()
}

/// Whatever stands in the way of somebody with a keyboard, a screen reader or a phone, or breaks the policy on content.
pub(crate) fn faults(page: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let mut must = |holds: bool, what: &str| {
        if !holds {
            faults.push(what.to_owned());
        }
    };
    must(page.contains("<html lang=\"en\">"), "a language");
    must(page.contains("name=\"viewport\""), "a width for phones");
    must(page.contains("<main id=\"main\">") && page.contains("href=\"#main\""), "a way past the navigation");
    must(page.matches("<h1").count() >= 1, "a heading");
    must(!page.contains("<script") && !page.contains("javascript:"), "no script");
    must(!page.contains("<style") && !page.contains(" style=\""), "no style of its own");
    must(attributes(page, "src").is_empty(), "nothing that is loaded");
    must(page.contains("Not a medical device"), "the notice");
    let ids = attributes(page, "id");
    must(ids.iter().collect::<BTreeSet<_>>().len() == ids.len(), "ids that are there once");
    for name in attributes(page, "for") {
        must(ids.contains(&name), "labels of fields that are there");
    }
    let controls = page.split(['<']).filter(|tag| {
        ["input ", "select ", "textarea "].iter().any(|start| tag.starts_with(start))
            && !["hidden", "radio", "checkbox"].iter().any(|kind| tag.contains(&format!("type=\"{kind}\"")))
    });
    for control in controls {
        let id = attributes(control, "id").first().copied().unwrap_or_default();
        must(page.contains(&format!("for=\"{id}\"")), "a label for every field");
    }
    faults
}

#[tokio::test]
async fn every_page_that_is_linked_to_is_there_and_open_to_all() {
    let router = server(Config::default()).await;
    let mut waiting = VecDeque::from(["/".to_owned()]);
    let mut seen = BTreeSet::new();
    while let Some(path) = waiting.pop_front() {
        if !seen.insert(path.clone()) {
            continue;
        }
        let (status, text) = page(&router, &path).await;
        assert_eq!(status, StatusCode::OK, "{path}");
        if path == "/style.css" {
            continue;
        }
        assert_eq!(faults(&text), Vec::<String>::new(), "{path}");
        // Cells of the decision tables lead to the same page with another cell read; their fragments are within it.
        waiting
            .extend(attributes(&text, "href").iter().filter(|link| link.starts_with('/')).map(|link| unescape(link)));
    }
    let statements = her2path::guideline::KNOWLEDGE.recommendations.len();
    let shown = seen.iter().filter(|path| path.starts_with("/guideline/") && path.matches('/').count() == 4).count();
    assert_eq!(shown, statements, "each statement has its page");
    let (status, text) = page(&router, "/guideline/no/such/id").await;
    assert_eq!((status, faults(&text)), (StatusCode::NOT_FOUND, Vec::new()));
}

#[test]
fn the_checks_of_pages_can_fail() {
    assert!(faults("<html><body><script>1</script><input id=\"a\"></body></html>").len() >= 7);
}

#[tokio::test]
async fn search_finds_every_statement_with_all_words_and_shows_what_was_typed_as_text() {
    let router = server(Config::default()).await;
    let (_, text) = page(&router, "/guideline?q=Tucatinib").await;
    let (_, all) = page(&router, "/guideline").await;
    let count = |text: &str| text.matches("href=\"/guideline/").count();
    assert!(count(&text) > 1 && count(&text) < count(&all), "{} of {}", count(&text), count(&all));
    let (status, text) = page(&router, "/guideline?q=%3Cscript%3Ealert(1)%3C%2Fscript%3E%22%3E").await;
    assert_eq!(status, StatusCode::OK);
    assert_eq!(faults(&text), Vec::<String>::new());
    assert!(text.contains("0 statements"), "{text}");
    let (status, _) = page(&router, "/guideline/changes?from=yesterday").await;
    assert_eq!(status, StatusCode::BAD_REQUEST);
    let (_, text) = page(&router, "/guideline/changes?from=2010-01-01&to=2026-11-23").await;
    assert!(text.contains("<strong>added</strong>"), "{text}");
}

#[tokio::test]
async fn a_pasted_record_becomes_a_sheet_and_a_hostile_one_stays_text() {
    let router = server(Config::default()).await;
    let record = bundle("collection", &metastatic()).to_string();
    let (status, text) = submit(&router, "/clinician", &fields(&[("record", &record)])).await;
    assert_eq!((status, faults(&text)), (StatusCode::OK, Vec::new()));
    assert!(text.contains("Patient p"), "{text}");

    let mut hostile = metastatic();
    hostile.push(order(
        "<script>alert(1)</script>",
        "active",
        "order",
        "<img src=x onerror=alert(1)> trastuzumab",
        3.6,
    ));
    let record = format!("{}\n<script>alert(2)</script>", bundle("collection", &hostile));
    let (_, text) = submit(&router, "/clinician", &fields(&[("record", &record), ("all", "yes")])).await;
    assert_eq!(faults(&text), Vec::<String>::new(), "{text}");
    assert!(!text.contains("<img"), "{text}");

    for (record, as_of, expected) in [
        ("", "", StatusCode::UNPROCESSABLE_ENTITY),
        ("<script>alert(1)</script>", "", StatusCode::UNPROCESSABLE_ENTITY),
        ("{}", "tomorrow", StatusCode::BAD_REQUEST),
    ] {
        let (status, text) = submit(&router, "/clinician", &fields(&[("record", record), ("as_of", as_of)])).await;
        assert_eq!((status, faults(&text)), (expected, Vec::new()), "{text}");
    }
}

/// The ejection fraction falls below 40 %: what fitted is forbidden, and the page says which fact did it.
#[tokio::test]
async fn a_changed_fact_shows_which_statements_change() {
    let router = server(Config::default()).await;
    let case = |lvef: &str| {
        fields(&[
            ("disease.breast-cancer", "invasive"),
            ("disease.setting", "metastatic"),
            ("her2.status", "positive"),
            ("therapy.line", "1"),
            ("lvef.latest", lvef),
        ])
    };
    let (status, first) = submit(&router, "/clinician/case", &case("60")).await;
    assert_eq!((status, faults(&first)), (StatusCode::OK, Vec::new()));
    assert!(!first.contains("Could not be used") && !first.contains("What changed"), "{first}");
    let before: Vec<_> = hidden(&first).into_iter().filter(|(name, _)| name == "before").collect();
    assert_eq!(before.len(), 1);
    let (_, second) = submit(&router, "/clinician/case", &[before, case("30")].concat()).await;
    assert_eq!(faults(&second), Vec::<String>::new());
    let changed =
        second.split("id=\"changed\"").nth(1).and_then(|rest| rest.split("</section>").next()).unwrap_or_default();
    assert!(changed.contains("lvef.latest") && !changed.contains("her2.status"), "{changed}");
    assert!(changed.contains("<strong>contraindicated</strong>"), "{changed}");

    let (_, text) =
        submit(&router, "/clinician/case", &fields(&[("lvef.latest", "<script>"), ("her2.status", "maybe")])).await;
    assert_eq!(faults(&text), Vec::<String>::new());
    assert!(text.contains("Could not be used"), "{text}");
}

/// The names of the questions on a page, each once.
fn asked(page: &str) -> BTreeSet<String> {
    let names = attributes(page, "name")
        .into_iter()
        .filter(|name| name.split_once('.').is_some_and(|(number, _)| number.parse::<u8>().is_ok()));
    let hidden: BTreeSet<String> = hidden(page).into_iter().map(|(name, _)| name).collect();
    names.map(str::to_owned).filter(|name| !hidden.contains(name)).collect()
}

/// Answers every question of yes or no alike, screen after screen; the result, and how many screens it took.
async fn interview(answer: &str) -> (String, usize) {
    let router = server(Config::default()).await;
    let (_, mut text) = page(&router, "/symptoms").await;
    for screens in 0..200 {
        assert_eq!(faults(&text), Vec::<String>::new(), "{text}");
        let questions = asked(&text);
        if questions.is_empty() {
            return (text, screens);
        }
        let mut sent = hidden(&text);
        sent.extend(
            questions.into_iter().filter(|name| name.contains(".symptom.")).map(|name| (name, answer.to_owned())),
        );
        let (status, next) = submit(&router, "/symptoms", &sent).await;
        assert_eq!(status, StatusCode::OK);
        text = next;
    }
    (text, usize::MAX)
}

#[tokio::test]
async fn an_emergency_ends_the_questions_at_once() {
    let (text, screens) = interview("true").await;
    assert_eq!(screens, 1, "{text}");
    assert!(text.contains("AT LEAST E0") && text.contains("Call the emergency number now"), "{text}");
}

#[tokio::test]
async fn no_answer_is_never_taken_for_no() {
    let (unsure, screens) = interview("").await;
    assert!((4..200).contains(&screens), "{screens}");
    let (denied, _) = interview("false").await;
    assert_ne!(unsure, denied);
    for text in [&unsure, &denied] {
        assert!(text.contains("This is the least that should be done"), "{text}");
        assert!(!text.contains("nothing is wrong"), "{text}");
    }
    // Only the temperature, which is no question of yes or no, was left out where everything was denied.
    let open = |text: &str| text.matches("\n  ? ").count();
    assert_eq!(open(&denied), 1, "{denied}");
    assert!(unsure.contains("No question was answered, so nothing can be said"), "{unsure}");
}
