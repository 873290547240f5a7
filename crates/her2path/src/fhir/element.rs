//! How a FHIR element reads itself: one declaration gives the type and its reader.
//!
//! `element!` declares a struct whose fields name the JSON keys they come from (several where versions of FHIR differ)
//! and, under `choice`, the elements that FHIR writes as `value[x]`: the key's rest names the type. Everything not
//! named is skipped, `_birthDate` and its like included. A field is an `Option` (at most one) or a `Vec` (any number);
//! both take one value or an array, since versions differ in that too.

use super::json::{Json, Kind, ProblemKind, Syntax};

/// A type that reads itself from a JSON value.
pub(super) trait Read<'a>: Sized {
    /// Reads the value that begins at the cursor, which is not `null`. `None` when it was not what FHIR says; then it
    /// was noted and skipped.
    fn read(json: &mut Json<'a>) -> Result<Option<Self>, Syntax>;
}

/// A field that takes what its key holds.
pub(super) trait Fill<'a> {
    fn fill(&mut self, json: &mut Json<'a>) -> Result<(), Syntax>;
}

/// A field that FHIR writes as `name[x]`.
pub(super) trait FillChoice<'a> {
    /// `kind` is the rest of the key (`Quantity` of `valueQuantity`), empty if nothing is left.
    fn fill_choice(&mut self, kind: &str, json: &mut Json<'a>) -> Result<(), Syntax>;
}

impl<'a, T: Read<'a>> Fill<'a> for Option<T> {
    fn fill(&mut self, json: &mut Json<'a>) -> Result<(), Syntax> {
        let kind = json.peek()?;
        let at = json.at();
        if self.is_some() && kind != Kind::Null {
            json.note(at, ProblemKind::Twice);
        }
        match kind {
            Kind::Null => json.skip(),
            Kind::Array => {
                let mut all = Vec::new();
                all.fill(json)?;
                if all.len() > 1 {
                    json.note(at, ProblemKind::Several);
                    *self = None;
                } else {
                    *self = all.pop();
                }
                Ok(())
            }
            _ => {
                *self = T::read(json)?;
                Ok(())
            }
        }
    }
}

impl<'a, T: Read<'a>> Fill<'a> for Vec<T> {
    fn fill(&mut self, json: &mut Json<'a>) -> Result<(), Syntax> {
        match json.peek()? {
            Kind::Null => json.skip(),
            Kind::Array => {
                json.open_array()?;
                let mut first = true;
                while json.element(&mut first)? {
                    if json.peek()? == Kind::Null {
                        json.skip()?;
                    } else if let Some(item) = T::read(json)? {
                        // Most lists have one element; growing from nothing would make room for four.
                        if self.is_empty() {
                            self.reserve_exact(1);
                        }
                        self.push(item);
                    }
                }
                Ok(())
            }
            _ => {
                if let Some(item) = T::read(json)? {
                    self.push(item);
                }
                Ok(())
            }
        }
    }
}

/// Notes a value of the wrong type and skips it.
pub(super) fn wrong_type<T>(json: &mut Json<'_>, expected: &'static str) -> Result<Option<T>, Syntax> {
    let found = json.peek()?;
    let at = json.at();
    json.note(at, ProblemKind::WrongType { expected, found });
    json.skip()?;
    Ok(None)
}

/// Notes a modifier extension or an implicit rule, unless there is none in it.
pub(super) fn modifier(json: &mut Json<'_>) -> Result<(), Syntax> {
    let kind = json.peek()?;
    let at = json.at();
    let mut count = 0;
    if kind == Kind::Array {
        json.open_array()?;
        let mut first = true;
        while json.element(&mut first)? {
            json.skip()?;
            count += 1;
        }
    } else {
        json.skip()?;
        count += usize::from(kind != Kind::Null);
    }
    if count > 0 {
        json.note(at, ProblemKind::Modifier);
    }
    Ok(())
}

/// The type named by the rest of a choice key: `Quantity` of `valueQuantity`. `None` for a key of another element
/// that only begins alike (`effective` and `effectiveness`).
pub(super) fn choice_kind<'k>(key: &'k str, prefix: &str) -> Option<&'k str> {
    let kind = key.strip_prefix(prefix)?;
    match kind.bytes().next() {
        None | Some(b'A'..=b'Z') => Some(kind),
        Some(_) => None,
    }
}

/// Declares an element and its reader. See the module's description.
macro_rules! element {
    (
        $(#[$meta:meta])*
        $vis:vis struct $name:ident<$lt:lifetime> {
            $( $(#[$field_meta:meta])* $field:ident: $type:ty = $($key:literal)|+ $(=> $read:path)?, )*
        }
        $( choice {
            $( $(#[$choice_meta:meta])* $choice:ident: $choice_type:ty = $($prefix:literal)|+, )*
        } )?
    ) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Default, PartialEq)]
        $vis struct $name<$lt> {
            $( $(#[$field_meta])* $vis $field: $type, )*
            $( $( $(#[$choice_meta])* $vis $choice: $choice_type, )* )?
        }

        impl<$lt> $crate::fhir::element::Read<$lt> for $name<$lt> {
            fn read(
                json: &mut $crate::fhir::json::Json<$lt>,
            ) -> Result<Option<Self>, $crate::fhir::json::Syntax> {
                if json.peek()? != $crate::fhir::json::Kind::Object {
                    return $crate::fhir::element::wrong_type(json, "an object");
                }
                let mut read = Self::default();
                json.open_object()?;
                let mut first = true;
                while let Some(key) = json.key(&mut first)? {
                    match &*key {
                        $( $($key)|+ => $crate::fhir::element::element!(@fill read.$field, json $(, $read)?), )*
                        "modifierExtension" | "implicitRules" => $crate::fhir::element::modifier(json)?,
                        other => {
                            $( $( $(
                                if let Some(kind) = $crate::fhir::element::choice_kind(other, $prefix) {
                                    $crate::fhir::element::FillChoice::fill_choice(&mut read.$choice, kind, json)?;
                                    continue;
                                }
                            )+ )* )?
                            $crate::fhir::element::skip_unread(other, json)?;
                        }
                    }
                }
                Ok(Some(read))
            }
        }
    };
    (@fill $target:expr, $json:ident) => {
        $crate::fhir::element::Fill::fill(&mut $target, $json)?
    };
    (@fill $target:expr, $json:ident, $read:path) => {
        $read(&mut $target, $json)?
    };
}
pub(super) use element;

/// Skips the value of a key that the element does not name. Only resources have a `contained`; where it begins is kept
/// for whoever reads the resource.
pub(super) fn skip_unread(key: &str, json: &mut Json<'_>) -> Result<(), Syntax> {
    if key == "contained" && matches!(json.peek()?, Kind::Array | Kind::Object) {
        json.contained.push(json.at());
    }
    json.skip()
}
