//! Condition (<https://hl7.org/fhir/R4/condition.html>).

use super::resource;
use crate::date::PartialDate;
use crate::fhir::datatypes::{Annotation, CodeableConcept, Reference, code_or_concept};
use crate::fhir::element::element;
use crate::fhir::value::When;

resource! {
    /// A diagnosis or problem.
    pub struct Condition<'a> {
        /// `active`, `recurrence`, `relapse`, `inactive`, `remission` or `resolved`. A bare code before R4 has no system.
        clinical_status: Option<CodeableConcept<'a>> = "clinicalStatus" => code_or_concept,
        /// `confirmed`, `provisional`, `differential`, `refuted`, `entered-in-error`, `unconfirmed`.
        verification_status: Option<CodeableConcept<'a>> = "verificationStatus" => code_or_concept,
        /// `problem-list-item`, `encounter-diagnosis` and others.
        category: Vec<CodeableConcept<'a>> = "category",
        /// How severe the recorder thinks it is.
        severity: Option<CodeableConcept<'a>> = "severity",
        /// What it is.
        code: Option<CodeableConcept<'a>> = "code",
        /// Where in the body.
        body_site: Vec<CodeableConcept<'a>> = "bodySite",
        /// Whose it is.
        subject: Option<Reference<'a>> = "subject" | "patient",
        /// Where it was recorded or first asserted.
        encounter: Option<Reference<'a>> = "encounter" | "context",
        /// When it was first recorded.
        recorded_date: Option<PartialDate> = "recordedDate" | "dateRecorded" | "assertedDate",
        /// Stages and grades.
        stage: Vec<ConditionStage<'a>> = "stage",
        /// What it rests on.
        evidence: Vec<ConditionEvidence<'a>> = "evidence",
        /// Remarks.
        note: Vec<Annotation<'a>> = "note" | "notes",
    }
    choice {
        /// When it began.
        onset: Option<When<'a>> = "onset",
        /// When it ended, or whether.
        abatement: Option<When<'a>> = "abatement",
    }
    about subject
}

element! {
    /// A stage of a condition.
    pub struct ConditionStage<'a> {
        /// The stage.
        summary: Option<CodeableConcept<'a>> = "summary",
        /// Observations that say it.
        assessment: Vec<Reference<'a>> = "assessment",
        /// The staging system.
        type_: Option<CodeableConcept<'a>> = "type",
    }
}

element! {
    /// What a condition rests on.
    pub struct ConditionEvidence<'a> {
        /// Resources that show it.
        detail: Vec<Reference<'a>> = "detail",
    }
}
