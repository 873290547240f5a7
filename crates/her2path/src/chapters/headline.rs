//! The first line: whose cancer it is, what is known and open about it, and whether the pathway of HER2-positive metastatic
//! disease applies.
//!
//! It never excludes the pathway while a specimen points the other way: results that differ between specimens, an open
//! result of a metastasis, or a second primary leave that to a clinician (ASCO prefers the metastasis, ABC lets any
//! positive biopsy count).

use crate::chart::Chart;
use crate::chart::facts::{Facts, between};
use crate::chart::inferred::{code_of, codes_of};
use crate::chart::value::{Statement, Value};
use crate::guideline::Fact;

/// Whether facts were typed in: a record always says whether there is a breast cancer, if only that none is recorded.
fn is_typed_in(facts: &Facts) -> bool {
    let stated = |statement: &Statement| statement.because.iter().any(|because| because.source == "stated");
    facts.get(Fact::DiseaseBreastCancer).is_none_or(stated)
}

/// The sentence of the chapter on diagnosis.
pub(super) fn headline(facts: &Facts) -> String {
    let code = |fact| code_of(facts, fact);
    let man = if code(Fact::PatientSex) == Some("male") { " in a man" } else { "" };
    let beside = match truth(facts, Fact::DiseaseOtherPrimary) {
        Some(true) => "another primary cancer is on record",
        Some(false) => "",
        None if is_typed_in(facts) => "",
        None => "an entry that may be another cancer is on record",
    };
    match code(Fact::DiseaseBreastCancer) {
        None if is_typed_in(facts) => {
            return "whether there is a breast cancer is not stated: the pathway cannot be said to apply".to_owned();
        }
        Some("not-recorded") | None if beside.is_empty() => {
            return "no breast cancer on record: the pathway does not apply".to_owned();
        }
        Some("not-recorded") | None => {
            return format!("no breast cancer on record; {beside}: the pathway does not apply");
        }
        Some("in-situ-only") => {
            let beside = if beside.is_empty() { String::new() } else { format!(" ({beside})") };
            return format!(
                "carcinoma in situ of the breast{man}, no invasive cancer on record{beside}: the pathway does not apply"
            );
        }
        Some("unclear") => {
            return "findings that may be of breast cancer, without a confirmed diagnosis of invasive cancer on record: \
                    establish the primary first"
                .to_owned();
        }
        Some(_) => {}
    }
    let her2 = Her2::of(facts);
    // What is known describes the cancer; what is open follows it.
    let mut known: Vec<&str> = her2.known().into_iter().collect();
    let mut open: Vec<String> = her2.open().into_iter().collect();
    match code(Fact::HormoneReceptorStatus) {
        Some("positive") => known.push("hormone-receptor-positive"),
        Some("negative") => known.push("hormone-receptor-negative"),
        _ => open.push("hormone receptors not settled".to_owned()),
    }
    let without = match code(Fact::DiseaseSetting) {
        Some("metastatic") => {
            known.push("metastatic");
            String::new()
        }
        Some("not-metastatic") => {
            let staged = facts.get(Fact::DiseaseSetting).and_then(|statement| statement.date);
            let staged = staged.map(|date| format!(" (last staged {date})")).unwrap_or_default();
            format!(" without distant metastasis on record{staged}")
        }
        _ => {
            open.push("whether it is metastatic is not settled".to_owned());
            String::new()
        }
    };
    let both = if code(Fact::DiseaseLaterality) == Some("both") { " of both breasts" } else { "" };
    if !beside.is_empty() {
        open.push(beside.to_owned());
    }
    let known = if known.is_empty() { String::new() } else { format!("{} ", known.join(", ")) };
    let open = if open.is_empty() { String::new() } else { format!(" ({})", open.join("; ")) };
    format!("{known}breast cancer{both}{man}{without}{open}: {}", pathway(&her2, code(Fact::DiseaseSetting)))
}

/// For every chapter of a patient who has died: when and how old, and that nothing is recommended any more.
pub(super) fn of_deceased(chart: &Chart, summary: String) -> String {
    if truth(&chart.facts, Fact::PatientDeceased) != Some(true) {
        return summary;
    }
    let on = match chart.facts.get(Fact::PatientDeathDate).map(|statement| &statement.value) {
        Some(Value::Date(date)) => format!(" on {date}"),
        _ => String::new(),
    };
    let aged = match chart.facts.get(Fact::PatientAge).map(|statement| &statement.value) {
        Some(Value::Integer(years)) => format!(" at the age of {years}"),
        Some(Value::Between(youngest, oldest)) => format!(" at the age of {}", between(*youngest, *oldest)),
        _ => String::new(),
    };
    format!("died{on}{aged}; recommendations do not apply to a deceased patient; {summary}")
}

/// What the specimens say together.
struct Her2 {
    status: Option<&'static str>,
    /// What stands against taking the status as the last word; a negative status with any of it excludes nothing.
    doubts: Vec<Doubt>,
    /// It is what a diagnosis or status code says, without a test result behind it.
    recorded: bool,
}

