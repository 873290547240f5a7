//! ER and PgR: each specimen by ASCO/CAP 2020, then the specimen that governs, chosen as for HER2.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use super::{dated, state_code, state_codes};
use crate::chart::asserted::{Asserted, ReceptorResult, ReceptorTest, ResultWord};
use crate::chart::facts::Facts;
use crate::chart::value::{Because, Quantity, Value};
use crate::classify::her2::Supplied;
use crate::classify::her2_governing::Site;
use crate::classify::hormone_receptors::{Comparator, Receptor, Stain, Status, classify};
use crate::date::PartialDate;
use crate::guideline::Fact;
use crate::issue::Issue;

/// One specimen's result for one receptor.
struct Result {
    site: Site,
    date: Option<PartialDate>,
    status: Option<Status>,
    percent: Option<Quantity>,
    flags: Vec<&'static str>,
    because: Vec<Because>,
}

pub(super) fn state(asserted: &Asserted, facts: &mut Facts, issues: &mut Vec<Issue>) {
    let mut flags = Vec::new();
    let er = receptor(asserted, ReceptorTest::Er, facts, &mut flags, issues);
    let pr = receptor(asserted, ReceptorTest::Pr, facts, &mut flags, issues);
    if er || pr {
        let because = vec![Because::source("er.status"), Because::source("pr.status")];
        state_codes(facts, Fact::HormoneReceptorFlags, flags, because);
    }
}

/// What tells specimens apart: the reference to one or, without it, site and date.
type SpecimenKey<'r> = (Option<&'r str>, Option<Site>, Option<String>);

fn receptor(
    asserted: &Asserted,
    test: ReceptorTest,
    facts: &mut Facts,
    flags: &mut Vec<&'static str>,
    issues: &mut Vec<Issue>,
) -> bool {
    let (status_fact, percent_fact) = match test {
        ReceptorTest::Pr => (Fact::PrStatus, Fact::PrPercent),
        _ => (Fact::ErStatus, Fact::ErPercent),
    };
    let mut groups: BTreeMap<SpecimenKey, Vec<&ReceptorResult>> = BTreeMap::new();
    for result in asserted.receptor_results.iter().filter(|result| result.test == test) {
        if result.preliminary {
            issues.push(
                Issue::warning("preliminary-result", format!("`{}` is preliminary; it was not used", result.said))
                    .at(result.source.clone()),
            );
            continue;
        }
        let key = match &result.specimen {
            Some(specimen) => (Some(specimen.as_str()), None, None),
            None => (None, result.site, result.date.map(|date| date.to_string())),
        };
        groups.entry(key).or_default().push(result);
    }
    let results: Vec<Result> = groups.into_values().map(|results| judge(test, &results, issues)).collect();
    let Some(governing) = govern(&results) else {
        state_code(facts, status_fact, "unknown", None, Vec::new());
        return false;
    };
    let name = governing.status.map_or("conflict", status_name);
    state_code(facts, status_fact, name, governing.date, governing.because.clone());
    if let Some(percent) = governing.percent {
        facts.state(percent_fact, dated(Value::Decimal(percent), governing.date, governing.because.clone()));
    }
    flags.extend(governing.flags.iter().copied());
    let side =
        |positive: bool| results.iter().any(|r| r.status.is_some_and(|s| conclusive(s) && s.is_positive() == positive));
    if side(true) && side(false) {
        flags.push("discordant");
    }
    true
}

fn conclusive(status: Status) -> bool {
    status.is_positive() || status == Status::Negative
}

/// The latest conclusive metastatic result, else a positive primary one, else the latest conclusive, else the latest.
fn govern(results: &[Result]) -> Option<&Result> {
    let settled = || results.iter().filter(|r| r.status.is_some_and(conclusive));
    let positive = |r: &Result| r.status.is_some_and(Status::is_positive);
    let latest = |r: &&Result| r.date.map(PartialDate::latest);
    settled()
        .filter(|r| r.site == Site::Metastasis)
        .max_by_key(|r| (latest(r), positive(r)))
        .or_else(|| settled().max_by_key(|r| (positive(r), latest(r))))
        .or_else(|| results.iter().max_by_key(latest))
}

