//! Race and ethnicity by the extensions of US Core (<http://hl7.org/fhir/us/core/StructureDefinition/us-core-race>), in the
//! groups that the models of risk know.
//!
//! Codes are those of the CDC (`urn:oid:2.16.840.1.113883.6.238`), which is not among the code systems of the guideline
//! because nothing else uses it. Hispanic ethnicity goes before race, as the NCI's tool divides people. Whether a person
//! of Hispanic ethnicity was born in the United States is not in these extensions, so the group stays open.

use super::Reader;
use super::history::{HistoryAnswer, HistoryStatement};
use crate::chart::value::Because;
use crate::fhir::{Coding, Extensions as _, Value};
use crate::guideline::Fact;

const SYSTEM: &str = "urn:oid:2.16.840.1.113883.6.238";

const HISPANIC: &str = "2135-2";
const NOT_HISPANIC: &str = "2186-5";

/// Codes of groups: those of the first block are broad, those of the second say more.
const GROUPS: [(&str, &str); 14] = [
    ("2106-3", "white"),
    ("2054-5", "black"),
    ("1002-5", "american-indian-or-alaska-native"),
    ("2028-9", "asian"),
    ("2076-8", "pacific-islander"),
    ("2131-1", "other"),
    ("2034-7", "chinese"),
    ("2039-6", "japanese"),
    ("2036-2", "filipino"),
    ("2029-7", "other-asian"),
    ("2040-4", "other-asian"),
    ("2047-9", "other-asian"),
    ("2079-2", "native-hawaiian"),
    ("2080-0", "other-pacific-islander"),
];

/// Broad groups that a detailed code replaces.
const BROAD: [&str; 2] = ["asian", "pacific-islander"];

pub(super) fn read(reader: &mut Reader<'_, '_>) {
    let Some(patient) = &reader.record.patient else { return };
    let codes = |extension: &str, parts: &[&str]| -> Vec<String> {
        let Some(found) = patient.extension.first_named(extension) else { return Vec::new() };
        let in_system = |coding: &&Coding<'_>| coding.system.as_deref() == Some(SYSTEM);
        parts
            .iter()
            .flat_map(|part| found.extension.all(part))
            .filter_map(|part| match &part.value {
                Some(Value::Coding(coding)) => Some(coding).filter(in_system)?.code.as_deref().map(str::to_owned),
                _ => None,
            })
            .collect()
    };
    let ethnicity = codes("us-core-ethnicity", &["ombCategory"]);
    let mut groups: Vec<&str> = codes("us-core-race", &["ombCategory", "detailed"])
        .iter()
        .filter_map(|code| GROUPS.iter().find(|(known, _)| known == code).map(|(_, group)| *group))
        .collect();
    groups.sort_unstable();
    groups.dedup();
    // "Asian" beside "Chinese" says nothing more.
    if groups.iter().any(|group| !BROAD.contains(group)) && groups.len() > 1 {
        groups.retain(|group| !BROAD.contains(group));
    }
    let (group, note) = if ethnicity.iter().any(|code| code == HISPANIC) {
        ("hispanic", "of Hispanic ethnicity; where born is not recorded")
    } else {
        let said = ethnicity.iter().any(|code| code == NOT_HISPANIC);
        let note = if said { "not of Hispanic ethnicity" } else { "ethnicity is not recorded; taken as not Hispanic" };
        match groups.as_slice() {
            [] => return,
            [group] => (*group, note),
            _ => ("other", "of several races"),
        }
    };
    reader.asserted.history.push(HistoryStatement {
        fact: Fact::RiskRace,
        answer: HistoryAnswer::Code(group.to_owned()),
        date: None,
        because: Because::source(patient.place.name.clone()).element("extension").note(note),
    });
}
