//! A small writer of FHIR records for the tests of this folder.

use her2path::assessment::Assessment;
use her2path::guideline::KNOWLEDGE;
use her2path::{Question, assess};
use serde_json::{Value, json};

/// A record in the making.
#[derive(Clone)]
pub(super) struct Record {
    resources: Vec<Value>,
}

const SNOMED: &str = "http://snomed.info/sct";
const LOINC: &str = "http://loinc.org";

impl Record {
    /// A woman of 1970 with HER2-positive breast cancer of 2017 and, from a day on, bone metastases.
    pub(super) fn metastatic(since: &str) -> Self {
        let record = Self { resources: Vec::new() };
        record
            .with(json!({"resourceType": "Patient", "id": "p", "gender": "female", "birthDate": "1970-05-14"}))
            .condition("254837009", "Malignant neoplasm of breast", "2017-11-06", false)
            .condition("94222008", "Metastatic malignant neoplasm to bone", since, true)
    }

    pub(super) fn with(mut self, resource: Value) -> Self {
        let mut resource = resource;
        if resource["resourceType"] != "Patient" {
            resource["subject"] = json!({"reference": "Patient/p"});
            let id = format!("r{}", self.resources.len());
            resource["id"] = json!(id);
        }
        self.resources.push(resource);
        self
    }

    fn condition(self, code: &str, display: &str, onset: &str, of_breast: bool) -> Self {
        let related = json!([{"url": "http://hl7.org/fhir/StructureDefinition/condition-related",
            "valueReference": {"reference": "Condition/r1"}}]);
        let mut condition = json!({"resourceType": "Condition",
            "clinicalStatus": {"coding": [{"code": "active"}]}, "verificationStatus": {"coding": [{"code": "confirmed"}]},
            "code": {"coding": [{"system": SNOMED, "code": code, "display": display}]}, "onsetDateTime": onset});
        if of_breast {
            condition["extension"] = related;
        }
        self.with(condition)
    }

    fn observation(self, code: &str, display: &str, date: &str, value: Value) -> Self {
        let mut observation = json!({"resourceType": "Observation", "status": "final", "effectiveDateTime": date,
            "code": {"coding": [{"system": LOINC, "code": code, "display": display}]}});
        for (key, value) in value.as_object().expect("an object") {
            observation[key] = value.clone();
        }
        self.with(observation)
    }

    pub(super) fn her2(self, date: &str, positive: bool) -> Self {
        let (code, display) = if positive { ("10828004", "Positive") } else { ("260385009", "Negative") };
        let value = json!({"valueCodeableConcept": {"coding": [{"system": SNOMED, "code": code, "display": display}]}});
        self.observation("48676-1", "HER2 [Interpretation] in Tissue", date, value)
    }

    pub(super) fn lvef(self, date: &str, per_cent: i64) -> Self {
        let value = json!({"valueQuantity": {"value": per_cent, "unit": "%", "code": "%",
            "system": "http://unitsofmeasure.org"}});
        self.observation("10230-1", "Left ventricular Ejection fraction", date, value)
    }

    pub(super) fn worse(self, date: &str) -> Self {
        let value = json!({"valueCodeableConcept": {"coding": [{"system": SNOMED, "code": "271299001",
            "display": "Patient's condition worsened"}]}});
        self.observation("97509-4", "Cancer Disease Progression", date, value)
    }

    /// A laboratory value within its own limits, or beyond them.
    pub(super) fn lab(self, code: &str, date: &str, value: f64, unit: &str, high: Option<f64>) -> Self {
        let quantity =
            |value: f64| json!({"value": value, "unit": unit, "code": unit, "system": "http://unitsofmeasure.org"});
        let mut body = json!({"valueQuantity": quantity(value)});
        if let Some(high) = high {
            body["referenceRange"] = json!([{"high": quantity(high)}]);
        }
        self.observation(code, "laboratory value", date, body)
    }

    /// A fact that a clinician states.
    pub(super) fn states(self, fact: &str, date: &str, value: Value) -> Self {
        let mut observation = json!({"resourceType": "Observation", "status": "final", "effectiveDateTime": date,
            "code": {"coding": [{"system": "urn:her2path:fact", "code": fact}]}});
        for (key, value) in value.as_object().expect("an object") {
            observation[key] = value.clone();
        }
        self.with(observation)
    }

    /// What the first line with a taxane asks to be known before, all of it harmless.
    pub(super) fn healthy(self, date: &str) -> Self {
        self.lvef(date, 62)
            .states("pregnancy.status", date, json!({"valueString": "not-pregnant"}))
            .states("taxane.obstacle", date, json!({"valueString": "none"}))
            .lab("1742-6", date, 20.0, "U/L", Some(40.0))
            .lab("1920-8", date, 20.0, "U/L", Some(40.0))
            .lab("6768-6", date, 80.0, "U/L", Some(120.0))
            .lab("1975-2", date, 0.6, "mg/dL", Some(1.2))
            .lab("751-8", date, 4.0, "10*3/uL", None)
    }

    pub(super) fn drug(self, name: &str, start: &str, end: Option<&str>) -> Self {
        let mut period = json!({"start": start});
        if let Some(end) = end {
            period["end"] = json!(end);
        }
        let status = if end.is_some() { "completed" } else { "active" };
        self.with(json!({"resourceType": "MedicationStatement", "status": status,
            "medicationCodeableConcept": {"text": name}, "effectivePeriod": period}))
    }

    pub(super) fn dose(self, name: &str, day: &str) -> Self {
        self.with(json!({"resourceType": "MedicationAdministration", "status": "completed",
            "medicationCodeableConcept": {"text": name}, "effectiveDateTime": day}))
    }

    pub(super) fn assess(&self, as_of: &str) -> Assessment<'static> {
        let entries: Vec<Value> = self.resources.iter().map(|resource| json!({"resource": resource})).collect();
        let bundle = json!({"resourceType": "Bundle", "type": "collection", "entry": entries}).to_string();
        let question = Question::new(&KNOWLEDGE, as_of.parse().expect("a day"));
        let (mut assessments, _) =
            assess([her2path::fhir::Input { bytes: bundle.as_bytes(), name: "test" }], &question);
        assert_eq!(assessments.len(), 1, "{bundle}");
        assessments.remove(0)
    }
}
