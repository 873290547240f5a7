//! Which resources can matter to an assessment, by type, codings and words.
//!
//! The chart reads Observations, Procedures and allergies by their codes alone: a coding that is in one of the
//! guideline's value sets, or a fact stated by its id. Beside that it reports codes that cannot be (a wrong check digit,
//! another system's code). So a resource of these types whose codings are all well formed and in no value set says
//! nothing that any chapter asks about, and is only counted; so is an encounter, which nothing reads. A panel matters
//! for what it holds together. What is wrong with a resource that cannot matter (its dates, its types of values) is not
//! reported.
//!
//! All other types that the chart reads are kept whatever they say: patients, conditions (words may hint at a cancer),
//! reports, medications and what is given, specimens and body structures, family history, questionnaires. A test holds
//! this beside the whole records.

use her2path::fhir::Outlined;
use her2path::knowledge::check_digit::{self, Verdict};
use her2path::knowledge::code_system::CodeSystem;
use her2path::knowledge::model::Knowledge;

/// How a type of resource is decided on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Policy {
    /// The pathway does not use the type.
    Unused,
    /// It always matters.
    Always,
    /// It matters if one of its codings does.
    ByCode,
}

/// The policy of a type.
pub(crate) fn policy(kind: &[u8]) -> Policy {
    match kind {
        b"Observation" | b"Procedure" | b"AllergyIntolerance" | b"Encounter" => Policy::ByCode,
        b"Patient"
        | b"Condition"
        | b"DiagnosticReport"
        | b"BodyStructure"
        | b"Specimen"
        | b"Medication"
        | b"MedicationRequest"
        | b"MedicationOrder"
        | b"MedicationAdministration"
        | b"MedicationStatement"
        | b"FamilyMemberHistory"
        | b"QuestionnaireResponse" => Policy::Always,
        _ => Policy::Unused,
    }
}

/// The system in which the ids of facts are codes.
const FACTS: &str = "urn:her2path:fact";

/// Whether a coding can matter.
pub(crate) fn coding_matters(knowledge: &Knowledge, system: Option<&str>, code: &str) -> bool {
    let Some(uri) = system else { return false };
    if uri == FACTS {
        return true;
    }
    let Some(system) = CodeSystem::from_uri(uri) else { return false };
    let code = code.trim();
    let icd = matches!(system, CodeSystem::Icd10Cm | CodeSystem::Icd10);
    if icd && code.starts_with(['C', 'c']) {
        return true;
    }
    let dotted = match code.split_at_checked(3) {
        Some((category, rest)) if icd && !rest.is_empty() && !rest.starts_with('.') => format!("{category}.{rest}"),
        _ => code.to_owned(),
    };
    knowledge.concepts(system, &dotted).next().is_some()
        || !matches!(check_digit::verdict(system, &dotted), Verdict::WellFormed | Verdict::NotChecked)
}

/// Whether a code is of a clinical terminology: one that no value set has can be ranked as not recognised.
pub(crate) fn is_clinical(system: Option<&str>) -> bool {
    !matches!(system.and_then(CodeSystem::from_uri), None | Some(CodeSystem::Hl7 | CodeSystem::Ucum))
}

/// Whether an outlined resource can matter.
pub(crate) fn matters(knowledge: &Knowledge, resource: &Outlined<'_>) -> bool {
    match policy(resource.kind.as_bytes()) {
        Policy::Unused => false,
        Policy::Always => true,
        Policy::ByCode => {
            resource.has_members
                || resource.codings.iter().any(|(system, code)| coding_matters(knowledge, system.as_deref(), code))
        }
    }
}
