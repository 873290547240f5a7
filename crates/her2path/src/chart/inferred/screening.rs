//! Scores of distress, depression and anxiety as facts.

use jiff::civil::Date;

use super::measures::by_date;
use super::{dated, statement};
use crate::chart::asserted::symptoms::is_current;
use crate::chart::asserted::{Asserted, Screening};
use crate::chart::facts::Facts;
use crate::chart::value::{Because, Value};
use crate::classify::distress::total;
use crate::guideline::Fact;

pub(super) fn state(asserted: &Asserted, facts: &mut Facts, as_of: Date) {
    let mut screenings: Vec<&Screening> = asserted.screenings.iter().collect();
    screenings.sort_by(|a, b| by_date(a.date, b.date));
    let because = |screening: &Screening| vec![Because::source(screening.source.clone()).element("item")];
    let mut latest = |fact: Fact, score: &dyn Fn(&Screening) -> Option<u8>| {
        let found = screenings.iter().rev().find_map(|screening| Some((*screening, score(screening)?)));
        if let Some((screening, score)) = found {
            facts.state(fact, dated(Value::Integer(i64::from(score)), screening.date, because(screening)));
        }
    };
    latest(Fact::DistressThermometer, &|screening| screening.distress);
    latest(Fact::Phq9Total, &|screening| total(&screening.phq9).or(screening.phq9_total));
    latest(Fact::Phq2Total, &|screening| total(screening.phq9.get(..2)?).or(screening.phq2_total));
    latest(Fact::Gad7Total, &|screening| total(&screening.gad7).or(screening.gad7_total));

    // The worst answer of the last weeks stands: a later zero does not take it back.
    let item_9 = |screening: &&&Screening| screening.phq9.last().copied().flatten();
    let worst = screenings
        .iter()
        .filter(|screening| is_current(screening.date, as_of))
        .filter(|screening| item_9(screening).is_some())
        .max_by_key(|screening| item_9(screening));
    if let Some((screening, answer)) = worst.and_then(|screening| Some((screening, item_9(&screening)?))) {
        facts.state(Fact::Phq9Item9, dated(Value::Integer(i64::from(answer)), screening.date, because(screening)));
    }
    let answered = |screening: &&&Screening| {
        screening.distress.is_some()
            || screening.phq9_total.or(screening.phq2_total).or(screening.gad7_total).is_some()
            || total(screening.phq9.get(..2).unwrap_or_default()).is_some()
            || total(&screening.gad7).is_some()
    };
    if let Some((screening, date)) = screenings.iter().rev().find(answered).and_then(|s| Some((s, s.date?))) {
        facts.state(Fact::DistressDate, statement(Value::Date(date), because(screening)));
    }
}
