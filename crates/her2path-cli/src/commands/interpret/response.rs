//! `her2path interpret response`.

use her2path::classify::response::{Response as Recist, TargetSums, overall, target};
use rust_decimal::Decimal;

use super::{Common, Table};

#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(super) common: Common,
    /// Sum of target lesions at baseline, mm.
    #[arg(long, default_value = "", hide_default_value = true, conflicts_with = "csv", allow_hyphen_values = true)]
    baseline_sum_mm: String,
    /// Smallest earlier sum, baseline included, mm.
    #[arg(long, default_value = "", hide_default_value = true, conflicts_with = "csv", allow_hyphen_values = true)]
    nadir_sum_mm: String,
    /// Sum now, mm.
    #[arg(long, default_value = "", hide_default_value = true, conflicts_with = "csv", allow_hyphen_values = true)]
    current_sum_mm: String,
    /// `true` when all target lesions are gone and all target nodes below 10 mm.
    #[arg(long, default_value = "", hide_default_value = true, conflicts_with = "csv")]
    all_target_gone: String,
    /// Target response, instead of sums: CR, PR, SD, PD or NE.
    #[arg(long, default_value = "", hide_default_value = true, conflicts_with = "csv")]
    target: String,
    /// Non-target response: CR, NONCR_NONPD, PD or NE.
    #[arg(long, default_value = "", hide_default_value = true, conflicts_with = "csv")]
    non_target: String,
    /// `yes` when there is a new lesion.
    #[arg(long, default_value = "", hide_default_value = true, conflicts_with = "csv")]
    new_lesion: String,
}

impl Args {
    pub(super) fn row(&self) -> [&str; 7] {
        [
            &self.baseline_sum_mm,
            &self.nadir_sum_mm,
            &self.current_sum_mm,
            &self.all_target_gone,
            &self.target,
            &self.non_target,
            &self.new_lesion,
        ]
    }
}

pub(crate) struct Response;

impl Table for Response {
    const INPUT: &'static [&'static str] =
        &["baseline_sum_mm", "nadir_sum_mm", "current_sum_mm", "all_target_gone", "target", "non_target", "new_lesion"];
    const REQUIRED: &'static [&'static [&'static str]] =
        &[&["baseline_sum_mm", "nadir_sum_mm", "current_sum_mm"], &["target"], &["non_target"]];
    const OUTPUT: &'static [&'static str] = &["target_response", "overall"];

    fn calculate(input: &[&str]) -> Result<Vec<String>, String> {
        let &[baseline, nadir, current, gone, given, non_target, new_lesion] = input else {
            return Err(format!("expected {} values", Self::INPUT.len()));
        };
        let from_sums = if [baseline, nadir, current].iter().any(|sum| !sum.is_empty()) {
            let sums = TargetSums {
                baseline: sum("baseline", baseline)?,
                nadir: sum("nadir", nadir)?,
                current: sum("current", current)?,
                all_gone: yes("all_target_gone", gone)?,
            };
            Some(target(&sums).ok_or("a sum of diameters is negative or too large")?)
        } else {
            None
        };
        let target = from_sums.map_or_else(|| response("target", given), |response| Ok(Some(response)))?;
        let overall = overall(target, response("non-target", non_target)?, yes("new_lesion", new_lesion)?);
        Ok(vec![target.map_or("NONE", Recist::as_str).to_owned(), overall.as_str().to_owned()])
    }

    fn refused(_output: &[String]) -> Option<String> {
        None
    }

    fn explain(output: &[String]) -> String {
        let [target, overall] = output else { return String::new() };
        format!("RECIST 1.1 overall response {overall}\n  target lesions {target}")
    }
}

fn sum(name: &str, text: &str) -> Result<Decimal, String> {
    if text.is_empty() {
        return Err(format!("the {name} sum is missing"));
    }
    text.parse().map_err(|_| format!("the {name} sum `{text}` is not a number"))
}

fn response(name: &str, text: &str) -> Result<Option<Recist>, String> {
    match text {
        "" | "NONE" => Ok(None),
        text => Recist::parse(text).map(Some).ok_or_else(|| format!("`{text}` is not a {name} response")),
    }
}

fn yes(name: &str, text: &str) -> Result<bool, String> {
    match text.to_ascii_lowercase().as_str() {
        "" | "no" | "false" | "0" => Ok(false),
        "yes" | "true" | "1" => Ok(true),
        other => Err(format!("`{other}` is neither yes nor no for {name}")),
    }
}
