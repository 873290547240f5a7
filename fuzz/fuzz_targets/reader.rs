//! libFuzzer on `fuzz/targets/reader.rs`.
#![no_main]

#[path = "../targets/reader.rs"]
mod reader;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| reader::run(bytes));
