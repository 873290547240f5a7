//! Which outcomes of which recommendations the vignettes show.
//!
//! Every recommendation is to be shown *recommended*; *contraindicated* where it has contraindications; and *needs data*
//! where it can come to that. It cannot where every fact that it tests must be known for it to apply at all: then a
//! missing fact makes it not applicable.

use std::collections::{BTreeMap, BTreeSet};

use her2path::criteria::Judged;
use her2path::guideline::{Fact, KNOWLEDGE};
use her2path::knowledge::model::{Chapter, Criterion, FactIndex, Operation, Recommendation};
use her2path::truth::Truth;

use super::format::{Expected, ExpectedOutcome, Vignette};

/// What no vignette shows, by chapter: a line for each recommendation and outcome.
pub(crate) fn gaps<'v>(vignettes: impl IntoIterator<Item = &'v Vignette>) -> BTreeMap<Chapter, Vec<String>> {
    let mut shown: BTreeSet<(String, &'static str)> = BTreeSet::new();
    for case in vignettes.into_iter().flat_map(|vignette| &vignette.cases) {
        for expected in &case.recommendations {
            shown.insert((expected.id.clone(), word(expected.outcome)));
        }
    }
    let mut gaps: BTreeMap<Chapter, Vec<String>> = BTreeMap::new();
    for recommendation in KNOWLEDGE.recommendations.iter() {
        for outcome in wanted(recommendation) {
            if !shown.contains(&(recommendation.id.to_string(), word(outcome))) {
                gaps.entry(recommendation.chapter).or_default().push(format!("{}: {outcome}", recommendation.id));
            }
        }
    }
    gaps
}

fn word(outcome: ExpectedOutcome) -> &'static str {
    ExpectedOutcome::WORDS.iter().find(|(_, other)| *other == outcome).map_or("", |(word, _)| word)
}

/// The outcomes that have to be shown.
pub(crate) fn wanted(recommendation: &Recommendation) -> Vec<ExpectedOutcome> {
    let mut wanted = vec![ExpectedOutcome::Recommended];
    if !recommendation.contraindicated_if.is_empty() {
        wanted.push(ExpectedOutcome::Contraindicated);
    }
    if can_need_data(recommendation) {
        wanted.push(ExpectedOutcome::NeedsData);
    }
    wanted
}

fn can_need_data(recommendation: &Recommendation) -> bool {
    let mut tested = BTreeSet::new();
    for criterion in recommendation.when.iter().chain(recommendation.contraindicated_if.iter()) {
        collect(criterion, &mut tested);
    }
    // The day is always given.
    tested.remove(&Fact::AsOf.index());
    for criterion in recommendation.when.iter() {
        if let Criterion::Test(test) = criterion
            && test.operation == Operation::Known
        {
            tested.remove(&test.fact);
        }
    }
    !tested.is_empty()
}

/// The facts of all tests that can be unknown: all but `is known`.
fn collect(criterion: &Criterion, tested: &mut BTreeSet<FactIndex>) {
    match criterion {
        Criterion::Test(test) => {
            if test.operation != Operation::Known {
                tested.insert(test.fact);
            }
            if let Operation::Within(_, other) = test.operation {
                tested.insert(other);
            }
        }
        Criterion::All(members) | Criterion::Any(members) | Criterion::None(members) => {
            members.iter().for_each(|member| collect(member, tested));
        }
    }
}

/// The numbered rules of a chapter that the vignettes show with an outcome, whichever of their recommendations shows it.
pub(crate) fn rules_shown<'v>(
    vignettes: impl IntoIterator<Item = &'v Vignette>,
    chapter: Chapter,
    outcome: ExpectedOutcome,
) -> BTreeSet<&'static str> {
    let cases = vignettes.into_iter().flat_map(|vignette| &vignette.cases);
    let shown = cases.flat_map(|case| &case.recommendations).filter(|expected| expected.outcome == outcome);
    let recommendations = shown.filter_map(|expected| KNOWLEDGE.recommendation(&expected.id));
    let of_chapter = recommendations.filter(|recommendation| recommendation.chapter == chapter);
    of_chapter.flat_map(|recommendation| recommendation.rules.iter().map(AsRef::as_ref)).collect()
}

