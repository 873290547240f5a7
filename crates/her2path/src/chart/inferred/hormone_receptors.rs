//! ER and PgR: each specimen by ASCO/CAP 2020, then the specimen that governs, chosen as for HER2.
//!
//! Every percentage is a span (a bound, a range). Spans that overlap agree, and the narrowest band counts; spans that do
//! not, and words that exclude each other, are a conflict.

use rust_decimal::Decimal;

use super::specimens::{self, Specimen, Taken, newest};
use super::{code_of, dated, state_code, state_codes};
use crate::chart::asserted::{Amount, Asserted, Percent, ReceptorResult, ReceptorTest, ResultWord};
use crate::chart::facts::Facts;
use crate::chart::value::{Because, Quantity, Value};
use crate::classify::governing::{self, Candidate, Choice, Outcome, Site};
use crate::classify::her2::Supplied;
use crate::classify::hormone_receptors::{Comparator, Flag, Receptor, Stain, Status, classify};
use crate::date::PartialDate;
use crate::guideline::Fact;
use crate::issue::Issue;

/// One specimen's result for one receptor.
struct Judged {
    site: Option<Site>,
    side: Option<&'static str>,
    date: Option<PartialDate>,
    taken: Taken,
    /// `None` is a conflict.
    status: Option<Status>,
    percent: Option<Quantity>,
    flags: Vec<&'static str>,
    because: Vec<Because>,
}

impl Judged {
    fn outcome(&self) -> Outcome {
        match self.status {
            Some(status) if status.is_positive() => Outcome::Positive,
            Some(Status::Negative) => Outcome::Negative,
            _ => Outcome::Open,
        }
    }
}

pub(super) fn state(asserted: &Asserted, facts: &mut Facts, issues: &mut Vec<Issue>) {
    let mut flags = Vec::new();
    let er = receptor(asserted, Receptor::Er, facts, &mut flags, issues);
    let pr = receptor(asserted, Receptor::Pr, facts, &mut flags, issues);
    let combined = combined(asserted, facts, &mut flags, issues);
    if er || pr || combined {
        let because = vec![Because::source("er.status"), Because::source("pr.status")];
        state_codes(facts, Fact::HormoneReceptorFlags, flags, because);
    }
}

/// A recorded "hormone receptor positive", which does not say which receptor is: it settles the status where neither
/// receptor does, and is held against them where they do.
fn combined(asserted: &Asserted, facts: &mut Facts, flags: &mut Vec<&'static str>, issues: &mut Vec<Issue>) -> bool {
    let Some(first) = asserted.combined_receptors.first() else { return false };
    let status = |fact| code_of(facts, fact).unwrap_or("unknown");
    let (er, pr) = (status(Fact::ErStatus), status(Fact::PrStatus));
    let positive = |status: &str| status.contains("positive");
    if er == "negative" && pr == "negative" {
        let message =
            "this says that a hormone receptor is positive, but ER and PgR are negative; the results were used";
        issues.push(Issue::warning("diagnosis-contradicts-results", message).at(first.source.clone()));
        flags.push("diagnosis-contradicts");
    } else if (er == "unknown" || pr == "unknown") && !positive(er) && !positive(pr) {
        let note = |said: &str| format!("recorded status: {said}; it does not say which receptor is positive");
        let reasons = asserted.combined_receptors.iter();
        let because = reasons
            .map(|said| Because::source(said.source.clone()).element(said.element).note(note(&said.said)))
            .collect();
        state_code(facts, Fact::HormoneReceptorStatus, "positive", first.date, because);
        flags.push("recorded-status");
    }
    true
}

fn name(receptor: Receptor) -> &'static str {
    if receptor == Receptor::Er { "ER" } else { "PgR" }
}

