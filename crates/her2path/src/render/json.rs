//! JSON as `her2path/assessment/1`: one object for a patient. Keys are those of the command-line contract.

use std::borrow::Cow;
use std::collections::BTreeMap;

use her2path_knowledge::model::{Citation, Criterion, FactIndex};
use serde::Serialize;
use serde::ser::SerializeMap as _;

use super::course::{self, CourseView};
use super::option::{LabelView, is_in_question, label_view};
use super::therapy::{self, TherapyView};
use super::{
    certainty_name, chapter_name, citation_url, criterion_text, evidence_name, explain, jurisdiction_name, kind_name,
    preference_name, strength_name, urgency_name,
};
use crate::assessment::{
    Assessment, Because, ChapterAssessment, Judged, JudgedRecommendation, Statement, Triage, TriageReason, Value,
    between, display,
};
use crate::guideline::Fact;

/// The assessment as one line of JSON, without a line end.
///
/// # Errors
/// None in practice: every key is a string and every number finite.
pub fn to_string(assessment: &Assessment<'_>) -> serde_json::Result<String> {
    serde_json::to_string(&View(assessment))
}

/// The assessment as indented JSON.
///
/// # Errors
/// As [`to_string`].
pub fn to_string_pretty(assessment: &Assessment<'_>) -> serde_json::Result<String> {
    serde_json::to_string_pretty(&View(assessment))
}

struct View<'a, 'k>(&'a Assessment<'k>);

impl Serialize for View<'_, '_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let assessment = self.0;
        let guideline = &assessment.knowledge.guideline;
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("schema", "her2path/assessment/1")?;
        map.serialize_entry("engine", &Engine { name: "her2path", version: env!("CARGO_PKG_VERSION") })?;
        map.serialize_entry(
            "guideline",
            &Guideline {
                id: &guideline.id,
                version: &guideline.version,
                hash: &guideline.hash,
                reviewed: Reviewed {
                    on: guideline.reviewed.on.map(|date| date.to_string()),
                    by: &guideline.reviewed.by,
                    next: guideline.reviewed.next.map(|date| date.to_string()),
                },
            },
        )?;
        map.serialize_entry("as_of", &assessment.as_of.to_string())?;
        map.serialize_entry("notice", &guideline.notice)?;
        map.serialize_entry("patient", &patient(assessment))?;
        map.serialize_entry("facts", &facts(assessment))?;
        map.serialize_entry("issues", &assessment.issues)?;
        let chapters: OrderedMap<_> =
            assessment.chapters.iter().map(|c| (chapter_name(c.chapter), Chapter::of(assessment, c))).collect();
        map.serialize_entry("chapters", &chapters)?;
        map.end()
    }
}

#[derive(Serialize)]
struct Engine {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Guideline<'a> {
    id: &'a str,
    version: &'a str,
    hash: &'a str,
    reviewed: Reviewed<'a>,
}

#[derive(Serialize)]
struct Reviewed<'a> {
    on: Option<String>,
    by: &'a [her2path_knowledge::model::Str],
    next: Option<String>,
}

#[derive(Serialize)]
struct Patient<'a> {
    id: Option<&'a str>,
    birth_date: Option<String>,
    age: Option<i64>,
    sex: Option<String>,
    deceased: Option<bool>,
}

#[derive(Serialize)]
struct FactView<'a> {
    value: ValueView<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<String>,
    kind: &'static str,
    because: Vec<BecauseView<'a>>,
    /// Sources of the rule by which it was inferred.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    citations: Vec<CitationView<'a>>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum ValueView<'a> {
    Boolean(bool),
    Integer(i64),
    /// Decimals are JSON numbers with the digits recorded.
    Decimal(Box<serde_json::value::RawValue>),
    Text(String),
    Codes(Vec<&'a str>),
}

#[derive(Serialize)]
pub(super) struct BecauseView<'a> {
    source: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    element: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<Cow<'a, str>>,
}

#[derive(Serialize)]
struct Chapter<'a> {
    applicable: bool,
    summary: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    triage: Option<TriageView<'a>>,
    /// Only in the chapter on treatment.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    therapy: Option<TherapyView<'a>>,
    /// Only in the chapter on treatment.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    course: Option<CourseView<'a>>,
    findings: Vec<FindingView<'a>>,
    recommendations: Vec<RecommendationView<'a>>,
}

