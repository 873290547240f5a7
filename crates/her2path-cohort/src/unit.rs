//! What is kept of the input until its patient's turn comes: the bytes of a resource, or of a document cut down to what
//! matters, with its place.

use crate::codec::{Put as _, Take};
use crate::patients::Number;

/// Where a unit began: it orders units as the input did, whichever thread met them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct At {
    pub(crate) block: u32,
    /// Line within the block, from 0.
    pub(crate) line: u32,
    /// Running number within the line.
    pub(crate) sub: u32,
}

impl At {
    pub(crate) fn put(self, bytes: &mut Vec<u8>) {
        bytes.u32(self.block);
        bytes.u32(self.line);
        bytes.u32(self.sub);
    }

    pub(crate) fn take(bytes: &mut Take<'_>) -> Option<Self> {
        Some(Self { block: bytes.u32()?, line: bytes.u32()?, sub: bytes.u32()? })
    }
}

/// What a unit holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holds {
    /// FHIR that refers to no Medication of another unit.
    Fhir,
    /// FHIR that may refer to a Medication of another unit.
    Prescriptions,
    /// Facts typed in.
    Chart,
}

/// A unit of a patient.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Unit<'b> {
    pub(crate) patient: Number,
    pub(crate) at: At,
    pub(crate) holds: Holds,
    pub(crate) bytes: &'b [u8],
}

impl<'b> Unit<'b> {
    pub(crate) fn put(self, bytes: &mut Vec<u8>) {
        bytes.u32(self.patient);
        self.at.put(bytes);
        bytes.u8(match self.holds {
            Holds::Fhir => 0,
            Holds::Prescriptions => 1,
            Holds::Chart => 2,
        });
        bytes.bytes(self.bytes);
    }

    pub(crate) fn take(bytes: &mut Take<'b>) -> Option<Self> {
        let patient = bytes.u32()?;
        let at = At::take(bytes)?;
        let holds = match bytes.u8()? {
            0 => Holds::Fhir,
            1 => Holds::Prescriptions,
            _ => Holds::Chart,
        };
        Some(Self { patient, at, holds, bytes: bytes.bytes()? })
    }
}

/// A resource that matters and does not say whose it is, or says so by an identifier.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stray<'b> {
    pub(crate) at: At,
    /// The identifier of its patient: system and value.
    pub(crate) identifier: Option<(Option<&'b str>, &'b str)>,
    /// `Type/id`, for messages.
    pub(crate) name: &'b str,
    pub(crate) holds: Holds,
    pub(crate) bytes: &'b [u8],
}

impl<'b> Stray<'b> {
    pub(crate) fn put(self, bytes: &mut Vec<u8>) {
        self.at.put(bytes);
        bytes.optional(self.identifier.and_then(|(system, _)| system));
        bytes.optional(self.identifier.map(|(_, value)| value));
        bytes.text(self.name);
        bytes.u8(u8::from(self.holds == Holds::Prescriptions));
        bytes.bytes(self.bytes);
    }

    pub(crate) fn take(bytes: &mut Take<'b>) -> Option<Self> {
        let at = At::take(bytes)?;
        let system = bytes.optional()?;
        let identifier = bytes.optional()?.map(|value| (system, value));
        let name = bytes.text()?;
        let holds = if bytes.u8()? == 1 { Holds::Prescriptions } else { Holds::Fhir };
        Some(Self { at, identifier, name, holds, bytes: bytes.bytes()? })
    }
}
