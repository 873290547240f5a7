//! The facts of one patient: at most one statement for each entry of the data dictionary.

use her2path_knowledge::model::{FactDefinition, FactIndex, Knowledge, ValueIndex};

use super::value::{Statement, Value};
use crate::guideline::Fact;

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
        Value::Decimal(quantity) => format!("{}{}{unit}", quantity.comparator.as_str(), quantity.number),
        Value::Code(index) => code(index).to_owned(),
        Value::Codes(codes) if codes.is_empty() => "none".to_owned(),
        Value::Codes(codes) => codes.iter().map(code).collect::<Vec<_>>().join(", "),
        Value::Date(date) => date.to_string(),
        Value::Text(text) => text.clone(),
    }
}

/// A value in words for people: as [`display`], with the codes of the dictionary spelt out (`not-metastatic` is "not
/// metastatic", `ihc-ish-discordant` is "IHC ISH discordant").
#[must_use]
pub fn spoken(knowledge: &Knowledge, index: FactIndex, value: &Value) -> String {
    match value {
        Value::Code(_) => words(&display(knowledge, index, value)),
        Value::Codes(codes) if !codes.is_empty() => {
            let one =
                |code: &her2path_knowledge::model::ValueIndex| words(&display(knowledge, index, &Value::Code(*code)));
            codes.iter().map(one).collect::<Vec<_>>().join(", ")
        }
        _ => display(knowledge, index, value),
    }
}

/// The words of a code. Symbols of the field (`IIIA`, `3+`, `HR+/HER2-`) stand as they are.
fn words(code: &str) -> String {
    const SPELT: [(&str, &str); 16] = [
        ("neg", "negative"),
        ("pos", "positive"),
        ("her2", "HER2"),
        ("ihc", "IHC"),
        ("ish", "ISH"),
        ("er", "ER"),
        ("pr", "PgR"),
        ("t0n0m1", "T0 N0 M1"),
        ("tis", "Tis"),
        ("nx", "NX"),
        ("pm0", "pM0"),
        ("m1", "M1"),
        ("m", "M"),
        ("brca1", "BRCA1"),
        ("brca2", "BRCA2"),
        ("cns", "CNS"),
    ];
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if !code.chars().all(plain) || !code.starts_with(|c: char| c.is_ascii_lowercase()) {
        return code.to_owned();
    }
    let spell = |word| SPELT.into_iter().find(|(plain, _)| *plain == word).map_or(word, |(_, spelt)| spelt);
    code.split('-').map(spell).collect::<Vec<_>>().join(" ")
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
