//! The library's side of the comparison.

use her2path::assessment::{Facts, Judged, Quantity, Statement, Value as LibraryValue};
use her2path::chart::value::Comparator;
use her2path::date::PartialDate;
use her2path::guideline::{Fact, KNOWLEDGE};
use her2path::knowledge::model::ValueIndex;
use her2path::truth::Truth;

use super::evaluate::{Chart, Tree, Value};

/// The same chart for the library.
pub(crate) fn facts(chart: &Chart) -> Facts {
    let mut facts = Facts::new();
    for (id, value) in chart {
        let fact = Fact::from_id(id).expect("the dictionary that is compiled in is that of the files");
        let definition = KNOWLEDGE.fact_definition(fact.index()).expect("every fact is defined");
        let index = |code: &str| {
            let position = definition.values.iter().position(|value| value.code == code);
            ValueIndex(u16::try_from(position.expect("a value of the dictionary")).expect("few values"))
        };
        let value = match value {
            Value::Boolean(value) => LibraryValue::Boolean(*value),
            Value::Integer(number) => LibraryValue::Integer(*number),
            Value::Between(low, high) => LibraryValue::Between(*low, *high),
            Value::Decimal(bound, number) => LibraryValue::Decimal(Quantity {
                number: number.parse().expect("a decimal"),
                comparator: Comparator::parse(bound).expect("a bound"),
            }),
            Value::Code(code) => LibraryValue::Code(index(code)),
            Value::Codes(codes) => {
                let mut codes: Vec<ValueIndex> = codes.iter().map(|code| index(code)).collect();
                codes.sort_unstable();
                LibraryValue::Codes(codes)
            }
            Value::Date(date) => LibraryValue::Date(PartialDate::parse(date).expect("a date")),
        };
        facts.state(fact, Statement { value, date: None, because: Vec::new() });
    }
    facts
}

/// The outcomes of criteria, nested as they are.
pub(crate) fn trees(judged: &[Judged<'_>]) -> Vec<Tree> {
    judged
        .iter()
        .map(|judged| Tree {
            outcome: match judged.outcome {
                Truth::Met => Some(true),
                Truth::NotMet => Some(false),
                Truth::Unknown => None,
            },
            members: trees(&judged.members),
        })
        .collect()
}
