//! A table of text columns from CSV, TSV or Parquet.
//!
//! Cells stay text until a command says what a column means; an empty cell, `NA` and `NaN` are missing.

use std::path::Path;

use anyhow::Context as _;

use super::Invalid;

/// Columns of text, all of one length.
pub(super) struct Table {
    names: Vec<String>,
    columns: Vec<Vec<String>>,
    rows: usize,
}

impl Table {
    /// Reads a file by its ending: `.csv`, `.tsv`, `.tab`, `.parquet`; `-` is CSV from standard input.
    pub(super) fn read(path: &Path) -> anyhow::Result<Self> {
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or("").to_ascii_lowercase();
        if ending == "parquet" {
            let (names, columns) = her2path_cohort::table::read_parquet(path)
                .with_context(|| format!("could not read `{}`", path.display()))?;
            let rows = columns.first().map_or(0, Vec::len);
            return Ok(Self { names, columns, rows });
        }
        let source: Box<dyn std::io::Read> = if path == Path::new("-") {
            Box::new(std::io::stdin())
        } else {
            Box::new(std::fs::File::open(path).with_context(|| format!("could not open `{}`", path.display()))?)
        };
        let delimiter = if ending == "tsv" || ending == "tab" { b'\t' } else { b',' };
        let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(source);
        let invalid = |error: csv::Error| match error.kind() {
            csv::ErrorKind::Io(_) => anyhow::Error::from(error),
            _ => Invalid::Input(format!("`{}` is not a table: {error}", path.display())).into(),
        };
        let names: Vec<String> = reader.headers().map_err(invalid)?.iter().map(|name| name.trim().to_owned()).collect();
        let mut columns = vec![Vec::new(); names.len()];
        let mut rows = 0;
        for record in reader.records() {
            let record = record.map_err(invalid)?;
            rows += 1;
            for (column, cell) in columns.iter_mut().zip(record.iter()) {
                column.push(cell.trim().to_owned());
            }
        }
        Ok(Self { names, columns, rows })
    }

    /// Number of rows.
    pub(super) fn len(&self) -> usize {
        self.rows
    }

    /// The names of the columns.
    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    /// The cells of a column.
    pub(super) fn column(&self, name: &str) -> Result<&[String], Invalid> {
        let found = self.names.iter().position(|other| other == name).and_then(|index| self.columns.get(index));
        found.map(Vec::as_slice).ok_or_else(|| {
            Invalid::Input(format!("there is no column `{name}`; the table has {}", self.names.join(", ")))
        })
    }

    /// A table of the given rows.
    pub(super) fn select(&self, rows: &[usize]) -> Self {
        let pick = |column: &Vec<String>| rows.iter().filter_map(|&row| column.get(row).cloned()).collect();
        Self { names: self.names.clone(), columns: self.columns.iter().map(pick).collect(), rows: rows.len() }
    }
}

/// Whether a cell holds nothing.
pub(super) fn is_missing(cell: &str) -> bool {
    cell.is_empty() || cell == "NA" || cell.eq_ignore_ascii_case("nan")
}

/// The numbers of a column; rows are counted from 1 below the header.
pub(super) fn numbers(name: &str, cells: &[String]) -> Result<Vec<f64>, Invalid> {
    let parse = |(index, cell): (usize, &String)| {
        cell.parse::<f64>()
            .ok()
            .filter(|value| value.is_finite())
            .ok_or_else(|| Invalid::Input(format!("`{cell}` in column `{name}`, row {}, is not a number", index + 1)))
    };
    cells.iter().enumerate().map(parse).collect()
}

/// A column of categories: codes and names, sorted as numbers where all of them are numbers.
#[derive(Debug, Clone, Default)]
pub(super) struct Labels {
    pub(super) codes: Vec<usize>,
    pub(super) names: Vec<String>,
}

impl Labels {
    /// The categories of a column; a reference, if given, comes first.
    pub(super) fn new(cells: &[String], reference: Option<&str>) -> Self {
        let mut names: Vec<String> = cells.to_vec();
        let as_number = |text: &String| text.parse::<f64>().unwrap_or(f64::NAN);
        let numeric = names.iter().all(|name| !as_number(name).is_nan());
        if numeric {
            names.sort_by(|a, b| as_number(a).total_cmp(&as_number(b)).then_with(|| a.cmp(b)));
        } else {
            names.sort();
        }
        names.dedup();
        if let Some(at) = reference.and_then(|reference| names.iter().position(|name| name == reference)) {
            let name = names.remove(at);
            names.insert(0, name);
        }
        let positions: std::collections::BTreeMap<&str, usize> =
            names.iter().enumerate().map(|(code, name)| (name.as_str(), code)).collect();
        let codes = cells.iter().filter_map(|cell| positions.get(cell.as_str()).copied()).collect();
        Self { codes, names }
    }
}
