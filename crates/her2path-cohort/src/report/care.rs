//! How care compares: lines against the options of their day, checks that are due, and measures of quality.

use std::collections::BTreeMap;

use her2path::assessment::{Due, Verdict};
use her2path::knowledge::model::Knowledge;
use her2path::truth::Truth;
use maud::{Markup, html};

use super::{share, thousands};
use crate::care::CareRow;
use crate::row::LineRow;

/// Lines from this number on are counted together.
const LATE: u16 = 4;

/// Counts of a cohort's care.
#[derive(Debug, Default)]
pub(crate) struct Care {
    /// By line and answer.
    lines: BTreeMap<(u16, String), u64>,
    /// By answer and reason.
    reasons: BTreeMap<(String, String), u64>,
    /// By check, then by answer.
    checks: BTreeMap<u16, BTreeMap<&'static str, u64>>,
    /// By measure: who counts and met it, did not, or cannot be said; who does not count; who cannot be said to count.
    measures: BTreeMap<u16, Measured>,
}

#[derive(Debug, Default, Clone, Copy)]
struct Measured {
    met: u64,
    not_met: u64,
    not_said: u64,
    outside: u64,
    outside_not_said: u64,
}

impl Care {
    /// Lines of a patient of the cohort.
    pub(crate) fn lines(&mut self, lines: &[LineRow<'_>]) {
        for line in lines {
            let (Some(answer), Some(reason)) = (line.concordance, line.concordance_reason) else { continue };
            *self.lines.entry((line.number.min(LATE), answer.to_owned())).or_default() += 1;
            *self.reasons.entry((answer.to_owned(), reason.to_owned())).or_default() += 1;
        }
    }

    /// Checks that are due for a living patient.
    pub(crate) fn checks(&mut self, row: &CareRow) {
        for (check, due) in &row.checks {
            *self.checks.entry(*check).or_default().entry(due.as_str()).or_default() += 1;
        }
    }

    /// Measures for any patient: each says itself who counts.
    pub(crate) fn measures(&mut self, row: &CareRow) {
        for (measure, counts, done) in &row.measures {
            let measured = self.measures.entry(*measure).or_default();
            let tally = match (counts, done) {
                (Truth::Met, Truth::Met) => &mut measured.met,
                (Truth::Met, Truth::NotMet) => &mut measured.not_met,
                (Truth::Met, Truth::Unknown) => &mut measured.not_said,
                (Truth::NotMet, _) => &mut measured.outside,
                (Truth::Unknown, _) => &mut measured.outside_not_said,
            };
            *tally += 1;
        }
    }

    /// The section of the page.
    pub(crate) fn section(&self, knowledge: &Knowledge) -> Markup {
        html! {
            section {
                h2 { "Lines against the options of their day" }
                p.about {
                    "HER2-positive metastatic disease. Each line is held against the guideline's options of the day on which it began, with what was on record by then. "
                    "Missing data are never called a departure, and a departure may have had good reasons that no record shows."
                }
                (self.concordance())
                h2 { "Checks that are due" }
                p.about { "Of the patients who are alive and on a drug that asks for the check." }
                (self.due(knowledge))
                h2 { "Measures of quality" }
                p.about { "Of all patients in the input. Those who count and of whom the record does not say are shown apart, and are in no share." }
                (self.quality(knowledge))
            }
        }
    }

    fn concordance(&self) -> Markup {
        let count = |line: u16, answer: Verdict| {
            self.lines.get(&(line, answer.as_str().to_owned())).copied().unwrap_or_default()
        };
        html! {
            @if self.lines.is_empty() { p { "No line of therapy for metastatic disease is on record." } } @else {
                table {
                    thead { tr {
                        th { "line" } th.number { "among the options" } th.number { "not among them" }
                        th.number { "share of those that can be judged" } th.number { "cannot be said" }
                    } }
                    tbody {
                        @for line in 1..=LATE {
                            @let (with, against, open) = (count(line, Verdict::Concordant), count(line, Verdict::NotAmongOptions), count(line, Verdict::CannotBeSaid));
                            tr {
                                td { (line) @if line == LATE { " and later" } }
                                td.number { (thousands(with)) } td.number { (thousands(against)) }
                                td.number { (share(with, with + against)) } td.number { (thousands(open)) }
                            }
                        }
                    }
                }
                table {
                    thead { tr { th { "answer" } th { "why" } th.number { "lines" } } }
                    tbody {
                        @for ((answer, reason), count) in &self.reasons {
                            tr { td { (answer.replace('-', " ")) } td { (reason.replace('-', " ")) } td.number { (thousands(*count)) } }
                        }
                    }
                }
            }
        }
    }

    fn due(&self, knowledge: &Knowledge) -> Markup {
        const ANSWERS: [(&str, Due); 6] = [
            ("latest value critical", Due::Critical),
            ("overdue", Due::Overdue),
            ("nothing on record", Due::NeverDone),
            ("due now", Due::DueNow),
            ("not yet due", Due::NotYetDue),
            ("cannot be said", Due::CannotBeSaid),
        ];
        html! {
            @if self.checks.is_empty() { p { "No living patient is on a drug that asks for a check." } } @else {
                table {
                    thead { tr { th { "check" } @for (name, _) in ANSWERS { th.number { (name) } } } }
                    tbody {
                        @for (check, counts) in &self.checks {
                            @if let Some(check) = knowledge.medicine.checks.get(usize::from(*check)) {
                                tr {
                                    td { (check.test) }
                                    @for (_, due) in ANSWERS { td.number { (thousands(counts.get(due.as_str()).copied().unwrap_or_default())) } }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    fn quality(&self, knowledge: &Knowledge) -> Markup {
        html! {
            table {
                thead { tr {
                    th { "measure" } th.number { "met" } th.number { "not met by the record" } th.number { "share" }
                    th.number { "counts, not said" } th.number { "does not count" } th.number { "not said whether it counts" }
                } }
                tbody {
                    @for (position, measure) in knowledge.medicine.measures.iter().enumerate() {
                        @let counts = u16::try_from(position).ok().and_then(|at| self.measures.get(&at)).copied().unwrap_or_default();
                        tr {
                            td {
                                (measure.id) " " (measure.title)
                                @if !measure.published { " (this project's measure)" }
                            }
                            @if let Some(why) = &measure.unanswerable {
                                td colspan="6" { "Not from records: " (why) "." }
                            } @else {
                                td.number { (thousands(counts.met)) } td.number { (thousands(counts.not_met)) }
                                td.number { (share(counts.met, counts.met + counts.not_met)) }
                                td.number { (thousands(counts.not_said)) } td.number { (thousands(counts.outside)) }
                                td.number { (thousands(counts.outside_not_said)) }
                            }
                        }
                    }
                }
            }
        }
    }
}
