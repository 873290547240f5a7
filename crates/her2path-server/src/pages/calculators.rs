//! The calculators for a test result: HER2, receptors, stage, response. What they answer is what `her2path interpret` does.

use axum::response::Html;
use her2path::interpret::{Her2, Receptors, Response, Stage, Table};
use maud::{Markup, html};

use super::controls::{Control, refusal};
use super::fields::Fields;
use super::layout;

/// A calculator as a page.
pub(super) struct Page {
    title: &'static str,
    path: &'static str,
    about: &'static str,
    controls: &'static [Control],
}

const HER2: Page = Page {
    title: "HER2 status of one specimen",
    path: "/calculators/her2",
    about: "ASCO/CAP 2018, affirmed 2023. Leave out what was not done.",
    controls: &[
        Control::chosen("ihc", "IHC score", &[("", "not done"), ("0", "0"), ("1+", "1+"), ("2+", "2+"), ("3+", "3+")]),
        Control::chosen(
            "ihc0_detail",
            "For a score of 0: how much staining?",
            &[("", "not said"), ("null", "none at all"), ("ultralow", "faint, in at most 10 % of cells")],
        ),
        Control::written("dual_ratio", "Dual-probe ISH: HER2/CEP17 ratio"),
        Control::written("dual_her2_copies", "Dual-probe ISH: average HER2 copies per cell"),
        Control::written("dual_cep17_copies", "Dual-probe ISH: average CEP17 copies per cell"),
        Control::written("single_her2_copies", "Single-probe ISH: average HER2 copies per cell"),
        Control::written("recount_ratio", "Blinded recount: ratio"),
        Control::written("recount_her2_copies", "Blinded recount: average HER2 copies per cell"),
        Control::chosen(
            "adjudicated_group",
            "Group after adjudication",
            &[("", "none"), ("G1", "1"), ("G2", "2"), ("G3", "3"), ("G4", "4"), ("G5", "5")],
        ),
        Control::chosen(
            "specimen_adequate",
            "Specimen and controls",
            &[("", "adequate, or nothing said"), ("false", "rejected, or the controls failed")],
        ),
    ],
};

const RECEPTORS: Page = Page {
    title: "Receptors and subtype",
    path: "/calculators/receptors",
    about: "ER and PgR by ASCO/CAP 2020. A percentage governs, then the word, then the Allred total.",
    controls: &[
        Control::written("er_percent", "ER: cells stained, in percent"),
        Control::chosen("er_comparator", "ER: the percentage is", COMPARATORS),
        Control::chosen(
            "er_qualitative",
            "ER: the word of the report",
            &[("", "none"), ("positive", "positive"), ("low_positive", "low positive"), ("negative", "negative")],
        ),
        Control::written("er_allred", "ER: Allred total, 0 or 2 to 8"),
        Control::written("pr_percent", "PgR: cells stained, in percent"),
        Control::chosen("pr_comparator", "PgR: the percentage is", COMPARATORS),
        Control::chosen(
            "pr_qualitative",
            "PgR: the word of the report",
            &[("", "none"), ("positive", "positive"), ("negative", "negative")],
        ),
        Control::written("pr_allred", "PgR: Allred total, 0 or 2 to 8"),
        Control::chosen(
            "her2_status",
            "HER2 status, for the subtype",
            &[("", "open"), ("POSITIVE", "positive"), ("NEGATIVE", "negative")],
        ),
    ],
};

const COMPARATORS: &[(&str, &str)] =
    &[("", "exact"), ("<", "less than this"), ("<=", "at most this"), (">", "more than this"), (">=", "at least this")];

const STAGE: Page = Page {
    title: "Anatomic stage group",
    path: "/calculators/stage",
    about: "From T, N and M as they are written in the report. M left out is not recorded, never M0.",
    controls: &[
        Control::written("t", "T, for example cT2, pT1mi, Tis"),
        Control::written("n", "N, for example cN1, pN1mi(sn)"),
        Control::written("m", "M, for example cM0, pM1"),
    ],
};

