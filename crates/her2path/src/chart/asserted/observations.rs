//! What an Observation is about: each question, by the value sets that list its code, goes to the file that reads its answer.
//!
//! A statement on one cancer counts only where it is about the breast cancer.

use her2path_knowledge::model::ValueSetIndex;

use super::Reader;
use super::cancer_kind::{self, Concern};
use super::coding::{self, meaning, roles, said};
use super::conditions::{MetastasisMention, site};
use super::history;
use super::measures::MeasureKind;
use super::receptor_results::{self, Asked, ReceptorTest};
use super::staging;
use super::visible::{Standing, recorded_by, standing};
use crate::fhir::CodeableConcept;
use crate::fhir::Located;
use crate::fhir::Observation;
use crate::fhir::{Value, When};
use crate::guideline::value_set;
use crate::issue::Issue;

impl Reader<'_, '_> {
    /// Reads whatever an Observation says that matters.
    pub(super) fn observation(&mut self, observation: &Located<'_, Observation<'_>>) {
        let Some(code) = &observation.code else { return };
        let effective = observation.effective.as_ref().and_then(When::start);
        if !recorded_by(observation.issued.or(effective), self.as_of) || !recorded_by(effective, self.as_of) {
            return;
        }
        let standing = standing(observation.status.as_deref());
        if standing == Standing::Void {
            return;
        }
        let source = &observation.place.name;
        self.check_codes(code, source, "code");
        if let Some(Value::CodeableConcept(value)) = &observation.value {
            self.check_codes(value, source, "value");
        }
        let knowledge = self.knowledge;
        let found: Vec<(ValueSetIndex, Option<&str>)> =
            roles(knowledge, code).map(|(set, concept)| (set, concept.meaning.as_deref())).collect();
        self.one(observation, &found, observation.value.as_ref(), &observation.interpretation, "value");
        for component in &observation.component {
            let Some(code) = &component.code else { continue };
            self.check_codes(code, source, "component.code");
            let found: Vec<(ValueSetIndex, Option<&str>)> =
                roles(knowledge, code).map(|(set, concept)| (set, concept.meaning.as_deref())).collect();
            self.one(observation, &found, component.value.as_ref(), &component.interpretation, "component.value");
        }
        if found.iter().any(|(set, _)| *set == value_set::GENETIC_VARIANT_TEST) {
            self.genetic_variant(observation);
        }
        self.biopsy_report(observation);
    }

    fn one<'a>(
        &mut self,
        observation: &Located<'_, Observation<'_>>,
        found: &[(ValueSetIndex, Option<&str>)],
        value: Option<&Value<'a>>,
        interpretation: &[CodeableConcept<'a>],
        element: &'static str,
    ) {
        if self.is_birads(value) || found.iter().any(|(set, _)| *set == value_set::BIRADS_TEST) {
            self.breast_imaging(observation, value, element);
        }
        if found.is_empty() {
            return;
        }
        history::observe(self, observation, found, value, element);
        let sets: Vec<ValueSetIndex> = found.iter().map(|(set, _)| *set).collect();
        if sets.iter().any(|set| ABOUT_A_CANCER.contains(set)) && !self.about_breast_cancer(observation, &sets) {
            return;
        }
        if let Some(test) = ReceptorTest::of_roles(&sets) {
            let share = receptor_results::asks_share(&sets);
            receptor_results::read(self, observation, &Asked { test, share, value, interpretation, element });
            return;
        }
        if sets.contains(&value_set::ER_PR_COMBINED) {
            self.combined_receptors(observation, value, interpretation, element);
            return;
        }
        if let Some((kind, classification)) = staging::kind_of_roles(found) {
            staging::read(self, observation, kind, classification);
            return;
        }
        let metastasis =
            [value_set::DISTANT_METASTASIS_SITE_TEST, value_set::METASTASIS_HISTORY_TEST, value_set::BRAIN_MRI];
        if metastasis.iter().any(|set| sets.contains(set)) {
            self.metastasis(observation, found, value);
            return;
        }
        self.germline_test(observation, found, value, element);
        for (set, kind) in KINDS {
            if sets.contains(&set) {
                self.measure(observation, kind, found, value, element);
            }
        }
    }

    /// Whether a statement on a cancer is about the breast cancer. Tests that name a breast cancer specimen are; others
    /// follow the focus, and with several primaries on record one without a focus is not used.
    fn about_breast_cancer(&mut self, observation: &Located<'_, Observation<'_>>, sets: &[ValueSetIndex]) -> bool {
        let receptors = ReceptorTest::of_roles(sets).is_some();
        let (code, message) = match cancer_kind::concern(self, observation) {
            Concern::Breast => return true,
            Concern::NotSaid | Concern::OnlyOther if receptors && self.names_breast(observation) => return true,
            Concern::Other => ("about-another-cancer", "this is about another cancer; it was not used"),
            Concern::OnlyOther => {
                ("about-another-cancer", "the only primary cancer on record is not of the breast; it was not used")
            }
            Concern::NotSaid => (
                "primary-not-said",
                "more than one cancer is on record and this does not say which it is about; it was not used: give it a focus",
            ),
        };
        self.issues.push(Issue::warning(code, message).at(observation.place.name.clone()));
        false
    }

