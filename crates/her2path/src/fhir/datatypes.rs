//! FHIR data types, as far as the path reads them (<https://hl7.org/fhir/R4/datatypes.html>).
//!
//! Fields have the names of the FHIR elements in snake case. Strings borrow from the input. A string is kept as written,
//! also when it is empty, which FHIR forbids: what it means is for the chart to say.
//!
//! Deliberately absent: names, addresses and contacts of people, narratives, attachments and signatures. The pathway
//! needs none of them, so they are never read.

use std::borrow::Cow;

use super::decimal::Decimal;
use super::element::{Fill, FillChoice, Read, element, wrong_type};
use super::extension::Extension;
use super::json::{Json, Kind, ProblemKind, Syntax};
use crate::date::PartialDate;

/// A string of the record, borrowed from the input unless it holds escapes.
pub type Str<'a> = Cow<'a, str>;

element! {
    /// What a server says about a resource.
    pub struct Meta<'a> {
        /// Version of the resource on its server.
        version_id: Option<Str<'a>> = "versionId",
        /// Instant of the last change, as written.
        last_updated: Option<Str<'a>> = "lastUpdated",
        /// Profiles that the resource claims to follow.
        profile: Vec<Str<'a>> = "profile",
    }
}

element! {
    /// A business identifier.
    pub struct Identifier<'a> {
        /// Namespace of the value.
        system: Option<Str<'a>> = "system",
        /// The identifier itself.
        value: Option<Str<'a>> = "value",
    }
}

element! {
    /// A code of a code system.
    pub struct Coding<'a> {
        /// URI of the code system.
        system: Option<Str<'a>> = "system",
        /// Version of the code system.
        version: Option<Str<'a>> = "version",
        /// The code.
        code: Option<Str<'a>> = "code",
        /// What the sender says the code means.
        display: Option<Str<'a>> = "display",
    }
}

/// A concept, by codes that mean the same and by text.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CodeableConcept<'a> {
    /// Codes, each of which means the concept.
    pub coding: Vec<Coding<'a>>,
    /// The concept as written.
    pub text: Option<Str<'a>>,
    /// What a profile adds; mCODE puts the side of a body site here.
    pub extension: Vec<Extension<'a>>,
}

element! {
    /// A pointer to another resource.
    pub struct Reference<'a> {
        /// Address: `Type/id`, `urn:uuid:…`, an absolute URL, or `#id` of a contained resource.
        reference: Option<Str<'a>> = "reference",
        /// Type of the target, if said.
        type_: Option<Str<'a>> = "type",
        /// Identifier of the target, where there is no address.
        identifier: Option<Identifier<'a>> = "identifier",
        /// Text in place of, or beside, the target.
        display: Option<Str<'a>> = "display",
    }
}

/// A concept or a pointer to a resource that says it: `medication[x]`, `item[x]`, `reasonCode` and `reasonReference`.
/// FHIR R5 made this a data type; earlier versions write the two as keys of their own. Both may be there.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CodeableReference<'a> {
    /// The concept.
    pub concept: Option<CodeableConcept<'a>>,
    /// The pointer.
    pub reference: Option<Reference<'a>>,
}

/// A span of time. Either end may be open or unknown.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Period {
    /// When it began.
    pub start: Option<PartialDate>,
    /// When it ended.
    pub end: Option<PartialDate>,
}

/// A measured amount.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Quantity<'a> {
    /// The number.
    pub value: Option<Decimal<'a>>,
    /// `<`, `<=`, `>=`, `>` or `ad`: the true value is on that side of the number.
    pub comparator: Option<Str<'a>>,
    /// Unit for people.
    pub unit: Option<Str<'a>>,
    /// Code system of the unit.
    pub system: Option<Str<'a>>,
    /// Code of the unit.
    pub code: Option<Str<'a>>,
}

element! {
    /// Two amounts and all between them, both included.
    pub struct Range<'a> {
        /// The lower one; open if absent.
        low: Option<Quantity<'a>> = "low",
        /// The higher one; open if absent.
        high: Option<Quantity<'a>> = "high",
    }
}

element! {
    /// One amount in relation to another.
    pub struct Ratio<'a> {
        /// The amount above the line.
        numerator: Option<Quantity<'a>> = "numerator",
        /// The amount below the line.
        denominator: Option<Quantity<'a>> = "denominator",
    }
}

/// A remark.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Annotation<'a> {
    /// When it was made.
    pub time: Option<PartialDate>,
    /// The remark.
    pub text: Option<Str<'a>>,
}

element! {
    /// How a drug is or was taken, as far as the pathway asks.
    pub struct Dosage<'a> {
        /// The instruction as written.
        text: Option<Str<'a>> = "text",
        /// How it enters the body.
        route: Option<CodeableConcept<'a>> = "route",
        /// Amount in one administration, where written directly (MedicationAdministration).
        dose: Option<Quantity<'a>> = "dose",
        /// The same as DSTU2 and STU3 write it.
        dose_quantity: Option<Quantity<'a>> = "doseQuantity",
        /// Amounts of an instruction.
        dose_and_rate: Vec<DoseAndRate<'a>> = "doseAndRate",
    }
}

