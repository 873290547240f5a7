//! What is true of a patient, one JSON object on a line, for those who check what others read out of the record.

use std::collections::BTreeSet;

use crate::day::Precision;
use crate::journey::{Cancer, Journey, Line};
use crate::json::Json;
use crate::mess::Damage;
use crate::plan::Plan;

pub(crate) fn write(journey: &Journey, plan: &Plan, patient: &str, damages: &[Damage], out: &mut Vec<u8>) {
    let mut json = Json::new(out);
    json.open();
    json.text_at("patient", patient);
    json.text_at("group", journey.group.name());
    json.text_at("sex", if journey.male { "male" } else { "female" });
    json.date_at("birth_date", journey.birth, Precision::Day);
    if let Some(death) = journey.death {
        json.date_at("death_date", death, Precision::Day);
    }
    json.date_at("as_of", plan.until, Precision::Day);
    match &journey.cancer {
        None => json.text_at("setting", "no-breast-cancer"),
        Some(cancer) => disease(journey, cancer, &mut json),
    }
    json.list_at("mess");
    for damage in damages {
        damage.write(patient, &mut json);
    }
    json.end_list();
    json.close();
    json.line();
}

fn disease(journey: &Journey, cancer: &Cancer, json: &mut Json<'_>) {
    let spread = cancer.metastatic.as_ref();
    json.text_at("setting", if spread.is_some() { "metastatic" } else { "not-metastatic" });
    json.date_at("primary_date", cancer.found, Precision::Day);
    json.open_at("receptors");
    let found = cancer.primary;
    json.text_at("her2", if found.her2_positive() { "positive" } else { "negative" });
    let status = |percent: u8| match (percent, journey.hospital.scores) {
        (0, _) => "negative",
        (_, false) => "positive-unspecified",
        (1..=10, true) => "low-positive",
        (_, true) => "positive",
    };
    json.text_at("er", status(found.er));
    // Its categories are those of the oestrogen receptor alone.
    json.text_at("pr", if found.pr >= 1 { "positive" } else { "negative" });
    json.text_at("hormone_receptor", if found.hormone_receptor_positive() { "positive" } else { "negative" });
    json.close();
    let Some(metastatic) = spread else { return };
    json.date_at("first_metastasis", metastatic.found, Precision::Day);
    json.text_at("presentation", if metastatic.de_novo { "de-novo" } else { "recurrent" });
    json.list_at("sites");
    let sites: BTreeSet<&str> =
        metastatic.sites.iter().filter(|(_, day)| *day <= journey.last_day).map(|(site, _)| site.name()).collect();
    for site in sites {
        json.text(site);
    }
    json.end_list();
    json.list_at("progressions");
    for day in &metastatic.progressions {
        json.text(&day.to_string());
    }
    json.end_list();
    json.list_at("lines");
    for line in &metastatic.lines {
        self::line(line, json);
    }
    json.end_list();
    json.list_at("decisions");
    for decision in &metastatic.decisions {
        json.open();
        json.date_at("as_of", decision.day, Precision::Day);
        json.number_at("line", i64::from(decision.line));
        for (key, options) in
            [("recommended", &decision.offered.recommended), ("needs_data", &decision.offered.needs_data)]
        {
            json.list_at(key);
            for option in options {
                json.text(option);
            }
            json.end_list();
        }
        json.text_at("chosen", decision.chosen);
        let offered = decision.offered.recommended.contains(decision.chosen)
            || decision.offered.needs_data.contains(decision.chosen);
        json.bool_at("departure", !offered);
        json.close();
    }
    json.end_list();
}

fn line(line: &Line, json: &mut Json<'_>) {
    json.open();
    json.number_at("number", i64::from(line.number));
    json.text_at("setting", "metastatic");
    json.date_at("start", line.start, Precision::Day);
    if let Some(end) = line.end {
        json.date_at("end", end, Precision::Day);
    }
    if let Some(reason) = line.end_reason {
        json.text_at("end_reason", reason);
    }
    if let Some(from) = line.maintenance_from {
        json.date_at("maintenance_from", from, Precision::Day);
    }
    json.list_at("drugs");
    for course in &line.courses {
        json.open();
        json.text_at("id", course.drug.id());
        json.date_at("start", course.start, Precision::Day);
        if let Some(end) = course.end {
            json.date_at("end", end, Precision::Day);
        }
        json.close();
    }
    json.end_list();
    json.close();
}
