//! Organ function, illnesses and acts as facts: the latest result of each test, what is present, over or ruled out.
//!
//! Multiples of the upper limit rest on the limit that the report itself names. They are rounded up to two decimals, so
//! that "above 1.5 times" comes out as it would from the exact quotient.

use std::collections::BTreeMap;

use rust_decimal::{Decimal, RoundingStrategy};

use super::latest::may_be_latest;
use super::measures::by_date;
use super::{code_of, codes_of, dated, state_code, state_codes, statement};
use crate::chart::asserted::{Act, Asserted, Comorbidity, Done, FactStatement, Illness, Lab, LabResult, State};
use crate::chart::facts::Facts;
use crate::chart::value::{Because, Quantity, Value};
use crate::date::PartialDate;
use crate::guideline::Fact;
use crate::issue::Issue;

pub(super) fn state(asserted: &Asserted, facts: &mut Facts, issues: &mut Vec<Issue>) {
    let latest = Latest::of(asserted, issues);
    liver_tests(&latest, facts, issues);
    counts(&latest, facts);
    kidneys(&latest, facts);
    electrolytes(&latest, facts);
    other_tests(&latest, facts);
    tumour_marker(asserted, facts);
    illnesses(asserted, facts);
    acts(asserted, facts);
    other_medicines(asserted, facts);
    statements(&asserted.statements, facts);
}

/// The latest result of each test, where it can be told.
struct Latest<'a>(BTreeMap<&'a str, &'a Lab>);

impl<'a> Latest<'a> {
    /// Whatever may be the latest by its date is a candidate, one without a date only where none has one. Candidates that
    /// differ are reported and none is used: neither the order of entries nor their ids decide.
    fn of(asserted: &'a Asserted, issues: &mut Vec<Issue>) -> Self {
        let mut tests: BTreeMap<&str, Vec<&Lab>> = BTreeMap::new();
        for lab in &asserted.labs {
            tests.entry(&lab.test).or_default().push(lab);
        }
        let mut found = BTreeMap::new();
        for (test, labs) in tests {
            let mut candidates = may_be_latest(&labs, |lab| lab.date);
            candidates.sort_by(|a, b| by_date(b.date, a.date).then_with(|| a.source.cmp(&b.source)));
            let Some(first) = candidates.first().copied() else { continue };
            if candidates.iter().any(|lab| lab.result != first.result) {
                // Of a tumour marker the series counts, not the single value.
                if !test.starts_with("marker ") {
                    differ(test, &candidates, issues);
                }
                continue;
            }
            if first.date.is_none() {
                let message =
                    format!("{test}: `{}` has no date; it counts as the latest for want of another", first.said);
                issues.push(Issue::warning("undated-result", message).at(first.source.clone()));
            }
            found.insert(test, first);
        }
        Self(found)
    }

    fn get(&self, test: &str) -> Option<&'a Lab> {
        self.0.get(test).copied()
    }
}

fn differ(test: &str, labs: &[&Lab], issues: &mut Vec<Issue>) {
    let day = |lab: &Lab| lab.date.map(|date| format!(" ({date})")).unwrap_or_default();
    let all: Vec<String> = labs.iter().map(|lab| format!("`{}`{}", lab.said, day(lab))).collect();
    let message = format!("{test}: {} differ and none is certainly the latest; none was used", all.join(" and "));
    for lab in labs {
        issues.push(Issue::warning("conflicting-values", message.clone()).at(lab.source.clone()));
    }
}

fn because(lab: &Lab) -> Vec<Because> {
    vec![Because::source(lab.source.clone()).element("value").note(lab.said.clone())]
}

fn liver_tests(latest: &Latest<'_>, facts: &mut Facts, issues: &mut Vec<Issue>) {
    let tests =
        [("bilirubin", Fact::LabsBilirubin), ("ast", Fact::LabsAst), ("alt", Fact::LabsAlt), ("alp", Fact::LabsAlp)];
    let mut dates = Vec::new();
    for (test, fact) in tests {
        let Some(lab) = latest.get(test) else { continue };
        let LabResult::Number { number, high, .. } = &lab.result else { continue };
        if test != "alp" {
            dates.extend(lab.date);
        }
        let times = high.filter(|high| *high > Decimal::ZERO).and_then(|high| number.number.checked_div(high));
        let Some(times) = times else {
            let message = format!("`{}` names no upper limit of normal; multiples of it are not known", lab.said);
            issues.push(Issue::warning("no-upper-limit", message).at(lab.source.clone()));
            continue;
        };
        let number = times.round_dp_with_strategy(2, RoundingStrategy::AwayFromZero).normalize();
        let value = Value::Decimal(Quantity { number, comparator: quantity(lab).comparator });
        facts.state(fact, dated(value, lab.date, because(lab)));
    }
    if dates.len() == 3
        && let Some(oldest) = dates.into_iter().min_by(|a, b| a.cmp_sort(b))
    {
        let because = vec![Because::source("labs.bilirubin"), Because::source("labs.ast"), Because::source("labs.alt")];
        facts.state(Fact::LabsLiverDate, statement(Value::Date(oldest), because));
    }
}

