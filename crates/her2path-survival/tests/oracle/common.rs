//! Reading the recorded answers, and the one checker that holds ours against them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde_json::Value;

/// The folder with the recorded answers and their data.
pub(crate) fn oracle_folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../oracles/survival")
}

/// A recorded file of answers.
pub(crate) fn oracle(name: &str) -> Value {
    let text = std::fs::read_to_string(oracle_folder().join(name)).unwrap();
    serde_json::from_str(&text).unwrap()
}

/// Calls `visit` with the path and value of every leaf that is a number or null: what a test has to account for.
fn each_leaf<'a>(value: &'a Value, path: &str, visit: &mut dyn FnMut(&str, &'a Value)) {
    match value {
        Value::Array(items) => {
            for (i, item) in items.iter().enumerate() {
                each_leaf(item, &format!("{path}[{i}]"), visit);
            }
        }
        Value::Object(fields) => {
            for (key, field) in fields {
                each_leaf(field, &format!("{path}.{key}"), visit);
            }
        }
        Value::Number(_) | Value::Null => visit(path, value),
        Value::Bool(_) | Value::String(_) => {}
    }
}

/// How many such leaves there are.
pub(crate) fn leaves(value: &Value) -> usize {
    let mut count = 0;
    each_leaf(value, "", &mut |_, _| count += 1);
    count
}

/// Compares numbers and remembers which recorded ones it saw, so that a test cannot pass by comparing nothing.
pub(crate) struct Checker {
    tolerance: f64,
    compared: usize,
    /// Where the recorded numbers lie that were compared or set aside.
    seen: BTreeSet<usize>,
    failures: Vec<String>,
    worst: f64,
}

impl Checker {
    /// A checker with a relative tolerance.
    pub(crate) fn new(tolerance: f64) -> Self {
        Self { tolerance, compared: 0, seen: BTreeSet::new(), failures: Vec::new(), worst: 0.0 }
    }

    /// One number against one recorded number; a recorded null stands for what has no finite value.
    pub(crate) fn number(&mut self, place: &str, found: f64, expected: &Value) {
        self.within(place, found, expected, self.tolerance);
    }

    /// One number with a tolerance of its own; the caller states the reason.
    pub(crate) fn within(&mut self, place: &str, found: f64, expected: &Value, tolerance: f64) {
        self.compared += 1;
        self.seen.insert(std::ptr::from_ref(expected).addr());
        match expected {
            Value::Null if !found.is_finite() => {}
            Value::Number(number) => {
                let expected = number.as_f64().unwrap();
                // Recorded values are rounded to 15 digits, so a value that is zero by definition may appear as one near
                // the rounding error of terms of order one.
                let gap = (found - expected).abs() / expected.abs().max(1e-5);
                if gap <= tolerance {
                    self.worst = self.worst.max(gap);
                } else {
                    self.failures
                        .push(format!("{place}: found {found:e}, recorded {expected:e}, relative gap {gap:e}"));
                }
            }
            other => self.failures.push(format!("{place}: found {found:e}, recorded {other}")),
        }
    }

    /// A list; R writes a list of one as a bare number.
    pub(crate) fn list(&mut self, place: &str, found: &[f64], expected: &Value) {
        match expected {
            Value::Array(items) => {
                if items.len() != found.len() {
                    self.failures.push(format!("{place}: found {} values, recorded {}", found.len(), items.len()));
                }
                for (i, (found, expected)) in found.iter().zip(items).enumerate() {
                    self.number(&format!("{place}[{i}]"), *found, expected);
                }
            }
            single => match found {
                [found] => self.number(place, *found, single),
                _ => self.failures.push(format!("{place}: found {} values, recorded {single}", found.len())),
            },
        }
    }

    /// Recorded leaves that are no results: identifiers, inputs that the test read itself, nulls for what was not asked.
    pub(crate) fn set_aside(&mut self, recorded: &Value) {
        each_leaf(recorded, "", &mut |_, leaf| {
            self.seen.insert(std::ptr::from_ref(leaf).addr());
        });
    }

