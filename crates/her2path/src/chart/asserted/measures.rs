//! Single measurements and answers: performance status, LVEF, BI-RADS, disease status, menopause, pregnancy, BRCA.
//!
//! Units are brought to those of the data dictionary here; a unit that is not known makes an issue and no fact.

use her2path_knowledge::model::ValueSetIndex;
use rust_decimal::Decimal;

use super::Reader;
use super::coding::{self, meaning, roles, said};
use super::conditions::{self, Concern, MetastasisMention, site};
use super::history;
use super::receptor_results::{self, Asked, ReceptorTest};
use super::staging;
use super::visible::{Standing, recorded_by, standing};
use crate::chart::value::Quantity as Number;
use crate::classify::hormone_receptors::Comparator;
use crate::date::PartialDate;
use crate::fhir::Located;
use crate::fhir::Observation;
use crate::fhir::{CodeableConcept, Quantity};
use crate::fhir::{Value, When};
use crate::guideline::value_set;
use crate::issue::Issue;

/// What was measured or asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum MeasureKind {
    Ecog,
    Karnofsky,
    Lvef,
    BiRads,
    DiseaseStatus,
    Recist,
    MenopausalStatus,
    Pregnancy,
    Brca,
    Grade,
    TumorSize,
    Bilirubin,
    /// Breast tissue was taken.
    BreastTissue,
}

/// The answer, in the vocabulary and unit of the data dictionary.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Answer {
    Integer(i64),
    Number(Number),
    Code(String),
    /// A number with the upper limit of normal, in the same unit.
    WithUpperLimit(Number, Option<Decimal>),
}

/// One measurement or answer.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Measure {
    pub(crate) kind: MeasureKind,
    pub(crate) answer: Answer,
    pub(crate) source: String,
    pub(crate) said: String,
    pub(crate) date: Option<PartialDate>,
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
}

impl Reader<'_, '_> {
    /// Reads whatever an Observation says that matters.
    pub(super) fn observation(&mut self, observation: &Located<'_, Observation<'_>>) {
        let Some(code) = &observation.code else { return };
        let effective = observation.effective.as_ref().and_then(When::start);
        if !recorded_by(observation.issued.or(effective), self.as_of) || !recorded_by(effective, self.as_of) {
            return;
        }
        let standing = standing(observation.status.as_deref());
        if standing == Standing::Void {
            return;
        }
        let source = &observation.place.name;
        coding::check(self.knowledge, code, source, "code", &mut self.issues);
        if let Some(Value::CodeableConcept(value)) = &observation.value {
            coding::check(self.knowledge, value, source, "value", &mut self.issues);
        }
        let knowledge = self.knowledge;
        let found: Vec<(ValueSetIndex, Option<&str>)> =
            roles(knowledge, code).map(|(set, concept)| (set, concept.meaning.as_deref())).collect();
        self.one(observation, &found, observation.value.as_ref(), &observation.interpretation, "value");
        for component in &observation.component {
            let Some(code) = &component.code else { continue };
            coding::check(knowledge, code, source, "component.code", &mut self.issues);
            let found: Vec<(ValueSetIndex, Option<&str>)> =
                roles(knowledge, code).map(|(set, concept)| (set, concept.meaning.as_deref())).collect();
            self.one(observation, &found, component.value.as_ref(), &component.interpretation, "component.value");
        }
        if found.iter().any(|(set, _)| *set == value_set::GENETIC_VARIANT_TEST) {
            self.genetic_variant(observation);
        }
    }

