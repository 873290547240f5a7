//! The calculators, the decision tables and the pages made from them, held against results known from elsewhere.

use axum::Router;
use axum::http::{Request, StatusCode};
use her2path_server::config::Config;

use super::pages::{faults, fields, page, submit};
use super::support::{bundle, metastatic, send, server};

async fn answered(router: &Router, path: &str, typed: &[(&str, &str)]) -> String {
    let (status, text) = submit(router, path, &fields(typed)).await;
    assert_eq!((status, faults(&text)), (StatusCode::OK, Vec::new()), "{path} {typed:?}\n{text}");
    text
}

/// What a browser sends of a form with files.
async fn upload(router: &Router, path: &str, parts: &[(&str, &str, &str)]) -> (StatusCode, String) {
    let mut body = String::new();
    for (name, file, content) in parts {
        let file = if file.is_empty() { String::new() } else { format!("; filename=\"{file}\"") };
        body += &format!("--edge\r\ncontent-disposition: form-data; name=\"{name}\"{file}\r\n\r\n{content}\r\n");
    }
    let head = Request::post(path).header("content-type", "multipart/form-data; boundary=edge");
    send(router, head, body + "--edge--\r\n").await
}

/// Wolff 2018: IHC 2+ with ratio 2.1 and 3.9 copies is group 2, which a recount must confirm; with 4.1 copies group 1.
#[tokio::test]
async fn test_results_are_classified_as_the_guidelines_say() {
    let router = server(Config::default()).await;
    let her2 = |copies| [("ihc", "2+"), ("dual_ratio", "2.1"), ("dual_her2_copies", copies)];
    assert!(answered(&router, "/calculators/her2", &her2("4.1")).await.contains("HER2 POSITIVE"));
    assert!(answered(&router, "/calculators/her2", &her2("3.9")).await.contains("PENDING_RECOUNT"));
    let text = answered(&router, "/calculators/her2", &her2("<script>")).await;
    assert!(text.contains("No answer") && !text.contains("HER2 POSITIVE"), "{text}");
    assert!(answered(&router, "/calculators/her2", &[]).await.contains("nothing was filled in"));
    // ASCO/CAP 2020: 1 to 10 % is low positive.
    let text = answered(&router, "/calculators/receptors", &[("er_percent", "5"), ("pr_percent", "0")]).await;
    assert!(text.contains("ER      LOW_POSITIVE") && text.contains("PgR     NEGATIVE"), "{text}");
    let text = answered(&router, "/calculators/stage", &[("t", "cT2"), ("n", "cN1"), ("m", "cM0")]).await;
    assert!(text.contains("stage group IIB"), "{text}");
    let text = answered(&router, "/calculators/stage", &[("t", "cT2"), ("n", "cN1")]).await;
    assert!(text.contains("UNKNOWN_M") && text.contains("if M0   IIB"), "{text}");
    // RECIST 1.1: from a nadir of 50 mm to 60 mm is 20 % and more than 5 mm: progression.
    let sums = [("baseline_sum_mm", "100"), ("nadir_sum_mm", "50"), ("current_sum_mm", "60")];
    assert!(answered(&router, "/calculators/response", &sums).await.contains("overall response PD"));
}

/// Women of `oracles/risk/bcrat`, made by the NCI's R package BCRA: the page and the reference agree to the digits shown.
#[tokio::test]
async fn risk_agrees_with_the_reference_and_says_what_it_assumed() {
    let rows = std::fs::read_to_string(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../oracles/risk/bcrat/bcrat_vectors_R_BCRA_2.1.2.csv"
    ));
    let rows = rows.expect("the reference");
    let mut lines = rows.lines().map(|line| line.split(',').map(|cell| cell.trim_matches('"')).collect::<Vec<_>>());
    let head = lines.next().expect("a heading");
    let router = server(Config::default()).await;
    let mut compared = 0;
    for row in lines.step_by(5) {
        let cell = |name: &str| row[head.iter().position(|other| *other == name).expect(name)];
        let Ok(expected) = cell("abs_risk_pct").parse::<f64>() else { continue };
        let (from, until): (f64, f64) = (cell("T1").parse().expect("an age"), cell("T2").parse().expect("an age"));
        let known = |name: &str| Some(cell(name)).filter(|value| *value != "99").unwrap_or_default().to_owned();
        let first = known("Age1st");
        let typed = [
            ("age", cell("T1").to_owned()),
            ("years", (until - from).to_string()),
            ("menarche", known("AgeMen")),
            ("births", if first == "98" { "no" } else { "" }.to_owned()),
            ("first_birth", if first == "98" { String::new() } else { first }),
            ("relatives", known("N_Rels")),
            ("biopsies", known("N_Biop")),
            (
                "hyperplasia",
                match cell("HypPlas") {
                    "1" => "yes",
                    "0" => "no",
                    _ => "",
                }
                .to_owned(),
            ),
            ("race", cell("Race").to_owned()),
        ];
        let typed: Vec<(&str, &str)> = typed.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let text = answered(&router, "/calculators/risk", &typed).await;
        let shown = match expected {
            p if p >= 10.0 => format!("{p:.0} %"),
            p if p >= 1.0 => format!("{p:.1} %"),
            p => format!("{p:.2} %"),
        };
        assert!(text.contains(&format!("<td>{shown}</td>")), "{shown}: {text}");
        compared += 1;
    }
    assert!(compared > 3, "{compared}");
    let text = answered(&router, "/calculators/risk", &[("age", "50")]).await;
    assert!(text.contains("relatives with breast cancer: none") && text.contains("Not said; if one"), "{text}");
    let text = answered(&router, "/calculators/risk", &[("age", "50"), ("breast_cancer", "yes")]).await;
    assert!(text.contains("No answer") && !text.contains("This woman"), "{text}");
}

