//! The evaluator against a naive one, on random charts.
//!
//! The naive evaluator reads the files of the guideline itself, has its own sentences, days and decimals, and finds the
//! missing sets by trying all of them. What both share is only the meaning that `knowledge/README.md` gives to a criterion.
//! Charts are drawn around one recommendation at a time, so that its criteria are often met and limits often hit.

#![cfg(test)]

mod civil;
mod draw;
mod evaluate;
mod guideline;
mod library;
mod missing;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use draw::{Draw, draw, value};
use evaluate::{Chart, Value, judge};
use guideline::{Criterion, Guideline, Recommendation, Sentence};
use her2path::assessment::{JudgedRecommendation, Outcome};
use her2path::chart::stated;
use her2path::guideline::KNOWLEDGE;
use her2path::render::chapter_name;
use her2path::truth::Truth;
use her2path::{Question, assess_chart, chapters};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseResult, TestError, TestRng, TestRunner};

/// Charts drawn around each recommendation.
const CHARTS_EACH: u32 = 12;

/// Charts drawn to fit a recommendation that none of these has reached.
const CHARTS_TO_REACH: u32 = 400;

/// Days of assessment: today, and days on which other recommendations stood.
const DAYS: [&str; 4] = ["2026-11-23", "2026-11-23", "2024-02-29", "2019-01-31"];

#[test]
fn the_library_agrees_with_the_naive_evaluator() {
    let guideline = Guideline::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../knowledge"));
    let comparison = Comparison::new(&guideline);
    let ids: Vec<&String> = guideline.recommendations.keys().collect();
    let draws = || proptest::collection::vec(draw(), comparison.facts.len());

    let cases = u32::try_from(ids.len()).expect("few recommendations") * CHARTS_EACH;
    // Half of the charts are drawn to fit.
    let loosely_or_to_fit = (0..ids.len(), 0..DAYS.len(), any::<u16>(), draws());
    run(cases, &loosely_or_to_fit, |(target, day, choice, draws)| {
        let choice = (!choice.is_multiple_of(2)).then_some(usize::from(choice / 2));
        comparison.compare(ids[target], DAYS[day], choice, &draws)
    });
    for id in comparison.not_reached("recommended") {
        run(CHARTS_TO_REACH, &(any::<u16>(), draws()), |(choice, draws)| {
            comparison.compare(&id, DAYS[0], Some(usize::from(choice)), &draws)
        });
    }
    println!("compared: {:?}", comparison.tried.borrow());
    // Agreement on charts that never reach an outcome would prove little.
    for outcome in ["recommended", "contraindicated"] {
        let unseen = comparison.not_reached(outcome);
        assert!(unseen.is_empty(), "no random chart made these {outcome}, draw more: {unseen:#?}");
    }
}

/// Runs a property on so many cases, from a fixed state of the generator.
fn run<S: Strategy>(cases: u32, strategy: &S, property: impl Fn(S::Value) -> TestCaseResult) {
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    match runner.run(strategy, property) {
        Ok(()) => {}
        // The draws say nothing to a reader; the message shows the chart.
        Err(TestError::Fail(reason, _) | TestError::Abort(reason)) => panic!("{reason}"),
    }
}

/// Both evaluators, and what has been compared so far.
struct Comparison<'g> {
    guideline: &'g Guideline,
    /// Every fact but the day.
    facts: Vec<&'g String>,
    /// Facts by chapter: those that no recommendation of a chapter asks for need not be drawn for it.
    asked: BTreeMap<&'g str, BTreeSet<&'g str>>,
    seen: RefCell<BTreeSet<(String, &'static str)>>,
    tried: RefCell<BTreeMap<&'static str, usize>>,
}

fn chapter_of(id: &str) -> &str {
    id.split('/').next().expect("an id begins with its chapter")
}

fn sentences(recommendation: &Recommendation) -> impl Iterator<Item = &Sentence> {
    recommendation.when.iter().chain(&recommendation.contraindicated_if).flat_map(Criterion::sentences)
}

impl<'g> Comparison<'g> {
    fn new(guideline: &'g Guideline) -> Self {
        let mut asked: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for (id, recommendation) in &guideline.recommendations {
            asked.entry(chapter_of(id)).or_default().extend(sentences(recommendation).flat_map(Sentence::facts));
        }
        let facts = guideline.facts.keys().filter(|id| *id != "as-of").collect();
        Self { guideline, facts, asked, seen: RefCell::default(), tried: RefCell::default() }
    }

    fn count(&self, what: &'static str) {
        *self.tried.borrow_mut().entry(what).or_default() += 1;
    }

    /// Recommendations that no chart has given an outcome that they can have.
    fn not_reached(&self, outcome: &'static str) -> Vec<String> {
        let can = |recommendation: &Recommendation| {
            outcome != "contraindicated" || !recommendation.contraindicated_if.is_empty()
        };
        let seen = self.seen.borrow();
        let of_outcome = self.guideline.recommendations.iter().filter(|(_, recommendation)| can(recommendation));
        of_outcome.map(|(id, _)| id.clone()).filter(|id| !seen.contains(&(id.clone(), outcome))).collect()
    }

