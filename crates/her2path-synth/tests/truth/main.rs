//! What the truth file says of a patient is what the assessment of the record says: receptors, setting, sites, lines with
//! their drugs and ends, and the options of each day on which a line was chosen.
//!
//! With mess, what the truth still calls decidable is equal, what it does not is never confidently wrong, and what a
//! reader has to report is reported at its place.
//!
//! The generator knows nothing of the reader or of the guideline's files; the two meet here.

#![cfg(test)]

mod compare;
mod mess;

use her2path_synth::{Day, Layout, Mess, Mix, Plan, block};

fn plan(patients: u64, seed: u64, mix: Mix, mess: Mess) -> Plan {
    let day = |text: &str| text.parse::<Day>().unwrap();
    Plan { patients, seed, from: day("2013-01-01"), until: day("2026-11-01"), mix, mess, layout: Layout::Bundles }
}

/// The records and truths of some patients, line by line.
fn patients(plan: &Plan) -> Vec<(Vec<u8>, serde_json::Value)> {
    let made = block(plan, 0..plan.patients);
    let files: Vec<Vec<Vec<u8>>> = made
        .files(plan.layout)
        .map(|(_, bytes)| {
            bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).map(<[u8]>::to_vec).collect()
        })
        .collect();
    let [bundles, truths] = files.as_slice() else { panic!("two files") };
    assert_eq!(bundles.len(), truths.len());
    bundles.iter().zip(truths).map(|(bundle, truth)| (bundle.clone(), serde_json::from_slice(truth).unwrap())).collect()
}

#[test]
fn every_record_without_mess_is_read_as_the_truth_says() {
    let plan = plan(200, 20_261_123, Mix::default(), Mess::None);
    let mut compared = compare::Counts::default();
    let mut wrong = Vec::new();
    for (record, truth) in patients(&plan) {
        wrong.extend(compare::patient(&record, &truth, &mut compared));
    }
    assert!(wrong.is_empty(), "{} disagreements:\n{}", wrong.len(), wrong[..wrong.len().min(60)].join("\n"));
    // Nothing is proven by a comparison that compared nothing.
    assert!(
        compared.patients == 200 && compared.lines > 250 && compared.decisions > 250 && compared.options > 800,
        "{compared:?}"
    );
}

#[test]
fn a_damaged_record_gives_what_is_still_decidable_and_never_a_wrong_answer() {
    let mix = Mix { her2_metastatic: 0.8, her2_early: 0.1, other_breast: 0.1, other: 0.0 };
    let plan = plan(150, 5, mix, Mess::Heavy);
    let mut found = mess::Counts::default();
    let mut wrong = Vec::new();
    for (record, truth) in patients(&plan) {
        wrong.extend(mess::patient(&record, &truth, &mut found));
    }
    assert!(wrong.is_empty(), "{} disagreements:\n{}", wrong.len(), wrong[..wrong.len().min(60)].join("\n"));
    assert!(found.decidable > 500 && found.undecidable > 100 && found.reported > 150, "{found:?}");
    // Each kind of damage occurs, so each was survived.
    assert_eq!(found.defects.len(), 19, "{:?}", found.defects);
}
