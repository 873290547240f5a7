//! What is known about options besides the recommendations: labels, trials, monographs, what to check and how often, and
//! measures of quality.
//!
//! A label is a fact about a day and a place: it names a combination of drugs and its own criteria, so that "labelled"
//! is judged as everything else is. Deliberately absent: prices, availability, and labels for early disease.

use jiff::civil::Date;

use crate::model::{Criterion, Evidence, FactIndex, Jurisdiction, Knowledge, List, Place, Recommendation, Span, Str};

/// `labels/`, `trials/`, `monographs/`, `monitoring/` and `quality.toml`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Medicine {
    /// How far the labels of each jurisdiction have been followed.
    pub coverage: List<LabelCoverage>,
    /// Labelled indications, in the order of the files.
    pub labels: List<Label>,
    /// Trials, in the order of the files.
    pub trials: List<Trial>,
    /// Monographs, sorted by drug.
    pub monographs: List<Monograph>,
    /// What to check during treatment, in the order of the files.
    pub checks: List<Check>,
    /// Measures of quality, in the order of the file.
    pub measures: List<Measure>,
}

/// Up to which day the decisions of a jurisdiction have been followed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LabelCoverage {
    /// The jurisdiction.
    pub jurisdiction: Jurisdiction,
    /// The last day.
    pub until: Date,
}

/// One labelled indication (`labels/*.toml`).
#[derive(Debug, Clone, PartialEq)]
pub struct Label {
    /// Kebab-case name (`us-tucatinib`).
    pub id: Str,
    /// Whose label.
    pub jurisdiction: Jurisdiction,
    /// The drugs, each by its id, its class or its group (`chemotherapy`).
    pub regimen: List<Str>,
    /// Drugs that may be there besides.
    pub optional: List<Str>,
    /// The indication in our words.
    pub statement: Str,
    /// The day on which it was granted; absent while a decision is not verified.
    pub granted: Option<Date>,
    /// The day on which a decision was asked for, where none is verified.
    pub pending_since: Option<Date>,
    /// The day on which another wording took its place.
    pub ended: Option<Date>,
    /// What the patient must meet.
    pub when: List<Criterion>,
    /// What it asks besides, which no fact holds: a clinician judges.
    pub conditions: List<Str>,
    /// How it is known.
    pub evidence: Evidence,
    /// Keys of citations.
    pub cites: List<Str>,
    /// Where it stands.
    pub place: Place,
}

/// One trial with its numbers (`trials/*.toml`), as published: several readings of one figure stand side by side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trial {
    /// Kebab-case name.
    pub id: Str,
    /// The name for people.
    pub name: Str,
    /// ClinicalTrials.gov number.
    pub registry: Option<Str>,
    /// Phase.
    pub phase: Str,
    /// Line and setting.
    pub setting: Str,
    /// Who was in it, with earlier treatment.
    pub population: Str,
    /// The experimental arm.
    pub arm: Str,
    /// The arm that it was compared with.
    pub control: Option<Str>,
    /// Patients in the experimental arm.
    pub patients: Option<Str>,
    /// Patients in the arm that it was compared with.
    pub control_patients: Option<Str>,
    /// The primary endpoint.
    pub endpoint: Option<Str>,
    /// Progression-free survival, months at the median.
    pub pfs: Endpoint,
    /// Overall survival, months at the median.
    pub os: Endpoint,
    /// Objective response, per cent: experimental, control.
    pub response: (Option<Str>, Option<Str>),
    /// Results in the brain.
    pub brain: Option<Str>,
    /// Adverse events of grade 3 and higher.
    pub harms: Option<Str>,
    /// Anything else.
    pub note: Option<Str>,
    /// What of it was read, and what is from memory.
    pub verification: Str,
    /// How it is known as a whole.
    pub evidence: Evidence,
    /// Keys of citations: the way from a recommendation to its trials.
    pub cites: List<Str>,
    /// Where it stands.
    pub place: Place,
}

/// A time to an event in two arms.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Endpoint {
    /// Median in the experimental arm.
    pub median: Option<Str>,
    /// Its 95 % confidence interval.
    pub interval: Option<Str>,
    /// Median in the other arm.
    pub control: Option<Str>,
    /// Its 95 % confidence interval.
    pub control_interval: Option<Str>,
    /// Hazard ratio.
    pub ratio: Option<Str>,
    /// Its 95 % confidence interval.
    pub ratio_interval: Option<Str>,
}

