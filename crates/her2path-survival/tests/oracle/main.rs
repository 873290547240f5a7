//! The estimators held against R's recorded answers, against R itself on fresh data, against closed forms worked out by
//! hand, against what must hold by definition, and on trials reconstructed from their published curves.

#![cfg(test)]

#[cfg(test)]
mod aft;
#[cfg(test)]
mod by_hand;
#[cfg(test)]
mod common;
#[cfg(test)]
mod competing_risks;
#[cfg(test)]
mod coverage;
#[cfg(test)]
mod cox;
#[cfg(test)]
mod kaplan_meier;
#[cfg(test)]
mod live_r;
#[cfg(test)]
mod log_rank;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod relative_survival;
#[cfg(test)]
mod rmst;
#[cfg(test)]
mod trials;
