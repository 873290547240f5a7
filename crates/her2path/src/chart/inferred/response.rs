//! Response by RECIST 1.1 where lesions are recorded one by one.
//!
//! The lesions measured on the first day are the targets. A sum counts only on days on which every target was measured,
//! so a lesion that was left out never looks like a response. Lesions are told apart by the tumour that the observation
//! is about; sizes without one are of the primary and are not used here.

use std::collections::{BTreeMap, BTreeSet};

use rust_decimal::Decimal;

use super::{code_of, state_code, statement};
use crate::chart::asserted::{Asserted, LesionSize};
use crate::chart::facts::Facts;
use crate::chart::value::{Because, Value};
use crate::classify::response::{self, Response, TargetSums};
use crate::guideline::Fact;

pub(super) fn state(asserted: &Asserted, facts: &mut Facts) {
    let mut days: BTreeMap<jiff::civil::Date, BTreeMap<&str, &LesionSize>> = BTreeMap::new();
    for size in &asserted.lesion_sizes {
        // Only a size of a known day, without a bound, belongs to a series.
        let day = size.date.filter(|date| date.earliest() == date.latest());
        if let (Some(day), "") = (day, size.millimetres.comparator.as_str()) {
            days.entry(day.latest()).or_default().insert(&size.lesion, size);
        }
    }
    let Some(targets) = days.values().next().map(|first| first.keys().copied().collect::<BTreeSet<&str>>()) else {
        return;
    };
    let complete: Vec<(jiff::civil::Date, Decimal, Vec<&LesionSize>)> = days
        .iter()
        .filter_map(|(day, sizes)| {
            let measured: Vec<&LesionSize> =
                targets.iter().map(|lesion| sizes.get(lesion).copied()).collect::<Option<_>>()?;
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
    let date = Some(crate::date::PartialDate::day(*day));
    state_code(facts, Fact::ResponseTarget, found.as_str(), date, because.clone());
    if let Some(date) = date
        && facts.get(Fact::ResponseDate).is_none()
    {
        facts.state(Fact::ResponseDate, statement(Value::Date(date), because));
    }
}

/// The overall response of target, non-target and new lesions; progression in any of them settles it alone.
pub(super) fn overall(facts: &mut Facts) {
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
    state_code(facts, Fact::ResponseRecist, found.as_str(), date, because);
}
