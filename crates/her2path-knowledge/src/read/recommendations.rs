//! `<chapter>/**/*.toml`: the recommendations of one clinical question.

use jiff::civil::Date;
use toml::Spanned;
use toml::de::DeValue;

use crate::criterion;
use crate::model::{Certainty, Chapter, Evidence, Jurisdiction, Preference, Strength, Urgency};
use crate::read::citations::EVIDENCE;
use crate::read::guideline::{self, RawReview};
use crate::source::{Located, Location, Sink};
use crate::suggest;
use crate::table::Section;

pub(crate) struct RawRecommendation {
    pub(crate) id: Located<String>,
    pub(crate) chapter: Chapter,
    pub(crate) question: String,
    pub(crate) option: Option<Located<String>>,
    pub(crate) statement: Located<String>,
    pub(crate) preference: Option<Preference>,
    pub(crate) urgency: Option<Urgency>,
    pub(crate) suspects: Vec<Located<String>>,
    pub(crate) rules: Vec<Located<String>>,
    pub(crate) regimen: Vec<Located<String>>,
    pub(crate) variants: Vec<Located<String>>,
    pub(crate) schedule: Option<Located<String>>,
    pub(crate) monitor: Vec<Located<String>>,
    pub(crate) jurisdiction: Option<Jurisdiction>,
    pub(crate) strength: Option<Strength>,
    pub(crate) certainty: Option<Certainty>,
    pub(crate) bodies: Vec<(Located<String>, Located<String>)>,
    pub(crate) conflict: Option<Located<String>>,
    pub(crate) evidence: Option<Evidence>,
    /// Nothing is written under `when`; a list whose criteria are all faulty is not empty.
    pub(crate) when_is_empty: bool,
    pub(crate) when: Vec<RawCriterion>,
    pub(crate) contraindicated_if: Vec<RawCriterion>,
    pub(crate) lifts: Vec<(Located<String>, Located<String>)>,
    pub(crate) mentions: Vec<Located<String>>,
    pub(crate) ask_first: Vec<Located<String>>,
    pub(crate) cites_is_empty: bool,
    pub(crate) cites: Vec<Located<String>>,
    pub(crate) rationale: Located<String>,
    pub(crate) plain: Located<String>,
    pub(crate) plain_if: Option<Located<String>>,
    pub(crate) effective: Option<Located<Date>>,
    pub(crate) superseded_by: Option<Located<String>>,
    pub(crate) reviewed: RawReview,
    pub(crate) at: Location,
}

/// A criterion as syntax, with places.
pub(crate) enum RawCriterion {
    Sentence(Located<String>, criterion::Sentence),
    Group(Group, Vec<RawCriterion>, Location),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Group {
    All,
    Any,
    None,
}

impl Group {
    /// The key in files.
    pub(crate) fn name(self) -> &'static str {
        GROUPS.iter().find(|(_, group)| *group == self).map_or("", |(name, _)| name)
    }
}

impl RawCriterion {
    pub(crate) fn at(&self) -> &Location {
        match self {
            Self::Sentence(text, _) => &text.at,
            Self::Group(_, _, at) => at,
        }
    }
}

/// The chapters and their folders.
pub(crate) const CHAPTERS: &[(&str, Chapter)] = &[
    ("symptoms", Chapter::Symptoms),
    ("risk", Chapter::Risk),
    ("diagnosis", Chapter::Diagnosis),
    ("treatment", Chapter::Treatment),
    ("prognosis", Chapter::Prognosis),
    ("support", Chapter::Support),
];

const PREFERENCES: &[(&str, Preference)] =
    &[("preferred", Preference::Preferred), ("acceptable", Preference::Acceptable)];
const URGENCIES: &[(&str, Urgency)] =
    &[("E0", Urgency::E0), ("E1", Urgency::E1), ("E2", Urgency::E2), ("E3", Urgency::E3)];
pub(crate) const JURISDICTIONS: &[(&str, Jurisdiction)] = &[("us", Jurisdiction::Us), ("eu", Jurisdiction::Eu)];
const STRENGTHS: &[(&str, Strength)] = &[("strong", Strength::Strong), ("conditional", Strength::Conditional)];
const CERTAINTIES: &[(&str, Certainty)] = &[
    ("high", Certainty::High),
    ("moderate", Certainty::Moderate),
    ("low", Certainty::Low),
    ("very-low", Certainty::VeryLow),
];
const GROUPS: &[(&str, Group)] = &[("all", Group::All), ("any", Group::Any), ("none", Group::None)];

