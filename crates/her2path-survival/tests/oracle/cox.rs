//! Cox regression against R `survival` 3.5-3 (`cox.json`) and its concordance (`other.json`).

use crate::common::{Checker, Data, oracle};
use her2path_survival::concordance::PairWeight;
use her2path_survival::confidence::Scale;
use her2path_survival::cox::{Cox, CoxFit, Ties, TimeTransform};
use her2path_survival::linalg::Matrix;
use her2path_survival::observations::{Groups, Observations};
use serde_json::Value;

/// A case: its table without incomplete rows, read from R's formula.
struct Case {
    data: Data,
    time: Vec<f64>,
    event: Vec<bool>,
    entry: Option<Vec<f64>>,
    weight: Option<Vec<f64>>,
    covariates: Matrix,
    terms: Vec<Vec<usize>>,
    strata: Option<(Vec<usize>, usize)>,
    cluster: Option<(Vec<usize>, usize)>,
}

/// Levels of the factors, reference first, as R has them.
fn levels(column: &str) -> Option<&'static [&'static str]> {
    match column {
        "celltype" => Some(&["squamous", "smallcell", "adeno", "large"]),
        "rx" => Some(&["Obs", "Lev", "Lev+5FU"]),
        _ => None,
    }
}

fn case(id: &str, file: &str, formula: &str) -> Case {
    let (response, right) = formula.split_once('~').unwrap();
    let inside = response.trim().strip_prefix("Surv(").unwrap().strip_suffix(')').unwrap();
    let arguments: Vec<&str> = inside.split(',').map(str::trim).collect();
    let (entry, time, event) = match arguments[..] {
        [time, event] => (None, time, event),
        [entry, time, event] => (Some(entry), time, event),
        _ => panic!("{formula}"),
    };
    let (event, value) = event.split_once("==").map_or((event, "1"), |(event, value)| (event.trim(), value.trim()));
    let (mut columns, mut stratum) = (Vec::new(), None);
    for term in right.split('+').map(str::trim) {
        match term.strip_prefix("strata(") {
            Some(inside) => stratum = inside.strip_suffix(')'),
            None => columns.push(term),
        }
    }
    let cluster = match id {
        "lung_robust_inst" => Some("inst"),
        "colon_marginal" | "bladder_ag" => Some("id"),
        _ => None,
    };
    let data = Data::load(file);
    let used: Vec<&str> = columns.iter().copied().chain(stratum).chain(cluster).collect();
    let data = data.filter(|row| used.iter().all(|column| !data.text(column)[row].is_empty()));

    let mut design: Vec<Vec<f64>> = Vec::new();
    let mut terms = Vec::new();
    for column in columns {
        let start = design.len();
        let indicators: Option<Vec<&str>> = match (column, file) {
            ("size", "rotterdam.csv") => Some(vec!["20-50", ">50"]),
            ("sex", "mgus2.csv") => Some(vec!["M"]),
            ("transplant", _) => Some(vec!["1"]),
            ("rx", "bladder2.csv") => None,
            _ => levels(column).map(|levels| levels[1..].to_vec()),
        };
        match indicators {
            Some(levels) => design.extend(
                levels
                    .iter()
                    .map(|level| data.is(column, level).into_iter().map(|is| f64::from(u8::from(is))).collect()),
            ),
            None => design.push(data.numbers(column)),
        }
        terms.push((start..design.len()).collect());
    }
    let values = (0..data.len()).flat_map(|row| design.iter().map(move |column| column[row])).collect();
    Case {
        time: data.numbers(time),
        event: data.is(event, value),
        entry: entry.map(|entry| data.numbers(entry)),
        weight: (id == "toy_weights_efron").then(|| data.numbers("w")),
        covariates: Matrix::from_rows(data.len(), design.len(), values).unwrap(),
        terms,
        strata: stratum.map(|column| match levels(column) {
            Some(levels) => (data.codes(column, levels), levels.len()),
            None => data.sorted_codes(column),
        }),
        cluster: cluster.map(|column| data.sorted_codes(column)),
        data,
    }
}

