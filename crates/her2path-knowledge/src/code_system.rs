//! Code systems: their names and the many ways in which records spell their addresses.
//!
//! Deliberately absent: systems that this project never interprets (CVX, NUCC, claims), and proposals that only look
//! like a system (`…/snomed-requested-cs`): a code of theirs is read as a code of an unknown system.
//! Addresses: HL7 Terminology (THO) naming systems and the official OID registry.

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

impl CodeSystem {
    /// All systems, in the order of the enum.
    pub const ALL: [Self; 16] = [
        Self::Loinc,
        Self::Snomed,
        Self::Icd10Cm,
        Self::Icd10,
        Self::Icd9Cm,
        Self::IcdO3,
        Self::RxNorm,
        Self::Atc,
        Self::HemOnc,
        Self::Ndc,
        Self::Ncit,
        Self::Ajcc,
        Self::Ucum,
        Self::Hgnc,
        Self::Hl7,
        Self::Cpt,
    ];

    /// The system that a FHIR `Coding.system` means: canonical address, OID, the older and the sloppy spellings.
    ///
    /// Version suffixes (`|2.77`, `/900000000000207008/version/…` of SNOMED CT), `http` or `https`, `www.`, a trailing
    /// slash and letter case make no difference. A bare name (`LOINC`) is understood too, as some records carry it.
    #[must_use]
    pub fn from_uri(uri: &str) -> Option<Self> {
        // The five spellings that make up nearly all of a record come first.
        match uri {
            "http://snomed.info/sct" => return Some(Self::Snomed),
            "http://loinc.org" => return Some(Self::Loinc),
            "http://unitsofmeasure.org" => return Some(Self::Ucum),
            "http://www.nlm.nih.gov/research/umls/rxnorm" => return Some(Self::RxNorm),
            "http://hl7.org/fhir/sid/icd-10-cm" => return Some(Self::Icd10Cm),
            _ => {}
        }
        let uri = uri.trim();
        let uri = uri.split_once('|').map_or(uri, |(before, _)| before);
        let uri = uri.trim_end_matches('/');
        if let Some(oid) = strip_prefix(uri, "urn:oid:") {
            return from_oid(oid);
        }
        let Some(address) = strip_prefix(uri, "http://").or_else(|| strip_prefix(uri, "https://")) else {
            return from_oid(uri).or_else(|| from_bare_name(uri));
        };
        let address = strip_prefix(address, "www.").unwrap_or(address);
        if let Some((_, system)) = ADDRESSES.iter().find(|(known, _)| known.eq_ignore_ascii_case(address)) {
            return Some(*system);
        }
        ADDRESS_PREFIXES
            .iter()
            .find(|(prefix, _)| strip_prefix(address, prefix).is_some_and(|rest| !rest.is_empty()))
            .map(|(_, system)| *system)
            .or_else(|| is_old_hl7(address).then_some(Self::Hl7))
    }

