//! Encounter (<https://hl7.org/fhir/R4/encounter.html>): only when it was and why.

use super::resource;
use crate::fhir::datatypes::{CodeableConcept, CodeableReference, Period, Reference, Str, code_or_concepts};

resource! {
    /// A contact with care.
    pub struct Encounter<'a> {
        /// `planned`, `in-progress`, `finished`, `cancelled`, `entered-in-error` and others.
        status: Option<Str<'a>> = "status",
        /// Inpatient, ambulatory, emergency and others.
        class: Vec<CodeableConcept<'a>> = "class" => code_or_concepts,
        /// What kind of contact.
        type_: Vec<CodeableConcept<'a>> = "type",
        /// Whose it is.
        subject: Option<Reference<'a>> = "subject" | "patient",
        /// When it was.
        period: Option<Period> = "period" | "actualPeriod",
    }
    choice {
        /// Why (`reasonCode` and `reasonReference` of R4).
        reason: Vec<CodeableReference<'a>> = "reason",
    }
    about subject
}
