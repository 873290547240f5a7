//! Value sets: names, and codes with their check digits.

use std::collections::BTreeMap;

use crate::check_digit::{Verdict, looks_like, verdict};
use crate::code_system::CodeSystem;
use crate::read::value_sets::{RawConcept, RawValueSet};
use crate::source::{Location, Sink};
use crate::validate::{countable, is_kebab_case, unique};

pub(crate) fn check(sets: &[RawValueSet], sink: &Sink<'_>) {
    if let Some(last) = sets.last() {
        countable("value sets", sets.len(), &last.at, sink);
    }
    for set in sets {
        let id = &set.id;
        if !is_kebab_case(&id.value) {
            let hint = "small letters, digits and hyphens: rename the file";
            sink.error(&id.at, format!("`{}` is not a name for a value set", id.value), hint);
        }
        match (set.concepts.is_empty(), set.has_values) {
            (true, false) => sink.error(&set.at, "an empty value set", "add a [[concept]] or `values = […]`"),
            (true, true) if set.values.is_empty() => sink.error(&set.at, "an empty value set", "add values"),
            (false, true) => {
                let hint = "one is for reading records, the other for criteria: make two sets";
                sink.error(&set.at, "a value set has either concepts or values, not both", hint);
            }
            _ => {}
        }
        countable("concepts", set.concepts.len(), &set.at, sink);
        unique("value", set.values.iter(), sink);
        check_concepts(&set.concepts, sink);
    }
}

fn check_concepts(concepts: &[RawConcept], sink: &Sink<'_>) {
    let mut first: BTreeMap<(CodeSystem, &str), &Location> = BTreeMap::new();
    for concept in concepts {
        let (Some(system), code) = (concept.system, &concept.code) else {
            continue;
        };
        if code.value.is_empty() {
            continue;
        }
        if let Some(at) = first.get(&(system, code.value.as_str())) {
            let message = format!("duplicate concept `{}` of {}", code.value, system.name());
            sink.error(&code.at, message, format!("the first is at {}", sink.place(at)));
        } else {
            first.insert((system, &code.value), &code.at);
        }
        check_code(concept, system, sink);
    }
}

fn check_code(concept: &RawConcept, system: CodeSystem, sink: &Sink<'_>) {
    let code = &concept.code;
    let other = looks_like(&code.value).filter(|other| *other != system);
    let remedy = |fallback: String| match other {
        Some(other) => format!("it looks like a code of {}", other.name()),
        None => fallback,
    };
    match verdict(system, &code.value) {
        Verdict::WellFormed | Verdict::NotChecked => {}
        Verdict::BadCheckDigit { expected } => {
            let message = format!("`{}` has a bad check digit for {}", code.value, system.name());
            let hint = format!("the other digits call for {expected} at the end: look the code up again");
            sink.error(&code.at, message, remedy(hint));
        }
        Verdict::WrongShape => {
            sink.error(&code.at, format!("`{}` is not a code of {}", code.value, system.name()), remedy(String::new()));
        }
    }
}
