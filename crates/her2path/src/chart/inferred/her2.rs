//! HER2: each specimen by the decision table, then the specimen that governs.
//!
//! IHC and ISH are combined only when they belong to the same specimen: the same Specimen reference, or, where no
//! reference is given, the same site and day, which is flagged. A signed overall result that contradicts what the
//! table gives is a conflict: both are shown and neither is chosen (project rules).

use std::collections::BTreeMap;

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{state_code, state_codes, statement};
use crate::chart::asserted::{Asserted, Method, Reading, ReceptorResult, ReceptorTest, ResultWord};
use crate::chart::facts::Facts;
use crate::chart::value::{Because, Value};
use crate::classify::her2::{
    Category, Flag, Group, Ihc, IhcZeroDetail, Ish, IshNumbers, Specimen, Status, Supplied, classify, ish_class,
    recount_group,
};
use crate::classify::her2_governing::{self, Result as Governed, Site};
use crate::classify::hormone_receptors::Comparator;
use crate::date::PartialDate;
use crate::guideline::Fact;
use crate::issue::Issue;

/// HER2 of one specimen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Her2Specimen {
    /// Where it was taken, if recorded.
    pub site: Option<Site>,
    /// When it was taken, else when it was tested.
    pub date: Option<PartialDate>,
    /// IHC scores that the record leaves possible; empty where it gives only a word.
    pub ihc: Vec<Ihc>,
    /// ISH class.
    pub ish: Option<Ish>,
    /// Status.
    pub status: Status,
    /// Eligibility category.
    pub category: Category,
    /// The rule that decided.
    pub rule: &'static str,
    /// Remarks, as in the dictionary.
    pub flags: Vec<&'static str>,
    /// What contradicts what, where the status is a conflict.
    pub conflict: Option<String>,
    /// The results behind it.
    pub because: Vec<Because>,
}

/// States every HER2 fact and returns the specimens, earliest first.
pub(super) fn state(asserted: &Asserted, facts: &mut Facts, issues: &mut Vec<Issue>) -> Vec<Her2Specimen> {
    let mut specimens: Vec<Her2Specimen> = specimens(asserted, issues);
    specimens
        .sort_by(|a, b| super::measures::by_date(a.date, b.date).then_with(|| first_source(a).cmp(first_source(b))));
    for specimen in &specimens {
        if let Some(conflict) = &specimen.conflict {
            issues.push(Issue::warning("her2-conflict", conflict.clone()).at(first_source(specimen).to_owned()));
        }
    }
    let results: Vec<Governed<Option<Date>>> = specimens
        .iter()
        .map(|s| Governed {
            site: s.site.unwrap_or(Site::Primary),
            date: s.date.map(PartialDate::latest),
            status: s.status,
            category: s.category,
        })
        .collect();
    let governing = her2_governing::govern(&results);
    let chosen = governing.index.and_then(|index| specimens.get(index)).or(specimens.last());
    let Some(chosen) = chosen else {
        state_code(facts, Fact::Her2Status, "not-assessed", None, Vec::new());
        state_code(facts, Fact::Her2Detail, "not-assessed", None, Vec::new());
        state_code(facts, Fact::Her2Category, "not-derivable", None, Vec::new());
        state_codes(facts, Fact::Her2Flags, [], vec![Because::source("her2.status").note("no HER2 test on record")]);
        return specimens;
    };
    let mut because = chosen.because.clone();
    because.push(Because::source("her2.status").note(reason(chosen, governing.index.is_some(), specimens.len())));
    state_code(facts, Fact::Her2Status, status_name(chosen.status), chosen.date, because.clone());
    state_code(facts, Fact::Her2Detail, detail_name(chosen.status), chosen.date, because.clone());
    state_code(facts, Fact::Her2Category, category_name(chosen.category), chosen.date, because.clone());
    if let [score] = chosen.ihc.as_slice() {
        state_code(facts, Fact::Her2Ihc, score.as_str(), chosen.date, chosen.because.clone());
    }
    if let Some(ish) = chosen.ish {
        state_code(facts, Fact::Her2Ish, ish_name(ish), chosen.date, chosen.because.clone());
    }
    if let Some(date) = chosen.date {
        facts.state(Fact::Her2Date, statement(Value::Date(date), chosen.because.clone()));
    }
    let site = match chosen.site {
        Some(Site::Primary) => "primary",
        Some(Site::RegionalNode) => "regional-node",
        Some(Site::Metastasis) => "metastasis",
        None => "unknown",
    };
    state_code(facts, Fact::Her2SpecimenSite, site, chosen.date, chosen.because.clone());
    let metastatic = specimens.iter().find(|s| s.site == Some(Site::Metastasis) && s.status.is_conclusive());
    let unsited = specimens.iter().any(|s| s.site.is_none());
    if let Some(metastatic) = metastatic {
        let because = metastatic.because.clone();
        facts.state(Fact::Her2MetastasisTested, statement(Value::Boolean(true), because));
    } else if !unsited {
        let because = vec![Because::source("her2.specimen-site").note("no specimen on record is metastatic")];
        facts.state(Fact::Her2MetastasisTested, statement(Value::Boolean(false), because));
    }
    let across = governing.flags.iter().map(|flag| match flag {
        her2_governing::Flag::AnyLow => "any-low",
        her2_governing::Flag::AnyPositive => "any-positive",
        her2_governing::Flag::Discordant => "discordant",
        her2_governing::Flag::MetastaticResultPending => "metastatic-result-pending",
    });
    let flags: Vec<&str> = chosen.flags.iter().copied().chain(across).collect();
    state_codes(facts, Fact::Her2Flags, flags, because);
    specimens
}