fn receptor(
    asserted: &Asserted,
    receptor: Receptor,
    facts: &mut Facts,
    flags: &mut Vec<&'static str>,
    issues: &mut Vec<Issue>,
) -> bool {
    let (test, status_fact, percent_fact) = match receptor {
        Receptor::Er => (ReceptorTest::Er, Fact::ErStatus, Fact::ErPercent),
        Receptor::Pr => (ReceptorTest::Pr, Fact::PrStatus, Fact::PrPercent),
    };
    let found = specimens::of(asserted, |of| of == test, issues);
    let mut judged: Vec<Judged> = found.tested.iter().map(|specimen| judge(receptor, specimen, issues)).collect();
    let diagnosed: Vec<Judged> = found.diagnosed.iter().map(|specimen| judge(receptor, specimen, issues)).collect();
    // A diagnosis fills a gap; it is no result that could stand against a specimen.
    if judged.iter().any(|result| result.outcome() != Outcome::Open || result.status.is_none()) {
        for diagnosis in &diagnosed {
            if diagnosis.outcome() != Outcome::Open && !judged.iter().any(|r| r.outcome() == diagnosis.outcome()) {
                let message = format!(
                    "this diagnosis names {}, but no tested specimen agrees; the specimens were used",
                    name(receptor)
                );
                let source = diagnosis.because.first().map(|because| because.source.clone()).unwrap_or_default();
                issues.push(Issue::warning("diagnosis-contradicts-results", message).at(source));
                flags.push("diagnosis-contradicts");
            }
        }
    } else {
        let conclusive = diagnosed.iter().any(|diagnosis| diagnosis.outcome() != Outcome::Open);
        flags.extend(conclusive.then_some("recorded-status"));
        judged.extend(diagnosed);
    }
    let candidates: Vec<Candidate> =
        judged.iter().map(|result| Candidate { site: result.site, outcome: result.outcome() }).collect();
    let before = |a: usize, b: usize| judged.get(a)?.taken.before(judged.get(b)?.taken);
    let governing = governing::govern(&candidates, before);
    let chosen = match &governing.choice {
        Choice::One(position) => judged.get(*position),
        Choice::Unresolved | Choice::Undecided(_) => judged.last(),
    };
    let Some(chosen) = chosen else {
        state_code(facts, status_fact, "unknown", None, Vec::new());
        return false;
    };
    if let Choice::Undecided(positions) = &governing.choice {
        let several = || positions.iter().filter_map(|at| judged.get(*at));
        let mut because: Vec<Because> = several().flat_map(|result| result.because.clone()).collect();
        let note = "specimens differ, and sites and dates do not say which result is the newest of a metastasis";
        let source = because.first().map(|because| because.source.clone()).unwrap_or_default();
        issues.push(Issue::warning("receptor-conflict", format!("conflict: {}: {note}", name(receptor))).at(source));
        because.push(Because::source("stated").note(note));
        state_code(facts, status_fact, "conflict", None, because);
    } else {
        let status = chosen.status.map_or("conflict", status_name);
        state_code(facts, status_fact, status, chosen.date, chosen.because.clone());
        if let Some(percent) = chosen.percent {
            facts.state(percent_fact, dated(Value::Decimal(percent), chosen.date, chosen.because.clone()));
        }
        flags.extend(chosen.flags.iter().copied());
    }
    flags.extend(governing.flags.iter().filter_map(|flag| match flag {
        governing::Flag::Discordant => Some("discordant"),
        governing::Flag::MetastaticResultPending | governing::Flag::LaterResultOpen => Some("later-result-open"),
        governing::Flag::OrderUndecided => Some("order-undecided"),
        governing::Flag::AnyPositive => None,
    }));
    let has = |side| judged.iter().any(|result| result.side == Some(side));
    if specimens::several_primaries(asserted) || (has("left") && has("right")) {
        flags.push("two-primaries");
    }
    true
}

fn judge(receptor: Receptor, specimen: &Specimen<'_>, issues: &mut Vec<Issue>) -> Judged {
    let with = |wanted: &dyn Fn(&ReceptorResult) -> bool| -> Vec<&ReceptorResult> {
        newest(&specimen.results.iter().copied().filter(|result| wanted(result)).collect::<Vec<_>>())
    };
    let counted = with(&|result| !result.reading.percents.is_empty());
    let worded = with(&|result| !result.reading.results.is_empty());
    let scored = with(&|result| !result.reading.numbers.is_empty());
    let mut conflicts: Vec<String> = Vec::new();

    let mut words: Vec<ResultWord> = worded.iter().flat_map(|result| result.reading.results.iter().copied()).collect();
    words.sort_unstable();
    words.dedup();
    let positive = words.iter().any(|word| matches!(word, ResultWord::Positive | ResultWord::LowPositive));
    let negative = words.contains(&ResultWord::Negative);
    let open = words.iter().any(|word| matches!(word, ResultWord::Equivocal | ResultWord::Indeterminate));
    let percents: Vec<Percent> = counted.iter().flat_map(|result| result.reading.percents.iter().copied()).collect();
    let percent = percentage(receptor, &percents, &mut conflicts);
    if percents.is_empty() && ((positive && negative) || (open && (positive || negative))) {
        let said = if open { "both settled and open" } else { "both positive and negative" };
        conflicts.push(format!("{} is called {said}", name(receptor)));
    }
    let mut totals: Vec<Decimal> = scored
        .iter()
        .flat_map(|result| result.reading.numbers.iter())
        .filter(|number| number.of == Amount::Allred)
        .map(|number| number.value)
        .collect();
    totals.sort_unstable();
    totals.dedup();
    if totals.len() > 1 {
        conflicts.push(format!("{} has two Allred totals", name(receptor)));
    }
    for result in &specimen.results {
        let reading = &result.reading;
        conflicts.extend(reading.contradiction.iter().map(|said| format!("{}: {said}", result.source)));
        if let Some(outside) = &reading.outside
            && outside.results != reading.results
        {
            conflicts.push(format!("{} differs between two laboratories", name(receptor)));
        }
    }
    let stain = Stain {
        percent: percent.map_or(Supplied::Absent, |percent| Supplied::Number(percent.number)),
        comparator: percent.map_or(Comparator::Exact, |percent| percent.comparator),
        word: words.iter().rev().find_map(|word| word.word()),
        allred: if let [total] = totals.as_slice() { Supplied::Number(*total) } else { Supplied::Absent },
    };
    let (status, flags) = classify(receptor, &stain);
    let because = specimen.because();
    let source = || because.first().map(|because| because.source.clone()).unwrap_or_default();
    if flags.contains(&Flag::QualitativeConflict) || (!percents.is_empty() && positive && negative) {
        let message =
            format!("the word for {} and its percentage do not agree; the percentage was used", name(receptor));
        issues.push(Issue::warning("word-contradicts-percentage", message).at(source()));
    }
    if !conflicts.is_empty() {
        conflicts.dedup();
        let message = format!("conflict: {}", conflicts.join("; "));
        issues.push(Issue::warning("receptor-conflict", message).at(source()));
    }
    Judged {
        site: specimen.site,
        side: specimen.side,
        date: specimen.date,
        taken: specimen.taken,
        status: conflicts.is_empty().then_some(status),
        percent,
        flags: flags.into_iter().map(|flag| flag_name(receptor, flag)).collect(),
        because,
    }
}

