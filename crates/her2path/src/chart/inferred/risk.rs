//! The inputs of the models of absolute risk from the facts, and their 5-year figures.
//!
//! BCRAT counts an unknown factor as its lowest category. Here it does not get that far: a figure is a fact only when every
//! factor is known, and what is missing is named (project rule: an unknown is never taken to be favourable). One exception
//! is the model's own answer "unknown" for hyperplasia after a biopsy, which is neutral. Women only, without breast cancer
//! on record and without a known exclusion; iCARE-Lit only unless another race than White is recorded.

use her2path_models::bcrat::{self, FirstBirth, Hyperplasia, Profile, Race};
use her2path_models::icare_lit::{
    self, AgeAtMenarche, AgeAtMenopause, AgeFirstBirth, Alcohol, Bmi, Covariates, Hrt, HrtType, Interval, Parity,
};
use her2path_models::{Exclusion, Exclusions};
use rust_decimal::Decimal;
use rust_decimal::prelude::{FromPrimitive as _, ToPrimitive as _};

use super::{code_of, statement};
use crate::chart::facts::Facts;
use crate::chart::value::{Because, Value};
use crate::guideline::Fact;

/// Years that the figures look ahead.
pub(crate) const YEARS: u8 = 5;

/// What a model needs: its input as far as it is known, and the facts that are missing for it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Asked<T> {
    pub(crate) input: Option<T>,
    pub(crate) missing: Vec<Fact>,
}

/// States what follows for risk.
pub(crate) fn derive(facts: &mut Facts) {
    let true_because = |facts: &mut Facts, fact: Fact, source: &'static str| {
        if facts.get(fact).is_none() {
            facts.state(fact, statement(Value::Boolean(true), vec![Because::source(source)]));
        }
    };
    if code_of(facts, Fact::GermlineBrca) == Some("pathogenic") {
        true_because(facts, Fact::RiskHereditarySyndrome, "germline.brca");
    }
    if boolean(facts, Fact::RiskAtypicalHyperplasia) == Some(true) {
        true_because(facts, Fact::RiskBenignBreastDisease, "risk.atypical-hyperplasia");
    }
    if !is_for_models(facts) {
        return;
    }
    if let Some(profile) = bcrat(facts).input
        && let Ok(risk) = bcrat::absolute_risk(&profile.codes(), &exclusions(facts))
    {
        let because = || vec![Because::source("BCRAT").note(bcrat::CARD.version)];
        state_percent(facts, Fact::RiskBcratFiveYear, risk.absolute, because());
        state_percent(facts, Fact::RiskBcratFiveYearAverage, risk.average, because());
    }
    if let Asked { input: Some((covariates, interval)), missing } = icare_lit(facts)
        && missing.is_empty()
        && let Ok(risk) = icare_lit::absolute_risk_split(&covariates, &covariates, interval, &exclusions(facts))
    {
        let because = vec![Because::source("iCARE-Lit").note(icare_lit::CARD.version)];
        state_percent(facts, Fact::RiskIcareLitFiveYear, risk, because);
    }
}

/// A probability as percent with four decimals, unless somebody stated it.
fn state_percent(facts: &mut Facts, fact: Fact, probability: f64, because: Vec<Because>) {
    let percent = Decimal::from_f64(100.0 * probability).map(|percent| percent.round_dp(4));
    if let (None, Some(percent)) = (facts.get(fact), percent) {
        facts.state(fact, statement(Value::Decimal(percent.into()), because));
    }
}

/// Living women without breast cancer on record, and none of what the models exclude known to be present.
pub(crate) fn is_for_models(facts: &Facts) -> bool {
    code_of(facts, Fact::DiseaseBreastCancer) == Some("not-recorded")
        && code_of(facts, Fact::PatientSex) == Some("female")
        && boolean(facts, Fact::PatientDeceased) != Some(true)
        && exclusions(facts).present().is_empty()
}

/// What excludes her, as far as the facts say. A record without breast cancer or carcinoma in situ counts as without.
pub(crate) fn exclusions(facts: &Facts) -> Exclusions {
    let (breast_cancer, in_situ) = match code_of(facts, Fact::DiseaseBreastCancer) {
        Some("not-recorded") => (Some(false), Some(false)),
        Some("in-situ-only") => (Some(false), Some(true)),
        Some("invasive") => (Some(true), None),
        _ => (None, None),
    };
    Exclusions {
        breast_cancer,
        in_situ,
        chest_radiation: boolean(facts, Fact::RiskChestRadiation),
        hereditary_syndrome: boolean(facts, Fact::RiskHereditarySyndrome),
    }
}

