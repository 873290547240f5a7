//! Trial curves as pictures: every arm of a figure with its band, the numbers at risk, and the published median beside.

use her2path_models::population::trial_overall_survival;
use her2path_models::trial_curves::{FollowUp, RECONSTRUCTED, TrialArm};
use her2path_survival::confidence::Scale;
use her2path_survival::kaplan_meier::KaplanMeier;
use her2path_survival::observations::Observations;
use her2path_survival::plot::{Plot, Series};

/// Confidence level of the bands, as R's `survfit` draws them on the log scale.
const LEVEL: f64 = 0.95;

/// The figure that the arm is part of, as SVG: the arm first, the others of the trial beside it; `None` where the data give
/// no curve.
#[must_use]
pub fn figure(arm: &'static TrialArm) -> Option<String> {
    let arms: Vec<&TrialArm> = std::iter::once(arm).chain(arm.others()).collect();
    let follow_ups: Vec<FollowUp> = arms.iter().map(|arm| arm.follow_up()).collect();
    let series =
        arms.iter().zip(&follow_ups).map(|(arm, follow_up)| curve(arm, follow_up)).collect::<Option<Vec<_>>>()?;
    let mut notes = vec![
        format!("Curves are {RECONSTRUCTED}. Bands: 95 % intervals."),
        format!("People in trials are younger and fitter than most. {}", arm.citation),
    ];
    if let Some(published) = published(arm) {
        notes.insert(1, published);
    }
    let title = format!("{}: {} (reconstructed)", arm.trial, arm.outcome);
    let plot = Plot { title, notes, start: 1.0, time_label: "Months since the start of the trial".to_owned(), series };
    Some(plot.svg(&|times| follow_ups.iter().map(|follow_up| at_risk(follow_up, times)).collect()))
}

fn curve(arm: &TrialArm, follow_up: &FollowUp) -> Option<Series> {
    let curve = KaplanMeier::fit(&Observations::new(&follow_up.months, &follow_up.event).ok()?);
    let limits = curve.limits(Scale::Log, LEVEL).ok()?;
    let median = curve.median(Scale::Log, LEVEL).ok()?;
    Some(Series::of_curve(arm.regimen.to_owned(), &curve, limits, median.time))
}

/// People whose follow-up reaches each time.
fn at_risk(follow_up: &FollowUp, times: &[f64]) -> Vec<f64> {
    let reaching = |time: f64| follow_up.months.iter().filter(|months| **months >= time).count();
    times.iter().map(|time| f64::from(u32::try_from(reaching(*time)).unwrap_or(u32::MAX))).collect()
}

/// The medians that the trial itself reports for overall survival, where they are among the published ones.
fn published(arm: &TrialArm) -> Option<String> {
    if arm.outcome != "overall survival" {
        return None;
    }
    let row = trial_overall_survival().iter().find(|row| row.trial == arm.trial)?;
    let against =
        row.comparator_median_os_months.map(|months| format!(", {months} with {}", row.comparator)).unwrap_or_default();
    Some(format!(
        "The trial reports a median of {} months with {}{against}. Where the two differ, the report counts.",
        row.median_os_months, row.arm
    ))
}

/// The median overall survival that the trial reports for this arm, else that of the reconstructed curve.
#[must_use]
pub fn median_survival(arm: &TrialArm) -> Option<f64> {
    let reported = trial_overall_survival().iter().find(|row| row.trial == arm.trial).and_then(|row| {
        if arm.role == "investigated" { Some(row.median_os_months) } else { row.comparator_median_os_months }
    });
    reported.or_else(|| curve(arm, &arm.follow_up())?.median).filter(|_| arm.outcome == "overall survival")
}
