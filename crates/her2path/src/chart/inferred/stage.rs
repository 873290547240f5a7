//! T, N, M and the anatomic stage group at first staging.
//!
//! The first set counts: pathological T and N before clinical ones where both are recorded, pM1 before cM1 before M0
//! (project rules). Categories after neoadjuvant therapy or at recurrence never alter it. Categories that cannot stand
//! together, and groups that contradict them, are reported.

use super::derive::STAGING_WINDOW_DAYS;
use super::measures::by_date;
use super::{dated, state_code, state_codes, statement};
use crate::chart::asserted::{Asserted, Classification, StageKind, StageStatement};
use crate::chart::facts::Facts;
use crate::chart::value::{Because, Value};
use crate::classify::stage::{self, M};
use crate::guideline::Fact;
use crate::issue::Issue;

pub(super) fn state(asserted: &Asserted, facts: &mut Facts, issues: &mut Vec<Issue>) {
    let t = first(asserted, StageKind::T);
    let n = first(asserted, StageKind::N);
    let m = distant(asserted);
    for (fact, found) in [(Fact::StageT, t), (Fact::StageN, n), (Fact::StageM, m)] {
        if let Some(found) = found {
            facts.state(fact, dated(Value::Text(found.value.clone()), found.date, vec![because(found)]));
        }
    }
    let recorded = first(asserted, StageKind::Group);
    if let Some(recorded) = recorded {
        state_code(facts, Fact::StageRecorded, &recorded.value, recorded.date, vec![because(recorded)]);
    }
    if let Some(date) = [t, n, m, recorded].into_iter().flatten().find_map(|found| found.date) {
        let because = [t, n, m, recorded].into_iter().flatten().map(because).take(1).collect();
        facts.state(Fact::StageDate, statement(Value::Date(date), because));
    }
    several_groups(asserted, issues);
    if let Some(recorded) = recorded
        && matches!(recorded.value.as_str(), "IC" | "IIC")
    {
        let message = format!(
            "there is no anatomic stage {} in breast cancer; it was not used as the stage group",
            recorded.value
        );
        issues.push(Issue::warning("stage-impossible", message).at(recorded.source.clone()));
    }
    combination(t, n, m, recorded, issues);
    mixed(asserted, t, n, issues);
}

/// Reports categories that no stage group holds, and a recorded group that is not theirs.
fn combination(
    t: Option<&StageStatement>,
    n: Option<&StageStatement>,
    m: Option<&StageStatement>,
    recorded: Option<&StageStatement>,
    issues: &mut Vec<Issue>,
) {
    let text = |found: Option<&StageStatement>, otherwise: &'static str| {
        found.map_or(otherwise.to_owned(), |found| found.value.clone())
    };
    let Some(place) = t.or(n).or(m).map(|found| found.source.clone()) else { return };
    let (t, n, m) = (text(t, "TX"), text(n, "NX"), text(m, ""));
    let outcome = stage::group_of_text(&t, &n, &m);
    let said = format!("{t} {n} {m}");
    let said = said.trim();
    let reason = match outcome.group {
        stage::Group::TisWithNodes => {
            Some("in-situ disease has no involved nodes, so the T category must be assigned anew")
        }
        stage::Group::NoStage => Some("without primary, nodes and metastases there is nothing to stage"),
        _ if outcome.provisional == Some(stage::Group::TisWithNodes) => {
            Some("in-situ disease has no involved nodes, so the T category must be assigned anew")
        }
        _ if outcome.flags.contains(&stage::Flag::TisWithM1) => {
            Some("in-situ disease does not metastasise, so the T category is doubtful")
        }
        _ => None,
    };
    if let Some(reason) = reason {
        let message = format!("{said} cannot stand together: {reason}");
        issues.push(Issue::warning("stage-impossible", message).at(place.clone()));
    }
    let computed = name(outcome.group);
    if let Some(recorded) = recorded
        && outcome.group.is_settled()
        && !computed.starts_with(&recorded.value)
        && !recorded.value.starts_with(computed)
    {
        let message =
            format!("{said} is stage {computed}, but stage {} is recorded; check which is meant", recorded.value);
        issues.push(Issue::warning("stage-differs", message).at(recorded.source.clone()));
    }
}

