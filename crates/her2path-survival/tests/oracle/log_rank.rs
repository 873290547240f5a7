//! The log-rank family against R `survdiff` and the written-out weighted tests (`logrank.json`).

use crate::common::{Checker, Data, oracle};
use her2path_survival::log_rank::{LogRank, Weight, log_rank};
use her2path_survival::observations::{Groups, Observations};
use serde_json::Value;

/// Data, group column, its levels and stratum column of a case.
fn compare(
    data: &Data,
    time: &str,
    event: (&str, &str),
    by: (&str, &[&str]),
    strata: Option<&str>,
    weight: Weight,
) -> LogRank {
    // As R does, rows without a stratum are left out.
    let data = data.filter(|row| strata.is_none_or(|column| !data.text(column)[row].is_empty()));
    let time = data.numbers(time);
    let event = data.is(event.0, event.1);
    let observations = Observations::new(&time, &event).unwrap();
    let (codes, count) = if by.1.is_empty() { data.sorted_codes(by.0) } else { (data.codes(by.0, by.1), by.1.len()) };
    let groups = Groups::new(&codes, count, data.len()).unwrap();
    let strata = strata.map(|column| data.sorted_codes(column));
    let strata = strata.as_ref().map(|(codes, count)| Groups::new(codes, *count, data.len()).unwrap());
    log_rank(&observations, &groups, strata.as_ref(), weight).unwrap()
}

fn celltypes() -> &'static [&'static str] {
    &["squamous", "smallcell", "adeno", "large"]
}

fn check_matrix(check: &mut Checker, place: &str, test: &LogRank, expected: &Value) {
    for (g, row) in test.variance.iter_rows().enumerate() {
        check.list(&format!("{place}[{g}]"), row, &expected[g]);
    }
}

#[test]
fn survdiff_agrees_with_r() {
    let file = oracle("logrank.json");
    let mut check = Checker::new(1e-8);
    for recorded in file["survdiff"].as_array().unwrap() {
        let id = recorded["id"].as_str().unwrap();
        let mut data = Data::load(recorded["data"].as_str().unwrap());
        let (time, event, by, strata): (_, _, (&str, &[&str]), _) = match id {
            "lung_sex" => ("time", ("status", "2"), ("sex", &[]), None),
            "lung_sex_strata_ecog" => ("time", ("status", "2"), ("sex", &[]), Some("ph.ecog")),
            "veteran_celltype" => ("time", ("status", "1"), ("celltype", celltypes()), None),
            "veteran_trt_strata_celltype" => ("time", ("status", "1"), ("trt", &[]), Some("celltype")),
            "gbsg_hormon" => ("rfstime", ("status", "1"), ("hormon", &[]), None),
            "gbsg_hormon_strata_grade" => ("rfstime", ("status", "1"), ("hormon", &[]), Some("grade")),
            "rotterdam_size" => ("dtime", ("death", "1"), ("size", &["<=20", "20-50", ">50"]), None),
            "colon_rx" => {
                let second = data.is("etype", "2");
                data = data.filter(|row| second[row]);
                ("time", ("status", "1"), ("rx", &["Obs", "Lev", "Lev+5FU"]), None)
            }
            "mgus2_sex" => ("futime", ("death", "1"), ("sex", &[]), None),
            "toy" => ("time", ("status", "1"), ("x", &[]), None),
            other => panic!("unknown case {other}"),
        };
        for (name, rho) in [("rho0", 0.0), ("rho1", 1.0), ("rho0.5", 0.5)] {
            let weight = if rho == 0.0 { Weight::LogRank } else { Weight::FlemingHarrington { p: rho, q: 0.0 } };
            let test = compare(&data, time, event, by, strata, weight);
            let (place, expected) = (format!("{id}.{name}"), &recorded[name]);
            let rows: Vec<f64> = test.rows.iter().map(|&rows| rows as f64).collect();
            check.list(&format!("{place}.n"), &rows, &expected["n"]);
            check.list(&format!("{place}.observed"), &test.observed, &expected["observed"]);
            check.list(&format!("{place}.expected"), &test.expected, &expected["expected"]);
            check_matrix(&mut check, &format!("{place}.var"), &test, &expected["var"]);
            check.number(&format!("{place}.chisq"), test.chi_square, &expected["chisq"]);
            check.number(&format!("{place}.df"), test.df as f64, &expected["df"]);
            check.number(&format!("{place}.p"), test.p, &expected["p"]);
        }
    }
    check.finish(&file, &["survdiff"]);
}

#[test]
fn weighted_tests_agree_with_their_definition() {
    let file = oracle("logrank.json");
    let mut check = Checker::new(1e-8);
    for (id, recorded) in file["weighted"].as_object().unwrap() {
        let data = Data::load(recorded["data"].as_str().unwrap());
        let (time, event, by): (_, _, (&str, &[&str])) = match id.as_str() {
            "lung_sex" => ("time", ("status", "2"), ("sex", &[])),
            "veteran_celltype" => ("time", ("status", "1"), ("celltype", celltypes())),
            "gbsg_hormon" => ("rfstime", ("status", "1"), ("hormon", &[])),
            "toy" => ("time", ("status", "1"), ("x", &[])),
            other => panic!("unknown case {other}"),
        };
        let fh = |p, q| Weight::FlemingHarrington { p, q };
        for (name, weight) in [
            ("logrank", Weight::LogRank),
            ("gehan", Weight::Gehan),
            ("tarone_ware", Weight::TaroneWare),
            ("peto", Weight::PetoPeto),
            ("modified_peto", Weight::ModifiedPeto),
            ("fh_0_1", fh(0.0, 1.0)),
            ("fh_1_0", fh(1.0, 0.0)),
            ("fh_1_1", fh(1.0, 1.0)),
            ("fh_05_05", fh(0.5, 0.5)),
        ] {
            let test = compare(&data, time, event, by, None, weight);
            let (place, expected) = (format!("{id}.{name}"), &recorded[name]);
            check.list(&format!("{place}.U"), &test.deviations(), &expected["U"]);
            check_matrix(&mut check, &format!("{place}.V"), &test, &expected["V"]);
            check.number(&format!("{place}.chisq"), test.chi_square, &expected["chisq"]);
            check.number(&format!("{place}.df"), test.df as f64, &expected["df"]);
            check.number(&format!("{place}.p"), test.p, &expected["p"]);
            // With two groups the statistic has a sign; with more the record holds a null.
            let z = if test.df == 1 { test.deviations()[0] / test.variance.at(0, 0).sqrt() } else { f64::NAN };
            check.number(&format!("{place}.z"), z, &expected["z"]);
        }
    }
    check.finish(&file, &["weighted"]);
}
