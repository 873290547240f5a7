//! Labels, trials, monographs, checks and measures: names once, drugs and sources that exist, days in order.

use std::collections::BTreeMap;

use crate::drug::DrugClass;
use crate::read::citations::RawCitation;
use crate::read::drugs::RawDrug;
use crate::read::medicine::{ENDPOINT_KEYS, RawCheck, RawLabel, RawMedicine, RawOrigin, RawRhythm};
use crate::read::recommendations::RawRecommendation;
use crate::resolve::Dictionary;
use crate::source::{Located, Sink};
use crate::suggest;
use crate::validate::recommendations::check_keys;
use crate::validate::{is_kebab_case, unique};

pub(crate) fn check(
    medicine: &RawMedicine,
    drugs: &[RawDrug],
    citations: &[RawCitation],
    dictionary: &Dictionary<'_>,
    sink: &Sink<'_>,
) {
    let citations: BTreeMap<_, _> = citations.iter().map(|citation| (citation.key.value.as_str(), citation)).collect();
    unique("label", medicine.labels.iter().map(|label| &label.id), sink);
    unique("trial", medicine.trials.iter().map(|trial| &trial.id), sink);
    unique("monograph", medicine.monographs.iter().map(|monograph| &monograph.drug), sink);
    unique("check", medicine.checks.iter().map(|check| &check.id), sink);
    unique("measure", medicine.measures.iter().map(|measure| &measure.id), sink);
    for id in medicine.labels.iter().map(|label| &label.id).chain(medicine.checks.iter().map(|check| &check.id)) {
        if !id.value.is_empty() && !is_kebab_case(&id.value) {
            sink.error(&id.at, format!("`{}` is not an id", id.value), "small letters, digits and hyphens");
        }
    }
    let origins = origins(medicine);
    for origin in origins {
        if origin.cites.is_empty() {
            sink.error(&origin.at, "`cites` is missing or empty", "cite a source, or a project rule");
        }
        check_keys(&origin.cites, &citations, sink);
    }
    for label in &medicine.labels {
        check_label(label, drugs, sink);
    }
    for trial in &medicine.trials {
        for (key, _) in trial.pfs.iter().chain(&trial.os) {
            if !ENDPOINT_KEYS.contains(&key.value.as_str()) {
                let hint = suggest::hint(&key.value, ENDPOINT_KEYS.iter().copied());
                sink.error(&key.at, format!("unknown key `{}`", key.value), hint);
            }
        }
    }
    for monograph in &medicine.monographs {
        members(std::slice::from_ref(&monograph.drug), drugs, sink);
    }
    for check in &medicine.checks {
        check_check(check, drugs, dictionary, sink);
    }
}

/// The regimens of recommendations, and the combinations that they cover besides.
pub(crate) fn check_regimens(recommendations: &[RawRecommendation], drugs: &[RawDrug], sink: &Sink<'_>) {
    for recommendation in recommendations {
        members(&recommendation.regimen, drugs, sink);
    }
    for variant in recommendations.iter().flat_map(|recommendation| &recommendation.variants) {
        let words = variant.value.split(" + ");
        let words: Vec<_> = words.map(|word| Located { value: word.to_owned(), at: variant.at.clone() }).collect();
        members(&words, drugs, sink);
    }
}

/// Everything that cites.
pub(crate) fn origins(medicine: &RawMedicine) -> Vec<&RawOrigin> {
    let labels = medicine.labels.iter().map(|label| &label.origin);
    let trials = medicine.trials.iter().map(|trial| &trial.origin);
    let monographs = medicine.monographs.iter().map(|monograph| &monograph.origin);
    let checks = medicine.checks.iter().map(|check| &check.origin);
    let measures = medicine.measures.iter().map(|measure| &measure.origin);
    labels.chain(trials).chain(monographs).chain(checks).chain(measures).collect()
}

fn check_label(label: &RawLabel, drugs: &[RawDrug], sink: &Sink<'_>) {
    if label.regimen.is_empty() {
        sink.error(&label.id.at, "a label without drugs", "name its `regimen`");
    }
    members(&label.regimen, drugs, sink);
    members(&label.optional, drugs, sink);
    if label.granted.is_some() == label.pending_since.is_some() {
        let hint =
            "`granted` is the day of the decision, `pending-since` the day on which an unverified one was asked for";
        sink.error(&label.id.at, "a label has either `granted` or `pending-since`", hint);
    }
    if label.when.is_empty() {
        sink.error(&label.id.at, "`when` is missing or empty", "a label is for somebody");
    }
    if let (Some(granted), Some(ended)) = (&label.granted, &label.ended)
        && ended.value <= granted.value
    {
        sink.error(&ended.at, format!("ended {}, granted {}", ended.value, granted.value), "");
    }
}

fn check_check(check: &RawCheck, drugs: &[RawDrug], dictionary: &Dictionary<'_>, sink: &Sink<'_>) {
    if check.drugs.is_empty() {
        sink.error(&check.id.at, "a check for no drug", "name its `drugs`");
    }
    members(&check.drugs, drugs, sink);
    if check.last.is_empty() {
        sink.error(&check.id.at, "nothing says when it was last done", "name the facts in `last`");
    }
    for fact in check.last.iter().filter(|fact| dictionary.fact(&fact.value).is_none()) {
        let hint = suggest::hint(&fact.value, dictionary.fact_ids());
        sink.error(&fact.at, format!("unknown fact `{}`", fact.value), hint);
    }
    let intervals = usize::from(check.days.is_some()) + usize::from(check.months.is_some());
    let fits = match check.rhythm {
        Some(RawRhythm::Every) => intervals == 1,
        Some(RawRhythm::Once) => check.months.is_none(),
        Some(RawRhythm::EveryCycle) => intervals == 0,
        None => true,
    };
    if !fits {
        let hint = "with `every` give `days` or `months`, with `once` at most `days`, with `every-cycle` neither";
        sink.error(&check.id.at, "the interval does not fit the rhythm", hint);
    }
    for number in check.days.iter().chain(&check.months).filter(|number| !(1..=3650).contains(&number.value)) {
        sink.error(&number.at, format!("`{}` is not an interval", number.value), "1 to 3650");
    }
}

/// Each is a drug, a class of drugs or a group of classes.
pub(crate) fn members(ids: &[Located<String>], drugs: &[RawDrug], sink: &Sink<'_>) {
    let classes = || DrugClass::NAMES.iter().map(|(name, class)| (*name, class.group().name()));
    for id in ids.iter().filter(|id| !id.value.is_empty()) {
        let known = drugs.iter().any(|drug| drug.id.value == id.value)
            || classes().any(|(class, group)| class == id.value || group == id.value);
        if !known {
            let hint = suggest::hint(&id.value, drugs.iter().map(|drug| drug.id.value.as_str()));
            sink.error(&id.at, format!("unknown drug, class or group `{}`", id.value), hint);
        }
    }
}
