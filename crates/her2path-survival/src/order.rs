//! One sort, and what counts as the same time.
//!
//! Times that were computed in floating point (days divided by 365.25, differences of dates in years) carry rounding, so
//! two people who died on the same day may differ in the last digit. Times closer than [`TIE_TOLERANCE`] times the mean
//! time are one time, as R's `survival` holds since version 2.39 (its vignette "Tied times"). Whole days are unaffected.

use crate::at::gather;

/// Relative distance below which two times are one: the square root of the machine precision.
pub const TIE_TOLERANCE: f64 = 1.490_116_119_384_765_6e-8;

/// The absolute tolerance for a set of times.
pub(crate) fn tolerance(times: &[f64]) -> f64 {
    let sum: f64 = times.iter().map(|time| time.abs()).sum();
    TIE_TOLERANCE * sum / (times.len().max(1) as f64)
}

/// The rows sorted by time; rows of equal time stay in the order of the table.
///
/// INVARIANT: the result is a permutation of `rows`. Times are finite and not negative, so their bit patterns sort as they
/// do, and integers sort faster than floats.
pub(crate) fn sort_rows(time: &[f64], rows: impl Iterator<Item = usize>) -> Vec<usize> {
    let mut keyed: Vec<(u64, u32)> =
        rows.filter_map(|row| Some((time_key(*time.get(row)?), u32::try_from(row).ok()?))).collect();
    // Stable, so that rows of one time keep their order; many rows on few distinct days cost little.
    keyed.sort_by_key(|&(key, _)| key);
    keyed.into_iter().map(|(_, row)| row as usize).collect()
}

/// An integer that sorts as the time does; a negative zero is a zero.
pub(crate) fn time_key(time: f64) -> u64 {
    (time + 0.0).to_bits()
}

/// Replaces times that are one within the tolerance by the first of them, in rows sorted by time.
pub(crate) fn merge_ties(sorted: &mut [f64], tolerance: f64) {
    let mut previous = f64::NEG_INFINITY;
    let mut representative = f64::NEG_INFINITY;
    for time in sorted {
        if *time - previous > tolerance {
            representative = *time;
        }
        previous = *time;
        *time = representative;
    }
}

/// Times and entries on one grid: all values within the tolerance of each other become equal, rows keep their order.
///
/// Estimators that compare times across rows (delayed entry, competing risks) do so exactly afterwards.
pub(crate) fn on_one_grid(time: &[f64], entry: Option<&[f64]>) -> (Vec<f64>, Option<Vec<f64>>) {
    let tolerance = tolerance(time);
    let all: Vec<f64> = time.iter().chain(entry.unwrap_or(&[])).copied().collect();
    let order = sort_rows(&all, 0..all.len());
    let mut sorted = gather(&all, &order);
    merge_ties(&mut sorted, tolerance);
    let mut merged = vec![f64::NAN; all.len()];
    for (&row, &value) in order.iter().zip(&sorted) {
        if let Some(slot) = merged.get_mut(row) {
            *slot = value;
        }
    }
    let entries = merged.split_off(time.len());
    (merged, entry.map(|_| entries))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_divided_by_a_year_tie_again() {
        // The same day reached by two ways of computing it.
        let mut times = vec![(0.1 + 0.2) * 10.0, 3.0, 3.1];
        let order = sort_rows(&times, 0..3);
        assert_eq!(order, [1, 0, 2]);
        times = gather(&times, &order);
        let tolerance = tolerance(&times);
        merge_ties(&mut times, tolerance);
        assert_eq!(times, [3.0, 3.0, 3.1]);
    }

    #[test]
    fn entries_share_the_grid() {
        let (time, entry) = on_one_grid(&[3.0, 5.0], Some(&[0.0, (0.1 + 0.2) * 10.0]));
        assert_eq!(time, [3.0, 5.0]);
        assert_eq!(entry, Some(vec![0.0, 3.0]));
    }
}
