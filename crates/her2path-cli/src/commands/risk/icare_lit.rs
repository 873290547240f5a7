//! `her2path risk --model icare-lit`.

use her2path::assessment::RiskCourse;
use her2path::render::risk_picture;
use her2path_models::icare_lit::{
    self, AgeAtMenarche, AgeAtMenopause, AgeFirstBirth, Alcohol, Bmi, Covariates, Hrt, HrtType, Interval, Model,
    Parity, Refusal, Unanswered,
};
use her2path_models::{Exclusion, Exclusions, NaturalFrequency};
use serde_json::json;

use super::bcrat::said_with_it;
use super::report::{self, Answer, YesNo};
use super::{Woman, exclusions_of};
use crate::commands::table::{Cell, Columns, Form, Row};

/// Menopausal hormone therapy as a flag.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum HrtName {
    Never,
    Current,
    Former,
}

/// Answers one woman. With factors missing the answer is the range they leave open.
pub(super) fn answer(woman: &Woman) -> (Answer, Option<RiskCourse>) {
    match try_answer(woman) {
        Ok((answer, course)) => (answer, course),
        Err(why) => (Answer::refused(why), None),
    }
}

fn try_answer(woman: &Woman) -> Result<(Answer, Option<RiskCourse>), String> {
    let start = whole(woman.age.ok_or("`--age` is needed")?, "--age")?;
    let interval = Interval { start, years: whole(woman.years, "--years")? };
    let covariates = covariates(woman)?;
    let exclusions = woman.excluded.exclusions();
    let end = u16::from(start) + u16::from(interval.years);
    let average = icare_lit::average_risk(interval).map_err(text_of)?;
    let asked: Vec<_> = exclusions.unknown().into_iter().map(Exclusion::question).collect();
    let parts = interval.parts().map_err(text_of)?;
    let mut missing: Vec<&str> = parts.iter().flat_map(|(model, _)| covariates.missing(*model)).collect();
    missing.sort_unstable();
    missing.dedup();
    let [lowest, highest] = bounds(&covariates, interval, &exclusions)?;

    let mut text = format!("Breast cancer between {start} and {end}\n\n");
    let (frequencies, course) = if missing.is_empty() {
        let [own, population] = NaturalFrequency::common([lowest, average]);
        text += &format!(
            "  this woman         {:>7}   about {own} women like her\n  the average woman  {:>7}   about {population} women of her age\n\n",
            report::percent(lowest),
            report::percent(average),
        );
        let course = course(&covariates, start, &exclusions)?;
        text += &risk_picture::terminal(&course);
        (json!({ "this_woman": own.to_string(), "average_woman": population.to_string() }), Some(course))
    } else {
        let [low, high, population] = NaturalFrequency::common([lowest, highest, average]);
        text += &format!(
            "  this woman         {} to {}   about {} to {high} women like her\n  the average woman  {}   about {population} women of her age\n\n\
             The range is what these unknown factors leave open: {}.\n",
            report::percent(lowest),
            report::percent(highest),
            low.count,
            report::percent(average),
            missing.join(", "),
        );
        (
            json!({ "lowest": low.to_string(), "highest": high.to_string(), "average_woman": population.to_string() }),
            None,
        )
    };
    text += &said_with_it(&[], &asked);
    text += &report::footer(&icare_lit::CARD);
    let known = missing.is_empty();
    let json = json!({
        "model": report::card_json(&icare_lit::CARD),
        "from_age": start,
        "until_age": end,
        "absolute_risk": known.then_some(lowest),
        "absolute_risk_range": [lowest, highest],
        "average_risk": average,
        "natural_frequency": frequencies,
        "missing": missing,
        "not_known": asked,
        "course": course.iter().flat_map(|course| &course.points).map(|(age, own, average)| json!({ "age": age, "risk": own, "average": average })).collect::<Vec<_>>(),
        "notice": her2path_models::NOTICE,
    });
    Ok((Answer::Given { text, json }, course))
}

