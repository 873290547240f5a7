//! Diagnoses: breast cancer, other cancers, secondary cancers, and procedures that show tissue was taken.

use her2path_knowledge::code_system::CodeSystem;

use super::Reader;
use super::coding::{self, meaning, said, system_and_code};
use super::measures::{self, Answer, Measure, MeasureKind};
use super::staging;
use super::visible::recorded_by;
use crate::date::PartialDate;
use crate::fhir::Extensions as _;
use crate::fhir::Located;
use crate::fhir::When;
use crate::fhir::{CodeableConcept, Reference};
use crate::fhir::{Condition, Observation};
use crate::guideline::value_set;
use crate::issue::Issue;

/// A diagnosis that matters to the pathway.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Diagnosis {
    pub(crate) kind: DiagnosisKind,
    pub(crate) source: String,
    /// What the code says, for a reader.
    pub(crate) said: String,
    /// Onset, else the day on which it was recorded.
    pub(crate) date: Option<PartialDate>,
    /// `left`, `right` or `both`.
    pub(crate) side: Option<&'static str>,
    /// Clinical status `recurrence` or `relapse`.
    pub(crate) relapse: bool,
}

/// What kind of diagnosis.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DiagnosisKind {
    /// Primary malignant neoplasm of the breast.
    BreastCancer,
    /// Carcinoma in situ of the breast.
    BreastInSitu,
    /// "Metastatic breast cancer", without a site.
    MetastaticBreastCancer,
    /// A secondary cancer at a site.
    Secondary {
        /// Site in the vocabulary of the value set `secondary-neoplasm`.
        site: &'static str,
        /// Which primary it belongs to, as far as the entry says.
        of: PrimaryOf,
    },
    /// A primary malignant neoplasm elsewhere.
    OtherPrimary,
}

/// The primary that a metastasis belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PrimaryOf {
    /// The entry points to a breast cancer.
    Breast,
    /// The entry points to, or names, another cancer.
    Other,
    /// The code says that the primary is unknown.
    SaidUnknown,
    /// The entry does not say.
    NotSaid,
}

/// A statement on metastasis that is not a diagnosis: an answer "none", a history of metastatic cancer.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct MetastasisMention {
    pub(crate) source: String,
    pub(crate) date: Option<PartialDate>,
    pub(crate) said: String,
    /// The site met, or `None` where the entry says that there is no distant metastasis.
    pub(crate) site: Option<&'static str>,
}

/// Sites in the vocabulary of the value sets, interned so that statements need not own them.
const SITES: [&str; 20] = [
    "adrenal",
    "bone",
    "bone-marrow",
    "brain",
    "breast",
    "distant-lymph-node",
    "leptomeninges",
    "liver",
    "locoregional",
    "lung",
    "lymph-node",
    "other",
    "ovary",
    "peritoneum",
    "pleura",
    "regional-lymph-node",
    "skin",
    "unspecified",
    "axilla",
    "none",
];

pub(super) fn site(meaning: &str) -> &'static str {
    SITES.into_iter().find(|site| *site == meaning).unwrap_or("other")
}

pub(super) fn read(reader: &mut Reader<'_, '_>) {
    for condition in &reader.record.conditions {
        condition_of(reader, condition);
    }
}

fn condition_of(reader: &mut Reader<'_, '_>, condition: &Located<'_, Condition<'_>>) {
    let source = &condition.place.name;
    let onset = condition.onset.as_ref().and_then(When::start);
    let date = onset.or(condition.recorded_date);
    if !recorded_by(condition.recorded_date, reader.as_of) || !recorded_by(date, reader.as_of) {
        return;
    }
    let Some(code) = &condition.code else { return };
    coding::check(reader.knowledge, code, source, "code", &mut reader.issues);
    let kinds = kind_of(reader, condition, code);
    let Some(kind) = kinds else {
        if !stated_by_condition(reader, condition, code, date) {
            uncoded(reader, code, source);
        }
        return;
    };
    if let Some(status) = condition.verification_status.as_ref().and_then(first_code) {
        match status {
            "entered-in-error" | "refuted" => return,
            "unconfirmed" | "provisional" | "differential" => {
                reader.issues.push(
                    Issue::warning(
                        "unconfirmed-diagnosis",
                        format!("`{}` is {status}; it was not counted as a diagnosis", said(code)),
                    )
                    .at(source.clone()),
                );
                return;
            }
            _ => {}
        }
    }
    let relapse = matches!(condition.clinical_status.as_ref().and_then(first_code), Some("recurrence" | "relapse"));
    reader.asserted.diagnoses.push(Diagnosis {
        kind,
        source: source.clone(),
        said: said(code),
        date,
        side: side(reader, condition, code),
        relapse,
    });
    if kind == DiagnosisKind::BreastCancer {
        staging::of_condition(reader, condition, date);
    }
}

