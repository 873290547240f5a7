//! A cohort comes out as the trials and tables that it was drawn from: medians within the published intervals, shares of
//! receptors within what chance allows.

#![cfg(test)]

use her2path_survival::kaplan_meier::KaplanMeier;
use her2path_survival::observations::Observations;
use her2path_synth::{Layout, Mess, Mix, Plan, block};
use serde_json::Value;

/// Mean length of a month in days.
const MONTH: f64 = 30.4369;

fn truths(patients: u64) -> Vec<Value> {
    let mix = Mix { her2_metastatic: 1.0, her2_early: 0.0, other_breast: 0.0, other: 0.0 };
    let (from, until) = ("2013-01-01".parse().unwrap(), "2026-11-01".parse().unwrap());
    let plan = Plan { patients, seed: 1, from, until, mix, mess: Mess::None, layout: Layout::Bulk };
    let made = block(&plan, 0..patients);
    let truth = made.files(Layout::Bulk).last().unwrap().1.to_vec();
    truth
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| serde_json::from_slice(line).unwrap())
        .collect()
}

fn days(from: &Value, to: &Value) -> f64 {
    let day = |value: &Value| value.as_str().unwrap().parse::<jiff::civil::Date>().unwrap();
    f64::from(day(from).until(day(to)).unwrap().get_days())
}

fn last_day(truth: &Value) -> &Value {
    if truth["death_date"].is_null() { &truth["as_of"] } else { &truth["death_date"] }
}

/// The median by Kaplan-Meier, in months.
fn median(times: &[(f64, bool)]) -> f64 {
    let (time, event): (Vec<f64>, Vec<bool>) =
        times.iter().map(|(days, event)| (days.max(1.0) / MONTH, *event)).unzip();
    let curve = KaplanMeier::fit(&Observations::new(&time, &event).unwrap());
    // The first time at which the curve is at or below one half.
    let place = curve.survival.iter().position(|survival| *survival <= 0.5).expect("the curve falls to one half");
    curve.table.time[place]
}

#[test]
fn survival_lies_within_the_intervals_of_the_trials() {
    let truths = truths(3000);
    let overall: Vec<(f64, bool)> = truths
        .iter()
        .map(|truth| (days(&truth["first_metastasis"], last_day(truth)), !truth["death_date"].is_null()))
        .collect();
    // CLEOPATRA, pertuzumab: 60.3 months, from 50.1 to not reached (KMDATA figure 2A); its last follow-up was at 70.
    let found = median(&overall);
    assert!((50.1..70.0).contains(&found), "overall survival {found}");

    let mut by_regimen: std::collections::BTreeMap<String, Vec<(f64, bool)>> = std::collections::BTreeMap::new();
    for truth in &truths {
        for (line, decision) in truth["lines"].as_array().unwrap().iter().zip(truth["decisions"].as_array().unwrap()) {
            let ends: Vec<&Value> = line["drugs"]
                .as_array()
                .unwrap()
                .iter()
                .map(|drug| &drug["end"])
                .filter(|end| !end.is_null())
                .collect();
            let (end, event) = match line["end_reason"].as_str() {
                Some("progression") => (*ends.iter().max_by_key(|end| end.as_str()).unwrap(), true),
                // Death while the line was given.
                Some("unknown") => (last_day(truth), true),
                Some(_) => (*ends.iter().max_by_key(|end| end.as_str()).unwrap(), false),
                None => (&truth["as_of"], false),
            };
            let number = line["number"].as_u64().unwrap().min(3);
            let key = format!("{number} {}", decision["chosen"].as_str().unwrap());
            by_regimen.entry(key).or_default().push((days(&line["start"], end), event));
        }
    }
    let of = |keys: &[&str]| median(&keys.iter().flat_map(|key| by_regimen[*key].clone()).collect::<Vec<_>>());
    // Median and interval as published; docs/synth.md names the trials.
    for (what, found, low, high) in [
        ("THP, first line: CLEOPATRA", of(&["1 THP_DOC", "1 THP_PAC"]), 16.9, 22.3),
        ("trastuzumab and a taxane, first line: CLEOPATRA, placebo", of(&["1 TRAS_TAXANE"]), 8.5, 16.5),
        ("T-DM1, third line and later: TH3RESA", of(&["3 TDM1"]), 5.59, 6.87),
        ("T-DXd, third line and later: DESTINY-Breast02", of(&["3 TDXD"]), 14.3, 20.8),
        ("physician's choice: TH3RESA", of(&["3 TRAS_CHEMO"]), 2.89, 4.14),
    ] {
        assert!((low..high).contains(&found), "{what}: {found}, published {low} to {high}");
    }
}

#[test]
fn receptors_and_brain_metastases_are_as_frequent_as_in_the_tables() {
    let truths = truths(3000);
    let share = |wanted: &dyn Fn(&Value) -> bool| truths.iter().filter(|truth| wanted(truth)).count() as f64 / 3000.0;
    assert!(truths.iter().all(|truth| truth["receptors"]["her2"] == "positive"));
    // MSK 2018: 141 of 207, 68.1 %; three standard errors of 3,000 draws are 2.6 points.
    let hormone = share(&|truth| truth["receptors"]["hormone_receptor"] == "positive");
    assert!((hormone - 141.0 / 207.0).abs() < 0.026, "{hormone}");
    // Kuksis 2021: 31 % after a median of 31 months; the follow-up here is longer.
    let brain = share(&|truth| truth["sites"].as_array().unwrap().iter().any(|site| site == "brain"));
    assert!((0.28..0.45).contains(&brain), "{brain}");
    let bone = share(&|truth| truth["sites"].as_array().unwrap().iter().any(|site| site == "bone"));
    assert!((0.45..0.75).contains(&bone), "{bone}");
    let departures: Vec<bool> = truths
        .iter()
        .flat_map(|truth| truth["decisions"].as_array().unwrap())
        .map(|decision| decision["departure"].as_bool().unwrap())
        .collect();
    let departed = departures.iter().filter(|departed| **departed).count() as f64 / departures.len() as f64;
    assert!((0.08..0.2).contains(&departed), "{departed}");
}
