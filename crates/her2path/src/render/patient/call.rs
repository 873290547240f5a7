//! When to call, and whom: what was reported, the signs to watch for, and the numbers.

use her2path_knowledge::model::Urgency;

use super::{Block, Contacts, Kind, Section, is_red, kind};
use crate::assessment::{Assessment, WarningSign};
use crate::guideline::Fact;

/// What is said of a temperature, whose own text says only what the fact is.
const FEVER: &str = "A temperature of 38 °C (100.4 °F) or more.";

/// The same for a person of whom no cancer is on record: whoever takes no such drugs is not sent to a hospital by a cold.
const FEVER_ON_TREATMENT: &str = "A temperature of 38 °C (100.4 °F) or more, if you take drugs that lower blood cells.";

/// Symptoms on record, and what to do about them.
pub(super) fn reported(assessment: &Assessment<'_>, contacts: Contacts<'_>) -> Option<Section> {
    let triage = assessment.chapters.iter().find_map(|chapter| chapter.triage.as_ref())?;
    let mut blocks = vec![if is_red(triage.urgency) {
        Block::Urgent(triage.words().to_owned())
    } else {
        Block::Paragraph(triage.words().to_owned())
    }];
    let open = super::super::triage::because_open(triage).map(str::to_owned);
    let reasons = super::super::triage::sentences(assessment, triage).into_iter().map(str::to_owned);
    blocks.extend(Block::list("Why:", open.into_iter().chain(reasons).collect()));
    // Which they are stands in the section on when to call; named twice they would bury what is to be done now.
    match triage.unanswered.len() {
        0 => {}
        1 => blocks.push(Block::Paragraph(
            "One warning sign was not asked about. It counts as if it might be there. See the list of signs on this page."
                .to_owned(),
        )),
        count => blocks.push(Block::Paragraph(format!(
            "{count} warning signs were not asked about. They count as if they might be there. See the list of signs on this page."
        ))),
    }
    blocks.push(Block::Paragraph(super::super::triage::LOWER_BOUND.to_owned()));
    blocks.push(Block::Paragraph(format!(
        "Emergency number: {}. Cancer line, day and night: {}.",
        contacts.emergency, contacts.cancer_line
    )));
    Some(Section { id: "symptoms", title: "Symptoms that are on record".to_owned(), folded: false, blocks })
}

/// The signs for which this person should call.
pub(super) fn section(assessment: &Assessment<'_>, signs: &[WarningSign], contacts: Contacts<'_>) -> Section {
    let with_cancer = matches!(kind(assessment), Kind::Invasive | Kind::Unclear);
    let of = |wanted: Urgency| -> Vec<String> {
        signs.iter().filter(|sign| sign.urgency == wanted).filter_map(|sign| words(assessment, *sign)).collect()
    };
    let mut blocks = Vec::new();
    blocks.extend(Block::list(&format!("Call {} now, or go to a hospital, for:", contacts.emergency), of(Urgency::E0)));
    if with_cancer {
        blocks.extend(Block::list(
            &format!("Call your 24-hour cancer line ({}) the same day, also at night, for:", contacts.cancer_line),
            of(Urgency::E1),
        ));
        blocks.push(Block::Paragraph(
            "For anything else that is new, call your team in working hours. Call sooner if it gets worse fast, or if you are \
             very worried. You are not a bother."
                .to_owned(),
        ));
    } else {
        blocks.push(Block::Paragraph(
            "For anything else that is new and does not go away, see your own doctor. A new lump or a change in a breast \
             should be looked at within days."
                .to_owned(),
        ));
    }
    Section { id: "call", title: "When to call, and whom".to_owned(), folded: false, blocks }
}

fn words(assessment: &Assessment<'_>, sign: WarningSign) -> Option<String> {
    if sign.fact == Fact::SymptomTemperatureBand.index() {
        let fever = if kind(assessment) == Kind::None { FEVER_ON_TREATMENT } else { FEVER };
        return Some(fever.to_owned());
    }
    assessment.knowledge.fact_definition(sign.fact).map(|definition| definition.plain.to_string())
}
