//! R run now, on data drawn now: what no recorded answer can have been fitted to.
//!
//! Needs `Rscript` with `survival`, `cmprsk` and `jsonlite` (Debian `r-base-core r-cran-survival r-cran-cmprsk
//! r-cran-jsonlite`). Without it the comparison is left out, in CI (`CI=true`) that is a failure. The seed is printed, and
//! `HER2PATH_SEED` repeats a run.

use std::process::Command;

use her2path_survival::aalen_johansen::{CompetingRisks, aalen_johansen};
use her2path_survival::aft::{Aft, Distribution};
use her2path_survival::concordance::PairWeight;
use her2path_survival::cox::{Cox, TimeTransform};
use her2path_survival::fine_gray::FineGray;
use her2path_survival::gray::gray;
use her2path_survival::kaplan_meier::KaplanMeier;
use her2path_survival::linalg::Matrix;
use her2path_survival::log_rank::{Weight, log_rank};
use her2path_survival::observations::{Groups, Observations};
use serde_json::Value;

use crate::common::{Checker, Data};

const SCRIPT: &str = r#"
suppressMessages({library(survival); library(cmprsk); library(jsonlite)})
folder <- commandArgs(TRUE)[1]; set.seed(as.integer(commandArgs(TRUE)[2]))
n <- sample(150:400, 1)
x <- round(rnorm(n), 3); z <- rbinom(n, 1, .5); g <- sample(0:2, n, TRUE); s <- sample(0:1, n, TRUE); id <- sample(1:60, n, TRUE)
t <- ceiling(rexp(n, .02 * exp(.5 * x - .4 * z)) * 2) / 2; c <- ceiling(rexp(n, .012) * 2) / 2
cause <- ifelse(t <= c, sample(1:2, n, TRUE), 0); d <- as.integer(cause > 0); time <- pmin(t, c)
entry <- floor(time * runif(n, 0, .9) * 4) / 4; w <- sample(1:3, n, TRUE)
data <- data.frame(time, d, cause, x, z, g, s, id, entry, w); write.csv(data, file.path(folder, "data.csv"), row.names = FALSE)
km <- survfit(Surv(entry, time, d) ~ 1, data, weights = w, conf.type = "log-log"); q <- quantile(km, .5)
lr <- survdiff(Surv(time, d) ~ g + strata(s), data)
cx <- coxph(Surv(entry, time, d) ~ x + z + strata(s), data, weights = w, cluster = id)
br <- coxph(Surv(time, d) ~ x + factor(g), data, ties = "breslow"); zp <- cox.zph(br, transform = "km")
aj <- survfit(Surv(entry, time, factor(cause, 0:2)) ~ 1, data, id = seq_len(n)); last <- length(aj$time)
gr <- cuminc(time, cause, g, cencode = 0)$Tests
fg <- crr(time, cause, cbind(x, z), failcode = 1, cencode = 0, gtol = 1e-10)
kr <- survfit(Surv(entry, time, d) ~ 1, data, weights = w, cluster = id, robust = TRUE); kept <- kr$surv > 1e-9
data$row <- seq_len(n); data$ef <- factor(cause, 0:2)
fd <- finegray(Surv(entry, time, ef) ~ ., data = data, etype = "1", id = row)
fl <- coxph(Surv(fgstart, fgstop, fgstatus) ~ x + z, data = fd, weights = fgwt, ties = "breslow", cluster = row)
af <- survreg(Surv(time, d) ~ x + z, data, dist = "loglogistic", control = list(rel.tolerance = 1e-12))
cc <- concordance(cx)
write_json(list(
  km = list(surv = km$surv, se = km$std.err, lower = km$lower, median = c(q$quantile, q$lower, q$upper)),
  robust = list(surv = kr$surv[kept], se = kr$std.err[kept] / kr$surv[kept]),
  late = list(coef = unname(coef(fl)), se = unname(sqrt(diag(fl$var))), loglik = fl$loglik),
  logrank = list(chisq = lr$chisq, expected = rowSums(lr$exp)),
  cox = list(coef = unname(coef(cx)), naive = unname(sqrt(diag(cx$naive.var))), robust = unname(sqrt(diag(cx$var))),
    loglik = cx$loglik, concordance = c(cc$concordance, sqrt(cc$var))),
  breslow = list(coef = unname(coef(br)), martingale = unname(residuals(br)), zph = unname(zp$table[, 1])),
  aj = list(p = aj$pstate[, 2], se = aj$std.err[, 2]),
  gray = unname(gr[, 1]), finegray = list(coef = unname(fg$coef) + as.vector(fg$invinf %*% colSums(fg$res)), se = unname(sqrt(diag(fg$var)))),
  aft = list(coef = unname(coef(af)), scale = af$scale, loglik = af$loglik)),
  file.path(folder, "answers.json"), digits = NA, na = "null")
