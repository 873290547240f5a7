//! What every record holds besides the disease: other illnesses and medicines, visits, vital signs, tests.
//!
//! Codes are those of Synthea's records (smart-on-fhir/generated-sample-data, Apache-2.0) and of the guideline's value
//! sets. None of it bears on the disease, except that a list of medicines is what shows interactions.

use crate::day::{Day, Precision};
use crate::journey::Journey;
use crate::json::Decimal;
use crate::random::Random;
use crate::record::build::Builder;
use crate::record::resource::{Body, Concept, Kind, Medication, RXNORM, Value, When};

/// A medicine for another illness: RxNorm code and display, and the illness in SNOMED CT.
pub(crate) struct Medicine {
    code: &'static str,
    display: &'static str,
    illness: Option<(&'static str, &'static str)>,
    proton_pump_inhibitor: bool,
}

const fn medicine(code: &'static str, display: &'static str, illness: &'static str, said: &'static str) -> Medicine {
    Medicine { code, display, illness: Some((illness, said)), proton_pump_inhibitor: false }
}

/// Medicines taken for years.
pub(crate) const MEDICINES: [Medicine; 9] = [
    medicine("316672", "Simvistatin 10 MG", "55822004", "Hyperlipidemia"),
    medicine("312961", "Simvastatin 20 MG Oral Tablet", "55822004", "Hyperlipidemia"),
    medicine("316049", "Hydrochlorothiazide 25 MG", "38341003", "Hypertension"),
    medicine("197361", "Amlodipine 5 MG Oral Tablet", "38341003", "Hypertension"),
    medicine("310325", "ferrous sulfate 325 MG Oral Tablet", "271737000", "Anemia (disorder)"),
    medicine("310965", "Ibuprofen 200 MG Oral Tablet", "239873007", "Osteoarthritis of knee"),
    medicine("997488", "Fexofenadine hydrochloride 30 MG Oral Tablet", "446096008", "Perennial allergic rhinitis"),
    Medicine { code: "7646", display: "omeprazole", illness: None, proton_pump_inhibitor: true },
    Medicine { code: "40790", display: "pantoprazole", illness: None, proton_pump_inhibitor: true },
];

pub(crate) fn has_proton_pump_inhibitor(taken: &[usize]) -> bool {
    taken.iter().filter_map(|index| MEDICINES.get(*index)).any(|medicine| medicine.proton_pump_inhibitor)
}

/// Code and display of a short illness, and of the drug taken for some days.
type ShortIllness = (&'static str, &'static str, Option<(&'static str, &'static str)>);

const SHORT: [ShortIllness; 8] = [
    ("444814009", "Viral sinusitis (disorder)", None),
    ("10509002", "Acute bronchitis (disorder)", Some(("313782", "Acetaminophen 325 MG Oral Tablet"))),
    ("195662009", "Acute viral pharyngitis (disorder)", None),
    ("44465007", "Sprain of ankle", Some(("849574", "Naproxen sodium 220 MG Oral Tablet"))),
    ("43878008", "Streptococcal sore throat (disorder)", Some(("308182", "Amoxicillin 250 MG Oral Capsule"))),
    ("65363002", "Otitis media", Some(("308182", "Amoxicillin 250 MG Oral Capsule"))),
    ("284551006", "Laceration of foot", Some(("313782", "Acetaminophen 325 MG Oral Tablet"))),
    ("70704007", "Sprain of wrist", None),
];