element! {
    /// Amount of an instruction.
    pub struct DoseAndRate<'a> {
        /// Amount in one administration.
        dose_quantity: Option<Quantity<'a>> = "doseQuantity",
    }
}

/// A text; a number or boolean in its place is read as written, and noted.
impl<'a> Read<'a> for Str<'a> {
    fn read(json: &mut Json<'a>) -> Result<Option<Self>, Syntax> {
        const EXPECTED: &str = "a string";
        let found = json.peek()?;
        let at = json.at();
        match found {
            Kind::String => json.string().map(Some),
            Kind::Number => {
                json.note(at, ProblemKind::Coerced { expected: EXPECTED, found });
                json.number().map(|number| Some(Cow::Borrowed(number)))
            }
            _ => wrong_type(json, EXPECTED),
        }
    }
}

impl<'a> Read<'a> for bool {
    fn read(json: &mut Json<'a>) -> Result<Option<Self>, Syntax> {
        match json.peek()? {
            Kind::Boolean => json.boolean().map(Some),
            _ => wrong_type(json, "a boolean"),
        }
    }
}

/// A whole number within 64 bits.
impl<'a> Read<'a> for i64 {
    fn read(json: &mut Json<'a>) -> Result<Option<Self>, Syntax> {
        if json.peek()? != Kind::Number {
            return wrong_type(json, "a whole number");
        }
        let at = json.at();
        let text = json.number()?;
        let number = text.parse().ok();
        if number.is_none() {
            json.note(at, ProblemKind::Number(text.to_owned()));
        }
        Ok(number)
    }
}

impl<'a> Read<'a> for PartialDate {
    fn read(json: &mut Json<'a>) -> Result<Option<Self>, Syntax> {
        if json.peek()? != Kind::String {
            return wrong_type(json, "a date in quotes");
        }
        let at = json.at();
        match PartialDate::parse(&json.string()?) {
            Ok(date) => Ok(Some(date)),
            Err(error) => {
                json.note(at, ProblemKind::Date(error.to_string()));
                Ok(None)
            }
        }
    }
}

impl<'a> Read<'a> for Period {
    fn read(json: &mut Json<'a>) -> Result<Option<Self>, Syntax> {
        if json.peek()? != Kind::Object {
            return wrong_type(json, "an object");
        }
        let mut period = Period::default();
        json.open_object()?;
        let mut first = true;
        while let Some(key) = json.key(&mut first)? {
            match &*key {
                "start" => period.start.fill(json)?,
                "end" => period.end.fill(json)?,
                _ => json.skip()?,
            }
        }
        Ok(Some(period))
    }
}

/// A bare number is read as an amount without a unit, and noted.
impl<'a> Read<'a> for Quantity<'a> {
    fn read(json: &mut Json<'a>) -> Result<Option<Self>, Syntax> {
        let mut quantity = Quantity::default();
        let found = json.peek()?;
        match found {
            Kind::Object => {}
            Kind::Number => {
                json.note(json.at(), ProblemKind::Coerced { expected: "a quantity", found });
                quantity.value = Decimal::read(json)?;
                return Ok(Some(quantity));
            }
            _ => return wrong_type(json, "a quantity"),
        }
        json.open_object()?;
        let mut first = true;
        while let Some(key) = json.key(&mut first)? {
            match &*key {
                "value" => quantity.value.fill(json)?,
                "comparator" => quantity.comparator.fill(json)?,
                "unit" => quantity.unit.fill(json)?,
                "system" => quantity.system.fill(json)?,
                "code" => quantity.code.fill(json)?,
                _ => json.skip()?,
            }
        }
        Ok(Some(quantity))
    }
}

/// Earlier versions have a bare string (`comments`).
impl<'a> Read<'a> for Annotation<'a> {
    fn read(json: &mut Json<'a>) -> Result<Option<Self>, Syntax> {
        let mut annotation = Annotation::default();
        match json.peek()? {
            Kind::Object => {}
            Kind::String => {
                annotation.text = Some(json.string()?);
                return Ok(Some(annotation));
            }
            _ => return wrong_type(json, "an annotation"),
        }
        json.open_object()?;
        let mut first = true;
        while let Some(key) = json.key(&mut first)? {
            match &*key {
                "time" => annotation.time.fill(json)?,
                "text" => annotation.text.fill(json)?,
                _ => json.skip()?,
            }
        }
        Ok(Some(annotation))
    }
}

