//! What fits as a RequestGroup of proposals, what is forbidden as DetectedIssues.

use her2path_knowledge::model::{Citation, Recommendation};
use serde_json::{Value as Json, json};

use super::{Names, RECOMMENDATION_SYSTEM, record_entry};
use crate::assessment::{Assessment, ChapterAssessment, JudgedRecommendation, Outcome};
use crate::render::{chapter_name, citation_url, evidence_name, explain, preference_name};

/// One group of actions for each chapter that recommends something; none where nothing is recommended.
pub(super) fn request_group(assessment: &Assessment<'_>, names: &Names<'_>) -> Option<Json> {
    let actions: Vec<Json> =
        assessment.chapters.iter().filter_map(|chapter| chapter_action(assessment, chapter)).collect();
    (!actions.is_empty()).then(|| {
        json!({
            "resourceType": "RequestGroup",
            "id": names.id("RequestGroup", ""),
            "instantiatesCanonical": [names.module],
            "status": "active",
            "intent": "proposal",
            "subject": names.subject(),
            "authoredOn": names.instant,
            "note": [{"text": assessment.knowledge.guideline.notice}],
            "action": actions,
        })
    })
}

fn chapter_action(assessment: &Assessment<'_>, chapter: &ChapterAssessment<'_>) -> Option<Json> {
    let actions: Vec<Json> = chapter
        .recommendations
        .iter()
        .filter(|item| item.judgement.outcome == Outcome::Recommended)
        .map(|item| action(assessment, item))
        .collect();
    (!actions.is_empty())
        .then(|| json!({"title": chapter_name(chapter.chapter), "description": chapter.summary, "action": actions}))
}

fn action(assessment: &Assessment<'_>, item: &JudgedRecommendation<'_>) -> Json {
    let recommendation = item.recommendation;
    let preference = recommendation.preference.map_or("", preference_name);
    let title = if preference.is_empty() {
        recommendation.statement.to_string()
    } else {
        format!("{} ({preference})", recommendation.statement)
    };
    json!({
        "id": recommendation.id.replace('/', "."),
        "title": title,
        "description": explain::why(assessment, item),
        "textEquivalent": recommendation.rationale,
        "code": [code(recommendation)],
        "documentation": documentation(assessment, recommendation),
    })
}

fn code(recommendation: &Recommendation) -> Json {
    json!({"coding": [{"system": RECOMMENDATION_SYSTEM, "code": recommendation.id}], "text": recommendation.statement})
}

/// The sources, each marked with how it is known.
fn documentation(assessment: &Assessment<'_>, recommendation: &Recommendation) -> Json {
    let artifact = |citation: &Citation| {
        let mut artifact = json!({
            "type": "citation",
            "label": evidence_name(citation.status),
            "citation": citation.text,
        });
        if let (Some(url), Some(object)) = (citation_url(citation), artifact.as_object_mut()) {
            object.insert("url".to_owned(), Json::String(url));
        }
        artifact
    };
    let own = json!({
        "type": "derived-from",
        "label": evidence_name(recommendation.evidence),
        "display": format!("{}:{}", recommendation.place.file, recommendation.place.line),
    });
    let cited = recommendation.cites.iter().filter_map(|key| assessment.knowledge.citation(key)).map(artifact);
    cited.chain(std::iter::once(own)).collect()
}

/// What fits but for a contraindication.
pub(super) fn detected_issues(assessment: &Assessment<'_>, names: &Names<'_>) -> Vec<Json> {
    assessment
        .chapters
        .iter()
        .flat_map(|chapter| &chapter.recommendations)
        .filter(|item| item.judgement.outcome == Outcome::Contraindicated)
        .map(|item| detected_issue(assessment, names, item))
        .collect()
}

fn detected_issue(assessment: &Assessment<'_>, names: &Names<'_>, item: &JudgedRecommendation<'_>) -> Json {
    let recommendation = item.recommendation;
    let mut issue = json!({
        "resourceType": "DetectedIssue",
        "id": names.id("DetectedIssue", &recommendation.id),
        "status": "final",
        "code": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "CONTRA"}],
            "text": recommendation.statement},
        "patient": names.subject(),
        "identifiedDateTime": names.as_of,
        "detail": explain::why(assessment, item),
        "evidence": [{"code": [code(recommendation)]}],
    });
    let entries = decisive_entries(assessment, item);
    if let (false, Some(object)) = (entries.is_empty(), issue.as_object_mut()) {
        object.insert("implicated".to_owned(), Json::Array(entries));
    }
    issue
}

/// Record entries behind the facts that the contraindications test.
fn decisive_entries(assessment: &Assessment<'_>, item: &JudgedRecommendation<'_>) -> Vec<Json> {
    let mut sources: Vec<&str> = Vec::new();
    for fact in item.recommendation.contraindicated_if.iter().flat_map(facts_of) {
        for because in assessment.facts.at(fact).map(|statement| statement.because.as_slice()).unwrap_or_default() {
            if record_entry(&because.source).is_some() && !sources.contains(&because.source.as_str()) {
                sources.push(&because.source);
            }
        }
    }
    sources.into_iter().map(|source| json!({"reference": source})).collect()
}

fn facts_of(criterion: &her2path_knowledge::model::Criterion) -> Vec<her2path_knowledge::model::FactIndex> {
    use her2path_knowledge::model::Criterion;
    match criterion {
        Criterion::Test(test) => vec![test.fact],
        Criterion::All(members) | Criterion::Any(members) | Criterion::None(members) => {
            members.iter().flat_map(facts_of).collect()
        }
    }
}
