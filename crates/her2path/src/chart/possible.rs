//! Values that cannot be: each with the reason. What is impossible is a slip of the pen, and never becomes a fact.

use her2path_knowledge::model::FactDefinition;
use rust_decimal::Decimal;

use super::value::Value;
use crate::guideline::Fact;

/// The limits of facts that are scales or have bounds of their own. Ages to 130 years and the ejection fraction from 5 to
/// 95 % are project rules; the others are the ends of the scale.
const LIMITS: [(Fact, i64, i64); 27] = [
    (Fact::PatientAge, 0, 130),
    (Fact::DiseaseAgeAtDiagnosis, 0, 130),
    (Fact::Ecog, 0, 5),
    (Fact::Karnofsky, 0, 100),
    (Fact::LvefLatest, 5, 95),
    (Fact::LvefBaseline, 5, 95),
    (Fact::LvefRecent, 5, 95),
    (Fact::LvefRecent28Days, 5, 95),
    (Fact::LvefLowerLimit, 5, 95),
    (Fact::LvefFall, -90, 90),
    (Fact::DistressThermometer, 0, 10),
    (Fact::Phq2Total, 0, 6),
    (Fact::Phq9Total, 0, 27),
    (Fact::Phq9Item9, 0, 3),
    (Fact::Gad7Total, 0, 21),
    (Fact::ProCtcaeWorstGrade, 0, 3),
    (Fact::IldGrade, 0, 5),
    (Fact::ToxicityDiarrhoeaGrade, 0, 5),
    (Fact::ToxicityPulmonaryGrade, 0, 5),
    (Fact::SymptomTemperature, 25, 45),
    (Fact::PregnancyGestationalAge, 0, 45),
    (Fact::RiskMenarcheAge, 5, 25),
    (Fact::RiskMenopauseAge, 20, 70),
    (Fact::RiskFirstBirthAge, 10, 65),
    (Fact::MetastasisFreeInterval, -36_500, 36_500),
    (Fact::TherapyAdjuvantHer2Interval, -1200, 1200),
    (Fact::TherapyAdjuvantHer2IntervalDays, -36_500, 36_500),
];

/// Whether a value can be; `Err` says between which limits it had to lie. Percentages lie between 0 and 100, and no other
/// number is negative.
pub(crate) fn possible(fact: Fact, definition: &FactDefinition, value: &Value) -> Result<(), String> {
    let number = match value {
        Value::Integer(number) | Value::Between(_, number) => Decimal::from(*number),
        Value::Decimal(quantity) => quantity.number,
        _ => return Ok(()),
    };
    let own = LIMITS.into_iter().find(|(limited, ..)| *limited == fact);
    let percent = definition.unit.as_deref() == Some("%");
    let (low, high) = match own {
        Some((_, low, high)) => (low, Some(high)),
        None => (0, percent.then_some(100)),
    };
    let fits = number >= Decimal::from(low) && high.is_none_or(|high| number <= Decimal::from(high));
    if fact == Fact::Karnofsky && fits && !(number % Decimal::TEN).is_zero() {
        return Err("it is a multiple of 10".to_owned());
    }
    match high {
        _ if fits => Ok(()),
        Some(high) => Err(format!("it lies between {low} and {high}")),
        None => Err(format!("it is not below {low}")),
    }
}
