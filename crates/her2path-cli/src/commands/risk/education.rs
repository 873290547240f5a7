//! `her2path risk --model genes` and `--model factors`: published figures, looked up, not calculated for anyone.

use std::fmt::Write as _;

use her2path_models::genes::{self, ModerateRiskGene};
use her2path_models::{NOTICE, Support, risk_factors};
use serde_json::json;

use super::report::Answer;

/// Lifetime risk of every gene or of one, and by age where that is published.
pub(super) fn genes(gene: Option<&str>, age: Option<f64>) -> Answer {
    let wanted = |name: &str| gene.is_none_or(|gene| name.eq_ignore_ascii_case(gene));
    let rows: Vec<_> = genes::lifetime().iter().filter(|row| wanted(row.gene)).collect();
    if rows.is_empty() {
        let mut known: Vec<_> = genes::lifetime().iter().map(|row| row.gene).collect();
        known.dedup();
        let gene = gene.unwrap_or_default();
        return Answer::refused(format!("there is no figure for the gene `{gene}`; known: {}", known.join(", ")));
    }
    let mut text = String::from("Breast cancer in women who carry a pathogenic variant\n\n");
    for row in &rows {
        let variant = if row.variant.is_empty() { String::new() } else { format!(" ({})", row.variant) };
        _ = writeln!(text, "{}{variant}\n  {}{}", row.gene, lifetime(row), marked(row.support));
        if !row.also.is_empty() {
            _ = writeln!(text, "  also: {}", row.also);
        }
        _ = writeln!(text, "  source: {}", row.citation);
    }
    for (name, gene) in BY_AGE
        .into_iter()
        .filter(|(name, _)| wanted(name.split(' ').next().unwrap_or(name)) || (*name == "ATM and NBN" && wanted("NBN")))
    {
        text += &by_age(name, gene, age);
    }
    _ = write!(
        text,
        "\nFor one family a pedigree model (CanRisk) and a genetics service give better figures. A variant that is carried in the\nfamily is inherited by about half of the children. HER2 amplification arises in the tumour and is not inherited.\n\n{NOTICE}\n"
    );
    let json = json!({
        "lifetime": rows.iter().map(|row| json!({
            "gene": row.gene, "variant": row.variant, "risk_low_pct": row.risk_low_pct, "risk_high_pct": row.risk_high_pct,
            "ci_low_pct": row.ci_low_pct, "ci_high_pct": row.ci_high_pct, "by_age": row.by_age,
            "relative_risk": row.relative_risk, "also": row.also, "citation": row.citation, "support": row.support.as_str(),
        })).collect::<Vec<_>>(),
        "by_age": genes::by_age().iter().map(|band| json!({
            "age_band": band.age_band, "population_5y_pct": band.pop_5y_pct, "population_cumulative_pct": band.pop_cum_pct,
            "genes": BY_AGE.map(|(name, gene)| {
                let (five, cumulative) = band.of(gene);
                json!({ "gene": name, "five_year_pct": five, "cumulative_pct": cumulative })
            }),
        })).collect::<Vec<_>>(),
        "notice": NOTICE,
    });
    Answer::Given { text, json }
}

const BY_AGE: [(&str, ModerateRiskGene); 4] = [
    ("ATM and NBN", ModerateRiskGene::AtmNbn),
    ("CHEK2 1100delC", ModerateRiskGene::Chek2Truncating),
    ("CHEK2 I157T", ModerateRiskGene::Chek2I157t),
    ("PALB2", ModerateRiskGene::Palb2),
];

