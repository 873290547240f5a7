//! From a case to the FHIR record that a hospital would hold.
//!
//! Coded resources where FHIR has a carrier; statements in `urn:her2path:fact` where it has none. A case names only what
//! matters to it. What it leaves out is normal and is written so: laboratory values within limits, illnesses ruled out,
//! no other medicines, and no visceral crisis. Not assumed are a DPYD result, an LVEF, a pregnancy status, and dates.
//!
//! Some facts stand only in a case's title or question; which words say what is one table ([`PHRASES`]).

mod therapy;

use anyhow::{Result, bail};
use her2path::guideline::KNOWLEDGE;
use her2path::knowledge::code_system::CodeSystem;
use jiff::civil::Date;
use serde_json::{Value, json};

/// Words of title, question, comorbidities and reasons that state a fact.
const PHRASES: &[(&str, &str, Stated)] = &[
    ("refuses chemotherapy", "therapy.chemotherapy-declined", Stated::Yes),
    ("declines chemotherapy", "therapy.chemotherapy-declined", Stated::Yes),
    ("pertuzumab not available", "therapy.unavailable", Stated::Name("pertuzumab")),
    ("pertuzumab unavailable", "therapy.unavailable", Stated::Name("pertuzumab")),
    ("t-dxd not available", "therapy.unavailable", Stated::Name("trastuzumab-deruxtecan")),
    ("t-dxd unavailable", "therapy.unavailable", Stated::Name("trastuzumab-deruxtecan")),
    ("tucatinib not available", "therapy.unavailable", Stated::Name("tucatinib")),
    ("visceral crisis", "metastasis.visceral-crisis", Stated::Yes),
    ("systemic stable", "disease.extracranial-status", Stated::Name("stable")),
    ("systemic disease stable", "disease.extracranial-status", Stated::Name("stable")),
    ("extracranial stable", "disease.extracranial-status", Stated::Name("stable")),
    ("systemic progression", "disease.extracranial-status", Stated::Name("progressing")),
    ("good prognosis", "brain.prognosis", Stated::Name("favourable")),
    ("low burden", "disease.low-burden", Stated::Yes),
    ("low-burden", "disease.low-burden", Stated::Yes),
    ("low volume", "disease.low-burden", Stated::Yes),
    ("headache", "symptom.neurological", Stated::Yes),
    ("seizure", "symptom.neurological", Stated::Yes),
    ("neurological symptom", "symptom.neurological", Stated::Yes),
    ("new neurological", "symptom.neurological", Stated::Yes),
    ("comfort", "therapy.goal", Stated::Name("comfort")),
    ("urgent", "therapy.urgent", Stated::Yes),
];

/// How a phrase states its fact.
#[derive(Clone, Copy)]
enum Stated {
    Yes,
    Name(&'static str),
}

/// Words that name an illness, the value set that codes it, and whether it is severe or over.
const ILLNESSES: &[(&[&str], &str)] = &[
    (&["heart failure", "chf", "hfref"], "heart-failure"),
    (&["interstitial lung", "ild", "pneumonitis"], "interstitial-lung-disease"),
    (&["portal hypertension"], "portal-hypertension"),
    (&["liver failure", "hepatic failure"], "liver-failure"),
    (&["dialysis", "haemodialysis", "hemodialysis"], "dialysis"),
    (&["long qt"], "long-qt"),
    (&["frail"], "frailty"),
    (&["neuropathy"], "peripheral-neuropathy"),
    (&["febrile neutropenia"], "febrile-neutropenia"),
];

/// A record under construction.
pub(super) struct Record {
    index: Date,
    resources: Vec<Value>,
    stated: Vec<String>,
    notes: Vec<String>,
}

/// The bundle, and what of the case it does not carry.
pub(super) fn of(case: &Value, index: Date) -> Result<(Value, Vec<String>)> {
    let Some(patient) = case.get("patient") else { bail!("the case has no `patient`") };
    let mut record = Record { index, resources: Vec::new(), stated: Vec::new(), notes: Vec::new() };
    let courses = therapy::courses(case)?;
    record.person(patient)?;
    record.disease(patient, &courses)?;
    record.receptors(patient)?;
    record.status(patient);
    record.laboratory(patient.get("labs"), patient.get("current"));
    record.words(case, patient);
    record.illnesses(case, patient, &courses)?;
    record.brain(patient, &courses);
    record.current(patient, &courses);
    record.therapy(patient, &courses);
    let known = [
        "age",
        "sex",
        "menopausal",
        "pregnancy",
        "hr",
        "her2",
        "metastatic_sites",
        "brain",
        "ecog",
        "lvef",
        "labs",
        "comorbidities",
        "current",
        "her2_ultralow",
        "order",
        "plan",
        "marker_rise",
        "imaging",
        "er_percent",
        "pr_percent",
        "impending_fracture",
        "dpyd",
        "medications",
        "gestational_weeks",
    ];
    for key in
        patient.as_object().into_iter().flatten().map(|(key, _)| key).filter(|key| !known.contains(&key.as_str()))
    {
        record.notes.push(format!("the record does not carry `patient.{key}`"));
    }
    let entries: Vec<Value> = record.resources.into_iter().map(|resource| json!({"resource": resource})).collect();
    Ok((json!({"resourceType": "Bundle", "type": "collection", "entry": entries}), record.notes))
}

fn text<'v>(value: &'v Value, key: &str) -> Option<&'v str> {
    value.get(key).and_then(Value::as_str)
}

