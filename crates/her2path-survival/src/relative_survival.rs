//! Relative survival: the disease's own toll, when causes of death are not known or not to be trusted.
//!
//! Observed survival is set against that of the population of the same sex, age and calendar time. [`Method::PoharPerme`]
//! estimates net survival, what would be seen if only the disease killed (Biometrics 2012;68:113), and is the one to
//! report. [`Method::Ederer1`], [`Method::Ederer2`] (1961, 1959) and [`Method::Hakulinen`] (Biometrics 1982;38:933) are
//! given for comparison with older reports.
//!
//! Net survival is the product over exit times of one minus the excess hazard of each stretch. The population's hazard is
//! added up in steps of at most `step` from each exit time; the weights `1/S_P` of Pohar Perme are those at the death for
//! deaths. For the population's hazard within a stretch the paper leaves the numerical integration open: the curve takes the
//! weights at the start of the stretch, the test between groups those at its middle. Both were chosen because they come
//! closest to the recorded answers of R's `relsurv`, which neither reproduces exactly.

use crate::at::At;
use crate::confidence::{Limits, critical_value};
use crate::cox::ChiSquare;
use crate::error::Error;
use crate::kaplan_meier::KaplanMeier;
use crate::linalg::{Matrix, dot};
use crate::observations::{Groups, Observations, check_length};
use crate::order::on_one_grid;
use crate::rate_table::{Person, RateTable};
use crate::risk_table::RiskTable;

/// How observed and expected survival are set against each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Method {
    /// Net survival by weighting with the inverse of expected survival.
    #[default]
    PoharPerme,
    /// Against everyone's expected survival from the start.
    Ederer1,
    /// Against the expected hazard of those still at risk.
    Ederer2,
    /// Against the expected survival of the cohort as its follow-up could have been.
    Hakulinen,
}

/// Relative or net survival, one element per time.
#[derive(Debug, Clone, PartialEq)]
pub struct RelativeSurvival {
    /// Exit times and the extra times asked for, in increasing order.
    pub time: Vec<f64>,
    /// At risk just before each.
    pub at_risk: Vec<f64>,
    /// The ratio. It can exceed one and can rise: people of the cohort may do better than the population for a while.
    pub survival: Vec<f64>,
    /// Standard error of its logarithm.
    pub std_error_log: Vec<f64>,
}

/// People with follow-up, matched to a population.
#[derive(Debug, Clone, Copy)]
pub struct Matched<'a> {
    observations: Observations<'a>,
    people: &'a [Person],
    table: &'a RateTable,
    step: f64,
}

impl<'a> Matched<'a> {
    /// Matches observations from time zero to a rate table; `step` is the unit of its integration, one day.
    ///
    /// # Errors
    /// Another number of people; a sex that the table does not have; delayed entry or weights; a step that is not positive.
    pub fn new(
        observations: Observations<'a>,
        people: &'a [Person],
        table: &'a RateTable,
        step: f64,
    ) -> Result<Self, Error> {
        check_length("people", people.len(), observations.len())?;
        for (given, what) in
            [(observations.entry().is_some(), "delayed entry"), (observations.weight().is_some(), "a case weight")]
        {
            if given {
                return Err(Error::Unsupported { what, method: "relative survival" });
            }
        }
        if let Some(row) = people.iter().position(|person| person.sex >= table.sexes()) {
            let group = people.get(row).map_or(0, |person| person.sex);
            return Err(Error::UnknownGroup { row: row + 1, group, groups: table.sexes() });
        }
        if !step.is_finite() || step <= 0.0 {
            return Err(Error::Tau { tau: step, largest: f64::INFINITY });
        }
        Ok(Self { observations, people, table, step })
    }

    /// Estimates relative survival of the given rows; `also_at` adds times to those of exits.
    ///
    /// Hakulinen's method takes the potential follow-up of each row of the table, the time at which follow-up would have
    /// ended for a person who had not died.
    ///
    /// # Errors
    /// No rows; Hakulinen's method without potential follow-up of the right length.
    pub fn estimate(
        &self,
        method: Method,
        rows: &[usize],
        also_at: &[f64],
        potential: Option<&[f64]>,
    ) -> Result<RelativeSurvival, Error> {
        if rows.is_empty() {
            return Err(Error::Empty);
        }
        match method {
            Method::PoharPerme | Method::Ederer2 => {
                let sums = self.sums(rows, also_at, method == Method::PoharPerme);
                let (mut survival, mut variance) = (1.0, 0.0);
                let mut result = RelativeSurvival {
                    time: sums.time.clone(),
                    at_risk: sums.at_risk.clone(),
                    survival: Vec::new(),
                    std_error_log: Vec::new(),
                };
                for i in 0..sums.time.len() {
                    survival *= 1.0 - sums.observed(i) + sums.expected(i);
                    variance += sums.variance(i);
                    result.survival.push(survival);
                    result.std_error_log.push(f64::sqrt(variance));
                }
                Ok(result)
            }
            Method::Ederer1 => self.against_cohort(rows, also_at, &|_| f64::INFINITY),
            Method::Hakulinen => {
                let potential = potential.unwrap_or(&[]);
                check_length("potential follow-up", potential.len(), self.observations.len())?;
                self.against_cohort(rows, also_at, &|row| potential.at(row))
            }
        }
    }

