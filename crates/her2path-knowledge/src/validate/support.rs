//! Words and organisations: names once, an address or a number each.

use crate::read::support::{RawOrganisation, RawTerm};
use crate::source::Sink;
use crate::validate::unique;

/// Where an organisation works.
const REGIONS: [&str; 3] = ["uk", "us", "world"];

pub(crate) fn check(glossary: &[RawTerm], organisations: &[RawOrganisation], sink: &Sink<'_>) {
    unique("word", glossary.iter().flat_map(|term| std::iter::once(&term.term).chain(&term.also)), sink);
    unique("organisation", organisations.iter().map(|organisation| &organisation.name), sink);
    for organisation in organisations {
        let name = &organisation.name;
        if organisation.url.is_none() && organisation.phone.is_none() {
            sink.error(&name.at, format!("`{}` cannot be reached", name.value), "give it a `url` or a `phone`");
        }
        if let Some(url) = organisation.url.as_ref().filter(|url| !url.value.starts_with("https://")) {
            sink.error(&url.at, format!("`{}` is not a web address", url.value), "begin with `https://`");
        }
        let region = &organisation.region;
        if !region.value.is_empty() && !REGIONS.contains(&region.value.as_str()) {
            let hint = format!("regions are {}", crate::suggest::list(REGIONS.into_iter()));
            sink.error(&region.at, format!("unknown region `{}`", region.value), hint);
        }
    }
}
