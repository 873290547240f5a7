//! Bytes in, records out: finds out what an input is and reads every resource in it.
//!
//! What an input may be: one JSON value or several (NDJSON, or documents one after the other), each a resource, a
//! Bundle of any type, a Parameters resource, or an array of these, nested as they like. Resources are read in one
//! pass, as they come; who is whose is settled in [`group`](super::group) when all are there, which versions count in
//! [`versions`](super::versions).
//!
//! Deliberately absent: FHIR in XML or RDF, UTF-16, compressed input. Each is recognised and refused with a remedy.

use std::collections::{BTreeMap, BTreeSet};

use super::bundle::Step;
use super::datatypes::Str;
use super::element::Read;
use super::json::{Json, Kind, ProblemKind, Syntax};
use super::place::{Located, Place};
use super::record::{Record, with_lists};
use super::resources::{
    AllergyIntolerance, BodyStructure, Condition, DiagnosticReport, Encounter, FamilyMemberHistory, Medication,
    MedicationAdministration, MedicationRequest, MedicationStatement, Observation, Patient, Procedure,
    QuestionnaireResponse, Resource, Specimen,
};
use super::{group, problem, stream, versions};
use crate::issue::{Issue, Severity};

/// One input: a file, a body, standard input.
#[derive(Debug, Clone, Copy)]
pub struct Input<'a> {
    /// What it holds.
    pub bytes: &'a [u8],
    /// What to call it in messages: a path, `-`.
    pub name: &'a str,
}

/// A piece of an input that was taken out of it: a line, an entry.
#[derive(Debug, Clone, Copy)]
pub struct Part<'a> {
    /// One or more JSON values.
    pub bytes: &'a [u8],
    /// What to call the input in messages.
    pub name: &'a str,
    /// The line of the input on which the piece begins, from 1.
    pub line: usize,
}

/// Reads one input. `source` is what to call it in messages.
///
/// Gives one record for each patient, in the order in which they first occur, and everything that was wrong. Never
/// fails: an input that is not FHIR gives no record and a fatal issue.
pub fn read<'a>(input: &'a [u8], source: &'a str) -> (Vec<Record<'a>>, Vec<Issue>) {
    read_all([Input { bytes: input, name: source }])
}

/// Reads several inputs as one set: a patient's resources may be spread over files, as in a Bulk Data export.
pub fn read_all<'a>(inputs: impl IntoIterator<Item = Input<'a>>) -> (Vec<Record<'a>>, Vec<Issue>) {
    let mut reader = Reader::default();
    for input in inputs {
        stream::read_input(&mut reader, input);
    }
    finish(reader)
}

/// Reads pieces of inputs as one set, as [`read_all`] would read the inputs that hold nothing else.
pub fn read_parts<'a>(parts: impl IntoIterator<Item = Part<'a>>) -> (Vec<Record<'a>>, Vec<Issue>) {
    let mut reader = Reader::default();
    for part in parts {
        stream::read_part(&mut reader, part);
    }
    finish(reader)
}

fn finish(reader: Reader<'_>) -> (Vec<Record<'_>>, Vec<Issue>) {
    let Reader { mut found, mut issues, skipped, .. } = reader;
    for (kind, count) in skipped {
        let message = match count {
            1 => format!("1 resource of type `{kind}` was not read: the pathway does not use this type"),
            _ => format!("{count} resources of type `{kind}` were not read: the pathway does not use this type"),
        };
        issues.push(Issue::information("resource-type-not-used", message));
    }
    versions::settle(&mut found, &mut issues);
    let records = group::by_patient(found, &mut issues);
    if records.is_empty() && issues.is_empty() {
        issues.push(Issue::warning("no-resource", "there is no resource in the input"));
    }
    (records, issues)
}

/// Everything that was read, not yet sorted by patient.
#[derive(Default)]
pub(super) struct Found<'a> {
    /// Patients, contained ones among them.
    pub(super) patients: Vec<Located<'a, Patient<'a>>>,
    /// All other resources, of whomever.
    pub(super) others: Record<'a>,
    /// Serials of resources that do not count: deleted, or superseded by another version.
    pub(super) dropped: BTreeSet<usize>,
    /// Serials of the resources of each history bundle, which has the newest version first.
    pub(super) newest_first: Vec<std::ops::Range<usize>>,
}

/// Where reading has got to.
#[derive(Default)]
pub(super) struct Reader<'a> {
    pub(super) found: Found<'a>,
    pub(super) issues: Vec<Issue>,
    /// How many resources of each type were not read.
    pub(super) skipped: BTreeMap<String, usize>,
    /// Serial of the next outermost resource.
    pub(super) serial: usize,
}

