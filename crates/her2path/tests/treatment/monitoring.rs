//! What is due, by dates worked out on the calendar.

use her2path::assessment::{Assessment, Due, DueCheck};
use her2path::chapters::warning_signs;
use her2path::guideline::KNOWLEDGE;
use her2path::render::patient::{Contacts, page, to_text};

use super::{treatment, typed};

/// The check of this name on 2026-03-01, if it is asked for.
fn on(as_of: &str, facts: &str, id: &str) -> Option<DueCheck<'static>> {
    let facts = format!("\"disease.setting\" = \"metastatic\"\n{facts}");
    let assessment = typed(as_of, &facts, None);
    let course = treatment(&assessment).treatment.as_ref().expect("a course");
    course.monitoring.items.iter().find(|item| item.check.id == id).cloned()
}

fn status(facts: &str, id: &str) -> Due {
    on("2026-03-01", facts, id).expect("it is asked for").status
}

fn lvef(last: &str) -> Due {
    status(
        &format!("\"therapy.current-drugs\" = [\"trastuzumab\", \"pertuzumab\"]\n\"lvef.date\" = \"{last}\""),
        "lvef-antibodies",
    )
}

/// Three calendar months; announced fourteen days ahead.
#[test]
fn lvef_every_three_months() {
    assert_eq!(lvef("2025-12-15"), Due::DueNow, "due 2026-03-15, in 14 days");
    assert_eq!(lvef("2025-12-16"), Due::NotYetDue, "due 2026-03-16, in 15 days");
    assert_eq!(lvef("2025-12-01"), Due::DueNow, "due on the day itself");
    assert_eq!(lvef("2025-11-30"), Due::Overdue, "due 2026-02-28, the last day of that month");
    assert_eq!(lvef("2025-06-01"), Due::Overdue);
}

/// A date known to the month is a span: the answer stands only where both ends agree.
#[test]
fn a_partial_date_is_said() {
    assert_eq!(lvef("2025-10"), Due::Overdue, "due 2026-01-01 to 2026-01-31");
    assert_eq!(lvef("2026-02"), Due::NotYetDue, "due 2026-05-01 to 2026-05-28");
    assert_eq!(lvef("2025-12"), Due::CannotBeSaid, "due 2026-03-01 to 2026-03-31: due, or not yet");
    assert_eq!(lvef("2025"), Due::CannotBeSaid, "due 2025-04-01 to 2026-03-31");
    let item = on(
        "2026-03-01",
        "\"therapy.current-drugs\" = [\"trastuzumab\"]\n\"lvef.date\" = \"2025-12\"",
        "lvef-antibodies",
    )
    .expect("asked for");
    assert_eq!(item.due, Some((jiff::civil::date(2026, 3, 1), jiff::civil::date(2026, 3, 31))));
}

#[test]
fn never_measured_is_due_now() {
    assert_eq!(status("\"therapy.current-drugs\" = [\"trastuzumab\"]", "lvef-antibodies"), Due::NeverDone);
    assert_eq!(status("\"therapy.current-drugs\" = [\"trastuzumab-emtansine\"]", "platelets-t-dm1"), Due::NeverDone);
}

/// The cycle of T-DM1 is 21 days; announced three days ahead.
#[test]
fn platelets_before_each_dose_of_t_dm1() {
    let of = |last: &str| {
        status(
            &format!("\"therapy.current-drugs\" = [\"trastuzumab-emtansine\"]\n\"labs.platelets-date\" = \"{last}\""),
            "platelets-t-dm1",
        )
    };
    assert_eq!(of("2026-02-07"), Due::Overdue, "due 2026-02-28");
    assert_eq!(of("2026-02-08"), Due::DueNow, "due 2026-03-01");
    assert_eq!(of("2026-02-11"), Due::DueNow, "due 2026-03-04");
    assert_eq!(of("2026-02-12"), Due::NotYetDue, "due 2026-03-05");
}