/// Reports T and N that are of different stagings: clinical with pathological, first with later, or far apart.
fn mixed(asserted: &Asserted, t: Option<&StageStatement>, n: Option<&StageStatement>, issues: &mut Vec<Issue>) {
    let later_only = |kind| {
        let found = asserted.stages.iter().find(|found| found.kind == kind);
        found.filter(|_| first(asserted, kind).is_none())
    };
    for (kind, other) in [(StageKind::T, n), (StageKind::N, t)] {
        if let (Some(later), Some(other)) = (later_only(kind), other) {
            let message = format!(
                "{} is of a later staging than {}; the two were not combined: record the first staging as well",
                later.value, other.value
            );
            issues.push(Issue::warning("stage-prefixes-mixed", message).at(later.source.clone()));
        }
    }
    let (Some(t), Some(n)) = (t, n) else { return };
    let kinds = [t.classification, n.classification];
    if kinds.contains(&Classification::Clinical) && kinds.contains(&Classification::Pathological) {
        let message = format!(
            "{} and {} are of different kinds of staging; they were combined as the best known",
            t.value, n.value
        );
        issues.push(Issue::information("stage-prefixes-mixed", message).at(t.source.clone()));
    }
    let apart =
        t.date.zip(n.date).map(|(t, n)| if t.before(n) == Some(true) { t.days_until(n) } else { n.days_until(t) });
    if apart.is_some_and(|(shortest, _)| shortest > STAGING_WINDOW_DAYS) {
        let message = format!(
            "{} and {} are more than {STAGING_WINDOW_DAYS} days apart; check that they are of one staging",
            t.value, n.value
        );
        issues.push(Issue::warning("stage-days-apart", message).at(t.source.clone()));
    }
}

/// The earliest of a kind; on one day pathological before clinical. Categories after therapy or at recurrence do not count.
fn first(asserted: &Asserted, kind: StageKind) -> Option<&StageStatement> {
    let first_staging = |found: &&StageStatement| found.kind == kind && found.classification != Classification::Later;
    let candidates = || asserted.stages.iter().filter(first_staging);
    let rank = |found: &StageStatement| match found.classification {
        Classification::Pathological => 0,
        Classification::Clinical => 1,
        Classification::Other | Classification::Later => 2,
    };
    if kind == StageKind::Group {
        // A substage ("IA") says more than its group ("I") on the same day.
        let length = |found: &StageStatement| std::cmp::Reverse(found.value.len());
        let order = |a: &&StageStatement, b: &&StageStatement| {
            by_date(a.date, b.date).then_with(|| rank(a).cmp(&rank(b))).then_with(|| length(a).cmp(&length(b)))
        };
        return candidates().min_by(order);
    }
    candidates().min_by(|a, b| rank(a).cmp(&rank(b)).then_with(|| by_date(a.date, b.date)))
}

/// M at first staging: on the first day with an M, M1 before M0; proven (pM1) before clinical.
fn distant(asserted: &Asserted) -> Option<&StageStatement> {
    let strength = |found: &StageStatement| match stage::parse_m(&found.value) {
        Some(M::M1) if found.value.starts_with('p') => 0,
        Some(M::M1) => 1,
        Some(M::M0) => 2,
        _ => 3,
    };
    let first_staging =
        |found: &&StageStatement| found.kind == StageKind::M && found.classification != Classification::Later;
    let of_kind = asserted.stages.iter().filter(first_staging);
    of_kind.min_by(|a, b| by_date(a.date, b.date).then_with(|| strength(a).cmp(&strength(b))))
}

fn because(found: &StageStatement) -> Because {
    Because::source(found.source.clone()).element(found.element).note(found.value.clone())
}

