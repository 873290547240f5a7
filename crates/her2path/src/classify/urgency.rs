//! How the urgencies of several rules combine (project rule `project-rule-triage-urgency`; the counting of ambers follows
//! the UK Oncology Nursing Society's 24-hour triage: one amber is reviewed within a day, two are treated as a red).
//!
//! Nothing lowers the result: a further signal of whatever kind gives the same level or a more urgent one.

use her2path_knowledge::model::Urgency;

/// What speaks for urgency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Signals {
    /// The most urgent rule that is met, or that cannot be ruled out although its symptom is there.
    pub governing: Option<Urgency>,
    /// Different areas of the body with a rule of urgency E2.
    pub amber_areas: usize,
    /// Different areas of the body in which a red-flag question has no answer. Each counts as one amber.
    pub unanswered_areas: usize,
    /// Any other question has no answer.
    pub other_unanswered: bool,
    /// The person or carer is very worried, or it is getting worse fast: one level up.
    pub raise: bool,
}

/// The urgency: at least this.
#[must_use]
pub fn combine(signals: Signals) -> Urgency {
    let counted = match signals.amber_areas.saturating_add(signals.unanswered_areas) {
        0 if signals.other_unanswered => Urgency::E2,
        0 => Urgency::E3,
        1 => Urgency::E2,
        _ => Urgency::E1,
    };
    let level = signals.governing.map_or(counted, |governing| governing.max(counted));
    if signals.raise { one_up(level) } else { level }
}

fn one_up(urgency: Urgency) -> Urgency {
    match urgency {
        Urgency::E3 => Urgency::E2,
        Urgency::E2 => Urgency::E1,
        Urgency::E1 | Urgency::E0 => Urgency::E0,
    }
}
