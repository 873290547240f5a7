//! Decimals as written.

use std::fmt;
use std::str::FromStr;

use super::element::Read;
use super::json::{Json, Kind, ProblemKind, Syntax};

/// A FHIR `decimal`: its exact value, and the text that says with which precision it was recorded (`1.0` is not `1.00`).
///
/// Equality is that of the text.
#[derive(Clone, Copy)]
pub struct Decimal<'a> {
    text: &'a str,
    value: rust_decimal::Decimal,
}

impl<'a> Decimal<'a> {
    /// Reads a number in the form of JSON; `None` if it is another form, or too large or too small to be held with up
    /// to 28 decimal places.
    pub fn parse(text: &'a str) -> Option<Decimal<'a>> {
        let digits = text.bytes().filter(u8::is_ascii_digit).count();
        if digits == 0 {
            return None;
        }
        let value = if text.contains(['e', 'E']) {
            rust_decimal::Decimal::from_scientific(text).ok()?
        } else {
            rust_decimal::Decimal::from_str(text).ok()?
        };
        Some(Decimal { text, value })
    }

    /// As written.
    pub fn text(self) -> &'a str {
        self.text
    }

    /// The value. Digits beyond the 28th decimal place are rounded.
    pub fn value(self) -> rust_decimal::Decimal {
        self.value
    }
}

impl PartialEq for Decimal<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Decimal<'_> {}

impl fmt::Display for Decimal<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text)
    }
}

impl fmt::Debug for Decimal<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text)
    }
}

/// Reads a number; a number in quotes is read too, and noted.
impl<'a> Read<'a> for Decimal<'a> {
    fn read(json: &mut Json<'a>) -> Result<Option<Self>, Syntax> {
        let found = json.peek()?;
        let at = json.at();
        let text = match found {
            Kind::Number => json.number()?,
            Kind::String => match json.string()? {
                std::borrow::Cow::Borrowed(text) if is_json_number(text) => {
                    json.note(at, ProblemKind::Coerced { expected: "a number", found });
                    text
                }
                other => {
                    json.note(at, ProblemKind::Number(other.into_owned()));
                    return Ok(None);
                }
            },
            _ => return super::element::wrong_type(json, "a number"),
        };
        let decimal = Decimal::parse(text);
        if decimal.is_none() {
            json.note(at, ProblemKind::Number(text.to_owned()));
        }
        Ok(decimal)
    }
}

/// Whether the whole text is a number as JSON writes it.
fn is_json_number(text: &str) -> bool {
    let mut json = Json::new(text);
    !text.starts_with([' ', '\n', '\r', '\t']) && json.number().is_ok_and(|number| number.len() == text.len())
}
