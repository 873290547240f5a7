//! What differs between two guidelines, or between two days of one, and whom the difference touches.
//!
//! A [`Side`] is a guideline on a day. Recommendations are compared as the exported document says them, so that every
//! word that a reader could see counts, and nothing else: a statement that moved to another line did not change.
//! A patient is touched where the outcome of a recommendation differs: the same record, as of the same day, judged by
//! the recommendations that stand on each side's day.

use std::collections::{BTreeMap, BTreeSet};

use her2path_knowledge::model::{Knowledge, Recommendation};
use jiff::civil::Date;
use serde_json::Value;

use crate::chapters::{outcome, stands};
use crate::chart::Chart;
use crate::criteria::Outcome;
use crate::document::{document, recommendation};

/// A guideline on a day.
#[derive(Debug, Clone, Copy)]
pub struct Side<'k> {
    /// The guideline.
    pub knowledge: &'k Knowledge,
    /// The day whose recommendations count.
    pub day: Date,
}

/// What became of one recommendation.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// Its id.
    pub id: String,
    /// What it says: of the new side, or of the old one where it is gone.
    pub statement: String,
    /// What happened.
    pub kind: ChangeKind,
}

/// What happened to a recommendation between the two sides.
#[derive(Debug, Clone, PartialEq)]
pub enum ChangeKind {
    /// It stands only on the new side.
    Added,
    /// It stands only on the old side, and nothing is named in its place.
    Removed,
    /// It stands only on the old side; this one stands in its place.
    Superseded {
        /// The id of what replaced it.
        by: String,
    },
    /// It stands on both sides and says something else.
    Changed {
        /// What differs, by the key of the exported document: before and after, `null` where absent.
        fields: Vec<(String, Value, Value)>,
    },
}

impl ChangeKind {
    /// The word of the output.
    #[must_use]
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Superseded { .. } => "superseded",
            Self::Changed { .. } => "changed",
        }
    }
}

/// What differs beside the recommendations: names of entries by part of the document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartChange {
    /// The key of the part (`facts`, `value_sets`).
    pub part: String,
    /// Entries only on the new side.
    pub added: Vec<String>,
    /// Entries only on the old side.
    pub removed: Vec<String>,
    /// Entries that say something else.
    pub changed: Vec<String>,
}

/// A recommendation whose outcome for a patient differs; `None` where it does not stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Touched {
    /// The recommendation's id.
    pub id: String,
    /// Its outcome on the old side.
    pub before: Option<Outcome>,
    /// Its outcome on the new side.
    pub after: Option<Outcome>,
}

/// What became of every recommendation that differs, by id.
#[must_use]
pub fn recommendations(old: Side<'_>, new: Side<'_>) -> Vec<Change> {
    let (before, after) = (standing(old), standing(new));
    let ids: BTreeSet<&str> = before.keys().chain(after.keys()).copied().collect();
    ids.into_iter().filter_map(|id| change(id, before.get(id).copied(), after.get(id).copied(), old, new)).collect()
}

fn standing<'k>(side: Side<'k>) -> BTreeMap<&'k str, &'k Recommendation> {
    let all = side.knowledge.recommendations.iter();
    let standing = all.filter(|one| stands(one, side.knowledge, side.day));
    standing.map(|one| (one.id.as_ref(), one)).collect()
}

fn change(
    id: &str,
    before: Option<&Recommendation>,
    after: Option<&Recommendation>,
    old: Side<'_>,
    new: Side<'_>,
) -> Option<Change> {
    let statement = after.or(before)?.statement.to_string();
    let kind = match (before, after) {
        (None, None) => return None,
        (None, Some(_)) => ChangeKind::Added,
        (Some(gone), None) => {
            // What replaced it may only be said by the new side's file.
            let of_new = new.knowledge.recommendation(id).and_then(|one| one.superseded_by.as_deref());
            match of_new.or(gone.superseded_by.as_deref()) {
                Some(by) => ChangeKind::Superseded { by: by.to_owned() },
                None => ChangeKind::Removed,
            }
        }
        (Some(before), Some(after)) => {
            let fields = fields(&recommendation(before, old.knowledge), &recommendation(after, new.knowledge));
            if fields.is_empty() {
                return None;
            }
            ChangeKind::Changed { fields }
        }
    };
    Some(Change { id: id.to_owned(), statement, kind })
}