fn truth(value: &Value, key: &str) -> Option<bool> {
    value.get(key).and_then(Value::as_bool)
}

/// A code that means this in one of our value sets.
fn coded(set: &str, meaning: Option<&str>) -> Option<Value> {
    let set = KNOWLEDGE.value_sets.iter().find(|candidate| candidate.id == set)?;
    let meant = set.concepts.iter().filter(|concept| meaning.is_none() || concept.meaning.as_deref() == meaning);
    meant.filter_map(|concept| Some((concept, address(concept.system)?))).next().map(
        |(concept, system)| json!({"coding": [{"system": system, "code": concept.code, "display": concept.display}]}),
    )
}

fn address(system: CodeSystem) -> Option<&'static str> {
    match system {
        CodeSystem::Loinc => Some("http://loinc.org"),
        CodeSystem::Snomed => Some("http://snomed.info/sct"),
        CodeSystem::RxNorm => Some("http://www.nlm.nih.gov/research/umls/rxnorm"),
        CodeSystem::Atc => Some("http://www.whocc.no/atc"),
        _ => None,
    }
}

impl Record {
    fn day(&self) -> String {
        self.index.to_string()
    }

    fn add(&mut self, mut resource: Value) {
        let number = self.resources.len();
        if let Some(object) = resource.as_object_mut() {
            object.entry("id").or_insert_with(|| json!(format!("r{number}")));
            if object.get("resourceType") != Some(&json!("Patient")) {
                let about = if object.get("resourceType") == Some(&json!("AllergyIntolerance")) {
                    "patient"
                } else {
                    "subject"
                };
                object.insert(about.to_owned(), json!({"reference": "Patient/p"}));
            }
        }
        self.resources.push(resource);
    }

    fn observe(&mut self, code: Value, date: &str, key: &str, value: Value) {
        let mut observation =
            json!({"resourceType": "Observation", "status": "final", "code": code, "effectiveDateTime": date});
        if let Some(object) = observation.as_object_mut() {
            object.insert(key.to_owned(), value);
        }
        self.add(observation);
    }

    fn loinc(&mut self, code: &str, date: &str, key: &str, value: Value) {
        self.observe(json!({"coding": [{"system": "http://loinc.org", "code": code}]}), date, key, value);
    }

    /// A fact without a coded carrier; said once.
    fn state(&mut self, fact: &str, key: &str, value: Value) {
        if !self.stated.iter().any(|stated| stated == fact) {
            self.stated.push(fact.to_owned());
            let day = self.day();
            self.observe(json!({"coding": [{"system": "urn:her2path:fact", "code": fact}]}), &day, key, value);
        }
    }