fn first_source(specimen: &Her2Specimen) -> &str {
    specimen.because.first().map_or("", |because| &because.source)
}

fn reason(chosen: &Her2Specimen, conclusive: bool, specimens: usize) -> String {
    let governs = match (conclusive, specimens) {
        (_, 0 | 1) => String::new(),
        (true, _) => {
            "; this specimen governs: the latest conclusive metastatic one, else a positive primary (project rule)"
                .to_owned()
        }
        (false, _) => "; no specimen is conclusive, the latest is shown".to_owned(),
    };
    let rule = match chosen.rule {
        "reported" => "the laboratory's overall result; IHC and ISH behind it are not on record".to_owned(),
        "conflict" => chosen.conflict.clone().unwrap_or_default(),
        rule => format!("rule {rule} of the ASCO/CAP 2018 table, affirmed 2023"),
    };
    format!("{rule}{governs}")
}

/// What tells specimens apart: the reference to one or, without it, site and date.
type SpecimenKey<'r> = (Option<&'r str>, Option<Site>, Option<String>);

/// Groups results by specimen and judges each group.
fn specimens(asserted: &Asserted, issues: &mut Vec<Issue>) -> Vec<Her2Specimen> {
    let mut groups: BTreeMap<SpecimenKey, Vec<&ReceptorResult>> = BTreeMap::new();
    for result in &asserted.receptor_results {
        if matches!(result.test, ReceptorTest::Er | ReceptorTest::Pr) {
            continue;
        }
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
    groups.into_values().map(|results| judge(&results)).collect()
}

/// What the results of one specimen say, before the table is asked.
#[derive(Default)]
struct Evidence {
    ihc: Vec<Ihc>,
    /// Scores of another laboratory, which no word of this one rules out.
    ihc_outside: Vec<Ihc>,
    ihc_zero: Option<IhcZeroDetail>,
    ihc_words: Vec<ResultWord>,
    ish_words: Vec<ResultWord>,
    numbers: IshNumbers,
    /// Whether the ratio is at least 2.0, where it is only bounded or given several times.
    ratio_sides: Vec<bool>,
    /// Some ratio was given, whether or not it decides anything.
    ratio_given: bool,
    recount: (Supplied, Supplied),
    adjudicated: Option<Group>,
    overall: Vec<ResultWord>,
    single_probe: bool,
    inadequate: bool,
    /// What contradicts what among the IHC results.
    ihc_contradictions: Vec<String>,
    /// What contradicts what elsewhere.
    conflicts: Vec<String>,
}

fn judge(results: &[&ReceptorResult]) -> Her2Specimen {
    let evidence = gather(results);
    let because: Vec<Because> =
        results.iter().map(|r| Because::source(r.source.clone()).element(r.element).note(r.said.clone())).collect();
    let site = results.iter().find_map(|r| r.site);
    let date = results.iter().filter_map(|r| r.date).min_by(|a, b| a.cmp_sort(b));
    let mut flags: Vec<&'static str> = Vec::new();
    let distinct: std::collections::BTreeSet<&str> = results.iter().map(|r| r.source.as_str()).collect();
    if distinct.len() > 1 && results.iter().all(|r| r.specimen.is_none()) {
        flags.push("specimen-link-assumed");
    }
    let (ish, ish_flags) = ish(&evidence);
    flags.extend(ish_flags.into_iter().map(flag_name));
    let (ihc, contradictions) = ihc(&evidence);
    let mut conflicts = evidence.conflicts.clone();
    conflicts.extend(ish_conflict(&evidence, ish));
    let (judged, same_result) = table(&evidence, &ihc, ish);
    // Scores that contradict each other matter only where they lead to different results.
    if !same_result {
        conflicts.extend(contradictions);
    }
    if judged.status == Status::PendingRecount
        && let Some(word) = evidence.ish_words.iter().find(|w| matches!(w, ResultWord::Positive | ResultWord::Negative))
    {
        let group = ish.map_or("", Ish::as_str);
        conflicts.push(format!("ISH is called {}, but {group} with IHC 2+ needs a blinded recount", word_name(*word)));
    }
    // A word ("positive") stands for a score in the table, but the score is not on record.
    let recorded = if evidence.ihc.is_empty() { Vec::new() } else { ihc };
    let mut specimen = Her2Specimen {
        site,
        date,
        ihc: recorded,
        ish: ish.ok(),
        status: judged.status,
        category: judged.category,
        rule: judged.rule,
        flags: flags.into_iter().chain(judged.flags.into_iter().map(flag_name)).collect(),
        conflict: None,
        because,
    };
    overall(&evidence, &mut specimen, &mut conflicts);
    if !conflicts.is_empty() {
        specimen.status = Status::Conflict;
        specimen.category = Category::NotDerivable;
        specimen.rule = "conflict";
        specimen.conflict = Some(format!("conflict: {}", conflicts.join("; ")));
    }
    specimen.flags.sort_unstable();
    specimen.flags.dedup();
    specimen
}

/// Takes from each result what it says. Of several results of one test the latest counts.
fn gather(results: &[&ReceptorResult]) -> Evidence {
    let mut evidence = Evidence::default();
    let latest = |test: ReceptorTest, method: Method| -> Vec<&ReceptorResult> {
        let of_test = || results.iter().copied().filter(move |r| r.test == test && r.method == method);
        let last = of_test().filter_map(|r| r.date).max_by(|a, b| a.cmp_sort(b));
        of_test().filter(|r| r.date == last).collect()
    };
    evidence.inadequate = results.iter().any(|r| r.inadequate);
    for result in latest(ReceptorTest::Her2Ihc, Method::Unspecified) {
        let reading = &result.reading;
        if !evidence.ihc.is_empty() && !reading.scores.is_empty() && evidence.ihc != reading.scores {
            let contradiction = format!("IHC is {} and {}", scores(&evidence.ihc), scores(&reading.scores));
            evidence.ihc_contradictions.push(contradiction);
        }
        evidence.ihc.extend(&reading.scores);
        evidence.ihc_zero = evidence.ihc_zero.or(reading.ihc_zero);
        evidence.ihc_words.extend(&reading.results);
        outside(reading, "IHC", &mut evidence.ihc_contradictions);
        evidence.ihc_outside.extend(reading.outside.iter().flat_map(|outside| &outside.scores));
    }
    for test in [ReceptorTest::Her2Ish, ReceptorTest::Her2Ratio, ReceptorTest::Her2Copies, ReceptorTest::Her2Cep17] {
        for method in [Method::Unspecified, Method::SingleProbe] {
            for result in latest(test, method) {
                evidence.single_probe |= method == Method::SingleProbe;
                take_ish(&mut evidence, result);
            }
        }
        for result in latest(test, Method::Recount) {
            for number in &result.reading.numbers {
                let supplied = Supplied::Number(number.value);
                if number.copies { evidence.recount.1 = supplied } else { evidence.recount.0 = supplied }
            }
        }
        for result in latest(test, Method::Adjudication) {
            evidence.adjudicated = evidence.adjudicated.or(result.reading.group);
        }
    }
    for result in latest(ReceptorTest::Her2Status, Method::Unspecified) {
        let reading = &result.reading;
        evidence.overall.extend(&reading.results);
        evidence.ihc.extend(&reading.scores);
        outside(reading, "HER2", &mut evidence.conflicts);
    }
    evidence.ihc.sort_unstable();
    evidence.ihc.dedup();
    evidence
}

fn take_ish(evidence: &mut Evidence, result: &ReceptorResult) {
    let reading = &result.reading;
    evidence.ish_words.extend(&reading.results);
    outside(reading, "ISH", &mut evidence.conflicts);
    let mut ratios = Vec::new();
    for number in &reading.numbers {
        let slot = match (result.test, number.copies) {
            (ReceptorTest::Her2Cep17, _) => &mut evidence.numbers.cep17,
            (_, true) if evidence.single_probe => &mut evidence.numbers.single_copies,
            (_, true) => &mut evidence.numbers.copies,
            (_, false) => {
                ratios.push(*number);
                continue;
            }
        };
        if number.comparator == Comparator::Exact {
            *slot = Supplied::Number(number.value);
        }
    }
    evidence.ratio_given |= !ratios.is_empty();
    if let [one] = ratios.as_slice()
        && one.comparator == Comparator::Exact
        && evidence.numbers.ratio == Supplied::Absent
    {
        evidence.numbers.ratio = Supplied::Number(one.value);
    } else {
        let two = Decimal::TWO;
        evidence.ratio_sides.extend(ratios.iter().filter_map(|number| match number.comparator {
            Comparator::Exact => Some(number.value >= two),
            Comparator::Greater | Comparator::GreaterOrEqual => (number.value >= two).then_some(true),
            Comparator::Less | Comparator::LessOrEqual => (number.value < two).then_some(false),
        }));
        // The limits of 2007: below 1.8 not amplified, above 2.2 amplified; reports of that time give only the limit.
        for number in &ratios {
            match number.comparator {
                Comparator::Less | Comparator::LessOrEqual if number.value <= Decimal::new(18, 1) => {
                    evidence.ish_words.push(ResultWord::Negative);
                }
                Comparator::Greater | Comparator::GreaterOrEqual if number.value >= Decimal::new(22, 1) => {
                    evidence.ish_words.push(ResultWord::Positive);
                }
                _ => {}
            }
        }
    }
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
        let ratio = reading.numbers.first().filter(|n| !n.copies).map(|number| number.value >= Decimal::TWO);
        words.or(score).or(ratio)
    };
    if side(reading) != side(outside) {
        conflicts.push(format!("{test} differs between two laboratories"));
    }
}