/// What a label asks around a drug (`monographs/*.toml`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Monograph {
    /// The drug's id, or a class of drugs.
    pub drug: Str,
    /// Doses by schedule.
    pub doses: List<(Str, Str)>,
    /// What to test before.
    pub before: List<Str>,
    /// What to watch, and how often.
    pub monitor: List<(Str, Str)>,
    /// What holds, lowers or stops it: the finding, and what to do.
    pub hold: List<(Str, Str)>,
    /// Dose levels.
    pub levels: List<Str>,
    /// Boxed warnings.
    pub warnings: List<Str>,
    /// Contraindications of the label.
    pub contraindications: List<Str>,
    /// What else must be known to give it: missed doses, contraception, exchange of products.
    pub notes: List<Str>,
    /// Interactions.
    pub interactions: List<Str>,
    /// What of it was read, and what is from memory.
    pub verification: Str,
    /// How it is known as a whole.
    pub evidence: Evidence,
    /// Keys of citations.
    pub cites: List<Str>,
    /// Where it stands.
    pub place: Place,
}

/// Something to be checked while a drug is given (`monitoring/*.toml`).
#[derive(Debug, Clone, PartialEq)]
pub struct Check {
    /// Kebab-case name, never reused.
    pub id: Str,
    /// What is measured or examined.
    pub test: Str,
    /// The same as a sentence that the patient understands.
    pub plain: Str,
    /// Ids of drugs: it is asked for while any of them is given.
    pub drugs: List<Str>,
    /// What must hold besides.
    pub when: List<Criterion>,
    /// The facts that hold the day of the latest one: dates, or dated facts. The latest of them counts.
    pub last: List<FactIndex>,
    /// What makes the latest value a call to act rather than one to wait for the next: any that holds.
    pub critical_if: List<Criterion>,
    /// How often.
    pub rhythm: Rhythm,
    /// The day from which it is asked for, where it was not always so.
    pub since: Option<Date>,
    /// What the source asks for, in words.
    pub basis: Str,
    /// How it is known.
    pub evidence: Evidence,
    /// Keys of citations.
    pub cites: List<Str>,
    /// Where it stands.
    pub place: Place,
}

/// How often something is checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rhythm {
    /// Before the first dose; with a number no earlier than so many days before the start of the line.
    Once(Option<u32>),
    /// Before each cycle of the drug.
    EveryCycle,
    /// At this interval.
    Every(Span),
}

/// A measure of quality (`quality.toml`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Measure {
    /// `Q1` to `Q12`.
    pub id: Str,
    /// What it is about.
    pub title: Str,
    /// Who or what is counted as done.
    pub numerator: Str,
    /// Out of whom or what.
    pub denominator: Str,
    /// Who is left out, and remarks.
    pub exclusions: Str,
    /// Whether it is a published measure or one of this project.
    pub published: bool,
    /// Why the record of one patient cannot answer it, where that is so.
    pub unanswerable: Option<Str>,
    /// How it is known.
    pub evidence: Evidence,
    /// Keys of citations.
    pub cites: List<Str>,
    /// Where it stands.
    pub place: Place,
}

impl Knowledge {
    /// The trials that a recommendation cites.
    pub fn trials_of<'k>(&'k self, recommendation: &'k Recommendation) -> impl Iterator<Item = &'k Trial> {
        self.medicine.trials.iter().filter(|trial| trial.cites.iter().any(|key| recommendation.cites.contains(key)))
    }

    /// The monograph of a drug: its own, else that of its class.
    #[must_use]
    pub fn monograph(&self, drug: &str) -> Option<&Monograph> {
        let by = |name: &str| self.medicine.monographs.iter().find(|monograph| monograph.drug == name);
        by(drug).or_else(|| by(self.drug(drug)?.class.name()))
    }

    /// The label with this id.
    #[must_use]
    pub fn label(&self, id: &str) -> Option<&Label> {
        self.medicine.labels.iter().find(|label| label.id == id)
    }
}
