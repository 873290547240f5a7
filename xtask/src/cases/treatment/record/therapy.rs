//! Prior and current therapy of a case as MedicationStatements and MedicationRequests.
//!
//! Names of regimens stand for their drugs. Where one entry names several regimens and a line number, each regimen is a
//! line of its own, the last with that number. "Maintenance" and "response" as the reason for the end of an entry mean
//! that the cytotoxic drugs ended and the antibodies go on, unless a later entry says so itself.

use anyhow::{Context as _, Result};
use her2path::guideline::KNOWLEDGE;
use her2path::knowledge::drug::{DrugGroup, phrase};
use serde_json::{Value, json};

use super::{Record, text, truth};

/// One drug of one entry.
#[derive(Clone)]
pub(super) struct Course {
    pub(super) drug: String,
    /// Line of therapy; `None` for early disease.
    pub(super) line: Option<i64>,
    setting: &'static str,
    pub(super) start: Option<String>,
    end: Option<String>,
    ongoing: bool,
    pub(super) reason: String,
}

/// Names that stand for several drugs.
const REGIMENS: &[(&str, &[&str])] = &[
    ("THP", &["taxane", "trastuzumab", "pertuzumab"]),
    ("HP", &["trastuzumab", "pertuzumab"]),
    ("tucatinib triplet", &["tucatinib", "trastuzumab", "capecitabine"]),
    ("T-DXd+pertuzumab", &["T-DXd", "pertuzumab"]),
];

fn drugs(name: &str) -> Vec<String> {
    let regimen = REGIMENS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name));
    match regimen {
        Some((_, drugs)) => drugs.iter().map(|drug| (*drug).to_owned()).collect(),
        None => name.split(" + ").map(str::to_owned).collect(),
    }
}

fn group(drug: &str) -> Option<DrugGroup> {
    let found = KNOWLEDGE.drugs.named(&phrase(drug))?;
    KNOWLEDGE.drugs.get(*found.first()?).map(|drug| drug.class.group())
}

/// Every course of every entry.
pub(super) fn courses(case: &Value) -> Result<Vec<Course>> {
    let entries = case.get("prior_systemic").and_then(Value::as_array).context("the case has no `prior_systemic`")?;
    let mut courses = Vec::new();
    for (position, entry) in entries.iter().enumerate() {
        let names: Vec<&str> =
            entry.get("drugs").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
        let setting = match text(entry, "setting") {
            Some("neoadjuvant") => "neoadjuvant",
            Some("adjuvant") => "adjuvant",
            _ => "metastatic",
        };
        let line = entry.get("line").and_then(Value::as_i64).filter(|_| setting == "metastatic");
        let reason = text(entry, "reason").unwrap_or_default().to_lowercase();
        let next = entries.get(position + 1);
        let template = Course {
            drug: String::new(),
            line,
            setting,
            start: text(entry, "start").map(str::to_owned),
            end: text(entry, "end").map(str::to_owned),
            ongoing: false,
            reason: text(entry, "reason").unwrap_or_default().to_owned(),
        };
        let several = names.len() > 1 && names.iter().any(|name| drugs(name).len() > 1 && !name.contains(" + "));
        if several && line.is_some() {
            // Regimens one after the other: the last has the number of the entry.
            let count = i64::try_from(names.len())?;
            for (step, name) in (1_i64..).zip(&names) {
                let line = line.map(|line| line - count + step);
                let (start, end) = (None, None);
                courses.extend(drugs(name).into_iter().map(|drug| Course {
                    drug,
                    line,
                    start: start.clone(),
                    end: end.clone(),
                    ..template.clone()
                }));
            }
            continue;
        }
        let running = ["on treatment", "stable"].iter().any(|word| reason.contains(word)) && template.end.is_none();
        let continues =
            ["maintenance", "response", "taxane stopped", "stable"].iter().any(|word| reason.contains(word));
        let said_later = next.is_some_and(|next| next.get("line") == entry.get("line"));
        for drug in names.iter().flat_map(|name| drugs(name)) {
            let cytotoxic = group(&drug) == Some(DrugGroup::Chemotherapy);
            let goes_on = running || (continues && !cytotoxic && !said_later);
            let end = if goes_on { None } else { template.end.clone() };
            courses.push(Course { drug, end, ongoing: goes_on, ..template.clone() });
        }
    }
    Ok(courses)
}

