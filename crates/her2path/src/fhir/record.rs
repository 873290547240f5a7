//! One patient's record: the resources about one person, by type.

use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};

use super::datatypes::Reference;
use super::place::{Located, Place};
use super::reference::{Address, address, base, is_identified, logical};
use super::resources::{
    AllergyIntolerance, BodyStructure, Condition, DiagnosticReport, Encounter, FamilyMemberHistory, Medication,
    MedicationAdministration, MedicationRequest, MedicationStatement, Observation, Patient, Procedure,
    QuestionnaireResponse, Resource, Specimen,
};

/// Calls a macro with every list of a record: `(list: Type number)`.
macro_rules! with_lists {
    ($macro:ident) => {
        $macro! {
            conditions: Condition 1,
            observations: Observation 2,
            diagnostic_reports: DiagnosticReport 3,
            specimens: Specimen 4,
            body_structures: BodyStructure 5,
            procedures: Procedure 6,
            medication_requests: MedicationRequest 7,
            medication_administrations: MedicationAdministration 8,
            medication_statements: MedicationStatement 9,
            medications: Medication 10,
            allergy_intolerances: AllergyIntolerance 11,
            encounters: Encounter 12,
            family_member_histories: FamilyMemberHistory 13,
            questionnaire_responses: QuestionnaireResponse 14,
        }
    };
}
pub(super) use with_lists;

macro_rules! record {
    ($($list:ident: $type:ident $number:literal,)*) => {
        /// The resources about one person, each list in input order, contained resources among them.
        #[derive(Debug, Clone, Default)]
        pub struct Record<'a> {
            /// Id of the Patient resource, or what the references to the patient say where there is none.
            pub id: String,
            /// The Patient resource.
            pub patient: Option<Located<'a, Patient<'a>>>,
            $(
                #[doc = concat!("All resources of type ", stringify!($type), ".")]
                pub $list: Vec<Located<'a, $type<'a>>>,
            )*
            pub(super) index: Index,
        }

        /// What a reference points to.
        #[derive(Debug, Clone, Copy)]
        pub enum Target<'r, 'a> {
            /// The patient.
            Patient(&'r Located<'a, Patient<'a>>),
            $(
                #[doc = concat!("A resource of type ", stringify!($type), ".")]
                $type(&'r Located<'a, $type<'a>>),
            )*
        }

        impl<'r, 'a> Target<'r, 'a> {
            /// Where the resource stood.
            pub fn place(&self) -> &'r Place<'a> {
                match self {
                    Target::Patient(resource) => &resource.place,
                    $( Target::$type(resource) => &resource.place, )*
                }
            }

            fn identifier(&self) -> &'r [super::datatypes::Identifier<'a>] {
                match self {
                    Target::Patient(resource) => &resource.identifier,
                    $( Target::$type(resource) => &resource.identifier, )*
                }
            }

            fn id(&self) -> Option<&'r str> {
                match self {
                    Target::Patient(resource) => resource.id.as_deref(),
                    $( Target::$type(resource) => resource.id.as_deref(), )*
                }
            }
        }

        $(
            impl<'a> Listed<'a> for $type<'a> {
                fn of<'r>(target: Target<'r, 'a>) -> Option<&'r Located<'a, Self>> {
                    match target {
                        Target::$type(resource) => Some(resource),
                        _ => None,
                    }
                }
            }
        )*

        impl<'a> Record<'a> {
            /// All resources, the patient first, then by type in input order.
            pub fn resources(&self) -> impl Iterator<Item = Target<'_, 'a>> {
                self.patient
                    .iter()
                    .map(Target::Patient)
                    $( .chain(self.$list.iter().map(Target::$type)) )*
            }

            /// The resource at a position that the index holds.
            fn at(&self, list: u8, position: usize) -> Option<Target<'_, 'a>> {
                match list {
                    0 => self.patient.as_ref().map(Target::Patient),
                    $( $number => self.$list.get(position).map(Target::$type), )*
                    _ => None,
                }
            }

            /// Prepares [`resolve`](Record::resolve). Call it when the lists are complete.
            pub(super) fn build_index(&mut self) {
                let mut index = Index::default();
                if let Some(patient) = &self.patient {
                    index.add(0, 0, patient.id.as_deref(), &patient.place);
                }
                $(
                    for (position, resource) in self.$list.iter().enumerate() {
                        index.add($number, position, resource.id.as_deref(), &resource.place);
                    }
                )*
                index.entries.sort_unstable();
                self.index = index;
            }
        }
    };
}
with_lists!(record);

/// A type of resource that a record lists.
pub trait Listed<'a>: Resource<'a> {
    /// The resource, if it is of this type.
    fn of<'r>(target: Target<'r, 'a>) -> Option<&'r Located<'a, Self>>
    where
        Self: Sized;
}