fn lifetime(row: &genes::LifetimeRisk) -> String {
    let to = row.by_age.map_or_else(|| "over a lifetime".to_owned(), |age| format!("by age {age}"));
    let interval = match (row.ci_low_pct, row.ci_high_pct) {
        (Some(low), Some(high)) => format!(" (95 % interval {low} to {high})"),
        _ => String::new(),
    };
    let relative =
        if row.relative_risk.is_empty() { String::new() } else { format!("; relative risk {}", row.relative_risk) };
    match (row.risk_low_pct, row.risk_high_pct) {
        (Some(low), Some(high)) if low == high => format!("about {low} of 100 {to}{interval}{relative}"),
        (Some(low), Some(high)) => format!("about {low} to {high} of 100 {to}{relative}"),
        (Some(low), None) => format!("more than {low} of 100 {to}{relative}"),
        _ => format!("relative risk {} before age {}", row.relative_risk, row.by_age.unwrap_or(0.0)),
    }
}

fn by_age(name: &str, gene: ModerateRiskGene, age: Option<f64>) -> String {
    let mut text = format!(
        "\n{name} by age, percent (Tung 2016, PMC5513673)\n  age             within 5 years   up to this age   population up to this age\n"
    );
    for band in genes::by_age() {
        let here = age.is_some_and(|age| {
            band.ages().is_some_and(|(first, last)| (f64::from(first)..f64::from(last) + 1.0).contains(&age))
        });
        let (five, cumulative) = band.of(gene);
        let five = five.map_or_else(|| "–".to_owned(), |five| five.to_string());
        let mark = if here { '>' } else { ' ' };
        _ = writeln!(text, "{mark} {:<14} {five:>15} {cumulative:>16} {:>27}", band.age_band, band.pop_cum_pct);
    }
    if let Some(age) = age
        && !(25.0..76.0).contains(&age)
    {
        _ = writeln!(text, "  Nothing is published by age at {age}.");
    }
    text
}

/// Every effect size.
pub(super) fn factors() -> Answer {
    let mut text = String::from(
        "Risk factors of breast cancer: how many times the risk of those compared with\n\nCounts say how many women get breast cancer over a time in which 20 of 1,000 of those compared with do.\n",
    );
    let mut before = "";
    for row in risk_factors::all() {
        if row.factor != before {
            let change = if row.changeable { " (can be changed)" } else { "" };
            _ = writeln!(text, "\n{}{change}", row.factor);
            before = row.factor;
        }
        let interval = match (row.low, row.high) {
            (Some(low), Some(high)) if row.estimate.is_some() => format!(" ({low} to {high})"),
            (Some(low), Some(high)) => format!("{low} to {high}"),
            _ => String::new(),
        };
        let estimate = row.estimate.map_or_else(String::new, |estimate| estimate.to_string());
        _ = writeln!(
            text,
            "  {}, against {}: {} {estimate}{interval}{}",
            row.category,
            row.compared_with,
            row.measure,
            marked(row.support)
        );
        if let Some([without, with]) = row.natural_frequency(0.02) {
            _ = writeln!(text, "    {without} without, {with} with");
        }
        if !row.natural_frequency.is_empty() {
            _ = writeln!(text, "    {}", row.natural_frequency);
        }
        _ = writeln!(text, "    source: {}", row.citation);
    }
    _ = write!(
        text,
        "\nThe effects must not be multiplied with one another; the models do that where it was shown to hold. None of these is\nknown to cause the amplification of HER2.\n\n{NOTICE}\n"
    );
    let json = json!({
        "risk_factors": risk_factors::all().iter().map(|row| json!({
            "id": row.id, "factor": row.factor, "category": row.category, "compared_with": row.compared_with,
            "measure": row.measure, "estimate": row.estimate, "low": row.low, "high": row.high, "interval": row.interval,
            "changeable": row.changeable, "natural_frequency": row.natural_frequency, "citation": row.citation,
            "support": row.support.as_str(),
        })).collect::<Vec<_>>(),
        "notice": NOTICE,
    });
    Answer::Given { text, json }
}

fn marked(support: Support) -> &'static str {
    match support {
        Support::Seen => "",
        Support::FromMemory => "  [from memory, unverified]",
    }
}
