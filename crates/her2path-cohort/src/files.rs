//! Which files a cohort is: folders are searched, patterns with `*` and `?` are filled in, names tell what is inside.

use std::path::{Path, PathBuf};

use crate::error::CohortError;
use crate::folder;
use crate::tables::Table;

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

/// What inputs name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Listing {
    /// What is to be read, in the order given; of a folder, by path.
    pub sources: Vec<Source>,
    /// Files in folders that are no records by their names.
    pub passed_over: Vec<PathBuf>,
}

/// The inputs that paths, folders, patterns and `-` name.
///
/// In folders, the truth beside synthetic patients and the results of an earlier run are left out: they are no records.
/// Hidden folders and links to folders are not entered.
///
/// # Errors
/// A folder that cannot be read, or that holds nothing to read; a pattern that fits nothing; a file that is not there.
pub fn find(inputs: &[PathBuf]) -> Result<Listing, CohortError> {
    let mut listing = Listing::default();
    for input in inputs {
        let before = listing.sources.len();
        if input == Path::new("-") {
            let name = "standard input".to_owned();
            listing.sources.push(Source { path: input.clone(), name, content: Content::Unknown });
        } else if input.is_dir() {
            search(input, &mut listing)?;
        } else if !input.exists() && has_wildcard(input) {
            fill_in(input, &mut listing)?;
        } else {
            std::fs::metadata(input).map_err(CohortError::io("read", input))?;
            listing.sources.push(source(input));
        }
        if listing.sources.len() == before {
            let path = input.clone();
            return Err(if input.is_dir() { CohortError::NoFile { path } } else { CohortError::NothingFits { path } });
        }
    }
    Ok(listing)
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

fn search(folder: &Path, listing: &mut Listing) -> Result<(), CohortError> {
    let has_results = folder::seal(folder).is_some_and(|seal| folder::is_seal(&seal));
    for path in entries(folder)? {
        if has_results && is_result(&path) {
            continue;
        }
        if path.is_dir() {
            // Hidden folders hold other programs' things, and our own temporary files; links may lead in circles.
            let hidden = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
            if !hidden && !path.is_symlink() {
                search(&path, listing)?;
            }
        } else if matches!(extension(&path).as_str(), "json" | "ndjson" | "jsonl" | "toml") {
            if !path.ends_with(TRUTH) {
                listing.sources.push(source(&path));
            }
        } else {
            listing.passed_over.push(path);
        }
    }
    Ok(())
}

/// Whether a file in a folder of results is one of them.
fn is_result(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let stem = name.split('.').next().unwrap_or_default();
    name == folder::COMPLETE || name == folder::REPORT || Table::ALL.iter().any(|table| table.name() == stem)
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
fn fill_in(pattern: &Path, listing: &mut Listing) -> Result<(), CohortError> {
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
        if path.is_dir() { search(&path, listing)? } else { listing.sources.push(source(&path)) }
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
