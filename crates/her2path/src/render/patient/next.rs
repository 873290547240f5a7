//! What was done so far, what usually comes next, and what the record does not say.
//!
//! Of the treatment that is given now it says that it goes on only where nothing on the page speaks against that; see [`now`].

mod now;

pub(super) use now::status_is_of_now;

use her2path_knowledge::model::{Chapter, FactIndex, Preference};

use super::{Block, Kind, Section, capital, code, codes, is_unsettled, joined, judged, kind, printable, spoken};
use crate::assessment::{Assessment, Due, EndReason, JudgedRecommendation, Line, Outcome, Verdict};
use crate::date::PartialDate;
use crate::guideline::Fact;

/// Lines of treatment, or at least what is taken now.
pub(super) fn so_far(assessment: &Assessment<'_>) -> Option<Section> {
    let lines = &assessment.therapy.lines;
    let mut blocks = Vec::new();
    if lines.is_empty() {
        let now: Vec<String> =
            codes(assessment, Fact::TherapyCurrentDrugs).iter().map(|id| capital(&drug(assessment, id))).collect();
        if now.is_empty() {
            return None;
        }
        blocks.extend(Block::list("By the record you now take:", now));
    } else {
        blocks.extend(Block::list(
            "Since the cancer spread:",
            lines.iter().map(|line| treatment(assessment, line)).collect(),
        ));
    }
    blocks.push(Block::Paragraph("If this is not right, tell your team. It matters for what comes next.".to_owned()));
    Some(Section { id: "so-far", title: "Your treatment so far".to_owned(), folded: false, blocks })
}

/// How the lines stand against the rules of the days on which they began: closed until somebody opens it, for it is about
/// what cannot be changed. That a line was not among the options is no verdict on those who chose it.
pub(super) fn in_its_time(assessment: &Assessment<'_>) -> Option<Section> {
    let course = super::chapter(assessment, Chapter::Treatment)?.treatment.as_ref()?;
    let lines = |verdict: Verdict| -> Vec<String> {
        let of_verdict = course.retrospect.iter().filter(|line| line.verdict == verdict);
        of_verdict
            .map(|line| {
                let drugs: Vec<String> = line.drugs.iter().map(|id| drug(assessment, id)).collect();
                let begun = line.on.map_or(String::new(), |day| format!(", begun {}", spoken(PartialDate::day(day))));
                format!("{}{begun}.", capital(&joined(&drugs)))
            })
            .collect()
    };
    let mut blocks: Vec<Block> = Vec::new();
    blocks.extend(Block::list("The rules of that time named this as a choice for you:", lines(Verdict::Concordant)));
    let other = Block::list(
        "By what is on file, the rules of that time named other choices than this:",
        lines(Verdict::NotAmongOptions),
    );
    if let Some(other) = other {
        blocks.push(other);
        blocks.push(Block::Paragraph(
            "There can be good reasons for that, such as a trial, your health or your wish. The record may leave out what \
             your team knew. Ask them if you want to know why."
                .to_owned(),
        ));
    }
    blocks.extend(Block::list("Here too little is on file to say:", lines(Verdict::CannotBeSaid)));
    (!blocks.is_empty()).then(|| Section {
        id: "rules",
        title: "Your treatment and the rules of its time".to_owned(),
        folded: true,
        blocks,
    })
}

