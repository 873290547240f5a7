//! Receptor results outside Observations: reports that hold or conclude them, and diagnoses that name them.
//!
//! A report's status applies to the results in it. A conclusion in codes is a result of the report's specimen; a diagnosis
//! that names a receptor ("HER2-positive carcinoma") is a statement without a specimen. Deliberately absent: a report's
//! conclusion in words, which is free text.

use super::Reader;
use super::coding::{concepts_in, roles, said};
use super::conditions::DiagnosisKind;
use super::receptor_results::{Asked, Method, ReceptorResult, ReceptorTest, Tissue};
use super::receptor_text::{Reading, ResultWord};
use super::receptor_values;
use super::visible::{Standing, recorded_by, standing};
use crate::date::PartialDate;
use crate::fhir::{CodeableConcept, DiagnosticReport, Located, Observation, Place, Reference, Specimen, Value, When};
use crate::guideline::value_set;
use crate::issue::Issue;

/// How far panels within panels are followed.
const DEPTH: u8 = 3;

/// The best standing that the reports holding an Observation leave it: one final report is enough. Without a report it
/// stands for itself.
pub(super) fn standing_of(reader: &Reader<'_, '_>, observation: &Located<'_, Observation<'_>>) -> Standing {
    let reports = reader.record.diagnostic_reports.iter().filter(|report| {
        recorded_by(report.issued, reader.as_of)
            && report.result.iter().any(|result| holds(reader, &report.place, result, &observation.place.name, DEPTH))
    });
    let standings: Vec<Standing> = reports.map(|report| standing(report.status.as_deref())).collect();
    if standings.is_empty() || standings.contains(&Standing::Final) {
        Standing::Final
    } else if standings.contains(&Standing::Preliminary) {
        Standing::Preliminary
    } else {
        Standing::Void
    }
}

/// Whether a reference leads to an Observation, directly or through panels.
fn holds<'a>(reader: &Reader<'_, 'a>, from: &Place<'a>, reference: &Reference<'a>, name: &str, depth: u8) -> bool {
    let Some(target) = reader.record.resolve_as::<Observation<'_>>(from, reference) else { return false };
    target.place.name == name
        || (depth > 0
            && target.members().any(|member| holds(reader, &target.place, member, name, depth.saturating_sub(1))))
}

/// Reads conclusions of reports and diagnoses that name a receptor.
pub(super) fn read(reader: &mut Reader<'_, '_>) {
    let record = reader.record;
    for report in &record.diagnostic_reports {
        conclusion(reader, report);
    }
    for condition in &record.conditions {
        let Some(code) = &condition.code else { continue };
        let onset = condition.onset.as_ref().and_then(When::start);
        let date = condition.recorded_date.or(onset);
        if !recorded_by(condition.recorded_date, reader.as_of) || !recorded_by(onset, reader.as_of) {
            continue;
        }
        let verified = condition.verification_status.iter().flat_map(|status| &status.coding);
        let refuted = |code: &str| {
            matches!(code, "entered-in-error" | "refuted" | "unconfirmed" | "provisional" | "differential")
        };
        if verified.filter_map(|coding| coding.code.as_deref()).any(refuted) {
            continue;
        }
        let name = &condition.place.name;
        let of_breast =
            reader.asserted.diagnoses.iter().any(|d| d.source == *name && d.kind != DiagnosisKind::OtherPrimary);
        if other_primary(reader) && !of_breast {
            continue;
        }
        let side = reader.asserted.diagnoses.iter().find(|d| d.source == *name).and_then(|d| d.side);
        let tissue =
            Tissue { side: side.filter(|side| *side != "both"), focus: Some(name.clone()), ..Tissue::default() };
        findings(
            reader,
            code,
            &Entry { source: name, element: "code", tissue, date, preliminary: false, diagnosis: true },
        );
    }
}

