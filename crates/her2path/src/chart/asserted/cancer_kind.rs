//! Which cancer an entry is about: its kind by code, its primary by link, and what words allow to suspect.

use super::Reader;
use super::cancer_codes::{self, Range};
use super::cancer_words::{self, Suspicion};
use super::coding::{self, meaning, said, system_and_code};
use super::conditions::{DiagnosisKind, PrimaryOf, site};
use super::morphology;
use super::verification::{Verification, verification};
use crate::fhir::Extensions as _;
use crate::fhir::Located;
use crate::fhir::{CodeableConcept, Condition, Observation, Reference};
use crate::guideline::value_set;
use crate::issue::Issue;

/// The kinds of cancer that a condition is: none, one, or a metastasis at several sites.
pub(super) fn kinds(
    reader: &mut Reader<'_, '_>,
    condition: &Located<'_, Condition<'_>>,
    code: &CodeableConcept<'_>,
) -> Vec<DiagnosisKind> {
    let Some(kind) = kind(reader, condition, code) else { return Vec::new() };
    let DiagnosisKind::Secondary { site: coded, of } = kind else { return vec![kind] };
    let of = related(reader, condition, of);
    // The general code names no site; then the body sites do.
    if coded != "unspecified" || condition.body_site.is_empty() {
        return vec![DiagnosisKind::Secondary { site: coded, of }];
    }
    let mut sites = Vec::new();
    for body_site in &condition.body_site {
        match meaning(reader.knowledge, body_site, value_set::BODY_SITE) {
            Some(meaning) => sites.push(site(meaning)),
            None if said(body_site).trim().is_empty() => sites.push("unspecified"),
            None => {
                sites.push("other");
                let message = format!(
                    "`{}` is not a site that can be read; it was read as a metastasis at a site that is not named",
                    said(body_site)
                );
                let place = format!("{}.bodySite", condition.place.name);
                reader.issues.push(Issue::warning("unread-body-site", message).at(place));
            }
        }
    }
    sites.sort_unstable();
    sites.dedup();
    sites.into_iter().map(|site| DiagnosisKind::Secondary { site, of }).collect()
}

/// The kind of cancer that a code names wherever it stands.
pub(super) fn of_code(reader: &Reader<'_, '_>, code: &CodeableConcept<'_>) -> Option<DiagnosisKind> {
    by_code(reader, &Condition::default(), code)
}

/// The kind by code, as its morphology leaves it.
fn kind(reader: &Reader<'_, '_>, condition: &Condition<'_>, code: &CodeableConcept<'_>) -> Option<DiagnosisKind> {
    by_code(reader, condition, code).map(|kind| morphology::beside(reader, condition, code, kind))
}

/// Whether what the microscope showed contradicts the code; then it is reported.
pub(super) fn contradicted(
    reader: &mut Reader<'_, '_>,
    condition: &Located<'_, Condition<'_>>,
    code: &CodeableConcept<'_>,
) -> bool {
    by_code(reader, condition, code).is_some_and(|kind| morphology::contradicts(reader, condition, code, kind))
}

