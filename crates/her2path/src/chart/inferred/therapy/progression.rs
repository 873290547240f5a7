//! Events that show progression: a disease status that worsened, a response of PD, a new metastasis, a drug stopped
//! because it no longer worked.
//!
//! A rise of a tumour marker alone is no such event (rule G20). New metastases within the staging window after the
//! first one belong to the staging. A new metastasis in the brain or leptomeninges alone is marked: local therapy may
//! answer it while the systemic therapy goes on (rule B07).

use std::collections::BTreeMap;

use her2path_knowledge::drug::LineParameters;
use jiff::civil::Date;

use super::exposures::{EndReason, Exposure, days_between};
use crate::chart::asserted::{Answer, Asserted, DiagnosisKind, MeasureKind, PrimaryOf};
use crate::chart::facts::Facts;
use crate::chart::inferred::{code_of, measures};
use crate::chart::value::Because;
use crate::guideline::Fact;

/// One event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Progression {
    pub(crate) date: Date,
    /// Only the brain or leptomeninges are known to be affected.
    pub(crate) only_brain: bool,
    /// The position of the exposure whose stop it was.
    pub(crate) exposure: Option<usize>,
    pub(crate) because: Because,
}

/// All events, earliest first.
pub(crate) fn events(
    asserted: &Asserted,
    facts: &Facts,
    exposures: &[Exposure],
    first_metastasis: Option<Date>,
    parameters: &LineParameters,
) -> Vec<Progression> {
    let mut events = Vec::new();
    for (kind, worse) in [(MeasureKind::DiseaseStatus, "worsened"), (MeasureKind::Recist, "PD")] {
        for measure in measures::series(asserted, kind) {
            if let (Answer::Code(answer), Some(date)) = (&measure.answer, measure.date)
                && answer == worse
            {
                let because = measures::because(measure);
                events.push(Progression { date: date.earliest(), only_brain: false, exposure: None, because });
            }
        }
    }
    if code_of(facts, Fact::ResponseTarget) == Some("PD")
        && let Some(date) = facts.get(Fact::ResponseTarget).and_then(|statement| statement.date)
    {
        let because = Because::source("response.target");
        events.push(Progression { date: date.earliest(), only_brain: false, exposure: None, because });
    }
    events.extend(new_metastases(asserted, first_metastasis, parameters));
    for (position, exposure) in exposures.iter().enumerate() {
        if exposure.stopped_for == Some(EndReason::Progression)
            && let Some(end) = exposure.end
        {
            let source = exposure.sources.last().cloned().unwrap_or_default();
            let because = Because::source(source).element("statusReason").note("stopped for progression");
            let date = end.earliest();
            events.push(Progression { date, only_brain: false, exposure: Some(position), because });
        }
    }
    events.sort_by(|a, b| (a.date, &a.because.source, a.exposure).cmp(&(b.date, &b.because.source, b.exposure)));
    events
}

/// The first record of each site, later than the staging window after the first metastasis.
fn new_metastases(
    asserted: &Asserted,
    first_metastasis: Option<Date>,
    parameters: &LineParameters,
) -> Vec<Progression> {
    let Some(first) = first_metastasis else { return Vec::new() };
    let mut sites: BTreeMap<&str, (Date, &str, &str)> = BTreeMap::new();
    for diagnosis in &asserted.diagnoses {
        let DiagnosisKind::Secondary { site, of } = diagnosis.kind else { continue };
        let counts = of != PrimaryOf::Other
            && !matches!(
                site,
                "unspecified" | "regional-lymph-node" | "lymph-node" | "locoregional" | "axilla" | "none"
            );
        let Some(date) = diagnosis.date.filter(|_| counts) else { continue };
        let entry = (date.earliest(), diagnosis.source.as_str(), diagnosis.said.as_str());
        let known = sites.entry(site).or_insert(entry);
        *known = entry.min(*known);
    }
    let late =
        sites.into_iter().filter(|(_, (date, ..))| days_between(first, *date) > i64::from(parameters.staging_days));
    late.map(|(site, (date, source, said))| Progression {
        date,
        only_brain: matches!(site, "brain" | "leptomeninges"),
        exposure: None,
        because: Because::source(source).element("code").note(format!("new metastasis: {said}")),
    })
    .collect()
}
