//! The FHIR R4 resources that a record is made of, as far as they are used here.
//!
//! A resource is data until it is written, so that damage can be done to it in between. Texts are borrowed wherever they
//! can be.

use std::borrow::Cow;

use crate::day::{Day, Precision};
use crate::json::Decimal;

pub(crate) type Text = Cow<'static, str>;

/// Types of resource, in the order in which files are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Kind {
    AllergyIntolerance,
    Condition,
    DiagnosticReport,
    Encounter,
    MedicationAdministration,
    MedicationRequest,
    MedicationStatement,
    Observation,
    Patient,
    Procedure,
    Specimen,
}

impl Kind {
    pub(crate) const ALL: [Self; 11] = [
        Self::AllergyIntolerance,
        Self::Condition,
        Self::DiagnosticReport,
        Self::Encounter,
        Self::MedicationAdministration,
        Self::MedicationRequest,
        Self::MedicationStatement,
        Self::Observation,
        Self::Patient,
        Self::Procedure,
        Self::Specimen,
    ];

    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::AllergyIntolerance => "AllergyIntolerance",
            Self::Condition => "Condition",
            Self::DiagnosticReport => "DiagnosticReport",
            Self::Encounter => "Encounter",
            Self::MedicationAdministration => "MedicationAdministration",
            Self::MedicationRequest => "MedicationRequest",
            Self::MedicationStatement => "MedicationStatement",
            Self::Observation => "Observation",
            Self::Patient => "Patient",
            Self::Procedure => "Procedure",
            Self::Specimen => "Specimen",
        }
    }

    /// The start of an id.
    pub(crate) const fn prefix(self) -> &'static str {
        match self {
            Self::AllergyIntolerance => "-alg-",
            Self::Condition => "-con-",
            Self::DiagnosticReport => "-rep-",
            Self::Encounter => "-enc-",
            Self::MedicationAdministration => "-adm-",
            Self::MedicationRequest => "-req-",
            Self::MedicationStatement => "-sta-",
            Self::Observation => "-obs-",
            Self::Patient => "",
            Self::Procedure => "-pro-",
            Self::Specimen => "-spe-",
        }
    }
}

/// A code in a code system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Coding {
    pub(crate) system: &'static str,
    pub(crate) code: Text,
    pub(crate) display: Text,
}

/// A CodeableConcept.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Concept {
    pub(crate) codings: Vec<Coding>,
    pub(crate) text: Option<Text>,
}

pub(crate) const LOINC: &str = "http://loinc.org";
pub(crate) const SNOMED: &str = "http://snomed.info/sct";
pub(crate) const RXNORM: &str = "http://www.nlm.nih.gov/research/umls/rxnorm";
pub(crate) const ICD10: &str = "http://hl7.org/fhir/sid/icd-10-cm";
pub(crate) const CPT: &str = "http://www.ama-assn.org/go/cpt";

impl Concept {
    pub(crate) fn of(system: &'static str, code: &'static str, display: &'static str) -> Self {
        let coding = Coding { system, code: Text::Borrowed(code), display: Text::Borrowed(display) };
        Self { codings: vec![coding], text: None }
    }

    pub(crate) fn loinc(code: &'static str, display: &'static str) -> Self {
        Self::of(LOINC, code, display)
    }

    pub(crate) fn snomed(code: &'static str, display: &'static str) -> Self {
        Self::of(SNOMED, code, display)
    }

    pub(crate) fn and(mut self, system: &'static str, code: &'static str, display: &'static str) -> Self {
        self.codings.push(Coding { system, code: Text::Borrowed(code), display: Text::Borrowed(display) });
        self
    }

    pub(crate) fn words(text: impl Into<Text>) -> Self {
        Self { codings: Vec::new(), text: Some(text.into()) }
    }

    pub(crate) fn has(&self, code: &str) -> bool {
        self.codings.iter().any(|coding| coding.code == code)
    }
}

/// A day as a record holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct When {
    pub(crate) day: Day,
    pub(crate) precision: Precision,
    /// Minutes after midnight, where the record holds the time of day.
    pub(crate) minutes: Option<u16>,
}

impl When {
    pub(crate) const fn day(day: Day) -> Self {
        Self { day, precision: Precision::Day, minutes: None }
    }

    pub(crate) const fn at(day: Day, minutes: u16) -> Self {
        Self { day, precision: Precision::Day, minutes: Some(minutes) }
    }
}

/// The value of an observation or component.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Concept(Concept),
    /// Number, unit in UCUM, and a comparator.
    Quantity(Decimal, &'static str, Option<&'static str>),
    Words(Text),
}

/// A resource.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Resource {
    pub(crate) kind: Kind,
    pub(crate) number: u32,
    pub(crate) status: &'static str,
    pub(crate) profile: Option<&'static str>,
    /// `code`, `medication[x]`, `type` of an encounter or specimen.
    pub(crate) code: Concept,
    /// Onset, effective, performed, collected, authored; the start of a period.
    pub(crate) when: Option<When>,
    /// The end of a period, or abatement.
    pub(crate) until: Option<When>,
    /// Number of the Condition that it is about: focus, reason, `condition-related`.
    pub(crate) condition: Option<u32>,
    pub(crate) encounter: Option<u32>,
    pub(crate) body: Body,
}

/// What only some types have.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Body {
    Patient {
        male: bool,
        birth: When,
        death: Option<When>,
    },
    Condition {
        verification: &'static str,
        body_site: Option<Concept>,
        left: Option<bool>,
        stage: Option<Concept>,
    },
    Observation(Box<Observation>),
    Medication(Box<Medication>),
    Report {
        results: Vec<u32>,
    },
    Specimen {
        site: Concept,
    },
    /// Nothing more: Procedure, Encounter, AllergyIntolerance.
    Plain,
}

/// An observation.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Observation {
    pub(crate) category: &'static str,
    pub(crate) value: Option<Value>,
    pub(crate) components: Vec<(Concept, Value)>,
    pub(crate) specimen: Option<u32>,
    /// Limits of normal in the unit of the value.
    pub(crate) range: Option<(Option<Decimal>, Option<Decimal>)>,
    pub(crate) method: Option<Concept>,
}

/// An order, administration or statement.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Medication {
    pub(crate) reason: Option<Concept>,
    pub(crate) intent: Option<Concept>,
    pub(crate) dose: Option<(Decimal, &'static str)>,
    /// Of an order: `order` or `plan`.
    pub(crate) order: &'static str,
}

impl Resource {
    pub(crate) fn observation(&mut self) -> Option<&mut Observation> {
        match &mut self.body {
            Body::Observation(observation) => Some(observation),
            _ => None,
        }
    }
}
