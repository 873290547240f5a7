//! Which receptor results belong to one specimen, which of them stand, and when it was taken.
//!
//! Results are joined only where they belong to the same tissue: the same Specimen, or, where none is named, the same
//! site and day, which is flagged. Left and right, and two cancers in focus, are never joined. Shared by HER2, ER and
//! PgR, so that all three speak of the same specimens.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::chart::asserted::{Asserted, DiagnosisKind, ReceptorResult, ReceptorTest};
use crate::chart::value::Because;
use crate::classify::governing::Site;
use crate::date::PartialDate;
use crate::issue::Issue;

/// When a specimen was taken, as far as that is known: each end of the span may be open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Taken {
    earliest: Option<Date>,
    latest: Option<Date>,
}

impl Taken {
    /// Taken on a recorded date.
    #[must_use]
    pub fn on(date: PartialDate) -> Self {
        Self { earliest: Some(date.earliest()), latest: Some(date.latest()) }
    }

    /// Taken at some time before its result was given out.
    #[must_use]
    pub fn by(date: PartialDate) -> Self {
        Self { earliest: None, latest: Some(date.latest()) }
    }

    /// Whether this was taken before the other; `None` where the dates do not settle it.
    #[must_use]
    pub fn before(self, other: Self) -> Option<bool> {
        if let (Some(latest), Some(earliest)) = (self.latest, other.earliest)
            && latest < earliest
        {
            return Some(true);
        }
        match (self.earliest, other.latest) {
            (Some(earliest), Some(latest)) if earliest >= latest => Some(false),
            _ => None,
        }
    }
}

/// The results of one specimen.
pub(super) struct Specimen<'r> {
    pub(super) results: Vec<&'r ReceptorResult>,
    pub(super) site: Option<Site>,
    pub(super) side: Option<&'static str>,
    pub(super) taken: Taken,
    /// The day to show: that of collection, else the first on which a result was given out.
    pub(super) date: Option<PartialDate>,
    /// Results are joined without a Specimen on record that says so.
    pub(super) link_assumed: bool,
}

impl Specimen<'_> {
    /// The results as reasons.
    pub(super) fn because(&self) -> Vec<Because> {
        let reasons = self.results.iter();
        reasons.map(|r| Because::source(r.source.clone()).element(r.element).note(r.said.clone())).collect()
    }
}

/// Everything on some receptor tests, by specimen.
pub(super) struct Specimens<'r> {
    /// Each specimen, by date as sorted for display, then by source.
    pub(super) tested: Vec<Specimen<'r>>,
    /// What diagnoses say ("HER2-positive carcinoma"), in the same form; no specimen is behind it.
    pub(super) diagnosed: Vec<Specimen<'r>>,
    /// Specimens of which there is a preliminary result that no final one has replaced; it settles nothing.
    pub(super) preliminary: Vec<Specimen<'r>>,
}

/// Sorts the results of some tests by specimen.
pub(super) fn of<'r>(
    asserted: &'r Asserted,
    wanted: impl Fn(ReceptorTest) -> bool,
    issues: &mut Vec<Issue>,
) -> Specimens<'r> {
    let mut preliminary = Vec::new();
    let mut results: Vec<&ReceptorResult> = Vec::new();
    for result in asserted.receptor_results.iter().filter(|result| wanted(result.test)) {
        if result.preliminary {
            let message = format!("`{}` is preliminary; it was not used", result.said);
            issues.push(Issue::warning("preliminary-result", message).at(result.source.clone()));
            preliminary.push(result);
        } else {
            results.push(result);
        }
    }
    let (diagnosed, results): (Vec<_>, Vec<_>) = results.into_iter().partition(|result| result.diagnosis);
    let results = standing(results, issues);
    preliminary.retain(|early| !results.iter().any(|result| answers(result, early)));
    let several = several_primaries(asserted);
    Specimens {
        tested: joined(results, several, issues),
        diagnosed: joined(diagnosed, several, issues),
        preliminary: joined(preliminary, several, &mut Vec::new()),
    }
}

/// Whether a final result is what a preliminary one has become: the same test of the same specimen, or the same
/// identifier.
fn answers(result: &ReceptorResult, early: &ReceptorResult) -> bool {
    let same_specimen = result.tissue.specimen.is_some() && result.tissue.specimen == early.tissue.specimen;
    let identified = result.identifiers.iter().any(|identifier| early.identifiers.contains(identifier));
    result.test == early.test && result.method == early.method && (same_specimen || identified)
}

/// Whether the record shows cancer of both breasts.
pub(super) fn several_primaries(asserted: &Asserted) -> bool {
    let primary = |kind| matches!(kind, DiagnosisKind::BreastCancer | DiagnosisKind::BreastInSitu);
    let has = |side| asserted.diagnoses.iter().any(|d| primary(d.kind) && d.side == Some(side));
    has("both") || (has("left") && has("right"))
}

