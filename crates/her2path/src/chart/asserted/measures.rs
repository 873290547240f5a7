//! Single measurements and answers: performance status, LVEF, disease status, response, menopause, pregnancy, grade, size.
//!
//! Units are brought to those of the data dictionary here; a unit that is not known makes an issue and no fact.

use her2path_knowledge::model::ValueSetIndex;

use super::Reader;
use super::amount::{millimetres, number_of, unit_of, words_of};
use super::coding::{self, meaning, said};
use super::ejection_fraction;
use super::lesions;
use super::visible::{Standing, standing};
use crate::chart::value::Quantity as Number;
use crate::date::PartialDate;
use crate::fhir::Located;
use crate::fhir::Observation;
use crate::fhir::{Value, When};
use crate::guideline::value_set;
use crate::issue::Issue;

/// What was measured or asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum MeasureKind {
    Ecog,
    Karnofsky,
    Lvef,
    DiseaseStatus,
    Recist,
    MenopausalStatus,
    Pregnancy,
    Grade,
    TumorSize,
}

/// The answer, in the vocabulary and unit of the data dictionary.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Answer {
    Integer(i64),
    Number(Number),
    Code(String),
}

/// One measurement or answer.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Measure {
    pub(crate) kind: MeasureKind,
    pub(crate) answer: Answer,
    pub(crate) source: String,
    pub(crate) said: String,
    pub(crate) date: Option<PartialDate>,
    /// The lesion that a size is of, where it names one.
    pub(crate) lesion: Option<String>,
    pub(crate) preliminary: bool,
}

/// The longest diameter of one lesion on one day.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct LesionSize {
    /// The lesion, as the observation's focus names it.
    pub(crate) lesion: String,
    pub(crate) millimetres: Number,
    pub(crate) source: String,
    pub(crate) date: Option<PartialDate>,
    pub(crate) preliminary: bool,
}

impl Reader<'_, '_> {
    pub(super) fn measure(
        &mut self,
        observation: &Located<'_, Observation<'_>>,
        kind: MeasureKind,
        found: &[(ValueSetIndex, Option<&str>)],
        value: Option<&Value<'_>>,
        element: &'static str,
    ) {
        let Some(value) = value else { return };
        let (answer, words) = match self.answer(kind, found, value) {
            Ok(Some(answer)) => answer,
            Ok(None) => return,
            Err(words) => {
                self.unreadable(observation, element, &words);
                return;
            }
        };
        if let (MeasureKind::TumorSize, Answer::Number(size)) = (kind, &answer) {
            let measured = lesions::measured(self, observation);
            let (source, date) = (observation.place.name.clone(), observation.effective.as_ref().and_then(When::start));
            match measured.lesion {
                Some(lesion) => {
                    let preliminary = standing(observation.status.as_deref()) == Standing::Preliminary;
                    let millimetres = *size;
                    self.asserted.lesion_sizes.push(LesionSize { lesion, millimetres, source, date, preliminary });
                }
                None if !measured.is_primary => {
                    let message = format!(
                        "`{words}` does not say which lesion was measured; it was not used: give it a focus on one tumour"
                    );
                    self.issues.push(Issue::warning("lesion-not-said", message).at(format!("{source}.focus")));
                }
                None => {}
            }
            if !measured.is_primary {
                return;
            }
        }
        let date = observation.effective.as_ref().and_then(When::start).or(observation.issued);
        if kind == MeasureKind::Pregnancy && pregnancy_is_past(date, self.as_of) {
            return;
        }
        let lesion = match observation.focus.as_slice() {
            [lesion] => lesion.reference.as_deref().map(str::to_owned),
            _ => None,
        };
        self.asserted.measures.push(Measure {
            kind,
            answer,
            source: observation.place.name.clone(),
            said: words,
            date,
            lesion: lesion.filter(|_| kind == MeasureKind::TumorSize),
            preliminary: standing(observation.status.as_deref()) == Standing::Preliminary,
        });
    }

    pub(super) fn unreadable(&mut self, observation: &Located<'_, Observation<'_>>, element: &str, words: &str) {
        self.issues.push(
            Issue::warning(
                "unreadable-value",
                format!("`{words}` is not an answer that can be read with certainty; it was not used"),
            )
            .at(format!("{}.{element}", observation.place.name)),
        );
    }

