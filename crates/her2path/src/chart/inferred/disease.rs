//! Is it breast cancer, invasive or in situ, on which side, since when, and is there another primary?

use super::measures::by_date;
use super::{dated, state_code, statement};
use crate::chart::asserted::{Asserted, DatedBy, Diagnosis, DiagnosisKind, StageKind, StageStatement};
use crate::chart::facts::Facts;
use crate::chart::value::{Because, Value};
use crate::classify::stage::{self, M, N, T};
use crate::guideline::Fact;
use crate::issue::Issue;

pub(super) fn state(asserted: &Asserted, facts: &mut Facts, issues: &mut Vec<Issue>) {
    let of = |wanted: fn(DiagnosisKind) -> bool| -> Vec<&Diagnosis> {
        asserted.diagnoses.iter().filter(|diagnosis| wanted(diagnosis.kind)).collect()
    };
    let invasive = of(|kind| matches!(kind, DiagnosisKind::BreastCancer | DiagnosisKind::MetastaticBreastCancer));
    let in_situ = of(|kind| kind == DiagnosisKind::BreastInSitu);
    let secondary = of(|kind| matches!(kind, DiagnosisKind::Secondary { .. } | DiagnosisKind::PossibleMetastasis));
    let possible = of(|kind| kind == DiagnosisKind::PossibleBreastCancer);
    let others = of(|kind| matches!(kind, DiagnosisKind::OtherPrimary | DiagnosisKind::PossibleCancer));

    let answer = if !invasive.is_empty() {
        ("invasive", because(&invasive))
    } else if !in_situ.is_empty() {
        in_situ_only(asserted, &in_situ, &secondary, issues)
    } else {
        let found = without_diagnosis(asserted, &possible, &secondary, &others);
        if found.0 == "unclear" {
            issues.push(Issue::warning(
                "no-primary-on-record",
                "findings that may be of breast cancer, without a diagnosis of it; record the primary cancer condition",
            ));
        }
        found
    };
    let (answer, reasons) = answer;
    state_code(facts, Fact::DiseaseBreastCancer, answer, None, reasons);
    other_primary(asserted, facts);
    let breast = if invasive.is_empty() { in_situ } else { invasive };
    laterality(&breast, facts, issues);
    first_diagnosis(&breast, facts);
}

fn because(diagnoses: &[&Diagnosis]) -> Vec<Because> {
    diagnoses.iter().map(|d| Because::source(d.source.clone()).element("code").note(d.said.clone())).collect()
}

/// Carcinoma in situ alone, unless something on record can only come of invasive cancer. Receptors are tested in situ
/// too, and Tis, N0, M0 and stage 0 belong to it.
fn in_situ_only(
    asserted: &Asserted,
    in_situ: &[&Diagnosis],
    secondary: &[&Diagnosis],
    issues: &mut Vec<Issue>,
) -> (&'static str, Vec<Because>) {
    let stages: Vec<&StageStatement> = asserted.stages.iter().filter(|stage| needs_invasion(stage)).collect();
    if stages.is_empty() && secondary.is_empty() {
        return ("in-situ-only", because(in_situ));
    }
    let mut reasons = because(in_situ);
    let mut report = |source: &str, said: &str| {
        let message = format!(
            "`{said}` does not go with carcinoma in situ, the only breast cancer on record; check the diagnosis and the stage"
        );
        issues.push(Issue::warning("in-situ-contradicted", message).at(source.to_owned()));
    };
    for stage in stages {
        report(&stage.source, &stage.value);
        reasons.push(Because::source(stage.source.clone()).element(stage.element).note(stage.value.clone()));
    }
    for metastasis in secondary {
        report(&metastasis.source, &metastasis.said);
    }
    reasons.extend(because(secondary));
    ("unclear", reasons)
}

fn needs_invasion(found: &StageStatement) -> bool {
    match found.kind {
        StageKind::T => !matches!(stage::parse_t(&found.value), None | Some(T::Tis | T::T0 | T::X)),
        StageKind::N => !matches!(stage::parse_n(&found.value), None | Some(N::N0 | N::X)),
        StageKind::M => stage::parse_m(&found.value) == Some(M::M1),
        StageKind::Group => found.value != "0",
    }
}

