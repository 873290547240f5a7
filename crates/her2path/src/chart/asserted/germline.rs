//! Germline BRCA1 and BRCA2.

use her2path_knowledge::model::ValueSetIndex;

use super::Reader;
use super::coding::meaning;
use super::measures::{Answer, Measure, MeasureKind};
use super::visible::{Standing, standing};
use crate::fhir::{Located, Observation, Value, When};
use crate::guideline::value_set;

impl Reader<'_, '_> {
    /// A germline variant of BRCA1 or BRCA2: gene, presence and significance stand in components.
    pub(super) fn genetic_variant(&mut self, observation: &Located<'_, Observation<'_>>) {
        let component = |wanted: &str, answers: ValueSetIndex| {
            observation.component.iter().find_map(|component| {
                let code = component.code.as_ref()?;
                let asked = meaning(self.knowledge, code, value_set::GENETIC_VARIANT_TEST)? == wanted;
                let Some(Value::CodeableConcept(value)) = component.value.as_ref().filter(|_| asked) else {
                    return None;
                };
                meaning(self.knowledge, value, answers)
            })
        };
        let gene = component("gene", value_set::GENE);
        let germline = component("source-class", value_set::GENOMIC_SOURCE_CLASS);
        if !matches!(gene, Some("BRCA1" | "BRCA2")) || germline == Some("somatic") {
            return;
        }
        let present = match &observation.value {
            Some(Value::CodeableConcept(value)) => meaning(self.knowledge, value, value_set::GENE_VARIANT_PRESENCE),
            _ => None,
        };
        let significance = component("significance", value_set::VARIANT_SIGNIFICANCE);
        let answer = match (present, significance, germline) {
            (Some("present"), Some("pathogenic" | "likely-pathogenic"), Some("germline")) => "pathogenic",
            (Some("absent"), _, _) | (Some("present"), Some("benign" | "likely-benign"), _) => "negative",
            _ => "uncertain",
        };
        self.asserted.measures.push(Measure {
            kind: MeasureKind::Brca,
            answer: Answer::Code(answer.to_owned()),
            source: observation.place.name.clone(),
            said: format!(
                "{} variant {}, {}",
                gene.unwrap_or_default(),
                present.unwrap_or("not said whether present"),
                significance.unwrap_or("significance not said")
            ),
            date: observation.effective.as_ref().and_then(When::start).or(observation.issued),
            preliminary: standing(observation.status.as_deref()) == Standing::Preliminary,
        });
    }
}
