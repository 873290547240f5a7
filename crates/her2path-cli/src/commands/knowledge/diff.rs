//! `her2path knowledge diff`: what a new edition of the guideline changes, and whom.

use std::borrow::Cow;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use her2path::assessment::Outcome;
use her2path::change::{self, Change, ChangeKind, PartChange, Side, Touched};
use her2path::chart::{Chart, stated};
use her2path::fhir::{self, Input};
use her2path::issue::{Issue, Severity};
use her2path::knowledge::model::Knowledge;
use her2path::render::printable;
use jiff::civil::Date;
use serde_json::{Value, json};

use crate::arguments::day;
use crate::input::{File, read_files};
use crate::{exit, guideline, output};

#[derive(clap::Args)]
#[command(
    after_help = "A side is a folder with a guideline, or a day: the built-in guideline as it stood on that day.\n\nExamples:\n  her2path knowledge diff 2019-01-01 2026-11-23\n  her2path knowledge diff old/knowledge knowledge --on records/ --format json"
)]
pub(crate) struct Args {
    /// The side before.
    #[arg(value_name = "OLD")]
    old: String,
    /// The side after.
    #[arg(value_name = "NEW")]
    new: String,
    /// Records or chart files: whom the change touches, and how.
    #[arg(long, value_name = "INPUT", num_args = 1..)]
    on: Vec<PathBuf>,
    /// As of which day records are read, and which day's recommendations of a folder count. Today, if left out.
    #[arg(long, value_name = "DATE", value_parser = day)]
    as_of: Option<Date>,
    /// How to print.
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    Text,
    Json,
}

/// A patient and what the change does.
struct Patient {
    id: Option<String>,
    touched: Vec<Touched>,
}

pub(super) fn run(args: &Args) -> anyhow::Result<ExitCode> {
    let as_of = args.as_of.unwrap_or_else(|| jiff::Zoned::now().date());
    let reads_records = !args.on.is_empty();
    let Some((old_knowledge, old_day)) = side(&args.old, as_of, reads_records)? else {
        return Ok(exit::INVALID.into());
    };
    let Some((new_knowledge, new_day)) = side(&args.new, as_of, reads_records)? else {
        return Ok(exit::INVALID.into());
    };
    let old = Side { knowledge: &old_knowledge, day: old_day };
    let new = Side { knowledge: &new_knowledge, day: new_day };
    let changes = change::recommendations(old, new);
    let parts = change::parts(&old_knowledge, &new_knowledge);

    let input = read_files(&args.on);
    let mut issues = Vec::new();
    let patients = patients(&input.files, old, new, as_of, &mut issues);
    let report = Report { old, new, as_of, changes, parts, patients: reads_records.then_some(patients) };
    output::print(|out| match args.format {
        Format::Text => Ok(report.text(out)?),
        Format::Json => Ok(writeln!(out, "{}", report.json())?),
    })?;
    issues.iter().for_each(output::say);
    input.tell();
    Ok(if !input.skipped.is_empty() {
        exit::FAILED.into()
    } else if !input.empty.is_empty() || issues.iter().any(|issue| issue.severity == Severity::Fatal) {
        exit::INVALID.into()
    } else {
        ExitCode::SUCCESS
    })
}

/// The guideline of a side and the day on which its recommendations are to stand.
fn side(name: &str, as_of: Date, reads_records: bool) -> anyhow::Result<Option<(Cow<'static, Knowledge>, Date)>> {
    if let Ok(day) = name.parse::<Date>() {
        return Ok(guideline::load(None)?.map(|knowledge| (knowledge, day)));
    }
    let folder = Path::new(name);
    if !folder.exists() && name.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') {
        anyhow::bail!("`{name}` is neither a folder nor a day; use a date such as 2026-11-01");
    }
    let folder = Some(folder);
    // Records are read by the program's own dictionary; words alone can be compared with any other.
    let found = if reads_records { guideline::load(folder)? } else { guideline::load_any(folder)? };
    Ok(found.map(|knowledge| (knowledge, as_of)))
}

fn patients(files: &[File], old: Side<'_>, new: Side<'_>, as_of: Date, issues: &mut Vec<Issue>) -> Vec<Patient> {
    let compare = |before: &Chart, after: &Chart| Patient {
        id: after.patient.clone(),
        touched: change::touched((old, before), (new, after)),
    };
    let (charts, records): (Vec<_>, Vec<_>) = files.iter().partition(|file| file.is_chart);
    let mut patients = Vec::new();
    for file in charts {
        let (before, _) = stated::read_bytes(&file.bytes, &file.name, old.knowledge, as_of);
        let (after, found) = stated::read_bytes(&file.bytes, &file.name, new.knowledge, as_of);
        if !found.iter().any(|issue| issue.severity == Severity::Fatal) {
            patients
                .push(Patient { id: after.patient.clone().or(Some(file.name.clone())), ..compare(&before, &after) });
        }
        issues.extend(found);
    }
    if !records.is_empty() {
        let inputs = records.iter().map(|file| Input { bytes: &file.bytes, name: &file.name });
        let (records, problems) = fhir::read_all(inputs);
        patients.extend(records.iter().map(|record| {
            let (before, _) = Chart::of_record(record, old.knowledge, as_of);
            let (after, _) = Chart::of_record(record, new.knowledge, as_of);
            compare(&before, &after)
        }));
        issues.extend(problems);
    }
    patients
}