/// The least and the greatest risk that the missing factors leave open; equal when none is missing.
fn bounds(covariates: &Covariates, interval: Interval, exclusions: &Exclusions) -> Result<[f64; 2], String> {
    let (mut lowest, mut highest) = (0.0, 0.0);
    for (model, part) in interval.parts().map_err(text_of)? {
        let (least, most) = covariates.bounds(model).map_err(|why| flag_words(&why))?;
        let risk = |lp| icare_lit::absolute_risk(model, lp, part, exclusions).map_err(text_of);
        lowest += (1.0 - lowest) * risk(least)?;
        highest += (1.0 - highest) * risk(most)?;
    }
    Ok([lowest, highest])
}

/// Up to 80, or to 50 when only the factors before 50 are known.
fn course(covariates: &Covariates, start: u8, exclusions: &Exclusions) -> Result<RiskCourse, String> {
    let last = if start < 50 && !covariates.missing(Model::From50).is_empty() { 50 } else { *icare_lit::AGES.end() };
    let mut points = Vec::new();
    for age in start.saturating_add(1)..=last {
        let interval = Interval { start, years: age.saturating_sub(start) };
        let own = icare_lit::absolute_risk_split(covariates, covariates, interval, exclusions).map_err(text_of)?;
        points.push((f64::from(age), own, icare_lit::average_risk(interval).map_err(text_of)?));
    }
    let title = format!("Risk of breast cancer from age {start} (iCARE-Lit)");
    Ok(RiskCourse { title, from: f64::from(start), points })
}

fn covariates(woman: &Woman) -> Result<Covariates, String> {
    fn level<T>(flag: &str, value: Option<f64>, parse: fn(&str) -> Option<T>) -> Result<Option<T>, String> {
        value
            .map(|value| parse(&value.to_string()).ok_or_else(|| format!("`{flag}` is `{value}`, which cannot be")))
            .transpose()
    }
    let yes = |flag: Option<YesNo>| flag.map(YesNo::is_yes);
    Ok(Covariates {
        age_at_menarche: level("--menarche", woman.menarche, AgeAtMenarche::parse)?,
        parity: level("--births", woman.births.map(f64::from), Parity::parse)?,
        age_first_birth: level("--first-birth", woman.first_birth, AgeFirstBirth::parse)?,
        oc_ever: yes(woman.pill_ever),
        oc_current: yes(woman.pill_now),
        alcohol_intake: level("--alcohol", woman.alcohol, Alcohol::parse)?,
        bbd: yes(woman.benign_disease),
        famhist: woman.relatives.map(|relatives| relatives > 0),
        height: woman.height.map(|cm| cm / 10.0),
        bmi_curc: level("--bmi", woman.bmi, Bmi::parse)?,
        age_at_menopause: level("--menopause", woman.menopause, AgeAtMenopause::parse)?,
        hrt: woman.hormone_therapy.map(|name| match name {
            HrtName::Never => Hrt::Never,
            HrtName::Current => Hrt::Current,
            HrtName::Former => Hrt::Former,
        }),
        hrt_type: woman.hormone_therapy_type.map(|code| if code == 1 { HrtType::One } else { HrtType::Zero }),
    })
}

fn flag_words(why: &Unanswered) -> String {
    match why {
        Unanswered::Missing(_) => "`--height` is needed: what it leaves open has no bounds".to_owned(),
        Unanswered::Contradiction(contradiction) => contradiction.to_string(),
    }
}

fn whole(value: f64, name: &str) -> Result<u8, String> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole and within 0 to 255")]
    let whole = (value.fract() == 0.0 && (0.0..=255.0).contains(&value)).then_some(value as u8);
    whole.ok_or_else(|| format!("`{name}` is `{value}`: this model takes whole years"))
}

fn text_of(refusal: Refusal) -> String {
    refusal.to_string()
}

