//! Small dense matrices: enough for the information matrix of a regression, no more.
//!
//! Deliberately absent: general solvers, decompositions other than Cholesky's. An information matrix is symmetric and
//! positive definite; where it is not, the caller wants to know which covariate is to blame.

use crate::at::At;

/// A dense matrix, row by row.
#[derive(Debug, Clone, PartialEq)]
pub struct Matrix {
    rows: usize,
    columns: usize,
    values: Vec<f64>,
}

impl Matrix {
    /// A matrix of zeros.
    #[must_use]
    pub fn zeros(rows: usize, columns: usize) -> Self {
        Self { rows, columns, values: vec![0.0; rows * columns] }
    }

    /// A matrix from its values row by row; `None` if the count is not `rows * columns`.
    #[must_use]
    pub fn from_rows(rows: usize, columns: usize, values: Vec<f64>) -> Option<Self> {
        (values.len() == rows * columns).then_some(Self { rows, columns, values })
    }

    /// Number of rows.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// Number of columns.
    #[must_use]
    pub fn columns(&self) -> usize {
        self.columns
    }

    /// The element at `row`, `column`; `NaN` outside.
    #[must_use]
    pub fn at(&self, row: usize, column: usize) -> f64 {
        self.values.at(row * self.columns + column)
    }

    /// One row as a slice; empty outside.
    #[must_use]
    pub fn row(&self, row: usize) -> &[f64] {
        self.values.get(row * self.columns..(row + 1) * self.columns).unwrap_or(&[])
    }

    /// One row, to be changed.
    pub fn row_mut(&mut self, row: usize) -> &mut [f64] {
        self.values.get_mut(row * self.columns..(row + 1) * self.columns).unwrap_or(&mut [])
    }

    /// All rows in order.
    pub fn iter_rows(&self) -> impl Iterator<Item = &[f64]> {
        (0..self.rows).map(|row| self.row(row))
    }

    /// Replaces the element at `row`, `column`.
    pub fn put(&mut self, row: usize, column: usize, value: f64) {
        self.values.put(row * self.columns + column, value);
    }

    /// Adds to the element at `row`, `column`.
    pub fn add(&mut self, row: usize, column: usize, value: f64) {
        self.values.add(row * self.columns + column, value);
    }

    /// The elements of the diagonal.
    #[must_use]
    pub fn diagonal(&self) -> Vec<f64> {
        (0..self.rows.min(self.columns)).map(|i| self.at(i, i)).collect()
    }

    /// `self` times a column vector.
    #[must_use]
    pub fn times(&self, vector: &[f64]) -> Vec<f64> {
        self.iter_rows().map(|row| dot(row, vector)).collect()
    }

    /// `vector' * self * vector`.
    #[must_use]
    pub fn quadratic(&self, vector: &[f64]) -> f64 {
        dot(&self.times(vector), vector)
    }

    /// The matrix product `self * other`.
    #[must_use]
    pub fn product(&self, other: &Matrix) -> Matrix {
        let mut result = Matrix::zeros(self.rows, other.columns);
        for i in 0..self.rows {
            for (k, &left) in self.row(i).iter().enumerate() {
                for (slot, &right) in result.row_mut(i).iter_mut().zip(other.row(k)) {
                    *slot += left * right;
                }
            }
        }
        result
    }

    /// `self' * self`.
    #[must_use]
    pub fn gram(&self) -> Matrix {
        let mut result = Matrix::zeros(self.columns, self.columns);
        for row in self.iter_rows() {
            result.add_outer(row, row, 1.0);
        }
        result
    }

    /// Adds `scale * left * right'`.
    pub fn add_outer(&mut self, left: &[f64], right: &[f64], scale: f64) {
        for (i, &a) in left.iter().enumerate() {
            for (slot, &b) in self.row_mut(i).iter_mut().zip(right) {
                *slot += scale * a * b;
            }
        }
    }

    /// Adds `scale * other`.
    pub fn add_scaled(&mut self, other: &Matrix, scale: f64) {
        for (slot, &value) in self.values.iter_mut().zip(&other.values) {
            *slot += scale * value;
        }
    }

    /// The square submatrix of the given rows and columns.
    #[must_use]
    pub fn select(&self, indices: &[usize]) -> Matrix {
        let values = indices.iter().flat_map(|&i| indices.iter().map(move |&j| self.at(i, j))).collect();
        Matrix { rows: indices.len(), columns: indices.len(), values }
    }

