//! Gates as Rust source code.

use super::{Data, optional, string};
use crate::gate::Gate;
use crate::model::{Criterion, FactIndex};

impl Data {
    pub(super) fn gate(&mut self, gate: &Gate) -> String {
        let drugs = self.texts(&gate.drugs);
        let rules = self.texts(&gate.rules);
        let cites = self.texts(&gate.cites);
        let contraindicated_if = self.criteria(&gate.contraindicated_if);
        let ask_first = self.list("FactIndex", &gate.ask_first, |_, fact: &FactIndex| format!("{fact:?}"));
        let mut line = |criterion: Option<&Criterion>| match criterion {
            Some(criterion) => format!("Some({})", self.criterion(criterion)),
            None => "None".to_owned(),
        };
        let (only_when, unless_when) = (line(gate.only_when.as_ref()), line(gate.unless_when.as_ref()));
        format!(
            "::her2path_knowledge::gate::Gate {{ id: {}, drugs: {drugs}, only_when: {only_when}, unless_when: {unless_when}, \
             statement: {}, remedy: {}, rules: {rules}, contraindicated_if: {contraindicated_if}, ask_first: {ask_first}, \
             evidence: Evidence::{:?}, cites: {cites}, place: Place {{ file: {}, line: {} }} }}",
            string(&gate.id),
            string(&gate.statement),
            optional(gate.remedy.as_ref(), string),
            gate.evidence,
            string(&gate.place.file),
            gate.place.line
        )
    }
}
