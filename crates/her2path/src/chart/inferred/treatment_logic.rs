//! Facts that treatment rules need and that follow from other facts alone, for records and typed-in cases alike.
//!
//! Each is stated only where nothing states it already. The project rules among them are named in the data dictionary.

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{code_of, codes_of, dated, organ_function, state_code, state_codes, statement};
use crate::chart::facts::Facts;
use crate::chart::value::{Because, Quantity, Value};
use crate::guideline::Fact;

/// Fills in what follows.
pub(crate) fn derive(facts: &mut Facts, as_of: Date) {
    heart(facts, as_of);
    pregnancy(facts);
    gonads(facts);
    fitness(facts);
    liver(facts);
    disease(facts);
    brain(facts);
    decision(facts);
    her2_before(facts);
    given_before(facts);
    endocrine_progression(facts);
}

fn unless_stated(facts: &mut Facts, fact: Fact, infer: impl FnOnce(&mut Facts)) {
    if facts.get(fact).is_none() {
        infer(facts);
    }
}

fn because(fact: Fact, note: &'static str) -> Vec<Because> {
    vec![Because::source(fact.id()).note(note)]
}

fn integer(facts: &Facts, fact: Fact) -> Option<i64> {
    match facts.get(fact)?.value {
        Value::Integer(number) => Some(number),
        _ => None,
    }
}

fn boolean(facts: &Facts, fact: Fact) -> Option<bool> {
    match facts.get(fact)?.value {
        Value::Boolean(value) => Some(value),
        _ => None,
    }
}

/// A decimal that is no bound.
fn exact(facts: &Facts, fact: Fact) -> Option<Decimal> {
    match facts.get(fact)?.value {
        Value::Decimal(Quantity { number, comparator }) if comparator.as_str().is_empty() => Some(number),
        _ => None,
    }
}

/// LVEF by age of the value; the limit of normal; no heart failure with a recent normal LVEF.
fn heart(facts: &mut Facts, as_of: Date) {
    for (fact, days) in [(Fact::LvefRecent, 90), (Fact::LvefRecent28Days, 28)] {
        unless_stated(facts, fact, |facts| {
            let Some(Value::Date(date)) = facts.get(Fact::LvefDate).map(|found| found.value.clone()) else { return };
            let Some(latest) = facts.get(Fact::LvefLatest).cloned() else { return };
            let oldest = as_of.checked_sub(jiff::Span::new().days(days));
            let inside = oldest.is_ok_and(|oldest| date.earliest() >= oldest && date.latest() <= as_of);
            if inside {
                let mut because = latest.because;
                because.push(Because::source("lvef.date"));
                facts.state(fact, dated(latest.value, Some(date), because));
            }
        });
    }
    unless_stated(facts, Fact::LvefLowerLimit, |facts| {
        if facts.get(Fact::LvefLatest).is_some() {
            let fifty = Value::Decimal(Decimal::from(50).into());
            let because = because(Fact::LvefLatest, "50 % where the laboratory's limit is not on record");
            facts.state(Fact::LvefLowerLimit, statement(fifty, because));
        }
    });
    unless_stated(facts, Fact::LvefBelowLimit, |facts| {
        let found = exact(facts, Fact::LvefLatest).zip(exact(facts, Fact::LvefLowerLimit));
        if let Some((lvef, limit)) = found {
            let because = vec![Because::source("lvef.latest"), Because::source("lvef.lower-limit")];
            facts.state(Fact::LvefBelowLimit, statement(Value::Boolean(lvef < limit), because));
        }
    });
    unless_stated(facts, Fact::HeartFailureSymptomatic, |facts| {
        if exact(facts, Fact::LvefRecent).is_some_and(|lvef| lvef >= Decimal::from(50)) {
            let because = because(Fact::LvefRecent, "normal, and no heart failure on record");
            facts.state(Fact::HeartFailureSymptomatic, statement(Value::Boolean(false), because));
        }
    });
}

