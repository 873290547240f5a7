//! Trial curves of the options at hand: Kaplan-Meier on the reconstructed follow-up, and published medians where no curve was
//! reconstructed.
//!
//! An option is at hand when a treatment statement of the guideline comes out as recommended, and may be when it only needs
//! data; its curve is that of the arm of the line being decided which was given the same drugs. Curves of other
//! treatments are not shown. HER2-positive disease only. Limits are on the log scale at 95 %, as R's `survfit` gives them.

use std::collections::BTreeSet;

use her2path_knowledge::model::{Chapter, Knowledge};
use her2path_models::population::trial_overall_survival;
use her2path_models::trial_curves::{RECONSTRUCTED, TrialArm, arms};
use her2path_models::{NaturalFrequency, Support, conditional};
use her2path_survival::confidence::{Limits, Scale, critical_value};
use her2path_survival::kaplan_meier::{KaplanMeier, Quantile};
use her2path_survival::observations::Observations;
use jiff::civil::{Date, date};

use crate::assessment::{Finding, Outcome};
use crate::chapters::stands;
use crate::chart::Chart;
use crate::chart::facts::Facts;
use crate::chart::inferred::risk::{boolean, integer};
use crate::chart::inferred::{code_of, codes_of};
use crate::criteria::judge;
use crate::guideline::Fact;

/// Years after randomisation at which a curve is read.
const YEARS: [u8; 4] = [1, 2, 3, 5];

/// The outcome whose median stands for ranges of time to live.
const OVERALL_SURVIVAL: &str = "overall survival";

/// Confidence level of the limits.
const LEVEL: f64 = 0.95;

pub(super) fn curves(chart: &Chart, knowledge: &Knowledge) -> Vec<Finding> {
    let facts = &chart.facts;
    let one = |text: &str, facts: Vec<Fact>| {
        let facts = facts.into_iter().map(Fact::index).collect();
        vec![Finding { title: "Trials".to_owned(), text: text.to_owned(), facts }]
    };
    match code_of(facts, Fact::Her2Status) {
        Some("positive") => {}
        Some("negative") => {
            return one("not shown: they are of HER2-positive disease, and HER2 is negative", vec![Fact::Her2Status]);
        }
        _ => {
            return one(
                "not shown: they are of HER2-positive disease, and HER2 is not settled (her2.status)",
                Vec::new(),
            );
        }
    }
    let Some(line) = integer(facts, Fact::TherapyLine) else {
        return one("not shown, because the line of therapy being decided is not known (therapy.line)", Vec::new());
    };
    let mut findings: Vec<Finding> =
        at_hand(chart, knowledge).into_iter().filter_map(|(arm, outcome)| curve(arm, outcome)).collect();
    if let Some((trial, why)) = excluded(facts) {
        findings.push(Finding {
            title: trial.to_owned(),
            text: format!("not shown: people like this one were not in this trial ({why})"),
            facts: vec![Fact::TherapyLine.index()],
        });
    }
    if findings.is_empty() {
        findings = one("no curve of an option at hand was reconstructed", vec![Fact::TherapyLine]);
    }
    findings.extend(medians(line, chart.as_of, excluded(facts).map(|(trial, _)| trial)));
    findings
}

/// The trial of first-line treatment that this person could not have been in because of what came before, with the reason:
/// CLEOPATRA asked for 12 months since (neo)adjuvant therapy (Swain 2015).
fn excluded(facts: &Facts) -> Option<(&'static str, &'static str)> {
    let early = boolean(facts, Fact::TherapyRelapseWithin12Months) == Some(true);
    let first_line = integer(facts, Fact::TherapyLine) == Some(1);
    (early && first_line).then_some(("CLEOPATRA", "it asked for at least 12 months since (neo)adjuvant therapy"))
}

/// The trial whose participants' disease had progressed on trastuzumab, which may have been given for early disease.
const AFTER_TRASTUZUMAB: &str = "LUX-Breast 1";

fn had_trastuzumab(facts: &Facts) -> bool {
    codes_of(facts, Fact::TherapyEarlyDrugs).is_some_and(|drugs| drugs.contains(&"trastuzumab"))
}

