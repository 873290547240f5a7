//! The files of a guideline as text, and places in them.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::diagnostic::{Diagnostic, Severity};

/// One file of a guideline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// Path below the guideline's folder, with `/` (`diagnosis/staging.toml`).
    pub path: String,
    /// Its content.
    pub text: String,
}

/// Why the files of a guideline could not be read at all.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// A file or folder could not be read.
    #[error("cannot read `{}`", path.display())]
    Io {
        /// Which one.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file is not text.
    #[error("`{}` is not UTF-8 on line {line}: save it as UTF-8", path.display())]
    NotUtf8 {
        /// Which one.
        path: PathBuf,
        /// The first line that is not, from 1.
        line: usize,
    },
    /// A name that cannot be written in UTF-8 could not be shown in a message either.
    #[error("the file name `{}` is not UTF-8: rename the file", path.display())]
    Name {
        /// Which one, as far as it can be shown.
        path: PathBuf,
    },
    /// A guideline needs at least one file.
    #[error("no guideline in `{}`: name the folder that holds `guideline.toml`", path.display())]
    Empty {
        /// The folder.
        path: PathBuf,
    },
}

/// All `*.toml` files below `folder`, sorted by path. Other files (texts for people) and hidden ones are passed over.
///
/// # Errors
/// When a file or folder cannot be read or named, or no file is there.
pub fn read_folder(folder: &Path) -> Result<Vec<SourceFile>, ReadError> {
    let mut files = Vec::new();
    read_below(folder, "", &mut files)?;
    if files.is_empty() {
        return Err(ReadError::Empty { path: folder.to_owned() });
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(files)
}

fn read_below(folder: &Path, prefix: &str, files: &mut Vec<SourceFile>) -> Result<(), ReadError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| ReadError::Io { path, source }
    };
    for entry in fs::read_dir(folder).map_err(failed(folder))? {
        let entry = entry.map_err(failed(folder))?;
        let path = entry.path();
        let name = entry.file_name();
        let Some(name) = name.to_str() else {
            return Err(ReadError::Name { path });
        };
        if name.starts_with('.') {
            continue;
        }
        if fs::metadata(&path).map_err(failed(&path))?.is_dir() {
            read_below(&path, &format!("{prefix}{name}/"), files)?;
        } else if name.ends_with(".toml") {
            let text = String::from_utf8(fs::read(&path).map_err(failed(&path))?).map_err(|error| {
                let good = error.as_bytes().iter().take(error.utf8_error().valid_up_to());
                ReadError::NotUtf8 { path: path.clone(), line: 1 + good.filter(|byte| **byte == b'\n').count() }
            })?;
            files.push(SourceFile { path: format!("{prefix}{name}"), text });
        }
    }
    Ok(())
}

/// FNV-1a, 64 bit, hexadecimal, of the paths and texts in path order.
pub(crate) fn hash(files: &[&SourceFile]) -> String {
    let bytes = files.iter().flat_map(|file| [file.path.as_bytes(), b"\0", file.text.as_bytes(), b"\0"]).flatten();
    format!("{:016x}", fnv_1a(bytes.copied()))
}

/// Fowler, Noll and Vo's hash in its variant 1a.
fn fnv_1a(bytes: impl Iterator<Item = u8>) -> u64 {
    const OFFSET_BASIS: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0100_0000_01b3;
    bytes.fold(OFFSET_BASIS, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(PRIME))
}

/// A stretch of one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Location {
    /// Position in [`Sink::files`].
    pub(crate) file: usize,
    /// Bytes.
    pub(crate) span: Range<usize>,
}

/// A value and where it stands.
#[derive(Debug, Clone)]
pub(crate) struct Located<T> {
    pub(crate) value: T,
    pub(crate) at: Location,
}

/// Gathers what is found, so that one run shows everything.
///
/// Findings are pushed through a shared reference: many readers of sections of the same file report to it at once.
pub(crate) struct Sink<'f> {
    pub(crate) files: &'f [&'f SourceFile],
    found: RefCell<Vec<(usize, usize, Diagnostic)>>,
    muted: RefCell<BTreeSet<usize>>,
}

