//! Risk: what raises the risk of breast cancer, and by how much?
//!
//! For people without breast cancer. A person who has it is refused with the reason: the figures are those of getting it,
//! and would mean nothing. Figures are shown as counts of women, with the model, its version, its people and its limits.
//! Deliberately absent: multiplying the effects of single factors with one another, which only the models may do.

mod factors;

use her2path_knowledge::model::Knowledge;
use her2path_models::{ModelCard, NaturalFrequency, bcrat, icare_lit};

use super::Opening;
use crate::assessment::{Finding, RiskCourse};
use crate::chart::Chart;
use crate::chart::facts::Facts;
use crate::chart::inferred::code_of;
use crate::chart::inferred::risk::{self, Asked, YEARS};
use crate::guideline::Fact;

pub(super) fn open(chart: &Chart, knowledge: &Knowledge) -> Opening {
    let facts = &chart.facts;
    let closed = |summary: &str| Opening { applicable: false, summary: summary.to_owned(), findings: Vec::new() };
    match code_of(facts, Fact::DiseaseBreastCancer) {
        Some("not-recorded" | "in-situ-only") => {}
        Some("invasive") => {
            return closed(
                "breast cancer is on record: this chapter is for people without it (relatives, education), because its \
                 figures are those of getting it",
            );
        }
        _ => return closed("whether there is breast cancer is not settled: this chapter is for people without it"),
    }
    if risk::boolean(facts, Fact::PatientDeceased) == Some(true) {
        return closed("the person has died");
    }
    if facts.whole_number_is(Fact::PatientAge, |age| age < 18) == Some(true) {
        return closed("the person is under 18: the figures are those of adults");
    }
    let mut findings = models(facts, knowledge);
    findings.extend(factors::present(facts));
    Opening { applicable: true, summary: summary(facts), findings }
}

/// The person's risk by BCRAT up to each age beside the average woman's, where the chapter is open and gives a figure.
pub(super) fn course(chart: &Chart) -> Option<RiskCourse> {
    let facts = &chart.facts;
    let open = matches!(code_of(facts, Fact::DiseaseBreastCancer), Some("not-recorded" | "in-situ-only"))
        && risk::boolean(facts, Fact::PatientDeceased) != Some(true);
    let profile = risk::bcrat(facts).input.filter(|_| open && risk::is_for_models(facts))?;
    let points = bcrat::course(&profile.codes(), &risk::exclusions(facts), 90.0).ok()?;
    let title = format!("Risk of breast cancer from age {} (BCRAT)", profile.age);
    Some(RiskCourse { title, from: profile.age, points })
}

/// The sentence that a reader sees first.
fn summary(facts: &Facts) -> String {
    let known = match code_of(facts, Fact::DiseaseBreastCancer) {
        Some("in-situ-only") => "carcinoma in situ of the breast on record",
        _ => "no breast cancer on record",
    };
    let present = risk::exclusions(facts).present();
    if !present.is_empty() {
        let why: Vec<String> = present.iter().map(ToString::to_string).collect();
        return format!("{known}; no model of absolute risk holds: {}", why.join("; "));
    }
    match bcrat_answer(facts) {
        Some(Ok(risk)) => {
            let [hers, average] = NaturalFrequency::common([risk.absolute, risk.average]);
            format!("{known}; by BCRAT {hers} women like her get it within {YEARS} years, {average} on average")
        }
        Some(Err(refused)) => format!("{known}; BCRAT does not answer: {refused}"),
        None if code_of(facts, Fact::PatientSex) == Some("female") => {
            format!("{known}; for a figure of absolute risk data are missing")
        }
        None => format!("{known}; the models of absolute risk are for women"),
    }
}

/// The models, each with its figure, the range that is left open, what is missing, or why it does not hold.
fn models(facts: &Facts, knowledge: &Knowledge) -> Vec<Finding> {
    let exclusions = risk::exclusions(facts);
    if !exclusions.present().is_empty() {
        let reasons: Vec<String> = exclusions.present().iter().map(ToString::to_string).collect();
        let facts = exclusions.present().into_iter().map(|exclusion| risk::fact_of(exclusion).index()).collect();
        let text = format!("BCRAT and iCARE-Lit do not hold: {}", reasons.join("; "));
        return vec![Finding { title: "Models of absolute risk".to_owned(), text, facts }];
    }
    if code_of(facts, Fact::PatientSex) != Some("female") {
        let text = match code_of(facts, Fact::PatientSex) {
            None | Some("unknown") => "the models are for women, and the sex is not recorded",
            _ => "the models are for women; there is none here for others",
        };
        let facts = vec![Fact::PatientSex.index()];
        return vec![Finding { title: "Models of absolute risk".to_owned(), text: text.to_owned(), facts }];
    }
    let mut findings = vec![bcrat_finding(facts, knowledge), icare_lit_finding(facts, knowledge)];
    let open: Vec<&str> = exclusions.unknown().iter().map(|exclusion| exclusion.question()).collect();
    if !open.is_empty() {
        findings.push(Finding {
            title: "Not on record, and would make these figures void".to_owned(),
            text: open.join("; "),
            facts: Vec::new(),
        });
    }
    findings
}

/// BCRAT over the next five years; `None` where an input is missing or the model is not for her.
fn bcrat_answer(facts: &Facts) -> Option<Result<bcrat::AbsoluteRisk, bcrat::Refused>> {
    let profile = risk::bcrat(facts).input.filter(|_| risk::is_for_models(facts))?;
    Some(bcrat::absolute_risk(&profile.codes(), &risk::exclusions(facts)))
}

