//! A patient's assessment through the cohort is that of the whole record alone.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use her2path::assessment::{Assessment, Outcome, display};
use her2path::fhir::Input;
use her2path::guideline::KNOWLEDGE;
use her2path::knowledge::model::Chapter;
use her2path::{assess, chart::stated};

use crate::check;
use crate::format::{self, Input as Known};
use crate::runs::{self, Scratch, bulk, outcome, outcome_on, question, repository};

/// Facts, recommendations and lines, as text.
#[derive(Debug, PartialEq, Eq, Default, Clone)]
struct Told {
    facts: BTreeMap<String, String>,
    recommendations: BTreeMap<String, String>,
    missing: BTreeMap<String, String>,
    lines: BTreeSet<String>,
}

fn told(assessment: &Assessment<'_>) -> Told {
    let mut told = Told::default();
    for (fact, statement) in assessment.facts.iter() {
        let id = KNOWLEDGE.fact_definition(fact.index()).unwrap().id.to_string();
        told.facts.insert(id, display(&KNOWLEDGE, fact.index(), &statement.value));
    }
    let chapters =
        assessment.chapters.iter().filter(|chapter| chapter.applicable && chapter.chapter != Chapter::Prognosis);
    for found in chapters.flat_map(|chapter| &chapter.recommendations) {
        if found.judgement.outcome == Outcome::NotApplicable {
            continue;
        }
        let id = found.recommendation.id.to_string();
        told.recommendations.insert(id.clone(), found.judgement.outcome.as_str().to_owned());
        if let Some(first) = found.missing.first() {
            let ids: Vec<&str> = first.iter().map(|fact| &*KNOWLEDGE.fact_definition(*fact).unwrap().id).collect();
            told.missing.insert(id, ids.join(", "));
        }
    }
    for line in &assessment.therapy.lines {
        let drugs: Vec<&str> = line.drugs.iter().map(|drug| &*KNOWLEDGE.drugs.get(*drug).unwrap().id).collect();
        let courses = assessment.chapters.iter().filter_map(|chapter| chapter.treatment.as_ref());
        let answer = courses.flat_map(|course| &course.retrospect).find(|found| found.line == line.number);
        let concordance = answer.map(|found| (found.verdict.as_str().to_owned(), found.reason.name().to_owned()));
        let drugs = drugs.join(" + ");
        told.lines.insert(format!("{} {drugs} {:?} {:?} {concordance:?}", line.number, line.start, line.end));
    }
    told
}

/// What the tables say, by patient.
fn tabled(run: &runs::Outcome) -> BTreeMap<String, Told> {
    let text = |row: &serde_json::Value, column: &str| row[column].as_str().map(str::to_owned);
    let mut all: BTreeMap<String, Told> = BTreeMap::new();
    for row in run.rows("assessments") {
        all.entry(text(&row, "patient_id").unwrap()).or_default();
    }
    for row in run.rows("facts") {
        let told = all.get_mut(&text(&row, "patient_id").unwrap()).unwrap();
        told.facts.insert(text(&row, "fact_id").unwrap(), text(&row, "value").unwrap());
    }
    for row in run.rows("recommendations") {
        let told = all.get_mut(&text(&row, "patient_id").unwrap()).unwrap();
        let id = text(&row, "recommendation_id").unwrap();
        if let Some(missing) = text(&row, "missing").filter(|_| text(&row, "chapter").unwrap() != "prognosis") {
            told.missing.insert(id.clone(), missing);
        }
        // Vignettes also ask for the figures of the outlook, which a cohort does not.
        if text(&row, "chapter").unwrap() != "prognosis" {
            told.recommendations.insert(id, text(&row, "outcome").unwrap());
        }
    }
    for row in run.rows("lines") {
        let told = all.get_mut(&text(&row, "patient_id").unwrap()).unwrap();
        let day = |column: &str| text(&row, column).map(|day| day.parse::<jiff::civil::Date>().unwrap());
        let (start, end) = (day("start"), day("end"));
        let concordance = text(&row, "concordance").zip(text(&row, "concordance_reason"));
        let drugs = text(&row, "drugs").unwrap();
        told.lines.insert(format!("{} {drugs} {start:?} {end:?} {concordance:?}", row["number"]));
    }
    all
}

fn assert_same(name: &str, expected: &Told, found: &Told) {
    assert_eq!(expected.facts, found.facts, "facts of {name}");
    assert_eq!(expected.recommendations, found.recommendations, "recommendations of {name}");
    assert_eq!(expected.missing, found.missing, "missing facts of {name}");
    assert_eq!(expected.lines, found.lines, "lines of {name}");
}

