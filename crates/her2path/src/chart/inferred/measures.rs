//! Facts that are one measurement: the latest of each kind.

use rust_decimal::Decimal;

use super::{dated, state_code, statement};
use crate::chart::asserted::{Answer, Asserted, Measure, MeasureKind};
use crate::chart::facts::Facts;
use crate::chart::value::{Because, Value};
use crate::date::PartialDate;
use crate::guideline::Fact;
use crate::issue::Issue;

pub(super) fn state(asserted: &Asserted, facts: &mut Facts, issues: &mut Vec<Issue>) {
    patient(asserted, facts);
    for measure in asserted.measures.iter().filter(|measure| measure.preliminary) {
        issues.push(
            Issue::warning("preliminary-result", format!("`{}` is preliminary; it was not used", measure.said))
                .at(measure.source.clone()),
        );
    }
    latest_fact(asserted, facts, MeasureKind::Ecog, Fact::Ecog, Some(Fact::EcogDate));
    latest_fact(asserted, facts, MeasureKind::Karnofsky, Fact::Karnofsky, None);
    latest_fact(asserted, facts, MeasureKind::Lvef, Fact::LvefLatest, Some(Fact::LvefDate));
    latest_fact(asserted, facts, MeasureKind::BiRads, Fact::BiradsCategory, Some(Fact::BiradsDate));
    latest_fact(asserted, facts, MeasureKind::MenopausalStatus, Fact::MenopausalStatus, None);
    latest_fact(asserted, facts, MeasureKind::Pregnancy, Fact::PregnancyStatus, None);
    brca(asserted, facts);
    pathology_after_imaging(asserted, facts);
}

/// Measurements of the breast cancer itself.
pub(super) fn state_tumour(asserted: &Asserted, facts: &mut Facts) {
    latest_fact(asserted, facts, MeasureKind::DiseaseStatus, Fact::DiseaseStatus, Some(Fact::DiseaseStatusDate));
    latest_fact(asserted, facts, MeasureKind::Recist, Fact::ResponseRecist, Some(Fact::ResponseDate));
    latest_fact(asserted, facts, MeasureKind::Grade, Fact::HistologyGrade, None);
    latest_fact(asserted, facts, MeasureKind::TumorSize, Fact::TumorSize, None);
}

fn patient(asserted: &Asserted, facts: &mut Facts) {
    let patient = &asserted.patient;
    let because = |element| vec![Because::source(patient.source.clone()).element(element)];
    if let Some(birth) = patient.birth_date {
        facts.state(Fact::PatientBirthDate, statement(Value::Date(birth), because("birthDate")));
    }
    if let Some(sex) = &patient.sex {
        state_code(facts, Fact::PatientSex, sex, None, because("gender"));
    }
    if let Some(deceased) = patient.deceased {
        facts.state(Fact::PatientDeceased, statement(Value::Boolean(deceased), because("deceased")));
    }
    if let Some(death) = patient.death_date {
        facts.state(Fact::PatientDeathDate, statement(Value::Date(death), because("deceasedDateTime")));
    }
}

/// Final measurements of a kind, earliest first; those without a date come first, entries of one day as recorded.
pub(super) fn series(asserted: &Asserted, kind: MeasureKind) -> Vec<&Measure> {
    let mut series: Vec<&Measure> =
        asserted.measures.iter().filter(|measure| measure.kind == kind && !measure.preliminary).collect();
    series.sort_by(|a, b| by_date(a.date, b.date).then_with(|| a.source.cmp(&b.source)));
    series
}

/// Order by date, undated first.
pub(super) fn by_date(a: Option<PartialDate>, b: Option<PartialDate>) -> std::cmp::Ordering {
    match (a, b) {
        (Some(a), Some(b)) => a.cmp_sort(&b),
        (a, b) => a.is_some().cmp(&b.is_some()),
    }
}

pub(super) fn because(measure: &Measure) -> Because {
    Because::source(measure.source.clone()).element("value").note(measure.said.clone())
}

fn latest_fact(asserted: &Asserted, facts: &mut Facts, kind: MeasureKind, fact: Fact, date_fact: Option<Fact>) {
    let series = series(asserted, kind);
    let Some(latest) = series.last() else { return };
    let because = vec![because(latest)];
    match &latest.answer {
        Answer::Integer(number) => facts.state(fact, dated(Value::Integer(*number), latest.date, because.clone())),
        Answer::Number(number) | Answer::WithUpperLimit(number, _) => {
            facts.state(fact, dated(Value::Decimal(*number), latest.date, because.clone()));
        }
        Answer::Code(name) => state_code(facts, fact, name, latest.date, because.clone()),
    }
    if let (Some(date_fact), Some(date)) = (date_fact, latest.date) {
        facts.state(date_fact, statement(Value::Date(date), because));
    }
}

/// A germline pathogenic variant, once found, stays; otherwise the latest answer stands.
fn brca(asserted: &Asserted, facts: &mut Facts) {
    let series = series(asserted, MeasureKind::Brca);
    let is_pathogenic = |measure: &&&Measure| measure.answer == Answer::Code("pathogenic".to_owned());
    let Some(found) = series.iter().rev().find(is_pathogenic).or(series.last()) else { return };
    if let Answer::Code(name) = &found.answer {
        state_code(facts, Fact::GermlineBrca, name, found.date, vec![because(found)]);
    }
}

/// Whether tissue was examined on or after the day of the latest BI-RADS category.
fn pathology_after_imaging(asserted: &Asserted, facts: &mut Facts) {
    let series_of_imaging = series(asserted, MeasureKind::BiRads);
    let Some(imaging) = series_of_imaging.last().and_then(|measure| measure.date) else { return };
    let tissue = series(asserted, MeasureKind::BreastTissue);
    let dates = tissue
        .iter()
        .map(|measure| (measure.date, measure.source.clone()))
        .chain(asserted.receptor_results.iter().map(|result| (result.date, result.source.clone())));
    let mut unknown = false;
    for (date, source) in dates {
        match date.map(|date| date.before(imaging)) {
            Some(Some(false)) => {
                let because = vec![Because::source(source)];
                facts.state(Fact::BiradsPathologyLater, statement(Value::Boolean(true), because));
                return;
            }
            Some(Some(true)) => {}
            Some(None) | None => unknown = true,
        }
    }
    if !unknown {
        let because = vec![Because::source("birads.date").note("no tissue on record since")];
        facts.state(Fact::BiradsPathologyLater, statement(Value::Boolean(false), because));
    }
}

/// How many times its upper limit of normal a measurement is above, for hints that ask for a judgement.
pub(super) fn exceeds_upper_limit(measure: &Measure, times: Decimal) -> bool {
    match measure.answer {
        Answer::WithUpperLimit(number, Some(limit)) => {
            limit.checked_mul(times).is_some_and(|threshold| number.number > threshold)
        }
        _ => false,
    }
}
