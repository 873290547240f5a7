//! Metastatic or not, since when, where, and of which primary.
//!
//! Regional nodes and the chest wall are not distant. A metastasis counts for the breast cancer when its entry says so,
//! or when invasive breast cancer is the only cancer on record that can have seeded it; otherwise it stays open.
//!
//! "Not metastatic" needs a statement that says so (M0, a stage below IV, an answer "none"), and holds only until the
//! record shows that the disease went on: see [`super::staleness`].

use super::measures::{by_date, series};
use super::staleness;
use super::{code_of, dated, state_code, state_codes, statement};
use crate::chart::asserted::{
    Answer, Asserted, Classification, DatedBy, Diagnosis, DiagnosisKind, MeasureKind, PrimaryOf, Relapse, StageKind,
    StageStatement,
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
    dated_by: DatedBy,
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
    first_date(facts, &ours);
    sites(facts, &ours, issues);
    brain(asserted, facts, &ours, &unclear, issues);
    presentation_of_initial_stage(asserted, facts);
    progression(asserted, facts, &ours);
}

fn evidence(asserted: &Asserted, facts: &Facts, issues: &mut Vec<Issue>) -> Vec<Evidence> {
    let mut evidence = Vec::new();
    for diagnosis in &asserted.diagnoses {
        let because = Because::source(diagnosis.source.clone()).element("code").note(diagnosis.said.clone());
        let (date, dated_by) = (diagnosis.date, diagnosis.dated_by);
        match diagnosis.kind {
            DiagnosisKind::MetastaticBreastCancer => {
                evidence.push(Evidence { date, dated_by, because, site: None, origin: Origin::Breast });
            }
            DiagnosisKind::Secondary { site, of } => {
                if let Some(origin) = secondary(diagnosis, site, of, asserted, facts, issues) {
                    evidence.push(Evidence { date, dated_by, because, site: Some(site), origin });
                }
            }
            _ => {}
        }
    }
    let dated_by = DatedBy::Onset;
    for mention in asserted.metastasis_mentions.iter().filter(|mention| !mention.absent) {
        if let Some(site) = mention.site.filter(|site| is_distant(site)) {
            let because = Because::source(mention.source.clone()).element("value").note(mention.said.clone());
            let origin = sole_primary(asserted, facts);
            evidence.push(Evidence { date: mention.date, dated_by, because, site: Some(site), origin });
        }
    }
    // A stage was read as one of breast cancer, but without invasive cancer on record it contradicts the record.
    let invasive = code_of(facts, Fact::DiseaseBreastCancer) == Some("invasive");
    for stage in asserted.stages.iter().filter(|stage| is_m1(stage)) {
        let because = Because::source(stage.source.clone()).element(stage.element).note(stage.value.clone());
        let contradicted = stage.kind == StageKind::Group && contradicted_by_m0(asserted, stage, issues);
        let origin = if invasive && !contradicted { Origin::Breast } else { Origin::Unclear };
        evidence.push(Evidence { date: stage.date, dated_by, because, site: None, origin });
    }
    evidence
}

/// Whether a stage IV stands beside an M0 that is no older: then one of the two is wrong.
fn contradicted_by_m0(asserted: &Asserted, group: &StageStatement, issues: &mut Vec<Issue>) -> bool {
    let of_m = |wanted| {
        move |found: &&StageStatement| found.kind == StageKind::M && stage::parse_m(&found.value) == Some(wanted)
    };
    if asserted.stages.iter().any(|found| of_m(M::M1)(&found)) {
        return false;
    }
    let same_time = |m0: &&StageStatement| match (m0.date, group.date) {
        (Some(m0), Some(group)) => m0.before(group) != Some(true),
        _ => true,
    };
    let Some(m0) = asserted.stages.iter().filter(of_m(M::M0)).find(same_time) else { return false };
    let message = format!("stage IV here, {} in {}; check which is meant", m0.value, m0.source);
    issues.push(Issue::warning("stage-differs", message).at(group.source.clone()));
    true
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
    asserted: &Asserted,
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
        PrimaryOf::SaidUnknown | PrimaryOf::LinkUnread => Origin::Unclear,
        PrimaryOf::NotSaid => {
            let origin = sole_primary(asserted, facts);
            if origin == Origin::Unclear {
                let message = format!(
                    "`{}` does not say which primary it belongs to, and more than invasive breast cancer is possible; link it with condition-related",
                    diagnosis.said
                );
                issues.push(Issue::warning("metastasis-of-unclear-primary", message).at(diagnosis.source.clone()));
            }
            origin
        }
    })
}

