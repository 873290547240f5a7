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

use her2path::assessment::{Assessment, ChapterAssessment, JudgedRecommendation};
use her2path::chart::stated;
use her2path::guideline::KNOWLEDGE;
use her2path::knowledge::model::Jurisdiction;
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
    assessment
        .chapters
        .iter()
        .find(|chapter| chapter.chapter == her2path::knowledge::model::Chapter::Treatment)
        .expect("the chapter")
}

fn recommendation<'a>(assessment: &'a Assessment<'static>, id: &str) -> Option<&'a JudgedRecommendation<'static>> {
    treatment(assessment).recommendations.iter().find(|item| item.recommendation.id == format!("treatment/{id}"))
}
