//! From TOML tables to raw entries: every key read, typed and placed, nothing yet compared with anything else.

pub(crate) mod citations;
pub(crate) mod drugs;
pub(crate) mod facts;
pub(crate) mod gates;
pub(crate) mod guideline;
pub(crate) mod medicine;
pub(crate) mod recommendations;
pub(crate) mod support;
pub(crate) mod value_sets;