/// Stage groups of one kind and day that differ are reported; the record does not say which is meant.
fn several_groups(asserted: &Asserted, issues: &mut Vec<Issue>) {
    let groups: Vec<&StageStatement> = asserted.stages.iter().filter(|found| found.kind == StageKind::Group).collect();
    for (at, one) in groups.iter().enumerate() {
        for other in groups.iter().skip(at.saturating_add(1)) {
            // A group and its own substage ("III" and "IIIA") agree.
            let nested = one.value.starts_with(&other.value) || other.value.starts_with(&one.value);
            let iv = one.value == "IV" || other.value == "IV";
            if one.date == other.date && (!nested || (iv && one.value != other.value)) {
                issues.push(
                    Issue::warning(
                        "stage-differs",
                        format!(
                            "stage {} here, stage {} in {}; check which is meant",
                            one.value, other.value, other.source
                        ),
                    )
                    .at(one.source.clone()),
                );
            }
        }
    }
}

/// Derives the group from T, N and M, or takes the recorded one.
pub(super) fn derive_group(facts: &mut Facts) {
    let text = |fact: Fact| match facts.get(fact).map(|statement| &statement.value) {
        Some(Value::Text(text)) => Some(text.clone()),
        _ => None,
    };
    let (t, n, m) = (text(Fact::StageT), text(Fact::StageN), text(Fact::StageM));
    let recorded = super::code_of(facts, Fact::StageRecorded);
    let metastatic_at_staging = m.as_deref().and_then(stage::parse_m) == Some(M::M1);
    let date = facts.get(Fact::StageDate).and_then(|statement| match statement.value {
        Value::Date(date) => Some(date),
        _ => None,
    });
    if t.is_none() && n.is_none() && !metastatic_at_staging {
        if let Some(recorded) = recorded {
            let because = vec![Because::source("stage.recorded").note("as recorded; T, N and M are not")];
            state_code(facts, Fact::StageGroup, recorded, date, because);
        }
        return;
    }
    let outcome =
        stage::group_of_text(t.as_deref().unwrap_or("TX"), n.as_deref().unwrap_or("NX"), m.as_deref().unwrap_or(""));
    let note = format!(
        "anatomic group of {} {} {}",
        t.as_deref().unwrap_or("T not recorded"),
        n.as_deref().unwrap_or("N not recorded"),
        m.as_deref().unwrap_or("M not recorded")
    );
    let because = || {
        let mut because: Vec<Because> = ["stage.t", "stage.n", "stage.m"]
            .into_iter()
            .zip([&t, &n, &m])
            .filter(|(_, v)| v.is_some())
            .map(|(f, _)| Because::source(f))
            .collect();
        if let Some(last) = because.last_mut() {
            last.note = Some(note.clone().into());
        }
        because
    };
    let open = matches!(outcome.group, stage::Group::Unknown | stage::Group::UnknownM);
    match recorded.filter(|_| open) {
        Some(recorded) => {
            let note = format!("as recorded; {note} alone does not settle it");
            let because = vec![Because::source("stage.recorded").note(note)];
            state_code(facts, Fact::StageGroup, recorded, date, because);
        }
        None => state_code(facts, Fact::StageGroup, name(outcome.group), date, because()),
    }
    if let Some(provisional) = outcome.provisional {
        state_code(facts, Fact::StageProvisional, name(provisional), date, because());
    }
    let mut flags: Vec<String> =
        outcome.flags.iter().map(|flag| flag.to_string().to_lowercase().replace('_', "-")).collect();
    let computed = name(outcome.group);
    if !open
        && recorded.is_some_and(|recorded| {
            recorded != computed && !computed.starts_with(recorded) && !recorded.starts_with(computed)
        })
    {
        flags.push("recorded-differs".to_owned());
    }
    if !flags.is_empty() {
        state_codes(facts, Fact::StageFlags, flags.iter().map(String::as_str), because());
    }
}

fn name(group: stage::Group) -> &'static str {
    match group {
        stage::Group::NoStage => "no-stage",
        stage::Group::TisWithNodes | stage::Group::InvalidInput => "invalid",
        stage::Group::Unknown => "unknown",
        stage::Group::UnknownM => "unknown-m",
        group => group.as_str(),
    }
}
