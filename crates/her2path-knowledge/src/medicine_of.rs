//! Labels, trials, monographs, checks and measures from what was read of them.

use crate::load::{optional, text, texts};
use crate::medicine::{Check, Endpoint, Label, LabelCoverage, Measure, Medicine, Monograph, Rhythm, Trial};
use crate::model::{Criterion, Evidence, List, Place, Span, Str};
use crate::read::medicine::{
    RawCheck, RawLabel, RawMeasure, RawMedicine, RawMonograph, RawOrigin, RawRhythm, RawTrial,
};
use crate::read::recommendations::RawCriterion;
use crate::resolve::{self, Dictionary};
use crate::source::{Located, Sink};

type Pairs = List<(Str, Str)>;

/// `None` where anything could not be resolved; then it is reported.
pub(crate) fn medicine(raw: &RawMedicine, dictionary: &Dictionary<'_>, sink: &Sink<'_>) -> Option<Medicine> {
    let coverage = raw.coverage.iter().map(|(jurisdiction, until)| {
        Some(LabelCoverage { jurisdiction: (*jurisdiction)?, until: until.as_ref()?.value })
    });
    // Every entry is resolved before any fault ends the work, so that all faults are reported.
    let labels: Vec<_> = raw.labels.iter().map(|entry| label(entry, dictionary, sink)).collect();
    let checks: Vec<_> = raw.checks.iter().map(|entry| check(entry, dictionary, sink)).collect();
    let mut monographs: Vec<_> =
        raw.monographs.iter().map(|entry| monograph(entry, sink)).collect::<Option<Vec<_>>>()?;
    monographs.sort_by(|a, b| a.drug.cmp(&b.drug));
    Some(Medicine {
        coverage: coverage.collect::<Option<Vec<_>>>()?.into(),
        labels: labels.into_iter().collect::<Option<Vec<_>>>()?.into(),
        trials: raw.trials.iter().map(|entry| trial(entry, sink)).collect::<Option<Vec<_>>>()?.into(),
        monographs: monographs.into(),
        checks: checks.into_iter().collect::<Option<Vec<_>>>()?.into(),
        measures: raw.measures.iter().map(|entry| measure(entry, sink)).collect::<Option<Vec<_>>>()?.into(),
    })
}

fn label(raw: &RawLabel, dictionary: &Dictionary<'_>, sink: &Sink<'_>) -> Option<Label> {
    let when = criteria(&raw.when, dictionary, sink)?;
    let (evidence, cites, place) = origin(&raw.origin, sink)?;
    let day = |date: &Option<Located<jiff::civil::Date>>| date.as_ref().map(|date| date.value);
    Some(Label {
        id: text(&raw.id),
        jurisdiction: raw.jurisdiction?,
        regimen: texts(&raw.regimen).into(),
        optional: texts(&raw.optional).into(),
        statement: text(&raw.statement),
        granted: day(&raw.granted),
        pending_since: day(&raw.pending_since),
        ended: day(&raw.ended),
        when,
        conditions: texts(&raw.conditions).into(),
        evidence,
        cites,
        place,
    })
}

fn trial(raw: &RawTrial, sink: &Sink<'_>) -> Option<Trial> {
    let (evidence, cites, place) = origin(&raw.origin, sink)?;
    let mut found = raw.texts.iter().map(|found| optional(found.as_ref()));
    let mut next = || found.next().flatten();
    // In the order of `TRIAL_TEXTS`.
    let (registry, control, patients, control_patients, endpoint) = (next(), next(), next(), next(), next());
    let (response, control_response, brain, harms, note) = (next(), next(), next(), next(), next());
    Some(Trial {
        id: text(&raw.id),
        name: text(&raw.name),
        registry,
        phase: text(&raw.phase),
        setting: text(&raw.setting),
        population: text(&raw.population),
        arm: text(&raw.arm),
        control,
        patients,
        control_patients,
        endpoint,
        pfs: times(&raw.pfs),
        os: times(&raw.os),
        response: (response, control_response),
        brain,
        harms,
        note,
        verification: text(&raw.verification),
        evidence,
        cites,
        place,
    })
}

