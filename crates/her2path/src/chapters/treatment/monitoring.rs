//! What is due now on the treatment that is given: tests, examinations and scans, from the days on record.
//!
//! A check has a rhythm and a latest day. Where the latest day is known only to the month or year, the day on which the
//! check falls due is a span, and the answer is given only where the whole span agrees. Nothing on record means due now.

use her2path_knowledge::medicine::{Check, Rhythm};
use her2path_knowledge::model::{FactIndex, Knowledge, Span};
use jiff::civil::Date;

use crate::assessment::{Due, DueCheck, Monitoring};
use crate::chart::Chart;
use crate::chart::facts::is_open;
use crate::chart::inferred::codes_of;
use crate::chart::value::Value;
use crate::criteria::{judge_criterion, unknown_facts};
use crate::date::PartialDate;
use crate::guideline::Fact;
use crate::truth::Truth;

/// Intervals of so many days and more are announced [`LONG_LEAD`] days ahead, shorter ones [`SHORT_LEAD`] days.
const LONG_INTERVAL: i64 = 84;
const LONG_LEAD: i64 = 14;
const SHORT_LEAD: i64 = 3;

/// Everything that the current drugs ask for.
pub(super) fn of<'k>(chart: &Chart, knowledge: &'k Knowledge) -> Monitoring<'k> {
    let cancer = codes_of(&chart.facts, Fact::TherapyCurrentDrugs);
    let supportive = codes_of(&chart.facts, Fact::TherapySupportiveDrugs);
    let drugs_known = cancer.is_some();
    let given: Vec<&str> = cancer.into_iter().chain(supportive).flatten().collect();
    let unknown_drug = given.iter().any(|drug| matches!(*drug, "unknown-agent" | "other-antineoplastic"));
    let mut items: Vec<DueCheck<'k>> = Vec::new();
    let asked = |check: &&&Check| check.since.is_none_or(|since| since <= chart.as_of);
    for check in knowledge.medicine.checks.iter().filter(|check| asked(&check)) {
        let drugs: Vec<&'k str> = given
            .iter()
            .filter_map(|id| knowledge.drug(id))
            .filter(|drug| check.drugs.iter().any(|word| drug.is_meant_by(word)))
            .map(|drug| drug.id.as_ref())
            .collect();
        if !drugs.is_empty()
            && let Some(item) = due(check, drugs, chart, knowledge)
        {
            items.push(item);
        }
    }
    merge(&mut items);
    items.sort_by_key(|item| (item.status, item.due.map(|(first, _)| first)));
    Monitoring { drugs_known, unknown_drug, items }
}

/// Two checks of the same thing, last done on the same day: the one that falls due first is shown, for the drugs of both.
fn merge(items: &mut Vec<DueCheck<'_>>) {
    items.sort_by_key(|item| (item.status, item.due));
    let mut kept: Vec<DueCheck<'_>> = Vec::new();
    for item in items.drain(..) {
        match kept.iter_mut().find(|other| other.check.test == item.check.test) {
            Some(other) => {
                other.drugs.extend(item.drugs);
                other.drugs.sort_unstable();
                other.drugs.dedup();
            }
            None => kept.push(item),
        }
    }
    *items = kept;
}

