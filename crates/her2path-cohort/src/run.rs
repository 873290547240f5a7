//! The whole run.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use her2path::Question;
use her2path::issue::{Issue, Severity};

use crate::blocks::Feed;
use crate::buckets::{Buckets, Budget};
use crate::codec::Take;
use crate::error::CohortError;
use crate::files::Source;
use crate::folder::{self, Folder};
use crate::format::{Format, TableFile};
use crate::judging::{Entry, Judged, Judging, Places, judge};
use crate::needed;
use crate::patients::{Identities, Named, Number, Patients};
use crate::report::{self, Census};
use crate::row;
use crate::sorting::{BROKEN, BUCKETS, Notes, STRAYS, Sorting, Store, bucket_of, sort};
use crate::tables::{Builder, Table, schema};
use crate::unit::{At, Stray, Unit};

/// How to run.
#[derive(Debug, Clone)]
pub struct Options {
    /// Where the tables go.
    pub out: PathBuf,
    /// The form of the tables.
    pub format: Format,
    /// Threads to work with.
    pub threads: usize,
    /// Bytes of what waits to be kept in memory; beyond, it goes to temporary files.
    pub memory: usize,
    /// Whether results that are already there may be replaced.
    pub overwrite: bool,
    /// Whether whole results that answer the same question are to be kept.
    pub resume: bool,
    /// Whether resources may be skipped by their bytes alone. The result is the same without, only slower.
    pub prefilter: bool,
}

/// How far a run has got; may be read while it runs.
#[derive(Debug, Default)]
pub struct Progress {
    /// Set it to stop the run.
    pub stop: AtomicBool,
    /// Bytes read from files, before decompression.
    pub read: Arc<AtomicU64>,
    /// Bytes that there are to read, as far as files have a size.
    pub to_read: AtomicU64,
    /// Patients assessed.
    pub assessed: AtomicU64,
    /// Patients that there are.
    pub patients: AtomicU64,
    stage: AtomicU8,
}

/// What a run is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Sorting resources by patient.
    Reading,
    /// Assessing patients.
    Assessing,
    /// Writing tables.
    Writing,
}

impl Progress {
    /// What the run is doing.
    #[must_use]
    pub fn stage(&self) -> Stage {
        match self.stage.load(Ordering::Relaxed) {
            0 => Stage::Reading,
            1 => Stage::Assessing,
            _ => Stage::Writing,
        }
    }
}

/// What came of a run.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Summary {
    /// Whether nothing was done because whole results were there already.
    pub resumed: bool,
    /// Rows of `assessments`.
    pub patients: u64,
    /// Bytes read, after decompression.
    pub bytes: u64,
    /// Resources that could matter, by type.
    pub kept: BTreeMap<String, u64>,
    /// Resources that could not, by type.
    pub skipped: BTreeMap<String, u64>,
    /// Lines and documents that could not be read.
    pub broken: u64,
    /// Issues by severity.
    pub issues: BTreeMap<Severity, u64>,
    /// The first issues that are no patient's.
    pub first_issues: Vec<Issue>,
    /// Codings of clinical terminologies in no value set, by how many skipped resources hold them: system, code, count.
    pub codings: Vec<(String, String, u64)>,
}

