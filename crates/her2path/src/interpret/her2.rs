//! HER2 status of one specimen from a row of texts.

use crate::classify::her2::{
    Flag, Group, Ihc, IhcZeroDetail, Invalid, Ish, IshNumbers, Specimen, Supplied, classify, ish_class, recount_group,
};

use super::Table;

/// HER2 status of one specimen: ASCO/CAP 2018, affirmed 2023.
pub struct Her2;

impl Table for Her2 {
    const INPUT: &'static [&'static str] = &[
        "specimen_adequate",
        "ihc",
        "ihc0_detail",
        "dual_ratio",
        "dual_her2_copies",
        "dual_cep17_copies",
        "single_her2_copies",
        "recount_ratio",
        "recount_her2_copies",
        "adjudicated_group",
    ];
    const REQUIRED: &'static [&'static [&'static str]] =
        &[&["ihc"], &["dual_ratio"], &["dual_her2_copies"], &["single_her2_copies"]];
    const OUTPUT: &'static [&'static str] = &["ish_class", "status", "category", "rule", "flags"];

    fn calculate(input: &[&str]) -> Result<Vec<String>, String> {
        let &[adequate, ihc, detail, ratio, copies, cep17, single, recount_ratio, recount_copies, adjudicated] = input
        else {
            return Err(format!("expected {} values", Self::INPUT.len()));
        };
        let numbers = IshNumbers {
            ratio: Supplied::parse(ratio),
            copies: Supplied::parse(copies),
            cep17: Supplied::parse(cep17),
            single_copies: Supplied::parse(single),
        };
        let (ish, flags) = match (ish_class(&numbers), parse_ihc(ihc)) {
            (Ok((ish, flags)), Ok(_)) => (Ok(ish), flags),
            _ => (Err(Invalid), Vec::new()),
        };
        let specimen = Specimen {
            ihc: parse_ihc(ihc).unwrap_or(None),
            ihc_zero: parse_detail(detail)?,
            ish,
            recount: recount_group(Supplied::parse(recount_ratio), Supplied::parse(recount_copies)),
            adjudicated: parse_group(adjudicated)?,
            adequate: parse_adequate(adequate)?,
        };
        let outcome = classify(&specimen);
        let mut flags: Vec<&str> = flags.iter().chain(&outcome.flags).map(|flag| Flag::as_str(*flag)).collect();
        flags.sort_unstable();
        Ok(vec![
            ish.map_or("INVALID", Ish::as_str).to_owned(),
            outcome.status.as_str().to_owned(),
            outcome.category.as_str().to_owned(),
            outcome.rule.to_owned(),
            flags.join("|"),
        ])
    }

    fn refused(output: &[String]) -> Option<String> {
        let [_, status, ..] = output else { return None };
        (status == "INVALID_INPUT").then(|| {
            "these values cannot be: an IHC score is 0, 1+, 2+ or 3+; ratios and copies are numbers above 0 that agree with one another".to_owned()
        })
    }

    fn explain(output: &[String]) -> String {
        let [ish, status, category, rule, flags] = output else { return String::new() };
        let flags =
            if flags.is_empty() { String::new() } else { format!("\n  remarks   {}", flags.replace('|', ", ")) };
        format!(
            "HER2 {status}\n  ISH class {ish}\n  category  {category} (for eligibility; not an ASCO/CAP result)\n  rule      {rule} of the ASCO/CAP 2018 table, affirmed 2023{flags}"
        )
    }
}

fn parse_ihc(text: &str) -> Result<Option<Ihc>, Invalid> {
    match text.trim() {
        "" => Ok(None),
        text if text.eq_ignore_ascii_case("none") => Ok(None),
        text => [Ihc::Zero, Ihc::One, Ihc::Two, Ihc::Three]
            .into_iter()
            .find(|score| score.as_str() == text || score.as_str().trim_end_matches('+') == text)
            .map(Some)
            .ok_or(Invalid),
    }
}

fn parse_detail(text: &str) -> Result<IhcZeroDetail, String> {
    match text.trim().to_ascii_lowercase().as_str() {
        "" | "unspecified" => Ok(IhcZeroDetail::Unspecified),
        "null" => Ok(IhcZeroDetail::Null),
        "ultralow" => Ok(IhcZeroDetail::Ultralow),
        other => Err(format!("`{other}` is not a detail of IHC 0; use `null`, `ultralow` or leave it empty")),
    }
}

fn parse_group(text: &str) -> Result<Option<Group>, String> {
    match text.trim().to_ascii_uppercase().as_str() {
        "" | "NONE" => Ok(None),
        text => [Group::G1, Group::G2, Group::G3, Group::G4, Group::G5]
            .into_iter()
            .find(|group| group.as_str() == text)
            .map(Some)
            .ok_or_else(|| format!("`{text}` is not an ISH group; use G1 to G5 or leave it empty")),
    }
}

fn parse_adequate(text: &str) -> Result<bool, String> {
    match text.trim().to_ascii_lowercase().as_str() {
        "" | "true" | "yes" | "1" => Ok(true),
        "false" | "no" | "0" => Ok(false),
        other => Err(format!("`{other}` does not say whether the specimen is adequate; use `true` or `false`")),
    }
}
