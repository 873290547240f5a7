//! Whose is what: sorts everything that was read into one record for each patient.
//!
//! A resource belongs to whom its `subject` or `patient` points to. If it points to nobody it belongs to the only
//! patient of the input, if there is one; with several patients it is left out and reported, never guessed. A patient
//! to whom resources point but whose Patient resource is not there (as in a Bulk Data file of one type) has a record
//! all the same. A contained resource goes with its container unless it says otherwise. A Medication is about nobody,
//! and goes to all who refer to it.
//!
//! `Patient/1` of one server is not `Patient/1` of another: an absolute reference finds a patient by type and id only
//! if that patient's full URL does not name another server.

use std::collections::BTreeMap;

use super::datatypes::Reference;
use super::place::{Located, Place};
use super::read::Found;
use super::record::{Record, with_lists};
use super::reference::{Address, address, base, is_identified, logical};
use super::resources::{Medication, Patient, Resource};
use crate::issue::Issue;

/// Sorts what was found into records: the patients in input order, then those who are only referred to.
pub(super) fn by_patient<'a>(found: Found<'a>, issues: &mut Vec<Issue>) -> Vec<Record<'a>> {
    let Found { patients, mut others, .. } = found;
    let mut owners = Owners::new(&patients);
    let mut assigned = Assigned::new(&others, &mut owners);
    if owners.list.is_empty() && others.resources().next().is_some() {
        let message =
            "no patient is in the input and none is referred to; the resources were read as those of one person";
        issues.push(Issue::warning("no-patient", message));
        owners.list.push(Owner { id: "unknown".into(), patient: None });
    }
    let identities = std::mem::take(&mut owners.list);
    issues.append(&mut owners.issues);

    let mut patients: Vec<Option<Located<'a, Patient<'a>>>> = patients.into_iter().map(Some).collect();
    let mut records: Vec<Record<'a>> = identities
        .into_iter()
        .map(|owner| Record {
            id: owner.id,
            patient: owner.patient.and_then(|position| patients.get_mut(position)?.take()),
            ..Record::default()
        })
        .collect();
    let shelf = if records.len() > 1 { shelve_medications(&mut others, &mut assigned) } else { Vec::new() };
    distribute(others, assigned, &mut records, issues);
    share_medications(shelf, &mut records);
    for record in &mut records {
        record.build_index();
    }
    records
}

/// Whom a resource belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whose {
    /// The patient at this position.
    Of(usize),
    /// Its subject is not said, or does not lead anywhere.
    Nobody,
    /// Its subject could be more than one patient.
    Unclear,
    /// Its subject is a group, a device, a place.
    NotAPatient,
}

/// A patient, present or only referred to.
struct Owner {
    id: String,
    /// Position of the Patient resource.
    patient: Option<usize>,
}

/// All patients, and the ways to name them.
struct Owners<'p, 'a> {
    patients: &'p [Located<'a, Patient<'a>>],
    list: Vec<Owner>,
    /// Names, addresses and identifiers; `Unclear` for what names more than one.
    keys: BTreeMap<String, Whose>,
    /// Positions of contained Patient resources by name. They become patients when something is about them.
    contained: BTreeMap<&'p str, usize>,
    /// The question answered last: most resources ask the same.
    last: Option<(String, Option<String>, Whose)>,
    issues: Vec<Issue>,
}

impl<'p, 'a> Owners<'p, 'a> {
    fn new(patients: &'p [Located<'a, Patient<'a>>]) -> Owners<'p, 'a> {
        let mut owners = Owners {
            patients,
            list: Vec::new(),
            keys: BTreeMap::new(),
            contained: BTreeMap::new(),
            last: None,
            issues: Vec::new(),
        };
        for (position, patient) in patients.iter().enumerate() {
            if patient.place.container.is_some() {
                owners.contained.insert(&patient.place.name, position);
                continue;
            }
            let id = patient.id.as_deref().unwrap_or(&patient.place.name).to_owned();
            let owner = owners.add(id, Some(position));
            owners.name(patient.place.name.clone(), owner);
            if let Some(url) = patient.place.full_url.as_deref() {
                owners.name(url.to_owned(), owner);
            }
        }
        owners
    }

