//! Germline BRCA1 and BRCA2: what single entries say of which gene.
//!
//! How much was examined decides what "nothing found" means. A test of the whole gene excludes what such tests find; a
//! test of one variant, or a variant reported absent, excludes that variant alone. A variant found without a word on its
//! significance, or without saying that it is inherited, stays unclassified. Somatic variants say nothing here.

use her2path_knowledge::model::ValueSetIndex;

use super::Reader;
use super::coding::{meaning, said};
use super::visible::{Standing, standing};
use crate::date::PartialDate;
use crate::fhir::{CodeableConcept, Located, Observation, Value, When};
use crate::guideline::value_set;
use crate::issue::Issue;

/// One of the two genes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Gene {
    Brca1,
    Brca2,
}

impl Gene {
    fn parse(name: &str) -> Option<Self> {
        match name {
            "BRCA1" => Some(Self::Brca1),
            "BRCA2" => Some(Self::Brca2),
            _ => None,
        }
    }
}

/// What was found. In the order in which one result goes before another: a variant once found is not taken back by a
/// later test that does not see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum GermlineResult {
    /// Pathogenic or likely pathogenic, and inherited.
    Pathogenic,
    /// A variant, without its significance or without saying that it is inherited.
    Unclassified,
    /// A variant of uncertain significance.
    Uncertain,
    /// Nothing found in the whole gene.
    Negative,
    /// Some variants are absent; others were not looked for.
    VariantAbsent,
}

/// What one entry says.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct GermlineFinding {
    /// The genes that it names; empty where it names none.
    pub(crate) genes: Vec<Gene>,
    pub(crate) result: GermlineResult,
    pub(crate) source: String,
    pub(crate) said: String,
    pub(crate) date: Option<PartialDate>,
    pub(crate) preliminary: bool,
}

/// How much a test examines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Scope {
    WholeGene,
    SingleVariants,
}

/// What a carrier condition or finding says: the genes that it names, and the result. That no marker of susceptibility
/// was detected does not say which genes were examined, or how much of them.
pub(super) fn of_condition(meaning: &str) -> (Vec<Gene>, GermlineResult) {
    match Gene::parse(meaning) {
        Some(gene) => (vec![gene], GermlineResult::Pathogenic),
        None if meaning == "not-detected" => (vec![Gene::Brca1, Gene::Brca2], GermlineResult::VariantAbsent),
        None => (Vec::new(), GermlineResult::Unclassified),
    }
}

impl Reader<'_, '_> {
    /// The answer to a test of one or both genes.
    pub(super) fn germline_test(
        &mut self,
        observation: &Located<'_, Observation<'_>>,
        found: &[(ValueSetIndex, Option<&str>)],
        value: Option<&Value<'_>>,
        element: &'static str,
    ) {
        let asked = |set: ValueSetIndex| found.iter().find(|(of, _)| *of == set).and_then(|(_, meaning)| *meaning);
        let (scope, name) = match (asked(value_set::BRCA_TEST), asked(value_set::BRCA_SINGLE_VARIANT_TEST)) {
            (Some(name), _) => (Scope::WholeGene, name),
            (None, Some(name)) => (Scope::SingleVariants, name),
            (None, None) => return,
        };
        let genes = Gene::parse(name).map_or_else(|| vec![Gene::Brca1, Gene::Brca2], |gene| vec![gene]);
        let Some(value) = value else { return };
        let (answer, words) = match value {
            Value::CodeableConcept(concept) => (self.germline_answer(concept, &genes, scope), said(concept)),
            Value::String(text) => (answer_in_words(text, &genes, scope), text.to_string()),
            Value::Boolean(present) => {
                (Some(presence(if *present { "present" } else { "absent" }, &genes, scope)), present.to_string())
            }
            _ => (None, "a value of another type".to_owned()),
        };
        let Some((genes, result)) = answer else {
            self.unreadable(observation, element, &words);
            return;
        };
        let note = match (scope, genes.as_slice()) {
            (Scope::WholeGene, [_, _]) => format!("panel of BRCA1 and BRCA2: {words}"),
            (Scope::WholeGene, _) => format!("{name}: {words}"),
            (Scope::SingleVariants, _) => format!("single variants of {name}: {words}"),
        };
        self.germline_finding(observation, genes, result, note);
    }

