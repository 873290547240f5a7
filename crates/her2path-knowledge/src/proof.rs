//! What can be proven of a guideline as a whole, beyond that its files are right one by one.
//!
//! Each [`Proof`] says what was looked at, how many, and where it does not hold. Satisfiability is decided over every
//! state that the facts of a recommendation can take, not over examples. Deliberately absent: whether a statement is
//! clinically right, which its citations and reviewers answer for, and the vignettes, which are run by the tests.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use crate::check_digit::{self, Verdict};
use crate::gate;
use crate::model::{Criterion, Knowledge, Operation, Recommendation};
use crate::satisfiability::{Formula, Space};

/// One statement about the guideline, and where it fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    /// Kebab-case name.
    pub id: &'static str,
    /// The statement.
    pub claim: &'static str,
    /// How many things it was shown of.
    pub checked: usize,
    /// Those of which it does not hold, each with its reason.
    pub failures: Vec<String>,
}

/// Everything that can be proven from the guideline alone.
#[must_use]
pub fn prove(knowledge: &Knowledge) -> Vec<Proof> {
    vec![
        satisfiable(knowledge),
        forbidding(knowledge),
        gated(knowledge),
        standing(knowledge),
        distinct(knowledge),
        reachable(knowledge),
        check_digits(knowledge),
        meanings(knowledge),
        grounds(knowledge),
        regimens(knowledge),
        labels(knowledge),
        cited(knowledge),
        citations_used(knowledge),
        reviewed(knowledge),
    ]
}

/// The outcomes that a recommendation can have and that a case should show: always `recommended`; `contraindicated`
/// where something forbids; `needs data` where something that is tested can be unknown.
#[must_use]
pub fn outcomes_to_show(knowledge: &Knowledge, recommendation: &Recommendation) -> Vec<&'static str> {
    let mut outcomes = vec!["recommended"];
    if !recommendation.contraindicated_if.is_empty() {
        outcomes.push("contraindicated");
    }
    let mut tested = BTreeSet::new();
    for criterion in recommendation.when.iter().chain(recommendation.contraindicated_if.iter()) {
        each_test(criterion, &mut |test| {
            if test.operation != Operation::Known {
                tested.insert(test.fact);
            }
            if let Operation::Within(_, other) = test.operation {
                tested.insert(other);
            }
        });
    }
    // The day is always given, and what must be known for the statement to apply cannot be unknown.
    tested.retain(|fact| knowledge.fact("as-of") != Some(*fact));
    for criterion in recommendation.when.iter() {
        if let Criterion::Test(test) = criterion
            && test.operation == Operation::Known
        {
            tested.remove(&test.fact);
        }
    }
    if !tested.is_empty() {
        outcomes.push("needs data");
    }
    outcomes
}

fn each_test(criterion: &Criterion, visit: &mut impl FnMut(&crate::model::Test)) {
    match criterion {
        Criterion::Test(test) => visit(test),
        Criterion::All(members) | Criterion::Any(members) | Criterion::None(members) => {
            members.iter().for_each(|member| each_test(member, visit));
        }
    }
}

fn of_recommendations(
    knowledge: &Knowledge,
    id: &'static str,
    claim: &'static str,
    fails: impl Fn(&Recommendation) -> Option<String>,
) -> Proof {
    let failures = knowledge
        .recommendations
        .iter()
        .filter_map(|recommendation| Some(format!("{}: {}", recommendation.id, fails(recommendation)?)))
        .collect();
    Proof { id, claim, checked: knowledge.recommendations.len(), failures }
}

fn space_of(knowledge: &Knowledge, recommendation: &Recommendation) -> Space {
    Space::new(&knowledge.facts, recommendation.when.iter().chain(recommendation.contraindicated_if.iter()))
}

fn satisfiable(knowledge: &Knowledge) -> Proof {
    let claim = "there is a patient for whom the recommendation is recommended";
    of_recommendations(knowledge, "satisfiable", claim, |recommendation| {
        let space = space_of(knowledge, recommendation);
        let mut formulas: Vec<Formula> = recommendation.when.iter().map(|c| space.formula(c)).collect();
        let forbids = recommendation.contraindicated_if.iter();
        formulas.extend(forbids.map(|c| Formula::Not(Box::new(space.formula(c)))));
        let all: Vec<&Formula> = formulas.iter().collect();
        (!space.can_hold(&all)).then(|| "its criteria exclude each other".to_owned())
    })
}

