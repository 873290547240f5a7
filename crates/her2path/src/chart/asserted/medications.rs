//! Cancer drugs and supportive drugs: what each MedicationRequest, MedicationAdministration and MedicationStatement says.
//!
//! A drug is recognised by its code, else by its text; a Medication that is referred to or contained is looked up, by
//! code or by ingredients. What is not recognised is listed once for each text, never dropped silently. Entries that
//! are in error, not done, not taken or cancelled say nothing was given and are left out; drafts and proposals are kept
//! as planned. Deliberately absent: folding entries into exposures, which needs several of them.

use std::collections::{BTreeMap, BTreeSet};

use her2path_knowledge::drug::Drugs;
use rust_decimal::Decimal;

use super::Reader;
use super::coding::{self, said};
use super::dose::{Dose, dose};
use super::drug_names;
use super::visible::recorded_by;
use crate::chart::value::Because;
use crate::date::PartialDate;
use crate::fhir::{
    CodeableConcept, CodeableReference, Dosage, Extension, Extensions as _, Located, Medication,
    MedicationAdministration, MedicationRequest, MedicationStatement, Meta, Place, Quantity, Value, When,
};
use crate::guideline::value_set;
use crate::issue::Issue;

/// One drug in one entry of the record.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct MedicationEntry {
    /// Position in the guideline's list of drugs.
    pub(crate) drug: u16,
    pub(crate) source: String,
    /// What the entry calls the drug.
    pub(crate) said: String,
    pub(crate) kind: EntryKind,
    /// A draft, a proposal or a plan: not given.
    pub(crate) planned: bool,
    /// First day on which it says that the drug was taken.
    pub(crate) start: Option<PartialDate>,
    /// Last day on which it says so.
    pub(crate) last: Option<PartialDate>,
    /// The entry says that the drug goes on.
    pub(crate) open: bool,
    /// The entry says that the drug ended, at `last` where that is dated.
    pub(crate) ended: bool,
    pub(crate) reason: Option<StopReason>,
    /// `neoadjuvant`, `adjuvant`, `palliative` or `curative`.
    pub(crate) intent: Option<&'static str>,
    /// The line of therapy that the entry itself names.
    pub(crate) line: Option<u16>,
    pub(crate) dose: Option<Dose>,
}

/// What kind of entry says so. Stronger evidence that a drug was taken is greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum EntryKind {
    Ordered,
    Stated,
    Administered,
}

/// Why a drug was stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum StopReason {
    Progression,
    Toxicity,
    Completed,
    Choice,
    /// Something that says nothing about the disease: cost, moving away.
    Other,
}