/// `None` where the check is not asked for in this patient.
fn due<'k>(check: &'k Check, drugs: Vec<&'k str>, chart: &Chart, knowledge: &'k Knowledge) -> Option<DueCheck<'k>> {
    let judged: Vec<_> =
        check.when.iter().map(|criterion| judge_criterion(criterion, &chart.facts, knowledge)).collect();
    let asked = Truth::all(judged.iter().map(|judged| judged.outcome));
    if asked == Truth::NotMet {
        return None;
    }
    let Latest { last, undated, pending } = latest(check, chart, knowledge);
    let as_of = chart.as_of;
    let mut item = DueCheck { check, drugs, last, undated, due: None, status: Due::CannotBeSaid, missing: Vec::new() };
    if asked == Truth::Unknown {
        item.missing = unknown_facts(&judged);
    }
    let interval = interval(check, &item.drugs, knowledge);
    item.status = match (last, interval) {
        (None, Interval::Once(None)) if undated => Due::NotYetDue,
        (None, _) if undated || pending => Due::CannotBeSaid,
        (None, _) => Due::NeverDone,
        (Some(_), Interval::Once(None)) => Due::NotYetDue,
        (Some((last, fact)), Interval::Once(Some(window))) => {
            let start = match chart.facts.get(Fact::TherapyLineStart).map(|statement| &statement.value) {
                Some(Value::Date(start)) => Some(*start),
                _ => None,
            };
            match start.and_then(|start| start.shift(-window)).and_then(|open| last.before(open)) {
                Some(true) => Due::NeverDone,
                Some(false) => Due::NotYetDue,
                None => {
                    item.missing.push(if start.is_none() { Fact::TherapyLineStart.index() } else { fact });
                    Due::CannotBeSaid
                }
            }
        }
        (Some((last, _)), Interval::Every(days, span)) => {
            let bounds = add(last.earliest(), span).zip(add(last.latest(), span));
            item.due = bounds;
            let lead = if days >= LONG_INTERVAL { LONG_LEAD } else { SHORT_LEAD };
            bounds.map_or(Due::CannotBeSaid, |(first, second)| {
                let at = |day| standing(day, lead, as_of);
                if at(first) == at(second) { at(first) } else { Due::CannotBeSaid }
            })
        }
    };
    // A value that calls for action is never "due again in three weeks".
    let critical =
        check.critical_if.iter().any(|one| judge_criterion(one, &chart.facts, knowledge).outcome == Truth::Met);
    if critical {
        item.status = Due::Critical;
        return Some(item);
    }
    // Whether it is asked for at all is not known: nothing can be overdue, but what was done stays done.
    if asked == Truth::Unknown && item.status != Due::NotYetDue {
        item.status = Due::CannotBeSaid;
    }
    Some(item)
}

/// How a check stands that falls due on a day.
fn standing(due: Date, lead: i64, as_of: Date) -> Due {
    let days_left = PartialDate::day(as_of).days_until(PartialDate::day(due)).0;
    if days_left < 0 {
        Due::Overdue
    } else if days_left <= lead {
        Due::DueNow
    } else {
        Due::NotYetDue
    }
}

/// What the record holds of a check.
struct Latest {
    last: Option<(PartialDate, FactIndex)>,
    /// Only a result without a day.
    undated: bool,
    /// Only a result that is awaited.
    pending: bool,
}

/// The latest day on record.
fn latest(check: &Check, chart: &Chart, knowledge: &Knowledge) -> Latest {
    let (mut undated, mut pending) = (false, false);
    let mut latest: Option<(PartialDate, FactIndex)> = None;
    for fact in check.last.iter() {
        let Some(statement) = chart.facts.at(*fact) else { continue };
        // A result that is pending shows that it was asked for, not what it is.
        if knowledge.fact_definition(*fact).is_some_and(|definition| is_open(definition, &statement.value)) {
            pending = true;
            continue;
        }
        let date = match &statement.value {
            Value::Date(date) => Some(*date),
            _ => statement.date,
        };
        match date {
            Some(date) if latest.is_none_or(|(other, _)| other.cmp_sort(&date).is_lt()) => latest = Some((date, *fact)),
            Some(_) => {}
            None => undated = true,
        }
    }
    Latest { last: latest, undated: undated && latest.is_none(), pending: pending && latest.is_none() }
}

/// How long a check holds.
enum Interval {
    /// For good, or if it was done no earlier than so many days before the start of the line.
    Once(Option<i64>),
    /// About so many days, and exactly so long.
    Every(i64, Span),
}

fn interval(check: &Check, drugs: &[&str], knowledge: &Knowledge) -> Interval {
    match check.rhythm {
        Rhythm::Once(window) => Interval::Once(window.map(i64::from)),
        Rhythm::Every(span @ Span::Days(days)) => Interval::Every(i64::from(days), span),
        Rhythm::Every(span @ Span::Months(months)) => Interval::Every(i64::from(months) * 30, span),
        Rhythm::EveryCycle => {
            let default = knowledge.line_parameters.as_ref().map(|parameters| parameters.cycle_days);
            let of_drug = |id: &&str| knowledge.drug(id).and_then(|drug| drug.cycle_days).or(default);
            // 21 days are the cycle of every conjugate; the guideline's own numbers stand before it.
            let days = drugs.iter().filter_map(of_drug).min().unwrap_or(21);
            Interval::Every(i64::from(days), Span::Days(u32::from(days)))
        }
    }
}

fn add(day: Date, span: Span) -> Option<Date> {
    let span = match span {
        Span::Days(days) => jiff::Span::new().try_days(days),
        Span::Months(months) => jiff::Span::new().try_months(months),
    };
    day.checked_add(span.ok()?).ok()
}
