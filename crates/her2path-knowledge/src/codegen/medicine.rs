//! Labels, trials, monographs, checks and measures as Rust source code.

use super::{Data, date, optional, string};
use crate::medicine::{Check, Endpoint, Label, Measure, Medicine, Monograph, Rhythm, Trial};
use crate::model::{Place, Span, Str};

const PATH: &str = "::her2path_knowledge::medicine::";

impl Data {
    pub(super) fn medicine(&mut self, medicine: &Medicine) -> String {
        let coverage = self.list(&format!("{PATH}LabelCoverage"), &medicine.coverage, |_, coverage| {
            format!(
                "{PATH}LabelCoverage {{ jurisdiction: Jurisdiction::{:?}, until: {} }}",
                coverage.jurisdiction,
                date(coverage.until)
            )
        });
        let labels = self.list(&format!("{PATH}Label"), &medicine.labels, Self::label);
        let trials = self.list(&format!("{PATH}Trial"), &medicine.trials, Self::trial);
        let monographs = self.list(&format!("{PATH}Monograph"), &medicine.monographs, Self::monograph);
        let checks = self.list(&format!("{PATH}Check"), &medicine.checks, Self::check);
        let measures = self.list(&format!("{PATH}Measure"), &medicine.measures, Self::measure);
        format!(
            "{PATH}Medicine {{ coverage: {coverage}, labels: {labels}, trials: {trials}, monographs: {monographs}, \
             checks: {checks}, measures: {measures} }}"
        )
    }

    fn label(&mut self, label: &Label) -> String {
        let regimen = self.texts(&label.regimen);
        let optional_drugs = self.texts(&label.optional);
        let when = self.criteria(&label.when);
        let conditions = self.texts(&label.conditions);
        let cites = self.texts(&label.cites);
        format!(
            "{PATH}Label {{ id: {}, jurisdiction: Jurisdiction::{:?}, regimen: {regimen}, optional: {optional_drugs}, \
             statement: {}, granted: {}, pending_since: {}, ended: {}, when: {when}, conditions: {conditions}, \
             evidence: Evidence::{:?}, cites: {cites}, place: {} }}",
            string(&label.id),
            label.jurisdiction,
            string(&label.statement),
            optional(label.granted, date),
            optional(label.pending_since, date),
            optional(label.ended, date),
            label.evidence,
            place(&label.place)
        )
    }

    fn trial(&mut self, trial: &Trial) -> String {
        let cites = self.texts(&trial.cites);
        let maybe = |text: &Option<Str>| optional(text.as_ref(), string);
        format!(
            "{PATH}Trial {{ id: {}, name: {}, registry: {}, phase: {}, setting: {}, population: {}, arm: {}, control: {}, \
             patients: {}, control_patients: {}, endpoint: {}, pfs: {}, os: {}, response: ({}, {}), brain: {}, harms: {}, \
             note: {}, verification: {}, evidence: Evidence::{:?}, cites: {cites}, place: {} }}",
            string(&trial.id),
            string(&trial.name),
            maybe(&trial.registry),
            string(&trial.phase),
            string(&trial.setting),
            string(&trial.population),
            string(&trial.arm),
            maybe(&trial.control),
            maybe(&trial.patients),
            maybe(&trial.control_patients),
            maybe(&trial.endpoint),
            times(&trial.pfs),
            times(&trial.os),
            maybe(&trial.response.0),
            maybe(&trial.response.1),
            maybe(&trial.brain),
            maybe(&trial.harms),
            maybe(&trial.note),
            string(&trial.verification),
            trial.evidence,
            place(&trial.place)
        )
    }

    fn monograph(&mut self, monograph: &Monograph) -> String {
        let pairs = |data: &mut Self, pairs: &[(Str, Str)]| {
            data.list("(Str, Str)", pairs, |_, (name, words)| format!("({}, {})", string(name), string(words)))
        };
        let doses = pairs(self, &monograph.doses);
        let monitor = pairs(self, &monograph.monitor);
        let hold = pairs(self, &monograph.hold);
        let before = self.texts(&monograph.before);
        let levels = self.texts(&monograph.levels);
        let warnings = self.texts(&monograph.warnings);
        let contraindications = self.texts(&monograph.contraindications);
        let notes = self.texts(&monograph.notes);
        let interactions = self.texts(&monograph.interactions);
        let cites = self.texts(&monograph.cites);
        format!(
            "{PATH}Monograph {{ drug: {}, doses: {doses}, before: {before}, monitor: {monitor}, hold: {hold}, \
             levels: {levels}, warnings: {warnings}, contraindications: {contraindications}, notes: {notes}, \
             interactions: {interactions}, verification: {}, evidence: Evidence::{:?}, cites: {cites}, place: {} }}",
            string(&monograph.drug),
            string(&monograph.verification),
            monograph.evidence,
            place(&monograph.place)
        )
    }

    fn check(&mut self, check: &Check) -> String {
        let drugs = self.texts(&check.drugs);
        let when = self.criteria(&check.when);
        let critical_if = self.criteria(&check.critical_if);
        let cites = self.texts(&check.cites);
        let last = self.list("FactIndex", &check.last, |_, fact| format!("{fact:?}"));
        let rhythm = match check.rhythm {
            Rhythm::Once(days) => format!("Once({days:?})"),
            Rhythm::EveryCycle => "EveryCycle".to_owned(),
            Rhythm::Every(Span::Days(count)) => format!("Every(Span::Days({count}))"),
            Rhythm::Every(Span::Months(count)) => format!("Every(Span::Months({count}))"),
        };
        format!(
            "{PATH}Check {{ id: {}, test: {}, plain: {}, drugs: {drugs}, when: {when}, last: {last}, critical_if: {critical_if}, rhythm: {PATH}Rhythm::{rhythm}, \
             since: {}, basis: {}, evidence: Evidence::{:?}, cites: {cites}, place: {} }}",
            string(&check.id),
            string(&check.test),
            string(&check.plain),
            optional(check.since, date),
            string(&check.basis),
            check.evidence,
            place(&check.place)
        )
    }

    fn measure(&mut self, measure: &Measure) -> String {
        let cites = self.texts(&measure.cites);
        format!(
            "{PATH}Measure {{ id: {}, title: {}, numerator: {}, denominator: {}, exclusions: {}, published: {}, \
             unanswerable: {}, evidence: Evidence::{:?}, cites: {cites}, place: {} }}",
            string(&measure.id),
            string(&measure.title),
            string(&measure.numerator),
            string(&measure.denominator),
            string(&measure.exclusions),
            measure.published,
            optional(measure.unanswerable.as_ref(), string),
            measure.evidence,
            place(&measure.place)
        )
    }
}

fn times(endpoint: &Endpoint) -> String {
    let maybe = |text: &Option<Str>| optional(text.as_ref(), string);
    format!(
        "{PATH}Endpoint {{ median: {}, interval: {}, control: {}, control_interval: {}, ratio: {}, ratio_interval: {} }}",
        maybe(&endpoint.median),
        maybe(&endpoint.interval),
        maybe(&endpoint.control),
        maybe(&endpoint.control_interval),
        maybe(&endpoint.ratio),
        maybe(&endpoint.ratio_interval)
    )
}

fn place(place: &Place) -> String {
    format!("Place {{ file: {}, line: {} }}", string(&place.file), place.line)
}