/// The checks that the treatment of now asks for: those that are due by the record, and those that come later.
pub(super) fn checks(assessment: &Assessment<'_>) -> Option<Section> {
    let course = super::chapter(assessment, Chapter::Treatment)?.treatment.as_ref()?;
    let mut due: Vec<String> = Vec::new();
    let mut later: Vec<String> = Vec::new();
    for item in &course.monitoring.items {
        let last = item.last.map(|(date, _)| format!(" The last one on file: {}.", spoken(date))).unwrap_or_default();
        let (list, text) = match (item.status, item.due) {
            (Due::Critical, _) => {
                (&mut due, format!("{} The last result needs action. Call your team today.", item.check.plain))
            }
            (Due::Overdue | Due::DueNow, _) => (&mut due, format!("{}{last}", item.check.plain)),
            (Due::NeverDone, _) => (&mut due, format!("{} None is on file.", item.check.plain)),
            (Due::NotYetDue, Some((from, _))) => {
                (&mut later, format!("{} About {}.", item.check.plain, spoken(PartialDate::day(from))))
            }
            (Due::NotYetDue, None) | (Due::CannotBeSaid, _) => continue,
        };
        if !list.contains(&text) {
            list.push(text);
        }
    }
    let any_due = !due.is_empty();
    let mut blocks: Vec<Block> = Vec::new();
    blocks.extend(Block::list("By the record, these are due about now:", due));
    blocks.extend(Block::list("These come later:", later));
    if any_due {
        blocks.push(Block::Paragraph(
            "A check may have been done and not be in this record. Ask at your next visit. If you feel unwell, do not wait \
             for it."
                .to_owned(),
        ));
    }
    (!blocks.is_empty()).then(|| Section {
        id: "checks",
        title: "Checks while you are treated".to_owned(),
        folded: false,
        blocks,
    })
}

fn treatment(assessment: &Assessment<'_>, line: &Line) -> String {
    let drugs: Vec<String> = line
        .drugs
        .iter()
        .filter_map(|at| assessment.knowledge.drugs.get(*at))
        .map(|drug| everyday(&drug.title))
        .collect();
    let day = |date| spoken(PartialDate::day(date));
    let when = match (line.start, line.end) {
        (Some(start), Some(end)) => format!(" From {} to {}.", day(start), day(end)),
        (Some(start), None) => format!(" Since {}.", day(start)),
        (None, Some(end)) => format!(" Until {}.", day(end)),
        (None, None) => " The record gives no dates.".to_owned(),
    };
    let end = match (line.end_reason, line.ongoing) {
        (Some(EndReason::Progression), false) => " It ended because the cancer grew.",
        (Some(EndReason::Toxicity), false) => " It ended because of side effects.",
        (Some(EndReason::Completed), false) => " It was given as long as planned.",
        (Some(EndReason::Choice), false) => " You chose to end it.",
        (Some(EndReason::Progression), true) => " The cancer has grown during it, so a change is being looked at.",
        _ => "",
    };
    let unknown = if line.unknown_agent { " One of the medicines is not named in the record." } else { "" };
    let parts = assessment.therapy.ended_parts(line);
    let ended: String = parts
        .iter()
        .filter_map(|(at, end)| Some((assessment.knowledge.drugs.get(*at)?, end)))
        .map(|(drug, end)| format!(" {} ended: {}.", capital(&everyday(&drug.title)), spoken(*end)))
        .collect();
    let rest: Vec<String> = line
        .drugs
        .iter()
        .filter(|drug| !parts.iter().any(|(ended, _)| ended == *drug))
        .filter_map(|at| assessment.knowledge.drugs.get(*at))
        .map(|drug| everyday(&drug.title))
        .collect();
    let rest = if ended.is_empty() { String::new() } else { format!(" Since then: {}.", joined(&rest)) };
    format!("{}.{when}{ended}{rest}{end}{unknown}", capital(&joined(&drugs)))
}

/// A medicine as people call it: without how it is given, a brand that patients know beside a long name.
fn everyday(title: &str) -> String {
    match title {
        "Trastuzumab deruxtecan (T-DXd)" => "T-DXd (Enhertu)".to_owned(),
        "Trastuzumab emtansine (T-DM1)" => "T-DM1 (Kadcyla)".to_owned(),
        title => {
            let given = [", intravenous", ", subcutaneous"];
            let title = given.iter().find_map(|how| title.strip_suffix(how)).unwrap_or(title);
            let title =
                title.split_once(", drug not").or_else(|| title.split_once(", not")).map_or(title, |(kind, _)| kind);
            // The names of drugs are common nouns.
            let mut letters = title.chars();
            letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
        }
    }
}

fn drug(assessment: &Assessment<'_>, id: &str) -> String {
    let known = assessment.knowledge.drugs.list.iter().find(|drug| drug.id == id);
    known.map_or_else(|| printable(id), |drug| everyday(&drug.title))
}

