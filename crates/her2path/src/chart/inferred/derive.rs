//! Facts that follow from other facts alone, for records and typed-in cases alike.
//!
//! Each step states its fact only where it is not stated already, so what a person typed is never replaced.

use her2path_knowledge::model::Knowledge;
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::{code, code_of, codes_of, dated, stage, state_code, statement, symptom_logic};
use crate::chart::facts::Facts;
use crate::chart::value::{Because, Value};
use crate::classify::hormone_receptors::Status;
use crate::classify::subtype::{self, Her2, HormoneReceptor};
use crate::date::PartialDate;
use crate::guideline::{Fact, value_set};

/// Within so many days of first diagnosis metastases count as found in the initial work-up (project rule; it follows the
/// four-month staging window of the TNM convention).
pub(super) const STAGING_WINDOW_DAYS: i64 = 120;

/// Fills in what follows.
pub(crate) fn derive(facts: &mut Facts, knowledge: &Knowledge, as_of: Date) {
    let given = Because::source("stated").note("the day of the assessment");
    facts.state(Fact::AsOf, statement(Value::Date(PartialDate::day(as_of)), vec![given]));
    unless_stated(facts, Fact::PatientAge, |facts| age(facts, as_of));
    her2_remarks(facts);
    unless_stated(facts, Fact::StageGroup, stage::derive_group);
    unless_stated(facts, Fact::HormoneReceptorStatus, hormone_receptor);
    unless_stated(facts, Fact::Subtype, receptor_subtype);
    unless_stated(facts, Fact::MetastasisVisceral, |facts| visceral(facts, knowledge));
    unless_stated(facts, Fact::MetastasisBoneOnly, bone_only);
    unless_stated(facts, Fact::MetastasisFreeInterval, free_interval);
    unless_stated(facts, Fact::DiseasePresentation, presentation);
    unless_stated(facts, Fact::MetastasisOligometastatic, oligometastatic);
    super::response::derive(facts);
    unless_stated(facts, Fact::GermlineBrca, super::germline::combine);
    unless_stated(facts, Fact::MetastasisVisceralCrisisHint, |facts| super::visceral_crisis::derive(facts, as_of));
    unless_stated(facts, Fact::LvefFall, lvef_fall);
    symptom_logic::derive(facts);
    super::risk::derive(facts);
    super::prognosis::derive(facts, as_of);
}

fn unless_stated(facts: &mut Facts, fact: Fact, infer: impl FnOnce(&mut Facts)) {
    if facts.get(fact).is_none() {
        infer(facts);
    }
}

fn date_of(facts: &Facts, fact: Fact) -> Option<PartialDate> {
    match facts.get(fact)?.value {
        Value::Date(date) => Some(date),
        _ => None,
    }
}

fn from(fact: &'static str) -> Because {
    Because::source(fact)
}

/// Completed years on the day, or at death; where a partial date leaves several possible, the lowest and the highest.
fn age(facts: &mut Facts, as_of: Date) {
    let Some(birth) = date_of(facts, Fact::PatientBirthDate) else { return };
    let dead = facts.get(Fact::PatientDeceased).is_some_and(|statement| statement.value == Value::Boolean(true));
    let (first, last) = match date_of(facts, Fact::PatientDeathDate) {
        Some(death) => (death.earliest().min(as_of), death.latest().min(as_of)),
        // Of a death on an unknown day no age follows.
        None if dead => return,
        None => (as_of, as_of),
    };
    let years = |birth: Date, day: Date| {
        let had_birthday = (day.month(), day.day()) >= (birth.month(), birth.day());
        i64::from(day.year()) - i64::from(birth.year()) - i64::from(!had_birthday)
    };
    let (oldest, youngest) = (years(birth.earliest(), last), years(birth.latest(), first));
    if youngest < 0 || oldest < youngest {
        return;
    }
    let value = if oldest == youngest { Value::Integer(oldest) } else { Value::Between(youngest, oldest) };
    let because = if oldest == youngest {
        from("patient.birth-date")
    } else {
        from("patient.birth-date").note(format!("the day of birth is not recorded, only {birth}"))
    };
    facts.state(Fact::PatientAge, statement(value, vec![because]));
}

fn receptor_status(facts: &Facts, fact: Fact) -> Status {
    match code_of(facts, fact) {
        Some("positive") => Status::Positive,
        Some("low-positive") => Status::LowPositive,
        Some("positive-unspecified") => Status::PositiveUnspecified,
        Some("negative") => Status::Negative,
        Some("invalid") => Status::InvalidInput,
        _ => Status::Unknown,
    }
}

