//! The evaluator against a naive one, on random charts.
//!
//! The naive evaluator reads the files of the guideline itself, has its own sentences, days and decimals, and finds the
//! missing sets by trying all of them. What both share is only the meaning that `knowledge/README.md` gives to a criterion.
//! Charts are drawn around one recommendation at a time, so that its criteria are often met and limits often hit.

mod civil;
mod evaluate;
mod guideline;
mod missing;

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use civil::Day;
use evaluate::{Chart, Tree, Value, judge};
use guideline::{Criterion, Guideline, Recommendation, Sentence};
use her2path::assessment::{Facts, Judged, Outcome, Quantity, Statement, Value as LibraryValue};
use her2path::chart::stated;
use her2path::chart::value::Comparator;
use her2path::date::PartialDate;
use her2path::guideline::{Fact, KNOWLEDGE};
use her2path::knowledge::model::ValueIndex;
use her2path::render::chapter_name;
use her2path::truth::Truth;
use her2path::{Question, assess_chart, chapters};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestError, TestRng, TestRunner};

/// Charts drawn around each recommendation.
const CHARTS_EACH: u32 = 30;

/// Days of assessment: today, and days on which other recommendations stood.
const DAYS: [&str; 4] = ["2026-11-23", "2026-11-23", "2024-02-29", "2019-01-31"];

fn guideline() -> Guideline {
    Guideline::read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../knowledge"))
}

/// How one fact of a random chart is drawn; zeros, to which failures shrink, leave it out.
#[derive(Debug, Clone, Copy)]
struct Draw {
    how: u8,
    which: u16,
    detail: u16,
}

fn draw() -> impl Strategy<Value = Draw> {
    (0u8..8, any::<u16>(), any::<u16>()).prop_map(|(how, which, detail)| Draw { how, which, detail })
}

/// The sentences of a recommendation about a fact.
fn sentences<'r>(recommendation: &'r Recommendation, fact: &str) -> Vec<&'r Sentence> {
    let criteria = recommendation.when.iter().chain(&recommendation.contraindicated_if);
    criteria.flat_map(Criterion::sentences).filter(|sentence| sentence.fact() == fact).collect()
}

/// A value of a fact, or none. Half of the time it is drawn towards what the recommendation asks.
fn value(guideline: &Guideline, fact: &str, target: &Recommendation, day: &str, draw: Draw) -> Option<Value> {
    let definition = &guideline.facts[fact];
    let pick = |list: &[String]| -> Option<String> { list.get(usize::from(draw.which) % list.len().max(1)).cloned() };
    let asked = sentences(target, fact);
    let wanted = if asked.is_empty() { None } else { asked.get(usize::from(draw.detail) % asked.len()).copied() };
    // Facts beside the target are left out more often: they only matter to other recommendations.
    match (draw.how, wanted) {
        (0, _) | (1 | 2, None) => return None,
        _ => {}
    }
    let towards = wanted.filter(|_| draw.how >= 3);
    let named = towards.and_then(|sentence| match sentence {
        Sentence::Is { value, .. } => Some(value.clone()),
        Sentence::In { set, .. } => pick(&guideline.value_sets[set]),
        _ => None,
    });
    Some(match definition.kind.as_str() {
        "boolean" => Value::Boolean(named.map_or(draw.which % 2 == 1, |named| named == "true")),
        "code" => Value::Code(named.or_else(|| pick(&definition.values))?),
        "codes" => {
            let extra = (0..draw.which % 3).filter_map(|n| {
                definition.values.get((usize::from(draw.detail) + usize::from(n) * 7) % definition.values.len().max(1))
            });
            Value::Codes(extra.cloned().chain(named).collect())
        }
        "integer" => Value::Integer(match limit(wanted) {
            Some(limit) => whole(limit) + i64::from(draw.which % 5) - 2,
            None => i64::from(draw.which % 130),
        }),
        "decimal" => {
            let tenths = limit(wanted).map_or(i64::from(draw.which % 1000), |limit| {
                whole(limit) * 10 + [-10, -1, 0, 1, 10][usize::from(draw.which % 5)]
            });
            let bound = ["", "", "", "<", "<=", ">", ">="][usize::from(draw.detail % 7)];
            let (whole, tenth) = (tenths.div_euclid(10), tenths.rem_euclid(10));
            let number = if draw.detail % 2 == 0 { format!("{whole}.{tenth}") } else { format!("{whole}.{tenth}0") };
            Value::Decimal(bound, if whole < 0 { "0".to_owned() } else { number })
        }
        "date" => Value::Date(date(wanted, day, draw)),
        _ => return None,
    })
}

