//! BI-RADS of each breast, and whether tissue of that breast was examined since.
//!
//! The sides are kept apart: a finding on the left is not closed by an image or a biopsy of the right, nor by tissue of
//! another organ, nor by what is not final. Of one breast the latest category counts, with two exceptions on the side of
//! caution (project rule): of several that may be of one day the most urgent counts, and a category 4 or 5 stays until
//! tissue of that breast was examined, for only pathology closes it. The breast that most needs a step comes first.

use super::latest::may_be_latest;
use super::{state_code, statement};
use crate::chart::asserted::{Asserted, BreastImaging, DiagnosisKind};
use crate::chart::facts::Facts;
use crate::chart::value::{Because, Value};
use crate::classify::governing::Site;
use crate::date::PartialDate;
use crate::guideline::Fact;
use crate::issue::Issue;

/// Categories from the most urgent to the least.
const URGENCY: [&str; 10] = ["5", "4C", "4B", "4", "4A", "0", "3", "6", "2", "1"];

/// How many of [`URGENCY`] call for tissue.
const FOR_TISSUE: usize = 5;

/// How many of [`URGENCY`] leave a task open until tissue or a further image.
const WITH_TASK: usize = 7;

/// What stands for one breast.
struct OfSide<'a> {
    side: Option<&'static str>,
    imaging: &'a BreastImaging,
    tissue: Option<(bool, Because)>,
}

impl OfSide<'_> {
    /// Open tasks before closed ones, then the more urgent category.
    fn order(&self) -> (bool, usize) {
        let closed = matches!(self.tissue, Some((true, _))) || urgency(self.imaging) >= WITH_TASK;
        (closed, urgency(self.imaging))
    }
}

pub(super) fn state(asserted: &Asserted, facts: &mut Facts, issues: &mut Vec<Issue>) {
    for imaging in asserted.breast_imaging.iter().filter(|imaging| imaging.preliminary) {
        let message = format!("`{}` is preliminary; it was not used", imaging.said);
        issues.push(Issue::information("preliminary-result", message).at(imaging.source.clone()));
    }
    let mut sides: Vec<OfSide<'_>> =
        [Some("left"), Some("right"), None].into_iter().filter_map(|side| of_side(asserted, side, issues)).collect();
    sides.sort_by_key(OfSide::order);
    let slots = [
        (Fact::BiradsCategory, Fact::BiradsSide, Fact::BiradsDate, Fact::BiradsPathologyLater),
        (Fact::BiradsOtherCategory, Fact::BiradsOtherSide, Fact::BiradsOtherDate, Fact::BiradsOtherPathologyLater),
    ];
    for (slot, found) in slots.iter().zip(&sides) {
        let (category, side, date, pathology) = *slot;
        let imaging = found.imaging;
        let because = || {
            let element = Because::source(imaging.source.clone()).element("value");
            vec![element.note(imaging.said.clone())]
        };
        state_code(facts, category, &imaging.category, imaging.date, because());
        if let Some(name) = found.side {
            let because = vec![Because::source(imaging.source.clone()).element("bodySite")];
            state_code(facts, side, name, imaging.date, because);
        }
        if let Some(day) = imaging.date {
            facts.state(date, statement(Value::Date(day), because()));
        }
        if let Some((later, because)) = &found.tissue {
            facts.state(pathology, statement(Value::Boolean(*later), vec![because.clone()]));
        }
    }
    for left_out in sides.iter().skip(slots.len()).filter(|side| urgency(side.imaging) < WITH_TASK) {
        let message = format!(
            "BI-RADS {} without a side stands beside those of the left and the right breast; give it a side",
            left_out.imaging.category
        );
        issues.push(Issue::warning("birads-without-side", message).at(left_out.imaging.source.clone()));
    }
}

fn urgency(imaging: &BreastImaging) -> usize {
    URGENCY.into_iter().position(|category| category == imaging.category).unwrap_or(URGENCY.len())
}

