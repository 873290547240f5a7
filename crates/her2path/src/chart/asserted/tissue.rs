//! The tissue that was tested: which specimen, from where, when, and of which cancer.
//!
//! A specimen made from another (`Specimen.parent`: a block of a biopsy, a slide of a block) is of the same lesion: it
//! counts as the specimen that it was made from, with that one's site and day. One made from several is left as it is.

use super::Reader;
use super::coding::meaning;
use crate::classify::governing::Site;
use crate::date::PartialDate;
use crate::fhir::{
    CodeableConcept, Condition, Extensions as _, Located, Observation, Place, Record, Reference, Specimen, When,
};
use crate::guideline::value_set;
use crate::issue::Issue;

/// How often a specimen may be made from another before it is given up as a circle.
const GENERATIONS: usize = 8;

/// What a result says of the tissue that was tested.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Tissue {
    /// The specimen that it names, or the one that this was made from.
    pub(crate) specimen: Option<String>,
    /// Whether that specimen is on record.
    pub(crate) resolved: bool,
    pub(crate) site: Option<Site>,
    /// `left` or `right`.
    pub(crate) side: Option<&'static str>,
    /// The breast cancer in focus.
    pub(crate) focus: Option<String>,
    /// When it was taken: the specimen's own date, else that of the observation.
    pub(crate) collected: Option<PartialDate>,
    /// A specimen that the laboratory rejected.
    pub(crate) inadequate: bool,
}

/// The tissue of a result.
pub(super) fn of_observation(reader: &mut Reader<'_, '_>, observation: &Located<'_, Observation<'_>>) -> Tissue {
    let source = &observation.place.name;
    let sites: Vec<&CodeableConcept<'_>> = observation.body_site.iter().collect();
    let tissue = of_specimen(reader, &observation.place, observation.specimen.as_ref(), &sites);
    if observation.specimen.is_some() && !tissue.resolved {
        let message = "the specimen is not on record, so where and when it was taken is not known from it";
        reader.issues.push(Issue::information("unresolved-reference", message).at(format!("{source}.specimen")));
    }
    let (focus, side_of_focus) = focus(reader, observation);
    Tissue {
        side: tissue.side.or(side_of_focus),
        focus,
        collected: tissue.collected.or(observation.effective.as_ref().and_then(When::start)),
        ..tissue
    }
}

/// The tissue that a reference to a specimen names, with the body sites that its result names besides.
pub(super) fn of_specimen(
    reader: &mut Reader<'_, '_>,
    from: &Place<'_>,
    reference: Option<&Reference<'_>>,
    sites_of_result: &[&CodeableConcept<'_>],
) -> Tissue {
    let record = reader.record;
    let specimen = reference.and_then(|reference| record.resolve_as::<Specimen<'_>>(from, reference));
    let (lineage, made_from) = specimen.map_or_else(Default::default, |specimen| lineage(record, specimen));
    let origin = lineage.last().map(|specimen| specimen.place.name.clone());
    let places: Vec<&CodeableConcept<'_>> = lineage
        .iter()
        .filter_map(|specimen| specimen.collection.as_ref()?.body_site.as_ref())
        .chain(sites_of_result.iter().copied())
        .collect();
    let sites: Vec<Site> = places
        .iter()
        .filter_map(|place| meaning(reader.knowledge, place, value_set::BODY_SITE).and_then(specimen_site))
        .collect();
    let site = sites.first().copied().filter(|first| sites.iter().all(|site| site == first));
    if site.is_none() && !sites.is_empty() {
        let message = "the body site of the specimen and that of the result differ; the site counts as unknown";
        reader.issues.push(Issue::warning("sites-differ", message).at(from.name.clone()));
    }
    Tissue {
        specimen: made_from.or(origin).or_else(|| reference.and_then(name)),
        resolved: specimen.is_some(),
        site,
        side: places.iter().find_map(|place| side(reader, place)),
        focus: None,
        collected: lineage.iter().rev().find_map(|specimen| specimen.collection.as_ref()?.collected.as_ref()?.start()),
        inadequate: lineage.iter().any(|specimen| specimen.status.as_deref() == Some("unsatisfactory")),
    }
}

/// A specimen, the one it was made from, and so on; and the name of one that the last was made from and that is not on
/// record.
fn lineage<'r, 'a>(
    record: &'r Record<'a>,
    specimen: &'r Located<'a, Specimen<'a>>,
) -> (Vec<&'r Located<'a, Specimen<'a>>>, Option<String>) {
    let mut lineage = vec![specimen];
    let mut youngest = specimen;
    while let ([parent], true) = (youngest.parent.as_slice(), lineage.len() < GENERATIONS) {
        match record.resolve_as::<Specimen<'_>>(&youngest.place, parent) {
            Some(known) if lineage.iter().all(|specimen| specimen.place.name != known.place.name) => {
                lineage.push(known);
                youngest = known;
            }
            Some(_) => break,
            None => return (lineage, name(parent)),
        }
    }
    (lineage, None)
}

/// What a reference calls a specimen that is not on record.
fn name(reference: &Reference<'_>) -> Option<String> {
    let identifier = || {
        let identifier = reference.identifier.as_ref()?;
        Some(format!("{}|{}", identifier.system.as_deref().unwrap_or_default(), identifier.value.as_deref()?))
    };
    reference.reference.as_deref().map(str::to_owned).or_else(identifier)
}

/// The breast cancer that the result is about, and its side.
fn focus(
    reader: &mut Reader<'_, '_>,
    observation: &Located<'_, Observation<'_>>,
) -> (Option<String>, Option<&'static str>) {
    for reference in &observation.focus {
        match reader.record.resolve_as::<Condition<'_>>(&observation.place, reference) {
            Some(condition) => {
                let name = condition.place.name.clone();
                let side = reader.asserted.diagnoses.iter().find(|d| d.source == name).and_then(|d| d.side);
                return (Some(name), side.filter(|side| *side != "both"));
            }
            None if reader.record.resolve(&observation.place, reference).is_none() => {
                let message = "what it is about is not on record, so which cancer was tested is not known from it";
                let place = format!("{}.focus", observation.place.name);
                reader.issues.push(Issue::information("unresolved-reference", message).at(place));
            }
            None => {}
        }
    }
    (None, None)
}

/// The side of a body site: a code for one breast, or the qualifier that mCODE puts beside the site.
fn side(reader: &Reader<'_, '_>, site: &CodeableConcept<'_>) -> Option<&'static str> {
    let qualifiers = site.extension.concepts("mcode-laterality-qualifier");
    let found =
        std::iter::once(site).chain(qualifiers).find_map(|c| meaning(reader.knowledge, c, value_set::LATERALITY))?;
    ["left", "right"].into_iter().find(|side| *side == found)
}

/// The breast is the primary, axillary nodes count with it, organs are metastases. Nodes of which the record does not say
/// whether they are regional, and the chest wall, leave it open.
fn specimen_site(meaning: &str) -> Option<Site> {
    match meaning {
        "breast" => Some(Site::Primary),
        "axilla" | "regional-lymph-node" => Some(Site::RegionalNode),
        "lymph-node" | "locoregional" | "unspecified" | "other" => None,
        _ => Some(Site::Metastasis),
    }
}
