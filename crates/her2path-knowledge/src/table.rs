//! Reading one TOML table key by key, with every wrong, missing or unknown key reported at its place.
//!
//! Deliberately not serde: its first error ends the file, and the author of a guideline wants to see all of them.
//! What is missing or wrong is reported once here and stands as an empty text or `None` afterwards, so that later checks
//! need not report it again.

use std::cell::RefCell;

use jiff::civil::Date;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::source::{Located, Location, Sink};
use crate::suggest;

/// A table that is being read.
pub(crate) struct Section<'a> {
    table: &'a DeTable<'a>,
    sink: &'a Sink<'a>,
    at: Location,
    /// The keys asked for so far: what this kind of table can have.
    asked: RefCell<Vec<&'static str>>,
}

impl<'a> Section<'a> {
    pub(crate) fn new(table: &'a DeTable<'a>, sink: &'a Sink<'a>, at: Location) -> Self {
        Self { table, sink, at, asked: RefCell::default() }
    }

    /// Where the table begins.
    pub(crate) fn at(&self) -> &Location {
        &self.at
    }

    /// A text that must be there and say something.
    pub(crate) fn text(&self, key: &'static str) -> Located<String> {
        let Some(value) = self.required(key) else {
            return Located { value: String::new(), at: self.at.clone() };
        };
        let text = self.as_text(key, value);
        if text.value.trim().is_empty() && value.as_ref().as_str().is_some() {
            self.sink.error(&text.at, format!("`{key}` is empty"), "");
        }
        text
    }

    /// A text that may be left out.
    pub(crate) fn optional_text(&self, key: &'static str) -> Option<Located<String>> {
        let text = self.as_text(key, self.get(key)?);
        if text.value.trim().is_empty() {
            self.sink.error(&text.at, format!("`{key}` is empty"), "write something or leave the key out");
            return None;
        }
        Some(text)
    }

    /// A list of texts that may be left out.
    pub(crate) fn texts(&self, key: &'static str) -> Vec<Located<String>> {
        let values = self.get(key).map_or(Vec::new(), |value| self.as_list(key, value));
        values.into_iter().map(|value| self.as_text(key, value)).collect()
    }

    /// One of a few words that must be there.
    pub(crate) fn choice<T: Copy>(&self, key: &'static str, choices: &[(&str, T)]) -> Option<T> {
        let value = self.required(key)?;
        self.choose(&self.as_text(key, value), key, choices)
    }

    /// One of a few words that may be left out.
    pub(crate) fn optional_choice<T: Copy>(&self, key: &'static str, choices: &[(&str, T)]) -> Option<T> {
        let value = self.get(key)?;
        self.choose(&self.as_text(key, value), key, choices)
    }

    /// A date without time that must be there.
    pub(crate) fn date(&self, key: &'static str) -> Option<Located<Date>> {
        self.as_date(key, self.required(key)?)
    }

    /// A date without time that may be left out.
    pub(crate) fn optional_date(&self, key: &'static str) -> Option<Located<Date>> {
        self.as_date(key, self.get(key)?)
    }

    /// A whole number that must be there.
    pub(crate) fn integer(&self, key: &'static str) -> Option<Located<i64>> {
        let value = self.required(key)?;
        let at = self.place(value);
        let number =
            value.as_ref().as_integer().and_then(|number| i64::from_str_radix(number.as_str(), number.radix()).ok());
        if number.is_none() {
            self.wrong_type(key, value, "a whole number");
        }
        Some(Located { value: number?, at })
    }