/// One reason not to take a status as the last word, the weightiest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Doubt {
    /// A specimen is positive although the governing one is not, or specimens differ.
    Differs,
    /// The result of a metastasis is not there yet.
    MetastasisOpen,
    /// A result that may be newer is not there yet.
    LaterOpen,
    /// Which result is the newest is not known.
    OrderUndecided,
    /// A diagnosis or a recorded status says otherwise.
    Contradicted,
    /// Two primaries, whose results may differ.
    TwoPrimaries,
}

impl Doubt {
    fn words(self, negative: bool) -> &'static str {
        match self {
            Self::Differs if negative => "another specimen is positive",
            Self::Differs => "HER2 differs between specimens",
            Self::MetastasisOpen => "the HER2 result of a metastasis is open",
            Self::LaterOpen => "a later HER2 result is open",
            Self::OrderUndecided => "which HER2 result is the newest is not settled",
            Self::Contradicted if negative => "a recorded status says HER2-positive",
            Self::Contradicted => "a recorded status says otherwise",
            Self::TwoPrimaries => "two primaries, each with a HER2 status of its own",
        }
    }
}

impl Her2 {
    fn of(facts: &Facts) -> Self {
        let flags = codes_of(facts, Fact::Her2Flags).unwrap_or_default();
        let has = |flag| flags.contains(&flag);
        let status = code_of(facts, Fact::Her2Status);
        let doubts = [
            (has("discordant") || (has("any-positive") && status != Some("positive")), Doubt::Differs),
            (has("metastatic-result-pending"), Doubt::MetastasisOpen),
            (has("later-result-open"), Doubt::LaterOpen),
            (has("order-undecided"), Doubt::OrderUndecided),
            (has("diagnosis-contradicts"), Doubt::Contradicted),
            (has("two-primaries") || code_of(facts, Fact::DiseaseLaterality) == Some("both"), Doubt::TwoPrimaries),
        ];
        let doubts = doubts.into_iter().filter_map(|(stands, doubt)| stands.then_some(doubt)).collect();
        Self { status, doubts, recorded: has("recorded-status") }
    }

    /// Whether a negative status leaves nothing to ask.
    fn is_plainly_negative(&self) -> bool {
        self.status == Some("negative") && self.doubts.is_empty()
    }

    fn known(&self) -> Option<&'static str> {
        match self.status {
            Some("positive") => Some("HER2-positive"),
            Some("negative") if self.is_plainly_negative() => Some("HER2-negative"),
            _ => None,
        }
    }

    fn open(&self) -> Option<String> {
        let status = match self.status {
            Some("positive") => None,
            Some("negative") if self.is_plainly_negative() => None,
            Some("negative") => Some("HER2 negative in the governing specimen"),
            Some("equivocal") => Some("HER2 equivocal"),
            Some("pending") => Some("HER2 result pending"),
            Some("conflict") => Some("HER2 results in conflict"),
            Some("indeterminate") => Some("HER2 indeterminate"),
            Some("invalid") => Some("HER2 result invalid"),
            _ => Some("HER2 not assessed"),
        };
        let negative = self.status == Some("negative");
        let doubts = self.doubts.iter().map(|doubt| doubt.words(negative));
        let parts: Vec<&str> = status.into_iter().chain(doubts).collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }
}

fn pathway(her2: &Her2, setting: Option<&str>) -> &'static str {
    match (her2.status, setting, her2.doubts.first()) {
        (Some("positive"), Some("metastatic"), _) if her2.doubts.contains(&Doubt::TwoPrimaries) => {
            "the pathway of HER2-positive metastatic disease applies if the metastases come from a HER2-positive primary"
        }
        (Some("positive"), Some("metastatic"), _) => "the pathway of HER2-positive metastatic disease applies",
        (Some("negative"), _, None) if her2.recorded => {
            "the pathway of HER2-positive disease does not apply, because HER2 is recorded as negative, without a test result"
        }
        (Some("negative"), _, None) => "the pathway of HER2-positive disease does not apply, because HER2 is negative",
        (_, Some("not-metastatic"), _) => {
            "the metastatic pathway does not apply, because no distant metastasis is on record"
        }
        (Some("negative"), _, Some(Doubt::Differs)) => {
            "whether the pathway of HER2-positive disease applies is for a clinician to decide, because the specimens differ"
        }
        (Some("negative"), _, Some(Doubt::MetastasisOpen)) => {
            "whether the pathway of HER2-positive disease applies depends on the open result of the metastasis"
        }
        (Some("negative"), _, Some(Doubt::LaterOpen)) => {
            "whether the pathway of HER2-positive disease applies depends on the later result, which is open"
        }
        (Some("negative"), _, Some(Doubt::OrderUndecided)) => {
            "whether the pathway of HER2-positive disease applies depends on which result is the newest"
        }
        (Some("negative"), _, Some(Doubt::Contradicted)) => {
            "whether the pathway of HER2-positive disease applies is for a clinician to decide, because a recorded status \
             says HER2-positive"
        }
        (Some("negative"), _, Some(Doubt::TwoPrimaries)) => {
            "whether the pathway of HER2-positive disease applies depends on which primary the disease comes from"
        }
        (Some("positive"), ..) => "whether the pathway applies depends on the setting",
        _ => "whether the pathway applies depends on HER2",
    }
}

fn truth(facts: &Facts, fact: Fact) -> Option<bool> {
    match facts.get(fact)?.value {
        Value::Boolean(value) => Some(value),
        _ => None,
    }
}
