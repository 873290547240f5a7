//! The chart: asserted facts, one resource each, then inferred facts.
//!
//! Nothing here can fail. What a record gets wrong becomes an issue beside the chart; what it leaves out stays unknown.

pub mod asserted;
pub mod facts;
pub mod inferred;
pub mod line_start;
mod possible;
pub(crate) mod reach;
pub mod stated;
pub mod timeline;
pub mod value;

use her2path_knowledge::model::Knowledge;
use jiff::civil::Date;

use crate::fhir::Record;
use crate::issue::Issue;
use facts::Facts;
use inferred::her2::Her2Specimen;
use inferred::therapy::Therapy;
use line_start::LineStart;
use timeline::Timeline;

/// What is known of one patient as of one day.
#[derive(Debug, Clone, PartialEq)]
pub struct Chart {
    /// The day; nothing recorded later is in the chart.
    pub as_of: Date,
    /// `Patient.id`, or what the record calls the subject.
    pub patient: Option<String>,
    /// The facts of the data dictionary.
    pub facts: Facts,
    /// HER2 by specimen, earliest first: what the governing status was chosen from.
    pub her2_specimens: Vec<Her2Specimen>,
    /// What was given, and in which lines. Empty for facts typed in.
    pub therapy: Therapy,
    /// What was known when each line began; `None` where nobody asked how the lines came about.
    pub line_starts: Option<Vec<LineStart>>,
    /// Dated results and events. Empty for facts typed in.
    pub timeline: Timeline,
}

impl Chart {
    /// The chart of a record: asserted facts, then inferred ones.
    #[must_use]
    pub fn of_record(record: &Record<'_>, knowledge: &Knowledge, as_of: Date) -> (Self, Vec<Issue>) {
        let (asserted, mut issues) = asserted::assert(record, knowledge, as_of);
        let chart = inferred::infer(asserted, knowledge, as_of, &mut issues);
        (chart, issues)
    }
}