fn quantity(lab: &Lab) -> Quantity {
    match &lab.result {
        LabResult::Number { number, .. } => *number,
        LabResult::Answer(_) => Quantity::from(Decimal::ZERO),
    }
}

/// A blood count in 10*9/L.
fn count(lab: &Lab) -> Option<Quantity> {
    let LabResult::Number { number, unit, .. } = &lab.result else { return None };
    let number_in_giga = match unit.as_str() {
        "10*9/L" | "10^9/L" | "10*3/uL" | "10^3/uL" | "10*3/mm3" | "K/uL" | "k/uL" | "G/L" | "x10E3/uL" | "10E9/L" => {
            number.number
        }
        "/uL" | "{cells}/uL" | "/mm3" => number.number.checked_div(Decimal::ONE_THOUSAND)?.normalize(),
        _ => return None,
    };
    Some(Quantity { number: number_in_giga, comparator: number.comparator })
}

fn counts(latest: &Latest<'_>, facts: &mut Facts) {
    for (test, fact, date_fact) in [
        ("platelets", Fact::LabsPlatelets, Fact::LabsPlateletsDate),
        ("neutrophils", Fact::LabsNeutrophils, Fact::LabsNeutrophilsDate),
    ] {
        let Some(lab) = latest.get(test) else { continue };
        let Some(number) = count(lab) else { continue };
        facts.state(fact, dated(Value::Decimal(number), lab.date, because(lab)));
        if let Some(date) = lab.date {
            facts.state(date_fact, statement(Value::Date(date), because(lab)));
        }
    }
}

/// Measured clearance, else the estimated filtration rate, which stands in for it.
fn kidneys(latest: &Latest<'_>, facts: &mut Facts) {
    let measured = latest.get("creatinine-clearance").map(|lab| (lab, false));
    let estimated = latest.get("filtration-rate").map(|lab| (lab, true));
    let Some((lab, stands_in)) = measured.or(estimated) else { return };
    let LabResult::Number { number, unit, .. } = &lab.result else { return };
    if !unit.starts_with("mL/min") && !unit.starts_with("ml/min") {
        return;
    }
    let mut reasons = because(lab);
    if stands_in {
        reasons.push(Because::source("labs.creatinine-clearance").note("estimated filtration rate stands in"));
    }
    facts.state(Fact::LabsCreatinineClearance, dated(Value::Decimal(*number), lab.date, reasons));
}

fn electrolytes(latest: &Latest<'_>, facts: &mut Facts) {
    let limit = |test: &str, unit: &str| match (test, unit) {
        ("potassium", "mmol/L" | "meq/L" | "mEq/L") => Some(Decimal::new(35, 1)),
        ("magnesium", "mmol/L") => Some(Decimal::new(70, 2)),
        ("magnesium", "mg/dL") => Some(Decimal::new(17, 1)),
        _ => None,
    };
    for (test, fact) in [
        ("calcium", Fact::LabsHypocalcaemia),
        ("potassium", Fact::LabsHypokalaemia),
        ("magnesium", Fact::LabsHypomagnesaemia),
    ] {
        let Some(lab) = latest.get(test) else { continue };
        let LabResult::Number { number, unit, low, flagged_low, .. } = &lab.result else { continue };
        let exact = number.comparator.as_str().is_empty();
        let below = |limit: Decimal| exact.then_some(number.number < limit);
        let low = flagged_low.or(low.and_then(below)).or(limit(test, unit).and_then(below));
        if let Some(low) = low {
            facts.state(fact, dated(Value::Boolean(low), lab.date, because(lab)));
        }
    }
}

