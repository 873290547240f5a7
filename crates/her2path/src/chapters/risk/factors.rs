//! The factors that are present, each with its published effect, and what can be changed.
//!
//! A factor is shown only where the facts say that it is present. Effects are those of `her2path_models`, unchanged; counts
//! of women are over a time in which 20 of 1,000 without the factor get breast cancer, so that effects can be compared.

use her2path_models::risk_factors::{self, RiskFactor};
use her2path_models::{Support, genes};
use rust_decimal::Decimal;

use crate::assessment::Finding;
use crate::chart::facts::Facts;
use crate::chart::inferred::code_of;
use crate::chart::inferred::risk::{boolean, decimal, integer};
use crate::guideline::Fact;

/// Of those without a factor so many get breast cancer over the time looked at.
const BASELINE: f64 = 0.02;

/// The factors present, and last what can be changed.
pub(super) fn present(facts: &Facts) -> Vec<Finding> {
    let rows: Vec<(&'static RiskFactor, Fact)> = ids(facts)
        .into_iter()
        .filter_map(|(id, fact)| Some((risk_factors::all().iter().find(|row| row.id == id)?, fact)))
        .collect();
    let mut findings: Vec<Finding> = rows
        .iter()
        .map(|(row, fact)| Finding {
            title: format!("Factor: {}", row.factor),
            text: said(row),
            facts: vec![fact.index()],
        })
        .collect();
    if code_of(facts, Fact::GermlineBrca) == Some("pathogenic") {
        findings.push(carriers());
    }
    if !rows.is_empty() {
        findings.push(changeable(&rows));
        findings.push(Finding {
            title: "About these factors".to_owned(),
            text: "they must not be multiplied with one another; an association does not show that changing a factor late \
                   removes the risk; none is known to cause the amplification of HER2, which arises in the tumour and is not \
                   inherited [from memory]"
                .to_owned(),
            facts: Vec::new(),
        });
    }
    findings
}

/// Which published comparisons hold for her, with the fact that says so.
fn ids(facts: &Facts) -> Vec<(&'static str, Fact)> {
    let mut ids: Vec<(&'static str, Fact)> = Vec::new();
    match integer(facts, Fact::RiskRelatives) {
        Some(1) => ids.push(("relatives-1", Fact::RiskRelatives)),
        Some(2) => ids.push(("relatives-2", Fact::RiskRelatives)),
        Some(3..) => ids.push(("relatives-3", Fact::RiskRelatives)),
        _ => {}
    }
    match code_of(facts, Fact::RiskDensity) {
        Some("scattered") => ids.push(("density-scattered", Fact::RiskDensity)),
        Some("heterogeneously-dense") => ids.push(("density-heterogeneous", Fact::RiskDensity)),
        Some("extremely-dense") => ids.push(("density-extreme", Fact::RiskDensity)),
        _ => {}
    }
    if boolean(facts, Fact::RiskChestRadiation) == Some(true) {
        ids.push(("chest-radiation-young", Fact::RiskChestRadiation));
    }
    if integer(facts, Fact::RiskMenarcheAge).is_some_and(|age| age < 12) {
        ids.push(("menarche-per-year", Fact::RiskMenarcheAge));
    }
    if integer(facts, Fact::RiskMenopauseAge).is_some_and(|age| age >= 55) {
        ids.push(("menopause-per-year", Fact::RiskMenopauseAge));
    }
    match integer(facts, Fact::RiskBirths) {
        Some(1) => ids.push(("parity-1", Fact::RiskBirths)),
        Some(2) => ids.push(("parity-2", Fact::RiskBirths)),
        Some(3..) => ids.push(("parity-3", Fact::RiskBirths)),
        _ => {}
    }
    match integer(facts, Fact::RiskFirstBirthAge) {
        Some(25..=29) => ids.push(("first-birth-25-30", Fact::RiskFirstBirthAge)),
        Some(30..) => ids.push(("first-birth-30", Fact::RiskFirstBirthAge)),
        _ => {}
    }
    ids.extend(hormone_therapy(facts).into_iter().map(|id| (id, Fact::RiskHormoneTherapy)));
    ids.extend(weight(facts).map(|id| (id, Fact::RiskBmi)));
    ids.extend(alcohol(facts).map(|id| (id, Fact::RiskAlcohol)));
    ids
}

/// Current use by kind and years; where one is not recorded, every comparison that may hold.
fn hormone_therapy(facts: &Facts) -> Vec<&'static str> {
    if code_of(facts, Fact::RiskHormoneTherapy) != Some("current") {
        return Vec::new();
    }
    let kind = code_of(facts, Fact::RiskHormoneTherapyKind);
    let years = integer(facts, Fact::RiskHormoneTherapyYears);
    let rows = [
        ("hrt-combined-1-4", "oestrogen-and-progestagen", 1..=4),
        ("hrt-combined-5-14", "oestrogen-and-progestagen", 5..=14),
        ("hrt-oestrogen-1-4", "oestrogen-only", 1..=4),
        ("hrt-oestrogen-5-14", "oestrogen-only", 5..=14),
    ];
    rows.into_iter()
        .filter(|(_, of, span)| kind.is_none_or(|kind| kind == *of) && years.is_none_or(|years| span.contains(&years)))
        .map(|(id, ..)| id)
        .collect()
}

/// Obesity, whose effect depends on the menopause.
fn weight(facts: &Facts) -> Option<&'static str> {
    let obese = decimal(facts, Fact::RiskBmi)? >= Decimal::from(30);
    match code_of(facts, Fact::MenopausalStatus).filter(|_| obese)? {
        "postmenopausal" => Some("obesity-postmenopausal"),
        "premenopausal" => Some("obesity-premenopausal"),
        _ => None,
    }
}

