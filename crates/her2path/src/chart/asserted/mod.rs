//! Asserted facts: what single resources say, with their place, before anything is combined.
//!
//! One file for each kind of statement. Entries that do not count (entered in error, not done, refuted, recorded after
//! the day) are left out here, so that no inference can see them.

mod amount;
mod breast_imaging;
mod cancer_codes;
mod cancer_kind;
mod cancer_words;
mod coding;
mod comorbidities;
mod conditions;
mod dose;
mod drug_names;
mod ejection_fraction;
mod family_history;
mod germline;
mod history;
mod labs;
mod laterality;
mod lesions;
mod measures;
mod medications;
mod morphology;
mod observations;
mod patient;
mod questionnaires;
mod race;
mod receptor_findings;
mod receptor_reports;
mod receptor_results;
mod receptor_sentences;
mod receptor_text;
mod receptor_values;
mod receptor_words;
mod staging;
mod statements;
pub(crate) mod symptoms;
mod tissue;
mod verification;
mod visible;

use std::cell::OnceCell;
use std::collections::BTreeMap;

use her2path_knowledge::model::Knowledge;
use jiff::civil::Date;

use crate::fhir::{CodeableConcept, Record};
use crate::issue::Issue;

pub(crate) use breast_imaging::{BreastImaging, BreastTissue};
pub(crate) use comorbidities::{Act, Comorbidity, Done, Illness, OtherMedicine, State};
pub(crate) use conditions::{DatedBy, Diagnosis, DiagnosisKind, MetastasisMention, PrimaryOf, Relapse};
pub(crate) use dose::Dose;
pub(crate) use family_history::Relative;
pub(crate) use germline::{Gene, GermlineFinding, GermlineResult};
pub(crate) use history::{HistoryAnswer, HistoryStatement};
pub(crate) use labs::{Lab, LabResult};
pub(crate) use measures::{Answer, LesionSize, Measure, MeasureKind};
pub(crate) use medications::{EntryKind, MedicationEntry, Medications, StopReason};
pub(crate) use patient::PatientStatement;
pub(crate) use questionnaires::Screening;
pub(crate) use receptor_results::{CombinedStatus, Method, ReceptorResult, ReceptorTest};
pub(crate) use receptor_text::{Amount, Number, Percent, Reading, ResultWord};
pub(crate) use staging::{Classification, StageKind, StageStatement};
pub(crate) use statements::FactStatement;
pub(crate) use symptoms::{SymptomMention, What};
use visible::Standing;

/// Everything that a record asserts, by kind, each list by source: what follows never depends on the order of a record.
#[derive(Debug, Default)]
pub(crate) struct Asserted {
    pub(crate) patient: PatientStatement,
    pub(crate) diagnoses: Vec<Diagnosis>,
    pub(crate) metastasis_mentions: Vec<MetastasisMention>,
    pub(crate) receptor_results: Vec<ReceptorResult>,
    pub(crate) combined_receptors: Vec<CombinedStatus>,
    pub(crate) stages: Vec<StageStatement>,
    pub(crate) measures: Vec<Measure>,
    pub(crate) germline: Vec<GermlineFinding>,
    pub(crate) breast_imaging: Vec<BreastImaging>,
    pub(crate) breast_tissue: Vec<BreastTissue>,
    pub(crate) medications: Medications,
    pub(crate) lesion_sizes: Vec<LesionSize>,
    pub(crate) history: Vec<HistoryStatement>,
    pub(crate) relatives: Vec<Relative>,
    pub(crate) symptoms: Vec<SymptomMention>,
    pub(crate) screenings: Vec<Screening>,
    pub(crate) labs: Vec<Lab>,
    pub(crate) comorbidities: Vec<Comorbidity>,
    pub(crate) done: Vec<Done>,
    pub(crate) other_medicines: Vec<OtherMedicine>,
    pub(crate) statements: Vec<FactStatement>,
}