    fn person(&mut self, patient: &Value) -> Result<()> {
        let gender = match text(patient, "sex") {
            Some("F") => "female",
            Some("M") => "male",
            other => bail!("the sex {other:?} is not known"),
        };
        let mut person = json!({"resourceType": "Patient", "id": "p", "gender": gender});
        if let Some(age) = patient.get("age").and_then(Value::as_i64)
            && let Ok(birth) = self.index.checked_sub(jiff::Span::new().try_years(age)?)
            && let Some(object) = person.as_object_mut()
        {
            object.insert("birthDate".to_owned(), json!(birth.to_string()));
        }
        self.add(person);
        let day = self.day();
        if let Some(status) = text(patient, "menopausal")
            && let Some(answer) = coded("menopausal-status", Some(status))
            && let Some(code) = coded("menopausal-status-test", None)
        {
            self.observe(code, &day, "valueCodeableConcept", answer);
        }
        let pregnancy = match text(patient, "pregnancy") {
            Some("yes") => Some("pregnant"),
            Some("no") => Some("not-pregnant"),
            _ => None,
        };
        if let Some(answer) = pregnancy.and_then(|status| coded("pregnancy-status", Some(status))) {
            self.loinc("82810-3", &day, "valueCodeableConcept", answer);
        }
        if let Some(weeks) = patient.get("gestational_weeks").and_then(Value::as_f64) {
            self.loinc("11884-4", &day, "valueQuantity", json!({"value": weeks, "code": "wk"}));
        }
        Ok(())
    }

    fn disease(&mut self, patient: &Value, courses: &[therapy::Course]) -> Result<()> {
        let earliest = courses.iter().filter_map(|course| course.start.as_deref()).min().map(str::to_owned);
        let day = self.day();
        let breast = json!({"coding": [{"system": "http://snomed.info/sct", "code": "254837009"}]});
        self.add(json!({"resourceType": "Condition", "code": breast, "onsetDateTime": earliest.unwrap_or_else(|| day.clone())}));
        let metastatic: Vec<&therapy::Course> = courses.iter().filter(|course| course.line.is_some()).collect();
        // Where treatment of the metastases began is when they were there; without any, they are found now.
        let onset = if metastatic.is_empty() {
            Some(day.clone())
        } else {
            metastatic.iter().filter_map(|course| course.start.clone()).min()
        };
        let mut sites: Vec<&str> = patient
            .get("metastatic_sites")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        let in_brain = patient.get("brain").and_then(|brain| truth(brain, "present")) == Some(true);
        if in_brain && !sites.iter().any(|site| matches!(*site, "brain" | "leptomeninges")) {
            sites.push("brain");
        }
        for site in sites {
            let meaning = match site {
                "LN" => "distant-lymph-node",
                "lung_lymphangitic" => "lung",
                "liver_resolved" => "liver",
                "visceral" => "unspecified",
                other => other,
            };
            let Some(code) = coded("secondary-neoplasm", Some(meaning)) else {
                bail!("the site `{site}` is not known")
            };
            let new_in_brain = matches!(meaning, "brain" | "leptomeninges") && !metastatic.is_empty();
            let mut condition = json!({"resourceType": "Condition", "code": code});
            if let Some(object) = condition.as_object_mut() {
                let onset = if new_in_brain { Some(day.clone()) } else { onset.clone() };
                object.extend(onset.map(|onset| ("onsetDateTime".to_owned(), json!(onset))));
                if site == "liver_resolved" {
                    object.insert("clinicalStatus".to_owned(), json!({"coding": [{"code": "remission"}]}));
                }
            }
            self.add(condition);
        }
        if patient.get("brain").and_then(|brain| truth(brain, "present")) == Some(false)
            && let Some(code) = coded("secondary-neoplasm", Some("brain"))
        {
            self.refute(code);
        }
        Ok(())
    }

    fn refute(&mut self, code: Value) {
        let day = self.day();
        self.add(json!({"resourceType": "Condition", "code": code, "recordedDate": day,
            "verificationStatus": {"coding": [{"code": "refuted"}]}}));
    }

