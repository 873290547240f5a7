//! Gates: what forbids a drug in whatever regimen it stands.
//!
//! A gate is declared once, in `gates.toml`, for drugs, classes or groups, and becomes part of the contraindications of every
//! recommendation whose regimen or variants name one of them. So a regimen that is written down tomorrow is as guarded as
//! those of today. What a recommendation's wording names beyond its regimen is the question of [`crate::proof`].
//!
//! A group (`endocrine`) carries the gates declared for the group, not those of single members: another member may fit.

use crate::drug::{Drug, DrugClass, Drugs};
use crate::model::{Criterion, Evidence, FactIndex, Knowledge, List, Place, Recommendation, Str};

/// One gate (`gates.toml`).
#[derive(Debug, Clone, PartialEq)]
pub struct Gate {
    /// Kebab-case name.
    pub id: Str,
    /// The drugs, classes or groups that it guards.
    pub drugs: List<Str>,
    /// Only recommendations with this line in their `when` carry it.
    pub only_when: Option<Criterion>,
    /// Recommendations with this line in their `when` do not carry it.
    pub unless_when: Option<Criterion>,
    /// What forbids the drug, in a sentence.
    pub statement: Str,
    /// What opens it again where it is shut by something that can be changed, such as another medicine.
    pub remedy: Option<Str>,
    /// The rules of the source tables that it carries.
    pub rules: List<Str>,
    /// Any criterion that holds forbids.
    pub contraindicated_if: List<Criterion>,
    /// What a clinician would ask first when it cannot be told.
    pub ask_first: List<FactIndex>,
    /// How it is known.
    pub evidence: Evidence,
    /// Keys of citations.
    pub cites: List<Str>,
    /// Where it stands.
    pub place: Place,
}

impl Gate {
    /// Whether it guards this word of a regimen or variant: a drug, a class or a group.
    #[must_use]
    pub fn guards(&self, word: &str, drugs: &Drugs) -> bool {
        self.drugs.iter().any(|target| meant(word, target, drugs))
    }

    /// Whether it holds for the time of treatment that a recommendation is about.
    #[must_use]
    pub fn is_for(&self, recommendation: &Recommendation) -> bool {
        let has = |line: &Criterion| recommendation.when.iter().any(|criterion| criterion == line);
        self.only_when.as_ref().is_none_or(has) && !self.unless_when.as_ref().is_some_and(has)
    }
}

impl Knowledge {
    /// What opens the gate that a contraindication of a recommendation comes from; `None` where nothing does.
    #[must_use]
    pub fn remedy(&self, recommendation: &Recommendation, contraindication: &Criterion) -> Option<&str> {
        let carried = self.gates.iter().filter(|gate| recommendation.gates.contains(&gate.id));
        let mut from = carried.filter(|gate| gate.contraindicated_if.contains(contraindication));
        from.next()?.remedy.as_deref()
    }
}

/// Whether a word of a regimen falls under a word of a gate. A combination product falls under what its parts do.
fn meant(word: &str, target: &str, drugs: &Drugs) -> bool {
    let by_id = |id: &str| drugs.list.iter().find(|drug| drug.id == id);
    let Some(drug) = by_id(word) else {
        let class = DrugClass::NAMES.iter().find(|(name, _)| *name == word);
        return word == target || class.is_some_and(|(_, class)| class.group().name() == target);
    };
    let parts = drug.components.iter().filter_map(|id| by_id(id));
    std::iter::once(drug).chain(parts).any(|drug: &Drug| drug.is_meant_by(target))
}

/// The words of a recommendation's regimen and variants.
pub fn offered(recommendation: &Recommendation) -> impl Iterator<Item = &str> {
    let variants = recommendation.variants.iter().flat_map(|variant| variant.split(" + "));
    recommendation.regimen.iter().map(AsRef::as_ref).chain(variants)
}

/// Adds to a recommendation the contraindications of its drugs, but for the gates that it lifts.
pub(crate) fn apply(recommendation: &mut Recommendation, gates: &[Gate], drugs: &Drugs) {
    let carries = |gate: &&Gate| {
        gate.is_for(recommendation)
            && !recommendation.lifts.iter().any(|(id, _)| *id == gate.id)
            && offered(recommendation).any(|word| gate.guards(word, drugs))
    };
    let carried: Vec<&Gate> = gates.iter().filter(carries).collect();
    let mut contraindicated_if = recommendation.contraindicated_if.to_vec();
    let mut ask_first = recommendation.ask_first.to_vec();
    for gate in &carried {
        let new: Vec<_> =
            gate.contraindicated_if.iter().filter(|one| !contraindicated_if.contains(one)).cloned().collect();
        contraindicated_if.extend(new);
        let new: Vec<_> = gate.ask_first.iter().filter(|fact| !ask_first.contains(fact)).copied().collect();
        ask_first.extend(new);
    }
    recommendation.gates = carried.iter().map(|gate| gate.id.clone()).collect();
    recommendation.contraindicated_if = contraindicated_if.into();
    recommendation.ask_first = ask_first.into();
}
