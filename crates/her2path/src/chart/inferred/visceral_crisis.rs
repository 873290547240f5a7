//! The hint that asks for a judgement on visceral crisis; the crisis itself is a clinician's statement.
//!
//! Liver metastases with bilirubin above 1.5 times its upper limit in the last 28 days (project rule after the examples of
//! ABC5). Only a value of these days with its own upper limit answers; without one the hint is unknown, not absent.
//! Deliberately absent: dyspnoea at rest with lung or pleural metastases, for which no fact holds "at rest".

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{codes_of, dated};
use crate::chart::facts::Facts;
use crate::chart::value::{Because, Comparator, Value};
use crate::date::PartialDate;
use crate::guideline::Fact;

/// For how long a value speaks for the day (project rule).
const WINDOW_DAYS: i64 = 28;

pub(super) fn derive(facts: &mut Facts, as_of: Date) {
    if !codes_of(facts, Fact::MetastasisSites).is_some_and(|sites| sites.contains(&"liver")) {
        return;
    }
    let Some(bilirubin) = facts.get(Fact::LabsBilirubin) else { return };
    let Value::Decimal(times) = bilirubin.value else { return };
    let stated = facts.get(Fact::LabsLiverDate).and_then(|statement| match statement.value {
        Value::Date(date) => Some(date),
        _ => None,
    });
    let Some(date) = bilirubin.date.or(stated) else { return };
    let (shortest, longest) = date.days_until(PartialDate::day(as_of));
    if shortest < 0 || longest > WINDOW_DAYS {
        return;
    }
    let limit = Decimal::new(15, 1);
    let above = match times.comparator {
        Comparator::Exact => Some(times.number > limit),
        Comparator::Greater => (times.number >= limit).then_some(true),
        Comparator::GreaterOrEqual => (times.number > limit).then_some(true),
        Comparator::Less | Comparator::LessOrEqual => (times.number <= limit).then_some(false),
    };
    let Some(above) = above else { return };
    let because = vec![Because::source("labs.bilirubin"), Because::source("metastasis.sites")];
    facts.state(Fact::MetastasisVisceralCrisisHint, dated(Value::Boolean(above), Some(date), because));
}
