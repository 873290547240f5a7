//! What can be wrong with the input of an estimator, one variant a case.
//!
//! Rows are counted from 1, as a person counts the lines of a table below its header.

/// An input that no estimate can be computed from.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Nothing was given.
    #[error("there are no observations; give at least one row")]
    Empty,
    /// Two columns of one table differ in length.
    #[error("`{column}` has {found} values where {expected} are needed")]
    Length {
        /// The column at fault.
        column: &'static str,
        /// How many values it has.
        found: usize,
        /// How many it should have.
        expected: usize,
    },
    /// A value is infinite or not a number.
    #[error("`{column}` is not a finite number in row {row}; complete the row or leave it out")]
    NotFinite {
        /// The column at fault.
        column: &'static str,
        /// The row, from 1.
        row: usize,
    },
    /// A time lies before the origin.
    #[error("`{column}` is negative in row {row}; count time from the start of follow-up")]
    Negative {
        /// The column at fault.
        column: &'static str,
        /// The row, from 1.
        row: usize,
    },
    /// A person leaves at or before the moment of entry.
    #[error(
        "row {row} enters at {entry} and leaves at {time}; entry must come before exit, leave out people who were never under observation"
    )]
    EntryNotBeforeExit {
        /// The row, from 1.
        row: usize,
        /// Time of entry.
        entry: f64,
        /// Time of exit.
        time: f64,
    },
    /// A weight is zero or negative.
    #[error("the weight in row {row} is not positive; leave rows of weight zero out")]
    WeightNotPositive {
        /// The row, from 1.
        row: usize,
    },
    /// A group code lies outside `0..groups`.
    #[error("row {row} is in group {group} where only {groups} groups are named")]
    UnknownGroup {
        /// The row, from 1.
        row: usize,
        /// The code found.
        group: usize,
        /// The number of groups.
        groups: usize,
    },
    /// A comparison needs at least two groups that were at risk.
    #[error("a comparison needs at least two groups with people at risk at an event time, found {found}")]
    TooFewGroups {
        /// How many there are.
        found: usize,
    },
    /// Early people cannot stand for late ones: nobody links them.
    #[error(
        "everyone at risk at time {time} has just entered, so nobody followed before can stand for those after; leave out the rows that end by then"
    )]
    NobodyAtRisk {
        /// The time.
        time: f64,
    },
    /// A trend over groups that all have one score.
    #[error("the scores of the groups at risk are all alike; a trend needs different ones")]
    AlikeScores,
    /// Nobody had the event.
    #[error("there are no events of the kind asked for; nothing can be estimated")]
    NoEvents,
    /// The model has no covariate.
    #[error("the model has no covariate; give at least one")]
    NoCovariates,
    /// A column of the design is a linear combination of earlier ones, or constant.
    #[error(
        "covariate {column} (counted from 1) is constant or a linear combination of the ones before it; leave it out"
    )]
    Collinear {
        /// The column, from 1.
        column: usize,
    },
    /// The likelihood has no finite value.
    #[error("the likelihood is not finite at the values reached; rescale the covariates or remove outliers")]
    NotFiniteLikelihood,
    /// A restriction time is not usable.
    #[error(
        "the restriction time {tau} must be positive and at most {largest}, the smallest of the groups' last times"
    )]
    Tau {
        /// The time asked for.
        tau: f64,
        /// The largest time that every group still reaches.
        largest: f64,
    },
    /// A landmark is not usable.
    #[error(
        "nobody is under observation beyond the landmark {landmark}, or it lies before time zero; choose one within follow-up"
    )]
    Landmark {
        /// The landmark asked for.
        landmark: f64,
    },
    /// A probability outside the open interval from 0 to 1.
    #[error("`{name}` is {value}; it must lie between 0 and 1")]
    Probability {
        /// What was asked for.
        name: &'static str,
        /// The value.
        value: f64,
    },
    /// The method cannot take this kind of input.
    #[error("{what} is not defined for {method}: {why}")]
    Unsupported {
        /// What was given.
        what: &'static str,
        /// The method that cannot take it.
        method: &'static str,
        /// The reason, and what to do instead.
        why: &'static str,
    },
    /// A log-scale model met time zero.
    #[error("the time in row {row} is zero; this model takes the logarithm of time, give positive times")]
    ZeroTime {
        /// The row, from 1.
        row: usize,
    },
    /// The iterations did not settle.
    #[error("no convergence after {iterations} iterations; look for sparse categories and rescale the covariates")]
    NoConvergence {
        /// How many were tried.
        iterations: usize,
    },
    /// A person's rows overlap or leave a state they are not in.
    #[error("the rows of one person overlap at row {row}; each moment belongs to one row")]
    Overlap {
        /// The row, from 1.
        row: usize,
    },
}