impl Record {
    pub(super) fn therapy(&mut self, patient: &Value, courses: &[Course]) {
        if courses.is_empty() {
            self.add(json!({"resourceType": "MedicationStatement", "status": "not-taken",
                "medicationCodeableConcept": {"coding": [{"system": "http://www.whocc.no/atc", "code": "L01"}]}}));
        }
        for course in courses {
            self.statement(course);
        }
        let day = self.day();
        for (key, intent) in [("order", "order"), ("plan", "plan")] {
            let Some(request) = patient.get(key) else { continue };
            let Some(product) = text(request, "product") else { continue };
            let mut resource = json!({"resourceType": "MedicationRequest", "status": "active", "intent": intent,
                "authoredOn": day, "medicationCodeableConcept": {"text": product}});
            if let (Some(dose), Some(object)) = (request.get("dose_mg_kg"), resource.as_object_mut()) {
                object.insert(
                    "dosageInstruction".to_owned(),
                    json!([{"doseAndRate": [{"doseQuantity":
                    {"value": dose, "unit": "mg/kg", "code": "mg/kg"}}]}]),
                );
            }
            self.add(resource);
        }
        if courses.iter().any(|course| course.reason.starts_with("CR ")) {
            let answer = super::coded("recist-response", Some("CR"));
            if let Some(answer) = answer {
                self.loinc("88040-1", &day, "valueCodeableConcept", answer);
            }
        }
    }

    fn statement(&mut self, course: &Course) {
        let status = if course.ongoing { "active" } else { "completed" };
        let mut period = serde_json::Map::new();
        period.extend(course.start.iter().map(|start| ("start".to_owned(), json!(start))));
        period.extend(course.end.iter().map(|end| ("end".to_owned(), json!(end))));
        let mut extension = Vec::new();
        let intent = match course.setting {
            "adjuvant" => Some("373846009"),
            "neoadjuvant" => Some("373847000"),
            _ => None,
        };
        if let Some(code) = intent {
            extension.push(json!({"url": "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-treatment-intent",
                "valueCodeableConcept": {"coding": [{"system": "http://snomed.info/sct", "code": code}]}}));
        }
        if let Some(line) = course.line {
            extension.push(json!({"url": "line-of-therapy", "valueInteger": line}));
        }
        let reason = course.reason.to_lowercase();
        let ended = if course.ongoing {
            None
        } else if reason.contains("pd") || reason.contains("progress") {
            Some("progression")
        } else if ["ild", "nrh", "hypertension", "toxicity"].iter().any(|word| reason.contains(word)) {
            Some("toxicity")
        } else {
            None
        };
        let mut statement = json!({"resourceType": "MedicationStatement", "status": status, "extension": extension,
            "medicationCodeableConcept": {"text": course.drug},
            "meta": {"profile": ["http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-cancer-related-medication-administration"]}});
        if let Some(object) = statement.as_object_mut() {
            if !period.is_empty() {
                object.insert("effectivePeriod".to_owned(), Value::Object(period));
            }
            if let Some(reason) = ended {
                object.insert("statusReason".to_owned(), json!([{"text": reason}]));
            }
        }
        self.add(statement);
    }

    /// Side effects of the drug being given.
    pub(super) fn current(&mut self, patient: &Value, _courses: &[Course]) {
        let Some(current) = patient.get("current") else { return };
        let mut number = |key: &str, fact: &str| {
            if let Some(value) = current.get(key).and_then(Value::as_i64) {
                self.state(fact, "valueInteger", json!(value));
            }
        };
        number("diarrhoea_grade", "toxicity.diarrhoea-grade");
        number("days", "toxicity.diarrhoea-days");
        number("recovery_days", "toxicity.diarrhoea-recovery-days");
        number("lvef_low_days", "lvef.low-since-days");
        for (key, fact) in [
            ("febrile_neutropenia", "toxicity.febrile-neutropenia"),
            ("on_antidiarrhoeal", "toxicity.diarrhoea-treated"),
            ("antidiarrhoeal", "toxicity.diarrhoea-treated"),
            ("lvef_confirmed", "lvef.reduced-confirmed"),
            ("held", "therapy.held"),
        ] {
            if let Some(value) = truth(current, key) {
                self.state(fact, "valueBoolean", json!(value));
            }
        }
        let known = [
            "drug",
            "dose_mg",
            "ild_grade",
            "resolved_days",
            "diarrhoea_grade",
            "days",
            "recovery_days",
            "lvef_low_days",
            "febrile_neutropenia",
            "on_antidiarrhoeal",
            "antidiarrhoeal",
            "lvef_confirmed",
            "held",
            "platelets",
            "anc",
            "ast_x_uln",
            "alt_x_uln",
            "bilirubin_x_uln",
        ];
        let unknown = current.as_object().into_iter().flatten().map(|(key, _)| key);
        let unknown: Vec<String> = unknown.filter(|key| !known.contains(&key.as_str())).cloned().collect();
        self.notes.extend(unknown.into_iter().map(|key| format!("the record does not carry `current.{key}`")));
    }
}
