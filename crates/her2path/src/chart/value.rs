//! A fact's value, and where it comes from.

use std::borrow::Cow;

use her2path_knowledge::model::ValueIndex;
use rust_decimal::Decimal;

pub use crate::classify::hormone_receptors::Comparator;
use crate::date::PartialDate;

/// The value of a fact, of the type that the data dictionary gives it.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// `true` or `false`.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// One of the whole numbers from the first to the second, both included (the age by a year of birth).
    Between(i64, i64),
    /// A decimal as recorded, possibly only a bound (`<40`).
    Decimal(Quantity),
    /// One of the fact's values.
    Code(ValueIndex),
    /// Any number of the fact's values, in the order of the dictionary.
    Codes(Vec<ValueIndex>),
    /// A date with the precision recorded.
    Date(PartialDate),
    /// Free text.
    Text(String),
}

/// A number in the unit of the dictionary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quantity {
    /// The number, with the digits recorded.
    pub number: Decimal,
    /// Whether it is a bound.
    pub comparator: Comparator,
}

impl From<Decimal> for Quantity {
    fn from(number: Decimal) -> Self {
        Self { number, comparator: Comparator::Exact }
    }
}

/// A fact about the patient: its value, when it was so, and why we say so.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement {
    /// The value.
    pub value: Value,
    /// The clinically relevant date, if one is recorded.
    pub date: Option<PartialDate>,
    /// The record entries behind it, and for inferred facts the rule.
    pub because: Vec<Because>,
}

/// One reason for a fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Because {
    /// The record entry (`Observation/x`), the fact it was inferred from (`her2.status`), or `stated` for answers typed in.
    pub source: String,
    /// The FHIR element, where one was read.
    pub element: Option<&'static str>,
    /// What it said, or the rule that was applied.
    pub note: Option<Cow<'static, str>>,
}

impl Because {
    /// A reason that is a record entry or a fact.
    pub fn source(source: impl Into<String>) -> Self {
        Self { source: source.into(), element: None, note: None }
    }

    /// With the element that was read.
    #[must_use]
    pub fn element(mut self, element: &'static str) -> Self {
        self.element = Some(element);
        self
    }

    /// With what it said or which rule was applied.
    #[must_use]
    pub fn note(mut self, note: impl Into<Cow<'static, str>>) -> Self {
        self.note = Some(note.into());
        self
    }
}