impl Reader<'_> {
    /// Ends an input that began at the mark: if nothing at all was read from it, its errors are fatal.
    pub(super) fn end_input(&mut self, start: &Mark) {
        let now = self.mark();
        if now.lengths != start.lengths || now.skipped != start.skipped {
            return;
        }
        for issue in self.issues.iter_mut().skip(start.issues) {
            if issue.severity == Severity::Error {
                issue.severity = Severity::Fatal;
            }
        }
    }
}

/// How much was read at some point, to return to when the document turns out not to be JSON.
pub(super) struct Mark {
    lengths: [usize; 15],
    issues: usize,
    skipped: BTreeMap<String, usize>,
    dropped: BTreeSet<usize>,
    newest_first: usize,
}

/// One document on its way through the reader.
pub(super) struct Document<'r, 'a> {
    pub(super) reader: &'r mut Reader<'a>,
    pub(super) json: Json<'a>,
    pub(super) text: &'a str,
    pub(super) source: &'a str,
    /// Where the cursor was when lines were last counted, and the line there.
    line: (usize, usize),
    /// The way from the document to the value being read.
    pub(super) path: Vec<Step>,
    /// The resource read last: its list and its position.
    pub(super) last: Option<(u8, usize)>,
}

impl<'r, 'a> Document<'r, 'a> {
    /// A document that begins at the start of `text`, which is on line `line` of its source.
    pub(super) fn new(reader: &'r mut Reader<'a>, text: &'a str, source: &'a str, line: usize) -> Document<'r, 'a> {
        Document { reader, json: Json::new(text), text, source, line: (0, line), path: Vec::new(), last: None }
    }

    /// Reads the document; the offset behind it.
    pub(super) fn read(&mut self) -> Result<usize, Syntax> {
        self.value()?;
        Ok(self.json.at())
    }

    /// Reads a resource, or an array of them.
    pub(super) fn value(&mut self) -> Result<(), Syntax> {
        match self.json.peek()? {
            Kind::Object => self.object(None),
            Kind::Array => {
                self.json.open_array()?;
                let mut first = true;
                let mut position = 0;
                while self.json.element(&mut first)? {
                    self.path.push(Step::Element(position));
                    self.value()?;
                    self.path.pop();
                    position += 1;
                }
                Ok(())
            }
            _ => {
                self.not_fhir();
                self.json.skip()
            }
        }
    }

    /// Reads the resource that begins here. `container` is the name of the resource that contains it.
    fn object(&mut self, container: Option<&str>) -> Result<(), Syntax> {
        self.last = None;
        let Some(kind) = self.resource_type()? else {
            self.not_fhir();
            return self.json.skip();
        };
        macro_rules! dispatch {
            ($($list:ident: $type:ident $number:literal,)*) => {
                match &*kind {
                    "Bundle" => self.bundle(),
                    "Parameters" => self.parameters(),
                    Patient::TYPE => self.resource(&kind, container, 0, |found| &mut found.patients),
                    $( $type::TYPE => self.resource(&kind, container, $number, |found| &mut found.others.$list), )*
                    "MedicationOrder" => {
                        self.resource(&kind, container, 7, |found| &mut found.others.medication_requests)
                    }
                    _ => {
                        *self.reader.skipped.entry(kind.into_owned()).or_default() += 1;
                        self.json.skip()
                    }
                }
            };
        }
        with_lists!(dispatch)
    }

    /// Reads a resource of a known type, and those contained in it, into their lists.
    fn resource<T: Resource<'a> + Read<'a>>(
        &mut self,
        kind: &str,
        container: Option<&str>,
        number: u8,
        list: impl for<'f> FnOnce(&'f mut Found<'a>) -> &'f mut Vec<Located<'a, T>>,
    ) -> Result<(), Syntax> {
        let start = self.json.at();
        let line = self.line_at(start);
        let read = T::read(&mut self.json)?;
        let contained = std::mem::take(&mut self.json.contained);
        let Some(resource) = read else { return Ok(()) };
        let name = match (container, resource.id()) {
            (Some(container), id) => format!("{container}#{}", id.unwrap_or_default()),
            (None, Some(id)) => format!("{kind}/{id}"),
            (None, None) => self.path_name(kind, line),
        };
        if !self.report_problems(start, line, &name) {
            return Ok(());
        }
        if container.is_none() {
            self.reader.serial += 1;
        }
        let place = Place {
            name,
            source: self.source,
            line,
            full_url: None,
            container: container.map(str::to_owned),
            serial: self.reader.serial,
        };
        let name = if contained.is_empty() { None } else { Some(place.name.clone()) };
        let list = list(&mut self.reader.found);
        list.push(Located { resource, place });
        let own = (number, list.len() - 1);
        if let Some(name) = name {
            self.contained(contained, container.unwrap_or(&name))?;
        }
        self.last = Some(own);
        Ok(())
    }

