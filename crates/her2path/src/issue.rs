//! What was wrong with the input: one type for every stage, in the words of FHIR's OperationOutcome.
//!
//! Nothing after reading can fail, so whatever is bad or missing becomes an [`Issue`] beside the result. Deliberately
//! absent: a way to turn an issue into an error. Who calls decides what a severity means to them.

use std::borrow::Cow;
use std::fmt;

use serde::Serialize;

/// How much an issue matters (FHIR value set `issue-severity`), worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Nothing could be read from this input.
    Fatal,
    /// Something in the input was not read, or must not be relied on.
    Error,
    /// Something was read in spite of a defect, or may be incomplete.
    Warning,
    /// Nothing is wrong, but the reader should know.
    Information,
}

impl Severity {
    /// The FHIR code: `fatal`, `error`, `warning` or `information`.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Fatal => "fatal",
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Information => "information",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One thing that was wrong, with its place.
///
/// Issues order by severity (worst first), then code, place and message, so that sorted output is stable; line 2 of a
/// file comes before line 11.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Issue {
    /// How much it matters.
    pub severity: Severity,
    /// What kind of thing it is, kebab-case (`invalid-date`), for programs.
    pub code: Cow<'static, str>,
    /// What is wrong and what would remedy it, for people: lower case, no full stop.
    pub message: String,
    /// Where: a resource (`Observation/x`) or a place in a file (`records.ndjson:7`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
}

impl Issue {
    /// A fatal issue: nothing was read.
    pub fn fatal(code: &'static str, message: impl Into<String>) -> Issue {
        Issue::new(Severity::Fatal, code, message)
    }

    /// An error: something was not read.
    pub fn error(code: &'static str, message: impl Into<String>) -> Issue {
        Issue::new(Severity::Error, code, message)
    }

    /// A warning: something was read in spite of a defect.
    pub fn warning(code: &'static str, message: impl Into<String>) -> Issue {
        Issue::new(Severity::Warning, code, message)
    }

    /// An information: nothing is wrong.
    pub fn information(code: &'static str, message: impl Into<String>) -> Issue {
        Issue::new(Severity::Information, code, message)
    }

    /// The same issue, with its place.
    pub fn at(mut self, source: impl Into<String>) -> Issue {
        self.source = Some(source.into());
        self
    }

    /// An issue of any severity, without a place yet.
    pub fn new(severity: Severity, code: &'static str, message: impl Into<String>) -> Issue {
        Issue { severity, code: Cow::Borrowed(code), message: message.into(), source: None }
    }
}

impl PartialOrd for Issue {
    fn partial_cmp(&self, other: &Issue) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Issue {
    fn cmp(&self, other: &Issue) -> std::cmp::Ordering {
        self.severity
            .cmp(&other.severity)
            .then_with(|| self.code.cmp(&other.code))
            .then_with(|| self.place().cmp(&other.place()))
            .then_with(|| self.source.cmp(&other.source))
            .then_with(|| self.message.cmp(&other.message))
    }
}

impl Issue {
    /// The source, a line number at its end apart.
    fn place(&self) -> (Option<&str>, Option<u64>) {
        let split = self.source.as_deref().and_then(|source| source.rsplit_once(':'));
        match split.and_then(|(file, line)| Some((file, line.parse().ok()?))) {
            Some((file, line)) => (Some(file), Some(line)),
            None => (self.source.as_deref(), None),
        }
    }
}

/// `error[invalid-date] Observation/x: message`, on one line.
impl fmt::Display for Issue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}]", self.severity, self.code)?;
        if let Some(source) = &self.source {
            write!(f, " {source}")?;
        }
        write!(f, ": {}", self.message)
    }
}
