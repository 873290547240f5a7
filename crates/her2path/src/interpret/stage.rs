//! Anatomic stage group from a row of texts.

use crate::classify::stage::group_of_text;

use super::Table;

/// Anatomic TNM stage group.
pub struct Stage;

impl Table for Stage {
    const INPUT: &'static [&'static str] = &["t", "n", "m"];
    const REQUIRED: &'static [&'static [&'static str]] = &[&["t", "n"]];
    const OUTPUT: &'static [&'static str] = &["stage", "provisional_if_m0", "flags"];

    fn calculate(input: &[&str]) -> Result<Vec<String>, String> {
        let &[t, n, m] = input else { return Err(format!("expected {} values", Self::INPUT.len())) };
        let outcome = group_of_text(t, n, m);
        let flags: Vec<String> = outcome.flags.iter().map(ToString::to_string).collect();
        Ok(vec![
            outcome.group.as_str().to_owned(),
            outcome.provisional.map_or("", |group| group.as_str()).to_owned(),
            flags.join("|"),
        ])
    }

    fn refused(output: &[String]) -> Option<String> {
        let stage = output.first()?;
        stage.starts_with("INVALID").then(|| {
            "there is no such combination of categories; T is like cT2, pT1mi or Tis, N like cN1 or pN1mi, M like cM0 or pM1".to_owned()
        })
    }

    fn explain(output: &[String]) -> String {
        let [stage, provisional, flags] = output else { return String::new() };
        let provisional = if provisional.is_empty() { String::new() } else { format!("\n  if M0   {provisional}") };
        let flags = if flags.is_empty() { String::new() } else { format!("\n  remarks {}", flags.replace('|', ", ")) };
        format!("anatomic TNM stage group {stage}{provisional}{flags}")
    }
}
