//! What a guideline is, once its files have been read and checked.
//!
//! Everything here is plain data that can stand in a `static`: the embedded guideline is generated Rust code and costs
//! nothing at start-up, and a guideline read from a folder has the same types. Strings and lists are therefore
//! [`Cow`]s: borrowed when embedded, owned when read.
//!
//! Deliberately absent: patients, records and truth values. A criterion here is only its syntax.

use std::borrow::Cow;

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::code_system::CodeSystem;
use crate::drug::{Drugs, LineParameters};
use crate::gate::Gate;
use crate::medicine::Medicine;

/// Text of a guideline.
pub type Str = Cow<'static, str>;

/// A list in a guideline.
pub type List<T> = Cow<'static, [T]>;

/// A checked guideline: `knowledge/` as a value.
#[derive(Debug, Clone, PartialEq)]
pub struct Knowledge {
    /// Name, version and scope.
    pub guideline: Guideline,
    /// The data dictionary, sorted by [`FactDefinition::id`]; a [`FactIndex`] is a position in it.
    pub facts: List<FactDefinition>,
    /// Every source once, sorted by [`Citation::key`].
    pub citations: List<Citation>,
    /// Code lists, sorted by [`ValueSet::id`]; a [`ValueSetIndex`] is a position in it.
    pub value_sets: List<ValueSet>,
    /// Every concept of every value set, sorted by bucket (a hash of the code), code, system and value set: the
    /// way from a code to its meanings.
    pub concept_index: List<ConceptEntry>,
    /// Where in the index each bucket begins, and after the last where it ends: a record asks for thousands of codes, and
    /// nearly all of them are in no value set.
    pub concept_starts: List<u16>,
    /// Drugs, regimens and their names.
    pub drugs: Drugs,
    /// The numbers in the rules for lines of therapy; without them no lines are derived.
    pub line_parameters: Option<LineParameters>,
    /// Labels, trials, monographs, checks and measures.
    pub medicine: Medicine,
    /// What forbids a drug in any regimen, in the order of the file; already part of the recommendations.
    pub gates: List<Gate>,
    /// All recommendations, sorted by [`Recommendation::id`].
    pub recommendations: List<Recommendation>,
    /// Words explained, in the order of the file.
    pub glossary: List<GlossaryTerm>,
    /// Whom to turn to, in the order of the file.
    pub organisations: List<Organisation>,
}

/// `guideline.toml`.
#[derive(Debug, Clone, PartialEq)]
pub struct Guideline {
    /// Short name, kebab-case.
    pub id: Str,
    /// Title for people.
    pub title: Str,
    /// Version of the content, by date (`2026.11.1`).
    pub version: Str,
    /// `draft`, `active` or `retired` (FHIR PublicationStatus).
    pub status: Str,
    /// What the guideline covers and what it does not.
    pub scope: Str,
    /// The sentence that every output carries: it informs, it does not decide.
    pub notice: Str,
    /// The bodies that recommendations name, and how people write them (`asco-cap`: `ASCO/CAP`), in the order of the file.
    pub bodies: List<(Str, Str)>,
    /// Review of the guideline as a whole.
    pub reviewed: Review,
    /// FNV-1a (64 bit, hexadecimal) of all files in path order; tells two guidelines apart, protects against nothing.
    pub hash: Str,
}

/// Position of a fact in [`Knowledge::facts`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FactIndex(pub u16);

/// Position of a value in [`FactDefinition::values`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ValueIndex(pub u16);

/// Position of a value set in [`Knowledge::value_sets`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ValueSetIndex(pub u16);

