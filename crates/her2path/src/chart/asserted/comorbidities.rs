//! Conditions, procedures, allergies and other medicines that bear on which treatment is safe.
//!
//! A condition that is ruled out (`verificationStatus` refuted) is kept as such: it is how a record says "no
//! interstitial lung disease". What a record does not mention stays unknown.

use her2path_knowledge::model::ValueSetIndex;

use super::Reader;
use super::coding::{concepts_in, is_in, meaning, said};
use super::verification::{Course, Verification, course, verification};
use super::visible::{Standing, recorded_by, standing};
use crate::date::PartialDate;
use crate::fhir::When;
use crate::guideline::value_set;

/// An illness or state that rules ask about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Illness {
    HeartFailure,
    InterstitialLungDisease,
    PortalHypertension,
    LiverFailure,
    Dialysis,
    LongQt,
    Frailty,
    Neuropathy,
    FebrileNeutropenia,
    TaxaneAllergy,
    BrainMetastasis,
}

/// What the record says of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum State {
    RuledOut,
    Over,
    Present,
}

/// One entry.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Comorbidity {
    pub(crate) illness: Illness,
    pub(crate) state: State,
    pub(crate) onset: Option<PartialDate>,
    pub(crate) end: Option<PartialDate>,
    /// Onset, else the day of recording.
    pub(crate) date: Option<PartialDate>,
    pub(crate) severe: Option<bool>,
    pub(crate) source: String,
    pub(crate) said: String,
}

/// Something that was done.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Done {
    pub(crate) act: Act,
    pub(crate) meaning: Option<String>,
    pub(crate) date: Option<PartialDate>,
    pub(crate) source: String,
    pub(crate) said: String,
}

/// Kinds of acts that rules ask about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Act {
    BrainLocalTherapy,
    BrainImaging,
    DentalExamination,
    ChestCt,
    StagingImaging,
}

/// Another medicine, by the class of its interaction; `None` where it has none that is known here.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct OtherMedicine {
    pub(crate) class: Option<String>,
    pub(crate) source: String,
    pub(crate) said: String,
}

const ILLNESSES: [(ValueSetIndex, Illness); 9] = [
    (value_set::HEART_FAILURE, Illness::HeartFailure),
    (value_set::INTERSTITIAL_LUNG_DISEASE, Illness::InterstitialLungDisease),
    (value_set::PORTAL_HYPERTENSION, Illness::PortalHypertension),
    (value_set::LIVER_FAILURE, Illness::LiverFailure),
    (value_set::DIALYSIS, Illness::Dialysis),
    (value_set::LONG_QT, Illness::LongQt),
    (value_set::FRAILTY, Illness::Frailty),
    (value_set::PERIPHERAL_NEUROPATHY, Illness::Neuropathy),
    (value_set::FEBRILE_NEUTROPENIA, Illness::FebrileNeutropenia),
];

const ACTS: [(ValueSetIndex, Act); 5] = [
    (value_set::BRAIN_LOCAL_THERAPY, Act::BrainLocalTherapy),
    (value_set::BRAIN_MRI, Act::BrainImaging),
    (value_set::DENTAL_EXAMINATION, Act::DentalExamination),
    (value_set::CHEST_CT, Act::ChestCt),
    (value_set::STAGING_IMAGING, Act::StagingImaging),
];

pub(super) fn read(reader: &mut Reader<'_, '_>) {
    conditions(reader);
    procedures(reader);
    allergies(reader);
    medicines(reader);
}

fn conditions(reader: &mut Reader<'_, '_>) {
    let knowledge = reader.knowledge;
    for condition in &reader.record.conditions {
        let Some(code) = &condition.code else { continue };
        let onset = condition.onset.as_ref().and_then(When::start);
        let date = onset.or(condition.recorded_date);
        if !recorded_by(condition.recorded_date, reader.as_of) || !recorded_by(date, reader.as_of) {
            continue;
        }
        let (verified, _) = verification(condition.verification_status.as_ref());
        let refuted = verified == Verification::Refuted;
        let mut illnesses: Vec<Illness> =
            ILLNESSES.iter().filter(|(set, _)| is_in(knowledge, code, *set)).map(|(_, illness)| *illness).collect();
        // Brain metastases that are there are read with the other metastases; here only their absence.
        if refuted && meaning(knowledge, code, value_set::SECONDARY_NEOPLASM) == Some("brain") {
            illnesses.push(Illness::BrainMetastasis);
        }
        if matches!(verified, Verification::EnteredInError | Verification::Unconfirmed) {
            continue;
        }
        let end =
            condition.abatement.as_ref().and_then(When::start).filter(|end| recorded_by(Some(*end), reader.as_of));
        let (course, _) = course(condition.clinical_status.as_ref());
        let state = match course {
            _ if refuted => State::RuledOut,
            Course::Over => State::Over,
            _ if end.is_some() => State::Over,
            _ => State::Present,
        };
        let severity = condition
            .severity
            .as_ref()
            .and_then(|severity| meaning(knowledge, severity, value_set::CONDITION_SEVERITY));
        for illness in illnesses {
            reader.asserted.comorbidities.push(Comorbidity {
                illness,
                state,
                onset,
                end,
                date,
                severe: severity.map(|severity| severity == "severe"),
                source: condition.place.name.clone(),
                said: said(code),
            });
        }
    }
}

