//! Is a combination labelled for this patient, in the United States and in the European Union, on the day?
//!
//! A label covers an option when it names exactly its drugs and its criteria hold. Options without a HER2-directed drug and
//! without an inhibitor of CDK4 and CDK6 are not judged: labels of cytotoxic and endocrine drugs are not kept here.

use her2path_knowledge::drug::{Drug, DrugClass, DrugGroup};
use her2path_knowledge::medicine::Label;
use her2path_knowledge::model::{FactIndex, Jurisdiction, Knowledge};
use jiff::civil::Date;

use crate::assessment::{LabelReading, LabelReason, LabelStatus};
use crate::chart::Chart;
use crate::criteria::{Judged, judge_criterion, unknown_facts};
use crate::truth::Truth;

/// The readings of the places asked for: of one, or of both.
pub(super) fn read<'k>(
    regimen: &[impl AsRef<str>],
    chart: &Chart,
    knowledge: &'k Knowledge,
    asked: Option<Jurisdiction>,
) -> Vec<LabelReading<'k>> {
    let Some(drugs) = regimen.iter().map(|id| knowledge.drug(id.as_ref())).collect::<Option<Vec<&Drug>>>() else {
        return Vec::new();
    };
    let judged =
        |drug: &&Drug| drug.class.group() == DrugGroup::Her2Directed || drug.class == DrugClass::Cdk46Inhibitor;
    if !drugs.iter().any(judged) {
        return Vec::new();
    }
    [Jurisdiction::Us, Jurisdiction::Eu]
        .into_iter()
        .filter(|place| asked.is_none_or(|asked| asked == *place))
        .filter(|place| knowledge.medicine.coverage.iter().any(|coverage| coverage.jurisdiction == *place))
        .map(|place| one(&drugs, chart, knowledge, place))
        .collect()
}

fn one<'k>(drugs: &[&Drug], chart: &Chart, knowledge: &'k Knowledge, jurisdiction: Jurisdiction) -> LabelReading<'k> {
    let coverage = knowledge.medicine.coverage.iter().find(|coverage| coverage.jurisdiction == jurisdiction);
    let covered_until = coverage.map(|coverage| coverage.until).filter(|until| *until < chart.as_of);
    let named: Vec<&'k Label> = knowledge
        .medicine
        .labels
        .iter()
        .filter(|label| label.jurisdiction == jurisdiction && names(label, drugs))
        .collect();
    let standing = named.iter().copied().filter(|label| stands(label, chart.as_of));
    // The label that comes closest decides; of equals the first in the order of the file.
    let mut best: Option<LabelReading<'k>> = None;
    for label in standing {
        let reading = reading(label, chart, knowledge, covered_until);
        if best.as_ref().is_none_or(|best| reading.status < best.status) {
            best = Some(reading);
        }
    }
    best.unwrap_or_else(|| {
        let later = named.iter().filter_map(|label| Some((label.granted.filter(|day| *day > chart.as_of)?, *label)));
        let later = later.min_by_key(|(day, _)| *day);
        LabelReading {
            jurisdiction,
            status: LabelStatus::OffLabel,
            reason: later.map_or(LabelReason::NotNamed, |(day, _)| LabelReason::Later(day)),
            label: later.map(|(_, label)| label),
            when: Vec::new(),
            missing: Vec::new(),
            covered_until,
        }
    })
}

/// Granted, or asked for without a verified decision, and not replaced.
fn stands(label: &Label, day: Date) -> bool {
    let begun = label.granted.or(label.pending_since).is_some_and(|begin| begin <= day);
    begun && label.ended.is_none_or(|end| end > day)
}

fn reading<'k>(
    label: &'k Label,
    chart: &Chart,
    knowledge: &'k Knowledge,
    covered_until: Option<Date>,
) -> LabelReading<'k> {
    let when: Vec<Judged<'k>> =
        label.when.iter().map(|criterion| judge_criterion(criterion, &chart.facts, knowledge)).collect();
    let (status, reason) = match Truth::all(when.iter().map(|judged| judged.outcome)) {
        Truth::NotMet => (LabelStatus::OffLabel, LabelReason::NotMet),
        _ if label.granted.is_none() => (LabelStatus::CannotBeSaid, LabelReason::Pending),
        Truth::Unknown => (LabelStatus::CannotBeSaid, LabelReason::Unknown),
        Truth::Met if !label.conditions.is_empty() => (LabelStatus::CannotBeSaid, LabelReason::Conditions),
        Truth::Met => (LabelStatus::Labelled, LabelReason::Met),
    };
    let missing: Vec<FactIndex> = if status == LabelStatus::CannotBeSaid { unknown_facts(&when) } else { Vec::new() };
    LabelReading { jurisdiction: label.jurisdiction, status, reason, label: Some(label), when, missing, covered_until }
}

/// Whether a label names exactly these drugs, apart from those that it leaves open.
fn names(label: &Label, drugs: &[&Drug]) -> bool {
    // Drugs that a word of the label has named, a bit each: a regimen is a handful.
    let mut named: u64 = 0;
    for word in label.regimen.iter() {
        let is_left = |(position, drug): &(u32, &&Drug)| named >> position & 1 == 0 && drug.is_meant_by(word);
        let Some((position, _)) = (0..u64::BITS).zip(drugs).find(is_left) else { return false };
        named |= 1 << position;
    }
    let left = (0..u64::BITS).zip(drugs).filter(|(position, _)| named >> position & 1 == 0);
    left.map(|(_, drug)| drug).all(|drug| label.optional.iter().any(|word| drug.is_meant_by(word)))
}
