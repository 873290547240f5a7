//! How soon somebody must act, and why: what the chapter on symptoms ends in.

use her2path_knowledge::model::{FactIndex, Urgency};

/// The urgency of what was reported. It is a lower bound: somebody who knows more may find it more urgent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Triage {
    /// At least this urgent.
    pub urgency: Urgency,
    /// What speaks for it, most urgent first.
    pub reasons: Vec<TriageReason>,
    /// Questions on red flags that have no answer, in the order in which they are asked. They count.
    pub unanswered: Vec<FactIndex>,
    /// What raised the result by one level: worry, or fast worsening.
    pub raised_by: Vec<FactIndex>,
}

/// A rule that is met, or that cannot be ruled out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TriageReason {
    /// The recommendation's id.
    pub id: String,
    /// The part of the body: the file of the recommendation.
    pub area: String,
    /// The urgency that it counts with.
    pub urgency: Urgency,
    /// Whether every criterion is met; otherwise the symptom is there and what would rule it out is not known.
    pub met: bool,
}
