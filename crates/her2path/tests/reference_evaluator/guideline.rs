//! The guideline as its files say, read with nothing but a TOML parser.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use toml::{Table, Value};

/// What the reference evaluator knows of the guideline.
pub(crate) struct Guideline {
    pub(crate) facts: BTreeMap<String, Fact>,
    pub(crate) value_sets: BTreeMap<String, Vec<String>>,
    pub(crate) recommendations: BTreeMap<String, Recommendation>,
}

pub(crate) struct Fact {
    pub(crate) kind: String,
    pub(crate) values: Vec<String>,
    pub(crate) open: Vec<String>,
    pub(crate) rests_on: Vec<String>,
}

pub(crate) struct Recommendation {
    pub(crate) when: Vec<Criterion>,
    pub(crate) contraindicated_if: Vec<Criterion>,
    pub(crate) ask_first: Vec<String>,
    pub(crate) effective: String,
    pub(crate) superseded_by: Option<String>,
}

/// A criterion as written.
#[derive(Debug, Clone)]
pub(crate) enum Criterion {
    Sentence(Sentence),
    All(Vec<Criterion>),
    Any(Vec<Criterion>),
    None(Vec<Criterion>),
}

/// The words of a sentence, sorted by form.
#[derive(Debug, Clone)]
pub(crate) enum Sentence {
    Is { fact: String, value: String },
    IsNot { fact: String, value: String },
    In { fact: String, set: String },
    Compare { fact: String, sign: String, number: String },
    Within { fact: String, count: i64, unit: String, of: String },
    Known { fact: String },
}

impl Sentence {
    fn parse(text: &str) -> Sentence {
        let words: Vec<&str> = text.split_whitespace().collect();
        let own = |word: &str| word.to_owned();
        match words[..] {
            [fact, "is", "known"] => Sentence::Known { fact: own(fact) },
            [fact, "is", "not", value] => Sentence::IsNot { fact: own(fact), value: own(value) },
            [fact, "is", value] => Sentence::Is { fact: own(fact), value: own(value) },
            [fact, "in", set] => Sentence::In { fact: own(fact), set: own(set) },
            [fact, "within", count, unit, "of", of] => Sentence::Within {
                fact: own(fact),
                count: count.parse().expect("a whole number stands after `within`"),
                unit: own(unit),
                of: own(of),
            },
            [fact, sign @ ("<" | "<=" | "=" | ">=" | ">"), number, ..] if words.len() <= 4 => {
                Sentence::Compare { fact: own(fact), sign: own(sign), number: own(number) }
            }
            _ => panic!("`{text}` is not a sentence of the grammar"),
        }
    }

    /// Every fact named: of a `within` both dates.
    pub(crate) fn facts(&self) -> impl Iterator<Item = &str> {
        let of = match self {
            Sentence::Within { of, .. } => Some(of.as_str()),
            _ => None,
        };
        [self.fact()].into_iter().chain(of)
    }

    pub(crate) fn fact(&self) -> &str {
        match self {
            Sentence::Is { fact, .. }
            | Sentence::IsNot { fact, .. }
            | Sentence::In { fact, .. }
            | Sentence::Compare { fact, .. }
            | Sentence::Within { fact, .. }
            | Sentence::Known { fact } => fact,
        }
    }
}

impl Criterion {
    fn read(value: &Value) -> Criterion {
        match value {
            Value::String(text) => Criterion::Sentence(Sentence::parse(text)),
            Value::Table(group) => {
                let (key, members) = group.iter().next().expect("a group has a key");
                let members = criteria(Some(members));
                match key.as_str() {
                    "all" => Criterion::All(members),
                    "any" => Criterion::Any(members),
                    "none" => Criterion::None(members),
                    _ => panic!("`{key}` is not a group"),
                }
            }
            _ => panic!("`{value:?}` is not a criterion"),
        }
    }

    pub(crate) fn sentences(&self) -> Vec<&Sentence> {
        match self {
            Criterion::Sentence(sentence) => vec![sentence],
            Criterion::All(members) | Criterion::Any(members) | Criterion::None(members) => {
                members.iter().flat_map(Criterion::sentences).collect()
            }
        }
    }
}

fn criteria(value: Option<&Value>) -> Vec<Criterion> {
    value.and_then(Value::as_array).into_iter().flatten().map(Criterion::read).collect()
}

fn strings(value: Option<&Value>) -> Vec<String> {
    let items = value.and_then(Value::as_array).into_iter().flatten();
    items.map(|item| item.as_str().expect("a text").to_owned()).collect()
}

fn text(table: &Table, key: &str) -> Option<String> {
    match table.get(key)? {
        Value::String(text) => Some(text.clone()),
        Value::Datetime(date) => Some(date.to_string()),
        _ => None,
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the guideline can be read") {
        let path = entry.expect("an entry of a folder can be read").path();
        if path.is_dir() {
            files.extend(self::files(&path));
        } else if path.extension().is_some_and(|extension| extension == "toml") {
            files.push(path);
        }
    }
    files
}

