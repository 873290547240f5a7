//! HER2: each specimen by the decision table, then the specimen that governs.
//!
//! The facts are those of the governing specimen; what every other one could change is a remark. Where the dates leave
//! open which result is the newest and the results differ, the status is a conflict and none is chosen (project rules).
//! A diagnosis that names HER2 ("HER2-positive carcinoma") counts only where no specimen is conclusive.

use super::her2_names::{category_name, detail_name, ish_name, status_name};
use super::her2_specimen::judge;
use super::specimens::{self, Specimen, Specimens, Taken};
use super::{code_of, state_code, state_codes, statement};
use crate::chart::asserted::Asserted;
use crate::chart::facts::Facts;
use crate::chart::value::{Because, Value};
use crate::classify::governing::{self, Candidate, Choice, Governing, Outcome, Site};
use crate::classify::her2::{Category, Ihc, Ish, Status};
use crate::date::PartialDate;
use crate::guideline::Fact;
use crate::issue::Issue;

/// HER2 of one specimen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Her2Specimen {
    /// Where it was taken, if recorded.
    pub site: Option<Site>,
    /// Of which breast, `left` or `right`, if recorded.
    pub side: Option<&'static str>,
    /// When it was taken, else when its result was given out.
    pub date: Option<PartialDate>,
    /// When it was taken, for telling which of two is the newer.
    pub taken: Taken,
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

impl Her2Specimen {
    fn outcome(&self) -> Outcome {
        match self.status {
            status if status.is_positive() => Outcome::Positive,
            status if status.is_negative() => Outcome::Negative,
            _ => Outcome::Open,
        }
    }

    fn source(&self) -> &str {
        self.because.first().map_or("", |because| &because.source)
    }
}

/// States every HER2 fact and returns the specimens, earliest first.
pub(super) fn state(asserted: &Asserted, facts: &mut Facts, issues: &mut Vec<Issue>) -> Vec<Her2Specimen> {
    let found = specimens::of(asserted, |test| !test.is_hormone_receptor(), issues);
    let tested: Vec<Her2Specimen> = found.tested.iter().map(judge).collect();
    for specimen in &tested {
        if let Some(conflict) = &specimen.conflict {
            issues.push(Issue::warning("her2-conflict", conflict.clone()).at(specimen.source().to_owned()));
        }
    }
    let diagnosed: Vec<Her2Specimen> = found.diagnosed.iter().map(|said| recorded(judge(said))).collect();
    // A diagnosis fills a gap; it is no result that could stand against a specimen.
    let settled = tested.iter().any(|s| s.status.is_conclusive() || s.status == Status::Conflict);
    let contradicted = settled && contradicting(&tested, &diagnosed, issues);
    let judged: Vec<&Her2Specimen> =
        if settled { tested.iter().collect() } else { tested.iter().chain(&diagnosed).collect() };

    // What is only preliminary settles nothing; it is there to be waited for.
    let metastatic = code_of(facts, Fact::DiseaseSetting);
    let first_metastasis = metastases_from(facts);
    let pending = found.preliminary.iter().map(|specimen| {
        let site = specimen.site.or_else(|| may_be_metastasis(specimen, metastatic, first_metastasis));
        (Candidate { site, outcome: Outcome::Open }, specimen.taken)
    });
    let tested_ones = judged.iter().map(|s| (Candidate { site: s.site, outcome: s.outcome() }, s.taken));
    let (candidates, taken): (Vec<Candidate>, Vec<Taken>) = tested_ones.chain(pending).unzip();
    let before = |a: usize, b: usize| taken.get(a)?.before(*taken.get(b)?);
    let governing = governing::govern(&candidates, before);
    let chosen = match &governing.choice {
        Choice::One(position) => judged.get(*position).copied(),
        Choice::Undecided(_) | Choice::Unresolved => judged.last().copied(),
    };
    let Some(chosen) = chosen else {
        untested(facts, &found.preliminary);
        return tested;
    };
    let mut flags: Vec<&str> = governing.flags.iter().map(|flag| flag.as_str()).collect();
    if judged.iter().any(|specimen| specimen.category == Category::Low) {
        flags.push("any-low");
    }
    if contradicted {
        flags.push("diagnosis-contradicts");
    }
    let several_primaries = specimens::several_primaries(asserted);
    if several_primaries || several_sides(&judged) {
        flags.push("two-primaries");
    }
    match &governing.choice {
        Choice::Undecided(positions) => undecided(facts, &judged, positions, issues),
        Choice::One(_) | Choice::Unresolved => {
            flags.extend(&chosen.flags);
            let conclusive = matches!(governing.choice, Choice::One(_));
            state_chosen(facts, chosen, conclusive, judged.len());
        }
    }
    let because = because_of(&governing, &judged, chosen);
    state_codes(facts, Fact::Her2Flags, flags, because);
    metastasis_tested(facts, &tested, &found, metastatic);
    reflex_awaited(facts, &tested, &found.tested, several_primaries);
    tested
}