    /// Whether the question itself names a breast cancer specimen, as LOINC's newer receptor tests do.
    fn names_breast(&self, observation: &Observation<'_>) -> bool {
        let Some(code) = &observation.code else { return false };
        roles(self.knowledge, code).any(|(_, concept)| concept.display.to_lowercase().contains("breast"))
    }

    /// A combined test of both receptors: a negative one says both, a positive one does not say which.
    fn combined_receptors<'a>(
        &mut self,
        observation: &Located<'_, Observation<'_>>,
        value: Option<&Value<'a>>,
        interpretation: &[CodeableConcept<'a>],
        element: &'static str,
    ) {
        let negative = match value {
            Some(Value::CodeableConcept(concept)) => {
                meaning(self.knowledge, concept, value_set::RECEPTOR_RESULT) == Some("negative")
            }
            Some(Value::String(text)) => text.trim().eq_ignore_ascii_case("negative"),
            _ => false,
        };
        if negative {
            for test in [ReceptorTest::Er, ReceptorTest::Pr] {
                let share = false;
                receptor_results::read(self, observation, &Asked { test, share, value, interpretation, element });
            }
        } else {
            self.issues.push(
                Issue::warning(
                    "combined-receptors",
                    "a combined result for ER and PgR does not say which is positive; record them apart",
                )
                .at(format!("{}.{element}", observation.place.name)),
            );
        }
    }

    fn metastasis(
        &mut self,
        observation: &Located<'_, Observation<'_>>,
        found: &[(ValueSetIndex, Option<&str>)],
        value: Option<&Value<'_>>,
    ) {
        // "None" in answer to imaging of the brain, or with the brain as its site, speaks of the brain alone.
        let of_brain = found.iter().any(|(set, _)| *set == value_set::BRAIN_MRI)
            || observation.body_site.as_ref().and_then(|s| meaning(self.knowledge, s, value_set::BODY_SITE))
                == Some("brain");
        let (site, absent, said) = match value {
            // mCODE's history of metastatic cancer: the code names the site, the boolean says whether.
            Some(Value::Boolean(true)) => {
                let coded = found.iter().find_map(|(_, meaning)| *meaning).unwrap_or("unspecified");
                (Some(site(coded)), false, "history of metastatic cancer".to_owned())
            }
            Some(Value::Boolean(false)) => return,
            Some(Value::CodeableConcept(concept)) => {
                let none = coding::is_in(self.knowledge, concept, value_set::METASTASIS_ABSENT)
                    || said(concept).trim().eq_ignore_ascii_case("none");
                let sites = [value_set::BODY_SITE, value_set::SECONDARY_NEOPLASM];
                let named = sites.into_iter().find_map(|set| meaning(self.knowledge, concept, set)).map(site);
                match (none, named) {
                    (true, _) => (of_brain.then_some("brain"), true, said(concept)),
                    (false, Some(named)) => (Some(named), false, said(concept)),
                    (false, None) => {
                        self.unreadable(observation, "value", &said(concept));
                        return;
                    }
                }
            }
            _ => return,
        };
        self.asserted.metastasis_mentions.push(MetastasisMention {
            source: observation.place.name.clone(),
            date: observation.effective.as_ref().and_then(When::start).or(observation.issued),
            said,
            site,
            absent,
        });
    }
}

/// Questions whose answer belongs to one cancer.
const ABOUT_A_CANCER: [ValueSetIndex; 23] = [
    value_set::HER2_ISH_RATIO,
    value_set::HER2_ISH_COPIES,
    value_set::HER2_ISH_CEP17,
    value_set::HER2_IHC_TEST,
    value_set::HER2_ISH_TEST,
    value_set::HER2_STATUS_TEST,
    value_set::ER_TEST,
    value_set::ER_PERCENT,
    value_set::PR_TEST,
    value_set::PR_PERCENT,
    value_set::ER_PR_COMBINED,
    value_set::T_CATEGORY_TEST,
    value_set::N_CATEGORY_TEST,
    value_set::M_CATEGORY_TEST,
    value_set::STAGE_GROUP_TEST,
    value_set::DISTANT_METASTASIS_SITE_TEST,
    value_set::METASTASIS_HISTORY_TEST,
    value_set::DISEASE_STATUS_TEST,
    value_set::HISTOLOGIC_GRADE_TEST,
    value_set::TUMOR_SIZE_TEST,
    value_set::KI67_PERCENT,
    value_set::HER2_PANEL,
    value_set::HER2_SERUM_TEST,
];

/// Which value set of questions asks for what.
const KINDS: [(ValueSetIndex, MeasureKind); 9] = [
    (value_set::ECOG_TEST, MeasureKind::Ecog),
    (value_set::KARNOFSKY_TEST, MeasureKind::Karnofsky),
    (value_set::LVEF_TEST, MeasureKind::Lvef),
    (value_set::DISEASE_STATUS_TEST, MeasureKind::DiseaseStatus),
    (value_set::DISEASE_STATUS_TEST, MeasureKind::Recist),
    (value_set::MENOPAUSAL_STATUS_TEST, MeasureKind::MenopausalStatus),
    (value_set::PREGNANCY_TEST, MeasureKind::Pregnancy),
    (value_set::HISTOLOGIC_GRADE_TEST, MeasureKind::Grade),
    (value_set::TUMOR_SIZE_TEST, MeasureKind::TumorSize),
];
