//! `her2path prognosis --model predict`: early disease only.

use std::fmt::Write as _;

use her2path_models::predict::{
    self, Chemotherapy, Detection, Grade, Hormone, Patient, Refusal, Treatment, Version, Year,
};
use serde_json::{Value, json};

use super::report::{self, Answer, YesNo};
use super::{Person, missing};
use crate::arguments::number;
use crate::commands::table::{Answered, Cell, Columns, Form, Row};

/// A published version as a flag.
#[derive(Clone, Copy, Default, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum VersionName {
    #[value(name = "2.2", alias = "v2.2")]
    V2_2,
    /// The version with external validation.
    #[default]
    #[value(name = "3.1", alias = "v3.1")]
    V3_1,
    #[value(name = "3.2", alias = "v3.2")]
    V3_2,
}

impl VersionName {
    pub(super) fn version(self) -> Version {
        match self {
            Self::V2_2 => Version::V2_2,
            Self::V3_1 => Version::V3_1,
            Self::V3_2 => Version::V3_2,
        }
    }
}

/// Whether the disease is one that the model is for.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Setting {
    Early,
    Metastatic,
}

#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum DetectionName {
    Symptoms,
    Screening,
}

/// What only this model asks.
#[derive(clap::Args)]
#[command(next_help_heading = "PREDICT (early disease)")]
#[group(skip)]
pub(super) struct Flags {
    /// Must be `early`: the model is not for metastatic disease.
    #[arg(long, value_enum)]
    setting: Option<Setting>,
    /// Size of the invasive tumour in mm.
    #[arg(long, value_name = "MM", value_parser = number)]
    size_mm: Option<f64>,
    /// Grade 1 to 3.
    #[arg(long, value_parser = clap::value_parser!(u8).range(1..=3))]
    grade: Option<u8>,
    /// Positive axillary nodes.
    #[arg(long, value_name = "N")]
    nodes: Option<u32>,
    /// Oestrogen receptor positive.
    #[arg(long, value_enum)]
    er: Option<YesNo>,
    /// Progesterone receptor positive (3.x).
    #[arg(long, value_enum)]
    pr: Option<YesNo>,
    /// Ki-67 over 10 %.
    #[arg(long, value_enum)]
    ki67: Option<YesNo>,
    /// How the tumour was found.
    #[arg(long, value_enum)]
    found_by: Option<DetectionName>,
    /// Smokes now (3.x).
    #[arg(long, value_enum)]
    smoker: Option<YesNo>,
    /// Generation of chemotherapy to show: 2 anthracyclines, 3 taxanes.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u8).range(2..=3))]
    chemotherapy: u8,
    /// Mean heart dose of radiotherapy in Gy (3.x); without it radiotherapy is not shown.
    #[arg(long, value_name = "GY", value_parser = number)]
    heart_gy: Option<f64>,
}

/// Answers one person.
pub(super) fn answer(version: Version, person: &Person, flags: &Flags) -> Answer {
    match try_answer(version, person, flags) {
        Ok(answer) => answer,
        Err(reason) => Answer::refused(reason),
    }
}

