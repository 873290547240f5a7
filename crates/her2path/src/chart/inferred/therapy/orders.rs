//! The substitution lock (rule G16): trastuzumab, its subcutaneous forms, T-DM1 and T-DXd are never exchanged dose for
//! dose. An order with the dose of another of them, or against the plan on record, is an error to shout about.

use her2path_knowledge::drug::{Drug, Drugs};
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::exposures::days_between;
use crate::chart::asserted::{Asserted, EntryKind, MedicationEntry};
use crate::chart::facts::Facts;
use crate::chart::inferred::statement;
use crate::chart::value::{Because, Value};
use crate::guideline::Fact;
use crate::issue::Issue;

/// Products whose names share the word trastuzumab.
const LOCKED: [&str; 5] = [
    "pertuzumab-trastuzumab-hyaluronidase",
    "trastuzumab",
    "trastuzumab-deruxtecan",
    "trastuzumab-emtansine",
    "trastuzumab-hyaluronidase",
];

/// An order older than this many days, with nothing later, is no longer to be stopped (project rule: one cycle).
const ORDER_DAYS: i64 = 28;

/// A plan older than this many days, with nothing later, is no plan any more (project rule: three months).
const PLAN_DAYS: i64 = 90;

/// A dose that differs by no more than a tenth was rounded to vials (project rule, after the usual 10 %).
const ROUNDED_PERCENT: i64 = 10;

/// A drug that an entry drafts, proposes or plans.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// Position in the guideline's list of drugs.
    pub drug: u16,
    /// The entry.
    pub source: String,
    /// What it calls the drug.
    pub said: String,
}

/// What is planned, in the order of the record.
pub(super) fn planned(asserted: &Asserted) -> Vec<Planned> {
    let planned = asserted.medications.entries.iter().filter(|entry| entry.planned);
    planned.map(|e| Planned { drug: e.drug, source: e.source.clone(), said: e.said.clone() }).collect()
}

pub(super) fn state(asserted: &Asserted, drugs: &Drugs, facts: &mut Facts, as_of: Date, issues: &mut Vec<Issue>) {
    let locked: Vec<&Drug> = LOCKED.iter().filter_map(|id| drugs.get(drugs.position(id)?)).collect();
    let entries = asserted.medications.entries.iter();
    let products: Vec<(&MedicationEntry, &Drug)> = entries
        .filter_map(|entry| {
            let drug = drugs.get(entry.drug)?;
            Some((entry, *locked.iter().find(|known| known.id == drug.id)?))
        })
        .collect();
    let mut because = Vec::new();
    for (entry, drug) in &products {
        if let Some(other) = dose_of_another(entry, drug, &locked) {
            let message = format!(
                "{} is a dose of {}, not of {}: stop and check which product is meant",
                dose_of(entry),
                other.title,
                drug.title
            );
            issues.push(Issue::error("dose-of-another-product", message.clone()).at(entry.source.clone()));
            if is_order(entry, as_of) {
                because.push(Because::source(entry.source.clone()).element("dosageInstruction").note(message));
            }
        } else if is_order(entry, as_of) && is_unlabelled(entry, drug) {
            let message = format!(
                "{} is no labelled dose of {} ({}): check it",
                dose_of(entry),
                drug.title,
                drug.doses.join(", ")
            );
            issues.push(Issue::warning("dose-not-labelled", message).at(entry.source.clone()));
        }
        let plans = products.iter().filter(|(plan, planned)| {
            is_plan(plan, as_of) && planned.id != drug.id && is_order(entry, as_of) && !replaces(plan, entry)
        });
        for (plan, planned) in plans {
            let is = if entry.planned { "drafted or planned" } else { "ordered" };
            let message = format!(
                "{} is {is} while the plan is {} ({}): they are not interchangeable, stop and check which product is meant",
                drug.title, planned.title, plan.source
            );
            issues.push(Issue::error("order-against-plan", message.clone()).at(entry.source.clone()));
            because.push(Because::source(entry.source.clone()).element("medication").note(message));
        }
    }
    let found = !because.is_empty();
    if !found {
        because.push(
            Because::source("therapy.current-drugs")
                .note("no order on record names another product than its dose or plan"),
        );
    }
    facts.state(Fact::TherapyOrderMismatch, statement(Value::Boolean(found), because));
}

/// An order, draft or plan that can still be stopped.
fn is_order(entry: &MedicationEntry, as_of: Date) -> bool {
    let by_kind = entry.planned || (entry.kind == EntryKind::Ordered && !entry.ended);
    by_kind && is_within(entry, if entry.planned { PLAN_DAYS } else { ORDER_DAYS }, as_of)
}

/// A draft, proposal or plan that still stands.
fn is_plan(entry: &MedicationEntry, as_of: Date) -> bool {
    entry.planned && is_within(entry, PLAN_DAYS, as_of)
}

fn is_within(entry: &MedicationEntry, days: i64, as_of: Date) -> bool {
    entry.open || entry.last.is_none_or(|last| days_between(last.latest(), as_of) <= days)
}

/// Whether a plan is the next step after an order: the order certainly stood before it, as T-DM1 stands before the plan of
/// T-DXd. Two plans stand side by side, whichever was written first.
fn replaces(plan: &MedicationEntry, order: &MedicationEntry) -> bool {
    let dates = order.start.zip(plan.start);
    !order.planned && dates.is_some_and(|(order, plan)| order.before(plan) == Some(true))
}

fn dose_of(entry: &MedicationEntry) -> String {
    entry.dose.as_ref().map_or_else(String::new, |dose| format!("{} {}", dose.number.normalize(), dose.unit))
}

/// The labelled doses of a drug in a unit.
fn labelled<'d>(drug: &'d Drug, unit: &'d str) -> impl Iterator<Item = Decimal> + 'd {
    drug.doses
        .iter()
        .filter_map(|dose| dose.split_once(' '))
        .filter(move |(_, labelled)| *labelled == unit)
        .filter_map(|(number, _)| number.parse().ok())
}

/// The other product whose labelled dose this is, if it is none of the drug's own. Milligrams of a drug that is dosed by
/// body weight say nothing; a dose by body weight of one that is not is a dose of another.
fn dose_of_another<'d>(entry: &MedicationEntry, drug: &Drug, locked: &[&'d Drug]) -> Option<&'d Drug> {
    let dose = entry.dose.as_ref()?;
    let is_dose_of = |drug: &Drug| labelled(drug, &dose.unit).any(|number| number == dose.number);
    let says_nothing = dose.unit == "mg" && labelled(drug, "mg").next().is_none();
    if says_nothing || is_dose_of(drug) {
        return None;
    }
    locked.iter().copied().filter(|other| other.id != drug.id).find(|other| is_dose_of(other))
}

/// Whether a dose is further from each labelled one of its unit than rounding takes it.
fn is_unlabelled(entry: &MedicationEntry, drug: &Drug) -> bool {
    let Some(dose) = &entry.dose else { return false };
    let mut of_unit = labelled(drug, &dose.unit).peekable();
    let hundred = Decimal::from(100);
    let far = |number: Decimal| (dose.number - number).abs() * hundred > number * Decimal::from(ROUNDED_PERCENT);
    of_unit.peek().is_some() && of_unit.all(far)
}
