//! The gates of the guideline: every treatment that names a drug stands behind them, and one that does not is found.

#![cfg(test)]

use std::path::Path;

use her2path_knowledge::gate::offered;
use her2path_knowledge::model::{Knowledge, Recommendation};
use her2path_knowledge::{load_folder, proof};

/// What labels and rules G05 to G15, G17 and G22 of the treatment dossier ask of each drug, written down by hand. A drug's
/// class or group stands for all its members.
const REQUIRED: [(&str, &[&str]); 18] = [
    ("capecitabine", &["capecitabine-dpd", "capecitabine-kidneys", "performance"]),
    ("taxane", &["taxane-neutrophils", "taxane-nerves", "taxane-allergy", "performance"]),
    ("docetaxel", &["docetaxel-liver"]),
    ("paclitaxel", &["paclitaxel-liver"]),
    ("nab-paclitaxel", &["paclitaxel-liver"]),
    ("vinorelbine", &["vinorelbine-neutrophils", "vinorelbine-liver", "performance"]),
    ("eribulin", &["eribulin-counts", "taxane-nerves", "eribulin-rhythm", "performance"]),
    ("gemcitabine", &["gemcitabine-counts", "performance"]),
    ("lapatinib", &["lapatinib-rhythm", "lapatinib-lvef", "lapatinib-other-medicines", "heart-failure", "pregnancy"]),
    ("trastuzumab-deruxtecan", &["t-dxd-lungs", "t-dxd-lvef", "t-dxd-neutrophils", "heart-failure", "pregnancy"]),
    ("trastuzumab-emtansine", &["t-dm1-liver", "t-dm1-lvef", "t-dm1-platelets", "t-dm1-lungs", "heart-failure"]),
    ("tucatinib", &["tucatinib-liver", "tucatinib-other-medicines", "pregnancy"]),
    ("neratinib", &["neratinib-liver", "neratinib-other-medicines", "pregnancy"]),
    ("her2-directed", &["pregnancy"]),
    ("her2-antibody", &["heart-failure"]),
    ("aromatase-inhibitor", &["aromatase-inhibitor-ovaries", "pregnancy"]),
    ("palbociclib", &["palbociclib-neutrophils", "cdk4-6-lungs"]),
    ("abemaciclib", &["abemaciclib-counts", "cdk4-6-lungs"]),
];

fn guideline() -> Knowledge {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../knowledge");
    load_folder(&folder).expect("the guideline loads").0
}

/// Whether a recommendation offers a drug of this name, class or group.
fn offers(recommendation: &Recommendation, name: &str, knowledge: &Knowledge) -> bool {
    offered(recommendation).any(|word| word == name || knowledge.drug(word).is_some_and(|drug| drug.is_meant_by(name)))
}

fn failures(knowledge: &Knowledge) -> Vec<String> {
    let proofs = proof::prove(knowledge);
    proofs.into_iter().find(|proof| proof.id == "drugs-gated").expect("the proof is made").failures
}

#[test]
fn each_drug_is_behind_its_gates() {
    let knowledge = guideline();
    for (name, gates) in REQUIRED {
        let offering: Vec<_> = knowledge.recommendations.iter().filter(|one| offers(one, name, &knowledge)).collect();
        assert!(!offering.is_empty(), "nothing offers {name}");
        for recommendation in offering {
            for gate in gates {
                let lifted = recommendation.lifts.iter().any(|(id, _)| id == gate);
                let for_start = *gate == "performance";
                let running = recommendation
                    .when
                    .iter()
                    .any(|line| format!("{line:?}").contains("\"therapy.decision is running\""));
                assert!(
                    lifted || (for_start && running) || recommendation.gates.iter().any(|carried| carried == gate),
                    "{} offers {name} without {gate}",
                    recommendation.id
                );
            }
        }
    }
}

/// Only few may stand without a gate, each for a reason that was looked at.
#[test]
fn lifted_gates_are_counted() {
    let knowledge = guideline();
    let lifted: Vec<String> = knowledge
        .recommendations
        .iter()
        .flat_map(|one| one.lifts.iter().map(move |(gate, _)| format!("{} {gate}", one.id)))
        .collect();
    assert_eq!(
        lifted,
        [
            "treatment/first-line/lapatinib-letrozole aromatase-inhibitor-ovaries",
            "treatment/first-line/trastuzumab-pertuzumab-metronomic pertuzumab-lvef",
            "treatment/first-line/trastuzumab-pertuzumab-metronomic trastuzumab-lvef",
            "treatment/first-line/trastuzumab-pertuzumab-reduced-lvef pertuzumab-lvef",
            "treatment/first-line/trastuzumab-pertuzumab-reduced-lvef trastuzumab-lvef",
        ]
    );
}

/// The gate taken out of one recommendation after the other: the proof names each.
#[test]
fn a_gate_that_is_missing_is_found() {
    let whole = guideline();
    assert_eq!(failures(&whole), Vec::<String>::new());
    let mut tried = 0;
    for name in ["capecitabine-dpd", "taxane-neutrophils", "t-dxd-lungs", "lapatinib-rhythm", "pregnancy"] {
        let gate = whole.gates.iter().find(|gate| gate.id == name).expect("the gate is there");
        let carrier = whole.recommendations.iter().position(|one| one.gates.iter().any(|id| id == name));
        let position = carrier.expect("something carries it");
        let mut broken = whole.clone();
        let recommendation = &mut broken.recommendations.to_mut()[position];
        let without: Vec<_> = recommendation
            .contraindicated_if
            .iter()
            .filter(|one| !gate.contraindicated_if.contains(one))
            .cloned()
            .collect();
        recommendation.contraindicated_if = without.into();
        let (id, found) = (recommendation.id.to_string(), failures(&broken));
        assert!(found.iter().any(|line| line.starts_with(&id) && line.contains(name)), "{id} {name}: {found:?}");
        tried += 1;
    }
    assert_eq!(tried, 5);
}

/// A schedule that offers a drug beside the regimen is found by any of the drug's names, and a mention is not.
#[test]
fn a_drug_in_the_wording_is_found() {
    let whole = guideline();
    let id = "treatment/later-lines/trastuzumab-vinorelbine";
    let position = whole.recommendations.iter().position(|one| one.id == id).expect("it is there");
    for word in ["capecitabine", "Xeloda"] {
        let mut broken = whole.clone();
        let recommendation = &mut broken.recommendations.to_mut()[position];
        recommendation.schedule = Some(format!("trastuzumab with vinorelbine, or with {word}").into());
        let found = failures(&broken);
        assert_eq!(found.len(), 2, "kidneys and DPD: {found:?}");
        broken.recommendations.to_mut()[position].mentions.to_mut().push("capecitabine".into());
        assert_eq!(failures(&broken), Vec::<String>::new());
    }
}
