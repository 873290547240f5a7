//! QuestionnaireResponse (<https://hl7.org/fhir/R4/questionnaireresponse.html>). Groups of DSTU2 are not read.

use super::resource;
use crate::date::PartialDate;
use crate::fhir::datatypes::{Reference, Str};
use crate::fhir::element::{Fill, element};
use crate::fhir::json::{Json, Kind, Syntax};
use crate::fhir::value::Value;

resource! {
    /// Answers to a questionnaire.
    pub struct QuestionnaireResponse<'a> {
        /// Canonical address of the questionnaire.
        questionnaire: Option<Str<'a>> = "questionnaire" => canonical,
        /// `in-progress`, `completed`, `amended`, `entered-in-error`, `stopped`.
        status: Option<Str<'a>> = "status",
        /// Whose answers they are about.
        subject: Option<Reference<'a>> = "subject" | "patient",
        /// When they were given.
        authored: Option<PartialDate> = "authored",
        /// Questions and groups.
        item: Vec<QuestionnaireItem<'a>> = "item",
    }
    about subject
}

element! {
    /// A question or a group.
    pub struct QuestionnaireItem<'a> {
        /// Which item of the questionnaire it is.
        link_id: Option<Str<'a>> = "linkId",
        /// The question as asked.
        text: Option<Str<'a>> = "text",
        /// Answers.
        answer: Vec<QuestionnaireAnswer<'a>> = "answer",
        /// Items of a group.
        item: Vec<QuestionnaireItem<'a>> = "item",
    }
}

element! {
    /// An answer.
    pub struct QuestionnaireAnswer<'a> {
        /// Items under the answer.
        item: Vec<QuestionnaireItem<'a>> = "item",
    }
    choice {
        /// What was answered.
        value: Option<Value<'a>> = "value",
    }
}

/// A canonical address; STU3 has a Reference in its place.
fn canonical<'a>(field: &mut Option<Str<'a>>, json: &mut Json<'a>) -> Result<(), Syntax> {
    if json.peek()? != Kind::Object {
        return field.fill(json);
    }
    let mut reference: Option<Reference<'a>> = None;
    reference.fill(json)?;
    *field = reference.and_then(|reference| reference.reference);
    Ok(())
}
