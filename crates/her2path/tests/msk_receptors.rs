//! HER2 of 1,918 real tumours, as pathologists wrote it, through the whole path.
//!
//! Each row becomes FHIR Observations of one specimen: the IHC score and its word, the ISH word and ratio, all as the
//! free text of the registry. The registry's own status is compared with what the path makes of them.

#![cfg(test)]

use std::collections::BTreeMap;

use her2path::assessment::{Assessment, Value};
use her2path::fhir::Input;
use her2path::guideline::{Fact, KNOWLEDGE};
use her2path::{Question, assess, chapters};
use serde_json::json;

struct Row<'a> {
    id: &'a str,
    ihc_word: &'a str,
    ihc: &'a str,
    ish_word: &'a str,
    ratio: &'a str,
    /// `positive`, `negative`, `equivocal` or `unknown`, from the registry's receptor status.
    recorded: &'static str,
}

fn rows() -> Vec<Row<'static>> {
    let text = include_str!("data/msk_breast_2018/primary_receptors.tsv");
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().expect("a header").split('\t').collect();
    let column = |name: &str| header.iter().position(|h| *h == name).expect(name);
    let columns = [
        "SAMPLE_ID",
        "HER2_IHC_PRIMARY",
        "HER2_IHC_VALUE_PRIMARY",
        "HER2_FISH_STATUS",
        "HER2_FISH_RATIO_PRIMARY",
        "RECEPTOR_STATUS_PRIMARY",
    ]
    .map(column);
    lines
        .map(|line| {
            let cells: Vec<&str> = line.split('\t').collect();
            let [id, ihc_word, ihc, ish_word, ratio, recorded] = columns.map(|column| cells[column]);
            let recorded = match recorded {
                "HR+/HER2+" | "HR-/HER2+" => "positive",
                "HR+/HER2-" | "HR-/HER2-" | "Triple Negative" => "negative",
                "HR+/HER2_Equivocal" | "HR-/HER2_Equivocal" => "equivocal",
                _ => "unknown",
            };
            Row { id, ihc_word, ihc, ish_word, ratio, recorded }
        })
        .collect()
}

fn record(row: &Row<'_>) -> String {
    let observation = |id: &str, code: &str, text: &str| {
        json!({"resource": {
            "resourceType": "Observation", "id": id, "status": "final",
            "code": {"coding": [{"system": "http://loinc.org", "code": code}]},
            "subject": {"reference": "Patient/p"},
            "specimen": {"reference": "Specimen/s"},
            "valueString": text,
        }})
    };
    json!({"resourceType": "Bundle", "type": "collection", "entry": [
        {"resource": {"resourceType": "Patient", "id": "p"}},
        {"resource": {"resourceType": "Condition", "id": "c", "subject": {"reference": "Patient/p"},
            "code": {"coding": [{"system": "http://snomed.info/sct", "code": "254837009"}]}}},
        observation("ihc-score", "85319-2", row.ihc),
        observation("ihc-word", "85319-2", row.ihc_word),
        observation("ish-word", "85318-4", row.ish_word),
        observation("ish-ratio", "49683-6", row.ratio),
    ]})
    .to_string()
}

fn her2(assessment: &Assessment<'_>) -> &'static str {
    let Some(Value::Code(index)) = assessment.facts.get(Fact::Her2Status).map(|s| &s.value) else { return "none" };
    let definition = KNOWLEDGE.fact_definition(Fact::Her2Status.index()).expect("a fact");
    &definition.values[usize::from(index.0)].code
}

#[test]
fn agrees_with_the_registry_and_calls_every_disagreement_a_conflict() {
    let rows = rows();
    assert_eq!(rows.len(), 1918);
    let question = Question::new(&KNOWLEDGE, jiff::civil::date(2026, 11, 23)).chapters(chapters::ALL);
    let mut agree = 0;
    let mut settled = 0;
    let mut others: BTreeMap<(&str, &str), Vec<String>> = BTreeMap::new();
    for row in &rows {
        let record = record(row);
        let (assessments, _) = assess([Input { bytes: record.as_bytes(), name: row.id }], &question);
        let found = her2(&assessments[0]);
        let reported = assessments[0].issues.iter().any(|issue| issue.code == "her2-conflict");
        let says = format!("{} | {} {} | {} {}", row.id, row.ihc_word, row.ihc, row.ish_word, row.ratio);

        // No free text that says "negative" or "1+", and nothing that says otherwise, ever becomes positive.
        let says_negative = [row.ihc_word, row.ish_word].contains(&"Negative") || row.ihc.starts_with("1+");
        let says_positive = [row.ihc_word, row.ish_word].contains(&"Positive");
        if says_negative && !says_positive {
            assert_ne!(found, "positive", "{says}");
        }
        if matches!(row.recorded, "positive" | "negative") {
            settled += 1;
            agree += usize::from(found == row.recorded);
        }
        assert_eq!(reported, found == "conflict", "a conflict is said, and only a conflict: {says}");
        // Nothing is on record of a tumour only where no column holds a result.
        let result = |word: &str| matches!(word, "Positive" | "Negative" | "Equivocal");
        let any = result(row.ihc_word) || result(row.ish_word) || row.ihc.ends_with('+') || row.ihc == "0";
        assert!(found != "not-assessed" || !any, "a result that is not read: {says}");
        if found != row.recorded {
            others.entry((row.recorded, found)).or_default().push(says);
        }
    }
    for ((recorded, found), rows) in &others {
        println!("recorded {recorded}, found {found}: {}", rows.len());
        for row in rows.iter().take(25) {
            println!("    {row}");
        }
    }
    println!("{agree} of {settled} agree");
    assert!(settled > 1800, "only {settled} rows have a recorded status");
    assert!(agree * 1000 >= settled * 995, "{agree} of {settled} agree");
    // Every disagreement with a settled status of the registry is a conflict that is said, and what the registry itself
    // leaves open is never settled here.
    for ((recorded, found), rows) in &others {
        let open = ["conflict", "equivocal", "pending", "indeterminate", "not-assessed"].contains(found);
        let settled = matches!(*recorded, "positive" | "negative");
        assert!(if settled { *found == "conflict" } else { open }, "{recorded} became {found}: {rows:?}");
    }
}
