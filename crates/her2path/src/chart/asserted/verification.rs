//! Whether an entry is held to be true, and how far it has run: `verificationStatus` and `clinicalStatus`.
//!
//! A status may carry several codings, and any of them counts: where they differ, the one that lets the entry say least.
//! Codes: FHIR's condition-ver-status and condition-clinical, and the SNOMED CT qualifiers for "known absent" and
//! "suspected" that stand in their place in some records.

use crate::fhir::CodeableConcept;

/// How sure a record is of an entry, the least sure first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Verification {
    /// It says nothing about the patient.
    EnteredInError,
    /// The record says that it is not so.
    Refuted,
    /// It may be so: unconfirmed, provisional, differential, suspected.
    Unconfirmed,
    /// It is so. An absent status counts as confirmed, as FHIR lets it be left out.
    Confirmed,
}

/// How far a condition has run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Course {
    /// It came back.
    Relapse,
    /// Inactive, in remission or resolved.
    Over,
    /// Active, or not said.
    Active,
}

/// A status that is neither of FHIR nor known otherwise, as written.
pub(crate) type Unread = String;

/// The verification of an entry, and a status that could not be read.
pub(crate) fn verification(status: Option<&CodeableConcept<'_>>) -> (Verification, Option<Unread>) {
    least(status, Verification::Confirmed, |code| {
        Some(match code {
            "entered-in-error" => Verification::EnteredInError,
            "refuted" | "410516002" => Verification::Refuted,
            "unconfirmed" | "provisional" | "differential" | "415684004" => Verification::Unconfirmed,
            "confirmed" | "410605003" | "410515003" => Verification::Confirmed,
            _ => return None,
        })
    })
}

/// The course of a condition, and a status that could not be read.
pub(crate) fn course(status: Option<&CodeableConcept<'_>>) -> (Course, Option<Unread>) {
    least(status, Course::Active, |code| {
        Some(match code {
            "recurrence" | "relapse" => Course::Relapse,
            "inactive" | "remission" | "resolved" => Course::Over,
            "active" => Course::Active,
            _ => return None,
        })
    })
}

fn least<T: Ord>(
    status: Option<&CodeableConcept<'_>>,
    otherwise: T,
    read: impl Fn(&str) -> Option<T>,
) -> (T, Option<Unread>) {
    let codes = status.into_iter().flat_map(|concept| {
        let codes = concept.coding.iter().filter_map(|coding| coding.code.as_deref());
        codes.chain(concept.text.as_deref())
    });
    let mut unread = None;
    let mut found = None;
    for written in codes {
        match read(&written.trim().to_lowercase()) {
            Some(value) => {
                found = Some(match found {
                    Some(known) => value.min(known),
                    None => value,
                });
            }
            None => unread = unread.or_else(|| Some(written.trim().to_owned()).filter(|text| !text.is_empty())),
        }
    }
    match found {
        // A text beside a code that was read only repeats it.
        Some(value) => (value, None),
        None => (otherwise, unread),
    }
}