/// No final result: nothing was tested, or what was tested is still preliminary.
fn untested(facts: &mut Facts, preliminary: &[Specimen<'_>]) {
    let because: Vec<Because> = preliminary.iter().flat_map(Specimen::because).collect();
    let (status, detail, note) = if preliminary.is_empty() {
        ("not-assessed", "not-assessed", "no HER2 test on record")
    } else {
        ("pending", "pending-report", "only a preliminary result is on record")
    };
    state_code(facts, Fact::Her2Status, status, None, because.clone());
    state_code(facts, Fact::Her2Detail, detail, None, because);
    state_code(facts, Fact::Her2Category, "not-derivable", None, Vec::new());
    state_codes(facts, Fact::Her2Flags, [], vec![Because::source("her2.status").note(note)]);
}

/// A diagnosis or status code that names HER2: what it says was recorded, not tested here.
fn recorded(said: Her2Specimen) -> Her2Specimen {
    if !said.status.is_conclusive() {
        return said;
    }
    let flags = said.flags.iter().copied().chain(["recorded-status"]).collect();
    Her2Specimen { rule: "recorded", flags, ..said }
}

/// The first day on which there may have been a metastasis.
fn metastases_from(facts: &Facts) -> Option<PartialDate> {
    match facts.get(Fact::MetastasisFirstDate)?.value {
        Value::Date(date) => Some(date),
        _ => None,
    }
}

/// A specimen of unknown site is of a metastasis only where there is one, and not when it was taken before.
fn may_be_metastasis(specimen: &Specimen<'_>, setting: Option<&str>, first: Option<PartialDate>) -> Option<Site> {
    let too_early = first.is_some_and(|first| specimen.taken.before(Taken::on(first)) == Some(true));
    (setting == Some("metastatic") && !too_early).then_some(Site::Metastasis)
}

/// Says where a diagnosis contradicts what the specimens show.
fn contradicting(tested: &[Her2Specimen], diagnosed: &[Her2Specimen], issues: &mut Vec<Issue>) -> bool {
    let mut any = false;
    for diagnosis in diagnosed {
        let agrees = tested.iter().any(|specimen| specimen.outcome() == diagnosis.outcome());
        if !agrees && diagnosis.status.is_conclusive() {
            any = true;
            let said = status_name(diagnosis.status);
            let message =
                format!("this diagnosis says HER2-{said}, but no tested specimen is; the specimens were used");
            issues.push(Issue::warning("diagnosis-contradicts-results", message).at(diagnosis.source().to_owned()));
        }
    }
    any
}

fn several_sides(judged: &[&Her2Specimen]) -> bool {
    let has = |side| judged.iter().any(|specimen| specimen.side == Some(side));
    has("left") && has("right")
}

/// States the governing specimen's facts, or the latest one's where none is conclusive.
fn state_chosen(facts: &mut Facts, chosen: &Her2Specimen, conclusive: bool, specimens: usize) {
    let mut because = chosen.because.clone();
    because.push(Because::source("her2.status").note(reason(chosen, conclusive, specimens)));
    state_code(facts, Fact::Her2Status, status_name(chosen.status), chosen.date, because.clone());
    state_code(facts, Fact::Her2Detail, detail_name(chosen.status), chosen.date, because.clone());
    state_code(facts, Fact::Her2Category, category_name(chosen.category), chosen.date, because);
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
    if let Some(side) = chosen.side {
        state_code(facts, Fact::Her2SpecimenSide, side, chosen.date, chosen.because.clone());
    }
}

/// States a conflict between specimens that differ and of which none is known to be the newest.
fn undecided(facts: &mut Facts, judged: &[&Her2Specimen], positions: &[usize], issues: &mut Vec<Issue>) {
    let several: Vec<&Her2Specimen> = positions.iter().filter_map(|at| judged.get(*at).copied()).collect();
    let because: Vec<Because> = several.iter().flat_map(|specimen| specimen.because.clone()).collect();
    let note = "specimens differ, and sites and dates do not say which result is the newest of a metastasis";
    let mut reasons = because.clone();
    reasons.push(Because::source("her2.status").note(note));
    state_code(facts, Fact::Her2Status, "conflict", None, reasons.clone());
    state_code(facts, Fact::Her2Detail, "conflict", None, reasons.clone());
    state_code(facts, Fact::Her2Category, "not-derivable", None, reasons);
    state_code(facts, Fact::Her2SpecimenSite, "unknown", None, because.clone());
    let source = several.first().map(|specimen| specimen.source().to_owned()).unwrap_or_default();
    issues.push(Issue::warning("her2-conflict", format!("conflict: {note}")).at(source));
}

fn because_of(governing: &Governing, judged: &[&Her2Specimen], chosen: &Her2Specimen) -> Vec<Because> {
    let mut because = chosen.because.clone();
    for specimen in judged.iter().filter(|_| !governing.flags.is_empty()) {
        because.extend(specimen.because.iter().filter(|other| !chosen.because.contains(other)).cloned());
    }
    because
}

fn reason(chosen: &Her2Specimen, conclusive: bool, specimens: usize) -> String {
    let side = chosen.side.map(|side| format!(", {side} side")).unwrap_or_default();
    let governs = match (conclusive, specimens) {
        (_, 0 | 1) => side,
        (true, _) => {
            format!(
                "{side}; this specimen governs: the latest conclusive metastatic one, else a positive primary (project rule)"
            )
        }
        (false, _) => format!("{side}; no specimen is conclusive, the latest is shown"),
    };
    let rule = match chosen.rule {
        "reported" => "the overall result as reported; IHC and ISH behind it are not on record".to_owned(),
        "recorded" => "recorded status; no test result behind it is on record".to_owned(),
        "conflict" => chosen.conflict.clone().unwrap_or_default(),
        rule => format!("rule {rule} of the ASCO/CAP 2018 table, affirmed 2023"),
    };
    format!("{rule}{governs}")
}

/// Whether a metastasis was tested conclusively. It is not known to be false while a specimen's site is unknown, or while a
/// result is preliminary whose specimen is, or may be, a metastasis.
fn metastasis_tested(facts: &mut Facts, tested: &[Her2Specimen], found: &Specimens<'_>, setting: Option<&str>) {
    let of_metastasis = || tested.iter().filter(|specimen| specimen.site == Some(Site::Metastasis));
    if let Some(specimen) = of_metastasis().find(|specimen| specimen.status.is_conclusive()) {
        let because = specimen.because.clone();
        facts.state(Fact::Her2MetastasisTested, statement(Value::Boolean(true), because));
        return;
    }
    let may_be = |specimen: &Specimen<'_>| match specimen.site {
        Some(site) => site == Site::Metastasis,
        None => setting != Some("not-metastatic"),
    };
    let unsited = tested.iter().any(|specimen| specimen.site.is_none());
    if tested.is_empty() || unsited || found.preliminary.iter().any(may_be) {
        return;
    }
    let mut because: Vec<Because> = of_metastasis().flat_map(|specimen| specimen.because.clone()).collect();
    let note = if because.is_empty() {
        "no specimen on record is metastatic"
    } else {
        "the result of the metastasis settles nothing yet"
    };
    because.push(Because::source("her2.specimen-site").note(note));
    facts.state(Fact::Her2MetastasisTested, statement(Value::Boolean(false), because));
}