/// One entry of the data dictionary (`facts.toml`).
#[derive(Debug, Clone, PartialEq)]
pub struct FactDefinition {
    /// Dotted kebab-case name (`her2.status`).
    pub id: Str,
    /// Title for people.
    pub title: Str,
    /// Read from one resource, or computed from several.
    pub kind: FactKind,
    /// What a value of it looks like.
    pub kind_of_value: FactType,
    /// UCUM unit of a decimal or integer.
    pub unit: Option<Str>,
    /// Between what a number can lie; `None` for what is no number.
    pub range: Option<Range>,
    /// For `code` and `codes`: all values, in the order of the file. For `boolean`: `false`, `true`. Otherwise empty.
    pub values: List<FactValue>,
    /// Which FHIR or mCODE element it comes from, or how it is inferred.
    pub source: Str,
    /// The question that a clinician would be asked for it.
    pub ask: Str,
    /// The examination that would settle it, as an order would name it; `None` where asking settles it.
    pub order: Option<Str>,
    /// The fact in plain words for a patient.
    pub plain: Str,
    /// Keys of citations: the sources of the rule or threshold by which it is inferred. Empty for what is only read.
    pub cites: List<Str>,
    /// For what no person states as such: the facts that it is worked out from. Where one of them is not known, it is
    /// asked for instead.
    pub rests_on: List<FactIndex>,
}

/// Between what a number can lie, in the unit of its fact, both ends included. What lies outside is a slip of the pen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// The least that it can be.
    pub least: i64,
    /// The most that it can be; `None` where there is no such limit.
    pub most: Option<i64>,
}

impl Range {
    /// Whether it holds the number.
    #[must_use]
    pub fn holds(self, number: Decimal) -> bool {
        number >= Decimal::from(self.least) && self.most.is_none_or(|most| number <= Decimal::from(most))
    }
}

/// Whether a fact is read or computed (HL7 CPG: asserted, inferred).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FactKind {
    /// Stands in one resource.
    Asserted,
    /// Computed from asserted facts.
    Inferred,
}

/// The type of a fact's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FactType {
    /// `true` or `false`.
    Boolean,
    /// A whole number.
    Integer,
    /// A decimal number as recorded.
    Decimal,
    /// One of the listed values.
    Code,
    /// Any number of the listed values.
    Codes,
    /// A calendar date with the precision recorded.
    Date,
    /// Free text; no criterion can test it but `is known`.
    Text,
}

/// One value that a fact can have.
#[derive(Debug, Clone, PartialEq)]
pub struct FactValue {
    /// Kebab-case value as in criteria and output.
    pub code: Str,
    /// The value in words for people: those of the dictionary, else the code spelt out.
    pub words: Str,
    /// An open value is a recorded state that settles nothing (`equivocal`, `pending`): tested against a settled
    /// value it is unknown, not different.
    pub open: bool,
}

/// One source (`citations.toml`).
#[derive(Debug, Clone, PartialEq)]
pub struct Citation {
    /// Kebab-case key.
    pub key: Str,
    /// One line: authors, title, where, year.
    pub text: Str,
    /// Year of publication or of the label.
    pub year: i16,
    /// Digital object identifier, without a resolver.
    pub doi: Option<Str>,
    /// PubMed identifier.
    pub pmid: Option<Str>,
    /// Official address where there is no DOI.
    pub url: Option<Str>,
    /// How the content is known.
    pub status: Evidence,
    /// The day on which somebody last looked at it.
    pub checked: Option<Date>,
}

/// How a statement is known. Ordered from best to least.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Evidence {
    /// Read in the source.
    Seen,
    /// From memory: to be checked against the source.
    FromMemory,
    /// Our own rule where guidelines are silent.
    ProjectRule,
}

/// A code list (`valuesets/*.toml`).
#[derive(Debug, Clone, PartialEq)]
pub struct ValueSet {
    /// Kebab-case name: the file's name.
    pub id: Str,
    /// Title for people.
    pub title: Str,
    /// What is in it and why.
    pub description: Str,
    /// Canonical address of the published value set that it follows, if any.
    pub url: Option<Str>,
    /// Coded concepts.
    pub concepts: List<Concept>,
    /// Values of facts, for `FACT in VALUESET` in criteria.
    pub values: List<Str>,
}

