//! The resources that the path reads (<https://hl7.org/fhir/R4/resourcelist.html>), one group a file.
//!
//! Elements are those of FHIR R4. Where DSTU2, STU3 or R5 name or type one differently and it costs a line to read it,
//! it is read into the R4 field. Deliberately absent: every element that the pathway does not ask for, and all checks
//! of meaning (status, codes, units), which are the chart's.

mod allergy;
mod condition;
mod encounter;
mod family_history;
mod medication;
mod observation;
mod patient;
mod procedure;
mod questionnaire;
mod report;
mod specimen;

pub use allergy::{AllergyIntolerance, AllergyReaction};
pub use condition::{Condition, ConditionStage};
pub use encounter::Encounter;
pub use family_history::{FamilyMemberCondition, FamilyMemberHistory};
pub use medication::{
    DispenseRequest, Medication, MedicationAdherence, MedicationAdministration, MedicationIngredient,
    MedicationRequest, MedicationStatement,
};
pub use observation::{Observation, ObservationComponent, ReferenceRange, RelatedObservation};
pub use patient::Patient;
pub use procedure::Procedure;
pub use questionnaire::{QuestionnaireAnswer, QuestionnaireItem, QuestionnaireResponse};
pub use report::DiagnosticReport;
pub use specimen::{BodyStructure, IncludedStructure, Specimen, SpecimenCollection};

use super::datatypes::{Identifier, Meta, Reference};
use super::extension::Extension;

/// What all resources have.
pub trait Resource<'a> {
    /// Name of the type (`Observation`).
    const TYPE: &'static str;

    /// Logical id on its server.
    fn id(&self) -> Option<&str>;

    /// What the server says about it.
    fn meta(&self) -> Option<&Meta<'a>>;

    /// Business identifiers.
    fn identifier(&self) -> &[Identifier<'a>];

    /// Additions of its profile.
    fn extension(&self) -> &[Extension<'a>];

    /// Whom it is about: `subject` or `patient`. `None` for a patient and for a medication, which are about nobody.
    fn subject(&self) -> Option<&Reference<'a>>;

    /// Whether both say the same, whatever their servers say about them.
    fn same_content(&self, other: &Self) -> bool;
}

/// Declares a resource: an element with the fields that all resources have.
macro_rules! resource {
    (
        $(#[$meta:meta])*
        pub struct $name:ident<$lt:lifetime> { $($fields:tt)* }
        $(choice { $($choices:tt)* })?
        $(about $subject:ident)?
    ) => {
        $crate::fhir::element::element! {
            $(#[$meta])*
            pub struct $name<$lt> {
                /// Logical id on its server.
                id: Option<$crate::fhir::datatypes::Str<$lt>> = "id",
                /// What the server says about it.
                meta: Option<$crate::fhir::datatypes::Meta<$lt>> = "meta",
                /// Business identifiers.
                identifier: Vec<$crate::fhir::datatypes::Identifier<$lt>> = "identifier",
                /// Additions of its profile.
                extension: Vec<$crate::fhir::extension::Extension<$lt>> = "extension",
                $($fields)*
            }
            $(choice { $($choices)* })?
        }

        impl<$lt> $crate::fhir::resources::Resource<$lt> for $name<$lt> {
            const TYPE: &'static str = stringify!($name);

            fn id(&self) -> Option<&str> {
                self.id.as_deref()
            }

            fn meta(&self) -> Option<&$crate::fhir::datatypes::Meta<$lt>> {
                self.meta.as_ref()
            }

            fn identifier(&self) -> &[$crate::fhir::datatypes::Identifier<$lt>] {
                &self.identifier
            }

            fn extension(&self) -> &[$crate::fhir::extension::Extension<$lt>] {
                &self.extension
            }

            fn subject(&self) -> Option<&$crate::fhir::datatypes::Reference<$lt>> {
                $( if self.$subject.is_some() { return self.$subject.as_ref(); } )?
                None
            }

            fn same_content(&self, other: &Self) -> bool {
                let without_meta = |resource: &Self| Self { meta: None, ..resource.clone() };
                without_meta(self) == without_meta(other)
            }
        }
    };
}
use resource;
