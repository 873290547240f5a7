//! What the path ends in: the facts, and each chapter's findings and judged recommendations.
//!
//! An assessment borrows the guideline it was made with and owns everything else, so renderers need neither the chart
//! nor the record. Nothing in it is rendered yet: no sentence is built here that a reader may not ask for.

mod outlook;
mod risk_course;
mod treatment;
mod triage;

use her2path_knowledge::model::{Chapter, FactIndex, Jurisdiction, Knowledge, Recommendation};
use jiff::civil::Date;

pub(crate) use crate::chart::facts::between;
pub use crate::chart::facts::{Facts, display, is_open, spoken};
pub use crate::chart::inferred::therapy::exposures::{Basis, EndReason, Exposure};
pub use crate::chart::inferred::therapy::lines::Line;
pub use crate::chart::inferred::therapy::{Counters, Planned, Therapy};
pub use crate::chart::timeline::{Event, EventKind, Timeline};
pub use crate::chart::value::{Because, Comparator, Quantity, Statement, Value};
pub use crate::criteria::{Judged, Judgement, Outcome};
use crate::issue::Issue;
pub use outlook::Outlook;
pub use risk_course::RiskCourse;
pub use treatment::{
    Course, Due, DueCheck, LabelReading, LabelReason, LabelStatus, Monitoring, Quality, Retrospect, RetrospectReason,
    Verdict,
};
pub use triage::{Triage, TriageReason, WarningSign, urgency_name};

/// The assessment of one patient as of one day.
#[derive(Debug, Clone, PartialEq)]
pub struct Assessment<'k> {
    /// The guideline.
    pub knowledge: &'k Knowledge,
    /// The day.
    pub as_of: Date,
    /// `Patient.id`, or what the record calls the subject.
    pub patient: Option<String>,
    /// Whose labels were asked for; without one those of every place were read.
    pub jurisdiction: Option<Jurisdiction>,
    /// Everything known about the patient.
    pub facts: Facts,
    /// What was given, and in which lines; empty for facts typed in.
    pub therapy: Therapy,
    /// Dated results and events; empty for facts typed in.
    pub timeline: Timeline,
    /// What was wrong with the record, worst first.
    pub issues: Vec<Issue>,
    /// The chapters asked for, in the order of the pathway.
    pub chapters: Vec<ChapterAssessment<'k>>,
}

/// One chapter.
#[derive(Debug, Clone, PartialEq)]
pub struct ChapterAssessment<'k> {
    /// Which.
    pub chapter: Chapter,
    /// Whether the chapter has anything to say about this patient.
    pub applicable: bool,
    /// The one sentence that a reader sees first.
    pub summary: String,
    /// What was found, each with the facts behind it.
    pub findings: Vec<Finding>,
    /// Every recommendation of the day, in the order of the guideline.
    pub recommendations: Vec<JudgedRecommendation<'k>>,
    /// What is due, how the lines came about, and measures of quality; only in the chapter on treatment.
    pub treatment: Option<Course<'k>>,
    /// How urgent the symptoms are; only in the chapter on symptoms, and only where any are known.
    pub triage: Option<Triage>,
    /// The figures of the outlook; only in the chapter on prognosis, and only where it was asked for by name.
    pub outlook: Option<Outlook>,
    /// Risk by age; only in the chapter on risk, and only where a model of absolute risk gives a figure.
    pub risk: Option<RiskCourse>,
}

/// A finding in a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// What it is about.
    pub title: String,
    /// The finding.
    pub text: String,
    /// The facts that it rests on.
    pub facts: Vec<FactIndex>,
}

/// A recommendation and what came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct JudgedRecommendation<'k> {
    /// The recommendation.
    pub recommendation: &'k Recommendation,
    /// Its outcome, criterion by criterion.
    pub judgement: Judgement<'k>,
    /// The smallest sets of missing facts that would let it stand; only where it needs data.
    pub missing: Vec<Vec<FactIndex>>,
    /// Whether there are more such sets than are listed.
    pub missing_capped: bool,
    /// Whether it is labelled for this patient, by place; empty where the statement names no drug that is judged.
    pub labels: Vec<LabelReading<'k>>,
}
