//! The decision tables of HER2 and stage, drawn as tables: each cell is what the rules themselves answer, and leads to the
//! reading of that cell. Pointing at a cell, by mouse or keyboard, marks its row and its column.

use axum::extract::Query;
use axum::response::Html;
use her2path::classify::her2::{Flag, Group, Ihc, Ish, Outcome, Specimen, Status, classify};
use her2path::classify::stage::{self, M, N, T};
use maud::{Markup, html};
use serde::Deserialize;

use super::layout;

const IHC: [(Option<Ihc>, &str); 5] = [
    (None, "not done"),
    (Some(Ihc::Zero), "0"),
    (Some(Ihc::One), "1+"),
    (Some(Ihc::Two), "2+"),
    (Some(Ihc::Three), "3+"),
];

/// Classes of ISH with the head of their column and what they are.
const ISH: [(Ish, &str, &str); 9] = [
    (Ish::None, "not done", "no ISH"),
    (Ish::Dual(Group::G1), "1", "dual probe, group 1: ratio 2.0 or more, 4.0 copies or more"),
    (Ish::Dual(Group::G2), "2", "dual probe, group 2: ratio 2.0 or more, less than 4.0 copies"),
    (Ish::Dual(Group::G3), "3", "dual probe, group 3: ratio below 2.0, 6.0 copies or more"),
    (Ish::Dual(Group::G4), "4", "dual probe, group 4: ratio below 2.0, 4.0 to less than 6.0 copies"),
    (Ish::Dual(Group::G5), "5", "dual probe, group 5: ratio below 2.0, less than 4.0 copies"),
    (Ish::SingleLow, "below 4", "single probe, less than 4.0 copies"),
    (Ish::SingleMid, "4 to 6", "single probe, 4.0 to less than 6.0 copies"),
    (Ish::SingleHigh, "from 6", "single probe, 6.0 copies or more"),
];

/// What was pointed at.
#[derive(Deserialize)]
pub(super) struct Pointed {
    #[serde(default)]
    row: usize,
    #[serde(default)]
    column: usize,
    cell: Option<String>,
}

pub(super) async fn her2(Query(pointed): Query<Pointed>) -> Html<String> {
    let of = |ihc: Option<Ihc>, ish: Ish| classify(&Specimen { ihc, ish: Ok(ish), ..Specimen::default() });
    let at = pointed.cell.as_ref().and_then(|_| Some((IHC.get(pointed.row)?, ISH.get(pointed.column)?)));
    let content = html! {
        p { "ASCO/CAP 2018, affirmed 2023: one specimen, complete results. Choose a cell to read it." }
        div.wide tabindex="0" role="region" aria-label="Table" {
            table.decision {
                caption { "HER2 status by IHC and ISH" }
                thead {
                    tr {
                        th rowspan="2" scope="col" { "IHC" }
                        th rowspan="2" scope="col" { "ISH not done" }
                        th colspan="5" scope="colgroup" { "Dual probe: group" }
                        th colspan="3" scope="colgroup" { "Single probe: copies" }
                    }
                    tr { @for (_, head, _) in ISH.iter().skip(1) { th scope="col" { (head) } } }
                }
                tbody {
                    @for (row, (ihc, score)) in IHC.iter().enumerate() {
                        tr {
                            th scope="row" { (score) }
                            @for (column, (ish, _, _)) in ISH.iter().enumerate() {
                                @let outcome = of(*ihc, *ish);
                                @let chosen = at.is_some() && (pointed.row, pointed.column) == (row, column);
                                td class=(tone(outcome.status)) {
                                    a href={ "/tables/her2?cell=1&row=" (row) "&column=" (column) "#reading" }
                                        aria-current=[chosen.then_some("true")] { (short(outcome.status)) }
                                }
                            }
                        }
                    }
                }
            }
        }
        @match at {
            Some(((ihc, score), (ish, _, words))) => (reading(&of(*ihc, *ish), *ihc, *ish, score, words)),
            None => {},
        }
        p.why { "* with the guideline's comment on the group. An IHC score of 0 or 1+ with amplification, and 3+ without, are for the pathologist to review. Results that are incomplete or rejected are not in this table: "
            a href="/calculators/her2" { "the calculator" } " takes them." }
    };
    layout::page("HER2 decision table", &content)
}

