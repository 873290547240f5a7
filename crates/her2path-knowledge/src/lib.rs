//! Guideline files.
