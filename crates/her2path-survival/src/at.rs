//! Reading and writing a slice by position without a path that panics.
//!
//! The estimators address rows through permutations they have built themselves. Should such a permutation ever be
//! wrong, a debug build stops at once, and a release build carries a `NaN` into the result, where it is seen.

/// Positional access to a slice of numbers.
pub(crate) trait At {
    /// The element at `index`; `NaN` outside.
    fn at(&self, index: usize) -> f64;
    /// Replaces the element at `index`.
    fn put(&mut self, index: usize, value: f64);
    /// Adds to the element at `index`.
    fn add(&mut self, index: usize, value: f64);
}

impl At for [f64] {
    #[inline]
    fn at(&self, index: usize) -> f64 {
        debug_assert!(index < self.len(), "index {index} of {}", self.len());
        self.get(index).copied().unwrap_or(f64::NAN)
    }

    #[inline]
    fn put(&mut self, index: usize, value: f64) {
        debug_assert!(index < self.len(), "index {index} of {}", self.len());
        if let Some(slot) = self.get_mut(index) {
            *slot = value;
        }
    }

    #[inline]
    fn add(&mut self, index: usize, value: f64) {
        debug_assert!(index < self.len(), "index {index} of {}", self.len());
        if let Some(slot) = self.get_mut(index) {
            *slot += value;
        }
    }
}

/// The values at the given positions, in that order.
pub(crate) fn gather<T: Copy>(values: &[T], rows: &[usize]) -> Vec<T> {
    let found: Vec<T> = rows.iter().filter_map(|&row| values.get(row).copied()).collect();
    debug_assert_eq!(found.len(), rows.len(), "a row outside the table");
    found
}
