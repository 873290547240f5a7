//! What a record says beside Observations: morphology, parents of specimens, conclusions in words, status codes, a year of
//! birth, preliminary results. FHIR in, facts, first line and issues out.
//!
//! Expected values are read off the records by hand; rules of the project are named where one decides.

#[cfg(test)]
mod tests {
    use her2path::assessment::{Assessment, display};
    use her2path::criteria::{Outcome, judge};
    use her2path::fhir::Input;
    use her2path::guideline::{Fact, KNOWLEDGE};
    use her2path::{Question, assess, chapters};
    use serde_json::{Value as Json, json};

    const LOINC: &str = "http://loinc.org";
    const SNOMED: &str = "http://snomed.info/sct";
    const ICD_10_CM: &str = "http://hl7.org/fhir/sid/icd-10-cm";
    const ICD_O_3: &str = "http://terminology.hl7.org/CodeSystem/icd-o-3";
    const BREAST: &str = "76752008";
    const LEFT_BREAST: &str = "80248007";
    const LIVER: &str = "10200004";
    const IHC: &str = "85319-2";
    const ISH: &str = "85318-4";

    fn assessed(resources: &[Json]) -> Assessment<'static> {
        let one = |resources: &[Json]| {
            let entries: Vec<Json> = resources.iter().map(|resource| json!({"resource": resource})).collect();
            let bundle = json!({"resourceType": "Bundle", "type": "collection", "entry": entries}).to_string();
            let question = Question::new(&KNOWLEDGE, jiff::civil::date(2026, 11, 23)).chapters(chapters::ALL);
            assess([Input { bytes: bundle.as_bytes(), name: "bundle" }], &question).0.remove(0)
        };
        let forwards = one(resources);
        let backwards = one(&resources.iter().rev().cloned().collect::<Vec<_>>());
        for of in Fact::ALL {
            assert_eq!(forwards.facts.get(of), backwards.facts.get(of), "{of:?} depends on the order of entries");
        }
        forwards
    }

    fn fact(assessment: &Assessment<'_>, fact: Fact) -> String {
        assessment
            .facts
            .get(fact)
            .map_or_else(|| "-".to_owned(), |statement| display(&KNOWLEDGE, fact.index(), &statement.value))
    }

    fn has(assessment: &Assessment<'_>, flag: &str) -> bool {
        fact(assessment, Fact::Her2Flags).split(", ").any(|found| found == flag)
    }

    fn issues<'i>(assessment: &'i Assessment<'_>) -> Vec<&'i str> {
        assessment.issues.iter().map(|issue| issue.code.as_ref()).collect()
    }

    fn headline<'a>(assessment: &'a Assessment<'_>) -> &'a str {
        let diagnosis = |chapter: &&her2path::assessment::ChapterAssessment<'_>| {
            chapter.chapter == her2path::knowledge::model::Chapter::Diagnosis
        };
        &assessment.chapters.iter().find(diagnosis).expect("the chapter").summary
    }

    fn concept(system: &str, code: &str) -> Json {
        json!({"coding": [{"system": system, "code": code}]})
    }

    fn condition(id: &str, system: &str, code: &str) -> Json {
        json!({"resourceType": "Condition", "id": id, "subject": {"reference": "Patient/p"}, "code": concept(system, code)})
    }

    fn cancer() -> Json {
        condition("c", SNOMED, "254837009")
    }

    fn liver_metastasis(onset: &str) -> Json {
        let mut metastasis = condition("m", SNOMED, "94381002");
        metastasis["onsetDateTime"] = json!(onset);
        metastasis
    }

    fn result(id: &str, code: &str, said: &str, day: &str) -> Json {
        let mut result = json!({"resourceType": "Observation", "id": id, "status": "final",
            "subject": {"reference": "Patient/p"}, "code": concept(LOINC, code), "valueString": said});
        if !day.is_empty() {
            result["effectiveDateTime"] = json!(day);
        }
        result
    }

    fn of_specimen(mut result: Json, specimen: &str) -> Json {
        result["specimen"] = json!({"reference": format!("Specimen/{specimen}")});
        result
    }

    fn specimen(id: &str, site: &str, day: &str, parents: &[&str]) -> Json {
        let mut specimen = json!({"resourceType": "Specimen", "id": id, "subject": {"reference": "Patient/p"}});
        if !site.is_empty() {
            specimen["collection"]["bodySite"] = concept(SNOMED, site);
        }
        if !day.is_empty() {
            specimen["collection"]["collectedDateTime"] = json!(day);
        }
        let parents: Vec<Json> = parents.iter().map(|id| json!({"reference": format!("Specimen/{id}")})).collect();
        if !parents.is_empty() {
            specimen["parent"] = json!(parents);
        }
        specimen
    }

    #[test]
    fn a_specimen_made_from_another_is_of_the_same_lesion() {
        // IHC on one block and ISH on another of one biopsy of the liver: read together, at the site of the biopsy.
        let record = [
            cancer(),
            liver_metastasis("2024-01-01"),
            specimen("biopsy", LIVER, "2024-02-01", &[]),
            specimen("block-a", "", "", &["biopsy"]),
            specimen("slide-a", "", "", &["block-a"]),
            specimen("block-b", "", "", &["biopsy"]),
            of_specimen(result("ihc", IHC, "2+", "2024-02-05"), "slide-a"),
            of_specimen(result("ratio", "49683-6", "2.6", "2024-02-12"), "block-b"),
            of_specimen(result("copies", "74860-8", "6.4", "2024-02-12"), "block-b"),
        ];
        let assessment = assessed(&record);
        assert_eq!(fact(&assessment, Fact::Her2Status), "positive");
        assert_eq!(fact(&assessment, Fact::Her2SpecimenSite), "metastasis");
        assert_eq!(fact(&assessment, Fact::Her2Date), "2024-02-01");
        assert_eq!(fact(&assessment, Fact::Her2Ihc), "2+");
        assert_eq!(fact(&assessment, Fact::Her2ReflexAwaited), "no");
        // The same parent, which is not on record: still one specimen, of a site that is not known.
        let orphans: Vec<Json> = record.iter().filter(|resource| resource["id"] != "biopsy").cloned().collect();
        let assessment = assessed(&orphans);
        assert_eq!(fact(&assessment, Fact::Her2Ihc), "2+");
        assert_eq!(fact(&assessment, Fact::Her2ReflexAwaited), "no");
        assert_eq!(fact(&assessment, Fact::Her2SpecimenSite), "unknown");
        // Two that are each other's parent, or one of several parents, stand for themselves.
        for parents in [vec!["b"], vec!["x", "y"]] {
            let record = [
                cancer(),
                specimen("a", BREAST, "2024-02-01", &parents),
                specimen("b", "", "", &["a"]),
                of_specimen(result("ihc", IHC, "3+", ""), "a"),
            ];
            assert_eq!(fact(&assessed(&record), Fact::Her2Status), "positive");
        }
    }

    fn report(conclusion: &str) -> Json {
        json!({"resourceType": "DiagnosticReport", "id": "d", "status": "final", "subject": {"reference": "Patient/p"},
            "code": concept(LOINC, "60568-3"), "effectiveDateTime": "2024-02-05", "conclusion": conclusion})
    }

    #[test]
    fn a_conclusion_in_words_is_read_whole_or_not_at_all() {
        let rows = [
            // Conclusion, HER2, ER, PgR, issue.
            ("ER positive (95%), PR negative, HER2 3+ by IHC.", "positive", "positive", "negative", ""),
            ("Invasive ductal carcinoma, grade 2. HER2 1+.", "negative", "-", "-", ""),
            ("HER2 2+, FISH not amplified", "negative", "-", "-", ""),
            ("HER2 2+ (equivocal)", "equivocal", "-", "-", ""),
            ("HER2 not amplified by FISH", "negative", "-", "-", ""),
            ("No family history of HER2 positive disease.", "not-assessed", "-", "-", "text-not-read"),
            ("Previous biopsy of 2015. HER2 positive.", "not-assessed", "-", "-", "text-not-read"),
            ("HER2 positive. Outside slides reviewed.", "not-assessed", "-", "-", "text-not-read"),
            ("ER/PR positive", "not-assessed", "-", "-", "text-not-read"),
            ("Carcinoma of the breast.", "not-assessed", "-", "-", "text-not-read"),
            ("No acute findings. Seen in the ER.", "not-assessed", "-", "-", ""),
        ];
        for (conclusion, her2, er, pr, issue) in rows {
            let assessment = assessed(&[cancer(), report(conclusion)]);
            assert_eq!(fact(&assessment, Fact::Her2Status), her2, "{conclusion}");
            let expected = |status: &str| if status == "-" { "unknown".to_owned() } else { status.to_owned() };
            assert_eq!(fact(&assessment, Fact::ErStatus), expected(er), "{conclusion}");
            assert_eq!(fact(&assessment, Fact::PrStatus), expected(pr), "{conclusion}");
            let not_read: Vec<&str> = issues(&assessment).into_iter().filter(|code| *code == "text-not-read").collect();
            assert_eq!(not_read.first().copied().unwrap_or_default(), issue, "{conclusion}");
        }
        // It is a result of the report's specimen, and joins what else is known of it.
        let mut of_block = report("HER2 not amplified by FISH");
        of_block["specimen"] = json!([{"reference": "Specimen/block"}]);
        let assessment = assessed(&[
            cancer(),
            specimen("biopsy", LEFT_BREAST, "2024-02-01", &[]),
            specimen("block", "", "", &["biopsy"]),
            of_specimen(result("ihc", IHC, "2+", "2024-02-03"), "biopsy"),
            of_block,
        ]);
        assert_eq!(fact(&assessment, Fact::Her2Status), "negative");
        assert_eq!(fact(&assessment, Fact::Her2Category), "low");
        assert_eq!(fact(&assessment, Fact::Her2SpecimenSide), "left");
        // A conclusion that contradicts the result in its own report is a conflict, and none is chosen.
        let mut contradicting = report("HER2 negative");
        contradicting["result"] = json!([{"reference": "Observation/ihc"}]);
        let assessment = assessed(&[
            cancer(),
            specimen("biopsy", BREAST, "2024-02-01", &[]),
            of_specimen(result("ihc", IHC, "3+", "2024-02-03"), "biopsy"),
            contradicting,
        ]);
        assert_eq!(fact(&assessment, Fact::Her2Status), "conflict");
        // A preliminary report settles nothing; one entered in error says nothing.
        for (status, expected) in [("preliminary", "pending"), ("entered-in-error", "not-assessed")] {
            let mut early = report("HER2 3+");
            early["status"] = json!(status);
            assert_eq!(fact(&assessed(&[cancer(), early]), Fact::Her2Status), expected);
        }
        // With another cancer on record it may be about that one.
        let assessment = assessed(&[cancer(), condition("l", ICD_10_CM, "C34.90"), report("HER2 3+")]);
        assert_eq!(fact(&assessment, Fact::Her2Status), "not-assessed");
        assert!(issues(&assessment).contains(&"primary-not-said"));
    }

    #[test]
    fn a_cancer_only_in_a_conclusion_is_no_diagnosis_and_no_silence() {
        let mut concluding = report("");
        concluding["conclusionCode"] = json!([concept(SNOMED, "254837009")]);
        let assessment = assessed(&[concluding.clone()]);
        assert_eq!(fact(&assessment, Fact::DiseaseBreastCancer), "unclear");
        assert!(issues(&assessment).contains(&"uncoded-diagnosis"));
        assert!(!headline(&assessment).contains("no breast cancer on record"), "{}", headline(&assessment));
        // Beside the diagnosis it says nothing new.
        let assessment = assessed(&[cancer(), concluding]);
        assert_eq!(fact(&assessment, Fact::DiseaseBreastCancer), "invasive");
        assert!(!issues(&assessment).contains(&"uncoded-diagnosis"));
    }

    #[test]
    fn receptor_status_codes_are_recorded_status() {
        let rows = [
            // Codes of ICD-10-CM Z17, then HER2, ER, PgR, both together.
            (vec!["Z17.0"], "not-assessed", "positive-unspecified", "unknown", "positive"),
            (vec!["Z17.1"], "not-assessed", "negative", "unknown", "unknown"),
            (vec!["Z17.1", "Z17.22"], "not-assessed", "negative", "negative", "negative"),
            (vec!["Z17.21"], "not-assessed", "unknown", "positive", "positive"),
            (vec!["Z17.31"], "positive", "unknown", "unknown", "unknown"),
            (vec!["Z17.32"], "negative", "unknown", "unknown", "unknown"),
            (vec!["Z17.410"], "positive", "unknown", "unknown", "positive"),
            (vec!["Z17.411"], "negative", "unknown", "unknown", "positive"),
            (vec!["Z17.420"], "positive", "negative", "negative", "negative"),
            (vec!["Z17.421"], "negative", "negative", "negative", "negative"),
            // Without the dot, as claims write it.
            (vec!["Z17410"], "positive", "unknown", "unknown", "positive"),
            // Two that exclude each other.
            (vec!["Z17.31", "Z17.32"], "conflict", "unknown", "unknown", "unknown"),
        ];
        for (codes, her2, er, pr, together) in rows {
            let mut record = vec![cancer()];
            record.extend(codes.iter().map(|code| condition(&format!("s{}", code.replace('.', "")), ICD_10_CM, code)));
            let assessment = assessed(&record);
            assert_eq!(fact(&assessment, Fact::Her2Status), her2, "{codes:?}");
            assert_eq!(fact(&assessment, Fact::ErStatus), er, "{codes:?}");
            assert_eq!(fact(&assessment, Fact::PrStatus), pr, "{codes:?}");
            assert_eq!(fact(&assessment, Fact::HormoneReceptorStatus), together, "{codes:?}");
            assert_eq!(has(&assessment, "recorded-status"), matches!(her2, "positive" | "negative"), "{codes:?}");
            let hormone = fact(&assessment, Fact::HormoneReceptorFlags).contains("recorded-status");
            assert_eq!(hormone, (er, pr, together) != ("unknown", "unknown", "unknown"), "{codes:?}");
        }
        // A result goes before it, and the contradiction is said.
        let assessment =
            assessed(&[cancer(), condition("s", ICD_10_CM, "Z17.31"), result("ihc", IHC, "1+", "2024-02-03")]);
        assert_eq!(fact(&assessment, Fact::Her2Status), "negative");
        assert!(has(&assessment, "diagnosis-contradicts") && !has(&assessment, "recorded-status"));
        assert!(issues(&assessment).contains(&"diagnosis-contradicts-results"));
        assert!(!headline(&assessment).starts_with("HER2-negative"), "{}", headline(&assessment));
        assert!(!headline(&assessment).contains("does not apply"), "{}", headline(&assessment));
        let results =
            [result("er", "85337-4", "negative", "2024-02-03"), result("pr", "85339-0", "negative", "2024-02-03")];
        let record = [vec![cancer(), condition("s", ICD_10_CM, "Z17.411")], results.to_vec()].concat();
        let assessment = assessed(&record);
        assert_eq!(fact(&assessment, Fact::HormoneReceptorStatus), "negative");
        assert!(fact(&assessment, Fact::HormoneReceptorFlags).contains("diagnosis-contradicts"));
        // The classification puts it beside breast cancer only, so another cancer on record does not make it unclear.
        let assessment =
            assessed(&[cancer(), condition("l", ICD_10_CM, "C34.90"), condition("s", ICD_10_CM, "Z17.31")]);
        assert_eq!(fact(&assessment, Fact::Her2Status), "positive");
        // Without any cancer on record it says nothing about one.
        let assessment = assessed(&[condition("s", ICD_10_CM, "Z17.31")]);
        assert_eq!(fact(&assessment, Fact::DiseaseBreastCancer), "not-recorded");
    }

    #[test]
    fn morphology_completes_a_code_or_contradicts_it() {
        let general = "363346000";
        let rows = [
            // Code of the diagnosis, site, morphology, what is on record, issue.
            ((SNOMED, "254837009"), "", (SNOMED, "82711006"), "invasive", ""),
            ((SNOMED, "254837009"), "", (SNOMED, "77284006"), "unclear", "morphology-contradicts-code"),
            ((SNOMED, "254837009"), "", (ICD_O_3, "8500/2"), "unclear", "morphology-contradicts-code"),
            ((SNOMED, "254837009"), "", (ICD_O_3, "9680/3"), "unclear", "morphology-contradicts-code"),
            ((SNOMED, "254837009"), "", (ICD_O_3, "8500/3"), "invasive", ""),
            ((SNOMED, general), BREAST, (SNOMED, "82711006"), "invasive", ""),
            ((SNOMED, general), BREAST, (ICD_O_3, "8520/3"), "invasive", ""),
            ((SNOMED, general), BREAST, (SNOMED, "77284006"), "unclear", "morphology-contradicts-code"),
            // Adenocarcinoma at the breast may have come from elsewhere.
            ((SNOMED, general), BREAST, (SNOMED, "1187332001"), "unclear", "uncoded-diagnosis"),
            ((SNOMED, general), "", (SNOMED, "82711006"), "not-recorded", "uncoded-diagnosis"),
            ((ICD_O_3, "C50.9"), "", (ICD_O_3, "8500/2"), "in-situ-only", ""),
            ((ICD_O_3, "C50.9"), "", (ICD_O_3, "8500/3"), "invasive", ""),
            ((ICD_10_CM, "D05.12"), "", (SNOMED, "77284006"), "in-situ-only", ""),
            ((ICD_10_CM, "D05.12"), "", (SNOMED, "82711006"), "unclear", "morphology-contradicts-code"),
            ((ICD_10_CM, "C50.911"), "", (SNOMED, "404684003"), "invasive", "unread-morphology"),
        ];
        for ((system, code), site, (morphology_system, morphology), expected, issue) in rows {
            let mut diagnosis = condition("c", system, code);
            if !site.is_empty() {
                diagnosis["bodySite"] = json!([concept(SNOMED, site)]);
            }
            diagnosis["extension"] = json!([{
                "url": "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-histology-morphology-behavior",
                "valueCodeableConcept": concept(morphology_system, morphology),
            }]);
            let assessment = assessed(&[diagnosis]);
            assert_eq!(fact(&assessment, Fact::DiseaseBreastCancer), expected, "{code} {site} {morphology}");
            let said = issues(&assessment);
            assert!(issue.is_empty() || said.contains(&issue), "{code} {morphology}: {said:?}");
            assert_eq!(said.contains(&"morphology-contradicts-code"), issue == "morphology-contradicts-code", "{code}");
        }
    }

    #[test]
    fn an_ish_some_days_after_the_only_ihc_is_its_reflex_test() {
        let ihc = |day: &str| result("ihc", IHC, "2+", day);
        let ish = |day: &str| result("ish", ISH, "not amplified", day);
        let at = |mut result: Json, site: &str| {
            result["bodySite"] = concept(SNOMED, site);
            result
        };
        let rows = [
            (vec![ihc("2024-05-01"), ish("2024-05-10")], "no"),
            (vec![ihc("2024-05-01"), ish("2024-06-12")], "no"),
            // Sections are not tested after six weeks, so this is of another sample (project rule).
            (vec![ihc("2024-05-01"), ish("2024-06-13")], "yes"),
            (vec![ihc("2024-05-01"), ish("2024-04-30")], "yes"),
            (vec![ihc("2024-05-01"), ish("")], "yes"),
            (vec![ihc("2024-05"), ish("2024-05-20")], "yes"),
            (vec![ihc("2024-05-01")], "yes"),
            (vec![at(ihc("2024-05-01"), BREAST), ish("2024-05-10")], "yes"),
            (vec![at(ihc("2024-05-01"), BREAST), at(ish("2024-05-10"), LIVER)], "yes"),
            // A third result may be what the ISH belongs to.
            (vec![ihc("2024-05-01"), ish("2024-05-10"), result("other", IHC, "1+", "2024-05-08")], "yes"),
            // Named specimens that differ are two.
            (vec![of_specimen(ihc("2024-05-01"), "a"), of_specimen(ish("2024-05-10"), "b")], "yes"),
        ];
        for (results, expected) in rows {
            let record = [vec![cancer()], results.clone()].concat();
            let assessment = assessed(&record);
            assert_eq!(fact(&assessment, Fact::Her2ReflexAwaited), expected, "{results:?}");
        }
        // Two primaries: the ISH may be of the other breast.
        let both = [condition("l", ICD_10_CM, "C50.912"), condition("r", ICD_10_CM, "C50.911")];
        let record = [both.to_vec(), vec![ihc("2024-05-01"), ish("2024-05-10")]].concat();
        assert_eq!(fact(&assessed(&record), Fact::Her2ReflexAwaited), "yes");
    }

    #[test]
    fn a_preliminary_result_is_pending_and_of_a_metastasis_only_where_it_can_be() {
        let primary =
            [specimen("a", BREAST, "2020-03-01", &[]), of_specimen(result("ra", IHC, "1+", "2020-03-03"), "a")];
        let preliminary = |day: &str| {
            let mut result = result("rb", IHC, "3+", day);
            result["status"] = json!("preliminary");
            result
        };
        let staged = |m: &str| {
            json!({"resourceType": "Observation", "id": "stage", "status": "final", "subject": {"reference": "Patient/p"},
                "code": concept(LOINC, "21907-1"), "effectiveDateTime": "2024-05-20", "valueCodeableConcept": {"text": m,
                "coding": [{"system": SNOMED, "code": if m == "cM0" { "1229901006" } else { "1229903009" }}]}})
        };
        let rows = [
            // Metastatic since 2024: a result of that time may be of a metastasis.
            (vec![liver_metastasis("2024-01-01")], "2024-05-01", true, true),
            // Taken before there was one, though later than the primary.
            (vec![liver_metastasis("2024-01-01")], "2022-05-01", false, true),
            // Not known to be metastatic: it is a later result, of whatever.
            (vec![], "2024-05-01", false, true),
            (vec![staged("cM0")], "2024-05-01", false, true),
            // Older than what governs.
            (vec![], "2019-05-01", false, false),
        ];
        for (disease, day, of_metastasis, later) in rows {
            let record = [vec![cancer()], disease.clone(), primary.to_vec(), vec![preliminary(day)]].concat();
            let assessment = assessed(&record);
            assert_eq!(fact(&assessment, Fact::Her2Status), "negative", "{disease:?} {day}");
            assert_eq!(has(&assessment, "metastatic-result-pending"), of_metastasis, "{disease:?} {day}");
            assert_eq!(has(&assessment, "later-result-open"), later && !of_metastasis, "{disease:?} {day}");
            let open = of_metastasis || later;
            assert_eq!(headline(&assessment).contains("because HER2 is negative"), !open, "{}", headline(&assessment));
        }
        // Alone it is neither a result nor nothing.
        let assessment = assessed(&[cancer(), preliminary("2024-05-01")]);
        assert_eq!(fact(&assessment, Fact::Her2Status), "pending");
        assert_eq!(fact(&assessment, Fact::Her2Detail), "pending-report");
        // Once the final result of the same specimen is there, it is waited for no longer.
        let early = of_specimen(preliminary("2024-05-01"), "b");
        let last = of_specimen(result("rc", IHC, "3+", "2024-05-03"), "b");
        let assessment = assessed(&[cancer(), specimen("b", BREAST, "2024-05-01", &[]), early, last]);
        assert_eq!(fact(&assessment, Fact::Her2Status), "positive");
        assert!(!has(&assessment, "later-result-open"));
    }

    #[test]
    fn a_year_of_birth_leaves_ages_and_settles_what_all_of_them_settle() {
        let record = |birth: &str| {
            [json!({"resourceType": "Patient", "id": "p", "gender": "female", "birthDate": birth}), cancer()]
        };
        let recommendation = KNOWLEDGE
            .recommendations
            .iter()
            .find(|recommendation| &*recommendation.id == "diagnosis/germline-testing/newly-diagnosed-to-65")
            .expect("a recommendation that asks for the age");
        let age_criterion = |assessment: &Assessment<'_>| {
            let judged = judge(recommendation, &assessment.facts, &KNOWLEDGE);
            let on_age = |judged: &&her2path::assessment::Judged<'_>| match judged.criterion {
                her2path::knowledge::model::Criterion::Test(test) => test.fact == Fact::PatientAge.index(),
                _ => false,
            };
            (judged.when.iter().find(on_age).expect("a criterion on the age").outcome, judged.outcome)
        };
        use her2path::truth::Truth;
        // `patient.age <= 65 a` on 2026-11-23.
        let rows = [
            ("1961", "64 or 65 years", Truth::Met),
            ("1960", "65 or 66 years", Truth::Unknown),
            ("1959", "66 or 67 years", Truth::NotMet),
            ("1960-11", "65 or 66 years", Truth::Unknown),
            ("1960-12", "65 years", Truth::Met),
            ("1960-11-23", "66 years", Truth::NotMet),
        ];
        for (birth, age, expected) in rows {
            let assessment = assessed(&record(birth));
            assert_eq!(fact(&assessment, Fact::PatientAge), age, "{birth}");
            let (truth, outcome) = age_criterion(&assessment);
            assert_eq!(truth, expected, "{birth}");
            assert_eq!(outcome == Outcome::NotApplicable, expected == Truth::NotMet, "{birth}");
        }
        // The reason stands with the fact.
        let assessment = assessed(&record("1960"));
        let because = &assessment.facts.get(Fact::PatientAge).expect("an age").because;
        assert!(because.iter().any(|b| b.note.as_deref().is_some_and(|n| n.contains("only 1960"))), "{because:?}");
    }

    #[test]
    fn the_first_line_excludes_nothing_while_something_stands_against_a_negative_status() {
        let summary = |flags: &str| {
            let text = format!(
                "\"disease.breast-cancer\" = \"invasive\"\n\"disease.setting\" = \"metastatic\"\n\
                 \"her2.status\" = \"negative\"\n\"her2.flags\" = [{flags}]\n"
            );
            let day = jiff::civil::date(2026, 11, 23);
            let (chart, issues) = her2path::chart::stated::read(&text, "case.toml", &KNOWLEDGE, day);
            assert!(issues.is_empty(), "{issues:?}");
            let question = Question::new(&KNOWLEDGE, day).chapters(chapters::ALL);
            headline(&her2path::assess_chart(chart, issues, &question)).to_owned()
        };
        for flag in [
            "discordant",
            "any-positive",
            "metastatic-result-pending",
            "later-result-open",
            "order-undecided",
            "two-primaries",
            "diagnosis-contradicts",
        ] {
            let said = summary(&format!("\"{flag}\""));
            assert!(!said.contains("HER2-negative") && !said.contains("does not apply"), "{flag}: {said}");
        }
        for flags in ["", "\"any-low\"", "\"specimen-link-assumed\"", "\"recorded-status\""] {
            let said = summary(flags);
            let recorded = flags.contains("recorded");
            let because = if recorded { "because HER2 is recorded as negative" } else { "because HER2 is negative" };
            assert!(said.starts_with("HER2-negative") && said.contains(because), "{flags}: {said}");
        }
    }

    #[test]
    fn each_specimen_is_shown_with_its_side() {
        let record = [
            cancer(),
            specimen("l", LEFT_BREAST, "2024-02-01", &[]),
            specimen("r", "73056007", "2024-03-01", &[]),
            of_specimen(result("rl", IHC, "3+", ""), "l"),
            of_specimen(result("rr", IHC, "0", ""), "r"),
        ];
        let assessment = assessed(&record);
        let findings = assessment.chapters.iter().flat_map(|chapter| &chapter.findings);
        let by_specimen = findings.clone().find(|finding| finding.title == "HER2 by specimen").expect("the finding");
        assert_eq!(by_specimen.text, "2024-02-01, primary, left: positive; 2024-03-01, primary, right: negative");
    }
}
