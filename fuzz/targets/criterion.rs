//! The parser of criteria: every place lies in the sentence, and printing a parsed sentence parses to the same.

use her2path_knowledge::criterion::parse;

/// One input.
pub(crate) fn run(text: &str) {
    match parse(text) {
        Ok(sentence) => {
            assert_eq!(text.get(sentence.fact.span.clone()), Some(sentence.fact.text.as_str()));
            let printed = sentence.to_string();
            assert_eq!(parse(&printed).map(|again| again.to_string()), Ok(printed));
        }
        Err(error) => assert!(text.get(error.span.clone()).is_some(), "{error:?}"),
    }
}
