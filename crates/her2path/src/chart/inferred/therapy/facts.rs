//! The facts about treatment, stated from exposures and lines.
//!
//! The line being decided is the current one while it runs without progression and without a reason for its end, else
//! the number after the last line. It is 1 only where it is known that nothing was given for metastatic disease, and
//! unknown, with an issue saying why, where dates or medication data are missing.

use std::collections::BTreeSet;

use her2path_knowledge::drug::{DrugClass, DrugGroup, Drugs};
use her2path_knowledge::model::Knowledge;

use super::exposures::{Basis, EndReason, Exposure, days_between};
use super::interval::{Interval, interval};
use super::lines::{Line, parts};
use super::placement::Placement;
use super::{Counters, Picture};
use crate::chart::asserted::{Answer, Asserted, Measure, MeasureKind};
use crate::chart::facts::Facts;
use crate::chart::inferred::{dated, latest, measures, state_code, state_codes, statement};
use crate::chart::value::{Because, Value};
use crate::date::PartialDate;
use crate::guideline::Fact;
use crate::issue::Issue;

/// Facts that need exposures alone: what was ever given, what is given now, the baseline of the LVEF.
pub(super) fn state_given(asserted: &Asserted, drugs: &Drugs, exposures: &[Exposure], facts: &mut Facts) {
    let cancer: Vec<&Exposure> = exposures.iter().filter(|exposure| is_cancer_drug(exposure, drugs)).collect();
    let supportive = exposures.iter().filter(|exposure| !is_cancer_drug(exposure, drugs) && exposure.ongoing);
    let supportive: Vec<&Exposure> = supportive.collect();
    let mut because: Vec<Because> = cancer.iter().flat_map(|exposure| exposure.because()).collect();
    because.extend(asserted.medications.none_taken.iter().cloned());
    if !exposures.is_empty() {
        state_drugs(facts, Fact::TherapySupportiveDrugs, None, &supportive, drugs, Vec::new());
    }
    baseline_lvef(asserted, &cancer, drugs, facts);
    if because.is_empty() {
        return;
    }
    facts.state(Fact::TherapyMedicationData, statement(Value::Boolean(true), because));
    let none = asserted.medications.none_taken.clone();
    state_drugs(facts, Fact::TherapyPriorDrugs, Some(Fact::TherapyPriorClasses), &cancer, drugs, none.clone());
    let current: Vec<&Exposure> = cancer.iter().copied().filter(|exposure| exposure.ongoing).collect();
    state_drugs(facts, Fact::TherapyCurrentDrugs, Some(Fact::TherapyCurrentClasses), &current, drugs, none);
    let her2 = cancer.iter().filter(|exposure| exposure.group(drugs) == DrugGroup::Her2Directed);
    if let Some((first, date)) = earliest(her2.copied()) {
        facts.state(Fact::TherapyFirstHer2Date, statement(Value::Date(date), first.because()));
    }
}

fn is_cancer_drug(exposure: &Exposure, drugs: &Drugs) -> bool {
    exposure.group(drugs) != DrugGroup::Supportive
}

fn earliest<'e>(exposures: impl Iterator<Item = &'e Exposure>) -> Option<(&'e Exposure, PartialDate)> {
    exposures
        .filter_map(|exposure| Some((exposure, exposure.start?)))
        .min_by_key(|(_, date)| (date.earliest(), date.latest()))
}

/// The latest LVEF on or before the day of the first HER2-directed drug; without one, the earliest on record.
fn baseline_lvef<'a>(asserted: &'a Asserted, cancer: &[&Exposure], drugs: &Drugs, facts: &mut Facts) {
    let series = measures::series(asserted, MeasureKind::Lvef);
    let dated_series: Vec<&Measure> = series.into_iter().filter(|measure| measure.date.is_some()).collect();
    let her2 = cancer.iter().copied().filter(|exposure| exposure.group(drugs) == DrugGroup::Her2Directed);
    let first = earliest(her2);
    // Of several values of one day none is the baseline.
    let only = |found: Vec<&'a Measure>| {
        let first = *found.first()?;
        found.iter().all(|measure| measure.answer == first.answer).then_some(first)
    };
    let before = first.map(|(_, start)| {
        let on_or_before = |date: PartialDate| date.latest() <= start.latest();
        let earlier = dated_series.iter().copied().filter(|measure| measure.date.is_some_and(on_or_before));
        latest::candidates(&earlier.collect::<Vec<_>>())
    });
    let (measure, note) = match before.filter(|found| !found.is_empty()) {
        Some(found) => (only(found), "latest LVEF before the first HER2-directed drug"),
        None => {
            let earliest = dated_series.first().and_then(|measure| measure.date);
            let of_day = dated_series.iter().copied().filter(|measure| measure.date == earliest);
            (only(of_day.collect()), "earliest LVEF on record")
        }
    };
    let Some(measure) = measure else { return };
    let Answer::Number(number) = measure.answer else { return };
    let mut because = vec![measures::because(measure), Because::source("lvef.latest").note(note)];
    if let Some((exposure, start)) = first
        && measure.date.is_some_and(|date| date.latest() <= start.latest())
    {
        because.extend(exposure.because());
    }
    facts.state(Fact::LvefBaseline, dated(Value::Decimal(number), measure.date, because));
}

