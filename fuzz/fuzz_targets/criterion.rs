//! libFuzzer on `fuzz/targets/criterion.rs`.
#![no_main]

#[path = "../targets/criterion.rs"]
mod criterion;

libfuzzer_sys::fuzz_target!(|text: &str| criterion::run(text));
