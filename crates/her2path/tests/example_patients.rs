//! Every patient of the example records: assessed without a panic, with a snapshot of text and JSON.
//!
//! The snapshots were read against the records. They hold the diagnosis chapter and the facts it is about, so that work on
//! other chapters does not touch them; in the JSON a recommendation is cut to its id, outcome and missing facts. To change them on purpose:
//! `INSTA_UPDATE=always cargo test -p her2path --test example_patients`, and read the difference.

#![cfg(test)]

use std::path::{Path, PathBuf};

use her2path::assessment::Assessment;
use her2path::chapters::Chapters;
use her2path::fhir::Input;
use her2path::guideline::KNOWLEDGE;
use her2path::knowledge::model::Chapter;
use her2path::render::{json, text};
use her2path::{Question, assess, chapters};
use serde_json::{Value, json};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// All JSON files of a folder, by path.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.expect("an entry").path())
        .flat_map(|path| if path.is_dir() { files(&path) } else { vec![path] })
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .collect();
    files.sort();
    files
}

fn assess_files(paths: &[PathBuf], chapters: Chapters) -> Vec<Assessment<'static>> {
    let contents: Vec<(String, Vec<u8>)> =
        paths.iter().map(|path| (path.display().to_string(), std::fs::read(path).expect("a readable file"))).collect();
    let question = Question::new(&KNOWLEDGE, jiff::civil::date(2026, 11, 23)).chapters(chapters);
    let inputs = contents.iter().map(|(name, bytes)| Input { bytes, name });
    assess(inputs, &question).0
}

/// The first word of the facts that the diagnosis chapter is about.
const OF_DIAGNOSIS: [&str; 21] = [
    "birads",
    "brain-metastases",
    "disease",
    "ecog",
    "er",
    "germline",
    "her2",
    "histology",
    "hormone-receptor",
    "karnofsky",
    "lvef",
    "menopausal",
    "metastasis",
    "patient",
    "pr",
    "pregnancy",
    "response",
    "stage",
    "subtype",
    "tumor",
    "tumor-marker",
];

/// The JSON with each recommendation cut to what came of it.
fn outline(assessment: &Assessment<'_>) -> String {
    let mut value: Value = serde_json::from_str(&json::to_string(assessment).expect("JSON")).expect("JSON");
    for key in ["engine", "guideline", "notice"] {
        value.as_object_mut().expect("an object").remove(key);
    }
    value["facts"]
        .as_object_mut()
        .expect("facts")
        .retain(|id, _| OF_DIAGNOSIS.contains(&id.split('.').next().unwrap_or_default()));
    for chapter in value["chapters"].as_object_mut().expect("chapters").values_mut() {
        for recommendation in chapter["recommendations"].as_array_mut().expect("recommendations") {
            *recommendation = json!({
                "id": recommendation["id"],
                "outcome": recommendation["outcome"],
                "missing": recommendation["missing"],
            });
        }
    }
    serde_json::to_string_pretty(&value).expect("JSON")
}

fn snapshot(name: &str, assessment: &Assessment<'_>) {
    insta::assert_snapshot!(format!("{name}.txt"), text::to_string(assessment, text::Style::default()));
    insta::assert_snapshot!(format!("{name}.json"), outline(assessment));
}

fn headline<'a>(assessment: &'a Assessment<'_>) -> &'a str {
    &assessment.chapters[0].summary
}

const DIAGNOSIS: Chapters = Chapters::of(&[Chapter::Diagnosis]);

/// The official mCODE examples, one resource a file, all patients together.
#[test]
fn mcode_examples() {
    let assessments = assess_files(&files(&root().join("tests/data/fhir/mcode_ig_stu4")), DIAGNOSIS);
    assert!(assessments.len() >= 3, "only {} patients", assessments.len());
    for assessment in &assessments {
        snapshot(&format!("mcode-{}", assessment.patient.as_deref().unwrap_or("none")), assessment);
    }
}

#[test]
fn jenny_m_is_her2_negative_and_the_pathway_says_why_it_does_not_apply() {
    let assessments = assess_files(&[root().join("../../examples/jenny-m.json")], DIAGNOSIS);
    let [assessment] = assessments.as_slice() else { panic!("{} patients", assessments.len()) };
    assert!(headline(assessment).contains("because HER2 is negative"), "{}", headline(assessment));
    snapshot("jenny-m", assessment);
}

#[test]
fn maureen_is_her2_positive() {
    let assessments = assess_files(&[root().join("../../examples/maureen.json")], DIAGNOSIS);
    let [assessment] = assessments.as_slice() else { panic!("{} patients", assessments.len()) };
    assert!(headline(assessment).starts_with("HER2-positive"), "{}", headline(assessment));
    snapshot("maureen", assessment);
}

/// Hand-made and synthetic records of other projects, file by file; a file may hold several patients.
#[test]
fn records_of_other_projects() {
    for folder in ["mcode_pathways", "mcode_coverage_checker"] {
        for path in files(&root().join("tests/data/fhir").join(folder)) {
            let stem = path.file_stem().and_then(|stem| stem.to_str()).expect("a name").to_owned();
            for (place, assessment) in assess_files(&[path], DIAGNOSIS).iter().enumerate() {
                snapshot(&format!("{folder}-{stem}-{place}"), assessment);
            }
        }
    }
}

/// The other collections, file by file: no panic, every chapter, and the same twice.
#[test]
fn every_file() {
    let mut patients = 0;
    for path in files(&root().join("tests/data/fhir")).into_iter().chain(files(&root().join("../../examples"))) {
        let once = assess_files(std::slice::from_ref(&path), chapters::ALL);
        let twice = assess_files(std::slice::from_ref(&path), chapters::ALL);
        for (a, b) in once.iter().zip(&twice) {
            assert_eq!(json::to_string(a).expect("JSON"), json::to_string(b).expect("JSON"), "{}", path.display());
            assert!(!text::to_string(a, text::Style { all: true, ..text::Style::default() }).is_empty());
        }
        patients += once.len();
    }
    assert!(patients > 100, "only {patients} patients");
}
