//! Concordance: how often does the person with the higher predicted risk have the event first?
//!
//! A pair is comparable when the shorter of the two times is an event and both were under observation then; someone
//! censored at the time of another's event outlived it, two events at the same time are not comparable. The concordance is
//! the share of comparable pairs ordered rightly, ties of the prediction counting one half (Harrell and others, JAMA
//! 1982;247:2543). The standard error is the infinitesimal jackknife: each person's influence comes from the pairs they
//! are in. Two sweeps over the sorted times with a Fenwick tree over the predictions: `n log n` in all.
//!
//! Pairs can be weighted by a function of the event time (Uno and others, Stat Med 2011;30:1105): see [`PairWeight`].

use crate::at::{At, gather};
use crate::error::Error;
use crate::kaplan_meier::KaplanMeier;
use crate::observations::{Groups, Observations, check_finite, check_length};
use crate::order::{on_one_grid, sort_rows};
use crate::risk_table::RiskTable;

/// What a pair counts for, by the time of its event; `n` at risk, `S` survival and `G` censoring curves just before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PairWeight {
    /// All pairs alike (Harrell): each time by the number at risk.
    #[default]
    Equal,
    /// Each time by `S`.
    Survival,
    /// Each time by `S/G`, which does not depend on the censoring (Schemper).
    SurvivalOverCensoring,
    /// Each pair by `1/G²` (Uno).
    InverseCensoringSquared,
    /// Each time alike.
    PerEvent,
}

/// Concordance and the pairs it was counted from.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Concordance {
    /// The share of comparable pairs ordered rightly.
    pub concordance: f64,
    /// Its standard error.
    pub std_error: f64,
    /// Pairs ordered rightly.
    pub concordant: f64,
    /// Pairs ordered wrongly.
    pub discordant: f64,
    /// Comparable pairs with equal prediction.
    pub tied_score: f64,
    /// Pairs of events at the same time, predictions differing.
    pub tied_time: f64,
    /// Pairs of events at the same time with equal prediction.
    pub tied_both: f64,
}

/// The concordance of a risk score (higher means earlier events), within strata and with clustered standard error.
///
/// # Errors
/// Another number of scores than rows, a score that is not finite.
pub fn concordance(
    observations: &Observations<'_>,
    score: &[f64],
    strata: Option<&Groups<'_>>,
    cluster: Option<&Groups<'_>>,
    weight: PairWeight,
) -> Result<Concordance, Error> {
    check_length("score", score.len(), observations.len())?;
    check_finite("score", score)?;
    let (time, entry) = on_one_grid(observations.time(), observations.entry());
    let all =
        Table { time, event: observations.event(), entry, weight: observations.weights_or_one(), rank: ranks(score) };
    let mut totals = Concordance::default();
    // Weight of pairs ordered rightly and of all comparable pairs that each row is in.
    let mut right = vec![0.0; score.len()];
    let mut pairs = vec![0.0; score.len()];
    let parts = strata.map_or_else(|| vec![(0..score.len()).collect()], Groups::rows);
    for rows in parts.into_iter().filter(|rows: &Vec<usize>| !rows.is_empty()) {
        let factor = pair_weights(observations, &all.time, &rows, weight)?;
        all.as_cases(&rows, &factor, &mut totals, &mut right, &mut pairs);
        all.as_others(&rows, &factor, &mut right, &mut pairs);
    }
    let comparable = totals.concordant + totals.discordant + totals.tied_score;
    totals.concordance = (totals.concordant + 0.5 * totals.tied_score) / comparable;
    let mut influence = vec![0.0; cluster.map_or(score.len(), Groups::count)];
    for (row, ((right, pairs), weight)) in right.iter().zip(&pairs).zip(&all.weight).enumerate() {
        let slot = cluster.and_then(|cluster| cluster.codes().get(row)).copied().unwrap_or(row);
        influence.add(slot, weight * (right - totals.concordance * pairs) / comparable);
    }
    totals.std_error = influence.iter().map(|value| value * value).sum::<f64>().sqrt();
    Ok(totals)
}

struct Table<'a> {
    time: Vec<f64>,
    event: &'a [bool],
    entry: Option<Vec<f64>>,
    weight: Vec<f64>,
    rank: Vec<usize>,
}

/// The factor of an event time.
type Factor = Vec<(f64, f64)>;

