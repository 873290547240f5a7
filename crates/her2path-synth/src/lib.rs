//! Synthetic patients whose truth is known.
//!
//! A [`Plan`] gives journeys (a person, a disease, what was found, decided and given, and how it ended), each told as a
//! record of FHIR R4 resources in the profiles of mCODE, with the ordinary noise of a hospital's records around it, and a
//! truth beside it that says what a reader should find. Records can be damaged in the ways of the world; the truth then
//! says what was damaged and what can no longer be decided.
//!
//! Every random number depends on the seed, the patient and its purpose alone: the same plan gives the same bytes on any
//! number of threads. There is no clock and no network in here. Where figures come from is said in `docs/synth.md`.
//!
//! Deliberately absent: anything that would make these people useful for learning about real ones. The proportions are
//! plausible, the correlations are not evidence.

mod curves;
mod day;
mod drug;
mod journey;
mod json;
mod mess;
mod noise;
mod output;
mod plan;
mod random;
mod record;
mod truth;

pub use day::Day;
pub use output::{Block, Error, Summary, block, is_written, write};
pub use plan::{Group, Layout, Mess, Mix, Plan};
