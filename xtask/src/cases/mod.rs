//! `cargo xtask cases FILE.json`: cases of treatment or of lines of therapy, through FHIR and the whole path.
//!
//! The form of the file decides which: cases of lines have `events`, cases of treatment have `prior_systemic`. Every
//! disagreement is printed, and last `N of M agree`.

mod lines;
mod treatment;

use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

#[derive(clap::Args)]
pub(crate) struct Args {
    /// Files in the form of `vectors/lot-cases.json` or `vectors/treatment-cases.json`.
    #[arg(required = true)]
    files: Vec<PathBuf>,
}

/// How one case went.
pub(crate) struct Verdict {
    /// The case's id.
    pub(crate) id: String,
    /// Its title.
    pub(crate) title: String,
    /// What differs, one sentence each; empty where it agrees.
    pub(crate) disagreements: Vec<String>,
}

/// Runs the cases of each file.
///
/// # Errors
/// When a file cannot be read, has neither form, or a case disagrees.
pub(crate) fn run(args: &Args) -> Result<()> {
    let mut all_agree = true;
    for path in &args.files {
        let text = std::fs::read_to_string(path).with_context(|| format!("cannot read `{}`", path.display()))?;
        let document: Value =
            serde_json::from_str(&text).with_context(|| format!("`{}` is not JSON", path.display()))?;
        let verdicts = verdicts(&document).with_context(|| format!("cannot run `{}`", path.display()))?;
        for verdict in verdicts.iter().filter(|verdict| !verdict.disagreements.is_empty()) {
            println!("{} {}", verdict.id, verdict.title);
            for disagreement in &verdict.disagreements {
                println!("  {disagreement}");
            }
        }
        let agree = verdicts.iter().filter(|verdict| verdict.disagreements.is_empty()).count();
        all_agree &= agree == verdicts.len();
        println!("{agree} of {} agree", verdicts.len());
    }
    if !all_agree {
        bail!("some cases disagree");
    }
    Ok(())
}

fn verdicts(document: &Value) -> Result<Vec<Verdict>> {
    let cases = document.get("cases").and_then(Value::as_array).context("the file has no list `cases`")?;
    if cases.is_empty() {
        bail!("the file has no cases, and none would prove anything");
    }
    let as_of = document.get("as_of").and_then(Value::as_str).context("the file has no `as_of`")?;
    let as_of: jiff::civil::Date = as_of.parse().with_context(|| format!("`{as_of}` is not a date"))?;
    if cases.iter().all(|case| case.get("events").is_some()) {
        lines::check_parameters(document)?;
        return cases.iter().map(|case| lines::verdict(case, as_of)).collect();
    }
    if cases.iter().all(|case| case.get("prior_systemic").is_some()) {
        return cases.iter().map(|case| treatment::verdict(case, as_of)).collect();
    }
    bail!("the cases have neither `events` nor `prior_systemic`: this form is not known")
}

#[cfg(test)]
mod tests {
    /// The cases given, and those worked out by hand besides.
    #[test]
    fn cases_of_lines_agree() {
        for text in [
            include_str!("../../../crates/her2path/tests/vectors/lot-cases.json"),
            include_str!("../../../crates/her2path/tests/vectors/lot-cases-own.json"),
        ] {
            let document = serde_json::from_str(text).expect("the file is JSON");
            let verdicts = super::verdicts(&document).expect("the cases run");
            assert!(verdicts.len() >= 9);
            for verdict in verdicts {
                assert!(verdict.disagreements.is_empty(), "{}: {:?}", verdict.id, verdict.disagreements);
            }
        }
    }

    /// A case that expects something else disagrees, and so does one that expects what cannot be compared.
    #[test]
    fn a_wrong_case_disagrees() {
        let text = include_str!("../../../crates/her2path/tests/vectors/lot-cases.json");
        let wrong = text.replace("\"her2_lines\": 1", "\"her2_lines\": 7").replace("\"n\": 1", "\"colour\": 1");
        let document = serde_json::from_str(&wrong).expect("the file is JSON");
        let verdicts = super::verdicts(&document).expect("the cases run");
        assert!(verdicts.iter().filter(|verdict| !verdict.disagreements.is_empty()).count() == 6);
    }

    #[test]
    fn cases_of_treatment_agree() {
        for (text, least) in [
            (include_str!("../../../crates/her2path/tests/vectors/treatment-cases.json"), 42),
            (include_str!("../../../crates/her2path/tests/vectors/treatment-cases-own.json"), 24),
        ] {
            let document = serde_json::from_str(text).expect("the file is JSON");
            let verdicts = super::verdicts(&document).expect("the cases run");
            assert!(verdicts.len() >= least);
            for verdict in verdicts {
                assert!(verdict.disagreements.is_empty(), "{}: {:?}", verdict.id, verdict.disagreements);
            }
        }
    }

    /// Options moved from one list of what is expected to another no longer agree.
    #[test]
    fn a_moved_option_disagrees() {
        let text = include_str!("../../../crates/her2path/tests/vectors/treatment-cases.json");
        for (from, to) in [
            ("contraindicated", "preferred"),
            ("contraindicated", "not_indicated"),
            ("not_indicated", "acceptable"),
            ("not_indicated", "contraindicated"),
            ("pending_data", "preferred"),
            ("preferred", "contraindicated"),
            ("preferred", "not_indicated"),
            ("acceptable", "not_indicated"),
        ] {
            let mut document: serde_json::Value = serde_json::from_str(text).expect("the file is JSON");
            let cases = document.get_mut("cases").and_then(serde_json::Value::as_array_mut).expect("cases");
            cases.retain(|case| case["expected"][from].as_array().is_some_and(|list| !list.is_empty()));
            assert!(!cases.is_empty());
            for case in cases.iter_mut() {
                let moved = case["expected"][from].take();
                case["expected"][to] = moved;
                case["expected"][from] = serde_json::json!([]);
            }
            for verdict in super::verdicts(&document).expect("the cases run") {
                assert!(!verdict.disagreements.is_empty(), "{}: {from} moved to {to} agrees", verdict.id);
            }
        }
    }
}