fn limit(sentence: Option<&Sentence>) -> Option<&str> {
    match sentence {
        Some(Sentence::Compare { number, .. }) => Some(number),
        _ => None,
    }
}

fn whole(number: &str) -> i64 {
    number.split('.').next().and_then(|whole| whole.parse().ok()).expect("a limit is a number")
}

/// A day around the limit of a `within`, before or after the day of assessment, at some precision.
fn date(sentence: Option<&Sentence>, day: &str, draw: Draw) -> String {
    let anchor = civil::days(day)[0];
    let sign = if draw.detail % 5 == 0 { 1 } else { -1 };
    let near = i64::from(draw.which % 5) - 2;
    let Day { year, month, day } = match sentence {
        Some(Sentence::Within { count, unit, .. }) if draw.how >= 3 => match unit.as_str() {
            "months" => anchor.months_later(sign * count).shifted(near),
            _ => anchor.shifted(sign * count + near),
        },
        Some(Sentence::Within { .. }) => anchor.shifted(-i64::from(draw.which % 40)),
        _ => anchor.shifted(-i64::from(draw.which % 2000)),
    };
    match draw.detail % 4 {
        0 => format!("{year:04}"),
        1 => format!("{year:04}-{month:02}"),
        _ => format!("{year:04}-{month:02}-{day:02}"),
    }
}

/// The same chart for the library.
fn facts(chart: &Chart) -> Facts {
    let mut facts = Facts::new();
    for (id, value) in chart {
        let fact = Fact::from_id(id).expect("the dictionary that is compiled in is that of the files");
        let definition = KNOWLEDGE.fact_definition(fact.index()).expect("every fact is defined");
        let index = |code: &str| {
            let position = definition.values.iter().position(|value| value.code == code);
            ValueIndex(u16::try_from(position.expect("a value of the dictionary")).expect("few values"))
        };
        let value = match value {
            Value::Boolean(value) => LibraryValue::Boolean(*value),
            Value::Integer(number) => LibraryValue::Integer(*number),
            Value::Decimal(bound, number) => LibraryValue::Decimal(Quantity {
                number: number.parse().expect("a decimal"),
                comparator: Comparator::parse(bound).expect("a bound"),
            }),
            Value::Code(code) => LibraryValue::Code(index(code)),
            Value::Codes(codes) => {
                let mut codes: Vec<ValueIndex> = codes.iter().map(|code| index(code)).collect();
                codes.sort_unstable();
                LibraryValue::Codes(codes)
            }
            Value::Date(date) => LibraryValue::Date(PartialDate::parse(date).expect("a date")),
        };
        facts.state(fact, Statement { value, date: None, because: Vec::new() });
    }
    facts
}

/// The facts of a chart that a recommendation asks for.
fn shown(recommendation: &Recommendation, chart: &Chart) -> String {
    let criteria = recommendation.when.iter().chain(&recommendation.contraindicated_if);
    let asked: BTreeSet<&str> = criteria.flat_map(Criterion::sentences).map(Sentence::fact).chain(["as-of"]).collect();
    let said = asked.iter().map(|fact| match chart.get(*fact) {
        Some(value) => format!("{fact} {value:?}"),
        None => format!("{fact} not stated"),
    });
    said.collect::<Vec<_>>().join(", ")
}

fn trees(judged: &[Judged]) -> Vec<Tree> {
    judged
        .iter()
        .map(|judged| Tree {
            outcome: match judged.outcome {
                Truth::Met => Some(true),
                Truth::NotMet => Some(false),
                Truth::Unknown => None,
            },
            members: trees(&judged.members),
        })
        .collect()
}

