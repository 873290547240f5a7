//! Receptor results outside Observations: reports that hold or conclude them, and diagnoses that name them.
//!
//! A report's status applies to the results in it. A conclusion, in codes or in words that can be read as a whole
//! ([`super::receptor_sentences`]), is a result of the report's specimen; a diagnosis or status code that names a receptor
//! ("HER2-positive carcinoma", ICD-10-CM Z17) is a recorded status without a specimen.

use std::collections::BTreeMap;

use her2path_knowledge::code_system::CodeSystem;
use jiff::civil::Date;

use super::Reader;
use super::coding::{roles, said, system_and_code};
use super::conditions::DiagnosisKind;
use super::receptor_findings::{self, Named};
use super::receptor_results::{Asked, CombinedStatus, Method, ReceptorResult, ReceptorTest};
use super::receptor_sentences::{self, Conclusion};
use super::receptor_text::{Reading, Receptor};
use super::receptor_values;
use super::tissue::{self, Tissue};
use super::visible::{Standing, recorded_by, standing};
use crate::date::PartialDate;
use crate::fhir::{
    CodeableConcept, Condition, DiagnosticReport, Located, Observation, Place, Record, Reference, Value, When,
};
use crate::issue::Issue;

/// How far panels within panels are followed.
const DEPTH: u8 = 3;

/// The best standing that the reports holding an Observation leave it: one final report is enough. Without a report it
/// stands for itself.
pub(super) fn standing_of(reader: &Reader<'_, '_>, observation: &Located<'_, Observation<'_>>) -> Standing {
    let reported = reader.reported.get_or_init(|| reported(reader.record, reader.as_of));
    reported.get(observation.place.name.as_str()).copied().unwrap_or(Standing::Final)
}

/// The best standing that reports on record give to the Observations in them, by name.
fn reported<'r>(record: &'r Record<'_>, as_of: Date) -> BTreeMap<&'r str, Standing> {
    let mut standings = BTreeMap::new();
    for report in record.diagnostic_reports.iter().filter(|report| recorded_by(report.issued, as_of)) {
        let standing = standing(report.status.as_deref());
        for result in &report.result {
            note(record, &report.place, result, standing, DEPTH, &mut standings);
        }
    }
    standings
}

/// Notes a standing of the Observation that a reference leads to, and of those in it where it is a panel.
fn note<'r, 'a>(
    record: &'r Record<'a>,
    from: &Place<'a>,
    reference: &Reference<'a>,
    standing: Standing,
    depth: u8,
    standings: &mut BTreeMap<&'r str, Standing>,
) {
    let Some(target) = record.resolve_as::<Observation<'_>>(from, reference) else { return };
    let best = standings.entry(&target.place.name).or_insert(standing);
    *best = (*best).min(standing);
    if depth > 0 {
        for member in target.members() {
            note(record, &target.place, member, standing, depth.saturating_sub(1), standings);
        }
    }
}

/// Reads conclusions of reports and diagnoses that name a receptor.
pub(super) fn read(reader: &mut Reader<'_, '_>) {
    let record = reader.record;
    for report in &record.diagnostic_reports {
        of_report(reader, report);
    }
    for condition in &record.conditions {
        of_condition(reader, condition);
    }
}

fn of_condition(reader: &mut Reader<'_, '_>, condition: &Located<'_, Condition<'_>>) {
    let Some(code) = &condition.code else { return };
    let onset = condition.onset.as_ref().and_then(When::start);
    if !recorded_by(condition.recorded_date, reader.as_of) || !recorded_by(onset, reader.as_of) {
        return;
    }
    let verified = condition.verification_status.iter().flat_map(|status| &status.coding);
    let refuted =
        |code: &str| matches!(code, "entered-in-error" | "refuted" | "unconfirmed" | "provisional" | "differential");
    if verified.filter_map(|coding| coding.code.as_deref()).any(refuted) {
        return;
    }
    let name = &condition.place.name;
    let diagnosis = reader.asserted.diagnoses.iter().find(|d| d.source == *name);
    let of_breast = diagnosis.is_some_and(|d| d.kind != DiagnosisKind::OtherPrimary) || is_receptor_status(code);
    if other_primary(reader) && !of_breast {
        return;
    }
    let side = diagnosis.and_then(|d| d.side).filter(|side| *side != "both");
    let focus = diagnosis.map(|_| name.clone());
    let date = condition.recorded_date.or(onset);
    let tissue = Tissue { side, focus, ..Tissue::default() };
    findings(reader, code, &Entry { source: name, element: "code", tissue, date, preliminary: false, diagnosis: true });
}

/// ICD-10-CM Z17, receptor status: the classification puts it beside a malignant neoplasm of the breast only.
fn is_receptor_status(code: &CodeableConcept<'_>) -> bool {
    code.coding.iter().any(
        |coding| matches!(system_and_code(coding), Some((CodeSystem::Icd10Cm, code)) if code.starts_with(['Z', 'z'])),
    )
}