fn kind_of(
    reader: &Reader<'_, '_>,
    condition: &Located<'_, Condition<'_>>,
    code: &CodeableConcept<'_>,
) -> Option<DiagnosisKind> {
    let knowledge = reader.knowledge;
    let secondary = |set| meaning(knowledge, code, set).map(site);
    if let Some(site) = secondary(value_set::SECONDARY_OF_OTHER_PRIMARY) {
        return Some(DiagnosisKind::Secondary { site, of: PrimaryOf::Other });
    }
    if let Some(site) = secondary(value_set::SECONDARY_OF_UNKNOWN_PRIMARY) {
        return Some(DiagnosisKind::Secondary { site, of: related(reader, condition, PrimaryOf::SaidUnknown) });
    }
    if let Some(coded) = secondary(value_set::SECONDARY_NEOPLASM) {
        // The general code names no site; then the body site does.
        let body = || condition.body_site.iter().find_map(|b| meaning(knowledge, b, value_set::BODY_SITE)).map(site);
        let site = if coded == "unspecified" { body().unwrap_or(coded) } else { coded };
        return Some(DiagnosisKind::Secondary { site, of: related(reader, condition, PrimaryOf::NotSaid) });
    }
    let in_set = |set| coding::is_in(knowledge, code, set);
    if in_set(value_set::METASTATIC_BREAST_CANCER) {
        Some(DiagnosisKind::MetastaticBreastCancer)
    } else if in_set(value_set::BREAST_CANCER) {
        Some(DiagnosisKind::BreastCancer)
    } else if in_set(value_set::BREAST_IN_SITU) {
        Some(DiagnosisKind::BreastInSitu)
    } else if in_set(value_set::OTHER_MALIGNANCY) || code.coding.iter().any(other_malignancy_by_chapter) {
        Some(DiagnosisKind::OtherPrimary)
    } else {
        None
    }
}

/// ICD-10(-CM) C00 to C96 without breast (C50) and secondary or unspecified sites (C77 to C80).
fn other_malignancy_by_chapter(coding: &crate::fhir::Coding<'_>) -> bool {
    let Some((CodeSystem::Icd10Cm | CodeSystem::Icd10, code)) = system_and_code(coding) else { return false };
    let number = code.strip_prefix('C').and_then(|rest| rest.get(..2)).and_then(|digits| digits.parse::<u8>().ok());
    number.is_some_and(|number| number <= 96 && number != 50 && !(77..=80).contains(&number))
}

/// Which cancer an observation is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Concern {
    /// The breast cancer: its focus says so, or no other primary is on record.
    Breast,
    /// Another cancer: its focus says so.
    Other,
    /// It does not say, and the only primary on record is another.
    OnlyOther,
    /// It does not say, and another primary is on record.
    NotSaid,
}