fn procedures(reader: &mut Reader<'_, '_>) {
    let knowledge = reader.knowledge;
    for procedure in &reader.record.procedures {
        let Some(code) = &procedure.code else { continue };
        let date = procedure.performed.as_ref().and_then(When::start);
        if standing(procedure.status.as_deref()) != Standing::Final
            || procedure.not_done == Some(true)
            || !recorded_by(date, reader.as_of)
        {
            continue;
        }
        let words = || (procedure.place.name.clone(), said(code));
        for (set, act) in ACTS {
            if let Some(concept) = concepts_in(knowledge, code, set).next() {
                let meaning = concept.meaning.as_deref().map(str::to_owned);
                let (source, said) = words();
                reader.asserted.done.push(Done { act, meaning, date, source, said });
            }
        }
        if is_in(knowledge, code, value_set::DIALYSIS) {
            let (onset, end) = (date, None);
            let (illness, state, severe) = (Illness::Dialysis, State::Present, None);
            let (source, said) = words();
            reader.asserted.comorbidities.push(Comorbidity { illness, state, onset, end, date, severe, source, said });
        }
    }
}

fn allergies(reader: &mut Reader<'_, '_>) {
    for allergy in &reader.record.allergy_intolerances {
        let Some(code) = &allergy.code else { continue };
        if !is_in(reader.knowledge, code, value_set::TAXANE_ALLERGEN)
            || !recorded_by(allergy.recorded_date, reader.as_of)
        {
            continue;
        }
        let state = match verification(allergy.verification_status.as_ref()).0 {
            Verification::EnteredInError | Verification::Unconfirmed => continue,
            Verification::Refuted => State::RuledOut,
            Verification::Confirmed => State::Present,
        };
        let onset = allergy.onset.as_ref().and_then(When::start);
        reader.asserted.comorbidities.push(Comorbidity {
            illness: Illness::TaxaneAllergy,
            state,
            onset,
            end: None,
            date: onset.or(allergy.recorded_date),
            severe: None,
            source: allergy.place.name.clone(),
            said: said(code),
        });
    }
}

/// Medicines that are being taken and are not cancer drugs.
fn medicines(reader: &mut Reader<'_, '_>) {
    let record = reader.record;
    let requested = record.medication_requests.iter().filter_map(|request| {
        let active = matches!(request.status.as_deref(), Some("active") | None);
        let meant = matches!(request.intent.as_deref(), Some("order" | "original-order" | "instance-order") | None);
        let seen = recorded_by(request.authored_on, reader.as_of);
        let concept = request.medication.concept.as_ref().filter(|_| active && meant && seen)?;
        Some((concept, &request.place.name))
    });
    let stated = record.medication_statements.iter().filter_map(|statement| {
        let active = matches!(statement.status.as_deref(), Some("active" | "recorded") | None);
        let start = statement.effective.as_ref().and_then(When::start);
        let seen = recorded_by(statement.date_asserted, reader.as_of) && recorded_by(start, reader.as_of);
        let concept = statement.medication.concept.as_ref().filter(|_| active && seen)?;
        Some((concept, &statement.place.name))
    });
    let cancer: Vec<&str> = reader.asserted.medications.entries.iter().map(|entry| entry.source.as_str()).collect();
    let found: Vec<OtherMedicine> = requested
        .chain(stated)
        .filter(|(_, source)| !cancer.contains(&source.as_str()))
        .filter(|(concept, _)| !is_in(reader.knowledge, concept, value_set::ANTINEOPLASTIC_CLASS))
        .map(|(concept, source)| OtherMedicine {
            class: meaning(reader.knowledge, concept, value_set::INTERACTING_DRUG).map(str::to_owned),
            source: source.clone(),
            said: said(concept),
        })
        .collect();
    reader.asserted.other_medicines.extend(found);
}
