//! Resources as FHIR R4 JSON.

use super::resource::{Body, Concept, Kind, Medication, Observation, Resource, Value, When};
use crate::json::Json;

/// How references are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum References {
    /// `Type/id`.
    #[default]
    Relative,
    /// With the address of a server.
    Absolute,
}

/// The address of the server that absolute references name.
pub(crate) const SERVER: &str = "https://synthetic.example/fhir/";

/// Writes the resources of one patient.
pub(crate) struct Writer<'w> {
    pub(crate) patient: &'w str,
    pub(crate) references: References,
}

const CLINICAL: &str = "http://terminology.hl7.org/CodeSystem/condition-clinical";
const VERIFICATION: &str = "http://terminology.hl7.org/CodeSystem/condition-ver-status";
const MCODE: &str = "http://hl7.org/fhir/us/mcode/StructureDefinition/";

impl Writer<'_> {
    pub(crate) fn write(&self, resource: &Resource, json: &mut Json<'_>) {
        json.open();
        json.text_at("resourceType", resource.kind.name());
        json.key("id");
        self.id(resource.kind, resource.number, json);
        if let Some(profile) = resource.profile {
            json.open_at("meta");
            json.list_at("profile");
            json.plain(&[MCODE, profile]);
            json.end_list();
            json.close();
        }
        match &resource.body {
            Body::Patient { male, birth, death } => patient(*male, *birth, *death, json),
            Body::Condition { verification, body_site, left, stage } => {
                self.condition(resource, verification, body_site.as_ref(), *left, stage.as_ref(), json);
            }
            Body::Observation(observation) => self.observation(resource, observation, json),
            Body::Medication(medication) => self.medication(resource, medication, json),
            Body::Report { results } => self.report(resource, results, json),
            Body::Specimen { site } => {
                json.text_at("status", resource.status);
                concept("type", &resource.code, json);
                self.subject("subject", json);
                json.open_at("collection");
                when_at("collectedDateTime", resource.when, json);
                concept("bodySite", site, json);
                json.close();
            }
            Body::Plain => self.plain(resource, json),
        }
        json.close();
    }

    fn id(&self, kind: Kind, number: u32, json: &mut Json<'_>) {
        if kind == Kind::Patient {
            json.plain(&[self.patient]);
        } else {
            json.plain(&[self.patient, kind.prefix(), Digits::of(number).as_str()]);
        }
    }

    pub(crate) fn full_url(&self, kind: Kind, number: u32, json: &mut Json<'_>) {
        json.key("fullUrl");
        let digits = Digits::of(number);
        let digits = if kind == Kind::Patient { "" } else { digits.as_str() };
        json.plain(&[SERVER, kind.name(), "/", self.patient, kind.prefix(), digits]);
    }

    fn reference(&self, kind: Kind, number: u32, json: &mut Json<'_>) {
        json.open();
        json.key("reference");
        let server = if self.references == References::Absolute { SERVER } else { "" };
        let digits = Digits::of(number);
        let digits = if kind == Kind::Patient { "" } else { digits.as_str() };
        json.plain(&[server, kind.name(), "/", self.patient, kind.prefix(), digits]);
        json.close();
    }

    fn subject(&self, key: &str, json: &mut Json<'_>) {
        json.key(key);
        self.reference(Kind::Patient, 0, json);
    }

    fn encounter(&self, key: &str, resource: &Resource, json: &mut Json<'_>) {
        if let Some(number) = resource.encounter {
            json.key(key);
            self.reference(Kind::Encounter, number, json);
        }
    }

    fn condition(
        &self,
        resource: &Resource,
        verification: &str,
        body_site: Option<&Concept>,
        left: Option<bool>,
        stage: Option<&Concept>,
        json: &mut Json<'_>,
    ) {
        if let Some(related) = resource.condition {
            json.list_at("extension");
            json.open();
            json.text_at("url", "http://hl7.org/fhir/StructureDefinition/condition-related");
            json.key("valueReference");
            self.reference(Kind::Condition, related, json);
            json.close();
            json.end_list();
        }
        if verification != "refuted" {
            status_concept("clinicalStatus", CLINICAL, resource.status, json);
        }
        status_concept("verificationStatus", VERIFICATION, verification, json);
        json.list_at("category");
        json.open();
        json.list_at("coding");
        json.open();
        json.text_at("system", "http://terminology.hl7.org/CodeSystem/condition-category");
        json.text_at("code", "problem-list-item");
        json.close();
        json.end_list();
        json.close();
        json.end_list();
        concept("code", &resource.code, json);
        if let Some(site) = body_site {
            json.list_at("bodySite");
            json.open();
            if let Some(left) = left {
                json.list_at("extension");
                json.open();
                json.key("url");
                json.plain(&[MCODE, "mcode-laterality-qualifier"]);
                let side =
                    if left { ("7771000", "Left (qualifier value)") } else { ("24028007", "Right (qualifier value)") };
                concept("valueCodeableConcept", &Concept::snomed(side.0, side.1), json);
                json.close();
                json.end_list();
            }
            concept_fields(site, json);
            json.close();
            json.end_list();
        }
        self.subject("subject", json);
        when_at("onsetDateTime", resource.when, json);
        when_at("abatementDateTime", resource.until, json);
        when_at("recordedDate", resource.when, json);
        if let Some(stage) = stage {
            json.list_at("stage");
            json.open();
            concept("summary", stage, json);
            json.close();
            json.end_list();
        }
    }

    fn observation(&self, resource: &Resource, observation: &Observation, json: &mut Json<'_>) {
        json.text_at("status", resource.status);
        json.list_at("category");
        json.open();
        json.list_at("coding");
        json.open();
        json.text_at("system", "http://terminology.hl7.org/CodeSystem/observation-category");
        json.text_at("code", observation.category);
        json.close();
        json.end_list();
        json.close();
        json.end_list();
        concept("code", &resource.code, json);
        self.subject("subject", json);
        if let Some(number) = resource.condition {
            json.list_at("focus");
            self.reference(Kind::Condition, number, json);
            json.end_list();
        }
        self.encounter("encounter", resource, json);
        when_at("effectiveDateTime", resource.when, json);
        if let Some(value) = &observation.value {
            value_at(value, json);
        }
        if let Some(method) = &observation.method {
            concept("method", method, json);
        }
        if let Some(number) = observation.specimen {
            json.key("specimen");
            self.reference(Kind::Specimen, number, json);
        }
        if let (Some((low, high)), Some(Value::Quantity(_, unit, _))) = (&observation.range, &observation.value) {
            json.list_at("referenceRange");
            json.open();
            for (key, limit) in [("low", low), ("high", high)] {
                if let Some(limit) = limit {
                    json.open_at(key);
                    json.decimal_at("value", *limit);
                    unit_fields(unit, json);
                    json.close();
                }
            }
            json.close();
            json.end_list();
        }
        if !observation.components.is_empty() {
            json.list_at("component");
            for (code, value) in &observation.components {
                json.open();
                concept("code", code, json);
                value_at(value, json);
                json.close();
            }
            json.end_list();
        }
    }

    fn medication(&self, resource: &Resource, medication: &Medication, json: &mut Json<'_>) {
        if let Some(intent) = &medication.intent {
            json.list_at("extension");
            json.open();
            json.key("url");
            json.plain(&[MCODE, "mcode-procedure-intent"]);
            concept("valueCodeableConcept", intent, json);
            json.close();
            json.end_list();
        }
        json.text_at("status", resource.status);
        if let Some(reason) = &medication.reason {
            if resource.kind == Kind::MedicationRequest {
                concept("statusReason", reason, json);
            } else {
                json.list_at("statusReason");
                json.open();
                concept_fields(reason, json);
                json.close();
                json.end_list();
            }
        }
        if resource.kind == Kind::MedicationRequest {
            json.text_at("intent", medication.order);
        }
        concept("medicationCodeableConcept", &resource.code, json);
        self.subject("subject", json);
        match resource.kind {
            Kind::MedicationRequest => {
                self.encounter("encounter", resource, json);
                when_at("authoredOn", resource.when, json);
            }
            Kind::MedicationAdministration => {
                self.encounter("context", resource, json);
                when_at("effectiveDateTime", resource.when, json);
            }
            _ => period_at("effectivePeriod", resource, json),
        }
        if let Some(number) = resource.condition {
            json.list_at("reasonReference");
            self.reference(Kind::Condition, number, json);
            json.end_list();
        }
        if let Some((amount, unit)) = medication.dose {
            let quantity = |json: &mut Json<'_>, key: &str| {
                json.open_at(key);
                json.decimal_at("value", amount);
                unit_fields(unit, json);
                json.close();
            };
            if resource.kind == Kind::MedicationAdministration {
                json.open_at("dosage");
                quantity(json, "dose");
                json.close();
            } else {
                json.list_at(if resource.kind == Kind::MedicationRequest { "dosageInstruction" } else { "dosage" });
                json.open();
                json.list_at("doseAndRate");
                json.open();
                quantity(json, "doseQuantity");
                json.close();
                json.end_list();
                json.close();
                json.end_list();
            }
        }
        if resource.kind == Kind::MedicationRequest {
            json.open_at("dispenseRequest");
            period_at("validityPeriod", resource, json);
            json.close();
        }
    }

    fn report(&self, resource: &Resource, results: &[u32], json: &mut Json<'_>) {
        json.text_at("status", resource.status);
        concept("code", &resource.code, json);
        self.subject("subject", json);
        when_at("effectiveDateTime", resource.when, json);
        json.list_at("result");
        for number in results {
            self.reference(Kind::Observation, *number, json);
        }
        json.end_list();
    }

    fn plain(&self, resource: &Resource, json: &mut Json<'_>) {
        match resource.kind {
            Kind::AllergyIntolerance => {
                status_concept(
                    "verificationStatus",
                    "http://terminology.hl7.org/CodeSystem/allergyintolerance-verification",
                    resource.status,
                    json,
                );
                concept("code", &resource.code, json);
                self.subject("patient", json);
                when_at("recordedDate", resource.when, json);
            }
            Kind::Encounter => {
                json.text_at("status", resource.status);
                json.open_at("class");
                json.text_at("system", "http://terminology.hl7.org/CodeSystem/v3-ActCode");
                json.text_at("code", "AMB");
                json.close();
                json.list_at("type");
                json.open();
                concept_fields(&resource.code, json);
                json.close();
                json.end_list();
                self.subject("subject", json);
                period_at("period", resource, json);
            }
            _ => {
                json.text_at("status", resource.status);
                concept("code", &resource.code, json);
                self.subject("subject", json);
                self.encounter("encounter", resource, json);
                when_at("performedDateTime", resource.when, json);
                if let Some(number) = resource.condition {
                    json.list_at("reasonReference");
                    self.reference(Kind::Condition, number, json);
                    json.end_list();
                }
            }
        }
    }
}

