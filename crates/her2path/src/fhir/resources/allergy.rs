//! AllergyIntolerance (<https://hl7.org/fhir/R4/allergyintolerance.html>).

use super::resource;
use crate::date::PartialDate;
use crate::fhir::datatypes::{Annotation, CodeableConcept, Reference, Str, code_or_concept};
use crate::fhir::element::element;
use crate::fhir::value::When;

resource! {
    /// A risk of harm from a substance.
    pub struct AllergyIntolerance<'a> {
        /// `active`, `inactive` or `resolved`.
        clinical_status: Option<CodeableConcept<'a>> = "clinicalStatus" => code_or_concept,
        /// `unconfirmed`, `presumed`, `confirmed`, `refuted`, `entered-in-error`.
        verification_status: Option<CodeableConcept<'a>> = "verificationStatus" => code_or_concept,
        /// Allergy or intolerance.
        type_: Option<CodeableConcept<'a>> = "type" => code_or_concept,
        /// `food`, `medication`, `environment`, `biologic`.
        category: Vec<Str<'a>> = "category",
        /// `low`, `high` or `unable-to-assess`.
        criticality: Option<Str<'a>> = "criticality",
        /// The substance, or that there is no known allergy.
        code: Option<CodeableConcept<'a>> = "code" | "substance",
        /// Whose it is.
        patient: Option<Reference<'a>> = "patient" | "subject",
        /// When it was first recorded.
        recorded_date: Option<PartialDate> = "recordedDate" | "assertedDate",
        /// What happened.
        reaction: Vec<AllergyReaction<'a>> = "reaction",
        /// Remarks.
        note: Vec<Annotation<'a>> = "note",
    }
    choice {
        /// When it was first noticed.
        onset: Option<When<'a>> = "onset",
    }
    about patient
}

element! {
    /// A harm that a substance did.
    pub struct AllergyReaction<'a> {
        /// The substance.
        substance: Option<CodeableConcept<'a>> = "substance",
        /// Symptoms and signs.
        manifestation: Vec<CodeableConcept<'a>> = "manifestation",
        /// `mild`, `moderate` or `severe`.
        severity: Option<Str<'a>> = "severity",
        /// When it happened.
        onset: Option<PartialDate> = "onset",
    }
}
