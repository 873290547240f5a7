//! `her2path prognosis --model breast-gpa`.

use her2path_models::NaturalFrequency;
use her2path_models::breast_gpa::{self, Known, Kps, Outlook, Patient, Subtype};
use serde_json::json;

use super::report::{self, Answer, YesNo};
use super::{Person, missing};
use crate::commands::table::{Cell, Columns, Form, Row};

/// What only this score asks.
#[derive(clap::Args)]
#[command(next_help_heading = "Breast-GPA (brain metastases)")]
#[group(skip)]
pub(super) struct Flags {
    /// Karnofsky performance status: 0, 10 … 100.
    #[arg(long, value_name = "PERCENT")]
    kps: Option<u32>,
    /// Hormone receptor (ER or PR) positive.
    #[arg(long, value_enum)]
    hormone_receptor: Option<YesNo>,
    /// Number of brain metastases.
    #[arg(long, value_name = "N")]
    brain_metastases: Option<u32>,
    /// Metastases outside the brain.
    #[arg(long, value_enum)]
    extracranial: Option<YesNo>,
}

/// Answers one person; with factors missing, by the range they leave open.
pub(super) fn answer(person: &Person, flags: &Flags) -> Answer {
    let kps = flags.kps.map(|percent| Kps::of_percent(percent).ok_or(percent)).transpose();
    let kps = match kps {
        Ok(kps) => kps,
        Err(percent) => return Answer::refused(format!("`--kps` is `{percent}`, which is not 0, 10 … 100")),
    };
    if flags.brain_metastases == Some(0) {
        return Answer::refused("there are no brain metastases: the score is for people who have some");
    }
    if let Some(age) = person.age
        && !(0.0..=130.0).contains(&age)
    {
        return Answer::refused(format!("`--age` is `{age}`, which cannot be"));
    }
    let flag = |given: Option<YesNo>| given.map(YesNo::is_yes);
    let known = Known {
        kps,
        hormone_receptor: flag(flags.hormone_receptor),
        her2: flag(person.her2),
        from_60: person.age.map(|age| age >= 60.0),
        several: flags.brain_metastases.map(|number| number > 1),
        extracranial: flag(flags.extracranial),
    };
    let (worst, best) = known.bounds();
    let unknown = known.unknown();
    let text = if worst == best {
        format!("Breast-GPA {:.1} of 4\n\n{}", worst.gpa, outlook_text(&worst))
    } else {
        let mut text = format!(
            "Breast-GPA between {:.1} and {:.1} of 4: not known are {}\n",
            worst.gpa,
            best.gpa,
            unknown.join(", ")
        );
        text +=
            &format!("\nAt {:.1}:\n{}\nAt {:.1}:\n{}", worst.gpa, outlook_text(&worst), best.gpa, outlook_text(&best));
        text
    };
    let json = json!({
        "model": report::card_json(&breast_gpa::CARD),
        "lowest": outlook_json(&worst),
        "highest": outlook_json(&best),
        "gpa": (worst == best).then_some(worst.gpa),
        "median_survival_months": (worst.median_survival_months == best.median_survival_months).then_some(worst.median_survival_months),
        "missing": unknown,
        "notice": her2path_models::NOTICE,
    });
    Answer::Given { text: text + &report::footer(&breast_gpa::CARD), json }
}

fn outlook_text(outlook: &Outlook) -> String {
    let half = NaturalFrequency::out_of(0.5, 100);
    let quarter = NaturalFrequency::out_of(0.25, 100);
    format!(
        "  median survival   {} months: {half} lived longer\n  middle half       {} to {} months: {quarter} lived less, {quarter} more\n",
        outlook.median_survival_months, outlook.iqr_low, outlook.iqr_high
    )
}

fn outlook_json(outlook: &Outlook) -> serde_json::Value {
    json!({
        "gpa": outlook.gpa,
        "median_survival_months": outlook.median_survival_months,
        "iqr_low": outlook.iqr_low,
        "iqr_high": outlook.iqr_high,
    })
}

const INPUT: [&str; 5] = ["kps", "subtype", "age", "n_brain_mets", "extracranial_mets"];

/// The form of `oracles/prognosis/breast_gpa_2020_vectors.csv`; numbers are taken where the file has bands.
pub(super) fn form(columns: &Columns) -> Result<Form, String> {
    let lacking = columns.lacking(&INPUT);
    if !lacking.is_empty() {
        return Err(format!("columns missing: {}", lacking.join(", ")));
    }
    Ok(Form::new(vec!["gpa", "median_survival_months", "iqr_low", "iqr_high"], |row| {
        missing(&INPUT.map(|name| (name, row.text(name).is_some())))?;
        let outlook = breast_gpa::outlook(&patient(row)?);
        // Written as the table writes them: one decimal, and 0 without.
        let written = |value: f64| Cell::Text(if value == 0.0 { "0".to_owned() } else { format!("{value:.1}") });
        Ok([outlook.gpa, outlook.median_survival_months, outlook.iqr_low, outlook.iqr_high].map(written).to_vec())
    }))
}

fn patient(row: &Row<'_>) -> Result<Patient, String> {
    let bad =
        |column: &str| format!("`{column}` is `{}`, which is none of its answers", row.text(column).unwrap_or(""));
    let number = |column: &str| row.number(column).ok().flatten();
    let kps = match row.text("kps") {
        Some("<=60") => Kps::UpTo60,
        Some("70-80") => Kps::From70To80,
        Some("90-100") => Kps::From90To100,
        _ => row.whole("kps").ok().flatten().and_then(Kps::of_percent).ok_or_else(|| bad("kps"))?,
    };
    let from_60 = match (row.text("age"), number("age")) {
        (Some("<60"), _) => false,
        (Some(">=60"), _) => true,
        (_, Some(age)) if (0.0..=130.0).contains(&age) => age >= 60.0,
        _ => return Err(bad("age")),
    };
    let several_brain_metastases = match (row.text("n_brain_mets"), row.whole::<u32>("n_brain_mets")) {
        (Some(">1"), _) => true,
        (_, Ok(Some(number))) if number >= 1 => number > 1,
        (_, Ok(Some(_))) => {
            return Err("`n_brain_mets` is 0: the score is for people who have brain metastases".to_owned());
        }
        _ => return Err(bad("n_brain_mets")),
    };
    let extracranial_metastases = match row.text("extracranial_mets").map(str::to_ascii_lowercase).as_deref() {
        Some("present") => true,
        Some("absent") => false,
        _ => row.flag("extracranial_mets").ok().flatten().ok_or_else(|| bad("extracranial_mets"))?,
    };
    let subtype = row.text("subtype").and_then(subtype).ok_or_else(|| bad("subtype"))?;
    Ok(Patient { kps, subtype, from_60, several_brain_metastases, extracranial_metastases })
}

/// A subtype by its receptors, as in `LumB (HR+,HER2+)`, `HR+/HER2+` or `HER2+`.
fn subtype(text: &str) -> Option<Subtype> {
    let sign = |receptor: &str| match (text.contains(&format!("{receptor}+")), text.contains(&format!("{receptor}-"))) {
        (true, false) => Some(true),
        (false, true) => Some(false),
        _ => None,
    };
    let her2 = sign("HER2")?;
    // Beside positive HER2 the hormone receptor changes no points.
    let hormone_receptor = sign("HR").or(her2.then_some(false))?;
    Some(Subtype { hormone_receptor, her2 })
}