/// States which drugs, and the classes and groups that they belong to.
fn state_drugs(
    facts: &mut Facts,
    fact: Fact,
    class_fact: Option<Fact>,
    exposures: &[&Exposure],
    drugs: &Drugs,
    otherwise: Vec<Because>,
) {
    let ids: BTreeSet<&str> = exposures.iter().flat_map(|exposure| ids(exposure.drug, drugs)).collect();
    let because: Vec<Because> = exposures.iter().flat_map(|exposure| exposure.because()).collect();
    let because = if because.is_empty() { otherwise } else { because };
    state_codes(facts, fact, ids.iter().copied(), because);
    if let Some(class_fact) = class_fact {
        let classes: BTreeSet<DrugClass> = exposures.iter().map(|exposure| exposure.class(drugs)).collect();
        state_codes(facts, class_fact, classes.into_iter().flat_map(names_of), vec![Because::source(fact.id())]);
    }
}

/// A product and its components.
fn ids(drug: u16, drugs: &Drugs) -> Vec<&str> {
    let mut ids = parts(drug, drugs);
    ids.extend(drugs.get(drug).map(|drug| drug.id.as_ref()));
    ids
}

/// A class and its group. LHRH agonists alone are no endocrine therapy of the cancer (LOT-5f).
fn names_of(class: DrugClass) -> Vec<&'static str> {
    if class == DrugClass::LhrhAgonist { vec![class.name()] } else { vec![class.name(), class.group().name()] }
}

/// A drug last given so many days before a progression was being given (project rule: one cycle of four weeks).
const RUNNING_DAYS: i64 = 28;

/// Facts that need the lines.
pub(super) fn state(
    picture: &Picture<'_>,
    gap_sensitivity: &[(u16, usize)],
    metastatic: bool,
    facts: &mut Facts,
    issues: &mut Vec<Issue>,
) {
    let of = |wanted: fn(&Placement) -> bool| -> Vec<&Exposure> {
        let both = picture.exposures.iter().zip(picture.placements);
        both.filter(|(_, placement)| wanted(placement)).map(|(exposure, _)| exposure).collect()
    };
    let open = of(|placement| *placement == Placement::Open);
    let early = of(|placement| matches!(placement, Placement::Early | Placement::Continued(_)));
    let mut progressed = Vec::new();
    if open.is_empty() {
        let because = vec![Because::source("therapy.prior-drugs").note("none of them for early disease")];
        state_drugs(facts, Fact::TherapyEarlyDrugs, Some(Fact::TherapyEarlyClasses), &early, picture.drugs, because);
    }
    if metastatic {
        intervals(picture, &early, open.is_empty(), facts, &mut progressed);
        lines(picture, gap_sensitivity, facts, &mut progressed, issues);
        if open.is_empty() {
            let because =
                vec![Because::source("disease.status").note("no progression on record while a drug was given")];
            state_drugs(facts, Fact::TherapyProgressedOn, None, &progressed, picture.drugs, because);
        }
        for exposure in open {
            let message =
                "the drug has no dates that place it before or after the metastasis; add dates, an intent or the line";
            let source = exposure.sources.first().cloned().unwrap_or_default();
            issues.push(Issue::warning("exposure-without-place", message).at(source));
        }
    }
}

