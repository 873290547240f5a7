//! From the words of a criterion to facts, values and numbers of the dictionary.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use crate::criterion::{Sentence, SentenceTest, Word};
use crate::model::{Criterion, FactIndex, FactType, Operation, Test, ValueIndex};
use crate::read::facts::{RawFact, type_name};
use crate::read::recommendations::{Group, RawCriterion};
use crate::read::value_sets::RawValueSet;
use crate::source::{Located, Sink};
use crate::suggest;

/// What the words of criteria can mean.
pub(crate) struct Dictionary<'r> {
    /// Sorted by id, every id once: the order of [`FactIndex`].
    pub(crate) facts: Vec<&'r RawFact>,
    pub(crate) sets: BTreeMap<&'r str, &'r RawValueSet>,
    /// The value sets that a criterion names.
    pub(crate) used_sets: RefCell<BTreeSet<&'r str>>,
}

impl<'r> Dictionary<'r> {
    pub(crate) fn new(facts: &'r [RawFact], sets: &'r [RawValueSet]) -> Self {
        let facts: BTreeMap<_, _> = facts.iter().rev().map(|fact| (fact.id.value.as_str(), fact)).collect();
        let sets = sets.iter().map(|set| (set.id.value.as_str(), set)).collect();
        Self { facts: facts.into_values().collect(), sets, used_sets: RefCell::default() }
    }

    pub(crate) fn fact(&self, id: &str) -> Option<(FactIndex, &'r RawFact)> {
        let position = self.facts.binary_search_by(|fact| fact.id.value.as_str().cmp(id)).ok()?;
        Some((FactIndex(u16::try_from(position).ok()?), self.facts.get(position)?))
    }

    pub(crate) fn fact_ids(&self) -> impl Iterator<Item = &'r str> + Clone {
        self.facts.iter().map(|fact| fact.id.value.as_str())
    }
}

/// The values that a fact can have, in the order of [`ValueIndex`].
pub(crate) fn values(fact: &RawFact) -> Vec<&str> {
    match fact.kind_of_value {
        Some(FactType::Boolean) => vec!["false", "true"],
        Some(FactType::Code | FactType::Codes) => fact.values.iter().map(|value| value.value.as_str()).collect(),
        _ => Vec::new(),
    }
}

/// Resolves a criterion. What cannot be resolved is reported and leaves `None`.
pub(crate) fn criterion(raw: &RawCriterion, dictionary: &Dictionary<'_>, sink: &Sink<'_>) -> Option<Criterion> {
    match raw {
        RawCriterion::Sentence(text, sentence) => {
            Resolver { text, sentence, dictionary, sink }.test().map(Criterion::Test)
        }
        RawCriterion::Group(group, members, _) => {
            let resolved: Vec<_> = members.iter().map(|member| criterion(member, dictionary, sink)).collect();
            let members = resolved.into_iter().collect::<Option<Vec<_>>>()?.into();
            Some(match group {
                Group::All => Criterion::All(members),
                Group::Any => Criterion::Any(members),
                Group::None => Criterion::None(members),
            })
        }
    }
}

struct Resolver<'a, 'r> {
    text: &'a Located<String>,
    sentence: &'a Sentence,
    dictionary: &'a Dictionary<'r>,
    sink: &'a Sink<'a>,
}

