//! HER2 of one specimen: what its results say together, and what the decision table makes of it.
//!
//! A signed overall result that contradicts what the table gives is a conflict, and so are results that exclude each
//! other: all are shown and none is chosen (project rules). Nothing here depends on the order of the results.

use super::her2::Her2Specimen;
use super::her2_ish::{self, IshFindings};
use super::her2_names::flag_name;
use super::specimens::{Specimen, newest};
use crate::chart::asserted::{Amount, Reading, ReceptorResult, ReceptorTest, ResultWord};
use crate::classify::her2::{self, Category, Ihc, IhcZeroDetail, Ish, Outcome, Status, classify};
use rust_decimal::Decimal;

/// Judges one specimen.
pub(super) fn judge(specimen: &Specimen<'_>) -> Her2Specimen {
    let evidence = gather(&specimen.results);
    let ish = her2_ish::of(&specimen.results);
    let mut flags: Vec<&'static str> = Vec::new();
    if specimen.link_assumed {
        flags.push("specimen-link-assumed");
    }
    flags.extend(ish.flags.iter().copied().map(flag_name));
    let (ihc, contradictions) = ihc(&evidence);
    let mut conflicts = evidence.conflicts.clone();
    conflicts.extend(ish.conflicts.iter().cloned());
    let (judged, same_result) = table(&evidence, &ihc, &ish);
    // Scores that contradict each other matter only where they lead to different results.
    if !same_result {
        conflicts.extend(contradictions);
    }
    if judged.status == Status::PendingRecount
        && let Some(word) = ish.words.iter().find(|w| matches!(w, ResultWord::Positive | ResultWord::Negative))
    {
        let group = ish.class.map_or("", Ish::as_str);
        conflicts.push(format!("ISH is called {}, but {group} with IHC 2+ needs a blinded recount", word_name(*word)));
    }
    // A word ("positive") stands for a score in the table, but the score is not on record.
    let recorded = if evidence.scores.is_empty() { Vec::new() } else { ihc };
    let mut judgement = Her2Specimen {
        site: specimen.site,
        side: specimen.side,
        date: specimen.date,
        taken: specimen.taken,
        ihc: recorded,
        ish: ish.class.ok(),
        status: judged.status,
        category: judged.category,
        rule: judged.rule,
        flags: flags.into_iter().chain(judged.flags.into_iter().map(flag_name)).collect(),
        conflict: None,
        because: specimen.because(),
    };
    overall(&evidence, &mut judgement, &mut conflicts);
    if !conflicts.is_empty() {
        conflicts.dedup();
        judgement.status = Status::Conflict;
        judgement.category = Category::NotDerivable;
        judgement.rule = "conflict";
        judgement.conflict = Some(format!("conflict: {}", conflicts.join("; ")));
    }
    judgement.flags.sort_unstable();
    judgement.flags.dedup();
    judgement
}

/// What IHC and the overall result say, before the table is asked.
#[derive(Default)]
struct Evidence {
    /// The scores that each result leaves possible, each set once.
    scores: Vec<Vec<Ihc>>,
    /// Scores of another laboratory, which no word of this one rules out.
    scores_outside: Vec<Ihc>,
    ihc_zero: IhcZeroDetail,
    ihc_words: Vec<ResultWord>,
    overall: Vec<ResultWord>,
    inadequate: bool,
    /// What contradicts what among the IHC results.
    ihc_contradictions: Vec<String>,
    /// What contradicts what elsewhere.
    conflicts: Vec<String>,
}