impl<'a> Record<'a> {
    /// What a reference points to within this record. `from` is the place of the resource that holds the reference.
    ///
    /// `None` when the target is not in the record, or when more than one resource could be meant. A logical reference
    /// resolves if exactly one resource carries the identifier.
    pub fn resolve<'r>(&'r self, from: &Place<'a>, reference: &Reference<'a>) -> Option<Target<'r, 'a>> {
        let Some(text) = reference.reference.as_deref() else {
            let (system, value) = logical(reference)?;
            return self.identified(system, value, None);
        };
        match address(text) {
            Address::Contained("") => self.named(from.container.as_deref()?),
            Address::Contained(id) => {
                let container = from.container.as_deref().unwrap_or(&from.name);
                self.named(&format!("{container}#{id}"))
            }
            Address::Relative(tail) => self.relative(from, tail),
            Address::Absolute { url, tail } => self.at_url(url).or_else(|| self.named(tail?)),
            Address::Urn(urn) => self
                .at_url(urn)
                .or_else(|| self.with_id(urn.strip_prefix("urn:uuid:").or_else(|| urn.strip_prefix("urn:oid:"))?)),
            Address::Search { system, value } => {
                let kind = text.split('?').next().and_then(|path| path.rsplit('/').next());
                self.identified(system, value, kind)
            }
            Address::Unknown => None,
        }
    }

    /// What a reference points to, if it is of the type asked for.
    pub fn resolve_as<'r, T: Listed<'a>>(
        &'r self,
        from: &Place<'a>,
        reference: &Reference<'a>,
    ) -> Option<&'r Located<'a, T>> {
        T::of(self.resolve(from, reference)?)
    }

    /// `Type/id` on the server of `from` if that is known, else on any.
    fn relative(&self, from: &Place<'_>, tail: &str) -> Option<Target<'_, 'a>> {
        let server = from.full_url.as_deref().and_then(base);
        server.and_then(|server| self.at_url(&format!("{server}{tail}"))).or_else(|| self.named(tail))
    }

    fn named(&self, name: &str) -> Option<Target<'_, 'a>> {
        self.only(name, |target| target.place().name == name)
    }

    fn at_url(&self, url: &str) -> Option<Target<'_, 'a>> {
        self.only(url, |target| target.place().full_url.as_deref() == Some(url))
    }

    fn with_id(&self, id: &str) -> Option<Target<'_, 'a>> {
        self.only(id, |target| target.id() == Some(id) && target.place().container.is_none())
    }

    fn identified(&self, system: Option<&str>, value: &str, kind: Option<&str>) -> Option<Target<'_, 'a>> {
        let mut found = self.resources().filter(|target| {
            is_identified(target.identifier(), system, value)
                && kind.is_none_or(|kind| target.place().name.split('/').next() == Some(kind))
        });
        let first = found.next()?;
        if found.next().is_some() { None } else { Some(first) }
    }

    /// The one resource that is filed under a key and answers to it.
    fn only(&self, key: &str, answers: impl Fn(&Target<'_, 'a>) -> bool) -> Option<Target<'_, 'a>> {
        let mut found = self
            .index
            .under(key)
            .filter_map(|(list, position)| self.at(list, position))
            .filter(|target| answers(target));
        let first = found.next()?;
        if found.next().is_some() { None } else { Some(first) }
    }
}

/// Positions of resources by the hash of their names, addresses and ids. Hashes save copying the strings; whoever
/// looks up compares the string itself.
#[derive(Debug, Clone, Default)]
pub(super) struct Index {
    // INVARIANT: sorted, without duplicates.
    entries: Vec<(u64, u8, u32)>,
}

impl Index {
    fn add(&mut self, list: u8, position: usize, id: Option<&str>, place: &Place<'_>) {
        let Ok(position) = u32::try_from(position) else { return };
        let keys = [Some(place.name.as_str()), place.full_url.as_deref(), id];
        for key in keys.into_iter().flatten() {
            let entry = (hash(key), list, position);
            if self.entries.last() != Some(&entry) {
                self.entries.push(entry);
            }
        }
    }

    fn under(&self, key: &str) -> impl Iterator<Item = (u8, usize)> {
        let hash = hash(key);
        let start = self.entries.partition_point(|entry| entry.0 < hash);
        self.entries
            .iter()
            .skip(start)
            .take_while(move |entry| entry.0 == hash)
            .map(|&(_, list, position)| (list, position as usize))
    }
}

/// The same on every run: no random keys.
fn hash(key: &str) -> u64 {
    BuildHasherDefault::<DefaultHasher>::default().hash_one(key)
}
