//! What follows among symptoms, for records and for answers typed in alike.
//!
//! A worse form of a symptom implies the symptom; without the symptom there is no worse form of it. The band of the
//! temperature follows from the reading. Everything is three-valued: what is not asked stays unknown.

use her2path_knowledge::drug::Drugs;
use jiff::civil::Date;
use rust_decimal::Decimal;

use super::therapy::exposures::Exposure;
use super::{code, code_of, state_code, state_codes};
use crate::chart::facts::Facts;
use crate::chart::value::{Because, Value};
use crate::classify::distress;
use crate::date::PartialDate;
use crate::guideline::Fact;

/// The worse form, and the symptom that it is a form of.
const FORMS: [(Fact, Fact); 14] = [
    (Fact::SymptomBreathlessSudden, Fact::SymptomBreathlessness),
    (Fact::SymptomBreathlessAtRest, Fact::SymptomBreathlessness),
    (Fact::SymptomCough3Weeks, Fact::SymptomCough),
    (Fact::SymptomChestPainSharp, Fact::SymptomChestPain),
    (Fact::SymptomChestPainCrushing, Fact::SymptomChestPain),
    (Fact::SymptomBackPainAlarming, Fact::SymptomBackPain),
    (Fact::SymptomNausea2Weeks, Fact::SymptomNausea),
    (Fact::SymptomVomitingOver5, Fact::SymptomVomiting),
    (Fact::SymptomAbdominalPainSevere, Fact::SymptomAbdominalPain),
    (Fact::SymptomSkinChangeSpreading, Fact::SymptomSkinChange),
    (Fact::SymptomStoolAlarm, Fact::SymptomDiarrhoea),
    (Fact::SymptomSelfHarmPlan, Fact::SymptomSelfHarmThoughts),
    (Fact::SymptomSaddleNumbness, Fact::SymptomNumbness),
    (Fact::SymptomBleedingUncontrolled, Fact::SymptomBleeding),
];

/// Answers that are no symptom of their own: how the person sees it, and what is worked out from the others.
const NO_SYMPTOM: [Fact; 12] = [
    Fact::SymptomMildStableKnown,
    Fact::SymptomGettingWorseFast,
    Fact::SymptomVeryWorried,
    Fact::SymptomTemperature,
    Fact::SymptomTemperatureBand,
    Fact::SymptomExtraStools,
    Fact::SymptomRecordedEmergency,
    Fact::SymptomEarlierAlarm,
    Fact::SymptomAnyNew,
    Fact::SymptomCordCompression,
    Fact::SymptomNeurological,
    Fact::SymptomDistant,
];

/// New neurological symptoms: any of them makes `symptom.neurological` true.
const NEUROLOGICAL: [Fact; 14] = [
    Fact::SymptomSeizure,
    Fact::SymptomHeadache,
    Fact::SymptomHeadacheSevere,
    Fact::SymptomStrokeSigns,
    Fact::SymptomDizziness,
    Fact::SymptomVisionChange,
    Fact::SymptomUnsteadiness,
    Fact::SymptomMemoryOrPersonalityChange,
    Fact::SymptomConfusion,
    Fact::SymptomLimbWeakness,
    Fact::SymptomNumbness,
    Fact::SymptomCranialNerve,
    Fact::SymptomWalkingDifficulty,
    Fact::SymptomSphincter,
];

/// Signs that the cord or cauda equina is affected.
const CORD_SIGNS: [Fact; 6] = [
    Fact::SymptomLimbWeakness,
    Fact::SymptomWalkingDifficulty,
    Fact::SymptomNumbness,
    Fact::SymptomSaddleNumbness,
    Fact::SymptomSphincter,
    Fact::SymptomRadicularPain,
];

/// Fills in what follows; nothing stated is replaced.
pub(super) fn derive(facts: &mut Facts) {
    temperature_band(facts);
    item_9(facts);
    for (worse, symptom) in FORMS {
        if answer(facts, worse) == Some(true) {
            state_unless(facts, symptom, true, &[worse]);
        }
    }
    for (worse, symptom) in FORMS {
        if answer(facts, symptom) == Some(false) {
            state_unless(facts, worse, false, &[symptom]);
        }
    }
    let none = [
        (Fact::SymptomRecordedEmergency, "none of the value set `emergency` is on record or typed in"),
        (Fact::SymptomEarlierAlarm, "no such reading is on record or typed in"),
    ];
    for (fact, note) in none {
        if facts.get(fact).is_none() {
            state_codes(facts, fact, [], vec![from(fact).note(note)]);
        }
    }
    combined(facts, Fact::SymptomNeurological, any(facts, &NEUROLOGICAL), &NEUROLOGICAL);
    let spine = [Fact::SymptomBackPain, Fact::SymptomBackPainAlarming, Fact::MetastasisSpine];
    let compression = both(any(facts, &spine), any(facts, &CORD_SIGNS));
    let parts: Vec<Fact> = spine.into_iter().chain(CORD_SIGNS).collect();
    combined(facts, Fact::SymptomCordCompression, compression, &parts);
    any_new(facts);
    myelosuppression(facts);
    systemic(facts);
    bands(facts);
}

