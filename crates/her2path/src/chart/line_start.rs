//! What the record held on the day on which a line of therapy began, as if it were being decided.
//!
//! The drugs begun on that day and later are left out, and the decision is stated to be the new line: which line it was is
//! known by now. Everything else is what was on record up to the day.

use her2path_knowledge::model::Knowledge;
use jiff::civil::Date;

use super::Chart;
use super::asserted;
use super::inferred;
use crate::fhir::Record;

/// One line's start.
#[derive(Debug, Clone, PartialEq)]
pub struct LineStart {
    /// The line's number.
    pub line: u16,
    /// The lines that the record holds before it.
    pub lines_before: usize,
    /// The chart of that day.
    pub chart: Chart,
}

impl Chart {
    /// Charts of the days on which the lines of therapy began, as far as they are known.
    #[must_use]
    pub fn starts_of_lines(&self, record: &Record<'_>, knowledge: &Knowledge) -> Vec<LineStart> {
        let start = |number: u16, on: Date| {
            let asserted = asserted::assert_again(record, knowledge, on);
            let chart = inferred::infer_before_line(asserted, knowledge, on, number);
            LineStart { line: number, lines_before: chart.therapy.lines.len(), chart }
        };
        self.therapy.lines.iter().filter_map(|line| Some(start(line.number, line.start?))).collect()
    }
}
