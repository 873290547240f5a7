//! Comparing survival between groups: the log-rank test, its weighted relatives, strata and trend.
//!
//! At each event time the events of group `g` are compared with those expected if all groups shared one hazard:
//! `U_g = sum w (d_g - d n_g / n)`, with the hypergeometric variance (Mantel 1966; Peto and Peto, JRSS A 1972;135:185).
//! Strata are tested within and added up. The weight `w` decides which times count:
//! see [`Weight`].
//!
//! Delayed entry is allowed; case weights are not, as the hypergeometric variance has no meaning for them.

use crate::at::gather;
use crate::error::Error;
use crate::linalg::{Matrix, dot};
use crate::observations::{Groups, Observations};
use crate::order::{merge_ties, sort_rows, tolerance};
use crate::special::chi_square_sf;

/// What an event time counts for.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Weight {
    /// Every time alike: the log-rank test, best against proportional hazards.
    #[default]
    LogRank,
    /// By the number at risk (Gehan, Biometrika 1965;52:203; Breslow 1970): early differences.
    Gehan,
    /// By the root of the number at risk (Tarone and Ware, Biometrika 1977;64:156).
    TaroneWare,
    /// By the survival estimate that uses `n + 1` (Peto and Peto, JRSS A 1972;135:185).
    PetoPeto,
    /// The same times `n / (n + 1)` (Andersen and others 1982).
    ModifiedPeto,
    /// By `S(t-)^p (1 - S(t-))^q` of the pooled Kaplan-Meier curve (Fleming and Harrington 1981); `p = 1, q = 0` is
    /// R's `rho = 1`, `p = 0, q = 1` looks at late differences.
    FlemingHarrington {
        /// The power of survival.
        p: f64,
        /// The power of its complement.
        q: f64,
    },
}

/// The test and what went into it, one element per group.
#[derive(Debug, Clone, PartialEq)]
pub struct LogRank {
    /// People in each group.
    pub rows: Vec<usize>,
    /// Observed events, weighted.
    pub observed: Vec<f64>,
    /// Events expected if the groups did not differ, weighted.
    pub expected: Vec<f64>,
    /// Covariance matrix of observed minus expected.
    pub variance: Matrix,
    /// The chi-square statistic.
    pub chi_square: f64,
    /// Its degrees of freedom: groups at risk at an event time, less one.
    pub df: usize,
    /// Probability of a statistic at least as large when the groups do not differ.
    pub p: f64,
}

/// A one degree of freedom test for an ordered effect.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trend {
    /// The standardised statistic; positive when groups of higher score have more events than expected.
    pub z: f64,
    /// Its square.
    pub chi_square: f64,
    /// Two-sided p-value.
    pub p: f64,
}

/// Compares groups, within strata if there are any.
///
/// # Errors
/// Case weights; fewer than two groups with people at risk at an event time.
pub fn log_rank(
    observations: &Observations<'_>,
    groups: &Groups<'_>,
    strata: Option<&Groups<'_>>,
    weight: Weight,
) -> Result<LogRank, Error> {
    if observations.weight().is_some() {
        return Err(Error::Unsupported {
            what: "a case weight",
            method: "the log-rank test",
            why: "its hypergeometric variance counts whole people; take the robust score test of a Cox model of the groups",
        });
    }
    let count = groups.count();
    let mut test = LogRank {
        rows: groups.rows().iter().map(Vec::len).collect(),
        observed: vec![0.0; count],
        expected: vec![0.0; count],
        variance: Matrix::zeros(count, count),
        chi_square: 0.0,
        df: 0,
        p: 1.0,
    };
    let parts = strata.map_or_else(|| vec![(0..observations.len()).collect()], Groups::rows);
    for rows in parts {
        add_stratum(&mut test, observations, groups, &rows, weight);
    }

    let tested: Vec<usize> =
        test.expected.iter().enumerate().filter(|&(_, &expected)| expected > 0.0).map(|(group, _)| group).collect();
    if tested.len() < 2 {
        return Err(Error::TooFewGroups { found: tested.len() });
    }
    // The deviations add up to zero, so one group tells nothing new.
    test.df = tested.len() - 1;
    let kept: Vec<usize> = tested.into_iter().take(test.df).collect();
    let deviation: Vec<f64> = test.deviations();
    let kept_deviation = gather(&deviation, &kept);
    let factor = test.variance.select(&kept).cholesky().map_err(|_| Error::TooFewGroups { found: kept.len() })?;
    test.chi_square = dot(&factor.solve(&kept_deviation), &kept_deviation);
    test.p = chi_square_sf(test.chi_square, test.df as f64);
    Ok(test)
}

impl LogRank {
    /// Observed minus expected, by group.
    #[must_use]
    pub fn deviations(&self) -> Vec<f64> {
        self.observed.iter().zip(&self.expected).map(|(observed, expected)| observed - expected).collect()
    }

