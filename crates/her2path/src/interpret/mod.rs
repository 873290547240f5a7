//! The calculators over rows of named texts: what a command line, a CSV file or a form gives.
//!
//! Each reads one row as it was written, empty where nothing was said, and answers with one row of results, so that every
//! door to a calculator gives the same answer to the same words. The rules themselves are in [`classify`](crate::classify).

mod her2;
mod receptors;
mod response;
mod stage;

pub use her2::Her2;
pub use receptors::Receptors;
pub use response::Response;
pub use stage::Stage;

/// One calculator: the names of its columns, and what it makes of one row.
pub trait Table {
    /// Input columns, in the order of [`Self::calculate`]'s argument.
    const INPUT: &'static [&'static str];
    /// At least one set of these columns must be in a CSV file.
    const REQUIRED: &'static [&'static [&'static str]];
    /// Result columns, in the order of the answer.
    const OUTPUT: &'static [&'static str];

    /// Answers one row; the input has one text per name in [`Self::INPUT`], empty where absent.
    ///
    /// # Errors
    /// What is wrong with a text that is none of the answers, as a sentence for the person who gave it.
    fn calculate(input: &[&str]) -> Result<Vec<String>, String>;

    /// Why a result says that the values cannot be, where it does.
    fn refused(output: &[String]) -> Option<String>;

    /// The sentence that a person reads for a single result.
    fn explain(output: &[String]) -> String;
}
