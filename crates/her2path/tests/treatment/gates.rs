//! The cardiac gates exhaustively: every band of LVEF, every band of fall, every drug, against the thresholds of the labels
//! written out once more here.
//!
//! Trastuzumab and margetuximab: a fall of 16 points, or of 10 to below the laboratory's limit (50 % here). Pertuzumab and T-DM1:
//! below 40 %, or 40 to 45 % with a fall of 10. T-DXd: below 40 %, a fall of more than 20, or 40 to 45 % with a fall of 10 to 20.

use her2path::assessment::Outcome;

use super::{recommendation, typed};

const LVEF: [&str; 13] =
    ["20.0", "39.9", "40.0", "40.1", "44.9", "45.0", "45.1", "49.9", "50.0", "54.0", "55.0", "60.0", "70.0"];
const FALL: [&str; 11] = ["-5.0", "0.0", "9.9", "10.0", "10.1", "15.9", "16.0", "19.9", "20.0", "20.1", "30.0"];
const DRUGS: [(&str, &[&str]); 5] = [
    ("trastuzumab", &["trastuzumab"]),
    ("trastuzumab", &["margetuximab"]),
    ("pertuzumab", &["trastuzumab", "pertuzumab"]),
    ("t-dm1", &["trastuzumab-emtansine"]),
    ("t-dxd", &["trastuzumab-deruxtecan"]),
];

/// In tenths, so that no threshold hangs on a rounded number.
fn tenths(text: &str) -> i64 {
    text.replace('.', "").parse().expect("a number with one digit after the point")
}

fn holds(gate: &str, lvef: i64, fall: i64) -> bool {
    match gate {
        "trastuzumab" => fall >= 160 || (lvef < 500 && fall >= 100),
        "pertuzumab" | "t-dm1" => lvef < 400 || (lvef <= 450 && fall >= 100),
        "t-dxd" => lvef < 400 || fall > 200 || (lvef <= 450 && fall >= 100),
        other => unreachable_gate(other),
    }
}

fn unreachable_gate(gate: &str) -> bool {
    assert!(gate.is_empty(), "`{gate}` has no thresholds here");
    false
}

#[test]
fn every_band_and_drug() {
    let mut held = 0;
    for (gate, drugs) in DRUGS {
        for lvef in LVEF {
            for fall in FALL {
                let list = drugs.iter().map(|drug| format!("{drug:?}")).collect::<Vec<_>>().join(", ");
                let facts = format!(
                    "\"disease.setting\" = \"metastatic\"\n\"therapy.current-drugs\" = [{list}]\n\"lvef.latest\" = {lvef}\n\"lvef.fall\" = {fall}\n\"lvef.lower-limit\" = 50.0"
                );
                let assessment = typed("2026-03-01", &facts, None);
                let expected = holds(gate, tenths(lvef), tenths(fall));
                held += usize::from(expected);
                for other in ["trastuzumab", "pertuzumab", "t-dm1", "t-dxd"] {
                    let item = recommendation(&assessment, &format!("heart/hold-{other}")).expect("it stands");
                    let recommended = item.judgement.outcome == Outcome::Recommended;
                    let wanted = other == gate && expected;
                    assert_eq!(recommended, wanted, "{drugs:?} with LVEF {lvef} and a fall of {fall}: hold-{other}");
                }
            }
        }
    }
    assert!(held > 100, "only {held} holds: the table proves little");
}
