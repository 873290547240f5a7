//! Facts typed in: a chart file (`*.toml`) with one line for each fact, by its id in the data dictionary.
//!
//! ```toml
//! as-of = 2026-11-01
//! "her2.status" = "positive"
//! "lvef.latest" = 62
//! "metastasis.sites" = ["bone", "liver"]
//! ```

use her2path_knowledge::model::{FactDefinition, FactType, Knowledge, ValueIndex};
use her2path_knowledge::suggest;
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::Chart;
use super::facts::Facts;
use super::inferred::therapy::Therapy;
use super::inferred::{derive, response, therapy, treatment_logic, typed};
use super::possible::possible;
use super::timeline::Timeline;
use super::value::{Because, Quantity, Statement, Value};
use crate::classify::hormone_receptors::Comparator;
use crate::date::PartialDate;
use crate::guideline::Fact;
use crate::issue::Issue;

/// The chart of a file of facts typed in, as [`read`] makes it; a file that is not text is a fatal issue.
#[must_use]
pub fn read_bytes(bytes: &[u8], source: &str, knowledge: &Knowledge, as_of: Date) -> (Chart, Vec<Issue>) {
    of_bytes(bytes, source, |text| read(text, source, knowledge, as_of))
}

/// The chart of a file of facts typed in, as [`read_as_of`] makes it.
#[must_use]
pub fn read_bytes_as_of(bytes: &[u8], source: &str, knowledge: &Knowledge, as_of: Date) -> (Chart, Vec<Issue>) {
    of_bytes(bytes, source, |text| read_as_of(text, source, knowledge, as_of))
}

fn of_bytes(bytes: &[u8], source: &str, read: impl Fn(&str) -> (Chart, Vec<Issue>)) -> (Chart, Vec<Issue>) {
    match std::str::from_utf8(bytes) {
        Ok(text) => read(text),
        Err(_) => {
            let (chart, mut issues) = read("");
            issues.push(Issue::fatal("not-utf-8", "the file is not UTF-8 text; save it as UTF-8").at(source));
            (chart, issues)
        }
    }
}

/// The chart of facts typed in, as of the day that the file names, else as of `as_of`. A line that names no fact is a fatal
/// issue; one with a value that is none, or cannot be, an error; the other lines count.
#[must_use]
pub fn read(text: &str, source: &str, knowledge: &Knowledge, as_of: Date) -> (Chart, Vec<Issue>) {
    of_day(text, source, knowledge, as_of, false)
}

/// As [`read`], as of a day that goes before the one in the file; that they differ is said.
#[must_use]
pub fn read_as_of(text: &str, source: &str, knowledge: &Knowledge, as_of: Date) -> (Chart, Vec<Issue>) {
    of_day(text, source, knowledge, as_of, true)
}

fn of_day(text: &str, source: &str, knowledge: &Knowledge, given: Date, wins: bool) -> (Chart, Vec<Issue>) {
    let mut issues = Vec::new();
    let mut facts = Facts::new();
    let mut as_of = given;
    let mut patient = None;
    match text.parse::<toml::Table>() {
        Ok(table) => {
            for (id, value) in flatten(&table) {
                if id == "patient.id" {
                    patient = value.as_str().map(str::to_owned);
                    continue;
                }
                match state(&id, value, knowledge) {
                    Ok((Fact::AsOf, Value::Date(date))) if wins => {
                        if date.earliest() != given || date.latest() != given {
                            let message = format!("`as-of` is {date} in the file; {given} was asked for and is used");
                            issues.push(Issue::information("as-of", message).at(source.to_owned()));
                        }
                    }
                    Ok((Fact::AsOf, Value::Date(date))) => as_of = date.latest(),
                    Ok((fact, value)) => {
                        let because = vec![Because::source("stated")];
                        facts.state(fact, Statement { value, date: None, because });
                    }
                    Err(Wrong::Fact(reason)) => issues.push(Issue::fatal("unknown-fact", reason).at(source.to_owned())),
                    Err(Wrong::Value(reason)) => {
                        issues.push(Issue::error("unreadable-value", reason).at(source.to_owned()));
                    }
                }
            }
        }
        Err(error) => issues.push(Issue::fatal("not-toml", error.to_string()).at(source.to_owned())),
    }
    therapy::derive_stated(&mut facts, knowledge);
    typed::state(&mut facts, source, &mut issues);
    typed::contradictions(&facts, knowledge, as_of, source, &mut issues);
    derive::derive(&mut facts, knowledge, as_of);
    response::report(&facts, &mut issues);
    treatment_logic::derive(&mut facts, as_of);
    issues.sort();
    (
        Chart {
            as_of,
            patient,
            facts,
            her2_specimens: Vec::new(),
            therapy: Therapy::default(),
            line_starts: None,
            timeline: Timeline::default(),
        },
        issues,
    )
}

