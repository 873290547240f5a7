//! TNM categories and stage groups, one for each Observation or `Condition.stage`.

use her2path_knowledge::model::ValueSetIndex;

use super::Reader;
use super::coding::{meaning, said};
use super::visible::recorded_by;
use crate::classify::stage;
use crate::date::PartialDate;
use crate::fhir::CodeableConcept;
use crate::fhir::Located;
use crate::fhir::{Condition, Observation};
use crate::fhir::{Value, When};
use crate::guideline::value_set;
use crate::issue::Issue;

/// Which of T, N, M or group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum StageKind {
    T,
    N,
    M,
    Group,
}

/// Before or after operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Classification {
    Clinical,
    Pathological,
    /// After neoadjuvant therapy (`yc`, `yp`) or at recurrence (`r`); it never alters the first stage.
    Later,
    Other,
}

/// One category or group.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct StageStatement {
    pub(crate) kind: StageKind,
    pub(crate) classification: Classification,
    /// As recorded, in the spelling of the value sets (`cT2`, `IIIA`).
    pub(crate) value: String,
    pub(crate) source: String,
    pub(crate) element: &'static str,
    pub(crate) date: Option<PartialDate>,
}

/// The sets for questions and answers of each kind.
const KINDS: [(StageKind, ValueSetIndex, ValueSetIndex); 4] = [
    (StageKind::T, value_set::T_CATEGORY_TEST, value_set::T_CATEGORY),
    (StageKind::N, value_set::N_CATEGORY_TEST, value_set::N_CATEGORY),
    (StageKind::M, value_set::M_CATEGORY_TEST, value_set::M_CATEGORY),
    (StageKind::Group, value_set::STAGE_GROUP_TEST, value_set::STAGE_GROUP),
];

/// What a code asks for, if it asks for a stage.
pub(super) fn kind_of_roles(roles: &[(ValueSetIndex, Option<&str>)]) -> Option<(StageKind, Classification)> {
    KINDS.into_iter().find_map(|(kind, questions, _)| {
        let (_, meaning) = roles.iter().find(|(set, _)| *set == questions)?;
        let classification = match *meaning {
            Some("clinical") => Classification::Clinical,
            Some("pathological") => Classification::Pathological,
            _ => Classification::Other,
        };
        Some((kind, classification))
    })
}

/// Reads an Observation of a stage.
pub(super) fn read(
    reader: &mut Reader<'_, '_>,
    observation: &Located<'_, Observation<'_>>,
    kind: StageKind,
    classification: Classification,
) {
    let source = observation.place.name.clone();
    let date = observation.effective.as_ref().and_then(When::start).or(observation.issued);
    match &observation.value {
        Some(Value::CodeableConcept(concept)) => {
            push(reader, kind, classification, concept, &source, "value", date);
        }
        Some(Value::String(text)) => {
            let concept = CodeableConcept { text: Some(text.clone()), ..CodeableConcept::default() };
            push(reader, kind, classification, &concept, &source, "value", date);
        }
        _ => {}
    }
}

