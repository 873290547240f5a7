//! From units to rows: bucket by bucket, patient by patient, each patient's units are read as one record and assessed.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

use her2path::chart::stated;
use her2path::fhir::{self, Part, Record};
use her2path::issue::Issue;
use her2path::{Question, assess_chart, assess_record};

use crate::buckets::Buckets;
use crate::codec::Take;
use crate::error::CohortError;
use crate::row::{self, Positions};
use crate::sorting::{BUCKETS, SHELF, Store, bucket_of};
use crate::unit::{At, Holds, Unit};

/// What every worker needs.
pub(crate) struct Judging<'j, 'b, 'k> {
    pub(crate) question: &'j Question<'k>,
    pub(crate) store: &'j Store<'b>,
    /// Rows, by bucket.
    pub(crate) rows: &'j Buckets<'b>,
    /// Ids by number.
    pub(crate) patients: &'j [Box<str>],
    pub(crate) places: &'j Places<'j>,
    /// Medications that are about nobody, by the hash of their names.
    pub(crate) shelf: &'j [(u64, At, u64, u32)],
    pub(crate) stop: &'j AtomicBool,
    pub(crate) progress: &'j AtomicU64,
}

/// Where blocks stood in their files.
pub(crate) struct Places<'p> {
    pub(crate) names: &'p [String],
    /// By block: source and the line on which it begins, from 1.
    pub(crate) blocks: Vec<(u32, u32)>,
}

impl<'p> Places<'p> {
    /// From what workers noted: block, source, line feeds; sorted.
    pub(crate) fn new(names: &'p [String], noted: &[(u32, u32, u32)]) -> Self {
        let (mut source, mut line) = (u32::MAX, 1);
        let mut blocks = Vec::with_capacity(noted.len());
        for (_, of, feeds) in noted {
            if *of != source {
                (source, line) = (*of, 1);
            }
            blocks.push((source, line));
            line += feeds;
        }
        Self { names, blocks }
    }

    /// The file's name and the line in it.
    pub(crate) fn of(&self, at: At) -> (&'p str, usize) {
        let block = usize::try_from(at.block).ok().and_then(|block| self.blocks.get(block)).copied();
        let (source, first) = block.unwrap_or_default();
        let name = usize::try_from(source).ok().and_then(|source| self.names.get(source));
        (name.map_or("", String::as_str), usize::try_from(first + at.line).unwrap_or_default())
    }
}

/// Where a patient's row is.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Entry {
    /// What the row calls the patient.
    pub(crate) patient: String,
    /// What its resources were filed under; usually the same.
    pub(crate) key: Box<str>,
    /// Running number among several persons under one key.
    pub(crate) part: u32,
    pub(crate) bucket: usize,
    pub(crate) start: u64,
    pub(crate) length: usize,
}

/// What judging gave beside rows.
#[derive(Default)]
pub(crate) struct Judged {
    /// Where the rows are, by patient.
    pub(crate) entries: Vec<Entry>,
    /// Issues that are no patient's.
    pub(crate) issues: Vec<Issue>,
}

/// Judges all patients, with so many threads.
pub(crate) fn judge(judging: &Judging<'_, '_, '_>, threads: usize) -> Result<Judged, CohortError> {
    let next = AtomicUsize::new(0);
    let mut all = Judged::default();
    std::thread::scope(|scope| {
        let workers: Vec<_> = (1..threads).map(|_| scope.spawn(|| work(judging, &next))).collect();
        let mut results = vec![work(judging, &next)];
        results.extend(workers.into_iter().map(crate::joined));
        for result in results {
            let Judged { entries, issues } = result?;
            all.entries.extend(entries);
            all.issues.extend(issues);
        }
        Ok::<(), CohortError>(())
    })?;
    all.entries.sort_unstable();
    all.issues.sort();
    Ok(all)
}

fn work(judging: &Judging<'_, '_, '_>, next: &AtomicUsize) -> Result<Judged, CohortError> {
    let positions = Positions::new(judging.question.knowledge);
    let mut judged = Judged::default();
    loop {
        let bucket = next.fetch_add(1, Ordering::Relaxed);
        if bucket >= BUCKETS {
            return Ok(judged);
        }
        let bytes = judging.store.units.take(bucket)?;
        let mut take = Take(&bytes);
        let mut units = Vec::new();
        while let Some(unit) = Unit::take(&mut take) {
            units.push(unit);
        }
        units.sort_unstable_by_key(|unit| (unit.patient, unit.at));
        let mut rest = units.as_slice();
        let numbers = (0..).zip(judging.patients).filter(|(number, _)| bucket_of(*number) == bucket);
        let (mut rows, mut entries) = (Vec::new(), Vec::new());
        for (number, key) in numbers {
            if judging.stop.load(Ordering::Relaxed) {
                return Err(CohortError::Stopped);
            }
            let count = rest.iter().take_while(|unit| unit.patient == number).count();
            let (own, others) = rest.split_at_checked(count).unwrap_or_default();
            rest = others;
            Patient { judging, key, own }.judge(&positions, &mut rows, &mut entries, &mut judged.issues)?;
            judging.progress.fetch_add(1, Ordering::Relaxed);
        }
        let start = judging.rows.append(bucket, &rows)?;
        judged.entries.extend(entries.into_iter().map(|entry| Entry { start: entry.start + start, bucket, ..entry }));
    }
}