    /// The answer and its words; `Err` with the words when it cannot be read.
    fn answer(
        &self,
        kind: MeasureKind,
        found: &[(ValueSetIndex, Option<&str>)],
        value: &Value<'_>,
    ) -> Result<Option<(Answer, String)>, String> {
        let integer = |low: i64, high: i64, answers: ValueSetIndex, name: &str| {
            let (number, words) = match value {
                Value::Integer(number) => (Some(*number), number.to_string()),
                Value::Quantity(quantity) => {
                    let number = quantity.value.as_ref().filter(|_| quantity.comparator.is_none()).map(|v| v.value());
                    let whole = number.filter(|n| n.fract().is_zero()).and_then(|n| i64::try_from(n).ok());
                    (whole, words_of(quantity))
                }
                Value::CodeableConcept(concept) => {
                    let coded = meaning(self.knowledge, concept, answers).and_then(|score| score.parse().ok());
                    (coded.or_else(|| score_in_words(concept.text.as_deref()?, name)), said(concept))
                }
                Value::String(text) => (score_in_words(text, name), text.to_string()),
                _ => (None, OTHER_TYPE.to_owned()),
            };
            match number {
                Some(number) if (low..=high).contains(&number) => Ok(Some((Answer::Integer(number), words))),
                _ => Err(words),
            }
        };
        let code = |answers: ValueSetIndex| match value {
            Value::CodeableConcept(concept) => match meaning(self.knowledge, concept, answers) {
                Some(answer) => Ok(Some((Answer::Code(answer.to_owned()), said(concept)))),
                None => Err(said(concept)),
            },
            Value::String(text) => Err(text.to_string()),
            Value::Integer(number) => Err(number.to_string()),
            Value::Boolean(answer) => Err(answer.to_string()),
            Value::Quantity(quantity) => Err(words_of(quantity)),
            _ => Err(OTHER_TYPE.to_owned()),
        };
        match kind {
            MeasureKind::Ecog => integer(0, 5, value_set::ECOG_SCORE, "ecog"),
            MeasureKind::Karnofsky => match integer(0, 100, value_set::KARNOFSKY_SCORE, "karnofsky") {
                Ok(Some((Answer::Integer(score), words))) if score.rem_euclid(10) != 0 => Err(words),
                other => other,
            },
            MeasureKind::Lvef => {
                let words = ejection_fraction::words(value);
                match ejection_fraction::read(value) {
                    Some(number) => Ok(Some((Answer::Number(number), words))),
                    None => Err(words),
                }
            }
            MeasureKind::TumorSize => {
                let size = found.iter().any(|(_, meaning)| matches!(meaning, Some("longest" | "invasive")));
                if size { quantity(value, millimetres) } else { Ok(None) }
            }
            MeasureKind::DiseaseStatus => match code(value_set::DISEASE_STATUS) {
                // 88040-1 is answered with a RECIST response; that is read as a response, not as a status.
                Err(words) => match value {
                    Value::CodeableConcept(concept)
                        if coding::is_in(self.knowledge, concept, value_set::RECIST_RESPONSE) =>
                    {
                        Ok(None)
                    }
                    _ => Err(words),
                },
                read => read,
            },
            MeasureKind::Recist => match code(value_set::RECIST_RESPONSE) {
                Err(_) => Ok(None),
                read => read,
            },
            MeasureKind::MenopausalStatus => code(value_set::MENOPAUSAL_STATUS),
            MeasureKind::Pregnancy => code(value_set::PREGNANCY_STATUS),
            MeasureKind::Grade => code(value_set::HISTOLOGIC_GRADE),
        }
    }
}

/// How a value is called that is of no type the question can be answered with.
const OTHER_TYPE: &str = "a value of another type";

/// `1`, `ECOG 1`, `ECOG: 1`: the whole text, nothing else.
fn score_in_words(text: &str, name: &str) -> Option<i64> {
    let text = text.trim().to_lowercase();
    let rest = text.strip_prefix(name).unwrap_or(&text).trim_start_matches([':', '=']).trim();
    rest.parse().ok()
}

/// An answer on pregnancy from more than 300 days before says nothing about the day (project rule: longer than a pregnancy
/// lasts).
pub(super) fn pregnancy_is_past(date: Option<PartialDate>, as_of: jiff::civil::Date) -> bool {
    date.is_some_and(|date| date.days_until(PartialDate::day(as_of)).0 > 300)
}
fn quantity(
    value: &Value<'_>,
    convert: fn(Number, &str) -> Option<Number>,
) -> Result<Option<(Answer, String)>, String> {
    let Value::Quantity(quantity) = value else { return Err(ejection_fraction::words(value)) };
    let words = words_of(quantity);
    let number = number_of(quantity).and_then(|number| convert(number, unit_of(quantity)));
    number.map(|number| Some((Answer::Number(number), words.clone()))).ok_or(words)
}