/// The kind by code, else by range of codes, else by words; of a metastasis the site that the code names.
fn by_code(reader: &Reader<'_, '_>, condition: &Condition<'_>, code: &CodeableConcept<'_>) -> Option<DiagnosisKind> {
    let knowledge = reader.knowledge;
    let secondaries = [
        (value_set::SECONDARY_OF_OTHER_PRIMARY, PrimaryOf::Other),
        (value_set::SECONDARY_OF_UNKNOWN_PRIMARY, PrimaryOf::SaidUnknown),
        (value_set::SECONDARY_NEOPLASM, PrimaryOf::NotSaid),
    ];
    for (set, of) in secondaries {
        let listed = meaning(knowledge, code, set);
        let within = || cancer_codes::within(knowledge, code, set).and_then(|concept| concept.meaning.as_deref());
        if let Some(named) = listed.or_else(within) {
            return Some(DiagnosisKind::Secondary { site: site(named), of });
        }
    }
    let in_set = |set| coding::is_in(knowledge, code, set);
    if in_set(value_set::METASTATIC_BREAST_CANCER) {
        return Some(DiagnosisKind::MetastaticBreastCancer);
    } else if in_set(value_set::BREAST_CANCER) {
        return Some(DiagnosisKind::BreastCancer);
    } else if in_set(value_set::BREAST_IN_SITU) {
        return Some(DiagnosisKind::BreastInSitu);
    } else if in_set(value_set::OTHER_MALIGNANCY) {
        let basal_cell = cancer_codes::is_basal_cell(knowledge, code);
        return Some(if basal_cell { DiagnosisKind::BasalCell } else { DiagnosisKind::OtherPrimary });
    }
    let of_the_breast =
        || condition.body_site.iter().any(|s| meaning(knowledge, s, value_set::BODY_SITE) == Some("breast"));
    let range = cancer_codes::ductal_or_lobular(code).filter(|_| of_the_breast()).or_else(|| cancer_codes::range(code));
    match range {
        Some(Range::Breast) => Some(DiagnosisKind::BreastCancer),
        Some(Range::BreastInSitu) => Some(DiagnosisKind::BreastInSitu),
        Some(Range::Other) => Some(DiagnosisKind::OtherPrimary),
        Some(Range::BasalCell) => Some(DiagnosisKind::BasalCell),
        Some(Range::Uncertain) => Some(DiagnosisKind::PossibleCancer),
        None => by_words(reader, code),
    }
    .map(|kind| match kind {
        // A malignancy that names no organ in its code, at the breast.
        DiagnosisKind::PossibleCancer if of_the_breast() => DiagnosisKind::PossibleBreastCancer,
        kind => kind,
    })
}

/// What the words of an entry without a code that is read may mean.
fn by_words(reader: &Reader<'_, '_>, code: &CodeableConcept<'_>) -> Option<DiagnosisKind> {
    let understood = |coding: &crate::fhir::Coding<'_>| {
        cancer_codes::is_classified(coding)
            || system_and_code(coding)
                .is_some_and(|(system, code)| reader.knowledge.concepts(system, &code).next().is_some())
    };
    if code.coding.iter().any(understood) {
        return None;
    }
    let words = code.coding.iter().filter_map(|coding| coding.display.as_deref()).chain(code.text.as_deref());
    let suspicions: Vec<Suspicion> = words.filter_map(cancer_words::suspicion).collect();
    let has = |wanted| suspicions.contains(&wanted);
    if has(Suspicion::Metastasis) {
        Some(DiagnosisKind::PossibleMetastasis)
    } else if has(Suspicion::Breast) {
        Some(DiagnosisKind::PossibleBreastCancer)
    } else {
        has(Suspicion::Cancer).then_some(DiagnosisKind::PossibleCancer)
    }
}

/// Whether an entry is a primary cancer of the breast, in situ or invasive.
pub(super) fn is_breast_primary(reader: &Reader<'_, '_>, condition: &Condition<'_>) -> bool {
    let kind = condition.code.as_ref().and_then(|code| kind(reader, condition, code));
    matches!(kind, Some(DiagnosisKind::BreastCancer | DiagnosisKind::BreastInSitu))
}

/// Whether the code itself says that the cancer came back in the breast (SNOMED CT 314955001).
pub(super) fn is_local_recurrence(code: &CodeableConcept<'_>) -> bool {
    code.coding.iter().any(|coding| coding.code.as_deref().map(str::trim) == Some("314955001"))
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
    /// It does not say, and another primary is on record; or its focus is not on record as a cancer.
    NotSaid,
}

