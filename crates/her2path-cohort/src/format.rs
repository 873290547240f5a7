//! Tables as files: Parquet, Arrow IPC, CSV, NDJSON.

mod text;

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::RecordBatch;
use arrow_ipc::writer::{DictionaryHandling, FileWriter, IpcWriteOptions};
use arrow_schema::Schema;
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::{EnabledStatistics, WriterProperties};

use crate::error::CohortError;

/// A format of tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// Apache Parquet, compressed with Snappy.
    #[default]
    Parquet,
    /// Apache Arrow IPC file (Feather 2), not compressed.
    Arrow,
    /// CSV by RFC 4180 with a header; missing values are empty.
    Csv,
    /// A JSON object a line; missing values are `null`.
    Ndjson,
}

impl Format {
    /// The extension of its files.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Parquet => "parquet",
            Self::Arrow => "arrow",
            Self::Csv => "csv",
            Self::Ndjson => "ndjson",
        }
    }
}

/// Writes one table.
pub(crate) struct TableFile {
    path: PathBuf,
    table: &'static str,
    writer: Writer,
}

enum Writer {
    Parquet(Box<ArrowWriter<BufWriter<File>>>),
    Arrow(Box<FileWriter<BufWriter<File>>>),
    Text(text::Writer),
}

impl TableFile {
    pub(crate) fn create(
        format: Format,
        table: &'static str,
        schema: &Arc<Schema>,
        path: &Path,
    ) -> Result<Self, CohortError> {
        let file = BufWriter::with_capacity(1 << 20, File::create(path).map_err(CohortError::io("create", path))?);
        let encode = |source: Box<dyn std::error::Error + Send + Sync>| CohortError::Encode { table, source };
        let writer = match format {
            Format::Parquet => {
                let properties = WriterProperties::builder()
                    .set_compression(Compression::SNAPPY)
                    .set_statistics_enabled(EnabledStatistics::Chunk)
                    .set_created_by(format!("her2path {}", env!("CARGO_PKG_VERSION")))
                    .set_max_row_group_size(1 << 20)
                    .set_key_value_metadata(Some(key_values(schema)))
                    .build();
                let writer = ArrowWriter::try_new(file, Arc::clone(schema), Some(properties));
                Writer::Parquet(Box::new(writer.map_err(|error| encode(error.into()))?))
            }
            Format::Arrow => {
                let options = IpcWriteOptions::default().with_dictionary_handling(DictionaryHandling::Resend);
                let plain = text::without_dictionaries(schema);
                let writer = FileWriter::try_new_with_options(file, &plain, options);
                Writer::Arrow(Box::new(writer.map_err(|error| encode(error.into()))?))
            }
            Format::Csv | Format::Ndjson => {
                let writer = text::Writer::begin(file, format, schema);
                Writer::Text(writer.map_err(CohortError::io("write", path))?)
            }
        };
        Ok(Self { path: path.to_owned(), table, writer })
    }

    pub(crate) fn write(&mut self, batch: &RecordBatch) -> Result<(), CohortError> {
        let table = self.table;
        let encode = |source: Box<dyn std::error::Error + Send + Sync>| CohortError::Encode { table, source };
        match &mut self.writer {
            Writer::Parquet(writer) => writer.write(batch).map_err(|error| encode(error.into())),
            Writer::Arrow(writer) => {
                let plain = text::plain(batch).map_err(|error| encode(error.into()))?;
                writer.write(&plain).map_err(|error| encode(error.into()))
            }
            Writer::Text(writer) => writer.write(batch).map_err(CohortError::io("write", &self.path)),
        }
    }

    /// Completes the file and brings it to the disk.
    pub(crate) fn finish(self) -> Result<(), CohortError> {
        let Self { path, table, writer } = self;
        let encode = |source: Box<dyn std::error::Error + Send + Sync>| CohortError::Encode { table, source };
        let file = match writer {
            Writer::Parquet(writer) => writer.into_inner().map_err(|error| encode(error.into()))?,
            Writer::Arrow(mut writer) => {
                writer.finish().map_err(|error| encode(error.into()))?;
                writer.into_inner().map_err(|error| encode(error.into()))?
            }
            Writer::Text(writer) => writer.into_inner(),
        };
        let file = file.into_inner().map_err(|error| CohortError::io("write", &path)(error.into_error()))?;
        file.sync_all().map_err(CohortError::io("write", &path))
    }
}

/// The schema's metadata as Parquet keeps it, in order.
fn key_values(schema: &Schema) -> Vec<parquet::format::KeyValue> {
    let mut pairs: Vec<_> = schema.metadata().iter().map(|(key, value)| (key.clone(), value.clone())).collect();
    pairs.sort();
    pairs.into_iter().map(|(key, value)| parquet::format::KeyValue { key, value: Some(value) }).collect()
}
