//! The exhaustive matrices through the whole path: each row becomes FHIR resources, is read, and is assessed.

#![cfg(test)]

use her2path::assessment::{Assessment, Value};
use her2path::fhir::Input;
use her2path::guideline::{Fact, KNOWLEDGE};
use her2path::{Question, assess, chapters};
use serde_json::{Value as Json, json};

fn rows(text: &'static str) -> Vec<Vec<&'static str>> {
    text.lines().skip(1).filter(|line| !line.is_empty()).map(|line| line.split(',').collect()).collect()
}

/// Assesses observations of a patient with breast cancer.
fn facts(observations: Vec<Json>) -> Assessment<'static> {
    let mut entries = vec![
        json!({"resourceType": "Patient", "id": "p", "gender": "female"}),
        json!({"resourceType": "Condition", "id": "c", "subject": {"reference": "Patient/p"},
            "code": {"coding": [{"system": "http://snomed.info/sct", "code": "254837009"}]}}),
        json!({"resourceType": "Specimen", "id": "s", "subject": {"reference": "Patient/p"}}),
    ];
    entries.extend(observations);
    let bundle = json!({
        "resourceType": "Bundle",
        "type": "collection",
        "entry": entries.into_iter().map(|resource| json!({"resource": resource})).collect::<Vec<_>>(),
    })
    .to_string();
    let question = Question::new(&KNOWLEDGE, jiff::civil::date(2026, 11, 23)).chapters(chapters::ALL);
    let (mut assessments, issues) = assess([Input { bytes: bundle.as_bytes(), name: "bundle" }], &question);
    assert!(issues.is_empty(), "{issues:?}");
    assert_eq!(assessments.len(), 1);
    assessments.remove(0)
}

fn observation(id: &str, code: &str, value: &Json) -> Json {
    let mut observation = json!({
        "resourceType": "Observation", "id": id, "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": code}]},
        "subject": {"reference": "Patient/p"},
        "specimen": {"reference": "Specimen/s"},
        "effectiveDateTime": "2024-05-01",
    });
    for (key, value) in value.as_object().expect("an object") {
        observation[key] = value.clone();
    }
    observation
}

fn quantity(value: &str, unit: &str) -> Json {
    let number: Json = serde_json::from_str(value).expect("a number");
    json!({"valueQuantity": {"value": number, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit}})
}

/// A coded fact's value, or its list of values joined by commas.
fn text(assessment: &Assessment<'_>, fact: Fact) -> String {
    let definition = KNOWLEDGE.fact_definition(fact.index()).expect("a fact");
    let name =
        |index: &her2path::knowledge::model::ValueIndex| definition.values[usize::from(index.0)].code.to_string();
    match assessment.facts.get(fact).map(|statement| &statement.value) {
        Some(Value::Code(index)) => name(index),
        Some(Value::Codes(codes)) => codes.iter().map(name).collect::<Vec<_>>().join(","),
        Some(Value::Text(text)) => text.clone(),
        Some(other) => format!("{other:?}"),
        None => "-".to_owned(),
    }
}

/// A ratio and a copy number that lie in a group, chosen at its edges.
fn numbers_of_group(group: &str) -> (&'static str, &'static str) {
    match group {
        "G1" => ("2.0", "4.0"),
        "G2" => ("2.0", "3.99"),
        "G3" => ("1.99", "6.0"),
        "G4" => ("1.99", "4.0"),
        "G5" => ("1.99", "3.99"),
        other => panic!("no group `{other}`"),
    }
}

