//! Why a cohort could not be assessed. Bad input is no error: it becomes an issue beside the tables.

use std::path::{Path, PathBuf};

/// Why a cohort could not be assessed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CohortError {
    /// A file or folder could not be read or written.
    #[error("could not {what} `{path}`")]
    Io {
        /// What was tried.
        what: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// There is nothing to read.
    #[error("no FHIR file in `{path}`; expected `.json`, `.ndjson` or `.jsonl`, also as `.gz` or `.zst`, or `.toml`")]
    NoFile {
        /// The folder.
        path: PathBuf,
    },
    /// A pattern fits no file.
    #[error("no file fits `{path}`")]
    NothingFits {
        /// The pattern.
        path: PathBuf,
    },
    /// The output folder holds results already.
    #[error(
        "`{path}` holds results already; add `--overwrite` to replace them, or `--resume` to keep them if they are whole and answer the same question"
    )]
    Exists {
        /// The folder.
        path: PathBuf,
    },
    /// Another run writes to the same folder.
    #[error("another run is writing to `{path}`; wait for it, or name another folder")]
    Busy {
        /// The folder.
        path: PathBuf,
    },
    /// A table could not be encoded.
    #[error("could not encode the table `{table}`")]
    Encode {
        /// Its name.
        table: &'static str,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// The user stopped it.
    #[error("stopped; nothing was left under a final name")]
    Stopped,
    /// What was written to a temporary file did not come back.
    #[error("the temporary file `{path}` does not hold what was written to it; is the disk failing?")]
    Damaged {
        /// The file.
        path: PathBuf,
    },
}

impl CohortError {
    /// An error of a file or folder, for `map_err`.
    pub(crate) fn io(what: &'static str, path: impl AsRef<Path>) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.as_ref().to_owned();
        move |source| Self::Io { what, path, source }
    }
}