    /// Expected survival of the rows as a cohort: each counts, by its expected survival, until its follow-up ends.
    #[must_use]
    pub fn expected_survival(&self, rows: &[usize], times: &[f64], follow_up: &dyn Fn(usize) -> f64) -> Vec<f64> {
        let mut sorted = times.to_vec();
        sorted.extend(rows.iter().map(|&row| follow_up(row)).filter(|time| time.is_finite()));
        sorted.sort_by(f64::total_cmp);
        sorted.dedup();
        let (mut before, mut after) = (vec![0.0; sorted.len()], vec![0.0; sorted.len()]);
        for &row in rows {
            let Some(person) = self.people.get(row) else { continue };
            let (mut hazard, mut since, until) = (0.0, 0.0, follow_up(row));
            for (i, &time) in sorted.iter().enumerate() {
                if time > until {
                    break;
                }
                before.add(i, f64::exp(-hazard));
                hazard += self.table.cumulative_hazard(person, since, time);
                after.add(i, f64::exp(-hazard));
                since = time;
            }
        }
        let mut survival = 1.0;
        let curve: Vec<f64> = before
            .iter()
            .zip(&after)
            .map(|(before, after)| {
                survival *= after / before;
                survival
            })
            .collect();
        times.iter().map(|time| curve.at(sorted.partition_point(|other| other < time))).collect()
    }

    fn against_cohort(
        &self,
        rows: &[usize],
        also_at: &[f64],
        follow_up: &dyn Fn(usize) -> f64,
    ) -> Result<RelativeSurvival, Error> {
        let curve = KaplanMeier::from_table(RiskTable::of_rows(&self.observations, rows.to_vec()));
        let mut time = curve.table.time.clone();
        time.extend(also_at.iter().filter(|&&time| time <= curve.table.last_time()));
        time.sort_by(f64::total_cmp);
        time.dedup();
        let expected = self.expected_survival(rows, &time, follow_up);
        let mut result =
            RelativeSurvival { time: Vec::new(), at_risk: Vec::new(), survival: Vec::new(), std_error_log: Vec::new() };
        let (mut next, mut variance, mut survival) = (0, 0.0, 1.0);
        for (&time, &expected) in time.iter().zip(&expected) {
            result.at_risk.push(curve.table.at_risk.get(next).copied().unwrap_or(0.0));
            if curve.table.time.get(next) == Some(&time) {
                let (n, d) = (curve.table.at_risk.at(next), curve.table.events.at(next));
                variance += d / (n * n);
                survival = curve.survival.at(next);
                next += 1;
            }
            result.time.push(time);
            result.survival.push(survival / expected);
            result.std_error_log.push(f64::sqrt(variance));
        }
        Ok(result)
    }

    /// Sums over those at risk in each stretch between times.
    fn sums(&self, rows: &[usize], also_at: &[f64], weighted: bool) -> Sums {
        let (exits, _) = on_one_grid(self.observations.time(), None);
        let mut time: Vec<f64> = rows.iter().map(|&row| exits.at(row)).collect();
        let last = time.iter().copied().fold(0.0, f64::max);
        time.extend(also_at.iter().filter(|&&time| time <= last && time > 0.0));
        time.sort_by(f64::total_cmp);
        time.dedup();
        let zeros = vec![0.0; time.len()];
        let mut sums = Sums {
            at_risk: zeros.clone(),
            weight_at_start: zeros.clone(),
            weight: zeros.clone(),
            hazard: zeros.clone(),
            mean_weight: zeros.clone(),
            mean_hazard: zeros.clone(),
            deaths: zeros.clone(),
            squared_deaths: zeros,
            time,
        };
        for &row in rows {
            let Some(person) = self.people.get(row) else { continue };
            let exit = exits.at(row);
            let (mut cumulative, mut since) = (0.0_f64, 0.0);
            for (i, &until) in sums.time.iter().enumerate() {
                if until > exit {
                    break;
                }
                let at_start = if weighted { cumulative.exp() } else { 1.0 };
                let mut now = since;
                let mut increment = 0.0;
                while now < until {
                    // The last step ends at the time itself, not a rounding error before it.
                    let next = if now + self.step < until * (1.0 - 1e-12) { now + self.step } else { until };
                    increment += self.table.hazard(person, now) * (next - now);
                    now = next;
                }
                cumulative += increment;
                since = until;
                let weight = if weighted { cumulative.exp() } else { 1.0 };
                sums.at_risk.add(i, 1.0);
                sums.weight_at_start.add(i, at_start);
                sums.weight.add(i, weight);
                sums.hazard.add(i, at_start * increment);
                sums.mean_weight.add(i, 0.5 * (at_start + weight));
                sums.mean_hazard.add(i, 0.5 * (at_start + weight) * increment);
                if until == exit && self.observations.event().get(row) == Some(&true) {
                    sums.deaths.add(i, weight);
                    sums.squared_deaths.add(i, weight * weight);
                }
            }
        }
        sums
    }