fn fit(case: &Case, ties: &str, robust: bool) -> CoxFit {
    let mut observations = Observations::new(&case.time, &case.event).unwrap();
    if let Some(entry) = &case.entry {
        observations = observations.with_entry(entry).unwrap();
    }
    if let Some(weight) = &case.weight {
        observations = observations.with_weight(weight).unwrap();
    }
    let mut model = Cox::new(observations, &case.covariates).unwrap().ties(match ties {
        "efron" => Ties::Efron,
        "breslow" => Ties::Breslow,
        "exact" => Ties::Exact,
        other => panic!("{other}"),
    });
    if let Some((codes, count)) = &case.strata {
        model = model.strata(Groups::new(codes, *count, case.data.len()).unwrap());
    }
    if let Some((codes, count)) = &case.cluster {
        model = model.cluster(Groups::new(codes, *count, case.data.len()).unwrap());
    }
    if robust {
        model = model.robust();
    }
    let fit = model.fit().unwrap_or_else(|error| panic!("{}: {error}", case.data.len()));
    assert_eq!(fit.warnings, []);
    fit
}

fn check_rows<'a>(check: &mut Checker, place: &str, rows: impl Iterator<Item = &'a [f64]>, expected: &Value) {
    let expected = expected.as_array().unwrap();
    let rows: Vec<&[f64]> = rows.take(expected.len()).collect();
    assert_eq!(rows.len(), expected.len(), "{place}");
    for (i, (row, expected)) in rows.iter().zip(expected).enumerate() {
        check.list(&format!("{place}[{i}]"), row, expected);
    }
}

fn first(values: &[f64], recorded: &Value) -> Vec<f64> {
    values.iter().copied().take(recorded.as_array().unwrap().len()).collect()
}

