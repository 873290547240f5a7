//! From a plan to files: blocks of patients made on several threads, written in order.
//!
//! Each thread makes every n-th block and hands it over through a channel of its own that holds two; the writer takes
//! from the channels in turn. So the order is that of the patients, memory does not grow with their number, and the bytes
//! do not depend on the threads. Files are written under a temporary name and renamed once they are complete.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::ops::{ControlFlow, Range};
use std::path::{Path, PathBuf};
use std::sync::mpsc::sync_channel;

use crate::json::Json;
use crate::plan::{Layout, Plan};
use crate::record::resource::Kind;
use crate::record::write::{References, Writer};
use crate::{journey, mess, record, truth};

/// Patients in one block.
const BLOCK: u64 = 32;

/// What a range of patients came to.
#[derive(Debug, Default)]
pub struct Block {
    /// The lines of each file, in the order of [`names`].
    files: Vec<Vec<u8>>,
    resources: u64,
}

/// What was written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// Patients.
    pub patients: u64,
    /// Resources of all patients.
    pub resources: u64,
    /// Bytes of all files, the truth included.
    pub bytes: u64,
}

/// Why nothing could be written.
#[derive(Debug)]
pub enum Error {
    /// A file could not be written.
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A thread ended early.
    Thread,
    /// It was stopped.
    Stopped,
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Io { path, .. } => write!(f, "could not write `{}`", path.display()),
            Self::Thread => write!(f, "a thread ended before its patients were made"),
            Self::Stopped => write!(f, "stopped; nothing was left under a final name"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io { source, .. } => Some(source),
            Self::Thread | Self::Stopped => None,
        }
    }
}

/// The names of the files of a layout, the truth last.
fn names(layout: Layout) -> Vec<String> {
    let mut names: Vec<String> = match layout {
        Layout::Bulk => Kind::ALL.iter().map(|kind| format!("{}.ndjson", kind.name())).collect(),
        Layout::Bundles => vec!["bundles.ndjson".to_owned()],
    };
    names.push("truth.ndjson".to_owned());
    names
}

/// Makes a range of patients in memory.
#[must_use]
pub fn block(plan: &Plan, patients: Range<u64>) -> Block {
    let mut block = Block { files: names(plan.layout).iter().map(|_| Vec::new()).collect(), resources: 0 };
    for patient in patients {
        one(plan, patient, &mut block);
    }
    block
}

impl Block {
    /// Each file's name and lines.
    pub fn files(&self, layout: Layout) -> impl Iterator<Item = (String, &[u8])> {
        names(layout).into_iter().zip(self.files.iter().map(Vec::as_slice))
    }
}

fn one(plan: &Plan, patient: u64, block: &mut Block) {
    let journey = journey::make(plan, patient);
    let mut resources = record::of(&journey, plan, patient);
    let damages = mess::damage(&journey, plan, patient, &mut resources);
    let id = format!("syn-{:x}-{:07}", plan.seed, patient + 1);
    let writer = Writer { patient: &id, references: References::Relative };
    block.resources += resources.len() as u64;
    match plan.layout {
        Layout::Bulk => {
            for resource in &resources {
                if let Some(file) = block.files.get_mut(resource.kind as usize) {
                    let mut json = Json::new(file);
                    writer.write(resource, &mut json);
                    json.line();
                }
            }
        }
        Layout::Bundles => {
            if let Some(file) = block.files.first_mut() {
                let mut json = Json::new(file);
                json.open();
                json.text_at("resourceType", "Bundle");
                json.text_at("type", "collection");
                json.list_at("entry");
                for resource in &resources {
                    json.open();
                    writer.full_url(resource.kind, resource.number, &mut json);
                    json.key("resource");
                    writer.write(resource, &mut json);
                    json.close();
                }
                json.end_list();
                json.close();
                json.line();
            }
        }
    }
    if let Some(file) = block.files.last_mut() {
        truth::write(&journey, plan, &id, &damages, file);
    }
}

