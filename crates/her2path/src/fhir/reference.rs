//! The forms of a reference (<https://hl7.org/fhir/R4/references.html>).

use super::datatypes::{Identifier, Reference};

/// What a reference says about its target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Address<'r> {
    /// `#id`, a resource contained in the same one. `#` alone is the container itself.
    Contained(&'r str),
    /// `Type/id`, on whichever server this came from.
    Relative(&'r str),
    /// A URL; `tail` is its `Type/id`.
    Absolute {
        /// Without version, query and fragment.
        url: &'r str,
        /// Its last two segments, if they can be a type and an id.
        tail: Option<&'r str>,
    },
    /// `urn:uuid:…` or `urn:oid:…`.
    Urn(&'r str),
    /// `Type?identifier=system|value`, a search that names one resource (transactions).
    Search {
        /// Namespace of the identifier; `None` if any will do.
        system: Option<&'r str>,
        /// The identifier.
        value: &'r str,
    },
    /// No address, or none of these forms.
    Unknown,
}

/// Reads an address.
pub(super) fn address(text: &str) -> Address<'_> {
    let text = text.trim();
    if let Some(id) = text.strip_prefix('#') {
        return Address::Contained(id);
    }
    if text.starts_with("urn:") {
        return Address::Urn(text);
    }
    if let Some((_, query)) = text.split_once('?')
        && let Some(search) = query.strip_prefix("identifier=")
    {
        return match search.split_once('|') {
            Some((system, value)) => Address::Search { system: Some(system), value },
            None => Address::Search { system: None, value: search },
        };
    }
    let text = text.split(['?', '#']).next().unwrap_or_default();
    let text = match text.rsplit_once("/_history") {
        Some((resource, version)) if version.is_empty() || version.starts_with('/') => resource,
        _ => text,
    };
    let text = text.trim_end_matches('/');
    if text.contains("://") {
        return Address::Absolute { url: text, tail: type_and_id(text) };
    }
    match type_and_id(text) {
        Some(tail) if tail.len() == text.trim_start_matches('/').len() => Address::Relative(tail),
        _ => Address::Unknown,
    }
}

/// The address before `Type/id` of an absolute URL, with its slash: the server.
pub(super) fn base(url: &str) -> Option<&str> {
    if !url.starts_with("http") {
        return None;
    }
    match address(url) {
        Address::Absolute { url, tail: Some(tail) } => url.strip_suffix(tail),
        _ => None,
    }
}

/// A logical reference: the identifier of its target, if that is all it says.
pub(super) fn logical<'r>(reference: &'r Reference<'_>) -> Option<(Option<&'r str>, &'r str)> {
    match &reference.identifier {
        Some(Identifier { system, value: Some(value) }) => Some((system.as_deref(), value)),
        _ => None,
    }
}

/// Whether an identifier is the one asked for. Without a namespace in the question any namespace will do.
pub(super) fn is_identified(identifiers: &[Identifier<'_>], system: Option<&str>, value: &str) -> bool {
    identifiers.iter().any(|identifier| {
        identifier.value.as_deref() == Some(value) && (system.is_none() || identifier.system.as_deref() == system)
    })
}

/// The last two segments, if the first of them can be a resource type and the second an id.
fn type_and_id(text: &str) -> Option<&str> {
    let (before, id) = text.rsplit_once('/')?;
    let kind = before.rsplit('/').next().unwrap_or(before);
    let is_type = kind.starts_with(|c: char| c.is_ascii_uppercase()) && kind.bytes().all(|b| b.is_ascii_alphabetic());
    let is_id = !id.is_empty() && !id.contains(char::is_whitespace);
    if is_type && is_id { text.get(text.len() - kind.len() - 1 - id.len()..) } else { None }
}
