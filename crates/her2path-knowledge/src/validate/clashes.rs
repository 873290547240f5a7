//! Criteria that no patient can meet, branches that can never matter, contraindications that forbid always or never.

use crate::model::{Criterion, FactDefinition};
use crate::read::recommendations::{Group, RawCriterion};
use crate::satisfiability::{Formula, Space};
use crate::source::Sink;

/// A criterion in its three forms: as written, resolved, and as a formula.
struct Item<'r> {
    raw: &'r RawCriterion,
    criterion: &'r Criterion,
    formula: Formula,
}

/// Checks the criteria of one recommendation.
pub(crate) fn check(
    facts: &[FactDefinition],
    when: (&[RawCriterion], &[Criterion]),
    contraindicated_if: (&[RawCriterion], &[Criterion]),
    sink: &Sink<'_>,
) {
    let space = Space::new(facts, when.1.iter().chain(contraindicated_if.1));
    let when = pair(when.0, when.1, &space);
    let contraindicated_if = pair(contraindicated_if.0, contraindicated_if.1, &space);
    let checker = Checker { space: &space, sink };

    let mut faulty = false;
    for item in when.iter().chain(&contraindicated_if) {
        faulty |= checker.dead_by_itself(item);
    }
    if faulty {
        return;
    }
    if checker.never_together(&when) {
        return;
    }
    for (index, item) in when.iter().enumerate() {
        let others = when.iter().enumerate().filter(|(other, _)| *other != index).map(|(_, other)| other);
        faulty |= checker.dead_branches(item, &others.collect::<Vec<_>>());
    }
    if !faulty {
        checker.contraindications(&when, &contraindicated_if);
    }
}

fn pair<'r>(raw: &'r [RawCriterion], resolved: &'r [Criterion], space: &Space) -> Vec<Item<'r>> {
    let pairs = raw.iter().zip(resolved);
    pairs.map(|(raw, criterion)| Item { raw, criterion, formula: space.formula(criterion) }).collect()
}

struct Checker<'a> {
    space: &'a Space,
    sink: &'a Sink<'a>,
}

