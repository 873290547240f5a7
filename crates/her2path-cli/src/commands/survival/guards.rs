//! What a reviewer would ask of a survival analysis, said beside the result.

use her2path_survival::cox::{Cox, TimeTransform};
use her2path_survival::kaplan_meier::KaplanMeier;
use her2path_survival::linalg::Matrix;
use her2path_survival::multi_state::StateHistory;
use her2path_survival::observations::{Groups, Observations};

use super::input::{Input, Source};
use super::report::significant;
use super::table::Labels;

/// Fewer people at risk than this make a curve's tail unreliable (Pocock and others, Lancet 2002;359:1686, advise to stop
/// the plot while 10 to 20 % are still followed).
const FEW_AT_RISK: f64 = 10.0;
/// Fewer events per coefficient than this make a model unreliable (Peduzzi and others, J Clin Epidemiol 1995;48:1503).
const EVENTS_PER_VARIABLE: f64 = 10.0;

/// With fewer clusters than this robust standard errors are too small (Cameron and Miller, J Hum Resour 2015;50:317, speak of
/// 20 to 50).
const FEW_CLUSTERS: usize = 20;

/// Everything that can be said of the curves.
pub(super) fn of_curves(source: &Source, input: &Input, labels: &Labels, curves: &[KaplanMeier]) -> Vec<String> {
    let mut notes = delayed_entry(source, input);
    for (name, curve) in labels.names.iter().zip(curves) {
        notes.extend(few_at_risk(name, curve, input.entry.is_some()));
    }
    notes.extend(immortal_time(labels, curves));
    notes
}

/// A column that looks like an entry but is not used as one, and early risk sets with delayed entry.
pub(super) fn delayed_entry(source: &Source, input: &Input) -> Vec<String> {
    if source.entry.is_some() {
        return vec![
            "entry is delayed: the result holds if entering says nothing about the outcome at that time; check by a Cox \
             model with the entry time as covariate"
                .to_owned(),
        ];
    }
    const SIGNS: [&str; 6] = ["entry", "start", "tstart", "enrol", "sequenc", "left_trunc"];
    let suspicious = |name: &&String| {
        let lower = name.to_lowercase();
        **name != source.time && SIGNS.iter().any(|sign| lower.contains(sign))
    };
    input
        .table
        .names()
        .iter()
        .filter(suspicious)
        .map(|name| {
            format!(
                "column `{name}` looks like a time of entry; if people had to survive until then to be in this table, give \
                 --entry {name}, else survival is overstated"
            )
        })
        .collect()
}

fn few_at_risk(name: &str, curve: &KaplanMeier, delayed: bool) -> Vec<String> {
    let table = &curve.table;
    let mut notes = Vec::new();
    let most = table.at_risk.iter().copied().fold(0.0, f64::max);
    if most < FEW_AT_RISK {
        return vec![format!("{name}: never more than {most} people at risk; read no curve from this")];
    }
    let last_enough = table.at_risk.iter().rposition(|&n| n >= FEW_AT_RISK);
    if let Some(time) = last_enough.and_then(|last| table.time.get(last + 1)) {
        notes.push(format!("{name}: fewer than 10 people at risk from time {} on", significant(*time)));
    }
    if delayed {
        let first = table.at_risk.iter().position(|&n| n >= FEW_AT_RISK);
        if let Some(time) = first.filter(|&first| first > 0).and_then(|first| table.time.get(first)) {
            notes.push(format!(
                "{name}: fewer than 10 people at risk before time {}; read the curve from there, as survival given survival \
                 to then",
                significant(*time)
            ));
        }
        let empty = curve.survival.iter().zip(&table.at_risk).position(|(&s, &n)| s == 0.0 && n > 0.0);
        if empty.is_some_and(|at| at + 1 < table.len()) {
            notes.push(format!(
                "{name}: the curve is zero early because everyone at risk died while others had yet to enter"
            ));
        }
    }
    notes
}

