//! The guideline that is compiled in is the one in `knowledge/`.

#![cfg(test)]

use std::path::Path;

use her2path::guideline::{Fact, KNOWLEDGE};
use her2path::knowledge::load_folder;

#[test]
fn equals_the_folder() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../knowledge");
    let (knowledge, _) = load_folder(&folder).expect("a valid guideline");
    assert!(knowledge == KNOWLEDGE, "the compiled guideline differs from `knowledge/`");
    assert_eq!(Fact::ALL.len(), knowledge.facts.len());
    for (fact, definition) in Fact::ALL.iter().zip(knowledge.facts.iter()) {
        assert_eq!(fact.id(), definition.id);
        assert_eq!(Fact::from_id(&definition.id), Some(*fact));
    }
}
