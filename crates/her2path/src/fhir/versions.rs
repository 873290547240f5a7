//! Several versions of one resource: which of them counts.
//!
//! Two resources are versions of one when type and id are the same and their full URLs do not name different servers.
//! The higher `meta.versionId`, then the later `meta.lastUpdated` counts; where neither tells, the one that was read
//! last (in a history bundle, which has the newest first, the one that was read first). Versions that say the same are
//! one, and nobody need know.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use jiff::Timestamp;

use super::datatypes::Meta;
use super::place::Located;
use super::read::Found;
use super::record::with_lists;
use super::reference::base;
use super::resources::Resource;
use crate::issue::Issue;

/// Removes what does not count, and reports what was removed.
pub(super) fn settle<'a>(found: &mut Found<'a>, issues: &mut Vec<Issue>) {
    macro_rules! settle {
        ($($list:ident: $type:ident $number:literal,)*) => {
            let mut dropped = std::mem::take(&mut found.dropped);
            let mut superseded = Vec::new();
            superseded.extend(supersede(&found.patients, &dropped, &found.newest_first, issues));
            $( superseded.extend(supersede(&found.others.$list, &dropped, &found.newest_first, issues)); )*
            dropped.extend(superseded);
            if !dropped.is_empty() {
                found.patients.retain(|resource| !dropped.contains(&resource.place.serial));
                $( found.others.$list.retain(|resource| !dropped.contains(&resource.place.serial)); )*
            }
        };
    }
    with_lists!(settle);
}

/// Serials of the resources in a list that another version supersedes.
fn supersede<'a, T: Resource<'a>>(
    list: &[Located<'a, T>],
    dropped: &std::collections::BTreeSet<usize>,
    newest_first: &[std::ops::Range<usize>],
    issues: &mut Vec<Issue>,
) -> Vec<usize> {
    let mut superseded = Vec::new();
    // Per name the versions that still count: one for each server that the full URLs name.
    let mut current: BTreeMap<&str, Vec<&Located<'a, T>>> = BTreeMap::new();
    for resource in list {
        let place = &resource.place;
        if place.container.is_some() || resource.id().is_none() || dropped.contains(&place.serial) {
            continue;
        }
        let rivals = current.entry(&place.name).or_default();
        let Some(rival) = rivals.iter_mut().find(|rival| same_server(rival, resource)) else {
            rivals.push(resource);
            continue;
        };
        let order = by_version(rival.meta(), resource.meta());
        let is_history =
            newest_first.iter().any(|range| range.contains(&place.serial) && range.contains(&rival.place.serial));
        let keep_rival = match order {
            Ordering::Less => false,
            Ordering::Greater => true,
            Ordering::Equal => is_history,
        };
        if !rival.same_content(resource) {
            issues.push(report(&place.name, order, is_history, [&rival.place, place]));
        }
        if keep_rival {
            superseded.push(place.serial);
        } else {
            superseded.push(rival.place.serial);
            *rival = resource;
        }
    }
    superseded
}

fn report(name: &str, order: Ordering, is_history: bool, places: [&super::place::Place<'_>; 2]) -> Issue {
    let [a, b] = places.map(|place| format!("{}:{}", place.source, place.line));
    let issue = match (order, is_history) {
        (Ordering::Equal, false) => Issue::warning(
            "duplicate-resource",
            format!(
                "given twice with different content ({a}, {b}) and no version to tell them apart; the last was read"
            ),
        ),
        _ => Issue::information(
            "superseded-resource",
            format!("given in several versions ({a}, {b}); the latest was read"),
        ),
    };
    issue.at(name)
}

/// Whether two resources of the same type and id may be versions of one.
fn same_server<'a, T>(a: &Located<'a, T>, b: &Located<'a, T>) -> bool {
    let server = |resource: &Located<'a, T>| resource.place.full_url.as_deref().and_then(base).map(str::to_owned);
    match (server(a), server(b)) {
        (Some(a), Some(b)) => a == b,
        _ => true,
    }
}

/// Which of two versions is the later one, if their metadata tell.
fn by_version(a: Option<&Meta<'_>>, b: Option<&Meta<'_>>) -> Ordering {
    let version = |meta: Option<&Meta<'_>>| meta?.version_id.as_deref()?.parse::<u64>().ok();
    let updated = |meta: Option<&Meta<'_>>| meta?.last_updated.as_deref()?.parse::<Timestamp>().ok();
    let both = |a: Option<Ordering>| a.unwrap_or(Ordering::Equal);
    both(version(a).zip(version(b)).map(|(a, b)| a.cmp(&b)))
        .then_with(|| both(updated(a).zip(updated(b)).map(|(a, b)| a.cmp(&b))))
}
