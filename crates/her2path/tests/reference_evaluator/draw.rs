//! Random charts, drawn around one recommendation.
//!
//! Most charts are drawn loosely, so that every outcome comes up. The others are drawn to fit: of alternatives one is chosen to
//! hold, and whatever forbids is avoided, so that "recommended" is reached also where many criteria have to be met.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::civil::{self, Day};
use super::evaluate::Value;
use super::guideline::{Criterion, Guideline, Recommendation, Sentence};

/// How one fact of a random chart is drawn; zeros, to which failures shrink, leave it out.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Draw {
    how: u8,
    which: u16,
    detail: u16,
}

pub(crate) fn draw() -> impl Strategy<Value = Draw> {
    (0u8..8, any::<u16>(), any::<u16>()).prop_map(|(how, which, detail)| Draw { how, which, detail })
}

/// The sentences of a recommendation about a fact: those that have to hold, or not to hold, for it to be recommended. Of
/// several alternatives `choice` picks the one that is to hold.
fn sentences<'r>(recommendation: &'r Recommendation, fact: &str, to_hold: bool, choice: usize) -> Vec<&'r Sentence> {
    type Found<'c> = Vec<(bool, &'c Sentence)>;
    fn collect<'c>(criterion: &'c Criterion, holds: bool, choice: usize, found: &mut Found<'c>) {
        match criterion {
            Criterion::Sentence(sentence) => found.push((holds, sentence)),
            Criterion::All(members) => members.iter().for_each(|member| collect(member, holds, choice, found)),
            Criterion::Any(members) => {
                let chosen = choice % members.len();
                for (at, member) in members.iter().enumerate() {
                    collect(member, holds && at == chosen, choice / members.len(), found);
                }
            }
            Criterion::None(members) => members.iter().for_each(|member| collect(member, !holds, choice, found)),
        }
    }
    let mut found = Vec::new();
    recommendation.when.iter().for_each(|criterion| collect(criterion, true, choice, &mut found));
    recommendation.contraindicated_if.iter().for_each(|criterion| collect(criterion, false, choice, &mut found));
    let about = found.into_iter().filter(|(holds, sentence)| *holds == to_hold && sentence.fact() == fact);
    about.map(|(_, sentence)| sentence).collect()
}

/// A value of a fact, or none. With a choice among alternatives it is drawn to meet every criterion of the target, without
/// one at random, half of the time around what the target asks.
pub(crate) fn value(
    guideline: &Guideline,
    fact: &str,
    target: &Recommendation,
    day: &str,
    choice: Option<usize>,
    draw: Draw,
) -> Option<Value> {
    let fitting = choice.is_some();
    let definition = &guideline.facts[fact];
    let pick = |list: &[String]| -> Option<String> { list.get(usize::from(draw.which) % list.len().max(1)).cloned() };
    let about = |to_hold| sentences(target, fact, to_hold, choice.unwrap_or_default());
    let (to_hold, to_fail) = (about(true), about(false));
    if fitting && to_hold.is_empty() && to_fail.iter().any(|sentence| matches!(sentence, Sentence::Known { .. })) {
        return None;
    }
    let valued = to_hold.iter().any(|sentence| !matches!(sentence, Sentence::Known { .. }));
    // To be known is enough for some facts; then their value only has to keep clear of what forbids.
    let avoids = fitting && !valued;
    let asked: Vec<&Sentence> = match (fitting, valued) {
        (true, true) => to_hold.into_iter().filter(|sentence| !matches!(sentence, Sentence::Known { .. })).collect(),
        (true, false) if !to_fail.is_empty() => to_fail,
        _ => to_hold.into_iter().chain(to_fail).collect(),
    };
    let wanted = if asked.is_empty() { None } else { asked.get(usize::from(draw.detail) % asked.len()).copied() };
    // Facts beside the target are left out more often: they only matter to other recommendations.
    match (draw.how, wanted) {
        (0, _) if !fitting => return None,
        (1 | 2, None) => return None,
        _ => {}
    }
    let towards = wanted.filter(|_| !avoids && (fitting || draw.how >= 3));
    let named = |sentence: &Sentence| match sentence {
        Sentence::Is { value, .. } => Some(value.clone()),
        Sentence::In { set, .. } => pick(&guideline.value_sets[set]),
        _ => None,
    };
    let wish = towards.and_then(named);
    Some(match definition.kind.as_str() {
        "boolean" => {
            let avoided = asked.first().filter(|_| avoids).and_then(|sentence| named(sentence));
            let otherwise = avoided.map_or(draw.which % 2 == 1, |avoided| avoided == "false");
            Value::Boolean(wish.map_or(otherwise, |wish| wish == "true"))
        }
        "code" if avoids => {
            let named: Vec<String> = asked.iter().flat_map(|sentence| all_named(guideline, sentence)).collect();
            let clear = definition.values.iter().filter(|v| !named.contains(v) && !definition.open.contains(v));
            Value::Code(pick(&clear.cloned().collect::<Vec<_>>())?)
        }
        "code" => Value::Code(wish.or_else(|| pick(&definition.values))?),
        "codes" if avoids => Value::Codes(BTreeSet::new()),
        "codes" if fitting => Value::Codes(asked.iter().filter_map(|sentence| named(sentence)).collect()),
        "codes" => {
            let extra = (0..draw.which % 3).filter_map(|n| {
                definition.values.get((usize::from(draw.detail) + usize::from(n) * 7) % definition.values.len().max(1))
            });
            Value::Codes(extra.cloned().chain(wish).collect())
        }
        "integer" => {
            let number = match limit(wanted) {
                Some((sign, limit)) => {
                    whole(limit) + if fitting { step(sign, avoids) } else { i64::from(draw.which % 5) - 2 }
                }
                None => i64::from(draw.which % 130),
            };
            // Some of which only the limits are known, as of an age by a year of birth.
            let span = if fitting { 0 } else { [0, 0, 1, 3][usize::from(draw.detail % 4)] };
            if span == 0 { Value::Integer(number) } else { Value::Between(number, number + span) }
        }
        "decimal" => {
            let tenths = limit(wanted).map_or(i64::from(draw.which % 1000), |(sign, limit)| {
                let near = [-10, -1, 0, 1, 10][usize::from(draw.which % 5)];
                tenths(limit) + if fitting { step(sign, avoids) } else { near }
            });
            let bound = if fitting { "" } else { ["", "", "", "<", "<=", ">", ">="][usize::from(draw.detail % 7)] };
            let (whole, tenth) = (tenths.div_euclid(10), tenths.rem_euclid(10));
            let zero = if draw.detail.is_multiple_of(2) { "" } else { "0" };
            Value::Decimal(bound, if whole < 0 { "0".to_owned() } else { format!("{whole}.{tenth}{zero}") })
        }
        "date" => Value::Date(date(wanted, day, fitting, avoids, draw)),
        _ => return None,
    })
}

