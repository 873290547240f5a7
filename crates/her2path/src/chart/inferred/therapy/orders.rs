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
const RECENT_DAYS: i64 = 28;

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
    let product = |entry: &MedicationEntry| {
        let drug = drugs.get(entry.drug)?;
        locked.iter().copied().find(|known| known.id == drug.id)
    };
    let mut because = Vec::new();
    for entry in &asserted.medications.entries {
        let Some(drug) = product(entry) else { continue };
        if let Some(other) = dose_of_another(entry, drug, &locked) {
            let dose =
                entry.dose.as_ref().map_or(String::new(), |dose| format!("{} {}", dose.number.normalize(), dose.unit));
            let message = format!(
                "{dose} is a dose of {}, not of {}: stop and check which product is meant",
                other.title, drug.title
            );
            issues.push(Issue::error("dose-of-another-product", message.clone()).at(entry.source.clone()));
            if is_current_order(entry, as_of) {
                because.push(Because::source(entry.source.clone()).element("dosageInstruction").note(message));
            }
        }
        let plans = asserted.medications.entries.iter().filter(|plan| plan.planned && is_recent(plan, as_of));
        for plan in plans.filter(|_| is_current_order(entry, as_of) && !entry.planned) {
            if let Some(planned) = product(plan).filter(|planned| planned.id != drug.id) {
                let message = format!(
                    "{} is ordered while the plan is {}: they are not interchangeable",
                    drug.title, planned.title
                );
                issues.push(Issue::error("order-against-plan", message.clone()).at(entry.source.clone()));
                because.push(Because::source(entry.source.clone()).element("medication").note(message));
            }
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

fn is_current_order(entry: &MedicationEntry, as_of: Date) -> bool {
    entry.kind == EntryKind::Ordered && !entry.ended && is_recent(entry, as_of)
}

fn is_recent(entry: &MedicationEntry, as_of: Date) -> bool {
    entry.open || entry.last.is_none_or(|last| days_between(last.latest(), as_of) <= RECENT_DAYS)
}

/// The other product whose labelled dose this is, if it is none of the drug's own.
fn dose_of_another<'d>(entry: &MedicationEntry, drug: &Drug, locked: &[&'d Drug]) -> Option<&'d Drug> {
    let dose = entry.dose.as_ref()?;
    let is_dose_of = |drug: &Drug| {
        drug.doses.iter().any(|labelled| {
            labelled.split_once(' ').is_some_and(|(number, unit)| {
                unit == dose.unit && number.parse::<Decimal>().is_ok_and(|number| number == dose.number)
            })
        })
    };
    // Weight-based and fixed doses are told apart by their unit; a dose in mg of a weight-based drug says nothing.
    let same_unit = drug.doses.iter().any(|labelled| labelled.ends_with(&format!(" {}", dose.unit)));
    if !same_unit || is_dose_of(drug) {
        return None;
    }
    locked.iter().copied().filter(|other| other.id != drug.id).find(|other| is_dose_of(other))
}