fn try_answer(version: Version, person: &Person, flags: &Flags) -> Result<Answer, String> {
    match flags.setting {
        Some(Setting::Early) => {}
        Some(Setting::Metastatic) => return Err(Refusal::Metastatic.to_string()),
        None => {
            return Err(
                "PREDICT is for early breast cancer after surgery only: say `--setting early` if it is so".to_owned()
            );
        }
    }
    let flag = |given: Option<YesNo>| given.map(YesNo::is_yes);
    let (Some(age), Some(size_mm), Some(nodes), Some(er)) = (person.age, flags.size_mm, flags.nodes, flag(flags.er))
    else {
        missing(&[
            ("--age", person.age.is_some()),
            ("--size-mm", flags.size_mm.is_some()),
            ("--nodes", flags.nodes.is_some()),
            ("--er", flags.er.is_some()),
        ])?;
        return Err("PREDICT needs age, size, nodes and oestrogen receptor".to_owned());
    };
    let patient = Patient {
        age,
        detection: match flags.found_by {
            None => Detection::Unknown,
            Some(DetectionName::Symptoms) => Detection::Clinical,
            Some(DetectionName::Screening) => Detection::Screening,
        },
        size_mm,
        grade: grade(flags.grade)?,
        nodes,
        er,
        her2: flag(person.her2),
        ki67: flag(flags.ki67),
        pr: flag(flags.pr),
        smoker: flag(flags.smoker),
    };
    let options = options(version, &patient, flags);
    let mut shown = Vec::new();
    for (name, treatment) in &options {
        shown.push((name.as_str(), predict::survival(version, &patient, treatment).map_err(|why| why.to_string())?));
    }
    let unknown = unknown(version, &patient, flags);
    let card = predict::card(version);
    let mut text = format!(
        "PREDICT Breast {}: early breast cancer after surgery, never metastatic disease\n\nAlive of 100 such women     5 years   10 years   15 years\n",
        version.as_str()
    );
    for (name, years) in &shown {
        let alive = HORIZONS.map(|horizon| at(years, horizon).map_or(0.0, |year| 100.0 * year.alive));
        let [five, ten, fifteen] = alive;
        _ = writeln!(text, "  {name:<24} {five:>8.0} {ten:>10.0} {fifteen:>10.0}");
    }
    if let Some((_, years)) = shown.first() {
        let deaths = HORIZONS.map(|horizon| {
            at(years, horizon).map_or(String::new(), |year| {
                format!("{:.0} and {:.0}", 100.0 * year.breast_cancer_death, 100.0 * year.other_death)
            })
        });
        _ = writeln!(text, "\nDied of breast cancer and of other causes, surgery only: {}", deaths.join("; "));
    }
    if !unknown.is_empty() {
        _ = writeln!(text, "\nNot known, and counted as the model counts what is unknown: {}.", unknown.join(", "));
    }
    if flags.heart_gy.is_none() && version != Version::V2_2 {
        _ = writeln!(text, "Radiotherapy is not shown: give `--heart-gy`.");
    }
    let json = json!({
        "model": report::card_json(&card),
        "options": shown.iter().map(|(name, years)| json!({ "treatment": name, "years": years.iter().map(year_json).collect::<Vec<_>>() })).collect::<Vec<_>>(),
        "not_known": unknown,
        "notice": her2path_models::NOTICE,
    });
    Ok(Answer::Given { text: text + &report::footer(&card), json })
}

const HORIZONS: [u8; 3] = [5, 10, 15];

fn at(years: &[Year], horizon: u8) -> Option<&Year> {
    years.iter().find(|year| year.year == horizon)
}

fn year_json(year: &Year) -> Value {
    json!({
        "year": year.year,
        "alive": year.alive,
        "breast_cancer_death": year.breast_cancer_death,
        "other_death": year.other_death,
    })
}

/// Treatments added one after the other, those that cannot work in this tumour left out.
fn options(version: Version, patient: &Patient, flags: &Flags) -> Vec<(String, Treatment)> {
    let mut treatment = Treatment::default();
    let mut options = vec![("surgery only".to_owned(), treatment)];
    let generation = if flags.chemotherapy == 2 { Chemotherapy::Second } else { Chemotherapy::Third };
    let additions = [
        ("+ radiotherapy", Treatment { radiotherapy_heart_gy: flags.heart_gy, ..Treatment::default() }),
        ("+ hormone therapy", Treatment { hormone: Hormone::FiveYears, ..Treatment::default() }),
        ("+ chemotherapy", Treatment { chemotherapy: Some(generation), ..Treatment::default() }),
        ("+ trastuzumab", Treatment { trastuzumab: true, ..Treatment::default() }),
        ("+ bisphosphonate", Treatment { bisphosphonate: true, ..Treatment::default() }),
    ];
    for (name, addition) in additions {
        let not_in_version = version == Version::V2_2 && addition.radiotherapy_heart_gy.is_some();
        // Radiotherapy whose heart dose was not given adds nothing.
        if not_in_version || addition == Treatment::default() || !predict::is_effective(patient, &addition) {
            continue;
        }
        treatment = Treatment {
            radiotherapy_heart_gy: treatment.radiotherapy_heart_gy.or(addition.radiotherapy_heart_gy),
            hormone: if addition.hormone == Hormone::None { treatment.hormone } else { addition.hormone },
            chemotherapy: treatment.chemotherapy.or(addition.chemotherapy),
            trastuzumab: treatment.trastuzumab || addition.trastuzumab,
            bisphosphonate: treatment.bisphosphonate || addition.bisphosphonate,
        };
        options.push((name.to_owned(), treatment));
    }
    options
}

