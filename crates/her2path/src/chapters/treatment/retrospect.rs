//! Each line that was given, against the options of the day on which it began.
//!
//! The facts are those on record up to that day, without the drugs begun on it, and the guideline is that of the day. A line
//! counts as concordant when a statement that covers exactly its drugs recommended it. Where a fact was missing, where the
//! record or the guideline does not reach back, nothing is called discordant.

use std::collections::BTreeSet;

use her2path_knowledge::drug::{Drug, DrugClass, DrugGroup};
use her2path_knowledge::model::{Chapter, Criterion, Knowledge, Preference, Recommendation};
use jiff::civil::Date;

use crate::assessment::{Exposure, Line, Outcome, Retrospect, RetrospectReason, Verdict};
use crate::chapters::stands;
use crate::chart::Chart;
use crate::chart::inferred::code_of;
use crate::chart::line_start::LineStart;
use crate::criteria::{Judged, judge, missing_facts};
use crate::date::Precision;
use crate::guideline::Fact;
use crate::truth::Truth;

/// All lines of the record, earliest first; none where nobody asked.
pub(super) fn of<'k>(chart: &Chart, knowledge: &'k Knowledge) -> Vec<Retrospect<'k>> {
    let Some(starts) = &chart.line_starts else { return Vec::new() };
    chart.therapy.lines.iter().map(|line| one(line, starts, chart, knowledge)).collect()
}

fn one<'k>(line: &Line, starts: &[LineStart], chart: &Chart, knowledge: &'k Knowledge) -> Retrospect<'k> {
    let begun = begun(line, chart, knowledge);
    let drugs = parts(&begun, knowledge);
    let ids = drugs.iter().map(|drug| drug.id.as_ref()).collect();
    let none = |reason| (Verdict::CannotBeSaid, reason, Vec::new());
    let start = starts.iter().find(|start| start.line == line.number);
    let (verdict, reason, preferred) = match (start, line.start) {
        (Some(start), Some(on)) if day_known(&begun) => {
            if line.unknown_agent || drugs.iter().any(|drug| drug.class == DrugClass::Unknown) {
                none(RetrospectReason::UnknownDrug)
            } else if start.lines_before != usize::from(line.number.saturating_sub(1)) {
                none(RetrospectReason::EarlierLinesMissing)
            } else {
                compare(&drugs, start, on, knowledge)
            }
        }
        _ => none(RetrospectReason::NoDate),
    };
    Retrospect { line: line.number, on: line.start, drugs: ids, verdict, reason, preferred }
}

/// The exposures that the line began with: within the window of its regimen (LOT-3), or kept from the line before.
fn begun<'c>(line: &Line, chart: &'c Chart, knowledge: &Knowledge) -> Vec<&'c Exposure> {
    let window = knowledge.line_parameters.as_ref().map_or(0, |parameters| parameters.regimen_window_days);
    let last = line.start.and_then(|start| start.checked_add(jiff::Span::new().days(i64::from(window))).ok());
    line.exposures
        .iter()
        .filter_map(|position| chart.therapy.exposures.get(*position))
        .filter(|exposure| exposure.start.is_none_or(|start| last.is_none_or(|last| start.earliest() <= last)))
        .collect()
}

/// A line of which a drug's first day is known only to the month has no day of decision.
fn day_known(begun: &[&Exposure]) -> bool {
    let day = |exposure: &&Exposure| exposure.start.is_some_and(|start| start.precision() == Precision::Day);
    !begun.is_empty() && begun.iter().all(day)
}

/// The drugs of a line, products as their components, each once, without what makes no line.
fn parts<'k>(begun: &[&Exposure], knowledge: &'k Knowledge) -> Vec<&'k Drug> {
    let mut ids: BTreeSet<&'k str> = BTreeSet::new();
    for drug in begun.iter().filter_map(|exposure| knowledge.drugs.get(exposure.drug)) {
        if drug.class.group() == DrugGroup::Supportive || drug.class == DrugClass::LhrhAgonist {
            continue;
        }
        match drug.components.as_ref() {
            [] => ids.extend([drug.id.as_ref()]),
            components => ids.extend(components.iter().map(AsRef::as_ref)),
        }
    }
    ids.into_iter().filter_map(|id| knowledge.drug(id)).collect()
}

