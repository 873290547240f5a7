//! Findings and diseases that name a receptor: "HER2-positive carcinoma", ICD-10-CM Z17.410.
//!
//! The meanings of the value set `receptor-finding` are pairs of a receptor and a result, one after the other.

use her2path_knowledge::model::Knowledge;

use super::coding::concepts_in;
use super::receptor_results::ReceptorTest;
use super::receptor_text::ResultWord;
use crate::fhir::CodeableConcept;
use crate::guideline::value_set;

/// What a finding names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Named {
    /// One receptor, whole status.
    Receptor(ReceptorTest),
    /// ER or PgR; the finding does not say which.
    EitherHormoneReceptor,
}

/// Everything that the codes of a concept name.
pub(super) fn of(knowledge: &Knowledge, concept: &CodeableConcept<'_>) -> Vec<(Named, ResultWord)> {
    concepts_in(knowledge, concept, value_set::RECEPTOR_FINDING)
        .filter_map(|finding| finding.meaning.as_deref())
        .flat_map(pairs)
        .collect()
}

/// Whether any code of a concept names a receptor.
pub(super) fn any(knowledge: &Knowledge, concept: &CodeableConcept<'_>) -> bool {
    concepts_in(knowledge, concept, value_set::RECEPTOR_FINDING).next().is_some()
}

/// The pairs of a meaning: `hr-negative-her2-positive` names three receptors.
pub(super) fn pairs(meaning: &str) -> Vec<(Named, ResultWord)> {
    const ER: Named = Named::Receptor(ReceptorTest::Er);
    const PR: Named = Named::Receptor(ReceptorTest::Pr);
    const HER2: Named = Named::Receptor(ReceptorTest::Her2Status);
    let mut words = meaning.split('-');
    let mut found = Vec::new();
    while let (Some(receptor), Some(result)) = (words.next(), words.next()) {
        let word = match result {
            "positive" => ResultWord::Positive,
            "negative" => ResultWord::Negative,
            _ => ResultWord::Equivocal,
        };
        // "Hormone receptor negative" is both; "positive" may be either.
        let named: &[Named] = match (receptor, word) {
            ("her2", _) => &[HER2],
            ("er", _) => &[ER],
            ("pr", _) => &[PR],
            ("hr", ResultWord::Negative) => &[ER, PR],
            ("triple", _) => &[ER, PR, HER2],
            _ => &[Named::EitherHormoneReceptor],
        };
        found.extend(named.iter().map(|named| (*named, word)));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{Named, ResultWord, pairs};
    use crate::chart::asserted::receptor_results::ReceptorTest::{Er, Her2Status, Pr};

    #[test]
    fn meanings_are_pairs() {
        let (positive, negative) = (ResultWord::Positive, ResultWord::Negative);
        let of = |test, word| (Named::Receptor(test), word);
        let rows = [
            ("her2-positive", vec![of(Her2Status, positive)]),
            ("her2-equivocal", vec![of(Her2Status, ResultWord::Equivocal)]),
            ("triple-negative", vec![of(Er, negative), of(Pr, negative), of(Her2Status, negative)]),
            ("hr-positive", vec![(Named::EitherHormoneReceptor, positive)]),
            ("hr-positive-her2-negative", vec![(Named::EitherHormoneReceptor, positive), of(Her2Status, negative)]),
            ("hr-negative-her2-positive", vec![of(Er, negative), of(Pr, negative), of(Her2Status, positive)]),
        ];
        for (meaning, expected) in rows {
            assert_eq!(pairs(meaning), expected, "{meaning}");
        }
    }
}
