//! An assessment as CDS Hooks 2.0 cards: what fits now, what is forbidden, what is missing with the orders that would
//! settle it, how urgent the symptoms are, and what was wrong with the record.
//!
//! A card informs and never blocks. `critical` is kept for symptoms that cannot wait; what is forbidden is a `warning`.
//! Whatever comes from a record is escaped for Markdown, and no card holds HTML. Deliberately absent: the HTTP service
//! that sends cards, and orders of drugs: only the examination that settles a missing fact is suggested.

mod orders;

use her2path_knowledge::model::{Chapter, FactDefinition, FactIndex, Preference, Urgency};
use serde_json::{Map, Value as Json, json};

use super::fhir::Names;
use super::{evidence_name, explain};
use crate::assessment::{Assessment, ChapterAssessment, JudgedRecommendation, Outcome};
use crate::issue::Severity;

pub use orders::order_cards;

/// Reasons for not following a card, as a client offers them.
const OVERRIDE_REASONS: [(&str, &str); 5] = [
    ("decided-otherwise", "Decided otherwise by the treating team"),
    ("patient-preference", "The patient prefers otherwise"),
    ("record-incomplete", "The record is incomplete or wrong"),
    ("done-elsewhere", "Done elsewhere"),
    ("not-available", "Not available here"),
];

/// System of the override reasons.
pub const OVERRIDE_SYSTEM: &str = "urn:her2path:override-reason";

/// The longest summary that a card may have, in characters (CDS Hooks 2.0: less than 140).
const SUMMARY_LIMIT: usize = 139;

/// The most options or gaps that one card names; the sheet has all of them.
const LINES: usize = 12;

/// The cards of one assessment as the body of a CDS Hooks response. `base` is the address of the pages, without a slash
/// at the end; without it cards have no links.
#[must_use]
pub fn response(assessment: &Assessment<'_>, base: Option<&str>) -> Json {
    json!({"cards": cards(assessment, base)})
}

/// The cards of one assessment, most urgent first.
#[must_use]
pub fn cards(assessment: &Assessment<'_>, base: Option<&str>) -> Vec<Json> {
    let maker = Maker { assessment, names: Names::of(assessment), base };
    let chapter = |wanted: Chapter| {
        assessment.chapters.iter().find(move |chapter| chapter.chapter == wanted && chapter.applicable)
    };
    let mut cards: Vec<Json> = Vec::new();
    cards.extend(chapter(Chapter::Symptoms).and_then(|found| maker.urgency(found)));
    cards.extend(assessment.chapters.iter().find(|c| c.chapter == Chapter::Diagnosis).map(|c| maker.diagnosis(c)));
    cards.extend(chapter(Chapter::Treatment).map(|found| maker.options(found)));
    cards.extend(chapter(Chapter::Treatment).and_then(|found| maker.forbidden(found)));
    cards.extend(maker.missing());
    cards.extend(maker.record());
    cards
}

struct Maker<'a, 'k> {
    assessment: &'a Assessment<'k>,
    names: Names<'a>,
    base: Option<&'a str>,
}

impl Maker<'_, '_> {
    fn card(&self, what: &str, indicator: &str, summary: &str, lines: &[String]) -> Map<String, Json> {
        let guideline = &self.assessment.knowledge.guideline;
        let notice = format!("*{}*", escape(&guideline.notice));
        let detail: Vec<&str> = lines.iter().map(String::as_str).chain(["", notice.as_str()]).collect();
        let mut source = json!({"label": format!("her2path guideline {}", guideline.version)});
        if let (Some(base), Some(object)) = (self.base, source.as_object_mut()) {
            object.insert("url".to_owned(), json!(format!("{base}/guideline")));
        }
        let reasons = OVERRIDE_REASONS
            .iter()
            .map(|(code, display)| json!({"code": code, "system": OVERRIDE_SYSTEM, "display": display}));
        let card = json!({
            "uuid": self.names.id("Card", what),
            "summary": shorten(summary),
            "indicator": indicator,
            "detail": detail.join("\n"),
            "source": source,
            "overrideReasons": reasons.collect::<Vec<_>>(),
        });
        match card {
            Json::Object(card) => card,
            _ => Map::new(),
        }
    }

    fn urgency(&self, chapter: &ChapterAssessment<'_>) -> Option<Json> {
        let triage = chapter.triage.as_ref()?;
        let indicator = match triage.urgency {
            Urgency::E0 => "critical",
            Urgency::E1 => "warning",
            Urgency::E2 | Urgency::E3 => "info",
        };
        let reasons: Vec<String> = triage
            .reasons
            .iter()
            .filter_map(|reason| {
                let found = chapter.recommendations.iter().find(|item| item.recommendation.id == reason.id)?;
                let certainty = if reason.met { "" } else { " (cannot be ruled out)" };
                Some(format!("- {}{certainty}", escape(&found.recommendation.statement)))
            })
            .collect();
        let summary = format!("Symptoms: at least this urgent: {}", triage.timing());
        Some(Json::Object(self.card("urgency", indicator, &summary, &reasons)))
    }

