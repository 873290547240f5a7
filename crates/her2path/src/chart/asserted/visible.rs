//! Which entries count: not those entered in error, cancelled or not done, and none from after the day.

use jiff::civil::Date;

use crate::date::PartialDate;

/// How far an entry's status lets it be used. What lets it be used more is less.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Standing {
    /// It counts.
    Final,
    /// It is shown and settles nothing.
    Preliminary,
    /// It says nothing about the patient.
    Void,
}

/// The standing of an Observation, DiagnosticReport or Procedure status. An absent status counts as final: FHIR requires
/// one, and dropping a result for want of it would lose good input.
pub(crate) fn standing(status: Option<&str>) -> Standing {
    match status {
        Some("entered-in-error" | "cancelled" | "not-done" | "nullified" | "aborted" | "rejected") => Standing::Void,
        Some("preliminary" | "registered" | "partial" | "preparation" | "in-progress" | "on-hold" | "unknown") => {
            Standing::Preliminary
        }
        _ => Standing::Final,
    }
}

/// Whether something may have been on record by a day: only what is certainly later is hidden.
pub(crate) fn recorded_by(date: Option<PartialDate>, as_of: Date) -> bool {
    date.is_none_or(|date| date.earliest() <= as_of)
}
