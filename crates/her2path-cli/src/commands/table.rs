//! CSV in, CSV out, for the models and calculators: each row is answered by itself, and one that cannot be answered gets
//! `NA` and its reason.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use serde_json::Value;

use crate::{exit, output};

/// How to answer a file.
#[derive(Clone, Copy)]
pub(crate) struct Options {
    /// One JSON object a row instead of CSV.
    pub(crate) json: bool,
    /// Exit with 4 when a row was refused.
    pub(crate) strict: bool,
}

/// The columns of a file, by name.
pub(crate) struct Columns(BTreeMap<String, usize>);

impl Columns {
    /// The columns that a header names. Two of one name are refused: neither could be preferred without guessing.
    fn of(headers: &csv::StringRecord) -> Result<Self, String> {
        let mut columns = BTreeMap::new();
        for (name, index) in headers.iter().map(|name| name.trim_start_matches('\u{feff}')).zip(0..) {
            if columns.insert(name.to_owned(), index).is_some() && !name.is_empty() {
                return Err(format!("the header names the column `{name}` twice"));
            }
        }
        Ok(Self(columns))
    }

    /// Whether all of these are there.
    pub(crate) fn has(&self, names: &[&str]) -> bool {
        names.iter().all(|name| self.0.contains_key(*name))
    }

    /// The names of these that are not there.
    pub(crate) fn lacking<'a>(&self, names: &[&'a str]) -> Vec<&'a str> {
        names.iter().filter(|name| !self.0.contains_key(**name)).copied().collect()
    }
}

/// One row of a file.
pub(crate) struct Row<'a> {
    columns: &'a Columns,
    record: &'a csv::StringRecord,
}

impl Row<'_> {
    /// The cell as written; empty where the column is absent.
    pub(crate) fn cell(&self, column: &str) -> &str {
        self.columns.0.get(column).and_then(|index| self.record.get(*index)).unwrap_or_default().trim()
    }

    /// The cell, or nothing where it is absent, empty or `NA`.
    pub(crate) fn text(&self, column: &str) -> Option<&str> {
        let cell = self.columns.0.get(column).and_then(|index| self.record.get(*index))?.trim();
        (!cell.is_empty() && !["NA", "NaN", "nan", "null"].contains(&cell)).then_some(cell)
    }

    /// The cell as a finite number.
    pub(crate) fn number(&self, column: &str) -> Result<Option<f64>, String> {
        self.text(column)
            .map(|cell| {
                let number = cell.parse::<f64>().ok().filter(|number| number.is_finite());
                number.ok_or_else(|| format!("`{column}` is `{cell}`, which is not a number"))
            })
            .transpose()
    }

    /// The cell as a whole number.
    pub(crate) fn whole<T: TryFrom<i64>>(&self, column: &str) -> Result<Option<T>, String> {
        let Some(number) = self.number(column)? else { return Ok(None) };
        #[expect(clippy::cast_possible_truncation, reason = "only whole numbers within 2^53 get here")]
        let whole = (number.fract() == 0.0 && number.abs() < 9_007_199_254_740_992.0).then_some(number as i64);
        let whole = whole.and_then(|whole| T::try_from(whole).ok());
        whole.map(Some).ok_or_else(|| format!("`{column}` is `{number}`, which is not a whole number in range"))
    }

    /// The cell as yes (`1`, `yes`, `true`) or no (`0`, `no`, `false`).
    pub(crate) fn flag(&self, column: &str) -> Result<Option<bool>, String> {
        match self.text(column).map(str::to_ascii_lowercase).as_deref() {
            None => Ok(None),
            Some("1" | "yes" | "true") => Ok(Some(true)),
            Some("0" | "no" | "false") => Ok(Some(false)),
            Some(other) => Err(format!("`{column}` is `{other}`, which is neither 1 (yes) nor 0 (no)")),
        }
    }
}

/// A result.
#[derive(Clone)]
pub(crate) enum Cell {
    Number(f64),
    Text(String),
    /// There is none: `NA`.
    None,
}

impl Cell {
    fn csv(&self) -> String {
        match self {
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text.clone(),
            Self::None => "NA".to_owned(),
        }
    }

    fn json(&self) -> Value {
        match self {
            Self::Number(number) => Value::from(*number),
            Self::Text(text) => Value::from(text.as_str()),
            Self::None => Value::Null,
        }
    }
}

impl From<Option<f64>> for Cell {
    fn from(number: Option<f64>) -> Self {
        number.map_or(Self::None, Self::Number)
    }
}

/// The answer to one row: its results in the order of the columns, and why some or all are missing.
pub(crate) struct Answered {
    pub(crate) cells: Vec<Cell>,
    pub(crate) refused: Option<String>,
}

