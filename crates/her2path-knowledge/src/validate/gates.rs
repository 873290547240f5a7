//! Gates: names, drugs, sources, and that what a recommendation lifts or only mentions is there.

use std::collections::BTreeMap;

use crate::read::citations::RawCitation;
use crate::read::drugs::RawDrug;
use crate::read::gates::RawGate;
use crate::read::recommendations::RawRecommendation;
use crate::resolve::Dictionary;
use crate::source::Sink;
use crate::suggest;
use crate::validate::medicine::members;
use crate::validate::recommendations::check_keys;
use crate::validate::{is_kebab_case, unique};

pub(crate) fn check(
    gates: &[RawGate],
    recommendations: &[RawRecommendation],
    drugs: &[RawDrug],
    citations: &[RawCitation],
    dictionary: &Dictionary<'_>,
    sink: &Sink<'_>,
) {
    let citations: BTreeMap<_, _> = citations.iter().map(|citation| (citation.key.value.as_str(), citation)).collect();
    unique("gate", gates.iter().map(|gate| &gate.id), sink);
    for gate in gates {
        if !gate.id.value.is_empty() && !is_kebab_case(&gate.id.value) {
            sink.error(&gate.id.at, format!("`{}` is not an id", gate.id.value), "small letters, digits and hyphens");
        }
        if gate.drugs.is_empty() {
            sink.error(&gate.at, "a gate for no drug", "name its `drugs`");
        }
        members(&gate.drugs, drugs, sink);
        if gate.contraindicated_if.is_empty() {
            sink.error(&gate.at, "a gate that forbids nothing", "say what forbids in `contraindicated-if`");
        }
        if gate.only_when.len() > 1 || gate.unless_when.len() > 1 {
            sink.error(&gate.at, "one line of `when` at most", "declare a second gate");
        }
        for fact in gate.ask_first.iter().filter(|fact| dictionary.fact(&fact.value).is_none()) {
            let hint = suggest::hint(&fact.value, dictionary.fact_ids());
            sink.error(&fact.at, format!("unknown fact `{}`", fact.value), hint);
        }
        if gate.cites.is_empty() {
            sink.error(&gate.at, "`cites` is missing or empty", "cite a source, or a project rule");
        }
        check_keys(&gate.cites, &citations, sink);
    }
    for recommendation in recommendations {
        members(&recommendation.mentions, drugs, sink);
        for (id, reason) in &recommendation.lifts {
            if gates.iter().all(|gate| gate.id.value != id.value) {
                let hint = suggest::hint(&id.value, gates.iter().map(|gate| gate.id.value.as_str()));
                sink.error(&id.at, format!("unknown gate `{}`", id.value), hint);
            }
            if reason.value.trim().is_empty() {
                sink.error(&reason.at, "a gate is lifted without a reason", "say why it does not hold here");
            }
        }
    }
}