    fn diagnosis(&self, chapter: &ChapterAssessment<'_>) -> Json {
        let findings: Vec<String> = chapter
            .findings
            .iter()
            .map(|finding| format!("- **{}**: {}", escape(&finding.title), escape(&finding.text)))
            .collect();
        Json::Object(self.card("diagnosis", "info", &chapter.summary, &findings))
    }

    fn options(&self, chapter: &ChapterAssessment<'_>) -> Json {
        let of = |preference: Preference| {
            chapter.recommendations.iter().filter(move |item| {
                item.judgement.outcome == Outcome::Recommended && item.recommendation.preference == Some(preference)
            })
        };
        let mut lines = Vec::new();
        let mut shown: Vec<&JudgedRecommendation<'_>> = Vec::new();
        for (title, preference) in [("Preferred", Preference::Preferred), ("Acceptable", Preference::Acceptable)] {
            let items: Vec<_> = of(preference).collect();
            if !items.is_empty() {
                lines.push(format!("**{title}**"));
                lines.extend(items.iter().take(LINES).map(|item| Self::line(item)));
                lines.extend(rest(items.len()));
                shown.extend(items.iter().take(LINES));
            }
        }
        if lines.is_empty() {
            lines.push("No option stands on what is recorded.".to_owned());
        }
        let mut card = self.card("options", "info", &format!("Treatment: {}", chapter.summary), &lines);
        if let Some(base) = self.base {
            let link = |item: &&JudgedRecommendation<'_>| {
                let id = &item.recommendation.id;
                json!({"label": shorten(&item.recommendation.statement), "type": "absolute",
                    "url": format!("{base}/guideline/{id}")})
            };
            card.insert("links".to_owned(), shown.iter().map(link).collect());
        }
        Json::Object(card)
    }

    /// One option with who says so and how that is known.
    fn line(item: &JudgedRecommendation<'_>) -> String {
        let recommendation = item.recommendation;
        let bodies: Vec<String> =
            recommendation.bodies.iter().map(|(body, says)| escape(&format!("{body} {says}"))).collect();
        let bodies = if bodies.is_empty() { String::new() } else { format!(" ({})", bodies.join("; ")) };
        format!("- {}{bodies} [{}]", escape(&recommendation.statement), evidence_name(recommendation.evidence))
    }

    fn forbidden(&self, chapter: &ChapterAssessment<'_>) -> Option<Json> {
        let items: Vec<_> =
            chapter.recommendations.iter().filter(|item| item.judgement.outcome == Outcome::Contraindicated).collect();
        let lines = items.iter().take(LINES).map(|item| {
            let why = explain::why(self.assessment, item);
            format!("- {}: {}", escape(&item.recommendation.statement), escape(&why))
        });
        let lines: Vec<String> = lines.chain(rest(items.len())).collect();
        let summary = format!("{} would fit but must not be given", count(items.len(), "option"));
        (!items.is_empty()).then(|| Json::Object(self.card("forbidden", "warning", &summary, &lines)))
    }

    /// What would have to be known, most often asked for first, with the examinations as suggestions.
    fn missing(&self) -> Option<Json> {
        let waiting = || {
            let chapters = self.assessment.chapters.iter().filter(|chapter| {
                chapter.applicable && matches!(chapter.chapter, Chapter::Diagnosis | Chapter::Treatment)
            });
            chapters.flat_map(|c| &c.recommendations).filter(|i| i.judgement.outcome == Outcome::NeedsData)
        };
        let gaps = self.gaps(waiting());
        let lines = gaps.iter().take(LINES).map(|definition| format!("- {}", escape(&definition.ask)));
        let lines: Vec<String> = lines.chain(rest(gaps.len())).collect();
        let summary = format!(
            "{} missing; waiting for it: {} of the guideline",
            count(gaps.len(), "fact"),
            count(waiting().count(), "statement")
        );
        let mut card = self.card("missing", "info", &summary, &lines);
        self.suggest(&mut card, &gaps);
        (!gaps.is_empty()).then_some(Json::Object(card))
    }

    /// What the first of the smallest missing sets of each statement asks for, most often asked for first.
    fn gaps<'i>(&self, waiting: impl Iterator<Item = &'i JudgedRecommendation<'i>>) -> Vec<&FactDefinition> {
        let mut asked: Vec<(FactIndex, usize)> = Vec::new();
        for index in waiting.filter_map(|item| item.missing.first()).flatten() {
            match asked.iter_mut().find(|(known, _)| known == index) {
                Some((_, times)) => *times += 1,
                None => asked.push((*index, 1)),
            }
        }
        asked.sort_by_key(|(_, times)| std::cmp::Reverse(*times));
        asked.iter().filter_map(|(index, _)| self.assessment.knowledge.facts.get(usize::from(index.0))).collect()
    }

    /// Suggests the examinations that would settle what is missing, each once.
    fn suggest(&self, card: &mut Map<String, Json>, gaps: &[&FactDefinition]) {
        let mut orders: Vec<&str> = Vec::new();
        for order in gaps.iter().filter_map(|definition| definition.order.as_deref()) {
            if !orders.contains(&order) {
                orders.push(order);
            }
        }
        if !orders.is_empty() {
            card.insert("suggestions".to_owned(), orders.iter().map(|order| self.suggestion(order)).collect());
            card.insert("selectionBehavior".to_owned(), json!("any"));
        }
    }

    /// A draft order, for a person to complete and sign.
    fn suggestion(&self, order: &str) -> Json {
        json!({
            "label": shorten(order),
            "uuid": self.names.id("Suggestion", order),
            "actions": [{
                "type": "create",
                "description": format!("Draft an order: {order}"),
                "resource": {
                    "resourceType": "ServiceRequest",
                    "status": "draft",
                    "intent": "proposal",
                    "code": {"text": order},
                    "subject": self.names.subject(),
                },
            }],
        })
    }

    fn record(&self) -> Option<Json> {
        let serious = self.assessment.issues.iter().filter(|issue| issue.severity <= Severity::Error);
        let serious: Vec<_> = serious.collect();
        let lines = serious.iter().take(LINES).map(|issue| {
            let source = issue.source.as_deref().unwrap_or("record");
            format!("- {}: {}", escape(source), escape(&issue.message))
        });
        let lines: Vec<String> = lines.chain(rest(serious.len())).collect();
        let summary = format!("{} of the record could not be relied on", count(serious.len(), "entry"));
        (!serious.is_empty()).then(|| Json::Object(self.card("record", "warning", &summary, &lines)))
    }
}