/// One code of a value set.
#[derive(Debug, Clone, PartialEq)]
pub struct Concept {
    /// The code's system.
    pub system: CodeSystem,
    /// The code.
    pub code: Str,
    /// The display of the system, as published.
    pub display: Str,
    /// Other displays that are right for this code.
    pub also: List<Str>,
    /// What the code means to us within this set (`bone`, `3+`, `cT3`), if more than membership.
    pub meaning: Option<Str>,
}

/// An entry of [`Knowledge::concept_index`].
#[derive(Debug, Clone, PartialEq)]
pub struct ConceptEntry {
    /// The code.
    pub code: Str,
    /// Its system.
    pub system: CodeSystem,
    /// The set that lists it.
    pub value_set: ValueSetIndex,
    /// Its position in that set.
    pub concept: u16,
}

/// A word and what it means in plain words (`support/glossary.toml`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GlossaryTerm {
    /// The word as a heading.
    pub term: Str,
    /// Other forms under which it is met in texts, short forms included.
    pub also: List<Str>,
    /// What it means.
    pub plain: Str,
}

/// A group or line that helps (`support/organisations.toml`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisation {
    /// Its name.
    pub name: Str,
    /// What it gives, in plain words.
    pub offers: Str,
    /// `us`, `uk` or `world`.
    pub region: Str,
    /// Whether it is only for people whose cancer has spread (`for = "metastatic"`).
    pub metastatic_only: bool,
    /// Web address.
    pub url: Option<Str>,
    /// Telephone number, as dialled in the region.
    pub phone: Option<Str>,
    /// How it is known.
    pub status: Evidence,
    /// For `seen` the day on which it was last compared with its source; otherwise the day on which it was written down.
    pub checked: Date,
}

/// The six chapters of the pathway.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Chapter {
    /// What could this symptom mean, how urgent is it?
    Symptoms,
    /// What raises the risk, and by how much?
    Risk,
    /// What is it, where, and how far?
    Diagnosis,
    /// Which options fit now, which do not, and why?
    Treatment,
    /// What is the outlook?
    Prognosis,
    /// What helps to live with it?
    Support,
}

/// One reviewed statement of the guideline.
#[derive(Debug, Clone, PartialEq)]
pub struct Recommendation {
    /// `chapter/file/name`, never reused.
    pub id: Str,
    /// The chapter: the folder that the file lies in.
    pub chapter: Chapter,
    /// The clinical question of the file.
    pub question: Str,
    /// Code of the option that it offers, shared with other statements about the same option (`THP_DOC`).
    pub option: Option<Str>,
    /// The statement, in the imperative.
    pub statement: Str,
    /// Among the options that fit: preferred or acceptable.
    pub preference: Option<Preference>,
    /// How soon somebody must act on a symptom; every statement of the chapter on symptoms has one.
    pub urgency: Option<Urgency>,
    /// What the symptoms may mean, most threatening first.
    pub suspects: List<Str>,
    /// The rules of the source tables that the statement carries (`U01`, `F01`).
    pub rules: List<Str>,
    /// Drugs of the option by their ids in the dictionary of drugs (`trastuzumab-deruxtecan`); empty where it names none.
    pub regimen: List<Str>,
    /// Other combinations that the statement covers: drugs, classes or groups joined by ` + ` (`endocrine + trastuzumab`).
    pub variants: List<Str>,
    /// Dose and schedule of the regimen as labelled or as in the pivotal trial.
    pub schedule: Option<Str>,
    /// What to watch while it is given, and how often.
    pub monitor: List<Str>,
    /// Where a label decides: the jurisdiction whose label the criteria follow; `None` where they follow no label's place.
    pub jurisdiction: Option<Jurisdiction>,
    /// GRADE strength.
    pub strength: Option<Strength>,
    /// GRADE certainty of the evidence.
    pub certainty: Option<Certainty>,
    /// Who says so, in the order of the file: body and its wording, grade or date of label.
    pub bodies: List<(Str, Str)>,
    /// Where those bodies disagree, and about what.
    pub conflict: Option<Str>,
    /// How the statement is known.
    pub evidence: Evidence,
    /// Every criterion must hold.
    pub when: List<Criterion>,
    /// Any criterion that holds forbids: its own, then those of the gates of its drugs.
    pub contraindicated_if: List<Criterion>,
    /// The gates that it carries.
    pub gates: List<Str>,
    /// Gates of its drugs that it does not carry, each with the reason.
    pub lifts: List<(Str, Str)>,
    /// Drugs that its wording names without offering them, such as one given before.
    pub mentions: List<Str>,
    /// The order in which a clinician would ask for what is missing.
    pub ask_first: List<FactIndex>,
    /// Keys of citations.
    pub cites: List<Str>,
    /// Why, in a sentence or two for a colleague.
    pub rationale: Str,
    /// The statement in a sentence for a patient.
    pub plain: Str,
    /// The same said under its condition ("If you are on …"), for where something about the record is not known that
    /// would have to hold. Rules on symptoms have it where they name a drug or a diagnosis.
    pub plain_if: Option<Str>,
    /// From this day the statement stands.
    pub effective: Date,
    /// The statement that replaced it, which stands from its own `effective`.
    pub superseded_by: Option<Str>,
    /// Clinical review.
    pub reviewed: Review,
    /// Path below `knowledge/` and line, for the reader who wants to see the source.
    pub place: Place,
}