fn pregnancy(facts: &mut Facts) {
    unless_stated(facts, Fact::PatientChildbearingPotential, |facts| {
        let sex = code_of(facts, Fact::PatientSex);
        let menopause = code_of(facts, Fact::MenopausalStatus);
        let age_is = |holds: fn(i64) -> bool| facts.whole_number_is(Fact::PatientAge, holds) == Some(true);
        let found = match (sex, menopause) {
            (Some("male"), _) => Some((false, because(Fact::PatientSex, "male"))),
            (_, Some("postmenopausal")) => Some((false, because(Fact::MenopausalStatus, "after menopause"))),
            _ if age_is(|age| age >= 60) => Some((false, because(Fact::PatientAge, "60 years or more"))),
            (Some("female"), _) if age_is(|age| (12..=49).contains(&age)) => {
                Some((true, because(Fact::PatientAge, "12 to 49 years, not known to be past menopause")))
            }
            (Some("female"), Some("premenopausal" | "perimenopausal")) => {
                Some((true, because(Fact::MenopausalStatus, "not past menopause")))
            }
            _ => None,
        };
        if let Some((able, because)) = found {
            facts.state(Fact::PatientChildbearingPotential, statement(Value::Boolean(able), because));
        }
    });
    if matches!(code_of(facts, Fact::PregnancyStatus), None | Some("unknown"))
        && boolean(facts, Fact::PatientChildbearingPotential) == Some(false)
    {
        let because = because(Fact::PatientChildbearingPotential, "cannot become pregnant");
        state_code(facts, Fact::PregnancyStatus, "not-pregnant", None, because);
    }
    unless_stated(facts, Fact::PregnancyTestDate, |facts| {
        if let Some(date) = organ_function::pregnancy_date(facts) {
            facts.state(
                Fact::PregnancyTestDate,
                statement(Value::Date(date), vec![Because::source("pregnancy.status")]),
            );
        }
    });
}

/// An LHRH agonist that is running suppresses the ovaries. That none is on record says nothing: they may have been removed.
fn gonads(facts: &mut Facts) {
    unless_stated(facts, Fact::GonadsSuppressed, |facts| {
        if codes_of(facts, Fact::TherapyCurrentClasses).is_some_and(|classes| classes.contains(&"lhrh-agonist")) {
            let because = because(Fact::TherapyCurrentClasses, "an LHRH agonist is running");
            facts.state(Fact::GonadsSuppressed, statement(Value::Boolean(true), because));
        }
    });
}

fn fitness(facts: &mut Facts) {
    unless_stated(facts, Fact::PatientFrail, |facts| {
        let below = |years: i64| facts.whole_number_is(Fact::PatientAge, |age| age < years) == Some(true);
        let because = match integer(facts, Fact::Ecog) {
            _ if below(60) => because(Fact::PatientAge, "below 60 years (project rule)"),
            Some(0 | 1) if below(70) => because(Fact::Ecog, "60 to 69 years with ECOG 0 or 1 (project rule)"),
            _ => return,
        };
        facts.state(Fact::PatientFrail, statement(Value::Boolean(false), because));
    });
    unless_stated(facts, Fact::TaxaneObstacle, |facts| {
        let naive = codes_of(facts, Fact::TherapyPriorClasses).is_some_and(|classes| !classes.contains(&"taxane"));
        if naive {
            let because = because(Fact::TherapyPriorClasses, "no taxane so far, and nothing against one on record");
            state_codes(facts, Fact::TaxaneObstacle, [], because);
        }
    });
}

fn liver(facts: &mut Facts) {
    unless_stated(facts, Fact::LiverNodularRegenerativeHyperplasia, |facts| {
        let drugs = codes_of(facts, Fact::TherapyPriorDrugs);
        if drugs.is_some_and(|drugs| !drugs.contains(&"trastuzumab-emtansine") && !drugs.contains(&"unknown-agent")) {
            let because = because(Fact::TherapyPriorDrugs, "T-DM1 was never given, and none is on record");
            facts.state(Fact::LiverNodularRegenerativeHyperplasia, statement(Value::Boolean(false), because));
        }
    });
}

/// Without visceral metastases there is no visceral crisis.
fn disease(facts: &mut Facts) {
    unless_stated(facts, Fact::MetastasisVisceralCrisis, |facts| {
        if boolean(facts, Fact::MetastasisVisceral) == Some(false) {
            let because = because(Fact::MetastasisVisceral, "no visceral metastases");
            facts.state(Fact::MetastasisVisceralCrisis, statement(Value::Boolean(false), because));
        }
    });
}