/// The keys of two objects that differ, but where they stand in their files.
fn fields(before: &Value, after: &Value) -> Vec<(String, Value, Value)> {
    let keys = |value: &Value| -> BTreeSet<String> {
        value.as_object().into_iter().flat_map(|object| object.keys().cloned()).collect()
    };
    let keys: BTreeSet<String> = keys(before).union(&keys(after)).filter(|key| *key != "source").cloned().collect();
    keys.into_iter()
        .filter_map(|key| {
            let of = |value: &Value| value.get(&key).cloned().unwrap_or(Value::Null);
            let (before, after) = (of(before), of(after));
            (before != after).then_some((key, before, after))
        })
        .collect()
}

/// What differs between the other parts of two guidelines; nothing where both sides are the same guideline.
#[must_use]
pub fn parts(old: &Knowledge, new: &Knowledge) -> Vec<PartChange> {
    if std::ptr::eq(old, new) {
        return Vec::new();
    }
    let (before, after) = (document(old), document(new));
    let keys = before.as_object().into_iter().flat_map(|object| object.keys());
    keys.filter(|key| *key != "recommendations")
        .filter_map(|key| {
            let (before, after) = (entries(before.get(key)?)?, entries(after.get(key)?)?);
            let names = |from: &BTreeMap<String, &Value>, other: &BTreeMap<String, &Value>| -> Vec<String> {
                from.keys().filter(|name| !other.contains_key(*name)).cloned().collect()
            };
            let differs = |name: &&String| match (before.get(*name), after.get(*name)) {
                (Some(before), Some(after)) => !fields(before, after).is_empty(),
                _ => false,
            };
            let changed: Vec<String> = before.keys().filter(differs).cloned().collect();
            let part = PartChange {
                part: key.clone(),
                added: names(&after, &before),
                removed: names(&before, &after),
                changed,
            };
            (!(part.added.is_empty() && part.removed.is_empty() && part.changed.is_empty())).then_some(part)
        })
        .collect()
}

/// The entries of a part by name; `None` for a part that is no list.
fn entries(part: &Value) -> Option<BTreeMap<String, &Value>> {
    const NAMES: [&str; 7] = ["id", "key", "words", "term", "name", "drug", "jurisdiction"];
    let name = |entry: &Value| NAMES.iter().find_map(|key| Some(entry.get(*key)?.as_str()?.to_owned()));
    Some(part.as_array()?.iter().filter_map(|entry| Some((name(entry)?, entry))).collect())
}

/// The recommendations whose outcome differs for a patient whose chart was made with each side's guideline. One that
/// comes or goes without applying touches nobody.
#[must_use]
pub fn touched(old: (Side<'_>, &Chart), new: (Side<'_>, &Chart)) -> Vec<Touched> {
    let outcomes = |(side, chart): (Side<'_>, &Chart)| -> BTreeMap<String, Outcome> {
        let judged = standing(side).into_values().map(|one| {
            let outcome = outcome(one, &chart.facts, side.knowledge);
            (one.id.to_string(), outcome)
        });
        judged.collect()
    };
    let (before, after) = (outcomes(old), outcomes(new));
    let ids: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let applies = |outcome: Option<Outcome>| outcome.filter(|outcome| *outcome != Outcome::NotApplicable);
    ids.into_iter()
        .filter_map(|id| {
            let (before, after) = (before.get(id).copied(), after.get(id).copied());
            (applies(before) != applies(after)).then(|| Touched { id: id.clone(), before, after })
        })
        .collect()
}