impl Checker<'_> {
    /// Reports the innermost criteria that cannot hold whatever is recorded.
    fn dead_by_itself(&self, item: &Item<'_>) -> bool {
        let mut inner = false;
        for member in self.members(item) {
            inner |= self.dead_by_itself(&member);
        }
        let dead = !inner && !self.space.can_hold(&[&item.formula]);
        if dead {
            self.sink.error(item.raw.at(), format!("{} can never hold", describe(item.raw)), "");
        }
        inner || dead
    }

    /// Reports criteria of `when` that exclude each other.
    fn never_together(&self, when: &[Item<'_>]) -> bool {
        let all: Vec<_> = when.iter().collect();
        if self.can_hold(&all, &[]) {
            return false;
        }
        let clash = self.smallest_clash(all, &[]);
        if let Some((last, others)) = clash.split_last() {
            let message = format!("{} can never hold together", join(&clash));
            self.sink.error(last.raw.at(), message, self.places(others));
        }
        true
    }

    /// Reports branches of `any` groups that the criteria around them exclude.
    fn dead_branches(&self, item: &Item<'_>, around: &[&Item<'_>]) -> bool {
        let RawCriterion::Group(group, ..) = item.raw else {
            return false;
        };
        let mut found = false;
        let members = self.members(item);
        for (index, member) in members.iter().enumerate() {
            match group {
                // What no member of `none` may be is a safeguard; it need not be possible.
                Group::None => {}
                Group::Any => {
                    if self.can_hold(around, &[&member.formula]) {
                        found |= self.dead_branches(member, around);
                    } else {
                        let clash = self.smallest_clash(around.to_vec(), &[&member.formula]);
                        let message = format!("{} can never hold beside {}", describe(member.raw), join(&clash));
                        self.sink.error(member.raw.at(), message, self.places(&clash));
                        found = true;
                    }
                }
                Group::All => {
                    let siblings = members.iter().enumerate().filter(|(other, _)| *other != index);
                    let around: Vec<_> = around.iter().copied().chain(siblings.map(|(_, other)| other)).collect();
                    found |= self.dead_branches(member, &around);
                }
            }
        }
        found
    }

    /// Reports contraindications that `when` excludes or implies.
    fn contraindications(&self, when: &[Item<'_>], contraindicated_if: &[Item<'_>]) {
        let when: Vec<_> = when.iter().collect();
        let mut absent = Vec::new();
        let mut faulty = false;
        for item in contraindicated_if {
            let not = Formula::Not(Box::new(item.formula.clone()));
            if !self.can_hold(&when, &[&item.formula]) {
                let clash = self.smallest_clash(when.clone(), &[&item.formula]);
                let message = format!("{} can never forbid: `when` asks for {}", describe(item.raw), join(&clash));
                self.sink.error(item.raw.at(), message, self.places(&clash));
                faulty = true;
            } else if !self.can_hold(&when, &[&not]) {
                let clash = self.smallest_clash(when.clone(), &[&not]);
                let why = if clash.is_empty() {
                    "whatever is recorded".to_owned()
                } else {
                    format!("`when` asks for {}", join(&clash))
                };
                let message = format!("{} always forbids: {why}", describe(item.raw));
                self.sink.error(item.raw.at(), message, self.places(&clash));
                faulty = true;
            } else {
                faulty |= self.dead_branches(item, &when);
            }
            absent.push(not);
        }
        let absent: Vec<_> = absent.iter().collect();
        if let Some(first) = contraindicated_if.first()
            && !faulty
            && !self.can_hold(&when, &absent)
        {
            let message = "one of the contraindications always holds where `when` does";
            self.sink.error(first.raw.at(), message, "nobody can ever be recommended this");
        }
    }

    fn members<'r>(&self, item: &Item<'r>) -> Vec<Item<'r>> {
        match (item.raw, item.criterion) {
            (
                RawCriterion::Group(_, raw, _),
                Criterion::All(members) | Criterion::Any(members) | Criterion::None(members),
            ) => pair(raw, members, self.space),
            _ => Vec::new(),
        }
    }

    fn can_hold(&self, items: &[&Item<'_>], further: &[&Formula]) -> bool {
        let formulas: Vec<_> = items.iter().map(|item| &item.formula).chain(further.iter().copied()).collect();
        self.space.can_hold(&formulas)
    }

    /// The items that are needed for the clash with `further`: without any one of them it would not be.
    fn smallest_clash<'i, 'r>(&self, items: Vec<&'i Item<'r>>, further: &[&Formula]) -> Vec<&'i Item<'r>> {
        let mut needed = items;
        let mut index = 0;
        while index < needed.len() {
            let mut fewer = needed.clone();
            fewer.remove(index);
            if self.can_hold(&fewer, further) {
                index += 1;
            } else {
                needed = fewer;
            }
        }
        needed
    }

    fn places(&self, items: &[&Item<'_>]) -> String {
        let places: Vec<_> = items
            .iter()
            .map(|item| format!("{} is at {}", describe(item.raw), self.sink.place(item.raw.at())))
            .collect();
        places.join(", ")
    }
}

fn join(items: &[&Item<'_>]) -> String {
    items.iter().map(|item| describe(item.raw)).collect::<Vec<_>>().join(" and ")
}

/// The criterion as it is written in a file.
fn describe(raw: &RawCriterion) -> String {
    fn write(raw: &RawCriterion) -> String {
        match raw {
            RawCriterion::Sentence(text, _) => format!("\"{}\"", text.value),
            RawCriterion::Group(group, members, _) => {
                let members: Vec<_> = members.iter().map(write).collect();
                format!("{{ {} = [{}] }}", group.name(), members.join(", "))
            }
        }
    }
    match raw {
        RawCriterion::Sentence(text, _) => format!("`{}`", text.value),
        RawCriterion::Group(..) => format!("`{}`", write(raw)),
    }
}
