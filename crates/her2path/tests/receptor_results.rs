//! What single receptor results may and may not be read as: FHIR in, facts and issues out.
//!
//! Expected answers follow from ASCO/CAP 2018 and 2020 and from the rule that a value which may mean two things is not
//! used. Each row is one patient.

#[cfg(test)]
mod tests {
    use her2path::assessment::{Assessment, Value};
    use her2path::fhir::Input;
    use her2path::guideline::{Fact, KNOWLEDGE};
    use her2path::{Question, assess, chapters};
    use serde_json::{Value as Json, json};

    const LOINC: &str = "http://loinc.org";

    fn assessed(resources: &[Json]) -> Assessment<'static> {
        let entries: Vec<Json> = resources.iter().map(|resource| json!({"resource": resource})).collect();
        let bundle = json!({"resourceType": "Bundle", "type": "collection", "entry": entries}).to_string();
        let question = Question::new(&KNOWLEDGE, jiff::civil::date(2026, 11, 23)).chapters(chapters::ALL);
        let (mut assessments, issues) = assess([Input { bytes: bundle.as_bytes(), name: "bundle" }], &question);
        assert!(issues.is_empty(), "{issues:?}");
        assessments.remove(0)
    }

    fn breast_cancer() -> Json {
        json!({"resourceType": "Condition", "id": "c", "subject": {"reference": "Patient/p"},
            "code": {"coding": [{"system": "http://snomed.info/sct", "code": "254837009"}]}})
    }

    fn observation(id: &str, code: &str, more: &Json) -> Json {
        let mut observation = json!({"resourceType": "Observation", "id": id, "status": "final",
            "subject": {"reference": "Patient/p"}, "specimen": {"reference": "Specimen/s"},
            "effectiveDateTime": "2024-05-01", "code": {"coding": [{"system": LOINC, "code": code}]}});
        for (key, value) in more.as_object().expect("an object") {
            observation[key] = value.clone();
        }
        observation
    }

    fn specimen() -> Json {
        json!({"resourceType": "Specimen", "id": "s", "subject": {"reference": "Patient/p"},
            "collection": {"collectedDateTime": "2024-05-01"}})
    }

    fn fact(assessment: &Assessment<'_>, fact: Fact) -> String {
        let definition = KNOWLEDGE.fact_definition(fact.index()).expect("a fact");
        let name =
            |index: &her2path::knowledge::model::ValueIndex| definition.values[usize::from(index.0)].code.to_string();
        match assessment.facts.get(fact).map(|statement| &statement.value) {
            Some(Value::Code(index)) => name(index),
            Some(Value::Codes(codes)) => codes.iter().map(name).collect::<Vec<_>>().join(","),
            Some(other) => format!("{other:?}"),
            None => "-".to_owned(),
        }
    }

    fn text(text: &str) -> Json {
        json!({"valueString": text})
    }

    fn quantity(value: &str, unit: &str) -> Json {
        let number: Json = serde_json::from_str(value).expect("a number");
        if unit.is_empty() {
            json!({"valueQuantity": {"value": number}})
        } else {
            json!({"valueQuantity": {"value": number, "unit": unit, "code": unit}})
        }
    }

    fn bound(comparator: &str, value: &str, unit: &str) -> Json {
        let mut bound = quantity(value, unit);
        bound["valueQuantity"]["comparator"] = json!(comparator);
        bound
    }

    fn coded(code: &str) -> Json {
        json!({"valueCodeableConcept": {"coding": [{"system": LOINC, "code": code}]}})
    }

    /// Results of one specimen, given in both orders: the answer must be the same and hold the issue.
    fn check(rows: &[(Vec<Json>, Fact, &str, &str)]) {
        for (results, of, expected, issue) in rows {
            for reversed in [false, true] {
                let mut resources = vec![breast_cancer(), specimen()];
                resources.extend(results.iter().cloned());
                if reversed {
                    resources.reverse();
                }
                let assessment = assessed(&resources);
                let issues: Vec<&str> = assessment.issues.iter().map(|issue| issue.code.as_ref()).collect();
                assert_eq!(fact(&assessment, *of), *expected, "{results:?}: {:?}", assessment.issues);
                if issue.is_empty() {
                    assert!(issues.is_empty(), "{results:?}: {:?}", assessment.issues);
                } else {
                    assert!(issues.contains(issue), "{results:?}: no {issue} in {:?}", assessment.issues);
                }
            }
        }
    }

    fn her2(
        code: &str,
        value: &Json,
        expected: &'static str,
        issue: &'static str,
    ) -> (Vec<Json>, Fact, &'static str, &'static str) {
        (vec![observation("a", code, value)], Fact::Her2Status, expected, issue)
    }

    fn er(
        code: &str,
        value: &Json,
        expected: &'static str,
        issue: &'static str,
    ) -> (Vec<Json>, Fact, &'static str, &'static str) {
        (vec![observation("a", code, value)], Fact::ErStatus, expected, issue)
    }

    #[test]
    fn a_text_about_another_receptor_is_no_result() {
        check(&[
            her2("48676-1", &text("ER positive"), "not-assessed", "value-not-about-code"),
            her2("85319-2", &text("Estrogen receptor positive"), "not-assessed", "value-not-about-code"),
            her2("85318-4", &text("PgR negative"), "not-assessed", "value-not-about-code"),
            her2("48676-1", &text("ER+ PR+ HER2 negative"), "not-assessed", "value-not-about-code"),
            er("85337-4", &text("HER2 positive"), "unknown", "value-not-about-code"),
            er("85337-4", &text("PR positive"), "unknown", "value-not-about-code"),
            er("85337-4", &text("ER positive"), "positive-unspecified", ""),
            // The code says positive, its text names another receptor.
            her2(
                "48676-1",
                &json!({"valueCodeableConcept": {"coding": [{"system": LOINC, "code": "LA6576-8"}], "text": "ER positive"}}),
                "not-assessed",
                "value-not-about-code",
            ),
        ]);
    }

    #[test]
    fn less_than_positive_is_never_her2_positive() {
        let mut rows = Vec::new();
        for words in [
            "weakly positive",
            "low positive",
            "focal positive",
            "positive in 5% of cells",
            "moderately positive",
            "positive (heterogeneous)",
            "3+ in 5% of cells",
            "3+ (focal)",
        ] {
            for code in ["85319-2", "48676-1"] {
                rows.push(her2(code, &text(words), "not-assessed", "unreadable-value"));
            }
        }
        rows.push(her2("85318-4", &text("weakly positive"), "not-assessed", "unreadable-value"));
        // The code alone would say positive.
        let coded = json!({"valueCodeableConcept": {"coding": [{"system": LOINC, "code": "LA6576-8"}], "text": "weakly positive"}});
        rows.push(her2("48676-1", &coded, "not-assessed", "unreadable-value"));
        check(&rows);
    }

    #[test]
    fn the_unit_says_what_a_number_counts() {
        let with = |ratio: &Json, copies: &Json, status, issue| {
            (
                vec![observation("a", "49683-6", ratio), observation("b", "74860-8", copies)],
                Fact::Her2Status,
                status,
                issue,
            )
        };
        check(&[
            // 4.0 copies are not a ratio of 4.0: group 1 would be positive.
            with(&quantity("4.0", "{copies}/{cell}"), &quantity("4.0", ""), "pending", "unit-contradicts-code"),
            with(&quantity("4.0", ""), &quantity("4.0", ""), "positive", ""),
            with(&quantity("4.0", "{ratio}"), &quantity("4.0", "{copies}/{cell}"), "positive", ""),
            with(&quantity("4.0", "{ratio}"), &quantity("4.0", "{ratio}"), "pending", "unit-contradicts-code"),
            with(&text("4.0 copies/cell"), &quantity("4.0", ""), "pending", "unit-contradicts-code"),
            // One text that gives all three: ratio 2.1 and 4.3 copies are group 1.
            her2("49683-6", &text("HER2/CEP17 ratio 2.1, HER2 copies 4.3, CEP17 copies 2.0"), "positive", ""),
            her2("49683-6", &text("ratio 1.8, copies 3.9"), "negative", ""),
            // A number under a code that asks only whether HER2 is amplified may be either.
            her2("85318-4", &quantity("4.0", ""), "not-assessed", "ambiguous-number"),
            her2("49683-6", &text("2,1"), "not-assessed", "unreadable-value"),
            her2("49683-6", &quantity("2.1", "mm"), "not-assessed", "unit-contradicts-code"),
        ]);
    }

    #[test]
    fn numbers_that_contradict_each_other_are_a_conflict_in_any_order() {
        let numbers = |ids: &[(&str, &str, &str)]| -> Vec<Json> {
            ids.iter().map(|(id, code, value)| observation(id, code, &quantity(value, ""))).collect()
        };
        let recount = |id: &str, code: &str, value: &str| {
            let mut recounted = observation(id, code, &quantity(value, ""));
            recounted["method"] = json!({"text": "blinded recount"});
            recounted
        };
        let group_4 = || {
            let mut results = numbers(&[("a", "49683-6", "1.9"), ("b", "74860-8", "4.8")]);
            results.push(observation("c", "85319-2", &text("2+")));
            results
        };
        let mut with_cep17 = group_4();
        with_cep17.extend([
            recount("d", "49683-6", "1.9"),
            recount("e", "74860-8", "4.9"),
            recount("f", "74861-6", "2.6"),
        ]);
        let mut later = group_4();
        for (id, code, value) in [("d", "49683-6", "2.4"), ("e", "74860-8", "4.8")] {
            let mut again = observation(id, code, &quantity(value, ""));
            again["issued"] = json!("2024-05-20T10:00:00Z");
            later.push(again);
        }
        for first in &mut later {
            if first["issued"].is_null() {
                first["issued"] = json!("2024-05-08T10:00:00Z");
            }
        }
        let mut later_ratio = numbers(&[("a", "49683-6", "1.9"), ("b", "74860-8", "4.8")]);
        for first in &mut later_ratio {
            first["issued"] = json!("2024-05-08T10:00:00Z");
        }
        let mut again = observation("c", "49683-6", &quantity("2.4", ""));
        again["issued"] = json!("2024-05-20T10:00:00Z");
        later_ratio.push(again);
        check(&[
            (
                numbers(&[("a", "49683-6", "1.8"), ("b", "49683-6", "2.4"), ("c", "74860-8", "4.5")]),
                Fact::Her2Status,
                "conflict",
                "her2-conflict",
            ),
            (
                numbers(&[("a", "49683-6", "1.8"), ("b", "74860-8", "3.5"), ("c", "74860-8", "6.5")]),
                Fact::Her2Status,
                "conflict",
                "her2-conflict",
            ),
            // Two counts in one group agree.
            (
                numbers(&[("a", "49683-6", "1.2"), ("b", "49683-6", "1.4"), ("c", "74860-8", "3.5")]),
                Fact::Her2Status,
                "negative",
                "",
            ),
            // The recount's own CEP17 count does not stand in for its ratio: still group 4, negative with comment.
            (with_cep17, Fact::Her2Detail, "negative-with-comment-g4", ""),
            // A count given out later replaces the first one and does not contradict it.
            (later, Fact::Her2Status, "positive", ""),
            // The later ratio is not joined to the copies of the earlier count.
            (later_ratio, Fact::Her2Detail, "incomplete-ish", ""),
            // Bounds on copies are kept: ratio 1.5 with at least 6 copies is group 3, which IHC decides.
            (
                vec![
                    observation("a", "49683-6", &quantity("1.5", "")),
                    observation("b", "74860-8", &bound(">=", "6.0", "")),
                ],
                Fact::Her2Ish,
                "g3",
                "",
            ),
            (
                vec![
                    observation("a", "49683-6", &quantity("1.5", "")),
                    observation("b", "74860-8", &bound(">=", "5.0", "")),
                ],
                Fact::Her2Ish,
                "partial",
                "",
            ),
            (
                vec![observation(
                    "a",
                    "48676-1",
                    &json!({"interpretation": [{"coding": [{"code": "POS"}]}, {"coding": [{"code": "NEG"}]}]}),
                )],
                Fact::Her2Status,
                "conflict",
                "her2-conflict",
            ),
        ]);
    }

    #[test]
    fn what_was_not_done_does_not_erase_what_was() {
        check(&[
            her2("85319-2", &text("3+, FISH not performed"), "positive", "no-result"),
            her2("48676-1", &text("2+ FISH pending"), "equivocal", "no-result"),
            her2("48676-1", &text("FISH not performed"), "not-assessed", "no-result"),
            her2("85318-4", &text("FISH not performed"), "not-assessed", "no-result"),
            // A stain's answer about the gene is not the stain's.
            her2("85319-2", &text("amplified"), "not-assessed", "unreadable-value"),
            // Nothing but fillers.
            her2("48676-1", &text("HER2 by IHC"), "not-assessed", "unreadable-value"),
            her2("85319-2", &text("score"), "not-assessed", "unreadable-value"),
            // Another laboratory is always said.
            her2("85319-2", &text("1+ (outside 1+)"), "negative", "outside-result"),
            her2("85319-2", &text("Not performed (outside 3+)"), "positive", "outside-result"),
            er("85337-4", &text("Negative (outside positive)"), "conflict", "outside-result"),
        ]);
    }

    #[test]
    fn parts_of_one_entry_that_exclude_each_other_are_a_conflict() {
        let both = |code: &str, text: &str| json!({"valueCodeableConcept": {"coding": [{"system": LOINC, "code": code}], "text": text}});
        let shown = |code: &str, display: &str| json!({"valueCodeableConcept": {"coding": [{"system": LOINC, "code": code, "display": display}]}});
        let interpreted = |mut value: Json, code: &str| {
            value["interpretation"] = json!([{"coding": [{"code": code}]}]);
            value
        };
        check(&[
            her2("48676-1", &both("LA6576-8", "Negative"), "conflict", "code-contradicts-text"),
            her2("85319-2", &both("LA11841-6", "3+"), "conflict", "code-contradicts-text"),
            her2("85319-2", &both("LA11841-6", "0"), "conflict", "code-contradicts-text"),
            her2("48676-1", &both("LA6576-8", "Positive"), "positive", ""),
            her2("48676-1", &shown("LA6576-8", "Negative"), "conflict", "display-contradicts-code"),
            er("85337-4", &both("LA6576-8", "Negative"), "conflict", "code-contradicts-text"),
            her2("85319-2", &interpreted(coded("LA11841-6"), "POS"), "conflict", "her2-conflict"),
            her2("85319-2", &interpreted(coded("LA11843-2"), "POS"), "positive", ""),
            her2("48676-1", &interpreted(coded("LA6577-6"), "POS"), "conflict", "her2-conflict"),
            er("85329-1", &interpreted(quantity("80", "%"), "NEG"), "positive", "word-contradicts-percentage"),
            er("85337-4", &interpreted(coded("LA6576-8"), "NEG"), "conflict", "receptor-conflict"),
        ]);
    }

    #[test]
    fn no_number_becomes_a_wrong_band_of_er() {
        let two = |a: &Json, b: &Json, status, issue| {
            (vec![observation("a", "85329-1", a), observation("b", "85329-1", b)], Fact::ErStatus, status, issue)
        };
        check(&[
            two(&bound("<", "1", "%"), &quantity("1", "%"), "conflict", "receptor-conflict"),
            two(&quantity("5", "%"), &quantity("80", "%"), "conflict", "receptor-conflict"),
            two(&quantity("70", "%"), &quantity("90", "%"), "positive", ""),
            // A bound that allows the number agrees with it.
            two(&bound("<", "10", "%"), &quantity("5", "%"), "low-positive", ""),
            two(&bound(">=", "1", "%"), &quantity("80", "%"), "positive", ""),
            er("85329-1", &text("30-60%"), "positive", ""),
            er("85329-1", &text("30-60"), "unknown", "unreadable-value"),
            er("85337-4", &text("0-5%"), "unknown", ""),
            // 8/8 is an Allred total; as a percentage it would be low positive.
            er("85337-4", &text("8/8"), "positive-unspecified", ""),
            er("85337-4", &text("Allred 2"), "negative", ""),
            er("85337-4", &json!({"valueInteger": 8}), "unknown", "ambiguous-number"),
            er("85337-4", &quantity("3", ""), "unknown", "ambiguous-number"),
            er("85329-1", &quantity("80", ""), "positive", ""),
            er("85329-1", &quantity("0.8", ""), "unknown", "ambiguous-number"),
            er("85329-1", &quantity("1", ""), "unknown", "ambiguous-number"),
            er("85329-1", &quantity("0.8", "1"), "unknown", "ambiguous-number"),
            er("85329-1", &quantity("80", "1"), "unknown", "ambiguous-number"),
            er("85329-1", &quantity("0", "1"), "negative", ""),
            er(
                "85329-1",
                &json!({"valueRatio": {"numerator": {"value": 8}, "denominator": {"value": 8}}}),
                "unknown",
                "unreadable-value",
            ),
            er(
                "85329-1",
                &json!({"valueRange": {"low": {"value": 30, "code": "%"}, "high": {"value": 60, "code": "%"}}}),
                "positive",
                "",
            ),
            er("85337-4", &text("3+"), "unknown", "unreadable-value"),
            er("85337-4", &text("weakly positive"), "positive-unspecified", ""),
        ]);
    }

    #[test]
    fn methods_of_a_stain_do_not_lose_it() {
        let mut stain = observation("a", "85319-2", &text("3+"));
        stain["method"] = json!({"text": "recount by a second reader"});
        let mut decided = observation("b", "85318-4", &text("amplified"));
        decided["method"] = json!({"text": "adjudicated by the laboratory"});
        check(&[
            (vec![stain], Fact::Her2Status, "positive", ""),
            // A decision without a group is said not to be used.
            (vec![decided], Fact::Her2Status, "not-assessed", "unreadable-value"),
            (vec![observation("a", "85318-4", &text("group 5"))], Fact::Her2Status, "negative", ""),
        ]);
    }
}
