//! Bundles (<https://hl7.org/fhir/R4/bundle.html>) and Parameters: what their entries say beside the resource.

use super::datatypes::Str;
use super::element::{Fill, element};
use super::json::{Kind, Syntax};
use super::read::Document;
use super::reference::{Address, address};
use crate::issue::Issue;

/// A step on the way from a document to a resource.
#[derive(Debug, Clone, Copy)]
pub(super) enum Step {
    /// Element of a bare array.
    Element(usize),
    /// Entry of a bundle.
    Entry(usize),
    /// Parameter of a Parameters resource.
    Parameter(usize),
    /// Part of a parameter.
    Part(usize),
}

impl Step {
    /// The way in words: `Bundle.entry[3]`, `[2]`, `Parameters.parameter[0].part[1]`.
    pub(super) fn join(path: &[Step]) -> String {
        let mut name = String::new();
        for step in path {
            let (outer, inner, position) = match step {
                Step::Element(position) => ("", "", position),
                Step::Entry(position) => ("Bundle", ".entry", position),
                Step::Parameter(position) => ("Parameters", ".parameter", position),
                Step::Part(position) => ("", ".part", position),
            };
            if name.is_empty() {
                name.push_str(outer);
            }
            name.push_str(inner);
            name.push_str(&format!("[{position}]"));
        }
        name
    }
}

element! {
    /// What a transaction or history does with the entry.
    struct Request<'a> {
        /// `GET`, `POST`, `PUT`, `PATCH` or `DELETE`.
        method: Option<Str<'a>> = "method",
        /// What it does it to.
        url: Option<Str<'a>> = "url",
    }
}

element! {
    /// What the server answered.
    struct Response<'a> {
        /// HTTP status.
        status: Option<Str<'a>> = "status",
    }
}

element! {
    /// Where related pages are.
    struct Link<'a> {
        /// `self`, `next` and others.
        relation: Option<Str<'a>> = "relation",
    }
}

/// What a bundle says about its entries, known only when it ends.
#[derive(Default)]
struct Head<'a> {
    type_: Option<Str<'a>>,
    link: Vec<Link<'a>>,
    /// `Type/id` of what was deleted, and the serial of the last resource before.
    deleted: Vec<(String, usize)>,
}

