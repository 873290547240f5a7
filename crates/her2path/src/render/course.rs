//! What is due, how the lines came about and how good the care was, in words and as JSON.

use her2path_knowledge::model::FactIndex;
use serde::Serialize;

use super::json::{CitationView, citation, fact_id};
use super::option::{self, MonographView, TrialView};
use crate::assessment::{
    Assessment, ChapterAssessment, Course, Due, DueCheck, JudgedRecommendation, Outcome, Quality, Retrospect,
    RetrospectReason, Verdict,
};
use crate::truth::Truth;
use her2path_knowledge::model::Preference;

/// When a check is due, in a sentence.
pub(super) fn due_words(assessment: &Assessment<'_>, item: &DueCheck<'_>) -> String {
    let last = match (&item.last, item.undated) {
        (Some((date, _)), _) => format!("last {date}"),
        (None, true) => "on record without a date".to_owned(),
        (None, false) => "nothing on record".to_owned(),
    };
    let day = match item.due {
        Some((first, last)) if first == last => first.to_string(),
        Some((first, last)) => format!("between {first} and {last}"),
        None => String::new(),
    };
    match item.status {
        Due::Critical => format!("act now and repeat: the latest value calls for a change of treatment ({last})"),
        Due::Overdue => format!("overdue since {day} ({last})"),
        Due::NeverDone if item.last.is_some() => format!("due now: {last} was too long before the line began"),
        Due::NeverDone => format!("due now: {last}"),
        Due::DueNow => format!("due {day} ({last})"),
        Due::NotYetDue if day.is_empty() => format!("done ({last})"),
        Due::NotYetDue => format!("due again {day} ({last})"),
        Due::CannotBeSaid if !item.missing.is_empty() => {
            format!("cannot be said: missing {} ({last})", titles(assessment, &item.missing))
        }
        Due::CannotBeSaid if !day.is_empty() => format!("cannot be said: due {day}, and {last} is no day"),
        Due::CannotBeSaid => format!("cannot be said: {last}"),
    }
}

/// The answer on a line, in a sentence.
pub(super) fn retrospect_words(assessment: &Assessment<'_>, item: &Retrospect<'_>) -> String {
    let guideline = &assessment.knowledge.guideline;
    let drugs = item.drugs.join(" + ");
    let day = item.on.map_or_else(|| "without a day".to_owned(), |day| format!("on {day}"));
    let verdict = match item.verdict {
        Verdict::Concordant => "among the options of its day",
        Verdict::NotAmongOptions => "not among the options of its day",
        Verdict::CannotBeSaid => "cannot be said",
    };
    let preferred = if item.preferred.is_empty() {
        String::new()
    } else {
        format!("; preferred that day: {}", item.preferred.join("; "))
    };
    let reason = match &item.reason {
        RetrospectReason::Recommended(by) => {
            let preference = by.preference.map_or("", super::preference_name);
            format!(
                "{preference} by {} ({} {}, in effect since {})",
                by.id, guideline.id, guideline.version, by.effective
            )
        }
        RetrospectReason::Missing { by, indicated: true, facts } => {
            let facts = titles(assessment, facts);
            format!("it was indicated by {}, and what could have forbidden it was not on record: {facts}", by.id)
        }
        RetrospectReason::Missing { by, indicated: false, facts } => {
            format!("{} asks for what was not on record: {}", by.id, titles(assessment, facts))
        }
        RetrospectReason::Against(by, words) => format!("{} did not fit: {}", by.id, words.join("; ")),
        RetrospectReason::Later(by) => format!("{} names it from {} on", by.id, by.effective),
        RetrospectReason::NotNamed => "no statement of that day names these drugs together".to_owned(),
        RetrospectReason::BeforeGuideline => "this guideline holds no options for so early a day".to_owned(),
        RetrospectReason::NoDate => "the record gives no day on which every drug of the line began".to_owned(),
        RetrospectReason::UnknownDrug => "a drug of the line is not known".to_owned(),
        RetrospectReason::NotInScope(facts) => {
            format!(
                "this guideline is about HER2-positive disease; on that day not settled: {}",
                titles(assessment, facts)
            )
        }
        RetrospectReason::EarlierLinesMissing => "the lines before it are not all on record".to_owned(),
    };
    format!("Line {} {day}, {drugs}: {verdict}; {reason}{preferred}", item.line)
}

