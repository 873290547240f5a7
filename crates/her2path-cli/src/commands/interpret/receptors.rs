//! `her2path interpret receptors`.

use her2path::classify::her2::Supplied;
use her2path::classify::hormone_receptors::{Comparator, Receptor, Stain, Status, Word, classify};
use her2path::classify::subtype::{Her2, HormoneReceptor, pair_flags, subtype};

use super::{Common, Table};

#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(super) common: Common,
    /// Percentage of stained nuclei, oestrogen receptor.
    #[arg(long, default_value = "", hide_default_value = true, conflicts_with = "csv", allow_hyphen_values = true)]
    er_percent: String,
    /// `<`, `<=`, `>` or `>=`, where the percentage is a bound.
    #[arg(long, default_value = "", hide_default_value = true, conflicts_with = "csv")]
    er_comparator: String,
    /// The word of the report: positive, low_positive or negative.
    #[arg(long, default_value = "", hide_default_value = true, conflicts_with = "csv")]
    er_qualitative: String,
    /// Allred total, 0 or 2 to 8.
    #[arg(long, default_value = "", hide_default_value = true, conflicts_with = "csv", allow_hyphen_values = true)]
    er_allred: String,
    /// Percentage of stained nuclei, progesterone receptor.
    #[arg(long, default_value = "", hide_default_value = true, conflicts_with = "csv", allow_hyphen_values = true)]
    pr_percent: String,
    /// `<`, `<=`, `>` or `>=`, where the percentage is a bound.
    #[arg(long, default_value = "", hide_default_value = true, conflicts_with = "csv")]
    pr_comparator: String,
    /// The word of the report: positive or negative.
    #[arg(long, default_value = "", hide_default_value = true, conflicts_with = "csv")]
    pr_qualitative: String,
    /// Allred total, 0 or 2 to 8.
    #[arg(long, default_value = "", hide_default_value = true, conflicts_with = "csv", allow_hyphen_values = true)]
    pr_allred: String,
    /// HER2 status as `interpret her2` prints it.
    #[arg(long, default_value = "", hide_default_value = true, conflicts_with = "csv")]
    her2_status: String,
}

impl Args {
    pub(super) fn row(&self) -> [&str; 9] {
        [
            &self.er_percent,
            &self.er_comparator,
            &self.er_qualitative,
            &self.er_allred,
            &self.pr_percent,
            &self.pr_comparator,
            &self.pr_qualitative,
            &self.pr_allred,
            &self.her2_status,
        ]
    }
}

pub(crate) struct Receptors;

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