/// Also reads what stands in a concept's place in other versions, or by mistake: a `Coding`, a `CodeableReference`
/// (only its concept), and a string, which becomes the text and is noted.
impl<'a> Read<'a> for CodeableConcept<'a> {
    fn read(json: &mut Json<'a>) -> Result<Option<Self>, Syntax> {
        let mut concept = CodeableConcept::default();
        let found = json.peek()?;
        match found {
            Kind::Object => {}
            Kind::String => {
                json.note(json.at(), ProblemKind::Coerced { expected: "a CodeableConcept", found });
                concept.text = Some(json.string()?);
                return Ok(Some(concept));
            }
            _ => return wrong_type(json, "a CodeableConcept"),
        }
        let mut own = Coding::default();
        json.open_object()?;
        let mut first = true;
        while let Some(key) = json.key(&mut first)? {
            match &*key {
                "coding" => concept.coding.fill(json)?,
                "text" => concept.text.fill(json)?,
                "extension" => concept.extension.fill(json)?,
                "system" => own.system.fill(json)?,
                "version" => own.version.fill(json)?,
                "code" => own.code.fill(json)?,
                "display" => own.display.fill(json)?,
                "concept" => {
                    let mut inner: Option<CodeableConcept<'a>> = None;
                    inner.fill(json)?;
                    if let Some(inner) = inner {
                        concept = inner;
                    }
                }
                _ => json.skip()?,
            }
        }
        if own != Coding::default() {
            concept.coding.push(own);
        }
        Ok(Some(concept))
    }
}

impl<'a> Read<'a> for CodeableReference<'a> {
    fn read(json: &mut Json<'a>) -> Result<Option<Self>, Syntax> {
        let mut both = CodeableReference::default();
        if json.peek()? != Kind::Object {
            return wrong_type(json, "a CodeableReference");
        }
        json.open_object()?;
        let mut first = true;
        while let Some(key) = json.key(&mut first)? {
            match &*key {
                "concept" => both.concept.fill(json)?,
                "reference" => both.fill_reference(json)?,
                "coding" => both.concept.get_or_insert_default().coding.fill(json)?,
                "text" => both.concept.get_or_insert_default().text.fill(json)?,
                "display" => both.reference.get_or_insert_default().display.fill(json)?,
                _ => json.skip()?,
            }
        }
        Ok(Some(both))
    }
}

impl<'a> CodeableReference<'a> {
    fn of_concept(concept: CodeableConcept<'a>) -> CodeableReference<'a> {
        CodeableReference { concept: Some(concept), reference: None }
    }

    fn of_reference(reference: Reference<'a>) -> CodeableReference<'a> {
        CodeableReference { concept: None, reference: Some(reference) }
    }

    /// `reference` holds a Reference in R5; elsewhere a bare address is met.
    fn fill_reference(&mut self, json: &mut Json<'a>) -> Result<(), Syntax> {
        if json.peek()? == Kind::String {
            let reference = Some(json.string()?);
            self.reference = Some(Reference { reference, ..Reference::default() });
            return Ok(());
        }
        self.reference.fill(json)
    }
}

/// `medicationCodeableConcept`, `medicationReference`, and `medication` of R5.
impl<'a> FillChoice<'a> for CodeableReference<'a> {
    fn fill_choice(&mut self, kind: &str, json: &mut Json<'a>) -> Result<(), Syntax> {
        match kind {
            "CodeableConcept" => self.concept.fill(json),
            "Reference" => self.reference.fill(json),
            "" => {
                let mut both: Option<CodeableReference<'a>> = None;
                both.fill(json)?;
                if let Some(both) = both {
                    *self = both;
                }
                Ok(())
            }
            _ => json.skip(),
        }
    }
}

/// `reasonCode` and `reasonReference`, and `reason` of R5.
impl<'a> FillChoice<'a> for Vec<CodeableReference<'a>> {
    fn fill_choice(&mut self, kind: &str, json: &mut Json<'a>) -> Result<(), Syntax> {
        match kind {
            "Code" | "CodeableConcept" => {
                let mut concepts = Vec::new();
                concepts.fill(json)?;
                self.extend(concepts.into_iter().map(CodeableReference::of_concept));
            }
            "Reference" => {
                let mut references = Vec::new();
                references.fill(json)?;
                self.extend(references.into_iter().map(CodeableReference::of_reference));
            }
            "" => self.fill(json)?,
            _ => json.skip()?,
        }
        Ok(())
    }
}

/// A status that is a code in earlier versions of FHIR and a concept in later ones: a bare string becomes a code
/// without a system.
pub(super) fn code_or_concept<'a>(field: &mut Option<CodeableConcept<'a>>, json: &mut Json<'a>) -> Result<(), Syntax> {
    if json.peek()? != Kind::String {
        return field.fill(json);
    }
    let code = Some(json.string()?);
    let coding = vec![Coding { code, ..Coding::default() }];
    *field = Some(CodeableConcept { coding, ..CodeableConcept::default() });
    Ok(())
}

/// The same for a list: `Encounter.class` is a code in DSTU2, a Coding in R4, concepts in R5.
pub(super) fn code_or_concepts<'a>(field: &mut Vec<CodeableConcept<'a>>, json: &mut Json<'a>) -> Result<(), Syntax> {
    if json.peek()? != Kind::String {
        return field.fill(json);
    }
    let mut concept = None;
    code_or_concept(&mut concept, json)?;
    field.extend(concept);
    Ok(())
}
