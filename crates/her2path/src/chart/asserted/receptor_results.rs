//! HER2, ER and PgR results, one for each Observation or component.
//!
//! Answers come as codes, words, scores and numbers, under codes that may or may not name the method. Everything is
//! brought into one [`Reading`]; what cannot be read, or is about something else, becomes an issue and no result.

use her2path_knowledge::model::ValueSetIndex;
use rust_decimal::Decimal;

use super::Reader;
use super::coding::{concepts_in, meaning, said};
use super::receptor_text::{self, Number, Reading, ResultWord};
use super::visible::{Standing, standing};
use crate::classify::her2::Ihc;
use crate::classify::her2_governing::Site;
use crate::classify::hormone_receptors::Comparator;
use crate::date::PartialDate;
use crate::fhir::Located;
use crate::fhir::{CodeableConcept, Quantity};
use crate::fhir::{Observation, Specimen};
use crate::fhir::{Value, When};
use crate::guideline::value_set;
use crate::issue::Issue;

/// What was tested, as far as the code says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ReceptorTest {
    Her2Ihc,
    Her2Ish,
    Her2Ratio,
    Her2Copies,
    Her2Cep17,
    Her2Status,
    Er,
    Pr,
}

impl ReceptorTest {
    /// The receptor, as value sets name it.
    fn receptor(self) -> &'static str {
        match self {
            Self::Er => "er",
            Self::Pr => "pr",
            Self::Her2Ihc | Self::Her2Ish | Self::Her2Ratio | Self::Her2Copies | Self::Her2Cep17 | Self::Her2Status => {
                "her2"
            }
        }
    }

    /// The question that a code asks; a method wins over the overall status where an entry carries both codes.
    pub(super) fn of_roles(roles: &[ValueSetIndex]) -> Option<Self> {
        const TESTS: [(ValueSetIndex, ReceptorTest); 10] = [
            (value_set::HER2_ISH_RATIO, ReceptorTest::Her2Ratio),
            (value_set::HER2_ISH_COPIES, ReceptorTest::Her2Copies),
            (value_set::HER2_ISH_CEP17, ReceptorTest::Her2Cep17),
            (value_set::HER2_IHC_TEST, ReceptorTest::Her2Ihc),
            (value_set::HER2_ISH_TEST, ReceptorTest::Her2Ish),
            (value_set::HER2_STATUS_TEST, ReceptorTest::Her2Status),
            (value_set::ER_TEST, ReceptorTest::Er),
            (value_set::ER_PERCENT, ReceptorTest::Er),
            (value_set::PR_TEST, ReceptorTest::Pr),
            (value_set::PR_PERCENT, ReceptorTest::Pr),
        ];
        TESTS.into_iter().find(|(set, _)| roles.contains(set)).map(|(_, test)| test)
    }
}

/// How an ISH result came about, where the method says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    Unspecified,
    SingleProbe,
    /// The blinded recount of groups 2 to 4.
    Recount,
    /// The laboratory's decision after a recount in another group.
    Adjudication,
}

impl Method {
    /// Reads `Observation.method`; there are no codes for these, so its words are compared as whole phrases.
    fn of(observation: &Observation<'_>) -> Self {
        let Some(method) = &observation.method else { return Self::Unspecified };
        let words = said(method).to_lowercase().replace('-', " ");
        if words.contains("single probe") {
            Self::SingleProbe
        } else if words.contains("recount") {
            Self::Recount
        } else if words.contains("adjudicat") {
            Self::Adjudication
        } else {
            Self::Unspecified
        }
    }
}

/// One result.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct ReceptorResult {
    pub(crate) test: ReceptorTest,
    pub(crate) method: Method,
    pub(crate) reading: Reading,
    pub(crate) source: String,
    pub(crate) element: &'static str,
    /// What it said, for a reader.
    pub(crate) said: String,
    /// The specimen that it names.
    pub(crate) specimen: Option<String>,
    pub(crate) site: Option<Site>,
    pub(crate) date: Option<PartialDate>,
    pub(crate) preliminary: bool,
    /// A specimen that the laboratory rejected.
    pub(crate) inadequate: bool,
}

/// Where a value stands: an Observation itself or one of its components.
pub(super) struct Asked<'o, 'a> {
    pub(super) test: ReceptorTest,
    pub(super) value: Option<&'o Value<'a>>,
    pub(super) interpretation: &'o [CodeableConcept<'a>],
    pub(super) element: &'static str,
}