fn scores(scores: &[Ihc]) -> String {
    scores.iter().map(|score| score.as_str()).collect::<Vec<_>>().join(" or ")
}

/// The scores that words and numbers leave possible; where they contradict each other, all of them.
fn ihc(evidence: &Evidence) -> (Vec<Ihc>, Vec<String>) {
    let of_word = |word: &ResultWord| match word {
        ResultWord::Positive | ResultWord::LowPositive => vec![Ihc::Three],
        ResultWord::Negative => vec![Ihc::Zero, Ihc::One],
        ResultWord::Equivocal => vec![Ihc::Two],
        ResultWord::Indeterminate => Vec::new(),
    };
    let mut scores_left = evidence.ihc.clone();
    let mut contradictions = evidence.ihc_contradictions.clone();
    for word in &evidence.ihc_words {
        let meant = of_word(word);
        if meant.is_empty() {
            continue;
        }
        if scores_left.is_empty() {
            scores_left = meant;
            continue;
        }
        let both: Vec<Ihc> = scores_left.iter().copied().filter(|score| meant.contains(score)).collect();
        if both.is_empty() {
            contradictions.push(format!("IHC {} is called {}", scores(&scores_left), word_name(*word)));
            scores_left.extend(meant);
            scores_left.sort_unstable();
        } else {
            scores_left = both;
        }
    }
    scores_left.extend(&evidence.ihc_outside);
    scores_left.sort_unstable();
    scores_left.dedup();
    (scores_left, contradictions)
}

