//! From blocks to units: what can matter, sorted into buckets by patient.
//!
//! Each worker draws blocks and decides line by line. Most lines are settled by the [prefilter](crate::prefilter);
//! the others, and whole documents, are outlined. Nothing is read yet: what is kept are bytes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use her2path::fhir::{self, Outlined};
use her2path::issue::Issue;
use her2path::knowledge::model::Knowledge;

use crate::blocks::{Block, Feed, Shape};
use crate::buckets::Buckets;
use crate::codec::Put as _;
use crate::document::{Document, Owner, cut_down, line_of, values, values_before, wrap};
use crate::error::CohortError;
use crate::patients::{Known, Number, Patients};
use crate::prefilter::{Head, Prefilter, Verdict};
use crate::relevance::{self, Policy};
use crate::unit::{At, Holds, Stray, Unit};

/// Where units go.
pub(crate) struct Store<'b> {
    /// Units by patient.
    pub(crate) units: Buckets<'b>,
    /// Hashes of the names of resources, by hash; see [`Seen`].
    pub(crate) names: Buckets<'b>,
    /// Three buckets: strays, Medications that are about nobody, and what is not JSON.
    pub(crate) others: Buckets<'b>,
}

/// Buckets of units and of names.
pub(crate) const BUCKETS: usize = 64;
/// The bucket of strays.
pub(crate) const STRAYS: usize = 0;
/// The bucket of Medications that are about nobody.
pub(crate) const SHELF: usize = 1;
/// The bucket of what is not JSON.
pub(crate) const BROKEN: usize = 2;

/// How a resource's name was met.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Seen {
    /// The resource cannot matter and was skipped.
    Skipped,
    /// The resource was kept.
    Kept,
    /// A kept resource points to it and needs it whatever it says.
    Wanted,
}

/// What all workers share.
pub(crate) struct Sorting<'s, 'b> {
    pub(crate) knowledge: &'s Knowledge,
    pub(crate) patients: &'s Patients,
    pub(crate) store: &'s Store<'b>,
    pub(crate) feed: Mutex<Feed<'s>>,
    pub(crate) names: &'s [String],
    /// Whether bytes may decide.
    pub(crate) prefilter: bool,
    /// Names of resources that cannot matter and are needed all the same. Where there are any, only they are kept.
    pub(crate) forced: Option<&'s BTreeSet<u64>>,
    pub(crate) stop: &'s AtomicBool,
}

/// What a worker noted beside units.
#[derive(Default)]
pub(crate) struct Notes {
    /// Block, source, line feeds in it.
    pub(crate) blocks: Vec<(u32, u32, u32)>,
    /// Resources that were kept, by type.
    pub(crate) kept: BTreeMap<String, u64>,
    /// Resources that cannot matter, by type.
    pub(crate) skipped: BTreeMap<String, u64>,
    /// Codings of clinical terminologies in skipped resources: system and code.
    pub(crate) codings: BTreeMap<(String, String), u64>,
    pub(crate) issues: Vec<(At, Issue)>,
    /// Medications that are about nobody: hash of a name, place in the shelf, length.
    pub(crate) shelf: Vec<(u64, At, u64, u32)>,
    pub(crate) broken: u64,
}

impl Notes {
    pub(crate) fn merge(&mut self, other: Self) {
        self.blocks.extend(other.blocks);
        for (kind, count) in other.kept {
            *self.kept.entry(kind).or_default() += count;
        }
        for (kind, count) in other.skipped {
            *self.skipped.entry(kind).or_default() += count;
        }
        for (coding, count) in other.codings {
            *self.codings.entry(coding).or_default() += count;
        }
        self.issues.extend(other.issues);
        self.shelf.extend(other.shelf);
        self.broken += other.broken;
    }
}