    fn receptors(&mut self, patient: &Value) -> Result<()> {
        let day = self.day();
        let results: Vec<&Value> = patient.get("her2").and_then(Value::as_array).into_iter().flatten().collect();
        // Of several results the latest is that of a metastasis, and earlier ones are those of the primary (rule G01).
        let latest = results.iter().filter_map(|result| text(result, "date")).max().map(str::to_owned);
        let site = patient.get("metastatic_sites").and_then(|sites| sites.get(0)).and_then(Value::as_str);
        for result in &results {
            let date = text(result, "date").unwrap_or(&day).to_owned();
            let before = self.resources.len();
            match text(result, "ihc") {
                Some("0") if truth(patient, "her2_ultralow") == Some(true) => {
                    self.loinc("85319-2", &date, "valueString", json!("0 ultralow"));
                }
                Some(score) => {
                    let Some(answer) = coded("her2-ihc-score", Some(score)) else {
                        bail!("HER2 IHC `{score}` is not known")
                    };
                    self.loinc("85319-2", &date, "valueCodeableConcept", answer);
                }
                None => {}
            }
            if let Some(word) = text(result, "ish")
                && let Some(answer) =
                    coded("receptor-result", Some(if word == "amplified" { "positive" } else { word }))
            {
                self.loinc("85318-4", &date, "valueCodeableConcept", answer);
            }
            let last = latest.as_deref() == Some(date.as_str());
            let body_site = coded("body-site", Some(if last { site.unwrap_or("unspecified") } else { "breast" }));
            if let Some(body_site) = body_site.filter(|_| results.len() > 1) {
                for resource in self.resources.iter_mut().skip(before).filter_map(Value::as_object_mut) {
                    resource.insert("bodySite".to_owned(), body_site.clone());
                }
            }
        }
        let percent =
            |value: &Value| json!({"value": value, "unit": "%", "system": "http://unitsofmeasure.org", "code": "%"});
        if let Some(value) = patient.get("er_percent") {
            self.loinc("85329-1", &day, "valueQuantity", percent(value));
            if let Some(value) = patient.get("pr_percent") {
                self.loinc("85325-9", &day, "valueQuantity", percent(value));
            }
            return Ok(());
        }
        let hormone = patient.get("hr");
        let date = hormone.and_then(|hr| text(hr, "date")).unwrap_or(&day).to_owned();
        let result = match hormone.and_then(|hr| text(hr, "status")) {
            Some("pos") => "positive",
            Some("neg") => "negative",
            _ => return Ok(()),
        };
        let Some(answer) = coded("receptor-result", Some(result)) else { return Ok(()) };
        self.loinc("85337-4", &date, "valueCodeableConcept", answer.clone());
        if result == "negative" {
            self.loinc("85339-0", &date, "valueCodeableConcept", answer);
        }
        Ok(())
    }

    fn status(&mut self, patient: &Value) {
        let day = self.day();
        if let Some(score) = patient.get("ecog").and_then(Value::as_i64) {
            self.loinc("89247-1", &day, "valueInteger", json!(score));
        }
        for measured in patient.get("lvef").and_then(Value::as_array).into_iter().flatten() {
            let date = text(measured, "date").unwrap_or(&day).to_owned();
            let value = json!({"value": measured.get("value"), "unit": "%", "code": "%"});
            self.loinc("10230-1", &date, "valueQuantity", value);
        }
        if truth(patient, "marker_rise") == Some(true) {
            let before =
                self.index.checked_sub(jiff::Span::new().days(84)).map_or(day.clone(), |date| date.to_string());
            for (date, value) in [(before, 30), (day.clone(), 60)] {
                self.loinc("2007-3", &date, "valueQuantity", json!({"value": value, "unit": "[arb'U]/mL"}));
            }
        }
        let answer = match text(patient, "imaging") {
            Some("stable") => coded("recist-response", Some("SD")),
            Some("progression") => coded("recist-response", Some("PD")),
            _ => None,
        };
        if let Some(answer) = answer {
            self.loinc("88040-1", &day, "valueCodeableConcept", answer);
        }
    }