/// The gates that a recommendation carries: those of the drugs of its regimen and variants, of their parts, classes and
/// groups, at the time of treatment that it is about, but for those that it lifts.
fn carried<'g>(item: &Table, gates: &'g [Table], drugs: &BTreeMap<String, Table>) -> Vec<&'g Table> {
    let mut words = strings(item.get("regimen"));
    words.extend(strings(item.get("variants")).iter().flat_map(|variant| variant.split(" + ").map(str::to_owned)));
    let mut meant: Vec<String> = Vec::new();
    for word in words {
        let parts = drugs.get(&word).map_or(Vec::new(), |drug| strings(drug.get("components")));
        for id in [word].into_iter().chain(parts) {
            let class = drugs.get(&id).and_then(|drug| text(drug, "class")).unwrap_or_else(|| id.clone());
            meant.extend(group(&class).map(str::to_owned));
            meant.extend([class, id]);
        }
    }
    let lines = strings_of_when(item);
    let lifted: Vec<&String> = item.get("lifts").and_then(Value::as_table).into_iter().flat_map(Table::keys).collect();
    let is_carried = |gate: &&Table| {
        let has = |key: &str| strings(gate.get(key)).iter().any(|line| lines.contains(line));
        strings(gate.get("drugs")).iter().any(|drug| meant.contains(drug))
            && (gate.get("only-when").is_none() || has("only-when"))
            && !has("unless-when")
            && !lifted.contains(&&text(gate, "id").expect("a gate has an id"))
    };
    gates.iter().filter(is_carried).collect()
}

/// The lines of `when` that are no groups.
fn strings_of_when(item: &Table) -> Vec<String> {
    let lines = item.get("when").and_then(Value::as_array).into_iter().flatten();
    lines.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// Which group a class of drugs belongs to, as the page on lines of therapy counts them.
fn group(class: &str) -> Option<&'static str> {
    match class {
        "her2-antibody" | "her2-adc" | "her2-tki" => Some("her2-directed"),
        "taxane"
        | "vinca"
        | "other-microtubule"
        | "antimetabolite"
        | "anthracycline"
        | "alkylating"
        | "platinum"
        | "topoisomerase-inhibitor"
        | "antitumour-antibiotic"
        | "trop2-adc"
        | "other-cytotoxic" => Some("chemotherapy"),
        "aromatase-inhibitor" | "serm" | "serd" | "other-endocrine" | "lhrh-agonist" => Some("endocrine"),
        "cdk4-6-inhibitor"
        | "pi3k-akt-mtor-inhibitor"
        | "parp-inhibitor"
        | "immunotherapy"
        | "angiogenesis-inhibitor"
        | "other-targeted" => Some("targeted"),
        _ => None,
    }
}

impl Guideline {
    /// Reads `knowledge/`: facts are where `[[fact]]` stands, recommendations where `[[recommendation]]` stands, value sets in
    /// their folder.
    pub(crate) fn read(folder: &Path) -> Guideline {
        let mut guideline =
            Guideline { facts: BTreeMap::new(), value_sets: BTreeMap::new(), recommendations: BTreeMap::new() };
        let mut gates = Vec::new();
        let mut drugs: BTreeMap<String, Table> = BTreeMap::new();
        let mut written: BTreeMap<String, Table> = BTreeMap::new();
        for path in files(folder) {
            let content = std::fs::read_to_string(&path).expect("a file of the guideline is text");
            let table: Table = content.parse().expect("a file of the guideline is TOML");
            let tables = |key: &str| -> Vec<Table> {
                let items = table.get(key).and_then(Value::as_array).into_iter().flatten();
                items.map(|item| item.as_table().expect("a table").clone()).collect()
            };
            gates.extend(tables("gate"));
            for drug in tables("drug") {
                drugs.insert(text(&drug, "id").expect("a drug has an id"), drug);
            }
            for fact in tables("fact") {
                let kind = text(&fact, "type").expect("a fact has a type");
                let values = match kind.as_str() {
                    "boolean" => vec!["false".to_owned(), "true".to_owned()],
                    _ => strings(fact.get("values")),
                };
                let id = text(&fact, "id").expect("a fact has an id");
                guideline.facts.insert(
                    id,
                    Fact { kind, values, open: strings(fact.get("open")), rests_on: strings(fact.get("rests-on")) },
                );
            }
            for item in tables("recommendation") {
                let id = text(&item, "id").expect("a recommendation has an id");
                let recommendation = Recommendation {
                    when: criteria(item.get("when")),
                    contraindicated_if: criteria(item.get("contraindicated-if")),
                    ask_first: strings(item.get("ask-first")),
                    effective: text(&item, "effective").expect("a recommendation has a first day"),
                    superseded_by: text(&item, "superseded-by"),
                };
                guideline.recommendations.insert(id.clone(), recommendation);
                written.insert(id, item);
            }
            if path.parent().is_some_and(|parent| parent.ends_with("valuesets")) {
                let id = path.file_stem().expect("a file has a name").to_string_lossy().into_owned();
                guideline.value_sets.insert(id, strings(table.get("values")));
            }
        }
        for (id, item) in &written {
            let carried = carried(item, &gates, &drugs);
            let recommendation = guideline.recommendations.get_mut(id).expect("it was read");
            for gate in carried {
                let own = item.get("contraindicated-if").and_then(Value::as_array).cloned().unwrap_or_default();
                let of_gate = gate.get("contraindicated-if").and_then(Value::as_array).expect("a gate forbids");
                for value in of_gate.iter().filter(|value| !own.contains(value)) {
                    let criterion = Criterion::read(value);
                    let same = |other: &Criterion| format!("{other:?}") == format!("{criterion:?}");
                    if !recommendation.contraindicated_if.iter().any(same) {
                        recommendation.contraindicated_if.push(criterion);
                    }
                }
                for fact in strings(gate.get("ask-first")) {
                    if !recommendation.ask_first.contains(&fact) {
                        recommendation.ask_first.push(fact);
                    }
                }
            }
        }
        guideline
    }

    /// Whether a recommendation stands on a day: in effect, and not replaced by one that is in effect.
    pub(crate) fn stands(&self, recommendation: &Recommendation, day: &str) -> bool {
        // ISO dates sort as text.
        let replaced = recommendation.superseded_by.as_ref().and_then(|id| self.recommendations.get(id));
        recommendation.effective.as_str() <= day && replaced.is_none_or(|by| by.effective.as_str() > day)
    }
}
