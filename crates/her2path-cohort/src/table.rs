//! A flat Parquet file as columns of text, the form in which a CSV file arrives.
//!
//! Numbers keep all their digits: text to number and back is exact in Rust. Deliberately absent: nested columns, which
//! are refused.

use std::fs::File;
use std::path::Path;

use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader as _, SerializedFileReader};
use parquet::record::Field;

/// Names of the columns, and the columns; a null is an empty cell.
///
/// # Errors
/// A file that cannot be opened or is no Parquet file; a nested column.
pub fn read_parquet(path: &Path) -> Result<(Vec<String>, Vec<Vec<String>>), ParquetError> {
    let reader = SerializedFileReader::new(File::open(path)?)?;
    let names: Vec<String> =
        reader.metadata().file_metadata().schema().get_fields().iter().map(|field| field.name().to_owned()).collect();
    let mut columns = vec![Vec::new(); names.len()];
    for row in reader.get_row_iter(None)? {
        for (column, (name, field)) in columns.iter_mut().zip(row?.get_column_iter()) {
            column.push(cell(name, field)?);
        }
    }
    Ok((names, columns))
}

fn cell(name: &str, field: &Field) -> Result<String, ParquetError> {
    Ok(match field {
        Field::Null => String::new(),
        Field::Bool(value) => if *value { "1" } else { "0" }.to_owned(),
        Field::Byte(value) => value.to_string(),
        Field::Short(value) => value.to_string(),
        Field::Int(value) => value.to_string(),
        Field::Long(value) => value.to_string(),
        Field::UByte(value) => value.to_string(),
        Field::UShort(value) => value.to_string(),
        Field::UInt(value) => value.to_string(),
        Field::ULong(value) => value.to_string(),
        Field::Float(value) => value.to_string(),
        Field::Double(value) => value.to_string(),
        Field::Str(value) => value.clone(),
        Field::Date(days) => days.to_string(),
        other => {
            return Err(ParquetError::General(format!(
                "column `{name}` holds {other:?}, which is neither text nor number nor date"
            )));
        }
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int32Type};
    use parquet::file::properties::WriterProperties;
    use parquet::file::writer::SerializedFileWriter;
    use parquet::schema::parser::parse_message_type;

    use super::*;

    #[test]
    fn a_flat_file_becomes_columns_of_text() {
        let schema = "message rows { required double time; required int32 event; optional binary arm (utf8); }";
        let path = std::env::temp_dir().join(format!("her2path-table-{}.parquet", std::process::id()));
        let schema = Arc::new(parse_message_type(schema).unwrap());
        let properties = Arc::new(WriterProperties::builder().build());
        let mut writer = SerializedFileWriter::new(File::create(&path).unwrap(), schema, properties).unwrap();
        let mut group = writer.next_row_group().unwrap();
        let mut column = group.next_column().unwrap().unwrap();
        column.typed::<DoubleType>().write_batch(&[0.1, 2.0], None, None).unwrap();
        column.close().unwrap();
        let mut column = group.next_column().unwrap().unwrap();
        column.typed::<Int32Type>().write_batch(&[1, 0], None, None).unwrap();
        column.close().unwrap();
        let mut column = group.next_column().unwrap().unwrap();
        column.typed::<ByteArrayType>().write_batch(&[ByteArray::from("T-DXd")], Some(&[1, 0]), None).unwrap();
        column.close().unwrap();
        group.close().unwrap();
        writer.close().unwrap();
        let (names, columns) = read_parquet(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        assert_eq!(names, ["time", "event", "arm"]);
        assert_eq!(columns, [["0.1", "2"], ["1", "0"], ["T-DXd", ""]]);
    }

    #[test]
    fn what_is_no_parquet_file_is_refused() {
        assert!(read_parquet(Path::new("no-such-file.parquet")).is_err());
    }
}