fn intervals<'p>(
    picture: &Picture<'p>,
    early: &[&'p Exposure],
    settled: bool,
    facts: &mut Facts,
    progressed: &mut Vec<&'p Exposure>,
) {
    let Some(Value::Date(recurrence)) = facts.get(Fact::MetastasisFirstDate).map(|statement| statement.value.clone())
    else {
        return;
    };
    let of_group = |group| -> Vec<&Exposure> {
        early.iter().copied().filter(|exposure| exposure.group(picture.drugs) == group).collect()
    };
    let her2 = of_group(DrugGroup::Her2Directed);
    let because = |exposures: &[&Exposure]| {
        let mut because: Vec<Because> = exposures.iter().flat_map(|exposure| exposure.because()).collect();
        because.push(Because::source("metastasis.first-date").note("rule LOT-9"));
        because
    };
    if her2.is_empty() {
        if settled {
            for fact in [Fact::TherapyRelapseWithin6Months, Fact::TherapyRelapseWithin12Months] {
                let because =
                    vec![Because::source("therapy.early-drugs").note("no HER2-directed therapy for early disease")];
                facts.state(fact, statement(Value::Boolean(false), because));
            }
        }
    } else if let Some(found) = interval(her2.iter().copied(), recurrence) {
        let Interval { end, days, months, within_6, within_12 } = found;
        let mut say = |fact: Fact, value: Option<Value>| {
            if let Some(value) = value {
                facts.state(fact, statement(value, because(&her2)));
            }
        };
        say(Fact::TherapyAdjuvantHer2End, end.map(Value::Date));
        say(Fact::TherapyAdjuvantHer2IntervalDays, days.map(Value::Integer));
        say(Fact::TherapyAdjuvantHer2Interval, months.map(Value::Integer));
        say(Fact::TherapyRelapseWithin6Months, within_6.map(Value::Boolean));
        say(Fact::TherapyRelapseWithin12Months, within_12.map(Value::Boolean));
    }
    let chemo = of_group(DrugGroup::Chemotherapy);
    let within = if chemo.is_empty() {
        settled.then_some(false)
    } else {
        interval(chemo.iter().copied(), recurrence).and_then(|found| found.within_6)
    };
    if let Some(within) = within {
        facts.state(Fact::TherapyChemoRelapseWithin6Months, statement(Value::Boolean(within), because(&chemo)));
    }
    // Whatever was running when the disease came back did not hold it.
    let running = |exposure: &&&Exposure| {
        interval(std::iter::once(**exposure), recurrence).is_some_and(|found| found.end.is_none())
    };
    progressed.extend(early.iter().filter(running).copied());
}

fn lines<'p>(
    picture: &Picture<'p>,
    gap_sensitivity: &[(u16, usize)],
    facts: &mut Facts,
    progressed: &mut Vec<&'p Exposure>,
    issues: &mut Vec<Issue>,
) {
    let all = picture.lines.iter().flat_map(|line| &line.exposures);
    let given: Vec<&Exposure> = all.filter_map(|position| picture.exposures.get(*position)).collect();
    let settled = !picture.placements.contains(&Placement::Open);
    let because = vec![Because::source("therapy.prior-drugs").note("none of them for metastatic disease")];
    let (drugs, classes) = (Fact::TherapyPriorMetastaticDrugs, Fact::TherapyPriorMetastaticClasses);
    if settled && (picture.complete || !given.is_empty()) {
        state_drugs(facts, drugs, Some(classes), &given, picture.drugs, because);
    }
    flags(picture, gap_sensitivity, facts);
    for line in picture.lines {
        let Some(day) = line.progressed.filter(|_| line.end_reason == Some(EndReason::Progression)) else { continue };
        let members = line.exposures.iter().filter_map(|position| picture.exposures.get(*position));
        // A taxane stopped before maintenance did not fail when the disease progressed on maintenance.
        let running = |exposure: &&Exposure| {
            let last = exposure.end.or(exposure.last).map(PartialDate::latest);
            exposure.open
                || exposure.stopped_for == Some(EndReason::Progression)
                || last.is_some_and(|last| days_between(last, day) <= RUNNING_DAYS)
        };
        progressed.extend(members.filter(running));
    }
    let decision = decision(picture);
    let Some(number) = decision else {
        let why = if picture.index.is_none() && !settled {
            "the date of the first metastasis is not on record"
        } else {
            "not every cancer drug has a date, an intent or a line"
        };
        issues.push(Issue::warning("line-of-therapy-unknown", format!("{why}, so the line of therapy is not known")));
        return;
    };
    let because = decision_because(picture);
    facts.state(Fact::TherapyLine, statement(Value::Integer(i64::from(number)), because));
    let lines_because = || {
        let mut because: Vec<Because> = picture.lines.iter().flat_map(|line| line.because.clone()).collect();
        if because.is_empty() {
            because.push(Because::source("therapy.prior-drugs").note("no drug was given for metastatic disease"));
        }
        because
    };
    facts.state(Fact::TherapyLinesComplete, statement(Value::Boolean(picture.complete), lines_because()));
    if let Some(Counters { her2, chemo, endocrine, any }) = picture.counters {
        let before = |wanted: fn(&Line) -> bool| {
            let earlier = picture.lines.iter().filter(|line| line.number < number && wanted(line));
            i64::try_from(earlier.count()).unwrap_or(i64::MAX)
        };
        let early_her2 = picture.exposures.iter().zip(picture.placements).any(|(exposure, placement)| {
            *placement == Placement::Early && exposure.group(picture.drugs) == DrugGroup::Her2Directed
        });
        let counts = [
            (Fact::TherapyHer2Lines, i64::from(her2)),
            (Fact::TherapyChemoLines, i64::from(chemo)),
            (Fact::TherapyEndocrineLines, i64::from(endocrine)),
            (Fact::TherapyAnyLines, i64::from(any)),
            (Fact::TherapyHer2LinesBefore, before(|line| line.her2)),
            (Fact::TherapyChemoLinesBefore, before(|line| line.chemo)),
            (Fact::TherapyEndocrineLinesBefore, before(|line| line.endocrine)),
            (Fact::TherapyHer2RegimensAnySetting, before(|line| line.her2) + i64::from(early_her2)),
        ];
        for (fact, count) in counts {
            facts.state(fact, statement(Value::Integer(count), lines_because()));
        }
    }
    current(picture, facts);
}