/// Leaves out what a corrected version replaces, and corrections that say nothing.
fn standing<'r>(results: Vec<&'r ReceptorResult>, issues: &mut Vec<Issue>) -> Vec<&'r ReceptorResult> {
    let replaces = |new: &ReceptorResult, old: &ReceptorResult| {
        let identified = new.identifiers.iter().any(|identifier| old.identifiers.contains(identifier));
        let a = (&new.tissue.specimen, new.tissue.site, new.tissue.side, &new.tissue.focus, new.tissue.collected);
        let b = (&old.tissue.specimen, old.tissue.site, old.tissue.side, &old.tissue.focus, old.tissue.collected);
        let same_tissue = a == b && (new.tissue.specimen.is_some() || new.tissue.collected.is_some());
        !old.corrected
            && new.source != old.source
            && (new.test, new.method) == (old.test, old.method)
            && (identified || same_tissue)
    };
    let corrections: Vec<&ReceptorResult> = results.iter().copied().filter(|result| result.corrected).collect();
    let kept = results.iter().copied().filter(|old| match corrections.iter().find(|new| replaces(new, old)) {
        Some(new) => {
            let message = format!("`{}` was corrected by {}; it was not used", old.said, new.source);
            issues.push(Issue::information("superseded-result", message).at(old.source.clone()));
            false
        }
        None => old.reading.has_content(),
    });
    kept.collect()
}

/// What tells specimens apart before their sides are looked at: the reference to one or, without it, site and day.
type Key<'r> = (Option<&'r str>, Option<Site>, Option<String>);

fn joined<'r>(results: Vec<&'r ReceptorResult>, several_primaries: bool, issues: &mut Vec<Issue>) -> Vec<Specimen<'r>> {
    let mut groups: BTreeMap<Key<'r>, Vec<&ReceptorResult>> = BTreeMap::new();
    for result in results {
        let tissue = &result.tissue;
        let day = tissue.collected.or(result.issued).map(|date| date.to_string());
        let key = match &tissue.specimen {
            Some(specimen) => (Some(specimen.as_str()), None, None),
            None => (None, tissue.site, day),
        };
        groups.entry(key).or_default().push(result);
    }
    let mut specimens: Vec<Specimen<'_>> = Vec::new();
    for ((named, ..), group) in groups {
        let distinct = |of: &dyn Fn(&ReceptorResult) -> Option<String>| {
            let mut found: Vec<String> = group.iter().filter_map(|result| of(result)).collect();
            found.sort_unstable();
            found.dedup();
            found.len()
        };
        let sides = distinct(&|result| result.tissue.side.map(str::to_owned));
        let foci = distinct(&|result| result.tissue.focus.clone());
        if sides <= 1 && foci <= 1 && (named.is_some() || !several_primaries) {
            specimens.push(specimen(group, issues));
            continue;
        }
        if named.is_some() {
            let message = "results of one specimen are about different sides or cancers; they were kept apart";
            let source = group.first().map(|result| result.source.clone()).unwrap_or_default();
            issues.push(Issue::warning("sides-differ", message).at(source));
        }
        let mut parts: BTreeMap<(Option<&str>, Option<&str>), Vec<&ReceptorResult>> = BTreeMap::new();
        for result in group {
            let part = (result.tissue.side, result.tissue.focus.as_deref());
            parts.entry(part).or_default().push(result);
        }
        specimens.extend(parts.into_values().map(|part| specimen(part, issues)));
    }
    specimens
        .sort_by(|a, b| super::measures::by_date(a.date, b.date).then_with(|| first_source(a).cmp(first_source(b))));
    specimens
}

fn first_source<'s>(specimen: &'s Specimen<'_>) -> &'s str {
    specimen.results.first().map_or("", |result| &result.source)
}

fn specimen<'r>(results: Vec<&'r ReceptorResult>, issues: &mut Vec<Issue>) -> Specimen<'r> {
    let mut sites: Vec<Site> = results.iter().filter_map(|result| result.tissue.site).collect();
    sites.sort_unstable();
    sites.dedup();
    let site = match sites.as_slice() {
        [one] => Some(*one),
        [] => None,
        _ => {
            let message = "results of one specimen name different sites; its site counts as unknown";
            let source = results.first().map(|result| result.source.clone()).unwrap_or_default();
            issues.push(Issue::warning("sites-differ", message).at(source));
            None
        }
    };
    let first = |dates: &dyn Fn(&ReceptorResult) -> Option<PartialDate>| {
        results.iter().filter_map(|result| dates(result)).min_by(|a, b| a.cmp_sort(b))
    };
    let collected = first(&|result| result.tissue.collected);
    let issued = first(&|result| result.issued);
    let taken = match (collected, issued) {
        (Some(collected), _) => Taken::on(collected),
        (None, Some(issued)) => Taken::by(issued),
        (None, None) => Taken::default(),
    };
    let one_source = results.iter().all(|result| results.first().is_some_and(|first| first.source == result.source));
    let linked = results.iter().all(|result| result.tissue.specimen.is_some() && result.tissue.resolved);
    Specimen {
        site,
        side: results.iter().find_map(|result| result.tissue.side),
        taken,
        date: collected.or(issued),
        link_assumed: !one_source && !linked,
        results,
    }
}

/// Whether a result was certainly given out before another: by the days on which the laboratory gave them out, else by
/// the days on which they were observed.
pub(super) fn earlier(a: &ReceptorResult, b: &ReceptorResult) -> bool {
    let certainly = |a: Option<PartialDate>, b: Option<PartialDate>| a?.before(b?);
    match certainly(a.issued, b.issued) {
        Some(true) => true,
        Some(false) if certainly(b.issued, a.issued) == Some(true) => false,
        _ => certainly(a.effective, b.effective) == Some(true),
    }
}

/// Of several results of one test the newest, and those that may be.
pub(super) fn newest<'r>(results: &[&'r ReceptorResult]) -> Vec<&'r ReceptorResult> {
    // A later one is soonest found among the last.
    results.iter().copied().filter(|a| !results.iter().rev().any(|b| earlier(a, b))).collect()
}
