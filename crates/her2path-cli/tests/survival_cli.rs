//! `her2path survival` as a person or a program meets it: the tables of the oracles in, R's numbers out, pictures drawn,
//! every refusal with its reason and exit status.

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};
    use std::process::{Command, Output, Stdio};

    use serde_json::Value;

    fn folder() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../oracles/survival")
    }

    fn her2path(arguments: &str) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_her2path"));
        // Arguments are separated by blanks; a formula is written without any.
        command.arg("survival").args(arguments.split_whitespace()).current_dir(folder().join("data"));
        command.output().expect("runs")
    }

    fn text(output: &Output) -> (i32, String, String) {
        let read = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
        (output.status.code().expect("a status"), read(&output.stdout), read(&output.stderr))
    }

    fn json(arguments: &str) -> Value {
        let (status, out, errors) = text(&her2path(&format!("{arguments} --format json")));
        assert_eq!(status, 0, "{errors}");
        serde_json::from_str(&out).expect("JSON")
    }

    fn oracle(file: &str) -> Value {
        serde_json::from_str(&std::fs::read_to_string(folder().join(file)).expect("an oracle")).expect("JSON")
    }

    fn close(found: &Value, expected: &Value) {
        let (found, expected) = (found.as_f64().expect("a number"), expected.as_f64().expect("a number"));
        assert!((found - expected).abs() <= 1e-8 * expected.abs().max(1e-8), "{found} is not {expected}");
    }

    fn case(cases: &Value, id: &str) -> Value {
        cases.as_array().expect("cases").iter().find(|case| case["id"] == id).expect(id).clone()
    }

    #[test]
    fn kaplan_meier_by_group_as_r() {
        let found = json("km lung.csv --time time --event status --event-value 2 --by sex --at 365");
        let recorded = case(&oracle("km.json")["km"], "lung_sex");
        let quantiles = &recorded["quantiles"]["log"];
        for group in 0..2 {
            let row = &found["summary"][group];
            close(&row["median"], &quantiles["median"][group]);
            close(&row["lower"], &quantiles["median_lcl"][group]);
            close(&row["upper"], &quantiles["median_ucl"][group]);
        }
        let steps: Vec<&Value> =
            found["curve"].as_array().expect("steps").iter().filter(|row| row["group"] == "1").collect();
        let curve = &recorded["curves"]["sex=1"];
        assert_eq!(steps.len(), curve["surv"].as_array().expect("survival").len());
        for (i, step) in steps.iter().enumerate() {
            close(&step["survival"], &curve["surv"][i]);
            close(&step["n_risk"], &curve["n_risk"][i]);
        }
    }

    #[test]
    fn delayed_entry_and_weights_as_r() {
        let found = json("km rotterdam_delayed.csv --time dtime --event death --entry entry --by chemo");
        let recorded = case(&oracle("km.json")["km"], "rotterdam_delayed");
        for group in 0..2 {
            close(&found["summary"][group]["median"], &recorded["quantiles"]["log"]["median"][group]);
        }
        let found = json("km lung_weighted.csv --time time --event status --event-value 2 --weight wt");
        close(
            &found["summary"][0]["median"],
            &case(&oracle("km.json")["km"], "lung_weighted")["quantiles"]["log"]["median"],
        );
    }

    #[test]
    fn median_follow_up_takes_censoring_for_the_event() {
        let found = json("km toy_zero.csv --time time --event status --reverse");
        assert_eq!(found["summary"][0]["events"], 1);
        // Times 2, 3, 5, 8, only 5 censored, with two at risk: the curve is at 1/2 from 5 to the end at 8.
        assert_eq!(found["summary"][0]["median"], 6.5);
    }

    #[test]
    fn log_rank_stratified_as_r() {
        let found = json("logrank gbsg.csv --time rfstime --event status --by hormon --strata grade");
        let recorded = &case(&oracle("logrank.json")["survdiff"], "gbsg_hormon_strata_grade")["rho0"];
        close(&found["chi_square"], &recorded["chisq"]);
        close(&found["p"], &recorded["p"]);
        close(&found["groups"][0]["expected"], &recorded["expected"][0]);
    }

    #[test]
    fn cox_with_strata_factors_and_clusters_as_r() {
        let file = oracle("cox.json");
        for (arguments, id) in [
            ("veteran.csv --time time --event status --covariates trt+karno+age+strata(celltype)", "veteran_strata"),
            (
                "veteran.csv --time time --event status --covariates trt+factor(celltype,squamous)+karno+diagtime+age+prior",
                "veteran",
            ),
            (
                "bladder2.csv --time stop --entry start --event event --covariates rx+number+size+cluster(id)",
                "bladder_ag",
            ),
            (
                "lung.csv --time time --event status --event-value 2 --ties breslow --covariates age+sex+ph.ecog",
                "lung_breslow",
            ),
        ] {
            let found = json(&format!("cox {arguments}"));
            let recorded = case(&file["cox"], id);
            close(&found["log_likelihood"], &recorded["loglik"][1]);
            close(&found["concordance"], &recorded["concordance"][0]);
            let rows = found["coefficients"].as_array().expect("coefficients");
            assert_eq!(rows.len(), recorded["coef"].as_array().expect("coefficients").len());
            for row in rows {
                // Levels are sorted here and not in R: the covariate is found by its name.
                let name = row["covariate"].as_str().expect("a name").replace('=', "");
                let names = recorded["names"].as_array().expect("names");
                let at = names.iter().position(|other| *other == *name).expect("the covariate");
                close(&row["coef"], &recorded["coef"][at]);
                close(&row["p"], &recorded["p"][at]);
                let robust = &recorded["robust_se"];
                close(&row["std_err"], if robust.is_null() { &recorded["se"][at] } else { &robust[at] });
            }
        }
    }

    #[test]
    fn competing_risks_as_r() {
        let file = oracle("competing_risks.json");
        let found = json("cif mgus2_cr.csv --time etime --event event --at 120");
        close(&found["at"][0]["incidence"], &file["aj_all"]["at_times"]["pstate"][1][3]);
        close(&found["at"][0]["std_err"], &file["aj_all"]["at_times"]["std_err"][1][3]);
        let found = json("gray mgus2_cr.csv --time etime --event event --by sex");
        close(&found["tests"][1]["chi_square"], &file["gray"]["stat"][1]);
        let found = json("finegray mgus2_cr.csv --time etime --event event --cause 2 --covariates age+sex+hgb");
        let gap = found["coefficients"][0]["coef"].as_f64().expect("a number")
            - file["finegray_crr_death"]["coef"][0].as_f64().expect("a number");
        // R's `crr` stops at a score of 1e-6.
        assert!(gap.abs() < 1e-7);
        assert_eq!(found["left_out"], 13);
    }

    #[test]
    fn restricted_means_rates_hazards_and_time_ratios() {
        let found = json("rmst gbsg.csv --time rfstime --event status --by hormon --tau 1825");
        let recorded = case(&oracle("rmst.json")["survRM2"], "gbsg_hormon_1825");
        close(&found["contrasts"][0]["estimate"], &recorded["contrast"]["est"][0]);
        close(&found["contrasts"][2]["p"], &recorded["contrast"]["p"][2]);
        let other = oracle("other.json");
        let found = json("aft lung.csv --time time --event status --event-value 2 --covariates age+sex+ph.ecog");
        close(&found["coefficients"][1]["coef"], &other["aft_lung"][0]["coef"][1]);
        close(&found["scale"], &other["aft_lung"][0]["scale"]);
        let found = json("rates lung.csv --time time --event status --event-value 2");
        // 165 deaths in 69,593 days, a case of the oracle.
        close(&found["groups"][0]["lower"], &other["poisson_rate_exact"][4]["exact_lower"]);
        let found = json("na toy_ties.csv --time time --event status");
        let last = found["curve"].as_array().expect("steps").last().expect("a step");
        close(&last["hazard"], &oracle("km.json")["nelson_aalen"]["toy"]["nelson_aalen"][6]);
    }

    #[test]
    fn relative_survival_on_a_table_of_one_rate() {
        let scratch = std::env::temp_dir().join(format!("her2path-relsurv-{}", std::process::id()));
        std::fs::create_dir_all(&scratch).expect("a folder");
        let mut population = String::from("age,year,sex,hazard\n");
        for age in 0..100 {
            population.push_str(&format!("{age},2000,f,0.0001\n"));
        }
        std::fs::write(scratch.join("population.csv"), population).expect("written");
        let cohort = "time,event,age,sex,year\n100,1,50,f,2010.5\n200,0,60,f,2011\n300,1,70,f,2012\n400,0,40,f,2013\n";
        std::fs::write(scratch.join("cohort.csv"), cohort).expect("written");
        let path = |name: &str| scratch.join(name).display().to_string();
        let found = json(&format!(
            "relsurv {} --time time --event event --age age --sex sex --year year --population {} --method ederer1 --at 300",
            path("cohort.csv"),
            path("population.csv")
        ));
        std::fs::remove_dir_all(&scratch).expect("removed");
        // Kaplan-Meier 3/4 * 1/2 over the survival of a constant hazard.
        let expected = 0.375 / (-0.03_f64).exp();
        close(&found["at"][0]["survival"], &Value::from(expected));
    }

    #[test]
    fn what_a_reviewer_would_ask_stands_beside_the_result() {
        let notes = |arguments: &str| json(arguments)["notes"].to_string();
        assert!(notes("km rotterdam_delayed.csv --time dtime --event death").contains("--entry entry"));
        assert!(
            notes("km lung.csv --time time --event status --event-value 2").contains("fewer than 10 people at risk")
        );
        assert!(notes("logrank veteran.csv --time time --event status --by celltype").contains("not proportional"));
        assert!(notes("cox toy_ties.csv --time time --event status --covariates x").contains("fewer than 10 make"));
        // Responders are known to have survived until they responded.
        let scratch = std::env::temp_dir().join(format!("her2path-immortal-{}.csv", std::process::id()));
        let mut cohort = String::from("time,event,response\n");
        for day in 1..60 {
            cohort.push_str(&format!("{day},1,no\n{},1,yes\n", day + 40));
        }
        std::fs::write(&scratch, cohort).expect("written");
        let said = notes(&format!("km {} --time time --event event --by response", scratch.display()));
        std::fs::remove_file(&scratch).expect("removed");
        assert!(said.contains("yes: nobody left before time 41") && said.contains("immortal"), "{said}");
    }

    #[test]
    fn pictures_hold_curves_numbers_and_words() {
        let scratch = std::env::temp_dir().join(format!("her2path-plot-{}.svg", std::process::id()));
        for arguments in [
            "km lung.csv --time time --event status --event-value 2 --by sex --unit days",
            "cif mgus2_cr.csv --time etime --event event",
            "na lung.csv --time time --event status --event-value 2",
            "cox veteran.csv --time time --event status --covariates karno+strata(celltype)",
        ] {
            let (status, _, errors) = text(&her2path(&format!("{arguments} --plot {}", scratch.display())));
            assert_eq!(status, 0, "{errors}");
            let svg = std::fs::read_to_string(&scratch).expect("a picture");
            assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"));
            assert!(svg.contains("At risk") && svg.contains("font-family=\"sans-serif\"") && !svg.contains("NaN"));
            assert_eq!(svg.matches("<polyline").count(), svg.matches("<polygon").count());
        }
        std::fs::remove_file(&scratch).expect("removed");
    }

    #[test]
    fn refusals_say_why_and_what_to_do() {
        for (arguments, status, words) in [
            ("km lung.csv --time time --event status", 3, "--event-value"),
            ("km lung.csv --time days --event status", 3, "there is no column `days`; the table has"),
            ("km nothing.csv --time time --event status", 1, "could not open `nothing.csv`"),
            ("km lung.csv --time time", 2, "--event <COL>"),
            (
                "cox lung.csv --time time --event status --event-value 2 --covariates log(age)",
                3,
                "put transformations into the table",
            ),
            ("cox lung.csv --time time --event status --event-value 2 --covariates age+age", 3, "covariate `age`"),
            (
                "finegray mgus2_cr.csv --time etime --event event --cause 9 --covariates age",
                3,
                "no row has the cause `9`",
            ),
            ("km toy_entry.csv --time start --entry stop --event status", 3, "entry must come before exit"),
            ("rmst lung.csv --time time --event status --event-value 2 --tau 0", 3, "must be positive"),
        ] {
            let (found, out, errors) = text(&her2path(arguments));
            assert_eq!(found, status, "{arguments}: {errors}");
            assert!(errors.contains(words), "{arguments}: {errors}");
            assert_eq!(out, "", "{arguments}");
        }
    }

    #[test]
    fn a_table_comes_through_standard_input_and_as_tsv() {
        let mut command = Command::new(env!("CARGO_BIN_EXE_her2path"));
        command.args("survival rates - --time t --event e --format json".split(' '));
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("starts");
        std::io::Write::write_all(&mut child.stdin.take().expect("an input"), b"t,e\n2,1\n3,0\n").expect("written");
        let output = child.wait_with_output().expect("ends");
        let found: Value = serde_json::from_slice(&output.stdout).expect("JSON");
        close(&found["groups"][0]["rate"], &Value::from(0.2));
        let scratch = std::env::temp_dir().join(format!("her2path-table-{}.tsv", std::process::id()));
        std::fs::write(&scratch, "t\te\n2\tyes\n3\tno\n").expect("written");
        let found = json(&format!("rates {} --time t --event e", scratch.display()));
        std::fs::remove_file(&scratch).expect("removed");
        close(&found["groups"][0]["rate"], &Value::from(0.2));
    }
}