    /// Values as the case gives them, and values within limits where it gives none.
    fn laboratory(&mut self, labs: Option<&Value>, current: Option<&Value>) {
        let day = self.day();
        let given = |key: &str| labs.and_then(|labs| labs.get(key)).or(current.and_then(|current| current.get(key)));
        let flag = |key: &str| given(key).and_then(Value::as_bool);
        let number = |key: &str| given(key).filter(|value| value.is_number()).cloned();
        let times_limit = [
            ("bilirubin_x_uln", "1975-2", "mg/dL"),
            ("ast_x_uln", "1920-8", "U/L"),
            ("alt_x_uln", "1742-6", "U/L"),
            ("alp_x_uln", "6768-6", "U/L"),
        ];
        let limit = |unit: &str| json!([{"high": {"value": 1, "unit": unit}}]);
        for (key, code, unit) in times_limit {
            let value = json!({"value": number(key).unwrap_or_else(|| json!(0.5)), "unit": unit});
            self.loinc(code, &day, "valueQuantity", value);
            if let Some(object) = self.resources.last_mut().and_then(Value::as_object_mut) {
                object.insert("referenceRange".to_owned(), limit(unit));
            }
        }
        let plain = [
            (&["platelets", "plt"][..], "777-3", "10*9/L", json!(250)),
            (&["neutrophils", "anc"], "751-8", "10*9/L", json!(4)),
            (&["crcl_ml_min", "crcl"], "2164-2", "mL/min", json!(95)),
            (&["k_mmol_l", "potassium"], "2823-3", "mmol/L", json!(4.2)),
            (&["mg_mmol_l", "magnesium"], "2601-3", "mmol/L", json!(0.85)),
            (&["qtcf_ms", "qtc_ms"], "8636-3", "ms", json!(420)),
            (&["spo2"], "59408-5", "%", json!(97)),
        ];
        for (keys, code, unit, normal) in plain {
            let value = keys.iter().find_map(|key| number(key)).unwrap_or(normal);
            self.loinc(code, &day, "valueQuantity", json!({"value": value, "unit": unit, "code": unit}));
        }
        let calcium = if flag("calcium_low") == Some(true) { 1.9 } else { 2.35 };
        self.loinc("2000-8", &day, "valueQuantity", json!({"value": calcium, "unit": "mmol/L"}));
        if let Some(object) = self.resources.last_mut().and_then(Value::as_object_mut) {
            object.insert("referenceRange".to_owned(), json!([{"low": {"value": 2.15, "unit": "mmol/L"}}]));
        }
        let known = [
            "bilirubin_x_uln",
            "ast_x_uln",
            "alt_x_uln",
            "alp_x_uln",
            "platelets",
            "plt",
            "neutrophils",
            "anc",
            "crcl_ml_min",
            "crcl",
            "k_mmol_l",
            "potassium",
            "mg_mmol_l",
            "magnesium",
            "qtcf_ms",
            "qtc_ms",
            "spo2",
            "calcium_low",
            "dpyd",
        ];
        for key in labs.and_then(Value::as_object).into_iter().flatten().map(|(key, _)| key) {
            if !known.contains(&key.as_str()) {
                self.notes.push(format!("the record does not carry `labs.{key}`"));
            }
        }
        let dpyd = given("dpyd").and_then(Value::as_str);
        let status = dpyd.and_then(|word| {
            ["normal", "partial", "complete"].into_iter().find(|known| word.to_lowercase().contains(known))
        });
        match status {
            Some("normal") => self.state("dpyd.status", "valueString", json!("normal")),
            Some(kind) => self.state("dpyd.status", "valueString", json!(format!("{kind}-deficiency"))),
            None => {}
        }
    }

    fn words(&mut self, case: &Value, patient: &Value) {
        let comorbidities = patient.get("comorbidities").and_then(Value::as_array).into_iter().flatten();
        let mut words: Vec<String> = comorbidities.filter_map(Value::as_str).map(str::to_lowercase).collect();
        words.extend(
            ["title", "question", "notes"].into_iter().filter_map(|key| text(case, key)).map(str::to_lowercase),
        );
        for (phrase, fact, stated) in PHRASES {
            if words.iter().any(|text| text.contains(phrase)) {
                match stated {
                    Stated::Yes => self.state(fact, "valueBoolean", json!(true)),
                    Stated::Name(name) => self.state(fact, "valueString", json!(name)),
                }
            }
        }
        self.state("metastasis.visceral-crisis", "valueBoolean", json!(false));
        if truth(patient, "impending_fracture") == Some(true) {
            self.state("bone.threatened", "valueBoolean", json!(true));
        }
        let listed: Vec<&str> = patient
            .get("medications")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        for medicine in &listed {
            let set = KNOWLEDGE.value_sets.iter().find(|set| set.id == "interacting-drug");
            let concept = set.and_then(|set| {
                set.concepts
                    .iter()
                    .find(|concept| concept.system == CodeSystem::RxNorm && concept.display == medicine.to_lowercase())
            });
            let code = concept.map(
                |concept| json!([{"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": concept.code}]),
            );
            let coding = code.unwrap_or_else(|| json!([]));
            self.add(json!({"resourceType": "MedicationStatement", "status": "active",
                "medicationCodeableConcept": {"text": medicine, "coding": coding}}));
        }
        if listed.is_empty() {
            self.state("interactions", "valueString", json!("none"));
        }
    }

