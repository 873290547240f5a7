//! Whatever the bytes are, reading and assessing them does not panic.
#![no_main]

use her2path::fhir::Input;
use her2path::guideline::KNOWLEDGE;
use her2path::{Question, assess, chapters};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let question = Question::new(&KNOWLEDGE, jiff::civil::date(2026, 11, 23)).chapters(chapters::ALL);
    let (assessments, _) = assess([Input { bytes, name: "fuzz" }], &question);
    for assessment in assessments {
        let _ = her2path::render::json::to_string(&assessment);
        let _ = her2path::render::text::to_string(&assessment, her2path::render::text::Style::default());
    }
});