/// Which cancer an observation is about, by its focus.
pub(super) fn concern(reader: &Reader<'_, '_>, observation: &Located<'_, Observation<'_>>) -> Concern {
    let conditions = observation
        .focus
        .iter()
        .filter_map(|reference| reader.record.resolve_as::<Condition<'_>>(&observation.place, reference));
    let mut unread = false;
    for condition in conditions {
        let kind = condition.code.as_ref().and_then(|code| kind(reader, condition, code));
        match kind {
            Some(DiagnosisKind::OtherPrimary | DiagnosisKind::BasalCell) => return Concern::Other,
            Some(DiagnosisKind::Secondary { of, .. }) => match related_silently(reader, condition, of) {
                PrimaryOf::Other => return Concern::Other,
                PrimaryOf::LinkUnread => unread = true,
                _ => return Concern::Breast,
            },
            Some(DiagnosisKind::PossibleCancer) | None => unread = true,
            Some(_) => return Concern::Breast,
        }
    }
    if unread {
        return Concern::NotSaid;
    }
    let any = |wanted: fn(DiagnosisKind) -> bool| reader.asserted.diagnoses.iter().any(|d| wanted(d.kind));
    let other = any(|kind| kind == DiagnosisKind::OtherPrimary);
    let breast = any(|kind| {
        matches!(
            kind,
            DiagnosisKind::BreastCancer
                | DiagnosisKind::BreastInSitu
                | DiagnosisKind::MetastaticBreastCancer
                | DiagnosisKind::PossibleBreastCancer
        )
    });
    match (other, breast) {
        (false, _) => Concern::Breast,
        (true, true) => Concern::NotSaid,
        (true, false) => Concern::OnlyOther,
    }
}

/// Which primary a metastasis belongs to by the entries that it points to; a link that does not lead to a cancer on
/// record is reported.
fn related(reader: &mut Reader<'_, '_>, condition: &Located<'_, Condition<'_>>, otherwise: PrimaryOf) -> PrimaryOf {
    let found = related_silently(reader, condition, otherwise);
    if found == PrimaryOf::LinkUnread {
        let message = "it points to an entry that is not on record as one cancer; which primary it belongs to is left open: link the primary cancer condition, and give that a code";
        reader.issues.push(Issue::warning("metastasis-link-unread", message).at(condition.place.name.clone()));
    }
    found
}

fn related_silently(
    reader: &Reader<'_, '_>,
    condition: &Located<'_, Condition<'_>>,
    otherwise: PrimaryOf,
) -> PrimaryOf {
    const EXTENSIONS: [&str; 5] = [
        "condition-related",
        "condition-dueTo",
        "mcode-related-condition",
        "mcode-related-primary-cancer-condition",
        "onco-core-RelatedCancerCondition-extension",
    ];
    if otherwise == PrimaryOf::Other {
        return otherwise;
    }
    let links = EXTENSIONS.iter().flat_map(|name| condition.extension.references(name));
    let linked = links.map(|reference| primary_of(reader, condition, reference, true));
    let details = condition.evidence.iter().flat_map(|evidence| &evidence.detail);
    let shown = details.map(|reference| primary_of(reader, condition, reference, false));
    let found: Vec<PrimaryOf> = linked.chain(shown).flatten().collect();
    match found.split_first() {
        None => otherwise,
        Some((first, others)) if others.iter().all(|other| other == first) => *first,
        Some(_) => PrimaryOf::LinkUnread,
    }
}

/// What a reference leads to: `None` for another metastasis, and for evidence that is no condition.
fn primary_of(
    reader: &Reader<'_, '_>,
    from: &Located<'_, Condition<'_>>,
    reference: &Reference<'_>,
    is_link: bool,
) -> Option<PrimaryOf> {
    let unread = is_link.then_some(PrimaryOf::LinkUnread);
    let Some(target) = reader.record.resolve_as::<Condition<'_>>(&from.place, reference) else { return unread };
    if verification(target.verification_status.as_ref()).0 != Verification::Confirmed {
        return unread;
    }
    match target.code.as_ref().and_then(|code| kind(reader, target, code)) {
        Some(DiagnosisKind::BreastCancer | DiagnosisKind::MetastaticBreastCancer) => Some(PrimaryOf::Breast),
        Some(DiagnosisKind::OtherPrimary) => Some(PrimaryOf::Other),
        Some(DiagnosisKind::Secondary { .. }) => None,
        // In-situ disease and basal-cell carcinoma do not seed; a cancer that is only possible settles nothing.
        _ => unread,
    }
}