fn hormone_receptor(facts: &mut Facts) {
    let (er, pr) = (receptor_status(facts, Fact::ErStatus), receptor_status(facts, Fact::PrStatus));
    let name = match HormoneReceptor::of(er, pr) {
        HormoneReceptor::Positive => "positive",
        HormoneReceptor::Negative => "negative",
        HormoneReceptor::Unknown => "unknown",
        HormoneReceptor::InvalidInput => "invalid",
    };
    let because = vec![from("er.status"), from("pr.status")];
    state_code(facts, Fact::HormoneReceptorStatus, name, None, because.clone());
    let pair: Vec<String> = subtype::pair_flags(er, pr).iter().map(|f| f.to_lowercase().replace('_', "-")).collect();
    if !pair.is_empty() {
        let stated = match facts.get(Fact::HormoneReceptorFlags).map(|statement| &statement.value) {
            Some(Value::Codes(codes)) => codes.clone(),
            _ => Vec::new(),
        };
        let mut codes = stated;
        codes.extend(pair.iter().filter_map(|name| code(Fact::HormoneReceptorFlags, name)));
        codes.sort_unstable();
        codes.dedup();
        facts.state(Fact::HormoneReceptorFlags, statement(Value::Codes(codes), because));
    }
}

fn receptor_subtype(facts: &mut Facts) {
    let hormone_receptor = match code_of(facts, Fact::HormoneReceptorStatus) {
        Some("positive") => HormoneReceptor::Positive,
        Some("negative") => HormoneReceptor::Negative,
        Some("invalid") => HormoneReceptor::InvalidInput,
        _ => HormoneReceptor::Unknown,
    };
    let her2 = match code_of(facts, Fact::Her2Status) {
        Some("positive") => Her2::Positive,
        Some("negative") => Her2::Negative,
        _ => Her2::Open,
    };
    let because = vec![from("hormone-receptor.status"), from("her2.status")];
    state_code(facts, Fact::Subtype, subtype::subtype(hormone_receptor, her2), None, because);
}

/// Any site of the guideline's list of visceral sites (project rule; usage varies). A site that is not named may be any
/// of them, so "no" needs every site named.
fn visceral(facts: &mut Facts, knowledge: &Knowledge) {
    let Some(sites) = codes_of(facts, Fact::MetastasisSites) else { return };
    let Some(list) = knowledge.value_set_definition(value_set::VISCERAL_SITES) else { return };
    let is_visceral = |site: &&str| list.values.iter().any(|listed| listed == *site);
    let visceral = sites.iter().any(is_visceral);
    if visceral || sites.iter().all(|site| is_named(site)) {
        let note = if visceral { "a visceral site is named" } else { "every site is named, and none is visceral" };
        let because = vec![from("metastasis.sites").note(note)];
        facts.state(Fact::MetastasisVisceral, statement(Value::Boolean(visceral), because));
    }
}

/// Bone and nothing else. A site that is not named may be bone too, so only another named site settles "no".
fn bone_only(facts: &mut Facts) {
    let Some(sites) = codes_of(facts, Fact::MetastasisSites) else { return };
    let elsewhere = sites.iter().any(|site| is_named(site) && *site != "bone");
    if elsewhere || sites.iter().all(|site| is_named(site)) {
        let note = if elsewhere { "another site is named" } else { "of the sites on record, all of which are named" };
        let because = vec![from("metastasis.sites").note(note)];
        facts.state(Fact::MetastasisBoneOnly, statement(Value::Boolean(sites == ["bone"]), because));
    }
}

/// Whether the record names the site.
fn is_named(site: &str) -> bool {
    !matches!(site, "other" | "unspecified")
}

fn free_interval(facts: &mut Facts) {
    let dates = date_of(facts, Fact::DiseasePrimaryDate).zip(date_of(facts, Fact::MetastasisFirstDate));
    let Some((primary, metastasis)) = dates else { return };
    let (shortest, longest) = primary.days_until(metastasis);
    if shortest == longest {
        let because = vec![from("disease.primary-date"), from("metastasis.first-date")];
        facts.state(Fact::MetastasisFreeInterval, statement(Value::Integer(shortest), because));
    }
}

/// Whether the first metastasis was found after the staging window. A day of recording is the last on which something can
/// have been found: it bounds the interval from one side only.
fn found_late(facts: &Facts) -> Option<bool> {
    let primary = date_of(facts, Fact::DiseasePrimaryDate);
    let metastasis = date_of(facts, Fact::MetastasisFirstDate);
    let primary_by = primary.or_else(|| date_of(facts, Fact::DiseasePrimaryRecorded))?;
    let metastasis_by = metastasis.or_else(|| date_of(facts, Fact::MetastasisRecorded))?;
    let (shortest, longest) = primary_by.days_until(metastasis_by);
    if metastasis.is_some() && shortest > STAGING_WINDOW_DAYS {
        Some(true)
    } else if primary.is_some() && longest <= STAGING_WINDOW_DAYS {
        Some(false)
    } else {
        None
    }
}

