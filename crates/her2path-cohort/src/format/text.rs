//! CSV and NDJSON, and tables without dictionaries, which CSV has not and an IPC file cannot change between batches.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::sync::Arc;

use arrow_array::cast::AsArray as _;
use arrow_array::types::{Date32Type, Float64Type, Int32Type};
use arrow_array::{Array, ArrayRef, RecordBatch, StringArray};
use arrow_schema::{ArrowError, DataType, Field, Schema};

use super::Format;
use crate::day;

/// The same columns, dictionaries replaced by texts.
pub(super) fn without_dictionaries(schema: &Schema) -> Arc<Schema> {
    let fields: Vec<Field> = schema
        .fields()
        .iter()
        .map(|field| match field.data_type() {
            DataType::Dictionary(..) => Field::new(field.name(), DataType::Utf8, field.is_nullable()),
            other => Field::new(field.name(), other.clone(), field.is_nullable()),
        })
        .collect();
    Arc::new(Schema::new_with_metadata(fields, schema.metadata().clone()))
}

/// The same rows, dictionaries replaced by texts.
pub(super) fn plain(batch: &RecordBatch) -> Result<RecordBatch, ArrowError> {
    let columns = batch.columns().iter().map(plain_column).collect();
    RecordBatch::try_new(without_dictionaries(&batch.schema()), columns)
}

fn plain_column(column: &ArrayRef) -> ArrayRef {
    let Some(dictionary) = column.as_dictionary_opt::<Int32Type>() else { return Arc::clone(column) };
    let Some(values) = dictionary.values().as_string_opt::<i32>() else { return Arc::clone(column) };
    let texts = dictionary.keys_iter().map(|key| key.map(|key| values.value(key)));
    Arc::new(texts.collect::<StringArray>())
}

/// A file of lines.
pub(super) struct Writer {
    file: BufWriter<File>,
    is_csv: bool,
    line: Vec<u8>,
}

impl Writer {
    pub(super) fn begin(mut file: BufWriter<File>, format: Format, schema: &Schema) -> std::io::Result<Self> {
        let is_csv = format == Format::Csv;
        if is_csv {
            let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
            writeln!(file, "{}", names.join(","))?;
        }
        Ok(Self { file, is_csv, line: Vec::new() })
    }

    pub(super) fn write(&mut self, batch: &RecordBatch) -> std::io::Result<()> {
        let schema = batch.schema();
        let columns: Vec<(&str, ArrayRef)> = schema
            .fields()
            .iter()
            .map(|field| field.name().as_str())
            .zip(batch.columns().iter().map(plain_column))
            .collect();
        for row in 0..batch.num_rows() {
            self.line.clear();
            for (position, (name, column)) in columns.iter().enumerate() {
                let first = position == 0;
                if self.is_csv {
                    self.line.extend_from_slice(if first { b"" } else { b"," });
                } else {
                    write!(self.line, "{}\"{name}\":", if first { "{" } else { "," })?;
                }
                self.cell(column, row)?;
            }
            self.line.extend_from_slice(if self.is_csv { b"\n" } else { b"}\n" });
            self.file.write_all(&self.line)?;
        }
        Ok(())
    }

    fn cell(&mut self, column: &ArrayRef, row: usize) -> std::io::Result<()> {
        if column.is_null(row) {
            if !self.is_csv {
                self.line.extend_from_slice(b"null");
            }
            return Ok(());
        }
        if let Some(texts) = column.as_string_opt::<i32>() {
            return self.text(texts.value(row));
        }
        if let Some(numbers) = column.as_primitive_opt::<Int32Type>() {
            return write!(self.line, "{}", numbers.value(row));
        }
        if let Some(numbers) = column.as_primitive_opt::<Float64Type>() {
            return write!(self.line, "{}", numbers.value(row));
        }
        if let Some(days) = column.as_primitive_opt::<Date32Type>() {
            let day = day::of_number(days.value(row)).map(|day| day.to_string()).unwrap_or_default();
            return self.text(&day);
        }
        match column.as_boolean_opt() {
            Some(flags) => write!(self.line, "{}", flags.value(row)),
            None => Ok(()),
        }
    }

    fn text(&mut self, text: &str) -> std::io::Result<()> {
        if !self.is_csv {
            return serde_json::to_writer(&mut self.line, text).map_err(std::io::Error::other);
        }
        if text.contains(['"', ',', '\n', '\r']) {
            write!(self.line, "\"{}\"", text.replace('"', "\"\""))
        } else {
            self.line.extend_from_slice(text.as_bytes());
            Ok(())
        }
    }

    pub(super) fn into_inner(self) -> BufWriter<File> {
        self.file
    }
}