impl<'a> Document<'_, 'a> {
    /// Reads the bundle that begins here.
    pub(super) fn bundle(&mut self) -> Result<(), Syntax> {
        let start = self.json.at();
        let line = self.line_at(start);
        let mut head = Head::default();
        let serial_before = self.reader.serial;
        self.json.open_object()?;
        let mut first = true;
        while let Some(key) = self.json.key(&mut first)? {
            match &*key {
                "type" => head.type_.fill(&mut self.json)?,
                "link" => head.link.fill(&mut self.json)?,
                "entry" => self.entries(&mut head)?,
                _ => self.json.skip()?,
            }
        }
        // Problems in the bundle's own elements concern no resource.
        self.json.problems.clear();
        self.last = None;
        if head.type_.as_deref() == Some("history") {
            self.reader.found.newest_first.push(serial_before + 1..self.reader.serial + 1);
            self.drop_deleted(&head.deleted);
        }
        if head.link.iter().any(|link| link.relation.as_deref() == Some("next")) {
            let message =
                "the bundle is one page of several: resources on the next pages were not read; fetch all pages";
            self.reader.issues.push(Issue::warning("incomplete-bundle", message).at(format!("{}:{line}", self.source)));
        }
        Ok(())
    }

    fn entries(&mut self, head: &mut Head<'a>) -> Result<(), Syntax> {
        self.each(Step::Entry, &mut |document| document.entry(head))
    }

    /// Does something with each object of the list that begins here; an object without a list is a list of one.
    fn each(
        &mut self,
        step: fn(usize) -> Step,
        read: &mut dyn FnMut(&mut Self) -> Result<(), Syntax>,
    ) -> Result<(), Syntax> {
        if self.json.peek()? != Kind::Array {
            return self.step_into(step(0), read);
        }
        self.json.open_array()?;
        let mut first = true;
        let mut position = 0;
        while self.json.element(&mut first)? {
            self.step_into(step(position), read)?;
            position += 1;
        }
        Ok(())
    }

    fn step_into(&mut self, step: Step, read: &mut dyn FnMut(&mut Self) -> Result<(), Syntax>) -> Result<(), Syntax> {
        self.path.push(step);
        match self.json.peek()? {
            Kind::Object => read(self)?,
            Kind::Null => self.json.skip()?,
            _ => {
                self.not_fhir();
                self.json.skip()?;
            }
        }
        self.path.pop();
        Ok(())
    }

    fn entry(&mut self, head: &mut Head<'a>) -> Result<(), Syntax> {
        let start = self.json.at();
        let serial_before = self.reader.serial;
        let mut full_url: Option<Str<'a>> = None;
        let mut request: Option<Request<'a>> = None;
        let mut response: Option<Response<'a>> = None;
        let mut own = None;
        self.json.open_object()?;
        let mut first = true;
        while let Some(key) = self.json.key(&mut first)? {
            match &*key {
                "fullUrl" => full_url.fill(&mut self.json)?,
                "request" => request.fill(&mut self.json)?,
                "response" => response.fill(&mut self.json)?,
                "resource" if self.json.peek()? != Kind::Null => {
                    self.value()?;
                    own = self.last.take();
                }
                _ => self.json.skip()?,
            }
        }
        self.json.problems.clear();
        if let Some(full_url) = &full_url
            && let Some(place) = own.and_then(|own| self.reader.found.place_mut(own))
        {
            place.full_url = Some(full_url.clone());
        }
        let is_delete = |method: &str| method.eq_ignore_ascii_case("DELETE");
        if let Some(request) = request
            && request.method.as_deref().is_some_and(is_delete)
        {
            self.reader.found.dropped.extend(serial_before + 1..=self.reader.serial);
            let url = request.url.or(full_url).unwrap_or_default();
            if let Address::Relative(tail) | Address::Absolute { tail: Some(tail), .. } = address(&url) {
                head.deleted.push((tail.to_owned(), serial_before));
            }
        }
        if let Some(status) = response.and_then(|response| response.status)
            && status.starts_with(['4', '5'])
        {
            let line = self.line_at(start);
            let name = Step::join(&self.path);
            let message = format!("the server answered `{status}` to `{name}`: what it asked for is missing here");
            self.reader.issues.push(Issue::warning("failed-entry", message).at(format!("{}:{line}", self.source)));
        }
        Ok(())
    }

    /// Drops the versions of a history that are older than their deletion. A history has the newest first
    /// (<https://hl7.org/fhir/R4/http.html#history>), so older ones have the higher serials.
    fn drop_deleted(&mut self, deleted: &[(String, usize)]) {
        for (name, serial) in deleted {
            let last = self.reader.serial;
            let older: Vec<usize> = self
                .reader
                .found
                .places()
                .filter(|place| place.name == *name && (serial + 1..=last).contains(&place.serial))
                .map(|place| place.serial)
                .collect();
            self.reader.found.dropped.extend(older);
        }
    }

    /// Reads the Parameters resource that begins here.
    pub(super) fn parameters(&mut self) -> Result<(), Syntax> {
        self.parts("parameter", Step::Parameter)
    }

    /// Reads the resources of an object with parts under `list`.
    fn parts(&mut self, list: &str, step: fn(usize) -> Step) -> Result<(), Syntax> {
        self.json.open_object()?;
        let mut first = true;
        while let Some(key) = self.json.key(&mut first)? {
            if key == "resource" && self.json.peek()? == Kind::Object {
                self.value()?;
            } else if key == list {
                self.each(step, &mut |document| document.parts("part", Step::Part))?;
            } else {
                self.json.skip()?;
            }
        }
        self.last = None;
        Ok(())
    }
}