    fn illnesses(&mut self, case: &Value, patient: &Value, courses: &[therapy::Course]) -> Result<()> {
        let comorbidities: Vec<String> = patient
            .get("comorbidities")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .chain(text(case, "title").filter(|title| title.to_lowercase().contains("liver failure")))
            .map(str::to_lowercase)
            .collect();
        let current = patient.get("current");
        let mut lungs = current.and_then(|current| current.get("ild_grade")).and_then(Value::as_i64).map(|grade| {
            let drug = current.and_then(|current| text(current, "drug")).unwrap_or_default().to_owned();
            (grade, drug, current.and_then(|current| current.get("resolved_days")).and_then(Value::as_i64), true)
        });
        for course in courses {
            let reason = course.reason.to_lowercase();
            if reason.contains("ild") || reason.contains("pneumonitis") {
                let grade = reason.chars().filter(char::is_ascii_digit).collect::<String>().parse().unwrap_or(1);
                lungs = Some((grade, course.drug.clone(), None, false));
            }
            if reason.contains("nrh") || reason.contains("nodular regenerative") {
                self.state("liver.nodular-regenerative-hyperplasia", "valueBoolean", json!(true));
            }
            if reason.contains("portal hypertension")
                && let Some(code) = coded("portal-hypertension", None)
            {
                let day = self.day();
                self.add(json!({"resourceType": "Condition", "code": code, "onsetDateTime": day}));
            }
        }
        for (words, set) in ILLNESSES {
            let Some(code) = coded(set, None) else { bail!("`{set}` is not a value set") };
            let named = comorbidities.iter().find(|entry| {
                words.iter().any(|word| {
                    entry.split(|c: char| !c.is_alphanumeric()).any(|part| part == *word)
                        || (word.contains(' ') && entry.contains(word))
                })
            });
            let denied = named.is_some_and(|entry| entry.starts_with("no "));
            match named.filter(|_| !denied) {
                Some(entry) => {
                    let day = self.day();
                    let over = ["history", "prior", "recovered", "resolved", "previous"]
                        .iter()
                        .any(|word| entry.contains(word));
                    let mut condition = json!({"resourceType": "Condition", "code": code, "recordedDate": day,
                        "clinicalStatus": {"coding": [{"code": if over { "resolved" } else { "active" }}]}});
                    let severe = ["grade 3", "grade >=3", "grade 4", "severe"].iter().any(|word| entry.contains(word));
                    if *set == "peripheral-neuropathy"
                        && let Some(object) = condition.as_object_mut()
                        && let Some(severity) =
                            coded("condition-severity", Some(if severe { "severe" } else { "mild" }))
                    {
                        // A history of severe neuropathy stays an obstacle.
                        object.insert("clinicalStatus".to_owned(), json!({"coding": [{"code": "active"}]}));
                        object.insert("severity".to_owned(), severity);
                    }
                    self.add(condition);
                }
                None if *set == "interstitial-lung-disease" && lungs.is_some() => {}
                None => self.refute(code),
            }
        }
        let allergic = comorbidities.iter().any(|entry| {
            (entry.contains("hypersensitivity") || entry.contains("allergy"))
                && ["taxane", "docetaxel", "paclitaxel"].iter().any(|drug| entry.contains(drug))
        });
        if let Some(code) = coded("taxane-allergen", None) {
            let status = if allergic { "confirmed" } else { "refuted" };
            self.add(json!({"resourceType": "AllergyIntolerance", "code": code,
                "verificationStatus": {"coding": [{"code": status}]}}));
        }
        if let Some((grade, drug, days, ongoing)) = lungs {
            self.lungs(grade, &drug, days, ongoing, case);
        }
        Ok(())
    }

