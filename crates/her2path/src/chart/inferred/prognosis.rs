//! Facts that only the outlook asks for: how long ago metastasis was found, and the age at first diagnosis.
//!
//! Deliberately absent: every figure of survival. They are worked out by the chapter, and only when asked for.

use jiff::civil::Date;

use super::statement;
use crate::chart::facts::Facts;
use crate::chart::value::{Because, Value};
use crate::date::PartialDate;
use crate::guideline::Fact;

pub(crate) fn derive(facts: &mut Facts, as_of: Date) {
    let day = PartialDate::day(as_of);
    let months = |facts: &Facts| Some(span(date_of(facts, Fact::MetastasisFirstDate)?, day, self::months));
    state(facts, Fact::MetastasisMonthsSince, months, &["metastasis.first-date", "as-of"]);
    let years = |facts: &Facts| {
        let birth = date_of(facts, Fact::PatientBirthDate)?;
        Some(span(birth, date_of(facts, Fact::DiseasePrimaryDate)?, self::years))
    };
    state(facts, Fact::DiseaseAgeAtDiagnosis, years, &["patient.birth-date", "disease.primary-date"]);
}

/// States the count where the precision of the dates leaves one answer, and none before its start.
fn state(facts: &mut Facts, fact: Fact, count: impl Fn(&Facts) -> Option<(i64, i64)>, because: &[&'static str]) {
    if let (None, Some((least, most))) = (facts.get(fact), count(facts))
        && least == most
        && least >= 0
    {
        let because = because.iter().map(|source| Because::source(*source)).collect();
        facts.state(fact, statement(Value::Integer(least), because));
    }
}

/// The least and the most that two dates leave open.
fn span(from: PartialDate, to: PartialDate, count: fn(Date, Date) -> i64) -> (i64, i64) {
    (count(from.latest(), to.earliest()), count(from.earliest(), to.latest()))
}

/// Completed months.
fn months(from: Date, to: Date) -> i64 {
    let calendar = (i64::from(to.year()) - i64::from(from.year()))
        .saturating_mul(12)
        .saturating_add(i64::from(to.month()) - i64::from(from.month()));
    // A month that ends before its day comes round is complete on its last day.
    let day_reached = to.day() >= from.day() || to == to.last_of_month();
    calendar.saturating_sub(i64::from(!day_reached))
}

/// Completed years.
fn years(from: Date, to: Date) -> i64 {
    let reached = (to.month(), to.day()) >= (from.month(), from.day());
    i64::from(to.year()) - i64::from(from.year()) - i64::from(!reached)
}

fn date_of(facts: &Facts, fact: Fact) -> Option<PartialDate> {
    match facts.get(fact)?.value {
        Value::Date(date) => Some(date),
        _ => None,
    }
}