pub(crate) fn read(file: Section<'_>, chapter: Chapter, sink: &Sink<'_>) -> Vec<RawRecommendation> {
    // The title is for those who read the file; assessments carry the question.
    file.text("title");
    let question = file.text("question").value;
    let sections = file.sections("recommendation");
    if sections.is_empty() && !file.has("recommendation") {
        sink.error(file.at(), "no recommendation in this file", "add a [[recommendation]], or delete the file");
    }
    let recommendations =
        sections.into_iter().map(|section| read_recommendation(section, chapter, &question, sink)).collect();
    file.finish();
    recommendations
}

fn read_recommendation(section: Section<'_>, chapter: Chapter, question: &str, sink: &Sink<'_>) -> RawRecommendation {
    let criteria = |key| criteria(&section, key, sink);
    let recommendation = RawRecommendation {
        id: section.text("id"),
        chapter,
        question: question.to_owned(),
        option: section.optional_text("option"),
        statement: section.text("statement"),
        preference: section.optional_choice("preference", PREFERENCES),
        urgency: section.optional_choice("urgency", URGENCIES),
        suspects: section.texts("suspects"),
        rules: section.texts("rules"),
        regimen: section.texts("regimen"),
        variants: section.texts("variants"),
        schedule: section.optional_text("schedule"),
        monitor: section.texts("monitor"),
        jurisdiction: section.optional_choice("jurisdiction", JURISDICTIONS),
        strength: section.optional_choice("strength", STRENGTHS),
        certainty: section.optional_choice("certainty", CERTAINTIES),
        bodies: section.text_map("bodies"),
        conflict: section.optional_text("conflict"),
        evidence: section.choice("evidence", EVIDENCE),
        when_is_empty: section.is_empty("when"),
        when: criteria("when"),
        contraindicated_if: criteria("contraindicated-if"),
        lifts: section.text_map("lifts"),
        mentions: section.texts("mentions"),
        ask_first: section.texts("ask-first"),
        cites_is_empty: section.is_empty("cites"),
        cites: section.texts("cites"),
        rationale: section.text("rationale"),
        plain: section.text("plain"),
        plain_if: section.optional_text("plain-if"),
        effective: section.date("effective"),
        superseded_by: section.optional_text("superseded-by"),
        reviewed: guideline::review(&section),
        at: section.at().clone(),
    };
    section.finish();
    recommendation
}

/// The criteria of a list that may be left out.
pub(crate) fn criteria(section: &Section<'_>, key: &'static str, sink: &Sink<'_>) -> Vec<RawCriterion> {
    section.values(key).into_iter().filter_map(|value| read_criterion(value, section, sink)).collect()
}

fn read_criterion(value: &Spanned<DeValue<'_>>, section: &Section<'_>, sink: &Sink<'_>) -> Option<RawCriterion> {
    let at = section.place(value);
    match value.as_ref() {
        DeValue::String(text) => {
            let text = Located { value: text.to_string(), at };
            match criterion::parse(&text.value) {
                Ok(sentence) => Some(RawCriterion::Sentence(text, sentence)),
                Err(error) => {
                    sink.error(&sink.inside(&text, error.span.clone()), error.message, error.hint);
                    None
                }
            }
        }
        DeValue::Table(table) => {
            let mut entries = table.iter();
            let (Some((name, members)), None) = (entries.next(), entries.next()) else {
                sink.error(&at, "a group has exactly one of `any`, `all` and `none`", "nest groups to combine them");
                return None;
            };
            let Some((_, group)) = GROUPS.iter().find(|(word, _)| *word == name.get_ref()) else {
                let at = Location { file: at.file, span: name.span() };
                let hint = suggest::hint(name.get_ref(), GROUPS.iter().map(|(word, _)| *word));
                sink.error(&at, format!("unknown group `{}`", name.get_ref()), hint);
                return None;
            };
            let Some(members) = members.as_ref().as_array() else {
                sink.error(&section.place(members), format!("`{}` should be a list", name.get_ref()), "");
                return None;
            };
            if members.is_empty() {
                sink.error(&at, "an empty group says nothing", "write a criterion into it or delete it");
                return None;
            }
            let members = members.iter().filter_map(|member| read_criterion(member, section, sink)).collect();
            Some(RawCriterion::Group(*group, members, at))
        }
        _ => {
            sink.error(&at, "a criterion is a text or a group", "write \"FACT is VALUE\" or { any = [\"…\"] }");
            None
        }
    }
}