    fn one<'a>(
        &mut self,
        observation: &Located<'_, Observation<'_>>,
        found: &[(ValueSetIndex, Option<&str>)],
        value: Option<&Value<'a>>,
        interpretation: &[CodeableConcept<'a>],
        element: &'static str,
    ) {
        if found.is_empty() {
            return;
        }
        history::observe(self, observation, found, value, element);
        let sets: Vec<ValueSetIndex> = found.iter().map(|(set, _)| *set).collect();
        if sets.iter().any(|set| ABOUT_A_CANCER.contains(set)) && !self.about_breast_cancer(observation, &sets) {
            return;
        }
        if let Some(test) = ReceptorTest::of_roles(&sets) {
            receptor_results::read(self, observation, &Asked { test, value, interpretation, element });
            return;
        }
        if sets.contains(&value_set::ER_PR_COMBINED) {
            self.combined_receptors(observation, value, interpretation, element);
            return;
        }
        if let Some((kind, classification)) = staging::kind_of_roles(found) {
            staging::read(self, observation, kind, classification);
            return;
        }
        if sets.contains(&value_set::DISTANT_METASTASIS_SITE_TEST) || sets.contains(&value_set::METASTASIS_HISTORY_TEST)
        {
            self.metastasis(observation, found, value);
            return;
        }
        for (set, kind) in KINDS {
            if sets.contains(&set) {
                self.measure(observation, kind, found, value, element);
            }
        }
    }

    /// Whether a statement on a cancer is about the breast cancer. Tests that name a breast cancer specimen are; others
    /// follow the focus, and with several primaries on record one without a focus is not used.
    fn about_breast_cancer(&mut self, observation: &Located<'_, Observation<'_>>, sets: &[ValueSetIndex]) -> bool {
        let receptors = ReceptorTest::of_roles(sets).is_some();
        let (code, message) = match conditions::concern(self, observation) {
            Concern::Breast => return true,
            Concern::NotSaid | Concern::OnlyOther if receptors && self.names_breast(observation) => return true,
            Concern::Other => ("about-another-cancer", "this is about another cancer; it was not used"),
            Concern::OnlyOther => {
                ("about-another-cancer", "the only primary cancer on record is not of the breast; it was not used")
            }
            Concern::NotSaid => (
                "primary-not-said",
                "more than one cancer is on record and this does not say which it is about; it was not used: give it a focus",
            ),
        };
        self.issues.push(Issue::information(code, message).at(observation.place.name.clone()));
        false
    }

    /// Whether the question itself names a breast cancer specimen, as LOINC's newer receptor tests do.
    fn names_breast(&self, observation: &Observation<'_>) -> bool {
        let Some(code) = &observation.code else { return false };
        roles(self.knowledge, code).any(|(_, concept)| concept.display.to_lowercase().contains("breast"))
    }

    /// A combined test of both receptors: a negative one says both, a positive one does not say which.
    fn combined_receptors<'a>(
        &mut self,
        observation: &Located<'_, Observation<'_>>,
        value: Option<&Value<'a>>,
        interpretation: &[CodeableConcept<'a>],
        element: &'static str,
    ) {
        let negative = match value {
            Some(Value::CodeableConcept(concept)) => {
                meaning(self.knowledge, concept, value_set::RECEPTOR_RESULT) == Some("negative")
            }
            Some(Value::String(text)) => text.trim().eq_ignore_ascii_case("negative"),
            _ => false,
        };
        if negative {
            for test in [ReceptorTest::Er, ReceptorTest::Pr] {
                receptor_results::read(self, observation, &Asked { test, value, interpretation, element });
            }
        } else {
            self.issues.push(
                Issue::information(
                    "combined-receptors",
                    "a combined result for ER and PgR does not say which is positive; record them apart",
                )
                .at(format!("{}.{element}", observation.place.name)),
            );
        }
    }

    fn metastasis(
        &mut self,
        observation: &Located<'_, Observation<'_>>,
        found: &[(ValueSetIndex, Option<&str>)],
        value: Option<&Value<'_>>,
    ) {
        let (site, said) = match value {
            // mCODE's history of metastatic cancer: the code names the site, the boolean says whether.
            Some(Value::Boolean(true)) => {
                let coded = found.iter().find_map(|(_, meaning)| *meaning).unwrap_or("unspecified");
                (Some(site(coded)), "history of metastatic cancer".to_owned())
            }
            Some(Value::Boolean(false)) => return,
            Some(Value::CodeableConcept(concept)) => {
                let none = coding::is_in(self.knowledge, concept, value_set::METASTASIS_ABSENT)
                    || said(concept).trim().eq_ignore_ascii_case("none");
                let sites = [value_set::BODY_SITE, value_set::SECONDARY_NEOPLASM];
                let named = sites.into_iter().find_map(|set| meaning(self.knowledge, concept, set)).map(site);
                match (none, named) {
                    (true, _) => (None, said(concept)),
                    (false, Some(named)) => (Some(named), said(concept)),
                    (false, None) => {
                        self.unreadable(observation, "value", &said(concept));
                        return;
                    }
                }
            }
            _ => return,
        };
        self.asserted.metastasis_mentions.push(MetastasisMention {
            source: observation.place.name.clone(),
            date: observation.effective.as_ref().and_then(When::start).or(observation.issued),
            said,
            site,
        });
    }