/// The fact that says whether an exclusion is present.
pub(crate) fn fact_of(exclusion: Exclusion) -> Fact {
    match exclusion {
        Exclusion::BreastCancer | Exclusion::InSitu => Fact::DiseaseBreastCancer,
        Exclusion::ChestRadiation => Fact::RiskChestRadiation,
        Exclusion::HereditarySyndrome => Fact::RiskHereditarySyndrome,
    }
}

/// Her profile for BCRAT over the next five years.
pub(crate) fn bcrat(facts: &Facts) -> Asked<Profile> {
    let age = integer(facts, Fact::PatientAge);
    let race = race(facts);
    let births = integer(facts, Fact::RiskBirths);
    let first_birth = match (race, births, integer(facts, Fact::RiskFirstBirthAge)) {
        // The model of Black women has no place for it.
        (Some(Race::Black), ..) => Some(FirstBirth::Unknown),
        (_, Some(0), _) => Some(FirstBirth::None),
        (_, _, Some(age)) => whole(age).map(FirstBirth::AtAge),
        _ => None,
    };
    let menarche = integer(facts, Fact::RiskMenarcheAge).and_then(whole);
    let relatives = count(facts, Fact::RiskRelatives);
    let biopsies = count(facts, Fact::RiskBiopsies);
    let hyperplasia = match (biopsies, boolean(facts, Fact::RiskAtypicalHyperplasia)) {
        (None | Some(0), _) | (_, None) => Hyperplasia::Unknown,
        (Some(_), Some(true)) => Hyperplasia::Present,
        (Some(_), Some(false)) => Hyperplasia::Absent,
    };
    let first_birth_fact = if births.is_none() { Fact::RiskBirths } else { Fact::RiskFirstBirthAge };
    let missing = missing(&[
        (Fact::PatientAge, age.is_some()),
        (Fact::RiskRace, race.is_some()),
        (Fact::RiskMenarcheAge, menarche.is_some()),
        (first_birth_fact, first_birth.is_some()),
        (Fact::RiskRelatives, relatives.is_some()),
        (Fact::RiskBiopsies, biopsies.is_some()),
    ]);
    let input = match (age.and_then(whole), race, first_birth, missing.is_empty()) {
        (Some(age), Some(race), Some(first_birth), true) => Some(Profile {
            age,
            until_age: age + f64::from(YEARS),
            biopsies,
            hyperplasia,
            menarche,
            first_birth,
            relatives,
            race,
        }),
        _ => None,
    };
    Asked { input, missing }
}

/// Her factors for iCARE-Lit over the next five years, and what the model of her age lacks. There is no input without an age.
pub(crate) fn icare_lit(facts: &Facts) -> Asked<(Covariates, Interval)> {
    let level = |fact| integer(facts, fact).map(|years| years.to_string());
    let number = |fact| decimal(facts, fact).map(|number| number.to_string());
    let ever = |fact| code_of(facts, fact).map(|answer| answer != "never");
    let contraceptive = Fact::RiskOralContraceptive;
    let covariates = Covariates {
        age_at_menarche: level(Fact::RiskMenarcheAge).and_then(|years| AgeAtMenarche::parse(&years)),
        parity: level(Fact::RiskBirths).and_then(|births| Parity::parse(&births)),
        age_first_birth: level(Fact::RiskFirstBirthAge).and_then(|years| AgeFirstBirth::parse(&years)),
        oc_ever: ever(contraceptive),
        oc_current: code_of(facts, contraceptive).map(|answer| answer == "current"),
        alcohol_intake: number(Fact::RiskAlcohol).and_then(|grams| Alcohol::parse(&grams)),
        bbd: boolean(facts, Fact::RiskBenignBreastDisease),
        famhist: integer(facts, Fact::RiskRelatives).map(|count| count > 0),
        height: decimal(facts, Fact::RiskHeight).and_then(|height| Some(height.to_f64()? / 10.0)),
        bmi_curc: number(Fact::RiskBmi).and_then(|bmi| Bmi::parse(&bmi)),
        age_at_menopause: level(Fact::RiskMenopauseAge).and_then(|years| AgeAtMenopause::parse(&years)),
        hrt: match (code_of(facts, Fact::RiskHormoneTherapy), code_of(facts, Fact::RiskHormoneTherapyKind)) {
            // The model's factor is systemic therapy.
            (Some(_), Some("vaginal-oestrogen-only")) | (Some("never"), _) => Some(Hrt::Never),
            (Some("current"), _) => Some(Hrt::Current),
            (Some("former"), _) => Some(Hrt::Former),
            _ => None,
        },
        hrt_type: match code_of(facts, Fact::RiskHormoneTherapyKind) {
            Some("oestrogen-only") => Some(HrtType::One),
            Some("oestrogen-and-progestagen") => Some(HrtType::Zero),
            _ => None,
        },
    };
    let Some(start) = integer(facts, Fact::PatientAge).and_then(|age| u8::try_from(age).ok()) else {
        return Asked { input: None, missing: vec![Fact::PatientAge] };
    };
    let interval = Interval { start, years: YEARS };
    let parts = interval.parts().unwrap_or_default();
    let names: Vec<&str> = parts.iter().flat_map(|(model, _)| covariates.missing(*model)).collect();
    let missing = COVARIATES.iter().filter(|(name, _)| names.contains(name)).map(|(_, fact)| *fact);
    let mut missing: Vec<Fact> = missing.collect();
    missing.dedup();
    Asked { input: Some((covariates, interval)), missing }
}

