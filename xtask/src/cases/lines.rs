//! Cases of lines of therapy: dated drug events become a FHIR record, the record is assessed, and every key of what is
//! expected is compared.
//!
//! The record is the one an oncology system would hold: a MedicationStatement for each course of a drug, an Observation
//! of the disease status for each progression, a Procedure for each procedure. A regimen begun after a progression
//! ends the drugs of the one before that it does not name, as it does on a ward.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result, bail};
use her2path::assessment::{Assessment, Line, Value as FactValue};
use her2path::guideline::{Fact, KNOWLEDGE};
use her2path::knowledge::drug::phrase;
use her2path::{Question, chapters};
use jiff::civil::Date;
use serde_json::{Map, Value, json};

use super::Verdict;

/// The cases state the parameters they were worked out with; ours must be those.
pub(crate) fn check_parameters(document: &Value) -> Result<()> {
    let Some(stated) = document.get("parameters").and_then(Value::as_object) else { return Ok(()) };
    let ours = KNOWLEDGE.line_parameters.as_ref().context("the guideline has no parameters for lines of therapy")?;
    for (name, value) in stated {
        let our = match name.as_str() {
            "look_back_days" => ours.look_back_days,
            "regimen_window_days" => ours.regimen_window_days,
            "gap_days" => ours.gap_days,
            "cycle_days" => ours.cycle_days,
            _ => bail!("`{name}` is not a parameter that is known"),
        };
        if value.as_u64() != Some(u64::from(our)) {
            bail!("the cases are for {name} = {value}, the guideline has {our}");
        }
    }
    Ok(())
}

/// Runs one case.
pub(crate) fn verdict(case: &Value, as_of: Date) -> Result<Verdict> {
    let text = |key: &str| case.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
    let (id, title) = (text("id"), text("title"));
    let record = record(case).with_context(|| format!("case {id}"))?;
    let bytes = serde_json::to_vec(&record)?;
    let question = Question::new(&KNOWLEDGE, as_of).chapters(chapters::ALL);
    let (assessments, _) = her2path::assess([her2path::fhir::Input { bytes: &bytes, name: &id }], &question);
    let assessment = assessments.first().context("the record gave no assessment")?;
    let expected =
        case.get("expected").and_then(Value::as_object).with_context(|| format!("case {id} expects nothing"))?;
    let mut disagreements = Vec::new();
    for (key, value) in expected {
        compare(assessment, key, value, &mut disagreements);
    }
    Ok(Verdict { id, title, disagreements })
}

/// One course of a drug while the events are read.
#[derive(Default)]
struct Course {
    drug: String,
    start: Option<String>,
    end: Option<String>,
    reason: Option<String>,
    setting: Option<String>,
    line: Option<u64>,
}

