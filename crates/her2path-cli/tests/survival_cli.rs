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
        let other = json("km lung.csv --time time --event status --event-value 2 --by sex --quantiles 0.25,0.75");
        close(&other["quantiles"][1]["time"], &quantiles["quantile"]["1"][2]);
        close(&other["quantiles"][2]["lower"], &quantiles["lower"]["2"][0]);
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
    fn conditional_survival_is_the_ratio_of_the_recorded_curve() {
        let found = json(
            "conditional lung.csv --time time --event status --event-value 2 --by sex --given 90,180 --at 100,365,2000",
        );
        let recorded = case(&oracle("km.json")["km"], "lung_sex");
        let rows = found["conditional"].as_array().expect("rows");
        // The pair of 180 and 100 makes no sense and is not there.
        assert_eq!(rows.len(), 2 * (3 + 2));
        let mut compared = 0;
        for row in rows {
            let curve = &recorded["curves"][format!("sex={}", row["group"].as_str().expect("a group"))];
            let number = |field: &str, at: usize| curve[field][at].as_f64().expect("a number");
            let times: Vec<f64> = curve["time"].as_array().expect("times").iter().filter_map(Value::as_f64).collect();
            let after = |time: f64| times.partition_point(|&other| other <= time);
            let (given, at) = (row["given"].as_f64().expect("a time"), row["at"].as_f64().expect("a time"));
            close(&row["n_given"], &curve["n_risk"][after(given)]);
            if at > 1022.0 {
                assert!(row["survival"].is_null() && row["upper"].is_null());
                continue;
            }
            let (from, to) = (after(given) - 1, after(at) - 1);
            let survival = number("surv", to) / number("surv", from);
            let error = (number("std_err_logS", to).powi(2) - number("std_err_logS", from).powi(2)).sqrt();
            let half = 1.959_963_984_540_054 * error;
            close(&row["survival"], &Value::from(survival));
            close(&row["std_err"], &Value::from(survival * error));
            close(&row["lower"], &Value::from(survival * (-half).exp()));
            close(&row["upper"], &Value::from((survival * half.exp()).min(1.0)));
            compared += 1;
        }
        assert_eq!(compared, 6);
        assert!(found["notes"].to_string().contains("nothing can be said where follow-up ends"));
    }

    #[test]
    fn from_a_landmark_on_the_curves_and_the_test_are_those_of_r() {
        // Everyone of R's example reached day 100 first, the women with a response by then and the men with none or a
        // later one; three more people left before.
        let lung = std::fs::read_to_string(folder().join("data/lung.csv")).expect("a table");
        let mut lines = lung.lines();
        let header: Vec<&str> = lines.next().expect("a header").split(',').map(|name| name.trim_matches('"')).collect();
        let at = |name: &str| header.iter().position(|other| *other == name).expect("a column");
        let mut table = String::from("time,died,response\n40,1,\n100,0,20\n100,1,\n");
        for (i, line) in lines.enumerate() {
            let cells: Vec<&str> = line.split(',').collect();
            let response = match (cells[at("sex")], i % 2) {
                ("2", 0) => "100",
                ("2", _) => "0",
                (_, 0) => "100.5",
                _ => "",
            };
            let time: f64 = cells[at("time")].parse().expect("a time");
            table.push_str(&format!("{},{},{response}\n", time + 100.0, u8::from(cells[at("status")] == "2")));
        }
        let scratch = std::env::temp_dir().join(format!("her2path-landmark-{}.csv", std::process::id()));
        std::fs::write(&scratch, table).expect("written");
        let arguments =
            format!("landmark {} --time time --event died --response response --landmark", scratch.display());
        let found = json(&format!("{arguments} 100"));
        let (status, _, errors) = text(&her2path(&format!("{arguments} 5000")));
        assert_eq!(status, 3);
        assert!(errors.contains("nobody is under observation beyond the landmark 5000"), "{errors}");
        std::fs::remove_file(&scratch).expect("removed");

        let test = &case(&oracle("logrank.json")["survdiff"], "lung_sex")["rho0"];
        close(&found["chi_square"], &test["chisq"]);
        close(&found["p"], &test["p"]);
        let recorded = case(&oracle("km.json")["km"], "lung_sex");
        for (group, name) in ["no response by 100", "response by 100"].into_iter().enumerate() {
            let row = &found["groups"][group];
            assert_eq!(row["group"], name);
            close(&row["n"], &test["n"][group]);
            close(&row["events"], &test["observed"][group]);
            close(&row["expected"], &test["expected"][group]);
            close(&row["median"], &recorded["quantiles"]["log"]["median"][group]);
            let steps: Vec<&Value> =
                found["curve"].as_array().expect("steps").iter().filter(|row| row["group"] == name).collect();
            let curve = &recorded["curves"][format!("sex={}", group + 1)];
            assert_eq!(steps.len(), curve["surv"].as_array().expect("survival").len());
            for (i, step) in steps.iter().enumerate() {
                close(&step["time"], &curve["time"][i]);
                close(&step["survival"], &curve["surv"][i]);
                close(&step["n_risk"], &curve["n_risk"][i]);
            }
        }
        assert_eq!((&found["left_before"], &found["left_before_with_event"]), (&Value::from(3), &Value::from(2)));
        let notes = found["notes"].to_string();
        assert!(notes.contains("left out: 3 whose follow-up ended at or before 100 (2 with the event, 1 without)"));
        assert!(notes.contains("immortal time"));
    }

    #[test]
    fn illness_and_death_as_r() {
        let arguments = "multistate mgus2_illness_death.csv --id id --time tstop --entry tstart --state endpt \
                         --censored censor --from mgus --at 12,24,60,120,240,360";
        let found = json(arguments);
        let recorded = &oracle("competing_risks.json")["illness_death"];
        let states = ["mgus", "pcm", "death"];
        let mut compared = 0;
        for row in found["at"].as_array().expect("rows") {
            let time = recorded["time"].as_array().expect("times").iter().position(|time| *time == row["time"]);
            let (time, name) = (time.expect("a time"), row["state"].as_str().expect("a state"));
            let state = states.iter().position(|state| *state == name).expect("a state");
            close(&row["probability"], &recorded["pstate"][state][time]);
            close(&row["std_err"], &recorded["std_err"][state][time]);
            compared += 1;
        }
        assert_eq!(compared, 18);
        let counts = &recorded["transitions"]["counts"];
        let ends = ["pcm", "death", "(last seen)"];
        let mut moves = 0.0;
        for row in found["transitions"].as_array().expect("transitions") {
            let place =
                |names: [&str; 3], cell: &Value| names.iter().position(|name| *cell == **name).expect("a state");
            close(&row["n"], &counts[place(states, &row["from"])][place(ends, &row["to"])]);
            moves += row["n"].as_f64().expect("a number");
        }
        // 1384 people: 115 + 860 + 409 left the first state or were last seen there, 94 + 12 the second.
        assert_eq!((moves, &found["n"]), (1490.0, &Value::from(1384)));
        // Counted in the table: 11 people at the transition at 315, 9 at the next.
        assert!(found["notes"].to_string().contains("fewer than 10 people under observation from time 321 on"));
        // Rows that follow one another need no column of entry.
        let without = json(&arguments.replace("--entry tstart ", ""));
        assert_eq!(without["at"], found["at"]);
    }

    #[test]
    fn a_history_that_cannot_be_is_refused() {
        let scratch = std::env::temp_dir().join(format!("her2path-states-{}.csv", std::process::id()));
        for (rows, more, words) in [
            ("a,0,2,ill\na,1,3,dead\n", "--entry begin", "overlap at line 3"),
            ("a,0,2,ill\na,0,2,dead\n", "", "line 3 enters at 2 and leaves at 2"),
            ("a,0,2,ill\na,2,3,\n", "", "complete the 1 rows with an empty cell, with `0` as state"),
        ] {
            std::fs::write(&scratch, format!("id,begin,end,state\n{rows}")).expect("written");
            let arguments =
                format!("multistate {} --id id --time end --state state --from well {more}", scratch.display());
            let (status, out, errors) = text(&her2path(&arguments));
            assert_eq!((status, out.as_str()), (3, ""), "{errors}");
            assert!(errors.contains(words), "{errors}");
        }
        // A word for being last seen that was not named would be a state of its own.
        std::fs::write(&scratch, "id,end,state\na,2,ill\na,3,alive\nb,4,dead\n").expect("written");
        let found = json(&format!("multistate {} --id id --time end --state state --from well", scratch.display()));
        assert!(found["notes"].to_string().contains("no row has `0` as state"));
        std::fs::remove_file(&scratch).expect("removed");
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
    fn late_differences_and_trend_as_defined() {
        let found = json("logrank toy_ties.csv --time time --event status --by x --fleming-harrington 0,1");
        close(&found["chi_square"], &oracle("logrank.json")["weighted"]["toy"]["fh_0_1"]["chisq"]);
        // With two groups the trend is the comparison itself, whatever the scores.
        let found = json("logrank toy_ties.csv --time time --event status --by x --trend 0,5");
        let z = found["trend_z"].as_f64().expect("a number");
        close(&Value::from(z * z), &found["chi_square"]);
        let (status, _, errors) = text(&her2path("logrank toy_ties.csv --time time --event status --by x --trend 2,2"));
        assert_eq!(status, 3);
        assert!(errors.contains("all alike"), "{errors}");
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
        let picture = scratch.join("net.svg");
        let (status, _, errors) = text(&her2path(&format!(
            "relsurv {} --time time --event event --age age --sex sex --year year --population {} --at 300 --plot {}",
            path("cohort.csv"),
            path("population.csv"),
            picture.display()
        )));
        assert_eq!(status, 0, "{errors}");
        let svg = std::fs::read_to_string(&picture).expect("a picture");
        assert!(svg.contains(">Net survival<") && svg.contains("At risk") && !svg.contains("NaN"));
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
        let few = json("cox veteran.csv --time time --event status --covariates age+karno+diagtime+cluster(prior)");
        assert!(few["notes"].to_string().contains("2 clusters: with fewer than about 20"));
        assert!(few["tests"].as_array().expect("tests").iter().all(|test| test["test"] != "Wald"));
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
            "landmark heart.csv --time stop --event event --response start --landmark 5",
            "multistate mgus2_illness_death.csv --id id --time tstop --state endpt --censored censor --from mgus",
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
            ("km lung.csv --time time --event status", 3, "line 2, is neither 1 nor 0"),
            ("km lung.csv --time time --event status", 3, "censored and dead: --event-value 2"),
            ("km lung.csv --time days --event status", 3, "there is no column `days`; the table has"),
            ("km nothing.csv --time time --event status", 1, "could not open `nothing.csv`"),
            ("km lung.csv --time time", 2, "--event <COL>"),
            (
                "cox lung.csv --time time --event status --event-value 2 --covariates log(age)",
                3,
                "put transformations into the table",
            ),
            (
                "cox lung.csv --time time --event status --event-value 2 --covariates sex+factor(sex)",
                3,
                "covariate `sex=2`",
            ),
            (
                "finegray mgus2_cr.csv --time etime --event event --cause 9 --covariates age",
                3,
                "no row has the cause `9`",
            ),
            ("km toy_entry.csv --time start --entry stop --event status", 3, "entry must come before exit"),
            (
                "conditional lung.csv --time time --event status --event-value 2 --given 365 --at 180",
                3,
                "no time of --at lies after --given 365",
            ),
            (
                "landmark lung.csv --time time --event status --event-value 2 --response wt.loss --landmark 90",
                3,
                "is not a time from zero on; leave the cell empty",
            ),
            ("rmst lung.csv --time time --event status --event-value 2 --tau 0", 3, "must be positive"),
        ] {
            let (found, out, errors) = text(&her2path(arguments));
            assert_eq!(found, status, "{arguments}: {errors}");
            assert!(errors.contains(words), "{arguments}: {errors}");
            assert_eq!(out, "", "{arguments}");
        }
    }

    /// A cohort with every column that the examples name, and a population.
    fn example_tables(scratch: &Path) {
        let mut cohort =
            String::from("months,died,status,arm,site,hospital,grade,age,sex,year,weight,entered,response\n");
        for i in 0..120_u32 {
            // Any spread will do: the remainders of a multiple run through all values.
            let spread = |by: u32, below: u32| (i * by) % below;
            let status = ["alive", "relapse", "death"][spread(7, 3) as usize];
            cohort.push_str(&format!(
                "{},{},{status},{},{},{},{},{},{},{},{},{},{}\n",
                10 + spread(37, 97),
                u8::from(spread(11, 5) < 3),
                ["a", "b"][spread(13, 2) as usize],
                ["north", "south"][spread(29, 7) as usize % 2],
                spread(17, 12),
                1 + spread(19, 11) % 3,
                40 + spread(23, 41),
                ["f", "m"][spread(31, 5) as usize % 2],
                2001 + spread(41, 9),
                1 + spread(43, 13) % 3,
                spread(47, 9),
                if i % 3 == 0 { String::new() } else { spread(53, 12).to_string() },
            ));
        }
        std::fs::write(scratch.join("cohort.csv"), cohort).expect("written");
        let states =
            "patient,months,state\n1,8,progression\n1,30,death\n2,14,death\n3,9,progression\n3,40,none\n4,36,none\n";
        std::fs::write(scratch.join("states.csv"), states).expect("written");
        let cells = (0..100).flat_map(|age| ["f", "m"].map(|sex| format!("{age},2000,{sex},0.0{:03}\n", 1 + age)));
        let population = format!("age,year,sex,hazard\n{}", cells.collect::<String>());
        std::fs::write(scratch.join("population.csv"), population).expect("written");
    }

    #[test]
    fn every_example_of_the_help_runs() {
        let scratch = std::env::temp_dir().join(format!("her2path-examples-{}", std::process::id()));
        std::fs::create_dir_all(&scratch).expect("a folder");
        example_tables(&scratch);
        let commands = [
            "",
            "km",
            "conditional",
            "na",
            "logrank",
            "landmark",
            "cox",
            "rmst",
            "cif",
            "gray",
            "finegray",
            "multistate",
            "relsurv",
            "aft",
            "rates",
        ];
        for command in commands {
            let (status, help, _) = text(&her2path(&format!("{command} --help")));
            assert_eq!(status, 0);
            // A backslash continues the line, as in a shell.
            let help = help.replace("\\\n", " ");
            let examples: Vec<&str> =
                help.lines().filter_map(|line| line.trim().strip_prefix("her2path survival ")).collect();
            assert!(!examples.is_empty(), "{command} has no example");
            for example in examples {
                // Quotes hold a formula together, as in a shell.
                let quoted = example.split('\'').enumerate();
                let words = quoted.flat_map(|(i, part)| match i % 2 {
                    0 => part.split_whitespace().map(str::to_owned).collect(),
                    _ => vec![part.to_owned()],
                });
                let output = Command::new(env!("CARGO_BIN_EXE_her2path"))
                    .arg("survival")
                    .args(words)
                    .current_dir(&scratch)
                    .output()
                    .expect("runs");
                let (status, out, errors) = text(&output);
                assert_eq!(status, 0, "{example}: {errors}");
                assert!(!out.is_empty(), "{example}");
            }
        }
        std::fs::remove_dir_all(&scratch).expect("removed");
    }

    #[test]
    fn interactions_are_products_of_their_columns() {
        let scratch = std::env::temp_dir().join(format!("her2path-products-{}.csv", std::process::id()));
        let lung = std::fs::read_to_string(folder().join("data/lung.csv")).expect("a table");
        let mut lines = lung.lines();
        let header: Vec<&str> = lines.next().expect("a header").split(',').map(|name| name.trim_matches('"')).collect();
        let at = |name: &str| header.iter().position(|other| *other == name).expect("a column");
        let mut table = String::from("time,died,age,male,men_by_age\n");
        for line in lines {
            let cells: Vec<f64> = line.split(',').map(|cell| cell.parse().unwrap_or(f64::NAN)).collect();
            let (age, male) = (cells[at("age")], 2.0 - cells[at("sex")]);
            table.push_str(&format!(
                "{},{},{age},{male},{}\n",
                cells[at("time")],
                cells[at("status")] - 1.0,
                age * male
            ));
        }
        std::fs::write(&scratch, table).expect("written");
        let coefficients = |covariates: &str| {
            json(&format!("cox {} --time time --event died --covariates {covariates}", scratch.display()))["coefficients"]
                .clone()
        };
        let (crossed, product) = (coefficients("age*factor(male)"), coefficients("age+male+men_by_age"));
        assert_eq!(crossed[2]["covariate"], "age:male=1");
        for row in 0..3 {
            close(&crossed[row]["coef"], &product[row]["coef"]);
            close(&crossed[row]["std_err"], &product[row]["std_err"]);
        }
        std::fs::remove_file(&scratch).expect("removed");
        let (status, _, errors) =
            text(&her2path("cox lung.csv --time time --event status --event-value 2 --covariates age+age:sex"));
        assert_eq!(status, 3);
        assert!(errors.contains("`age:sex` stands without its main effect `sex`"), "{errors}");
    }

    #[test]
    fn separation_is_said_by_every_regression() {
        let scratch = std::env::temp_dir().join(format!("her2path-separated-{}.csv", std::process::id()));
        let mut table = String::from("time,died,status,x\n");
        for i in 1..40 {
            // Nobody with x = 1 has the event.
            table.push_str(&format!("{i},{},{},{}\n", i % 2, i % 2 + 2 * u8::from(i % 6 == 0), (i + 1) % 2));
        }
        std::fs::write(&scratch, table).expect("written");
        let path = scratch.display();
        for arguments in [
            format!("cox {path} --time time --event died --covariates x"),
            format!("aft {path} --time time --event died --covariates x"),
            format!("aft {path} --time time --event died --covariates x --distribution lognormal"),
            format!("finegray {path} --time time --event status --cause 1 --covariates x"),
        ] {
            let notes = json(&arguments)["notes"].to_string();
            assert!(notes.contains("covariate `x` separates the events"), "{arguments}: {notes}");
        }
        std::fs::remove_file(&scratch).expect("removed");
    }

    #[test]
    fn delayed_entry_is_taken_or_refused_with_the_reason() {
        let found = json("aft toy_entry.csv --time stop --entry start --event status --distribution exponential");
        // Five events in 52 - 21 days under observation.
        close(&found["coefficients"][0]["coef"], &Value::from((31.0_f64 / 5.0).ln()));
        let (status, _, errors) = text(&her2path("gray toy_entry.csv --time stop --entry start --event status --by x"));
        assert_eq!(status, 3);
        assert!(errors.contains("for people followed from time zero") && errors.contains("Fine and Gray"), "{errors}");
        let robust = json("km lung_weighted.csv --time time --event status --event-value 2 --weight wt --cluster inst");
        let plain = json("km lung_weighted.csv --time time --event status --event-value 2 --weight wt");
        assert_ne!(robust["curve"][9]["std_err"], plain["curve"][9]["std_err"]);
        assert!(plain["notes"].to_string().contains("give --robust"));
    }

    #[test]
    fn a_table_that_cannot_be_read_is_told_by_its_lines() {
        let scratch = std::env::temp_dir().join(format!("her2path-lines-{}.csv", std::process::id()));
        for (table, words) in [
            ("t,e,t\n1,1,2\n", "two columns named `t`"),
            ("t;e\n1;1\n", "has a single column, `t;e`; separate columns by commas"),
            ("t,e\n1,1\n2,1,5\n", "line 3 has 3 cells where the header has 2"),
            ("t,e\n,1\n1,1\nx,0\n", "`x` in column `t`, line 4, is not a number"),
            ("t,e\n,1\n1,1\n-2,0\n", "negative in line 4"),
            ("t,e\n1,dead\n2,alive\n", "the column has alive, dead"),
        ] {
            std::fs::write(&scratch, table).expect("written");
            let (status, out, errors) = text(&her2path(&format!("km {} --time t --event e", scratch.display())));
            assert_eq!((status, out.as_str()), (3, ""), "{errors}");
            assert!(errors.contains(words), "{errors}");
        }
        // The mark that some programs put before UTF-8 text is no part of a name.
        std::fs::write(&scratch, "\u{feff}t,e\n1,1\n").expect("written");
        assert_eq!(json(&format!("rates {} --time t --event e", scratch.display()))["n"], 1);
        std::fs::remove_file(&scratch).expect("removed");
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
