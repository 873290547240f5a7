//! Facts typed in: a chart file (`*.toml`) with one line for each fact, by its id in the data dictionary.
//!
//! ```toml
//! as-of = 2026-11-01
//! "her2.status" = "positive"
//! "lvef.latest" = 62
//! "metastasis.sites" = ["bone", "liver"]
//! ```

use her2path_knowledge::model::{FactDefinition, FactType, Knowledge, ValueIndex};
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::Chart;
use super::facts::Facts;
use super::inferred::therapy::Therapy;
use super::inferred::{derive, therapy, treatment_logic};
use super::value::{Because, Quantity, Statement, Value};
use crate::classify::hormone_receptors::Comparator;
use crate::date::PartialDate;
use crate::guideline::Fact;
use crate::issue::Issue;

/// The chart of a file of facts typed in, as [`read`] makes it; a file that is not text is a fatal issue.
#[must_use]
pub fn read_bytes(bytes: &[u8], source: &str, knowledge: &Knowledge, as_of: Date) -> (Chart, Vec<Issue>) {
    match std::str::from_utf8(bytes) {
        Ok(text) => read(text, source, knowledge, as_of),
        Err(_) => {
            let (chart, mut issues) = read("", source, knowledge, as_of);
            issues.push(Issue::fatal("not-utf-8", "the file is not UTF-8 text; save it as UTF-8").at(source));
            (chart, issues)
        }
    }
}

/// The chart of facts typed in. Lines that name no fact or no value become issues; the others count.
#[must_use]
pub fn read(text: &str, source: &str, knowledge: &Knowledge, as_of: Date) -> (Chart, Vec<Issue>) {
    let mut issues = Vec::new();
    let mut facts = Facts::new();
    let mut as_of = as_of;
    let mut patient = None;
    match text.parse::<toml::Table>() {
        Ok(table) => {
            for (id, value) in flatten(&table) {
                if id == "patient.id" {
                    patient = value.as_str().map(str::to_owned);
                    continue;
                }
                match state(&id, value, knowledge) {
                    Ok((Fact::AsOf, Value::Date(date))) => as_of = date.latest(),
                    Ok((fact, value)) => {
                        let because = vec![Because::source("stated")];
                        facts.state(fact, Statement { value, date: None, because });
                    }
                    Err(reason) => issues.push(Issue::error("unreadable-value", reason).at(source.to_owned())),
                }
            }
        }
        Err(error) => issues.push(Issue::fatal("not-toml", error.to_string()).at(source.to_owned())),
    }
    therapy::derive_stated(&mut facts, knowledge);
    derive::derive_stated(&mut facts);
    derive::derive(&mut facts, knowledge, as_of);
    treatment_logic::derive(&mut facts, as_of);
    issues.sort();
    (Chart { as_of, patient, facts, her2_specimens: Vec::new(), therapy: Therapy::default() }, issues)
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

fn state(id: &str, value: &toml::Value, knowledge: &Knowledge) -> Result<(Fact, Value), String> {
    let fact = Fact::from_id(id)
        .ok_or_else(|| format!("`{id}` is not a fact; `her2path knowledge list --facts` names them"))?;
    let definition = knowledge
        .fact_definition(fact.index())
        .ok_or_else(|| format!("`{id}` is not in the data dictionary of this guideline"))?;
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
    read.map(|value| (fact, value)).ok_or_else(wrong)
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
