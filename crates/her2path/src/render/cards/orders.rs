//! Cards about drugs that are being ordered: the wrong product or dose, what forbids the drug, whether it is among the
//! options of now, and what has to be known before it is given.
//!
//! A drug is held against every option whose regimen contains it. One option that stands is enough for the drug to fit:
//! which of them is meant, the order of one drug does not say.

use her2path_knowledge::model::Chapter;
use serde_json::Value as Json;

use super::{LINES, Maker, escape, explain, rest};
use crate::assessment::{Assessment, JudgedRecommendation, Outcome, Planned};
use crate::issue::Severity;
use crate::render::fhir::Names;

/// The cards about planned drugs, gravest first. `selected` are the entries that are meant; all, where it is empty.
#[must_use]
pub fn order_cards(assessment: &Assessment<'_>, selected: &[String], base: Option<&str>) -> Vec<Json> {
    let maker = Maker { assessment, names: Names::of(assessment), base };
    let meant = |planned: &&Planned| selected.is_empty() || selected.contains(&planned.source);
    let mut cards: Vec<(u8, Json)> =
        assessment.therapy.planned.iter().filter(meant).flat_map(|planned| maker.order(planned)).collect();
    cards.sort_by_key(|(rank, _)| *rank);
    cards.into_iter().map(|(_, card)| card).collect()
}

impl Maker<'_, '_> {
    /// The cards of one drug, each with its rank: 0 is gravest.
    fn order(&self, planned: &Planned) -> Vec<(u8, Json)> {
        let Some(drug) = self.assessment.knowledge.drugs.get(planned.drug) else { return Vec::new() };
        let treatment = self.assessment.chapters.iter().find(|chapter| chapter.chapter == Chapter::Treatment);
        let options: Vec<&JudgedRecommendation<'_>> = treatment
            .into_iter()
            .flat_map(|chapter| &chapter.recommendations)
            .filter(|item| item.recommendation.regimen.contains(&drug.id))
            .collect();
        let of = |outcome: Outcome| options.iter().copied().filter(move |item| item.judgement.outcome == outcome);
        let title = &drug.title;
        let mut cards = Vec::new();

        let wrong = self.assessment.issues.iter().filter(|issue| {
            issue.severity <= Severity::Error && issue.source.as_deref() == Some(planned.source.as_str())
        });
        let wrong: Vec<String> = wrong.map(|issue| format!("- {}", escape(&issue.message))).collect();
        if !wrong.is_empty() {
            let summary = format!("{title}: stop and check the product and the dose of this order");
            cards.push((
                0,
                Json::Object(self.card(&format!("order-wrong {}", planned.source), "critical", &summary, &wrong)),
            ));
        }

        let fits = of(Outcome::Recommended).next().is_some();
        let forbidden = self.reasons(of(Outcome::Contraindicated));
        if !forbidden.is_empty() {
            let summary = if fits {
                format!("{title}: some options with it must not be given")
            } else {
                format!("{title}: must not be given on what is recorded")
            };
            let what = format!("order-forbidden {}", planned.source);
            cards.push((1, Json::Object(self.card(&what, "warning", &summary, &forbidden))));
        }

        let waiting: Vec<_> = of(Outcome::NeedsData).collect();
        if !fits && !waiting.is_empty() {
            let gaps = self.gaps(waiting.iter().copied());
            let lines = gaps.iter().take(LINES).map(|definition| format!("- {}", escape(&definition.ask)));
            let lines: Vec<String> = lines.chain(rest(gaps.len())).collect();
            let summary = format!("{title}: whether it fits is not settled; something has to be known first");
            let mut card = self.card(&format!("order-waiting {}", planned.source), "warning", &summary, &lines);
            self.suggest(&mut card, &gaps);
            cards.push((2, Json::Object(card)));
        }

        let elsewhere = self.reasons(of(Outcome::NotApplicable));
        if !fits && waiting.is_empty() && forbidden.is_empty() && !elsewhere.is_empty() {
            let summary = format!("{title}: not among the guideline's options now");
            let what = format!("order-elsewhere {}", planned.source);
            cards.push((2, Json::Object(self.card(&what, "warning", &summary, &elsewhere))));
        }

        if fits {
            let lines: Vec<String> = of(Outcome::Recommended).take(LINES).map(|item| Self::line(item)).collect();
            let summary = format!("{title}: among the guideline's options now");
            cards.push((
                3,
                Json::Object(self.card(&format!("order-fits {}", planned.source), "info", &summary, &lines)),
            ));
        }
        cards
    }

    fn reasons<'i>(&self, items: impl Iterator<Item = &'i JudgedRecommendation<'i>>) -> Vec<String> {
        let items: Vec<_> = items.collect();
        let line = |item: &&JudgedRecommendation<'_>| {
            format!("- {}: {}", escape(&item.recommendation.statement), escape(&explain::why(self.assessment, item)))
        };
        items.iter().take(LINES).map(line).chain(rest(items.len())).collect()
    }
}
