//! Damage done to a record in the ways in which records are really coded, and what it does to what can be read.

use crate::journey::Journey;
use crate::json::Json;
use crate::plan::Plan;
use crate::record::resource::{Kind, Resource};

/// One defect.
#[derive(Debug, Clone)]
pub(crate) struct Damage {
    pub(crate) defect: &'static str,
    pub(crate) resource: (Kind, u32),
    /// The facts that can no longer be decided; empty where everything still can.
    pub(crate) undecidable: &'static [&'static str],
}

impl Damage {
    pub(crate) fn write(&self, patient: &str, json: &mut Json<'_>) {
        json.open();
        json.text_at("defect", self.defect);
        json.key("resource");
        let (kind, number) = self.resource;
        json.plain(&[kind.name(), "/", patient, kind.prefix(), &number.to_string()]);
        json.list_at("undecidable");
        for fact in self.undecidable {
            json.text(fact);
        }
        json.end_list();
        json.close();
    }
}

/// Damages a record.
pub(crate) fn damage(_journey: &Journey, _plan: &Plan, _patient: u64, _resources: &mut Vec<Resource>) -> Vec<Damage> {
    Vec::new()
}
