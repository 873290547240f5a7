//! Survival statistics on plain slices: Kaplan-Meier to competing risks and relative survival.
//!
//! ```
//! use her2path_survival::confidence::Scale;
//! use her2path_survival::kaplan_meier::KaplanMeier;
//! use her2path_survival::observations::Observations;
//!
//! # fn main() -> Result<(), her2path_survival::Error> {
//! // Months until death or last contact, and whether it was death.
//! let time = [4.0, 9.0, 9.0, 14.0, 21.0, 30.0];
//! let died = [true, true, false, true, false, true];
//! let curve = KaplanMeier::fit(&Observations::new(&time, &died)?);
//! let median = curve.median(Scale::LogLog, 0.95)?;
//! assert_eq!(median.time, Some(14.0));
//! assert_eq!(curve.table.at_risk, [6.0, 5.0, 3.0, 2.0, 1.0]);
//! # Ok(())
//! # }
//! ```
//!
//! # The picture
//!
//! [`observations::Observations`] is the input of everything: times of exit, events, and optionally delayed entry and
//! weights, checked once. From there one estimator a module:
//!
//! | question | module |
//! |---|---|
//! | how many survive, until when? | [`kaplan_meier`], [`conditional`], [`rmst`] |
//! | how fast do events come? | [`nelson_aalen`], [`rates`] |
//! | do groups differ? | [`log_rank`], [`gray`], [`rmst`] |
//! | what do covariates do? | [`cox`], [`aft`], [`fine_gray`] |
//! | how well does a score order people? | [`concordance`] |
//! | what else can happen? | [`aalen_johansen`], [`multi_state`] |
//! | how much of it is the disease? | [`relative_survival`], [`rate_table`] |
//! | what if groups form on the way? | [`landmark`] |
//!
//! # Held against
//!
//! R's answers to 1e-8 relative, recorded (`oracles/survival`) and, where `Rscript` is there, on data drawn in the test;
//! closed forms worked out by hand; what must hold by definition. Times closer than a rounding error are one
//! ([`order`]); an event comes before a censoring at the same time.
//!
//! # Not supported
//!
//! Interval censoring, frailty, penalised or Bayesian models, splines, missing values (leave rows out before), delayed
//! entry for [`gray`] and for the methods of Ederer I and Hakulinen.

pub mod aalen_johansen;
pub mod aft;
mod at;
pub mod concordance;
pub mod conditional;
pub mod confidence;
pub mod cox;
pub mod error;
pub mod fine_gray;
pub mod fit_warning;
pub mod gray;
pub mod kaplan_meier;
pub mod landmark;
pub mod linalg;
pub mod log_rank;
pub mod multi_state;
pub mod nelson_aalen;
pub mod observations;
pub mod order;
pub mod plot;
pub mod rate_table;
pub mod rates;
pub mod relative_survival;
pub mod risk_table;
pub mod rmst;
pub mod special;

pub use error::Error;
