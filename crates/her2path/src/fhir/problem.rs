//! What was noted while reading a resource, in words and with its place.

use super::json::{Json, Kind, ProblemKind, Syntax};
use crate::issue::Issue;

/// The issue for a problem. Errors are values that were not read, warnings are values that were.
pub(super) fn issue(kind: &ProblemKind, path: &str, source: &str, line: usize) -> Issue {
    let place = format!("`{path}` ({source}:{line})");
    match kind {
        ProblemKind::WrongType { expected, found } => {
            Issue::error("wrong-type", format!("{place} was not read: expected {expected}, found {}", found.name()))
        }
        ProblemKind::Coerced { expected, found } => Issue::warning(
            "wrong-type-read",
            format!("{place} should be {expected}, but is {}; it was read as if it were", found.name()),
        ),
        ProblemKind::Date(error) => Issue::error("invalid-date", format!("{place} was not read: {error}")),
        ProblemKind::Number(text) => Issue::error(
            "invalid-number",
            format!("{place} was not read: `{text}` is not a number of at most 28 digits"),
        ),
        ProblemKind::Several => Issue::error(
            "several-values",
            format!("{place} was not read: there are several values where only one can hold; keep the right one"),
        ),
        ProblemKind::Twice => {
            Issue::warning("duplicate-element", format!("{place} is given more than once; the last was read"))
        }
        ProblemKind::Modifier => Issue::error(
            "modifier-extension",
            format!(
                "{place} can change what the resource means, and its meaning is not known here; the resource was not read"
            ),
        ),
    }
}

/// The way from the value that begins at `start` to the one at `target`: `component[2].valueQuantity.value`.
pub(super) fn path(text: &str, start: usize, target: usize) -> String {
    let mut json = Json::new(text);
    json.go_to(start);
    let mut path = String::new();
    // The text was read before, so it is JSON; should it not be, the way so far is better than none.
    let _ = walk(&mut json, target, &mut path);
    path
}

/// Goes down into whatever value holds the target until it is reached.
fn walk(json: &mut Json<'_>, target: usize, path: &mut String) -> Result<(), Syntax> {
    loop {
        let kind = json.peek()?;
        if json.at() >= target {
            return Ok(());
        }
        let mut first = true;
        match kind {
            Kind::Object => {
                json.open_object()?;
                while let Some(key) = json.key(&mut first)? {
                    if json.is_in_value(target)? {
                        if !path.is_empty() {
                            path.push('.');
                        }
                        path.push_str(&key);
                        break;
                    }
                }
            }
            Kind::Array => {
                json.open_array()?;
                let mut position = 0;
                while json.element(&mut first)? {
                    if json.is_in_value(target)? {
                        path.push_str(&format!("[{position}]"));
                        break;
                    }
                    position += 1;
                }
            }
            _ => return Ok(()),
        }
    }
}
