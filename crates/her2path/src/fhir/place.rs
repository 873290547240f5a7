//! Where in the input a resource stood.

use std::ops::Deref;

use super::datatypes::Str;

/// Where a resource stood, for provenance and for messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place<'a> {
    /// `Type/id`; `Type/id#id` for a contained resource; the path in the input (`Bundle.entry[3]`) without an id.
    pub name: String,
    /// Name of the input, as the caller gave it.
    pub source: &'a str,
    /// Line of the input on which the resource begins, from 1.
    pub line: usize,
    /// Address of the resource in its bundle.
    pub full_url: Option<Str<'a>>,
    /// Name of the resource in which this one is contained.
    pub container: Option<String>,
    /// Running number of the outermost resource, the same for those contained in it.
    pub(super) serial: usize,
}

/// A resource with its place. Its fields are reached directly (`condition.code`).
#[derive(Debug, Clone, PartialEq)]
pub struct Located<'a, T> {
    /// The resource.
    pub resource: T,
    /// Where it stood.
    pub place: Place<'a>,
}

impl<T> Deref for Located<'_, T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.resource
    }
}
