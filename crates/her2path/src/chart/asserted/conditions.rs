//! Diagnoses: breast cancer, other cancers, secondary cancers, and procedures that show tissue was taken.
//!
//! What kind of cancer an entry is stands in [`super::cancer_kind`]. An entry that is not confirmed, or that only words
//! describe, is no diagnosis; it is kept apart, because it forbids conclusions from silence.

use super::Reader;
use super::cancer_kind;
use super::coding::{self, meaning, said};
use super::measures::{self, Answer, Measure, MeasureKind};
use super::staging;
use super::verification::{Course, Verification, course, verification};
use super::visible::{Standing, recorded_by, standing};
use crate::date::PartialDate;
use crate::fhir::Extensions as _;
use crate::fhir::Located;
use crate::fhir::When;
use crate::fhir::{CodeableConcept, Condition, DiagnosticReport};
use crate::guideline::value_set;
use crate::issue::Issue;

/// A diagnosis that matters to the pathway.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Diagnosis {
    pub(crate) kind: DiagnosisKind,
    pub(crate) source: String,
    /// What the code says, for a reader.
    pub(crate) said: String,
    /// When it began, else when it was recorded, which is only the last day on which it can have begun.
    pub(crate) date: Option<PartialDate>,
    /// Which of the two the date is.
    pub(crate) dated_by: DatedBy,
    /// `left`, `right` or `both`.
    pub(crate) side: Option<&'static str>,
    /// Whether it came back.
    pub(crate) relapse: Relapse,
}

impl Diagnosis {
    /// The day on which it began, where the record says it.
    pub(crate) fn onset(&self) -> Option<PartialDate> {
        self.date.filter(|_| self.dated_by == DatedBy::Onset)
    }
}

/// Where the day of a diagnosis stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum DatedBy {
    /// `onset[x]`: it began on this day.
    Onset,
    /// `recordedDate`: it began on this day or before.
    Recorded,
}

impl DatedBy {
    /// The element.
    pub(crate) fn element(self) -> &'static str {
        match self {
            Self::Onset => "onset",
            Self::Recorded => "recordedDate",
        }
    }
}

/// Whether a cancer came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Relapse {
    /// The entry does not say so.
    No,
    /// Clinical status `recurrence` or `relapse`; the day of the entry is that of its first appearance.
    SinceUnknown,
    /// The code says local recurrence; the day of the entry is its day.
    OnItsDay,
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
    /// Basal-cell carcinoma of the skin: another malignancy, and none that seeds metastases.
    BasalCell,
    /// Not confirmed, in words only, or under a code that is not read: may be breast cancer.
    PossibleBreastCancer,
    /// The same: may be a metastasis.
    PossibleMetastasis,
    /// The same: may be another cancer.
    PossibleCancer,
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
    /// The entry points to something that is not on record as a cancer, or to two that differ.
    LinkUnread,
    /// The entry does not say.
    NotSaid,
}

/// A statement on metastasis that is not a diagnosis: an answer "none", a history of metastatic cancer.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct MetastasisMention {
    pub(crate) source: String,
    pub(crate) date: Option<PartialDate>,
    pub(crate) said: String,
    /// The site met, or where there is none; `None` for no site in particular.
    pub(crate) site: Option<&'static str>,
    /// The entry says that there is no metastasis, anywhere or at the site.
    pub(crate) absent: bool,
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
    for report in &reader.record.diagnostic_reports {
        concluded(reader, report);
    }
}

/// A cancer that only a report's conclusion names is no diagnosis; it forbids to conclude from silence that there is none.
fn concluded(reader: &mut Reader<'_, '_>, report: &Located<'_, DiagnosticReport<'_>>) {
    let effective = report.effective.as_ref().and_then(When::start);
    if standing(report.status.as_deref()) == Standing::Void || !recorded_by(report.issued.or(effective), reader.as_of) {
        return;
    }
    for concept in &report.conclusion_code {
        let Some(kind) = cancer_kind::of_code(reader, concept).map(DiagnosisKind::unconfirmed) else { continue };
        if reader.asserted.diagnoses.iter().any(|diagnosis| diagnosis.kind.unconfirmed() == kind) {
            continue;
        }
        let source = report.place.name.clone();
        let message = format!(
            "`{}` stands only in the conclusion of a report; it was not counted as a diagnosis: enter it as a Condition",
            said(concept)
        );
        reader.issues.push(Issue::warning("uncoded-diagnosis", message).at(format!("{source}.conclusionCode")));
        reader.asserted.diagnoses.push(Diagnosis {
            kind,
            source,
            said: said(concept),
            date: effective,
            dated_by: DatedBy::Recorded,
            side: None,
            relapse: Relapse::No,
        });
    }
}