    fn add(&mut self, id: String, patient: Option<usize>) -> Whose {
        self.list.push(Owner { id, patient });
        Whose::Of(self.list.len() - 1)
    }

    fn name(&mut self, key: String, owner: Whose) {
        self.keys
            .entry(key)
            .and_modify(|known| {
                if *known != owner {
                    *known = Whose::Unclear;
                }
            })
            .or_insert(owner);
    }

    /// Whom a reference in the resource at `place` points to.
    fn find(&mut self, place: &Place<'_>, reference: &Reference<'_>) -> Whose {
        let Some(text) = reference.reference.as_deref() else {
            return match logical(reference) {
                Some((system, value)) => self.identified(system, value),
                None => Whose::Nobody,
            };
        };
        let server = place.full_url.as_deref().and_then(base);
        if let Some((last_text, last_server, whose)) = &self.last
            && last_text == text
            && last_server.as_deref() == server
        {
            return *whose;
        }
        let whose = match address(text) {
            // The answer depends on the container, so it is not kept.
            Address::Contained(id) => {
                let container = place.container.as_deref().unwrap_or(&place.name);
                return self.contained(&format!("{container}#{id}"));
            }
            Address::Relative(tail) => self.relative(server, tail),
            Address::Absolute { url, tail } => self.absolute(url, tail),
            Address::Urn(urn) => self.urn(urn),
            Address::Search { system, value } => self.identified(system, value),
            Address::Unknown => self.keys.get(&format!("Patient/{text}")).copied().unwrap_or(Whose::Nobody),
        };
        self.last = Some((text.to_owned(), server.map(str::to_owned), whose));
        whose
    }

    fn relative(&mut self, server: Option<&str>, tail: &str) -> Whose {
        let Some(id) = tail.strip_prefix("Patient/") else { return Whose::NotAPatient };
        let on_server = server.and_then(|server| self.keys.get(&format!("{server}{tail}")));
        if let Some(whose) = on_server.or_else(|| self.keys.get(tail)) {
            return *whose;
        }
        let owner = self.add(id.to_owned(), None);
        self.name(tail.to_owned(), owner);
        if let Some(server) = server {
            self.name(format!("{server}{tail}"), owner);
        }
        owner
    }

    fn absolute(&mut self, url: &str, tail: Option<&str>) -> Whose {
        if let Some(whose) = self.keys.get(url) {
            return *whose;
        }
        let id = match tail.and_then(|tail| tail.strip_prefix("Patient/")) {
            Some(id) => id,
            None if tail.is_some() => return Whose::NotAPatient,
            None => url,
        };
        if let Some(tail) = tail
            && let Some(&whose) = self.keys.get(tail)
        {
            let Whose::Of(position) = whose else { return whose };
            match self.other_server(position, url) {
                None => {
                    self.name(url.to_owned(), whose);
                    return whose;
                }
                Some(theirs) => {
                    let message = format!(
                        "resources are about `{url}`, which is not `{theirs}`; they were read as those of another person"
                    );
                    self.issues.push(Issue::warning("other-server", message).at(tail));
                }
            }
        }
        let owner = self.add(id.to_owned(), None);
        self.name(url.to_owned(), owner);
        if let Some(tail) = tail
            && !self.keys.contains_key(tail)
        {
            self.name(tail.to_owned(), owner);
        }
        owner
    }

    /// The address of a patient, if it names another server than `url` does.
    fn other_server(&self, position: usize, url: &str) -> Option<String> {
        let whose = Whose::Of(position);
        let mut theirs = self
            .keys
            .iter()
            .filter(|(key, known)| **known == whose && base(key).is_some())
            .map(|(key, _)| key)
            .peekable();
        let first = theirs.peek().map(|key| (*key).clone())?;
        if theirs.any(|key| base(key) == base(url)) { None } else { Some(first) }
    }

