//! The guideline that is compiled in, generated from `knowledge/` when the crate is built.
//!
//! [`Fact`] is the data dictionary as an enum, so that no code can name a fact that is not in it and every `match` over
//! facts is complete. `values` names the values of coded facts, `value_set` the code lists.

include!(concat!(env!("OUT_DIR"), "/guideline.rs"));