fn times(raw: &[(Located<String>, Located<String>)]) -> Endpoint {
    let of = |key: &str| raw.iter().find(|(name, _)| name.value == key).map(|(_, found)| text(found));
    Endpoint {
        median: of("median"),
        interval: of("interval"),
        control: of("control"),
        control_interval: of("control-interval"),
        ratio: of("ratio"),
        ratio_interval: of("ratio-interval"),
    }
}

fn monograph(raw: &RawMonograph, sink: &Sink<'_>) -> Option<Monograph> {
    let (evidence, cites, place) = origin(&raw.origin, sink)?;
    Some(Monograph {
        drug: text(&raw.drug),
        doses: pairs(&raw.doses),
        before: texts(&raw.before).into(),
        monitor: pairs(&raw.monitor),
        hold: pairs(&raw.hold),
        levels: texts(&raw.levels).into(),
        warnings: texts(&raw.warnings).into(),
        contraindications: texts(&raw.contraindications).into(),
        notes: texts(&raw.notes).into(),
        interactions: texts(&raw.interactions).into(),
        verification: text(&raw.verification),
        evidence,
        cites,
        place,
    })
}

fn check(raw: &RawCheck, dictionary: &Dictionary<'_>, sink: &Sink<'_>) -> Option<Check> {
    let (when, critical_if) = (criteria(&raw.when, dictionary, sink), criteria(&raw.critical_if, dictionary, sink));
    let (when, critical_if) = (when?, critical_if?);
    let (evidence, cites, place) = origin(&raw.origin, sink)?;
    let last = raw.last.iter().map(|fact| dictionary.fact(&fact.value).map(|(index, _)| index));
    let count = |number: &Located<i64>| u32::try_from(number.value).ok();
    let rhythm = match (raw.rhythm?, &raw.days, &raw.months) {
        (RawRhythm::Once, days, _) => Rhythm::Once(days.as_ref().and_then(count)),
        (RawRhythm::EveryCycle, ..) => Rhythm::EveryCycle,
        (RawRhythm::Every, Some(days), _) => Rhythm::Every(Span::Days(count(days)?)),
        (RawRhythm::Every, None, Some(months)) => Rhythm::Every(Span::Months(count(months)?)),
        (RawRhythm::Every, None, None) => return None,
    };
    Some(Check {
        id: text(&raw.id),
        test: text(&raw.test),
        plain: text(&raw.plain),
        drugs: texts(&raw.drugs).into(),
        when,
        last: last.collect::<Option<Vec<_>>>()?.into(),
        critical_if,
        rhythm,
        since: raw.since.as_ref().map(|since| since.value),
        basis: text(&raw.basis),
        evidence,
        cites,
        place,
    })
}

fn measure(raw: &RawMeasure, sink: &Sink<'_>) -> Option<Measure> {
    let (evidence, cites, place) = origin(&raw.origin, sink)?;
    Some(Measure {
        id: text(&raw.id),
        title: text(&raw.title),
        numerator: text(&raw.numerator),
        denominator: text(&raw.denominator),
        exclusions: text(&raw.exclusions),
        published: raw.published?,
        unanswerable: optional(raw.unanswerable.as_ref()),
        evidence,
        cites,
        place,
    })
}

fn pairs(raw: &[(Located<String>, Located<String>)]) -> Pairs {
    raw.iter().map(|(name, words)| (text(name), text(words))).collect()
}

fn criteria(raw: &[RawCriterion], dictionary: &Dictionary<'_>, sink: &Sink<'_>) -> Option<List<Criterion>> {
    let resolved: Vec<_> = raw.iter().map(|criterion| resolve::criterion(criterion, dictionary, sink)).collect();
    resolved.into_iter().collect::<Option<Vec<_>>>().map(Into::into)
}

fn origin(raw: &RawOrigin, sink: &Sink<'_>) -> Option<(Evidence, List<Str>, Place)> {
    let file = sink.files.get(raw.at.file).map_or(String::new(), |file| file.path.clone());
    let line = u32::try_from(sink.line(&raw.at)).ok()?;
    Some((raw.evidence?, texts(&raw.cites).into(), Place { file: file.into(), line }))
}