    fn measure(
        &mut self,
        observation: &Located<'_, Observation<'_>>,
        kind: MeasureKind,
        found: &[(ValueSetIndex, Option<&str>)],
        value: Option<&Value<'_>>,
        element: &'static str,
    ) {
        let Some(value) = value else { return };
        let (answer, words) = match self.answer(observation, kind, found, value) {
            Ok(Some(answer)) => answer,
            Ok(None) => return,
            Err(words) => {
                self.unreadable(observation, element, &words);
                return;
            }
        };
        if let (MeasureKind::TumorSize, Answer::Number(size), [lesion]) = (kind, &answer, observation.focus.as_slice())
        {
            self.asserted.lesion_sizes.push(LesionSize {
                lesion: lesion.reference.as_deref().unwrap_or_default().to_owned(),
                millimetres: *size,
                source: observation.place.name.clone(),
                date: observation.effective.as_ref().and_then(When::start),
            });
        }
        let date = observation.effective.as_ref().and_then(When::start).or(observation.issued);
        if kind == MeasureKind::Pregnancy && pregnancy_is_past(date, self.as_of) {
            return;
        }
        self.asserted.measures.push(Measure {
            kind,
            answer,
            source: observation.place.name.clone(),
            said: words,
            date: observation.effective.as_ref().and_then(When::start).or(observation.issued),
            preliminary: standing(observation.status.as_deref()) == Standing::Preliminary,
        });
    }