/// Reads a receptor result from an Observation or component.
pub(super) fn read(reader: &mut Reader<'_, '_>, observation: &Located<'_, Observation<'_>>, asked: &Asked<'_, '_>) {
    let source = observation.place.name.clone();
    let words = value_words(asked);
    let reading = match read_value(reader, asked) {
        Ok(Some(reading)) if reading != Reading::default() => reading,
        Ok(_) => return,
        Err(problem) => {
            let message = match problem {
                Problem::NotUnderstood => format!(
                    "`{words}` is not a result that can be read with certainty; it was not used: enter it as a code, a score (`2+`), a percentage or a ratio"
                ),
                Problem::OtherReceptor => {
                    format!("`{words}` is not about {}; it was not used", asked.test.receptor().to_uppercase())
                }
            };
            let code = match problem {
                Problem::NotUnderstood => "unreadable-value",
                Problem::OtherReceptor => "value-not-about-code",
            };
            reader.issues.push(Issue::warning(code, message).at(format!("{source}.{}", asked.element)));
            return;
        }
    };
    if reading.no_result {
        reader.issues.push(
            Issue::information("no-result", format!("`{words}` says that there is no result"))
                .at(format!("{source}.{}", asked.element)),
        );
        return;
    }
    let specimen = observation.specimen.as_ref();
    let resolved =
        specimen.and_then(|reference| reader.record.resolve_as::<Specimen<'_>>(&observation.place, reference));
    let collected =
        resolved.and_then(|s| s.collection.as_ref()).and_then(|c| c.collected.as_ref()).and_then(When::start);
    let effective = observation.effective.as_ref().and_then(When::start);
    let body_site = resolved
        .and_then(|specimen| specimen.collection.as_ref())
        .and_then(|collection| collection.body_site.as_ref())
        .or(observation.body_site.as_ref());
    let inadequate = resolved.is_some_and(|specimen| specimen.status.as_deref() == Some("unsatisfactory"));
    reader.asserted.receptor_results.push(ReceptorResult {
        test: asked.test,
        method: Method::of(observation),
        reading,
        source,
        element: asked.element,
        said: words,
        specimen: specimen.map(|reference| {
            resolved.map_or_else(
                || reference.reference.as_deref().unwrap_or("a specimen").to_owned(),
                |specimen| specimen.place.name.clone(),
            )
        }),
        site: body_site
            .and_then(|concept| meaning(reader.knowledge, concept, value_set::BODY_SITE))
            .and_then(specimen_site),
        date: collected.or(effective).or(observation.issued),
        preliminary: standing(observation.status.as_deref()) == Standing::Preliminary,
        inadequate,
    });
}

/// The breast is the primary, axillary nodes count with it, organs are metastases. Nodes of which the record does not say
/// whether they are regional, and the chest wall, leave it open.
fn specimen_site(meaning: &str) -> Option<Site> {
    match meaning {
        "breast" => Some(Site::Primary),
        "axilla" | "regional-lymph-node" => Some(Site::RegionalNode),
        "lymph-node" | "locoregional" | "unspecified" | "other" => None,
        _ => Some(Site::Metastasis),
    }
}

enum Problem {
    NotUnderstood,
    OtherReceptor,
}

fn value_words(asked: &Asked<'_, '_>) -> String {
    match asked.value {
        Some(Value::CodeableConcept(concept)) => said(concept),
        Some(Value::Coding(coding)) => {
            coding.display.as_deref().or(coding.code.as_deref()).unwrap_or_default().to_owned()
        }
        Some(Value::String(text)) => text.to_string(),
        Some(Value::Quantity(quantity)) => quantity_words(quantity),
        Some(Value::Integer(number)) => number.to_string(),
        Some(Value::Decimal(number)) => number.text().to_owned(),
        Some(Value::Boolean(value)) => value.to_string(),
        Some(Value::Ratio(_)) => "ratio".to_owned(),
        Some(Value::Range(_)) => "range".to_owned(),
        Some(_) | None => asked.interpretation.first().map(said).unwrap_or_default(),
    }
}

fn quantity_words(quantity: &Quantity<'_>) -> String {
    let number = quantity.value.as_ref().map_or("", |value| value.text());
    let unit = quantity.unit.as_deref().or(quantity.code.as_deref()).unwrap_or_default();
    format!("{}{number} {unit}", quantity.comparator.as_deref().unwrap_or_default()).trim().to_owned()
}

fn read_value(reader: &Reader<'_, '_>, asked: &Asked<'_, '_>) -> Result<Option<Reading>, Problem> {
    let from_value = match asked.value {
        Some(Value::CodeableConcept(concept)) => read_concept(reader, asked, concept)?,
        Some(Value::Coding(coding)) => {
            let concept = CodeableConcept { coding: vec![coding.clone()], ..CodeableConcept::default() };
            read_concept(reader, asked, &concept)?
        }
        Some(Value::String(text)) => Some(read_text(asked, text)?),
        Some(Value::Quantity(quantity)) => read_quantity(asked, quantity)?,
        Some(Value::Decimal(number)) => Some(numeric(asked, number.value(), Comparator::Exact)),
        Some(Value::Integer(number)) => match (asked.test, u8::try_from(*number)) {
            (ReceptorTest::Her2Ihc | ReceptorTest::Her2Status, Ok(score)) => {
                Some(Reading { scores: vec![ihc(score).ok_or(Problem::NotUnderstood)?], ..Reading::default() })
            }
            _ => Some(numeric(asked, Decimal::from(*number), Comparator::Exact)),
        },
        Some(Value::Boolean(true)) => Some(one_word(ResultWord::Positive)),
        Some(Value::Boolean(false)) => Some(one_word(ResultWord::Negative)),
        Some(Value::Ratio(ratio)) => {
            let part = |quantity: Option<&Quantity<'_>>| Some(quantity?.value.as_ref()?.value());
            match part(ratio.numerator.as_ref()).zip(part(ratio.denominator.as_ref())) {
                Some((numerator, denominator)) => {
                    let value = numerator.checked_div(denominator).ok_or(Problem::NotUnderstood)?;
                    Some(numeric(asked, value, Comparator::Exact))
                }
                None => return Err(Problem::NotUnderstood),
            }
        }
        Some(_) => return Err(Problem::NotUnderstood),
        None => None,
    };
    if from_value.is_some() {
        return Ok(from_value);
    }
    let interpreted = asked.interpretation.iter().find_map(|concept| {
        let code = concept.coding.iter().find_map(|coding| coding.code.as_deref())?;
        match code {
            "POS" | "DET" => Some(ResultWord::Positive),
            "NEG" | "ND" => Some(ResultWord::Negative),
            "IND" => Some(ResultWord::Indeterminate),
            "E" => Some(ResultWord::Equivocal),
            _ => None,
        }
    });
    Ok(interpreted.map(one_word))
}

fn one_word(result: ResultWord) -> Reading {
    Reading { results: vec![result], ..Reading::default() }
}

fn ihc(score: u8) -> Option<Ihc> {
    [Ihc::Zero, Ihc::One, Ihc::Two, Ihc::Three].get(usize::from(score)).copied()
}

fn read_concept(
    reader: &Reader<'_, '_>,
    asked: &Asked<'_, '_>,
    concept: &CodeableConcept<'_>,
) -> Result<Option<Reading>, Problem> {
    let mut reading = Reading::default();
    for finding in concepts_in(reader.knowledge, concept, value_set::RECEPTOR_FINDING) {
        let finding = finding.meaning.as_deref().unwrap_or_default();
        let result = finding.strip_prefix(asked.test.receptor()).and_then(|rest| rest.strip_prefix('-'));
        match result {
            Some("positive") => reading.results.push(ResultWord::Positive),
            Some("negative") => reading.results.push(ResultWord::Negative),
            Some("equivocal") => reading.results.push(ResultWord::Equivocal),
            _ if finding == "triple-negative" => reading.results.push(ResultWord::Negative),
            _ => return Err(Problem::OtherReceptor),
        }
    }
    for score in concepts_in(reader.knowledge, concept, value_set::HER2_IHC_SCORE) {
        if asked.test.receptor() != "her2" {
            continue;
        }
        reading.scores.extend(
            [Ihc::Zero, Ihc::One, Ihc::Two, Ihc::Three]
                .into_iter()
                .filter(|s| Some(s.as_str()) == score.meaning.as_deref()),
        );
    }
    for result in concepts_in(reader.knowledge, concept, value_set::RECEPTOR_RESULT) {
        match result.meaning.as_deref() {
            Some("positive") => reading.results.push(ResultWord::Positive),
            Some("low-positive") => reading.results.push(ResultWord::LowPositive),
            Some("negative") => reading.results.push(ResultWord::Negative),
            Some("equivocal") => reading.results.push(ResultWord::Equivocal),
            Some("indeterminate") => reading.results.push(ResultWord::Indeterminate),
            Some("not-done" | "unknown") => reading.no_result = true,
            _ => {}
        }
    }
    reading.results.dedup();
    if reading != Reading::default() {
        return Ok(Some(reading));
    }
    // No coding that we know: the words may still be plain. A null flavour is no result.
    let null_flavor = concept.coding.iter().any(|coding| {
        coding.system.as_deref().is_some_and(|s| s.ends_with("NullFlavor") || s.ends_with("data-absent-reason"))
    });
    if null_flavor {
        return Ok(Some(Reading { no_result: true, ..Reading::default() }));
    }
    let words = said(concept);
    if words.is_empty() { Ok(None) } else { read_text(asked, &words).map(Some) }
}

fn read_text(asked: &Asked<'_, '_>, text: &str) -> Result<Reading, Problem> {
    let reading = receptor_text::read(text).ok_or(Problem::NotUnderstood)?;
    // Under an IHC code a bare digit is the score.
    let score = matches!(asked.test, ReceptorTest::Her2Ihc) && reading.scores.is_empty();
    match reading.numbers.as_slice() {
        [number] if score && number.comparator == Comparator::Exact => {
            let digit = u8::try_from(number.value).ok().filter(|_| number.value.fract().is_zero());
            let digit = digit.and_then(ihc).ok_or(Problem::NotUnderstood)?;
            Ok(Reading { scores: vec![digit], numbers: Vec::new(), ..reading })
        }
        [] => Ok(reading),
        _ if score => Err(Problem::NotUnderstood),
        _ if matches!(asked.test, ReceptorTest::Er | ReceptorTest::Pr) => {
            // A bare number under a receptor code is a percentage.
            let mut percents = reading.percents.clone();
            percents.extend(reading.numbers.iter().copied());
            Ok(Reading { percents, numbers: Vec::new(), ..reading })
        }
        _ => Ok(reading),
    }
}

fn read_quantity(asked: &Asked<'_, '_>, quantity: &Quantity<'_>) -> Result<Option<Reading>, Problem> {
    let Some(value) = quantity.value.as_ref() else { return Ok(None) };
    let value = value.value();
    let comparator =
        Comparator::parse(quantity.comparator.as_deref().unwrap_or_default()).ok_or(Problem::NotUnderstood)?;
    let unit = quantity.code.as_deref().or(quantity.unit.as_deref()).unwrap_or_default().trim();
    let percent = matches!(unit, "%" | "percent" | "{%}" | "%{cells}");
    let plain = matches!(unit, "" | "1" | "{ratio}" | "ratio" | "{copies}/{nucleus}" | "{copies}/{cell}" | "{copies}");
    match asked.test {
        ReceptorTest::Er | ReceptorTest::Pr if percent || unit.is_empty() => {
            Ok(Some(numeric(asked, value, comparator)))
        }
        // A fraction of 1 is a percentage written another way.
        ReceptorTest::Er | ReceptorTest::Pr if plain && value <= Decimal::ONE => {
            let value = value.checked_mul(Decimal::ONE_HUNDRED).ok_or(Problem::NotUnderstood)?;
            Ok(Some(numeric(asked, value, comparator)))
        }
        ReceptorTest::Her2Ihc if comparator == Comparator::Exact && (plain || unit == "{score}" || unit == "+") => {
            let score = u8::try_from(value).ok().filter(|_| value.fract().is_zero()).and_then(ihc);
            Ok(Some(Reading { scores: vec![score.ok_or(Problem::NotUnderstood)?], ..Reading::default() }))
        }
        ReceptorTest::Her2Ish | ReceptorTest::Her2Ratio | ReceptorTest::Her2Copies | ReceptorTest::Her2Cep17
            if plain || unit.contains("ratio") || unit.contains("cop") || unit.contains("signal") =>
        {
            Ok(Some(numeric(asked, value, comparator)))
        }
        _ => Err(Problem::NotUnderstood),
    }
}

fn numeric(asked: &Asked<'_, '_>, value: Decimal, comparator: Comparator) -> Reading {
    let number = Number { value, comparator, copies: asked.test == ReceptorTest::Her2Copies };
    match asked.test {
        ReceptorTest::Er | ReceptorTest::Pr => Reading { percents: vec![number], ..Reading::default() },
        _ => Reading { numbers: vec![number], ..Reading::default() },
    }
}
