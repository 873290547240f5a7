//! Specimen (<https://hl7.org/fhir/R4/specimen.html>) and BodyStructure (<https://hl7.org/fhir/R4/bodystructure.html>).

use super::resource;
use crate::date::PartialDate;
use crate::fhir::datatypes::{Annotation, CodeableConcept, Reference, Str};
use crate::fhir::element::element;
use crate::fhir::value::When;

resource! {
    /// Tissue, blood or other material that was examined.
    pub struct Specimen<'a> {
        /// `available`, `unavailable`, `unsatisfactory`, `entered-in-error`.
        status: Option<Str<'a>> = "status",
        /// What it is.
        type_: Option<CodeableConcept<'a>> = "type",
        /// From whom.
        subject: Option<Reference<'a>> = "subject" | "patient",
        /// When the laboratory received it.
        received_time: Option<PartialDate> = "receivedTime",
        /// Specimens it was made from.
        parent: Vec<Reference<'a>> = "parent",
        /// How and where it was taken.
        collection: Option<SpecimenCollection<'a>> = "collection",
        /// State of the material.
        condition: Vec<CodeableConcept<'a>> = "condition",
        /// Remarks.
        note: Vec<Annotation<'a>> = "note",
    }
    about subject
}

element! {
    /// How and where a specimen was taken.
    pub struct SpecimenCollection<'a> {
        /// Technique.
        method: Option<CodeableConcept<'a>> = "method",
        /// Where in the body.
        body_site: Option<CodeableConcept<'a>> = "bodySite",
        /// During which procedure (R5).
        procedure: Option<Reference<'a>> = "procedure",
        /// Additions of its profile.
        extension: Vec<crate::fhir::extension::Extension<'a>> = "extension",
    }
    choice {
        /// When it was taken.
        collected: Option<When<'a>> = "collected",
    }
}

resource! {
    /// A place in the body: a tumour, a lesion, a volume that was irradiated.
    pub struct BodyStructure<'a> {
        /// Whether the record of it is in use.
        active: Option<bool> = "active",
        /// What kind of structure it is.
        morphology: Option<CodeableConcept<'a>> = "morphology",
        /// Where it is.
        location: Option<CodeableConcept<'a>> = "location",
        /// Side and other modifiers of the place.
        location_qualifier: Vec<CodeableConcept<'a>> = "locationQualifier",
        /// Where it is, as R5 writes it.
        included_structure: Vec<IncludedStructure<'a>> = "includedStructure",
        /// The place in words.
        description: Option<Str<'a>> = "description",
        /// Whose it is.
        patient: Option<Reference<'a>> = "patient" | "subject",
    }
    about patient
}

element! {
    /// Place and side (R5).
    pub struct IncludedStructure<'a> {
        /// Where it is.
        structure: Option<CodeableConcept<'a>> = "structure",
        /// On which side.
        laterality: Option<CodeableConcept<'a>> = "laterality",
        /// Other modifiers of the place.
        qualifier: Vec<CodeableConcept<'a>> = "qualifier",
    }
}
