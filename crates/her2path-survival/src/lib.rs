//! Survival statistics on plain slices.