#[test]
fn the_library_agrees_with_the_naive_evaluator() {
    let guideline = guideline();
    let ids: Vec<&String> = guideline.recommendations.keys().collect();
    let fact_ids: Vec<&String> = guideline.facts.keys().filter(|id| *id != "as-of").collect();
    // Facts that no recommendation of a chapter asks for need not be drawn for it.
    let mut asked: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (id, recommendation) in &guideline.recommendations {
        let (name, _) = id.split_once('/').expect("an id begins with its chapter");
        let criteria = recommendation.when.iter().chain(&recommendation.contraindicated_if);
        let facts = criteria.flat_map(Criterion::sentences).flat_map(Sentence::facts);
        asked.entry(name).or_default().extend(facts);
    }
    let seen: RefCell<BTreeSet<(String, &'static str)>> = RefCell::default();
    let tried: RefCell<BTreeMap<&str, usize>> = RefCell::default();
    let count = |what| *tried.borrow_mut().entry(what).or_default() += 1;

    let cases = u32::try_from(ids.len()).expect("few recommendations") * CHARTS_EACH;
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    let strategy = (0..ids.len(), 0..DAYS.len(), proptest::collection::vec(draw(), fact_ids.len()));
    let result = runner.run(&strategy, |(target, day, draws)| {
        let day = DAYS[day];
        let (name, _) = ids[target].split_once('/').expect("an id begins with its chapter");
        let target = &guideline.recommendations[ids[target]];
        let mut chart: Chart = fact_ids
            .iter()
            .zip(draws)
            .filter(|(fact, _)| asked[name].contains(fact.as_str()))
            .filter_map(|(fact, draw)| Some(((*fact).clone(), value(&guideline, fact, target, day, draw)?)))
            .collect();
        chart.insert("as-of".to_owned(), Value::Date(day.to_owned()));

        let as_of = day.parse().expect("a day");
        let (mut library, _) = stated::read("", "empty", &KNOWLEDGE, as_of);
        library.facts = facts(&chart);
        let chapter = chapters::ALL.into_iter().find(|chapter| chapter_name(*chapter) == name);
        let chapter = [chapter.expect("every folder is a chapter")];
        let question = Question { knowledge: &KNOWLEDGE, as_of, chapters: &chapter };
        let assessment = assess_chart(library, Vec::new(), &question);
        let judged: BTreeMap<&str, _> = assessment
            .chapters
            .iter()
            .flat_map(|chapter| &chapter.recommendations)
            .map(|item| (item.recommendation.id.as_ref(), item))
            .collect();

        let of_chapter = |id: &str| id.split_once('/').is_some_and(|(chapter, _)| chapter == name);
        for (id, recommendation) in guideline.recommendations.iter().filter(|(id, _)| of_chapter(id)) {
            let found = judged.get(id.as_str());
            prop_assert_eq!(found.is_some(), guideline.stands(recommendation, day), "{} on {}", id, day);
            let Some(found) = found else { continue };
            let what = |what: &str| format!("{what} of {id} on {}", shown(recommendation, &chart));
            let expected = judge(recommendation, &mut |test| evaluate::sentence(&guideline, &chart, test));
            prop_assert_eq!(&expected.when, &trees(&found.judgement.when), "{}", what("criteria"));
            let forbids = trees(&found.judgement.contraindicated_if);
            prop_assert_eq!(&expected.contraindicated_if, &forbids, "{}", what("contraindications"));
            let outcome = found.judgement.outcome.as_str();
            prop_assert_eq!(expected.outcome, outcome, "{}", what("outcome"));
            count("outcomes");
            let first = seen.borrow_mut().insert((id.clone(), outcome));
            // Trying every set takes long, so it is done for the target and where an outcome is new.
            if outcome == "needs-data" && (first || std::ptr::eq(recommendation, target)) {
                let Some(sets) = missing::sets(&guideline, recommendation, &chart) else {
                    count("missing sets with too many facts");
                    continue;
                };
                let ids = |set: &Vec<_>| -> Vec<String> {
                    let id = |index| KNOWLEDGE.fact_definition(index).map_or("", |definition| &definition.id);
                    set.iter().map(|index| id(*index).to_owned()).collect()
                };
                let listed: Vec<Vec<String>> = found.missing.iter().map(ids).collect();
                prop_assert_eq!(sets, listed, "{}", what("missing sets"));
                count("missing sets");
            } else if outcome != "needs-data" {
                prop_assert!(found.missing.is_empty(), "{}", what("nothing may be missing"));
            }
        }
        Ok(())
    });
    println!("compared: {:?}", tried.borrow());
    match result {
        Ok(()) => {}
        // The draws say nothing to a reader; the message shows the chart.
        Err(TestError::Fail(reason, _)) => panic!("{reason}"),
        Err(TestError::Abort(reason)) => panic!("{reason}"),
    }
    // Agreement on charts that never reach an outcome would prove little.
    let seen = seen.into_inner();
    let unseen: Vec<String> = guideline
        .recommendations
        .iter()
        .flat_map(|(id, recommendation)| {
            let forbidden = (!recommendation.contraindicated_if.is_empty()).then_some("contraindicated");
            [Some("recommended"), Some("not-applicable"), forbidden].into_iter().flatten().map(move |o| (id.clone(), o))
        })
        .filter(|wanted| !seen.contains(wanted))
        .map(|(id, outcome)| format!("{id}: {outcome}"))
        .collect();
    assert!(unseen.is_empty(), "no random chart reached {unseen:#?}; draw more charts");
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