#[test]
fn cox_fits_agree_with_r() {
    let file = oracle("cox.json");
    let mut check = Checker::new(1e-8);
    for recorded in file["cox"].as_array().unwrap() {
        let id = recorded["id"].as_str().unwrap();
        let ties = recorded["ties"].as_str().unwrap();
        let case = case(id, recorded["data"].as_str().unwrap(), recorded["formula"].as_str().unwrap());
        let robust = matches!(id, "toy_weights_efron" | "lung_robust");
        let fit = fit(&case, ties, robust);
        let at = |field: &str| format!("{id}.{field}");
        let one = |check: &mut Checker, field: &str, value: f64| check.number(&at(field), value, &recorded[field]);
        one(&mut check, "n", fit.rows as f64);
        one(&mut check, "nevent", fit.events as f64);
        one(&mut check, "iter", fit.iterations as f64);
        one(&mut check, "AIC", fit.aic());
        one(&mut check, "BIC", fit.bic());

        let table = fit.table(0.95).unwrap();
        let naive: Vec<f64> = fit.naive_variance.diagonal().into_iter().map(f64::sqrt).collect();
        check.list(&at("coef"), &fit.coefficients, &recorded["coef"]);
        check.list(&at("se"), &naive, &recorded["se"]);
        if fit.robust_variance.is_some() {
            check.list(&at("robust_se"), &fit.std_errors(), &recorded["robust_se"]);
            let score = fit.robust_score_test.unwrap();
            check.list(&at("robust_score"), &[score.statistic, score.df as f64, score.p], &recorded["robust_score"]);
        } else {
            assert!(recorded["robust_se"].is_null() && recorded["robust_score"].is_null());
            check.set_aside(&recorded["robust_se"]);
            check.set_aside(&recorded["robust_score"]);
        }
        check.list(&at("z"), &table.iter().map(|row| row.z).collect::<Vec<_>>(), &recorded["z"]);
        check.list(&at("p"), &table.iter().map(|row| row.p).collect::<Vec<_>>(), &recorded["p"]);
        check.list(&at("hr"), &table.iter().map(|row| row.hazard_ratio).collect::<Vec<_>>(), &recorded["hr"]);
        check.list(
            &at("lower"),
            &table.iter().map(|row| row.limits.lower).collect::<Vec<_>>(),
            &recorded["hr_lower95"],
        );
        check.list(
            &at("upper"),
            &table.iter().map(|row| row.limits.upper).collect::<Vec<_>>(),
            &recorded["hr_upper95"],
        );
        check_rows(&mut check, &at("var"), fit.variance().iter_rows(), &recorded["var"]);
        check.list(&at("loglik"), &[fit.log_likelihood_null, fit.log_likelihood], &recorded["loglik"]);
        let (lr, wald, score) = (fit.likelihood_ratio_test(), fit.wald_test().unwrap(), fit.score_test);
        check.list(&at("lr"), &[lr.statistic, lr.df as f64, lr.p], &recorded["lr"]);
        // R's summary rounds Wald's statistic to two decimals, not its p-value.
        check.list(&at("wald"), &[(wald.statistic * 100.0).round() / 100.0, wald.df as f64, wald.p], &recorded["wald"]);
        check.list(&at("score"), &[score.statistic, score.df as f64, score.p], &recorded["score"]);
        let concordance = fit.concordance(PairWeight::Equal).unwrap();
        check.list(&at("concordance"), &[concordance.concordance, concordance.std_error], &recorded["concordance"]);
        check.list(&at("means"), &fit.means, &recorded["means"]);

        let zeros = vec![0.0; fit.coefficients.len()];
        for (field, reference) in [("basehaz", &zeros), ("basehaz_centered", &fit.means)] {
            let curves = fit.baseline_hazard(reference).unwrap();
            let time: Vec<f64> = curves.iter().flat_map(|curve| curve.time.clone()).collect();
            let hazard: Vec<f64> = curves.iter().flat_map(|curve| curve.hazard.clone()).collect();
            check.list(&at(&format!("{field}.time")), &time, &recorded[field]["time"]);
            check.list(&at(&format!("{field}.hazard")), &hazard, &recorded[field]["hazard"]);
        }
        // The names of the strata; null where there are none.
        check.set_aside(&recorded["basehaz"]["strata"]);

        let residuals = fit.residuals();
        let (martingale, deviance) = (&recorded["martingale_first20"], &recorded["deviance_first20"]);
        check.list(&at("martingale"), &first(&residuals.martingale, martingale), martingale);
        check.list(&at("deviance"), &first(&residuals.deviance, deviance), deviance);
        let predictors = &recorded["linear_predictors_first10"];
        check.list(&at("lp"), &first(&fit.linear_predictor, predictors), predictors);
        if ties != "exact" {
            check_rows(&mut check, &at("score_resid"), residuals.score.iter_rows(), &recorded["score_resid_first5"]);
            check_rows(&mut check, &at("dfbeta"), residuals.dfbeta.iter_rows(), &recorded["dfbeta_first5"]);
            check_rows(&mut check, &at("schoenfeld"), residuals.schoenfeld.iter_rows(), &recorded["schoenfeld_first5"]);
        }
        for (name, transform) in [
            ("km", TimeTransform::KaplanMeier),
            ("rank", TimeTransform::Rank),
            ("identity", TimeTransform::Identity),
            ("log", TimeTransform::Log),
        ] {
            let expected = &recorded["zph"][name];
            if expected.is_null() {
                continue;
            }
            let test = fit.proportional_hazards(transform, &case.terms).unwrap();
            let tests: Vec<_> = test.terms.iter().map(|term| term.test).chain([test.global]).collect();
            let place = at(&format!("zph.{name}"));
            check.list(
                &format!("{place}.chisq"),
                &tests.iter().map(|t| t.statistic).collect::<Vec<_>>(),
                &expected["chisq"],
            );
            check.list(&format!("{place}.df"), &tests.iter().map(|t| t.df as f64).collect::<Vec<_>>(), &expected["df"]);
            check.list(&format!("{place}.p"), &tests.iter().map(|t| t.p).collect::<Vec<_>>(), &expected["p"]);
        }
    }
    check.finish(&file, &["cox"]);
}

