//! What to ask, and who helps.

use her2path_knowledge::model::{Chapter, Evidence};

use super::{Block, Contact, Kind, Section, capital, code, judged, kind};
use crate::assessment::{Assessment, Outcome};
use crate::guideline::Fact;

/// What the texts begin with, which the heading says already.
const ASK: &str = "Ask: ";
const FOR_CARERS: &str = "For those who care: ";

/// Questions that fit this person's situation.
pub(super) fn questions(assessment: &Assessment<'_>) -> Option<Section> {
    let items = texts(assessment, "support/questions/", ASK);
    let blocks = Block::list("Take these to your next visit. Pick what matters to you:", items)?;
    Some(Section { id: "ask", title: "What you can ask".to_owned(), folded: false, blocks: vec![blocks] })
}

/// Screening, carers, organisations.
pub(super) fn section(assessment: &Assessment<'_>) -> Section {
    let mut blocks: Vec<Block> =
        texts(assessment, "support/screening/", "").into_iter().map(Block::Paragraph).collect();
    blocks.extend(Block::list("For those who care for you:", texts(assessment, "support/carers/", FOR_CARERS)));
    blocks.extend(crisis_lines(assessment));
    if kind(assessment) != Kind::None {
        blocks.extend(contacts(assessment, "Groups that help. Nobody pays to stand here:", false));
    }
    Section { id: "help", title: "Who helps".to_owned(), folded: false, blocks }
}

/// Lines that answer day and night.
pub(super) fn crisis_lines(assessment: &Assessment<'_>) -> Option<Block> {
    contacts(assessment, "When it is too much to bear, day or night:", true)
}

fn contacts(assessment: &Assessment<'_>, lead: &str, day_and_night: bool) -> Option<Block> {
    let may_have_spread = matches!(kind(assessment), Kind::Invasive | Kind::Unclear)
        && code(assessment, Fact::DiseaseSetting) != Some("not-metastatic");
    let entries: Vec<Contact> = assessment
        .knowledge
        .organisations
        .iter()
        .filter(|organisation| organisation.offers.contains("day and night") == day_and_night)
        .filter(|organisation| !organisation.metastatic_only || may_have_spread)
        .map(|organisation| {
            let place = match organisation.region.as_ref() {
                "us" => " (United States)",
                "uk" => " (United Kingdom)",
                _ => "",
            };
            Contact {
                name: format!("{}{place}", organisation.name),
                offers: organisation.offers.to_string(),
                phone: organisation.phone.as_deref().map(str::to_owned),
                url: organisation.url.as_deref().map(str::to_owned),
                checked: organisation.status == Evidence::Seen,
            }
        })
        .collect();
    (!entries.is_empty()).then(|| Block::Contacts { lead: lead.to_owned(), entries })
}

/// The texts of one file of the chapter on support, without what the heading says.
fn texts(assessment: &Assessment<'_>, file: &str, without: &str) -> Vec<String> {
    judged(assessment, Chapter::Support, Outcome::Recommended)
        .iter()
        .filter(|item| item.recommendation.id.starts_with(file))
        .map(|item| {
            let plain = item.recommendation.plain.as_ref();
            capital(plain.strip_prefix(without).unwrap_or(plain))
        })
        .collect()
}