/// Neratinib: monthly for three months from the start of the line, then every three months.
#[test]
fn liver_tests_on_neratinib_change_after_three_months() {
    let facts = |start: &str| {
        format!(
            "\"therapy.current-drugs\" = [\"neratinib\"]\n\"labs.liver-date\" = \"2026-01-20\"\n\"therapy.line-start\" = \"{start}\""
        )
    };
    let early = on("2026-03-01", &facts("2025-12-15"), "liver-neratinib-first-months").expect("in the first months");
    assert_eq!((early.status, early.due.expect("a day").0), (Due::Overdue, jiff::civil::date(2026, 2, 20)));
    assert!(on("2026-03-01", &facts("2025-12-15"), "liver-neratinib-later").is_none());
    let late = on("2026-03-01", &facts("2025-10-01"), "liver-neratinib-later").expect("later");
    assert_eq!((late.status, late.due.expect("a day").0), (Due::NotYetDue, jiff::civil::date(2026, 4, 20)));
    assert!(on("2026-03-01", &facts("2025-10-01"), "liver-neratinib-first-months").is_none());
}

/// Asked for from the boxed warning on; a known result answers it for good, a pending one does not.
#[test]
fn dpyd_before_capecitabine() {
    let drugs = "\"therapy.current-drugs\" = [\"capecitabine\"]";
    assert!(on("2025-09-30", drugs, "dpyd-capecitabine").is_none());
    assert_eq!(on("2025-10-01", drugs, "dpyd-capecitabine").expect("asked for").status, Due::NeverDone);
    let known = format!("{drugs}\n\"dpyd.status\" = \"normal\"");
    assert_eq!(status(&known, "dpyd-capecitabine"), Due::NotYetDue);
    let pending = format!("{drugs}\n\"dpyd.status\" = \"pending\"");
    assert_eq!(status(&pending, "dpyd-capecitabine"), Due::CannotBeSaid);
}

/// Within 14 days before the line, and only in somebody able to become pregnant.
#[test]
fn pregnancy_test_before_start() {
    let facts = |able: &str, test: &str| {
        format!(
            "\"therapy.current-drugs\" = [\"trastuzumab\"]\n\"therapy.line-start\" = \"2026-02-15\"\n{able}\n\"pregnancy.test-date\" = \"{test}\""
        )
    };
    let able = "\"patient.childbearing-potential\" = true";
    assert_eq!(status(&facts(able, "2026-02-01"), "pregnancy-test"), Due::NotYetDue, "14 days before");
    assert_eq!(status(&facts(able, "2026-01-31"), "pregnancy-test"), Due::NeverDone, "15 days before");
    assert_eq!(status(&facts(able, "2026-01"), "pregnancy-test"), Due::NeverDone, "31 January at the latest");
    assert_eq!(status(&facts(able, "2026-02"), "pregnancy-test"), Due::NotYetDue, "1 February at the earliest");
    assert_eq!(status(&facts(able, "2026"), "pregnancy-test"), Due::CannotBeSaid);
    let unable = facts("\"patient.childbearing-potential\" = false", "2026-02-01");
    assert!(on("2026-03-01", &unable, "pregnancy-test").is_none());
    let unknown = "\"therapy.current-drugs\" = [\"trastuzumab\"]\n\"therapy.line-start\" = \"2026-02-15\"";
    let item = on("2026-03-01", unknown, "pregnancy-test").expect("asked for, perhaps");
    assert_eq!(item.status, Due::CannotBeSaid);
    assert_eq!(item.missing, vec![KNOWLEDGE.fact("patient.childbearing-potential").expect("a fact")]);
}

#[test]
fn bone_agents_ask_for_a_dentist_and_scans_for_every_treatment() {
    let bone = "\"therapy.current-drugs\" = [\"trastuzumab\"]\n\"therapy.supportive-drugs\" = [\"zoledronic-acid\"]";
    assert_eq!(status(bone, "dental-bone-agent"), Due::NeverDone);
    assert_eq!(status(&format!("{bone}\n\"dental.exam-date\" = \"2024-05-01\""), "dental-bone-agent"), Due::NotYetDue);
    // The later of the two dates counts: 2025-12-08 and 84 days is 2026-03-02.
    let scans = "\"therapy.current-drugs\" = [\"trastuzumab\"]\n\"response.date\" = \"2025-09-01\"\n\"disease.status-date\" = \"2025-12-08\"";
    let item = on("2026-03-01", scans, "response").expect("asked for");
    assert_eq!((item.status, item.due.expect("a day").0), (Due::DueNow, jiff::civil::date(2026, 3, 2)));
}

