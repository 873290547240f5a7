//! Verdicts on codes that records really hold, compared with verdicts reached independently.

#![cfg(test)]

use her2path_knowledge::check_digit::{Verdict, looks_like, verdict};
use her2path_knowledge::code_system::CodeSystem;

#[test]
fn verdicts_on_codes_met() {
    let rows: Vec<Vec<&str>> =
        include_str!("data/code_verdicts.csv").lines().skip(1).map(|line| line.split(',').collect()).collect();
    let (mut right, mut wrong) = (0, 0);
    for row in rows {
        let [system, code, expected] = row[..] else { panic!("{row:?}") };
        let system = match system {
            "LOINC" => CodeSystem::Loinc,
            "SNOMED" | "SNOMED(21000210109)" => CodeSystem::Snomed,
            "RxNorm" => CodeSystem::RxNorm,
            "ATC" => CodeSystem::Atc,
            other => panic!("{other}"),
        };
        let found = verdict(system, code);
        match expected {
            "ok" | "format ok" | "answer/part code" => {
                assert_eq!(found, Verdict::WellFormed, "{system:?} {code}");
                right += 1;
            }
            "BAD format" => {
                assert_eq!(found, Verdict::WrongShape, "{system:?} {code}");
                wrong += 1;
            }
            "BAD check digit/format" => {
                assert!(matches!(found, Verdict::WrongShape | Verdict::BadCheckDigit { .. }), "{system:?} {code}");
                wrong += 1;
            }
            other => panic!("{other}"),
        }
    }
    assert_eq!((right, wrong), (RIGHT, WRONG));
}

/// A well-formed code of LOINC or SNOMED CT is recognised without its system, and no other digit would do at its end.
#[test]
fn check_digits_are_unique() {
    let mut count = 0;
    for line in include_str!("data/code_verdicts.csv").lines() {
        let [system @ ("LOINC" | "SNOMED"), code, "ok"] = line.split(',').collect::<Vec<_>>()[..] else { continue };
        let system = if system == "LOINC" { CodeSystem::Loinc } else { CodeSystem::Snomed };
        assert_eq!(looks_like(code), Some(system), "{code}");
        let (payload, last) = code.split_at(code.len() - 1);
        let last: u8 = last.parse().unwrap();
        for other in (0..10).filter(|digit| *digit != last) {
            let changed = format!("{payload}{other}");
            assert_eq!(verdict(system, &changed), Verdict::BadCheckDigit { expected: last }, "{changed}");
        }
        count += 1;
    }
    assert_eq!(count, CHECKED);
}

/// Counted in the file by other means, so that the tests cannot pass by comparing nothing.
const RIGHT: usize = 2402;
const WRONG: usize = 9;
const CHECKED: usize = 1495;
