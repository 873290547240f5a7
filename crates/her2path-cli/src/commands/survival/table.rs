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
    /// Where each row stands in the file: its line, or in Parquet its row from 1.
    places: Vec<u64>,
    /// The word for a place.
    unit: &'static str,
}

impl Table {
    /// Reads a file by its ending: `.csv`, `.tsv`, `.tab`, `.parquet`; `-` is CSV from standard input.
    pub(super) fn read(path: &Path) -> anyhow::Result<Self> {
        let ending = path.extension().and_then(|ending| ending.to_str()).unwrap_or("").to_ascii_lowercase();
        if ending == "parquet" {
            let (names, columns) = her2path_cohort::table::read_parquet(path)
                .with_context(|| format!("could not read `{}`", path.display()))?;
            let rows = columns.first().map_or(0, Vec::len);
            return Self { names, columns, places: (1..=rows as u64).collect(), unit: "row" }.checked(path);
        }
        let source: Box<dyn std::io::Read> = if path == Path::new("-") {
            Box::new(std::io::stdin())
        } else {
            Box::new(std::fs::File::open(path).with_context(|| format!("could not open `{}`", path.display()))?)
        };
        let delimiter = if ending == "tsv" || ending == "tab" { b'\t' } else { b',' };
        let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(source);
        let invalid = |error: csv::Error| not_a_table(path, error);
        let names: Vec<String> = reader.headers().map_err(invalid)?.iter().map(|name| name.trim().to_owned()).collect();
        let mut columns = vec![Vec::new(); names.len()];
        let mut places = Vec::new();
        for record in reader.records() {
            let record = record.map_err(invalid)?;
            places.push(record.position().map_or(0, csv::Position::line));
            for (column, cell) in columns.iter_mut().zip(record.iter()) {
                column.push(cell.trim().to_owned());
            }
        }
        Self { names, columns, places, unit: "line" }.checked(path)
    }

    /// A table whose columns can be told apart.
    fn checked(self, path: &Path) -> anyhow::Result<Self> {
        let twice = self
            .names
            .iter()
            .enumerate()
            .find(|(at, name)| !name.is_empty() && self.names.iter().take(*at).any(|other| other == *name));
        if let Some((_, name)) = twice {
            return Err(
                Invalid::Input(format!("`{}` has two columns named `{name}`; rename one", path.display())).into()
            );
        }
        if let [only] = &self.names[..]
            && only.contains([';', '\t', '|'])
        {
            return Err(Invalid::Input(format!(
                "`{}` has a single column, `{only}`; separate columns by commas, or by tabs in a file that ends in .tsv",
                path.display()
            ))
            .into());
        }
        Ok(self)
    }

    /// Number of rows.
    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    /// Where a row stands in the file.
    pub(super) fn place(&self, row: usize) -> String {
        self.places.get(row).map_or_else(|| "a row".to_owned(), |place| format!("{} {place}", self.unit))
    }

    /// The numbers of a column.
    pub(super) fn numbers(&self, name: &str) -> Result<Vec<f64>, Invalid> {
        let parse = |(row, cell): (usize, &String)| {
            cell.parse::<f64>().ok().filter(|value| value.is_finite()).ok_or_else(|| {
                Invalid::Input(format!("`{cell}` in column `{name}`, {}, is not a number", self.place(row)))
            })
        };
        self.column(name)?.iter().enumerate().map(parse).collect()
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
        Self {
            names: self.names.clone(),
            columns: self.columns.iter().map(pick).collect(),
            places: rows.iter().filter_map(|&row| self.places.get(row).copied()).collect(),
            unit: self.unit,
        }
    }
}

/// Whether a cell holds nothing.
pub(super) fn is_missing(cell: &str) -> bool {
    cell.is_empty() || cell == "NA" || cell.eq_ignore_ascii_case("nan")
}

fn not_a_table(path: &Path, error: csv::Error) -> anyhow::Error {
    let path = path.display();
    let why = match error.kind() {
        csv::ErrorKind::Io(_) => return anyhow::Error::from(error).context(format!("could not read `{path}`")),
        csv::ErrorKind::UnequalLengths { pos, expected_len, len } => {
            let line = pos.as_ref().map_or(0, csv::Position::line);
            format!("line {line} has {len} cells where the header has {expected_len}")
        }
        csv::ErrorKind::Utf8 { pos, .. } => {
            format!("line {} is not UTF-8 text; save the file as UTF-8", pos.as_ref().map_or(0, csv::Position::line))
        }
        _ => error.to_string(),
    };
    Invalid::Input(format!("`{path}` is not a table: {why}")).into()
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