fn conclusion(reader: &mut Reader<'_, '_>, report: &Located<'_, DiagnosticReport<'_>>) {
    let effective = report.effective.as_ref().and_then(When::start);
    let standing = standing(report.status.as_deref());
    if standing == Standing::Void || !recorded_by(report.issued.or(effective), reader.as_of) {
        return;
    }
    let specimens: Vec<&Located<'_, Specimen<'_>>> = report
        .specimen
        .iter()
        .filter_map(|reference| reader.record.resolve_as::<Specimen<'_>>(&report.place, reference))
        .collect();
    let collection = |specimen: &Located<'_, Specimen<'_>>| {
        specimen.collection.as_ref().and_then(|c| c.collected.as_ref()).and_then(When::start)
    };
    // Of several specimens the conclusion does not say which it is about.
    let tissue = match specimens.as_slice() {
        [one] if report.specimen.len() == 1 => Tissue {
            specimen: Some(one.place.name.clone()),
            resolved: true,
            collected: collection(one).or(effective),
            ..Tissue::default()
        },
        _ => Tissue { collected: effective, ..Tissue::default() },
    };
    let code = report.code.as_ref();
    if other_primary(reader) && !report.conclusion_code.is_empty() {
        let named = |concept| concepts_in(reader.knowledge, concept, value_set::RECEPTOR_FINDING).next().is_some();
        if report.conclusion_code.iter().any(named) {
            let message =
                "more than one cancer is on record and the conclusion does not say which it is about; it was not used";
            reader.issues.push(Issue::warning("primary-not-said", message).at(report.place.name.clone()));
        }
        return;
    }
    let sets: Vec<_> = code.into_iter().flat_map(|code| roles(reader.knowledge, code)).map(|(set, _)| set).collect();
    let asked = ReceptorTest::of_roles(&sets);
    for concept in &report.conclusion_code {
        let entry = Entry {
            source: &report.place.name,
            element: "conclusionCode",
            tissue: tissue.clone(),
            date: report.issued,
            preliminary: standing == Standing::Preliminary,
            diagnosis: false,
        };
        let named = concepts_in(reader.knowledge, concept, value_set::RECEPTOR_FINDING).next().is_some();
        match asked {
            // "Positive" answers the question that the report's own code asks.
            Some(test) if !named => {
                let value = Value::CodeableConcept(concept.clone());
                let asked =
                    Asked { test, share: false, value: Some(&value), interpretation: &[], element: "conclusionCode" };
                match receptor_values::read(reader, &asked) {
                    Ok(Some(reading)) if reading.has_content() => push(reader, &entry, test, reading, said(concept)),
                    _ => unread(reader, concept, &entry),
                }
            }
            _ => findings(reader, concept, &entry),
        }
    }
}

fn other_primary(reader: &Reader<'_, '_>) -> bool {
    reader.asserted.diagnoses.iter().any(|diagnosis| diagnosis.kind == DiagnosisKind::OtherPrimary)
}

fn unread(reader: &mut Reader<'_, '_>, concept: &CodeableConcept<'_>, entry: &Entry<'_>) {
    let message =
        format!("`{}` is not a receptor result that can be read with certainty; it was not used", said(concept));
    let place = format!("{}.{}", entry.source, entry.element);
    reader.issues.push(Issue::warning("unreadable-value", message).at(place));
}

/// Where a finding stands.
struct Entry<'e> {
    source: &'e str,
    element: &'static str,
    tissue: Tissue,
    date: Option<PartialDate>,
    preliminary: bool,
    diagnosis: bool,
}

/// Every receptor that the codes of a concept name.
fn findings(reader: &mut Reader<'_, '_>, concept: &CodeableConcept<'_>, entry: &Entry<'_>) {
    let meanings: Vec<&str> = concepts_in(reader.knowledge, concept, value_set::RECEPTOR_FINDING)
        .filter_map(|finding| finding.meaning.as_deref())
        .collect();
    for meaning in meanings {
        let tests = match meaning.split_once('-') {
            Some(("her2", result)) => vec![(ReceptorTest::Her2Status, result)],
            Some(("er", result)) => vec![(ReceptorTest::Er, result)],
            Some(("pr", result)) => vec![(ReceptorTest::Pr, result)],
            Some(("triple", result)) => {
                vec![(ReceptorTest::Her2Status, result), (ReceptorTest::Er, result), (ReceptorTest::Pr, result)]
            }
            _ => {
                let message = format!("`{}` does not say which receptor is positive; it was not used", said(concept));
                let place = format!("{}.{}", entry.source, entry.element);
                reader.issues.push(Issue::warning("combined-receptors", message).at(place));
                continue;
            }
        };
        for (test, result) in tests {
            let word = match result {
                "positive" => ResultWord::Positive,
                "negative" => ResultWord::Negative,
                _ => ResultWord::Equivocal,
            };
            let reading = Reading { results: vec![word], ..Reading::default() };
            push(reader, entry, test, reading, said(concept));
        }
    }
}

fn push(reader: &mut Reader<'_, '_>, entry: &Entry<'_>, test: ReceptorTest, reading: Reading, said: String) {
    reader.asserted.receptor_results.push(ReceptorResult {
        test,
        method: Method::Unspecified,
        reading,
        source: entry.source.to_owned(),
        element: entry.element,
        said,
        tissue: entry.tissue.clone(),
        effective: None,
        issued: entry.date,
        identifiers: Vec::new(),
        corrected: false,
        preliminary: entry.preliminary,
        diagnosis: entry.diagnosis,
    });
}
