//! Builders: rows in, Arrow arrays out.

use std::sync::Arc;

use arrow_array::builder::{BooleanBuilder, Date32Builder, Float64Builder, Int32Builder, StringBuilder};
use arrow_array::types::Int32Type;
use arrow_array::{ArrayRef, DictionaryArray, StringArray};
use arrow_schema::ArrowError;
use her2path::assessment::Outcome;
use her2path::issue::Severity;
use her2path::knowledge::model::{FactKind, Knowledge};
use her2path::render::chapter_name;
use jiff::civil::Date;

use super::{Column, Kind, Table, columns};
use crate::day;
use crate::hash::Map;
use crate::row::{FactRow, Row};

/// Texts of which there are few: each batch carries those that occur in it, in the order of first occurrence.
#[derive(Default)]
struct Codes {
    keys: Int32Builder,
    positions: Map<Box<str>, i32>,
    values: Vec<Box<str>>,
}

impl Codes {
    fn push(&mut self, value: Option<&str>) {
        let Some(value) = value else {
            self.keys.append_null();
            return;
        };
        let position = match self.positions.get(value) {
            Some(position) => *position,
            None => {
                let position = i32::try_from(self.values.len()).unwrap_or(i32::MAX);
                self.values.push(value.into());
                self.positions.insert(value.into(), position);
                position
            }
        };
        self.keys.append_value(position);
    }

    fn finish(&mut self) -> ArrayRef {
        let values = StringArray::from_iter_values(self.values.drain(..));
        self.positions.clear();
        let keys = self.keys.finish();
        // Keys were given out for these very values.
        match DictionaryArray::<Int32Type>::try_new(keys, Arc::new(values)) {
            Ok(array) => Arc::new(array),
            Err(_) => Arc::new(DictionaryArray::<Int32Type>::from_iter(std::iter::empty::<Option<&str>>())),
        }
    }
}

/// Codes of a list that is known beforehand: keys are positions in it.
struct Listed {
    keys: Int32Builder,
    values: ArrayRef,
}

impl Listed {
    fn new(values: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        Self { keys: Int32Builder::new(), values: Arc::new(StringArray::from_iter_values(values)) }
    }

    fn push(&mut self, position: u16) {
        self.keys.append_value(i32::from(position));
    }

    fn finish(&mut self) -> Result<ArrayRef, ArrowError> {
        let array = DictionaryArray::<Int32Type>::try_new(self.keys.finish(), Arc::clone(&self.values))?;
        Ok(Arc::new(array))
    }
}

fn days(date: Option<Date>) -> Option<i32> {
    date.map(day::number)
}

fn count(number: usize) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// A column of any kind.
enum Any {
    Text(StringBuilder),
    Code(Codes),
    Integer(Int32Builder),
    Number(Float64Builder),
    Boolean(BooleanBuilder),
    Day(Date32Builder),
}

impl Any {
    fn new(kind: Kind) -> Self {
        match kind {
            Kind::Text => Self::Text(StringBuilder::new()),
            Kind::Code => Self::Code(Codes::default()),
            Kind::Integer => Self::Integer(Int32Builder::new()),
            Kind::Number => Self::Number(Float64Builder::new()),
            Kind::Boolean => Self::Boolean(BooleanBuilder::new()),
            Kind::Day => Self::Day(Date32Builder::new()),
        }
    }

    fn push_fact(&mut self, fact: Option<&FactRow<'_>>) {
        match self {
            Self::Text(column) => column.append_option(fact.map(|fact| fact.value)),
            Self::Code(column) => column.push(fact.map(|fact| fact.value)),
            Self::Integer(column) => {
                column.append_option(fact.and_then(|fact| fact.value.split(' ').next()?.parse().ok()))
            }
            Self::Number(column) => column.append_option(fact.and_then(|fact| fact.number)),
            Self::Boolean(column) => column.append_option(fact.map(|fact| fact.value == "yes")),
            Self::Day(column) => column.append_option(days(fact.and_then(|fact| fact.day))),
        }
    }

    fn push_count(&mut self, number: usize) {
        if let Self::Integer(column) = self {
            column.append_value(count(number));
        }
    }

    fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Text(column) => Arc::new(column.finish()),
            Self::Code(column) => column.finish(),
            Self::Integer(column) => Arc::new(column.finish()),
            Self::Number(column) => Arc::new(column.finish()),
            Self::Boolean(column) => Arc::new(column.finish()),
            Self::Day(column) => Arc::new(column.finish()),
        }
    }
}

/// One row a patient.
pub(crate) struct Assessments<'k> {
    knowledge: &'k Knowledge,
    as_of: Date,
    columns: Vec<(&'static Column, Option<u16>, Any)>,
    rows: usize,
}

impl<'k> Assessments<'k> {
    pub(super) fn new(knowledge: &'k Knowledge, as_of: Date) -> Self {
        let position =
            |id: &str| knowledge.facts.iter().zip(0..).find(|(fact, _)| fact.id == id).map(|(_, position)| position);
        let columns = columns(Table::Assessments)
            .iter()
            .map(|column| (column, column.fact.and_then(position), Any::new(column.kind)))
            .collect();
        Self { knowledge, as_of, columns, rows: 0 }
    }

