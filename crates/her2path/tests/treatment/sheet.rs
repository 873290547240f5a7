//! The sheet for the tumour board: self-contained, escaped, readable without seeing the picture, each statement with its id.
//!
//! `several-lines.json` is a made-up patient: adjuvant therapy, three lines, brain metastases treated by radiosurgery.

use her2path::guideline::KNOWLEDGE;
use her2path::render::{entry_page, html};
use her2path::{Question, assess};

fn sheet(record: &str, as_of: &str) -> String {
    let question = Question::new(&KNOWLEDGE, as_of.parse().expect("a day"));
    let (assessments, _) = assess([her2path::fhir::Input { bytes: record.as_bytes(), name: "test" }], &question);
    assert_eq!(assessments.len(), 1);
    html::clinician(&assessments, false)
}

const RECORD: &str = include_str!("several-lines.json");

#[test]
fn the_picture_tells_without_being_seen() {
    let page = sheet(RECORD, "2025-07-01");
    for part in ["role=\"img\"", "<title id=\"patient-1-course-title\"", "<desc id=\"patient-1-course-desc\""] {
        assert!(page.contains(part), "{part}");
    }
    let desc = page.split("<desc").nth(1).and_then(|rest| rest.split("</desc>").next()).expect("a description");
    for said in [
        "Line 1: docetaxel + pertuzumab + trastuzumab",
        "Line 2: trastuzumab-deruxtecan",
        "Line 3: capecitabine + trastuzumab + tucatinib",
        "2025-01-20 brain",
        "2025-06-20 55",
        "2023-02-20 worsened",
    ] {
        assert!(desc.contains(said), "{said} in {desc}");
    }
}

#[test]
fn it_is_self_contained() {
    let page = sheet(RECORD, "2025-07-01");
    for part in ["<script", "src=", "href=\"http", "@import", "url(http"] {
        assert!(!page.contains(part), "{part}");
    }
    assert_eq!(page, sheet(RECORD, "2025-07-01"));
}

#[test]
fn what_a_record_says_is_escaped() {
    let evil =
        RECORD.replace("\"Bundle\", \"id\": \"ruth-s\"", "\"Bundle\"").replace("ruth-s", "r<script>alert(1)</script>");
    let page = sheet(&evil, "2025-07-01");
    assert!(!page.contains("<script"));
    assert!(page.contains("&lt;script&gt;"));
}

/// Every id on the sheet opens a page of the guideline with its file.
#[test]
fn every_id_leads_to_its_file() {
    let page = sheet(RECORD, "2025-01-25");
    let start = page.find("class=\"sheet\"").expect("the sheet");
    let sheet = page[start..].split("</section>").next().expect("its end");
    let mut ids = 0;
    for id in sheet.split("<code>").skip(1).filter_map(|rest| rest.split("</code>").next()) {
        if id.contains("knowledge show") {
            continue;
        }
        ids += 1;
        let recommendation = KNOWLEDGE.recommendation(&format!("treatment/{id}")).is_some();
        let fact = KNOWLEDGE.fact(id).is_some();
        let entry = entry_page(id, &KNOWLEDGE).is_some_and(|page| page.contains("file         knowledge/"));
        assert!(recommendation || fact || entry, "`{id}` leads nowhere");
    }
    assert!(ids > 20, "{ids} ids");
}

/// The board of 2025-01-25: progression in the brain on T-DXd; what then is in question and who labels it.
#[test]
fn options_stand_side_by_side() {
    let page = sheet(RECORD, "2025-01-25");
    for part in
        ["tucatinib + trastuzumab + capecitabine", "US (FDA)", "EU (EMA)", "HER2CLIMB", "They differ: ", "off-label"]
    {
        assert!(page.contains(part), "{part}");
    }
}

/// A patient without breast cancer, or without any treatment and setting, has no sheet and no picture.
#[test]
fn no_sheet_where_there_is_nothing_to_discuss() {
    let record = r#"{"resourceType": "Condition", "id": "c", "subject": {"reference": "Patient/p"}, "code": {"coding": [
        {"system": "http://snomed.info/sct", "code": "44054006", "display": "Diabetes mellitus type 2"}]}}"#;
    let page = sheet(record, "2025-07-01");
    assert!(!page.contains("class=\"sheet\"") && !page.contains("<svg"));
}

/// What a board has to ask stands before the options, and drugs for the bones are things to do, not options against the cancer.
#[test]
fn what_is_missing_stands_before_the_options() {
    let page = sheet(RECORD, "2025-07-01");
    let at = |text: &str| page.find(text).unwrap_or_else(|| panic!("`{text}` is on the sheet"));
    assert!(at(">What is missing") < at(">Options"));
    let to_do = page.split(">To do<").nth(1).and_then(|rest| rest.split("</ul>").next()).expect("things to do");
    assert!(to_do.contains("bone/"), "{to_do}");
    assert!(page.contains("no option with cancer drugs is in question"), "line 3 goes on");
}