    /// Fails with all disagreements, or if a number of these parts of a recorded file was never looked at.
    pub(crate) fn finish(mut self, file: &Value, parts: &[&str]) {
        for part in parts {
            let before = self.failures.len();
            let (mut all, mut unseen) = (0, Vec::new());
            each_leaf(&file[part], part, &mut |path, leaf| {
                all += 1;
                if !self.seen.contains(&std::ptr::from_ref(leaf).addr()) {
                    unseen.push(format!("{path}: recorded, never compared"));
                }
            });
            assert!(all > 0, "nothing is recorded under `{part}`");
            self.failures.extend(unseen);
            println!("{part}: {} of {all} numbers accounted for", all + before - self.failures.len());
        }
        let compared = self.compared;
        self.finish_count(compared);
    }

    /// The same for answers that are recorded as a table: fails if another number of values was compared.
    pub(crate) fn finish_count(self, expected: usize) {
        assert!(
            self.failures.is_empty(),
            "{} failures among {} values compared:\n{}",
            self.failures.len(),
            self.compared,
            self.failures.iter().take(40).cloned().collect::<Vec<_>>().join("\n")
        );
        assert_eq!(self.compared, expected, "number of values compared");
        println!("{} values agree, largest relative gap {:e}", self.compared, self.worst);
    }
}

/// A table of text columns.
pub(crate) struct Data {
    columns: BTreeMap<String, Vec<String>>,
    rows: usize,
}

impl Data {
    /// Reads a CSV file of the oracle folder.
    pub(crate) fn load(name: &str) -> Self {
        Self::read(oracle_folder().join("data").join(name))
    }

    /// Reads any CSV file.
    pub(crate) fn read(path: PathBuf) -> Self {
        let mut reader = csv::Reader::from_path(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let names: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
        let mut columns: BTreeMap<String, Vec<String>> = names.iter().map(|name| (name.clone(), Vec::new())).collect();
        let mut rows = 0;
        for record in reader.records() {
            rows += 1;
            for (name, value) in names.iter().zip(record.unwrap().iter()) {
                columns.get_mut(name).unwrap().push(value.to_owned());
            }
        }
        Self { columns, rows }
    }

    /// Number of rows.
    pub(crate) fn len(&self) -> usize {
        self.rows
    }

    /// A column as text.
    pub(crate) fn text(&self, name: &str) -> &[String] {
        self.columns.get(name).unwrap_or_else(|| panic!("no column {name}"))
    }

    /// A column of numbers; an empty cell is `NaN`.
    pub(crate) fn numbers(&self, name: &str) -> Vec<f64> {
        self.text(name).iter().map(|cell| if cell.is_empty() { f64::NAN } else { cell.parse().unwrap() }).collect()
    }

    /// Whether a column has the given text.
    pub(crate) fn is(&self, name: &str, value: &str) -> Vec<bool> {
        self.text(name).iter().map(|cell| cell == value).collect()
    }

    /// The table without the rows where the test fails.
    pub(crate) fn filter(&self, keep: impl Fn(usize) -> bool) -> Self {
        let rows: Vec<usize> = (0..self.rows).filter(|&row| keep(row)).collect();
        let columns = self
            .columns
            .iter()
            .map(|(name, cells)| (name.clone(), rows.iter().map(|&row| cells[row].clone()).collect()))
            .collect();
        Self { columns, rows: rows.len() }
    }

    /// Group codes in the order in which R numbers the levels named.
    pub(crate) fn codes(&self, name: &str, levels: &[&str]) -> Vec<usize> {
        self.text(name).iter().map(|cell| levels.iter().position(|level| level == cell).unwrap()).collect()
    }

    /// Group codes by the sorted distinct values.
    pub(crate) fn sorted_codes(&self, name: &str) -> (Vec<usize>, usize) {
        let mut levels: Vec<&String> = self.text(name).iter().collect();
        levels.sort();
        levels.dedup();
        let codes =
            self.text(name).iter().map(|cell| levels.iter().position(|level| *level == cell).unwrap()).collect();
        (codes, levels.len())
    }
}