/// Without data on medicines nothing can be said, and nothing is made up; with an unknown drug there may be more.
#[test]
fn without_medication_data_nothing_is_due() {
    let assessment = typed("2026-03-01", "\"disease.setting\" = \"metastatic\"", None);
    let monitoring = &treatment(&assessment).treatment.as_ref().expect("a course").monitoring;
    assert!(!monitoring.drugs_known && monitoring.items.is_empty());
    let unknown = "\"disease.setting\" = \"metastatic\"\n\"therapy.current-drugs\" = [\"unknown-agent\"]";
    let assessment = typed("2026-03-01", unknown, None);
    assert!(treatment(&assessment).treatment.as_ref().expect("a course").monitoring.unknown_drug);
}

/// Several drugs that ask for the same test share one entry: the one that falls due first.
#[test]
fn one_test_stands_once() {
    let facts = "\"disease.setting\" = \"metastatic\"\n\"therapy.current-drugs\" = [\"trastuzumab-emtansine\", \"tucatinib\"]\n\"labs.liver-date\" = \"2026-02-10\"";
    let assessment = typed("2026-03-01", facts, None);
    let items = &treatment(&assessment).treatment.as_ref().expect("a course").monitoring.items;
    let liver: Vec<_> = items.iter().filter(|item| item.check.test == "AST, ALT and bilirubin").collect();
    assert_eq!(liver.len(), 1);
    assert_eq!(liver[0].drugs, ["trastuzumab-emtansine", "tucatinib"]);
}

fn page_of(assessment: &Assessment<'_>) -> String {
    let contacts = Contacts { emergency: "112", cancer_line: "0123" };
    to_text(&page(assessment, &warning_signs(assessment), contacts), assessment, 10_000)
}

/// The person is told the same in plain words: what is due, by when it was done last, and what comes later.
#[test]
fn the_patient_reads_which_checks_are_due() {
    let facts = r#"
"disease.breast-cancer" = "invasive"
"disease.setting" = "metastatic"
"her2.status" = "positive"
"therapy.current-drugs" = ["trastuzumab", "tucatinib"]
"therapy.prior-drugs" = ["trastuzumab", "tucatinib"]
"lvef.latest" = 60
"lvef.date" = "2026-01-10"
"labs.liver-date" = "2026-11-20"
"#;
    let assessment = typed("2026-11-23", facts, None);
    let text = page_of(&assessment);
    let checks = text.split("CHECKS WHILE YOU ARE TREATED").nth(1).expect("the section");
    let (due, later) = checks.split_once("These come later:").expect("both lists");
    assert!(due.contains("A heart scan") && due.contains("The last one on file: 10 January 2026."), "{due}");
    // Every 21 days on tucatinib: 20 November and 21 days are 11 December.
    let liver = later.lines().find(|line| line.contains("A blood test of the liver.")).expect("the liver");
    assert!(liver.ends_with("About 11 December 2026."), "{liver}");
}

/// A hold of the guideline is for the team to carry out: nobody is to stop a medicine because of a page.
#[test]
fn a_pause_is_never_left_to_the_patient() {
    let facts = |platelets: u32| {
        let known = "\"disease.breast-cancer\" = \"invasive\"\n\"disease.setting\" = \"metastatic\"\n\"her2.status\" = \"positive\"\n";
        format!("{known}\"therapy.current-drugs\" = [\"trastuzumab-emtansine\"]\n\"labs.platelets\" = {platelets}\n")
    };
    let warning = "Do not stop or change a medicine on your own.";
    let low = page_of(&typed("2026-11-23", &facts(40), None));
    assert!(low.contains(warning), "{low}");
    let fine = page_of(&typed("2026-11-23", &facts(200), None));
    assert!(!fine.contains(warning), "{fine}");
}
