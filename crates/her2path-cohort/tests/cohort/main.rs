//! Whole runs over small cohorts: the same answers as one patient at a time, the same bytes however they are made.

#![cfg(test)]
#![expect(clippy::string_slice, reason = "a test may stop at the first thing that is not as it should be")]

mod broken_input;
#[path = "../../../her2path/tests/vignettes/check.rs"]
#[expect(unused, reason = "of the checker of vignettes only the assessment of a case is asked for")]
mod check;
mod docs;
#[path = "../../../her2path/tests/vignettes/format.rs"]
mod format;
mod report;
mod runs;
mod same_assessment;
mod same_bytes;