"#;

fn available() -> bool {
    let probe = ["-e", "library(survival); library(cmprsk); library(jsonlite)"];
    Command::new("Rscript").args(probe).output().is_ok_and(|output| output.status.success())
}

#[test]
fn fresh_data_agree_with_r() {
    if !available() {
        assert_ne!(std::env::var("CI").as_deref(), Ok("true"), "Rscript with survival, cmprsk and jsonlite is missing");
        eprintln!("Rscript with survival, cmprsk and jsonlite is not here: the comparison with R itself is left out");
        return;
    }
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let seed: u64 =
        std::env::var("HER2PATH_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(now.as_secs() % 1_000_000);
    for seed in seed..seed + 5 {
        println!("HER2PATH_SEED={seed}");
        let folder = std::env::temp_dir().join(format!("her2path-r-{}-{seed}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let arguments = ["-e", SCRIPT, folder.to_str().unwrap(), &seed.to_string()];
        let output = Command::new("Rscript").args(arguments).output().unwrap();
        assert!(output.status.success(), "seed {seed}: {}", String::from_utf8_lossy(&output.stderr));
        let answers = std::fs::read_to_string(folder.join("answers.json")).unwrap();
        let data = Data::read(folder.join("data.csv"));
        std::fs::remove_dir_all(&folder).unwrap();
        compare(&data, &serde_json::from_str(&answers).unwrap());
    }
}

fn compare(data: &Data, r: &Value) {
    let mut check = Checker::new(1e-7);
    let n = data.len();
    let (time, event, entry, weight) =
        (data.numbers("time"), data.is("d", "1"), data.numbers("entry"), data.numbers("w"));
    let columns = |names: &[&str]| {
        let columns: Vec<Vec<f64>> = names.iter().map(|name| data.numbers(name)).collect();
        let values = (0..n).flat_map(|row| columns.iter().map(move |column| column[row]).collect::<Vec<_>>()).collect();
        Matrix::from_rows(n, names.len(), values).unwrap()
    };
    let plain = Observations::new(&time, &event).unwrap();
    let entered = plain.with_entry(&entry).unwrap();
    let weighted = entered.with_weight(&weight).unwrap();
    let (group, _) = data.sorted_codes("g");
    let (stratum, _) = data.sorted_codes("s");
    let (cluster, clusters) = data.sorted_codes("id");
    let groups = Groups::new(&group, 3, n).unwrap();
    let strata = Groups::new(&stratum, 2, n).unwrap();

    let scale = her2path_survival::confidence::Scale::LogLog;
    let km = KaplanMeier::fit(&weighted);
    check.list("km.surv", &km.survival, &r["km"]["surv"]);
    check.list("km.se", &km.std_error_log, &r["km"]["se"]);
    let lower: Vec<f64> = km.limits(scale, 0.95).unwrap().iter().map(|l| l.map_or(f64::NAN, |l| l.lower)).collect();
    check.list("km.lower", &lower, &r["km"]["lower"]);
    let median = km.median(scale, 0.95).unwrap();
    let or_nan = |value: Option<f64>| value.unwrap_or(f64::NAN);
    check.list("km.median", &[or_nan(median.time), or_nan(median.lower), or_nan(median.upper)], &r["km"]["median"]);

    // Once the curve is zero its logarithm has no standard error.
    let cluster_groups = Groups::new(&cluster, clusters, n).unwrap();
    let robust = KaplanMeier::fit_robust(&weighted, &(0..n).collect::<Vec<_>>(), Some(&cluster_groups)).unwrap();
    let kept = robust.survival.partition_point(|&survival| survival > 1e-9);
    check.list("robust.surv", &robust.survival[..kept], &r["robust"]["surv"]);
    check.list("robust.se", &robust.std_error_log[..kept], &r["robust"]["se"]);

    let test = log_rank(&plain, &groups, Some(&strata), Weight::LogRank).unwrap();
    check.list("logrank", &[test.chi_square], &r["logrank"]["chisq"]);
    check.list("logrank.expected", &test.expected, &r["logrank"]["expected"]);

    let x = columns(&["x", "z"]);
    let cox = Cox::new(weighted, &x).unwrap().strata(strata).cluster(Groups::new(&cluster, clusters, n).unwrap());
    let cox = cox.fit().unwrap();
    let naive: Vec<f64> = cox.naive_variance.diagonal().into_iter().map(f64::sqrt).collect();
    check.list("cox.coef", &cox.coefficients, &r["cox"]["coef"]);
    check.list("cox.naive", &naive, &r["cox"]["naive"]);
    check.list("cox.robust", &cox.std_errors(), &r["cox"]["robust"]);
    check.list("cox.loglik", &[cox.log_likelihood_null, cox.log_likelihood], &r["cox"]["loglik"]);
    let c = cox.concordance(PairWeight::Equal).unwrap();
    check.list("cox.concordance", &[c.concordance, c.std_error], &r["cox"]["concordance"]);

    let values = (0..n)
        .flat_map(|row| [x.at(row, 0), f64::from(u8::from(group[row] == 1)), f64::from(u8::from(group[row] == 2))]);
    let design = Matrix::from_rows(n, 3, values.collect()).unwrap();
    let breslow = Cox::new(plain, &design).unwrap().ties(her2path_survival::cox::Ties::Breslow).fit().unwrap();
    check.list("breslow.coef", &breslow.coefficients, &r["breslow"]["coef"]);
    check.list("breslow.martingale", &breslow.residuals().martingale, &r["breslow"]["martingale"]);
    let zph = breslow.proportional_hazards(TimeTransform::KaplanMeier, &[vec![0], vec![1, 2]]).unwrap();
    let statistics: Vec<f64> = zph.terms.iter().map(|t| t.test.statistic).chain([zph.global.statistic]).collect();
    check.list("breslow.zph", &statistics, &r["breslow"]["zph"]);

    let cause: Vec<usize> = data.text("cause").iter().map(|cell| cell.parse().unwrap()).collect();
    let all: Vec<usize> = (0..n).collect();
    let aj = aalen_johansen(&CompetingRisks::new(entered, &cause, 2).unwrap(), &all).unwrap();
    check.list("aj.p", &aj.incidence[0].probability, &r["aj"]["p"]);
    check.list("aj.se", &aj.incidence[0].std_error, &r["aj"]["se"]);
    let risks = CompetingRisks::new(plain, &cause, 2).unwrap();
    let tests = [1, 2].map(|cause| gray(&risks, &groups, None, cause, 0.0).unwrap().test.statistic);
    check.list("gray", &tests, &r["gray"]);
    let fit = FineGray::fit(&risks, &x, 1).unwrap();
    // `crr` may stop short of its own limit, because it halves its steps by a log-likelihood that is flat near its maximum;
    // the script takes the last Newton step with `crr`'s own score residuals and information.
    check.list("finegray.coef", &fit.coefficients, &r["finegray"]["coef"]);
    check.list("finegray.se", &fit.std_errors(), &r["finegray"]["se"]);
    // With delayed entry: R writes the weights out with `finegray` and fits them with `coxph`.
    let late = FineGray::fit(&CompetingRisks::new(entered, &cause, 2).unwrap(), &x, 1).unwrap();
    check.list("late.coef", &late.coefficients, &r["late"]["coef"]);
    check.list("late.se", &late.std_errors(), &r["late"]["se"]);
    check.list("late.loglik", &[late.log_likelihood_null, late.log_likelihood], &r["late"]["loglik"]);
    let aft = Aft::fit(&plain, &x, Distribution::LogLogistic).unwrap();
    check.list("aft.coef", &aft.coefficients, &r["aft"]["coef"]);
    check.list("aft.scale", &[aft.scale], &r["aft"]["scale"]);
    check.list("aft.loglik", &[aft.log_likelihood_null, aft.log_likelihood], &r["aft"]["loglik"]);
    let parts: Vec<&str> = r.as_object().unwrap().keys().map(String::as_str).collect();
    check.finish(r, &parts);
}