/// Everything a record says about cancer drugs.
#[derive(Debug, Default)]
pub(crate) struct Medications {
    pub(crate) entries: Vec<MedicationEntry>,
    /// Statements that no cancer drug was taken.
    pub(crate) none_taken: Vec<Because>,
    /// Procedures of systemic therapy that name no drug, with their date and `any`, `neoadjuvant` or `adjuvant`.
    pub(crate) unnamed: Vec<(Because, Option<PartialDate>, &'static str)>,
}

pub(super) fn read(reader: &mut Reader<'_, '_>) {
    let mut met = Met::default();
    let record = reader.record;
    for request in &record.medication_requests {
        self::request(reader, request, &mut met);
    }
    for administration in &record.medication_administrations {
        self::administration(reader, administration, &mut met);
    }
    for statement in &record.medication_statements {
        self::statement(reader, statement, &mut met);
    }
    unnamed_procedures(reader);
    for (text, sources) in met.unread {
        let entries = if sources.len() == 1 { String::new() } else { format!(" ({} entries)", sources.len()) };
        let message = format!(
            "`{text}` is not among the cancer and supportive drugs that are known here{entries}; if it is one, give it an RxNorm or ATC code or its name alone"
        );
        let source = sources.first().cloned().unwrap_or_default();
        reader.issues.push(Issue::warning("drug-not-recognised", message).at(source));
    }
}

/// What was met on the way from entry to entry.
#[derive(Default)]
struct Met<'r, 'a> {
    /// Texts that were not recognised, with the entries that say so.
    unread: BTreeMap<String, BTreeSet<String>>,
    /// The drug named last, with what it means, where there was nothing to report about it: a course of infusions names
    /// the same drug entry by entry.
    last: Option<(&'r CodeableConcept<'a>, Recognised)>,
}

fn request<'r, 'a>(
    reader: &mut Reader<'_, 'a>,
    request: &'r Located<'a, MedicationRequest<'a>>,
    met: &mut Met<'r, 'a>,
) {
    let status = request.status.as_deref();
    if matches!(status, Some("entered-in-error" | "cancelled")) || request.do_not_perform == Some(true) {
        return;
    }
    let validity = request.dispense_request.as_ref().and_then(|dispense| dispense.validity_period);
    let start = validity.as_ref().and_then(|period| period.start).or(request.authored_on);
    if !recorded_by(request.authored_on.or(start), reader.as_of) {
        return;
    }
    // Written by the day for a later one: a plan.
    let ahead = !recorded_by(start, reader.as_of);
    let supply = request.dispense_request.as_ref().and_then(|dispense| dispense.expected_supply_duration.as_ref());
    let supplied = start.zip(supply.and_then(days)).and_then(|(start, days)| start.shift(days));
    let end = validity.and_then(|period| period.end).or(supplied);
    let planned =
        ahead || status == Some("draft") || matches!(request.intent.as_deref(), Some("proposal" | "plan" | "option"));
    let over = matches!(status, Some("stopped")) || (end.is_some() && matches!(status, Some("completed")));
    let reason = request.status_reason.as_ref().and_then(|reason| stop_reason(reader, reason));
    let entry = Template {
        kind: EntryKind::Ordered,
        planned,
        start,
        last: end.or(start),
        open: matches!(status, Some("active")) && end.is_none(),
        ended: over,
        reason,
        dose: request.dosage_instruction.iter().find_map(dose),
        local: request.dosage_instruction.iter().any(|dosage| is_local(reader, dosage)),
        is_cancer_drug: is_cancer_drug(request.meta.as_ref()),
        extension: &request.extension,
    };
    add(reader, &request.place, &request.medication, entry, met);
}

fn administration<'r, 'a>(
    reader: &mut Reader<'_, 'a>,
    given: &'r Located<'a, MedicationAdministration<'a>>,
    met: &mut Met<'r, 'a>,
) {
    let status = given.status.as_deref();
    if matches!(status, Some("entered-in-error" | "not-done")) || given.not_given == Some(true) {
        return;
    }
    let start = given.effective.as_ref().and_then(When::start);
    if !recorded_by(start, reader.as_of) {
        return;
    }
    let reason = given.status_reason.iter().find_map(|reason| stop_reason(reader, reason));
    let entry = Template {
        kind: EntryKind::Administered,
        planned: status == Some("intended"),
        start,
        last: given.effective.as_ref().and_then(When::end).or(start),
        open: status == Some("in-progress"),
        ended: status == Some("stopped") || reason.is_some(),
        reason,
        dose: given.dosage.as_ref().and_then(dose),
        local: given.dosage.as_ref().is_some_and(|dosage| is_local(reader, dosage)),
        is_cancer_drug: is_cancer_drug(given.meta.as_ref()),
        extension: &given.extension,
    };
    add(reader, &given.place, &given.medication, entry, met);
}

fn statement<'r, 'a>(
    reader: &mut Reader<'_, 'a>,
    stated: &'r Located<'a, MedicationStatement<'a>>,
    met: &mut Met<'r, 'a>,
) {
    let status = stated.status.as_deref();
    if !recorded_by(stated.date_asserted, reader.as_of) {
        return;
    }
    let not_taken =
        status == Some("not-taken") || stated.was_not_taken == Some(true) || stated.taken.as_deref() == Some("n");
    if not_taken {
        none_taken(reader, stated);
        return;
    }
    let start = stated.effective.as_ref().and_then(When::start);
    if matches!(status, Some("entered-in-error")) || !recorded_by(start, reader.as_of) {
        return;
    }
    let end = match stated.effective.as_ref() {
        Some(When::Period(period)) => period.end,
        Some(when @ When::DateTime(_)) if status != Some("active") => when.end(),
        _ => None,
    };
    let reason = stated.status_reason.iter().find_map(|reason| stop_reason(reader, reason));
    let entry = Template {
        kind: EntryKind::Stated,
        planned: matches!(status, Some("intended" | "draft")),
        start,
        last: end.or(start),
        open: end.is_none() && matches!(status, Some("active" | "recorded") | None),
        ended: end.is_some() || matches!(status, Some("completed" | "stopped")) || reason.is_some(),
        reason,
        dose: stated.dosage.iter().find_map(dose),
        local: stated.dosage.iter().any(|dosage| is_local(reader, dosage)),
        is_cancer_drug: is_cancer_drug(stated.meta.as_ref()),
        extension: &stated.extension,
    };
    add(reader, &stated.place, &stated.medication, entry, met);
}

/// What an entry says besides the drug.
struct Template<'e, 'a> {
    kind: EntryKind,
    planned: bool,
    start: Option<PartialDate>,
    last: Option<PartialDate>,
    open: bool,
    ended: bool,
    reason: Option<StopReason>,
    dose: Option<Dose>,
    local: bool,
    /// The entry follows the mCODE profile of cancer-related medication.
    is_cancer_drug: bool,
    extension: &'e [Extension<'a>],
}

