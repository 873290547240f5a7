//! What is wrong with a guideline file, said so that its author can mend it: place, line, caret, remedy.

use std::fmt;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// The guideline cannot be used.
    Error,
    /// The guideline can be used, but something in it is probably not as meant.
    Warning,
}

/// One finding about a guideline file. Its [`Display`](fmt::Display) is several lines of plain text without a final
/// line break.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Error or warning.
    pub severity: Severity,
    /// Path below the guideline's folder, with `/`.
    pub file: String,
    /// Line, from 1; 0 when the finding is about the file as a whole.
    pub line: usize,
    /// Column in characters, from 1; 0 when the finding is about the file as a whole.
    pub column: usize,
    /// How many characters are meant, at least 1.
    pub width: usize,
    /// The line as it stands in the file, without its end.
    pub source_line: String,
    /// What is wrong.
    pub message: String,
    /// What to do about it.
    pub hint: Option<String>,
}

impl fmt::Display for Severity {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Error => "error",
            Self::Warning => "warning",
        })
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.severity, self.message)?;
        if self.line == 0 {
            write!(out, "\n --> {}", self.file)?;
        } else {
            let number = self.line.to_string();
            let margin = " ".repeat(number.len());
            // Tabs stay tabs, so that the caret stands below its word at any tab width.
            let indent: String = self
                .source_line
                .chars()
                .take(self.column.saturating_sub(1))
                .map(|c| if c == '\t' { '\t' } else { ' ' })
                .collect();
            let carets = "^".repeat(self.width);
            write!(out, "\n{margin}--> {}:{}:{}", self.file, self.line, self.column)?;
            write!(out, "\n{margin} |\n{number} | {}\n{margin} | {indent}{carets}", self.source_line)?;
        }
        if let Some(hint) = &self.hint {
            write!(out, "\nhint: {hint}")?;
        }
        Ok(())
    }
}
