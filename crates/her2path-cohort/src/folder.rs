//! The output folder: everything is written into a hidden folder within it, and gets its final names when all of it is
//! complete and on the disk.
//!
//! A run that is killed leaves the hidden folder, which the next run deletes, and nothing else. The lock file holds the
//! number of the process; it is taken over where no such process lives any more.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::error::CohortError;

/// The hidden folder, relative to the output folder.
const WORK: &str = ".her2path-cohort";
/// The file that says that all others are complete, and which question they answer.
pub(crate) const COMPLETE: &str = "cohort.json";
/// The page.
pub(crate) const REPORT: &str = "report.html";
/// What the seal says that it is.
pub(crate) const SCHEMA: &str = "her2path/cohort/1";

/// The output folder of a run.
pub(crate) struct Folder {
    path: PathBuf,
    work: PathBuf,
    done: bool,
}

impl Folder {
    pub(crate) fn open(path: &Path) -> Result<Self, CohortError> {
        std::fs::create_dir_all(path).map_err(CohortError::io("create the folder", path))?;
        let work = path.join(WORK);
        let lock = work.join("lock");
        if let Ok(owner) = std::fs::read_to_string(&lock) {
            let owner = owner.trim();
            let alive = owner != std::process::id().to_string() && Path::new("/proc").join(owner).exists();
            if alive && !owner.is_empty() {
                return Err(CohortError::Busy { path: path.to_owned(), lock });
            }
        }
        if work.exists() {
            std::fs::remove_dir_all(&work).map_err(CohortError::io("delete the folder", &work))?;
        }
        std::fs::create_dir_all(&work).map_err(CohortError::io("create the folder", &work))?;
        std::fs::write(&lock, std::process::id().to_string()).map_err(CohortError::io("write", &lock))?;
        Ok(Self { path: path.to_owned(), work, done: false })
    }

    /// Where temporary files go.
    pub(crate) fn work(&self) -> &Path {
        &self.work
    }

    /// Where a file is written before it gets its name.
    pub(crate) fn draft(&self, name: &str) -> PathBuf {
        self.work.join(name)
    }

    /// Writes a small file.
    pub(crate) fn write(&self, name: &str, content: &[u8]) -> Result<(), CohortError> {
        let path = self.draft(name);
        let mut file = File::create(&path).map_err(CohortError::io("create", &path))?;
        file.write_all(content).map_err(CohortError::io("write", &path))?;
        file.sync_all().map_err(CohortError::io("write", &path))
    }

    /// Gives all drafts their names. The old seal goes first and the new one comes last, so that what is sealed is
    /// always of one run.
    pub(crate) fn complete(mut self, names: &[String], seal: &[u8]) -> Result<(), CohortError> {
        self.write(COMPLETE, seal)?;
        let old = self.path.join(COMPLETE);
        if old.exists() {
            std::fs::remove_file(&old).map_err(CohortError::io("delete", &old))?;
            sync(&self.path)?;
        }
        for name in names.iter().map(String::as_str).chain([COMPLETE]) {
            let (from, to) = (self.draft(name), self.path.join(name));
            std::fs::rename(&from, &to).map_err(CohortError::io("rename", &from))?;
        }
        sync(&self.path)?;
        self.done = true;
        std::fs::remove_dir_all(&self.work).map_err(CohortError::io("delete the folder", &self.work))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !self.done {
            // A failure is already on its way to the user; what cannot be deleted now, the next run deletes.
            let _ = std::fs::remove_dir_all(&self.work);
        }
    }
}

/// The seal of a complete run in a folder.
pub(crate) fn seal(path: &Path) -> Option<Vec<u8>> {
    std::fs::read(path.join(COMPLETE)).ok()
}

/// Whether a file of that name is a seal of ours.
pub(crate) fn is_seal(content: &[u8]) -> bool {
    serde_json::from_slice::<serde_json::Value>(content)
        .is_ok_and(|value| value.get("schema").is_some_and(|schema| schema == SCHEMA))
}

/// Whether any of these files is there.
pub(crate) fn holds(path: &Path, names: &[String]) -> bool {
    names.iter().map(String::as_str).chain([COMPLETE]).any(|name| path.join(name).exists())
}

/// Brings names to the disk.
fn sync(folder: &Path) -> Result<(), CohortError> {
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(CohortError::io("write", folder))
}