/// The arms of the line being decided that were given an option at hand, each with what came of that option; none unless
/// HER2 is positive and the line is known.
pub(super) fn at_hand(chart: &Chart, knowledge: &Knowledge) -> Vec<(&'static TrialArm, Outcome)> {
    let facts = &chart.facts;
    let positive = code_of(facts, Fact::Her2Status) == Some("positive");
    let Some(line) = integer(facts, Fact::TherapyLine).filter(|_| positive) else { return Vec::new() };
    let options = options(chart, knowledge);
    let option_of = |arm: &TrialArm| {
        let drugs: BTreeSet<&str> = arm.drugs.split(' ').collect();
        options.iter().filter(|(option, _)| *option == drugs).map(|(_, outcome)| *outcome).min()
    };
    let took = |arm: &&TrialArm| {
        excluded(facts).is_none_or(|(trial, _)| trial != arm.trial)
            && (arm.trial != AFTER_TRASTUZUMAB || line > 1 || had_trastuzumab(facts))
    };
    arms()
        .iter()
        .filter(|arm| arm.is_of_line(line))
        .filter(took)
        .filter_map(|arm| Some((arm, option_of(arm)?)))
        .collect()
}

/// The drugs of each treatment that the guideline recommends now, or may once data are there.
fn options<'k>(chart: &Chart, knowledge: &'k Knowledge) -> Vec<(BTreeSet<&'k str>, Outcome)> {
    knowledge
        .recommendations
        .iter()
        .filter(|recommendation| recommendation.chapter == Chapter::Treatment && !recommendation.regimen.is_empty())
        .filter(|recommendation| stands(recommendation, knowledge, chart.as_of))
        .map(|recommendation| {
            let drugs = recommendation.regimen.iter().map(AsRef::as_ref).collect();
            (drugs, judge(recommendation, &chart.facts, knowledge).outcome)
        })
        .filter(|(_, outcome)| matches!(outcome, Outcome::Recommended | Outcome::NeedsData))
        .collect()
}

/// One arm's curve in words, with its comparator and, for overall survival, the ranges that its median stands for.
fn curve(arm: &TrialArm, outcome: Outcome) -> Option<Finding> {
    let estimate = Estimate::of(arm)?;
    let beside: Vec<String> = arm
        .others()
        .filter_map(|comparator| {
            Some(format!("; beside it {}: {}", comparator.regimen, Estimate::of(comparator)?.said()))
        })
        .collect();
    let reported = reported_median(arm);
    let published = reported.map_or_else(String::new, |months| {
        format!(
            "the trial reports a median of {months} months; where the curve read from it differs, the report counts. "
        )
    });
    let median = reported.or(estimate.median.time).filter(|_| arm.outcome == OVERALL_SURVIVAL);
    let ranges = median.and_then(|median| {
        let ranges = conditional::scenarios(median).ok()?;
        Some(format!(
            ". Of a group with a median of {median:.1} months about 1 in 10 live less than {:.0} months, about half {:.0} to \
             {:.0} months, about 1 in 10 longer than {:.0} months (Kiely 2011, from memory)",
            ranges.worst_case, ranges.typical.0, ranges.typical.1, ranges.best_case
        ))
    });
    let option = if outcome == Outcome::Recommended { "" } else { "an option for which data are missing. " };
    let text = format!(
        "{option}{}: {published}{}{}{}. Participants: {}. Published {}; {RECONSTRUCTED}. People in trials are younger and fitter than \
         most. Source: {}",
        arm.regimen,
        estimate.said(),
        beside.concat(),
        ranges.unwrap_or_default(),
        arm.participants,
        arm.published,
        arm.citation
    );
    let title = format!("{}, {} (reconstructed)", arm.trial, arm.outcome);
    Some(Finding { title, text, facts: vec![Fact::TherapyLine.index()] })
}

/// The median overall survival that the trial reports for this arm, where it is among the published ones.
fn reported_median(arm: &TrialArm) -> Option<f64> {
    let row = trial_overall_survival().iter().find(|row| row.trial == arm.trial && arm.outcome == OVERALL_SURVIVAL)?;
    if arm.role == "investigated" { Some(row.median_os_months) } else { row.comparator_median_os_months }
}

