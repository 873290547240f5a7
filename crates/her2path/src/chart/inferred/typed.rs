//! What follows from facts that were typed in, and where they contradict each other.
//!
//! The decision tables are the same as for records. A receptor's percentage governs its status, as in a report; a HER2
//! status that its IHC and ISH exclude becomes a conflict, for neither side is chosen. Any other typed value stands, and
//! the contradiction is said.

use her2path_knowledge::model::Knowledge;
use jiff::civil::Date;

use super::{code_of, codes_of, derive, state_code, state_codes};
use crate::chart::facts::{Facts, display, is_open};
use crate::chart::value::{Because, Value};
use crate::classify::her2::{self, Category, Group, Ihc, Ish, Supplied};
use crate::classify::hormone_receptors::{self, Receptor, Stain, Status};
use crate::classify::stage::{M, parse_m};
use crate::guideline::{Fact, KNOWLEDGE};
use crate::issue::Issue;

/// Fills in what follows from typed facts alone.
pub(crate) fn state(facts: &mut Facts, source: &str, issues: &mut Vec<Issue>) {
    let mut say = |message: String| issues.push(Issue::warning("contradiction", message).at(source.to_owned()));
    for (receptor, percent, status) in
        [(Receptor::Er, Fact::ErPercent, Fact::ErStatus), (Receptor::Pr, Fact::PrPercent, Fact::PrStatus)]
    {
        hormone_receptor(facts, receptor, percent, status, &mut say);
    }
    her2(facts, &mut say);
    setting(facts, &mut say);
    if facts.get(Fact::BrainMetastasesStatus).is_none()
        && codes_of(facts, Fact::MetastasisSites)
            .is_some_and(|sites| sites.iter().any(|site| matches!(*site, "brain" | "leptomeninges")))
    {
        state_code(facts, Fact::BrainMetastasesStatus, "present", None, vec![Because::source("metastasis.sites")]);
    }
    let case = facts.get(Fact::Her2Status).is_some() || facts.get(Fact::DiseaseSetting).is_some();
    if facts.get(Fact::DiseaseBreastCancer).is_none() && case {
        let note = "a typed-in case is a case of invasive breast cancer unless it says otherwise";
        state_code(facts, Fact::DiseaseBreastCancer, "invasive", None, vec![Because::source("stated").note(note)]);
    }
    if facts.get(Fact::MetastasisSites).is_none() && code_of(facts, Fact::DiseaseSetting) == Some("not-metastatic") {
        state_codes(facts, Fact::MetastasisSites, [], vec![Because::source("disease.setting")]);
    }
}

/// Facts that may be typed and also follow from others.
const FOLLOWING: [Fact; 9] = [
    Fact::PatientAge,
    Fact::HormoneReceptorStatus,
    Fact::Subtype,
    Fact::StageGroup,
    Fact::MetastasisVisceral,
    Fact::MetastasisBoneOnly,
    Fact::MetastasisFreeInterval,
    Fact::GermlineBrca,
    Fact::LvefFall,
];

/// Says where a typed value is not what follows from the others; it stands all the same.
pub(crate) fn contradictions(facts: &Facts, knowledge: &Knowledge, as_of: Date, source: &str, issues: &mut Vec<Issue>) {
    for fact in FOLLOWING {
        let Some(typed) = facts.get(fact).filter(|statement| statement.because.iter().any(|b| b.source == "stated"))
        else {
            continue;
        };
        let mut others = Facts::new();
        for (other, statement) in facts.iter().filter(|(other, _)| *other != fact) {
            others.state(other, statement.clone());
        }
        derive::derive(&mut others, knowledge, as_of);
        let Some(definition) = KNOWLEDGE.fact_definition(fact.index()) else { continue };
        let Some(follows) = others.get(fact) else { continue };
        let settled = !is_open(definition, &follows.value) && !is_open(definition, &typed.value);
        if settled && follows.value != typed.value {
            let from: Vec<String> = follows.because.iter().map(|because| format!("`{}`", because.source)).collect();
            let message = format!(
                "`{}` is {}, but {} follows from {}; what was typed stands",
                fact.id(),
                display(&KNOWLEDGE, fact.index(), &typed.value),
                display(&KNOWLEDGE, fact.index(), &follows.value),
                from.join(" and "),
            );
            issues.push(Issue::warning("contradiction", message).at(source.to_owned()));
        }
    }
}

