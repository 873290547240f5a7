//! How a record tells a journey: FHIR R4 resources in the profiles of mCODE STU 4, with the noise of an ordinary record
//! around them.

pub(crate) mod build;
mod cancer;
pub(crate) mod resource;
mod therapy;
pub(crate) mod write;

use crate::journey::Journey;
use crate::noise;
use crate::plan::Plan;
use crate::random::{Purpose, Random};
use build::Builder;
pub(crate) use cancer::group as stage_group;
use resource::{Body, Concept, Kind, Resource, When};

/// All resources of one patient, none of them later than the last day, the patient first.
pub(crate) fn of(journey: &Journey, plan: &Plan, patient: u64) -> Vec<Resource> {
    let mut random = Random::new(plan.seed, patient, Purpose::Record);
    let mut builder = Builder::new(journey.last_day);
    let body =
        Body::Patient { male: journey.male, birth: When::day(journey.birth), death: journey.death.map(When::day) };
    builder.push(Kind::Patient, "", Concept::default(), body).profile = Some("mcode-cancer-patient");
    let from = match &journey.cancer {
        Some(cancer) => cancer.found.plus(-random.between(20, 200)),
        None => journey.last_day.plus(-random.between(1000, 3000)),
    };
    if let Some(found) = &journey.cancer {
        let condition = cancer::write(journey, found, &mut builder, &mut random);
        therapy::write(journey, found, condition, &mut builder, &mut random);
    }
    let mut noise = Random::new(plan.seed, patient, Purpose::Noise);
    noise::add(journey, from, &mut builder, &mut noise);
    builder.finish()
}
