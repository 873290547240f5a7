//! `facts.toml` and `facts/*.toml`: the data dictionary.

use crate::model::{FactKind, FactType};
use crate::source::{Located, Location};
use crate::table::Section;

pub(crate) struct RawFact {
    pub(crate) id: Located<String>,
    pub(crate) title: Located<String>,
    pub(crate) kind: Option<FactKind>,
    pub(crate) kind_of_value: Option<FactType>,
    pub(crate) unit: Option<Located<String>>,
    /// Least and most, where they are not those of its kind.
    pub(crate) range: Vec<Located<i64>>,
    pub(crate) values: Vec<Located<String>>,
    pub(crate) open: Vec<Located<String>>,
    /// Values in words for people, where the code spelt out would not be good English.
    pub(crate) words: Vec<(Located<String>, Located<String>)>,
    pub(crate) source: Located<String>,
    pub(crate) ask: Located<String>,
    pub(crate) order: Option<Located<String>>,
    pub(crate) plain: Located<String>,
    pub(crate) cites: Vec<Located<String>>,
    pub(crate) rests_on: Vec<Located<String>>,
    /// The list of values by which it is worked out.
    pub(crate) value_set: Option<Located<String>>,
    pub(crate) at: Location,
}

const KINDS: &[(&str, FactKind)] = &[("asserted", FactKind::Asserted), ("inferred", FactKind::Inferred)];

const TYPES: &[(&str, FactType)] = &[
    ("boolean", FactType::Boolean),
    ("integer", FactType::Integer),
    ("decimal", FactType::Decimal),
    ("code", FactType::Code),
    ("codes", FactType::Codes),
    ("date", FactType::Date),
    ("text", FactType::Text),
];

/// The name of a type in files.
pub(crate) fn type_name(kind_of_value: FactType) -> &'static str {
    TYPES.iter().find(|(_, known)| *known == kind_of_value).map_or("", |(name, _)| name)
}

pub(crate) fn read(file: Section<'_>) -> Vec<RawFact> {
    let facts = file.sections("fact").into_iter().map(read_fact).collect();
    file.finish();
    facts
}

fn read_fact(section: Section<'_>) -> RawFact {
    let fact = RawFact {
        id: section.text("id"),
        title: section.text("title"),
        kind: section.choice("kind", KINDS),
        kind_of_value: section.choice("type", TYPES),
        unit: section.optional_text("unit"),
        range: section.integers("range"),
        values: section.texts("values"),
        open: section.texts("open"),
        words: section.text_map("words"),
        source: section.text("source"),
        ask: section.text("ask"),
        order: section.optional_text("order"),
        plain: section.text("plain"),
        cites: section.texts("cites"),
        rests_on: section.texts("rests-on"),
        value_set: section.optional_text("value-set"),
        at: section.at().clone(),
    };
    section.finish();
    fact
}