/// The number of the line being decided; `None` where the record does not settle it.
fn decision(picture: &Picture<'_>) -> Option<u16> {
    let settled = !picture.placements.contains(&Placement::Open);
    let Some(last) = picture.lines.last() else { return picture.complete.then_some(1) };
    let stated =
        last.exposures.iter().filter_map(|position| picture.exposures.get(*position)).any(|e| e.stated_line.is_some());
    if !settled && !stated {
        return None;
    }
    let over = last.progressed_systemically.is_some() || (!last.ongoing && last.end_reason.is_some());
    Some(if over { last.number.saturating_add(1) } else { last.number })
}

fn decision_because(picture: &Picture<'_>) -> Vec<Because> {
    let Some(last) = picture.lines.last() else {
        let note = "medication data are on record, and none of it is for metastatic disease";
        return vec![Because::source("therapy.medication-data").note(note)];
    };
    let mut because = last.because.clone();
    let note = match last.end_reason {
        _ if last.progressed_systemically.is_some() => format!("line {} has progressed", last.number),
        Some(reason) if !last.ongoing => format!("line {} has ended ({})", last.number, reason.name()),
        _ => format!("line {} goes on without progression on record", last.number),
    };
    because.push(Because::source("therapy.prior-metastatic-drugs").note(note));
    because
}

/// The current or latest line: phase, start, progression, and why and when the last finished one ended.
fn current(picture: &Picture<'_>, facts: &mut Facts) {
    let Some(last) = picture.lines.last() else {
        let because = vec![Because::source("therapy.prior-metastatic-drugs")];
        state_code(facts, Fact::TherapyCurrentPhase, "none", None, because);
        return;
    };
    let because = || last.because.clone();
    let phase = match (last.ongoing, last.maintenance_from) {
        (false, _) => "none",
        (true, Some(_)) => "maintenance",
        (true, None) => "induction",
    };
    state_code(facts, Fact::TherapyCurrentPhase, phase, None, because());
    if let Some(from) = last.maintenance_from.filter(|_| last.ongoing) {
        facts.state(Fact::TherapyMaintenanceFrom, statement(Value::Date(PartialDate::day(from)), because()));
    }
    let start = last
        .exposures
        .iter()
        .filter_map(|position| picture.exposures.get(*position)?.start)
        .min_by_key(|date| date.earliest());
    if let Some(start) = start {
        facts.state(Fact::TherapyLineStart, statement(Value::Date(start), because()));
    }
    if last.progressed_systemically.is_some() || last.end_reason == Some(EndReason::Progression) {
        facts.state(Fact::TherapyProgressedOnCurrent, statement(Value::Boolean(true), because()));
    } else if let Some(because) = stable_since(facts, start) {
        facts.state(Fact::TherapyProgressedOnCurrent, statement(Value::Boolean(false), because));
    }
    let finished = picture.lines.iter().rev().find(|line| line.end_reason.is_some());
    if let Some(line) = finished {
        if let Some(reason) = line.end_reason {
            state_code(
                facts,
                Fact::TherapyLastEndReason,
                reason.name(),
                line.end.map(PartialDate::day),
                line.because.clone(),
            );
        }
        if let Some(end) = line.end {
            facts.state(Fact::TherapyLastEndDate, statement(Value::Date(PartialDate::day(end)), line.because.clone()));
        }
    }
}

