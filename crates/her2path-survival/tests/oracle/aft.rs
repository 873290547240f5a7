//! Accelerated failure time models against R `survreg` (`other.json`).

use crate::common::{Checker, Data, leaves, oracle};
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
        check.counted(leaves(&recorded["var_names"]));
    }
    check.finish(leaves(&file["aft_lung"]));
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
