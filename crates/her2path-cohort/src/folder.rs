//! The output folder: everything is written into a hidden folder within it, and gets its final names when all of it is
//! complete and on the disk.
//!
//! A run that is killed leaves the hidden folder, which the next run empties, and nothing else. A lock on a file in it
//! keeps two runs from writing to one folder.

use std::fs::{File, TryLockError};
use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::error::CohortError;

/// The hidden folder, relative to the output folder.
const WORK: &str = ".her2path-cohort";
/// The file that is locked, in the hidden folder.
const LOCK: &str = "lock";
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
    /// Held until all is done; the system lets go of it when the process ends, however it ends.
    lock: Option<File>,
    done: bool,
}

impl Folder {
    pub(crate) fn open(path: &Path) -> Result<Self, CohortError> {
        std::fs::create_dir_all(path).map_err(CohortError::io("create the folder", path))?;
        let work = path.join(WORK);
        std::fs::create_dir_all(&work).map_err(CohortError::io("create the folder", &work))?;
        let lock = work.join(LOCK);
        let file = File::options().write(true).create(true).truncate(false).open(&lock);
        let file = file.map_err(CohortError::io("create", &lock))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(CohortError::Busy { path: path.to_owned() }),
            Err(TryLockError::Error(error)) => return Err(CohortError::io("lock", &lock)(error)),
        }
        // What a run that was killed left behind.
        for entry in std::fs::read_dir(&work).map_err(CohortError::io("read the folder", &work))? {
            let left = entry.map_err(CohortError::io("read the folder", &work))?.path();
            if left != lock {
                std::fs::remove_file(&left).map_err(CohortError::io("delete", &left))?;
            }
        }
        Ok(Self { path: path.to_owned(), work, lock: Some(file), done: false })
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
        drop(self.lock.take());
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
