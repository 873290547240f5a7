//! A line that is known to have begun on the day: what is being decided is that line, whatever the one before looked like.

use super::{Counters, Therapy};
use crate::chart::facts::Facts;
use crate::chart::inferred::{state_code, statement};
use crate::chart::value::{Because, Value};
use crate::guideline::Fact;

/// States the line, the decision, and the counts of all lines so far as those before the decision.
pub(in crate::chart::inferred) fn decide(line: u16, therapy: &Therapy, facts: &mut Facts) {
    let because = || vec![Because::source("therapy.line-start").note("this line began on the day")];
    facts.state(Fact::TherapyLine, statement(Value::Integer(i64::from(line)), because()));
    state_code(facts, Fact::TherapyDecision, "new-line", None, because());
    let Some(Counters { her2, chemo, endocrine, .. }) = therapy.counters else { return };
    let number = |facts: &Facts, fact| match facts.get(fact).map(|statement| &statement.value) {
        Some(Value::Integer(number)) => Some(*number),
        _ => None,
    };
    // Regimens of any setting were counted with the lines before the decision; the current line is one of them now.
    if let (Some(any), Some(before)) =
        (number(facts, Fact::TherapyHer2RegimensAnySetting), number(facts, Fact::TherapyHer2LinesBefore))
    {
        let early = any.saturating_sub(before);
        let count = Value::Integer(early.saturating_add(i64::from(her2)));
        facts.state(Fact::TherapyHer2RegimensAnySetting, statement(count, because()));
    }
    for (fact, count) in [
        (Fact::TherapyHer2LinesBefore, her2),
        (Fact::TherapyChemoLinesBefore, chemo),
        (Fact::TherapyEndocrineLinesBefore, endocrine),
    ] {
        facts.state(fact, statement(Value::Integer(i64::from(count)), because()));
    }
}