/// Which cancer an observation is about, by its focus.
pub(super) fn concern(reader: &Reader<'_, '_>, observation: &Located<'_, Observation<'_>>) -> Concern {
    let conditions = observation
        .focus
        .iter()
        .filter_map(|reference| reader.record.resolve_as::<Condition<'_>>(&observation.place, reference));
    for condition in conditions {
        let kind = condition.code.as_ref().and_then(|code| kind_of(reader, condition, code));
        match kind {
            Some(DiagnosisKind::OtherPrimary) => return Concern::Other,
            Some(DiagnosisKind::Secondary { of: PrimaryOf::Other, .. }) => return Concern::Other,
            Some(_) => return Concern::Breast,
            None => {}
        }
    }
    let any = |wanted: fn(DiagnosisKind) -> bool| reader.asserted.diagnoses.iter().any(|d| wanted(d.kind));
    let other = any(|kind| kind == DiagnosisKind::OtherPrimary);
    let breast = any(|kind| {
        matches!(
            kind,
            DiagnosisKind::BreastCancer | DiagnosisKind::BreastInSitu | DiagnosisKind::MetastaticBreastCancer
        )
    });
    match (other, breast) {
        (false, _) => Concern::Breast,
        (true, true) => Concern::NotSaid,
        (true, false) => Concern::OnlyOther,
    }
}

/// Which primary the entry points to.
fn related(reader: &Reader<'_, '_>, condition: &Located<'_, Condition<'_>>, otherwise: PrimaryOf) -> PrimaryOf {
    const EXTENSIONS: [&str; 4] = [
        "condition-related",
        "mcode-related-condition",
        "mcode-related-primary-cancer-condition",
        "onco-core-RelatedCancerCondition-extension",
    ];
    let mut references = EXTENSIONS.iter().flat_map(|name| condition.extension.references(name));
    let mut found = references.by_ref().filter_map(|reference| primary_of(reader, condition, reference));
    found.next().unwrap_or(otherwise)
}

fn primary_of(
    reader: &Reader<'_, '_>,
    from: &Located<'_, Condition<'_>>,
    reference: &Reference<'_>,
) -> Option<PrimaryOf> {
    let target = reader.record.resolve_as::<Condition<'_>>(&from.place, reference)?;
    let code = target.code.as_ref()?;
    match kind_of(reader, target, code)? {
        DiagnosisKind::BreastCancer | DiagnosisKind::MetastaticBreastCancer | DiagnosisKind::BreastInSitu => {
            Some(PrimaryOf::Breast)
        }
        DiagnosisKind::OtherPrimary => Some(PrimaryOf::Other),
        DiagnosisKind::Secondary { .. } => None,
    }
}

fn side(reader: &Reader<'_, '_>, condition: &Condition<'_>, code: &CodeableConcept<'_>) -> Option<&'static str> {
    let knowledge = reader.knowledge;
    const QUALIFIER: &str = "mcode-laterality-qualifier";
    let on_sites = condition.body_site.iter().flat_map(|site| site.extension.concepts(QUALIFIER));
    let qualifiers = condition.extension.concepts(QUALIFIER).chain(on_sites);
    let candidates = meaning(knowledge, code, value_set::BREAST_CANCER)
        .or_else(|| meaning(knowledge, code, value_set::BREAST_IN_SITU))
        .or_else(|| {
            condition
                .body_site
                .iter()
                .chain(qualifiers)
                .find_map(|site| meaning(knowledge, site, value_set::LATERALITY))
        })?;
    ["left", "right", "both"].into_iter().find(|side| *side == candidates)
}

fn first_code<'c>(concept: &'c CodeableConcept<'_>) -> Option<&'c str> {
    concept.coding.iter().find_map(|coding| coding.code.as_deref()).or(concept.text.as_deref())
}

/// Answers that stand as a Condition: menopause, pregnancy, a BRCA variant. Whether the code was one of them.
fn stated_by_condition(
    reader: &mut Reader<'_, '_>,
    condition: &Located<'_, Condition<'_>>,
    code: &CodeableConcept<'_>,
    date: Option<PartialDate>,
) -> bool {
    if let Some(coded) = meaning(reader.knowledge, code, value_set::BRCA_CARRIER_CONDITION) {
        let verified = condition.verification_status.as_ref().and_then(first_code);
        if !is_void(verified) {
            reader.germline_condition(&condition.place.name, coded, said(code), date);
        }
        return true;
    }
    let questions = [
        (value_set::MENOPAUSE_CONDITION, MeasureKind::MenopausalStatus),
        (value_set::PREGNANCY_CONDITION, MeasureKind::Pregnancy),
    ];
    let found = questions.into_iter().find_map(|(set, kind)| Some((kind, meaning(reader.knowledge, code, set)?)));
    let Some((kind, meaning)) = found else { return false };
    let status = condition.clinical_status.as_ref().and_then(first_code);
    let verified = condition.verification_status.as_ref().and_then(first_code);
    // A pregnancy that is over is none; a menopause or an inherited variant does not end.
    let over = kind == MeasureKind::Pregnancy
        && (matches!(status, Some("inactive" | "resolved"))
            || condition.abatement.is_some()
            || measures::pregnancy_is_past(date, reader.as_of));
    if over || is_void(verified) {
        return true;
    }
    reader.asserted.measures.push(Measure {
        kind,
        answer: Answer::Code(meaning.to_owned()),
        source: condition.place.name.clone(),
        said: said(code),
        date,
        lesion: None,
        preliminary: false,
    });
    true
}

/// A verification status that keeps a statement from counting.
fn is_void(status: Option<&str>) -> bool {
    matches!(status, Some("entered-in-error" | "refuted" | "unconfirmed" | "provisional" | "differential"))
}

/// A diagnosis in words only that may be a cancer is reported, because it was not read.
fn uncoded(reader: &mut Reader<'_, '_>, code: &CodeableConcept<'_>, source: &str) {
    if code.coding.iter().any(|coding| coding.code.is_some()) {
        return;
    }
    let text = said(code);
    let lower = text.to_lowercase();
    if ["cancer", "carcinoma", "metasta", "neoplasm", "tumor", "tumour"].iter().any(|word| lower.contains(word)) {
        reader.issues.push(
            Issue::warning("uncoded-diagnosis", format!("`{text}` carries no code, so it was not read; give it one"))
                .at(source.to_owned()),
        );
    }
}