fn of_report(reader: &mut Reader<'_, '_>, report: &Located<'_, DiagnosticReport<'_>>) {
    let effective = report.effective.as_ref().and_then(When::start);
    let standing = standing(report.status.as_deref());
    if standing == Standing::Void || !recorded_by(report.issued.or(effective), reader.as_of) {
        return;
    }
    let words = report.conclusion.as_deref().map_or(Conclusion::Silent, receptor_sentences::read);
    let names_receptor = report.conclusion_code.iter().any(|concept| receptor_findings::any(reader.knowledge, concept));
    let place = format!("{}.conclusion", report.place.name);
    if words == Conclusion::NotRead {
        let message = "the conclusion names a receptor or a cancer in words that are not read; it was not used: enter the results as Observations";
        reader.issues.push(Issue::warning("text-not-read", message).at(place));
    } else if words == Conclusion::Other {
        let message = "the conclusion in words names a cancer; it was not read";
        reader.issues.push(Issue::information("text-not-read", message).at(place));
    }
    if other_primary(reader) && (names_receptor || matches!(words, Conclusion::Read { .. })) {
        let message =
            "more than one cancer is on record and the conclusion does not say which it is about; it was not used";
        reader.issues.push(Issue::warning("primary-not-said", message).at(report.place.name.clone()));
        return;
    }
    let tissue = tissue_of(reader, report, effective);
    let entry = |element, side: Option<&'static str>| Entry {
        source: &report.place.name,
        element,
        tissue: Tissue { side: tissue.side.or(side), ..tissue.clone() },
        date: report.issued,
        preliminary: standing == Standing::Preliminary,
        diagnosis: false,
    };
    in_codes(reader, report, &entry("conclusionCode", None));
    if let Conclusion::Read { sentences, side } = words {
        in_words(reader, &sentences, &entry("conclusion", side));
    }
}

/// The tissue that a report is about: its specimen, else the one that all its results name. Of several specimens the
/// conclusion does not say which it is about.
fn tissue_of(
    reader: &mut Reader<'_, '_>,
    report: &Located<'_, DiagnosticReport<'_>>,
    effective: Option<PartialDate>,
) -> Tissue {
    let record = reader.record;
    let tissue = match report.specimen.as_slice() {
        [one] => tissue::of_specimen(reader, &report.place, Some(one), &[]),
        [] => {
            let results: Vec<&Located<'_, Observation<'_>>> =
                report.result.iter().filter_map(|result| record.resolve_as(&report.place, result)).collect();
            let mut tissues = Vec::new();
            for result in results {
                tissues.push(tissue::of_specimen(reader, &result.place, result.specimen.as_ref(), &[]));
            }
            let (first, others) = tissues
                .split_first()
                .map_or((Tissue::default(), Vec::new()), |(first, others)| (first.clone(), others.to_vec()));
            let same = first.specimen.is_some() && others.iter().all(|other| other.specimen == first.specimen);
            if same { first } else { Tissue::default() }
        }
        _ => Tissue::default(),
    };
    Tissue { collected: tissue.collected.or(effective), ..tissue }
}

fn in_codes(reader: &mut Reader<'_, '_>, report: &Located<'_, DiagnosticReport<'_>>, entry: &Entry<'_>) {
    let sets: Vec<_> = report.code.iter().flat_map(|code| roles(reader.knowledge, code)).map(|(set, _)| set).collect();
    let asked = ReceptorTest::of_roles(&sets);
    for concept in &report.conclusion_code {
        match asked {
            // "Positive" answers the question that the report's own code asks.
            Some(test) if !receptor_findings::any(reader.knowledge, concept) => {
                let value = Value::CodeableConcept(concept.clone());
                let asked =
                    Asked { test, share: false, value: Some(&value), interpretation: &[], element: "conclusionCode" };
                match receptor_values::read(reader, &asked) {
                    Ok(Some(reading)) if reading.has_content() => push(reader, entry, test, reading, said(concept)),
                    _ => unread(reader, &said(concept), entry),
                }
            }
            _ => findings(reader, concept, entry),
        }
    }
}

/// What is said of each receptor is read as a value under the code for its status would be.
fn in_words(reader: &mut Reader<'_, '_>, sentences: &[(Receptor, String)], entry: &Entry<'_>) {
    for (receptor, sentence) in sentences {
        let test = match receptor {
            Receptor::Her2 => ReceptorTest::Her2Status,
            Receptor::Er => ReceptorTest::Er,
            Receptor::Pr => ReceptorTest::Pr,
        };
        let value = Value::String(sentence.as_str().into());
        let asked = Asked { test, share: true, value: Some(&value), interpretation: &[], element: "conclusion" };
        match receptor_values::read(reader, &asked) {
            Ok(Some(reading)) if reading.has_content() && reading.contradiction.is_none() => {
                push(reader, entry, test, reading, sentence.clone());
            }
            Ok(Some(reading)) if reading.no_result => {}
            _ => unread(reader, sentence, entry),
        }
    }
}

fn other_primary(reader: &Reader<'_, '_>) -> bool {
    reader.asserted.diagnoses.iter().any(|diagnosis| diagnosis.kind == DiagnosisKind::OtherPrimary)
}

fn unread(reader: &mut Reader<'_, '_>, said: &str, entry: &Entry<'_>) {
    let message = format!("`{said}` is not a receptor result that can be read with certainty; it was not used");
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
    for (named, word) in receptor_findings::of(reader.knowledge, concept) {
        match named {
            Named::Receptor(test) => {
                let reading = Reading { results: vec![word], ..Reading::default() };
                push(reader, entry, test, reading, said(concept));
            }
            // Of a preliminary report nothing is kept; that its receptors are preliminary is said of the named ones.
            Named::EitherHormoneReceptor if entry.preliminary => {}
            Named::EitherHormoneReceptor => reader.asserted.combined_receptors.push(CombinedStatus {
                source: entry.source.to_owned(),
                element: entry.element,
                said: said(concept),
                date: entry.date,
            }),
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