/// Sorts everything, with so many threads.
pub(crate) fn sort(sorting: &Sorting<'_, '_>, threads: usize) -> Result<Notes, CohortError> {
    let mut all = Notes::default();
    std::thread::scope(|scope| {
        let workers: Vec<_> = (1..threads).map(|_| scope.spawn(|| work(sorting))).collect();
        let mut results = vec![work(sorting)];
        results.extend(workers.into_iter().map(crate::joined));
        for result in results {
            all.merge(result?);
        }
        Ok(())
    })?;
    all.blocks.sort_unstable();
    all.issues.sort();
    all.shelf.sort_unstable();
    Ok(all)
}

fn work(sorting: &Sorting<'_, '_>) -> Result<Notes, CohortError> {
    let mut worker = Worker {
        sorting,
        prefilter: Prefilter::new(sorting.knowledge),
        patients: Known::new(sorting.patients),
        units: vec![Vec::new(); BUCKETS],
        seen: vec![Vec::new(); BUCKETS],
        strays: Vec::new(),
        notes: Notes::default(),
        fast_kept: Tally::default(),
        fast_skipped: Tally::default(),
    };
    let mut buffer = Vec::new();
    loop {
        if sorting.stop.load(Ordering::Relaxed) {
            return Err(CohortError::Stopped);
        }
        let drawn = sorting.feed.lock().unwrap_or_else(PoisonError::into_inner).next(&mut buffer);
        let Some(block) = drawn else { break };
        worker.block(block, &buffer)?;
    }
    worker.flush(0)?;
    let Worker { prefilter, mut notes, fast_kept, fast_skipped, .. } = worker;
    for (system, code, count) in prefilter.counts() {
        *notes.codings.entry((system, code)).or_default() += count;
    }
    fast_kept.into(&mut notes.kept);
    fast_skipped.into(&mut notes.skipped);
    Ok(notes)
}

/// Counts by type, for the few types that there are: the one met last is found at once.
#[derive(Default)]
struct Tally {
    counts: Vec<(Box<[u8]>, u64)>,
}

impl Tally {
    fn add(&mut self, kind: &[u8]) {
        match self.counts.iter_mut().find(|(known, _)| **known == *kind) {
            Some((_, count)) => *count += 1,
            None => self.counts.push((kind.into(), 1)),
        }
    }

    fn into(self, counts: &mut BTreeMap<String, u64>) {
        for (kind, count) in self.counts {
            *counts.entry(String::from_utf8_lossy(&kind).into_owned()).or_default() += count;
        }
    }
}

struct Worker<'w, 's, 'b> {
    sorting: &'w Sorting<'s, 'b>,
    prefilter: Prefilter<'s>,
    patients: Known<'s>,
    /// Units on their way to their buckets.
    units: Vec<Vec<u8>>,
    seen: Vec<Vec<u8>>,
    strays: Vec<u8>,
    notes: Notes,
    fast_kept: Tally,
    fast_skipped: Tally,
}

/// Units wait for their bucket until there are so many bytes of them.
const FLUSH: usize = 1 << 15;

