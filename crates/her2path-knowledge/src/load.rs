//! The path from files to [`Knowledge`]: parse, read, resolve, check, put in order.

use std::path::Path;

use toml::Spanned;
use toml::de::DeTable;

use crate::diagnostic::{Diagnostic, Severity};
use crate::drug::{self, Drug, Drugs, LineParameters};
use crate::gate;
use crate::lookup::{BUCKETS, bucket};
use crate::model::{
    Citation, Concept, ConceptEntry, Evidence, FactDefinition, FactKind, FactType, FactValue, GlossaryTerm, Knowledge,
    List, Organisation, Place, Range, Recommendation, Review, Str, ValueSet, ValueSetIndex,
};
use crate::read::citations::{self, RawCitation};
use crate::read::drugs::{self, RawDrug, RawLineParameters, RawRegimen};
use crate::read::facts::{self, RawFact};
use crate::read::gates::{self, RawGate};
use crate::read::guideline::{self, RawGuideline};
use crate::read::medicine::{self, RawMedicine};
use crate::read::recommendations::{self, CHAPTERS, RawRecommendation};
use crate::read::support::{self, RawOrganisation, RawTerm};
use crate::read::value_sets::{self, RawConcept, RawValueSet};
use crate::resolve::{self, Dictionary};
use crate::source::{self, Located, Location, ReadError, Sink, SourceFile};
use crate::table::Section;
use crate::{gate_of, medicine_of, suggest, validate, wording};

/// Why there is no guideline.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The files could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The files are not a guideline. Displayed with all findings, warnings included.
    #[error("{}", render(.diagnostics))]
    Invalid {
        /// What is wrong, in the order of files and lines.
        diagnostics: Vec<Diagnostic>,
    },
}

/// Loads the guideline in `folder`; the second part of the result are warnings.
///
/// # Errors
/// When files cannot be read, or anything in them is wrong: then with all findings at once.
pub fn load_folder(folder: &Path) -> Result<(Knowledge, Vec<Diagnostic>), LoadError> {
    match load(&source::read_folder(folder)?) {
        (Some(knowledge), warnings) => Ok((knowledge, warnings)),
        (None, diagnostics) => Err(LoadError::Invalid { diagnostics }),
    }
}

/// Loads a guideline from texts, in any order. There is no guideline when any finding is an error.
#[must_use]
pub fn load(files: &[SourceFile]) -> (Option<Knowledge>, Vec<Diagnostic>) {
    let mut files: Vec<_> = files.iter().collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    let sink = Sink::new(&files);
    let knowledge = knowledge(&sink);
    let knowledge = knowledge.filter(|_| !sink.has_errors());
    (knowledge, sink.into_diagnostics())
}

/// All findings, one after the other, with their number at the end.
fn render(diagnostics: &[Diagnostic]) -> String {
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).count();
    let mut text: String = diagnostics.iter().map(|diagnostic| format!("{diagnostic}\n\n")).collect();
    text += &format!("{errors} {} in the guideline", if errors == 1 { "error" } else { "errors" });
    text
}

/// Everything that the files say, before it is put in order.
#[derive(Default)]
struct Raw {
    guideline: Option<RawGuideline>,
    facts: Vec<RawFact>,
    citations: Vec<RawCitation>,
    value_sets: Vec<RawValueSet>,
    recommendations: Vec<RawRecommendation>,
    glossary: Vec<RawTerm>,
    organisations: Vec<RawOrganisation>,
    drugs: Vec<RawDrug>,
    regimens: Vec<RawRegimen>,
    line_parameters: Option<RawLineParameters>,
    medicine: RawMedicine,
    gates: Vec<RawGate>,
}

