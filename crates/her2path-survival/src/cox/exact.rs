//! The exact partial likelihood for tied deaths.
//!
//! With `d` deaths among the people at risk the term is the product of the deaths' `e^eta` over the sum of such products
//! for all sets of `d` people. That sum is an elementary symmetric polynomial, built up person by person
//! (Gail, Lubin and Rubinstein, Biometrika 1981;68:703): `B(d, n) = B(d, n-1) + r_n B(d-1, n-1)`, and its derivatives
//! with it.

use crate::at::At;
use crate::cox::partial_likelihood::{Likelihood, unpack};
use crate::cox::prepared::Prepared;

/// One polynomial with its derivatives in the coefficients; the second as an upper triangle.
#[derive(Clone)]
struct Polynomial {
    value: f64,
    first: Vec<f64>,
    second: Vec<f64>,
}

/// The exact log partial likelihood at `beta`.
pub(crate) fn evaluate(data: &Prepared, beta: &[f64]) -> Likelihood {
    let p = data.columns;
    let mut log_likelihood = 0.0;
    let mut score = vec![0.0; p];
    let mut information = vec![0.0; p * (p + 1) / 2];
    for range in &data.strata {
        let mut next = range.end;
        while next > range.start {
            let time = data.time.at(next - 1);
            let end = next;
            while next > range.start && data.time.at(next - 1) == time {
                next -= 1;
            }
            let deaths: Vec<usize> =
                (next..end).filter(|&position| data.event.get(position).copied().unwrap_or(false)).collect();
            if deaths.is_empty() {
                continue;
            }
            for &position in &deaths {
                log_likelihood += data.exponent(position, beta);
                score.iter_mut().zip(data.covariates(position)).for_each(|(score, x)| *score += x);
            }
            let at_risk =
                (next..range.end).filter(|&position| data.entry.as_ref().is_none_or(|entry| entry.at(position) < time));
            let sets = polynomial(data, beta, at_risk, deaths.len());
            log_likelihood -= sets.value.ln();
            let mean: Vec<f64> = sets.first.iter().map(|first| first / sets.value).collect();
            score.iter_mut().zip(&mean).for_each(|(score, mean)| *score -= mean);
            let mut slots = information.iter_mut().zip(&sets.second);
            for (i, &a) in mean.iter().enumerate() {
                for (&b, (slot, second)) in mean.get(i..).unwrap_or(&[]).iter().zip(slots.by_ref()) {
                    *slot += second / sets.value - a * b;
                }
            }
        }
    }
    Likelihood { log_likelihood, score, information: unpack(&information, p) }
}

/// The sum over all sets of `size` people of the product of their `e^eta`.
fn polynomial(data: &Prepared, beta: &[f64], people: impl Iterator<Item = usize>, size: usize) -> Polynomial {
    let p = data.columns;
    let zero = Polynomial { value: 0.0, first: vec![0.0; p], second: vec![0.0; p * (p + 1) / 2] };
    let one = Polynomial { value: 1.0, ..zero.clone() };
    // `sets[k]` belongs to sets of `k` people.
    let mut sets = vec![zero.clone(); size + 1];
    if let Some(empty) = sets.first_mut() {
        *empty = one;
    }
    for person in people {
        let (x, r) = (data.covariates(person), data.exponent(person, beta).exp());
        // From the largest sets down, so that no set holds the person twice.
        for k in (1..=size).rev() {
            let (smaller, larger) = sets.split_at_mut(k);
            if let (Some(from), Some(to)) = (smaller.last(), larger.first_mut()) {
                to.value += r * from.value;
                let mut slots = to.second.iter_mut().zip(&from.second);
                for (i, ((to_first, &from_first), &a)) in to.first.iter_mut().zip(&from.first).zip(x).enumerate() {
                    *to_first += r * (from_first + a * from.value);
                    let later = x.iter().zip(&from.first).skip(i);
                    for ((&b, &other_first), (slot, second)) in later.zip(slots.by_ref()) {
                        *slot += r * (second + a * other_first + b * from_first + a * b * from.value);
                    }
                }
            }
        }
    }
    sets.pop().unwrap_or(zero)
}
