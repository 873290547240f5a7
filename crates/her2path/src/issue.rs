//! What was wrong with the input.
