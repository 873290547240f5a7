//! Extensions: what a profile such as mCODE adds to a resource.

use super::datatypes::{CodeableConcept, Reference, Str};
use super::element::element;
use super::value::Value;

element! {
    /// An addition that a profile defines.
    pub struct Extension<'a> {
        /// What it means: the address of its definition, or a bare name within another extension.
        url: Option<Str<'a>> = "url",
        /// Parts of an addition that has several.
        extension: Vec<Extension<'a>> = "extension",
    }
    choice {
        /// Its value.
        value: Option<Value<'a>> = "value",
    }
}

/// Finding extensions in the list of a resource or of another extension.
///
/// Definitions moved between addresses over the years (`…/us/mcode/…`, `…/us/shr/…`), so they are found by the last
/// segment of the address, which is compared as a whole: `mcode-related-condition` does not find
/// `mcode-related-condition-absent`.
pub trait Extensions<'a> {
    /// The extensions whose address ends in this segment, in input order.
    fn all<'s>(&'s self, last_segment: &'s str) -> impl Iterator<Item = &'s Extension<'a>>
    where
        'a: 's;

    /// The first one.
    fn first_named<'s>(&'s self, last_segment: &'s str) -> Option<&'s Extension<'a>>
    where
        'a: 's,
    {
        self.all(last_segment).next()
    }

    /// Values of these extensions that are concepts.
    fn concepts<'s>(&'s self, last_segment: &'s str) -> impl Iterator<Item = &'s CodeableConcept<'a>>
    where
        'a: 's,
    {
        self.all(last_segment).filter_map(|extension| match &extension.value {
            Some(Value::CodeableConcept(concept)) => Some(concept),
            _ => None,
        })
    }

    /// Values of these extensions that are references.
    fn references<'s>(&'s self, last_segment: &'s str) -> impl Iterator<Item = &'s Reference<'a>>
    where
        'a: 's,
    {
        self.all(last_segment).filter_map(|extension| match &extension.value {
            Some(Value::Reference(reference)) => Some(reference),
            _ => None,
        })
    }
}

impl<'a> Extensions<'a> for [Extension<'a>] {
    fn all<'s>(&'s self, last_segment: &'s str) -> impl Iterator<Item = &'s Extension<'a>>
    where
        'a: 's,
    {
        self.iter().filter(move |extension| {
            let url = extension.url.as_deref().unwrap_or_default();
            url.rsplit('/').next() == Some(last_segment)
        })
    }
}
