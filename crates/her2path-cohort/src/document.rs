//! JSON values in a text, and what the resources of one say together: whose each is, and which of them matter.

use std::collections::{BTreeMap, BTreeSet};

use her2path::fhir::{self, Outlined, Subject};
use her2path::knowledge::model::Knowledge;

use crate::relevance::{self, Policy};

/// A JSON value in a text: where it begins and ends, and its resources.
pub(crate) type Value<'t> = (usize, usize, Vec<Outlined<'t>>);

/// The JSON values of a text, one after the other. `None` if it is not JSON throughout.
pub(crate) fn values(text: &str) -> Option<Vec<Value<'_>>> {
    let (values, end) = values_before(text);
    text.get(end..).is_some_and(|rest| rest.trim_ascii().is_empty()).then_some(values)
}

/// The JSON values at the beginning of a text, and where they end.
pub(crate) fn values_before(text: &str) -> (Vec<Value<'_>>, usize) {
    let mut found = Vec::new();
    let mut at = 0;
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let trimmed = rest.trim_ascii_start();
        let begin = at + rest.len() - trimmed.len();
        if trimmed.is_empty() {
            return (found, begin);
        }
        let Ok((mut resources, length)) = fhir::outline(trimmed) else { return (found, begin) };
        at = begin;
        for resource in &mut resources {
            resource.span = resource.span.start + at..resource.span.end + at;
        }
        found.push((at, at + length, resources));
        at += length;
    }
}

pub(crate) fn line_of(bytes: &[u8], offset: usize) -> u32 {
    let before = bytes.get(..offset).unwrap_or_default();
    u32::try_from(memchr::memchr_iter(b'\n', before).count()).unwrap_or(u32::MAX)
}

/// Whose a resource is.
pub(crate) enum Owner {
    Patient(String),
    Identifier(Option<String>, String),
    Nobody,
    NotAPatient,
}

/// What a document says of its resources together.
pub(crate) struct Document {
    pub(crate) owners: Vec<Owner>,
    pub(crate) matters: Vec<bool>,
}

impl Document {
    pub(crate) fn new(knowledge: &Knowledge, resources: &[Outlined<'_>]) -> Self {
        // Patients by the address of their entry.
        let mut addresses: BTreeMap<&str, String> = BTreeMap::new();
        for resource in resources.iter().filter(|resource| resource.kind == "Patient") {
            if let Some(url) = resource.full_url.as_deref() {
                addresses.insert(url, patient_key(resource));
            }
        }
        let owners = resources.iter().map(|resource| owner(resource, &addresses)).collect();
        let mut matters: Vec<bool> = resources.iter().map(|resource| relevance::matters(knowledge, resource)).collect();
        if resources.len() > 1 {
            let wanted: BTreeSet<&str> = resources
                .iter()
                .zip(&matters)
                .filter(|(resource, matters)| **matters && matches!(&*resource.kind, "Condition" | "Observation"))
                .flat_map(|(resource, _)| resource.references.iter().map(|reference| &**reference))
                .collect();
            for (resource, matters) in resources.iter().zip(&mut matters) {
                let name = resource.id.as_ref().map(|id| format!("{}/{id}", resource.kind));
                let is_wanted = |name: &str| wanted.contains(name);
                *matters |= relevance::policy(resource.kind.as_bytes()) != Policy::Unused
                    && resource.kind != "Encounter"
                    && (name.as_deref().is_some_and(is_wanted) || resource.full_url.as_deref().is_some_and(is_wanted));
            }
        }
        Self { owners, matters }
    }

    /// Whether a resource names its patient by an identifier, or is about no patient: then each goes its own way.
    pub(crate) fn has_other_owners(&self) -> bool {
        self.owners.iter().any(|owner| matches!(owner, Owner::Identifier(..)))
    }
}

fn owner(resource: &Outlined<'_>, addresses: &BTreeMap<&str, String>) -> Owner {
    if resource.kind == "Patient" {
        return Owner::Patient(patient_key(resource));
    }
    if relevance::policy(resource.kind.as_bytes()) == Policy::Unused {
        return Owner::Nobody;
    }
    match &resource.subject {
        Subject::Patient(id) => Owner::Patient(id.clone().into_owned()),
        Subject::Address(address) => {
            Owner::Patient(addresses.get(&**address).cloned().unwrap_or_else(|| bare(address).to_owned()))
        }
        Subject::Contained(id) => {
            let contained = resource.contained_patients.iter().find(|(known, _)| known == id);
            match contained.and_then(|(_, identifiers)| identifiers.first()) {
                Some((system, value)) => Owner::Identifier(
                    system.as_ref().map(|system| system.clone().into_owned()),
                    value.clone().into_owned(),
                ),
                None => Owner::Nobody,
            }
        }
        Subject::Identifier(system, value) => {
            Owner::Identifier(system.as_ref().map(|system| system.clone().into_owned()), value.clone().into_owned())
        }
        Subject::Nobody => Owner::Nobody,
        Subject::NotAPatient => Owner::NotAPatient,
    }
}

/// What a patient's resources are filed under: the id, else what the address of its entry names.
fn patient_key(patient: &Outlined<'_>) -> String {
    if let Some(id) = &patient.id {
        return id.clone().into_owned();
    }
    let url = patient.full_url.as_deref().unwrap_or_default();
    match Subject::of_address(url) {
        Subject::Patient(id) => id.into_owned(),
        _ if url.is_empty() => "a patient without an id".to_owned(),
        _ => bare(url).to_owned(),
    }
}

fn bare(address: &str) -> &str {
    address.strip_prefix("urn:uuid:").or_else(|| address.strip_prefix("urn:oid:")).unwrap_or(address)
}

/// A document without the resources that are not kept. An empty resource of a type that is not used stands in their
/// place, so that paths and lines stay as they are.
pub(crate) fn cut_down(bytes: &[u8], resources: &[Outlined<'_>], kept: &[bool]) -> Vec<u8> {
    let mut cut = Vec::with_capacity(bytes.len() / 4);
    let mut at = 0;
    for (resource, _) in resources.iter().zip(kept).filter(|(_, kept)| !**kept) {
        cut.extend_from_slice(bytes.get(at..resource.span.start).unwrap_or_default());
        cut.extend_from_slice(b"{\"resourceType\":\"Basic\"}");
        let lines = memchr::memchr_iter(b'\n', bytes.get(resource.span.clone()).unwrap_or_default()).count();
        cut.resize(cut.len() + lines, b'\n');
        at = resource.span.end;
    }
    cut.extend_from_slice(bytes.get(at..).unwrap_or_default());
    cut
}

/// A resource with the address of its entry.
pub(crate) fn wrap(resource: &Outlined<'_>, span: &[u8]) -> Vec<u8> {
    let Some(url) = &resource.full_url else { return span.to_vec() };
    let mut wrapped = b"{\"resourceType\":\"Bundle\",\"entry\":[{\"fullUrl\":".to_vec();
    // A string always has a form in JSON.
    wrapped.extend(serde_json::to_vec(&**url).unwrap_or_default());
    wrapped.extend_from_slice(b",\"resource\":");
    wrapped.extend_from_slice(span);
    wrapped.extend_from_slice(b"}]}");
    wrapped
}
