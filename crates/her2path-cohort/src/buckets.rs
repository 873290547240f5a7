//! Bytes sorted into buckets, in memory up to a limit and in temporary files beyond it.
//!
//! Each bucket is a list of records appended by any thread. When all buckets together hold more than the limit, all of
//! them go to their files. Reading a bucket gives everything that was appended, in no particular order: records carry
//! what they are to be sorted by.

use std::fs::File;
use std::io::{Read, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::error::CohortError;

/// Memory for records that wait, shared by several sets of buckets.
pub(crate) struct Budget {
    limit: usize,
    used: AtomicUsize,
}

impl Budget {
    pub(crate) fn new(limit: usize) -> Self {
        Self { limit, used: AtomicUsize::new(0) }
    }
}

/// A set of buckets.
pub(crate) struct Buckets<'b> {
    budget: &'b Budget,
    folder: &'b Path,
    name: &'static str,
    buckets: Vec<Mutex<Bucket>>,
    /// Held by the thread that moves buckets to their files.
    spilling: Mutex<()>,
}

#[derive(Default)]
struct Bucket {
    bytes: Vec<u8>,
    file: Option<(PathBuf, File, u64)>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<'b> Buckets<'b> {
    pub(crate) fn new(name: &'static str, count: usize, folder: &'b Path, budget: &'b Budget) -> Self {
        let buckets = (0..count).map(|_| Mutex::default()).collect();
        Self { budget, folder, name, buckets, spilling: Mutex::default() }
    }

    /// Appends whole records to a bucket; where they begin in it.
    pub(crate) fn append(&self, bucket: usize, records: &[u8]) -> Result<u64, CohortError> {
        let Some(slot) = self.buckets.get(bucket) else { return Ok(0) };
        let mut bucket = lock(slot);
        let before = bucket.bytes.capacity();
        let in_file = bucket.file.as_ref().map_or(0, |(_, _, length)| *length);
        let start = in_file + u64::try_from(bucket.bytes.len()).unwrap_or_default();
        bucket.bytes.extend_from_slice(records);
        let grown = bucket.bytes.capacity() - before;
        // Counted before another thread can take the bytes and subtract them: the sum never falls below nothing.
        let used = self.budget.used.fetch_add(grown, Ordering::Relaxed) + grown;
        drop(bucket);
        if used > self.budget.limit {
            self.spill()?;
        }
        Ok(start)
    }

    /// Moves every bucket to its file.
    fn spill(&self) -> Result<(), CohortError> {
        let Ok(_guard) = self.spilling.try_lock() else { return Ok(()) };
        for (number, slot) in self.buckets.iter().enumerate() {
            let mut bucket = lock(slot);
            let bytes = std::mem::take(&mut bucket.bytes);
            self.budget.used.fetch_sub(bytes.capacity(), Ordering::Relaxed);
            if bytes.is_empty() {
                continue;
            }
            if bucket.file.is_none() {
                let path = self.folder.join(format!("{}-{number}", self.name));
                let mut options = File::options();
                let file = options.read(true).write(true).create(true).truncate(true).open(&path);
                bucket.file = Some((path.clone(), file.map_err(CohortError::io("create", &path))?, 0));
            }
            if let Some((path, file, length)) = &mut bucket.file {
                file.write_all(&bytes).map_err(CohortError::io("write", &*path))?;
                *length += u64::try_from(bytes.len()).unwrap_or_default();
            }
        }
        Ok(())
    }

    /// Everything in a bucket, which stays there.
    pub(crate) fn read(&self, bucket: usize) -> Result<Vec<u8>, CohortError> {
        let Some(slot) = self.buckets.get(bucket) else { return Ok(Vec::new()) };
        let mut bucket = lock(slot);
        let mut all = Vec::new();
        if let Some((path, file, length)) = &mut bucket.file {
            let length = *length;
            file.seek(SeekFrom::Start(0)).map_err(CohortError::io("read", &*path))?;
            Read::by_ref(file).take(length).read_to_end(&mut all).map_err(CohortError::io("read", &*path))?;
            if u64::try_from(all.len()).ok() != Some(length) {
                return Err(CohortError::Damaged { path: path.clone() });
            }
            file.seek(SeekFrom::End(0)).map_err(CohortError::io("read", &*path))?;
        }
        all.extend_from_slice(&bucket.bytes);
        Ok(all)
    }

    /// Everything in a bucket, which is empty afterwards.
    pub(crate) fn take(&self, bucket: usize) -> Result<Vec<u8>, CohortError> {
        let all = self.read(bucket)?;
        if let Some(slot) = self.buckets.get(bucket) {
            let mut bucket = lock(slot);
            let bytes = std::mem::take(&mut bucket.bytes);
            self.budget.used.fetch_sub(bytes.capacity(), Ordering::Relaxed);
            if let Some((path, ..)) = bucket.file.take() {
                std::fs::remove_file(&path).map_err(CohortError::io("delete", &path))?;
            }
        }
        Ok(all)
    }

    /// Some bytes of a bucket.
    pub(crate) fn read_at(
        &self,
        bucket: usize,
        start: u64,
        length: usize,
        into: &mut Vec<u8>,
    ) -> Result<(), CohortError> {
        into.clear();
        let Some(slot) = self.buckets.get(bucket) else { return Ok(()) };
        let mut bucket = lock(slot);
        let in_file = bucket.file.as_ref().map_or(0, |(_, _, length)| *length);
        if start < in_file {
            if let Some((path, file, _)) = &mut bucket.file {
                file.seek(SeekFrom::Start(start)).map_err(CohortError::io("read", &*path))?;
                let wanted = u64::try_from(length).unwrap_or_default();
                Read::by_ref(file).take(wanted).read_to_end(into).map_err(CohortError::io("read", &*path))?;
                file.seek(SeekFrom::End(0)).map_err(CohortError::io("read", &*path))?;
                if into.len() != length {
                    return Err(CohortError::Damaged { path: path.clone() });
                }
            }
        } else {
            let from = usize::try_from(start - in_file).unwrap_or(usize::MAX);
            into.extend_from_slice(bucket.bytes.get(from..from.saturating_add(length)).unwrap_or_default());
        }
        Ok(())
    }
}