fn record(case: &Value) -> Result<Value> {
    let mut resources = vec![
        json!({"resourceType": "Patient", "id": "p", "gender": "female"}),
        json!({"resourceType": "Condition", "id": "primary", "subject": {"reference": "Patient/p"}, "code": {"coding": [
            {"system": "http://snomed.info/sct", "code": "254837009"}]}}),
    ];
    let mut metastasis = json!({"resourceType": "Condition", "id": "metastasis", "subject": {"reference": "Patient/p"},
        "code": {"coding": [{"system": "http://snomed.info/sct", "code": "128462008"}]}});
    if let (Some(date), Some(object)) =
        (case.get("metastatic_index_date").and_then(Value::as_str), metastasis.as_object_mut())
    {
        object.insert("onsetDateTime".to_owned(), json!(date));
    }
    resources.push(metastasis);
    let mut courses: Vec<Course> = Vec::new();
    let mut progressed = false;
    let events = case.get("events").and_then(Value::as_array).context("`events` is not a list")?;
    let mut events: Vec<&Value> = events.iter().collect();
    events.sort_by_key(|event| event.get("date").and_then(Value::as_str).unwrap_or_default());
    for (number, event) in events.iter().enumerate() {
        let text = |key: &str| event.get(key).and_then(Value::as_str);
        let date = text("date").map(str::to_owned);
        let drugs: Vec<&str> =
            event.get("drugs").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
        match text("action") {
            Some("start" | "restart") => {
                if progressed && !drugs.iter().all(|drug| is_supportive(drug)) {
                    let ended = |course: &&mut Course| {
                        course.end.is_none() && !drugs.contains(&course.drug.as_str()) && !is_supportive(&course.drug)
                    };
                    courses.iter_mut().filter(ended).for_each(|course| course.end.clone_from(&date));
                    progressed = false;
                }
                for drug in drugs {
                    if courses.iter().all(|course| course.drug != drug || course.end.is_some()) {
                        courses.push(course(drug, date.clone(), event));
                    }
                }
            }
            Some("stop") => {
                for drug in drugs {
                    stop(&mut courses, drug, date.as_deref(), text("reason"), event);
                }
            }
            Some("switch") => {
                let replaced = text("replaces").into_iter().chain(
                    event.get("replaces").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str),
                );
                for drug in replaced {
                    stop(&mut courses, drug, date.as_deref(), text("reason"), event);
                }
                courses.extend(drugs.into_iter().map(|drug| course(drug, date.clone(), event)));
            }
            Some("progression") => {
                progressed = true;
                resources.push(
                    json!({"resourceType": "Observation", "id": format!("status-{number}"), "status": "final",
                    "subject": {"reference": "Patient/p"}, "effectiveDateTime": date,
                    "code": {"coding": [{"system": "http://loinc.org", "code": "97509-4"}]},
                    "valueCodeableConcept": {"coding": [{"system": "http://snomed.info/sct", "code": "271299001"}]}}),
                );
            }
            Some("procedure") => {
                resources.push(json!({"resourceType": "Procedure", "id": format!("procedure-{number}"), "status": "completed",
                    "subject": {"reference": "Patient/p"}, "performedDateTime": date, "code": {"text": drugs.join(", ")}}));
            }
            action => bail!("the action {action:?} is not known"),
        }
    }
    resources.extend(courses.iter().enumerate().map(|(number, course)| statement(number, course)));
    let entries: Vec<Value> = resources.into_iter().map(|resource| json!({"resource": resource})).collect();
    Ok(json!({"resourceType": "Bundle", "type": "collection", "entry": entries}))
}

fn course(drug: &str, start: Option<String>, event: &Value) -> Course {
    Course {
        drug: drug.to_owned(),
        start,
        setting: event.get("setting").and_then(Value::as_str).map(str::to_owned),
        line: event.get("line").and_then(Value::as_u64),
        ..Course::default()
    }
}

fn stop(courses: &mut Vec<Course>, drug: &str, date: Option<&str>, reason: Option<&str>, event: &Value) {
    let position = courses.iter().rposition(|course| course.drug == drug && course.end.is_none());
    // A stop without a start on record: the course is known by its end alone.
    let position = position.unwrap_or_else(|| {
        courses.push(course(drug, None, event));
        courses.len() - 1
    });
    if let Some(course) = courses.get_mut(position) {
        course.end = date.map(str::to_owned);
        course.reason = reason.map(str::to_owned);
    }
}

fn statement(number: usize, course: &Course) -> Value {
    let mut statement = json!({"resourceType": "MedicationStatement", "id": format!("course-{number}"),
        "subject": {"reference": "Patient/p"}, "status": if course.end.is_some() { "stopped" } else { "active" },
        "medicationCodeableConcept": {"text": course.drug.replace('_', " ")}});
    let Some(object) = statement.as_object_mut() else { return statement };
    let mut period = Map::new();
    period.extend(course.start.iter().map(|start| ("start".to_owned(), json!(start))));
    period.extend(course.end.iter().map(|end| ("end".to_owned(), json!(end))));
    object.insert("effectivePeriod".to_owned(), Value::Object(period));
    if let Some(reason) = &course.reason {
        object.insert("statusReason".to_owned(), json!([{"text": reason}]));
    }
    let mut extension = Vec::new();
    let intent = match course.setting.as_deref() {
        Some("adjuvant") => Some("373846009"),
        Some("neoadjuvant") => Some("373847000"),
        _ => None,
    };
    if let Some(code) = intent {
        extension.push(json!({"url": "http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-treatment-intent",
            "valueCodeableConcept": {"coding": [{"system": "http://snomed.info/sct", "code": code}]}}));
    }
    if let Some(line) = course.line {
        extension.push(json!({"url": "line-of-therapy", "valueInteger": line}));
    }
    // The profile says that it is a cancer drug, also where its name is not known.
    if !is_supportive(&course.drug) {
        object.insert("meta".to_owned(), json!({"profile": ["http://hl7.org/fhir/us/mcode/StructureDefinition/mcode-cancer-related-medication-administration"]}));
    }
    if !extension.is_empty() {
        object.insert("extension".to_owned(), Value::Array(extension));
    }
    statement
}

