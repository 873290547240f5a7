//! Who the patient is, as far as the pathway needs it.

use super::Reader;
use super::visible::recorded_by;
use crate::date::PartialDate;
use crate::fhir::When;
use crate::issue::Issue;

/// What Patient says.
#[derive(Debug, Default)]
pub(crate) struct PatientStatement {
    pub(crate) id: Option<String>,
    pub(crate) source: String,
    pub(crate) birth_date: Option<PartialDate>,
    pub(crate) sex: Option<String>,
    pub(crate) deceased: Option<bool>,
    pub(crate) death_date: Option<PartialDate>,
}

pub(super) fn read(reader: &mut Reader<'_, '_>) {
    let statement = &mut reader.asserted.patient;
    statement.id = Some(reader.record.id.clone()).filter(|id| !id.is_empty());
    let Some(patient) = &reader.record.patient else { return };
    statement.source.clone_from(&patient.place.name);
    statement.birth_date = patient.birth_date;
    statement.sex = patient.gender.as_deref().map(str::to_owned);
    match &patient.deceased {
        Some(When::Boolean(deceased)) => statement.deceased = Some(*deceased),
        Some(When::DateTime(date)) if recorded_by(Some(*date), reader.as_of) => {
            statement.deceased = Some(true);
            statement.death_date = Some(*date);
        }
        // A death after the day was not known on it.
        Some(When::DateTime(_)) => statement.deceased = Some(false),
        _ => {}
    }
    if let (Some(birth), Some(death)) = (patient.birth_date, statement.death_date)
        && death.before(birth) == Some(true)
    {
        statement.death_date = None;
        let message =
            format!("death on {death} lies before birth on {birth}; the day was not used: correct one of them");
        reader
            .issues
            .push(Issue::error("impossible-date", message).at(format!("{}.deceasedDateTime", patient.place.name)));
    }
    if let Some(birth) = patient.birth_date
        && birth.earliest() > reader.as_of
    {
        statement.birth_date = None;
        reader.issues.push(
            Issue::error(
                "impossible-date",
                format!("birth date {birth} lies after the day of the assessment; it was not used"),
            )
            .at(patient.place.name.clone()),
        );
    }
}
