//! Does net survival differ between groups? The log-rank type test of Graffeo and others (Biometrics 2016;72:872).
//!
//! At each time the weighted deaths of a group in excess of the population's are set against the group's share of the
//! weighted risk set. The shares change between exits, so the population's part is integrated numerically, on the exits and
//! entries of all groups and every whole step, with the weights at the end of each step. This is what R's `relsurv` does,
//! and its answer is met to the last digits.

use crate::at::At;
use crate::cox::ChiSquare;
use crate::error::Error;
use crate::linalg::{Matrix, dot};
use crate::observations::Groups;
use crate::order::on_one_grid;
use crate::relative_survival::Matched;

/// Weighted sums of one group at one time.
#[derive(Debug, Clone, Default)]
struct Sums {
    at_risk: f64,
    /// Deaths less the population's.
    excess: f64,
    squared_deaths: f64,
}

impl Matched<'_> {
    /// Tests that net survival does not differ between groups.
    ///
    /// # Errors
    /// Fewer than two groups with deaths.
    pub fn compare(&self, groups: &Groups<'_>) -> Result<ChiSquare, Error> {
        let count = groups.count();
        let (times, sums) = self.weighted_sums(groups);
        let (mut score, mut variance) = (vec![0.0; count], Matrix::zeros(count, count));
        for now in sums.chunks_exact(count.max(1)).take(times.len()) {
            let all_at_risk: f64 = now.iter().map(|sums| sums.at_risk).sum();
            if all_at_risk <= 0.0 {
                continue;
            }
            let all_excess: f64 = now.iter().map(|sums| sums.excess).sum();
            for (g, group) in now.iter().enumerate() {
                score.add(g, group.excess - group.at_risk / all_at_risk * all_excess);
                if group.squared_deaths > 0.0 {
                    let share = |(h, other): (usize, &Sums)| f64::from(u8::from(h == g)) - other.at_risk / all_at_risk;
                    let shares: Vec<f64> = now.iter().enumerate().map(share).collect();
                    variance.add_outer(&shares, &shares, group.squared_deaths);
                }
            }
        }
        // The deviations add up to zero, so one group tells nothing new.
        let tested: Vec<usize> = (0..count).filter(|&g| variance.at(g, g) > 0.0).collect();
        let Some((_, kept)) = tested.split_last().filter(|(_, kept)| !kept.is_empty()) else {
            return Err(Error::TooFewGroups { found: tested.len() });
        };
        let part: Vec<f64> = kept.iter().map(|&g| score.at(g)).collect();
        let factor = variance.select(kept).cholesky().map_err(|_| Error::TooFewGroups { found: kept.len() })?;
        Ok(ChiSquare::new(dot(&factor.solve(&part), &part), kept.len()))
    }

    /// The times of the integration, and the sums of each group at each, groups running fastest.
    fn weighted_sums(&self, groups: &Groups<'_>) -> (Vec<f64>, Vec<Sums>) {
        let (exits, entries) = on_one_grid(self.observations.time(), self.observations.entry());
        let last = exits.iter().copied().fold(0.0, f64::max);
        let mut times = exits.clone();
        times.extend(entries.iter().flatten().copied().filter(|&entry| entry > 0.0));
        let mut whole = self.step;
        let mut steps = 1.0;
        while whole < last {
            times.push(whole);
            steps += 1.0;
            whole = self.step * steps;
        }
        times.sort_by(f64::total_cmp);
        times.dedup();
        let mut sums = vec![Sums::default(); times.len() * groups.count()];
        for (row, (person, &group)) in self.people.iter().zip(groups.codes()).enumerate() {
            let (exit, entry) = (exits.at(row), entries.as_ref().map_or(0.0, |entries| entries.at(row)));
            let died = self.observations.event().get(row) == Some(&true);
            let mut walk = self.table.walk(person, 0.0);
            let (mut weight, mut since) = (1.0, 0.0);
            let now = sums.iter_mut().skip(group).step_by(groups.count().max(1));
            for (&time, sums) in times.iter().zip(now).take_while(|(time, _)| **time <= exit) {
                let hazard = walk.advance(time);
                weight *= f64::exp(hazard);
                if since >= entry {
                    sums.at_risk += weight;
                    sums.excess -= weight * hazard;
                    if time == exit && died {
                        sums.excess += weight;
                        sums.squared_deaths += weight * weight;
                    }
                }
                since = time;
            }
        }
        (times, sums)
    }
}
