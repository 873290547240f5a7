//! The shell of every page, and its style.

use axum::response::Html;
use her2path::guideline::KNOWLEDGE;
use her2path::render::html::STYLE;
use maud::{DOCTYPE, Markup, html};

/// What pages need beside the style of documents.
const MORE: &str = "
nav.top { max-width: 46rem; margin: 0 auto; padding: .5rem 1rem; display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; }
.skip { position: absolute; left: -100rem; }
.skip:focus { left: 1rem; top: .5rem; background: var(--paper); padding: .5rem; }
.doors { display: grid; grid-template-columns: repeat(auto-fit, minmax(16rem, 1fr)); gap: 1rem 2rem; }
textarea { width: 100%; min-height: 14rem; font: .9rem/1.4 ui-monospace, monospace; }
input, select, textarea, button { font-size: 1rem; padding: .45rem; border: 1px solid var(--quiet); border-radius: 4px; max-width: 100%; }
button { background: var(--mark); color: #fff; border-color: var(--mark); padding: .6rem 1.2rem; min-height: 44px; cursor: pointer; }
button.quiet { background: var(--paper); color: var(--mark); }
:is(input, select, textarea, button):focus-visible { outline: 3px solid var(--mark); outline-offset: 2px; }
fieldset { border: 1px solid var(--rule); border-radius: 4px; margin: 1rem 0; padding: .5rem 1rem; }
fieldset label { display: inline-block; min-height: 44px; padding: .5rem 1.25rem .5rem 0; }
.field { margin: .75rem 0; }
.field label { display: block; }
summary { padding: .6rem 0; cursor: pointer; font-weight: 600; }
pre { white-space: pre-wrap; font: .95rem/1.5 ui-monospace, monospace; }
.changed { border: 2px solid var(--mark); border-radius: 4px; padding: .25rem 1rem; margin: 1rem 0; }
";

/// The style sheet of all pages.
pub(super) fn style() -> String {
    format!("{STYLE}{MORE}")
}

/// A page with its heading.
pub(super) fn page(title: &str, content: &Markup) -> Html<String> {
    shell(title, &html! { h1 { (title) } (content) })
}

/// A page whose content brings its own heading.
pub(super) fn shell(title: &str, content: &Markup) -> Html<String> {
    let markup = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) " · her2path" }
                link rel="stylesheet" href="/style.css";
            }
            body {
                a.skip href="#main" { "To the content" }
                nav.top aria-label="Pages" {
                    a href="/" { "Home" }
                    a href="/symptoms" { "Symptoms" }
                    a href="/words" { "Words" }
                    a href="/clinician" { "Record" }
                    a href="/clinician/case" { "Case" }
                    a href="/guideline" { "Guideline" }
                }
                main id="main" { (content) }
                footer { p.notice { (KNOWLEDGE.guideline.notice) } }
            }
        }
    };
    Html(markup.into_string())
}