#[derive(Serialize)]
struct TriageView<'a> {
    /// `E0` to `E3`; the word `at_least` is part of the answer.
    at_least: &'static str,
    reasons: Vec<TriageReasonView<'a>>,
    unanswered: Vec<&'a str>,
    raised_by: Vec<&'a str>,
}

#[derive(Serialize)]
struct TriageReasonView<'a> {
    id: &'a str,
    area: &'a str,
    urgency: &'static str,
    met: bool,
}

#[derive(Serialize)]
struct FindingView<'a> {
    title: &'a str,
    text: &'a str,
    facts: Vec<&'a str>,
}

#[derive(Serialize)]
struct RecommendationView<'a> {
    id: &'a str,
    /// `null` where the statement is no option with a code.
    option: Option<&'a str>,
    statement: &'a str,
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    preference: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    urgency: Option<&'static str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    suspects: &'a [her2path_knowledge::model::Str],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    rules: &'a [her2path_knowledge::model::Str],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    regimen: &'a [her2path_knowledge::model::Str],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    variants: &'a [her2path_knowledge::model::Str],
    #[serde(skip_serializing_if = "Option::is_none")]
    schedule: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    monitor: &'a [her2path_knowledge::model::Str],
    #[serde(skip_serializing_if = "Option::is_none")]
    jurisdiction: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    strength: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    certainty: Option<&'static str>,
    evidence: &'static str,
    bodies: OrderedMap<'a, &'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    conflict: Option<&'a str>,
    /// Only of options with drugs that labels are kept of.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    labels: Vec<LabelView<'a>>,
    /// Ids in the chapter's `trials`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    trials: Vec<&'a str>,
    criteria: Vec<CriterionView<'a>>,
    contraindications: Vec<CriterionView<'a>>,
    missing: Vec<Vec<&'a str>>,
    /// Only where there are more sets than are listed.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    missing_capped: bool,
    why: String,
    rationale: &'a str,
    plain: &'a str,
    citations: Vec<CitationView<'a>>,
    effective: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    superseded_by: Option<&'a str>,
    reviewed: Reviewed<'a>,
    source: String,
}

#[derive(Serialize)]
pub(super) struct CriterionView<'a> {
    text: String,
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<String>,
    because: Vec<BecauseView<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    members: Vec<CriterionView<'a>>,
}

#[derive(Serialize)]
pub(super) struct CitationView<'a> {
    key: &'a str,
    text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    status: &'static str,
}

/// A map that keeps the order in which it was filled.
pub(super) struct OrderedMap<'a, V>(Vec<(&'a str, V)>);

impl<'a, V> FromIterator<(&'a str, V)> for OrderedMap<'a, V> {
    fn from_iter<I: IntoIterator<Item = (&'a str, V)>>(items: I) -> Self {
        Self(items.into_iter().collect())
    }
}

impl<V: Serialize> Serialize for OrderedMap<'_, V> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(key, value)| (key, value)))
    }
}

fn patient<'a>(assessment: &'a Assessment<'_>) -> Patient<'a> {
    let value = |fact| assessment.facts.get(fact).map(|statement: &Statement| &statement.value);
    let text = |fact: Fact| value(fact).map(|value| display(assessment.knowledge, fact.index(), value));
    Patient {
        id: assessment.patient.as_deref(),
        birth_date: text(Fact::PatientBirthDate),
        age: match value(Fact::PatientAge) {
            Some(Value::Integer(age)) => Some(*age),
            _ => None,
        },
        sex: text(Fact::PatientSex),
        deceased: match value(Fact::PatientDeceased) {
            Some(Value::Boolean(deceased)) => Some(*deceased),
            _ => None,
        },
    }
}