/// The reading of one cell.
fn reading(outcome: &Outcome, ihc: Option<Ihc>, ish: Ish, score: &str, words: &str) -> Markup {
    html! {
        section.changed id="reading" aria-labelledby="reading-head" {
            h2 id="reading-head" { "IHC " (score) ", " (words) }
            p { strong { "HER2 " (long(outcome.status)) } " (rule " (outcome.rule) ")" }
            @if let Some(category) = category(outcome) { p { (category) } }
            @for flag in &outcome.flags { p { (remark(*flag)) } }
            @if let (Some(Ihc::Two), Ish::Dual(group @ (Group::G2 | Group::G3 | Group::G4))) = (ihc, ish) {
                (recounts(group))
            }
        }
    }
}

/// IHC 2+ with group 2, 3 or 4: what a blinded recount makes of it.
fn recounts(first: Group) -> Markup {
    let groups = [Group::G1, Group::G2, Group::G3, Group::G4, Group::G5];
    let after = |recount: Group, adjudicated: Option<Group>| {
        let specimen = Specimen {
            ihc: Some(Ihc::Two),
            ish: Ok(Ish::Dual(first)),
            recount: Ok(Some(recount)),
            adjudicated,
            ..Specimen::default()
        };
        classify(&specimen)
    };
    html! {
        h3 { "After the blinded recount" }
        table {
            thead { tr { th scope="col" { "Recount" } th scope="col" { "HER2" } th scope="col" { "Rule" } } }
            tbody {
                @for group in groups {
                    @let outcome = after(group, None);
                    tr { th scope="row" { (group.as_str()) } td { (long(outcome.status)) } td { (outcome.rule) } }
                }
            }
        }
        p { "Where the recount falls in another group, the laboratory adjudicates: "
            @for (number, group) in groups.into_iter().enumerate() {
                @let other = if group == first { Group::G5 } else { group };
                @let recount = if other == first { Group::G1 } else { other };
                @if number > 0 { "; " }
                (group.as_str()) " is " (long(after(recount, Some(group)).status))
            }
            "."
        }
    }
}

fn tone(status: Status) -> &'static str {
    if status.is_positive() {
        "positive"
    } else if status.is_negative() {
        "negative"
    } else {
        "open"
    }
}

/// A status that fits in a cell.
fn short(status: Status) -> &'static str {
    match status {
        Status::Positive => "positive",
        Status::Negative => "negative",
        Status::NegativeWithComment(_) => "negative*",
        Status::Equivocal => "equivocal",
        Status::PendingIhc => "do IHC",
        Status::PendingRecount => "recount",
        Status::PendingIhcOrDual => "IHC or dual",
        Status::PendingDualProbe => "do dual",
        Status::IncompleteIsh => "incomplete",
        Status::AdjudicationRequired => "adjudicate",
        Status::Indeterminate => "indeterminate",
        Status::NotAssessed => "not tested",
        Status::InvalidInput => "invalid",
        Status::Conflict => "conflict",
    }
}

/// A status in words.
fn long(status: Status) -> &'static str {
    match status {
        Status::Positive => "positive",
        Status::Negative => "negative",
        Status::NegativeWithComment(Group::G2) => "negative, with the comment on group 2",
        Status::NegativeWithComment(Group::G3) => "negative, with the comment on group 3",
        Status::NegativeWithComment(_) => "negative, with the comment on group 4",
        Status::Equivocal => "equivocal: ISH on the same specimen, or a new specimen, is needed",
        Status::PendingIhc => "open: IHC on the same tissue is needed",
        Status::PendingRecount => "open: a blinded recount is needed",
        Status::PendingIhcOrDual => "open: IHC or dual-probe ISH is needed",
        Status::PendingDualProbe => "open: dual-probe ISH is needed",
        Status::IncompleteIsh => "open: a number of the ISH report is missing",
        Status::AdjudicationRequired => "open: the recount fell in another group, the laboratory adjudicates",
        Status::Indeterminate => "indeterminate",
        Status::NotAssessed => "not tested",
        Status::InvalidInput => "not to be read: the values cannot be",
        Status::Conflict => "in conflict",
    }
}

/// What the result is for eligibility, where that is more than the status.
fn category(outcome: &Outcome) -> Option<&'static str> {
    use her2path::classify::her2::Category;
    match outcome.category {
        Category::Low => Some("For eligibility HER2-low, which is not an ASCO/CAP result."),
        Category::Ultralow => Some("For eligibility HER2-ultralow, which is not an ASCO/CAP result."),
        Category::ZeroUnspecified => Some(
            "For eligibility it matters whether there was no staining at all or a faint one (ultralow): the score of 0 does not say.",
        ),
        Category::Positive | Category::Null | Category::NegativeIhcUnknown | Category::NotDerivable => None,
    }
}

