//! What the microscope showed, where it stands beside a diagnosis (mCODE histology-morphology-behavior).
//!
//! It never states a diagnosis by itself. It completes a general code ("malignant neoplastic disease" at the breast), it
//! says of an ICD-O-3 topography whether the disease is invasive, and where it contradicts the diagnosis' code (a code
//! for invasive cancer beside a carcinoma in situ) neither is chosen: the entry only may be breast cancer.

use super::Reader;
use super::cancer_codes;
use super::coding::{meaning, said};
use super::conditions::DiagnosisKind;
use crate::fhir::{CodeableConcept, Condition, Extensions as _, Located};
use crate::guideline::value_set;
use crate::issue::Issue;

/// The extension of mCODE, and its name before mCODE 1.0.
const EXTENSIONS: [&str; 2] =
    ["mcode-histology-morphology-behavior", "onco-core-HistologyMorphologyBehavior-extension"];

/// What a morphology says about a primary at the breast.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Morphology {
    /// Invasive, of a kind that the breast has: ductal, lobular and their kin.
    InvasiveBreast,
    /// Invasive, of a kind that other organs have too.
    Invasive,
    /// In situ.
    InSitu,
    /// Secondary, benign, or no carcinoma of the breast.
    Other,
}

/// What is left of a kind of cancer beside its morphology.
pub(super) fn beside(
    reader: &Reader<'_, '_>,
    condition: &Condition<'_>,
    code: &CodeableConcept<'_>,
    kind: DiagnosisKind,
) -> DiagnosisKind {
    let Some(morphology) = of(reader, condition) else { return kind };
    match (kind, morphology) {
        (DiagnosisKind::BreastCancer, Morphology::InSitu) if cancer_codes::is_topography(code) => {
            DiagnosisKind::BreastInSitu
        }
        // The code, and not words alone, says that it is a malignancy; the site says that it is at the breast.
        (DiagnosisKind::PossibleBreastCancer, Morphology::InvasiveBreast) if cancer_codes::range(code).is_some() => {
            DiagnosisKind::BreastCancer
        }
        _ if contradict(kind, morphology) => DiagnosisKind::PossibleBreastCancer,
        _ => kind,
    }
}

/// Whether the morphology contradicts the code; says so, and says what of it was not read.
pub(super) fn contradicts(
    reader: &mut Reader<'_, '_>,
    condition: &Located<'_, Condition<'_>>,
    code: &CodeableConcept<'_>,
    by_code: DiagnosisKind,
) -> bool {
    let source = &condition.place.name;
    let concepts: Vec<&CodeableConcept<'_>> =
        EXTENSIONS.into_iter().flat_map(|name| condition.extension.concepts(name)).collect();
    for concept in &concepts {
        reader.check_codes(concept, source, "extension");
        if one(reader, concept).is_none() {
            let message = format!("`{}` is not a morphology that is read; it was not used", said(concept));
            reader.issues.push(Issue::information("unread-morphology", message).at(source.clone()));
        }
    }
    let Some(morphology) = of(reader, condition) else { return false };
    let settled = beside(reader, condition, code, by_code) != DiagnosisKind::PossibleBreastCancer;
    let contradicts = contradict(by_code, morphology) && !settled;
    if contradicts {
        let words: Vec<String> = concepts.iter().map(|concept| format!("`{}`", said(concept))).collect();
        let message = format!(
            "`{}` and its morphology {} cannot both be right; it was not counted as a diagnosis: correct one of them",
            said(code),
            words.join(", ")
        );
        reader.issues.push(Issue::warning("morphology-contradicts-code", message).at(source.clone()));
    }
    contradicts
}

fn contradict(kind: DiagnosisKind, morphology: Morphology) -> bool {
    match kind {
        DiagnosisKind::BreastCancer => matches!(morphology, Morphology::InSitu | Morphology::Other),
        DiagnosisKind::BreastInSitu => morphology != Morphology::InSitu,
        // A malignant neoplasm of the breast by its general code and its site.
        DiagnosisKind::PossibleBreastCancer => morphology == Morphology::InSitu,
        _ => false,
    }
}

/// What the morphologies beside a diagnosis say together: those that differ say nothing.
fn of(reader: &Reader<'_, '_>, condition: &Condition<'_>) -> Option<Morphology> {
    let concepts = EXTENSIONS.into_iter().flat_map(|name| condition.extension.concepts(name));
    let found: Vec<Morphology> = concepts.filter_map(|concept| one(reader, concept)).collect();
    let (first, others) = found.split_first()?;
    others.iter().all(|other| other == first).then_some(*first)
}

fn one(reader: &Reader<'_, '_>, concept: &CodeableConcept<'_>) -> Option<Morphology> {
    match meaning(reader.knowledge, concept, value_set::CANCER_MORPHOLOGY) {
        Some("invasive-breast") => Some(Morphology::InvasiveBreast),
        Some("invasive") => Some(Morphology::Invasive),
        Some("in-situ") => Some(Morphology::InSitu),
        Some(_) => Some(Morphology::Other),
        None => concept.coding.iter().find_map(cancer_codes::morphology).map(|(histology, behaviour)| {
            match (histology, behaviour) {
                (_, b'2') => Morphology::InSitu,
                (8500..=8543, b'3') => Morphology::InvasiveBreast,
                // Melanoma, and from 8800 on sarcoma, lymphoma and leukaemia.
                (8720..=8790 | 8800.., _) => Morphology::Other,
                (_, b'3') => Morphology::Invasive,
                _ => Morphology::Other,
            }
        }),
    }
}
