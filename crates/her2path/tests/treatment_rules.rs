//! Every numbered rule of the treatment dossier is carried by a recommendation, and every option has its code.

#![cfg(test)]

use std::collections::BTreeSet;

use her2path::guideline::KNOWLEDGE;
use her2path::knowledge::model::Chapter;

/// The rules of the dossier: gates, first line, maintenance, relapse interval, second line, later lines, brain, HER2 loss,
/// special situations, supportive care, toxicity.
const RULES: [&str; 90] = [
    "G01", "G02", "G03", "G04", "G05", "G06", "G07", "G08", "G09", "G10", "G11", "G12", "G13", "G14", "G15", "G16",
    "G17", "G18", "G19", "G20", "G21", "G22", "F01", "F02", "F03", "F04", "F05", "F06", "F07", "F08", "F09", "M01",
    "M02", "M03", "M04", "M05", "M06", "T01", "T02", "T03", "T04", "T05", "S01", "S02", "S03", "S04", "L01", "L02",
    "L03", "L04", "L05", "L06", "L07", "L08", "L09", "L10", "L11", "B01", "B02", "B03", "B04", "B05", "B06", "B07",
    "B08", "B09", "B10", "B11", "B12", "B13", "H01", "H02", "H03", "P01", "P02", "P03", "P04", "P05", "P06", "U01",
    "U02", "U03", "U04", "U05", "U06", "U07", "X01", "X02", "X03", "X04",
];

/// Options that cases and other programs name.
const OPTIONS: [&str; 45] = [
    "THP_DOC",
    "THP_PAC",
    "TDXD_P",
    "HP_VINO_CAPE",
    "TRAS_CHEMO",
    "HP_ET",
    "ET_ALONE",
    "TDM1",
    "HP_METRO",
    "HP_MAINT",
    "HP_ET_MAINT",
    "PALBO_MAINT",
    "TUC_HP_MAINT",
    "TDXD",
    "TUC_TRIPLET",
    "NERA_CAPE",
    "MARG_CHEMO",
    "LAPA_CAPE",
    "LAPA_TRAS",
    "LAPA_ET",
    "ABEMA_FULV_TRAS",
    "TDXD_HER2LOW",
    "CHEMO_ONLY",
    "SRS",
    "NEUROSURGERY",
    "WBRT_MHA",
    "DEFER_LOCAL",
    "CONTINUE_SYSTEMIC",
    "BSC",
    "BMA",
    "HOLD_DRUG",
    "STOP_DRUG",
    "RESUME_SAME",
    "RESUME_REDUCED",
    "REBIOPSY_HER2",
    "CARDIOLOGY",
    "BLOCK_ORDER",
    "MRI_BRAIN",
    "HSRT",
    "ANTIEMETIC_HIGH",
    "LOPERAMIDE",
    "CHANGE_ET",
    "CONTINUE_MAINT",
    "LIVE_VACCINE",
    "DEXRAZOXANE",
];

#[test]
fn every_rule_is_carried() {
    let carried: BTreeSet<&str> = KNOWLEDGE
        .recommendations
        .iter()
        .filter(|recommendation| recommendation.chapter == Chapter::Treatment)
        .flat_map(|recommendation| recommendation.rules.iter().map(AsRef::as_ref))
        .collect();
    let rules: BTreeSet<&str> = RULES.into_iter().collect();
    assert_eq!(carried.difference(&rules).collect::<Vec<_>>(), Vec::<&&str>::new(), "rules that do not exist");
    assert_eq!(rules.difference(&carried).collect::<Vec<_>>(), Vec::<&&str>::new(), "rules that nothing carries");
}

#[test]
fn every_option_has_a_recommendation() {
    let offered: BTreeSet<&str> =
        KNOWLEDGE.recommendations.iter().filter_map(|recommendation| recommendation.option.as_deref()).collect();
    let missing: Vec<&str> = OPTIONS.into_iter().filter(|option| !offered.contains(option)).collect();
    assert_eq!(missing, Vec::<&str>::new());
}

/// A regimen names drugs of the list of drugs, so that it can be compared with what was given.
#[test]
fn every_regimen_names_known_drugs() {
    let mut unknown = Vec::new();
    for recommendation in KNOWLEDGE.recommendations.iter() {
        for drug in recommendation.regimen.iter() {
            if KNOWLEDGE.drugs.position(drug).is_none() {
                unknown.push(format!("{}: {drug}", recommendation.id));
            }
        }
    }
    assert_eq!(unknown, Vec::<String>::new());
}