fn add<'r, 'a>(
    reader: &mut Reader<'_, 'a>,
    place: &Place<'a>,
    medication: &'r CodeableReference<'a>,
    entry: Template<'_, 'a>,
    met: &mut Met<'r, 'a>,
) {
    let mut found = recognise(reader, place, medication, met);
    let source = &place.name;
    match found.not_recognised {
        Some(words) if words.trim().is_empty() => {
            let message = "the entry names no drug; record a code or a name";
            reader.issues.push(Issue::warning("no-drug", message).at(source.clone()));
        }
        // The profile says that it treats the cancer, so something was given: an agent that is not known (LOT-13).
        Some(words) if entry.is_cancer_drug && found.drugs.is_empty() => {
            found.drugs.extend(reader.knowledge.drugs.position("unknown-agent"));
            let message =
                format!("`{words}` is recorded as a cancer drug and is not known here; it counts as an unknown agent");
            reader.issues.push(Issue::warning("unknown-agent", message).at(source.clone()));
        }
        Some(words) => {
            met.unread.entry(words).or_default().insert(source.clone());
        }
        None => {}
    }
    if entry.local || found.local {
        if !found.drugs.is_empty() {
            let message = format!("`{}` is given where it treats no cancer; it was not counted", found.said);
            reader.issues.push(Issue::information("not-cancer-therapy", message).at(source.clone()));
        }
        return;
    }
    // An end after the day is not yet known on it.
    let (last, ended, open) = match entry.last {
        Some(last) if last.earliest() > reader.as_of => (entry.start, false, true),
        last => (last, entry.ended, entry.open),
    };
    let intent = intent(reader, entry.extension).or(found.intent);
    let line = line_named(entry.extension);
    for drug in found.drugs {
        reader.asserted.medications.entries.push(MedicationEntry {
            drug,
            source: source.clone(),
            said: found.said.clone(),
            kind: entry.kind,
            planned: entry.planned,
            start: entry.start,
            last,
            open,
            ended,
            reason: entry.reason.filter(|_| ended),
            intent,
            line,
            dose: entry.dose.clone(),
        });
    }
}

/// What a `medication[x]` means.
#[derive(Default, Clone)]
struct Recognised {
    drugs: Vec<u16>,
    said: String,
    intent: Option<&'static str>,
    local: bool,
    /// The words that mean no known drug.
    not_recognised: Option<String>,
}

