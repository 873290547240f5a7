//! Documents of an input: one JSON value, NDJSON, or JSON values one after the other.
//!
//! One bad line of an NDJSON file costs that line. A single document that breaks off is refused as a whole, because
//! half a record may look like a whole one.

use super::json::{Json, Kind, Syntax};
use super::read::{Document, Input, Part, Reader, count_lines};
use crate::issue::Issue;

/// Reads one input into what was found so far.
pub(super) fn read_input<'a>(reader: &mut Reader<'a>, input: Input<'a>) {
    let Input { bytes, name } = input;
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if let Some((code, message)) = refusal(bytes) {
        reader.issues.push(Issue::fatal(code, message).at(name));
        return;
    }
    let mark = reader.mark();
    match std::str::from_utf8(bytes) {
        Ok(text) => read_text(reader, text, name),
        Err(error) => {
            let line = 1 + count_lines(bytes.get(..error.valid_up_to()).unwrap_or_default());
            if lines(bytes).filter(|(_, line)| is_resource(line)).nth(1).is_some() {
                read_lines(reader, bytes, name);
            } else {
                let message = "the text is not UTF-8; convert it, for instance with `iconv -f LATIN1 -t UTF-8`";
                reader.issues.push(Issue::fatal("not-utf-8", message).at(format!("{name}:{line}")));
            }
        }
    }
    reader.end_input(&mark);
}

/// Reads a piece of an input; what is wrong with it costs the piece.
pub(super) fn read_part<'a>(reader: &mut Reader<'a>, part: Part<'a>) {
    let Part { bytes, name, line } = part;
    let Ok(text) = std::str::from_utf8(bytes) else {
        let message = "the line is not UTF-8 and was not read; convert it";
        reader.issues.push(Issue::error("not-utf-8", message).at(format!("{name}:{line}")));
        return;
    };
    read_values(reader, text, name, line);
}

/// Reads JSON values one after the other, up to the first that is none.
fn read_values<'a>(reader: &mut Reader<'a>, text: &'a str, name: &'a str, line: usize) {
    let mut at = 0;
    while let Some(rest) = text.get(at..)
        && !rest.trim_ascii().is_empty()
    {
        let line = line + count_lines(text.as_bytes().get(..at).unwrap_or_default());
        match read_document(reader, rest, name, line) {
            Ok(length) => at += length,
            Err(error) => {
                reader.issues.push(syntax(error, rest, name, line, Issue::error));
                return;
            }
        }
    }
}

/// Why an input cannot be FHIR as JSON, judged by how it begins, and what to do about it.
fn refusal(bytes: &[u8]) -> Option<(&'static str, &'static str)> {
    let begin = bytes.trim_ascii_start();
    if begin.is_empty() {
        return Some(("empty-input", "the input is empty; expected FHIR as JSON or NDJSON"));
    }
    if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") || matches!(bytes, [0, _, ..] | [_, 0, ..]) {
        return Some((
            "utf-16",
            "the text is UTF-16; convert it to UTF-8, for instance with `iconv -f UTF-16 -t UTF-8`",
        ));
    }
    if bytes.starts_with(b"\x1F\x8B") || bytes.starts_with(b"\x28\xB5\x2F\xFD") || bytes.starts_with(b"PK\x03\x04") {
        return Some((
            "compressed",
            "the input is compressed; decompress it first, for instance with `gunzip` or `unzstd`",
        ));
    }
    match begin.first() {
        Some(b'{' | b'[') => None,
        Some(b'<') => Some(("xml", "the input looks like XML; ask the sender for FHIR as JSON (`_format=json`)")),
        // A bad first line of NDJSON is not a reason to refuse the others.
        _ if lines(bytes).any(|(_, line)| is_resource(line)) => None,
        _ => Some((
            "not-fhir",
            "the input is not FHIR: expected a JSON object with a `resourceType`, a Bundle, an array of resources, or NDJSON",
        )),
    }
}