fn patient(male: bool, birth: When, death: Option<When>, json: &mut Json<'_>) {
    json.text_at("gender", if male { "male" } else { "female" });
    json.date_at("birthDate", birth.day, birth.precision);
    when_at("deceasedDateTime", death, json);
}

fn status_concept(key: &str, system: &str, code: &str, json: &mut Json<'_>) {
    json.open_at(key);
    json.list_at("coding");
    json.open();
    json.text_at("system", system);
    json.text_at("code", code);
    json.close();
    json.end_list();
    json.close();
}

fn concept(key: &str, concept: &Concept, json: &mut Json<'_>) {
    json.open_at(key);
    concept_fields(concept, json);
    json.close();
}

fn concept_fields(concept: &Concept, json: &mut Json<'_>) {
    if !concept.codings.is_empty() {
        json.list_at("coding");
        for coding in &concept.codings {
            json.open();
            json.text_at("system", coding.system);
            json.text_at("code", &coding.code);
            if !coding.display.is_empty() {
                json.text_at("display", &coding.display);
            }
            json.close();
        }
        json.end_list();
    }
    if let Some(text) = &concept.text {
        json.text_at("text", text);
    }
}

fn value_at(value: &Value, json: &mut Json<'_>) {
    match value {
        Value::Concept(found) => concept("valueCodeableConcept", found, json),
        Value::Quantity(number, unit, comparator) => {
            json.open_at("valueQuantity");
            json.decimal_at("value", *number);
            if let Some(comparator) = comparator {
                json.text_at("comparator", comparator);
            }
            unit_fields(unit, json);
            json.close();
        }
        Value::Words(text) => json.text_at("valueString", text),
    }
}