struct Report<'k> {
    old: Side<'k>,
    new: Side<'k>,
    as_of: Date,
    changes: Vec<Change>,
    parts: Vec<PartChange>,
    /// `None` where no records were named.
    patients: Option<Vec<Patient>>,
}

impl Report<'_> {
    fn text(&self, out: &mut dyn Write) -> std::io::Result<()> {
        let count = |word| self.changes.iter().filter(|change| change.kind.as_str() == word).count();
        writeln!(out, "from {}\nto   {}", side_name(self.old), side_name(self.new))?;
        writeln!(
            out,
            "recommendations: {} added, {} removed, {} superseded, {} changed",
            count("added"),
            count("removed"),
            count("superseded"),
            count("changed")
        )?;
        for Change { id, statement, kind } in &self.changes {
            match kind {
                ChangeKind::Superseded { by } => writeln!(out, "\nsuperseded  {id}\n    by {by}\n    {statement}")?,
                other => writeln!(out, "\n{:<10}  {id}\n    {statement}", other.as_str())?,
            }
            if let ChangeKind::Changed { fields } = kind {
                for (key, before, after) in fields {
                    writeln!(out, "    {key}: {}\n      -> {}", spoken(before), spoken(after))?;
                }
            }
        }
        for part in &self.parts {
            writeln!(out, "\n{}", part.part)?;
            for (word, names) in [("added", &part.added), ("removed", &part.removed), ("changed", &part.changed)] {
                if !names.is_empty() {
                    writeln!(out, "    {word}: {}", names.join(", "))?;
                }
            }
        }
        let Some(patients) = &self.patients else { return Ok(()) };
        let touched = patients.iter().filter(|patient| !patient.touched.is_empty());
        writeln!(out, "\ntouched as of {}: {} of {} patients", self.as_of, touched.clone().count(), patients.len())?;
        for patient in touched {
            writeln!(out, "\npatient {}", printable(patient.id.as_deref().unwrap_or("without id")))?;
            for one in &patient.touched {
                writeln!(out, "    {}: {} -> {}", one.id, outcome(one.before), outcome(one.after))?;
            }
        }
        Ok(())
    }

    fn json(&self) -> Value {
        let side = |side: Side<'_>| {
            let guideline = &side.knowledge.guideline;
            json!({ "guideline": guideline.id, "version": guideline.version, "hash": guideline.hash, "day": side.day.to_string() })
        };
        let field =
            |(key, before, after): &(String, Value, Value)| json!({ "key": key, "before": before, "after": after });
        let change = |Change { id, statement, kind }: &Change| {
            let word = kind.as_str();
            match kind {
                ChangeKind::Superseded { by } => json!({ "id": id, "statement": statement, "change": word, "by": by }),
                ChangeKind::Changed { fields } => {
                    let fields: Vec<Value> = fields.iter().map(field).collect();
                    json!({ "id": id, "statement": statement, "change": word, "fields": fields })
                }
                ChangeKind::Added | ChangeKind::Removed => json!({ "id": id, "statement": statement, "change": word }),
            }
        };
        let part = |part: &PartChange| json!({ "part": part.part, "added": part.added, "removed": part.removed, "changed": part.changed });
        let touched = |one: &Touched| json!({ "recommendation": one.id, "before": one.before.map(Outcome::as_str), "after": one.after.map(Outcome::as_str) });
        let patient = |patient: &Patient| json!({ "patient": patient.id, "touched": patient.touched.iter().map(touched).collect::<Vec<_>>() });
        let mut report = serde_json::Map::new();
        report.insert("schema".to_owned(), json!("her2path/guideline-diff/1"));
        report.insert("old".to_owned(), side(self.old));
        report.insert("new".to_owned(), side(self.new));
        report.insert("recommendations".to_owned(), self.changes.iter().map(change).collect());
        report.insert("parts".to_owned(), self.parts.iter().map(part).collect());
        if let Some(patients) = &self.patients {
            report.insert("as_of".to_owned(), json!(self.as_of.to_string()));
            report.insert("patients".to_owned(), patients.iter().map(patient).collect());
        }
        Value::Object(report)
    }
}

fn side_name(side: Side<'_>) -> String {
    let guideline = &side.knowledge.guideline;
    format!("{} {} (hash {}) as it stands on {}", guideline.id, guideline.version, guideline.hash, side.day)
}

fn outcome(outcome: Option<Outcome>) -> &'static str {
    outcome.map_or("not in the guideline", Outcome::as_str)
}

/// A value of the document for people: texts as they are, lists one after the other.
fn spoken(value: &Value) -> String {
    match value {
        Value::Null => "(nothing)".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) if items.is_empty() => "(nothing)".to_owned(),
        Value::Array(items) => items.iter().map(spoken).collect::<Vec<_>>().join("; "),
        Value::Object(group) => {
            let words = |(key, members): (&String, &Value)| match key.as_str() {
                "all" | "any" | "none" => format!("{key} of ({})", spoken(members)),
                _ => format!("{key} {}", spoken(members)),
            };
            group.iter().map(words).collect::<Vec<_>>().join(", ")
        }
        other => other.to_string(),
    }
}
