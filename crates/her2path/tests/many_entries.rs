//! A record with thousands of entries of one kind: nothing is lost, and what is printed does not grow with entries times
//! criteria.

#[cfg(test)]
mod tests {
    use her2path::fhir::Input;
    use her2path::guideline::KNOWLEDGE;
    use her2path::render::json;
    use her2path::{Question, assess, chapters};
    use serde_json::{Value, json};

    /// The JSON of a patient with so many liver metastases coded in so many Conditions.
    fn printed(conditions: usize) -> (usize, Value) {
        let subject = json!({"reference": "Patient/p"});
        let mut lines = json!({"resourceType": "Patient", "id": "p"}).to_string();
        let condition = |id: String, code: &str| {
            let code = json!({"coding": [{"system": "http://hl7.org/fhir/sid/icd-10-cm", "code": code}]});
            let onset = "2024-03-01";
            json!({"resourceType": "Condition", "id": id, "subject": subject, "code": code, "onsetDateTime": onset})
        };
        lines += &format!("\n{}", condition("primary".to_owned(), "C50.912"));
        for number in 0..conditions {
            lines += &format!("\n{}", condition(format!("c{number}"), "C78.7"));
        }
        let question = Question::new(&KNOWLEDGE, jiff::civil::date(2026, 11, 23)).chapters(chapters::ALL);
        let (assessments, _) = assess([Input { bytes: lines.as_bytes(), name: "x.ndjson" }], &question);
        let text = json::to_string(&assessments[0]).unwrap();
        (text.len(), serde_json::from_str(&text).unwrap())
    }

    fn criteria_on_sites(assessment: &Value) -> Vec<&Value> {
        fn collect<'v>(value: &'v Value, found: &mut Vec<&'v Value>) {
            match value {
                Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
                Value::Object(map) => {
                    if map.get("text").and_then(Value::as_str).is_some_and(|text| text.starts_with("metastasis.sites "))
                        && map.contains_key("outcome")
                    {
                        found.push(value);
                    }
                    map.values().for_each(|item| collect(item, found));
                }
                _ => {}
            }
        }
        let mut found = Vec::new();
        collect(&assessment["chapters"], &mut found);
        found
    }

    #[test]
    fn every_entry_stands_at_the_fact_and_some_at_each_criterion() {
        let (_, assessment) = printed(120);
        let at_fact = assessment["facts"]["metastasis.sites"]["because"].as_array().unwrap();
        let named = |number: usize| at_fact.iter().any(|b| b["source"] == format!("Condition/c{number}"));
        assert!((0..120).all(named), "the fact names every entry");
        let criteria = criteria_on_sites(&assessment);
        assert!(criteria.len() > 5, "{} criteria on the sites", criteria.len());
        for criterion in criteria {
            let because = criterion["because"].as_array().unwrap();
            assert_eq!(because.len(), 51);
            let last = &because[50];
            assert_eq!(last["source"], "metastasis.sites");
            assert_eq!(last["note"], format!("and {} more: all stand at the fact", at_fact.len() - 50));
        }
    }

    #[test]
    fn few_entries_stand_everywhere() {
        let (_, assessment) = printed(3);
        let at_fact = &assessment["facts"]["metastasis.sites"]["because"];
        for criterion in criteria_on_sites(&assessment) {
            assert_eq!(&criterion["because"], at_fact);
        }
    }

    #[test]
    fn what_is_printed_grows_with_the_entries_alone() {
        let (hundred, _) = printed(100);
        let (thousand, _) = printed(1000);
        // Each further entry of some 150 bytes is a reason of a handful of facts and findings.
        let each = (thousand - hundred) / 900;
        assert!(each < 8_000, "{each} bytes for each further entry");
    }
}
