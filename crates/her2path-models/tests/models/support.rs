//! Rows of the reference files under `oracles/` and the one comparison of numbers that the tests use.

use std::collections::BTreeMap;
use std::path::Path;

/// One row by column.
pub(crate) struct Row(BTreeMap<String, String>);

impl Row {
    /// The cell as it is written.
    pub(crate) fn text(&self, column: &str) -> &str {
        self.0.get(column).unwrap_or_else(|| panic!("no column {column}"))
    }

    /// The cell as a number.
    pub(crate) fn number(&self, column: &str) -> f64 {
        self.text(column).parse().unwrap_or_else(|_| panic!("{column}: {} is no number", self.text(column)))
    }

    /// The cell as 0 or 1.
    pub(crate) fn flag(&self, column: &str) -> bool {
        match self.text(column) {
            "0" => false,
            "1" => true,
            other => panic!("{column}: {other} is neither 0 nor 1"),
        }
    }

    /// The cell as 0, 1 or 9, the code for unknown.
    pub(crate) fn flag_or_9(&self, column: &str) -> Option<bool> {
        (self.text(column) != "9").then(|| self.flag(column))
    }
}

/// The rows of a file under `oracles/`, whose number must be as expected.
pub(crate) fn rows(file: &str, expected: usize) -> Vec<Row> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../oracles").join(file);
    let mut reader = csv::Reader::from_path(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let rows: Vec<_> = reader.deserialize().map(|row| Row(row.unwrap())).collect();
    assert_eq!(rows.len(), expected, "rows of {file}");
    rows
}

/// Equal to 1e-9 relative, and to the last printed digit where the reference is rounded more coarsely.
pub(crate) fn assert_close(ours: f64, theirs: f64, rounding: f64, what: &str) {
    let allowed = (1e-9 * theirs.abs()).max(rounding);
    assert!((ours - theirs).abs() <= allowed, "{what}: {ours} instead of {theirs}, off by {:e}", ours - theirs);
}