/// The answer on a measure, in a sentence.
pub(super) fn quality_words(item: &Quality<'_>) -> String {
    let measure = item.measure;
    let answer = match (&measure.unanswerable, item.denominator, item.numerator) {
        (Some(why), ..) => format!("not from the record of one patient: {why}"),
        (None, Truth::NotMet, _) => "does not count here".to_owned(),
        (None, Truth::Unknown, _) => "cannot be said whether it counts here".to_owned(),
        (None, Truth::Met, Truth::Met) => "met".to_owned(),
        (None, Truth::Met, Truth::NotMet) => "not met by the record".to_owned(),
        (None, Truth::Met, Truth::Unknown) => "counts here; whether it was met cannot be said".to_owned(),
    };
    let notes = if item.notes.is_empty() { String::new() } else { format!(" ({})", item.notes.join("; ")) };
    format!("{} {}: {answer}{notes}", measure.id, measure.title)
}

fn titles(assessment: &Assessment<'_>, facts: &[FactIndex]) -> String {
    let title = |fact: &FactIndex| assessment.knowledge.fact_definition(*fact).map(|d| d.title.to_string());
    facts.iter().filter_map(title).collect::<Vec<_>>().join(", ")
}

/// What the chapter on treatment adds to JSON.
#[derive(Serialize)]
pub(super) struct CourseView<'a> {
    options: OptionsView<'a>,
    monitoring: MonitoringView<'a>,
    retrospect: Vec<RetrospectView<'a>>,
    quality: Vec<QualityView<'a>>,
    /// Of the options that are not out of the question, by id.
    trials: std::collections::BTreeMap<&'a str, TrialView<'a>>,
    /// Of the drugs of these options, by drug.
    monographs: std::collections::BTreeMap<&'a str, MonographView<'a>>,
}

/// Options with drugs, by what came of them, each in the order of the guideline.
#[derive(Serialize)]
struct OptionsView<'a> {
    preferred: Vec<OptionView<'a>>,
    acceptable: Vec<OptionView<'a>>,
    needs_data: Vec<OptionView<'a>>,
    contraindicated: Vec<OptionView<'a>>,
    not_applicable: Vec<OptionView<'a>>,
}

#[derive(Serialize)]
struct OptionView<'a> {
    id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    option: Option<&'a str>,
    regimen: &'a [her2path_knowledge::model::Str],
}

#[derive(Serialize)]
struct MonitoringView<'a> {
    drugs_known: bool,
    unknown_drug: bool,
    items: Vec<DueView<'a>>,
}

#[derive(Serialize)]
struct DueView<'a> {
    id: &'a str,
    test: &'a str,
    drugs: Vec<&'a str>,
    status: &'static str,
    words: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    last: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    last_fact: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    due_first: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    due_last: Option<String>,
    missing: Vec<&'a str>,
    basis: &'a str,
    citations: Vec<CitationView<'a>>,
    source: String,
}

#[derive(Serialize)]
struct RetrospectView<'a> {
    line: u16,
    on: Option<String>,
    drugs: &'a [&'a str],
    verdict: &'static str,
    words: String,
    guideline: &'a str,
    guideline_version: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    recommendation: Option<&'a str>,
    missing: Vec<&'a str>,
    preferred: &'a [String],
}

#[derive(Serialize)]
struct QualityView<'a> {
    id: &'a str,
    title: &'a str,
    denominator: &'static str,
    /// Absent for a patient who does not count.
    #[serde(skip_serializing_if = "Option::is_none")]
    numerator: Option<&'static str>,
    words: String,
    notes: &'a [String],
    numerator_definition: &'a str,
    denominator_definition: &'a str,
    exclusions: &'a str,
    published: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    unanswerable: Option<&'a str>,
    citations: Vec<CitationView<'a>>,
    source: String,
}

