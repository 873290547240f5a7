//! The data dictionary: names, units and values.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{FactKind, FactType};
use crate::names;
use crate::read::citations::RawCitation;
use crate::read::facts::{RawFact, type_name};
use crate::read::value_sets::RawValueSet;
use crate::source::{Located, Sink};
use crate::suggest;
use crate::validate::recommendations::check_keys;
use crate::validate::{countable, is_kebab_case, unique};
use crate::wording;

pub(crate) fn check(facts: &[RawFact], citations: &[RawCitation], sets: &[RawValueSet], sink: &Sink<'_>) {
    let citations: BTreeMap<&str, &RawCitation> =
        citations.iter().map(|citation| (citation.key.value.as_str(), citation)).collect();
    unique("fact", facts.iter().map(|fact| &fact.id), sink);
    let ids: Vec<_> = facts.iter().map(|fact| &fact.id).collect();
    distinct_in_rust(&ids, names::camel_case, sink);
    if facts.is_empty() {
        sink.error_in_file("facts.toml", "no facts", "the data dictionary lists every fact that a criterion can name");
    }
    if let Some(last) = facts.last() {
        countable("facts", facts.len(), &last.at, sink);
    }
    for fact in facts {
        check_keys(&fact.cites, &citations, sink);
        check_fact(fact, sink);
        if let Some(list) = &fact.value_set
            && !sets.iter().any(|set| set.has_values && set.id.value == list.value)
        {
            let hint = suggest::hint(&list.value, sets.iter().map(|set| set.id.value.as_str()));
            sink.error(&list.at, format!("unknown value set `{}`", list.value), hint);
        }
        check_grounds(fact, facts, sink);
    }
}

/// What a fact rests on: other facts of the dictionary, and in the end such as can be asked for.
fn check_grounds(fact: &RawFact, facts: &[RawFact], sink: &Sink<'_>) {
    let find = |id: &str| facts.iter().find(|other| other.id.value == id);
    unique("ground", fact.rests_on.iter(), sink);
    if let (Some(FactKind::Asserted), Some(first)) = (fact.kind, fact.rests_on.first()) {
        let message = format!("`{}` is asserted: it rests on no other fact", fact.id.value);
        sink.error(&first.at, message, "only what is inferred is worked out from other facts");
    }
    for id in &fact.rests_on {
        if find(&id.value).is_none() {
            let hint = suggest::hint(&id.value, facts.iter().map(|fact| fact.id.value.as_str()));
            sink.error(&id.at, format!("unknown fact `{}`", id.value), hint);
            continue;
        }
        let (mut open, mut seen) = (vec![id.value.as_str()], BTreeSet::new());
        while let Some(next) = open.pop() {
            if seen.insert(next) {
                open.extend(find(next).into_iter().flat_map(|ground| &ground.rests_on).map(|id| id.value.as_str()));
            }
        }
        if seen.contains(fact.id.value.as_str()) {
            let message = format!("`{}` would rest on itself", fact.id.value);
            sink.error(&id.at, message, "name the facts that are read or stated");
        }
    }
}

/// Two names that become one in the generated code would make it ambiguous.
fn distinct_in_rust(names: &[&Located<String>], convert: fn(&str) -> String, sink: &Sink<'_>) {
    let mut seen: BTreeMap<String, &Located<String>> = BTreeMap::new();
    for name in names {
        match seen.get(&convert(&name.value)) {
            Some(other) if other.value != name.value => {
                let message = format!("`{}` and `{}` become the same name in Rust", name.value, other.value);
                sink.error(&name.at, message, format!("the other is at {}", sink.place(&other.at)));
            }
            _ => {
                seen.insert(convert(&name.value), name);
            }
        }
    }
}

fn check_fact(fact: &RawFact, sink: &Sink<'_>) {
    let id = &fact.id;
    if !id.value.is_empty() && !id.value.split('.').all(is_kebab_case) {
        let hint = "small letters, digits and hyphens, parts joined by points: `her2.status`";
        sink.error(&id.at, format!("`{}` is not a name for a fact", id.value), hint);
    }
    if names::camel_case(&id.value) == "Self" {
        sink.error(&id.at, "`self` is not a name for a fact", "Rust keeps it for itself");
    }
    let Some(kind) = fact.kind_of_value else {
        return;
    };
    let name = type_name(kind);
    if let Some(unit) = &fact.unit {
        if !matches!(kind, FactType::Integer | FactType::Decimal) {
            sink.error(
                &unit.at,
                format!("a fact of type `{name}` has no unit"),
                "only `integer` and `decimal` have one",
            );
        } else if unit.value.contains(char::is_whitespace) {
            sink.error(&unit.at, format!("`{}` is not a UCUM unit", unit.value), "UCUM units hold no blanks");
        }
    }
    check_range(fact, kind, sink);
    if !matches!(kind, FactType::Code | FactType::Codes) {
        for value in fact.values.first().into_iter().chain(fact.open.first()) {
            sink.error(
                &value.at,
                format!("a fact of type `{name}` has no list of values"),
                "only `code` and `codes` have one",
            );
        }
        return;
    }
    if fact.values.is_empty() {
        sink.error(&fact.at, format!("a fact of type `{name}` needs `values`"), "list every value that it can have");
    }
    countable("values", fact.values.len(), &fact.at, sink);
    unique("value", fact.values.iter(), sink);
    unique("open value", fact.open.iter(), sink);
    distinct_in_rust(&fact.values.iter().collect::<Vec<_>>(), names::constant, sink);
    for value in &fact.values {
        check_value(value, sink);
    }
    for open in &fact.open {
        if !fact.values.iter().any(|value| value.value == open.value) {
            let hint = suggest::hint(&open.value, fact.values.iter().map(|value| value.value.as_str()));
            sink.error(&open.at, format!("the open value `{}` is not one of `values`", open.value), hint);
        }
    }
    for (value, words) in &fact.words {
        if !fact.values.iter().any(|known| known.value == value.value) {
            let hint = suggest::hint(&value.value, fact.values.iter().map(|value| value.value.as_str()));
            sink.error(&value.at, format!("`{}`, given in words, is not one of `values`", value.value), hint);
        } else if words.value == wording::words(&value.value) {
            sink.error(
                &words.at,
                format!("`{}` is what `{}` becomes by itself", words.value, value.value),
                "leave the line out",
            );
        }
    }
}

/// The ends of a number's range, the lesser first.
fn check_range(fact: &RawFact, kind: FactType, sink: &Sink<'_>) {
    match fact.range.as_slice() {
        [] => {}
        [first, ..] if !matches!(kind, FactType::Integer | FactType::Decimal) => {
            let message = format!("a fact of type `{}` has no range", type_name(kind));
            sink.error(&first.at, message, "only `integer` and `decimal` have one");
        }
        [least, most] if least.value < most.value => {}
        [first, ..] => sink.error(&first.at, "not a range", "the least and the most that it can be: `[0, 100]`"),
    }
}

/// Values stand as single words in criteria, beside the words of the grammar.
fn check_value(value: &Located<String>, sink: &Sink<'_>) {
    if matches!(value.value.as_str(), "not" | "known") {
        sink.error(
            &value.at,
            format!("`{}` cannot be a value", value.value),
            "the word belongs to the grammar of criteria",
        );
    } else if value.value.is_empty()
        || !value.value.chars().all(|c| c.is_ascii_graphic() && !matches!(c, '`' | '"' | '\\'))
    {
        let hint = "one word of letters, digits and hyphens; `+`, `/`, `?` and the like where the field writes so";
        sink.error(&value.at, format!("`{}` cannot be a value", value.value), hint);
    }
}