/// What answers one row, usually once.
pub(crate) type Answering = Box<dyn Fn(&Row<'_>) -> Vec<Answered>>;

/// How a kind of file is answered.
pub(crate) struct Form {
    /// Result columns.
    pub(crate) output: Vec<&'static str>,
    /// The answers to one row.
    pub(crate) answer: Answering,
}

impl Form {
    /// A form whose rows have one answer: results, or a reason for none.
    pub(crate) fn new(
        output: Vec<&'static str>,
        answer: impl Fn(&Row<'_>) -> Result<Vec<Cell>, String> + 'static,
    ) -> Self {
        let width = output.len();
        let answer = move |row: &Row<'_>| {
            vec![match answer(row) {
                Ok(cells) => Answered { cells, refused: None },
                Err(reason) => Answered { cells: vec![Cell::None; width], refused: Some(reason) },
            }]
        };
        Self { output, answer: Box::new(answer) }
    }
}

/// Answers a file. `form` chooses by the columns that are there, or says which are needed.
pub(crate) fn run(
    path: &Path,
    options: Options,
    form: impl FnOnce(&Columns) -> Result<Form, String>,
) -> anyhow::Result<ExitCode> {
    let shown = path.display();
    let input: Box<dyn std::io::Read> = if path == Path::new("-") {
        Box::new(std::io::stdin().lock())
    } else {
        Box::new(std::fs::File::open(path).with_context(|| format!("could not open `{shown}`"))?)
    };
    let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(input);
    let headers = match reader.headers() {
        Ok(headers) => headers.clone(),
        Err(error) if matches!(error.kind(), csv::ErrorKind::Io(_)) => {
            return Err(error).with_context(|| format!("could not read `{shown}`"));
        }
        Err(error) => return unusable(&format!("`{shown}` is not CSV: {error}")),
    };
    let columns = match Columns::of(&headers) {
        Ok(columns) => columns,
        Err(why) => return unusable(&format!("`{shown}` cannot be used: {why}")),
    };
    let form = match form(&columns) {
        Ok(form) => form,
        Err(why) => {
            let hint = headers.iter().next().filter(|name| headers.len() == 1 && name.contains([';', '\t']));
            let hint = hint.map_or(String::new(), |name| {
                format!("; its header is one column (`{name}`): separate columns with commas")
            });
            return unusable(&format!("`{shown}` cannot be used: {why}{hint}"));
        }
    };
    let id_column = ["id", "ID"].into_iter().find(|name| columns.has(&[name]));

    let mut sink = Sink::new(options.json, form.output);
    sink.header()?;
    let (mut rows, mut refused) = (0_usize, 0_usize);
    for (record, line) in reader.records().zip(2_usize..) {
        rows = rows.saturating_add(1);
        let (id, answers) = match &record {
            Ok(record) => {
                let row = Row { columns: &columns, record };
                let id = id_column.and_then(|column| row.text(column)).map_or_else(|| line.to_string(), str::to_owned);
                (id, (form.answer)(&row))
            }
            Err(error) if matches!(error.kind(), csv::ErrorKind::Io(_)) => {
                anyhow::bail!("could not read `{shown}`: {error}");
            }
            Err(error) => {
                let cells = vec![Cell::None; sink.output.len()];
                (line.to_string(), vec![Answered { cells, refused: Some(error.to_string()) }])
            }
        };
        let reason = answers.iter().find_map(|answer| answer.refused.clone());
        for answer in &answers {
            sink.row(&id, answer)?;
        }
        if let Some(reason) = reason {
            refused = refused.saturating_add(1);
            output::say(format_args!("`{shown}`, line {line}: {reason}"));
        }
    }
    sink.end()?;
    if rows == 0 {
        return unusable(&format!("`{shown}` has no rows"));
    }
    if refused > 0 {
        output::say(format_args!("{refused} of {rows} rows could not be answered"));
    }
    Ok(match refused {
        0 => ExitCode::SUCCESS,
        refused if refused == rows => exit::INVALID.into(),
        _ if options.strict => exit::INCOMPLETE.into(),
        _ => ExitCode::SUCCESS,
    })
}

fn unusable(message: &str) -> anyhow::Result<ExitCode> {
    output::say(message);
    Ok(exit::INVALID.into())
}

/// Where the answers go: CSV with a header, or one JSON object a row.
struct Sink {
    output: Vec<&'static str>,
    form: Printed,
}

enum Printed {
    Csv(Box<csv::Writer<output::Data>>),
    Json(output::Data),
}

impl Sink {
    fn new(json: bool, output: Vec<&'static str>) -> Self {
        let data = output::data();
        let form = if json { Printed::Json(data) } else { Printed::Csv(Box::new(csv::Writer::from_writer(data))) };
        Self { output, form }
    }

    fn header(&mut self) -> anyhow::Result<()> {
        if let Printed::Csv(csv) = &mut self.form {
            csv.write_record(["id"].into_iter().chain(self.output.iter().copied()).chain(["reason"]))
                .map_err(written)?;
        }
        Ok(())
    }

    fn row(&mut self, id: &str, answer: &Answered) -> anyhow::Result<()> {
        let reason = answer.refused.as_deref();
        let out = match &mut self.form {
            Printed::Csv(csv) => {
                let cells = answer.cells.iter().map(Cell::csv);
                let record = [id.to_owned()].into_iter().chain(cells).chain([reason.unwrap_or("").to_owned()]);
                return csv.write_record(record).map_err(written);
            }
            Printed::Json(out) => out,
        };
        let mut object = serde_json::Map::new();
        object.insert("id".to_owned(), Value::from(id));
        for (name, cell) in self.output.iter().zip(&answer.cells) {
            object.insert((*name).to_owned(), cell.json());
        }
        object.insert("reason".to_owned(), Value::from(reason));
        writeln!(out, "{}", Value::Object(object))?;
        Ok(())
    }

    fn end(&mut self) -> anyhow::Result<()> {
        match &mut self.form {
            Printed::Csv(csv) => csv.flush(),
            Printed::Json(out) => out.flush(),
        }
        .context("could not write to standard output")
    }
}

/// The I/O error within, so that a reader who went away is recognised as such.
fn written(error: csv::Error) -> anyhow::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error.into(),
        other => anyhow::anyhow!("could not write CSV: {other:?}"),
    }
}
