//! The six chapters: one module each, none of which calls another.
//!
//! A chapter says whether it applies, sums up in a sentence, lists its findings, and has every recommendation of its
//! folder judged as of the day. What two chapters share is an inferred fact, computed before any chapter runs.

mod diagnosis;
mod headline;
mod plain;
mod prognosis;
mod risk;
mod support;
mod symptoms;
mod treatment;

pub use symptoms::warning_signs;

use her2path_knowledge::model::{
    Chapter, Criterion, Jurisdiction, Knowledge, Operation, Recommendation, Str, Test, ValueIndex,
};
use jiff::civil::Date;

use crate::assessment::{ChapterAssessment, Finding, JudgedRecommendation, Outcome};
use crate::chart::Chart;
use crate::chart::facts::Facts;
use crate::criteria::{Judged, Judgement, Missing, judge, judge_criterion, missing_facts};
use crate::guideline::Fact;
use crate::truth::Truth;

/// The order of the pathway.
pub const ORDER: [Chapter; 6] =
    [Chapter::Symptoms, Chapter::Risk, Chapter::Diagnosis, Chapter::Treatment, Chapter::Prognosis, Chapter::Support];

/// Every chapter, with the figures of the outlook.
pub const ALL: Chapters = Chapters::of(&ORDER);

/// What to ask for when nobody names a chapter: all but the figures of the outlook. The chapter on prognosis is in the
/// answer all the same, with a sentence in place of its figures; they are shown when it is asked for by name.
pub const DEFAULT: Chapters =
    Chapters::of(&[Chapter::Symptoms, Chapter::Risk, Chapter::Diagnosis, Chapter::Treatment, Chapter::Support]);

/// A set of chapters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Chapters(u8);

impl Chapters {
    /// No chapter: the facts alone.
    pub const NONE: Self = Self(0);

    /// These chapters; order and repetition do not matter.
    #[must_use]
    pub const fn of(mut chapters: &[Chapter]) -> Self {
        let mut set = 0;
        while let [first, rest @ ..] = chapters {
            set |= 1 << *first as u8;
            chapters = rest;
        }
        Self(set)
    }

    /// Whether a chapter is in the set.
    #[must_use]
    pub const fn contains(self, chapter: Chapter) -> bool {
        self.0 & (1 << chapter as u8) != 0
    }

    /// Whether every chapter of the other set is in this one.
    #[must_use]
    pub const fn contains_all(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

impl FromIterator<Chapter> for Chapters {
    fn from_iter<I: IntoIterator<Item = Chapter>>(chapters: I) -> Self {
        chapters.into_iter().fold(Self::NONE, |set, chapter| Self(set.0 | Self::of(&[chapter]).0))
    }
}

/// What a chapter says of a chart before any recommendation is judged.
struct Opening {
    applicable: bool,
    summary: String,
    findings: Vec<Finding>,
}

/// Assesses the chapters asked for, in the order of the pathway; see [`DEFAULT`] for the one that is added unasked.
#[must_use]
pub fn assess<'k>(
    chart: &Chart,
    knowledge: &'k Knowledge,
    chapters: Chapters,
    jurisdiction: Option<Jurisdiction>,
) -> Vec<ChapterAssessment<'k>> {
    // Everything else was asked for: then the chapter on prognosis says how to open it.
    let without_figures = !chapters.contains(Chapter::Prognosis) && chapters.contains_all(DEFAULT);
    ORDER
        .into_iter()
        .filter(|chapter| chapters.contains(*chapter) || (without_figures && *chapter == Chapter::Prognosis))
        .map(|chapter| {
            let mut recommendations = match closed(chapter, &chart.facts, knowledge) {
                Some(because) => not_applicable(chart, knowledge, chapter, &because),
                None => judged(chart, knowledge, chapter),
            };
            let mut triage = None;
            let mut treatment = None;
            let mut outlook = None;
            let mut risk = None;
            let opening = match chapter {
                Chapter::Diagnosis => diagnosis::open(chart, knowledge),
                Chapter::Support => support::open(chart, knowledge, &recommendations),
                Chapter::Symptoms => {
                    let (opening, found) = symptoms::open(chart, knowledge, &recommendations);
                    triage = found;
                    opening
                }
                Chapter::Risk => {
                    risk = risk::course(chart);
                    risk::open(chart, knowledge)
                }
                Chapter::Prognosis if without_figures => prognosis::closed(chart),
                Chapter::Prognosis => {
                    outlook = prognosis::outlook(chart, knowledge);
                    prognosis::open(chart, knowledge)
                }
                Chapter::Treatment => {
                    treatment::read_labels(&mut recommendations, chart, knowledge, jurisdiction);
                    treatment = Some(treatment::course(chart, knowledge));
                    treatment::open(chart, knowledge, &recommendations)
                }
            };
            let Opening { applicable, summary, findings } = opening;
            let summary = headline::of_deceased(chart, summary);
            ChapterAssessment {
                chapter,
                applicable,
                summary,
                findings,
                recommendations,
                triage,
                treatment,
                outlook,
                risk,
            }
        })
        .collect()
}