    /// The test for trend across groups with the given scores (Tarone, Biometrika 1975;62:679).
    ///
    /// # Errors
    /// Another number of scores than groups; scores of the groups at risk that are all alike.
    pub fn trend(&self, scores: &[f64]) -> Result<Trend, Error> {
        crate::observations::check_length("score", scores.len(), self.observed.len())?;
        let mut at_risk =
            scores.iter().zip(&self.expected).filter(|&(_, &expected)| expected > 0.0).map(|(score, _)| score);
        let first = at_risk.next().copied().unwrap_or(0.0);
        if at_risk.all(|&score| score == first) {
            return Err(Error::AlikeScores);
        }
        // Only differences of scores count: without their common part nothing is lost to rounding.
        let scores: Vec<f64> = scores.iter().map(|score| score - first).collect();
        let variance = self.variance.quadratic(&scores);
        if variance.is_nan() || variance <= 0.0 {
            return Err(Error::AlikeScores);
        }
        let z = dot(&scores, &self.deviations()) / variance.sqrt();
        Ok(Trend { z, chi_square: z * z, p: chi_square_sf(z * z, 1.0) })
    }
}

/// One pass over the event times of one stratum, from the last to the first to count the risk sets, then forward.
fn add_stratum(
    test: &mut LogRank,
    observations: &Observations<'_>,
    groups: &Groups<'_>,
    rows: &[usize],
    weight: Weight,
) {
    let order = sort_rows(observations.time(), rows.iter().copied());
    let mut time = gather(observations.time(), &order);
    let tolerance = tolerance(&time);
    merge_ties(&mut time, tolerance);
    let event = gather(observations.event(), &order);
    let group = gather(groups.codes(), &order);
    let entries = observations.entry().map(|entry| {
        let order = sort_rows(entry, rows.iter().copied());
        (gather(entry, &order), gather(groups.codes(), &order))
    });

    let mut at_risk = vec![0.0; groups.count()];
    let step = |groups: &mut [f64], code: usize, by: f64| {
        if let Some(slot) = groups.get_mut(code) {
            *slot += by;
        }
    };
    for &code in &group {
        step(&mut at_risk, code, 1.0);
    }
    // Forward: those not yet entered are taken out first and come back when they enter; counts are exact integers.
    let mut waiting = 0;
    if let Some((_, codes)) = &entries {
        for &code in codes {
            step(&mut at_risk, code, -1.0);
        }
    }
    let mut deaths = vec![0.0; groups.count()];
    let mut leaving = vec![0.0; groups.count()];
    let (mut survival, mut peto) = (1.0, 1.0);
    let mut rows = time.iter().zip(&event).zip(&group).peekable();
    while let Some(&((&now, _), _)) = rows.peek() {
        if let Some((entry, codes)) = &entries {
            while let (Some(&at), Some(&code)) = (entry.get(waiting), codes.get(waiting)) {
                if at >= now - tolerance {
                    break;
                }
                step(&mut at_risk, code, 1.0);
                waiting += 1;
            }
        }
        deaths.fill(0.0);
        leaving.fill(0.0);
        while let Some(((_, &event), &code)) = rows.next_if(|&((&time, _), _)| time == now) {
            step(&mut leaving, code, 1.0);
            if event {
                step(&mut deaths, code, 1.0);
            }
        }
        let (n, d): (f64, f64) = (at_risk.iter().sum(), deaths.iter().sum());
        if d > 0.0 {
            let next_peto = peto * (1.0 - d / (n + 1.0));
            let w = match weight {
                Weight::LogRank => 1.0,
                Weight::Gehan => n,
                Weight::TaroneWare => n.sqrt(),
                Weight::PetoPeto => next_peto,
                Weight::ModifiedPeto => next_peto * n / (n + 1.0),
                Weight::FlemingHarrington { p, q } => f64::powf(survival, p) * f64::powf(1.0 - survival, q),
            };
            let spread = if n > 1.0 { w * w * d * (n - d) / (n - 1.0) } else { 0.0 };
            for (g, (&at_risk_g, &deaths_g)) in at_risk.iter().zip(&deaths).enumerate() {
                let share = at_risk_g / n;
                step(&mut test.observed, g, w * deaths_g);
                step(&mut test.expected, g, w * d * share);
                test.variance.add(g, g, spread * share);
                for (slot, &other) in test.variance.row_mut(g).iter_mut().zip(&at_risk) {
                    *slot -= spread * share * other / n;
                }
            }
            survival *= 1.0 - d / n;
            peto = next_peto;
        }
        for (at_risk, leaving) in at_risk.iter_mut().zip(&leaving) {
            *at_risk -= leaving;
        }
    }
}