/// Every value that a sentence names.
fn all_named(guideline: &Guideline, sentence: &Sentence) -> Vec<String> {
    match sentence {
        Sentence::Is { value, .. } => vec![value.clone()],
        Sentence::In { set, .. } => guideline.value_sets[set].clone(),
        _ => Vec::new(),
    }
}

fn limit(sentence: Option<&Sentence>) -> Option<(&str, &str)> {
    match sentence {
        Some(Sentence::Compare { sign, number, .. }) => Some((sign, number)),
        _ => None,
    }
}

fn whole(number: &str) -> i64 {
    number.split('.').next().and_then(|whole| whole.parse().ok()).expect("a limit is a number")
}

fn tenths(number: &str) -> i64 {
    let tenth = number.split_once('.').and_then(|(_, digits)| digits.get(..1)?.parse::<i64>().ok());
    whole(number) * 10 + tenth.unwrap_or(0)
}

/// The side of a limit on which a comparison holds, or does not.
fn step(sign: &str, avoids: bool) -> i64 {
    match (sign, avoids) {
        ("<", false) | (">=", true) => -1,
        (">", false) | ("<=" | "=", true) => 1,
        _ => 0,
    }
}

/// A day around the limit of a `within`, before or after the day of assessment, at some precision.
fn date(sentence: Option<&Sentence>, day: &str, fitting: bool, avoids: bool, draw: Draw) -> String {
    let anchor = civil::days(day)[0];
    let sign = if draw.detail.is_multiple_of(5) { 1 } else { -1 };
    let near = i64::from(draw.which % 5) - 2;
    let Day { year, month, day } = match sentence {
        Some(Sentence::Within { .. }) if fitting => anchor.shifted(if avoids { -1500 } else { 0 }),
        Some(Sentence::Within { count, unit, .. }) if draw.how >= 3 => match unit.as_str() {
            "months" => anchor.months_later(sign * count).shifted(near),
            _ => anchor.shifted(sign * count + near),
        },
        Some(Sentence::Within { .. }) => anchor.shifted(-i64::from(draw.which % 40)),
        _ => anchor.shifted(-i64::from(draw.which % 2000)),
    };
    match draw.detail % 4 {
        0 if !fitting => format!("{year:04}"),
        1 if !fitting => format!("{year:04}-{month:02}"),
        _ => format!("{year:04}-{month:02}-{day:02}"),
    }
}
