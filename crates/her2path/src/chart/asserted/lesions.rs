//! Sizes of lesions: which lesion an observation measured, and whether it is the primary.
//!
//! A size counts as that of the primary only where nothing says otherwise: no focus, or a focus on the breast cancer or on
//! a structure of the breast. What is measured in another organ is a lesion of its own.

use super::Reader;
use super::cancer_kind::{self, Concern};
use super::coding::meaning;
use crate::fhir::{BodyStructure, Condition, Located, Observation, Reference};
use crate::guideline::value_set;

/// What an observation of a size measured.
pub(super) struct Measured {
    /// The lesion, named so that two of them are the same only if they are the same structure; `None` without a focus, and
    /// for a focus that names nothing.
    pub(super) lesion: Option<String>,
    /// Whether it is the primary in the breast.
    pub(super) is_primary: bool,
}

pub(super) fn measured(reader: &Reader<'_, '_>, observation: &Located<'_, Observation<'_>>) -> Measured {
    let on_breast = observation
        .body_site
        .as_ref()
        .and_then(|site| meaning(reader.knowledge, site, value_set::BODY_SITE))
        .is_none_or(|site| site == "breast");
    let Some(focus) = observation.focus.first() else { return Measured { lesion: None, is_primary: on_breast } };
    let lesion = match observation.focus.as_slice() {
        [only] => lesion(reader, observation, only),
        _ => None,
    };
    let is_primary = if let Some(structure) = reader.record.resolve_as::<BodyStructure<'_>>(&observation.place, focus) {
        let locations =
            structure.location.iter().chain(structure.included_structure.iter().filter_map(|s| s.structure.as_ref()));
        let sites: Vec<&str> =
            locations.filter_map(|location| meaning(reader.knowledge, location, value_set::BODY_SITE)).collect();
        !sites.is_empty() && sites.iter().all(|site| *site == "breast")
    } else if let Some(condition) = reader.record.resolve_as::<Condition<'_>>(&observation.place, focus) {
        cancer_kind::is_breast_primary(reader, condition)
            && cancer_kind::concern(reader, observation) == Concern::Breast
    } else {
        false
    };
    Measured { lesion, is_primary: is_primary && on_breast }
}

/// A name for the lesion that a reference means: the resource, else the address as written, else the identifier. What is
/// contained in one observation and cannot be found is a lesion of that observation alone.
fn lesion(
    reader: &Reader<'_, '_>,
    observation: &Located<'_, Observation<'_>>,
    reference: &Reference<'_>,
) -> Option<String> {
    if let Some(target) = reader.record.resolve(&observation.place, reference) {
        return Some(target.place().name.clone());
    }
    if let Some(address) = reference.reference.as_deref().map(str::trim).filter(|address| !address.is_empty()) {
        let own = if address.starts_with('#') { observation.place.name.as_str() } else { "" };
        return Some(format!("{own}{address}"));
    }
    let identifier = reference.identifier.as_ref()?;
    let value = identifier.value.as_deref()?;
    Some(format!("{}|{value}", identifier.system.as_deref().unwrap_or_default()))
}
