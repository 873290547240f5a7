//! Files as blocks of whole lines, or as whole documents; decompressed on the way.
//!
//! Workers draw blocks in turn: drawing is a copy out of the page cache and happens under a lock, everything else is
//! theirs alone. Where blocks are cut depends on the bytes only, so a block's number and a line within it order what
//! was read in the same way on every run. Reading into buffers was chosen over mapping files into memory, which needs
//! `unsafe` and crashes where a file is cut short while it is read.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use her2path::issue::Issue;

use crate::compression;
use crate::files::{Content, Source};

/// Bytes that a block is filled to. It should fit into the second-level cache together with what is kept of it.
const BLOCK: usize = 1 << 20;

/// What a block holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Whole lines, a resource or bundle each.
    Lines,
    /// One whole file.
    Document,
    /// A whole file of facts typed in.
    Chart,
}

/// A block. Its bytes are in the buffer that was given to [`Feed::next`].
#[derive(Debug, Clone, Copy)]
pub(crate) struct Block {
    /// Running number over all files.
    pub(crate) number: u32,
    /// Position of its file among the sources.
    pub(crate) source: u32,
    pub(crate) shape: Shape,
}

/// All files, one after the other.
pub(crate) struct Feed<'s> {
    sources: &'s [Source],
    next_source: usize,
    open: Option<Open>,
    number: u32,
    /// Bytes read from the files themselves, before decompression.
    progress: Arc<AtomicU64>,
    /// Bytes given out, after decompression.
    pub(crate) bytes: u64,
    /// Files that could not be read to their end.
    pub(crate) issues: Vec<Issue>,
}

struct Open {
    reader: Box<dyn Read + Send>,
    source: usize,
    shape: Shape,
    /// The beginning of the next block: a line that was not yet whole.
    rest: Vec<u8>,
}

impl<'s> Feed<'s> {
    pub(crate) fn new(sources: &'s [Source], progress: Arc<AtomicU64>) -> Self {
        Self { sources, next_source: 0, open: None, number: 0, progress, bytes: 0, issues: Vec::new() }
    }

    /// Fills the buffer with the next block; `None` after the last.
    pub(crate) fn next(&mut self, buffer: &mut Vec<u8>) -> Option<Block> {
        loop {
            buffer.clear();
            if self.open.is_none() {
                let source = self.next_source;
                let file = self.sources.get(source)?;
                self.next_source += 1;
                match self.begin(file, source) {
                    Ok(open) => self.open = Some(open),
                    Err(error) => self.cannot_read(source, &error),
                }
                continue;
            }
            let open = self.open.as_mut()?;
            let (source, shape) = (open.source, open.shape);
            let more = match shape {
                Shape::Lines => fill_lines(open, buffer),
                Shape::Document | Shape::Chart => {
                    buffer.append(&mut open.rest);
                    open.reader.read_to_end(buffer).map(|_| false)
                }
            };
            match more {
                Ok(true) => {}
                Ok(false) => self.open = None,
                Err(error) => {
                    self.open = None;
                    self.cannot_read(source, &error);
                    // A document that breaks off is none; lines before the break are whole.
                    if shape != Shape::Lines {
                        continue;
                    }
                }
            }
            self.bytes += u64::try_from(buffer.len()).unwrap_or_default();
            // An empty chart knows nothing, an empty document is reported; a file without lines is a type without resources.
            if buffer.is_empty() && shape == Shape::Lines {
                continue;
            }
            let block = Block { number: self.number, source: u32::try_from(source).unwrap_or(u32::MAX), shape };
            self.number += 1;
            return Some(block);
        }
    }

    fn cannot_read(&mut self, source: usize, error: &std::io::Error) {
        let name = self.sources.get(source).map_or("", |source| &source.name);
        let message = format!("the file could not be read to its end, and what follows is missing: {error}");
        self.issues.push(Issue::fatal("unreadable-file", message).at(name));
    }

    fn begin(&mut self, file: &Source, source: usize) -> std::io::Result<Open> {
        let raw: Box<dyn Read + Send> =
            if file.path == Path::new("-") { Box::new(std::io::stdin()) } else { Box::new(File::open(&file.path)?) };
        let raw = Tally { inner: raw, tally: Arc::clone(&self.progress) };
        let mut reader = compression::decompressed(raw)?;
        let mut rest = Vec::new();
        reader.by_ref().take(3).read_to_end(&mut rest)?;
        if rest == BYTE_ORDER_MARK {
            rest.clear();
        }
        let shape = match file.content {
            Content::Lines => Shape::Lines,
            Content::Chart => Shape::Chart,
            Content::Unknown => shape_of(&mut reader, &mut rest)?,
        };
        Ok(Open { reader, source, shape, rest })
    }
}

/// Some programs begin a UTF-8 file with it; it is no content.
const BYTE_ORDER_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Counts what is read from a file.
struct Tally {
    inner: Box<dyn Read + Send>,
    tally: Arc<AtomicU64>,
}

impl Read for Tally {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.tally.fetch_add(u64::try_from(read).unwrap_or_default(), Ordering::Relaxed);
        Ok(read)
    }
}

/// Lines if the first line that is not blank is a whole JSON value and something follows it.
fn shape_of(reader: &mut dyn Read, rest: &mut Vec<u8>) -> std::io::Result<Shape> {
    loop {
        let begin = rest.len() - rest.trim_ascii_start().len();
        let line = rest.get(begin..).unwrap_or_default();
        if let Some(end) = memchr::memchr(b'\n', line) {
            let (line, after) = line.split_at_checked(end).unwrap_or_default();
            let whole = std::str::from_utf8(line).is_ok_and(|line| {
                her2path::fhir::outline(line)
                    .is_ok_and(|(_, end)| line.get(end..).is_some_and(|rest| rest.trim().is_empty()))
            });
            if !whole {
                return Ok(Shape::Document);
            }
            if !after.trim_ascii().is_empty() {
                return Ok(Shape::Lines);
            }
        }
        if reader.take(u64::try_from(BLOCK).unwrap_or_default()).read_to_end(rest)? == 0 {
            return Ok(Shape::Document);
        }
    }
}

/// Fills a buffer with whole lines; whether there is more.
fn fill_lines(open: &mut Open, buffer: &mut Vec<u8>) -> std::io::Result<bool> {
    std::mem::swap(buffer, &mut open.rest);
    open.rest.clear();
    let mut searched = 0;
    loop {
        let wanted = BLOCK.saturating_sub(buffer.len()).max(BLOCK / 4);
        let read = open.reader.by_ref().take(u64::try_from(wanted).unwrap_or_default()).read_to_end(buffer);
        let more = match read {
            Ok(read) => read == wanted,
            Err(error) => {
                // What came before the break is kept as far as it is whole lines.
                let whole = memchr::memrchr(b'\n', buffer).map_or(0, |last| last + 1);
                buffer.truncate(whole);
                return Err(error);
            }
        };
        if !more {
            return Ok(false);
        }
        if let Some(last) = memchr::memrchr(b'\n', buffer.get(searched..).unwrap_or_default()) {
            let end = searched + last + 1;
            open.rest.extend_from_slice(buffer.get(end..).unwrap_or_default());
            buffer.truncate(end);
            return Ok(true);
        }
        searched = buffer.len();
    }
}