fn knowledge(sink: &Sink<'_>) -> Option<Knowledge> {
    let tables: Vec<_> = (0..).zip(sink.files).map(|(index, file)| parse(index, file, sink)).collect();
    let mut raw = Raw::default();
    for (index, table) in (0..).zip(&tables) {
        read(index, table, sink, &mut raw);
    }
    if raw.guideline.is_none() {
        sink.error_in_file(
            "guideline.toml",
            "the file is missing",
            "it holds id, title, version, status, scope, notice and reviewed",
        );
    }
    let dictionary = Dictionary::new(&raw.facts, &raw.value_sets);
    let recommendations: Vec<_> =
        raw.recommendations.iter().map(|recommendation| resolve(recommendation, &dictionary, sink)).collect();

    validate::facts::check(&raw.facts, &raw.citations, &raw.value_sets, sink);
    validate::citations::check(&raw.citations, sink);
    validate::support::check(&raw.glossary, &raw.organisations, sink);
    validate::drugs::check(&raw.drugs, &raw.regimens, raw.line_parameters.as_ref(), sink);
    validate::value_sets::check(&raw.value_sets, sink);
    validate::recommendations::check(&raw.recommendations, &raw.citations, &dictionary, sink);

    validate::medicine::check(&raw.medicine, &raw.drugs, &raw.citations, &dictionary, sink);
    validate::medicine::check_regimens(&raw.recommendations, &raw.drugs, sink);
    validate::gates::check(&raw.gates, &raw.recommendations, &raw.drugs, &raw.citations, &dictionary, sink);
    let gates: Vec<_> = raw.gates.iter().map(|raw| gate_of::gate(raw, &dictionary, sink)).collect();
    let medicine = medicine_of::medicine(&raw.medicine, &dictionary, sink);

    if let Some(guideline) = &raw.guideline {
        validate::review(&guideline.reviewed, sink);
        validate::against_guideline::check(&raw.recommendations, guideline, sink);
    }
    let facts: Vec<_> =
        dictionary.facts.iter().map(|fact| fact_definition(fact, &dictionary)).collect::<Option<_>>()?;
    for (raw, resolved) in raw.recommendations.iter().zip(&recommendations) {
        if let Some(resolved) = resolved {
            let when = (raw.when.as_slice(), resolved.when.as_ref());
            let contraindicated_if = (raw.contraindicated_if.as_slice(), resolved.contraindicated_if.as_ref());
            validate::clashes::check(&facts, when, contraindicated_if, sink);
        }
    }
    if let Some(medicine) = &medicine {
        for (raw, label) in raw.medicine.labels.iter().zip(medicine.labels.iter()) {
            validate::clashes::check(&facts, (&raw.when, &label.when), (&[], &[]), sink);
        }
        for (raw, check) in raw.medicine.checks.iter().zip(medicine.checks.iter()) {
            validate::clashes::check(&facts, (&raw.when, &check.when), (&[], &[]), sink);
        }
    }
    if sink.has_errors() {
        return None;
    }
    validate::unused::citations(&raw.citations, &raw.recommendations, &raw.facts, &raw.medicine, &raw.gates, sink);
    validate::unused::value_sets(&raw.value_sets, &dictionary.used_sets.borrow(), &raw.facts, sink);
    let guideline = raw.guideline?.guideline;
    let mut citations: Vec<_> = raw.citations.iter().map(citation).collect::<Option<_>>()?;
    citations.sort_by(|a, b| a.key.cmp(&b.key));
    let value_sets: Vec<_> = dictionary.sets.values().map(|set| value_set(set)).collect::<Option<_>>()?;
    let mut recommendations: Vec<_> = recommendations.into_iter().collect::<Option<_>>()?;
    recommendations.sort_by(|a, b| a.id.cmp(&b.id));
    let drugs = drugs_and_names(&raw.drugs, &raw.regimens)?;
    let gates: Vec<_> = gates.into_iter().collect::<Option<_>>()?;
    recommendations.iter_mut().for_each(|recommendation| gate::apply(recommendation, &gates, &drugs));
    let (concept_index, concept_starts) = concept_index(&value_sets)?;
    Some(Knowledge {
        guideline,
        facts: facts.into(),
        citations: citations.into(),
        concept_index: concept_index.into(),
        concept_starts: concept_starts.into(),
        value_sets: value_sets.into(),
        drugs,
        line_parameters: raw.line_parameters.as_ref().and_then(line_parameters),
        medicine: medicine?,
        gates: gates.into(),
        recommendations: recommendations.into(),
        glossary: raw.glossary.iter().map(term).collect(),
        organisations: raw.organisations.iter().map(organisation).collect::<Option<Vec<_>>>()?.into(),
    })
}

