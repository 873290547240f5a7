//! Drugs: ids and names once, references that exist, days that are days.

use std::collections::BTreeMap;

use crate::drug::phrase;
use crate::read::drugs::{RawDrug, RawLineParameters, RawRegimen};
use crate::source::{Located, Sink};
use crate::suggest;
use crate::validate::{countable, is_kebab_case, unique};

pub(crate) fn check(
    drugs: &[RawDrug],
    regimens: &[RawRegimen],
    parameters: Option<&RawLineParameters>,
    sink: &Sink<'_>,
) {
    unique("drug", drugs.iter().map(|drug| &drug.id), sink);
    unique("regimen", regimens.iter().map(|regimen| &regimen.id), sink);
    if let Some(last) = drugs.last() {
        countable("drugs", drugs.len(), &last.id.at, sink);
    }
    for id in drugs.iter().map(|drug| &drug.id).chain(regimens.iter().map(|regimen| &regimen.id)) {
        if !id.value.is_empty() && !is_kebab_case(&id.value) {
            sink.error(&id.at, format!("`{}` is not an id", id.value), "small letters, digits and hyphens");
        }
    }
    names(drugs, regimens, sink);
    for drug in drugs {
        references(drugs, drug.components.iter().chain(&drug.written_with), sink);
        days(drug.cycle_days.as_ref(), sink);
    }
    for regimen in regimens {
        if regimen.drugs.is_empty() {
            sink.error(&regimen.id.at, "a regimen without drugs", "name its `drugs`");
        }
        references(drugs, regimen.drugs.iter(), sink);
    }
    if let Some(parameters) = parameters {
        let single = [
            &parameters.look_back_days,
            &parameters.regimen_window_days,
            &parameters.gap_days,
            &parameters.cycle_days,
            &parameters.progression_lag_days,
            &parameters.staging_days,
        ];
        single.into_iter().for_each(|number| days(number.as_ref(), sink));
        parameters.gap_sensitivity_days.iter().for_each(|number| days(Some(number), sink));
    }
}

/// Every phrase names one thing: a name that stands with two drugs would make the order of files decide.
fn names(drugs: &[RawDrug], regimens: &[RawRegimen], sink: &Sink<'_>) {
    let of_drugs = drugs.iter().flat_map(|drug| drug.names.iter().map(|name| (name, &drug.id)));
    let of_regimens = regimens.iter().flat_map(|regimen| regimen.names.iter().map(|name| (name, &regimen.id)));
    let mut first: BTreeMap<String, (&Located<String>, &str)> = BTreeMap::new();
    for (name, id) in of_drugs.chain(of_regimens) {
        let words = phrase(&name.value);
        if words.is_empty() {
            sink.error(&name.at, format!("`{}` is not a name", name.value), "a name has letters or digits");
            continue;
        }
        match first.get(&words) {
            Some((at, other)) if *other != id.value => sink.error(
                &name.at,
                format!("`{}` names `{}` and `{other}`", name.value, id.value),
                format!("the first is at {}; one phrase names one thing", sink.place(&at.at)),
            ),
            Some(_) => {}
            None => {
                first.insert(words, (name, &id.value));
            }
        }
    }
    for drug in drugs.iter().filter(|drug| drug.names.is_empty()) {
        sink.error(&drug.id.at, format!("`{}` has no names", drug.id.value), "nothing in a text could mean it");
    }
}

fn references<'n>(drugs: &[RawDrug], ids: impl Iterator<Item = &'n Located<String>>, sink: &Sink<'_>) {
    for id in ids {
        if drugs.iter().all(|drug| drug.id.value != id.value) {
            let hint = suggest::hint(&id.value, drugs.iter().map(|drug| drug.id.value.as_str()));
            sink.error(&id.at, format!("unknown drug `{}`", id.value), hint);
        }
    }
}

fn days(number: Option<&Located<i64>>, sink: &Sink<'_>) {
    if let Some(number) = number.filter(|number| !(0..=3650).contains(&number.value)) {
        sink.error(&number.at, format!("`{}` is not a number of days here", number.value), "0 to 3650");
    }
}
