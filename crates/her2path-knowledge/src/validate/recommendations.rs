//! Recommendations: names, references to other entries, succession and dates.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Chapter, Evidence};
use crate::read::citations::RawCitation;
use crate::read::recommendations::RawRecommendation;
use crate::resolve::Dictionary;
use crate::source::{Located, Sink};
use crate::suggest;
use crate::validate::{is_kebab_case, review, unique};

pub(crate) fn check(
    recommendations: &[RawRecommendation],
    citations: &[RawCitation],
    dictionary: &Dictionary<'_>,
    sink: &Sink<'_>,
) {
    unique("recommendation", recommendations.iter().map(|recommendation| &recommendation.id), sink);
    let citations: BTreeMap<_, _> = citations.iter().map(|citation| (citation.key.value.as_str(), citation)).collect();
    for recommendation in recommendations {
        check_id(&recommendation.id, sink);
        if recommendation.when_is_empty {
            let hint = "preconditions always gate: say for whom it is meant";
            sink.error(&recommendation.at, "`when` is missing or empty", hint);
        }
        if recommendation.chapter == Chapter::Symptoms && recommendation.urgency.is_none() {
            let hint = "say how soon somebody must act: `urgency = \"E0\"` (at once) to `\"E3\"` (next visit)";
            sink.error(&recommendation.at, "a statement on symptoms has no `urgency`", hint);
        }
        unique("citation", recommendation.cites.iter(), sink);
        unique("rule", recommendation.rules.iter(), sink);
        unique("drug", recommendation.regimen.iter(), sink);
        check_cites(recommendation, &citations, sink);
        unique("fact", recommendation.ask_first.iter(), sink);
        for fact in recommendation.ask_first.iter().filter(|fact| dictionary.fact(&fact.value).is_none()) {
            let hint = suggest::hint(&fact.value, dictionary.fact_ids());
            sink.error(&fact.at, format!("unknown fact `{}`", fact.value), hint);
        }
        for (body, words) in &recommendation.bodies {
            if words.value.trim().is_empty() {
                sink.error(&words.at, format!("`{}` says nothing", body.value), "write its grade, wording or date");
            }
        }
        review(&recommendation.reviewed, sink);
    }
    check_succession(recommendations, sink);
}

/// The id is the path of the file and a name.
fn check_id(id: &Located<String>, sink: &Sink<'_>) {
    let path = sink.files.get(id.at.file).map_or("", |file| file.path.as_str());
    let folder = path.strip_suffix(".toml").unwrap_or(path);
    if id.value.is_empty() {
        return;
    }
    let name = id.value.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/'));
    if name.is_none() {
        let last = id.value.rsplit('/').next().unwrap_or("");
        sink.error(
            &id.at,
            format!("the id `{}` does not match its file", id.value),
            format!("write `{folder}/{last}`"),
        );
    }
    if !id.value.split('/').all(is_kebab_case) || name.is_some_and(|name| name.contains('/')) {
        let hint = format!("chapter, file and name in small letters, digits and hyphens: `{folder}/name`");
        sink.error(&id.at, format!("`{}` is not a name for a recommendation", id.value), hint);
    }
}

fn check_cites(recommendation: &RawRecommendation, citations: &BTreeMap<&str, &RawCitation>, sink: &Sink<'_>) {
    if recommendation.cites_is_empty {
        let hint = "cite a source, or a project rule where guidelines are silent";
        sink.error(&recommendation.at, "`cites` is missing or empty", hint);
        return;
    }
    check_keys(&recommendation.cites, citations, sink);
    let is_unseen = |key: &Located<String>| {
        let status = citations.get(key.value.as_str()).and_then(|citation| citation.status);
        status.is_some_and(|status| status != Evidence::Seen)
    };
    if recommendation.evidence == Some(Evidence::Seen)
        && !recommendation.cites.is_empty()
        && recommendation.cites.iter().all(is_unseen)
    {
        let hint = "a statement is at best as well known as its best source";
        sink.warning(&recommendation.id.at, "`evidence` is `seen`, but none of the cited sources is", hint);
    }
}

/// Every key is a citation.
pub(crate) fn check_keys(cites: &[Located<String>], citations: &BTreeMap<&str, &RawCitation>, sink: &Sink<'_>) {
    for key in cites.iter().filter(|key| !citations.contains_key(key.value.as_str())) {
        let hint = suggest::hint(&key.value, citations.keys().copied());
        let hint = if hint.is_empty() { "add it to `citations.toml`".to_owned() } else { hint };
        sink.error(&key.at, format!("unknown citation `{}`", key.value), hint);
    }
}

/// A successor exists, stands from a later day, and does not lead back.
fn check_succession(recommendations: &[RawRecommendation], sink: &Sink<'_>) {
    let by_id: BTreeMap<_, _> =
        recommendations.iter().map(|recommendation| (recommendation.id.value.as_str(), recommendation)).collect();
    let mut reported = BTreeSet::new();
    for recommendation in recommendations {
        let Some(successor) = &recommendation.superseded_by else {
            continue;
        };
        let Some(next) = by_id.get(successor.value.as_str()) else {
            let hint = suggest::hint(&successor.value, by_id.keys().copied());
            sink.error(&successor.at, format!("unknown recommendation `{}`", successor.value), hint);
            continue;
        };
        let mut chain = vec![recommendation.id.value.as_str()];
        let mut follower = Some(*next);
        while let Some(current) = follower.filter(|current| !chain.contains(&current.id.value.as_str())) {
            chain.push(&current.id.value);
            follower = current.superseded_by.as_ref().and_then(|id| by_id.get(id.value.as_str()).copied());
        }
        if follower.is_some_and(|current| current.id.value == recommendation.id.value) {
            // Reported once, at the member of the cycle that comes first.
            if reported.is_disjoint(&chain.iter().copied().collect()) {
                chain.push(&recommendation.id.value);
                sink.error(
                    &successor.at,
                    format!("succession in a circle: {}", chain.join(" → ")),
                    "the newest has no successor",
                );
            }
            reported.extend(chain);
        } else if let (Some(from), Some(to)) = (&recommendation.effective, &next.effective)
            && to.value <= from.value
        {
            let message = format!("the successor stands from {}, not later than {}", to.value, from.value);
            sink.error(&successor.at, message, format!("its `effective` is at {}", sink.place(&to.at)));
        }
    }
}
