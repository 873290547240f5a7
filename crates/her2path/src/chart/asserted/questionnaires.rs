//! Questionnaires: PRO-CTCAE, Distress Thermometer, PHQ-9 with PHQ-2, and GAD-7.
//!
//! Items are known by their `linkId`: `PROCTCAE_49A` (the item's number and part, as in the R package ProAE; endings such
//! as `_SCL` are allowed), the LOINC code of an item of PHQ-9 or GAD-7 (a path before it is allowed), and
//! `distress-thermometer`. Totals and items of PHQ and GAD are read from Observations as well. An answer that cannot be
//! read makes an issue and counts as not given.

use std::collections::BTreeMap;

use her2path_knowledge::code_system::CodeSystem;
use her2path_knowledge::model::Knowledge;

use super::Reader;
use super::coding::{meaning, roles, system_and_code};
use super::visible::{Standing, recorded_by, standing};
use crate::classify::pro_ctcae::{self, Answers, Attribute};
use crate::date::PartialDate;
use crate::fhir::{Coding, QuestionnaireItem, QuestionnaireResponse, Value, When};
use crate::guideline::value_set;
use crate::issue::Issue;

/// The answers of one response, or the scores of one Observation.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Screening {
    pub(crate) source: String,
    pub(crate) date: Option<PartialDate>,
    /// Answers by number of the PRO-CTCAE item.
    pub(crate) pro_ctcae: BTreeMap<u8, Answers>,
    pub(crate) phq9: [Option<u8>; 9],
    pub(crate) gad7: [Option<u8>; 7],
    pub(crate) distress: Option<u8>,
    /// Totals as recorded.
    pub(crate) phq9_total: Option<u8>,
    pub(crate) phq2_total: Option<u8>,
    pub(crate) gad7_total: Option<u8>,
}

impl Screening {
    fn new(source: &str, date: Option<PartialDate>) -> Self {
        Self {
            source: source.to_owned(),
            date,
            pro_ctcae: BTreeMap::new(),
            phq9: [None; 9],
            gad7: [None; 7],
            distress: None,
            phq9_total: None,
            phq2_total: None,
            gad7_total: None,
        }
    }

    fn is_empty(&self) -> bool {
        self.pro_ctcae.is_empty()
            && self.phq9.iter().chain(&self.gad7).all(Option::is_none)
            && [self.distress, self.phq9_total, self.phq2_total, self.gad7_total].iter().all(Option::is_none)
    }
}

pub(super) fn read(reader: &mut Reader<'_, '_>) {
    let mut found = Vec::new();
    let mut issues = Vec::new();
    for response in &reader.record.questionnaire_responses {
        let counts = !matches!(response.status.as_deref(), Some("entered-in-error"));
        if counts && recorded_by(response.authored, reader.as_of) {
            found.push(of_response(reader.knowledge, response, &response.place.name, &mut issues));
        }
    }
    for observation in &reader.record.observations {
        let effective = observation.effective.as_ref().and_then(When::start);
        let hidden =
            !recorded_by(observation.issued.or(effective), reader.as_of) || !recorded_by(effective, reader.as_of);
        if hidden || standing(observation.status.as_deref()) == Standing::Void {
            continue;
        }
        let mut screening: Option<Screening> = None;
        let parts = observation.component.iter().map(|part| (part.code.as_ref(), part.value.as_ref()));
        for (code, value) in std::iter::once((observation.code.as_ref(), observation.value.as_ref())).chain(parts) {
            let (Some(code), Some(value)) = (code, value) else { continue };
            for (set, concept) in roles(reader.knowledge, code) {
                let meaning = concept.meaning.as_deref().unwrap_or_default();
                let new = || Screening::new(&observation.place.name, effective.or(observation.issued));
                score(reader.knowledge, screening.get_or_insert_with(new), set, meaning, value, &mut issues);
            }
        }
        found.extend(screening);
    }
    reader.asserted.screenings.extend(found.into_iter().filter(|screening| !screening.is_empty()));
    reader.issues.append(&mut issues);
}

/// An item or a total of PHQ or GAD.
fn score(
    knowledge: &Knowledge,
    screening: &mut Screening,
    set: her2path_knowledge::model::ValueSetIndex,
    meaning: &str,
    value: &Value<'_>,
    issues: &mut Vec<Issue>,
) {
    let position = meaning.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
    let (slot, highest) = if set == value_set::PHQ_9_ITEM {
        (position.and_then(|position| screening.phq9.get_mut(position)), 3)
    } else if set == value_set::GAD_7_ITEM {
        (position.and_then(|position| screening.gad7.get_mut(position)), 3)
    } else if set == value_set::SCREENING_TOTAL {
        match meaning {
            "phq-9" => (Some(&mut screening.phq9_total), 27),
            "phq-2" => (Some(&mut screening.phq2_total), 6),
            _ => (Some(&mut screening.gad7_total), 21),
        }
    } else {
        return;
    };
    let Some(slot) = slot else { return };
    match number(knowledge, value, highest) {
        Some(answer) => *slot = Some(answer),
        None => issues.push(unreadable(&screening.source)),
    }
}

