//! Breast-GPA 2020, where there are brain metastases. What is not known is named, and leaves a range.

use her2path_knowledge::model::Knowledge;
use her2path_models::breast_gpa::{self, CARD, Kps, Outlook, Patient, Subtype};

use super::asked;
use crate::assessment::Finding;
use crate::chart::facts::Facts;
use crate::chart::inferred::risk::{boolean, integer};
use crate::chart::inferred::{code_of, codes_of};
use crate::guideline::Fact;

/// What the score asks; `None` is not known.
struct Known {
    kps: Option<Kps>,
    hormone_receptor: Option<bool>,
    her2: Option<bool>,
    from_60: Option<bool>,
    several: Option<bool>,
    extracranial: Option<bool>,
}

/// The score, only with brain metastases.
pub(super) fn outlook(facts: &Facts, knowledge: &Knowledge) -> Option<Finding> {
    if code_of(facts, Fact::BrainMetastasesStatus) != Some("present") {
        return None;
    }
    let title = "Breast-GPA 2020 (brain metastases)".to_owned();
    let sites = codes_of(facts, Fact::MetastasisSites);
    let in_brain = |site: &str| sites.as_ref().is_some_and(|sites| sites.contains(&site));
    if in_brain("leptomeninges") && !in_brain("brain") {
        let text = "not used: it does not hold for leptomeningeal disease alone".to_owned();
        return Some(Finding { title, text, facts: vec![Fact::MetastasisSites.index()] });
    }
    let known = Known::of(facts, sites.as_deref());
    let missing = known.missing();
    let (worst, best) = known.bounds();
    let months = |outlook: &Outlook| {
        format!(
            "median {} months, the middle half {} to {} months",
            outlook.median_survival_months, outlook.iqr_low, outlook.iqr_high
        )
    };
    let said = if missing.is_empty() {
        format!("{} points: {}", worst.gpa, months(&worst))
    } else {
        format!(
            "not settled, because these are not known: {}. They leave {} to {} points open: {}, to {}",
            asked(knowledge, &missing),
            worst.gpa,
            best.gpa,
            months(&worst),
            months(&best)
        )
    };
    let from_ecog = if integer(facts, Fact::Karnofsky).is_none() && known.kps.is_some() {
        ". Karnofsky status was taken from ECOG (0: 90 to 100, 1: 70 to 80, 2 and more: 60 or less; from memory)"
    } else {
        ""
    };
    let text = format!(
        "{said}{from_ecog}. {} {}; made from {}. Limits: {}. Source: {}",
        CARD.name,
        CARD.version,
        CARD.population,
        CARD.limits.join("; "),
        CARD.citations.join("; ")
    );
    let used = [
        Fact::Karnofsky,
        Fact::Ecog,
        Fact::HormoneReceptorStatus,
        Fact::Her2Status,
        Fact::PatientAge,
        Fact::BrainLesionCount,
        Fact::MetastasisSites,
    ];
    let used = used.into_iter().filter(|fact| facts.get(*fact).is_some()).map(Fact::index).collect();
    Some(Finding { title, text, facts: used })
}

impl Known {
    fn of(facts: &Facts, sites: Option<&[&str]>) -> Self {
        let sign = |fact| match code_of(facts, fact) {
            Some("positive") => Some(true),
            Some("negative") => Some(false),
            _ => None,
        };
        let karnofsky = integer(facts, Fact::Karnofsky).and_then(|score| Kps::of_percent(u32::try_from(score).ok()?));
        let ecog = integer(facts, Fact::Ecog).and_then(|score| match score {
            0 => Some(Kps::From90To100),
            1 => Some(Kps::From70To80),
            2..=4 => Some(Kps::UpTo60),
            _ => None,
        });
        let outside = sites.and_then(|sites| {
            // A site that the record does not name may lie in the brain or outside.
            let named = sites.iter().any(|site| !matches!(*site, "brain" | "leptomeninges" | "unspecified" | "other"));
            let open = sites.iter().any(|site| matches!(*site, "unspecified" | "other"));
            (named || !open).then_some(named)
        });
        Self {
            kps: karnofsky.or(ecog),
            hormone_receptor: sign(Fact::HormoneReceptorStatus),
            her2: sign(Fact::Her2Status),
            from_60: facts.whole_number_is(Fact::PatientAge, |age| age >= 60),
            several: integer(facts, Fact::BrainLesionCount)
                .filter(|count| *count >= 1)
                .map(|count| count > 1)
                .or_else(|| matches!(code_of(facts, Fact::BrainExtent)?, "limited" | "extensive").then_some(true)),
            extracranial: boolean(facts, Fact::BrainOnlySite).map(|only| !only).or(outside),
        }
    }

    /// What is missing and matters: beside positive HER2 the hormone receptor changes no points.
    fn missing(&self) -> Vec<Fact> {
        let inputs = [
            (Fact::Karnofsky, self.kps.is_some()),
            (Fact::Her2Status, self.her2.is_some()),
            (Fact::HormoneReceptorStatus, self.hormone_receptor.is_some() || self.her2 == Some(true)),
            (Fact::PatientAge, self.from_60.is_some()),
            (Fact::BrainLesionCount, self.several.is_some()),
            (Fact::MetastasisSites, self.extracranial.is_some()),
        ];
        inputs.into_iter().filter(|(_, known)| !known).map(|(fact, _)| fact).collect()
    }

    /// The outlook with every unknown at its worst, and at its best.
    fn bounds(&self) -> (Outlook, Outlook) {
        let of = |kps: Kps, better: bool| {
            breast_gpa::outlook(&Patient {
                kps: self.kps.unwrap_or(kps),
                subtype: Subtype {
                    hormone_receptor: self.hormone_receptor.unwrap_or(better),
                    her2: self.her2.unwrap_or(better),
                },
                from_60: self.from_60.unwrap_or(!better),
                several_brain_metastases: self.several.unwrap_or(!better),
                extracranial_metastases: self.extracranial.unwrap_or(!better),
            })
        };
        (of(Kps::UpTo60, false), of(Kps::From90To100, true))
    }
}