/// From when too few people are under observation, in whichever state, to say where people are.
pub(super) fn few_in_all_states(history: &StateHistory, times: &[f64]) -> Option<String> {
    let states = history.numbers_at_risk(times);
    let few = |i: usize| states.iter().filter_map(|counts| counts.get(i)).sum::<f64>() < FEW_AT_RISK;
    let time = (0..times.len()).find(|&first| (first..times.len()).all(few)).and_then(|first| times.get(first))?;
    Some(format!("fewer than 10 people under observation from time {} on, all states together", significant(*time)))
}

/// A group in which nobody left for so long that chance hardly explains it: its members had to survive to belong to it.
fn immortal_time(labels: &Labels, curves: &[KaplanMeier]) -> Vec<String> {
    let mut notes = Vec::new();
    for (index, (name, curve)) in labels.names.iter().zip(curves).enumerate() {
        let Some(&first) = curve.table.time.first() else { continue };
        let rows = curve.table.rows as f64;
        // Cumulative hazard of the others before anyone of this group left.
        let others = curves.iter().enumerate().filter(|(other, _)| *other != index).map(|(_, curve)| curve);
        let hazard = others
            .map(|other| {
                let times = other.table.time.iter().zip(other.table.events.iter().zip(&other.table.at_risk));
                times.filter(|(time, _)| **time < first).map(|(_, (d, n))| d / n).sum::<f64>()
            })
            .fold(f64::INFINITY, f64::min);
        if hazard.is_finite() && (-hazard * rows).exp() < 0.001 {
            notes.push(format!(
                "{name}: nobody left before time {}, though others did; if people had to survive until something happened to be \
                 in this group, that time is immortal: use a landmark or time-dependent rows",
                significant(first)
            ));
        }
    }
    notes
}

/// Whether the hazards of the groups are proportional, which a log-rank test or a single hazard ratio takes for granted.
pub(super) fn crossing_hazards(observations: &Observations<'_>, groups: &Groups<'_>) -> Option<String> {
    let columns = groups.count().checked_sub(1).filter(|&columns| columns > 0)?;
    let mut design = Matrix::zeros(observations.len(), columns);
    for (row, &code) in groups.codes().iter().enumerate() {
        if let Some(column) = code.checked_sub(1) {
            design.put(row, column, 1.0);
        }
    }
    let fit = Cox::new(*observations, &design).ok()?.fit().ok()?;
    let all: Vec<usize> = (0..columns).collect();
    let test = fit.proportional_hazards(TimeTransform::KaplanMeier, &[all]).ok()?.global;
    Some(if test.p < 0.05 {
        format!(
            "the hazards are not proportional (p = {}) and may cross: the log-rank test can miss or misstate the difference; \
             report `rmst` too",
            significant(test.p)
        )
    } else {
        format!("no sign against proportional hazards (p = {})", significant(test.p))
    })
}

/// Whether there are enough clusters for a robust variance, and for a joint test of the coefficients.
pub(super) fn few_clusters(clusters: usize, coefficients: usize) -> Option<String> {
    let missing =
        if clusters <= coefficients { ", and there is no joint test of as many coefficients as clusters" } else { "" };
    (clusters < FEW_CLUSTERS).then(|| {
        format!(
            "{clusters} clusters: with fewer than about {FEW_CLUSTERS} robust standard errors are too small{missing}; take the \
             clusters as strata instead"
        )
    })
}

/// Whether there are enough events for the coefficients.
pub(super) fn events_per_variable(events: usize, coefficients: usize) -> Option<String> {
    let ratio = events as f64 / coefficients.max(1) as f64;
    (ratio < EVENTS_PER_VARIABLE).then(|| {
        format!(
            "{events} events for {coefficients} coefficients, {} each: fewer than 10 make estimates unstable; use fewer covariates",
            significant(ratio)
        )
    })
}