fn facts<'a>(assessment: &'a Assessment<'_>) -> BTreeMap<&'a str, FactView<'a>> {
    assessment
        .facts
        .iter()
        .filter_map(|(fact, statement)| {
            let definition = assessment.knowledge.facts.get(usize::from(fact.index().0))?;
            let view = FactView {
                value: value(assessment, fact.index(), &statement.value),
                unit: definition.unit.as_deref(),
                date: statement.date.map(|date| date.to_string()),
                kind: kind_name(definition.kind),
                because: because(&statement.because),
                citations: definition
                    .cites
                    .iter()
                    .filter_map(|key| assessment.knowledge.citation(key))
                    .map(citation)
                    .collect(),
            };
            Some((definition.id.as_ref(), view))
        })
        .collect()
}

fn value<'a>(assessment: &'a Assessment<'_>, index: FactIndex, value: &Value) -> ValueView<'a> {
    match value {
        Value::Boolean(value) => ValueView::Boolean(*value),
        Value::Integer(value) => ValueView::Integer(*value),
        Value::Decimal(quantity) => {
            let text = format!("{}{}", quantity.comparator.as_str(), quantity.number);
            match serde_json::value::RawValue::from_string(text.clone()) {
                Ok(raw) => ValueView::Decimal(raw),
                Err(_) => ValueView::Text(text),
            }
        }
        Value::Codes(codes) => {
            let values = assessment.knowledge.facts.get(usize::from(index.0)).map(|definition| &definition.values);
            let name = |code: &her2path_knowledge::model::ValueIndex| {
                values.and_then(|values| values.get(usize::from(code.0))).map(|value| value.code.as_ref())
            };
            ValueView::Codes(codes.iter().filter_map(name).collect())
        }
        Value::Between(low, high) => ValueView::Text(between(*low, *high)),
        Value::Code(_) | Value::Date(_) | Value::Text(_) => {
            ValueView::Text(display(assessment.knowledge, index, value))
        }
    }
}

pub(super) fn because(because: &[Because]) -> Vec<BecauseView<'_>> {
    let all = because.iter();
    all.map(|b| BecauseView { source: &b.source, element: b.element, note: b.note.as_deref().map(Cow::Borrowed) })
        .collect()
}

/// So many reasons stand at a criterion. Hundreds of criteria may test one fact, and a record may hold thousands of entries
/// for it: all of them stand once, at the fact.
const REASONS_AT_A_CRITERION: usize = 50;

/// The reasons for a fact as they stand at a criterion that tests it.
fn reasons<'a>(assessment: &'a Assessment<'_>, fact: FactIndex, all: &'a [Because]) -> Vec<BecauseView<'a>> {
    let (said, more) = all.split_at_checked(REASONS_AT_A_CRITERION).unwrap_or((all, &[]));
    let mut views = because(said);
    if !more.is_empty() {
        let note = format!("and {} more: all stand at the fact", more.len());
        views.push(BecauseView { source: fact_id(assessment, fact), element: None, note: Some(Cow::Owned(note)) });
    }
    views
}

impl<'a> Chapter<'a> {
    fn of(assessment: &'a Assessment<'_>, chapter: &'a ChapterAssessment<'_>) -> Self {
        let fact_id = |index: &FactIndex| fact_id(assessment, *index);
        Self {
            applicable: chapter.applicable,
            summary: &chapter.summary,
            triage: chapter.triage.as_ref().map(|triage| triage_view(assessment, triage)),
            therapy: (chapter.chapter == her2path_knowledge::model::Chapter::Treatment)
                .then(|| therapy::view(assessment)),
            course: chapter.treatment.as_ref().map(|course| course::view(assessment, chapter, course)),
            findings: chapter
                .findings
                .iter()
                .map(|f| FindingView { title: &f.title, text: &f.text, facts: f.facts.iter().map(fact_id).collect() })
                .collect(),
            recommendations: chapter.recommendations.iter().map(|r| recommendation(assessment, r)).collect(),
        }
    }
}

fn triage_view<'a>(assessment: &'a Assessment<'_>, triage: &'a Triage) -> TriageView<'a> {
    let ids = |facts: &'a [FactIndex]| facts.iter().map(|index| fact_id(assessment, *index)).collect();
    let reason = |reason: &'a TriageReason| TriageReasonView {
        id: &reason.id,
        area: &reason.area,
        urgency: urgency_name(reason.urgency),
        met: reason.met,
    };
    TriageView {
        at_least: urgency_name(triage.urgency),
        reasons: triage.reasons.iter().map(reason).collect(),
        unanswered: ids(&triage.unanswered),
        raised_by: ids(&triage.raised_by),
    }
}