/// Assesses every patient in the sources and writes the tables.
///
/// # Errors
/// A file or folder cannot be read or written, results are there already, or the run was stopped. Bad input is no
/// error: it is reported in the table `issues`.
pub fn run(
    sources: &[Source],
    question: &Question<'_>,
    options: &Options,
    progress: &Progress,
) -> Result<Summary, CohortError> {
    let tables = Table::ALL.iter().map(|table| format!("{}.{}", table.name(), options.format.extension()));
    let names: Vec<String> = tables.chain([folder::REPORT.to_owned()]).collect();
    let seal = seal(sources, question, options);
    if folder::holds(&options.out, &names) {
        let whole = folder::seal(&options.out).as_deref() == Some(&*seal);
        if options.resume && whole && names.iter().all(|name| options.out.join(name).exists()) {
            return Ok(Summary { resumed: true, ..Summary::default() });
        }
        if !options.overwrite && !options.resume {
            return Err(CohortError::Exists { path: options.out.clone() });
        }
    }
    let folder = Folder::open(&options.out)?;
    let sources = with_standard_input(sources, &folder)?;
    let to_read: u64 =
        sources.iter().filter_map(|source| std::fs::metadata(&source.path).ok()).map(|data| data.len()).sum();
    progress.to_read.store(to_read, Ordering::Relaxed);

    let budget = Budget::new(options.memory);
    let buckets = |name, count| Buckets::new(name, count, folder.work(), &budget);
    let store =
        Store { units: buckets("units", BUCKETS), names: buckets("names", BUCKETS), others: buckets("others", 3) };
    let sorted = read(&sources, question, options, &store, progress)?;

    progress.stage.store(1, Ordering::Relaxed);
    let rows = buckets("rows", BUCKETS);
    let Sorted { notes, ids, identities, bytes, mut issues } = sorted;
    let file_names: Vec<String> = sources.iter().map(|source| source.name.clone()).collect();
    let places = Places::new(&file_names, &notes.blocks);
    let ids = adopt(&store, ids, &identities, &places, &mut issues)?;
    progress.patients.store(u64::try_from(ids.len()).unwrap_or_default(), Ordering::Relaxed);
    issues.extend(read_broken(&store, &places)?);
    let judging = Judging {
        question,
        store: &store,
        rows: &rows,
        patients: &ids,
        places: &places,
        shelf: &notes.shelf,
        stop: &progress.stop,
        progress: &progress.assessed,
    };
    let Judged { entries, issues: found } = judge(&judging, options.threads)?;
    issues.extend(found);
    issues.extend(notes.issues.into_iter().map(|(_, issue)| issue));
    issues.sort();

    progress.stage.store(2, Ordering::Relaxed);
    let mut by_severity: BTreeMap<Severity, u64> = BTreeMap::new();
    for issue in &issues {
        *by_severity.entry(issue.severity).or_default() += 1;
    }
    let mut census = Census::new(question.knowledge);
    let rows = Rows {
        folder: &folder,
        question,
        format: options.format,
        rows: &rows,
        entries: &entries,
        issues: &issues,
        stop: &progress.stop,
    };
    for (severity, count) in write_tables(&rows, options.threads, &mut census)? {
        *by_severity.entry(severity).or_default() += count;
    }
    let mut codings: Vec<(String, String, u64)> =
        notes.codings.into_iter().map(|((system, code), count)| (system, code, count)).collect();
    codings.sort_by(|a, b| b.2.cmp(&a.2).then_with(|| a.cmp(b)));
    let summary = Summary {
        resumed: false,
        patients: u64::try_from(entries.len()).unwrap_or_default(),
        bytes,
        kept: notes.kept,
        skipped: notes.skipped,
        broken: notes.broken,
        issues: by_severity,
        first_issues: issues.into_iter().take(20).collect(),
        codings,
    };
    folder.write(folder::REPORT, report::page(&census, &summary, question).as_bytes())?;
    folder.complete(&names, &seal)?;
    Ok(summary)
}

/// What a complete run says of itself: the question and the inputs, so that another run can tell whether it would do
/// the same again.
fn seal(sources: &[Source], question: &Question<'_>, options: &Options) -> Vec<u8> {
    let inputs: Vec<serde_json::Value> = sources
        .iter()
        .map(|source| {
            let data = std::fs::metadata(&source.path).ok();
            let modified = data.as_ref().and_then(|data| data.modified().ok());
            let modified = modified.and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
            serde_json::json!({
                "name": source.name,
                "bytes": data.map(|data| data.len()),
                "modified_ns": modified.map(|time| time.as_nanos().to_string()),
            })
        })
        .collect();
    let guideline = &question.knowledge.guideline;
    let seal = serde_json::json!({
        "schema": folder::SCHEMA,
        "version": env!("CARGO_PKG_VERSION"),
        "guideline": {"id": guideline.id, "version": guideline.version, "hash": guideline.hash},
        "as_of": question.as_of.to_string(),
        "format": options.format.extension(),
        "inputs": inputs,
    });
    format!("{seal:#}\n").into_bytes()
}

/// Standard input can be read once only, and what is needed late has to be looked up again: it goes to a file.
fn with_standard_input(sources: &[Source], folder: &Folder) -> Result<Vec<Source>, CohortError> {
    let mut all = sources.to_vec();
    for source in all.iter_mut().filter(|source| source.path == Path::new("-")) {
        let path = folder.draft("standard-input");
        let mut file = std::fs::File::create(&path).map_err(CohortError::io("create", &path))?;
        std::io::copy(&mut std::io::stdin().lock(), &mut file).map_err(CohortError::io("write", &path))?;
        source.path = path;
    }
    Ok(all)
}

