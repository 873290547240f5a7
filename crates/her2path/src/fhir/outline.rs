//! What a document holds, without reading it: each resource with its type, id, place and subject, its codings and texts.
//!
//! Who has more records than fit into memory sorts them by patient first, and decides from codings and texts which of
//! them can matter, before anything is read. The cursor is the reader's own, so what is JSON here is JSON there.
//!
//! Deliberately absent: a judgement. Which codes matter is for whoever asks.

use std::ops::Range;

use super::datatypes::Str;
use super::json::{Json, Kind, Syntax};
use super::reference::{Address, address};

/// Whom a resource is about, as far as it says so itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Subject<'a> {
    /// It does not say.
    #[default]
    Nobody,
    /// `Patient/id`, relative or on some server.
    Patient(Str<'a>),
    /// The address of an entry: `urn:uuid:…`, or a URL without a type.
    Address(Str<'a>),
    /// A resource contained in the same one.
    Contained(Str<'a>),
    /// An identifier: its system and its value.
    Identifier(Option<Str<'a>>, Str<'a>),
    /// A group, a device, a place.
    NotAPatient,
}

impl<'a> Subject<'a> {
    /// What a `Reference.reference` says.
    #[must_use]
    pub fn of_address(text: &str) -> Subject<'static> {
        let owned = |text: &str| Str::Owned(text.to_owned());
        match address(text) {
            Address::Contained(id) => Subject::Contained(owned(id)),
            Address::Relative(tail) | Address::Absolute { tail: Some(tail), .. } => match tail.strip_prefix("Patient/")
            {
                Some(id) => Subject::Patient(owned(id)),
                None => Subject::NotAPatient,
            },
            Address::Absolute { url, tail: None } => Subject::Address(owned(url)),
            Address::Urn(urn) => Subject::Address(owned(urn)),
            Address::Search { system, value } => Subject::Identifier(system.map(owned), owned(value)),
            Address::Unknown => Subject::Nobody,
        }
    }
}

/// Identifiers: system and value.
pub type Identifiers<'a> = Vec<(Option<Str<'a>>, Str<'a>)>;

/// One resource of a document; those contained in it are part of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Outlined<'a> {
    /// `resourceType`.
    pub kind: Str<'a>,
    /// Logical id.
    pub id: Option<Str<'a>>,
    /// Address of its entry in a bundle.
    pub full_url: Option<Str<'a>>,
    /// Where it stands in the text.
    pub span: Range<usize>,
    /// Where its bundle entry stands in the text, if it has one.
    pub entry: Option<Range<usize>>,
    /// Whom it is about.
    pub subject: Subject<'a>,
    /// Identifiers of the resource itself: system and value.
    pub identifiers: Identifiers<'a>,
    /// System and code wherever an object has a string under `code`.
    pub codings: Vec<(Option<Str<'a>>, Str<'a>)>,
    /// Every string value.
    pub texts: Vec<Str<'a>>,
    /// Every `reference`, except that of the subject.
    pub references: Vec<Str<'a>>,
    /// Patients contained in it: their ids and identifiers.
    pub contained_patients: Vec<(Str<'a>, Identifiers<'a>)>,
    /// Whether it is a panel of Observations: `hasMember`, or `related` of older versions.
    pub has_members: bool,
    /// Whether it holds other resources.
    pub has_contained: bool,
}

/// Why a text has no outline.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the text is not JSON at byte {at}: {what}")]
pub struct NotJson {
    /// Byte offset.
    pub at: usize,
    /// What was expected.
    pub what: &'static str,
}

impl From<Syntax> for NotJson {
    fn from(Syntax { at, what }: Syntax) -> Self {
        Self { at, what }
    }
}

/// The resources of the JSON value that begins the text, and the offset behind it: a resource, a Bundle, a Parameters
/// resource, or an array of these, nested as they like.
///
/// # Errors
/// The text is not JSON.
pub fn outline(text: &str) -> Result<(Vec<Outlined<'_>>, usize), NotJson> {
    let mut walk = Walk { json: Json::new(text), found: Vec::new() };
    walk.value()?;
    Ok((walk.found, walk.json.at()))
}

