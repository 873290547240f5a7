//! The patient's page of one record must never contradict itself: FHIR in, page out. Each case is a situation in which an
//! oncologist found a sentence that frightened, misled or contradicted another one.

#![cfg(test)]

use her2path::assessment::Assessment;
use her2path::chapters::{ALL, Chapters, DEFAULT};
use her2path::fhir::Input;
use her2path::guideline::KNOWLEDGE;
use her2path::render::patient::{Block, Contacts, page};
use her2path::render::text::{self, Style};
use her2path::{Question, chapters};
use jiff::civil::{Date, date};
use serde_json::{Value, json};

const DAY: Date = date(2026, 11, 24);
const SNOMED: &str = "http://snomed.info/sct";
const LOINC: &str = "http://loinc.org";
const GOES_ON: &str = "the treatment that you have now goes on";

const LIVER: &str = "94381002";
const BRAIN: &str = "94225005";
const BONE: &str = "94222008";

/// A record that grows by a resource at a time.
struct Record(Vec<Value>);

impl Record {
    fn new() -> Self {
        Self(vec![json!({"resourceType": "Patient", "id": "p", "gender": "female", "birthDate": "1970-05-05"})])
    }

    /// Invasive cancer of the breast, HER2 3+, hormone receptors negative.
    fn her2_positive(day: &str) -> Self {
        let record = Self::new().condition("254837009", day).observed("85319-2", day, json!({"valueString": "3+"}));
        ["85329-1", "85325-9"].into_iter().fold(record, |record, code| record.measured(code, day, 0.0, "%"))
    }

    fn with(mut self, mut resource: Value) -> Self {
        resource["id"] = json!(format!("r{}", self.0.len()));
        resource["subject"] = json!({"reference": "Patient/p"});
        self.0.push(resource);
        self
    }

    fn condition(self, code: &str, day: &str) -> Self {
        let status = |system: &str, code: &str| json!({"coding": [{"system": format!("http://terminology.hl7.org/CodeSystem/{system}"), "code": code}]});
        self.with(json!({"resourceType": "Condition", "code": {"coding": [{"system": SNOMED, "code": code}]},
            "clinicalStatus": status("condition-clinical", "active"),
            "verificationStatus": status("condition-ver-status", "confirmed"),
            "onsetDateTime": day, "recordedDate": day}))
    }

    fn observed(self, code: &str, day: &str, value: Value) -> Self {
        let mut resource = json!({"resourceType": "Observation", "status": "final", "effectiveDateTime": day,
            "code": {"coding": [{"system": LOINC, "code": code}]}});
        for (key, value) in value.as_object().unwrap() {
            resource[key] = value.clone();
        }
        self.with(resource)
    }

