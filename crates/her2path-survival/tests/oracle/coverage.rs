//! No recorded answer without its comparison: every part of every recorded file is closed by a `check.finish` that fails
//! where a number was not looked at.

use crate::common::{leaves, oracle, oracle_folder};

const TESTS: [&str; 7] = [
    include_str!("aft.rs"),
    include_str!("competing_risks.rs"),
    include_str!("cox.rs"),
    include_str!("kaplan_meier.rs"),
    include_str!("log_rank.rs"),
    include_str!("relative_survival.rs"),
    include_str!("rmst.rs"),
];

#[test]
fn every_recorded_part_is_closed_by_a_test() {
    let closed: Vec<&str> = TESTS
        .iter()
        .flat_map(|test| test.split("check.finish(").skip(1))
        .flat_map(|call| call.split(");").next().unwrap().split('"').skip(1).step_by(2))
        .collect();
    let mut files = 0;
    for entry in std::fs::read_dir(oracle_folder()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|ending| ending != "json") {
            continue;
        }
        files += 1;
        let name = path.file_name().unwrap().to_str().unwrap();
        for (part, recorded) in oracle(name).as_object().unwrap() {
            // Versions and units are words.
            if leaves(recorded) > 0 {
                let times = closed.iter().filter(|closed| *closed == part).count();
                assert_eq!(times, 1, "`{part}` of {name} must be closed by one test");
            }
        }
    }
    assert_eq!(files, 7);
}