struct Walk<'a> {
    json: Json<'a>,
    found: Vec<Outlined<'a>>,
}

impl<'a> Walk<'a> {
    /// A resource or an array of them; whatever else stands there is passed over.
    fn value(&mut self) -> Result<(), Syntax> {
        match self.json.peek()? {
            Kind::Array => {
                self.json.open_array()?;
                let mut first = true;
                while self.json.element(&mut first)? {
                    self.value()?;
                }
                Ok(())
            }
            Kind::Object => match self.resource_type()?.as_deref() {
                Some("Bundle") => self.bundle(),
                Some("Parameters") => self.parts(),
                Some(_) => self.resource(),
                None => self.json.skip(),
            },
            _ => self.json.skip(),
        }
    }

    /// The `resourceType` of the object that begins here, wherever it stands among the keys. Does not move the cursor.
    fn resource_type(&mut self) -> Result<Option<Str<'a>>, Syntax> {
        let (start, depth) = (self.json.at(), self.json.depth());
        self.json.open_object()?;
        let (mut first, mut kind) = (true, None);
        while let Some(key) = self.json.key(&mut first)? {
            if key == "resourceType" && self.json.peek()? == Kind::String {
                kind = Some(self.json.string()?);
                break;
            }
            self.json.skip()?;
        }
        self.json.return_to(start, depth);
        Ok(kind)
    }

    fn bundle(&mut self) -> Result<(), Syntax> {
        self.json.open_object()?;
        let mut first = true;
        while let Some(key) = self.json.key(&mut first)? {
            match (&*key, self.json.peek()?) {
                ("entry", Kind::Object) => self.entry()?,
                ("entry", Kind::Array) => {
                    self.json.open_array()?;
                    let mut first = true;
                    while self.json.element(&mut first)? {
                        match self.json.peek()? {
                            Kind::Object => self.entry()?,
                            _ => self.json.skip()?,
                        }
                    }
                }
                _ => self.json.skip()?,
            }
        }
        Ok(())
    }

    fn entry(&mut self) -> Result<(), Syntax> {
        let start = self.json.at();
        let before = self.found.len();
        let mut full_url = None;
        self.json.open_object()?;
        let mut first = true;
        while let Some(key) = self.json.key(&mut first)? {
            match (&*key, self.json.peek()?) {
                ("fullUrl", Kind::String) => full_url = Some(self.json.string()?),
                ("resource", Kind::Object | Kind::Array) => self.value()?,
                _ => self.json.skip()?,
            }
        }
        let end = self.json.at();
        let inside = self.found.get_mut(before..).unwrap_or_default();
        // A bundle within an entry has entries of its own.
        let only = inside.len() == 1;
        for resource in inside.iter_mut().filter(|resource| resource.entry.is_none()) {
            resource.entry = Some(start..end);
            if only {
                resource.full_url.clone_from(&full_url);
            }
        }
        Ok(())
    }

    fn parts(&mut self) -> Result<(), Syntax> {
        self.json.open_object()?;
        let mut first = true;
        while let Some(key) = self.json.key(&mut first)? {
            match (&*key, self.json.peek()?) {
                ("resource", Kind::Object) => self.value()?,
                ("parameter" | "part", Kind::Object) => self.parts()?,
                ("parameter" | "part", Kind::Array) => {
                    self.json.open_array()?;
                    let mut first = true;
                    while self.json.element(&mut first)? {
                        match self.json.peek()? {
                            Kind::Object => self.parts()?,
                            _ => self.json.skip()?,
                        }
                    }
                }
                _ => self.json.skip()?,
            }
        }
        Ok(())
    }

    fn resource(&mut self) -> Result<(), Syntax> {
        let start = self.json.at();
        let kind = self.resource_type()?.unwrap_or_default();
        let mut resource = Outlined { kind, ..Outlined::default() };
        self.json.open_object()?;
        let mut first = true;
        let mut code: Option<(Option<Str<'a>>, Option<Str<'a>>)> = None;
        while let Some(key) = self.json.key(&mut first)? {
            match (&*key, self.json.peek()?) {
                ("id", Kind::String) => resource.id = Some(self.json.string()?),
                ("subject" | "patient", Kind::Object) => resource.subject = self.subject(&mut resource)?,
                ("identifier", _) => self.identifiers(&mut resource)?,
                ("contained", _) => {
                    resource.has_contained = true;
                    self.contained(&mut resource)?;
                }
                ("hasMember" | "related", _) => {
                    resource.has_members = true;
                    self.any(&mut resource)?;
                }
                ("code", Kind::String) => code = Some((None, Some(self.json.string()?))),
                _ => self.any(&mut resource)?,
            }
        }
        if let Some((system, Some(code))) = code {
            resource.codings.push((system, code));
        }
        resource.span = start..self.json.at();
        self.found.push(resource);
        Ok(())
    }

    /// Contained resources: what they say counts as said by their container.
    fn contained(&mut self, resource: &mut Outlined<'a>) -> Result<(), Syntax> {
        let before = self.found.len();
        self.value()?;
        for inner in self.found.split_off(before) {
            if inner.kind == "Patient"
                && let Some(id) = inner.id
            {
                resource.contained_patients.push((id, inner.identifiers));
            }
            resource.codings.extend(inner.codings);
            resource.texts.extend(inner.texts);
            resource.references.extend(inner.references);
            resource.contained_patients.extend(inner.contained_patients);
        }
        Ok(())
    }

    fn subject(&mut self, resource: &mut Outlined<'a>) -> Result<Subject<'a>, Syntax> {
        self.json.open_object()?;
        let (mut first, mut subject) = (true, Subject::Nobody);
        let mut identifier = None;
        while let Some(key) = self.json.key(&mut first)? {
            match (&*key, self.json.peek()?) {
                ("reference", Kind::String) => subject = Subject::of_address(&self.json.string()?),
                ("identifier", Kind::Object) => {
                    let mut holder = Outlined::default();
                    self.identifiers(&mut holder)?;
                    identifier = holder.identifiers.pop();
                }
                _ => self.any(resource)?,
            }
        }
        match (subject, identifier) {
            (Subject::Nobody, Some((system, value))) => Ok(Subject::Identifier(system, value)),
            (subject, _) => Ok(subject),
        }
    }

    fn identifiers(&mut self, resource: &mut Outlined<'a>) -> Result<(), Syntax> {
        match self.json.peek()? {
            Kind::Array => {
                self.json.open_array()?;
                let mut first = true;
                while self.json.element(&mut first)? {
                    self.identifiers(resource)?;
                }
            }
            Kind::Object => {
                self.json.open_object()?;
                let (mut first, mut system, mut value) = (true, None, None);
                while let Some(key) = self.json.key(&mut first)? {
                    match (&*key, self.json.peek()?) {
                        ("system", Kind::String) => system = Some(self.json.string()?),
                        ("value", Kind::String) => value = Some(self.json.string()?),
                        _ => self.any(resource)?,
                    }
                }
                resource.identifiers.extend(value.map(|value| (system, value)));
            }
            _ => self.json.skip()?,
        }
        Ok(())
    }

    /// Any value: its codings, texts and references are kept. The cursor bounds the depth.
    fn any(&mut self, resource: &mut Outlined<'a>) -> Result<(), Syntax> {
        match self.json.peek()? {
            Kind::Object => {
                self.json.open_object()?;
                let mut first = true;
                let (mut system, mut codes) = (None, Vec::new());
                while let Some(key) = self.json.key(&mut first)? {
                    match (&*key, self.json.peek()?) {
                        ("system", Kind::String) => system = Some(self.json.string()?),
                        ("code", Kind::String) => codes.push(self.json.string()?),
                        ("reference", Kind::String) => resource.references.push(self.json.string()?),
                        _ => self.any(resource)?,
                    }
                }
                resource.codings.extend(codes.into_iter().map(|code| (system.clone(), code)));
                Ok(())
            }
            Kind::Array => {
                self.json.open_array()?;
                let mut first = true;
                while self.json.element(&mut first)? {
                    self.any(resource)?;
                }
                Ok(())
            }
            Kind::String => {
                resource.texts.push(self.json.string()?);
                Ok(())
            }
            _ => self.json.skip(),
        }
    }
}