    fn measured(self, code: &str, day: &str, value: f64, unit: &str) -> Self {
        let quantity = json!({"value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit});
        self.observed(code, day, json!({"valueQuantity": quantity}))
    }

    /// mCODE cancer disease status: 271299001 worse, 359746009 stable.
    fn status(self, day: &str, code: &str) -> Self {
        let value = json!({"valueCodeableConcept": {"coding": [{"system": SNOMED, "code": code}]}});
        self.observed("97509-4", day, value)
    }

    fn drugs(self, names: &[&str], start: &str, end: Option<&str>) -> Self {
        names.iter().fold(self, |record, name| {
            let mut period = json!({"start": start});
            if let Some(end) = end {
                period["end"] = json!(end);
            }
            let status = if end.is_some() { "completed" } else { "active" };
            record.with(json!({"resourceType": "MedicationStatement", "status": status,
                "medicationCodeableConcept": {"text": name}, "effectivePeriod": period}))
        })
    }

    fn assessed(&self, which: Chapters) -> Assessment<'static> {
        let entries: Vec<Value> = self.0.iter().map(|resource| json!({"resource": resource})).collect();
        let bundle = json!({"resourceType": "Bundle", "type": "collection", "entry": entries}).to_string();
        let question = Question::new(&KNOWLEDGE, DAY).chapters(which);
        let (mut found, _) = her2path::assess([Input { bytes: bundle.as_bytes(), name: "record.json" }], &question);
        assert_eq!(found.len(), 1);
        found.remove(0)
    }

    fn page(&self) -> String {
        self.sections(|_| true)
    }

    fn sections(&self, wanted: impl Fn(&str) -> bool) -> String {
        let assessment = self.assessed(DEFAULT);
        let contacts = Contacts { emergency: "112", cancer_line: "555 0100" };
        let mut page = page(&assessment, &chapters::warning_signs(&assessment), contacts);
        page.sections.retain(|section| wanted(section.id));
        let names = page.sections.iter().flat_map(|section| &section.blocks).filter_map(|block| match block {
            Block::Contacts { entries, .. } => Some(entries.iter().map(|entry| entry.name.as_str())),
            _ => None,
        });
        page.texts().chain(names.flatten()).collect::<Vec<_>>().join("\n")
    }

    /// The items of the list that begins so.
    fn list(&self, begins: &str) -> Vec<String> {
        let assessment = self.assessed(DEFAULT);
        let contacts = Contacts { emergency: "112", cancer_line: "555 0100" };
        let page = page(&assessment, &chapters::warning_signs(&assessment), contacts);
        let lists = page.sections.into_iter().flat_map(|section| section.blocks).filter_map(|block| match block {
            Block::List { lead, items } if lead.starts_with(begins) => Some(items),
            _ => None,
        });
        lists.flatten().collect()
    }

    fn clinician(&self, which: Chapters) -> String {
        let style = Style { width: 100_000, ..Style::default() };
        text::to_string(&self.assessed(which), style)
    }
}

fn holds(text: &str, says: &[&str], not: &[&str]) {
    for part in says {
        assert!(text.contains(part), "`{part}` is not in\n{text}");
    }
    for part in not {
        assert!(!text.contains(part), "`{part}` is in\n{text}");
    }
}

/// Docetaxel for five months, the antibodies since then.
fn on_antibodies(start: &str, docetaxel_end: &str) -> Record {
    Record::her2_positive("2026-01-10")
        .condition(LIVER, "2026-01-15")
        .drugs(&["docetaxel"], start, Some(docetaxel_end))
        .drugs(&["trastuzumab", "pertuzumab"], start, None)
}

#[test]
fn treatment_goes_on_only_where_a_check_since_its_start_speaks_for_it() {
    let running = on_antibodies("2026-02-01", "2026-07-01");
    holds(&running.page(), &["The record does not say how well it works"], &[GOES_ON]);
    let stable = running.status("2026-09-01", "359746009");
    holds(&stable.page(), &[GOES_ON], &["does not say how well it works"]);
}

#[test]
fn treatment_that_must_pause_does_not_go_on() {
    let weak = on_antibodies("2026-02-01", "2026-07-01")
        .status("2026-09-01", "359746009")
        .measured("10230-1", "2026-01-20", 62.0, "%")
        .measured("10230-1", "2026-11-10", 44.0, "%");
    holds(&weak.page(), &["should pause, stop or be checked first", "both antibodies pause"], &[GOES_ON]);
    // What holds both antibodies cannot be among what may fit while both antibodies are not safe.
    let may = weak.list("These may fit").join("\n");
    assert!(!may.contains("rastuzumab and pertuzumab"), "{may}");
}

#[test]
fn treatment_does_not_go_on_while_a_symptom_must_be_seen_today() {
    let cough = Record::her2_positive("2026-01-10")
        .condition(LIVER, "2026-01-15")
        .drugs(&["trastuzumab deruxtecan"], "2026-02-01", None)
        .status("2026-09-01", "359746009")
        .condition("49727002", "2026-11-23");
    holds(&cough.page(), &["before the next dose"], &[GOES_ON]);
}

#[test]
fn a_status_older_than_the_treatment_of_now_is_not_the_present_course() {
    let record = |day: &str| {
        Record::her2_positive("2024-01-10")
            .condition(LIVER, "2024-01-15")
            .drugs(&["paclitaxel", "trastuzumab", "pertuzumab"], "2024-02-01", Some("2025-06-01"))
            .drugs(&["trastuzumab deruxtecan"], "2025-07-01", None)
            .status(day, "271299001")
    };
    holds(
        &record("2025-06-01").page(),
        &["from before the treatment that you have now", "1 June 2025"],
        &["It had grown or spread", "now that this treatment has stopped working", GOES_ON],
    );
    holds(
        &record("2026-11-01").page(),
        &["It had grown or spread", "now that this treatment has stopped working"],
        &["from before the treatment", GOES_ON],
    );
}

#[test]
fn a_part_of_a_line_that_has_ended_is_said_to_have_ended() {
    let record = on_antibodies("2026-02-01", "2026-07-01");
    holds(&record.page(), &["Docetaxel ended: 1 July 2026. Since then: "], &["Pertuzumab ended", "Trastuzumab ended"]);
    holds(&record.clinician(DEFAULT), &["(since 2026-02-01); docetaxel ended 2026-07-01; maintenance"], &[]);
}

#[test]
fn new_metastases_of_the_brain_are_not_watched() {
    let record = on_antibodies("2026-02-01", "2026-07-01").condition(BRAIN, "2026-10-20");
    holds(
        &record.page(),
        &["Cancer in the brain was first found: 20 October 2026", "sharply aimed rays or an operation"],
        &["watched with scans", GOES_ON],
    );
}

#[test]
fn signs_of_a_pressed_cord_are_an_emergency_where_the_cancer_has_spread() {
    let bone = Record::her2_positive("2026-01-10").condition(BONE, "2026-01-15");
    let emergency = bone.list("Call 112").join("\n");
    holds(&emergency, &["bladder or bowels", "trouble with walking", "weak arm or leg"], &[]);
    let early = Record::her2_positive("2026-01-10");
    assert!(!early.list("Call 112").join("\n").contains("A newly weak arm or leg."));
}

#[test]
fn signs_and_groups_fit_the_situation() {
    // Carcinoma in situ, HER2 3+ on record, no treatment.
    let in_situ = Record::new().condition("109889007", "2026-10-01").observed(
        "85319-2",
        "2026-10-01",
        json!({"valueString": "3+"}),
    );
    for (record, says) in [(&in_situ, &["Breast Cancer Now"][..]), (&Record::new(), &[])] {
        holds(
            &record.page(),
            says,
            &[
                "(100.4 °F) or more.",
                "drip or shot",
                "Shivering",
                "METAvivor",
                "ABC Global",
                "BCMets",
                "advanced breast cancer",
            ],
        );
    }
}

#[test]
fn a_temperature_is_an_emergency_without_a_condition_only_during_treatment() {
    let fever = |record: &Record| record.list("Call 112").into_iter().find(|sign| sign.contains("38 °C"));
    let early = Record::her2_positive("2026-10-10");
    assert_eq!(
        fever(&early).as_deref(),
        Some("A temperature of 38 °C (100.4 °F) or more, if you had cancer treatment in the last 6 weeks.")
    );
    let treated = early.drugs(&["docetaxel"], "2026-11-10", None);
    assert_eq!(fever(&treated).as_deref(), Some("A temperature of 38 °C (100.4 °F) or more."));
}

#[test]
fn after_a_carcinoma_in_situ_the_page_says_what_follows_and_what_her2_means_there() {
    let plain = Record::new().condition("109889007", "2026-10-01");
    holds(&plain.page(), &["in the milk ducts (DCIS)"], &["HER2 was tested in your sample"]);
    let tested = plain.observed("85319-2", "2026-10-01", json!({"valueString": "3+"}));
    holds(&tested.page(), &["HER2 was tested in your sample", "does not change the treatment"], &[]);
}

#[test]
fn one_sentence_on_the_gene_test_and_none_that_promises_too_much() {
    let page = Record::her2_positive("2026-10-01").condition(LIVER, "2026-10-05").page();
    assert_eq!(page.matches("born with a change in a BRCA gene").count(), 1, "{page}");
    holds(
        &page,
        &["An operation on the breast usually does not make life longer here"],
        &["Experts do not agree on a BRCA gene test", "BRCA gene change is worth a thought"],
    );
}

#[test]
fn a_medicine_for_the_bones_is_no_treatment_of_the_cancer() {
    let record = Record::her2_positive("2026-10-01").condition(BONE, "2026-10-05").measured(
        "2164-2",
        "2026-11-10",
        85.0,
        "mL/min",
    );
    for list in ["Treatments that guidelines name first", "Other treatments that can fit", "These may fit"] {
        let items = record.list(list).join("; ");
        assert!(!items.contains("oledronic") && !items.contains("enosumab"), "{list} {items}");
    }
}

#[test]
fn samples_that_differ_leave_open_whether_medicines_against_her2_fit() {
    let record = Record::her2_positive("2023-01-10").condition(LIVER, "2023-01-20");
    let mut differing = record.with(json!({"resourceType": "Specimen",
        "collection": {"collectedDateTime": "2026-10-01",
            "bodySite": {"coding": [{"system": SNOMED, "code": "10200004", "display": "Liver structure"}]}}}));
    let specimen = format!("Specimen/{}", differing.0.last().unwrap()["id"].as_str().unwrap());
    differing =
        differing.observed("85319-2", "2026-10-01", json!({"valueString": "1+", "specimen": {"reference": specimen}}));
    holds(
        &differing.page(),
        &["Not the same in all samples", "Ask if medicines that aim at HER2 still fit"],
        &["are not meant for it", "still counts", "Negative. The cancer cells"],
    );
    // The registry counts by the first diagnosis, which was HER2-positive.
    let outlook = differing.clinician(ALL);
    holds(&outlook, &["Registry, HR-/HER2+, metastatic at diagnosis"], &["Registry, HR-/HER2-"]);
}

#[test]
fn figures_of_the_outlook_fit_the_person() {
    let nodes = |category: &str| {
        let value = json!({"valueCodeableConcept": {"coding": [{"system": "http://cancerstaging.org", "code": category,
            "display": category}], "text": category}});
        let tumour = json!({"valueCodeableConcept": {"coding": [{"system": "http://cancerstaging.org", "code": "cT2",
            "display": "cT2"}], "text": "cT2"}});
        let none = json!({"valueCodeableConcept": {"coding": [{"system": "http://cancerstaging.org", "code": "cM0",
            "display": "cM0"}], "text": "cM0"}});
        Record::her2_positive("2026-10-01")
            .observed("21905-5", "2026-10-01", tumour)
            .observed("21906-3", "2026-10-01", value)
            .observed("21907-1", "2026-10-01", none)
            .clinician(ALL)
    };
    holds(&nodes("cN1"), &["in regional lymph nodes at diagnosis"], &["confined to the breast at diagnosis"]);
    holds(&nodes("cN0"), &["confined to the breast at diagnosis"], &["in regional lymph nodes at diagnosis"]);

    let months = |found: &str| Record::her2_positive(found).condition(LIVER, found).clinician(ALL);
    holds(&months("2026-09-01"), &[], &["full years since metastasis was found: of 100"]);
    holds(&months("2024-09-01"), &["2 full years since metastasis was found: of 100"], &["H0648g"]);
    let negative = Record::new()
        .condition("254837009", "2024-09-01")
        .condition(LIVER, "2024-09-01")
        .observed("85319-2", "2024-09-01", json!({"valueString": "0"}))
        .measured("85329-1", "2024-09-01", 0.0, "%")
        .measured("85325-9", "2024-09-01", 0.0, "%");
    holds(
        &negative.clinician(ALL),
        &["too high for triple-negative disease"],
        &["of 100 people who had lived so long"],
    );

    // CLEOPATRA (Swain 2015) asked for 12 months since adjuvant therapy.
    let relapse = |end: &str| {
        Record::her2_positive("2024-01-10")
            .drugs(&["trastuzumab emtansine"], "2024-06-01", Some(end))
            .condition(LIVER, "2026-10-05")
            .clinician(ALL)
    };
    holds(&relapse("2026-02-05"), &["people like this one were not in this trial"], &["CLEOPATRA, overall survival"]);
    holds(&relapse("2025-05-05"), &[], &["people like this one were not in this trial"]);
}

#[test]
fn what_needs_data_begins_with_if_and_support_is_one_block() {
    let text = Record::her2_positive("2026-10-01").condition(LIVER, "2026-10-05").clinician(DEFAULT);
    let mri = text.lines().find(|line| line.contains("Do MRI of the brain now")).unwrap();
    assert!(mri.trim_start().starts_with("• If this applies (not known: "), "{mri}");
    let support = text.split("\nSUPPORT\n").nth(1).unwrap();
    let block = support.lines().filter(|line| line.contains("Worth talking about: ")).count();
    assert_eq!(block, 1);
    // Only what asks for action, the screening that is due, is told in full.
    assert_eq!(support.lines().filter(|line| line.trim_start().starts_with("why ")).count(), 1, "{support}");
}
