//! Tables of many patients in columnar files; the only crate that knows Parquet.

pub mod table;
