//! Finding things in a guideline by name or code.

use crate::code_system::CodeSystem;
use crate::model::{
    Citation, Concept, FactDefinition, FactIndex, GlossaryTerm, Knowledge, Recommendation, ValueSet, ValueSetIndex,
};

impl Knowledge {
    /// The fact with this id (`her2.status`).
    #[must_use]
    pub fn fact(&self, id: &str) -> Option<FactIndex> {
        let position = self.facts.binary_search_by(|fact| fact.id.as_ref().cmp(id)).ok()?;
        u16::try_from(position).ok().map(FactIndex)
    }

    /// What the dictionary says of a fact. `None` only for an index of another guideline.
    #[must_use]
    pub fn fact_definition(&self, fact: FactIndex) -> Option<&FactDefinition> {
        self.facts.get(usize::from(fact.0))
    }

    /// The source with this key.
    #[must_use]
    pub fn citation(&self, key: &str) -> Option<&Citation> {
        let position = self.citations.binary_search_by(|citation| citation.key.as_ref().cmp(key)).ok()?;
        self.citations.get(position)
    }

    /// The recommendation with this id (`chapter/file/name`).
    #[must_use]
    pub fn recommendation(&self, id: &str) -> Option<&Recommendation> {
        let position =
            self.recommendations.binary_search_by(|recommendation| recommendation.id.as_ref().cmp(id)).ok()?;
        self.recommendations.get(position)
    }

    /// The word of the glossary with this heading or form, in whatever case it is written.
    #[must_use]
    pub fn glossary_term(&self, word: &str) -> Option<&GlossaryTerm> {
        let named = |text: &str| text.to_lowercase() == word.to_lowercase();
        self.glossary.iter().find(|entry| named(&entry.term) || entry.also.iter().any(|form| named(form)))
    }

    /// The value set with this id.
    #[must_use]
    pub fn value_set(&self, id: &str) -> Option<ValueSetIndex> {
        let position = self.value_sets.binary_search_by(|set| set.id.as_ref().cmp(id)).ok()?;
        u16::try_from(position).ok().map(ValueSetIndex)
    }

    /// What a value set holds. `None` only for an index of another guideline.
    #[must_use]
    pub fn value_set_definition(&self, set: ValueSetIndex) -> Option<&ValueSet> {
        self.value_sets.get(usize::from(set.0))
    }

    /// Every value set that lists this code, with the concept there, in the order of value sets.
    pub fn concepts(&self, system: CodeSystem, code: &str) -> impl Iterator<Item = (ValueSetIndex, &Concept)> {
        let bucket = bucket(code);
        let [start, end] = [bucket, bucket + 1].map(|number| self.concept_starts.get(number).copied());
        let bucket = start.zip(end).and_then(|(start, end)| self.concept_index.get(start.into()..end.into()));
        bucket.unwrap_or_default().iter().filter(move |entry| entry.system == system && entry.code == code).filter_map(
            |entry| {
                let concept = self.value_set_definition(entry.value_set)?.concepts.get(usize::from(entry.concept))?;
                Some((entry.value_set, concept))
            },
        )
    }

    /// The concept of this code in this value set.
    #[must_use]
    pub fn find(&self, set: ValueSetIndex, system: CodeSystem, code: &str) -> Option<&Concept> {
        self.concepts(system, code).find(|(found, _)| *found == set).map(|(_, concept)| concept)
    }
}

/// The number of buckets of [`Knowledge::concept_index`]: with some thousand concepts, about one for each.
pub(crate) const BUCKETS: usize = 4096;

/// The bucket of a code: FNV-1a (32 bit) of its bytes, modulo the number of buckets.
pub(crate) fn bucket(code: &str) -> usize {
    let hash = code.bytes().fold(0x811C_9DC5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    usize::try_from(hash).unwrap_or_default() % BUCKETS
}

impl FactDefinition {
    /// The position of a value (`positive`).
    #[must_use]
    pub fn value(&self, code: &str) -> Option<crate::model::ValueIndex> {
        let position = self.values.iter().position(|value| value.code == code)?;
        u16::try_from(position).ok().map(crate::model::ValueIndex)
    }
}
