//! Accelerated failure time models against R `survreg` (`other.json`).

use crate::common::{Checker, Data, oracle};
use her2path_survival::aft::{Aft, Distribution};
use her2path_survival::linalg::Matrix;
use her2path_survival::observations::Observations;

#[test]
fn aft_agrees_with_survreg() {
    let file = oracle("other.json");
    let mut check = Checker::new(1e-8);
    let data = Data::load("lung.csv");
    let data = data.filter(|row| !data.text("ph.ecog")[row].is_empty());
    let columns = ["age", "sex", "ph.ecog"].map(|name| data.numbers(name));
    let values = (0..data.len()).flat_map(|row| columns.iter().map(move |column| column[row])).collect();
    let covariates = Matrix::from_rows(data.len(), 3, values).unwrap();
    let (time, event) = (data.numbers("time"), data.is("status", "2"));
    let observations = Observations::new(&time, &event).unwrap();
    for recorded in file["aft_lung"].as_array().unwrap() {
        let name = recorded["dist"].as_str().unwrap();
        let distribution = match name {
            "weibull" => Distribution::Weibull,
            "exponential" => Distribution::Exponential,
            "lognormal" => Distribution::LogNormal,
            "loglogistic" => Distribution::LogLogistic,
            other => panic!("{other}"),
        };
        let fit = Aft::fit(&observations, &covariates, distribution).unwrap();
        check.list(&format!("{name}.coef"), &fit.coefficients, &recorded["coef"]);
        check.number(&format!("{name}.scale"), fit.scale, &recorded["scale"]);
        check.list(&format!("{name}.loglik"), &[fit.log_likelihood_null, fit.log_likelihood], &recorded["loglik"]);
        check.list(&format!("{name}.se"), &fit.std_errors(), &recorded["se"]);
        // Names of the variance, null in the record.
        check.set_aside(&recorded["var_names"]);
    }
    check.finish(&file, &["aft_lung"]);
}

#[test]
fn predictions_follow_the_closed_forms() {
    let time = [2.0, 3.0, 5.0, 8.0];
    let observations = Observations::new(&time, &[true, true, false, true]).unwrap();
    let fit = Aft::fit(&observations, &Matrix::zeros(4, 0), Distribution::Exponential).unwrap();
    // The exponential rate is events over person-time: 3 / 18.
    assert!((fit.coefficients[0] - 6.0_f64.ln()).abs() < 1e-12);
    assert!((fit.survival(&[], 6.0) - (-1.0_f64).exp()).abs() < 1e-12);
    assert!((fit.quantile(&[], 0.5) - 6.0 * 2.0_f64.ln()).abs() < 1e-11);
}

#[test]
fn delayed_entry_counts_from_entry() {
    let (time, entry) = ([2.0, 3.0, 5.0, 8.0, 9.0], [0.0, 1.0, 2.0, 0.0, 4.0]);
    let event = [true, true, false, true, true];
    let observations = Observations::new(&time, &event).unwrap().with_entry(&entry).unwrap();
    let fit = Aft::fit(&observations, &Matrix::zeros(5, 0), Distribution::Exponential).unwrap();
    // The rate is events over the time under observation: 4 / (27 - 7), its log has variance 1/4.
    assert!((fit.coefficients[0] - 5.0_f64.ln()).abs() < 1e-12);
    assert!((fit.variance.at(0, 0) - 0.25).abs() < 1e-12);
    assert!((fit.log_likelihood - (-4.0 * 5.0_f64.ln() - 4.0)).abs() < 1e-12);
}

#[test]
fn a_row_split_in_two_says_the_same() {
    let data = Data::load("lung.csv");
    let data = data.filter(|row| !data.text("ph.ecog")[row].is_empty());
    let (time, event) = (data.numbers("time"), data.is("status", "2"));
    let columns = ["age", "sex", "ph.ecog"].map(|name| data.numbers(name));
    let row_of = |row: usize| columns.iter().map(move |column| column[row]);
    let (mut split_time, mut split_event, mut entry, mut values) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for row in 0..data.len() {
        let middle = (time[row] / (2 + row % 4) as f64).max(1.0);
        let parts = if middle < time[row] { vec![(0.0, middle), (middle, time[row])] } else { vec![(0.0, time[row])] };
        for (from, until) in parts {
            entry.push(from);
            split_time.push(until);
            split_event.push(until == time[row] && event[row]);
            values.extend(row_of(row));
        }
    }
    let whole = Matrix::from_rows(data.len(), 3, (0..data.len()).flat_map(row_of).collect()).unwrap();
    let pieces = Matrix::from_rows(split_time.len(), 3, values).unwrap();
    let one = Observations::new(&time, &event).unwrap();
    let two = Observations::new(&split_time, &split_event).unwrap().with_entry(&entry).unwrap();
    for distribution in
        [Distribution::Exponential, Distribution::Weibull, Distribution::LogNormal, Distribution::LogLogistic]
    {
        let (a, b) = (Aft::fit(&one, &whole, distribution).unwrap(), Aft::fit(&two, &pieces, distribution).unwrap());
        for (a, b) in a.coefficients.iter().zip(&b.coefficients).chain([(&a.scale, &b.scale)]) {
            assert!((a - b).abs() <= 1e-8 * a.abs(), "{distribution:?}: {a} {b}");
        }
        for (a, b) in a.std_errors().iter().zip(b.std_errors()) {
            assert!((a - b).abs() <= 1e-8 * a.abs(), "{distribution:?}: {a} {b}");
        }
        assert!((a.log_likelihood - b.log_likelihood).abs() <= 1e-10 * a.log_likelihood.abs());
    }
}