fn of_response(
    knowledge: &Knowledge,
    response: &QuestionnaireResponse<'_>,
    source: &str,
    issues: &mut Vec<Issue>,
) -> Screening {
    let mut screening = Screening::new(source, response.authored);
    items(knowledge, &response.item, &mut screening, issues);
    screening
}

/// Items of a response, groups and items under answers included.
fn items(knowledge: &Knowledge, list: &[QuestionnaireItem<'_>], screening: &mut Screening, issues: &mut Vec<Issue>) {
    for item in list {
        items(knowledge, &item.item, screening, issues);
        for answer in &item.answer {
            items(knowledge, &answer.item, screening, issues);
        }
        let Some(link_id) = item.link_id.as_deref() else { continue };
        let Some(value) = item.answer.first().and_then(|answer| answer.value.as_ref()) else { continue };
        if let Some((number, attribute)) = pro_ctcae_item(link_id) {
            match graded(knowledge, value, attribute) {
                Some(answer) => screening.pro_ctcae.entry(number).or_default().set(attribute, answer),
                None => issues.push(unreadable(&screening.source)),
            }
        } else if link_id.eq_ignore_ascii_case("distress-thermometer") {
            match number(knowledge, value, 10) {
                Some(answer) => screening.distress = Some(answer),
                None => issues.push(unreadable(&screening.source)),
            }
        } else {
            let code = link_id.rsplit('/').next().unwrap_or(link_id);
            for (set, concept) in knowledge.concepts(CodeSystem::Loinc, code) {
                let meaning = concept.meaning.as_deref().unwrap_or_default();
                score(knowledge, screening, set, meaning, value, issues);
            }
        }
    }
}

/// The item and attribute of `PROCTCAE_49A` or `PRO-CTCAE 49A`; `None` for items that are answered by yes or no.
fn pro_ctcae_item(link_id: &str) -> Option<(u8, Attribute)> {
    let plain: String = link_id.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_ascii_uppercase();
    let rest = plain.strip_prefix("PROCTCAE")?;
    let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
    let part = match rest.get(digits.len()..)?.chars().next() {
        Some('A') => 0,
        Some('B') => 1,
        Some('C') => 2,
        _ => return None,
    };
    let number = digits.parse().ok()?;
    Some((number, *pro_ctcae::attributes(number).get(part)?))
}

/// A number from 0 to `highest`, as number, code or LOINC answer.
fn number(knowledge: &Knowledge, value: &Value<'_>, highest: u8) -> Option<u8> {
    let number = match value {
        Value::Integer(number) => u8::try_from(*number).ok(),
        Value::Decimal(number) => whole(number.value()),
        Value::Quantity(quantity) => whole(quantity.value.as_ref()?.value()),
        Value::String(text) => text.trim().parse().ok(),
        Value::Coding(coding) => coded(knowledge, coding),
        Value::CodeableConcept(concept) => meaning(knowledge, concept, value_set::FREQUENCY_ANSWER)
            .and_then(|score| score.parse().ok())
            .or_else(|| concept.coding.iter().find_map(|coding| coded(knowledge, coding))),
        _ => None,
    };
    number.filter(|number| *number <= highest)
}

fn whole(number: rust_decimal::Decimal) -> Option<u8> {
    number.fract().is_zero().then(|| u8::try_from(number).ok()).flatten()
}

fn coded(knowledge: &Knowledge, coding: &Coding<'_>) -> Option<u8> {
    let listed = system_and_code(coding)
        .and_then(|(system, code)| knowledge.find(value_set::FREQUENCY_ANSWER, system, &code))
        .and_then(|concept| concept.meaning.as_deref()?.parse().ok());
    listed.or_else(|| coding.code.as_deref()?.trim().parse().ok())
}

/// An answer to a PRO-CTCAE item: a number, or the words of its scale.
fn graded(knowledge: &Knowledge, value: &Value<'_>, attribute: Attribute) -> Option<u8> {
    const FREQUENCY: [&str; 5] = ["never", "rarely", "occasionally", "frequently", "almost constantly"];
    const SEVERITY: [&str; 5] = ["none", "mild", "moderate", "severe", "very severe"];
    const INTERFERENCE: [&str; 5] = ["not at all", "a little bit", "somewhat", "quite a bit", "very much"];
    let scale = match attribute {
        Attribute::Frequency => FREQUENCY,
        Attribute::Severity => SEVERITY,
        Attribute::Interference => INTERFERENCE,
    };
    let by_words = |text: &str| {
        let position = scale.iter().position(|word| word.eq_ignore_ascii_case(text.trim()))?;
        u8::try_from(position).ok()
    };
    let words = match value {
        Value::String(text) => by_words(text),
        Value::Coding(coding) => coding.display.as_deref().and_then(by_words),
        Value::CodeableConcept(concept) => {
            concept.coding.iter().filter_map(|coding| coding.display.as_deref()).find_map(by_words)
        }
        _ => None,
    };
    words.or_else(|| number(knowledge, value, 4))
}

fn unreadable(source: &str) -> Issue {
    Issue::warning(
        "unreadable-answer",
        "an answer of the questionnaire is outside its scale or cannot be read; it counts as not given",
    )
    .at(source.to_owned())
}