fn recommendation<'a>(assessment: &'a Assessment<'_>, item: &'a JudgedRecommendation<'_>) -> RecommendationView<'a> {
    let recommendation = item.recommendation;
    let criteria = |judged: &'a [Judged<'_>]| -> Vec<CriterionView<'a>> {
        judged.iter().map(|judged| criterion_view(assessment, judged)).collect()
    };
    RecommendationView {
        id: &recommendation.id,
        option: recommendation.option.as_deref(),
        statement: &recommendation.statement,
        outcome: item.judgement.outcome.as_str(),
        preference: recommendation.preference.map(preference_name),
        urgency: recommendation.urgency.map(urgency_name),
        suspects: &recommendation.suspects,
        rules: &recommendation.rules,
        regimen: &recommendation.regimen,
        variants: &recommendation.variants,
        schedule: recommendation.schedule.as_deref(),
        monitor: &recommendation.monitor,
        jurisdiction: recommendation.jurisdiction.map(jurisdiction_name),
        strength: recommendation.strength.map(strength_name),
        certainty: recommendation.certainty.map(certainty_name),
        evidence: evidence_name(recommendation.evidence),
        bodies: recommendation.bodies.iter().map(|(body, says)| (body.as_ref(), says.as_ref())).collect(),
        conflict: recommendation.conflict.as_deref(),
        labels: item.labels.iter().map(|reading| label_view(assessment, reading)).collect(),
        trials: if is_in_question(item) {
            assessment.knowledge.trials_of(recommendation).map(|trial| trial.id.as_ref()).collect()
        } else {
            Vec::new()
        },
        criteria: criteria(&item.judgement.when),
        contraindications: criteria(&item.judgement.contraindicated_if),
        missing: item.missing.iter().map(|set| set.iter().map(|index| fact_id(assessment, *index)).collect()).collect(),
        missing_capped: item.missing_capped,
        why: explain::why(assessment, item),
        rationale: &recommendation.rationale,
        plain: &recommendation.plain,
        citations: recommendation
            .cites
            .iter()
            .filter_map(|key| assessment.knowledge.citation(key))
            .map(citation)
            .collect(),
        effective: recommendation.effective.to_string(),
        superseded_by: recommendation.superseded_by.as_deref(),
        reviewed: Reviewed {
            on: recommendation.reviewed.on.map(|date| date.to_string()),
            by: &recommendation.reviewed.by,
            next: recommendation.reviewed.next.map(|date| date.to_string()),
        },
        source: format!("{}:{}", recommendation.place.file, recommendation.place.line),
    }
}

pub(super) fn criterion_view<'a>(assessment: &'a Assessment<'_>, judged: &'a Judged<'_>) -> CriterionView<'a> {
    let (value, because, members) = match judged.criterion {
        Criterion::Test(test) => {
            let statement = assessment.facts.at(test.fact);
            let value = statement.map(|statement| display(assessment.knowledge, test.fact, &statement.value));
            (
                value,
                statement.map_or_else(Vec::new, |statement| reasons(assessment, test.fact, &statement.because)),
                Vec::new(),
            )
        }
        Criterion::All(_) | Criterion::Any(_) | Criterion::None(_) => {
            (None, Vec::new(), judged.members.iter().map(|judged| criterion_view(assessment, judged)).collect())
        }
    };
    CriterionView { text: criterion_text(judged.criterion), outcome: judged.outcome.as_str(), value, because, members }
}

pub(super) fn citation(citation: &Citation) -> CitationView<'_> {
    CitationView {
        key: &citation.key,
        text: &citation.text,
        url: citation_url(citation),
        status: evidence_name(citation.status),
    }
}

pub(super) fn fact_id<'a>(assessment: &'a Assessment<'_>, index: FactIndex) -> &'a str {
    assessment.knowledge.facts.get(usize::from(index.0)).map_or("", |definition| &definition.id)
}
