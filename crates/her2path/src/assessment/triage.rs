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
    /// The level of the answers alone, as if every open question had been answered with "no". Where it is less urgent than
    /// the result, the open questions made the difference.
    pub by_answers: Urgency,
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

/// A symptom for which somebody should call, were it to come up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WarningSign {
    /// The symptom.
    pub fact: FactIndex,
    /// How urgent it would be alone.
    pub urgency: Urgency,
}

impl Triage {
    /// What to do, in plain words. No level says that nothing is wrong.
    #[must_use]
    pub fn words(&self) -> &'static str {
        match self.urgency {
            Urgency::E0 => "Call the emergency number now. Or go to the hospital at once.",
            Urgency::E1 => "Call your 24-hour cancer line now. You should be seen today.",
            Urgency::E2 => {
                "Call your team in working hours, by the next working day. You should be seen within 7 days. Check again in 24 hours."
            }
            Urgency::E3 => "Tell your team at your next visit. Keep track of it. Call sooner if anything changes.",
        }
    }

    /// How soon, for a clinician.
    #[must_use]
    pub fn timing(&self) -> &'static str {
        Self::timing_of(self.urgency)
    }

    /// How soon a level asks for, for a clinician.
    #[must_use]
    pub fn timing_of(urgency: Urgency) -> &'static str {
        match urgency {
            Urgency::E0 => "emergency, now",
            Urgency::E1 => "to be seen the same day",
            Urgency::E2 => "contact within one working day, seen within seven days, follow-up call in 24 hours",
            Urgency::E3 => "next visit, and again as soon as anything changes",
        }
    }
}

/// The level as the source table names it.
#[must_use]
pub fn urgency_name(urgency: Urgency) -> &'static str {
    match urgency {
        Urgency::E0 => "E0",
        Urgency::E1 => "E1",
        Urgency::E2 => "E2",
        Urgency::E3 => "E3",
    }
}