fn ish(class: &str) -> Vec<Json> {
    let with_method = |mut observation: Json, method: &str| {
        observation["method"] = json!({"text": method});
        observation
    };
    let single =
        |copies| vec![with_method(observation("copies", "74860-8", &quantity(copies, "1")), "single-probe ISH")];
    match class {
        "NONE" => Vec::new(),
        "PARTIAL" => vec![observation("ratio", "49683-6", &quantity("2.4", "{ratio}"))],
        "S_LO" => single("3.99"),
        "S_MID" => single("5.99"),
        "S_HI" => single("6.0"),
        group => {
            let (ratio, copies) = numbers_of_group(group);
            vec![
                observation("ratio", "49683-6", &quantity(ratio, "{ratio}")),
                observation("copies", "74860-8", &quantity(copies, "1")),
            ]
        }
    }
}

fn recount(group: &str) -> Vec<Json> {
    if matches!(group, "NONE" | "any") {
        return Vec::new();
    }
    let (ratio, copies) = numbers_of_group(group);
    [("recount-ratio", "49683-6", ratio, "{ratio}"), ("recount-copies", "74860-8", copies, "1")]
        .into_iter()
        .map(|(id, code, value, unit)| {
            let mut observation = observation(id, code, &quantity(value, unit));
            observation["method"] = json!({"text": "blinded recount"});
            observation
        })
        .collect()
}

fn adjudication(group: &str) -> Option<Json> {
    (!matches!(group, "NONE" | "any")).then(|| {
        let mut observation = observation("adjudicated", "85318-4", &json!({"valueString": group}));
        observation["method"] = json!({"text": "adjudicated by the laboratory"});
        observation
    })
}

#[test]
fn her2_matrix() {
    let answers = [("0", "LA6111-4"), ("1+", "LA11841-6"), ("2+", "LA11842-4"), ("3+", "LA11843-2")];
    let mut compared = 0;
    for row in rows(include_str!("vectors/her2_matrix.csv")) {
        let mut observations = ish(row[1]);
        if let Some((_, code)) = answers.iter().find(|(score, _)| *score == row[0]) {
            let value = json!({"valueCodeableConcept": {"coding": [{"system": "http://loinc.org", "code": code}]}});
            observations.push(observation("ihc", "85319-2", &value));
        }
        observations.extend(recount(row[2]));
        observations.extend(adjudication(row[3]));
        let assessment = facts(observations);
        let detail = row[4].to_lowercase().replace([':', '_'], "-");
        assert_eq!(text(&assessment, Fact::Her2Detail), detail, "{row:?}");
        let category = match row[5] {
            "HER2_POSITIVE" => "positive",
            "HER2_LOW" => "low",
            "HER2_0_UNSPECIFIED" => "zero-unspecified",
            "HER2_NEGATIVE_IHC_UNKNOWN" => "negative-ihc-unknown",
            _ => "not-derivable",
        };
        assert_eq!(text(&assessment, Fact::Her2Category), category, "{row:?}");
        let status = match row[4].split(':').next().expect("a status") {
            "POSITIVE" => "positive",
            "NEGATIVE" | "NEGATIVE_WITH_COMMENT" => "negative",
            "EQUIVOCAL" => "equivocal",
            "NOT_ASSESSED" => "not-assessed",
            _ => "pending",
        };
        assert_eq!(text(&assessment, Fact::Her2Status), status, "{row:?}");
        for flag in row[7].split('|').filter(|flag| !flag.is_empty()) {
            let flags = text(&assessment, Fact::Her2Flags);
            assert!(flags.contains(&flag.to_lowercase().replace('_', "-")), "{flag} not in {flags}: {row:?}");
        }
        compared += 1;
    }
    assert_eq!(compared, 125);
}

