//! Observation (<https://hl7.org/fhir/R4/observation.html>).

use super::resource;
use crate::date::PartialDate;
use crate::fhir::datatypes::{Annotation, CodeableConcept, Quantity, Reference, Str};
use crate::fhir::element::element;
use crate::fhir::value::{Value, When};

resource! {
    /// A finding, a measurement, or a panel of them.
    pub struct Observation<'a> {
        /// `registered`, `preliminary`, `final`, `amended`, `corrected`, `cancelled`, `entered-in-error`, `unknown`.
        status: Option<Str<'a>> = "status",
        /// `laboratory`, `vital-signs`, `survey` and others.
        category: Vec<CodeableConcept<'a>> = "category",
        /// What was observed.
        code: Option<CodeableConcept<'a>> = "code",
        /// Whose it is.
        subject: Option<Reference<'a>> = "subject" | "patient",
        /// What it is about, when that is not the subject: a condition, a tumour.
        focus: Vec<Reference<'a>> = "focus",
        /// During which encounter it was made.
        encounter: Option<Reference<'a>> = "encounter" | "context",
        /// When this version was made available.
        issued: Option<PartialDate> = "issued",
        /// Why there is no value.
        data_absent_reason: Option<CodeableConcept<'a>> = "dataAbsentReason",
        /// `high`, `low`, `positive` and others.
        interpretation: Vec<CodeableConcept<'a>> = "interpretation",
        /// Remarks.
        note: Vec<Annotation<'a>> = "note" | "comment" | "comments",
        /// Where in the body.
        body_site: Option<CodeableConcept<'a>> = "bodySite",
        /// How it was done.
        method: Option<CodeableConcept<'a>> = "method",
        /// What was examined.
        specimen: Option<Reference<'a>> = "specimen",
        /// What would be normal.
        reference_range: Vec<ReferenceRange<'a>> = "referenceRange",
        /// Observations of a panel.
        has_member: Vec<Reference<'a>> = "hasMember",
        /// What it was computed or concluded from.
        derived_from: Vec<Reference<'a>> = "derivedFrom",
        /// Members and sources as DSTU2 and STU3 write them; see [`Observation::members`].
        related: Vec<RelatedObservation<'a>> = "related",
        /// Parts that have no meaning without the whole.
        component: Vec<ObservationComponent<'a>> = "component",
    }
    choice {
        /// When it was true of the subject.
        effective: Option<When<'a>> = "effective",
        /// The result.
        value: Option<Value<'a>> = "value",
    }
    about subject
}

impl<'a> Observation<'a> {
    /// Observations of the panel, in whichever way the record's version of FHIR says so.
    pub fn members(&self) -> impl Iterator<Item = &Reference<'a>> {
        self.has_member.iter().chain(self.related_as("has-member"))
    }

    /// What it was derived from, in whichever way the record's version of FHIR says so.
    pub fn sources(&self) -> impl Iterator<Item = &Reference<'a>> {
        self.derived_from.iter().chain(self.related_as("derived-from"))
    }

    fn related_as(&self, kind: &'static str) -> impl Iterator<Item = &Reference<'a>> {
        self.related
            .iter()
            .filter(move |related| related.type_.as_deref() == Some(kind))
            .filter_map(|related| related.target.as_ref())
    }
}

element! {
    /// A part of an observation.
    pub struct ObservationComponent<'a> {
        /// What was observed.
        code: Option<CodeableConcept<'a>> = "code",
        /// Why there is no value.
        data_absent_reason: Option<CodeableConcept<'a>> = "dataAbsentReason",
        /// `high`, `low`, `positive` and others.
        interpretation: Vec<CodeableConcept<'a>> = "interpretation",
        /// What would be normal.
        reference_range: Vec<ReferenceRange<'a>> = "referenceRange",
        /// Additions of its profile.
        extension: Vec<crate::fhir::extension::Extension<'a>> = "extension",
    }
    choice {
        /// The result.
        value: Option<Value<'a>> = "value",
    }
}

element! {
    /// What would be normal.
    pub struct ReferenceRange<'a> {
        /// Lower limit.
        low: Option<Quantity<'a>> = "low",
        /// Upper limit.
        high: Option<Quantity<'a>> = "high",
        /// What kind of range it is.
        type_: Option<CodeableConcept<'a>> = "type" | "meaning",
        /// The range in words.
        text: Option<Str<'a>> = "text",
    }
}

element! {
    /// A related observation (DSTU2, STU3).
    pub struct RelatedObservation<'a> {
        /// `has-member`, `derived-from` and others.
        type_: Option<Str<'a>> = "type",
        /// The other observation.
        target: Option<Reference<'a>> = "target",
    }
}
