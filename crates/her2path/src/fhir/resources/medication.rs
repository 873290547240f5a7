//! Medication and what is said about taking it: MedicationRequest, MedicationAdministration, MedicationStatement
//! (<https://hl7.org/fhir/R4/medications-module.html>). A MedicationOrder (DSTU2) is read as a MedicationRequest.

use super::resource;
use crate::date::PartialDate;
use crate::fhir::datatypes::{
    Annotation, CodeableConcept, CodeableReference, Dosage, Period, Quantity, Ratio, Reference, Str,
};
use crate::fhir::element::element;
use crate::fhir::value::When;

resource! {
    /// A drug, by code or by ingredients.
    pub struct Medication<'a> {
        /// What it is.
        code: Option<CodeableConcept<'a>> = "code",
        /// `active`, `inactive` or `entered-in-error`.
        status: Option<Str<'a>> = "status",
        /// Dose form.
        form: Option<CodeableConcept<'a>> = "form" | "doseForm",
        /// What is in it.
        ingredient: Vec<MedicationIngredient<'a>> = "ingredient",
    }
}

element! {
    /// What is in a drug.
    pub struct MedicationIngredient<'a> {
        /// Whether it acts.
        is_active: Option<bool> = "isActive",
        /// How much of it there is.
        strength: Option<Ratio<'a>> = "strength" | "strengthRatio",
    }
    choice {
        /// The substance or drug.
        item: CodeableReference<'a> = "item",
    }
}

resource! {
    /// An order or a plan that the person take a drug.
    pub struct MedicationRequest<'a> {
        /// `active`, `on-hold`, `cancelled`, `completed`, `entered-in-error`, `stopped`, `draft`, `unknown`.
        status: Option<Str<'a>> = "status",
        /// Why it has this status.
        status_reason: Option<CodeableConcept<'a>> = "statusReason" | "reasonEnded",
        /// `proposal`, `plan`, `order` and others.
        intent: Option<Str<'a>> = "intent",
        /// `inpatient`, `outpatient`, `community` and others.
        category: Vec<CodeableConcept<'a>> = "category",
        /// True if the drug must *not* be taken.
        do_not_perform: Option<bool> = "doNotPerform",
        /// For whom.
        subject: Option<Reference<'a>> = "subject" | "patient",
        /// During which encounter.
        encounter: Option<Reference<'a>> = "encounter" | "context",
        /// When it was written.
        authored_on: Option<PartialDate> = "authoredOn" | "dateWritten",
        /// What it fulfils.
        based_on: Vec<Reference<'a>> = "basedOn",
        /// The order it replaces.
        prior_prescription: Option<Reference<'a>> = "priorPrescription",
        /// Continuous, acute, seasonal.
        course_of_therapy_type: Option<CodeableConcept<'a>> = "courseOfTherapyType",
        /// How to take it.
        dosage_instruction: Vec<Dosage<'a>> = "dosageInstruction",
        /// Until when the drug may be handed out.
        dispense_request: Option<DispenseRequest<'a>> = "dispenseRequest",
        /// Remarks.
        note: Vec<Annotation<'a>> = "note",
    }
    choice {
        /// Which drug.
        medication: CodeableReference<'a> = "medication",
        /// Why (`reasonCode` and `reasonReference` of R4).
        reason: Vec<CodeableReference<'a>> = "reason",
    }
    about subject
}

element! {
    /// What may be handed out, as far as it tells how long.
    pub struct DispenseRequest<'a> {
        /// When the order is valid.
        validity_period: Option<Period> = "validityPeriod",
        /// How long one supply lasts.
        expected_supply_duration: Option<Quantity<'a>> = "expectedSupplyDuration",
    }
}

resource! {
    /// A drug that was given.
    pub struct MedicationAdministration<'a> {
        /// `in-progress`, `not-done`, `on-hold`, `completed`, `entered-in-error`, `stopped`, `unknown`.
        status: Option<Str<'a>> = "status",
        /// Why it has this status.
        status_reason: Vec<CodeableConcept<'a>> = "statusReason" | "reasonNotGiven",
        /// True if it was not given (DSTU2 and STU3, where `status` does not say so).
        not_given: Option<bool> = "notGiven" | "wasNotGiven",
        /// Where it was given.
        category: Vec<CodeableConcept<'a>> = "category",
        /// To whom.
        subject: Option<Reference<'a>> = "subject" | "patient",
        /// During which encounter.
        encounter: Option<Reference<'a>> = "encounter" | "context",
        /// The order that was followed.
        request: Option<Reference<'a>> = "request" | "prescription",
        /// Procedures or administrations that this one is part of.
        part_of: Vec<Reference<'a>> = "partOf",
        /// How much of it.
        dosage: Option<Dosage<'a>> = "dosage",
        /// Remarks.
        note: Vec<Annotation<'a>> = "note",
    }
    choice {
        /// Which drug.
        medication: CodeableReference<'a> = "medication",
        /// When it was given.
        effective: Option<When<'a>> = "effectiveTime" | "effective" | "occurrence" | "occurence",
        /// Why (`reasonCode` and `reasonReference` of R4).
        reason: Vec<CodeableReference<'a>> = "reason",
    }
    about subject
}

resource! {
    /// A statement that a drug is or was taken.
    pub struct MedicationStatement<'a> {
        /// `active`, `completed`, `entered-in-error`, `intended`, `stopped`, `on-hold`, `unknown`, `not-taken`; in R5
        /// `recorded`, `entered-in-error` or `draft`.
        status: Option<Str<'a>> = "status",
        /// Why it has this status.
        status_reason: Vec<CodeableConcept<'a>> = "statusReason" | "reasonNotTaken",
        /// `y`, `n`, `unk` or `na` (STU3).
        taken: Option<Str<'a>> = "taken",
        /// True if it was not taken (DSTU2).
        was_not_taken: Option<bool> = "wasNotTaken",
        /// Whether and how it is followed (R5).
        adherence: Option<MedicationAdherence<'a>> = "adherence",
        /// Where it is taken.
        category: Vec<CodeableConcept<'a>> = "category",
        /// By whom.
        subject: Option<Reference<'a>> = "subject" | "patient",
        /// During which encounter it was stated.
        encounter: Option<Reference<'a>> = "encounter" | "context",
        /// When it was stated.
        date_asserted: Option<PartialDate> = "dateAsserted",
        /// What it was concluded from.
        derived_from: Vec<Reference<'a>> = "derivedFrom",
        /// How it is taken.
        dosage: Vec<Dosage<'a>> = "dosage",
        /// Remarks.
        note: Vec<Annotation<'a>> = "note",
    }
    choice {
        /// Which drug.
        medication: CodeableReference<'a> = "medication",
        /// When it is or was taken.
        effective: Option<When<'a>> = "effective",
        /// Why (`reasonCode` and `reasonReference` of R4).
        reason: Vec<CodeableReference<'a>> = "reason",
    }
    about subject
}

element! {
    /// Whether a drug is taken as prescribed (R5).
    pub struct MedicationAdherence<'a> {
        /// `taking`, `not-taking`, `stopped` and others.
        code: Option<CodeableConcept<'a>> = "code",
        /// Why.
        reason: Option<CodeableConcept<'a>> = "reason",
    }
}