fn other_tests(latest: &Latest<'_>, facts: &mut Facts) {
    for (test, fact, wanted) in [("qtc", Fact::EcgQtc, "ms"), ("oxygen-saturation", Fact::LabsSpo2, "%")] {
        let Some(lab) = latest.get(test) else { continue };
        let LabResult::Number { number, unit, .. } = &lab.result else { continue };
        if unit == wanted {
            facts.state(fact, dated(Value::Decimal(*number), lab.date, because(lab)));
        }
    }
    if let Some(lab) = latest.get("gestational-age")
        && let LabResult::Number { number, unit, .. } = &lab.result
    {
        let weeks = match unit.as_str() {
            "wk" | "weeks" => Some(number.number.floor()),
            "d" | "days" => number.number.checked_div(Decimal::from(7)).map(|weeks| weeks.floor()),
            _ => None,
        };
        if let Some(weeks) = weeks.and_then(|weeks| i64::try_from(weeks).ok()) {
            facts.state(Fact::PregnancyGestationalAge, dated(Value::Integer(weeks), lab.date, because(lab)));
        }
    }
    if let Some(lab) = latest.get("dpyd")
        && let LabResult::Answer(answer) = &lab.result
    {
        state_code(facts, Fact::DpydStatus, answer, lab.date, because(lab));
    }
}

/// Whether the latest value of any marker is higher than the one before, in the same unit.
fn tumour_marker(asserted: &Asserted, facts: &mut Facts) {
    let mut markers: Vec<&str> =
        asserted.labs.iter().map(|lab| lab.test.as_str()).filter(|test| test.starts_with("marker ")).collect();
    markers.sort_unstable();
    markers.dedup();
    let mut rising = None;
    let mut reasons = Vec::new();
    for marker in markers {
        let mut series: Vec<&Lab> =
            asserted.labs.iter().filter(|lab| lab.test == marker && lab.date.is_some()).collect();
        series.sort_by(|a, b| by_date(a.date, b.date));
        let [.., before, last] = series.as_slice() else { continue };
        let (LabResult::Number { number: earlier, unit: unit_before, .. }, LabResult::Number { number, unit, .. }) =
            (&before.result, &last.result)
        else {
            continue;
        };
        if unit != unit_before {
            continue;
        }
        let higher = number.number > earlier.number;
        rising = Some(rising.unwrap_or(false) || higher);
        reasons.extend(because(before));
        reasons.extend(because(last));
    }
    if let Some(rising) = rising {
        facts.state(Fact::TumorMarkerRising, statement(Value::Boolean(rising), reasons));
    }
}

fn of(asserted: &Asserted, illness: Illness) -> Vec<&Comorbidity> {
    asserted.comorbidities.iter().filter(|entry| entry.illness == illness).collect()
}

/// The entry that decides: what is present goes before what is over, and that before what was ruled out.
fn governing<'c>(entries: &[&'c Comorbidity]) -> Option<&'c Comorbidity> {
    entries.iter().copied().max_by(|a, b| a.state.cmp(&b.state).then_with(|| by_date(a.date, b.date)))
}

fn said(entry: &Comorbidity) -> Vec<Because> {
    let element = if entry.state == State::RuledOut { "verificationStatus" } else { "code" };
    vec![Because::source(entry.source.clone()).element(element).note(entry.said.clone())]
}

fn illnesses(asserted: &Asserted, facts: &mut Facts) {
    for (illness, fact) in [
        (Illness::HeartFailure, Fact::HeartFailureSymptomatic),
        (Illness::LiverFailure, Fact::LiverFailure),
        (Illness::Dialysis, Fact::RenalDialysis),
        (Illness::LongQt, Fact::ComorbidityLongQt),
        (Illness::Frailty, Fact::PatientFrail),
        (Illness::FebrileNeutropenia, Fact::ToxicityFebrileNeutropenia),
    ] {
        if let Some(entry) = governing(&of(asserted, illness)) {
            let present = entry.state == State::Present;
            facts.state(fact, dated(Value::Boolean(present), entry.date, said(entry)));
        }
    }
    if let Some(entry) = governing(&of(asserted, Illness::InterstitialLungDisease)) {
        let name = match entry.state {
            State::Present => "active",
            State::Over => "resolved",
            State::RuledOut => "none",
        };
        state_code(facts, Fact::IldStatus, name, entry.date, said(entry));
        if let Some((shortest, longest)) = entry.onset.zip(entry.end).map(|(onset, end)| onset.days_until(end))
            && shortest == longest
        {
            facts.state(Fact::IldResolutionDays, statement(Value::Integer(shortest), said(entry)));
        }
    }
    taxane_obstacles(asserted, facts);
    if let Some(entry) = governing(&of(asserted, Illness::BrainMetastasis))
        && code_of(facts, Fact::BrainMetastasesStatus) == Some("unknown")
    {
        state_code(facts, Fact::BrainMetastasesStatus, "absent", entry.date, said(entry));
    }
}

