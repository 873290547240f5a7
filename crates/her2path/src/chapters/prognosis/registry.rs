//! Registry survival by stage and subtype, and that of people who have already lived some time.

use her2path_models::conditional::PublishedConditionalSurvival;
use her2path_models::population::{RegistrySurvival, registry_survival};
use her2path_models::{NaturalFrequency, Support, conditional};

use crate::assessment::Finding;
use crate::chart::Chart;
use crate::chart::facts::Facts;
use crate::chart::inferred::code_of;
use crate::chart::inferred::risk::integer;
use crate::chart::value::Value;
use crate::guideline::Fact;

/// The rows of the stage and subtype, as far as they are known. A registry counts by the subtype at first diagnosis; HER2 is
/// therefore that of the earliest sample, whatever a later one says.
pub(super) fn rows(chart: &Chart) -> Vec<&'static RegistrySurvival> {
    let facts = &chart.facts;
    let stages = stages(facts);
    let sign = |status: Option<&str>| match status {
        Some("positive") => Some('+'),
        Some("negative") => Some('-'),
        _ => None,
    };
    let hormone_sign = sign(code_of(facts, Fact::HormoneReceptorStatus));
    let her2_sign = her2_at_diagnosis(chart).or_else(|| sign(code_of(facts, Fact::Her2Status)));
    let fits = |row: &&RegistrySurvival| {
        let receptor = |name: &str, sign: Option<char>| {
            // "HER2+" ends in "HR…" nowhere, so each receptor is found by its own part of "HR+/HER2+".
            sign.is_none_or(|sign| row.subtype.split('/').any(|part| part == format!("{name}{sign}")))
        };
        row.subtype.contains('/') && receptor("HR", hormone_sign) && receptor("HER2", her2_sign)
    };
    registry_survival().iter().filter(|row| stages.contains(&row.stage) && fits(row)).collect()
}

/// HER2 of the earliest sample, where that is settled and its day known.
fn her2_at_diagnosis(chart: &Chart) -> Option<char> {
    let first = chart.her2_specimens.first().filter(|specimen| specimen.date.is_some())?;
    match first.status {
        status if status.is_positive() => Some('+'),
        status if status.is_negative() => Some('-'),
        _ => None,
    }
}

/// The registry's stages that the setting stands for. Without metastasis the nodes decide: any that is involved makes it
/// regional. Without involved nodes a tumour that grows into skin or chest wall (T4) is regional as well, which the letters
/// alone do not settle.
fn stages(facts: &Facts) -> &'static [&'static str] {
    match code_of(facts, Fact::DiseaseSetting) {
        Some("metastatic") => &["distant"],
        Some("not-metastatic") => match category(facts, Fact::StageN, 'N') {
            Some('1'..='3') => &["regional"],
            Some('0') if matches!(category(facts, Fact::StageT, 'T'), Some('1'..='3')) => &["localized"],
            _ => &["localized", "regional"],
        },
        _ => &[],
    }
}

/// The number of a T or N category: `1` of `cN1a`; `None` for `NX` and what is no category.
fn category(facts: &Facts, fact: Fact, letter: char) -> Option<char> {
    let Value::Text(text) = &facts.get(fact)?.value else { return None };
    let (_, after) = text.split_once(letter)?;
    after.chars().next().filter(char::is_ascii_digit)
}

/// 5-year relative survival of the stage and subtype, with the older figure of all subtypes beside HER2-positive disease.
pub(super) fn survival(chart: &Chart) -> Vec<Finding> {
    let facts = &chart.facts;
    let stages = stages(facts);
    if stages.is_empty() {
        return Vec::new();
    }
    let used: Vec<_> = [Fact::DiseaseSetting, Fact::HormoneReceptorStatus, Fact::Her2Status]
        .into_iter()
        .filter(|fact| facts.get(*fact).is_some())
        .map(Fact::index)
        .collect();
    let mut findings: Vec<Finding> = rows(chart)
        .into_iter()
        .map(|row| Finding {
            title: format!("Registry, {}, {}", row.subtype, stage(row.stage)),
            text: said(row),
            facts: used.clone(),
        })
        .collect();
    let now = code_of(facts, Fact::Her2Status);
    if let Some(first) = her2_at_diagnosis(chart)
        && matches!((first, now), ('+', Some("negative")) | ('-', Some("positive")))
        && !findings.is_empty()
    {
        let word = if first == '+' { "positive" } else { "negative" };
        findings.push(Finding {
            title: "Which subtype was counted".to_owned(),
            text: format!(
                "registries count by the subtype at first diagnosis, when HER2 was {word}; a later sample does not change the row"
            ),
            facts: vec![Fact::Her2Status.index()],
        });
    }
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
    if years == 0 {
        return None;
    }
    if code_of(facts, Fact::Subtype) == Some(TRIPLE_NEGATIVE) {
        let text =
            "not shown: the published figures are of all subtypes together and too high for triple-negative disease";
        return Some(Finding { title, text: text.to_owned(), facts: vec![Fact::Subtype.index()] });
    }
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

/// The subtype that the figures of all subtypes together do not fit.
const TRIPLE_NEGATIVE: &str = "TNBC";

/// The published figure of people who have lived as many full years; `None` where that time is not known, under a year (when
/// nothing has been lived through yet) or beyond them, and in triple-negative disease.
pub(super) fn lived(facts: &Facts) -> Option<&'static PublishedConditionalSurvival> {
    let years = integer(facts, Fact::MetastasisMonthsSince)?.checked_div(12)?;
    if years == 0 || code_of(facts, Fact::Subtype) == Some(TRIPLE_NEGATIVE) {
        return None;
    }
    let years = f64::from(i32::try_from(years).ok()?);
    conditional::published().iter().find(|row| row.survived_years == years)
}
