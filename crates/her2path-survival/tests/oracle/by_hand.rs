//! Closed forms on the two tiny data sets of Therneau's validation vignette of R `survival` ("Breslow", "Efron" and exact
//! likelihoods of a model with one binary covariate), worked out here from the definitions with `r = exp(beta)`.
//!
//! Set 1: times 1, 1, 6, 6, 8, 9; events 1, 0, 1, 1, 0, 1; x 1, 1, 1, 0, 0, 0.

use her2path_survival::cox::{Cox, CoxFit, Ties};
use her2path_survival::kaplan_meier::KaplanMeier;
use her2path_survival::linalg::Matrix;
use her2path_survival::observations::Observations;

const TIME: [f64; 6] = [1.0, 1.0, 6.0, 6.0, 8.0, 9.0];
const EVENT: [bool; 6] = [true, false, true, true, false, true];
const X: [f64; 6] = [1.0, 1.0, 1.0, 0.0, 0.0, 0.0];

fn fit(ties: Ties) -> CoxFit {
    let covariates = Matrix::from_rows(6, 1, X.to_vec()).unwrap();
    Cox::new(Observations::new(&TIME, &EVENT).unwrap(), &covariates).unwrap().ties(ties).fit().unwrap()
}

fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() <= 1e-7 * expected.abs().max(1.0), "{found} is not {expected}");
}

#[test]
fn breslow() {
    // Risk sets: at 1 three of each kind; at 6 one with x = 1 and three without; at 9 one without.
    // log L = 2 beta - ln(3r + 3) - 2 ln(r + 3); its derivative is zero where 2 = r/(r+1) + 2r/(r+3), r² - r... :
    // 2 (r+1)(r+3) = r (r+3) + 2 r (r+1), so r² - 3r - 6 = 0.
    let r = (3.0 + 33.0_f64.sqrt()) / 2.0;
    let fit = fit(Ties::Breslow);
    close(fit.coefficients[0], r.ln());
    close(fit.log_likelihood, 2.0 * r.ln() - (3.0 * r + 3.0).ln() - 2.0 * (r + 3.0).ln());
    close(fit.log_likelihood_null, -(6.0_f64.ln() + 2.0 * 4.0_f64.ln()));
    // Information: r/(r+1)² + 2 * 3r/(r+3)².
    close(fit.naive_variance.at(0, 0), 1.0 / (r / (r + 1.0).powi(2) + 6.0 * r / (r + 3.0).powi(2)));
    // Martingale residuals: event less r^x times hazard; hazards 1/(3r+3), then + 2/(r+3), then + 1.
    let (first, second) = (1.0 / (3.0 * r + 3.0), 2.0 / (r + 3.0));
    let residuals = fit.residuals();
    for (found, expected) in residuals.martingale.iter().zip([
        1.0 - r * first,
        -r * first,
        1.0 - r * (first + second),
        1.0 - (first + second),
        -(first + second),
        -(first + second),
    ]) {
        close(*found, expected);
    }
}

#[test]
fn efron() {
    // At 6 one of each kind dies: the terms are r + 3 and, with half of the dying left out, (r + 5)/2.
    // log L = 2 beta - ln(3r + 3) - ln(r + 3) - ln((r + 5)/2); derivative zero: 2 = r/(r+1) + r/(r+3) + r/(r+5).
    let derivative = |r: f64| 2.0 - r / (r + 1.0) - r / (r + 3.0) - r / (r + 5.0);
    let (mut low, mut high) = (0.1, 100.0);
    for _ in 0..200 {
        let middle = 0.5 * (low + high);
        if derivative(middle) > 0.0 { low = middle } else { high = middle }
    }
    let r = low;
    let fit = fit(Ties::Efron);
    close(fit.coefficients[0], r.ln());
    close(fit.log_likelihood, 2.0 * r.ln() - (3.0 * r + 3.0).ln() - (r + 3.0).ln() - (0.5 * r + 2.5).ln());
    let information = r / (r + 1.0).powi(2) + 3.0 * r / (r + 3.0).powi(2) + 5.0 * r / (r + 5.0).powi(2);
    close(fit.naive_variance.at(0, 0), 1.0 / information);
}

#[test]
fn exact() {
    // At 6 two of four die: pairs with the one of x = 1 number three, pairs without three: 3r + 3.
    // log L = 2 beta - 2 ln(3r + 3); derivative zero: 2 = 2r/(r+1), which has no finite solution: one group dies first.
    let covariates = Matrix::from_rows(6, 1, X.to_vec()).unwrap();
    let found =
        Cox::new(Observations::new(&TIME, &EVENT).unwrap(), &covariates).unwrap().ties(Ties::Exact).fit().unwrap();
    assert!(!found.warnings.is_empty(), "an infinite coefficient must be said");
    assert!(found.coefficients[0] > 5.0);
    close(found.log_likelihood_null, -2.0 * 6.0_f64.ln());
}

#[test]
fn separation_is_said_and_collinearity_is_named() {
    // Everyone with x = 1 dies before anyone without.
    let time = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
    let event = [true, true, true, false, false, false];
    let x = Matrix::from_rows(6, 1, vec![1.0, 1.0, 1.0, 0.0, 0.0, 0.0]).unwrap();
    let fit = Cox::new(Observations::new(&time, &event).unwrap(), &x).unwrap().fit().unwrap();
    assert!(!fit.warnings.is_empty());
    let twice = Matrix::from_rows(6, 2, (0..6).flat_map(|i| [f64::from(i), 2.0 * f64::from(i)]).collect()).unwrap();
    let error = Cox::new(Observations::new(&time, &event).unwrap(), &twice).unwrap().fit().unwrap_err();
    assert_eq!(error, her2path_survival::Error::Collinear { column: 2 });
}

#[test]
fn kaplan_meier_of_six_people() {
    let curve = KaplanMeier::fit(&Observations::new(&TIME, &EVENT).unwrap());
    // 5/6, then half of the four at risk at 6 die, then the last.
    assert_eq!(curve.table.at_risk, [6.0, 4.0, 2.0, 1.0]);
    for (found, expected) in curve.survival.iter().zip([5.0 / 6.0, 5.0 / 12.0, 5.0 / 12.0, 0.0]) {
        close(*found, expected);
    }
    close(curve.std_error_log[1].powi(2), 1.0 / 30.0 + 2.0 / 8.0);
}
