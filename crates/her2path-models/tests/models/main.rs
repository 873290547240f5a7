//! The models against independent implementations and complete published tables, in one test program.

#![cfg(test)]

#[cfg(test)]
mod bcrat;
#[cfg(test)]
mod icare_lit;
#[cfg(test)]
mod point_scores;
#[cfg(test)]
mod predict;
#[cfg(test)]
mod support;
#[cfg(test)]
mod tables;
#[cfg(test)]
mod trial_curves;