impl Worker<'_, '_, '_> {
    fn block(&mut self, block: Block, bytes: &[u8]) -> Result<(), CohortError> {
        let at = At { block: block.number, line: 0, sub: 0 };
        let lines = match block.shape {
            Shape::Lines => self.lines(at, bytes)?,
            Shape::Document => {
                self.document(at, bytes, block.source)?;
                0
            }
            Shape::Chart => {
                let name = self.sorting.names.get(usize::try_from(block.source).unwrap_or(usize::MAX));
                let patient = self.patients.number(&format!("chart {}", name.map_or("", String::as_str)));
                if self.sorting.forced.is_none() {
                    self.keep(Unit { patient, at, holds: Holds::Chart, bytes });
                }
                0
            }
        };
        self.notes.blocks.push((block.number, block.source, lines));
        self.flush(FLUSH)
    }

    /// Each line for itself; how many line feeds there were.
    fn lines(&mut self, start: At, bytes: &[u8]) -> Result<u32, CohortError> {
        let (mut begin, mut line, mut has_backslash) = (0, 0, false);
        for end in memchr::memchr2_iter(b'\n', b'\\', bytes) {
            if bytes.get(end) == Some(&b'\\') {
                has_backslash = true;
                continue;
            }
            self.line(At { line, ..start }, bytes.get(begin..end).unwrap_or_default(), has_backslash)?;
            (begin, has_backslash) = (end + 1, false);
            line += 1;
        }
        self.line(At { line, ..start }, bytes.get(begin..).unwrap_or_default(), has_backslash)?;
        Ok(line)
    }

    fn line(&mut self, at: At, line: &[u8], has_backslash: bool) -> Result<(), CohortError> {
        if line.trim_ascii().is_empty() {
            return Ok(());
        }
        if self.sorting.prefilter {
            let verdict = self.prefilter.decide(line, has_backslash);
            if verdict != Verdict::Undecided {
                self.decided(at, line, verdict);
                return Ok(());
            }
        }
        self.outline_line(at, line, has_backslash)
    }

    /// Does what the bytes decided.
    fn decided(&mut self, at: At, line: &[u8], verdict: Verdict<'_>) {
        let (head, keep) = match verdict {
            Verdict::Unused { kind } => {
                self.fast_skipped.add(kind);
                return;
            }
            Verdict::Undecided => return,
            Verdict::Skip(head) => (head, false),
            Verdict::Keep(head) => (head, true),
        };
        let Head { kind, id, patient } = head;
        let Ok(patient) = std::str::from_utf8(patient) else { return };
        let patient = self.patients.number(patient);
        let name = name_hash(kind, id);
        if !keep {
            if self.is_forced(name) {
                self.keep(Unit { patient, at, holds: holds(kind), bytes: line });
            } else {
                self.fast_skipped.add(kind);
                self.see(name, Seen::Skipped);
            }
            return;
        }
        if self.sorting.forced.is_some() {
            return;
        }
        self.fast_kept.add(kind);
        self.see(name, Seen::Kept);
        self.want(kind, line);
        self.keep(Unit { patient, at, holds: holds(kind), bytes: line });
    }

    /// Notes what a kept resource needs to be there whatever it says: what dates the stage of a Condition, and what an
    /// Observation is about.
    fn want(&mut self, kind: &[u8], bytes: &[u8]) {
        let of_condition = kind == b"Condition";
        let of_observation = kind == b"Observation" && memchr::memmem::find(bytes, b"\"focus\"").is_some();
        if !of_condition && !of_observation {
            return;
        }
        const BEFORE: &[u8] = b"\"reference\":\"";
        for start in memchr::memmem::find_iter(bytes, BEFORE) {
            let reference = bytes.get(start + BEFORE.len()..).unwrap_or_default();
            let reference = reference.split(|&byte| byte == b'"').next().unwrap_or_default();
            let mut parts = reference.rsplit(|&byte| byte == b'/');
            let (Some(id), Some(kind)) = (parts.next(), parts.next()) else { continue };
            // Encounters date nothing; types that are always kept need not be asked for.
            let wanted = kind == b"Observation" || (of_observation && kind != b"Encounter");
            if wanted && relevance::policy(kind) == Policy::ByCode {
                self.see(name_hash(kind, id), Seen::Wanted);
            }
        }
    }

    /// A line that the bytes do not decide on: the reader's own parser does.
    fn outline_line(&mut self, at: At, line: &[u8], has_backslash: bool) -> Result<(), CohortError> {
        let values = std::str::from_utf8(line).ok().and_then(|text| values(text).map(|values| (text, values)));
        let Some((text, values)) = values else {
            // What is not JSON is reported, unless its frame shows that it could not matter.
            match self.prefilter.decide(line, has_backslash) {
                verdict @ (Verdict::Unused { .. } | Verdict::Skip(_)) => self.decided(at, line, verdict),
                Verdict::Keep(_) | Verdict::Undecided => self.broken(at, line),
            }
            return Ok(());
        };
        let mut sub = 0;
        for (from, to, resources) in values {
            let part = text.get(from..to).unwrap_or_default();
            self.value(At { sub, ..at }, part, from, resources, &mut sub)?;
            sub += 1;
        }
        Ok(())
    }

    fn broken(&mut self, at: At, bytes: &[u8]) {
        if self.sorting.forced.is_some() {
            return;
        }
        self.notes.broken += 1;
        let mut record = Vec::new();
        at.put(&mut record);
        record.bytes(bytes);
        self.strays.u8(u8::try_from(BROKEN).unwrap_or_default());
        self.strays.bytes(&record);
    }

    /// A whole file: one JSON value or several, or lines with a bad one among the first.
    fn document(&mut self, at: At, bytes: &[u8], source: u32) -> Result<(), CohortError> {
        let Ok(text) = std::str::from_utf8(bytes) else { return self.mended(at, bytes, source) };
        let (values, end) = values_before(text);
        let rest = text.get(end..).unwrap_or_default().trim_ascii();
        // A first line that is a resource by itself is one of lines, of which another is broken.
        let first_is_line = values.first().is_some_and(|(from, to, _)| line_of(bytes, *from) == line_of(bytes, *to));
        if values.is_empty() || (!rest.is_empty() && first_is_line && memchr::memchr(b'\n', rest.as_bytes()).is_some())
        {
            return self.mended(at, bytes, source);
        }
        let mut sub = 0;
        for (from, to, resources) in values {
            let line = line_of(text.as_bytes(), from);
            let part = text.get(from..to).unwrap_or_default();
            self.value(At { line, sub, ..at }, part, from, resources, &mut sub)?;
            sub += 1;
        }
        if !rest.is_empty() {
            // What follows a whole document is reported and costs nothing else.
            self.broken(At { line: line_of(bytes, end), sub, ..at }, rest.as_bytes());
        }
        Ok(())
    }

    /// A file that is not JSON as a whole: lines if at least half of several are resources, else refused by the reader.
    fn mended(&mut self, at: At, bytes: &[u8], source: u32) -> Result<(), CohortError> {
        let lines = bytes.split(|&byte| byte == b'\n').filter(|line| !line.trim_ascii().is_empty());
        let whole = |line: &&[u8]| {
            std::str::from_utf8(line)
                .ok()
                .and_then(values)
                .is_some_and(|values| values.iter().any(|(.., found)| !found.is_empty()))
        };
        let all = lines.clone().count();
        if all > 1 && lines.filter(whole).count() * 2 >= all {
            self.lines(at, bytes)?;
            return Ok(());
        }
        if self.sorting.forced.is_none() {
            let name = self.sorting.names.get(usize::try_from(source).unwrap_or(usize::MAX));
            let (_, issues) = fhir::read(bytes, name.map_or("", String::as_str));
            self.notes.broken += 1;
            self.notes.issues.extend(issues.into_iter().map(|issue| (at, issue)));
        }
        Ok(())
    }

    /// One JSON value with the resources in it. Their places count from the text of which the value begins at `from`.
    fn value(
        &mut self,
        at: At,
        part: &str,
        from: usize,
        mut resources: Vec<Outlined<'_>>,
        sub: &mut u32,
    ) -> Result<(), CohortError> {
        for resource in &mut resources {
            resource.span = resource.span.start - from..resource.span.end - from;
        }
        let bytes = part.as_bytes();
        if resources.is_empty() {
            self.broken(at, bytes);
            return Ok(());
        }
        let document = Document::new(self.sorting.knowledge, &resources);
        if let [resource] = resources.as_slice()
            && resource.entry.is_none()
            && resource.span == (0..bytes.len())
        {
            if let Some(Owner::Patient(id)) = document.owners.first() {
                self.patients.number(id);
            }
            let keep = self.is_kept(resource, document.matters.first() == Some(&true), bytes);
            if keep {
                self.resource(at, resource, document.owners.first().unwrap_or(&Owner::Nobody), bytes);
            }
            return Ok(());
        }
        let kept: Vec<bool> = resources
            .iter()
            .zip(&document.matters)
            .map(|(resource, matters)| {
                self.is_kept(resource, *matters, bytes.get(resource.span.clone()).unwrap_or_default())
            })
            .collect();
        let mut owners: Vec<&str> = document
            .owners
            .iter()
            .filter_map(|owner| match owner {
                Owner::Patient(id) => Some(id.as_str()),
                _ => None,
            })
            .collect();
        owners.sort_unstable();
        owners.dedup();
        for (resource, owner) in resources.iter().zip(&document.owners) {
            if let Owner::Patient(id) = owner {
                let patient = self.patients.number(id);
                if resource.kind == "Patient" && self.sorting.forced.is_none() {
                    self.patients.identify(patient, &resource.identifiers);
                }
            }
        }
        match owners.as_slice() {
            [only] if !document.has_other_owners() => {
                if kept.contains(&true) {
                    let patient = self.patients.number(only);
                    let cut = cut_down(bytes, &resources, &kept);
                    self.keep(Unit { patient, at, holds: Holds::Prescriptions, bytes: &cut });
                }
            }
            _ => {
                for ((resource, owner), _) in
                    resources.iter().zip(&document.owners).zip(&kept).filter(|(_, kept)| **kept)
                {
                    let line = at.line + line_of(bytes, resource.span.start);
                    let span = bytes.get(resource.span.clone()).unwrap_or_default();
                    let wrapped = wrap(resource, span);
                    *sub += 1;
                    self.resource(At { line, sub: *sub, ..at }, resource, owner, &wrapped);
                }
            }
        }
        Ok(())
    }

    /// Counts a resource; whether it is kept.
    fn is_kept(&mut self, resource: &Outlined<'_>, matters: bool, bytes: &[u8]) -> bool {
        let kind = resource.kind.as_bytes();
        if relevance::policy(kind) == Policy::Unused {
            self.fast_skipped.add(kind);
            return false;
        }
        let name = resource.id.as_deref().map(|id| name_hash(kind, id.as_bytes()));
        if self.sorting.forced.is_some() {
            return !matters && name.is_some_and(|name| self.is_forced(name));
        }
        if let Some(name) = name {
            self.see(name, if matters { Seen::Kept } else { Seen::Skipped });
        }
        if matters {
            self.fast_kept.add(kind);
            self.want(kind, bytes);
        } else {
            self.fast_skipped.add(kind);
            let mut codings: Vec<(&str, &str)> = resource
                .codings
                .iter()
                .filter(|(system, _)| relevance::is_clinical(system.as_deref()))
                .filter_map(|(system, code)| Some((system.as_deref()?, &**code)))
                .collect();
            codings.sort_unstable();
            codings.dedup();
            for (system, code) in codings {
                *self.notes.codings.entry((system.to_owned(), code.to_owned())).or_default() += 1;
            }
        }
        matters
    }

    /// Keeps a resource by its owner.
    fn resource(&mut self, at: At, resource: &Outlined<'_>, owner: &Owner, bytes: &[u8]) {
        let kind = resource.kind.as_bytes();
        let name = match &resource.id {
            Some(id) => format!("{}/{id}", resource.kind),
            None => resource.kind.clone().into_owned(),
        };
        let holds = holds(kind);
        match owner {
            Owner::Patient(id) => {
                let patient = self.patients.number(id);
                if kind == b"Patient" && self.sorting.forced.is_none() {
                    self.patients.identify(patient, &resource.identifiers);
                }
                self.keep(Unit { patient, at, holds, bytes });
            }
            Owner::NotAPatient => {
                let issue = Issue::information("subject-not-a-patient", "left out: its subject is not a patient");
                self.notes.issues.push((at, issue.at(name)));
            }
            Owner::Nobody if kind == b"Medication" => self.shelve(at, resource, bytes),
            Owner::Nobody | Owner::Identifier(..) => {
                let identifier = match owner {
                    Owner::Identifier(system, value) => Some((system.as_deref(), value.as_str())),
                    _ => None,
                };
                let mut record = Vec::new();
                Stray { at, identifier, name: &name, holds, bytes }.put(&mut record);
                self.strays.u8(u8::try_from(STRAYS).unwrap_or_default());
                self.strays.bytes(&record);
            }
        }
    }

    /// A Medication that is about nobody: whoever refers to it gets it.
    fn shelve(&mut self, at: At, resource: &Outlined<'_>, bytes: &[u8]) {
        let mut record = Vec::new();
        record.bytes(bytes);
        let id = resource.id.as_ref().map(|id| format!("Medication/{id}"));
        record.optional(id.as_deref());
        record.optional(resource.full_url.as_deref());
        at.put(&mut record);
        self.strays.u8(u8::try_from(SHELF).unwrap_or_default());
        self.strays.bytes(&record);
    }

    fn keep(&mut self, unit: Unit<'_>) {
        if let Some(bucket) = self.units.get_mut(bucket_of(unit.patient)) {
            unit.put(bucket);
        }
    }

    fn see(&mut self, name: u64, seen: Seen) {
        if self.sorting.forced.is_some() {
            return;
        }
        let bucket = usize::try_from(name % u64::try_from(BUCKETS).unwrap_or(1)).unwrap_or_default();
        if let Some(bucket) = self.seen.get_mut(bucket) {
            bucket.u64(name);
            bucket.u8(match seen {
                Seen::Skipped => 0,
                Seen::Kept => 1,
                Seen::Wanted => 2,
            });
        }
    }

    fn is_forced(&self, name: u64) -> bool {
        self.sorting.forced.is_some_and(|forced| forced.contains(&name))
    }

    /// Moves what waits to its buckets, where more than so many bytes wait.
    fn flush(&mut self, more_than: usize) -> Result<(), CohortError> {
        let Store { units, names, others } = self.sorting.store;
        for (to, lists) in [(units, &mut self.units), (names, &mut self.seen)] {
            for (number, waiting) in lists.iter_mut().enumerate().filter(|(_, waiting)| waiting.len() > more_than) {
                to.append(number, waiting)?;
                waiting.clear();
            }
        }
        let waiting = std::mem::take(&mut self.strays);
        let mut take = crate::codec::Take(&waiting);
        while let Some((bucket, record)) = take.u8().zip(take.bytes()) {
            let start = others.append(usize::from(bucket), record)?;
            if usize::from(bucket) == SHELF {
                self.note_shelf(record, start);
            }
        }
        Ok(())
    }

    fn note_shelf(&mut self, record: &[u8], start: u64) {
        let mut take = crate::codec::Take(record);
        let Some(bytes) = take.bytes() else { return };
        let names = [take.optional().flatten(), take.optional().flatten()];
        let Some(at) = At::take(&mut take) else { return };
        // Behind the length that stands before the bytes.
        let place = (start + 4, u32::try_from(bytes.len()).unwrap_or_default());
        for name in names.into_iter().flatten() {
            self.notes.shelf.push((crate::hash::of(&[name.as_bytes()]), at, place.0, place.1));
        }
    }
}

/// The bucket of a patient.
pub(crate) fn bucket_of(patient: Number) -> usize {
    usize::try_from(patient).unwrap_or_default() % BUCKETS
}

fn holds(kind: &[u8]) -> Holds {
    if kind.starts_with(b"Medication") { Holds::Prescriptions } else { Holds::Fhir }
}

fn name_hash(kind: &[u8], id: &[u8]) -> u64 {
    crate::hash::of(&[kind, b"/", id])
}