/// Parses one file. Where it is not TOML its table holds what could still be made out, for its names; nothing else is
/// said about such a file.
fn parse<'s>(index: usize, file: &'s SourceFile, sink: &Sink<'_>) -> Spanned<DeTable<'s>> {
    let (table, errors) = DeTable::parse_recoverable(&file.text);
    for error in &errors {
        let at = Location { file: index, span: error.span().unwrap_or(0..0) };
        sink.error(&at, format!("not TOML: {}", error.message()), "");
    }
    if !errors.is_empty() {
        sink.mute(index);
    }
    table
}

/// Reads one file by its place in the folder.
fn read<'a>(index: usize, table: &'a Spanned<DeTable<'a>>, sink: &'a Sink<'a>, raw: &mut Raw) {
    let Some(path) = sink.files.get(index).map(|file| file.path.as_str()) else {
        return;
    };
    let start = Location { file: index, span: 0..0 };
    let section = Section::new(table.as_ref(), sink, start.clone());
    match path.split_once('/') {
        None if path == "guideline.toml" => raw.guideline = Some(guideline::read(section, source::hash(sink.files))),
        None if path == "facts.toml" => raw.facts.extend(facts::read(section)),
        None if path == "citations.toml" => raw.citations.extend(citations::read(section)),
        Some(("support", "glossary.toml")) => raw.glossary.extend(support::glossary(section)),
        Some(("support", "organisations.toml")) => raw.organisations.extend(support::organisations(section)),
        Some(("facts", _)) => raw.facts.extend(facts::read(section)),
        None if path == "lines-of-therapy.toml" => raw.line_parameters = Some(drugs::line_parameters(section)),
        None if path == "gates.toml" => raw.gates.extend(gates::read(section, sink)),
        None if path == "quality.toml" => medicine::measures(section, &mut raw.medicine),
        Some(("labels", _)) => medicine::labels(section, sink, &mut raw.medicine),
        Some(("trials", _)) => medicine::trials(section, &mut raw.medicine),
        Some(("monographs", _)) => medicine::monographs(section, &mut raw.medicine),
        Some(("monitoring", _)) => medicine::checks(section, sink, &mut raw.medicine),
        Some(("drugs", _)) => {
            let (found, regimens) = drugs::read(section);
            raw.drugs.extend(found);
            raw.regimens.extend(regimens);
        }
        Some(("valuesets", name)) if !name.contains('/') => {
            let id = Located { value: name.strip_suffix(".toml").unwrap_or(name).to_owned(), at: start };
            raw.value_sets.push(value_sets::read(section, id, sink));
        }
        folder => {
            let folder = folder.map_or("", |(folder, _)| folder);
            if let Some((_, chapter)) = CHAPTERS.iter().find(|(name, _)| *name == folder) {
                raw.recommendations.extend(recommendations::read(section, *chapter, sink));
            } else {
                let places = suggest::list(CHAPTERS.iter().map(|(name, _)| *name));
                let hint = format!(
                    "chapters are {places}; value sets lie in `valuesets`, drugs in `drugs`, facts in `facts` or `facts.toml`, and there are `labels`, `trials`, `monographs` and `monitoring`"
                );
                sink.error_in_file(path, "no place for this file in a guideline", hint);
            }
        }
    }
}

pub(crate) fn text(text: &Located<String>) -> Str {
    text.value.clone().into()
}

pub(crate) fn optional(value: Option<&Located<String>>) -> Option<Str> {
    value.map(text)
}

pub(crate) fn texts(values: &[Located<String>]) -> Vec<Str> {
    values.iter().map(text).collect()
}

fn fact_definition(fact: &RawFact, dictionary: &Dictionary<'_>) -> Option<FactDefinition> {
    let kind_of_value = fact.kind_of_value?;
    let is_open = |value: &str| fact.open.iter().any(|open| open.value == value);
    let given = |value: &str| fact.words.iter().find(|(code, _)| code.value == value).map(|(_, words)| &words.value);
    let words_of = |value: &str| given(value).cloned().unwrap_or_else(|| wording::words(value));
    let values = resolve::values(fact);
    Some(FactDefinition {
        id: text(&fact.id),
        title: text(&fact.title),
        kind: fact.kind.unwrap_or(FactKind::Asserted),
        kind_of_value,
        unit: optional(fact.unit.as_ref()),
        range: range(fact),
        values: values
            .iter()
            .map(|value| FactValue {
                code: (*value).to_owned().into(),
                words: words_of(value).into(),
                open: is_open(value),
            })
            .collect(),
        source: text(&fact.source),
        ask: text(&fact.ask),
        order: optional(fact.order.as_ref()),
        plain: text(&fact.plain),
        cites: texts(&fact.cites).into(),
        // A name that is not a fact was reported where it stands.
        rests_on: fact.rests_on.iter().filter_map(|id| Some(dictionary.fact(&id.value)?.0)).collect(),
    })
}