#[test]
fn subtype_matrix() {
    let er = |status: &str| match status {
        "POSITIVE" => Some(quantity("10.5", "%")),
        "LOW_POSITIVE" => Some(quantity("10", "%")),
        "NEGATIVE" => Some(quantity("0.99", "%")),
        "POSITIVE_UNSPECIFIED" => {
            Some(json!({"valueCodeableConcept": {"coding": [{"system": "http://loinc.org", "code": "LA6576-8"}]}}))
        }
        _ => None,
    };
    let pr = |status: &str| match status {
        "POSITIVE" => Some(quantity("1", "%")),
        "NEGATIVE" => Some(quantity("0", "%")),
        _ => None,
    };
    let mut compared = 0;
    for row in rows(include_str!("vectors/subtype_matrix.csv")) {
        let mut observations = Vec::new();
        observations.extend(er(row[0]).map(|value| observation("er", "85329-1", &value)));
        observations.extend(pr(row[1]).map(|value| observation("pr", "85325-9", &value)));
        let her2 = match row[2] {
            "POSITIVE" => Some("3+"),
            "NEGATIVE" => Some("1+"),
            _ => None,
        };
        observations.extend(her2.map(|score| observation("her2", "85319-2", &json!({"valueString": score}))));
        let assessment = facts(observations);
        assert_eq!(text(&assessment, Fact::Subtype), row[4], "{row:?}");
        let status = row[3].trim_start_matches("HR_").to_lowercase();
        assert_eq!(text(&assessment, Fact::HormoneReceptorStatus), status, "{row:?}");
        let flags = text(&assessment, Fact::HormoneReceptorFlags);
        for flag in row[5].split('|').filter(|flag| !flag.is_empty()) {
            assert!(flags.contains(&flag.to_lowercase().replace('_', "-")), "{flag} not in {flags}: {row:?}");
        }
        compared += 1;
    }
    assert_eq!(compared, 45);
}

#[test]
fn tnm_matrix() {
    let mut compared = 0;
    for row in rows(include_str!("vectors/tnm_matrix.csv")) {
        let mut observations = vec![
            observation("t", "21905-5", &json!({"valueCodeableConcept": {"text": row[0]}})),
            observation("n", "21906-3", &json!({"valueCodeableConcept": {"text": row[1]}})),
        ];
        if row[2] != "M?" {
            observations.push(observation("m", "21907-1", &json!({"valueCodeableConcept": {"text": row[2]}})));
        }
        let assessment = facts(observations);
        let name = |group: &str| match group {
            "NO_STAGE:T0N0" => "no-stage".to_owned(),
            "INVALID:TIS_NODES" => "invalid".to_owned(),
            "UNKNOWN" => "unknown".to_owned(),
            "UNKNOWN_M" => "unknown-m".to_owned(),
            "" => "-".to_owned(),
            group => group.to_owned(),
        };
        assert_eq!(text(&assessment, Fact::StageGroup), name(row[3]), "{row:?}");
        assert_eq!(text(&assessment, Fact::StageProvisional), name(row[4]), "{row:?}");
        let flags = row[5].to_lowercase().replace('_', "-");
        let found = text(&assessment, Fact::StageFlags);
        assert_eq!(found, if flags.is_empty() { "-".to_owned() } else { flags }, "{row:?}");
        // M1 is metastatic, M0 is not, and without M nothing is assumed.
        let setting = match row[2] {
            "M1" => "metastatic",
            "M0" => "not-metastatic",
            _ => "unknown",
        };
        assert_eq!(text(&assessment, Fact::DiseaseSetting), setting, "{row:?}");
        compared += 1;
    }
    assert_eq!(compared, 126);
}

#[test]
fn recist_matrix_from_a_chart_file() {
    let mut compared = 0;
    for row in rows(include_str!("vectors/recist_matrix.csv")) {
        let name = |text: &str| if text == "NONE" { "none".to_owned() } else { text.to_owned() };
        let chart = format!(
            "\"response.target\" = \"{}\"\n\"response.non-target\" = \"{}\"\n\"response.new-lesion\" = {}\n",
            name(row[0]),
            name(row[1]),
            row[2] == "yes"
        );
        let (chart, issues) =
            her2path::chart::stated::read(&chart, "case.toml", &KNOWLEDGE, jiff::civil::date(2026, 11, 23));
        assert!(issues.is_empty(), "{issues:?}");
        let question = Question::new(&KNOWLEDGE, jiff::civil::date(2026, 11, 23)).chapters(chapters::ALL);
        let assessment = her2path::assess_chart(chart, issues, &question);
        assert_eq!(text(&assessment, Fact::ResponseRecist), row[3], "{row:?}");
        compared += 1;
    }
    assert_eq!(compared, 60);
}