fn compare<'k>(
    drugs: &[&Drug],
    start: &LineStart,
    on: Date,
    knowledge: &'k Knowledge,
) -> (Verdict, RetrospectReason<'k>, Vec<String>) {
    let facts = &start.chart.facts;
    let of_drugs = || {
        knowledge
            .recommendations
            .iter()
            .filter(|item| item.chapter == Chapter::Treatment && !(item.regimen.is_empty() && item.variants.is_empty()))
    };
    let standing = || of_drugs().filter(|item| stands(item, knowledge, on));
    let mut preferred = Vec::new();
    for item in standing().filter(|item| item.preference == Some(Preference::Preferred)) {
        if judge(item, facts, knowledge).outcome == Outcome::Recommended {
            let name = item.regimen.join(" + ");
            if !name.is_empty() && !preferred.contains(&name) {
                preferred.push(name);
            }
        }
    }
    // A statement that recommends it comes first, then one whose every criterion was met while something that could have
    // forbidden it was not on record, then those with the fewest open or failed criteria.
    let mut best: Option<((usize, usize), Verdict, RetrospectReason<'k>)> = None;
    for item in standing().filter(|item| covers(item, drugs)) {
        let judgement = judge(item, facts, knowledge);
        let found = match judgement.outcome {
            Outcome::Recommended => ((0, 0), Verdict::Concordant, RetrospectReason::Recommended(item)),
            Outcome::NeedsData => {
                let missing =
                    missing_facts(item, &judgement, facts, knowledge).sets.into_iter().next().unwrap_or_default();
                let indicated = judgement.when.iter().all(|one| one.outcome == Truth::Met);
                let rank = (if indicated { 1 } else { 2 }, missing.len());
                (rank, Verdict::CannotBeSaid, RetrospectReason::Missing { by: item, indicated, facts: missing })
            }
            Outcome::Contraindicated => {
                let held = words(&judgement.contraindicated_if, Truth::Met);
                ((3, 0), Verdict::NotAmongOptions, RetrospectReason::Against(item, held))
            }
            // Of the statements that do not apply, the one that came closest says why.
            Outcome::NotApplicable => {
                let failed = words(&judgement.when, Truth::NotMet);
                ((4, failed.len()), Verdict::NotAmongOptions, RetrospectReason::Against(item, failed))
            }
        };
        if best.as_ref().is_none_or(|(rank, ..)| found.0 < *rank) {
            best = Some(found);
        }
    }
    if let Some((_, verdict, reason)) = best {
        return (verdict, reason, preferred);
    }
    let later = of_drugs().filter(|item| item.effective > on && covers(item, drugs)).min_by_key(|item| item.effective);
    let earliest = of_drugs().map(|item| item.effective).min();
    let (verdict, reason) = match later {
        _ if earliest.is_none_or(|earliest| on < earliest) => {
            (Verdict::CannotBeSaid, RetrospectReason::BeforeGuideline)
        }
        _ if code_of(facts, Fact::Her2Status) != Some("positive") => {
            (Verdict::CannotBeSaid, RetrospectReason::NotInScope(vec![Fact::Her2Status.index()]))
        }
        Some(item) => (Verdict::NotAmongOptions, RetrospectReason::Later(item)),
        None => (Verdict::NotAmongOptions, RetrospectReason::NotNamed),
    };
    (verdict, reason, preferred)
}

/// Whether a statement's regimen, or one of its variants, is exactly these drugs.
fn covers(item: &Recommendation, drugs: &[&Drug]) -> bool {
    let exactly = |words: &[&str]| {
        let mut left: Vec<&Drug> = drugs.to_vec();
        words.iter().all(|word| {
            let position = left.iter().position(|drug| drug.is_meant_by(word));
            position.map(|position| left.remove(position)).is_some()
        }) && left.is_empty()
    };
    let regimen: Vec<&str> = item.regimen.iter().map(AsRef::as_ref).collect();
    (!regimen.is_empty() && exactly(&regimen))
        || item.variants.iter().any(|variant| exactly(&variant.split(" + ").collect::<Vec<_>>()))
}

/// The criteria with this outcome, as written.
fn words(judged: &[Judged<'_>], wanted: Truth) -> Vec<String> {
    judged.iter().filter(|one| one.outcome == wanted).map(|one| text(one.criterion)).collect()
}

fn text(criterion: &Criterion) -> String {
    let joined = |members: &[Criterion]| members.iter().map(text).collect::<Vec<_>>().join("; ");
    match criterion {
        Criterion::Test(test) => test.text.to_string(),
        Criterion::All(members) => format!("all of ({})", joined(members)),
        Criterion::Any(members) => format!("any of ({})", joined(members)),
        Criterion::None(members) => format!("none of ({})", joined(members)),
    }
}