impl Asserted {
    /// Sorts every list by source; what one entry says several times stays in its order.
    fn sort(&mut self) {
        self.diagnoses.sort_by(|a, b| a.source.cmp(&b.source));
        self.metastasis_mentions.sort_by(|a, b| a.source.cmp(&b.source));
        self.receptor_results.sort_by(|a, b| (&a.source, a.test, &a.said).cmp(&(&b.source, b.test, &b.said)));
        self.combined_receptors.sort_by(|a, b| a.source.cmp(&b.source));
        self.stages.sort_by(|a, b| a.source.cmp(&b.source));
        self.measures.sort_by(|a, b| a.source.cmp(&b.source));
        self.germline.sort_by(|a, b| a.source.cmp(&b.source));
        self.breast_imaging.sort_by(|a, b| a.source.cmp(&b.source));
        self.breast_tissue.sort_by(|a, b| a.source.cmp(&b.source));
        self.lesion_sizes.sort_by(|a, b| a.source.cmp(&b.source));
        self.relatives.sort_by(|a, b| a.source.cmp(&b.source));
        self.symptoms.sort_by(|a, b| a.source.cmp(&b.source));
        self.screenings.sort_by(|a, b| a.source.cmp(&b.source));
        self.labs.sort_by(|a, b| a.source.cmp(&b.source));
        self.comorbidities.sort_by(|a, b| a.source.cmp(&b.source));
        self.done.sort_by(|a, b| a.source.cmp(&b.source));
        self.other_medicines.sort_by(|a, b| a.source.cmp(&b.source));
        self.statements.sort_by(|a, b| a.because.source.cmp(&b.because.source));
        self.history.sort_by(|a, b| a.because.source.cmp(&b.because.source));
        self.medications.entries.sort_by(|a, b| a.source.cmp(&b.source));
        self.medications.none_taken.sort_by(|a, b| a.source.cmp(&b.source));
        self.medications.unnamed.sort_by(|(a, ..), (b, ..)| a.source.cmp(&b.source));
    }
}

/// Reads what a record asserts as of a day.
pub(crate) fn assert(record: &Record<'_>, knowledge: &Knowledge, as_of: Date) -> (Asserted, Vec<Issue>) {
    let Reader { asserted, mut issues, .. } = read(Reader::new(record, knowledge, as_of));
    issues.sort();
    issues.dedup();
    (asserted, issues)
}

/// The same as of an earlier day, for a record whose codes the assessment of today has checked.
pub(crate) fn assert_again(record: &Record<'_>, knowledge: &Knowledge, as_of: Date) -> Asserted {
    read(Reader { checks_codes: false, ..Reader::new(record, knowledge, as_of) }).asserted
}

fn read<'r, 'a>(mut reader: Reader<'r, 'a>) -> Reader<'r, 'a> {
    patient::read(&mut reader);
    conditions::read(&mut reader);
    for observation in &reader.record.observations {
        reader.observation(observation);
    }
    receptor_reports::read(&mut reader);
    breast_imaging::read_tissue(&mut reader);
    medications::read(&mut reader);
    history::read_conditions(&mut reader);
    history::read_biopsies(&mut reader);
    family_history::read(&mut reader);
    race::read(&mut reader);
    symptoms::read(&mut reader);
    questionnaires::read(&mut reader);
    labs::read(&mut reader);
    comorbidities::read(&mut reader);
    statements::read(&mut reader);
    reader.asserted.sort();
    reader
}

/// What every kind of statement is read with.
struct Reader<'r, 'a> {
    record: &'r Record<'a>,
    knowledge: &'r Knowledge,
    as_of: Date,
    issues: Vec<Issue>,
    asserted: Asserted,
    /// Whether codes that cannot be, and displays that contradict them, are to be reported.
    checks_codes: bool,
    /// The standing that reports give to Observations, by name; worked out when a receptor result first asks.
    reported: OnceCell<BTreeMap<&'r str, Standing>>,
}

impl<'r, 'a> Reader<'r, 'a> {
    fn new(record: &'r Record<'a>, knowledge: &'r Knowledge, as_of: Date) -> Self {
        let (issues, asserted, reported) = (Vec::new(), Asserted::default(), OnceCell::new());
        Self { record, knowledge, as_of, issues, asserted, checks_codes: true, reported }
    }

    /// See [`coding::check`].
    fn check_codes(&mut self, concept: &CodeableConcept<'_>, source: &str, element: &str) {
        if self.checks_codes {
            coding::check(self.knowledge, concept, source, element, &mut self.issues);
        }
    }
}