const RESPONSE: Page = Page {
    title: "Response by RECIST 1.1",
    path: "/calculators/response",
    about: "Sums of the target lesions, or the target response as reported; then the other lesions and new ones.",
    controls: &[
        Control::written("baseline_sum_mm", "Sum of target lesions at baseline, mm"),
        Control::written("nadir_sum_mm", "Smallest sum so far, baseline included, mm"),
        Control::written("current_sum_mm", "Sum now, mm"),
        Control::chosen(
            "all_target_gone",
            "All target lesions gone and target nodes below 10 mm?",
            &[("", "no"), ("yes", "yes")],
        ),
        Control::chosen(
            "target",
            "Target response, instead of sums",
            &[
                ("", "by the sums"),
                ("CR", "CR"),
                ("PR", "PR"),
                ("SD", "SD"),
                ("PD", "PD"),
                ("NE", "NE"),
                ("NONE", "no target lesions"),
            ],
        ),
        Control::chosen(
            "non_target",
            "Non-target lesions",
            &[
                ("", "not said"),
                ("CR", "CR"),
                ("NONCR_NONPD", "neither CR nor PD"),
                ("PD", "PD"),
                ("NE", "NE"),
                ("NONE", "no such lesions"),
            ],
        ),
        Control::chosen("new_lesion", "A new lesion?", &[("", "not said"), ("yes", "yes"), ("no", "no")]),
    ],
};

pub(super) async fn index() -> Html<String> {
    let others = [
        ("/calculators/risk", "Risk of breast cancer (BCRAT)"),
        ("/calculators/breast-gpa", "Outlook with brain metastases (Breast-GPA)"),
        ("/calculators/survival", "Survival curves of a table (CSV)"),
    ];
    let tests = [HER2, RECEPTORS, STAGE, RESPONSE].map(|page| (page.path, page.title));
    layout::page(
        "Calculators",
        &html! {
            p { "What is typed in is worked on in memory and kept nowhere." }
            ul { @for (path, title) in tests.iter().chain(&others) { li { a href=(path) { (title) } } } }
            h2 { "Decision tables" }
            ul {
                li { a href="/tables/her2" { "HER2: IHC and ISH" } }
                li { a href="/tables/stage" { "Stage: T, N and M" } }
            }
        },
    )
}

pub(super) async fn her2() -> Html<String> {
    ask(&HER2)
}

pub(super) async fn her2_answer(fields: Fields) -> Html<String> {
    answer::<Her2>(&HER2, &fields)
}

pub(super) async fn receptors() -> Html<String> {
    ask(&RECEPTORS)
}

pub(super) async fn receptors_answer(fields: Fields) -> Html<String> {
    answer::<Receptors>(&RECEPTORS, &fields)
}

pub(super) async fn stage() -> Html<String> {
    ask(&STAGE)
}

pub(super) async fn stage_answer(fields: Fields) -> Html<String> {
    answer::<Stage>(&STAGE, &fields)
}

pub(super) async fn response() -> Html<String> {
    ask(&RESPONSE)
}

pub(super) async fn response_answer(fields: Fields) -> Html<String> {
    answer::<Response>(&RESPONSE, &fields)
}

fn ask(page: &Page) -> Html<String> {
    layout::page(page.title, &form(page, &Fields::default()))
}

fn answer<T: Table>(page: &Page, fields: &Fields) -> Html<String> {
    let row: Vec<String> = T::INPUT.iter().map(|name| fields.text(name)).collect();
    let row: Vec<&str> = row.iter().map(String::as_str).collect();
    let said = if row.iter().all(|value| value.is_empty()) {
        refusal(&["nothing was filled in".to_owned()])
    } else {
        match T::calculate(&row).map(|result| (T::refused(&result), result)) {
            Ok((None, result)) => html! { pre.answer role="status" { (T::explain(&result)) } },
            Ok((Some(reason), _)) | Err(reason) => refusal(&[reason]),
        }
    };
    layout::page(page.title, &html! { (said) (form(page, fields)) })
}

fn form(page: &Page, fields: &Fields) -> Markup {
    html! {
        p { (page.about) }
        form method="post" action=(page.path) {
            @for control in page.controls { (control.show(&fields.text(control.name))) }
            button { "Work out" }
        }
        @if page.path == HER2.path { p { a href="/tables/her2" { "The whole table of IHC and ISH" } } }
        @if page.path == STAGE.path { p { a href="/tables/stage" { "The whole table of T, N and M" } } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A question that the calculator does not know, or one that the page does not ask, would be lost without a word.
    #[test]
    fn each_page_asks_what_its_calculator_takes() {
        fn sorted(mut names: Vec<&'static str>) -> Vec<&'static str> {
            names.sort_unstable();
            names
        }
        let asked = |page: &Page| sorted(page.controls.iter().map(|control| control.name).collect());
        assert_eq!(asked(&HER2), sorted(Her2::INPUT.to_vec()));
        assert_eq!(asked(&RECEPTORS), sorted(Receptors::INPUT.to_vec()));
        assert_eq!(asked(&STAGE), sorted(Stage::INPUT.to_vec()));
        assert_eq!(asked(&RESPONSE), sorted(Response::INPUT.to_vec()));
    }
}