/// The facts behind the published names of the factors, in the order of asking.
const COVARIATES: [(&str, Fact); 13] = [
    ("famhist", Fact::RiskRelatives),
    ("bbd", Fact::RiskBenignBreastDisease),
    ("age_at_menarche", Fact::RiskMenarcheAge),
    ("parity", Fact::RiskBirths),
    ("age_first_birth", Fact::RiskFirstBirthAge),
    ("age_at_menopause", Fact::RiskMenopauseAge),
    ("hrt", Fact::RiskHormoneTherapy),
    ("hrt_type", Fact::RiskHormoneTherapyKind),
    ("oc_ever", Fact::RiskOralContraceptive),
    ("oc_current", Fact::RiskOralContraceptive),
    ("height", Fact::RiskHeight),
    ("bmi_curc", Fact::RiskBmi),
    ("alcohol_intake", Fact::RiskAlcohol),
];

/// The least and the greatest 5-year risk by iCARE-Lit that missing factors leave open; `None` without a height.
pub(crate) fn icare_lit_bounds(facts: &Facts) -> Option<(f64, f64)> {
    let (covariates, interval) = icare_lit(facts).input?;
    let exclusions = exclusions(facts);
    let (mut least, mut most) = (0.0, 0.0);
    for (model, part) in interval.parts().ok()? {
        let (low, high) = covariates.bounds(model).ok()?;
        // Joined as the model joins its two parts: r1 + (1 - r1) r2.
        least += (1.0 - least) * icare_lit::absolute_risk(model, low, part, &exclusions).ok()?;
        most += (1.0 - most) * icare_lit::absolute_risk(model, high, part, &exclusions).ok()?;
    }
    Some((least, most))
}

/// The race that BCRAT takes; open where a broad group has no model of its own.
fn race(facts: &Facts) -> Option<Race> {
    Some(match code_of(facts, Fact::RiskRace)? {
        "white" => Race::White,
        "black" => Race::Black,
        "hispanic-us-born" => Race::HispanicUsBorn,
        "hispanic-foreign-born" => Race::HispanicForeignBorn,
        "american-indian-or-alaska-native" | "other" => Race::Other,
        "chinese" => Race::Chinese,
        "japanese" => Race::Japanese,
        "filipino" => Race::Filipino,
        "other-asian" => Race::OtherAsian,
        "native-hawaiian" => Race::Hawaiian,
        "other-pacific-islander" => Race::OtherPacificIslander,
        _ => return None,
    })
}

fn missing(inputs: &[(Fact, bool)]) -> Vec<Fact> {
    inputs.iter().filter(|(_, known)| !known).map(|(fact, _)| *fact).collect()
}

/// A whole number of years, which is exact as a float.
fn whole(number: i64) -> Option<f64> {
    i32::try_from(number).ok().map(f64::from)
}

fn count(facts: &Facts, fact: Fact) -> Option<u32> {
    u32::try_from(integer(facts, fact)?).ok()
}

pub(crate) fn integer(facts: &Facts, fact: Fact) -> Option<i64> {
    match facts.get(fact)?.value {
        Value::Integer(number) => Some(number),
        _ => None,
    }
}

pub(crate) fn boolean(facts: &Facts, fact: Fact) -> Option<bool> {
    match facts.get(fact)?.value {
        Value::Boolean(answer) => Some(answer),
        _ => None,
    }
}

/// A decimal that is not only a bound.
pub(crate) fn decimal(facts: &Facts, fact: Fact) -> Option<Decimal> {
    match &facts.get(fact)?.value {
        Value::Decimal(quantity) if quantity.comparator.as_str().is_empty() => Some(quantity.number),
        _ => None,
    }
}
