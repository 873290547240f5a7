//! Symptoms as facts: from coded entries, vital signs and PRO-CTCAE grades.
//!
//! One entry that says a symptom is there outweighs any that says it is not.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::measures::by_date;
use super::{dated, state_code, state_codes, statement};
use crate::chart::asserted::symptoms::is_current;
use crate::chart::asserted::{Asserted, Screening, SymptomMention, What};
use crate::chart::facts::Facts;
use crate::chart::value::{Because, Quantity, Value};
use crate::classify::pro_ctcae;
use crate::date::PartialDate;
use crate::guideline::Fact;

/// Vital signs say something about now for so many days (project rule).
const VITAL_SIGN_DAYS: i64 = 2;

/// Temperatures from here on are a fever, and under the second a sign of sepsis as well, in degrees Celsius (rule U03; the
/// lower limit is that of the project rule on temperatures during systemic therapy).
const FEVER: Decimal = Decimal::from_parts(38, 0, 0, false, 0);
const LOW_TEMPERATURE: Decimal = Decimal::from_parts(36, 0, 0, false, 0);

/// PRO-CTCAE asks about the past seven days; an answer "never" or "none" settles nothing for longer.
const RECALL_DAYS: i64 = 7;

/// Saturation under this is low, in percent (rule L03).
const LOW_SATURATION: Decimal = Decimal::from_parts(92, 0, 0, false, 0);

/// PRO-CTCAE items whose composite grade 3 says that a symptom of the rules is there, and whose grade 0 that it is not.
const GRADED: [(u8, Fact); 24] = [
    (8, Fact::SymptomAppetiteLoss),
    (9, Fact::SymptomNausea),
    (10, Fact::SymptomVomiting),
    (13, Fact::SymptomAbdominalSwelling),
    (15, Fact::SymptomConstipation),
    (16, Fact::SymptomDiarrhoea),
    (17, Fact::SymptomAbdominalPain),
    (18, Fact::SymptomSphincter),
    (19, Fact::SymptomBreathlessness),
    (20, Fact::SymptomCough),
    (23, Fact::SymptomPalpitations),
    (28, Fact::SymptomItching),
    (39, Fact::SymptomNumbness),
    (40, Fact::SymptomDizziness),
    (41, Fact::SymptomVisionChange),
    (46, Fact::SymptomMemoryOrPersonalityChange),
    (47, Fact::SymptomMemoryOrPersonalityChange),
    (49, Fact::SymptomHeadache),
    (53, Fact::SymptomFatigueLimiting),
    (63, Fact::SymptomPolyuria),
    (65, Fact::SymptomSphincter),
    (74, Fact::SymptomRigors),
    (50, Fact::SymptomBonePain),
    (51, Fact::SymptomBonePain),
];

pub(super) fn state(asserted: &Asserted, facts: &mut Facts, as_of: Date) {
    coded(asserted, facts);
    vital_signs(asserted, facts, as_of);
    earlier_alarms(asserted, facts, as_of);
    pro_ctcae(asserted, facts, as_of);
    diagnoses(asserted, facts);
}

fn because(mention: &SymptomMention) -> Because {
    Because::source(mention.source.clone()).element(mention.element).note(mention.said.clone())
}

fn coded(asserted: &Asserted, facts: &mut Facts) {
    let mut by_name: BTreeMap<&str, (Vec<&SymptomMention>, Vec<&SymptomMention>)> = BTreeMap::new();
    for mention in &asserted.symptoms {
        if let What::Symptom { name, present } = &mention.what {
            let (there, not_there) = by_name.entry(name).or_default();
            if *present { there.push(mention) } else { not_there.push(mention) }
        }
    }
    for (name, (there, not_there)) in by_name {
        let present = !there.is_empty();
        let mentions = if present { there } else { not_there };
        let date = mentions.iter().map(|mention| mention.date).max_by(|a, b| by_date(*a, *b)).flatten();
        let reasons = mentions.into_iter().map(because).collect();
        if name == "fever" {
            let band = if present { "38-or-more" } else { "under-37-5" };
            state_code(facts, Fact::SymptomTemperatureBand, band, date, reasons);
        } else if let Some(fact) = Fact::from_id(&format!("symptom.{name}")) {
            facts.state(fact, dated(Value::Boolean(present), date, reasons));
        }
    }
}

fn vital_signs(asserted: &Asserted, facts: &mut Facts, as_of: Date) {
    let latest = |number: fn(&What) -> Option<Decimal>| {
        let readings = asserted.symptoms.iter().filter_map(|mention| Some((mention, number(&mention.what)?)));
        readings.max_by(|(a, _), (b, _)| by_date(a.date, b.date)).filter(|(mention, _)| {
            mention.date.is_some_and(|date| date.days_until(PartialDate::day(as_of)).0 <= VITAL_SIGN_DAYS)
        })
    };
    let temperature = latest(|what| match what {
        What::Temperature(number) => Some(*number),
        _ => None,
    });
    if let Some((mention, number)) = temperature {
        let value = Value::Decimal(Quantity::from(number));
        facts.state(Fact::SymptomTemperature, dated(value, mention.date, vec![because(mention)]));
    }
    let saturation = latest(|what| match what {
        What::OxygenSaturation(number) => Some(*number),
        _ => None,
    });
    if let Some((mention, _)) = saturation.filter(|(_, number)| *number < LOW_SATURATION) {
        facts.state(Fact::SymptomOxygenLow, dated(Value::Boolean(true), mention.date, vec![because(mention)]));
    }
}