fn is_supportive(drug: &str) -> bool {
    let found = KNOWLEDGE.drugs.named(&phrase(&drug.replace('_', " "))).and_then(|drugs| drugs.first());
    found
        .and_then(|drug| KNOWLEDGE.drugs.get(*drug))
        .is_some_and(|drug| drug.class.group() == her2path::knowledge::drug::DrugGroup::Supportive)
}

fn compare(assessment: &Assessment<'_>, key: &str, expected: &Value, out: &mut Vec<String>) {
    let therapy = &assessment.therapy;
    let mut differ = |what: &str, found: Value| {
        if found != *expected {
            out.push(format!("{what}: expected {expected}, found {found}"));
        }
    };
    let counter = |pick: fn(&her2path::assessment::Counters) -> u16| json!(therapy.counters.as_ref().map(pick));
    match key {
        "lines" => lines(assessment, expected, out),
        "her2_lines" => differ(key, counter(|counters| counters.her2)),
        "chemo_lines" => differ(key, counter(|counters| counters.chemo)),
        "endocrine_lines" => differ(key, counter(|counters| counters.endocrine)),
        "any_lines" => differ(key, counter(|counters| counters.any)),
        "lines_at_gap" => {
            for (gap, lines) in expected.as_object().into_iter().flatten() {
                let found =
                    therapy.gap_sensitivity.iter().find(|(days, _)| days.to_string() == *gap).map(|(_, count)| *count);
                if json!(found) != *lines {
                    out.push(format!("lines at a gap of {gap} days: expected {lines}, found {found:?}"));
                }
            }
        }
        "interval_months" => differ(key, integer(assessment, Fact::TherapyAdjuvantHer2Interval)),
        "interval_days" => differ(key, integer(assessment, Fact::TherapyAdjuvantHer2IntervalDays)),
        "flags" => flags(assessment, expected, out),
        "fda_tdxd_single_agent" => differ(key, json!(fda_tdxd_single_agent(assessment))),
        "guideline_line_equivalent" => asco_reading(assessment, expected, out),
        "saini_twelves" => differ(key, json!(therapy.saini_twelves)),
        "line" | "current_line" => differ(key, integer(assessment, Fact::TherapyLine)),
        "needs_data" => {
            let wanted = expected.as_bool() != Some(false) && expected.as_array().is_none_or(|list| !list.is_empty());
            let found = assessment.facts.get(Fact::TherapyLine).is_none();
            if wanted != found {
                out.push(format!(
                    "needs data: expected {expected}, but the line is {}",
                    integer(assessment, Fact::TherapyLine)
                ));
            }
        }
        _ => out.push(format!("`{key}` is expected to be {expected}, which cannot be compared")),
    }
}

