//! Cases of treatment: a described patient becomes a FHIR record, the record is assessed, and every option expected is
//! compared with what the guideline says.
//!
//! A case is judged on its index date, with the guideline of the file's `as_of`: the cases ask what fits by today's
//! guideline, also for patients of earlier years. Labels are read as in the United States.
//!
//! | expected | agrees when |
//! |---|---|
//! | `preferred`, `acceptable` | a recommendation of this option and preference stands: it is recommended, or needs nothing but data that the case itself lists under `needs_data` (other than HER2, LVEF and pregnancy, which block); and nothing forbids the option. An acceptable option must not stand as preferred as well, unless the case lists it there |
//! | `contraindicated` | a contraindication of one of the option's recommendations holds, whether or not the option would otherwise be due |
//! | `not_indicated` | no recommendation of the option is due, and nothing forbids it |
//! | `pending_data` | the option needs data, and the fact that the reason names is among what is missing |
//! | `needs_data` | the fact is asked for: it is missing, or to be asked first, in a recommendation that is due |
//!
//! Texts under `needs_data` that name no fact are printed and not compared.

mod needs;
mod record;

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, Result};
use her2path::assessment::{JudgedRecommendation, Outcome};
use her2path::chapters::Chapters;
use her2path::chart::Chart;
use her2path::guideline::{Fact, KNOWLEDGE};
use her2path::knowledge::model::{Chapter, FactIndex, Jurisdiction, Preference, Str};
use her2path::truth::Truth;
use her2path::{Question, assess_chart};
use jiff::civil::Date;
use serde_json::Value;

use super::Verdict;

/// Runs one case.
pub(super) fn verdict(case: &Value, as_of: Date) -> Result<Verdict> {
    let text = |key: &str| case.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (id, title) = (text("id"), text("title"));
    let index = case.get("index_date").and_then(Value::as_str).with_context(|| format!("case {id} has no date"))?;
    let index: Date = index.parse().with_context(|| format!("case {id}: `{index}` is not a date"))?;
    let (bundle, notes) = record::of(case, index).with_context(|| format!("case {id}"))?;
    let bytes = serde_json::to_vec(&bundle)?;
    let input = her2path::fhir::Input { bytes: &bytes, name: &id };
    let (records, _) = her2path::fhir::read_all([input]);
    let patient = records.first().with_context(|| format!("case {id} gave no record"))?;
    let (mut chart, issues) = Chart::of_record(patient, &KNOWLEDGE, index);
    // The record is seen as of the index date, the guideline as of the file's day.
    chart.as_of = as_of;
    let question = Question::new(&KNOWLEDGE, as_of).chapters(Chapters::of(&[Chapter::Diagnosis, Chapter::Treatment]));
    let assessment = assess_chart(chart, issues, &question);
    let judged: Vec<&JudgedRecommendation<'_>> = assessment
        .chapters
        .iter()
        .flat_map(|chapter| &chapter.recommendations)
        .filter(|judged| judged.recommendation.jurisdiction != Some(Jurisdiction::Eu))
        .collect();
    let mut options = Options { judged, allowed: BTreeSet::new(), disagreements: Vec::new(), notes };
    options.compare(case);
    for note in &options.notes {
        println!("{id} not compared: {note}");
    }
    Ok(Verdict { id, title, disagreements: options.disagreements })
}

struct Options<'a> {
    judged: Vec<&'a JudgedRecommendation<'a>>,
    /// Facts that the case says are still needed.
    allowed: BTreeSet<FactIndex>,
    disagreements: Vec<String>,
    notes: Vec<String>,
}