#[test]
fn predicted_curves_agree_with_r() {
    let file = oracle("cox.json");
    let recorded = &file["predicted"];
    let mut check = Checker::new(1e-8);
    let case = case("predicted", "gbsg.csv", recorded["formula"].as_str().unwrap());
    let fit = fit(&case, "efron", false);
    check.list("coef", &fit.coefficients, &recorded["coef"]);
    let newdata = &recorded["newdata"];
    let times: Vec<f64> = recorded["times"].as_array().unwrap().iter().map(|time| time.as_f64().unwrap()).collect();
    check.set_aside(newdata);
    check.set_aside(&recorded["times"]);
    for person in 0..3 {
        let x: Vec<f64> = ["hormon", "age", "grade", "nodes", "pgr"]
            .iter()
            .map(|name| newdata[name][person].as_f64().unwrap())
            .collect();
        let curve = fit.predict(&x, 0).unwrap();
        let limits = curve.limits(Scale::Log, 0.95).unwrap();
        let points: Vec<(f64, f64)> = times.iter().map(|&time| curve.at(time)).collect();
        let at = |time: f64| curve.time.partition_point(|&t| t <= time) - 1;
        let lower: Vec<f64> = times.iter().map(|&time| limits[at(time)].unwrap().lower).collect();
        let upper: Vec<f64> = times.iter().map(|&time| limits[at(time)].unwrap().upper).collect();
        let place = |name: &str| format!("predicted.{name}[{person}]");
        check.list(&place("surv"), &points.iter().map(|p| p.0).collect::<Vec<_>>(), &recorded["surv"][person]);
        check.list(&place("se"), &points.iter().map(|p| p.0 * p.1).collect::<Vec<_>>(), &recorded["std_err_S"][person]);
        check.list(&place("lower"), &lower, &recorded["lower"][person]);
        check.list(&place("upper"), &upper, &recorded["upper"][person]);
        check.list(&place("median"), &[curve.quantile(0.5).unwrap_or(f64::NAN)], &recorded["median"][person]);
    }
    check.list("lp", &fit.linear_predictor[..5], &recorded["lp_first5"]);
    check.list("lp_se", &fit.linear_predictor_std_errors(&case.covariates)[..5], &recorded["lp_se_first5"]);
    let residuals = fit.residuals();
    let expected: Vec<f64> =
        (0..5).map(|row| f64::from(u8::from(case.event[row])) - residuals.martingale[row]).collect();
    check.list("expected", &expected, &recorded["expected_first5"]);
    check.finish(&file, &["predicted"]);
}

#[test]
fn concordance_agrees_with_r() {
    let file = oracle("other.json");
    let mut check = Checker::new(1e-8);
    let gbsg = case("gbsg", "gbsg.csv", "Surv(rfstime,status)~hormon+age+grade+nodes+pgr");
    let lung = case("lung", "lung.csv", "Surv(time,status==2)~age+sex+ph.ecog");
    let fits = [fit(&gbsg, "efron", false), fit(&lung, "efron", false)];
    for recorded in file["concordance"].as_array().unwrap() {
        let name = recorded["id"].as_str().unwrap();
        let time_weight = recorded["timewt"].as_str().unwrap();
        let weight = match time_weight {
            "n" => PairWeight::Equal,
            "S" => PairWeight::Survival,
            "S/G" => PairWeight::SurvivalOverCensoring,
            "n/G2" => PairWeight::InverseCensoringSquared,
            "I" => PairWeight::PerEvent,
            other => panic!("{other}"),
        };
        let found = fits[usize::from(name.starts_with("lung"))].concordance(weight).unwrap();
        let place = format!("{name} {time_weight}");
        check.number(&format!("{place} concordance"), found.concordance, &recorded["concordance"]);
        check.number(&format!("{place} se"), found.std_error, &recorded["se"]);
        for (field, value) in [
            ("concordant", found.concordant),
            ("discordant", found.discordant),
            ("tied.x", found.tied_score),
            ("tied.y", found.tied_time),
            ("tied.xy", found.tied_both),
        ] {
            check.number(&format!("{place} {field}"), value, &recorded["counts"][field]);
        }
    }
    check.finish(&file, &["concordance"]);
}