    pub(super) fn len(&self) -> usize {
        self.rows
    }

    pub(super) fn push(&mut self, row: &Row<'_>) {
        self.rows += 1;
        let of = |outcome: Outcome| row.recommendations.iter().filter(|found| found.outcome == outcome).count();
        let named = |id: &str| {
            let facts = &self.knowledge.facts;
            row.facts.iter().find(|fact| facts.get(usize::from(fact.fact)).is_some_and(|known| known.id == id))
        };
        for (column, fact, cells) in &mut self.columns {
            if let Some(position) = fact {
                cells.push_fact(row.facts.iter().find(|fact| fact.fact == *position));
                continue;
            }
            match (column.name, &mut *cells) {
                ("patient_id", Any::Text(cells)) => cells.append_value(row.patient),
                ("death_day", Any::Day(cells)) => {
                    cells.append_option(days(named("patient.death-date").and_then(|f| f.day)))
                }
                ("last_day", Any::Day(cells)) => {
                    cells.append_option(days(row.last_day.filter(|day| *day <= self.as_of)));
                }
                ("metastasis_day", Any::Day(cells)) => {
                    cells.append_option(days(named("metastasis.first-date").and_then(|f| f.day)));
                }
                ("lines", cells) => cells.push_count(row.lines.len()),
                ("recommended", cells) => cells.push_count(of(Outcome::Recommended)),
                ("needs_data", cells) => cells.push_count(of(Outcome::NeedsData)),
                ("contraindicated", cells) => cells.push_count(of(Outcome::Contraindicated)),
                ("issues", cells) => cells.push_count(row.issues.len()),
                // A column of a fact that this guideline does not have.
                (_, cells) => cells.push_fact(None),
            }
        }
    }

    pub(super) fn finish(&mut self) -> Result<Vec<ArrayRef>, ArrowError> {
        self.rows = 0;
        Ok(self.columns.iter_mut().map(|(_, _, cells)| cells.finish()).collect())
    }
}

/// One row a fact.
pub(crate) struct Facts<'k> {
    knowledge: &'k Knowledge,
    patient: StringBuilder,
    fact: Listed,
    value: StringBuilder,
    number: Float64Builder,
    unit: Codes,
    date: StringBuilder,
    day: Date32Builder,
    kind: Listed,
    sources: StringBuilder,
    rows: usize,
}

impl<'k> Facts<'k> {
    pub(super) fn new(knowledge: &'k Knowledge) -> Self {
        Self {
            knowledge,
            patient: StringBuilder::new(),
            fact: Listed::new(knowledge.facts.iter().map(|fact| &fact.id)),
            value: StringBuilder::new(),
            number: Float64Builder::new(),
            unit: Codes::default(),
            date: StringBuilder::new(),
            day: Date32Builder::new(),
            kind: Listed::new(["asserted", "inferred"]),
            sources: StringBuilder::new(),
            rows: 0,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.rows
    }

    pub(super) fn push(&mut self, row: &Row<'_>) {
        for fact in &row.facts {
            let Some(definition) = self.knowledge.facts.get(usize::from(fact.fact)) else { continue };
            self.rows += 1;
            self.patient.append_value(row.patient);
            self.fact.push(fact.fact);
            self.value.append_value(fact.value);
            self.number.append_option(fact.number);
            self.unit.push(definition.unit.as_deref());
            self.date.append_option(fact.date);
            self.day.append_option(days(fact.day));
            self.kind.push(u16::from(definition.kind == FactKind::Inferred));
            self.sources.append_value(fact.sources);
        }
    }

    pub(super) fn finish(&mut self) -> Result<Vec<ArrayRef>, ArrowError> {
        self.rows = 0;
        Ok(vec![
            Arc::new(self.patient.finish()),
            self.fact.finish()?,
            Arc::new(self.value.finish()),
            Arc::new(self.number.finish()),
            self.unit.finish(),
            Arc::new(self.date.finish()),
            Arc::new(self.day.finish()),
            self.kind.finish()?,
            Arc::new(self.sources.finish()),
        ])
    }
}

/// One row a line of therapy.
#[derive(Default)]
pub(crate) struct Lines {
    patient: StringBuilder,
    number: Int32Builder,
    drugs: StringBuilder,
    start: Date32Builder,
    end: Date32Builder,
    ongoing: BooleanBuilder,
    maintenance_from: Date32Builder,
    end_reason: Codes,
    her2: BooleanBuilder,
    chemo: BooleanBuilder,
    endocrine: BooleanBuilder,
    unknown_agent: BooleanBuilder,
    days_to_next: Int32Builder,
    concordance: Codes,
    concordance_reason: Codes,
    rows: usize,
}

impl Lines {
    pub(super) fn len(&self) -> usize {
        self.rows
    }

