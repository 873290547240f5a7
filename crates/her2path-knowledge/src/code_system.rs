//! Code systems: their names, their addresses, and whether a code is well formed.

/// A code system that the guideline or a record can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CodeSystem {
    /// LOINC, answers (`LA…`) and answer lists included.
    Loinc,
    /// SNOMED CT, any edition.
    Snomed,
    /// ICD-10-CM.
    Icd10Cm,
    /// ICD-10 of the WHO.
    Icd10,
    /// ICD-9-CM.
    Icd9Cm,
    /// ICD-O-3 topography and morphology.
    IcdO3,
    /// RxNorm.
    RxNorm,
    /// ATC of the WHO.
    Atc,
    /// HemOnc.
    HemOnc,
    /// National Drug Code.
    Ndc,
    /// NCI Thesaurus.
    Ncit,
    /// AJCC's own codes.
    Ajcc,
    /// UCUM.
    Ucum,
    /// HGNC gene identifiers.
    Hgnc,
    /// HL7 terminology (`terminology.hl7.org`), any of its code systems.
    Hl7,
    /// CPT.
    Cpt,
}
