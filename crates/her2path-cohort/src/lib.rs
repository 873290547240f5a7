//! Records of many patients in, assessments in tables out; the only crate that knows Arrow and Parquet.
//!
//! The path is [`run`]: [files] become [blocks](blocks) of whole lines; each line is decided on from its bytes
//! ([`prefilter`]) or by its outline, and what can matter is [sorted](sorting) by patient into buckets, which go to disk
//! when memory runs out; then each patient's units are [read as one record and assessed](judging), and the
//! [rows](row) are written as [tables] in the order of patients. Memory is bounded whatever the input's size, and the
//! same input gives the same bytes for any number of threads and any limit of memory.
//!
//! Deliberately absent: a database, a network, a clock.

mod blocks;
mod buckets;
mod care;
mod codec;
pub mod compression;
mod day;
mod document;
mod error;
pub mod files;
mod folder;
mod format;
mod hash;
mod judging;
mod needed;
mod patients;
mod prefilter;
mod relevance;
mod report;
mod row;
mod run;
mod sorting;
pub mod table;
pub mod tables;
mod unit;

pub use error::CohortError;
pub use format::Format;
pub use run::{Options, Progress, Stage, Summary, run};

/// What a worker gave; its panic is passed on.
fn joined<T>(worker: std::thread::ScopedJoinHandle<'_, T>) -> T {
    worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}
