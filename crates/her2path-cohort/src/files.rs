//! Which files a cohort is: folders are searched, patterns with `*` and `?` are filled in, names tell what is inside.

use std::path::{Path, PathBuf};

use crate::error::CohortError;

/// What `her2path synth` writes beside its patients: what is true of them, which is no record.
const TRUTH: &str = "truth.ndjson";

/// One input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The file; `-` is standard input.
    pub path: PathBuf,
    /// What to call it in messages.
    pub name: String,
    /// What its name says of its content.
    pub content: Content,
}

/// What a name says of a file's content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Content {
    /// `.ndjson`, `.jsonl`: a resource or bundle on each line.
    Lines,
    /// `.toml`: facts typed in.
    Chart,
    /// Anything else: found out from how it begins.
    Unknown,
}

/// The inputs that paths, folders, patterns and `-` name, in the order given, those of a folder by path.
///
/// # Errors
/// A folder that cannot be read, or that holds nothing to read; a pattern that fits nothing; a file that is not there.
pub fn find(inputs: &[PathBuf]) -> Result<Vec<Source>, CohortError> {
    let mut sources = Vec::new();
    for input in inputs {
        let before = sources.len();
        if input == Path::new("-") {
            sources.push(Source { path: input.clone(), name: "standard input".to_owned(), content: Content::Unknown });
        } else if input.is_dir() {
            search(input, &mut sources)?;
        } else if !input.exists() && has_wildcard(input) {
            fill_in(input, &mut sources)?;
        } else {
            std::fs::metadata(input).map_err(CohortError::io("read", input))?;
            sources.push(source(input));
        }
        if sources.len() == before {
            return Err(CohortError::NoFile { path: input.clone() });
        }
    }
    Ok(sources)
}

fn source(path: &Path) -> Source {
    let content = match extension(path).as_str() {
        "ndjson" | "jsonl" => Content::Lines,
        "toml" => Content::Chart,
        _ => Content::Unknown,
    };
    Source { path: path.to_owned(), name: path.display().to_string(), content }
}

/// The extension below a compression's, in lower case.
fn extension(path: &Path) -> String {
    let lower = |path: &Path| path.extension().map(|e| e.to_string_lossy().to_lowercase()).unwrap_or_default();
    match lower(path).as_str() {
        "gz" | "zst" => lower(Path::new(path.file_stem().unwrap_or_default())),
        other => other.to_owned(),
    }
}

fn search(folder: &Path, sources: &mut Vec<Source>) -> Result<(), CohortError> {
    for path in entries(folder)? {
        if path.is_dir() {
            // Hidden folders hold other programs' things, and our own temporary files.
            let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
            if !hidden {
                search(&path, sources)?;
            }
        } else if matches!(extension(&path).as_str(), "json" | "ndjson" | "jsonl" | "toml") && !path.ends_with(TRUTH) {
            sources.push(source(&path));
        }
    }
    Ok(())
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, CohortError> {
    let io = || CohortError::io("read the folder", folder);
    let entries = std::fs::read_dir(folder).map_err(io())?;
    let mut paths = entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>().map_err(io())?;
    paths.sort();
    Ok(paths)
}

fn has_wildcard(path: &Path) -> bool {
    path.to_string_lossy().contains(['*', '?'])
}

/// Every file that a pattern fits; folders that it fits are searched.
fn fill_in(pattern: &Path, sources: &mut Vec<Source>) -> Result<(), CohortError> {
    let mut found = vec![PathBuf::new()];
    for part in pattern.components() {
        let name = part.as_os_str().to_string_lossy().into_owned();
        let mut next = Vec::new();
        for base in found {
            if !name.contains(['*', '?']) {
                let path = base.join(part);
                if path.exists() {
                    next.push(path);
                }
                continue;
            }
            let folder = if base.as_os_str().is_empty() { Path::new(".") } else { base.as_path() };
            if !folder.is_dir() {
                continue;
            }
            for path in entries(folder)? {
                let Some(entry) = path.file_name().map(|entry| entry.to_string_lossy().into_owned()) else { continue };
                if !entry.starts_with('.') && fits(name.as_bytes(), entry.as_bytes()) {
                    next.push(base.join(entry));
                }
            }
        }
        found = next;
    }
    for path in found {
        if path.is_dir() { search(&path, sources)? } else { sources.push(source(&path)) }
    }
    Ok(())
}

/// Whether a name fits a pattern: `*` is any run of characters, `?` any one byte.
fn fits(pattern: &[u8], name: &[u8]) -> bool {
    match (pattern.split_first(), name.split_first()) {
        (None, None) => true,
        (Some((b'*', rest)), _) => {
            fits(rest, name) || name.split_first().is_some_and(|(_, shorter)| fits(pattern, shorter))
        }
        (Some((b'?', rest)), Some((_, shorter))) => fits(rest, shorter),
        (Some((a, rest)), Some((b, shorter))) => a == b && fits(rest, shorter),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_fit_whole_names() {
        assert!(fits(b"*.ndjson", b"Patient.ndjson"));
        assert!(fits(b"Obs*.ndjson.g?", b"Observation.2.ndjson.gz"));
        assert!(!fits(b"*.ndjson", b"Patient.ndjson.gz"));
        assert!(!fits(b"?", b""));
    }

    #[test]
    fn a_name_tells_the_content_below_its_compression() {
        assert_eq!(source(Path::new("x/Patient.ndjson.gz")).content, Content::Lines);
        assert_eq!(source(Path::new("case.toml")).content, Content::Chart);
        assert_eq!(source(Path::new("bundle.json.zst")).content, Content::Unknown);
    }
}