    /// The whole numbers of a list that may be left out.
    pub(crate) fn integers(&self, key: &'static str) -> Vec<Located<i64>> {
        let read = |value: &Spanned<DeValue<'_>>| {
            let number = value.as_ref().as_integer();
            let number = number.and_then(|number| i64::from_str_radix(number.as_str(), number.radix()).ok());
            if number.is_none() {
                self.wrong_type(key, value, "a whole number");
            }
            Some(Located { value: number?, at: self.place(value) })
        };
        self.values(key).into_iter().filter_map(read).collect()
    }

    /// The values of a list that may be left out, whatever they are.
    pub(crate) fn values(&self, key: &'static str) -> Vec<&'a Spanned<DeValue<'a>>> {
        self.get(key).map_or(Vec::new(), |value| self.as_list(key, value))
    }

    /// The tables of `[[key]]`, which may be left out.
    pub(crate) fn sections(&self, key: &'static str) -> Vec<Section<'a>> {
        self.values(key).into_iter().filter_map(|value| self.as_section(key, value)).collect()
    }

    /// A table that must be there.
    pub(crate) fn section(&self, key: &'static str) -> Option<Section<'a>> {
        self.as_section(key, self.required(key)?)
    }

    /// The keys and texts of a table that may be left out, in the order of the file.
    pub(crate) fn text_map(&self, key: &'static str) -> Vec<(Located<String>, Located<String>)> {
        let Some(section) = self.get(key).and_then(|value| self.as_section(key, value)) else {
            return Vec::new();
        };
        let mut pairs: Vec<_> = section
            .table
            .iter()
            .filter_map(|(name, value)| {
                let text = self.as_text(name.get_ref(), value);
                let name = Located { value: name.get_ref().to_string(), at: self.location(name.span()) };
                value.as_ref().is_str().then_some((name, text))
            })
            .collect();
        pairs.sort_by_key(|(name, _)| name.at.span.start);
        pairs
    }

    /// Whether a list is left out or has no members. A value that is no list is not empty but wrong.
    pub(crate) fn is_empty(&self, key: &'static str) -> bool {
        self.get(key).is_none_or(|value| value.as_ref().as_array().is_some_and(|list| list.is_empty()))
    }

    /// Whether the table has this key.
    pub(crate) fn has(&self, key: &'static str) -> bool {
        self.get(key).is_some()
    }

    /// Reports the keys that nobody has asked for. Call it last.
    pub(crate) fn finish(self) {
        let asked = self.asked.borrow();
        for name in self.table.keys() {
            if !asked.contains(&name.get_ref().as_ref()) {
                let hint = suggest::hint(name.get_ref(), asked.iter().copied());
                self.sink.error(&self.location(name.span()), format!("unknown key `{}`", name.get_ref()), hint);
            }
        }
    }

    /// The place of a value of this file.
    pub(crate) fn place(&self, value: &Spanned<DeValue<'_>>) -> Location {
        self.location(value.span())
    }

    fn location(&self, span: std::ops::Range<usize>) -> Location {
        Location { file: self.at.file, span }
    }

    fn get(&self, key: &'static str) -> Option<&'a Spanned<DeValue<'a>>> {
        let mut asked = self.asked.borrow_mut();
        if !asked.contains(&key) {
            asked.push(key);
        }
        self.table.get(key)
    }

    fn required(&self, key: &'static str) -> Option<&'a Spanned<DeValue<'a>>> {
        let value = self.get(key);
        if value.is_none() {
            self.sink.error(&self.at, format!("`{key}` is missing"), "");
        }
        value
    }

    fn as_text(&self, key: &str, value: &Spanned<DeValue<'_>>) -> Located<String> {
        let text = value.as_ref().as_str();
        if text.is_none() {
            self.wrong_type(key, value, "a text");
        }
        Located { value: text.unwrap_or("").to_owned(), at: self.place(value) }
    }

    fn as_list(&self, key: &str, value: &'a Spanned<DeValue<'a>>) -> Vec<&'a Spanned<DeValue<'a>>> {
        let list = value.as_ref().as_array();
        if list.is_none() {
            self.wrong_type(key, value, "a list");
        }
        list.into_iter().flat_map(|list| list.iter()).collect()
    }

    fn as_section(&self, key: &str, value: &'a Spanned<DeValue<'a>>) -> Option<Section<'a>> {
        let table = value.as_ref().as_table();
        if table.is_none() {
            self.wrong_type(key, value, "a table");
        }
        Some(Section::new(table?, self.sink, self.place(value)))
    }

    fn as_date(&self, key: &str, value: &Spanned<DeValue<'_>>) -> Option<Located<Date>> {
        let part = |number: u8| i8::try_from(number).ok();
        let date = value.as_ref().as_datetime().filter(|date| date.time.is_none()).and_then(|date| date.date);
        let date =
            date.and_then(|date| Date::new(i16::try_from(date.year).ok()?, part(date.month)?, part(date.day)?).ok());
        if date.is_none() {
            self.wrong_type(key, value, "a date such as 2026-11-23, without quotes");
        }
        Some(Located { value: date?, at: self.place(value) })
    }

    fn choose<T: Copy>(&self, text: &Located<String>, key: &str, choices: &[(&str, T)]) -> Option<T> {
        if text.value.is_empty() {
            return None;
        }
        let chosen = choices.iter().find(|(word, _)| *word == text.value);
        if chosen.is_none() {
            let hint = suggest::hint(&text.value, choices.iter().map(|(word, _)| *word));
            self.sink.error(&text.at, format!("`{}` is not a value of `{key}`", text.value), hint);
        }
        chosen.map(|(_, choice)| *choice)
    }

    fn wrong_type(&self, key: &str, value: &Spanned<DeValue<'_>>, expected: &str) {
        let found = match value.as_ref() {
            DeValue::String(_) => "a text",
            DeValue::Integer(_) => "a whole number",
            DeValue::Float(_) => "a decimal number",
            DeValue::Boolean(_) => "true or false",
            DeValue::Datetime(date) if date.date.is_none() => "a time",
            DeValue::Datetime(date) if date.time.is_some() => "a date with a time",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        self.sink.error(&self.place(value), format!("`{key}` should be {expected}, not {found}"), "");
    }
}
