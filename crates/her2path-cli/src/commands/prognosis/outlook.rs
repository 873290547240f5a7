//! Figures that are looked up or derived from a median: ranges, conditional survival, registries, trials.

use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::Context as _;
use her2path::render::curves;
use her2path_models::{NOTICE, Support, conditional, population, trial_curves};
use serde_json::json;

use super::report::Answer;
use crate::arguments::number;

/// What these answers ask.
#[derive(clap::Args)]
#[command(next_help_heading = "Ranges and conditional survival")]
#[group(skip)]
pub(super) struct Flags {
    /// A median, in any unit of time (`--model scenarios`).
    #[arg(long, value_name = "TIME", value_parser = number)]
    median: Option<f64>,
    /// Years already lived with metastatic disease (`--model conditional`).
    #[arg(long, value_name = "YEARS", value_parser = number)]
    survived_years: Option<f64>,
    /// The trial to draw, as `--model trials` lists it (`--plot`).
    #[arg(long, value_name = "NAME")]
    trial: Option<String>,
    /// Draw the reconstructed curves of `--trial` into this SVG file (`--model trials`).
    #[arg(long, value_name = "FILE.svg", requires = "trial")]
    plot: Option<PathBuf>,
    /// Which curve to draw: `overall survival` or `progression-free survival`.
    #[arg(long, value_name = "OUTCOME", default_value = "overall survival", requires = "plot")]
    outcome: String,
}

/// Worst case, typical and best case.
pub(super) fn scenarios(flags: &Flags) -> Answer {
    let Some(median) = flags.median else {
        return Answer::refused(
            "`--median` is needed: the median survival of a group like hers, for instance of a trial",
        );
    };
    let ranges = match conditional::scenarios(median) {
        Ok(ranges) => ranges,
        Err(_) => return Answer::refused(format!("`--median` is `{median}`, which is not over 0")),
    };
    let text = format!(
        "What a median of {median} stands for\n\n  worst case  about 10 of 100 people live less than {:.1}\n  typical     about 50 of 100 live between {:.1} and {:.1}\n  best case   about 10 of 100 live longer than {:.1}\n\n\
         A rule of thumb from trials of first-line chemotherapy of advanced breast cancer; it knows nothing about this person but the\nmedian it is given. The median must be of people and treatments like hers.\nSource      Kiely 2011, J Clin Oncol 29:456 [from memory, unverified]\n\n{NOTICE}\n",
        ranges.worst_case, ranges.typical.0, ranges.typical.1, ranges.best_case
    );
    let json = json!({
        "median": median,
        "worst_case": ranges.worst_case,
        "typical": [ranges.typical.0, ranges.typical.1],
        "best_case": ranges.best_case,
        "citation": "Kiely 2011, J Clin Oncol 29:456",
        "support": Support::FromMemory.as_str(),
        "notice": NOTICE,
    });
    Answer::Given { text, json }
}

/// The chance to reach 5 years of those who have already lived some.
pub(super) fn conditional(flags: &Flags) -> Answer {
    let rows: Vec<_> = conditional::published()
        .iter()
        .filter(|row| flags.survived_years.is_none_or(|years| row.survived_years == years.floor()))
        .collect();
    let Some(first) = rows.first() else {
        return Answer::refused("`--survived-years` is not between 0 and 4, for which there are figures");
    };
    let mut text = format!("Chance to reach 5 years from diagnosis ({} survival)\n\n", first.kind);
    for row in &rows {
        let years = match row.survived_years {
            0.0 => "at diagnosis".to_owned(),
            1.0 => "having lived 1 year".to_owned(),
            years => format!("having lived {years} years"),
        };
        _ = writeln!(text, "  {years:<22} {} of 100", row.chance_of_reaching_5_years_pct);
    }
    _ = write!(
        text,
        "\nPopulation  {}\nIt does not know subtype, sites or treatment of this person, and most were treated before trastuzumab deruxtecan.\nSource      {}\n\n{NOTICE}\n",
        first.population, first.citation
    );
    let json = json!({
        "conditional_survival": rows.iter().map(|row| json!({
            "survived_years": row.survived_years, "chance_of_reaching_5_years_pct": row.chance_of_reaching_5_years_pct,
            "kind": row.kind, "population": row.population, "citation": row.citation, "support": row.support.as_str(),
        })).collect::<Vec<_>>(),
        "notice": NOTICE,
    });
    Answer::Given { text, json }
}

