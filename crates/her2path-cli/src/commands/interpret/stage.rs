//! `her2path interpret stage`.

use her2path::classify::stage::group_of_text;

use super::{Common, Table};

#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    pub(super) common: Common,
    /// T category, as recorded (`cT2`, `pT1mi`, `Tis`).
    #[arg(short = 't', long = "t", default_value = "", hide_default_value = true, conflicts_with = "csv")]
    t: String,
    /// N category, as recorded (`cN1`, `pN1mi(sn)`).
    #[arg(short = 'n', long = "n", default_value = "", hide_default_value = true, conflicts_with = "csv")]
    n: String,
    /// M category, as recorded; left out is "not recorded", never M0.
    #[arg(short = 'm', long = "m", default_value = "", hide_default_value = true, conflicts_with = "csv")]
    m: String,
}

impl Args {
    pub(super) fn row(&self) -> [&str; 3] {
        [&self.t, &self.n, &self.m]
    }
}

pub(crate) struct Stage;

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
