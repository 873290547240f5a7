//! From the value of a receptor test to what it says.
//!
//! A value is used only where it can mean one thing: the unit decides what a number counts, a bare number counts what
//! the code asks for, and a word that says less than "positive" (weak, focal, "in 5 % of cells") is never HER2-positive.
//! Whatever else the entry says (text, display, interpretation) is compared; what contradicts is kept and said.

use rust_decimal::Decimal;

use super::Reader;
use super::coding::{concepts_in, said};
use super::receptor_findings::{self, Named};
use super::receptor_results::{Asked, ReceptorTest};
use super::receptor_text::{self, Amount, Number, Percent, Probe, Reading, ResultWord, Unread};
use crate::classify::her2::Ihc;
use crate::classify::hormone_receptors::Comparator;
use crate::fhir::{CodeableConcept, Quantity, Value};
use crate::guideline::value_set;

/// Why a value is no result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Problem {
    NotUnderstood,
    OtherReceptor,
    /// The unit is that of something else than the code asks for.
    OtherUnit,
    /// A number that may be a share of cells, a fraction or a score.
    AmbiguousNumber,
}

impl From<Unread> for Problem {
    fn from(unread: Unread) -> Self {
        match unread {
            Unread::NotUnderstood => Self::NotUnderstood,
            Unread::OtherReceptor => Self::OtherReceptor,
        }
    }
}

/// What the entry says, as a reader would see it.
pub(super) fn words(asked: &Asked<'_, '_>) -> String {
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
        Some(Value::Range(range)) => {
            let end =
                |quantity: Option<&Quantity<'_>>| quantity.map_or_else(|| "…".to_owned(), |end| quantity_words(end));
            format!("{} to {}", end(range.low.as_ref()), end(range.high.as_ref()))
        }
        Some(Value::NotRead(kind)) => kind.to_string(),
        Some(_) => "a value of another kind".to_owned(),
        None => asked.interpretation.iter().map(said).collect::<Vec<_>>().join(", "),
    }
}

fn quantity_words(quantity: &Quantity<'_>) -> String {
    let number = quantity.value.as_ref().map_or("", |value| value.text());
    let unit = quantity.unit.as_deref().or(quantity.code.as_deref()).unwrap_or_default();
    format!("{}{number} {unit}", quantity.comparator.as_deref().unwrap_or_default()).trim().to_owned()
}

/// What the value and the interpretation say; `None` where there is neither.
pub(super) fn read(reader: &Reader<'_, '_>, asked: &Asked<'_, '_>) -> Result<Option<Reading>, Problem> {
    let value = match asked.value {
        Some(value) => of_value(reader, asked, value)?,
        None => None,
    };
    let interpreted = interpretation(asked, value.is_none())?;
    Ok(match (value, interpreted) {
        (None, words) if words.is_empty() => None,
        (None, words) => Some(suited(asked, Reading { results: words, ..Reading::default() })?),
        (Some(mut reading), words) => {
            // The interpretation stands beside the value, so that whoever judges sees both.
            for word in words {
                if !reading.results.contains(&word) {
                    reading.results.push(word);
                }
            }
            Some(reading)
        }
    })
}

