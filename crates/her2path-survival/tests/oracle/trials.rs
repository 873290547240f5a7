//! Trials in HER2-positive disease, reconstructed from their published curves (KMDATA), against what R computes on the
//! same rows; the published hazard ratio stands beside.

use her2path_survival::confidence::Scale;
use her2path_survival::cox::{Cox, Ties, TimeTransform};
use her2path_survival::kaplan_meier::KaplanMeier;
use her2path_survival::linalg::Matrix;
use her2path_survival::log_rank::{Weight, log_rank};
use her2path_survival::observations::{Groups, Observations};
use her2path_survival::risk_table::numbers_at_risk;
use her2path_survival::rmst::rmst;

use crate::common::{Checker, Data, oracle_folder};

struct Trial {
    time: Vec<f64>,
    event: Vec<bool>,
    arm: Vec<String>,
}

fn trial(name: &str) -> Trial {
    let data = Data::read(oracle_folder().join("trials/ipd").join(format!("{name}.csv")));
    Trial { time: data.numbers("time"), event: data.is("event", "1"), arm: data.text("arm").to_vec() }
}

/// A recorded cell as the checker takes it; R's empty cells are nulls.
fn recorded(data: &Data, column: &str, row: usize) -> serde_json::Value {
    data.text(column)[row].parse::<f64>().map_or(serde_json::Value::Null, serde_json::Value::from)
}

#[test]
fn arms_agree_with_r() {
    let reference = Data::read(oracle_folder().join("trials/trials_ipd_arm_reference.csv"));
    let mut check = Checker::new(1e-8);
    // R's file holds 15 digits; medians are times of the table.
    for row in 0..reference.len() {
        let (name, arm) = (&reference.text("name")[row], &reference.text("arm")[row]);
        let trial = trial(name);
        let rows: Vec<usize> = (0..trial.time.len()).filter(|&i| trial.arm[i] == *arm).collect();
        let time: Vec<f64> = rows.iter().map(|&i| trial.time[i]).collect();
        let event: Vec<bool> = rows.iter().map(|&i| trial.event[i]).collect();
        let observations = Observations::new(&time, &event).unwrap();
        let curve = KaplanMeier::fit(&observations);
        let (log, log_log) = (curve.median(Scale::Log, 0.95).unwrap(), curve.median(Scale::LogLog, 0.95).unwrap());
        let all: Vec<usize> = (0..time.len()).collect();
        let nan = f64::NAN;
        let at = curve.at(12.0);
        let limits = at.and_then(|at| Scale::Log.limits(at.survival, at.std_error_log, 1.959_963_984_540_054));
        let tau = reference.numbers("tau")[row];
        for (column, found) in [
            ("n", time.len() as f64),
            ("events", curve.table.total_events()),
            ("median", log.time.unwrap_or(nan)),
            ("med_lo_log", log.lower.unwrap_or(nan)),
            ("med_hi_log", log.upper.unwrap_or(nan)),
            ("med_lo_loglog", log_log.lower.unwrap_or(nan)),
            ("med_hi_loglog", log_log.upper.unwrap_or(nan)),
            ("S12", at.map_or(nan, |at| at.survival)),
            ("se12", at.map_or(nan, |at| at.survival * at.std_error_log)),
            ("lo12_log", limits.map_or(nan, |limits| limits.lower)),
            ("hi12_log", limits.map_or(nan, |limits| limits.upper)),
            ("nrisk12", numbers_at_risk(&observations, &all, &[12.0])[0]),
            ("rmst_tau", rmst(&curve, tau).unwrap().mean),
        ] {
            check.number(&format!("{name} {arm} {column}"), found, &recorded(&reference, column, row));
        }
    }
    check.finish_count(reference.len() * 13);
}

#[test]
fn contrasts_agree_with_r_and_stand_beside_the_published_ratio() {
    let reference = Data::read(oracle_folder().join("trials/trials_ipd_contrast_reference.csv"));
    let mut check = Checker::new(1e-8);
    let mut beside = 0;
    for row in 0..reference.len() {
        let name = &reference.text("name")[row];
        let trial = trial(name);
        let base = &reference.text("reference_arm")[row];
        let compared = reference.text("contrast")[row].strip_prefix("arm").unwrap();
        let mut arms: Vec<&String> = trial.arm.iter().collect();
        arms.sort();
        arms.dedup();
        let n = trial.time.len();
        let codes: Vec<usize> =
            trial.arm.iter().map(|arm| arms.iter().position(|other| *other == arm).unwrap()).collect();
        let observations = Observations::new(&trial.time, &trial.event).unwrap();
        let groups = Groups::new(&codes, arms.len(), n).unwrap();
        let plain = log_rank(&observations, &groups, None, Weight::LogRank).unwrap();
        let early = log_rank(&observations, &groups, None, Weight::FlemingHarrington { p: 1.0, q: 0.0 }).unwrap();
        let others: Vec<&String> = arms.iter().copied().filter(|arm| *arm != arms[0]).collect();
        let values =
            trial.arm.iter().flat_map(|arm| others.iter().map(move |other| f64::from(u8::from(*other == arm))));
        let design = Matrix::from_rows(n, others.len(), values.collect()).unwrap();
        let at = others.iter().position(|arm| *arm == compared).unwrap_or(0);
        let efron = Cox::new(observations, &design).unwrap().fit().unwrap();
        let breslow = Cox::new(observations, &design).unwrap().ties(Ties::Breslow).fit().unwrap();
        let term: Vec<usize> = (0..others.len()).collect();
        let zph = efron.proportional_hazards(TimeTransform::KaplanMeier, &[term]).unwrap();
        let line = efron.table(0.95).unwrap()[at];
        for (column, found) in [
            ("logrank_chisq", plain.chi_square),
            ("logrank_df", plain.df as f64),
            ("logrank_p", plain.p),
            ("peto_chisq", early.chi_square),
            ("hr_efron", line.hazard_ratio),
            ("hr_lo", line.limits.lower),
            ("hr_hi", line.limits.upper),
            ("hr_breslow", breslow.table(0.95).unwrap()[at].hazard_ratio),
            ("zph_p", zph.global.p),
        ] {
            check.number(&format!("{name} {base} {compared} {column}"), found, &recorded(&reference, column, row));
        }
        // A published ratio is adjusted or stratified in ways the curve does not show, and arms may be named the other way
        // round: it stands beside, within the interval either way, for most of the curves.
        if let Some(published) = recorded(&reference, "published_hr", row).as_f64() {
            let inside = |ratio: f64| line.limits.lower <= ratio && ratio <= line.limits.upper;
            beside += usize::from(inside(published) || inside(1.0 / published));
        }
    }
    check.finish_count(reference.len() * 9);
    assert!(beside * 10 >= reference.len() * 8, "{beside} of {} published ratios within the interval", reference.len());
}