/// Whether files of an earlier run, of any layout, are in a folder.
#[must_use]
pub fn is_written(folder: &Path) -> bool {
    [Layout::Bulk, Layout::Bundles].into_iter().flat_map(names).any(|name| folder.join(name).exists())
}

/// Writes all patients into a folder, which is made if it is not there; what an earlier run left in it is replaced,
/// whatever its layout. `progress` is told the number of patients written so far, and stops it by answering so.
///
/// # Errors
///
/// When a file cannot be written, or it was stopped; temporary files are removed.
pub fn write(
    plan: &Plan,
    folder: &Path,
    threads: usize,
    progress: impl FnMut(u64) -> ControlFlow<()>,
) -> Result<Summary, Error> {
    let io = |path: &Path| {
        let path = path.to_owned();
        move |source| Error::Io { path, source }
    };
    std::fs::create_dir_all(folder).map_err(io(folder))?;
    let paths: Vec<(PathBuf, PathBuf)> =
        names(plan.layout).iter().map(|name| (folder.join(format!(".{name}.part")), folder.join(name))).collect();
    let written = write_parts(plan, &paths, threads.max(1), progress);
    let renamed = written.and_then(|summary| {
        let others = match plan.layout {
            Layout::Bulk => names(Layout::Bundles),
            Layout::Bundles => names(Layout::Bulk),
        };
        for other in others.iter().map(|name| folder.join(name)).filter(|path| path.exists()) {
            std::fs::remove_file(&other).map_err(io(&other))?;
        }
        for (part, whole) in &paths {
            std::fs::rename(part, whole).map_err(io(whole))?;
        }
        Ok(summary)
    });
    if renamed.is_err() {
        for (part, _) in &paths {
            // What was never made cannot be removed, and that is well.
            let _ = std::fs::remove_file(part);
        }
    }
    renamed
}

fn write_parts(
    plan: &Plan,
    paths: &[(PathBuf, PathBuf)],
    threads: usize,
    mut progress: impl FnMut(u64) -> ControlFlow<()>,
) -> Result<Summary, Error> {
    let failed = |path: &Path, source| Error::Io { path: path.to_owned(), source };
    let mut files = Vec::new();
    for (path, _) in paths {
        let file = File::create(path).map_err(|source| failed(path, source))?;
        files.push((path, BufWriter::with_capacity(1 << 20, file)));
    }
    let blocks = plan.patients.div_ceil(BLOCK);
    let mut summary = Summary { patients: plan.patients, ..Summary::default() };
    std::thread::scope(|scope| {
        let step = threads as u64;
        let receivers: Vec<_> = (0..step)
            .map(|first| {
                let (sender, receiver) = sync_channel(2);
                scope.spawn(move || {
                    let mut number = first;
                    while number < blocks {
                        let made = block(plan, number * BLOCK..((number + 1) * BLOCK).min(plan.patients));
                        // The writer has failed and gone: nothing more is wanted.
                        if sender.send(made).is_err() {
                            break;
                        }
                        number += step;
                    }
                });
                receiver
            })
            .collect();
        let mut number = 0;
        for receiver in receivers.iter().cycle() {
            if number == blocks {
                break;
            }
            let made = receiver.recv().map_err(|_| Error::Thread)?;
            for ((path, file), lines) in files.iter_mut().zip(&made.files) {
                file.write_all(lines).map_err(|source| failed(path, source))?;
                summary.bytes += lines.len() as u64;
            }
            summary.resources += made.resources;
            number += 1;
            if progress((number * BLOCK).min(plan.patients)).is_break() {
                return Err(Error::Stopped);
            }
        }
        drop(receivers);
        Ok(())
    })?;
    for (path, mut file) in files {
        file.flush().map_err(|source| failed(path, source))?;
    }
    Ok(summary)
}
