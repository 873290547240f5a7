//! The guideline that is compiled in, generated from `knowledge/` when the crate is built.
//!
//! [`Fact`] is the data dictionary as an enum, so that no code can name a fact that is not in it and every `match` over
//! facts is complete. `values` names the values of coded facts, `value_set` the code lists.

include!(concat!(env!("OUT_DIR"), "/guideline.rs"));

/// Why a guideline cannot be used by this program: the names of what differs from the dictionary that the code was built
/// with. Facts are stated by code, by their place in the dictionary, and value sets are read by code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "{what} are not those of this program ({names}); facts and value sets are read by code, so build it with `knowledge/` changed",
    names = names.join(", ")
)]
pub struct Misfit {
    /// `facts` or `value sets`.
    pub what: &'static str,
    /// Some of what is there on one side only, or is of another type, unit or list of values.
    pub names: Vec<String>,
}

/// Whether a guideline can be given to [`Question`](crate::Question): its recommendations, drugs, citations and the
/// content of its value sets may be its own, its facts and the names of its value sets must be those of [`KNOWLEDGE`].
///
/// # Errors
/// What differs.
pub fn check_fit(knowledge: &her2path_knowledge::model::Knowledge) -> Result<(), Misfit> {
    const MOST: usize = 5;
    let shape = |knowledge: &her2path_knowledge::model::Knowledge| -> std::collections::BTreeSet<(String, String)> {
        let facts = knowledge.facts.iter();
        facts.map(|f| (f.id.to_string(), format!("{:?} {:?} {:?}", f.kind_of_value, f.unit, f.values))).collect()
    };
    let sets = |knowledge: &her2path_knowledge::model::Knowledge| -> std::collections::BTreeSet<(String, String)> {
        knowledge.value_sets.iter().map(|set| (set.id.to_string(), String::new())).collect()
    };
    for (what, ours, theirs) in
        [("facts", shape(&KNOWLEDGE), shape(knowledge)), ("value sets", sets(&KNOWLEDGE), sets(knowledge))]
    {
        let mut names: Vec<String> = ours.symmetric_difference(&theirs).map(|(name, _)| name.clone()).collect();
        names.dedup();
        if names.len() > MOST {
            names.truncate(MOST);
            names.push("…".to_owned());
        }
        if !names.is_empty() {
            return Err(Misfit { what, names });
        }
    }
    Ok(())
}
