//! The reconstructed data of trials are read to the last row, and their arms are those of the data.

use her2path_models::trial_curves::arms;

/// Participants and events by arm as counted by R from the same files (`trials_ipd_arm_reference.csv`).
#[test]
fn every_participant_is_read() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../oracles/survival/trials/trials_ipd_arm_reference.csv");
    let mut reader = csv::Reader::from_path(path).expect("the reference file");
    let mut compared = 0;
    for row in reader.records() {
        let row = row.expect("a row");
        let id = format!("{}/{}", row[0].replace('(', "_").replace(')', ""), &row[3]);
        let found = arms().iter().find(|arm| arm.id == id).unwrap_or_else(|| panic!("no arm {id}"));
        let follow_up = found.follow_up();
        let events = follow_up.event.iter().filter(|event| **event).count();
        assert_eq!((follow_up.months.len(), events), (row[4].parse().unwrap(), row[5].parse().unwrap()), "{id}");
        assert_eq!(row[2].trim_end_matches('s'), found.unit);
        let outcome = if &row[1] == "OS" { "overall survival" } else { "progression-free survival" };
        assert_eq!(found.outcome, outcome, "{id}");
        compared += 1;
    }
    assert_eq!((compared, arms().len()), (32, 32));
}

#[test]
fn times_are_in_order_of_magnitude_of_months_and_lines_are_lines() {
    for arm in arms() {
        let follow_up = arm.follow_up();
        assert!(follow_up.months.iter().all(|months| (0.0..=72.0).contains(months)), "{}", arm.citation);
        assert!(arm.line_from >= 1 && arm.line_from <= arm.line_to);
        assert_eq!(arm.others().count(), 1, "{}", arm.citation);
        assert!(["investigated", "comparator"].contains(&arm.role));
    }
    // BOLERO-3 is in weeks: its longest follow-up of 114.12 weeks is 26.2 months.
    let weeks = arms().iter().find(|arm| arm.unit == "week").expect("BOLERO-3").follow_up();
    let longest = weeks.months.iter().copied().fold(0.0, f64::max);
    assert!((26.1..26.3).contains(&longest), "{longest}");
}