fn lines(assessment: &Assessment<'_>, expected: &Value, out: &mut Vec<String>) {
    let found = &assessment.therapy.lines;
    let wanted: Vec<&Value> = expected.as_array().into_iter().flatten().collect();
    if wanted.len() != found.len() {
        let starts: Vec<String> = found.iter().map(|line| format!("{} from {:?}", line.number, line.start)).collect();
        out.push(format!("expected {} lines, found {} ({})", wanted.len(), found.len(), starts.join(", ")));
    }
    for (wanted, line) in wanted.iter().zip(found) {
        for (key, value) in wanted.as_object().into_iter().flatten() {
            let found = match key.as_str() {
                "n" | "number" => json!(line.number),
                "drugs" => {
                    let (found, wanted) = (drug_ids(line), named(value));
                    if wanted.as_ref() != Some(&found) {
                        out.push(format!("line {}: expected the drugs {value}, found {found:?}", line.number));
                    }
                    continue;
                }
                "start" => json!(line.start.map(|day| day.to_string())),
                "end" => json!(line.end.map(|day| day.to_string())),
                "maintenance_from" => json!(line.maintenance_from.map(|day| day.to_string())),
                "maintenance_intensification" => json!(line.maintenance_intensification),
                "switch_reason" => json!(line.toxicity_switch.then_some("toxicity")),
                "unknown_agent" | "unknown" | "flagged_unknown" => json!(line.unknown_agent),
                "end_reason" => json!(line.end_reason.map(her2path::assessment::EndReason::name)),
                _ => {
                    out.push(format!(
                        "line {}: `{key}` is expected to be {value}, which cannot be compared",
                        line.number
                    ));
                    continue;
                }
            };
            if found != *value {
                out.push(format!("line {}: {key}: expected {value}, found {found}", line.number));
            }
        }
    }
}

fn drug_ids(line: &Line) -> Vec<&'static str> {
    let mut ids: Vec<&str> =
        line.drugs.iter().filter_map(|drug| KNOWLEDGE.drugs.get(*drug)).map(|drug| drug.id.as_ref()).collect();
    ids.sort_unstable();
    ids
}

fn named(expected: &Value) -> Option<Vec<&'static str>> {
    let mut ids: BTreeMap<&str, ()> = BTreeMap::new();
    for name in expected.as_array()? {
        for drug in KNOWLEDGE.drugs.named(&phrase(&name.as_str()?.replace('_', " ")))? {
            ids.insert(KNOWLEDGE.drugs.get(*drug)?.id.as_ref(), ());
        }
    }
    Some(ids.into_keys().collect())
}

fn integer(assessment: &Assessment<'_>, fact: Fact) -> Value {
    match assessment.facts.get(fact).map(|statement| &statement.value) {
        Some(FactValue::Integer(number)) => json!(number),
        _ => Value::Null,
    }
}

fn boolean(assessment: &Assessment<'_>, fact: Fact) -> Option<bool> {
    match assessment.facts.get(fact)?.value {
        FactValue::Boolean(value) => Some(value),
        _ => None,
    }
}

fn flags(assessment: &Assessment<'_>, expected: &Value, out: &mut Vec<String>) {
    for (name, value) in expected.as_object().into_iter().flatten() {
        let found = match name.as_str() {
            "within_6" => boolean(assessment, Fact::TherapyRelapseWithin6Months),
            "within_12" => boolean(assessment, Fact::TherapyRelapseWithin12Months),
            _ => {
                out.push(format!("the flag `{name}` cannot be compared"));
                continue;
            }
        };
        if json!(found) != *value {
            out.push(format!("{name}: expected {value}, found {found:?}"));
        }
    }
}

/// The label of T-DXd alone (2022-05-04): a HER2-directed regimen for metastatic disease, or recurrence during or within
/// 6 months of (neo)adjuvant therapy.
fn fda_tdxd_single_agent(assessment: &Assessment<'_>) -> Option<bool> {
    let within = boolean(assessment, Fact::TherapyRelapseWithin6Months);
    let lines = assessment.therapy.counters.map(|counters| counters.her2 >= 1);
    match (within, lines) {
        (Some(true), _) | (_, Some(true)) => Some(true),
        (Some(false), Some(false)) => Some(false),
        _ => None,
    }
}

/// The expected text begins with the line whose recommendations ASCO 2022 would use: second up to 12 months (5.0), first
/// later (5.1). The rest of the text is for people.
fn asco_reading(assessment: &Assessment<'_>, expected: &Value, out: &mut Vec<String>) {
    let reading =
        boolean(assessment, Fact::TherapyRelapseWithin12Months).map(|within| if within { "second" } else { "first" });
    let wanted = expected.as_str().and_then(|text| text.split([' ', ';', ',']).next());
    if reading != wanted {
        out.push(format!("guideline_line_equivalent: expected {expected}, found {reading:?}"));
    }
}