/// Whether anything at all is there that counts as a symptom: the floor of the chapter rests on it. False only where every
/// question was answered.
fn any_new(facts: &mut Facts) {
    let questions: Vec<Fact> =
        Fact::ALL.into_iter().filter(|fact| fact.id().starts_with("symptom.") && !NO_SYMPTOM.contains(fact)).collect();
    let band = code_of(facts, Fact::SymptomTemperatureBand).map(|band| band != "under-37-5");
    let listed = |fact: Fact| match facts.get(fact).map(|statement| &statement.value) {
        Some(Value::Codes(codes)) => !codes.is_empty(),
        Some(Value::Integer(number)) => *number > 0,
        _ => false,
    };
    let there: Vec<Fact> = questions
        .iter()
        .copied()
        .filter(|fact| answer(facts, *fact) == Some(true))
        .chain((band == Some(true)).then_some(Fact::SymptomTemperatureBand))
        .chain([Fact::SymptomRecordedEmergency, Fact::SymptomExtraStools].into_iter().filter(|fact| listed(*fact)))
        .collect();
    if !there.is_empty() {
        state_unless(facts, Fact::SymptomAnyNew, true, &there);
    } else if band == Some(false) && questions.iter().all(|fact| answer(facts, *fact) == Some(false)) {
        state_unless(facts, Fact::SymptomAnyNew, false, &[Fact::SymptomTemperatureBand]);
    }
}

/// The answer to a question of yes or no; `None` where it is not known.
fn answer(facts: &Facts, fact: Fact) -> Option<bool> {
    match facts.get(fact).map(|statement| &statement.value) {
        Some(Value::Boolean(value)) => Some(*value),
        _ => None,
    }
}

/// One yes is enough; without one, one unknown leaves it unknown.
fn any(facts: &Facts, of: &[Fact]) -> Option<bool> {
    let answers = || of.iter().map(|fact| answer(facts, *fact));
    if answers().any(|answer| answer == Some(true)) {
        Some(true)
    } else if answers().any(|answer| answer.is_none()) {
        None
    } else {
        Some(false)
    }
}

fn both(one: Option<bool>, other: Option<bool>) -> Option<bool> {
    match (one, other) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

fn from(fact: Fact) -> Because {
    Because::source(fact.id())
}

fn state_unless(facts: &mut Facts, fact: Fact, value: bool, because: &[Fact]) {
    if facts.get(fact).is_none() {
        let date = because.first().and_then(|fact| facts.get(*fact)).and_then(|statement| statement.date);
        let reasons = because.iter().copied().map(from).collect();
        facts.state(fact, super::dated(Value::Boolean(value), date, reasons));
    }
}

/// States a combination where it is settled, with the facts that settle it.
fn combined(facts: &mut Facts, fact: Fact, settled: Option<bool>, parts: &[Fact]) {
    let Some(value) = settled else { return };
    let reasons: Vec<Fact> = parts.iter().copied().filter(|part| answer(facts, *part) == settled).collect();
    state_unless(facts, fact, value, &reasons);
}

/// 38.0 °C or more, 37.5 to 37.9 °C, 36.0 to 37.4 °C, or less (rules U03, U04). A fever that is stated otherwise stays.
fn temperature_band(facts: &mut Facts) {
    let reading = match facts.get(Fact::SymptomTemperature) {
        Some(statement) => match &statement.value {
            Value::Decimal(quantity) if quantity.comparator.as_str().is_empty() => (quantity.number, statement.date),
            _ => return,
        },
        None => return,
    };
    if facts.get(Fact::SymptomTemperatureBand).is_some() {
        return;
    }
    let (number, date) = reading;
    let band = band_of(number);
    state_code(facts, Fact::SymptomTemperatureBand, band, date, vec![from(Fact::SymptomTemperature)]);
}

/// The band of a temperature in degrees Celsius (rules U03 and U04).
pub(crate) fn band_of(celsius: Decimal) -> &'static str {
    if celsius >= Decimal::from(38) {
        "38-or-more"
    } else if celsius >= Decimal::new(375, 1) {
        "37-5-to-37-9"
    } else if celsius >= Decimal::from(36) {
        "under-37-5"
    } else {
        "under-36"
    }
}