/// An assessment of response after the start that shows no progression.
fn stable_since(facts: &Facts, start: Option<PartialDate>) -> Option<Vec<Because>> {
    let start = start?;
    let shows_none = |fact: Fact, date_fact: Fact, good: &[&str]| {
        let code = super::super::code_of(facts, fact)?;
        let Value::Date(date) = facts.get(date_fact)?.value else { return None };
        (good.contains(&code) && start.before(date) == Some(true)).then(|| Because::source(fact.id()))
    };
    let status = shows_none(
        Fact::DiseaseStatus,
        Fact::DiseaseStatusDate,
        &["improved", "stable", "full-remission", "partial-remission"],
    );
    let response = shows_none(Fact::ResponseRecist, Fact::ResponseDate, &["CR", "PR", "SD", "NONCR_NONPD"]);
    status.or(response).map(|because| vec![because])
}

fn flags(picture: &Picture<'_>, gap_sensitivity: &[(u16, usize)], facts: &mut Facts) {
    let any = |wanted: fn(&Line) -> bool| picture.lines.iter().any(wanted);
    let sensitive = gap_sensitivity.iter().any(|(_, count)| *count != picture.lines.len());
    let stated = picture.exposures.iter().any(|exposure| exposure.stated_line.is_some());
    let undated = picture.exposures.iter().zip(picture.placements).any(|(exposure, placement)| {
        *placement != Placement::Supportive && exposure.start.is_none() && exposure.last.is_none()
    });
    let before_index = picture.lines.first().and_then(|line| line.start).zip(picture.index);
    let gapless = picture.lines.iter().zip(1_u16..).all(|(line, number)| line.number == number);
    let ordered = picture.lines.iter().any(|line| {
        line.exposures.iter().filter_map(|position| picture.exposures.get(*position)).any(|e| e.basis == Basis::Ordered)
    });
    let flags = [
        ("maintenance-intensification", any(|line| line.maintenance_intensification)),
        ("toxicity-switch", any(|line| line.toxicity_switch)),
        ("within-class-switch", any(|line| line.within_class_switch)),
        ("endocrine-added", any(|line| line.endocrine_added)),
        ("unknown-agent", any(|line| line.unknown_agent)),
        ("gap-sensitive", sensitive),
        ("ordered-only", ordered),
        ("started-before-index", before_index.is_some_and(|(start, index)| start < index)),
        ("stated-line", stated),
        ("undated-exposure", undated),
        ("earlier-lines-missing", !gapless),
    ];
    let set = flags.into_iter().filter(|(_, holds)| *holds).map(|(name, _)| name);
    let because: Vec<Because> = picture.lines.iter().flat_map(|line| line.because.clone()).collect();
    state_codes(facts, Fact::TherapyLineFlags, set, because);
}

/// Of drugs that were typed in follow their classes.
pub(crate) fn derive_stated(facts: &mut Facts, knowledge: &Knowledge) {
    let drugs = &knowledge.drugs;
    for (fact, class_fact) in [
        (Fact::TherapyCurrentDrugs, Fact::TherapyCurrentClasses),
        (Fact::TherapyPriorDrugs, Fact::TherapyPriorClasses),
        (Fact::TherapyPriorMetastaticDrugs, Fact::TherapyPriorMetastaticClasses),
        (Fact::TherapyEarlyDrugs, Fact::TherapyEarlyClasses),
    ] {
        let Some(Value::Codes(codes)) = facts.get(fact).map(|statement| statement.value.clone()) else { continue };
        if facts.get(class_fact).is_some() {
            continue;
        }
        let Some(definition) = knowledge.fact_definition(fact.index()) else { continue };
        let ids = codes.iter().filter_map(|code| definition.values.get(usize::from(code.0)));
        let classes: Vec<&str> = ids
            .filter_map(|value| drugs.get(drugs.position(&value.code)?))
            .flat_map(|drug| names_of(drug.class))
            .collect();
        state_codes(facts, class_fact, classes, vec![Because::source(fact.id())]);
    }
}