fn hormone_receptor(facts: &mut Facts, receptor: Receptor, percent: Fact, status: Fact, say: &mut impl FnMut(String)) {
    let Some(Value::Decimal(quantity)) = facts.get(percent).map(|statement| statement.value.clone()) else { return };
    let stain = Stain {
        percent: Supplied::Number(quantity.number),
        comparator: quantity.comparator,
        word: None,
        allred: Supplied::Absent,
    };
    let found = match hormone_receptors::classify(receptor, &stain).0 {
        Status::Positive => "positive",
        Status::LowPositive => "low-positive",
        Status::PositiveUnspecified => "positive-unspecified",
        Status::Negative => "negative",
        Status::InvalidInput => "invalid",
        Status::Unknown => return,
    };
    let because = vec![Because::source(percent.id()).note("the percentage governs")];
    match code_of(facts, status) {
        None => state_code(facts, status, found, None, because),
        Some(typed) if typed == found || typed == "conflict" => {}
        // A word without its degree is no contradiction; the percentage says more.
        Some("positive-unspecified") if found != "negative" => state_code(facts, status, found, None, because),
        Some(typed) => {
            say(format!(
                "`{}` is {typed}, but `{}` {}{} is {found}; the percentage governs",
                status.id(),
                percent.id(),
                quantity.comparator.as_str(),
                quantity.number
            ));
            state_code(facts, status, found, None, because);
            let flag = if receptor == Receptor::Er { "er-qualitative-conflict" } else { "pr-qualitative-conflict" };
            if (typed == "negative") != (found == "negative") && facts.get(Fact::HormoneReceptorFlags).is_none() {
                let because = vec![Because::source(percent.id()), Because::source("stated")];
                state_codes(facts, Fact::HormoneReceptorFlags, [flag], because);
            }
        }
    }
}

fn her2(facts: &mut Facts, say: &mut impl FnMut(String)) {
    let ihc = code_of(facts, Fact::Her2Ihc)
        .and_then(|name| [Ihc::Zero, Ihc::One, Ihc::Two, Ihc::Three].into_iter().find(|score| score.as_str() == name));
    let ish = code_of(facts, Fact::Her2Ish).map(|name| match name {
        "partial" => Ish::Partial,
        "s-lo" => Ish::SingleLow,
        "s-mid" => Ish::SingleMid,
        "s-hi" => Ish::SingleHigh,
        "g1" => Ish::Dual(Group::G1),
        "g2" => Ish::Dual(Group::G2),
        "g3" => Ish::Dual(Group::G3),
        "g4" => Ish::Dual(Group::G4),
        "g5" => Ish::Dual(Group::G5),
        "amplified" => Ish::ReportedAmplified,
        "not-amplified" => Ish::ReportedNotAmplified,
        _ => Ish::None,
    });
    if ihc.is_none() && ish.is_none() {
        return;
    }
    let specimen = her2::Specimen { ihc, ish: Ok(ish.unwrap_or(Ish::None)), ..her2::Specimen::default() };
    let outcome = her2::classify(&specimen);
    let found = outcome.status;
    let because: Vec<Because> = [Fact::Her2Ihc, Fact::Her2Ish]
        .into_iter()
        .filter(|fact| facts.get(*fact).is_some())
        .map(|fact| Because::source(fact.id()).note(format!("rule {}", outcome.rule)))
        .collect();
    let settled = match code_of(facts, Fact::Her2Status) {
        None => {
            state_code(facts, Fact::Her2Status, status_name(found), None, because.clone());
            if facts.get(Fact::Her2Detail).is_none() {
                let detail = found.as_str().to_lowercase().replace(['_', ':'], "-");
                state_code(facts, Fact::Her2Detail, &detail, None, because.clone());
            }
            found
        }
        Some(typed) => {
            let against = (typed == "positive" && found.is_negative()) || (typed == "negative" && found.is_positive());
            if against {
                say(format!(
                    "`her2.status` is {typed}, but what was typed of IHC and ISH is {}; the status is a conflict",
                    status_name(found)
                ));
                let because: Vec<Because> = because.into_iter().chain([Because::source("stated")]).collect();
                state_code(facts, Fact::Her2Status, "conflict", None, because.clone());
                state_code(facts, Fact::Her2Detail, "conflict", None, because);
                return;
            }
            match typed {
                "positive" => her2::Status::Positive,
                "negative" => her2::Status::Negative,
                _ => return,
            }
        }
    };
    if facts.get(Fact::Her2Category).is_none() {
        let category = match Category::of(settled, ihc, her2::IhcZeroDetail::Unspecified) {
            Category::Positive => "positive",
            Category::Low => "low",
            Category::Ultralow => "ultralow",
            Category::Null => "null",
            Category::ZeroUnspecified => "zero-unspecified",
            Category::NegativeIhcUnknown => "negative-ihc-unknown",
            Category::NotDerivable => "not-derivable",
        };
        state_code(facts, Fact::Her2Category, category, None, because);
    }
}

