//! `her2path risk --model bcrat`.

use std::fmt::Write as _;

use her2path::assessment::RiskCourse;
use her2path::render::risk_picture;
use her2path_models::NaturalFrequency;
use her2path_models::bcrat::{self, Category, Codes, FirstBirth, Hyperplasia, HyperplasiaFactor, Profile, Race};
use serde_json::json;

use super::report::{self, Answer, YesNo};
use super::{Woman, exclusions_of};
use crate::commands::table::{Answered, Cell, Columns, Form, Row};

/// Race and ethnicity as flags.
#[derive(Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum RaceName {
    White,
    Black,
    HispanicUsBorn,
    Other,
    HispanicForeignBorn,
    Chinese,
    Japanese,
    Filipino,
    Hawaiian,
    OtherPacificIslander,
    OtherAsian,
}

impl RaceName {
    fn race(self) -> Race {
        match self {
            Self::White => Race::White,
            Self::Black => Race::Black,
            Self::HispanicUsBorn => Race::HispanicUsBorn,
            Self::Other => Race::Other,
            Self::HispanicForeignBorn => Race::HispanicForeignBorn,
            Self::Chinese => Race::Chinese,
            Self::Japanese => Race::Japanese,
            Self::Filipino => Race::Filipino,
            Self::Hawaiian => Race::Hawaiian,
            Self::OtherPacificIslander => Race::OtherPacificIslander,
            Self::OtherAsian => Race::OtherAsian,
        }
    }
}

/// Answers one woman.
pub(super) fn answer(woman: &Woman) -> (Answer, Option<RiskCourse>) {
    let Some(age) = woman.age else {
        return (Answer::refused("`--age` is needed"), None);
    };
    if woman.births == Some(0) && woman.first_birth.is_some() {
        return (Answer::refused("`--births 0` and `--first-birth` contradict each other"), None);
    }
    let profile = profile(woman, age);
    let (codes, exclusions) = (profile.codes(), woman.excluded.exclusions());
    let (risk, points) = match (bcrat::absolute_risk(&codes, &exclusions), bcrat::course(&codes, &exclusions, 90.0)) {
        (Ok(risk), Ok(points)) => (risk, points),
        (Err(refused), _) | (_, Err(refused)) => {
            return (Answer::Refused(refused.0.iter().map(ToString::to_string).collect()), None);
        }
    };
    let course = RiskCourse { title: format!("Risk of breast cancer from age {age} (BCRAT)"), from: age, points };
    let assumed = assumed(woman, &profile);
    let asked: Vec<_> = exclusions.unknown().into_iter().map(her2path_models::Exclusion::question).collect();
    let [own, average] = NaturalFrequency::common([risk.absolute, risk.average]);

    let mut text = format!(
        "Breast cancer between {age} and {}, {}\n\n  this woman         {:>7}   about {own} women like her\n  the average woman  {:>7}   about {average} women of her age and race\n\n",
        profile.until_age,
        profile.race.label(),
        report::percent(risk.absolute),
        report::percent(risk.average),
    );
    text += &risk_picture::terminal(&course);
    if !bcrat::TOOL_AGES.contains(&age) {
        _ = writeln!(text, "\nThe NCI offers this model from 35 to 85 only: at {age} the figure rests on few women.");
    }
    text += &said_with_it(&assumed, &asked);
    text += &report::footer(&bcrat::CARD);
    let json = json!({
        "model": report::card_json(&bcrat::CARD),
        "from_age": age,
        "until_age": profile.until_age,
        "absolute_risk": risk.absolute,
        "average_risk": risk.average,
        "relative_risk": { "before_50": risk.relative[0], "from_50": risk.relative[1] },
        "natural_frequency": { "this_woman": own.to_string(), "average_woman": average.to_string() },
        "assumed": assumed,
        "not_known": asked,
        "course": course.points.iter().map(|(age, own, average)| json!({ "age": age, "risk": own, "average": average })).collect::<Vec<_>>(),
        "notice": her2path_models::NOTICE,
    });
    (Answer::Given { text, json }, Some(course))
}

/// What was assumed because nobody said it, and what would make the figure void.
pub(super) fn said_with_it(assumed: &[String], asked: &[&str]) -> String {
    let mut text = String::new();
    if !assumed.is_empty() {
        text += "\nNot given, and counted as the model counts what is unknown; the figure may be too low:\n";
        for line in assumed {
            _ = writeln!(text, "  - {line}");
        }
    }
    if !asked.is_empty() {
        _ = writeln!(text, "\nNot said; if one of these is so, the figure does not hold: {}.", asked.join("; "));
    }
    text
}

