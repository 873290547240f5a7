//! Patient (<https://hl7.org/fhir/R4/patient.html>). Names, addresses and contacts are not read.

use super::resource;
use crate::date::PartialDate;
use crate::fhir::datatypes::Str;
use crate::fhir::value::When;

resource! {
    /// The person whose record it is.
    pub struct Patient<'a> {
        /// Administrative gender: `male`, `female`, `other` or `unknown`.
        gender: Option<Str<'a>> = "gender",
        /// Date of birth.
        birth_date: Option<PartialDate> = "birthDate",
    }
    choice {
        /// Whether, or when, the person died.
        deceased: Option<When<'a>> = "deceased",
    }
}