fn taxane_obstacles(asserted: &Asserted, facts: &mut Facts) {
    let neuropathy = governing(&of(asserted, Illness::Neuropathy));
    let allergy = governing(&of(asserted, Illness::TaxaneAllergy));
    let mut obstacles = Vec::new();
    let mut reasons = Vec::new();
    let mut settled = true;
    match neuropathy {
        Some(entry) if entry.state == State::Present && entry.severe == Some(true) => obstacles.push("neuropathy"),
        Some(entry) if entry.state == State::Present && entry.severe.is_none() => settled = false,
        Some(_) => {}
        None => settled = false,
    }
    match allergy {
        Some(entry) if entry.state == State::Present => obstacles.push("hypersensitivity"),
        Some(_) => {}
        None => settled = false,
    }
    reasons.extend(neuropathy.into_iter().chain(allergy).flat_map(said));
    if settled || !obstacles.is_empty() {
        state_codes(facts, Fact::TaxaneObstacle, obstacles, reasons);
    }
}

fn acts(asserted: &Asserted, facts: &mut Facts) {
    let because = |done: &Done| vec![Because::source(done.source.clone()).element("code").note(done.said.clone())];
    for (act, fact) in [
        (Act::BrainLocalTherapy, Fact::BrainLocalTherapyDate),
        (Act::BrainImaging, Fact::BrainImagingDate),
        (Act::DentalExamination, Fact::DentalExamDate),
        (Act::ChestCt, Fact::ImagingChestCtDate),
        (Act::StagingImaging, Fact::ImagingStagingDate),
    ] {
        // A scan of one region alone does not stage the disease.
        let whole = |done: &&Done| act != Act::StagingImaging || done.meaning.as_deref() == Some("fdg-pet-ct");
        let done = asserted.done.iter().filter(|done| done.act == act && done.date.is_some()).filter(whole);
        if let Some((done, date)) =
            done.max_by(|a, b| by_date(a.date, b.date)).and_then(|done| Some((done, done.date?)))
        {
            facts.state(fact, statement(Value::Date(date), because(done)));
        }
    }
    let local: Vec<&Done> = asserted.done.iter().filter(|done| done.act == Act::BrainLocalTherapy).collect();
    if !local.is_empty() {
        let names = local.iter().filter_map(|done| done.meaning.as_deref());
        let reasons = local.iter().flat_map(|done| because(done)).collect();
        state_codes(facts, Fact::BrainPriorLocal, names, reasons);
    }
}

/// Known only where the record lists any medicine besides cancer drugs.
fn other_medicines(asserted: &Asserted, facts: &mut Facts) {
    if asserted.other_medicines.is_empty() {
        return;
    }
    let mut names = Vec::new();
    let mut reasons = Vec::new();
    for medicine in &asserted.other_medicines {
        let Some(class) = medicine.class.as_deref() else { continue };
        match class {
            "rifampin" => names.extend(["strong-cyp3a4-inducer", "moderate-cyp2c8-inducer"]),
            "phenytoin" => names.extend(["phenytoin", "strong-cyp3a4-inducer"]),
            class => names.push(class),
        }
        reasons.push(Because::source(medicine.source.clone()).element("medication").note(medicine.said.clone()));
    }
    if reasons.is_empty() {
        let listed = asserted.other_medicines.iter().map(|medicine| Because::source(medicine.source.clone()));
        reasons.extend(listed);
    }
    state_codes(facts, Fact::Interactions, names, reasons);
}

/// What a clinician stated, where no coded entry says it; the latest statement of a fact stands.
fn statements(stated: &[FactStatement], facts: &mut Facts) {
    let mut ordered: Vec<&FactStatement> = stated.iter().collect();
    ordered.sort_by(|a, b| by_date(a.date, b.date));
    let coded: Vec<Fact> = facts.iter().map(|(fact, _)| fact).collect();
    for found in ordered.into_iter().filter(|found| !coded.contains(&found.fact)) {
        facts.state(found.fact, dated(found.value.clone(), found.date, vec![found.because.clone()]));
    }
}

/// Portal hypertension after T-DM1 is taken for nodular regenerative hyperplasia (T-DM1 label), once the drugs are known.
pub(super) fn after_lines(asserted: &Asserted, facts: &mut Facts) {
    if facts.get(Fact::LiverNodularRegenerativeHyperplasia).is_some() {
        return;
    }
    let had = codes_of(facts, Fact::TherapyPriorDrugs).is_some_and(|drugs| drugs.contains(&"trastuzumab-emtansine"));
    if let Some(entry) = governing(&of(asserted, Illness::PortalHypertension))
        && had
        && entry.state == State::Present
    {
        facts.state(Fact::LiverNodularRegenerativeHyperplasia, dated(Value::Boolean(true), entry.date, said(entry)));
    }
}

/// The date of the latest statement on pregnancy.
pub(super) fn pregnancy_date(facts: &Facts) -> Option<PartialDate> {
    facts.get(Fact::PregnancyStatus)?.date
}
