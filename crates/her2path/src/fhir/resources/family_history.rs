//! FamilyMemberHistory (<https://hl7.org/fhir/R4/familymemberhistory.html>). Names are not read.

use super::resource;
use crate::date::PartialDate;
use crate::fhir::datatypes::{Annotation, CodeableConcept, Reference, Str, code_or_concept};
use crate::fhir::element::element;
use crate::fhir::value::When;

resource! {
    /// Illnesses of a relative.
    pub struct FamilyMemberHistory<'a> {
        /// `partial`, `completed`, `entered-in-error`, `health-unknown`.
        status: Option<Str<'a>> = "status",
        /// Whose relative it is.
        patient: Option<Reference<'a>> = "patient" | "subject",
        /// When it was recorded.
        date: Option<PartialDate> = "date",
        /// Mother, sister, aunt and so on.
        relationship: Option<CodeableConcept<'a>> = "relationship",
        /// Sex of the relative.
        sex: Option<CodeableConcept<'a>> = "sex" | "gender" => code_or_concept,
        /// Illnesses.
        condition: Vec<FamilyMemberCondition<'a>> = "condition",
        /// Remarks.
        note: Vec<Annotation<'a>> = "note",
    }
    choice {
        /// How old the relative is.
        age: Option<When<'a>> = "age",
        /// Whether, when or at which age the relative died.
        deceased: Option<When<'a>> = "deceased",
    }
    about patient
}

element! {
    /// An illness of a relative.
    pub struct FamilyMemberCondition<'a> {
        /// What it is.
        code: Option<CodeableConcept<'a>> = "code",
        /// What came of it.
        outcome: Option<CodeableConcept<'a>> = "outcome",
        /// Whether it contributed to the relative's death.
        contributed_to_death: Option<bool> = "contributedToDeath",
        /// Remarks.
        note: Vec<Annotation<'a>> = "note",
        /// Additions of its profile.
        extension: Vec<crate::fhir::extension::Extension<'a>> = "extension",
    }
    choice {
        /// When it began.
        onset: Option<When<'a>> = "onset",
    }
}
