//! Relative survival: the disease's own toll, when causes of death are not known or not to be trusted.
//!
//! Observed survival is set against that of the population of the same sex, age and calendar time. [`Method::PoharPerme`]
//! estimates net survival, what would be seen if only the disease killed (Biometrics 2012;68:113), and is the one to
//! report. [`Method::Ederer1`], [`Method::Ederer2`] (1961, 1959) and [`Method::Hakulinen`] (Biometrics 1982;38:933) are
//! given for comparison with older reports.
//!
//! Net survival is the product over times of one minus the excess hazard of the stretch that ends there: weighted deaths
//! over the weighted risk set, less the integral of the population's hazard averaged over the weighted risk set. Each
//! weight `1/S_P` grows by its own population hazard, so that average is the logarithmic derivative of the sum of weights,
//! and its integral over a stretch in which nobody comes or goes is the logarithm of the ratio of that sum at the end to
//! the sum at the start. No numerical integration is needed; [`Integration::AsRelsurv`] approximates as R's `relsurv`
//! does, to be compared with it.
//!
//! With delayed entry people are at risk from entry on, and their weights still count from time zero, where their age and
//! calendar time are given: this is what the period approach needs. Ederer I and Hakulinen follow a cohort from time zero
//! and have no delayed entry.
//!
//! Deliberately absent: case weights.

mod compare;
mod stretches;

use crate::at::At;
use crate::confidence::{Limits, critical_value};
use crate::error::Error;
use crate::kaplan_meier::KaplanMeier;
use crate::observations::{Observations, check_length};
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

/// How the population's hazard is integrated between times, where the weights change on the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Integration {
    /// In closed form.
    #[default]
    Exact,
    /// As `relsurv` 2.2-9 (`precision = 1`) was found to do by what it answers on data made for the question. Pohar Perme and
    /// Ederer II: in steps from the start of each stretch, each person's hazard as at the start of a step. Pohar Perme: the
    /// population's hazard of a step is the mean of two running averages since the start of the stretch, one with the
    /// weights at the starts of the steps, one with those at their ends. The running averages lag, so long stretches without
    /// an exit take too little of the population's hazard. Hakulinen: with everyone's expected survival at the end of a
    /// stretch.
    AsRelsurv,
}

/// Relative or net survival, one element per time.
#[derive(Debug, Clone, PartialEq)]
pub struct RelativeSurvival {
    /// Exit times, late entries and the extra times asked for, in increasing order.
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
    integration: Integration,
}

impl<'a> Matched<'a> {
    /// Matches observations to a rate table; `people` holds sex, and age and calendar time at time zero. `step` is the unit
    /// of what is integrated numerically, one day.
    ///
    /// # Errors
    /// Another number of people; a sex that the table does not have; weights; a step that is not positive.
    pub fn new(
        observations: Observations<'a>,
        people: &'a [Person],
        table: &'a RateTable,
        step: f64,
    ) -> Result<Self, Error> {
        check_length("people", people.len(), observations.len())?;
        if observations.weight().is_some() {
            return Err(Error::Unsupported {
                what: "a case weight",
                method: "relative survival",
                why: "its variance counts whole people; repeat the rows instead",
            });
        }
        if let Some(row) = people.iter().position(|person| person.sex >= table.sexes()) {
            let group = people.get(row).map_or(0, |person| person.sex);
            return Err(Error::UnknownGroup { row: row + 1, group, groups: table.sexes() });
        }
        if let Some(row) = people.iter().position(|person| !(person.age.is_finite() && person.calendar.is_finite())) {
            return Err(Error::NotFinite { column: "people", row: row + 1 });
        }
        if !step.is_finite() || step <= 0.0 {
            return Err(Error::Tau { tau: step, largest: f64::INFINITY });
        }
        Ok(Self { observations, people, table, step, integration: Integration::Exact })
    }

    /// Chooses how the population's hazard is integrated.
    #[must_use]
    pub fn integration(self, integration: Integration) -> Self {
        Self { integration, ..self }
    }

