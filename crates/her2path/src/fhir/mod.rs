//! FHIR R4, as far as the path reads it: bytes in, one record for each patient out.
//!
//! [`read()`] finds out what the input is (a Bundle of any type, bundles in bundles, an array, a single resource,
//! NDJSON), reads the resources that the pathway uses, and sorts them by patient. What is wrong becomes an
//! [`Issue`](crate::issue::Issue) and costs only what it concerns: a value of the wrong type that value, a bad line of
//! NDJSON that line. Everything borrows from the input.
//!
//! Deliberately absent: meaning. Which observations are HER2 tests, whether a status makes one void, and what its value
//! says is for the chart. Resource types and elements that the pathway does not use are skipped; types are counted.

mod bundle;
mod datatypes;
mod decimal;
mod element;
mod extension;
mod group;
mod json;
mod outline;
mod place;
mod problem;
mod read;
mod record;
mod reference;
mod resources;
mod stream;
mod value;
mod versions;

pub use datatypes::{
    Annotation, CodeableConcept, CodeableReference, Coding, Dosage, DoseAndRate, Identifier, Meta, Period, Quantity,
    Range, Ratio, Reference, Str,
};
pub use decimal::Decimal;
pub use extension::{Extension, Extensions};
pub use outline::{Identifiers, NotJson, Outlined, Subject, outline};
pub use place::{Located, Place};
pub use read::{Input, Part, read, read_all, read_parts};
pub use record::{Listed, Record, Target};
pub use resources::{
    AllergyIntolerance, AllergyReaction, BodyStructure, Condition, ConditionStage, DiagnosticReport, DispenseRequest,
    Encounter, FamilyMemberCondition, FamilyMemberHistory, IncludedStructure, Medication, MedicationAdherence,
    MedicationAdministration, MedicationIngredient, MedicationRequest, MedicationStatement, Observation,
    ObservationComponent, Patient, Procedure, QuestionnaireAnswer, QuestionnaireItem, QuestionnaireResponse,
    ReferenceRange, RelatedObservation, Resource, Specimen, SpecimenCollection,
};
pub use value::{Value, When};
