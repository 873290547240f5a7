//! Prognosis: what is the outlook, with honest uncertainty?
//!
//! Figures of survival appear only when this chapter is asked for by name; [`closed`] stands in their place otherwise.
//! Each figure says from which people and years it comes and what it does not know about this person. Deliberately absent:
//! a figure made for this person by combining others, and any model outside the people it was made for.

mod brain;
mod early;
mod registry;
mod trials;

use her2path_knowledge::model::Knowledge;

use super::Opening;
use crate::assessment::{Finding, Outlook};
use crate::chart::Chart;
use crate::chart::facts::Facts;
use crate::chart::inferred::code_of;
use crate::chart::inferred::risk::boolean;
use crate::guideline::Fact;

/// What stands in the chapter's place when nobody asked for it by name: no figure, and how to see them.
pub(super) fn closed(chart: &Chart) -> Opening {
    if let Some(opening) = refusal(&chart.facts) {
        return opening;
    }
    let text = "shown when asked for: --chapter prognosis";
    Opening {
        applicable: true,
        summary: format!("survival figures are {text}"),
        findings: vec![Finding { title: "Survival figures".to_owned(), text: text.to_owned(), facts: Vec::new() }],
    }
}

/// The chapter with its figures.
pub(super) fn open(chart: &Chart, knowledge: &Knowledge) -> Opening {
    let facts = &chart.facts;
    if let Some(opening) = refusal(facts) {
        return opening;
    }
    let mut findings = registry::survival(chart);
    match code_of(facts, Fact::DiseaseSetting) {
        Some("metastatic") => {
            findings.extend(registry::conditional(facts));
            findings.extend(brain::outlook(facts, knowledge));
            findings.extend(trials::curves(chart, knowledge));
            findings.push(Finding {
                title: "PREDICT".to_owned(),
                text: "not used: it is for early breast cancer after surgery, never for metastatic disease".to_owned(),
                facts: vec![Fact::DiseaseSetting.index()],
            });
        }
        Some("not-metastatic") => findings.push(early::predict(facts, knowledge)),
        _ => findings.push(Finding {
            title: "What is missing".to_owned(),
            text: "whether the disease is metastatic (disease.setting): the figures of early and metastatic disease differ too \
                   much to show either"
                .to_owned(),
            facts: Vec::new(),
        }),
    }
    findings.push(Finding {
        title: "What these figures do not know".to_owned(),
        text: "other illness, what the person can do from day to day, how this cancer answers to treatment, treatments that \
               came later, and what matters to the person; a figure of a group is not a forecast for one of its members"
            .to_owned(),
        facts: Vec::new(),
    });
    Opening { applicable: true, summary: summary(facts), findings }
}

/// The figures behind the findings, for renderers that draw them or say them in other words; `None` where there are none to
/// give.
pub(super) fn outlook(chart: &Chart, knowledge: &Knowledge) -> Option<Outlook> {
    let facts = &chart.facts;
    if refusal(facts).is_some() {
        return None;
    }
    let metastatic = code_of(facts, Fact::DiseaseSetting) == Some("metastatic");
    Some(Outlook {
        registry: registry::rows(chart),
        conditional: registry::lived(facts).filter(|_| metastatic),
        arms: if metastatic { trials::at_hand(chart, knowledge) } else { Vec::new() },
    })
}

/// Why there is no outlook at all.
fn refusal(facts: &Facts) -> Option<Opening> {
    let summary = match code_of(facts, Fact::DiseaseBreastCancer) {
        Some("invasive") if boolean(facts, Fact::PatientDeceased) == Some(true) => "the person has died",
        Some("invasive") => return None,
        Some("in-situ-only") => {
            "carcinoma in situ, no invasive cancer on record: the figures are those of invasive disease"
        }
        Some("unclear") => "invasive breast cancer is not established: there is no outlook to give",
        _ => "no breast cancer on record: there is no outlook to give",
    };
    Some(Opening { applicable: false, summary: summary.to_owned(), findings: Vec::new() })
}

fn summary(facts: &Facts) -> String {
    let whom = match code_of(facts, Fact::DiseaseSetting) {
        Some("metastatic") => "metastatic breast cancer",
        Some("not-metastatic") => "breast cancer without distant metastasis on record",
        _ => "breast cancer, metastatic or not is not settled",
    };
    format!(
        "figures of groups of people with {whom}, each with its years and source; none is a forecast for this person"
    )
}

/// The titles of facts, for a reader who is to find out.
fn asked(knowledge: &Knowledge, missing: &[Fact]) -> String {
    let title = |fact: &Fact| {
        let definition = knowledge.fact_definition(fact.index());
        definition.map(|definition| format!("{} ({})", definition.title, definition.id))
    };
    missing.iter().filter_map(title).collect::<Vec<_>>().join(", ")
}
