//! Procedure (<https://hl7.org/fhir/R4/procedure.html>).

use super::resource;
use crate::fhir::datatypes::{Annotation, CodeableConcept, CodeableReference, Reference, Str};
use crate::fhir::value::When;

resource! {
    /// Something that was done to or for the person: surgery, biopsy, radiotherapy, imaging.
    pub struct Procedure<'a> {
        /// `preparation`, `in-progress`, `not-done`, `on-hold`, `stopped`, `completed`, `entered-in-error`, `unknown`.
        status: Option<Str<'a>> = "status",
        /// Why it has this status.
        status_reason: Option<CodeableConcept<'a>> = "statusReason" | "notDoneReason" | "reasonNotPerformed",
        /// True if it was not done (DSTU2 and STU3, where `status` does not say so).
        not_done: Option<bool> = "notDone" | "notPerformed",
        /// Surgical, diagnostic and so on.
        category: Vec<CodeableConcept<'a>> = "category",
        /// What was done.
        code: Option<CodeableConcept<'a>> = "code",
        /// To whom.
        subject: Option<Reference<'a>> = "subject" | "patient",
        /// During which encounter.
        encounter: Option<Reference<'a>> = "encounter" | "context",
        /// Where in the body.
        body_site: Vec<CodeableConcept<'a>> = "bodySite",
        /// What came of it.
        outcome: Option<CodeableConcept<'a>> = "outcome",
        /// Reports about it.
        report: Vec<Reference<'a>> = "report",
        /// Remarks.
        note: Vec<Annotation<'a>> = "note" | "notes",
        /// What was used.
        used_code: Vec<CodeableConcept<'a>> = "usedCode",
        /// Procedures that this one is part of.
        part_of: Vec<Reference<'a>> = "partOf",
    }
    choice {
        /// When it was done.
        performed: Option<When<'a>> = "performed" | "occurrence",
        /// Why it was done (`reasonCode` and `reasonReference` of R4).
        reason: Vec<CodeableReference<'a>> = "reason",
    }
    about subject
}
