//! The robust variance of a Kaplan-Meier curve: for sampling weights, and for rows that belong together.
//!
//! The infinitesimal jackknife: the sum over clusters of the squared sum of the weighted influences of their rows on
//! `ln S`. While at risk a row's influence is `A(t) - A(entry)`, with `A` the sum of `d / (n (n - d))`; an event ends it at
//! `1 / (n - d)` less. So a cluster's influence is `a + b A(t)`, with `a` and `b` changing only when one of its rows comes
//! or goes, and the sum of squares follows from three running sums: one pass.

use crate::at::{At, gather};
use crate::error::Error;
use crate::kaplan_meier::KaplanMeier;
use crate::observations::{Groups, Observations};
use crate::order::{on_one_grid, sort_rows};
use crate::risk_table::RiskTable;

impl KaplanMeier {
    /// The curve of some rows, with the robust standard error; rows of one cluster are taken together, without clusters
    /// each row stands by itself.
    ///
    /// # Errors
    /// Clusters of another number of rows than there are observations.
    pub fn fit_robust(
        observations: &Observations<'_>,
        rows: &[usize],
        cluster: Option<&Groups<'_>>,
    ) -> Result<Self, Error> {
        if let Some(cluster) = cluster {
            crate::observations::check_length("cluster", cluster.codes().len(), observations.len())?;
        }
        let exits = gather(observations.time(), rows);
        let entries = observations.entry().map(|entry| gather(entry, rows));
        let (time, entry) = on_one_grid(&exits, entries.as_deref());
        let event = gather(observations.event(), rows);
        let weight = gather(&observations.weights_or_one(), rows);
        let mut gridded = Observations::new(&time, &event)?.with_weight(&weight)?;
        if let Some(entry) = &entry {
            gridded = gridded.with_entry(entry)?;
        }
        let mut curve = Self::from_table(RiskTable::new(&gridded));

        let member = |i: usize| -> usize {
            cluster.and_then(|cluster| cluster.codes().get(*rows.get(i)?)).copied().unwrap_or(i)
        };
        let mut influence = Influence::new(cluster.map_or(rows.len(), Groups::count));
        let by_entry = entry.as_ref().map(|entry| sort_rows(entry, 0..entry.len()));
        let mut waiting = by_entry.as_deref().unwrap_or(&[]);
        if entry.is_none() {
            weight.iter().enumerate().for_each(|(i, &weight)| influence.change(member(i), 0.0, weight));
        }
        let order = sort_rows(&time, 0..time.len());
        let mut sum = 0.0;
        let blocks = order.chunk_by(|&a, &b| time.at(a) == time.at(b));
        let table = curve.table.at_risk.iter().zip(&curve.table.events);
        for ((block, (&n, &d)), std_error) in blocks.zip(table).zip(&mut curve.std_error_log) {
            let now = block.first().map_or(f64::NAN, |&i| time.at(i));
            while let Some((&i, rest)) =
                waiting.split_first().filter(|(i, _)| entry.as_ref().is_some_and(|entry| entry.at(**i) < now))
            {
                influence.change(member(i), -weight.at(i) * sum, weight.at(i));
                waiting = rest;
            }
            // With weights the rest may be rounding error where everyone dies; the curve then is zero for good.
            let survivors = n - d;
            if d > 0.0 {
                sum += if survivors > 1e-12 * n { d / (n * survivors) } else { f64::INFINITY };
            }
            if sum.is_infinite() {
                *std_error = f64::INFINITY;
                continue;
            }
            for &i in block {
                let death = if event.get(i) == Some(&true) { 1.0 / survivors } else { 0.0 };
                influence.change(member(i), weight.at(i) * (sum - death), -weight.at(i));
            }
            *std_error = influence.squares(sum).max(0.0).sqrt();
        }
        Ok(curve)
    }
}

/// Each cluster's influence `a + b A`, and the sums of `a²`, `ab` and `b²`.
struct Influence {
    clusters: Vec<(f64, f64)>,
    aa: f64,
    ab: f64,
    bb: f64,
}

impl Influence {
    fn new(clusters: usize) -> Self {
        Self { clusters: vec![(0.0, 0.0); clusters], aa: 0.0, ab: 0.0, bb: 0.0 }
    }

    fn change(&mut self, cluster: usize, a: f64, b: f64) {
        let Some(slot) = self.clusters.get_mut(cluster) else { return };
        let (old_a, old_b) = *slot;
        let (new_a, new_b) = (old_a + a, old_b + b);
        *slot = (new_a, new_b);
        self.aa += new_a * new_a - old_a * old_a;
        self.ab += new_a * new_b - old_a * old_b;
        self.bb += new_b * new_b - old_b * old_b;
    }

    fn squares(&self, sum: f64) -> f64 {
        self.aa + 2.0 * sum * self.ab + sum * sum * self.bb
    }
}