    fn unreadable(&mut self, observation: &Located<'_, Observation<'_>>, element: &str, words: &str) {
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
        observation: &Observation<'_>,
        kind: MeasureKind,
        found: &[(ValueSetIndex, Option<&str>)],
        value: &Value<'_>,
    ) -> Result<Option<(Answer, String)>, String> {
        let integer = |low: i64, high: i64, answers: ValueSetIndex| {
            let (number, words) = match value {
                Value::Integer(number) => (Some(*number), number.to_string()),
                Value::Quantity(quantity) => {
                    let number = quantity.value.as_ref().map(|value| value.value());
                    let whole = number.filter(|n| n.fract().is_zero()).and_then(|n| i64::try_from(n).ok());
                    (whole, quantity.value.as_ref().map_or("", |value| value.text()).to_owned())
                }
                Value::CodeableConcept(concept) => {
                    let coded = meaning(self.knowledge, concept, answers).and_then(|score| score.parse().ok());
                    (coded, said(concept))
                }
                _ => (None, String::new()),
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
            _ => Ok(None),
        };
        match kind {
            MeasureKind::Ecog => integer(0, 5, value_set::ECOG_SCORE),
            MeasureKind::Karnofsky => match integer(0, 100, value_set::KARNOFSKY_SCORE) {
                Ok(Some((Answer::Integer(score), words))) if score.rem_euclid(10) != 0 => Err(words),
                other => other,
            },
            MeasureKind::Lvef => quantity(value, percent),
            MeasureKind::TumorSize => {
                let size = found.iter().any(|(_, meaning)| matches!(meaning, Some("longest" | "invasive")));
                if size { quantity(value, millimetres) } else { Ok(None) }
            }
            MeasureKind::Bilirubin => match value {
                Value::Quantity(quantity) => {
                    let number = number_of(quantity).ok_or_else(|| words_of(quantity))?;
                    let limit = observation.reference_range.iter().find_map(|range| range.high.as_ref());
                    let same_unit = limit.filter(|limit| unit_of(limit) == unit_of(quantity));
                    let limit = same_unit.and_then(number_of).map(|limit| limit.number);
                    Ok(Some((Answer::WithUpperLimit(number, limit), words_of(quantity))))
                }
                _ => Ok(None),
            },
            MeasureKind::BiRads => code(value_set::BIRADS_CATEGORY),
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
            MeasureKind::Brca => match value {
                Value::CodeableConcept(concept) => {
                    let result = meaning(self.knowledge, concept, value_set::RECEPTOR_RESULT)
                        .or_else(|| meaning(self.knowledge, concept, value_set::GENE_VARIANT_PRESENCE));
                    let carrier = meaning(self.knowledge, concept, value_set::BRCA_CARRIER_CONDITION);
                    match (result, carrier) {
                        (_, Some("BRCA1" | "BRCA2")) => {
                            Ok(Some((Answer::Code("pathogenic".to_owned()), said(concept))))
                        }
                        (Some("negative" | "absent"), _) | (_, Some("not-detected")) => {
                            Ok(Some((Answer::Code("negative".to_owned()), said(concept))))
                        }
                        // "Positive" does not say whether the variant is pathogenic.
                        (Some("positive" | "present"), _) => {
                            Ok(Some((Answer::Code("uncertain".to_owned()), said(concept))))
                        }
                        _ => Err(said(concept)),
                    }
                }
                _ => Ok(None),
            },
            MeasureKind::BreastTissue => Ok(None),
        }
    }

    /// A germline variant of BRCA1 or BRCA2: gene, presence and significance stand in components.
    fn genetic_variant(&mut self, observation: &Located<'_, Observation<'_>>) {
        let component = |wanted: &str, answers: ValueSetIndex| {
            observation.component.iter().find_map(|component| {
                let code = component.code.as_ref()?;
                let asked = meaning(self.knowledge, code, value_set::GENETIC_VARIANT_TEST)? == wanted;
                let Some(Value::CodeableConcept(value)) = component.value.as_ref().filter(|_| asked) else {
                    return None;
                };
                meaning(self.knowledge, value, answers)
            })
        };
        let gene = component("gene", value_set::GENE);
        let germline = component("source-class", value_set::GENOMIC_SOURCE_CLASS);
        if !matches!(gene, Some("BRCA1" | "BRCA2")) || germline == Some("somatic") {
            return;
        }
        let present = match &observation.value {
            Some(Value::CodeableConcept(value)) => meaning(self.knowledge, value, value_set::GENE_VARIANT_PRESENCE),
            _ => None,
        };
        let significance = component("significance", value_set::VARIANT_SIGNIFICANCE);
        let answer = match (present, significance, germline) {
            (Some("present"), Some("pathogenic" | "likely-pathogenic"), Some("germline")) => "pathogenic",
            (Some("absent"), _, _) | (Some("present"), Some("benign" | "likely-benign"), _) => "negative",
            _ => "uncertain",
        };
        self.asserted.measures.push(Measure {
            kind: MeasureKind::Brca,
            answer: Answer::Code(answer.to_owned()),
            source: observation.place.name.clone(),
            said: format!(
                "{} variant {}, {}",
                gene.unwrap_or_default(),
                present.unwrap_or("not said whether present"),
                significance.unwrap_or("significance not said")
            ),
            date: observation.effective.as_ref().and_then(When::start).or(observation.issued),
            preliminary: standing(observation.status.as_deref()) == Standing::Preliminary,
        });
    }
}

/// Questions whose answer belongs to one cancer.
const ABOUT_A_CANCER: [ValueSetIndex; 23] = [
    value_set::HER2_ISH_RATIO,
    value_set::HER2_ISH_COPIES,
    value_set::HER2_ISH_CEP17,
    value_set::HER2_IHC_TEST,
    value_set::HER2_ISH_TEST,
    value_set::HER2_STATUS_TEST,
    value_set::ER_TEST,
    value_set::ER_PERCENT,
    value_set::PR_TEST,
    value_set::PR_PERCENT,
    value_set::ER_PR_COMBINED,
    value_set::T_CATEGORY_TEST,
    value_set::N_CATEGORY_TEST,
    value_set::M_CATEGORY_TEST,
    value_set::STAGE_GROUP_TEST,
    value_set::DISTANT_METASTASIS_SITE_TEST,
    value_set::METASTASIS_HISTORY_TEST,
    value_set::DISEASE_STATUS_TEST,
    value_set::HISTOLOGIC_GRADE_TEST,
    value_set::TUMOR_SIZE_TEST,
    value_set::KI67_PERCENT,
    value_set::HER2_PANEL,
    value_set::HER2_SERUM_TEST,
];

/// An answer on pregnancy from more than 300 days before says nothing about the day (project rule: longer than a pregnancy
/// lasts).
pub(super) fn pregnancy_is_past(date: Option<PartialDate>, as_of: jiff::civil::Date) -> bool {
    date.is_some_and(|date| date.days_until(PartialDate::day(as_of)).0 > 300)
}

/// Which value set of questions asks for what.
const KINDS: [(ValueSetIndex, MeasureKind); 14] = [
    (value_set::ECOG_TEST, MeasureKind::Ecog),
    (value_set::KARNOFSKY_TEST, MeasureKind::Karnofsky),
    (value_set::LVEF_TEST, MeasureKind::Lvef),
    (value_set::BIRADS_TEST, MeasureKind::BiRads),
    (value_set::DISEASE_STATUS_TEST, MeasureKind::DiseaseStatus),
    (value_set::DISEASE_STATUS_TEST, MeasureKind::Recist),
    (value_set::MENOPAUSAL_STATUS_TEST, MeasureKind::MenopausalStatus),
    (value_set::PREGNANCY_TEST, MeasureKind::Pregnancy),
    (value_set::BRCA_TEST, MeasureKind::Brca),
    (value_set::BRCA_SINGLE_VARIANT_TEST, MeasureKind::Brca),
    (value_set::HISTOLOGIC_GRADE_TEST, MeasureKind::Grade),
    (value_set::TUMOR_SIZE_TEST, MeasureKind::TumorSize),
    (value_set::BILIRUBIN_TEST, MeasureKind::Bilirubin),
    (value_set::BIOPSY, MeasureKind::BreastTissue),
];

fn quantity(
    value: &Value<'_>,
    convert: fn(Number, &str) -> Option<Number>,
) -> Result<Option<(Answer, String)>, String> {
    let Value::Quantity(quantity) = value else { return Ok(None) };
    let words = words_of(quantity);
    let number = number_of(quantity).and_then(|number| convert(number, unit_of(quantity)));
    number.map(|number| Some((Answer::Number(number), words.clone()))).ok_or(words)
}

fn number_of(quantity: &Quantity<'_>) -> Option<Number> {
    let number = quantity.value.as_ref()?.value();
    let comparator = Comparator::parse(quantity.comparator.as_deref().unwrap_or_default())?;
    Some(Number { number, comparator })
}

fn unit_of<'q>(quantity: &'q Quantity<'_>) -> &'q str {
    quantity.code.as_deref().or(quantity.unit.as_deref()).unwrap_or_default().trim()
}

fn words_of(quantity: &Quantity<'_>) -> String {
    let number = quantity.value.as_ref().map_or("", |value| value.text());
    let unit = quantity.unit.as_deref().or(quantity.code.as_deref()).unwrap_or_default();
    format!("{}{number} {unit}", quantity.comparator.as_deref().unwrap_or_default()).trim().to_owned()
}

/// Percent as recorded, or a fraction of 1. Outside 0 to 100 it is no percentage.
fn percent(number: Number, unit: &str) -> Option<Number> {
    let value = match unit {
        "%" | "percent" => number.number,
        "1" | "{ratio}" if number.number <= Decimal::ONE => {
            number.number.checked_mul(Decimal::ONE_HUNDRED)?.normalize()
        }
        _ => return None,
    };
    let possible = value >= Decimal::ZERO && value <= Decimal::ONE_HUNDRED;
    possible.then_some(Number { number: value, ..number })
}

fn millimetres(number: Number, unit: &str) -> Option<Number> {
    let value = match unit {
        "mm" => number.number,
        "cm" => number.number.checked_mul(Decimal::TEN)?.normalize(),
        _ => return None,
    };
    (value >= Decimal::ZERO).then_some(Number { number: value, ..number })
}
