//! The facts that leave a list of criteria unknown.

use her2path_knowledge::model::{Criterion, FactIndex};

use super::Judged;
use crate::truth::Truth;

/// Every fact that a test with an unknown outcome asks for, each once, in the order of the criteria. Members of a group
/// that is settled do not count.
#[must_use]
pub fn unknown_facts(judged: &[Judged<'_>]) -> Vec<FactIndex> {
    let mut facts = Vec::new();
    collect(judged, &mut facts);
    facts
}

fn collect(judged: &[Judged<'_>], facts: &mut Vec<FactIndex>) {
    for one in judged.iter().filter(|one| one.outcome == Truth::Unknown) {
        match one.criterion {
            Criterion::Test(test) if !facts.contains(&test.fact) => facts.push(test.fact),
            Criterion::Test(_) => {}
            Criterion::All(_) | Criterion::Any(_) | Criterion::None(_) => collect(&one.members, facts),
        }
    }
}
