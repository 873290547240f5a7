//! Published decision tables as pure functions: values in, result and the rule that decided out.
//!
//! One table a file. Numbers are decimals and are compared as they are, never rounded (1.99 is below 2.0). Nothing here
//! knows a record, a chart or a guideline file, so the calculators of the command line and the inferences of the chart
//! share one implementation, and the exhaustive matrices test both.

pub mod distress;
pub mod governing;
pub mod her2;
pub mod hormone_receptors;
pub mod pro_ctcae;
pub mod response;
pub mod stage;
pub mod subtype;
pub mod urgency;