impl<'r> Resolver<'_, 'r> {
    fn test(&self) -> Option<Test> {
        let (index, fact) = self.fact(&self.sentence.fact)?;
        let kind = fact.kind_of_value?;
        let is_coded = matches!(kind, FactType::Code | FactType::Codes);
        if is_coded && fact.values.is_empty() {
            // Reported where the fact stands.
            return None;
        }
        let operation = match &self.sentence.test {
            SentenceTest::Known => Operation::Known,
            SentenceTest::Is(word) if has_values(kind) => Operation::Is(self.value(fact, word)?),
            SentenceTest::IsNot(word) if has_values(kind) => Operation::IsNot(self.value(fact, word)?),
            SentenceTest::In(word) if is_coded => self.set(fact, word)?,
            SentenceTest::Compare { comparison, number, place, unit } if is_number(kind) => {
                self.unit(fact, unit.as_ref(), place)?;
                if kind == FactType::Integer && !number.fract().is_zero() {
                    self.error(place, format!("`{}` is a whole number, `{number}` is not", fact.id.value), "");
                    return None;
                }
                Operation::Compare(*comparison, *number)
            }
            SentenceTest::Within(span, of) if kind == FactType::Date => {
                let (of_index, of_fact) = self.fact(of)?;
                let of_kind = of_fact.kind_of_value?;
                if of_kind != FactType::Date {
                    self.error(&of.span, format!("`{}` is not a date but {}", of.text, article(of_kind)), "");
                    return None;
                }
                if of_index == index {
                    self.error(&of.span, "a date is always within any time of itself", "name another date");
                    return None;
                }
                Operation::Within(*span, of_index)
            }
            _ => {
                let operator = self.text.value.get(self.sentence.operator.clone()).unwrap_or("");
                let id = &fact.id.value;
                let message = format!("`{id}` is {}: `{operator}` cannot test it", article(kind));
                self.error(&self.sentence.operator, message, &forms(id, kind));
                return None;
            }
        };
        Some(Test { text: self.text.value.clone().into(), fact: index, operation })
    }

    fn fact(&self, word: &Word) -> Option<(FactIndex, &'r RawFact)> {
        let found = self.dictionary.fact(&word.text);
        if found.is_none() {
            let hint = suggest::hint(&word.text, self.dictionary.fact_ids());
            let hint = if hint.is_empty() { "the data dictionary is `facts.toml`".to_owned() } else { hint };
            self.error(&word.span, format!("unknown fact `{}`", word.text), &hint);
        }
        found
    }

    fn value(&self, fact: &RawFact, word: &Word) -> Option<ValueIndex> {
        let found = position(fact, &word.text);
        if found.is_none() {
            let hint = suggest::hint(&word.text, values(fact).into_iter());
            self.error(&word.span, format!("`{}` cannot be `{}`", fact.id.value, word.text), &hint);
        }
        found
    }

    fn set(&self, fact: &RawFact, word: &Word) -> Option<Operation> {
        let Some((&id, set)) = self.dictionary.sets.get_key_value(word.text.as_str()) else {
            let hint = suggest::hint(&word.text, self.dictionary.sets.keys().copied());
            self.error(&word.span, format!("unknown value set `{}`", word.text), &hint);
            return None;
        };
        self.dictionary.used_sets.borrow_mut().insert(id);
        if !set.has_values {
            let hint = format!("a criterion needs a set with `values = […]`; `{id}` is for reading records");
            self.error(&word.span, format!("the value set `{id}` lists codes, not values of facts"), &hint);
            return None;
        }
        let mut members = Vec::new();
        for value in &set.values {
            match position(fact, &value.value) {
                Some(member) => members.push(member),
                None => {
                    let message = format!("`{id}` holds `{}`, which `{}` cannot be", value.value, fact.id.value);
                    let hint = suggest::hint(&value.value, values(fact).into_iter());
                    let hint = if hint.is_empty() { hint } else { format!("in `{id}`: {hint}") };
                    self.error(&word.span, message, &hint);
                }
            }
        }
        // A set without values is reported where it stands.
        let complete = !members.is_empty() && members.len() == set.values.len();
        members.sort_unstable();
        complete.then_some(Operation::In(members.into()))
    }

    fn unit(&self, fact: &RawFact, unit: Option<&Word>, number: &std::ops::Range<usize>) -> Option<()> {
        let id = &fact.id.value;
        match (&fact.unit, unit) {
            (None, None) => Some(()),
            (Some(expected), Some(unit)) if expected.value == unit.text => Some(()),
            // An annotation in braces is no unit: UCUM reads it as 1.
            (Some(expected), None) if expected.value.starts_with('{') => Some(()),
            // Reported where the fact stands.
            (Some(expected), None) if expected.value.contains(char::is_whitespace) => None,
            (Some(expected), None) => {
                let text = self.text.value.get(number.clone()).unwrap_or("");
                self.error(number, "the unit is missing", &format!("write `{text} {}`", expected.value));
                None
            }
            (Some(expected), Some(unit)) => {
                let hint = format!("`{id}` is in `{}`", expected.value);
                self.error(&unit.span, format!("unknown unit `{}`", unit.text), &hint);
                None
            }
            (None, Some(unit)) => {
                let message = format!("unknown unit `{}`", unit.text);
                self.error(&unit.span, message, &format!("`{id}` has no unit"));
                None
            }
        }
    }

    fn error(&self, span: &std::ops::Range<usize>, message: impl Into<String>, hint: &str) {
        self.sink.error(&self.sink.inside(self.text, span.clone()), message, hint);
    }
}

fn position(fact: &RawFact, value: &str) -> Option<ValueIndex> {
    let position = values(fact).iter().position(|known| *known == value)?;
    u16::try_from(position).ok().map(ValueIndex)
}

fn has_values(kind: FactType) -> bool {
    matches!(kind, FactType::Boolean | FactType::Code | FactType::Codes)
}

fn is_number(kind: FactType) -> bool {
    matches!(kind, FactType::Integer | FactType::Decimal)
}

fn article(kind: FactType) -> String {
    match kind {
        FactType::Codes => "a list of codes".to_owned(),
        FactType::Integer => "an integer".to_owned(),
        _ => format!("a {}", type_name(kind)),
    }
}

/// The tests that a fact of this type can have.
fn forms(id: &str, kind: FactType) -> String {
    match kind {
        FactType::Boolean => format!("write `{id} is true`, `{id} is false` or `{id} is known`"),
        FactType::Code | FactType::Codes => {
            format!("write `{id} is VALUE`, `{id} is not VALUE`, `{id} in VALUESET` or `{id} is known`")
        }
        FactType::Integer | FactType::Decimal => {
            format!("write `{id} < NUMBER UNIT` (or `=` `<=` `>` `>=`) or `{id} is known`")
        }
        FactType::Date => format!("write `{id} within N days of DATE-FACT` or `{id} is known`"),
        FactType::Text => format!("write `{id} is known`"),
    }
}