fn recognise<'r, 'a>(
    reader: &mut Reader<'_, 'a>,
    place: &Place<'a>,
    medication: &'r CodeableReference<'a>,
    met: &mut Met<'r, 'a>,
) -> Recognised {
    if let Some(concept) = &medication.concept {
        if let Some((_, found)) = met.last.as_ref().filter(|(last, _)| *last == concept) {
            return found.clone();
        }
        let issues = reader.issues.len();
        let found = of_concept(reader, &place.name, concept);
        met.last = (reader.issues.len() == issues).then(|| (concept, found.clone()));
        return found;
    }
    let Some(reference) = &medication.reference else {
        let source = place.name.clone();
        let message = "the entry names no drug; record a code or a name";
        reader.issues.push(Issue::warning("no-drug", message).at(source));
        return Recognised::default();
    };
    let record = reader.record;
    let Some(target) = record.resolve_as::<Medication<'_>>(place, reference) else {
        let Some(display) = reference.display.as_deref() else {
            let message = "the Medication referred to is not in the record; include it";
            reader.issues.push(Issue::warning("medication-not-found", message).at(place.name.clone()));
            return Recognised::default();
        };
        return of_text(&reader.knowledge.drugs, display);
    };
    if target.status.as_deref() == Some("entered-in-error") {
        return Recognised::default();
    }
    let by_code = target.code.as_ref().map(|code| of_concept(reader, &place.name, code));
    if let Some(found) = by_code.as_ref().filter(|found| !found.drugs.is_empty() || found.local) {
        return Recognised { not_recognised: None, said: found.said.clone(), drugs: found.drugs.clone(), ..*found };
    }
    let mut all = Recognised::default();
    for ingredient in &target.ingredient {
        if ingredient.is_active == Some(false) {
            continue;
        }
        let Some(item) = &ingredient.item.concept else { continue };
        let found = of_concept(reader, &target.place.name, item);
        all.said = if all.said.is_empty() { found.said } else { format!("{} + {}", all.said, found.said) };
        all.drugs.extend(found.drugs);
        all.not_recognised = all.not_recognised.or(found.not_recognised);
    }
    all.drugs.sort_unstable();
    all.drugs.dedup();
    if all.drugs.is_empty() {
        return by_code.unwrap_or(all);
    }
    all
}

fn of_concept(reader: &mut Reader<'_, '_>, source: &str, concept: &CodeableConcept<'_>) -> Recognised {
    let drugs = &reader.knowledge.drugs;
    let words = said(concept);
    let by_code: Vec<&str> = coding::concepts_in(reader.knowledge, concept, value_set::DRUG_CODE)
        .filter_map(|found| found.meaning.as_deref())
        .collect();
    if by_code.contains(&"not-cancer-therapy") {
        return Recognised { said: words, local: true, ..Recognised::default() };
    }
    let mut coded: Vec<u16> = by_code.into_iter().filter_map(|id| drugs.position(id)).collect();
    coded.sort_unstable();
    coded.dedup();
    let by_text = concept.text.as_deref().map(|text| of_text(drugs, text)).filter(|found| !found.drugs.is_empty());
    if coded.is_empty() {
        return by_text.unwrap_or_else(|| by_display(drugs, concept));
    }
    let context = by_text.as_ref().map(|found| (found.local, found.intent)).unwrap_or_default();
    let Some(drug) = one_of(drugs, &coded) else {
        let message = format!("the codes of `{words}` name different drugs; it was not counted until one is right");
        reader.issues.push(Issue::error("codes-name-different-drugs", message).at(source.to_owned()));
        return Recognised { said: words, ..Recognised::default() };
    };
    let displays = concept.coding.iter().filter_map(|coding| coding.display.as_deref());
    let named = displays.filter_map(|display| drug_names::read(drugs, display)).map(|read| read.drugs);
    let named: Vec<Vec<u16>> =
        named.chain(by_text.map(|found| found.drugs)).filter(|named| !named.is_empty()).collect();
    let mut meant = drug;
    for names in named {
        if agrees(drugs, drug, &names) {
            continue;
        }
        let specific = match names.as_slice() {
            [name] if drug_names::is_written_with(drugs, *name, drug) => Some(*name),
            _ => None,
        };
        // The antibody's code with the conjugate's name: taking it for the antibody would be the dangerous way.
        meant = specific.unwrap_or(meant);
        let title = drugs.get(meant).map_or("", |drug| drug.title.as_ref());
        let message =
            format!("`{words}` and its code name different drugs; it was read as {title}: check which is right");
        reader.issues.push(Issue::error("name-contradicts-code", message).at(source.to_owned()));
    }
    Recognised { drugs: vec![meant], said: words, local: context.0, intent: context.1, not_recognised: None }
}

