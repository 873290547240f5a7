//! A cursor over JSON text (RFC 8259) from which the resources read themselves.
//!
//! Why not a derive: a record has to survive its defects. A value of the wrong type must cost that value only, be
//! reported with its line and path, and leave its neighbours as they are; nesting must not exhaust the stack; and an
//! entry must be read once, in one pass, borrowing its strings. So there are two kinds of trouble here. [`Syntax`]
//! (this is not JSON) ends the document. A [`Problem`] (this is JSON, but not what FHIR says) is noted and reading goes
//! on behind the value.
//!
//! Deliberately absent: a tree of values. What nobody asks for is checked for syntax, skipped and forgotten.

use std::borrow::Cow;

/// Deepest nesting of arrays and objects that is read. FHIR resources nest some ten levels, bundles add three each.
pub(super) const MAX_DEPTH: u32 = 128;

/// The text is not JSON from here on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Syntax {
    /// Byte offset in the text.
    pub(super) at: usize,
    /// What was expected, or what is wrong.
    pub(super) what: &'static str,
}

/// The text is JSON, but a value is not what FHIR says it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Problem {
    /// Byte offset of the value in the text.
    pub(super) at: usize,
    /// What is wrong with it.
    pub(super) kind: ProblemKind,
}

/// What is wrong with a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ProblemKind {
    /// Another type of value; it was not read.
    WrongType { expected: &'static str, found: Kind },
    /// Another type of value, whose meaning is plain; it was read.
    Coerced { expected: &'static str, found: Kind },
    /// Not a date; it was not read. The message says why.
    Date(String),
    /// Not a number that can be represented exactly; it was not read.
    Number(String),
    /// Several values where FHIR allows one; none was read.
    Several,
    /// The same key twice, or two keys for one element; the last was read.
    Twice,
    /// A modifier extension or implicit rule: whoever does not know it must not use the resource.
    Modifier,
}

/// The type of a JSON value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Null,
    Boolean,
    Number,
    String,
    Array,
    Object,
}

impl Kind {
    pub(super) fn name(self) -> &'static str {
        match self {
            Kind::Null => "null",
            Kind::Boolean => "a boolean",
            Kind::Number => "a number",
            Kind::String => "a string",
            Kind::Array => "an array",
            Kind::Object => "an object",
        }
    }
}

/// A place in a text, and what was noted on the way.
///
/// INVARIANT: `at` is on a character boundary, because it only ever moves behind ASCII bytes or behind whole strings.
pub(super) struct Json<'a> {
    text: &'a str,
    at: usize,
    depth: u32,
    /// Values that were not what FHIR says, in input order.
    pub(super) problems: Vec<Problem>,
    /// Where `contained` arrays of the resource being read begin; whoever reads the resource comes back for them.
    pub(super) contained: Vec<usize>,
}

impl<'a> Json<'a> {
    pub(super) fn new(text: &'a str) -> Json<'a> {
        Json { text, at: 0, depth: 0, problems: Vec::new(), contained: Vec::new() }
    }

    /// Byte offset of the cursor.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// Moves the cursor to an offset that [`at`](Json::at) gave, at the same level of nesting or one level down.
    pub(super) fn go_to(&mut self, at: usize) {
        self.at = at;
    }

    /// Whether an offset is within the value that begins here. If so the cursor stays, else it moves behind the value.
    pub(super) fn is_in_value(&mut self, offset: usize) -> Result<bool, Syntax> {
        self.space();
        let (start, depth) = (self.at, self.depth);
        self.skip()?;
        let is_in = (start..self.at).contains(&offset);
        if is_in {
            self.return_to(start, depth);
        }
        Ok(is_in)
    }

    /// How many arrays and objects are open.
    pub(super) fn depth(&self) -> u32 {
        self.depth
    }

    /// Moves the cursor back to where it was when [`at`](Json::at) and [`depth`](Json::depth) gave these.
    pub(super) fn return_to(&mut self, at: usize, depth: u32) {
        self.at = at;
        self.depth = depth;
    }

    /// Notes that the value at `at` is not what FHIR says.
    pub(super) fn note(&mut self, at: usize, kind: ProblemKind) {
        self.problems.push(Problem { at, kind });
    }

    /// Skips white space; true at the end of the text.
    pub(super) fn at_end(&mut self) -> bool {
        self.space();
        self.at >= self.text.len()
    }

    /// The type of the value that begins here, after white space.
    pub(super) fn peek(&mut self) -> Result<Kind, Syntax> {
        self.space();
        match self.byte() {
            Some(b'{') => Ok(Kind::Object),
            Some(b'[') => Ok(Kind::Array),
            Some(b'"') => Ok(Kind::String),
            Some(b't' | b'f') => Ok(Kind::Boolean),
            Some(b'n') => Ok(Kind::Null),
            Some(b'-' | b'0'..=b'9') => Ok(Kind::Number),
            _ => self.fail("expected a value"),
        }
    }

    /// Enters the object that begins here. Read its keys with [`key`](Json::key).
    pub(super) fn open_object(&mut self) -> Result<(), Syntax> {
        self.space();
        self.expect(b'{', "expected `{`")?;
        self.deeper()
    }

    /// The next key of the object; `None` when it ended. `first` starts as true.
    pub(super) fn key(&mut self, first: &mut bool) -> Result<Option<Cow<'a, str>>, Syntax> {
        self.space();
        match self.byte() {
            Some(b'}') => {
                self.at += 1;
                self.depth -= 1;
                return Ok(None);
            }
            Some(b',') if !*first => {
                self.at += 1;
                self.space();
            }
            _ if *first => {}
            _ => return self.fail("expected `,` or `}`"),
        }
        *first = false;
        if self.byte() != Some(b'"') {
            return self.fail("expected a key in double quotes");
        }
        let key = self.string()?;
        self.space();
        self.expect(b':', "expected `:`")?;
        Ok(Some(key))
    }

