//! `her2path risk` and `her2path prognosis` as a person or a program meets them: the files under `oracles/` in, the
//! reference's numbers out, and every refusal with its reason and exit status.

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::io::Write as _;
    use std::path::{Path, PathBuf};
    use std::process::{Command, Output, Stdio};

    type Row = BTreeMap<String, String>;

    fn oracle(file: &str) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../oracles").join(file)
    }

    fn her2path(arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_her2path")).args(arguments).output().expect("runs")
    }

    fn stdout(output: &Output) -> String {
        String::from_utf8(output.stdout.clone()).expect("UTF-8")
    }

    fn stderr(output: &Output) -> String {
        String::from_utf8(output.stderr.clone()).expect("UTF-8")
    }

    fn status(output: &Output) -> i32 {
        output.status.code().expect("an exit status")
    }

    fn rows(text: &str) -> Vec<Row> {
        csv::Reader::from_reader(text.as_bytes()).deserialize().map(|row| row.expect("CSV")).collect()
    }

    fn file(name: &str) -> Vec<Row> {
        rows(&std::fs::read_to_string(oracle(name)).expect("an oracle"))
    }

    /// Runs a file of the oracles.
    fn answered(arguments: &[&str], name: &str) -> Output {
        her2path(&[arguments, &["--csv", oracle(name).to_str().expect("a path")]].concat())
    }

    /// Runs a file through standard input.
    fn piped(arguments: &[&str], input: &str) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_her2path"));
        let command = command.args(arguments).args(["--csv", "-"]);
        let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("starts");
        child.stdin.take().expect("a pipe").write_all(input.as_bytes()).expect("written");
        child.wait_with_output().expect("ends")
    }

    /// Equal as text, or as numbers to 1e-9 relative (or `rounding`, for a reference that prints fewer digits).
    fn assert_cell(ours: &str, theirs: &str, rounding: f64, what: &str) {
        if ours == theirs {
            return;
        }
        let number =
            |text: &str| text.parse::<f64>().unwrap_or_else(|_| panic!("{what}: `{ours}` instead of `{theirs}`"));
        let (ours, theirs) = (number(ours), number(theirs));
        assert!((ours - theirs).abs() <= (1e-9 * theirs.abs()).max(rounding), "{what}: {ours} instead of {theirs}");
    }

    /// Runs a file of the oracles and compares every result column of every row, in order.
    fn assert_equals_file(arguments: &[&str], name: &str, id: Option<&str>, results: &[&str], expected: usize) {
        let output = answered(arguments, name);
        assert_eq!(status(&output), 0, "{name}: {}", stderr(&output));
        let (ours, theirs) = (rows(&stdout(&output)), file(name));
        assert_eq!((ours.len(), theirs.len()), (expected, expected), "{name}");
        for (index, (ours, theirs)) in ours.iter().zip(&theirs).enumerate() {
            let expected_id = id.map_or_else(|| (index + 2).to_string(), |id| theirs[id].clone());
            assert_eq!(ours["id"], expected_id, "{name}");
            for column in results {
                let rounding = if *column == "risk_pyicare" { 0.5000001e-10 } else { 0.0 };
                assert_cell(&ours[*column], &theirs[*column], rounding, &format!("{name} {expected_id} {column}"));
            }
        }
    }

    const BCRAT: &str = "risk/bcrat/bcrat_vectors_R_BCRA_2.1.2.csv";
    const BCRAT_COLUMNS: &str = "ID,T1,T2,N_Biop,HypPlas,AgeMen,Age1st,N_Rels,Race";

    #[test]
    fn bcrat_file_equals_the_reference_refusals_included() {
        let results = [
            "NB_cat",
            "AM_cat",
            "AF_cat",
            "NR_cat",
            "R_hyp",
            "error",
            "rr_lt50",
            "rr_ge50",
            "abs_risk_pct",
            "avg_risk_pct",
        ];
        assert_equals_file(&["risk", "--model", "bcrat"], BCRAT, Some("ID"), &results, 205);
        let output = answered(&["risk", "--model", "bcrat"], BCRAT);
        let refused: Vec<_> = rows(&stdout(&output)).into_iter().filter(|row| !row["reason"].is_empty()).collect();
        let ids: Vec<_> = refused.iter().map(|row| row["id"].as_str()).collect();
        assert_eq!(ids, ["401", "403", "405", "407", "409"]);
        assert!(refused.iter().all(|row| row["error"] == "1" && row["abs_risk_pct"] == "NA"));
        assert!(refused[2]["reason"].contains("without a biopsy it must be 99"), "{}", refused[2]["reason"]);
        assert!(stderr(&output).contains("5 of 205 rows could not be answered"));
        assert_eq!(status(&answered(&["risk", "--model", "bcrat", "--strict"], BCRAT)), 4);
    }

    #[test]
    fn icare_lit_files_equal_the_references() {
        let model = ["risk", "--model", "icare-lit"];
        let vectors = ["linear_predictor", "risk_pyicare"];
        assert_equals_file(&model, "risk/icare_lit/icare_lit_vectors.csv", Some("id"), &vectors, 120);
        for name in ["lt50", "ge50"] {
            let name = format!("risk/icare_lit/icare_lit_R_golden_{name}.csv");
            assert_equals_file(&model, &name, Some("id"), &["risk_R_iCARE_1_38_0", "linear_predictor_R"], 25);
        }
        let split = "risk/icare_lit/icare_lit_R_golden_split.csv";
        assert_equals_file(&model, split, Some("id"), &["risk_R_iCARE_1_38_0"], 25);
    }

    #[test]
    fn point_scores_equal_their_tables() {
        let gpa = ["gpa", "median_survival_months", "iqr_low", "iqr_high"];
        let model = ["prognosis", "--model", "breast-gpa"];
        assert_equals_file(&model, "prognosis/breast_gpa_2020_vectors.csv", None, &gpa, 96);
        let model = ["prognosis", "--model", "mirels"];
        assert_equals_file(&model, "prognosis/mirels_vectors.csv", None, &["score", "band"], 81);
    }

    /// The inputs give three rows a patient; half of the patients are in the reference's file.
    #[test]
    fn predict_equals_the_reference() {
        for version in ["2.2", "3.1", "3.2"] {
            let model = ["prognosis", "--model", "predict", "--model-version", version];
            let output = answered(&model, "prognosis/predict_inputs.csv");
            assert_eq!(status(&output), 0, "{}", stderr(&output));
            let ours = rows(&stdout(&output));
            assert_eq!(ours.len(), 600);
            let mut compared = 0;
            for theirs in file(&format!("prognosis/predict_v{version}_vectors.csv")) {
                let key = |row: &Row| (row["id"].clone(), row["year"].clone());
                let ours = ours.iter().find(|row| key(row) == key(&theirs)).expect("a row");
                for (column, value) in &theirs {
                    // Differences of two survivals lose digits.
                    assert_cell(&ours[column], value, 1e-12, &format!("{version} {:?} {column}", key(&theirs)));
                    compared += 1;
                }
            }
            assert_eq!(compared, 300 * if version == "2.2" { 12 } else { 17 });
        }
    }

    #[test]
    fn a_bad_row_gets_its_reason_and_the_others_their_answer() {
        let lines = [
            "remark,ID,T1,T2,N_Biop,HypPlas,AgeMen,Age1st,N_Rels,Race",
            "good,1,40,45,0,99,12,98,0,1",
            "word,2,forty,45,0,99,12,98,0,1",
            "race,3,40,45,0,99,12,98,0,12",
            "empty,4,40,45,,99,12,98,0,1",
            "short,5,40",
            "nan,6,NaN,45,0,99,12,98,0,1",
            "huge,7,1e400,45,0,99,12,98,0,1",
        ];
        let output = piped(&["risk", "--model", "bcrat"], &lines.join("\n"));
        assert_eq!(status(&output), 0);
        let rows = rows(&stdout(&output));
        assert_cell(&rows[0]["abs_risk_pct"], "0.618836656088872", 0.0, "row 1");
        let reasons: Vec<_> = rows.iter().map(|row| row["reason"].as_str()).collect();
        let parts = [
            "`T1` is `forty`, which is not a number",
            "the race code `12`",
            "`number of biopsies` is missing",
            "`age to project to` is missing",
            "`current age` is missing",
            "`T1` is `1e400`",
        ];
        assert_eq!((reasons.len(), reasons[0]), (1 + parts.len(), ""));
        for (reason, part) in reasons[1..].iter().zip(parts) {
            assert!(reason.contains(part), "{reason} lacks {part}");
        }
    }

    #[test]
    fn a_woman_with_breast_cancer_is_refused() {
        let input = format!("{BCRAT_COLUMNS},breast_cancer\n1,40,45,0,99,12,98,0,1,1\n2,40,45,0,99,12,98,0,1,0\n");
        let output = piped(&["risk", "--model", "bcrat"], &input);
        assert_eq!(status(&output), 0);
        let rows = rows(&stdout(&output));
        assert!(rows[0]["reason"].contains("for women without it"));
        assert_eq!((rows[0]["abs_risk_pct"].as_str(), rows[1]["reason"].as_str()), ("NA", ""));
        for model in ["bcrat", "icare-lit"] {
            let woman = ["risk", "--model", model, "--age", "45", "--height", "165", "--breast-cancer", "yes"];
            let output = her2path(&woman);
            assert_eq!((status(&output), stdout(&output).as_str()), (3, ""));
            assert!(stderr(&output).contains("for women without it"), "{}", stderr(&output));
        }
    }

    #[test]
    fn an_unusable_file_ends_with_3() {
        for (input, part) in [
            ("", "columns missing"),
            ("a,b\n1,2\n", "columns missing: T1, T2"),
            (&format!("{BCRAT_COLUMNS}\n"), "has no rows"),
            (&format!("{BCRAT_COLUMNS}\n1,18,26,99,99,13,22,0,1\n"), "1 of 1 rows"),
        ] {
            let output = piped(&["risk", "--model", "bcrat"], input);
            assert_eq!(status(&output), 3, "{input:?}");
            assert!(stderr(&output).contains(part), "{}", stderr(&output));
        }
        assert_eq!(status(&her2path(&["risk", "--model", "bcrat", "--csv", "no/such/file.csv"])), 1);
        assert_eq!(status(&her2path(&["risk", "--model", "genes", "--csv", "-"])), 2);
        assert_eq!(status(&her2path(&["prognosis", "--model", "registry", "--csv", "-"])), 2);
        assert_eq!(status(&her2path(&["prognosis", "--model", "tarot"])), 2);
    }

    #[test]
    fn point_scores_take_plain_values_and_refuse_what_cannot_be() {
        let lines = [
            "id,kps,subtype,age,n_brain_mets,extracranial_mets",
            "a,80,HR+/HER2+,52,3,yes",
            "b,90,HER2+,61,1,0",
            "c,65,HR+/HER2+,52,3,yes",
            "d,80,HR+/HER2+,52,0,yes",
            "e,80,HR+,52,1,yes",
            "f,,HR+/HER2+,,1,yes",
        ];
        let rows = rows(&stdout(&piped(&["prognosis", "--model", "breast-gpa"], &lines.join("\n"))));
        // 0.5 + 1.5 + 0.5 for age; 1 + 1.5 + 0.5 for one metastasis + 0.5 for none outside the brain.
        assert_eq!((rows[0]["gpa"].as_str(), rows[0]["median_survival_months"].as_str()), ("2.5", "23.5"));
        assert_eq!((rows[1]["gpa"].as_str(), rows[1]["median_survival_months"].as_str()), ("3.5", "36.3"));
        let parts = ["`kps` is `65`", "people who have brain metastases", "`subtype` is `HR+`", "`kps`, `age`"];
        assert_eq!(rows.len(), 2 + parts.len());
        for (row, part) in rows[2..].iter().zip(parts) {
            assert_eq!(row["gpa"], "NA");
            assert!(row["reason"].contains(part), "{} lacks {part}", row["reason"]);
        }
        let input = "site,pain,lesion,size\nspine,mild,lytic,<1/3\nUpper Limb,mild,blastic,<1/3\n";
        let bones = self::rows(&stdout(&piped(&["prognosis", "--model", "mirels"], input)));
        assert!(bones[0]["reason"].contains("`site` is `spine`"), "{}", bones[0]["reason"]);
        assert_eq!(
            (bones[1]["id"].as_str(), bones[1]["score"].as_str(), bones[1]["band"].as_str()),
            ("3", "4", "<=7 low")
        );
    }

    /// A reader who goes away is no failure.
    #[test]
    fn a_broken_pipe_is_success() {
        let path = oracle("prognosis/predict_inputs.csv");
        let mut command = Command::new(env!("CARGO_BIN_EXE_her2path"));
        let command = command.args(["prognosis", "--model", "predict", "--csv"]).arg(path);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("starts");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("ends");
        assert_eq!((status(&output), stderr(&output).as_str()), (0, ""));
    }

    #[test]
    fn predict_is_for_early_disease_only() {
        let patient =
            "prognosis --model predict --age 50 --size-mm 20 --grade 2 --nodes 2 --er yes --her2 yes --smoker no";
        let run = |more: &str| her2path(&patient.split(' ').chain(more.split_whitespace()).collect::<Vec<_>>());
        for more in ["", "--setting metastatic"] {
            let output = run(more);
            assert_eq!((status(&output), stdout(&output).as_str()), (3, ""));
            assert!(stderr(&output).contains("early breast cancer"), "{}", stderr(&output));
        }
        let output = run("--setting early --ki67 yes --pr yes --found-by symptoms");
        let text = stdout(&output);
        assert_eq!(status(&output), 0);
        // 10-year survival after surgery alone of this example is 87.23 % in version 3.1.
        let line = text.lines().find(|line| line.trim_start().starts_with("surgery only")).expect("a line");
        assert_eq!(line.split_whitespace().nth(3), Some("87"));
        for part in ["PREDICT Breast 3.1", "never for metastatic disease", "not a medical device"] {
            assert!(text.contains(part), "{text}");
        }
        let lines = [
            "id,age,screen,size,grade,nodes,er,her2,ki67,pr,generation,heart_gy,smoker,setting",
            "1,50,0,20,2,2,1,1,1,1,3,2,0,metastatic",
            "2,50,0,20,2,2,1,1,1,1,3,2,0,early",
            "3,50,0,20,2,2,9,1,1,1,3,2,0,",
            "4,50,0,20,2,2,1,1,1,1,3,,0,",
        ];
        let rows = rows(&stdout(&piped(&["prognosis", "--model", "predict"], &lines.join("\n"))));
        assert_eq!(rows.len(), 12);
        assert!(rows[..3].iter().all(|row| row["reason"].contains("metastatic") && row["os_r"] == "NA"));
        assert!(rows[3..6].iter().all(|row| row["reason"].is_empty()));
        assert!(rows[6]["reason"].contains("`er` is `9`"), "{}", rows[6]["reason"]);
        assert!(rows[9]["reason"].contains("`heart_gy` is missing"));
    }

    /// Hormone therapy is not an option in ER-negative disease, trastuzumab not without HER2, whatever version 2.2 counts.
    #[test]
    fn treatments_without_a_target_are_not_shown() {
        for version in ["2.2", "3.1"] {
            let patient = format!(
                "prognosis --model predict --model-version {version} --setting early --age 50 --size-mm 20 --nodes 2 --er no --her2 no --smoker no"
            );
            let output = her2path(&patient.split(' ').collect::<Vec<_>>());
            let text = stdout(&output);
            assert_eq!(status(&output), 0, "{}", stderr(&output));
            assert!(text.contains("+ chemotherapy"), "{text}");
            assert!(!text.contains("+ hormone") && !text.contains("+ trastuzumab"), "{text}");
        }
    }

    #[test]
    fn a_risk_is_told_with_all_that_belongs_to_it() {
        let picture = std::env::temp_dir().join(format!("her2path-risk-{}.svg", std::process::id()));
        let woman = "risk --model bcrat --age 50 --race white --menarche 11 --first-birth 32 --relatives 1 --biopsies 1 --hyperplasia no --plot";
        let woman: Vec<_> = woman.split(' ').chain([picture.to_str().expect("a path")]).collect();
        let output = her2path(&woman);
        let text = stdout(&output);
        assert_eq!(status(&output), 0, "{}", stderr(&output));
        // The reference's figures: 2.534456527 % against 1.288555468 %.
        for part in [
            "2.5 %",
            "1.3 %",
            "about 25 of 1,000 women like her",
            "about 13 of 1,000 women of her age and race",
            "Made for    women in the United States without breast cancer",
            "version 4.1",
            "not after radiation of the chest",
            "Not said; if one of these is so, the figure does not hold: breast cancer now or before",
            "█",
            "informs, it does not decide; not a medical device",
        ] {
            assert!(text.contains(part), "lacks `{part}`:\n{text}");
        }
        let svg = std::fs::read_to_string(&picture).expect("a picture");
        std::fs::remove_file(&picture).expect("removed");
        assert!(svg.starts_with("<svg") && svg.trim_end().ends_with("</svg>"), "{svg}");
        assert_eq!(svg.matches("<polyline").count(), 2);
        assert!(svg.contains("this woman: 22 %") && svg.contains("average (dashed): 11 %"), "{svg}");
    }

    #[test]
    fn what_was_not_given_is_said() {
        let text = stdout(&her2path(&["risk", "--model", "bcrat", "--age", "50"]));
        for part in
            ["the figure may be too low", "relatives with breast cancer: none", "race: the values of White women"]
        {
            assert!(text.contains(part), "{text}");
        }
        let json = |arguments: &str| -> serde_json::Value {
            let output = her2path(&arguments.split(' ').chain(["--format", "json"]).collect::<Vec<_>>());
            serde_json::from_slice(&output.stdout).expect("JSON")
        };
        let woman = json("risk --model icare-lit --age 45 --menarche 13 --height 165");
        assert!(woman["absolute_risk"].is_null());
        let (low, high) = (woman["absolute_risk_range"][0].as_f64(), woman["absolute_risk_range"][1].as_f64());
        assert!(low < high && low > Some(0.0));
        assert_eq!(woman["missing"].as_array().map(Vec::len), Some(8));
        let without_height = her2path(&["risk", "--model", "icare-lit", "--age", "45"]);
        assert_eq!(status(&without_height), 3);
        assert!(stderr(&without_height).contains("`--height` is needed"));
        let brain = json("prognosis --model breast-gpa --kps 80 --her2 yes");
        // 0.5 and 1.5 points are sure; age, number and extracranial metastases can add 0.5 each.
        assert_eq!((brain["lowest"]["gpa"].as_f64(), brain["highest"]["gpa"].as_f64()), (Some(2.0), Some(3.5)));
        assert_eq!(brain["missing"].as_array().map(Vec::len), Some(3));
        assert!(brain["gpa"].is_null());
    }

    #[test]
    fn rows_come_as_json_too() {
        let output = answered(&["risk", "--model", "bcrat", "--format", "json"], BCRAT);
        let lines: Vec<serde_json::Value> =
            stdout(&output).lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
        assert_eq!(lines.len(), 205);
        assert_eq!(lines[0]["id"], "1");
        assert!(lines[0]["abs_risk_pct"].is_f64() && lines[0]["reason"].is_null());
        let refused = lines.iter().find(|row| row["id"] == "405").expect("a row");
        assert!(refused["abs_risk_pct"].is_null() && refused["NB_cat"] == "A" && refused["reason"].is_string());
    }

    #[test]
    fn figures_are_looked_up_with_their_source() {
        for (arguments, parts) in [
            ("risk --model genes --gene palb2 --age 45", &["about 53 of 100 by age 80", "> 45-49"][..]),
            ("risk --model factors", &["extremely dense (BI-RADS)", "20 of 1,000 without, 78 of 1,000 with"]),
            ("prognosis --model registry", &["45.6", "The often quoted 29 %"]),
            ("prognosis --model trials", &["CLEOPATRA (first line): 56.5", "[from memory, unverified]"]),
            ("prognosis --model conditional --survived-years 2", &["having lived 2 years", "57 of 100"]),
            ("prognosis --model scenarios --median 40", &["less than 10.0", "between 20.0 and 80.0", "than 120.0"]),
            (
                "prognosis --model mirels --site peritrochanteric --pain mild --lesion mixed --lesion-size >2/3",
                &["score 9 of 12"],
            ),
        ] {
            let output = her2path(&arguments.split(' ').collect::<Vec<_>>());
            assert_eq!(status(&output), 0, "{arguments}: {}", stderr(&output));
            for part in parts.iter().chain(&["not a medical device"]) {
                assert!(stdout(&output).contains(part), "{arguments} lacks `{part}`:\n{}", stdout(&output));
            }
        }
        let output = her2path(&["risk", "--model", "genes", "--gene", "HER2"]);
        assert_eq!(status(&output), 3);
        assert!(stderr(&output).contains("known: BRCA1, BRCA2"));
    }
}
