//! libFuzzer on `fuzz/targets/knowledge.rs`.
#![no_main]

#[path = "../targets/knowledge.rs"]
mod knowledge;

libfuzzer_sys::fuzz_target!(|input: (u8, &str)| knowledge::run(input.0, input.1));
