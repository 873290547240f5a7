//! A guideline as Rust source code: a `static` that needs no work at start-up, and names for its facts and values.
//!
//! The code is for `include!` in a module of a crate that depends on `her2path-knowledge`, `jiff` and `rust_decimal`.
//! It declares `KNOWLEDGE`, the enum `Fact`, and the modules `values` and `value_set`. Every list is a `static` of its own,
//! referred to by address: the compiler then handles many small initialisers rather than a single huge one.

mod gate;
mod medicine;

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::code_system::CodeSystem;
use crate::drug::{Drug, DrugName, Drugs, LineParameters};
use crate::model::{
    Citation, Concept, ConceptEntry, Criterion, FactDefinition, FactIndex, FactType, FactValue, GlossaryTerm,
    Guideline, Knowledge, Operation, Organisation, Range, Recommendation, Review, Span, Str, Test, ValueSet,
};
use crate::names;

/// The source code of a guideline.
#[must_use]
pub fn to_rust(knowledge: &Knowledge) -> String {
    let data = Data::default().knowledge(knowledge);
    let parts = [
        "// Generated from the guideline files by `her2path_knowledge::codegen`. Not for editing.\n\n".to_owned(),
        fact_enum(&knowledge.facts),
        values(&knowledge.facts),
        value_set(&knowledge.value_sets),
        "pub use data::KNOWLEDGE;\n\n".to_owned(),
        data,
    ];
    parts.concat()
}

fn fact_enum(facts: &[FactDefinition]) -> String {
    let names: Vec<_> = facts.iter().map(|fact| (names::camel_case(&fact.id), fact)).collect();
    let lines = |line: &dyn Fn(usize, &str, &FactDefinition) -> String| -> String {
        names.iter().enumerate().map(|(index, (name, fact))| line(index, name, fact)).collect()
    };
    let variants = lines(&|index, name, fact| format!("    /// {}\n    {name} = {index},\n", doc(&fact.title)));
    let all = lines(&|_, name, _| format!("        Self::{name},\n"));
    let ids = lines(&|_, name, fact| format!("            Self::{name} => {:?},\n", fact.id));
    let from_ids = lines(&|_, name, fact| format!("            {:?} => Some(Self::{name}),\n", fact.id));
    let count = facts.len();
    format!(
        "/// The facts of the data dictionary, in the order of their indices.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u16)]
pub enum Fact {{
{variants}}}

impl Fact {{
    /// All facts, in the order of their indices.
    pub const ALL: [Self; {count}] = [
{all}    ];

    /// The id in the data dictionary.
    #[must_use]
    pub const fn id(self) -> &'static str {{
        match self {{
{ids}        }}
    }}

    /// The fact with this id.
    #[must_use]
    pub fn from_id(id: &str) -> Option<Self> {{
        match id {{
{from_ids}            _ => None,
        }}
    }}

    /// The position in the data dictionary.
    #[must_use]
    pub const fn index(self) -> ::her2path_knowledge::model::FactIndex {{
        ::her2path_knowledge::model::FactIndex(self as u16)
    }}

    /// The fact at this position of the embedded guideline's dictionary.
    #[must_use]
    pub fn from_index(index: ::her2path_knowledge::model::FactIndex) -> Option<Self> {{
        Self::ALL.get(usize::from(index.0)).copied()
    }}
}}

impl From<Fact> for ::her2path_knowledge::model::FactIndex {{
    fn from(fact: Fact) -> Self {{
        fact.index()
    }}
}}

"
    )
}

