//! The chapter on treatment beyond its recommendations: labels by day and place, what is due, lines against the options of their
//! day, measures of quality, and the cardiac gates exhaustively. Every expected answer is worked by hand from the labels' own
//! words or from calendar arithmetic.

#![cfg(test)]
#![expect(clippy::string_slice, reason = "a test may stop at the first thing that is not as it should be")]

mod gates;
mod labels;
mod monitoring;
mod quality;
mod record;
mod retrospect;
mod sheet;

use her2path::assessment::{Assessment, ChapterAssessment, JudgedRecommendation, Outcome};
use her2path::chart::stated;
use her2path::guideline::KNOWLEDGE;
use her2path::knowledge::model::{Chapter, Jurisdiction};
use her2path::{Question, assess_chart};

/// The assessment of facts typed in.
fn typed(as_of: &str, facts: &str, jurisdiction: Option<Jurisdiction>) -> Assessment<'static> {
    let day = as_of.parse().expect("a day");
    let question = Question::new(&KNOWLEDGE, day).jurisdiction(jurisdiction);
    let (chart, issues) = stated::read(facts, "case.toml", &KNOWLEDGE, day);
    assert!(issues.is_empty(), "{issues:?}");
    assess_chart(chart, issues, &question)
}

fn treatment<'a>(assessment: &'a Assessment<'static>) -> &'a ChapterAssessment<'static> {
    assessment.chapters.iter().find(|chapter| chapter.chapter == Chapter::Treatment).expect("the chapter")
}

fn recommendation<'a>(assessment: &'a Assessment<'static>, id: &str) -> Option<&'a JudgedRecommendation<'static>> {
    treatment(assessment).recommendations.iter().find(|item| item.recommendation.id == format!("treatment/{id}"))
}

/// Nobody without breast cancer waits for data of it: the one reason is said, and nothing is missing.
#[test]
fn without_breast_cancer_nothing_is_asked_for() {
    let record = br#"{"resourceType": "Patient", "id": "p", "gender": "female", "birthDate": "1980-01-01"}"#;
    let question = Question::new(&KNOWLEDGE, jiff::civil::date(2026, 11, 23)).chapters(her2path::chapters::ALL);
    let (assessments, _) = her2path::assess([her2path::fhir::Input { bytes: record, name: "p.json" }], &question);
    let chapters = assessments.iter().flat_map(|assessment| &assessment.chapters);
    let mut seen = 0;
    for chapter in chapters.filter(|chapter| matches!(chapter.chapter, Chapter::Treatment | Chapter::Prognosis)) {
        assert!(!chapter.applicable);
        for item in &chapter.recommendations {
            seen += 1;
            assert_eq!(item.judgement.outcome, Outcome::NotApplicable, "{}", item.recommendation.id);
            assert!(item.missing.is_empty());
            let [because] = item.judgement.when.as_slice() else { panic!("{}", item.recommendation.id) };
            assert_eq!(her2path::render::criterion_text(because.criterion), "disease.breast-cancer is invasive");
        }
    }
    assert!(seen > 180, "{seen}");
}