fn read_text<'a>(reader: &mut Reader<'a>, text: &'a str, name: &'a str) {
    let mut at = 0;
    let mut line = 1;
    // As long as each value stands on a line of its own, the input is NDJSON and a bad line can be passed over.
    let mut by_line = true;
    let mut count = 0;
    loop {
        let rest = text.get(at..).unwrap_or_default();
        let trimmed = rest.trim_ascii_start();
        let blank = rest.len() - trimmed.len();
        line += count_lines(rest.as_bytes().get(..blank).unwrap_or_default());
        at += blank;
        if trimmed.is_empty() {
            return;
        }
        match read_document(reader, trimmed, name, line) {
            Ok(length) => {
                let lines = count_lines(trimmed.as_bytes().get(..length).unwrap_or_default());
                by_line &= lines == 0;
                line += lines;
                at += length;
                count += 1;
            }
            Err(_) if count == 0 && mostly_resources(text.as_bytes()) => {
                return read_lines(reader, text.as_bytes(), name);
            }
            Err(error) if count == 0 => {
                reader.issues.push(syntax(error, trimmed, name, line, Issue::fatal));
                return;
            }
            Err(error) if by_line => {
                reader.issues.push(syntax(error, trimmed, name, line, Issue::error));
                let Some(end) = trimmed.find('\n') else { return };
                at += end;
            }
            Err(error) => {
                let issue = syntax(error, trimmed, name, line, Issue::error);
                let message = format!("{}; the input was read up to here", issue.message);
                reader.issues.push(Issue { message, ..issue });
                return;
            }
        }
    }
}

/// Reads each line for itself.
fn read_lines<'a>(reader: &mut Reader<'a>, bytes: &'a [u8], name: &'a str) {
    for (number, line) in lines(bytes) {
        match std::str::from_utf8(line) {
            Err(_) => {
                let message = "the line is not UTF-8 and was not read; convert it";
                reader.issues.push(Issue::error("not-utf-8", message).at(format!("{name}:{number}")));
            }
            Ok(text) => read_values(reader, text, name, number),
        }
    }
}

/// Reads the value that begins the text; its length. Nothing of it is kept if it is not JSON.
fn read_document<'a>(reader: &mut Reader<'a>, text: &'a str, name: &'a str, line: usize) -> Result<usize, Syntax> {
    let mark = reader.mark();
    let read = Document::new(reader, text, name, line).read();
    if read.is_err() {
        reader.return_to(mark);
    }
    read
}

/// The issue for a text that is not JSON.
fn syntax(error: Syntax, text: &str, name: &str, line: usize, severity: fn(&'static str, String) -> Issue) -> Issue {
    let before = text.get(..error.at).unwrap_or(text);
    let line = line + count_lines(before.as_bytes());
    let column = 1 + before.rsplit('\n').next().unwrap_or_default().chars().count();
    severity("invalid-json", format!("the text is not JSON at line {line}, column {column}: {}", error.what))
        .at(format!("{name}:{line}"))
}

/// Lines that are not blank, with their numbers.
fn lines(bytes: &[u8]) -> impl Iterator<Item = (usize, &[u8])> {
    bytes
        .split(|&byte| byte == b'\n')
        .zip(1..)
        .map(|(line, number)| (number, line))
        .filter(|(_, line)| !line.trim_ascii().is_empty())
}

/// Whether at least half of several lines are whole resources: then it is NDJSON with a bad line, not a document that
/// breaks off.
fn mostly_resources(bytes: &[u8]) -> bool {
    let (mut whole, mut all) = (0, 0);
    for (_, line) in lines(bytes) {
        all += 1;
        whole += usize::from(is_resource(line));
    }
    all > 1 && whole * 2 >= all
}

/// Whether a line is a whole JSON object with a `resourceType`.
fn is_resource(line: &[u8]) -> bool {
    let Ok(line) = std::str::from_utf8(line) else { return false };
    let mut json = Json::new(line);
    let has_type = line.contains("\"resourceType\"");
    has_type && json.peek() == Ok(Kind::Object) && json.skip().is_ok() && json.at_end()
}
