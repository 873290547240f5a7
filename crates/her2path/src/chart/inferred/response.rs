//! Response by RECIST 1.1 where lesions are recorded one by one.
//!
//! The lesions measured on the first day are the targets. A sum counts only on days on which every target was measured,
//! so a lesion that was left out never looks like a response. Lesions are told apart by the tumour that the observation
//! is about; sizes without one are of the primary and are not used here. Of a lesion with several sizes of one day none
//! is chosen.
//!
//! A response that was recorded and one that was worked out stand side by side. The later of the two is the response; where
//! they are of one day, or the order is open, and contradict each other, neither is.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::{code_of, state_code, state_codes, statement};
use crate::chart::asserted::{Asserted, LesionSize};
use crate::chart::facts::Facts;
use crate::chart::value::{Because, Value};
use crate::classify::response::{self, Response, TargetSums};
use crate::date::PartialDate;
use crate::guideline::Fact;
use crate::issue::Issue;

pub(super) fn state(asserted: &Asserted, facts: &mut Facts, issues: &mut Vec<Issue>) {
    let days = days(asserted, issues);
    let Some(targets) = days.values().next().map(|first| first.keys().copied().collect::<BTreeSet<&str>>()) else {
        return;
    };
    let complete: Vec<(jiff::civil::Date, Decimal, Vec<&LesionSize>)> = days
        .iter()
        .filter_map(|(day, sizes)| {
            let measured: Vec<&LesionSize> =
                targets.iter().map(|lesion| sizes.get(lesion).copied()?).collect::<Option<_>>()?;
            let sum = measured.iter().try_fold(Decimal::ZERO, |sum, size| sum.checked_add(size.millimetres.number))?;
            Some((*day, sum, measured))
        })
        .collect();
    let ([(_, baseline, _), ..], Some((day, current, measured))) = (complete.as_slice(), complete.last()) else {
        return;
    };
    let earlier = complete.iter().take(complete.len().saturating_sub(1)).map(|(_, sum, _)| *sum);
    let Some(nadir) = earlier.min() else { return };
    let all_gone = measured.iter().all(|size| size.millimetres.number.is_zero());
    let sums = TargetSums { baseline: *baseline, nadir, current: *current, all_gone };
    let Some(found) = response::target(&sums) else { return };
    let because: Vec<Because> = complete
        .iter()
        .flat_map(|(_, _, measured)| measured.iter())
        .map(|size| {
            Because::source(size.source.clone()).element("value").note(format!("{} mm", size.millimetres.number))
        })
        .collect();
    state_code(facts, Fact::ResponseTarget, found.as_str(), Some(PartialDate::day(*day)), because);
}

/// Sizes by day and lesion; `None` for a lesion whose sizes of one day differ.
type Days<'a> = BTreeMap<jiff::civil::Date, BTreeMap<&'a str, Option<&'a LesionSize>>>;

fn days<'a>(asserted: &'a Asserted, issues: &mut Vec<Issue>) -> Days<'a> {
    let mut days: Days<'a> = BTreeMap::new();
    for size in asserted.lesion_sizes.iter().filter(|size| !size.preliminary) {
        // Only a size of a known day, without a bound, belongs to a series.
        let day = size.date.filter(|date| date.earliest() == date.latest());
        let (Some(day), "") = (day, size.millimetres.comparator.as_str()) else {
            let message = "a size without an exact day, or given as a bound, is not used for RECIST";
            issues.push(Issue::information("lesion-not-used", message).at(size.source.clone()));
            continue;
        };
        let slot = days.entry(day.latest()).or_default().entry(&size.lesion).or_insert(Some(size));
        if slot.is_some_and(|other| other.millimetres.number != size.millimetres.number) {
            *slot = None;
        }
    }
    for (day, sizes) in &days {
        for (lesion, _) in sizes.iter().filter(|(_, size)| size.is_none()) {
            let all = asserted.lesion_sizes.iter().filter(|size| size.lesion == *lesion && !size.preliminary);
            for size in all.filter(|size| size.date == Some(PartialDate::day(*day))) {
                let message = format!("`{lesion}` has several sizes on {day}; none was used");
                issues.push(Issue::warning("conflicting-values", message).at(size.source.clone()));
            }
        }
    }
    days
}