/// Drugs of an option in everyday names.
fn names(assessment: &Assessment<'_>, item: &JudgedRecommendation<'_>) -> String {
    let names: Vec<String> = item.recommendation.regimen.iter().map(|id| drug(assessment, id)).collect();
    joined(&names)
}

/// What fits now: treatments in the guideline's order, then what is to be done or checked.
pub(super) fn section(assessment: &Assessment<'_>) -> Option<Section> {
    // Treatment is for those who have the cancer; what is not settled about others must not read as if it were.
    let treated = |outcome| {
        if kind(assessment) == Kind::Invasive { judged(assessment, Chapter::Treatment, outcome) } else { Vec::new() }
    };
    let settled = code(assessment, Fact::DiseaseSetting) == Some("metastatic")
        && code(assessment, Fact::Her2Status) == Some("positive");
    let fits = treated(Outcome::Recommended);
    let with = |preference: Preference| -> Vec<String> {
        fits.iter()
            .filter(|item| is_regimen(item) && item.recommendation.preference == Some(preference))
            .map(|item| option(assessment, item))
            .collect()
    };
    // "Goes on" beside "pauses" would leave the reader with both.
    let pauses = now::pauses(assessment);
    let said_now = |item: &&JudgedRecommendation<'_>| !(is_regimen(item) || (pauses && now::goes_on(item)));
    let mut to_do = judged(assessment, Chapter::Diagnosis, Outcome::Recommended);
    to_do.extend(fits.iter().copied().filter(said_now));
    to_do.extend(judged(assessment, Chapter::Risk, Outcome::Recommended));
    let waiting = treated(Outcome::NeedsData);
    let unsafe_now: Vec<_> = treated(Outcome::Contraindicated).into_iter().filter(|item| is_regimen(item)).collect();
    // What holds a combination of medicines that is not safe cannot be among those that may fit.
    let holds_unsafe = |item: &JudgedRecommendation<'_>| {
        let regimen = &item.recommendation.regimen;
        unsafe_now.iter().any(|other| other.recommendation.regimen.iter().all(|drug| regimen.contains(drug)))
    };
    let mut may: Vec<String> = waiting
        .iter()
        .filter(|item| is_regimen(item) && settled && !holds_unsafe(item))
        .map(|item| capital(&names(assessment, item)))
        .collect();
    may.sort();
    may.dedup();
    let mut not: Vec<String> = unsafe_now.iter().map(|item| capital(&names(assessment, item))).collect();
    not.sort();
    not.dedup();

    let mut blocks: Vec<Block> = now::words(assessment).into_iter().collect();
    blocks.extend(Block::list("Treatments that guidelines name first:", with(Preference::Preferred)));
    blocks.extend(Block::list("Other treatments that can fit:", with(Preference::Acceptable)));
    blocks.extend(Block::list("Tests and steps that often come now:", plain(&to_do)));
    let changes = |item: &JudgedRecommendation<'_>| {
        matches!(item.recommendation.option.as_deref(), Some("HOLD_DRUG" | "STOP_DRUG" | "RESUME_REDUCED"))
    };
    if fits.iter().any(|item| changes(item)) {
        blocks.push(Block::Urgent(
            "Some of this is about a pause or another dose of a medicine. Do not stop or change a medicine on your own. Call \
             your team soon and ask."
                .to_owned(),
        ));
    }
    blocks.extend(Block::list("These may fit, but something must be known first:", may));
    if !settled && waiting.iter().any(|item| is_regimen(item)) {
        blocks.push(Block::Paragraph(
            "Which treatment fits depends on points that are still open. They are listed below.".to_owned(),
        ));
    }
    blocks.extend(Block::list("These are not safe for you now, by what is on record:", not));
    let asked = super::chapter(assessment, Chapter::Treatment).is_some();
    if blocks.is_empty() && asked && kind(assessment) == Kind::Invasive {
        blocks.push(Block::Paragraph(
            "The rules behind this page are about HER2-positive cancer that has spread. By what is on record they do not name \
             a next step for you. Your team knows the rules for your kind of cancer."
                .to_owned(),
        ));
    } else if !blocks.is_empty() && kind(assessment) != Kind::None {
        blocks.push(Block::Paragraph(
            "This is what rules say for many people. What is right for you can differ. You have a say in it."
                .to_owned(),
        ));
    }
    (!blocks.is_empty()).then(|| Section {
        id: "next",
        title: "What usually comes next".to_owned(),
        folded: false,
        blocks,
    })
}

