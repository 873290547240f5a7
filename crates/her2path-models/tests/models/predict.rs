//! PREDICT 2.2, 3.1 and 3.2 against the published R package.

use crate::support::{Row, assert_close, rows};
use her2path_models::predict::{
    self, Chemotherapy, Detection, Grade, Hormone, Patient, Refusal, Treatment, Version, Year,
};

fn patient(row: &Row) -> Patient {
    Patient {
        age: row.number("age"),
        detection: match row.text("screen") {
            "0" => Detection::Clinical,
            "1" => Detection::Screening,
            "2" => Detection::Unknown,
            other => panic!("screen {other}"),
        },
        size_mm: row.number("size"),
        grade: match row.text("grade") {
            "1" => Grade::One,
            "2" => Grade::Two,
            "3" => Grade::Three,
            "9" => Grade::Unknown,
            other => panic!("grade {other}"),
        },
        nodes: row.text("nodes").parse().expect("a count"),
        er: row.flag("er"),
        her2: row.flag_or_9("her2"),
        ki67: row.flag_or_9("ki67"),
        pr: row.flag_or_9("pr"),
        smoker: Some(row.flag("smoker")),
    }
}

/// The treatment of a column such as `os_rhctb` or `benefit_h10`: radiotherapy, hormone therapy (10 years), chemotherapy,
/// trastuzumab, bisphosphonate.
fn treatment(letters: &str, row: &Row) -> Treatment {
    let ten = letters.contains("10");
    let chemotherapy = match row.text("generation") {
        "0" => None,
        "2" => Some(Chemotherapy::Second),
        "3" => Some(Chemotherapy::Third),
        other => panic!("generation {other}"),
    };
    Treatment {
        radiotherapy_heart_gy: letters.contains('r').then(|| row.number("heart_gy")),
        hormone: match (letters.contains('h'), ten) {
            (false, _) => Hormone::None,
            (true, false) => Hormone::FiveYears,
            (true, true) => Hormone::TenYears,
        },
        chemotherapy: if letters.contains('c') { chemotherapy } else { None },
        trastuzumab: letters.contains('t'),
        bisphosphonate: letters.contains('b'),
    }
}

fn inputs() -> Vec<Row> {
    rows("prognosis/predict_inputs.csv", 200)
}

fn check(file: &str, version: Version, columns: &[&str], letters: impl Fn(&str) -> (&str, fn(&Year, &Year) -> f64)) {
    let inputs = inputs();
    let mut compared = 0;
    for row in rows(file, 300) {
        let input = inputs.iter().find(|input| input.text("id") == row.text("id")).expect("an input");
        let year = row.number("year");
        let at = |treatment: &Treatment| {
            let years = predict::survival(version, &patient(input), treatment).expect("in range");
            years.into_iter().find(|at| f64::from(at.year) == year).expect("1 to 15")
        };
        let surgery_only = at(&Treatment::default());
        for column in columns {
            let (treated, value) = letters(column);
            let ours = value(&at(&treatment(treated, input)), &surgery_only);
            // Differences of two survivals lose digits: the reference has 15 of each.
            let what = format!("{file} id {} year {year} {column}", row.text("id"));
            assert_close(100.0 * ours, row.number(column), 1e-12, &what);
            compared += 1;
        }
    }
    assert_eq!(compared, 300 * columns.len());
}

#[test]
fn version_2_2_equals_the_reference() {
    let columns = [
        "os_surgery_only",
        "benefit_h",
        "benefit_hc",
        "benefit_hct",
        "benefit_hctb",
        "benefit_t",
        "benefit_c",
        "benefit_b",
        "benefit_h10",
        "benefit_h10ctb",
    ];
    check("prognosis/predict_v2.2_vectors.csv", Version::V2_2, &columns, |column| match column.split_once('_') {
        Some(("benefit", letters)) => (letters, |at, surgery| at.alive - surgery.alive),
        _ => ("", |at, _| at.alive),
    });
}