/// Registry survival.
pub(super) fn registry() -> Answer {
    let mut text = String::from(
        "5-year relative survival, percent: against people of the same age without the disease\n\n  subtype     stage at diagnosis   survival   diagnosed\n",
    );
    for row in population::registry_survival() {
        _ = writeln!(
            text,
            "  {:<11} {:<20} {:>8.1}   {}, {}; {}{}",
            row.subtype,
            row.stage,
            row.relative_survival_5y_pct,
            row.diagnosed,
            row.registry,
            row.citation,
            marked(row.support)
        );
    }
    _ = write!(
        text,
        "\n`distant` is disease that was metastatic at diagnosis, not disease that came back. The often quoted 29 % is the older figure\nof all subtypes together; HER2-positive disease stands at 46 % (hormone receptor positive) and 40 % (negative), and most of\nthese people were treated before trastuzumab deruxtecan. None of these figures knows anything about one person.\n\n{NOTICE}\n"
    );
    let json = json!({
        "registry_survival": population::registry_survival().iter().map(|row| json!({
            "subtype": row.subtype, "stage": row.stage, "relative_survival_5y_pct": row.relative_survival_5y_pct,
            "diagnosed": row.diagnosed, "registry": row.registry, "citation": row.citation, "support": row.support.as_str(),
        })).collect::<Vec<_>>(),
        "notice": NOTICE,
    });
    Answer::Given { text, json }
}

/// Draws the curves of a trial, where that is asked for.
pub(super) fn draw(flags: &Flags) -> anyhow::Result<Result<(), Answer>> {
    let (Some(path), Some(trial)) = (&flags.plot, &flags.trial) else { return Ok(Ok(())) };
    let of = |arm: &&trial_curves::TrialArm| {
        arm.trial.eq_ignore_ascii_case(trial) && arm.outcome == flags.outcome && arm.role == "investigated"
    };
    let Some(svg) = trial_curves::arms().iter().find(of).and_then(curves::figure) else {
        let mut names: Vec<String> =
            trial_curves::arms().iter().map(|arm| format!("{} ({})", arm.trial, arm.outcome)).collect();
        names.dedup();
        return Ok(Err(Answer::refused(format!(
            "no curve of `{trial}` for `{}` was reconstructed; there are: {}",
            flags.outcome,
            names.join(", ")
        ))));
    };
    std::fs::write(path, svg).with_context(|| format!("could not write `{}`", path.display()))?;
    Ok(Ok(()))
}

/// Medians of trials.
pub(super) fn trials() -> Answer {
    let mut text =
        String::from("Median overall survival in trials of HER2-positive metastatic breast cancer, months\n\n");
    for row in population::trial_overall_survival() {
        let against = row
            .comparator_median_os_months
            .map_or_else(String::new, |months| format!(" against {months} with {}", row.comparator));
        _ = writeln!(
            text,
            "  {} ({}): {} with {}{against}{}",
            row.trial,
            row.setting,
            row.median_os_months,
            row.arm,
            marked(row.support)
        );
        let remark = if row.remark.is_empty() { String::new() } else { format!("{}; ", row.remark) };
        _ = writeln!(text, "    {remark}{}", row.citation);
    }
    _ = write!(
        text,
        "\nPeople in trials are younger and fitter than most. Half of a group lives longer than its median, half less:\n`her2path prognosis --model scenarios --median M` says what that means.\n\n{NOTICE}\n"
    );
    let json = json!({
        "trials": population::trial_overall_survival().iter().map(|row| json!({
            "trial": row.trial, "setting": row.setting, "arm": row.arm, "median_os_months": row.median_os_months,
            "comparator": row.comparator, "comparator_median_os_months": row.comparator_median_os_months,
            "remark": row.remark, "citation": row.citation, "support": row.support.as_str(),
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