struct Patient<'p, 'j, 'b, 'k> {
    judging: &'p Judging<'j, 'b, 'k>,
    key: &'p str,
    own: &'p [Unit<'p>],
}

impl Patient<'_, '_, '_, '_> {
    fn judge(
        &self,
        positions: &Positions<'_>,
        rows: &mut Vec<u8>,
        entries: &mut Vec<Entry>,
        issues: &mut Vec<Issue>,
    ) -> Result<(), CohortError> {
        let Self { judging, key, own, .. } = self;
        let question = judging.question;
        let mut push = |patient: &str, assessment: &her2path::assessment::Assessment<'_>, read: &[&Issue]| {
            let start = rows.len();
            row::put(rows, patient, assessment, read, positions);
            let part = u32::try_from(entries.len()).unwrap_or(u32::MAX);
            let (start, length) = (u64::try_from(start).unwrap_or_default(), rows.len() - start);
            entries.push(Entry { patient: patient.to_owned(), key: (*key).into(), part, bucket: 0, start, length });
        };
        for unit in own.iter().filter(|unit| unit.holds == Holds::Chart) {
            let (name, _) = judging.places.of(unit.at);
            let (chart, found) =
                stated::read(&String::from_utf8_lossy(unit.bytes), name, question.knowledge, question.as_of);
            let assessment = assess_chart(chart, found, question);
            push(assessment.patient.as_deref().unwrap_or(name), &assessment, &[]);
        }
        if own.iter().any(|unit| unit.holds == Holds::Chart) {
            return Ok(());
        }
        let shelved = self.shelved()?;
        let parts = own.iter().map(|unit| (unit.at, unit.bytes));
        let mut parts: Vec<(At, &[u8])> =
            parts.chain(shelved.iter().map(|(at, bytes)| (*at, bytes.as_slice()))).collect();
        parts.sort_unstable_by_key(|(at, _)| *at);
        let (mut records, read) = fhir::read_parts(parts.iter().map(|(at, bytes)| {
            let (name, line) = judging.places.of(*at);
            Part { bytes, name, line }
        }));
        // What is not FHIR is nobody's; types that are not used are counted for all together.
        let (of_patient, of_nobody): (Vec<&Issue>, Vec<&Issue>) = read
            .iter()
            .filter(|issue| issue.code != "resource-type-not-used" && issue.code != "no-resource")
            .partition(|issue| !matches!(&*issue.code, "invalid-json" | "not-utf-8" | "not-fhir"));
        issues.extend(of_nobody.into_iter().cloned());
        if records.is_empty() {
            let mut record = Record::default();
            record.id = (*key).to_owned();
            records.push(record);
        }
        for (position, record) in records.iter().enumerate() {
            let assessment = assess_record(record, question);
            let read = if position == 0 { of_patient.as_slice() } else { &[] };
            let patient = assessment.patient.as_deref().unwrap_or(key);
            push(patient, &assessment, read);
        }
        Ok(())
    }

    /// Medications of other units that this patient's prescriptions refer to, each once.
    fn shelved(&self) -> Result<BTreeMap<At, Vec<u8>>, CohortError> {
        let mut found = BTreeMap::new();
        if self.judging.shelf.is_empty() {
            return Ok(found);
        }
        for unit in self.own.iter().filter(|unit| unit.holds == Holds::Prescriptions) {
            for start in memchr::memmem::find_iter(unit.bytes, b"\"reference\"") {
                let Some(text) = unit.bytes.get(start + 11..).and_then(string_after_colon) else { continue };
                let tail = text.rfind("Medication/").and_then(|start| text.get(start..));
                let tail = tail.map(|tail| tail.split("/_history").next().unwrap_or(tail));
                for name in [Some(text.as_str()), tail].into_iter().flatten() {
                    self.take_from_shelf(name, &mut found)?;
                }
            }
        }
        Ok(found)
    }

    fn take_from_shelf(&self, name: &str, found: &mut BTreeMap<At, Vec<u8>>) -> Result<(), CohortError> {
        let shelf = self.judging.shelf;
        let hash = crate::hash::of(&[name.as_bytes()]);
        let start = shelf.partition_point(|(known, ..)| *known < hash);
        for (_, at, place, length) in shelf.iter().skip(start).take_while(|(known, ..)| *known == hash) {
            if found.contains_key(at) {
                continue;
            }
            let mut bytes = Vec::new();
            let length = usize::try_from(*length).unwrap_or_default();
            self.judging.store.others.read_at(SHELF, *place, length, &mut bytes)?;
            found.insert(*at, bytes);
        }
        Ok(())
    }
}

/// The JSON string behind a colon, decoded.
fn string_after_colon(bytes: &[u8]) -> Option<String> {
    let rest = bytes.trim_ascii_start().strip_prefix(b":")?.trim_ascii_start();
    let mut values = serde_json::Deserializer::from_slice(rest).into_iter::<String>();
    values.next()?.ok()
}
