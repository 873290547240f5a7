//! Which side of the body an entry is about.

use super::coding::meaning;
use crate::fhir::CodeableConcept;
use crate::fhir::Extensions as _;
use crate::guideline::value_set;
use her2path_knowledge::model::Knowledge;

/// The qualifier that mCODE puts on a body site.
const QUALIFIER: &str = "mcode-laterality-qualifier";

/// `left`, `right` or `both`, by the body sites, their qualifiers included. Sites that disagree are both sides.
pub(super) fn side_of<'c, 'a: 'c>(
    knowledge: &Knowledge,
    sites: impl IntoIterator<Item = &'c CodeableConcept<'a>>,
) -> Option<&'static str> {
    let (mut left, mut right) = (false, false);
    for site in sites {
        for concept in std::iter::once(site).chain(site.extension.concepts(QUALIFIER)) {
            match meaning(knowledge, concept, value_set::LATERALITY) {
                Some("left") => left = true,
                Some("right") => right = true,
                Some("both") => (left, right) = (true, true),
                _ => {}
            }
        }
    }
    match (left, right) {
        (true, true) => Some("both"),
        (true, false) => Some("left"),
        (false, true) => Some("right"),
        (false, false) => None,
    }
}