#[test]
fn versions_3_equal_the_reference() {
    let columns = [
        "os_surgery_only",
        "os_r",
        "os_rh",
        "os_rhc",
        "os_rhct",
        "os_rhctb",
        "os_hct",
        "os_ct",
        "os_t",
        "os_rh10",
        "os_rh10ctb",
        "bcdeath_surgery_only",
        "otherdeath_surgery_only",
        "bcdeath_rhctb",
        "otherdeath_rhctb",
    ];
    for (file, version) in [("3.1", Version::V3_1), ("3.2", Version::V3_2)] {
        check(&format!("prognosis/predict_v{file}_vectors.csv"), version, &columns, |column| {
            let (kind, letters) = column.split_once('_').expect("kind and treatment");
            let letters = if letters == "surgery_only" { "" } else { letters };
            match kind {
                "os" => (letters, |at, _| at.alive),
                "bcdeath" => (letters, |at, _| at.breast_cancer_death),
                "otherdeath" => (letters, |at, _| at.other_death),
                other => panic!("{other}"),
            }
        });
    }
}

/// The dossier's example: a woman of 50, 20 mm, grade 2, 2 nodes, all markers positive, 10 years after surgery alone.
#[test]
fn the_versions_differ_as_published() {
    let inputs = inputs();
    let example = patient(inputs.first().expect("id 1"));
    for (version, expected) in [(Version::V2_2, "67.87"), (Version::V3_1, "87.23"), (Version::V3_2, "79.81")] {
        let years = predict::survival(version, &example, &Treatment::default()).expect("in range");
        assert_eq!(format!("{:.2}", 100.0 * years[9].alive), expected, "version {}", version.as_str());
    }
}

#[test]
fn the_three_chances_add_up_and_survival_falls() {
    for input in inputs() {
        for version in [Version::V2_2, Version::V3_1, Version::V3_2] {
            let years = predict::survival(version, &patient(&input), &treatment("hctb", &input)).expect("in range");
            for at in &years {
                let sum = at.alive + at.breast_cancer_death + at.other_death;
                assert_close(sum, 1.0, 1e-12, "alive and dead");
            }
            assert!(years.is_sorted_by(|a, b| a.alive > b.alive));
        }
    }
}

#[test]
fn refuses_what_is_out_of_range() {
    let valid = patient(inputs().first().expect("id 1"));
    let refusal =
        |patient: Patient, treatment: Treatment, version| predict::survival(version, &patient, &treatment).err();
    let none = Treatment::default();
    let v = Version::V3_1;
    assert_eq!(refusal(valid, none, v), None);
    assert_eq!(refusal(Patient { age: 24.9, ..valid }, none, v), Some(Refusal::Age(24.9)));
    assert_eq!(refusal(Patient { age: 86.0, ..valid }, none, v), Some(Refusal::Age(86.0)));
    assert_eq!(refusal(Patient { size_mm: 0.0, ..valid }, none, v), Some(Refusal::Size(0.0)));
    assert_eq!(refusal(Patient { size_mm: 501.0, ..valid }, none, v), Some(Refusal::Size(501.0)));
    assert_eq!(refusal(Patient { nodes: 101, ..valid }, none, v), Some(Refusal::Nodes(101)));
    assert_eq!(refusal(Patient { smoker: None, ..valid }, none, v), Some(Refusal::Smoker("3.1")));
    assert_eq!(refusal(Patient { smoker: None, ..valid }, none, Version::V2_2), None);
    let heart = |dose| Treatment { radiotherapy_heart_gy: Some(dose), ..none };
    assert_eq!(refusal(valid, heart(-1.0), v), Some(Refusal::HeartDose(-1.0)));
    assert_eq!(refusal(valid, heart(2.0), Version::V2_2), Some(Refusal::Radiotherapy));
}

#[test]
fn a_treatment_without_its_target_is_not_effective() {
    let valid = patient(inputs().first().expect("id 1"));
    let hormone = Treatment { hormone: Hormone::TenYears, ..Treatment::default() };
    let trastuzumab = Treatment { trastuzumab: true, ..Treatment::default() };
    assert!(predict::is_effective(&valid, &hormone) && predict::is_effective(&valid, &trastuzumab));
    assert!(!predict::is_effective(&Patient { er: false, ..valid }, &hormone));
    assert!(!predict::is_effective(&Patient { her2: None, ..valid }, &trastuzumab));
}