/// Takes from each result what it says. Of several results of one test the newest count.
fn gather(results: &[&ReceptorResult]) -> Evidence {
    let mut evidence = Evidence::default();
    let of = |test: ReceptorTest| -> Vec<&ReceptorResult> {
        newest(&results.iter().copied().filter(|result| result.test == test).collect::<Vec<_>>())
    };
    evidence.inadequate = results.iter().any(|result| result.tissue.inadequate);
    let mut zero: Vec<IhcZeroDetail> = Vec::new();
    for result in of(ReceptorTest::Her2Ihc) {
        let reading = &result.reading;
        evidence.scores.push(reading.scores.clone());
        zero.extend(reading.ihc_zero.filter(|detail| !zero.contains(detail)));
        evidence.ihc_words.extend(&reading.results);
        outside(reading, "IHC", &mut evidence.ihc_contradictions);
        evidence.scores_outside.extend(reading.outside.iter().flat_map(|outside| &outside.scores));
    }
    for result in results.iter().filter(|result| result.test != ReceptorTest::Her2Ihc) {
        let test = if result.test == ReceptorTest::Her2Status { "HER2" } else { "ISH" };
        outside(&result.reading, test, &mut evidence.conflicts);
    }
    for result in results {
        let said = |contradiction: &String| format!("{}: {contradiction}", result.source);
        evidence.conflicts.extend(result.reading.contradiction.iter().map(said));
    }
    for result in of(ReceptorTest::Her2Status) {
        evidence.overall.extend(&result.reading.results);
        evidence.scores.push(result.reading.scores.clone());
    }
    // Faint staining and none exclude each other.
    evidence.ihc_zero = if let [one] = zero.as_slice() { *one } else { IhcZeroDetail::Unspecified };
    evidence.scores.retain(|scores| !scores.is_empty());
    evidence.scores.sort_unstable();
    evidence.scores.dedup();
    if evidence.scores.len() > 1 {
        let named: Vec<String> = evidence.scores.iter().map(|set| scores(set)).collect();
        evidence.ihc_contradictions.push(format!("IHC is {}", named.join(" and ")));
    }
    for words in [&mut evidence.ihc_words, &mut evidence.overall] {
        words.sort_unstable();
        words.dedup();
    }
    evidence
}

/// A second laboratory's result that points the other way.
fn outside(reading: &Reading, test: &str, conflicts: &mut Vec<String>) {
    let Some(outside) = &reading.outside else { return };
    let side = |reading: &Reading| -> Option<bool> {
        let words = reading.results.iter().find_map(|word| match word {
            ResultWord::Positive => Some(true),
            ResultWord::Negative => Some(false),
            ResultWord::LowPositive | ResultWord::Equivocal | ResultWord::Indeterminate => None,
        });
        let score = match (reading.scores.first(), reading.scores.last()) {
            (Some(Ihc::Three), _) => Some(true),
            (_, Some(Ihc::Zero | Ihc::One)) => Some(false),
            _ => None,
        };
        let ratio = reading.numbers.iter().find(|number| matches!(number.of, Amount::Ratio | Amount::Unnamed));
        words.or(score).or(ratio.map(|number| number.value >= Decimal::TWO))
    };
    if side(reading) != side(outside) {
        conflicts.push(format!("{test} differs between two laboratories"));
    }
}

fn scores(scores: &[Ihc]) -> String {
    scores.iter().map(|score| score.as_str()).collect::<Vec<_>>().join(" or ")
}

fn word_name(word: ResultWord) -> &'static str {
    match word {
        ResultWord::Positive | ResultWord::LowPositive => "positive",
        ResultWord::Negative => "negative",
        ResultWord::Equivocal => "equivocal",
        ResultWord::Indeterminate => "indeterminate",
    }
}

/// The scores that words and numbers leave possible; where they contradict each other, all of them.
fn ihc(evidence: &Evidence) -> (Vec<Ihc>, Vec<String>) {
    let meant = |word: &ResultWord| match word {
        ResultWord::Positive | ResultWord::LowPositive => vec![Ihc::Three],
        ResultWord::Negative => vec![Ihc::Zero, Ihc::One],
        ResultWord::Equivocal => vec![Ihc::Two],
        ResultWord::Indeterminate => Vec::new(),
    };
    let mut left: Vec<Ihc> = evidence.scores.concat();
    let mut contradictions = evidence.ihc_contradictions.clone();
    let words: Vec<ResultWord> =
        evidence.ihc_words.iter().copied().filter(|word| *word != ResultWord::Indeterminate).collect();
    match words.as_slice() {
        [] => {}
        [word] if left.is_empty() => left = meant(word),
        [word] => {
            let both: Vec<Ihc> = left.iter().copied().filter(|score| meant(word).contains(score)).collect();
            if both.is_empty() {
                contradictions.push(format!("IHC {} is called {}", scores(&left), word_name(*word)));
                left.extend(meant(word));
            } else {
                left = both;
            }
        }
        several => {
            let named: Vec<&str> = several.iter().map(|word| word_name(*word)).collect();
            contradictions.push(format!("IHC is called {}", named.join(" and ")));
            left.extend(several.iter().flat_map(meant));
        }
    }
    left.extend(&evidence.scores_outside);
    left.sort_unstable();
    left.dedup();
    (left, contradictions)
}