    /// Draws a chart around a recommendation and compares: drawn loosely for all of its chapter, drawn to fit for it alone, on
    /// a day on which it stands.
    fn compare(&self, target: &str, day: &str, choice: Option<usize>, draws: &[Draw]) -> TestCaseResult {
        let guideline = self.guideline;
        let chapter = chapter_of(target);
        let target = &guideline.recommendations[target];
        let day = if choice.is_some() && !guideline.stands(target, day) { &target.effective } else { day };
        let drawn = self.facts.iter().zip(draws).filter(|(fact, _)| self.asked[chapter].contains(fact.as_str()));
        let mut chart: Chart = drawn
            .filter_map(|(fact, draw)| Some(((*fact).clone(), value(guideline, fact, target, day, choice, *draw)?)))
            .collect();
        chart.insert("as-of".to_owned(), Value::Date(day.to_owned()));

        let as_of = day.parse().expect("a day");
        let (mut library, _) = stated::read("", "empty", &KNOWLEDGE, as_of);
        library.facts = library::facts(&chart);
        let chapters = chapters::ORDER.into_iter().filter(|one| chapter_name(*one) == chapter).collect();
        let question = Question::new(&KNOWLEDGE, as_of).chapters(chapters);
        let assessment = assess_chart(library, Vec::new(), &question);
        let judged: BTreeMap<&str, _> = assessment
            .chapters
            .iter()
            .flat_map(|chapter| &chapter.recommendations)
            .map(|item| (item.recommendation.id.as_ref(), item))
            .collect();

        for (id, recommendation) in guideline.recommendations.iter().filter(|(id, _)| chapter_of(id) == chapter) {
            let is_target = std::ptr::eq(recommendation, target);
            if choice.is_some() && !is_target {
                continue;
            }
            let found = judged.get(id.as_str());
            prop_assert_eq!(found.is_some(), guideline.stands(recommendation, day), "{} on {}", id, day);
            if let Some(found) = found {
                self.compare_one(recommendation, found, &chart, is_target)?;
            }
        }
        Ok(())
    }

    fn compare_one(
        &self,
        recommendation: &Recommendation,
        found: &JudgedRecommendation<'_>,
        chart: &Chart,
        is_target: bool,
    ) -> TestCaseResult {
        let id = &found.recommendation.id;
        let what = |what: &str| format!("{what} of {id} on {}", shown(recommendation, chart));
        let expected = judge(recommendation, &mut |test| evaluate::sentence(self.guideline, chart, test));
        prop_assert_eq!(&expected.when, &library::trees(&found.judgement.when), "{}", what("criteria"));
        let forbids = library::trees(&found.judgement.contraindicated_if);
        prop_assert_eq!(&expected.contraindicated_if, &forbids, "{}", what("contraindications"));
        let outcome = found.judgement.outcome.as_str();
        prop_assert_eq!(expected.outcome, outcome, "{}", what("outcome"));
        self.count("outcomes");
        let first = self.seen.borrow_mut().insert((id.to_string(), outcome));
        if outcome != "needs-data" {
            prop_assert!(found.missing.is_empty(), "{}", what("nothing may be missing"));
            return Ok(());
        }
        // Trying every set takes long, so it is done for the target and where an outcome is new.
        if !first && !is_target {
            return Ok(());
        }
        let Some(sets) = missing::sets(self.guideline, recommendation, chart) else {
            self.count("missing sets with too many facts");
            return Ok(());
        };
        let ids = |set: &Vec<_>| -> Vec<String> {
            let id = |index| KNOWLEDGE.fact_definition(index).map_or("", |definition| &definition.id);
            set.iter().map(|index| id(*index).to_owned()).collect()
        };
        let listed: Vec<Vec<String>> = found.missing.iter().map(ids).collect();
        prop_assert_eq!(sets, listed, "{}", what("missing sets"));
        self.count("missing sets");
        Ok(())
    }
}

/// The facts of a chart that a recommendation asks for.
fn shown(recommendation: &Recommendation, chart: &Chart) -> String {
    let asked: BTreeSet<&str> = sentences(recommendation).map(Sentence::fact).chain(["as-of"]).collect();
    let said = asked.iter().map(|fact| match chart.get(*fact) {
        Some(value) => format!("{fact} {value:?}"),
        None => format!("{fact} not stated"),
    });
    said.collect::<Vec<_>>().join(", ")
}

/// The table of outcomes, written out from the definition: *not met* criteria make it not applicable whatever is forbidden,
/// what is forbidden wins over what is unknown, and an unknown contraindication is never taken for absent.
#[test]
fn outcomes_are_those_of_the_table() {
    use Truth::{Met, NotMet, Unknown};
    let table = [
        (Met, NotMet, Outcome::Recommended),
        (Met, Unknown, Outcome::NeedsData),
        (Met, Met, Outcome::Contraindicated),
        (Unknown, NotMet, Outcome::NeedsData),
        (Unknown, Unknown, Outcome::NeedsData),
        (Unknown, Met, Outcome::Contraindicated),
        (NotMet, NotMet, Outcome::NotApplicable),
        (NotMet, Unknown, Outcome::NotApplicable),
        (NotMet, Met, Outcome::NotApplicable),
    ];
    for (when, contraindicated, expected) in table {
        assert_eq!(Outcome::of(when, contraindicated), expected, "{when:?}, {contraindicated:?}");
    }
}