/// Whether a recommendation stands on a day: in effect, and not replaced by one that is in effect.
#[must_use]
pub fn stands(recommendation: &Recommendation, knowledge: &Knowledge, as_of: Date) -> bool {
    let replaced = recommendation.superseded_by.as_deref().and_then(|id| knowledge.recommendation(id));
    recommendation.effective <= as_of && replaced.is_none_or(|by| by.effective > as_of)
}

/// What every recommendation on treatment and outlook presupposes. Where the record holds no breast cancer, nothing that
/// is not known of its stage or receptors is missing: the chapter has nobody to speak of.
static HAS_BREAST_CANCER: Criterion = Criterion::Test(Test {
    text: Str::Borrowed("disease.breast-cancer is invasive"),
    fact: Fact::DiseaseBreastCancer.index(),
    operation: Operation::Is(ValueIndex(0)),
});

/// The criterion that closes a chapter, where it is known not to be met.
fn closed(chapter: Chapter, facts: &Facts, knowledge: &Knowledge) -> Option<Judged<'static>> {
    let about_patients = matches!(chapter, Chapter::Treatment | Chapter::Prognosis);
    let judged = about_patients.then(|| judge_criterion(&HAS_BREAST_CANCER, facts, knowledge))?;
    (judged.outcome == Truth::NotMet).then_some(judged)
}

/// The recommendations of a closed chapter, each not applicable for the reason that closes it.
fn not_applicable<'k>(
    chart: &Chart,
    knowledge: &'k Knowledge,
    chapter: Chapter,
    because: &Judged<'static>,
) -> Vec<JudgedRecommendation<'k>> {
    let not_applicable = |recommendation| JudgedRecommendation {
        recommendation,
        judgement: Judgement {
            outcome: Outcome::NotApplicable,
            when: vec![because.clone()],
            contraindicated_if: Vec::new(),
        },
        missing: Vec::new(),
        missing_capped: false,
        labels: Vec::new(),
    };
    standing(chart, knowledge, chapter).map(not_applicable).collect()
}

/// The recommendations of a chapter that stand on the day.
fn standing<'k>(chart: &Chart, knowledge: &'k Knowledge, chapter: Chapter) -> impl Iterator<Item = &'k Recommendation> {
    let as_of = chart.as_of;
    let of_chapter = knowledge.recommendations.iter().filter(move |recommendation| recommendation.chapter == chapter);
    of_chapter.filter(move |recommendation| stands(recommendation, knowledge, as_of))
}

/// What comes of a recommendation for a chart, on whichever day.
#[must_use]
pub fn outcome(recommendation: &Recommendation, facts: &Facts, knowledge: &Knowledge) -> Outcome {
    match closed(recommendation.chapter, facts, knowledge) {
        Some(_) => Outcome::NotApplicable,
        None => judge(recommendation, facts, knowledge).outcome,
    }
}

fn judged<'k>(chart: &Chart, knowledge: &'k Knowledge, chapter: Chapter) -> Vec<JudgedRecommendation<'k>> {
    standing(chart, knowledge, chapter)
        .map(|recommendation| judged_by(recommendation, &chart.facts, knowledge))
        .collect()
}

/// One recommendation judged by facts, with what is missing for it to stand.
fn judged_by<'k>(
    recommendation: &'k Recommendation,
    facts: &Facts,
    knowledge: &'k Knowledge,
) -> JudgedRecommendation<'k> {
    let judgement = judge(recommendation, facts, knowledge);
    let missing = if judgement.outcome == Outcome::NeedsData {
        missing_facts(recommendation, &judgement, facts, knowledge)
    } else {
        Missing::default()
    };
    let Missing { sets, capped } = missing;
    JudgedRecommendation { recommendation, judgement, missing: sets, missing_capped: capped, labels: Vec::new() }
}