/// Whether some specimen is equivocal and neither its own ISH nor a newer specimen of the same place settles it.
fn reflex_awaited(facts: &mut Facts, tested: &[Her2Specimen], found: &[Specimen<'_>], several_primaries: bool) {
    let settled_later = |open: &Her2Specimen| {
        tested.iter().any(|other| {
            let same_place = open.site.is_some() && (other.site, other.side) == (open.site, open.side);
            same_place && other.status.is_conclusive() && open.taken.before(other.taken) == Some(true)
        })
    };
    let reflex = || {
        let named = found.iter().any(|s| s.results.iter().any(|result| result.tissue.specimen.is_some()));
        (!named && !several_primaries).then(|| reflex_of_one_specimen(tested)).flatten()
    };
    if tested.is_empty() {
        return;
    }
    let open: Vec<&Her2Specimen> =
        tested.iter().filter(|s| s.status == Status::Equivocal && !settled_later(s)).collect();
    let because = match (open.as_slice(), reflex()) {
        ([], _) => vec![Because::source("her2.status").note("no specimen is equivocal without a further test")],
        ([_], Some(ish)) => {
            let note =
                "the only ISH on record, within six weeks of the only IHC, is taken for its reflex test (project rule)";
            ish.because.iter().cloned().chain([Because::source("her2.status").note(note)]).collect()
        }
        (open, _) => {
            let because = open.iter().flat_map(|specimen| specimen.because.clone()).collect();
            return facts.state(Fact::Her2ReflexAwaited, statement(Value::Boolean(true), because));
        }
    };
    facts.state(Fact::Her2ReflexAwaited, statement(Value::Boolean(false), because));
}

/// Sections older than so many days are not to be tested (ASCO/CAP), so a reflex ISH follows its IHC within them.
const REFLEX_DAYS: i64 = 42;

/// The ISH that follows an equivocal IHC where the record holds one of each, of no named specimen, of one site or both of none,
/// and of sides that do not exclude each other (project rule): then there was one specimen, and the days are those of its two results.
fn reflex_of_one_specimen(tested: &[Her2Specimen]) -> Option<&Her2Specimen> {
    let [first, second] = tested else { return None };
    let has_ish = |specimen: &Her2Specimen| specimen.ish.is_some_and(|ish| ish != Ish::None);
    let (ihc, ish) = if has_ish(second) { (first, second) } else { (second, first) };
    let sides = ihc.side.is_none() || ish.side.is_none() || ihc.side == ish.side;
    let (shortest, longest) = ihc.date?.days_until(ish.date?);
    let in_time = shortest >= 0 && longest <= REFLEX_DAYS;
    let one = has_ish(ish) && !has_ish(ihc) && ish.ihc.is_empty() && ihc.status == Status::Equivocal;
    (one && in_time && sides && ihc.site == ish.site).then_some(ish)
}
