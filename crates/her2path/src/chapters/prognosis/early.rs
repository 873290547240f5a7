//! PREDICT Breast 3.1 for early disease: survival after surgery, and what each adjuvant treatment adds.

use her2path_knowledge::model::Knowledge;
use her2path_models::NaturalFrequency;
use her2path_models::predict::{
    self, Chemotherapy, Detection, Grade, Hormone, Patient, Refusal, Treatment, Version, Year, card,
};
use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive as _;

use super::asked;
use crate::assessment::Finding;
use crate::chart::facts::Facts;
use crate::chart::inferred::code_of;
use crate::chart::inferred::risk::{decimal, integer};
use crate::guideline::Fact;

const VERSION: Version = Version::V3_1;

const INPUTS: [Fact; 11] = [
    Fact::DiseaseAgeAtDiagnosis,
    Fact::TumorSize,
    Fact::StagePositiveNodes,
    Fact::ErStatus,
    Fact::SmokingStatus,
    Fact::HistologyGrade,
    Fact::Her2Status,
    Fact::PrStatus,
    Fact::TumorKi67,
    Fact::TumorDetection,
    Fact::PatientSex,
];

pub(super) fn predict(facts: &Facts, knowledge: &Knowledge) -> Finding {
    let title = "PREDICT Breast 3.1 (early disease after surgery)".to_owned();
    let used = INPUTS.into_iter().filter(|fact| facts.get(*fact).is_some()).map(Fact::index).collect();
    let said = match (code_of(facts, Fact::PatientSex), patient(facts)) {
        (Some("male"), _) => "not used: it was made from women".to_owned(),
        (_, Err(missing)) => format!("no figure, because these are not known: {}", asked(knowledge, &missing)),
        (_, Ok(patient)) => match figures(&patient) {
            Ok(figures) => format!("{figures}{}", unknown(&patient)),
            Err(refusal) => format!("no answer: {refusal}"),
        },
    };
    let card = card(VERSION);
    let text = format!(
        "{said}. {}, {}; made from {}. Limits: {}. Sources: {}",
        card.name,
        card.version,
        card.population,
        card.limits.join("; "),
        card.citations.join("; ")
    );
    Finding { title, text, facts: used }
}

/// The woman as the model asks for her, or what it cannot do without.
fn patient(facts: &Facts) -> Result<Patient, Vec<Fact>> {
    let sign = |fact| match code_of(facts, fact) {
        Some("positive" | "low-positive" | "positive-unspecified") => Some(true),
        Some("negative") => Some(false),
        _ => None,
    };
    let age = integer(facts, Fact::DiseaseAgeAtDiagnosis).and_then(|age| i32::try_from(age).ok());
    let size_mm = decimal(facts, Fact::TumorSize).and_then(|size| size.to_f64());
    let nodes = integer(facts, Fact::StagePositiveNodes).and_then(|count| u32::try_from(count).ok());
    let er = sign(Fact::ErStatus);
    let smoker = match code_of(facts, Fact::SmokingStatus) {
        Some("current") => Some(true),
        Some("never" | "former") => Some(false),
        _ => None,
    };
    let inputs = [
        (Fact::DiseaseAgeAtDiagnosis, age.is_some()),
        (Fact::TumorSize, size_mm.is_some()),
        (Fact::StagePositiveNodes, nodes.is_some()),
        (Fact::ErStatus, er.is_some()),
        (Fact::SmokingStatus, smoker.is_some()),
    ];
    let missing: Vec<Fact> = inputs.into_iter().filter(|(_, known)| !known).map(|(fact, _)| fact).collect();
    let (Some(age), Some(size_mm), Some(nodes), Some(er)) = (age, size_mm, nodes, er) else { return Err(missing) };
    if !missing.is_empty() {
        return Err(missing);
    }
    Ok(Patient {
        age: f64::from(age),
        detection: match code_of(facts, Fact::TumorDetection) {
            Some("symptoms") => Detection::Clinical,
            Some("screening") => Detection::Screening,
            _ => Detection::Unknown,
        },
        size_mm,
        grade: match code_of(facts, Fact::HistologyGrade) {
            Some("1") => Grade::One,
            Some("2") => Grade::Two,
            Some("3") => Grade::Three,
            _ => Grade::Unknown,
        },
        nodes,
        er,
        her2: sign(Fact::Her2Status),
        ki67: decimal(facts, Fact::TumorKi67).map(|share| share > Decimal::TEN),
        pr: sign(Fact::PrStatus),
        smoker,
    })
}

/// Women alive of 100 at 5, 10 and 15 years after surgery alone and with each treatment that can work on this tumour.
fn figures(patient: &Patient) -> Result<String, Refusal> {
    let alone = predict::survival(VERSION, patient, &Treatment::default())?;
    let mut text = format!("of women like her alive after surgery alone: {}", years(&alone));
    let hormone = Treatment { hormone: Hormone::FiveYears, ..Treatment::default() };
    let chemotherapy = Treatment { chemotherapy: Some(Chemotherapy::Third), ..Treatment::default() };
    let trastuzumab = Treatment { trastuzumab: true, ..chemotherapy };
    for (name, treatment) in [
        ("5 years of hormone therapy", hormone),
        ("chemotherapy of the third generation", chemotherapy),
        ("that chemotherapy and trastuzumab", trastuzumab),
    ] {
        if predict::is_effective(patient, &treatment) {
            text += &format!("; with {name}: {}", years(&predict::survival(VERSION, patient, &treatment)?));
        }
    }
    Ok(text)
}

fn years(curve: &[Year]) -> String {
    let at = |year: u8| {
        let found = curve.iter().find(|point| point.year == year)?;
        Some(format!("{} at {year} years", NaturalFrequency::out_of(found.alive, 100)))
    };
    [5, 10, 15].into_iter().filter_map(at).collect::<Vec<_>>().join(", ")
}

/// Which of the inputs that the model can do without were counted as unknown.
fn unknown(patient: &Patient) -> String {
    let inputs = [
        ("grade", patient.grade == Grade::Unknown),
        ("HER2", patient.her2.is_none()),
        ("PgR", patient.pr.is_none()),
        ("Ki-67", patient.er && patient.ki67.is_none()),
        ("how it was found", patient.detection == Detection::Unknown),
    ];
    let names: Vec<&str> = inputs.into_iter().filter(|(_, unknown)| *unknown).map(|(name, _)| name).collect();
    if names.is_empty() {
        String::new()
    } else {
        format!("; counted as unknown, as the model provides: {}", names.join(", "))
    }
}