/// The one drug that codes of one concept mean: the same, or a drug and the product whose name it is part of.
fn one_of(drugs: &Drugs, coded: &[u16]) -> Option<u16> {
    coded.iter().copied().find(|candidate| {
        coded.iter().all(|other| other == candidate || drug_names::is_written_with(drugs, *candidate, *other))
    })
}

/// Whether names can mean a drug: itself, what its name is written with, its class or its parts.
fn agrees(drugs: &Drugs, drug: u16, names: &[u16]) -> bool {
    names.iter().all(|name| {
        *name == drug
            || drug_names::is_written_with(drugs, drug, *name)
            || drug_names::is_unspecified_form(drugs, drug, *name)
            || drug_names::is_unspecified_form(drugs, *name, drug)
    })
}

fn of_text(drugs: &Drugs, text: &str) -> Recognised {
    match drug_names::read(drugs, text) {
        Some(read) if !read.drugs.is_empty() => Recognised {
            drugs: read.drugs,
            said: text.to_owned(),
            intent: read.intent,
            local: read.local,
            not_recognised: None,
        },
        _ => Recognised { said: text.to_owned(), not_recognised: Some(text.to_owned()), ..Recognised::default() },
    }
}

/// Where no code is known and no text helps, the displays: all that are read must agree.
fn by_display(drugs: &Drugs, concept: &CodeableConcept<'_>) -> Recognised {
    let displays = concept.coding.iter().filter_map(|coding| coding.display.as_deref());
    let mut read = displays.map(|display| of_text(drugs, display)).filter(|found| !found.drugs.is_empty());
    let unread = || Recognised { said: said(concept), not_recognised: Some(said(concept)), ..Recognised::default() };
    let Some(first) = read.next() else { return unread() };
    if read.all(|other| other.drugs == first.drugs) { first } else { unread() }
}

/// A statement that something was not taken says something only about cancer drugs as a class.
fn none_taken(reader: &mut Reader<'_, '_>, stated: &Located<'_, MedicationStatement<'_>>) {
    let Some(concept) = &stated.medication.concept else { return };
    let by_name =
        concept.text.as_deref().and_then(|text| reader.knowledge.drugs.named(&her2path_knowledge::drug::phrase(text)));
    let as_class = |drugs: &[u16]| matches!(drugs, [drug] if reader.knowledge.drugs.get(*drug).is_some_and(|drug| drug.id == "other-antineoplastic"));
    if coding::is_in(reader.knowledge, concept, value_set::ANTINEOPLASTIC_CLASS) || by_name.is_some_and(as_class) {
        let because =
            Because::source(stated.place.name.clone()).element("status").note("no antineoplastic drugs taken");
        reader.asserted.medications.none_taken.push(because);
    }
}

fn unnamed_procedures(reader: &mut Reader<'_, '_>) {
    for procedure in &reader.record.procedures {
        let Some(code) = &procedure.code else { continue };
        let when = match coding::meaning(reader.knowledge, code, value_set::SYSTEMIC_THERAPY_PROCEDURE) {
            Some("neoadjuvant") => "neoadjuvant",
            Some("adjuvant") => "adjuvant",
            Some(_) => "any",
            None => continue,
        };
        let date = procedure.performed.as_ref().and_then(When::start);
        let done = matches!(procedure.status.as_deref(), Some("completed" | "in-progress" | "stopped") | None);
        if !done || procedure.not_done == Some(true) || !recorded_by(date, reader.as_of) {
            continue;
        }
        let because = Because::source(procedure.place.name.clone()).element("code").note(said(code));
        reader.asserted.medications.unnamed.push((because, date, when));
    }
}