/// Dotted ids, whether written as quoted keys or as tables. A nested table is flattened into dotted names.
fn flatten(table: &toml::Table) -> Vec<(String, &toml::Value)> {
    let mut flat = Vec::new();
    for (key, value) in table {
        match value {
            toml::Value::Table(inner) => {
                flat.extend(flatten(inner).into_iter().map(|(rest, value)| (format!("{key}.{rest}"), value)));
            }
            value => flat.push((key.clone(), value)),
        }
    }
    flat
}

/// What is wrong with a line.
enum Wrong {
    /// It names no fact.
    Fact(String),
    /// Its value is none of the fact.
    Value(String),
}

fn state(id: &str, value: &toml::Value, knowledge: &Knowledge) -> Result<(Fact, Value), Wrong> {
    let fact = Fact::from_id(id).ok_or_else(|| {
        let hint = suggest::hint(id, Fact::ALL.iter().map(|fact| fact.id()));
        Wrong::Fact(format!("`{id}` is not a fact; {hint} (`her2path knowledge list --facts` names all)"))
    })?;
    let definition = knowledge
        .fact_definition(fact.index())
        .ok_or_else(|| Wrong::Fact(format!("`{id}` is not in the data dictionary of this guideline")))?;
    let wrong = || format!("what stands for `{id}` is not a value of it; {}", expected(definition));
    let text = || match value {
        toml::Value::String(text) => Some(text.clone()),
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Datetime(date) => Some(date.to_string()),
        _ => None,
    };
    let code = |text: &str| {
        let position = definition.values.iter().position(|value| value.code == text);
        position.and_then(|position| u16::try_from(position).ok()).map(ValueIndex)
    };
    let read = match definition.kind_of_value {
        FactType::Boolean => value.as_bool().map(Value::Boolean),
        FactType::Integer => value.as_integer().map(Value::Integer),
        FactType::Decimal => decimal(value).map(Value::Decimal),
        FactType::Code => text().and_then(|text| code(&text)).map(Value::Code),
        FactType::Codes => value.as_array().and_then(|items| {
            let mut codes: Vec<ValueIndex> = items.iter().map(|item| code(item.as_str()?)).collect::<Option<_>>()?;
            codes.sort_unstable();
            codes.dedup();
            Some(Value::Codes(codes))
        }),
        FactType::Date => text().and_then(|text| PartialDate::parse(&text).ok()).map(Value::Date),
        FactType::Text => text().map(Value::Text),
    };
    let read = read.ok_or_else(|| Wrong::Value(wrong()))?;
    possible(fact, definition, &read)
        .map_err(|limits| Wrong::Value(format!("what stands for `{id}` cannot be: {limits}; it was not used")))?;
    Ok((fact, read))
}

fn decimal(value: &toml::Value) -> Option<Quantity> {
    let text = match value {
        toml::Value::Integer(number) => number.to_string(),
        toml::Value::Float(number) => number.to_string(),
        toml::Value::String(text) => text.clone(),
        _ => return None,
    };
    let digits = text.trim_start_matches(['<', '>', '=']);
    let comparator = Comparator::parse(text.get(..text.len().checked_sub(digits.len())?)?)?;
    Some(Quantity { number: digits.trim().parse::<Decimal>().ok()?, comparator })
}

fn expected(definition: &FactDefinition) -> String {
    match definition.kind_of_value {
        FactType::Boolean => "use true or false".to_owned(),
        FactType::Integer => "use a whole number".to_owned(),
        FactType::Decimal => format!("use a number in {}", definition.unit.as_deref().unwrap_or("no unit")),
        FactType::Code | FactType::Codes => {
            let values: Vec<&str> = definition.values.iter().map(|value| value.code.as_ref()).collect();
            format!("use one of {}", values.join(", "))
        }
        FactType::Date => "use a date such as 2026-11-01, 2026-11 or 2026".to_owned(),
        FactType::Text => "use a text".to_owned(),
    }
}