    /// The Cholesky factor; `Err(column)` names the first column (from 0) that adds nothing to those before it.
    ///
    /// A pivot counts as zero below `1e-11` of its diagonal element, the loss of eleven digits to the other columns.
    pub fn cholesky(&self) -> Result<Cholesky, usize> {
        let n = self.rows;
        let mut lower = Matrix::zeros(n, n);
        for j in 0..n {
            let pivot = self.at(j, j) - dot_prefix(lower.row(j), lower.row(j), j);
            if pivot.is_nan() || pivot <= 1e-11 * self.at(j, j) || pivot <= 0.0 {
                return Err(j);
            }
            let root = pivot.sqrt();
            lower.put(j, j, root);
            for i in j + 1..n {
                let value = (self.at(i, j) - dot_prefix(lower.row(i), lower.row(j), j)) / root;
                lower.put(i, j, value);
            }
        }
        Ok(Cholesky { lower })
    }
}

/// The lower triangular factor `L` of a positive definite matrix `L L'`.
#[derive(Debug, Clone)]
pub struct Cholesky {
    lower: Matrix,
}

impl Cholesky {
    /// Solves `L L' x = right`.
    #[must_use]
    pub fn solve(&self, right: &[f64]) -> Vec<f64> {
        let n = self.lower.rows();
        let mut x = right.to_vec();
        for i in 0..n {
            let known = dot_prefix(self.lower.row(i), &x, i);
            let value = (x.at(i) - known) / self.lower.at(i, i);
            x.put(i, value);
        }
        for i in (0..n).rev() {
            let known: f64 = (i + 1..n).map(|k| self.lower.at(k, i) * x.at(k)).sum();
            let value = (x.at(i) - known) / self.lower.at(i, i);
            x.put(i, value);
        }
        x
    }

    /// The inverse of the matrix that was factored.
    #[must_use]
    pub fn inverse(&self) -> Matrix {
        let n = self.lower.rows();
        let mut result = Matrix::zeros(n, n);
        let mut unit = vec![0.0; n];
        for j in 0..n {
            unit.fill(0.0);
            unit.put(j, 1.0);
            for (i, value) in self.solve(&unit).into_iter().enumerate() {
                result.put(i, j, value);
            }
        }
        // The inverse of a symmetric matrix is symmetric; rounding is not.
        for i in 0..n {
            for j in 0..i {
                let mean = 0.5 * (result.at(i, j) + result.at(j, i));
                result.put(i, j, mean);
                result.put(j, i, mean);
            }
        }
        result
    }
}

/// The inner product of two vectors.
pub(crate) fn dot(left: &[f64], right: &[f64]) -> f64 {
    left.iter().zip(right).map(|(a, b)| a * b).sum()
}

fn dot_prefix(left: &[f64], right: &[f64], length: usize) -> f64 {
    left.iter().zip(right).take(length).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn inverse_of_a_hilbert_matrix_is_its_integer_matrix() {
        let hilbert: Vec<f64> = (0..3).flat_map(|i| (0..3).map(move |j| 1.0 / f64::from(i + j + 1))).collect();
        let matrix = Matrix::from_rows(3, 3, hilbert).unwrap();
        let inverse = matrix.cholesky().unwrap().inverse();
        let expected = [9.0, -36.0, 30.0, -36.0, 192.0, -180.0, 30.0, -180.0, 180.0];
        for (i, row) in inverse.iter_rows().enumerate() {
            for (j, value) in row.iter().enumerate() {
                assert!((value - expected[3 * i + j]).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn a_dependent_column_is_named() {
        let matrix = Matrix::from_rows(2, 2, vec![1.0, 2.0, 2.0, 4.0]).unwrap();
        assert_eq!(matrix.cholesky().err(), Some(1));
        assert!(Matrix::from_rows(2, 2, vec![1.0]).is_none());
    }

    #[test]
    fn products_follow_the_definition() {
        let matrix = Matrix::from_rows(2, 2, vec![1.0, 2.0, 3.0, 4.0]).unwrap();
        assert_eq!(matrix.product(&matrix).row(1), [15.0, 22.0]);
        assert_eq!(matrix.gram().row(0), [10.0, 14.0]);
        assert_eq!(matrix.quadratic(&[1.0, 1.0]), 10.0);
    }
}
