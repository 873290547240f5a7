//! Properties on random input: printing and parsing a criterion are inverse; the loader reports, but never panics.

#![cfg(test)]

use std::path::Path;
use std::sync::LazyLock;

use her2path_knowledge::criterion::{Sentence, SentenceTest, Word, parse};
use her2path_knowledge::diagnostic::Severity;
use her2path_knowledge::model::{Comparison, Span};
use her2path_knowledge::{SourceFile, load, read_folder};
use proptest::prelude::*;
use rust_decimal::Decimal;

/// Read once: the properties change copies of it.
static BASE: LazyLock<Vec<SourceFile>> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/guideline");
    read_folder(&folder).unwrap_or_default()
});

fn word() -> impl Strategy<Value = Word> {
    let reserved = |word: &String| !matches!(word.as_str(), "not" | "known");
    "[!-~äß€]{1,12}".prop_filter("a word of the grammar", reserved).prop_map(|text| Word { text, span: 0..0 })
}

fn test() -> impl Strategy<Value = SentenceTest> {
    let comparison = prop::sample::select(vec![
        Comparison::Equal,
        Comparison::Less,
        Comparison::LessOrEqual,
        Comparison::Greater,
        Comparison::GreaterOrEqual,
    ]);
    let number = (any::<i64>(), 0..=18_u32).prop_map(|(digits, scale)| Decimal::new(digits, scale));
    let span = prop_oneof![(0..43_921_u32).prop_map(Span::Days), (0..1441_u32).prop_map(Span::Months)];
    prop_oneof![
        word().prop_map(SentenceTest::Is),
        word().prop_map(SentenceTest::IsNot),
        word().prop_map(SentenceTest::In),
        (comparison, number, prop::option::of(word())).prop_map(|(comparison, number, unit)| SentenceTest::Compare {
            comparison,
            number,
            place: 0..0,
            unit
        }),
        (span, word()).prop_map(|(span, of)| SentenceTest::Within(span, of)),
        Just(SentenceTest::Known),
    ]
}

/// The sentence without the places of its words.
fn without_places(mut sentence: Sentence) -> Sentence {
    sentence.operator = 0..0;
    sentence.fact.span = 0..0;
    match &mut sentence.test {
        SentenceTest::Is(word) | SentenceTest::IsNot(word) | SentenceTest::In(word) | SentenceTest::Within(_, word) => {
            word.span = 0..0;
        }
        SentenceTest::Compare { place, unit, .. } => {
            *place = 0..0;
            if let Some(unit) = unit {
                unit.span = 0..0;
            }
        }
        SentenceTest::Known => {}
    }
    sentence
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

    #[test]
    fn parse_inverts_print(fact in word(), test in test(), blanks in prop::sample::select(vec![" ", "  ", "\t", "\u{a0}"])) {
        let sentence = Sentence { fact, operator: 0..0, test };
        let text = sentence.to_string();
        let parsed = parse(&text);
        prop_assert_eq!(parsed.clone().map(without_places), Ok(sentence));
        // Trailing zeros are part of a number as written.
        prop_assert_eq!(parsed.map(|parsed| parsed.to_string()), Ok(text.clone()));
        let spaced = format!("{blanks}{}{blanks}", text.replace(' ', blanks));
        prop_assert_eq!(parse(&spaced).map(|parsed| parsed.to_string()), Ok(text));
    }

    /// The place of every word and of every error lies within the sentence and cuts no character.
    #[test]
    fn places_can_be_shown(text in prop_oneof![".*", "[a-z.]{1,5} (is|is not|in|within|<|>=|=) ?[0-9a-zé ]{0,12}"]) {
        match parse(&text) {
            Ok(sentence) => {
                prop_assert_eq!(text.get(sentence.fact.span.clone()), Some(sentence.fact.text.as_str()));
                prop_assert!(text.get(sentence.operator).is_some());
            }
            Err(error) => prop_assert!(text.get(error.span.clone()).is_some(), "{:?} {:?}", error, text),
        }
    }

    /// A guideline with random bytes in place of random bytes.
    #[test]
    fn loader_survives_mutation(
        file in 0..7_usize,
        start in any::<prop::sample::Index>(),
        length in 0..40_usize,
        insert in prop_oneof![Just(String::new()), ".{0,12}", "[\\[\\]{}=\", \n'.0-9a-z-]{0,12}"],
    ) {
        let mut files = BASE.clone();
        prop_assert_eq!(files.len(), 7);
        let text = &mut files[file].text;
        let position = |byte: usize| (0..=byte).rev().find(|byte| text.is_char_boundary(*byte)).unwrap();
        let start = position(start.index(text.len()));
        let end = position((start + length).min(text.len()));
        text.replace_range(start..end, &insert);
        check(&files)?;
    }

    #[test]
    fn loader_survives_anything(path in "(facts|citations|guideline|diagnosis/x|valuesets/x|[a-z/]{0,9})\\.toml", text in ".{0,200}") {
        let mut files = BASE.clone();
        files.retain(|file| file.path != path);
        files.push(SourceFile { path, text });
        check(&files)?;
    }
}

/// Either a guideline and no error, or no guideline and an error; every finding can be displayed and lies in its line.
fn check(files: &[SourceFile]) -> Result<(), TestCaseError> {
    let (knowledge, diagnostics) = load(files);
    let has_error = diagnostics.iter().any(|found| found.severity == Severity::Error);
    prop_assert_eq!(knowledge.is_none(), has_error);
    for found in &diagnostics {
        prop_assert!(!found.to_string().is_empty());
        if found.line > 0 {
            let file = files.iter().find(|file| file.path == found.file);
            let line = file.and_then(|file| file.text.split('\n').nth(found.line - 1));
            // A lone carriage return is part of the line and is not shown.
            let length = line.unwrap_or_default().chars().count();
            prop_assert!(found.column <= length + 2, "{:?}", found);
            prop_assert_eq!(line.map(|line| line.trim_end_matches('\r')), Some(found.source_line.as_str()));
        }
    }
    Ok(())
}
