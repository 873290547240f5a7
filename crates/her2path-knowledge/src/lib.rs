//! Reads, checks and compiles the guideline files of her2path.
//!
//! ```text
//! *.toml ──parse──▶ tables ──read──▶ raw entries ──resolve, validate──▶ Knowledge ──codegen──▶ Rust
//! ```
//!
//! [`load_folder`] is the whole path for a folder; [`codegen::to_rust`] turns the result into the source code of a
//! `static`, so that the embedded guideline costs nothing at start-up. Every fault of every file is reported at once, as a
//! [`diagnostic::Diagnostic`] with file, line, caret and hint.
//!
//! Deliberately absent: patients, records and truth values. This crate knows what a criterion says, not whether it holds.

pub mod check_digit;
pub mod code_system;
pub mod codegen;
pub mod criterion;
pub mod diagnostic;
mod load;
mod lookup;
pub mod model;
mod names;
mod read;
mod resolve;
mod satisfiability;
mod source;
mod suggest;
mod table;
mod validate;

pub use load::{LoadError, load, load_folder};
pub use source::{ReadError, SourceFile, read_folder};