fn profile(woman: &Woman, age: f64) -> Profile {
    Profile {
        age,
        until_age: age + woman.years,
        biopsies: woman.biopsies,
        hyperplasia: match woman.hyperplasia {
            None => Hyperplasia::Unknown,
            Some(YesNo::Yes) => Hyperplasia::Present,
            Some(YesNo::No) => Hyperplasia::Absent,
        },
        menarche: woman.menarche,
        first_birth: match (woman.births, woman.first_birth) {
            (_, Some(age)) => FirstBirth::AtAge(age),
            (Some(0), None) => FirstBirth::None,
            _ => FirstBirth::Unknown,
        },
        relatives: woman.relatives,
        race: woman.race.map_or(Race::Other, RaceName::race),
    }
}

fn assumed(woman: &Woman, profile: &Profile) -> Vec<String> {
    let race = woman.race.is_none().then_some("race: the values of White women");
    race.into_iter().chain(profile.assumed()).map(str::to_owned).collect()
}

/// Columns of the file, in the order of [`Codes`].
const INPUT: [&str; 8] = ["T1", "T2", "N_Biop", "HypPlas", "AgeMen", "Age1st", "N_Rels", "Race"];

/// The form of `oracles/risk/bcrat/*.csv`.
pub(super) fn form(columns: &Columns) -> Result<Form, String> {
    let lacking = columns.lacking(&INPUT);
    if !lacking.is_empty() {
        return Err(format!("columns missing: {}", lacking.join(", ")));
    }
    let output = vec![
        "NB_cat",
        "AM_cat",
        "AF_cat",
        "NR_cat",
        "R_hyp",
        "error",
        "rr_lt50",
        "rr_ge50",
        "abs_risk_pct",
        "avg_risk_pct",
    ];
    Ok(Form { output, answer: Box::new(|row| vec![answer_row(row)]) })
}

/// The recoded factors are shown for a refused row too, as the reference does.
fn answer_row(row: &Row<'_>) -> Answered {
    let mut unreadable = Vec::new();
    let values = INPUT.map(|column| {
        row.number(column).unwrap_or_else(|why| {
            unreadable.push(why);
            None
        })
    });
    let exclusions = exclusions_of(row).unwrap_or_else(|why| {
        unreadable.push(why);
        her2path_models::Exclusions::default()
    });
    let [t1, t2, n_biop, hyp_plas, age_men, age_1st, n_rels, race] = values;
    let codes = Codes { t1, t2, n_biop, hyp_plas, age_men, age_1st, n_rels, race };
    let recoded = codes.recode();
    let relative = recoded.relative_risk(&codes);
    let risk = bcrat::absolute_risk(&codes, &exclusions);
    let refused = match &risk {
        _ if !unreadable.is_empty() => Some(unreadable.join("; ")),
        Ok(_) => None,
        Err(why) => Some(why.to_string()),
    };
    let risk = risk.ok().filter(|_| refused.is_none());
    let mut cells: Vec<Cell> = [recoded.nb, recoded.am, recoded.af, recoded.nr].map(category).to_vec();
    cells.push(factor(recoded.r_hyp));
    cells.push(Cell::Text(u8::from(refused.is_some()).to_string()));
    cells.push(relative.map(|[younger, _]| younger).into());
    cells.push(relative.map(|[_, older]| older).into());
    cells.push(risk.as_ref().map(|risk| 100.0 * risk.absolute).into());
    cells.push(risk.as_ref().map(|risk| 100.0 * risk.average).into());
    Answered { cells, refused }
}

fn category(category: Category) -> Cell {
    match category {
        Category::Of(value) => Cell::Number(value.into()),
        Category::RequirementA => Cell::Text("A".to_owned()),
        Category::RequirementB => Cell::Text("B".to_owned()),
        Category::Invalid => Cell::None,
    }
}

fn factor(factor: HyperplasiaFactor) -> Cell {
    match factor {
        HyperplasiaFactor::Of(value) => Cell::Number(value),
        HyperplasiaFactor::RequirementA => Cell::Text("A".to_owned()),
        HyperplasiaFactor::RequirementB => Cell::Text("B".to_owned()),
        HyperplasiaFactor::Invalid => Cell::None,
    }
}
