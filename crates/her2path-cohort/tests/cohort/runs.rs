//! Helpers: a run in a folder of its own, and what it wrote.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use her2path::Question;
use her2path::guideline::KNOWLEDGE;
use her2path_cohort::{CohortError, Format, Options, Progress, Summary, files, run};
use jiff::civil::{Date, date};

/// A folder that goes when it is dropped.
pub(crate) struct Scratch(pub(crate) PathBuf);

impl Scratch {
    pub(crate) fn new() -> Self {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("her2path-cohort-test-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a folder can be made");
        Self(path)
    }

    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.join(name);
        std::fs::create_dir_all(path.parent().expect("a file has a folder")).expect("a folder can be made");
        std::fs::write(&path, content).expect("a file can be written");
        path
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The day of all runs that name none.
const TODAY: Date = date(2026, 11, 23);

pub(crate) fn question() -> Question<'static> {
    Question::new(&KNOWLEDGE, TODAY)
}

pub(crate) fn options(out: PathBuf) -> Options {
    Options {
        out,
        format: Format::Ndjson,
        threads: 2,
        memory: 1 << 30,
        overwrite: false,
        resume: false,
        prefilter: true,
    }
}

/// What a run wrote.
pub(crate) struct Outcome {
    pub(crate) files: BTreeMap<String, Vec<u8>>,
    pub(crate) summary: Summary,
}

impl Outcome {
    /// The rows of a table.
    pub(crate) fn rows(&self, table: &str) -> Vec<serde_json::Value> {
        let text = self.files.get(&format!("{table}.ndjson")).expect("the table was written");
        let lines = text.split(|&byte| byte == b'\n').filter(|line| !line.is_empty());
        lines.map(|line| serde_json::from_slice(line).expect("each line is JSON")).collect()
    }
}

/// A run over inputs, options changed as wanted.
pub(crate) fn outcome(inputs: &[PathBuf], change: impl FnOnce(&mut Options)) -> Outcome {
    outcome_on(TODAY, inputs, change)
}

/// The same, as of a day.
pub(crate) fn outcome_on(day: Date, inputs: &[PathBuf], change: impl FnOnce(&mut Options)) -> Outcome {
    let scratch = Scratch::new();
    let out = scratch.0.join("out");
    let mut options = options(out.clone());
    change(&mut options);
    let found = files::find(inputs).expect("the inputs can be listed").sources;
    let question = Question::new(&KNOWLEDGE, day);
    let summary = run(&found, &question, &options, &Progress::default()).expect("the run succeeds");
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(&out).expect("the folder is there") {
        let path = entry.expect("an entry can be read").path();
        let name = path.file_name().expect("a file has a name").to_string_lossy().into_owned();
        // The seal names the files' times.
        if name != "cohort.json" {
            files.insert(name, std::fs::read(&path).expect("a file can be read"));
        }
    }
    Outcome { files, summary }
}

pub(crate) fn try_run(inputs: &[PathBuf], options: &Options) -> Result<Summary, CohortError> {
    run(&files::find(inputs)?.sources, &question(), options, &Progress::default())
}

/// The resources of a record, as they stand in an array or a bundle.
pub(crate) fn resources(path: &Path) -> Vec<serde_json::Value> {
    let text = std::fs::read_to_string(path).expect("the record can be read");
    let value: serde_json::Value = serde_json::from_str(&text).expect("the record is JSON");
    match value {
        serde_json::Value::Array(resources) => resources,
        value => {
            let entries = value["entry"].as_array().expect("a bundle has entries");
            entries.iter().map(|entry| entry["resource"].clone()).collect()
        }
    }
}

/// A bulk export: one NDJSON file a type, of so many copies of a record that differ in the patient's id.
pub(crate) fn bulk(scratch: &Scratch, record: &Path, patient: &str, copies: usize) -> PathBuf {
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    for copy in 0..copies {
        for resource in resources(record) {
            let kind = resource["resourceType"].as_str().expect("a resource has a type").to_owned();
            let text = resource.to_string();
            let text = with_type_first(&text, &kind).replace(patient, &format!("p{copy:03}"));
            let text = text
                .replace("\"id\":\"", &format!("\"id\":\"c{copy}-"))
                .replace(&format!("\"id\":\"c{copy}-p{copy:03}\""), &format!("\"id\":\"p{copy:03}\""));
            files.entry(format!("{kind}.ndjson")).or_default().push_str(&format!("{text}\n"));
        }
    }
    let folder = scratch.0.join("bulk");
    for (name, text) in files {
        scratch.file(&format!("bulk/{name}"), text);
    }
    folder
}

/// `serde_json` sorts keys; servers put the type and the id first.
pub(crate) fn with_type_first(text: &str, kind: &str) -> String {
    let mut value: serde_json::Map<String, serde_json::Value> = serde_json::from_str(text).expect("it is an object");
    value.remove("resourceType");
    let id = value.remove("id");
    let rest = serde_json::Value::Object(value).to_string();
    let id = id.map(|id| format!(",\"id\":{id}")).unwrap_or_default();
    let comma = if rest == "{}" { "" } else { "," };
    format!("{{\"resourceType\":\"{kind}\"{id}{comma}{}", &rest[1..])
}