fn forbidding(knowledge: &Knowledge) -> Proof {
    let claim = "there is a patient to whom the recommendation applies and whom this contraindication forbids it";
    let mut proof = Proof { id: "contraindications", claim, checked: 0, failures: Vec::new() };
    for recommendation in knowledge.recommendations.iter() {
        let space = space_of(knowledge, recommendation);
        let when: Vec<Formula> = recommendation.when.iter().map(|c| space.formula(c)).collect();
        for (number, criterion) in (1..).zip(recommendation.contraindicated_if.iter()) {
            proof.checked += 1;
            let formula = space.formula(criterion);
            let all: Vec<&Formula> = when.iter().chain([&formula]).collect();
            if !space.can_hold(&all) {
                proof.failures.push(format!("{}: contraindication {number} never matters", recommendation.id));
            }
        }
    }
    proof
}

/// Every drug that an offer names, in its regimen, a variant, its statement or its schedule, is behind the gates of that drug.
///
/// What is asked is not whether the gate was copied but whether the offer can stand while the gate is shut: no state of the
/// facts may let `when` hold and every contraindication be ruled out while a criterion of the gate holds.
fn gated(knowledge: &Knowledge) -> Proof {
    let claim = "a treatment that names a drug is not recommended where a gate of that drug is shut";
    let mut proof = Proof { id: "drugs-gated", claim, checked: 0, failures: Vec::new() };
    for recommendation in knowledge.recommendations.iter().filter(|one| gate::offered(one).next().is_some()) {
        let mut words: BTreeSet<&str> = gate::offered(recommendation).collect();
        words.extend(named_in_wording(knowledge, recommendation));
        let when: Vec<&Criterion> = recommendation.when.iter().collect();
        for gate in knowledge.gates.iter().filter(|gate| gate.is_for(recommendation)) {
            let lifted = recommendation.lifts.iter().any(|(id, _)| *id == gate.id);
            let Some(drug) = words.iter().find(|word| gate.guards(word, &knowledge.drugs)).filter(|_| !lifted) else {
                continue;
            };
            proof.checked += 1;
            for shut in gate.contraindicated_if.iter() {
                if recommendation.contraindicated_if.contains(shut) {
                    continue;
                }
                let others = when.iter().copied().chain(recommendation.contraindicated_if.iter());
                let space = Space::new(&knowledge.facts, others.chain([shut]));
                let mut formulas: Vec<Formula> = when.iter().map(|one| space.formula(one)).collect();
                let forbids = recommendation.contraindicated_if.iter();
                formulas.extend(forbids.map(|one| Formula::Not(Box::new(space.formula(one)))));
                formulas.push(space.formula(shut));
                if space.can_hold(&formulas.iter().collect::<Vec<_>>()) {
                    proof
                        .failures
                        .push(format!("{}: names `{drug}` without its gate `{}`", recommendation.id, gate.id));
                    break;
                }
            }
        }
    }
    proof
}

/// The drugs that the statement and the schedule name, but for those only mentioned.
fn named_in_wording<'k>(knowledge: &'k Knowledge, recommendation: &Recommendation) -> BTreeSet<&'k str> {
    let mut named = BTreeSet::new();
    for text in [Some(&recommendation.statement), recommendation.schedule.as_ref()].into_iter().flatten() {
        let words: Vec<String> =
            crate::drug::words(text).into_iter().filter(|word| word != crate::drug::BETWEEN).collect();
        for name in knowledge.drugs.names.iter() {
            let phrase: Vec<&str> = name.words.split(' ').collect();
            if words.windows(phrase.len()).any(|window| window.iter().map(String::as_str).eq(phrase.iter().copied())) {
                let drugs = name.drugs.iter().filter_map(|position| knowledge.drugs.get(*position));
                named.extend(drugs.map(|drug| drug.id.as_ref()));
            }
        }
    }
    named.retain(|drug| !recommendation.mentions.iter().any(|mentioned| mentioned == drug));
    named
}