fn condition_of(reader: &mut Reader<'_, '_>, condition: &Located<'_, Condition<'_>>) {
    let source = &condition.place.name;
    let Some((date, dated_by)) = days(reader, condition) else { return };
    let Some(code) = &condition.code else { return };
    reader.check_codes(code, source, "code");
    let kinds = cancer_kind::kinds(reader, condition, code);
    if kinds.is_empty() {
        stated_by_condition(reader, condition, code, date);
        return;
    }
    let (verified, unread) = verification(condition.verification_status.as_ref());
    unread_status(reader, unread, &format!("{source}.verificationStatus"));
    if matches!(verified, Verification::EnteredInError | Verification::Refuted) {
        return;
    }
    let (course, unread) = course(condition.clinical_status.as_ref());
    unread_status(reader, unread, &format!("{source}.clinicalStatus"));
    let relapse = if cancer_kind::is_local_recurrence(code) {
        Relapse::OnItsDay
    } else if course == Course::Relapse {
        Relapse::SinceUnknown
    } else {
        Relapse::No
    };
    let side = side(reader, condition, code);
    if verified == Verification::Unconfirmed {
        let message = format!("`{}` is not confirmed; it was not counted as a diagnosis", said(code));
        reader.issues.push(Issue::warning("unconfirmed-diagnosis", message).at(source.clone()));
    }
    let contradicted = cancer_kind::contradicted(reader, condition, code);
    for kind in kinds {
        let kind = if verified == Verification::Unconfirmed { kind.unconfirmed() } else { kind };
        if kind.is_possible() && verified != Verification::Unconfirmed && !contradicted {
            let message = format!(
                "`{}` may be a cancer, but its code is missing or not read; it was not counted as a diagnosis: give it a code of ICD-10-CM or SNOMED CT",
                said(code)
            );
            reader.issues.push(Issue::warning("uncoded-diagnosis", message).at(source.clone()));
        }
        if kind == DiagnosisKind::BreastCancer || kind == DiagnosisKind::BreastInSitu {
            staging::of_condition(reader, condition, date);
        }
        let (source, said) = (source.clone(), said(code));
        reader.asserted.diagnoses.push(Diagnosis { kind, source, said, date, dated_by, side, relapse });
    }
}

impl DiagnosisKind {
    /// What is left of it when the record does not hold it for certain.
    fn unconfirmed(self) -> Self {
        match self {
            Self::BreastCancer | Self::BreastInSitu | Self::PossibleBreastCancer => Self::PossibleBreastCancer,
            Self::MetastaticBreastCancer | Self::Secondary { .. } | Self::PossibleMetastasis => {
                Self::PossibleMetastasis
            }
            Self::OtherPrimary | Self::PossibleCancer => Self::PossibleCancer,
            Self::BasalCell => Self::BasalCell,
        }
    }

    /// Whether it is no diagnosis yet.
    fn is_possible(self) -> bool {
        matches!(self, Self::PossibleBreastCancer | Self::PossibleMetastasis | Self::PossibleCancer)
    }
}

fn unread_status(reader: &mut Reader<'_, '_>, unread: Option<String>, place: &str) {
    if let Some(status) = unread {
        let message = format!("`{status}` is not a status that can be read; the entry was used as if it had none");
        reader.issues.push(Issue::warning("unread-status", message).at(place));
    }
}

