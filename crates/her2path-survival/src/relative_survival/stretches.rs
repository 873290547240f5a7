//! What happened to the people at risk in each stretch between times, and the product over the stretches.

use crate::at::At;
use crate::order::on_one_grid;
use crate::rate_table::Person;
use crate::relative_survival::{Integration, Matched, RelativeSurvival};

/// Sums over people at risk, one element per stretch that ends at a time. With Ederer II every weight is one.
#[derive(Debug, Default)]
pub(super) struct Stretches {
    time: Vec<f64>,
    at_risk: Vec<f64>,
    /// Sum of weights at the start and at the end of the stretch.
    weight_at_start: Vec<f64>,
    weight: Vec<f64>,
    /// Sum of the population's hazards over the stretch, not weighted.
    hazard: Vec<f64>,
    deaths: Vec<f64>,
    squared_deaths: Vec<f64>,
    /// The weighted mean of the population's hazard over the stretch, where it is not the closed form.
    integral: Option<Vec<f64>>,
    weighted: bool,
}

/// One step within a stretch: when it begins, how long it is, sums over those at risk at its start and its end.
#[derive(Debug, Clone, Default)]
struct Step {
    begin: f64,
    length: f64,
    weight: [f64; 2],
    hazard: [f64; 2],
}

impl Matched<'_> {
    /// The stretches between the exits and late entries of the rows and the times asked for.
    pub(super) fn stretches(&self, rows: &[usize], also_at: &[f64], weighted: bool) -> Stretches {
        let (exits, entries) = on_one_grid(self.observations.time(), self.observations.entry());
        let mut time: Vec<f64> = rows.iter().map(|&row| exits.at(row)).collect();
        let last = time.iter().copied().fold(0.0, f64::max);
        let late = entries.iter().flat_map(|entries| rows.iter().map(|&row| entries.at(row)));
        time.extend(also_at.iter().copied().chain(late).filter(|&time| time <= last && time > 0.0));
        time.sort_by(f64::total_cmp);
        time.dedup();
        let mut steps = if self.integration == Integration::AsRelsurv { self.steps(&time) } else { Vec::new() };
        let zeros = vec![0.0; time.len()];
        let mut sums = Stretches {
            at_risk: zeros.clone(),
            weight_at_start: zeros.clone(),
            weight: zeros.clone(),
            hazard: zeros.clone(),
            deaths: zeros.clone(),
            squared_deaths: zeros,
            time,
            integral: None,
            weighted,
        };
        for &row in rows {
            let Some(person) = self.people.get(row) else { continue };
            let (exit, entry) = (exits.at(row), entries.as_ref().map_or(0.0, |entries| entries.at(row)));
            let died = self.observations.event().get(row) == Some(&true);
            self.add_person(&mut sums, &mut steps, person, (entry, exit), died);
        }
        if weighted && !steps.is_empty() {
            sums.integral = Some(steps.iter().map(|steps| lagging_mean(steps)).collect());
        }
        sums
    }

    fn add_person(
        &self,
        sums: &mut Stretches,
        steps: &mut [Vec<Step>],
        person: &Person,
        (entry, exit): (f64, f64),
        died: bool,
    ) {
        let mut walk = self.table.walk(person, 0.0);
        let (mut since, mut weight) = (0.0, 1.0);
        for i in 0..sums.time.len() {
            let until = sums.time.at(i);
            if until > exit {
                break;
            }
            let at_risk = since >= entry;
            let at_start = weight;
            if let Some(steps) = steps.get_mut(i) {
                for step in steps {
                    let hazard = self.table.hazard(person, step.begin);
                    let before = weight;
                    if sums.weighted {
                        weight *= f64::exp(hazard * step.length);
                    }
                    if at_risk {
                        sums.hazard.add(i, hazard * step.length);
                        for (slot, weight) in [before, weight].into_iter().enumerate() {
                            step.weight.add(slot, weight);
                            step.hazard.add(slot, weight * hazard);
                        }
                    }
                }
            } else {
                let hazard = walk.advance(until);
                if sums.weighted {
                    weight *= hazard.exp();
                }
                if at_risk {
                    sums.hazard.add(i, hazard);
                }
            }
            since = until;
            if at_risk {
                sums.at_risk.add(i, 1.0);
                sums.weight_at_start.add(i, at_start);
                sums.weight.add(i, weight);
                if until == exit && died {
                    sums.deaths.add(i, weight);
                    sums.squared_deaths.add(i, weight * weight);
                }
            }
        }
    }

    /// The steps of each stretch.
    fn steps(&self, times: &[f64]) -> Vec<Vec<Step>> {
        let starts = std::iter::once(0.0).chain(times.iter().copied());
        let stretch = |(start, &end): (f64, &f64)| {
            let (mut steps, mut begin) = (Vec::new(), start);
            while begin < end {
                // The last step ends at the time itself, not a rounding error before it.
                let next = if begin + self.step < end * (1.0 - 1e-12) { begin + self.step } else { end };
                steps.push(Step { begin, length: next - begin, ..Step::default() });
                begin = next;
            }
            steps
        };
        starts.zip(times).map(stretch).collect()
    }
}

/// The integral by running averages since the start of the stretch, see [`Integration::AsRelsurv`].
fn lagging_mean(steps: &[Step]) -> f64 {
    let (mut weight, mut hazard) = ([0.0; 2], [0.0; 2]);
    let mut integral = 0.0;
    for step in steps {
        for slot in 0..2 {
            weight.add(slot, step.weight.at(slot));
            hazard.add(slot, step.hazard.at(slot));
            if weight.at(slot) > 0.0 {
                integral += 0.5 * step.length * hazard.at(slot) / weight.at(slot);
            }
        }
    }
    integral
}

impl Stretches {
    /// The product of one minus the excess hazard of each stretch, with the variance of its logarithm.
    pub(super) fn product(self) -> RelativeSurvival {
        let (mut survival, mut variance) = (1.0, 0.0);
        let (mut curve, mut std_error_log) = (Vec::new(), Vec::new());
        for i in 0..self.time.len() {
            // Where nobody is at risk nothing is known to change.
            if self.at_risk.at(i) > 0.0 {
                survival *= 1.0 - self.deaths.at(i) / self.weight.at(i) + self.expected(i);
                variance += self.squared_deaths.at(i) / (self.weight.at(i) * self.weight.at(i));
            }
            curve.push(survival);
            std_error_log.push(f64::sqrt(variance));
        }
        RelativeSurvival { time: self.time, at_risk: self.at_risk, survival: curve, std_error_log }
    }

    /// The integral of the population's hazard over a stretch, averaged over the weighted risk set.
    fn expected(&self, i: usize) -> f64 {
        match &self.integral {
            Some(integral) => integral.at(i),
            None if self.weighted => (self.weight.at(i) / self.weight_at_start.at(i)).ln(),
            None => self.hazard.at(i) / self.at_risk.at(i),
        }
    }
}