/// A test of the blood: LOINC code, display, unit, places, and the range in which results lie.
type BloodTest = (&'static str, &'static str, &'static str, u8, f64, f64);

const BLOOD: [BloodTest; 9] = [
    ("718-7", "Hemoglobin [Mass/volume] in Blood", "g/dL", 1, 9.8, 14.8),
    ("6690-2", "Leukocytes [#/volume] in Blood by Automated count", "10*3/uL", 1, 2.8, 9.8),
    ("4544-3", "Hematocrit [Volume Fraction] of Blood by Automated count", "%", 1, 31.0, 44.0),
    ("2339-0", "Glucose", "mg/dL", 0, 75.0, 140.0),
    ("38483-4", "Creatinine", "mg/dL", 2, 0.55, 1.2),
    ("2947-0", "Sodium", "mmol/L", 0, 135.0, 145.0),
    ("2069-3", "Chloride", "mmol/L", 0, 98.0, 107.0),
    ("6299-2", "Urea Nitrogen", "mg/dL", 0, 8.0, 24.0),
    ("1751-7", "Albumin [Mass/volume] in Serum or Plasma", "g/dL", 1, 3.1, 4.8),
];

/// Adds it all. `from` is the day on which the record begins.
pub(crate) fn add(journey: &Journey, from: Day, builder: &mut Builder, random: &mut Random) {
    for index in &journey.other_medicines {
        long_term(journey, *index, from, builder, random);
    }
    let last = journey.last_day;
    let mut day = from.plus(random.between(0, 20));
    let weight = 48.0 + 45.0 * random.unit();
    let height = Decimal::from(if journey.male { random.between(165, 190) } else { random.between(150, 178) });
    while day <= last {
        visit(day, weight, height, builder, random);
        // Visits come every few weeks under treatment, and rarely in years without.
        let busy = journey.cancer.as_ref().is_some_and(|cancer| {
            let since = cancer.metastatic.as_ref().map_or(cancer.found, |metastatic| metastatic.found);
            day >= since.plus(-60) && day <= since.plus(if cancer.metastatic.is_some() { 20_000 } else { 500 })
        });
        day = day.plus(if busy { random.between(42, 98) } else { random.between(150, 420) });
    }
}

fn long_term(journey: &Journey, index: usize, from: Day, builder: &mut Builder, random: &mut Random) {
    let Some(medicine) = MEDICINES.get(index) else { return };
    let start = from.plus(-random.between(100, 2500)).max(journey.birth.plus(7000));
    if let Some((code, said)) = medicine.illness {
        builder.illness(Concept::snomed(code, said), start, None, "active");
    }
    let body = Medication { reason: None, intent: None, dose: None, order: "order" };
    let code = Concept::of(RXNORM, medicine.code, medicine.display);
    let resource = builder.push(Kind::MedicationRequest, "active", code, Body::Medication(Box::new(body)));
    resource.when = Some(When::day(start));
}

fn visit(day: Day, weight: f64, height: Decimal, builder: &mut Builder, random: &mut Random) {
    let minutes = u16::try_from(random.between(480, 990)).unwrap_or(540);
    let types = [
        ("185349003", "Encounter for check up (procedure)"),
        ("390906007", "Follow-up encounter"),
        ("185345009", "Encounter for symptom"),
    ];
    let (code, display) = random.one_of(&types).unwrap_or(("390906007", "Follow-up encounter"));
    let encounter = builder.push(Kind::Encounter, "finished", Concept::snomed(code, display), Body::Plain);
    encounter.when = Some(When::at(day, minutes));
    encounter.until = Some(When::at(day, minutes + 20));
    let number = encounter.number;
    let at = When::at(day, minutes + 5);
    let mut vital = |code: &'static str, display: &'static str, value: Option<Value>, parts: Vec<(Concept, Value)>| {
        let observation = builder.observation("vital-signs", Concept::loinc(code, display), value, at);
        observation.encounter = Some(number);
        if let Some(observation) = observation.observation() {
            observation.components = parts;
        }
    };
    let pressure = |number: i32| Value::Quantity(Decimal::from(number), "mm[Hg]", None);
    let parts = vec![
        (Concept::loinc("8480-6", "Systolic Blood Pressure"), pressure(random.between(105, 155))),
        (Concept::loinc("8462-4", "Diastolic Blood Pressure"), pressure(random.between(60, 95))),
    ];
    vital("55284-4", "Blood Pressure", None, parts);
    let now = weight + 4.0 * random.unit() - 2.0;
    vital("29463-7", "Body Weight", Some(Value::Quantity(Decimal::new(now, 1), "kg", None)), Vec::new());
    if random.chance(0.3) {
        vital("8302-2", "Body Height", Some(Value::Quantity(height, "cm", None)), Vec::new());
    }
    if random.chance(0.5) {
        let pain = Value::Quantity(Decimal::from(random.between(0, 6)), "{score}", None);
        vital("72514-3", "Pain severity - 0-10 verbal numeric rating [Score] - Reported", Some(pain), Vec::new());
    }
    if random.chance(0.45) {
        for (code, display, unit, places, low, high) in BLOOD {
            let result = Decimal::new(low + (high - low) * random.unit(), places);
            let value = Some(Value::Quantity(result, unit, None));
            builder.observation("laboratory", Concept::loinc(code, display), value, at).encounter = Some(number);
        }
    }
    if random.chance(0.06)
        && let Some((code, said, drug)) = random.one_of(&SHORT)
    {
        builder.illness(Concept::snomed(code, said), day, Some(day.plus(random.between(7, 21))), "resolved");
        if let Some((code, display)) = drug {
            let body = Medication { reason: None, intent: None, dose: None, order: "order" };
            let code = Concept::of(RXNORM, code, display);
            let resource = builder.push(Kind::MedicationRequest, "completed", code, Body::Medication(Box::new(body)));
            resource.when = Some(When { day, precision: Precision::Day, minutes: None });
            resource.until = Some(When::day(day.plus(10)));
            resource.encounter = Some(number);
        }
    }
}
