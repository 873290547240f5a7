//! The reader and everything after it: whatever bytes come in, reading, assessing and printing them does not panic, and
//! what is printed for machines is JSON.

use her2path::fhir::Input;
use her2path::guideline::KNOWLEDGE;
use her2path::render::{json, text};
use her2path::{Question, assess, chapters};

/// One input.
pub(crate) fn run(bytes: &[u8]) {
    let question = Question::new(&KNOWLEDGE, jiff::civil::date(2026, 11, 23)).chapters(chapters::ALL);
    let (assessments, _) = assess([Input { bytes, name: "fuzz" }], &question);
    for assessment in assessments {
        let printed = json::to_string(&assessment).expect("an assessment can be printed");
        let read: serde_json::Value = serde_json::from_str(&printed).expect("what is printed is JSON");
        assert_eq!(read["schema"], "her2path/assessment/1");
        let words = text::to_string(&assessment, text::Style { all: true, ..text::Style::default() });
        assert!(words.chars().all(|c| c == '\n' || !c.is_control()), "a control character in the text");
    }
}
