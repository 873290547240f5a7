//! When to call, and whom: what was reported, the signs to watch for, and the numbers.

use her2path_knowledge::model::Urgency;

use super::{Block, Contacts, Kind, Section, boolean, code, codes, is_red, kind};
use crate::assessment::{Assessment, WarningSign};
use crate::guideline::Fact;

/// What is said of a temperature, whose own text says only what the fact is.
const FEVER: &str = "A temperature of 38 °C (100.4 °F) or more.";

/// The same for a person of whom no cancer is on record: whoever takes no such drugs is not sent to a hospital by a cold.
const FEVER_ON_TREATMENT: &str = "A temperature of 38 °C (100.4 °F) or more, if you take drugs that lower blood cells.";

/// What makes signs of infection an emergency.
const IF_TREATED: &str = "if you had cancer treatment in the last 6 weeks.";

/// Signs of infection that are an emergency because of treatment against the cancer.
const OF_INFECTION: [Fact; 2] = [Fact::SymptomTemperatureBand, Fact::SymptomRigors];

/// Signs of a pressed spinal cord. With metastases one of them alone is an emergency (NICE NG234: the coordinator for
/// cord compression is called at once).
const OF_THE_CORD: [Fact; 3] = [Fact::SymptomLimbWeakness, Fact::SymptomWalkingDifficulty, Fact::SymptomSphincter];

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
    let treated = is_treated(assessment);
    let of = |wanted: Urgency| -> Vec<String> {
        signs
            .iter()
            .filter(|sign| urgency(assessment, **sign) == wanted)
            .filter(|sign| with_cancer || treated || !is_of_treatment(**sign))
            .filter_map(|sign| words(assessment, *sign, treated))
            .collect()
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

/// The words of a sign with the condition under which it counts.
fn words(assessment: &Assessment<'_>, sign: WarningSign, treated: bool) -> Option<String> {
    let untreated_without_cancer = matches!(kind(assessment), Kind::None | Kind::InSitu) && !treated;
    let text = if sign.fact == Fact::SymptomTemperatureBand.index() {
        if untreated_without_cancer {
            return Some(FEVER_ON_TREATMENT.to_owned());
        }
        FEVER
    } else {
        assessment.knowledge.fact_definition(sign.fact)?.plain.as_ref()
    };
    let of_infection = OF_INFECTION.iter().any(|fact| fact.index() == sign.fact);
    Some(if of_infection && !treated {
        format!("{}, {IF_TREATED}", text.trim_end_matches('.'))
    } else {
        text.to_owned()
    })
}

/// The urgency of a sign for this person: with metastases, a sign of a pressed spinal cord is an emergency.
fn urgency(assessment: &Assessment<'_>, sign: WarningSign) -> Urgency {
    let of_the_cord = OF_THE_CORD.iter().any(|fact| fact.index() == sign.fact);
    if of_the_cord && code(assessment, Fact::DiseaseSetting) == Some("metastatic") { Urgency::E0 } else { sign.urgency }
}

/// Signs that call for help because of treatment against the cancer. Without any on record, and without invasive cancer,
/// they would only frighten.
fn is_of_treatment(sign: WarningSign) -> bool {
    [Fact::SymptomRigors, Fact::SymptomInfusionReaction].iter().any(|fact| fact.index() == sign.fact)
}

/// Whether treatment that can lower white cells, or any other than hormones, is on record as going on.
fn is_treated(assessment: &Assessment<'_>) -> bool {
    boolean(assessment, Fact::TherapyMyelosuppressionRisk) == Some(true)
        || codes(assessment, Fact::TherapyCurrentClasses)
            .iter()
            .any(|class| matches!(*class, "her2-directed" | "chemotherapy" | "targeted" | "unknown"))
        || codes(assessment, Fact::TherapyCurrentDrugs).iter().any(|drug| !is_hormone(assessment, drug))
}

fn is_hormone(assessment: &Assessment<'_>, id: &str) -> bool {
    let drug = assessment.knowledge.drugs.list.iter().find(|drug| drug.id == id);
    drug.is_some_and(|drug| drug.class.group().name() == "endocrine")
}