/// Contraindications that no vignette fires: a line for each test in each recommendation, and in each gate. One of a group counts when it
/// holds itself, not when another member of its group does.
pub(crate) fn idle_contraindications<'v>(vignettes: impl IntoIterator<Item = &'v Vignette>) -> Vec<String> {
    let mut fired: BTreeSet<(&str, &str)> = BTreeSet::new();
    for case in vignettes.into_iter().flat_map(|vignette| &vignette.cases) {
        let shows = |expected: &Expected| expected.outcome == ExpectedOutcome::Contraindicated;
        if !case.recommendations.iter().any(shows) {
            continue;
        }
        let Ok(assessment) = super::check::assessment(case) else { continue };
        let judged = assessment.chapters.iter().flat_map(|chapter| &chapter.recommendations);
        for item in judged {
            let id = KNOWLEDGE.recommendation(&item.recommendation.id).map_or("", |recommendation| &recommendation.id);
            if case.recommendations.iter().any(|expected| shows(expected) && expected.id == id) {
                item.judgement.contraindicated_if.iter().for_each(|judged| held(judged, id, &mut fired));
            }
        }
    }
    let mut idle = Vec::new();
    for recommendation in KNOWLEDGE.recommendations.iter() {
        let of_gates: Vec<&Criterion> = KNOWLEDGE
            .gates
            .iter()
            .filter(|gate| recommendation.gates.contains(&gate.id))
            .flat_map(|gate| gate.contraindicated_if.iter())
            .collect();
        let mut texts = BTreeSet::new();
        let own = recommendation.contraindicated_if.iter().filter(|criterion| !of_gates.contains(criterion));
        own.for_each(|criterion| texts_of(criterion, &mut texts));
        let never = texts.into_iter().filter(|text| !fired.contains(&(recommendation.id.as_ref(), text)));
        idle.extend(never.map(|text| format!("{}: {text}", recommendation.id)));
    }
    // A gate is declared once for all that carry it, so it is fired once by any of them.
    for gate in KNOWLEDGE.gates.iter() {
        let mut texts = BTreeSet::new();
        gate.contraindicated_if.iter().for_each(|criterion| texts_of(criterion, &mut texts));
        let carriers = KNOWLEDGE.recommendations.iter().filter(|one| one.gates.contains(&gate.id));
        let carriers: BTreeSet<&str> = carriers.map(|one| one.id.as_ref()).collect();
        let fires = |text: &&str| fired.iter().any(|(id, fired)| fired == text && carriers.contains(id));
        idle.extend(texts.into_iter().filter(|text| !fires(text)).map(|text| format!("gate {}: {text}", gate.id)));
    }
    idle
}

/// Every test that is met within a criterion that is met; what `none` denies fires nothing.
fn held(judged: &Judged<'static>, id: &'static str, fired: &mut BTreeSet<(&'static str, &'static str)>) {
    if judged.outcome != Truth::Met {
        return;
    }
    match judged.criterion {
        Criterion::Test(test) => drop(fired.insert((id, test.text.as_ref()))),
        Criterion::All(_) | Criterion::Any(_) => judged.members.iter().for_each(|member| held(member, id, fired)),
        Criterion::None(_) => {}
    }
}

fn texts_of(criterion: &'static Criterion, texts: &mut BTreeSet<&'static str>) {
    match criterion {
        Criterion::Test(test) => drop(texts.insert(test.text.as_ref())),
        Criterion::All(members) | Criterion::Any(members) => {
            members.iter().for_each(|member| texts_of(member, texts));
        }
        Criterion::None(_) => {}
    }
}
