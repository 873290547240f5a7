//! The dated results and events of a record, gathered from what its entries assert.

use std::collections::BTreeSet;

use her2path_knowledge::model::Knowledge;

use super::her2::Her2Specimen;
use super::her2_names::status_name;
use super::measures;
use crate::chart::asserted::{Act, Answer, Asserted, DiagnosisKind, EntryKind, LabResult, MeasureKind, ReceptorTest};
use crate::chart::timeline::{Event, EventKind, Timeline};
use crate::date::PartialDate;

/// Everything dated that a picture or a measure of quality needs.
pub(super) fn of(asserted: &Asserted, specimens: &[Her2Specimen], knowledge: &Knowledge) -> Timeline {
    let mut events = Vec::new();
    let mut add = |kind, date: Option<PartialDate>, text: &str, number, source: &str| {
        if let Some(date) = date {
            events.push(Event { kind, date, text: text.to_owned(), number, source: source.to_owned() });
        }
    };
    for specimen in specimens {
        let source = specimen.because.first().map_or("", |because| because.source.as_str());
        add(EventKind::Her2, specimen.date, status_name(specimen.status), None, source);
    }
    for result in asserted.receptor_results.iter().filter(|result| !result.preliminary && !result.tissue.inadequate) {
        let kind = match result.test {
            ReceptorTest::Er => EventKind::Er,
            ReceptorTest::Pr => EventKind::Pr,
            _ => continue,
        };
        add(kind, result.tissue.collected.or(result.effective), &result.said, None, &result.source);
    }
    for diagnosis in &asserted.diagnoses {
        match diagnosis.kind {
            DiagnosisKind::BreastCancer => {
                add(EventKind::Diagnosis, diagnosis.date, &diagnosis.said, None, &diagnosis.source);
            }
            DiagnosisKind::Secondary { site, .. } => {
                add(EventKind::Metastasis, diagnosis.date, site, None, &diagnosis.source);
            }
            _ => {}
        }
    }
    for (measured, kind) in [
        (MeasureKind::Lvef, EventKind::Lvef),
        (MeasureKind::DiseaseStatus, EventKind::Response),
        (MeasureKind::Recist, EventKind::Response),
        (MeasureKind::Pregnancy, EventKind::PregnancyTest),
    ] {
        for measure in measures::series(asserted, measured) {
            let (text, number) = match &measure.answer {
                Answer::Code(code) => (code.as_str(), None),
                Answer::Number(number) => (measure.said.as_str(), Some(number.number)),
                Answer::Integer(_) => (measure.said.as_str(), None),
            };
            add(kind, measure.date, text, number, &measure.source);
        }
    }
    for lab in &asserted.labs {
        let kind = match lab.test.as_str() {
            "platelets" => EventKind::Platelets,
            "bilirubin" | "ast" | "alt" => EventKind::LiverTest,
            "dpyd" => EventKind::Dpyd,
            _ => continue,
        };
        let number = match &lab.result {
            LabResult::Number { number, .. } => Some(number.number),
            LabResult::Answer(_) => None,
        };
        let text = if kind == EventKind::LiverTest { lab.test.as_str() } else { lab.said.as_str() };
        add(kind, lab.date, text, number, &lab.source);
    }
    for done in &asserted.done {
        let kind = match done.act {
            Act::BrainLocalTherapy => EventKind::BrainTherapy,
            Act::DentalExamination => EventKind::DentalExamination,
            _ => continue,
        };
        add(kind, done.date, done.meaning.as_deref().unwrap_or(&done.said), None, &done.source);
    }
    for entry in asserted.medications.entries.iter().filter(|entry| entry.kind == EntryKind::Administered) {
        let drug = knowledge.drugs.get(entry.drug).map_or("", |drug| drug.id.as_ref());
        add(EventKind::Dose, entry.start, drug, None, &entry.source);
    }
    events.sort_by(|a, b| {
        a.date.cmp_sort(&b.date).then_with(|| (a.kind, &a.source, &a.text).cmp(&(b.kind, &b.source, &b.text)))
    });
    // Of a site only its first mention is an event.
    let mut sites: BTreeSet<String> = BTreeSet::new();
    events.retain(|event| event.kind != EventKind::Metastasis || sites.insert(event.text.clone()));
    Timeline { events }
}
