//! Guideline files.
pub mod code_system;
pub mod model;