fn values(facts: &[FactDefinition]) -> String {
    let coded = facts.iter().filter(|fact| matches!(fact.kind_of_value, FactType::Code | FactType::Codes));
    let modules: String = coded
        .map(|fact| {
            let constants: String = fact
                .values
                .iter()
                .enumerate()
                .map(|(index, value)| {
                    let name = names::constant(&value.code);
                    format!(
                        "        /// `{}`\n        pub const {name}: ValueIndex = ValueIndex({index});\n",
                        value.code
                    )
                })
                .collect();
            let (title, name) = (doc(&fact.title), names::module(&fact.id));
            let import = "        use ::her2path_knowledge::model::ValueIndex;\n\n";
            format!("    /// {title} (`{}`).\n    pub mod {name} {{\n{import}{constants}    }}\n", fact.id)
        })
        .collect();
    format!("/// The values of coded facts, by fact.\npub mod values {{\n{modules}}}\n\n")
}

fn value_set(sets: &[ValueSet]) -> String {
    let constants: String = sets
        .iter()
        .enumerate()
        .map(|(index, set)| {
            let (title, name) = (doc(&set.title), names::constant(&set.id));
            let path = "::her2path_knowledge::model::ValueSetIndex";
            format!("    /// {title}\n    pub const {name}: {path} = {path}({index});\n")
        })
        .collect();
    format!("/// The value sets, by id.\npub mod value_set {{\n{constants}}}\n\n")
}

/// One line for a documentation comment.
fn doc(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('[', "\\[").replace(']', "\\]").replace('<', "\\<")
}

/// The lists that the guideline refers to, each as a `static`.
#[derive(Default)]
struct Data {
    statics: String,
    count: usize,
}