    fn urn(&mut self, urn: &str) -> Whose {
        if let Some(whose) = self.keys.get(urn) {
            return *whose;
        }
        let id = urn.strip_prefix("urn:uuid:").or_else(|| urn.strip_prefix("urn:oid:")).unwrap_or(urn);
        let owner = match self.keys.get(&format!("Patient/{id}")) {
            Some(whose) => *whose,
            None => self.add(id.to_owned(), None),
        };
        self.name(urn.to_owned(), owner);
        owner
    }

    fn contained(&mut self, name: &str) -> Whose {
        if let Some(whose) = self.keys.get(name) {
            return *whose;
        }
        let Some(&position) = self.contained.get(name) else { return Whose::Nobody };
        let Some(patient) = self.patients.get(position) else { return Whose::Nobody };
        // Each resource of a sender may carry a copy of its patient; the identifiers tell that they are one.
        let known = patient.identifier.iter().find_map(|identifier| {
            let value = identifier.value.as_deref()?;
            let system = identifier.system.as_deref()?;
            self.list.iter().position(|owner| {
                owner
                    .patient
                    .and_then(|position| self.patients.get(position))
                    .is_some_and(|other| is_identified(&other.identifier, Some(system), value))
            })
        });
        let owner = match known {
            Some(position) => Whose::Of(position),
            None => self.add(patient.id.as_deref().unwrap_or(name).to_owned(), Some(position)),
        };
        self.name(name.to_owned(), owner);
        owner
    }

    fn identified(&mut self, system: Option<&str>, value: &str) -> Whose {
        let key = format!("?{}|{value}", system.unwrap_or_default());
        if let Some(whose) = self.keys.get(&key) {
            return *whose;
        }
        let patients = self.patients;
        let mut owners = self.list.iter().enumerate().filter(|(_, owner)| {
            let patient = owner.patient.and_then(|position| patients.get(position));
            patient.is_some_and(|patient| is_identified(&patient.identifier, system, value))
        });
        let owner = match (owners.next(), owners.next()) {
            (None, _) => self.add(value.to_owned(), None),
            (Some((position, _)), None) => Whose::Of(position),
            (Some(_), Some(_)) => Whose::Unclear,
        };
        self.name(key, owner);
        owner
    }
}

macro_rules! assign {
    ($($list:ident: $type:ident $number:literal,)*) => {
        /// For each list of a record, whose each resource is.
        #[derive(Default)]
        struct Assigned {
            $( $list: Vec<Whose>, )*
        }

        impl Assigned {
            fn new(others: &Record<'_>, owners: &mut Owners<'_, '_>) -> Assigned {
                let mut assigned = Assigned::default();
                // Containers first, so that what they contain can follow them.
                let mut containers = BTreeMap::new();
                $( assigned.$list = outer(&others.$list, owners, &mut containers); )*
                $( inner(&others.$list, owners, &containers, &mut assigned.$list); )*
                assigned
            }
        }

        /// Moves every resource into the record of its owner, and reports those that have none.
        fn distribute<'a>(
            others: Record<'a>,
            assigned: Assigned,
            records: &mut [Record<'a>],
            issues: &mut Vec<Issue>,
        ) {
            $( give(others.$list, assigned.$list, records, |record| &mut record.$list, issues); )*
        }
    };
}
with_lists!(assign);

