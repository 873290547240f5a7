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
    /// Square, row by row: a little more to add up than a triangle, but in straight lines.
    pub second: Vec<f64>,
}

impl Sums {
    pub(crate) fn new(columns: usize) -> Self {
        Self { zeroth: 0.0, first: vec![0.0; columns], second: vec![0.0; columns * columns] }
    }

    pub(crate) fn clear(&mut self) {
        self.zeroth = 0.0;
        self.first.fill(0.0);
        self.second.fill(0.0);
    }

    /// Adds one person. This is where a fit spends its time, so small models get code for their size.
    #[inline]
    pub(crate) fn add(&mut self, x: &[f64], weight: f64) {
        self.zeroth += weight;
        match self.first.len() {
            1 => self.add_fixed::<1>(x, weight),
            2 => self.add_fixed::<2>(x, weight),
            3 => self.add_fixed::<3>(x, weight),
            4 => self.add_fixed::<4>(x, weight),
            5 => self.add_fixed::<5>(x, weight),
            6 => self.add_fixed::<6>(x, weight),
            7 => self.add_fixed::<7>(x, weight),
            8 => self.add_fixed::<8>(x, weight),
            columns => {
                let rows = self.first.iter_mut().zip(self.second.chunks_exact_mut(columns)).zip(x);
                for ((first, row), &a) in rows {
                    let scaled = weight * a;
                    *first += scaled;
                    row.iter_mut().zip(x).for_each(|(slot, &b)| *slot += scaled * b);
                }
            }
        }
    }

    #[inline]
    fn add_fixed<const P: usize>(&mut self, x: &[f64], weight: f64) {
        let Some(x) = x.first_chunk::<P>() else { return };
        let (rows, _) = self.second.as_chunks_mut::<P>();
        for ((first, row), &a) in self.first.iter_mut().zip(rows).zip(x) {
            let scaled = weight * a;
            *first += scaled;
            row.iter_mut().zip(x).for_each(|(slot, &b)| *slot += scaled * b);
        }
    }

    /// Adds the sums of another set.
    pub(crate) fn merge(&mut self, other: &Sums) {
        self.zeroth += other.zeroth;
        self.first.iter_mut().zip(&other.first).for_each(|(slot, value)| *slot += value);
        self.second.iter_mut().zip(&other.second).for_each(|(slot, value)| *slot += value);
    }
}

/// The exponent of each sorted row, and its weight times the exponential.
pub(crate) fn exponents(data: &Prepared, beta: &[f64]) -> (Vec<f64>, Vec<f64>) {
    let exponent: Vec<f64> = (0..data.len()).map(|position| data.exponent(position, beta)).collect();
    let hazard = exponent.iter().enumerate().map(|(position, eta)| data.weight_at(position) * eta.exp()).collect();
    (exponent, hazard)
}

/// The log partial likelihood at `beta`.
pub(crate) fn evaluate(data: &Prepared, beta: &[f64], ties: Ties) -> Likelihood {
    let p = data.columns;
    let mut risk = Sums::new(p);
    let mut tied = Sums::new(p);
    let mut likelihood = Likelihood { log_likelihood: 0.0, score: vec![0.0; p], information: Matrix::zeros(p, p) };
    let (exponent, hazard) = exponents(data, beta);

    for range in &data.strata {
        risk.clear();
        let mut next = range.end;
        let mut leaving = range.start;
        while next > range.start {
            let time = data.time.at(next - 1);
            let (mut deaths, mut death_weight) = (0_u32, 0.0);
            tied.clear();
            while next > range.start && data.time.at(next - 1) == time {
                next -= 1;
                let (x, hazard) = (data.covariates(next), hazard.at(next));
                if data.event.get(next).copied().unwrap_or(false) {
                    let weight = data.weight_at(next);
                    deaths += 1;
                    death_weight += weight;
                    likelihood.log_likelihood += weight * exponent.at(next);
                    likelihood.score.iter_mut().zip(x).for_each(|(score, x)| *score += weight * x);
                    tied.add(x, hazard);
                } else {
                    risk.add(x, hazard);
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
            if deaths > 0 {
                risk.merge(&tied);
                let each = death_weight / f64::from(deaths);
                let terms = TiedTerms::new(&risk, &tied, deaths, each, ties);
                likelihood.log_likelihood -= each * terms.log_sum;
                likelihood.subtract_mean(&risk, &tied, &terms);
                terms.add_information(&mut likelihood.information, &risk, &tied);
            }
        }
    }
    likelihood
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

impl Likelihood {
    fn subtract_mean(&mut self, risk: &Sums, tied: &Sums, terms: &TiedTerms) {
        for ((score, r), t) in self.score.iter_mut().zip(&risk.first).zip(&tied.first) {
            *score -= r * terms.inverse - t * terms.share_inverse;
        }
    }
}

impl TiedTerms {
    /// Adds the covariance of the covariates over the risk sets of all terms.
    pub(crate) fn add_information(&self, information: &mut Matrix, risk: &Sums, tied: &Sums) {
        let p = risk.first.len();
        let seconds = risk.second.chunks_exact(p).zip(tied.second.chunks_exact(p));
        for (i, ((risk2, tied2), (&r, &t))) in seconds.zip(risk.first.iter().zip(&tied.first)).enumerate() {
            // r r' w/c² - (r t' + t r') f w/c² + t t' f² w/c², by rows.
            let (of_r, of_t) =
                (r * self.square - t * self.share_square, t * self.share2_square - r * self.share_square);
            let others = risk.first.iter().zip(&tied.first).zip(risk2.iter().zip(tied2));
            for (slot, ((&other_r, &other_t), (risk2, tied2))) in information.row_mut(i).iter_mut().zip(others) {
                *slot += risk2 * self.inverse - tied2 * self.share_inverse - (of_r * other_r + of_t * other_t);
            }
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
