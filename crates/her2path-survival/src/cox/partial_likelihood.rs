//! Breslow's and Efron's partial likelihood with its first two derivatives, in one backward pass.
//!
//! Going from the last time to the first, the risk set only grows (and shrinks where people entered late), so its sums of
//! `w e^eta`, `w e^eta x` and `w e^eta x x'` are kept up to date. With `d` tied deaths Efron's method removes the share
//! `k/d` of the tied deaths' own sums from the `k`-th term. All terms of one time then are linear or quadratic in that
//! share, so a time with a hundred deaths costs a hundred divisions and one update of the information matrix.

use crate::at::At;
use crate::cox::Ties;
use crate::cox::prepared::Prepared;
use crate::linalg::Matrix;

/// The log partial likelihood and its derivatives.
#[derive(Debug, Clone)]
pub(crate) struct Likelihood {
    pub log_likelihood: f64,
    pub score: Vec<f64>,
    pub information: Matrix,
}

impl Likelihood {
    pub(crate) fn is_finite(&self) -> bool {
        self.log_likelihood.is_finite()
            && self.score.iter().all(|value| value.is_finite())
            && self.information.diagonal().iter().all(|value| value.is_finite())
    }
}

/// Sums over a set of people: the number, mean and spread of their covariates, each weighted by `w e^eta`.
#[derive(Debug, Clone)]
pub(crate) struct Sums {
    pub zeroth: f64,
    pub first: Vec<f64>,
    /// The upper triangle, row by row.
    pub second: Vec<f64>,
}

impl Sums {
    pub(crate) fn new(columns: usize) -> Self {
        Self { zeroth: 0.0, first: vec![0.0; columns], second: vec![0.0; columns * (columns + 1) / 2] }
    }

    pub(crate) fn clear(&mut self) {
        self.zeroth = 0.0;
        self.first.fill(0.0);
        self.second.fill(0.0);
    }

    #[inline]
    pub(crate) fn add(&mut self, x: &[f64], weight: f64) {
        self.zeroth += weight;
        let mut triangle = self.second.iter_mut();
        for (i, (first, &a)) in self.first.iter_mut().zip(x).enumerate() {
            let scaled = weight * a;
            *first += scaled;
            // `x[i..]` goes first: a zip that ends on its second part would swallow an element of the triangle.
            for (&b, slot) in x.get(i..).unwrap_or(&[]).iter().zip(triangle.by_ref()) {
                *slot += scaled * b;
            }
        }
    }
}

/// The log partial likelihood at `beta`.
pub(crate) fn evaluate(data: &Prepared, beta: &[f64], ties: Ties) -> Likelihood {
    let p = data.columns;
    let mut risk = Sums::new(p);
    let mut tied = Sums::new(p);
    let mut log_likelihood = 0.0;
    let mut score = vec![0.0; p];
    let mut information = vec![0.0; p * (p + 1) / 2];
    let hazard: Vec<f64> =
        (0..data.len()).map(|position| data.weight_at(position) * data.exponent(position, beta).exp()).collect();

    for range in &data.strata {
        risk.clear();
        let mut next = range.end;
        let mut leaving = range.start;
        while next > range.start {
            let time = data.time.at(next - 1);
            let (mut deaths, mut death_weight, mut death_sum) = (0_u32, 0.0, 0.0);
            tied.clear();
            while next > range.start && data.time.at(next - 1) == time {
                next -= 1;
                let (x, hazard) = (data.covariates(next), hazard.at(next));
                risk.add(x, hazard);
                if data.event.get(next).copied().unwrap_or(false) {
                    let weight = data.weight_at(next);
                    deaths += 1;
                    death_weight += weight;
                    death_sum += weight * data.exponent(next, beta);
                    score.iter_mut().zip(x).for_each(|(score, x)| *score += weight * x);
                    tied.add(x, hazard);
                }
            }
            if let (Some(entry), Some(by_entry)) = (&data.entry, &data.by_entry) {
                while leaving < range.end {
                    let Some(&position) = by_entry.get(leaving) else { break };
                    if entry.at(position) < time {
                        break;
                    }
                    risk.add(data.covariates(position), -hazard.at(position));
                    leaving += 1;
                }
            }
            if deaths == 0 {
                continue;
            }

            let each = death_weight / f64::from(deaths);
            let terms = TiedTerms::new(&risk, &tied, deaths, each, ties);
            log_likelihood += death_sum - each * terms.log_sum;
            if deaths == 1 || ties == Ties::Breslow {
                add_simple(&mut score, &mut information, &risk, &terms);
            } else {
                add_tied(&mut score, &mut information, &risk, &tied, &terms);
            }
        }
    }
    Likelihood { log_likelihood, score, information: unpack(&information, p) }
}

