//! Words explained, and who helps.

use axum::response::Html;
use her2path::guideline::KNOWLEDGE;
use her2path::knowledge::model::{Evidence, GlossaryTerm};
use maud::html;

use super::layout;

pub(super) async fn glossary() -> Html<String> {
    let mut terms: Vec<&GlossaryTerm> = KNOWLEDGE.glossary.iter().collect();
    terms.sort_by_key(|term| term.term.to_lowercase());
    layout::page(
        "Words explained",
        &html! {
            div.patient {
                dl.words {
                    @for term in terms {
                        dt { dfn { (term.term) } }
                        dd { (term.plain) }
                    }
                }
            }
        },
    )
}

pub(super) async fn help() -> Html<String> {
    layout::page(
        "Who helps",
        &html! {
            div.patient {
                p { "If somebody is in danger, call the emergency number now." }
                ul.contacts {
                    @for one in KNOWLEDGE.organisations.iter() {
                        li {
                            @match &one.url {
                                Some(url) => a href=(url) rel="noreferrer" { (one.name) },
                                None => (one.name),
                            }
                            " (" (one.region) "). " (one.offers)
                            @if let Some(phone) = &one.phone { " Call " strong { (phone) } "." }
                            @if one.status != Evidence::Seen { " " span.why { "(not checked yet)" } }
                        }
                    }
                }
            }
        },
    )
}
