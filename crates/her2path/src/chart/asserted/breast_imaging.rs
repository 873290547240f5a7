//! BI-RADS categories, and what shows that tissue of the breast was taken: each with its side.

use super::Reader;
use super::coding::{self, meaning, said};
use super::laterality::side_of;
use super::visible::{Standing, recorded_by, standing};
use crate::date::PartialDate;
use crate::fhir::{CodeableConcept, Located, Observation, Value, When};
use crate::guideline::value_set;
use crate::issue::Issue;

/// One BI-RADS category.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct BreastImaging {
    /// `0` to `6`, with the parts of 4.
    pub(crate) category: String,
    /// `left`, `right` or `both`; absent where the entry does not say.
    pub(crate) side: Option<&'static str>,
    pub(crate) source: String,
    pub(crate) said: String,
    pub(crate) date: Option<PartialDate>,
    pub(crate) preliminary: bool,
}

/// Tissue of the breast was taken or examined.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct BreastTissue {
    pub(crate) side: Option<&'static str>,
    pub(crate) source: String,
    pub(crate) said: String,
    pub(crate) date: Option<PartialDate>,
}

impl Reader<'_, '_> {
    /// A BI-RADS category: the answer to the question for it, or an answer that is one whatever was asked.
    pub(super) fn breast_imaging(
        &mut self,
        observation: &Located<'_, Observation<'_>>,
        value: Option<&Value<'_>>,
        element: &'static str,
    ) {
        let (category, words) = match value {
            None => return,
            Some(Value::CodeableConcept(concept)) => (
                meaning(self.knowledge, concept, value_set::BIRADS_CATEGORY).or_else(|| category(&said(concept))),
                said(concept),
            ),
            Some(Value::String(text)) => (category(text), text.to_string()),
            Some(Value::Integer(number)) => (category(&number.to_string()), number.to_string()),
            Some(_) => (None, "a value of another type".to_owned()),
        };
        let Some(category) = category.map(str::to_owned) else {
            self.unreadable(observation, element, &words);
            return;
        };
        self.asserted.breast_imaging.push(BreastImaging {
            category,
            side: side_of(self.knowledge, &observation.body_site),
            source: observation.place.name.clone(),
            said: words,
            date: observation.effective.as_ref().and_then(When::start).or(observation.issued),
            preliminary: standing(observation.status.as_deref()) == Standing::Preliminary,
        });
    }

    /// Whether an answer is a BI-RADS category by its code.
    pub(super) fn is_birads(&self, value: Option<&Value<'_>>) -> bool {
        matches!(value, Some(Value::CodeableConcept(concept)) if coding::is_in(self.knowledge, concept, value_set::BIRADS_CATEGORY))
    }

    /// A report of a breast biopsy that stands as an Observation.
    pub(super) fn biopsy_report(&mut self, observation: &Located<'_, Observation<'_>>) {
        let breast = observation.code.as_ref().and_then(|code| meaning(self.knowledge, code, value_set::BIOPSY));
        let date = observation.effective.as_ref().and_then(When::start).or(observation.issued);
        if breast == Some("breast") {
            self.tissue(
                observation.code.as_ref(),
                observation.body_site.as_slice(),
                &observation.place.name,
                standing(observation.status.as_deref()),
                date,
            );
        }
    }

    fn tissue(
        &mut self,
        code: Option<&CodeableConcept<'_>>,
        sites: &[CodeableConcept<'_>],
        source: &str,
        standing: Standing,
        date: Option<PartialDate>,
    ) {
        let words = code.map(said).unwrap_or_default();
        match standing {
            Standing::Void => {}
            Standing::Preliminary => {
                let message = format!("`{words}` is not final; it closes no follow-up");
                self.issues.push(Issue::information("preliminary-result", message).at(source.to_owned()));
            }
            Standing::Final => {
                let side = side_of(self.knowledge, sites);
                let source = source.to_owned();
                self.asserted.breast_tissue.push(BreastTissue { side, source, said: words, date });
            }
        }
    }
}

/// Biopsies and operations of the breast, and reports of them: they show that tissue was examined, and when.
pub(super) fn read_tissue(reader: &mut Reader<'_, '_>) {
    for procedure in &reader.record.procedures {
        let Some(code) = &procedure.code else { continue };
        let date = procedure.performed.as_ref().and_then(When::start);
        let standing = standing(procedure.status.as_deref());
        if standing == Standing::Void || procedure.not_done == Some(true) || !recorded_by(date, reader.as_of) {
            continue;
        }
        let source = &procedure.place.name;
        reader.check_codes(code, source, "code");
        let biopsy = meaning(reader.knowledge, code, value_set::BIOPSY);
        let at_breast =
            |site: &CodeableConcept<'_>| meaning(reader.knowledge, site, value_set::BODY_SITE) == Some("breast");
        let breast = biopsy == Some("breast")
            || (biopsy == Some("unspecified") && procedure.body_site.iter().any(at_breast))
            || coding::is_in(reader.knowledge, code, value_set::BREAST_SURGERY);
        if breast {
            reader.tissue(Some(code), &procedure.body_site, source, standing, date);
        }
    }
    for report in &reader.record.diagnostic_reports {
        let Some(code) = &report.code else { continue };
        let date = report.effective.as_ref().and_then(When::start).or(report.issued);
        if meaning(reader.knowledge, code, value_set::BIOPSY) == Some("breast") && recorded_by(date, reader.as_of) {
            reader.tissue(Some(code), &[], &report.place.name, standing(report.status.as_deref()), date);
        }
    }
}

/// `4B`, `BI-RADS 4B`, `BIRADS 4b`, `category 4B`: the whole text, nothing else.
fn category(text: &str) -> Option<&'static str> {
    const CATEGORIES: [&str; 10] = ["0", "1", "2", "3", "4", "4A", "4B", "4C", "5", "6"];
    let text = text.trim().to_uppercase();
    let mut rest = text.as_str();
    for word in ["BI-RADS", "BIRADS", "ACR", "CATEGORY", ":"] {
        rest = rest.strip_prefix(word).unwrap_or(rest).trim_start();
    }
    CATEGORIES.into_iter().find(|category| *category == rest)
}
