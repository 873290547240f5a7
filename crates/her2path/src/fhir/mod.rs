//! FHIR R4, as far as the path reads it.
