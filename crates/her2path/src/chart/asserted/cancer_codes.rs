//! Cancers by the range of their code, where no value set lists the code itself.
//!
//! ICD-10 and ICD-10-CM chapter II, ICD-9-CM 140 to 239, ICD-O-3 topography and morphology: there the code's own build
//! says what it is, so a fourth or fifth character that no list holds does not hide a cancer. SNOMED CT codes have no such
//! build; unlisted ones are judged by their words, and only with suspicion (see [`super::cancer_words`]), but for the
//! general code of any malignancy.
//!
//! Basal-cell carcinoma of the skin does not count as a cancer that could have seeded a metastasis: it practically never
//! spreads (reported rates lie below 0.6 %; project rule). Other carcinomas of the skin can spread, so an unspecific
//! code (C44.9) keeps the question open.

use her2path_knowledge::code_system::CodeSystem;
use her2path_knowledge::model::{Concept, Knowledge, ValueSetIndex};

use super::coding::system_and_code;
use crate::fhir::{CodeableConcept, Coding};
use crate::guideline::value_set;

/// The SNOMED CT code for any malignancy; mCODE puts it beside a body site and a morphology.
const MALIGNANT_NEOPLASTIC_DISEASE: &str = "363346000";

/// What a range of codes means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Range {
    /// Malignant neoplasm of the breast.
    Breast,
    /// In situ, of the breast.
    BreastInSitu,
    /// A malignancy of another organ.
    Other,
    /// Basal-cell carcinoma of the skin.
    BasalCell,
    /// Malignant or of uncertain behaviour, and the code does not say of which organ.
    Uncertain,
}

/// What the codings mean together: of ICD-O-3 the topography and the morphology may stand side by side.
pub(super) fn range(concept: &CodeableConcept<'_>) -> Option<Range> {
    let ranges: Vec<Range> = concept.coding.iter().filter_map(of_coding).collect();
    let has = |wanted: Range| ranges.contains(&wanted);
    let morphology = concept.coding.iter().find_map(morphology);
    if has(Range::Breast) {
        // Lymphoma or sarcoma at the breast is another cancer; non-invasive morphology is in situ.
        return Some(match morphology {
            Some((_, b'2')) => Range::BreastInSitu,
            Some((8800.., _)) => Range::Uncertain,
            _ => Range::Breast,
        });
    }
    [Range::BreastInSitu, Range::BasalCell, Range::Other, Range::Uncertain].into_iter().find(|range| has(*range))
}

/// The concept of a value set that lists the code, or a shorter code above it (`C79.519` is within `C79.51`).
pub(super) fn within<'k>(
    knowledge: &'k Knowledge,
    concept: &CodeableConcept<'_>,
    set: ValueSetIndex,
) -> Option<&'k Concept> {
    concept.coding.iter().find_map(|coding| {
        let (system, code) = system_and_code(coding)?;
        if !matches!(system, CodeSystem::Icd10 | CodeSystem::Icd10Cm | CodeSystem::Icd9Cm) {
            return None;
        }
        let shorter = (3..=code.len()).rev().filter_map(|length| code.get(..length));
        shorter.into_iter().find_map(|code| knowledge.find(set, system, code.trim_end_matches('.')))
    })
}

/// A ductal or lobular carcinoma by its ICD-O-3 morphology, where the body site says that it is of the breast.
pub(super) fn ductal_or_lobular(concept: &CodeableConcept<'_>) -> Option<Range> {
    concept.coding.iter().find_map(morphology).and_then(|(histology, behaviour)| match (histology, behaviour) {
        (8500..=8543, b'3') => Some(Range::Breast),
        (8500..=8543, b'2') => Some(Range::BreastInSitu),
        _ => None,
    })
}

/// Whether the code says only where the cancer is (ICD-O-3 topography), so that a morphology beside it decides.
pub(super) fn is_topography(concept: &CodeableConcept<'_>) -> bool {
    let topography = |coding: &Coding<'_>| matches!(system_and_code(coding), Some((CodeSystem::IcdO3, code)) if code.starts_with(['C', 'c']));
    concept.coding.iter().any(topography) && !concept.coding.iter().any(|coding| morphology(coding).is_some())
}

/// Whether the code is of a classification whose build was read, so that its words need no guess.
pub(super) fn is_classified(coding: &Coding<'_>) -> bool {
    matches!(
        system_and_code(coding),
        Some((CodeSystem::Icd10 | CodeSystem::Icd10Cm | CodeSystem::Icd9Cm | CodeSystem::IcdO3, _))
    )
}

