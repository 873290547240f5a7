//! The patient's page as HTML: words of the glossary lead to their meaning at the end of the page.

use maud::{Markup, PreEscaped, html};

use super::super::patient::{Block, Explained, Glossary, Page};
use crate::assessment::Assessment;

/// One person's page. `number` counts the people of the document and keeps the anchors apart.
pub(super) fn page(page: &Page, assessment: &Assessment<'_>, number: usize) -> Markup {
    let mut words = Words { glossary: Glossary::new(assessment.knowledge), page: number.saturating_add(1) };
    let id = |name: &str| format!("page-{}-{name}", number.saturating_add(1));
    let sections: Vec<(String, Markup)> = page
        .sections
        .iter()
        .map(|section| {
            let blocks: Vec<Markup> = section.blocks.iter().map(|block| words.block(block)).collect();
            let heading = id(section.id);
            let markup = html! {
                section aria-labelledby=(heading) {
                    h2 id=(heading) { (section.title) }
                    @if section.folded {
                        details {
                            summary { "Open this part" }
                            @for block in &blocks { (block) }
                        }
                    } @else {
                        @for block in &blocks { (block) }
                    }
                }
            };
            (heading, markup)
        })
        .collect();
    let used = words.glossary.used();
    html! {
        article.patient id=(id("top")) {
            h1 { (page.title) }
            @if sections.len() > 2 {
                nav aria-label="On this page" {
                    ul {
                        @for (section, (heading, _)) in page.sections.iter().zip(&sections).skip(1) {
                            li { a href={ "#" (heading) } { (section.title) } }
                        }
                    }
                }
            }
            @for (_, markup) in &sections { (markup) }
            @if !used.is_empty() {
                section aria-labelledby=(id("words")) {
                    h2 id=(id("words")) { "Words explained" }
                    dl.words {
                        @for term in used {
                            dt id=(words.anchor(&term.term)) { dfn { (term.term) } }
                            dd { (term.plain) }
                        }
                    }
                }
            }
        }
    }
}

/// The glossary of a page, and its number for the anchors.
struct Words<'k> {
    glossary: Glossary<'k>,
    page: usize,
}

impl Words<'_> {
    fn block(&mut self, block: &Block) -> Markup {
        match block {
            Block::Paragraph(text) => html! { p { (self.text(text)) } },
            Block::Urgent(text) => html! { p.urgent { strong { (self.text(text)) } } },
            Block::List { lead, items } => html! {
                @if !lead.is_empty() { p.lead { (self.text(lead)) } }
                ul { @for item in items { li { (self.text(item)) } } }
            },
            // The picture is our own markup, whose texts were escaped when it was drawn.
            Block::Figure { svg, caption } => html! {
                figure { (PreEscaped(svg)) figcaption { (self.text(caption)) } }
            },
            Block::Contacts { lead, entries } => html! {
                p.lead { (lead) }
                ul.contacts {
                    @for entry in entries {
                        li {
                            @match &entry.url {
                                Some(url) => a href=(url) rel="noreferrer" { (entry.name) },
                                None => (entry.name),
                            }
                            ". " (entry.offers)
                            @if let Some(phone) = &entry.phone { " Call " strong { (phone) } "." }
                            @if !entry.checked { " " span.why { "(not checked yet)" } }
                        }
                    }
                }
            },
            Block::Named { name, text } => html! {
                p.named { strong { (name) ":" } " " (self.text(text)) }
            },
        }
    }

    fn text(&mut self, text: &str) -> Markup {
        let pieces = self.glossary.explain(text);
        html! {
            @for piece in &pieces {
                @match piece {
                    Explained::Text(text) => (text),
                    Explained::First(word, term) => a.word href={ "#" (self.anchor(&term.term)) } { (word) },
                }
            }
        }
    }

    fn anchor(&self, term: &str) -> String {
        let name: String =
            term.to_lowercase().chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
        format!("page-{}-word-{name}", self.page)
    }
}