impl Table<'_> {
    fn is_event(&self, row: usize) -> bool {
        self.event.get(row).copied().unwrap_or(false)
    }

    fn rank(&self, row: usize) -> usize {
        self.rank.get(row).copied().unwrap_or(0)
    }

    /// From the last time to the first: each event against those still under observation.
    fn as_cases(
        &self,
        rows: &[usize],
        factor: &Factor,
        totals: &mut Concordance,
        right: &mut [f64],
        pairs: &mut [f64],
    ) {
        let order = sort_rows(&self.time, rows.iter().copied());
        let entering = self.entry.as_ref().map(|entry| (entry, sort_rows(entry, rows.iter().copied())));
        let mut waiting = entering.as_ref().map_or(&[][..], |(_, order)| order.as_slice());
        let mut tree = Tree::new(self.rank.iter().copied().max().unwrap_or(0) + 1);
        let mut factors = factor.iter().rev().peekable();
        for block in blocks(&self.time, &order).rev() {
            let time = block.first().map_or(f64::NAN, |&row| self.time.at(row));
            let scale = scale_at(&mut factors, |other| other > time, time);
            for &row in block.iter().filter(|&&row| !self.is_event(row)) {
                tree.add(self.rank(row), self.weight.at(row));
            }
            if let Some((entry, _)) = &entering {
                while let Some((&row, rest)) = waiting.split_last().filter(|(row, _)| entry.at(**row) >= time) {
                    // A row that ends here and enters at a later moment does not exist: exits were added before.
                    tree.add(self.rank(row), -self.weight.at(row));
                    waiting = rest;
                }
            }
            let events: Vec<usize> = block.iter().copied().filter(|&row| self.is_event(row)).collect();
            for &row in &events {
                let (below, equal, all) = tree.counts(self.rank(row));
                let weight = self.weight.at(row);
                totals.concordant += weight * scale * below;
                totals.tied_score += weight * scale * equal;
                totals.discordant += weight * scale * (all - below - equal);
                right.add(row, scale * (below + 0.5 * equal));
                pairs.add(row, scale * all);
            }
            self.count_tied(&events, scale, totals);
            for row in events {
                tree.add(self.rank(row), self.weight.at(row));
            }
        }
    }

    /// From the first time to the last: each person against the events they outlived while under observation.
    fn as_others(&self, rows: &[usize], factor: &Factor, right: &mut [f64], pairs: &mut [f64]) {
        let order = sort_rows(&self.time, rows.iter().copied());
        let entering = self.entry.as_ref().map(|entry| (entry, sort_rows(entry, rows.iter().copied())));
        let mut waiting = entering.as_ref().map_or(&[][..], |(_, order)| order.as_slice());
        let mut tree = Tree::new(self.rank.iter().copied().max().unwrap_or(0) + 1);
        let mut factors = factor.iter().peekable();
        let mut outlived = |tree: &Tree, row: usize, sign: f64| {
            let (below, equal, all) = tree.counts(self.rank(row));
            right.add(row, sign * (all - below - 0.5 * equal));
            pairs.add(row, sign * all);
        };
        for block in blocks(&self.time, &order) {
            let time = block.first().map_or(f64::NAN, |&row| self.time.at(row));
            let scale = scale_at(&mut factors, |other| other < time, time);
            if let Some((entry, _)) = &entering {
                while let Some((&row, rest)) = waiting.split_first().filter(|(row, _)| entry.at(**row) < time) {
                    outlived(&tree, row, -1.0);
                    waiting = rest;
                }
            }
            for &row in block.iter().filter(|&&row| self.is_event(row)) {
                outlived(&tree, row, 1.0);
            }
            for &row in block.iter().filter(|&&row| self.is_event(row)) {
                tree.add(self.rank(row), scale * self.weight.at(row));
            }
            for &row in block.iter().filter(|&&row| !self.is_event(row)) {
                outlived(&tree, row, 1.0);
            }
        }
    }

    /// Pairs of events at one time.
    fn count_tied(&self, events: &[usize], scale: f64, totals: &mut Concordance) {
        if events.len() < 2 {
            return;
        }
        let mut sorted: Vec<(usize, f64)> = events.iter().map(|&row| (self.rank(row), self.weight.at(row))).collect();
        sorted.sort_unstable_by_key(|(rank, _)| *rank);
        let pairs_within = |group: &[(usize, f64)]| {
            let (mut sum, mut pairs) = (0.0, 0.0);
            for (_, weight) in group {
                pairs += weight * sum;
                sum += weight;
            }
            pairs
        };
        let both: f64 = sorted.chunk_by(|a, b| a.0 == b.0).map(pairs_within).sum();
        totals.tied_both += scale * both;
        totals.tied_time += scale * (pairs_within(&sorted) - both);
    }
}

