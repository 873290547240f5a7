//! Restricted means against R `survRM2` 1.0-4 and `survfit` (`rmst.json`); rates against exact limits (`other.json`).

use crate::common::{Checker, Data, oracle};
use her2path_survival::kaplan_meier::KaplanMeier;
use her2path_survival::observations::{Groups, Observations};
use her2path_survival::rates::Rate;
use her2path_survival::rmst::{Rmst, rmst};

/// The two arms of a case, the treated or second first.
fn arms(file: &str, time: &str, event: (&str, &str), arm: (&str, &str), tau: f64) -> (Rmst, Rmst) {
    let data = Data::load(file);
    let (time, event) = (data.numbers(time), data.is(event.0, event.1));
    let codes: Vec<usize> = data.is(arm.0, arm.1).into_iter().map(usize::from).collect();
    let observations = Observations::new(&time, &event).unwrap();
    let curves = KaplanMeier::fit_groups(&observations, &Groups::new(&codes, 2, data.len()).unwrap());
    (rmst(&curves[1], tau).unwrap(), rmst(&curves[0], tau).unwrap())
}

#[test]
fn restricted_means_and_contrasts_agree_with_survrm2() {
    let file = oracle("rmst.json");
    let mut check = Checker::new(1e-8);
    for recorded in file["survRM2"].as_array().unwrap() {
        let id = recorded["id"].as_str().unwrap();
        let tau = recorded["tau"].as_f64().unwrap();
        let (one, zero) = match id.split('_').next().unwrap() {
            "lung" => arms("lung.csv", "time", ("status", "2"), ("sex", "2"), tau),
            "gbsg" => arms("gbsg.csv", "rfstime", ("status", "1"), ("hormon", "1"), tau),
            "veteran" => arms("veteran.csv", "time", ("status", "1"), ("trt", "2"), tau),
            "rotterdam" => arms("rotterdam.csv", "dtime", ("death", "1"), ("chemo", "1"), tau),
            other => panic!("unknown case {other}"),
        };
        check.number(&format!("{id}.tau"), one.tau, &recorded["tau"]);
        for (name, arm, lost) in
            [("arm1", one, false), ("arm0", zero, false), ("rmtl1", one, true), ("rmtl0", zero, true)]
        {
            let limits = arm.limits(0.95).unwrap();
            let values = if lost {
                [arm.lost(), arm.std_error, tau - limits.upper, tau - limits.lower]
            } else {
                [arm.mean, arm.std_error, limits.lower, limits.upper]
            };
            for (field, value) in ["Est.", "se", "lower .95", "upper .95"].iter().zip(values) {
                check.number(&format!("{id}.{name}.{field}"), value, &recorded[name][field]);
            }
        }
        let contrasts = [
            one.difference(&zero, 0.95).unwrap(),
            one.ratio(&zero, 0.95).unwrap(),
            one.lost_ratio(&zero, 0.95).unwrap(),
        ];
        let column =
            |value: fn(&her2path_survival::rmst::Contrast) -> f64| contrasts.iter().map(value).collect::<Vec<_>>();
        let expected = &recorded["contrast"];
        check.list(&format!("{id}.est"), &column(|c| c.estimate), &expected["est"]);
        check.list(&format!("{id}.lower"), &column(|c| c.limits.lower), &expected["lower"]);
        check.list(&format!("{id}.upper"), &column(|c| c.limits.upper), &expected["upper"]);
        check.list(&format!("{id}.p"), &column(|c| c.p), &expected["p"]);
    }
    check.finish(&file, &["survRM2"]);
}

#[test]
fn restricted_means_agree_with_survfit() {
    let file = oracle("rmst.json");
    let mut check = Checker::new(1e-8);
    for (name, cases) in file["survfit_rmean"].as_object().unwrap() {
        for recorded in cases.as_array().unwrap() {
            let tau = recorded["tau"].as_f64().unwrap();
            let (second, first) = match name.as_str() {
                "lung" => arms("lung.csv", "time", ("status", "2"), ("sex", "2"), tau),
                "gbsg" => arms("gbsg.csv", "rfstime", ("status", "1"), ("hormon", "1"), tau),
                other => panic!("unknown case {other}"),
            };
            check.number(&format!("{name}.tau"), first.tau, &recorded["tau"]);
            check.list(&format!("{name}.{tau}.rmean"), &[first.mean, second.mean], &recorded["rmean"]);
            check.list(&format!("{name}.{tau}.se"), &[first.std_error, second.std_error], &recorded["se"]);
        }
    }
    check.finish(&file, &["survfit_rmean"]);
}

#[test]
fn rates_have_exact_limits() {
    let file = oracle("other.json");
    let mut check = Checker::new(1e-8);
    for recorded in file["poisson_rate_exact"].as_array().unwrap() {
        let rate =
            Rate { events: recorded["events"].as_f64().unwrap(), person_time: recorded["time"].as_f64().unwrap() };
        check.set_aside(&recorded["events"]);
        check.set_aside(&recorded["time"]);
        let limits = rate.limits(0.95).unwrap();
        check.number("rate", rate.value(), &recorded["rate"]);
        check.number("exact_lower", limits.lower, &recorded["exact_lower"]);
        check.number("exact_upper", limits.upper, &recorded["exact_upper"]);
    }
    check.finish(&file, &["poisson_rate_exact"]);
}
