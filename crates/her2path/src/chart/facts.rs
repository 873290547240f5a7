//! The facts of one patient: at most one statement for each entry of the data dictionary.

use her2path_knowledge::model::{FactDefinition, FactIndex, Knowledge, ValueIndex};

use super::value::{Statement, Value};
use crate::guideline::Fact;

/// How many facts the data dictionary has.
pub(crate) const COUNT: usize = Fact::ALL.len();

/// Statements by fact.
#[derive(Debug, Clone, PartialEq)]
pub struct Facts {
    statements: Vec<Option<Statement>>,
}

impl Facts {
    /// No fact is known.
    #[must_use]
    pub fn new() -> Self {
        Self { statements: Fact::ALL.iter().map(|_| None).collect() }
    }

    /// States a fact, replacing what was stated before.
    pub fn state(&mut self, fact: Fact, statement: Statement) {
        if let Some(slot) = self.statements.get_mut(usize::from(fact.index().0)) {
            *slot = Some(statement);
        }
    }

    /// The statement of a fact, if any.
    #[must_use]
    pub fn get(&self, fact: Fact) -> Option<&Statement> {
        self.at(fact.index())
    }

    /// The statement at a position of the dictionary, if any.
    #[must_use]
    pub fn at(&self, index: FactIndex) -> Option<&Statement> {
        self.statements.get(usize::from(index.0))?.as_ref()
    }

    /// Whether a whole number has a property; `None` where it is not stated, or where only its limits are known and the
    /// numbers between them differ.
    pub(crate) fn whole_number_is(&self, fact: Fact, holds: impl Fn(i64) -> bool) -> Option<bool> {
        match self.get(fact)?.value {
            Value::Integer(number) => Some(holds(number)),
            Value::Between(low, high) => {
                let first = holds(low);
                (low..=high).all(|number| holds(number) == first).then_some(first)
            }
            _ => None,
        }
    }

    /// Everything stated, in the order of the dictionary.
    pub fn iter(&self) -> impl Iterator<Item = (Fact, &Statement)> {
        Fact::ALL.iter().zip(&self.statements).filter_map(|(fact, statement)| Some((*fact, statement.as_ref()?)))
    }
}

impl Default for Facts {
    fn default() -> Self {
        Self::new()
    }
}

/// Whether a value is a recorded state that settles nothing (`equivocal`, `pending`); a list, if nothing in it settles
/// anything.
#[must_use]
pub fn is_open(definition: &FactDefinition, value: &Value) -> bool {
    match value {
        Value::Code(index) => is_open_member(definition, *index),
        Value::Codes(codes) => !codes.is_empty() && codes.iter().all(|code| is_open_member(definition, *code)),
        _ => false,
    }
}

/// Whether one of a fact's values is open.
pub(crate) fn is_open_member(definition: &FactDefinition, index: ValueIndex) -> bool {
    definition.values.get(usize::from(index.0)).is_some_and(|value| value.open)
}

/// A value as output prints it: codes by name, several separated by commas, decimals and dates as recorded, with unit.
#[must_use]
pub fn display(knowledge: &Knowledge, index: FactIndex, value: &Value) -> String {
    let definition = knowledge.facts.get(usize::from(index.0));
    let code = |index: &her2path_knowledge::model::ValueIndex| {
        definition.and_then(|definition| definition.values.get(usize::from(index.0))).map_or("", |value| &value.code)
    };
    let unit = definition.and_then(|definition| definition.unit.as_deref()).map_or(String::new(), spoken_unit);
    match value {
        Value::Boolean(true) => "yes".to_owned(),
        Value::Boolean(false) => "no".to_owned(),
        Value::Integer(number) => format!("{number}{unit}"),
        Value::Between(low, high) => format!("{}{unit}", between(*low, *high)),
        Value::Decimal(quantity) => format!("{}{}{unit}", quantity.comparator.as_str(), quantity.number),
        Value::Code(index) => code(index).to_owned(),
        Value::Codes(codes) if codes.is_empty() => "none".to_owned(),
        Value::Codes(codes) => codes.iter().map(code).collect::<Vec<_>>().join(", "),
        Value::Date(date) => date.to_string(),
        Value::Text(text) => text.clone(),
    }
}

/// A whole number of which only the limits are known: `65 or 66`, `65 to 67`.
pub(crate) fn between(low: i64, high: i64) -> String {
    let word = if high.saturating_sub(low) == 1 { "or" } else { "to" };
    format!("{low} {word} {high}")
}

/// A value in words for people: as [`display`], with the words of the dictionary for its codes (`not-metastatic` is "not
/// metastatic", `ihc-ish-discordant` is "IHC and ISH contradict each other").
#[must_use]
pub fn spoken(knowledge: &Knowledge, index: FactIndex, value: &Value) -> String {
    let values = knowledge.facts.get(usize::from(index.0)).map(|definition| &definition.values);
    let words =
        |code: &ValueIndex| values.and_then(|values| values.get(usize::from(code.0))).map_or("", |value| &value.words);
    match value {
        Value::Code(code) => words(code).to_owned(),
        Value::Codes(codes) if !codes.is_empty() => codes.iter().map(words).collect::<Vec<_>>().join(", "),
        _ => display(knowledge, index, value),
    }
}

/// A UCUM unit as it follows a number in a sentence; annotations (`{score}`) are not said.
fn spoken_unit(unit: &str) -> String {
    match unit {
        "a" => " years".to_owned(),
        "d" => " days".to_owned(),
        unit if unit.starts_with('{') => String::new(),
        unit => format!(" {unit}"),
    }
}