/// Sums over the terms of one time; `f` is the share of the tied deaths' own sums that a term leaves out.
pub(crate) struct TiedTerms {
    /// Sum of the logarithms of the denominators.
    pub log_sum: f64,
    /// Sum of `w/c`.
    pub inverse: f64,
    /// Sum of `f w/c`.
    pub share_inverse: f64,
    /// Sum of `w/c²`.
    pub square: f64,
    /// Sum of `f w/c²`.
    pub share_square: f64,
    /// Sum of `f² w/c²`.
    pub share2_square: f64,
}

impl TiedTerms {
    pub(crate) fn new(risk: &Sums, tied: &Sums, deaths: u32, each: f64, ties: Ties) -> Self {
        let mut terms =
            Self { log_sum: 0.0, inverse: 0.0, share_inverse: 0.0, square: 0.0, share_square: 0.0, share2_square: 0.0 };
        for k in 0..deaths {
            let share = if ties == Ties::Efron { f64::from(k) / f64::from(deaths) } else { 0.0 };
            let denominator = risk.zeroth - share * tied.zeroth;
            let inverse = each / denominator;
            let square = inverse / denominator;
            terms.log_sum += denominator.ln();
            terms.inverse += inverse;
            terms.share_inverse += share * inverse;
            terms.square += square;
            terms.share_square += share * square;
            terms.share2_square += share * share * square;
        }
        terms
    }
}

fn add_simple(score: &mut [f64], information: &mut [f64], risk: &Sums, terms: &TiedTerms) {
    score.iter_mut().zip(&risk.first).for_each(|(score, first)| *score -= first * terms.inverse);
    let mut slots = information.iter_mut().zip(&risk.second);
    for (i, &a) in risk.first.iter().enumerate() {
        let a = a * terms.square;
        for (&b, (slot, second)) in risk.first.get(i..).unwrap_or(&[]).iter().zip(slots.by_ref()) {
            *slot += second * terms.inverse - a * b;
        }
    }
}

fn add_tied(score: &mut [f64], information: &mut [f64], risk: &Sums, tied: &Sums, terms: &TiedTerms) {
    for ((score, r), t) in score.iter_mut().zip(&risk.first).zip(&tied.first) {
        *score -= r * terms.inverse - t * terms.share_inverse;
    }
    let mut slots = information.iter_mut().zip(risk.second.iter().zip(&tied.second));
    for (i, (&r, &t)) in risk.first.iter().zip(&tied.first).enumerate() {
        let later = risk.first.iter().zip(&tied.first).skip(i);
        for ((&other_r, &other_t), (slot, (risk2, tied2))) in later.zip(slots.by_ref()) {
            *slot += risk2 * terms.inverse
                - tied2 * terms.share_inverse
                - (r * other_r * terms.square - (r * other_t + t * other_r) * terms.share_square
                    + t * other_t * terms.share2_square);
        }
    }
}

/// The symmetric matrix of an upper triangle that is stored row by row.
pub(crate) fn unpack(triangle: &[f64], columns: usize) -> Matrix {
    let mut matrix = Matrix::zeros(columns, columns);
    let mut values = triangle.iter();
    for i in 0..columns {
        for (j, &value) in (i..columns).zip(values.by_ref()) {
            matrix.put(i, j, value);
            matrix.put(j, i, value);
        }
    }
    matrix
}
