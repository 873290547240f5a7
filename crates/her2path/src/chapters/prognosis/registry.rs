//! Registry survival by stage and subtype, and that of people who have already lived some time.

use her2path_models::conditional::PublishedConditionalSurvival;
use her2path_models::population::{RegistrySurvival, registry_survival};
use her2path_models::{NaturalFrequency, Support, conditional};

use crate::assessment::Finding;
use crate::chart::facts::Facts;
use crate::chart::inferred::code_of;
use crate::chart::inferred::risk::integer;
use crate::guideline::Fact;

/// The rows of the stage and subtype, as far as they are known.
pub(super) fn rows(facts: &Facts) -> Vec<&'static RegistrySurvival> {
    let stages = stages(facts);
    let sign = |status: Option<&str>| match status {
        Some("positive") => Some('+'),
        Some("negative") => Some('-'),
        _ => None,
    };
    let hormone_sign = sign(code_of(facts, Fact::HormoneReceptorStatus));
    let her2_sign = sign(code_of(facts, Fact::Her2Status));
    let fits = |row: &&RegistrySurvival| {
        let receptor = |name: &str, sign: Option<char>| {
            // "HER2+" ends in "HR…" nowhere, so each receptor is found by its own part of "HR+/HER2+".
            sign.is_none_or(|sign| row.subtype.split('/').any(|part| part == format!("{name}{sign}")))
        };
        row.subtype.contains('/') && receptor("HR", hormone_sign) && receptor("HER2", her2_sign)
    };
    registry_survival().iter().filter(|row| stages.contains(&row.stage) && fits(row)).collect()
}

/// The registry's stages that the setting stands for.
fn stages(facts: &Facts) -> &'static [&'static str] {
    match code_of(facts, Fact::DiseaseSetting) {
        Some("metastatic") => &["distant"],
        Some("not-metastatic") => &["localized", "regional"],
        _ => &[],
    }
}

/// 5-year relative survival of the stage and subtype, with the older figure of all subtypes beside HER2-positive disease.
pub(super) fn survival(facts: &Facts) -> Vec<Finding> {
    let stages = stages(facts);
    if stages.is_empty() {
        return Vec::new();
    }
    let used: Vec<_> = [Fact::DiseaseSetting, Fact::HormoneReceptorStatus, Fact::Her2Status]
        .into_iter()
        .filter(|fact| facts.get(*fact).is_some())
        .map(Fact::index)
        .collect();
    let mut findings: Vec<Finding> = rows(facts)
        .into_iter()
        .map(|row| Finding {
            title: format!("Registry, {}, {}", row.subtype, stage(row.stage)),
            text: said(row),
            facts: used.clone(),
        })
        .collect();
    if stages == ["distant"] {
        findings.extend(all_subtypes(facts));
    }
    findings
}

fn stage(stage: &str) -> &str {
    match stage {
        "distant" => "metastatic at diagnosis",
        "localized" => "confined to the breast at diagnosis",
        "regional" => "in regional lymph nodes at diagnosis",
        other => other,
    }
}

fn said(row: &RegistrySurvival) -> String {
    let mark = if row.support == Support::FromMemory { " [from memory]" } else { "" };
    let count = NaturalFrequency::out_of(row.relative_survival_5y_pct / 100.0, 100);
    format!(
        "{count} alive after 5 years ({} %), counted against people of the same age without the disease; diagnosed {}, {}. Source: \
         {}{mark}",
        row.relative_survival_5y_pct, row.diagnosed, row.registry, row.citation
    )
}

/// The often quoted figures of all subtypes together, and whom the figures are not about.
fn all_subtypes(facts: &Facts) -> Vec<Finding> {
    let rows: Vec<String> = registry_survival()
        .iter()
        .filter(|row| row.subtype == "all" && row.stage == "distant")
        .map(|row| {
            let mark = if row.support == Support::FromMemory { ", from memory" } else { "" };
            format!("{} % of those diagnosed {}{mark} ({})", row.relative_survival_5y_pct, row.diagnosed, row.citation)
        })
        .collect();
    let mut whom =
        "these are people whose disease was metastatic when it was first found, mostly treated before trastuzumab \
                    deruxtecan"
            .to_owned();
    whom += match code_of(facts, Fact::DiseasePresentation) {
        Some("recurrent" | "recurrent-probable") => {
            "; this person's disease came back, which the registry does not count here"
        }
        Some("de-novo" | "de-novo-upstaged" | "de-novo-probable") => "",
        _ => "; whether this person's disease was metastatic at first diagnosis is not settled",
    };
    let presentation = facts.get(Fact::DiseasePresentation).map(|_| Fact::DiseasePresentation.index());
    vec![
        Finding {
            title: "Why other figures are quoted".to_owned(),
            text: format!(
                "all subtypes together: {}. The often quoted 29 % is the older figure of all subtypes; it is not that of \
                 HER2-positive disease, which stood at 45.6 % with and 39.5 % without hormone receptors (2013-2019)",
                rows.join("; ")
            ),
            facts: Vec::new(),
        },
        Finding {
            title: "Whom the registry figures are about".to_owned(),
            text: whom,
            facts: presentation.into_iter().collect(),
        },
    ]
}

/// The chance to reach five years of people who have lived as long; only where that time is known, and under five years.
pub(super) fn conditional(facts: &Facts) -> Option<Finding> {
    let title = "Having lived so far with metastatic disease".to_owned();
    let Some(months) = integer(facts, Fact::MetastasisMonthsSince) else {
        let text =
            "no figure, because the date on which metastasis was found is not known (metastasis.first-date)".to_owned();
        return Some(Finding { title, text, facts: Vec::new() });
    };
    let years = months.checked_div(12)?;
    let row = lived(facts);
    let since = if years == 1 { "1 full year".to_owned() } else { format!("{years} full years") };
    let text = match row {
        Some(row) => format!(
            "{since} since metastasis was found: of 100 people who had lived so long about {} reached 5 years ({} survival). \
             Population: {}; it does not know subtype, sites or treatment, most were treated before trastuzumab deruxtecan, and \
             disease that came back was not in it. Source: {}",
            row.chance_of_reaching_5_years_pct, row.kind, row.population, row.citation
        ),
        None => format!("{since} since metastasis was found: the published figures end at 4 years"),
    };
    Some(Finding { title, text, facts: vec![Fact::MetastasisMonthsSince.index()] })
}

/// The published figure of people who have lived as many full years; `None` where that time is not known or beyond them.
pub(super) fn lived(facts: &Facts) -> Option<&'static PublishedConditionalSurvival> {
    let years = integer(facts, Fact::MetastasisMonthsSince)?.checked_div(12)?;
    let years = f64::from(i32::try_from(years).ok()?);
    conditional::published().iter().find(|row| row.survived_years == years)
}
