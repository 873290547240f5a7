//! Response from a row of texts.

use crate::classify::response::{Response as Recist, TargetSums, overall, target};
use rust_decimal::Decimal;

use super::Table;

/// Response: RECIST 1.1, target lesions and overall.
pub struct Response;

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
            if sums.nadir > sums.baseline {
                return Err("the nadir sum is larger than the baseline sum, which it includes".to_owned());
            }
            Some(target(&sums).ok_or("a sum of diameters is negative or too large")?)
        } else {
            None
        };
        let target = match from_sums {
            Some(response) => Said::Yes(Some(response)),
            None => response("target", given)?,
        };
        let overall = overall_where_said(target, response("non-target", non_target)?, new_lesion_said(new_lesion)?);
        let target = match target {
            Said::Yes(response) => response.map_or("NONE", Recist::as_str),
            Said::No => UNKNOWN,
        };
        Ok(vec![target.to_owned(), overall.map_or(UNKNOWN, Recist::as_str).to_owned()])
    }

    fn refused(_output: &[String]) -> Option<String> {
        None
    }

    fn explain(output: &[String]) -> String {
        let [target, overall] = output else { return String::new() };
        let open = if overall == UNKNOWN {
            ": it needs the target lesions, the non-target lesions (`--non-target`, `NONE` where there are none) and whether there is a new lesion (`--new-lesion`)"
        } else {
            ""
        };
        format!("RECIST 1.1 overall response {overall}{open}\n  target lesions {target}")
    }
}

fn sum(name: &str, text: &str) -> Result<Decimal, String> {
    if text.is_empty() {
        return Err(format!("the {name} sum is missing"));
    }
    text.parse().map_err(|_| format!("the {name} sum `{text}` is not a number"))
}

/// What stands where the answer depends on something that was not said.
const UNKNOWN: &str = "UNKNOWN";

/// Whether something was said, and what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Said<T> {
    Yes(T),
    No,
}

/// The response of lesions of a kind; `NONE` says that there are no such lesions, nothing says nothing.
fn response(name: &str, text: &str) -> Result<Said<Option<Recist>>, String> {
    match text {
        "" => Ok(Said::No),
        "NONE" => Ok(Said::Yes(None)),
        text => Recist::parse(text)
            .map(|response| Said::Yes(Some(response)))
            .ok_or_else(|| format!("`{text}` is not a {name} response")),
    }
}

fn new_lesion_said(text: &str) -> Result<Said<bool>, String> {
    if text.is_empty() { Ok(Said::No) } else { yes("new_lesion", text).map(Said::Yes) }
}

/// The overall response. Progression in any part settles it alone; otherwise all three parts must be said.
fn overall_where_said(
    target: Said<Option<Recist>>,
    non_target: Said<Option<Recist>>,
    new_lesion: Said<bool>,
) -> Option<Recist> {
    let progression = Said::Yes(Some(Recist::Pd));
    match (target, non_target, new_lesion) {
        (target, non_target, new_lesion)
            if target == progression || non_target == progression || new_lesion == Said::Yes(true) =>
        {
            Some(Recist::Pd)
        }
        (Said::Yes(target), Said::Yes(non_target), Said::Yes(new_lesion)) => {
            Some(overall(target, non_target, new_lesion))
        }
        _ => None,
    }
}

fn yes(name: &str, text: &str) -> Result<bool, String> {
    match text.to_ascii_lowercase().as_str() {
        "" | "no" | "false" | "0" => Ok(false),
        "yes" | "true" | "1" => Ok(true),
        other => Err(format!("`{other}` is neither yes nor no for {name}")),
    }
}