/// Every result that `interpretation` gives. Its words alone count where there is no value.
fn interpretation(asked: &Asked<'_, '_>, alone: bool) -> Result<Vec<ResultWord>, Problem> {
    let mut found = Vec::new();
    for concept in asked.interpretation {
        let codes: Vec<ResultWord> = concept
            .coding
            .iter()
            .filter_map(|coding| match coding.code.as_deref()? {
                "POS" | "DET" => Some(ResultWord::Positive),
                "NEG" | "ND" => Some(ResultWord::Negative),
                "IND" => Some(ResultWord::Indeterminate),
                "E" => Some(ResultWord::Equivocal),
                _ => None,
            })
            .collect();
        let text = concept.text.as_deref().map(|text| receptor_text::read(text, asked.test.receptor()));
        match text {
            Some(Ok(reading)) if !(reading.weak || reading.uneven) => found.extend(reading.results),
            Some(Err(problem)) if alone && codes.is_empty() => return Err(problem.into()),
            _ if alone && codes.is_empty() => return Err(Problem::NotUnderstood),
            _ => {}
        }
        found.extend(codes);
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

fn of_value(reader: &Reader<'_, '_>, asked: &Asked<'_, '_>, value: &Value<'_>) -> Result<Option<Reading>, Problem> {
    let reading = match value {
        Value::CodeableConcept(concept) => return concept_of(reader, asked, concept),
        Value::Coding(coding) => {
            let concept = CodeableConcept { coding: vec![coding.clone()], ..CodeableConcept::default() };
            return concept_of(reader, asked, &concept);
        }
        Value::String(text) => {
            if text.trim().is_empty() {
                return Ok(None);
            }
            receptor_text::read(text, asked.test.receptor())?
        }
        Value::Quantity(quantity) => return quantity_of(asked, quantity),
        Value::Decimal(number) => bare(number.value()),
        Value::Integer(number) => bare(Decimal::from(*number)),
        Value::Boolean(_) if asked.test.asks_number() => return Err(Problem::NotUnderstood),
        Value::Boolean(true) => word(ResultWord::Positive),
        Value::Boolean(false) => word(ResultWord::Negative),
        Value::Ratio(ratio) if asked.test.asks_number() => {
            let part = |quantity: Option<&Quantity<'_>>| Some(quantity?.value.as_ref()?.value());
            let parts = part(ratio.numerator.as_ref()).zip(part(ratio.denominator.as_ref()));
            let value = parts.and_then(|(numerator, denominator)| numerator.checked_div(denominator));
            bare(value.ok_or(Problem::NotUnderstood)?)
        }
        Value::Range(range) if asked.test.is_hormone_receptor() => {
            let end = |quantity: Option<&Quantity<'_>>| {
                let quantity = quantity?;
                let exact = quantity.comparator.is_none() && is_percent(unit(quantity));
                exact.then(|| quantity.value.as_ref().map(|value| value.value())).flatten()
            };
            let ends = end(range.low.as_ref()).zip(end(range.high.as_ref())).filter(|(low, high)| low <= high);
            let (low, high) = ends.ok_or(Problem::NotUnderstood)?;
            let comparator = Comparator::Exact;
            Reading { percents: vec![Percent { low, high, comparator }], ..Reading::default() }
        }
        _ => return Err(Problem::NotUnderstood),
    };
    suited(asked, reading).map(Some)
}

fn word(result: ResultWord) -> Reading {
    Reading { results: vec![result], ..Reading::default() }
}

/// A number of which nothing is said.
fn bare(value: Decimal) -> Reading {
    let number = Number { value, comparator: Comparator::Exact, of: Amount::Unnamed };
    Reading { numbers: vec![number], ..Reading::default() }
}

fn unit<'q>(quantity: &'q Quantity<'_>) -> &'q str {
    quantity.code.as_deref().or(quantity.unit.as_deref()).unwrap_or_default().trim()
}

fn is_percent(unit: &str) -> bool {
    matches!(unit, "%" | "percent" | "{%}" | "%{cells}")
}

fn quantity_of(asked: &Asked<'_, '_>, quantity: &Quantity<'_>) -> Result<Option<Reading>, Problem> {
    let Some(value) = quantity.value.as_ref() else { return Ok(None) };
    let value = value.value();
    let comparator =
        Comparator::parse(quantity.comparator.as_deref().unwrap_or_default()).ok_or(Problem::NotUnderstood)?;
    let unit = unit(quantity).to_lowercase();
    let number = |of| Reading { numbers: vec![Number { value, comparator, of }], ..Reading::default() };
    let reading = if is_percent(&unit) {
        Reading { percents: vec![Percent { low: value, high: value, comparator }], ..Reading::default() }
    } else if matches!(unit.as_str(), "{score}" | "score" | "+") {
        match asked.test {
            ReceptorTest::Her2Ihc | ReceptorTest::Her2Status => number(Amount::Unnamed),
            _ => return Err(Problem::AmbiguousNumber),
        }
    } else if unit.contains("ratio") {
        number(Amount::Ratio)
    } else if unit.contains("cop") || unit.contains("signal") {
        number(Amount::Copies)
    } else if unit.is_empty() || unit == "1" {
        // The unit "1" of a share of cells is a fraction by UCUM and a percentage in many records.
        if unit == "1" && asked.test.is_hormone_receptor() && !value.is_zero() {
            return Err(Problem::AmbiguousNumber);
        }
        number(Amount::Unnamed)
    } else {
        return Err(Problem::OtherUnit);
    };
    suited(asked, reading).map(Some)
}

fn concept_of(
    reader: &Reader<'_, '_>,
    asked: &Asked<'_, '_>,
    concept: &CodeableConcept<'_>,
) -> Result<Option<Reading>, Problem> {
    let receptor = asked.test.receptor();
    let mut reading = coded(reader, asked, concept)?;
    let null_flavor = concept.coding.iter().any(|coding| {
        coding.system.as_deref().is_some_and(|s| s.ends_with("NullFlavor") || s.ends_with("data-absent-reason"))
    });
    if !reading.has_content() && !reading.no_result && !null_flavor {
        // No coding that we know: the words may still be plain.
        let words = said(concept);
        if words.trim().is_empty() {
            return Ok(None);
        }
        return suited(asked, receptor_text::read(&words, receptor)?).map(Some);
    }
    reading.no_result |= null_flavor && !reading.has_content();
    let mut reading = suited(asked, reading)?;
    let displays = concept.coding.iter().filter_map(|coding| coding.display.as_deref());
    for (text, own) in concept.text.as_deref().map(|text| (text, true)).into_iter().chain(displays.map(|d| (d, false)))
    {
        match receptor_text::read(text, receptor) {
            Err(Unread::OtherReceptor) => return Err(Problem::OtherReceptor),
            Err(Unread::NotUnderstood) => {}
            Ok(words) => beside(asked, &mut reading, words, text, own)?,
        }
    }
    Ok(Some(reading))
}

/// What the codes say.
fn coded(reader: &Reader<'_, '_>, asked: &Asked<'_, '_>, concept: &CodeableConcept<'_>) -> Result<Reading, Problem> {
    let mut reading = Reading::default();
    let about = |named: &Named| matches!(named, Named::Receptor(test) if test.receptor() == asked.test.receptor());
    for finding in concepts_in(reader.knowledge, concept, value_set::RECEPTOR_FINDING) {
        let pairs = receptor_findings::pairs(finding.meaning.as_deref().unwrap_or_default());
        let before = reading.results.len();
        reading.results.extend(pairs.iter().filter(|(named, _)| about(named)).map(|(_, result)| *result));
        if reading.results.len() == before {
            return Err(Problem::OtherReceptor);
        }
    }
    for score in concepts_in(reader.knowledge, concept, value_set::HER2_IHC_SCORE) {
        if asked.test.is_hormone_receptor() {
            continue;
        }
        reading.scores.extend(SCORES.into_iter().filter(|s| Some(s.as_str()) == score.meaning.as_deref()));
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
    reading.results.sort_unstable();
    reading.results.dedup();
    reading.scores.sort_unstable();
    reading.scores.dedup();
    Ok(reading)
}

/// Holds the words of a coded answer against its codes; a text (not a display) also adds what the codes leave out.
fn beside(asked: &Asked<'_, '_>, reading: &mut Reading, words: Reading, text: &str, own: bool) -> Result<(), Problem> {
    let less = words.weak || words.uneven || words.results.contains(&ResultWord::LowPositive);
    if less && !asked.test.is_hormone_receptor() && positive_word(reading) {
        return Err(Problem::NotUnderstood);
    }
    let suitable = suited(asked, words.clone()).ok();
    let words = suitable.as_ref().unwrap_or(&words);
    let differs = |a: &[Direction], b: &[Direction]| !a.is_empty() && !b.is_empty() && !a.iter().any(|x| b.contains(x));
    let scores_differ = !reading.scores.is_empty()
        && !words.scores.is_empty()
        && !reading.scores.iter().any(|score| words.scores.contains(score));
    if differs(&directions(reading), &directions(words)) || scores_differ || words.no_result {
        let message = format!("its code and its words `{text}` do not say the same");
        reading.contradiction.get_or_insert(message);
        return Ok(());
    }
    let Some(words) = suitable.filter(|_| own) else { return Ok(()) };
    if reading.scores.is_empty() {
        reading.scores = words.scores;
    }
    if reading.numbers.is_empty() {
        reading.numbers = words.numbers;
    }
    if reading.percents.is_empty() {
        reading.percents = words.percents;
    }
    reading.group = reading.group.or(words.group);
    reading.ihc_zero = reading.ihc_zero.or(words.ihc_zero);
    reading.outside = reading.outside.take().or(words.outside);
    reading.not_done.extend(words.not_done);
    Ok(())
}

fn positive_word(reading: &Reading) -> bool {
    reading.scores.is_empty() && reading.results.contains(&ResultWord::Positive)
}

/// Which way a result points.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Direction {
    Positive,
    Negative,
    Open,
}

/// Every direction in which words and scores point.
pub(super) fn directions(reading: &Reading) -> Vec<Direction> {
    let words = reading.results.iter().map(|word| match word {
        ResultWord::Positive | ResultWord::LowPositive => Direction::Positive,
        ResultWord::Negative => Direction::Negative,
        ResultWord::Equivocal | ResultWord::Indeterminate => Direction::Open,
    });
    let scores = reading.scores.iter().map(|score| match score {
        Ihc::Three => Direction::Positive,
        Ihc::Two => Direction::Open,
        Ihc::One | Ihc::Zero => Direction::Negative,
    });
    words.chain(scores).collect()
}

const SCORES: [Ihc; 4] = [Ihc::Zero, Ihc::One, Ihc::Two, Ihc::Three];

/// What a reading means under the code that was asked; an error where it cannot be an answer to that.
fn suited(asked: &Asked<'_, '_>, mut reading: Reading) -> Result<Reading, Problem> {
    let own = asked.test.probe();
    let is_other = |probe: &Probe| own.is_some_and(|own| own != *probe);
    if reading.probes.iter().any(is_other) {
        return Err(Problem::NotUnderstood);
    }
    let done = reading.has_content();
    if !done && !reading.not_done.is_empty() && !reading.not_done.iter().any(is_other) {
        reading.no_result = true;
    }
    if reading.no_result {
        // A result that is called missing and given all the same is not one; another laboratory's may stand.
        let alone = Reading { outside: None, ..reading.clone() };
        return if alone.has_content() { Err(Problem::NotUnderstood) } else { Ok(reading) };
    }
    if !done {
        return Err(Problem::NotUnderstood);
    }
    match asked.test {
        ReceptorTest::Er | ReceptorTest::Pr => hormone_receptor(asked, reading),
        ReceptorTest::Her2Ihc | ReceptorTest::Her2Status => {
            if let ([number], true) = (reading.numbers.as_slice(), reading.scores.is_empty()) {
                let whole = number.comparator == Comparator::Exact
                    && number.of == Amount::Unnamed
                    && number.value.fract().is_zero();
                let digit = u8::try_from(number.value).ok().filter(|_| whole);
                let score = digit.and_then(|digit| SCORES.get(usize::from(digit)).copied());
                reading.scores.push(score.ok_or(Problem::NotUnderstood)?);
                reading.numbers.clear();
            }
            not_less(&reading)?;
            let no_answer = reading.scores.is_empty() && reading.results.is_empty() && reading.outside.is_none();
            if no_answer || !reading.numbers.is_empty() && reading.scores.is_empty() {
                return Err(Problem::NotUnderstood);
            }
            Ok(reading)
        }
        ReceptorTest::Her2Ish | ReceptorTest::Her2Ratio | ReceptorTest::Her2Copies | ReceptorTest::Her2Cep17 => {
            if !reading.scores.is_empty() || !reading.percents.is_empty() || reading.ihc_zero.is_some() {
                return Err(Problem::NotUnderstood);
            }
            if reading.numbers.is_empty() && reading.group.is_none() {
                not_less(&reading)?;
            }
            amounts(asked.test, &mut reading)?;
            Ok(reading)
        }
    }
}

/// A HER2 result that is less than positive is not read as positive, and a 3+ that is not one by its own words is not.
fn not_less(reading: &Reading) -> Result<(), Problem> {
    if reading.results.contains(&ResultWord::LowPositive) {
        return Err(Problem::NotUnderstood);
    }
    let part = reading.weak || reading.uneven || !reading.percents.is_empty();
    if part && positive_word(reading) {
        return Err(Problem::NotUnderstood);
    }
    // 3+ needs intense staining of more than 10 % of the cells (Wolff AC et al. 2018).
    let few = reading.percents.iter().any(|percent| {
        percent.high <= Decimal::TEN && !matches!(percent.comparator, Comparator::Greater | Comparator::GreaterOrEqual)
    });
    if reading.scores.contains(&Ihc::Three) && (reading.weak || few) {
        return Err(Problem::NotUnderstood);
    }
    Ok(())
}

/// What the numbers of an ISH result count: what they are called, else what the code asks for.
fn amounts(test: ReceptorTest, reading: &mut Reading) -> Result<(), Problem> {
    let asked = match test {
        ReceptorTest::Her2Copies => Some(Amount::Copies),
        ReceptorTest::Her2Cep17 => Some(Amount::Cep17),
        ReceptorTest::Her2Ratio => Some(Amount::Ratio),
        _ => None,
    };
    for number in &mut reading.numbers {
        number.of = match (number.of, asked) {
            (Amount::Allred, _) => return Err(Problem::OtherUnit),
            (Amount::Unnamed, Some(asked)) => asked,
            // The limits of a ratio as reports gave them until 2013 ("less than 1.8").
            (Amount::Unnamed, None) if number.comparator != Comparator::Exact => Amount::Ratio,
            (Amount::Unnamed, None) => return Err(Problem::AmbiguousNumber),
            // "Copies" under the code of the chromosome's copies are those.
            (Amount::Copies, Some(Amount::Cep17)) => Amount::Cep17,
            (named, _) => named,
        };
    }
    let answers = |asked| reading.numbers.is_empty() || reading.numbers.iter().any(|number| number.of == asked);
    if asked.is_some_and(|asked| !answers(asked)) { Err(Problem::OtherUnit) } else { Ok(()) }
}

/// ER and PgR: a share of cells, an Allred total or a word. A bare number is a percentage only where the code asks for one
/// and it cannot be a fraction.
fn hormone_receptor(asked: &Asked<'_, '_>, mut reading: Reading) -> Result<Reading, Problem> {
    for number in std::mem::take(&mut reading.numbers) {
        match number.of {
            Amount::Allred => reading.numbers.push(number),
            Amount::Unnamed if asked.share && (number.value > Decimal::ONE || number.value.is_zero()) => {
                let Number { value, comparator, .. } = number;
                reading.percents.push(Percent { low: value, high: value, comparator });
            }
            _ => return Err(Problem::AmbiguousNumber),
        }
    }
    let answers = !(reading.percents.is_empty() && reading.results.is_empty() && reading.numbers.is_empty())
        || reading.outside.is_some();
    if !answers || reading.group.is_some() || reading.ihc_zero.is_some() {
        return Err(Problem::NotUnderstood);
    }
    Ok(reading)
}