fn word_name(word: ResultWord) -> &'static str {
    match word {
        ResultWord::Positive | ResultWord::LowPositive => "positive",
        ResultWord::Negative => "negative",
        ResultWord::Equivocal => "equivocal",
        ResultWord::Indeterminate => "indeterminate",
    }
}

/// The ISH class: numbers first, the laboratory's word where the numbers do not suffice.
fn ish(evidence: &Evidence) -> (Result<Ish, crate::classify::her2::Invalid>, Vec<Flag>) {
    let (class, flags) = match ish_class(&evidence.numbers) {
        Ok(found) => found,
        Err(invalid) => return (Err(invalid), Vec::new()),
    };
    let numbers_open = matches!(class, Ish::Partial | Ish::None);
    let word = evidence.ish_words.first().map(|word| match word {
        ResultWord::Positive | ResultWord::LowPositive => Ish::ReportedAmplified,
        ResultWord::Negative => Ish::ReportedNotAmplified,
        ResultWord::Equivocal | ResultWord::Indeterminate => Ish::Partial,
    });
    match word {
        Some(word) if numbers_open => (Ok(word), flags),
        _ if class == Ish::None && evidence.ratio_given => (Ok(Ish::Partial), flags),
        _ => (Ok(class), flags),
    }
}

/// Numbers and words of ISH that contradict each other.
fn ish_conflict(evidence: &Evidence, class: Result<Ish, crate::classify::her2::Invalid>) -> Vec<String> {
    let has = |word| evidence.ish_words.contains(&word);
    let (positive, negative) = (has(ResultWord::Positive), has(ResultWord::Negative));
    let mut conflicts = Vec::new();
    if positive && negative {
        conflicts.push("ISH is called both amplified and not amplified".to_owned());
    }
    let mut sides = evidence.ratio_sides.clone();
    if let Supplied::Number(ratio) = evidence.numbers.ratio {
        sides.push(ratio >= Decimal::TWO);
    }
    let (above, below) = (sides.contains(&true), sides.contains(&false));
    match class {
        Ok(Ish::Dual(Group::G1)) if negative => conflicts.push("ISH group 1 is called not amplified".to_owned()),
        Ok(Ish::Dual(Group::G5)) if positive => conflicts.push("ISH group 5 is called amplified".to_owned()),
        Ok(Ish::Dual(_)) => {}
        _ if above && below => conflicts.push("ISH ratios lie on both sides of 2.0".to_owned()),
        _ if above && negative => conflicts.push("an ISH ratio of at least 2.0 is called not amplified".to_owned()),
        _ if below && positive => conflicts.push("an ISH ratio below 2.0 is called amplified".to_owned()),
        _ => {}
    }
    conflicts
}

