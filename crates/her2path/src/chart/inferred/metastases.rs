//! Metastatic or not, since when, where, and of which primary.
//!
//! Regional nodes and the chest wall are not distant. A metastasis counts for the breast cancer when its entry says so,
//! or when breast cancer is the only primary on record; with several primaries it stays open.

use super::measures::{by_date, series};
use super::{code_of, state_code, state_codes, statement};
use crate::chart::asserted::{
    Answer, Asserted, Diagnosis, DiagnosisKind, MeasureKind, PrimaryOf, StageKind, StageStatement,
};
use crate::chart::facts::Facts;
use crate::chart::value::{Because, Value};
use crate::classify::stage::{self, M};
use crate::date::PartialDate;
use crate::guideline::Fact;
use crate::issue::Issue;

/// One reason to call the disease metastatic.
struct Evidence {
    date: Option<PartialDate>,
    because: Because,
    /// The site, where the entry names one.
    site: Option<&'static str>,
    /// Which primary it belongs to.
    origin: Origin,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Origin {
    Breast,
    Other,
    Unclear,
}

pub(super) fn state(asserted: &Asserted, facts: &mut Facts, issues: &mut Vec<Issue>) {
    let breast_cancer = code_of(facts, Fact::DiseaseBreastCancer);
    if breast_cancer == Some("not-recorded") {
        return;
    }
    let evidence = evidence(asserted, facts, issues);
    let ours: Vec<&Evidence> = evidence.iter().filter(|e| e.origin == Origin::Breast).collect();
    let unclear: Vec<&Evidence> = evidence.iter().filter(|e| e.origin == Origin::Unclear).collect();
    setting(asserted, facts, &ours, &unclear);
    origin(facts, &evidence);
    let earliest = ours.iter().filter(|e| e.date.is_some()).min_by(|a, b| by_date(a.date, b.date));
    if let Some((earliest, date)) = earliest.and_then(|e| Some((e, e.date?))) {
        facts.state(Fact::MetastasisFirstDate, statement(Value::Date(date), vec![earliest.because.clone()]));
    }
    sites(asserted, facts, &ours);
    presentation_of_initial_stage(asserted, facts);
    progression(asserted, facts, &ours);
}

fn evidence(asserted: &Asserted, facts: &Facts, issues: &mut Vec<Issue>) -> Vec<Evidence> {
    let mut evidence = Vec::new();
    for diagnosis in &asserted.diagnoses {
        let because = Because::source(diagnosis.source.clone()).element("code").note(diagnosis.said.clone());
        match diagnosis.kind {
            DiagnosisKind::MetastaticBreastCancer => {
                evidence.push(Evidence { date: diagnosis.date, because, site: None, origin: Origin::Breast });
            }
            DiagnosisKind::Secondary { site, of } => {
                if let Some(origin) = secondary(diagnosis, site, of, facts, issues) {
                    evidence.push(Evidence { date: diagnosis.date, because, site: Some(site), origin });
                }
            }
            DiagnosisKind::BreastCancer | DiagnosisKind::BreastInSitu | DiagnosisKind::OtherPrimary => {}
        }
    }
    for mention in &asserted.metastasis_mentions {
        if let Some(site) = mention.site.filter(|site| is_distant(site)) {
            let because = Because::source(mention.source.clone()).element("value").note(mention.said.clone());
            let origin = sole_primary(facts);
            evidence.push(Evidence { date: mention.date, because, site: Some(site), origin });
        }
    }
    for stage in &asserted.stages {
        if is_m1(stage) {
            let because = Because::source(stage.source.clone()).element(stage.element).note(stage.value.clone());
            evidence.push(Evidence { date: stage.date, because, site: None, origin: Origin::Breast });
        }
    }
    evidence
}

fn is_m1(stage: &StageStatement) -> bool {
    match stage.kind {
        StageKind::M => stage::parse_m(&stage.value) == Some(M::M1),
        StageKind::Group => stage.value == "IV",
        StageKind::T | StageKind::N => false,
    }
}

fn is_distant(site: &str) -> bool {
    !matches!(site, "regional-lymph-node" | "locoregional" | "axilla" | "lymph-node" | "none")
}

/// The origin of a secondary cancer; `None` for one that is no distant metastasis of breast cancer.
fn secondary(
    diagnosis: &Diagnosis,
    site: &str,
    of: PrimaryOf,
    facts: &Facts,
    issues: &mut Vec<Issue>,
) -> Option<Origin> {
    if site == "lymph-node" {
        issues.push(
            Issue::warning(
                "node-undetermined",
                format!(
                    "`{}` does not say whether the node is regional or distant; it was not counted as distant",
                    diagnosis.said
                ),
            )
            .at(diagnosis.source.clone()),
        );
    }
    if !is_distant(site) {
        return None;
    }
    if site == "breast" && of != PrimaryOf::Breast {
        issues.push(
            Issue::warning(
                "secondary-of-breast",
                format!(
                    "`{}` means a metastasis in the breast, not metastatic breast cancer; check what is meant",
                    diagnosis.said
                ),
            )
            .at(diagnosis.source.clone()),
        );
        return Some(Origin::Unclear);
    }
    Some(match of {
        PrimaryOf::Breast => Origin::Breast,
        PrimaryOf::Other => Origin::Other,
        PrimaryOf::SaidUnknown => Origin::Unclear,
        PrimaryOf::NotSaid => {
            let origin = sole_primary(facts);
            if origin == Origin::Unclear {
                issues.push(
                    Issue::warning("metastasis-of-unclear-primary", format!("`{}` does not say which primary it belongs to, and more than breast cancer is possible; link it with condition-related", diagnosis.said))
                        .at(diagnosis.source.clone()),
                );
            }
            origin
        }
    })
}

/// The primary that an entry without a link belongs to: the only one on record.
fn sole_primary(facts: &Facts) -> Origin {
    let other = facts.get(Fact::DiseaseOtherPrimary).is_some_and(|s| s.value == Value::Boolean(true));
    match (code_of(facts, Fact::DiseaseBreastCancer), other) {
        (Some("invasive"), false) => Origin::Breast,
        (Some("not-recorded"), true) => Origin::Other,
        _ => Origin::Unclear,
    }
}

fn setting(asserted: &Asserted, facts: &mut Facts, ours: &[&Evidence], unclear: &[&Evidence]) {
    let reasons = |evidence: &[&Evidence]| evidence.iter().map(|e| e.because.clone()).collect::<Vec<_>>();
    if !ours.is_empty() {
        state_code(facts, Fact::DiseaseSetting, "metastatic", None, reasons(ours));
        return;
    }
    if !unclear.is_empty() {
        let mut because = reasons(unclear);
        because.push(Because::source("metastasis.origin").note("it is not clear which primary they belong to"));
        state_code(facts, Fact::DiseaseSetting, "unknown", None, because);
        return;
    }
    let mut because: Vec<Because> = asserted
        .stages
        .iter()
        .filter(|stage| match stage.kind {
            StageKind::M => stage::parse_m(&stage.value) == Some(M::M0),
            StageKind::Group => stage.value != "IV",
            StageKind::T | StageKind::N => false,
        })
        .map(|stage| Because::source(stage.source.clone()).element(stage.element).note(stage.value.clone()))
        .collect();
    because.extend(
        asserted
            .metastasis_mentions
            .iter()
            .filter(|mention| mention.site.is_none())
            .map(|mention| Because::source(mention.source.clone()).element("value").note(mention.said.clone())),
    );
    if code_of(facts, Fact::DiseaseBreastCancer) == Some("in-situ-only") {
        because.push(Because::source("disease.breast-cancer").note("in-situ disease does not metastasise"));
    }
    let name = if because.is_empty() { "unknown" } else { "not-metastatic" };
    state_code(facts, Fact::DiseaseSetting, name, None, because);
}

fn origin(facts: &mut Facts, evidence: &[Evidence]) {
    if evidence.is_empty() {
        return;
    }
    let has = |origin| evidence.iter().any(|e| e.origin == origin);
    let name = if has(Origin::Breast) {
        "breast"
    } else if has(Origin::Unclear) {
        "unclear"
    } else {
        "other-primary"
    };
    let because = evidence.iter().map(|e| e.because.clone()).collect();
    state_code(facts, Fact::MetastasisOrigin, name, None, because);
}

fn sites(asserted: &Asserted, facts: &mut Facts, ours: &[&Evidence]) {
    let because: Vec<Because> = ours.iter().filter(|e| e.site.is_some()).map(|e| e.because.clone()).collect();
    let mut names: Vec<&str> = ours.iter().filter_map(|e| e.site).collect();
    // "Unspecified" says nothing once a site is named.
    if names.iter().any(|name| *name != "unspecified") {
        names.retain(|name| *name != "unspecified");
    }
    let metastatic = code_of(facts, Fact::DiseaseSetting);
    if !names.is_empty() {
        state_codes(facts, Fact::MetastasisSites, names.iter().copied(), because.clone());
    } else if metastatic == Some("not-metastatic") {
        let because = vec![Because::source("disease.setting").note("not metastatic")];
        state_codes(facts, Fact::MetastasisSites, [], because);
    }
    let brain: Vec<Because> =
        ours.iter().filter(|e| matches!(e.site, Some("brain" | "leptomeninges"))).map(|e| e.because.clone()).collect();
    let denied: Vec<Because> = asserted
        .metastasis_mentions
        .iter()
        .filter(|mention| mention.site.is_none())
        .map(|mention| Because::source(mention.source.clone()).element("value").note(mention.said.clone()))
        .collect();
    if !brain.is_empty() {
        state_code(facts, Fact::BrainMetastasesStatus, "present", None, brain);
    } else if !denied.is_empty() && metastatic == Some("not-metastatic") {
        state_code(facts, Fact::BrainMetastasesStatus, "absent", None, denied);
    } else {
        state_code(facts, Fact::BrainMetastasesStatus, "unknown", None, Vec::new());
    }
}

/// Keeps the stage at first diagnosis for the class of presentation; see [`super::derive`].
fn presentation_of_initial_stage(asserted: &Asserted, facts: &mut Facts) {
    let dated = asserted.stages.iter().filter(|stage| matches!(stage.kind, StageKind::M | StageKind::Group));
    let Some(first) = dated.min_by(|a, b| by_date(a.date, b.date).then_with(|| is_m1(b).cmp(&is_m1(a)))) else {
        return;
    };
    let because = vec![Because::source(first.source.clone()).element(first.element).note(first.value.clone())];
    facts.state(Fact::StageInitialMetastatic, super::dated(Value::Boolean(is_m1(first)), first.date, because));
}

fn progression(asserted: &Asserted, facts: &mut Facts, ours: &[&Evidence]) {
    let mut names = Vec::new();
    let mut because = Vec::new();
    let statuses = series(asserted, MeasureKind::DiseaseStatus);
    if let Some(latest) = statuses.last()
        && latest.answer == Answer::Code("worsened".to_owned())
    {
        names.push("status-worsened");
        because.push(super::measures::because(latest));
    }
    let first = ours.iter().filter_map(|e| e.date).min_by(|a, b| a.cmp_sort(b));
    for later in ours {
        if let (Some(first), Some(date)) = (first, later.date)
            && first.before(date) == Some(true)
        {
            names.push("new-metastasis");
            because.push(later.because.clone());
        }
    }
    for diagnosis in asserted.diagnoses.iter().filter(|d| d.relapse && d.kind == DiagnosisKind::BreastCancer) {
        names.push("relapse-recorded");
        because.push(Because::source(diagnosis.source.clone()).element("clinicalStatus"));
    }
    if !statuses.is_empty() || !names.is_empty() {
        state_codes(facts, Fact::DiseaseProgressionSign, names, because);
    }
}