/// Whether a statement is about treatment of the cancer with drugs; a medicine for the bones alone is a step beside it.
fn is_regimen(item: &JudgedRecommendation<'_>) -> bool {
    !item.recommendation.regimen.is_empty() && !item.recommendation.id.starts_with("treatment/bone/")
}

fn option(assessment: &Assessment<'_>, item: &JudgedRecommendation<'_>) -> String {
    format!("{}. {}", capital(&names(assessment, item)), item.recommendation.plain)
}

/// The sentences for patients, each once.
fn plain(items: &[&JudgedRecommendation<'_>]) -> Vec<String> {
    let mut said: Vec<String> = Vec::new();
    for item in items {
        if !said.iter().any(|text| *text == item.recommendation.plain) {
            said.push(item.recommendation.plain.to_string());
        }
    }
    said
}

/// What a person can know or ask about themselves, in the order in which it is told. The other missing facts are details of
/// tests and drugs; they are counted, and named to the clinician.
const TOLD: [Fact; 28] = [
    Fact::DiseaseBreastCancer,
    Fact::DiseaseSetting,
    Fact::Her2Status,
    Fact::HormoneReceptorStatus,
    Fact::ErStatus,
    Fact::DiseasePrimaryDate,
    Fact::DiseasePresentation,
    Fact::MetastasisSites,
    Fact::MetastasisOrigin,
    Fact::BrainMetastasesStatus,
    Fact::Her2MetastasisTested,
    Fact::MetastasisOligometastatic,
    Fact::DiseaseStatus,
    Fact::TherapyLine,
    Fact::TherapyPriorDrugs,
    Fact::TherapyCurrentDrugs,
    Fact::TherapyProgressedOnCurrent,
    Fact::SymptomNeurological,
    Fact::Ecog,
    Fact::LvefLatest,
    Fact::LvefRecent,
    Fact::LabsCreatinineClearance,
    Fact::LabsPlatelets,
    Fact::MenopausalStatus,
    Fact::PregnancyStatus,
    Fact::GermlineBrca,
    Fact::DpydStatus,
    Fact::DentalExamDate,
];

/// What is missing from the record, each once.
pub(super) fn unknown(assessment: &Assessment<'_>) -> Option<Section> {
    if !matches!(kind(assessment), Kind::Invasive | Kind::Unclear) {
        return None;
    }
    let mut counted: Vec<(FactIndex, usize)> = Vec::new();
    for chapter in [Chapter::Diagnosis, Chapter::Treatment] {
        for item in judged(assessment, chapter, Outcome::NeedsData) {
            for fact in item.missing.first().into_iter().flatten() {
                match counted.iter_mut().find(|(known, _)| known == fact) {
                    Some((_, count)) => *count = count.saturating_add(1),
                    None => counted.push((*fact, 1)),
                }
            }
        }
    }
    counted.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
    counted.retain(|(fact, _)| is_unsettled(assessment, *fact));
    let told: Vec<String> = TOLD
        .iter()
        .filter(|fact| counted.iter().any(|(missing, _)| *missing == fact.index()))
        .filter_map(|fact| assessment.knowledge.fact_definition(fact.index()))
        .map(|definition| definition.plain.to_string())
        .collect();
    let rest = counted.len().saturating_sub(told.len());
    let lead = "These points are not in the record that was read. Your team may know them. Each can matter for what comes next:";
    let mut blocks: Vec<Block> = Block::list(lead, told).into_iter().collect();
    let more = if blocks.is_empty() { "" } else { "more " };
    match rest {
        0 => {}
        1 => blocks.push(Block::Paragraph(format!(
            "One {more}detail for the doctor is not in the record. The page for doctors names it."
        ))),
        rest => blocks.push(Block::Paragraph(format!(
            "{rest} {more}details for the doctor are not in the record. The page for doctors names them."
        ))),
    }
    (!blocks.is_empty()).then(|| Section {
        id: "unknown",
        title: "What the record does not say".to_owned(),
        folded: false,
        blocks,
    })
}