    /// The name for people (`SNOMED CT`).
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Loinc => "LOINC",
            Self::Snomed => "SNOMED CT",
            Self::Icd10Cm => "ICD-10-CM",
            Self::Icd10 => "ICD-10",
            Self::Icd9Cm => "ICD-9-CM",
            Self::IcdO3 => "ICD-O-3",
            Self::RxNorm => "RxNorm",
            Self::Atc => "ATC",
            Self::HemOnc => "HemOnc",
            Self::Ndc => "NDC",
            Self::Ncit => "NCI Thesaurus",
            Self::Ajcc => "AJCC",
            Self::Ucum => "UCUM",
            Self::Hgnc => "HGNC",
            Self::Hl7 => "HL7",
            Self::Cpt => "CPT",
        }
    }

    /// The canonical address for FHIR output. For [`CodeSystem::Hl7`], which stands for many systems, their common stem.
    #[must_use]
    pub const fn uri(self) -> &'static str {
        match self {
            Self::Loinc => "http://loinc.org",
            Self::Snomed => "http://snomed.info/sct",
            Self::Icd10Cm => "http://hl7.org/fhir/sid/icd-10-cm",
            Self::Icd10 => "http://hl7.org/fhir/sid/icd-10",
            Self::Icd9Cm => "http://hl7.org/fhir/sid/icd-9-cm",
            Self::IcdO3 => "http://terminology.hl7.org/CodeSystem/icd-o-3",
            Self::RxNorm => "http://www.nlm.nih.gov/research/umls/rxnorm",
            Self::Atc => "http://www.whocc.no/atc",
            Self::HemOnc => "https://hemonc.org",
            Self::Ndc => "http://hl7.org/fhir/sid/ndc",
            Self::Ncit => "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl",
            Self::Ajcc => "http://cancerstaging.org",
            Self::Ucum => "http://unitsofmeasure.org",
            Self::Hgnc => "http://www.genenames.org",
            Self::Hl7 => "http://terminology.hl7.org/CodeSystem",
            Self::Cpt => "http://www.ama-assn.org/go/cpt",
        }
    }

    /// The name in guideline files (`icd-10-cm`).
    #[must_use]
    pub const fn alias(self) -> &'static str {
        match self {
            Self::Loinc => "loinc",
            Self::Snomed => "snomed",
            Self::Icd10Cm => "icd-10-cm",
            Self::Icd10 => "icd-10",
            Self::Icd9Cm => "icd-9-cm",
            Self::IcdO3 => "icd-o-3",
            Self::RxNorm => "rxnorm",
            Self::Atc => "atc",
            Self::HemOnc => "hemonc",
            Self::Ndc => "ndc",
            Self::Ncit => "ncit",
            Self::Ajcc => "ajcc",
            Self::Ucum => "ucum",
            Self::Hgnc => "hgnc",
            Self::Hl7 => "hl7",
            Self::Cpt => "cpt",
        }
    }

    /// The system with this name in guideline files.
    #[must_use]
    pub fn from_alias(alias: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|system| system.alias() == alias)
    }
}

/// Whole addresses, without scheme, `www.` and trailing slash.
const ADDRESSES: &[(&str, CodeSystem)] = &[
    ("loinc.org", CodeSystem::Loinc),
    ("snomed.info/sct", CodeSystem::Snomed),
    ("snomed.info/id", CodeSystem::Snomed),
    ("hl7.org/fhir/sid/icd-10-cm", CodeSystem::Icd10Cm),
    ("hl7.org/fhir/sid/icd-10", CodeSystem::Icd10),
    ("hl7.org/fhir/sid/icd-9-cm", CodeSystem::Icd9Cm),
    ("hl7.org/fhir/sid/icd-9-cm/diagnosis", CodeSystem::Icd9Cm),
    ("terminology.hl7.org/CodeSystem/icd9cm", CodeSystem::Icd9Cm),
    ("terminology.hl7.org/CodeSystem/icd-o-3", CodeSystem::IcdO3),
    ("hl7.org/fhir/sid/icd-o-3", CodeSystem::IcdO3),
    ("nlm.nih.gov/research/umls/rxnorm", CodeSystem::RxNorm),
    ("rxnorm.nlm.nih.gov", CodeSystem::RxNorm),
    ("whocc.no/atc", CodeSystem::Atc),
    ("whocc.no", CodeSystem::Atc),
    ("hemonc.org", CodeSystem::HemOnc),
    ("hl7.org/fhir/sid/ndc", CodeSystem::Ndc),
    ("ncicb.nci.nih.gov/xml/owl/evs/thesaurus.owl", CodeSystem::Ncit),
    ("ncithesaurus.nci.nih.gov", CodeSystem::Ncit),
    ("ncithesaurus-stage.nci.nih.gov", CodeSystem::Ncit),
    ("ncit.nci.nih.gov", CodeSystem::Ncit),
    ("terminology.hl7.org/CodeSystem/ncit", CodeSystem::Ncit),
    ("cancerstaging.org", CodeSystem::Ajcc),
    ("unitsofmeasure.org", CodeSystem::Ucum),
    ("genenames.org", CodeSystem::Hgnc),
    ("genenames.org/geneId", CodeSystem::Hgnc),
    ("ama-assn.org/go/cpt", CodeSystem::Cpt),
];