struct Sorted {
    notes: Notes,
    ids: Vec<Box<str>>,
    identities: Identities,
    bytes: u64,
    issues: Vec<Issue>,
}

/// Sorts everything by patient, and a second time for what turned out to be needed.
fn read(
    sources: &[Source],
    question: &Question<'_>,
    options: &Options,
    store: &Store<'_>,
    progress: &Progress,
) -> Result<Sorted, CohortError> {
    let names: Vec<String> = sources.iter().map(|source| source.name.clone()).collect();
    let patients = Patients::default();
    let pass = |forced: Option<&BTreeSet<u64>>| {
        let sorting = Sorting {
            knowledge: question.knowledge,
            patients: &patients,
            store,
            feed: Mutex::new(Feed::new(sources, Arc::clone(&progress.read))),
            names: &names,
            prefilter: options.prefilter,
            forced,
            stop: &progress.stop,
        };
        let notes = sort(&sorting, options.threads.max(1))?;
        let feed = sorting.feed.into_inner().unwrap_or_else(PoisonError::into_inner);
        Ok::<_, CohortError>((notes, feed.bytes, feed.issues))
    };
    let (notes, bytes, issues) = pass(None)?;
    let needed = needed::find(&store.names)?;
    if !needed.is_empty() {
        progress.read.store(0, Ordering::Relaxed);
        pass(Some(&needed))?;
    }
    let (ids, identities) = patients.finish();
    Ok(Sorted { notes, ids, identities, bytes, issues })
}

/// Finds a home for resources that do not say whose they are: who their identifier names, or the only patient there
/// is. Several patients and no hint make an issue, never a guess.
fn adopt(
    store: &Store<'_>,
    mut ids: Vec<Box<str>>,
    identities: &Identities,
    places: &Places<'_>,
    issues: &mut Vec<Issue>,
) -> Result<Vec<Box<str>>, CohortError> {
    let bytes = store.others.take(STRAYS)?;
    let mut take = Take(&bytes);
    let mut strays = Vec::new();
    while let Some(stray) = Stray::take(&mut take) {
        strays.push(stray);
    }
    strays.sort_by_key(|stray| stray.at);
    // Those whose identifier names a patient, or a new one.
    let mut new: BTreeMap<(Option<&str>, &str), Number> = BTreeMap::new();
    let mut homeless = Vec::new();
    for stray in strays {
        let Some((system, value)) = stray.identifier else {
            homeless.push(stray);
            continue;
        };
        let patient = match identities.find(system, value) {
            Named::One(patient) => patient,
            Named::Several => {
                issues.push(left_out(
                    &stray,
                    places,
                    "ambiguous-subject",
                    "its subject could be more than one patient of the input; give the patient's full URL",
                ));
                continue;
            }
            Named::Nobody => *new.entry((system, value)).or_insert_with(|| {
                ids.push(value.into());
                Number::try_from(ids.len() - 1).unwrap_or(Number::MAX)
            }),
        };
        give(store, patient, &stray)?;
    }
    if ids.is_empty() && !homeless.is_empty() {
        let message =
            "no patient is in the input and none is referred to; the resources were read as those of one person";
        issues.push(Issue::warning("no-patient", message));
        ids.push("unknown".into());
    }
    for stray in homeless {
        if ids.len() == 1 {
            give(store, 0, &stray)?;
        } else {
            issues.push(left_out(
                &stray,
                places,
                "no-subject",
                "it does not say whose it is, and there are several patients in the input; give it a subject",
            ));
        }
    }
    Ok(ids)
}

fn left_out(stray: &Stray<'_>, places: &Places<'_>, code: &'static str, why: &str) -> Issue {
    let (name, line) = places.of(stray.at);
    Issue::error(code, format!("left out ({name}:{line}): {why}")).at(stray.name)
}

fn give(store: &Store<'_>, patient: Number, stray: &Stray<'_>) -> Result<(), CohortError> {
    let mut record = Vec::new();
    Unit { patient, at: stray.at, holds: stray.holds, bytes: stray.bytes }.put(&mut record);
    store.units.append(bucket_of(patient), &record).map(|_| ())
}