fn status_name(status: her2::Status) -> &'static str {
    use her2::Status;
    match status {
        Status::Positive => "positive",
        Status::Negative | Status::NegativeWithComment(_) => "negative",
        Status::Equivocal => "equivocal",
        Status::PendingIhc
        | Status::PendingRecount
        | Status::PendingIhcOrDual
        | Status::PendingDualProbe
        | Status::IncompleteIsh
        | Status::AdjudicationRequired => "pending",
        Status::Indeterminate => "indeterminate",
        Status::NotAssessed => "not-assessed",
        Status::InvalidInput => "invalid",
        Status::Conflict => "conflict",
    }
}

/// M1, stage IV or a metastatic site make it metastatic; M0 or a stage below IV, with no site typed, not metastatic.
fn setting(facts: &mut Facts, say: &mut impl FnMut(String)) {
    let m = match facts.get(Fact::StageM).map(|statement| &statement.value) {
        Some(Value::Text(text)) => parse_m(text),
        _ => None,
    };
    let group = |fact| code_of(facts, fact).filter(|group| !group.starts_with("unknown") && *group != "no-stage");
    let group = group(Fact::StageGroup).or_else(|| group(Fact::StageRecorded)).filter(|group| *group != "invalid");
    let sites = codes_of(facts, Fact::MetastasisSites);
    let signs = [
        (Fact::StageM, m == Some(M::M1)),
        (Fact::StageGroup, group == Some("IV")),
        (Fact::MetastasisSites, sites.as_ref().is_some_and(|sites| !sites.is_empty())),
    ];
    let because: Vec<Because> =
        signs.iter().filter(|(_, sign)| *sign).map(|(fact, _)| Because::source(fact.id())).collect();
    let none = m == Some(M::M0) || group.is_some_and(|group| group != "IV");
    match code_of(facts, Fact::DiseaseSetting) {
        None if !because.is_empty() => state_code(facts, Fact::DiseaseSetting, "metastatic", None, because),
        None if none => {
            let from = if m == Some(M::M0) { Fact::StageM } else { Fact::StageGroup };
            state_code(facts, Fact::DiseaseSetting, "not-metastatic", None, vec![Because::source(from.id())]);
        }
        Some("not-metastatic") if !because.is_empty() => {
            let names: Vec<String> = because.iter().map(|because| format!("`{}`", because.source)).collect();
            say(format!(
                "`disease.setting` is not-metastatic, but {} says otherwise; the setting is not known",
                names.join(" and ")
            ));
            state_code(facts, Fact::DiseaseSetting, "unknown", None, because);
        }
        _ => {}
    }
}
