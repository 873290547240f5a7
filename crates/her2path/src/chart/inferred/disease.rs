//! Is it breast cancer, invasive or in situ, on which side, since when, and is there another primary?

use super::measures::by_date;
use super::{state_code, statement};
use crate::chart::asserted::{Asserted, Diagnosis, DiagnosisKind};
use crate::chart::facts::Facts;
use crate::chart::value::{Because, Value};
use crate::guideline::Fact;
use crate::issue::Issue;

pub(super) fn state(asserted: &Asserted, facts: &mut Facts, issues: &mut Vec<Issue>) {
    let of = |wanted: fn(DiagnosisKind) -> bool| -> Vec<&Diagnosis> {
        asserted.diagnoses.iter().filter(|diagnosis| wanted(diagnosis.kind)).collect()
    };
    let invasive = of(|kind| matches!(kind, DiagnosisKind::BreastCancer | DiagnosisKind::MetastaticBreastCancer));
    let in_situ = of(|kind| kind == DiagnosisKind::BreastInSitu);
    let others = of(|kind| kind == DiagnosisKind::OtherPrimary);
    let secondary = of(|kind| matches!(kind, DiagnosisKind::Secondary { .. }));

    let because = |diagnoses: &[&Diagnosis]| -> Vec<Because> {
        diagnoses.iter().map(|d| Because::source(d.source.clone()).element("code").note(d.said.clone())).collect()
    };
    let (answer, reasons) = if !invasive.is_empty() {
        ("invasive", because(&invasive))
    } else if !in_situ.is_empty() && secondary.is_empty() && asserted.stages.is_empty() {
        ("in-situ-only", because(&in_situ))
    } else if let Some(result) = asserted.receptor_results.iter().find(|result| !result.diagnosis) {
        let note = "receptors of breast cancer were tested, but no diagnosis of breast cancer is on record";
        ("unclear", vec![Because::source(result.source.clone()).note(note)])
    } else if !in_situ.is_empty() {
        ("in-situ-only", because(&in_situ))
    } else if others.is_empty() && !secondary.is_empty() {
        let mut reasons = because(&secondary);
        reasons.push(Because::source("disease.breast-cancer").note("metastases without a primary on record"));
        ("unclear", reasons)
    } else {
        ("not-recorded", Vec::new())
    };
    state_code(facts, Fact::DiseaseBreastCancer, answer, None, reasons);
    let other_because = because(&others);
    facts.state(Fact::DiseaseOtherPrimary, statement(Value::Boolean(!others.is_empty()), other_because));
    if answer == "unclear" {
        issues.push(Issue::warning(
            "no-primary-on-record",
            "findings of breast cancer without a diagnosis of it; record the primary cancer condition",
        ));
    }

    let breast = if invasive.is_empty() { &in_situ } else { &invasive };
    let mut sides: Vec<&Diagnosis> = breast.iter().copied().filter(|diagnosis| diagnosis.side.is_some()).collect();
    sides.dedup_by_key(|diagnosis| diagnosis.side);
    match sides.as_slice() {
        [] => {}
        [one] => state_code(facts, Fact::DiseaseLaterality, one.side.unwrap_or_default(), one.date, because(&[one])),
        several => state_code(facts, Fact::DiseaseLaterality, "both", None, because(several)),
    }
    let earliest = breast.iter().filter(|diagnosis| diagnosis.date.is_some()).min_by(|a, b| by_date(a.date, b.date));
    if let Some((diagnosis, date)) = earliest.and_then(|diagnosis| Some((diagnosis, diagnosis.date?))) {
        let because = vec![Because::source(diagnosis.source.clone()).element("onset")];
        facts.state(Fact::DiseasePrimaryDate, statement(Value::Date(date), because));
    }
}