/// Rows of equal time, from rows sorted by time.
fn blocks<'a>(time: &[f64], order: &'a [usize]) -> impl DoubleEndedIterator<Item = &'a [usize]> {
    order.chunk_by(|&a, &b| time.at(a) == time.at(b))
}

/// The factor of a time from an iterator over the event times in the direction of the sweep.
fn scale_at<'a>(
    factors: &mut std::iter::Peekable<impl Iterator<Item = &'a (f64, f64)>>,
    passed: impl Fn(f64) -> bool,
    time: f64,
) -> f64 {
    while factors.next_if(|(other, _)| passed(*other)).is_some() {}
    factors.peek().filter(|(other, _)| *other == time).map_or(1.0, |(_, factor)| *factor)
}

/// What a pair counts for at each event time of a stratum.
fn pair_weights(
    observations: &Observations<'_>,
    time: &[f64],
    rows: &[usize],
    weight: PairWeight,
) -> Result<Factor, Error> {
    if weight == PairWeight::Equal {
        return Ok(Vec::new());
    }
    let (time, event) = (gather(time, rows), gather(observations.event(), rows));
    let entry = observations.entry().map(|entry| gather(entry, rows));
    let weights = gather(&observations.weights_or_one(), rows);
    let mut stratum = Observations::new(&time, &event)?.with_weight(&weights)?;
    if let Some(entry) = &entry {
        stratum = stratum.with_entry(entry)?;
    }
    let total: f64 = weights.iter().sum();
    let survival = KaplanMeier::from_table(RiskTable::new(&stratum));
    let censoring = KaplanMeier::fit_reverse(&stratum);
    let mut before = (1.0, 1.0);
    let mut factors = Vec::new();
    for (j, &time) in survival.table.time.iter().enumerate() {
        let n = survival.table.at_risk.at(j);
        let (s, g) = before;
        if survival.table.events.at(j) > 0.0 {
            let factor = match weight {
                PairWeight::Equal => 1.0,
                PairWeight::Survival => total * s / n,
                PairWeight::SurvivalOverCensoring => total * s / (g * n),
                PairWeight::InverseCensoringSquared => 1.0 / (g * g),
                PairWeight::PerEvent => 1.0 / n,
            };
            factors.push((time, factor));
        }
        before = (survival.survival.at(j), censoring.survival.at(j));
    }
    Ok(factors)
}

/// Positions of the scores among the distinct scores.
fn ranks(score: &[f64]) -> Vec<usize> {
    let mut order: Vec<(f64, usize)> = score.iter().copied().zip(0..).collect();
    order.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let mut ranks = vec![0; score.len()];
    let (mut rank, mut previous) = (0, f64::NAN);
    for (position, (value, row)) in order.into_iter().enumerate() {
        if position > 0 && value != previous {
            rank += 1;
        }
        previous = value;
        if let Some(slot) = ranks.get_mut(row) {
            *slot = rank;
        }
    }
    ranks
}

/// A Fenwick tree: weights by rank, with prefix sums in logarithmic time.
struct Tree {
    sums: Vec<f64>,
    total: f64,
}

impl Tree {
    fn new(ranks: usize) -> Self {
        Self { sums: vec![0.0; ranks + 1], total: 0.0 }
    }

    fn add(&mut self, rank: usize, weight: f64) {
        self.total += weight;
        let mut node = rank + 1;
        while node < self.sums.len() {
            self.sums.add(node, weight);
            node += node & node.wrapping_neg();
        }
    }

    /// The weight of ranks below `end`.
    fn below(&self, end: usize) -> f64 {
        let (mut node, mut sum) = (end, 0.0);
        while node > 0 {
            sum += self.sums.at(node);
            node &= node - 1;
        }
        sum
    }

    /// Weight below the rank, at the rank, and in all.
    fn counts(&self, rank: usize) -> (f64, f64, f64) {
        let below = self.below(rank);
        (below, self.below(rank + 1) - below, self.total)
    }
}