    pub(super) fn push(&mut self, row: &Row<'_>) {
        for (position, line) in row.lines.iter().enumerate() {
            let next = row.lines.get(position + 1).and_then(|next| next.start);
            self.rows += 1;
            self.patient.append_value(row.patient);
            self.number.append_value(i32::from(line.number));
            self.drugs.append_value(line.drugs);
            self.start.append_option(days(line.start));
            self.end.append_option(days(line.end));
            self.ongoing.append_value(line.ongoing);
            self.maintenance_from.append_option(days(line.maintenance_from));
            self.end_reason.push(line.end_reason);
            self.her2.append_value(line.her2);
            self.chemo.append_value(line.chemo);
            self.endocrine.append_value(line.endocrine);
            self.unknown_agent.append_value(line.unknown_agent);
            self.days_to_next
                .append_option(line.start.zip(next).map(|(start, next)| day::number(next) - day::number(start)));
            self.concordance.push(line.concordance);
            self.concordance_reason.push(line.concordance_reason);
        }
    }

    pub(super) fn finish(&mut self) -> Vec<ArrayRef> {
        self.rows = 0;
        vec![
            Arc::new(self.patient.finish()),
            Arc::new(self.number.finish()),
            Arc::new(self.drugs.finish()),
            Arc::new(self.start.finish()),
            Arc::new(self.end.finish()),
            Arc::new(self.ongoing.finish()),
            Arc::new(self.maintenance_from.finish()),
            self.end_reason.finish(),
            Arc::new(self.her2.finish()),
            Arc::new(self.chemo.finish()),
            Arc::new(self.endocrine.finish()),
            Arc::new(self.unknown_agent.finish()),
            Arc::new(self.days_to_next.finish()),
            self.concordance.finish(),
            self.concordance_reason.finish(),
        ]
    }
}

/// One row a recommendation.
pub(crate) struct Recommendations<'k> {
    knowledge: &'k Knowledge,
    patient: StringBuilder,
    recommendation: Listed,
    chapter: Codes,
    option: Codes,
    outcome: Codes,
    missing: StringBuilder,
    rows: usize,
}

impl<'k> Recommendations<'k> {
    pub(super) fn new(knowledge: &'k Knowledge) -> Self {
        Self {
            knowledge,
            patient: StringBuilder::new(),
            recommendation: Listed::new(knowledge.recommendations.iter().map(|found| &found.id)),
            chapter: Codes::default(),
            option: Codes::default(),
            outcome: Codes::default(),
            missing: StringBuilder::new(),
            rows: 0,
        }
    }

    pub(super) fn len(&self) -> usize {
        self.rows
    }

    pub(super) fn push(&mut self, row: &Row<'_>) {
        for found in &row.recommendations {
            let Some(recommendation) = self.knowledge.recommendations.get(usize::from(found.recommendation)) else {
                continue;
            };
            self.rows += 1;
            self.patient.append_value(row.patient);
            self.recommendation.push(found.recommendation);
            self.chapter.push(Some(chapter_name(recommendation.chapter)));
            self.option.push(recommendation.option.as_deref());
            self.outcome.push(Some(found.outcome.as_str()));
            let facts = found.missing.iter().filter_map(|fact| self.knowledge.facts.get(usize::from(*fact)));
            let missing: Vec<&str> = facts.map(|fact| &*fact.id).collect();
            self.missing.append_option(Some(missing.join(", ")).filter(|missing| !missing.is_empty()));
        }
    }

    pub(super) fn finish(&mut self) -> Result<Vec<ArrayRef>, ArrowError> {
        self.rows = 0;
        Ok(vec![
            Arc::new(self.patient.finish()),
            self.recommendation.finish()?,
            self.chapter.finish(),
            self.option.finish(),
            self.outcome.finish(),
            Arc::new(self.missing.finish()),
        ])
    }
}

/// One row an issue.
#[derive(Default)]
pub(crate) struct Issues {
    patient: StringBuilder,
    severity: Codes,
    code: Codes,
    message: StringBuilder,
    source: StringBuilder,
    rows: usize,
}

impl Issues {
    pub(super) fn len(&self) -> usize {
        self.rows
    }

    pub(super) fn push(&mut self, row: &Row<'_>) {
        let mut issues: Vec<_> = row.issues.iter().collect();
        issues.sort_by_key(|issue| (issue.severity, issue.code, issue.source, issue.message));
        for issue in issues {
            self.one(Some(row.patient), Severity::as_str(issue.severity), issue.code, issue.message, issue.source);
        }
    }

    pub(super) fn one(
        &mut self,
        patient: Option<&str>,
        severity: &str,
        code: &str,
        message: &str,
        source: Option<&str>,
    ) {
        self.rows += 1;
        self.patient.append_option(patient);
        self.severity.push(Some(severity));
        self.code.push(Some(code));
        self.message.append_value(message);
        self.source.append_option(source);
    }

    pub(super) fn finish(&mut self) -> Vec<ArrayRef> {
        self.rows = 0;
        vec![
            Arc::new(self.patient.finish()),
            self.severity.finish(),
            self.code.finish(),
            Arc::new(self.message.finish()),
            Arc::new(self.source.finish()),
        ]
    }
}
