//! JSON written straight into bytes: no tree in between, and no allocation.

use crate::day::{Day, Precision};

/// Writes one JSON text at the end of a buffer. Commas are its own business; braces must be paired by the caller.
pub(crate) struct Json<'b> {
    out: &'b mut Vec<u8>,
    first: bool,
}

impl<'b> Json<'b> {
    pub(crate) fn new(out: &'b mut Vec<u8>) -> Self {
        Self { out, first: true }
    }

    fn item(&mut self) {
        if !self.first {
            self.out.push(b',');
        }
        self.first = false;
    }

    pub(crate) fn open(&mut self) {
        self.item();
        self.out.push(b'{');
        self.first = true;
    }

    pub(crate) fn close(&mut self) {
        self.out.push(b'}');
        self.first = false;
    }

    /// `"key":{`
    pub(crate) fn open_at(&mut self, key: &str) {
        self.key(key);
        self.open();
    }

    /// `"key":[`
    pub(crate) fn list_at(&mut self, key: &str) {
        self.key(key);
        self.out.push(b'[');
        self.first = true;
    }

    pub(crate) fn end_list(&mut self) {
        self.out.push(b']');
        self.first = false;
    }

    pub(crate) fn key(&mut self, key: &str) {
        self.item();
        self.out.push(b'"');
        self.out.extend_from_slice(key.as_bytes());
        self.out.extend_from_slice(b"\":");
        self.first = true;
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.item();
        self.out.push(b'"');
        self.escaped(text);
        self.out.push(b'"');
    }

    /// A text made of several parts that need no escape.
    pub(crate) fn plain(&mut self, parts: &[&str]) {
        self.item();
        self.out.push(b'"');
        for part in parts {
            self.out.extend_from_slice(part.as_bytes());
        }
        self.out.push(b'"');
    }

    fn escaped(&mut self, text: &str) {
        if text.bytes().all(|byte| byte >= 0x20 && byte != b'"' && byte != b'\\') {
            self.out.extend_from_slice(text.as_bytes());
            return;
        }
        for character in text.chars() {
            match character {
                '"' => self.out.extend_from_slice(b"\\\""),
                '\\' => self.out.extend_from_slice(b"\\\\"),
                '\n' => self.out.extend_from_slice(b"\\n"),
                control if control < ' ' => self.out.extend_from_slice(format!("\\u{:04x}", control as u32).as_bytes()),
                other => self.out.extend_from_slice(other.encode_utf8(&mut [0; 4]).as_bytes()),
            }
        }
    }

    pub(crate) fn text_at(&mut self, key: &str, text: &str) {
        self.key(key);
        self.text(text);
    }

    pub(crate) fn bool_at(&mut self, key: &str, value: bool) {
        self.key(key);
        self.item();
        self.out.extend_from_slice(if value { b"true" } else { b"false" });
    }

    pub(crate) fn number_at(&mut self, key: &str, number: i64) {
        self.key(key);
        self.item();
        self.digits(number);
    }

    pub(crate) fn decimal_at(&mut self, key: &str, number: Decimal) {
        self.key(key);
        self.item();
        let scale = 10_i64.pow(u32::from(number.places));
        if number.mantissa < 0 {
            self.out.push(b'-');
        }
        let whole = number.mantissa.unsigned_abs() / scale.unsigned_abs();
        let rest = number.mantissa.unsigned_abs() % scale.unsigned_abs();
        self.digits(i64::try_from(whole).unwrap_or(i64::MAX));
        if number.places > 0 {
            self.out.push(b'.');
            let mut place = scale.unsigned_abs() / 10;
            while place > 0 {
                self.out.push(b'0' + (rest / place % 10) as u8);
                place /= 10;
            }
        }
    }

    pub(crate) fn date_at(&mut self, key: &str, day: Day, precision: Precision) {
        self.key(key);
        self.item();
        self.out.push(b'"');
        day.write(precision, self.out);
        self.out.push(b'"');
    }

    /// A moment of a day, in minutes after midnight, Coordinated Universal Time.
    pub(crate) fn moment_at(&mut self, key: &str, day: Day, minutes: u16) {
        self.key(key);
        self.item();
        self.out.push(b'"');
        day.write(Precision::Day, self.out);
        let digits = |number: u16| [b'0' + (number / 10 % 10) as u8, b'0' + (number % 10) as u8];
        self.out.push(b'T');
        self.out.extend_from_slice(&digits(minutes / 60 % 24));
        self.out.push(b':');
        self.out.extend_from_slice(&digits(minutes % 60));
        self.out.extend_from_slice(b":00Z\"");
    }

    fn digits(&mut self, number: i64) {
        let mut digits = [0_u8; 20];
        let mut left = number.unsigned_abs();
        let mut count = 0;
        for place in digits.iter_mut().rev() {
            *place = b'0' + (left % 10) as u8;
            left /= 10;
            count += 1;
            if left == 0 {
                break;
            }
        }
        if number < 0 {
            self.out.push(b'-');
        }
        self.out.extend_from_slice(digits.get(20 - count..).unwrap_or_default());
    }

    /// The end of a line.
    pub(crate) fn line(self) {
        self.out.push(b'\n');
    }
}

/// A decimal number as it is written: `mantissa` divided by ten to the `places`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Decimal {
    pub(crate) mantissa: i64,
    pub(crate) places: u8,
}

impl Decimal {
    /// A number rounded to so many places.
    pub(crate) fn new(value: f64, places: u8) -> Self {
        Self { mantissa: (value * 10_f64.powi(i32::from(places))).round() as i64, places }
    }
}

impl From<i32> for Decimal {
    fn from(number: i32) -> Self {
        Self { mantissa: i64::from(number), places: 0 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_independent_reader_reads_back_what_was_written() {
        let mut bytes = Vec::new();
        let mut json = Json::new(&mut bytes);
        json.open();
        json.text_at("text", "a \"b\" \\ \n \u{1} ü");
        json.number_at("number", -1203);
        json.decimal_at("decimal", Decimal::new(0.05, 2));
        json.decimal_at("negative", Decimal::new(-12.5, 1));
        json.bool_at("yes", true);
        json.list_at("list");
        json.text("x");
        json.open();
        json.date_at("day", Day::civil(2024, 2, 29), Precision::Day);
        json.date_at("month", Day::civil(2024, 2, 29), Precision::Month);
        json.moment_at("moment", Day::civil(2024, 2, 29), 605);
        json.close();
        json.end_list();
        json.close();
        json.line();
        let read: serde_json::Value = serde_json::from_slice(&bytes).unwrap();
        let expected = serde_json::json!({"text": "a \"b\" \\ \n \u{1} ü", "number": -1203, "decimal": 0.05,
            "negative": -12.5, "yes": true, 
            "list": ["x", {"day": "2024-02-29", "month": "2024-02", "moment": "2024-02-29T10:05:00Z"}]});
        assert_eq!(read, expected);
    }
}
