//! `her2path prognosis --model mirels`.

use her2path_models::mirels::{self, Lesion, Pain, Site, Size};
use serde_json::json;

use super::report::{self, Answer};
use crate::commands::table::{Cell, Columns, Form};

/// What only this score asks.
#[derive(clap::Args)]
#[command(next_help_heading = "Mirels' score (long bone)")]
#[group(skip)]
pub(super) struct Flags {
    /// `upper limb`, `lower limb` or `peritrochanteric`.
    #[arg(long)]
    site: Option<String>,
    /// `mild`, `moderate` or `functional`.
    #[arg(long)]
    pain: Option<String>,
    /// `blastic`, `mixed` or `lytic`.
    #[arg(long)]
    lesion: Option<String>,
    /// Part of the diameter of the bone: `<1/3`, `1/3-2/3` or `>2/3`.
    #[arg(long, value_name = "PART")]
    lesion_size: Option<String>,
}

/// Answers for one bone.
pub(super) fn answer(flags: &Flags) -> Answer {
    let given = [&flags.site, &flags.pain, &flags.lesion, &flags.lesion_size].map(Option::as_deref);
    let (score, band) = match score(given, ["--site", "--pain", "--lesion", "--lesion-size"]) {
        Ok(scored) => scored,
        Err(reason) => return Answer::refused(reason),
    };
    let json = json!({
        "model": report::card_json(&mirels::CARD),
        "score": score,
        "band": band.code(),
        "meaning": band.meaning(),
        "notice": her2path_models::NOTICE,
    });
    let text = format!("Mirels' score {score} of 12 ({})\n  {}\n", band.code(), band.meaning());
    Answer::Given { text: text + &report::footer(&mirels::CARD), json }
}

const INPUT: [&str; 4] = ["site", "pain", "lesion", "size"];

/// The form of `oracles/prognosis/mirels_vectors.csv`.
pub(super) fn form(columns: &Columns) -> Result<Form, String> {
    let lacking = columns.lacking(&INPUT);
    if !lacking.is_empty() {
        return Err(format!("columns missing: {}", lacking.join(", ")));
    }
    Ok(Form::new(vec!["score", "band"], |row| {
        let (score, band) = score(INPUT.map(|name| row.text(name)), INPUT)?;
        Ok(vec![Cell::Number(score.into()), Cell::Text(band.code().to_owned())])
    }))
}

fn score(given: [Option<&str>; 4], names: [&'static str; 4]) -> Result<(u8, mirels::Band), String> {
    let [site, pain, lesion, size] = given;
    let [site_name, pain_name, lesion_name, size_name] = names;
    Ok(mirels::score(
        item(site_name, site, &Site::ALL.map(Site::code), Site::parse)?,
        item(pain_name, pain, &Pain::ALL.map(Pain::code), Pain::parse)?,
        item(lesion_name, lesion, &Lesion::ALL.map(Lesion::code), Lesion::parse)?,
        item(size_name, size, &Size::ALL.map(Size::code), Size::parse)?,
    ))
}

fn item<T>(name: &str, text: Option<&str>, answers: &[&str], parse: fn(&str) -> Option<T>) -> Result<T, String> {
    let answers = answers.join("`, `");
    let text = text.ok_or_else(|| format!("`{name}` is missing: one of `{answers}`"))?;
    parse(text).ok_or_else(|| format!("`{name}` is `{text}`, not one of `{answers}`"))
}