/// What is wrong with lines and values that are not FHIR, in the reader's words.
fn read_broken(store: &Store<'_>, places: &Places<'_>) -> Result<Vec<Issue>, CohortError> {
    let bytes = store.others.take(BROKEN)?;
    let mut take = Take(&bytes);
    let mut found = Vec::new();
    while let Some((at, bytes)) = At::take(&mut take).and_then(|at| Some((at, take.bytes()?))) {
        let (name, line) = places.of(at);
        let (_, issues) = her2path::fhir::read_parts([her2path::fhir::Part { bytes, name, line }]);
        found.extend(
            issues.into_iter().filter(|issue| issue.severity != Severity::Information && issue.code != "no-resource"),
        );
    }
    Ok(found)
}

/// Rows that are turned into one batch of a table.
const BATCH: usize = 1 << 16;

/// What tables are written from.
struct Rows<'r, 'b, 'k> {
    folder: &'r Folder,
    question: &'r Question<'k>,
    format: Format,
    rows: &'r Buckets<'b>,
    entries: &'r [Entry],
    /// Issues that are no patient's.
    issues: &'r [Issue],
    stop: &'r AtomicBool,
}

/// Writes all tables and takes the census on the way; the patients' issues by severity.
fn write_tables(
    rows: &Rows<'_, '_, '_>,
    threads: usize,
    census: &mut Census,
) -> Result<BTreeMap<Severity, u64>, CohortError> {
    if threads < 2 {
        return write(rows, &Table::ALL, Some(census));
    }
    std::thread::scope(|scope| {
        // Facts are about half of all rows.
        let facts = scope.spawn(|| write(rows, &[Table::Facts], None));
        let others: Vec<Table> = Table::ALL.into_iter().filter(|table| *table != Table::Facts).collect();
        let severities = write(rows, &others, Some(census))?;
        crate::joined(facts).map(|_| severities)
    })
}

/// Writes some tables in one pass over the rows.
fn write(
    rows: &Rows<'_, '_, '_>,
    tables: &[Table],
    mut census: Option<&mut Census>,
) -> Result<BTreeMap<Severity, u64>, CohortError> {
    let mut tables: Vec<TableInProgress<'_>> =
        tables.iter().map(|table| TableInProgress::begin(*table, rows)).collect::<Result<_, _>>()?;
    for issue in rows.issues {
        if let Some(census) = census.as_deref_mut() {
            census.issue(issue);
        }
        for table in &mut tables {
            table.push(|builder| builder.push_issue(issue))?;
        }
    }
    let mut severities = BTreeMap::new();
    let mut bytes = Vec::new();
    for entry in rows.entries {
        if rows.stop.load(Ordering::Relaxed) {
            return Err(CohortError::Stopped);
        }
        rows.rows.read_at(entry.bucket, entry.start, entry.length, &mut bytes)?;
        let row = row::take(&bytes).ok_or_else(|| CohortError::Damaged { path: rows.folder.work().to_owned() })?;
        for issue in &row.issues {
            *severities.entry(issue.severity).or_default() += 1;
        }
        if let Some(census) = census.as_deref_mut() {
            census.push(&row);
        }
        for table in &mut tables {
            table.push(|builder| builder.push(&row))?;
        }
    }
    tables.into_iter().try_for_each(TableInProgress::finish)?;
    Ok(severities)
}

/// A table that is being filled, with its file.
struct TableInProgress<'k> {
    table: Table,
    schema: Arc<arrow_schema::Schema>,
    builder: Builder<'k>,
    file: TableFile,
}

impl<'k> TableInProgress<'k> {
    fn begin(table: Table, rows: &Rows<'_, '_, 'k>) -> Result<Self, CohortError> {
        let Question { knowledge, as_of, .. } = *rows.question;
        let schema = schema(table, knowledge, as_of);
        let path = rows.folder.draft(&format!("{}.{}", table.name(), rows.format.extension()));
        let file = TableFile::create(rows.format, table.name(), &schema, &path)?;
        Ok(Self { table, schema, builder: Builder::new(table, knowledge, as_of), file })
    }

    /// Adds rows, and writes a batch where enough wait.
    fn push(&mut self, add: impl FnOnce(&mut Builder<'k>)) -> Result<(), CohortError> {
        add(&mut self.builder);
        if self.builder.len() >= BATCH { self.write_batch() } else { Ok(()) }
    }

    fn write_batch(&mut self) -> Result<(), CohortError> {
        let encode =
            |source: arrow_schema::ArrowError| CohortError::Encode { table: self.table.name(), source: source.into() };
        self.file.write(&self.builder.finish(&self.schema).map_err(encode)?)
    }

    fn finish(mut self) -> Result<(), CohortError> {
        if self.builder.len() > 0 {
            self.write_batch()?;
        }
        self.file.finish()
    }
}
