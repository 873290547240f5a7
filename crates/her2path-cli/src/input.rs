//! Files with records: what can be read is read, and what cannot is told with its reason. Which files an input names is
//! decided where `cohort` decides it too.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use her2path_cohort::CohortError;
use her2path_cohort::compression::decompressed;
use her2path_cohort::files::{self, Content, Source};

use crate::output;

/// A file and how issues call it.
pub(crate) struct File {
    /// Its path, or `standard input`.
    pub(crate) name: String,
    /// What is in it.
    pub(crate) bytes: Vec<u8>,
    /// Whether it holds facts typed in, not a record.
    pub(crate) is_chart: bool,
}

/// What was found at the inputs.
#[derive(Default)]
pub(crate) struct Found {
    /// What could be read.
    pub(crate) files: Vec<File>,
    /// Why others could not.
    pub(crate) skipped: Vec<anyhow::Error>,
    /// Files in folders that are no records by their names.
    pub(crate) passed_over: Vec<PathBuf>,
    /// Folders that hold no record.
    pub(crate) empty: Vec<CohortError>,
}

impl Found {
    /// Says on standard error what was not read.
    pub(crate) fn tell(&self) {
        for reason in &self.skipped {
            output::say(format_args!("{reason:#}"));
        }
        for reason in &self.empty {
            output::say(reason);
        }
        tell_passed_over(&self.passed_over);
    }
}

/// Names files of a folder that were not read.
pub(crate) fn tell_passed_over(files: &[PathBuf]) {
    if files.is_empty() {
        return;
    }
    let names: Vec<String> = files.iter().take(3).map(|path| format!("`{}`", path.display())).collect();
    let more = files.len().saturating_sub(names.len());
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    output::say(format_args!(
        "not read, for their names do not end in .json, .ndjson, .jsonl or .toml (or these and .gz or .zst): {}{more}",
        names.join(", ")
    ));
}

/// What can be read of the inputs, and why the others cannot.
pub(crate) fn read_files(inputs: &[PathBuf]) -> Found {
    let mut found = Found::default();
    for input in inputs {
        match files::find(std::slice::from_ref(input)) {
            Ok(listing) => {
                found.passed_over.extend(listing.passed_over);
                for source in listing.sources {
                    match read(source) {
                        Ok(file) => found.files.push(file),
                        Err(error) => found.skipped.push(error),
                    }
                }
            }
            Err(error @ CohortError::NoFile { .. }) => found.empty.push(error),
            Err(error) => found.skipped.push(error.into()),
        }
    }
    found
}

fn read(source: Source) -> anyhow::Result<File> {
    let Source { path, name, content } = source;
    let mut bytes = Vec::new();
    let read = if path == Path::new("-") {
        decompressed(std::io::stdin()).and_then(|mut reader| reader.read_to_end(&mut bytes))
    } else {
        let reader = std::fs::File::open(&path).and_then(decompressed);
        reader.and_then(|mut reader| reader.read_to_end(&mut bytes))
    };
    read.with_context(|| format!("could not read `{name}`"))?;
    Ok(File { name, bytes, is_chart: content == Content::Chart })
}
