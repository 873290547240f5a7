//! Survival statistics on plain slices.
mod at;
pub mod confidence;
pub mod error;
pub mod kaplan_meier;
pub mod linalg;
pub mod nelson_aalen;
pub mod observations;
pub mod order;
pub mod risk_table;
pub mod special;

pub use error::Error;
pub mod aalen_johansen;
pub mod aft;
pub mod concordance;
pub mod conditional;
pub mod cox;
pub mod fine_gray;
pub mod gray;
pub mod landmark;
pub mod log_rank;
pub mod multi_state;
pub mod rate_table;
pub mod rates;
pub mod relative_survival;
pub mod rmst;
