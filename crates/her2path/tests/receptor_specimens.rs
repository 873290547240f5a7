//! Which receptor results belong together, which stand, and which specimen governs: FHIR in, facts and issues out.
//!
//! The rules are ASCO/CAP 2018 (one table a specimen), ASCO 2022 and ABC4 (metastasis and discordance), and the project's
//! rule that nothing governs where sites or dates leave it open.

#[cfg(test)]
mod tests {
    use her2path::assessment::{Assessment, Value};
    use her2path::fhir::Input;
    use her2path::guideline::{Fact, KNOWLEDGE};
    use her2path::{Question, assess, chapters};
    use serde_json::{Value as Json, json};

    const LOINC: &str = "http://loinc.org";
    const SNOMED: &str = "http://snomed.info/sct";
    const BREAST: &str = "76752008";
    const LEFT_BREAST: &str = "80248007";
    const RIGHT_BREAST: &str = "73056007";
    const LIVER: &str = "10200004";

    fn assessed(resources: &[Json]) -> Assessment<'static> {
        let entries: Vec<Json> = resources.iter().map(|resource| json!({"resource": resource})).collect();
        let bundle = json!({"resourceType": "Bundle", "type": "collection", "entry": entries}).to_string();
        let question = Question::new(&KNOWLEDGE, jiff::civil::date(2026, 11, 23)).chapters(chapters::ALL);
        let (mut assessments, issues) = assess([Input { bytes: bundle.as_bytes(), name: "bundle" }], &question);
        assert!(issues.is_empty(), "{issues:?}");
        assessments.remove(0)
    }

    fn cancer(id: &str, code: &str) -> Json {
        json!({"resourceType": "Condition", "id": id, "subject": {"reference": "Patient/p"},
            "code": {"coding": [{"system": SNOMED, "code": code}]}})
    }

    /// A specimen and one result of it, HER2 by IHC as text. An empty date or site is not recorded.
    fn tested(id: &str, site: &str, date: &str, score: &str) -> Vec<Json> {
        result_of(id, site, date, "85319-2", score)
    }

    fn result_of(id: &str, site: &str, date: &str, code: &str, said: &str) -> Vec<Json> {
        let mut specimen = json!({"resourceType": "Specimen", "id": id, "subject": {"reference": "Patient/p"}});
        if !site.is_empty() {
            specimen["collection"]["bodySite"] = json!({"coding": [{"system": SNOMED, "code": site}]});
        }
        if !date.is_empty() {
            specimen["collection"]["collectedDateTime"] = json!(date);
        }
        let result = json!({"resourceType": "Observation", "id": format!("r-{id}"), "status": "final",
            "subject": {"reference": "Patient/p"}, "specimen": {"reference": format!("Specimen/{id}")},
            "code": {"coding": [{"system": LOINC, "code": code}]}, "valueString": said});
        vec![specimen, result]
    }

    fn unnamed(id: &str, code: &str, said: &str, more: &Json) -> Json {
        let mut result = json!({"resourceType": "Observation", "id": id, "status": "final",
            "subject": {"reference": "Patient/p"}, "code": {"coding": [{"system": LOINC, "code": code}]}, "valueString": said});
        for (key, value) in more.as_object().expect("an object") {
            result[key] = value.clone();
        }
        result
    }

    fn fact(assessment: &Assessment<'_>, fact: Fact) -> String {
        let definition = KNOWLEDGE.fact_definition(fact.index()).expect("a fact");
        let name =
            |index: &her2path::knowledge::model::ValueIndex| definition.values[usize::from(index.0)].code.to_string();
        match assessment.facts.get(fact).map(|statement| &statement.value) {
            Some(Value::Code(index)) => name(index),
            Some(Value::Codes(codes)) => codes.iter().map(name).collect::<Vec<_>>().join(","),
            Some(Value::Boolean(value)) => value.to_string(),
            Some(other) => format!("{other:?}"),
            None => "-".to_owned(),
        }
    }

    fn codes<'i>(assessment: &'i Assessment<'_>) -> Vec<&'i str> {
        assessment.issues.iter().map(|issue| issue.code.as_ref()).collect()
    }

    /// Assesses a patient with breast cancer, in both orders of the entries, which must not matter.
    fn patient(parts: &[Vec<Json>]) -> Assessment<'static> {
        let mut resources = vec![cancer("c", "254837009")];
        resources.extend(parts.concat());
        let forwards = assessed(&resources);
        resources.reverse();
        let backwards = assessed(&resources);
        for of in Fact::ALL {
            assert_eq!(forwards.facts.get(of), backwards.facts.get(of), "{of:?} depends on the order of entries");
        }
        forwards
    }

    fn has(assessment: &Assessment<'_>, flag: &str) -> bool {
        fact(assessment, Fact::Her2Flags).split(',').any(|found| found == flag)
    }

    #[test]
    fn an_open_result_of_unknown_site_stays_visible() {
        let rows = [
            // An older negative governs; the later open one may be a metastasis.
            ("2024-05-01", "2+", true),
            // Undated, or only the year: it may be later.
            ("", "2+", true),
            ("2020", "2+", true),
            // Certainly older.
            ("2019-01-01", "2+", false),
        ];
        for (date, score, expected) in rows {
            let assessment = patient(&[tested("a", BREAST, "2020-03-01", "1+"), tested("b", "", date, score)]);
            assert_eq!(fact(&assessment, Fact::Her2Status), "negative", "{date}");
            assert_eq!(has(&assessment, "later-result-open"), expected, "{date}");
            assert_eq!(fact(&assessment, Fact::Her2ReflexAwaited), "true", "{date}");
        }
    }

    #[test]
    fn metastases_whose_order_is_open_and_that_differ_are_a_conflict() {
        let rows = [
            ("2024-03-07", "2024-05-01", "negative"),
            ("2024", "2024-05-01", "conflict"),
            ("2024", "2024", "conflict"),
            ("", "2024-05-01", "conflict"),
            ("2023", "2024", "negative"),
            // On one day positive goes before negative (project rule).
            ("2024-05-01", "2024-05-01", "positive"),
        ];
        for (positive, negative, expected) in rows {
            let parts = [tested("a", LIVER, positive, "3+"), tested("b", LIVER, negative, "0")];
            let assessment = patient(&parts);
            assert_eq!(fact(&assessment, Fact::Her2Status), expected, "{positive} {negative}");
            assert_eq!(has(&assessment, "order-undecided"), expected == "conflict", "{positive} {negative}");
            let parts = [
                result_of("a", LIVER, positive, "85337-4", "positive"),
                result_of("b", LIVER, negative, "85337-4", "negative"),
            ];
            let expected = if expected == "positive" { "positive-unspecified" } else { expected };
            assert_eq!(fact(&patient(&parts), Fact::ErStatus), expected, "ER {positive} {negative}");
        }
        // A later positive of unknown site may be the newest metastasis.
        let assessment = patient(&[tested("a", LIVER, "2022-01-01", "0"), tested("b", "", "2024-01-01", "3+")]);
        assert_eq!(fact(&assessment, Fact::Her2Status), "conflict");
        // An older one of unknown site is not.
        let assessment = patient(&[tested("a", LIVER, "2022-01-01", "0"), tested("b", "", "2020-01-01", "3+")]);
        assert_eq!(fact(&assessment, Fact::Her2Status), "negative");
        assert!(has(&assessment, "discordant"));
    }

    #[test]
    fn left_and_right_are_never_one_specimen() {
        let on = |side: &str| json!({"effectiveDateTime": "2024-05-01", "bodySite": {"coding": [{"system": SNOMED, "code": side}]}});
        let parts = [vec![
            unnamed("a", "85319-2", "2+", &on(LEFT_BREAST)),
            unnamed("b", "85318-4", "amplified", &on(RIGHT_BREAST)),
        ]];
        let assessment = patient(&parts);
        // ISH of the right breast says nothing on the left.
        assert_eq!(fact(&assessment, Fact::Her2ReflexAwaited), "true");
        assert_eq!(fact(&assessment, Fact::Her2SpecimenSide), "right");
        assert!(has(&assessment, "two-primaries"));
        // On one side they are one specimen: IHC 2+ with amplification.
        let parts = [vec![
            unnamed("a", "85319-2", "2+", &on(LEFT_BREAST)),
            unnamed("b", "85318-4", "amplified", &on(LEFT_BREAST)),
        ]];
        let assessment = patient(&parts);
        assert_eq!(fact(&assessment, Fact::Her2ReflexAwaited), "false");
        assert_eq!(fact(&assessment, Fact::Her2Status), "positive");
        assert!(has(&assessment, "specimen-link-assumed") && !has(&assessment, "two-primaries"));
        // One Specimen whose results name both sides.
        let mut named =
            [unnamed("a", "85319-2", "2+", &on(LEFT_BREAST)), unnamed("b", "85318-4", "amplified", &on(RIGHT_BREAST))];
        for result in &mut named {
            result["specimen"] = json!({"reference": "Specimen/s"});
        }
        let assessment = patient(&[named.to_vec()]);
        assert_eq!(fact(&assessment, Fact::Her2ReflexAwaited), "true");
        assert!(codes(&assessment).contains(&"sides-differ"));
        // The cancers in focus are on two sides.
        let side = |id: &str, code: &str| {
            let mut cancer = cancer(id, "254837009");
            cancer["bodySite"] = json!([{"coding": [{"system": SNOMED, "code": code}]}]);
            cancer
        };
        let about =
            |id: &str| json!({"effectiveDateTime": "2024-05-01", "focus": [{"reference": format!("Condition/{id}")}]});
        let assessment = assessed(&[
            side("l", LEFT_BREAST),
            side("r", RIGHT_BREAST),
            unnamed("a", "85319-2", "3+", &about("l")),
            unnamed("b", "85319-2", "0", &about("r")),
            unnamed("e", "85337-4", "positive", &about("l")),
            unnamed("f", "85337-4", "negative", &about("r")),
        ]);
        assert_eq!(fact(&assessment, Fact::Her2Status), "positive");
        assert_eq!(fact(&assessment, Fact::Her2SpecimenSide), "left");
        assert!(has(&assessment, "two-primaries") && has(&assessment, "discordant"));
        assert!(fact(&assessment, Fact::HormoneReceptorFlags).contains("two-primaries"));
    }

    #[test]
    fn a_corrected_result_takes_the_place_of_the_final_one() {
        let first = tested("a", BREAST, "2024-05-01", "3+");
        let mut corrected = first[1].clone();
        corrected["id"] = json!("corrected");
        corrected["status"] = json!("corrected");
        corrected["valueString"] = json!("1+");
        let assessment = patient(&[first.clone(), vec![corrected.clone()]]);
        assert_eq!(fact(&assessment, Fact::Her2Status), "negative");
        assert!(codes(&assessment).contains(&"superseded-result"));
        // Of another test it is none.
        let mut other = corrected.clone();
        other["code"]["coding"][0]["code"] = json!("48676-1");
        other["valueString"] = json!("negative");
        assert_eq!(fact(&patient(&[first.clone(), vec![other]]), Fact::Her2Status), "conflict");
        // By its identifier, where no specimen is named.
        let numbered = |id: &str, status: &str, said: &str| {
            let identifier = json!([{"system": "urn:lab", "value": "77"}]);
            unnamed(id, "85319-2", said, &json!({"identifier": identifier, "status": status}))
        };
        let parts = [vec![numbered("x", "final", "3+"), numbered("y", "amended", "0")]];
        assert_eq!(fact(&patient(&parts), Fact::Her2Status), "negative");
        // A correction that cannot be read leaves nothing to use.
        corrected["valueString"] = json!("see report");
        assert_eq!(fact(&patient(&[first, vec![corrected]]), Fact::Her2Status), "not-assessed");
    }

    #[test]
    fn a_report_hands_its_status_to_its_results() {
        let report = |status: &str| {
            json!({"resourceType": "DiagnosticReport", "id": format!("report-{status}"), "status": status,
                "subject": {"reference": "Patient/p"}, "code": {"text": "pathology"},
                "result": [{"reference": "Observation/r-a"}]})
        };
        let rows = [
            (vec!["final"], "positive", ""),
            (vec!["preliminary"], "pending", "preliminary-result"),
            (vec!["cancelled"], "not-assessed", "void-report"),
            (vec!["entered-in-error"], "not-assessed", "void-report"),
            (vec!["preliminary", "final"], "positive", ""),
        ];
        for (statuses, expected, issue) in rows {
            let reports: Vec<Json> = statuses.iter().map(|status| report(status)).collect();
            let assessment = patient(&[tested("a", BREAST, "2024-05-01", "3+"), reports]);
            assert_eq!(fact(&assessment, Fact::Her2Status), expected, "{statuses:?}");
            assert!(issue.is_empty() || codes(&assessment).contains(&issue), "{statuses:?}");
        }
        // A conclusion in codes is a result.
        let mut concluding = report("final");
        concluding["conclusionCode"] = json!([{"coding": [{"system": SNOMED, "code": "427685000"}]}]);
        concluding["result"] = json!([]);
        assert_eq!(fact(&patient(&[vec![concluding.clone()]]), Fact::Her2Status), "positive");
        // Of the same specimen as a stain that says otherwise: a conflict.
        concluding["specimen"] = json!([{"reference": "Specimen/a"}]);
        let assessment = patient(&[tested("a", BREAST, "2024-05-01", "0"), vec![concluding]]);
        assert_eq!(fact(&assessment, Fact::Her2Status), "conflict");
    }

    #[test]
    fn a_diagnosis_that_names_her2_is_a_statement() {
        let positive = || vec![cancer("d", "427685000")];
        let assessment = patient(&[positive()]);
        assert_eq!(fact(&assessment, Fact::Her2Status), "positive");
        assert_eq!(fact(&assessment, Fact::Her2MetastasisTested), "-", "a diagnosis is no specimen");
        // It fills what the stain leaves open, and never stands against a conclusive one.
        let assessment = patient(&[positive(), tested("a", BREAST, "2024-05-01", "1+")]);
        assert_eq!(fact(&assessment, Fact::Her2Status), "negative");
        assert!(has(&assessment, "diagnosis-contradicts"));
        assert!(codes(&assessment).contains(&"diagnosis-contradicts-results"));
        let mut refuted = cancer("d", "427685000");
        refuted["verificationStatus"] = json!({"coding": [{"code": "refuted"}]});
        assert_eq!(fact(&patient(&[vec![refuted]]), Fact::Her2Status), "not-assessed");
    }

    #[test]
    fn whether_a_metastasis_was_tested_is_unknown_while_a_site_is() {
        let tested_on_metastasis = |parts: &[Vec<Json>]| fact(&patient(parts), Fact::Her2MetastasisTested);
        assert_eq!(tested_on_metastasis(&[tested("a", BREAST, "2024-05-01", "1+")]), "false");
        assert_eq!(tested_on_metastasis(&[tested("a", LIVER, "2024-05-01", "1+")]), "true");
        assert_eq!(tested_on_metastasis(&[tested("a", "", "2024-05-01", "1+")]), "-");
        // The metastasis' own result is open: it was not tested conclusively. While it is preliminary, nothing is known.
        let open = tested("b", LIVER, "2024-06-01", "2+");
        assert_eq!(tested_on_metastasis(&[tested("a", BREAST, "2024-05-01", "1+"), open]), "false");
        let mut preliminary = tested("b", LIVER, "2024-06-01", "3+");
        preliminary[1]["status"] = json!("preliminary");
        assert_eq!(tested_on_metastasis(&[tested("a", BREAST, "2024-05-01", "1+"), preliminary]), "-");
    }

    #[test]
    fn references_that_lead_nowhere_are_said() {
        let mut result = unnamed("a", "85319-2", "3+", &json!({"effectiveDateTime": "2024-05-01"}));
        result["specimen"] = json!({"reference": "Specimen/elsewhere"});
        result["focus"] = json!([{"reference": "Condition/elsewhere"}]);
        let assessment = patient(&[vec![result]]);
        let unresolved = codes(&assessment).iter().filter(|code| **code == "unresolved-reference").count();
        assert_eq!(unresolved, 2, "{:?}", assessment.issues);
        assert_eq!(fact(&assessment, Fact::Her2SpecimenSite), "unknown");
        // Results of unknown site are not joined with a metastasis of the same day.
        let on_day = json!({"effectiveDateTime": "2024-05-01"});
        let mut liver = on_day.clone();
        liver["bodySite"] = json!({"coding": [{"system": SNOMED, "code": LIVER}]});
        let parts = [vec![unnamed("a", "85319-2", "2+", &liver), unnamed("b", "85318-4", "amplified", &on_day)]];
        let assessment = patient(&parts);
        assert_eq!(fact(&assessment, Fact::Her2ReflexAwaited), "true");
        assert!(has(&assessment, "metastatic-result-pending"));
        // Undated results of no specimen are joined, and that is said.
        let parts = [vec![unnamed("a", "85319-2", "2+", &json!({})), unnamed("b", "85318-4", "amplified", &json!({}))]];
        assert!(has(&patient(&parts), "specimen-link-assumed"));
    }

    #[test]
    fn the_day_of_the_report_is_not_the_day_of_the_tissue() {
        // The metastasis was taken first and reported last: it is not newer than the second one.
        let mut first = tested("a", LIVER, "2023-01-10", "3+");
        first[1]["issued"] = json!("2024-09-01T10:00:00Z");
        let mut second = tested("b", LIVER, "2024-02-01", "0");
        second[1]["issued"] = json!("2024-02-10T10:00:00Z");
        assert_eq!(fact(&patient(&[first, second]), Fact::Her2Status), "negative");
        // Known only by the day of its report it may be older or newer.
        let mut reported = tested("a", LIVER, "", "3+");
        reported[1]["issued"] = json!("2024-09-01T10:00:00Z");
        assert_eq!(fact(&patient(&[reported, tested("b", LIVER, "2024-02-01", "0")]), Fact::Her2Status), "conflict");
    }
}
