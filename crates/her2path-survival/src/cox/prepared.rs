//! The data of a fit, sorted once: by stratum, then time.

use std::ops::Range;

use crate::at::{At, gather};
use crate::error::Error;
use crate::linalg::{Matrix, dot};
use crate::observations::{Groups, Observations};
use crate::order::{merge_ties, on_one_grid, sort_rows, tolerance};

/// Rows in the order of the estimator. Times within the tie tolerance are equal.
#[derive(Debug, Clone)]
pub(crate) struct Prepared {
    /// Position in the caller's table of each sorted row.
    pub rows: Vec<usize>,
    pub time: Vec<f64>,
    pub event: Vec<bool>,
    pub entry: Option<Vec<f64>>,
    /// Case weights; `None` when all are one.
    pub weight: Option<Vec<f64>>,
    pub offset: Option<Vec<f64>>,
    /// Covariates less their means, row by row.
    pub x: Vec<f64>,
    pub columns: usize,
    /// What was subtracted from each column.
    pub centre: Vec<f64>,
    /// The reference person: means, but zero for columns of -1, 0 and 1.
    pub reference: Vec<f64>,
    /// The rows of each stratum.
    pub strata: Vec<Range<usize>>,
    /// Rows of each stratum from the last entry to the first, where entry is delayed.
    pub by_entry: Option<Vec<usize>>,
}

impl Prepared {
    pub(crate) fn new(
        observations: &Observations<'_>,
        covariates: &Matrix,
        strata: Option<Groups<'_>>,
        offset: Option<&[f64]>,
    ) -> Result<Self, Error> {
        let columns = covariates.columns();
        let weights = observations.weight();
        let total: f64 = weights.map_or(observations.len() as f64, |weights| weights.iter().sum());
        let mut centre = vec![0.0; columns];
        for (row, values) in covariates.iter_rows().enumerate() {
            let weight = weights.map_or(1.0, |weights| weights.at(row));
            centre.iter_mut().zip(values).for_each(|(sum, value)| *sum += weight * value);
        }
        centre.iter_mut().for_each(|sum| *sum /= total);
        let mut reference = centre.clone();
        let mut constant = vec![true; columns];
        let mut indicator = vec![true; columns];
        for values in covariates.iter_rows() {
            let marks = constant.iter_mut().zip(&mut indicator);
            for (((constant, indicator), value), first) in marks.zip(values).zip(covariates.row(0)) {
                *constant &= value == first;
                *indicator &= [-1.0, 0.0, 1.0].contains(value);
            }
        }
        if let Some(column) = constant.iter().position(|&constant| constant) {
            return Err(Error::Collinear { column: column + 1 });
        }
        for (mean, indicator) in reference.iter_mut().zip(indicator) {
            if indicator {
                *mean = 0.0;
            }
        }

        let parts = strata.map_or_else(|| vec![(0..observations.len()).collect()], |strata| strata.rows());
        // Without delayed entry times are only compared with their neighbours after the sort; with it, with entries too.
        let gridded = observations.entry().map(|entry| on_one_grid(observations.time(), Some(entry)));
        let (grid_time, grid_entry) = gridded.map_or((None, None), |(time, entry)| (Some(time), entry));
        let times = grid_time.as_deref().unwrap_or_else(|| observations.time());
        let tolerance = tolerance(times);
        let mut rows: Vec<usize> = Vec::with_capacity(observations.len());
        let mut ranges = Vec::with_capacity(parts.len());
        for part in parts {
            let start = rows.len();
            rows.extend(sort_rows(times, part.into_iter()));
            ranges.push(start..rows.len());
        }
        let mut time = gather(times, &rows);
        if grid_time.is_none() {
            for range in &ranges {
                if let Some(stratum) = time.get_mut(range.clone()) {
                    merge_ties(stratum, tolerance);
                }
            }
        }
        let entry = grid_entry.map(|entry| gather(&entry, &rows));
        let by_entry = entry.as_ref().map(|entry| {
            let order = |range: &Range<usize>| {
                let mut order = sort_rows(entry, range.clone());
                order.reverse();
                order
            };
            ranges.iter().flat_map(order).collect()
        });
        let mut x = Vec::with_capacity(rows.len() * columns);
        for &row in &rows {
            x.extend(covariates.row(row).iter().zip(&centre).map(|(value, mean)| value - mean));
        }
        Ok(Self {
            time,
            event: gather(observations.event(), &rows),
            entry,
            weight: weights.map(|weights| gather(weights, &rows)),
            offset: offset.map(|offset| gather(offset, &rows)),
            x,
            columns,
            centre,
            reference,
            strata: ranges,
            by_entry,
            rows,
        })
    }

    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// The centred covariates of a sorted row.
    pub(crate) fn covariates(&self, position: usize) -> &[f64] {
        self.x.get(position * self.columns..(position + 1) * self.columns).unwrap_or(&[])
    }

    pub(crate) fn weight_at(&self, position: usize) -> f64 {
        self.weight.as_ref().map_or(1.0, |weight| weight.at(position))
    }

    /// The exponent of a sorted row with respect to the centre.
    pub(crate) fn exponent(&self, position: usize, beta: &[f64]) -> f64 {
        dot(self.covariates(position), beta) + self.offset.as_ref().map_or(0.0, |offset| offset.at(position))
    }

    /// The linear predictor of each row of the caller's table, relative to the reference person.
    pub(crate) fn linear_predictor(&self, beta: &[f64]) -> Vec<f64> {
        let shift = self.reference_shift(beta);
        let mut predictor = vec![0.0; self.len()];
        for (position, &row) in self.rows.iter().enumerate() {
            predictor.put(row, self.exponent(position, beta) + shift);
        }
        predictor
    }

    /// Linear predictor of the centre relative to the reference person.
    pub(crate) fn reference_shift(&self, beta: &[f64]) -> f64 {
        self.centre
            .iter()
            .zip(&self.reference)
            .zip(beta)
            .map(|((centre, reference), beta)| (centre - reference) * beta)
            .sum()
    }
}
