//! What must hold by definition, on random cohorts.

use her2path_survival::aalen_johansen::{CompetingRisks, aalen_johansen};
use her2path_survival::concordance::{PairWeight, concordance};
use her2path_survival::cox::{Cox, CoxFit};
use her2path_survival::kaplan_meier::KaplanMeier;
use her2path_survival::linalg::Matrix;
use her2path_survival::log_rank::{Weight, log_rank};
use her2path_survival::observations::{Groups, Observations};
use proptest::prelude::*;

/// Whole times with many ties, events, two covariates, a group and a stratum.
#[derive(Debug, Clone)]
struct Cohort {
    time: Vec<f64>,
    event: Vec<bool>,
    x: Vec<f64>,
    group: Vec<usize>,
    stratum: Vec<usize>,
    repeat: Vec<usize>,
}

fn cohorts() -> impl Strategy<Value = Cohort> {
    let row = (1..40_u32, any::<bool>(), -2.0..2.0_f64, -2.0..2.0_f64, 0..2_usize, 0..3_usize, 1..4_usize);
    proptest::collection::vec(row, 30..80).prop_map(|rows| Cohort {
        time: rows.iter().map(|row| f64::from(row.0)).collect(),
        event: rows.iter().map(|row| row.1).collect(),
        x: rows.iter().flat_map(|row| [row.2, row.3]).collect(),
        group: rows.iter().map(|row| row.4).collect(),
        stratum: rows.iter().map(|row| row.5).collect(),
        repeat: rows.iter().map(|row| row.6).collect(),
    })
}

impl Cohort {
    fn take(&self, rows: &[usize]) -> Self {
        Self {
            time: rows.iter().map(|&row| self.time[row]).collect(),
            event: rows.iter().map(|&row| self.event[row]).collect(),
            x: rows.iter().flat_map(|&row| [self.x[2 * row], self.x[2 * row + 1]]).collect(),
            group: rows.iter().map(|&row| self.group[row]).collect(),
            stratum: rows.iter().map(|&row| self.stratum[row]).collect(),
            repeat: vec![1; rows.len()],
        }
    }

    fn observations(&self) -> Observations<'_> {
        Observations::new(&self.time, &self.event).unwrap()
    }

    fn cox(&self, weight: Option<&[f64]>) -> CoxFit {
        let mut observations = self.observations();
        if let Some(weight) = weight {
            observations = observations.with_weight(weight).unwrap();
        }
        let x = Matrix::from_rows(self.time.len(), 2, self.x.clone()).unwrap();
        let strata = Groups::new(&self.stratum, 3, self.time.len()).unwrap();
        Cox::new(observations, &x).unwrap().strata(strata).fit().unwrap()
    }
}

