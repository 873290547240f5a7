//! The sentence of a criterion: `FACT is VALUE` and its few sisters, as syntax.
//!
//! The grammar is closed. It has no arithmetic, no variables and no negation but `is not`: anything more is an inferred
//! fact with a name. Whether fact, value, unit and value set exist is asked when a guideline is loaded, not here.

use std::fmt;
use std::ops::Range;

use rust_decimal::Decimal;

use crate::model::{Comparison, Span};

/// A word of a sentence and where it stands in it, in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// The word.
    pub text: String,
    /// Its place.
    pub span: Range<usize>,
}

/// A parsed sentence. Its [`Display`](fmt::Display) is the sentence with single blanks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// The fact tested.
    pub fact: Word,
    /// The words of the operator, for messages about it.
    pub operator: Range<usize>,
    /// The test.
    pub test: SentenceTest,
}

/// What a sentence asks of its fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SentenceTest {
    /// `is VALUE`
    Is(Word),
    /// `is not VALUE`
    IsNot(Word),
    /// `in VALUESET`
    In(Word),
    /// `= < <= > >= NUMBER [UNIT]`
    Compare {
        /// The relation.
        comparison: Comparison,
        /// The number as written, trailing zeros included.
        number: Decimal,
        /// Where the number stands, in bytes.
        place: Range<usize>,
        /// The unit.
        unit: Option<Word>,
    },
    /// `within N days|months of DATE-FACT`
    Within(Span, Word),
    /// `is known`
    Known,
}

/// Why a sentence is none, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SentenceError {
    /// The place in the sentence, in bytes.
    pub span: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What to write instead.
    pub hint: String,
}

/// The forms of a sentence, for hints.
const FORMS: &str = "write `FACT is VALUE`, `FACT is not VALUE`, `FACT in VALUESET`, `FACT < NUMBER UNIT` \
                     (or `=` `<=` `>` `>=`), `FACT within N days of DATE-FACT` or `FACT is known`";

/// Parses one sentence.
///
/// # Errors
/// When it does not follow the grammar; the error's place is the first word that does not fit.
pub fn parse(sentence: &str) -> Result<Sentence, SentenceError> {
    let mut words = Words { sentence, position: 0 };
    let fact = words.next("a fact", FORMS)?;
    let operator = words.next("`is`, `in`, `within` or a comparison after the fact", FORMS)?;
    let mut operator_span = operator.span.clone();
    let test = match operator.text.as_str() {
        "is" => {
            let value = words.next("a value, `not` or `known` after `is`", FORMS)?;
            match value.text.as_str() {
                "known" => {
                    operator_span.end = value.span.end;
                    SentenceTest::Known
                }
                "not" => {
                    operator_span.end = value.span.end;
                    let value = words.next("a value after `is not`", FORMS)?;
                    if value.text == "known" {
                        let hint = format!("write {{ none = [\"{} is known\"] }}", fact.text);
                        return Err(error(value.span, "`is not known` is not a test", hint));
                    }
                    SentenceTest::IsNot(value)
                }
                _ => SentenceTest::Is(value),
            }
        }
        "in" => SentenceTest::In(words.next("a value set after `in`", FORMS)?),
        "within" => {
            let count = words.next("a whole number after `within`", FORMS)?;
            let unit = words.next("`days` or `months` after the number", FORMS)?;
            let of = words.next("`of` and a fact with a date", FORMS)?;
            let number = count.text.parse::<u32>().ok().filter(|_| is_plain_integer(&count.text));
            let Some(number) = number else {
                return Err(error(count.span, format!("`{}` is not a whole number", count.text), ""));
            };
            let span = match unit.text.as_str() {
                "days" => Span::Days(number),
                "months" => Span::Months(number),
                _ => {
                    return Err(error(
                        unit.span,
                        format!("unknown unit `{}`", unit.text),
                        "known are `days`, `months`",
                    ));
                }
            };
            if let Some((most, unit)) = too_long(span) {
                let message = format!("`{} {}` is longer than a life", count.text, unit);
                return Err(error(count.span, message, format!("at most {most} {unit}")));
            }
            if of.text != "of" {
                return Err(error(of.span, format!("expected `of`, found `{}`", of.text), FORMS));
            }
            SentenceTest::Within(span, words.next("a fact with a date after `of`", FORMS)?)
        }
        symbol => {
            let Some(comparison) = comparison(symbol) else {
                return Err(error(operator.span, format!("unknown operator `{symbol}`"), FORMS));
            };
            let number = words.next(&format!("a number after `{symbol}`"), FORMS)?;
            let Some(value) = decimal(&number.text) else {
                let message = format!("`{}` is not a number", number.text);
                return Err(error(
                    number.span,
                    message,
                    "write at most 28 digits with a point, and a blank before the unit",
                ));
            };
            SentenceTest::Compare { comparison, number: value, place: number.span, unit: words.optional() }
        }
    };
    if let Some(extra) = words.optional() {
        let span = extra.span.start..sentence.trim_end().len();
        let text = sentence.get(span.clone()).unwrap_or("");
        let hint =
            "one criterion holds one test: write two criteria, or a group { any = […] }, { all = […] }, { none = […] }";
        return Err(error(span, format!("`{text}` is one too many"), hint));
    }
    Ok(Sentence { fact, operator: operator_span, test })
}