/// The range of the dictionary; else a percentage lies between 0 and 100, and no other number is negative.
fn range(fact: &RawFact) -> Option<Range> {
    if !matches!(fact.kind_of_value, Some(FactType::Integer | FactType::Decimal)) {
        return None;
    }
    let is_percent = fact.unit.as_ref().is_some_and(|unit| unit.value == "%");
    Some(match fact.range.as_slice() {
        [least, most] if least.value < most.value => Range { least: least.value, most: Some(most.value) },
        _ => Range { least: 0, most: is_percent.then_some(100) },
    })
}

fn citation(citation: &RawCitation) -> Option<Citation> {
    Some(Citation {
        key: text(&citation.key),
        text: text(&citation.text),
        year: i16::try_from(citation.year.as_ref()?.value).ok()?,
        doi: optional(citation.doi.as_ref()),
        pmid: optional(citation.pmid.as_ref()),
        url: optional(citation.url.as_ref()),
        status: citation.status?,
        checked: citation.checked.as_ref().map(|checked| checked.value),
    })
}

fn term(term: &RawTerm) -> GlossaryTerm {
    GlossaryTerm { term: text(&term.term), also: texts(&term.also).into(), plain: text(&term.plain) }
}

fn organisation(organisation: &RawOrganisation) -> Option<Organisation> {
    Some(Organisation {
        name: text(&organisation.name),
        offers: text(&organisation.offers),
        metastatic_only: organisation.metastatic_only,
        region: text(&organisation.region),
        url: optional(organisation.url.as_ref()),
        phone: optional(organisation.phone.as_ref()),
        status: organisation.status?,
        checked: organisation.checked.as_ref()?.value,
    })
}

fn drugs_and_names(raw: &[RawDrug], regimens: &[RawRegimen]) -> Option<Drugs> {
    let mut list: Vec<Drug> = raw.iter().map(drug).collect::<Option<_>>()?;
    list.sort_by(|a, b| a.id.cmp(&b.id));
    let mut drugs = Drugs { list: list.into(), names: Vec::new().into() };
    let of_drugs = raw.iter().flat_map(|drug| drug.names.iter().map(|name| (name, std::slice::from_ref(&drug.id))));
    let of_regimens = regimens.iter().flat_map(|all| all.names.iter().map(|name| (name, all.drugs.as_slice())));
    let names = of_drugs.chain(of_regimens).map(|(name, ids)| {
        let positions = ids.iter().map(|id| drugs.position(&id.value)).collect::<Option<Vec<_>>>();
        positions.map(|positions| (drug::phrase(&name.value), positions))
    });
    let names = names.collect::<Option<Vec<_>>>()?;
    drugs.names = drug::index(names).into();
    Some(drugs)
}

fn drug(drug: &RawDrug) -> Option<Drug> {
    Some(Drug {
        id: text(&drug.id),
        title: text(&drug.title),
        class: drug.class?,
        cycle_days: drug.cycle_days.as_ref().and_then(|days| u16::try_from(days.value).ok()),
        components: texts(&drug.components).into(),
        written_with: texts(&drug.written_with).into(),
        doses: texts(&drug.doses).into(),
    })
}

fn line_parameters(raw: &RawLineParameters) -> Option<LineParameters> {
    let days = |number: &Option<Located<i64>>| u16::try_from(number.as_ref()?.value).ok();
    Some(LineParameters {
        look_back_days: days(&raw.look_back_days)?,
        regimen_window_days: days(&raw.regimen_window_days)?,
        gap_days: days(&raw.gap_days)?,
        gap_sensitivity_days: raw
            .gap_sensitivity_days
            .iter()
            .map(|number| u16::try_from(number.value).ok())
            .collect::<Option<Vec<_>>>()?
            .into(),
        cycle_days: days(&raw.cycle_days)?,
        progression_lag_days: days(&raw.progression_lag_days)?,
        staging_days: days(&raw.staging_days)?,
    })
}