/// Stems of addresses whose remainder is a module, version or sub-system. Looked at after [`ADDRESSES`].
const ADDRESS_PREFIXES: &[(&str, CodeSystem)] = &[
    ("snomed.info/sct/", CodeSystem::Snomed),
    ("hemonc.org/", CodeSystem::HemOnc),
    ("cancerstaging.org/", CodeSystem::Ajcc),
    ("terminology.hl7.org/CodeSystem/", CodeSystem::Hl7),
];

/// OIDs of the same systems, without `urn:oid:`.
const OIDS: &[(&str, CodeSystem)] = &[
    ("2.16.840.1.113883.6.1", CodeSystem::Loinc),
    ("2.16.840.1.113883.6.96", CodeSystem::Snomed),
    ("2.16.840.1.113883.6.90", CodeSystem::Icd10Cm),
    ("2.16.840.1.113883.6.3", CodeSystem::Icd10),
    ("2.16.840.1.113883.6.42", CodeSystem::Icd9Cm),
    ("2.16.840.1.113883.6.103", CodeSystem::Icd9Cm),
    ("2.16.840.1.113883.6.43.1", CodeSystem::IcdO3),
    ("2.16.840.1.113883.6.88", CodeSystem::RxNorm),
    ("2.16.840.1.113883.6.73", CodeSystem::Atc),
    ("2.16.840.1.113883.6.69", CodeSystem::Ndc),
    ("2.16.840.1.113883.3.26.1.1", CodeSystem::Ncit),
    ("2.16.840.1.113883.6.8", CodeSystem::Ucum),
    ("2.16.840.1.113883.6.281", CodeSystem::Hgnc),
    ("2.16.840.1.113883.6.12", CodeSystem::Cpt),
];

fn from_oid(oid: &str) -> Option<CodeSystem> {
    if let Some((_, system)) = OIDS.iter().find(|(known, _)| *known == oid) {
        return Some(*system);
    }
    // The branches 5 and 12 of HL7's root hold the code systems of version 3 and the tables of version 2.
    let hl7 = oid.strip_prefix("2.16.840.1.113883.")?;
    (hl7.starts_with("5.") || hl7.starts_with("12.")).then_some(CodeSystem::Hl7)
}

fn from_bare_name(name: &str) -> Option<CodeSystem> {
    CodeSystem::ALL
        .into_iter()
        .find(|system| system.alias().eq_ignore_ascii_case(name) || system.name().eq_ignore_ascii_case(name))
        .or_else(|| {
            ["snomed-ct", "sct", "snomedct"]
                .iter()
                .any(|known| known.eq_ignore_ascii_case(name))
                .then_some(CodeSystem::Snomed)
        })
}

/// FHIR before R4 kept HL7's systems at `hl7.org/fhir/NAME`, `hl7.org/fhir/v2/TABLE` and `hl7.org/fhir/v3/NAME`.
fn is_old_hl7(address: &str) -> bool {
    strip_prefix(address, "hl7.org/fhir/").is_some_and(|rest| {
        let name = strip_prefix(rest, "v2/").or_else(|| strip_prefix(rest, "v3/")).unwrap_or(rest);
        !name.is_empty() && !name.contains('/')
    })
}