fn unit_fields(unit: &str, json: &mut Json<'_>) {
    json.text_at("unit", unit);
    json.text_at("system", "http://unitsofmeasure.org");
    json.text_at("code", unit);
}

fn when_at(key: &str, when: Option<When>, json: &mut Json<'_>) {
    match when {
        Some(When { day, minutes: Some(minutes), .. }) => json.moment_at(key, day, minutes),
        Some(When { day, precision, .. }) => json.date_at(key, day, precision),
        None => {}
    }
}

fn period_at(key: &str, resource: &Resource, json: &mut Json<'_>) {
    json.open_at(key);
    when_at("start", resource.when, json);
    when_at("end", resource.until, json);
    json.close();
}

/// A number as decimal digits, without an allocation.
struct Digits {
    bytes: [u8; 10],
    from: usize,
}

impl Digits {
    fn of(number: u32) -> Self {
        let mut bytes = [b'0'; 10];
        let mut left = number;
        let mut from = bytes.len();
        for place in bytes.iter_mut().rev() {
            *place = b'0' + (left % 10) as u8;
            left /= 10;
            from -= 1;
            if left == 0 {
                break;
            }
        }
        Self { bytes, from }
    }

    fn as_str(&self) -> &str {
        let digits = self.bytes.get(self.from..).unwrap_or_default();
        std::str::from_utf8(digits).unwrap_or_default()
    }
}