fn judge(test: ReceptorTest, results: &[&ReceptorResult], issues: &mut Vec<Issue>) -> Result {
    let receptor = if test == ReceptorTest::Pr { Receptor::Pr } else { Receptor::Er };
    let prefixed = |flag: crate::classify::hormone_receptors::Flag| match (receptor, flag) {
        (Receptor::Er, crate::classify::hormone_receptors::Flag::PercentAmbiguous) => "er-percent-ambiguous",
        (Receptor::Pr, crate::classify::hormone_receptors::Flag::PercentAmbiguous) => "pr-percent-ambiguous",
        (Receptor::Er, crate::classify::hormone_receptors::Flag::QualitativeConflict) => "er-qualitative-conflict",
        (Receptor::Pr, crate::classify::hormone_receptors::Flag::QualitativeConflict) => "pr-qualitative-conflict",
        (Receptor::Er, crate::classify::hormone_receptors::Flag::AllredConflict) => "er-allred-conflict",
        (Receptor::Pr, crate::classify::hormone_receptors::Flag::AllredConflict) => "pr-allred-conflict",
        (Receptor::Er, crate::classify::hormone_receptors::Flag::AllredOnly) => "er-allred-only",
        (Receptor::Pr, crate::classify::hormone_receptors::Flag::AllredOnly) => "pr-allred-only",
    };
    let words: Vec<ResultWord> = results.iter().flat_map(|r| r.reading.results.iter().copied()).collect();
    let contradictory = words.contains(&ResultWord::Negative)
        && words.iter().any(|word| matches!(word, ResultWord::Positive | ResultWord::LowPositive));
    let (percent, comparator) = percentage(results);
    let stain = Stain {
        percent: percent.map_or(Supplied::Absent, Supplied::Number),
        comparator,
        word: words.iter().find_map(|word| word.word()),
        allred: Supplied::Absent,
    };
    let (status, flags) = classify(receptor, &stain);
    let because: Vec<Because> =
        results.iter().map(|r| Because::source(r.source.clone()).element(r.element).note(r.said.clone())).collect();
    let status = if contradictory && percent.is_none() {
        let name = if receptor == Receptor::Er { "ER" } else { "PgR" };
        let source = because.first().map(|b| b.source.clone()).unwrap_or_default();
        issues.push(
            Issue::warning("receptor-conflict", format!("conflict: {name} is called both positive and negative"))
                .at(source),
        );
        None
    } else {
        Some(status)
    };
    Result {
        site: results.iter().find_map(|r| r.site).unwrap_or(Site::Primary),
        date: results.iter().filter_map(|r| r.date).min_by(|a, b| a.cmp_sort(b)),
        status,
        percent: percent.map(|number| Quantity { number, comparator }),
        flags: flags.into_iter().map(prefixed).collect(),
        because,
    }
}

/// The percentage of the results: one number or bound. A range (`30-60 %`) is taken as "at least" its lower end, which is
/// all it guarantees.
fn percentage(results: &[&ReceptorResult]) -> (Option<Decimal>, Comparator) {
    let percents: Vec<_> = results.iter().flat_map(|r| r.reading.percents.iter()).collect();
    match percents.as_slice() {
        [] => (None, Comparator::Exact),
        [one] => (Some(one.value), one.comparator),
        several => {
            let lowest = several.iter().map(|number| number.value).min();
            let same = several.iter().all(|number| Some(number.value) == lowest);
            (lowest, if same { Comparator::Exact } else { Comparator::GreaterOrEqual })
        }
    }
}

fn status_name(status: Status) -> &'static str {
    match status {
        Status::Positive => "positive",
        Status::LowPositive => "low-positive",
        Status::PositiveUnspecified => "positive-unspecified",
        Status::Negative => "negative",
        Status::Unknown => "unknown",
        Status::InvalidInput => "invalid",
    }
}