pub(super) fn view<'a>(
    assessment: &'a Assessment<'_>,
    chapter: &'a ChapterAssessment<'_>,
    course: &'a Course<'_>,
) -> CourseView<'a> {
    let knowledge = assessment.knowledge;
    let cited = |keys: &'a [her2path_knowledge::model::Str]| -> Vec<CitationView<'a>> {
        keys.iter().filter_map(|key| knowledge.citation(key)).map(citation).collect()
    };
    let ids = |facts: &[FactIndex]| facts.iter().map(|fact| fact_id(assessment, *fact)).collect();
    CourseView {
        options: options(&chapter.recommendations),
        monitoring: MonitoringView {
            drugs_known: course.monitoring.drugs_known,
            unknown_drug: course.monitoring.unknown_drug,
            items: course
                .monitoring
                .items
                .iter()
                .map(|item| DueView {
                    id: &item.check.id,
                    test: &item.check.test,
                    drugs: item.drugs.clone(),
                    status: item.status.as_str(),
                    words: due_words(assessment, item),
                    last: item.last.map(|(date, _)| date.to_string()),
                    last_fact: item.last.map(|(_, fact)| fact_id(assessment, fact)),
                    due_first: item.due.map(|(first, _)| first.to_string()),
                    due_last: item.due.map(|(_, last)| last.to_string()),
                    missing: ids(&item.missing),
                    basis: &item.check.basis,
                    citations: cited(&item.check.cites),
                    source: format!("{}:{}", item.check.place.file, item.check.place.line),
                })
                .collect(),
        },
        retrospect: course
            .retrospect
            .iter()
            .map(|item| {
                let (recommendation, missing) = match &item.reason {
                    RetrospectReason::Recommended(by)
                    | RetrospectReason::Against(by, _)
                    | RetrospectReason::Later(by) => (Some(by.id.as_ref()), Vec::new()),
                    RetrospectReason::Missing { by, facts, .. } => (Some(by.id.as_ref()), ids(facts)),
                    RetrospectReason::NotInScope(facts) => (None, ids(facts)),
                    RetrospectReason::NotNamed
                    | RetrospectReason::BeforeGuideline
                    | RetrospectReason::NoDate
                    | RetrospectReason::UnknownDrug
                    | RetrospectReason::EarlierLinesMissing => (None, Vec::new()),
                };
                RetrospectView {
                    line: item.line,
                    on: item.on.map(|day| day.to_string()),
                    drugs: &item.drugs,
                    verdict: item.verdict.as_str(),
                    words: retrospect_words(assessment, item),
                    guideline: &knowledge.guideline.id,
                    guideline_version: &knowledge.guideline.version,
                    recommendation,
                    missing,
                    preferred: &item.preferred,
                }
            })
            .collect(),
        quality: course
            .quality
            .iter()
            .map(|item| QualityView {
                id: &item.measure.id,
                title: &item.measure.title,
                denominator: item.denominator.as_str(),
                numerator: (item.denominator == Truth::Met).then(|| item.numerator.as_str()),
                words: quality_words(item),
                notes: &item.notes,
                numerator_definition: &item.measure.numerator,
                denominator_definition: &item.measure.denominator,
                exclusions: &item.measure.exclusions,
                published: item.measure.published,
                unanswerable: item.measure.unanswerable.as_deref(),
                citations: cited(&item.measure.cites),
                source: format!("{}:{}", item.measure.place.file, item.measure.place.line),
            })
            .collect(),
        trials: option::trials_view(assessment, &chapter.recommendations),
        monographs: option::monographs_view(assessment, &chapter.recommendations),
    }
}

fn options<'a>(items: &'a [JudgedRecommendation<'_>]) -> OptionsView<'a> {
    let of = |outcome: Outcome, preference: Option<Preference>| {
        items
            .iter()
            .filter(|item| !item.recommendation.regimen.is_empty() && item.judgement.outcome == outcome)
            .filter(|item| preference.is_none_or(|wanted| item.recommendation.preference == Some(wanted)))
            .map(|item| OptionView {
                id: &item.recommendation.id,
                option: item.recommendation.option.as_deref(),
                regimen: &item.recommendation.regimen,
            })
            .collect()
    };
    OptionsView {
        preferred: of(Outcome::Recommended, Some(Preference::Preferred)),
        acceptable: of(Outcome::Recommended, Some(Preference::Acceptable)),
        needs_data: of(Outcome::NeedsData, None),
        contraindicated: of(Outcome::Contraindicated, None),
        not_applicable: of(Outcome::NotApplicable, None),
    }
}