    /// Enters the array that begins here. Step through it with [`element`](Json::element).
    pub(super) fn open_array(&mut self) -> Result<(), Syntax> {
        self.space();
        self.expect(b'[', "expected `[`")?;
        self.deeper()
    }

    /// Moves to the next element of the array; false when it ended. `first` starts as true.
    pub(super) fn element(&mut self, first: &mut bool) -> Result<bool, Syntax> {
        self.space();
        match self.byte() {
            Some(b']') => {
                self.at += 1;
                self.depth -= 1;
                return Ok(false);
            }
            Some(b',') if !*first => {
                self.at += 1;
            }
            _ if *first => {}
            _ => return self.fail("expected `,` or `]`"),
        }
        *first = false;
        Ok(true)
    }

    /// The string that begins here, without its quotes. Borrowed unless it has escapes. Half a surrogate pair, which
    /// no text can hold, becomes U+FFFD.
    pub(super) fn string(&mut self) -> Result<Cow<'a, str>, Syntax> {
        self.space();
        self.expect(b'"', "expected a string")?;
        let start = self.at;
        self.at += plain_run(self.rest());
        if self.byte() == Some(b'"') {
            let plain = self.text.get(start..self.at).unwrap_or_default();
            self.at += 1;
            return Ok(Cow::Borrowed(plain));
        }
        let mut decoded = String::from(self.text.get(start..self.at).unwrap_or_default());
        loop {
            match self.byte() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(Cow::Owned(decoded));
                }
                Some(b'\\') => {
                    self.at += 1;
                    decoded.push(self.escape()?);
                }
                Some(0..0x20) => return self.fail("control character in a string"),
                Some(_) => {
                    let start = self.at;
                    self.at += plain_run(self.rest());
                    decoded.push_str(self.text.get(start..self.at).unwrap_or_default());
                }
                None => return self.fail("string without an end"),
            }
        }
    }

    /// The number that begins here, as written.
    pub(super) fn number(&mut self) -> Result<&'a str, Syntax> {
        self.space();
        let start = self.at;
        if self.byte() == Some(b'-') {
            self.at += 1;
        }
        match self.byte() {
            Some(b'0') => self.at += 1,
            Some(b'1'..=b'9') => self.digits(),
            _ => return self.fail("expected a digit"),
        }
        if self.byte() == Some(b'.') {
            self.at += 1;
            self.some_digits()?;
        }
        if let Some(b'e' | b'E') = self.byte() {
            self.at += 1;
            if let Some(b'+' | b'-') = self.byte() {
                self.at += 1;
            }
            self.some_digits()?;
        }
        Ok(self.text.get(start..self.at).unwrap_or_default())
    }

    /// The boolean that begins here.
    pub(super) fn boolean(&mut self) -> Result<bool, Syntax> {
        self.space();
        if self.byte() == Some(b't') {
            self.word("true")?;
            Ok(true)
        } else {
            self.word("false")?;
            Ok(false)
        }
    }

    /// Skips the value that begins here, checking its syntax. Does not recurse.
    pub(super) fn skip(&mut self) -> Result<(), Syntax> {
        // One bit for each open bracket, 1 for an object; `MAX_DEPTH` keeps them within the word.
        let mut objects: u128 = 0;
        let outside = self.depth;
        loop {
            match self.peek()? {
                Kind::Object => {
                    self.at += 1;
                    self.deeper()?;
                    self.space();
                    if self.byte() == Some(b'}') {
                        self.at += 1;
                        self.depth -= 1;
                    } else {
                        objects = objects << 1 | 1;
                        self.skip_key()?;
                        continue;
                    }
                }
                Kind::Array => {
                    self.at += 1;
                    self.deeper()?;
                    self.space();
                    if self.byte() == Some(b']') {
                        self.at += 1;
                        self.depth -= 1;
                    } else {
                        objects <<= 1;
                        continue;
                    }
                }
                Kind::String => self.skip_string()?,
                Kind::Number => {
                    self.number()?;
                }
                Kind::Boolean => {
                    self.boolean()?;
                }
                Kind::Null => self.word("null")?,
            }
            // Behind a value: close what ends here, or go on to the next value.
            loop {
                if self.depth == outside {
                    return Ok(());
                }
                let in_object = objects & 1 == 1;
                self.space();
                match self.byte() {
                    Some(b',') => {
                        self.at += 1;
                        if in_object {
                            self.space();
                            self.skip_key()?;
                        }
                        break;
                    }
                    Some(b'}') if in_object => {}
                    Some(b']') if !in_object => {}
                    _ if in_object => return self.fail("expected `,` or `}`"),
                    _ => return self.fail("expected `,` or `]`"),
                }
                self.at += 1;
                self.depth -= 1;
                objects >>= 1;
            }
        }
    }

    fn skip_key(&mut self) -> Result<(), Syntax> {
        if self.byte() != Some(b'"') {
            return self.fail("expected a key in double quotes");
        }
        self.skip_string()?;
        self.space();
        self.expect(b':', "expected `:`")
    }

    fn skip_string(&mut self) -> Result<(), Syntax> {
        self.at += 1;
        loop {
            self.at += plain_run(self.rest());
            match self.byte() {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(());
                }
                Some(b'\\') => {
                    self.at += 1;
                    self.escape()?;
                }
                Some(_) => return self.fail("control character in a string"),
                None => return self.fail("string without an end"),
            }
        }
    }

    /// The character of an escape, behind its backslash.
    fn escape(&mut self) -> Result<char, Syntax> {
        let character = match self.byte() {
            Some(b'"') => '"',
            Some(b'\\') => '\\',
            Some(b'/') => '/',
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') => {
                self.at += 1;
                return self.unicode_escape();
            }
            _ => return self.fail("unknown escape in a string"),
        };
        self.at += 1;
        Ok(character)
    }

    /// The character of `\uXXXX`, or of a surrogate pair, behind the first `\u`.
    fn unicode_escape(&mut self) -> Result<char, Syntax> {
        let unit = self.four_hex()?;
        if let 0xD800..0xDC00 = unit
            && self.rest().starts_with(b"\\u")
        {
            let back = self.at;
            self.at += 2;
            let low = self.four_hex()?;
            if let 0xDC00..0xE000 = low {
                let point = 0x10000 + ((unit - 0xD800) << 10) + (low - 0xDC00);
                return Ok(char::from_u32(point).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
            self.at = back;
        }
        Ok(char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn four_hex(&mut self) -> Result<u32, Syntax> {
        let mut unit = 0;
        for _ in 0..4 {
            match self.byte().and_then(|byte| char::from(byte).to_digit(16)) {
                Some(digit) => unit = unit << 4 | digit,
                None => return self.fail("expected four hexadecimal digits"),
            }
            self.at += 1;
        }
        Ok(unit)
    }

    fn word(&mut self, word: &'static str) -> Result<(), Syntax> {
        if self.rest().starts_with(word.as_bytes()) {
            self.at += word.len();
            Ok(())
        } else {
            self.fail("expected a value")
        }
    }

    fn digits(&mut self) {
        while let Some(b'0'..=b'9') = self.byte() {
            self.at += 1;
        }
    }

    fn some_digits(&mut self) -> Result<(), Syntax> {
        let start = self.at;
        self.digits();
        if self.at == start { self.fail("expected a digit") } else { Ok(()) }
    }

    fn space(&mut self) {
        while let Some(b' ' | b'\n' | b'\r' | b'\t') = self.byte() {
            self.at += 1;
        }
    }

    fn deeper(&mut self) -> Result<(), Syntax> {
        self.depth += 1;
        if self.depth > MAX_DEPTH { self.fail("nested more than 128 levels deep") } else { Ok(()) }
    }

    fn expect(&mut self, byte: u8, what: &'static str) -> Result<(), Syntax> {
        if self.byte() == Some(byte) {
            self.at += 1;
            Ok(())
        } else {
            self.fail(what)
        }
    }

    fn fail<T>(&self, what: &'static str) -> Result<T, Syntax> {
        Err(Syntax { at: self.at, what })
    }

    fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn rest(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }
}

/// How many bytes go before the first quote, backslash or control character. Eight at a time: a byte `b` is below `n`
/// (up to 128) exactly if `b - n` borrows from its high bit while the high bit of `b` itself is clear. A borrow can
/// pass into the bytes above, so only the lowest mark of a word is certain, and only that one is used.
fn plain_run(bytes: &[u8]) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let below = |word: u64, limit: u64| word.wrapping_sub(ONES * limit) & !word & HIGH;
    let (words, tail) = bytes.as_chunks::<8>();
    let mut run = 0;
    for word in words {
        let word = u64::from_le_bytes(*word);
        let quote = below(word ^ (ONES * u64::from(b'"')), 1);
        let backslash = below(word ^ (ONES * u64::from(b'\\')), 1);
        let stop = quote | backslash | below(word, 0x20);
        if stop != 0 {
            return run + (stop.trailing_zeros() / 8) as usize;
        }
        run += 8;
    }
    let stop = tail.iter().position(|&byte| byte < 0x20 || byte == b'"' || byte == b'\\');
    run + stop.unwrap_or(tail.len())
}