fn unknown(version: Version, patient: &Patient, flags: &Flags) -> Vec<&'static str> {
    let all = [
        ("how it was found", flags.found_by.is_some()),
        ("grade", flags.grade.is_some()),
        ("HER2", patient.her2.is_some()),
        ("Ki-67", patient.ki67.is_some() || !patient.er),
        ("progesterone receptor", patient.pr.is_some() || version == Version::V2_2),
    ];
    all.into_iter().filter(|(_, known)| !known).map(|(name, _)| name).collect()
}

fn grade(grade: Option<u8>) -> Result<Grade, String> {
    match grade {
        Some(1) => Ok(Grade::One),
        Some(2) => Ok(Grade::Two),
        Some(3) => Ok(Grade::Three),
        Some(9) | None => Ok(Grade::Unknown),
        Some(other) => Err(format!("`grade` is `{other}`, which is none of 1, 2, 3 and 9 (unknown)")),
    }
}

/// The form of `oracles/prognosis/predict_inputs.csv`: three rows a patient, for 5, 10 and 15 years, or the one of a column
/// `year`. A patient whose optional column `setting` is not `early` is refused.
pub(super) fn form(columns: &Columns, version: Version) -> Result<Form, String> {
    let mut needed = vec!["age", "screen", "size", "grade", "nodes", "er", "her2", "ki67", "generation"];
    if version != Version::V2_2 {
        needed.extend(["pr", "heart_gy", "smoker"]);
    }
    let lacking = columns.lacking(&needed);
    if !lacking.is_empty() {
        return Err(format!("columns missing: {}", lacking.join(", ")));
    }
    let results: &'static [&'static str] = match version {
        Version::V2_2 => &RESULTS_2_2,
        Version::V3_1 | Version::V3_2 => &RESULTS_3,
    };
    let output = ["year"].into_iter().chain(results.iter().copied()).collect();
    Ok(Form { output, answer: Box::new(move |row| rows(row, version, results)) })
}

const RESULTS_2_2: [&str; 10] = [
    "os_surgery_only",
    "benefit_h",
    "benefit_hc",
    "benefit_hct",
    "benefit_hctb",
    "benefit_t",
    "benefit_c",
    "benefit_b",
    "benefit_h10",
    "benefit_h10ctb",
];

const RESULTS_3: [&str; 15] = [
    "os_surgery_only",
    "os_r",
    "os_rh",
    "os_rhc",
    "os_rhct",
    "os_rhctb",
    "os_hct",
    "os_ct",
    "os_t",
    "os_rh10",
    "os_rh10ctb",
    "bcdeath_surgery_only",
    "otherdeath_surgery_only",
    "bcdeath_rhctb",
    "otherdeath_rhctb",
];

fn rows(row: &Row<'_>, version: Version, results: &[&'static str]) -> Vec<Answered> {
    let asked = row.whole::<u8>("year").and_then(|year| match year {
        None => Ok(HORIZONS.to_vec()),
        Some(year @ 1..=15) => Ok(vec![year]),
        Some(year) => Err(format!("`year` is `{year}`, which is not 1 to 15")),
    });
    let refused = |year: Option<u8>, reason: String| {
        let year = year.map_or(Cell::None, |year| Cell::Number(year.into()));
        let cells = [year].into_iter().chain(results.iter().map(|_| Cell::None)).collect();
        Answered { cells, refused: Some(reason) }
    };
    let horizons = match asked {
        Ok(horizons) => horizons,
        Err(reason) => return vec![refused(None, reason)],
    };
    let computed = columns_of(row, version, results);
    horizons
        .into_iter()
        .map(|year| match &computed {
            Err(reason) => refused(Some(year), reason.clone()),
            Ok(columns) => {
                let values = columns.iter().map(|column| column.get(usize::from(year) - 1).copied().into());
                Answered { cells: [Cell::Number(year.into())].into_iter().chain(values).collect(), refused: None }
            }
        })
        .collect()
}

