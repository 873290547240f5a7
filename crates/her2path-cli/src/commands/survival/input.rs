//! From a table and column names to checked observations.

use std::path::PathBuf;

use her2path_survival::Error;
use her2path_survival::aalen_johansen::CompetingRisks;
use her2path_survival::observations::{Groups, Observations};

use super::Invalid;
use super::table::{Labels, Table, is_missing};
use crate::arguments::number;

/// The table and the columns that every command asks for.
#[derive(clap::Args)]
pub(super) struct Source {
    /// The table: `.csv`, `.tsv`, `.parquet`; `-` is CSV from standard input.
    pub(super) file: PathBuf,
    /// Column of the time of exit.
    #[arg(long, value_name = "COL")]
    pub(super) time: String,
    /// Column of the event at exit: 1 or 0, true or false, yes or no; see --event-value.
    #[arg(long, value_name = "COL")]
    pub(super) event: String,
    /// The value of the event column that is the event, where it is not 1, true or yes.
    #[arg(long, value_name = "VALUE")]
    pub(super) event_value: Option<String>,
    /// Column of the time of entry, for people who came under observation after time zero.
    #[arg(long, value_name = "COL")]
    pub(super) entry: Option<String>,
    /// Keep only rows where a column has a value; may be repeated.
    #[arg(long = "where", value_name = "COL=VALUE")]
    pub(super) keep: Vec<String>,
    /// Confidence level.
    #[arg(long, default_value_t = 0.95, value_parser = number)]
    pub(super) level: f64,
    /// The unit of time, for labels.
    #[arg(long, value_name = "NAME")]
    pub(super) unit: Option<String>,
    /// How to print.
    #[arg(long, value_enum, default_value_t)]
    pub(super) format: super::report::Format,
}

/// Which values of the event column are causes, for competing risks.
#[derive(clap::Args)]
pub(super) struct Causes {
    /// The value of the event column that means censored; every other value is a cause.
    #[arg(long, value_name = "VALUE", default_value = "0")]
    pub(super) censored: String,
}

/// Columns of the rows that are complete.
pub(super) struct Input {
    /// The rows that are used.
    pub(super) table: Table,
    /// Times of exit.
    pub(super) time: Vec<f64>,
    /// Events.
    pub(super) event: Vec<bool>,
    /// Times of entry.
    pub(super) entry: Option<Vec<f64>>,
    /// Rows left out for an empty cell.
    pub(super) left_out: usize,
}

impl Input {
    /// Reads the table and leaves out rows with an empty cell in the columns used, those named by `more` among them.
    pub(super) fn read(source: &Source, more: &[&str]) -> anyhow::Result<Self> {
        Self::read_with(source, more, events)
    }

    /// The same for competing risks, where any cause is an event.
    pub(super) fn read_causes(source: &Source, causes: &Causes, more: &[&str]) -> anyhow::Result<(Self, Labels)> {
        let input = Self::read_with(source, more, |source, table| {
            Ok(table.column(&source.event)?.iter().map(|cell| *cell != causes.censored).collect())
        })?;
        let cells = input.table.column(&source.event)?;
        // The censored value takes code 0, the causes follow from 1.
        let mut labels = Labels::new(cells, Some(&causes.censored));
        if labels.names.first() != Some(&causes.censored) {
            labels.names.insert(0, causes.censored.clone());
            labels.codes.iter_mut().for_each(|code| *code += 1);
        }
        if labels.names.len() < 2 {
            return Err(Invalid::Statistics(her2path_survival::Error::NoEvents).into());
        }
        Ok((input, labels))
    }

