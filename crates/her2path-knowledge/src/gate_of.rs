//! Gates from what was read of them.

use crate::gate::Gate;
use crate::load::{optional, text, texts};
use crate::model::Place;
use crate::read::gates::RawGate;
use crate::resolve::{self, Dictionary};
use crate::source::Sink;

/// `None` where anything could not be resolved; then it is reported.
pub(crate) fn gate(raw: &RawGate, dictionary: &Dictionary<'_>, sink: &Sink<'_>) -> Option<Gate> {
    let criteria = |list: &[_]| {
        let resolved: Vec<_> = list.iter().map(|criterion| resolve::criterion(criterion, dictionary, sink)).collect();
        resolved.into_iter().collect::<Option<Vec<_>>>()
    };
    let (only, unless, contraindicated_if) =
        (criteria(&raw.only_when), criteria(&raw.unless_when), criteria(&raw.contraindicated_if));
    let ask_first = raw.ask_first.iter().map(|fact| dictionary.fact(&fact.value).map(|(index, _)| index));
    let file = sink.files.get(raw.at.file).map_or(String::new(), |file| file.path.clone());
    Some(Gate {
        id: text(&raw.id),
        drugs: texts(&raw.drugs).into(),
        only_when: only?.into_iter().next(),
        unless_when: unless?.into_iter().next(),
        statement: text(&raw.statement),
        remedy: optional(raw.remedy.as_ref()),
        rules: texts(&raw.rules).into(),
        contraindicated_if: contraindicated_if?.into(),
        ask_first: ask_first.collect::<Option<Vec<_>>>()?.into(),
        evidence: raw.evidence?,
        cites: texts(&raw.cites).into(),
        place: Place { file: file.into(), line: u32::try_from(sink.line(&raw.at)).ok()? },
    })
}
