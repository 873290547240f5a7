//! The tables: their columns, and how rows of assessments become them.
//!
//! Columns are documented once, here: `docs/cohort.md` is written from the same list and a test compares them.

mod builders;
mod schema;

use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_schema::{ArrowError, Schema};
use her2path::issue::Issue;
use her2path::knowledge::model::Knowledge;
use jiff::civil::Date;

use crate::row::Row;
use builders::{Assessments, Facts, Issues, Lines, Recommendations};
pub use schema::{Column, Kind, TABLES, TableSpec, columns};

/// Which table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Table {
    /// One row a patient.
    Assessments,
    /// One row a fact that is known of a patient.
    Facts,
    /// One row a line of therapy for metastatic disease.
    Lines,
    /// One row a recommendation that is not simply not applicable.
    Recommendations,
    /// One row a thing that was wrong with the input.
    Issues,
}

impl Table {
    /// All tables.
    pub const ALL: [Self; 5] = [Self::Assessments, Self::Facts, Self::Lines, Self::Recommendations, Self::Issues];

    /// The name of its file, without extension.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Assessments => "assessments",
            Self::Facts => "facts",
            Self::Lines => "lines",
            Self::Recommendations => "recommendations",
            Self::Issues => "issues",
        }
    }
}

/// What every file says of itself.
#[must_use]
pub fn metadata(knowledge: &Knowledge, as_of: Date) -> std::collections::HashMap<String, String> {
    let guideline = &knowledge.guideline;
    [
        ("her2path.schema", "her2path/cohort/1".to_owned()),
        ("her2path.version", env!("CARGO_PKG_VERSION").to_owned()),
        ("her2path.guideline", guideline.id.to_string()),
        ("her2path.guideline.version", guideline.version.to_string()),
        ("her2path.guideline.hash", guideline.hash.to_string()),
        ("her2path.as_of", as_of.to_string()),
        ("her2path.notice", guideline.notice.to_string()),
    ]
    .map(|(key, value)| (key.to_owned(), value))
    .into_iter()
    .collect()
}

/// The Arrow schema of a table.
#[must_use]
pub fn schema(table: Table, knowledge: &Knowledge, as_of: Date) -> Arc<Schema> {
    let fields: Vec<_> = columns(table).iter().map(Column::field).collect();
    Arc::new(Schema::new_with_metadata(fields, metadata(knowledge, as_of)))
}

/// Fills one table.
pub(crate) enum Builder<'k> {
    Assessments(Box<Assessments<'k>>),
    Facts(Box<Facts<'k>>),
    Lines(Box<Lines>),
    Recommendations(Box<Recommendations<'k>>),
    Issues(Box<Issues>),
}

impl<'k> Builder<'k> {
    pub(crate) fn new(table: Table, knowledge: &'k Knowledge, as_of: Date) -> Self {
        match table {
            Table::Assessments => Self::Assessments(Box::new(Assessments::new(knowledge, as_of))),
            Table::Facts => Self::Facts(Box::new(Facts::new(knowledge))),
            Table::Lines => Self::Lines(Box::default()),
            Table::Recommendations => Self::Recommendations(Box::new(Recommendations::new(knowledge))),
            Table::Issues => Self::Issues(Box::default()),
        }
    }

    /// Appends what a row says to this table.
    pub(crate) fn push(&mut self, row: &Row<'_>) {
        match self {
            Self::Assessments(table) => table.push(row),
            Self::Facts(table) => table.push(row),
            Self::Lines(table) => table.push(row),
            Self::Recommendations(table) => table.push(row),
            Self::Issues(table) => table.push(row),
        }
    }

    /// Appends an issue that is no patient's.
    pub(crate) fn push_issue(&mut self, issue: &Issue) {
        if let Self::Issues(table) = self {
            table.one(None, issue.severity.as_str(), &issue.code, &issue.message, issue.source.as_deref());
        }
    }

    /// How many rows wait.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Assessments(table) => table.len(),
            Self::Facts(table) => table.len(),
            Self::Lines(table) => table.len(),
            Self::Recommendations(table) => table.len(),
            Self::Issues(table) => table.len(),
        }
    }

    /// The rows so far; none wait afterwards.
    pub(crate) fn finish(&mut self, schema: &Arc<Schema>) -> Result<RecordBatch, ArrowError> {
        let columns = match self {
            Self::Assessments(table) => table.finish()?,
            Self::Facts(table) => table.finish()?,
            Self::Lines(table) => table.finish(),
            Self::Recommendations(table) => table.finish()?,
            Self::Issues(table) => table.finish(),
        };
        RecordBatch::try_new(Arc::clone(schema), columns)
    }
}
