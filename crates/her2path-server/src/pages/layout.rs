//! The shell of every page, and its style.

use axum::response::Html;
use her2path::guideline::KNOWLEDGE;
use her2path::render::html::STYLE;
use maud::{DOCTYPE, Markup, html};

/// What pages need beside the style of documents.
const MORE: &str = "
nav.top { max-width: 48rem; margin: 0 auto; padding: .5rem 1rem; display: flex; flex-wrap: wrap; gap: .25rem 1rem; }
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
textarea.short { min-height: 7rem; }
.answer { background: var(--tint); border-left: 4px solid var(--mark); padding: .6rem 1rem; }
section.answer h2 { border: 0; margin: 0; padding: 0; }
fieldset.list label { display: flex; gap: .75rem; align-items: baseline; padding: .5rem 0; }
ol.to-ask li { margin: 0 0 2.2rem; }
ul.cases form { display: inline; margin-left: 1rem; }
input[type=checkbox], input[type=radio] { width: 1.25rem; height: 1.25rem; vertical-align: -.2rem; }
input:not([type=checkbox], [type=radio], [type=hidden]), select { width: 100%; max-width: 28rem; min-height: 44px; background: var(--paper); color: var(--ink); }
main:has(table.decision) { max-width: 62rem; }
table.decision { min-width: 50rem; }
.wide > figure { min-width: 36rem; }
.changed h2 { border: 0; margin-top: .5rem; padding: 0; }
.changed td { overflow-wrap: anywhere; }
table.decision caption { text-align: left; font-weight: 600; padding: .3rem 0; }
table.decision th, table.decision td { border: 1px solid var(--rule); padding: 0; text-align: center; vertical-align: middle; }
table.decision th { padding: .3rem .4rem; background: var(--tint); }
table.decision td { height: 1px; }
table.decision td a { display: grid; place-items: center; height: 100%; padding: .6rem .3rem; min-height: 44px; color: var(--ink); text-decoration: none; }
table.decision td a:is(:hover, :focus-visible, [aria-current]) { outline: 3px solid var(--mark); outline-offset: -3px; text-decoration: underline; }
table.decision td.positive a { font-weight: 700; background: #dfe9f5; }
table.decision td.open a { font-style: italic; background: #f4efe2; }
table.decision tbody tr:is(:hover, :focus-within) :is(th, td a) { text-decoration: underline; }
table.decision:has(tbody td:nth-child(2):is(:hover, :focus-within)) tbody td:nth-child(2),table.decision:has(tbody td:nth-child(3):is(:hover, :focus-within)) tbody td:nth-child(3),table.decision:has(tbody td:nth-child(4):is(:hover, :focus-within)) tbody td:nth-child(4),table.decision:has(tbody td:nth-child(5):is(:hover, :focus-within)) tbody td:nth-child(5),table.decision:has(tbody td:nth-child(6):is(:hover, :focus-within)) tbody td:nth-child(6),table.decision:has(tbody td:nth-child(7):is(:hover, :focus-within)) tbody td:nth-child(7),table.decision:has(tbody td:nth-child(8):is(:hover, :focus-within)) tbody td:nth-child(8),table.decision:has(tbody td:nth-child(9):is(:hover, :focus-within)) tbody td:nth-child(9),table.decision:has(tbody td:nth-child(10):is(:hover, :focus-within)) tbody td:nth-child(10) { box-shadow: inset 3px 0 var(--mark), inset -3px 0 var(--mark); }
@media print { nav.top, .skip, .screen, form button { display: none; } }
.changed { border: 2px solid var(--mark); border-radius: 4px; padding: .25rem 1rem; margin: 1rem 0; }
";

/// The style sheet of all pages.
pub(super) fn style() -> String {
    format!("{STYLE}{MORE}")
}

/// A page with its heading.
pub(crate) fn page(title: &str, content: &Markup) -> Html<String> {
    shell(title, &html! { h1 { (title) } (content) })
}

/// A page whose content brings its own heading.
pub(crate) fn shell(title: &str, content: &Markup) -> Html<String> {
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
                    a href="/report" { "Report" }
                    a href="/questions" { "Questions" }
                    a href="/words" { "Words" }
                    a href="/clinician" { "Record" }
                    a href="/clinician/case" { "Case" }
                    a href="/calculators" { "Calculators" }
                    a href="/guideline" { "Guideline" }
                }
                main id="main" { (content) }
                footer { p.notice { (KNOWLEDGE.guideline.notice) } }
            }
        }
    };
    Html(markup.into_string())
}