/// The percentage that several statements leave: the narrowest where their spans overlap, else a conflict.
fn percentage(receptor: Receptor, percents: &[Percent], conflicts: &mut Vec<String>) -> Option<Quantity> {
    let apart = percents.iter().any(|a| percents.iter().any(|b| !overlap(a, b)));
    let mut found: Vec<(Quantity, Status)> = percents
        .iter()
        .map(|percent| {
            // A range is taken as "at least" its lower end, which is all it guarantees.
            let single = percent.low == percent.high;
            let comparator = if single { percent.comparator } else { Comparator::GreaterOrEqual };
            let quantity = Quantity { number: percent.low, comparator };
            let stain = Stain { percent: Supplied::Number(percent.low), comparator, ..Stain::default() };
            (quantity, classify(receptor, &stain).0)
        })
        .collect();
    // What is exact first, then what names a band; among equals the lower.
    let open = |status: Status| match status {
        Status::Unknown => 2,
        Status::PositiveUnspecified => 1,
        _ => 0,
    };
    found.sort_by_key(|(quantity, status)| {
        (quantity.comparator != Comparator::Exact, open(*status), quantity.number, quantity.comparator.as_str())
    });
    let (first, status) = *found.first()?;
    let differ = found.iter().any(|(_, other)| *other != status);
    if apart && differ {
        conflicts.push(format!("{} has percentages that exclude each other", name(receptor)));
    } else if apart {
        // Counts that differ within one band: the lowest, as a bound.
        let lowest = percents.iter().map(|percent| percent.low).min()?;
        return Some(Quantity { number: lowest, comparator: Comparator::GreaterOrEqual })
            .filter(|bound| {
                let stain =
                    Stain { percent: Supplied::Number(bound.number), comparator: bound.comparator, ..Stain::default() };
                classify(receptor, &stain).0 == status
            })
            .or(Some(first));
    }
    Some(first)
}

/// Whether two statements can both hold.
fn overlap(a: &Percent, b: &Percent) -> bool {
    // Each end with whether it belongs to the span.
    let span = |percent: &Percent| -> ((Decimal, bool), (Decimal, bool)) {
        let (none, all) = ((Decimal::ZERO, true), (Decimal::ONE_HUNDRED, true));
        match percent.comparator {
            Comparator::Exact => ((percent.low, true), (percent.high, true)),
            Comparator::Less => (none, (percent.high, false)),
            Comparator::LessOrEqual => (none, (percent.high, true)),
            Comparator::Greater => ((percent.low, false), all),
            Comparator::GreaterOrEqual => ((percent.low, true), all),
        }
    };
    let reaches = |low: (Decimal, bool), high: (Decimal, bool)| low.0 < high.0 || (low.0 == high.0 && low.1 && high.1);
    let ((a_low, a_high), (b_low, b_high)) = (span(a), span(b));
    reaches(a_low, b_high) && reaches(b_low, a_high)
}

fn flag_name(receptor: Receptor, flag: Flag) -> &'static str {
    match (receptor, flag) {
        (Receptor::Er, Flag::PercentAmbiguous) => "er-percent-ambiguous",
        (Receptor::Pr, Flag::PercentAmbiguous) => "pr-percent-ambiguous",
        (Receptor::Er, Flag::QualitativeConflict) => "er-qualitative-conflict",
        (Receptor::Pr, Flag::QualitativeConflict) => "pr-qualitative-conflict",
        (Receptor::Er, Flag::AllredConflict) => "er-allred-conflict",
        (Receptor::Pr, Flag::AllredConflict) => "pr-allred-conflict",
        (Receptor::Er, Flag::AllredOnly) => "er-allred-only",
        (Receptor::Pr, Flag::AllredOnly) => "pr-allred-only",
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