    fn read_with(
        source: &Source,
        more: &[&str],
        events: impl Fn(&Source, &Table) -> Result<Vec<bool>, Invalid>,
    ) -> anyhow::Result<Self> {
        let table = Table::read(&source.file)?;
        let filters = source.keep.iter().map(|filter| {
            let (column, value) = filter.split_once('=').ok_or_else(|| {
                Invalid::Input(format!("`{filter}` does not say what to keep; write --where COLUMN=VALUE"))
            })?;
            Ok((table.column(column)?, value))
        });
        let filters = filters.collect::<Result<Vec<_>, Invalid>>()?;
        let asked: Vec<usize> = (0..table.len())
            .filter(|&row| filters.iter().all(|(cells, value)| cells.get(row).is_some_and(|cell| cell == value)))
            .collect();
        let mut used: Vec<&str> = vec![&source.time, &source.event];
        used.extend(source.entry.as_deref());
        used.extend(more);
        let columns = used.iter().map(|name| table.column(name)).collect::<Result<Vec<_>, _>>()?;
        let complete = |row: usize| columns.iter().all(|cells| cells.get(row).is_some_and(|cell| !is_missing(cell)));
        let rows: Vec<usize> = asked.iter().copied().filter(|&row| complete(row)).collect();
        let left_out = asked.len() - rows.len();
        if left_out > 0 {
            crate::output::say(format_args!(
                "{left_out} of {} rows left out for an empty cell in a column that is used",
                asked.len()
            ));
        }
        let table = table.select(&rows);
        let time = table.numbers(&source.time)?;
        let event = events(source, &table)?;
        let entry = match &source.entry {
            Some(name) => Some(table.numbers(name)?),
            None => None,
        };
        Ok(Self { table, time, event, entry, left_out })
    }

    /// The observations, checked.
    pub(super) fn observations(&self) -> Result<Observations<'_>, Invalid> {
        let observations = Observations::new(&self.time, &self.event).map_err(|error| self.in_file(error))?;
        Ok(match &self.entry {
            Some(entry) => observations.with_entry(entry).map_err(|error| self.in_file(error))?,
            None => observations,
        })
    }

    /// An estimator counts the rows it was given; a person looks at lines of the file.
    pub(super) fn in_file(&self, error: Error) -> Invalid {
        let row = match &error {
            Error::NotFinite { row, .. }
            | Error::Negative { row, .. }
            | Error::EntryNotBeforeExit { row, .. }
            | Error::WeightNotPositive { row }
            | Error::ZeroTime { row }
            | Error::Overlap { row } => *row,
            _ => return error.into(),
        };
        let place = self.table.place(row.saturating_sub(1));
        Invalid::Input(error.to_string().replace(&format!("row {row}"), &place))
    }

    /// The observations with causes.
    pub(super) fn risks<'a>(&'a self, causes: &'a Labels) -> Result<CompetingRisks<'a>, Invalid> {
        Ok(CompetingRisks::new(self.observations()?, &causes.codes, causes.names.len() - 1)?)
    }

    /// The groups of a column; a single group named `all` where there is none.
    pub(super) fn labels(&self, column: Option<&str>) -> Result<Labels, Invalid> {
        match column {
            Some(column) => Ok(Labels::new(self.table.column(column)?, None)),
            None => Ok(Labels { codes: vec![0; self.time.len()], names: vec!["all".to_owned()] }),
        }
    }

    /// The groups, checked.
    pub(super) fn groups<'a>(&self, labels: &'a Labels) -> Result<Groups<'a>, Invalid> {
        Ok(Groups::new(&labels.codes, labels.names.len(), self.time.len())?)
    }

    /// A column of numbers.
    pub(super) fn numbers(&self, column: &str) -> Result<Vec<f64>, Invalid> {
        self.table.numbers(column)
    }
}

fn events(source: &Source, table: &Table) -> Result<Vec<bool>, Invalid> {
    let cells = table.column(&source.event)?;
    if let Some(value) = &source.event_value {
        if !cells.contains(value) {
            return Err(Invalid::Input(format!("no row has `{value}` in column `{}`", source.event)));
        }
        return Ok(cells.iter().map(|cell| cell == value).collect());
    }
    let parse = |(row, cell): (usize, &String)| match cell.to_ascii_lowercase().as_str() {
        "1" | "1.0" | "true" | "yes" => Ok(true),
        "0" | "0.0" | "false" | "no" => Ok(false),
        _ => Err(Invalid::Input(format!(
            "`{cell}` in column `{}`, {}, is neither 1 nor 0; say which value is the event with --event-value{}",
            source.event,
            table.place(row),
            values(cells)
        ))),
    };
    cells.iter().enumerate().map(parse).collect()
}

/// The values of a column, where they are few, and what they usually mean.
fn values(cells: &[String]) -> String {
    let names = Labels::new(cells, None).names;
    match &names[..] {
        // R's coding of its own data sets.
        [one, two] if one == "1" && two == "2" => " (1 and 2 often are censored and dead: --event-value 2)".to_owned(),
        few if few.len() <= 6 => format!(" (the column has {})", few.join(", ")),
        _ => String::new(),
    }
}