/// The category that stands for a side (`None`: entries that name none), and whether tissue was examined since.
fn of_side<'a>(asserted: &'a Asserted, side: Option<&'static str>, issues: &mut Vec<Issue>) -> Option<OfSide<'a>> {
    let of_this = |imaging: &&BreastImaging| imaging.side == side || (side.is_some() && imaging.side == Some("both"));
    let all: Vec<&BreastImaging> =
        asserted.breast_imaging.iter().filter(|imaging| !imaging.preliminary).filter(of_this).collect();
    let before = |a: &BreastImaging, b: &BreastImaging| match (a.date, b.date) {
        (Some(a), Some(b)) => a.latest() < b.earliest(),
        (None, Some(_)) => true,
        _ => false,
    };
    let mut latest = may_be_latest(&all, |imaging| imaging.date);
    latest.sort_by_key(|imaging| (urgency(imaging), imaging.source.clone()));
    let found = *latest.first()?;
    for differing in latest.iter().filter(|imaging| imaging.category != found.category) {
        let message = format!(
            "BI-RADS {} and {} may be of the same day; the more urgent one counts",
            differing.category, found.category
        );
        issues.push(Issue::warning("conflicting-values", message).at(differing.source.clone()));
    }
    // A suspicious finding that no tissue answered is not answered by a later image.
    let mut suspicious: Vec<&BreastImaging> = all
        .iter()
        .copied()
        .filter(|imaging| urgency(imaging) < FOR_TISSUE && before(imaging, found))
        .filter(|imaging| !matches!(tissue_since(asserted, side, imaging.date), Some((true, _))))
        .collect();
    suspicious.sort_by(|a, b| cmp(b.date, a.date).then_with(|| urgency(a).cmp(&urgency(b))));
    match suspicious.first() {
        Some(open) if urgency(found) >= FOR_TISSUE && found.category != "6" => {
            let message = format!(
                "BI-RADS {} followed by {} without tissue on record; whether tissue was examined is not known",
                open.category, found.category
            );
            issues.push(Issue::warning("birads-without-tissue", message).at(open.source.clone()));
            Some(OfSide { side, imaging: open, tissue: None })
        }
        _ => Some(OfSide { side, imaging: found, tissue: tissue_since(asserted, side, found.date) }),
    }
}

fn cmp(a: Option<PartialDate>, b: Option<PartialDate>) -> std::cmp::Ordering {
    super::measures::by_date(a, b)
}

/// Whether tissue of this breast was examined on or after a day; `None` where side or date leave it open.
fn tissue_since(
    asserted: &Asserted,
    side: Option<&'static str>,
    imaging: Option<PartialDate>,
) -> Option<(bool, Because)> {
    let imaging = imaging?;
    let taken = asserted.breast_tissue.iter().map(|tissue| (tissue.side, tissue.date, tissue.source.as_str()));
    let diagnosed = asserted
        .diagnoses
        .iter()
        .filter(|diagnosis| matches!(diagnosis.kind, DiagnosisKind::BreastCancer | DiagnosisKind::BreastInSitu))
        .map(|diagnosis| (diagnosis.side, diagnosis.date, diagnosis.source.as_str()));
    // A receptor test without a site may be of a metastasis, or of an older specimen.
    let tested = asserted
        .receptor_results
        .iter()
        .filter(|result| !result.preliminary && !result.tissue.inadequate && result.tissue.site == Some(Site::Primary))
        .map(|result| (result.tissue.side, result.tissue.collected, result.source.as_str()));
    let mut open = false;
    for (of, date, source) in taken.chain(diagnosed).chain(tested) {
        let same = match (side, of) {
            (None, None) | (Some(_), Some("both")) => Some(true),
            (Some(side), Some(of)) => Some(side == of),
            (None, Some(_)) | (Some(_), None) => None,
        };
        let since = date.and_then(|date| date.before(imaging)).map(|before| !before);
        match (same, since) {
            (Some(false), _) | (_, Some(false)) => {}
            (Some(true), Some(true)) => return Some((true, Because::source(source.to_owned()))),
            _ => open = true,
        }
    }
    (!open).then(|| (false, Because::source("birads.date").note("no tissue of this breast on record since")))
}
