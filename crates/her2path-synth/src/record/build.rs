//! Collects the resources of one patient and numbers them.

use super::resource::{Body, Concept, Kind, Observation, Resource, Value, When};
use crate::day::Day;

/// Collects resources.
pub(crate) struct Builder {
    resources: Vec<Resource>,
    numbers: [u32; Kind::ALL.len()],
    last_day: Day,
    spare: Resource,
}

impl Builder {
    pub(crate) fn new(last_day: Day) -> Self {
        let spare = blank(Kind::Patient, 0, "", Concept::default(), Body::Plain);
        Self { resources: Vec::with_capacity(256), numbers: [0; Kind::ALL.len()], last_day, spare }
    }

    pub(crate) const fn last_day(&self) -> Day {
        self.last_day
    }

    /// Adds a resource; the caller fills in what it has.
    pub(crate) fn push(&mut self, kind: Kind, status: &'static str, code: Concept, body: Body) -> &mut Resource {
        let count = self.numbers.get_mut(kind as usize);
        let number = count.map_or(0, |count| {
            *count += 1;
            *count
        });
        self.resources.push(blank(kind, number, status, code, body));
        self.resources.last_mut().unwrap_or(&mut self.spare)
    }

    pub(crate) fn observation(
        &mut self,
        category: &'static str,
        code: Concept,
        value: Option<Value>,
        when: When,
    ) -> &mut Resource {
        let observation =
            Observation { category, value, components: Vec::new(), specimen: None, range: None, method: None };
        let resource = self.push(Kind::Observation, "final", code, Body::Observation(Box::new(observation)));
        resource.when = Some(when);
        resource
    }

    /// A condition that has nothing to do with the cancer.
    pub(crate) fn illness(&mut self, code: Concept, onset: Day, end: Option<Day>, status: &'static str) {
        self.condition(code, onset, end, status, "confirmed");
    }

    /// A condition; one that would end after the last day is still there.
    pub(crate) fn condition(
        &mut self,
        code: Concept,
        onset: Day,
        end: Option<Day>,
        status: &'static str,
        verification: &'static str,
    ) -> &mut Resource {
        let end = end.filter(|end| *end <= self.last_day);
        let status = if end.is_none() && status == "resolved" { "active" } else { status };
        let body = Body::Condition { verification, body_site: None, left: None, stage: None };
        let resource = self.push(Kind::Condition, status, code, body);
        resource.when = Some(When::day(onset));
        resource.until = end.map(When::day);
        resource
    }

    /// What there is up to the last day.
    pub(crate) fn finish(self) -> Vec<Resource> {
        let last = self.last_day;
        let mut resources = self.resources;
        resources.retain(|resource| resource.when.is_none_or(|when| when.day <= last));
        resources
    }
}

fn blank(kind: Kind, number: u32, status: &'static str, code: Concept, body: Body) -> Resource {
    Resource {
        kind,
        number,
        status,
        profile: None,
        code,
        when: None,
        until: None,
        condition: None,
        encounter: None,
        body,
    }
}
