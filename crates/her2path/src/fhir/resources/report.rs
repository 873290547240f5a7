//! DiagnosticReport (<https://hl7.org/fhir/R4/diagnosticreport.html>). The attached document is not read.

use super::resource;
use crate::date::PartialDate;
use crate::fhir::datatypes::{CodeableConcept, Reference, Str};
use crate::fhir::value::When;

resource! {
    /// A report on specimens, images or other studies.
    pub struct DiagnosticReport<'a> {
        /// `registered`, `partial`, `preliminary`, `final`, `amended`, `corrected`, `cancelled`, `entered-in-error`, …
        status: Option<Str<'a>> = "status",
        /// Which service made it.
        category: Vec<CodeableConcept<'a>> = "category",
        /// Which kind of report it is.
        code: Option<CodeableConcept<'a>> = "code",
        /// Whose it is.
        subject: Option<Reference<'a>> = "subject" | "patient",
        /// During which encounter it was asked for.
        encounter: Option<Reference<'a>> = "encounter" | "context",
        /// When this version was made available.
        issued: Option<PartialDate> = "issued",
        /// What was examined.
        specimen: Vec<Reference<'a>> = "specimen",
        /// Observations.
        result: Vec<Reference<'a>> = "result",
        /// Conclusion in words.
        conclusion: Option<Str<'a>> = "conclusion",
        /// Conclusion in codes.
        conclusion_code: Vec<CodeableConcept<'a>> = "conclusionCode" | "codedDiagnosis",
    }
    choice {
        /// When what it reports was true.
        effective: Option<When<'a>> = "effective",
    }
    about subject
}
