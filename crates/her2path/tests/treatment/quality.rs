//! Measures of quality by cases worked by hand.

use her2path::truth::Truth;
use serde_json::json;

use super::record::Record;
use super::treatment;

/// Denominator and numerator of a measure.
fn measure(record: &Record, as_of: &str, id: &str) -> (Truth, Truth) {
    let assessment = record.assess(as_of);
    let course = treatment(&assessment).treatment.as_ref().expect("a course");
    let found = course.quality.iter().find(|item| item.measure.id == id).expect("the measure");
    (found.denominator, found.numerator)
}

fn positive() -> Record {
    Record::metastatic("2021-02-20").her2("2021-03-01", true)
}

#[test]
fn all_twelve_are_answered() {
    let assessment = positive().assess("2026-11-23");
    let ids: Vec<String> = treatment(&assessment)
        .treatment
        .as_ref()
        .expect("a course")
        .quality
        .iter()
        .map(|item| item.measure.id.to_string())
        .collect();
    assert_eq!(ids, (1..=12).map(|number| format!("Q{number}")).collect::<Vec<_>>());
}

/// Q5: 90 days before the first dose; 2021-03-15 less 90 days is 2020-12-15. For margetuximab 28: 2021-02-15.
#[test]
fn lvef_before_the_first_dose() {
    let with = |drug: &str, lvef: &str| positive().lvef(lvef, 60).drug(drug, "2021-03-15", None);
    assert_eq!(measure(&with("trastuzumab", "2020-12-15"), "2021-06-01", "Q5"), (Truth::Met, Truth::Met));
    assert_eq!(measure(&with("trastuzumab", "2020-12-14"), "2021-06-01", "Q5"), (Truth::Met, Truth::NotMet));
    assert_eq!(measure(&with("trastuzumab", "2021-03-16"), "2021-06-01", "Q5"), (Truth::Met, Truth::NotMet));
    assert_eq!(measure(&with("margetuximab", "2021-02-15"), "2021-06-01", "Q5"), (Truth::Met, Truth::Met));
    assert_eq!(measure(&with("margetuximab", "2021-02-14"), "2021-06-01", "Q5"), (Truth::Met, Truth::NotMet));
    assert_eq!(measure(&with("trastuzumab", "2020-12"), "2021-06-01", "Q5"), (Truth::Met, Truth::Unknown));
    assert_eq!(measure(&positive().drug("letrozole", "2021-03-15", None), "2021-06-01", "Q5").0, Truth::NotMet);
    assert_eq!(measure(&positive(), "2021-06-01", "Q5").0, Truth::Unknown, "no data on medicines");
}

/// Q6: 2021-03-15 to 2021-11-10 is 240 days; one LVEF on day 120 (2021-07-13) is enough, one on day 121 is not.
#[test]
fn lvef_on_therapy() {
    let with = |lvef: &str| positive().lvef(lvef, 60).drug("trastuzumab", "2021-03-15", Some("2021-11-10"));
    assert_eq!(measure(&with("2021-07-13"), "2022-06-01", "Q6"), (Truth::Met, Truth::Met));
    assert_eq!(measure(&with("2021-07-14"), "2022-06-01", "Q6"), (Truth::Met, Truth::NotMet));
    let short = positive().drug("trastuzumab", "2021-03-15", Some("2021-07-12"));
    assert_eq!(measure(&short, "2022-06-01", "Q6").0, Truth::NotMet, "119 days");
}

#[test]
fn no_her2_therapy_when_the_latest_is_negative() {
    let negative = Record::metastatic("2021-02-20").her2("2021-03-01", false);
    assert_eq!(
        measure(&negative.clone().drug("trastuzumab", "2021-03-15", None), "2021-06-01", "Q7"),
        (Truth::Met, Truth::NotMet)
    );
    assert_eq!(
        measure(&negative.clone().drug("paclitaxel", "2021-03-15", None), "2021-06-01", "Q7"),
        (Truth::Met, Truth::Met)
    );
    assert_eq!(measure(&negative, "2021-06-01", "Q7"), (Truth::Met, Truth::Unknown), "no data on medicines");
    assert_eq!(measure(&positive(), "2021-06-01", "Q7").0, Truth::NotMet);
}

#[test]
fn t_dxd_not_restarted_after_lung_disease() {
    let ill = |last: &str| {
        positive()
            .drug("trastuzumab deruxtecan", "2022-06-01", Some(last))
            .states("ild.status", "2022-10-01", json!({"valueString": "resolved"}))
            .states("ild.grade", "2022-10-01", json!({"valueInteger": 2}))
    };
    assert_eq!(measure(&ill("2022-09-30"), "2023-06-01", "Q8"), (Truth::Met, Truth::Met));
    assert_eq!(measure(&ill("2022-11-15"), "2023-06-01", "Q8"), (Truth::Met, Truth::NotMet));
    let unknown = positive().drug("trastuzumab deruxtecan", "2022-06-01", None);
    assert_eq!(measure(&unknown, "2023-06-01", "Q8").0, Truth::Unknown);
}

/// Q9: within 7 days before each administered dose.
#[test]
fn tests_before_each_dose_of_t_dm1() {
    let dose = |record: Record, day: &str, test: &str| {
        record.dose("trastuzumab emtansine", day).lab("777-3", test, 200.0, "10*3/uL", None).lab(
            "1742-6",
            test,
            20.0,
            "U/L",
            Some(40.0),
        )
    };
    let both = dose(dose(positive(), "2023-01-10", "2023-01-03"), "2023-01-31", "2023-01-31");
    assert_eq!(measure(&both, "2023-06-01", "Q9"), (Truth::Met, Truth::Met));
    let late = dose(dose(positive(), "2023-01-10", "2023-01-02"), "2023-01-31", "2023-01-31");
    assert_eq!(measure(&late, "2023-06-01", "Q9"), (Truth::Met, Truth::NotMet));
    let ordered = positive().drug("trastuzumab emtansine", "2023-01-10", None);
    assert_eq!(measure(&ordered, "2023-06-01", "Q9").0, Truth::Unknown, "no administration on record");
}

#[test]
fn dpyd_from_october_2025_on() {
    let with = |start: &str| positive().drug("capecitabine", start, None);
    assert_eq!(measure(&with("2025-09-30"), "2026-03-01", "Q10").0, Truth::NotMet);
    assert_eq!(measure(&with("2025-10-01"), "2026-03-01", "Q10"), (Truth::Met, Truth::NotMet));
    let urgent = with("2025-10-01").states("therapy.urgent", "2025-10-01", json!({"valueBoolean": true}));
    assert_eq!(measure(&urgent, "2026-03-01", "Q10"), (Truth::Met, Truth::Met));
}

#[test]
fn a_dentist_before_a_bone_agent() {
    let with = positive().drug("zoledronic acid", "2021-03-15", None);
    assert_eq!(measure(&with, "2021-06-01", "Q11"), (Truth::Met, Truth::NotMet));
    let seen = with.states("dental.exam-date", "2021-03-01", json!({"valueDateTime": "2021-03-01"}));
    assert_eq!(measure(&seen, "2021-06-01", "Q11"), (Truth::Met, Truth::Met));
}