fn standing(knowledge: &Knowledge) -> Proof {
    let claim = "the recommendation stands on some day: what replaces it exists and took effect later";
    of_recommendations(knowledge, "standing", claim, |recommendation| {
        let by = recommendation.superseded_by.as_deref()?;
        match knowledge.recommendation(by) {
            None => Some(format!("replaced by `{by}`, which is not there")),
            Some(next) if next.effective <= recommendation.effective => {
                Some(format!("replaced by `{by}` before it took effect"))
            }
            Some(_) => None,
        }
    })
}

/// The last day on which a recommendation stands, if it was replaced.
fn end(knowledge: &Knowledge, recommendation: &Recommendation) -> Date {
    let by = recommendation.superseded_by.as_deref().and_then(|id| knowledge.recommendation(id));
    by.map_or(Date::MAX, |next| next.effective)
}

fn distinct(knowledge: &Knowledge) -> Proof {
    let claim = "no other recommendation says the same of the same patients on the same day, so none hides another";
    let mut seen: BTreeMap<(String, String), Vec<&Recommendation>> = BTreeMap::new();
    let mut failures = Vec::new();
    for recommendation in knowledge.recommendations.iter() {
        let asks = format!("{:?} {:?}", recommendation.when, recommendation.contraindicated_if);
        let same = seen.entry((recommendation.statement.to_string(), asks)).or_default();
        for other in same.iter() {
            let overlap = recommendation.effective < end(knowledge, other)
                && other.effective < end(knowledge, recommendation)
                && recommendation.jurisdiction == other.jurisdiction;
            if overlap {
                failures.push(format!("{}: says what `{}` says", recommendation.id, other.id));
            }
        }
        same.push(recommendation);
    }
    Proof { id: "distinct", claim, checked: knowledge.recommendations.len(), failures }
}

fn reachable(knowledge: &Knowledge) -> Proof {
    let claim = "the code is found by its system and code, in its value set";
    let mut proof = Proof { id: "codes-reachable", claim, checked: 0, failures: Vec::new() };
    for set in knowledge.value_sets.iter() {
        let Some(index) = knowledge.value_set(&set.id) else {
            proof.failures.push(format!("{}: the value set is not found by its name", set.id));
            continue;
        };
        for concept in set.concepts.iter() {
            proof.checked += 1;
            if knowledge.find(index, concept.system, &concept.code) != Some(concept) {
                proof.failures.push(format!("{}: {} {}", set.id, concept.system.name(), concept.code));
            }
        }
    }
    proof
}

fn check_digits(knowledge: &Knowledge) -> Proof {
    let claim = "the code has the form and the check digit of its system";
    let mut proof = Proof { id: "check-digits", claim, checked: 0, failures: Vec::new() };
    for (set, concept) in knowledge.value_sets.iter().flat_map(|set| set.concepts.iter().map(move |c| (set, c))) {
        let verdict = check_digit::verdict(concept.system, &concept.code);
        if verdict == Verdict::NotChecked {
            continue;
        }
        proof.checked += 1;
        if verdict != Verdict::WellFormed {
            proof.failures.push(format!("{}: {} {}", set.id, concept.system.name(), concept.code));
        }
    }
    proof
}

fn meanings(knowledge: &Knowledge) -> Proof {
    let claim = "within one value set a code has one meaning";
    let mut proof = Proof { id: "one-meaning", claim, checked: 0, failures: Vec::new() };
    for set in knowledge.value_sets.iter() {
        let mut seen = BTreeMap::new();
        for concept in set.concepts.iter() {
            proof.checked += 1;
            let key = (concept.system.name(), concept.code.as_ref());
            if seen.insert(key, &concept.meaning).is_some_and(|other| *other != concept.meaning) {
                proof.failures.push(format!("{}: {} {}", set.id, key.0, key.1));
            }
        }
    }
    proof
}

fn grounds(knowledge: &Knowledge) -> Proof {
    let claim = "the fact can be asked for, by itself or by what it rests on";
    let failures = knowledge.facts.iter().filter(|fact| fact.ask.trim().is_empty());
    Proof {
        id: "askable",
        claim,
        checked: knowledge.facts.len(),
        failures: failures.map(|fact| format!("{}: no question", fact.id)).collect(),
    }
}