/// The table, asked for every score that is left possible, and whether all of them lead to the same result.
fn table(evidence: &Evidence, scores: &[Ihc], ish: &IshFindings) -> (Outcome, bool) {
    let indeterminate = |words: &[ResultWord]| words.contains(&ResultWord::Indeterminate);
    let no_score = scores.is_empty();
    let ihc_failed = no_score && indeterminate(&evidence.ihc_words);
    let ish_failed = no_score && !ish.counted && indeterminate(&ish.words);
    let adequate = !(evidence.inadequate || ihc_failed || ish_failed);
    let of = |ihc: Option<Ihc>| {
        classify(&her2::Specimen {
            ihc,
            ihc_zero: evidence.ihc_zero,
            ish: ish.class,
            recount: ish.recount,
            adjudicated: ish.adjudicated,
            adequate,
        })
    };
    let outcomes: Vec<_> = scores.iter().map(|score| of(Some(*score))).collect();
    let Some(first) = outcomes.first() else { return (of(None), true) };
    let same = |status: Status| {
        outcomes.iter().all(|o| o.status == status || (o.status.is_negative() && status.is_negative()))
    };
    // Where the range spans results, what is open stays open.
    let open = outcomes.iter().find(|outcome| !outcome.status.is_conclusive());
    let mut outcome = if same(first.status) { first.clone() } else { open.unwrap_or(first).clone() };
    let same_result = same(first.status);
    if !same_result && outcome.status.is_conclusive() {
        outcome.status = Status::Equivocal;
    }
    if outcomes.iter().any(|other| other.category != outcome.category) {
        outcome.category = if outcome.status.is_negative() {
            Category::NegativeIhcUnknown
        } else {
            Category::of(outcome.status, None, IhcZeroDetail::Unspecified)
        };
    }
    (outcome, same_result)
}

/// The laboratory's overall result beside what the table gives.
fn overall(evidence: &Evidence, specimen: &mut Her2Specimen, conflicts: &mut Vec<String>) {
    let has = |word| evidence.overall.contains(&word);
    let (positive, negative) = (has(ResultWord::Positive), has(ResultWord::Negative));
    let open = has(ResultWord::Equivocal) || has(ResultWord::Indeterminate);
    if positive && negative {
        conflicts.push("the overall result is both positive and negative".to_owned());
    } else if open && (positive || negative) {
        conflicts.push("the overall result is both settled and open".to_owned());
    } else if (positive && specimen.status.is_negative()) || (negative && specimen.status.is_positive()) {
        let said = if positive { "positive" } else { "negative" };
        conflicts.push(format!(
            "reported {said}, but {} by rule {} of the ASCO/CAP table",
            specimen.status.as_str().to_lowercase().replace('_', " "),
            specimen.rule
        ));
    } else if !specimen.status.is_conclusive() && (positive || negative) && specimen.status != Status::Indeterminate {
        specimen.status = if positive { Status::Positive } else { Status::Negative };
        let score = match specimen.ihc.as_slice() {
            [score] => Some(*score),
            _ => None,
        };
        specimen.category = Category::of(specimen.status, score, evidence.ihc_zero);
        specimen.rule = "reported";
    } else if specimen.status == Status::NotAssessed && open {
        specimen.status = if has(ResultWord::Equivocal) { Status::Equivocal } else { Status::Indeterminate };
        specimen.rule = "reported";
    }
}