    fn germline_answer(
        &self,
        concept: &CodeableConcept<'_>,
        genes: &[Gene],
        scope: Scope,
    ) -> Option<(Vec<Gene>, GermlineResult)> {
        let of = |set| meaning(self.knowledge, concept, set);
        if let Some(carrier) = of(value_set::BRCA_CARRIER_CONDITION) {
            return match of_condition(carrier) {
                // An answer that names a gene which was not asked for is not an answer.
                (named, result) if !named.is_empty() && result == GermlineResult::Pathogenic => {
                    named.iter().all(|gene| genes.contains(gene)).then_some((named, result))
                }
                (_, GermlineResult::VariantAbsent) => Some(presence("absent", genes, scope)),
                (_, result) => Some((genes.to_vec(), result)),
            };
        }
        if let Some(significance) = of(value_set::VARIANT_SIGNIFICANCE) {
            return Some(match significance {
                "pathogenic" | "likely-pathogenic" if genes.len() == 1 => (genes.to_vec(), GermlineResult::Pathogenic),
                // A panel's answer does not say in which gene.
                "pathogenic" | "likely-pathogenic" => (Vec::new(), GermlineResult::Pathogenic),
                "uncertain" if genes.len() == 1 => (genes.to_vec(), GermlineResult::Uncertain),
                "uncertain" => (Vec::new(), GermlineResult::Uncertain),
                _ => presence("absent", genes, scope),
            });
        }
        let found = of(value_set::RECEPTOR_RESULT).or_else(|| of(value_set::GENE_VARIANT_PRESENCE))?;
        matches!(found, "positive" | "present" | "negative" | "absent").then(|| presence(found, genes, scope))
    }

    /// A variant of BRCA1 or BRCA2 as HL7 Genomics Reporting states it: gene, origin and significance in components.
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
        let Some(name) = component("gene", value_set::GENE) else { return };
        let Some(gene) = Gene::parse(name) else { return };
        let origin = component("source-class", value_set::GENOMIC_SOURCE_CLASS);
        if origin == Some("somatic") {
            return;
        }
        let present = match &observation.value {
            Some(Value::CodeableConcept(value)) => meaning(self.knowledge, value, value_set::GENE_VARIANT_PRESENCE),
            _ => None,
        };
        let significance = component("significance", value_set::VARIANT_SIGNIFICANCE);
        let result = match (present, significance, origin) {
            (Some("absent"), _, _) | (Some("present"), Some("benign" | "likely-benign"), _) => {
                GermlineResult::VariantAbsent
            }
            (Some("present"), Some("pathogenic" | "likely-pathogenic"), Some("germline")) => GermlineResult::Pathogenic,
            (Some("present"), Some("uncertain"), Some("germline")) => GermlineResult::Uncertain,
            (Some("indeterminate" | "no-call"), _, _) => {
                let words = format!("{name} variant {}", present.unwrap_or_default());
                self.unreadable(observation, "value", &words);
                return;
            }
            _ => GermlineResult::Unclassified,
        };
        let said = format!(
            "{name} variant {}, {}, {}",
            present.unwrap_or("not said whether present"),
            significance.unwrap_or("significance not said"),
            origin.unwrap_or("not said whether inherited"),
        );
        self.germline_finding(observation, vec![gene], result, said);
    }

    fn germline_finding(
        &mut self,
        observation: &Located<'_, Observation<'_>>,
        genes: Vec<Gene>,
        result: GermlineResult,
        said: String,
    ) {
        self.asserted.germline.push(GermlineFinding {
            genes,
            result,
            source: observation.place.name.clone(),
            said,
            date: observation.effective.as_ref().and_then(When::start).or(observation.issued),
            preliminary: standing(observation.status.as_deref()) == Standing::Preliminary,
        });
    }

    /// A test that says that no marker was found, or a carrier condition.
    pub(super) fn germline_condition(&mut self, source: &str, coded: &str, said: String, date: Option<PartialDate>) {
        let (genes, result) = of_condition(coded);
        if result == GermlineResult::VariantAbsent {
            let message = format!("`{said}` does not say which genes were examined; it does not make BRCA negative");
            self.issues.push(Issue::information("germline-scope", message).at(source.to_owned()));
        }
        let source = source.to_owned();
        self.asserted.germline.push(GermlineFinding { genes, result, source, said, date, preliminary: false });
    }
}

/// "Present" does not say whether the variant is pathogenic, nor, of a panel, in which gene it lies. "Absent" is as wide
/// as the test.
fn presence(found: &str, genes: &[Gene], scope: Scope) -> (Vec<Gene>, GermlineResult) {
    match (found, scope) {
        ("positive" | "present", _) if genes.len() == 1 => (genes.to_vec(), GermlineResult::Unclassified),
        ("positive" | "present", _) => (Vec::new(), GermlineResult::Unclassified),
        (_, Scope::WholeGene) => (genes.to_vec(), GermlineResult::Negative),
        (_, Scope::SingleVariants) => (genes.to_vec(), GermlineResult::VariantAbsent),
    }
}

/// Whole answers only; a sentence may be about a relative or another gene.
fn answer_in_words(text: &str, genes: &[Gene], scope: Scope) -> Option<(Vec<Gene>, GermlineResult)> {
    match text.trim().trim_end_matches('.').to_lowercase().as_str() {
        "negative" | "not detected" | "none detected" | "no pathogenic variant detected" | "no mutation detected" => {
            Some(presence("absent", genes, scope))
        }
        "positive" | "detected" => Some(presence("present", genes, scope)),
        "pathogenic" | "likely pathogenic" if genes.len() == 1 => Some((genes.to_vec(), GermlineResult::Pathogenic)),
        "uncertain significance" | "variant of uncertain significance" | "vus" if genes.len() == 1 => {
            Some((genes.to_vec(), GermlineResult::Uncertain))
        }
        _ => None,
    }
}
