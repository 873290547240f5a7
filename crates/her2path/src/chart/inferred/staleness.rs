//! How long "no metastasis" holds: a staging says how things were on its day, not what became of the disease.
//!
//! Once the record shows that the disease went on (worsened, came back, may have spread), an older denial no longer
//! settles the question, and the answer is unknown with both sides named. What happened certainly before the latest
//! denial was seen by it.

use super::measures::{by_date, series};
use crate::chart::asserted::{Answer, Asserted, DiagnosisKind, MeasureKind, Relapse, StageKind};
use crate::chart::value::Because;
use crate::classify::stage::{self, M};
use crate::date::PartialDate;

/// One statement that there is no distant metastasis.
pub(super) struct Denial {
    pub(super) date: Option<PartialDate>,
    pub(super) because: Because,
}

/// M0, a stage group below IV, or an answer "none" that speaks of the whole body. The latest comes last.
pub(super) fn denials(asserted: &Asserted) -> Vec<Denial> {
    let stages = asserted.stages.iter().filter(|found| match found.kind {
        StageKind::M => stage::parse_m(&found.value) == Some(M::M0),
        StageKind::Group => found.value != "IV",
        StageKind::T | StageKind::N => false,
    });
    let stages = stages.map(|found| {
        let note = on_day(&found.value, found.date);
        Denial { date: found.date, because: Because::source(found.source.clone()).element(found.element).note(note) }
    });
    let mentions = asserted.metastasis_mentions.iter().filter(|mention| mention.absent && mention.site.is_none());
    let mentions = mentions.map(|mention| {
        let note = on_day(&mention.said, mention.date);
        Denial { date: mention.date, because: Because::source(mention.source.clone()).element("value").note(note) }
    });
    let mut denials: Vec<Denial> = stages.chain(mentions).collect();
    denials.sort_by(|a, b| by_date(a.date, b.date).then_with(|| a.because.source.cmp(&b.because.source)));
    denials
}

/// What forbids to conclude from the latest denial that there is no metastasis now.
pub(super) fn doubts(asserted: &Asserted, latest: Option<PartialDate>) -> Vec<Because> {
    let since = |date: Option<PartialDate>| match (date, latest) {
        (Some(date), Some(latest)) => date.before(latest) != Some(true) && date != latest,
        _ => true,
    };
    let mut doubts = Vec::new();
    for diagnosis in &asserted.diagnoses {
        let reason = match diagnosis.kind {
            DiagnosisKind::PossibleMetastasis => "may be a metastasis",
            DiagnosisKind::BreastCancer | DiagnosisKind::PossibleBreastCancer if diagnosis.relapse != Relapse::No => {
                "the cancer came back"
            }
            DiagnosisKind::Secondary { site: "lymph-node", .. } if latest.is_some() && diagnosis.date.is_some() => {
                "a node that may be distant"
            }
            _ => continue,
        };
        let undated = diagnosis.relapse == Relapse::SinceUnknown;
        let same_day = diagnosis.kind == DiagnosisKind::PossibleMetastasis && diagnosis.date == latest;
        if undated || same_day || since(diagnosis.date) {
            let element = if undated { "clinicalStatus" } else { "code" };
            let note = format!("{reason}: {}", on_day(&diagnosis.said, diagnosis.date));
            doubts.push(Because::source(diagnosis.source.clone()).element(element).note(note));
        }
    }
    for status in series(asserted, MeasureKind::DiseaseStatus) {
        if status.answer == Answer::Code("worsened".to_owned()) && since(status.date) {
            let note = format!("the disease worsened: {}", on_day(&status.said, status.date));
            doubts.push(Because::source(status.source.clone()).element("value").note(note));
        }
    }
    doubts
}

fn on_day(said: &str, date: Option<PartialDate>) -> String {
    match date {
        Some(date) => format!("{said}, {date}"),
        None => format!("{said}, without a day"),
    }
}