fn value_set(set: &RawValueSet) -> Option<ValueSet> {
    Some(ValueSet {
        id: text(&set.id),
        title: text(&set.title),
        description: text(&set.description),
        url: optional(set.url.as_ref()),
        concepts: set.concepts.iter().map(concept).collect::<Option<Vec<_>>>()?.into(),
        values: texts(&set.values).into(),
    })
}

fn concept(concept: &RawConcept) -> Option<Concept> {
    Some(Concept {
        system: concept.system?,
        code: text(&concept.code),
        display: text(&concept.display),
        also: texts(&concept.also).into(),
        meaning: optional(concept.meaning.as_ref()),
    })
}

/// The index and where its buckets begin.
fn concept_index(sets: &[ValueSet]) -> Option<(Vec<ConceptEntry>, Vec<u16>)> {
    let mut entries = Vec::new();
    for (position, set) in (0..).zip(sets) {
        let value_set = ValueSetIndex(position);
        for (number, concept) in set.concepts.iter().enumerate() {
            let number = u16::try_from(number).ok()?;
            entries.push(ConceptEntry {
                code: concept.code.clone(),
                system: concept.system,
                value_set,
                concept: number,
            });
        }
    }
    let of = |entry: &ConceptEntry| bucket(&entry.code);
    entries.sort_by_cached_key(|entry| (of(entry), entry.code.clone(), entry.system, entry.value_set, entry.concept));
    let start = |number| u16::try_from(entries.partition_point(|entry| of(entry) < number)).ok();
    let starts = (0..=BUCKETS).map(start).collect::<Option<_>>()?;
    Some((entries, starts))
}

/// Resolves the words of a recommendation; faults are reported and leave `None`.
fn resolve(raw: &RawRecommendation, dictionary: &Dictionary<'_>, sink: &Sink<'_>) -> Option<Recommendation> {
    let criteria = |list: &[_]| {
        let resolved: Vec<_> = list.iter().map(|criterion| resolve::criterion(criterion, dictionary, sink)).collect();
        resolved.into_iter().collect::<Option<Vec<_>>>()
    };
    let when = criteria(&raw.when);
    let contraindicated_if = criteria(&raw.contraindicated_if);
    let ask_first = raw.ask_first.iter().map(|fact| dictionary.fact(&fact.value).map(|(index, _)| index));
    let file = sink.files.get(raw.at.file).map_or(String::new(), |file| file.path.clone());
    let Review { on, by, next } = raw.reviewed.review.clone();
    Some(Recommendation {
        id: text(&raw.id),
        chapter: raw.chapter,
        question: raw.question.clone().into(),
        option: optional(raw.option.as_ref()),
        statement: text(&raw.statement),
        preference: raw.preference,
        urgency: raw.urgency,
        suspects: texts(&raw.suspects).into(),
        rules: texts(&raw.rules).into(),
        regimen: texts(&raw.regimen).into(),
        variants: texts(&raw.variants).into(),
        schedule: optional(raw.schedule.as_ref()),
        monitor: texts(&raw.monitor).into(),
        jurisdiction: raw.jurisdiction,
        strength: raw.strength,
        certainty: raw.certainty,
        bodies: raw.bodies.iter().map(|(body, words)| (text(body), text(words))).collect(),
        conflict: optional(raw.conflict.as_ref()),
        evidence: raw.evidence.unwrap_or(Evidence::FromMemory),
        when: when?.into(),
        contraindicated_if: contraindicated_if?.into(),
        gates: List::default(),
        lifts: raw.lifts.iter().map(|(gate, reason)| (text(gate), text(reason))).collect(),
        mentions: texts(&raw.mentions).into(),
        ask_first: ask_first.collect::<Option<Vec<_>>>()?.into(),
        cites: texts(&raw.cites).into(),
        rationale: text(&raw.rationale),
        plain: text(&raw.plain),
        plain_if: optional(raw.plain_if.as_ref()),
        effective: raw.effective.as_ref()?.value,
        superseded_by: optional(raw.superseded_by.as_ref()),
        reviewed: Review { on, by, next },
        place: Place { file: file.into(), line: u32::try_from(sink.line(&raw.at)).ok()? },
    })
}