/// The words of a sentence, one after the other.
struct Words<'s> {
    sentence: &'s str,
    position: usize,
}

impl Words<'_> {
    fn optional(&mut self) -> Option<Word> {
        let rest = self.sentence.get(self.position..)?;
        let start = self.position + rest.find(|c: char| !c.is_whitespace())?;
        let word = self.sentence.get(start..)?.split(char::is_whitespace).next()?;
        self.position = start + word.len();
        Some(Word { text: word.to_owned(), span: start..self.position })
    }

    /// The next word, or an error behind the last one that says what should follow.
    fn next(&mut self, expected: &str, hint: &str) -> Result<Word, SentenceError> {
        let end = self.sentence.trim_end().len();
        self.optional().ok_or_else(|| {
            // The caret stands below the last word: there is nothing to see behind it.
            let before = self.sentence.get(..end).unwrap_or("");
            let start = before.char_indices().rfind(|(_, c)| c.is_whitespace()).map_or(0, |(at, c)| at + c.len_utf8());
            error(start..end, format!("expected {expected}"), hint)
        })
    }
}

fn error(span: Range<usize>, message: impl Into<String>, hint: impl Into<String>) -> SentenceError {
    SentenceError { span, message: message.into(), hint: hint.into() }
}

/// A distance that no two days of one life can have: the longest that is allowed, and its unit.
fn too_long(span: Span) -> Option<(u32, &'static str)> {
    const YEARS: u32 = 120;
    match span {
        Span::Days(days) if days > YEARS * 366 => Some((YEARS * 366, "days")),
        Span::Months(months) if months > YEARS * 12 => Some((YEARS * 12, "months")),
        Span::Days(_) | Span::Months(_) => None,
    }
}

fn comparison(symbol: &str) -> Option<Comparison> {
    Some(match symbol {
        "=" => Comparison::Equal,
        "<" => Comparison::Less,
        "<=" => Comparison::LessOrEqual,
        ">" => Comparison::Greater,
        ">=" => Comparison::GreaterOrEqual,
        _ => return None,
    })
}

/// Digits, with a sign and a point at most: no exponents, no thousands, nothing rounded away.
fn decimal(text: &str) -> Option<Decimal> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    if !is_plain_integer(whole) || !is_plain_integer(fraction) {
        return None;
    }
    Decimal::from_str_exact(text).ok()
}

fn is_plain_integer(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

impl fmt::Display for Comparison {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Equal => "=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        })
    }
}

impl fmt::Display for Span {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Days(count) => write!(out, "{count} days"),
            Self::Months(count) => write!(out, "{count} months"),
        }
    }
}

impl fmt::Display for Sentence {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fact = &self.fact.text;
        match &self.test {
            SentenceTest::Is(value) => write!(out, "{fact} is {}", value.text),
            SentenceTest::IsNot(value) => write!(out, "{fact} is not {}", value.text),
            SentenceTest::In(set) => write!(out, "{fact} in {}", set.text),
            SentenceTest::Compare { comparison, number, unit: None, .. } => write!(out, "{fact} {comparison} {number}"),
            SentenceTest::Compare { comparison, number, unit: Some(unit), .. } => {
                write!(out, "{fact} {comparison} {number} {}", unit.text)
            }
            SentenceTest::Within(span, of) => write!(out, "{fact} within {span} of {}", of.text),
            SentenceTest::Known => write!(out, "{fact} is known"),
        }
    }
}
