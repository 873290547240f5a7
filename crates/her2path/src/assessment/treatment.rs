//! What the chapter on treatment says besides its recommendations: labels, what to check, what was given and when.

use her2path_knowledge::medicine::{Check, Label, Measure};
use her2path_knowledge::model::{FactIndex, Jurisdiction, Recommendation};
use jiff::civil::Date;

use super::Judged;
use crate::date::PartialDate;
use crate::truth::Truth;

/// Whether a combination is labelled for this patient in one place on the day.
#[derive(Debug, Clone, PartialEq)]
pub struct LabelReading<'k> {
    /// Whose label.
    pub jurisdiction: Jurisdiction,
    /// The answer.
    pub status: LabelStatus,
    /// Why.
    pub reason: LabelReason,
    /// The label that was read: the one that comes closest, if any names the combination.
    pub label: Option<&'k Label>,
    /// Its criteria.
    pub when: Vec<Judged<'k>>,
    /// Facts that would settle it.
    pub missing: Vec<FactIndex>,
    /// Where decisions were not followed up to the day: the last day that is covered.
    pub covered_until: Option<Date>,
}

/// Three-valued: a label is never assumed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LabelStatus {
    /// A label of the day names the combination, and its criteria are met.
    Labelled,
    /// A fact, a clinician's judgement or a decision is missing.
    CannotBeSaid,
    /// No label of the day covers it.
    OffLabel,
}

impl LabelStatus {
    /// The word of the output.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Labelled => "labelled",
            Self::CannotBeSaid => "cannot-be-said",
            Self::OffLabel => "off-label",
        }
    }
}

/// What the answer on a label rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LabelReason {
    /// Every criterion is met.
    Met,
    /// A criterion is not known.
    Unknown,
    /// The facts fit; what the label asks besides is for a clinician.
    Conditions,
    /// A decision was asked for, and none is verified.
    Pending,
    /// A criterion is not met.
    NotMet,
    /// The combination was labelled later than the day.
    Later(Date),
    /// No label names the combination.
    NotNamed,
}

/// What is to be checked on the treatment that is given now.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Monitoring<'k> {
    /// Whether the record says what is given now; without it nothing can be said.
    pub drugs_known: bool,
    /// A drug among them is not known, so there may be more to check.
    pub unknown_drug: bool,
    /// The checks, overdue ones first.
    pub items: Vec<DueCheck<'k>>,
}

/// One check and when it is due.
#[derive(Debug, Clone, PartialEq)]
pub struct DueCheck<'k> {
    /// The check.
    pub check: &'k Check,
    /// The drugs that ask for it, by id.
    pub drugs: Vec<&'k str>,
    /// The latest on record, with the fact that holds it.
    pub last: Option<(PartialDate, FactIndex)>,
    /// A result without a date is on record.
    pub undated: bool,
    /// The first and the last day on which it can fall due, where it has a rhythm and was done before.
    pub due: Option<(Date, Date)>,
    /// The answer.
    pub status: Due,
    /// Facts that would settle whether it is asked for at all.
    pub missing: Vec<FactIndex>,
}

/// How a check stands on the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Due {
    /// The latest value calls for action now; when it would be due again does not matter.
    Critical,
    /// Its day has passed.
    Overdue,
    /// Nothing is on record: it is due now.
    NeverDone,
    /// Its day is near.
    DueNow,
    /// The record does not settle it.
    CannotBeSaid,
    /// It was done, and is not yet due again.
    NotYetDue,
}

impl Due {
    /// The word of the output.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Critical => "critical",
            Self::Overdue => "overdue",
            Self::NeverDone => "never-done",
            Self::DueNow => "due",
            Self::CannotBeSaid => "cannot-be-said",
            Self::NotYetDue => "not-due",
        }
    }
}

/// A line that was given, against the options of the day on which it began.
#[derive(Debug, Clone, PartialEq)]
pub struct Retrospect<'k> {
    /// The line's number.
    pub line: u16,
    /// The day; absent where the record gives none.
    pub on: Option<Date>,
    /// The drugs that it began with, by id.
    pub drugs: Vec<&'k str>,
    /// The answer.
    pub verdict: Verdict,
    /// Why.
    pub reason: RetrospectReason<'k>,
    /// The preferred options of the day, by their drugs.
    pub preferred: Vec<String>,
}

/// Three-valued: missing data are never called discordant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// It was among the options of the day.
    Concordant,
    /// It was not.
    NotAmongOptions,
    /// The record, or the guideline, does not settle it.
    CannotBeSaid,
}

impl Verdict {
    /// The word of the output.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Concordant => "concordant",
            Self::NotAmongOptions => "not-among-the-options",
            Self::CannotBeSaid => "cannot-be-said",
        }
    }
}

/// What the answer on a line rests on.
#[derive(Debug, Clone, PartialEq)]
pub enum RetrospectReason<'k> {
    /// This statement recommended it.
    Recommended(&'k Recommendation),
    /// This statement names it, and something was not on record.
    Missing {
        /// The statement.
        by: &'k Recommendation,
        /// Every criterion was met, and only what could have forbidden it is open.
        indicated: bool,
        /// The facts that were not on record.
        facts: Vec<FactIndex>,
    },
    /// This statement names it, and this stood against it, in the words of its criteria.
    Against(&'k Recommendation, Vec<String>),
    /// This statement names it from a later day on.
    Later(&'k Recommendation),
    /// No statement of the day names these drugs.
    NotNamed,
    /// The guideline holds no statements on drugs that stood on so early a day.
    BeforeGuideline,
    /// The record gives the line no day.
    NoDate,
    /// A drug of the line is not known.
    UnknownDrug,
    /// The disease was not known to be metastatic and HER2-positive on that day.
    NotInScope(Vec<FactIndex>),
    /// Earlier lines are not on record.
    EarlierLinesMissing,
}

impl RetrospectReason<'_> {
    /// The kind of reason, as tables name it.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Recommended(_) => "recommended",
            Self::Missing { indicated: true, .. } => "indicated-but-contraindications-not-recorded",
            Self::Missing { indicated: false, .. } => "facts-missing",
            Self::Against(..) => "criteria-not-met",
            Self::Later(_) => "named-only-later",
            Self::NotNamed => "not-named",
            Self::BeforeGuideline => "before-the-guideline",
            Self::NoDate => "no-date",
            Self::UnknownDrug => "unknown-drug",
            Self::NotInScope(_) => "not-in-scope",
            Self::EarlierLinesMissing => "earlier-lines-missing",
        }
    }
}

/// A measure of quality for this patient.
#[derive(Debug, Clone, PartialEq)]
pub struct Quality<'k> {
    /// The measure.
    pub measure: &'k Measure,
    /// Whether the patient counts.
    pub denominator: Truth,
    /// Whether it was done; only of meaning where the patient counts.
    pub numerator: Truth,
    /// What each rests on, in words.
    pub notes: Vec<String>,
}

/// How treatment stands: what is due, how it came about, how good it was.
#[derive(Debug, Clone, PartialEq)]
pub struct Course<'k> {
    /// What is due now.
    pub monitoring: Monitoring<'k>,
    /// Each line against the options of its day.
    pub retrospect: Vec<Retrospect<'k>>,
    /// Measures of quality.
    pub quality: Vec<Quality<'k>>,
}
