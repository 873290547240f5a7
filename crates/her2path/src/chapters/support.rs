//! Support: what helps the person and the family live with it?
//!
//! Scores first, then the questions that fit this person's own situation, which are recommendations. Deliberately absent:
//! any score that stands alone. A thermometer is a reason to ask further, never a result.

use her2path_knowledge::model::{Chapter, Knowledge};

use super::{Opening, plain};
use crate::assessment::{Finding, JudgedRecommendation, Outcome, spoken};
use crate::chart::Chart;
use crate::guideline::Fact;

pub(super) fn open(chart: &Chart, knowledge: &Knowledge, judged: &[JudgedRecommendation<'_>]) -> Opening {
    let opening = plain::open(chart, knowledge, Chapter::Support, judged);
    let applies = |folder: &str| {
        let of = |item: &&JudgedRecommendation<'_>| item.recommendation.id.starts_with(folder);
        judged.iter().filter(of).filter(|item| item.judgement.outcome == Outcome::Recommended).count()
    };
    let screening = applies("support/screening/");
    let first = match screening {
        0 => "no score on record asks for action".to_owned(),
        1 => "one statement on distress, depression or anxiety applies".to_owned(),
        count => format!("{count} statements on distress, depression and anxiety apply"),
    };
    let summary = format!("{first}; {} questions to ask fit this situation", applies("support/questions/"));
    Opening { applicable: opening.applicable, summary, findings: findings(chart, knowledge) }
}

fn findings(chart: &Chart, knowledge: &Knowledge) -> Vec<Finding> {
    const TOPICS: [(&str, &[Fact]); 3] = [
        ("Distress", &[Fact::DistressThermometer, Fact::DistressDate]),
        ("Depression", &[Fact::Phq2Total, Fact::Phq9Total, Fact::Phq9Band, Fact::Phq9Item9]),
        ("Anxiety", &[Fact::Gad7Total, Fact::Gad7Band]),
    ];
    TOPICS
        .into_iter()
        .filter_map(|(title, facts)| {
            let stated: Vec<_> = facts.iter().filter_map(|fact| Some((*fact, chart.facts.get(*fact)?))).collect();
            let parts: Vec<String> = stated
                .iter()
                .map(|(fact, statement)| {
                    let title = knowledge.fact_definition(fact.index()).map_or("", |definition| &definition.title);
                    format!("{title}: {}", spoken(knowledge, fact.index(), &statement.value))
                })
                .collect();
            let facts = stated.iter().map(|(fact, _)| fact.index()).collect();
            (!parts.is_empty()).then(|| Finding { title: title.to_owned(), text: parts.join("; "), facts })
        })
        .collect()
}
