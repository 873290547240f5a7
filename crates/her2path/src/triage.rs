//! The interview: which questions to put next, red flags first, and the assessment of what was answered.
//!
//! There is no script. After every answer the rules of the chapter on symptoms are judged again, and the next screen asks
//! what the most urgent open rules still need. An emergency ends the questions. A red flag without an answer is asked a
//! second time; after that it counts as unanswered.
//!
//! Deliberately absent: input and output. The command line and pages hold the conversation.

use std::collections::BTreeMap;

use her2path_knowledge::model::{Chapter, FactIndex, FactType, Knowledge, Urgency};
use jiff::civil::Date;

use crate::assessment::{Assessment, Because, Outcome, Statement, Value};
use crate::chapters::Chapters;
use crate::chart::Chart;
use crate::chart::inferred::derive;
use crate::chart::inferred::therapy::derive_stated;
use crate::chart::stated;
use crate::guideline::Fact;
use crate::{Question, assess_chart};

/// Asked last, whatever was answered: they can raise the result by one level.
const LAST: [Fact; 2] = [Fact::SymptomVeryWorried, Fact::SymptomGettingWorseFast];

/// What a person or carer can be asked besides symptoms.
const CONTEXT: [Fact; 5] = [
    Fact::TherapyCurrentDrugs,
    Fact::TherapySupportiveDrugs,
    Fact::TherapyMyelosuppressionRisk,
    Fact::TherapySystemic6Weeks,
    Fact::MetastasisSpine,
];

/// Worked out from other answers, so never asked.
const WORKED_OUT: [Fact; 5] = [
    Fact::SymptomRecordedEmergency,
    Fact::SymptomEarlierAlarm,
    Fact::SymptomCordCompression,
    Fact::SymptomNeurological,
    Fact::SymptomAnyNew,
];

/// The questions are for people with breast cancer; without a record that is all that is known.
const FOR_WHOM: &str = "\"disease.breast-cancer\" = \"invasive\"";

/// What is asked together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Screen {
    /// The part of the body: the file of the rules that ask.
    pub area: String,
    /// The urgency of the rules that ask.
    pub urgency: Urgency,
    /// Whether these questions were asked before and got no answer.
    pub again: bool,
    /// The facts asked for. Several are all yes or no; any other kind of fact stands alone.
    pub facts: Vec<FactIndex>,
}

/// An interview as it goes on.
#[derive(Debug, Clone)]
pub struct Interview<'k> {
    knowledge: &'k Knowledge,
    chart: Chart,
    asked: BTreeMap<FactIndex, u8>,
}

impl<'k> Interview<'k> {
    /// Begins with what is known: a record's chart, or nothing but that it is about somebody with breast cancer.
    #[must_use]
    pub fn new(knowledge: &'k Knowledge, as_of: Date, known: Option<Chart>) -> Self {
        let chart = known.unwrap_or_else(|| {
            let (chart, _no_issues) = stated::read(FOR_WHOM, "triage", knowledge, as_of);
            chart
        });
        Self { knowledge, chart, asked: BTreeMap::new() }
    }

    /// Takes an answer. It replaces what the record says of the same fact, except that a symptom on record is not
    /// taken back by a "no": one of the two is wrong, and the more urgent reading stands. For the same reason drugs are
    /// added to those on record.
    pub fn answer(&mut self, fact: Fact, value: Value) {
        let value = match (value, self.chart.facts.get(fact).map(|statement| &statement.value)) {
            (Value::Codes(mut named), Some(Value::Codes(known))) => {
                named.extend(known);
                named.sort_unstable();
                named.dedup();
                Value::Codes(named)
            }
            (value, _) => value,
        };
        let on_record = self.chart.facts.get(fact).is_some_and(|statement| statement.value == Value::Boolean(true));
        if !(on_record && value == Value::Boolean(false)) {
            let because = vec![Because::source("stated")];
            self.chart.facts.state(fact, Statement { value, date: None, because });
        }
    }

    /// Answers with "no" whatever yes-or-no question on symptoms has no answer yet.
    pub fn deny_the_rest(&mut self) {
        let questions: Vec<Fact> = Fact::ALL
            .into_iter()
            .filter(|fact| {
                self.is_asked(*fact) && self.kind(*fact) == Some(FactType::Boolean) && !CONTEXT.contains(fact)
            })
            .collect();
        let known = self.chart_now().facts;
        for fact in questions {
            if known.get(fact).is_none() {
                self.answer(fact, Value::Boolean(false));
            }
        }
    }