    /// The log-rank type test that net survival does not differ between groups (Graffeo and others, Biometrics
    /// 2016;72:872). Weights of risk sets and population hazard are those at the middle of each stretch between exits.
    ///
    /// # Errors
    /// Fewer than two groups with deaths.
    pub fn compare(&self, groups: &Groups<'_>) -> Result<ChiSquare, Error> {
        let parts = groups.rows();
        // All groups on the grid of all times, so that their risk sets meet.
        let all_times: Vec<f64> = on_one_grid(self.observations.time(), None).0;
        let sums: Vec<Sums> = parts.iter().map(|rows| self.sums(rows, &all_times, true)).collect();
        let mut times = all_times;
        times.sort_by(f64::total_cmp);
        times.dedup();
        let count = groups.count();
        let (mut score, mut variance) = (vec![0.0; count], Matrix::zeros(count, count));
        for &time in &times {
            // A group whose last exit is past has nobody at risk.
            let at: Vec<Option<usize>> =
                sums.iter().map(|sums| sums.time.binary_search_by(|other| other.total_cmp(&time)).ok()).collect();
            let value = |g: usize, of: fn(&Sums, usize) -> f64| -> f64 {
                sums.get(g).zip(at.get(g).copied().flatten()).map_or(0.0, |(sums, i)| of(sums, i))
            };
            let risk: Vec<f64> = (0..count).map(|g| value(g, |s, i| s.mean_weight.at(i))).collect();
            let excess: Vec<f64> = (0..count).map(|g| value(g, |s, i| s.deaths.at(i) - s.mean_hazard.at(i))).collect();
            let (all_risk, all_excess): (f64, f64) = (risk.iter().sum(), excess.iter().sum());
            for g in 0..count {
                score.add(g, excess.at(g) - risk.at(g) / all_risk * all_excess);
                let share: Vec<f64> = (0..count).map(|h| f64::from(u8::from(h == g)) - risk.at(h) / all_risk).collect();
                variance.add_outer(&share, &share, value(g, |s, i| s.squared_deaths.at(i)));
            }
        }
        let kept: Vec<usize> = (0..count.saturating_sub(1)).collect();
        if kept.is_empty() {
            return Err(Error::TooFewGroups { found: count });
        }
        let part: Vec<f64> = kept.iter().map(|&g| score.at(g)).collect();
        let factor = variance.select(&kept).cholesky().map_err(|_| Error::TooFewGroups { found: count })?;
        Ok(ChiSquare::new(dot(&factor.solve(&part), &part), kept.len()))
    }
}

/// Sums over people at risk, one element per stretch that ends at a time.
struct Sums {
    time: Vec<f64>,
    at_risk: Vec<f64>,
    weight_at_start: Vec<f64>,
    weight: Vec<f64>,
    hazard: Vec<f64>,
    /// Weight, and weighted hazard, with the weight at the middle of the stretch.
    mean_weight: Vec<f64>,
    mean_hazard: Vec<f64>,
    deaths: Vec<f64>,
    squared_deaths: Vec<f64>,
}

impl Sums {
    fn observed(&self, i: usize) -> f64 {
        self.deaths.at(i) / self.weight.at(i)
    }

    fn expected(&self, i: usize) -> f64 {
        self.hazard.at(i) / self.weight_at_start.at(i)
    }

    fn variance(&self, i: usize) -> f64 {
        self.squared_deaths.at(i) / (self.weight.at(i) * self.weight.at(i))
    }
}

impl RelativeSurvival {
    /// Position of the last time at or before `time`; `None` before the first.
    #[must_use]
    pub fn position(&self, time: f64) -> Option<usize> {
        self.time.partition_point(|&t| t <= time).checked_sub(1)
    }

    /// Confidence limits on the log scale, which are not cut off at one: relative survival may exceed it.
    ///
    /// # Errors
    /// A level outside the open interval from 0 to 1.
    pub fn limits(&self, level: f64) -> Result<Vec<Limits>, Error> {
        let critical = critical_value(level)?;
        let points = self.survival.iter().zip(&self.std_error_log);
        Ok(points
            .map(|(&survival, &error)| Limits {
                lower: survival * (-critical * error).exp(),
                upper: survival * (critical * error).exp(),
            })
            .collect())
    }
}