    fn lungs(&mut self, grade: i64, drug: &str, resolved_days: Option<i64>, ongoing: bool, case: &Value) {
        let Some(code) = coded("interstitial-lung-disease", None) else { return };
        let day = self.day();
        let mut condition = json!({"resourceType": "Condition", "code": code});
        if let Some(object) = condition.as_object_mut() {
            match resolved_days.and_then(|days| self.index.checked_sub(jiff::Span::new().try_days(days).ok()?).ok()) {
                Some(onset) => {
                    object.insert("onsetDateTime".to_owned(), json!(onset.to_string()));
                    object.insert("abatementDateTime".to_owned(), json!(day));
                    object.insert("clinicalStatus".to_owned(), json!({"coding": [{"code": "resolved"}]}));
                }
                None => {
                    let recovered = !ongoing || text(case, "title").is_some_and(|title| title.contains("recovered"));
                    let status = if recovered { "resolved" } else { "active" };
                    object.insert("recordedDate".to_owned(), json!(day));
                    object.insert("clinicalStatus".to_owned(), json!({"coding": [{"code": status}]}));
                }
            }
        }
        self.add(condition);
        self.state("ild.grade", "valueInteger", json!(grade));
        let cause = match drug.to_lowercase().as_str() {
            "t-dxd" | "trastuzumab deruxtecan" => "trastuzumab-deruxtecan",
            "t-dm1" | "trastuzumab emtansine" => "trastuzumab-emtansine",
            _ => "other",
        };
        self.state("ild.cause", "valueString", json!(cause));
    }

    fn brain(&mut self, patient: &Value, courses: &[therapy::Course]) {
        let Some(brain) = patient.get("brain").filter(|brain| truth(brain, "present") == Some(true)) else { return };
        match text(brain, "number") {
            Some("leptomeningeal") | None => {}
            Some(number) => match number.parse::<i64>() {
                Ok(count) => self.state("brain.lesion-count", "valueInteger", json!(count)),
                Err(_) => self.state("brain.extent", "valueString", json!("extensive")),
            },
        }
        if let Some(count) = brain.get("number").and_then(Value::as_i64) {
            self.state("brain.lesion-count", "valueInteger", json!(count));
        }
        if let Some(size) = brain.get("largest_cm").filter(|size| size.is_number()) {
            self.state("brain.largest-lesion", "valueQuantity", json!({"value": size, "unit": "cm", "code": "cm"}));
        }
        if let Some(symptomatic) = truth(brain, "symptomatic") {
            self.state("brain.symptomatic", "valueBoolean", json!(symptomatic));
        }
        let mass = truth(brain, "mass_effect").unwrap_or(false);
        self.state("brain.mass-effect", "valueBoolean", json!(mass));
        let activity = match text(brain, "status") {
            Some("active" | "active_untreated" | "untreated") => Some("untreated"),
            Some("stable" | "treated_stable" | "stable_treated" | "treated") => Some("stable"),
            Some("progressing" | "active_progressing" | "progressive" | "active_treated") => Some("progressing"),
            _ => None,
        };
        if let Some(activity) = activity {
            self.state("brain.activity", "valueString", json!(activity));
        }
        let prior = brain.get("prior_local").or(brain.get("prior_rt"));
        let prior = prior.and_then(Value::as_str).map(str::to_lowercase).unwrap_or_default();
        let given: Vec<Value> =
            [("srs", "stereotactic"), ("wbrt", "whole-brain"), ("surgery", "surgery"), ("resection", "surgery")]
                .into_iter()
                .filter(|(word, _)| prior.contains(word))
                .map(|(_, name)| json!({"code": name}))
                .collect();
        if !given.is_empty() {
            self.state("brain.prior-local", "valueCodeableConcept", json!({"coding": given}));
        }
        // Outside the brain: as the last line's reason says; without other sites there is nothing there.
        let elsewhere = patient
            .get("metastatic_sites")
            .and_then(Value::as_array)
            .is_some_and(|sites| sites.iter().any(|site| !matches!(site.as_str(), Some("brain" | "leptomeninges"))));
        let last = courses.iter().filter(|course| course.line.is_some()).max_by_key(|course| course.line);
        let status = match last.map(|course| course.reason.to_lowercase()) {
            Some(reason) if reason.contains("stable") => "stable",
            Some(reason) if elsewhere && (reason.contains("pd") || reason.contains("progress")) => "progressing",
            None if elsewhere => "progressing",
            None => "none",
            Some(_) => return,
        };
        self.state("disease.extracranial-status", "valueString", json!(status));
    }
}