/// The primary that an entry without a link belongs to: invasive breast cancer, if no other entry can be a cancer that
/// seeded it.
fn sole_primary(asserted: &Asserted, facts: &Facts) -> Origin {
    let any = |wanted: DiagnosisKind| asserted.diagnoses.iter().any(|diagnosis| diagnosis.kind == wanted);
    let other = any(DiagnosisKind::OtherPrimary);
    match (code_of(facts, Fact::DiseaseBreastCancer), other, any(DiagnosisKind::PossibleCancer)) {
        (Some("invasive"), false, false) => Origin::Breast,
        (Some("not-recorded"), true, _) => Origin::Other,
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
    if code_of(facts, Fact::DiseaseBreastCancer) == Some("in-situ-only") {
        let because = vec![Because::source("disease.breast-cancer").note("in-situ disease does not metastasise")];
        state_code(facts, Fact::DiseaseSetting, "not-metastatic", None, because);
        return;
    }
    let denials = staleness::denials(asserted);
    let latest = denials.iter().filter_map(|denial| denial.date).max_by(PartialDate::cmp_sort);
    let doubts = staleness::doubts(asserted, latest);
    let name = if denials.is_empty() || !doubts.is_empty() { "unknown" } else { "not-metastatic" };
    let mut because: Vec<Because> = denials.into_iter().map(|denial| denial.because).collect();
    because.extend(doubts);
    let date = latest.filter(|_| name == "not-metastatic");
    state_code(facts, Fact::DiseaseSetting, name, date, because);
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

/// The day of the first metastasis; where the earliest entry says only when it was recorded, the last day on which it can
/// have been.
fn first_date(facts: &mut Facts, ours: &[&Evidence]) {
    let dated_ones = ours.iter().filter(|e| e.date.is_some());
    let earliest = dated_ones.min_by(|a, b| by_date(a.date, b.date).then_with(|| a.dated_by.cmp(&b.dated_by)));
    let Some((earliest, date)) = earliest.and_then(|e| Some((e, e.date?))) else { return };
    let mut because = earliest.because.clone();
    match earliest.dated_by {
        DatedBy::Onset => facts.state(Fact::MetastasisFirstDate, statement(Value::Date(date), vec![because])),
        DatedBy::Recorded => {
            because.element = Some(DatedBy::Recorded.element());
            because.note = Some("recorded on this day; found then or before".into());
            facts.state(Fact::MetastasisRecorded, statement(Value::Date(date), vec![because]));
        }
    }
}

fn sites(facts: &mut Facts, ours: &[&Evidence], issues: &mut Vec<Issue>) {
    let because: Vec<Because> = ours.iter().filter(|e| e.site.is_some()).map(|e| e.because.clone()).collect();
    let mut names: Vec<&str> = ours.iter().filter_map(|e| e.site).collect();
    // "Unspecified" says nothing once a site is named.
    if names.iter().any(|name| *name != "unspecified") {
        names.retain(|name| *name != "unspecified");
    }
    if names.iter().any(|name| matches!(*name, "unspecified" | "other")) {
        let message = "a metastatic site is not named, or is none of those that the guideline tells apart; whether brain, liver, lung or another site is affected is settled only for the sites named";
        issues.push(Issue::information("metastatic-site-open", message));
    }
    if !names.is_empty() {
        state_codes(facts, Fact::MetastasisSites, names.iter().copied(), because);
    } else if code_of(facts, Fact::DiseaseSetting) == Some("not-metastatic") {
        let because = vec![Because::source("disease.setting").note("not metastatic")];
        state_codes(facts, Fact::MetastasisSites, [], because);
    }
}

/// Present by a metastasis of brain or leptomeninges; absent only where imaging or a statement on the brain says so, and
/// nothing since then shows otherwise. An entry that the brain is free is read with its day.
fn brain(asserted: &Asserted, facts: &mut Facts, ours: &[&Evidence], unclear: &[&Evidence], issues: &mut Vec<Issue>) {
    let in_brain = |e: &&&Evidence| matches!(e.site, Some("brain" | "leptomeninges"));
    let found: Vec<Because> = ours.iter().filter(in_brain).map(|e| e.because.clone()).collect();
    let denials = asserted.metastasis_mentions.iter().filter(|mention| mention.absent && mention.site == Some("brain"));
    let denied = denials.max_by(|a, b| by_date(a.date, b.date));
    if !found.is_empty() {
        if let Some(denied) = denied {
            let message = "the brain is said to be free of metastases here, and brain metastases are on record; they count as present: check whether they were removed";
            issues.push(Issue::warning("brain-metastases-contradicted", message).at(denied.source.clone()));
        }
        state_code(facts, Fact::BrainMetastasesStatus, "present", None, found);
        brain_first_date(facts, ours);
        return;
    }
    let open: Vec<Because> = unclear.iter().filter(in_brain).map(|e| e.because.clone()).collect();
    match denied.filter(|_| open.is_empty()) {
        Some(denied) => {
            let because = Because::source(denied.source.clone()).element("value").note(denied.said.clone());
            state_code(facts, Fact::BrainMetastasesStatus, "absent", denied.date, vec![because]);
        }
        None => state_code(facts, Fact::BrainMetastasesStatus, "unknown", None, open),
    }
}

/// The day on which cancer was first found in the brain; an entry without its own day, or with that of its recording alone,
/// may be the earlier one and leaves it unknown.
fn brain_first_date(facts: &mut Facts, ours: &[&Evidence]) {
    let in_brain = || ours.iter().filter(|e| matches!(e.site, Some("brain" | "leptomeninges")));
    if in_brain().any(|e| e.date.is_none() || e.dated_by == DatedBy::Recorded) {
        return;
    }
    let earliest = in_brain().min_by(|a, b| by_date(a.date, b.date));
    if let Some((earliest, date)) = earliest.and_then(|e| Some((e, e.date?))) {
        facts.state(Fact::BrainFirstDate, statement(Value::Date(date), vec![earliest.because.clone()]));
    }
}

/// Keeps the stage at first diagnosis for the class of presentation; see [`super::derive`].
fn presentation_of_initial_stage(asserted: &Asserted, facts: &mut Facts) {
    let staged = asserted.stages.iter().filter(|stage| {
        matches!(stage.kind, StageKind::M | StageKind::Group) && stage.classification != Classification::Later
    });
    let Some(first) = staged.min_by(|a, b| by_date(a.date, b.date).then_with(|| is_m1(b).cmp(&is_m1(a)))) else {
        return;
    };
    let because = vec![Because::source(first.source.clone()).element(first.element).note(first.value.clone())];
    facts.state(Fact::StageInitialMetastatic, dated(Value::Boolean(is_m1(first)), first.date, because));
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
    for diagnosis in
        asserted.diagnoses.iter().filter(|d| d.relapse != Relapse::No && d.kind == DiagnosisKind::BreastCancer)
    {
        names.push("relapse-recorded");
        because.push(Because::source(diagnosis.source.clone()).element("clinicalStatus"));
    }
    if !statuses.is_empty() || !names.is_empty() {
        state_codes(facts, Fact::DiseaseProgressionSign, names, because);
    }
}
