//! Facts that are one measurement: the latest of each kind, where the latest can be told.

use super::latest::{Latest, latest, report};
use super::{dated, state_code, statement};
use crate::chart::asserted::{Answer, Asserted, Measure, MeasureKind};
use crate::chart::facts::Facts;
use crate::chart::value::{Because, Value};
use crate::date::PartialDate;
use crate::guideline::{Fact, KNOWLEDGE};
use crate::issue::Issue;

pub(super) fn state(asserted: &Asserted, facts: &mut Facts, issues: &mut Vec<Issue>) {
    patient(asserted, facts);
    for measure in asserted.measures.iter().filter(|measure| measure.preliminary) {
        issues.push(
            Issue::warning("preliminary-result", format!("`{}` is preliminary; it was not used", measure.said))
                .at(measure.source.clone()),
        );
    }
    for (kind, fact, date) in [
        (MeasureKind::Ecog, Fact::Ecog, Some(Fact::EcogDate)),
        (MeasureKind::Karnofsky, Fact::Karnofsky, None),
        (MeasureKind::Lvef, Fact::LvefLatest, Some(Fact::LvefDate)),
        (MeasureKind::MenopausalStatus, Fact::MenopausalStatus, None),
        (MeasureKind::Pregnancy, Fact::PregnancyStatus, None),
    ] {
        latest_fact(&series(asserted, kind), facts, fact, date, issues);
    }
}

/// Measurements of the breast cancer itself.
pub(super) fn state_tumour(asserted: &Asserted, facts: &mut Facts, issues: &mut Vec<Issue>) {
    for (kind, fact, date) in [
        (MeasureKind::DiseaseStatus, Fact::DiseaseStatus, Some(Fact::DiseaseStatusDate)),
        (MeasureKind::Recist, Fact::ResponseRecorded, None),
        (MeasureKind::Grade, Fact::HistologyGrade, None),
    ] {
        latest_fact(&series(asserted, kind), facts, fact, date, issues);
    }
    // Sizes of several lesions are no size of the primary.
    let sizes = series(asserted, MeasureKind::TumorSize);
    let unnamed: Vec<&Measure> = sizes.iter().copied().filter(|size| size.lesion.is_none()).collect();
    let one = sizes.first().is_some_and(|first| sizes.iter().all(|size| size.lesion == first.lesion));
    if !unnamed.is_empty() {
        latest_fact(&unnamed, facts, Fact::TumorSize, None, issues);
    } else if one {
        latest_fact(&sizes, facts, Fact::TumorSize, None, issues);
    }
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

/// States the latest of a series, or says why there is none.
fn latest_fact(series: &[&Measure], facts: &mut Facts, fact: Fact, date_fact: Option<Fact>, issues: &mut Vec<Issue>) {
    let agreed = match latest(series) {
        Latest::Nothing => return,
        Latest::Agreed(agreed) => agreed,
        Latest::Differ(differing) => {
            let title = KNOWLEDGE.fact_definition(fact.index()).map_or(fact.id(), |definition| &definition.title);
            return report(&differing, title, issues);
        }
    };
    let Some(found) = agreed.first() else { return };
    let because: Vec<Because> = agreed.iter().map(|measure| because(measure)).collect();
    match &found.answer {
        Answer::Integer(number) => facts.state(fact, dated(Value::Integer(*number), found.date, because.clone())),
        Answer::Number(number) => facts.state(fact, dated(Value::Decimal(*number), found.date, because.clone())),
        Answer::Code(name) => state_code(facts, fact, name, found.date, because.clone()),
    }
    if let (Some(date_fact), Some(date)) = (date_fact, found.date) {
        facts.state(date_fact, statement(Value::Date(date), because));
    }
}