/// Any answer above 0 to item 9 says that there are such thoughts; a 0 does not say that there are none.
fn item_9(facts: &mut Facts) {
    if matches!(facts.get(Fact::Phq9Item9).map(|statement| &statement.value), Some(Value::Integer(answer)) if *answer > 0)
    {
        state_unless(facts, Fact::SymptomSelfHarmThoughts, true, &[Fact::Phq9Item9]);
    }
}

/// Cytotoxic drugs and conjugates being given, or few neutrophils. False only where it is known that none was ever given.
fn myelosuppression(facts: &mut Facts) {
    const CLASSES: [&str; 3] = ["chemotherapy", "her2-adc", "trop2-adc"];
    let holds = |fact: Fact| match facts.get(fact).map(|statement| &statement.value) {
        Some(Value::Codes(codes)) => {
            Some(CLASSES.iter().filter_map(|class| code(fact, class)).any(|class| codes.contains(&class)))
        }
        _ => None,
    };
    let neutropenia = match facts.get(Fact::LabsNeutrophils).map(|statement| &statement.value) {
        Some(Value::Decimal(quantity)) => quantity.number < Decimal::ONE,
        _ => false,
    };
    if neutropenia {
        state_unless(facts, Fact::TherapyMyelosuppressionRisk, true, &[Fact::LabsNeutrophils]);
    } else if holds(Fact::TherapyCurrentClasses) == Some(true) {
        state_unless(facts, Fact::TherapyMyelosuppressionRisk, true, &[Fact::TherapyCurrentClasses]);
    } else if holds(Fact::TherapyPriorClasses) == Some(false) {
        state_unless(facts, Fact::TherapyMyelosuppressionRisk, false, &[Fact::TherapyPriorClasses]);
    }
}

/// Drugs against the cancer other than hormones being given. False only where it is known that none was ever given.
fn systemic(facts: &mut Facts) {
    const GROUPS: [&str; 4] = ["her2-directed", "chemotherapy", "targeted", "unknown"];
    let holds =
        |fact: Fact| super::codes_of(facts, fact).map(|classes| classes.iter().any(|class| GROUPS.contains(class)));
    let (now, ever) = (holds(Fact::TherapyCurrentClasses), holds(Fact::TherapyPriorClasses));
    if now == Some(true) {
        state_unless(facts, Fact::TherapySystemic6Weeks, true, &[Fact::TherapyCurrentClasses]);
    } else if ever == Some(false) && now == Some(false) {
        state_unless(facts, Fact::TherapySystemic6Weeks, false, &[Fact::TherapyPriorClasses]);
    }
}

/// What was given within six weeks, ended or not: a cytotoxic drug or an antibody-drug conjugate (rule U03), and any drug
/// against the cancer other than hormones.
pub(super) fn recent_therapy(exposures: &[Exposure], drugs: &Drugs, facts: &mut Facts, as_of: Date) {
    const DAYS: i64 = 42;
    let within = |exposure: &&Exposure| {
        let last = exposure.end.or(exposure.last).or(exposure.start);
        exposure.ongoing || last.is_some_and(|last| last.days_until(PartialDate::day(as_of)).0 <= DAYS)
    };
    let suppresses = |exposure: &&Exposure| {
        exposure.group(drugs).name() == "chemotherapy"
            || ["her2-adc", "trop2-adc"].contains(&exposure.class(drugs).name())
    };
    let systemic = |exposure: &&Exposure| !["endocrine", "supportive"].contains(&exposure.group(drugs).name());
    let mut given = |fact: Fact, counts: &dyn Fn(&&Exposure) -> bool| {
        let because: Vec<Because> =
            exposures.iter().filter(within).filter(counts).flat_map(Exposure::because).collect();
        if !because.is_empty() {
            facts.state(fact, super::statement(Value::Boolean(true), because));
        }
    };
    given(Fact::TherapyMyelosuppressionRisk, &suppresses);
    given(Fact::TherapySystemic6Weeks, &systemic);
}

/// Severity from totals.
fn bands(facts: &mut Facts) {
    type Table = fn(u8) -> Option<&'static str>;
    let tables: [(Fact, Fact, Table); 2] = [
        (Fact::Phq9Total, Fact::Phq9Band, distress::phq9_band),
        (Fact::Gad7Total, Fact::Gad7Band, distress::gad7_band),
    ];
    for (total, band, table) in tables {
        let Some(statement) = facts.get(total) else { continue };
        let Value::Integer(score) = statement.value else { continue };
        let date = statement.date;
        let name = u8::try_from(score).ok().and_then(table);
        if let (Some(name), None) = (name, code_of(facts, band)) {
            state_code(facts, band, name, date, vec![from(total)]);
        }
    }
}