    /// Estimates relative survival of the given rows; `also_at` adds times to those of exits.
    ///
    /// Hakulinen's method takes the potential follow-up of each row of the table, the time at which follow-up would have
    /// ended for a person who had not died.
    ///
    /// # Errors
    /// No rows; delayed entry with Ederer I or Hakulinen's method; Hakulinen's method without potential follow-up of the
    /// right length.
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
            Method::PoharPerme => Ok(self.stretches(rows, also_at, true).product()),
            Method::Ederer2 => Ok(self.stretches(rows, also_at, false).product()),
            Method::Ederer1 => self.against_cohort(method, rows, also_at, &|_| f64::INFINITY),
            Method::Hakulinen => {
                let potential = potential.unwrap_or(&[]);
                check_length("potential follow-up", potential.len(), self.observations.len())?;
                self.against_cohort(method, rows, also_at, &|row| potential.at(row))
            }
        }
    }

    /// Expected survival of the rows as a cohort: each counts, by its expected survival, until its follow-up ends.
    #[must_use]
    pub fn expected_survival(&self, rows: &[usize], times: &[f64], follow_up: &dyn Fn(usize) -> f64) -> Vec<f64> {
        self.expected_of_cohort(rows, times, follow_up, |sums| sums.after / sums.before)
    }

    fn expected_of_cohort(
        &self,
        rows: &[usize],
        times: &[f64],
        follow_up: &dyn Fn(usize) -> f64,
        factor: fn(&CohortSums) -> f64,
    ) -> Vec<f64> {
        let mut grid = times.to_vec();
        grid.extend(rows.iter().map(|&row| follow_up(row)).filter(|time| time.is_finite()));
        grid.sort_by(f64::total_cmp);
        grid.dedup();
        let mut sums = vec![CohortSums::default(); grid.len()];
        for &row in rows {
            let Some(person) = self.people.get(row) else { continue };
            let (mut walk, mut survival, until) = (self.table.walk(person, 0.0), 1.0, follow_up(row));
            for (&time, sums) in grid.iter().zip(&mut sums).take_while(|(time, _)| **time <= until) {
                let hazard = walk.advance(time);
                sums.before += survival;
                survival *= f64::exp(-hazard);
                sums.after += survival;
                sums.hazard += survival * hazard;
            }
        }
        let mut survival = 1.0;
        let curve: Vec<f64> = sums
            .iter()
            .map(|sums| {
                survival *= factor(sums);
                survival
            })
            .collect();
        times.iter().map(|time| curve.at(grid.partition_point(|other| other < time))).collect()
    }

    fn against_cohort(
        &self,
        method: Method,
        rows: &[usize],
        also_at: &[f64],
        follow_up: &dyn Fn(usize) -> f64,
    ) -> Result<RelativeSurvival, Error> {
        if self.observations.entry().is_some() {
            return Err(Error::Unsupported {
                what: "delayed entry",
                method: "the methods of Ederer I and Hakulinen",
                why: "their expected survival follows everyone from time zero; take Pohar Perme's",
            });
        }
        let curve = KaplanMeier::from_table(RiskTable::of_rows(&self.observations, rows.to_vec()));
        let mut time = curve.table.time.clone();
        time.extend(also_at.iter().filter(|&&time| time <= curve.table.last_time()));
        time.sort_by(f64::total_cmp);
        time.dedup();
        let expected = if method == Method::Hakulinen && self.integration == Integration::AsRelsurv {
            self.expected_of_cohort(rows, &time, follow_up, |sums| (-sums.hazard / sums.after).exp())
        } else {
            self.expected_survival(rows, &time, follow_up)
        };
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
}

/// Sums over a cohort in one stretch of time.
#[derive(Debug, Clone, Default)]
struct CohortSums {
    /// Expected survival to the start.
    before: f64,
    /// Expected survival to the end.
    after: f64,
    /// Expected survival to the end times the hazard of the stretch.
    hazard: f64,
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
