//! ER, PgR, hormone-receptor status and subtype from a row of texts.

use crate::classify::her2::Supplied;
use crate::classify::hormone_receptors::{Comparator, Receptor, Stain, Status, Word, classify};
use crate::classify::subtype::{Her2, HormoneReceptor, pair_flags, subtype};

use super::Table;

/// ER, PgR, hormone-receptor status and subtype: ASCO/CAP 2020.
pub struct Receptors;

impl Table for Receptors {
    const INPUT: &'static [&'static str] = &[
        "er_percent",
        "er_comparator",
        "er_qualitative",
        "er_allred",
        "pr_percent",
        "pr_comparator",
        "pr_qualitative",
        "pr_allred",
        "her2_status",
    ];
    const REQUIRED: &'static [&'static [&'static str]] =
        &[&["er_percent"], &["pr_percent"], &["er_qualitative"], &["er_allred"], &["pr_qualitative"]];
    const OUTPUT: &'static [&'static str] = &["er_status", "pr_status", "hr_status", "subtype", "flags"];

    fn calculate(input: &[&str]) -> Result<Vec<String>, String> {
        let &[er_percent, er_comparator, er_word, er_allred, pr_percent, pr_comparator, pr_word, pr_allred, her2] =
            input
        else {
            return Err(format!("expected {} values", Self::INPUT.len()));
        };
        let (er, er_flags) = classify(Receptor::Er, &stain(er_percent, er_comparator, er_word, er_allred)?);
        let (pr, pr_flags) = classify(Receptor::Pr, &stain(pr_percent, pr_comparator, pr_word, pr_allred)?);
        let her2 = parse_her2(her2)?;
        let hr = HormoneReceptor::of(er, pr);
        let mut flags: Vec<String> = pair_flags(er, pr).into_iter().map(str::to_owned).collect();
        flags.extend(er_flags.iter().map(|flag| format!("ER_{}", flag.as_str())));
        flags.extend(pr_flags.iter().map(|flag| format!("PR_{}", flag.as_str())));
        flags.sort_unstable();
        Ok(vec![
            Status::as_str(er).to_owned(),
            Status::as_str(pr).to_owned(),
            hr.as_str().to_owned(),
            subtype(hr, her2).to_owned(),
            flags.join("|"),
        ])
    }

    fn refused(output: &[String]) -> Option<String> {
        let [er, pr, ..] = output else { return None };
        [er, pr].iter().any(|status| *status == "INVALID_INPUT").then(|| {
            "these values cannot be: a percentage lies between 0 and 100, an Allred total is 0 or 2 to 8".to_owned()
        })
    }

    fn explain(output: &[String]) -> String {
        let [er, pr, hr, subtype, flags] = output else { return String::new() };
        let flags = if flags.is_empty() { String::new() } else { format!("\n  remarks {}", flags.replace('|', ", ")) };
        format!("{subtype}\n  ER      {er}\n  PgR     {pr}\n  HR      {hr} (ASCO/CAP 2020){flags}")
    }
}

fn stain(percent: &str, comparator: &str, word: &str, allred: &str) -> Result<Stain, String> {
    let comparator = Comparator::parse(comparator)
        .ok_or_else(|| format!("`{comparator}` is not a comparator; use <, <=, > or >="))?;
    let word = match word.trim().to_ascii_lowercase().replace(['-', ' '], "_").as_str() {
        "" => None,
        "positive" => Some(Word::Positive),
        "low_positive" => Some(Word::LowPositive),
        "negative" => Some(Word::Negative),
        other => return Err(format!("`{other}` is not a receptor result; use positive, low_positive or negative")),
    };
    Ok(Stain { percent: Supplied::parse(percent), comparator, word, allred: Supplied::parse(allred) })
}

fn parse_her2(text: &str) -> Result<Her2, String> {
    const OPEN: [&str; 12] = [
        "",
        "EQUIVOCAL",
        "PENDING_IHC",
        "PENDING_RECOUNT",
        "PENDING_IHC_OR_DUAL",
        "PENDING_DUAL_PROBE",
        "INCOMPLETE_ISH",
        "ADJUDICATION_REQUIRED",
        "INDETERMINATE",
        "NOT_ASSESSED",
        "INVALID_INPUT",
        "UNRESOLVED",
    ];
    match text.trim().to_ascii_uppercase().as_str() {
        "POSITIVE" => Ok(Her2::Positive),
        "NEGATIVE" => Ok(Her2::Negative),
        text if text.starts_with("NEGATIVE_WITH_COMMENT") => Ok(Her2::Negative),
        text if OPEN.contains(&text) => Ok(Her2::Open),
        other => Err(format!("`{other}` is not a HER2 status; use one that `her2path interpret her2` prints")),
    }
}