fn intent(reader: &Reader<'_, '_>, extension: &[Extension<'_>]) -> Option<&'static str> {
    const EXTENSIONS: [&str; 4] =
        ["mcode-treatment-intent", "mcode-procedure-intent", "onco-core-TreatmentIntent-extension", "treatment-intent"];
    let concepts = EXTENSIONS.iter().flat_map(|name| extension.concepts(name));
    let mut meanings =
        concepts.filter_map(|concept| coding::meaning(reader.knowledge, concept, value_set::TREATMENT_INTENT));
    meanings.find_map(|meaning| {
        ["neoadjuvant", "adjuvant", "palliative", "curative"].into_iter().find(|intent| *intent == meaning)
    })
}

/// Whether an entry claims the mCODE profile of cancer-related medication requests or administrations.
fn is_cancer_drug(meta: Option<&Meta<'_>>) -> bool {
    meta.is_some_and(|meta| meta.profile.iter().any(|profile| profile.contains("cancer-related-medication")))
}

/// The line that the entry itself names, in the extension `line-of-therapy` (an integer; a project convention, as
/// mCODE has none).
fn line_named(extension: &[Extension<'_>]) -> Option<u16> {
    extension.all("line-of-therapy").find_map(|extension| match extension.value {
        Some(Value::Integer(number)) => u16::try_from(number).ok().filter(|number| *number > 0),
        _ => None,
    })
}

fn stop_reason(reader: &Reader<'_, '_>, reason: &CodeableConcept<'_>) -> Option<StopReason> {
    let coded = coding::meaning(reader.knowledge, reason, value_set::TERMINATION_REASON).map(|meaning| match meaning {
        "no-response" => StopReason::Progression,
        "not-tolerated" => StopReason::Toxicity,
        "completed" | "trial-completed" => StopReason::Completed,
        "refusal" | "nonadherence" => StopReason::Choice,
        _ => StopReason::Other,
    });
    coded.or_else(|| {
        let texts = reason.text.as_deref().into_iter().chain(reason.coding.iter().filter_map(|c| c.display.as_deref()));
        texts.into_iter().find_map(reason_in_words)
    })
}

/// Reasons in the words that records use; whole phrases only.
fn reason_in_words(text: &str) -> Option<StopReason> {
    let words = text.to_lowercase();
    Some(match words.trim() {
        "progression"
        | "disease progression"
        | "progressive disease"
        | "progression of disease"
        | "pd"
        | "progressed"
        | "no response to treatment"
        | "no response"
        | "recurrence"
        | "relapse" => StopReason::Progression,
        "toxicity"
        | "toxic"
        | "adverse event"
        | "adverse reaction"
        | "intolerance"
        | "treatment not tolerated"
        | "side effects"
        | "allergy"
        | "hypersensitivity" => StopReason::Toxicity,
        "completed" | "planned" | "treatment completed" | "completed as planned" | "planned end" => {
            StopReason::Completed
        }
        "patient choice" | "refusal" | "refusal of treatment by patient" | "patient preference" | "choice" => {
            StopReason::Choice
        }
        _ => return None,
    })
}

fn is_local(reader: &Reader<'_, '_>, dosage: &Dosage<'_>) -> bool {
    let Some(route) = &dosage.route else { return false };
    let in_words =
        |text: &str| matches!(text.trim().to_lowercase().as_str(), "intravitreal" | "topical" | "ophthalmic");
    coding::is_in(reader.knowledge, route, value_set::LOCAL_ROUTE) || route.text.as_deref().is_some_and(in_words)
}

/// A duration in whole days.
fn days(quantity: &Quantity<'_>) -> Option<i64> {
    let number = quantity.value.as_ref()?.value();
    let factor = match quantity.code.as_deref().or(quantity.unit.as_deref())?.trim() {
        "d" | "day" | "days" => 1,
        "wk" | "week" | "weeks" => 7,
        "mo" | "month" | "months" => 30,
        _ => return None,
    };
    i64::try_from(number.checked_mul(Decimal::from(factor))?.trunc()).ok()
}
