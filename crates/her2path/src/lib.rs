//! The path.

pub mod date;
pub mod fhir;
pub mod issue;
pub mod classify;
pub mod truth;