/// Reads `Condition.stage` of the primary cancer. Its day is that of the assessment it refers to, else the diagnosis.
pub(super) fn of_condition(
    reader: &mut Reader<'_, '_>,
    condition: &Located<'_, Condition<'_>>,
    diagnosed: Option<PartialDate>,
) {
    for stage in &condition.stage {
        let Some(summary) = &stage.summary else { continue };
        let assessed = stage
            .assessment
            .iter()
            .filter_map(|reference| reader.record.resolve_as::<Observation<'_>>(&condition.place, reference))
            .find_map(|observation| observation.effective.as_ref().and_then(When::start));
        let date = assessed.or(diagnosed);
        if recorded_by(date, reader.as_of) {
            let source = condition.place.name.clone();
            push(reader, StageKind::Group, Classification::Other, summary, &source, "stage.summary", date);
        }
    }
}

fn push(
    reader: &mut Reader<'_, '_>,
    kind: StageKind,
    asked: Classification,
    concept: &CodeableConcept<'_>,
    source: &str,
    element: &'static str,
    date: Option<PartialDate>,
) {
    let Some((_, _, answers)) = KINDS.into_iter().find(|(k, ..)| *k == kind) else { return };
    let coded = meaning(reader.knowledge, concept, answers).map(str::to_owned);
    let Some(value) = coded.or_else(|| from_text(kind, concept)) else {
        let words = said(concept);
        // "Not applicable" and its like say that there is no category, which is no defect.
        let no_result = super::receptor_text::read(&words, super::receptor_text::Receptor::Her2)
            .is_ok_and(|reading| reading.no_result);
        if !words.is_empty() && !no_result {
            reader.issues.push(
                Issue::warning(
                    "unreadable-value",
                    format!("`{words}` is not a stage that can be read; it was not used"),
                )
                .at(format!("{source}.{element}")),
            );
        }
        return;
    };
    let classification = if kind != StageKind::Group && value.starts_with(['y', 'r']) {
        Classification::Later
    } else if kind != StageKind::Group && value.starts_with('p') {
        Classification::Pathological
    } else if kind != StageKind::Group && value.starts_with('c') {
        Classification::Clinical
    } else {
        asked
    };
    if matches!(
        (asked, classification),
        (Classification::Clinical, Classification::Pathological)
            | (Classification::Pathological, Classification::Clinical)
    ) {
        reader.issues.push(
            Issue::warning(
                "stage-prefix-contradicts-code",
                format!("`{value}` was recorded under the other kind of staging; its own prefix was used"),
            )
            .at(format!("{source}.{element}")),
        );
    }
    let date = date.filter(|date| {
        let patient = &reader.asserted.patient;
        let before_birth = patient.birth_date.is_some_and(|birth| date.before(birth) == Some(true));
        if before_birth {
            let message = format!("{date} lies before birth; the day was not used: correct it");
            reader.issues.push(Issue::error("impossible-date", message).at(source.to_owned()));
        }
        !before_birth
    });
    reader.asserted.stages.push(StageStatement {
        kind,
        classification,
        value,
        source: source.to_owned(),
        element,
        date,
    });
}

/// A category or group in its own spelling: AJCC codes (`cT2`, `2A`, `c3A`, `4A|IVA`), or plain text.
fn from_text(kind: StageKind, concept: &CodeableConcept<'_>) -> Option<String> {
    let codes = concept.coding.iter().filter_map(|coding| coding.code.as_deref());
    let displays = concept.coding.iter().filter_map(|coding| coding.display.as_deref());
    codes.chain(concept.text.as_deref()).chain(displays).find_map(|text| match kind {
        StageKind::T => stage::parse_t(text).map(|_| text.trim().to_owned()),
        StageKind::N => stage::parse_n(text).map(|_| text.trim().to_owned()),
        StageKind::M => {
            (!text.trim().is_empty()).then(|| stage::parse_m(text).map(|_| text.trim().to_owned())).flatten()
        }
        StageKind::Group => group_from_text(text),
    })
}

/// `2A`, `c3A`, `3C`, `4`, `IIIB`, `Stage IIIB`, `4A|IVA`; breast cancer has no IVA, so that is IV.
fn group_from_text(text: &str) -> Option<String> {
    const GROUPS: [(&str, &str); 13] = [
        ("0", "0"),
        ("1", "I"),
        ("1A", "IA"),
        ("1B", "IB"),
        ("2", "II"),
        ("2A", "IIA"),
        ("2B", "IIB"),
        ("3", "III"),
        ("3A", "IIIA"),
        ("3B", "IIIB"),
        ("3C", "IIIC"),
        ("4", "IV"),
        ("1C", "IC"),
    ];
    let first = text.split('|').next()?.trim();
    let upper = first.to_uppercase();
    let bare = upper.strip_prefix("STAGE ").unwrap_or(&upper).trim();
    let bare = bare.strip_prefix(['C', 'P']).filter(|rest| !rest.is_empty()).unwrap_or(bare);
    let bare = match bare {
        "4A" | "4B" | "IVA" | "IVB" => "IV",
        bare => bare,
    };
    GROUPS.into_iter().find(|(arabic, roman)| *arabic == bare || *roman == bare).map(|(_, roman)| roman.to_owned())
}
