//! The loader: a valid guideline with one of its files replaced. It ends with a guideline that can be compiled, or with an
//! error that can be shown.

use her2path_knowledge::diagnostic::Severity;
use her2path_knowledge::{SourceFile, codegen, load};

macro_rules! guideline {
    ($($path:literal),*) => {
        [$(($path, include_str!(concat!("../../crates/her2path-knowledge/tests/guideline/", $path)))),*]
    };
}

/// The guideline whose files are replaced.
pub(crate) const BASE: [(&str, &str); 6] = guideline![
    "guideline.toml",
    "facts.toml",
    "citations.toml",
    "valuesets/her2-ihc-score.toml",
    "valuesets/visceral.toml",
    "diagnosis/topic.toml"
];

/// One input: which file, and what stands in it instead.
pub(crate) fn run(number: u8, text: &str) {
    let replaced = usize::from(number) % BASE.len();
    let file = |(index, (path, base)): (usize, (&str, &str))| SourceFile {
        path: path.to_owned(),
        text: if index == replaced { text } else { base }.to_owned(),
    };
    let files: Vec<_> = BASE.into_iter().enumerate().map(file).collect();
    let (knowledge, diagnostics) = load(&files);
    let has_error = diagnostics.iter().any(|found| found.severity == Severity::Error);
    assert_eq!(knowledge.is_none(), has_error);
    for found in &diagnostics {
        assert!(!found.to_string().is_empty());
    }
    if let Some(knowledge) = knowledge {
        assert!(codegen::to_rust(&knowledge).contains("static KNOWLEDGE"));
    }
}