/// Sperduto 2020: 3.5 to 4 points, median 36.3 months; 0 to 1 point, 6 months.
#[tokio::test]
async fn the_outlook_with_brain_metastases_is_a_range_where_something_is_unknown() {
    let router = server(Config::default()).await;
    let best = [("kps", "90"), ("age", "45"), ("her2", "yes"), ("brain_metastases", "1"), ("extracranial", "no")];
    let text = answered(&router, "/calculators/breast-gpa", &best).await;
    assert!(text.contains("Breast-GPA 4.0 of 4") && text.contains("36.3 months"), "{text}");
    let text = answered(&router, "/calculators/breast-gpa", &[("her2", "no")]).await;
    assert!(text.contains("Breast-GPA between 0.0 and") && text.contains("Not known: performance status"), "{text}");
    let text = answered(&router, "/calculators/breast-gpa", &[("brain_metastases", "0")]).await;
    assert!(text.contains("No answer"), "{text}");
}

/// Aalen's textbook case by hand: 6-MP arm of Freireich 1963, median 23 weeks; placebo 8 weeks; log-rank chi-square 16.79.
#[tokio::test]
async fn curves_of_an_uploaded_table_agree_with_the_textbook() {
    let drug = "6,6,6,7,10,13,16,22,23".split(',').map(|time| format!("{time},1,6-MP"));
    let drug_censored = "6,9,10,11,17,19,20,25,32,32,34,35".split(',').map(|time| format!("{time},0,6-MP"));
    let placebo =
        "1,1,2,2,3,4,4,5,5,8,8,8,8,11,11,12,12,15,17,22,23".split(',').map(|time| format!("{time},1,placebo"));
    let rows: Vec<String> = drug.chain(drug_censored).chain(placebo).collect();
    let table = format!("weeks,relapse,arm\n{}\n,1,placebo\n", rows.join("\n"));
    let columns = [("time", "", "weeks"), ("event", "", "relapse"), ("by", "", "arm"), ("unit", "", "weeks")];
    let router = server(Config::default()).await;
    let parts = [&[("file", "freireich.csv", table.as_str())][..], &columns].concat();
    let (status, text) = upload(&router, "/calculators/survival", &parts).await;
    assert_eq!((status, faults(&text)), (StatusCode::OK, Vec::new()), "{text}");
    for expected in ["<td>23</td>", "<td>8</td>", "chi-square 16.79", "1 rows were left out", "<svg"] {
        assert!(text.contains(expected), "{expected}: {text}");
    }
    for (name, value) in [("time", "days"), ("event", "arm")] {
        let wrong: Vec<_> = parts.iter().map(|part| if part.0 == name { (name, "", value) } else { *part }).collect();
        let (status, text) = upload(&router, "/calculators/survival", &wrong).await;
        assert_eq!((status, faults(&text)), (StatusCode::UNPROCESSABLE_ENTITY, Vec::new()), "{text}");
    }
    let hostile = table.replace("placebo", "<script>alert(1)</script>");
    let (_, text) =
        upload(&router, "/calculators/survival", &[&[("table", "", hostile.as_str())][..], &columns].concat()).await;
    assert_eq!(faults(&text), Vec::<String>::new(), "{text}");
}