fn bcrat_finding(facts: &Facts, knowledge: &Knowledge) -> Finding {
    let Asked { input, missing } = risk::bcrat(facts);
    let (text, used) = match (input, bcrat_answer(facts)) {
        (Some(profile), Some(Ok(risk))) => {
            let [hers, average] = NaturalFrequency::common([risk.absolute, risk.average]);
            let mut text = format!(
                "about {hers} women like her get invasive breast cancer between {} and {} ({} %); {average} among average \
                 women of her age and race ({} %), {}",
                profile.age,
                profile.until_age,
                percent(risk.absolute),
                percent(risk.average),
                profile.race.label(),
            );
            if let Ok(lifetime) =
                bcrat::absolute_risk(&bcrat::Profile { until_age: 90.0, ..profile }.codes(), &risk::exclusions(facts))
            {
                let [hers, average] = NaturalFrequency::common([lifetime.absolute, lifetime.average]);
                text += &format!("; up to 90 about {hers}, {average} on average");
            }
            if profile.biopsies.is_some_and(|count| count > 0) && profile.hyperplasia == bcrat::Hyperplasia::Unknown {
                text +=
                    "; whether a biopsy showed atypical hyperplasia is not recorded, which the model takes as neutral";
            }
            if !bcrat::TOOL_AGES.contains(&profile.age) {
                text += "; the NCI offers its tool from 35 to 85 only";
            }
            (text, BCRAT_FACTS.to_vec())
        }
        (Some(_), Some(Err(refused))) => (format!("no answer: {refused}"), BCRAT_FACTS.to_vec()),
        _ => (
            format!(
                "no figure, because these are not known: {}. BCRAT itself would count each as its most favourable answer; that \
                 is not done here",
                asked(knowledge, &missing)
            ),
            Vec::new(),
        ),
    };
    finding("BCRAT, risk within 5 years", text, &bcrat::CARD, used)
}

const BCRAT_FACTS: [Fact; 7] = [
    Fact::PatientAge,
    Fact::RiskRace,
    Fact::RiskMenarcheAge,
    Fact::RiskBirths,
    Fact::RiskFirstBirthAge,
    Fact::RiskRelatives,
    Fact::RiskBiopsies,
];

fn icare_lit_finding(facts: &Facts, knowledge: &Knowledge) -> Finding {
    let title = "iCARE-Lit, risk within 5 years";
    let race = code_of(facts, Fact::RiskRace);
    if let Some(race) = race.filter(|race| !matches!(*race, "white" | "unknown")) {
        let text = format!("not shown: it was made from White non-Hispanic women, and {race} is recorded");
        return finding(title, text, &icare_lit::CARD, vec![Fact::RiskRace]);
    }
    let Asked { input, missing } = risk::icare_lit(facts);
    let Some((covariates, interval)) = input else {
        return finding(title, format!("no figure: {}", asked(knowledge, &missing)), &icare_lit::CARD, Vec::new());
    };
    let answer = icare_lit::absolute_risk_split(&covariates, &covariates, interval, &risk::exclusions(facts));
    let average = icare_lit::average_risk(interval);
    let used = if missing.is_empty() { vec![Fact::RiskIcareLitFiveYear] } else { Vec::new() };
    let mut text = match (answer, average) {
        (Ok(hers), Ok(average)) => {
            let [count, count_average] = NaturalFrequency::common([hers, average]);
            format!(
                "about {count} women like her get breast cancer between {} and {} ({} %); {count_average} among average women \
                 ({} %)",
                interval.start,
                u16::from(interval.start).saturating_add(interval.years.into()),
                percent(hers),
                percent(average),
            )
        }
        _ if !missing.is_empty() => {
            let range = risk::icare_lit_bounds(facts).map_or_else(String::new, |(least, most)| {
                let [least, most] = NaturalFrequency::common([least, most]);
                format!("; they leave {least} to {most} open")
            });
            format!("no figure, because these are not known: {}{range}", asked(knowledge, &missing))
        }
        (Err(refusal), _) | (_, Err(refusal)) => format!("no answer: {refusal}"),
    };
    if race.is_none() {
        text += "; race is not recorded, and the model was made from White non-Hispanic women";
    }
    finding(title, text, &icare_lit::CARD, used)
}

/// A finding of a model: what it says and whom it was made from; with a figure also when it does not hold and its papers.
fn finding(title: &str, text: String, card: &ModelCard, used: Vec<Fact>) -> Finding {
    let mut text = format!("{text}. {}, {}; made for {}", card.name, card.version, card.population);
    if !used.is_empty() {
        text += &format!(". Limits: {}. Sources: {}", card.limits.join("; "), card.citations.join("; "));
    }
    Finding { title: title.to_owned(), text, facts: used.into_iter().map(Fact::index).collect() }
}

/// The questions behind facts, for a reader who is to find out.
fn asked(knowledge: &Knowledge, missing: &[Fact]) -> String {
    let title = |fact: &Fact| {
        let definition = knowledge.fact_definition(fact.index());
        definition.map(|definition| format!("{} ({})", definition.title, definition.id))
    };
    missing.iter().filter_map(title).collect::<Vec<_>>().join(", ")
}

/// A probability as percent: two digits after the point below 1, one below 10, none above.
fn percent(probability: f64) -> String {
    match 100.0 * probability {
        p if p >= 10.0 => format!("{p:.0}"),
        p if p >= 1.0 => format!("{p:.1}"),
        p => format!("{p:.2}"),
    }
}