impl Options<'_> {
    fn compare(&mut self, case: &Value) {
        let list = |key: &str| -> Vec<&str> {
            let expected = case.get("expected").and_then(|expected| expected.get(key));
            expected.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
        };
        let code = |text: &str| text.split(':').next().unwrap_or(text).trim().to_owned();
        let needs = list("needs_data");
        // Without these no option starts (rules G01, G03, G07), whatever the case lists besides.
        let blocking =
            [Fact::Her2Status, Fact::LvefRecent, Fact::LvefRecent28Days, Fact::PregnancyStatus].map(Fact::index);
        for need in &needs {
            let Some(meant) = needs::meant(need) else { continue };
            self.allowed.extend(meant.facts.into_iter().filter(|fact| !blocking.contains(fact)));
        }
        let preferred: Vec<String> = list("preferred").into_iter().map(code).collect();
        for option in &preferred {
            self.stands(option, Preference::Preferred, &preferred);
        }
        for option in list("acceptable").into_iter().map(code) {
            self.stands(&option, Preference::Acceptable, &preferred);
        }
        for option in list("contraindicated").into_iter().map(code) {
            if !self.forbidden(&option) {
                self.differ("contraindicated", &option);
            }
        }
        for option in list("not_indicated").into_iter().map(code) {
            let due = self.of(&option).any(|judged| judged.judgement.outcome != Outcome::NotApplicable);
            if due || self.forbidden(&option) {
                self.differ("not indicated", &option);
            }
        }
        for expected in list("pending_data") {
            self.pending(&code(expected), expected);
        }
        for need in needs {
            self.needed(need);
        }
    }

    fn of<'s>(&'s self, option: &'s str) -> impl Iterator<Item = &'s JudgedRecommendation<'s>> + 's {
        self.judged.iter().copied().filter(move |judged| judged.recommendation.option.as_deref() == Some(option))
    }

    /// A contraindication holds for each of the option's regimens, also where the recommendation would not be due. An
    /// option such as trastuzumab with chemotherapy has a regimen for each cytotoxic drug, and is forbidden only with all.
    fn forbidden(&self, option: &str) -> bool {
        let mut regimens: BTreeMap<&[Str], bool> = BTreeMap::new();
        for judged in self.of(option) {
            let held = judged.judgement.contraindicated_if.iter().any(|one| one.outcome == Truth::Met);
            *regimens.entry(&judged.recommendation.regimen).or_default() |= held;
        }
        !regimens.is_empty() && regimens.values().all(|held| *held)
    }

    /// Recommended, or waiting for nothing but what the case says is still needed.
    fn is_standing(&self, judged: &JudgedRecommendation<'_>) -> bool {
        match judged.judgement.outcome {
            Outcome::Recommended => true,
            Outcome::NeedsData => judged.missing.iter().any(|set| set.iter().all(|fact| self.allowed.contains(fact))),
            Outcome::Contraindicated | Outcome::NotApplicable => false,
        }
    }

    fn stands(&mut self, option: &str, preference: Preference, preferred: &[String]) {
        let with = |wanted: Preference| {
            self.of(option).any(|judged| judged.recommendation.preference == Some(wanted) && self.is_standing(judged))
        };
        let found = with(preference);
        let better = preference == Preference::Acceptable
            && with(Preference::Preferred)
            && !preferred.iter().any(|other| other == option);
        if !found || better || self.forbidden(option) {
            let expected = if preference == Preference::Preferred { "preferred" } else { "acceptable" };
            self.differ(expected, option);
        }
    }

    fn pending(&mut self, option: &str, expected: &str) {
        let reason = expected.split_once(':').map_or("", |(_, reason)| reason);
        let wanted: Vec<FactIndex> = needs::meant(reason).map_or_else(Vec::new, |meant| meant.facts);
        let waits = self.of(option).any(|judged| {
            judged.judgement.outcome == Outcome::NeedsData
                && (wanted.is_empty() || judged.missing.iter().flatten().any(|fact| wanted.contains(fact)))
        });
        let stands = self.of(option).any(|judged| judged.judgement.outcome == Outcome::Recommended);
        if !waits || stands || self.forbidden(option) {
            self.differ("pending data", option);
        }
    }

    fn needed(&mut self, need: &str) {
        let Some(meant) = needs::meant(need) else {
            self.notes.push(format!("needs data: {need}"));
            return;
        };
        let due = self.judged.iter().filter(|judged| judged.judgement.outcome != Outcome::NotApplicable);
        let asked = due.clone().any(|judged| {
            let missing = judged.missing.iter().flatten();
            missing.chain(judged.recommendation.ask_first.iter()).any(|fact| meant.facts.contains(fact))
        });
        let told = due.clone().any(|judged| {
            judged.recommendation.option.as_deref().is_some_and(|option| meant.options.contains(&option))
        });
        if !asked && !told {
            self.disagreements.push(format!("needs data: `{need}` is not asked for"));
        }
    }

    fn differ(&mut self, expected: &str, option: &str) {
        let name = |fact: &FactIndex| KNOWLEDGE.fact_definition(*fact).map_or("", |definition| &definition.id);
        let found: Vec<String> = self
            .of(option)
            .filter(|judged| {
                judged.judgement.outcome != Outcome::NotApplicable
                    || judged.judgement.contraindicated_if.iter().any(|one| one.outcome == Truth::Met)
            })
            .map(|judged| {
                let preference = match judged.recommendation.preference {
                    Some(Preference::Preferred) => "preferred",
                    Some(Preference::Acceptable) => "acceptable",
                    None => "no preference",
                };
                let missing = judged.missing.first().into_iter().flatten().map(name).collect::<Vec<_>>().join(", ");
                let missing = if missing.is_empty() { missing } else { format!(" of {missing}") };
                let held: Vec<String> = judged
                    .recommendation
                    .contraindicated_if
                    .iter()
                    .zip(&judged.judgement.contraindicated_if)
                    .filter(|(_, one)| one.outcome == Truth::Met)
                    .map(|(criterion, _)| format!("{criterion:?}").chars().take(60).collect())
                    .collect();
                let held = if held.is_empty() { String::new() } else { format!(", forbidden by {}", held.join(", ")) };
                let outcome = judged.judgement.outcome.as_str();
                format!("{} ({preference}, {outcome}{missing}{held})", judged.recommendation.id)
            })
            .collect();
        let found = if found.is_empty() { "nothing is due".to_owned() } else { found.join("; ") };
        self.disagreements.push(format!("{option}: expected {expected}; {found}"));
    }
}