fn regimens(knowledge: &Knowledge) -> Proof {
    let claim = "the drug, class or group that a recommendation, label or check names is in the dictionary of drugs";
    let named = knowledge.recommendations.iter().flat_map(|r| r.regimen.iter().map(move |drug| (&r.id, drug)));
    let labels = knowledge.medicine.labels.iter().flat_map(|l| l.regimen.iter().map(move |drug| (&l.id, drug)));
    let checks = knowledge.medicine.checks.iter().flat_map(|c| c.drugs.iter().map(move |drug| (&c.id, drug)));
    let mut proof = Proof { id: "drugs-known", claim, checked: 0, failures: Vec::new() };
    for (id, drug) in named.chain(labels).chain(checks) {
        proof.checked += 1;
        if !knowledge.drugs.list.iter().any(|known| known.is_meant_by(drug)) {
            proof.failures.push(format!("{id}: `{drug}`"));
        }
    }
    proof
}

fn labels(knowledge: &Knowledge) -> Proof {
    let claim = "the label says since when it stands or since when it is awaited, and not from the future";
    let today = knowledge.guideline.reviewed.on;
    let mut proof = Proof { id: "labels-dated", claim, checked: 0, failures: Vec::new() };
    for label in knowledge.medicine.labels.iter() {
        proof.checked += 1;
        let dates = [label.granted, label.pending_since];
        if dates.iter().all(Option::is_none) {
            proof.failures.push(format!("{}: no date", label.id));
        } else if dates.iter().flatten().any(|date| today.is_some_and(|today| *date > today)) {
            proof.failures.push(format!("{}: dated after the review of the guideline", label.id));
        } else if label.granted.zip(label.ended).is_some_and(|(from, to)| to < from) {
            proof.failures.push(format!("{}: ended before it was granted", label.id));
        }
    }
    proof
}

fn cited(knowledge: &Knowledge) -> Proof {
    let claim = "the recommendation cites a source, and each source is in the list";
    of_recommendations(knowledge, "cited", claim, |recommendation| {
        if recommendation.cites.is_empty() {
            return Some("no source".to_owned());
        }
        let lost: Vec<&str> = recommendation
            .cites
            .iter()
            .map(AsRef::as_ref)
            .filter(|key: &&str| knowledge.citation(key).is_none())
            .collect();
        (!lost.is_empty()).then(|| format!("cites {}", lost.join(", ")))
    })
}

fn citations_used(knowledge: &Knowledge) -> Proof {
    let claim = "something cites the source";
    let medicine = &knowledge.medicine;
    let mut used: BTreeSet<&str> = BTreeSet::new();
    let lists = (knowledge.recommendations.iter().map(|entry| &entry.cites))
        .chain(knowledge.facts.iter().map(|entry| &entry.cites))
        .chain(knowledge.gates.iter().map(|entry| &entry.cites))
        .chain(medicine.labels.iter().map(|entry| &entry.cites))
        .chain(medicine.trials.iter().map(|entry| &entry.cites))
        .chain(medicine.monographs.iter().map(|entry| &entry.cites))
        .chain(medicine.checks.iter().map(|entry| &entry.cites))
        .chain(medicine.measures.iter().map(|entry| &entry.cites));
    for list in lists {
        used.extend(list.iter().map(AsRef::<str>::as_ref));
    }
    let unused = knowledge.citations.iter().filter(|citation| !used.contains(citation.key.as_ref()));
    Proof {
        id: "citations-used",
        claim,
        checked: knowledge.citations.len(),
        failures: unused.map(|citation| citation.key.to_string()).collect(),
    }
}

fn reviewed(knowledge: &Knowledge) -> Proof {
    let claim = "the recommendation says when it was last looked at, and that is not before it took effect";
    of_recommendations(knowledge, "reviewed", claim, |recommendation| match recommendation.reviewed.on {
        None => Some("no day of review".to_owned()),
        Some(on) if on < recommendation.effective => {
            Some(format!("looked at on {on}, in effect from {}", recommendation.effective))
        }
        Some(_) => None,
    })
}