/// What follows for the response: what is worked out from its parts, then the response itself.
pub(super) fn derive(facts: &mut Facts) {
    if facts.get(Fact::ResponseRecist).is_some() {
        return;
    }
    if facts.get(Fact::ResponseComputed).is_none() {
        overall(facts);
    }
    let of = |fact| code_of(facts, fact).map(|name| (name, facts.get(fact).and_then(|statement| statement.date)));
    let recorded = of(Fact::ResponseRecorded);
    let computed = of(Fact::ResponseComputed);
    let target = of(Fact::ResponseTarget);
    let order = |a: Option<PartialDate>, b: Option<PartialDate>| match a.zip(b) {
        Some((a, b)) if a.before(b) == Some(true) => Some(true),
        Some((a, b)) if b.before(a) == Some(true) => Some(false),
        _ => None,
    };
    let against = |(name, date): (&str, Option<PartialDate>)| {
        let computed = computed.is_some_and(|(other, of)| other != name && order(date, of).is_none());
        let target = target.is_some_and(|(other, of)| contradicts(name, other) && order(date, of).is_none());
        computed || target
    };
    let differ = recorded.is_some_and(against);
    if differ {
        let parts = [Fact::ResponseRecorded, Fact::ResponseComputed, Fact::ResponseTarget];
        let because =
            parts.into_iter().filter(|fact| facts.get(*fact).is_some()).map(|fact| Because::source(fact.id()));
        let because: Vec<Because> = because.collect();
        state_codes(facts, Fact::ResponseFlags, ["recorded-differs"], because);
        return;
    }
    let (fact, (name, date)) = match (recorded, computed) {
        (Some((_, on)), Some(computed)) if order(on, computed.1) == Some(true) => (Fact::ResponseComputed, computed),
        (Some(recorded), _) => (Fact::ResponseRecorded, recorded),
        (None, Some(computed)) => (Fact::ResponseComputed, computed),
        (None, None) => return,
    };
    state_code(facts, Fact::ResponseRecist, name, date, vec![Because::source(fact.id())]);
    if let Some(date) = date
        && facts.get(Fact::ResponseDate).is_none()
    {
        facts.state(Fact::ResponseDate, statement(Value::Date(date), vec![Because::source(fact.id())]));
    }
}

/// Whether an overall response cannot go with a response of the target lesions (RECIST 1.1, table of overall responses).
fn contradicts(overall: &str, target: &str) -> bool {
    match overall {
        "CR" => !matches!(target, "CR" | "none"),
        "PR" => !matches!(target, "CR" | "PR"),
        "SD" => target != "SD",
        "NONCR_NONPD" => target != "none",
        _ => false,
    }
}

/// Says where the record contradicts itself on the response.
pub(crate) fn report(facts: &Facts, issues: &mut Vec<Issue>) {
    let inferred = |fact| facts.get(fact).is_some_and(|found| found.because.iter().all(|b| b.source != "stated"));
    if !inferred(Fact::ResponseFlags) {
        return;
    }
    let said = |fact| code_of(facts, fact).unwrap_or("not known");
    let message = format!(
        "the recorded response {} contradicts what the parts come to (target lesions {}, overall {}); neither was used",
        said(Fact::ResponseRecorded),
        said(Fact::ResponseTarget),
        said(Fact::ResponseComputed),
    );
    let place = facts.get(Fact::ResponseRecorded).and_then(|statement| statement.because.first());
    let place = place.map_or_else(|| "response.recorded".to_owned(), |because| because.source.clone());
    issues.push(Issue::warning("response-contradiction", message).at(place));
}

/// The overall response of target, non-target and new lesions; progression in any of them settles it alone.
fn overall(facts: &mut Facts) {
    let new_lesion = match facts.get(Fact::ResponseNewLesion).map(|statement| &statement.value) {
        Some(Value::Boolean(new)) => Some(*new),
        _ => None,
    };
    let target = code_of(facts, Fact::ResponseTarget).map(Response::parse);
    let non_target = code_of(facts, Fact::ResponseNonTarget).map(Response::parse);
    let progression = Some(Some(Response::Pd));
    let settled = new_lesion == Some(true) || target == progression || non_target == progression;
    let found = match (target, non_target, new_lesion) {
        _ if settled => Response::Pd,
        (Some(target), Some(non_target), Some(new_lesion)) => response::overall(target, non_target, new_lesion),
        // What is not said about any of the three is unknown, not absent.
        _ => return,
    };
    let because =
        ["response.target", "response.non-target", "response.new-lesion"].into_iter().map(Because::source).collect();
    let date = facts.get(Fact::ResponseTarget).and_then(|statement| statement.date);
    state_code(facts, Fact::ResponseComputed, found.as_str(), date, because);
}
