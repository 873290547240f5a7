//! Checks across entries: names, references, dates, codes, and criteria that cannot hold.

pub(crate) mod against_guideline;
pub(crate) mod citations;
pub(crate) mod clashes;
pub(crate) mod drugs;
pub(crate) mod facts;
pub(crate) mod gates;
pub(crate) mod medicine;
pub(crate) mod recommendations;
pub(crate) mod support;
pub(crate) mod unused;
pub(crate) mod value_sets;

use std::collections::BTreeMap;

use crate::read::guideline::RawReview;
use crate::source::{Located, Location, Sink};

/// Whether `text` is words of small letters and digits joined by hyphens, the first letter first.
pub(crate) fn is_kebab_case(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_lowercase())
        && text
            .split('-')
            .all(|word| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()))
}

/// Reports every name that stands twice, with the place of the first.
pub(crate) fn unique<'n>(what: &str, names: impl Iterator<Item = &'n Located<String>>, sink: &Sink<'_>) {
    let mut first: BTreeMap<&str, &Location> = BTreeMap::new();
    for name in names.filter(|name| !name.value.is_empty()) {
        match first.get(name.value.as_str()) {
            Some(at) => {
                sink.error(
                    &name.at,
                    format!("duplicate {what} `{}`", name.value),
                    format!("the first is at {}", sink.place(at)),
                );
            }
            None => {
                first.insert(&name.value, &name.at);
            }
        }
    }
}

/// Positions are numbers of 16 bits.
pub(crate) fn countable(what: &str, count: usize, at: &Location, sink: &Sink<'_>) {
    if count > usize::from(u16::MAX) {
        sink.error(at, format!("{count} {what} are too many"), format!("at most {}", u16::MAX));
    }
}

/// A review looks ahead.
pub(crate) fn review(review: &RawReview, sink: &Sink<'_>) {
    if let (Some(on), Some(next)) = (&review.on, &review.next)
        && next.value < on.value
    {
        let message = format!("the next review ({}) is before the last ({})", next.value, on.value);
        sink.error(&next.at, message, "`next` is the day by which it is to be looked at again");
    }
    if review.review.by.iter().any(|name| name.trim().is_empty()) {
        sink.error(&review.at, "a reviewer without a name", "leave `by` empty where nobody has reviewed");
    }
}