/// Where a statement stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// Path below the guideline's folder, with `/`.
    pub file: Str,
    /// Line, from 1.
    pub line: u32,
}

/// Who reviewed and when. An empty `by` is shown as "not clinically reviewed".
#[derive(Debug, Clone, PartialEq)]
pub struct Review {
    /// Day of the review.
    pub on: Option<Date>,
    /// Reviewers.
    pub by: List<Str>,
    /// Day by which it is to be looked at again.
    pub next: Option<Date>,
}

/// Place among the options that fit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Preference {
    /// Named first by the guidelines.
    Preferred,
    /// Possible.
    Acceptable,
}

/// How soon a symptom needs attention. More urgent is greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Urgency {
    /// At the next visit.
    E3,
    /// Within days: contact in one working day, seen within seven days.
    E2,
    /// The same day: call the 24-hour line now.
    E1,
    /// At once: emergency number or emergency department.
    E0,
}

/// Whose labels count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Jurisdiction {
    /// United States: FDA.
    Us,
    /// European Union: EMA.
    Eu,
}

/// GRADE strength of a recommendation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strength {
    /// Strong.
    Strong,
    /// Conditional (weak).
    Conditional,
}

/// GRADE certainty of evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Certainty {
    /// High.
    High,
    /// Moderate.
    Moderate,
    /// Low.
    Low,
    /// Very low.
    VeryLow,
}

/// A criterion: a test of one fact, or a group of criteria.
#[derive(Debug, Clone, PartialEq)]
pub enum Criterion {
    /// One test.
    Test(Test),
    /// Every one holds.
    All(List<Criterion>),
    /// At least one holds.
    Any(List<Criterion>),
    /// None holds.
    None(List<Criterion>),
}

/// A test of one fact.
#[derive(Debug, Clone, PartialEq)]
pub struct Test {
    /// The criterion as written.
    pub text: Str,
    /// The fact tested.
    pub fact: FactIndex,
    /// The test.
    pub operation: Operation,
}

/// What is asked of the fact. For a `codes` fact "is" means "contains".
#[derive(Debug, Clone, PartialEq)]
pub enum Operation {
    /// `is VALUE`.
    Is(ValueIndex),
    /// `is not VALUE`.
    IsNot(ValueIndex),
    /// `in VALUESET`, resolved to the fact's own values.
    In(List<ValueIndex>),
    /// `= < <= > >= NUMBER UNIT`, in the fact's unit.
    Compare(Comparison, Decimal),
    /// `within N UNIT of DATE-FACT`: at most so far before or after.
    Within(Span, FactIndex),
    /// `is known`: recorded and not open.
    Known,
}

/// Order of two numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Comparison {
    /// `=`
    Equal,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

/// A calendar distance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    /// Whole days.
    Days(u32),
    /// Calendar months.
    Months(u32),
}
