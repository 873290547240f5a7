//! What recommendations name that `guideline.toml` lists: bodies, rules of the source tables, and the day of the review.

use crate::model::Chapter;
use crate::read::guideline::{RawGuideline, RawRules};
use crate::read::recommendations::RawRecommendation;
use crate::source::{Located, Sink};
use crate::suggest;

pub(crate) fn check(recommendations: &[RawRecommendation], guideline: &RawGuideline, sink: &Sink<'_>) {
    let bodies = || guideline.guideline.bodies.iter().map(|(body, _)| body.as_ref());
    for recommendation in recommendations {
        for (body, words) in &recommendation.bodies {
            if bodies().all(|known| known != body.value) {
                let hint = suggest::hint(&body.value, bodies());
                let hint = if hint.is_empty() { "add it to `bodies` of guideline.toml".to_owned() } else { hint };
                sink.error(&body.at, format!("unknown body `{}`", body.value), hint);
            }
            for date in dates_that_are_none(&words.value) {
                sink.error(&words.at, format!("`{date}` is not a date"), "year, month and day: `2012-06-08`");
            }
        }
        for rule in &recommendation.rules {
            check_rule(rule, recommendation.chapter, &guideline.rules, sink);
        }
        let reviewed = recommendation.reviewed.on.iter().chain(&guideline.reviewed.on).map(|on| on.value).max();
        if let (Some(effective), Some(reviewed)) = (&recommendation.effective, reviewed)
            && effective.value > reviewed
        {
            let message = format!("it would stand from {}, later than its review ({reviewed})", effective.value);
            sink.error(&effective.at, message, "review it (`reviewed.on`), or mend the date");
        }
    }
}

/// Words that look like a date in numbers and are none.
fn dates_that_are_none(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_ascii_digit() || c == '-')).filter(|word| {
        let parts: Vec<usize> = word.split('-').map(str::len).collect();
        parts == [4, 2, 2] && word.parse::<jiff::civil::Date>().is_err()
    })
}

/// A rule is one of a series: its letter and a number up to that of the series' last.
fn check_rule(rule: &Located<String>, chapter: Chapter, rules: &RawRules, sink: &Sink<'_>) {
    let series = match chapter {
        Chapter::Symptoms => &rules.symptoms,
        _ => &rules.treatment,
    };
    let parts = |rule: &str| Some((rule.get(..1)?.to_owned(), rule.get(1..)?.parse::<u8>().ok()?));
    let known = parts(&rule.value).is_some_and(|(letter, number)| {
        let last = series.iter().filter_map(|last| parts(&last.value)).find(|(known, _)| *known == letter);
        last.is_some_and(|(_, last)| (1..=last).contains(&number))
    });
    if !known {
        let last: Vec<&str> = series.iter().map(|last| last.value.as_str()).collect();
        let hint = format!("the series end at {}", last.join(", "));
        sink.error(&rule.at, format!("unknown rule `{}`", rule.value), hint);
    }
}