impl Data {
    fn knowledge(mut self, knowledge: &Knowledge) -> String {
        let guideline = self.guideline(&knowledge.guideline);
        let facts = self.list("FactDefinition", &knowledge.facts, Self::fact);
        let citations = self.list("Citation", &knowledge.citations, Self::citation);
        let value_sets = self.list("ValueSet", &knowledge.value_sets, Self::value_set);
        let concept_index = self.list("ConceptEntry", &knowledge.concept_index, Self::concept_entry);
        let concept_starts = self.list("u16", &knowledge.concept_starts, |_, start| start.to_string());
        let recommendations = self.list("Recommendation", &knowledge.recommendations, Self::recommendation);
        let drugs = self.drugs(&knowledge.drugs);
        let line_parameters = optional(knowledge.line_parameters.as_ref(), |lines| self.line_parameters(lines));
        let medicine = self.medicine(&knowledge.medicine);
        let gates = self.list("::her2path_knowledge::gate::Gate", &knowledge.gates, Self::gate);
        let glossary = self.list("GlossaryTerm", &knowledge.glossary, Self::glossary_term);
        let organisations = self.list("Organisation", &knowledge.organisations, Self::organisation);
        let statics = &self.statics;
        format!(
            "mod data {{
    use ::her2path_knowledge::model::*;
    use std::borrow::Cow::Borrowed as B;

    /// The embedded guideline.
    pub static KNOWLEDGE: Knowledge = Knowledge {{
        guideline: {guideline},
        facts: {facts},
        citations: {citations},
        value_sets: {value_sets},
        concept_index: {concept_index},
        concept_starts: {concept_starts},
        drugs: {drugs},
        line_parameters: {line_parameters},
        medicine: {medicine},
        gates: {gates},
        recommendations: {recommendations},
        glossary: {glossary},
        organisations: {organisations},
    }};
{statics}}}
"
        )
    }

    /// Declares a list of items and answers the expression that refers to it.
    fn list<T>(&mut self, kind: &str, items: &[T], item: fn(&mut Self, &T) -> String) -> String {
        if items.is_empty() {
            return "B(&[])".to_owned();
        }
        let lines: String = items.iter().map(|entry| format!("        {},\n", item(self, entry))).collect();
        let (name, count) = (format!("L{}", self.count), items.len());
        self.count += 1;
        self.statics += &format!("    static {name}: [{kind}; {count}] = [\n{lines}    ];\n");
        format!("B(&{name})")
    }

    fn texts(&mut self, texts: &[Str]) -> String {
        self.list("Str", texts, |_, text| string(text))
    }

    fn guideline(&mut self, guideline: &Guideline) -> String {
        let Guideline { id, title, version, status, scope, notice, bodies, reviewed, hash } = guideline;
        let bodies = self.list("(Str, Str)", bodies, |_, (body, name)| format!("({}, {})", string(body), string(name)));
        format!(
            "Guideline {{ id: {}, title: {}, version: {}, status: {}, scope: {}, notice: {}, bodies: {bodies}, reviewed: {}, hash: {} }}",
            string(id),
            string(title),
            string(version),
            string(status),
            string(scope),
            string(notice),
            self.review(reviewed),
            string(hash)
        )
    }

    fn review(&mut self, review: &Review) -> String {
        let by = self.texts(&review.by);
        format!("Review {{ on: {}, by: {by}, next: {} }}", optional(review.on, date), optional(review.next, date))
    }

    fn fact(&mut self, fact: &FactDefinition) -> String {
        let values = self.list("FactValue", &fact.values, |_, FactValue { code, words, open }| {
            format!("FactValue {{ code: {}, words: {}, open: {open} }}", string(code), string(words))
        });
        let cites = self.list("Str", &fact.cites, |_, key| string(key));
        let rests_on = self.list("FactIndex", &fact.rests_on, |_, fact| format!("{fact:?}"));
        format!(
            "FactDefinition {{ id: {}, title: {}, kind: FactKind::{:?}, kind_of_value: FactType::{:?}, unit: {}, range: {}, values: {values}, \
             source: {}, ask: {}, order: {}, plain: {}, cites: {cites}, rests_on: {rests_on} }}",
            string(&fact.id),
            string(&fact.title),
            fact.kind,
            fact.kind_of_value,
            optional(fact.unit.as_ref(), string),
            optional(fact.range, |Range { least, most }| format!(
                "Range {{ least: {least}, most: {} }}",
                optional(most, |most| most.to_string())
            )),
            string(&fact.source),
            string(&fact.ask),
            optional(fact.order.as_ref(), string),
            string(&fact.plain)
        )
    }

    fn citation(&mut self, citation: &Citation) -> String {
        let Citation { key, text, year, doi, pmid, url, status, checked } = citation;
        format!(
            "Citation {{ key: {}, text: {}, year: {year}, doi: {}, pmid: {}, url: {}, status: Evidence::{status:?}, checked: {} }}",
            string(key),
            string(text),
            optional(doi.as_ref(), string),
            optional(pmid.as_ref(), string),
            optional(url.as_ref(), string),
            optional(*checked, date)
        )
    }

    fn value_set(&mut self, set: &ValueSet) -> String {
        let concepts = self.list("Concept", &set.concepts, Self::concept);
        let values = self.texts(&set.values);
        format!(
            "ValueSet {{ id: {}, title: {}, description: {}, url: {}, concepts: {concepts}, values: {values} }}",
            string(&set.id),
            string(&set.title),
            string(&set.description),
            optional(set.url.as_ref(), string)
        )
    }

    fn concept(&mut self, concept: &Concept) -> String {
        let also = self.texts(&concept.also);
        format!(
            "Concept {{ system: {}, code: {}, display: {}, also: {also}, meaning: {} }}",
            code_system(concept.system),
            string(&concept.code),
            string(&concept.display),
            optional(concept.meaning.as_ref(), string)
        )
    }

    fn concept_entry(&mut self, entry: &ConceptEntry) -> String {
        let ConceptEntry { code, system, value_set, concept } = entry;
        format!(
            "ConceptEntry {{ code: {}, system: {}, value_set: {value_set:?}, concept: {concept} }}",
            string(code),
            code_system(*system)
        )
    }

    fn recommendation(&mut self, recommendation: &Recommendation) -> String {
        let Recommendation { chapter, evidence, preference, urgency, jurisdiction, strength, certainty, place, .. } =
            recommendation;
        let bodies = self.list("(Str, Str)", &recommendation.bodies, |_, (body, words)| {
            format!("({}, {})", string(body), string(words))
        });
        let when = self.criteria(&recommendation.when);
        let contraindicated_if = self.criteria(&recommendation.contraindicated_if);
        let gates = self.texts(&recommendation.gates);
        let lifts = self.list("(Str, Str)", &recommendation.lifts, |_, (gate, reason)| {
            format!("({}, {})", string(gate), string(reason))
        });
        let mentions = self.texts(&recommendation.mentions);
        let ask_first = self.list("FactIndex", &recommendation.ask_first, |_, fact: &FactIndex| format!("{fact:?}"));
        let cites = self.texts(&recommendation.cites);
        let suspects = self.texts(&recommendation.suspects);
        let rules = self.texts(&recommendation.rules);
        let regimen = self.texts(&recommendation.regimen);
        let variants = self.texts(&recommendation.variants);
        let monitor = self.texts(&recommendation.monitor);
        let reviewed = self.review(&recommendation.reviewed);
        format!(
            "Recommendation {{ id: {}, chapter: Chapter::{chapter:?}, question: {}, option: {}, statement: {}, preference: {}, \
             urgency: {}, suspects: {suspects}, rules: {rules}, regimen: {regimen}, variants: {variants}, schedule: {}, monitor: {monitor}, jurisdiction: {}, strength: {}, certainty: {}, bodies: {bodies}, conflict: {}, evidence: Evidence::{evidence:?}, when: {when}, \
             contraindicated_if: {contraindicated_if}, gates: {gates}, lifts: {lifts}, mentions: {mentions}, \
             ask_first: {ask_first}, cites: {cites}, rationale: {}, plain: {}, plain_if: {}, \
             effective: {}, superseded_by: {}, reviewed: {reviewed}, place: Place {{ file: {}, line: {} }} }}",
            string(&recommendation.id),
            string(&recommendation.question),
            optional(recommendation.option.as_ref(), string),
            string(&recommendation.statement),
            optional(preference.as_ref(), |preference| format!("Preference::{preference:?}")),
            optional(urgency.as_ref(), |urgency| format!("Urgency::{urgency:?}")),
            optional(recommendation.schedule.as_ref(), string),
            optional(*jurisdiction, |jurisdiction| format!("Jurisdiction::{jurisdiction:?}")),
            optional(strength.as_ref(), |strength| format!("Strength::{strength:?}")),
            optional(certainty.as_ref(), |certainty| format!("Certainty::{certainty:?}")),
            optional(recommendation.conflict.as_ref(), string),
            string(&recommendation.rationale),
            string(&recommendation.plain),
            optional(recommendation.plain_if.as_ref(), string),
            date(recommendation.effective),
            optional(recommendation.superseded_by.as_ref(), string),
            string(&place.file),
            place.line
        )
    }

    fn drugs(&mut self, drugs: &Drugs) -> String {
        let list = self.list("::her2path_knowledge::drug::Drug", &drugs.list, Self::drug);
        let names =
            self.list("::her2path_knowledge::drug::DrugName", &drugs.names, |data, DrugName { words, drugs }| {
                let drugs = data.list("u16", drugs, |_, position| position.to_string());
                format!("::her2path_knowledge::drug::DrugName {{ words: {}, drugs: {drugs} }}", string(words))
            });
        format!("::her2path_knowledge::drug::Drugs {{ list: {list}, names: {names} }}")
    }

    fn drug(&mut self, drug: &Drug) -> String {
        let components = self.texts(&drug.components);
        let written_with = self.texts(&drug.written_with);
        let doses = self.texts(&drug.doses);
        format!(
            "::her2path_knowledge::drug::Drug {{ id: {}, title: {}, class: ::her2path_knowledge::drug::DrugClass::{:?}, cycle_days: {:?}, components: {components}, \
             written_with: {written_with}, doses: {doses} }}",
            string(&drug.id),
            string(&drug.title),
            drug.class,
            drug.cycle_days
        )
    }

    fn line_parameters(&mut self, lines: &LineParameters) -> String {
        let gaps = self.list("u16", &lines.gap_sensitivity_days, |_, days| days.to_string());
        format!(
            "::her2path_knowledge::drug::LineParameters {{ look_back_days: {}, regimen_window_days: {}, gap_days: {}, gap_sensitivity_days: {gaps}, \
             cycle_days: {}, progression_lag_days: {}, staging_days: {} }}",
            lines.look_back_days,
            lines.regimen_window_days,
            lines.gap_days,
            lines.cycle_days,
            lines.progression_lag_days,
            lines.staging_days
        )
    }

    fn glossary_term(&mut self, entry: &GlossaryTerm) -> String {
        let also = self.texts(&entry.also);
        format!("GlossaryTerm {{ term: {}, also: {also}, plain: {} }}", string(&entry.term), string(&entry.plain))
    }

    fn organisation(&mut self, organisation: &Organisation) -> String {
        let Organisation { name, offers, region, metastatic_only, url, phone, status, checked } = organisation;
        format!(
            "Organisation {{ name: {}, offers: {}, region: {}, metastatic_only: {metastatic_only}, url: {}, phone: {}, status: Evidence::{status:?}, checked: {} }}",
            string(name),
            string(offers),
            string(region),
            optional(url.as_ref(), string),
            optional(phone.as_ref(), string),
            date(*checked)
        )
    }

    fn criteria(&mut self, criteria: &[Criterion]) -> String {
        self.list("Criterion", criteria, Self::criterion)
    }

    fn criterion(&mut self, criterion: &Criterion) -> String {
        match criterion {
            Criterion::Test(test) => format!("Criterion::Test({})", self.test(test)),
            Criterion::All(members) => format!("Criterion::All({})", self.criteria(members)),
            Criterion::Any(members) => format!("Criterion::Any({})", self.criteria(members)),
            Criterion::None(members) => format!("Criterion::None({})", self.criteria(members)),
        }
    }

    fn test(&mut self, test: &Test) -> String {
        let operation = match &test.operation {
            Operation::Is(value) => format!("Is({value:?})"),
            Operation::IsNot(value) => format!("IsNot({value:?})"),
            Operation::In(values) => {
                format!("In({})", self.list("ValueIndex", values, |_, value| format!("{value:?}")))
            }
            Operation::Compare(comparison, number) => {
                format!("Compare(Comparison::{comparison:?}, {})", decimal(*number))
            }
            Operation::Within(Span::Days(count), of) => format!("Within(Span::Days({count}), {of:?})"),
            Operation::Within(Span::Months(count), of) => format!("Within(Span::Months({count}), {of:?})"),
            Operation::Known => "Known".to_owned(),
        };
        format!("Test {{ text: {}, fact: {:?}, operation: Operation::{operation} }}", string(&test.text), test.fact)
    }
}

fn string(text: &Str) -> String {
    format!("B({:?})", text.as_ref())
}

/// By its full path: an import would be unused in a guideline without codes.
fn code_system(system: CodeSystem) -> String {
    format!("::her2path_knowledge::code_system::CodeSystem::{system:?}")
}

fn optional<T>(value: Option<T>, item: impl FnOnce(T) -> String) -> String {
    value.map_or("None".to_owned(), |value| format!("Some({})", item(value)))
}

fn date(date: Date) -> String {
    format!("::jiff::civil::date({}, {}, {})", date.year(), date.month(), date.day())
}

fn decimal(number: Decimal) -> String {
    let parts = number.unpack();
    format!(
        "::rust_decimal::Decimal::from_parts({}, {}, {}, {}, {})",
        parts.lo, parts.mid, parts.hi, parts.negative, parts.scale
    )
}