#[test]
fn every_record_gives_the_same_assessment() {
    let data = repository().join("crates/her2path/tests/data/fhir");
    let mut records = vec![repository().join("examples/maureen.json"), repository().join("examples/jenny-m.json")];
    for folder in ["mcode_ig_stu4", "mcode_coverage_checker", "mcode_pathways"] {
        let mut paths: Vec<PathBuf> =
            std::fs::read_dir(data.join(folder)).unwrap().map(|entry| entry.unwrap().path()).collect();
        paths.retain(|path| path.extension().is_some_and(|extension| extension == "json"));
        paths.sort();
        records.extend(paths);
    }
    let mut compared = 0;
    for path in records {
        let bytes = std::fs::read(&path).unwrap();
        let (assessments, _) = assess([Input { bytes: &bytes, name: "record" }], &question());
        let run = outcome(std::slice::from_ref(&path), |_| {});
        let tables = tabled(&run);
        // A document of several persons under one id is told apart by place only; none of these is one.
        assert_eq!(tables.len(), assessments.len(), "patients of {}", path.display());
        for assessment in &assessments {
            let patient = assessment.patient.clone().unwrap();
            assert_same(&path.display().to_string(), &told(assessment), &tables[&patient]);
            compared += 1;
        }
    }
    assert!(compared > 60, "{compared} assessments were compared");
}

/// Looking back on lines of therapy needs the record as it stood when each began: the tables say what the assessment says.
#[test]
fn a_treated_record_says_the_same_of_its_lines() {
    let treated = repository().join("crates/her2path/benches/treated.json");
    let bytes = std::fs::read(&treated).unwrap();
    let (assessments, _) = assess([Input { bytes: &bytes, name: "record" }], &question());
    let expected = told(&assessments[0]);
    assert!(
        expected.lines.iter().any(|line| line.contains("concordant")) && expected.lines.len() >= 2,
        "a record with lines of which something can be said: {:?}",
        expected.lines
    );
    let tables = tabled(&outcome(std::slice::from_ref(&treated), |_| {}));
    assert_same("treated", &expected, tables.values().next().unwrap());
}

#[test]
fn a_record_spread_over_files_by_type_gives_the_same_assessment() {
    let maureen = repository().join("examples/maureen.json");
    let scratch = Scratch::new();
    let folder = bulk(&scratch, &maureen, "126040", 4);
    let tables = tabled(&outcome(&[folder], |_| {}));
    assert_eq!(tables.len(), 4);
    let bytes = std::fs::read(&maureen).unwrap();
    let (assessments, _) = assess([Input { bytes: &bytes, name: "record" }], &question());
    let expected = told(&assessments[0]);
    for (patient, found) in &tables {
        assert_same(patient, &expected, found);
    }
}

#[test]
fn every_vignette_gives_the_same_assessment() {
    let mut charts = Vec::new();
    let mut compared = 0;
    let scratch = Scratch::new();
    for path in vignettes() {
        let vignette = format::parse(&std::fs::read_to_string(&path).unwrap()).unwrap();
        for case in vignette.cases {
            let expected = told(&check::assessment(&case).unwrap());
            let name = format!("{} {}", path.display(), case.title);
            match &case.input {
                Known::Chart(lines) => {
                    let text = check::chart_file(lines).unwrap();
                    let file = scratch.file(&format!("{:04}.toml", charts.len()), text);
                    charts.push((name, file.display().to_string(), expected));
                }
                Known::Fhir { as_of, json, .. } => {
                    let own = Scratch::new();
                    let day = as_of.as_ref().map_or(question().as_of, |day| day.parse().unwrap());
                    let tables = tabled(&outcome_on(day, &[own.file("record.json", json)], |_| {}));
                    assert_eq!(tables.len(), 1, "{name}");
                    assert_same(&name, &expected, tables.values().next().unwrap());
                    compared += 1;
                }
            }
        }
    }
    let tables = tabled(&outcome(std::slice::from_ref(&scratch.0), |_| {}));
    assert_eq!(tables.len(), charts.len());
    for (name, file, expected) in &charts {
        assert_same(name, expected, &tables[file]);
        compared += 1;
    }
    assert!(compared > 400, "{compared} vignettes were compared");
}

fn vignettes() -> Vec<PathBuf> {
    let mut folders = vec![repository().join("vignettes")];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") && !path.ends_with("README.md") {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

#[test]
fn facts_that_are_typed_in_are_those_of_the_chart() {
    let text = "her2.status = \"positive\"\n";
    let scratch = Scratch::new();
    let file = scratch.file("case.toml", text);
    let (chart, _) = stated::read(text, "case.toml", &KNOWLEDGE, question().as_of);
    let expected = told(&her2path::assess_chart(chart, Vec::new(), &question()));
    let tables = tabled(&outcome(&[file], |_| {}));
    assert_same("case.toml", &expected, tables.values().next().unwrap());
}