fn remark(flag: Flag) -> &'static str {
    match flag {
        Flag::IhcIshDiscordant => "IHC and ISH point in opposite directions: for review by the pathologist.",
        Flag::IhcReviewRecommended => "A single-probe result without IHC: IHC should be reviewed.",
        Flag::SingleProbeIgnored => "The single-probe number beside a dual-probe result is not used.",
        Flag::DualProbeIncomplete => "Parts of a dual-probe result stand beside the single-probe one.",
        Flag::RatioInconsistent => "The ratio does not fit the copies; the reported ratio is used.",
    }
}

const TS: [(T, &str); 7] =
    [(T::X, "TX"), (T::T0, "T0"), (T::Tis, "Tis"), (T::T1, "T1"), (T::T2, "T2"), (T::T3, "T3"), (T::T4, "T4")];

const NS: [(N, &str); 6] =
    [(N::X, "NX"), (N::N0, "N0"), (N::N1mi, "N1mi"), (N::N1, "N1"), (N::N2, "N2"), (N::N3, "N3")];

pub(super) async fn stage(Query(pointed): Query<Pointed>) -> Html<String> {
    let at = pointed.cell.as_ref().and_then(|_| Some((TS.get(pointed.row)?, NS.get(pointed.column)?)));
    let content = html! {
        p { "Anatomic stage group without distant metastasis (M0). With a distant metastasis (M1) every one is IV. Where M is not recorded the group is provisional only: M0 is never assumed." }
        div.wide tabindex="0" role="region" aria-label="Table" {
            table.decision {
                caption { "Stage group by T and N, M0" }
                thead { tr { th scope="col" { "T" } @for (_, name) in NS { th scope="col" { (name) } } } }
                tbody {
                    @for (row, (t, name)) in TS.iter().enumerate() {
                        tr {
                            th scope="row" { (name) }
                            @for (column, (n, _)) in NS.iter().enumerate() {
                                @let chosen = at.is_some() && (pointed.row, pointed.column) == (row, column);
                                @let group = stage::group(*t, *n, M::M0).group;
                                td class=(if group.is_settled() { "settled" } else { "open" }) {
                                    a href={ "/tables/stage?cell=1&row=" (row) "&column=" (column) "#reading" }
                                        aria-current=[chosen.then_some("true")] { (group_words(group)) }
                                }
                            }
                        }
                    }
                }
            }
        }
        @if let Some(((t, t_name), (n, n_name))) = at {
            section.changed id="reading" aria-labelledby="reading-head" {
                h2 id="reading-head" { (t_name) " " (n_name) }
                table {
                    thead { tr { th scope="col" { "M" } th scope="col" { "Stage group" } th scope="col" { "Remarks" } } }
                    tbody {
                        @for (m, words) in [(M::M0, "M0"), (M::M1, "M1"), (M::Unknown, "not recorded")] {
                            @let outcome = stage::group(*t, *n, m);
                            tr {
                                th scope="row" { (words) }
                                td {
                                    (group_words(outcome.group))
                                    @if let Some(provisional) = outcome.provisional { " (if M0: " (group_words(provisional)) ")" }
                                }
                                td { (outcome.flags.iter().map(|flag| stage_remark(*flag)).collect::<Vec<_>>().join(" ")) }
                            }
                        }
                    }
                }
            }
        }
        p { a href="/calculators/stage" { "The calculator takes categories as they are written in the report" } }
    };
    layout::page("Stage decision table", &content)
}

fn group_words(group: stage::Group) -> &'static str {
    use stage::Group;
    match group {
        Group::NoStage => "nothing to stage",
        Group::TisWithNodes => "not possible: T anew",
        Group::Unknown => "unknown",
        Group::UnknownM => "open",
        Group::InvalidInput => "invalid",
        Group::III => "III, not specified",
        settled => settled.as_str(),
    }
}

fn stage_remark(flag: stage::Flag) -> &'static str {
    match flag {
        stage::Flag::Pm0NotValid => "pM0 is not a valid category; read as M0.",
        stage::Flag::T0N0M1 => "No primary was found.",
        stage::Flag::TisWithM1 => "Metastases do not come from carcinoma in situ: the T is doubtful.",
        stage::Flag::TisNx => "Nodes were not assessed.",
    }
}
