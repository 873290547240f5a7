//! What a reader of a fitted regression has to know before reading its coefficients.

use crate::linalg::Matrix;

/// Something a reader of the fit has to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FitWarning {
    /// The log likelihood was still rising when the iterations ended.
    NotConverged {
        /// Steps taken.
        iterations: usize,
    },
    /// The likelihood has flattened while the coefficient still moves: a category without events, or separation.
    MayBeInfinite {
        /// The covariate, from 1.
        column: usize,
    },
}

impl std::fmt::Display for FitWarning {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotConverged { iterations } => {
                write!(f, "the fit had not converged after {iterations} iterations; do not use its estimates")
            }
            Self::MayBeInfinite { column } => write!(
                f,
                "covariate {column} separates the events: its coefficient may be infinite and its Wald test says nothing; \
                 use the likelihood ratio test"
            ),
        }
    }
}

/// Where a coefficient runs off to infinity the likelihood flattens, but the next Newton step stays large: a step above
/// this share of the coefficient is no rounding.
const LARGE_STEP: f64 = 3.2e-5;

/// The coefficients that still move at the end of a fit, from the inverse of the information and the score.
pub(crate) fn may_be_infinite(inverse: &Matrix, score: &[f64], coefficients: &[f64]) -> Vec<FitWarning> {
    let steps = inverse.times(score);
    let moving = steps.iter().zip(coefficients).enumerate();
    moving
        .filter(|(_, (step, coefficient))| step.abs() > 1e-9 && step.abs() > LARGE_STEP * coefficient.abs())
        .map(|(column, _)| FitWarning::MayBeInfinite { column: column + 1 })
        .collect()
}