/// Grams a day in the bands of the source, closed below and open above.
fn alcohol(facts: &Facts) -> Option<&'static str> {
    let grams = decimal(facts, Fact::RiskAlcohol)?;
    let bands =
        [(45, "alcohol-45"), (35, "alcohol-35-45"), (25, "alcohol-25-35"), (15, "alcohol-15-25"), (5, "alcohol-5-15")];
    let band = bands.into_iter().find(|(from, _)| grams >= Decimal::from(*from)).map(|(_, id)| id);
    band.or((grams > Decimal::ZERO).then_some("alcohol-0-5"))
}

/// One comparison in words: effect, interval, counts, whether it can be changed, source.
fn said(row: &RiskFactor) -> String {
    let interval = match (row.low, row.high) {
        (Some(low), Some(high)) => format!(" ({} {low} to {high})", row.interval),
        _ => " (no interval published)".to_owned(),
    };
    let estimate = row.estimate.map_or_else(String::new, |estimate| format!(" {estimate}"));
    let mut text = format!("{}, against {}: {}{estimate}{interval}", row.category, row.compared_with, row.measure);
    if let Some([without, with]) = row.natural_frequency(BASELINE) {
        text += &format!("; where {without} get breast cancer without it, about {} do with it", with.count);
    }
    if !row.natural_frequency.is_empty() {
        text += &format!("; {}", row.natural_frequency);
    }
    text += if row.changeable { "; can be changed" } else { "; cannot be changed" };
    let mark = if row.support == Support::FromMemory { " [from memory]" } else { "" };
    format!("{text}. Source: {}{mark}", row.citation)
}

/// What carriers of BRCA1 and BRCA2 face; which of the two it is the fact does not say.
fn carriers() -> Finding {
    let lines: Vec<String> = genes::lifetime()
        .iter()
        .filter(|row| matches!(row.gene, "BRCA1" | "BRCA2"))
        .filter_map(|row| {
            let kind = if row.variant.is_empty() { String::new() } else { format!(", {}", row.variant) };
            let interval =
                row.ci_low_pct.zip(row.ci_high_pct).map_or_else(String::new, |(l, h)| format!(" ({l} to {h})"));
            let also = if row.also.is_empty() { String::new() } else { format!("; {}", row.also) };
            let (risk, age) = (row.risk_low_pct?, row.by_age?);
            Some(format!("{}{kind}: {risk} of 100{interval} by age {age}{also} ({})", row.gene, row.citation))
        })
        .collect();
    Finding {
        title: "Factor: germline BRCA1 or BRCA2 variant".to_owned(),
        text: format!(
            "{}. A genetics service and a pedigree model (CanRisk) give the figure for one family",
            lines.join("; ")
        ),
        facts: vec![Fact::GermlineBrca.index()],
    }
}

fn changeable(rows: &[(&RiskFactor, Fact)]) -> Finding {
    let mut names: Vec<&str> = rows.iter().filter(|(row, _)| row.changeable).map(|(row, _)| row.factor).collect();
    names.dedup();
    let text = if names.is_empty() {
        "none of the factors on record".to_owned()
    } else {
        format!("{}; age, family and the course of life until now cannot", names.join(", "))
    };
    Finding { title: "What can be changed".to_owned(), text, facts: Vec::new() }
}