/// `docs` of ASCO/CAP 2018, table 1: each cell of the page against the guideline's text, typed by hand.
#[tokio::test]
async fn the_decision_tables_show_what_the_guidelines_say() {
    let router = server(Config::default()).await;
    let cells = |text: &str| -> Vec<String> {
        let cells = text.split("<td class=\"").skip(1);
        cells
            .map(|cell| {
                cell.split("</a>").next().and_then(|cell| cell.rsplit('>').next()).unwrap_or_default().to_owned()
            })
            .collect()
    };
    let (_, text) = page(&router, "/tables/her2").await;
    let open = "recount";
    let expected = [
        ["not tested", "positive", "do IHC", "do IHC", "do IHC", "negative", "negative", "IHC or dual", "positive"],
        ["negative", "positive", "negative*", "negative*", "negative*", "negative", "negative", "negative", "positive"],
        ["negative", "positive", "negative*", "negative*", "negative*", "negative", "negative", "negative", "positive"],
        ["equivocal", "positive", open, open, open, "negative", "negative", "do dual", "positive"],
        ["positive"; 9],
    ];
    assert_eq!(cells(&text), expected.concat());
    let (_, text) = page(&router, "/tables/her2?cell=1&row=3&column=2").await;
    assert_eq!(faults(&text), Vec::<String>::new());
    assert!(text.contains("After the blinded recount") && text.contains("aria-current=\"true\""), "{text}");
    let (_, text) = page(&router, "/tables/stage").await;
    let shown = cells(&text);
    // T2 N1 M0 is IIB, T3 N2 IIIA, T4 N0 IIIB, T1 N0 IA (NCI PDQ).
    let at = |row: usize, column: usize| shown[row * 6 + column].as_str();
    assert_eq!([at(4, 3), at(5, 4), at(6, 1), at(3, 1)], ["IIB", "IIIA", "IIIB", "IA"]);
    let (_, text) = page(&router, "/tables/stage?cell=1&row=4&column=3").await;
    assert!(text.contains("T2 N1") && text.contains("(if M0: IIB)"), "{text}");
    for path in ["/tables/her2?cell=1&row=99&column=99", "/tables/stage?cell=1&row=99&column=0"] {
        let (status, text) = page(&router, path).await;
        assert_eq!((status, faults(&text)), (StatusCode::OK, Vec::new()));
    }
}

#[tokio::test]
async fn a_record_is_opened_from_files() {
    let router = server(Config::default()).await;
    let record = metastatic();
    let halves = record.split_at(2);
    let files = [bundle("collection", halves.0).to_string(), bundle("collection", halves.1).to_string()];
    let parts = [("file", "one.json", files[0].as_str()), ("file", "two.json", files[1].as_str()), ("record", "", "")];
    let (status, text) = upload(&router, "/clinician", &parts).await;
    assert_eq!((status, faults(&text)), (StatusCode::OK, Vec::new()), "{text}");
    assert!(text.contains("Patient p") && !text.contains("Could not be used"), "{text}");
    let (status, _) = upload(&router, "/clinician", &[("file", "empty.json", "")]).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY);
    let head = Request::post("/clinician").header("content-type", "multipart/form-data");
    let (status, text) = send(&router, head, "--edge".to_owned()).await;
    assert_eq!((status, faults(&text)), (StatusCode::BAD_REQUEST, Vec::new()));
}

#[tokio::test]
async fn the_report_is_said_in_plain_words_and_what_is_not_found_stays_open() {
    let router = server(Config::default()).await;
    let text = answered(&router, "/report", &[("her2.ihc", "2+"), ("disease.setting", "metastatic")]).await;
    assert!(text.contains("A second test of the same sample can settle it"), "{text}");
    assert!(text.contains("What you can ask"), "{text}");
    let text =
        answered(&router, "/report", &[("her2.ihc", "2+"), ("her2.ish", "amplified"), ("er.percent", "80 %")]).await;
    assert!(text.contains("Medicines that aim at HER2 can work"), "{text}");
    let text = answered(&router, "/report", &[("her2.ihc", "3+"), ("her2.status", "negative")]).await;
    assert!(text.contains("do not agree"), "{text}");
    let text = answered(&router, "/report", &[("er.percent", "<b>")]).await;
    assert!(text.contains("Could not be used"), "{text}");
    assert!(answered(&router, "/report", &[]).await.contains("Choose at least one answer"));
}

#[tokio::test]
async fn chosen_questions_make_a_list_to_take_along() {
    let router = server(Config::default()).await;
    let own = "Can my dog come?\n<script>alert(1)</script>";
    let chosen = [("q", "goal"), ("q", "trial"), ("q", "no-such-question"), ("own", own)];
    let text = answered(&router, "/questions", &chosen).await;
    let list = text.split("<ol").nth(1).and_then(|rest| rest.split("</ol>").next()).expect("a list");
    assert_eq!(list.matches("<li>").count(), 4, "{list}");
    assert!(list.contains("What is the goal of my treatment?") && list.contains("Can my dog come?"), "{list}");
    let (status, text) = submit(&router, "/questions", &fields(&[&chosen[..], &[("as", "text")]].concat())).await;
    assert_eq!(status, StatusCode::OK);
    assert!(text.starts_with("Questions to ask\n\n1. ") && text.contains("4. <script>"), "{text}");
    assert!(answered(&router, "/questions", &[]).await.contains("No question was chosen"));
}
