//! The care pathway of HER2-positive metastatic breast cancer: a patient's record in, an explained assessment out.
//!
//! The whole path is [`assess`]: bytes are read as FHIR resources, each patient's record becomes a chart of facts, and
//! the chapters judge the guideline's recommendations against it. Nothing after reading can fail; what was wrong with
//! the input comes back as issues. There is no clock, network, locale or environment in here: the day is a parameter,
//! and the same input gives the same bytes.
//!
//! The program informs, it does not decide. It is not a medical device.

pub mod assessment;
pub mod change;
pub mod chapters;
pub mod chart;
pub mod classify;
pub mod criteria;
pub mod date;
pub mod document;
pub mod fhir;
pub mod guideline;
pub mod interpret;
pub mod issue;
pub mod render;
pub mod triage;
pub mod truth;

pub use her2path_knowledge as knowledge;

use her2path_knowledge::model::{Chapter, Jurisdiction, Knowledge};
use jiff::civil::Date;

use assessment::Assessment;
use chapters::Chapters;
use chart::Chart;
use issue::Issue;

/// What is asked of a record.
#[derive(Debug, Clone, Copy)]
pub struct Question<'k> {
    /// The guideline: [`guideline::KNOWLEDGE`], or one that was loaded.
    pub knowledge: &'k Knowledge,
    /// As of which day: nothing recorded later is seen, and the guideline is that of the day.
    pub as_of: Date,
    /// Which chapters; [`chapters::DEFAULT`] for all but the figures of the outlook, [`chapters::ALL`] with them.
    pub chapters: Chapters,
    /// Whose labels count; without one those of every place are read side by side.
    pub jurisdiction: Option<Jurisdiction>,
    /// Whether each line of therapy is held against the options of its day. It takes a chart of every day on which a line
    /// began; who shows none of it need not pay for it.
    pub retrospect: bool,
}

impl<'k> Question<'k> {
    /// What is asked when nothing else is said: the chapters of [`chapters::DEFAULT`].
    #[must_use]
    pub fn new(knowledge: &'k Knowledge, as_of: Date) -> Self {
        Self { knowledge, as_of, chapters: chapters::DEFAULT, jurisdiction: None, retrospect: true }
    }

    /// The same question about these chapters.
    #[must_use]
    pub fn chapters(self, chapters: Chapters) -> Self {
        Self { chapters, ..self }
    }

    /// The same question without looking back on the lines of therapy.
    #[must_use]
    pub fn without_retrospect(self) -> Self {
        Self { retrospect: false, ..self }
    }

    /// The same question with the labels of one place.
    #[must_use]
    pub fn jurisdiction(self, jurisdiction: Option<Jurisdiction>) -> Self {
        Self { jurisdiction, ..self }
    }
}

/// Bytes to assessments, one for each patient, and what was wrong with the input as a whole.
///
/// Inputs are read together: a patient's resources may lie in several of them.
///
/// ```
/// use her2path::{Question, assess, fhir::Input, guideline};
///
/// let record = br#"{"resourceType": "Condition", "id": "c", "subject": {"reference": "Patient/p"}, "code": {"coding": [
///     {"system": "http://snomed.info/sct", "code": "254837009", "display": "Malignant neoplasm of breast"}]}}"#;
/// let question = Question::new(&guideline::KNOWLEDGE, jiff::civil::date(2026, 11, 23));
/// let (assessments, issues) = assess([Input { bytes: record, name: "record.json" }], &question);
/// assert_eq!(assessments[0].patient.as_deref(), Some("p"));
/// assert!(issues.is_empty());
/// ```
#[must_use]
pub fn assess<'k, 'i>(
    inputs: impl IntoIterator<Item = fhir::Input<'i>>,
    question: &Question<'k>,
) -> (Vec<Assessment<'k>>, Vec<Issue>) {
    let (records, issues) = fhir::read_all(inputs);
    (records.iter().map(|record| assess_record(record, question)).collect(), issues)
}

/// The assessment of one patient's record.
#[must_use]
pub fn assess_record<'k>(record: &fhir::Record<'_>, question: &Question<'k>) -> Assessment<'k> {
    let (mut chart, issues) = Chart::of_record(record, question.knowledge, question.as_of);
    if question.retrospect && question.chapters.contains(Chapter::Treatment) {
        chart.line_starts = Some(chart.starts_of_lines(record, question.knowledge));
    }
    assess_chart(chart, issues, question)
}

/// The assessment of a chart, whether read from a record or typed in.
#[must_use]
pub fn assess_chart<'k>(chart: Chart, issues: Vec<Issue>, question: &Question<'k>) -> Assessment<'k> {
    let chapters = chapters::assess(&chart, question.knowledge, question.chapters, question.jurisdiction);
    let Chart { as_of, patient, facts, therapy, timeline, .. } = chart;
    let mut issues = issues;
    issues.extend(chart::reach::before_guideline(&facts, as_of));
    Assessment {
        knowledge: question.knowledge,
        as_of,
        jurisdiction: question.jurisdiction,
        patient,
        facts,
        therapy,
        timeline,
        issues,
        chapters,
    }
}
