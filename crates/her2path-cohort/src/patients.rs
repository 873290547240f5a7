//! Whom the input is about: a number for each patient, so that what is kept need not carry the id.

use std::sync::{Mutex, PoisonError};

use crate::hash::Map;

/// The number of a patient, in the order of first sight, which differs from run to run: nothing printed may depend on it.
pub(crate) type Number = u32;

/// All patients of a run.
#[derive(Default)]
pub(crate) struct Patients {
    shared: Mutex<Shared>,
}

#[derive(Default)]
struct Shared {
    numbers: Map<Box<str>, Number>,
    /// Who a business identifier names: hashes of value with system and of value alone.
    identifiers: Vec<(u64, Number)>,
}

impl Patients {
    pub(crate) fn number(&self, id: &str) -> Number {
        let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(number) = shared.numbers.get(id) {
            return *number;
        }
        let number = Number::try_from(shared.numbers.len()).unwrap_or(Number::MAX);
        shared.numbers.insert(id.into(), number);
        number
    }

    pub(crate) fn identify(&self, patient: Number, identifiers: &[(Option<impl AsRef<str>>, impl AsRef<str>)]) {
        let mut shared = self.shared.lock().unwrap_or_else(PoisonError::into_inner);
        for (system, value) in identifiers {
            let value = value.as_ref();
            shared.identifiers.push((identifier_hash(None, value), patient));
            if let Some(system) = system {
                shared.identifiers.push((identifier_hash(Some(system.as_ref()), value), patient));
            }
        }
    }

    /// Ids by number, and whom identifiers name, sorted.
    pub(crate) fn finish(self) -> (Vec<Box<str>>, Identities) {
        let Shared { numbers, mut identifiers } = self.shared.into_inner().unwrap_or_else(PoisonError::into_inner);
        let mut ids: Vec<(Number, Box<str>)> = numbers.into_iter().map(|(id, number)| (number, id)).collect();
        ids.sort_unstable();
        identifiers.sort_unstable();
        identifiers.dedup();
        (ids.into_iter().map(|(_, id)| id).collect(), Identities(identifiers))
    }
}

fn identifier_hash(system: Option<&str>, value: &str) -> u64 {
    crate::hash::of(&[system.unwrap_or_default().as_bytes(), &[u8::from(system.is_some())], value.as_bytes()])
}

/// Whom identifiers name.
pub(crate) struct Identities(Vec<(u64, Number)>);

/// Whom an identifier names.
pub(crate) enum Named {
    Nobody,
    One(Number),
    Several,
}

impl Identities {
    pub(crate) fn find(&self, system: Option<&str>, value: &str) -> Named {
        let hash = identifier_hash(system, value);
        let start = self.0.partition_point(|(known, _)| *known < hash);
        let mut found = self.0.iter().skip(start).take_while(|(known, _)| *known == hash);
        match (found.next(), found.next()) {
            (None, _) => Named::Nobody,
            (Some((_, patient)), None) => Named::One(*patient),
            _ => Named::Several,
        }
    }
}

/// One worker's view: what it has met before needs no lock.
pub(crate) struct Known<'p> {
    all: &'p Patients,
    numbers: Map<Box<str>, Number>,
    /// The patient met last: a bulk file often has one patient's resources together.
    last: (Box<str>, Number),
}

impl<'p> Known<'p> {
    pub(crate) fn new(all: &'p Patients) -> Self {
        Self { all, numbers: Map::default(), last: ("".into(), Number::MAX) }
    }

    pub(crate) fn number(&mut self, id: &str) -> Number {
        if *self.last.0 == *id && self.last.1 != Number::MAX {
            return self.last.1;
        }
        let number = match self.numbers.get(id) {
            Some(number) => *number,
            None => {
                let number = self.all.number(id);
                self.numbers.insert(id.into(), number);
                number
            }
        };
        self.last = (id.into(), number);
        number
    }

    pub(crate) fn identify(&self, patient: Number, identifiers: &[(Option<impl AsRef<str>>, impl AsRef<str>)]) {
        self.all.identify(patient, identifiers);
    }
}