fn without_diagnosis(
    asserted: &Asserted,
    possible: &[&Diagnosis],
    secondary: &[&Diagnosis],
    others: &[&Diagnosis],
) -> (&'static str, Vec<Because>) {
    if !possible.is_empty() {
        return ("unclear", because(possible));
    }
    if let Some(result) = asserted.receptor_results.iter().find(|result| !result.diagnosis) {
        let note = "receptors of breast cancer were tested, but no diagnosis of breast cancer is on record";
        return ("unclear", vec![Because::source(result.source.clone()).note(note)]);
    }
    if others.is_empty() && !secondary.is_empty() {
        let mut reasons = because(secondary);
        reasons.push(Because::source("disease.breast-cancer").note("metastases without a primary on record"));
        return ("unclear", reasons);
    }
    ("not-recorded", Vec::new())
}

/// Yes or no where the record settles it; an entry that may be a cancer leaves it open.
fn other_primary(asserted: &Asserted, facts: &mut Facts) {
    let of = |wanted: fn(DiagnosisKind) -> bool| -> Vec<&Diagnosis> {
        asserted.diagnoses.iter().filter(|diagnosis| wanted(diagnosis.kind)).collect()
    };
    let others = of(|kind| matches!(kind, DiagnosisKind::OtherPrimary | DiagnosisKind::BasalCell));
    let open = of(|kind| kind == DiagnosisKind::PossibleCancer);
    if !others.is_empty() || open.is_empty() {
        facts.state(Fact::DiseaseOtherPrimary, statement(Value::Boolean(!others.is_empty()), because(&others)));
    }
}

/// The side; both where two entries name different ones, which is two primaries.
fn laterality(breast: &[&Diagnosis], facts: &mut Facts, issues: &mut Vec<Issue>) {
    let of_side = |side: &str| -> Vec<&Diagnosis> {
        breast.iter().copied().filter(|diagnosis| diagnosis.side == Some(side)).collect()
    };
    let (left, right, both) = (of_side("left"), of_side("right"), of_side("both"));
    if !both.is_empty() || (!left.is_empty() && !right.is_empty()) {
        let named: Vec<&Diagnosis> = left.into_iter().chain(right).chain(both).collect();
        let message = "cancer of both breasts is on record: two primaries, unless one is the other's metastasis; check that each result says which it is about";
        issues.push(Issue::information("two-primaries", message));
        state_code(facts, Fact::DiseaseLaterality, "both", None, because(&named));
        return;
    }
    let named = if left.is_empty() { right } else { left };
    let earliest = named.iter().min_by(|a, b| by_date(a.onset(), b.onset()));
    if let Some(side) = earliest.and_then(|diagnosis| diagnosis.side) {
        let date = earliest.and_then(|diagnosis| diagnosis.onset());
        state_code(facts, Fact::DiseaseLaterality, side, date, because(&named));
    }
}

/// The day of first diagnosis, where an onset says it and no entry was recorded before; else only the last day on which
/// it can have been.
fn first_diagnosis(breast: &[&Diagnosis], facts: &mut Facts) {
    let earliest = breast
        .iter()
        .filter(|diagnosis| diagnosis.date.is_some())
        .min_by(|a, b| by_date(a.date, b.date).then_with(|| a.dated_by.cmp(&b.dated_by)));
    let Some((diagnosis, date)) = earliest.and_then(|diagnosis| Some((diagnosis, diagnosis.date?))) else { return };
    let because = Because::source(diagnosis.source.clone()).element(diagnosis.dated_by.element());
    match diagnosis.dated_by {
        DatedBy::Onset => facts.state(Fact::DiseasePrimaryDate, statement(Value::Date(date), vec![because])),
        DatedBy::Recorded => {
            let because = vec![because.note("recorded on this day; diagnosed then or before")];
            facts.state(Fact::DiseasePrimaryRecorded, dated(Value::Date(date), None, because));
        }
    }
}
