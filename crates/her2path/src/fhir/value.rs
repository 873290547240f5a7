//! Elements of several possible types: `value[x]`, `effective[x]`, `onset[x]` and the like.

use super::datatypes::{CodeableConcept, Coding, Period, Quantity, Range, Ratio, Reference, Str};
use super::decimal::Decimal;
use super::element::{Fill, FillChoice, Read};
use super::json::{Json, Kind, ProblemKind, Syntax};
use crate::date::PartialDate;

/// The value of an observation, a component, an extension or an answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'a> {
    /// An amount; also an age, count, distance or duration, which are amounts with a narrower unit.
    Quantity(Quantity<'a>),
    /// A concept.
    CodeableConcept(CodeableConcept<'a>),
    /// A code of its own (extensions, answers).
    Coding(Coding<'a>),
    /// A text; also a `code`, `uri` or `markdown`.
    String(Str<'a>),
    /// Yes or no.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A number without a unit (extensions, answers).
    Decimal(Decimal<'a>),
    /// From one amount to another.
    Range(Box<Range<'a>>),
    /// One amount in relation to another.
    Ratio(Box<Ratio<'a>>),
    /// A date, of whatever precision.
    DateTime(PartialDate),
    /// A span of time.
    Period(Period),
    /// A pointer to a resource (extensions, answers).
    Reference(Reference<'a>),
    /// There is a value, but it was not read: its type is not one of these (`Time`, `SampledData`, `Attachment`), it
    /// was not what its type says, or there were several. Holds what the record calls the type. Never treat it as if
    /// nothing had been recorded.
    NotRead(Str<'a>),
}

impl<'a> FillChoice<'a> for Option<Value<'a>> {
    fn fill_choice(&mut self, kind: &str, json: &mut Json<'a>) -> Result<(), Syntax> {
        if json.peek()? == Kind::Null {
            return json.skip();
        }
        let at = json.at();
        let read = match kind {
            "Quantity" | "Age" | "Duration" | "Count" | "Distance" | "SimpleQuantity" => {
                one(json)?.map(Value::Quantity)
            }
            "CodeableConcept" => one(json)?.map(Value::CodeableConcept),
            "Coding" => one(json)?.map(Value::Coding),
            "String" | "Code" | "Uri" | "Url" | "Canonical" | "Markdown" | "Id" => one(json)?.map(Value::String),
            "Boolean" => one(json)?.map(Value::Boolean),
            "Integer" | "PositiveInt" | "UnsignedInt" | "Integer64" => one(json)?.map(Value::Integer),
            "Decimal" => one(json)?.map(Value::Decimal),
            "Range" => one(json)?.map(|range| Value::Range(Box::new(range))),
            "Ratio" => one(json)?.map(|ratio| Value::Ratio(Box::new(ratio))),
            "DateTime" | "Date" | "Instant" => one(json)?.map(Value::DateTime),
            "Period" => one(json)?.map(Value::Period),
            "Reference" => one(json)?.map(Value::Reference),
            _ => {
                json.skip()?;
                None
            }
        };
        *self = Some(match (&self, read) {
            (None, Some(value)) => value,
            (None, None) => Value::NotRead(kind.to_owned().into()),
            // Which of two values is meant cannot be known, and the order of keys must not decide it.
            (Some(_), _) => {
                json.note(at, ProblemKind::Several);
                Value::NotRead("several values".into())
            }
        });
        Ok(())
    }
}

/// When something happened or held.
#[derive(Debug, Clone, PartialEq)]
pub enum When<'a> {
    /// On a date.
    DateTime(PartialDate),
    /// Over a span of time.
    Period(Period),
    /// At an age, in the unit recorded.
    Age(Quantity<'a>),
    /// Between two ages.
    Range(Box<Range<'a>>),
    /// As words say.
    String(Str<'a>),
    /// Yes or no, at a time not recorded (`abatementBoolean`, `deceasedBoolean`).
    Boolean(bool),
    /// Something was recorded that was not read (`Timing`, or not what its type says). Holds the type's name.
    NotRead(Str<'a>),
}

impl When<'_> {
    /// The date it began: the date itself, or the start of the span.
    pub fn start(&self) -> Option<PartialDate> {
        match self {
            When::DateTime(date) => Some(*date),
            When::Period(period) => period.start,
            When::Age(_) | When::Range(_) | When::String(_) | When::Boolean(_) | When::NotRead(_) => None,
        }
    }

    /// The date it ended: the date itself, or the end of the span.
    pub fn end(&self) -> Option<PartialDate> {
        match self {
            When::DateTime(date) => Some(*date),
            When::Period(period) => period.end,
            When::Age(_) | When::Range(_) | When::String(_) | When::Boolean(_) | When::NotRead(_) => None,
        }
    }
}

impl<'a> FillChoice<'a> for Option<When<'a>> {
    fn fill_choice(&mut self, kind: &str, json: &mut Json<'a>) -> Result<(), Syntax> {
        if json.peek()? == Kind::Null {
            return json.skip();
        }
        let at = json.at();
        let read = match kind {
            "DateTime" | "Date" | "Instant" => one(json)?.map(When::DateTime),
            "Period" => one(json)?.map(When::Period),
            "Age" | "Quantity" => one(json)?.map(When::Age),
            "Range" => one(json)?.map(|range| When::Range(Box::new(range))),
            "String" => one(json)?.map(When::String),
            "Boolean" => one(json)?.map(When::Boolean),
            _ => {
                json.skip()?;
                None
            }
        };
        *self = Some(match (&self, read) {
            (None, Some(when)) => when,
            (None, None) => When::NotRead(kind.to_owned().into()),
            (Some(_), _) => {
                json.note(at, ProblemKind::Several);
                When::NotRead("several values".into())
            }
        });
        Ok(())
    }
}

fn one<'a, T: Read<'a>>(json: &mut Json<'a>) -> Result<Option<T>, Syntax> {
    let mut slot = None;
    Fill::fill(&mut slot, json)?;
    Ok(slot)
}