/// The worked cases as sizes of one lesion on three days.
#[test]
fn recist_target_from_lesions() {
    let size = |day: &str, millimetres: &str| {
        let mut observation = observation(
            &format!("size-{day}"),
            "21889-1",
            &json!({"component": [{
                "code": {"coding": [{"system": "http://loinc.org", "code": "33728-7"}]},
                "valueQuantity": quantity(millimetres, "mm")["valueQuantity"].clone(),
            }]}),
        );
        observation.as_object_mut().expect("an object").remove("specimen");
        observation["focus"] = json!([{"reference": "BodyStructure/liver-lesion"}]);
        observation["effectiveDateTime"] = json!(day);
        observation
    };
    let mut compared = 0;
    for row in rows(include_str!("vectors/recist_target.csv")) {
        // Nodes that shrank to normal keep a size; one lesion cannot show that case.
        if row[4] == "true" && row[3] != "0" {
            continue;
        }
        let assessment =
            facts(vec![size("2024-01-01", row[1]), size("2024-03-01", row[2]), size("2024-05-01", row[3])]);
        assert_eq!(text(&assessment, Fact::ResponseTarget), row[5], "{row:?}");
        compared += 1;
    }
    assert!(compared >= 6, "only {compared} compared");
}

/// Several specimens, as statuses in the worked cases; each becomes results that have this status by the table.
#[test]
fn several_specimens() {
    let mut cases: Vec<(&str, Vec<Vec<&str>>)> = Vec::new();
    for row in rows(include_str!("vectors/her2_multi_specimen.csv")) {
        match cases.last_mut() {
            Some((case, rows)) if *case == row[0] => rows.push(row),
            _ => cases.push((row[0], vec![row])),
        }
    }
    assert!(cases.len() >= 6, "only {} cases", cases.len());
    for (case, rows) in cases {
        let mut entries = Vec::new();
        for row in &rows {
            let specimen = format!("specimen-{}", row[1]);
            let site = match row[2] {
                "primary" => "76752008",
                "regional_node" => "68171009",
                _ => "10200004",
            };
            entries.push(json!({"resourceType": "Specimen", "id": specimen, "subject": {"reference": "Patient/p"},
                "collection": {"collectedDateTime": row[3],
                    "bodySite": {"coding": [{"system": "http://snomed.info/sct", "code": site}]}}}));
            let score = match (row[4], row[5]) {
                ("POSITIVE", _) => "3+",
                ("NEGATIVE", "HER2_LOW") => "1+",
                ("NEGATIVE", _) => "0 (no staining)",
                ("EQUIVOCAL", _) => "2+",
                _ => "indeterminate",
            };
            let mut result = observation(&format!("ihc-{}", row[1]), "85319-2", &json!({"valueString": score}));
            result["specimen"] = json!({"reference": format!("Specimen/{specimen}")});
            result["effectiveDateTime"] = json!(row[3]);
            entries.push(result);
        }
        let assessment = facts(entries);
        let expected = match rows[0][7] {
            "UNRESOLVED" => "equivocal",
            "POSITIVE" => "positive",
            _ => "negative",
        };
        assert_eq!(text(&assessment, Fact::Her2Status), expected, "{case}");
        let flags = rows[0][8].to_lowercase().replace('_', "-");
        let found = text(&assessment, Fact::Her2Flags);
        for flag in flags.split('|').filter(|flag| !flag.is_empty()) {
            assert!(found.contains(flag), "{case}: {flag} not in {found}");
        }
    }
}
