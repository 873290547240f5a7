//! Damage done to a record in the ways in which records are really coded, and what it does to what can be read.
//!
//! Each defect was counted in public records or met in other readers: results in words, codes under the wrong system or
//! damaged by a spreadsheet, one receptor's answer under another's question, drugs in words and with misleading names,
//! sites that stand apart from their diagnosis, statuses that say nothing happened. Half of them a reader has to
//! understand; the others take a fact away, and a reader has to say so instead of guessing. The truth file names each.

mod defects;

use crate::journey::Journey;
use crate::json::Json;
use crate::plan::Plan;
use crate::random::{Purpose, Random};
use crate::record::resource::{Kind, Resource};
use defects::DEFECTS;

/// One defect done to one resource.
#[derive(Debug, Clone)]
pub(crate) struct Damage {
    pub(crate) defect: &'static str,
    pub(crate) kind: Kind,
    pub(crate) number: u32,
    pub(crate) effect: Effect,
}

/// What a defect does to a reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Effect {
    /// What can no longer be decided: fact ids, `lines`, `decisions`; empty where everything still can.
    pub(crate) undecidable: &'static [&'static str],
    /// Whether a reader has to report it.
    pub(crate) reported: bool,
}

impl Damage {
    pub(crate) fn write(&self, patient: &str, json: &mut Json<'_>) {
        json.open();
        json.text_at("defect", self.defect);
        json.key("resource");
        json.plain(&[self.kind.name(), "/", patient, self.kind.prefix(), &self.number.to_string()]);
        json.list_at("undecidable");
        for fact in self.effect.undecidable {
            json.text(fact);
        }
        json.end_list();
        json.bool_at("reported", self.effect.reported);
        json.close();
    }
}

/// Damages a record; a resource is damaged at most once.
pub(crate) fn damage(journey: &Journey, plan: &Plan, patient: u64, resources: &mut Vec<Resource>) -> Vec<Damage> {
    let mut damages: Vec<Damage> = Vec::new();
    let mean = plan.mess.mean();
    if journey.cancer.is_none() || mean <= 0.0 {
        return damages;
    }
    let mut random = Random::new(plan.seed, patient, Purpose::Mess);
    let spread = (mean / 3.0).floor() as i32;
    let wanted = (mean as i32 + random.between(-spread, spread)).max(1);
    // Not every defect fits every record, so more are tried than wanted.
    for _ in 0..wanted * 6 {
        if i32::try_from(damages.len()).is_ok_and(|done| done >= wanted) {
            break;
        }
        let Some(defect) = random.one_of(&DEFECTS) else { break };
        // Two defects of HER2 in one record could leave a planted error standing alone, and no reader could tell.
        let of_her2 = |effect: Effect| effect.undecidable.contains(&"her2.status");
        if of_her2(defect.effect) && damages.iter().any(|done| of_her2(done.effect)) {
            continue;
        }
        let fits: Vec<usize> = resources
            .iter()
            .enumerate()
            .filter(|(_, resource)| (defect.fits)(resource))
            .filter(|(_, resource)| {
                !damages.iter().any(|done| (done.kind, done.number) == (resource.kind, resource.number))
            })
            .map(|(place, _)| place)
            .collect();
        let Some(place) = random.one_of(&fits) else { continue };
        let highest = |kind: Kind| resources.iter().filter(|r| r.kind == kind).map(|r| r.number).max().unwrap_or(0);
        let Some(next) = resources.get(place).map(|resource| highest(resource.kind) + 1) else { continue };
        let Some(resource) = resources.get_mut(place) else { continue };
        let (kind, mut number) = (resource.kind, resource.number);
        if let Some(mut added) = (defect.apply)(resource, journey) {
            added.number = next;
            number = next;
            resources.push(added);
        }
        damages.push(Damage { defect: defect.name, kind, number, effect: defect.effect });
    }
    damages
}
