//! The decision tables against the exhaustive matrices.

#![cfg(test)]

use her2path::classify::her2::{self, Group, Ihc, Ish};
use her2path::classify::{hormone_receptors, response, stage, subtype};

/// Rows of a small CSV file without quoted commas before the columns in use.
fn rows(text: &'static str) -> Vec<Vec<&'static str>> {
    text.lines().skip(1).filter(|line| !line.is_empty()).map(|line| line.split(',').collect()).collect()
}

fn group(text: &str) -> Option<Group> {
    [Group::G1, Group::G2, Group::G3, Group::G4, Group::G5].into_iter().find(|g| g.as_str() == text)
}

fn flags(text: &str) -> Vec<&str> {
    text.split('|').filter(|flag| !flag.is_empty()).collect()
}

#[test]
fn her2_matrix() {
    let rows = rows(include_str!("vectors/her2_matrix.csv"));
    assert_eq!(rows.len(), 125);
    let mut compared = 0;
    for row in rows {
        let ihc = [Ihc::Zero, Ihc::One, Ihc::Two, Ihc::Three].into_iter().find(|i| i.as_str() == row[0]);
        let ish = [Ish::None, Ish::Partial, Ish::SingleLow, Ish::SingleMid, Ish::SingleHigh]
            .into_iter()
            .find(|i| i.as_str() == row[1])
            .unwrap_or_else(|| Ish::Dual(group(row[1]).expect(row[1])));
        // `any` says that recount and adjudication make no difference: every combination is tried.
        let choices = |text: &str| match text {
            "any" => vec![None, Some(Group::G1), Some(Group::G2), Some(Group::G3), Some(Group::G4), Some(Group::G5)],
            text => vec![group(text)],
        };
        for recount in choices(row[2]) {
            for adjudicated in choices(row[3]) {
                let specimen = her2::Specimen {
                    ihc,
                    ish: Ok(ish),
                    recount: Ok(recount),
                    adjudicated,
                    ..her2::Specimen::default()
                };
                let outcome = her2::classify(&specimen);
                let printed = [outcome.status.as_str(), outcome.category.as_str(), outcome.rule];
                assert_eq!(printed, [row[4], row[5], row[6]], "{row:?}");
                let printed: Vec<_> = outcome.flags.iter().map(|flag| flag.as_str()).collect();
                assert_eq!(printed, flags(row[7]), "{row:?}");
                compared += 1;
            }
        }
    }
    // 44 rows say `any` twice (36 combinations each); the others stand for one.
    assert!(compared > 1000, "only {compared} combinations compared");
}

#[test]
fn subtype_matrix() {
    use hormone_receptors::Status;
    let rows = rows(include_str!("vectors/subtype_matrix.csv"));
    assert_eq!(rows.len(), 45);
    let statuses =
        [Status::Positive, Status::LowPositive, Status::PositiveUnspecified, Status::Negative, Status::Unknown];
    for row in rows {
        let status = |text| statuses.into_iter().find(|s| s.as_str() == text).expect("a status");
        let (er, pr) = (status(row[0]), status(row[1]));
        let her2 = match row[2] {
            "POSITIVE" => subtype::Her2::Positive,
            "NEGATIVE" => subtype::Her2::Negative,
            _ => subtype::Her2::Open,
        };
        let hr = subtype::HormoneReceptor::of(er, pr);
        assert_eq!([hr.as_str(), subtype::subtype(hr, her2)], [row[3], row[4]], "{row:?}");
        assert_eq!(subtype::pair_flags(er, pr), flags(row[5]), "{row:?}");
    }
}

#[test]
fn tnm_matrix() {
    let rows = rows(include_str!("vectors/tnm_matrix.csv"));
    assert_eq!(rows.len(), 126);
    for row in rows {
        let m = if row[2] == "M?" { "" } else { row[2] };
        let outcome = stage::group_of_text(row[0], row[1], m);
        let provisional = outcome.provisional.map_or("", |group| group.as_str());
        assert_eq!([outcome.group.as_str(), provisional], [row[3], row[4]], "{row:?}");
        let printed: Vec<_> = outcome.flags.iter().map(ToString::to_string).collect();
        assert_eq!(printed, flags(row[5]), "{row:?}");
    }
}

#[test]
fn recist_matrix() {
    let rows = rows(include_str!("vectors/recist_matrix.csv"));
    assert_eq!(rows.len(), 60);
    for row in rows {
        let parse = response::Response::parse;
        assert_eq!(response::overall(parse(row[0]), parse(row[1]), row[2] == "yes").as_str(), row[3], "{row:?}");
    }
}