/// The day of a condition, and which element it is; `None` for one that was not on record yet. Days that cannot be are
/// reported and left out.
fn days(reader: &mut Reader<'_, '_>, condition: &Located<'_, Condition<'_>>) -> Option<(Option<PartialDate>, DatedBy)> {
    let onset = condition.onset.as_ref().and_then(When::start);
    let recorded = condition.recorded_date;
    if !recorded_by(recorded, reader.as_of) || (recorded.is_none() && !recorded_by(onset, reader.as_of)) {
        return None;
    }
    let (birth, death) = (reader.asserted.patient.birth_date, reader.asserted.patient.death_date);
    let source = &condition.place.name;
    let mut possible = |date: PartialDate, element: &str, after_death: bool| {
        let before_birth = birth.is_some_and(|birth| date.before(birth) == Some(true));
        let after = death.filter(|_| !after_death).is_some_and(|death| death.before(date) == Some(true));
        let reason = if before_birth {
            "lies before birth"
        } else if after {
            "lies after death"
        } else if !recorded_by(Some(date), reader.as_of) {
            "lies after the day on which it was recorded, and after the day of the assessment"
        } else {
            return Some(date);
        };
        let message = format!("{date} {reason}; it was not used: correct it");
        reader.issues.push(Issue::error("impossible-date", message).at(format!("{source}.{element}")));
        None
    };
    // A condition may be recorded after death; it cannot begin then.
    let onset = onset.and_then(|date| possible(date, "onset", false));
    let recorded = recorded.and_then(|date| possible(date, "recordedDate", true));
    if let (Some(onset), Some(end)) = (onset, condition.abatement.as_ref().and_then(When::end))
        && end.before(onset) == Some(true)
    {
        let message = format!("it ended on {end}, before it began on {onset}; correct one of them");
        reader.issues.push(Issue::error("impossible-date", message).at(format!("{source}.abatement")));
    }
    Some(match onset {
        Some(_) => (onset, DatedBy::Onset),
        None => (recorded, DatedBy::Recorded),
    })
}

/// The side as the code, the body sites and their qualifiers say it; both, where they name both.
fn side(reader: &Reader<'_, '_>, condition: &Condition<'_>, code: &CodeableConcept<'_>) -> Option<&'static str> {
    let knowledge = reader.knowledge;
    const QUALIFIER: &str = "mcode-laterality-qualifier";
    let on_sites = condition.body_site.iter().flat_map(|site| site.extension.concepts(QUALIFIER));
    let qualifiers = condition.extension.concepts(QUALIFIER).chain(on_sites);
    let mut named: Vec<&str> = [value_set::BREAST_CANCER, value_set::BREAST_IN_SITU]
        .into_iter()
        .flat_map(|set| coding::concepts_in(knowledge, code, set))
        .filter_map(|concept| concept.meaning.as_deref())
        .collect();
    if named.is_empty() {
        let sites = condition.body_site.iter().chain(qualifiers);
        named = sites.filter_map(|site| meaning(knowledge, site, value_set::LATERALITY)).collect();
    }
    let has = |side| named.contains(&side);
    match (has("left"), has("right"), has("both")) {
        (_, _, true) | (true, true, _) => Some("both"),
        (true, ..) => Some("left"),
        (_, true, _) => Some("right"),
        _ => None,
    }
}

/// Answers that stand as a Condition: menopause, pregnancy, a BRCA variant.
fn stated_by_condition(
    reader: &mut Reader<'_, '_>,
    condition: &Located<'_, Condition<'_>>,
    code: &CodeableConcept<'_>,
    date: Option<PartialDate>,
) {
    if let Some(coded) = meaning(reader.knowledge, code, value_set::BRCA_CARRIER_CONDITION) {
        if verification(condition.verification_status.as_ref()).0 == Verification::Confirmed {
            reader.germline_condition(&condition.place.name, coded, said(code), date);
        }
        return;
    }
    let questions = [
        (value_set::MENOPAUSE_CONDITION, MeasureKind::MenopausalStatus),
        (value_set::PREGNANCY_CONDITION, MeasureKind::Pregnancy),
    ];
    let found = questions.into_iter().find_map(|(set, kind)| Some((kind, meaning(reader.knowledge, code, set)?)));
    let Some((kind, meaning)) = found else { return };
    let (verified, _) = verification(condition.verification_status.as_ref());
    let (course, _) = course(condition.clinical_status.as_ref());
    // A pregnancy that is over is none; a menopause or an inherited variant does not end.
    let over = kind == MeasureKind::Pregnancy
        && (course == Course::Over || condition.abatement.is_some() || measures::pregnancy_is_past(date, reader.as_of));
    if over || verified != Verification::Confirmed {
        return;
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
}