/// The table, asked for every score that is left possible, and whether all of them lead to the same result.
fn table(
    evidence: &Evidence,
    scores: &[Ihc],
    ish: Result<Ish, crate::classify::her2::Invalid>,
) -> (crate::classify::her2::Outcome, bool) {
    let indeterminate = |words: &[ResultWord]| words.contains(&ResultWord::Indeterminate);
    let no_score = scores.is_empty();
    let no_numbers = evidence.numbers == IshNumbers::default();
    let ihc_failed = no_score && indeterminate(&evidence.ihc_words);
    let ish_failed = no_score && no_numbers && indeterminate(&evidence.ish_words);
    let adequate = !(evidence.inadequate || ihc_failed || ish_failed);
    let of = |ihc: Option<Ihc>| {
        classify(&Specimen {
            ihc,
            ihc_zero: evidence.ihc_zero.unwrap_or_default(),
            ish,
            recount: recount_group(evidence.recount.0, evidence.recount.1),
            adjudicated: evidence.adjudicated,
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
    let (positive, negative) =
        (evidence.overall.contains(&ResultWord::Positive), evidence.overall.contains(&ResultWord::Negative));
    if positive && negative {
        conflicts.push("the overall result is both positive and negative".to_owned());
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
        specimen.category = Category::of(specimen.status, score, evidence.ihc_zero.unwrap_or_default());
        specimen.rule = "reported";
    } else if specimen.status == Status::NotAssessed {
        if evidence.overall.contains(&ResultWord::Equivocal) {
            specimen.status = Status::Equivocal;
            specimen.rule = "reported";
        } else if evidence.overall.contains(&ResultWord::Indeterminate) {
            specimen.status = Status::Indeterminate;
            specimen.rule = "reported";
        }
    }
}

fn flag_name(flag: Flag) -> &'static str {
    match flag {
        Flag::IhcIshDiscordant => "ihc-ish-discordant",
        Flag::IhcReviewRecommended => "ihc-review-recommended",
        Flag::SingleProbeIgnored => "single-probe-ignored",
        Flag::DualProbeIncomplete => "dual-probe-incomplete",
        Flag::RatioInconsistent => "ratio-inconsistent",
    }
}

fn status_name(status: Status) -> &'static str {
    match status {
        Status::Positive => "positive",
        Status::Negative | Status::NegativeWithComment(_) => "negative",
        Status::Equivocal => "equivocal",
        Status::PendingIhc
        | Status::PendingRecount
        | Status::PendingIhcOrDual
        | Status::PendingDualProbe
        | Status::IncompleteIsh
        | Status::AdjudicationRequired => "pending",
        Status::Indeterminate => "indeterminate",
        Status::NotAssessed => "not-assessed",
        Status::InvalidInput => "invalid",
        Status::Conflict => "conflict",
    }
}

fn detail_name(status: Status) -> &'static str {
    match status {
        Status::Positive => "positive",
        Status::Negative => "negative",
        Status::NegativeWithComment(Group::G2) => "negative-with-comment-g2",
        Status::NegativeWithComment(Group::G3) => "negative-with-comment-g3",
        Status::NegativeWithComment(_) => "negative-with-comment-g4",
        Status::Equivocal => "equivocal",
        Status::PendingIhc => "pending-ihc",
        Status::PendingRecount => "pending-recount",
        Status::PendingIhcOrDual => "pending-ihc-or-dual",
        Status::PendingDualProbe => "pending-dual-probe",
        Status::IncompleteIsh => "incomplete-ish",
        Status::AdjudicationRequired => "adjudication-required",
        Status::Indeterminate => "indeterminate",
        Status::NotAssessed => "not-assessed",
        Status::InvalidInput => "invalid-input",
        Status::Conflict => "conflict",
    }
}

fn category_name(category: Category) -> &'static str {
    match category {
        Category::Positive => "positive",
        Category::Low => "low",
        Category::Ultralow => "ultralow",
        Category::Null => "null",
        Category::ZeroUnspecified => "zero-unspecified",
        Category::NegativeIhcUnknown => "negative-ihc-unknown",
        Category::NotDerivable => "not-derivable",
    }
}

fn ish_name(ish: Ish) -> &'static str {
    match ish {
        Ish::None => "none",
        Ish::Partial => "partial",
        Ish::SingleLow => "s-lo",
        Ish::SingleMid => "s-mid",
        Ish::SingleHigh => "s-hi",
        Ish::Dual(Group::G1) => "g1",
        Ish::Dual(Group::G2) => "g2",
        Ish::Dual(Group::G3) => "g3",
        Ish::Dual(Group::G4) => "g4",
        Ish::Dual(Group::G5) => "g5",
        Ish::ReportedAmplified => "amplified",
        Ish::ReportedNotAmplified => "not-amplified",
    }
}