fn outer<'a, T: Resource<'a>>(
    list: &[Located<'a, T>],
    owners: &mut Owners<'_, '_>,
    containers: &mut BTreeMap<usize, Whose>,
) -> Vec<Whose> {
    list.iter()
        .map(|resource| {
            if resource.place.container.is_some() {
                return Whose::Nobody;
            }
            let whose = resource.subject().map_or(Whose::Nobody, |subject| owners.find(&resource.place, subject));
            containers.insert(resource.place.serial, whose);
            whose
        })
        .collect()
}

fn inner<'a, T: Resource<'a>>(
    list: &[Located<'a, T>],
    owners: &mut Owners<'_, '_>,
    containers: &BTreeMap<usize, Whose>,
    assigned: &mut [Whose],
) {
    for (resource, whose) in list.iter().zip(assigned) {
        if resource.place.container.is_none() {
            continue;
        }
        let own = resource.subject().map_or(Whose::Nobody, |subject| owners.find(&resource.place, subject));
        *whose = match own {
            Whose::Nobody => containers.get(&resource.place.serial).copied().unwrap_or(Whose::Nobody),
            _ => own,
        };
    }
}

/// Moves the resources of one list.
fn give<'a, T>(
    list: Vec<Located<'a, T>>,
    assigned: Vec<Whose>,
    records: &mut [Record<'a>],
    of: impl for<'r> Fn(&'r mut Record<'a>) -> &'r mut Vec<Located<'a, T>>,
    issues: &mut Vec<Issue>,
) {
    if let [record] = &mut *records
        && assigned.iter().all(|whose| matches!(whose, Whose::Of(_) | Whose::Nobody))
    {
        *of(record) = list;
        return;
    }
    let only = if records.len() == 1 { Some(0) } else { None };
    for (resource, whose) in list.into_iter().zip(assigned) {
        let position = match whose {
            Whose::Of(position) => Some(position),
            Whose::Nobody => only,
            Whose::Unclear | Whose::NotAPatient => None,
        };
        match position.and_then(|position| records.get_mut(position)) {
            Some(record) => of(record).push(resource),
            None => issues.push(left_out(&resource.place, whose)),
        }
    }
}

fn left_out(place: &Place<'_>, whose: Whose) -> Issue {
    let issue = match whose {
        Whose::NotAPatient => Issue::information("subject-not-a-patient", "left out: its subject is not a patient"),
        Whose::Unclear => Issue::error(
            "ambiguous-subject",
            "left out: its subject could be more than one patient of the input; give the patient's full URL",
        ),
        Whose::Nobody | Whose::Of(_) => Issue::error(
            "no-subject",
            "left out: it does not say whose it is, and there are several patients in the input; give it a subject",
        ),
    };
    issue.at(place.name.clone())
}

/// Takes out the medications that are about nobody, when there are several patients they could serve.
fn shelve_medications<'a>(others: &mut Record<'a>, assigned: &mut Assigned) -> Vec<Located<'a, Medication<'a>>> {
    let medications = std::mem::take(&mut others.medications);
    let whose = std::mem::take(&mut assigned.medications);
    let mut shelf = Vec::new();
    for (medication, whose) in medications.into_iter().zip(whose) {
        if whose == Whose::Nobody {
            shelf.push(medication);
        } else {
            others.medications.push(medication);
            assigned.medications.push(whose);
        }
    }
    shelf
}

/// Gives medications that are about nobody to every record that refers to them.
fn share_medications<'a>(medications: Vec<Located<'a, Medication<'a>>>, records: &mut [Record<'a>]) {
    if medications.is_empty() {
        return;
    }
    let mut shelf = Record { medications, ..Record::default() };
    shelf.build_index();
    for record in records {
        let mut wanted = BTreeMap::new();
        {
            let requests = record.medication_requests.iter().map(|r| (&r.place, &r.medication));
            let administrations = record.medication_administrations.iter().map(|r| (&r.place, &r.medication));
            let statements = record.medication_statements.iter().map(|r| (&r.place, &r.medication));
            for (place, medication) in requests.chain(administrations).chain(statements) {
                let found = medication
                    .reference
                    .as_ref()
                    .and_then(|reference| shelf.resolve_as::<Medication<'a>>(place, reference));
                if let Some(found) = found {
                    wanted.insert(found.place.serial, found);
                }
            }
        }
        record.medications.extend(wanted.into_values().cloned());
    }
}