fn same(found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    for (found, expected) in found.iter().zip(expected) {
        let equal = found == expected || (found - expected).abs() <= 1e-7 * expected.abs().max(1e-3);
        assert!(equal || (found.is_nan() && expected.is_nan()), "{found} is not {expected}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_jackknife_of_single_rows_is_greenwood(cohort in cohorts(), late in proptest::collection::vec(0.0..0.9_f64, 80)) {
        let entry: Vec<f64> = cohort.time.iter().zip(&late).map(|(time, share)| (time * share).floor()).collect();
        let rows: Vec<usize> = (0..entry.len()).collect();
        // Without late entry who is at risk later was at risk before, so the influences of different times are uncorrelated.
        let observations = cohort.observations();
        let (plain, robust) = (KaplanMeier::fit(&observations), KaplanMeier::fit_robust(&observations, &rows, None).unwrap());
        prop_assert_eq!(&plain.survival, &robust.survival);
        for (a, b) in plain.std_error_log.iter().zip(&robust.std_error_log) {
            prop_assert!(a == b || (a - b).abs() <= 1e-9 * a.max(1e-3), "{a} {b}");
        }
        let observations = observations.with_entry(&entry).unwrap();
        // Rows repeated within their cluster count as one row with that weight.
        let weight: Vec<f64> = cohort.repeat.iter().map(|&times| times as f64).collect();
        let weighted = KaplanMeier::fit_robust(&observations.with_weight(&weight).unwrap(), &rows, None).unwrap();
        let repeated: Vec<usize> = rows.iter().flat_map(|&row| std::iter::repeat_n(row, cohort.repeat[row])).collect();
        let part = cohort.take(&repeated);
        let entry: Vec<f64> = repeated.iter().map(|&row| entry[row]).collect();
        let groups = Groups::new(&repeated, rows.len(), repeated.len()).unwrap();
        let all: Vec<usize> = (0..repeated.len()).collect();
        let clustered =
            KaplanMeier::fit_robust(&part.observations().with_entry(&entry).unwrap(), &all, Some(&groups)).unwrap();
        for (a, b) in weighted.std_error_log.iter().zip(&clustered.std_error_log) {
            prop_assert!(a == b || (a - b).abs() <= 1e-9 * a.max(1e-3), "{a} {b}");
        }
    }

    #[test]
    fn a_weight_repeats_a_row(cohort in cohorts()) {
        let rows: Vec<usize> =
            (0..cohort.time.len()).flat_map(|row| std::iter::repeat_n(row, cohort.repeat[row])).collect();
        let repeated = cohort.take(&rows);
        let weight: Vec<f64> = cohort.repeat.iter().map(|&n| n as f64).collect();
        let weighted = KaplanMeier::fit(&cohort.observations().with_weight(&weight).unwrap());
        let spread_out = KaplanMeier::fit(&repeated.observations());
        same(&weighted.survival, &spread_out.survival);
        same(&weighted.std_error_log, &spread_out.std_error_log);
        same(&weighted.table.at_risk, &spread_out.table.at_risk);
        // Efron's ties tell a weight from a repetition; Breslow's do not.
        let x = Matrix::from_rows(cohort.time.len(), 2, cohort.x.clone()).unwrap();
        let y = Matrix::from_rows(repeated.time.len(), 2, repeated.x.clone()).unwrap();
        let breslow = her2path_survival::cox::Ties::Breslow;
        let one = Cox::new(cohort.observations().with_weight(&weight).unwrap(), &x).unwrap().ties(breslow).fit().unwrap();
        let two = Cox::new(repeated.observations(), &y).unwrap().ties(breslow).fit().unwrap();
        same(&one.coefficients, &two.coefficients);
        same(&one.std_errors(), &two.std_errors());
    }

    #[test]
    fn the_order_of_rows_does_not_matter(cohort in cohorts(), seed in any::<u64>()) {
        let mut rows: Vec<usize> = (0..cohort.time.len()).collect();
        let mut state = seed | 1;
        for i in (1..rows.len()).rev() {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            rows.swap(i, (state >> 33) as usize % (i + 1));
        }
        let shuffled = cohort.take(&rows);
        let (one, two) = (KaplanMeier::fit(&cohort.observations()), KaplanMeier::fit(&shuffled.observations()));
        same(&one.survival, &two.survival);
        let (one, two) = (cohort.cox(None), shuffled.cox(None));
        same(&one.coefficients, &two.coefficients);
        same(&[one.log_likelihood], &[two.log_likelihood]);
        let c = |fit: &CoxFit| fit.concordance(PairWeight::Equal).unwrap();
        same(&[c(&one).concordance, c(&one).std_error], &[c(&two).concordance, c(&two).std_error]);
    }

    #[test]
    fn the_unit_of_time_does_not_matter(cohort in cohorts(), unit in 0.01..100.0_f64) {
        let mut scaled = cohort.clone();
        scaled.time.iter_mut().for_each(|time| *time *= unit);
        let (one, two) = (KaplanMeier::fit(&cohort.observations()), KaplanMeier::fit(&scaled.observations()));
        same(&one.survival, &two.survival);
        same(&one.std_error_log, &two.std_error_log);
        same(&cohort.cox(None).coefficients, &scaled.cox(None).coefficients);
    }

    #[test]
    fn the_names_of_strata_and_groups_do_not_matter(cohort in cohorts()) {
        let mut renamed = cohort.clone();
        renamed.stratum.iter_mut().for_each(|code| *code = (*code + 1) % 3);
        same(&cohort.cox(None).coefficients, &renamed.cox(None).coefficients);
        let swapped: Vec<usize> = cohort.group.iter().map(|group| 1 - group).collect();
        let n = cohort.time.len();
        let strata = Groups::new(&cohort.stratum, 3, n).unwrap();
        let test = |codes: &[usize]| {
            log_rank(&cohort.observations(), &Groups::new(codes, 2, n).unwrap(), Some(&strata), Weight::LogRank)
        };
        if let (Ok(one), Ok(two)) = (test(&cohort.group), test(&swapped)) {
            same(&[one.chi_square], &[two.chi_square]);
            same(&[one.observed[0], one.expected[0]], &[two.observed[1], two.expected[1]]);
        }
    }

    #[test]
    fn delayed_entry_at_zero_changes_nothing(cohort in cohorts()) {
        let zeros = vec![0.0; cohort.time.len()];
        let entered = cohort.observations().with_entry(&zeros).unwrap();
        let (one, two) = (KaplanMeier::fit(&cohort.observations()), KaplanMeier::fit(&entered));
        same(&one.survival, &two.survival);
        let x = Matrix::from_rows(cohort.time.len(), 2, cohort.x.clone()).unwrap();
        let one = Cox::new(cohort.observations(), &x).unwrap().fit().unwrap();
        let two = Cox::new(entered, &x).unwrap().fit().unwrap();
        same(&one.coefficients, &two.coefficients);
        let score: Vec<f64> = cohort.x.iter().step_by(2).copied().collect();
        let c = |observations: &Observations<'_>| concordance(observations, &score, None, None, PairWeight::Equal).unwrap();
        same(&[c(&cohort.observations()).std_error], &[c(&entered).std_error]);
    }

    #[test]
    fn splitting_a_row_changes_nothing(cohort in cohorts()) {
        // (0, t] and (0, t/2] with (t/2, t] are the same follow-up.
        let n = cohort.time.len();
        let (mut entry, mut exit, mut event, mut x) = (vec![0.0; n], Vec::new(), Vec::new(), Vec::new());
        for row in 0..n {
            exit.push(cohort.time[row] / 2.0);
            event.push(false);
            x.extend([cohort.x[2 * row], cohort.x[2 * row + 1]]);
        }
        entry.extend(exit.clone());
        exit.extend(&cohort.time);
        event.extend(&cohort.event);
        x.extend(&cohort.x);
        let split = Observations::new(&exit, &event).unwrap().with_entry(&entry).unwrap();
        let x = Matrix::from_rows(2 * n, 2, x).unwrap();
        let whole = Matrix::from_rows(n, 2, cohort.x.clone()).unwrap();
        let one = Cox::new(cohort.observations(), &whole).unwrap().fit().unwrap();
        let two = Cox::new(split, &x).unwrap().fit().unwrap();
        same(&one.coefficients, &two.coefficients);
        let codes: Vec<usize> = (0..n).chain(0..n).collect();
        let clustered = Cox::new(split, &x).unwrap().cluster(Groups::new(&codes, n, 2 * n).unwrap()).fit().unwrap();
        let robust = Cox::new(cohort.observations(), &whole).unwrap().robust().fit().unwrap();
        same(&robust.std_errors(), &clustered.std_errors());
    }

    #[test]
    fn probabilities_of_states_add_up_to_one(cohort in cohorts()) {
        let cause: Vec<usize> =
            cohort.event.iter().zip(&cohort.stratum).map(|(&event, &s)| if event { 1 + s % 2 } else { 0 }).collect();
        let data = CompetingRisks::new(cohort.observations(), &cause, 2).unwrap();
        let all: Vec<usize> = (0..cohort.time.len()).collect();
        let found = aalen_johansen(&data, &all).unwrap();
        let curve = KaplanMeier::fit(&cohort.observations());
        same(&found.event_free, &curve.survival);
        // Greenwood's variance is the infinitesimal jackknife's for the Kaplan-Meier curve.
        for (i, error) in found.event_free_std_error.iter().enumerate() {
            let sum = found.event_free[i] + found.incidence.iter().map(|cause| cause.probability[i]).sum::<f64>();
            prop_assert!((sum - 1.0).abs() < 1e-12);
            if curve.survival[i] > 0.0 {
                prop_assert!((error - curve.survival[i] * curve.std_error_log[i]).abs() < 1e-9);
            }
        }
        let zeros = vec![0.0; cohort.time.len()];
        let entered = CompetingRisks::new(cohort.observations().with_entry(&zeros).unwrap(), &cause, 2).unwrap();
        let late = aalen_johansen(&entered, &all).unwrap();
        same(&late.incidence[0].std_error, &found.incidence[0].std_error);
    }
}