/// What a curve says: people, median, and survival at whole years as far as the follow-up reaches.
struct Estimate {
    participants: usize,
    outcome: &'static str,
    median: Quantile,
    at: Vec<Point>,
}

/// The curve at the end of a year.
struct Point {
    year: u8,
    survival: f64,
    limits: Option<Limits>,
}

impl Estimate {
    fn of(arm: &TrialArm) -> Option<Self> {
        let follow_up = arm.follow_up();
        let observations = Observations::new(&follow_up.months, &follow_up.event).ok()?;
        let curve = KaplanMeier::fit(&observations);
        let critical = critical_value(LEVEL).ok()?;
        let at = YEARS.into_iter().filter_map(|year| {
            let point = curve.at(12.0 * f64::from(year))?;
            let limits = Scale::Log.limits(point.survival, point.std_error_log, critical);
            Some(Point { year, survival: point.survival, limits })
        });
        Some(Self {
            participants: observations.len(),
            outcome: arm.outcome,
            median: curve.median(Scale::Log, LEVEL).ok()?,
            at: at.collect(),
        })
    }

    fn said(&self) -> String {
        let months = |time: Option<f64>| time.map_or_else(|| "not reached".to_owned(), |time| format!("{time:.1}"));
        let median = match self.median.time {
            Some(time) => format!(
                "median {time:.1} months (95 % interval {} to {})",
                months(self.median.lower),
                months(self.median.upper)
            ),
            None => "median not reached".to_owned(),
        };
        let word = if self.outcome == OVERALL_SURVIVAL { "alive" } else { "alive without progression" };
        let count = |probability: f64| NaturalFrequency::out_of(probability, 100).count;
        let points: Vec<String> = self
            .at
            .iter()
            .map(|Point { year, survival, limits }| {
                let years = if *year == 1 { "year" } else { "years" };
                let limits = limits.map_or_else(String::new, |limits| {
                    format!(" ({} to {})", count(limits.lower), count(limits.upper))
                });
                format!("{}{limits} of 100 {word} at {year} {years}", count(*survival))
            })
            .collect();
        let points = if points.is_empty() { "follow-up under 1 year".to_owned() } else { points.join(", ") };
        format!("{} participants, {median}; {points}", self.participants)
    }
}

/// The remark of trials whose treatment nobody chooses any more where pertuzumab is at hand.
const SUPERSEDED: &str = "before pertuzumab";

/// The day on which the FDA approved pertuzumab.
const PERTUZUMAB: Date = date(2012, 6, 8);

/// Published medians of the line, newest first, which cover treatments without a reconstructed curve.
fn medians(line: i64, as_of: Date, excluded: Option<&str>) -> Option<Finding> {
    let settings: &[&str] = match line {
        1 => &["first line"],
        2 => &["second line", "second line or later"],
        3.. => &["second line or later", "third line", "after trastuzumab emtansine"],
        _ => return None,
    };
    let rows: Vec<String> = trial_overall_survival()
        .iter()
        .rev()
        .filter(|row| settings.contains(&row.setting))
        .filter(|row| row.remark != SUPERSEDED || as_of < PERTUZUMAB)
        .filter(|row| excluded != Some(row.trial))
        .map(|row| {
            let against = row
                .comparator_median_os_months
                .map_or_else(String::new, |months| format!(", {months} with {}", row.comparator));
            let mark = if row.support == Support::FromMemory { " [from memory]" } else { "" };
            let remark = if row.remark.is_empty() { String::new() } else { format!("; {}", row.remark) };
            format!(
                "{}: {} months with {}{against}{remark} ({}{mark})",
                row.trial, row.median_os_months, row.arm, row.citation
            )
        })
        .collect();
    (!rows.is_empty()).then(|| Finding {
        title: "Published median overall survival in trials of this line".to_owned(),
        text: format!(
            "{}. Half of a group lives longer than its median. Trials differ in whom they took and must not be compared with one \
             another",
            rows.join("; ")
        ),
        facts: vec![Fact::TherapyLine.index()],
    })
}