/// `text` without `prefix`, letter case ignored.
fn strip_prefix<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (head, rest) = text.split_at_checked(prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then_some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(system: Option<CodeSystem>, spellings: &[&str]) {
        for uri in spellings {
            assert_eq!(CodeSystem::from_uri(uri), system, "{uri}");
        }
    }

    #[test]
    fn spellings_met_in_records() {
        check(
            Some(CodeSystem::Loinc),
            &[
                "http://loinc.org",
                "https://loinc.org/",
                "http://www.loinc.org",
                "urn:oid:2.16.840.1.113883.6.1",
                "LOINC",
                "http://loinc.org|2.77",
                " http://LOINC.org ",
            ],
        );
        check(
            Some(CodeSystem::Snomed),
            &[
                "http://snomed.info/sct",
                "https://www.snomed.info/sct/",
                "http://snomed.info/sct/731000124108",
                "http://snomed.info/sct/900000000000207008/version/20240101",
                "http://snomed.info/sct/21000210109",
                "http://snomed.info/sct|http://snomed.info/sct/900000000000207008",
                "urn:oid:2.16.840.1.113883.6.96",
                "2.16.840.1.113883.6.96",
                "SNOMED-CT",
                "SNOMED CT",
            ],
        );
        check(
            Some(CodeSystem::Icd10Cm),
            &["http://hl7.org/fhir/sid/icd-10-cm", "urn:oid:2.16.840.1.113883.6.90", "ICD-10-CM"],
        );
        check(Some(CodeSystem::Icd10), &["http://hl7.org/fhir/sid/icd-10", "urn:oid:2.16.840.1.113883.6.3"]);
        check(Some(CodeSystem::Icd9Cm), &["http://hl7.org/fhir/sid/icd-9-cm", "urn:oid:2.16.840.1.113883.6.103"]);
        check(
            Some(CodeSystem::IcdO3),
            &[
                "http://terminology.hl7.org/CodeSystem/icd-o-3",
                "http://hl7.org/fhir/sid/icd-o-3",
                "urn:oid:2.16.840.1.113883.6.43.1",
            ],
        );
        check(
            Some(CodeSystem::RxNorm),
            &["http://www.nlm.nih.gov/research/umls/rxnorm", "urn:oid:2.16.840.1.113883.6.88", "RxNorm"],
        );
        check(
            Some(CodeSystem::Atc),
            &["http://www.whocc.no/atc", "http://whocc.no/atc/", "urn:oid:2.16.840.1.113883.6.73"],
        );
        check(Some(CodeSystem::HemOnc), &["https://hemonc.org", "http://www.hemonc.org/wiki"]);
        check(Some(CodeSystem::Ndc), &["http://hl7.org/fhir/sid/ndc", "urn:oid:2.16.840.1.113883.6.69"]);
        check(
            Some(CodeSystem::Ncit),
            &[
                "http://ncicb.nci.nih.gov/xml/owl/EVS/Thesaurus.owl",
                "http://ncithesaurus-stage.nci.nih.gov",
                "urn:oid:2.16.840.1.113883.3.26.1.1",
            ],
        );
        check(Some(CodeSystem::Ajcc), &["http://cancerstaging.org", "https://cancerstaging.org/"]);
        check(
            Some(CodeSystem::Ucum),
            &["http://unitsofmeasure.org", "https://unitsofmeasure.org", "urn:oid:2.16.840.1.113883.6.8"],
        );
        check(
            Some(CodeSystem::Hgnc),
            &["http://www.genenames.org", "http://www.genenames.org/geneId", "urn:oid:2.16.840.1.113883.6.281"],
        );
        check(
            Some(CodeSystem::Hl7),
            &[
                "http://terminology.hl7.org/CodeSystem/observation-category",
                "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation",
                "http://hl7.org/fhir/v3/ActCode",
                "http://hl7.org/fhir/v2/0078",
                "http://hl7.org/fhir/condition-category",
                "urn:oid:2.16.840.1.113883.5.83",
            ],
        );
        check(Some(CodeSystem::Cpt), &["http://www.ama-assn.org/go/cpt", "urn:oid:2.16.840.1.113883.6.12"]);
    }

    #[test]
    fn what_only_looks_like_a_system() {
        check(
            None,
            &[
                "",
                "/",
                "http://",
                "http://hl7.org/fhir/us/mcode/CodeSystem/snomed-requested-cs",
                "http://hl7.org/fhir/us/mcode/CodeSystem/loinc-requested-cs",
                // The address of ICD-10-PCS, whose codes are procedures.
                "http://www.cms.gov/Medicare/Coding/ICD10",
                "http://www.genenames.org/genegroup",
                "http://terminology.hl7.org/CodeSystem/",
                "http://hl7.org/fhir/sid/cvx",
                "urn:oid:2.16.840.1.113883.6.104",
                "http://snomed.info",
                "http://loinc.org.example.com",
                "é://loinc.org",
            ],
        );
    }

    #[test]
    fn canonical_address_and_alias_lead_back() {
        for system in CodeSystem::ALL {
            assert_eq!(CodeSystem::from_alias(system.alias()), Some(system));
            // HL7 stands for many systems: only the addresses below its stem are its own.
            if system != CodeSystem::Hl7 {
                assert_eq!(CodeSystem::from_uri(system.uri()), Some(system));
            }
        }
        assert_eq!(CodeSystem::from_alias("LOINC"), None);
    }
}
