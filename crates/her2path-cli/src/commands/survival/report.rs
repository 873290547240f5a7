//! What a command found, printed for people or as JSON.

pub(super) use her2path_survival::plot::significant;
use serde_json::{Map, Value};

/// How to print.
#[derive(Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Format {
    /// Tables for people.
    #[default]
    Text,
    /// One JSON object, numbers in full precision.
    Json,
}

/// One cell of a table.
#[derive(Debug, Clone)]
pub(super) enum Cell {
    Text(String),
    Number(f64),
    P(f64),
    Missing,
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<&String> for Cell {
    fn from(text: &String) -> Self {
        Self::Text(text.clone())
    }
}

impl From<f64> for Cell {
    fn from(value: f64) -> Self {
        if value.is_finite() { Self::Number(value) } else { Self::Missing }
    }
}

impl From<usize> for Cell {
    fn from(value: usize) -> Self {
        Self::Number(value as f64)
    }
}

impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Missing, Into::into)
    }
}

impl Cell {
    fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(value) => significant(*value),
            Self::P(p) if *p < 0.0001 => "<0.0001".to_owned(),
            Self::P(p) => format!("{p:.4}"),
            Self::Missing => "-".to_owned(),
        }
    }

    fn json(&self) -> Value {
        match self {
            Self::Text(text) => Value::from(text.clone()),
            // Whole numbers print as such; `from_f64` refuses what JSON has no word for.
            Self::Number(value) | Self::P(value) if value.fract() == 0.0 && value.abs() < 9e15 => {
                Value::from(*value as i64)
            }
            Self::Number(value) | Self::P(value) => {
                serde_json::Number::from_f64(*value).map_or(Value::Null, Value::Number)
            }
            Self::Missing => Value::Null,
        }
    }
}

/// A titled table; `key` is its name in JSON.
pub(super) struct Section {
    key: &'static str,
    title: String,
    columns: Vec<&'static str>,
    rows: Vec<Vec<Cell>>,
}

impl Section {
    pub(super) fn new(key: &'static str, title: impl Into<String>, columns: &[&'static str]) -> Self {
        Self { key, title: title.into(), columns: columns.to_vec(), rows: Vec::new() }
    }

    pub(super) fn push(&mut self, row: Vec<Cell>) {
        self.rows.push(row);
    }
}

/// All that a command found.
pub(super) struct Report {
    command: &'static str,
    facts: Vec<(&'static str, Cell)>,
    sections: Vec<Section>,
    notes: Vec<String>,
}

impl Report {
    pub(super) fn new(command: &'static str) -> Self {
        Self { command, facts: Vec::new(), sections: Vec::new(), notes: Vec::new() }
    }

    pub(super) fn fact(&mut self, name: &'static str, value: impl Into<Cell>) {
        self.facts.push((name, value.into()));
    }

    pub(super) fn section(&mut self, section: Section) {
        self.sections.push(section);
    }

    /// What a reviewer would ask; stands beside the result, not only on standard error.
    pub(super) fn note(&mut self, note: impl Into<String>) {
        self.notes.push(note.into());
    }

    pub(super) fn notes(&mut self, notes: Vec<String>) {
        self.notes.extend(notes);
    }

    /// Prints the report to standard output.
    pub(super) fn print(&self, format: Format) -> anyhow::Result<()> {
        let text = match format {
            Format::Text => self.text(),
            Format::Json => format!("{}\n", serde_json::to_string_pretty(&self.json())?),
        };
        crate::output::print(|out| Ok(out.write_all(text.as_bytes())?))
    }

    fn json(&self) -> Value {
        let mut object = Map::new();
        object.insert("schema".to_owned(), Value::from("her2path/survival/1"));
        object.insert("command".to_owned(), Value::from(self.command));
        for (name, value) in &self.facts {
            object.insert((*name).to_owned(), value.json());
        }
        for section in &self.sections {
            let row = |row: &Vec<Cell>| {
                let cells = section.columns.iter().zip(row).map(|(name, cell)| (key(name), cell.json()));
                Value::Object(cells.collect())
            };
            object.insert(section.key.to_owned(), section.rows.iter().map(row).collect());
        }
        object.insert("notes".to_owned(), Value::from(self.notes.clone()));
        Value::Object(object)
    }

    fn text(&self) -> String {
        let mut text = String::new();
        for (name, value) in &self.facts {
            text.push_str(&format!("{name}: {}\n", value.text()));
        }
        for section in &self.sections {
            text.push_str(&format!("\n{}\n", section.title));
            let cells: Vec<Vec<String>> = section.rows.iter().map(|row| row.iter().map(Cell::text).collect()).collect();
            let width = |j: usize, name: &str| {
                let longest = cells.iter().filter_map(|row| row.get(j)).map(|cell| cell.chars().count()).max();
                longest.unwrap_or(0).max(name.chars().count())
            };
            let widths: Vec<usize> = section.columns.iter().enumerate().map(|(j, name)| width(j, name)).collect();
            let mut line = |row: &mut dyn Iterator<Item = &str>| {
                for (j, (cell, width)) in row.zip(&widths).enumerate() {
                    // Names read from the left, numbers line up on the right.
                    text.push_str(&if j == 0 { format!("  {cell:<width$}") } else { format!("  {cell:>width$}") });
                }
                text.truncate(text.trim_end().len());
                text.push('\n');
            };
            line(&mut section.columns.iter().copied());
            for row in &cells {
                line(&mut row.iter().map(String::as_str));
            }
        }
        if !self.notes.is_empty() {
            text.push('\n');
        }
        for note in &self.notes {
            text.push_str(&format!("note: {note}\n"));
        }
        text
    }
}

/// A column title as a JSON key.
fn key(title: &str) -> String {
    title.to_lowercase().replace([' ', '-'], "_")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_significant_digits_and_whole_numbers() {
        for (value, text) in
            [(1234.567, "1235"), (0.012_345, "0.01235"), (3.0, "3"), (12.345_6, "12.35"), (1.2e-9, "1.200e-9")]
        {
            assert_eq!(significant(value), text);
        }
        assert_eq!(Cell::P(1e-9).text(), "<0.0001");
        assert_eq!(Cell::from(f64::NAN).json(), Value::Null);
    }
}