    /// Goes back for the contained resources that begin at these offsets.
    fn contained(&mut self, offsets: Vec<usize>, container: &str) -> Result<(), Syntax> {
        let behind = self.json.at();
        for offset in offsets {
            self.json.go_to(offset);
            if self.json.peek()? == Kind::Object {
                self.object(Some(container))?;
                continue;
            }
            self.json.open_array()?;
            let mut first = true;
            while self.json.element(&mut first)? {
                match self.json.peek()? {
                    Kind::Object => self.object(Some(container))?,
                    _ => {
                        self.not_fhir();
                        self.json.skip()?;
                    }
                }
            }
        }
        self.json.go_to(behind);
        Ok(())
    }

    /// The `resourceType` of the object that begins here, wherever it stands among the keys. Does not move the cursor.
    fn resource_type(&mut self) -> Result<Option<Str<'a>>, Syntax> {
        let start = self.json.at();
        let depth = self.json.depth();
        self.json.open_object()?;
        let mut first = true;
        let mut kind = None;
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

    /// Notes that the value that begins here is not a resource.
    pub(super) fn not_fhir(&mut self) {
        let line = self.line_at(self.json.at());
        let place = format!("{}:{line}", self.source);
        let what =
            if self.path.is_empty() { "the document".to_owned() } else { format!("`{}`", self.path_name("", line)) };
        self.reader.issues.push(
            Issue::error(
                "not-fhir",
                format!(
                    "{what} is not a FHIR resource: expected an object with a `resourceType`; nothing was read from it"
                ),
            )
            .at(place),
        );
    }

    /// The line on which an offset is. Offsets mostly grow, so lines are counted from the last one asked for.
    pub(super) fn line_at(&mut self, offset: usize) -> usize {
        let (from, line) = self.line;
        if offset < from {
            return line;
        }
        let passed = self.text.as_bytes().get(from..offset).unwrap_or_default();
        let line = line + count_lines(passed);
        self.line = (offset, line);
        line
    }

    /// A name for what has no id: the way to it, or its line.
    fn path_name(&self, kind: &str, line: usize) -> String {
        if self.path.is_empty() { format!("{kind} (line {line})") } else { Step::join(&self.path) }
    }

    /// Turns what was noted about the resource that begins at `start` into issues; false if it must not be used.
    fn report_problems(&mut self, start: usize, line: usize, name: &str) -> bool {
        let problems = std::mem::take(&mut self.json.problems);
        if problems.is_empty() {
            return true;
        }
        let usable = !problems.iter().any(|noted| noted.kind == ProblemKind::Modifier);
        for noted in problems {
            let behind = self.text.as_bytes().get(start..noted.at).unwrap_or_default();
            let line = line + count_lines(behind);
            let path = problem::path(self.text, start, noted.at);
            self.reader.issues.push(problem::issue(&noted.kind, &path, self.source, line).at(name));
        }
        usable
    }
}

/// How many line feeds there are. Counting in bytes lets the compiler compare many at once; 255 of them cannot overflow.
pub(super) fn count_lines(bytes: &[u8]) -> usize {
    bytes.chunks(255).map(|chunk| chunk.iter().map(|&byte| u8::from(byte == b'\n')).sum::<u8>()).map(usize::from).sum()
}

macro_rules! marks {
    ($($list:ident: $type:ident $number:literal,)*) => {
        impl<'a> Reader<'a> {
            /// How much has been read.
            pub(super) fn mark(&self) -> Mark {
                Mark {
                    lengths: [self.found.patients.len(), $( self.found.others.$list.len(), )*],
                    issues: self.issues.len(),
                    skipped: self.skipped.clone(),
                    dropped: self.found.dropped.clone(),
                    newest_first: self.found.newest_first.len(),
                }
            }

            /// Forgets what was read since.
            pub(super) fn return_to(&mut self, mark: Mark) {
                let mut lengths = mark.lengths.into_iter();
                let mut next = || lengths.next().unwrap_or_default();
                self.found.patients.truncate(next());
                $( self.found.others.$list.truncate(next()); )*
                self.issues.truncate(mark.issues);
                self.skipped = mark.skipped;
                self.found.dropped = mark.dropped;
                self.found.newest_first.truncate(mark.newest_first);
            }
        }

        impl<'a> Found<'a> {
            /// The place of a resource, by list and position.
            pub(super) fn place_mut(&mut self, (list, position): (u8, usize)) -> Option<&mut Place<'a>> {
                match list {
                    0 => self.patients.get_mut(position).map(|resource| &mut resource.place),
                    $( $number => self.others.$list.get_mut(position).map(|resource| &mut resource.place), )*
                    _ => None,
                }
            }

            /// The places of all resources.
            pub(super) fn places(&self) -> impl Iterator<Item = &Place<'a>> {
                self.patients
                    .iter()
                    .map(|resource| &resource.place)
                    $( .chain(self.others.$list.iter().map(|resource| &resource.place)) )*
            }
        }
    };
}
with_lists!(marks);