/// The forms of `oracles/risk/icare_lit/*.csv`, told apart by their columns. Results keep the names of the reference's.
pub(super) fn form(columns: &Columns) -> Result<Form, String> {
    let lacking = columns.lacking(&["age_start", "interval_years"]);
    if !lacking.is_empty() {
        return Err(format!("columns missing: {}", lacking.join(", ")));
    }
    if columns.has(&["lt50_height", "ge50_height"]) {
        return Ok(Form::new(vec!["risk_R_iCARE_1_38_0"], split_row));
    }
    if !columns.has(&["height"]) {
        return Err("columns missing: height (or lt50_height and ge50_height)".to_owned());
    }
    if columns.has(&["model"]) {
        let output = vec!["linear_predictor", "risk_pyicare"];
        return Ok(Form::new(output, |row| {
            let model = match row.text("model") {
                Some("lt50") => Model::Under50,
                Some("ge50") => Model::From50,
                Some(other) => return Err(format!("`model` is `{other}`, which is neither `lt50` nor `ge50`")),
                None => return Err("`model` is missing: `lt50` or `ge50`".to_owned()),
            };
            let (lp, risk) = one_model(row, model, interval(row)?)?;
            Ok(vec![Cell::Number(lp), Cell::Number(risk)])
        }));
    }
    Ok(Form::new(vec!["risk_R_iCARE_1_38_0", "linear_predictor_R"], |row| {
        let interval = interval(row)?;
        let [(model, _)] = interval.parts().map_err(text_of)?[..] else {
            return Err("the interval crosses 50: give the columns of both models, `lt50_…` and `ge50_…`".to_owned());
        };
        let (lp, risk) = one_model(row, model, interval)?;
        Ok(vec![Cell::Number(risk), Cell::Number(lp)])
    }))
}

fn one_model(row: &Row<'_>, model: Model, interval: Interval) -> Result<(f64, f64), String> {
    let lp = covariates_of(row, "", model)?.linear_predictor(model).map_err(|why| why.to_string())?;
    let risk = icare_lit::absolute_risk(model, lp, interval, &exclusions_of(row)?).map_err(text_of)?;
    Ok((lp, risk))
}

fn split_row(row: &Row<'_>) -> Result<Vec<Cell>, String> {
    if let Some(cutpoint) = row.number("cutpoint")?
        && cutpoint != 50.0
    {
        return Err(format!("`cutpoint` is `{cutpoint}`: the models change at 50"));
    }
    let interval = interval(row)?;
    let under_50 = covariates_of(row, "lt50_", Model::Under50)?;
    let from_50 = covariates_of(row, "ge50_", Model::From50)?;
    let risk = icare_lit::absolute_risk_split(&under_50, &from_50, interval, &exclusions_of(row)?);
    Ok(vec![Cell::Number(risk.map_err(text_of)?)])
}

fn interval(row: &Row<'_>) -> Result<Interval, String> {
    let age = |column| row.whole::<u8>(column)?.ok_or_else(|| format!("`{column}` is missing"));
    Ok(Interval { start: age("age_start")?, years: age("interval_years")? })
}

fn covariates_of(row: &Row<'_>, prefix: &str, model: Model) -> Result<Covariates, String> {
    let level = |name: &str| format!("{prefix}{name}");
    let flag = |name: &str| row.flag(&level(name));
    let shared = Covariates {
        age_at_menarche: parsed(row, &level("age_at_menarche"), AgeAtMenarche::parse)?,
        parity: parsed(row, &level("parity"), Parity::parse)?,
        age_first_birth: parsed(row, &level("age_first_birth"), AgeFirstBirth::parse)?,
        oc_ever: flag("oc_ever")?,
        alcohol_intake: parsed(row, &level("alcohol_intake"), Alcohol::parse)?,
        bbd: flag("bbd")?,
        famhist: flag("famhist")?,
        height: row.number(&level("height"))?,
        ..Covariates::default()
    };
    match model {
        Model::Under50 => Ok(Covariates {
            oc_current: flag("oc_current")?,
            bmi_curc: parsed(row, &level("bmi_curc"), Bmi::parse)?,
            ..shared
        }),
        Model::From50 => Ok(Covariates {
            // From 50 the bands below 25 are one.
            bmi_curc: parsed(row, &level("bmi_curc"), |text| Bmi::parse(if text == "<25" { "18.5-25" } else { text }))?,
            age_at_menopause: parsed(row, &level("age_at_menopause"), AgeAtMenopause::parse)?,
            hrt: parsed(row, &level("hrt"), Hrt::parse)?,
            hrt_type: parsed(row, &level("hrt_type"), HrtType::parse)?,
            ..shared
        }),
    }
}

fn parsed<T>(row: &Row<'_>, column: &str, parse: impl Fn(&str) -> Option<T>) -> Result<Option<T>, String> {
    row.text(column)
        .map(|text| parse(text).ok_or_else(|| format!("`{column}` is `{text}`, which is none of its levels")))
        .transpose()
}
