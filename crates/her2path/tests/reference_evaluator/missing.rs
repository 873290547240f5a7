//! The smallest sets of missing facts, by trying every set and every answer.
//!
//! A set is enough when some answers to the facts in it make the recommendation "recommended" while everything else stays
//! as it is. An answer settles every test of its fact that is unknown now, one way or the other, and makes the fact known.

use std::collections::{BTreeMap, BTreeSet};

use super::evaluate::{Chart, Kleene, Value, judge, sentence};
use super::guideline::{Guideline, Recommendation, Sentence};

/// As many as the output lists.
const MOST_SETS: usize = 8;
/// More facts than this are too many to try every set.
const MOST_FACTS: usize = 9;

/// The sets in the order of the output; `None` where there are too many facts to try.
pub(crate) fn sets(guideline: &Guideline, recommendation: &Recommendation, chart: &Chart) -> Option<Vec<Vec<String>>> {
    let tests: Vec<&Sentence> = recommendation
        .when
        .iter()
        .chain(&recommendation.contraindicated_if)
        .flat_map(super::guideline::Criterion::sentences)
        .collect();
    let now: Vec<Kleene> = tests.iter().map(|test| sentence(guideline, chart, test)).collect();
    let unknown: BTreeSet<&str> = tests
        .iter()
        .zip(&now)
        .filter(|(_, outcome)| outcome.is_none())
        .flat_map(|(test, _)| asked(guideline, test, chart))
        .collect();
    let unknown: Vec<&str> = unknown.into_iter().collect();
    if unknown.len() > MOST_FACTS {
        return None;
    }
    let mut subsets: Vec<BTreeSet<&str>> = (0u32..1 << unknown.len())
        .map(|bits| unknown.iter().enumerate().filter(|(at, _)| bits >> at & 1 == 1).map(|(_, fact)| *fact).collect())
        .collect();
    subsets.sort_by_key(BTreeSet::len);
    let mut enough: Vec<BTreeSet<&str>> = Vec::new();
    for subset in subsets {
        if !enough.iter().any(|smaller| smaller.is_subset(&subset))
            && some_answer(guideline, recommendation, chart, &tests, &now, &subset)
        {
            enough.push(subset);
        }
    }
    let order: Vec<&str> = recommendation.ask_first.iter().flat_map(|asked| grounds(guideline, asked, chart)).collect();
    let rank = |fact: &str| {
        let position = order.iter().position(|asked| *asked == fact);
        (position.unwrap_or(usize::MAX), fact.to_owned())
    };
    let mut lists: Vec<Vec<String>> = enough
        .into_iter()
        .map(|set| {
            let mut list: Vec<String> = set.into_iter().map(str::to_owned).collect();
            list.sort_by_key(|fact| rank(fact));
            list
        })
        .collect();
    lists.sort_by_key(|list| (list.len(), list.iter().map(|fact| rank(fact)).collect::<Vec<_>>()));
    lists.truncate(MOST_SETS);
    Some(lists)
}

/// The facts to ask for when a test is open: its own, or of two dates those that are not stated, else those without a day.
fn asked<'g>(guideline: &'g Guideline, test: &'g Sentence, chart: &Chart) -> Vec<&'g str> {
    let Sentence::Within { fact, of, .. } = test else { return grounds(guideline, test.fact(), chart) };
    let both = || [fact.as_str(), of.as_str()].into_iter();
    let mut dates: Vec<&str> = both().filter(|fact| !chart.contains_key(*fact)).collect();
    if dates.is_empty() {
        dates = both().filter(|fact| matches!(chart.get(*fact), Some(Value::Date(date)) if date.len() < 10)).collect();
    }
    dates.into_iter().flat_map(|date| grounds(guideline, date, chart)).collect()
}

/// A fact; or, where it is not stated, those facts it rests on that are unknown or open, and so on.
fn grounds<'g>(guideline: &'g Guideline, id: &'g str, chart: &Chart) -> Vec<&'g str> {
    let is_open = |ground: &str| match chart.get(ground) {
        None => true,
        Some(Value::Code(code)) => guideline.facts[ground].open.contains(code),
        Some(_) => false,
    };
    let rests_on = guideline.facts[id].rests_on.iter().filter(|ground| !chart.contains_key(id) && is_open(ground));
    let open: Vec<&str> = rests_on.flat_map(|ground| grounds(guideline, ground, chart)).collect();
    if open.is_empty() { vec![id] } else { open }
}

/// Whether some answers to the facts of a set lead to "recommended": every combination of outcomes is tried.
fn some_answer(
    guideline: &Guideline,
    recommendation: &Recommendation,
    chart: &Chart,
    tests: &[&Sentence],
    now: &[Kleene],
    set: &BTreeSet<&str>,
) -> bool {
    let answered = |test: &Sentence| asked(guideline, test, chart).iter().all(|fact| set.contains(fact));
    let free: Vec<usize> = (0..tests.len()).filter(|at| now[*at].is_none() && answered(tests[*at])).collect();
    (0u32..1 << free.len()).any(|bits| {
        let choice: BTreeMap<usize, bool> = free.iter().enumerate().map(|(n, at)| (*at, bits >> n & 1 == 1)).collect();
        let mut at = 0;
        let judged = judge(recommendation, &mut |test| {
            let position = at;
            at += 1;
            match (test, choice.get(&position)) {
                (Sentence::Known { .. }, _) if answered(test) => Some(true),
                (_, Some(answer)) => Some(*answer),
                _ => now[position],
            }
        });
        judged.outcome == "recommended"
    })
}
