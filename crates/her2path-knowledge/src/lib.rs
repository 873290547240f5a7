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
//! ```
//! use her2path_knowledge::{SourceFile, load};
//!
//! let files = [SourceFile { path: "facts.toml".into(), text: "[[fact]]\nid = \"ecog\"\nkind = \"assertd\"\n".into() }];
//! let (knowledge, findings) = load(&files);
//! assert!(knowledge.is_none());
//! let finding = findings.iter().find(|finding| finding.line == 3).ok_or("no finding")?;
//! assert_eq!(
//!     finding.to_string(),
//!     "\
//! error: `assertd` is not a value of `kind`
//!  --> facts.toml:3:8
//!   |
//! 3 | kind = \"assertd\"
//!   |        ^^^^^^^^^
//! hint: did you mean `asserted`?"
//! );
//! # Ok::<(), &str>(())
//! ```
//!
//! Deliberately absent: patients, records and truth values. This crate knows what a criterion says, not whether it holds.

pub mod check_digit;
pub mod code_system;
pub mod codegen;
pub mod criterion;
pub mod diagnostic;
pub mod drug;
pub mod gate;
mod gate_of;
mod load;
mod lookup;
pub mod medicine;
mod medicine_of;
pub mod model;
mod names;
pub mod proof;
mod read;
mod resolve;
mod satisfiability;
mod source;
pub mod suggest;
mod table;
mod validate;
mod wording;

pub use load::{LoadError, load, load_folder};
pub use source::{ReadError, SourceFile, read_folder};
