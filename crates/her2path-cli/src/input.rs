//! Files with records: what can be read is read, and what cannot is told with its reason.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

/// A file and how issues call it.
pub(crate) struct File {
    /// Its path, or `standard input`.
    pub(crate) name: String,
    /// What is in it.
    pub(crate) bytes: Vec<u8>,
}

impl File {
    /// Whether it holds facts typed in, not a record.
    pub(crate) fn is_chart(&self) -> bool {
        Path::new(&self.name).extension().is_some_and(|extension| extension == "toml")
    }
}

/// What can be read of the inputs, and why the others cannot.
pub(crate) fn read_files(inputs: &[PathBuf]) -> (Vec<File>, Vec<anyhow::Error>) {
    let mut files = Vec::new();
    let mut skipped = Vec::new();
    for input in inputs {
        if input == Path::new("-") {
            let mut bytes = Vec::new();
            match std::io::stdin().lock().read_to_end(&mut bytes).context("could not read standard input") {
                Ok(_) => files.push(File { name: "standard input".to_owned(), bytes }),
                Err(error) => skipped.push(error),
            }
        } else if input.is_dir() {
            let before = files.len().saturating_add(skipped.len());
            read_folder(input, &mut files, &mut skipped);
            if files.len().saturating_add(skipped.len()) == before {
                let message = "holds no `.json`, `.ndjson`, `.jsonl` or `.toml` file";
                skipped.push(anyhow::anyhow!("the folder `{}` {message}", input.display()));
            }
        } else {
            match read_file(input) {
                Ok(file) => files.push(file),
                Err(error) => skipped.push(error),
            }
        }
    }
    (files, skipped)
}

/// All records below a folder, in the order of their paths. Links to folders are not followed: they may lead in circles.
fn read_folder(folder: &Path, files: &mut Vec<File>, skipped: &mut Vec<anyhow::Error>) {
    let list = || -> std::io::Result<Vec<(PathBuf, bool)>> {
        let mut entries = Vec::new();
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            entries.push((entry.path(), entry.file_type()?.is_dir()));
        }
        entries.sort();
        Ok(entries)
    };
    let entries = match list().with_context(|| format!("could not read the folder `{}`", folder.display())) {
        Ok(entries) => entries,
        Err(error) => return skipped.push(error),
    };
    for (path, is_folder) in entries {
        let extension = path.extension().unwrap_or_default();
        if is_folder {
            read_folder(&path, files, skipped);
        } else if ["json", "ndjson", "jsonl", "toml"].iter().any(|known| extension == *known) && !path.is_dir() {
            match read_file(&path) {
                Ok(file) => files.push(file),
                Err(error) => skipped.push(error),
            }
        }
    }
}

fn read_file(path: &Path) -> anyhow::Result<File> {
    let name = path.display().to_string();
    let bytes = std::fs::read(path).with_context(|| format!("could not read `{name}`"))?;
    Ok(File { name, bytes })
}
