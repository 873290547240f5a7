//! Breast-GPA 2020 and Mirels' score against their complete tables, exactly.

use crate::support::rows;
use her2path_models::breast_gpa::{self, Kps, Patient, Subtype};
use her2path_models::mirels::{self, Lesion, Pain, Site, Size};
use std::collections::BTreeSet;

#[test]
fn breast_gpa_equals_the_complete_table() {
    let mut seen = BTreeSet::new();
    for row in rows("prognosis/breast_gpa_2020_vectors.csv", 96) {
        let cells = ["kps", "subtype", "age", "n_brain_mets", "extracranial_mets"].map(|c| row.text(c).to_owned());
        let [kps, subtype, age, brain, extracranial] = &cells;
        let patient = Patient {
            kps: match kps.as_str() {
                "<=60" => Kps::UpTo60,
                "70-80" => Kps::From70To80,
                "90-100" => Kps::From90To100,
                other => panic!("{other}"),
            },
            subtype: Subtype { hormone_receptor: subtype.contains("HR+"), her2: subtype.contains("HER2+") },
            from_60: age == ">=60",
            several_brain_metastases: brain == ">1",
            extracranial_metastases: extracranial == "present",
        };
        let outlook = breast_gpa::outlook(&patient);
        let ours = [outlook.gpa, outlook.median_survival_months, outlook.iqr_low, outlook.iqr_high];
        assert_eq!(ours, ["gpa", "median_survival_months", "iqr_low", "iqr_high"].map(|c| row.number(c)), "{cells:?}");
        assert!(!patient.subtype.her2 || outlook.gpa >= 1.5);
        seen.insert(cells);
    }
    assert_eq!(seen.len(), 3 * 4 * 2 * 2 * 2);
}

#[test]
fn karnofsky_status_has_tens_only() {
    assert_eq!(Kps::of_percent(60), Some(Kps::UpTo60));
    assert_eq!(Kps::of_percent(70), Some(Kps::From70To80));
    assert_eq!(Kps::of_percent(100), Some(Kps::From90To100));
    assert_eq!(Kps::of_percent(65), None);
    assert_eq!(Kps::of_percent(110), None);
}

#[test]
fn mirels_equals_the_complete_table() {
    let mut seen = BTreeSet::new();
    for row in rows("prognosis/mirels_vectors.csv", 81) {
        let site = Site::parse(row.text("site")).expect("site");
        let pain = Pain::parse(row.text("pain")).expect("pain");
        let lesion = Lesion::parse(row.text("lesion")).expect("lesion");
        let size = Size::parse(row.text("size")).expect("size");
        let (score, band) = mirels::score(site, pain, lesion, size);
        assert_eq!((score.to_string().as_str(), band.code()), (row.text("score"), row.text("band")));
        seen.insert([site.points(), pain.points(), lesion.points(), size.points()]);
    }
    assert_eq!(seen.len(), 81);
}