/// Readings that were a red flag and that nothing later answers: too old to say how the person is now, too grave to drop.
fn earlier_alarms(asserted: &Asserted, facts: &mut Facts, as_of: Date) {
    let mut alarms = Vec::new();
    let mut reasons = Vec::new();
    let mut last = |number: fn(&What) -> Option<Decimal>, alarm: &dyn Fn(Decimal) -> Option<&'static str>| {
        let readings = || asserted.symptoms.iter().filter_map(|mention| Some((mention, number(&mention.what)?)));
        let latest =
            readings().filter(|(mention, _)| mention.date.is_some()).max_by(|(a, _), (b, _)| by_date(a.date, b.date));
        let old = |mention: &SymptomMention| {
            mention.date.is_none_or(|date| date.days_until(PartialDate::day(as_of)).0 > VITAL_SIGN_DAYS)
        };
        // Of an undated reading nobody knows whether a dated one came later.
        let undated = readings().filter(|(mention, _)| mention.date.is_none());
        for (mention, number) in latest.into_iter().chain(undated).filter(|(mention, _)| old(mention)) {
            if let Some(name) = alarm(number) {
                alarms.push(name);
                let when = mention.date.map_or_else(|| "undated".to_owned(), |date| format!("of {date}"));
                reasons.push(because(mention).note(format!("{} {when}", mention.said)));
            }
        }
    };
    last(
        |what| match what {
            What::Temperature(number) => Some(*number),
            _ => None,
        },
        &|number| match number {
            number if number >= FEVER => Some("fever"),
            number if number < LOW_TEMPERATURE => Some("low-temperature"),
            _ => None,
        },
    );
    last(
        |what| match what {
            What::OxygenSaturation(number) => Some(*number),
            _ => None,
        },
        &|number| (number < LOW_SATURATION).then_some("low-oxygen"),
    );
    if !alarms.is_empty() {
        state_codes(facts, Fact::SymptomEarlierAlarm, alarms, reasons);
    }
}

fn pro_ctcae(asserted: &Asserted, facts: &mut Facts, as_of: Date) {
    let mut responses: Vec<&Screening> =
        asserted.screenings.iter().filter(|screening| !screening.pro_ctcae.is_empty()).collect();
    responses.sort_by(|a, b| by_date(a.date, b.date));
    let Some((latest, before)) = responses.split_last() else { return };
    if !is_current(latest.date, as_of) {
        return;
    }
    let grades = grades_of(latest);
    let reason = |item: u8, grade: u8| {
        let note = format!("PRO-CTCAE {}: composite grade {grade}", pro_ctcae::name(item));
        Because::source(latest.source.clone()).element("item").note(note)
    };
    if let Some(worst) = grades.values().max() {
        let reasons = grades.iter().filter(|(_, grade)| *grade == worst).map(|(item, grade)| reason(*item, *grade));
        let value = Value::Integer(i64::from(*worst));
        facts.state(Fact::ProCtcaeWorstGrade, dated(value, latest.date, reasons.collect()));
    }
    if let Some(before) = before.last() {
        let earlier = grades_of(before);
        let risen: Vec<Because> = grades
            .iter()
            .filter(|(item, grade)| **grade == 2 && earlier.get(item).is_some_and(|earlier| *earlier < 2))
            .map(|(item, grade)| reason(*item, *grade))
            .collect();
        facts.state(Fact::ProCtcaeRising, dated(Value::Boolean(!risen.is_empty()), latest.date, risen));
    }
    let fresh = latest.date.is_some_and(|date| date.days_until(PartialDate::day(as_of)).1 <= RECALL_DAYS);
    for (item, fact) in GRADED {
        let is_there = |facts: &Facts| matches!(facts.get(fact).map(|s| &s.value), Some(Value::Boolean(true)));
        match grades.get(&item) {
            Some(3) if !is_there(facts) => {
                facts.state(fact, dated(Value::Boolean(true), latest.date, vec![reason(item, 3)]));
            }
            Some(0) if fresh && facts.get(fact).is_none() && absent_in_all(&grades, fact) => {
                facts.state(fact, dated(Value::Boolean(false), latest.date, vec![reason(item, 0)]));
            }
            _ => {}
        }
    }
}

/// Whether every item that could show the symptom was answered with grade 0.
fn absent_in_all(grades: &BTreeMap<u8, u8>, fact: Fact) -> bool {
    // Aching muscles and joints are not the only bone pain.
    fact != Fact::SymptomBonePain
        && GRADED.iter().filter(|(_, of)| *of == fact).all(|(item, _)| grades.get(item) == Some(&0))
}

fn grades_of(screening: &Screening) -> BTreeMap<u8, u8> {
    let grade = |item: u8, answers| pro_ctcae::composite_grade(pro_ctcae::attributes(item), answers);
    screening.pro_ctcae.iter().filter_map(|(item, answers)| Some((*item, grade(*item, *answers)?))).collect()
}

fn diagnoses(asserted: &Asserted, facts: &mut Facts) {
    let spine: Vec<Because> =
        asserted.symptoms.iter().filter(|m| m.what == What::SpineMetastasis).map(because).collect();
    if !spine.is_empty() {
        facts.state(Fact::MetastasisSpine, statement(Value::Boolean(true), spine));
    }
    let mut names = BTreeSet::new();
    let mut reasons = Vec::new();
    for mention in &asserted.symptoms {
        if let What::Emergency(name) = &mention.what {
            names.insert(name.as_str());
            reasons.push(because(mention));
        }
    }
    if !names.is_empty() {
        state_codes(facts, Fact::SymptomRecordedEmergency, names, reasons);
    }
}
