//! Entries that nothing refers to. Asked only of a guideline without errors: a criterion that could not be read would
//! make what it names look unused.

use std::collections::BTreeSet;

use crate::read::citations::RawCitation;
use crate::read::facts::RawFact;
use crate::read::gates::RawGate;
use crate::read::medicine::RawMedicine;
use crate::read::recommendations::RawRecommendation;
use crate::read::value_sets::RawValueSet;
use crate::source::Sink;

/// Sources that no recommendation, gate, fact, label, trial, monograph, check or measure cites.
pub(crate) fn citations(
    citations: &[RawCitation],
    recommendations: &[RawRecommendation],
    facts: &[RawFact],
    medicine: &RawMedicine,
    gates: &[RawGate],
    sink: &Sink<'_>,
) {
    let cited = recommendations.iter().flat_map(|recommendation| &recommendation.cites);
    let cited = cited.chain(facts.iter().flat_map(|fact| &fact.cites));
    let cited = cited.chain(super::medicine::origins(medicine).into_iter().flat_map(|origin| &origin.cites));
    let cited = cited.chain(gates.iter().flat_map(|gate| &gate.cites));
    let cited: BTreeSet<_> = cited.map(|key| key.value.as_str()).collect();
    for key in citations.iter().map(|citation| &citation.key).filter(|key| !cited.contains(key.value.as_str())) {
        sink.warning(&key.at, format!("nothing cites `{}`", key.value), "");
    }
}

/// Sets of fact values that no criterion and no fact names. Sets of codes are for the code that reads records, which cannot be seen
/// from here.
pub(crate) fn value_sets(sets: &[RawValueSet], used: &BTreeSet<&str>, facts: &[RawFact], sink: &Sink<'_>) {
    let by_facts: BTreeSet<&str> =
        facts.iter().filter_map(|fact| fact.value_set.as_ref()).map(|id| id.value.as_str()).collect();
    let is_used = |id: &str| used.contains(id) || by_facts.contains(id);
    for id in sets.iter().filter(|set| set.has_values).map(|set| &set.id).filter(|id| !is_used(&id.value)) {
        sink.warning(&id.at, format!("nothing uses the value set `{}`", id.value), "");
    }
}