fn presentation(facts: &mut Facts) {
    let because =
        || vec![from("stage.initial-metastatic"), from("disease.primary-date"), from("metastasis.first-date")];
    match code_of(facts, Fact::DiseaseSetting) {
        Some("metastatic") => {}
        Some("not-metastatic") => {
            let because = vec![from("disease.setting")];
            return state_code(facts, Fact::DiseasePresentation, "not-metastatic", None, because);
        }
        _ => return,
    }
    let late = found_late(facts);
    // A first staging long after the diagnosis is not the initial one.
    let initial = facts.get(Fact::StageInitialMetastatic).and_then(|statement| {
        let Value::Boolean(metastatic) = statement.value else { return None };
        let diagnosed =
            date_of(facts, Fact::DiseasePrimaryDate).or_else(|| date_of(facts, Fact::DiseasePrimaryRecorded));
        let staged = diagnosed.zip(statement.date);
        let timely = staged.is_none_or(|(primary, staged)| primary.days_until(staged).0 <= STAGING_WINDOW_DAYS);
        timely.then_some(metastatic)
    });
    let name = match (initial, late) {
        (Some(true), _) => "de-novo",
        (Some(false), Some(true)) => "recurrent",
        (Some(false), Some(false)) => "de-novo-upstaged",
        (None, Some(false)) => "de-novo-probable",
        (None, Some(true)) => "recurrent-probable",
        (_, None) => "metastatic-unclassified",
    };
    state_code(facts, Fact::DiseasePresentation, name, None, because());
}

/// One to five lesions, all safely treatable (ABC4; ESTRO-ASTRO 2020).
fn oligometastatic(facts: &mut Facts) {
    let boolean = |fact| match facts.get(fact).map(|statement| &statement.value) {
        Some(Value::Boolean(value)) => Some(*value),
        _ => None,
    };
    let count = match facts.get(Fact::MetastasisLesionCount).map(|statement| &statement.value) {
        Some(Value::Integer(count)) => Some(*count),
        _ => None,
    };
    let name = match (code_of(facts, Fact::DiseaseSetting), boolean(Fact::MetastasisUncountable), count) {
        (Some("not-metastatic"), ..) => "not-metastatic",
        (_, Some(true), _) => "not-oligometastatic",
        (_, _, Some(0)) => "not-metastatic",
        (_, _, Some(1..=5)) => match boolean(Fact::MetastasisAllTreatable) {
            Some(true) => "oligometastatic",
            Some(false) => "not-oligometastatic",
            None => "possible",
        },
        (_, _, Some(_)) => "not-oligometastatic",
        (Some("metastatic"), ..) => "unknown",
        _ => return,
    };
    let because = vec![from("metastasis.lesion-count"), from("metastasis.all-treatable"), from("disease.setting")];
    state_code(facts, Fact::MetastasisOligometastatic, name, None, because);
}

fn lvef_fall(facts: &mut Facts) {
    let number = |fact| match facts.get(fact).map(|statement| &statement.value) {
        Some(Value::Decimal(quantity)) if quantity.comparator.as_str().is_empty() => Some(quantity.number),
        _ => None,
    };
    let fall = number(Fact::LvefBaseline)
        .zip(number(Fact::LvefLatest))
        .and_then(|(baseline, latest): (Decimal, Decimal)| baseline.checked_sub(latest));
    if let Some(fall) = fall {
        let because = vec![from("lvef.baseline"), from("lvef.latest")];
        let date = facts.get(Fact::LvefLatest).and_then(|statement| statement.date);
        facts.state(Fact::LvefFall, dated(Value::Decimal(fall.into()), date, because));
    }
}

/// Remarks on HER2 that only a person can make join those that follow from the results.
fn her2_remarks(facts: &mut Facts) {
    for (fact, flag) in [
        (Fact::Her2PreanalyticDeviation, "preanalytic-deviation"),
        (Fact::Her2HistologicDiscordance, "histologic-discordance"),
    ] {
        let said = facts.get(fact).is_some_and(|statement| statement.value == Value::Boolean(true));
        let Some(flag) = code(Fact::Her2Flags, flag).filter(|_| said) else { continue };
        let (mut codes, mut because) = match facts.get(Fact::Her2Flags) {
            Some(statement) => match &statement.value {
                Value::Codes(codes) => (codes.clone(), statement.because.clone()),
                _ => continue,
            },
            None => (Vec::new(), Vec::new()),
        };
        if !codes.contains(&flag) {
            codes.push(flag);
            codes.sort_unstable();
            because.push(from(fact.id()));
            facts.state(Fact::Her2Flags, statement(Value::Codes(codes), because));
        }
    }
}