/// Each result column by year, in percent.
fn columns_of(row: &Row<'_>, version: Version, results: &[&'static str]) -> Result<Vec<Vec<f64>>, String> {
    let (patient, chemotherapy, heart_gy) = patient(row, version)?;
    let survival = |letters: &str| {
        let treatment = treatment(letters, chemotherapy, heart_gy);
        predict::survival(version, &patient, &treatment).map_err(|why| why.to_string())
    };
    let surgery_only = survival("")?;
    let column = |name: &&str| -> Result<Vec<f64>, String> {
        let (kind, letters) = name.split_once('_').unwrap_or((name, ""));
        let years = survival(if letters == "surgery_only" { "" } else { letters })?;
        Ok(years
            .iter()
            .zip(&surgery_only)
            .map(|(year, untreated)| {
                100.0
                    * match kind {
                        "benefit" => year.alive - untreated.alive,
                        "bcdeath" => year.breast_cancer_death,
                        "otherdeath" => year.other_death,
                        _ => year.alive,
                    }
            })
            .collect())
    };
    results.iter().map(column).collect()
}

/// The treatment that a column's letters say: r radiotherapy, h hormone therapy (h10 ten years), c chemotherapy,
/// t trastuzumab, b bisphosphonate.
fn treatment(letters: &str, chemotherapy: Option<Chemotherapy>, heart_gy: Option<f64>) -> Treatment {
    Treatment {
        radiotherapy_heart_gy: heart_gy.filter(|_| letters.contains('r')),
        hormone: match (letters.contains('h'), letters.contains("h10")) {
            (false, _) => Hormone::None,
            (true, false) => Hormone::FiveYears,
            (true, true) => Hormone::TenYears,
        },
        chemotherapy: chemotherapy.filter(|_| letters.contains('c')),
        trastuzumab: letters.contains('t'),
        bisphosphonate: letters.contains('b'),
    }
}

fn patient(row: &Row<'_>, version: Version) -> Result<(Patient, Option<Chemotherapy>, Option<f64>), String> {
    match row.text("setting").map(str::to_ascii_lowercase).as_deref() {
        None | Some("early") => {}
        Some("metastatic") => return Err(Refusal::Metastatic.to_string()),
        Some(other) => return Err(format!("`setting` is `{other}`: PREDICT is for `early` disease only")),
    }
    let needed = |column: &'static str| row.number(column)?.ok_or_else(|| format!("`{column}` is missing"));
    let or_9 = |column: &str| if row.number(column)? == Some(9.0) { Ok(None) } else { row.flag(column) };
    let chemotherapy = match row.whole::<u8>("generation")? {
        Some(0) => None,
        Some(2) => Some(Chemotherapy::Second),
        Some(3) => Some(Chemotherapy::Third),
        Some(other) => return Err(format!("`generation` is `{other}`, which is none of 0, 2 and 3")),
        None => return Err("`generation` is missing: 0 none, 2 or 3".to_owned()),
    };
    let patient = Patient {
        age: needed("age")?,
        detection: match row.whole::<u8>("screen")? {
            Some(0) => Detection::Clinical,
            Some(1) => Detection::Screening,
            Some(2) | None => Detection::Unknown,
            Some(other) => return Err(format!("`screen` is `{other}`, which is none of 0, 1 and 2 (unknown)")),
        },
        size_mm: needed("size")?,
        grade: grade(row.whole("grade")?)?,
        nodes: row.whole("nodes")?.ok_or("`nodes` is missing")?,
        er: row.flag("er")?.ok_or("`er` is missing: the model needs it")?,
        her2: or_9("her2")?,
        ki67: or_9("ki67")?,
        pr: or_9("pr")?,
        smoker: row.flag("smoker")?,
    };
    let heart_gy = if version == Version::V2_2 { None } else { Some(needed("heart_gy")?) };
    Ok((patient, chemotherapy, heart_gy))
}