impl<'f> Sink<'f> {
    pub(crate) fn new(files: &'f [&'f SourceFile]) -> Self {
        Self { files, found: RefCell::default(), muted: RefCell::default() }
    }

    /// Reports an error at a place. An empty hint is no hint.
    pub(crate) fn error(&self, at: &Location, message: impl Into<String>, hint: impl Into<String>) {
        self.push(Severity::Error, at, message.into(), hint.into());
    }

    /// Reports a warning at a place. An empty hint is no hint.
    pub(crate) fn warning(&self, at: &Location, message: impl Into<String>, hint: impl Into<String>) {
        self.push(Severity::Warning, at, message.into(), hint.into());
    }

    /// Reports an error about a file that is not there, or about a file as a whole.
    pub(crate) fn error_in_file(&self, path: &str, message: impl Into<String>, hint: impl Into<String>) {
        let diagnostic = Diagnostic {
            severity: Severity::Error,
            file: path.to_owned(),
            line: 0,
            column: 0,
            width: 1,
            source_line: String::new(),
            message: message.into(),
            hint: Some(hint.into()).filter(|hint| !hint.is_empty()),
        };
        let file = self.files.iter().position(|file| file.path == path).unwrap_or(usize::MAX);
        self.found.borrow_mut().push((file, 0, diagnostic));
    }

    /// From now on says nothing about this file: it is not TOML, so whatever else seems wrong in it follows from that.
    pub(crate) fn mute(&self, file: usize) {
        self.muted.borrow_mut().insert(file);
    }

    pub(crate) fn has_errors(&self) -> bool {
        self.found.borrow().iter().any(|(_, _, diagnostic)| diagnostic.severity == Severity::Error)
    }

    /// All findings, in the order of files and places.
    pub(crate) fn into_diagnostics(self) -> Vec<Diagnostic> {
        let mut found = self.found.into_inner();
        found.sort_by_key(|(file, start, _)| (*file, *start));
        found.into_iter().map(|(_, _, diagnostic)| diagnostic).collect()
    }

    /// The place of `range`, counted within the value of a located string. Where the file spells the string with escapes
    /// or over several lines the whole string is the answer.
    pub(crate) fn inside(&self, text: &Located<String>, range: Range<usize>) -> Location {
        let Location { file, span } = &text.at;
        let raw = self.files.get(*file).and_then(|file| file.text.get(span.clone()));
        let quoted = raw.and_then(|raw| {
            let inner = raw.strip_prefix('"').and_then(|raw| raw.strip_suffix('"'));
            inner.or_else(|| raw.strip_prefix('\'').and_then(|raw| raw.strip_suffix('\'')))
        });
        if quoted == Some(text.value.as_str()) {
            let start = span.start + 1;
            Location { file: *file, span: start + range.start..start + range.end }
        } else {
            text.at.clone()
        }
    }

    /// `file:line` of a place, for hints that point at another one.
    pub(crate) fn place(&self, at: &Location) -> String {
        let path = self.files.get(at.file).map_or("", |file| &file.path);
        format!("{path}:{}", self.line(at))
    }

    /// The line of a place, from 1.
    pub(crate) fn line(&self, at: &Location) -> usize {
        let before = self.files.get(at.file).and_then(|file| file.text.get(..at.span.start)).unwrap_or("");
        1 + before.matches('\n').count()
    }

    fn push(&self, severity: Severity, at: &Location, message: String, hint: String) {
        if self.muted.borrow().contains(&at.file) {
            return;
        }
        let Some(file) = self.files.get(at.file) else {
            return;
        };
        // A parser may point behind the end or into the middle of a character: step back to what can be shown.
        let floor = |mut byte: usize| {
            byte = byte.min(file.text.len());
            while !file.text.is_char_boundary(byte) {
                byte -= 1;
            }
            byte
        };
        let (start, end) = (floor(at.span.start), floor(at.span.end.max(at.span.start)));
        let (before, after) = file.text.split_at(start);
        let line_start = before.rfind('\n').map_or(0, |end| end + 1);
        let line_end = start + after.find('\n').unwrap_or(after.len());
        let line_text = file.text.get(line_start..line_end).unwrap_or("").trim_end_matches('\r');
        let marked = file.text.get(start..end.min(line_end)).unwrap_or("");
        let diagnostic = Diagnostic {
            severity,
            file: file.path.clone(),
            line: self.line(at),
            column: 1 + file.text.get(line_start..start).unwrap_or("").chars().count(),
            width: marked.trim_end().chars().count().max(1),
            source_line: line_text.to_owned(),
            message,
            hint: Some(hint).filter(|hint| !hint.is_empty()),
        };
        let mut found = self.found.borrow_mut();
        if !found.iter().any(|(_, _, other)| *other == diagnostic) {
            found.push((at.file, start, diagnostic));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Test vectors of the authors (isthe.com/chongo/tech/comp/fnv).
    #[test]
    fn fnv_1a_vectors() {
        let cases = [("", 0xcbf2_9ce4_8422_2325), ("a", 0xaf63_dc4c_8601_ec8c), ("foobar", 0x8594_4171_f739_67e8)];
        for (text, expected) in cases {
            assert_eq!(fnv_1a(text.bytes()), expected, "{text}");
        }
    }
}