fn brain(facts: &mut Facts) {
    unless_stated(facts, Fact::BrainExtent, |facts| {
        let name = match integer(facts, Fact::BrainLesionCount) {
            Some(1) => "single",
            Some(2..=4) => "limited",
            Some(5..) => "extensive",
            _ => return,
        };
        state_code(facts, Fact::BrainExtent, name, None, vec![Because::source("brain.lesion-count")]);
    });
    unless_stated(facts, Fact::BrainOnlySite, |facts| {
        let Some(sites) = codes_of(facts, Fact::MetastasisSites) else { return };
        let is_brain = |site: &&str| matches!(*site, "brain" | "leptomeninges");
        let is_open = |site: &&str| matches!(*site, "other" | "unspecified");
        // A site that is not named may lie in the brain too; a named one elsewhere settles it.
        let elsewhere = sites.iter().any(|site| !is_brain(site) && !is_open(site));
        if sites.is_empty() || (!elsewhere && sites.iter().any(is_open)) {
            return;
        }
        let only = sites.iter().all(is_brain);
        let because = vec![Because::source("metastasis.sites")];
        facts.state(Fact::BrainOnlySite, statement(Value::Boolean(only), because));
    });
    unless_stated(facts, Fact::BrainPrognosis, |facts| {
        if code_of(facts, Fact::BrainMetastasesStatus) != Some("present") {
            return;
        }
        let (name, note) = match integer(facts, Fact::Ecog) {
            Some(0..=2) => ("favourable", "ECOG 0 to 2"),
            Some(3 | 4) => ("poor", "ECOG 3 or 4"),
            _ => return,
        };
        state_code(facts, Fact::BrainPrognosis, name, None, because(Fact::Ecog, note));
    });
}

/// Whether a new line is being chosen. Progression in the brain alone, with stable disease elsewhere, is answered
/// locally and leaves the line running (rule B07).
fn decision(facts: &mut Facts) {
    unless_stated(facts, Fact::TherapyDecision, |facts| {
        let lines = integer(facts, Fact::TherapyLine).zip(integer(facts, Fact::TherapyAnyLines));
        let given = lines.is_some_and(|(_, any)| any > 0);
        let phase = code_of(facts, Fact::TherapyCurrentPhase);
        let (name, reasons) = if given && code_of(facts, Fact::DiseaseExtracranialStatus) == Some("stable") {
            ("running", because(Fact::DiseaseExtracranialStatus, "stable outside the brain"))
        } else if let Some((line, any)) = lines {
            let name = if line > any { "new-line" } else { "running" };
            (name, vec![Because::source("therapy.line"), Because::source("therapy.any-lines")])
        } else if boolean(facts, Fact::TherapyProgressedOnCurrent) == Some(true) {
            ("new-line", vec![Because::source("therapy.progressed-on-current")])
        } else {
            match phase {
                Some("none") => ("new-line", because(Fact::TherapyCurrentPhase, "no line is running")),
                Some(_) => ("running", vec![Because::source("therapy.current-phase")]),
                None => return,
            }
        };
        state_code(facts, Fact::TherapyDecision, name, None, reasons);
    });
}

/// With an agent that is not known among the drugs, "no HER2-directed drug" stays unknown.
fn her2_before(facts: &mut Facts) {
    unless_stated(facts, Fact::TherapyHer2Before, |facts| {
        let Some(classes) = codes_of(facts, Fact::TherapyPriorMetastaticClasses) else { return };
        let found = match (classes.contains(&"her2-directed"), classes.contains(&"unknown")) {
            (true, _) => true,
            (false, false) => false,
            (false, true) => return,
        };
        let because = vec![Because::source("therapy.prior-metastatic-classes")];
        facts.state(Fact::TherapyHer2Before, statement(Value::Boolean(found), because));
    });
}

/// "Never given" is only known where no agent is unknown and no earlier line is missing.
fn given_before(facts: &mut Facts) {
    for (fact, drug) in [
        (Fact::TherapyHadTDxd, "trastuzumab-deruxtecan"),
        (Fact::TherapyHadTDm1, "trastuzumab-emtansine"),
        (Fact::TherapyHadTucatinib, "tucatinib"),
    ] {
        unless_stated(facts, fact, |facts| {
            let Some(drugs) = codes_of(facts, Fact::TherapyPriorDrugs) else { return };
            let given = drugs.contains(&drug);
            let gap = boolean(facts, Fact::TherapyLinesComplete) == Some(false);
            if given || !(gap || drugs.contains(&"unknown-agent") || drugs.contains(&"other-antineoplastic")) {
                let because = vec![Because::source("therapy.prior-drugs"), Because::source("therapy.lines-complete")];
                facts.state(fact, statement(Value::Boolean(given), because));
            }
        });
    }
}

fn endocrine_progression(facts: &mut Facts) {
    unless_stated(facts, Fact::TherapyEndocrineProgression, |facts| {
        let endocrine = integer(facts, Fact::TherapyEndocrineLinesBefore);
        let chemo = integer(facts, Fact::TherapyChemoLinesBefore);
        let progressed = code_of(facts, Fact::TherapyLastEndReason) == Some("progression");
        let found = match (endocrine, chemo) {
            (Some(0), _) => false,
            (Some(_), Some(0)) if progressed => true,
            _ => return,
        };
        let because =
            vec![Because::source("therapy.endocrine-lines-before"), Because::source("therapy.last-end-reason")];
        facts.state(Fact::TherapyEndocrineProgression, statement(Value::Boolean(found), because));
    });
}