    /// The assessment of what is known so far.
    #[must_use]
    pub fn assess(&self) -> Assessment<'k> {
        let question = Question::new(self.knowledge, self.chart.as_of).chapters(Chapters::of(&[Chapter::Symptoms]));
        assess_chart(self.chart_now(), Vec::new(), &question)
    }

    /// What to ask next, or `None` when an emergency is found or nothing is left to ask.
    pub fn next_screen(&mut self) -> Option<Screen> {
        let assessment = self.assess();
        let judged = &assessment.chapters.first()?.recommendations;
        let emergency = |item: &&crate::assessment::JudgedRecommendation<'_>| {
            item.judgement.outcome == Outcome::Recommended && item.recommendation.urgency == Some(Urgency::E0)
        };
        if judged.iter().any(|item| emergency(&item)) {
            return None;
        }
        let mut open: Vec<_> = judged
            .iter()
            .filter(|item| item.judgement.outcome == Outcome::NeedsData)
            .filter_map(|item| Some((item.recommendation.urgency?, item)))
            .collect();
        open.sort_by_key(|(urgency, item)| (std::cmp::Reverse(*urgency), rank(&item.recommendation.id)));
        for again in [false, true] {
            for (urgency, item) in &open {
                let area = item.recommendation.id.split('/').nth(1).unwrap_or_default();
                let together = open.iter().filter(|(other_urgency, other)| {
                    other_urgency == urgency && other.recommendation.id.split('/').nth(1) == Some(area)
                });
                let mut facts: Vec<FactIndex> = Vec::new();
                for fact in together.flat_map(|(_, item)| item.missing.iter().flatten()) {
                    if self.may_ask(*fact, *urgency, again) && !facts.contains(fact) {
                        facts.push(*fact);
                    }
                }
                if let Some(screen) = self.screen(area, *urgency, again, facts) {
                    return Some(screen);
                }
            }
        }
        let last: Vec<FactIndex> =
            LAST.into_iter().map(Fact::index).filter(|fact| self.may_ask(*fact, Urgency::E3, false)).collect();
        self.screen("general", Urgency::E3, false, last)
    }

    /// A screen of the facts that can be asked together, counted as asked.
    fn screen(&mut self, area: &str, urgency: Urgency, again: bool, facts: Vec<FactIndex>) -> Option<Screen> {
        let is_boolean = |fact: &FactIndex| {
            self.knowledge.fact_definition(*fact).is_some_and(|d| d.kind_of_value == FactType::Boolean)
        };
        let first = *facts.first()?;
        let facts: Vec<FactIndex> =
            if is_boolean(&first) { facts.into_iter().filter(is_boolean).collect() } else { vec![first] };
        for fact in &facts {
            let count = self.asked.entry(*fact).or_default();
            *count = count.saturating_add(1);
        }
        Some(Screen { area: area.to_owned(), urgency, again, facts })
    }

    fn may_ask(&self, index: FactIndex, urgency: Urgency, again: bool) -> bool {
        let times = self.asked.get(&index).copied().unwrap_or_default();
        let due = if again { times == 1 && urgency >= Urgency::E1 } else { times == 0 };
        due && Fact::from_index(index).is_some_and(|fact| self.is_asked(fact) && self.chart.facts.get(fact).is_none())
    }

    /// Whether a person can be asked for a fact.
    fn is_asked(&self, fact: Fact) -> bool {
        (fact.id().starts_with("symptom.") && !WORKED_OUT.contains(&fact) && fact != Fact::SymptomTemperature)
            || CONTEXT.contains(&fact)
    }

    fn kind(&self, fact: Fact) -> Option<FactType> {
        self.knowledge.fact_definition(fact.index()).map(|definition| definition.kind_of_value)
    }

    fn chart_now(&self) -> Chart {
        let mut chart = self.chart.clone();
        derive_stated(&mut chart.facts, self.knowledge);
        derive::derive(&mut chart.facts, self.knowledge, chart.as_of);
        chart
    }
}

/// Areas in the order in which a nurse on the telephone asks: life first, then fever, then from head to foot.
fn rank(id: &str) -> usize {
    const ORDER: [&str; 17] = [
        "any",
        "infection",
        "allergy",
        "chest",
        "brain",
        "spine",
        "mood",
        "gut",
        "liver",
        "metabolic",
        "bone",
        "skin",
        "limb",
        "heart",
        "leptomeningeal",
        "jaw",
        "breast",
    ];
    let area = id.split('/').nth(1).unwrap_or_default();
    ORDER.iter().position(|name| *name == area).unwrap_or(ORDER.len())
}

/// Degrees Celsius of a reading; `None` for what no living person has.
#[must_use]
pub fn celsius(number: rust_decimal::Decimal, fahrenheit: bool) -> Option<rust_decimal::Decimal> {
    crate::chart::asserted::symptoms::celsius(number, if fahrenheit { "[degF]" } else { "Cel" })
}

/// The band of a temperature in degrees Celsius, as a value of `symptom.temperature-band`.
#[must_use]
pub fn temperature_band(celsius: rust_decimal::Decimal) -> &'static str {
    crate::chart::inferred::symptom_logic::band_of(celsius)
}