fn rest(items: usize) -> Option<String> {
    (items > LINES).then(|| format!("- and {} more", items - LINES))
}

fn count(number: usize, noun: &str) -> String {
    match (number, noun.strip_suffix('y')) {
        (1, _) => format!("1 {noun}"),
        (_, Some(stem)) => format!("{number} {stem}ies"),
        (_, None) => format!("{number} {noun}s"),
    }
}

/// At most as many characters as a card's summary may have; what is cut ends in an ellipsis.
fn shorten(text: &str) -> String {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().count() <= SUMMARY_LIMIT {
        return text;
    }
    let cut: String = text.chars().take(SUMMARY_LIMIT - 1).collect();
    let kept = cut.rsplit_once(' ').map_or(cut.as_str(), |(kept, _)| kept);
    format!("{}…", kept.trim_end_matches([',', ';', ':']))
}

/// Text as Markdown that shows exactly this text: no link, no emphasis, no HTML, one line.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            c if c.is_control() => escaped.push(' '),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '!' | '#' | '|' | '~' => {
                escaped.push('\\');
                escaped.push(c);
            }
            c => escaped.push(c),
        }
    }
    // A bare address becomes a link in many renderers; a zero-width space behind the scheme keeps it text.
    escaped.replace("://", ":\u{200b}//")
}

#[cfg(test)]
mod tests {
    use super::{SUMMARY_LIMIT, count, escape, shorten};

    #[test]
    fn markdown_of_a_hostile_record_stays_text() {
        assert_eq!(escape("<script>alert(1)</script>"), "&lt;script&gt;alert(1)&lt;/script&gt;");
        assert_eq!(escape("[click](https://evil.example)"), "\\[click\\](https:\u{200b}//evil.example)");
        assert_eq!(escape("a\n# b"), "a \\# b");
        assert_eq!(escape("![x](y)"), "\\!\\[x\\](y)");
    }

    #[test]
    fn a_summary_is_shorter_than_140_characters_and_cut_between_words() {
        let long = "ä".repeat(30) + " " + &"word ".repeat(60);
        let short = shorten(&long);
        assert!(short.chars().count() <= SUMMARY_LIMIT);
        assert!(short.ends_with("word…"), "{short}");
        assert_eq!(shorten("a short one"), "a short one");
    }

    #[test]
    fn nouns_follow_their_number() {
        assert_eq!(count(1, "entry"), "1 entry");
        assert_eq!(count(2, "entry"), "2 entries");
        assert_eq!(count(0, "fact"), "0 facts");
    }
}