fn of_coding(coding: &Coding<'_>) -> Option<Range> {
    let (system, code) = system_and_code(coding)?;
    match system {
        CodeSystem::Icd10 | CodeSystem::Icd10Cm => icd_10(system, &code.to_ascii_uppercase()),
        CodeSystem::Icd9Cm => icd_9(&code),
        CodeSystem::IcdO3 => icd_o(&code.to_ascii_uppercase()),
        CodeSystem::Snomed => (code == MALIGNANT_NEOPLASTIC_DISEASE).then_some(Range::Uncertain),
        _ => None,
    }
}

fn icd_10(system: CodeSystem, code: &str) -> Option<Range> {
    let (letter, rest) = code.split_at_checked(1)?;
    // C4A is Merkel-cell carcinoma, C7A malignant carcinoid; C7B is secondary and stands in a value set.
    if matches!(code.get(..3), Some("C4A" | "C7A")) {
        return Some(Range::Other);
    }
    let number: u8 = rest.get(..2)?.parse().ok()?;
    // ICD-10-CM divides the skin by kind in the character after the site; 1 is basal cell.
    let kind = code.split_once('.').and_then(|(_, after)| after.as_bytes().get(1));
    match (letter, number) {
        ("C", 50) => Some(Range::Breast),
        ("D", 5) => Some(Range::BreastInSitu),
        ("C", 44) if system == CodeSystem::Icd10Cm && kind == Some(&b'1') => Some(Range::BasalCell),
        ("C", 76 | 80) => Some(Range::Uncertain),
        ("C", 77..=79) => None,
        ("C", 0..=97) => Some(Range::Other),
        // Of the breast itself: not another cancer.
        ("D", 48) if code.starts_with("D48.6") => None,
        ("D", 49) if code.starts_with("D49.3") => None,
        ("D", 37..=49) => Some(Range::Uncertain),
        // A cancer of another organ in the past may have spread since.
        ("Z", 85) if !code.starts_with("Z85.3") => Some(Range::Uncertain),
        _ => None,
    }
}

fn icd_9(code: &str) -> Option<Range> {
    if code.starts_with("V10") {
        return (!code.starts_with("V10.3")).then_some(Range::Uncertain);
    }
    let number: u16 = code.get(..3)?.parse().ok()?;
    let basal_cell =
        number == 173 && code.split_once('.').is_some_and(|(_, after)| after.as_bytes().get(1) == Some(&b'1'));
    match number {
        174 | 175 => Some(Range::Breast),
        233 if code == "233.0" => Some(Range::BreastInSitu),
        173 if basal_cell => Some(Range::BasalCell),
        195 | 199 => Some(Range::Uncertain),
        196..=198 => None,
        140..=208 => Some(Range::Other),
        209 => (!matches!(code.get(..5), Some("209.4" | "209.5" | "209.6"))).then_some(Range::Other),
        238 if code.starts_with("238.3") => None,
        239 if code.starts_with("239.3") => None,
        235..=239 => Some(Range::Uncertain),
        _ => None,
    }
}

fn icd_o(code: &str) -> Option<Range> {
    if let Some(number) = code.strip_prefix('C').and_then(|rest| rest.get(..2)?.parse::<u8>().ok()) {
        return Some(match number {
            50 => Range::Breast,
            76 | 77 | 80 => Range::Uncertain,
            _ => Range::Other,
        });
    }
    match of_morphology(code)? {
        (8090..=8098, b'3') => Some(Range::BasalCell),
        (_, b'3' | b'6' | b'9') => Some(Range::Uncertain),
        _ => None,
    }
}

/// Histology and behaviour of an ICD-O-3 morphology (`8500/3`).
pub(super) fn morphology(coding: &Coding<'_>) -> Option<(u16, u8)> {
    let (system, code) = system_and_code(coding)?;
    (system == CodeSystem::IcdO3).then(|| of_morphology(&code)).flatten()
}

fn of_morphology(code: &str) -> Option<(u16, u8)> {
    let (histology, behaviour) = code.trim_start_matches(['M', 'm', '-']).split_once('/')?;
    Some((histology.parse().ok()?, *behaviour.as_bytes().first()?))
}

/// Whether a listed code of another malignancy is basal-cell carcinoma of the skin.
pub(super) fn is_basal_cell(knowledge: &Knowledge, concept: &CodeableConcept<'_>) -> bool {
    super::coding::concepts_in(knowledge, concept, value_set::OTHER_MALIGNANCY)
        .any(|concept| concept.meaning.as_deref() == Some("basal-cell"))
}
